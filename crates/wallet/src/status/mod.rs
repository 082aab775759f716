//! The state of what a wallet holds: valid, suspended, revoked, expired, about to expire.
//!
//! A wallet that asked for the state of one credential before it shows it would tell the issuer when and, often, where. So it
//! asks on its own schedule ([`next_refresh`]), for whole lists, of everything that it holds, in random order ([`Refresh`]).

mod flow;
mod refresh;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tamarack::messages::Lang;
use tamarack::{Randomness, Timestamp};

pub use flow::Refreshing;
pub use refresh::{Refresh, Report};

use crate::credentials::{Summary, from_bytes, newest, read_record, summaries, to_bytes};
use crate::error::Result;
use crate::store::{Change, Kind, Store};
use crate::{limits, texts};

/// What the issuer's list last said of a credential.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum State {
    /// Nothing against it, or it names no list.
    Good,
    /// Suspended for a time.
    Suspended,
    /// Revoked for good.
    Revoked,
}

/// What was learnt of a credential ([`Kind::Status`], under the credential's id).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StateRecord {
    /// What the list said.
    pub state: State,
    /// When it said so, in seconds since 1970.
    pub at: i64,
}

/// How a credential stands, for a list of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Condition {
    /// It is good.
    Good,
    /// It is good, and will expire within [`limits::EXPIRING_SECONDS`], or within the last third of its time if that is shorter.
    Expiring,
    /// Its time has not begun.
    NotYetValid,
    /// Its time is over.
    Expired,
    /// It is suspended.
    Suspended,
    /// It is revoked.
    Revoked,
}

/// For how many seconds before its end a credential expires soon: one that is good for a month does not do so from its first day.
fn soon(summary: &Summary) -> i64 {
    let begin = summary.valid_from.unwrap_or(summary.received);
    let third = summary.valid_until.map(|until| until.saturating_sub(begin) / 3);
    third.map_or(limits::EXPIRING_SECONDS, |third| third.clamp(0, limits::EXPIRING_SECONDS))
}

impl Condition {
    /// Every condition.
    pub const ALL: [Self; 6] =
        [Self::Good, Self::Expiring, Self::NotYetValid, Self::Expired, Self::Suspended, Self::Revoked];

    /// How a credential stands. What is revoked is revoked, even where it is expired as well.
    #[must_use]
    pub fn of(summary: &Summary, state: Option<State>, now: Timestamp) -> Self {
        let now = now.unix();
        match state {
            Some(State::Revoked) => Self::Revoked,
            _ if summary.valid_until.is_some_and(|until| until < now) => Self::Expired,
            Some(State::Suspended) => Self::Suspended,
            _ if summary.valid_from.is_some_and(|from| from > now + tamarack::limits::CLOCK_SKEW_SECONDS) => {
                Self::NotYetValid
            }
            _ if summary.valid_until.is_some_and(|until| until < now.saturating_add(soon(summary))) => Self::Expiring,
            _ => Self::Good,
        }
    }

    /// The condition's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Expiring => "expiring",
            Self::NotYetValid => "not-yet-valid",
            Self::Expired => "expired",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }

    /// Whether it is worth showing to anybody.
    #[must_use]
    pub const fn is_usable(self) -> bool {
        matches!(self, Self::Good | Self::Expiring)
    }

    /// A word or two for a list.
    #[must_use]
    pub fn label(self, lang: Lang) -> String {
        texts::text(lang, &format!("condition-{}", self.as_str()))
    }

    /// What that means, and what the person can do.
    #[must_use]
    pub fn advice(self, lang: Lang) -> String {
        texts::text(lang, &format!("condition-{}.advice", self.as_str()))
    }
}

/// Every credential with how it stands, the newest first.
///
/// # Errors
/// [`crate::WalletCode::RecordDamaged`]; the store's.
pub fn overview(store: &dyn Store, now: Timestamp) -> Result<Vec<(Summary, Condition)>> {
    // Both lists are in order of the ids.
    let mut states = states(store)?.into_iter().peekable();
    let mut all: Vec<(Summary, Condition)> = summaries(store)?
        .into_iter()
        .map(|summary| {
            while states.next_if(|(id, _)| *id < summary.id).is_some() {}
            let state = states.next_if(|(id, _)| *id == summary.id).map(|(_, record)| record.state);
            let condition = Condition::of(&summary, state, now);
            (summary, condition)
        })
        .collect();
    all.sort_by_key(|(summary, _)| core::cmp::Reverse(summary.received));
    Ok(all)
}

/// A part of [`overview`] in its order, for a screen that shows so many at a time, and how many there are in all.
///
/// # Errors
/// As [`overview`].
pub fn overview_page(
    store: &dyn Store,
    skip: usize,
    limit: usize,
    now: Timestamp,
) -> Result<(usize, Vec<(Summary, Condition)>)> {
    let (total, page) = newest(store, skip, limit)?;
    let with_state = |summary: Summary| {
        let state = state(store, &summary.id)?.map(|record| record.state);
        let condition = Condition::of(&summary, state, now);
        Ok((summary, condition))
    };
    Ok((total, page.into_iter().map(with_state).collect::<Result<_>>()?))
}

/// How one credential stands.
///
/// # Errors
/// As [`overview`]; [`crate::WalletCode::RecordMissing`].
pub fn condition(store: &dyn Store, id: &str, now: Timestamp) -> Result<Condition> {
    let summary = crate::credentials::summary(store, id)?;
    Ok(Condition::of(&summary, state(store, id)?.map(|record| record.state), now))
}

/// What was last learnt of a credential.
///
/// # Errors
/// As [`overview`].
pub fn state(store: &dyn Store, id: &str) -> Result<Option<StateRecord>> {
    read_record(store, Kind::Status, id)
}

/// The change that keeps what was learnt of a credential; receiving writes it with the credential.
///
/// # Errors
/// None that can happen.
pub fn put(id: &str, state: State, at: Timestamp) -> Result<Change> {
    Ok(Change::put(Kind::Status, id, to_bytes(&StateRecord { state, at: at.unix() })?))
}

/// When the states should be looked up again; at once for a wallet that never did.
///
/// # Errors
/// As [`overview`].
pub fn next_refresh(store: &dyn Store) -> Result<Option<Timestamp>> {
    let next: Option<i64> = read_record(store, Kind::Setting, NEXT)?;
    Ok(next.map(Timestamp::from_unix))
}

/// The setting that says when to refresh.
const NEXT: &str = "status/next";

/// A day, a quarter more or less: so that nobody can tell wallets apart by the time at which they ask.
fn schedule(now: Timestamp, randomness: &mut dyn Randomness) -> Result<Change> {
    let mut draw = [0; 4];
    randomness.fill(&mut draw)?;
    let spread = i64::from(u32::from_be_bytes(draw)) % (limits::REFRESH_SECONDS / 2);
    let next = now.plus_seconds(limits::REFRESH_SECONDS * 3 / 4 + spread);
    Ok(Change::put(Kind::Setting, NEXT, to_bytes(&next.unix())?))
}

fn states(store: &dyn Store) -> Result<BTreeMap<String, StateRecord>> {
    let records = store.list(Kind::Status, None, limits::LISTED)?;
    let read = |(id, bytes): (String, Vec<u8>)| {
        let record = from_bytes(Kind::Status, &id, &bytes)?;
        Ok((id, record))
    };
    records.into_iter().map(read).collect()
}
