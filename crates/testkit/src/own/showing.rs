//! Showing: what a holder may choose, what a showing gives away, and nonces that come back.

use serde_json::{Value as Json, json};
use tamarack::did::Relationship;
use tamarack::keys::KeyType;
use tamarack::proof::Suite;

use super::actor::{Actor, actor, holder, issuer};
use super::documents::{ANY_TERM, presentation, set, v1, v2, without};
use super::vector::Vector;

const AREA: &str = "showing";
const CHALLENGE: &str = "c9f1e6a0-5d7c-4b31-8a4e-2f6b9d0e7a55";
const DOMAIN: &str = "https://liquor.ontario.example";
const EVERYTHING: &str = "";

pub(super) fn vectors() -> Vec<Vector> {
    [whole(), links(), smuggled(), nonces()].concat()
}

/// A credential of which something is to be shown, and what.
fn show(name: &str, about: &str, credential: impl Into<Json>, reveal: &[&str]) -> Vector {
    Vector::of("present", AREA, name, about, credential).with("reveal", reveal).with("now", super::vector::NOW)
}

fn by_holder(vector: Vector) -> Vector {
    vector.with("holderSeed", 2).with("audience", DOMAIN).with("nonce", CHALLENGE)
}

fn p256() -> Actor {
    actor(KeyType::P256, 4)
}

fn card(suite: Suite) -> Json {
    let by = if suite.fits(KeyType::P256) { p256() } else { issuer() };
    by.sign(suite, &set(&v2(), "/issuer", by.did.clone()))
}

fn token(form: &str) -> String {
    let header = json!({ "alg": "EdDSA", "typ": form, "kid": issuer().method });
    let payload = if form == "JWT" { json!({ "iss": issuer().did, "vc": v1() }) } else { v2() };
    issuer().token(&header.to_string(), &payload.to_string())
}

/// Credentials that are shown whole or not at all.
fn whole() -> Vec<Vector> {
    let shown = json!([
        "/id",
        "/type/0",
        "/issuer",
        "/validFrom",
        "/validUntil",
        "/credentialSubject/id",
        "/credentialSubject/name"
    ]);
    let mut all = vec![
        by_holder(show("whole", "Everything, by the holder.", of(&card(Suite::EddsaRdfc2022)), &[EVERYTHING]))
            .gives(shown.clone()),
        by_holder(show(
            "whole-subject",
            "Everything about the subject is everything.",
            of(&card(Suite::EddsaJcs2022)),
            &["/credentialSubject"],
        ))
        .gives(shown.clone()),
        show("whole-for-nobody", "Nobody asked: the credential by itself.", of(&card(Suite::EddsaRdfc2022)), &[""])
            .gives(shown),
        by_holder(show("nothing", "Nothing was chosen.", of(&card(Suite::EddsaRdfc2022)), &[]))
            .error("present.undividable"),
        by_holder(show(
            "unknown-pointer",
            "A claim that is not there.",
            of(&card(Suite::EddsaRdfc2022)),
            &["/credentialSubject/shoeSize"],
        ))
        .error_at(POINTER, "/credentialSubject/shoeSize"),
        by_holder(show(
            "pointer-half-a-name",
            "The beginning of a claim's name.",
            of(&card(Suite::EddsaRdfc2022)),
            &["/credentialSubject/na"],
        ))
        .error_at(POINTER, "/credentialSubject/na"),
        by_holder(show("pointer-of-proof", "The proof is no claim.", of(&card(Suite::EddsaRdfc2022)), &["/proof"]))
            .error_at(POINTER, "/proof"),
        by_holder(show("unsigned", "A credential that nobody signed.", of(&v2()), &[EVERYTHING]))
            .error("proof.missing"),
        by_holder(show("presentation", "A presentation, not a credential.", of(&presentation(&[v2()])), &[EVERYTHING]))
            .error_at("input.not_a_credential", "/type"),
        by_holder(show("no-json", "Not a credential at all.", "{\"a\":", &[EVERYTHING])).error("json.syntax"),
        by_holder(show("no-token", "Not a token.", "eyJhbGciOiJub25lIn0.e30.", &[EVERYTHING])).error("jose.algorithm"),
    ];
    for suite in [
        Suite::Ed25519Signature2020,
        Suite::EddsaRdfc2022,
        Suite::EddsaJcs2022,
        Suite::EcdsaRdfc2019,
        Suite::EcdsaJcs2019,
    ] {
        all.extend(undividable(suite.name(), &of(&card(suite)), "/credentialSubject/name"));
    }
    all.extend(undividable("jwt", &token("JWT").into(), "/credentialSubject/givenName"));
    all.extend(undividable("vc-jwt", &token("vc+jwt").into(), "/credentialSubject/name"));
    all
}

/// One claim of what cannot be divided, and an answer that nobody signs.
fn undividable(name: &str, credential: &Json, claim: &str) -> [Vector; 2] {
    let name = name.to_ascii_lowercase();
    [
        by_holder(show(&format!("part-of-{name}"), "One claim of what is shown whole.", credential.clone(), &[claim]))
            .error("present.undividable"),
        show(&format!("nobody-answers-{name}"), "A nonce, and no key to answer it.", credential.clone(), &[EVERYTHING])
            .with("nonce", CHALLENGE)
            .error("present.binding"),
    ]
}

const POINTER: &str = "disclosure.pointer";

fn of(document: &Json) -> Json {
    json!({ "json": document })
}

/// What showings give away.
fn links() -> Vec<Vector> {
    let report = |name: &str, about: &str, document: &Json, by_holder_: bool| {
        let vector = Vector::of("linkability", "linkability", name, about, of(document)).with("reveal", [EVERYTHING]);
        if by_holder_ { by_holder(vector) } else { vector }
    };
    let signed = |document: &Json| issuer().sign(Suite::EddsaRdfc2022, document);
    let round = |document: &Json| issuer().sign_with(Suite::EddsaRdfc2022, document, |options| options.created = None);
    let plain = without(&without(&v2(), "/id"), "/credentialSubject/id");
    let yes = set(
        &set(&without(&plain, "/credentialSubject/name"), "/@context", json!([super::documents::V2, ANY_TERM])),
        "/credentialSubject/ageOver19",
        true,
    );
    let with = |pointer: &str, value: Json| round(&set(&yes, pointer, value));
    let certain = |more: &[&str]| {
        let all: Vec<String> =
            std::iter::once("certain signature ").chain(more.iter().copied()).map(str::to_owned).collect();
        json!(all)
    };
    vec![
        report("named", "A card with a number, for somebody by name, by the holder's key.", &signed(&v2()), true)
            .gives(certain(&[
                "certain holder-key ",
                "certain credential-id /id",
                "certain subject-id /credentialSubject/id",
                "narrows disclosed-value /credentialSubject/name",
            ])),
        report("plain", "Nothing but the signature links.", &round(&yes), false).gives(certain(&[])),
        report("exact-time", "A date to the second.", &with("/validFrom", json!("2026-01-01T00:00:01Z")), false)
            .gives(certain(&["certain exact-time /validFrom"])),
        report(
            "status",
            "A place in a status list.",
            &with(
                "/credentialStatus",
                json!({
                    "id": "https://id.example/status/1#94567", "type": "BitstringStatusListEntry",
                    "statusPurpose": "revocation", "statusListIndex": "94567",
                    "statusListCredential": "https://id.example/status/1"
                }),
            ),
            false,
        )
        .gives(certain(&["certain status-index /credentialStatus"])),
        report("number", "A card number.", &with("/credentialSubject/cardNumber", json!("1234-5678-901")), false)
            .gives(certain(&["certain disclosed-value /credentialSubject/cardNumber"])),
        report("birth-date", "A birth date.", &with("/credentialSubject/birthDate", json!("2001-04-17")), false)
            .gives(certain(&["narrows disclosed-value /credentialSubject/birthDate"])),
        report("short-code", "A province is shared by many.", &with("/credentialSubject/region", json!("ON")), false)
            .gives(certain(&[])),
        report(
            "inner-id",
            "Something within the subject has an id.",
            &with("/credentialSubject/home", json!({ "id": "urn:uuid:0c9a5e2f", "rural": false })),
            false,
        )
        .gives(certain(&["certain other-id /credentialSubject/home/id"])),
        report(
            "issuer-id",
            "An issuer's name that looks as if it were made for one credential.",
            &with("/issuer", json!({ "id": issuer().did, "description": "batch 2026112200012345678" })),
            false,
        )
        .gives(certain(&["certain other-id /issuer/description"])),
        report(
            "created",
            "The proof says to the second when it was made.",
            &issuer().sign_with(Suite::EddsaRdfc2022, &yes, |options| {
                options.created = Some(super::actor::time("2026-11-01T00:00:01Z"));
            }),
            false,
        )
        .gives(certain(&["certain created /proof/created"])),
        report(
            "proof-id",
            "The proof has an id.",
            &issuer().sign_with(Suite::EddsaRdfc2022, &yes, |options| {
                options.created = None;
                options.id = Some("urn:uuid:5e2f".to_owned());
            }),
            false,
        )
        .gives(certain(&["certain other-id /proof/id"])),
    ]
}

/// Claims at the level of the presentation, where no issuer signed them.
fn smuggled() -> Vec<Vector> {
    let shown = |document: &Json| {
        holder().sign_with(Suite::EddsaRdfc2022, document, |options| {
            options.purpose = Relationship::Authentication;
            options.challenge = Some(CHALLENGE.to_owned());
            options.domain = Some(DOMAIN.to_owned());
        })
    };
    let asked = |name: &str, about: &str, document: &Json| {
        Vector::verify(AREA, name, about, document).policy("challenge", CHALLENGE).policy("domain", DOMAIN)
    };
    let anything = |member: &str, value: Json| {
        let document = presentation(&[card(Suite::EddsaRdfc2022)]);
        shown(&set(&set(&document, "/@context", json!([super::documents::V2, ANY_TERM])), &format!("/{member}"), value))
    };
    let plain = |member: &str, value: Json| {
        holder().sign_anything_with(
            &set(&presentation(&[card(Suite::EddsaRdfc2022)]), &format!("/{member}"), value),
            &json!({ "proofPurpose": "authentication", "challenge": CHALLENGE, "domain": DOMAIN }),
        )
    };
    let proved = json!([[
        "/id",
        "/type/0",
        "/issuer",
        "/validFrom",
        "/validUntil",
        "/credentialSubject/id",
        "/credentialSubject/name"
    ]]);
    let only = |vector: Vector| vector.accepts_proving(proved.clone());
    vec![
        only(asked(
            "proves",
            "What a presentation proves is what its credential says.",
            &shown(&presentation(&[card(Suite::EddsaRdfc2022)])),
        )),
        only(asked(
            "smuggled-subject",
            "A subject beside the credential: the holder's own word, and no claim that was proved.",
            &anything("person", json!({ "id": holder().did, "ageOver19": true })),
        )),
        only(asked("smuggled-claim", "A claim beside the credential.", &anything("ageOver19", json!(true)))),
        only(asked(
            "smuggled-jcs",
            "A claim beside the credential, in a presentation signed as text.",
            &plain("ageOver19", json!(true)),
        )),
        asked(
            "smuggled-undefined",
            "A claim beside the credential that no context defines: nothing signs it.",
            &set(&shown(&presentation(&[card(Suite::EddsaRdfc2022)])), "/ageOver19", true),
        )
        .rejects("contexts", "jsonld.undefined_term", "/ageOver19"),
        asked(
            "smuggled-into-credential",
            "A claim put into the credential when it was shown.",
            &shown(&presentation(&[set(
                &issuer().sign(Suite::EddsaRdfc2022, &super::documents::v2_any_term()),
                "/credentialSubject/ageOver19",
                true,
            )])),
        )
        .rejects("proof", "proof.signature_invalid", "/verifiableCredential/0/proof"),
        asked(
            "smuggled-credential",
            "A credential that the holder wrote and nobody signed, beside the good one.",
            &shown(&presentation(&[card(Suite::EddsaRdfc2022), v2()])),
        )
        .rejects("proof", "proof.missing", "/verifiableCredential/1"),
    ]
}

/// A verifier's book of nonces: `give` at a time, `take` the n-th at a time.
fn nonces() -> Vec<Vector> {
    let of = |name: &str, about: &str, steps: Json| {
        Vector::of("nonces", "nonces", name, about, json!({ "json": { "seconds": 300, "steps": steps } }))
    };
    vec![
        of("once", "A nonce comes back in time.", json!([["give", 0], ["take", 0, 300]])).gives(true),
        of(
            "two",
            "Two nonces come back in another order.",
            json!([["give", 0], ["give", 5], ["take", 1, 9], ["take", 0, 9]]),
        )
        .gives(true),
        of("twice", "A nonce comes back twice.", json!([["give", 0], ["take", 0, 10], ["take", 0, 11]]))
            .error("proof.challenge_reused"),
        of("late", "A nonce comes back too late.", json!([["give", 0], ["take", 0, 301]])).error("proof.challenge"),
        of("never-given", "A nonce that was never given out.", json!([["give", 0], ["take", 7, 1]]))
            .error("proof.challenge"),
        of(
            "twice-and-late",
            "A nonce comes back a second time, after it was forgotten.",
            json!([["give", 0], ["take", 0, 10], ["give", 400], ["take", 0, 401]]),
        )
        .error("proof.challenge"),
    ]
}
