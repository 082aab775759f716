//! Data Integrity proofs: Ed25519Signature2020, eddsa-*-2022, ecdsa-*-2019; proof sets and chains.

pub(crate) mod authority;
mod binding;
mod chain;
#[cfg(feature = "long-tail")]
mod long_tail;
mod read;
pub mod selective;
mod sign;
mod spelling;
mod suite;
pub(crate) mod template;
mod transform;
mod verify;

pub(crate) use selective::bbs_2020::framed;
pub(crate) use selective::{Arrangement, arrangement, arrangement_of, pseudonym_of};
pub use selective::{
    BaseProof, Binding, BoundSecrets, BoundTo, DeriveOptions, HolderCommitment, HolderSecrets, PseudonymSecret,
    ShownPseudonym, base_proofs, derive,
};
pub(crate) use sign::sign_owned_with;
pub use sign::{sign, sign_bound, sign_with};
pub use suite::Suite;
pub use verify::verify;

use crate::bbs::PairingClaim;
use crate::did::{Documents, Relationship, VerificationMethod};
use crate::jsonld::Contexts;
use crate::keys::{PublicKey, SignatureAlgorithm};
use crate::{Evidence, Fault, Timestamp};

/// One signature to check. How it is checked (one by one, or with tables for many of one key) is up to the caller.
#[derive(Clone, Copy, Debug)]
pub struct SignatureTask<'t> {
    /// The key.
    pub key: &'t PublicKey,
    /// The algorithm.
    pub algorithm: SignatureAlgorithm,
    /// The bytes that were signed.
    pub message: &'t [u8],
    /// The signature.
    pub signature: &'t [u8],
}

/// Checks signatures. [`Strict`] checks each by itself.
pub trait SignatureChecker {
    /// Whether the signature matches.
    ///
    /// # Errors
    /// [`crate::Code::ProofSignatureInvalid`], [`crate::Code::KeyWrongSuite`].
    fn check(&mut self, task: SignatureTask<'_>) -> Result<(), Fault>;

    /// Whether the equation holds that is left of a BBS signature or proof. Checkers of many put it off.
    ///
    /// # Errors
    /// [`crate::Code::ProofSignatureInvalid`].
    fn check_pairing(&mut self, claim: PairingClaim) -> Result<(), Fault> {
        claim.check()
    }

    /// Whether the answers from now on will be kept for other inputs, so that none may be provisional.
    fn at_once(&mut self, at_once: bool) {
        let _ = at_once;
    }
}

/// Checks each signature by itself with `PublicKey::verify`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Strict;

impl SignatureChecker for Strict {
    fn check(&mut self, task: SignatureTask<'_>) -> Result<(), Fault> {
        task.key.verify(task.algorithm, task.message, task.signature)
    }
}

/// What a proof must be for.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'x> {
    /// The relationship that the proof's purpose must name.
    pub purpose: Relationship,
    /// The DID of the issuer (or holder): the key must be in its document. `None`: any controller (a presentation without `holder`).
    pub controller: Option<&'x str>,
}

/// What came out of one proof. The signature and the key's authority are separate findings.
#[derive(Clone, Debug)]
pub struct ProofOutcome {
    /// The JSON pointer of the proof in the document.
    pub pointer: String,
    /// The suite's name as written (`type`, or `cryptosuite` of a DataIntegrityProof).
    pub suite: String,
    /// The verification method as written.
    pub verification_method: String,
    /// Whether the signature matches (with purpose, dates and chain).
    pub signature: Result<(), Fault>,
    /// Members of the credential that a verdict needs (the expiry, the status) and that the proof may keep hidden: nothing
    /// shows that the credential has none.
    pub undisclosed: Vec<&'static str>,
    /// Whether it is a derived proof, which shows a part of what was signed.
    pub is_derived: bool,
    /// The pseudonym that it shows.
    pub pseudonym: Option<ShownPseudonym>,
    /// Whether the key is the controller's and allowed for the purpose.
    pub authority: Result<VerificationMethod, Fault>,
    /// The proof's `challenge`; of a derived `bbs-2023` proof, the nonce in its presentation header; of a
    /// `BbsBlsSignatureProof2020` its nonce, as text if it is one.
    pub challenge: Option<String>,
    /// The proof's `domain` (one or several); of a derived `bbs-2023` proof, the audience in its presentation header.
    pub domain: Vec<String>,
}

/// What verification stands on.
pub struct World<'w> {
    /// The evidence.
    pub evidence: &'w Evidence,
    /// The DID documents that were read already; one for a whole verification.
    pub documents: &'w Documents,
    /// The contexts.
    pub contexts: Contexts<'w>,
    /// Now.
    pub now: Timestamp,
    /// How many seconds a proof may be from the future.
    pub clock_skew_seconds: i64,
    /// Whether a base proof of selective disclosure may be judged: by its holder, for whom alone it is.
    pub as_holder: bool,
    /// How signatures are checked.
    pub checker: &'w mut dyn SignatureChecker,
}

/// How to sign.
#[derive(Clone, Debug)]
pub struct SignOptions {
    /// The suite.
    pub suite: Suite,
    /// The DID URL of the key.
    pub verification_method: String,
    /// The purpose: `AssertionMethod` for credentials, `Authentication` for presentations.
    pub purpose: Relationship,
    /// The proof's `created`, if it shall have one.
    pub created: Option<Timestamp>,
    /// The proof's `expires`.
    pub expires: Option<Timestamp>,
    /// The proof's `challenge`; of a derived `bbs-2023` proof, the nonce in its presentation header.
    pub challenge: Option<String>,
    /// The proof's `domain`.
    pub domain: Option<String>,
    /// The proof's `id`.
    pub id: Option<String>,
    /// The proof's `previousProof`: ids of proofs that are in the document already.
    pub previous: Vec<String>,
    /// JSON pointers (RFC 6901) to what a holder must always show, for the suites of selective disclosure.
    pub mandatory_pointers: Vec<String>,
}

#[cfg(test)]
mod tests;
