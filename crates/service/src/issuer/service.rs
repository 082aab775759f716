//! The service: what every handler shares.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use prometheus_client::metrics::counter::Counter;
use tamarack::keys::{KeyType, SecretKey};
use tamarack::x509::Chain;
use tamarack::{Code, Fault, Timestamp};
use tamarack_openid4vc::oauth::access::TokenRules;
use tamarack_openid4vc::oauth::attesters::Attesters;
use tamarack_openid4vc::oauth::nonce::NonceKey;
use tamarack_openid4vc::vci::encryption::DecryptionKey;
use zeroize::Zeroizing;

use super::catalogue::Catalogue;
use super::citizens::Citizens;
use super::nonces::Nonces;
use super::signed_metadata::SignedMetadata;
use super::status::Lists;
use crate::http::Base;
use crate::limits;
use crate::sign_in::{ProviderSettings, SignIn};
use crate::signers::SignerError;
use crate::store::issuing::Issuer;
use crate::store::{Database, NewExchange, StoreError};

/// How often the store is asked whether types or keys changed.
const REFRESH: Duration = Duration::from_secs(5);
/// How often what is over is forgotten, and the log sealed.
const TIDY: Duration = Duration::from_secs(30);
/// Where citizens come back from their provider: below it.
pub(super) const SIGN_IN: &str = "/sign-in";
/// An exchange that is never over.
const FOREVER: Timestamp = Timestamp::from_unix(i64::MAX / 2);

/// How an issuing service works.
#[derive(Clone, Debug)]
pub struct IssuerSettings {
    /// What opens the keys.
    pub passphrase: Arc<Zeroizing<String>>,
    /// The keys with which programs make offers; without one, only the command line makes them.
    pub api_keys: Vec<Zeroizing<String>>,
    /// Whether signed credentials are kept.
    pub keep: bool,
    /// Whether a wallet that does not name itself may redeem a pre-authorized code.
    pub anonymous_allowed: bool,
    /// How tokens are made.
    pub tokens: TokenRules,
    /// Whether wallets must show an attestation.
    pub attestation_required: bool,
    /// Whose attestations of wallets and of keys are believed.
    pub attesters: Attesters,
    /// Whether a proof of possession of a wallet's attestation must carry a challenge of ours.
    pub attestation_challenges: bool,
    /// Whether DPoP proofs must carry a nonce of ours.
    pub dpop_nonces: bool,
    /// The chain of certificates (X.509) of one of the keys, which then signs SD-JWT VCs and the lists of their status, in the name of the
    /// service's URL (OpenID4VC HAIP §6.1.1).
    pub certificates: Option<Arc<Chain>>,
    /// The types whose credentials are bound to attested keys alone.
    pub attested_keys: Vec<String>,
    /// The types whose credentials are bound to secrets of their holders alone (`bbs-2023`).
    pub secrets: Vec<String>,
    /// How many credentials, each for another key, one request may ask for.
    pub batch_size: u32,
    /// The types whose credentials a clerk must approve first.
    pub approval: Vec<String>,
    /// How citizens get credentials by themselves, if they do.
    pub citizens: Option<Arc<Citizens>>,
    /// The providers at which they sign in.
    pub providers: Vec<ProviderSettings>,
    /// For how many hours a published status list is good.
    pub status_hours: u32,
    /// For how many seconds a published status list may be kept by those who fetch it.
    pub status_seconds: u32,
    /// For how many seconds an application's files are kept after the decision.
    pub file_seconds: i64,
}

impl IssuerSettings {
    /// Bearer tokens for anybody with a code, batches of ten, lists good for two days and kept for five minutes.
    #[must_use]
    pub fn new(passphrase: Zeroizing<String>) -> Self {
        Self {
            passphrase: Arc::new(passphrase),
            api_keys: Vec::new(),
            keep: false,
            anonymous_allowed: true,
            tokens: TokenRules::default(),
            attestation_required: false,
            attesters: Attesters::nobody(),
            attestation_challenges: false,
            dpop_nonces: false,
            certificates: None,
            attested_keys: Vec::new(),
            secrets: Vec::new(),
            batch_size: 10,
            approval: Vec::new(),
            citizens: None,
            providers: Vec::new(),
            status_hours: 48,
            status_seconds: 300,
            file_seconds: limits::FILE_SECONDS,
        }
    }
}

/// Why a service does not start or go on.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServiceError {
    /// The store.
    Store(StoreError),
    /// The core: a passphrase that is wrong, a type that is not understood.
    Fault(Fault),
    /// A key that is elsewhere.
    Signer(SignerError),
}

impl std::fmt::Display for ServiceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Fault(fault) => write!(f, "{}", fault.code()),
            Self::Signer(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ServiceError {}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SignerError> for ServiceError {
    fn from(error: SignerError) -> Self {
        Self::Signer(error)
    }
}

impl From<Fault> for ServiceError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// An issuing service. Cheap to clone.
#[derive(Clone)]
pub struct IssuerService {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    base: Base,
    settings: IssuerSettings,
    nonces: Nonces,
    encryption: DecryptionKey,
    catalogue: RwLock<Arc<Catalogue>>,
    lists: Lists,
    signed_metadata: SignedMetadata,
    issued: Counter,
    sign_in: Option<SignIn>,
}

impl std::fmt::Debug for IssuerService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuerService").field("base", self.inner.base.url()).finish_non_exhaustive()
    }
}

impl IssuerService {
    /// Opens the issuer's tables and keys.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the store is nobody's; [`Code::KeySealed`] for a wrong passphrase.
    pub async fn start(database: Database, base: Base, settings: IssuerSettings) -> Result<Self, ServiceError> {
        let _: Issuer = database.open_issuer(now()).await?;
        remember(&database, BASE_URL, base.url().as_str()).await?;
        remember(&database, FILE_SECONDS, &settings.file_seconds.to_string()).await?;
        let nonces = Nonces::open(&database).await?;
        let encryption = encryption_key(&database, &settings).await?;
        let catalogue = Catalogue::read(&database, base.url(), &settings, &encryption, None).await?;
        let catalogue = catalogue.ok_or_else(|| Fault::new(Code::Internal))?;
        let issued = Counter::default();
        base.metrics().add("credentials_issued", "Credentials that were issued", issued.clone());
        let sign_in = (!settings.providers.is_empty())
            .then(|| SignIn::new(database.clone(), base.url(), SIGN_IN, settings.providers.clone()));
        let inner = Inner {
            sign_in,
            database,
            base,
            settings,
            nonces,
            encryption,
            catalogue: RwLock::new(Arc::new(catalogue)),
            lists: Lists::default(),
            signed_metadata: SignedMetadata::default(),
            issued,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Looks after the store for as long as it runs: types and keys that change, what is over, the audit log.
    pub async fn tend(self) {
        let mut tidied = tokio::time::Instant::now();
        loop {
            tokio::time::sleep(REFRESH).await;
            if let Err(error) = self.refresh().await {
                tracing::error!(reason = %error, "the types and keys could not be read again");
            }
            if let Err(error) = self.inner.nonces.renew(self.database()).await {
                tracing::error!(reason = %error, "the key of the nonces could not be changed");
            }
            if let Err(error) = self.database().seal_audit().await {
                tracing::error!(reason = %error, "the audit log could not be sealed");
            }
            if tidied.elapsed() >= TIDY {
                tidied = tokio::time::Instant::now();
                if let Err(error) = self.database().forget_expired(now()).await {
                    tracing::error!(reason = %error, "what is over could not be forgotten");
                }
            }
        }
    }

    /// Reads types and keys again if they changed.
    ///
    /// # Errors
    /// As [`Self::start`]; what was read before stays.
    pub async fn refresh(&self) -> Result<(), ServiceError> {
        let before = self.catalogue();
        let read =
            Catalogue::read(self.database(), self.base().url(), self.settings(), self.encryption(), Some(&before))
                .await?;
        if let Some(read) = read {
            *self.inner.catalogue.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(read);
        }
        Ok(())
    }

    /// The store.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.inner.database
    }

    /// The frame of its routes.
    #[must_use]
    pub fn base(&self) -> &Base {
        &self.inner.base
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &IssuerSettings {
        &self.inner.settings
    }

    /// What it offers now.
    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.inner.catalogue.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a clerk must approve the credentials of a configuration.
    #[must_use]
    pub fn needs_approval(&self, configuration: &str) -> bool {
        self.settings().approval.iter().any(|name| name == configuration)
    }

    /// The key under which it makes nonces.
    pub(super) fn nonces(&self) -> Arc<NonceKey> {
        self.inner.nonces.key()
    }

    /// The key to which wallets encrypt their requests.
    pub(super) fn encryption(&self) -> &DecryptionKey {
        &self.inner.encryption
    }

    /// Where citizens sign in.
    pub(super) fn sign_in(&self) -> Option<&SignIn> {
        self.inner.sign_in.as_ref()
    }

    pub(super) fn lists(&self) -> &Lists {
        &self.inner.lists
    }

    pub(super) fn signed_metadata(&self) -> &SignedMetadata {
        &self.inner.signed_metadata
    }

    pub(super) fn count_issued(&self, credentials: usize) {
        self.inner.issued.inc_by(credentials as u64);
    }
}

/// The key to which wallets encrypt requests to any process of this store, sealed as the signing keys are.
async fn encryption_key(database: &Database, settings: &IssuerSettings) -> Result<DecryptionKey, ServiceError> {
    const PLACE: (&str, &str) = ("secret", "encryption");
    let internal = || ServiceError::Fault(Code::Internal.into());
    let passphrase = settings.passphrase.as_bytes();
    if database.exchange(PLACE.0, PLACE.1, now()).await?.is_none() {
        let sealed = SecretKey::generate(KeyType::P256)?.seal(passphrase)?;
        let new = NewExchange {
            kind: PLACE.0,
            id: PLACE.1,
            state: "current",
            payload: &sealed,
            created: now(),
            expires: FOREVER,
        };
        match database.add_exchange(&new, &[]).await {
            Ok(()) | Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let known = database.exchange(PLACE.0, PLACE.1, now()).await?.ok_or_else(internal)?;
    let secret = SecretKey::unseal(&known.payload, passphrase)?;
    DecryptionKey::new("requests", &secret).map_err(|_| internal())
}

const BASE_URL: (&str, &str) = ("service", "base-url");
const FILE_SECONDS: (&str, &str) = ("service", "file-seconds");

/// Writes a setting of the service down, so that the command line keeps to it.
async fn remember(database: &Database, (kind, id): (&str, &str), value: &str) -> Result<(), StoreError> {
    if let Some(known) = database.exchange(kind, id, now()).await? {
        if known.payload != value {
            database.change_exchange(kind, &known, "current", value, now()).await?;
        }
        return Ok(());
    }
    let new = NewExchange { kind, id, state: "current", payload: value, created: now(), expires: FOREVER };
    match database.add_exchange(&new, &[]).await {
        Err(StoreError::Conflict(_)) => Ok(()),
        other => other,
    }
}

/// Where the service of a store was when it last started: its Credential Issuer Identifier.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn remembered_base_url(database: &Database) -> Result<Option<String>, StoreError> {
    Ok(database.exchange(BASE_URL.0, BASE_URL.1, now()).await?.map(|known| known.payload))
}

/// For how many seconds the service of a store keeps an application's files after the decision.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn remembered_file_seconds(database: &Database) -> Result<i64, StoreError> {
    let known = database.exchange(FILE_SECONDS.0, FILE_SECONDS.1, now()).await?;
    Ok(known.and_then(|known| known.payload.parse().ok()).unwrap_or(limits::FILE_SECONDS))
}

/// The clock of the services.
#[must_use]
pub fn now() -> Timestamp {
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |past| past.as_secs());
    Timestamp::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))
}
