//! The JavaScript implementations of selective disclosure, timed by themselves on cards that they issue, where Node and
//! their packages are there.

use std::time::Duration;

use criterion::Criterion;
use serde_json::{Value, json};
use tamarack::json::{Value as Json, to_string};
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack_testkit::cards::{self, Sized};
use tamarack_testkit::node::Node;

pub(super) fn javascript(c: &mut Criterion) {
    let mut node = match Node::start() {
        Ok(node) => node,
        // `cargo xtask bench` has said so.
        Err(_unseen) => return,
    };
    let bbs = Key::new(KeyType::Bls12381G2);
    let p256 = Key::new(KeyType::P256);
    suite(c, &mut node, "bbs-2023", "js-bbs-2023", &bbs, &cards::twenty(&bbs.did).expect("a card"));
    suite(c, &mut node, "ecdsa-sd-2023", "js-ecdsa-sd", &p256, &cards::twenty(&p256.did).expect("a card"));
    suite(c, &mut node, "BbsBlsSignature2020", "js-bbs-2020", &bbs, &cards::twenty_v1(&bbs.did).expect("a card"));
}

/// A key by its secret, which both sides know.
struct Key {
    did: String,
    shared: Value,
}

impl Key {
    fn new(kind: KeyType) -> Self {
        let secret = [7; 32];
        let multikey = SecretKey::from_bytes(kind, &secret).expect("a key").public_key().to_multikey();
        let did = format!("did:key:{multikey}");
        let secret = tamarack::encoding::base64url_encode(&secret);
        Self { shared: json!({"id": format!("{did}#{multikey}"), "secret": secret}), did }
    }
}

/// Signing, deriving and verifying the same card.
fn suite(c: &mut Criterion, node: &mut Node, suite: &str, name: &str, key: &Key, card: &Sized) {
    let document: Value = serde_json::from_str(&to_string(&Json::Object(card.document.clone()))).expect("JSON");
    let issue = json!({
        "do": "issue", "suite": suite, "document": document, "key": key.shared, "pointers": card.mandatory,
        "created": "2026-11-01T00:00:00Z",
    });
    let base = node.ask(&issue).expect("signs");
    let frame = json!({
        "@context": document.get("@context"), "type": document.get("type"),
        "credentialSubject": {"@explicit": true, "type": "OntarioPerson", "givenName": {}, "ageOver18": {}, "ageOver19": {}},
    });
    let derive = json!({"do": "derive", "suite": suite, "document": base, "pointers": card.reveal, "frame": frame});
    let shown = node.ask(&derive).expect("derives");
    let verify = json!({"do": "verify", "suite": suite, "document": shown});
    for (what, request) in [("sign", issue), ("derive", derive), ("verify", verify)] {
        let mut group = c.benchmark_group(format!("{name}-{what}"));
        group.sample_size(10).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(100));
        group.bench_function("ours", |b| {
            b.iter_custom(|rounds| {
                let micros = node.time(usize::try_from(rounds).expect("few"), &request).expect("answers");
                #[expect(clippy::cast_precision_loss, reason = "few rounds")]
                Duration::from_secs_f64(micros * rounds as f64 / 1e6)
            });
        });
        group.finish();
    }
}
