//! Trust lists, and what they let an issuer issue.

use serde_json::{Value as Json, json};
use tamarack::proof::Suite;

use super::actor::{issuer, stranger};
use super::documents::{set, v1, v2, without};
use super::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    [files(), policies()].concat()
}

/// A trust list with one issuer of these types.
pub(super) fn list_of(did: &str, types: &[&str]) -> Json {
    json!({
        "version": 1,
        "name": { "en": "Test issuers", "fr": "Émetteurs d’essai" },
        "issued": "2026-01-01T00:00:00Z",
        "validUntil": "2027-01-01T00:00:00Z",
        "issuers": [{
            "did": did,
            "name": { "en": "Test issuer", "fr": "Émetteur d’essai" },
            "types": types,
            "validFrom": "2026-01-01T00:00:00Z",
        }],
    })
}

fn files() -> Vec<Vector> {
    let good = list_of(&issuer().did, &["*"]);
    let of =
        |name: &str, about: &str, list: &Json| Vector::of("trust", "trust-list", name, about, json!({ "json": list }));
    let bad = |name: &str, about: &str, list: &Json, pointer: &str| {
        of(name, about, list).error_at("trust.list_invalid", pointer)
    };
    let context = |url: &str, digest: &str| set(&good, "/contexts", json!([{ "url": url, "sha256": digest }]));
    let zeros = "0".repeat(64);
    vec![
        of("good", "A list with one issuer.", &good).gives(1),
        bad("array", "No object.", &json!([]), ""),
        bad("version-missing", "No version.", &without(&good, "/version"), "/version"),
        bad("version-unknown", "A version that is not known here.", &set(&good, "/version", 2), "/version"),
        bad("unknown-member", "A member that is misspelled.", &set(&good, "/isuers", json!([])), "/isuers"),
        bad("issuers-missing", "No issuers.", &without(&good, "/issuers"), "/issuers"),
        bad("name-one-language", "A name in one language.", &without(&good, "/name/fr"), "/name/fr"),
        bad("date-no-offset", "A date without an offset.", &set(&good, "/issued", "2026-01-01T00:00:00"), "/issued"),
        bad(
            "period-backwards",
            "It ends before it begins.",
            &set(&good, "/validUntil", "2025-01-01T00:00:00Z"),
            "/validUntil",
        ),
        bad(
            "issuer-no-did",
            "An issuer that is a web address.",
            &set(&good, "/issuers/0/did", "https://id.ontario.example"),
            "/issuers/0",
        ),
        bad(
            "issuer-twice",
            "An issuer that stands twice.",
            &set(&good, "/issuers/1", good["issuers"][0].clone()),
            "/issuers/1",
        ),
        bad("types-text", "Types that are a text.", &set(&good, "/issuers/0/types", "*"), "/issuers/0/types"),
        bad("types-empty", "No types.", &set(&good, "/issuers/0/types", json!([])), "/issuers/0"),
        bad(
            "types-misspelled",
            "A member that is misspelled.",
            &set(&good, "/issuers/0/type", json!(["*"])),
            "/issuers/0/type",
        ),
        bad(
            "context-http",
            "A context over plain HTTP.",
            &context("http://vocab.example/v1", &zeros),
            "/contexts/0/url",
        ),
        bad(
            "context-digest",
            "A digest that is too short.",
            &context("https://vocab.example/v1", "00"),
            "/contexts/0/sha256",
        ),
        Vector::of(
            "trust",
            "trust-list",
            "duplicate-key",
            "Two lists of types.",
            good.to_string().replace(r#""types""#, r#""types":["A"],"types""#),
        )
        .error_at("json.duplicate_key", "/issuers/0/types"),
        Vector::of("trust", "trust-list", "truncated", "The end is missing.", good.to_string().split_at(40).0)
            .error("json.syntax"),
    ]
}

fn policies() -> Vec<Vector> {
    let signed = issuer().sign(Suite::EddsaRdfc2022, &v2());
    let card = issuer().sign(Suite::Ed25519Signature2020, &v1());
    let of = |name: &str, about: &str, document: &Json, trust: &Json| {
        Vector::verify("trust", name, about, document).policy("trust", trust.clone())
    };
    let did = issuer().did;
    let all = list_of(&did, &["*"]);
    let refused = |vector: Vector, code: &str, pointer: &str| vector.rejects("issuer-trusted", code, pointer).alone();
    vec![
        of("trusted", "An issuer of the list, with any type.", &signed, &all).accepts(),
        of("trusted-type", "An issuer of the list, with this type.", &card, &list_of(&did, &["PermanentResidentCard"]))
            .accepts(),
        of("anybody", "The policy trusts anybody, which the verdict says.", &signed, &json!("any")).accepts_but(
            "issuer-trusted",
            "trust.insecure",
            "",
        ),
        of("no-policy", "No policy says who is trusted.", &signed, &json!("none"))
            .undetermined("issuer-trusted", "trust.no_policy", "")
            .alone(),
        refused(
            of("issuer-unknown", "An issuer who is not on the list.", &signed, &list_of(&stranger().did, &["*"])),
            "trust.issuer_unknown",
            "",
        ),
        refused(
            of(
                "type-not-allowed",
                "An issuer of the list, but not for this type.",
                &card,
                &list_of(&did, &["DriversLicence"]),
            ),
            "trust.type_not_allowed",
            "/type",
        ),
        refused(
            of("type-base-only", "A credential of no type of its own.", &signed, &list_of(&did, &["DriversLicence"])),
            "trust.type_not_allowed",
            "/type",
        ),
        refused(
            of(
                "issuer-not-yet",
                "The issuer is trusted from next year on.",
                &signed,
                &set(&all, "/issuers/0/validFrom", "2027-01-01T00:00:00Z"),
            ),
            "trust.outside_period",
            "",
        ),
        refused(
            of(
                "issuer-no-more",
                "The issuer was trusted until last week.",
                &signed,
                &set(&all, "/issuers/0/validUntil", "2026-11-13T00:00:00Z"),
            ),
            "trust.outside_period",
            "",
        ),
        refused(
            of("list-expired", "The list is out of date.", &signed, &set(&all, "/validUntil", "2026-11-13T00:00:00Z")),
            "trust.outside_period",
            "",
        ),
        refused(
            of(
                "list-of-tomorrow",
                "The list is not in force yet.",
                &signed,
                &set(&all, "/issued", "2026-12-01T00:00:00Z"),
            ),
            "trust.outside_period",
            "",
        ),
        Vector::verify(
            "validity",
            "not-yet",
            "The credential is valid from tomorrow on.",
            &issuer().sign(Suite::EddsaRdfc2022, &set(&v2(), "/validFrom", "2026-11-21T12:00:00Z")),
        )
        .rejects("validity", "validity.not_yet", "")
        .alone(),
        Vector::verify(
            "validity",
            "expired",
            "The credential was valid until yesterday.",
            &issuer().sign(Suite::EddsaRdfc2022, &set(&v2(), "/validUntil", "2026-11-19T12:00:00Z")),
        )
        .rejects("validity", "validity.expired", "")
        .alone(),
        Vector::verify(
            "validity",
            "offset",
            "The credential has expired, though its local time is later than now.",
            &issuer().sign(Suite::EddsaRdfc2022, &set(&v2(), "/validUntil", "2026-11-20T13:00:00+05:00")),
        )
        .rejects("validity", "validity.expired", "")
        .alone(),
        Vector::verify(
            "validity",
            "expired-1-1",
            "VCDM 1.1: validUntil ends before expirationDate; the narrower period counts.",
            &issuer().sign_anything(&set(&v1(), "/validUntil", "2026-11-19T12:00:00Z")),
        )
        .rejects("validity", "validity.expired", "")
        .alone(),
    ]
}
