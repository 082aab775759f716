//! Evidence bundles.

use serde_json::{Value as Json, json};
use tamarack::bundle;
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::{Evidence, EvidenceKind, Timestamp};

use super::actor::{Actor, issuer, stranger, time};
use super::dids::web_document;
use super::documents::{set, without};
use super::trust::list_of;
use super::vector::Vector;

const INVALID: &str = "bundle.invalid";

fn made(by: &Actor, created: &str, expires: &str) -> String {
    let mut evidence = Evidence::none();
    let fetched: Timestamp = time("2026-11-19T00:00:00Z");
    evidence.insert(
        EvidenceKind::DidDocument,
        "did:web:id.ontario.example",
        web_document().to_string().into_bytes(),
        fetched,
    );
    evidence.insert(EvidenceKind::Schema, "https://id.ontario.example/schemas/person", b"{}".to_vec(), fetched);
    let trust = tamarack::trust::TrustList::parse(list_of(&issuer().did, &["*"]).to_string().as_bytes()).unwrap();
    bundle::create(&evidence, Some(&trust), time(created), time(expires), &by.key, &by.method).unwrap()
}

pub(super) fn vectors() -> Vec<Vector> {
    let of = |name: &str, about: &str, text: &str| {
        Vector::of("bundle", "bundle", name, about, text)
            .with("signerDid", issuer().did)
            .with("now", super::vector::NOW)
    };
    let good = made(&issuer(), "2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z");
    let parts: Vec<&str> = good.split('.').collect();
    let json_of = |part: &str| -> Json { serde_json::from_slice(&base64url_decode(part).unwrap()).unwrap() };
    let (header, payload) = (json_of(parts[0]), json_of(parts[1]));
    let again = |header: &Json, payload: &Json| issuer().token(&header.to_string(), &payload.to_string());
    let with = |pointer: &str, value: Json| again(&header, &set(&payload, pointer, value));
    let bad = |name: &str, about: &str, text: &str| of(name, about, text).error(INVALID);
    let bad_at = |name: &str, about: &str, text: &str, pointer: &str| of(name, about, text).error_at(INVALID, pointer);
    let changed = base64url_encode(set(&payload, "/expires", "2036-11-27T00:00:00Z").to_string().as_bytes());
    let twice = set(&payload, "/pieces/2", payload["pieces"][1].clone());
    vec![
        of("good", "Two pieces of evidence and a trust list.", &good).gives(2),
        Vector::of("bundle", "bundle", "good-by-key", "The same, its key pinned.", good.as_str())
            .with("signerKey", issuer().multikey())
            .with("now", super::vector::NOW)
            .gives(2),
        bad(
            "wrong-signer",
            "Signed by somebody else.",
            &made(&stranger(), "2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z"),
        ),
        Vector::of("bundle", "bundle", "wrong-key", "Another key is pinned.", good.as_str())
            .with("signerKey", stranger().multikey())
            .with("now", super::vector::NOW)
            .error(INVALID),
        Vector::of("bundle", "bundle", "nobody-believed", "Nobody is believed.", good.as_str())
            .with("now", super::vector::NOW)
            .error(INVALID),
        bad("altered", "Its end was changed after it was signed.", &format!("{}.{changed}.{}", parts[0], parts[2])),
        bad_at(
            "expired",
            "It ended yesterday.",
            &made(&issuer(), "2026-11-12T00:00:00Z".replace("12T", "19T").as_str(), "2026-11-19T12:00:00Z"),
            "/expires",
        ),
        bad_at(
            "from-the-future",
            "It was made tomorrow.",
            &made(&issuer(), "2026-11-21T00:00:00Z", "2026-11-27T00:00:00Z"),
            "/created",
        ),
        bad_at(
            "period-backwards",
            "It ends before it begins.",
            &with("/expires", json!("2026-11-19T00:00:00Z")),
            "/expires",
        ),
        bad("truncated", "The signature is missing.", &format!("{}.{}", parts[0], parts[1])),
        bad("empty", "Nothing.", ""),
        bad("padding", "Padding.", &format!("{good}=")),
        bad_at("typ", "A token of another type.", &again(&set(&header, "/typ", "vc+jwt"), &payload), "/typ"),
        bad_at("alg", "A MAC.", &again(&set(&header, "/alg", "HS256"), &payload), "/alg"),
        bad_at(
            "header-more",
            "A header that it does not have.",
            &again(&set(&header, "/crit", json!([])), &payload),
            "/crit",
        ),
        bad_at("kid", "A signer that is no DID URL.", &again(&set(&header, "/kid", "key-1"), &payload), "/kid"),
        bad_at("version", "A version that is not known here.", &with("/version", json!(2)), "/version"),
        bad_at("unknown-member", "A member that is not known here.", &with("/more", json!(true)), "/more"),
        bad_at("no-pieces", "No pieces.", &again(&header, &without(&payload, "/pieces")), "/pieces"),
        bad_at(
            "piece-digest",
            "A piece with another digest.",
            &with("/pieces/0/sha256", json!("0".repeat(64))),
            "/pieces/0/sha256",
        ),
        bad_at("piece-kind", "A piece of an unknown kind.", &with("/pieces/0/kind", json!("rumour")), "/pieces/0/kind"),
        bad_at("piece-data", "A piece that is no base64url.", &with("/pieces/0/data", json!("e30=")), "/pieces/0/data"),
        bad_at(
            "piece-fetched-later",
            "A piece that was fetched after the bundle was made.",
            &with("/pieces/0/fetched", json!("2026-11-20T06:00:00Z")),
            "/pieces/0/fetched",
        ),
        bad_at("piece-twice", "A piece that stands twice.", &again(&header, &twice), "/pieces/2/id"),
        of("trust-list", "A trust list that is malformed.", &with("/trust/issuers/0/types", json!([])))
            .error_at("trust.list_invalid", "/trust/issuers/0"),
        of(
            "duplicate-key",
            "A member twice.",
            &issuer().token(&header.to_string(), &payload.to_string().replacen('{', r#"{"version":1,"#, 1)),
        )
        .error("json.duplicate_key"),
    ]
}
