//! What the wallet holds, what happened, and what is taken along: credentials, history, backups.

use std::sync::Arc;
use std::time::SystemTime;

use tamarack::messages::Lang;
use tamarack::{Code, SystemRandomness};
use tamarack_wallet::backup::{self, RecoveryPhrase, Seal};
use tamarack_wallet::{credentials, history, status};

use super::network::{End, drive};
use super::views::{CredentialSummary, LocalText};
use super::{Language, Wallet, outside_callbacks};
use crate::error::TamarackError;
use crate::held::HeldCredential;
use crate::platform::HttpClient;
use crate::text::Text;
use crate::time::{system_time, timestamp};

/// One thing that happened.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct HistoryEntry {
    /// Its id.
    pub id: String,
    /// When.
    pub at: SystemTime,
    /// What: a stable name such as `shown`, `received`, `declined`.
    pub event: String,
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
}

/// The claims of one credential that were shown.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct ShownClaims {
    /// The credential's id.
    pub credential: String,
    /// What it is called.
    pub title: LocalText,
    /// The JSON pointers.
    pub pointers: Vec<String>,
}

/// What to look for; what is left out is not looked at.
#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]
pub struct HistorySearch {
    /// Words that stand in it.
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
    /// Until when.
    #[uniffi(default = None)]
    pub until: Option<SystemTime>,
}

/// A backup that was made.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct BackupMade {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many credentials are in it.
    pub credentials: u64,
    /// Those that are bound to the device, and must be asked for again elsewhere.
    pub ask_again: Vec<AskAgain>,
}

/// A credential that is to be asked for again, because its key cannot leave the device that it was on.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct AskAgain {
    /// The id that it had.
    pub id: String,
    /// What it is called.
    pub title: LocalText,
    /// Its issuer.
    pub issuer: String,
    /// The issuer's name.
    pub issuer_name: LocalText,
    /// Where it can be asked for, if it came from there: the issuer's URL.
    pub link: Option<String>,
}

impl From<backup::AskAgain> for AskAgain {
    fn from(one: backup::AskAgain) -> Self {
        Self {
            id: one.id,
            title: one.title.into(),
            issuer: one.issuer,
            issuer_name: one.issuer_name.into(),
            link: one.link,
        }
    }
}

impl BackupMade {
    pub(super) fn of(bytes: Vec<u8>, credentials: usize, again: Vec<backup::AskAgain>) -> Self {
        let ask_again = again.into_iter().map(AskAgain::from).collect();
        Self { bytes, credentials: count(credentials), ask_again }
    }
}

impl From<backup::Restored> for RestoreReport {
    fn from(restored: backup::Restored) -> Self {
        Self {
            credentials: count(restored.credentials),
            kept: count(restored.kept),
            ask_again: restored.ask_again.into_iter().map(AskAgain::from).collect(),
        }
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// What a restored backup brought.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct RestoreReport {
    /// How many credentials came.
    pub credentials: u64,
    /// How many records the wallet had already.
    pub kept: u64,
    /// Those that could not come along, and must be asked for again.
    pub ask_again: Vec<AskAgain>,
}

/// A new recovery phrase, in words of the language. Who has it can open the backups; it is written on paper.
///
/// Errors: `Internal` without randomness.
#[uniffi::export]
pub fn new_recovery_phrase(language: Language) -> Result<String, TamarackError> {
    let phrase = RecoveryPhrase::generate(&mut SystemRandomness).map_err(TamarackError::from)?;
    Ok(phrase.words(language.into())?.as_str().to_owned())
}

#[uniffi::export]
impl Wallet {
    /// Every credential with how it stands, the newest first.
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn credentials(&self) -> Result<Vec<CredentialSummary>, TamarackError> {
        let all = self.step(|means, _| status::overview(means.store, means.clock.now()))?;
        Ok(all.into_iter().map(CredentialSummary::from).collect())
    }

    /// One credential, to look at.
    ///
    /// Errors: `Input` with `record.missing`; `Storage`, `Locked`.
    pub fn credential(&self, id: String) -> Result<Arc<HeldCredential>, TamarackError> {
        let held = self.step(|means, _| credentials::read(means.store, &id)?.held())?;
        Ok(Arc::new(HeldCredential::of(held)))
    }

    /// When the states of what the wallet holds should be refreshed next; none if there is nothing to refresh.
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn next_refresh(&self) -> Result<Option<SystemTime>, TamarackError> {
        Ok(self.step(|means, _| status::next_refresh(means.store))?.map(system_time))
    }

    /// Deletes a credential with all its copies, at the person's word: its keys, and the right to ask for more of it, go with it. The
    /// history says that it was deleted. Gives how many copies there were.
    ///
    /// Errors: `Input` with `record.missing`; `Storage`, `Locked`; the device's if it cannot delete a key: the credential is gone then all
    /// the same.
    pub fn delete_credential(&self, id: String) -> Result<u64, TamarackError> {
        let copies = self.step(|means, random| tamarack_wallet::delete_credential(&id, means, random))?;
        Ok(count(copies))
    }

    /// Refreshes the states of what the wallet holds: whole lists in random order, so that no issuer learns which credential it
    /// is about. Gives how many changed.
    ///
    /// Errors: `Storage`, `Locked`. A list that does not come is no error.
    pub fn refresh(&self, client: Arc<dyn HttpClient>) -> Result<u64, TamarackError> {
        outside_callbacks()?;
        let mut refreshing = self.step(|means, random| status::Refreshing::begin(means, random))?;
        let report = match drive(&*client, |reply| self.step(|means, random| refreshing.step(means, reply, random)))? {
            End::Done(report) => report,
            End::Browser(_) | End::Later(_) => return Err(Code::Internal.into()),
        };
        u64::try_from(report.changed.len()).map_err(|_| Code::Internal.into())
    }

    /// What happened, the newest first.
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn history(&self, search: HistorySearch, limit: u32) -> Result<Vec<HistoryEntry>, TamarackError> {
        let wanted = history::Search {
            text: search.text.as_deref(),
            party: search.party.as_deref(),
            credential: search.credential.as_deref(),
            from: search.from.map(timestamp),
            until: search.until.map(timestamp),
            ..history::Search::default()
        };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let found = self.step(|means, _| history::search(means.store, &wanted, limit))?;
        Ok(found.into_iter().map(entry).collect())
    }

    /// The whole history as JSON text.
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn export_history(&self) -> Result<String, TamarackError> {
        self.step(|means, _| history::export_json(means.store, means.clock.now()))
    }

    /// The whole history as a page to print (HTML).
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn history_page(&self) -> Result<String, TamarackError> {
        self.step(|means, _| history::page(means.store, means.lang, means.clock.now()))
    }

    /// Deletes entries of the history.
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn delete_history(&self, ids: Vec<String>) -> Result<(), TamarackError> {
        self.step(|means, _| history::delete(means.store, &ids))
    }

    /// What a backup or a transfer could not bring, until it is forgotten.
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn ask_again(&self) -> Result<Vec<AskAgain>, TamarackError> {
        Ok(self.step(|means, _| backup::ask_again(means.store))?.into_iter().map(AskAgain::from).collect())
    }

    /// Forgets that a credential is to be asked for again: it was, or is no longer wanted.
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn forget_ask_again(&self, id: String) -> Result<(), TamarackError> {
        self.step(|means, _| backup::forget_ask_again(means.store, &id))
    }

    /// Makes a backup under a recovery phrase.
    ///
    /// Errors: `Input` with `backup.phrase`; `Storage`, `Locked`.
    pub fn backup(&self, phrase: String) -> Result<BackupMade, TamarackError> {
        let phrase = zeroize::Zeroizing::new(phrase);
        let phrase = RecoveryPhrase::parse(&phrase).map_err(TamarackError::from)?;
        let made =
            self.step(|means, random| backup::make(means.store, Seal::Phrase(&phrase), means.clock.now(), random))?;
        Ok(BackupMade::of(made.bytes, made.credentials, made.ask_again))
    }

    /// Restores a backup, all or nothing. What the wallet has already stays as it is.
    ///
    /// Errors: `Input` with `backup.*`; `Storage`, `Locked`.
    pub fn restore(&self, backup: Vec<u8>, phrase: String) -> Result<RestoreReport, TamarackError> {
        let phrase = zeroize::Zeroizing::new(phrase);
        let phrase = RecoveryPhrase::parse(&phrase).map_err(TamarackError::from)?;
        let restored = self.step(|means, random| {
            backup::restore(means.store, &backup, Seal::Phrase(&phrase), means.clock.now(), random)
        })?;
        Ok(restored.into())
    }
}

fn entry(entry: history::Entry) -> HistoryEntry {
    let shown = |one: history::Involved| ShownClaims {
        credential: one.id,
        title: one.title.into(),
        pointers: one.claims.into_iter().map(|claim| claim.pointer).collect(),
    };
    let label = |lang: Lang| entry.event.label(lang);
    HistoryEntry {
        at: system_time(entry.time()),
        event: entry.event.as_str().to_owned(),
        label: Text::of(label),
        party: entry.party.as_ref().map(|party| party.id.clone()),
        party_name: entry.party.map(|party| party.name.into()).unwrap_or_default(),
        claims: entry.credentials.into_iter().map(shown).collect(),
        purpose: entry.purpose.into(),
        id: entry.id,
    }
}
