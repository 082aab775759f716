//! Token Status Lists: revoked, suspended, and tokens that cannot be believed.

use std::io::Write as _;

use serde_json::{Value as Json, json};
use tamarack::encoding::base64url_encode;
use tamarack::status::TokenList;

use super::actor::{Actor, issuer, stranger, time};
use super::documents::{set, without};
use super::sd_jwt::{header, payload, token_of};
use super::trust::list_of;
use super::vector::{NOW, Vector};

const URI: &str = "https://id.ontario.example/status/7.jwt";

pub(super) fn vectors() -> Vec<Vector> {
    [outcomes(), references(), tokens(), times(), lists()].concat()
}

/// A credential whose status is in the list, at this index.
fn credential(index: usize) -> String {
    with_status(json!({ "status_list": { "idx": index, "uri": URI } }))
}

fn with_status(status: Json) -> String {
    token_of(&header(), &set(&payload(), "/status", status), &[])
}

fn of(name: &str, about: &str, text: String) -> Vector {
    Vector::verify_text("token-status", name, about, text)
}

/// Two bits an entry; 1 is revoked, 2 suspended, 3 what nobody knows.
fn list() -> Json {
    let mut list = TokenList::new(1_000, 2).unwrap();
    (1..=3).for_each(|value| list.set(usize::from(value), value).unwrap());
    list.to_value().to_serde()
}

fn claims() -> Json {
    json!({
        "sub": URI, "iss": issuer().did, "iat": time("2026-11-20T00:00:00Z").unix(),
        "exp": time("2026-11-21T00:00:00Z").unix(), "ttl": 43_200, "status_list": list(),
    })
}

fn token_header(by: &Actor) -> Json {
    json!({ "alg": "EdDSA", "typ": "statuslist+jwt", "kid": by.method })
}

fn token(claims: &Json) -> String {
    issuer().token(&token_header(&issuer()).to_string(), &claims.to_string())
}

/// A good credential, with this token as its list.
fn under(name: &str, about: &str, token: String) -> Vector {
    of(name, about, credential(0)).evidence("status-list", URI, token)
}

fn outcomes() -> Vec<Vector> {
    let at = |name: &str, about: &str, index: usize| {
        of(name, about, credential(index)).evidence("status-list", URI, token(&claims()))
    };
    let place = "/status/status_list";
    vec![
        at("good", "The entry is 0.", 0).accepts(),
        at("good-last", "The last entry.", 999).accepts(),
        at("revoked", "The entry is 1.", 1).rejects("status", "status.revoked", place).alone(),
        at("suspended", "The entry is 2.", 2).rejects("status", "status.suspended", place).alone(),
        at("unknown-value", "The entry is 3: what it means is the application's.", 3)
            .undetermined("status", "status.type_unknown", place)
            .alone(),
        at("index-beyond", "An index behind the end.", 1_000).rejects("status", "status.index", place).alone(),
        at("index-far", "An index far beyond.", 9_007_199_254_740_991).rejects("status", "status.index", place).alone(),
        of("missing", "The list is missing.", credential(0))
            .undetermined("status", "status.list_missing", place)
            .alone()
            .needs("status-list", URI),
    ]
}

fn references() -> Vec<Vector> {
    let bad = |name: &str, about: &str, status: Json, pointer: &str| {
        of(name, about, with_status(status)).rejects("status", "status.entry", pointer).alone()
    };
    let with = |pointer: &str, value: Json| set(&json!({ "status_list": { "idx": 0, "uri": URI } }), pointer, value);
    vec![
        bad("empty", "A status that names nothing.", json!({}), "/status"),
        bad("idx-negative", "A negative index.", with("/status_list/idx", json!(-1)), "/status/status_list/idx"),
        bad("idx-text", "An index that is a text.", with("/status_list/idx", json!("0")), "/status/status_list/idx"),
        bad("idx-fraction", "Half an index.", with("/status_list/idx", json!(0.5)), "/status/status_list/idx"),
        bad("uri-missing", "No list.", json!({ "status_list": { "idx": 0 } }), "/status/status_list/uri"),
        bad(
            "uri-relative",
            "A list without an address.",
            with("/status_list/uri", json!("7.jwt")),
            "/status/status_list/uri",
        ),
        of("mechanism-unknown", "A mechanism that is not known.", with_status(json!({ "identifier_list": {} })))
            .undetermined("status", "status.type_unknown", "/status")
            .alone(),
    ]
}

fn tokens() -> Vec<Vector> {
    let place = "/status/status_list";
    let invalid =
        |name: &str, about: &str, token: String| under(name, about, token).status("status.list_invalid", place).alone();
    let unverified = |name: &str, about: &str, token: String| {
        under(name, about, token).status("status.list_unverified", place).alone()
    };
    let headed = |header: Json| issuer().token(&header.to_string(), &claims().to_string());
    let with = |pointer: &str, value: Json| token(&set(&claims(), pointer, value));
    let lacking = |pointer: &str| token(&without(&claims(), pointer));
    let good = token(&claims());
    let (input, _) = good.rsplit_once('.').unwrap();
    let forged = format!("{input}.{}", base64url_encode(&issuer().sign_bytes(b"other")));
    let thief = stranger();
    let by = |claims: &Json| thief.token(&token_header(&thief).to_string(), &claims.to_string());
    let of_thief = set(&claims(), "/iss", thief.did.as_str());
    let mut both = list_of(&issuer().did, &["*"]);
    let mut second = list_of(&thief.did, &["statuslist+jwt"])["issuers"][0].clone();
    both["issuers"].as_array_mut().unwrap().push(second.clone());
    second["types"] = json!(["https://id.ontario.example/types/person"]);
    let person_only = set(&both, "/issuers/1", second);
    vec![
        invalid("typ", "Another typ.", headed(set(&token_header(&issuer()), "/typ", "JWT"))),
        invalid("typ-missing", "No typ.", headed(without(&token_header(&issuer()), "/typ"))),
        invalid("alg-none", "alg none.", headed(set(&token_header(&issuer()), "/alg", "none"))),
        invalid("alg-hs256", "A MAC.", headed(set(&token_header(&issuer()), "/alg", "HS256"))),
        invalid(
            "sub-other",
            "The list of another address.",
            with("/sub", json!("https://id.ontario.example/status/8.jwt")),
        ),
        invalid("sub-missing", "No sub.", lacking("/sub")),
        invalid("iat-missing", "No iat.", lacking("/iat")),
        invalid("exp-text", "An exp that is a text.", with("/exp", json!("tomorrow"))),
        invalid("ttl-zero", "A time to live of zero.", with("/ttl", json!(0))),
        invalid("ttl-text", "A time to live that is a text.", with("/ttl", json!("1 h"))),
        invalid("list-missing", "No list.", lacking("/status_list")),
        invalid("no-token", "What is no token.", "{}".to_owned()),
        invalid("credential-as-list", "A credential in the place of the list.", credential(0)),
        unverified("forged", "The signature of other bytes.", forged),
        unverified("kid-of-another", "Signed by another.", by(&claims())),
        unverified("iat-future", "Issued in the future.", with("/iat", json!(1_900_000_000))),
        under("by-another", "The list of somebody whom the policy does not trust for lists.", by(&of_thief))
            .policy("trust", person_only)
            .status("status.list_unverified", place)
            .alone(),
        under("by-another-trusted", "The list of somebody whom the policy trusts for lists.", by(&of_thief))
            .policy("trust", both)
            .accepts(),
        under("no-iss", "Without iss it must be the credential's issuer.", lacking("/iss")).accepts(),
        unverified("no-iss-other", "Without iss, and signed by another.", by(&without(&claims(), "/iss"))),
    ]
}

fn times() -> Vec<Vector> {
    let place = "/status/status_list";
    let ended = token(&set(&claims(), "/exp", json!(time(NOW).unix() - 60)));
    vec![
        under("expired", "A list whose time is over does not tell that a credential is good.", ended.clone())
            .undetermined("status", "evidence.too_old", place)
            .alone()
            .needs("status-list", URI),
        of("expired-revoked", "It still tells that one is revoked.", credential(1))
            .evidence("status-list", URI, ended)
            .rejects("status", "status.revoked", place)
            .alone(),
        under("ttl-past", "A copy that is older than its time to live.", token(&set(&claims(), "/ttl", json!(1_800))))
            .undetermined("status", "evidence.too_old", place)
            .alone()
            .needs("status-list", URI),
        under("no-end", "Neither an end nor a time to live.", token(&without(&without(&claims(), "/ttl"), "/exp")))
            .accepts(),
        of("old", "A copy from last week.", credential(0))
            .evidence_of(
                "status-list",
                URI,
                token(&without(&without(&claims(), "/ttl"), "/exp")),
                "2026-11-13T12:00:00Z",
            )
            .undetermined("status", "evidence.too_old", place)
            .alone(),
    ]
}

fn lists() -> Vec<Vector> {
    let place = "/status/status_list";
    let with = |name: &str, about: &str, pointer: &str, value: Json, code: &str| {
        under(name, about, token(&set(&claims(), &format!("/status_list{pointer}"), value))).status(code, place).alone()
    };
    let invalid =
        |name: &str, about: &str, pointer: &str, value: Json| with(name, about, pointer, value, "status.list_invalid");
    let zlib = |bytes: &[u8]| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let gzip = {
        let mut encoder =
            flate2::GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), flate2::Compression::best());
        encoder.write_all(&[0; 250]).unwrap();
        encoder.finish().unwrap()
    };
    let good = zlib(&[0; 250]);
    let mut damaged = good.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let lst = |bytes: &[u8]| json!(base64url_encode(bytes));
    vec![
        invalid("bits-three", "Three bits an entry.", "/bits", json!(3)),
        invalid("bits-zero", "No bits.", "/bits", json!(0)),
        invalid("bits-text", "bits is a text.", "/bits", json!("2")),
        invalid("lst-number", "lst is a number.", "/lst", json!(7)),
        invalid("lst-padding", "Padding behind the list.", "/lst", json!(format!("{}=", base64url_encode(&good)))),
        invalid("lst-gzip", "GZIP in the place of ZLIB.", "/lst", lst(&gzip)),
        invalid("lst-deflate", "No ZLIB around it.", "/lst", lst(&good[2..good.len() - 4])),
        invalid("lst-checksum", "A wrong checksum.", "/lst", lst(&damaged)),
        invalid("lst-cut", "Cut short.", "/lst", lst(&good[..good.len() - 3])),
        invalid("lst-behind", "A byte behind the end.", "/lst", lst(&[good.as_slice(), &[0]].concat())),
        with(
            "lst-bomb",
            "It unpacks to more than is read.",
            "/lst",
            lst(&zlib(&vec![0; (16 << 20) + 1])),
            "status.bomb",
        ),
        with("lst-empty", "An empty list.", "/lst", lst(&zlib(&[])), "status.index"),
        with(
            "bits-eight",
            "The same bytes as one entry a byte: fewer entries.",
            "",
            {
                let mut list = list();
                list["bits"] = 8.into();
                list["lst"] = lst(&zlib(&[1]));
                list
            },
            "status.revoked",
        ),
    ]
}
