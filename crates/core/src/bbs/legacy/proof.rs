//! Proofs of the older scheme: `u16` count of messages, a bitmap of the disclosed ones, and the proof.

use tamarack_bls12_381::{Base, G1, G1Affine, Scalar, SecretScalar, public_sum, secret_sum};

use super::{ExtendedKey, Signature, commitment_secret, hash_to_scalar};
use crate::bbs::pairing::PairingClaim;
use crate::bbs::proof::hidden_indexes;
use crate::bbs::suite::random_scalar;
use crate::{Code, Fault, Randomness};

/// How many messages were signed, and which of them a proof says it discloses.
///
/// # Errors
/// [`Code::ProofValueEncoding`] if the proof is too short, and for a bit beyond the last message.
pub fn disclosed_indexes(proof: &[u8]) -> Result<(usize, Vec<usize>), Fault> {
    split(proof).map(|(count, disclosed, _)| (count, disclosed))
}

/// Proves knowledge of a signature, disclosing the messages at these places, ascending. The signature is verified first: what
/// does not match would make a proof that nobody accepts.
///
/// # Errors
/// [`Code::ProofValueEncoding`] for a signature that is none, for places that are not ascending or not there, and for another
/// number of messages than the key is for; [`Code::ProofSignatureInvalid`] if the signature does not match;
/// [`Code::Internal`] without randomness.
pub fn proof_gen(
    key: &ExtendedKey,
    signature: &[u8],
    messages: &[&[u8]],
    disclosed_indexes: &[usize],
    nonce: &[u8],
    randomness: &mut dyn Randomness,
) -> Result<Vec<u8>, Fault> {
    let signature = Signature::from_bytes(signature)?;
    key.expect_count(messages.len())?;
    let hidden = hidden_indexes(disclosed_indexes, messages.len())?;
    let (e, s) = (SecretScalar::new(signature.e), SecretScalar::new(signature.s));
    let messages: Vec<SecretScalar> =
        messages.iter().map(|message| SecretScalar::new(hash_to_scalar(message))).collect();
    let mut draw = || random_scalar(randomness);
    let (r1, r2) = (draw()?, draw()?);
    let (e_blind, r2_blind, r3_blind, s_blind) = (draw()?, draw()?, draw()?, draw()?);
    let blinds: Vec<SecretScalar> = hidden.iter().map(|_| draw()).collect::<Result<_, _>>()?;
    let r3 = r1.invert().ok_or(Code::Internal)?;

    // B is a secret point as long as A is: nothing but constant-time functions touch it.
    let b = commitment_secret(key, &s, &messages);
    let claim_right = (b - G1::from(signature.point).multiply_secret(&e)).to_affine();
    PairingClaim::new(key.key().clone(), signature.point, claim_right).check()?;

    // A' = A^r1, Abar = B^r1 · A'^-e = A'^x, d = B^r1 · h0^-r2; s' = s - r2 r3.
    let minus_r2 = -&r2;
    let d = b.multiply_secret(&r1) + secret_sum(&[(key.blinding().base(), &minus_r2)]);
    let a_prime = G1::from(signature.point).multiply_secret(&r1);
    let a_bar = G1::from(claim_right).multiply_secret(&r1);
    let points = G1::batch_to_affine(&[a_prime, a_bar, d]);
    let [a_prime, a_bar, d]: [G1Affine; 3] = points.try_into().map_err(|_| Fault::new(Code::Internal))?;
    let s_prime = s - &r2 * &r3;

    // Abar / d = A'^-e · h0^r2, and the inverse of the disclosed part = d^-r3 · h0^s' · the undisclosed part.
    let h0 = key.blinding().base();
    let first = secret_sum(&[(Base::Variable(a_prime), &e_blind), (h0, &r2_blind)]);
    let of_messages = hidden.iter().zip(blinds.iter());
    let of_messages = of_messages.filter_map(|(index, blind)| Some((key.messages().get(*index)?.base(), blind)));
    let terms: Vec<_> = [(Base::Variable(d), &r3_blind), (h0, &s_blind)].into_iter().chain(of_messages).collect();
    let second = secret_sum(&terms);
    let commitments = G1::batch_to_affine(&[first, second]);
    let commitments: [G1Affine; 2] = commitments.try_into().map_err(|_| Fault::new(Code::Internal))?;

    let c = challenge(key, [a_prime, a_bar, d], commitments, &hidden, nonce);
    // Each response is masked by a number that was drawn for it.
    let first = [(e_blind + e * c).disclose(), (r2_blind - r2 * c).disclose()];
    let kept = hidden.iter().zip(blinds.iter()).filter_map(|(index, blind)| Some(blind - messages.get(*index)? * c));
    let second = [r3_blind + r3 * c, s_blind - s_prime * c].into_iter().chain(kept);
    let second: Vec<Scalar> = second.map(|response| response.disclose()).collect();
    let mut bytes = header(messages.len(), disclosed_indexes)?;
    bytes.extend([a_prime, a_bar, d].iter().flat_map(G1Affine::to_bytes));
    let [first_commitment, second_commitment] = commitments;
    // The length of the first part: a point, a count and two responses.
    bytes.extend_from_slice(&FIRST_PART.to_be_bytes());
    push_part(&mut bytes, &first_commitment, &first)?;
    push_part(&mut bytes, &second_commitment, &second)?;
    Ok(bytes)
}

/// Verifies a proof. The disclosed messages come with their places, ascending: those that the proof names, no more, no fewer.
///
/// # Errors
/// [`Code::ProofValueEncoding`] for a proof that is none, for other places than it names and for another number of messages
/// than the key is for; [`Code::ProofSignatureInvalid`] for one that does not match.
pub fn proof_verify(key: &ExtendedKey, proof: &[u8], disclosed: &[(usize, &[u8])], nonce: &[u8]) -> Result<(), Fault> {
    proof_verify_deferred(key, proof, disclosed, nonce)?.check()
}

/// [`proof_verify`] but for its pairings, so that many checks can share them.
///
/// # Errors
/// As [`proof_verify`], but for what the claim's own check finds.
pub fn proof_verify_deferred(
    key: &ExtendedKey,
    proof: &[u8],
    disclosed: &[(usize, &[u8])],
    nonce: &[u8],
) -> Result<PairingClaim, Fault> {
    let (count, named, rest) = split(proof)?;
    key.expect_count(count)?;
    if !disclosed.iter().map(|(index, _)| index).eq(&named) {
        return Err(Fault::new(Code::ProofValueEncoding).about("index"));
    }
    let hidden = hidden_indexes(&named, count)?;
    let Proof { points, commitments, first, second } = Proof::from_bytes(rest, hidden.len())?;
    let [a_prime, a_bar, d] = points;
    let [first_commitment, second_commitment] = commitments;
    let c = challenge(key, points, commitments, &hidden, nonce);

    // Two equations that must both give the identity. They are added up with a factor for the second, which nobody knew
    // before all of their terms were fixed: if one of them fails, so does the sum, but for one factor out of 2^128.
    //   A' · r_e + h0 · r_2 + (Abar - d) · c - C1
    //   d · r_3 + h0 · r_s + Σ hidden h_j · r_j - (g1 + Σ disclosed h_i · m_i) · c - C2
    let factor = factor(&c, &first, &second);
    let minus = -(c * factor);
    let ([r_e, r_2], [r_3, r_s, of_messages @ ..]) = (first, second.as_slice()) else {
        return Err(Code::Internal.into());
    };
    let mut terms = Vec::with_capacity(count + 8);
    terms.extend([
        (Base::Variable(a_prime), r_e),
        (key.blinding().base(), r_2 + factor * *r_s),
        (Base::Variable(a_bar), c),
        (Base::Variable(d), factor * *r_3 - c),
        (Base::Variable(first_commitment), -Scalar::one()),
        (Base::Variable(second_commitment), -factor),
        (Base::Variable(G1Affine::generator()), minus),
    ]);
    let shown = disclosed.iter().map(|(index, message)| (*index, hash_to_scalar(message) * minus));
    let kept = hidden.iter().copied().zip(of_messages.iter().map(|response| *response * factor));
    terms.extend(shown.chain(kept).filter_map(|(index, factor)| Some((key.messages().get(index)?.base(), factor))));
    if !public_sum(&terms).is_identity() {
        return Err(Code::ProofSignatureInvalid.into());
    }
    Ok(PairingClaim::new(key.key().clone(), a_prime, a_bar))
}

/// 128 bits from a hash over the challenge, which depends on every point, and over all responses.
fn factor(challenge: &Scalar, first: &[Scalar], second: &[Scalar]) -> Scalar {
    use sha2::{Digest as _, Sha256};
    let mut hash = Sha256::new_with_prefix(b"TAMARACK-BBS+2020-FACTOR");
    for scalar in [challenge].into_iter().chain(first).chain(second) {
        hash.update(scalar.to_bytes());
    }
    Scalar::from_wide(&hash.finalize().iter().copied().take(16).collect::<Vec<u8>>())
}

/// `get_bytes_for_challenge` and the nonce, hashed. An empty nonce counts as the number 0.
fn challenge(
    key: &ExtendedKey,
    [a_prime, a_bar, d]: [G1Affine; 3],
    [first, second]: [G1Affine; 2],
    hidden: &[usize],
    nonce: &[u8],
) -> Scalar {
    let mut input = Vec::with_capacity(96 * (hidden.len() + 7) + 32);
    let h0 = &key.blinding().encoded;
    for point in [a_bar, a_prime] {
        input.extend_from_slice(&point.to_uncompressed());
    }
    input.extend_from_slice(h0);
    input.extend_from_slice(&first.to_uncompressed());
    input.extend_from_slice(&d.to_uncompressed());
    input.extend_from_slice(h0);
    for generator in hidden.iter().filter_map(|index| key.messages().get(*index)) {
        input.extend_from_slice(&generator.encoded);
    }
    input.extend_from_slice(&second.to_uncompressed());
    let nonce = if nonce.is_empty() { Scalar::ZERO } else { hash_to_scalar(nonce) };
    input.extend_from_slice(&nonce.to_bytes());
    hash_to_scalar(&input)
}

/// Bytes of a part: a point, a count in four bytes, responses.
const FIRST_PART: u32 = 48 + 4 + 2 * 32;

fn push_part(bytes: &mut Vec<u8>, commitment: &G1Affine, responses: &[Scalar]) -> Result<(), Fault> {
    bytes.extend_from_slice(&commitment.to_bytes());
    bytes.extend_from_slice(&u32::try_from(responses.len()).map_err(|_| Code::Internal)?.to_be_bytes());
    bytes.extend(responses.iter().flat_map(Scalar::to_bytes));
    Ok(())
}

/// The count and the bitmap: bit `i` from the right end stands for message `i`.
fn header(count: usize, disclosed: &[usize]) -> Result<Vec<u8>, Fault> {
    let mut bitmap = vec![0_u8; count / 8 + 1];
    for index in disclosed {
        *bitmap.get_mut(index / 8).ok_or(Code::Internal)? |= 1 << (index % 8);
    }
    bitmap.reverse();
    let count = u16::try_from(count).map_err(|_| Code::ProofValueEncoding)?;
    Ok([&count.to_be_bytes()[..], &bitmap].concat())
}

fn split(proof: &[u8]) -> Result<(usize, Vec<usize>, &[u8]), Fault> {
    let fault = |about: &str| Fault::new(Code::ProofValueEncoding).about(about);
    let (count, rest) = proof.split_first_chunk::<2>().ok_or_else(|| fault("proof"))?;
    let count = usize::from(u16::from_be_bytes(*count));
    let (bitmap, rest) = rest.split_at_checked(count / 8 + 1).ok_or_else(|| fault("proof"))?;
    let bits =
        bitmap.iter().rev().zip(0..).flat_map(|(byte, at)| (0..8).map(move |bit| (byte >> bit & 1, at * 8 + bit)));
    let disclosed: Vec<usize> = bits.filter(|(bit, _)| *bit == 1).map(|(_, index)| index).collect();
    if disclosed.last().is_some_and(|last| *last >= count) {
        return Err(fault("index"));
    }
    Ok((count, disclosed, rest))
}

/// A proof that was read, without its bitmap.
struct Proof {
    /// `A', Abar, d`.
    points: [G1Affine; 3],
    commitments: [G1Affine; 2],
    first: [Scalar; 2],
    /// Two, and one for each undisclosed message.
    second: Vec<Scalar>,
}

impl Proof {
    fn from_bytes(bytes: &[u8], hidden: usize) -> Result<Self, Fault> {
        let fault = |about: &str| Fault::new(Code::ProofValueEncoding).about(about);
        let mut reader = Reader(bytes);
        let points = [reader.point("A'")?, reader.point("Abar")?, reader.point("d")?];
        if reader.count()? != FIRST_PART as usize {
            return Err(fault("length"));
        }
        let first_commitment = reader.point("C1")?;
        let first = reader.responses(2)?.try_into().map_err(|_| fault("responses"))?;
        let second_commitment = reader.point("C2")?;
        let second = reader.responses(hidden + 2)?;
        if !reader.0.is_empty() {
            return Err(fault("proof"));
        }
        Ok(Self { points, commitments: [first_commitment, second_commitment], first, second })
    }
}

/// Takes a proof apart from its front.
struct Reader<'p>(&'p [u8]);

impl Reader<'_> {
    fn point(&mut self, name: &str) -> Result<G1Affine, Fault> {
        let bytes = self.take::<48>()?;
        G1Affine::from_bytes(&bytes).ok_or_else(|| Fault::new(Code::ProofValueEncoding).about(name))
    }

    fn count(&mut self) -> Result<usize, Fault> {
        Ok(u32::from_be_bytes(self.take::<4>()?) as usize)
    }

    /// As many responses as there must be; each is below the order.
    fn responses(&mut self, count: usize) -> Result<Vec<Scalar>, Fault> {
        let fault = || Fault::new(Code::ProofValueEncoding).about("responses");
        if self.count()? != count {
            return Err(fault());
        }
        (0..count).map(|_| Scalar::from_bytes(&self.take::<32>()?).ok_or_else(fault)).collect()
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let (taken, rest) =
            self.0.split_first_chunk::<N>().ok_or_else(|| Fault::new(Code::ProofValueEncoding).about("proof"))?;
        self.0 = rest;
        Ok(*taken)
    }
}
