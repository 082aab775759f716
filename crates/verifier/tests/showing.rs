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
use tamarack::bbs::{Ciphersuite, pseudonym};
use tamarack::did::{Relationship, did_key};
use tamarack::issue::{SecureOptions, Securing, secure_with};
use tamarack::json;
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::present::{Binding, Held, Selection, present};
use tamarack::proof::{BoundSecrets, HolderSecrets, SignOptions, Suite, sign};

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

/// The same card, bound to a pseudonym, shown to this counter.
fn shown_with_pseudonym(nonce: &str) -> String {
    let key = SecretKey::from_bytes(KeyType::Bls12381G2, &[1; 32]).unwrap();
    let (did, multikey) = (did_key(key.public_key()), key.public_key().to_multikey());
    let card = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://tamarack.example/ontario/person/v1"],
        "type": ["VerifiableCredential", "OntarioPersonCredential"],
        "issuer": did, "validFrom": "2026-11-01T05:00:00Z",
        "credentialSubject": { "type": "OntarioPerson", "givenName": "Zoé", "ageOver19": true },
    })
    .to_string();
    let card = json::parse(card.as_bytes()).unwrap().into_owned().as_object().unwrap().clone();
    // The same holder each time.
    let file = json!({
        "cryptosuite": "bbs-2023", "boundTo": "pseudonym",
        "proverBlind": format!("u{}E", "A".repeat(42)), "proverNym": format!("u{}I", "A".repeat(42)),
    });
    let secrets = BoundSecrets::parse(file.to_string().as_bytes()).unwrap();
    let holder = secrets.for_domain(Some(CLERK)).unwrap();
    let nym = holder.pseudonym.as_ref().unwrap();
    // What the holder sent: a commitment made of those secrets, here with a blinding factor of its own.
    let (commitment, prover_blind) =
        pseudonym::commit(Ciphersuite::Sha256, &[], &nym.prover_nym, &mut SystemRandomness).unwrap();
    let options = SecureOptions {
        verification_method: &format!("{did}#{multikey}"),
        mandatory: &["/issuer", "/validFrom"].map(str::to_owned),
        binding: tamarack::proof::Binding::Pseudonym { commitment: &commitment },
        ..SecureOptions::default()
    };
    // The issuer's share of the pseudonym's secret is drawn anew for each credential: one credential, many showings.
    let drawn = &mut tamarack::SeededRandomness::new(&[5; 32], b"card").unwrap();
    let suite = Securing::parse("bbs-2023").unwrap();
    let signed = secure_with(card, suite, &options, &key, &Contexts::builtin(), drawn).unwrap();
    let held = Held::parse(signed.as_bytes()).unwrap();
    let holder = HolderSecrets { prover_blind, ..holder };
    let pointers = ["/credentialSubject/ageOver19".to_owned()];
    let binding = Binding { audience: Some(CLERK), nonce: Some(nonce), secrets: Some(&holder), ..Binding::default() };
    let selection = Selection { pointers: &pointers, frame: None };
    present(&held, &selection, &binding, &Contexts::builtin(), &mut SystemRandomness).unwrap()
}

#[test]
fn a_pseudonym_is_told_when_it_is_asked_for() {
    let counter = Counter::new();
    let judge = |nonce: &str, domain: &str, more: &[&str]| {
        std::fs::write(counter.path("shown.json"), shown_with_pseudonym(nonce)).unwrap();
        let args = ["verify", "--insecure-trust-any-issuer", "--offline", "--challenge", nonce, "--domain", domain];
        counter.run(&[&args[..], more, &["shown.json"]].concat())
    };
    let told = |nonce: &str| -> Value {
        let (code, out, err) = judge(nonce, CLERK, &["--require-pseudonym", "--claims", "--json"]);
        assert_eq!(code, 0, "{out} {err}");
        serde_json::from_str::<Value>(&out).unwrap()["proved"][0].clone()
    };
    let (one, two) = (told("n-1"), told("n-2"));
    assert_eq!(one["pseudonymFor"], CLERK);
    let pseudonym = one["pseudonym"].as_str().unwrap();
    assert!(pseudonym.starts_with('u') && pseudonym.len() == 65, "{pseudonym}");
    assert_eq!(one["pseudonym"], two["pseudonym"], "the same visitor");
    for (lang, label) in [("en", "Pseudonym at"), ("fr", "Pseudonyme chez")] {
        let (code, out, _) = judge("n-3", CLERK, &["--claims", "--lang", lang]);
        assert!(code == 0 && out.contains(label) && out.contains(pseudonym), "{out}");
        // It stands for a person, so that it is shown only to who asks.
        let (code, out, _) = judge("n-3", CLERK, &["--lang", lang]);
        assert!(code == 0 && out.contains(label) && !out.contains(pseudonym), "{out}");
    }
    let (_, out, _) = judge("n-3", CLERK, &["--json"]);
    assert!(out.contains("pseudonymFor") && !out.contains(pseudonym), "{out}");
    // For another verifier.
    let (code, out, _) = judge("n-4", "https://bank.example", &["--claims"]);
    assert!(code == 1 && out.contains("proof.domain") && !out.contains(pseudonym), "{out}");
    // A showing without one, where the verifier wants to recognise people.
    let (code, out, _) = counter.judge("n-5", &["--require-pseudonym"]);
    assert!(code == 1 && out.contains("holder.pseudonym_missing"), "{out}");
    // It is this verifier's domain that a pseudonym is for: without one there is nothing to ask for.
    let (code, _, err) = counter.run(&["verify", "--require-pseudonym", "shown.json"]);
    assert!(code == 64 && err.contains("domain"), "{err}");
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
    // One that was never given out, one that looks like an option, and one that is too old.
    let (code, _, err) = counter.judge("bm9ib2R5IGdhdmUgdGhpcyBvdXQ", &kept);
    assert!(code == 1 && err.contains("[proof.challenge]"), "{code} {err}");
    let (code, _, err) = counter.judge("-u9ib2R5IGdhdmUgdGhpcyBvdX", &kept);
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
