//! Blind BBS signatures (draft-irtf-cfrg-bbs-blind-signatures): some messages are the holder's own, and the signer signs a
//! commitment to them. `bbs-2023` binds a credential to a holder's secret in this way (VC-DI-BBS §3.5.1).
//!
//! The messages that were signed are those that the signer knows, the blinding factor, and the committed ones.

use tamarack_bls12_381::{Scalar, SecretScalar};
use zeroize::Zeroizing;

use super::commitment::Extension;
use super::core::Signature;
use super::keys::{PublicKey, SecretKey};
use super::pairing::PairingClaim;
use super::secret::SecretNumber;
use super::suite::{Ciphersuite, Interface};
use super::{SIGNATURE_BYTES, proof};
use crate::{Code, Fault, Randomness};

/// What a holder of a blind signature knows.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'m> {
    /// The header.
    pub header: &'m [u8],
    /// The messages that the signer knows.
    pub messages: &'m [&'m [u8]],
    /// The messages that were committed to.
    pub committed: &'m [&'m [u8]],
    /// The commitment's blinding factor; `None` if nothing was committed to.
    pub blind: Option<&'m SecretNumber>,
}

/// What a proof discloses, with the places, ascending: among the messages that the signer knows, and among the committed ones.
#[derive(Clone, Copy, Debug)]
pub struct Disclosed<'m> {
    /// How many messages the signer knows.
    pub known: usize,
    /// Of those.
    pub messages: &'m [(usize, &'m [u8])],
    /// Of the committed ones.
    pub committed: &'m [(usize, &'m [u8])],
}

const fn extension(suite: Ciphersuite) -> Extension {
    Extension { suite, interface: Interface::Blind, committed: Interface::BlindCommitted }
}

/// `Commit` (§4.1.1): a commitment with its proof, for the signer, and the blinding factor, which stays with the holder.
///
/// # Errors
/// [`Code::ProofValueEncoding`] for too many messages, [`Code::Internal`] without randomness.
pub fn commit(
    suite: Ciphersuite,
    committed: &[&[u8]],
    randomness: &mut dyn Randomness,
) -> Result<(Vec<u8>, SecretNumber), Fault> {
    let scalars = suite.messages_to_secrets(Interface::Blind, committed.iter().copied())?;
    extension(suite).commit(&scalars, randomness)
}

/// Verifies a commitment's proof. Returns how many messages it is to.
///
/// # Errors
/// [`Code::ProofValueEncoding`] for a commitment that is none, [`Code::ProofSignatureInvalid`].
pub fn verify_commitment(suite: Ciphersuite, commitment: &[u8]) -> Result<usize, Fault> {
    extension(suite).verify(commitment).map(|(_, count)| count)
}

/// `BlindSign` (§4.2.1). An empty commitment is none.
///
/// # Errors
/// As [`verify_commitment`] and [`super::sign`].
pub fn sign(
    suite: Ciphersuite,
    secret: &SecretKey,
    commitment: &[u8],
    header: &[u8],
    messages: &[&[u8]],
) -> Result<[u8; SIGNATURE_BYTES], Fault> {
    extension(suite).sign(secret, commitment, header, messages, None)
}

/// `BlindSign` as of July 2024 (draft-kalos-bbs-blind-signatures-01 §4.2.1), where the signer may add a blinding factor of his
/// own, which the holder then adds to his. The draft's fixtures are made in this way.
///
/// # Errors
/// As [`sign`].
pub fn sign_with_blind(
    suite: Ciphersuite,
    secret: &SecretKey,
    commitment: &[u8],
    header: &[u8],
    messages: &[&[u8]],
    signer_blind: Option<&SecretNumber>,
) -> Result<[u8; SIGNATURE_BYTES], Fault> {
    let (setting, mut point) = extension(suite).begin(secret, commitment, header, messages)?;
    let factor = signer_blind.filter(|_| !commitment.is_empty()).map(|blind| blind.number().clone());
    let factor = factor.unwrap_or_default();
    if let Some(generator) = setting.generators.get(messages.len()) {
        point = point + tamarack_bls12_381::secret_sum(&[(generator.base(), &factor)]);
    }
    let mut input = Zeroizing::new(secret.expose_bytes().to_vec());
    input.extend_from_slice(commitment);
    if let Some(blind) = signer_blind {
        input.extend_from_slice(&*blind.expose_bytes());
    }
    for scalar in suite.messages_to_scalars(Interface::Blind, messages.iter().copied())? {
        input.extend_from_slice(&scalar.to_bytes());
    }
    input.extend_from_slice(&setting.domain.to_bytes());
    Ok(super::core::finish(secret, &point, setting.hash(&input)?)?.to_bytes())
}

/// The sum of two blinding factors, the holder's and the signer's.
#[must_use]
pub fn add_blinds(first: &SecretNumber, second: &SecretNumber) -> SecretNumber {
    SecretNumber::new(first.number() + second.number())
}

/// `Verify` (§4.2.2), by the holder.
///
/// # Errors
/// As [`super::verify`].
pub fn verify(suite: Ciphersuite, key: &PublicKey, signature: &[u8], signed: &Signed<'_>) -> Result<(), Fault> {
    let setting = extension(suite).setting(key, signed.messages.len(), signed.committed.len(), signed.header)?;
    super::core::verify_secret(&setting, signature, &all_scalars(suite, signed)?)?.check()
}

/// `BlindProofGen` (§4.2.3): discloses the messages at these places, ascending, of both kinds.
///
/// # Errors
/// As [`super::proof_gen`].
#[expect(clippy::too_many_arguments, reason = "the draft's operation has as many inputs")]
pub fn proof_gen(
    suite: Ciphersuite,
    key: &PublicKey,
    signature: &[u8],
    signed: &Signed<'_>,
    presentation_header: &[u8],
    disclosed: &[usize],
    disclosed_committed: &[usize],
    randomness: &mut dyn Randomness,
) -> Result<Vec<u8>, Fault> {
    let signature = Signature::from_bytes(signature)?;
    let known = signed.messages.len();
    let setting = extension(suite).setting(key, known, signed.committed.len(), signed.header)?;
    let indexes = indexes(known, disclosed.iter().copied(), disclosed_committed.iter().copied())?;
    let scalars = all_scalars(suite, signed)?;
    proof::generate(&setting, &signature, &scalars, &indexes, presentation_header, None, randomness)
}

/// `BlindProofVerify` (§4.2.4).
///
/// # Errors
/// As [`super::proof_verify`].
pub fn proof_verify(
    suite: Ciphersuite,
    key: &PublicKey,
    proof: &[u8],
    header: &[u8],
    presentation_header: &[u8],
    disclosed: &Disclosed<'_>,
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
    disclosed: &Disclosed<'_>,
) -> Result<PairingClaim, Fault> {
    let (committed, shown) = shown_scalars(suite, Interface::Blind, proof, disclosed)?;
    let setting = extension(suite).setting(key, disclosed.known, committed, header)?;
    proof::verify(&setting, proof, &shown, presentation_header, None)
}

/// The scalars of what was signed: known, blinding factor, committed.
fn all_scalars(suite: Ciphersuite, signed: &Signed<'_>) -> Result<Vec<SecretScalar>, Fault> {
    let mut all = Vec::with_capacity(signed.messages.len() + signed.committed.len() + 1);
    all.extend(suite.messages_to_secrets(Interface::Blind, signed.messages.iter().copied())?);
    all.push(signed.blind.map(|blind| blind.number().clone()).unwrap_or_default());
    all.extend(suite.messages_to_secrets(Interface::Blind, signed.committed.iter().copied())?);
    Ok(all)
}

/// The places among all messages: the blinding factor stands between the known and the committed ones.
pub(super) fn indexes(
    known: usize,
    disclosed: impl IntoIterator<Item = usize>,
    committed: impl IntoIterator<Item = usize>,
) -> Result<Vec<usize>, Fault> {
    let fault = || Fault::new(Code::ProofValueEncoding).about("index");
    let mut all: Vec<usize> = disclosed.into_iter().collect();
    if all.iter().any(|index| *index >= known) {
        return Err(fault());
    }
    for index in committed {
        all.push(index.checked_add(known).and_then(|index| index.checked_add(1)).ok_or_else(fault)?);
    }
    Ok(all)
}

/// How many scalars were committed to, and the disclosed ones at their places among all.
pub(super) fn shown_scalars(
    suite: Ciphersuite,
    interface: Interface,
    proof: &[u8],
    disclosed: &Disclosed<'_>,
) -> Result<(usize, Vec<(usize, Scalar)>), Fault> {
    let places = |shown: &[(usize, &[u8])]| shown.iter().map(|(index, _)| *index).collect::<Vec<_>>();
    let indexes = indexes(disclosed.known, places(disclosed.messages), places(disclosed.committed))?;
    // All there are, without the known ones and the blinding factor.
    let total = proof::undisclosed(proof)? + indexes.len();
    let committed = total.checked_sub(disclosed.known).and_then(|rest| rest.checked_sub(1));
    let committed = committed.ok_or_else(|| Fault::new(Code::ProofValueEncoding).about("count"))?;
    let messages = disclosed.messages.iter().chain(disclosed.committed).map(|(_, message)| *message);
    let scalars = suite.messages_to_scalars(interface, messages)?;
    Ok((committed, indexes.into_iter().zip(scalars).collect()))
}
