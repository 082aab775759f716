//! RSA keys, for verifying RS256 and PS256 of others.

use std::sync::Arc;

use josekit::jws::JwsVerifier as _;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm::Rs256;
use josekit::jws::alg::rsassa_pss::RsassaPssJwsAlgorithm::Ps256;
use openssl::bn::BigNum;
use openssl::pkey::Public;
use openssl::rsa::Rsa;

use super::{KeyType, SignatureAlgorithm};
use crate::{Code, Fault};

/// An RSA key of 2048 to 8192 bits with an odd exponent from 3 to 2^32.
#[derive(Clone)]
pub(super) struct RsaPublic {
    pkcs1: Arc<[u8]>,
    rsa: Rsa<Public>,
}

impl RsaPublic {
    /// RFC 8017 §A.1.1, DER, nothing after it.
    pub(super) fn from_pkcs1(bytes: &[u8]) -> Result<Self, Fault> {
        // 8192 bits are 1 038 bytes of DER with an exponent of 32 bits.
        if bytes.len() > 1_100 {
            return Err(invalid());
        }
        let rsa = Rsa::public_key_from_der_pkcs1(bytes).map_err(|_| invalid())?;
        let key = Self::checked(rsa)?;
        if *key.pkcs1 == *bytes { Ok(key) } else { Err(invalid()) }
    }

    /// Big-endian modulus and exponent without leading zeros (RFC 7518 §6.3.1).
    pub(super) fn from_components(n: &[u8], e: &[u8]) -> Result<Self, Fault> {
        if n.len() > 1_024 || e.len() > 4 || n.first().is_none_or(|b| *b == 0) || e.first().is_none_or(|b| *b == 0) {
            return Err(invalid());
        }
        let number = |bytes| BigNum::from_slice(bytes).map_err(|_| invalid());
        Self::checked(Rsa::from_public_components(number(n)?, number(e)?).map_err(|_| invalid())?)
    }

    pub(super) fn checked(rsa: Rsa<Public>) -> Result<Self, Fault> {
        let (n, e) = (rsa.n(), rsa.e());
        let exponent_fits = e.num_bits() <= 32 && e.num_bits() > 1 && e.is_bit_set(0) && !e.is_negative();
        if !(2_048..=8_192).contains(&n.num_bits()) || !n.is_bit_set(0) || n.is_negative() || !exponent_fits {
            return Err(invalid());
        }
        let pkcs1 = rsa.public_key_to_der_pkcs1().map_err(|_| invalid())?.into();
        Ok(Self { pkcs1, rsa })
    }

    pub(super) fn pkcs1(&self) -> &[u8] {
        &self.pkcs1
    }

    /// Modulus and exponent, big-endian without leading zeros.
    pub(super) fn components(&self) -> (Vec<u8>, Vec<u8>) {
        (self.rsa.n().to_vec(), self.rsa.e().to_vec())
    }

    /// The key for OpenSSL.
    pub(super) const fn rsa(&self) -> &Rsa<Public> {
        &self.rsa
    }

    /// RFC 7518 §3.3 (RS256) and §3.5 (PS256: MGF1 with SHA-256, a salt of 32 bytes, which josekit binds to the key).
    pub(super) fn verify(&self, algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Result<(), Fault> {
        let check = || match algorithm {
            SignatureAlgorithm::Ps256 => Ps256.verifier_from_der(&self.pkcs1)?.verify(message, signature),
            _ => Rs256.verifier_from_der(&self.pkcs1)?.verify(message, signature),
        };
        // RFC 8017 §8.2.2 step 1: a signature of another length is no signature.
        let length = usize::try_from(self.rsa.size()).unwrap_or_default();
        if signature.len() == length && check().is_ok() { Ok(()) } else { Err(Code::ProofSignatureInvalid.into()) }
    }
}

fn invalid() -> Fault {
    Fault::new(Code::KeyInvalid).about(KeyType::Rsa.name())
}
