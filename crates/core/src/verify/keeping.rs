//! What a server keeps from one verification to the next.

use std::cell::RefCell;
use std::rc::Rc;

use super::kept::Kept;
use super::{Error, Policy, Verdict, verify_with};
use crate::proof::Strict;
use crate::{Evidence, Timestamp};

/// What one thread keeps between verifications under one policy, one evidence and one time: DID documents, schemas and status
/// lists, read and judged once. When one of the three changes, all of it is given up; so at the latest after a second. Bounded as
/// in [`super::verify_many`].
#[derive(Debug, Default)]
pub struct Keeping(RefCell<Option<Under>>);

#[derive(Debug)]
struct Under {
    policy: Policy,
    evidence: Evidence,
    now: Timestamp,
    kept: Rc<Kept>,
}

impl Keeping {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(RefCell::new(None))
    }

    fn under(&self, policy: &Policy, evidence: &Evidence, now: Timestamp) -> Rc<Kept> {
        let mut under = self.0.borrow_mut();
        let same = |under: &&Under| {
            under.now == now
                && under.policy.is_of_one_verifier_with(policy)
                && under.evidence.says_the_same_as(evidence)
        };
        if let Some(under) = under.as_ref().filter(same) {
            return Rc::clone(&under.kept);
        }
        let kept = Rc::new(Kept::for_strangers());
        *under = Some(Under { policy: policy.clone(), evidence: evidence.clone(), now, kept: Rc::clone(&kept) });
        kept
    }
}

/// [`super::verify()`], with what was kept. The verdict is the same.
///
/// The policy's challenge and domain may differ from one verification to the next: what is kept is about issuers alone.
///
/// # Errors
/// As [`super::verify()`].
pub fn verify_keeping(
    input: &[u8],
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
    keeping: &Keeping,
) -> Result<Verdict, Error> {
    verify_with(input, policy, evidence, now, &mut Strict, Some(keeping.under(policy, evidence, now)))
}
