//! JSON Web Keys (RFC 7517, 7518 §6, 8037): public ones in and out.

use sha2::{Digest as _, Sha256};

use super::elliptic::{Curve, EcPublic};
use super::rsa::RsaPublic;
use super::{KeyType, PublicKey};
use crate::encoding::{base64url_decode, base64url_encode};
use crate::json::{self, Object, Value};
use crate::{Code, Fault};

/// The members that hold secrets (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// What a JWK's `use` and `key_ops` (RFC 7517 §4.2, §4.3) leave the key to do. They bind whoever uses the key, not the
/// key itself: a key is read whatever they say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JwkUse {
    /// Whether the key may verify signatures.
    pub verifies: bool,
    /// Whether the key may be used for key agreement or encryption.
    pub agrees: bool,
}

impl Default for JwkUse {
    /// Nothing is excluded.
    fn default() -> Self {
        Self { verifies: true, agrees: true }
    }
}

impl JwkUse {
    /// Reads `use` and `key_ops`. Where they contradict each other, what either excludes is excluded.
    #[must_use]
    pub fn of(jwk: &Value<'_>) -> Self {
        let named = jwk.get("use").map(|value| value.as_str().unwrap_or_default());
        let operations = jwk.get("key_ops").map(Value::items);
        let may = |of_use: &str, of_operations: &[&str]| {
            named.is_none_or(|named| named == of_use || !matches!(named, "sig" | "enc"))
                && operations.is_none_or(|all| {
                    all.iter().filter_map(Value::as_str).any(|operation| of_operations.contains(&operation))
                })
        };
        Self {
            verifies: may("sig", &["verify", "sign"]),
            agrees: may("enc", &["deriveKey", "deriveBits", "encrypt", "decrypt", "wrapKey", "unwrapKey"]),
        }
    }
}

impl PublicKey {
    /// Reads a public JWK (RFC 7517). A private member is refused.
    ///
    /// # Errors
    /// [`Code::KeyUnsupported`], [`Code::KeyInvalid`] (with the member's name), [`Code::KeySmallOrder`].
    pub fn from_jwk(jwk: &Value<'_>) -> Result<Self, Fault> {
        let jwk = jwk.as_object().ok_or(Code::KeyInvalid)?;
        if let Some(member) = PRIVATE_MEMBERS.iter().find(|member| jwk.contains_key(member)) {
            return Err(Fault::new(Code::KeyInvalid).about(*member));
        }
        public_part(jwk)
    }

    /// The public JWK.
    #[must_use]
    pub fn to_jwk(&self) -> Value<'static> {
        Value::Object(self.jwk_members().into_iter().map(|(name, value)| (name, Value::from(value))).collect())
    }

    /// The thumbprint of the JWK with SHA-256 (RFC 7638), in base64url.
    #[must_use]
    pub fn jwk_thumbprint(&self) -> String {
        base64url_encode(&Sha256::digest(json::to_string(&self.to_jwk()).as_bytes()))
    }

    /// The members of the JWK that make the key, in the order of RFC 7638 §3.2.
    fn jwk_members(&self) -> Vec<(&'static str, String)> {
        let okp = |curve: &str| {
            vec![("crv", curve.to_owned()), ("kty", "OKP".to_owned()), ("x", base64url_encode(self.bytes()))]
        };
        match self.key_type() {
            KeyType::Ed25519 => okp("Ed25519"),
            KeyType::X25519 => okp("X25519"),
            KeyType::Bls12381G2 => okp("Bls12381G2"),
            KeyType::P256 | KeyType::P384 | KeyType::Secp256k1 => {
                let (x, y) = self.as_elliptic().and_then(|key| key.coordinates().ok()).unwrap_or_default();
                vec![
                    ("crv", self.key_type().name().to_owned()),
                    ("kty", "EC".to_owned()),
                    ("x", base64url_encode(&x)),
                    ("y", base64url_encode(&y)),
                ]
            }
            KeyType::Rsa => {
                let (n, e) = self.as_rsa().map(RsaPublic::components).unwrap_or_default();
                vec![("e", base64url_encode(&e)), ("kty", "RSA".to_owned()), ("n", base64url_encode(&n))]
            }
        }
    }
}

/// The public key of a JWK, whatever else stands in it.
pub(super) fn public_part(jwk: &Object<'_>) -> Result<PublicKey, Fault> {
    match text(jwk, "kty")? {
        "OKP" => match text(jwk, "crv")? {
            "Ed25519" => PublicKey::from_bytes(KeyType::Ed25519, &bytes(jwk, "x")?),
            "X25519" => PublicKey::from_bytes(KeyType::X25519, &bytes(jwk, "x")?),
            "Bls12381G2" => PublicKey::from_bytes(KeyType::Bls12381G2, &bytes(jwk, "x")?),
            other => Err(Fault::new(Code::KeyUnsupported).about(other)),
        },
        "EC" => {
            let curve = match text(jwk, "crv")? {
                "P-256" => Curve::P256,
                "P-384" => Curve::P384,
                "secp256k1" => Curve::Secp256k1,
                other => return Err(Fault::new(Code::KeyUnsupported).about(other)),
            };
            EcPublic::from_coordinates(curve, &bytes(jwk, "x")?, &bytes(jwk, "y")?).map(PublicKey::from)
        }
        "RSA" => RsaPublic::from_components(&bytes(jwk, "n")?, &bytes(jwk, "e")?).map(PublicKey::from),
        other => Err(Fault::new(Code::KeyUnsupported).about(other)),
    }
}

/// A member that is a text.
pub(super) fn text<'j>(jwk: &'j Object<'_>, member: &'static str) -> Result<&'j str, Fault> {
    jwk.get(member).and_then(Value::as_str).ok_or_else(|| Fault::new(Code::KeyInvalid).about(member))
}

/// A member that is base64url.
fn bytes(jwk: &Object<'_>, member: &'static str) -> Result<Vec<u8>, Fault> {
    base64url_decode(text(jwk, member)?).map_err(|_| Fault::new(Code::KeyInvalid).about(member))
}
