//! The program as its users meet it: what it lists, what it asks, and that it writes nothing without consent.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tamarack::did::{DocumentBuilder, MethodForm, Relationship, did_key};
use tamarack::json;
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::{SignOptions, Suite, sign};
use tamarack::verify::Outcome;
use tamarack::{Evidence, EvidenceKind, Policy, Timestamp, verify};

const AUDIENCE: &str = "https://lottery.example";
const WEB_ISSUER: &str = "did:web:id.ontario.example";

struct Wallet(tempfile::TempDir);

impl Wallet {
    /// A folder with a card that can be divided (`card.json`) and one that cannot (`whole.json`).
    fn new() -> Self {
        let this = Self(tempfile::tempdir().unwrap());
        this.write("card.json", &card(Suite::Bbs2023, KeyType::Bls12381G2));
        this.write("whole.json", &card(Suite::EddsaRdfc2022, KeyType::Ed25519));
        this
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tamarack-wallet"));
        command.args(args).stdin(Stdio::null()).current_dir(self.0.path()).env("LC_ALL", "C");
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn json(&self, args: &[&str]) -> Value {
        let (code, out, err) = self.run(args);
        assert_eq!(code, 0, "{err}");
        serde_json::from_str(&out).unwrap()
    }
}

fn card(suite: Suite, kind: KeyType) -> String {
    let key = SecretKey::from_bytes(kind, &[1; 32]).unwrap();
    let (did, multikey) = (did_key(key.public_key()), key.public_key().to_multikey());
    let text = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://tamarack.example/ontario/person/v1"],
        "type": ["VerifiableCredential", "OntarioPersonCredential"],
        "issuer": did, "validFrom": "2026-11-01T05:00:00Z",
        "credentialSubject": { "type": "OntarioPerson", "givenName": "Zoé", "birthDate": "1987-06-05", "ageOver19": true },
    });
    signed(&text, suite, &key, format!("{did}#{multikey}"))
}

/// A card with the signature of the wallets of 2020, of an issuer on the web, about somebody without an id; and the
/// issuer's DID document.
fn card_of_2020() -> (String, String) {
    let key = SecretKey::from_bytes(KeyType::Bls12381G2, &[1; 32]).unwrap();
    let text = json!({
        "@context": [
            "https://www.w3.org/2018/credentials/v1", "https://tamarack.example/ontario/vcdm-1.1/v1",
            "https://tamarack.example/ontario/person/v1", "https://w3id.org/security/bbs/v1",
        ],
        "type": ["VerifiableCredential", "OntarioPersonCredential"],
        "issuer": WEB_ISSUER, "issuanceDate": "2026-11-01T05:00:00Z",
        "credentialSubject": { "type": "OntarioPerson", "givenName": "Zoé", "birthDate": "1987-06-05", "ageOver19": true },
    });
    let mut document = DocumentBuilder::new(WEB_ISSUER);
    document.add("#bbs", key.public_key(), MethodForm::Multikey, &[Relationship::AssertionMethod]);
    let document = json::to_string(&document.build().unwrap().to_json().clone().into());
    (signed(&text, Suite::BbsBlsSignature2020, &key, format!("{WEB_ISSUER}#bbs")), document)
}

fn signed(text: &Value, suite: Suite, key: &SecretKey, verification_method: String) -> String {
    let options = SignOptions {
        suite,
        verification_method,
        purpose: Relationship::AssertionMethod,
        created: (suite == Suite::BbsBlsSignature2020).then(|| Timestamp::parse_stamp("2026-11-01T05:00:00Z").unwrap()),
        expires: None,
        challenge: None,
        domain: None,
        id: None,
        previous: Vec::new(),
        mandatory_pointers: match suite {
            Suite::Bbs2023 => vec!["/issuer".to_owned(), "/validFrom".to_owned()],
            _ => Vec::new(),
        },
    };
    let text = text.to_string();
    let document = json::parse(text.as_bytes()).unwrap();
    let signed = sign(document.as_object().unwrap(), &options, key, &Contexts::builtin()).unwrap();
    json::to_string(&signed.into())
}

fn now() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    Timestamp::from_unix(i64::try_from(now).unwrap())
}

fn accepted(text: &str, nonce: &str) -> bool {
    accepted_with(text, nonce, &Evidence::none())
}

fn accepted_with(text: &str, nonce: &str, evidence: &Evidence) -> bool {
    let policy = Policy::insecure_trust_any_issuer().expect_challenge(nonce).expect_domain(AUDIENCE);
    verify(text.trim().as_bytes(), &policy, evidence, now()).unwrap().outcome() == Outcome::Accept
}

#[test]
fn lists_what_can_be_shown() {
    let wallet = Wallet::new();
    let (code, out, err) = wallet.run(&["disclosable", "card.json"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("bbs-2023"), "{err}");
    let line = |pointer: &str| out.lines().find(|line| line.contains(pointer)).unwrap().to_owned();
    assert!(line("/credentialSubject/birthDate").starts_with("your choice") && out.contains("1987-06-05"), "{out}");
    assert!(line("/validFrom").starts_with("demanded by the issuer"), "{out}");
    let listed = wallet.json(&["disclosable", "--json", "whole.json"]);
    assert_eq!((&listed["divisible"], &listed["suite"]), (&json!(false), &json!("eddsa-rdfc-2022")));
    assert!(listed["claims"].as_array().unwrap().iter().all(|claim| claim["exposure"] == "always"));
    let (code, out, _) = wallet.run(&["disclosable", "--lang", "fr", "card.json"]);
    assert!(code == 0 && out.contains("à votre choix") && out.contains("exigé par l’émetteur"), "{out}");
}

#[test]
fn nothing_is_written_without_consent() {
    let wallet = Wallet::new();
    let args =
        ["present", "card.json", "--age-over", "19", "--audience", AUDIENCE, "--nonce", "n", "--out", "shown.json"];
    let (code, out, err) = wallet.run(&args);
    assert_eq!(code, 64, "{err}");
    // What would be shown, to whom, and what it gives away was said; then nobody could be asked.
    assert!(err.contains(AUDIENCE) && err.contains("/credentialSubject/ageOver19  true"), "{err}");
    assert!(err.contains("consent.none") && out.is_empty(), "{err}");
    assert!(!wallet.path("shown.json").exists());
    assert!(!err.contains("1987-06-05") && !err.contains("Zoé"), "{err}");
}

#[test]
fn shows_an_age_and_nothing_else() {
    let wallet = Wallet::new();
    let show = |nonce: &str, out: &str| {
        let args = [
            "present",
            "card.json",
            "--age-over",
            "18",
            "--audience",
            AUDIENCE,
            "--nonce",
            nonce,
            "--yes",
            "--out",
            out,
        ];
        let (code, _, err) = wallet.run(&args);
        assert_eq!(code, 0, "{err}");
        assert!(err.contains("✓ Nothing in this showing ties it to other showings."), "{err}");
        std::fs::read_to_string(wallet.path(out)).unwrap()
    };
    let (one, two) = (show("first", "one.json"), show("second", "two.json"));
    assert!(accepted(&one, "first") && accepted(&two, "second"));
    assert!(!accepted(&one, "second"), "another verifier's nonce");
    assert!(one.contains("ageOver19") && !one.contains("1987") && !one.contains("Zoé"), "{one}");
    assert_ne!(one, two);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(wallet.path("one.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "personal data is for its owner");
    }
}

/// The reveal document of an older wallet, of a subject without an id.
#[test]
fn a_frame_shows_what_it_asks_for() {
    let wallet = Wallet::new();
    let (card, issuer) = card_of_2020();
    wallet.write("old.json", &card);
    wallet.write("did.json", &issuer);
    let frame = json!({
        "@context": [
            "https://www.w3.org/2018/credentials/v1", "https://tamarack.example/ontario/vcdm-1.1/v1",
            "https://tamarack.example/ontario/person/v1", "https://w3id.org/security/bbs/v1",
        ],
        "type": ["VerifiableCredential", "OntarioPersonCredential"], "@explicit": true,
        "issuer": {}, "issuanceDate": {}, "credentialSubject": { "@explicit": true, "type": "OntarioPerson", "ageOver19": {} },
    });
    wallet.write("frame.json", &frame.to_string());
    let mut of_another = frame;
    of_another["id"] = json!("urn:example:another");
    wallet.write("none.json", &of_another.to_string());
    let show = |frame: &[&str], more: &[&str]| {
        let args = ["present", "old.json", "--audience", AUDIENCE, "--nonce", "n", "--yes", "--out", "shown.json"];
        wallet.run(&[&args[..], frame, more].concat())
    };
    // The signature does not carry the key, and nobody looks it up here.
    let (code, _, err) = show(&["--frame", "frame.json"], &[]);
    assert!(code == 65 && err.contains("issuer.unknown") && err.contains("--issuer-document"), "{code} {err}");
    assert!(!wallet.path("shown.json").exists());

    let mut evidence = Evidence::none();
    evidence.insert(EvidenceKind::DidDocument, WEB_ISSUER, issuer.into_bytes(), now());
    for way in [&["--frame", "frame.json"][..], &["--reveal", "/credentialSubject/ageOver19"]] {
        let (code, _, err) = show(way, &["--issuer-document", "did.json"]);
        assert_eq!(code, 0, "{err}");
        assert!(err.contains("/credentialSubject/ageOver19  true") && !err.contains("1987"), "{err}");
        let shown = std::fs::read_to_string(wallet.path("shown.json")).unwrap();
        assert!(accepted_with(&shown, "n", &evidence), "{shown}");
        assert!(!accepted_with(&shown, "another", &evidence), "{shown}");
        assert!(!shown.contains("1987") && !shown.contains("Zoé") && shown.contains("ageOver19"), "{shown}");
    }
    // Another's document, and what a frame cannot do.
    let other = std::fs::read_to_string(wallet.path("did.json")).unwrap().replace(WEB_ISSUER, "did:web:evil.example");
    wallet.write("other.json", &other);
    for (frame, document, told) in [
        (&["--frame", "frame.json"][..], "other.json", "did.document_wrong_id"),
        (&["--frame", "frame.json", "--reveal", "/issuer"], "did.json", "jsonld.frame"),
        (&["--frame", "none.json"], "did.json", "jsonld.frame"),
    ] {
        let (code, _, err) = show(frame, &["--issuer-document", document]);
        assert!(code == 65 && err.contains(told), "{frame:?}: {code} {err}");
    }
}

#[test]
fn signs_with_the_holders_key() {
    let wallet = Wallet::new();
    let (code, did, err) = wallet.run(&["key", "new", "--kind", "P-256", "--out", "me.jwk"]);
    assert!(code == 0 && did.starts_with("did:key:zDn"), "{did} {err}");
    let args = [
        "present",
        "whole.json",
        "--all",
        "--holder-key",
        "me.jwk",
        "--audience",
        AUDIENCE,
        "--nonce",
        "n",
        "--yes",
        "--json",
    ];
    let answer = wallet.json(&args);
    assert_eq!(answer["linkability"]["level"], "certain");
    let kinds: Vec<&str> =
        answer["linkability"]["links"].as_array().unwrap().iter().filter_map(|link| link["kind"].as_str()).collect();
    assert!(kinds.contains(&"signature") && kinds.contains(&"holder-key"), "{kinds:?}");
    let shown: Value = serde_json::from_str(answer["presentation"].as_str().unwrap()).unwrap();
    assert_eq!(shown["holder"], did.trim());
    assert!(accepted(&shown.to_string(), "n"));
}

#[test]
fn refuses_in_both_languages() {
    let wallet = Wallet::new();
    for (args, code, told) in [
        (
            &["present", "whole.json", "--reveal", "/credentialSubject/ageOver19", "--yes"][..],
            65,
            "present.undividable",
        ),
        (&["present", "whole.json", "--all", "--nonce", "n", "--yes"], 65, "present.binding"),
        (&["present", "card.json", "--reveal", "/credentialSubject/shoeSize", "--yes"], 65, "disclosure.pointer"),
        (&["present", "card.json", "--age-over", "65", "--yes"], 65, "age.unanswered"),
        (&["present", "card.json", "--yes"], 64, "usage.argument_missing"),
        (&["present", "none.json", "--all", "--yes"], 64, "file.read"),
    ] {
        for lang in ["en", "fr"] {
            let (found, out, err) = wallet.run(&[args, &["--lang", lang]].concat());
            assert!(found == code && err.contains(told) && out.is_empty(), "{args:?}: {found} {err}");
        }
    }
}
