//! What a holder of a `BbsBlsSignature2020` chooses to show, by pointers and by frames, and what an issuer cannot sign.

use serde_json::{Value as Json, json};
use tamarack::keys::KeyType;
use tamarack::proof::{DeriveOptions, Suite};

use super::actor::{CREATED, actor};
use super::bbs_2020::{
    AREA, VALUE, by_frame, derive_from, derived, frame, name_alone, ontario, signed, unsigned, with_value,
};
use super::documents::set;
use super::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    [choices(), frames(), signing()].concat()
}

fn derive(name: &str, about: &str, document: &Json) -> Vector {
    Vector::of("derive", AREA, name, about, json!({ "json": document }))
}

fn choices() -> Vec<Vector> {
    let choose = |name: &str, about: &str, document: &Json, reveal: &[&str]| {
        derive(name, about, document).with("reveal", json!(reveal))
    };
    let free = DeriveOptions { reveal: vec!["/credentialSubject/givenName".to_owned()], ..DeriveOptions::default() };
    vec![
        choose("choose-name", "The name, with what a verdict needs.", &signed(), &["/credentialSubject/givenName"])
            .gives(derive_from(&signed(), &free)),
        choose("choose-missing", "A claim that is not there.", &signed(), &["/credentialSubject/height"])
            .error_at("disclosure.pointer", "/credentialSubject/height"),
        choose("choose-nothing", "Nothing is chosen.", &signed(), &[]).error("disclosure.nothing"),
        choose(
            "choose-from-changed",
            "A credential that was changed.",
            &set(&signed(), "/credentialSubject/givenName", "Chloé"),
            &["/credentialSubject/givenName"],
        )
        .error_at("proof.signature_invalid", "/proof"),
        choose("choose-from-derived", "What is derived already.", &derived(), &["/credentialSubject/givenName"])
            .error_at("proof.missing", "/proof"),
        choose(
            "choose-from-damaged",
            "A value that is no signature.",
            &with_value(&signed(), |bytes| bytes.truncate(bytes.len() - 1)),
            &["/credentialSubject/givenName"],
        )
        .error_at("proof.value_encoding", VALUE),
        choose(
            "choose-signed-nonce",
            "A signed nonce, in the place of which a showing has its own.",
            &set(&signed(), "/proof/nonce", "bm9uY2U="),
            &["/credentialSubject/givenName"],
        )
        .error_at("proof.malformed", "/proof/nonce"),
    ]
}

fn frames() -> Vec<Vector> {
    let framed = |name: &str, about: &str, frame: &Json| derive(name, about, &signed()).with("frame", frame.clone());
    let bad = |name: &str, about: &str, frame: &Json| framed(name, about, frame).error("jsonld.frame");
    let subject = |subject: Json| frame(&subject);
    let other_suite = super::selective::base();
    vec![
        framed("frame-name", "The name.", &name_alone()).gives(by_frame(&signed(), &name_alone())),
        framed(
            "frame-absent",
            "A claim that is not there is left out.",
            &set(&name_alone(), "/credentialSubject/lprNumber", json!({})),
        )
        .gives(by_frame(&signed(), &name_alone())),
        bad(
            "frame-no-match",
            "No node of this type.",
            &json!({ "@context": unsigned()["@context"], "type": ["VerifiablePresentation"] }),
        ),
        bad("frame-no-id", "No node of this id.", &set(&name_alone(), "/id", "urn:x:nobody")),
        bad("frame-many", "More nodes than one.", &json!({ "@context": unsigned()["@context"] })),
        bad("frame-no-context", "No context at all.", &json!({})),
        bad("frame-embed", "A way to embed that JSON-LD 1.1 has not.", &subject(json!({ "@embed": "@last" }))),
        bad("frame-embed-number", "A way to embed that is none.", &subject(json!({ "@embed": 1 }))),
        bad("frame-explicit", "Neither true nor false.", &subject(json!({ "@explicit": "perhaps" }))),
        bad("frame-require-all", "Neither true nor false.", &subject(json!({ "@requireAll": 1 }))),
        bad("frame-blank-id", "A blank node as an id.", &subject(json!({ "id": "_:b0" }))),
        bad("frame-relative-id", "A relative id.", &subject(json!({ "id": "nobody" }))),
        framed("frame-id-object", "An id that is an object.", &subject(json!({ "id": { "x": 1 } })))
            .error("jsonld.invalid"),
        framed("frame-type-number", "A type that is a number.", &subject(json!({ "type": 7 }))).error("jsonld.invalid"),
        framed("frame-undefined", "A claim that no context defines.", &subject(json!({ "ofAge": {} })))
            .error_at("jsonld.undefined_term", "/credentialSubject/ofAge"),
        framed(
            "frame-unknown-context",
            "A context that is not at hand.",
            &set(&name_alone(), "/@context/1", "https://x.example/c"),
        )
        .error("jsonld.context_unknown"),
        framed(
            "frame-default",
            "A value that the issuer never signed.",
            &set(&name_alone(), "/credentialSubject/lprNumber", json!({ "@default": "1", "@omitDefault": false })),
        )
        .error("proof.disclosure"),
        framed("frame-and-pointers", "Both ways to choose.", &name_alone())
            .with("reveal", json!(["/credentialSubject/givenName"]))
            .error("jsonld.frame"),
        derive("frame-other-suite", "A frame for a suite without frames.", &other_suite)
            .with("frame", name_alone())
            .error("jsonld.frame"),
    ]
}

fn signing() -> Vec<Vector> {
    let sign = |name: &str, about: &str, document: &Json, key: String, method: String| {
        Vector::of("sign", AREA, name, about, json!({ "json": document }))
            .with("suite", Suite::BbsBlsSignature2020.name())
            .with("key", key)
            .with("verificationMethod", method)
            .with("now", CREATED)
            .with("device", "answers a short signature")
    };
    let bls = || ontario().multikey();
    let ed25519 = actor(KeyType::Ed25519, 1);
    vec![
        sign("sign-wrong-key", "A key for another suite.", &unsigned(), ed25519.multikey(), ed25519.method.clone())
            .error("key.wrong_suite"),
        sign("sign-short", "A device that answers too few bytes.", &unsigned(), bls(), ontario().method)
            .error("key.signer_failed"),
        sign(
            "sign-blank-name",
            "An id that derived documents give to nodes without one.",
            &set(&unsigned(), "/credentialSubject/id", "urn:bnid:_:c14n0"),
            bls(),
            ontario().method,
        )
        .error("proof.disclosure"),
        sign(
            "sign-undefined",
            "A claim that no context defines.",
            &set(&unsigned(), "/credentialSubject/ofAge", true),
            bls(),
            ontario().method,
        )
        .error_at("jsonld.undefined_term", "/credentialSubject/ofAge"),
    ]
}
