//! Keys: public keys validated when they are read, secret keys that wipe themselves, and signers that may be elsewhere.

use crate::json::Value;
use crate::{Code, Fault};

/// The kinds of keys.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum KeyType {
    /// Ed25519, 32 bytes.
    Ed25519,
    /// X25519, 32 bytes (key agreement only).
    X25519,
    /// P-256, 33 bytes compressed.
    P256,
    /// P-384, 49 bytes compressed.
    P384,
    /// secp256k1, 33 bytes compressed.
    Secp256k1,
    /// BLS12-381 G2, 96 bytes compressed.
    Bls12381G2,
    /// RSA of at least 2048 bits, as a DER SubjectPublicKeyInfo.
    Rsa,
}

/// How a signature is made: key type and hash, without the format around it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// Ed25519 (RFC 8032), strict: 64 bytes.
    EdDsa,
    /// ECDSA P-256 with SHA-256: `r || s`, 64 bytes.
    Es256,
    /// ECDSA P-384 with SHA-384: `r || s`, 96 bytes.
    Es384,
    /// RSASSA-PKCS1-v1_5 with SHA-256; verify only.
    Rs256,
    /// RSASSA-PSS with SHA-256; verify only.
    Ps256,
}

/// A public key. Whoever has one knows that its length, its point and its encoding are right.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct PublicKey {
    key_type: KeyType,
    bytes: Vec<u8>,
}

impl PublicKey {
    /// Reads the raw bytes of a key (compressed points; SPKI DER for RSA).
    ///
    /// # Errors
    /// [`Code::KeyInvalid`], [`Code::KeySmallOrder`].
    pub fn from_bytes(_key_type: KeyType, _bytes: &[u8]) -> Result<Self, Fault> {
        Err(Fault::new(Code::Internal))
    }

    /// Reads a Multikey: `z`, multicodec, key.
    ///
    /// # Errors
    /// [`Code::EncodingMultibase`], [`Code::KeyUnsupported`] for an unknown multicodec, [`Code::KeyInvalid`].
    pub fn from_multikey(_text: &str) -> Result<Self, Fault> {
        Err(Fault::new(Code::Internal))
    }

    /// The Multikey text.
    #[must_use]
    pub fn to_multikey(&self) -> String {
        String::new()
    }

    /// Reads a public JWK (RFC 7517). A private member is refused.
    ///
    /// # Errors
    /// [`Code::KeyUnsupported`], [`Code::KeyInvalid`].
    pub fn from_jwk(_jwk: &Value<'_>) -> Result<Self, Fault> {
        Err(Fault::new(Code::Internal))
    }

    /// The public JWK.
    #[must_use]
    pub fn to_jwk(&self) -> Value<'static> {
        Value::Null
    }

    /// The kind of key.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// The raw bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Checks one signature.
    ///
    /// # Errors
    /// [`Code::KeyWrongSuite`] if the algorithm is not for this kind of key, [`Code::ProofSignatureInvalid`].
    pub fn verify(&self, _algorithm: SignatureAlgorithm, _message: &[u8], _signature: &[u8]) -> Result<(), Fault> {
        Err(Fault::new(Code::Internal))
    }
}

/// Something that signs: a key in memory, an HSM, a KMS, a phone's key store. The key stays where it is.
pub trait Signer {
    /// The public key.
    fn public_key(&self) -> &PublicKey;

    /// Signs: 64 bytes for `EdDsa`, `r || s` for the ECDSA algorithms.
    ///
    /// # Errors
    /// [`Code::KeyWrongSuite`] if the key cannot do the algorithm, [`Code::KeySignerFailed`] if the device refuses.
    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, Fault>;
}
