//! `private_key_jwt` (OpenID Connect Core §9, RFC 7523): assertions that the service signs to say who it is, with a key on an
//! elliptic curve or, where a provider knows nothing else, with RSA.

use openidconnect::core::CoreJwsSigningAlgorithm;
use openssl::hash::MessageDigest;
use openssl::pkey::{Id, PKey, Private};
use openssl::rsa::Padding;
use openssl::sign::{RsaPssSaltlen, Signer as OpensslSigner};
use tamarack::encoding::base64url_encode;
use tamarack::json::{self, Object, Value};
use tamarack::keys::{KeyType, PublicKey, SecretKey, SignatureAlgorithm, Signer};
use tamarack::{Code, Fault, SystemRandomness, Timestamp};
use tamarack_openid4vc::oauth::Secret;

use super::SignInError;
use super::provider::{Metadata, Provider};
use super::settings::ClientProof;

/// Seconds that an assertion is good for.
const SECONDS: i64 = 60;
/// Bits that an RSA key must have (RFC 7518 §3.3).
const RSA_BITS: u32 = 2_048;

/// Reads the key of a settings file: a JWK or PEM of an elliptic curve, or PEM of RSA.
pub(super) fn read_key(bytes: &[u8]) -> Option<Box<dyn Signer + Send + Sync>> {
    let text = || std::str::from_utf8(bytes).unwrap_or_default();
    let ours = match json::parse(bytes) {
        Ok(jwk) => SecretKey::from_jwk(&jwk),
        Err(_) => SecretKey::from_pem(text()),
    };
    match ours {
        Ok(key) => Some(Box::new(key)),
        Err(_) => Some(Box::new(RsaKey::from_pem(text())?)),
    }
}

/// An RSA key of the service's own: for providers alone, never for credentials. OpenSSL wipes it.
struct RsaKey {
    key: PKey<Private>,
    public: PublicKey,
}

impl RsaKey {
    fn from_pem(text: &str) -> Option<Self> {
        let key = PKey::private_key_from_pem(text.as_bytes()).ok()?;
        if key.id() != Id::RSA || key.bits() < RSA_BITS {
            return None;
        }
        let public = String::from_utf8(key.public_key_to_pem().ok()?).ok()?;
        Some(Self { public: PublicKey::from_pem(&public).ok()?, key })
    }
}

impl Signer for RsaKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, Fault> {
        let failed = |_| Fault::new(Code::KeySignerFailed);
        let mut signer = OpensslSigner::new(MessageDigest::sha256(), &self.key).map_err(failed)?;
        match algorithm {
            SignatureAlgorithm::Rs256 => {}
            SignatureAlgorithm::Ps256 => {
                signer.set_rsa_padding(Padding::PKCS1_PSS).map_err(failed)?;
                signer.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH).map_err(failed)?;
            }
            _ => return Err(Code::KeyWrongSuite.into()),
        }
        signer.sign_oneshot_to_vec(message).map_err(failed)
    }
}

/// An assertion for a provider. Its audience is the issuer, which no other server has (RFC 7523bis).
pub(super) fn assertion(provider: &Provider, metadata: &Metadata, now: Timestamp) -> Result<String, SignInError> {
    let ClientProof::Key(key, id) = &provider.settings.proof else { return Err(SignInError::Provider) };
    let algorithm = match key.public_key().key_type() {
        KeyType::P256 => SignatureAlgorithm::Es256,
        KeyType::P384 => SignatureAlgorithm::Es384,
        KeyType::Rsa => rsa_algorithm(metadata),
        _ => SignatureAlgorithm::EdDsa,
    };
    let jti = Secret::draw(&mut SystemRandomness).map_err(|_| SignInError::Store)?;
    let claims = serde_json::json!({
        "iss": provider.settings.client_id,
        "sub": provider.settings.client_id,
        "aud": metadata.issuer().as_str(),
        "jti": jti.expose(),
        "iat": now.unix(),
        "exp": now.plus_seconds(SECONDS).unix(),
    });
    let mut header = Object::new();
    header.insert("typ", "JWT");
    header.insert("kid", id.clone().unwrap_or_else(|| key.public_key().jwk_thumbprint()));
    let payload = claims.to_string();
    let signed = match key.public_key().key_type() {
        KeyType::Rsa => rsa_jwt(header, payload.as_bytes(), algorithm, key.as_ref()),
        _ => tamarack::jose::Jws::sign(&header, payload.as_bytes(), algorithm, key.as_ref()),
    };
    signed.map_err(|_| SignInError::Provider)
}

/// The core signs nothing with RSA; a provider's wish is no reason that it should.
fn rsa_jwt(
    mut header: Object<'static>,
    payload: &[u8],
    algorithm: SignatureAlgorithm,
    key: &dyn Signer,
) -> Result<String, Fault> {
    header.insert("alg", if algorithm == SignatureAlgorithm::Ps256 { "PS256" } else { "RS256" });
    let header = json::to_string(&Value::Object(header));
    let input = format!("{}.{}", base64url_encode(header.as_bytes()), base64url_encode(payload));
    let signature = key.sign(algorithm, input.as_bytes())?;
    Ok(format!("{input}.{}", base64url_encode(&signature)))
}

/// `RS256`, which every provider knows, unless it says that it takes `PS256` and not that.
fn rsa_algorithm(metadata: &Metadata) -> SignatureAlgorithm {
    let named = metadata.token_endpoint_auth_signing_alg_values_supported();
    let takes = |name: &CoreJwsSigningAlgorithm| named.is_some_and(|all| all.contains(name));
    let only_pss =
        takes(&CoreJwsSigningAlgorithm::RsaSsaPssSha256) && !takes(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256);
    if only_pss { SignatureAlgorithm::Ps256 } else { SignatureAlgorithm::Rs256 }
}

#[cfg(test)]
mod tests {
    use openssl::rsa::Rsa;

    use super::*;

    #[test]
    fn keys_that_are_too_short_or_public_are_none() {
        let pem = |bits| Rsa::generate(bits).unwrap().private_key_to_pem().unwrap();
        assert_eq!(read_key(&pem(2_048)).unwrap().public_key().key_type(), KeyType::Rsa);
        assert!(read_key(&pem(1_024)).is_none());
        assert!(read_key(&Rsa::generate(2_048).unwrap().public_key_to_pem().unwrap()).is_none());
        assert!(read_key(b"-----BEGIN NOTHING-----").is_none());
        let key = read_key(&pem(2_048)).unwrap();
        assert!(key.sign(SignatureAlgorithm::Es256, b"x").is_err());
    }
}
