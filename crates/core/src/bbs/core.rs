//! The core operations (draft-irtf-cfrg-bbs-signatures §3.6), over scalars and generators.

use tamarack_bls12_381::{Base, G1, G1Affine, Scalar, SecretScalar, public_sum, secret_sum};
use zeroize::Zeroizing;

use super::generators::{Generator, fixed_point};
use super::keys::{PublicKey, SecretKey};
use super::pairing::PairingClaim;
use super::suite::{Ciphersuite, Interface};
use crate::{Code, Fault};

/// What signer, prover and verifier agree on before anything else.
pub(super) struct Setting<'s> {
    suite: Ciphersuite,
    pub(super) key: &'s PublicKey,
    /// `P1` of the ciphersuite.
    fixed: &'static Generator,
    /// `Q_1`.
    first: &'static Generator,
    /// `H_1, …, H_L`.
    pub(super) generators: Vec<&'static Generator>,
    pub(super) domain: Scalar,
    /// The tag of `hash_to_scalar`.
    hash_tag: Vec<u8>,
}

impl<'s> Setting<'s> {
    /// `generators` are `Q_1, H_1, …, H_L`; the domain is computed (§4.2.3).
    pub(super) fn new(
        suite: Ciphersuite,
        interface: Interface,
        key: &'s PublicKey,
        mut generators: Vec<&'static Generator>,
        header: &[u8],
    ) -> Result<Self, Fault> {
        let mut input = Vec::with_capacity(96 + 8 + 48 * generators.len() + 64 + 8 + header.len());
        input.extend_from_slice(key.bytes());
        input.extend_from_slice(&(generators.len() as u64).saturating_sub(1).to_be_bytes());
        for generator in &generators {
            input.extend_from_slice(&generator.encoded);
        }
        input.extend_from_slice(&suite.tag(interface, ""));
        input.extend_from_slice(&(header.len() as u64).to_be_bytes());
        input.extend_from_slice(header);
        if generators.is_empty() {
            return Err(Code::Internal.into());
        }
        let first = generators.remove(0);
        let hash_tag = suite.tag(interface, "H2S_");
        let domain = suite.hash_to_scalar(&input, &hash_tag)?;
        Ok(Self { suite, key, fixed: fixed_point(suite)?, first, generators, domain, hash_tag })
    }

    pub(super) fn hash(&self, input: &[u8]) -> Result<Scalar, Fault> {
        self.suite.hash_to_scalar(input, &self.hash_tag)
    }

    /// `B` for a signer or verifier, who knows all messages.
    pub(super) fn commitment(&self, messages: &[Scalar]) -> Result<G1, Fault> {
        self.expect_count(messages.len())?;
        let messages = self.generators.iter().zip(messages).map(|(generator, message)| (generator.base(), *message));
        let terms: Vec<(Base<'_>, Scalar)> = self.fixed_terms(Scalar::one()).into_iter().chain(messages).collect();
        Ok(public_sum(&terms))
    }

    /// `B` for a prover, who keeps messages to himself.
    pub(super) fn commitment_secret(&self, messages: &[SecretScalar]) -> Result<G1, Fault> {
        self.expect_count(messages.len())?;
        let terms: Vec<_> =
            self.generators.iter().zip(messages).map(|(generator, message)| (generator.base(), message)).collect();
        Ok(secret_sum(&terms) + public_sum(&self.fixed_terms(Scalar::one())))
    }

    /// `P1 · c` and `Q_1 · (domain · c)`.
    pub(super) fn fixed_terms(&self, factor: Scalar) -> [(Base<'static>, Scalar); 2] {
        [(self.fixed.base(), factor), (self.first.base(), self.domain * factor)]
    }

    fn expect_count(&self, count: usize) -> Result<(), Fault> {
        if self.generators.len() == count { Ok(()) } else { Err(Code::Internal.into()) }
    }
}

/// A signature: `(A, e)`.
#[derive(Clone, Copy)]
pub(super) struct Signature {
    pub(super) point: G1Affine,
    pub(super) number: Scalar,
}

impl Signature {
    /// `octets_to_signature` (§4.2.4.3).
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let fault = |about| Fault::new(Code::ProofValueEncoding).about(about);
        let bytes: &[u8; 80] = bytes.try_into().map_err(|_| fault("signature"))?;
        let (point, number) = bytes.split_first_chunk::<48>().ok_or_else(|| fault("signature"))?;
        let point = G1Affine::from_bytes(point).ok_or_else(|| fault("A"))?;
        Ok(Self { point, number: read_scalar(number).ok_or_else(|| fault("e"))? })
    }

    /// `signature_to_octets` (§4.2.4.2).
    pub(super) fn to_bytes(self) -> [u8; 80] {
        let mut bytes = [0; 80];
        let encoded = self.point.to_bytes().into_iter().chain(self.number.to_bytes());
        bytes.iter_mut().zip(encoded).for_each(|(to, from)| *to = from);
        bytes
    }
}

/// A scalar that is neither 0 nor beyond the order, as all of the draft's encodings ask.
pub(super) fn read_scalar(bytes: &[u8]) -> Option<Scalar> {
    Scalar::from_bytes(bytes.try_into().ok()?).filter(|scalar| !scalar.is_zero())
}

/// `A = B · 1/(SK + e)`: the end of `CoreSign` (§3.6.1) and of its blind sister.
pub(super) fn finish(secret: &SecretKey, commitment: &G1, number: Scalar) -> Result<Signature, Fault> {
    // SK + e = 0 happens once in 2^255 times, and the draft leaves what then to the implementation.
    let inverse = (secret.number() + number).invert().ok_or(Code::KeySignerFailed)?;
    let point = commitment.multiply_secret(&inverse).to_affine();
    if point.is_identity() || number.is_zero() {
        return Err(Code::KeySignerFailed.into());
    }
    Ok(Signature { point, number })
}

/// `CoreSign` (§3.6.1).
pub(super) fn sign(setting: &Setting<'_>, secret: &SecretKey, messages: &[Scalar]) -> Result<Signature, Fault> {
    let mut input = Zeroizing::new(Vec::with_capacity(32 * (messages.len() + 2)));
    input.extend_from_slice(&*secret.expose_bytes());
    for message in messages {
        input.extend_from_slice(&message.to_bytes());
    }
    input.extend_from_slice(&setting.domain.to_bytes());
    finish(secret, &setting.commitment(messages)?, setting.hash(&input)?)
}

/// `CoreVerify` (§3.6.2), up to its pairings: `e(A, W) = e(B - A · e, BP2)`.
pub(super) fn verify(setting: &Setting<'_>, signature: &[u8], messages: &[Scalar]) -> Result<PairingClaim, Fault> {
    let signature = Signature::from_bytes(signature)?;
    let commitment = setting.commitment(messages)?;
    let right = commitment + public_sum(&[(Base::Variable(signature.point), -signature.number)]);
    Ok(PairingClaim::new(setting.key.clone(), signature.point, right.to_affine()))
}

/// The same for the holder of messages that nobody else knows.
pub(super) fn verify_secret(
    setting: &Setting<'_>,
    signature: &[u8],
    messages: &[SecretScalar],
) -> Result<PairingClaim, Fault> {
    let signature = Signature::from_bytes(signature)?;
    let minus = SecretScalar::new(-signature.number);
    let right = setting.commitment_secret(messages)? + secret_sum(&[(Base::Variable(signature.point), &minus)]);
    Ok(PairingClaim::new(setting.key.clone(), signature.point, right.to_affine()))
}
