//! The verdict is decided here and nowhere else.

mod policy;
mod verdict;

pub use policy::{MaxAge, Policy};
pub use verdict::{Check, CheckId, CheckResult, EvidenceAge, Outcome, Verdict};

use crate::json::Value;
use crate::{Code, Evidence, Fault, Timestamp};

/// The verified content: only an accepted verdict gives it.
#[derive(Clone, PartialEq, Debug)]
pub struct Claims {
    document: Value<'static>,
}

impl Claims {
    /// The verified document, its proofs left in.
    #[must_use]
    pub const fn document(&self) -> &Value<'static> {
        &self.document
    }
}

/// Why an input could not be judged at all. That is not a verdict.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The input is no credential and no presentation: not JSON, not a JWT, too large, ambiguous.
    Input(Fault),
    /// A fault of this library.
    Internal(Fault),
}

impl Error {
    /// What was found.
    #[must_use]
    pub const fn fault(&self) -> &Fault {
        match self {
            Self::Input(fault) | Self::Internal(fault) => fault,
        }
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.fault().fmt(f)
    }
}

impl std::error::Error for Error {}

/// Judges a credential or presentation: JSON with embedded proofs, an enveloped one, or a compact JWT.
///
/// Pure: no network, no clock, no randomness. What is missing comes back in [`Verdict::needs`].
///
/// # Errors
/// [`Error::Input`] when the input is no credential at all.
pub fn verify(_input: &[u8], _policy: &Policy, _evidence: &Evidence, _now: Timestamp) -> Result<Verdict, Error> {
    Err(Error::Internal(Fault::new(Code::Internal)))
}
