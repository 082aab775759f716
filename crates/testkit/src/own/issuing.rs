//! Issuing: credential types, claims, signers and status indices.

use serde_json::{Value as Json, json};
use tamarack::encoding::multibase64url_encode;

use super::actor::{holder, issuer};
use super::documents::{V2, set, v2, without};
use super::vector::{NOW, Vector};

pub(super) fn vectors() -> Vec<Vector> {
    [types(), anonymous(), claims(), signers(), indices()].concat()
}

fn label(text: &str) -> Json {
    json!({ "en": text, "fr": text })
}

fn card() -> Json {
    json!({
        "format": "tamarack-credential-type/1",
        "name": "card",
        "version": "2.0",
        "contexts": [V2, super::documents::ANY_TERM],
        "types": ["VerifiableCredential", "Card"],
        "display": { "title": label("Card"), "description": label("A card.") },
        "claims": [
            { "name": "birthDate", "pointer": "/credentialSubject/birthDate", "kind": "date", "label": label("Birth") },
            { "name": "class", "pointer": "/credentialSubject/class", "kind": "enum", "values": ["G", "M"], "required": false, "label": label("Class") },
            { "name": "points", "pointer": "/credentialSubject/points", "kind": "integer", "required": false, "label": label("Points") },
            { "name": "donor", "pointer": "/credentialSubject/donor", "kind": "boolean", "required": false, "label": label("Donor") },
            { "name": "nickname", "pointer": "/credentialSubject/nickname", "kind": "string", "maxLength": 10, "required": false, "label": label("Name") },
        ],
        "ages": { "from": "birthDate", "over": [18, 19] },
        "validity": { "years": 5 },
        "utcOffset": "-05:00",
        "suite": "eddsa-rdfc-2022",
    })
}

fn types() -> Vec<Vector> {
    let of = |name: &str, about: &str, file: &Json| {
        Vector::of("type", "credential-type", name, about, json!({ "json": file }))
    };
    let bad = |name: &str, about: &str, pointer: &str, value: Json, at: &str| {
        of(name, about, &set(&card(), pointer, value)).error_at("issue.type", at)
    };
    let unfit = |name: &str, about: &str, pointer: &str, value: Json, at: &str| {
        of(name, about, &set(&card(), pointer, value)).error_at("issue.suite", at)
    };
    let version_1 = |suite: &str| {
        let file = set(&set(&card(), "/version", "1.1"), "/contexts", json!([super::documents::V1]));
        set(&file, "/suite", suite)
    };
    let claim = card()["claims"].clone();
    vec![
        of("good", "A small type.", &card()).gives("card"),
        bad("format", "A format that is not known here.", "/format", json!("tamarack-credential-type/2"), "/format"),
        bad("name", "A name with an upper-case letter.", "/name", json!("Card"), "/name"),
        bad("unknown-member", "A member that is misspelled.", "/calims", json!([]), "/calims"),
        bad("version", "A version of the data model that does not exist.", "/version", json!("3.0"), "/version"),
        bad(
            "contexts",
            "The context of another version first.",
            "/contexts",
            json!(["https://www.w3.org/2018/credentials/v1"]),
            "/contexts",
        ),
        bad("types", "Without VerifiableCredential.", "/types", json!(["Card"]), "/types"),
        bad("claim-kind", "A kind of claim that does not exist.", "/claims/0/kind", json!("day"), "/claims/0/kind"),
        bad(
            "claim-pointer",
            "A claim that would overwrite the issuer.",
            "/claims/1/pointer",
            json!("/issuer"),
            "/claims/1/pointer",
        ),
        bad("claim-twice", "Two claims of one name.", "/claims/1/name", json!("birthDate"), "/claims/1/name"),
        bad("ages-from", "Ages from a claim that is no date.", "/ages/from", json!("class"), "/ages/from"),
        bad("validity", "No validity.", "/validity", json!({}), "/validity"),
        bad("offset", "An offset that is none.", "/utcOffset", json!("EST"), "/utcOffset"),
        bad("suite", "A suite that does not exist.", "/suite", json!("rot13"), "/suite"),
        bad("design", "A design that does not exist.", "/design", json!("secret"), "/design"),
        bad("rounding-unknown", "A rounding that does not exist.", "/rounding", json!("year"), "/rounding"),
        bad("rounding-named", "A rounding of a type that names its holders.", "/rounding", json!("day"), "/rounding"),
        bad("mandatory-no-pointer", "A mandatory claim by its name.", "/mandatory", json!(["points"]), "/mandatory/0"),
        bad("mandatory-proof", "A mandatory proof.", "/mandatory", json!(["/issuer", "/proof"]), "/mandatory/1"),
        unfit("suite-jwt", "A token of VCDM 1.1 for a type of 2.0.", "/suite", json!("jwt"), "/suite"),
        of(
            "suite-vc-jwt",
            "A token of VCDM 2.0 for a type of 1.1.",
            &set(&version_1("vc+jwt"), "/claims", claim.clone()),
        )
        .error_at("issue.suite", "/suite"),
        of("suite-vc-sd-jwt", "The same with disclosures.", &set(&version_1("vc+sd-jwt"), "/claims", claim))
            .error_at("issue.suite", "/suite"),
        of(
            "mandatory-2020",
            "Mandatory claims under a suite that has none.",
            &set(&set(&card(), "/suite", "BbsBlsSignature2020"), "/mandatory", json!(["/credentialSubject/class"])),
        )
        .error_at("issue.suite", "/mandatory"),
        bad("template-proof", "A template with a proof.", "/template", json!({ "proof": {} }), "/template/proof"),
        of("no-claims", "No claims.", &without(&card(), "/claims")).error_at("issue.type", "/claims"),
        Vector::of(
            "type",
            "credential-type",
            "duplicate-key",
            "A member twice.",
            card().to_string().replacen('{', r#"{"name":"a","#, 1),
        )
        .error_at("json.duplicate_key", "/name"),
    ]
}

/// Types that call themselves anonymous, and what gives their holders away.
fn anonymous() -> Vec<Vector> {
    let age = set(&without(&card(), "/claims/0/pointer"), "/design", "anonymous");
    let age = set(&age, "/validity", json!({ "days": 30 }));
    let of = |name: &str, about: &str, file: &Json| {
        Vector::of("type", "anonymous-type", name, about, json!({ "json": file }))
    };
    let required =
        (1..5).fold(set(&age, "/suite", "bbs-2023"), |file, at| set(&file, &format!("/claims/{at}/required"), true));
    let leaks = |name: &str, about: &str, pointer: &str, value: Json, at: &str| {
        of(name, about, &set(&age, pointer, value)).error_at("issue.anonymous", at)
    };
    vec![
        leaks("signature", "A signature that is the same each time.", "/suite", json!("eddsa-rdfc-2022"), "/suite"),
        leaks("token", "A JWT, whose signature is the same each time.", "/suite", json!("vc+jwt"), "/suite"),
        leaks(
            "validity-claim",
            "An end that one person has.",
            "/validity",
            json!({ "claim": "birthDate" }),
            "/validity/claim",
        ),
        of(
            "optional",
            "A claim that some credentials have and others lack: the number of statements tells.",
            &set(&required, "/claims/1/required", false),
        )
        .error_at("issue.anonymous", "/claims"),
        of("good", "Every credential has every claim.", &required).gives("card"),
        of("too-long", "It cannot be revoked, and lives for years.", &set(&age, "/validity", json!({ "years": 2 })))
            .error_at("issue.type", "/validity"),
        of("too-short", "It may have ended before it is issued.", &set(&age, "/validity", json!({ "days": 7 })))
            .error_at("issue.type", "/validity"),
        of("unwritten", "A claim that is neither written down nor used.", &without(&card(), "/claims/1/pointer"))
            .error_at("issue.type", "/claims/1/pointer"),
    ]
}

fn claims() -> Vec<Vector> {
    let of = |name: &str, about: &str, claims: Json| {
        Vector::of("assemble", "claims", name, about, json!({ "json": claims }))
            .with("type", card())
            .with("issuer", issuer().did)
            .with("subject", holder().did)
            .with("now", NOW)
    };
    let bad = |name: &str, about: &str, claims: Json, at: &str| of(name, about, claims).error_at("issue.claim", at);
    let born = |more: Json| {
        let mut claims = json!({ "birthDate": "2001-04-17" });
        more.as_object().unwrap().iter().for_each(|(key, value)| claims[key] = value.clone());
        claims
    };
    let made = json!({
        "@context": [V2, super::documents::ANY_TERM],
        "type": ["VerifiableCredential", "Card"],
        "issuer": issuer().did,
        "validFrom": NOW,
        "validUntil": "2031-11-20T12:00:00Z",
        "credentialSubject": { "id": holder().did, "birthDate": "2001-04-17", "ageOver18": true, "ageOver19": true },
    });
    vec![
        of("good", "A birth date alone: the ages are computed.", born(json!({}))).gives(made),
        bad("missing", "A claim that must be there.", json!({}), "/birthDate"),
        bad("unknown", "A claim that the type does not have.", born(json!({ "height": 170 })), "/height"),
        bad("date-form", "A date in another form.", json!({ "birthDate": "17/04/2001" }), "/birthDate"),
        bad("date-29-february", "A day that 2001 does not have.", json!({ "birthDate": "2001-02-29" }), "/birthDate"),
        bad("date-number", "A date that is a number.", json!({ "birthDate": 20_010_417 }), "/birthDate"),
        bad("birth-in-future", "Born tomorrow.", json!({ "birthDate": "2026-11-21" }), "/birthDate"),
        bad("birth-too-long-ago", "Born 150 years ago.", json!({ "birthDate": "1876-04-17" }), "/birthDate"),
        bad("enum", "A value that the type does not have.", born(json!({ "class": "X" })), "/class"),
        bad("integer-fraction", "A number with a fraction.", born(json!({ "points": 1.5 })), "/points"),
        bad("integer-text", "A number as a text.", born(json!({ "points": "3" })), "/points"),
        bad("boolean-text", "A text for a boolean.", born(json!({ "donor": "yes" })), "/donor"),
        bad("text-empty", "An empty text.", born(json!({ "nickname": "" })), "/nickname"),
        bad("text-white-space", "A space at the end.", born(json!({ "nickname": "Z " })), "/nickname"),
        bad("text-control", "A line break.", born(json!({ "nickname": "Z\nT" })), "/nickname"),
        bad("text-too-long", "Eleven characters.", born(json!({ "nickname": "Zzzzzzzzzzz" })), "/nickname"),
    ]
}

fn signers() -> Vec<Vector> {
    let of = |name: &str, about: &str, device: &str| {
        Vector::of("sign", "signer", name, about, json!({ "json": v2() }))
            .with("suite", "eddsa-rdfc-2022")
            .with("key", issuer().multikey())
            .with("verificationMethod", issuer().method)
            .with("now", NOW)
            .with("device", device)
    };
    vec![
        of("refuses", "A device that does not sign.", "refuses").error("key.signer_failed"),
        of("short-signature", "A device that answers 63 bytes.", "answers a short signature")
            .error("key.signer_failed"),
        of("short-signature-token", "The same for a JWT.", "answers a short signature")
            .with("suite", "vc+jwt")
            .error("key.signer_failed"),
        Vector::of(
            "sign",
            "signer",
            "related-context",
            "A published context with another digest, before the device is asked.",
            {
                let entry = json!({ "id": V2, "digestMultibase": multibase64url_encode(&[7; 32]) });
                json!({ "json": set(&v2(), "/relatedResource", json!([entry])) })
            },
        )
        .with("suite", "eddsa-rdfc-2022")
        .with("key", issuer().multikey())
        .with("verificationMethod", issuer().method)
        .with("now", NOW)
        .with("device", "refuses")
        .error_at("resource.digest", "/relatedResource/0"),
        of("sd-jwt-without-type", "An SD-JWT VC without a vct.", "refuses")
            .with("suite", "dc+sd-jwt")
            .error_at("issue.claim", "/vct"),
        of("wrong-key", "A suite that the key does not fit.", "refuses")
            .with("suite", "ecdsa-rdfc-2019")
            .error("key.wrong_suite"),
    ]
}

fn indices() -> Vec<Vector> {
    let of = |name: &str, about: &str, entries: usize, taken: usize| {
        Vector::of("allocate", "status-index", name, about, json!({ "json": { "entries": entries, "taken": taken } }))
    };
    vec![
        of("full", "Every index was given out.", 131_072, 131_072).error("issue.status_full"),
        of("too-small", "A list of fewer than 131 072 entries.", 1_000, 0).error("status.list_invalid"),
    ]
}
