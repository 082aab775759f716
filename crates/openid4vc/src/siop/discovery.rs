//! How a relying party finds a Self-Issued OP: by values that are agreed beforehand, or by a document (SIOPv2 §6, §15.1).

use tamarack::json::{self, Object, Value};

use super::JWK_THUMBPRINT;
use crate::url::{is_endpoint, is_issuer};
use crate::{Refusal, RefusalCode, Result, limits};

/// What a relying party knows of a Self-Issued OP.
#[derive(Clone, PartialEq, Debug)]
pub struct OpMetadata {
    /// Where requests go: a URL or a scheme, such as `siopv2:`.
    pub authorization_endpoint: String,
    /// Its issuer identifier: the `aud` of request objects. `None` for values that are agreed beforehand.
    pub issuer: Option<String>,
    /// The response types that it answers.
    pub response_types_supported: Vec<String>,
    /// How it names its subjects.
    pub subject_syntax_types_supported: Vec<String>,
    /// The algorithms of its ID tokens.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// The algorithms of the request objects that it reads.
    pub request_object_signing_alg_values_supported: Vec<String>,
    /// All of it, as it came.
    pub all: Object<'static>,
}

/// Where the document of a Self-Issued OP stands: its issuer identifier with `/.well-known/openid-configuration` behind it.
///
/// # Errors
/// `invalid_request` (`issuer`) for what is no issuer identifier.
pub fn well_known(issuer: &str) -> Result<String> {
    match is_issuer(issuer) {
        true => Ok(format!("{}/.well-known/openid-configuration", issuer.strip_suffix('/').unwrap_or(issuer))),
        false => Err(wrong("issuer")),
    }
}

impl OpMetadata {
    /// The values bound to `siopv2:` (§15.1.2).
    #[must_use]
    pub fn siopv2() -> Self {
        Self::agreed("siopv2:", &["id_token"], &[JWK_THUMBPRINT])
    }

    /// The values bound to `openid:` (§15.1.3), for wallets that show credentials as well.
    #[must_use]
    pub fn openid() -> Self {
        Self::agreed("openid:", &["id_token", "vp_token", "vp_token id_token"], &[JWK_THUMBPRINT])
    }

    fn agreed(endpoint: &str, response_types: &[&str], subjects: &[&str]) -> Self {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        Self {
            authorization_endpoint: endpoint.to_owned(),
            issuer: None,
            response_types_supported: owned(response_types),
            subject_syntax_types_supported: owned(subjects),
            id_token_signing_alg_values_supported: owned(&["ES256"]),
            request_object_signing_alg_values_supported: owned(&["ES256"]),
            all: Object::new(),
        }
    }

    /// Reads the document of a Self-Issued OP that was fetched from [`well_known`]. Its `jwks_uri` is ignored (§6.1).
    ///
    /// # Errors
    /// `invalid_metadata` with the member that is missing or wrong: `issuer` if it is not the one that was looked for, …
    pub fn parse(bytes: &[u8], issuer: &str) -> Result<Self> {
        let local = |name: &'static str| Refusal::new(RefusalCode::InvalidMetadata, name);
        let value =
            json::parse_up_to(bytes, limits::METADATA_BYTES).map_err(|fault| local("metadata").because(fault))?;
        let object = value.as_object().ok_or(local("metadata"))?;
        let texts = |name: &'static str| -> Result<Vec<String>> {
            let items =
                object.get(name).and_then(Value::as_array).filter(|items| !items.is_empty()).ok_or(local(name))?;
            items.iter().map(|item| item.as_str().map(str::to_owned).ok_or(local(name))).collect()
        };
        if object.get("issuer").and_then(Value::as_str) != Some(issuer) || !is_issuer(issuer) {
            return Err(local("issuer"));
        }
        let endpoint = object.get("authorization_endpoint").and_then(Value::as_str).unwrap_or_default();
        let is_scheme = endpoint.split_once(':').is_some_and(|(scheme, _)| {
            !matches!(scheme, "" | "http" | "https" | "javascript" | "data" | "file")
                && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        });
        if !is_endpoint(endpoint) && !is_scheme {
            return Err(local("authorization_endpoint"));
        }
        let response_types_supported = texts("response_types_supported")?;
        if !response_types_supported.iter().any(|one| one == "id_token") {
            return Err(local("response_types_supported"));
        }
        if !texts("scopes_supported")?.iter().any(|one| one == "openid") {
            return Err(local("scopes_supported"));
        }
        texts("subject_types_supported")?;
        let subject_syntax_types_supported = texts("subject_syntax_types_supported")?;
        let is_type =
            |one: &String| one == JWK_THUMBPRINT || one == "did" || (one.starts_with("did:") && !one.ends_with(':'));
        if !subject_syntax_types_supported.iter().all(is_type) {
            return Err(local("subject_syntax_types_supported"));
        }
        Ok(Self {
            authorization_endpoint: endpoint.to_owned(),
            issuer: Some(issuer.to_owned()),
            response_types_supported,
            subject_syntax_types_supported,
            id_token_signing_alg_values_supported: texts("id_token_signing_alg_values_supported")?,
            request_object_signing_alg_values_supported: texts("request_object_signing_alg_values_supported")?,
            all: object.clone().into_owned(),
        })
    }

    /// The document of a Self-Issued OP of this library, to publish at [`well_known`].
    ///
    /// # Errors
    /// `invalid_request` (`issuer`).
    pub fn publish(issuer: &str, authorization_endpoint: &str) -> Result<Object<'static>> {
        if !is_issuer(issuer) {
            return Err(wrong("issuer"));
        }
        let texts = |texts: &[&'static str]| Value::Array(texts.iter().map(|text| Value::from(*text)).collect());
        let algorithms = ["ES256", "ES384", "EdDSA", "Ed25519"];
        let mut out = crate::vp::metadata::wallet_metadata(authorization_endpoint);
        out.insert("issuer", issuer.to_owned());
        out.insert("scopes_supported", texts(&["openid"]));
        out.insert("subject_types_supported", texts(&["pairwise"]));
        out.insert("id_token_signing_alg_values_supported", texts(&algorithms));
        out.insert("request_object_signing_alg_values_supported", texts(&algorithms));
        out.insert("subject_syntax_types_supported", texts(&super::SUBJECT_SYNTAX_TYPES));
        out.insert("id_token_types_supported", texts(&["subject_signed_id_token"]));
        Ok(out)
    }
}

const fn wrong(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_is_read() {
        let made = OpMetadata::publish("https://wallet.example", "https://wallet.example/authorize").unwrap();
        let text = json::to_string(&Value::Object(made.clone()));
        let read = OpMetadata::parse(text.as_bytes(), "https://wallet.example").unwrap();
        assert_eq!(read.all, made);
        assert_eq!(read.issuer.as_deref(), Some("https://wallet.example"));
        assert_eq!(
            well_known("https://wallet.example/").unwrap(),
            "https://wallet.example/.well-known/openid-configuration"
        );
        assert_eq!(OpMetadata::siopv2().authorization_endpoint, "siopv2:");
        for (member, value, about) in [
            ("issuer", r#""https://other.example""#, "issuer"),
            ("authorization_endpoint", r#""http://wallet.example/a""#, "authorization_endpoint"),
            ("authorization_endpoint", r#""javascript:alert(1)""#, "authorization_endpoint"),
            ("response_types_supported", r#"["code"]"#, "response_types_supported"),
            ("scopes_supported", r#"["email"]"#, "scopes_supported"),
            ("subject_types_supported", "[]", "subject_types_supported"),
            ("subject_syntax_types_supported", r#"["did:"]"#, "subject_syntax_types_supported"),
            ("id_token_signing_alg_values_supported", "7", "id_token_signing_alg_values_supported"),
        ] {
            let mut changed = made.clone();
            changed.insert(member, json::parse(value.as_bytes()).unwrap().into_owned());
            let text = json::to_string(&Value::Object(changed));
            let refusal = OpMetadata::parse(text.as_bytes(), "https://wallet.example").unwrap_err();
            assert_eq!((refusal.code(), refusal.about()), (RefusalCode::InvalidMetadata, about), "{member}");
        }
    }
}
