//! Secure hardware that does not sign just now: the person looks away, or the device is locked. Nothing that the issuer gave is lost.

use std::sync::Mutex;

use tamarack::keys::SignatureAlgorithm;
use tamarack_wallet::{DeviceError, ErrorKind};

use super::*;

/// Refuses to sign so often, with this reason.
struct Reluctant {
    refusals: Mutex<Vec<DeviceError>>,
    keys: Mutex<BTreeMap<String, SecretKey>>,
}

impl DeviceKeys for Reluctant {
    fn create(&self, alias: &str, _: Option<&[u8]>) -> core::result::Result<Vec<u8>, DeviceError> {
        let key = SecretKey::generate(KeyType::P256).unwrap();
        let point = key.public_key().bytes().to_vec();
        self.keys.lock().unwrap().insert(alias.to_owned(), key);
        Ok(point)
    }

    fn sign(&self, alias: &str, message: &[u8]) -> core::result::Result<Vec<u8>, DeviceError> {
        if let Some(reason) = self.refusals.lock().unwrap().pop() {
            return Err(reason);
        }
        let keys = self.keys.lock().unwrap();
        Ok(keys.get(alias).ok_or(DeviceError::Gone)?.sign(SignatureAlgorithm::Es256, message).unwrap())
    }

    fn delete(&self, alias: &str) -> core::result::Result<(), DeviceError> {
        self.keys.lock().unwrap().remove(alias);
        Ok(())
    }

    fn attest(&self, _: &str, _: &[u8]) -> core::result::Result<Option<Vec<u8>>, DeviceError> {
        Ok(None)
    }

    fn wrap_key(&self, _: &[u8]) -> core::result::Result<Vec<u8>, DeviceError> {
        Err(DeviceError::Failed)
    }

    fn unwrap_key(&self, _: &[u8]) -> core::result::Result<Vec<u8>, DeviceError> {
        Err(DeviceError::Failed)
    }
}

#[test]
fn a_device_that_does_not_sign_costs_nothing_that_was_given() {
    for (reason, code, kind) in [
        (DeviceError::Denied, "device.denied", ErrorKind::Denied),
        (DeviceError::Locked, "platform.locked", ErrorKind::Locked),
        (DeviceError::Unavailable, "device.unavailable", ErrorKind::Denied),
        (DeviceError::Failed, "device.failed", ErrorKind::Internal),
    ] {
        for (with_nonces, resumed) in [(true, true), (true, false), (false, true), (false, false)] {
            let mut issuer = issuer();
            if !with_nonces {
                issuer.metadata.nonce_endpoint = None;
            }
            let mut phone = phone(&issuer);
            let refusals = Mutex::new(vec![reason; 2]);
            phone.device = Some(Box::new(Reluctant { refusals, keys: Mutex::default() }));
            let mut receiving = phone.accept(&issuer, 2);
            let Step::Browser(url) = phone.run(&issuer, &mut receiving, Event::Go).unwrap() else { panic!() };
            let back = issuer.browse(&url);
            let mut event = Event::Returned(back);
            // Twice, as people are.
            for _ in 0..2 {
                let error = phone.run(&issuer, &mut receiving, event).unwrap_err();
                assert_eq!((error.code(), error.kind()), (code, kind), "{error:?}");
                let told = error.message(Lang::Fr);
                assert!(!told.sentence.contains("porte-clés") && !told.sentence.contains("server_error"), "{told:?}");
                assert_eq!(phone.store.count(Kind::Pending).unwrap(), 1, "it can be gone on with");
                if resumed {
                    receiving = Receiving::resume(&phone.store, receiving.id()).unwrap();
                }
                event = Event::Go;
            }
            let Step::Done(received) = phone.run(&issuer, &mut receiving, Event::Go).unwrap() else { panic!() };
            assert_eq!(received.credentials.len(), 2, "{reason:?} {with_nonces} {resumed}");
            assert_eq!((phone.store.count(Kind::Key).unwrap(), phone.store.count(Kind::Pending).unwrap()), (2, 0));
        }
    }
}
