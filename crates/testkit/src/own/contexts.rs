//! Contexts and JSON-LD: what would not be signed, or would be signed under another name.

use serde_json::{Value as Json, json};
use tamarack::encoding::hex_encode;
use tamarack::jsonld::{ContextSet, Contexts};
use tamarack::proof::Suite;
use tamarack::rdf::HashAlgorithm;

use super::actor::issuer;
use super::documents::{ANY_TERM, V2, repeat, set, v2, v2_any_term, without};
use super::trust::list_of;
use super::vector::Vector;

const AREA: &str = "jsonld";
const VOCABULARY: &str = "https://vocab.example/v1";

pub(super) fn vectors() -> Vec<Vector> {
    [dropped(), hidden(), broken(), documents(), untrusted(), growth()].concat()
}

/// A document that was changed after it was signed.
fn changed(name: &str, about: &str, base: &Json, pointer: &str, value: Json) -> Vector {
    let signed = issuer().sign(Suite::EddsaRdfc2022, base);
    Vector::verify(AREA, name, about, &set(&signed, pointer, value))
}

fn dropped() -> Vec<Vector> {
    let claim = |name: &str, about: &str, value: Json, code: &str, pointer: &str| {
        changed(name, about, &v2_any_term(), "/credentialSubject/claim", value)
            .rejects("contexts", code, pointer)
            .alone()
    };
    const CLAIM: &str = "/credentialSubject/claim";
    let gone = "jsonld.dropped_value";
    vec![
        changed("undefined-term", "A claim that no context defines.", &v2(), "/credentialSubject/nickname", json!("Z"))
            .rejects("contexts", "jsonld.undefined_term", "/credentialSubject/nickname")
            .alone(),
        changed(
            "undefined-term-top",
            "A property of the credential that no context defines.",
            &v2(),
            "/note",
            json!("Z"),
        )
        .rejects("contexts", "jsonld.undefined_term", "/note")
        .alone(),
        changed(
            "undefined-type",
            "A type that no context defines.",
            &v2(),
            "/type",
            json!(["VerifiableCredential", "PhotoCard"]),
        )
        .rejects("contexts", "jsonld.undefined_term", "/type/1")
        .alone(),
        changed(
            "undefined-type-of-subject",
            "A type of the subject that no context defines.",
            &v2(),
            "/credentialSubject/type",
            json!("Person"),
        )
        .rejects("contexts", "jsonld.undefined_term", "/credentialSubject/type")
        .alone(),
        changed(
            "undefined-keyword",
            "What looks like a keyword and is none.",
            &v2(),
            "/credentialSubject/@nickname",
            json!("Z"),
        )
        .rejects("contexts", "jsonld.undefined_term", "/credentialSubject/@nickname")
        .alone(),
        claim(
            "relative-iri",
            "An id that is relative.",
            json!({ "id": "home", "city": "Sudbury" }),
            "jsonld.relative_iri",
            "/credentialSubject/claim/id",
        ),
        claim("null-claim", "null says nothing, so it is not signed.", Json::Null, gone, CLAIM),
        claim("empty-array", "An empty array is not signed.", json!([]), gone, CLAIM),
        claim("null-in-array", "null within an array.", json!(["a", null]), gone, "/credentialSubject/claim/1"),
        claim("null-value", "A value object with null.", json!({ "@value": null }), gone, CLAIM),
        claim("value-twice", "The same value twice is one quad.", json!(["a", "a"]), gone, "/credentialSubject"),
        claim(
            "language-tag",
            "A language tag that is none.",
            json!({ "@value": "a", "@language": "fr_CA" }),
            gone,
            CLAIM,
        ),
        claim("lone-language", "A language without a value.", json!({ "@language": "fr" }), gone, CLAIM),
        claim(
            "blank-node-property",
            "A blank node as a property.",
            json!({ "_:p": "a" }),
            gone,
            "/credentialSubject/claim/_:p",
        ),
        claim(
            "keyword-collision",
            "An id in two spellings.",
            json!({ "id": "urn:x:1", "@id": "urn:x:2" }),
            "jsonld.invalid",
            "/credentialSubject/claim/@id",
        ),
        claim(
            "value-and-id",
            "A value object with an id.",
            json!({ "@value": "a", "@id": "urn:x:1" }),
            "jsonld.invalid",
            CLAIM,
        ),
        claim(
            "list-of-lists-and-more",
            "A list object with a property.",
            json!({ "@list": [], "city": "Sudbury" }),
            "jsonld.invalid",
            CLAIM,
        ),
        claim(
            "reverse-text",
            "A reverse property that is a text.",
            json!({ "@reverse": "a" }),
            "jsonld.invalid",
            "/credentialSubject/claim/@reverse",
        ),
    ]
}

/// The quads stay as they were signed, but who reads the JSON by its terms would not see a member.
fn hidden() -> Vec<Vector> {
    const IRI: &str = "https://www.w3.org/2018/credentials#credentialStatus";
    let entry = json!({
        "id": "https://id.ontario.example/status/3#7", "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
        "statusListIndex": "7", "statusListCredential": "https://id.ontario.example/status/3",
    });
    let signed = issuer().sign(Suite::EddsaRdfc2022, &set(&v2(), "/credentialStatus", entry.clone()));
    let mut named_by_iri = without(&signed, "/credentialStatus");
    named_by_iri[IRI] = entry.clone();
    let elsewhere = set(
        &without(&signed, "/credentialStatus"),
        "/@included",
        json!([{ "id": signed["id"], "type": signed["type"], "credentialStatus": entry }]),
    );
    let plain = issuer().sign(Suite::EddsaRdfc2022, &v2());
    let keyword = set(&without(&plain, "/id"), "/@id", plain["id"].clone());
    let of = |name: &str, about: &str, document: &Json, pointer: &str| {
        Vector::verify(AREA, name, about, document).rejects("contexts", "jsonld.not_a_term", pointer).alone()
    };
    vec![
        of(
            "hidden-by-iri",
            "The status stands under its IRI.",
            &named_by_iri,
            "/https:~1~1www.w3.org~12018~1credentials#credentialStatus",
        ),
        of("hidden-in-included", "The status stands in a second object of the same id.", &elsewhere, "/@included"),
        of("hidden-by-keyword", "The id stands under its keyword.", &keyword, "/@id"),
    ]
}

fn broken() -> Vec<Vector> {
    let inline = |name: &str, about: &str, context: Json, code: &str, pointer: &str| {
        changed(name, about, &v2(), "/@context", json!([V2, context])).rejects("contexts", code, pointer).alone()
    };
    let invalid = "jsonld.context_invalid";
    let many: Vec<Json> =
        std::iter::once(json!(V2)).chain((0..65).map(|n| json!({ format!("t{n}"): "urn:x:t" }))).collect();
    vec![
        inline("context-term-number", "A term that is a number.", json!({ "nickname": 7 }), invalid, "/@context/1"),
        inline(
            "context-id-number",
            "A term whose @id is a number.",
            json!({ "nickname": { "@id": 7 } }),
            invalid,
            "/@context/1",
        ),
        inline(
            "context-cycle",
            "Two terms that stand for each other.",
            json!({ "a": "b:x", "b": "a:x" }),
            invalid,
            "/@context/1",
        ),
        inline(
            "context-container",
            "A container that does not exist.",
            json!({ "a": { "@id": "urn:x:a", "@container": "@heap" } }),
            invalid,
            "/@context/1",
        ),
        inline("context-version", "JSON-LD 1.2.", json!({ "@version": 1.2 }), invalid, "/@context/1"),
        inline("context-keyword", "A keyword redefined.", json!({ "@id": "urn:x:id" }), invalid, "/@context/1"),
        inline("context-vocab", "A vocabulary that is no IRI.", json!({ "@vocab": 7 }), invalid, "/@context/1"),
        changed("context-too-many", "66 contexts.", &v2(), "/@context", json!(many))
            .rejects("contexts", invalid, "/@context/65")
            .alone(),
        inline(
            "protected-term",
            "A protected term redefined.",
            json!({ "name": "https://evil.example/name" }),
            "jsonld.protected_term",
            "/@context/1",
        ),
        inline(
            "protected-type",
            "A protected type redefined.",
            json!({ "VerifiableCredential": "https://evil.example/VC" }),
            "jsonld.protected_term",
            "/@context/1",
        ),
        inline(
            "context-document-twice",
            "A context document in a context document.",
            json!({ "@context": { "@context": { "nickname": "https://vocab.example/nickname" } } }),
            invalid,
            "/@context/1",
        ),
        inline(
            "context-document-and-more",
            "A term beside the context document's @context.",
            json!({ "@context": { "nickname": "https://vocab.example/nickname" }, "claim": "https://vocab.example/claim" }),
            invalid,
            "/@context/1",
        ),
        inline(
            "context-document-of-url",
            "A URL in the place of the context document's terms.",
            json!({ "@context": V2 }),
            invalid,
            "/@context/1",
        ),
        changed(
            "context-overruled",
            "A term that the context of the type defines in its own way: the outer definition means nothing.",
            &v2(),
            "/@context",
            json!([V2, { "issuer": "https://evil.example/issuer" }]),
        )
        .accepts(),
        changed(
            "protected-nullified",
            "A context of null within the subject.",
            &v2(),
            "/credentialSubject/@context",
            Json::Null,
        )
        .rejects("contexts", "jsonld.protected_term", "/credentialSubject/@context")
        .alone(),
        changed(
            "context-relative-inside",
            "A relative context within the subject.",
            &v2(),
            "/credentialSubject/@context",
            json!("terms"),
        )
        .rejects("contexts", "jsonld.relative_iri", "/credentialSubject/@context")
        .alone(),
    ]
}

/// A document that names a context which is evidence.
fn documents() -> Vec<Vector> {
    let named = |name: &str, about: &str| changed(name, about, &v2(), "/@context", json!([V2, VOCABULARY]));
    let found = |name: &str, about: &str, content: Json| {
        named(name, about)
            .evidence("context", VOCABULARY, content)
            .rejects("contexts", "jsonld.context_invalid", "/@context/1")
            .alone()
    };
    vec![
        named("context-unknown", "A context that nobody has.")
            .undetermined("contexts", "jsonld.context_unknown", "/@context/1")
            .needs("context", VOCABULARY),
        found("context-no-json", "A context that is a web page.", json!("<!doctype html>")),
        found("context-no-context", "A context document without @context.", json!({ "json": { "terms": {} } })),
        found(
            "context-duplicate-key",
            "A context with a key twice.",
            json!(r#"{"@context":{"a":"urn:x:a","a":"urn:x:b"}}"#),
        ),
        found("context-names-itself", "A context that names itself.", json!({ "json": { "@context": [VOCABULARY] } })),
        changed(
            "context-digest",
            "Other bytes under the URL of a context whose digest its specification states.",
            &v2(),
            "/name",
            json!("Card"),
        )
        .evidence("context", V2, json!({ "json": { "@context": { "@vocab": "https://evil.example/" } } }))
        .rejects("contexts", "jsonld.context_digest", "/@context/0")
        .alone(),
    ]
}

fn untrusted() -> Vec<Vector> {
    // As text: its digest is that of these very bytes.
    const TERMS: &str = r#"{"@context":{"nickname":"https://vocab.example/nickname"}}"#;
    let mut set_of = ContextSet::default();
    set_of.insert(VOCABULARY, TERMS.as_bytes());
    let with = |context: Json| {
        let document = set(&set(&v2(), "/@context", json!([V2, context])), "/credentialSubject/nickname", "Z");
        issuer().sign_knowing(Suite::EddsaRdfc2022, &document, &Contexts::with(&set_of), |_| {})
    };
    let digest = hex_encode(&HashAlgorithm::Sha256.digest(TERMS.as_bytes()));
    let list = |contexts: Json| set(&list_of(&issuer().did, &["*"]), "/contexts", contexts);
    let judged = |name: &str, about: &str, document: &Json, trust: Json| {
        Vector::verify(AREA, name, about, document).policy("trust", trust)
    };
    let untrusted = "jsonld.context_untrusted";
    let inner = {
        let subject = json!({ "@context": { "nickname": "https://vocab.example/nickname" }, "id": "did:example:1", "nickname": "Z" });
        issuer().sign(Suite::EddsaRdfc2022, &set(&v2(), "/credentialSubject", subject))
    };
    vec![
        judged(
            "trusted-context",
            "A context that the trust list names with its digest.",
            &with(json!(VOCABULARY)),
            list(json!([{ "url": VOCABULARY, "sha256": digest }])),
        )
        .evidence("context", VOCABULARY, TERMS)
        .accepts(),
        judged(
            "trusted-context-other-bytes",
            "The trust list names the context with another digest.",
            &with(json!(VOCABULARY)),
            list(json!([{ "url": VOCABULARY, "sha256": "0".repeat(64) }])),
        )
        .evidence("context", VOCABULARY, TERMS)
        .rejects("contexts", untrusted, "/@context/1")
        .alone(),
        judged(
            "context-not-named",
            "A context that the trust list does not name.",
            &with(json!(VOCABULARY)),
            list_of(&issuer().did, &["*"]),
        )
        .evidence("context", VOCABULARY, TERMS)
        .rejects("contexts", untrusted, "/@context/1")
        .alone(),
        judged(
            "context-inline",
            "A context written into the document, under a trust list.",
            &with(json!({ "nickname": "https://vocab.example/nickname" })),
            list_of(&issuer().did, &["*"]),
        )
        .rejects("contexts", untrusted, "/@context/1")
        .alone(),
        judged(
            "context-document-inline",
            "A context document written whole into the document, under a trust list.",
            &with(json!({ "@context": { "nickname": "https://vocab.example/nickname" } })),
            list_of(&issuer().did, &["*"]),
        )
        .rejects("contexts", untrusted, "/@context/1")
        .alone(),
        judged(
            "context-inside",
            "A context written into the subject, under a trust list.",
            &inner,
            list_of(&issuer().did, &["*"]),
        )
        .rejects("contexts", untrusted, "/credentialSubject/@context")
        .alone(),
    ]
}

/// Small texts that grow.
fn growth() -> Vec<Vector> {
    let head = json!({ "@context": [V2, ANY_TERM], "type": ["VerifiableCredential"], "issuer": issuer().did, "validFrom": "2026-01-01T00:00:00Z" });
    let proof = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod",
        "verificationMethod": issuer().method, "proofValue": tamarack::encoding::multibase58_encode(&[0; 64]),
    });
    let text = head.to_string();
    let begin = format!(
        "{},\"proof\":{proof},\"credentialSubject\":{{\"id\":\"did:example:1\",\"nodes\":[",
        &text[..text.len() - 1]
    );
    let of = |name: &str, about: &str, nodes: Json| {
        Vector::verify_text("rdf", name, about, json!({ "concat": [begin, nodes, "]}}"] }))
    };
    // Every node of a clique knows every other: no two can be told apart.
    let clique = |n: usize| {
        let node = |i: usize| {
            let others: Vec<Json> = (0..n).filter(|j| *j != i).map(|j| json!({ "id": format!("_:n{j}") })).collect();
            json!({ "id": format!("_:n{i}"), "knows": others }).to_string()
        };
        (0..n).map(node).collect::<Vec<_>>().join(",")
    };
    let ring = |n: usize| {
        let node = |i: usize| format!(r#"{{"id":"_:n{i}","next":{{"id":"_:n{}"}}}}"#, (i + 1) % n);
        (0..n).map(node).collect::<Vec<_>>().join(",")
    };
    let complex = |vector: Vector| vector.with("withinMilliseconds", 100).rejects("contexts", "rdf.too_complex", "");
    vec![
        of(
            "too-many-quads",
            "More than 50 000 quads.",
            json!({ "concat": [repeat(r#"{"c":1},"#, 25_001), r#"{"c":1}"#] }),
        )
        .rejects("contexts", "rdf.too_many_quads", ""),
        complex(of("poison-clique", "Sixteen blank nodes, each of which knows every other.", json!(clique(16)))),
        complex(of("poison-ring", "A ring of 400 blank nodes.", json!(ring(400)))),
    ]
}
