//! BBS signatures: one signature over many messages, and proofs that show some of them and hide the rest.
//!
//! The scheme is draft-irtf-cfrg-bbs-signatures-10 (the text of -09 and later; the vectors are those of the working group's
//! repository), which `bbs-2023` uses. A proof says that its maker knows a signature by the key over the disclosed messages at their places and some others; two
//! proofs from one signature cannot be tied together. [`legacy`] is the older BBS+ of `BbsBlsSignature2020`.
//!
//! Everything that is decoded is checked: points are on the curve, in the subgroup of prime order and not the identity,
//! scalars are below the order and not 0.

pub mod blind;
mod commitment;
mod core;
mod generators;
mod keys;
pub mod legacy;
mod pairing;
mod proof;
pub mod pseudonym;
mod secret;
mod suite;

#[cfg(test)]
mod tests;

pub use keys::{PublicKey, SecretKey};
pub use pairing::PairingClaim;
pub use secret::SecretNumber;
pub use suite::Ciphersuite;

use self::core::{Setting, Signature};
use self::suite::Interface;
use crate::{Fault, Randomness};

/// Bytes of a signature.
pub const SIGNATURE_BYTES: usize = 80;

/// `Sign` (§3.5.1). The same input gives the same signature.
///
/// # Errors
/// [`crate::Code::ProofValueEncoding`] for more than [`crate::limits::BBS_MESSAGES`] messages,
/// [`crate::Code::KeySignerFailed`] in one case of 2^255.
pub fn sign(
    suite: Ciphersuite,
    secret: &SecretKey,
    header: &[u8],
    messages: &[&[u8]],
) -> Result<[u8; SIGNATURE_BYTES], Fault> {
    let setting = setting(suite, secret.public_key(), messages.len(), header)?;
    let messages = scalars(suite, messages)?;
    Ok(self::core::sign(&setting, secret, &messages)?.to_bytes())
}

/// `Verify` (§3.5.2).
///
/// # Errors
/// [`crate::Code::ProofValueEncoding`] for a signature that is none and for too many messages,
/// [`crate::Code::ProofSignatureInvalid`] for one that does not match.
pub fn verify(
    suite: Ciphersuite,
    key: &PublicKey,
    signature: &[u8],
    header: &[u8],
    messages: &[&[u8]],
) -> Result<(), Fault> {
    verify_deferred(suite, key, signature, header, messages)?.check()
}

/// [`verify`] but for its pairings, so that many checks can share them.
///
/// # Errors
/// As [`verify`], but for what the claim's own check finds.
pub fn verify_deferred(
    suite: Ciphersuite,
    key: &PublicKey,
    signature: &[u8],
    header: &[u8],
    messages: &[&[u8]],
) -> Result<PairingClaim, Fault> {
    let setting = setting(suite, key, messages.len(), header)?;
    self::core::verify(&setting, signature, &scalars(suite, messages)?)
}

/// `ProofGen` (§3.5.3): a proof that discloses the messages at these places, ascending. The signature is not verified.
///
/// # Errors
/// [`crate::Code::ProofValueEncoding`] for a signature that is none, for places that are not ascending or not there, and for
/// too many messages; [`crate::Code::Internal`] without randomness.
#[expect(clippy::too_many_arguments, reason = "the draft's operation has as many inputs")]
pub fn proof_gen(
    suite: Ciphersuite,
    key: &PublicKey,
    signature: &[u8],
    header: &[u8],
    presentation_header: &[u8],
    messages: &[&[u8]],
    disclosed_indexes: &[usize],
    randomness: &mut dyn Randomness,
) -> Result<Vec<u8>, Fault> {
    let signature = Signature::from_bytes(signature)?;
    let setting = setting(suite, key, messages.len(), header)?;
    let messages = suite.messages_to_secrets(Interface::Plain, messages.iter().copied())?;
    proof::generate(&setting, &signature, &messages, disclosed_indexes, presentation_header, None, randomness)
}

/// `ProofVerify` (§3.5.4). The disclosed messages come with their places, ascending.
///
/// # Errors
/// [`crate::Code::ProofValueEncoding`] for a proof that is none, for places that are not ascending or not there, and for too
/// many messages; [`crate::Code::ProofSignatureInvalid`] for a proof that does not match.
pub fn proof_verify(
    suite: Ciphersuite,
    key: &PublicKey,
    proof: &[u8],
    header: &[u8],
    presentation_header: &[u8],
    disclosed: &[(usize, &[u8])],
) -> Result<(), Fault> {
    proof_verify_deferred(suite, key, proof, header, presentation_header, disclosed)?.check()
}

/// [`proof_verify`] but for its pairings, so that many checks can share them.
///
/// # Errors
/// As [`proof_verify`], but for what the claim's own check finds.
pub fn proof_verify_deferred(
    suite: Ciphersuite,
    key: &PublicKey,
    proof: &[u8],
    header: &[u8],
    presentation_header: &[u8],
    disclosed: &[(usize, &[u8])],
) -> Result<PairingClaim, Fault> {
    let count = proof::undisclosed(proof)? + disclosed.len();
    let setting = setting(suite, key, count, header)?;
    let messages = suite.messages_to_scalars(Interface::Plain, disclosed.iter().map(|(_, message)| *message))?;
    let disclosed: Vec<_> = disclosed.iter().map(|(index, _)| *index).zip(messages).collect();
    proof::verify(&setting, proof, &disclosed, presentation_header, None)
}

/// The encodings of `P1` and of the first `count` generators (§4.1.1), for whoever compares implementations.
///
/// # Errors
/// [`crate::Code::ProofValueEncoding`] for more than are kept.
pub fn generators(suite: Ciphersuite, count: usize) -> Result<Vec<Vec<u8>>, Fault> {
    let all = generators::generators(suite, Interface::Plain, count)?;
    let all = [generators::fixed_point(suite)?].into_iter().chain(all);
    Ok(all.map(|generator| generator.encoded.to_vec()).collect())
}

fn setting<'s>(suite: Ciphersuite, key: &'s PublicKey, messages: usize, header: &[u8]) -> Result<Setting<'s>, Fault> {
    let generators = generators::generators(suite, Interface::Plain, messages.saturating_add(1))?;
    Setting::new(suite, Interface::Plain, key, generators, header)
}

fn scalars(suite: Ciphersuite, messages: &[&[u8]]) -> Result<Vec<tamarack_bls12_381::Scalar>, Fault> {
    suite.messages_to_scalars(Interface::Plain, messages.iter().copied())
}
