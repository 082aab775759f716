//! Randomness as a parameter: the operating system's for use, a fixed one for known-answer tests.

use crate::{Code, Fault};

/// A source of random bytes.
///
/// What is secret or must never repeat (keys, blinding scalars, salts) is drawn from it. Anything but
/// [`SystemRandomness`] belongs in tests of known answers alone.
pub trait Randomness {
    /// Fills the whole of `bytes`.
    ///
    /// # Errors
    /// [`Code::Internal`] if there is no randomness.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault>;
}

/// The operating system's randomness.
#[derive(Clone, Copy, Default, Debug)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
        getrandom::fill(bytes).map_err(|_| Code::Internal.into())
    }
}
