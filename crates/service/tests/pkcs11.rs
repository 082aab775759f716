//! Keys in a token of SoftHSM 2.
//!
//! The library finds its token by an environment variable, which a program cannot set for itself without `unsafe`: so this
//! one makes the token, and runs itself with the variable set.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise"
)]

// Included, not linked: the testkit brings a second build of the core.
#[allow(dead_code, unreachable_pub, reason = "others need other parts of it")]
#[path = "../../testkit/src/softhsm.rs"]
mod softhsm;

use std::io::Write;
use std::process::Command;
use std::sync::{Arc, Mutex};

use cryptoki::context::Pkcs11;
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use softhsm::{PIN, SoftHsm, TOKEN};
use tamarack::keys::{KeyType, PublicKey, SecretKey, SignatureAlgorithm, Signer as _};
use tamarack_service::signers::{Pkcs11Place, Place, SealedKey, SignerError, SigningKey};

const INSIDE: &str = "TAMARACK_TEST_INSIDE";

fn main() {
    if let Ok(module) = std::env::var(INSIDE) {
        return inside(&module);
    }
    let Some(device) = SoftHsm::start().unwrap() else {
        eprintln!("UNSEEN: keys in devices, for SoftHSM 2 is not on this machine (Debian: apt-get install softhsm2)");
        return;
    };
    for (at, (name, pem)) in keys().into_iter().enumerate() {
        device.import(name, &format!("0{at}"), &pem.private_key_to_pem_pkcs8().unwrap()).unwrap();
    }
    // Two keys of one name, which their ids tell apart.
    for id in ["a1", "a2"] {
        device.import("twice", id, &edwards().private_key_to_pem_pkcs8().unwrap()).unwrap();
    }
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.env("SOFTHSM2_CONF", device.settings()).env(INSIDE, device.module());
    let output = again.env("TAMARACK_TEST_PIN_FILE", device.pin_file()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(!said.contains(PIN), "the PIN is in what was said: {said}");
    eprintln!("keys in a token: Ed25519, P-256, P-384");
}

fn edwards() -> PKey<Private> {
    PKey::generate_ed25519().unwrap()
}

fn elliptic(curve: Nid) -> PKey<Private> {
    PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(curve).unwrap()).unwrap()).unwrap()
}

fn keys() -> [(&'static str, PKey<Private>); 4] {
    [
        ("ed25519", edwards()),
        ("p256", elliptic(Nid::X9_62_PRIME256V1)),
        ("p384", elliptic(Nid::SECP384R1)),
        ("p521", elliptic(Nid::SECP521R1)),
    ]
}

/// What is logged meanwhile.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn inside(module: &str) {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .init();
    let pin_file = std::env::var("TAMARACK_TEST_PIN_FILE").unwrap();
    let place = |label: &str| Pkcs11Place {
        module: module.to_owned(),
        token: TOKEN.to_owned(),
        label: label.to_owned(),
        id: None,
        pin_file: pin_file.clone(),
    };
    each_kind_signs(&place);
    what_is_wrong_is_named(&place, &pin_file);
    sessions_come_back(&place("p256"), module);
    many_sign_at_once(&place("ed25519"));
    the_store_tells_nothing(&place("p384"));
    let said = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(said.contains("the token failed"), "{said}");
    assert!(!said.contains(PIN), "the PIN is in the log");
}

fn at(place: &Pkcs11Place) -> Result<SigningKey, SignerError> {
    let place = Place::Pkcs11(place.clone());
    SigningKey::at(&place, SigningKey::public_at(&place)?)
}

fn each_kind_signs(place: &impl Fn(&str) -> Pkcs11Place) {
    for (label, kind, algorithm, length) in [
        ("ed25519", KeyType::Ed25519, SignatureAlgorithm::EdDsa, 64),
        ("p256", KeyType::P256, SignatureAlgorithm::Es256, 64),
        ("p384", KeyType::P384, SignatureAlgorithm::Es384, 96),
    ] {
        let signer = at(&place(label)).unwrap();
        assert!(signer.is_elsewhere() && signer.public_key().key_type() == kind);
        signer.try_out().unwrap();
        for message in [&b""[..], b"a message", &[7; 100_000]] {
            let signature = signer.sign(algorithm, message).unwrap();
            assert_eq!(signature.len(), length);
            signer.public_key().verify(algorithm, message, &signature).unwrap();
        }
        assert!(signer.sign(SignatureAlgorithm::Rs256, b"m").is_err(), "{label}");
        assert!(!format!("{signer:?}").contains(PIN));
    }
}

fn what_is_wrong_is_named(place: &impl Fn(&str) -> Pkcs11Place, pin_file: &str) {
    let good = place("p256");
    let wrong = |change: &dyn Fn(&mut Pkcs11Place)| {
        let mut place = good.clone();
        change(&mut place);
        at(&place).map(drop).unwrap_err()
    };
    assert_eq!(wrong(&|place| place.module = "/nowhere.so".into()), SignerError::Library);
    assert_eq!(wrong(&|place| place.token = "another".into()), SignerError::Token);
    assert_eq!(wrong(&|place| place.label = "another".into()), SignerError::Key);
    assert_eq!(wrong(&|place| place.label = "twice".into()), SignerError::Key);
    assert_eq!(wrong(&|place| place.id = Some("77".into())), SignerError::Key);
    assert_eq!(wrong(&|place| place.label = "p521".into()), SignerError::Kind);
    assert_eq!(wrong(&|place| place.pin_file = "/nowhere".into()), SignerError::PinFile);
    let told_apart = Pkcs11Place { id: Some("a2".into()), ..place("twice") };
    at(&told_apart).unwrap();
    // A key that is not the one that was imported.
    let other: PublicKey = SecretKey::generate(KeyType::P256).unwrap().public_key().clone();
    let exchanged = SigningKey::at(&Place::Pkcs11(good.clone()), other).map(drop);
    assert_eq!(exchanged, Err(SignerError::Key));
    // A PIN is asked for by a program that is not logged in yet: all sessions are closed here.
    let folder = tempfile::tempdir().unwrap();
    let wrong_pin = folder.path().join("pin");
    std::fs::write(&wrong_pin, "1111").unwrap();
    let refused = wrong(&|place| place.pin_file = wrong_pin.to_string_lossy().into_owned());
    assert_eq!(refused, SignerError::Pin);
    // The right one is still good.
    assert_eq!(good.pin_file, pin_file);
    at(&good).unwrap();
}

/// The token is taken out and put back; somebody else in the process logs out, or ends the library.
fn sessions_come_back(place: &Pkcs11Place, module: &str) {
    let signer = at(place).unwrap();
    let sign = || signer.sign(SignatureAlgorithm::Es256, b"m");
    sign().unwrap();
    let others = Pkcs11::new(module).unwrap();
    let slots = others.get_slots_with_initialized_token().unwrap();
    others.open_ro_session(slots[0]).unwrap().logout().unwrap();
    sign().unwrap();
    others.finalize().unwrap();
    sign().unwrap();
    // Gone with its PIN: the signature fails, and comes back with it.
    Pkcs11::new(module).unwrap().finalize().unwrap();
    let hidden = format!("{}.away", place.pin_file);
    std::fs::rename(&place.pin_file, &hidden).unwrap();
    let fault = sign().unwrap_err();
    assert_eq!(SignerError::code_in(&fault), Some("signer.pin_file"), "{fault}");
    std::fs::rename(&hidden, &place.pin_file).unwrap();
    sign().unwrap();
    // A token that refuses the PIN once is not asked again and again until it locks itself.
    let right = std::fs::read(&place.pin_file).unwrap();
    Pkcs11::new(module).unwrap().finalize().unwrap();
    std::fs::write(&place.pin_file, "2222").unwrap();
    assert_eq!(SignerError::code_in(&sign().unwrap_err()), Some("signer.pin"));
    std::fs::write(&place.pin_file, right).unwrap();
    assert_eq!(SignerError::code_in(&sign().unwrap_err()), Some("signer.pin"));
    at(place).unwrap();
}

fn many_sign_at_once(place: &Pkcs11Place) {
    let signer = at(place).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..12_u8 {
            let signer = &signer;
            scope.spawn(move || {
                for turn in 0..20_u8 {
                    let message = [thread, turn];
                    let signature = signer.sign(SignatureAlgorithm::EdDsa, &message).unwrap();
                    signer.public_key().verify(SignatureAlgorithm::EdDsa, &message, &signature).unwrap();
                }
            });
        }
    });
}

fn the_store_tells_nothing(place: &Pkcs11Place) {
    let public = SigningKey::public_at(&Place::Pkcs11(place.clone())).unwrap();
    let sealed = SealedKey::seal_place(&Place::Pkcs11(place.clone()), &public, b"p").unwrap();
    assert!(!sealed.contains("softhsm") && SealedKey::unseal(&sealed, b"q").is_err());
    let opened = SealedKey::unseal(&sealed, b"p").unwrap();
    assert_eq!(opened.public_key(), &public);
    opened.ready().unwrap().try_out().unwrap();
}
