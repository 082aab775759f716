//! Inputs that are no credential, or no JSON that has one meaning.

use serde_json::json;

use super::actor::issuer;
use super::documents::{repeat, v2};
use super::vector::Vector;

const AREA: &str = "json";

pub(super) fn vectors() -> Vec<Vector> {
    [broken(), ambiguous(), oversized(), no_credential()].concat()
}

/// The signed credential as text, with a change in its text.
fn changed(from: &str, to: &str) -> String {
    let text = issuer().sign_anything(&v2()).to_string();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

fn broken() -> Vec<Vector> {
    let whole = issuer().sign_anything(&v2()).to_string();
    let half = &whole.as_str()[..whole.len() / 2];
    let texts = [
        ("truncated", "The text ends in the middle.", half.to_owned()),
        ("truncated-last-brace", "Only the last brace is missing.", whole[..whole.len() - 1].to_owned()),
        ("truncated-in-escape", "The text ends within an escape.", r#"{"type":"\u00"#.to_owned()),
        ("trailing-comma", "A comma before a closing brace.", changed("}}", "},}")),
        ("trailing-text", "A second document behind the first.", format!("{whole}{whole}")),
        ("single-quotes", "Single quotes are no JSON.", "{'type':'VerifiableCredential'}".to_owned()),
        ("comment", "Comments are no JSON.", changed("{", "{/* a comment */")),
        ("byte-order-mark", "RFC 8259 §8.1: no byte order mark.", format!("\u{feff}{whole}")),
        ("leading-zero", "A number with a leading zero.", changed("{", r#"{"n":01,"#)),
        ("plus-sign", "A number with a plus sign.", changed("{", r#"{"n":+1,"#)),
        ("bare-point", "A number that ends in a point.", changed("{", r#"{"n":1.,"#)),
        ("nan", "NaN is no JSON number.", changed("{", r#"{"n":NaN,"#)),
        ("infinity", "Infinity is no JSON number.", changed("{", r#"{"n":-Infinity,"#)),
        ("control-character", "A line break within a string.", changed("Tremblay", "Trem\nblay")),
        ("unknown-escape", "An escape that JSON does not have.", changed("Tremblay", r"Trem\xblay")),
        ("no-colon", "A member without a value.", changed(r#""id":"urn"#, r#""urn"#)),
        ("literal-case", "True is not true.", changed("{", r#"{"b":True,"#)),
    ];
    texts
        .into_iter()
        .map(|(name, about, text)| Vector::verify_text(AREA, name, about, text).error("json.syntax"))
        .collect()
}

fn ambiguous() -> Vec<Vector> {
    let key = |name: &str, about: &str, text: String, pointer: &str| {
        Vector::verify_text(AREA, name, about, text).error_at("json.duplicate_key", pointer)
    };
    let bytes = |name: &str, about: &str, before: &str, bad: &[u8]| {
        let input = json!({ "base64": tamarack::encoding::base64_encode(&[before.as_bytes(), bad, b"\"}"].concat()) });
        Vector::verify_text(AREA, name, about, input).error("input.invalid_utf8")
    };
    let surrogate = |name: &str, about: &str, escape: &str| {
        Vector::verify_text(AREA, name, about, changed("Tremblay", escape)).error("json.lone_surrogate")
    };
    let number = |name: &str, about: &str, number: &str| {
        Vector::verify_text(AREA, name, about, changed("{", &format!(r#"{{"n":{number},"#)))
            .error_at("json.number", "/n")
    };
    let huge = |name: &str, about: &str, number: &str| {
        Vector::verify_text(AREA, name, about, changed("{", &format!(r#"{{"n":{number},"#))).error("json.number")
    };
    vec![
        key("duplicate-key", "Two issuers.", changed(r#""issuer""#, r#""issuer":"did:example:x","issuer""#), "/issuer"),
        key(
            "duplicate-key-escaped",
            "The second key is spelled with an escape.",
            changed(r#""issuer""#, r#""\u0069ssuer":"did:example:x","issuer""#),
            "/issuer",
        ),
        key(
            "duplicate-key-in-subject",
            "Two names of the subject.",
            changed(r#""name""#, r#""name":"Somebody Else","name""#),
            "/credentialSubject/name",
        ),
        key(
            "duplicate-key-in-proof",
            "Two purposes as two members of one name.",
            changed(r#""proofPurpose""#, r#""proofPurpose":"authentication","proofPurpose""#),
            "/proof/proofPurpose",
        ),
        key(
            "duplicate-key-in-array",
            "In an object within an array.",
            changed("{", r#"{"a":[0,{"b":1,"b":1}],"#),
            "/a/1/b",
        ),
        key("duplicate-key-same-value", "The same value twice.", changed("{", r#"{"x":1,"x":1,"#), "/x"),
        key("duplicate-key-empty", "The empty key twice.", changed("{", r#"{"":1,"":2,"#), "/"),
        key(
            "duplicate-key-context",
            "Two contexts.",
            changed(r#""@context""#, r#""@context":{},"@context""#),
            "/@context",
        ),
        bytes("utf8-lone-continuation", "A continuation byte by itself.", r#"{"type":""#, &[0x80]),
        bytes("utf8-overlong", "A slash in two bytes.", r#"{"type":""#, &[0xc0, 0xaf]),
        bytes("utf8-surrogate", "A surrogate as UTF-8 (CESU-8).", r#"{"type":""#, &[0xed, 0xa0, 0x80]),
        bytes("utf8-too-high", "A code point above U+10FFFF.", r#"{"type":""#, &[0xf4, 0x90, 0x80, 0x80]),
        bytes("utf8-truncated", "A character cut in half.", r#"{"type":""#, &[0xc3]),
        bytes("utf8-latin-1", "Latin-1 for é.", r#"{"name":"Zo"#, &[0xe9]),
        surrogate("surrogate-high", "A high surrogate by itself.", r"\ud83d"),
        surrogate("surrogate-low", "A low surrogate by itself.", r"\ude00"),
        surrogate("surrogates-reversed", "The low surrogate first.", r"\ude00\ud83d"),
        surrogate("surrogate-then-letter", "A high surrogate before a letter.", r"\ud83d\u0061"),
        number("integer-beyond-2-53", "2^53 + 1 is not a double.", "9007199254740993"),
        number("integer-negative", "-(2^53 + 1) is not a double.", "-9007199254740993"),
        number("integer-of-twenty-digits", "An integer of twenty digits.", "12345678901234567891"),
        number("integer-beyond-2-64", "2^64 + 1 is not a double.", "18446744073709551617"),
        huge("number-overflow", "More than a double can hold.", "1e400"),
        huge("number-overflow-negative", "Less than a double can hold.", "-1e400"),
        huge("number-many-digits", "A thousand digits.", &"7".repeat(1_000)),
    ]
}

fn oversized() -> Vec<Vector> {
    vec![
        Vector::verify_text(
            AREA,
            "too-large",
            "One string makes the document larger than 1 MiB.",
            json!({ "concat": [r#"{"type":""#, repeat("x", 1 << 20), r#""}"#] }),
        )
        .error("input.too_large"),
        Vector::verify_text(
            AREA,
            "too-large-token",
            "A token of more than 1 MiB.",
            json!({ "concat": ["ey", repeat("x", 1 << 20), ".e30.e30"] }),
        )
        .error("input.too_large"),
        Vector::verify_text(
            AREA,
            "too-deep-arrays",
            "65 levels of arrays and an object.",
            json!({ "concat": [r#"{"a":"#, repeat("[", 64), repeat("]", 64), "}"] }),
        )
        .error("json.too_deep"),
        Vector::verify_text(
            AREA,
            "too-deep-objects",
            "A hundred thousand levels of objects, never closed.",
            repeat(r#"{"a":"#, 100_000),
        )
        .error("json.too_deep"),
        Vector::verify_text(
            AREA,
            "too-many-values",
            "More than 100 000 values.",
            json!({ "concat": [r#"{"a":["#, repeat("0,", 100_000), "0]}"] }),
        )
        .error("json.too_many_values"),
        Vector::verify_text(
            AREA,
            "too-many-objects",
            "More than 100 000 empty objects.",
            json!({ "concat": [r#"{"a":["#, repeat("{},", 100_000), "{}]}"] }),
        )
        .error("json.too_many_values"),
        Vector::verify_text(
            AREA,
            "white-space-around",
            "White space around the document changes nothing.",
            json!({ "concat": [repeat(" \n", 2), { "json": issuer().sign_anything(&v2()) }, "\r\n"] }),
        )
        .accepts(),
    ]
}

fn no_credential() -> Vec<Vector> {
    let inputs = [
        ("empty", "Nothing at all.", json!("")),
        ("empty-object", "An empty object.", json!({ "json": {} })),
        ("other-object", "JSON of another kind.", json!({ "json": { "hello": "world" } })),
        ("array", "An array of credentials is none.", json!({ "json": [v2()] })),
        ("string", "A JSON string.", json!("\"VerifiableCredential\"")),
        ("plain-text", "A sentence.", json!("This is a credential. Trust me.")),
        ("pdf", "The beginning of a PDF file.", json!("%PDF-1.7\n1 0 obj")),
        (
            "did-document",
            "A DID document.",
            json!({ "json": { "@context": "https://www.w3.org/ns/did/v1", "id": "did:example:1" } }),
        ),
        (
            "type-elsewhere",
            "The type is that of a nested object.",
            json!({ "json": { "a": { "type": "VerifiableCredential" } } }),
        ),
        (
            "access-token",
            "A JWT of another kind, well signed.",
            json!(
                issuer().token(r#"{"alg":"EdDSA","typ":"at+jwt"}"#, r#"{"iss":"https://id.example","scope":"openid"}"#)
            ),
        ),
    ];
    inputs
        .into_iter()
        .map(|(name, about, input)| Vector::verify_text("input", name, about, input).error("input.not_a_credential"))
        .collect()
}
