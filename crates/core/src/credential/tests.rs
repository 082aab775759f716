//! One negative for each MUST, in both versions: a good document, one change, the code and the place that must come out.

use super::*;
use crate::json::parse;

const V1: &str = r#"{
  "@context": ["https://www.w3.org/2018/credentials/v1", "https://x.example/v1", {"a": "https://x.example/a"}],
  "id": "https://issuer.example/credentials/1",
  "type": ["VerifiableCredential", "PersonCredential"],
  "issuer": {"id": "did:example:issuer", "name": "Ontario"},
  "issuanceDate": "2020-01-01T00:00:00Z",
  "expirationDate": "2030-01-01T00:00:00",
  "credentialSubject": [{"id": "did:example:a", "age": 20}, {"age": 30}],
  "credentialStatus": {"id": "https://issuer.example/status/1#7", "type": "StatusList2021Entry"},
  "credentialSchema": {"id": "https://issuer.example/schema.json", "type": "JsonSchemaValidator2018"},
  "refreshService": {"id": "https://issuer.example/refresh", "type": "ManualRefreshService2018"},
  "termsOfUse": [{"type": "IssuerPolicy", "id": "https://issuer.example/terms"}],
  "evidence": [{"type": ["DocumentVerification"], "id": "https://issuer.example/evidence/1"}],
  "proof": [{"type": "Ed25519Signature2020"}]
}"#;

const V2: &str = r#"{
  "@context": ["https://www.w3.org/ns/credentials/v2", "https://x.example/v2", {"a": "https://x.example/a"}],
  "id": "urn:uuid:3978344f-8596-4c3a-a978-8fcaba3903c5",
  "type": ["VerifiableCredential", "https://x.example/PersonCredential"],
  "name": "Photo card",
  "description": [{"@value": "Carte-photo", "@language": "fr-CA", "@direction": "ltr"}, {"@value": "Photo card"}],
  "issuer": {"id": "did:example:issuer", "name": {"@value": "Ontario", "@language": "en"}},
  "validFrom": "2020-01-01T00:00:00Z",
  "validUntil": "2020-01-01T00:00:00+00:00",
  "credentialSubject": {"id": "did:example:a", "age": 20},
  "credentialStatus": [{"type": "BitstringStatusListEntry"}, {"id": "urn:x:1", "type": ["A", "B"]}],
  "credentialSchema": [{"id": "https://issuer.example/schema.json", "type": "JsonSchema"}],
  "refreshService": {"type": "VerifiableCredentialRefreshService2021"},
  "termsOfUse": {"type": "TrustFrameworkPolicy"},
  "evidence": {"type": "Evidence"},
  "confidenceMethod": {"type": "C"},
  "renderMethod": [{"type": "R"}],
  "relatedResource": [
    {"id": "https://x.example/1", "mediaType": "image/png", "digestSRI": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
    {"id": "https://x.example/2", "digestMultibase": ["uEiDjsMRCmPwcFJr79MiZb7kkJ65B5GSbk0yklZkbeFK4VQ"]}
  ],
  "proof": {"type": "DataIntegrityProof"}
}"#;

const VP1: &str = r#"{
  "@context": ["https://www.w3.org/2018/credentials/v1"],
  "type": "VerifiablePresentation",
  "holder": "did:example:a",
  "verifiableCredential": ["eyJ.e30.c2ln", {"type": "VerifiableCredential"}],
  "proof": {"type": "Ed25519Signature2020"}
}"#;

const VP2: &str = r#"{
  "@context": ["https://www.w3.org/ns/credentials/v2"],
  "id": "urn:uuid:3978344f-8596-4c3a-a978-8fcaba3903c5",
  "type": ["VerifiablePresentation", "ExamplePresentation"],
  "holder": {"id": "did:example:a"},
  "verifiableCredential": [
    {"type": "VerifiableCredential"},
    {"@context": "https://www.w3.org/ns/credentials/v2", "type": "EnvelopedVerifiableCredential",
     "id": "data:application/vc+jwt,eyJ.e30.c2ln"}
  ],
  "termsOfUse": {"type": "T"}
}"#;

/// The good document with one member at `pointer` set to `json` (an absent one is added); an empty `json` takes it out.
fn changed(good: &'static str, pointer: &str, json: &'static str) -> Object<'static> {
    let mut document = parse(good.as_bytes()).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let mut here = &mut document;
    for part in parent.split('/').skip(1) {
        here = match here {
            Value::Object(object) => object.get_mut(part).unwrap(),
            Value::Array(items) => &mut items[part.parse::<usize>().unwrap()],
            _ => panic!("{pointer}"),
        };
    }
    match (here, json) {
        (Value::Object(object), "") => drop(object.remove(key).unwrap()),
        (Value::Object(object), _) => drop(object.insert(key.to_owned(), parse(json.as_bytes()).unwrap())),
        (Value::Array(items), _) => items[key.parse::<usize>().unwrap()] = parse(json.as_bytes()).unwrap(),
        _ => panic!("{pointer}"),
    }
    match document {
        Value::Object(object) => object,
        _ => unreachable!(),
    }
}

/// What was found, as `code pointer`.
fn found<T>(read: Result<T, Vec<Fault>>) -> Vec<String> {
    let faults = read.err().unwrap_or_default();
    faults.iter().map(|fault| format!("{} {}", fault.code(), fault.pointer().unwrap_or("?"))).collect()
}

type Case = (&'static str, &'static str, &'static str);

fn credentials(good: &'static str, cases: &[Case]) {
    for (pointer, json, expected) in cases {
        let document = changed(good, pointer, json);
        assert_eq!(found(read_credential(&document)), [*expected], "{pointer} = {json}");
    }
}

fn presentations(good: &'static str, cases: &[Case]) {
    for (pointer, json, expected) in cases {
        let document = changed(good, pointer, json);
        assert_eq!(found(read_presentation(&document)), [*expected], "{pointer} = {json}");
    }
}

fn object(text: &'static str) -> Object<'static> {
    match parse(text.as_bytes()).unwrap() {
        Value::Object(object) => object,
        _ => panic!("no object"),
    }
}

#[test]
fn reads_good_credentials() {
    let document = object(V1);
    let credential = read_credential(&document).unwrap();
    assert_eq!(credential.version, Version::V1);
    assert_eq!(credential.issuer, "did:example:issuer");
    assert_eq!(credential.types, ["VerifiableCredential", "PersonCredential"]);
    assert_eq!(credential.subjects.len(), 2);
    assert_eq!(credential.statuses[0].0, "/credentialStatus");
    assert_eq!(credential.valid_until, Timestamp::parse_stamp("2030-01-01T00:00:00Z").ok());

    let document = object(V2);
    let credential = read_credential(&document).unwrap();
    assert_eq!(credential.version, Version::V2);
    assert_eq!(credential.statuses[1].0, "/credentialStatus/1");
    assert_eq!(credential.schemas[0].0, "/credentialSchema/0");
    assert_eq!(credential.valid_from, credential.valid_until);
    assert_eq!(credential.related.len(), 2);
    for resource in &credential.related {
        assert_eq!(resource.check(b""), Ok(()), "{}", resource.pointer);
        let fault = resource.check(b"other").unwrap_err();
        assert_eq!((fault.code(), fault.pointer()), (Code::ResourceDigest, Some(resource.pointer.as_str())));
    }
}

#[test]
fn reads_good_presentations() {
    let document = object(VP1);
    let presentation = read_presentation(&document).unwrap();
    assert_eq!(presentation.holder, Some("did:example:a"));
    assert!(matches!(presentation.credentials.as_slice(), [
        (first, Contained::Jwt("eyJ.e30.c2ln")),
        (second, Contained::Embedded(_)),
    ] if first == "/verifiableCredential/0" && second == "/verifiableCredential/1"));
    let document = object(VP2);
    let presentation = read_presentation(&document).unwrap();
    assert_eq!(presentation.holder, Some("did:example:a"));
    assert!(matches!(presentation.credentials[1].1, Contained::Jwt("eyJ.e30.c2ln")));
    // VCDM 1.1 §4.10, 2.0 §4.13: the credentials and the holder are optional.
    for (good, name) in [(VP1, "/verifiableCredential"), (VP1, "/holder"), (VP2, "/verifiableCredential"), (VP2, "/id")]
    {
        assert!(read_presentation(&changed(good, name, "")).is_ok());
    }
}

#[test]
fn accepts_what_is_optional() {
    for name in [
        "id",
        "expirationDate",
        "credentialStatus",
        "credentialSchema",
        "refreshService",
        "termsOfUse",
        "evidence",
        "proof",
    ] {
        assert!(read_credential(&changed(V1, &format!("/{name}"), "")).is_ok(), "1.1 without {name}");
    }
    for name in ["id", "validFrom", "validUntil", "name", "credentialStatus", "relatedResource", "proof"] {
        assert!(read_credential(&changed(V2, &format!("/{name}"), "")).is_ok(), "2.0 without {name}");
    }
    for (good, pointer, json) in [
        (V1, "/type", r#""VerifiableCredential""#),
        (V1, "/@context", r#""https://www.w3.org/2018/credentials/v1""#),
        (V1, "/issuer", r#""https://issuer.example""#),
        (V1, "/credentialSubject", r#"{"id": "did:example:a"}"#),
        (V2, "/name", r#"{"@value": "x"}"#),
        (
            V2,
            "/relatedResource",
            r#"{"id": "urn:x:y", "digestSRI":
            "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb sha256-47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU="}"#,
        ),
        (
            V2,
            "/relatedResource",
            r#"{"id": "urn:x:y", "digestSRI":
            "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="}"#,
        ),
    ] {
        assert_eq!(found(read_credential(&changed(good, pointer, json))), [""; 0], "{pointer} = {json}");
    }
}

#[test]
fn contexts_of_both_versions() {
    credentials(
        V1,
        &[
            ("/@context", "", "vc.context "),
            ("/@context", "[]", "vc.context /@context"),
            ("/@context", r#"{"a": "https://x.example/a"}"#, "vc.context /@context"),
            ("/@context", r#"["https://x.example/v1", {"b": null}]"#, "vc.context /@context"),
            ("/@context/1", "7", "vc.context /@context/1"),
            ("/@context/1", "null", "vc.context /@context/1"),
            ("/@context/1", r#""relative""#, "vc.context /@context/1"),
            ("/@context/1", r#""https://www.w3.org/ns/credentials/v2""#, "vc.context /@context/1"),
            ("/@context/1", r#""https://www.w3.org/2018/credentials/v1""#, "vc.context /@context/1"),
        ],
    );
    credentials(
        V2,
        &[
            ("/@context", "", "vc.context "),
            ("/@context/0", r#""https://www.w3.org/ns/credentials/v2#""#, "vc.context /@context"),
            ("/@context/1", r#""https://www.w3.org/2018/credentials/v1""#, "vc.context /@context/1"),
            (
                "/@context",
                r#"["https://www.w3.org/ns/credentials/v2", "urn:x:1", "urn:x:1"]"#,
                "vc.context /@context/2",
            ),
        ],
    );
    presentations(VP1, &[("/@context", "", "vc.context "), ("/@context/0", r#""urn:x:y""#, "vc.context /@context")]);
    presentations(VP2, &[("/@context", "", "vc.context "), ("/@context/0", "{}", "vc.context /@context")]);
    // The base context anywhere but first.
    let late = changed(V2, "/@context", r#"["https://x.example/v2", "https://www.w3.org/ns/credentials/v2"]"#);
    assert!(found(read_credential(&late)).contains(&"vc.context /@context".into()));
}

#[test]
fn types_and_ids_of_both_versions() {
    for good in [V1, V2] {
        credentials(
            good,
            &[
                ("/type", "", "vc.type "),
                ("/type", "7", "vc.type /type"),
                ("/type", r#"["PersonCredential"]"#, "vc.type /type"),
                ("/type", r#"["VerifiableCredential", 7]"#, "vc.type /type"),
                ("/type", r#"["VerifiableCredential", ""]"#, "vc.type /type"),
                ("/type", r#"["VerifiableCredential", "VerifiablePresentation"]"#, "vc.type /type"),
                ("/id", r#"["urn:x:1", "urn:x:2"]"#, "vc.id /id"),
                ("/id", r#""credential-1""#, "vc.id /id"),
                ("/id", "null", "vc.id /id"),
                ("/id", r#"{"id": "urn:x:1"}"#, "vc.id /id"),
                ("/issuer", "", "vc.property_missing "),
                ("/issuer", r#""example""#, "vc.id /issuer"),
                ("/issuer", r#"["urn:x:1", "urn:x:2"]"#, "vc.property_invalid /issuer"),
                ("/issuer", r#"{"name": "Ontario"}"#, "vc.property_missing /issuer"),
                ("/issuer/id", r#""example""#, "vc.id /issuer/id"),
                ("/issuer/id", "7", "vc.id /issuer/id"),
            ],
        );
    }
    for good in [VP1, VP2] {
        presentations(
            good,
            &[
                ("/type", "", "vc.type "),
                ("/type", r#"["ExamplePresentation"]"#, "vc.type /type"),
                ("/type", r#"["VerifiablePresentation", "VerifiableCredential"]"#, "vc.type /type"),
                ("/id", r#""presentation""#, "vc.id /id"),
                ("/holder", r#""example""#, "vc.id /holder"),
                ("/holder", r#"{"name": "x"}"#, "vc.property_missing /holder"),
                ("/holder", r#"["did:example:a"]"#, "vc.property_invalid /holder"),
            ],
        );
    }
}

#[test]
fn dates_of_both_versions() {
    credentials(
        V1,
        &[
            ("/issuanceDate", "", "vc.property_missing "),
            ("/issuanceDate", r#""01/01/2010""#, "vc.date /issuanceDate"),
            ("/issuanceDate", r#"["2010-01-01T00:00:00Z", "2011-01-01T00:00:00Z"]"#, "vc.date /issuanceDate"),
            ("/issuanceDate", "1262304000", "vc.date /issuanceDate"),
            ("/issuanceDate", r#""2031-01-01T00:00:00Z""#, "vc.date_order /expirationDate"),
            ("/expirationDate", r#""2010-01-01""#, "vc.date /expirationDate"),
            ("/expirationDate", "null", "vc.date /expirationDate"),
            ("/validUntil", r#""soon""#, "vc.date /validUntil"),
            ("/validFrom", r#""2031-01-01T00:00:00Z""#, "vc.date_order /expirationDate"),
        ],
    );
    credentials(
        V2,
        &[
            ("/validFrom", r#""2020-01-01T00:00:00""#, "vc.date /validFrom"),
            ("/validFrom", r#""2020-01-01""#, "vc.date /validFrom"),
            ("/validUntil", r#""2020-02-30T00:00:00Z""#, "vc.date /validUntil"),
            ("/validUntil", "7", "vc.date /validUntil"),
            ("/validUntil", r#""2019-12-31T23:59:59.9Z""#, "vc.date_order /validUntil"),
            ("/validFrom", r#""2020-01-01T00:00:00-05:00""#, "vc.date_order /validUntil"),
        ],
    );
    let both = changed(V1, "/validUntil", r#""2025-01-01T00:00:00Z""#);
    let credential = read_credential(&both).unwrap();
    assert_eq!(credential.valid_until, Timestamp::parse_stamp("2025-01-01T00:00:00Z").ok(), "the narrower period");
}

#[test]
fn subjects_of_both_versions() {
    for good in [V1, V2] {
        credentials(
            good,
            &[
                ("/credentialSubject", "", "vc.property_missing "),
                ("/credentialSubject", "[]", "vc.property_invalid /credentialSubject"),
                ("/credentialSubject", "{}", "vc.property_invalid /credentialSubject"),
                ("/credentialSubject", r#""did:example:a""#, "vc.property_invalid /credentialSubject"),
                ("/credentialSubject", r#"[{"age": 1}, {}]"#, "vc.property_invalid /credentialSubject/1"),
                ("/credentialSubject", r#"[{"id": "urn:x:1"}, {}]"#, "vc.property_invalid /credentialSubject/1"),
                ("/credentialSubject", r#"[{"age": 1}, null]"#, "vc.property_invalid /credentialSubject/1"),
                ("/credentialSubject", r#"{"age": 1, "id": "me"}"#, "vc.id /credentialSubject/id"),
                ("/credentialSubject", r#"[{"age": 1, "id": ["urn:x:1"]}]"#, "vc.id /credentialSubject/0/id"),
            ],
        );
    }
    for good in [V1, V2] {
        for subjects in [r#"{"id": "urn:x:1"}"#, r#"[{"id": "urn:x:1"}, {"id": "urn:x:2"}]"#] {
            let document = changed(good, "/credentialSubject", subjects);
            assert!(read_credential(&document).is_ok(), "an id says whom it is about: {subjects}");
        }
    }
}

#[test]
fn typed_objects_of_both_versions() {
    const NAMES: [&str; 5] = ["credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence"];
    const CASES: [(&str, &str, &str); 8] = [
        (r#""urn:x:y""#, "vc.property_invalid", ""),
        ("[]", "vc.property_invalid", ""),
        ("null", "vc.property_invalid", ""),
        (r#"[{"id": "urn:x:y", "type": "T"}, 7]"#, "vc.property_invalid", "/1"),
        (r#"{"id": "urn:x:y"}"#, "vc.property_missing", ""),
        (r#"[{"id": "urn:x:y", "type": []}]"#, "vc.type", "/0/type"),
        (r#"{"id": "urn:x:y", "type": {"a": 1}}"#, "vc.type", "/type"),
        (r#"{"id": "relative", "type": "T"}"#, "vc.id", "/id"),
    ];
    for (good, more) in [(V1, &[][..]), (V2, &["confidenceMethod", "renderMethod"][..])] {
        for name in NAMES.iter().chain(more) {
            for (json, code, below) in CASES {
                let document = changed(good, &format!("/{name}"), json);
                assert_eq!(found(read_credential(&document)), [format!("{code} /{name}{below}")], "{name} = {json}");
            }
        }
    }
    for good in [VP1, VP2] {
        presentations(
            good,
            &[("/termsOfUse", r#"[{"type": "T"}, {"id": "urn:x:y"}]"#, "vc.property_missing /termsOfUse/1")],
        );
    }
    // Where the versions differ: the id.
    credentials(
        V1,
        &[
            ("/credentialStatus/id", "", "vc.property_missing /credentialStatus"),
            ("/credentialSchema/id", "", "vc.property_missing /credentialSchema"),
            ("/refreshService/id", "", "vc.property_missing /refreshService"),
        ],
    );
    credentials(V2, &[("/credentialSchema/0/id", "", "vc.property_missing /credentialSchema/0")]);
    // VCDM 1.1 §5.8.
    let definition = r#"{"type": "CLSignature2019"}"#;
    let mut document = changed(V1, "/credentialSchema", "");
    document.insert("proof", parse(definition.as_bytes()).unwrap());
    assert_eq!(found(read_credential(&document)), ["vc.property_missing "]);
}

#[test]
fn proofs_of_both_versions() {
    const CASES: [Case; 6] = [
        ("/proof", "[]", "proof.malformed /proof"),
        ("/proof", r#""z58D""#, "proof.malformed /proof"),
        ("/proof", "null", "proof.malformed /proof"),
        ("/proof", "{}", "proof.malformed /proof"),
        ("/proof", r#"{"type": ["Ed25519Signature2020"]}"#, "proof.malformed /proof"),
        ("/proof", r#"[{"type": "Ed25519Signature2020"}, {}]"#, "proof.malformed /proof/1"),
    ];
    for (credential, presentation) in [(V1, VP1), (V2, VP2)] {
        credentials(credential, &CASES);
        presentations(presentation, &CASES);
    }
}

#[test]
fn limits_are_kept() {
    let many = |count: usize, item: &str| format!("[{}]", vec![item; count].join(","));
    for (name, limit) in [
        ("credentialStatus", crate::limits::STATUS_ENTRIES),
        ("credentialSchema", crate::limits::RESOURCES),
        ("evidence", crate::limits::RESOURCES),
    ] {
        let text: &'static str = many(limit + 1, r#"{"id":"urn:x:y","type":"T"}"#).leak();
        credentials(V2, &[(format!("/{name}").leak(), text, format!("vc.property_invalid /{name}").leak())]);
    }
    let text: &'static str = many(crate::limits::PROOFS + 1, r#"{"type":"T"}"#).leak();
    credentials(V2, &[("/proof", text, "proof.malformed /proof")]);
    let text: &'static str = many(crate::limits::RESOURCES + 1, "{}").leak();
    credentials(V2, &[("/relatedResource", text, "vc.related_resource /relatedResource")]);
    let text: &'static str = many(crate::limits::CREDENTIALS + 1, "{}").leak();
    presentations(VP2, &[("/verifiableCredential", text, "vc.property_invalid /verifiableCredential")]);
}

#[test]
fn names_of_version_2() {
    for (pointer, name) in [("/name", "name"), ("/description", "description")] {
        for (json, below) in [
            ("7", ""),
            ("null", ""),
            ("[]", ""),
            ("{}", ""),
            (r#"["Photo card"]"#, "/0"),
            (r#"{"@value": 7}"#, ""),
            (r#"{"@value": "x", "@language": "fr_CA"}"#, "/@language"),
            (r#"{"@value": "x", "@language": 7}"#, "/@language"),
            (r#"{"@value": "x", "@direction": "up"}"#, "/@direction"),
            (r#"{"@value": "x", "@direction": null}"#, "/@direction"),
            (r#"{"@value": "x", "@type": "urn:x:y"}"#, "/@type"),
            (r#"{"@value": "x", "name": "y"}"#, "/name"),
            (r#"[{"@value": "x"}, {"@language": "en"}]"#, "/1"),
        ] {
            let document = changed(V2, pointer, json);
            assert_eq!(found(read_credential(&document)), [format!("vc.language /{name}{below}")], "{json}");
            let document = changed(V2, &format!("/issuer{pointer}"), json);
            assert_eq!(found(read_credential(&document)), [format!("vc.language /issuer/{name}{below}")], "{json}");
            assert!(read_credential(&changed(V1, pointer, json)).is_ok(), "1.1 has no such property");
        }
    }
}

#[test]
fn related_resources_of_version_2() {
    let entry = "vc.related_resource /relatedResource/0";
    credentials(
        V2,
        &[
            ("/relatedResource", "[]", "vc.related_resource /relatedResource"),
            ("/relatedResource", r#""https://x.example/1""#, "vc.related_resource /relatedResource"),
            ("/relatedResource/0", r#""https://x.example/1""#, entry),
            ("/relatedResource/0", "null", entry),
            ("/relatedResource/0/id", "", entry),
            ("/relatedResource/0/id", r#""relative""#, entry),
            ("/relatedResource/1/id", r#""https://x.example/1""#, "vc.related_resource /relatedResource/1/id"),
            ("/relatedResource/0/digestSRI", "", entry),
            ("/relatedResource/0/mediaType", r#""png""#, "vc.related_resource /relatedResource/0/mediaType"),
        ],
    );
    for (pointer, values) in [
        (
            "/relatedResource/0/digestSRI",
            &[
                r#""""#,
                "7",
                "[]",
                r#""sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=""#,
                r#""47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=""#,
                r#""sha384-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=""#,
                r#""sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=""#,
                r#""sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=""#,
            ][..],
        ),
        (
            "/relatedResource/1/digestMultibase",
            &[
                r#""""#,
                "null",
                r#"["uEiDjsMRCmPwcFJr79MiZb7kkJ65B5GSbk0yklZkbeFK4VQ", 7]"#,
                r#""EiDjsMRCmPwcFJr79MiZb7kkJ65B5GSbk0yklZkbeFK4VQ""#,
                // 20 and 33 bytes: no hash of SHA-2.
                r#""u2jmj7l5rSw0yVb_vlWAYkK_YBwk""#,
                r#""uAOOwxEKY_BwUmvv0yJlvuSQnrkHkZJuTTKSVmRt4UrhV""#,
                r#""uIyDjsMRCmPwcFJr79MiZb7kkJ65B5GSbk0yklZkbeFK4VQ""#,
                r#""uEyDjsMRCmPwcFJr79MiZb7kkJ65B5GSbk0yklZkbeFK4VQ""#,
                r#""uERTaOaPuXmtLDTJVv--VYBiQr9gHCQ""#,
            ][..],
        ),
    ] {
        for json in values {
            credentials(V2, &[(pointer, json, format!("vc.related_resource {pointer}").leak())]);
        }
    }
    // The digest with its header, and its bytes alone.
    let digest = |json: &'static str| {
        let document = changed(V2, "/relatedResource/1/digestMultibase", json);
        read_credential(&document).unwrap().related.last().unwrap().digests.clone()
    };
    assert_eq!(
        digest(r#""uEiDjsMRCmPwcFJr79MiZb7kkJ65B5GSbk0yklZkbeFK4VQ""#),
        digest(r#""u47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU""#)
    );
}

#[test]
fn credentials_in_presentations() {
    presentations(
        VP1,
        &[
            ("/verifiableCredential", "[]", "vc.property_invalid /verifiableCredential"),
            ("/verifiableCredential", "7", "vc.property_invalid /verifiableCredential"),
            ("/verifiableCredential/0", r#""""#, "vc.property_invalid /verifiableCredential/0"),
            (
                "/verifiableCredential/0",
                r#"{"type": "EnvelopedVerifiableCredential"}"#,
                "vc.enveloped /verifiableCredential/0/type",
            ),
        ],
    );
    presentations(
        VP2,
        &[
            ("/verifiableCredential", "[]", "vc.property_invalid /verifiableCredential"),
            ("/verifiableCredential/0", r#""eyJ.e30.c2ln""#, "vc.property_invalid /verifiableCredential/0"),
            ("/verifiableCredential/0", "7", "vc.property_invalid /verifiableCredential/0"),
            (
                "/verifiableCredential/1/type",
                r#""EnvelopedVerifiablePresentation""#,
                "vc.enveloped /verifiableCredential/1/type",
            ),
            ("/verifiableCredential/1/id", r#""https://x.example""#, "vc.enveloped /verifiableCredential/1/id"),
        ],
    );
}

#[test]
fn envelopes() {
    const GOOD: &str = r#"{"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["EnvelopedVerifiablePresentation"],
        "id": "data:application/vp+jwt,eyJ.e30.c2ln"}"#;
    let document = object(GOOD);
    assert_eq!(kind(&document), Ok(Kind::Enveloped));
    assert_eq!(open_envelope(&document), Ok("eyJ.e30.c2ln"));
    for (pointer, json, place) in [
        ("/@context", "", "/@context"),
        ("/@context", r#""https://www.w3.org/2018/credentials/v1""#, "/@context"),
        ("/type", "", "/type"),
        ("/type", r#"["EnvelopedVerifiablePresentation", "Other"]"#, "/type"),
        ("/type", r#""EnvelopedVerifiableCredential""#, "/id"),
        ("/id", "", "/id"),
        ("/id", "7", "/id"),
        ("/id", r#""eyJ.e30.c2ln""#, "/id"),
        ("/id", r#""data:application/vp+jwt""#, "/id"),
        ("/id", r#""data:application/vp+jwt,""#, "/id"),
        ("/id", r#""data:application/vp+jwt;base64,ZXlK""#, "/id"),
        ("/id", r#""data:application/vp+jwt,eyJ%2Ee30.c2ln""#, "/id"),
        ("/id", r#""data:application/vp+jwt,eyJ.e30.c2ln#x""#, "/id"),
        ("/id", r#""data:application/vc+sd-jwt,eyJ.e30.c2ln~""#, "/id"),
        ("/id", r#""data:text/plain,eyJ.e30.c2ln""#, "/id"),
    ] {
        let document = changed(GOOD, pointer, json);
        let fault = open_envelope(&document).unwrap_err();
        assert_eq!((fault.code(), fault.pointer()), (Code::VcEnveloped, Some(place)), "{pointer} = {json}");
    }
    let foreign = changed(GOOD, "/id", r#""data:application/vc+cose,AA""#);
    assert_eq!(open_envelope(&foreign).unwrap_err().name(), Some("application/vc+cose"));
}

#[test]
fn kinds() {
    for (text, expected) in [
        (V1, Some(Kind::Credential)),
        (VP2, Some(Kind::Presentation)),
        (r#"{"@context": "https://www.w3.org/ns/credentials/v2", "issuer": 7}"#, Some(Kind::Credential)),
        (r#"{"@context": "https://www.w3.org/ns/credentials/v2", "holder": 7}"#, Some(Kind::Presentation)),
        (r#"{"@context": "https://www.w3.org/ns/credentials/v2"}"#, None),
        (r#"{"type": "Person", "issuer": 7}"#, None),
        ("{}", None),
    ] {
        assert_eq!(kind(&object(text)).ok(), expected, "{text}");
    }
    assert_eq!(kind(&object("{}")).unwrap_err().code(), Code::InputNotACredential);
}

#[test]
fn names_every_fault_at_once() {
    let mut document = changed(V2, "/issuer", "");
    document.insert("validFrom", "yesterday");
    document.insert("id", "x");
    let mut all = found(read_credential(&document));
    all.sort();
    assert_eq!(all, ["vc.date /validFrom", "vc.id /id", "vc.property_missing "]);
}
