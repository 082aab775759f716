//! The ciphersuites and the interfaces over them: names that keep everything that is hashed apart.

use tamarack_bls12_381::{Expander, Scalar, SecretScalar};

use crate::{Code, Fault, Randomness};

/// A ciphersuite of draft-irtf-cfrg-bbs-signatures §7.2. Keys, signatures and proofs look alike in both and mean nothing in
/// the other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Ciphersuite {
    /// `BBS_BLS12381G1_XMD:SHA-256_SSWU_RO_`, which bbs-2023 uses.
    Sha256,
    /// `BBS_BLS12381G1_XOF:SHAKE-256_SSWU_RO_`.
    Shake256,
}

/// `expand_len` of both ciphersuites: bytes that give a uniform scalar.
pub(super) const EXPAND_BYTES: usize = 48;

/// Who calls the core operations (§3.7): each interface has generators and hashes of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Interface {
    /// The scheme itself.
    Plain,
    /// draft-irtf-cfrg-bbs-blind-signatures.
    Blind,
    /// The generators of that draft's committed messages.
    BlindCommitted,
    /// draft-irtf-cfrg-bbs-per-verifier-linkability.
    Pseudonym,
    /// The generators of that draft's committed messages.
    PseudonymCommitted,
}

impl Interface {
    pub(super) const COUNT: usize = 5;

    pub(super) const fn index(self) -> usize {
        match self {
            Self::Plain => 0,
            Self::Blind => 1,
            Self::BlindCommitted => 2,
            Self::Pseudonym => 3,
            Self::PseudonymCommitted => 4,
        }
    }
}

impl Ciphersuite {
    /// The identifier of the draft.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Sha256 => "BBS_BLS12381G1_XMD:SHA-256_SSWU_RO_",
            Self::Shake256 => "BBS_BLS12381G1_XOF:SHAKE-256_SSWU_RO_",
        }
    }

    pub(super) const fn index(self) -> usize {
        match self {
            Self::Sha256 => 0,
            Self::Shake256 => 1,
        }
    }

    pub(super) const fn expander(self) -> Expander {
        match self {
            Self::Sha256 => Expander::XmdSha256,
            Self::Shake256 => Expander::XofShake256,
        }
    }

    /// `api_id`, followed by a suffix that tells its uses apart.
    pub(super) fn tag(self, interface: Interface, suffix: &str) -> Vec<u8> {
        let (before, after) = match interface {
            Interface::Plain => ("", "H2G_HM2S_"),
            Interface::Blind => ("", "BLIND_H2G_HM2S_"),
            Interface::BlindCommitted => ("BLIND_", "BLIND_H2G_HM2S_"),
            Interface::Pseudonym => ("", "H2G_HM2S_PSEUDONYM_"),
            Interface::PseudonymCommitted => ("BLIND_", "H2G_HM2S_PSEUDONYM_"),
        };
        [before, self.id(), after, suffix].concat().into_bytes()
    }

    /// `hash_to_scalar` (§4.2.2).
    pub(super) fn hash_to_scalar(self, message: &[u8], tag: &[u8]) -> Result<Scalar, Fault> {
        let mut uniform = zeroize::Zeroizing::new([0; EXPAND_BYTES]);
        self.expander().expand(message, tag, &mut *uniform).ok_or(Code::Internal)?;
        Ok(Scalar::from_wide(&*uniform))
    }

    /// `messages_to_scalars` (§4.1.2).
    pub(super) fn messages_to_scalars<'m>(
        self,
        interface: Interface,
        messages: impl IntoIterator<Item = &'m [u8]>,
    ) -> Result<Vec<Scalar>, Fault> {
        let tag = self.tag(interface, "MAP_MSG_TO_SCALAR_AS_HASH_");
        messages.into_iter().map(|message| self.hash_to_scalar(message, &tag)).collect()
    }

    /// The same for messages that their owner may keep to himself.
    pub(super) fn messages_to_secrets<'m>(
        self,
        interface: Interface,
        messages: impl IntoIterator<Item = &'m [u8]>,
    ) -> Result<Vec<SecretScalar>, Fault> {
        let tag = self.tag(interface, "MAP_MSG_TO_SCALAR_AS_HASH_");
        messages.into_iter().map(|message| self.hash_to_scalar(message, &tag).map(SecretScalar::new)).collect()
    }
}

/// `calculate_random_scalars` (§4.2.1), for one.
pub(super) fn random_scalar(randomness: &mut dyn Randomness) -> Result<SecretScalar, Fault> {
    let mut uniform = zeroize::Zeroizing::new([0; EXPAND_BYTES]);
    randomness.fill(&mut *uniform)?;
    Ok(SecretScalar::from_wide(&*uniform))
}
