//! Numbers that a holder keeps.

use tamarack_bls12_381::SecretScalar;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::suite::random_scalar;
use crate::{Code, Fault, Randomness};

/// A secret number below the order: the blinding factor of a commitment, a holder's share of a pseudonym's secret. It wipes
/// itself.
#[derive(Clone, ZeroizeOnDrop)]
pub struct SecretNumber(SecretScalar);

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
        SecretScalar::from_bytes(bytes).map(Self::new).ok_or_else(|| Fault::new(Code::KeyInvalid).about("number"))
    }

    /// The 32 bytes. They wipe themselves; what is copied from them does not.
    #[must_use]
    pub fn expose_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.0.expose_bytes()
    }

    pub(super) const fn new(number: SecretScalar) -> Self {
        Self(number)
    }

    pub(super) const fn number(&self) -> &SecretScalar {
        &self.0
    }
}

impl core::fmt::Debug for SecretNumber {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SecretNumber(..)")
    }
}
