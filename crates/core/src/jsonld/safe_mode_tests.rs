//! Safe mode: nothing of a document goes missing on the way to quads.

use super::{ContextSet, Contexts, Document, to_dataset};
use crate::json::{self, Value};
use crate::rdf::Dataset;
use crate::{Code, Fault};

fn quads_with(text: &str, contexts: &Contexts<'_>) -> Result<Dataset, Fault> {
    let value = json::parse(text.as_bytes()).unwrap();
    to_dataset(&Document { object: value.as_object().unwrap(), context: None, skip: &[] }, contexts)
}

fn quads(text: &str) -> Result<String, Fault> {
    let dataset = quads_with(text, &Contexts::builtin())?;
    let mut lines: Vec<String> = dataset.to_nquads().lines().map(ToOwned::to_owned).collect();
    lines.sort();
    Ok(lines.join("\n"))
}

#[track_caller]
fn refused(text: &str, code: Code, pointer: &str, name: &str) {
    let fault = quads(text).expect_err(text);
    assert_eq!((fault.code(), fault.pointer(), fault.name()), (code, Some(pointer), Some(name)), "{text}");
}

/// A document whose node has one member more, with some terms of all kinds.
fn with(member: &str) -> String {
    format!(
        r#"{{"@context": {{"@version": 1.1, "id": "@id", "type": "@type", "ex": "https://example.org/#", "name": "ex:name",
        "T": "ex:T", "gone": null, "ref": {{"@id": "ex:ref", "@type": "@id"}}, "list": {{"@id": "ex:list", "@container": "@list"}},
        "lang": {{"@id": "ex:lang", "@container": "@language"}}, "index": {{"@id": "ex:index", "@container": "@index"}},
        "graph": {{"@id": "ex:graph", "@container": "@graph"}}, "byId": {{"@id": "ex:byId", "@container": "@id"}},
        "json": {{"@id": "ex:json", "@type": "@json"}}, "bnode": "_:p", "nest": "@nest"}},
        "id": "urn:s", "ex:p": "o", {member}}}"#
    )
}

#[test]
fn a_credential_of_vcdm_1_1() {
    let text = r#"{
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://www.w3.org/2018/credentials/examples/v1"],
        "id": "http://example.edu/credentials/3732",
        "type": ["VerifiableCredential", "UniversityDegreeCredential"],
        "issuer": "did:example:issuer",
        "issuanceDate": "2010-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:subject", "degree": {"type": "BachelorDegree", "name": "B.Sc."}}
    }"#;
    let found = quads(text).unwrap();
    assert_eq!(found.lines().count(), 8, "{found}");
    for line in [
        "<http://example.edu/credentials/3732> <https://www.w3.org/2018/credentials#issuer> <did:example:issuer> .",
        "<http://example.edu/credentials/3732> <https://www.w3.org/2018/credentials#issuanceDate> \"2010-01-01T00:00:00Z\"^^<http://www.w3.org/2001/XMLSchema#dateTime> .",
    ] {
        assert!(found.lines().any(|l| l == line), "{line}\n{found}");
    }
}

#[test]
fn each_credential_of_a_presentation_is_a_graph() {
    let text = r#"{
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": "VerifiablePresentation",
        "verifiableCredential": [{
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": "urn:c", "type": "VerifiableCredential", "issuer": "did:example:i",
            "credentialSubject": {"id": "did:example:s"}
        }]
    }"#;
    let found = quads(text).unwrap();
    assert_eq!(found.lines().filter(|line| line.starts_with("<urn:c>") && line.contains(" _:")).count(), 3, "{found}");
}

#[test]
fn a_context_document_among_the_contexts() {
    let with = |contexts: &str| quads(&format!(r#"{{"@context": {contexts}, "@id": "urn:a", "p": "o"}}"#));
    let good = with(r#"[{"q": "urn:q"}, {"@context": {"p": "urn:p"}}]"#).unwrap();
    assert_eq!(good, "<urn:a> <urn:p> \"o\" .");
    for bad in [
        r#"{"@context": {"p": "urn:p"}}"#,
        r#"[{"@context": {"@context": {"p": "urn:p"}}}]"#,
        r#"[{"@context": {"p": "urn:p"}, "q": "urn:q"}]"#,
        r#"[{"@context": [{"p": "urn:p"}]}]"#,
        r#"[{"@context": "https://www.w3.org/ns/did/v1"}]"#,
        r#"[{"@context": null}, {"p": "urn:p"}]"#,
    ] {
        let fault = with(bad).expect_err(bad);
        assert_eq!(fault.name(), Some("keyword redefinition: @context"), "{bad}");
    }
}

#[test]
fn skip_and_context_of_the_caller() {
    let value = json::parse(
        br#"{"@context": "https://unknown.example/", "id": "urn:a", "type": "Multikey", "proof": {"x": 1}}"#,
    );
    let value = value.unwrap();
    let context = Value::from("https://w3id.org/security/multikey/v1");
    let document = Document { object: value.as_object().unwrap(), context: Some(&context), skip: &["proof"] };
    assert_eq!(to_dataset(&document, &Contexts::builtin()).unwrap().len(), 1);
}

#[test]
fn undefined_terms() {
    refused(&with(r#""nowhere": 1"#), Code::JsonldUndefinedTerm, "/nowhere", "nowhere");
    refused(&with(r#""gone": 1"#), Code::JsonldUndefinedTerm, "/gone", "gone");
    refused(&with(r#""@unknown": 1"#), Code::JsonldUndefinedTerm, "/@unknown", "@unknown");
    refused(&with(r#""type": "U""#), Code::JsonldUndefinedTerm, "/type", "U");
    refused(&with(r#""type": ["T", "U"]"#), Code::JsonldUndefinedTerm, "/type/1", "U");
    refused(&with(r#""name": {"ex:q": {"a/b~c": 1}}"#), Code::JsonldUndefinedTerm, "/name/ex:q/a~1b~0c", "a/b~c");
}

#[test]
fn relative_iris() {
    refused(&with(r#""ref": "relative""#), Code::JsonldRelativeIri, "/ref", "ref");
    refused(&with(r#""ref": {"id": "a/b"}"#), Code::JsonldRelativeIri, "/ref/id", "id");
    refused(&with(r#""ref": """#), Code::JsonldRelativeIri, "/ref", "ref");
    refused(&with(r#""type": "a/b""#), Code::JsonldRelativeIri, "/type", "a/b");
    refused(&with(r#""byId": {"x": {"name": "n"}}"#), Code::JsonldRelativeIri, "/byId/x", "byId");
}

#[test]
fn dropped_values() {
    for (member, pointer, name) in [
        (r#""name": null"#, "/name", "name"),
        (r#""name": []"#, "/name", "name"),
        (r#""name": ["a", null]"#, "/name/1", "name"),
        (r#""name": ["a", []]"#, "/name/1", "name"),
        (r#""list": ["a", null]"#, "/list/1", "list"),
        (r#""name": {"@value": null}"#, "/name", "name"),
        (r#""name": {"@language": "en"}"#, "/name", "name"),
        (r#""name": {"@language": "en", "ex:q": 1}"#, "/name", "name"),
        (r#""name": {"@value": "a", "@language": "not a tag"}"#, "/name", "name"),
        (r#""name": {"@value": "a", "@index": "i"}"#, "/name/@index", "@index"),
        (r#""name": {"@set": []}"#, "/name/@set", "name"),
        (r#""lang": {"en": null}"#, "/lang/en", "lang"),
        (r#""lang": {"en": []}"#, "/lang/en", "lang"),
        (r#""lang": {}"#, "/lang", "lang"),
        (r#""index": {"a": "b"}"#, "/index/a", "index"),
        (r#""byId": {"urn:a": {"id": "urn:b", "name": "n"}}"#, "/byId/urn:a", "byId"),
        (r#""graph": {"id": "urn:a"}"#, "/graph", "graph"),
        (r#""graph": "a""#, "/graph", "graph"),
        (r#""@graph": []"#, "/@graph", "@graph"),
        (r#""@graph": ["a"]"#, "/@graph/0", "@graph"),
        (r#""@graph": [{"id": "urn:a"}]"#, "/@graph/0", "@graph"),
        (r#""@included": []"#, "/@included", ""),
        (r#""type": []"#, "/type", "type"),
        (r#""@index": "i""#, "/@index", "@index"),
        (r#""@container": "i""#, "/@container", "@container"),
        (r#""@nest": []"#, "/@nest", "@nest"),
        (r#""bnode": 1"#, "/bnode", "bnode"),
        (r#""ref": "http://a b""#, "/ref", "ref"),
        (r#""ref": "@id""#, "/ref", "ref"),
        (r#""ref": {"id": "@foo"}"#, "/ref/id", "id"),
        (r#""http://a b": 1"#, "/http:~1~1a b", "http://a b"),
        (r#""name": 0.30000000000000004"#, "/name", "name"),
        (r#""name": ["a", "b", "a"]"#, "", "https://example.org/#name"),
        (r#""type": ["T", "T"]"#, "", "https://example.org/#T"),
        (r#""ref": ["urn:x", "urn:x"]"#, "", "https://example.org/#ref"),
        (r#""ref": [{"id": "urn:x", "name": "n"}, {"id": "urn:x", "name": "n"}]"#, "", "https://example.org/#ref"),
    ] {
        refused(&with(member), Code::JsonldDroppedValue, pointer, name);
    }
    for empty in ["{}", r#"{"@context": {}}"#, r#"{"@id": "urn:a"}"#, r#"{"@graph": [{"@id": "urn:a", "urn:b": []}]}"#]
    {
        assert_eq!(quads(empty).map_err(|fault| fault.code()), Err(Code::JsonldDroppedValue), "{empty}");
    }
}

#[test]
fn what_may_stand() {
    for (member, line) in [
        (r#""list": []"#, "<urn:s> <https://example.org/#list> <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> ."),
        (
            r#""json": null"#,
            "<urn:s> <https://example.org/#json> \"null\"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON> .",
        ),
        (r#""lang": {"fr-CA": "oui"}"#, "<urn:s> <https://example.org/#lang> \"oui\"@fr-ca ."),
        (r#""lang": {"@none": "ok"}"#, "<urn:s> <https://example.org/#lang> \"ok\" ."),
        (r#""@nest": {"name": "n"}"#, "<urn:s> <https://example.org/#name> \"n\" ."),
        (r#""name": -0.0"#, "<urn:s> <https://example.org/#name> \"0\"^^<http://www.w3.org/2001/XMLSchema#integer> ."),
        (
            r#""name": 9007199254740991"#,
            "<urn:s> <https://example.org/#name> \"9007199254740991\"^^<http://www.w3.org/2001/XMLSchema#integer> .",
        ),
        (
            r#""name": 5.5e-7"#,
            "<urn:s> <https://example.org/#name> \"5.5E-7\"^^<http://www.w3.org/2001/XMLSchema#double> .",
        ),
        (
            r#""name": {"@value": "x", "@language": "ar-EG", "@direction": "rtl"}"#,
            "<urn:s> <https://example.org/#name> \"x\"^^<https://www.w3.org/ns/i18n#ar-eg_rtl> .",
        ),
        (
            r#""name": [{"id": "urn:x", "ex:a": 1}, {"id": "urn:x", "ex:a": 2}]"#,
            "<urn:x> <https://example.org/#a> \"2\"^^<http://www.w3.org/2001/XMLSchema#integer> .",
        ),
    ] {
        let found = quads(&with(member)).unwrap_or_else(|fault| panic!("{member}: {fault}"));
        assert!(found.lines().any(|l| l == line), "{member}\n{found}");
    }
}

#[test]
fn contexts_are_never_fetched_or_replaced() {
    let fault =
        quads(r#"{"@context": ["https://www.w3.org/ns/did/v1", "https://a.example/c"], "id": "urn:a"}"#).unwrap_err();
    assert_eq!(
        (fault.code(), fault.pointer(), fault.name()),
        (Code::JsonldContextUnknown, Some("/@context/1"), Some("https://a.example/c"))
    );

    let text = r#"{"@context": "https://a.example/c", "@id": "urn:a", "p": "o"}"#;
    let mut set = ContextSet::default();
    set.insert("https://a.example/c", br#"{"@context": {"p": "urn:p"}}"#);
    assert_eq!(quads_with(text, &Contexts::with(&set)).unwrap().to_nquads(), "<urn:a> <urn:p> \"o\" .\n");
    let before = set.clone();
    set.insert("https://a.example/c", br#"{"@context": {"p": "urn:q"}}"#);
    assert_eq!(quads_with(text, &Contexts::with(&set)).unwrap().to_nquads(), "<urn:a> <urn:q> \"o\" .\n");
    assert_eq!(quads_with(text, &Contexts::with(&before)).unwrap().to_nquads(), "<urn:a> <urn:p> \"o\" .\n");

    // A built-in context stays; contradicting bytes for a pinned one are a fault.
    let did = r#"{"@context": "https://www.w3.org/ns/did/v1", "id": "did:example:a", "alsoKnownAs": "urn:b"}"#;
    set.insert("https://www.w3.org/ns/did/v1", br#"{"@context": {"id": "@id", "alsoKnownAs": "urn:evil"}}"#);
    assert!(quads_with(did, &Contexts::with(&set)).unwrap().to_nquads().contains("activitystreams#alsoKnownAs"));
    set.insert("https://www.w3.org/ns/credentials/v2", br#"{"@context": {"id": "@id"}}"#);
    let v2 = r#"{"@context": "https://www.w3.org/ns/credentials/v2", "id": "urn:a", "type": "VerifiableCredential"}"#;
    assert_eq!(quads_with(v2, &Contexts::with(&set)).map(drop).map_err(|f| f.code()), Err(Code::JsonldContextDigest));
}

#[test]
fn protected_terms_stay() {
    for context in [r#"{"VerifiableCredential": "urn:evil"}"#, "null"] {
        let text = format!(
            r#"{{"@context": ["https://www.w3.org/ns/credentials/v2", {context}], "type": "VerifiableCredential"}}"#
        );
        let fault = quads(&text).unwrap_err();
        assert_eq!((fault.code(), fault.pointer()), (Code::JsonldProtectedTerm, Some("/@context/1")), "{context}");
    }
}

#[test]
fn hostile_contexts_are_bounded() {
    let begun = std::time::Instant::now();
    // Terms that depend on each other in a long chain.
    let chain: Vec<String> = (0..5_000).map(|i| format!(r#""t{i}": "t{}:x""#, i + 1)).collect();
    // Many terms, each with a context of its own.
    let scoped: Vec<String> =
        (0..9_000).map(|i| format!(r#""t{i}": {{"@id": "urn:t{i}", "@context": {{}}}}"#)).collect();
    let many: Vec<String> = (0..200).map(|i| format!(r#"{{"t{i}": "urn:t{i}"}}"#)).collect();
    for context in
        [format!("{{{}}}", chain.join(",")), format!("{{{}}}", scoped.join(",")), format!("[{}]", many.join(","))]
    {
        let text = format!(r#"{{"@context": {context}, "@id": "urn:a", "t1": 1}}"#);
        let fault = quads(&text).unwrap_err();
        assert_eq!(fault.code(), Code::JsonldContextInvalid, "{fault}");
    }
    // Contexts that name each other in a circle.
    let mut set = ContextSet::default();
    set.insert("urn:x:1", br#"{"@context": ["urn:x:2", {"p": {"@id": "urn:p", "@context": "urn:x:2"}}]}"#);
    set.insert("urn:x:2", br#"{"@context": ["urn:x:1"]}"#);
    let fault = quads_with(r#"{"@context": "urn:x:1", "@id": "urn:a", "p": 1}"#, &Contexts::with(&set)).unwrap_err();
    assert_eq!(fault.code(), Code::JsonldContextInvalid);
    assert!(begun.elapsed().as_secs() < 5);
}
