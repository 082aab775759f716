//! Databases as each version of the tables left them: opened, brought up to date, and used. The SQL and the records were written by
//! those versions and stand as they are.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use rusqlite::Connection;
use tamarack::keys::Signer as _;
use tamarack::messages::Lang;
use tamarack::{SystemRandomness, Timestamp};

use super::key_file::KeyFile;
use super::*;
use crate::error::ErrorKind;
use crate::history::{self, Event, Search};
use crate::keys::{self, HolderKey};
use crate::{credentials, receipts, status};

/// Version by version, from the first.
const VERSIONS: [&str; schema::VERSION as usize] =
    [include_str!("older/version-1.sql"), include_str!("older/version-2.sql")];
const PHRASE: Guard<'static> = Guard::Device(&super::tests::Device(1));
const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// A folder with a store whose database a version left.
fn left_by(sql: &str, version: u32) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    drop(SqlCipherStore::create(folder.path(), PHRASE, &mut SystemRandomness).unwrap());
    let connection = raw(folder.path());
    connection.execute_batch("DROP TABLE record").unwrap();
    connection.execute_batch(sql).unwrap();
    connection.pragma_update(None, "user_version", version).unwrap();
    folder
}

/// Whole folders as each version left them, with the key file and the cipher's settings of its time: database and key file.
const FOLDERS: [(&[u8], &[u8]); schema::VERSION as usize] = [
    (include_bytes!("older/version-1.db"), include_bytes!("older/version-1.key")),
    (include_bytes!("older/version-2.db"), include_bytes!("older/version-2.key")),
];

#[test]
fn a_whole_folder_of_every_version_is_opened() {
    for (database, key) in FOLDERS {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(DATABASE), database).unwrap();
        std::fs::write(folder.path().join("wallet.key"), key).unwrap();
        let store = SqlCipherStore::open(folder.path(), PHRASE).unwrap();
        let [summary] = credentials::summaries(&store).unwrap().try_into().unwrap();
        let stored = credentials::read(&store, &summary.id).unwrap();
        assert!(stored.held().unwrap().document().contains_key("vct"));
        HolderKey::open(&store, None, stored.key.as_deref().unwrap()).unwrap();
        store.check().unwrap();
        store.rekey(PHRASE, &mut SystemRandomness).unwrap();
        drop(store);
        let again = SqlCipherStore::open(folder.path(), PHRASE).unwrap();
        assert_eq!(credentials::summaries(&again).unwrap().len(), 1);
        assert_eq!(version(&raw(folder.path())), schema::VERSION);
    }
}

fn raw(folder: &Path) -> Connection {
    let key = KeyFile::read(folder).unwrap().unwrap_current(PHRASE).unwrap();
    connect(&folder.join(DATABASE), &key, false).unwrap()
}

fn version(connection: &Connection) -> u32 {
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn a_wallet_of_every_version_is_opened_with_all_that_it_had() {
    let mut seen: Vec<BTreeMap<(Kind, String), Vec<u8>>> = Vec::new();
    for (version, sql) in (1..).zip(VERSIONS) {
        let folder = left_by(sql, version);
        let store = SqlCipherStore::open(folder.path(), PHRASE).unwrap();
        // Not only bytes: each record is read by whoever needs it.
        let [summary] = credentials::summaries(&store).unwrap().try_into().unwrap();
        assert_eq!((summary.id.as_str(), summary.shown, summary.title.get(Lang::Fr)), ("card-1", 3, Some("Carte")));
        assert_eq!(status::condition(&store, "card-1", NOW).unwrap(), status::Condition::Suspended);
        let stored = credentials::read(&store, "card-1").unwrap();
        assert!(stored.held().unwrap().document().contains_key("vct"));
        let key = HolderKey::open(&store, None, stored.key.as_deref().unwrap()).unwrap();
        key.public_key().verify(key.algorithm(), b"m", &key.sign(key.algorithm(), b"m").unwrap()).unwrap();
        assert_eq!(keys::list(&store).unwrap().len(), 3, "the card's, the receipts', and secrets");
        let [entry] = history::search(&store, &Search::default(), 9).unwrap().try_into().unwrap();
        assert_eq!((entry.event, entry.credentials[0].claims.len()), (Event::Shown, 1));
        let [receipt] = receipts::list(&store).unwrap().try_into().unwrap();
        assert_eq!(entry.consent.as_deref(), Some(receipt.id()));
        assert!(receipt.covers("https://on.example/card", "/ageOver19") && receipt.stands_until() > Some(NOW));
        let withdrawn = receipts::withdraw(&store, receipt.id(), NOW, &mut SystemRandomness).unwrap();
        assert!(withdrawn.is_withdrawn() && withdrawn.record.pii_principal_id == receipt.record.pii_principal_id);
        assert_eq!(store.read(Kind::Setting, "binary").unwrap().unwrap().as_slice(), [0xff, 0, 1]);
        assert_eq!(store.read(Kind::Pending, "offer").unwrap().unwrap().as_slice(), b"{\"version\":1}");
        store.check().unwrap();
        drop(store);
        let again = SqlCipherStore::open(folder.path(), PHRASE).unwrap();
        assert_eq!(again.count(Kind::History).unwrap(), 2, "it is written to as any");
        // What two versions left of one wallet is the same wallet afterwards.
        let fresh = left_by(sql, version);
        let store = SqlCipherStore::open(fresh.path(), PHRASE).unwrap();
        let all = Kind::ALL.iter().flat_map(|kind| {
            store.list(*kind, None, 99).unwrap().into_iter().map(move |(id, bytes)| ((*kind, id), bytes))
        });
        seen.push(all.collect());
    }
    assert!(seen[0].len() >= 10 && seen.iter().all(|one| *one == seen[0]));
}

#[test]
fn a_newer_version_is_refused_and_not_touched() {
    let folder = left_by(VERSIONS[VERSIONS.len() - 1], schema::VERSION + 1);
    let before = super::tests::files(folder.path());
    let error = SqlCipherStore::open(folder.path(), PHRASE).unwrap_err();
    assert_eq!((error.wallet_code(), error.kind()), (Some(WalletCode::StoreTooNew), ErrorKind::Storage));
    let mut after = super::tests::files(folder.path());
    // The log and its index come and go with a connection.
    after.retain(|name, _| before.contains_key(name));
    assert_eq!(after, before);
    // Whoever knows that version has it as it was.
    let connection = raw(folder.path());
    connection.pragma_update(None, "user_version", schema::VERSION).unwrap();
    drop(connection);
    assert_eq!(credentials::summaries(&SqlCipherStore::open(folder.path(), PHRASE).unwrap()).unwrap().len(), 1);
}

/// Steps of versions to come: each stands by itself, and one that fails leaves what the one before it made.
#[test]
fn steps_come_about_one_by_one_and_whole() {
    let folder = left_by(VERSIONS[0], 1);
    let connection = raw(folder.path());
    let [_, two] = schema::STEPS;
    let (three, four) = ("CREATE TABLE note (text TEXT NOT NULL) STRICT;", "INSERT INTO note SELECT id FROM record;");
    let broken = "DELETE FROM record; INSERT INTO nowhere VALUES (1);";
    assert!(schema::migrate_by(&connection, &["", two, three, broken]).is_err());
    assert_eq!(version(&connection), 3);
    let count = |table: &str| -> usize {
        connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    let records = count("record");
    assert!(records >= 10, "what the broken step deleted is there");
    schema::migrate_by(&connection, &["", two, three, four]).unwrap();
    assert_eq!((version(&connection), count("note"), count("record")), (4, records, records));
}

/// Many records, so that bringing them up to date takes its time.
fn large(version: u32) -> tempfile::TempDir {
    let folder = left_by(VERSIONS[0], version);
    let connection = raw(folder.path());
    connection
        .execute_batch(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
             INSERT INTO records SELECT 'history', 'many-' || i, zeroblob(400) FROM n;",
        )
        .unwrap();
    folder
}

#[test]
fn a_full_disk_in_the_middle_leaves_the_old_version() {
    let folder = large(1);
    let connection = raw(folder.path());
    let pages: u32 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    connection.pragma_update_and_check(None, "max_page_count", pages + 50, |row| row.get::<_, u32>(0)).unwrap();
    let error = schema::migrate(&connection).unwrap_err();
    assert_eq!(error.wallet_code(), Some(WalletCode::StoreFull));
    assert_eq!(version(&connection), 1);
    drop(connection);
    let store = SqlCipherStore::open(folder.path(), PHRASE).unwrap();
    assert_eq!(store.count(Kind::History).unwrap(), 30_001);
    store.check().unwrap();
}

/// Where the victim opens a store; set for the victim alone.
const FOLDER: &str = "TAMARACK_MIGRATE_FOLDER";

/// The victim: nothing unless it is told where to work.
#[test]
fn victim() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let say = |word: &str| {
        let mut out = std::io::stdout();
        writeln!(out, "\n{word}").unwrap();
        out.flush().unwrap();
    };
    say("begin");
    drop(SqlCipherStore::open(Path::new(&folder), PHRASE).unwrap());
    say("done");
}

#[test]
fn a_kill_in_the_middle_loses_nothing_and_the_next_opening_goes_on() {
    // How long it takes when nobody interferes.
    let folder = large(1);
    let begun = Instant::now();
    drop(SqlCipherStore::open(folder.path(), PHRASE).unwrap());
    let whole = begun.elapsed();
    let (mut in_the_middle, cycles) = (0, 8);
    for cycle in 0..cycles {
        let folder = large(1);
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::sqlcipher::older::victim", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(victim.stdout.take().unwrap());
        let mut line = String::new();
        while line.trim() != "begin" {
            line.clear();
            assert!(out.read_line(&mut line).unwrap() > 0, "the victim began");
        }
        std::thread::sleep(whole * cycle / cycles);
        victim.kill().unwrap();
        victim.wait().unwrap();
        // As the kill left it, before anybody sets it right.
        let at = version(&raw(folder.path()));
        assert!(at == 1 || at == schema::VERSION, "{at}");
        in_the_middle += usize::from(at == 1);
        let store = SqlCipherStore::open(folder.path(), PHRASE).unwrap();
        assert_eq!(store.count(Kind::History).unwrap(), 30_001, "cycle {cycle}");
        assert_eq!(credentials::summaries(&store).unwrap().len(), 1);
        store.check().unwrap();
    }
    assert!(in_the_middle > 0, "at least one was killed before it was done");
}
