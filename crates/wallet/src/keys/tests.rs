//! Keys in software and in hardware that is well, unwell, or lies.

use std::collections::BTreeMap;
use std::sync::Mutex;

use tamarack::{SeededRandomness, SystemRandomness};

use super::*;
use crate::device::DeviceError;
use crate::error::ErrorKind;
use crate::store::MemoryStore;

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// What the hardware does wrong.
#[derive(Clone, Copy, PartialEq)]
enum Flaw {
    None,
    /// SEC1 uncompressed, which is none.
    Uncompressed,
    OffCurve,
    Short,
    Der,
    OtherKey,
    OtherMessage,
    Says(DeviceError),
}

/// As the Android Keystore, it attests a key for the challenge that it was made with, and for no other.
struct Hardware(Mutex<(Flaw, BTreeMap<String, SecretKey>)>, Mutex<BTreeMap<String, Vec<u8>>>);

impl Hardware {
    fn new(flaw: Flaw) -> Self {
        Self(Mutex::new((flaw, BTreeMap::new())), Mutex::default())
    }

    fn turn(&self, flaw: Flaw) {
        self.0.lock().unwrap().0 = flaw;
    }

    fn count(&self) -> usize {
        self.0.lock().unwrap().1.len()
    }
}

impl DeviceKeys for Hardware {
    fn create(&self, alias: &str, challenge: Option<&[u8]>) -> Result<Vec<u8>, DeviceError> {
        let mut this = self.0.lock().unwrap();
        let key = SecretKey::generate(KeyType::P256).unwrap();
        let mut point = key.public_key().bytes().to_vec();
        let coordinate = |name| {
            let jwk = key.public_key().to_jwk();
            tamarack::encoding::base64url_decode(jwk.get(name).unwrap().as_str().unwrap()).unwrap()
        };
        let full = [vec![4], coordinate("x"), coordinate("y")].concat();
        match this.0 {
            Flaw::Uncompressed => point = full,
            Flaw::OffCurve => {
                point = full;
                point[40] ^= 1;
            }
            Flaw::Short => drop(point.pop()),
            Flaw::Says(error) => return Err(error),
            _ => {}
        }
        this.1.insert(alias.to_owned(), key);
        if let Some(challenge) = challenge {
            self.1.lock().unwrap().insert(alias.to_owned(), challenge.to_vec());
        }
        Ok(point)
    }

    fn sign(&self, alias: &str, message: &[u8]) -> Result<Vec<u8>, DeviceError> {
        let this = self.0.lock().unwrap();
        let key = this.1.get(alias).ok_or(DeviceError::Gone)?;
        let sign = |key: &SecretKey, message: &[u8]| key.sign(SignatureAlgorithm::Es256, message).unwrap();
        Ok(match this.0 {
            Flaw::Says(error) => return Err(error),
            Flaw::Der => {
                [&[0x30, 0x44, 2, 32], &sign(key, message)[..32], &[2, 32], &sign(key, message)[32..]].concat()
            }
            Flaw::OtherKey => sign(&SecretKey::generate(KeyType::P256).unwrap(), message),
            Flaw::OtherMessage => sign(key, b"another"),
            _ => sign(key, message),
        })
    }

    fn delete(&self, alias: &str) -> Result<(), DeviceError> {
        let mut this = self.0.lock().unwrap();
        if let Flaw::Says(error) = this.0 {
            return Err(error);
        }
        this.1.remove(alias);
        Ok(())
    }

    fn attest(&self, alias: &str, challenge: &[u8]) -> Result<Option<Vec<u8>>, DeviceError> {
        let made_for_it = self.1.lock().unwrap().get(alias).is_some_and(|made| made == challenge);
        Ok((made_for_it && challenge != b"none").then(|| [b"attested ", challenge].concat()))
    }

    fn wrap_key(&self, _: &[u8]) -> Result<Vec<u8>, DeviceError> {
        Err(DeviceError::Failed)
    }

    fn unwrap_key(&self, _: &[u8]) -> Result<Vec<u8>, DeviceError> {
        Err(DeviceError::Failed)
    }
}

fn make<'d>(
    new: NewKey,
    device: Option<&'d dyn DeviceKeys>,
    challenge: Option<&[u8]>,
) -> Result<(HolderKey<'d>, Change)> {
    HolderKey::create(new, device, challenge, NOW, &mut SystemRandomness)
}

#[test]
fn keys_sign_and_come_back() {
    let (store, device) = (MemoryStore::new(), Hardware::new(Flaw::Uncompressed));
    for (new, place) in
        [(NewKey::Ed25519, KeyPlace::Software), (NewKey::P256, KeyPlace::Software), (NewKey::Device, KeyPlace::Device)]
    {
        let (key, change) = make(new, Some(&device), Some(b"nonce")).unwrap();
        assert!(HolderKey::open(&store, Some(&device), key.id()).is_err(), "not before it is written");
        store.write(&[change]).unwrap();
        let again = HolderKey::open(&store, Some(&device), key.id()).unwrap();
        assert_eq!(again.public_key(), key.public_key());
        let signature = again.sign(again.algorithm(), b"message").unwrap();
        key.public_key().verify(key.algorithm(), b"message", &signature).unwrap();
        assert_eq!(again.attestation(), (new == NewKey::Device).then_some(b"attested nonce".as_slice()));
        let info = info(&store, key.id()).unwrap();
        assert_eq!((info.place, info.created, info.attested), (place, NOW.unix(), new == NewKey::Device));
        assert_eq!(info.key_type, Some(key.public_key().key_type()));
        assert!(key.verification_method().starts_with(&format!("{}#z", key.did_key())));
        assert!(!format!("{key:?}").contains("jwk"));
    }
    let all = list(&store).unwrap();
    assert_eq!(all.len(), 3);
    for info in all {
        delete(&store, Some(&device), &info.id).unwrap();
        delete(&store, Some(&device), &info.id).unwrap();
    }
    assert_eq!((list(&store).unwrap().len(), device.count()), (0, 0));
}

#[test]
fn no_two_keys_are_one() {
    let mut randomness = SeededRandomness::new(&[1; 32], b"keys").unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for new in [NewKey::Ed25519, NewKey::P256, NewKey::Ed25519, NewKey::P256] {
        let (key, _) = HolderKey::create(new, None, None, NOW, &mut randomness).unwrap();
        assert!(seen.insert(key.public_key().bytes().to_vec()) && seen.insert(key.id().as_bytes().to_vec()));
    }
}

#[test]
fn hardware_that_lies_or_refuses_is_found_out() {
    for flaw in [Flaw::OffCurve, Flaw::Short] {
        let error = make(NewKey::Device, Some(&Hardware::new(flaw)), None).unwrap_err();
        assert_eq!(error.wallet_code(), Some(WalletCode::DeviceFailed));
    }
    for (says, code, kind) in [
        (DeviceError::Denied, WalletCode::DeviceDenied, ErrorKind::Denied),
        (DeviceError::Unavailable, WalletCode::DeviceUnavailable, ErrorKind::Denied),
        (DeviceError::Gone, WalletCode::DeviceKeyGone, ErrorKind::Storage),
        (DeviceError::Failed, WalletCode::DeviceFailed, ErrorKind::Internal),
    ] {
        let error = make(NewKey::Device, Some(&Hardware::new(Flaw::Says(says))), None).unwrap_err();
        assert_eq!((error.wallet_code(), error.kind()), (Some(code), kind));
    }
    assert_eq!(make(NewKey::Device, None, None).unwrap_err().wallet_code(), Some(WalletCode::DeviceMissing));

    let (store, device) = (MemoryStore::new(), Hardware::new(Flaw::None));
    let (key, change) = make(NewKey::Device, Some(&device), Some(b"none")).unwrap();
    assert_eq!(key.attestation(), None);
    store.write(&[change]).unwrap();
    key.sign(SignatureAlgorithm::Es256, b"m").unwrap();
    assert_eq!(key.sign(SignatureAlgorithm::EdDsa, b"m").unwrap_err().code(), Code::KeyWrongSuite);
    for flaw in [Flaw::Der, Flaw::OtherKey, Flaw::OtherMessage, Flaw::Says(DeviceError::Denied)] {
        device.turn(flaw);
        let fault = key.sign(SignatureAlgorithm::Es256, b"m").unwrap_err();
        assert_eq!(fault.code(), Code::KeySignerFailed);
        assert!(fault.name().unwrap().starts_with("device."), "{fault}");
    }
    // What the device does not delete stays in the store too, so that it can be tried again.
    assert!(delete(&store, Some(&device), key.id()).is_err());
    assert!(delete(&store, None, key.id()).is_err());
    assert_eq!(list(&store).unwrap().len(), 1);
    assert_eq!(HolderKey::open(&store, None, key.id()).unwrap_err().wallet_code(), Some(WalletCode::DeviceMissing));
}

#[test]
fn secrets_come_back() {
    let store = MemoryStore::new();
    let (id, commitment, change) = create_secrets(BoundTo::HolderAndPseudonym, NOW, &mut SystemRandomness).unwrap();
    assert!(commitment.to_json().contains("both"));
    store.write(&[change]).unwrap();
    let back = secrets(&store, &id).unwrap();
    assert_eq!(back.bound_to(), BoundTo::HolderAndPseudonym);
    let kept = String::from_utf8(store.read(Kind::Key, &id).unwrap().unwrap().to_vec()).unwrap();
    let exposed = back.expose_json().replace('"', "\\\"");
    assert!(kept.contains(&exposed), "the very same");
    assert_eq!(info(&store, &id).unwrap().place, KeyPlace::Bound);
    assert!(HolderKey::open(&store, None, &id).is_err(), "they sign nothing");
    let (key, change) = make(NewKey::P256, None, None).unwrap();
    store.write(&[change]).unwrap();
    assert!(secrets(&store, key.id()).is_err());
}

#[test]
fn a_party_meets_one_key_and_another_party_another() {
    let store = MemoryStore::new();
    let open = |purpose: &str, party: &str| {
        let id = pairwise_id(purpose, party);
        HolderKey::open_or_create(&store, None, &id, NewKey::P256, NOW, &mut SystemRandomness).unwrap().did_key()
    };
    let shop = open("siop", "https://shop.example");
    assert_eq!(open("siop", "https://shop.example"), shop);
    assert_ne!(open("siop", "https://bank.example"), shop);
    assert_ne!(open("receipt", "https://shop.example"), shop);
    assert_ne!(pairwise_id("a", "bc"), pairwise_id("ab", "c"));
    assert!(!pairwise_id("siop", "https://shop.example").contains("shop"));
}

#[test]
fn damaged_records_are_said_to_be() {
    let store = MemoryStore::new();
    for (id, text) in [
        ("1", "{}"),
        ("2", r#"{"place":"software","jwk":"{}","created":1}"#),
        ("3", "x"),
        ("4", r#"{"place":"device","alias":"a","public":"{","created":1}"#),
    ] {
        store.write(&[Change::put(Kind::Key, id, text.as_bytes().to_vec())]).unwrap();
        let error = HolderKey::open(&store, None, id).unwrap_err();
        assert_eq!(error.wallet_code(), Some(WalletCode::RecordDamaged), "{id}");
    }
    // A damaged one can still be taken away.
    delete(&store, None, "3").unwrap();
    assert_eq!(store.count(Kind::Key).unwrap(), 3);
}
