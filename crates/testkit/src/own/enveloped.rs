//! SD-JWTs in envelopes, by themselves and in presentations, who shows them there, and the claim `status` of tokens that hold a credential of the data model.

use serde_json::{Value as Json, json};
use tamarack::encoding::base64url_encode;
use tamarack::keys::Signer as _;
use tamarack::sd_jwt::HashName;
use tamarack::status::TokenList;

use super::actor::{Actor, holder, issuer, stranger, time};
use super::documents::{V2, presentation, set, v1, v2, without};
use super::sd_jwt::{payload, token_of};
use super::vector::{NOW, Vector};

const CHALLENGE: &str = "larch-8";
const DOMAIN: &str = "https://shop.example";
const URI: &str = "https://id.ontario.example/status/8.jwt";
const PLACE: &str = "/status/status_list";

pub(super) fn vectors() -> Vec<Vector> {
    [envelopes(), presented(), bound(), not_of_the_model(), statuses()].concat()
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
        of("sd-jwt-good", "An SD-JWT in an envelope, shown by its subject.", &by(&holder(), &card())).accepts_proving(
            json!([[
                "/id",
                "/type/0",
                "/issuer",
                "/validFrom",
                "/validUntil",
                "/credentialSubject/id",
                "/credentialSubject/name"
            ]]),
        ),
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

/// Who shows it: the presentation's own proof says so, and whatever the credential says of its holder's key must be true of it.
fn bound() -> Vec<Vector> {
    const AT: &str = "/verifiableCredential/0";
    let shown_by = |actor: &Actor, envelope: &Json, challenge: &str| {
        let document = set(&presentation(std::slice::from_ref(envelope)), "/holder", actor.did.clone());
        let members = json!({ "proofPurpose": "authentication", "challenge": challenge, "domain": DOMAIN });
        actor.sign_anything_with(&document, &members)
    };
    let asked = |vector: Vector| vector.policy("challenge", CHALLENGE).policy("domain", DOMAIN);
    let of = |name: &str, about: &str, document: &Json| asked(Vector::verify("presentation", name, about, document));
    let by = |actor: &Actor, token: &str| shown_by(actor, &envelope(token), CHALLENGE);
    let jwk = |actor: &Actor| json!({ "jwk": actor.key.public_key().to_jwk().to_serde() });
    let confirming = |cnf: Json| with(&set(&v2(), "/cnf", cnf));
    let mine = confirming(jwk(&holder()));
    // The subject's id is a digest without its disclosure.
    let nameless = |cnf: Option<Json>| {
        let id = base64url_encode(json!(["salt-3", "id", holder().did]).to_string().as_bytes());
        let document = set(&v2(), "/credentialSubject/_sd", json!([HashName::Sha256.digest(&id)]));
        let document = without(&document, "/credentialSubject/id");
        token_of(&header(), &cnf.map_or(document.clone(), |cnf| set(&document, "/cnf", cnf)), &[])
    };
    let bearer = token_of(&header(), &without(&v2(), "/credentialSubject/id"), &[]);
    let not_holder = |name: &str, about: &str, document: &Json| {
        of(name, about, document)
            .rejects("holder-binding", "holder.not_subject", &format!("{AT}/credentialSubject"))
            .alone()
    };
    let kb = |actor: &Actor, sd_jwt: &str, nonce: &str| {
        let payload = json!({
            "iat": time(NOW).unix() - 5, "aud": DOMAIN, "nonce": nonce, "sd_hash": HashName::Sha256.digest(sd_jwt),
        });
        let header = json!({ "alg": "EdDSA", "typ": "kb+jwt" });
        format!("{sd_jwt}{}", actor.token(&header.to_string(), &payload.to_string()))
    };
    let token = |actor: &Actor, envelope: Json, nonce: &str| {
        let header = json!({ "alg": "EdDSA", "typ": "vp+jwt", "kid": actor.method });
        let document = set(&set(&presentation(&[envelope]), "/nonce", nonce), "/aud", DOMAIN);
        actor.token(&header.to_string(), &set(&document, "/holder", actor.did.clone()).to_string())
    };
    let told = |name: &str, about: &str, text: String| asked(Vector::verify_text("presentation", name, about, text));
    let unsigned = set(&presentation(&[envelope(&kb(&holder(), &mine, CHALLENGE))]), "/holder", holder().did);
    vec![
        of("sd-jwt-confirmed", "Its cnf is the key that signs the presentation.", &by(&holder(), &mine)).accepts(),
        of(
            "sd-jwt-confirmed-kid",
            "Its cnf names the key that signs the presentation.",
            &by(&holder(), &confirming(json!({ "kid": holder().method }))),
        )
        .accepts(),
        not_holder(
            "sd-jwt-confirmed-other",
            "Shown by its subject, but its cnf is somebody else’s key.",
            &by(&holder(), &confirming(jwk(&stranger()))),
        ),
        not_holder(
            "sd-jwt-confirmed-only",
            "Shown with the key of its cnf by somebody whom it is not about.",
            &by(&stranger(), &confirming(jwk(&stranger()))),
        ),
        not_holder(
            "sd-jwt-confirmed-thumbprint",
            "A cnf that names the key in a way that confirms nobody here.",
            &by(&holder(), &confirming(json!({ "jkt": "AAAA" }))),
        ),
        of("sd-jwt-bearer", "It names nobody and hides nothing.", &by(&stranger(), &bearer)).accepts(),
        of("sd-jwt-nameless", "It hides something, which may be its subject’s id.", &by(&stranger(), &nameless(None)))
            .rejects("holder-binding", "sd_jwt.key_binding_missing", AT)
            .alone(),
        of(
            "sd-jwt-nameless-confirmed",
            "It hides its subject’s id, and its cnf is the presenter’s key.",
            &by(&holder(), &nameless(Some(jwk(&holder())))),
        )
        .accepts(),
        not_holder(
            "sd-jwt-nameless-stolen",
            "It hides its subject’s id, and its cnf is another key than the presenter’s.",
            &by(&stranger(), &nameless(Some(jwk(&holder())))),
        ),
        of(
            "sd-jwt-own-binding",
            "With a key-binding JWT of its own too.",
            &by(&holder(), &kb(&holder(), &mine, CHALLENGE)),
        )
        .accepts(),
        of(
            "sd-jwt-own-binding-old",
            "The key-binding JWT was made for another request than the presentation.",
            &by(&holder(), &kb(&holder(), &mine, "larch-7")),
        )
        .rejects("audience", "proof.challenge", "")
        .alone(),
        of(
            "sd-jwt-own-binding-alone",
            "The key-binding JWT is for this request, and the presentation for another one.",
            &shown_by(&holder(), &envelope(&kb(&holder(), &mine, CHALLENGE)), "larch-7"),
        )
        .rejects("audience", "proof.challenge", "")
        .alone(),
        of(
            "sd-jwt-own-binding-forged",
            "A key-binding JWT that somebody else signed.",
            &by(&holder(), &kb(&stranger(), &mine, CHALLENGE)),
        )
        .rejects("holder-binding", "proof.signature_invalid", AT)
        .alone(),
        of(
            "sd-jwt-own-binding-copied",
            "A thief shows what the holder showed, key-binding JWT and all.",
            &by(&stranger(), &kb(&holder(), &mine, CHALLENGE)),
        )
        .rejects("holder-binding", "holder.not_subject", &format!("{AT}/credentialSubject"))
        .alone(),
        of("sd-jwt-unsigned", "A key-binding JWT in the place of the presentation’s proof.", &unsigned).rejects(
            "proof",
            "proof.missing",
            "",
        ),
        told("sd-jwt-in-token", "In a presentation that is a JWT.", token(&holder(), envelope(&mine), CHALLENGE))
            .accepts(),
        told("sd-jwt-in-token-nonce", "The same for another request.", token(&holder(), envelope(&mine), "larch-7"))
            .rejects("audience", "proof.challenge", "")
            .alone(),
        told(
            "sd-jwt-in-token-stolen",
            "The same, shown by somebody else.",
            token(&stranger(), envelope(&mine), CHALLENGE),
        )
        .rejects("holder-binding", "holder.not_subject", &format!("{AT}/credentialSubject"))
        .alone(),
    ]
}

/// VCDM 2.0 §4.13.2: an envelope holds a credential of that model, under the media type that VC-JOSE-COSE registered.
fn not_of_the_model() -> Vec<Vector> {
    const AT: &str = "/verifiableCredential/0";
    let of = |name: &str, about: &str, document: &Json, pointer: &str| {
        let members = json!({ "proofPurpose": "authentication", "challenge": CHALLENGE, "domain": DOMAIN });
        let shown = holder().sign_anything_with(document, &members);
        Vector::verify("presentation", name, about, &shown)
            .policy("challenge", CHALLENGE)
            .policy("domain", DOMAIN)
            .rejects("structure", "vc.enveloped", &format!("{AT}{pointer}"))
    };
    let shown = |envelope: &Json| set(&presentation(std::slice::from_ref(envelope)), "/holder", holder().did);
    let under =
        |media_type: &str, token: &str| shown(&set(&envelope(token), "/id", format!("data:{media_type},{token}")));
    let header = |typ: &str| json!({ "alg": "EdDSA", "typ": typ, "kid": issuer().method });
    let vct = token_of(&header("dc+sd-jwt"), &payload(), &[]);
    let old = token_of(&header("vc+sd-jwt"), &payload(), &[]);
    let plain = issuer().token(&header("vc+jwt").to_string(), &v2().to_string());
    vec![
        of("sd-jwt-vct", "An SD-JWT VC, under its own media type.", &under("application/dc+sd-jwt", &vct), "/id"),
        of(
            "sd-jwt-vct-disguised",
            "An SD-JWT VC, under that of the model.",
            &under("application/vc+sd-jwt", &vct),
            "/id",
        ),
        of(
            "sd-jwt-card-disguised",
            "One of the model, under that of SD-JWT VC.",
            &under("application/dc+sd-jwt", &card()),
            "/id",
        ),
        of("sd-jwt-plain-type", "The media type of every SD-JWT.", &under("application/sd-jwt", &card()), "/id"),
        of(
            "sd-jwt-of-presentation",
            "The media type of a presentation.",
            &under("application/vp+sd-jwt", &card()),
            "/id",
        ),
        of("sd-jwt-parameter", "A parameter.", &under("application/vc+sd-jwt;charset=utf-8", &card()), "/id"),
        of("sd-jwt-base64", "base64 around it.", &under("application/vc+sd-jwt;base64", &card()), "/id"),
        of(
            "sd-jwt-escaped",
            "Its tildes are escaped.",
            &under("application/vc+sd-jwt", &card().replace('~', "%7E")),
            "/id",
        ),
        of("sd-jwt-no-tilde", "A JWT without the tilde.", &under("application/vc+sd-jwt", &plain), "/id"),
        of("sd-jwt-empty", "Nothing.", &under("application/vc+sd-jwt", ""), "/id"),
        of(
            "sd-jwt-in-1-1",
            "In a presentation of VCDM 1.1.",
            &set(&shown(&envelope(&card())), "/@context", json!(["https://www.w3.org/2018/credentials/v1"])),
            "/type",
        ),
        of(
            "sd-jwt-old-typ",
            "An SD-JWT VC with the typ that it had until 2024.",
            &under("application/vc+sd-jwt", &old),
            "/id",
        )
        .policy("oldSdJwtVcTyp", true),
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
