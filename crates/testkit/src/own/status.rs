//! Status lists: revoked, suspended, and lists that cannot be believed.

use std::io::Write as _;

use serde_json::{Value as Json, json};
use tamarack::encoding::{base64url_encode, multibase64url_encode};
use tamarack::json::Value;
use tamarack::proof::Suite;
use tamarack::status::{ListOptions, StatusKind, StatusList};

use super::actor::{Actor, holder, issuer, stranger, time};
use super::documents::{set, v1, v2, without};
use super::trust::list_of;
use super::vector::Vector;

const URL: &str = "https://id.ontario.example/status/3";
const ENTRIES: usize = 131_072;

pub(super) fn vectors() -> Vec<Vector> {
    [outcomes(), entries(), lists(), encodings(), older()].concat()
}

fn entry(purpose: &str, index: &str) -> Json {
    json!({
        "id": format!("{URL}#{index}"), "type": "BitstringStatusListEntry", "statusPurpose": purpose,
        "statusListIndex": index, "statusListCredential": URL,
    })
}

/// A credential with this status, whose proof signs whatever the status says.
fn with_status(status: &Json) -> Json {
    issuer().sign_anything(&set(&v2(), "/credentialStatus", status.clone()))
}

fn list(kind: StatusKind, purpose: &str, size: u8, ones: &[usize], signer: &Actor) -> Json {
    let mut bits = StatusList::new(ENTRIES, size).unwrap();
    ones.iter().for_each(|index| bits.set(*index, 1).unwrap());
    let texts = ["fine", "address has changed", "under review", "lost"];
    let texts: Vec<(u8, &str)> = (0..).zip(texts).take(if size == 2 { 4 } else { 0 }).collect();
    let options = ListOptions {
        kind,
        url: URL,
        issuer: &signer.did,
        purpose,
        valid_from: time("2026-11-20T00:00:00Z"),
        valid_until: time("2026-11-21T00:00:00Z"),
        messages: &texts,
    };
    Value::Object(bits.to_credential(&options).unwrap()).to_serde()
}

/// The unsigned revocation list in which the index 7 is set.
fn revocations() -> Json {
    list(StatusKind::Bitstring, "revocation", 1, &[7], &issuer())
}

fn signed(list: &Json) -> Json {
    issuer().sign_anything(list)
}

fn of(name: &str, about: &str, status: &Json, list: &Json) -> Vector {
    Vector::verify("status", name, about, &with_status(status)).evidence("status-list", URL, json!({ "json": list }))
}

const AT: &str = "/credentialStatus";

fn outcomes() -> Vec<Vector> {
    let good = signed(&revocations());
    let suspensions = signed(&list(StatusKind::Bitstring, "suspension", 1, &[7], &issuer()));
    let messages = signed(&list(StatusKind::Bitstring, "message", 2, &[7], &issuer()));
    let table: Vec<Json> =
        (0..4).map(|n| json!({ "status": format!("0x{n}"), "message": format!("message {n}") })).collect();
    let message = |index: &str| {
        let entry = set(&entry("message", index), "/statusSize", 2);
        set(&entry, "/statusMessage", json!(table))
    };
    let two = json!([entry("revocation", "8"), entry("revocation", "7")]);
    vec![
        of("good", "Not revoked.", &entry("revocation", "8"), &good).accepts(),
        of("revoked", "Revoked.", &entry("revocation", "7"), &good).rejects("status", "status.revoked", AT).alone(),
        of("revoked-second", "The second of two entries is revoked.", &two, &good)
            .rejects("status", "status.revoked", "/credentialStatus/1")
            .alone(),
        of("suspended", "Suspended.", &entry("suspension", "7"), &suspensions)
            .rejects("status", "status.suspended", AT)
            .alone(),
        of("not-suspended", "Not suspended.", &entry("suspension", "6"), &suspensions).accepts(),
        of("message", "The list has a message for the credential.", &message("7"), &messages).accepts_but(
            "status",
            "status.message",
            AT,
        ),
        of("message-none", "The list has no message for the credential.", &message("6"), &messages).accepts(),
        Vector::verify(
            "status",
            "list-missing",
            "The list is not among the evidence.",
            &with_status(&entry("revocation", "8")),
        )
        .undetermined("status", "status.list_missing", AT)
        .alone()
        .needs("status-list", URL),
        Vector::verify(
            "status",
            "list-too-old",
            "The list was fetched two days ago.",
            &with_status(&entry("revocation", "8")),
        )
        .evidence_of("status-list", URL, json!({ "json": good }), "2026-11-18T12:00:00Z")
        .undetermined("status", "evidence.too_old", AT)
        .alone(),
        Vector::verify(
            "status",
            "list-too-old-revoked",
            "An old list still tells that a credential was revoked.",
            &with_status(&entry("revocation", "7")),
        )
        .evidence_of("status-list", URL, json!({ "json": good }), "2026-11-18T12:00:00Z")
        .rejects("status", "status.revoked", AT),
    ]
}

fn entries() -> Vec<Vector> {
    let good = signed(&revocations());
    let base = entry("revocation", "8");
    let bad = |name: &str, about: &str, entry: &Json, member: &str| {
        of(name, about, entry, &good).rejects("status", "status.entry", &format!("{AT}/{member}")).alone()
    };
    let index = |name: &str, about: &str, value: Json| {
        bad(name, about, &set(&base, "/statusListIndex", value), "statusListIndex")
    };
    vec![
        index("index-number", "An index that is a number.", json!(8)),
        index("index-negative", "A negative index.", json!("-1")),
        index("index-leading-zero", "An index with a leading zero.", json!("08")),
        index("index-fraction", "An index with a fraction.", json!("8.0")),
        index("index-hexadecimal", "A hexadecimal index.", json!("0x8")),
        index("index-empty", "An empty index.", json!("")),
        of("index-out-of-range", "The first index behind the end of the list.", &entry("revocation", "131072"), &good)
            .rejects("status", "status.index", AT)
            .alone(),
        of("index-last", "The last index of the list.", &entry("revocation", "131071"), &good).accepts(),
        of("index-huge", "An index that no computer has.", &entry("revocation", "99999999999999999999999999"), &good)
            .rejects("status", "status.index", "/credentialStatus/statusListIndex")
            .alone(),
        bad("entry-no-index", "No index.", &without(&base, "/statusListIndex"), "statusListIndex"),
        bad("entry-no-list", "No list.", &without(&base, "/statusListCredential"), "statusListCredential"),
        bad(
            "entry-list-relative",
            "A list that is no URL.",
            &set(&base, "/statusListCredential", "status/3"),
            "statusListCredential",
        ),
        bad("entry-no-purpose", "No purpose.", &without(&base, "/statusPurpose"), "statusPurpose"),
        bad(
            "entry-two-purposes",
            "Two purposes.",
            &set(&base, "/statusPurpose", json!(["revocation", "suspension"])),
            "statusPurpose",
        ),
        bad("entry-id-of-list", "§2.1: the id is the URL of the list.", &set(&base, "/id", URL), "id"),
        bad("entry-size-zero", "Entries of no bits.", &set(&base, "/statusSize", 0), "statusSize"),
        bad(
            "entry-size-no-messages",
            "Entries of two bits without messages.",
            &set(&base, "/statusSize", 2),
            "statusMessage",
        ),
        bad(
            "entry-two-kinds",
            "Two kinds of status at once.",
            &set(&base, "/type", json!(["BitstringStatusListEntry", "StatusList2021Entry"])),
            "type",
        ),
        of("entry-type-unknown", "A type of status that is not known here.", &set(&base, "/type", "PaperList"), &good)
            .undetermined("status", "status.type_unknown", "/credentialStatus/type")
            .alone(),
    ]
}

fn lists() -> Vec<Vector> {
    let asked = entry("revocation", "8");
    let base = revocations();
    let with = |pointer: &str, value: Json| signed(&set(&base, pointer, value));
    let bad = |name: &str, about: &str, list: &Json, code: &str| of(name, about, &asked, list).status(code, AT).alone();
    let (invalid, unverified) = ("status.list_invalid", "status.list_unverified");
    let by_stranger = {
        let theirs = stranger();
        theirs.sign_anything(&list(StatusKind::Bitstring, "revocation", 1, &[], &theirs))
    };
    let token = {
        let header = json!({ "alg": "EdDSA", "typ": "vc+jwt", "kid": issuer().method });
        issuer().token(&header.to_string(), &base.to_string())
    };
    let raw = |name: &str, about: &str, content: Json| {
        Vector::verify("status", name, about, &with_status(&asked)).evidence("status-list", URL, content)
    };
    let mut changed = signed(&base);
    changed["credentialSubject"]["encodedList"] =
        list(StatusKind::Bitstring, "revocation", 1, &[], &issuer())["credentialSubject"]["encodedList"].clone();
    vec![
        bad(
            "list-for-another-purpose",
            "A list of suspensions, where revocation is asked.",
            &signed(&list(StatusKind::Bitstring, "suspension", 1, &[], &issuer())),
            "status.purpose",
        ),
        bad(
            "list-other-url",
            "A list with another id than the URL that the entry names.",
            &with("/id", json!("https://id.ontario.example/status/4")),
            invalid,
        ),
        bad(
            "list-other-type",
            "A credential that is no list.",
            &with("/type", json!(["VerifiableCredential"])),
            invalid,
        ),
        bad(
            "list-other-kind",
            "A list of another kind.",
            &with("/credentialSubject/type", json!("StatusList2021")),
            invalid,
        ),
        bad(
            "list-two-subjects",
            "Two lists in one.",
            &with("/credentialSubject", json!([base["credentialSubject"], base["credentialSubject"]])),
            invalid,
        ),
        bad("list-no-bits", "No encodedList.", &signed(&without(&base, "/credentialSubject/encodedList")), invalid),
        bad("list-no-purpose", "No purpose.", &signed(&without(&base, "/credentialSubject/statusPurpose")), invalid),
        of(
            "list-expired",
            "The list was valid until yesterday: it cannot say any more that the credential is good.",
            &asked,
            &signed(&set(&set(&base, "/validFrom", "2026-11-18T00:00:00Z"), "/validUntil", "2026-11-19T00:00:00Z")),
        )
        .undetermined("status", "evidence.too_old", AT)
        .alone()
        .needs("status-list", URL),
        bad(
            "list-not-yet",
            "The list is valid from tomorrow on.",
            &signed(&set(&set(&base, "/validFrom", "2026-11-21T00:00:00Z"), "/validUntil", "2026-11-22T00:00:00Z")),
            unverified,
        ),
        bad("list-changed", "The bits were changed after the list was signed.", &changed, unverified),
        bad("list-no-proof", "A list without a proof.", &base, unverified),
        bad(
            "list-signed-by-another",
            "A list in the issuer's name, signed by another.",
            &stranger().sign_anything(&base),
            unverified,
        ),
        bad("list-signed-by-holder", "A list that the holder made.", &holder().sign_anything(&base), unverified),
        of(
            "list-of-another-issuer",
            "A list of another issuer, who may not speak of this credential.",
            &asked,
            &by_stranger,
        )
        .policy("trust", list_of(&issuer().did, &["*"]))
        .status(unverified, AT)
        .alone(),
        of(
            "list-of-trusted-issuer",
            "A list of another issuer, whom the trust list names for status lists.",
            &asked,
            &by_stranger,
        )
        .policy(
            "trust",
            set(
                &list_of(&issuer().did, &["*"]),
                "/issuers/1",
                list_of(&stranger().did, &["BitstringStatusListCredential"])["issuers"][0].clone(),
            ),
        )
        .accepts(),
        raw("list-as-token", "The list as a JWT.", json!(token)).accepts(),
        raw("list-no-json", "A web page in the place of the list.", json!("<!doctype html>"))
            .status("status.list_invalid", AT)
            .alone(),
        raw("list-truncated", "The end of the list is missing.", json!(signed(&base).to_string()[..200]))
            .status(invalid, AT)
            .alone(),
        raw(
            "list-presentation",
            "A presentation in the place of the list.",
            json!({ "json": { "type": "VerifiablePresentation" } }),
        )
        .status(invalid, AT)
        .alone(),
    ]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder =
        flate2::GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn encodings() -> Vec<Vector> {
    let asked = entry("revocation", "8");
    let with = |name: &str, about: &str, encoded: String, code: &str| {
        let list = signed(&set(&revocations(), "/credentialSubject/encodedList", encoded));
        of(name, about, &asked, &list).status(code, AT).alone()
    };
    let good = revocations()["credentialSubject"]["encodedList"].as_str().unwrap().to_owned();
    let bits = vec![0; ENTRIES / 8];
    let mut wrong_sum = gzip(&bits);
    let sum = wrong_sum.len() - 8;
    wrong_sum[sum] ^= 1;
    let invalid = "status.list_invalid";
    vec![
        with(
            "bomb",
            "16 MiB and one byte, packed into a few kilobytes.",
            multibase64url_encode(&gzip(&vec![0; (16 << 20) + 1])),
            "status.bomb",
        ),
        with("list-too-short", "Fewer than 131 072 entries.", multibase64url_encode(&gzip(&bits[1..])), invalid),
        with("list-empty", "No entries.", multibase64url_encode(&gzip(&[])), invalid),
        with("encoding-no-prefix", "Without the prefix of multibase.", good[1..].to_owned(), invalid),
        with("encoding-base58", "Another base.", format!("z{}", &good[1..]), invalid),
        with("encoding-padding", "Padding.", format!("{good}="), invalid),
        with("encoding-not-packed", "The bits without GZIP.", multibase64url_encode(&[0; 64]), invalid),
        with("encoding-checksum", "GZIP with a wrong checksum.", multibase64url_encode(&wrong_sum), invalid),
        with(
            "encoding-two-members",
            "Two GZIP members, one behind the other.",
            multibase64url_encode(&[gzip(&bits), gzip(&bits)].concat()),
            invalid,
        ),
        with(
            "encoding-trailing",
            "A byte behind the GZIP member.",
            multibase64url_encode(&[gzip(&bits), vec![0]].concat()),
            invalid,
        ),
        with("encoding-truncated", "The last byte is missing.", multibase64url_encode(&gzip(&bits)[..20]), invalid),
    ]
}

/// StatusList2021 and RevocationList2020.
fn older() -> Vec<Vector> {
    let entry_2021 = |index: &str| {
        json!({
            "id": format!("{URL}#{index}"), "type": "StatusList2021Entry", "statusPurpose": "revocation",
            "statusListIndex": index, "statusListCredential": URL,
        })
    };
    let list_2021 = list(StatusKind::List2021, "revocation", 1, &[7], &issuer());
    let signed_2021 = issuer().sign(Suite::Ed25519Signature2020, &list_2021);
    let v1_with = |status: &Json, context: &str| {
        let document = set(&set(&v1(), "/@context/2", context), "/credentialStatus", status.clone());
        issuer().sign(Suite::Ed25519Signature2020, &document)
    };
    let of = |name: &str, about: &str, document: &Json, list: &Json| {
        Vector::verify("status", name, about, document).evidence("status-list", URL, json!({ "json": list }))
    };
    let context_2021 = "https://w3id.org/vc/status-list/2021/v1";
    let context_2020 = "https://w3id.org/vc-revocation-list-2020/v1";
    let entry_2020 = |index: &str| json!({ "id": format!("{URL}#{index}"), "type": "RevocationList2020Status", "revocationListIndex": index, "revocationListCredential": URL });
    let mut bits = vec![0_u8; ENTRIES / 8];
    bits[0] = 0b0100_0000;
    let list_2020 = json!({
        "@context": [super::documents::V1, context_2020], "id": URL,
        "type": ["VerifiableCredential", "RevocationList2020Credential"], "issuer": issuer().did, "issuanceDate": "2026-11-20T00:00:00Z",
        "credentialSubject": { "id": format!("{URL}#list"), "type": "RevocationList2020", "encodedList": base64url_encode(&gzip(&bits)) },
    });
    let list_2020 = issuer().sign(Suite::Ed25519Signature2020, &list_2020);
    vec![
        of("2021-good", "StatusList2021: not revoked.", &v1_with(&entry_2021("8"), context_2021), &signed_2021)
            .accepts(),
        of("2021-revoked", "StatusList2021: revoked.", &v1_with(&entry_2021("7"), context_2021), &signed_2021)
            .rejects("status", "status.revoked", AT)
            .alone(),
        of(
            "2021-multibase",
            "StatusList2021: the encoding of Bitstring Status List.",
            &v1_with(&entry_2021("8"), context_2021),
            &signed(&set(
                &list_2021,
                "/credentialSubject/encodedList",
                revocations()["credentialSubject"]["encodedList"].clone(),
            )),
        )
        .status("status.list_invalid", AT)
        .alone(),
        of(
            "2020-good",
            "RevocationList2020: not revoked in either order of the bits.",
            &v1_with(&entry_2020("8"), context_2020),
            &list_2020,
        )
        .accepts(),
        of("2020-revoked", "RevocationList2020: revoked.", &v1_with(&entry_2020("1"), context_2020), &list_2020)
            .rejects("status", "status.revoked", AT)
            .alone(),
        of(
            "2020-revoked-other-order",
            "RevocationList2020: revoked if the bits are read in the other order.",
            &v1_with(&entry_2020("6"), context_2020),
            &list_2020,
        )
        .rejects("status", "status.revoked", AT)
        .alone(),
    ]
}
