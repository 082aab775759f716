//! Credentials that are bound to a secret of their holder, and pseudonyms: from the commitment to the verdict.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tamarack::did::did_key;
use tamarack::issue::{SecureOptions, Securing, secure};
use tamarack::json;
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::HolderCommitment;
use tamarack::{Code, Evidence, Outcome, Policy, Timestamp, Verdict, verify};

const SHOP: &str = "https://shop.example";
const BANK: &str = "https://bank.example";

struct Wallet(tempfile::TempDir);

impl Wallet {
    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tamarack-wallet"));
        command.args(args).stdin(Stdio::null()).current_dir(self.0.path()).env("LC_ALL", "C");
        let output = command.env("TAMARACK_PASSPHRASE", "larch needles fall").output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    /// Commits, and has a card issued for the commitment, into `card.json`.
    fn card(&self, kind: &str, secrets: &str, more: &[&str]) {
        let (code, commitment, err) =
            self.run(&[&["holder", "commit", "--bound-to", kind, "--out", secrets], more].concat());
        assert_eq!(code, 0, "{err}");
        assert!(err.contains("Keep the file of the secrets"), "{err}");
        std::fs::write(self.0.path().join("card.json"), issued(&commitment)).unwrap();
    }

    /// What is shown to a verifier for a nonce, with the secrets of a file.
    fn show(&self, secrets: &[&str], audience: &str, nonce: &str) -> (i32, String) {
        let _ = std::fs::remove_file(self.0.path().join("shown.json"));
        let args = ["present", "card.json", "--age-over", "19", "--nonce", nonce, "--yes", "--out", "shown.json"];
        let to: &[&str] = if audience.is_empty() { &[] } else { &["--audience", audience] };
        let (code, out, err) = self.run(&[&args[..], to, secrets].concat());
        assert!(out.is_empty() && (code == 0) == self.0.path().join("shown.json").exists(), "{out} {err}");
        (code, if code == 0 { self.read("shown.json") } else { err })
    }
}

fn wallet() -> Wallet {
    Wallet(tempfile::tempdir().unwrap())
}

/// The issuer's part: a card for what the holder sent.
fn issued(commitment: &str) -> String {
    let key = SecretKey::from_bytes(KeyType::Bls12381G2, &[1; 32]).unwrap();
    issued_by(&did_key(key.public_key()), commitment)
}

fn issued_by(did: &str, commitment: &str) -> String {
    let commitment = HolderCommitment::parse(commitment.trim().as_bytes()).unwrap();
    let key = SecretKey::from_bytes(KeyType::Bls12381G2, &[1; 32]).unwrap();
    let multikey = key.public_key().to_multikey();
    let card = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://tamarack.example/ontario/person/v1"],
        "type": ["VerifiableCredential", "OntarioPersonCredential"],
        "issuer": did, "validFrom": "2026-11-01T05:00:00Z",
        "credentialSubject": { "type": "OntarioPerson", "givenName": "Zoé", "birthDate": "1987-06-05", "ageOver19": true },
    })
    .to_string();
    let card = json::parse(card.as_bytes()).unwrap().into_owned().as_object().unwrap().clone();
    let mandatory = ["/issuer", "/validFrom"].map(str::to_owned);
    let method = format!("{did}#{multikey}");
    let options = SecureOptions {
        verification_method: &method,
        mandatory: &mandatory,
        binding: commitment.binding(),
        ..SecureOptions::default()
    };
    secure(card, Securing::parse("bbs-2023").unwrap(), &options, &key, &Contexts::builtin()).unwrap()
}

fn judge(shown: &str, verifier: &str, nonce: &str) -> Verdict {
    let now = Timestamp::from_unix(i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap());
    let policy = Policy::insecure_trust_any_issuer().expect_challenge(nonce).expect_domain(verifier);
    verify(shown.trim().as_bytes(), &policy.require_pseudonym(), &Evidence::none(), now).unwrap()
}

fn codes(verdict: &Verdict) -> Vec<Code> {
    verdict.checks().iter().filter_map(tamarack::verify::Check::code).collect()
}

#[test]
fn one_verifier_recognises_its_visitor_and_two_cannot_compare() {
    for kind in ["both", "pseudonym"] {
        let wallet = wallet();
        wallet.card(kind, "me.secrets", &[]);
        let with = ["--holder-secrets", "me.secrets"];
        let seen = |verifier: &str, nonce: &str| {
            let (code, shown) = wallet.show(&with, verifier, nonce);
            assert_eq!(code, 0, "{shown}");
            assert!(shown.contains("ageOver19") && !shown.contains("1987") && !shown.contains("Zoé"), "{shown}");
            let verdict = judge(&shown, verifier, nonce);
            assert_eq!(verdict.outcome(), Outcome::Accept, "{:?}", verdict.checks());
            let pseudonym = verdict.proved().remove(0).pseudonym.unwrap();
            assert_eq!(pseudonym.domain, verifier);
            // Shown to another verifier, it is nobody's pseudonym there.
            let elsewhere = judge(&shown, "https://other.example", nonce);
            assert_eq!(elsewhere.outcome(), Outcome::Reject);
            assert!(codes(&elsewhere).contains(&Code::ProofDomain), "{:?}", elsewhere.checks());
            (shown, pseudonym.bytes)
        };
        let ((first, one), (second, two), (_, three)) = (seen(SHOP, "n-1"), seen(SHOP, "n-2"), seen(BANK, "n-3"));
        assert_eq!(one, two, "the same visitor, the same pseudonym");
        assert_ne!(first, second);
        assert_ne!(one, three, "another verifier, another pseudonym");
        // Another holder of the same card is another.
        wallet.card(kind, "you.secrets", &[]);
        let (_, shown) = wallet.show(&["--holder-secrets", "you.secrets"], SHOP, "n-4");
        assert_ne!(judge(&shown, SHOP, "n-4").proved().remove(0).pseudonym.unwrap().bytes, one);
    }
}

/// Without the issuer's DID document nobody knows what a proof shows: it is asked for, and nothing is refused.
#[test]
fn a_pseudonym_waits_for_the_issuer_s_key() {
    let wallet = wallet();
    let (code, commitment, err) = wallet.run(&["holder", "commit", "--bound-to", "both", "--out", "me.secrets"]);
    assert_eq!(code, 0, "{err}");
    let card = issued_by("did:web:id.ontario.example", &commitment);
    std::fs::write(wallet.0.path().join("card.json"), card).unwrap();
    let (code, shown) = wallet.show(&["--holder-secrets", "me.secrets"], SHOP, "n-1");
    assert_eq!(code, 0, "{shown}");
    let verdict = judge(&shown, SHOP, "n-1");
    assert_eq!(verdict.outcome(), Outcome::Undetermined, "{:?}", verdict.checks());
    assert_eq!(verdict.needs().len(), 1);
    assert!(!codes(&verdict).contains(&Code::HolderPseudonymMissing));
}

#[test]
fn without_the_right_secrets_nothing_is_shown() {
    let wallet = wallet();
    let (_, _, err) = wallet.run(&["holder", "commit", "--out", "other.secrets", "--bound-to", "both"]);
    assert!(!err.contains("[file"), "{err}");
    for kind in ["holder", "pseudonym", "both"] {
        let (file, with) = (format!("{kind}.secrets"), "--holder-secrets");
        wallet.card(kind, &file, &[]);
        for (secrets, told) in [
            (&[][..], "[proof.binding]"),
            (&[with, "other.secrets"], "[proof.binding]"),
            (&[with, "card.json"], "[key.invalid]"),
            (&[with, "none.secrets"], "[file.read]"),
        ] {
            let (code, said) = wallet.show(secrets, SHOP, "n");
            assert!(code == if told == "[file.read]" { 64 } else { 65 } && said.contains(told), "{kind}: {said}");
        }
        let (code, said) = wallet.show(&[with, &file], "", "n");
        match kind {
            "holder" => assert_eq!(code, 0, "{said}"),
            _ => assert!(code == 65 && said.contains("[present.pseudonym]"), "{said}"),
        }
        // What a holder’s secret alone binds has no pseudonym, and who asks for one says so.
        let (code, shown) = wallet.show(&[with, &file], SHOP, "n");
        assert_eq!(code, 0, "{shown}");
        let verdict = judge(&shown, SHOP, "n");
        assert_eq!(codes(&verdict).contains(&Code::HolderPseudonymMissing), kind == "holder");
        assert_eq!(verdict.outcome() == Outcome::Accept, kind != "holder", "{:?}", verdict.checks());
    }
    for lang in ["en", "fr"] {
        let args = ["present", "card.json", "--age-over", "19", "--audience", SHOP, "--nonce", "n", "--lang", lang];
        let (code, out, err) = wallet.run(&args);
        // Before the person is asked for anything.
        assert!(code == 65 && out.is_empty() && err.contains("[proof.binding]"), "{err}");
        assert!(!err.contains("ageOver19"), "{err}");
    }
}

#[test]
fn the_secrets_are_for_their_owner() {
    let wallet = wallet();
    let (code, commitment, _) = wallet.run(&["holder", "commit", "--out", "me.secrets"]);
    assert_eq!(code, 0);
    let secrets: Value = serde_json::from_str(&wallet.read("me.secrets")).unwrap();
    for member in ["holderSecret", "proverBlind", "proverNym"] {
        assert!(!commitment.contains(secrets[member].as_str().unwrap()), "{member}");
    }
    let told: Value = serde_json::from_str(&commitment).unwrap();
    assert_eq!((&told["cryptosuite"], &told["boundTo"]), (&json!("bbs-2023"), &json!("both")));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(wallet.0.path().join("me.secrets")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // Secrets that are there are not written over: a card may be bound to them.
    let (code, out, err) = wallet.run(&["holder", "commit", "--out", "me.secrets"]);
    assert!(code == 64 && out.is_empty() && err.contains("[file.exists]"), "{err}");
    // Sealed under a passphrase.
    wallet.card("both", "sealed.secrets", &["--seal"]);
    assert!(wallet.read("sealed.secrets").starts_with("ey") && !wallet.read("sealed.secrets").contains("prover"));
    let (code, shown) = wallet.show(&["--holder-secrets", "sealed.secrets"], SHOP, "n");
    assert_eq!(code, 0, "{shown}");
    std::fs::write(wallet.0.path().join("wrong"), "another passphrase").unwrap();
    let wrong = ["--holder-secrets", "sealed.secrets", "--passphrase-file", "wrong"];
    let (code, said) = wallet.show(&wrong, SHOP, "n");
    assert!(code == 65 && said.contains("[key.sealed]"), "{code} {said}");
    // The person is told what the card is bound to, and what the showing will tell.
    for (lang, says) in [("en", "by a pseudonym of its own"), ("fr", "sous un pseudonyme à lui")] {
        let (_, _, err) = wallet.run(&["disclosable", "card.json", "--lang", lang]);
        assert!(err.contains(says) && err.contains("--holder-secrets"), "{err}");
    }
    let (_, out, _) = wallet.run(&["disclosable", "--json", "card.json"]);
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["bound"], json!({"pseudonym": true}));
}
