//! The wallet: what a person holds, kept safe, shown with consent.

mod backup;
mod consent_view;
mod device;
mod flows;
mod history;
mod import;
mod keys;
mod network;
mod offer;
mod own;
mod receipts;
mod request;
mod transfer;
mod trust;
mod views;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tamarack::messages::Lang;
use tamarack::{SystemRandomness, Timestamp};
use tamarack_wallet::{Guard, Means, SqlCipherStore, Trust};
use zeroize::Zeroizing;

use crate::error::TamarackError;
use crate::platform::{Clock, KeyStore};
use crate::time::timestamp;
use device::{Device, outside_callbacks};

pub use backup::{
    AskAgain, BackupMade, RestoreReport, complete_recovery_word, new_recovery_phrase, recovery_age_identity,
};
pub use consent_view::{
    Alternative, AskedClaim, Choice, ConsentView, ConsentWarning, Miss, Pick, Question, QuestionSet, StandingConsent,
    VerifierStanding, VerifierView, WarningKind,
};
pub use flows::{
    AnswerFlow, AnswerStep, HttpReply, OfferFlow, OfferStep, ReceivingEvent, ReceivingFlow, ReceivingStep, RefreshFlow,
    RefreshStep, RequestFlow, RequestStep,
};
pub use history::{
    CredentialPage, HistoryEntry, HistoryEvent, HistorySearch, NamedClaim, ShownAlternative, ShownBefore, ShownClaims,
};
pub use import::ImportedCredential;
pub use keys::{HolderKey, KeyPlace, NewKey, WalletKey};
pub use offer::{Acceptance, BrowserApp, Due, Offer, Pending, Receiving, RenewalPlan};
pub use own::{QrProgress, QrReader, Showing, is_qr, write_qr};
pub use receipts::{ConsentReceipt, receipt_covers, verify_receipt};
pub use request::{Answered, Consent, ConsentRequest, DeclineReason, ReceiptOptions, Request};
pub use trust::{
    Attester, FieldKind, KnownVerifier, RegisteredVerifier, TransactionField, TransactionType, TrustOptions,
};
pub use views::{
    ChangedState, CodeLook, Condition, CredentialState, CredentialSummary, IssuerStanding, KnownState, LocalText,
    OfferPreview, OfferedClaim, OfferedCredential, RefreshReport, RefusalReason, RefusedCredential,
};

/// The language of what a wallet says to its person.
///
/// ```text
/// wallet.change_language(Language.FRENCH)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, uniffi::Enum)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// French, as written in Canada.
    French,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::English => Self::En,
            Language::French => Self::Fr,
        }
    }
}

/// How a wallet is opened. One of `passphrase` and `device` guards the database's key; the passphrase, if both are there.
///
/// ```text
/// options = WalletOptions(folder=folder, device=device, trust=TrustOptions(trust_list=trust), language=Language.FRENCH)
/// ```
#[derive(Clone, uniffi::Record)]
pub struct WalletOptions {
    /// The folder of the wallet's files, the app's own and of no other.
    pub folder: String,
    /// The passphrase that the person types, 1 to 1024 bytes.
    #[uniffi(default = None)]
    pub passphrase: Option<String>,
    /// The device's secure hardware: it makes the holder keys, and guards the database if there is no passphrase.
    #[uniffi(default = None)]
    pub device: Option<Arc<dyn KeyStore>>,
    /// Whom it trusts; none for nobody: every issuer is a stranger then, and strangers are refused.
    #[uniffi(default = None)]
    pub trust: Option<TrustOptions>,
    /// The clock; none for this machine's.
    #[uniffi(default = None)]
    pub clock: Option<Arc<dyn Clock>>,
    /// The person's language.
    #[uniffi(default = None)]
    pub language: Option<Language>,
}

/// A wallet: credentials, their keys and their history in one encrypted file. It can be shared between threads.
///
/// ```text
/// options = WalletOptions(folder=folder, passphrase=passphrase, trust=TrustOptions(trust_list=trust))
/// wallet = Wallet.create(options)
/// wallet.lock()
/// wallet.unlock(passphrase)
/// ```
#[derive(uniffi::Object)]
pub struct Wallet {
    store: SqlCipherStore,
    device: Option<Device>,
    clock: Option<Arc<dyn Clock>>,
    /// Whoever works takes what stands there and lets go of the lock.
    settings: Mutex<Settings>,
}

/// What the app may change while the wallet is open.
#[derive(Clone)]
struct Settings {
    trust: Arc<Trust>,
    lang: Lang,
}

impl core::fmt::Debug for Wallet {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Wallet").finish_non_exhaustive()
    }
}

#[uniffi::export]
impl Wallet {
    /// Makes a new wallet in a folder. A passphrase takes about half a second.
    ///
    /// ```text
    /// wallet = Wallet.create(WalletOptions(folder=folder, passphrase=passphrase))
    /// ```
    ///
    /// Errors: `Storage` with `store.exists`, `store.full`, `store.unavailable`; `Locked` with `store.wrong_key` for an empty
    /// passphrase; what the device says.
    #[uniffi::constructor]
    pub fn create(options: WalletOptions) -> Result<Self, TamarackError> {
        Self::with(options, |folder, guard| SqlCipherStore::create(folder, guard, &mut SystemRandomness))
    }

    /// Opens the wallet of a folder.
    ///
    /// ```text
    /// options = WalletOptions(folder=folder, passphrase=passphrase, trust=TrustOptions(trust_list=trust))
    /// wallet = Wallet.open(options)
    /// ```
    ///
    /// Errors: `Locked` with `store.wrong_key` for another passphrase or device, which harms nothing; `Storage` with
    /// `store.missing`, `store.damaged`, `store.too_new`; what the device says.
    #[uniffi::constructor]
    pub fn open(options: WalletOptions) -> Result<Self, TamarackError> {
        Self::with(options, SqlCipherStore::open)
    }

    /// Locks it and wipes its key from memory; every call but `unlock` then fails with `Locked`.
    ///
    /// ```text
    /// wallet.lock()
    /// ```
    ///
    /// Errors: none but that of a call from within a callback.
    pub fn lock(&self) -> Result<(), TamarackError> {
        outside_callbacks()?;
        self.store.lock();
        Ok(())
    }

    /// Whether it is locked.
    ///
    /// ```text
    /// if wallet.is_locked(): wallet.unlock(ask_passphrase())
    /// ```
    ///
    /// Errors: none but that of a call from within a callback.
    pub fn is_locked(&self) -> Result<bool, TamarackError> {
        outside_callbacks()?;
        Ok(self.store.is_locked())
    }

    /// Unlocks it: with the passphrase, or with the device if there is none.
    ///
    /// ```text
    /// wallet.unlock(passphrase)
    /// ```
    ///
    /// Errors: as `open`.
    #[uniffi::method(default(passphrase = None))]
    pub fn unlock(&self, passphrase: Option<String>) -> Result<(), TamarackError> {
        outside_callbacks()?;
        let passphrase = passphrase.map(Zeroizing::new);
        Ok(self.store.unlock(guard(passphrase.as_deref(), self.device.as_ref())?)?)
    }

    /// Puts a new passphrase in the place of the present one.
    ///
    /// ```text
    /// wallet.change_passphrase(present, new)
    /// ```
    ///
    /// Errors: as `open` for the present one, which stays good if this fails.
    pub fn change_passphrase(&self, present: String, new: String) -> Result<(), TamarackError> {
        outside_callbacks()?;
        let (present, new) = (Zeroizing::new(present), Zeroizing::new(new));
        let (present, new) = (Guard::Passphrase(&present), Guard::Passphrase(&new));
        Ok(self.store.change_guard(present, new, &mut SystemRandomness)?)
    }

    /// Puts a new guard in the place of the present one: a passphrase, or none for the device's secure hardware that the wallet was
    /// opened with.
    ///
    /// ```text
    /// wallet.change_guard(present=passphrase)  # the device guards it from now on
    /// ```
    ///
    /// Errors: as `open` for the present one, which stays good if this fails; `Input` with `device.missing` without a device.
    #[uniffi::method(default(present = None, new = None))]
    pub fn change_guard(&self, present: Option<String>, new: Option<String>) -> Result<(), TamarackError> {
        outside_callbacks()?;
        let (present, new) = (present.map(Zeroizing::new), new.map(Zeroizing::new));
        let present = guard(present.as_deref(), self.device.as_ref())?;
        let new = guard(new.as_deref(), self.device.as_ref())?;
        Ok(self.store.change_guard(present, new, &mut SystemRandomness)?)
    }

    /// Encrypts the whole database under a new key, after somebody may have seen the present one. It takes the time of writing all of
    /// it; the guard stays. `passphrase`: that of the wallet; none if the device guards it.
    ///
    /// ```text
    /// wallet.rekey(passphrase)
    /// ```
    ///
    /// Errors: as `open`; `Storage` with `store.full`. Then the present key stays.
    #[uniffi::method(default(passphrase = None))]
    pub fn rekey(&self, passphrase: Option<String>) -> Result<(), TamarackError> {
        outside_callbacks()?;
        let passphrase = passphrase.map(Zeroizing::new);
        let guard = guard(passphrase.as_deref(), self.device.as_ref())?;
        Ok(self.store.rekey(guard, &mut SystemRandomness)?)
    }

    /// From now on, trusts these and nobody else: all of what stood there before goes. What is under way keeps going.
    ///
    /// ```text
    /// wallet.change_trust(TrustOptions(trust_list=trust))
    /// ```
    ///
    /// Errors: `Input` with `json.*`, `trust.list_invalid`, `key.*`; then everything stays as it was.
    pub fn change_trust(&self, trust: TrustOptions) -> Result<(), TamarackError> {
        let trust = Arc::new(trust.trust()?);
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).trust = trust;
        Ok(())
    }

    /// From now on, speaks this language. What was opened before keeps the texts that it has.
    ///
    /// ```text
    /// wallet.change_language(Language.FRENCH)
    /// ```
    pub fn change_language(&self, language: Language) {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).lang = language.into();
    }

    /// Whether nothing of its file is damaged. It reads all of it.
    ///
    /// ```text
    /// try: wallet.check()
    /// except TamarackError.Storage: restore_a_backup()
    /// ```
    ///
    /// Errors: `Storage` with `store.damaged`, `Locked`.
    pub fn check(&self) -> Result<(), TamarackError> {
        outside_callbacks()?;
        Ok(self.store.check()?)
    }
}

/// Whether there is a wallet in a folder.
///
/// ```text
/// wallet = Wallet.open(options) if wallet_exists(folder) else Wallet.create(options)
/// ```
#[uniffi::export]
#[must_use]
pub fn wallet_exists(folder: String) -> bool {
    SqlCipherStore::exists(&PathBuf::from(folder))
}

/// Removes the wallet of a folder for good: what it held cannot be had back.
///
/// ```text
/// if wallet_exists(folder): destroy_wallet(folder)
/// ```
///
/// Errors: `Storage` with `store.unavailable`.
#[uniffi::export]
pub fn destroy_wallet(folder: String) -> Result<(), TamarackError> {
    Ok(SqlCipherStore::destroy(&PathBuf::from(folder))?)
}

impl Wallet {
    fn with(
        options: WalletOptions,
        make: impl FnOnce(&std::path::Path, Guard<'_>) -> tamarack_wallet::Result<SqlCipherStore>,
    ) -> Result<Self, TamarackError> {
        outside_callbacks()?;
        let passphrase = options.passphrase.map(Zeroizing::new);
        let device = options.device.map(Device);
        let trust = Arc::new(options.trust.unwrap_or_default().trust()?);
        let settings = Settings { trust, lang: options.language.unwrap_or_default().into() };
        let store = make(&PathBuf::from(options.folder), guard(passphrase.as_deref(), device.as_ref())?)?;
        Ok(Self { store, device, clock: options.clock, settings: Mutex::new(settings) })
    }

    /// The time now, by the app's clock.
    fn now(&self) -> Result<Timestamp, TamarackError> {
        match &self.clock {
            Some(clock) => Ok(timestamp(clock.now()?)),
            None => Ok(timestamp(SystemTime::now())),
        }
    }

    /// Does one step with what the wallet has. Nothing of the app is called from within but its device.
    fn step<T>(
        &self,
        step: impl FnOnce(&Means<'_>, &mut SystemRandomness) -> tamarack_wallet::Result<T>,
    ) -> Result<T, TamarackError> {
        outside_callbacks()?;
        let now = self.now()?;
        let Settings { trust, lang } = self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let means = Means {
            store: &self.store,
            device: self.device.as_ref().map(|device| device as &dyn tamarack_wallet::DeviceKeys),
            trust: &trust,
            clock: &now,
            lang,
        };
        Ok(step(&means, &mut SystemRandomness)?)
    }
}

/// What guards the database's key.
fn guard<'g>(passphrase: Option<&'g String>, device: Option<&'g Device>) -> Result<Guard<'g>, TamarackError> {
    match (passphrase, device) {
        (Some(passphrase), _) => Ok(Guard::Passphrase(passphrase)),
        (None, Some(device)) => Ok(Guard::Device(device)),
        (None, None) => Err(tamarack_wallet::WalletError::new(tamarack_wallet::WalletCode::DeviceMissing).into()),
    }
}
