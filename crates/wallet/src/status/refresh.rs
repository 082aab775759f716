//! One round of looking up states.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use tamarack::verify::{CheckId, CheckResult, verify_many};
use tamarack::{Code, Evidence, EvidenceKind, Need, Policy, Randomness, Timestamp, Verdict};

use super::{State, StateRecord, schedule, states};
use crate::credentials::{read, summaries, to_bytes};
use crate::error::Result;
use crate::history::{Entry, Event, Involved};
use crate::limits;
use crate::store::{Change, Kind, Store};

/// A round of looking up the states of everything that a wallet holds.
///
/// The app asks [`Refresh::next`] what to fetch, fetches it, and hands it in ([`Refresh::give`]), until there is nothing more; then
/// [`Refresh::finish`] keeps what was learnt. What cannot be fetched is handed in as `None`: the states that hang on it stay what
/// they were. Nothing is lost if the app ends meanwhile: another round begins.
///
/// The order is random, so that an issuer of two lists cannot tell by it which credentials came to the wallet together.
#[derive(Debug)]
pub struct Refresh {
    policy: Policy,
    /// Ids and texts of what is held and may have a state.
    held: Vec<(String, String)>,
    evidence: Evidence,
    asked: BTreeSet<Need>,
    queue: Vec<Need>,
    rounds: usize,
}

/// What a round came to.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Report {
    /// The credentials whose state is another now, by their ids.
    pub changed: Vec<(String, State)>,
    /// How many were looked up.
    pub looked_up: usize,
    /// How many could not be: their state stays what it was.
    pub unknown: usize,
}

impl Refresh {
    /// Begins a round. What is revoked stays revoked, and is not asked for again.
    ///
    /// # Errors
    /// [`crate::WalletCode::RecordDamaged`]; the store's.
    pub fn begin(store: &dyn Store, now: Timestamp, randomness: &mut dyn Randomness) -> Result<Self> {
        let known = states(store)?;
        let is_over = |id: &str| known.get(id).is_some_and(|record| record.state == State::Revoked);
        let held = summaries(store)?.into_iter().filter(|summary| !is_over(&summary.id));
        let held =
            held.map(|summary| Ok((summary.id.clone(), read(store, &summary.id)?.text))).collect::<Result<_>>()?;
        let mut this = Self {
            // Whether the issuer is to be trusted was asked when the credential was received. With nobody named, nobody but
            // the credential's own issuer may say that it is revoked or not.
            policy: Policy::no_trust().as_holder(),
            held,
            evidence: Evidence::none(),
            asked: BTreeSet::new(),
            queue: Vec::new(),
            rounds: 0,
        };
        this.plan(now, randomness)?;
        Ok(this)
    }

    /// Judges the lists by a policy of one's own: with a trust list, a list by somebody else than the credential's issuer
    /// counts if the trust list names him. Without this, it never does.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy.as_holder();
        self
    }

    /// What to fetch now; `None` when there is nothing more.
    #[must_use]
    pub fn next(&self) -> Option<&Need> {
        self.queue.last()
    }

    /// How many things are still to be fetched, as far as is known.
    #[must_use]
    pub fn left(&self) -> usize {
        self.queue.len()
    }

    /// Hands in what [`Refresh::next`] named, or `None` if it could not be fetched.
    ///
    /// # Errors
    /// [`Code::Internal`] without randomness.
    pub fn give(&mut self, bytes: Option<Vec<u8>>, now: Timestamp, randomness: &mut dyn Randomness) -> Result<()> {
        if let (Some(need), Some(bytes)) = (self.queue.pop(), bytes) {
            self.evidence.insert(need.kind, need.id, bytes, now);
        }
        if self.queue.is_empty() { self.plan(now, randomness) } else { Ok(()) }
    }

    /// Keeps what was learnt, writes changes into the history, and says when to begin again.
    ///
    /// # Errors
    /// As [`Refresh::begin`].
    pub fn finish(self, store: &dyn Store, now: Timestamp, randomness: &mut dyn Randomness) -> Result<Report> {
        let known = states(store)?;
        let summaries: BTreeMap<String, _> = summaries(store)?.into_iter().map(|one| (one.id.clone(), one)).collect();
        let mut report = Report::default();
        let mut changes = vec![schedule(now, randomness)?];
        for ((id, _), verdict) in self.held.iter().zip(self.judge(now)) {
            // Deleted meanwhile: nothing of it comes back.
            let Some(summary) = summaries.get(id) else { continue };
            let Some(state) = verdict.and_then(|verdict| state_of(&verdict)) else {
                report.unknown += 1;
                continue;
            };
            report.looked_up += 1;
            let before = known.get(id).map_or(State::Good, |record| record.state);
            if before != state {
                report.changed.push((id.clone(), state));
                let reason = match state {
                    State::Good => "good",
                    State::Suspended => Code::StatusSuspended.as_str(),
                    State::Revoked => Code::StatusRevoked.as_str(),
                };
                let mut entry = Entry::new(Event::StateChanged, now);
                entry.credentials = vec![Involved::of(summary)];
                entry.reason = Some(reason.to_owned());
                changes.push(entry.change(randomness)?);
            }
            changes.push(Change::put(Kind::Status, id.as_str(), to_bytes(&StateRecord { state, at: now.unix() })?));
        }
        store.write(&changes)?;
        Ok(report)
    }

    /// Queues what the verdicts need and was not asked for yet, in random order.
    fn plan(&mut self, now: Timestamp, randomness: &mut dyn Randomness) -> Result<()> {
        if self.rounds >= tamarack::limits::FETCH_ROUNDS {
            return Ok(());
        }
        self.rounds += 1;
        let mut needs: BTreeSet<Need> = BTreeSet::new();
        for verdict in self.judge(now).into_iter().flatten() {
            let of_status = |need: &&Need| {
                matches!(need.kind, EvidenceKind::StatusList | EvidenceKind::DidDocument | EvidenceKind::Context)
                    || need.kind == EvidenceKind::IssuerMetadata
            };
            needs.extend(verdict.needs().iter().filter(of_status).cloned());
        }
        let left = limits::REFRESH_FETCHES.saturating_sub(self.asked.len());
        self.queue = needs.into_iter().filter(|need| !self.asked.contains(need)).take(left).collect();
        self.asked.extend(self.queue.iter().cloned());
        shuffle(&mut self.queue, randomness)
    }

    /// The verdict on everything; `None` for what cannot be judged at all.
    fn judge(&self, now: Timestamp) -> Vec<Option<Verdict>> {
        let texts: Vec<&[u8]> = self.held.iter().map(|(_, text)| text.as_bytes()).collect();
        verify_many(&texts, &self.policy, &self.evidence, now, NonZeroUsize::MIN)
            .into_iter()
            .map(core::result::Result::ok)
            .collect()
    }
}

/// What a verdict says of the state; `None` if it could not be looked up.
fn state_of(verdict: &Verdict) -> Option<State> {
    let checks = || verdict.checks().iter().filter(|check| check.id == CheckId::Status);
    let says = |code: Code| checks().any(|check| check.code() == Some(code));
    if says(Code::StatusRevoked) {
        return Some(State::Revoked);
    }
    if says(Code::StatusSuspended) {
        return Some(State::Suspended);
    }
    let all_fine = checks().all(|check| matches!(check.result, CheckResult::Pass | CheckResult::NotChecked));
    (all_fine && checks().next().is_some()).then_some(State::Good)
}

/// Fisher and Yates. The remainder's bias is 2^-50 for lists as long as these.
fn shuffle(needs: &mut [Need], randomness: &mut dyn Randomness) -> Result<()> {
    for at in (1..needs.len()).rev() {
        let mut draw = [0; 8];
        randomness.fill(&mut draw)?;
        let other = u64::from_be_bytes(draw) % (at as u64 + 1);
        needs.swap(at, usize::try_from(other).unwrap_or_default());
    }
    Ok(())
}
