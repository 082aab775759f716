//! DIDs, their documents, and what a proof finds in them.

use serde_json::{Value as Json, json};
use tamarack::did::{did_jwk, did_peer_4, did_peer_4_short};
use tamarack::encoding::{base64url_encode, multibase58_encode};
use tamarack::keys::Signer as _;
use tamarack::proof::Suite;

use super::actor::{Actor, holder, issuer, object, stranger, web_issuer};
use super::documents::{set, v2_of, without};
use super::vector::{NOW, Vector};

/// DIDs by themselves.
pub(super) fn vectors() -> Vec<Vector> {
    let of = |name: &str, about: &str, did: &str| Vector::of("did", "did", name, about, did);
    let syntax = |name: &str, about: &str, did: &str| of(name, about, did).error("did.syntax");
    let key = issuer();
    let multikey = key.multikey();
    let jwk = did_jwk(key.key.public_key());
    let private = json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url_encode(key.key.public_key().bytes()), "d": base64url_encode(&[1; 32]) });
    let peer_2 = format!("did:peer:2.V{multikey}.E{}", key.key.public_key().to_x25519().unwrap().to_multikey());
    let input = json!({ "verificationMethod": [{ "id": "#k", "type": "Multikey", "publicKeyMultibase": multikey }], "authentication": ["#k"] });
    let peer_4 = did_peer_4(&object(&input));
    let other_hash = set(&input, "/authentication", json!([]));
    let mixed = {
        let other = did_peer_4(&object(&other_hash));
        format!("{}:{}", did_peer_4_short(&other).unwrap(), peer_4.rsplit_once(':').unwrap().1)
    };
    let good = |name: &str, about: &str, did: &str| of(name, about, did).gives(did);
    vec![
        good("key-good", "did:key.", &key.did),
        good("jwk-good", "did:jwk.", &jwk),
        good("peer-0-good", "did:peer, method 0.", &format!("did:peer:0{multikey}")),
        good("peer-2-good", "did:peer, method 2.", &peer_2),
        good("peer-4-good", "did:peer, method 4.", &peer_4),
        syntax("empty", "Nothing.", ""),
        syntax("no-method", "No method.", "did:"),
        syntax("no-identifier", "No identifier.", "did:key:"),
        syntax("upper-case-scheme", "DID Core §3.1: the scheme is lower-case.", "DID:key:z6Mk"),
        syntax("upper-case-method", "The method's name is lower-case.", "did:Key:z6Mk"),
        syntax("did-url", "A fragment is no part of a DID.", &format!("{}#{multikey}", key.did)),
        syntax("space", "A space.", "did:example:a b"),
        syntax("percent", "A percent sign without digits.", "did:example:a%2"),
        syntax("not-ascii", "A letter that is not ASCII.", "did:example:é"),
        Vector::of(
            "did",
            "did",
            "too-long",
            "More than 8 192 bytes.",
            json!({ "concat": ["did:example:", super::documents::repeat("a", 8_192)] }),
        )
        .error("did.syntax"),
        of("method-unknown", "A method that is not known here.", "did:example:123").error("did.method_unsupported"),
        of(
            "key-not-multibase",
            "did:key that is not base58-btc.",
            &format!("did:key:u{}", base64url_encode(&[0xed, 1])),
        )
        .error("did.syntax"),
        of("key-foreign-digit", "did:key with a digit that base58 does not have.", "did:key:z0OIl").error("did.syntax"),
        of(
            "key-multicodec",
            "did:key with a multicodec that is not known.",
            &format!("did:key:{}", multibase58_encode(&[0x55, 0x01, 0x02])),
        )
        .error("key.unsupported"),
        of(
            "key-length",
            "did:key with a key that is too short.",
            &format!("did:key:{}", multibase58_encode(&[0xed, 0x01, 0x02])),
        )
        .error("key.invalid"),
        of(
            "key-small-order",
            "did:key with a key of order 4.",
            &format!("did:key:{}", multibase58_encode(&[&[0xed, 0x01][..], &[0; 32]].concat())),
        )
        .error("key.small_order"),
        of("jwk-padding", "did:jwk with padding.", &format!("{jwk}%3D")).error("did.syntax"),
        of("jwk-no-json", "did:jwk that is no JSON.", &format!("did:jwk:{}", base64url_encode(b"key")))
            .error("json.syntax"),
        of(
            "jwk-private",
            "did:jwk with a secret in it.",
            &format!("did:jwk:{}", base64url_encode(private.to_string().as_bytes())),
        )
        .error("key.invalid"),
        of(
            "jwk-duplicate-key",
            "did:jwk with a member twice.",
            &format!("did:jwk:{}", base64url_encode(br#"{"kty":"OKP","kty":"EC"}"#)),
        )
        .error("json.duplicate_key"),
        syntax("web-ip-address", "did:web: an IP address is no host here.", "did:web:127.0.0.1"),
        syntax("web-ip-number", "did:web: an IP address as one number.", "did:web:2130706433"),
        syntax("web-parent-folder", "did:web: a path that climbs.", "did:web:id.ontario.example:..:admin"),
        syntax("web-encoded-slash", "did:web: a slash in disguise.", "did:web:id.ontario.example:a%2Fb"),
        syntax("web-user", "did:web: a user before the host.", "did:web:user%40id.ontario.example"),
        syntax("web-port", "did:web: a port that is none.", "did:web:id.ontario.example%3A70000"),
        syntax("web-null-byte", "did:web: a null byte in the path.", "did:web:id.ontario.example:%00"),
        of("web-not-resolved", "did:web of which there is no document.", "did:web:id.ontario.example")
            .error("did.not_resolved"),
        of("peer-2-key", "did:peer, method 2, with a key that is none.", "did:peer:2.Vz6Mkabc")
            .error("key.unsupported"),
        syntax("peer-2-purpose", "did:peer, method 2, with an unknown purpose.", &format!("did:peer:2.X{multikey}")),
        syntax(
            "peer-2-service",
            "did:peer, method 2, with a service that is no base64url.",
            &format!("did:peer:2.V{multikey}.Se30%3D"),
        ),
        syntax("peer-4-hash", "did:peer, method 4, with the hash of another document.", &mixed),
        of("peer-4-short", "did:peer, method 4, short: its long form is evidence.", did_peer_4_short(&peer_4).unwrap())
            .error("did.not_resolved"),
        syntax("peer-1", "did:peer, method 1, that is no hash.", "did:peer:1zQm"),
        of("peer-9", "did:peer of a method that does not exist.", "did:peer:9zQm").error("did.method_unsupported"),
    ]
}

const DID: &str = "did:web:id.ontario.example";

/// The document of the `did:web` issuer.
pub(super) fn web_document() -> Json {
    json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": DID,
        "verificationMethod": [{
            "id": format!("{DID}#key-1"),
            "type": "Multikey",
            "controller": DID,
            "publicKeyMultibase": issuer().multikey(),
        }],
        "assertionMethod": [format!("{DID}#key-1")],
    })
}

/// DID documents: by themselves, and as evidence for a credential of their DID.
pub(super) fn documents() -> Vec<Vector> {
    [by_themselves(), as_evidence(), forms()].concat()
}

fn by_themselves() -> Vec<Vector> {
    let of = |name: &str, about: &str, document: &Json| {
        Vector::of("did-document", "did-document", name, about, json!({ "json": document })).with("did", DID)
    };
    let bad = |name: &str, about: &str, document: &Json, pointer: &str| {
        of(name, about, document).error_at("did.document_invalid", pointer)
    };
    let good = web_document();
    let method = good["verificationMethod"][0].clone();
    vec![
        of("good", "A document with one key.", &good).gives(DID),
        of("another-did", "The document of another DID.", &set(&good, "/id", "did:web:other.example"))
            .error_at("did.document_wrong_id", "/id"),
        of(
            "deactivated",
            "A resolution result of a DID that was deactivated.",
            &json!({ "didDocument": null, "didDocumentMetadata": { "deactivated": true } }),
        )
        .error("did.deactivated"),
        of(
            "deactivated-in-document",
            "The document says that the DID was deactivated.",
            &set(&good, "/deactivated", true),
        )
        .error("did.deactivated"),
        bad(
            "deactivated-text",
            "Metadata that are neither true nor false.",
            &json!({ "didDocument": good, "didDocumentMetadata": { "deactivated": "yes" } }),
            "/didDocumentMetadata/deactivated",
        ),
        bad("array", "No object.", &json!([]), ""),
        bad("id-missing", "No id.", &without(&good, "/id"), "/id"),
        bad("id-number", "An id that is a number.", &set(&good, "/id", 7), "/id"),
        bad("id-no-did", "An id that is no DID.", &set(&good, "/id", "https://id.ontario.example"), "/id"),
        bad("controller-no-did", "A controller that is no DID.", &set(&good, "/controller", "Ontario"), "/controller"),
        bad(
            "methods-object",
            "Keys that are no array.",
            &set(&good, "/verificationMethod", method.clone()),
            "/verificationMethod",
        ),
        bad(
            "method-text",
            "A key that is a text.",
            &set(&good, "/verificationMethod/0", "key"),
            "/verificationMethod/0",
        ),
        bad(
            "method-no-id",
            "A key without an id.",
            &without(&good, "/verificationMethod/0/id"),
            "/verificationMethod/0/id",
        ),
        bad(
            "method-no-type",
            "A key without a type.",
            &without(&good, "/verificationMethod/0/type"),
            "/verificationMethod/0/type",
        ),
        bad(
            "method-no-controller",
            "A key without a controller.",
            &without(&good, "/verificationMethod/0/controller"),
            "/verificationMethod/0/controller",
        ),
        bad(
            "method-bare-name",
            "A key whose id is relative without a #.",
            &set(&good, "/verificationMethod/0/id", "key-1"),
            "/verificationMethod/0/id",
        ),
        bad(
            "method-twice",
            "Two keys with one id.",
            &set(&good, "/verificationMethod/1", method),
            "/verificationMethod/1/id",
        ),
        bad(
            "method-expires",
            "A key that expires at no date.",
            &set(&good, "/verificationMethod/0/expires", "soon"),
            "/verificationMethod/0/expires",
        ),
        bad(
            "relationship-text",
            "A relationship that is no array.",
            &set(&good, "/assertionMethod", "#key-1"),
            "/assertionMethod",
        ),
        bad(
            "relationship-number",
            "A number in a relationship.",
            &set(&good, "/assertionMethod/0", 1),
            "/assertionMethod/0",
        ),
        bad(
            "result-text",
            "A resolution result whose document is a text.",
            &json!({ "didDocument": "none" }),
            "/didDocument",
        ),
    ]
}

fn signed() -> Json {
    web_issuer().sign(Suite::EddsaRdfc2022, &v2_of(DID))
}

fn as_evidence() -> Vec<Vector> {
    let of = |name: &str, about: &str, document: &Json| {
        Vector::verify("did-document", name, about, &signed()).evidence(
            "did-document",
            DID,
            json!({ "json": document }),
        )
    };
    let good = web_document();
    let with = |pointer: &str, value: Json| set(&good, pointer, value);
    // From an old document a key may only be missing because it is newer than the document.
    let fresh = |name: &str, about: &str, document: &Json| {
        let content = json!({ "json": document });
        Vector::verify("did-document", name, about, &signed()).evidence_of("did-document", DID, content, NOW)
    };
    let refused = |vector: Vector, code: &str| vector.rejects("key-authorized", code, "/proof");
    let key = |member: &str, value: &str| with(&format!("/verificationMethod/0/{member}"), json!(value));
    let secret = "z3u2en7t5LR2WtQH5PfFqMqwVHgeXouLzo6haApm8XHqvjxq";
    vec![
        of("verify-good", "The key stands under assertionMethod.", &good).accepts(),
        of(
            "verify-result",
            "The same as a resolution result.",
            &json!({ "didDocument": good, "didDocumentMetadata": {}, "didResolutionMetadata": {} }),
        )
        .accepts(),
        of(
            "verify-relative",
            "The same with relative ids.",
            &set(&with("/assertionMethod", json!(["#key-1"])), "/verificationMethod/0/id", "#key-1"),
        )
        .accepts(),
        Vector::verify("did-document", "verify-missing", "The document is not among the evidence.", &signed())
            .undetermined("key-authorized", "did.not_resolved", "/proof")
            .needs("did-document", DID),
        Vector::verify(
            "did-document",
            "verify-method-unsupported",
            "A DID of a method that is not known here.",
            &set(&set(&signed(), "/issuer", "did:example:1"), "/proof/verificationMethod", "did:example:1#k"),
        )
        .undetermined("key-authorized", "did.method_unsupported", "/proof"),
        refused(
            of("verify-another-did", "The document of another DID.", &with("/id", json!("did:web:other.example"))),
            "did.document_wrong_id",
        ),
        refused(
            of("verify-deactivated", "The DID was deactivated.", &with("/deactivated", json!(true))),
            "did.deactivated",
        ),
        refused(
            of("verify-malformed", "Keys that are no array.", &with("/verificationMethod", json!({}))),
            "did.document_invalid",
        ),
        refused(
            fresh(
                "verify-no-method",
                "The document has another key alone.",
                &set(&key("id", &format!("{DID}#key-2")), "/assertionMethod", json!([format!("{DID}#key-2")])),
            ),
            "did.verification_method_not_found",
        ),
        of(
            "verify-no-method-yet",
            "The document of an hour ago has another key alone: the key may have been rotated since.",
            &set(&key("id", &format!("{DID}#key-2")), "/assertionMethod", json!([format!("{DID}#key-2")])),
        )
        .undetermined("key-authorized", "did.verification_method_not_found", "/proof")
        .needs("did-document", DID),
        refused(
            fresh(
                "verify-other-relationship",
                "The key stands under authentication alone.",
                &set(&without(&good, "/assertionMethod"), "/authentication", json!(["#key-1"])),
            ),
            "did.relationship",
        )
        .alone(),
        refused(
            fresh(
                "verify-no-relationship",
                "The key stands under no relationship.",
                &without(&good, "/assertionMethod"),
            ),
            "did.relationship",
        ),
        refused(
            of(
                "verify-other-controller",
                "The key is controlled by another.",
                &key("controller", "did:web:other.example"),
            ),
            "key.not_controller",
        )
        .alone(),
        refused(
            of("verify-key-revoked", "The key was revoked last week.", &key("revoked", "2026-11-13T00:00:00Z")),
            "key.revoked",
        )
        .alone(),
        refused(
            of("verify-key-expired", "The key expired last week.", &key("expires", "2026-11-13T00:00:00Z")),
            "key.expired",
        )
        .alone(),
        of("verify-key-expires-later", "The key expires next year.", &key("expires", "2027-11-13T00:00:00Z")).accepts(),
        of(
            "verify-other-key",
            "The document has another key under that name.",
            &key("publicKeyMultibase", &stranger().multikey()),
        )
        .rejects("proof", "proof.signature_invalid", "/proof")
        .alone(),
        refused(
            of(
                "verify-secret-inside",
                "The secret key stands in the document: anybody can sign.",
                &key("secretKeyMultibase", secret),
            ),
            "key.invalid",
        ),
        refused(of("verify-two-keys", "One method with two keys.", &key("publicKeyBase58", "abc")), "key.invalid"),
        refused(
            of("verify-type-unknown", "A method of a type that is not known.", &key("type", "PencilKey1564")),
            "key.unsupported",
        ),
        Vector::verify("did-document", "verify-duplicate-key", "A document with a member twice.", &signed())
            .evidence("did-document", DID, good.to_string().replacen('{', r#"{"id":"did:web:other.example","#, 1))
            .rejects("key-authorized", "json.duplicate_key", "/proof"),
        Vector::verify("did-document", "verify-too-old", "The document was fetched two days ago.", &signed())
            .evidence_of("did-document", DID, json!({ "json": good }), "2026-11-18T12:00:00Z")
            .undetermined("evidence-age", "evidence.too_old", "")
            .alone()
            .needs("did-document", DID),
        Vector::verify(
            "did-document",
            "verify-age-by-policy",
            "The policy asks for a document of the last minute.",
            &signed(),
        )
        .evidence("did-document", DID, json!({ "json": good }))
        .policy("maxAgeSeconds", 60)
        .undetermined("evidence-age", "evidence.too_old", "")
        .alone(),
        Vector::verify(
            "did-document",
            "verify-fetched-later",
            "The document was fetched after the time of judgement: a replay.",
            &signed(),
        )
        .evidence_of("did-document", DID, json!({ "json": good }), "2026-11-21T12:00:00Z")
        .accepts(),
    ]
}

/// The forms in which a document may hold the same key.
fn forms() -> Vec<Vector> {
    let of = |name: &str, kind: &str, member: &str, value: Json| {
        let method = json!({ "id": "#key-1", "type": kind, "controller": DID, member: value });
        let about = format!("The key as {kind} with {member}.");
        Vector::verify("did-document", name, &about, &signed()).evidence(
            "did-document",
            DID,
            json!({ "json": set(&web_document(), "/verificationMethod/0", method) }),
        )
    };
    let Actor { key, .. } = issuer();
    let (key, multikey) = (key.public_key().clone(), issuer().multikey());
    let jwk = key.to_jwk().to_serde();
    let base58 = multibase58_encode(key.bytes());
    let other_use = set(&jwk, "/use", "enc");
    vec![
        of("form-jwk", "JsonWebKey", "publicKeyJwk", jwk.clone()).accepts(),
        of("form-jwk-2020", "JsonWebKey2020", "publicKeyJwk", jwk).accepts(),
        of("form-2020", "Ed25519VerificationKey2020", "publicKeyMultibase", json!(multikey)).accepts(),
        of("form-2018", "Ed25519VerificationKey2018", "publicKeyBase58", json!(base58[1..])).accepts(),
        of("form-of-another-kind", "P256Key2021", "publicKeyMultibase", json!(multikey)).rejects(
            "key-authorized",
            "key.invalid",
            "/proof",
        ),
        of("form-jwk-for-encryption", "JsonWebKey", "publicKeyJwk", other_use).rejects(
            "key-authorized",
            "key.wrong_suite",
            "/proof",
        ),
        of("form-holder", "Multikey", "publicKeyMultibase", json!(holder().multikey()))
            .rejects("proof", "proof.signature_invalid", "/proof")
            .alone(),
    ]
}
