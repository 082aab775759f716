//! Encrypted responses (OpenID4VP §8.3): an unsigned JWE to a key that was made for one request; and request objects that
//! a wallet wants encrypted (§5.10).
//!
//! ECDH-ES with A128GCM or A256GCM, by josekit, whose ephemeral keys come from the operating system.

use josekit::jwe::{ECDH_ES, JweHeader, serialize_compact};
use josekit::jwk::Jwk;
use tamarack::encoding::base64url_encode;
use tamarack::json::{self, Object, Value};
use tamarack::keys::{KeyType, PublicKey, SecretKey};
use tamarack::{Code, Fault, Randomness};
use zeroize::Zeroizing;

use super::metadata::ClientMetadata;
use crate::jwe::{self, Opener, Unopened};
use crate::{Refusal, RefusalCode, Result, limits};

/// The key that one message is encrypted to: the verifier's for a response, the wallet's for a request object. It wipes
/// itself.
pub struct DecryptionKey {
    secret: Zeroizing<String>,
    public: PublicKey,
    kid: String,
}

impl core::fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DecryptionKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl DecryptionKey {
    /// A new P-256 key; its name is its thumbprint.
    ///
    /// # Errors
    /// `server_error` (`randomness`).
    pub fn generate(rng: &mut dyn Randomness) -> Result<Self> {
        let failed = |fault: Fault| Refusal::new(RefusalCode::ServerError, "randomness").because(fault);
        let mut seed = Zeroizing::new([0_u8; 32]);
        let mut last = None;
        // A candidate that is not below the group's order is thrown away; the odds are 2^-32.
        for _ in 0..8 {
            rng.fill(seed.as_mut()).map_err(failed)?;
            match SecretKey::from_bytes(KeyType::P256, seed.as_ref()) {
                Ok(key) => return Ok(Self::of(&key)),
                Err(fault) => last = Some(fault),
            }
        }
        Err(last.map_or(Refusal::new(RefusalCode::ServerError, "randomness"), failed))
    }

    fn of(key: &SecretKey) -> Self {
        let public = tamarack::keys::Signer::public_key(key).clone();
        Self { secret: key.expose_jwk(), kid: public.jwk_thumbprint(), public }
    }

    /// The key of a private JWK, as [`Self::expose_jwk`] gave it. Its public part is believed: to work it out again would cost
    /// as much as a signature each time that a store hands the key out, and a wrong one decrypts nothing.
    ///
    /// # Errors
    /// `server_error` (`session`).
    pub fn from_jwk(text: &str) -> Result<Self> {
        let failed = |fault: Fault| Refusal::new(RefusalCode::ServerError, "session").because(fault);
        let value = json::parse(text.as_bytes()).map_err(failed)?;
        let mut public = value.as_object().cloned().unwrap_or_default();
        if public.remove("d").is_none() {
            return Err(failed(Fault::new(Code::KeyInvalid).about("d")));
        }
        let public = PublicKey::from_jwk(&Value::Object(public)).map_err(failed)?;
        Ok(Self { secret: Zeroizing::new(text.to_owned()), kid: public.jwk_thumbprint(), public })
    }

    /// The private JWK, for a store that keeps secrets.
    #[must_use]
    pub fn expose_jwk(&self) -> Zeroizing<String> {
        self.secret.clone()
    }

    /// Its name.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public JWK for `client_metadata` or `wallet_metadata`.
    #[must_use]
    pub fn public_jwk(&self) -> Object<'static> {
        let mut jwk = match self.public.to_jwk() {
            Value::Object(jwk) => jwk,
            _ => Object::new(),
        };
        jwk.insert("use", "enc");
        jwk.insert("alg", jwe::ALG);
        jwk.insert("kid", self.kid.clone());
        jwk
    }

    /// Opens a response.
    ///
    /// # Errors
    /// `invalid_request`: `response` for what is no JWE to this key, `alg`, `enc` or `kid` for one that is made otherwise than was
    /// asked for.
    pub fn decrypt(&self, token: &str) -> Result<Zeroizing<Vec<u8>>> {
        // §8.3: "the JWE MUST include the same value in the kid JWE Header Parameter".
        let key = Opener { kid: &self.kid, public: &self.public, secret: &self.secret };
        jwe::open(token, limits::ANSWER_BYTES, [key]).map_err(|reason| {
            wrong(match reason {
                Unopened::Alg => "alg",
                Unopened::Enc => "enc",
                Unopened::Kid => "kid",
                Unopened::Zip | Unopened::Epk | Unopened::Shape => "response",
            })
        })
    }
}

/// Encrypts a response to a verifier.
///
/// # Errors
/// `invalid_request` (`client_metadata`) if there is no key that both sides know.
pub fn encrypt(content: &[u8], metadata: &ClientMetadata) -> Result<String> {
    seal(content, metadata, None)
}

/// Encrypts a request object to a wallet: a nested JWT (RFC 7519 §5.2, RFC 9101 §6.2).
pub(crate) fn encrypt_request(token: &str, wallet: &ClientMetadata) -> Result<String> {
    seal(token.as_bytes(), wallet, Some("JWT"))
}

fn seal(content: &[u8], metadata: &ClientMetadata, kind: Option<&str>) -> Result<String> {
    let (to, content_encryption) = metadata.encryption()?;
    let seal = || -> Result<String, josekit::JoseError> {
        let mut header = JweHeader::new();
        header.set_content_encryption(content_encryption.as_str());
        if let Some(kid) = &to.kid {
            header.set_key_id(kid);
        }
        if let Some(kind) = kind {
            header.set_content_type(kind);
        }
        let jwk = Jwk::from_bytes(json::to_string(&to.key.to_jwk()).as_bytes())?;
        let mut encrypter = ECDH_ES.encrypter_from_jwk(&jwk)?;
        encrypter.remove_key_id();
        serialize_compact(content, &header, &encrypter)
    };
    seal().map_err(|_| wrong("client_metadata"))
}

/// The name of the key that a response is encrypted to: for a verifier who looks for the session that it belongs to.
#[must_use]
pub fn kid_of(token: &str) -> Option<String> {
    jwe::header(token, limits::ANSWER_BYTES).ok()?.get("kid").and_then(Value::as_str).map(str::to_owned)
}

/// A random text of [`limits::RANDOM_BYTES`], in base64url.
pub(crate) fn random_text(rng: &mut dyn Randomness) -> Result<String> {
    let mut bytes = Zeroizing::new([0_u8; limits::RANDOM_BYTES]);
    let failed = |fault: Fault| Refusal::new(RefusalCode::ServerError, "randomness").because(fault);
    rng.fill(bytes.as_mut()).map_err(failed)?;
    Ok(base64url_encode(bytes.as_ref()))
}

const fn wrong(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, name)
}
