//! For this repository's tests and fuzz targets alone (feature `testing`).

use super::{Error, Verdict, verify_with};
use crate::proof::SignatureChecker;
use crate::{Evidence, Policy, Timestamp};

/// [`verify`](super::verify) with any checker of signatures, also one without security: a fuzzer must get past them.
///
/// # Errors
/// The same as `verify`.
pub fn verify_with_checker(
    input: &[u8],
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
    checker: &mut dyn SignatureChecker,
) -> Result<Verdict, Error> {
    verify_with(input, policy, evidence, now, checker, None)
}
