//! What every flow works with: the store, the device, whom the person trusts, and the time.

use serde::{Deserialize, Serialize};
use tamarack::keys::PublicKey;
use tamarack::messages::Lang;
use tamarack::trust::TrustList;
use tamarack::{Policy, Timestamp};
use tamarack_openid4vc::vp::client_id::Registered;
use tamarack_openid4vc::vp::transaction_data::TransactionType;

use crate::credentials::Localized;
use crate::device::DeviceKeys;
use crate::store::Store;

/// The clock, handed in.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// A clock that stands still, for tests and for judging as of another time.
impl Clock for Timestamp {
    fn now(&self) -> Timestamp {
        *self
    }
}

/// What a flow works with. It is cheap to copy, and made anew for each step.
#[derive(Clone, Copy)]
pub struct Means<'m> {
    /// Where the wallet keeps what it has.
    pub store: &'m dyn Store,
    /// The device's secure hardware, where the app uses it.
    pub device: Option<&'m dyn DeviceKeys>,
    /// Whom the person trusts.
    pub trust: &'m Trust,
    /// The clock.
    pub clock: &'m dyn Clock,
    /// The person's language.
    pub lang: Lang,
}

impl core::fmt::Debug for Means<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Means").field("lang", &self.lang).finish_non_exhaustive()
    }
}

impl Means<'_> {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

pub(crate) const fn tags(lang: Lang) -> [&'static str; 2] {
    match lang {
        Lang::En => ["en-CA", "en"],
        Lang::Fr => ["fr-CA", "fr"],
    }
}

/// What becomes of credentials whose issuer is not on the trust list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Strangers {
    /// They are refused.
    #[default]
    Refuse,
    /// The preview says that nobody vouches for the issuer; what its signature covers is taken if the person wants it.
    Warn,
}

/// Whom the person trusts, or whoever configured the app.
#[derive(Clone, Default, Debug)]
pub struct Trust {
    /// The issuers whose credentials are taken. Without a list, every issuer is a stranger.
    pub issuers: Option<TrustList>,
    /// What becomes of strangers.
    pub strangers: Strangers,
    /// The verifiers that somebody vouches for.
    pub verifiers: Vec<KnownVerifier>,
    /// The trust anchors of verifiers' certificates, in DER.
    pub anchors: Vec<Vec<u8>>,
    /// Who may vouch for verifiers with an attestation: its `iss` and its keys.
    pub attesters: Vec<(String, PublicKey)>,
    /// The verifiers whose identifiers were agreed beforehand.
    pub registered: Vec<Registered>,
    /// The types of transaction data that the app can show to the person.
    pub transaction_types: Vec<TransactionType>,
}

/// A verifier that is known beforehand: who it is, and what it may ask for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KnownVerifier {
    /// Its client identifier, letter by letter, with its prefix.
    pub client_id: String,
    /// Its name.
    pub name: Localized,
    /// The names of the claims that it may ask for, such as `ageOver19`; `None` if nobody set a limit.
    #[serde(default)]
    pub may_ask: Option<Vec<String>>,
}

impl Trust {
    /// The policy under which a credential is taken into the wallet.
    pub(crate) fn policy(&self) -> Policy {
        let policy = match (&self.issuers, self.strangers) {
            (Some(list), Strangers::Refuse) => Policy::trusting(list.clone()),
            (None, Strangers::Refuse) => Policy::no_trust(),
            (_, Strangers::Warn) => Policy::insecure_trust_any_issuer(),
        };
        policy.as_holder()
    }

    /// The verifier with this identifier, if somebody vouches for it.
    #[must_use]
    pub fn verifier(&self, client_id: &str) -> Option<&KnownVerifier> {
        self.verifiers.iter().find(|known| known.client_id == client_id)
    }
}
