//! The wallet: what a person holds, kept safe, shown with consent.

mod device;
mod history;
mod network;
mod offer;
mod own;
mod receipts;
mod request;
mod transfer;
mod views;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use tamarack::messages::Lang;
use tamarack::trust::TrustList;
use tamarack::{SystemRandomness, Timestamp};
use tamarack_wallet::{Guard, Means, SqlCipherStore, Strangers, Trust};
use zeroize::Zeroizing;

use crate::error::TamarackError;
use crate::platform::{Clock, KeyStore};
use crate::time::timestamp;
use device::{Device, outside_callbacks};

pub use history::{AskAgain, BackupMade, HistoryEntry, HistorySearch, RestoreReport, ShownClaims, new_recovery_phrase};
pub use offer::{Acceptance, BrowserApp, Due, Offer, Pending, Receiving};
pub use own::{QrProgress, QrReader, Showing, is_qr, write_qr};
pub use receipts::{ConsentReceipt, verify_receipt};
pub use request::{
    Alternative, Answered, AskedClaim, Choice, Consent, ConsentRequest, ConsentView, DeclineReason, Miss, Pick,
    Question, QuestionSet, Request, VerifierStanding,
};
pub use views::{
    CodeLook, Condition, CredentialSummary, IssuerStanding, LocalText, OfferPreview, OfferedClaim, OfferedCredential,
    RefusalReason, RefusedCredential,
};

/// The language of what a wallet says to its person.
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

/// A verifier that somebody vouches for.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct KnownVerifier {
    /// Its client identifier, letter by letter, with its prefix.
    pub client_id: String,
    /// Its name.
    pub name: LocalText,
    /// The names of the claims that it may ask for, such as `ageOver19`; none for no limit.
    #[uniffi(default = None)]
    pub may_ask: Option<Vec<String>>,
}

/// How a wallet is opened. One of `passphrase` and `device` guards the database's key; the passphrase, if both are there.
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
    /// The issuers whose credentials are taken: a trust list file, JSON text.
    #[uniffi(default = None)]
    pub trust_list: Option<String>,
    /// Whether credentials of issuers that are on no list are taken after a warning; else they are refused.
    #[uniffi(default = false)]
    pub take_from_strangers: bool,
    /// The verifiers that somebody vouches for.
    #[uniffi(default = [])]
    pub verifiers: Vec<KnownVerifier>,
    /// The clock; none for this machine's.
    #[uniffi(default = None)]
    pub clock: Option<Arc<dyn Clock>>,
    /// The person's language.
    #[uniffi(default = None)]
    pub language: Option<Language>,
}

/// A wallet: credentials, their keys and their history in one encrypted file. It can be shared between threads.
#[derive(uniffi::Object)]
pub struct Wallet {
    store: SqlCipherStore,
    device: Option<Device>,
    trust: Trust,
    clock: Option<Arc<dyn Clock>>,
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
    /// Errors: `Storage` with `store.exists`, `store.full`, `store.unavailable`; `Locked` with `store.wrong_key` for an empty
    /// passphrase; what the device says.
    #[uniffi::constructor]
    pub fn create(options: WalletOptions) -> Result<Self, TamarackError> {
        Self::with(options, |folder, guard| SqlCipherStore::create(folder, guard, &mut SystemRandomness))
    }

    /// Opens the wallet of a folder.
    ///
    /// Errors: `Locked` with `store.wrong_key` for another passphrase or device, which harms nothing; `Storage` with
    /// `store.missing`, `store.damaged`, `store.too_new`; what the device says.
    #[uniffi::constructor]
    pub fn open(options: WalletOptions) -> Result<Self, TamarackError> {
        Self::with(options, SqlCipherStore::open)
    }

    /// Locks it and wipes its key from memory; every call but `unlock` then fails with `Locked`.
    ///
    /// Errors: none but that of a call from within a callback.
    pub fn lock(&self) -> Result<(), TamarackError> {
        outside_callbacks()?;
        self.store.lock();
        Ok(())
    }

    /// Whether it is locked.
    ///
    /// Errors: none but that of a call from within a callback.
    pub fn is_locked(&self) -> Result<bool, TamarackError> {
        outside_callbacks()?;
        Ok(self.store.is_locked())
    }

    /// Unlocks it: with the passphrase, or with the device if there is none.
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
    /// Errors: as `open` for the present one, which stays good if this fails.
    pub fn change_passphrase(&self, present: String, new: String) -> Result<(), TamarackError> {
        outside_callbacks()?;
        let (present, new) = (Zeroizing::new(present), Zeroizing::new(new));
        let (present, new) = (Guard::Passphrase(&present), Guard::Passphrase(&new));
        Ok(self.store.change_guard(present, new, &mut SystemRandomness)?)
    }

    /// Whether nothing of its file is damaged. It reads all of it.
    ///
    /// Errors: `Storage` with `store.damaged`, `Locked`.
    pub fn check(&self) -> Result<(), TamarackError> {
        outside_callbacks()?;
        Ok(self.store.check()?)
    }
}

/// Whether there is a wallet in a folder.
#[uniffi::export]
#[must_use]
pub fn wallet_exists(folder: String) -> bool {
    SqlCipherStore::exists(&PathBuf::from(folder))
}

/// Removes the wallet of a folder for good: what it held cannot be had back.
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
        let known = |verifier: KnownVerifier| tamarack_wallet::KnownVerifier {
            client_id: verifier.client_id,
            name: verifier.name.into(),
            may_ask: verifier.may_ask,
        };
        let trust = Trust {
            issuers: options.trust_list.map(|list| TrustList::parse(list.as_bytes())).transpose()?,
            strangers: if options.take_from_strangers { Strangers::Warn } else { Strangers::Refuse },
            verifiers: options.verifiers.into_iter().map(known).collect(),
            ..Trust::default()
        };
        let store = make(&PathBuf::from(options.folder), guard(passphrase.as_deref(), device.as_ref())?)?;
        Ok(Self { store, device, trust, clock: options.clock, lang: options.language.unwrap_or_default().into() })
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
        let means = Means {
            store: &self.store,
            device: self.device.as_ref().map(|device| device as &dyn tamarack_wallet::DeviceKeys),
            trust: &self.trust,
            clock: &now,
            lang: self.lang,
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
