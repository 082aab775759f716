//! Many verifications at once, over all cores.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::kept::Kept;
use super::{Error, Policy, Verdict, verify_with};
use crate::bbs::PairingClaim;
use crate::keys::{KeyTables, Postponed};
use crate::proof::{SignatureChecker, SignatureTask};
use crate::{Code, Evidence, Fault, Timestamp};

/// Inputs that one thread takes at a time: few enough that the threads end together.
const CHUNK: usize = 64;

/// Pairings that one thread checks together: what they share is then small beside what each costs.
const CLAIMS: usize = 256;

/// Judges each input as [`super::verify`] would, on this many threads, and gives the answers in the order of the inputs.
///
/// Signatures by a key that comes back are checked with precomputed multiples of that key. It is the same equation on the
/// same values as in a single check, so each answer is exactly the single one, and a bad input is blamed by its place. The
/// last step of the equations, a division, is done for some inputs together; an input of which one does not hold is
/// judged once more by itself. The pairings of BBS proofs are checked together too, by a random combination that accepts a bad
/// one once in 2^128 times. DID documents, keys, schemas and status lists are read and judged once, not for each input.
#[must_use]
pub fn verify_many<I: AsRef<[u8]> + Sync>(
    inputs: &[I],
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
    threads: NonZeroUsize,
) -> Vec<Result<Verdict, Error>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut tables = KeyTables::new();
        let kept = Rc::new(Kept::default());
        let judge = |input: &I, checker: &mut dyn SignatureChecker| {
            verify_with(input.as_ref(), policy, evidence, now, checker, Some(Rc::clone(&kept)))
        };
        let mut done = Vec::new();
        let mut waiting = Waiting::default();
        loop {
            let start = next.fetch_add(CHUNK, Ordering::Relaxed);
            let chunk = inputs.get(start..inputs.len().min(start.saturating_add(CHUNK))).unwrap_or_default();
            let mut postponed =
                Unsettled { signatures: Postponed::new(&mut tables), claims: Vec::new(), at_once: false };
            let judged: Vec<_> = chunk
                .iter()
                .map(|input| {
                    let first = postponed.signatures.len();
                    let answer = judge(input, &mut postponed);
                    (answer, first..postponed.signatures.len(), std::mem::take(&mut postponed.claims))
                })
                .collect();
            let held = postponed.signatures.settle();
            for ((index, input), (answer, equations, claims)) in (start..).zip(chunk).zip(judged) {
                let hold = held.get(equations).is_some_and(|held| held.iter().all(|held| *held));
                match (hold, claims.is_empty()) {
                    (true, true) => done.push((index, answer)),
                    (true, false) => waiting.push(index, answer, claims),
                    (false, _) => done.push((index, judge(input, &mut tables))),
                }
            }
            if chunk.is_empty() || waiting.claims.len() >= CLAIMS {
                for (index, answer) in std::mem::take(&mut waiting).settle() {
                    let again = || inputs.get(index).map(|input| judge(input, &mut tables));
                    done.extend(answer.or_else(again).map(|answer| (index, answer)));
                }
            }
            if chunk.is_empty() {
                return done;
            }
        }
    };
    let mut answers: Vec<Option<Result<Verdict, Error>>> = Vec::new();
    answers.resize_with(inputs.len(), || None);
    std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads.get().min(inputs.len())).map(|_| scope.spawn(work)).collect();
        let mut place = |done: Vec<(usize, Result<Verdict, Error>)>| {
            for (index, answer) in done {
                if let Some(slot) = answers.get_mut(index) {
                    *slot = Some(answer);
                }
            }
        };
        place(work());
        for helper in helpers {
            // A thread that died leaves its inputs unanswered; below they become faults of this library.
            if let Ok(done) = helper.join() {
                place(done);
            }
        }
    });
    answers.into_iter().map(|a| a.unwrap_or_else(|| Err(Error::Internal(Fault::new(Code::Internal))))).collect()
}

/// Answers that are true if their pairings hold.
#[derive(Default)]
struct Waiting {
    answers: Vec<(usize, Result<Verdict, Error>, Range<usize>)>,
    claims: Vec<PairingClaim>,
}

impl Waiting {
    fn push(&mut self, index: usize, answer: Result<Verdict, Error>, claims: Vec<PairingClaim>) {
        let first = self.claims.len();
        self.claims.extend(claims);
        self.answers.push((index, answer, first..self.claims.len()));
    }

    /// Each answer, or none where a pairing does not hold.
    fn settle(self) -> impl Iterator<Item = (usize, Option<Result<Verdict, Error>>)> {
        let checked = PairingClaim::check_all(&self.claims);
        self.answers.into_iter().map(move |(index, answer, claims)| {
            let hold = checked.get(claims).is_some_and(|checked| checked.iter().all(Result::is_ok));
            (index, hold.then_some(answer))
        })
    }
}

/// Signatures and BBS proofs of a chunk, all but their last steps.
struct Unsettled<'t> {
    signatures: Postponed<'t>,
    claims: Vec<PairingClaim>,
    at_once: bool,
}

impl SignatureChecker for Unsettled<'_> {
    fn at_once(&mut self, at_once: bool) {
        self.at_once = at_once;
        self.signatures.at_once(at_once);
    }

    fn check(&mut self, task: SignatureTask<'_>) -> Result<(), Fault> {
        self.signatures.check(task)
    }

    /// Taken for true until the chunk is settled.
    fn check_pairing(&mut self, claim: PairingClaim) -> Result<(), Fault> {
        if self.at_once {
            return claim.check();
        }
        self.claims.push(claim);
        Ok(())
    }
}
