//! What the wallet holds, how it stands, and what happened.

use std::sync::Arc;
use std::time::SystemTime;

use tamarack::Code;
use tamarack::messages::Lang;
use tamarack_wallet::{credentials, history, status};

use super::backup::count;
use super::network::{End, drive};
use super::views::{Condition, CredentialSummary, KnownState, LocalText, RefreshReport};
use super::{Wallet, outside_callbacks};
use crate::error::TamarackError;
use crate::held::HeldCredential;
use crate::platform::HttpClient;
use crate::text::Text;
use crate::time::{system_time, timestamp};

/// What happened, by its stable name.
///
/// ```text
/// shown = wallet.history(HistorySearch(event=HistoryEvent.SHOWN), 20)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum HistoryEvent {
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
    /// The person signed in without a credential.
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
    /// Something that this version does not know.
    Other,
}

impl From<history::Event> for HistoryEvent {
    fn from(event: history::Event) -> Self {
        match event {
            history::Event::Received => Self::Received,
            history::Event::Refused => Self::Refused,
            history::Event::OfferDeclined => Self::OfferDeclined,
            history::Event::Shown => Self::Shown,
            history::Event::Declined => Self::Declined,
            history::Event::SignedIn => Self::SignedIn,
            history::Event::Deleted => Self::Deleted,
            history::Event::StateChanged => Self::StateChanged,
            history::Event::ConsentWithdrawn => Self::ConsentWithdrawn,
            history::Event::BackedUp => Self::BackedUp,
            history::Event::Restored => Self::Restored,
            history::Event::Moved => Self::Moved,
            _ => Self::Other,
        }
    }
}

/// One thing that happened.
///
/// ```text
/// for entry in wallet.history(HistorySearch(), 20): show(entry.at, entry.label.en, entry.party_name.en)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct HistoryEntry {
    /// Its id.
    pub id: String,
    /// When.
    pub at: SystemTime,
    /// What: a stable name such as `shown`, `received`, `declined`.
    pub event: String,
    /// The same, to compare.
    pub kind: HistoryEvent,
    /// That for people.
    pub label: Text,
    /// The identifier of whom it happened with.
    pub party: Option<String>,
    /// The name as it was known then.
    pub party_name: LocalText,
    /// The JSON pointers of the claims that were shown, by the credential's id.
    pub claims: Vec<ShownClaims>,
    /// Why the verifier asked.
    pub purpose: LocalText,
    /// Whether somebody whom the wallet trusts vouched for the party then.
    pub party_trusted: bool,
    /// The consent: its digest, or the id of its receipt.
    pub consent: Option<String>,
    /// The stable code of why, for a no or a refusal.
    pub reason: Option<String>,
    /// Whether the showing can be tied to others; none for what is no showing.
    pub linkable: Option<bool>,
}

/// The claims of one credential that were shown.
///
/// ```text
/// for shown in entry.claims: show(shown.title.en, shown.pointers)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct ShownClaims {
    /// The credential's id.
    pub credential: String,
    /// What it is called.
    pub title: LocalText,
    /// The JSON pointers.
    pub pointers: Vec<String>,
    /// What it is: its `vct`, or its most special type.
    pub kind: String,
    /// Its issuer.
    pub issuer: String,
    /// The same claims with what people call them.
    pub claims: Vec<NamedClaim>,
    /// Which of several ways to answer it was; none where there was one alone.
    pub alternative: Option<ShownAlternative>,
}

/// Which of the ways to answer a request was taken, by the numbers that the person was shown.
///
/// ```text
/// way = entry.claims[0].alternative
/// if way: show(way.number, way.of)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Record)]
pub struct ShownAlternative {
    /// Its number, from 1.
    pub number: u32,
    /// How many there were.
    pub of: u32,
}

/// A claim, without its value.
///
/// ```text
/// for claim in entry.claims[0].claims: show(claim.label.fr)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct NamedClaim {
    /// Its JSON pointer in the credential.
    pub pointer: String,
    /// What people call it.
    pub label: LocalText,
}

/// A claim that a party was shown before.
///
/// ```text
/// for before in wallet.shown_to(party): show(before.kind, before.pointer, before.at)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct ShownBefore {
    /// What the credential is: its `vct`, or its most special type.
    pub kind: String,
    /// The claim's JSON pointer in it.
    pub pointer: String,
    /// When it was shown last.
    pub at: SystemTime,
}

/// A part of the credentials.
///
/// ```text
/// page = wallet.credentials_page(0, 50)
/// show(page.total, [card.title.en for card in page.credentials])
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct CredentialPage {
    /// How many there are in all.
    pub total: u64,
    /// Those of this part.
    pub credentials: Vec<CredentialSummary>,
}

/// What to look for; what is left out is not looked at.
///
/// ```text
/// search = HistorySearch(text="photo card", event=HistoryEvent.SHOWN)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]
pub struct HistorySearch {
    /// Words that all stand in the names of parties, credentials and claims, or in the purpose; capitals and accents do not matter.
    #[uniffi(default = None)]
    pub text: Option<String>,
    /// The identifier of whom it happened with.
    #[uniffi(default = None)]
    pub party: Option<String>,
    /// The credential's id.
    #[uniffi(default = None)]
    pub credential: Option<String>,
    /// From when on.
    #[uniffi(default = None)]
    pub from: Option<SystemTime>,
    /// Before when.
    #[uniffi(default = None)]
    pub until: Option<SystemTime>,
    /// What happened.
    #[uniffi(default = None)]
    pub event: Option<HistoryEvent>,
}

impl HistoryEvent {
    fn known(self) -> Option<history::Event> {
        history::Event::ALL.into_iter().find(|event| Self::from(*event) == self)
    }
}

#[uniffi::export]
impl Wallet {
    /// Every credential with how it stands, the newest first.
    ///
    /// ```text
    /// for card in wallet.credentials(): show(card.title.fr, card.condition_name.fr)
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn credentials(&self) -> Result<Vec<CredentialSummary>, TamarackError> {
        let all = self.step(|means, _| status::overview(means.store, means.clock.now()))?;
        Ok(all.into_iter().map(CredentialSummary::from).collect())
    }

    /// A part of the credentials, the newest first: what a screen shows of thousands. `skip`: how many stand before it.
    ///
    /// ```text
    /// second = wallet.credentials_page(50, 50)
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn credentials_page(&self, skip: u32, limit: u32) -> Result<CredentialPage, TamarackError> {
        let (skip, limit) = (usize::try_from(skip).unwrap_or(usize::MAX), usize::try_from(limit).unwrap_or(usize::MAX));
        let (total, page) = self.step(|means, _| status::overview_page(means.store, skip, limit, means.clock.now()))?;
        Ok(CredentialPage { total: count(total), credentials: page.into_iter().map(CredentialSummary::from).collect() })
    }

    /// One credential, to look at: it is shown with `open_request` or `show`.
    ///
    /// ```text
    /// held = wallet.credential(card)
    /// for claim in held.claims(): show(claim.pointer, claim.value)
    /// ```
    ///
    /// Errors: `Input` with `record.missing`; `Storage`, `Locked`.
    pub fn credential(&self, id: String) -> Result<Arc<HeldCredential>, TamarackError> {
        let held = self.step(|means, _| credentials::read(means.store, &id)?.held())?;
        Ok(Arc::new(HeldCredential::of_wallet(held)))
    }

    /// When the states of what the wallet holds should be refreshed next; none if there is nothing to refresh.
    ///
    /// ```text
    /// when = wallet.next_refresh()
    /// if when: wake_at(when)
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn next_refresh(&self) -> Result<Option<SystemTime>, TamarackError> {
        Ok(self.step(|means, _| status::next_refresh(means.store))?.map(system_time))
    }

    /// Deletes a credential with all its copies, at the person's word: its keys, and the right to ask for more of it, go with it. The
    /// history says that it was deleted. Gives how many copies there were.
    ///
    /// ```text
    /// copies = wallet.delete_credential(card)
    /// ```
    ///
    /// Errors: `Input` with `record.missing`; `Storage`, `Locked`; the device's if it cannot delete a key: the credential is gone then all
    /// the same.
    pub fn delete_credential(&self, id: String) -> Result<u64, TamarackError> {
        let copies = self.step(|means, random| tamarack_wallet::delete_credential(&id, means, random))?;
        Ok(count(copies))
    }

    /// Refreshes the states of what the wallet holds: whole lists in random order, so that no issuer learns which credential it
    /// is about. Gives what changed.
    ///
    /// ```text
    /// report = wallet.refresh(client)
    /// ```
    ///
    /// Errors: `Storage`, `Locked`. A list that does not come is no error.
    pub fn refresh(&self, client: Arc<dyn HttpClient>) -> Result<RefreshReport, TamarackError> {
        outside_callbacks()?;
        let mut refreshing = self.step(|means, random| status::Refreshing::begin(means, random))?;
        match drive(&*client, |reply| self.step(|means, random| refreshing.step(means, reply, random)))? {
            End::Done(report) => Ok(report.into()),
            End::Browser(_) | End::Later(_) => Err(Code::Internal.into()),
        }
    }

    /// How one credential stands.
    ///
    /// ```text
    /// if wallet.condition(card) == Condition.REVOKED: show("It was revoked.")
    /// ```
    ///
    /// Errors: `Input` with `record.missing`; `Storage`, `Locked`.
    pub fn condition(&self, id: String) -> Result<Condition, TamarackError> {
        Ok(self.step(|means, _| status::condition(means.store, &id, means.clock.now()))?.into())
    }

    /// What its issuer's list last said of a credential, and when; none if nothing was learnt yet.
    ///
    /// ```text
    /// known = wallet.known_state(card)
    /// if known: show(known.state, known.at)
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn known_state(&self, id: String) -> Result<Option<KnownState>, TamarackError> {
        Ok(self.step(|means, _| status::state(means.store, &id))?.map(KnownState::from))
    }

    /// What happened, the newest first; at most `limit` entries.
    ///
    /// ```text
    /// entries = wallet.history(HistorySearch(text="photo card"), 20)
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn history(&self, search: HistorySearch, limit: u32) -> Result<Vec<HistoryEntry>, TamarackError> {
        let wanted = history::Search {
            text: search.text.as_deref(),
            party: search.party.as_deref(),
            credential: search.credential.as_deref(),
            from: search.from.map(timestamp),
            until: search.until.map(timestamp),
            event: search.event.and_then(HistoryEvent::known),
        };
        if search.event == Some(HistoryEvent::Other) {
            return Ok(Vec::new());
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let found = self.step(|means, _| history::search(means.store, &wanted, limit))?;
        Ok(found.into_iter().map(entry).collect())
    }

    /// One entry of the history.
    ///
    /// ```text
    /// entry = wallet.history_entry(id)
    /// show(entry.label.en, entry.at)
    /// ```
    ///
    /// Errors: `Input` with `record.missing`; `Storage`, `Locked`.
    pub fn history_entry(&self, id: String) -> Result<HistoryEntry, TamarackError> {
        Ok(entry(self.step(|means, _| history::entry(means.store, &id))?))
    }

    /// What was shown to a party before, by its identifier.
    ///
    /// ```text
    /// pointers = [before.pointer for before in wallet.shown_to(request.verifier().id)]
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn shown_to(&self, party: String) -> Result<Vec<ShownBefore>, TamarackError> {
        let shown = self.step(|means, _| history::shared_with(means.store, &party))?;
        let each = shown.into_iter().map(|((kind, pointer), at)| ShownBefore { kind, pointer, at: system_time(at) });
        Ok(each.collect())
    }

    /// The whole history as JSON text.
    ///
    /// ```text
    /// store(wallet.export_history())
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn export_history(&self) -> Result<String, TamarackError> {
        self.step(|means, _| history::export_json(means.store, means.clock.now()))
    }

    /// The whole history as a page to print (HTML).
    ///
    /// ```text
    /// print_page(wallet.history_page())
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn history_page(&self) -> Result<String, TamarackError> {
        self.step(|means, _| history::page(means.store, means.lang, means.clock.now()))
    }

    /// Deletes entries of the history.
    ///
    /// ```text
    /// old = wallet.history(HistorySearch(until=last_year), 1000)
    /// wallet.delete_history([entry.id for entry in old])
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn delete_history(&self, ids: Vec<String>) -> Result<(), TamarackError> {
        self.step(|means, _| history::delete(means.store, &ids))
    }

    /// Deletes the whole history. Consent receipts stay: they are withdrawn one by one.
    ///
    /// ```text
    /// wallet.delete_all_history()
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn delete_all_history(&self) -> Result<(), TamarackError> {
        self.step(|means, _| history::delete_all(means.store))
    }
}

fn entry(entry: history::Entry) -> HistoryEntry {
    let label = |lang: Lang| entry.event.label(lang);
    let (trusted, party) = entry.party.map_or((false, None), |party| (party.trusted, Some((party.id, party.name))));
    let (party, name) = party.unzip();
    HistoryEntry {
        at: system_time(tamarack::Timestamp::from_unix(entry.at)),
        event: entry.event.as_str().to_owned(),
        kind: entry.event.into(),
        label: Text::of(label),
        party,
        party_name: name.map(LocalText::from).unwrap_or_default(),
        claims: entry.credentials.into_iter().map(shown).collect(),
        purpose: entry.purpose.into(),
        party_trusted: trusted,
        consent: entry.consent,
        reason: entry.reason,
        linkable: entry.linkable,
        id: entry.id,
    }
}

fn shown(one: history::Involved) -> ShownClaims {
    let named = |claim: history::NamedClaim| NamedClaim { pointer: claim.pointer, label: claim.label.into() };
    ShownClaims {
        credential: one.id,
        title: one.title.into(),
        pointers: one.claims.iter().map(|claim| claim.pointer.clone()).collect(),
        kind: one.kind,
        issuer: one.issuer,
        claims: one.claims.into_iter().map(named).collect(),
        alternative: one.alternative.map(|way| ShownAlternative {
            number: u32::try_from(way.number).unwrap_or(u32::MAX),
            of: u32::try_from(way.of).unwrap_or(u32::MAX),
        }),
    }
}
