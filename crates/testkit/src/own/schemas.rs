//! Schemas and related resources.

use serde_json::{Value as Json, json};
use tamarack::credential::DigestAlgorithm;
use tamarack::encoding::multibase64url_encode;
use tamarack::jsonld::published_digest;

use super::actor::{issuer, stranger};
use super::documents::{V2, set, v2};
use super::trust::list_of;
use super::vector::Vector;

const SCHEMA: &str = "https://id.ontario.example/schemas/person";
const LOGO: &str = "https://id.ontario.example/logo";

pub(super) fn vectors() -> Vec<Vector> {
    [schemas(), carried(), resources()].concat()
}

/// Schemas within credentials of their own.
fn carried() -> Vec<Vector> {
    let entry = json!({ "id": SCHEMA, "type": "JsonSchemaCredential" });
    let document = issuer().sign_anything(&set(&v2(), "/credentialSchema", entry));
    let carrier = |subject: Json| {
        let carrier = set(&set(&v2(), "/id", SCHEMA), "/type", json!(["VerifiableCredential", "JsonSchemaCredential"]));
        set(&carrier, "/credentialSubject", json!({ "id": SCHEMA, "type": "JsonSchema", "jsonSchema": subject }))
    };
    let requiring = |name: &str| {
        carrier(json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "properties": { "credentialSubject": { "required": [name] } },
        }))
    };
    let good = requiring("name");
    let of = |name: &str, about: &str, carrier: Json| {
        Vector::verify("schema", name, about, &document).evidence("schema", SCHEMA, json!({ "json": carrier }))
    };
    let bad = |name: &str, about: &str, carrier: Json| {
        of(name, about, carrier).undetermined("schema", "schema.invalid", "/credentialSchema").alone()
    };
    let foreign = set(&good, "/issuer", stranger().did.as_str());
    let signed = |carrier: &Json| issuer().sign_anything(carrier);
    vec![
        of("carried-good", "The claims match a schema in a credential.", signed(&good)).accepts(),
        of("carried-mismatch", "The claims do not match a schema in a credential.", signed(&requiring("birthDate")))
            .rejects("schema", "schema.mismatch", "/credentialSubject")
            .alone(),
        bad("carried-unsigned", "A schema in a credential without a proof.", good.clone()),
        bad(
            "carried-tampered",
            "A schema in a credential that was changed after it was signed.",
            set(&signed(&requiring("birthDate")), "/credentialSubject/jsonSchema/properties", json!({})),
        ),
        bad("carried-stranger", "A schema in a credential by somebody else.", stranger().sign_anything(&foreign))
            .policy("trust", list_of(&issuer().did, &["*"])),
        of(
            "carried-trusted",
            "A schema in a credential by one whom the trust list names.",
            stranger().sign_anything(&foreign),
        )
        .policy(
            "trust",
            set(
                &list_of(&issuer().did, &["*"]),
                "/issuers/1",
                list_of(&stranger().did, &["JsonSchemaCredential"])["issuers"][0].clone(),
            ),
        )
        .accepts(),
        bad(
            "carried-expired",
            "A schema in a credential whose time is over.",
            signed(&set(&good, "/validUntil", "2026-11-02T00:00:00Z")),
        ),
        bad(
            "carried-other-type",
            "A schema in a credential that does not say it carries one.",
            signed(&set(&good, "/type", json!(["VerifiableCredential"]))),
        ),
        bad("carried-nothing", "A credential for a schema, without it.", signed(&carrier(json!("none")))),
    ]
}

fn schemas() -> Vec<Vector> {
    let entry = json!({ "id": SCHEMA, "type": "JsonSchema" });
    let with_entry = |entry: &Json| issuer().sign_anything(&set(&v2(), "/credentialSchema", entry.clone()));
    let of = |name: &str, about: &str, schema: Json| {
        Vector::verify("schema", name, about, &with_entry(&entry)).evidence("schema", SCHEMA, schema)
    };
    let schema = |subject: Json| {
        json!({ "json": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": { "credentialSubject": subject },
        } })
    };
    let (invalid, mismatch) = ("schema.invalid", "schema.mismatch");
    let good = schema(json!({ "required": ["name"], "properties": { "name": { "type": "string" } } }));
    let bad = |name: &str, about: &str, schema: Json| {
        of(name, about, schema).undetermined("schema", invalid, "/credentialSchema").alone()
    };
    vec![
        of("good", "The claims match.", good.clone()).accepts(),
        of(
            "claim-missing",
            "A claim that the schema asks for is missing.",
            schema(json!({ "required": ["birthDate"] })),
        )
        .rejects("schema", mismatch, "/credentialSubject")
        .alone(),
        of(
            "claim-wrong-type",
            "A claim of another type.",
            schema(json!({ "properties": { "name": { "type": "number" } } })),
        )
        .rejects("schema", mismatch, "/credentialSubject/name")
        .alone(),
        of(
            "claim-pattern",
            "A claim that does not match a pattern.",
            schema(json!({ "properties": { "name": { "pattern": "^[A-Z]+$" } } })),
        )
        .rejects("schema", mismatch, "/credentialSubject/name")
        .alone(),
        of(
            "claim-format",
            "A claim that is not of the format.",
            schema(json!({ "properties": { "name": { "format": "date" } } })),
        )
        .rejects("schema", mismatch, "/credentialSubject/name")
        .alone(),
        of(
            "claim-forbidden",
            "A claim that the schema does not know.",
            schema(json!({ "properties": { "id": true }, "additionalProperties": false })),
        )
        .rejects("schema", mismatch, "/credentialSubject")
        .alone(),
        Vector::verify("schema", "missing", "The schema is not among the evidence.", &with_entry(&entry))
            .undetermined("schema", "schema.missing", "/credentialSchema")
            .alone()
            .needs("schema", SCHEMA),
        Vector::verify(
            "schema",
            "type-unknown",
            "A type of schema that is not known here.",
            &with_entry(&set(&entry, "/type", "PaperForm")),
        )
        .undetermined("schema", "schema.type_unknown", "/credentialSchema/type")
        .alone(),
        Vector::verify(
            "schema",
            "digest",
            "The schema has another digest than the credential states.",
            &with_entry(&set(&entry, "/digestSRI", "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")),
        )
        .evidence("schema", SCHEMA, good)
        .rejects("schema", "resource.digest", "/credentialSchema/digestSRI")
        .alone(),
        bad("no-json", "A web page in the place of the schema.", json!("<!doctype html>")),
        bad(
            "duplicate-key",
            "A schema with a member twice.",
            json!(r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","type":"array"}"#),
        ),
        bad("no-schema", "A type that JSON Schema does not have.", schema(json!({ "type": "person" }))),
        bad(
            "pattern-broken",
            "A pattern that is none.",
            schema(json!({ "properties": { "name": { "pattern": "(" } } })),
        ),
        bad("contains-itself", "A schema that contains itself.", schema(json!({ "$ref": "#" }))),
        of(
            "refers-outside",
            "A schema that refers to one that is not among the evidence.",
            schema(json!({ "$ref": "https://id.ontario.example/schemas/other" })),
        )
        .undetermined("schema", "schema.missing", "/credentialSchema")
        .alone()
        .needs("schema", "https://id.ontario.example/schemas/other"),
    ]
}

fn resources() -> Vec<Vector> {
    // SHA-256 of "abc" (FIPS 180-4, example).
    const DIGEST: &str = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    let related = json!({ "id": LOGO, "digestSRI": DIGEST, "mediaType": "image/png" });
    let document = issuer().sign_anything(&set(&v2(), "/relatedResource", json!([related])));
    let of = |name: &str, about: &str| Vector::verify("resource", name, about, &document);
    const AT: &str = "/relatedResource/0";
    // The same digest, and those of 48 and 64 bytes, without a header before the bytes.
    let bare = |algorithm: DigestAlgorithm, text: &str| {
        let entry = json!({ "id": LOGO, "digestMultibase": multibase64url_encode(&algorithm.digest(text.as_bytes())) });
        issuer().sign_anything(&set(&v2(), "/relatedResource", entry))
    };
    let mut bytes_alone = Vec::new();
    for (name, algorithm) in
        [("sha256", DigestAlgorithm::Sha256), ("sha384", DigestAlgorithm::Sha384), ("sha512", DigestAlgorithm::Sha512)]
    {
        let of = |rest: &str, about: &str, text: &str| {
            Vector::verify("resource", &format!("multibase-{name}{rest}"), about, &bare(algorithm, text))
                .evidence("resource", LOGO, "abc")
        };
        bytes_alone.push(of("", "A digestMultibase of the digest's bytes alone.", "abc").accepts());
        bytes_alone.push(
            of("-other", "A digestMultibase of the bytes of another digest.", "abd")
                .rejects("resources", "resource.digest", "/relatedResource")
                .alone(),
        );
    }
    let known = |digest: &[u8]| {
        let entry = json!({ "id": V2, "digestMultibase": multibase64url_encode(digest) });
        issuer().sign_anything(&set(&v2(), "/relatedResource", entry))
    };
    let published = published_digest(V2, 32).unwrap();
    let mut vectors = vec![
        of("good", "The resource has the digest that the credential states.")
            .evidence("resource", LOGO, "abc")
            .accepts(),
        of("digest", "The resource has another digest.")
            .evidence("resource", LOGO, "abd")
            .rejects("resources", "resource.digest", AT)
            .alone(),
        of("missing", "The resource is not among the evidence.")
            .undetermined("resources", "resource.missing", AT)
            .alone()
            .needs("resource", LOGO),
        Vector::verify("resource", "context-known", "The digest of a published context.", &known(&published)).accepts(),
        Vector::verify("resource", "context-other", "Another digest of a published context.", &known(&[7; 32]))
            .rejects("resources", "resource.digest", "/relatedResource")
            .alone(),
    ];
    vectors.extend(bytes_alone);
    vectors
}
