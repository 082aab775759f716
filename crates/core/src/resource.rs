//! Related resources (VCDM 2.0 §5.3): bytes that a credential names with their digest.

use crate::credential::{Credential, RelatedResource};
use crate::jsonld::published_digest;
use crate::{Code, Evidence, EvidenceKind, Fault, Piece};

/// Checks each related resource of a credential against its digests. `Ok(false)`: it names none.
///
/// The bytes are looked for among the resources of the evidence, then among its contexts and schemas.
///
/// # Errors
/// With the pointer of the entry and the URL: [`Code::ResourceMissing`] when evidence is needed, [`Code::ResourceDigest`].
pub fn check(credential: &Credential<'_>, evidence: &Evidence) -> Result<bool, Fault> {
    for related in &credential.related {
        // A built-in context cannot be replaced, and what its published bytes hash to is known.
        if let Some(known) = related.check_known(|length| published_digest(related.id, length)) {
            known?;
            continue;
        }
        let fault = |code| Fault::new(code).at(related.pointer.as_str()).about(related.id);
        let piece = find(evidence, related.id).ok_or_else(|| fault(Code::ResourceMissing))?;
        related.check(&piece.bytes)?;
    }
    Ok(!credential.related.is_empty())
}

/// Compares the digests that a credential states of built-in contexts with those of the published documents. Of other resources
/// nothing is asked: for an issuer, who has not the bytes of everything at hand.
///
/// # Errors
/// [`Code::ResourceDigest`] with the pointer of the entry and the URL.
pub fn check_published(credential: &Credential<'_>) -> Result<(), Fault> {
    let known = |related: &RelatedResource<'_>| related.check_known(|length| published_digest(related.id, length));
    credential.related.iter().filter_map(known).collect()
}

/// The piece of evidence that holds a related resource.
#[must_use]
pub fn find<'e>(evidence: &'e Evidence, url: &str) -> Option<&'e Piece> {
    [EvidenceKind::Resource, EvidenceKind::Context, EvidenceKind::Schema]
        .into_iter()
        .find_map(|kind| evidence.get(kind, url))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::credential::read_credential;
    use crate::json::parse;

    // SHA-256 of "abc" (FIPS 180-4, example).
    const DOCUMENT: &str = r#"{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],
        "issuer":"did:web:ontario.example","credentialSubject":{"id":"did:example:1","name":"A"},"relatedResource":
        [{"id":"https://ontario.example/logo","digestSRI":"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="}]}"#;

    #[test]
    fn knows_the_published_contexts() {
        let check = |digest: &str| {
            let text = DOCUMENT
                .replace("https://ontario.example/logo", "https://www.w3.org/ns/credentials/v2")
                .replace("sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", digest);
            let value = parse(text.as_bytes()).unwrap();
            let credential = read_credential(value.as_object().unwrap()).unwrap();
            let found = super::check(&credential, &Evidence::none()).map_err(|fault| fault.code());
            assert_eq!(check_published(&credential).map_err(|fault| fault.code()), found.map(drop));
            found
        };
        assert_eq!(check("sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ="), Ok(true));
        assert_eq!(check("sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"), Ok(true));
        assert_eq!(check("sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="), Err(Code::ResourceDigest));
        let both =
            "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ= sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
        assert_eq!(check(both), Err(Code::ResourceDigest));
    }

    #[test]
    fn compares_the_bytes_of_the_evidence() {
        let value = parse(DOCUMENT.as_bytes()).unwrap();
        let credential = read_credential(value.as_object().unwrap()).unwrap();
        assert_eq!(check_published(&credential), Ok(()), "its bytes are not known");
        let code = |evidence: &Evidence| check(&credential, evidence).map_err(|fault| fault.code());
        assert_eq!(code(&Evidence::none()), Err(Code::ResourceMissing));
        for kind in [EvidenceKind::Resource, EvidenceKind::Schema] {
            let mut evidence = Evidence::none();
            evidence.insert(kind, "https://ontario.example/logo", b"abc".to_vec(), Timestamp::from_unix(0));
            assert_eq!(code(&evidence), Ok(true));
            evidence.insert(kind, "https://ontario.example/logo", b"abd".to_vec(), Timestamp::from_unix(0));
            assert_eq!(code(&evidence), Err(Code::ResourceDigest));
        }
    }
}
