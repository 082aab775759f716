//! One suite for every store.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests may stop at the first surprise"
)]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use common::FakeDevice;
use tamarack::{Randomness as _, SeededRandomness, SystemRandomness};
use tamarack_wallet::{Change, Guard, Kind, MemoryStore, Result, SqlCipherStore, Store, WalletCode, limits};

/// Runs the whole suite on stores that are made empty.
fn conforms<S: Store + 'static>(make: &dyn Fn() -> S) {
    keeps_what_it_is_given(&make());
    lists_in_order(&make());
    all_or_none(&make());
    what_happens_once(&make());
    refuses_what_is_too_large(&make());
    kinds_are_apart(&make());
    serves_many_threads(Arc::new(make()));
    behaves_as_a_map(&make());
}

#[test]
fn memory_conforms() {
    conforms(&MemoryStore::new);
}

#[test]
fn sqlcipher_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let count = std::cell::Cell::new(0);
    conforms(&|| {
        count.set(count.get() + 1);
        let folder = folder.path().join(count.get().to_string());
        SqlCipherStore::create(&folder, Guard::Device(&FakeDevice::new(7)), &mut SystemRandomness).unwrap()
    });
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> Option<WalletCode> {
    result.unwrap_err().wallet_code()
}

fn text(store: &dyn Store, kind: Kind, id: &str) -> Option<String> {
    store.read(kind, id).unwrap().map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
}

fn keeps_what_it_is_given(store: &dyn Store) {
    assert_eq!(text(store, Kind::Credential, "a"), None);
    assert_eq!(store.count(Kind::Credential).unwrap(), 0);
    store.write(&[]).unwrap();
    store.write(&[Change::put(Kind::Credential, "a", b"one".to_vec())]).unwrap();
    assert_eq!(text(store, Kind::Credential, "a").as_deref(), Some("one"));
    store.write(&[Change::put(Kind::Credential, "a", b"two".to_vec())]).unwrap();
    assert_eq!(text(store, Kind::Credential, "a").as_deref(), Some("two"));
    let large = vec![0xa5; limits::RECORD_BYTES];
    store
        .write(&[Change::put(Kind::Credential, "é\0", large.clone()), Change::put(Kind::Credential, "", Vec::new())])
        .unwrap();
    assert_eq!(*store.read(Kind::Credential, "é\0").unwrap().unwrap(), large);
    assert_eq!(text(store, Kind::Credential, "").as_deref(), Some(""));
    assert_eq!(store.count(Kind::Credential).unwrap(), 3);
    store.write(&[Change::remove(Kind::Credential, "a"), Change::remove(Kind::Credential, "never")]).unwrap();
    assert_eq!(text(store, Kind::Credential, "a"), None);
    assert_eq!(store.count(Kind::Credential).unwrap(), 2);
}

fn lists_in_order(store: &dyn Store) {
    let ids = ["b", "a", "aa", "é", "B", ""];
    let changes: Vec<Change> = ids.iter().map(|id| Change::put(Kind::History, *id, id.as_bytes().to_vec())).collect();
    store.write(&changes).unwrap();
    let mut sorted: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    sorted.sort();
    assert_eq!(store.ids(Kind::History, None, 100).unwrap(), sorted);
    let listed = store.list(Kind::History, None, 100).unwrap();
    assert!(listed.iter().all(|(id, bytes)| id.as_bytes() == bytes));
    assert_eq!(listed.into_iter().map(|(id, _)| id).collect::<Vec<_>>(), sorted);
    // Page by page, also from an id that is not there.
    assert_eq!(store.ids(Kind::History, None, 2).unwrap(), sorted[..2]);
    assert_eq!(store.ids(Kind::History, Some(&sorted[1]), 2).unwrap(), sorted[2..4]);
    assert_eq!(store.ids(Kind::History, Some(""), 100).unwrap(), sorted[1..]);
    assert_eq!(store.ids(Kind::History, Some("ab"), 1).unwrap(), ["b"]);
    assert_eq!(store.ids(Kind::History, Some("é"), 100).unwrap(), [""; 0]);
    assert_eq!(store.list(Kind::History, None, 0).unwrap(), []);
}

fn all_or_none(store: &dyn Store) {
    store.write(&[Change::put(Kind::Key, "there", b"1".to_vec())]).unwrap();
    let bad = [
        Change::put(Kind::Key, "there", b"2".to_vec()),
        Change::put(Kind::Setting, "new", b"2".to_vec()),
        Change::remove(Kind::Key, "there"),
        Change::put_new(Kind::Setting, "new", b"3".to_vec()),
    ];
    assert_eq!(code(store.write(&bad)), Some(WalletCode::StoreTaken));
    assert_eq!(text(store, Kind::Key, "there").as_deref(), Some("1"));
    assert_eq!(text(store, Kind::Setting, "new"), None);
    let bad = [Change::remove(Kind::Key, "there"), Change::take(Kind::Key, "there")];
    assert_eq!(code(store.write(&bad)), Some(WalletCode::RecordMissing));
    assert_eq!(text(store, Kind::Key, "there").as_deref(), Some("1"));
    // In their order: taken, then new again.
    let good = [Change::take(Kind::Key, "there"), Change::put_new(Kind::Key, "there", b"2".to_vec())];
    store.write(&good).unwrap();
    assert_eq!(text(store, Kind::Key, "there").as_deref(), Some("2"));
}

fn what_happens_once(store: &dyn Store) {
    let new = [Change::put_new(Kind::Pending, "offer", b"1".to_vec())];
    store.write(&new).unwrap();
    assert_eq!(code(store.write(&new)), Some(WalletCode::StoreTaken));
    store.write(&[Change::take(Kind::Pending, "offer")]).unwrap();
    assert_eq!(code(store.write(&[Change::take(Kind::Pending, "offer")])), Some(WalletCode::RecordMissing));
}

fn refuses_what_is_too_large(store: &dyn Store) {
    let many = vec![Change::remove(Kind::Key, "a"); limits::CHANGES + 1];
    for bad in [
        vec![Change::put(Kind::Key, "x".repeat(limits::RECORD_ID_BYTES + 1), Vec::new())],
        vec![Change::put(Kind::Key, "x", vec![0; limits::RECORD_BYTES + 1])],
        many,
    ] {
        let error = store.write(&bad).unwrap_err();
        assert_eq!(error.wallet_code(), Some(WalletCode::StoreLimit));
        assert!(error.name().unwrap().contains(" > "), "{error}");
    }
    assert_eq!(store.count(Kind::Key).unwrap(), 0);
    store.write(&[Change::put(Kind::Key, "x".repeat(limits::RECORD_ID_BYTES), Vec::new())]).unwrap();
}

fn kinds_are_apart(store: &dyn Store) {
    let changes: Vec<Change> =
        Kind::ALL.iter().map(|kind| Change::put(*kind, "same", kind.as_str().as_bytes().to_vec())).collect();
    store.write(&changes).unwrap();
    for kind in Kind::ALL {
        assert_eq!(text(store, kind, "same").as_deref(), Some(kind.as_str()));
        assert_eq!(store.ids(kind, None, 10).unwrap(), ["same"]);
        store.write(&[Change::remove(kind, "same")]).unwrap();
        assert_eq!(store.count(kind).unwrap(), 0);
    }
}

fn serves_many_threads(store: Arc<dyn Store>) {
    // Each takes numbers from one pool: none twice, none lost.
    let pool: Vec<Change> = (0..50).map(|n| Change::put(Kind::Pending, format!("{n:02}"), Vec::new())).collect();
    store.write(&pool).unwrap();
    let takers: Vec<_> = (0..4)
        .map(|_| {
            let store = Arc::clone(&store);
            std::thread::spawn(move || {
                (0..50).filter(|n| store.write(&[Change::take(Kind::Pending, format!("{n:02}"))]).is_ok()).count()
            })
        })
        .collect();
    let taken: usize = takers.into_iter().map(|taker| taker.join().unwrap()).sum();
    assert_eq!((taken, store.count(Kind::Pending).unwrap()), (50, 0));
}

/// Random writes, beside a map that does the same.
fn behaves_as_a_map(store: &dyn Store) {
    let mut random = SeededRandomness::new(&[3; 32], b"store").unwrap();
    let mut map: BTreeMap<(Kind, String), Vec<u8>> = BTreeMap::new();
    for _ in 0..200 {
        let mut wanted = map.clone();
        let mut fails = false;
        let mut draw = [0; 13];
        random.fill(&mut draw).unwrap();
        let changes: Vec<Change> = draw[1..]
            .chunks(3)
            .take(usize::from(draw[0] % 5))
            .map(|bytes| {
                let (kind, id) = (Kind::ALL[usize::from(bytes[0] % 8)], format!("{}", bytes[1] % 4));
                let key = (kind, id.clone());
                match bytes[2] % 5 {
                    0 | 1 => {
                        wanted.insert(key, vec![bytes[2]]);
                        Change::put(kind, id, vec![bytes[2]])
                    }
                    2 => {
                        fails |= wanted.insert(key, vec![bytes[2]]).is_some();
                        Change::put_new(kind, id, vec![bytes[2]])
                    }
                    3 => {
                        fails |= wanted.remove(&key).is_none();
                        Change::take(kind, id)
                    }
                    _ => {
                        wanted.remove(&key);
                        Change::remove(kind, id)
                    }
                }
            })
            .collect();
        assert_eq!(store.write(&changes).is_err(), fails, "{changes:?}");
        if !fails {
            map = wanted;
        }
        let there = Kind::ALL.iter().flat_map(|kind| {
            store.list(*kind, None, 100).unwrap().into_iter().map(move |(id, bytes)| ((*kind, id), bytes))
        });
        assert_eq!(there.collect::<BTreeMap<_, _>>(), map);
    }
}
