//! Public keys: what they are made of, and checking one signature.

use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};

use super::elliptic::{Curve, EcPublic};
use super::rsa::RsaPublic;
use super::{KeyType, SignatureAlgorithm, strict};
use crate::{Code, Fault, bbs};

/// A public key. Whoever has one knows that its length, its point and its encoding are right.
///
/// An Ed25519 key is kept as its point and an elliptic-curve key as OpenSSL's, so that nothing is decompressed twice.
#[derive(Clone)]
pub struct PublicKey(Material);

#[derive(Clone)]
enum Material {
    Ed25519(VerifyingKey),
    X25519([u8; 32]),
    Elliptic(EcPublic),
    Bls12381G2(Box<bbs::PublicKey>),
    Rsa(RsaPublic),
}

impl PublicKey {
    /// Reads the raw bytes of a key: compressed points; a DER `RSAPublicKey` for RSA. One key has one encoding.
    ///
    /// # Errors
    /// [`Code::KeyInvalid`], [`Code::KeySmallOrder`].
    pub fn from_bytes(key_type: KeyType, bytes: &[u8]) -> Result<Self, Fault> {
        let invalid = || Fault::new(Code::KeyInvalid).about(key_type.name());
        Ok(Self(match key_type {
            KeyType::Ed25519 => Material::Ed25519(read_ed25519(bytes.try_into().map_err(|_| invalid())?)?),
            KeyType::X25519 => Material::X25519(read_x25519(bytes.try_into().map_err(|_| invalid())?)?),
            KeyType::P256 => Material::Elliptic(EcPublic::from_compressed(Curve::P256, bytes)?),
            KeyType::P384 => Material::Elliptic(EcPublic::from_compressed(Curve::P384, bytes)?),
            KeyType::Secp256k1 => Material::Elliptic(EcPublic::from_compressed(Curve::Secp256k1, bytes)?),
            KeyType::Bls12381G2 => Material::Bls12381G2(Box::new(bbs::PublicKey::from_bytes(bytes)?)),
            KeyType::Rsa => Material::Rsa(RsaPublic::from_pkcs1(bytes)?),
        }))
    }

    /// The kind of key.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        match &self.0 {
            Material::Ed25519(_) => KeyType::Ed25519,
            Material::X25519(_) => KeyType::X25519,
            Material::Elliptic(key) => key.curve().key_type(),
            Material::Bls12381G2(_) => KeyType::Bls12381G2,
            Material::Rsa(_) => KeyType::Rsa,
        }
    }

    /// The raw bytes, as [`Self::from_bytes`] reads them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match &self.0 {
            Material::Ed25519(key) => key.as_bytes(),
            Material::X25519(bytes) => bytes,
            Material::Elliptic(key) => key.compressed(),
            Material::Bls12381G2(key) => key.bytes(),
            Material::Rsa(key) => key.pkcs1(),
        }
    }

    /// Checks one signature.
    ///
    /// Ed25519 accepts what `verify_strict` of ed25519-dalek accepts: `s` below the group's order, `R` and the key of no small
    /// order, `R` in its one encoding, and the equation without cofactor. ECDSA accepts a high `s`, as FIPS 186-5 and RFC 7518 do.
    ///
    /// # Errors
    /// [`Code::KeyWrongSuite`] if the algorithm is not for this kind of key, [`Code::ProofSignatureInvalid`].
    pub fn verify(&self, algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Result<(), Fault> {
        match (algorithm, &self.0) {
            (SignatureAlgorithm::EdDsa, Material::Ed25519(key)) => verify_ed25519(key, message, signature),
            (SignatureAlgorithm::Es256, Material::Elliptic(key)) if key.curve() == Curve::P256 => {
                key.verify(message, signature)
            }
            (SignatureAlgorithm::Es384, Material::Elliptic(key)) if key.curve() == Curve::P384 => {
                key.verify(message, signature)
            }
            (SignatureAlgorithm::Rs256 | SignatureAlgorithm::Ps256, Material::Rsa(key)) => {
                key.verify(algorithm, message, signature)
            }
            _ => Err(Fault::new(Code::KeyWrongSuite).about(self.key_type().name())),
        }
    }

    /// The X25519 key of an Ed25519 key: the same point on the Montgomery curve (did:key §3.1.3). `None` for other kinds.
    #[must_use]
    pub fn to_x25519(&self) -> Option<Self> {
        self.as_ed25519().map(|key| Self(Material::X25519(key.to_montgomery().0)))
    }

    /// The Ed25519 key with its point, if it is one.
    pub(super) const fn as_ed25519(&self) -> Option<&VerifyingKey> {
        match &self.0 {
            Material::Ed25519(key) => Some(key),
            _ => None,
        }
    }

    /// The key of BBS signatures, if it is one.
    #[must_use]
    pub fn as_bls12381_g2(&self) -> Option<&bbs::PublicKey> {
        match &self.0 {
            Material::Bls12381G2(key) => Some(key),
            _ => None,
        }
    }

    /// The elliptic-curve key, if it is one.
    pub(super) const fn as_elliptic(&self) -> Option<&EcPublic> {
        match &self.0 {
            Material::Elliptic(key) => Some(key),
            _ => None,
        }
    }

    /// The RSA key, if it is one.
    pub(super) const fn as_rsa(&self) -> Option<&RsaPublic> {
        match &self.0 {
            Material::Rsa(key) => Some(key),
            _ => None,
        }
    }
}

impl From<bbs::PublicKey> for PublicKey {
    fn from(key: bbs::PublicKey) -> Self {
        Self(Material::Bls12381G2(Box::new(key)))
    }
}

impl From<EcPublic> for PublicKey {
    fn from(key: EcPublic) -> Self {
        Self(Material::Elliptic(key))
    }
}

impl From<RsaPublic> for PublicKey {
    fn from(key: RsaPublic) -> Self {
        Self(Material::Rsa(key))
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.key_type() == other.key_type() && self.bytes() == other.bytes()
    }
}

impl Eq for PublicKey {}

impl core::hash::Hash for PublicKey {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.key_type().hash(state);
        self.bytes().hash(state);
    }
}

impl core::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PublicKey({} {})", self.key_type().name(), self.to_multikey())
    }
}

/// RFC 8032 §5.1.3: the y coordinate is below the field's prime and belongs to a point; and the point proves something.
fn read_ed25519(bytes: &[u8; 32]) -> Result<VerifyingKey, Fault> {
    let invalid = || Fault::new(Code::KeyInvalid).about(KeyType::Ed25519.name());
    if !below_prime(bytes) {
        return Err(invalid());
    }
    let key = VerifyingKey::from_bytes(bytes).map_err(|_| invalid())?;
    // The two points with x = 0, whose sign bit could be set in vain, are of small order too.
    if key.is_weak() {
        return Err(Code::KeySmallOrder.into());
    }
    Ok(key)
}

/// RFC 8032 §5.1.7. dalek's `verify` compares the bytes of `R`; what `verify_strict` asks for beyond that is that neither
/// the key (see [`read_ed25519`]) nor `R` (see [`strict`]) be of small order.
fn verify_ed25519(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<(), Fault> {
    let matches = Signature::from_slice(signature)
        .is_ok_and(|signature| !strict::is_small_order(signature.r_bytes()) && key.verify(message, &signature).is_ok());
    if matches { Ok(()) } else { Err(Code::ProofSignatureInvalid.into()) }
}

/// RFC 7748 §5 takes any 32 bytes; a key of one encoding and of no small order is what two parties can agree on.
fn read_x25519(bytes: &[u8; 32]) -> Result<[u8; 32], Fault> {
    let invalid = || Fault::new(Code::KeyInvalid).about(KeyType::X25519.name());
    if bytes.last().is_none_or(|byte| byte & 0x80 != 0) || !below_prime(bytes) {
        return Err(invalid());
    }
    // RFC 7748 §6.1: a u coordinate of small order gives the all-zero secret with every clamped scalar.
    let shared = curve25519_dalek::MontgomeryPoint(*bytes).mul_clamped([0x55; 32]);
    if shared.0 == [0; 32] {
        return Err(Code::KeySmallOrder.into());
    }
    Ok(*bytes)
}

/// Whether the low 255 bits are below 2^255 - 19.
fn below_prime(bytes: &[u8; 32]) -> bool {
    let [first, middle @ .., last] = bytes;
    last & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff) || *first < 0xed
}
