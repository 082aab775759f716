//! `wallet.key`: the database's key, wrapped.
//!
//! ```json
//! {"tamarackWalletKey":1,
//!  "current":{"argon2id":{"passes":3,"memoryKib":65536,"lanes":4,"salt":"…"},"sealed":"…","check":"…"},
//!  "next":{"sealed":"…","check":"…"}}
//! ```
//!
//! With `argon2id`, `sealed` is AES-256-GCM under what Argon2id (RFC 9106) makes of the passphrase: nonce, ciphertext, tag. Without
//! it, `sealed` is what the device's hardware gave. `check` tells a wrong key from a damaged database: 16 bytes of a hash of
//! the key, which has 256 random bits. `next` is there while the key is being changed.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::Path;

use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tamarack::Randomness;
use tamarack::encoding::{base64url_decode, base64url_encode};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use super::{Guard, io};
use crate::error::{Result, WalletCode, WalletError};
use crate::limits;

pub(super) const NAME: &str = "wallet.key";
const VERSION: u32 = 1;
/// What is authenticated beside the key: what it is for.
const LABEL: &[u8] = b"tamarack wallet key v1";
const NONCE: usize = 12;
const TAG: usize = 16;
const SALT: usize = 16;

/// The key of the database: 256 bits.
pub(super) struct DatabaseKey(Zeroizing<[u8; 32]>);

impl DatabaseKey {
    pub(super) fn fresh(randomness: &mut dyn Randomness) -> Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        randomness.fill(key.as_mut())?;
        Ok(Self(key))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    fn check(&self) -> Vec<u8> {
        let mut hash = Sha256::new_with_prefix(LABEL);
        hash.update(self.bytes());
        hash.finalize().iter().copied().take(16).collect()
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct KeyFile {
    #[serde(rename = "tamarackWalletKey")]
    version: u32,
    current: Wrapped,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<Wrapped>,
}

#[derive(Serialize, Deserialize)]
struct Wrapped {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    argon2id: Option<Argon2id>,
    sealed: String,
    check: String,
}

#[derive(Serialize, Deserialize)]
struct Argon2id {
    passes: u32,
    #[serde(rename = "memoryKib")]
    memory_kib: u32,
    lanes: u32,
    salt: String,
}

impl KeyFile {
    pub(super) fn new(key: &DatabaseKey, guard: Guard<'_>, randomness: &mut dyn Randomness) -> Result<Self> {
        Ok(Self { version: VERSION, current: Wrapped::new(key, guard, randomness)?, next: None })
    }

    pub(super) fn read(folder: &Path) -> Result<Self> {
        let file = match File::open(folder.join(NAME)) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let is_alone = folder.join(super::DATABASE).exists();
                return Err(match is_alone {
                    true => WalletError::new(WalletCode::StoreDamaged).about(NAME),
                    false => WalletCode::StoreMissing.into(),
                });
            }
            Err(error) => return Err(io(&error)),
        };
        let mut text = Vec::new();
        file.take(limits::KEY_FILE_BYTES).read_to_end(&mut text).map_err(|error| io(&error))?;
        let damaged = || WalletError::new(WalletCode::StoreDamaged).about(NAME);
        // The version first: a later one may have other members.
        let value: serde_json::Value = serde_json::from_slice(&text).map_err(|_| damaged())?;
        match value.get("tamarackWalletKey").and_then(serde_json::Value::as_u64) {
            Some(version) if version == u64::from(VERSION) => {}
            Some(version) if version > u64::from(VERSION) => return Err(WalletCode::StoreTooNew.into()),
            _ => return Err(damaged()),
        }
        serde_json::from_value(value).map_err(|_| damaged())
    }

    /// Writes the file: the whole new one is there before the old one is gone.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_vec(self).map_err(|_| WalletError::new(WalletCode::Internal))?;
        let (new, name) = (folder.join("wallet.key.new"), folder.join(NAME));
        let written = (|| {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&new)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&new, &name)
        })();
        written.map_err(|error| io(&error))?;
        sync_folder(folder)
    }

    pub(super) fn unwrap_current(&self, guard: Guard<'_>) -> Result<DatabaseKey> {
        self.current.unwrap(guard)
    }

    pub(super) const fn has_next(&self) -> bool {
        self.next.is_some()
    }

    pub(super) fn unwrap_next(&self, guard: Guard<'_>) -> Result<DatabaseKey> {
        self.next.as_ref().ok_or(WalletCode::StoreDamaged)?.unwrap(guard)
    }

    pub(super) fn set_next(
        &mut self,
        key: &DatabaseKey,
        guard: Guard<'_>,
        randomness: &mut dyn Randomness,
    ) -> Result<()> {
        self.next = Some(Wrapped::new(key, guard, randomness)?);
        Ok(())
    }

    pub(super) fn forget_next(&mut self) {
        self.next = None;
    }

    pub(super) fn take_next(&mut self) {
        if let Some(next) = self.next.take() {
            self.current = next;
        }
    }
}

impl Wrapped {
    fn new(key: &DatabaseKey, guard: Guard<'_>, randomness: &mut dyn Randomness) -> Result<Self> {
        let (argon2id, sealed) = match guard {
            Guard::Device(device) => (None, device.wrap_key(key.bytes())?),
            Guard::Passphrase(passphrase) => {
                let mut salt = [0; SALT];
                let mut nonce = [0; NONCE];
                randomness.fill(&mut salt)?;
                randomness.fill(&mut nonce)?;
                let argon2id = Argon2id {
                    passes: limits::ARGON2_PASSES,
                    memory_kib: limits::ARGON2_MEMORY_KIB,
                    lanes: limits::ARGON2_LANES,
                    salt: base64url_encode(&salt),
                };
                let wrapping = argon2id.derive(passphrase)?;
                let mut tag = [0; TAG];
                let cipher = Cipher::aes_256_gcm();
                let sealed = encrypt_aead(cipher, wrapping.as_slice(), Some(&nonce), LABEL, key.bytes(), &mut tag);
                let sealed = sealed.map_err(|_| WalletError::new(WalletCode::Internal))?;
                (Some(argon2id), [nonce.as_slice(), &sealed, &tag].concat())
            }
        };
        Ok(Self { argon2id, sealed: base64url_encode(&sealed), check: base64url_encode(&key.check()) })
    }

    fn unwrap(&self, guard: Guard<'_>) -> Result<DatabaseKey> {
        let damaged = || WalletError::new(WalletCode::StoreDamaged).about(NAME);
        let sealed = base64url_decode(&self.sealed).map_err(|_| damaged())?;
        let bytes = match (guard, &self.argon2id) {
            (Guard::Device(device), None) => device.unwrap_key(&sealed)?,
            (Guard::Passphrase(passphrase), Some(argon2id)) => {
                let (nonce, rest) = sealed.split_at_checked(NONCE).ok_or_else(damaged)?;
                let at = rest.len().checked_sub(TAG).ok_or_else(damaged)?;
                let (sealed, tag) = rest.split_at_checked(at).ok_or_else(damaged)?;
                let wrapping = argon2id.derive(passphrase)?;
                decrypt_aead(Cipher::aes_256_gcm(), wrapping.as_slice(), Some(nonce), LABEL, sealed, tag)
                    .map_err(|_| WalletError::new(WalletCode::StoreWrongKey))?
            }
            // The other kind of guard.
            _ => return Err(WalletCode::StoreWrongKey.into()),
        };
        let bytes = Zeroizing::new(bytes);
        let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| WalletError::new(WalletCode::StoreWrongKey))?;
        let key = DatabaseKey(Zeroizing::new(key));
        let expected = base64url_decode(&self.check).map_err(|_| damaged())?;
        if bool::from(key.check().ct_eq(&expected)) { Ok(key) } else { Err(WalletCode::StoreWrongKey.into()) }
    }
}

impl Argon2id {
    fn derive(&self, passphrase: &str) -> Result<Zeroizing<[u8; 32]>> {
        let damaged = || WalletError::new(WalletCode::StoreDamaged).about(NAME);
        // A key file that somebody else wrote must not take all of the device's memory or its day.
        let is_bounded = (8 * self.lanes.max(1)..=limits::ARGON2_MEMORY_KIB_AT_MOST).contains(&self.memory_kib)
            && (1..=limits::ARGON2_PASSES_AT_MOST).contains(&self.passes)
            && (1..=16).contains(&self.lanes);
        let salt = base64url_decode(&self.salt).map_err(|_| damaged())?;
        if !is_bounded || salt.len() < 8 {
            return Err(damaged());
        }
        if passphrase.is_empty() || passphrase.len() > limits::PASSPHRASE_BYTES {
            return Err(WalletCode::StoreWrongKey.into());
        }
        // RFC 8265 §4.2.2: one keyboard writes é as one letter, another as two.
        let passphrase: Zeroizing<String> = Zeroizing::new(passphrase.nfc().collect());
        let mut key = Zeroizing::new([0; 32]);
        let (passes, lanes, memory) = (self.passes, self.lanes, self.memory_kib);
        openssl::kdf::argon2id(None, passphrase.as_bytes(), &salt, None, None, passes, lanes, memory, key.as_mut())
            .map_err(|_| WalletError::new(WalletCode::StoreUnavailable).about("Argon2id"))?;
        Ok(key)
    }
}

/// Makes a rename durable.
pub(super) fn sync_folder(folder: &Path) -> Result<()> {
    // Windows has no such thing: there, a rename is durable by itself.
    if cfg!(unix) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| io(&error))?;
    }
    Ok(())
}

/// Nobody else on the machine reads the file.
pub(super) fn only_for_its_owner(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(|error| io(&error))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
