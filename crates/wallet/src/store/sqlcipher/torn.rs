//! Writes that a crash tore: of the log, of the file during a checkpoint, of the rollback journal of a change of key, of the key file.
//! What was acknowledged is there afterwards, and never a half.

use std::fs;

use super::key_file::KeyFile;
use super::tests::{DEVICE, all, copy, create, open, put};
use super::*;

#[test]
fn a_torn_log_gives_what_was_before_and_never_a_half() {
    let folder = tempfile::tempdir().unwrap();
    let live = folder.path().join("live");
    let store = create(&live);
    // Nothing goes from the log into the file, so that the log tells the whole story.
    store
        .with(|connection| {
            connection
                .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA wal_autocheckpoint = 0")
                .map_err(|e| sql(&e))
        })
        .unwrap();
    let mut history = vec![all(&store)];
    for n in 0..12_u8 {
        // Two records that change together, and one that is large.
        let changes = [
            Change::put(Kind::Credential, "a", vec![n; 10]),
            Change::put(Kind::Credential, "b", vec![n; 10]),
            Change::put(Kind::Credential, format!("c{n}"), vec![n; 3_000]),
        ];
        store.write(&changes).unwrap();
        history.push(all(&store));
    }
    let wal = fs::read(live.join("wallet.db-wal")).unwrap();
    let broken = folder.path().join("broken");
    let mut seen = std::collections::BTreeSet::new();
    let mut try_log = |bytes: &[u8]| {
        let _ = fs::remove_dir_all(&broken);
        copy(&live, &broken);
        // The index of the log is of the process that is gone.
        fs::remove_file(broken.join("wallet.db-shm")).unwrap();
        fs::write(broken.join("wallet.db-wal"), bytes).unwrap();
        let store = open(&broken).unwrap();
        let found = all(&store);
        let at = history.iter().position(|state| *state == found).expect("a state that was");
        store.check().unwrap();
        put(&store, "more", b"1").unwrap();
        seen.insert(at);
        at
    };
    assert_eq!(try_log(&wal), 12, "the whole log tells all");
    let step = wal.len() / 60;
    for cut in (0..wal.len()).step_by(step) {
        try_log(&wal[..cut]);
        let mut flipped = wal.clone();
        flipped[cut] ^= 0x40;
        try_log(&flipped);
        // The tail is there in length, and was never written.
        let mut zeros = wal.clone();
        zeros[cut..].fill(0);
        try_log(&zeros);
    }
    assert!(seen.len() > 10, "{seen:?}");
}

/// A page of the database, in bytes.
const PAGE: usize = 4_096;

#[test]
fn a_torn_checkpoint_is_done_again_from_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let (live, broken) = (folder.path().join("live"), folder.path().join("broken"));
    let store = create(&live);
    let batch = |text: &str| store.with(|connection| connection.execute_batch(text).map_err(|e| sql(&e))).unwrap();
    for n in 0..10_u8 {
        put(&store, &format!("c{n}"), &[n; 3_000]).unwrap();
    }
    batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA wal_autocheckpoint = 0");
    let before = fs::read(live.join(DATABASE)).unwrap();
    for n in 0..20_u8 {
        put(&store, &format!("c{n}"), &[!n; 3_000]).unwrap();
    }
    let expected = all(&store);
    // The log as it was while its pages went into the file.
    let log = fs::read(live.join("wallet.db-wal")).unwrap();
    batch("PRAGMA wal_checkpoint(TRUNCATE)");
    let after = fs::read(live.join(DATABASE)).unwrap();
    assert!(after.len() > before.len() && after[..before.len()] != before);
    let try_file = |bytes: &[u8]| {
        let _ = fs::remove_dir_all(&broken);
        copy(&live, &broken);
        let _ = fs::remove_file(broken.join("wallet.db-shm"));
        fs::write(broken.join(DATABASE), bytes).unwrap();
        fs::write(broken.join("wallet.db-wal"), &log).unwrap();
        let store = open(&broken).unwrap();
        assert_eq!(all(&store), expected, "{} bytes", bytes.len());
        store.check().unwrap();
    };
    // New up to some byte, in the middle of a page as well, and old from there on; or new from there on.
    for cut in (0..after.len()).step_by(PAGE / 2 + 7) {
        let old = |at: usize| before.get(at).copied().unwrap_or_default();
        let length = cut.max(before.len());
        let front: Vec<u8> = (0..length).map(|at| if at < cut { after[at] } else { old(at) }).collect();
        try_file(&front);
        let back: Vec<u8> = (0..after.len()).map(|at| if at < cut { old(at) } else { after[at] }).collect();
        try_file(&back);
    }
}

#[test]
fn a_torn_journal_gives_what_was_before() {
    let folder = tempfile::tempdir().unwrap();
    let (live, broken) = (folder.path().join("live"), folder.path().join("broken"));
    let store = create(&live);
    for n in 0..30_u8 {
        put(&store, &format!("c{n}"), &[n; 3_000]).unwrap();
    }
    let expected = all(&store);
    drop(store);
    // As in a change of key: a rollback journal, and pages in the file before anything is committed.
    let key = KeyFile::read(&live).unwrap().unwrap_current(DEVICE).unwrap();
    let connection = connect_without_log(&live.join(DATABASE), &key).unwrap();
    connection.execute_batch("PRAGMA journal_mode = DELETE").unwrap();
    let before = fs::read(live.join(DATABASE)).unwrap();
    let begun =
        "PRAGMA cache_size = 4; PRAGMA cache_spill = 2; BEGIN IMMEDIATE; UPDATE record SET bytes = zeroblob(3000)";
    connection.execute_batch(begun).unwrap();
    let during = fs::read(live.join(DATABASE)).unwrap();
    let journal = fs::read(live.join(JOURNAL)).unwrap();
    assert!(during != before && journal.len() > PAGE, "pages are in the file, and what was there is in the journal");
    let try_files = |database: &[u8], journal: &[u8]| {
        let _ = fs::remove_dir_all(&broken);
        fs::create_dir(&broken).unwrap();
        fs::copy(live.join("wallet.key"), broken.join("wallet.key")).unwrap();
        fs::write(broken.join(DATABASE), database).unwrap();
        fs::write(broken.join(JOURNAL), journal).unwrap();
        let store = open(&broken).unwrap();
        assert_eq!(all(&store), expected, "{} bytes of the journal", journal.len());
        store.check().unwrap();
        put(&store, "more", b"1").unwrap();
    };
    // The journal is on the disk before a page of the file changes: so it is torn beside the old file, or whole beside any mixture.
    for cut in (0..journal.len()).step_by(journal.len() / 40) {
        try_files(&before, &journal[..cut]);
        let mut zeros = journal.clone();
        zeros[cut..].fill(0);
        try_files(&before, &zeros);
    }
    for cut in (0..during.len()).step_by(PAGE / 2 + 7) {
        let mixed: Vec<u8> = during[..cut].iter().chain(before.get(cut..).unwrap_or_default()).copied().collect();
        try_files(&mixed, &journal);
    }
}

#[test]
fn a_torn_key_file_is_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = create(folder.path());
    put(&store, "a", b"1").unwrap();
    drop(store);
    let whole = fs::read(folder.path().join("wallet.key")).unwrap();
    // The new file is written beside the old one, which it takes the place of when it is whole.
    for cut in 0..=whole.len() {
        fs::write(folder.path().join("wallet.key.new"), &whole[..cut]).unwrap();
        if cut % 50 == 0 || cut == whole.len() {
            let store = open(folder.path()).unwrap();
            assert_eq!(all(&store).len(), 1);
        }
    }
}
