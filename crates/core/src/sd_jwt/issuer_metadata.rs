//! JWT VC Issuer Metadata (draft-ietf-oauth-sd-jwt-vc §4): where an issuer with an `https:` URL publishes its keys.

use crate::json::{Object, Value, parse};
use crate::keys::{JwkUse, PublicKey};
use crate::{Code, Evidence, EvidenceKind, Fault, limits};

/// What was found, and the URLs of the evidence that it was found in.
pub(crate) struct Found {
    pub(crate) key: Result<PublicKey, Fault>,
    pub(crate) used: Vec<String>,
}

/// Finds the key of an issuer by its `kid`; without one, the only key.
pub(crate) fn find(issuer: &str, kid: Option<&str>, header: &Object<'_>, evidence: &Evidence) -> Found {
    let mut used = Vec::new();
    let key = look(issuer, kid, header, evidence, &mut used);
    Found { key, used }
}

/// The URL of an issuer's metadata: `/.well-known/jwt-vc-issuer` between host and path.
///
/// # Errors
/// [`Code::IssuerMetadataInvalid`] for an issuer that is no `https:` URL of host, port and path alone.
pub fn metadata_url(issuer: &str) -> Result<String, Fault> {
    let wrong = || invalid(issuer);
    let rest = issuer.strip_prefix("https://").ok_or_else(wrong)?;
    let plain = rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/%!$&'()*+,;=[]".contains(&b));
    let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
    if !plain || host.is_empty() || host.starts_with(':') || issuer.len() > limits::DID_URL_BYTES {
        return Err(wrong());
    }
    let path = path.trim_end_matches('/');
    let slash = if path.is_empty() { "" } else { "/" };
    Ok(format!("https://{host}/.well-known/jwt-vc-issuer{slash}{path}"))
}

fn look(
    issuer: &str,
    kid: Option<&str>,
    header: &Object<'_>,
    evidence: &Evidence,
    used: &mut Vec<String>,
) -> Result<PublicKey, Fault> {
    let url = metadata_url(issuer)?;
    let metadata = read(&url, evidence, used)?;
    // §4.3: "The issuer value returned MUST be identical to the iss value".
    if metadata.get("issuer").and_then(Value::as_str) != Some(issuer) {
        return Err(invalid(&format!("{url}: issuer")));
    }
    match (metadata.get("jwks"), metadata.get("jwks_uri")) {
        (Some(keys), None) => choose(keys, kid, header, &url),
        (None, Some(uri)) => {
            let uri = uri.as_str().filter(|uri| uri.starts_with("https://") && *uri != url);
            let uri = uri.ok_or_else(|| invalid(&format!("{url}: jwks_uri")))?;
            let keys = read(uri, evidence, used)?;
            choose(&keys, kid, header, uri)
        }
        // §4.2: "either jwks_uri or jwks […], but not both".
        _ => Err(invalid(&format!("{url}: jwks"))),
    }
}

fn read<'e>(url: &str, evidence: &'e Evidence, used: &mut Vec<String>) -> Result<Value<'e>, Fault> {
    let piece = evidence
        .get(EvidenceKind::IssuerMetadata, url)
        .ok_or_else(|| Fault::new(Code::IssuerMetadataMissing).about(url))?;
    used.push(url.to_owned());
    let value = parse(&piece.bytes).map_err(|fault| invalid(&format!("{url}: {}", fault.code())))?;
    if value.as_object().is_some() { Ok(value) } else { Err(invalid(url)) }
}

/// The key of a JWK Set (RFC 7517 §5). Keys of kinds that are not known here are passed over, as §5 says.
fn choose(set: &Value<'_>, kid: Option<&str>, header: &Object<'_>, url: &str) -> Result<PublicKey, Fault> {
    let keys = set.get("keys").and_then(Value::as_array).filter(|keys| keys.len() <= limits::JWK_SET_KEYS);
    let keys = keys.ok_or_else(|| invalid(&format!("{url}: keys")))?;
    let algorithm = header.get("alg").and_then(Value::as_str);
    let fits = |key: &&Value<'_>| {
        let alg = key.get("alg").and_then(Value::as_str);
        kid.is_none_or(|kid| key.get("kid").and_then(Value::as_str) == Some(kid))
            && JwkUse::of(key).verifies
            && (alg.is_none() || alg == algorithm)
    };
    let mut found = keys.iter().filter(fits);
    match (found.next(), found.next()) {
        (Some(key), None) => PublicKey::from_jwk(key).map_err(|fault| match fault.code() {
            Code::KeyUnsupported => fault,
            code => invalid(&format!("{url}: {code}")),
        }),
        // Which of several keys would be for the verifier to guess.
        _ => Err(Fault::new(Code::IssuerMetadataKey).about(url)),
    }
}

fn invalid(about: &str) -> Fault {
    Fault::new(Code::IssuerMetadataInvalid).about(about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_well_known_part_stands_between_host_and_path() {
        for (issuer, url) in [
            ("https://example.com", "https://example.com/.well-known/jwt-vc-issuer"),
            ("https://example.com/", "https://example.com/.well-known/jwt-vc-issuer"),
            ("https://example.com/tenant/1234", "https://example.com/.well-known/jwt-vc-issuer/tenant/1234"),
            ("https://example.com:8443/t/", "https://example.com:8443/.well-known/jwt-vc-issuer/t"),
        ] {
            assert_eq!(metadata_url(issuer).unwrap(), url);
        }
        for issuer in [
            "http://example.com",
            "https://",
            "https:///x",
            "https://a.example/?t=1",
            "https://a.example/#k",
            "https://u@a.example",
        ] {
            assert_eq!(metadata_url(issuer).unwrap_err().code(), Code::IssuerMetadataInvalid, "{issuer}");
        }
    }
}
