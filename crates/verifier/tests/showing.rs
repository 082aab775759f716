//! The program before a person who shows something: what was proved, and nonces that are good once.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tamarack::SystemRandomness;
use tamarack::did::{Relationship, did_key};
use tamarack::json;
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::present::{Binding, Held, Selection, present};
use tamarack::proof::{SignOptions, Suite, sign};

const CLERK: &str = "https://lottery.example";

struct Counter(tempfile::TempDir);

impl Counter {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tamarack-verifier"));
        command.args(args).stdin(Stdio::null()).current_dir(self.0.path()).env("LC_ALL", "C");
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn nonce(&self, more: &[&str]) -> String {
        let (code, out, err) = self.run(&[&["nonce", "new", "--nonce-file", "nonces.json"], more].concat());
        assert_eq!(code, 0, "{err}");
        out.trim().to_owned()
    }

    /// What the holder shows for this nonce, judged.
    fn judge(&self, nonce: &str, more: &[&str]) -> (i32, String, String) {
        std::fs::write(self.path("shown.json"), shown(nonce)).unwrap();
        self.judge_again(nonce, more)
    }

    /// The same bytes once more.
    fn judge_again(&self, nonce: &str, more: &[&str]) -> (i32, String, String) {
        let args = [
            "verify",
            "--insecure-trust-any-issuer",
            "--offline",
            "--challenge",
            nonce,
            "--domain",
            CLERK,
            "shown.json",
        ];
        self.run(&[&args[..], more].concat())
    }
}

/// A showing of one claim of a card, for this nonce.
fn shown(nonce: &str) -> String {
    let key = SecretKey::from_bytes(KeyType::Bls12381G2, &[1; 32]).unwrap();
    let (did, multikey) = (did_key(key.public_key()), key.public_key().to_multikey());
    let card = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://tamarack.example/ontario/person/v1"],
        "type": ["VerifiableCredential", "OntarioPersonCredential"],
        "issuer": did, "validFrom": "2026-11-01T05:00:00Z",
        "credentialSubject": { "type": "OntarioPerson", "givenName": "Zoé", "birthDate": "1987-06-05", "ageOver19": true },
    })
    .to_string();
    let options = SignOptions {
        suite: Suite::Bbs2023,
        verification_method: format!("{did}#{multikey}"),
        purpose: Relationship::AssertionMethod,
        created: None,
        expires: None,
        challenge: None,
        domain: None,
        id: None,
        previous: Vec::new(),
        mandatory_pointers: vec!["/issuer".to_owned(), "/validFrom".to_owned()],
    };
    let card = json::parse(card.as_bytes()).unwrap();
    let signed = sign(card.as_object().unwrap(), &options, &key, &Contexts::builtin()).unwrap();
    let held = Held::parse(json::to_string(&signed.into()).as_bytes()).unwrap();
    let pointers = ["/credentialSubject/ageOver19".to_owned(), "/credentialSubject/givenName".to_owned()];
    let binding = Binding { audience: Some(CLERK), nonce: Some(nonce), ..Binding::default() };
    let selection = Selection { pointers: &pointers, frame: None };
    present(&held, &selection, &binding, &Contexts::builtin(), &mut SystemRandomness).unwrap()
}

#[test]
fn says_what_was_proved_and_shows_values_only_when_asked() {
    let counter = Counter::new();
    let (code, out, err) = counter.judge("n", &[]);
    assert_eq!(code, 0, "{out} {err}");
    assert!(out.contains("givenName") && out.contains("ageOver19") && !out.contains("Zoé"), "{out}");
    let (code, out, _) = counter.judge("n", &["--claims"]);
    assert!(code == 0 && out.contains("/credentialSubject/givenName") && out.contains("Zoé"), "{out}");
    assert!(out.contains("/credentialSubject/ageOver19") && out.contains("bbs-2023"), "{out}");

    let proved = |more: &[&str]| -> Value {
        let (code, out, err) = counter.judge("n", &[&["--json"], more].concat());
        assert_eq!(code, 0, "{err}");
        let verdict: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(verdict["proved"].as_array().unwrap().len(), 1, "{verdict}");
        verdict["proved"][0].clone()
    };
    let quiet = proved(&[]);
    assert!(quiet.get("values").is_none() && !quiet.to_string().contains("Zoé"), "{quiet}");
    let told = proved(&["--claims"]);
    assert_eq!(told["proofs"], json!(["bbs-2023"]));
    assert_eq!(told["linkability"]["level"], "narrows");
    let values = told["values"].as_object().unwrap();
    assert_eq!(values["/credentialSubject/givenName"], "Zoé");
    assert_eq!(values["/credentialSubject/ageOver19"], true);
    assert!(!values.contains_key("/credentialSubject/birthDate"), "{told}");
    let names: Vec<&str> = told["claims"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(names, values.keys().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_nonce_is_good_once() {
    let counter = Counter::new();
    let (one, two) = (counter.nonce(&[]), counter.nonce(&["--valid-for", "90s"]));
    assert!(one != two && one.len() == 24, "{one} {two}");
    let kept = ["--nonce-file", "nonces.json"];
    let (code, out, err) = counter.judge(&one, &kept);
    assert_eq!(code, 0, "{out} {err}");
    // The same presentation once more, as whoever copied it would send it.
    let (code, out, err) = counter.judge_again(&one, &kept);
    assert!(code == 1 && out.is_empty() && err.contains("proof.challenge_reused"), "{code} {out} {err}");
    let (code, out, _) = counter.judge(&one, &["--json", "--nonce-file", "nonces.json"]);
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &told["error"]["code"]), (1, &json!("proof.challenge_reused")));
    // One that was never given out, and one that is too old.
    let (code, _, err) = counter.judge("bm9ib2R5IGdhdmUgdGhpcyBvdXQ", &kept);
    assert!(code == 1 && err.contains("[proof.challenge]"), "{code} {err}");
    let (code, _, err) = counter.judge(&two, &["--nonce-file", "nonces.json", "--at", "2099-01-01T00:00:00Z"]);
    assert!(code == 1 && err.contains("[proof.challenge]"), "{code} {err}");
    let (code, _, err) = counter.judge(&two, &kept);
    assert_eq!(code, 0, "{err}");
    // A presentation that is refused has used its nonce up all the same.
    let three = counter.nonce(&[]);
    std::fs::write(counter.path("other.json"), shown("another")).unwrap();
    let args =
        ["verify", "--insecure-trust-any-issuer", "--offline", "--challenge", &three, "--nonce-file", "nonces.json"];
    let (code, out, _) = counter.run(&[&args[..], &["other.json"]].concat());
    assert!(code == 1 && out.contains("proof.challenge"), "{out}");
    let (code, _, err) = counter.judge(&three, &kept);
    assert!(code == 1 && err.contains("proof.challenge_reused"), "{code} {err}");
}

#[test]
fn a_file_that_holds_no_nonces_is_refused() {
    let counter = Counter::new();
    std::fs::write(counter.path("nonces.json"), "{\"issuers\":[]}").unwrap();
    for lang in ["en", "fr"] {
        let (code, _, err) = counter.run(&["nonce", "new", "--nonce-file", "nonces.json", "--lang", lang]);
        assert!(code == 65 && err.contains("nonces.invalid"), "{code} {err}");
    }
    assert_eq!(std::fs::read_to_string(counter.path("nonces.json")).unwrap(), "{\"issuers\":[]}");
    let (code, _, err) = counter.run(&["verify", "--nonce-file", "nonces.json", "shown.json"]);
    assert!(code == 64 && err.contains("challenge"), "{code} {err}");
}

#[cfg(unix)]
#[test]
fn of_many_at_once_one_is_answered() {
    use std::os::unix::fs::PermissionsExt as _;
    let counter = Counter::new();
    let nonce = counter.nonce(&[]);
    std::fs::write(counter.path("shown.json"), shown(&nonce)).unwrap();
    let codes: Vec<i32> = std::thread::scope(|scope| {
        let run = || counter.judge_again(&nonce, &["--nonce-file", "nonces.json"]).0;
        let all: Vec<_> = (0..6).map(|_| scope.spawn(run)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
    let mode = std::fs::metadata(counter.path("nonces.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
