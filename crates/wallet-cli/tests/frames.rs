//! `present --frame`, the reveal documents of the wallets of 2020: every Ontario type, subjects without an id, frames within
//! frames, and frames that mean no good.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tamarack::did::did_key;
use tamarack::issue::{CredentialType, Issuance, SecureOptions, Securing, secure};
use tamarack::json;
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::{Evidence, Outcome, Policy, Timestamp, verify};

const AUDIENCE: &str = "https://lottery.example";
const BBS: &str = "https://w3id.org/security/bbs/v1";

struct Wallet(tempfile::TempDir);

impl Wallet {
    /// A folder with a card of a type, about somebody with or without an id.
    fn with(card: &Value) -> Self {
        let this = Self(tempfile::tempdir().unwrap());
        this.write("card.json", &card.to_string());
        this
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tamarack-wallet"));
        command.args(args).stdin(Stdio::null()).current_dir(self.0.path()).env("LC_ALL", "C");
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// What is shown by a frame, or what is said instead; nothing is written then.
    fn show(&self, frame: &str) -> Result<String, (i32, String)> {
        self.write("frame.json", frame);
        let _ = std::fs::remove_file(self.0.path().join("shown.json"));
        let args = ["present", "card.json", "--frame", "frame.json", "--audience", AUDIENCE, "--nonce", "n"];
        let (code, out, err) = self.run(&[&args[..], &["--yes", "--out", "shown.json"]].concat());
        let shown = std::fs::read_to_string(self.0.path().join("shown.json"));
        assert!(out.is_empty() && shown.is_ok() == (code == 0), "{code} {err}");
        shown.map_err(|_| (code, err))
    }
}

fn example(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(path)).unwrap()
}

/// A credential of one of the example types of VCDM 1.1, with the signature of the wallets of 2020.
fn card(name: &str, subject: Option<&str>) -> Value {
    let schema = format!("\"document\": {}", example(&format!("types/{name}.schema.json")));
    let file = format!("\"file\": \"{name}.schema.json\"");
    let kind = example(&format!("types/{name}-1.1.json")).replace(&file, &schema);
    let kind = CredentialType::parse(kind.as_bytes()).unwrap();
    let claims = json::parse(example(&format!("claims/{name}.json")).as_bytes()).unwrap().into_owned();
    let key = SecretKey::from_bytes(KeyType::Bls12381G2, &[1; 32]).unwrap();
    let (did, multikey) = (did_key(key.public_key()), key.public_key().to_multikey());
    let now = now();
    let issuance = Issuance { issuer: &did, subject, id: Some("urn:example:card"), now, status: &[] };
    let document = kind.assemble(claims.as_object().unwrap(), &issuance).unwrap().document;
    let method = format!("{did}#{multikey}");
    let options = SecureOptions { verification_method: &method, created: Some(now), ..SecureOptions::default() };
    let suite = Securing::parse("BbsBlsSignature2020").unwrap();
    serde_json::from_str(&secure(document, suite, &options, &key, &Contexts::builtin()).unwrap()).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_unix(i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap())
}

/// A frame that asks for these members of the subject, and for what a verdict needs.
fn frame(card: &Value, subject: &Value) -> Value {
    let mut asked = json!({ "@explicit": true, "type": card["credentialSubject"]["type"] });
    asked.as_object_mut().unwrap().extend(subject.as_object().unwrap().clone());
    json!({
        "@context": card["@context"], "type": card["type"], "@explicit": true,
        "issuer": {}, "issuanceDate": {}, "expirationDate": {}, "credentialSchema": {}, "credentialSubject": asked,
    })
}

fn accepted(shown: &str) -> Value {
    let policy = Policy::insecure_trust_any_issuer().expect_challenge("n").expect_domain(AUDIENCE);
    let verdict = verify(shown.trim().as_bytes(), &policy, &Evidence::none(), now()).unwrap();
    assert_eq!(verdict.outcome(), Outcome::Accept, "{:?}\n{shown}", verdict.checks());
    serde_json::from_str(shown).unwrap()
}

/// The claims that are shown of the subject, by name.
fn names(shown: &Value) -> Vec<&str> {
    let subject = shown["credentialSubject"].as_object().unwrap();
    let mut names: Vec<&str> =
        subject.keys().map(String::as_str).filter(|name| !matches!(*name, "id" | "type")).collect();
    names.sort_unstable();
    names
}

#[test]
fn every_ontario_type_with_and_without_an_id() {
    for (name, asked, hidden) in [
        ("person", json!({ "ageOver19": {} }), vec!["Zoé", "2002-04-21", "0000-0001-037", "Imaginary"]),
        ("driver", json!({ "licenceClass": {}, "expiryDate": {} }), vec!["Zoé", "2002-04-21", "B0000-00001-08179"]),
        ("health", json!({ "givenName": {}, "versionCode": {} }), vec!["Tremblay", "2002-04-21", "0000 001 175"]),
    ] {
        for subject in [None, Some("did:example:zoe")] {
            let card = card(name, subject);
            let wallet = Wallet::with(&card);
            let shown =
                wallet.show(&frame(&card, &asked).to_string()).unwrap_or_else(|(_, err)| panic!("{name}: {err}"));
            let mut wanted: Vec<&str> = asked.as_object().unwrap().keys().map(String::as_str).collect();
            wanted.sort_unstable();
            let told = accepted(&shown);
            assert_eq!(names(&told), wanted, "{name}");
            for claim in &wanted {
                assert_eq!(told["credentialSubject"][claim], card["credentialSubject"][claim], "{name}");
            }
            assert!(hidden.iter().all(|value| !shown.contains(value)), "{name}: {shown}");
            // A subject without an id is not given one of its own by being shown.
            assert_eq!(shown.contains("did:example:zoe"), subject.is_some(), "{name}");
        }
    }
}

#[test]
fn a_frame_within_a_frame() {
    for subject in [None, Some("did:example:zoe")] {
        let card = card("person", subject);
        let wallet = Wallet::with(&card);
        // Part of an object within the subject, and no more of it.
        let asked = json!({ "ageOver18": {}, "address": { "@explicit": true, "addressRegion": {} } });
        let shown = wallet.show(&frame(&card, &asked).to_string()).unwrap();
        let told = accepted(&shown);
        assert_eq!(names(&told), ["address", "ageOver18"]);
        assert_eq!(told["credentialSubject"]["address"]["addressRegion"], "ON");
        assert!(!shown.contains("Larchville") && !shown.contains("K9Z") && !shown.contains("Imaginary"), "{shown}");
        // All of it: the flags of a frame do not hold for the frames within it (Framing §4.1.3).
        let shown = wallet.show(&frame(&card, &json!({ "address": {} })).to_string()).unwrap();
        let told = accepted(&shown);
        assert_eq!(names(&told), ["address"], "{shown}");
        for member in ["streetAddress", "addressLocality", "addressRegion", "postalCode"] {
            assert_eq!(
                told["credentialSubject"]["address"][member], card["credentialSubject"]["address"][member],
                "{shown}"
            );
        }
        assert!(!shown.contains("2002-04-21"));
    }
}

/// A frame from a verifier is a wish: what it would show is said first, and nothing happens before consent.
#[test]
fn a_greedy_frame_is_told_in_full_before_consent() {
    let card = card("driver", None);
    let wallet = Wallet::with(&card);
    let greedy = json!({ "@context": card["@context"], "type": card["type"] });
    wallet.write("frame.json", &greedy.to_string());
    let args = ["present", "card.json", "--frame", "frame.json", "--audience", AUDIENCE, "--nonce", "n"];
    let (code, out, err) = wallet.run(&[&args[..], &["--out", "shown.json"]].concat());
    assert!(code == 64 && out.is_empty() && err.contains("[consent.none]"), "{err}");
    for claim in ["givenName", "birthDate", "licenceNumber", "streetAddress", "2002-04-21", "B0000-00001-08179"] {
        assert!(err.contains(claim), "{claim} is not told: {err}");
    }
    assert!(!wallet.0.path().join("shown.json").exists());
}

#[test]
fn frames_that_mean_no_good() {
    let card = card("person", None);
    let wallet = Wallet::with(&card);
    let of = |subject: Value| frame(&card, &subject);
    let with = |member: &str, value: Value| {
        let mut frame = of(json!({ "ageOver19": {} }));
        frame[member] = value;
        frame.to_string()
    };
    let context = |more: Value| {
        let mut all = card["@context"].as_array().unwrap().clone();
        all.push(more);
        with("@context", all.into())
    };
    let deep = format!("{}{}", "{\"@graph\":[".repeat(5_000), "]}".repeat(5_000));
    let many: String = (0..20_000).map(|i| format!(",\"urn:x:{i}\":{{}}")).collect();
    let wide = with("issuer", json!({})).replace("\"issuer\":{}", &format!("\"issuer\":{{}}{many}"));
    for (frame, told) in [
        // No frame at all.
        ("[]".to_owned(), "jsonld.frame"),
        ("\"all\"".to_owned(), "jsonld.frame"),
        ("{".to_owned(), "json.syntax"),
        ("{\"type\":1,\"type\":2}".to_owned(), "json.duplicate_key"),
        ("{}".to_owned(), "jsonld.frame"),
        // More than a person could look at, or a machine.
        (deep, "json.too_deep"),
        (wide, ""),
        (format!("{{\"@context\":\"{}\"}}", "x".repeat(3 << 20)), "file.too_large"),
        // Other meanings for the words: what is fetched, what is redefined, what goes in circles.
        (context(json!("https://evil.example/context")), "jsonld.context_unknown"),
        (context(json!({ "ageOver19": "https://evil.example/ageOver99" })), ""),
        (context(json!({ "issuer": "https://evil.example/issuer" })), ""),
        (context(json!({ "a": "b:x", "b": "a:x" })), "jsonld.context_invalid"),
        (context(json!({ "@vocab": "https://evil.example/" })), ""),
        // What the issuer never said.
        (of(json!({ "height": { "@default": 199, "@omitDefault": false } })).to_string(), ""),
        (of(json!({ "ageOver99": {} })).to_string(), "jsonld.undefined_term"),
        (of(json!({ "givenName": "Mallory" })).to_string(), ""),
        (with("@included", json!([{ "id": "urn:x:1" }])), ""),
        (with("@graph", json!([{}])), ""),
        (with("id", json!("urn:example:another")), "jsonld.frame"),
        (with("id", json!("_:b0")), "jsonld.frame"),
        (of(json!({ "@embed": "@last" })).to_string(), "jsonld.frame"),
        (of(json!({ "@requireAll": "perhaps" })).to_string(), "jsonld.frame"),
        // Words that would steer the terminal.
        (with("id", json!("\u{1b}[2J\u{1b}]0;bank\u{7}")), "jsonld"),
    ] {
        let begun = Instant::now();
        let cut: String = frame.chars().take(160).collect();
        match wallet.show(&frame) {
            Err((code, said)) => {
                assert_eq!(code, 65, "{cut}: {said}");
                assert!(said.contains(&format!("[{told}")) || told.is_empty(), "{cut}: {said}");
                assert!(!said.contains(['\u{1b}', '\u{7}']) && !said.contains("Zoé"), "{cut}: {said}");
            }
            // What is shown all the same is no more than the issuer signed and the frame asked for, in its own words.
            Ok(shown) => {
                assert!(told.is_empty(), "{told}: {frame}: shown");
                assert!(!shown.contains("2002-04-21") && !shown.contains("Zoé"), "{cut}: {shown}");
                assert!(!shown.contains("\"height\":199") && !shown.contains("Mallory"), "{cut}: {shown}");
                accepted(&shown);
            }
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{cut}: {:?}", begun.elapsed());
    }
    // Frames are for the suite that has them.
    let (code, _, err) = wallet.run(&["present", "card.json", "--frame", "none.json", "--yes"]);
    assert!(code == 64 && err.contains("[file.read]"), "{err}");
    assert!(card["@context"].to_string().contains(BBS));
}
