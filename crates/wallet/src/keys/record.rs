//! A key as it lies in the store.

use serde::{Deserialize, Serialize};
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::keys::KeyType;
use zeroize::Zeroize;

use crate::credentials::read_record;
use crate::error::{Result, WalletCode, WalletError};
use crate::store::{Kind, Store};

/// What the store keeps of a key ([`Kind::Key`]). It wipes itself.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "place")]
pub(crate) enum KeyRecord {
    /// A key in software.
    Software {
        /// The private JWK.
        jwk: String,
        created: i64,
    },
    /// A key in the device's hardware.
    Device {
        alias: String,
        /// The public JWK.
        public: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attestation: Option<String>,
        created: i64,
    },
    /// Secrets that a `bbs-2023` credential is bound to.
    Bound { secrets: String, created: i64 },
}

/// Where a key is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum KeyPlace {
    /// In the store.
    Software,
    /// In the device's secure hardware: no backup has it.
    Device,
    /// Not a key but the secrets that a `bbs-2023` credential is bound to, in the store.
    Bound,
}

/// What there is to know of a key, without the key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyInfo {
    /// Its id in the store.
    pub id: String,
    /// Where it is.
    pub place: KeyPlace,
    /// Its kind; `None` for secrets.
    pub key_type: Option<KeyType>,
    /// When it was made, in seconds since 1970.
    pub created: i64,
    /// Whether the platform attested it.
    pub attested: bool,
}

impl KeyRecord {
    pub(crate) fn read(store: &dyn Store, id: &str) -> Result<Self> {
        read_record(store, Kind::Key, id)?.ok_or_else(|| WalletError::new(WalletCode::RecordMissing).about("key"))
    }

    pub(crate) const fn place(&self) -> KeyPlace {
        match self {
            Self::Software { .. } => KeyPlace::Software,
            Self::Device { .. } => KeyPlace::Device,
            Self::Bound { .. } => KeyPlace::Bound,
        }
    }

    pub(crate) fn info(&self, id: String) -> KeyInfo {
        let (created, attested) = match self {
            Self::Software { created, .. } | Self::Bound { created, .. } => (*created, false),
            Self::Device { created, attestation, .. } => (*created, attestation.is_some()),
        };
        let key_type = match self {
            Self::Software { jwk, .. } => {
                Some(if jwk.contains("\"Ed25519\"") { KeyType::Ed25519 } else { KeyType::P256 })
            }
            Self::Device { .. } => Some(KeyType::P256),
            Self::Bound { .. } => None,
        };
        KeyInfo { id, place: self.place(), key_type, created, attested }
    }
}

impl Drop for KeyRecord {
    fn drop(&mut self) {
        match self {
            Self::Software { jwk, .. } => jwk.zeroize(),
            Self::Bound { secrets, .. } => secrets.zeroize(),
            Self::Device { .. } => {}
        }
    }
}

pub(super) fn encode(bytes: &[u8]) -> String {
    base64url_encode(bytes)
}

pub(super) fn decode(text: &str) -> Result<Vec<u8>> {
    base64url_decode(text).map_err(|_| WalletError::new(WalletCode::RecordDamaged).about("attestation"))
}
