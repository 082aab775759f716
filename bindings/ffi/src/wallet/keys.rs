//! The keys of a wallet: which there are, and those that the app makes for purposes of its own.

use std::sync::Arc;
use std::time::SystemTime;

use tamarack::keys::Signer as _;
use tamarack_wallet::{HolderKey as CoreKey, Means, keys};

use super::Wallet;
use crate::error::TamarackError;
use crate::keys::{KeyType, PublicKey, kind_of};
use crate::time::system_time;

/// Where a key is.
///
/// ```text
/// stay = [key.id for key in wallet.keys() if key.place == KeyPlace.DEVICE]
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum KeyPlace {
    /// In the wallet.
    Software,
    /// In the device's secure hardware: no backup has it.
    Device,
    /// Not a key but the secrets that a `bbs-2023` credential is bound to, in the wallet.
    Bound,
    /// Somewhere that this version does not know.
    Other,
}

/// Which key to make.
///
/// ```text
/// key = wallet.create_key(NewKey.DEVICE)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum NewKey {
    /// Ed25519, in the wallet.
    Ed25519,
    /// P-256, in the wallet.
    P256,
    /// P-256, in the device's secure hardware.
    Device,
}

impl From<NewKey> for keys::NewKey {
    fn from(new: NewKey) -> Self {
        match new {
            NewKey::Ed25519 => Self::Ed25519,
            NewKey::P256 => Self::P256,
            NewKey::Device => Self::Device,
        }
    }
}

/// What there is to know of a key of the wallet, without the key.
///
/// ```text
/// for key in wallet.keys(): show(key.id, key.place, key.created)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct WalletKey {
    /// Its id in the wallet.
    pub id: String,
    /// Where it is.
    pub place: KeyPlace,
    /// Its kind; none for secrets.
    pub key_type: Option<KeyType>,
    /// When it was made.
    pub created: SystemTime,
    /// Whether the platform attested it.
    pub attested: bool,
}

impl TryFrom<keys::KeyInfo> for WalletKey {
    type Error = TamarackError;

    fn try_from(key: keys::KeyInfo) -> Result<Self, TamarackError> {
        Ok(Self {
            id: key.id,
            place: match key.place {
                keys::KeyPlace::Software => KeyPlace::Software,
                keys::KeyPlace::Device => KeyPlace::Device,
                keys::KeyPlace::Bound => KeyPlace::Bound,
                _ => KeyPlace::Other,
            },
            key_type: key.key_type.map(kind_of).transpose()?,
            created: system_time(tamarack::Timestamp::from_unix(key.created)),
            attested: key.attested,
        })
    }
}

/// A key of the wallet, ready to sign. The key itself stays in the wallet or in the device.
///
/// ```text
/// key = wallet.create_key(NewKey.ED25519)
/// signature = key.sign(b"message")
/// wallet.delete_key(key.id())
/// ```
#[derive(uniffi::Object)]
pub struct HolderKey {
    wallet: Arc<Wallet>,
    id: String,
    public: PublicKey,
    verification_method: String,
    attestation: Option<Vec<u8>>,
}

impl core::fmt::Debug for HolderKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("HolderKey").field("id", &self.id).finish_non_exhaustive()
    }
}

#[uniffi::export]
impl Wallet {
    /// Every key and secret of the wallet, without any of them.
    ///
    /// ```text
    /// attested = [key.id for key in wallet.keys() if key.attested]
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn keys(&self) -> Result<Vec<WalletKey>, TamarackError> {
        self.step(|means, _| keys::list(means.store))?.into_iter().map(WalletKey::try_from).collect()
    }

    /// One key of the wallet.
    ///
    /// ```text
    /// key = wallet.key(id)
    /// signature = key.sign(b"message")
    /// ```
    ///
    /// Errors: `Input` with `record.missing`, `device.missing` for a key in the device without one; `Storage`, `Locked`.
    pub fn key(self: Arc<Self>, id: String) -> Result<Arc<HolderKey>, TamarackError> {
        let (public, method, attestation) = self.step(|means, _| Ok(parts(&open(&id, means)?)))?;
        let public = PublicKey::try_from(&public)?;
        Ok(Arc::new(HolderKey { wallet: self, id, public, verification_method: method, attestation }))
    }

    /// Makes a key for a purpose of the app's own: credentials get theirs when they are received, and with those the app signs nothing.
    ///
    /// `challenge`: what the platform's attestation of a key in the device is to be over; none for no attestation.
    ///
    /// ```text
    /// key = wallet.create_key(NewKey.DEVICE, challenge=challenge)
    /// send(key.attestation())
    /// ```
    ///
    /// Errors: `Input` with `device.missing`; what the device says; `Storage`, `Locked`.
    #[uniffi::method(default(challenge = None))]
    pub fn create_key(
        self: Arc<Self>,
        new: NewKey,
        challenge: Option<Vec<u8>>,
    ) -> Result<Arc<HolderKey>, TamarackError> {
        let id = self.step(|means, random| keys::create_own(new.into(), challenge.as_deref(), means, random))?;
        self.key(id)
    }

    /// Deletes a key, in the device as well. What was bound to it cannot be shown any more. One that is not there is no error.
    ///
    /// ```text
    /// wallet.delete_key(key.id())
    /// ```
    ///
    /// Errors: `Input` with `device.missing`; what the device says: then it is still there; `Storage`, `Locked`.
    pub fn delete_key(&self, id: String) -> Result<(), TamarackError> {
        self.step(|means, _| keys::delete(means.store, means.device, &id))
    }
}

#[uniffi::export]
impl HolderKey {
    /// Its id in the wallet.
    #[must_use]
    pub fn id(&self) -> String {
        self.id.clone()
    }

    /// The public key.
    ///
    /// ```text
    /// did = key.public_key().did_key
    /// ```
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        self.public.clone()
    }

    /// The DID URL of the key under its did:key.
    #[must_use]
    pub fn verification_method(&self) -> String {
        self.verification_method.clone()
    }

    /// What the platform attested when the key was made, in the platform's own form; none if it attested nothing.
    ///
    /// ```text
    /// attested = wallet.create_key(NewKey.DEVICE, challenge=challenge).attestation()
    /// if attested: send(attested)
    /// ```
    #[must_use]
    pub fn attestation(&self) -> Option<Vec<u8>> {
        self.attestation.clone()
    }

    /// Signs bytes with a key that `create_key` made and that no credential is bound to: 64 bytes for Ed25519, `r || s` for P-256 (with
    /// SHA-256).
    ///
    /// ```text
    /// signature = key.sign(b"message")
    /// if verify_signature(key.public_key().multikey, b"message", signature): send(signature)
    /// ```
    ///
    /// Errors: `Input` with `consent.needed` for the wallet's own keys, which sign what the person agreed to and nothing else, and with
    /// `record.missing` for a key that was deleted; what the device says; `Storage`, `Locked`.
    pub fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, TamarackError> {
        self.wallet.step(|means, _| keys::sign_own(&self.id, &message, means))
    }
}

fn open<'d>(id: &str, means: &Means<'d>) -> tamarack_wallet::Result<CoreKey<'d>> {
    CoreKey::open(means.store, means.device, id)
}

fn parts(key: &CoreKey<'_>) -> (tamarack::keys::PublicKey, String, Option<Vec<u8>>) {
    (key.public_key().clone(), key.verification_method(), key.attestation().map(<[u8]>::to_vec))
}
