//! What is kept sealed, so that the database alone does not tell it: only whoever has the secret from which the key follows
//! can open it. A secret may be the server's own or somebody else's, of which the store has a digest.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use tamarack::json;
use tamarack::{Code, Fault, SeededRandomness};
use tamarack_openid4vc::Result as Refused;
use tamarack_openid4vc::vp::encryption::{DecryptionKey, encrypt};
use tamarack_openid4vc::vp::metadata::ClientMetadata;
use tamarack_openid4vc::{Refusal, RefusalCode};

/// The key that follows from a secret, for one purpose.
pub(crate) struct SealingKey(DecryptionKey);

impl SealingKey {
    /// For one purpose.
    pub(crate) fn of_secret(purpose: &str, secret: &str) -> Refused<Self> {
        let failed = |fault: Fault| Refusal::new(RefusalCode::ServerError, "seal").because(fault);
        let seed: [u8; 32] = Sha256::new_with_prefix(purpose).chain_update(secret).finalize().into();
        let mut numbers = SeededRandomness::new(&seed, b"result").map_err(failed)?;
        DecryptionKey::generate(&mut numbers).map(Self)
    }

    /// Its public key: a JWK Set. With it alone, [`seal_to`] seals.
    pub(crate) fn public_part(&self) -> String {
        let jwk = json::to_string(&json::Value::Object(self.0.public_jwk()));
        format!("{{\"jwks\":{{\"keys\":[{jwk}]}}}}")
    }

    pub(crate) fn seal(&self, what: &impl Serialize) -> Refused<String> {
        seal_to(what, &self.public_part())
    }

    pub(crate) fn open<T: DeserializeOwned>(&self, sealed: &str) -> Refused<T> {
        let failed = || Refusal::new(RefusalCode::ServerError, "seal").because(Fault::new(Code::Internal));
        let text = self.0.decrypt(sealed)?;
        serde_json::from_slice(&text).map_err(|_| failed())
    }
}

/// Seals to a public key.
pub(crate) fn seal_to(what: &impl Serialize, public_key: &str) -> Refused<String> {
    let failed = || Refusal::new(RefusalCode::ServerError, "seal");
    let text = zeroize::Zeroizing::new(serde_json::to_vec(what).map_err(|_| failed())?);
    let value = json::parse(public_key.as_bytes()).map_err(|fault| failed().because(fault))?;
    encrypt(&text, &ClientMetadata::read(&value)?)
}
