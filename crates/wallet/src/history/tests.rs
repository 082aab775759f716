//! What happened is found again, taken along, read on paper, and forgotten.

use tamarack::SystemRandomness;

use super::*;
use crate::store::MemoryStore;

fn named(en: &str, fr: &str) -> Localized {
    Localized { en: Some(en.to_owned()), fr: Some(fr.to_owned()) }
}

fn shown(at: i64, party: &str, pointers: &[&str]) -> Entry {
    let claims =
        pointers.iter().map(|pointer| NamedClaim { pointer: (*pointer).to_owned(), label: named("Age", "Âge") });
    Entry {
        party: Some(Party { id: party.to_owned(), name: named("Corner shop", "Dépanneur"), trusted: true }),
        credentials: vec![Involved {
            id: "c1".to_owned(),
            kind: "AgeCard".to_owned(),
            title: named("Age card", "Carte d’âge"),
            issuer: "did:web:on.example".to_owned(),
            claims: claims.collect(),
            alternative: None,
        }],
        purpose: named("Sale of lottery tickets", "Vente de billets de loterie"),
        linkable: Some(false),
        ..Entry::new(Event::Shown, Timestamp::from_unix(at))
    }
}

fn store(entries: &[Entry]) -> MemoryStore {
    let store = MemoryStore::new();
    for entry in entries {
        store.write(&[entry.change(&mut SystemRandomness).unwrap()]).unwrap();
    }
    store
}

fn filled() -> MemoryStore {
    store(&[
        Entry { reason: Some("status.revoked".to_owned()), ..Entry::new(Event::Refused, Timestamp::from_unix(300)) },
        shown(100, "https://shop.example", &["/credentialSubject/ageOver19"]),
        shown(200, "https://bar.example", &["/credentialSubject/ageOver19", "/credentialSubject/name"]),
        shown(400, "https://shop.example", &["/credentialSubject/ageOver19"]),
    ])
}

#[test]
fn of_one_second_the_newest_comes_first() {
    let parties: Vec<String> = (0..50).map(|number| format!("https://{number}.example")).collect();
    let store = store(&parties.iter().map(|party| shown(100, party, &["/age"])).collect::<Vec<_>>());
    let found = super::search(&store, &Search::default(), 100).unwrap();
    let found: Vec<String> = found.into_iter().map(|entry| entry.party.unwrap().id).collect();
    assert_eq!(found, parties.into_iter().rev().collect::<Vec<_>>());
}

#[test]
fn is_found_again() {
    let store = filled();
    let times = |search: Search<'_>| {
        super::search(&store, &search, 100).unwrap().iter().map(|entry| entry.at).collect::<Vec<_>>()
    };
    assert_eq!(times(Search::default()), [400, 300, 200, 100]);
    assert_eq!(super::search(&store, &Search::default(), 2).unwrap().len(), 2);
    assert_eq!(times(Search { event: Some(Event::Refused), ..Search::default() }), [300]);
    assert_eq!(times(Search { party: Some("https://bar.example"), ..Search::default() }), [200]);
    assert_eq!(times(Search { credential: Some("c1"), ..Search::default() }), [400, 200, 100]);
    let at = Timestamp::from_unix;
    assert_eq!(times(Search { from: Some(at(200)), until: Some(at(400)), ..Search::default() }), [300, 200]);
    for (text, found) in [
        ("depanneur", vec![400, 200, 100]),
        ("DÉPANNEUR loterie", vec![400, 200, 100]),
        ("carte d’age", vec![400, 200, 100]),
        ("lottery bar.example", vec![200]),
        ("name", vec![200]),
        ("depanneur nothing", vec![]),
    ] {
        assert_eq!(times(Search { text: Some(text), ..Search::default() }), found, "{text}");
    }
    let id = super::search(&store, &Search::default(), 1).unwrap().remove(0).id;
    assert_eq!(entry(&store, &id).unwrap().at, 400);
}

#[test]
fn knows_what_was_shared_with_whom() {
    let store = filled();
    let shared = shared_with(&store, "https://shop.example").unwrap();
    let key = ("AgeCard".to_owned(), "/credentialSubject/ageOver19".to_owned());
    assert_eq!(shared, BTreeMap::from([(key, Timestamp::from_unix(400))]));
    assert_eq!(shared_with(&store, "https://bar.example").unwrap().len(), 2);
    assert_eq!(shared_with(&store, "https://other.example").unwrap().len(), 0);
}

#[test]
fn is_forgotten() {
    let store = filled();
    let id = super::search(&store, &Search::default(), 1).unwrap().remove(0).id;
    delete(&store, &[id.clone(), "never".to_owned()]).unwrap();
    assert_eq!(entry(&store, &id).unwrap_err().wallet_code(), Some(WalletCode::RecordMissing));
    assert_eq!(store.count(Kind::History).unwrap(), 3);
    delete_all(&store).unwrap();
    assert_eq!(store.count(Kind::History).unwrap(), 0);
}

#[test]
fn is_taken_along_as_json() {
    let text = export_json(&filled(), Timestamp::from_unix(500)).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&value["tamarackHistory"], &value["made"]), (&1.into(), &"1970-01-01T00:08:20Z".into()));
    let entries = value["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 4);
    assert_eq!((&entries[0]["time"], &entries[0]["event"]), (&"1970-01-01T00:01:40Z".into(), &"shown".into()));
    assert_eq!(entries[0]["credentials"][0]["claims"][0]["pointer"], "/credentialSubject/ageOver19");
    assert_eq!(entries[2]["reason"], "status.revoked");
}

#[test]
fn is_read_on_paper() {
    let hostile = Entry {
        party: Some(Party {
            id: "<script>alert(1)</script>".to_owned(),
            name: named("a\u{202e}\"'&", "\u{7}"),
            trusted: false,
        }),
        ..Entry::new(Event::Declined, Timestamp::from_unix(1))
    };
    let store = store(&[hostile, shown(100, "https://shop.example", &["/credentialSubject/ageOver19"])]);
    let (en, fr) = (
        page(&store, Lang::En, Timestamp::from_unix(200)).unwrap(),
        page(&store, Lang::Fr, Timestamp::from_unix(200)).unwrap(),
    );
    for (page, lang, words) in [
        (&en, "en-CA", ["Corner shop", "Age card", "Sale of lottery tickets", "1970-01-01 00:01 UTC"]),
        (&fr, "fr-CA", ["Dépanneur", "Carte d’âge", "Vente de billets de loterie", "1970-01-01 00:01 UTC"]),
    ] {
        assert!(page.starts_with("<!doctype html>\n<html lang=\"") && page.contains(lang));
        for word in words {
            assert!(page.contains(word), "{word}: {page}");
        }
        for must in ["<caption>", "scope=\"col\"", "scope=\"row\"", "<title>", "<h1>", "<main>", "name=\"viewport\""] {
            assert!(page.contains(must), "{must}");
        }
        for never in ["<script", "http-equiv", "src=", "href=", "\u{202e}", "\u{7}", "history-", "event-"] {
            assert!(!page.contains(never), "{never}: {page}");
        }
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    }
    let empty = page(&MemoryStore::new(), Lang::Fr, Timestamp::from_unix(0)).unwrap();
    assert!(!empty.contains("<table>") && !empty.contains("history-"));
}

#[test]
fn every_event_has_its_words() {
    for event in Event::ALL {
        let (en, fr) = (event.label(Lang::En), event.label(Lang::Fr));
        assert!(en.len() > 5 && fr.len() > 5 && en != fr && !en.starts_with("event-"), "{event:?}: {en} / {fr}");
        let name = serde_json::to_value(event).unwrap();
        assert_eq!(name, event.as_str());
    }
}
