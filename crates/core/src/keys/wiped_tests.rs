//! Secrets leave no trace where they stood: the memory is looked at after they are gone.
//!
//! The operating system shows a process its own memory as a file, so nothing unsafe is needed to look.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use zeroize::ZeroizeOnDrop;

use super::secret::Material;
use super::*;
use crate::SystemRandomness;
use crate::bbs::{self, Ciphersuite, SecretNumber, blind};

/// The memory of this process.
struct Memory(File);

impl Memory {
    fn open() -> Self {
        Self(File::open("/proc/self/mem").unwrap())
    }

    fn at(&self, (address, length): (usize, usize)) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.0.read_exact_at(&mut bytes, address as u64).unwrap();
        bytes
    }
}

/// Where a value stands.
fn place<T>(value: &T) -> (usize, usize) {
    (std::ptr::from_ref(value).addr(), size_of::<T>())
}

/// Whether any eight bytes of the secret, in either order, are among these.
fn holds(memory: &[u8], secret: &[u8]) -> bool {
    let backwards: Vec<u8> = secret.iter().rev().copied().collect();
    let parts = || secret.windows(8).chain(backwards.windows(8));
    memory.windows(8).any(|there| parts().any(|part| part == there))
}

/// A secret in which no eight bytes come twice, below every order.
fn secret(length: usize) -> Vec<u8> {
    (0..length).map(|i| u8::try_from(i * 37 % 251).unwrap() | 1).map(|byte| byte & 0x7f).collect()
}

#[test]
fn keys_are_wiped() {
    let memory = Memory::open();
    for (kind, length) in [(KeyType::Ed25519, 32), (KeyType::P256, 32), (KeyType::P384, 48), (KeyType::Bls12381G2, 32)]
    {
        let secret = secret(length);
        let key = SecretKey::from_bytes(kind, &secret).unwrap();
        // The memory of the key, and of the public key in it, which stays.
        let (place, public) = match key.material() {
            Material::Ed25519(key) => (place(&**key), None),
            Material::P256(key) => (place(&**key), Some(place(key.verifying_key()))),
            Material::P384(key) => (place(&**key), Some(place(key.verifying_key()))),
            Material::Bls12381G2(key) => (place(&**key), Some(place(key.public_key()))),
        };
        let before = memory.at(place);
        // P-384 and BLS12-381 keep a number in Montgomery's form, so that its own bytes are nowhere.
        let kept: Vec<u8> = match (kind, public) {
            (KeyType::Ed25519 | KeyType::P256, _) => secret,
            (_, public) => {
                let (start, length) = public.unwrap_or_default();
                let start = start.checked_sub(place.0).expect("the public key is a part of the key");
                let end = start + length;
                assert!(end <= before.len(), "the public key is a part of the key");
                if start == 0 { before[end..].to_vec() } else { before[..start].to_vec() }
            }
        };
        assert!(kept.len() >= length && holds(&before, &kept), "{}: the secret is looked for", kind.name());
        drop(key);
        assert!(!holds(&memory.at(place), &kept), "{}: the secret is still there", kind.name());
    }
    // What does not wipe itself stays: the allocator writes over the first sixteen bytes alone.
    let plain: Box<[u8; 48]> = Box::new(secret(48).try_into().unwrap());
    let there = place(&*plain);
    drop(plain);
    assert!(holds(&memory.at(there), &secret(48)), "a trace would be seen");
}

#[test]
fn every_secret_wipes_itself() {
    fn wiping<T: ZeroizeOnDrop>() {}
    wiping::<bbs::SecretKey>();
    wiping::<SecretNumber>();
    wiping::<ed25519_dalek::SigningKey>();
    wiping::<p256::ecdsa::SigningKey>();
    wiping::<p384::ecdsa::SigningKey>();
    wiping::<zeroize::Zeroizing<Vec<u8>>>();
    assert!(std::mem::needs_drop::<SecretKey>());
    let memory = Memory::open();
    let (_, number) = blind::commit(Ciphersuite::Sha256, &[b"secret"], &mut SystemRandomness).unwrap();
    let number = Box::new(number);
    let there = place(&*number);
    let before = memory.at(there);
    drop(number);
    assert!(!holds(&memory.at(there), &before));
    // The text for whoever moves a key elsewhere.
    let text = SecretKey::from_bytes(KeyType::Ed25519, &secret(32)).unwrap().expose_jwk();
    let (there, inside) = ((text.as_ptr().addr(), text.len()), text.as_bytes().to_vec());
    assert!(holds(&memory.at(there), &inside));
    drop(text);
    assert!(!holds(&memory.at(there), &inside[16..]));
}

/// Neither a key nor a number is printed.
#[test]
fn nothing_secret_is_printed() {
    let bytes = secret(32);
    for kind in [KeyType::Ed25519, KeyType::P256, KeyType::Bls12381G2] {
        let printed = format!("{:?}", SecretKey::from_bytes(kind, &bytes).unwrap());
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!printed.contains(&hex) && !printed.contains(&format!("{bytes:?}")), "{printed}");
    }
    assert_eq!(format!("{:?}", SecretNumber::from_bytes(&[1; 32]).unwrap()), "SecretNumber(..)");
}
