//! Many verifications at once, over all cores.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Error, Policy, Verdict, verify_with};
use crate::keys::KeyTables;
use crate::{Code, Evidence, Fault, Timestamp};

/// Inputs that one thread takes at a time: few enough that the threads end together.
const CHUNK: usize = 64;

/// Judges each input as [`super::verify`] would, on this many threads, and gives the answers in the order of the inputs.
///
/// Signatures by a key that comes back are checked with precomputed multiples of that key. It is the same equation on the
/// same values as in a single check, so each answer is exactly the single one, and a bad input is blamed by its place.
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
        let mut done = Vec::new();
        loop {
            let start = next.fetch_add(CHUNK, Ordering::Relaxed);
            let Some(chunk) =
                inputs.get(start..inputs.len().min(start.saturating_add(CHUNK))).filter(|c| !c.is_empty())
            else {
                return done;
            };
            for (offset, input) in chunk.iter().enumerate() {
                done.push((start + offset, verify_with(input.as_ref(), policy, evidence, now, &mut tables)));
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
