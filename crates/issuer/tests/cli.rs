//! The built program, command by command.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test may stop at the first surprise"
)]

mod common;

use common::{Issuer, example, people};
use serde_json::Value;
use tamarack::did::Relationship;
use tamarack::json;
use tamarack::jsonld::Contexts;
use tamarack::proof::{self, Expected, Strict, World};
use tamarack::{Evidence, EvidenceKind, Timestamp};

const CREATED: &str = "2026-11-22T12:00:00Z";

fn issue(issuer: &Issuer, more: &[&str]) -> Value {
    let claims = example("claims/person.json");
    let args = [&["issue", "--type", "ontario-person", "--claims", &claims][..], more].concat();
    serde_json::from_str(&issuer.ok(&args)).unwrap()
}

/// Whether every proof of a document is good and its key is the issuer's, by the DID document that `did` prints.
fn assert_good(issuer: &Issuer, text: &str) {
    let value = json::parse(text.trim().as_bytes()).unwrap();
    let document = value.as_object().unwrap();
    let controller = document.get("issuer").and_then(tamarack::credential::id_of).unwrap();
    let now = Timestamp::parse_stamp("2026-11-22T12:00:01Z").unwrap().plus_seconds(10 * 365 * 86_400);
    let mut evidence = Evidence::none();
    if controller.starts_with("did:web:") {
        evidence.insert(EvidenceKind::DidDocument, controller, issuer.ok(&["did"]).into_bytes(), now);
    }
    let mut world = World {
        evidence: &evidence,
        documents: &tamarack::did::Documents::new(),
        contexts: Contexts::builtin(),
        now,
        clock_skew_seconds: 60,
        as_holder: false,
        checker: &mut Strict,
    };
    let expected = Expected { purpose: Relationship::AssertionMethod, controller: Some(controller) };
    let outcomes = proof::verify(document, expected, &mut world).unwrap();
    assert_eq!(outcomes.len(), 1);
    outcomes[0].signature.as_ref().unwrap();
    outcomes[0].authority.as_ref().unwrap();
}

#[test]
fn issues_shows_and_lists() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    let credential = issue(&issuer, &["--subject", "did:example:zoe"]);
    assert_good(&issuer, &credential.to_string());
    let id = credential["id"].as_str().unwrap();
    assert_eq!(credential["credentialSubject"]["id"], "did:example:zoe");
    assert_eq!(credential["credentialStatus"][1]["statusPurpose"], "suspension");
    let shown: Value = serde_json::from_str(&issuer.ok(&["show", id])).unwrap();
    assert_eq!(shown, credential);
    let other = issue(&issuer, &["--no-keep"]);
    let uuid = other["id"].as_str().unwrap().strip_prefix("urn:uuid:").unwrap();
    let record: Value = serde_json::from_str(&issuer.ok(&["show", uuid])).unwrap();
    assert_eq!((record["id"].as_str(), record["state"].as_str()), (other["id"].as_str(), Some("active")));
    assert_eq!(issuer.ok(&["list"]).lines().count(), 2);
}

#[test]
fn without_keeping_no_claim_is_in_the_store() {
    let holds_the_name = |issuer: &Issuer| {
        std::fs::read_dir(issuer.path("store")).unwrap().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            bytes.windows(8).any(|part| part == b"Tremblay")
        })
    };
    let issuer = Issuer::new("did:web:id.ontario.example");
    issue(&issuer, &["--no-keep"]);
    assert!(!holds_the_name(&issuer));
    issue(&issuer, &[]);
    assert!(holds_the_name(&issuer));
}

#[test]
fn makes_keys_for_bbs_signatures() {
    let issuer = Issuer::new("did:web:id.example");
    issuer.ok(&["key", "new", "--type", "bls12-381-g2"]);
    issuer.ok(&["key", "rotate", "--kind", "BLS12-381-G2"]);
    let keys: Vec<Value> = serde_json::from_str(&issuer.ok(&["key", "list", "--json"])).unwrap();
    let kinds: Vec<&str> = keys.iter().filter_map(|key| key["kind"].as_str()).collect();
    assert_eq!(kinds, ["Ed25519", "BLS12-381 G2", "BLS12-381 G2"]);
    for key in &keys[1..] {
        // did:key §: the multicodec 0xeb of a BLS12-381 G2 key, which is zUC6 or zUC7 in base58.
        let method = key["verificationMethod"].as_str().unwrap();
        assert!(method.contains("#zUC7") || method.contains("#zUC6"), "{key}");
    }
}

#[test]
fn signs_with_every_suite_the_same_bytes_each_time() {
    let issuer = Issuer::new("did:key");
    issuer.ok(&["key", "new", "--kind", "p-256"]);
    issuer.ok(&["key", "new", "--kind", "P-384"]);
    let keys: Vec<Value> = serde_json::from_str(&issuer.ok(&["key", "list", "--json"])).unwrap();
    for (suite, key) in [
        ("Ed25519Signature2020", 0),
        ("eddsa-rdfc-2022", 0),
        ("eddsa-jcs-2022", 0),
        ("ecdsa-rdfc-2019", 1),
        ("ecdsa-jcs-2019", 1),
        ("ecdsa-rdfc-2019", 2),
        ("jwt", 0),
        ("vc+jwt", 2),
    ] {
        let method = keys[key]["verificationMethod"].as_str().unwrap();
        let did = method.split('#').next().unwrap();
        for version in ["https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2"] {
            if (suite == "jwt") == version.ends_with("v2") && suite.ends_with("jwt") {
                continue;
            }
            let unsigned = serde_json::json!({
                "@context": [version, "https://tamarack.example/ontario/health/v1"], "type": ["VerifiableCredential"],
                "issuer": did, "issuanceDate": CREATED,
                "credentialSubject": {"id": "did:example:zoe", "type": "OntarioInsuredPerson", "givenName": "Zoé"},
            });
            let text = match version.ends_with("v2") {
                true => unsigned.to_string().replace("issuanceDate", "validFrom"),
                false => unsigned.to_string(),
            };
            std::fs::write(issuer.path("unsigned.json"), text).unwrap();
            let file = issuer.text("unsigned.json");
            let args = ["sign", "--suite", suite, "--key", method, "--created", CREATED, &file];
            let signed = issuer.ok(&args);
            assert_eq!(signed, issuer.ok(&args), "{suite}");
            match suite {
                "jwt" | "vc+jwt" => assert!(tamarack::jose::read(signed.trim()).is_ok(), "{suite}"),
                _ => assert_good(&issuer, &signed),
            }
        }
    }
    issuer.fails(65, &["sign", "--suite", "ecdsa-rdfc-2019", "--key", "1", &issuer.text("unsigned.json")]);
}

#[test]
fn a_rotated_key_still_verifies_and_a_retired_one_does_not() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    let before = issue(&issuer, &[]).to_string();
    issuer.ok(&["key", "rotate"]);
    let after = issue(&issuer, &[]).to_string();
    assert_good(&issuer, &before);
    assert_good(&issuer, &after);
    let method = |text: &str| serde_json::from_str::<Value>(text).unwrap()["proof"]["verificationMethod"].clone();
    assert_ne!(method(&before), method(&after));
    issuer.ok(&["key", "retire", "1"]);
    assert!(!issuer.ok(&["did"]).contains(method(&before).as_str().unwrap()));
    assert!(issuer.fails(64, &["key", "retire", "77"]).contains("store.not_found"));
}

#[test]
fn a_retired_key_keeps_no_other_list_from_being_published() {
    let issuer = Issuer::new("did:key");
    issue(&issuer, &[]);
    issuer.ok(&["key", "rotate"]);
    issue(&issuer, &[]);
    issuer.ok(&["key", "retire", "1"]);
    let stderr = issuer.fails(64, &["status", "publish", "--out", &issuer.text("status")]);
    assert!(stderr.contains("status.list_without_key") && stderr.contains("list 1 was not published"), "{stderr}");
    let mut names: Vec<_> = std::fs::read_dir(issuer.path("status"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["2-revocation.json", "2-suspension.json", "2-token.jwt"]);
    assert_good(&issuer, &std::fs::read_to_string(issuer.path("status/2-revocation.json")).unwrap());
}

#[test]
#[cfg(unix)]
fn credentials_are_for_their_owner_and_public_files_for_all() {
    use std::os::unix::fs::PermissionsExt as _;
    let issuer = Issuer::new("did:web:id.ontario.example");
    let mode = |name: &str| std::fs::metadata(issuer.path(name)).unwrap().permissions().mode() & 0o777;
    let claims = example("claims/person.json");
    issuer.ok(&["issue", "--type", "ontario-person", "--claims", &claims, "--out", &issuer.text("one.json")]);
    let unsigned = r#"{"@context":["https://www.w3.org/ns/credentials/v2","https://tamarack.example/ontario/health/v1"],
        "type":["VerifiableCredential"],
        "issuer":"did:web:id.ontario.example","credentialSubject":{"id":"did:example:zoe","type":"OntarioInsuredPerson"}}"#;
    std::fs::write(issuer.path("unsigned.json"), unsigned).unwrap();
    let (file, signed) = (issuer.text("unsigned.json"), issuer.text("signed.json"));
    issuer.ok(&["sign", "--suite", "eddsa-jcs-2022", &file, "--out", &signed]);
    std::fs::write(issuer.path("people.csv"), people(3, 10)).unwrap();
    for (run, out) in [("a", "all.ndjson"), ("b", "cards")] {
        let (csv, out) = (issuer.text("people.csv"), issuer.text(out));
        issuer.ok(&["batch", "--type", "ontario-person", "--csv", &csv, "--run", run, "--out", &out]);
    }
    for name in ["one.json", "signed.json", "all.ndjson"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    assert_eq!(mode("cards"), 0o700);
    for entry in std::fs::read_dir(issuer.path("cards")).unwrap() {
        assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    issuer.ok(&["did", "--out", &issuer.text("did.json")]);
    issuer.ok(&["status", "publish", "--out", &issuer.text("status")]);
    let usual = mode("unsigned.json");
    assert_eq!((mode("did.json"), mode("status/1-revocation.json")), (usual, usual));
}

#[test]
fn publishes_lists_that_say_who_is_revoked_and_suspended() {
    use tamarack::status::{StatusKind, StatusList};
    let issuer = Issuer::new("did:web:id.ontario.example");
    let ids: Vec<String> = (0..3).map(|_| issue(&issuer, &[])["id"].as_str().unwrap().to_owned()).collect();
    issuer.ok(&["revoke", &ids[0]]);
    issuer.ok(&["suspend", &ids[1]]);
    issuer.ok(&["suspend", &ids[2]]);
    issuer.ok(&["reinstate", &ids[2]]);
    assert!(issuer.fails(64, &["suspend", &ids[0]]).contains("store.revoked"));
    issuer.ok(&["status", "publish", "--out", &issuer.text("status")]);
    let records = issuer.records();
    for (purpose, set) in [("revocation", 0), ("suspension", 1)] {
        let text = std::fs::read_to_string(issuer.path(&format!("status/1-{purpose}.json"))).unwrap();
        assert_good(&issuer, &text);
        let list: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(list["id"], format!("https://id.ontario.example/status/1-{purpose}.json"));
        let encoded = list["credentialSubject"]["encodedList"].as_str().unwrap();
        let bits = StatusList::decode(encoded, StatusKind::Bitstring, 1).unwrap();
        assert!(bits.len() >= 131_072);
        for (at, id) in ids.iter().enumerate() {
            let record = records.iter().find(|record| record["id"] == id.as_str()).unwrap();
            let index = usize::try_from(record["statusListIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(bits.get(index).unwrap() == 1, at == set, "{purpose} {at}");
        }
    }
}

#[test]
fn sd_jwt_vcs_are_judged_by_the_status_list_token() {
    use tamarack::{Code, Evidence, EvidenceKind, Outcome, Policy, Timestamp, sd_jwt, verify};
    let issuer = Issuer::new("did:web:id.ontario.example");
    let claims = example("claims/person.json");
    let args = ["issue", "--type", "ontario-person", "--suite", "dc+sd-jwt", "--claims", &claims];
    let cards: Vec<String> = (0..3).map(|_| issuer.ok(&args).trim().to_owned()).collect();
    let records = issuer.records();
    let id_of = |card: &str| {
        let idx = |value: &tamarack::json::Value<'_>| value.pointer("/status/status_list/idx").and_then(|v| v.as_i64());
        let payload = sd_jwt::SdJwt::parse(card).unwrap().peek().unwrap();
        let index = idx(&tamarack::json::Value::Object(payload)).unwrap();
        let record = records.iter().find(|record| record["statusListIndex"].as_i64() == Some(index)).unwrap();
        record["id"].as_str().unwrap().to_owned()
    };
    issuer.ok(&["revoke", &id_of(&cards[0])]);
    issuer.ok(&["suspend", &id_of(&cards[1])]);
    issuer.ok(&["status", "publish", "--out", &issuer.text("status")]);
    let now = Timestamp::from_unix(i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap());
    let mut evidence = Evidence::none();
    let list = std::fs::read(issuer.path("status/1-token.jwt")).unwrap();
    evidence.insert(EvidenceKind::StatusList, "https://id.ontario.example/status/1-token.jwt", list, now);
    evidence.insert(EvidenceKind::DidDocument, "did:web:id.ontario.example", issuer.ok(&["did"]).into_bytes(), now);
    let expected = [Some(Code::StatusRevoked), Some(Code::StatusSuspended), None];
    for (card, code) in cards.iter().zip(expected) {
        let shown = sd_jwt::present(card, &["/ageOver19"], None).unwrap();
        assert!(shown.len() < card.len() && shown.matches('~').count() == 2, "{shown}");
        let verdict = verify(shown.as_bytes(), &Policy::insecure_trust_any_issuer(), &evidence, now).unwrap();
        let found = verdict.checks().iter().find_map(|check| check.code().filter(|code| *code != Code::TrustInsecure));
        assert_eq!(found, code, "{:?}", verdict.checks());
        assert_eq!(verdict.outcome() == Outcome::Accept, code.is_none());
    }
}

#[test]
fn a_batch_goes_to_a_folder_and_once_more_on_purpose() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    std::fs::write(issuer.path("people.csv"), people(30, 10)).unwrap();
    let (csv, out) = (issuer.text("people.csv"), issuer.text("cards"));
    let batch = ["batch", "--type", "ontario-person", "--csv", &csv, "--out", &out, "--json"];
    let summary: Value = serde_json::from_slice(&issuer.run(&batch).stdout).unwrap();
    assert_eq!((&summary["issued"], &summary["refused"][0]["line"]), (&Value::from(27), &Value::from(11)));
    let mut files = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path());
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 27);
    assert_good(&issuer, &std::fs::read_to_string(files.next().unwrap()).unwrap());
    // Another output of the same batch holds the same credentials; another run issues anew.
    let copy = issuer.text("copy.ndjson");
    issuer.fails(1, &["batch", "--type", "ontario-person", "--csv", &csv, "--out", &copy]);
    assert_eq!((std::fs::read_to_string(&copy).unwrap().lines().count(), issuer.records().len()), (27, 27));
    let taken =
        issuer.fails(64, &["batch", "--type", "ontario-person", "--csv", &csv, "--out", &copy, "--run", "2027"]);
    assert!(taken.contains("batch.output_taken"), "{taken}");
    let again = issuer.text("again.ndjson");
    issuer.fails(1, &["batch", "--type", "ontario-person", "--csv", &csv, "--out", &again, "--run", "2027"]);
    assert_eq!(issuer.records().len(), 54);
}

#[test]
fn says_what_is_wrong_and_with_which_exit_code() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    std::fs::write(issuer.path("claims.json"), r#"{"givenName":"Secret-Name"}"#).unwrap();
    std::fs::write(issuer.path("bad.csv"), "given_name,shoe_size\nZoé,7\n").unwrap();
    std::fs::write(issuer.path("dup.json"), r#"{"a":1,"a":2}"#).unwrap();
    let (claims, csv, dup) = (issuer.text("claims.json"), issuer.text("bad.csv"), issuer.text("dup.json"));
    let out = issuer.text("out.ndjson");
    for (code, word, args) in [
        (64, "store.exists", &["init", "--did", "did:key"][..]),
        (64, "store.not_found", &["issue", "--type", "nothing", "--claims", &claims]),
        (65, "issue.claim", &["issue", "--type", "ontario-person", "--claims", &claims]),
        (65, "json.duplicate_key", &["issue", "--type", "ontario-person", "--claims", &dup]),
        (65, "json.duplicate_key", &["sign", "--suite", "jwt", &dup]),
        (65, "input.not_a_credential", &["sign", "--suite", "jwt", &claims]),
        (65, "batch.column_unknown", &["batch", "--type", "ontario-person", "--csv", &csv, "--out", &out]),
        (
            64,
            "key.none",
            &[
                "issue",
                "--type",
                "ontario-person",
                "--claims",
                &example("claims/person.json"),
                "--suite",
                "ecdsa-rdfc-2019",
            ],
        ),
        (64, "store.not_found", &["revoke", "urn:uuid:0"]),
        (65, "key.unknown_form", &["key", "import", &csv]),
        (64, "usage.", &["issue", "--type", "ontario-person"]),
    ] {
        let stderr = issuer.fails(code, args);
        assert!(stderr.contains(word), "{args:?}: {stderr}");
        assert!(!stderr.contains("Secret-Name"), "{stderr}");
    }
    let wrong = issuer
        .command(&["issue", "--type", "ontario-person", "--claims", &example("claims/person.json")])
        .env("TAMARACK_PASSPHRASE", "wrong")
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(65));
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("key.sealed"));
    assert!(issuer.records().is_empty());
}

#[test]
fn a_store_that_fails_says_how() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    let file = issuer.path("store/issuer.sqlite3");
    let whole = std::fs::read(&file).unwrap();
    for (bytes, what) in [(&whole[..whole.len() / 2], "cut short"), (&b"no database".repeat(1_000), "something else")] {
        std::fs::write(&file, bytes).unwrap();
        assert!(issuer.fails(65, &["list"]).contains("[store.damaged]"), "{what}");
    }
    // Nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("postgres://clerk@127.0.0.1:{port}/issuer");
    let away = std::process::Command::new(env!("CARGO_BIN_EXE_tamarack-issuer"))
        .env("LC_ALL", "C")
        .args(["--database", &address, "list"])
        .output()
        .unwrap();
    assert_eq!(away.status.code(), Some(69));
    assert!(String::from_utf8(away.stderr).unwrap().contains("[store.unreachable]"));
}

#[test]
fn tables_are_brought_to_this_version_by_a_command() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    let said = issuer.ok(&["database", "migrate"]);
    assert!(said.contains("Tables “service”") && said.contains("already") && !said.contains("from version"), "{said}");
    // A store of the version before: its tables are as they were then.
    let raw = rusqlite::Connection::open(issuer.path("store/issuer.sqlite3")).unwrap();
    let newest: i64 = raw.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    raw.execute_batch(
        "DROP INDEX credential_subject; DELETE FROM service_migration WHERE part = 'issuer' AND version = 4;",
    )
    .unwrap();
    raw.pragma_update(None, "user_version", 3).unwrap();
    let said = issuer.ok(&["database", "migrate", "--lang", "fr"]);
    assert!(said.contains(&format!("de la version 3 à la version {newest}")), "{said}");
    let index = "SELECT count(*) FROM sqlite_schema WHERE name = 'credential_subject'";
    assert_eq!(raw.query_row::<i64, _, _>(index, [], |row| row.get(0)).unwrap(), 1);
    raw.pragma_update(None, "user_version", 99).unwrap();
    assert!(issuer.fails(64, &["database", "migrate"]).contains("[store.too_new]"));
    assert!(Issuer::empty().fails(64, &["database", "migrate"]).contains("[store.missing]"));
    // Who looks for it under the other command finds it.
    assert!(issuer.ok(&["migrate", "--help"]).contains("database migrate"));
}
