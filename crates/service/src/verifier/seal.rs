//! What was proved of a person, sealed so that only whoever knows the request's id can read it.
//!
//! A request's database row has a public key that follows from the request's secret id, and never the id. An answer is
//! judged by a process that knows the handle alone, and sealed to that key; who asks for the result brings the id, and with
//! it the key. So neither the database, nor its log, nor its backup tells what a person showed.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use tamarack::json;
use tamarack::{Code, Fault, SeededRandomness};
use tamarack_openid4vc::Result as Refused;
use tamarack_openid4vc::vp::encryption::{DecryptionKey, encrypt};
use tamarack_openid4vc::vp::metadata::ClientMetadata;
use tamarack_openid4vc::{Refusal, RefusalCode};

use crate::http::RandomId;

/// The key that follows from a request's id.
fn key_of(id: &RandomId) -> Refused<DecryptionKey> {
    key_from("tamarack result key\n", id.as_str())
}

/// The key that follows from a secret, for one purpose.
fn key_from(purpose: &str, secret: &str) -> Refused<DecryptionKey> {
    let failed = |fault: Fault| Refusal::new(RefusalCode::ServerError, "seal").because(fault);
    let seed: [u8; 32] = Sha256::new_with_prefix(purpose).chain_update(secret).finalize().into();
    let mut numbers = SeededRandomness::new(&seed, b"result").map_err(failed)?;
    DecryptionKey::generate(&mut numbers)
}

/// What follows from a secret of the server, for what every process of it may read and the database may not.
pub(super) struct SealingKey(DecryptionKey);

impl SealingKey {
    /// For one purpose.
    pub(super) fn of_secret(purpose: &str, secret: &str) -> Refused<Self> {
        key_from(purpose, secret).map(Self)
    }

    pub(super) fn seal(&self, what: &impl Serialize) -> Refused<String> {
        seal(what, &public_part(&self.0))
    }

    pub(super) fn open<T: DeserializeOwned>(&self, sealed: &str) -> Refused<T> {
        opened(sealed, &self.0)
    }
}

/// The public key of a request, as its row has it: a JWK Set.
pub(super) fn public_key(id: &RandomId) -> Refused<String> {
    key_of(id).map(|key| public_part(&key))
}

fn public_part(key: &DecryptionKey) -> String {
    let jwk = json::to_string(&json::Value::Object(key.public_jwk()));
    format!("{{\"jwks\":{{\"keys\":[{jwk}]}}}}")
}

/// Seals what was proved.
pub(super) fn seal(what: &impl Serialize, public_key: &str) -> Refused<String> {
    let failed = || Refusal::new(RefusalCode::ServerError, "seal");
    let text = zeroize::Zeroizing::new(serde_json::to_vec(what).map_err(|_| failed())?);
    let value = json::parse(public_key.as_bytes()).map_err(|fault| failed().because(fault))?;
    encrypt(&text, &ClientMetadata::read(&value)?)
}

/// Opens what was sealed.
pub(super) fn open<T: DeserializeOwned>(sealed: &str, id: &RandomId) -> Refused<T> {
    opened(sealed, &key_of(id)?)
}

fn opened<T: DeserializeOwned>(sealed: &str, key: &DecryptionKey) -> Refused<T> {
    let failed = || Refusal::new(RefusalCode::ServerError, "seal").because(Fault::new(Code::Internal));
    let text = key.decrypt(sealed)?;
    serde_json::from_slice(&text).map_err(|_| failed())
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
