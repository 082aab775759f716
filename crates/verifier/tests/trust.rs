//! The trust list as a signed credential: under the keeper's signature it counts, under nobody else's.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::PathBuf;
use std::process::{Command, Stdio};

use tamarack::Timestamp;
use tamarack::did::{Relationship, did_key};
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::{SignOptions, Suite, sign};
use tamarack::trust::{DisplayName, TrustList, TrustedIssuer};

const AT: &str = "2026-06-01T00:00:00Z";

fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(KeyType::Ed25519, &[seed; 32]).unwrap()
}

fn did(seed: u8) -> String {
    did_key(key(seed).public_key())
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse_stamp(text).unwrap()
}

fn signed(document: &Object<'_>, seed: u8) -> String {
    let key = key(seed);
    let options = SignOptions {
        suite: Suite::EddsaRdfc2022,
        verification_method: format!("{}#{}", did(seed), key.public_key().to_multikey()),
        purpose: Relationship::AssertionMethod,
        created: Some(time("2026-01-02T00:00:00Z")),
        expires: None,
        challenge: None,
        domain: None,
        id: None,
        previous: Vec::new(),
        mandatory_pointers: Vec::new(),
    };
    json::to_string(&Value::Object(sign(document, &options, &key, &Contexts::builtin()).unwrap()))
}

fn credential(issuer: u8) -> String {
    let text = format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"{}",
            "validFrom":"2026-01-01T00:00:00Z","credentialSubject":{{"id":"did:example:subject","name":"Zoé Tremblay"}}}}"#,
        did(issuer)
    );
    signed(json::parse(text.as_bytes()).unwrap().as_object().unwrap(), issuer)
}

/// The list of the keeper (key 9), which trusts the first key, signed by this one.
fn list(signer: u8) -> String {
    let name = DisplayName { en: "Test list".to_owned(), fr: "Liste d’essai".to_owned() };
    let trusted = TrustedIssuer {
        did: did(1),
        name: name.clone(),
        types: vec!["*".to_owned()],
        valid_from: None,
        valid_until: None,
        certificates: Vec::new(),
    };
    let list = TrustList::new(name, time("2026-01-01T00:00:00Z"), None, [trusted]).unwrap();
    signed(&list.to_credential("https://trust.example/list", &did(signer)), signer)
}

struct Case {
    name: &'static str,
    list: String,
    signer: Option<String>,
    issuer: u8,
    exit: i32,
}

fn run(case: &Case) -> (i32, String) {
    let folder = std::env::temp_dir().join(format!("tamarack-trust-{}-{}", std::process::id(), case.name));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_tamarack-verifier"));
    command.stdin(Stdio::null()).args(["verify", "--lang", "en", "--offline", "--at", AT, "--trust"]);
    command.arg(write("trust.json", &case.list));
    if let Some(signer) = &case.signer {
        command.args(["--trust-signer", signer]);
    }
    let output = command.arg(write("credential.json", &credential(case.issuer))).output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(told).unwrap())
}

#[test]
fn only_the_keepers_signature_counts() {
    let keeper = Some(did(9));
    let changed = list(9).replace(&did(1), &did(5));
    assert!(changed.contains(&did(5)));
    for case in [
        Case { name: "good", list: list(9), signer: keeper.clone(), issuer: 1, exit: 0 },
        Case { name: "issuer-not-listed", list: list(9), signer: keeper.clone(), issuer: 2, exit: 1 },
        Case { name: "signed-by-another", list: list(8), signer: keeper.clone(), issuer: 1, exit: 65 },
        Case { name: "changed", list: changed, signer: keeper.clone(), issuer: 5, exit: 65 },
        Case { name: "signer-not-named", list: list(9), signer: None, issuer: 1, exit: 64 },
        Case { name: "not-a-list", list: credential(9), signer: keeper, issuer: 1, exit: 65 },
    ] {
        let (exit, talk) = run(&case);
        assert_eq!(exit, case.exit, "{}: {talk}", case.name);
    }
}
