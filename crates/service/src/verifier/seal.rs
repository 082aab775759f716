//! What was proved of a person, sealed so that only whoever knows the request's id can read it.
//!
//! A request's database row has a public key that follows from the request's secret id, and never the id. An answer is
//! judged by a process that knows the handle alone, and sealed to that key; who asks for the result brings the id, and with
//! it the key. So neither the database, nor its log, nor its backup tells what a person showed.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tamarack_openid4vc::Result as Refused;

use crate::http::RandomId;
pub(super) use crate::sealing::SealingKey;
use crate::sealing::seal_to;

/// The key that follows from a request's id.
fn key_of(id: &RandomId) -> Refused<SealingKey> {
    SealingKey::of_secret("tamarack result key\n", id.as_str())
}

/// The public key of a request, as its row has it: a JWK Set.
pub(super) fn public_key(id: &RandomId) -> Refused<String> {
    key_of(id).map(|key| key.public_part())
}

/// Seals what was proved.
pub(super) fn seal(what: &impl Serialize, public_key: &str) -> Refused<String> {
    seal_to(what, public_key)
}

/// Opens what was sealed.
pub(super) fn open<T: DeserializeOwned>(sealed: &str, id: &RandomId) -> Refused<T> {
    key_of(id)?.open(sealed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::string_slice, reason = "a test may stop at the first surprise")]

    use super::*;
    use crate::verifier::result::Proved;

    #[test]
    fn only_the_id_opens() {
        let (id, other) = (RandomId::new().unwrap(), RandomId::new().unwrap());
        let proved = Proved {
            issuer: Some("did:key:canary".to_owned()),
            types: Vec::new(),
            subject: None,
            pseudonym: None,
            claims: Vec::new(),
        };
        let sealed = seal(&proved, &public_key(&id).unwrap()).unwrap();
        assert!(!sealed.contains("canary"));
        assert_eq!(open::<Proved>(&sealed, &id).unwrap().issuer.as_deref(), Some("did:key:canary"));
        assert!(open::<Proved>(&sealed, &other).is_err());
        assert!(open::<Proved>(&sealed[..sealed.len() - 4], &id).is_err());
    }
}
