//! From `BbsBlsSignature2020`, which hardly anybody reads any more, to another suite: the issuer vouches for the same claims
//! anew.

use crate::json::{Object, Value, parse};
use crate::proof::Suite;
use crate::trust::{DisplayName, TrustList, TrustedIssuer};
use crate::verify::{Check, CheckResult, Outcome};
use crate::{Code, Evidence, Fault, Policy, Timestamp, limits, verify};

/// The credential without its proof, ready to be secured again, if it verifies under its issuer's own trust: the signature,
/// the validity, the status, which the evidence must tell. It keeps its id, its dates, its claims and its status entry.
///
/// # Errors
/// [`Code::ProofSuiteUnsupported`] for anything but one `BbsBlsSignature2020`, also for what is derived from one, which need
/// not be all of it; [`Code::KeyNotController`] for another issuer's; what speaks against it (`status.revoked`,
/// `validity.expired`, `proof.signature_invalid`, …) or is missing to judge it (`status.list_missing`, `did.not_resolved`).
pub fn migrate(credential: &[u8], issuer: &str, evidence: &Evidence, now: Timestamp) -> Result<Object<'static>, Fault> {
    if credential.len() > limits::INPUT_BYTES {
        let about = format!("{} > {} bytes", credential.len(), limits::INPUT_BYTES);
        return Err(Fault::new(Code::InputTooLarge).about(about));
    }
    let Value::Object(mut document) = parse(credential)?.into_owned() else {
        return Err(Code::InputNotACredential.into());
    };
    let suite = match document.get("proof").map(Value::items) {
        Some([proof]) => proof.get("type").and_then(Value::as_str).unwrap_or_default(),
        Some(_) => "",
        None => return Err(Code::ProofMissing.into()),
    };
    if suite != Suite::BbsBlsSignature2020.name() {
        return Err(Fault::new(Code::ProofSuiteUnsupported).at("/proof").about(suite));
    }
    if document.get("issuer").and_then(crate::credential::id_of) != Some(issuer) {
        return Err(Fault::new(Code::KeyNotController).at("/issuer").about(issuer));
    }
    let verdict = verify(credential, &own_trust(issuer, now)?, evidence, now).map_err(|error| error.fault().clone())?;
    if verdict.outcome() != Outcome::Accept {
        return Err(against(verdict.checks()).unwrap_or_else(|| Code::Internal.into()));
    }
    document.remove("proof");
    // The context of the old suite, which nothing needs any more. The new one's is added when it is secured.
    if let Some(Value::Array(contexts)) = document.get_mut("@context") {
        contexts.retain(|context| context.as_str() != Some("https://w3id.org/security/bbs/v1"));
    }
    Ok(document)
}

/// The trust list of the issuer alone.
fn own_trust(issuer: &str, now: Timestamp) -> Result<Policy, Fault> {
    let name = || DisplayName { en: issuer.to_owned(), fr: issuer.to_owned() };
    let own = TrustedIssuer {
        did: issuer.to_owned(),
        name: name(),
        types: vec!["*".to_owned()],
        valid_from: None,
        valid_until: None,
        certificates: Vec::new(),
    };
    Ok(Policy::trusting(TrustList::new(name(), now, None, vec![own])?))
}

/// What speaks against it: a failure before something that is missing.
fn against(checks: &[Check]) -> Option<Fault> {
    let of = |result| checks.iter().find(|check| check.result == result).and_then(|check| check.fault.clone());
    of(CheckResult::Fail).or_else(|| of(CheckResult::Undetermined))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::did::did_key;
    use crate::issue::{SecureOptions, Securing, secure};
    use crate::json::to_string;
    use crate::jsonld::Contexts;
    use crate::keys::{KeyType, SecretKey, Signer as _};

    const NOW: i64 = 1_770_000_000;

    fn credential(key: &SecretKey, securing: &str, change: (&str, &str)) -> (String, String) {
        let did = did_key(key.public_key());
        let text = format!(
            r#"{{"@context":["https://www.w3.org/2018/credentials/v1","https://w3id.org/citizenship/v1"],"id":"urn:uuid:4f0c9a5e-2f1b-4f7d-9a36-1c8a1f0e7d12",
            "type":["VerifiableCredential","PermanentResidentCard"],"issuer":"{did}","issuanceDate":"2026-01-01T00:00:00Z","expirationDate":"2031-01-01T00:00:00Z",
            "credentialSubject":{{"type":["PermanentResident","Person"],"givenName":"Ann"}}}}"#
        );
        let value = parse(text.replace(change.0, change.1).as_bytes()).unwrap().into_owned();
        let method = format!("{did}#{}", did.trim_start_matches("did:key:"));
        let options = SecureOptions {
            verification_method: &method,
            created: Some(Timestamp::from_unix(NOW - 60)),
            ..SecureOptions::default()
        };
        let document = value.as_object().unwrap().clone();
        let signed = secure(document, Securing::parse(securing).unwrap(), &options, key, &Contexts::builtin());
        (did, signed.unwrap())
    }

    fn code(text: &str, issuer: &str) -> Result<Object<'static>, Code> {
        migrate(text.as_bytes(), issuer, &Evidence::none(), Timestamp::from_unix(NOW)).map_err(|fault| fault.code())
    }

    #[test]
    fn the_claims_stay_and_the_proof_goes() {
        let key = SecretKey::from_bytes(KeyType::Bls12381G2, &[1; 32]).unwrap();
        let (did, old) = credential(&key, "BbsBlsSignature2020", ("", ""));
        let document = code(&old, &did).unwrap();
        let text = to_string(&Value::Object(document));
        assert!(!text.contains("proof") && !text.contains("bbs/v1") && text.contains(r#""givenName":"Ann""#));
        let damaged = old.replace("Ann", "Eve");
        assert_eq!(code(&damaged, &did), Err(Code::ProofSignatureInvalid));
        assert_eq!(code(&old, "did:web:other.example"), Err(Code::KeyNotController));
        let (_, expired) = credential(&key, "BbsBlsSignature2020", ("2031-", "2026-"));
        assert_eq!(code(&expired, &did), Err(Code::ValidityExpired));
        let (_, newer) =
            credential(&SecretKey::from_bytes(KeyType::Ed25519, &[1; 32]).unwrap(), "eddsa-rdfc-2022", ("", ""));
        assert_eq!(code(&newer, &did), Err(Code::ProofSuiteUnsupported));
        assert_eq!(code("[]", &did), Err(Code::InputNotACredential));
    }
}
