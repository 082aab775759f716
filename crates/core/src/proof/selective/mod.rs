//! Selective disclosure: from one credential, the holder derives a document that shows only a part of it.
//!
//! ```text
//! issuer   credential + mandatory pointers ── base proof ──► holder
//! holder   credential with base proof + pointers ── derive ──► part of the credential with derived proof ──► verifier
//! ```
//!
//! Both suites stand on the same steps (VC-DI-ECDSA §3.4): the document becomes statements (N-Quads), blank nodes get
//! labels that say nothing, JSON pointers select which statements are always shown (mandatory, by the issuer) and which are
//! shown this time (selective, by the holder). `ecdsa-sd-2023` signs each statement by itself with a key made for the one
//! proof; every showing carries the same signatures, so showings can be linked. `bbs-2023` signs all of them with one BBS
//! signature and shows a proof of it that is new each time.

mod base;
pub(super) mod bbs_2020;
mod bbs_2023;
mod cbor;
mod commitment;
mod derive;
mod ecdsa_sd;
mod group;
mod holder;
mod labels;
mod pointers;
mod shown;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use base::{BaseProof, base_proofs};
pub use commitment::{BoundSecrets, BoundTo, HolderCommitment};
pub use derive::{DeriveOptions, derive};
pub use holder::{Binding, HolderSecrets, PseudonymSecret};
pub use shown::ShownPseudonym;

pub(super) use base::presentation_header;
pub(crate) use shown::{Arrangement, arrangement, arrangement_of, pseudonym_of};

use super::suite::Suite;
use super::{SignOptions, SignatureChecker};
use crate::json::Object;
use crate::jsonld::Contexts;
use crate::keys::{PublicKey, Signer};
use crate::rdf::Dataset;
use crate::{Code, Fault, Randomness};

/// What a base proof is made of: the document without proofs, and the hash of the proof's options.
pub(super) struct Unsecured<'d, 'a> {
    pub(super) document: &'d Object<'a>,
    pub(super) proof_hash: [u8; 32],
}

/// What was derived: the document without its proof, and the value of the proof.
struct Derived {
    document: Object<'static>,
    value: String,
}

/// A proof to judge: its value, and what it is about.
pub(super) struct Claimed<'p, 'd, 'a, 'c> {
    pub(super) value: &'p str,
    pub(super) document: &'d Object<'a>,
    pub(super) contexts: &'p Contexts<'c>,
    /// The quads of the document without its proofs.
    pub(super) dataset: &'p Dataset,
    pub(super) proof_hash: [u8; 32],
    pub(super) key: &'p PublicKey,
    /// Whether a base proof may be judged: by the holder, who has received it.
    pub(super) as_holder: bool,
}

/// The value of a new base proof.
///
/// # Errors
/// `jsonld.*`, [`Code::DisclosurePointer`] for a mandatory pointer that names nothing, [`Code::KeySignerFailed`].
pub(super) fn sign(
    unsecured: &Unsecured<'_, '_>,
    options: &SignOptions,
    binding: Binding<'_>,
    signer: &dyn Signer,
    contexts: &Contexts<'_>,
    rng: &mut dyn Randomness,
) -> Result<String, Fault> {
    match options.suite {
        Suite::EcdsaSd2023 => ecdsa_sd::sign(unsecured, options, signer, contexts, rng),
        Suite::Bbs2023 => bbs_2023::sign(unsecured, options, binding, signer, contexts, rng),
        _ => Err(Code::Internal.into()),
    }
}

/// Whether the value is that of a base proof.
pub(super) fn is_base(suite: Suite, value: &str) -> bool {
    let Ok(bytes) = cbor::decode(value) else { return false };
    let Ok((kind, _)) = cbor::open(&bytes) else { return false };
    match suite {
        Suite::EcdsaSd2023 => kind == ecdsa_sd::BASE,
        Suite::Bbs2023 => bbs_2023::is_base(kind),
        _ => false,
    }
}

/// Whether a proof, base or derived, matches.
///
/// # Errors
/// [`Code::ProofValueEncoding`], [`Code::ProofBase`], [`Code::ProofDisclosure`], [`Code::ProofSignatureInvalid`],
/// `rdf.*`.
pub(super) fn verify(
    suite: Suite,
    claimed: &Claimed<'_, '_, '_, '_>,
    checker: &mut dyn SignatureChecker,
) -> Result<(), Fault> {
    match suite {
        Suite::EcdsaSd2023 => ecdsa_sd::verify(claimed, checker),
        Suite::Bbs2023 => bbs_2023::verify(claimed, checker),
        _ => Err(Code::Internal.into()),
    }
}

#[cfg(test)]
mod tests;
