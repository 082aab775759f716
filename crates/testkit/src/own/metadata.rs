//! What issuers and types of SD-JWT VCs publish: JWT VC Issuer Metadata, and type metadata with its rules.

use serde_json::{Value as Json, json};
use tamarack::encoding::{base64_encode, base64url_encode};
use tamarack::keys::Signer as _;
use tamarack::sd_jwt::HashName;

use super::actor::{issuer, stranger};
use super::documents::{set, without};
use super::sd_jwt::{VCT, header, payload, token_of};
use super::trust::list_of;
use super::vector::{NOW, Vector};

pub(super) fn vectors() -> Vec<Vector> {
    [issuers(), integrity(), chains(), rules(), malformed()].concat()
}

// --- issuers

const ISS: &str = "https://id.ontario.example/tenant";
const METADATA: &str = "https://id.ontario.example/.well-known/jwt-vc-issuer/tenant";
const KEYS: &str = "https://keys.ontario.example/jwks";

fn published() -> String {
    let header = set(&header(), "/kid", "key-7");
    token_of(&header, &set(&payload(), "/iss", ISS), &[])
}

fn jwk() -> Json {
    set(&issuer().key.public_key().to_jwk().to_serde(), "/kid", "key-7")
}

fn metadata() -> Json {
    json!({ "issuer": ISS, "jwks": { "keys": [jwk()] } })
}

fn issuers() -> Vec<Vector> {
    let of = |name: &str, about: &str| Vector::verify_text("issuer-metadata", name, about, published());
    let with = |name: &str, about: &str, metadata: Json| {
        of(name, about).evidence_of("issuer-metadata", METADATA, json!({ "json": metadata }), NOW)
    };
    let bad = |name: &str, about: &str, metadata: Json, code: &str| {
        with(name, about, metadata).rejects("key-authorized", code, "").alone()
    };
    let invalid = |name: &str, about: &str, metadata: Json| bad(name, about, metadata, "issuer_metadata.invalid");
    let unknown = |name: &str, about: &str, metadata: Json| bad(name, about, metadata, "issuer_metadata.key_not_found");
    let keys = |keys: Json| set(&metadata(), "/jwks/keys", keys);
    let pointing = json!({ "issuer": ISS, "jwks_uri": KEYS });
    let mut trusted = list_of("did:example:x", &[VCT]);
    trusted["issuers"][0].as_object_mut().unwrap().shift_remove("did");
    trusted["issuers"][0]["url"] = ISS.into();
    let other = set(&stranger().key.public_key().to_jwk().to_serde(), "/kid", "key-7");
    let private: Json = serde_json::from_str(&issuer().key.expose_jwk()).unwrap();
    let query = token_of(&header(), &set(&payload(), "/iss", "https://id.ontario.example/?tenant=1"), &[]);
    vec![
        with("good", "The keys stand in the metadata.", metadata()).policy("trust", trusted.clone()).accepts(),
        with("good-uri", "The keys stand elsewhere.", pointing.clone())
            .evidence("issuer-metadata", KEYS, json!({ "json": { "keys": [jwk()] } }))
            .accepts(),
        with("trusted-type", "The issuer is trusted for another type.", metadata())
            .policy("trust", set(&trusted, "/issuers/0/types", json!(["https://id.ontario.example/types/dog"])))
            .rejects("issuer-trusted", "trust.type_not_allowed", "/vct")
            .alone(),
        of("missing", "The metadata is missing.")
            .undetermined("key-authorized", "issuer_metadata.missing", "")
            .alone()
            .needs("issuer-metadata", METADATA),
        with("uri-missing", "The keys are missing.", pointing.clone())
            .undetermined("key-authorized", "issuer_metadata.missing", "")
            .alone()
            .needs("issuer-metadata", KEYS),
        invalid("other-issuer", "Of another issuer.", set(&metadata(), "/issuer", "https://id.ontario.example")),
        invalid("issuer-slash", "Not letter by letter the issuer.", set(&metadata(), "/issuer", format!("{ISS}/"))),
        invalid("both", "Keys by value and by address.", set(&metadata(), "/jwks_uri", KEYS)),
        invalid("neither", "No keys.", json!({ "issuer": ISS })),
        invalid("uri-http", "Keys without TLS.", set(&pointing, "/jwks_uri", "http://keys.ontario.example/jwks")),
        invalid("keys-object", "A key that stands without its set.", set(&metadata(), "/jwks", jwk())),
        invalid("key-private", "A secret key.", keys(json!([set(&private, "/kid", "key-7")]))),
        invalid("array", "An array.", json!([metadata()])),
        of("no-json", "What is no JSON.")
            .evidence("issuer-metadata", METADATA, "<html>")
            .rejects("key-authorized", "issuer_metadata.invalid", "")
            .alone(),
        Vector::verify_text("issuer-metadata", "issuer-query", "An issuer with a query.", query)
            .rejects("key-authorized", "issuer_metadata.invalid", "")
            .alone(),
        unknown("kid-unknown", "No key with this kid.", keys(json!([set(&jwk(), "/kid", "key-8")]))),
        unknown("kid-twice", "Two keys with this kid.", keys(json!([jwk(), other.clone()]))),
        unknown("key-for-encryption", "A key for encryption.", keys(json!([set(&jwk(), "/use", "enc")]))),
        unknown("key-of-another-alg", "A key for another algorithm.", keys(json!([set(&jwk(), "/alg", "ES256")]))),
        unknown("no-keys", "An empty set.", keys(json!([]))),
        of("kid-unknown-yet", "The same from an hour ago: the key may have come since.")
            .evidence("issuer-metadata", METADATA, json!({ "json": set(&metadata(), "/jwks/keys/0/kid", "key-6") }))
            .undetermined("key-authorized", "issuer_metadata.key_not_found", "")
            .alone()
            .needs("issuer-metadata", METADATA),
        with("key-other", "Another key under the kid.", keys(json!([other])))
            .rejects("proof", "proof.signature_invalid", "")
            .alone(),
        of("old", "Metadata from last week.")
            .evidence_of("issuer-metadata", METADATA, json!({ "json": metadata() }), "2026-11-13T12:00:00Z")
            .undetermined("evidence-age", "evidence.too_old", "")
            .alone(),
    ]
}

// --- types

const PARENT: &str = "https://id.ontario.example/types/base";

fn of(name: &str, about: &str) -> Vector {
    Vector::verify_text("type-metadata", name, about, credential(&payload()))
}

/// A credential with two disclosable claims, of which one is disclosed, an array with one hidden element, and an address.
fn credential(payload: &Json) -> String {
    let text = |items: Json| base64url_encode(items.to_string().as_bytes());
    let digest = |text: &str| HashName::Sha256.digest(text);
    let (age, name) = (text(json!(["s1", "ageOver19", true])), text(json!(["s2", "name", "Zoé"])));
    let mut payload = set(payload, "/_sd", json!([digest(&age), digest(&name)]));
    payload["languages"] = json!(["fr", { "...": digest("hidden") }]);
    payload["address"] = json!({ "country": "CA" });
    token_of(&header(), &payload, &[&age])
}

fn with_claims(name: &str, about: &str, claims: Json) -> Vector {
    of(name, about).evidence("type-metadata", VCT, json!({ "json": { "vct": VCT, "claims": claims } }))
}

fn sri(document: &str) -> String {
    use sha2::Digest as _;
    format!("sha256-{}", base64_encode(&sha2::Sha256::digest(document.as_bytes())))
}

fn integrity() -> Vec<Vector> {
    let document = json!({ "vct": VCT, "name": "Person" }).to_string();
    let of = |name: &str, about: &str, stated: &str| {
        let payload = set(&payload(), "/vct#integrity", stated);
        Vector::verify_text("type-metadata", name, about, credential(&payload))
    };
    let good = sri(&document);
    let strongest = format!("{good} sha512-{}", base64_encode(&[7; 64]));
    vec![
        of("digest-good", "The digest is that of the metadata.", &good)
            .evidence("type-metadata", VCT, document.as_str())
            .accepts(),
        of("digest-missing-metadata", "The credential states a digest, and the metadata is missing.", &good)
            .undetermined("schema", "type_metadata.missing", "")
            .alone()
            .needs("type-metadata", VCT),
        of("digest-other", "Other bytes.", &good)
            .evidence("type-metadata", VCT, format!("{document}\n"))
            .rejects("schema", "resource.digest", "")
            .alone(),
        of("digest-strongest", "Of two digests the weaker one matches.", &strongest)
            .evidence("type-metadata", VCT, document.as_str())
            .rejects("schema", "resource.digest", "")
            .alone(),
        of("digest-md5", "A hash that is not known.", "md5-1B2M2Y8AsgTpgAmY7PhCfg==")
            .evidence("type-metadata", VCT, document.as_str())
            .rejects("schema", "type_metadata.invalid", "")
            .alone(),
        Vector::verify_text("type-metadata", "digest-unreachable", "A digest under a name that is no address.", {
            let named = set(&payload(), "/vct", "urn:ontario:person");
            credential(&set(&named, "/vct#integrity", good.as_str()))
        })
        .accepts(),
        Vector::verify_text("type-metadata", "digest-by-name", "The same at hand, with other bytes.", {
            let named = set(&payload(), "/vct", "urn:ontario:person");
            credential(&set(&named, "/vct#integrity", good.as_str()))
        })
        .evidence("type-metadata", "urn:ontario:person", json!({ "json": { "vct": "urn:ontario:person" } }))
        .rejects("schema", "resource.digest", "")
        .alone(),
        self::of("required-missing", "The policy asks for the metadata.")
            .policy("typeMetadata", "required")
            .undetermined("schema", "type_metadata.missing", "")
            .alone()
            .needs("type-metadata", VCT),
        self::of("not-required", "Nobody asks for the metadata.").accepts(),
    ]
}

fn chains() -> Vec<Vector> {
    let child = |more: Json| {
        let mut document = json!({ "vct": VCT, "extends": PARENT });
        document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "json": document })
    };
    let of = |name: &str, about: &str, child: Json, parent: Json| {
        of(name, about).evidence("type-metadata", VCT, child).evidence(
            "type-metadata",
            PARENT,
            json!({ "json": parent }),
        )
    };
    let claims = |claims: Json| json!({ "vct": PARENT, "claims": claims });
    let invalid = |name: &str, about: &str, new: Json, old: Json| {
        of(name, about, child(json!({ "claims": [new] })), claims(json!([old])))
            .rejects("schema", "type_metadata.invalid", "")
            .alone()
    };
    let link = |number: usize| format!("https://id.ontario.example/types/{number}");
    let chain = |name: &str, about: &str, length: usize| {
        let first =
            self::of(name, about).evidence("type-metadata", VCT, json!({ "json": { "vct": VCT, "extends": link(1) } }));
        (1..length).fold(first, |vector, number| {
            let mut document = json!({ "vct": link(number) });
            if number + 1 < length {
                document["extends"] = link(number + 1).into();
            }
            vector.evidence("type-metadata", &link(number), json!({ "json": document }))
        })
    };
    vec![
        of(
            "extends-good",
            "A rule of the extended type.",
            child(json!({})),
            claims(json!([{ "path": ["ageOver19"], "sd": "always" }])),
        )
        .accepts(),
        of(
            "extends-inherited",
            "The extended type's rule is broken.",
            child(json!({})),
            claims(json!([{ "path": ["address"], "sd": "always" }])),
        )
        .rejects("schema", "type_metadata.mismatch", "/address")
        .alone(),
        self::of("extends-missing", "The extended type is missing.")
            .evidence("type-metadata", VCT, child(json!({})))
            .undetermined("schema", "type_metadata.missing", "")
            .alone()
            .needs("type-metadata", PARENT),
        of(
            "extends-digest",
            "Other bytes than the type states.",
            child(json!({ "extends#integrity": sri("x") })),
            claims(json!([])),
        )
        .rejects("schema", "resource.digest", "")
        .alone(),
        of("extends-cycle", "Two types extend each other.", child(json!({})), json!({ "vct": PARENT, "extends": VCT }))
            .rejects("schema", "type_metadata.invalid", "")
            .alone(),
        chain("extends-eight", "Eight types.", 8).accepts(),
        chain("extends-nine", "Nine types.", 9).rejects("schema", "type_metadata.invalid", "").alone(),
        invalid(
            "weaker-always",
            "§5.6.4.1: always becomes allowed.",
            json!({ "path": ["ageOver19"], "sd": "allowed" }),
            json!({ "path": ["ageOver19"], "sd": "always" }),
        ),
        invalid(
            "weaker-never",
            "§5.6.4.1: never becomes always.",
            json!({ "path": ["address"], "sd": "always" }),
            json!({ "path": ["address"], "sd": "never" }),
        ),
        invalid(
            "weaker-mandatory",
            "§5.6.4.1: mandatory no more.",
            json!({ "path": ["address"], "mandatory": false }),
            json!({ "path": ["address"], "mandatory": true }),
        ),
        of(
            "stronger",
            "Allowed becomes always.",
            child(json!({ "claims": [{ "path": ["address"], "sd": "always" }] })),
            claims(json!([{ "path": ["address"] }])),
        )
        .rejects("schema", "type_metadata.mismatch", "/address")
        .alone(),
    ]
}

fn rules() -> Vec<Vector> {
    let good = |name: &str, about: &str, claims: Json| with_claims(name, about, claims).accepts();
    let bad = |name: &str, about: &str, claims: Json, pointer: &str| {
        with_claims(name, about, claims).rejects("schema", "type_metadata.mismatch", pointer).alone()
    };
    vec![
        good(
            "rules-good",
            "Rules that are kept.",
            json!([
                { "path": ["ageOver19"], "sd": "always", "mandatory": true },
                { "path": ["address", "country"], "sd": "never", "mandatory": true },
                { "path": ["languages", null] }, { "path": ["languages", 1], "sd": "always" },
                { "path": ["province"], "sd": "never" },
            ]),
        ),
        good(
            "mandatory-hidden",
            "§5.6: a mandatory claim may be among those that were not disclosed.",
            json!([{ "path": ["name"], "mandatory": true, "sd": "always" }]),
        ),
        bad(
            "mandatory-missing",
            "A mandatory claim that cannot be hidden is not there.",
            json!([{ "path": ["address", "city"], "mandatory": true }]),
            "/address/city",
        ),
        bad(
            "mandatory-index",
            "An element that is mandatory is not there.",
            json!([{ "path": ["languages", 2], "mandatory": true }]),
            "/languages/2",
        ),
        bad("sd-always", "A claim in plain sight.", json!([{ "path": ["province"], "sd": "always" }]), "/province"),
        bad("sd-never", "A claim that can be hidden.", json!([{ "path": ["ageOver19"], "sd": "never" }]), "/ageOver19"),
        bad(
            "sd-always-elements",
            "An element in plain sight.",
            json!([{ "path": ["languages", null], "sd": "always" }]),
            "/languages/*",
        ),
        bad(
            "sd-never-element",
            "An element that is hidden.",
            json!([{ "path": ["languages", 1], "sd": "never" }]),
            "/languages/1",
        ),
        bad("path-into-text", "A path into a text.", json!([{ "path": ["province", "name"] }]), "/province/name"),
        bad("path-index-object", "An index into an object.", json!([{ "path": ["address", 0] }]), "/address/0"),
        bad("path-all-object", "All elements of an object.", json!([{ "path": ["address", null] }]), "/address/*"),
    ]
}

fn malformed() -> Vec<Vector> {
    let bad = |name: &str, about: &str, claims: Json| {
        with_claims(name, about, claims).rejects("schema", "type_metadata.invalid", "").alone()
    };
    let document = |name: &str, about: &str, content: Json| {
        of(name, about).evidence("type-metadata", VCT, content).rejects("schema", "type_metadata.invalid", "").alone()
    };
    let rule = json!({ "path": ["name"] });
    vec![
        document("other-vct", "The metadata of another type.", json!({ "json": { "vct": PARENT } })),
        document("no-vct", "Metadata without vct.", json!({ "json": {} })),
        document("no-json", "What is no JSON.", json!("<html>")),
        document("extends-number", "The extended type is a number.", json!({ "json": { "vct": VCT, "extends": 7 } })),
        bad("claims-object", "Rules that are no list.", rule.clone()),
        bad("rule-text", "A rule that is a text.", json!(["name"])),
        bad("path-missing", "A rule without a path.", json!([without(&rule, "/path")])),
        bad("path-empty", "An empty path.", json!([{ "path": [] }])),
        bad("path-negative", "A negative index.", json!([{ "path": ["languages", -1] }])),
        bad("path-true", "A path with a boolean.", json!([{ "path": [true] }])),
        bad("sd-unknown", "sd says what is not known.", json!([set(&rule, "/sd", "sometimes")])),
        bad("mandatory-text", "mandatory is a text.", json!([set(&rule, "/mandatory", "true")])),
        bad(
            "display-no-label",
            "A display without a label.",
            json!([set(&rule, "/display", json!([{ "locale": "fr" }]))]),
        ),
        bad("svg-id-digit", "An svg_id that begins with a digit.", json!([set(&rule, "/svg_id", "1st")])),
        bad(
            "svg-id-twice",
            "One svg_id for two claims.",
            json!([set(&rule, "/svg_id", "a"), { "path": ["ageOver19"], "svg_id": "a" }]),
        ),
        bad("path-twice", "Two rules for one path.", json!([rule, rule])),
    ]
}
