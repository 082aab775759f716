//! BBS+ as `BbsBlsSignature2020` uses it: the scheme of Au, Susilo, Mu (as proved by Camenisch, Drijvers, Lehmann, eprint
//! 2016/663 §4.5) in the bytes of version 0.4 of the `bbs` crate.
//!
//! A signature is `(A, e, s)` in 112 bytes; the generators depend on the key and on the number of messages; messages are hashed
//! by BLAKE2b. It has nothing in common with draft-irtf-cfrg-bbs-signatures but the curve.

mod key;
mod proof;

#[cfg(test)]
mod tests;

pub use key::ExtendedKey;
pub use proof::{disclosed_indexes, proof_gen, proof_verify, proof_verify_deferred};

use blake2::digest::consts::U48;
use blake2::{Blake2b, Digest as _};
use tamarack_bls12_381::{Base, Expander, G1, G1Affine, Scalar, SecretScalar, public_sum, secret_sum};
use zeroize::Zeroizing;

use super::core::read_scalar;
use super::keys::SecretKey;
use super::pairing::PairingClaim;
use crate::{Code, Fault};

/// Bytes of a signature.
pub const SIGNATURE_BYTES: usize = 112;

/// Signs the messages. The same input gives the same signature: `e` and `s` are hashed from the secret key and everything
/// that is signed, where the scheme lets them be drawn at random.
///
/// # Errors
/// [`Code::ProofValueEncoding`] for no message and for more than [`crate::limits::BBS_MESSAGES`];
/// [`Code::KeySignerFailed`] in one case of 2^255.
pub fn sign(secret: &SecretKey, messages: &[&[u8]]) -> Result<[u8; SIGNATURE_BYTES], Fault> {
    let key = ExtendedKey::derive(secret.public_key(), messages.len())?;
    let messages: Vec<Scalar> = messages.iter().map(|message| hash_to_scalar(message)).collect();
    let mut input = Zeroizing::new(Vec::with_capacity(32 * (messages.len() + 1)));
    input.extend_from_slice(&*secret.expose_bytes());
    messages.iter().for_each(|message| input.extend_from_slice(&message.to_bytes()));
    let derive = |tag: &[u8]| {
        let mut wide = Zeroizing::new([0; 48]);
        Expander::XmdSha256.expand(&input, tag, &mut *wide).ok_or(Code::Internal)?;
        Ok::<_, Code>(Scalar::from_wide(&*wide))
    };
    let (e, s) = (derive(b"TAMARACK-BBS+2020-E")?, derive(b"TAMARACK-BBS+2020-S")?);
    let inverse = (secret.number() + e).invert().ok_or(Code::KeySignerFailed)?;
    let point = commitment(&key, s, &messages).multiply_secret(&inverse).to_affine();
    if point.is_identity() || e.is_zero() || s.is_zero() {
        return Err(Code::KeySignerFailed.into());
    }
    let mut bytes = [0; SIGNATURE_BYTES];
    let encoded = point.to_bytes().into_iter().chain(e.to_bytes()).chain(s.to_bytes());
    bytes.iter_mut().zip(encoded).for_each(|(to, from)| *to = from);
    Ok(bytes)
}

/// Verifies a signature over all messages.
///
/// # Errors
/// [`Code::ProofValueEncoding`] for a signature that is none and for another number of messages than the key is for,
/// [`Code::ProofSignatureInvalid`] for one that does not match.
pub fn verify(key: &ExtendedKey, signature: &[u8], messages: &[&[u8]]) -> Result<(), Fault> {
    verify_deferred(key, signature, messages)?.check()
}

/// [`verify`] but for its pairings, so that many checks can share them.
///
/// # Errors
/// As [`verify`], but for what the claim's own check finds.
pub fn verify_deferred(key: &ExtendedKey, signature: &[u8], messages: &[&[u8]]) -> Result<PairingClaim, Fault> {
    let signature = Signature::from_bytes(signature)?;
    key.expect_count(messages.len())?;
    let messages: Vec<Scalar> = messages.iter().map(|message| hash_to_scalar(message)).collect();
    let right =
        commitment(key, signature.s, &messages) + public_sum(&[(Base::Variable(signature.point), -signature.e)]);
    Ok(PairingClaim::new(key.key().clone(), signature.point, right.to_affine()))
}

/// `g1 · h0^s · h1^m1 · …`, for a signer or verifier, who knows all messages.
fn commitment(key: &ExtendedKey, s: Scalar, messages: &[Scalar]) -> G1 {
    let messages = key.messages().iter().zip(messages).map(|(generator, message)| (generator.base(), *message));
    let terms: Vec<_> = [(key.blinding().base(), s)].into_iter().chain(messages).collect();
    public_sum(&terms) + G1Affine::generator()
}

/// The same for a prover, who keeps messages to himself.
fn commitment_secret(key: &ExtendedKey, s: &SecretScalar, messages: &[SecretScalar]) -> G1 {
    let messages = key.messages().iter().zip(messages).map(|(generator, message)| (generator.base(), message));
    let terms: Vec<_> = [(key.blinding().base(), s)].into_iter().chain(messages).collect();
    secret_sum(&terms) + G1Affine::generator()
}

/// `SignatureMessage::hash`, and the hash of nonces and challenges: 48 bytes of BLAKE2b as a number.
fn hash_to_scalar(bytes: &[u8]) -> Scalar {
    Scalar::from_wide(&Blake2b::<U48>::digest(bytes))
}

/// `(A, e, s)`.
struct Signature {
    point: G1Affine,
    e: Scalar,
    s: Scalar,
}

impl Signature {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let fault = |about: &str| Fault::new(Code::ProofValueEncoding).about(about);
        let bytes: &[u8; SIGNATURE_BYTES] = bytes.try_into().map_err(|_| fault("signature"))?;
        let (point, numbers) = bytes.split_first_chunk::<48>().ok_or_else(|| fault("signature"))?;
        let (e, s) = numbers.split_at_checked(32).ok_or_else(|| fault("signature"))?;
        Ok(Self {
            point: G1Affine::from_bytes(point).ok_or_else(|| fault("A"))?,
            e: read_scalar(e).ok_or_else(|| fault("e"))?,
            s: read_scalar(s).ok_or_else(|| fault("s"))?,
        })
    }
}
