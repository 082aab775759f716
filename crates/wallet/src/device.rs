//! The phone's secure hardware (Secure Enclave, Android Keystore, a TPM), behind a trait that the app implements.

use crate::error::{WalletCode, WalletError};

/// Keys that never leave the device's secure hardware, and its wrapping of the store's key.
///
/// An implementation must not call back into the wallet. What comes back is checked here: a public key must be a point of
/// P-256, a signature must match it.
pub trait DeviceKeys: Send + Sync {
    /// Makes a P-256 key under this alias, in the place of one that is there, and returns its public key as SEC1 gives it:
    /// 65 bytes uncompressed or 33 compressed.
    ///
    /// `challenge`: what the key is to be attested for ([`Self::attest`] is asked with the same right after), as hardware such as the
    /// Android Keystore attests a key while it makes it and at no other time; `None` if nobody asks for an attestation.
    ///
    /// # Errors
    /// What the device says.
    fn create(&self, alias: &str, challenge: Option<&[u8]>) -> Result<Vec<u8>, DeviceError>;

    /// Signs the message with ECDSA and SHA-256 (the device hashes) and returns `r || s`, 64 bytes (not DER).
    ///
    /// # Errors
    /// What the device says; [`DeviceError::Gone`] if there is no key under the alias.
    fn sign(&self, alias: &str, message: &[u8]) -> Result<Vec<u8>, DeviceError>;

    /// Deletes the key. One that is not there is no error.
    ///
    /// # Errors
    /// What the device says.
    fn delete(&self, alias: &str) -> Result<(), DeviceError>;

    /// The platform's attestation that the key lives in its hardware, over the challenge that it was made with: bytes as the platform gives them
    /// (an Android certificate chain, an App Attest object), or `None` if it gives none.
    ///
    /// # Errors
    /// What the device says.
    fn attest(&self, alias: &str, challenge: &[u8]) -> Result<Option<Vec<u8>>, DeviceError>;

    /// Wraps the store's key, 32 bytes, with a key that stays in the hardware.
    ///
    /// # Errors
    /// What the device says.
    fn wrap_key(&self, key: &[u8]) -> Result<Vec<u8>, DeviceError>;

    /// Unwraps what [`DeviceKeys::wrap_key`] gave.
    ///
    /// # Errors
    /// What the device says; [`DeviceError::Gone`] if the wrapping key was lost.
    fn unwrap_key(&self, wrapped: &[u8]) -> Result<Vec<u8>, DeviceError>;
}

/// Why the device did not do it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum DeviceError {
    /// The person did not unlock it, or refused.
    Denied,
    /// The person must unlock the device first; then the same step can be done again.
    Locked,
    /// The hardware is there, but not now: busy, or waiting after too many tries.
    Unavailable,
    /// The key is gone: the device was reset, or its lock was taken off.
    Gone,
    /// Anything else. An implementation that throws, or calls back into the wallet, ends here.
    Failed,
}

impl core::fmt::Display for DeviceError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.code().as_str())
    }
}

impl std::error::Error for DeviceError {}

impl DeviceError {
    /// Every one.
    pub(crate) const ALL: [Self; 5] = [Self::Denied, Self::Locked, Self::Unavailable, Self::Gone, Self::Failed];

    /// The wallet's code.
    pub(crate) const fn code(self) -> WalletCode {
        match self {
            Self::Denied => WalletCode::DeviceDenied,
            Self::Locked => WalletCode::DeviceLocked,
            Self::Unavailable => WalletCode::DeviceUnavailable,
            Self::Gone => WalletCode::DeviceKeyGone,
            Self::Failed => WalletCode::DeviceFailed,
        }
    }
}

impl From<DeviceError> for WalletError {
    fn from(error: DeviceError) -> Self {
        Self::new(error.code())
    }
}
