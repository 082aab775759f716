//! What is taken along to another device: backups under a recovery phrase or a passphrase.

use tamarack::SystemRandomness;
use tamarack_wallet::backup::{self, RecoveryPhrase, Seal};

use super::views::LocalText;
use super::{Language, Wallet};
use crate::error::TamarackError;

/// A backup that was made.
///
/// ```text
/// phrase = new_recovery_phrase(Language.ENGLISH)
/// file = wallet.backup(phrase).bytes
/// report = other.restore(file, phrase)
/// ```
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
///
/// ```text
/// for one in report.ask_again: show(one.title.en, one.issuer_name.en, one.link)
/// ```
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

pub(super) fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// What a restored backup brought.
///
/// ```text
/// report = wallet.restore(file, phrase)
/// show(report.credentials, report.kept, len(report.ask_again))
/// ```
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
/// ```text
/// phrase = new_recovery_phrase(Language.FRENCH)
/// show(phrase)  # once, to be written on paper
/// ```
///
/// Errors: `Internal` without randomness.
#[uniffi::export]
pub fn new_recovery_phrase(language: Language) -> Result<String, TamarackError> {
    let phrase = RecoveryPhrase::generate(&mut SystemRandomness).map_err(TamarackError::from)?;
    Ok(phrase.words(language.into())?.as_str().to_owned())
}

/// The words of the list of a language that begin so, for a field that completes what the person types; at most `limit`.
///
/// ```text
/// words = complete_recovery_word("ab", Language.ENGLISH, limit=4)
/// ```
#[uniffi::export(default(limit = 8))]
#[must_use]
pub fn complete_recovery_word(start: String, language: Language, limit: u32) -> Vec<String> {
    let start = zeroize::Zeroizing::new(start);
    RecoveryPhrase::complete(&start, language.into(), usize::try_from(limit).unwrap_or(usize::MAX))
}

/// The key that opens the backups under a recovery phrase, as the program age writes it (`AGE-SECRET-KEY-1…`), for whoever opens one
/// without this library. The language's copy does not wipe itself.
///
/// ```text
/// identity = recovery_age_identity(phrase)  # secret: it opens every backup under the phrase
/// ```
///
/// Errors: `Input` with `backup.phrase`.
#[uniffi::export]
pub fn recovery_age_identity(phrase: String) -> Result<String, TamarackError> {
    Ok(read_phrase(phrase)?.expose_age_identity()?.as_str().to_owned())
}

fn read_phrase(phrase: String) -> Result<RecoveryPhrase, TamarackError> {
    let phrase = zeroize::Zeroizing::new(phrase);
    Ok(RecoveryPhrase::parse(&phrase)?)
}

#[uniffi::export]
impl Wallet {
    /// What a backup or a transfer could not bring, until it is forgotten.
    ///
    /// ```text
    /// for one in wallet.ask_again(): show(one.title.en, one.link)
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn ask_again(&self) -> Result<Vec<AskAgain>, TamarackError> {
        Ok(self.step(|means, _| backup::ask_again(means.store))?.into_iter().map(AskAgain::from).collect())
    }

    /// Forgets that a credential is to be asked for again: it was, or is no longer wanted.
    ///
    /// ```text
    /// for one in wallet.ask_again(): wallet.forget_ask_again(one.id)
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn forget_ask_again(&self, id: String) -> Result<(), TamarackError> {
        self.step(|means, _| backup::forget_ask_again(means.store, &id))
    }

    /// Makes a backup under a recovery phrase.
    ///
    /// ```text
    /// made = wallet.backup(phrase)
    /// store(made.bytes)
    /// ```
    ///
    /// Errors: `Input` with `backup.phrase`; `Storage`, `Locked`.
    pub fn backup(&self, phrase: String) -> Result<BackupMade, TamarackError> {
        let phrase = read_phrase(phrase)?;
        let made =
            self.step(|means, random| backup::make(means.store, Seal::Phrase(&phrase), means.clock.now(), random))?;
        Ok(BackupMade::of(made.bytes, made.credentials, made.ask_again))
    }

    /// Restores a backup, all or nothing. What the wallet has already stays as it is.
    ///
    /// ```text
    /// report = wallet.restore(file, phrase)
    /// ```
    ///
    /// Errors: `Input` with `backup.*`; `Storage`, `Locked`.
    pub fn restore(&self, backup: Vec<u8>, phrase: String) -> Result<RestoreReport, TamarackError> {
        let phrase = read_phrase(phrase)?;
        let restored = self.step(|means, random| {
            backup::restore(means.store, &backup, Seal::Phrase(&phrase), means.clock.now(), random)
        })?;
        Ok(restored.into())
    }

    /// Makes a backup under a passphrase instead, 1 to 1024 bytes. It takes about a second.
    ///
    /// ```text
    /// made = wallet.backup_with_passphrase(passphrase)
    /// ```
    ///
    /// Errors: `Input` with `backup.wrong_key` for an empty or overlong one; `Storage`, `Locked`.
    pub fn backup_with_passphrase(&self, passphrase: String) -> Result<BackupMade, TamarackError> {
        let passphrase = zeroize::Zeroizing::new(passphrase);
        let made = self.step(|means, random| {
            backup::make(means.store, Seal::Passphrase(&passphrase), means.clock.now(), random)
        })?;
        Ok(BackupMade::of(made.bytes, made.credentials, made.ask_again))
    }

    /// Restores a backup that was made under a passphrase.
    ///
    /// ```text
    /// report = wallet.restore_with_passphrase(file, passphrase)
    /// ```
    ///
    /// Errors: as `restore`.
    pub fn restore_with_passphrase(&self, backup: Vec<u8>, passphrase: String) -> Result<RestoreReport, TamarackError> {
        let passphrase = zeroize::Zeroizing::new(passphrase);
        let restored = self.step(|means, random| {
            backup::restore(means.store, &backup, Seal::Passphrase(&passphrase), means.clock.now(), random)
        })?;
        Ok(restored.into())
    }

    /// Keeps to what backups are encrypted, so that `backup_again` needs no phrase. What is kept can encrypt, and not decrypt.
    ///
    /// ```text
    /// wallet.remember_phrase(phrase)
    /// file = wallet.backup_again().bytes
    /// ```
    ///
    /// Errors: `Input` with `backup.phrase`; `Storage`, `Locked`.
    pub fn remember_phrase(&self, phrase: String) -> Result<(), TamarackError> {
        let phrase = read_phrase(phrase)?;
        self.step(|means, _| backup::remember(means.store, &phrase))
    }

    /// Makes a backup under the phrase that `remember_phrase` was given.
    ///
    /// ```text
    /// made = wallet.backup_again()
    /// store(made.bytes)
    /// ```
    ///
    /// Errors: `Input` with `record.missing` if it was given none; `Storage`, `Locked`.
    pub fn backup_again(&self) -> Result<BackupMade, TamarackError> {
        let made = self.step(|means, random| backup::make_again(means.store, means.clock.now(), random))?;
        Ok(BackupMade::of(made.bytes, made.credentials, made.ask_again))
    }
}
