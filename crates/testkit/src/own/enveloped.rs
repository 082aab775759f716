//! SD-JWTs in envelopes, and the claim `status` of tokens that hold a credential of the data model.

use serde_json::{Value as Json, json};
use tamarack::encoding::base64url_encode;
use tamarack::sd_jwt::HashName;
use tamarack::status::TokenList;

use super::actor::{Actor, holder, issuer, stranger, time};
use super::documents::{V2, presentation, set, v1, v2, without};
use super::sd_jwt::{payload, token_of};
use super::vector::Vector;

const CHALLENGE: &str = "larch-8";
const DOMAIN: &str = "https://shop.example";
const URI: &str = "https://id.ontario.example/status/8.jwt";
const PLACE: &str = "/status/status_list";

pub(super) fn vectors() -> Vec<Vector> {
    [envelopes(), presented(), statuses()].concat()
}

fn header() -> Json {
    json!({ "alg": "EdDSA", "typ": "vc+sd-jwt", "kid": issuer().method })
}

/// The card for the holder, of whose claims one is disclosed and one is not.
fn card() -> String {
    with(&v2())
}

/// A credential with one disclosure, and the digest of another.
fn with(document: &Json) -> String {
    let name = base64url_encode(json!(["salt-1", "name", "Zoé Tremblay"]).to_string().as_bytes());
    let digests = json!([HashName::Sha256.digest(&name), HashName::Sha256.digest("hidden")]);
    let payload = set(&without(document, "/credentialSubject/name"), "/credentialSubject/_sd", digests);
    token_of(&header(), &payload, &[&name])
}

fn envelope(token: &str) -> Json {
    let id = format!("data:application/vc+sd-jwt,{token}");
    json!({ "@context": V2, "type": "EnvelopedVerifiableCredential", "id": id })
}

fn forged(token: &str) -> String {
    let (_, rest) = token.split_once('~').unwrap();
    let other = stranger().token(&header().to_string(), &v2().to_string());
    format!("{other}~{rest}")
}

fn envelopes() -> Vec<Vector> {
    let of = |name: &str, about: &str, token: &str| Vector::verify("enveloped", name, about, &envelope(token));
    let bad = |name: &str, about: &str, token: &str| {
        of(name, about, token).rejects("structure", "vc.enveloped", "/id").alone()
    };
    let vct = token_of(&json!({ "alg": "EdDSA", "typ": "dc+sd-jwt", "kid": issuer().method }), &payload(), &[]);
    let plain = issuer().token(&header().to_string(), &v2().to_string());
    vec![
        of("sd-jwt", "An SD-JWT in an envelope.", &card()).accepts_proving(json!([[
            "/id",
            "/type/0",
            "/issuer",
            "/validFrom",
            "/validUntil",
            "/credentialSubject/id",
            "/credentialSubject/name"
        ]])),
        of("sd-jwt-unbound", "A verifier that asked, and nobody who answers.", &card())
            .policy("challenge", CHALLENGE)
            .rejects("holder-binding", "sd_jwt.key_binding_missing", ""),
        of("sd-jwt-forged", "Signed by somebody else.", &forged(&card())).rejects(
            "proof",
            "proof.signature_invalid",
            "",
        ),
        bad("sd-jwt-of-vct", "An SD-JWT VC, which is no credential of the data model.", &vct),
        bad("sd-jwt-without-tilde", "A JWT under the media type of an SD-JWT.", &plain),
        Vector::verify(
            "enveloped",
            "sd-jwt-as-jwt",
            "An SD-JWT under the media type of a JWT.",
            &set(&envelope(&card()), "/id", format!("data:application/vc+jwt,{}", card())),
        )
        .rejects("structure", "vc.enveloped", "/id")
        .alone(),
    ]
}

/// In a presentation that the holder signs.
fn presented() -> Vec<Vector> {
    let by = |actor: &Actor, token: &str| {
        actor.sign_anything_with(
            &set(&presentation(&[envelope(token)]), "/holder", actor.did.clone()),
            &json!({ "proofPurpose": "authentication", "challenge": CHALLENGE, "domain": DOMAIN }),
        )
    };
    let of = |name: &str, about: &str, document: &Json| {
        Vector::verify("presentation", name, about, document).policy("challenge", CHALLENGE).policy("domain", DOMAIN)
    };
    const AT: &str = "/verifiableCredential/0";
    let expired = with(&set(&v2(), "/validUntil", "2026-11-02T00:00:00Z"));
    vec![
        of("sd-jwt-good", "An SD-JWT in an envelope, shown by its subject.", &by(&holder(), &card())).accepts(),
        of("sd-jwt-stolen", "An SD-JWT in an envelope, shown by somebody else.", &by(&stranger(), &card()))
            .rejects("holder-binding", "holder.not_subject", &format!("{AT}/credentialSubject"))
            .alone(),
        of("sd-jwt-forged", "An SD-JWT in an envelope that the issuer did not sign.", &by(&holder(), &forged(&card())))
            .rejects("proof", "proof.signature_invalid", AT),
        of("sd-jwt-expired", "An SD-JWT in an envelope whose time is over.", &by(&holder(), &expired)).rejects(
            "validity",
            "validity.expired",
            AT,
        ),
        of(
            "sd-jwt-unreferenced",
            "An SD-JWT in an envelope with a disclosure that no digest names.",
            &by(&holder(), &format!("{}{}~", card(), base64url_encode(br#"["salt","age",19]"#))),
        )
        .rejects("structure", "sd_jwt.unreferenced", AT),
    ]
}

/// A status list token beside the data model's own ways.
fn statuses() -> Vec<Vector> {
    let mut list = TokenList::new(1_000, 2).unwrap();
    list.set(1, 1).unwrap();
    let claims = json!({
        "sub": URI, "iss": issuer().did, "iat": time("2026-11-20T00:00:00Z").unix(),
        "exp": time("2026-11-21T00:00:00Z").unix(), "status_list": list.to_value().to_serde(),
    });
    let token = json!({ "alg": "EdDSA", "typ": "statuslist+jwt", "kid": issuer().method });
    let token = issuer().token(&token.to_string(), &claims.to_string());
    let status = |index: usize| json!({ "status_list": { "idx": index, "uri": URI } });
    let headed = |typ: &str| json!({ "alg": "EdDSA", "typ": typ, "kid": issuer().method }).to_string();
    let vc_jwt = |index| issuer().token(&headed("vc+jwt"), &set(&v2(), "/status", status(index)).to_string());
    let jwt = |index| {
        let payload = json!({ "iss": issuer().did, "vc": v1(), "status": status(index) });
        issuer().token(&headed("JWT"), &payload.to_string())
    };
    let sd_jwt = |index| with(&set(&v2(), "/status", status(index)));
    let in_envelope = |token: &str| {
        let id = format!("data:application/vc+jwt,{token}");
        json!({ "@context": V2, "type": "EnvelopedVerifiableCredential", "id": id })
    };
    let shown = |envelope: &Json| {
        let members = json!({ "proofPurpose": "authentication", "challenge": CHALLENGE, "domain": DOMAIN });
        json!({ "json": holder().sign_anything_with(&presentation(std::slice::from_ref(envelope)), &members) })
    };
    let of = |name: String, about: &str, input: Json| {
        Vector::verify_text("token-status", &name, about, input).evidence("status-list", URI, token.clone())
    };
    let mut all = Vec::new();
    for (name, good, bad, at) in [
        ("vc-jwt", Json::from(vc_jwt(0)), Json::from(vc_jwt(1)), ""),
        ("jwt", jwt(0).into(), jwt(1).into(), ""),
        ("vc-sd-jwt", sd_jwt(0).into(), sd_jwt(1).into(), ""),
        ("enveloped", json!({ "json": in_envelope(&vc_jwt(0)) }), json!({ "json": in_envelope(&vc_jwt(1)) }), ""),
        ("enveloped-sd-jwt", json!({ "json": envelope(&sd_jwt(0)) }), json!({ "json": envelope(&sd_jwt(1)) }), ""),
        ("presented", shown(&in_envelope(&vc_jwt(0))), shown(&in_envelope(&vc_jwt(1))), "/verifiableCredential/0"),
        ("presented-sd-jwt", shown(&envelope(&sd_jwt(0))), shown(&envelope(&sd_jwt(1))), "/verifiableCredential/0"),
    ] {
        let asked = |vector: Vector| match at {
            "" => vector,
            _ => vector.policy("challenge", CHALLENGE).policy("domain", DOMAIN),
        };
        all.push(asked(of(format!("in-{name}"), "A status claim: the entry is 0.", good.clone())).accepts());
        let revoked = of(format!("in-{name}-revoked"), "A status claim: the entry is 1.", bad);
        all.push(asked(revoked).rejects("status", "status.revoked", &format!("{at}{PLACE}")).alone());
        let missing = Vector::verify_text("token-status", &format!("in-{name}-missing"), "The list is missing.", good);
        all.push(
            asked(missing)
                .undetermined("status", "status.list_missing", &format!("{at}{PLACE}"))
                .alone()
                .needs("status-list", URI),
        );
    }
    all
}
