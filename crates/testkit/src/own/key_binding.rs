//! The key-binding JWT of an SD-JWT: whose key made it, for whom, when, and over which disclosures.

use serde_json::{Value as Json, json};
use tamarack::keys::Signer as _;
use tamarack::sd_jwt::HashName;

use super::actor::{holder, stranger, time, unsigned_token};
use super::documents::{set, without};
use super::sd_jwt::{age_disclosure, digest, digests_of, of, payload, token, with};
use super::vector::{NOW, Vector};

pub(super) const NONCE: &str = "larch-7";
pub(super) const AUDIENCE: &str = "https://shop.example";

pub(super) fn vectors() -> Vec<Vector> {
    [binding(), bound()].concat()
}

pub(super) fn kb_header() -> Json {
    json!({ "alg": "EdDSA", "typ": "kb+jwt" })
}

pub(super) fn kb_payload(sd_jwt: &str) -> Json {
    json!({
        "iat": time(NOW).unix() - 5, "aud": AUDIENCE, "nonce": NONCE, "sd_hash": HashName::Sha256.digest(sd_jwt),
    })
}

/// A presentation by the holder, with this header and payload of the key-binding JWT.
pub(super) fn shown(sd_jwt: &str, header: &Json, payload: &Json) -> String {
    format!("{sd_jwt}{}", holder().token(&header.to_string(), &payload.to_string()))
}

fn asked(name: &str, about: &str, text: impl Into<Json>) -> Vector {
    of(name, about, text).policy("challenge", NONCE).policy("domain", AUDIENCE)
}

fn binding() -> Vec<Vector> {
    let age = age_disclosure();
    let sd = with(&[&age]);
    let good = shown(&sd, &kb_header(), &kb_payload(&sd));
    let kb = |pointer: &str, value: Json| shown(&sd, &kb_header(), &set(&kb_payload(&sd), pointer, value));
    let lacking = |pointer: &str| shown(&sd, &kb_header(), &without(&kb_payload(&sd), pointer));
    let headed = |header: Json| shown(&sd, &header, &kb_payload(&sd));
    let bad = |slug: &str, about: &str, text: String, code: &str| {
        asked(slug, about, text).rejects("holder-binding", code, "").alone()
    };
    let other = with(&[]);
    let unsigned = unsigned_token(&json!({ "alg": "none", "typ": "kb+jwt" }).to_string(), &kb_payload(&sd).to_string());
    let now = time(NOW).unix();
    vec![
        asked("bound-good", "Shown by the holder, for this verifier.", good.as_str()).accepts(),
        of("bound-unasked", "Made for somebody, but the policy does not say for whom.", good.as_str())
            .undetermined("audience", "proof.audience_unknown", "")
            .alone(),
        asked("bound-missing", "No key-binding JWT, though the policy asks for one.", sd.as_str())
            .rejects("holder-binding", "sd_jwt.key_binding_missing", "")
            .alone(),
        of("bound-missing-domain", "The same, where only the name of the verifier is asked for.", sd.as_str())
            .policy("domain", AUDIENCE)
            .rejects("holder-binding", "sd_jwt.key_binding_missing", "")
            .alone(),
        asked("bound-other-nonce", "Another verifier's nonce.", kb("/nonce", json!("birch-8")))
            .rejects("audience", "proof.challenge", "")
            .alone(),
        asked("bound-other-aud", "Made for another verifier.", kb("/aud", json!("https://bar.example")))
            .rejects("audience", "proof.domain", "")
            .alone(),
        bad(
            "bound-other-hash",
            "The digest of another presentation.",
            kb("/sd_hash", json!(digest("x"))),
            "sd_jwt.hash_mismatch",
        ),
        bad(
            "bound-other-credential",
            "The key-binding JWT of another credential.",
            shown(&sd, &kb_header(), &kb_payload(&other)),
            "sd_jwt.hash_mismatch",
        ),
        bad(
            "bound-disclosure-dropped",
            "A disclosure was taken away after the holder had signed.",
            shown(&token(&set(&payload(), "/_sd", digests_of(&[&age])), &[]), &kb_header(), &kb_payload(&sd)),
            "sd_jwt.hash_mismatch",
        ),
        of(
            "bound-wrong-unasked",
            "A key-binding JWT that does not hold, where none is asked for.",
            kb("/sd_hash", json!("x")),
        )
        .rejects("holder-binding", "sd_jwt.hash_mismatch", "")
        .alone(),
        bad("bound-typ", "Another typ.", headed(set(&kb_header(), "/typ", "JWT")), "jose.type"),
        bad("bound-typ-missing", "No typ.", headed(json!({ "alg": "EdDSA" })), "jose.type"),
        bad("bound-no-iat", "No iat.", lacking("/iat"), "jose.claim"),
        bad("bound-no-aud", "No aud.", lacking("/aud"), "jose.claim"),
        bad("bound-no-nonce", "No nonce.", lacking("/nonce"), "jose.claim"),
        bad("bound-no-hash", "No sd_hash.", lacking("/sd_hash"), "jose.claim"),
        bad("bound-aud-array", "RFC 9901 §4.3: aud is one text.", kb("/aud", json!([AUDIENCE])), "jose.claim"),
        bad("bound-nonce-number", "A nonce that is a number.", kb("/nonce", json!(7)), "jose.claim"),
        bad(
            "bound-other-key",
            "Signed by somebody else.",
            format!("{sd}{}", stranger().token(&kb_header().to_string(), &kb_payload(&sd).to_string())),
            "proof.signature_invalid",
        ),
        bad("bound-alg-none", "alg none.", format!("{sd}{unsigned}."), "jose.algorithm"),
        bad("bound-alg-hs256", "A MAC.", headed(set(&kb_header(), "/alg", "HS256")), "jose.algorithm"),
        bad("bound-crit", "A critical header.", headed(set(&kb_header(), "/crit", json!(["exp"]))), "jose.critical"),
        bad("bound-later", "Made in the future.", kb("/iat", json!(now + 3_600)), "proof.created_in_future"),
        bad("bound-old", "Made an hour ago.", kb("/iat", json!(now - 3_600)), "proof.expired"),
        bad("bound-expired", "It says itself that it has expired.", kb("/exp", json!(now - 1)), "proof.expired"),
        bad(
            "bound-not-yet",
            "It says itself that it does not hold yet.",
            kb("/nbf", json!(now + 3_600)),
            "proof.created_in_future",
        ),
        bad(
            "bound-payload-array",
            "A payload that is no object.",
            shown(&sd, &kb_header(), &json!([kb_payload(&sd)])),
            "jose.malformed",
        ),
    ]
}

/// What the credential says of its holder's key.
fn bound() -> Vec<Vector> {
    let with_cnf = |cnf: Option<Json>| {
        let payload = match cnf {
            Some(cnf) => set(&payload(), "/cnf", cnf),
            None => without(&payload(), "/cnf"),
        };
        let sd = token(&payload, &[]);
        shown(&sd, &kb_header(), &kb_payload(&sd))
    };
    let bad = |slug: &str, about: &str, cnf: Option<Json>, code: &str, pointer: &str| {
        asked(slug, about, with_cnf(cnf)).rejects("holder-binding", code, pointer).alone()
    };
    let jwk = payload()["cnf"]["jwk"].clone();
    let marked = |member: &str, value: Json| set(&jwk, &format!("/{member}"), value);
    let private: Json = serde_json::from_str(&holder().key.expose_jwk()).unwrap();
    vec![
        asked("cnf-kid", "The key is named by its DID URL.", with_cnf(Some(json!({ "kid": holder().method }))))
            .accepts(),
        bad("cnf-missing", "The credential names no key.", None, "jose.claim", ""),
        bad("cnf-empty", "cnf is empty.", Some(json!({})), "jose.claim", ""),
        asked(
            "cnf-named",
            "RFC 7800 §3.4: a key with its DID URL.",
            with_cnf(Some(json!({ "jwk": jwk, "kid": holder().method }))),
        )
        .accepts(),
        asked("cnf-named-plain", "A key with a name.", with_cnf(Some(json!({ "jwk": jwk, "kid": "key-1" })))).accepts(),
        bad(
            "cnf-two",
            "RFC 7800 §3.1: two keys, one of them by its DID URL.",
            Some(json!({ "jwk": jwk, "kid": stranger().method })),
            "jose.claim",
            "",
        ),
        bad(
            "cnf-two-values",
            "RFC 7800 §3.1: a key by value and one at an address.",
            Some(json!({ "jwk": jwk, "jku": "https://a.example/keys" })),
            "jose.claim",
            "",
        ),
        bad("cnf-jku", "A key at an address.", Some(json!({ "jku": "https://a.example/keys" })), "jose.claim", ""),
        bad("cnf-private", "The holder's secret key.", Some(json!({ "jwk": private })), "key.invalid", "/cnf/jwk"),
        bad(
            "cnf-use",
            "RFC 7517 §4.2: a key for encryption.",
            Some(json!({ "jwk": marked("use", json!("enc")) })),
            "key.wrong_suite",
            "/cnf/jwk",
        ),
        bad(
            "cnf-key-ops",
            "RFC 7517 §4.3: a key for agreement.",
            Some(json!({ "jwk": marked("key_ops", json!(["deriveBits"])) })),
            "key.wrong_suite",
            "/cnf/jwk",
        ),
        bad(
            "cnf-other",
            "Another's key.",
            Some(json!({ "jwk": stranger().key.public_key().to_jwk().to_serde() })),
            "proof.signature_invalid",
            "",
        ),
        asked(
            "cnf-kid-unknown",
            "A DID whose document is missing.",
            with_cnf(Some(json!({ "kid": "did:web:a.example#k" }))),
        )
        .undetermined("holder-binding", "did.not_resolved", "")
        .alone()
        .needs("did-document", "did:web:a.example"),
    ]
}
