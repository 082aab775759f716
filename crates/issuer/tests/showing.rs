//! What an issuer is told of how its credentials are shown: linkability of a type, ages that change, suites that do not fit.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod common;

use common::{Issuer, example};
use serde_json::{Value, json};
use tamarack::verify::Outcome;
use tamarack::{Code, Evidence, EvidenceKind, Policy, Timestamp, verify};

const DID: &str = "did:web:id.ontario.example";

fn now() -> Timestamp {
    Timestamp::from_unix(i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap())
}

/// The photo card's type with these members, in a file.
fn type_file(issuer: &Issuer, name: &str, members: &Value) -> String {
    let text = std::fs::read_to_string(example("types/person-2.0.json")).unwrap();
    let mut file: Value = serde_json::from_str(&text).unwrap();
    let schema = example("types/person.schema.json");
    file["schema"]["file"] = schema.into();
    file["name"] = name.into();
    for (member, value) in members.as_object().unwrap() {
        file[member] = value.clone();
    }
    std::fs::write(issuer.path("type.json"), file.to_string()).unwrap();
    issuer.text("type.json")
}

#[test]
fn adding_a_type_says_what_links() {
    let issuer = Issuer::new(DID);
    let said = |file: &str, lang: &str| {
        let output = issuer.run(&["type", "add", "--replace", file, "--lang", lang]);
        assert!(output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let file = type_file(&issuer, "card", &json!({}));
    for (lang, certain, signature) in [
        ("en", "for certain", "The issuer’s signature is the same each time."),
        ("fr", "avec certitude", "La signature de l’émetteur est la même chaque fois."),
    ] {
        let text = said(&file, lang);
        for part in [certain, signature, "/credentialStatus", "/credentialSubject/id", "/validFrom"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    // With proofs of knowledge, the signature is not told any more; that an optional claim is there, is.
    let file = type_file(&issuer, "card", &json!({ "suite": "bbs-2023" }));
    let text = said(&file, "en");
    assert!(!text.contains("signature is the same") && text.contains("/credentialSubject/height"), "{text}");
    let answer: Value = serde_json::from_str(&issuer.ok(&["type", "add", "--replace", "--json", &file])).unwrap();
    let links: Vec<(&str, &str)> = answer["linkability"]["links"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|link| Some((link["kind"].as_str()?, link["strength"].as_str()?)))
        .collect();
    assert_eq!(answer["linkability"]["level"], "certain");
    assert!(links.contains(&("status-index", "certain")) && links.contains(&("form", "narrows")), "{links:?}");
    // The same once more, of what is stored.
    assert!(
        String::from_utf8(issuer.run(&["type", "show", "card"]).stderr).unwrap().contains("/credentialSubject/height")
    );
    // A type that calls itself anonymous: first why, then the refusal.
    let file = type_file(&issuer, "secret", &json!({ "design": "anonymous", "validity": { "days": 30 } }));
    let said = issuer.fails(65, &["type", "add", &file]);
    assert!(said.contains("/credentialStatus") && said.contains("issue.anonymous"), "{said}");
}

#[test]
fn a_suite_that_does_not_fit_is_refused_with_what_to_do() {
    let issuer = Issuer::new(DID);
    issuer.ok(&["key", "new", "--kind", "BLS12-381-G2"]);
    let file =
        type_file(&issuer, "old", &json!({ "suite": "BbsBlsSignature2020", "mandatory": ["/credentialSubject/sex"] }));
    let said = issuer.fails(65, &["type", "add", &file]);
    assert!(
        said.contains("issue.suite") && said.contains("BbsBlsSignature2020: mandatory") && said.contains("bbs-2023"),
        "{said}"
    );
    // Words that nobody here knows: a signature over what they mean cannot be made, one over the text can.
    let far = |suite: &str| {
        let contexts = ["https://www.w3.org/ns/credentials/v2", "https://nowhere.example/v1"];
        type_file(&issuer, "far", &json!({ "suite": suite, "contexts": contexts }))
    };
    let said = issuer.fails(65, &["type", "add", &far("eddsa-rdfc-2022")]);
    assert!(said.contains("jsonld.context_unknown") && said.contains("https://nowhere.example/v1"), "{said}");
    issuer.ok(&["type", "add", &far("eddsa-jcs-2022")]);
    // The same of a type with another suite, when it is issued with this one.
    let file =
        type_file(&issuer, "new", &json!({ "suite": "bbs-2023", "mandatory": ["/credentialSubject/ageOver18"] }));
    issuer.ok(&["type", "add", &file]);
    let claims = example("claims/person.json");
    let issue =
        |name: &str, suite: &str| ["issue", "--type", name, "--claims", &claims, "--suite", suite].map(str::to_owned);
    for (exit, code, name, suite, told) in [
        (65, "issue.suite", "new", "BbsBlsSignature2020", "BbsBlsSignature2020: mandatory"),
        (64, "suite.version", "ontario-person", "jwt", "vc+jwt"),
    ] {
        let args = issue(name, suite);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let said = issuer.fails(exit, &args);
        assert!(said.contains(code) && said.contains(told), "{said}");
        assert!(!said.contains("Ask the issuer"), "a hint for verifiers: {said}");
    }
    assert!(issuer.records().is_empty());
}

/// `list --due`: a credential whose holder comes of age within a month.
#[test]
fn lists_those_whose_age_is_about_to_change() {
    let issuer = Issuer::new(DID);
    let today = now().to_string();
    let (year, rest) = (today[..4].parse::<i32>().unwrap(), &today[4..10]);
    // The twenty-ninth of February has no birthday in most years.
    let rest = if rest == "-02-29" { "-02-28" } else { rest };
    let claims: Value = serde_json::from_str(&std::fs::read_to_string(example("claims/person.json")).unwrap()).unwrap();
    let mut issued = Vec::new();
    // Eighteen in twenty days; nineteen in half a year; long of age.
    let in_days = |days: i64| now().plus_seconds(days * 86_400).to_string()[..10].to_owned();
    let born = |day: &str, age: i32| {
        format!("{}{}", day[..4].parse::<i32>().unwrap() - age, day[4..].replace("-02-29", "-02-28"))
    };
    for birth in [born(&in_days(20), 18), born(&in_days(180), 19), format!("{}{rest}", year - 40)] {
        let mut claims = claims.clone();
        claims["birthDate"] = birth.into();
        std::fs::write(issuer.path("claims.json"), claims.to_string()).unwrap();
        let text = issuer.ok(&["issue", "--type", "ontario-person", "--claims", &issuer.text("claims.json")]);
        let credential: Value = serde_json::from_str(&text).unwrap();
        issued.push(credential["id"].as_str().unwrap().to_owned());
    }
    let listed = |more: &[&str]| -> Vec<String> {
        let all: Vec<Value> = serde_json::from_str(&issuer.ok(&[&["list", "--json"], more].concat())).unwrap();
        all.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(listed(&["--due"]), [issued[0].clone()]);
    let year = now().plus_seconds(365 * 86_400).to_string();
    let soon = listed(&["--due-before", &year]);
    assert!(soon.len() == 2 && soon.contains(&issued[0]) && soon.contains(&issued[1]), "{soon:?}");
    assert_eq!(listed(&["--type", "ontario-person"]).len(), 3);
    let line = issuer.ok(&["list", "--due"]);
    assert!(line.lines().count() == 1 && line.starts_with(&issued[0]), "{line}");
    // What was revoked is due no more.
    issuer.ok(&["revoke", &issued[0]]);
    assert!(listed(&["--due"]).is_empty());
}

/// An issuer with nothing but a BLS key: its lists are good, and say what they have to.
#[test]
fn a_bls_key_alone_publishes_lists() {
    let issuer = Issuer::empty();
    issuer.ok(&[
        "init",
        "--did",
        "did:key",
        "--kind",
        "BLS12-381-G2",
        "--status-base",
        "https://id.ontario.example/status",
    ]);
    issuer.ok(&["type", "add", &example("types/person-2.0.json")]);
    let claims = example("claims/person.json");
    let issue =
        |suite: &str| ["issue", "--type", "ontario-person", "--claims", &claims, "--suite", suite].map(str::to_owned);
    let args = issue("bbs-2023");
    let card = issuer.ok(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let id = serde_json::from_str::<Value>(&card).unwrap()["id"].as_str().unwrap().to_owned();
    // It signs no JWT, so there is no SD-JWT VC that a token could speak of.
    let args = issue("dc+sd-jwt");
    assert!(issuer.fails(64, &args.iter().map(String::as_str).collect::<Vec<_>>()).contains("key.none"));
    let publish = || {
        let output = issuer.run(&["status", "publish", "--out", &issuer.text("lists")]);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && told.contains("SD-JWT VC"), "{told}");
        let mut evidence = Evidence::none();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let (path, url) = line.split_once('\t').unwrap();
            assert!(!path.ends_with(".jwt"), "{line}");
            let list: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            assert_eq!(list["proof"]["cryptosuite"], "bbs-2023");
            evidence.insert(EvidenceKind::StatusList, url, list.to_string().into_bytes(), now());
        }
        evidence
    };
    let policy = Policy::insecure_trust_any_issuer().as_holder();
    let judge = |evidence: &Evidence| verify(card.trim().as_bytes(), &policy, evidence, now()).unwrap();
    let verdict = judge(&publish());
    assert_eq!(verdict.outcome(), Outcome::Accept, "{:?}", verdict.checks());
    issuer.ok(&["revoke", &id]);
    let verdict = judge(&publish());
    assert_eq!(verdict.outcome(), Outcome::Reject);
    assert!(verdict.checks().iter().any(|check| check.code() == Some(Code::StatusRevoked)), "{:?}", verdict.checks());
}
