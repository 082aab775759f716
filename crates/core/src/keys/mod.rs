//! Keys: public keys validated when they are read, secret keys that wipe themselves, and signers that may be elsewhere.

mod elliptic;
mod jwk;
mod many;
mod multikey;
mod pem;
mod public;
mod rsa;
mod sealed;
mod secret;
mod strict;

#[cfg(test)]
mod tests;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod wiped_tests;

pub use jwk::JwkUse;
pub use many::KeyTables;
pub(crate) use many::Postponed;
pub use public::PublicKey;
pub use sealed::{seal_text, unseal_text};
pub use secret::SecretKey;

use crate::Fault;
use crate::bbs::{Ciphersuite, SecretNumber};

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
    /// RSA of 2048 to 8192 bits, as a DER `RSAPublicKey` (RFC 8017 §A.1.1).
    Rsa,
}

impl KeyType {
    /// The kind's name, for messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::X25519 => "X25519",
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::Secp256k1 => "secp256k1",
            Self::Bls12381G2 => "BLS12-381 G2",
            Self::Rsa => "RSA",
        }
    }
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

/// Something that signs: a key in memory, an HSM, a KMS, a phone's key store. The key stays where it is.
pub trait Signer {
    /// The public key.
    fn public_key(&self) -> &PublicKey;

    /// Signs: 64 bytes for `EdDsa`, `r || s` for the ECDSA algorithms.
    ///
    /// # Errors
    /// [`crate::Code::KeyWrongSuite`] if the key cannot do the algorithm, [`crate::Code::KeySignerFailed`] if the
    /// device refuses.
    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, Fault>;

    /// Signs several messages at once, so that a proof can show some of them: 80 bytes, or 112 for the BBS+ of 2020. A signer
    /// that says nothing of it cannot.
    ///
    /// # Errors
    /// [`crate::Code::KeyWrongSuite`] if the key cannot do that, [`crate::Code::KeySignerFailed`] if the device refuses;
    /// [`crate::Code::ProofValueEncoding`] and [`crate::Code::ProofSignatureInvalid`] for a commitment that is none.
    fn sign_messages(&self, request: MessageSigning<'_>) -> Result<Vec<u8>, Fault> {
        let _ = request;
        Err(Fault::new(crate::Code::KeyWrongSuite).about(self.public_key().key_type().name()))
    }
}

/// What a BBS key is to sign.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum MessageSigning<'m> {
    /// Messages that the signer knows ([`crate::bbs::sign`]).
    Bbs {
        /// The ciphersuite.
        suite: Ciphersuite,
        /// The header.
        header: &'m [u8],
        /// The messages.
        messages: &'m [&'m [u8]],
    },
    /// Messages that the signer knows, and a commitment to others ([`crate::bbs::blind::sign`]).
    BlindBbs {
        /// The ciphersuite.
        suite: Ciphersuite,
        /// The header.
        header: &'m [u8],
        /// The messages that the signer knows.
        messages: &'m [&'m [u8]],
        /// The commitment with its proof; empty for none.
        commitment: &'m [u8],
    },
    /// The same, with the secret of a pseudonym among what is committed to ([`crate::bbs::pseudonym::sign`]).
    PseudonymBbs {
        /// The ciphersuite.
        suite: Ciphersuite,
        /// The header.
        header: &'m [u8],
        /// The messages that the signer knows.
        messages: &'m [&'m [u8]],
        /// The commitment with its proof.
        commitment: &'m [u8],
        /// The signer's share of the secret.
        signer_nym_entropy: &'m SecretNumber,
    },
    /// Messages for `BbsBlsSignature2020` ([`crate::bbs::legacy::sign`]).
    Bbs2020 {
        /// The messages, one at least.
        messages: &'m [&'m [u8]],
    },
}
