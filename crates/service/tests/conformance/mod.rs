//! The conformance suite.

use std::sync::atomic::{AtomicUsize, Ordering};

use tamarack::Timestamp;
use tamarack_service::store::issuing::{Filter, Issuer, Issuing, Record, Redeeming};
use tamarack_service::store::{
    Address, AuditEntry, AuditEvent, AuditFlaw, ChainEnd, ChainError, Database, ExchangeFile, FileAdded, NewExchange,
    NewTicket, StoreError, Taken,
};
use tokio::task::JoinSet;

pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

/// An empty database, which may be opened several times, as by several processes.
pub(crate) struct World {
    pub(crate) address: Address,
}

impl World {
    async fn open(&self) -> Database {
        Database::open(&self.address, NOW).await.unwrap()
    }
}

/// Runs every test in a database of its own.
pub(crate) async fn run(make: &mut dyn FnMut(&str) -> World) {
    opened_at_once_it_is_made_once(&make("made")).await;
    one_of_64_takes_a_ticket(&make("race")).await;
    a_ticket_is_good_for_its_time_and_its_kind(&make("tickets")).await;
    guesses_made_at_once_count_each(&make("guesses")).await;
    of_two_that_read_one_version_one_changes_it(&make("exchanges")).await;
    what_is_over_is_forgotten(&make("forgotten")).await;
    nothing_is_lost_when_it_is_closed(&make("reopened")).await;
    the_log_is_a_chain(&make("audit")).await;
    a_ticket_that_is_good_can_be_prolonged(&make("prolonged")).await;
    exchanges_have_pages(&make("pages")).await;
    files_are_added_within_bounds(&make("files")).await;
    what_is_let_in_once_is_let_in_with_what_it_brings(&make("once")).await;
    nobody_waits_for_whoever_gave_up(&make("given-up")).await;
    credentials_are_found_by_their_subject(&make("subjects")).await;
    a_long_log_is_a_chain_too(&make("long")).await;
}

fn ticket<'t>(kind: &'t str, secret: &'t str) -> NewTicket<'t> {
    NewTicket { kind, secret, family: "f", payload: "{}", created: NOW, expires: NOW.plus_seconds(60) }
}

async fn opened_at_once_it_is_made_once(world: &World) {
    let mut all = JoinSet::new();
    for _ in 0..4 {
        let address = world.address.clone();
        all.spawn(async move { Database::open(&address, NOW).await });
    }
    for database in all.join_all().await {
        database.unwrap().ping().await.unwrap();
    }
}

async fn one_of_64_takes_a_ticket(world: &World) {
    let two = [world.open().await, world.open().await];
    for round in 0..8 {
        let secret = format!("code-{round}");
        two[0].put_ticket(&ticket("code", &secret)).await.unwrap();
        let mut all = JoinSet::new();
        for client in 0..64 {
            let (database, secret) = (two[client % 2].clone(), secret.clone());
            all.spawn(async move { database.take_ticket("code", &secret, NOW).await.unwrap() });
        }
        let taken = all.join_all().await;
        assert_eq!(taken.iter().filter(|one| matches!(one, Taken::Fresh(_))).count(), 1);
        assert_eq!(taken.iter().filter(|one| matches!(one, Taken::Again(_))).count(), 63);
    }
}

async fn a_ticket_is_good_for_its_time_and_its_kind(world: &World) {
    let database = world.open().await;
    database.put_ticket(&NewTicket { payload: r#"{"a":"é"}"#, ..ticket("code", "s") }).await.unwrap();
    assert!(matches!(database.put_ticket(&ticket("code", "s")).await, Err(StoreError::Conflict(_))));
    assert!(!database.put_ticket_once(&ticket("code", "s")).await.unwrap());
    assert!(database.put_ticket_once(&ticket("nonce", "s")).await.unwrap());
    let held = database.ticket("code", "s", NOW).await.unwrap().unwrap();
    assert_eq!((held.payload.as_str(), held.family.as_str(), held.tries), (r#"{"a":"é"}"#, "f", 0));
    assert!(!format!("{held:?}").contains('é'));
    for (kind, secret, after) in [("token", "s", 0), ("code", "S", 0), ("code", "", 0), ("code", "s", 60)] {
        let now = NOW.plus_seconds(after);
        assert_eq!(database.ticket(kind, secret, now).await.unwrap(), None, "{kind} {secret} {after}");
        assert_eq!(database.take_ticket(kind, secret, now).await.unwrap(), Taken::Gone, "{kind} {secret} {after}");
    }
    assert!(database.take_ticket("code", "s", NOW.plus_seconds(59)).await.unwrap().fresh().is_some());
    assert_eq!(database.ticket("code", "s", NOW).await.unwrap(), None, "a used one is not good");
    assert_eq!(database.end_family("f").await.unwrap(), 2);
    assert_eq!(database.end_family("").await.unwrap(), 0);
    assert_eq!(database.take_ticket("nonce", "s", NOW).await.unwrap(), Taken::Gone);
    database.put_ticket(&ticket("session", "x")).await.unwrap();
    assert!(database.end_ticket("session", "x").await.unwrap());
    assert!(!database.end_ticket("session", "x").await.unwrap());
}

async fn guesses_made_at_once_count_each(world: &World) {
    let database = world.open().await;
    database.put_ticket(&ticket("code", "s")).await.unwrap();
    let allowed = std::sync::Arc::new(AtomicUsize::new(0));
    let mut all = JoinSet::new();
    for _ in 0..64 {
        let (database, allowed) = (database.clone(), allowed.clone());
        all.spawn(async move {
            if database.try_ticket("code", "s", 5, NOW).await.unwrap().is_some() {
                allowed.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    all.join_all().await;
    assert_eq!(allowed.load(Ordering::Relaxed), 5);
}

fn exchange(id: &str) -> NewExchange<'_> {
    NewExchange { kind: "request", id, state: "waiting", payload: "1", created: NOW, expires: NOW.plus_seconds(60) }
}

async fn of_two_that_read_one_version_one_changes_it(world: &World) {
    let database = world.open().await;
    let photo = ExchangeFile { name: "photo".into(), media_type: "image/jpeg".into(), body: vec![0, 255, 1] };
    database.add_exchange(&exchange("a"), std::slice::from_ref(&photo)).await.unwrap();
    assert!(matches!(database.add_exchange(&exchange("a"), &[]).await, Err(StoreError::Conflict(_))));
    database.add_exchange(&exchange("b"), &[]).await.unwrap();
    let read = database.exchange("request", "a", NOW).await.unwrap().unwrap();
    let mut all = JoinSet::new();
    for _ in 0..16 {
        let (database, read) = (database.clone(), read.clone());
        all.spawn(async move { database.change_exchange("request", &read, "answered", "2", NOW).await.unwrap() });
    }
    assert_eq!(all.join_all().await.iter().filter(|changed| **changed).count(), 1);
    let read = database.exchange("request", "a", NOW).await.unwrap().unwrap();
    assert_eq!((read.state.as_str(), read.payload.as_str(), read.version), ("answered", "2", 1));
    let ids = |state| {
        let database = &database;
        async move {
            let found = database.exchanges("request", state, 10, NOW).await.unwrap();
            found.into_iter().map(|one| one.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(ids(None).await, ["a", "b"]);
    assert_eq!(ids(Some("waiting")).await, ["b"]);
    let due = async |state: &str| {
        let found = database.exchanges_up_to("request", state, 10, NOW).await.unwrap();
        found.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(due("answered").await, ["a"]);
    assert_eq!(due("waiting").await, ["a", "b"]);
    assert_eq!(due("a").await, Vec::<String>::new());
    // One goes on and another begins, both or neither; whoever read an older version does neither.
    let read = database.exchange("request", "b", NOW).await.unwrap().unwrap();
    let both = async |id: &str| {
        database.change_exchange_and_begin("request", &read, "answered", "3", &exchange(id), NOW).await
    };
    assert!(matches!(both("a").await, Err(StoreError::Conflict(_))));
    assert_eq!(database.exchange("request", "b", NOW).await.unwrap().unwrap().state, "waiting");
    assert!(both("c").await.unwrap());
    assert!(!both("d").await.unwrap());
    assert_eq!(database.count_all_exchanges("request", NOW).await.unwrap(), 3);
    assert_eq!(database.count_all_exchanges("request", NOW.plus_seconds(60)).await.unwrap(), 0);
    assert_eq!(database.exchange_files("request", "a").await.unwrap(), [photo]);
    assert!(database.end_exchange("request", "a").await.unwrap());
    assert_eq!(database.exchange_files("request", "a").await.unwrap(), []);
}

async fn what_is_over_is_forgotten(world: &World) {
    let database = world.open().await;
    let file = ExchangeFile { name: "photo".into(), media_type: "image/png".into(), body: vec![1] };
    database.add_exchange(&exchange("a"), &[file]).await.unwrap();
    database.put_ticket(&ticket("code", "s")).await.unwrap();
    assert_eq!(database.forget_expired(NOW.plus_seconds(59)).await.unwrap(), 0);
    assert!(database.exchange("request", "a", NOW.plus_seconds(60)).await.unwrap().is_none());
    assert_eq!(database.forget_expired(NOW.plus_seconds(60)).await.unwrap(), 2);
    assert_eq!(database.exchange_files("request", "a").await.unwrap(), []);
}

async fn nothing_is_lost_when_it_is_closed(world: &World) {
    let database = world.open().await;
    database.put_ticket(&ticket("code", "s")).await.unwrap();
    database.close().await;
    assert!(database.ping().await.is_err());
    assert!(world.open().await.ticket("code", "s", NOW).await.unwrap().is_some());
}

async fn the_log_is_a_chain(world: &World) {
    let two = [world.open().await, world.open().await];
    let mut all = JoinSet::new();
    for number in 0..40 {
        let database = two[number % 2].clone();
        all.spawn(async move {
            let object = number.to_string();
            let event = AuditEvent { at: NOW, actor: "cli", action: "test.run", object: &object, detail: "" };
            database.audit(&event).await.unwrap();
            database.seal_audit().await.unwrap()
        });
    }
    assert_eq!(all.join_all().await.iter().sum::<u64>(), 40);
    let entries = two[0].audit_entries(0, 100).await.unwrap();
    assert_eq!(entries.len(), 40);
    let last = AuditEntry::check(&entries, 0, [0; 32]).unwrap();
    assert_eq!(AuditEntry::check(&entries[7..], 7, entries[6].hash), Ok(last));
    let mut changed = entries.clone();
    changed[3].object = "x".into();
    assert_eq!(AuditEntry::check(&changed, 0, [0; 32]), Err(AuditFlaw::Changed(4)));
    let mut gap = entries.clone();
    gap.remove(9);
    assert_eq!(AuditEntry::check(&gap, 0, [0; 32]), Err(AuditFlaw::Gap(10)));
    assert_eq!(two[1].audit_entries(38, 100).await.unwrap().len(), 2);
    let newest = two[1].audit_entries_before(40, 3).await.unwrap();
    assert_eq!(newest.iter().map(|entry| entry.place).collect::<Vec<_>>(), [39, 38, 37]);
    let end = two[0].check_audit(None).await.unwrap();
    assert_eq!((end.place, end.hash), (40, last));
    assert_eq!(ChainEnd::parse(&end.to_string()), Some(end));
    for text in ["", "40", "40:", "x:00", &format!("40:{}", "0".repeat(63)), &format!("40:{}", "g".repeat(64))] {
        assert_eq!(ChainEnd::parse(text), None, "{text}");
    }
    let earlier = ChainEnd { place: 7, hash: entries[6].hash };
    assert_eq!(two[0].check_audit(Some(earlier)).await.unwrap(), end);
    for (place, hash) in [(41, last), (40, entries[6].hash)] {
        let cut = two[0].check_audit(Some(ChainEnd { place, hash })).await;
        assert!(matches!(cut, Err(ChainError::Cut)), "{cut:?}");
    }
}

async fn a_ticket_that_is_good_can_be_prolonged(world: &World) {
    let database = world.open().await;
    let later = |seconds| NOW.plus_seconds(seconds);
    database.put_ticket(&ticket("session", "s")).await.unwrap();
    assert!(database.prolong_ticket("session", "s", later(120), later(59)).await.unwrap());
    assert_eq!(database.ticket("session", "s", later(119)).await.unwrap().unwrap().expires, later(120));
    // What is over, unknown or used is not.
    assert!(!database.prolong_ticket("session", "s", later(500), later(120)).await.unwrap());
    assert!(!database.prolong_ticket("session", "x", later(500), NOW).await.unwrap());
    assert!(!database.prolong_ticket("code", "s", later(500), NOW).await.unwrap());
    database.take_ticket("session", "s", NOW).await.unwrap();
    assert!(!database.prolong_ticket("session", "s", later(500), NOW).await.unwrap());
}

async fn exchanges_have_pages(world: &World) {
    let database = world.open().await;
    for (id, seconds) in [("c", 0), ("a", 1), ("b", 1), ("d", 2)] {
        let created = NOW.plus_seconds(seconds);
        database.add_exchange(&NewExchange { created, ..exchange(id) }, &[]).await.unwrap();
    }
    let ids = async |after| {
        let found = database.exchanges_after("request", Some("waiting"), after, 2, NOW).await.unwrap();
        found.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(None).await, ["c", "a"]);
    assert_eq!(ids(Some((NOW.plus_seconds(1), "a"))).await, ["b", "d"]);
    assert_eq!(ids(Some((NOW.plus_seconds(2), "d"))).await, [""; 0]);
    assert_eq!(database.count_exchanges("request", "waiting", NOW).await.unwrap(), 4);
    assert_eq!(database.count_exchanges("request", "waiting", NOW.plus_seconds(60)).await.unwrap(), 0);
    assert_eq!(database.count_exchanges("request", "done", NOW).await.unwrap(), 0);
}

async fn files_are_added_within_bounds(world: &World) {
    let two = [world.open().await, world.open().await];
    two[0].add_exchange(&exchange("a"), &[]).await.unwrap();
    let event = AuditEvent { at: NOW, actor: "applicant", action: "test.file", object: "a", detail: "" };
    let file =
        |name: &str, bytes| ExchangeFile { name: name.into(), media_type: "image/png".into(), body: vec![7; bytes] };
    let mut all = JoinSet::new();
    for number in 0..16 {
        let (database, file) = (two[number % 2].clone(), file(&number.to_string(), 10));
        all.spawn(async move {
            database.add_exchange_file(("request", "a"), ["waiting", "x"], &file, (4, 1_000), &event).await.unwrap()
        });
    }
    let added = all.join_all().await;
    assert_eq!(added.iter().filter(|one| **one == FileAdded::Kept).count(), 4, "of 16 at once");
    let names = two[1].exchange_file_names("request", "a").await.unwrap();
    assert!(names.len() == 4 && names.iter().all(|one| one.bytes == 10), "{names:?}");
    let add = async |file: ExchangeFile, state, most| {
        two[0].add_exchange_file(("request", "a"), [state, "x"], &file, most, &event).await.unwrap()
    };
    let again = names[0].name.as_str();
    assert_eq!(add(file(again, 70), "waiting", (4, 100)).await, FileAdded::Kept, "in the place of another");
    assert_eq!(add(file(again, 71), "waiting", (4, 100)).await, FileAdded::TooMuch);
    assert_eq!(add(file(again, 1), "done", (4, 100)).await, FileAdded::Gone);
    assert_eq!(two[0].exchange_file("request", "a", again).await.unwrap().unwrap().body.len(), 70);
    assert!(two[0].exchange_file("request", "a", "nothing").await.unwrap().is_none());
    two[0].seal_audit().await.unwrap();
    assert_eq!(two[0].audit_entries(0, 100).await.unwrap().len(), 5, "what was not kept is not in the log");
}

async fn what_is_let_in_once_is_let_in_with_what_it_brings(world: &World) {
    let two = [world.open().await, world.open().await];
    let event = AuditEvent { at: NOW, actor: "service", action: "test.redeem", object: "f", detail: "" };
    two[0].put_ticket(&ticket("code", "c")).await.unwrap();
    // One proof, at once with many codes; and one code with many proofs.
    two[0].put_ticket(&ticket("code", "d")).await.unwrap();
    for (codes, proofs) in [(["c", "c"], ["p", "p"]), (["d", "d"], ["q", "r"])] {
        let mut all = JoinSet::new();
        for client in 0..16 {
            let (database, code, proof) = (two[client % 2].clone(), codes[client % 2], proofs[client % 2]);
            all.spawn(async move {
                let token = format!("token-{code}-{client}");
                let (proofs, tickets) = ([ticket("jti", proof)], [ticket("token", &token)]);
                let redeeming =
                    Redeeming { kind: "code", secret: code, proofs: &proofs, tickets: &tickets, events: &[event] };
                (token.clone(), database.redeem(&redeeming, NOW).await.unwrap())
            });
        }
        let answers = all.join_all().await;
        assert_eq!(answers.iter().filter(|(_, done)| *done).count(), 1);
        for (token, done) in answers {
            assert_eq!(two[0].ticket("token", &token, NOW).await.unwrap().is_some(), done, "{token}");
        }
    }
    // A proof that came before lets nothing happen, and a code that is used up leaves the proof to whoever refuses.
    two[0].put_ticket(&ticket("code", "e")).await.unwrap();
    for (code, proof) in [("e", "p"), ("d", "fresh")] {
        let proofs = [ticket("jti", proof)];
        let redeeming = Redeeming { kind: "code", secret: code, proofs: &proofs, tickets: &[], events: &[event] };
        assert!(!two[1].redeem(&redeeming, NOW).await.unwrap());
    }
    assert!(two[0].ticket("code", "e", NOW).await.unwrap().is_some());
    assert!(two[0].put_ticket_once(&ticket("jti", "fresh")).await.unwrap());
    two[0].seal_audit().await.unwrap();
    assert_eq!(two[0].audit_entries(0, 100).await.unwrap().len(), 2);
}

/// A transaction that was left without a commit holds no lock, whoever comes next.
async fn nobody_waits_for_whoever_gave_up(world: &World) {
    let two = [world.open().await, world.open().await];
    two[0].put_ticket(&ticket("jti", "seen")).await.unwrap();
    for round in 0..40 {
        let secret = format!("once-{round}");
        let once = [ticket("c_nonce", &secret), ticket("jti", "seen")];
        let issuing = Issuing { once: &once, ..Issuing::default() };
        assert!(!two[0].record_issued(&issuing).await.unwrap());
        // What it had begun to insert, another inserts at once.
        let begun = std::time::Instant::now();
        assert!(two[1].put_ticket_once(&ticket("c_nonce", &secret)).await.unwrap());
        assert!(begun.elapsed() < std::time::Duration::from_secs(5));
    }
}

async fn credentials_are_found_by_their_subject(world: &World) {
    let database = world.open().await;
    let issuer = Issuer { did: "did:web:a.example".into(), status_base: None };
    database.create_issuer(&issuer, NOW).await.unwrap();
    database.add_type("card", "{}", false, NOW).await.unwrap();
    let record = |id: &'static str, subject| Record {
        id,
        type_name: "card",
        subject,
        status: None,
        issued: NOW,
        valid_until: NOW.plus_seconds(60),
        reissue_by: None,
        digest: [0; 32],
        body: None,
        shape: None,
        row: None,
    };
    let zoe = Some("did:key:zoe");
    let records =
        [record("urn:a", zoe), record("urn:b", None), record("urn:c", Some("did:key:noe")), record("urn:d", zoe)];
    let issuing = Issuing { records: &records, ..Issuing::default() };
    assert!(database.record_issued(&issuing).await.unwrap());
    let found = async |filter: Filter<'_>, before, page| {
        let found = database.credentials(&filter, before, page).await.unwrap();
        found.into_iter().map(|(place, one)| (place, one.id)).collect::<Vec<_>>()
    };
    let of_zoe = Filter { subject: zoe, ..Filter::default() };
    let all = found(of_zoe, None, 10).await;
    assert_eq!(all.iter().map(|(_, id)| id.as_str()).collect::<Vec<_>>(), ["urn:d", "urn:a"]);
    assert_eq!(found(of_zoe, Some(all[0].0), 10).await, all[1..]);
    assert_eq!(found(of_zoe, None, 1).await, all[..1]);
    assert!(found(Filter { type_name: Some("other"), ..of_zoe }, None, 10).await.is_empty());
    assert!(found(Filter { subject: Some("did:key:zo"), ..Filter::default() }, None, 10).await.is_empty());
    assert_eq!(found(Filter::default(), None, 10).await.len(), 4);
}

/// Entries get their places in groups, and what is left one by one.
async fn a_long_log_is_a_chain_too(world: &World) {
    let two = [world.open().await, world.open().await];
    for number in 0..123 {
        let detail = format!("{number}");
        let event = AuditEvent { at: NOW, actor: "service", action: "test.long", object: "o", detail: &detail };
        two[number % 2].audit(&event).await.unwrap();
    }
    let sealed = tokio::join!(two[0].seal_audit(), two[1].seal_audit());
    assert_eq!(sealed.0.unwrap() + sealed.1.unwrap(), 123);
    let entries = two[0].audit_entries(0, 1_000).await.unwrap();
    assert_eq!(entries.len(), 123);
    AuditEntry::check(&entries, 0, [0; 32]).unwrap();
    let numbers: std::collections::BTreeSet<&str> = entries.iter().map(|entry| entry.detail.as_str()).collect();
    assert_eq!(numbers.len(), 123);
}
