//! Presentations: who shows a credential, to whom, and whether it is theirs.

use serde_json::{Value as Json, json};
use tamarack::did::Relationship;
use tamarack::proof::Suite;

use super::actor::{Actor, holder, issuer, stranger};
use super::documents::{V1, presentation, set, v1, v2, without};
use super::trust::list_of;
use super::vector::Vector;

const AREA: &str = "presentation";
const CHALLENGE: &str = "c9f1e6a0-5d7c-4b31-8a4e-2f6b9d0e7a55";
const DOMAIN: &str = "https://liquor.ontario.example";

pub(super) fn vectors() -> Vec<Vector> {
    [audiences(), holders(), contents(), tokens()].concat()
}

fn credential() -> Json {
    issuer().sign(Suite::EddsaRdfc2022, &v2())
}

fn signed(by: &Actor, document: &Json, challenge: Option<&str>, domain: Option<&str>) -> Json {
    by.sign_with(Suite::EddsaRdfc2022, document, |options| {
        options.purpose = Relationship::Authentication;
        options.challenge = challenge.map(str::to_owned);
        options.domain = domain.map(str::to_owned);
    })
}

fn shown() -> Json {
    signed(&holder(), &presentation(&[credential()]), Some(CHALLENGE), Some(DOMAIN))
}

fn asked(name: &str, about: &str, document: &Json) -> Vector {
    Vector::verify(AREA, name, about, document).policy("challenge", CHALLENGE).policy("domain", DOMAIN)
}

fn audiences() -> Vec<Vector> {
    let with = |challenge, domain| signed(&holder(), &presentation(&[credential()]), challenge, domain);
    let wrong = |name: &str, about: &str, document: &Json, code: &str| {
        asked(name, about, document).rejects("audience", code, "").alone()
    };
    vec![
        asked("good", "The holder shows a credential to whoever asked.", &shown()).accepts(),
        wrong(
            "challenge-wrong",
            "The challenge of another request.",
            &with(Some("another"), Some(DOMAIN)),
            "proof.challenge",
        ),
        wrong("challenge-missing", "No challenge.", &with(None, Some(DOMAIN)), "proof.challenge"),
        wrong(
            "domain-wrong",
            "Made for another verifier.",
            &with(Some(CHALLENGE), Some("https://evil.example")),
            "proof.domain",
        ),
        wrong("domain-missing", "Made for nobody by name.", &with(Some(CHALLENGE), None), "proof.domain"),
        Vector::verify(AREA, "audience-unknown", "Made for somebody, and the policy does not say for whom.", &shown())
            .undetermined("audience", "proof.audience_unknown", "")
            .alone(),
        Vector::verify(AREA, "nobody-asked", "Made for nobody, and nobody asked.", &with(None, None)).accepts(),
        asked(
            "challenge-changed",
            "The challenge was changed afterwards.",
            &set(&with(Some("another"), Some(DOMAIN)), "/proof/challenge", CHALLENGE),
        )
        .rejects("proof", "proof.signature_invalid", "/proof")
        .alone(),
        asked("bare-credential", "A credential alone, where a presentation was asked for.", &credential())
            .rejects("audience", "proof.challenge", "")
            .alone(),
        Vector::verify(
            AREA,
            "bare-credential-domain",
            "A credential alone, where one for this verifier was asked for.",
            &credential(),
        )
        .policy("domain", DOMAIN)
        .rejects("audience", "proof.domain", "")
        .alone(),
    ]
}

fn holders() -> Vec<Vector> {
    let by_stranger = set(&presentation(&[credential()]), "/holder", stranger().did);
    let no_holder = without(&presentation(&[credential()]), "/holder");
    let bearer = issuer().sign(Suite::EddsaRdfc2022, &without(&v2(), "/credentialSubject/id"));
    let show = |by: &Actor, document: &Json| signed(by, document, Some(CHALLENGE), Some(DOMAIN));
    const AT: &str = "/verifiableCredential/0/credentialSubject";
    vec![
        asked("holder-not-subject", "Somebody else shows the credential.", &show(&stranger(), &by_stranger))
            .rejects("holder-binding", "holder.not_subject", AT)
            .alone(),
        asked(
            "holder-not-named",
            "Somebody else shows the credential, without saying who.",
            &show(&stranger(), &no_holder),
        )
        .rejects("holder-binding", "holder.not_subject", AT)
        .alone(),
        asked(
            "holder-may-differ",
            "Somebody else shows the credential, and the policy allows it.",
            &show(&stranger(), &by_stranger),
        )
        .policy("holderMayDiffer", true)
        .accepts(),
        asked(
            "holder-signature",
            "Somebody else signs in the holder's name.",
            &show(&stranger(), &presentation(&[credential()])),
        )
        .rejects("holder-binding", "holder.mismatch", "/holder"),
        asked(
            "holder-bearer",
            "A credential about nobody by name is for its bearer.",
            &show(&stranger(), &set(&presentation(&[bearer]), "/holder", stranger().did)),
        )
        .accepts(),
        asked(
            "holder-no-holder",
            "The subject shows the credential, without saying who.",
            &show(&holder(), &no_holder),
        )
        .accepts(),
        asked(
            "holder-issuer-purpose",
            "The holder signs for the purpose of an issuer.",
            &holder().sign_with(Suite::EddsaRdfc2022, &presentation(&[credential()]), |o| {
                o.challenge = Some(CHALLENGE.to_owned());
                o.domain = Some(DOMAIN.to_owned());
            }),
        )
        .rejects("proof", "proof.purpose", "/proof/proofPurpose")
        .alone(),
        asked("no-proof", "A presentation without a proof.", &presentation(&[credential()])).rejects(
            "proof",
            "proof.missing",
            "",
        ),
    ]
}

fn contents() -> Vec<Vector> {
    let show = |credentials: &[Json]| signed(&holder(), &presentation(credentials), Some(CHALLENGE), Some(DOMAIN));
    let expired = issuer().sign(Suite::EddsaRdfc2022, &set(&v2(), "/validUntil", "2026-11-19T12:00:00Z"));
    let tampered = set(&credential(), "/credentialSubject/name", "Mallory");
    let own = holder().sign(Suite::EddsaRdfc2022, &set(&v2(), "/issuer", holder().did));
    let trust = list_of(&issuer().did, &["*"]);
    let word = without(&presentation(&[]), "/verifiableCredential");
    let word = signed(&holder(), &word, Some(CHALLENGE), Some(DOMAIN));
    vec![
        asked("credential-tampered", "The credential in it was changed before it was shown.", &show(&[tampered]))
            .rejects("proof", "proof.signature_invalid", "/verifiableCredential/0/proof")
            .alone(),
        asked("credential-expired", "The credential in it has expired.", &show(std::slice::from_ref(&expired)))
            .rejects("validity", "validity.expired", "/verifiableCredential/0")
            .alone(),
        asked("second-credential-expired", "One of two has expired.", &show(&[credential(), expired]))
            .rejects("validity", "validity.expired", "/verifiableCredential/1")
            .alone(),
        asked("credential-unsigned", "The credential in it has no proof.", &show(&[v2()])).rejects(
            "proof",
            "proof.missing",
            "/verifiableCredential/0",
        ),
        asked("credential-of-holder", "A credential that the holder wrote.", &show(&[own]))
            .policy("trust", trust.clone())
            .rejects("issuer-trusted", "trust.issuer_unknown", "/verifiableCredential/0")
            .alone(),
        asked(
            "credential-swapped",
            "Another credential was put in afterwards.",
            &set(
                &shown(),
                "/verifiableCredential/0",
                issuer().sign(Suite::EddsaRdfc2022, &set(&v2(), "/name", "Other")),
            ),
        )
        .rejects("proof", "proof.signature_invalid", "/proof")
        .alone(),
        asked("empty", "Nothing but the holder's word.", &word)
            .policy("trust", trust)
            .undetermined("issuer-trusted", "trust.no_credential", "")
            .alone(),
    ]
}

fn tokens() -> Vec<Vector> {
    let header = json!({ "alg": "EdDSA", "typ": "vp+jwt", "kid": holder().method });
    let token = |document: &Json| holder().token(&header.to_string(), &document.to_string());
    let enveloped = {
        let header = json!({ "alg": "EdDSA", "typ": "vc+jwt", "kid": issuer().method });
        let id = format!("data:application/vc+jwt,{}", issuer().token(&header.to_string(), &v2().to_string()));
        json!({ "@context": super::documents::V2, "type": "EnvelopedVerifiableCredential", "id": id })
    };
    let request = |document: &Json, nonce: &str| set(&set(document, "/nonce", nonce), "/aud", DOMAIN);
    let good = request(&presentation(&[enveloped]), CHALLENGE);
    let other_nonce = set(&good, "/nonce", "another");
    let of = |name: &str, about: &str, token: String| {
        Vector::verify_text(AREA, name, about, token).policy("challenge", CHALLENGE).policy("domain", DOMAIN)
    };
    let v1_credential = issuer()
        .token(&json!({ "alg": "EdDSA", "kid": issuer().method }).to_string(), &json!({ "vc": v1() }).to_string());
    let v1_showing =
        json!({ "@context": [V1], "type": ["VerifiablePresentation"], "verifiableCredential": [v1_credential] });
    let v1_payload = |iss: &str, vp: &Json| json!({ "iss": iss, "nonce": CHALLENGE, "aud": DOMAIN, "vp": vp });
    let v1_token = |payload: &Json| {
        holder().token(&json!({ "alg": "EdDSA", "kid": holder().method }).to_string(), &payload.to_string())
    };
    vec![
        of("token-good", "vp+jwt with an enveloped credential.", token(&good)).accepts(),
        of("token-nonce", "The nonce of another request.", token(&other_nonce))
            .rejects("audience", "proof.challenge", "")
            .alone(),
        of("token-audience", "Made for another verifier.", token(&set(&good, "/aud", "https://evil.example")))
            .rejects("audience", "proof.domain", "")
            .alone(),
        of("token-expired", "The presentation has ended.", token(&set(&good, "/exp", 1_700_000_000)))
            .rejects("proof", "proof.expired", "")
            .alone(),
        of("token-holder-mismatch", "iss and holder differ.", token(&set(&good, "/iss", stranger().did)))
            .rejects("proof", "jose.claim_mismatch", "")
            .alone(),
        of(
            "token-1-1-good",
            "VCDM 1.1: a presentation and a credential as JWTs.",
            v1_token(&v1_payload(&holder().did, &v1_showing)),
        )
        .accepts(),
        of(
            "token-1-1-holder-mismatch",
            "VCDM 1.1: iss and holder differ.",
            v1_token(&v1_payload(&holder().did, &set(&v1_showing, "/holder", stranger().did))),
        )
        .rejects("proof", "jose.claim_mismatch", "/holder")
        .alone(),
        of(
            "token-1-1-inner-broken",
            "VCDM 1.1: the token of the credential is cut off.",
            v1_token(&v1_payload(
                &holder().did,
                &set(&v1_showing, "/verifiableCredential/0", "eyJhbGciOiJFZERTQSJ9.e30"),
            )),
        )
        .rejects("proof", "jose.malformed", "/verifiableCredential/0")
        .alone(),
    ]
}
