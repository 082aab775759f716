//! Schemas that fit, that do not, and that mean harm.

use super::*;
use crate::Timestamp;
use crate::credential::Version;

const URL: &str = "https://ontario.example/person.json";
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

const CREDENTIAL: &str = r#"{"type":["VerifiableCredential"],"issuer":"did:web:ontario.example","proof":{"x":1},
    "credentialSubject":{"givenName":"Amélie","birthDate":"1990-02-30","height":170,"tags":["a","b"]}}"#;

fn run(schema: &str, more: &[(&str, &str)], entry: &str) -> Result<bool, Fault> {
    let document = json::parse(CREDENTIAL.as_bytes()).unwrap();
    let entry = json::parse(entry.as_bytes()).unwrap();
    let credential = Credential {
        version: Version::V2,
        document: document.as_object().unwrap(),
        id: None,
        types: vec!["VerifiableCredential"],
        issuer: "did:web:ontario.example",
        valid_from: None,
        valid_until: None,
        subjects: Vec::new(),
        statuses: Vec::new(),
        schemas: vec![("/credentialSchema".into(), entry.as_object().unwrap())],
        related: Vec::new(),
    };
    let mut evidence = Evidence::none();
    for (url, text) in more.iter().copied().chain((!schema.is_empty()).then_some((URL, schema))) {
        evidence.insert(EvidenceKind::Schema, url, text.as_bytes().to_vec(), Timestamp::from_unix(0));
    }
    check(&credential, false, &evidence, &Kept::default(), &mut |_, _, _| unreachable!("no schema in a credential"))
}

fn entry(more: &str) -> String {
    format!(r#"{{"id":"{URL}","type":"JsonSchema"{more}}}"#)
}

fn schema(body: &str) -> String {
    format!(r#"{{"$schema":"{DRAFT}",{body}}}"#)
}

fn result(body: &str) -> Result<bool, (Code, String)> {
    run(&schema(body), &[], &entry("")).map_err(|fault| (fault.code(), fault.pointer().unwrap_or_default().to_owned()))
}

fn subject(properties: &str) -> Result<bool, (Code, String)> {
    result(&format!(r#""properties":{{"credentialSubject":{{"properties":{{{properties}}}}}}}"#))
}

#[test]
fn matches_and_names_the_first_value_that_does_not() {
    let mismatch = |pointer: &str| Err((Code::SchemaMismatch, pointer.to_owned()));
    assert_eq!(subject(r#""givenName":{"type":"string"},"height":{"type":"integer"}"#), Ok(true));
    assert_eq!(subject(r#""height":{"type":"string"}"#), mismatch("/credentialSubject/height"));
    assert_eq!(subject(r#""tags":{"items":{"const":"a"}}"#), mismatch("/credentialSubject/tags/1"));
    // The thirtieth of February: formats are asserted.
    assert_eq!(subject(r#""birthDate":{"format":"date"}"#), mismatch("/credentialSubject/birthDate"));
    // The credential as it was before it was secured.
    assert_eq!(result(r#""not":{"required":["proof"]}"#), Ok(true));
    let fault = run(&schema(r#""required":["evidence"]"#), &[], &entry("")).unwrap_err();
    assert_eq!((fault.code(), fault.name()), (Code::SchemaMismatch, Some("required")));
    let all = format!("{:?}", run(&schema(r#""not":{}"#), &[], &entry("")).unwrap_err());
    assert!(!all.contains("Amélie"));
}

#[test]
fn what_is_no_schema() {
    let invalid = Err((Code::SchemaInvalid, "/credentialSchema".to_owned()));
    assert_eq!(result(r#""type":"sausage""#), invalid);
    assert_eq!(result(r#""pattern":"(""#), invalid);
    assert_eq!(result(r#""pattern":"(?<=a)b""#), invalid);
    let code = |text: &str| run(text, &[], &entry("")).map_err(|fault| fault.code());
    assert_eq!(code("{}"), Err(Code::SchemaInvalid));
    assert_eq!(code("[]"), Err(Code::SchemaInvalid));
    assert_eq!(code("{"), Err(Code::SchemaInvalid));
    assert_eq!(code(r#"{"$schema":7}"#), Err(Code::SchemaInvalid));
    assert_eq!(code(r#"{"$schema":"http://json-schema.org/draft-04/schema#"}"#), Err(Code::SchemaTypeUnknown));
    assert_eq!(code(r#"{"$schema":"https://ontario.example/meta"}"#), Err(Code::SchemaTypeUnknown));
    for draft in super::DRAFTS {
        assert_eq!(code(&format!(r#"{{"$schema":"{draft}","minProperties":1}}"#)), Ok(true));
        assert_eq!(code(&format!(r#"{{"$schema":"{draft}#","minProperties":99}}"#)), Err(Code::SchemaMismatch));
    }
    assert_eq!(code(""), Err(Code::SchemaMissing));
}

#[test]
fn the_types_of_entries() {
    let text = r#"{"minProperties":1}"#;
    let code = |entry: &str| run(text, &[], entry).map_err(|fault| fault.code());
    let of = |name: &str| format!(r#"{{"id":"{URL}","type":{name}}}"#);
    assert_eq!(code(&of(r#""JsonSchemaValidator2018""#)), Ok(true));
    assert_eq!(code(&of(r#""JsonSchema""#)), Err(Code::SchemaInvalid));
    assert_eq!(code(&of(r#"["JsonSchemaCredential","JsonSchema"]"#)), Err(Code::SchemaTypeUnknown));
    assert_eq!(code(&of(r#"["Other"]"#)), Err(Code::SchemaTypeUnknown));
    assert_eq!(code(r#"{"id":"person.json","type":"JsonSchema"}"#), Err(Code::SchemaInvalid));
}

#[test]
fn digests_of_the_schema() {
    use sha2::Digest as _;
    let text = schema(r#""minProperties":1"#);
    let digest = sha2::Sha256::digest(text.as_bytes());
    let sri = format!(r#","digestSRI":"sha256-{}""#, crate::encoding::base64_encode(&digest));
    let multihash = [&[0x12, 32], digest.as_slice()].concat();
    let multibase = format!(r#","digestMultibase":"{}""#, crate::encoding::multibase64url_encode(&multihash));
    let code = |text: &str, more: &str| run(text, &[], &entry(more)).map_err(|fault| fault.code());
    for more in [&sri, &multibase, &format!("{sri}{multibase}")] {
        assert_eq!(code(&text, more), Ok(true));
        assert_eq!(code(&format!("{text} "), more), Err(Code::ResourceDigest));
    }
    assert_eq!(code(&text, r#","digestSRI":"sha256-x""#), Err(Code::SchemaInvalid));
    assert_eq!(code(&text, r#","digestSRI":"""#), Err(Code::SchemaInvalid));
    assert_eq!(code(&text, r#","digestMultibase":7"#), Err(Code::SchemaInvalid));
}

#[test]
fn references_go_to_the_evidence_and_nowhere_else() {
    let other = "https://ontario.example/name.json";
    let text = schema(&format!(
        r##""$id":"https://ontario.example/id","properties":{{"credentialSubject":{{"properties":{{
        "givenName":{{"$ref":"{other}#/$defs/name"}},"height":{{"$ref":"#/$defs/number"}},"tags":{{"$ref":"#tags"}}}}}}}},
        "$defs":{{"number":{{"type":"number"}},"tags":{{"$anchor":"tags","type":"array"}},
        "own":{{"$ref":"https://ontario.example/id#/$defs/number"}}}}"##
    ));
    let name = r#"{"$defs":{"name":{"type":"string","maxLength":6}}}"#;
    assert!(run(&text, &[(other, name)], &entry("")).unwrap());
    let strict = name.replace('6', "5");
    let fault = run(&text, &[(other, &strict)], &entry("")).unwrap_err();
    assert_eq!((fault.code(), fault.pointer()), (Code::SchemaMismatch, Some("/credentialSubject/givenName")));
    let fault = run(&text, &[], &entry("")).unwrap_err();
    assert_eq!((fault.code(), fault.name()), (Code::SchemaMissing, Some(other)));
    for reference in ["name.json", "file:///etc/passwd", "#/$defs/none", "#none", "#/%24defs/a", "//x"] {
        let body = format!(r#""$defs":{{"a":{{}}}},"allOf":[{{"$ref":"{reference}"}}]"#);
        assert_eq!(result(&body).unwrap_err().0, Code::SchemaInvalid, "{reference}");
    }
}

#[test]
fn schemas_that_never_end_are_refused_at_once() {
    let invalid = |body: &str| assert_eq!(result(body).unwrap_err().0, Code::SchemaInvalid, "{body}");
    invalid(r##""$ref":"#""##);
    invalid(
        r##""allOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"}]},"b":{"$ref":"#/$defs/a"}}"##,
    );
    invalid(r##""$dynamicAnchor":"x","allOf":[{"$dynamicRef":"#x"}]"##);
    invalid(r##""$defs":{"a":{"$id":"https://ontario.example/a","$ref":"#"}}"##);
    let doubling: Vec<String> = (0..40)
        .map(|i| format!(r##""d{i}":{{"allOf":[{{"$ref":"#/$defs/d{0}"}},{{"$ref":"#/$defs/d{0}"}}]}}"##, i + 1))
        .collect();
    let doubling = format!(r##""$ref":"#/$defs/d0","$defs":{{{},"d40":{{"type":"object"}}}}"##, doubling.join(","));
    let before = std::time::Instant::now();
    invalid(&doubling);
    let chain: Vec<String> = (0..3_000).map(|i| format!(r##""d{i}":{{"$ref":"#/$defs/d{}"}}"##, i + 1)).collect();
    invalid(&format!(r##""$ref":"#/$defs/d0","$defs":{{{},"d3000":{{}}}}"##, chain.join(",")));
    // A pattern that makes a backtracking engine hang runs in linear time.
    assert!(
        result(r#""pattern":"^(a+)+$","properties":{"issuer":{"pattern":"^(([a-z:.])+.)+[A-Z]([a-z])+$"}}"#).is_err()
    );
    invalid(r#""properties":{"issuer":{"pattern":"((a{0,100}){0,100}){0,100}"}}"#);
    assert!(before.elapsed().as_secs() < 5, "{:?}", before.elapsed());
}

#[test]
fn a_property_may_be_called_like_a_keyword() {
    assert_eq!(subject(r#""$ref":{"type":"string"},"$id":{"type":"string"}"#), Ok(true));
}
