//! The app's device behind the wallet's trait, and what a call from within a callback meets.

use std::cell::Cell;
use std::sync::Arc;

use tamarack_wallet::{DeviceError, DeviceKeys as WalletDevice};

use crate::error::{Problem, TamarackError};
use crate::platform::{KeyStore, PlatformError};
use crate::text::Text;

thread_local! {
    /// Whether this thread is in a callback of a device, during which the store may be held.
    static IN_CALLBACK: Cell<bool> = const { Cell::new(false) };
}

/// The app's device.
pub(super) struct Device(pub(super) Arc<dyn KeyStore>);

impl Device {
    fn call<T>(&self, call: impl FnOnce(&dyn KeyStore) -> Result<T, PlatformError>) -> Result<T, DeviceError> {
        let before = IN_CALLBACK.replace(true);
        let answer = call(&*self.0);
        IN_CALLBACK.set(before);
        answer.map_err(|error| match error {
            PlatformError::Denied { .. } => DeviceError::Denied,
            PlatformError::Locked { .. } => DeviceError::Locked,
            PlatformError::Offline { .. } => DeviceError::Unavailable,
            PlatformError::Gone { .. } => DeviceError::Gone,
            PlatformError::Failed { .. } => DeviceError::Failed,
        })
    }
}

impl WalletDevice for Device {
    fn create(&self, alias: &str, challenge: Option<&[u8]>) -> Result<Vec<u8>, DeviceError> {
        self.call(|keys| keys.create(alias.to_owned(), challenge.map(<[u8]>::to_vec)))
    }

    fn sign(&self, alias: &str, message: &[u8]) -> Result<Vec<u8>, DeviceError> {
        self.call(|keys| keys.sign(alias.to_owned(), message.to_vec()))
    }

    fn delete(&self, alias: &str) -> Result<(), DeviceError> {
        self.call(|keys| keys.delete(alias.to_owned()))
    }

    fn attest(&self, alias: &str, challenge: &[u8]) -> Result<Option<Vec<u8>>, DeviceError> {
        self.call(|keys| keys.attest(alias.to_owned(), challenge.to_vec()))
    }

    fn wrap_key(&self, key: &[u8]) -> Result<Vec<u8>, DeviceError> {
        self.call(|keys| keys.wrap_key(key.to_vec()))
    }

    fn unwrap_key(&self, wrapped: &[u8]) -> Result<Vec<u8>, DeviceError> {
        self.call(|keys| keys.unwrap_key(wrapped.to_vec()))
    }
}

/// A device that calls back into a wallet would wait for itself for ever: it is told so instead.
pub(super) fn outside_callbacks() -> Result<(), TamarackError> {
    if !IN_CALLBACK.get() {
        return Ok(());
    }
    let message = Text {
        en: "The app called the wallet from within a call of the wallet.".to_owned(),
        fr: "L’application a appelé le portefeuille pendant un appel du portefeuille.".to_owned(),
    };
    let hint = Text { en: String::new(), fr: String::new() };
    let code = "platform.reentrant".to_owned();
    Err(TamarackError::Internal { problem: Problem { code, pointer: None, about: None, message, hint } })
}
