//! Pseudonyms (draft-irtf-cfrg-bbs-per-verifier-linkability-01): with a proof comes a point that is the same each time the same
//! holder shows the same credential in the same context, and that nobody can tie to the point of another context.
//!
//! The pseudonym is the context's point times a secret that the issuer signed without seeing it: the sum of a number that the
//! holder drew and committed to and one that the issuer added. VC-DI-BBS §3.5.2 uses version -01, of one such secret; the
//! later versions of the draft have several and other hashes.

use tamarack_bls12_381::{G1, G1Affine, SecretScalar, hash_to_g1};

use super::blind::{Disclosed, Signed, indexes, shown_scalars};
use super::commitment::Extension;
use super::core::Signature;
use super::keys::{PublicKey, SecretKey};
use super::pairing::PairingClaim;
use super::secret::SecretNumber;
use super::suite::{Ciphersuite, Interface};
use super::{SIGNATURE_BYTES, proof};
use crate::{Code, Fault, Randomness};

/// Bytes of a pseudonym.
pub const PSEUDONYM_BYTES: usize = 48;

const fn extension(suite: Ciphersuite) -> Extension {
    Extension { suite, interface: Interface::Pseudonym, committed: Interface::PseudonymCommitted }
}

/// `CommitWithNym`: a commitment to messages and to the holder's share of the pseudonym's secret, and its blinding factor.
///
/// # Errors
/// As [`super::blind::commit`].
pub fn commit(
    suite: Ciphersuite,
    committed: &[&[u8]],
    prover_nym: &SecretNumber,
    randomness: &mut dyn Randomness,
) -> Result<(Vec<u8>, SecretNumber), Fault> {
    let mut scalars = suite.messages_to_secrets(Interface::Pseudonym, committed.iter().copied())?;
    scalars.push(prover_nym.number().clone());
    extension(suite).commit(&scalars, randomness)
}

/// Verifies a commitment's proof. Returns how many messages it is to, the holder's share of the pseudonym's secret included.
///
/// # Errors
/// [`Code::ProofValueEncoding`] for a commitment that is none, [`Code::ProofSignatureInvalid`].
pub fn verify_commitment(suite: Ciphersuite, commitment: &[u8]) -> Result<usize, Fault> {
    extension(suite).verify(commitment).map(|(_, count)| count)
}

/// `BlindSignWithNym`: `signer_nym_entropy` is the signer's share of the pseudonym's secret, drawn afresh for each holder, and
/// given to the holder.
///
/// # Errors
/// As [`super::blind::sign`]; [`Code::ProofValueEncoding`] also for no commitment, or one to nothing.
pub fn sign(
    suite: Ciphersuite,
    secret: &SecretKey,
    commitment: &[u8],
    signer_nym_entropy: &SecretNumber,
    header: &[u8],
    messages: &[&[u8]],
) -> Result<[u8; SIGNATURE_BYTES], Fault> {
    // Without a committed secret, the signer would know the whole secret.
    if extension(suite).verify(commitment)?.1 == 0 {
        return Err(Fault::new(Code::ProofValueEncoding).about("commitment"));
    }
    extension(suite).sign(secret, commitment, header, messages, Some(signer_nym_entropy.number()))
}

/// `VerifyFinalizeWithNym`, by the holder: verifies the signature and returns the pseudonym's secret, the sum of both shares.
///
/// # Errors
/// As [`super::verify`].
pub fn verify(
    suite: Ciphersuite,
    key: &PublicKey,
    signature: &[u8],
    signed: &Signed<'_>,
    prover_nym: &SecretNumber,
    signer_nym_entropy: &SecretNumber,
) -> Result<SecretNumber, Fault> {
    let nym_secret = SecretNumber::new(prover_nym.number() + signer_nym_entropy.number());
    let setting = extension(suite).setting(key, signed.messages.len(), signed.committed.len() + 1, signed.header)?;
    super::core::verify_secret(&setting, signature, &all_scalars(suite, signed, &nym_secret)?)?.check()?;
    Ok(nym_secret)
}

/// The pseudonym of a context: what a verifier recognises a returning holder by.
///
/// # Errors
/// [`Code::Internal`] in one case of 2^255.
pub fn pseudonym(
    suite: Ciphersuite,
    nym_secret: &SecretNumber,
    context: &[u8],
) -> Result<[u8; PSEUDONYM_BYTES], Fault> {
    let point = G1::from(base(suite, context)?).multiply_secret(nym_secret.number()).to_affine();
    if point.is_identity() { Err(Code::Internal.into()) } else { Ok(point.to_bytes()) }
}

/// `ProofGenWithNym`: a proof with a pseudonym for the context (`nym_domain` in VC-DI-BBS).
///
/// # Errors
/// As [`super::proof_gen`].
#[expect(clippy::too_many_arguments, reason = "the draft's operation has as many inputs")]
pub fn proof_gen(
    suite: Ciphersuite,
    key: &PublicKey,
    signature: &[u8],
    signed: &Signed<'_>,
    nym_secret: &SecretNumber,
    context: &[u8],
    presentation_header: &[u8],
    disclosed: &[usize],
    disclosed_committed: &[usize],
    randomness: &mut dyn Randomness,
) -> Result<(Vec<u8>, [u8; PSEUDONYM_BYTES]), Fault> {
    let signature = Signature::from_bytes(signature)?;
    let (known, committed) = (signed.messages.len(), signed.committed.len());
    let setting = extension(suite).setting(key, known, committed + 1, signed.header)?;
    if disclosed_committed.iter().any(|index| *index >= committed) {
        return Err(Fault::new(Code::ProofValueEncoding).about("index"));
    }
    let indexes = indexes(known, disclosed.iter().copied(), disclosed_committed.iter().copied())?;
    let scalars = all_scalars(suite, signed, nym_secret)?;
    let bytes = pseudonym(suite, nym_secret, context)?;
    let statement = statement(suite, &bytes, context)?;
    let proof =
        proof::generate(&setting, &signature, &scalars, &indexes, presentation_header, Some(&statement), randomness)?;
    Ok((proof, bytes))
}

/// `ProofVerifyWithNym`.
///
/// # Errors
/// As [`super::proof_verify`]; [`Code::ProofValueEncoding`] also for a pseudonym that is no point.
#[expect(clippy::too_many_arguments, reason = "the draft's operation has as many inputs")]
pub fn proof_verify(
    suite: Ciphersuite,
    key: &PublicKey,
    proof: &[u8],
    header: &[u8],
    presentation_header: &[u8],
    pseudonym: &[u8],
    context: &[u8],
    disclosed: &Disclosed<'_>,
) -> Result<(), Fault> {
    proof_verify_deferred(suite, key, proof, header, presentation_header, pseudonym, context, disclosed)?.check()
}

/// [`proof_verify`] but for its pairings, so that many checks can share them.
///
/// # Errors
/// As [`proof_verify`], but for what the claim's own check finds.
#[expect(clippy::too_many_arguments, reason = "the draft's operation has as many inputs")]
pub fn proof_verify_deferred(
    suite: Ciphersuite,
    key: &PublicKey,
    proof: &[u8],
    header: &[u8],
    presentation_header: &[u8],
    pseudonym: &[u8],
    context: &[u8],
    disclosed: &Disclosed<'_>,
) -> Result<PairingClaim, Fault> {
    let (committed, shown) = shown_scalars(suite, Interface::Pseudonym, proof, disclosed)?;
    let setting = extension(suite).setting(key, disclosed.known, committed, header)?;
    let statement = statement(suite, pseudonym, context)?;
    proof::verify(&setting, proof, &shown, presentation_header, Some(&statement))
}

/// `hash_to_curve_g1(context_id, api_id)`.
fn base(suite: Ciphersuite, context: &[u8]) -> Result<G1Affine, Fault> {
    let tag = suite.tag(Interface::Pseudonym, "");
    hash_to_g1(suite.expander(), context, &tag).ok_or_else(|| Code::Internal.into())
}

fn statement(suite: Ciphersuite, pseudonym: &[u8], context: &[u8]) -> Result<proof::Pseudonym, Fault> {
    let point = pseudonym.try_into().ok().and_then(G1Affine::from_bytes);
    // The draft excludes the base point of G1 as well, whose logarithm everybody knows.
    let point = point.filter(|point| *point != G1Affine::generator());
    let point = point.ok_or_else(|| Fault::new(Code::ProofValueEncoding).about("pseudonym"))?;
    Ok(proof::Pseudonym { base: base(suite, context)?, point })
}

/// The scalars of what was signed: known, blinding factor, committed, the pseudonym's secret.
fn all_scalars(suite: Ciphersuite, signed: &Signed<'_>, nym_secret: &SecretNumber) -> Result<Vec<SecretScalar>, Fault> {
    let mut all = Vec::with_capacity(signed.messages.len() + signed.committed.len() + 2);
    all.extend(suite.messages_to_secrets(Interface::Pseudonym, signed.messages.iter().copied())?);
    all.push(signed.blind.map(|blind| blind.number().clone()).unwrap_or_default());
    all.extend(suite.messages_to_secrets(Interface::Pseudonym, signed.committed.iter().copied())?);
    all.push(nym_secret.number().clone());
    Ok(all)
}
