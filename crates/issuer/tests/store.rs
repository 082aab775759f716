//! The store by itself: shared by several connections, strict about what it holds.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeSet;

use tamarack::Timestamp;
use tamarack::status::StatusKind;
use tamarack_issuer::store::{Cause, Issuer, NewKey, Record, State, Store, StoreError, Transition, Wanted};

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

fn create(folder: &std::path::Path) -> Store {
    let issuer = Issuer { did: "did:web:a.example".into(), status_base: Some("https://a.example/status".into()) };
    Store::create(folder, &issuer, NOW).unwrap()
}

fn wanted<'w>(purposes: &'w [&'w str]) -> Wanted<'w> {
    Wanted { kind: StatusKind::Bitstring, purposes, issuer: "did:web:a.example", base: "https://a.example/status" }
}

fn record<'r>(id: &'r str, status: Option<(i64, usize)>) -> Record<'r> {
    Record {
        id,
        type_name: "t",
        subject: None,
        status,
        issued: NOW,
        valid_until: NOW.plus_seconds(1),
        reissue_by: None,
        digest: [0; 32],
        body: None,
        shape: None,
        row: None,
    }
}

#[test]
fn several_connections_never_take_one_index_twice() {
    let folder = tempfile::tempdir().unwrap();
    drop(create(folder.path()));
    let take = || {
        let store = Store::open(folder.path(), NOW).unwrap();
        (0..40)
            .map(|_| {
                let taken = store.reserve_index(&wanted(&["revocation"])).unwrap();
                (taken.list.id, taken.list.allocator().unwrap().index_at(taken.counter).unwrap())
            })
            .collect::<Vec<_>>()
    };
    let all: Vec<(i64, usize)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(take)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 160);
}

#[test]
fn the_tables_refuse_a_second_use_and_an_unknown_type() {
    let folder = tempfile::tempdir().unwrap();
    let store = create(folder.path());
    assert!(
        matches!(store.add_credential(&record("urn:a", None)), Err(StoreError(Cause::Conflict(_)))),
        "no such type"
    );
    store.add_type("t", "{}", false, NOW).unwrap();
    let taken = store.reserve_index(&wanted(&["revocation"])).unwrap();
    store.add_credential(&record("urn:a", Some((taken.list.id, 7)))).unwrap();
    for (id, index) in [("urn:a", 8), ("urn:b", 7)] {
        let refused = store.add_credential(&record(id, Some((taken.list.id, index))));
        assert!(matches!(refused, Err(StoreError(Cause::Conflict(_)))), "{id} {index}");
    }
    assert!(matches!(store.change_state("urn:a", Transition::Suspend, NOW), Err(StoreError(Cause::NoStatus(_)))));
    assert_eq!(store.change_state("urn:a", Transition::Revoke, NOW).unwrap(), State::Revoked);
    assert_eq!(store.set_indexes(taken.list.id, "revocation").unwrap(), [7]);
    assert!(matches!(store.add_type("t", "[]", false, NOW), Err(StoreError(Cause::Conflict(_)))));
}

#[test]
fn one_key_of_a_kind_is_current() {
    let folder = tempfile::tempdir().unwrap();
    let store = create(folder.path());
    for name in ["z1", "z2", "z3"] {
        let method = format!("did:web:a.example#{name}");
        store.add_key(&NewKey { method: &method, kind: "Ed25519", multikey: name, sealed: "-" }, NOW).unwrap();
    }
    let states: Vec<&str> = store.keys().unwrap().iter().map(|key| key.state.as_str()).collect();
    assert_eq!(states, ["previous", "previous", "current"]);
    let again = NewKey { method: "did:web:a.example#z1", kind: "Ed25519", multikey: "z1", sealed: "-" };
    assert!(matches!(store.add_key(&again, NOW), Err(StoreError(Cause::Conflict(_)))));
}

#[test]
fn a_store_whose_making_was_interrupted_is_none_and_can_be_made() {
    let half_made: [&dyn Fn(&std::path::Path); 3] = [
        &|file| std::fs::write(file, "").unwrap(),
        // Killed before the first commit: pages in the log that nobody committed.
        &|file| {
            let raw = rusqlite::Connection::open(file).unwrap();
            raw.pragma_update(None, "journal_mode", "wal").unwrap();
        },
        // As an earlier version could leave it: tables without an issuer.
        &|file| {
            drop(create(file.parent().unwrap()));
            rusqlite::Connection::open(file).unwrap().execute("DELETE FROM issuer", []).unwrap();
        },
    ];
    for interrupt in half_made {
        let folder = tempfile::tempdir().unwrap();
        interrupt(&folder.path().join("issuer.sqlite3"));
        let opened = Store::open(folder.path(), NOW).and_then(|store| store.issuer());
        assert!(matches!(opened, Err(StoreError(Cause::Missing))));
        let made = create(folder.path()).issuer().unwrap();
        assert_eq!(Store::open(folder.path(), NOW).unwrap().issuer().unwrap(), made);
    }
}

#[test]
fn of_two_that_make_one_store_one_wins() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let make = |did: &str| {
            let issuer = Issuer { did: did.into(), status_base: None };
            Store::create(folder.path(), &issuer, NOW).map(|_| did.to_owned())
        };
        let results = std::thread::scope(|scope| {
            let threads = ["did:web:a.example", "did:web:b.example"].map(|did| scope.spawn(move || make(did)));
            threads.map(|thread| thread.join().unwrap())
        });
        let winners: Vec<&String> = results.iter().flatten().collect();
        assert_eq!(winners.len(), 1, "{results:?}");
        assert!(results.iter().any(|result| matches!(result, Err(StoreError(Cause::Exists)))), "{results:?}");
        assert_eq!(&Store::open(folder.path(), NOW).unwrap().issuer().unwrap().did, winners[0]);
    }
}

#[test]
fn a_store_is_made_once_and_a_newer_one_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Store::open(folder.path(), NOW), Err(StoreError(Cause::Missing))));
    drop(create(folder.path()));
    let issuer = Issuer { did: "did:key".into(), status_base: None };
    assert!(matches!(Store::create(folder.path(), &issuer, NOW), Err(StoreError(Cause::Exists))));
    let raw = rusqlite::Connection::open(folder.path().join("issuer.sqlite3")).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Store::open(folder.path(), NOW), Err(StoreError(Cause::TooNew))));
}
