//! Backups are tried by restoring them: into another store, with what was restored then used.

use std::collections::BTreeMap;

use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::messages::Lang;
use tamarack::proof::BoundTo;
use tamarack::{Evidence, SeededRandomness, SystemRandomness};

use super::*;
use crate::credentials::{self, Localized, StoredCredential, Summary};
use crate::device::{DeviceError, DeviceKeys};
use crate::history::{self, Search};
use crate::keys::{self, HolderKey, NewKey};
use crate::store::{Guard, MemoryStore, SqlCipherStore};

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// An SD-JWT VC is the shortest credential that is one; nobody verifies it here.
fn credential(name: &str) -> String {
    let part = |text: &str| tamarack::encoding::base64url_encode(text.as_bytes());
    let payload = format!(r#"{{"iss":"https://on.example","vct":"https://on.example/{name}","sub":"{name}"}}"#);
    format!("{}.{}.{}~", part(r#"{"alg":"ES256","typ":"dc+sd-jwt"}"#), part(&payload), part(&"s".repeat(64)))
}

#[derive(Default)]
struct Hardware(std::sync::Mutex<BTreeMap<String, SecretKey>>);

impl DeviceKeys for Hardware {
    fn create(&self, alias: &str, _: Option<&[u8]>) -> Result<Vec<u8>, DeviceError> {
        let key = SecretKey::generate(KeyType::P256).unwrap();
        let point = key.public_key().bytes().to_vec();
        self.0.lock().unwrap().insert(alias.to_owned(), key);
        Ok(point)
    }
    fn sign(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, DeviceError> {
        Err(DeviceError::Failed)
    }
    fn delete(&self, alias: &str) -> Result<(), DeviceError> {
        self.0.lock().unwrap().remove(alias);
        Ok(())
    }
    fn attest(&self, _: &str, _: &[u8]) -> Result<Option<Vec<u8>>, DeviceError> {
        Ok(None)
    }
    fn wrap_key(&self, key: &[u8]) -> Result<Vec<u8>, DeviceError> {
        Ok(key.to_vec())
    }
    fn unwrap_key(&self, wrapped: &[u8]) -> Result<Vec<u8>, DeviceError> {
        Ok(wrapped.to_vec())
    }
}

/// Keeps a credential with a key of its own.
fn keep(store: &dyn Store, id: &str, new: NewKey, hardware: &Hardware, batch: Option<&str>) -> String {
    let (key, change) = HolderKey::create(new, Some(hardware), None, NOW, &mut SystemRandomness).unwrap();
    let mut stored = StoredCredential::new(credential(id));
    stored.key = Some(key.id().to_owned());
    stored.issuer_url = Some("https://on.example/oid".to_owned());
    stored.configuration = Some(id.to_owned());
    let held = stored.held().unwrap();
    let mut summary = Summary::of(id, &held, &Evidence::none().contexts(), NOW);
    summary.title = Localized { en: Some(format!("Card {id}")), fr: Some(format!("Carte {id}")) };
    summary.batch = batch.map(str::to_owned);
    let [one, two] = credentials::put(&stored, &summary).unwrap();
    store.write(&[change, one, two]).unwrap();
    key.did_key()
}

/// A wallet with two credentials in software, one in hardware, secrets, history and a setting.
fn wallet(hardware: &Hardware) -> (MemoryStore, String) {
    let store = MemoryStore::new();
    let did = keep(&store, "a", NewKey::Ed25519, hardware, None);
    keep(&store, "b", NewKey::P256, hardware, Some("lot"));
    keep(&store, "hard", NewKey::Device, hardware, None);
    let (_, _, change) = keys::create_secrets(BoundTo::Holder, NOW, &mut SystemRandomness).unwrap();
    let extra = [
        change,
        Change::put(Kind::Setting, "language", b"\"fr\"".to_vec()),
        Change::put(Kind::Setting, "binary", vec![0xff, 0, 1]),
        Change::put(Kind::Pending, "offer", b"{}".to_vec()),
        Change::put(Kind::Status, "a", b"{\"state\":\"good\",\"at\":1}".to_vec()),
        Entry::new(Event::Received, NOW).change(&mut SystemRandomness).unwrap(),
    ];
    store.write(&extra).unwrap();
    (store, did)
}

/// Everything that a backup brings, but the history.
fn contents(store: &dyn Store) -> BTreeMap<(Kind, String), serde_json::Value> {
    let kinds = [Kind::Key, Kind::Credential, Kind::Setting, Kind::Receipt];
    let all = kinds.into_iter().flat_map(|kind| {
        let records = store.list(kind, None, 1_000).unwrap();
        records.into_iter().map(move |(id, bytes)| ((kind, id), serde_json::from_slice(&bytes).unwrap_or_default()))
    });
    all.filter(|((_, id), _)| !id.starts_with("ask-again/")).collect()
}

fn code<T: core::fmt::Debug>(result: Result<T>) -> WalletCode {
    result.unwrap_err().wallet_code().unwrap()
}

#[test]
fn a_phrase_restores_a_wallet_on_another_device() {
    let hardware = Hardware::default();
    let (old, did) = wallet(&hardware);
    let phrase = RecoveryPhrase::generate(&mut SystemRandomness).unwrap();
    let backup = make(&old, Seal::Phrase(&phrase), NOW, &mut SystemRandomness).unwrap();
    assert_eq!(backup.credentials, 2);
    assert_eq!(backup.ask_again.len(), 1);
    assert!(backup.bytes.starts_with(b"age-encryption.org/v1\n"));
    assert!(!backup.bytes.windows(10).any(|part| part == b"on.example"));

    // Onto another device, into an encrypted store, with the phrase as it was typed in, in the other language.
    let folder = tempfile::tempdir().unwrap();
    let device = Hardware::default();
    let new = SqlCipherStore::create(folder.path(), Guard::Device(&device), &mut SystemRandomness).unwrap();
    let typed = phrase.words(Lang::Fr).unwrap().to_uppercase().replace(' ', " \n ").replace('É', "e");
    let phrase = RecoveryPhrase::parse(&typed).unwrap();
    let restored = restore(&new, &backup.bytes, Seal::Phrase(&phrase), NOW, &mut SystemRandomness).unwrap();
    assert_eq!((restored.credentials, restored.kept), (2, 0));
    let mut expected = contents(&old);
    expected.retain(|(kind, id), value| {
        !(*kind == Kind::Credential && id == "hard") && value.get("place").is_none_or(|place| place != "device")
    });
    assert_eq!(contents(&new), expected);
    assert_eq!(new.read(Kind::Setting, "binary").unwrap().unwrap().as_slice(), [0xff, 0, 1]);
    // What is known of a status comes along: what was revoked does not look good on another device.
    assert_eq!((new.count(Kind::Pending).unwrap(), new.count(Kind::Status).unwrap()), (0, 1));
    // Its key signs as before.
    let stored = credentials::read(&new, "a").unwrap();
    let key = HolderKey::open(&new, None, &stored.key.unwrap()).unwrap();
    assert_eq!(key.did_key(), did);
    key.public_key().verify(key.algorithm(), b"m", &key.sign(key.algorithm(), b"m").unwrap()).unwrap();
    // What could not come is to be asked for again, and says where.
    let again = ask_again(&new).unwrap();
    assert_eq!(again, backup.ask_again);
    assert_eq!(again[0].link.as_deref(), Some("https://on.example/oid"));
    assert_eq!((again[0].configuration.as_deref(), again[0].title.get(Lang::Fr)), (Some("hard"), Some("Carte hard")));
    // It goes into the next backup as well, until it is forgotten.
    let next = make(&new, Seal::Phrase(&phrase), NOW, &mut SystemRandomness).unwrap();
    assert_eq!(next.ask_again, again);
    forget_ask_again(&new, "hard").unwrap();
    assert!(ask_again(&new).unwrap().is_empty());
    // A copy for one use may have been used since.
    assert_eq!(credentials::summary(&new, "b").unwrap().shown, 1);
    assert_eq!(credentials::summary(&new, "a").unwrap().shown, 0);
    let events: Vec<Event> =
        history::search(&new, &Search::default(), 9).unwrap().into_iter().map(|entry| entry.event).collect();
    assert!(events.contains(&Event::Received) && events.contains(&Event::Restored), "{events:?}");
}

#[test]
fn a_passphrase_and_a_remembered_phrase_restore_as_well() {
    let hardware = Hardware::default();
    let (old, _) = wallet(&hardware);
    let seal = Seal::Passphrase("trois érables");
    let backup = make(&old, seal, NOW, &mut SystemRandomness).unwrap();
    let new = MemoryStore::new();
    assert_eq!(
        code(restore(&new, &backup.bytes, Seal::Passphrase("x"), NOW, &mut SystemRandomness)),
        WalletCode::BackupWrongKey
    );
    assert_eq!(code(make(&old, Seal::Passphrase(""), NOW, &mut SystemRandomness)), WalletCode::BackupWrongKey);
    let restored =
        restore(&new, &backup.bytes, Seal::Passphrase("trois e\u{301}rables"), NOW, &mut SystemRandomness).unwrap();
    assert_eq!(restored.credentials, 2);

    assert_eq!(code(make_again(&old, NOW, &mut SystemRandomness)), WalletCode::RecordMissing);
    let phrase = RecoveryPhrase::generate(&mut SystemRandomness).unwrap();
    remember(&old, &phrase).unwrap();
    let backup = make_again(&old, NOW, &mut SystemRandomness).unwrap();
    let new = MemoryStore::new();
    let seal = Seal::Phrase(&phrase);
    assert_eq!(restore(&new, &backup.bytes, seal, NOW, &mut SystemRandomness).unwrap().credentials, 2);
    // Whoever has the store can make backups, and open none.
    let kept = String::from_utf8(old.read(Kind::Setting, RECIPIENT).unwrap().unwrap().to_vec()).unwrap();
    assert!(kept.starts_with("\"age1") && !kept.contains("SECRET"));
}

#[test]
fn a_second_restoring_changes_nothing() {
    let hardware = Hardware::default();
    let (old, _) = wallet(&hardware);
    let phrase = RecoveryPhrase::generate(&mut SystemRandomness).unwrap();
    let backup = make(&old, Seal::Phrase(&phrase), NOW, &mut SystemRandomness).unwrap();
    let restore =
        |store: &dyn Store| restore(store, &backup.bytes, Seal::Phrase(&phrase), NOW, &mut SystemRandomness).unwrap();
    let new = MemoryStore::new();
    restore(&new);
    // What was changed since stays changed.
    new.write(&[Change::put(Kind::Setting, "language", b"\"en\"".to_vec())]).unwrap();
    let before = contents(&new);
    let again = restore(&new);
    assert_eq!((again.credentials, contents(&new)), (0, before));
    assert!(again.kept > 5);
}

/// A file that version 1 made, as it lies in a drawer: it opens with its phrase for ever.
#[test]
fn a_backup_of_the_first_version_restores() {
    let file = include_bytes!("version-1.age");
    let zeros = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
    let phrase = RecoveryPhrase::parse(zeros).unwrap();
    let new = MemoryStore::new();
    let restored = restore(&new, file, Seal::Phrase(&phrase), NOW, &mut SystemRandomness).unwrap();
    assert_eq!((restored.credentials, restored.kept, restored.ask_again.len()), (2, 0, 1));
    let stored = credentials::read(&new, "a").unwrap();
    let key = HolderKey::open(&new, None, stored.key.as_deref().unwrap()).unwrap();
    key.public_key().verify(key.algorithm(), b"m", &key.sign(key.algorithm(), b"m").unwrap()).unwrap();
    assert_eq!(credentials::summary(&new, "a").unwrap().title.get(Lang::Fr), Some("Carte a"));
    assert_eq!(restored.ask_again[0].link.as_deref(), Some("https://on.example/oid"));
}

/// A phone is lost, and two come in its place: each has everything, neither knows of the other, and nothing is mixed up when what one
/// of them has goes to the other.
#[test]
fn one_backup_restores_on_two_devices() {
    let hardware = Hardware::default();
    let (old, did) = wallet(&hardware);
    let phrase = RecoveryPhrase::generate(&mut SystemRandomness).unwrap();
    let backup = make(&old, Seal::Phrase(&phrase), NOW, &mut SystemRandomness).unwrap();
    let (one, two) = (MemoryStore::new(), MemoryStore::new());
    for store in [&one, &two] {
        let restored = restore(store, &backup.bytes, Seal::Phrase(&phrase), NOW, &mut SystemRandomness).unwrap();
        assert_eq!((restored.credentials, restored.kept), (2, 0));
        let key = credentials::read(store, "a").unwrap().key.unwrap();
        assert_eq!(HolderKey::open(store, None, &key).unwrap().did_key(), did);
        // Both would show the copy for one use: so it counts as used on both.
        assert_eq!(credentials::summary(store, "b").unwrap().shown, 1);
    }
    assert_eq!(contents(&one), contents(&two));
    // The second goes on: a new card, another language. The first takes over what it has not, and keeps what is its own.
    keep(&two, "new", NewKey::Ed25519, &hardware, None);
    two.write(&[Change::put(Kind::Setting, "language", b"\"en\"".to_vec())]).unwrap();
    let later = make(&two, Seal::Phrase(&phrase), NOW.plus_seconds(9), &mut SystemRandomness).unwrap();
    let restored = restore(&one, &later.bytes, Seal::Phrase(&phrase), NOW, &mut SystemRandomness).unwrap();
    assert_eq!(restored.credentials, 1);
    assert_eq!(one.read(Kind::Setting, "language").unwrap().unwrap().as_slice(), b"\"fr\"");
    let count = |event| history::search(&one, &Search { event: Some(event), ..Search::default() }, 99).unwrap().len();
    // Its own two restorings, and that of the other device.
    assert_eq!((count(Event::Restored), count(Event::Received)), (3, 1));
}

#[test]
fn what_is_no_backup_changes_nothing() {
    let hardware = Hardware::default();
    let (old, _) = wallet(&hardware);
    let phrase = RecoveryPhrase::generate(&mut SystemRandomness).unwrap();
    let other = RecoveryPhrase::generate(&mut SystemRandomness).unwrap();
    let good = make(&old, Seal::Phrase(&phrase), NOW, &mut SystemRandomness).unwrap().bytes;
    let new = MemoryStore::new();
    let restore = |bytes: &[u8], phrase| code(restore(&new, bytes, Seal::Phrase(phrase), NOW, &mut SystemRandomness));
    assert_eq!(restore(&good, &other), WalletCode::BackupWrongKey);
    for at in (0..good.len()).step_by(good.len() / 40) {
        let mut bad = good.clone();
        bad[at] ^= 1;
        assert!(matches!(restore(&bad, &phrase), WalletCode::BackupMalformed | WalletCode::BackupWrongKey), "{at}");
        assert!(matches!(restore(&good[..at], &phrase), WalletCode::BackupMalformed), "{at}");
    }
    assert_eq!(restore(&[good.as_slice(), b"more"].concat(), &phrase), WalletCode::BackupMalformed);
    assert_eq!(restore(b"{}", &phrase), WalletCode::BackupMalformed);
    // What was encrypted well, and is no wallet.
    let record = |kind: &str, record: &str| {
        format!(
            r#"{{"tamarackWalletBackup":1,"made":"x","records":[{{"kind":"setting","id":"s","record":1}},{{"kind":"{kind}","id":"i",{record}}}]}}"#
        )
    };
    for (text, expected) in [
        (r#"{"tamarackWalletBackup":2,"more":true}"#.to_owned(), WalletCode::BackupTooNew),
        (r#"{"tamarackWalletBackup":1}"#.to_owned(), WalletCode::BackupMalformed),
        (r#"{"tamarackWalletBackup":0,"made":"x","records":[]}"#.to_owned(), WalletCode::BackupMalformed),
        (r#"{"tamarackWalletBackup":"1","made":"x","records":[]}"#.to_owned(), WalletCode::BackupMalformed),
        ("[]".to_owned(), WalletCode::BackupMalformed),
        (record("other", r#""record":1"#), WalletCode::BackupMalformed),
        (record("pending", r#""record":1"#), WalletCode::BackupMalformed),
        (record("credential", r#""record":{"text":"not one"}"#), WalletCode::BackupMalformed),
        (record("summary", r#""record":{}"#), WalletCode::BackupMalformed),
        (record("key", r#""bytes":"*""#), WalletCode::BackupMalformed),
        (record("key", r#""bytes":"AA","record":1"#), WalletCode::BackupMalformed),
    ] {
        let bytes = encrypt(iter::once(&phrase.identity().unwrap().to_public() as _), text.as_bytes()).unwrap();
        assert_eq!(restore(&bytes, &phrase), expected, "{text}");
    }
    assert!(Kind::ALL.iter().all(|kind| new.count(*kind).unwrap() == 0), "nothing was changed");
}

#[test]
fn phrases_are_read_as_people_type_them() {
    let fixed =
        |seed: u8| RecoveryPhrase::generate(&mut SeededRandomness::new(&[seed; 32], b"phrase").unwrap()).unwrap();
    for seed in 0..60 {
        let phrase = fixed(seed);
        let identity = phrase.expose_age_identity().unwrap();
        assert!(identity.starts_with("AGE-SECRET-KEY-1"));
        for lang in [Lang::En, Lang::Fr] {
            let words = phrase.words(lang).unwrap();
            assert_eq!(words.split(' ').count(), 12);
            let plain: String = words.replace(['é', 'è'], "e");
            for typed in [words.to_string(), format!("  {}\n", words.replace(' ', "  ")), plain.to_uppercase()] {
                assert_eq!(
                    *RecoveryPhrase::parse(&typed).unwrap().expose_age_identity().unwrap(),
                    *identity,
                    "{typed}"
                );
            }
            let mut list: Vec<&str> = words.split(' ').collect();
            list.pop();
            assert_eq!(code(RecoveryPhrase::parse(&list.join(" "))), WalletCode::BackupPhrase);
        }
    }
    assert_ne!(*fixed(1).expose_age_identity().unwrap(), *fixed(2).expose_age_identity().unwrap());
    // BIP-39's own vector: 128 bits of zeros.
    let zeros = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
    let phrase = RecoveryPhrase::parse(zeros).unwrap();
    assert_eq!(phrase.words(Lang::En).unwrap().as_str(), zeros);
    for bad in [
        "",
        "abandon",
        &zeros.replace("about", "abandon"),
        &format!("{zeros} abandon"),
        &zeros.replace("about", "tamarack"),
    ] {
        assert_eq!(code(RecoveryPhrase::parse(bad)), WalletCode::BackupPhrase, "{bad}");
    }
    assert_eq!(RecoveryPhrase::complete("éclai", Lang::Fr, 9), RecoveryPhrase::complete("ECLAI", Lang::Fr, 9));
    assert_eq!(RecoveryPhrase::complete("aban", Lang::En, 9), ["abandon"]);
    assert!(!format!("{phrase:?}").contains("abandon"));
}

#[test]
fn a_wallet_moves_to_another_device() {
    let hardware = Hardware::default();
    let (old, did) = wallet(&hardware);
    let new = MemoryStore::new();
    let code_shown = transfer::invite(&new, NOW, &mut SystemRandomness).unwrap();
    assert!(code_shown.len() < 160 && !code_shown.contains("SECRET"), "{code_shown}");
    let parcel = transfer::send(&old, &code_shown, NOW).unwrap();
    assert_eq!((parcel.credentials, parcel.ask_again.len()), (2, 1));
    // Somebody else's device cannot open it.
    let stranger = MemoryStore::new();
    assert_eq!(code(transfer::receive(&stranger, &parcel.bytes, NOW, &mut SystemRandomness)), WalletCode::TransferOver);
    transfer::invite(&stranger, NOW, &mut SystemRandomness).unwrap();
    assert_eq!(
        code(transfer::receive(&stranger, &parcel.bytes, NOW, &mut SystemRandomness)),
        WalletCode::BackupWrongKey
    );
    // And nobody sends who knows the key, and did not see the code.
    let guessed = code_shown.split("nonce=").next().unwrap();
    let guessed = format!("{guessed}nonce={}&until={}", "A".repeat(22), NOW.unix() + 600);
    let forged = transfer::send(&stranger, &guessed, NOW).unwrap();
    assert_eq!(code(transfer::receive(&new, &forged.bytes, NOW, &mut SystemRandomness)), WalletCode::BackupWrongKey);

    let restored = transfer::receive(&new, &parcel.bytes, NOW, &mut SystemRandomness).unwrap();
    assert_eq!((restored.credentials, restored.ask_again.len()), (2, 1));
    assert_eq!(credentials::summary(&new, "b").unwrap().shown, 0, "the old device shows it no more");
    let key = credentials::read(&new, "a").unwrap().key.unwrap();
    assert_eq!(HolderKey::open(&new, None, &key).unwrap().did_key(), did);
    assert_eq!(code(transfer::receive(&new, &parcel.bytes, NOW, &mut SystemRandomness)), WalletCode::TransferOver);

    transfer::retire(&old, Some(&hardware), NOW, &mut SystemRandomness).unwrap();
    for kind in [Kind::Credential, Kind::Summary, Kind::Key, Kind::Pending, Kind::Status] {
        assert_eq!(old.count(kind).unwrap(), 0, "{kind:?}");
    }
    assert!(hardware.0.lock().unwrap().is_empty());
    let newest = history::search(&old, &Search { event: Some(Event::Moved), ..Search::default() }, 1).unwrap();
    assert_eq!(newest.len(), 1);
}

#[test]
fn a_code_is_good_for_a_while() {
    let hardware = Hardware::default();
    let (old, _) = wallet(&hardware);
    let new = MemoryStore::new();
    let shown = transfer::invite(&new, NOW, &mut SystemRandomness).unwrap();
    let late = NOW.plus_seconds(limits::TRANSFER_SECONDS + 61);
    assert_eq!(code(transfer::send(&old, &shown, late)), WalletCode::TransferOver);
    let parcel = transfer::send(&old, &shown, NOW).unwrap();
    assert_eq!(code(transfer::receive(&new, &parcel.bytes, late, &mut SystemRandomness)), WalletCode::TransferOver);
    // A new code makes the old one worthless.
    transfer::invite(&new, NOW, &mut SystemRandomness).unwrap();
    assert_eq!(code(transfer::receive(&new, &parcel.bytes, NOW, &mut SystemRandomness)), WalletCode::BackupWrongKey);
    for bad in [
        "",
        "tamarack-transfer:2?to=age1",
        "https://x.example",
        &shown.replace("age1", "age2"),
        &format!("{shown}&x=1"),
        &shown.replace("nonce", "once"),
        &"x".repeat(600),
    ] {
        assert_eq!(code(transfer::send(&old, bad, NOW)), WalletCode::TransferCode, "{bad}");
    }
}
