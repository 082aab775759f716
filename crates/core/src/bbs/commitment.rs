//! Commitments to messages that the signer shall not see, with the proof that they were made by the rules
//! (draft-irtf-cfrg-bbs-blind-signatures §4.1, §4.3).

use tamarack_bls12_381::{Base, G1, G1Affine, Scalar, SecretScalar, public_sum, secret_sum};
use zeroize::Zeroizing;

use super::core::{Setting, finish, read_scalar};
use super::generators::{Generator, generators};
use super::keys::{PublicKey, SecretKey};
use super::secret::SecretNumber;
use super::suite::{Ciphersuite, Interface, random_scalar};
use crate::{Code, Fault, Randomness};

/// Which of the two extensions: each has generators for what the signer knows and for what is committed.
#[derive(Clone, Copy)]
pub(super) struct Extension {
    pub(super) suite: Ciphersuite,
    pub(super) interface: Interface,
    pub(super) committed: Interface,
}

impl Extension {
    /// `Q_2, J_1, …`, for so many committed scalars.
    fn blind_generators(self, committed: usize) -> Result<Vec<&'static Generator>, Fault> {
        generators(self.suite, self.committed, committed.saturating_add(1))
    }

    /// `Q_1, H_1, …, Q_2, J_1, …` and the domain.
    pub(super) fn setting<'k>(
        self,
        key: &'k PublicKey,
        known: usize,
        committed: usize,
        header: &[u8],
    ) -> Result<Setting<'k>, Fault> {
        let mut all = generators(self.suite, self.interface, known.saturating_add(1))?;
        all.extend(self.blind_generators(committed)?);
        Setting::new(self.suite, self.interface, key, all, header)
    }

    /// `CoreCommit` (§4.3.1).
    pub(super) fn commit(
        self,
        scalars: &[SecretScalar],
        randomness: &mut dyn Randomness,
    ) -> Result<(Vec<u8>, SecretNumber), Fault> {
        let generators = self.blind_generators(scalars.len())?;
        let mut draw = || random_scalar(randomness);
        let (blind, blind_mask) = (draw()?, draw()?);
        let masks: Vec<SecretScalar> = scalars.iter().map(|_| draw()).collect::<Result<_, _>>()?;
        let sum = |first: &SecretScalar, rest: &[SecretScalar]| {
            let factors = [first].into_iter().chain(rest);
            let terms: Vec<_> = generators.iter().map(|generator| generator.base()).zip(factors).collect();
            secret_sum(&terms)
        };
        let points = G1::batch_to_affine(&[sum(&blind, scalars), sum(&blind_mask, &masks)]);
        let [commitment, mask] = points.try_into().map_err(|_| Fault::new(Code::Internal))?;
        let challenge = self.challenge(&generators, &commitment, &mask)?;
        let mut bytes = commitment.to_bytes().to_vec();
        let first = blind_mask + &blind * challenge;
        let rest = masks.iter().zip(scalars).map(|(mask, scalar)| mask + scalar * challenge);
        // Each is masked by a number that was drawn for it.
        let responses = [first].into_iter().chain(rest).map(|response| response.disclose());
        for response in responses.chain([challenge]) {
            // A signer refuses 0; it comes once in 2^255 times.
            if response.is_zero() {
                return Err(Code::Internal.into());
            }
            bytes.extend_from_slice(&response.to_bytes());
        }
        Ok((bytes, SecretNumber::new(blind)))
    }

    /// `octets_to_commitment_with_proof` and `CoreCommitVerify` (§4.3.2, §5.4.2): the point, and to how many scalars it is.
    pub(super) fn verify(self, bytes: &[u8]) -> Result<(G1Affine, usize), Fault> {
        let fault = |about: &str| Fault::new(Code::ProofValueEncoding).about(about);
        let (point, scalars) = bytes.split_first_chunk::<48>().ok_or_else(|| fault("commitment"))?;
        if !scalars.len().is_multiple_of(32) || scalars.len() < 64 {
            return Err(fault("commitment"));
        }
        let count = scalars.len() / 32 - 2;
        let generators = self.blind_generators(count)?;
        let commitment = G1Affine::from_bytes(point).ok_or_else(|| fault("commitment"))?;
        let scalars: Option<Vec<Scalar>> = scalars.chunks(32).map(read_scalar).collect();
        let mut responses = scalars.ok_or_else(|| fault("scalar"))?;
        let challenge = responses.pop().ok_or_else(|| fault("commitment"))?;
        let terms = generators.iter().map(|generator| generator.base()).zip(responses);
        let terms: Vec<_> = terms.chain([(Base::Variable(commitment), -challenge)]).collect();
        let mask = public_sum(&terms).to_affine();
        if self.challenge(&generators, &commitment, &mask)?.is_equal(&challenge) {
            Ok((commitment, count))
        } else {
            Err(Code::ProofSignatureInvalid.into())
        }
    }

    /// `BlindSign` (§4.2.1) and `BlindSignWithNym`: `extra` is added to the last committed scalar.
    pub(super) fn sign(
        self,
        secret: &SecretKey,
        commitment: &[u8],
        header: &[u8],
        messages: &[&[u8]],
        extra: Option<&SecretScalar>,
    ) -> Result<[u8; super::SIGNATURE_BYTES], Fault> {
        let (setting, mut point) = self.begin(secret, commitment, header, messages)?;
        if let (Some(extra), Some(last)) = (extra, setting.generators.last()) {
            point = point + secret_sum(&[(last.base(), extra)]);
        }
        let mut input = Zeroizing::new(secret.expose_bytes().to_vec());
        // §4.3.3 has the domain hashed beside B; the vectors of VC-DI-BBS hash B alone, which the domain is in. Any e will do.
        input.extend_from_slice(&point.to_affine().to_bytes());
        Ok(finish(secret, &point, setting.hash(&input)?)?.to_bytes())
    }

    /// The commitment verified, and `B` over it and the messages.
    pub(super) fn begin<'s>(
        self,
        secret: &'s SecretKey,
        commitment: &[u8],
        header: &[u8],
        messages: &[&[u8]],
    ) -> Result<(Setting<'s>, G1), Fault> {
        let (commitment, committed) = match commitment {
            [] => (None, 0),
            bytes => self.verify(bytes).map(|(point, count)| (Some(point), count))?,
        };
        let setting = self.setting(secret.public_key(), messages.len(), committed, header)?;
        let scalars = self.suite.messages_to_scalars(self.interface, messages.iter().copied())?;
        let known = setting.generators.iter().map(|generator| generator.base()).zip(scalars);
        let terms: Vec<_> = setting.fixed_terms(Scalar::one()).into_iter().chain(known).collect();
        let sum = public_sum(&terms);
        Ok((setting, commitment.map_or(sum, |commitment| sum + commitment)))
    }

    /// `calculate_blind_challenge` (§5.3).
    fn challenge(self, generators: &[&Generator], commitment: &G1Affine, mask: &G1Affine) -> Result<Scalar, Fault> {
        let count = (generators.len() as u64).saturating_sub(1);
        let mut input = count.to_be_bytes().to_vec();
        generators.iter().for_each(|generator| input.extend_from_slice(&generator.encoded));
        input.extend_from_slice(&commitment.to_bytes());
        input.extend_from_slice(&mask.to_bytes());
        self.suite.hash_to_scalar(&input, &self.suite.tag(self.interface, "H2S_"))
    }
}
