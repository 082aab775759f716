//! Moving a wallet to another device.
//!
//! 1. The new device makes a one-time key and shows its public half as a QR code ([`invite`]).
//! 2. The old device scans the code and encrypts the wallet to it ([`send`]). What comes out goes over any way: a file, what
//!    the platform shares with a device nearby, a series of QR codes.
//! 3. The new device opens it ([`receive`]); the one-time key is used up.
//! 4. The old device forgets what it had ([`retire`]), once the person says that the new one works.
//!
//! The code carries a secret besides the key, which comes back inside the encryption: so only who saw the code could have sent
//! what arrives.

use std::iter;

use age::x25519;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use tamarack::encoding::base64url_encode;
use tamarack::{Randomness, Timestamp};
use zeroize::{Zeroize, Zeroizing};

use super::payload::{AskAgain, Payload, Restored};
use super::{decrypt, encrypt, phrase};
use crate::credentials::{read_record, to_bytes};
use crate::device::DeviceKeys;
use crate::error::{Result, WalletCode, WalletError};
use crate::history::{Entry, Event};
use crate::receive::RENEWAL;
use crate::store::{Change, Kind, Store};
use crate::{keys, limits};

/// What a code begins with.
const SCHEME: &str = "tamarack-transfer:1?";
/// The record under which the new device keeps its side.
const PENDING: &str = "transfer";

/// What the old device gives out.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The encrypted wallet.
    pub bytes: Vec<u8>,
    /// How many credentials are in it.
    pub credentials: usize,
    /// The credentials that cannot move.
    pub ask_again: Vec<AskAgain>,
}

/// The new device's side, while it waits.
#[derive(Serialize, Deserialize)]
struct Waiting {
    /// `AGE-SECRET-KEY-1…`
    identity: String,
    nonce: String,
    until: i64,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.identity.zeroize();
        self.nonce.zeroize();
    }
}

/// The new device: makes a one-time key, in the place of one that waits already, and gives the text of the code to show. It
/// is good for [`limits::TRANSFER_SECONDS`].
///
/// # Errors
/// The store's; [`tamarack::Code::Internal`] without randomness.
pub fn invite(store: &dyn Store, now: Timestamp, randomness: &mut dyn Randomness) -> Result<String> {
    let (mut secret, mut nonce) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 16]));
    randomness.fill(secret.as_mut())?;
    randomness.fill(nonce.as_mut())?;
    let identity = phrase::write_identity(&secret)?;
    let key: x25519::Identity = identity.parse().map_err(|_| WalletError::new(WalletCode::Internal))?;
    let waiting = Waiting {
        identity: identity.as_str().to_owned(),
        nonce: base64url_encode(nonce.as_ref()),
        until: now.plus_seconds(limits::TRANSFER_SECONDS).unix(),
    };
    store.write(&[Change::put(Kind::Pending, PENDING, to_bytes(&waiting)?)])?;
    Ok(format!("{SCHEME}to={}&nonce={}&until={}", key.to_public(), waiting.nonce, waiting.until))
}

/// The old device: encrypts the wallet to the code that it scanned. Nothing is deleted here.
///
/// # Errors
/// [`WalletCode::TransferCode`], [`WalletCode::TransferOver`]; as [`super::make`].
pub fn send(store: &dyn Store, code: &str, now: Timestamp) -> Result<Parcel> {
    let (recipient, nonce, until) = read_code(code).ok_or(WalletCode::TransferCode)?;
    if now.unix() > until.saturating_add(tamarack::limits::CLOCK_SKEW_SECONDS) {
        return Err(WalletCode::TransferOver.into());
    }
    let mut payload = Payload::collect(store, now)?;
    payload.nonce = Some(nonce.to_owned());
    let bytes = encrypt(iter::once(&recipient as _), &payload.to_json()?)?;
    Ok(Parcel { bytes, credentials: payload.credentials(), ask_again: payload.ask_again })
}

/// The new device: opens what the old one sent. The one-time key is used up with it.
///
/// # Errors
/// [`WalletCode::TransferOver`] if no code waits or it is too old, [`WalletCode::BackupWrongKey`] for what is for another code
/// or from who did not see it; as [`super::restore`]. Then nothing was changed.
pub fn receive(store: &dyn Store, bytes: &[u8], now: Timestamp, randomness: &mut dyn Randomness) -> Result<Restored> {
    let waiting: Option<Waiting> = read_record(store, Kind::Pending, PENDING)?;
    let waiting = waiting.filter(|waiting| now.unix() <= waiting.until).ok_or(WalletCode::TransferOver)?;
    let identity: x25519::Identity =
        waiting.identity.parse().map_err(|_| WalletError::new(WalletCode::RecordDamaged).about(PENDING))?;
    let payload = Payload::parse(&decrypt(&identity, bytes)?)?;
    let nonce = payload.nonce.as_deref().unwrap_or_default();
    if !bool::from(nonce.as_bytes().ct_eq(waiting.nonce.as_bytes())) {
        return Err(WalletCode::BackupWrongKey.into());
    }
    let entry = Entry::new(Event::Restored, now).change(randomness)?;
    payload.restore(store, false, vec![Change::take(Kind::Pending, PENDING), entry]).map_err(|error| {
        match error.wallet_code() {
            Some(WalletCode::RecordMissing) => WalletCode::TransferOver.into(),
            _ => error,
        }
    })
}

/// The old device: forgets credentials, keys and what is under way, once the new device has them. The history stays, with an
/// entry that says where they went.
///
/// # Errors
/// The store's, the device's. What the hardware did not delete is still named in the store, so that it can be tried again.
pub fn retire(
    store: &dyn Store,
    device: Option<&dyn DeviceKeys>,
    now: Timestamp,
    randomness: &mut dyn Randomness,
) -> Result<()> {
    let mut changes = vec![Entry::new(Event::Moved, now).change(randomness)?];
    for kind in [Kind::Credential, Kind::Summary, Kind::Pending, Kind::Status] {
        let ids = store.ids(kind, None, limits::LISTED)?;
        changes.extend(ids.into_iter().map(|id| Change::remove(kind, id)));
    }
    // The right to renew goes with the credential: on this device nobody may ask for it any more.
    let settings = store.ids(Kind::Setting, Some(RENEWAL), limits::LISTED)?;
    changes
        .extend(settings.into_iter().filter(|id| id.starts_with(RENEWAL)).map(|id| Change::remove(Kind::Setting, id)));
    let hardware = |key: &keys::KeyInfo| key.place == keys::KeyPlace::Device && device.is_some();
    let (hardware, software): (Vec<_>, Vec<_>) = keys::list(store)?.into_iter().partition(hardware);
    changes.extend(software.into_iter().map(|key| Change::remove(Kind::Key, key.id)));
    store.write(&changes)?;
    hardware.iter().try_for_each(|key| keys::delete(store, device, &key.id))
}

fn read_code(code: &str) -> Option<(x25519::Recipient, &str, i64)> {
    let code = code.trim();
    if code.len() > 512 {
        return None;
    }
    let mut parts = code.strip_prefix(SCHEME)?.split('&');
    let mut next = |name: &str| parts.next()?.strip_prefix(name)?.strip_prefix('=');
    let (to, nonce, until) = (next("to")?, next("nonce")?, next("until")?);
    if parts.next().is_some() || nonce.len() != 22 {
        return None;
    }
    Some((to.parse().ok()?, nonce, until.parse().ok()?))
}
