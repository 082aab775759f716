//! Verification that fetches what it needs, end to end on this machine.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use tamarack::did::{DocumentBuilder, MethodForm, Relationship};
use tamarack::json::{Object, Value, parse, to_string};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::{SignOptions, Suite, sign};
use tamarack::verify::{MaxAge, Outcome};
use tamarack::{Evidence, EvidenceKind, Policy, Timestamp};
use tamarack_net::{Cache, FetchError, FetchOptions, Fetcher, When, verify_with_network};

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

/// Serves whatever is put behind the lock, `None` as 503.
fn serve(body: Arc<Mutex<Option<String>>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let answer = match &*body.lock().unwrap() {
                Some(body) => {
                    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
                }
                None => "HTTP/1.1 503 Down\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
            };
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    port
}

fn document(did: &str, key: &SecretKey) -> String {
    let mut builder = DocumentBuilder::new(did);
    builder.add(&format!("{did}#key-1"), key.public_key(), MethodForm::Multikey, &[Relationship::AssertionMethod]);
    to_string(&Value::Object(builder.build().unwrap().to_json().clone()))
}

fn credential(did: &str, key: &SecretKey) -> String {
    let text = format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"{did}",
            "validFrom":"2026-01-01T00:00:00Z","credentialSubject":{{"id":"did:example:subject","name":"Somebody"}}}}"#
    );
    let unsigned = parse(text.as_bytes()).unwrap();
    let options = SignOptions {
        suite: Suite::EddsaJcs2022,
        verification_method: format!("{did}#key-1"),
        purpose: Relationship::AssertionMethod,
        created: Some(NOW.plus_seconds(-3600)),
        expires: None,
        challenge: None,
        domain: None,
        id: None,
        previous: Vec::new(),
        mandatory_pointers: Vec::new(),
    };
    let signed: Object<'static> = sign(unsigned.as_object().unwrap(), &options, key, &Contexts::builtin()).unwrap();
    to_string(&Value::Object(signed))
}

#[test]
fn the_document_of_the_issuer_is_fetched_and_judged() {
    let key = SecretKey::from_bytes(KeyType::Ed25519, &[7; 32]).unwrap();
    let body = Arc::new(Mutex::new(None));
    let did = format!("did:web:localhost%3A{}", serve(Arc::clone(&body)));
    let credential = credential(&did, &key);
    let judge = |fetcher: &Fetcher| {
        let mut evidence = Evidence::none();
        let policy = Policy::insecure_trust_any_issuer();
        verify_with_network(credential.as_bytes(), &policy, &mut evidence, When::At(NOW), &|| NOW, fetcher).unwrap()
    };
    let fetcher = || Fetcher::new(FetchOptions { cache: Cache::none(), ..FetchOptions::default() });

    let round = judge(&fetcher());
    assert_eq!(round.verdict.outcome(), Outcome::Undetermined, "{:?}", round.verdict.checks());
    assert_eq!(round.missed.len(), 1, "nothing is asked for twice");
    assert_eq!(round.missed[0].error, FetchError::Status(503));

    *body.lock().unwrap() = Some(document(&did, &key));
    let round = judge(&fetcher());
    assert_eq!(round.verdict.outcome(), Outcome::Accept, "{:?}", round.verdict.checks());
    assert_eq!(round.verdict.evidence().len(), 1);

    let other = SecretKey::from_bytes(KeyType::Ed25519, &[8; 32]).unwrap();
    *body.lock().unwrap() = Some(document(&did, &other));
    assert_eq!(judge(&fetcher()).verdict.outcome(), Outcome::Reject, "another key");

    *body.lock().unwrap() = Some(document("did:web:somebody.else.example", &key));
    assert_ne!(judge(&fetcher()).verdict.outcome(), Outcome::Accept, "the document of another DID");
}

#[test]
fn a_document_out_of_a_bundle_that_is_too_old_is_fetched_anew() {
    let key = SecretKey::from_bytes(KeyType::Ed25519, &[7; 32]).unwrap();
    let body = Arc::new(Mutex::new(None));
    let did = format!("did:web:localhost%3A{}", serve(Arc::clone(&body)));
    let credential = credential(&did, &key);
    // The key was taken back since the bundle was made.
    let (old, new) =
        (document(&did, &key), document(&did, &SecretKey::from_bytes(KeyType::Ed25519, &[8; 32]).unwrap()));
    let judge = |age: i64| {
        let mut evidence = Evidence::none();
        evidence.insert(EvidenceKind::DidDocument, did.clone(), old.clone().into_bytes(), NOW.plus_seconds(-age));
        let max_age = MaxAge { did_document: 60, ..MaxAge::default() };
        let policy = Policy::insecure_trust_any_issuer().max_age(max_age);
        let fetcher = Fetcher::new(FetchOptions { cache: Cache::none(), max_age, ..FetchOptions::default() });
        verify_with_network(credential.as_bytes(), &policy, &mut evidence, When::At(NOW), &|| NOW, &fetcher).unwrap()
    };
    assert_eq!(judge(60).verdict.outcome(), Outcome::Accept, "young enough: nobody is asked");
    let round = judge(61);
    assert_eq!((round.verdict.outcome(), round.missed.len()), (Outcome::Undetermined, 1), "nobody answers");
    *body.lock().unwrap() = Some(new);
    assert_eq!(judge(61).verdict.outcome(), Outcome::Reject, "the key is not the issuer's any more");
    *body.lock().unwrap() = Some(old.clone());
    let round = judge(61);
    assert_eq!(round.verdict.outcome(), Outcome::Accept, "{:?}", round.verdict.checks());
    assert_eq!(round.verdict.evidence().first().map(|used| used.age_seconds), Some(0));
}
