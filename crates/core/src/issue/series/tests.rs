//! A series makes what `assemble` and `secure` make, whatever the claims are.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::Code;
use crate::issue::{ClaimDefinition, ClaimKind};
use crate::json::{self, Object};
use crate::jsonld::ContextSet;
use crate::keys::{KeyType, SecretKey};

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);
const ISSUER: &str = "did:web:id.ontario.example";

/// A type of the examples; without its schema, arbitrary texts pass.
fn example(name: &str, with_schema: bool) -> CredentialType {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/types");
    let bytes = std::fs::read(folder.join(format!("{name}.json"))).unwrap();
    let mut value = json::parse(&bytes).unwrap().into_owned();
    let object = value.as_object_mut().unwrap();
    if with_schema {
        let schema = object.get_mut("schema").and_then(Value::as_object_mut).unwrap();
        let file = schema.remove("file").unwrap();
        let document = std::fs::read(folder.join(file.as_str().unwrap())).unwrap();
        schema.insert("document", json::parse(&document).unwrap().into_owned());
    } else {
        object.remove("schema");
    }
    CredentialType::parse(json::to_string(&value).as_bytes()).unwrap()
}

/// What a row has, in owned form.
#[derive(Clone, Debug)]
struct Owned {
    claims: Vec<Option<Value<'static>>>,
    subject: Option<String>,
    status: Vec<(&'static str, usize)>,
}

/// The credential of a row by both ways, which must agree; and whether it came of a template.
fn both(series: &Series<'_>, key: &SecretKey, row: &Owned, bench: &mut Bench) -> (Result<String, Fault>, bool) {
    let id = "urn:uuid:6e0f4a1e-5a0c-4a2e-9d6b-000000000001";
    let lists =
        ["https://id.ontario.example/status/1-revocation.json", "https://id.ontario.example/status/1-suspension.json"];
    let status: Vec<StatusSlot<'_>> = row
        .status
        .iter()
        .zip(lists)
        .map(|((purpose, index), list)| StatusSlot { purpose, list, index: *index })
        .collect();
    let row = Row { claims: &row.claims, id, subject: row.subject.as_deref(), status: &status, token: None };
    let mut out = "before ".to_owned();
    let ours = series.issue(&row, key, bench, &mut out);
    let times = ours.as_ref().map(|issued| (issued.valid_until, issued.reissue_by)).map_err(Clone::clone);
    let ours = ours.map(|_| out.strip_prefix("before ").unwrap().to_owned());
    assert!(ours.is_ok() || out == "before ");

    let claims: Object<'_> = series
        .credential_type
        .claims
        .iter()
        .zip(row.claims)
        .filter_map(|(claim, value)| Some((claim.name.clone(), value.clone()?)))
        .collect();
    let issuance = Issuance { issuer: ISSUER, subject: row.subject, id: Some(id), now: NOW, status: &status };
    let options = SecureOptions {
        verification_method: series.verification_method,
        created: Some(NOW),
        ..SecureOptions::default()
    };
    let general = series.credential_type.assemble(&claims, &issuance).and_then(|assembled| {
        let text = secure(assembled.document, series.securing, &options, key, &series.contexts)?;
        Ok((text, (assembled.valid_until, assembled.reissue_by)))
    });
    assert_eq!(ours, general.clone().map(|(text, _)| text));
    assert_eq!(times, general.map(|(_, times)| times));

    let given: Vec<Option<&Value<'_>>> = row.claims.iter().map(Option::as_ref).collect();
    let details = series.credential_type.details(&given, NOW);
    let mut out = String::new();
    let filled = details.is_ok_and(|details| series.fill(&details, &row, key, bench, &mut out) == Ok(true));
    (ours, filled)
}

fn text(longest: usize) -> impl Strategy<Value = String> {
    let text = prop_oneof![
        20 => "[!-~é\u{2028}\u{fffe}\u{ffff}\u{1f600}\"\\\\]{1,8}",
        1 => any::<String>(),
        3 => Just("same".to_owned()),
        1 => Just("tamarack slot 0 000001".to_owned()),
        1 => Just("tamarack slot 1 000001".to_owned()),
        1 => Just("tamarack signature".to_owned()),
        2 => Just("_:b0".to_owned()),
        2 => Just("@id".to_owned()),
        2 => Just("https://a.example/x#y".to_owned()),
        5 => Just("0000-0001-037".to_owned()),
    ];
    text.prop_map(move |text| text.chars().take(longest).collect())
}

fn claim(definition: &ClaimDefinition) -> BoxedStrategy<Option<Value<'static>>> {
    // Until when a licence is valid.
    let years = if definition.name == "expiryDate" { 2027..2035_u32 } else { 1900..2027 };
    let value = match &definition.kind {
        ClaimKind::String | ClaimKind::Url => text(definition.max_length).prop_map(Value::from).boxed(),
        ClaimKind::Date => prop_oneof![
            20 => (years, 1..13_u32, 1..29_u32).prop_map(|(y, m, d)| Value::from(format!("{y}-{m:02}-{d:02}"))),
            1 => Just(Value::from("2027-02-30"))
        ]
        .boxed(),
        ClaimKind::Integer => prop_oneof![
            any::<i32>().prop_map(|n| Value::Number(f64::from(n))),
            (40..280_i32).prop_map(|n| Value::Number(f64::from(n))),
            Just(Value::Number(-0.0)),
            Just(Value::Number(9_007_199_254_740_992.0)),
        ]
        .boxed(),
        ClaimKind::Boolean => any::<bool>().prop_map(Value::Bool).boxed(),
        ClaimKind::Enum(values) => proptest::sample::select(values.clone()).prop_map(Value::from).boxed(),
    };
    let present = if definition.required { 0.98 } else { 0.5 };
    proptest::option::weighted(present, value).boxed()
}

fn row(credential_type: &CredentialType) -> impl Strategy<Value = Owned> + use<> {
    let claims: Vec<_> = credential_type.claims.iter().map(claim).collect();
    let subject = prop_oneof![
        Just(None),
        "did:key:z6Mk[a-zA-Z0-9]{8}".prop_map(Some),
        Just(Some(ISSUER.to_owned())),
        Just(Some("did:web:a%3A80:%C3%A9".to_owned())),
        Just(Some("did:example:tamarack-slot-0-000009".to_owned())),
    ];
    let purposes = proptest::sample::subsequence(vec!["revocation", "suspension"], 0..=2);
    (claims, subject, purposes, 0..262_144_usize).prop_map(|(claims, subject, purposes, index)| Owned {
        claims,
        subject,
        status: purposes.into_iter().map(|purpose| (purpose, index)).collect(),
    })
}

#[test]
fn both_ways_give_the_same_bytes() {
    let names = ["person-2.0", "person-1.1", "driver-2.0", "driver-1.1", "health-2.0", "health-1.1"];
    let suites = [
        ("eddsa-rdfc-2022", KeyType::Ed25519),
        ("Ed25519Signature2020", KeyType::Ed25519),
        ("ecdsa-rdfc-2019", KeyType::P384),
        ("eddsa-jcs-2022", KeyType::Ed25519),
        ("jwt", KeyType::Ed25519),
        ("vc+jwt", KeyType::Ed25519),
    ];
    for (at, name) in names.iter().enumerate() {
        for with_schema in [false, true] {
            let credential_type = example(name, with_schema);
            // The slow kinds of signatures with some types only.
            for (suite, key_type) in suites.iter().skip(at % 2) {
                let securing = Securing::parse(suite).unwrap();
                // Each kind of token is of one version.
                if credential_type.check_securing(securing).is_err() {
                    continue;
                }
                let key = SecretKey::generate(*key_type).unwrap();
                let series = Series {
                    credential_type: &credential_type,
                    securing,
                    issuer: ISSUER,
                    verification_method: "did:web:id.ontario.example#key-1",
                    now: NOW,
                    contexts: Contexts::builtin(),
                    seed: None,
                };
                let bench = std::cell::RefCell::new(Bench::default());
                let filled = std::cell::Cell::new(0);
                let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
                let run = runner.run(&row(&credential_type), |row| {
                    let (issued, from_template) = both(&series, &key, &row, &mut bench.borrow_mut());
                    filled.set(filled.get() + usize::from(from_template));
                    prop_assert!(issued.is_ok() || !from_template);
                    Ok(())
                });
                run.unwrap_or_else(|error| panic!("{name} {suite}: {error}"));
                if !with_schema {
                    assert_eq!(filled.get() > 2, suite.contains("rdfc") || suite.contains("2020"), "{name} {suite}");
                }
            }
        }
    }
}

/// A type whose terms are as awkward as terms can be.
const AWKWARD: &str = r#"{"format":"tamarack-credential-type/1","name":"t","version":"2.0",
    "contexts":["https://www.w3.org/ns/credentials/v2","https://a.example/context"],"types":["VerifiableCredential"],
    "display":{"title":{"en":"T","fr":"T"},"description":{"en":"T.","fr":"T."}},
    "claims":[{"name":"v","pointer":"/credentialSubject/TERM","kind":"KIND","required":false,"label":{"en":"V","fr":"V"}},
              {"name":"w","pointer":"/credentialSubject/also/x","kind":"string","required":false,"label":{"en":"W","fr":"W"}}],
    "validity":{"years":5},"suite":"eddsa-rdfc-2022"}"#;

const CONTEXT: &str = r#"{"@context":{"@version":1.1,"also":{"@id":"urn:x:also"},"x":"urn:x:x","y":"urn:x:x",
    "plain":"urn:x:plain","ref":{"@id":"urn:x:ref","@type":"@id"},"word":{"@id":"urn:x:word","@type":"@vocab"},
    "json":{"@id":"urn:x:json","@type":"@json"},"double":{"@id":"urn:x:double","@type":"http://www.w3.org/2001/XMLSchema#double"},
    "more":{"@id":"urn:x:more"},"graph":{"@id":"urn:x:graph","@container":"@graph"},
    "list":{"@id":"urn:x:list","@container":"@list"},"map":{"@id":"urn:x:map","@container":"@language"},
    "french":{"@id":"urn:x:french","@language":"fr"},"left":{"@id":"urn:x:left","@direction":"rtl"},
    "PREFIX":{"@id":"urn:did:","@prefix":true},"n":{"@id":"urn:x:n","@type":"http://www.w3.org/2001/XMLSchema#integer"},
    "inner":{"@id":"urn:x:inner","@context":{"same":"urn:x:x"}}}}"#;

#[test]
fn terms_of_every_kind_go_the_way_that_is_theirs() {
    let mut set = ContextSet::default();
    set.insert("https://a.example/context", CONTEXT.as_bytes());
    let key = SecretKey::generate(KeyType::Ed25519).unwrap();
    let strings = ["F", "M", "urn:a:b", "https://b.example/", "did:key:z", "_:b", "x", "a b", "plain", "1.5"];
    let texts: Vec<Value<'static>> = strings.map(Value::from).to_vec();
    let numbers: Vec<Value<'static>> = [0.0, -7.0, 164.0, 4_503_599_000_000_000.0].map(Value::Number).to_vec();
    for (term, kind, values, is_quick) in [
        ("plain", "string", &texts, true),
        ("plain", "integer", &numbers, true),
        ("n", "integer", &numbers, true),
        ("n", "string", &texts, true),
        ("double", "integer", &numbers, false),
        ("double", "string", &texts, true),
        ("ref", "string", &texts, false),
        ("word", "string", &texts, false),
        ("json", "string", &texts, false),
        ("list", "string", &texts, true),
        ("map/en", "string", &texts, true),
        ("french", "string", &texts, true),
        ("left", "string", &texts, true),
        ("unknown", "string", &texts, false),
        ("plain/@value", "string", &texts, false),
        ("plain/@type", "string", &texts, false),
        ("inner/same", "string", &texts, true),
        ("also/y", "string", &texts, true),
        ("type", "string", &texts, false),
    ] {
        let text = AWKWARD.replace("TERM", term).replace("KIND", kind);
        let credential_type = CredentialType::parse(text.as_bytes()).unwrap();
        let series = Series {
            credential_type: &credential_type,
            securing: credential_type.securing,
            issuer: ISSUER,
            verification_method: "did:web:id.ontario.example#key-1",
            now: NOW,
            contexts: Contexts::with(&set),
            seed: None,
        };
        let mut bench = Bench::default();
        let mut made = (0, 0);
        for value in values {
            for other in [None, Some(Value::from("x")), Some(Value::from("plain"))] {
                let claims = vec![Some(value.clone()), other];
                let row = Owned { claims, subject: None, status: Vec::new() };
                let (issued, from_template) = both(&series, &key, &row, &mut bench);
                made.0 += usize::from(issued.is_ok());
                made.1 += usize::from(from_template);
            }
        }
        assert!(if is_quick { made.1 > 0 } else { made.1 == 0 }, "{term} {kind} {made:?}");
    }
    // A prefix that takes every DID apart: such a subject is never a slot.
    set.insert("https://a.example/context", CONTEXT.replace("PREFIX", "did").as_bytes());
    let credential_type = CredentialType::parse(AWKWARD.replace("TERM", "plain").replace("KIND", "string").as_bytes());
    let credential_type = credential_type.unwrap();
    let series = Series {
        credential_type: &credential_type,
        securing: credential_type.securing,
        issuer: "urn:x:issuer",
        verification_method: "urn:x:issuer#key-1",
        now: NOW,
        contexts: Contexts::with(&set),
        seed: None,
    };
    let row = Row {
        claims: &[Some(Value::from("a")), None],
        id: "urn:uuid:6e0f4a1e-5a0c-4a2e-9d6b-000000000001",
        subject: Some("did:key:z"),
        status: &[],
        token: None,
    };
    let fault = series.issue(&row, &key, &mut Bench::default(), &mut String::new()).unwrap_err();
    assert_eq!(fault.code(), Code::JsonldNotATerm);
}

#[test]
fn one_value_twice_goes_the_general_way() {
    let mut set = ContextSet::default();
    set.insert("https://a.example/context", CONTEXT.as_bytes());
    let text = AWKWARD.replace("TERM", "also/y").replace("KIND", "string");
    let credential_type = CredentialType::parse(text.as_bytes()).unwrap();
    let series = Series {
        credential_type: &credential_type,
        securing: credential_type.securing,
        issuer: ISSUER,
        verification_method: "did:web:id.ontario.example#key-1",
        now: NOW,
        contexts: Contexts::with(&set),
        seed: None,
    };
    let key = SecretKey::generate(KeyType::Ed25519).unwrap();
    let mut bench = Bench::default();
    for (one, other, is_good) in [("a", "b", true), ("a", "a", false), ("b", "a", true)] {
        let claims = vec![Some(Value::from(one)), Some(Value::from(other))];
        let row = Owned { claims, subject: None, status: Vec::new() };
        let (issued, from_template) = both(&series, &key, &row, &mut bench);
        assert_eq!((issued.is_ok(), from_template), (is_good, is_good), "{one} {other}");
    }
}

#[test]
fn blank_nodes_of_every_kind_get_their_labels() {
    let mut set = ContextSet::default();
    set.insert("https://a.example/context", CONTEXT.as_bytes());
    let key = SecretKey::generate(KeyType::Ed25519).unwrap();
    let nodes = |count: usize| {
        let nodes: Vec<String> = (0..count).map(|n| format!(r#"{{"plain":"{n}","more":{{"n":{n}}}}}"#)).collect();
        format!(r#""more":[{}]"#, nodes.join(","))
    };
    for (template, is_quick) in [
        (nodes(1), true),
        (nodes(3), true),
        // More than ten.
        (nodes(6), false),
        // Two that are alike: only their place among others could tell them apart.
        (r#""more":[{"plain":"a"},{"plain":"a"}]"#.to_owned(), false),
        (r#""graph":{"plain":"a"}"#.to_owned(), false),
        (r#""list":["a","b","a"]"#.to_owned(), true),
    ] {
        let text = AWKWARD.replace("TERM", "plain").replace("KIND", "string");
        let text =
            text.replace(r#""claims""#, &format!(r#""template":{{"credentialSubject":{{{template}}}}},"claims""#));
        let credential_type = CredentialType::parse(text.as_bytes()).unwrap();
        let series = Series {
            credential_type: &credential_type,
            securing: credential_type.securing,
            issuer: ISSUER,
            verification_method: "did:web:id.ontario.example#key-1",
            now: NOW,
            contexts: Contexts::with(&set),
            seed: None,
        };
        let mut bench = Bench::default();
        for n in 0..40 {
            let claims =
                vec![Some(Value::from(format!("{n}"))), (n % 3 > 0).then(|| Value::from(format!("{}", n % 7)))];
            let row = Owned { claims, subject: None, status: Vec::new() };
            let (issued, from_template) = both(&series, &key, &row, &mut bench);
            assert!(issued.is_ok(), "{template} {issued:?}");
            assert_eq!(from_template, is_quick, "{template} {n}");
        }
    }
}
