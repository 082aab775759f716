//! Secure hardware of cardboard: it keeps its keys where it can be looked at.

use std::collections::BTreeMap;
use std::sync::Mutex;

use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer as _};
use tamarack_wallet::{DeviceError, DeviceKeys};

/// A device. Two with one number wrap alike.
pub(crate) struct FakeDevice {
    number: u8,
    keys: Mutex<BTreeMap<String, SecretKey>>,
    /// What each key was made to be attested for.
    challenges: Mutex<BTreeMap<String, Vec<u8>>>,
    /// What it says to everything, if it is not well.
    refuses: Mutex<Option<DeviceError>>,
}

#[allow(dead_code, reason = "each test uses a part of it")]
impl FakeDevice {
    pub(crate) fn new(number: u8) -> Self {
        Self { number, keys: Mutex::default(), challenges: Mutex::default(), refuses: Mutex::default() }
    }

    /// From now on it refuses, or no longer.
    pub(crate) fn refuse(&self, why: Option<DeviceError>) {
        *self.refuses.lock().unwrap() = why;
    }

    /// How many keys there are.
    pub(crate) fn count(&self) -> usize {
        self.keys.lock().unwrap().len()
    }

    fn well(&self) -> Result<(), DeviceError> {
        self.refuses.lock().unwrap().map_or(Ok(()), Err)
    }
}

impl DeviceKeys for FakeDevice {
    fn create(&self, alias: &str, challenge: Option<&[u8]>) -> Result<Vec<u8>, DeviceError> {
        self.well()?;
        let key = SecretKey::generate(KeyType::P256).unwrap();
        let public = key.public_key().bytes().to_vec();
        self.keys.lock().unwrap().insert(alias.to_owned(), key);
        if let Some(challenge) = challenge {
            self.challenges.lock().unwrap().insert(alias.to_owned(), challenge.to_vec());
        }
        Ok(public)
    }

    fn sign(&self, alias: &str, message: &[u8]) -> Result<Vec<u8>, DeviceError> {
        self.well()?;
        let keys = self.keys.lock().unwrap();
        let key = keys.get(alias).ok_or(DeviceError::Gone)?;
        Ok(key.sign(SignatureAlgorithm::Es256, message).unwrap())
    }

    fn delete(&self, alias: &str) -> Result<(), DeviceError> {
        self.well()?;
        self.keys.lock().unwrap().remove(alias);
        Ok(())
    }

    fn attest(&self, alias: &str, challenge: &[u8]) -> Result<Option<Vec<u8>>, DeviceError> {
        self.well()?;
        // As the Android Keystore: for the challenge that the key was made with, and for no other.
        let made_for_it = self.challenges.lock().unwrap().get(alias).is_some_and(|made| made == challenge);
        Ok(made_for_it.then(|| [alias.as_bytes(), b"|", challenge].concat()))
    }

    fn wrap_key(&self, key: &[u8]) -> Result<Vec<u8>, DeviceError> {
        self.well()?;
        Ok(key.iter().map(|byte| byte ^ self.number).collect())
    }

    fn unwrap_key(&self, wrapped: &[u8]) -> Result<Vec<u8>, DeviceError> {
        self.wrap_key(wrapped)
    }
}
