//! Numbers that a holder keeps.

use tamarack_bls12_381::Scalar;
use zeroize::Zeroizing;

use super::suite::random_scalar;
use crate::{Code, Fault, Randomness};

/// A secret number below the order: the blinding factor of a commitment, a holder's share of a pseudonym's secret. It wipes
/// itself.
#[derive(Clone)]
pub struct SecretNumber(Zeroizing<Scalar>);

impl SecretNumber {
    /// Draws one.
    ///
    /// # Errors
    /// [`Code::Internal`] without randomness.
    pub fn random(randomness: &mut dyn Randomness) -> Result<Self, Fault> {
        random_scalar(randomness).map(Self::new)
    }

    /// Reads 32 bytes, the most significant first.
    ///
    /// # Errors
    /// [`Code::KeyInvalid`] if the number is not below the order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Fault> {
        Scalar::from_bytes(bytes).map(Self::new).ok_or_else(|| Fault::new(Code::KeyInvalid).about("number"))
    }

    /// The 32 bytes. They wipe themselves; what is copied from them does not.
    #[must_use]
    pub fn expose_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    pub(super) fn new(number: Scalar) -> Self {
        Self(Zeroizing::new(number))
    }

    pub(super) fn number(&self) -> &Scalar {
        &self.0
    }
}

impl core::fmt::Debug for SecretNumber {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SecretNumber(..)")
    }
}
