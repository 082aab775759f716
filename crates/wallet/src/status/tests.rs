//! A round of looking up: whole lists, in any order, from issuers who may say so.

use std::collections::BTreeSet;

use tamarack::did::{Relationship, did_key};
use tamarack::json::{Value, parse, to_string};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::{SignOptions, Suite, sign};
use tamarack::status::{ListOptions, StatusKind, StatusList};
use tamarack::{EvidenceKind, SystemRandomness};

use super::*;
use crate::credentials::{self, StoredCredential};
use crate::history::{self, Event, Search};
use crate::http::{HttpResponse, Reply, Step};
use crate::means::{Means, Trust};
use crate::store::MemoryStore;

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

struct Issuer {
    key: SecretKey,
    did: String,
}

impl Issuer {
    fn new() -> Self {
        let key = SecretKey::generate(KeyType::Ed25519).unwrap();
        Self { did: did_key(key.public_key()), key }
    }

    fn sign(&self, document: &Value<'_>) -> String {
        let options = SignOptions {
            suite: Suite::EddsaJcs2022,
            verification_method: format!("{}#{}", self.did, self.did.trim_start_matches("did:key:")),
            purpose: Relationship::AssertionMethod,
            created: Some(NOW.plus_seconds(-100)),
            expires: None,
            challenge: None,
            domain: None,
            id: None,
            previous: Vec::new(),
            mandatory_pointers: Vec::new(),
        };
        let document = document.as_object().unwrap().clone().into_owned();
        to_string(&Value::Object(sign(&document, &options, &self.key, &Contexts::builtin()).unwrap()))
    }

    /// A credential with an entry in a list, if it is to have one.
    fn credential(&self, list: Option<(&str, usize, &str)>) -> String {
        let entry = list.map_or(String::new(), |(url, index, purpose)| {
            format!(
                r#","credentialStatus":{{"id":"{url}#{index}","type":"BitstringStatusListEntry","statusPurpose":"{purpose}","statusListIndex":"{index}","statusListCredential":"{url}"}}"#
            )
        });
        let text = format!(
            r#"{{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"{}","validFrom":"2026-01-01T00:00:00Z","credentialSubject":{{"id":"did:example:me","name":"Me"}}{entry}}}"#,
            self.did
        );
        self.sign(&parse(text.as_bytes()).unwrap())
    }

    /// A list with these indices set.
    fn list(&self, url: &str, purpose: &str, set: &[usize]) -> Vec<u8> {
        let mut list = StatusList::new(131_072, 1).unwrap();
        set.iter().for_each(|index| list.set(*index, 1).unwrap());
        let options = ListOptions {
            kind: StatusKind::Bitstring,
            url,
            issuer: &self.did,
            purpose,
            valid_from: NOW.plus_seconds(-100),
            valid_until: NOW.plus_seconds(90_000_000),
            messages: &[],
        };
        self.sign(&Value::Object(list.to_credential(&options).unwrap())).into_bytes()
    }
}

fn keep(store: &dyn Store, id: &str, text: String) {
    let stored = StoredCredential::new(text);
    let summary = Summary::of(id, &stored.held().unwrap(), &Contexts::builtin(), NOW);
    store.write(&credentials::put(&stored, &summary).unwrap()).unwrap();
}

/// Runs a round; `fetch` is the network. Returns the report and what was asked, in order.
fn round(store: &dyn Store, now: Timestamp, fetch: impl Fn(&str) -> Option<Vec<u8>>) -> (Report, Vec<String>) {
    let mut refresh = Refresh::begin(store, now, &mut SystemRandomness).unwrap();
    let mut asked = Vec::new();
    while let Some(need) = refresh.next().cloned() {
        assert_eq!(need.kind, EvidenceKind::StatusList);
        assert!(refresh.left() > 0);
        asked.push(need.id.clone());
        refresh.give(fetch(&need.id), now, &mut SystemRandomness).unwrap();
    }
    (refresh.finish(store, now, &mut SystemRandomness).unwrap(), asked)
}

const A: &str = "https://a.example/1";
const B: &str = "https://b.example/2";

#[test]
fn states_are_learnt_and_changes_are_told() {
    let (issuer, store) = (Issuer::new(), MemoryStore::new());
    keep(&store, "revoked", issuer.credential(Some((A, 7, "revocation"))));
    keep(&store, "fine", issuer.credential(Some((A, 8, "revocation"))));
    keep(&store, "suspended", issuer.credential(Some((B, 9, "suspension"))));
    keep(&store, "without", issuer.credential(None));
    assert_eq!(next_refresh(&store).unwrap(), None);
    let network = |url: &str| match url {
        A => Some(issuer.list(A, "revocation", &[7])),
        _ => Some(issuer.list(B, "suspension", &[9])),
    };
    let (mut report, asked) = round(&store, NOW, network);
    report.changed.sort();
    let changed = |id: &str, state| (id.to_owned(), state);
    assert_eq!(report.changed, [changed("revoked", State::Revoked), changed("suspended", State::Suspended)]);
    assert_eq!((report.looked_up, report.unknown), (4, 0));
    assert_eq!(asked.iter().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from([A, B]));
    assert_eq!(asked.len(), 2, "each list once");
    let conditions: std::collections::BTreeMap<String, Condition> =
        overview(&store, NOW).unwrap().into_iter().map(|(summary, condition)| (summary.id, condition)).collect();
    assert_eq!(conditions["revoked"], Condition::Revoked);
    assert_eq!(conditions["suspended"], Condition::Suspended);
    assert_eq!(conditions["fine"], Condition::Good);
    assert_eq!(conditions["without"], Condition::Good);
    let entries =
        history::search(&store, &Search { event: Some(Event::StateChanged), ..Search::default() }, 9).unwrap();
    assert_eq!(entries.len(), 2);
    let next = next_refresh(&store).unwrap().unwrap().seconds_since(NOW);
    assert!((64_800..108_000).contains(&next), "{next}");

    // The suspension is lifted; what was revoked stays so, and its list is asked for only for the other's sake.
    let (report, asked) = round(&store, NOW.plus_seconds(9), |url| match url {
        A => Some(issuer.list(A, "revocation", &[])),
        _ => Some(issuer.list(B, "suspension", &[])),
    });
    assert_eq!((report.changed, asked.len()), (vec![changed("suspended", State::Good)], 2));
    assert_eq!(condition(&store, "revoked", NOW).unwrap(), Condition::Revoked);
    assert_eq!(condition(&store, "suspended", NOW).unwrap(), Condition::Good);
}

#[test]
fn a_page_is_a_part_of_the_whole() {
    let (issuer, store) = (Issuer::new(), MemoryStore::new());
    for (id, received) in [("b", 5), ("d", 9), ("e", 5), ("g", 1), ("h", 9), ("k", 5)] {
        keep(&store, id, issuer.credential(None));
        let mut summary = credentials::summary(&store, id).unwrap();
        summary.received = received;
        let stored = credentials::read(&store, id).unwrap();
        store.write(&credentials::put(&stored, &summary).unwrap()).unwrap();
    }
    // States of some, and of credentials that are gone, before, between and behind.
    let states = [("a", State::Good), ("b", State::Revoked), ("c", State::Revoked), ("h", State::Suspended)];
    for (id, state) in states.into_iter().chain([("f", State::Suspended), ("k", State::Good), ("z", State::Revoked)]) {
        store.write(&[put(id, state, NOW).unwrap()]).unwrap();
    }
    let whole = overview(&store, NOW).unwrap();
    let ids: Vec<&str> = whole.iter().map(|(summary, _)| summary.id.as_str()).collect();
    assert_eq!(ids, ["d", "h", "b", "e", "k", "g"]);
    let bad: Vec<_> = whole.iter().filter(|(_, condition)| *condition != Condition::Good).collect();
    assert_eq!(bad.iter().map(|(summary, _)| summary.id.as_str()).collect::<Vec<_>>(), ["h", "b"]);
    for limit in 1..8 {
        let mut pages = Vec::new();
        for skip in (0..8).step_by(limit) {
            let (total, page) = overview_page(&store, skip, limit, NOW).unwrap();
            assert!(total == 6 && page.len() <= limit);
            pages.extend(page);
        }
        assert_eq!(pages, whole, "{limit} at a time");
    }
}

#[test]
fn what_cannot_be_looked_up_stays_what_it_was() {
    let (issuer, store) = (Issuer::new(), MemoryStore::new());
    keep(&store, "a", issuer.credential(Some((A, 7, "revocation"))));
    keep(&store, "b", issuer.credential(Some((B, 7, "suspension"))));
    round(&store, NOW, |url| match url {
        A => Some(issuer.list(A, "revocation", &[])),
        _ => Some(issuer.list(B, "suspension", &[7])),
    });
    let before = (state(&store, "a").unwrap(), state(&store, "b").unwrap());
    let later = NOW.plus_seconds(100_000);
    // No network; nonsense; a list by somebody else; a list for another address.
    let other = Issuer::new();
    type Network<'n> = &'n dyn Fn(&str) -> Option<Vec<u8>>;
    let networks: [Network<'_>; 4] =
        [&|_| None, &|_| Some(b"{}".to_vec()), &|url| Some(other.list(url, "revocation", &[7])), &|_| {
            Some(issuer.list("https://c.example/", "revocation", &[7]))
        }];
    for network in networks {
        let (report, asked) = round(&store, later, network);
        assert_eq!((report.changed.len(), report.unknown, asked.len()), (0, 2, 2));
        assert_eq!((state(&store, "a").unwrap(), state(&store, "b").unwrap()), before);
    }
    assert_eq!(condition(&store, "b", later).unwrap(), Condition::Suspended);
}

#[test]
fn the_order_says_nothing() {
    let (issuer, store) = (Issuer::new(), MemoryStore::new());
    let urls: Vec<String> = (0..6).map(|n| format!("https://a.example/{n}")).collect();
    for url in &urls {
        keep(&store, url, issuer.credential(Some((url, 1, "revocation"))));
    }
    let orders: BTreeSet<Vec<String>> = (0..12).map(|_| round(&store, NOW, |_| None).1).collect();
    assert!(orders.len() > 6, "{orders:?}");
    assert!(orders.iter().all(|order| order.iter().collect::<BTreeSet<_>>().len() == 6));
}

#[test]
fn what_was_deleted_meanwhile_does_not_come_back() {
    let (issuer, store) = (Issuer::new(), MemoryStore::new());
    keep(&store, "a", issuer.credential(Some((A, 7, "revocation"))));
    let mut refresh = Refresh::begin(&store, NOW, &mut SystemRandomness).unwrap();
    refresh.give(Some(issuer.list(A, "revocation", &[7])), NOW, &mut SystemRandomness).unwrap();
    store.write(&[Change::remove(Kind::Credential, "a"), Change::remove(Kind::Summary, "a")]).unwrap();
    let report = refresh.finish(&store, NOW, &mut SystemRandomness).unwrap();
    assert_eq!((report.changed.len(), store.count(Kind::Status).unwrap()), (0, 0));
}

#[test]
fn times_begin_run_out_and_end() {
    let (issuer, store) = (Issuer::new(), MemoryStore::new());
    keep(&store, "a", issuer.credential(None));
    let mut summary = credentials::summary(&store, "a").unwrap();
    let day = 86_400;
    summary.valid_from = Some(NOW.unix());
    summary.valid_until = Some(NOW.unix() + 100 * day);
    let of = |days: i64, state| Condition::of(&summary, state, NOW.plus_seconds(days * day));
    assert_eq!(of(-1, None), Condition::NotYetValid);
    assert_eq!(of(1, None), Condition::Good);
    assert_eq!(of(69, None), Condition::Good);
    assert_eq!(of(71, None), Condition::Expiring);
    assert_eq!(of(101, None), Condition::Expired);
    assert_eq!(of(71, Some(State::Suspended)), Condition::Suspended);
    assert_eq!(of(101, Some(State::Suspended)), Condition::Expired);
    assert_eq!(of(101, Some(State::Revoked)), Condition::Revoked);
    // What is good for a month does not expire soon from its first day.
    let month = Summary { valid_until: Some(NOW.unix() + 30 * day), ..summary.clone() };
    let of = |days: i64| Condition::of(&month, None, NOW.plus_seconds(days * day));
    assert_eq!((of(1), of(19), of(21)), (Condition::Good, Condition::Good, Condition::Expiring));
    for condition in Condition::ALL {
        for lang in [Lang::En, Lang::Fr] {
            let (label, advice) = (condition.label(lang), condition.advice(lang));
            assert!(!label.starts_with("condition-") && label.len() > 4, "{label}");
            assert!(!advice.starts_with("condition-") && advice.ends_with('.'), "{advice}");
        }
        assert_eq!(serde_json::to_value(condition).unwrap(), condition.as_str());
        assert_eq!(condition.is_usable(), matches!(condition, Condition::Good | Condition::Expiring));
    }
}

#[test]
fn a_round_is_a_flow_of_requests_and_a_lost_network_changes_nothing() {
    let (issuer, store) = (Issuer::new(), MemoryStore::new());
    keep(&store, "revoked", issuer.credential(Some((A, 7, "revocation"))));
    keep(&store, "suspended", issuer.credential(Some((B, 9, "suspension"))));
    let trust = Trust::default();
    let means = Means { store: &store, device: None, trust: &trust, clock: &NOW, lang: Lang::Fr };
    let run = |network: &dyn Fn(&str) -> Reply| {
        let mut refreshing = Refreshing::begin(&means, &mut SystemRandomness).unwrap();
        let (mut reply, mut went) = (None, Vec::new());
        loop {
            match refreshing.step(&means, reply.take(), &mut SystemRandomness).unwrap() {
                Step::Send(request) => {
                    assert!(request.body.is_empty() && request.headers.iter().all(|(name, _)| name == "accept"));
                    went.push(request.url.clone());
                    reply = Some(network(&request.url));
                }
                Step::Done(report) => {
                    assert!(refreshing.step(&means, None, &mut SystemRandomness).is_err());
                    return (report, went);
                }
                other => panic!("{other:?}"),
            }
        }
    };
    let answer = |status, headers: &[(&str, &str)], body| {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Reply::Response(HttpResponse { status, headers, body })
    };
    let (report, went) = run(&|_| Reply::Unreachable);
    assert_eq!((report.unknown, report.looked_up, went.len()), (2, 0, 2));
    let (report, mut went) = run(&|url| match url {
        A => answer(302, &[("location", "/moved")], Vec::new()),
        B => answer(404, &[], Vec::new()),
        _ => answer(200, &[], issuer.list(A, "revocation", &[7])),
    });
    went.sort();
    assert_eq!(went, [A, "https://a.example/moved", B]);
    assert_eq!((report.unknown, report.changed), (1, vec![("revoked".to_owned(), State::Revoked)]));
    assert_eq!(condition(&store, "suspended", NOW).unwrap(), Condition::Good);
}
