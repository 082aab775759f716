//! Asking for more of what is there: copies before they run out, and the next credential before the old one ends.

use serde::{Deserialize, Serialize};
use tamarack::{Randomness, Timestamp};

use super::flow::Receiving;
use super::kept::{Client, Dpop, Grant, Kept, PREFIX, Stage, VERSION, Wish};
use crate::credentials::{self, Localized, StoredCredential, Summary, new_id, read_record, to_bytes};
use crate::error::{Result, WalletCode};
use crate::fetch::Gathering;
use crate::hidden::Hidden;
use crate::limits;
use crate::means::Means;
use crate::store::{Change, Kind, Store};
use crate::words::Label;

const DAY: i64 = 86_400;
/// What the ids of settings that hold the right to renew begin with.
pub(crate) const RENEWAL: &str = "renewal:";

/// When more is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RenewalPlan {
    /// Copies that were never shown, fewer than which are refilled.
    pub fewest_copies: usize,
    /// Days before its end at which a credential is asked for anew.
    pub days_before: i64,
}

impl Default for RenewalPlan {
    fn default() -> Self {
        Self { fewest_copies: 3, days_before: 14 }
    }
}

/// A credential of which more can be asked for, and why it should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due {
    /// The credential, or one of its copies: for [`Receiving::renew`].
    pub credential: String,
    /// Why.
    pub why: WhyDue,
}

/// Why more should be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WhyDue {
    /// The copies run out.
    Copies,
    /// It ends soon, or has ended.
    Expiry,
}

/// The right to ask for more, as the issuer gave it ([`Kind::Setting`]).
#[derive(Clone, Serialize, Deserialize)]
struct Right {
    issuer: String,
    server: String,
    title: Localized,
    issuer_name: Localized,
    client: Option<Client>,
    dpop: Dpop,
    refresh: Hidden,
    copies: u32,
}

/// What receiving keeps beside a credential.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Beside {
    /// How its claims are called.
    #[serde(default)]
    pub(crate) labels: Vec<Label>,
    /// The id of the right to ask for more of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) renewal: Option<String>,
    /// What is asked for with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wish: Option<Wish>,
}

impl Beside {
    pub(crate) fn to_map(&self) -> Result<serde_json::Map<String, serde_json::Value>> {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(map)) => Ok(map),
            _ => Err(WalletCode::Internal.into()),
        }
    }

    /// What was kept; nothing of what cannot be read.
    pub(crate) fn of(credential: &StoredCredential) -> Self {
        serde_json::from_value(serde_json::Value::Object(credential.renewal.clone())).unwrap_or_default()
    }
}

fn record_id(id: &str) -> String {
    format!("{RENEWAL}{id}")
}

/// The record of the right to ask for more of a credential that is about to go, if none but these have it.
pub(crate) fn right_of(store: &dyn Store, credential: &str, going: &[String]) -> Result<Option<String>> {
    let Some(right) = Beside::of(&credentials::read(store, credential)?).renewal else { return Ok(None) };
    for id in store.ids(Kind::Credential, None, limits::LISTED)?.iter().filter(|id| !going.contains(id)) {
        if Beside::of(&credentials::read(store, id)?).renewal.as_ref() == Some(&right) {
            return Ok(None);
        }
    }
    Ok(Some(record_id(&right)))
}

/// The change that keeps the right to ask for more, if the issuer gave one: in the place of what was there, as a new token makes
/// an old one worthless.
pub(super) fn right(kept: &mut Kept, rng: &mut dyn Randomness) -> Result<Option<Change>> {
    let Some(refresh) = kept.token.as_ref().and_then(|token| token.refresh.clone()) else { return Ok(None) };
    let id = match &kept.renewal {
        Some(id) => id.clone(),
        None => new_id(rng)?,
    };
    kept.renewal = Some(id.clone());
    let right = Right {
        issuer: kept.issuer.clone(),
        server: kept.server.clone(),
        title: kept.title.clone(),
        issuer_name: kept.issuer_name.clone(),
        client: kept.client.clone(),
        dpop: kept.dpop.clone(),
        refresh,
        copies: kept.copies,
    };
    Ok(Some(Change::put(Kind::Setting, record_id(&id), to_bytes(&right)?)))
}

/// What should be asked for again, of what can be. Bound to the times at which it is called alone: a wallet that asks at random
/// hours tells an issuer nothing of showings.
///
/// # Errors
/// [`WalletCode::RecordDamaged`]; the store's.
pub fn due(store: &dyn Store, now: Timestamp, plan: RenewalPlan) -> Result<Vec<Due>> {
    let all = credentials::summaries(store)?;
    let under_way = under_way(store)?;
    let mut found: Vec<Due> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for one in &all {
        if let Some(batch) = &one.batch {
            if seen.contains(&batch.as_str()) {
                continue;
            }
            seen.push(batch);
        }
        let copies: Vec<&Summary> = match &one.batch {
            Some(batch) => all.iter().filter(|other| other.batch.as_ref() == Some(batch)).collect(),
            None => vec![one],
        };
        let unused = copies.iter().filter(|copy| copy.shown == 0).count();
        let last = copies.iter().filter_map(|copy| copy.valid_until).max();
        let ends = last.is_some_and(|end| end <= now.plus_seconds(plan.days_before * DAY).unix());
        let why = match one.batch {
            _ if ends => WhyDue::Expiry,
            Some(_) if unused < plan.fewest_copies => WhyDue::Copies,
            _ => continue,
        };
        // What was begun and waits is gone on with, not begun again: each right is good once.
        let renewal = Beside::of(&credentials::read(store, &one.id)?).renewal;
        if renewal.is_some_and(|renewal| under_way.iter().all(|(_, known)| *known != renewal)) {
            found.push(Due { credential: one.id.clone(), why });
        }
    }
    Ok(found)
}

/// What is being renewed now: the ids of what is pending, with those of their rights.
fn under_way(store: &dyn Store) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for id in store.ids(Kind::Pending, Some(PREFIX), limits::PENDING)? {
        let Some(short) = id.strip_prefix(PREFIX) else { break };
        let Some(kept) = read_record::<Kept>(store, Kind::Pending, &id)? else { continue };
        if let (Grant::Refresh { .. }, Some(renewal)) = (&kept.grant, kept.renewal.clone()) {
            found.push((short.to_owned(), renewal));
        }
    }
    Ok(found)
}

impl Receiving {
    /// Asks for more of a credential, with the right that its issuer gave: fresh copies in the place of those that were shown, or
    /// the next credential in the place of one that ends. The old ones stay until the new ones are stored.
    ///
    /// # Errors
    /// [`WalletCode::RenewalNone`] if the issuer gave no such right; [`WalletCode::RecordMissing`]; the store's.
    pub fn renew(credential: &str, why: WhyDue, means: &Means<'_>, rng: &mut dyn Randomness) -> Result<Self> {
        let store = means.store;
        let summary = credentials::summary(store, credential)?;
        let beside = Beside::of(&credentials::read(store, credential)?);
        let (Some(renewal), Some(wish)) = (beside.renewal, beside.wish) else {
            return Err(WalletCode::RenewalNone.into());
        };
        // What was begun goes on: another beginning with the same right would spend it, and leave this one with nothing.
        if let Some((id, _)) = under_way(store)?.into_iter().find(|(_, known)| *known == renewal) {
            return Self::resume(store, &id);
        }
        let right: Right = read_record(store, Kind::Setting, &record_id(&renewal))?.ok_or(WalletCode::RenewalNone)?;
        let replaces = match &summary.batch {
            None => vec![credential.to_owned()],
            Some(batch) => {
                let copies = credentials::summaries(store)?.into_iter();
                let copies = copies.filter(|copy| copy.batch.as_ref() == Some(batch));
                copies.filter(|copy| why == WhyDue::Expiry || copy.shown > 0).map(|copy| copy.id).collect()
            }
        };
        let kept = Kept {
            version: VERSION,
            id: new_id(rng)?,
            begun: means.now(),
            stage: Stage::Token,
            issuer: right.issuer,
            server: right.server,
            title: right.title,
            issuer_name: right.issuer_name,
            configurations: vec![wish.configuration.clone()],
            copies: right.copies,
            grant: Grant::Refresh { token: right.refresh },
            client: right.client,
            dpop: right.dpop,
            token: None,
            queue: vec![wish],
            keys: Vec::new(),
            secrets: None,
            c_nonce: None,
            response_key: None,
            transaction: None,
            issued: Vec::new(),
            notification: None,
            event: None,
            gathering: Gathering::default(),
            received: Vec::new(),
            refused: Vec::new(),
            again: false,
            stale: false,
            replaces,
            batch: summary.batch,
            renewal: Some(renewal),
        };
        let receiving = Self::of(kept);
        receiving.save(store)?;
        Ok(receiving)
    }
}
