//! What happened: each credential that was received or refused, each showing, each no, each deletion; with whom, when, which
//! claims, and by which consent. It is the person's own: to read, to search, to take along and to delete.
//!
//! An entry names claims and never says their values.

mod export;
mod page;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use tamarack::messages::Lang;
use tamarack::{Randomness, Timestamp};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

pub use export::export_json;
pub use page::page;

use crate::credentials::{Localized, Summary, from_bytes, new_id, read_record, to_bytes};
use crate::error::{Result, WalletCode, WalletError};
use crate::store::{Change, Kind, Store};
use crate::{limits, texts};

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// A credential was received and kept.
    Received,
    /// A credential was not kept, because it does not verify or is already revoked.
    Refused,
    /// The person said no to an offer.
    OfferDeclined,
    /// Claims were shown.
    Shown,
    /// The person said no to a request.
    Declined,
    /// The person signed in without a credential (SIOPv2).
    SignedIn,
    /// A credential was deleted.
    Deleted,
    /// The issuer revoked or suspended a credential, or took that back.
    StateChanged,
    /// The person withdrew a consent.
    ConsentWithdrawn,
    /// A backup was made.
    BackedUp,
    /// A backup was restored here, or a wallet moved here.
    Restored,
    /// The wallet was moved to another device.
    Moved,
}

impl Event {
    /// Every event.
    pub const ALL: [Self; 12] = [
        Self::Received,
        Self::Refused,
        Self::OfferDeclined,
        Self::Shown,
        Self::Declined,
        Self::SignedIn,
        Self::Deleted,
        Self::StateChanged,
        Self::ConsentWithdrawn,
        Self::BackedUp,
        Self::Restored,
        Self::Moved,
    ];

    /// The event's name, as records and exports write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Refused => "refused",
            Self::OfferDeclined => "offer-declined",
            Self::Shown => "shown",
            Self::Declined => "declined",
            Self::SignedIn => "signed-in",
            Self::Deleted => "deleted",
            Self::StateChanged => "state-changed",
            Self::ConsentWithdrawn => "consent-withdrawn",
            Self::BackedUp => "backed-up",
            Self::Restored => "restored",
            Self::Moved => "moved",
        }
    }

    /// What happened, in a few words for the person.
    #[must_use]
    pub fn label(self, lang: Lang) -> String {
        texts::text(lang, &format!("event-{}", self.as_str()))
    }
}

/// The issuer, verifier or provider that it happened with.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Party {
    /// Its identifier: a `client_id`, a DID, a URL.
    pub id: String,
    /// Its name, as it was known then.
    #[serde(default)]
    pub name: Localized,
    /// Whether somebody that the wallet trusts vouched for it then.
    #[serde(default)]
    pub trusted: bool,
}

/// A claim, without its value.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NamedClaim {
    /// Its JSON pointer in the credential.
    pub pointer: String,
    /// How people call it.
    #[serde(default)]
    pub label: Localized,
}

/// A credential that it happened to, and the claims of it that were shown.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Involved {
    /// Its id in the wallet; it may be gone by now.
    pub id: String,
    /// What it is: its `vct`, or its most special type.
    #[serde(default)]
    pub kind: String,
    /// How people call it.
    #[serde(default)]
    pub title: Localized,
    /// Its issuer.
    #[serde(default)]
    pub issuer: String,
    /// The claims that were shown, or asked for and refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<NamedClaim>,
    /// Which of several ways to answer it was; absent where there was one alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternative: Option<ShownAlternative>,
}

/// Which of the ways to answer a request was taken, by the numbers that the person was shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShownAlternative {
    /// Its number, from 1.
    pub number: usize,
    /// How many there were.
    pub of: usize,
}

impl Involved {
    /// A credential of the wallet, without claims.
    #[must_use]
    pub fn of(summary: &Summary) -> Self {
        Self {
            id: summary.id.clone(),
            kind: summary.kinds.last().cloned().unwrap_or_default(),
            title: summary.title.clone(),
            issuer: summary.issuer.clone(),
            claims: Vec::new(),
            alternative: None,
        }
    }
}

/// One entry of the history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Its id; empty until it was kept.
    #[serde(skip)]
    pub id: String,
    /// When, in seconds since 1970.
    pub at: i64,
    /// What.
    pub event: Event,
    /// With whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
    /// Which credentials, and which of their claims.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<Involved>,
    /// For what, as the party said.
    #[serde(default)]
    pub purpose: Localized,
    /// The consent: its digest, or the id of its receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<String>,
    /// The stable code of why, for a no or a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether the showing can be tied to others; absent for what is no showing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linkable: Option<bool>,
}

impl Entry {
    /// An entry that says no more than what and when.
    #[must_use]
    pub fn new(event: Event, at: Timestamp) -> Self {
        Self {
            id: String::new(),
            at: at.unix(),
            event,
            party: None,
            credentials: Vec::new(),
            purpose: Localized::default(),
            consent: None,
            reason: None,
            linkable: None,
        }
    }

    /// The change that keeps it: to be written together with what it tells of. The id goes by time.
    ///
    /// # Errors
    /// [`tamarack::Code::Internal`] without randomness.
    pub fn change(&self, randomness: &mut dyn Randomness) -> Result<Change> {
        let id = format!("{:012}-{:016x}{}", self.at.max(0), turn(), new_id(randomness)?);
        Ok(Change::put_new(Kind::History, id, to_bytes(self)?))
    }

    /// The time.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        Timestamp::from_unix(self.at)
    }
}

/// The turn of an entry among those of its second: by this machine's clock, whatever the wallet's says, and never twice the same.
fn turn() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let now = u64::try_from(since.as_micros()).unwrap_or_default();
    let next = |last: u64| Some(now.max(last.saturating_add(1)));
    match LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) {
        Ok(last) | Err(last) => now.max(last.saturating_add(1)),
    }
}

/// What to look for. Empty, it finds everything.
#[derive(Clone, Copy, Default, Debug)]
pub struct Search<'s> {
    /// Words that all must stand in the names of parties, credentials and claims, or in the purpose; capitals and accents do
    /// not matter.
    pub text: Option<&'s str>,
    /// One kind of event.
    pub event: Option<Event>,
    /// One party, by its identifier.
    pub party: Option<&'s str>,
    /// One credential, by its id in the wallet.
    pub credential: Option<&'s str>,
    /// Not before this time.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
}

/// Finds entries, the newest first, `limit` at most.
///
/// # Errors
/// [`WalletCode::RecordDamaged`]; the store's.
pub fn search(store: &dyn Store, search: &Search<'_>, limit: usize) -> Result<Vec<Entry>> {
    let words: Vec<String> = search.text.unwrap_or_default().split_whitespace().map(folded).collect();
    let mut found = all(store)?;
    found.reverse();
    found.retain(|entry| search.fits(entry, &words));
    found.truncate(limit);
    Ok(found)
}

/// One entry.
///
/// # Errors
/// [`WalletCode::RecordMissing`], [`WalletCode::RecordDamaged`]; the store's.
pub fn entry(store: &dyn Store, id: &str) -> Result<Entry> {
    let found: Option<Entry> = read_record(store, Kind::History, id)?;
    let mut found = found.ok_or_else(|| WalletError::new(WalletCode::RecordMissing).about("history"))?;
    id.clone_into(&mut found.id);
    Ok(found)
}

/// Deletes entries. Those that are not there are no error.
///
/// # Errors
/// The store's.
pub fn delete(store: &dyn Store, ids: &[String]) -> Result<()> {
    let changes: Vec<Change> = ids.iter().map(|id| Change::remove(Kind::History, id.as_str())).collect();
    store.write(&changes)
}

/// Deletes the whole history. Consent receipts stay: they are withdrawn one by one.
///
/// # Errors
/// The store's.
pub fn delete_all(store: &dyn Store) -> Result<()> {
    delete(store, &store.ids(Kind::History, None, limits::LISTED)?)
}

/// What was shown to a party before: the kind of credential and the claim's pointer, with the time of the last showing.
///
/// # Errors
/// As [`search`].
pub fn shared_with(store: &dyn Store, party: &str) -> Result<BTreeMap<(String, String), Timestamp>> {
    let mut shared = BTreeMap::new();
    for entry in all(store)? {
        if entry.event == Event::Shown && entry.party.as_ref().is_some_and(|known| known.id == party) {
            for credential in &entry.credentials {
                for claim in &credential.claims {
                    shared.insert((credential.kind.clone(), claim.pointer.clone()), entry.time());
                }
            }
        }
    }
    Ok(shared)
}

/// Every entry, the oldest first.
fn all(store: &dyn Store) -> Result<Vec<Entry>> {
    let records = store.list(Kind::History, None, limits::LISTED)?;
    let read = |(id, bytes): (String, Vec<u8>)| {
        let mut entry: Entry = from_bytes(Kind::History, &id, &bytes)?;
        entry.id = id;
        Ok(entry)
    };
    records.into_iter().map(read).collect()
}

impl Search<'_> {
    fn fits(&self, entry: &Entry, words: &[String]) -> bool {
        self.event.is_none_or(|event| entry.event == event)
            && self.party.is_none_or(|id| entry.party.as_ref().is_some_and(|party| party.id == id))
            && self.credential.is_none_or(|id| entry.credentials.iter().any(|one| one.id == id))
            && self.from.is_none_or(|from| entry.time() >= from)
            && self.until.is_none_or(|until| entry.time() < until)
            && (words.is_empty() || {
                let text = folded(&words_of(entry));
                words.iter().all(|word| text.contains(word))
            })
    }
}

/// Everything in an entry that a person may remember.
fn words_of(entry: &Entry) -> String {
    let mut words = Vec::new();
    let mut add = |text: &Localized| words.extend([text.en.clone(), text.fr.clone()].into_iter().flatten());
    add(&entry.purpose);
    for credential in &entry.credentials {
        add(&credential.title);
        credential.claims.iter().for_each(|claim| add(&claim.label));
    }
    if let Some(party) = &entry.party {
        add(&party.name);
        words.push(party.id.clone());
    }
    words.extend(entry.credentials.iter().flat_map(|one| one.claims.iter().map(|claim| claim.pointer.clone())));
    words.extend([entry.event.label(Lang::En), entry.event.label(Lang::Fr)]);
    words.join("\n")
}

/// Small letters without accents.
fn folded(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}
