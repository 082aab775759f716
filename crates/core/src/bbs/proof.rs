//! Proofs of knowledge of a signature (draft-irtf-cfrg-bbs-signatures §3.6.3, §3.6.4, §3.7).

use tamarack_bls12_381::{Base, G1, G1Affine, Scalar, SecretScalar, public_sum, public_sums, secret_sum};

use super::core::{Setting, Signature, read_scalar};
use super::pairing::PairingClaim;
use super::suite::random_scalar;
use crate::{Code, Fault, Randomness};

/// Bytes of the three points of a proof.
const POINTS: usize = 3 * 48;
/// Bytes of a proof in which all messages are disclosed.
const SHORTEST: usize = POINTS + 4 * 32;

/// How many messages a proof of this many bytes leaves undisclosed (§3.5.4).
pub(super) fn undisclosed(proof: &[u8]) -> Result<usize, Fault> {
    match proof.len().checked_sub(SHORTEST) {
        Some(rest) if rest % 32 == 0 => Ok(rest / 32),
        _ => Err(Fault::new(Code::ProofValueEncoding).about("proof")),
    }
}

/// Which messages are disclosed: ascending and below the number of messages.
pub(super) fn hidden_indexes(disclosed: &[usize], count: usize) -> Result<Vec<usize>, Fault> {
    let ascending = disclosed.is_sorted_by(|a, b| a < b);
    if !ascending || disclosed.last().is_some_and(|last| *last >= count) {
        return Err(Fault::new(Code::ProofValueEncoding).about("index"));
    }
    let mut shown = disclosed.iter().copied().peekable();
    Ok((0..count).filter(|index| shown.next_if_eq(index).is_none()).collect())
}

/// A second statement about one undisclosed message, proved with the same randomness: that it is the logarithm of a pseudonym.
/// The message is the last one.
pub(super) struct Pseudonym {
    /// `OP`, the base that the context names.
    pub(super) base: G1Affine,
    /// The pseudonym.
    pub(super) point: G1Affine,
}

/// The points of a proof and of its commitment, as the challenge hashes them.
struct Initial {
    points: [G1Affine; 3],
    /// The encodings of `Abar, Bbar, D, T1, T2`.
    encoded: Vec<u8>,
    /// `Ut`, of a pseudonym.
    extra: Option<[u8; 48]>,
}

/// `CoreProofGen` (§3.6.3). With a pseudonym, the last message is its secret.
pub(super) fn generate(
    setting: &Setting<'_>,
    signature: &Signature,
    messages: &[SecretScalar],
    disclosed: &[usize],
    presentation_header: &[u8],
    pseudonym: Option<&Pseudonym>,
    randomness: &mut dyn Randomness,
) -> Result<Vec<u8>, Fault> {
    let hidden = hidden_indexes(disclosed, messages.len())?;
    expect_last_hidden(pseudonym, &hidden, messages.len())?;
    let mut draw = || random_scalar(randomness);
    let (r1, r2, e, r1_blind, r3_blind) = (draw()?, draw()?, draw()?, draw()?, draw()?);
    let blinds: Vec<SecretScalar> = hidden.iter().map(|_| draw()).collect::<Result<_, _>>()?;
    let r3 = r2.invert().ok_or(Code::Internal)?;

    // §3.7.1. D and Abar show nothing of B and A, as r2 and r1 are drawn afresh; what follows treats the two as public.
    let commitment = setting.commitment_secret(messages)?;
    let d = commitment.multiply_secret(&r2);
    let a_bar = G1::from(signature.point).multiply_secret(&(&r1 * &r2));
    let [d, a_bar]: [G1Affine; 2] =
        G1::batch_to_affine(&[d, a_bar]).try_into().map_err(|_| Fault::new(Code::Internal))?;
    let number = SecretScalar::new(signature.number);
    let minus_e = -&number;
    let (d_base, a_base) = (Base::Variable(d), Base::Variable(a_bar));
    let b_bar = secret_sum(&[(d_base, &r1), (a_base, &minus_e)]);
    let t1 = secret_sum(&[(a_base, &e), (d_base, &r1_blind)]);
    let hidden_terms = hidden
        .iter()
        .zip(blinds.iter())
        .filter_map(|(index, blind)| setting.generators.get(*index).map(|generator| (generator.base(), blind)));
    let t2_terms: Vec<_> = [(d_base, &r3_blind)].into_iter().chain(hidden_terms).collect();
    let t2 = secret_sum(&t2_terms);
    let extra = match (pseudonym, blinds.last()) {
        (Some(pseudonym), Some(blind)) => Some(G1::from(pseudonym.base).multiply_secret(blind).to_affine().to_bytes()),
        (Some(_), None) => return Err(Code::Internal.into()),
        (None, _) => None,
    };
    let late = G1::batch_to_affine(&[b_bar, t1, t2]);
    let [b_bar, t1, t2]: [G1Affine; 3] = late.try_into().map_err(|_| Fault::new(Code::Internal))?;
    let points = [a_bar, b_bar, d];
    let encoded = [a_bar, b_bar, d, t1, t2].iter().flat_map(G1Affine::to_bytes).collect();
    let initial = Initial { points, encoded, extra };

    let shown: Vec<(usize, Scalar)> =
        disclosed.iter().filter_map(|index| messages.get(*index).map(|message| (*index, message.disclose()))).collect();
    let challenge = challenge(setting, &initial, &shown, presentation_header, pseudonym)?;

    // §3.7.2.
    let mut proof = Vec::with_capacity(SHORTEST + 32 * hidden.len());
    proof.extend(initial.points.iter().flat_map(G1Affine::to_bytes));
    let responses = [e + number * challenge, r1_blind - r1 * challenge, r3_blind - r3 * challenge];
    let of_messages = hidden
        .iter()
        .zip(blinds.iter())
        .filter_map(|(index, blind)| messages.get(*index).map(|message| blind + message * challenge));
    // Each is masked by a number that was drawn for it.
    let responses = responses.into_iter().chain(of_messages).map(|response| response.disclose());
    for scalar in responses.chain([challenge]) {
        // A verifier refuses 0; it comes once in 2^255 times.
        if scalar.is_zero() {
            return Err(Code::Internal.into());
        }
        proof.extend_from_slice(&scalar.to_bytes());
    }
    Ok(proof)
}

/// `CoreProofVerify` (§3.6.4), up to its pairings.
pub(super) fn verify(
    setting: &Setting<'_>,
    proof: &[u8],
    disclosed: &[(usize, Scalar)],
    presentation_header: &[u8],
    pseudonym: Option<&Pseudonym>,
) -> Result<PairingClaim, Fault> {
    let proof = Proof::from_bytes(proof)?;
    let indexes: Vec<usize> = disclosed.iter().map(|(index, _)| *index).collect();
    let hidden = hidden_indexes(&indexes, setting.generators.len())?;
    if hidden.len() != proof.messages.len() {
        return Err(Fault::new(Code::ProofValueEncoding).about("count"));
    }
    expect_last_hidden(pseudonym, &hidden, setting.generators.len())?;
    let [a_bar, b_bar, d] = proof.points;
    let c = proof.challenge;

    // §3.7.3. Bv · c is spread over its elements, so that one sum does it all.
    let first = [(Base::Variable(b_bar), c), (Base::Variable(a_bar), proof.e), (Base::Variable(d), proof.r1)];
    let mut terms = Vec::with_capacity(setting.generators.len() + 3);
    terms.extend(setting.fixed_terms(c));
    terms.push((Base::Variable(d), proof.r3));
    let shown = disclosed.iter().map(|(index, message)| (*index, *message * c));
    let kept = hidden.iter().copied().zip(proof.messages.iter().copied());
    terms.extend(shown.chain(kept).filter_map(|(index, factor)| Some((setting.generators.get(index)?.base(), factor))));
    let late = public_sums([&first, &terms]);
    let extra = match (pseudonym, proof.messages.last()) {
        (Some(pseudonym), Some(response)) => Some(
            public_sum(&[(Base::Variable(pseudonym.base), *response), (Base::Variable(pseudonym.point), -c)])
                .to_affine()
                .to_bytes(),
        ),
        (Some(_), None) => return Err(Fault::new(Code::ProofValueEncoding).about("count")),
        (None, _) => None,
    };

    let late = G1::batch_to_affine(&late);
    let encoded = proof.encoded.iter().copied().chain(late.iter().flat_map(G1Affine::to_bytes)).collect();
    let initial = Initial { points: proof.points, encoded, extra };
    let expected = challenge(setting, &initial, disclosed, presentation_header, pseudonym)?;
    if !expected.is_equal(&c) {
        return Err(Code::ProofSignatureInvalid.into());
    }
    Ok(PairingClaim::new(setting.key.clone(), a_bar, b_bar))
}

/// A pseudonym's secret must stay undisclosed, as the response to it is the last one.
fn expect_last_hidden(pseudonym: Option<&Pseudonym>, hidden: &[usize], count: usize) -> Result<(), Fault> {
    if pseudonym.is_some() && hidden.last().is_none_or(|last| last + 1 != count) {
        return Err(Fault::new(Code::ProofValueEncoding).about("index"));
    }
    Ok(())
}

/// `ProofChallengeCalculate` (§3.7.4).
fn challenge(
    setting: &Setting<'_>,
    initial: &Initial,
    disclosed: &[(usize, Scalar)],
    presentation_header: &[u8],
    pseudonym: Option<&Pseudonym>,
) -> Result<Scalar, Fault> {
    let mut input = Vec::with_capacity(8 + 40 * disclosed.len() + 8 * 48 + 32 + 8 + presentation_header.len());
    input.extend_from_slice(&(disclosed.len() as u64).to_be_bytes());
    for (index, message) in disclosed {
        input.extend_from_slice(&(*index as u64).to_be_bytes());
        input.extend_from_slice(&message.to_bytes());
    }
    input.extend_from_slice(&initial.encoded);
    if let (Some(pseudonym), Some(extra)) = (pseudonym, &initial.extra) {
        input.extend_from_slice(&pseudonym.point.to_bytes());
        input.extend_from_slice(&pseudonym.base.to_bytes());
        input.extend_from_slice(extra);
    }
    input.extend_from_slice(&setting.domain.to_bytes());
    input.extend_from_slice(&(presentation_header.len() as u64).to_be_bytes());
    input.extend_from_slice(presentation_header);
    setting.hash(&input)
}

/// A proof that was read (§4.2.4.5).
struct Proof<'p> {
    /// `Abar, Bbar, D`.
    points: [G1Affine; 3],
    /// Their encodings.
    encoded: &'p [u8],
    e: Scalar,
    r1: Scalar,
    r3: Scalar,
    /// Of the undisclosed messages.
    messages: Vec<Scalar>,
    challenge: Scalar,
}

impl<'p> Proof<'p> {
    fn from_bytes(bytes: &'p [u8]) -> Result<Self, Fault> {
        let fault = |about: &str| Fault::new(Code::ProofValueEncoding).about(about);
        undisclosed(bytes)?;
        let (encoded, scalars) = bytes.split_at_checked(POINTS).ok_or_else(|| fault("proof"))?;
        let point = |at: usize, name: &str| {
            let bytes = encoded.get(at..at + 48).and_then(|bytes| bytes.try_into().ok());
            bytes.and_then(G1Affine::from_bytes).ok_or_else(|| fault(name))
        };
        let points = [point(0, "Abar")?, point(48, "Bbar")?, point(96, "D")?];
        let scalars: Option<Vec<Scalar>> = scalars.chunks(32).map(read_scalar).collect();
        let mut scalars = scalars.ok_or_else(|| fault("scalar"))?;
        let challenge = scalars.pop();
        let messages = scalars.get(3..).unwrap_or_default().to_vec();
        match (scalars.as_slice(), challenge) {
            ([e, r1, r3, ..], Some(challenge)) => {
                Ok(Self { points, encoded, e: *e, r1: *r1, r3: *r3, messages, challenge })
            }
            _ => Err(fault("proof")),
        }
    }
}
