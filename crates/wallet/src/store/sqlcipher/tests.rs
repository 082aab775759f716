//! What a store in a file goes through: wrong keys, locks, crashes in the middle of making it, full disks, damage.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;
use tamarack::SystemRandomness;

use super::key_file::{DatabaseKey, KeyFile};
use super::*;
use crate::device::DeviceError;
use crate::error::ErrorKind;

/// Hardware that wraps by adding a number.
pub(super) struct Device(pub(super) u8);

impl DeviceKeys for Device {
    fn create(&self, _: &str, _: Option<&[u8]>) -> Result<Vec<u8>, DeviceError> {
        Err(DeviceError::Failed)
    }
    fn sign(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, DeviceError> {
        Err(DeviceError::Failed)
    }
    fn delete(&self, _: &str) -> Result<(), DeviceError> {
        Err(DeviceError::Failed)
    }
    fn attest(&self, _: &str, _: &[u8]) -> Result<Option<Vec<u8>>, DeviceError> {
        Err(DeviceError::Failed)
    }
    fn wrap_key(&self, key: &[u8]) -> Result<Vec<u8>, DeviceError> {
        Ok(key.iter().map(|byte| byte.wrapping_add(self.0)).collect())
    }
    fn unwrap_key(&self, wrapped: &[u8]) -> Result<Vec<u8>, DeviceError> {
        if self.0 == 0 {
            return Err(DeviceError::Denied);
        }
        Ok(wrapped.iter().map(|byte| byte.wrapping_sub(self.0)).collect())
    }
}

pub(super) const DEVICE: Guard<'static> = Guard::Device(&Device(1));

pub(super) fn create(folder: &Path) -> SqlCipherStore {
    SqlCipherStore::create(folder, DEVICE, &mut SystemRandomness).unwrap()
}

pub(super) fn open(folder: &Path) -> Result<SqlCipherStore> {
    SqlCipherStore::open(folder, DEVICE)
}

pub(super) fn put(store: &dyn Store, id: &str, bytes: &[u8]) -> Result<()> {
    store.write(&[Change::put(Kind::Credential, id, bytes.to_vec())])
}

pub(super) fn all(store: &dyn Store) -> BTreeMap<String, Vec<u8>> {
    store.list(Kind::Credential, None, usize::MAX).unwrap().into_iter().collect()
}

fn code<T: core::fmt::Debug>(result: Result<T>) -> WalletCode {
    result.unwrap_err().wallet_code().unwrap()
}

/// Every file of the folder with its bytes.
pub(super) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
        })
        .collect()
}

pub(super) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for (name, bytes) in files(from) {
        fs::write(to.join(name), bytes).unwrap();
    }
}

#[test]
fn a_passphrase_opens_it_and_another_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let phrase = Guard::Passphrase("clé d’érable");
    assert_eq!(code(SqlCipherStore::open(folder, phrase)), WalletCode::StoreMissing);
    assert_eq!(
        code(SqlCipherStore::create(folder, Guard::Passphrase(""), &mut SystemRandomness)),
        WalletCode::StoreWrongKey
    );
    let store = SqlCipherStore::create(folder, phrase, &mut SystemRandomness).unwrap();
    put(&store, "a", b"kept secret, kept").unwrap();
    drop(store);
    assert_eq!(code(SqlCipherStore::create(folder, phrase, &mut SystemRandomness)), WalletCode::StoreExists);
    let before = files(folder);
    assert!(before.values().all(|bytes| !bytes.windows(11).any(|part| part == b"kept secret")));
    let longer = "x".repeat(limits::PASSPHRASE_BYTES + 1);
    for wrong in [Guard::Passphrase("cle d’erable"), Guard::Passphrase(""), Guard::Passphrase(&longer), DEVICE] {
        let error = SqlCipherStore::open(folder, wrong).unwrap_err();
        assert_eq!((error.wallet_code(), error.kind()), (Some(WalletCode::StoreWrongKey), ErrorKind::Locked));
    }
    assert_eq!(files(folder), before, "nothing was harmed");
    // The same letters, written in two ways.
    let store = SqlCipherStore::open(folder, Guard::Passphrase("cle\u{301} d’e\u{301}rable")).unwrap();
    assert_eq!(all(&store), BTreeMap::from([("a".to_owned(), b"kept secret, kept".to_vec())]));
    store.check().unwrap();
}

#[test]
fn the_device_opens_it_and_another_does_not() {
    let folder = tempfile::tempdir().unwrap();
    put(&create(folder.path()), "a", b"1").unwrap();
    assert_eq!(code(SqlCipherStore::open(folder.path(), Guard::Device(&Device(2)))), WalletCode::StoreWrongKey);
    assert_eq!(code(SqlCipherStore::open(folder.path(), Guard::Device(&Device(0)))), WalletCode::DeviceDenied);
    assert_eq!(all(&open(folder.path()).unwrap()).len(), 1);
}

#[test]
fn a_locked_store_gives_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = create(folder.path());
    put(&store, "a", b"1").unwrap();
    assert!(!store.is_locked());
    store.lock();
    store.lock();
    assert!(store.is_locked());
    assert_eq!(code(store.read(Kind::Credential, "a")), WalletCode::StoreLocked);
    assert_eq!(code(store.list(Kind::Credential, None, 1)), WalletCode::StoreLocked);
    assert_eq!(code(store.ids(Kind::Credential, None, 1)), WalletCode::StoreLocked);
    assert_eq!(code(store.count(Kind::Credential)), WalletCode::StoreLocked);
    assert_eq!(code(put(&store, "b", b"2")), WalletCode::StoreLocked);
    assert_eq!(code(store.check()), WalletCode::StoreLocked);
    assert_eq!(code(store.unlock(Guard::Device(&Device(2)))), WalletCode::StoreWrongKey);
    assert!(store.is_locked());
    store.unlock(DEVICE).unwrap();
    store.unlock(DEVICE).unwrap();
    assert_eq!(code(store.unlock(Guard::Device(&Device(2)))), WalletCode::StoreWrongKey);
    assert_eq!(all(&store).len(), 1, "a wrong key does not lock what is open");
}

/// How often a text stands in the memory of this process.
#[cfg(target_os = "linux")]
fn times(wanted: &[u8]) -> usize {
    use std::os::unix::fs::FileExt as _;
    let memory = fs::File::open("/proc/self/mem").unwrap();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let mut found = 0;
    for line in maps.lines().filter(|line| line.contains(" rw-p ")) {
        let (range, _) = line.split_once(' ').unwrap();
        let (start, end) = range.split_once('-').unwrap();
        let at = |text| u64::from_str_radix(text, 16).unwrap();
        let mut bytes = Zeroizing::new(vec![0; usize::try_from(at(end) - at(start)).unwrap()]);
        if memory.read_exact_at(&mut bytes, at(start)).is_ok() {
            found += bytes.windows(wanted.len()).filter(|part| part == &wanted).count();
        }
    }
    found
}

/// In a process of its own: what other tests do with their memory meanwhile would move what is looked for.
#[cfg(target_os = "linux")]
#[test]
fn a_locked_store_leaves_no_key_in_memory() {
    const ALONE: &str = "TAMARACK_TEST_ALONE";
    const NAME: &str = "store::sqlcipher::tests::a_locked_store_leaves_no_key_in_memory";
    if std::env::var_os(ALONE).is_none() {
        let alone = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME, "--nocapture", "--test-threads=1"])
            .env(ALONE, "1")
            .output()
            .unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&alone.stdout), String::from_utf8_lossy(&alone.stderr));
        assert!(alone.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let store = create(folder.path());
    put(&store, "a", b"1").unwrap();
    let (half, other) = {
        // The key's own bytes, never whole but in the store: its halves, each turned over.
        let key = KeyFile::read(folder.path()).unwrap().unwrap_current(DEVICE).unwrap();
        let turned = |part: &[u8]| part.iter().map(|byte| !byte).collect::<Vec<u8>>();
        (turned(&key.bytes()[..16]), turned(&key.bytes()[16..]))
    };
    let key = || Zeroizing::new(half.iter().chain(&other).map(|byte| !byte).collect::<Vec<u8>>());
    // It is seen where it is looked for with, and nowhere else; an open store keeps its key masked.
    assert_eq!(times(&key()), 1, "in an open store");
    store.lock();
    assert_eq!(times(&key()), 1, "in a locked store");
}

#[test]
fn the_guard_and_the_key_change() {
    let folder = tempfile::tempdir().unwrap();
    let store = create(folder.path());
    put(&store, "a", b"1").unwrap();
    let phrase = Guard::Passphrase("one");
    assert_eq!(code(store.change_guard(phrase, phrase, &mut SystemRandomness)), WalletCode::StoreWrongKey);
    store.change_guard(DEVICE, phrase, &mut SystemRandomness).unwrap();
    assert_eq!(code(open(folder.path())), WalletCode::StoreWrongKey);
    store.change_guard(phrase, DEVICE, &mut SystemRandomness).unwrap();

    let before = fs::read(folder.path().join(DATABASE)).unwrap();
    let key = || KeyFile::read(folder.path()).unwrap().unwrap_current(DEVICE).unwrap();
    let old = key();
    assert_eq!(code(store.rekey(phrase, &mut SystemRandomness)), WalletCode::StoreWrongKey);
    store.rekey(DEVICE, &mut SystemRandomness).unwrap();
    assert_ne!(key().bytes(), old.bytes());
    assert_ne!(fs::read(folder.path().join(DATABASE)).unwrap(), before);
    assert!(connect(&folder.path().join(DATABASE), &old, false).is_err(), "the old key is worth nothing");
    put(&store, "b", b"2").unwrap();
    store.check().unwrap();
    drop(store);
    let store = open(folder.path()).unwrap();
    assert_eq!(all(&store).len(), 2);
    store.check().unwrap();
}

#[test]
fn a_change_of_key_that_was_interrupted_is_settled() {
    for came_about in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let store = create(folder.path());
        put(&store, "a", b"1").unwrap();
        // As a crash leaves it: the new key is noted, and the database has it or not.
        let mut file = KeyFile::read(folder.path()).unwrap();
        let next = DatabaseKey::fresh(&mut SystemRandomness).unwrap();
        file.set_next(&next, DEVICE, &mut SystemRandomness).unwrap();
        file.write(folder.path()).unwrap();
        if came_about {
            let connection = store.connection();
            store.change_key(connection.as_ref().unwrap(), &next).unwrap();
        }
        drop(store);
        let store = open(folder.path()).unwrap();
        assert_eq!(all(&store).len(), 1);
        let file = KeyFile::read(folder.path()).unwrap();
        assert!(!file.has_next());
        assert_eq!(file.unwrap_current(DEVICE).unwrap().bytes() == next.bytes(), came_about);
    }
}

#[test]
fn a_making_that_was_interrupted_is_finished_or_begun_again() {
    // Before the key file: nobody has the key.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(UNFINISHED), b"half a database").unwrap();
    fs::write(folder.path().join("wallet.new-wal"), b"half a log").unwrap();
    assert_eq!(code(open(folder.path())), WalletCode::StoreMissing);
    drop(create(folder.path()));
    // Behind it: only the name is missing.
    fs::rename(folder.path().join(DATABASE), folder.path().join(UNFINISHED)).unwrap();
    put(&open(folder.path()).unwrap(), "a", b"1").unwrap();
    assert_eq!(all(&open(folder.path()).unwrap()).len(), 1);
    // What is gone is said to be gone, and not made anew.
    fs::remove_file(folder.path().join(DATABASE)).unwrap();
    assert_eq!(code(open(folder.path())), WalletCode::StoreDamaged);
    SqlCipherStore::destroy(folder.path()).unwrap();
    assert_eq!(files(folder.path()), BTreeMap::new());
    drop(create(folder.path()));
    fs::remove_file(folder.path().join(key_file::NAME)).unwrap();
    assert_eq!(code(open(folder.path())), WalletCode::StoreDamaged);
    assert_eq!(code(SqlCipherStore::create(folder.path(), DEVICE, &mut SystemRandomness)), WalletCode::StoreExists);
}

#[test]
fn key_files_that_are_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(create(folder.path()));
    let path = folder.path().join(key_file::NAME);
    let text = fs::read_to_string(&path).unwrap();
    for (bad, expected) in [
        (text.replace("\"tamarackWalletKey\":1", "\"tamarackWalletKey\":2"), WalletCode::StoreTooNew),
        (text.replace("\"tamarackWalletKey\":1", "\"tamarackWalletKey\":0"), WalletCode::StoreDamaged),
        (text.replace("sealed\":\"", "sealed\":\"*"), WalletCode::StoreDamaged),
        (text.replace("sealed\":\"", "sealed\":\"AAAA"), WalletCode::StoreWrongKey),
        (text.replace("check\":\"", "check\":\"AAAA"), WalletCode::StoreWrongKey),
        (text.chars().take(text.len() / 2).collect(), WalletCode::StoreDamaged),
        (String::new(), WalletCode::StoreDamaged),
    ] {
        fs::write(&path, bad).unwrap();
        assert_eq!(code(open(folder.path())), expected);
    }
    // One that asks for all of the memory, or none.
    let store =
        SqlCipherStore::create(&folder.path().join("p"), Guard::Passphrase("p"), &mut SystemRandomness).unwrap();
    drop(store);
    let path = folder.path().join("p").join(key_file::NAME);
    let text = fs::read_to_string(&path).unwrap();
    for (good, bad) in
        [("65536", "4294967295"), ("65536", "31"), ("\"passes\":3", "\"passes\":33"), ("\"lanes\":4", "\"lanes\":0")]
    {
        assert!(text.contains(good), "{text}");
        fs::write(&path, text.replace(good, bad)).unwrap();
        assert_eq!(
            code(SqlCipherStore::open(&folder.path().join("p"), Guard::Passphrase("p"))),
            WalletCode::StoreDamaged,
            "{bad}"
        );
    }
}

#[test]
fn a_full_disk_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = create(folder.path());
    put(&store, "a", &[1; 50_000]).unwrap();
    let limit = |pages: u32| {
        let connection = store.connection();
        connection
            .as_ref()
            .unwrap()
            .pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, u32>(0))
            .unwrap()
    };
    let pages = limit(1);
    assert!(pages > 12, "it never falls below what is there: {pages}");
    let error = store
        .write(&[
            Change::put(Kind::Credential, "a", vec![2; 50_000]),
            Change::put(Kind::Credential, "b", vec![2; 90_000]),
        ])
        .unwrap_err();
    assert_eq!((error.wallet_code(), error.kind()), (Some(WalletCode::StoreFull), ErrorKind::Storage));
    assert_eq!(all(&store), BTreeMap::from([("a".to_owned(), vec![1; 50_000])]), "nothing was changed");
    store.check().unwrap();
    limit(1_000_000);
    put(&store, "b", &[2; 90_000]).unwrap();
    assert_eq!(all(&open(folder.path()).unwrap()).len(), 2);
}

#[test]
fn damage_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = create(folder.path());
    for n in 0..40 {
        put(&store, &format!("{n}"), &[7; 3_000]).unwrap();
    }
    drop(store);
    let path = folder.path().join(DATABASE);
    let good = fs::read(&path).unwrap();
    let pages = good.len() / 4096;
    assert!(pages > 20);
    for (page, at) in [(0, 20), (0, 3_000), (pages / 2, 17), (pages - 1, 4_090)] {
        let mut bad = good.clone();
        bad[page * 4096 + at] ^= 1;
        fs::write(&path, &bad).unwrap();
        let found = open(folder.path()).and_then(|store| store.check());
        assert_eq!(code(found), WalletCode::StoreDamaged, "page {page}");
    }
    // Cut short.
    fs::write(&path, &good[..good.len() - 4096]).unwrap();
    assert_eq!(code(open(folder.path()).and_then(|store| store.check())), WalletCode::StoreDamaged);
    fs::write(&path, &good).unwrap();
    open(folder.path()).unwrap().check().unwrap();
}

#[test]
fn another_process_waits_or_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (create(folder.path()), open(folder.path()).unwrap());
    put(&one, "a", b"1").unwrap();
    assert_eq!(all(&two).len(), 1);
    let held = one.connection();
    let held: &Connection = held.as_ref().unwrap();
    held.execute_batch("BEGIN IMMEDIATE").unwrap();
    two.with(|connection| connection.busy_timeout(Duration::ZERO).map_err(|error| sql(&error))).unwrap();
    assert_eq!(code(put(&two, "b", b"2")), WalletCode::StoreBusy);
    held.execute_batch("ROLLBACK").unwrap();
    put(&two, "b", b"2").unwrap();
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let store = create(folder.path());
    put(&store, "a", b"1").unwrap();
    for name in files(folder.path()).keys() {
        let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
}
