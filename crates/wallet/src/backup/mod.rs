//! Backups, and moving to another device.
//!
//! A backup is one file in the format of age (age-encryption.org/v1), encrypted to a key that follows from a recovery phrase
//! ([`RecoveryPhrase`]) or to a passphrase. Whoever has the phrase or passphrase can open it with any program that knows age.
//! Inside is JSON:
//!
//! ```json
//! {"tamarackWalletBackup":1,
//!  "made":"2026-11-22T15:00:00Z",
//!  "records":[{"kind":"credential","id":"…","record":{…}}],
//!  "askAgain":[{"id":"…","title":{"en":"…","fr":"…"},"issuer":"…","issuerName":{…},"link":"https://…"}]}
//! ```
//!
//! `records` holds the kinds `key`, `credential`, `summary`, `status`, `history`, `receipt` and `setting`, as the store has them; one
//! whose bytes are no JSON has `bytes` in base64url in the place of `record`. What is under way
//! is left out. `askAgain` are the credentials that are bound to keys of the device's hardware, which no backup can
//! hold: they are asked for again at their issuers.

mod payload;
mod phrase;
#[cfg(test)]
mod tests;
pub mod transfer;

use std::io::{Read as _, Write as _};
use std::iter;

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, EncryptError, Encryptor, scrypt, x25519};
use tamarack::{Randomness, Timestamp};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

pub use payload::{AskAgain, Restored};
pub use phrase::RecoveryPhrase;

use crate::credentials::{read_record, to_bytes};
use crate::error::{Result, WalletCode, WalletError};
use crate::history::{Entry, Event};
use crate::limits;
use crate::store::{Change, Kind, Store};
use payload::Payload;

/// The setting under which the wallet keeps to what its backups are encrypted.
const RECIPIENT: &str = "backup/recipient";

/// What a backup is encrypted under.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Seal<'s> {
    /// A recovery phrase.
    Phrase(&'s RecoveryPhrase),
    /// A passphrase that the person chose; scrypt takes about a second and 128 MiB.
    Passphrase(&'s str),
}

impl core::fmt::Debug for Seal<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Seal(redacted)")
    }
}

/// A backup that was made.
#[derive(Clone, Debug)]
pub struct Backup {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many credentials are in it.
    pub credentials: usize,
    /// The credentials that cannot be in it.
    pub ask_again: Vec<AskAgain>,
}

/// Makes a backup, and notes it in the history.
///
/// # Errors
/// [`WalletCode::BackupWrongKey`] for an empty or overlong passphrase, [`WalletCode::StoreLimit`] for a wallet of more than
/// [`limits::BACKUP_BYTES`]; the store's.
pub fn make(store: &dyn Store, seal: Seal<'_>, now: Timestamp, randomness: &mut dyn Randomness) -> Result<Backup> {
    let payload = Payload::collect(store, now)?;
    let text = payload.to_json()?;
    let bytes = match seal {
        Seal::Phrase(phrase) => encrypt(iter::once(&phrase.identity()?.to_public() as _), &text),
        Seal::Passphrase(passphrase) => {
            let mut recipient = scrypt::Recipient::new(secret(passphrase)?);
            recipient.set_work_factor(limits::SCRYPT_LOG_N);
            encrypt(iter::once(&recipient as _), &text)
        }
    }?;
    note(store, Event::BackedUp, now, randomness)?;
    Ok(Backup { bytes, credentials: payload.credentials(), ask_again: payload.ask_again })
}

/// Keeps to what backups are encrypted, so that they can be made without asking for the phrase again. It can encrypt, and not
/// decrypt.
///
/// # Errors
/// The store's.
pub fn remember(store: &dyn Store, phrase: &RecoveryPhrase) -> Result<()> {
    let recipient = phrase.identity()?.to_public().to_string();
    store.write(&[Change::put(Kind::Setting, RECIPIENT, to_bytes(&recipient)?)])
}

/// Makes a backup under the phrase that [`remember`] was given.
///
/// # Errors
/// [`WalletCode::RecordMissing`] if it was given none; as [`make`].
pub fn make_again(store: &dyn Store, now: Timestamp, randomness: &mut dyn Randomness) -> Result<Backup> {
    let recipient: Option<String> = read_record(store, Kind::Setting, RECIPIENT)?;
    let recipient = recipient.ok_or_else(|| WalletError::new(WalletCode::RecordMissing).about(RECIPIENT))?;
    let recipient: x25519::Recipient =
        recipient.parse().map_err(|_| WalletError::new(WalletCode::RecordDamaged).about(RECIPIENT))?;
    let payload = Payload::collect(store, now)?;
    let bytes = encrypt(iter::once(&recipient as _), &payload.to_json()?)?;
    note(store, Event::BackedUp, now, randomness)?;
    Ok(Backup { bytes, credentials: payload.credentials(), ask_again: payload.ask_again })
}

/// Restores a backup into a store, all or nothing. What the store has already stays as it is; so a backup can be restored
/// twice, and into a wallet that is in use.
///
/// A single-use copy may have been shown since the backup was made, and a second showing would be recognized: those of the
/// backup count as shown, so that fresh ones are preferred.
///
/// # Errors
/// [`WalletCode::BackupWrongKey`], [`WalletCode::BackupMalformed`], [`WalletCode::BackupTooNew`]; the store's. Then nothing
/// was changed.
pub fn restore(
    store: &dyn Store,
    bytes: &[u8],
    seal: Seal<'_>,
    now: Timestamp,
    randomness: &mut dyn Randomness,
) -> Result<Restored> {
    let text = match seal {
        Seal::Phrase(phrase) => decrypt(&phrase.identity()?, bytes),
        Seal::Passphrase(passphrase) => {
            let mut identity = scrypt::Identity::new(secret(passphrase)?);
            identity.set_max_work_factor(limits::SCRYPT_LOG_N_AT_MOST);
            decrypt(&identity, bytes)
        }
    }?;
    let payload = Payload::parse(&text)?;
    let entry = Entry::new(Event::Restored, now).change(randomness)?;
    payload.restore(store, true, vec![entry])
}

/// The credentials that a backup or a transfer could not bring, until they are forgotten.
///
/// # Errors
/// The store's.
pub fn ask_again(store: &dyn Store) -> Result<Vec<AskAgain>> {
    payload::kept(store)
}

/// Forgets that a credential is to be asked for again: it was, or is no longer wanted.
///
/// # Errors
/// The store's.
pub fn forget_ask_again(store: &dyn Store, id: &str) -> Result<()> {
    store.write(&[Change::remove(Kind::Setting, payload::setting(id))])
}

fn note(store: &dyn Store, event: Event, now: Timestamp, randomness: &mut dyn Randomness) -> Result<()> {
    store.write(&[Entry::new(event, now).change(randomness)?])
}

/// The passphrase, however the keyboard writes it (RFC 8265 §4.2.2).
fn secret(passphrase: &str) -> Result<SecretString> {
    if passphrase.is_empty() || passphrase.len() > limits::PASSPHRASE_BYTES {
        return Err(WalletCode::BackupWrongKey.into());
    }
    Ok(SecretString::from(passphrase.nfc().collect::<String>()))
}

fn encrypt<'r>(recipients: impl Iterator<Item = &'r dyn age::Recipient>, text: &[u8]) -> Result<Vec<u8>> {
    let failed = || WalletError::new(WalletCode::Internal).about("age");
    let encryptor = Encryptor::with_recipients(recipients).map_err(|_: EncryptError| failed())?;
    let mut bytes = Vec::with_capacity(text.len() + text.len() / 1024 + 1024);
    let mut writer = encryptor.wrap_output(&mut bytes).map_err(|_| failed())?;
    writer.write_all(text).map_err(|_| failed())?;
    writer.finish().map_err(|_| failed())?;
    Ok(bytes)
}

fn decrypt(identity: &dyn age::Identity, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let malformed = || WalletError::new(WalletCode::BackupMalformed);
    if bytes.len() > limits::BACKUP_BYTES {
        return Err(malformed().about(format!("{} > {} bytes", bytes.len(), limits::BACKUP_BYTES)));
    }
    let decryptor = Decryptor::new_buffered(bytes).map_err(|_| malformed())?;
    let mut reader = decryptor.decrypt(iter::once(identity)).map_err(|error| match error {
        DecryptError::NoMatchingKeys | DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            WalletCode::BackupWrongKey.into()
        }
        _ => malformed(),
    })?;
    // Room for all of it: a buffer that grows leaves copies behind.
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len()));
    reader.read_to_end(&mut text).map_err(|_| malformed())?;
    Ok(text)
}
