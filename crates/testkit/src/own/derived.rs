//! Showings that are derived: for whom they were made, what they leave out, and what must not be put in.

use serde_json::{Value as Json, json};
use tamarack::jsonld::Contexts;
use tamarack::keys::KeyType;
use tamarack::present::{Binding, Held, Holder, Selection, present};
use tamarack::proof::Suite;

use super::actor::{Actor, Drawn, actor, holder, stranger, time};
use super::documents::{set, v2_of, without};
use super::vector::{NOW, Vector};

const AREA: &str = "derived";
const NONCE: &str = "8f2c-61d0";
const AUDIENCE: &str = "https://lottery.example";
const NAME: &str = "/credentialSubject/name";
const MANDATORY: [&str; 3] = ["/issuer", "/validFrom", "/validUntil"];

pub(super) fn vectors() -> Vec<Vector> {
    let mut all = Vec::new();
    for suite in [Suite::EcdsaSd2023, Suite::Bbs2023] {
        all.extend(choices(suite));
        all.extend(by_holder(suite));
        all.extend(smuggled(suite));
        all.extend(schemas(suite));
    }
    all.extend(bound());
    all
}

fn issuer_of(suite: Suite) -> Actor {
    actor(if suite == Suite::Bbs2023 { KeyType::Bls12381G2 } else { KeyType::P256 }, 6)
}

/// A credential with a base proof: for the holder by name, or for its bearer.
fn base(suite: Suite, bearer: bool) -> Json {
    let issuer = issuer_of(suite);
    let document = set(&v2_of(&issuer.did), "/credentialSubject/description", "Sudbury");
    let document = if bearer { without(&without(&document, "/id"), "/credentialSubject/id") } else { document };
    issuer.sign_with(suite, &document, |options| {
        options.created = None;
        options.mandatory_pointers = MANDATORY.map(str::to_owned).to_vec();
    })
}

/// What a wallet sends.
fn shown(
    credential: &Json,
    pointers: &[&str],
    by: Option<&Actor>,
    audience: Option<&str>,
    nonce: Option<&str>,
) -> Json {
    let held = Held::parse(credential.to_string().as_bytes()).unwrap();
    let pointers: Vec<String> = pointers.iter().map(|pointer| (*pointer).to_owned()).collect();
    let binding = Binding {
        audience,
        nonce,
        holder: by.map(|actor| Holder { signer: &actor.key, verification_method: &actor.method }),
        created: Some(time(NOW)),
        issuer_key: None,
        key_binding_claims: None,
        secrets: None,
    };
    let selection = Selection { pointers: &pointers, frame: None };
    let text = present(&held, &selection, &binding, &Contexts::builtin(), &mut Drawn(1_000)).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn for_all(suite: Suite) -> impl Fn(&str) -> String {
    move |name| format!("{}-{name}", suite.name())
}

/// What may be chosen.
fn choices(suite: Suite) -> Vec<Vector> {
    let named = for_all(suite);
    let credential = base(suite, true);
    let choose = |name: &str, about: &str, reveal: &[&str]| {
        Vector::of("present", AREA, &named(name), about, json!({ "json": credential }))
            .with("reveal", reveal)
            .with("now", NOW)
    };
    let mut all = vec![
        choose("name", "The name, and what the issuer always shows.", &[NAME]).gives(json!([
            "/type/0",
            "/issuer",
            "/validFrom",
            "/validUntil",
            NAME
        ])),
        choose("everything", "Everything.", &[""]).gives(json!([
            "/type/0",
            "/issuer",
            "/validFrom",
            "/validUntil",
            NAME,
            "/credentialSubject/description"
        ])),
        choose("missing", "A claim that is not there.", &["/credentialSubject/age"])
            .error_at("disclosure.pointer", "/credentialSubject/age"),
        choose("half-a-name", "The beginning of a name.", &["/credentialSubject/na"])
            .error_at("disclosure.pointer", "/credentialSubject/na"),
        choose("no-pointer", "A name that is no pointer.", &["name"]).error_at("disclosure.pointer", "name"),
        choose("nothing", "Nothing of the subject.", &[]).error_at("disclosure.nothing", "/credentialSubject"),
        choose("no-subject", "What is mandatory anyway, and nothing of the subject.", &["/validFrom"])
            .error_at("disclosure.nothing", "/credentialSubject"),
        Vector::verify(
            AREA,
            &named("proves"),
            "What was shown was proved, and no more.",
            &shown(&credential, &[NAME], None, None, None),
        )
        .accepts_proving(json!([["/type/0", "/issuer", "/validFrom", "/validUntil", NAME]])),
        Vector::of("linkability", AREA, &named("links"), "What the name gives away.", json!({ "json": credential }))
            .with("reveal", [NAME])
            .gives(match suite {
                Suite::Bbs2023 => json!(["narrows disclosed-value /credentialSubject/name"]),
                _ => json!(["certain signature ", "narrows disclosed-value /credentialSubject/name"]),
            }),
    ];
    if suite == Suite::EcdsaSd2023 {
        all.push(
            choose("nobody-answers", "A nonce, and no key to answer it.", &[NAME])
                .with("nonce", NONCE)
                .error("present.binding"),
        );
    }
    let torn = set(&credential, "/proof/proofValue", {
        let value = credential["proof"]["proofValue"].as_str().unwrap();
        value[..value.len() / 2].to_owned()
    });
    all.push(
        Vector::of("present", AREA, &named("torn"), "Half a base proof.", json!({ "json": torn }))
            .with("reveal", [NAME])
            .error_at("proof.value_encoding", "/proof/proofValue"),
    );
    all
}

/// Shown in a presentation that the holder's key signs.
fn by_holder(suite: Suite) -> Vec<Vector> {
    let named = for_all(suite);
    let credential = base(suite, false);
    let vp = |by: &Actor, nonce| shown(&credential, &[NAME], Some(by), Some(AUDIENCE), Some(nonce));
    let asked = |name: &str, about: &str, document: &Json| {
        Vector::verify(AREA, &named(name), about, document).policy("challenge", NONCE).policy("domain", AUDIENCE)
    };
    // The base proof itself, in a presentation that the holder signs.
    let careless = {
        let wrapped = super::documents::presentation(std::slice::from_ref(&credential));
        holder().sign_anything_with(
            &wrapped,
            &json!({ "proofPurpose": "authentication", "challenge": NONCE, "domain": AUDIENCE }),
        )
    };
    const SUBJECT: &str = "/verifiableCredential/0/credentialSubject";
    vec![
        asked("presentation", "By the holder, for whoever asked.", &vp(&holder(), NONCE)).accepts(),
        asked("presentation-nonce", "The nonce of another request.", &vp(&holder(), "another")).rejects(
            "audience",
            "proof.challenge",
            "",
        ),
        asked("presentation-stolen", "Somebody else shows what the holder had derived.", &vp(&stranger(), NONCE))
            .rejects("holder-binding", "holder.not_subject", SUBJECT),
        asked("presentation-of-base", "The base proof itself, with the holder's secret in it.", &careless).rejects(
            "proof",
            "proof.base",
            "/verifiableCredential/0/proof/proofValue",
        ),
    ]
}

/// Claims that are put into a derived credential, or taken out.
fn smuggled(suite: Suite) -> Vec<Vector> {
    let named = for_all(suite);
    let derived = shown(&base(suite, true), &[NAME], None, None, None);
    let two = shown(&base(suite, true), &[NAME, "/credentialSubject/description"], None, None, None);
    let of = |name: &str, about: &str, document: &Json| Vector::verify(AREA, &named(name), about, document);
    let disclosure = |name: &str, about: &str, document: &Json| {
        of(name, about, document).rejects("proof", "proof.disclosure", "/proof/proofValue")
    };
    let signature = |name: &str, about: &str, document: &Json| {
        of(name, about, document).rejects("proof", "proof.signature_invalid", "/proof")
    };
    vec![
        disclosure(
            "hidden-put-back",
            "The hidden claim put back, without its proof.",
            &set(&derived, "/credentialSubject/description", "Sudbury"),
        ),
        disclosure("claim-taken-out", "One of two claims taken out.", &without(&two, "/credentialSubject/description")),
        disclosure("mandatory-taken-out", "The expiry taken out.", &without(&two, "/validUntil")),
        disclosure(
            "status-put-in",
            "A subject that was hidden gets an id.",
            &set(&derived, "/credentialSubject/id", stranger().did),
        ),
        signature("name-changed", "Another name.", &set(&derived, NAME, "Chloé Tremblay")),
        signature("expiry-changed", "A later expiry.", &set(&derived, "/validUntil", "2041-01-01T00:00:00Z")),
        signature(
            "other-proof",
            "The proof of another showing.",
            &set(
                &derived,
                "/proof/proofValue",
                shown(&set_and_sign(suite), &[NAME], None, None, None)["proof"]["proofValue"].clone(),
            ),
        ),
    ]
}

/// The same card of somebody else.
fn set_and_sign(suite: Suite) -> Json {
    let issuer = issuer_of(suite);
    let document = set(&v2_of(&issuer.did), "/credentialSubject/description", "Sudbury");
    let document = set(&without(&without(&document, "/id"), "/credentialSubject/id"), NAME, "Chloé Tremblay");
    issuer.sign_with(suite, &document, |options| {
        options.created = None;
        options.mandatory_pointers = MANDATORY.map(str::to_owned).to_vec();
    })
}

/// A part of a credential under the schema of the whole: what is missing fails nothing, what is wrong does.
fn schemas(suite: Suite) -> Vec<Vector> {
    const SCHEMA: &str = "https://id.ontario.example/schemas/person";
    let named = for_all(suite);
    let issuer = issuer_of(suite);
    let document = set(&v2_of(&issuer.did), "/credentialSubject/description", "Sudbury");
    let document = without(&without(&document, "/id"), "/credentialSubject/id");
    let document = set(&document, "/credentialSchema", json!({ "id": SCHEMA, "type": "JsonSchema" }));
    let signed = issuer.sign_with(suite, &document, |options| {
        options.created = None;
        options.mandatory_pointers =
            [&MANDATORY[..], &["/credentialSchema"]].concat().iter().map(|p| (*p).to_owned()).collect();
    });
    let of = |name: &str, about: &str, reveal: &[&str], subject: Json| {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "properties": { "credentialSubject": subject },
        });
        let document = shown(&signed, reveal, None, None, None);
        Vector::verify(AREA, &named(name), about, &document).evidence("schema", SCHEMA, json!({ "json": schema }))
    };
    let whole = json!({ "required": ["name", "description"], "minProperties": 2 });
    let either = json!({ "oneOf": [{ "required": ["description"] }, { "required": ["birthDate"] }] });
    let wrong = json!({ "required": ["description"], "properties": { "name": { "pattern": "^[A-Z]+$" } } });
    let hidden = json!({ "properties": { "description": { "const": "Thunder Bay" } } });
    let (check, remark) = ("schema", "schema.partial");
    vec![
        of("schema-whole", "All that the schema asks for is shown.", &[""], whole.clone()).accepts(),
        of("schema-part", "A claim that the schema asks for is not shown.", &[NAME], whole).accepts_but(
            check,
            remark,
            "/credentialSchema",
        ),
        of("schema-either", "One of two claims must be there; neither is shown.", &[NAME], either).accepts_but(
            check,
            remark,
            "/credentialSchema",
        ),
        of("schema-part-wrong", "A claim is not shown, and one that is shown does not match.", &[NAME], wrong)
            .rejects(check, "schema.mismatch", NAME)
            .alone(),
        of("schema-hidden-wrong", "What would not match is not shown.", &[NAME], hidden).accepts(),
    ]
}

/// `bbs-2023` alone: the derived proof itself answers a verifier.
fn bound() -> Vec<Vector> {
    let credential = base(Suite::Bbs2023, true);
    let to = |audience, nonce| shown(&credential, &[NAME], None, audience, nonce);
    let of = |name: &str, about: &str, document: &Json| Vector::verify(AREA, name, about, document);
    let asked = |name: &str, about: &str, document: &Json| {
        of(name, about, document).policy("challenge", NONCE).policy("domain", AUDIENCE)
    };
    let wrong = |name: &str, about: &str, document: &Json, code: &str| {
        asked(name, about, document).rejects("audience", code, "").alone()
    };
    let good = to(Some(AUDIENCE), Some(NONCE));
    // What an issuer wrote into the options is no answer of a holder.
    let by_issuer = {
        let issuer = issuer_of(Suite::Bbs2023);
        let document = without(&without(&v2_of(&issuer.did), "/id"), "/credentialSubject/id");
        let signed = issuer.sign_with(Suite::Bbs2023, &document, |options| {
            options.created = None;
            options.challenge = Some(NONCE.to_owned());
            options.domain = Some(AUDIENCE.to_owned());
            options.mandatory_pointers = MANDATORY.map(str::to_owned).to_vec();
        });
        shown(&signed, &[NAME], None, None, None)
    };
    vec![
        asked("bound", "Made for this verifier and its nonce, without a key of the holder.", &good).accepts(),
        of("bound-nonce-alone", "Made for a nonce alone.", &to(None, Some(NONCE))).policy("challenge", NONCE).accepts(),
        of("bound-audience-alone", "Made for an audience alone.", &to(Some(AUDIENCE), None))
            .policy("domain", AUDIENCE)
            .accepts(),
        wrong("bound-other-nonce", "Made for another nonce.", &to(Some(AUDIENCE), Some("another")), "proof.challenge"),
        wrong(
            "bound-other-audience",
            "Made for another verifier.",
            &to(Some("https://evil.example"), Some(NONCE)),
            "proof.domain",
        ),
        wrong("bound-to-nobody", "Made for nobody, shown again.", &to(None, None), "proof.challenge"),
        wrong(
            "bound-without-audience",
            "Made for the nonce, but for no verifier by name.",
            &to(None, Some(NONCE)),
            "proof.domain",
        ),
        wrong(
            "bound-without-nonce",
            "Made for the verifier, but for no nonce.",
            &to(Some(AUDIENCE), None),
            "proof.challenge",
        ),
        wrong(
            "bound-swapped",
            "The audience and the nonce, the wrong way round.",
            &to(Some(NONCE), Some(AUDIENCE)),
            "proof.challenge",
        ),
        wrong(
            "bound-by-issuer",
            "The issuer wrote the nonce into the options; the holder answered nobody.",
            &by_issuer,
            "proof.challenge",
        ),
        of("bound-unexpected", "Made for somebody, and the policy does not say for whom.", &good)
            .undetermined("audience", "proof.audience_unknown", "")
            .alone(),
        asked("bound-base", "The base proof instead of an answer.", &credential).rejects(
            "proof",
            "proof.base",
            "/proof/proofValue",
        ),
    ]
}
