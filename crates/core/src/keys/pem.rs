//! Public keys as PEM (RFC 7468): SubjectPublicKeyInfo (RFC 5280 §4.1, RFC 8410 for the Edwards curves).

use openssl::ec::EcKey;
use openssl::pkey::{Id, PKey, Public};

use super::elliptic::{Curve, EcPublic};
use super::rsa::RsaPublic;
use super::{KeyType, PublicKey};
use crate::{Code, Fault};

/// Longest PEM text that is read; an RSA key of 8192 bits has 1 500 bytes.
pub(super) const LONGEST: usize = 16_384;

impl PublicKey {
    /// Reads a PEM text of one `PUBLIC KEY` (SubjectPublicKeyInfo).
    ///
    /// # Errors
    /// [`Code::KeyInvalid`], [`Code::KeyUnsupported`], [`Code::KeySmallOrder`].
    pub fn from_pem(text: &str) -> Result<Self, Fault> {
        let invalid = || Fault::new(Code::KeyInvalid).about("PEM");
        let text = text.trim();
        if text.len() > LONGEST
            || !text.starts_with("-----BEGIN PUBLIC KEY-----")
            || text.matches("-----BEGIN ").count() != 1
        {
            return Err(invalid());
        }
        let key = PKey::public_key_from_pem(text.as_bytes()).map_err(|_| invalid())?;
        match key.id() {
            Id::ED25519 => Self::from_bytes(KeyType::Ed25519, &key.raw_public_key().map_err(|_| invalid())?),
            Id::X25519 => Self::from_bytes(KeyType::X25519, &key.raw_public_key().map_err(|_| invalid())?),
            Id::EC => EcPublic::from_openssl(&key.ec_key().map_err(|_| invalid())?).map(Self::from),
            Id::RSA => RsaPublic::checked(key.rsa().map_err(|_| invalid())?).map(Self::from),
            _ => Err(Fault::new(Code::KeyUnsupported).about("PEM")),
        }
    }

    /// The PEM text of the SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// [`Code::KeyUnsupported`] for BLS12-381, which has none.
    pub fn to_pem(&self) -> Result<String, Fault> {
        let internal = |_| Fault::new(Code::Internal);
        let key: PKey<Public> = match self.key_type() {
            KeyType::Ed25519 => PKey::public_key_from_raw_bytes(self.bytes(), Id::ED25519).map_err(internal)?,
            KeyType::X25519 => PKey::public_key_from_raw_bytes(self.bytes(), Id::X25519).map_err(internal)?,
            KeyType::P256 | KeyType::P384 | KeyType::Secp256k1 => {
                let key: EcKey<Public> = self.as_elliptic().ok_or(Code::Internal)?.key().clone();
                PKey::from_ec_key(key).map_err(internal)?
            }
            KeyType::Rsa => PKey::from_rsa(self.as_rsa().ok_or(Code::Internal)?.rsa().clone()).map_err(internal)?,
            KeyType::Bls12381G2 => return Err(Fault::new(Code::KeyUnsupported).about(self.key_type().name())),
        };
        String::from_utf8(key.public_key_to_pem().map_err(internal)?).map_err(|_| Code::Internal.into())
    }
}

impl EcPublic {
    /// Takes a key that OpenSSL has read, if it is on a curve that is named and known here.
    pub(super) fn from_openssl(key: &EcKey<Public>) -> Result<Self, Fault> {
        use openssl::nid::Nid;
        let curve = match key.group().curve_name() {
            Some(Nid::X9_62_PRIME256V1) => Curve::P256,
            Some(Nid::SECP384R1) => Curve::P384,
            Some(Nid::SECP256K1) => Curve::Secp256k1,
            _ => return Err(Fault::new(Code::KeyUnsupported).about("EC")),
        };
        Self::from_point(curve, key.group(), key.public_key())
    }
}
