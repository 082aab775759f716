//! Fetching what a verdict needs, and asking again.

use std::collections::BTreeSet;

use tamarack::verify::Outcome;
use tamarack::{Error, Evidence, EvidenceKind, Need, Policy, Timestamp, Verdict, limits, verify};
use url::Url;

use crate::guard::names_this_machine;
use crate::{FetchError, Fetched, Fetcher};

/// Requests that run at once.
const AT_ONCE: usize = 8;

/// A need that could not be met.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Missed {
    /// What was needed.
    pub need: Need,
    /// Why it did not come. For a stale copy that stands in: why a fresh one did not.
    pub error: FetchError,
}

/// The time at which to judge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// The time at which each round begins.
    Now,
    /// A time of the caller's choosing.
    At(Timestamp),
}

/// The verdict that stood at the end, and what could not be fetched on the way.
#[derive(Debug)]
pub struct Round {
    /// The verdict.
    pub verdict: Verdict,
    /// What could not be fetched.
    pub missed: Vec<Missed>,
}

/// The URL at which a need is met: that of the need, or that of a `did:web` document.
///
/// # Errors
/// [`FetchError::Url`] for a DID whose document lies at no URL.
pub fn need_url(need: &Need) -> Result<String, FetchError> {
    if need.kind != EvidenceKind::DidDocument {
        return Ok(need.id.clone());
    }
    let url = tamarack::did::did_web_url(&need.id).map_err(|_| FetchError::Url)?;
    // did:web means HTTPS. This machine alone, where nobody listens in between and no authority gives certificates, is
    // asked in plain HTTP.
    match Url::parse(&url) {
        Ok(parsed) if names_this_machine(&parsed) => Ok(url.replacen("https://", "http://", 1)),
        Ok(_) => Ok(url),
        Err(_) => Err(FetchError::Url),
    }
}

impl Fetcher {
    /// Fetches one need.
    ///
    /// # Errors
    /// Any [`FetchError`].
    pub fn fetch_need(&self, need: &Need, now: Timestamp) -> Result<Fetched, FetchError> {
        self.fetch(&need_url(need)?, need.kind, now)
    }

    /// Fetches what is needed into the evidence, several at once. A piece that is there already and needed all the same (it
    /// is too old) is fetched anew, and replaced only by a newer one. What fails is reported and is no failure of the
    /// whole: the verdict says what its absence means.
    pub fn gather(&self, needs: &[Need], evidence: &mut Evidence, now: Timestamp) -> Vec<Missed> {
        let mut missed = Vec::new();
        // What is at hand needs no thread.
        let mut absent: Vec<&Need> = Vec::new();
        for need in needs {
            let had = age_of(need, evidence);
            match need_url(need).ok().and_then(|url| self.copy_newer(&url, need.kind, had, now)) {
                Some(copy) => put(need, copy, evidence),
                None => absent.push(need),
            }
        }
        for few in absent.chunks(AT_ONCE) {
            let answers: Vec<_> = std::thread::scope(|scope| {
                let fetch = |need| {
                    let had = age_of(need, evidence);
                    scope.spawn(move || self.fetch_newer(&need_url(need)?, need.kind, had, now))
                };
                let running: Vec<_> = few.iter().copied().map(fetch).collect();
                running.into_iter().map(|thread| thread.join().unwrap_or(Err(FetchError::Unreachable))).collect()
            });
            for (need, answer) in few.iter().zip(answers) {
                match answer {
                    Ok(mut fetched) => {
                        missed.extend(fetched.stale.take().map(|error| Missed { need: (*need).clone(), error }));
                        put(need, fetched, evidence);
                    }
                    Err(error) => missed.push(Missed { need: (*need).clone(), error }),
                }
            }
        }
        missed
    }
}

/// A stale copy may be older than what came out of a bundle.
fn put(need: &Need, fetched: Fetched, evidence: &mut Evidence) {
    if age_of(need, evidence).is_none_or(|had| fetched.fetched >= had) {
        evidence.insert(need.kind, need.id.clone(), fetched.bytes, fetched.fetched);
    }
}

/// When the piece for a need was fetched, if there is one.
fn age_of(need: &Need, evidence: &Evidence) -> Option<Timestamp> {
    evidence.get(need.kind, &need.id).map(|piece| piece.fetched)
}

/// Verifies, fetches what the verdict needs, and verifies again, at most [`limits::FETCH_ROUNDS`] times.
///
/// No service is asked twice for the same, nothing is asked for a credential that is rejected already, and a service that
/// does not answer leaves its check undetermined.
///
/// # Errors
/// [`Error`], as [`verify()`].
pub fn verify_with_network(
    input: &[u8],
    policy: &Policy,
    evidence: &mut Evidence,
    when: When,
    clock: &dyn Fn() -> Timestamp,
    fetcher: &Fetcher,
) -> Result<Round, Error> {
    let at = || match when {
        When::Now => clock(),
        When::At(time) => time,
    };
    let mut asked = BTreeSet::new();
    let mut missed = Vec::new();
    let mut verdict = verify(input, policy, evidence, at())?;
    for _ in 0..limits::FETCH_ROUNDS {
        if verdict.outcome() == Outcome::Reject {
            break;
        }
        let mut needs: Vec<Need> = verdict.needs().iter().filter(|need| !asked.contains(*need)).cloned().collect();
        let left = limits::FETCHES.saturating_sub(asked.len());
        let beyond = needs.split_off(left.min(needs.len()));
        missed.extend(beyond.into_iter().map(|need| Missed { need, error: FetchError::TooManyRequests }));
        if needs.is_empty() {
            break;
        }
        let now = clock();
        let misses = fetcher.gather(&needs, evidence, now);
        // A copy out of the cache that turns out not to be good enough may be asked for once more, of its service then.
        let copied = |need: &Need| age_of(need, evidence).is_some_and(|fetched| fetched < now);
        let missing = |need: &Need| misses.iter().any(|miss| miss.need == *need);
        asked.extend(needs.into_iter().filter(|need| missing(need) || !copied(need)));
        missed.extend(misses);
        verdict = verify(input, policy, evidence, at())?;
    }
    Ok(Round { verdict, missed })
}
