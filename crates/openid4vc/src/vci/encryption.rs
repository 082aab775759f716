//! Encrypted credential requests and responses (OpenID4VCI §10): a JWE with ECDH-ES, made and opened by josekit, whose
//! ephemeral keys come from the operating system. Nothing is compressed: what is inflated could be far larger than what came.

use josekit::jwe::{ECDH_ES, JweHeader, serialize_compact};
use josekit::jwk::Jwk;
use tamarack::json::{self, Value};
use tamarack::keys::{JwkUse, KeyType, PublicKey, SecretKey, Signer as _};
use zeroize::Zeroizing;

use super::credential::{CredentialResponse, ResponseKey};
use super::metadata::IssuerMetadata;
use crate::jwe::{self, Opener, Unopened};
use crate::{Refusal, RefusalCode, Result, limits};

/// The key management algorithms that are supported.
pub const ALG: [&str; 1] = [jwe::ALG];
/// The content encryption algorithms that are supported.
pub const ENC: [&str; 2] = jwe::ENC;

const CODE: RefusalCode = RefusalCode::InvalidEncryptionParameters;

/// A key to which messages are encrypted: the issuer's for requests, the wallet's for responses. It wipes itself.
pub struct DecryptionKey {
    kid: String,
    public: PublicKey,
    secret: Zeroizing<String>,
}

impl DecryptionKey {
    /// A P-256 or P-384 key under a name.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidEncryptionParameters`] for another kind of key.
    pub fn new(kid: impl Into<String>, key: &SecretKey) -> Result<Self> {
        if !matches!(key.public_key().key_type(), KeyType::P256 | KeyType::P384) {
            return Err(refuse("the kind of key"));
        }
        Ok(Self { kid: kid.into(), public: key.public_key().clone(), secret: key.expose_jwk() })
    }

    /// The public JWK with `kid`, `use` and `alg`, for the metadata or a request.
    #[must_use]
    pub fn public_jwk(&self) -> Value<'static> {
        let mut jwk = self.public.to_jwk();
        if let Some(jwk) = jwk.as_object_mut() {
            jwk.insert("kid", self.kid.clone());
            jwk.insert("use", "enc");
            jwk.insert("alg", "ECDH-ES");
        }
        jwk
    }
}

impl core::fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DecryptionKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// Encrypts a message to a public JWK, which must say its `alg`; its `kid` is copied (§10).
///
/// # Errors
/// [`RefusalCode::InvalidEncryptionParameters`] for a key or algorithm that is not supported.
pub fn encrypt(message: &[u8], jwk: &Value<'_>, enc: &str) -> Result<String> {
    if jwk.get("alg").and_then(Value::as_str).is_none_or(|alg| !ALG.contains(&alg)) {
        return Err(refuse("alg"));
    }
    if !ENC.contains(&enc) {
        return Err(refuse("enc"));
    }
    let key = PublicKey::from_jwk(jwk).map_err(|fault| refuse("jwk").because(fault))?;
    let agrees = matches!(key.key_type(), KeyType::P256 | KeyType::P384 | KeyType::X25519);
    if !agrees || !JwkUse::of(jwk).agrees {
        return Err(refuse("jwk"));
    }
    let mut header = JweHeader::new();
    header.set_content_encryption(enc);
    let seal = || -> Result<String, josekit::JoseError> {
        let jwk_text = json::to_string(&key.to_jwk());
        let mut encrypter = ECDH_ES.encrypter_from_jwk(&Jwk::from_bytes(jwk_text.as_bytes())?)?;
        if let Some(kid) = jwk.get("kid").and_then(Value::as_str) {
            encrypter.set_key_id(kid);
        }
        serialize_compact(message, &header, &encrypter)
    };
    seal().map_err(|_| refuse("jwk"))
}

/// Opens a message that was encrypted to one of the keys.
///
/// # Errors
/// [`RefusalCode::InvalidEncryptionParameters`], about `kid`, `alg`, `enc` or `zip`, and for what cannot be opened.
pub fn decrypt(message: &str, keys: &[&DecryptionKey]) -> Result<Zeroizing<Vec<u8>>> {
    let keys = keys.iter().map(|key| Opener { kid: &key.kid, public: &key.public, secret: &key.secret });
    jwe::open(message, 2 * limits::CREDENTIAL_RESPONSE_BYTES, keys).map_err(|reason| {
        refuse(match reason {
            Unopened::Alg => "alg",
            Unopened::Enc => "enc",
            Unopened::Kid => "kid",
            Unopened::Zip => "zip",
            Unopened::Epk => "epk",
            Unopened::Shape => "the JWE",
        })
    })
}

/// The JSON of a credential request or deferred credential request, out of its body.
pub struct RequestBody {
    /// The JSON text.
    pub json: Zeroizing<Vec<u8>>,
    /// Whether it was encrypted.
    pub encrypted: bool,
}

impl RequestBody {
    /// Reads a body, as its `Content-Type` says: `application/json`, or `application/jwt` if it is encrypted (§8.2, §10).
    ///
    /// # Errors
    /// [`RefusalCode::InvalidCredentialRequest`] for another type; [`RefusalCode::InvalidEncryptionParameters`] if the issuer
    /// wants encryption and there is none, or if it cannot be opened.
    pub fn read(content_type: &str, body: &[u8], metadata: &IssuerMetadata, keys: &[&DecryptionKey]) -> Result<Self> {
        let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if body.len() > 2 * limits::MESSAGE_BYTES {
            return Err(Refusal::new(RefusalCode::InvalidCredentialRequest, "the length of the request"));
        }
        match (media_type.as_str(), &metadata.request_encryption) {
            ("application/json", Some(encryption)) if encryption.required => Err(refuse("encryption_required")),
            ("application/json", _) => Ok(Self { json: Zeroizing::new(body.to_vec()), encrypted: false }),
            ("application/jwt", Some(_)) => {
                let message = std::str::from_utf8(body).map_err(|_| refuse("the JWE"))?;
                Ok(Self { json: decrypt(message.trim(), keys)?, encrypted: true })
            }
            ("application/jwt", None) => Err(refuse("credential_request_encryption")),
            _ => Err(Refusal::new(RefusalCode::InvalidCredentialRequest, "Content-Type")),
        }
    }

    /// Whether the response may go the way that the request asks for.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidEncryptionParameters`] if the issuer wants encryption and there is no key; if there is a key and
    /// the request was not encrypted, so that anybody may have put it there (§8.2); if key or algorithms are not supported.
    pub fn check_response_key(&self, key: Option<&ResponseKey>, metadata: &IssuerMetadata) -> Result<()> {
        match (key, &metadata.response_encryption) {
            (None, Some(encryption)) if encryption.required => Err(refuse("credential_response_encryption")),
            (None, _) => Ok(()),
            (Some(_), None) => Err(refuse("credential_response_encryption")),
            (Some(_), Some(_)) if !self.encrypted => Err(refuse("an encrypted request")),
            (Some(key), Some(encryption)) => {
                let alg = key.jwk.get("alg").and_then(Value::as_str).unwrap_or_default();
                if !encryption.alg.iter().any(|known| known == alg) {
                    return Err(refuse("alg"));
                }
                if !encryption.enc.contains(&key.enc) {
                    return Err(refuse("enc"));
                }
                if key.zip.is_some() {
                    return Err(refuse("zip"));
                }
                // What cannot be encrypted to is found out now, not when the credential has been issued.
                encrypt(b"{}", &key.jwk, &key.enc).map(drop)
            }
        }
    }
}

/// The JSON only.
impl core::fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RequestBody").field("encrypted", &self.encrypted).finish_non_exhaustive()
    }
}

/// The `Content-Type` and body of a response, encrypted if the request had a key for it. Errors are never encrypted.
///
/// # Errors
/// [`RefusalCode::InvalidEncryptionParameters`].
pub fn write_response(response: &CredentialResponse, key: Option<&ResponseKey>) -> Result<(&'static str, String)> {
    let json = Zeroizing::new(response.to_json());
    match key {
        None => Ok(("application/json", json.to_string())),
        Some(key) => Ok(("application/jwt", encrypt(json.as_bytes(), &key.jwk, &key.enc)?)),
    }
}

/// Reads a response for a wallet that asked for encryption or did not.
///
/// # Errors
/// [`RefusalCode::InvalidResponse`] for a response that should be encrypted and is not, or cannot be opened, or is malformed.
pub fn read_response(content_type: &str, body: &[u8], key: Option<&DecryptionKey>) -> Result<CredentialResponse> {
    let refuse = |about| Refusal::new(RefusalCode::InvalidResponse, about);
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match (media_type.as_str(), key) {
        ("application/json", None) => CredentialResponse::parse(body),
        ("application/jwt", Some(key)) => {
            let message = std::str::from_utf8(body).map_err(|_| refuse("the JWE"))?;
            let json = decrypt(message.trim(), &[key]).map_err(|refusal| refuse(refusal.about()))?;
            CredentialResponse::parse(&json)
        }
        _ => Err(refuse("Content-Type")),
    }
}

fn refuse(about: &'static str) -> Refusal {
    Refusal::new(CODE, about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_one_key_and_back() {
        for kind in [KeyType::P256, KeyType::P384] {
            let key = DecryptionKey::new("k1", &SecretKey::generate(kind).unwrap()).unwrap();
            let other = DecryptionKey::new("k1", &SecretKey::generate(kind).unwrap()).unwrap();
            for enc in ENC {
                let sealed = encrypt(b"{\"a\":1}", &key.public_jwk(), enc).unwrap();
                assert_eq!(decrypt(&sealed, &[&key]).unwrap().as_slice(), b"{\"a\":1}");
                assert_eq!(decrypt(&sealed, &[&other]).unwrap_err().about(), "the JWE");
                for (at, part) in sealed.split('.').enumerate().filter(|(_, part)| !part.is_empty()) {
                    let mut parts: Vec<String> = sealed.split('.').map(str::to_owned).collect();
                    let flipped = if part.starts_with('A') { "B" } else { "A" };
                    parts[at].replace_range(0..1, flipped);
                    decrypt(&parts.join("."), &[&key]).unwrap_err();
                }
            }
        }
    }

    #[test]
    fn what_is_not_taken() {
        let key = DecryptionKey::new("k1", &SecretKey::generate(KeyType::P256).unwrap()).unwrap();
        let mut jwk = key.public_jwk();
        assert_eq!(encrypt(b"", &jwk, "A128CBC-HS256").unwrap_err().about(), "enc");
        jwk.as_object_mut().unwrap().insert("alg", "RSA-OAEP");
        assert_eq!(encrypt(b"", &jwk, "A128GCM").unwrap_err().about(), "alg");
        jwk.as_object_mut().unwrap().insert("alg", "ECDH-ES");
        jwk.as_object_mut().unwrap().insert("use", "sig");
        assert_eq!(encrypt(b"", &jwk, "A128GCM").unwrap_err().about(), "jwk");
        assert!(DecryptionKey::new("k", &SecretKey::generate(KeyType::Ed25519).unwrap()).is_err());
        assert!(!format!("{key:?}").contains("\"d\""));
    }
}
