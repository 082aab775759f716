//! The six example types of this repository: they are read, they give credentials, and they refuse what they must.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test may stop at the first surprise"
)]

use std::path::PathBuf;

use tamarack::issue::{CredentialType, Issuance, StatusSlot};
use tamarack::json::{self, Object, Value};
use tamarack::{Code, Timestamp};

const NAMES: [&str; 3] = ["person", "driver", "health"];
const VERSIONS: [&str; 2] = ["1.1", "2.0"];

fn example(path: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(path)).unwrap()
}

/// The type file with its schema's document put in, as the issuer program does.
fn load(name: &str, version: &str) -> CredentialType {
    let bytes = example(&format!("types/{name}-{version}.json"));
    let mut value = json::parse(&bytes).unwrap();
    let schema = value.as_object_mut().unwrap().get_mut("schema").unwrap().as_object_mut().unwrap();
    let file = schema.remove("file").unwrap();
    let document = example(&format!("types/{}", file.as_str().unwrap()));
    schema.insert("document", json::parse(&document).unwrap().into_owned());
    CredentialType::parse(json::to_string(&value).as_bytes()).unwrap()
}

fn claims(name: &str) -> Object<'static> {
    let bytes = example(&format!("claims/{name}.json"));
    json::parse(&bytes).unwrap().into_owned().as_object().unwrap().clone()
}

fn issuance<'i>(now: &str, status: &'i [StatusSlot<'i>]) -> Issuance<'i> {
    Issuance {
        issuer: "did:web:ontario.example",
        subject: None,
        id: Some("urn:uuid:0"),
        now: Timestamp::parse_stamp(now).unwrap(),
        status,
    }
}

const NOW: &str = "2026-11-22T12:00:00Z";

#[test]
fn the_six_types_give_credentials() {
    let slots = [
        StatusSlot { purpose: "revocation", list: "https://ontario.example/status/1-revocation.json", index: 7 },
        StatusSlot { purpose: "suspension", list: "https://ontario.example/status/1-suspension.json", index: 7 },
    ];
    for name in NAMES {
        for version in VERSIONS {
            let made = load(name, version).assemble(&claims(name), &issuance(NOW, &slots)).unwrap();
            let document = Value::Object(made.document.clone());
            let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
            assert_eq!(text("/credentialSubject/givenName").as_deref(), Some("Zoé"));
            assert_eq!(document.pointer("/credentialSubject/ageOver18"), Some(&Value::Bool(true)));
            assert_eq!(text("/credentialStatus/1/statusListIndex").as_deref(), Some("7"));
            assert_eq!(text("/credentialSchema/type").as_deref(), Some("JsonSchema"));
            let (from, until, entry) = match version {
                "1.1" => ("/issuanceDate", "/expirationDate", "StatusList2021Entry"),
                _ => ("/validFrom", "/validUntil", "BitstringStatusListEntry"),
            };
            assert_eq!(text(from).as_deref(), Some(NOW));
            assert_eq!(text(until), Some(made.valid_until.to_string()));
            assert_eq!(text("/credentialStatus/0/type").as_deref(), Some(entry));
            assert_eq!(made, load(name, version).assemble(&claims(name), &issuance(NOW, &slots)).unwrap());
        }
    }
}

#[test]
fn the_day_before_the_birthday_the_credential_is_short() {
    let person = load("person", "2.0");
    let mut claims = claims("person");
    claims.insert("birthDate", "2007-11-23");
    // Midnight where the day begins last: 06:00 UTC.
    let before = person.assemble(&claims, &issuance("2026-11-23T05:59:59Z", &[])).unwrap();
    let after = person.assemble(&claims, &issuance("2026-11-23T06:00:00Z", &[])).unwrap();
    let over_19 = |made: &tamarack::issue::Assembled| {
        Value::Object(made.document.clone()).pointer("/credentialSubject/ageOver19").and_then(Value::as_bool)
    };
    assert_eq!((over_19(&before), over_19(&after)), (Some(false), Some(true)));
    assert_eq!(before.reissue_by.unwrap().to_string(), "2026-11-23T06:00:00Z");
    assert_eq!(before.valid_until.to_string(), "2026-11-23T05:59:59Z");
    assert_eq!((after.reissue_by, after.valid_until.to_string().as_str()), (None, "2031-11-23T06:00:00Z"));
}

#[test]
fn a_licence_ends_with_the_day_on_the_card() {
    let driver = load("driver", "2.0");
    let mut claims = claims("driver");
    claims.insert("expiryDate", "2027-01-31");
    let made = driver.assemble(&claims, &issuance(NOW, &[])).unwrap();
    assert_eq!(made.valid_until.to_string(), "2027-02-01T05:59:59Z");
    claims.insert("expiryDate", "2020-01-31");
    let fault = driver.assemble(&claims, &issuance(NOW, &[])).unwrap_err();
    assert_eq!((fault.code(), fault.pointer()), (Code::IssueClaim, Some("/expiryDate")));
}

#[test]
fn refuses_claims_and_never_repeats_their_values() {
    let cases: [(&str, Option<Value<'static>>, Code, &str); 8] = [
        ("givenName", None, Code::IssueClaim, "/givenName"),
        ("nickname", Some(Value::from("Zed-secret")), Code::IssueClaim, "/nickname"),
        ("givenName", Some(Value::from(7)), Code::IssueClaim, "/givenName"),
        ("birthDate", Some(Value::from("2040-01-01")), Code::IssueClaim, "/birthDate"),
        ("birthDate", Some(Value::from("1802-01-01")), Code::IssueClaim, "/birthDate"),
        ("birthDate", Some(Value::from("31 May 2001")), Code::IssueClaim, "/birthDate"),
        ("addressRegion", Some(Value::from("QC-secret")), Code::IssueClaim, "/addressRegion"),
        ("postalCode", Some(Value::from("secret")), Code::SchemaMismatch, "/credentialSubject/address/postalCode"),
    ];
    for (name, value, code, pointer) in cases {
        let mut claims = claims("person");
        match value {
            Some(value) => drop(claims.insert(name, value)),
            None => drop(claims.remove(name)),
        }
        let fault = load("person", "1.1").assemble(&claims, &issuance(NOW, &[])).unwrap_err();
        assert_eq!((fault.code(), fault.pointer()), (code, Some(pointer)), "{name}");
        assert!(!fault.to_string().contains("secret"));
    }
}

#[test]
fn the_built_in_contexts_are_those_of_the_examples_and_define_every_term() {
    for name in ["person", "driver", "health", "age", "vcdm-1.1"] {
        let built_in = format!("{}/src/jsonld/contexts/ontario-{name}.json", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(std::fs::read(built_in).unwrap(), example(&format!("types/{name}.context.json")), "{name}");
    }
    let slots = [StatusSlot { purpose: "revocation", list: "https://ontario.example/status/1", index: 7 }];
    for (name, version) in NAMES.iter().flat_map(|name| VERSIONS.map(|version| (name, version))) {
        let made = load(name, version).assemble(&claims(name), &issuance(NOW, &slots)).unwrap();
        let document = tamarack::jsonld::Document { object: &made.document, context: None, skip: &[] };
        let quads = tamarack::jsonld::to_dataset(&document, &tamarack::jsonld::Contexts::builtin()).unwrap();
        assert!(quads.len() > 20, "{name} {version}");
    }
}
