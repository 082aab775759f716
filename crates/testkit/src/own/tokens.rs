//! JWTs: VC-JWT of VCDM 1.1 and `vc+jwt` of VC-JOSE-COSE.

use serde_json::{Value as Json, json};
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::keys::{KeyType, Signer as _};

use super::actor::{actor, issuer, stranger, unsigned_token};
use super::documents::{V1, V2, presentation, set, v1, v2, without};
use super::vector::Vector;

const AREA: &str = "jwt";

pub(super) fn vectors() -> Vec<Vector> {
    [headers(), claims(), parts(), signatures(), envelopes(), rsa()].concat()
}

fn of(name: &str, about: &str, token: impl Into<Json>) -> Vector {
    Vector::verify_text(AREA, name, about, token)
}

fn header() -> Json {
    json!({ "alg": "EdDSA", "typ": "vc+jwt", "cty": "vc", "kid": issuer().method })
}

fn token(header: &Json, payload: &Json) -> String {
    issuer().token(&header.to_string(), &payload.to_string())
}

/// The claims of VCDM 1.1 around a document.
fn mapped(claims: Json, document: &Json) -> Json {
    set(&claims, "/vc", document.clone())
}

fn header_v1() -> Json {
    json!({ "alg": "EdDSA", "typ": "JWT", "kid": issuer().method })
}

fn headers() -> Vec<Vector> {
    let with = |member: &str, value: Json| token(&set(&header(), &format!("/{member}"), value), &v2());
    let bad = |name: &str, about: &str, member: &str, value: Json, code: &str| {
        of(name, about, with(member, value)).rejects("proof", code, "").alone()
    };
    let none = format!(
        "{}.",
        unsigned_token(&json!({ "alg": "none", "kid": issuer().method }).to_string(), &v2().to_string())
    );
    let own_key = {
        let thief = stranger();
        let header = json!({ "alg": "EdDSA", "typ": "JWT", "jwk": thief.key.public_key().to_jwk().to_serde() });
        thief.token(&header.to_string(), &mapped(json!({ "iss": issuer().did }), &v1()).to_string())
    };
    vec![
        of("alg-none-empty", "alg none, and no signature.", none).rejects("proof", "jose.algorithm", "").alone(),
        bad("alg-none", "alg none, with a signature.", "alg", json!("none"), "jose.algorithm"),
        bad("alg-none-case", "alg None.", "alg", json!("None"), "jose.algorithm"),
        bad("alg-hs256", "A MAC.", "alg", json!("HS256"), "jose.algorithm"),
        bad("alg-es512", "An algorithm that is not supported.", "alg", json!("ES512"), "jose.algorithm"),
        bad("alg-of-another-key", "ES256, though the key is Ed25519.", "alg", json!("ES256"), "key.wrong_suite"),
        bad("crit", "A critical header.", "crit", json!(["exp"]), "jose.critical"),
        bad("crit-empty", "An empty list of critical headers.", "crit", json!([]), "jose.critical"),
        bad("b64-false", "RFC 7797 without crit.", "b64", json!(false), "jose.critical"),
        bad("typ-jwt", "VC-JOSE-COSE §3.1.1: another typ.", "typ", json!("JWT"), "jose.type"),
        bad("typ-presentation", "A credential with the typ of a presentation.", "typ", json!("vp+jwt"), "jose.type"),
        bad("cty-presentation", "A credential with the cty of a presentation.", "cty", json!("vp"), "jose.type"),
        of(
            "typ-v1",
            "VCDM 1.1 §6.3.1: another typ than JWT.",
            token(&set(&header_v1(), "/typ", "vc+jwt"), &mapped(json!({}), &v1())),
        )
        .rejects("proof", "jose.type", "")
        .alone(),
        of("kid-missing", "VC-JOSE-COSE §4.1.1: no kid.", token(&without(&header(), "/kid"), &v2())).rejects(
            "proof",
            "jose.claim",
            "",
        ),
        of("kid-no-did", "A kid that is a web address.", with("kid", json!("https://id.ontario.example/key"))).rejects(
            "key-authorized",
            "key.not_controller",
            "",
        ),
        of(
            "kid-of-another",
            "The kid of another, who signed it.",
            stranger().token(&set(&header(), "/kid", stranger().method).to_string(), &v2().to_string()),
        )
        .rejects("key-authorized", "key.not_controller", "")
        .alone(),
        of("kid-number", "A kid that is a number.", with("kid", json!(7))).error("jose.malformed"),
        of("alg-missing", "No alg.", token(&without(&header(), "/alg"), &v2())).error("jose.malformed"),
        of("alg-number", "An alg that is a number.", with("alg", json!(7))).error("jose.malformed"),
        of("key-in-header", "The thief's own key stands in the header.", own_key)
            .rejects("proof", "proof.signature_invalid", "")
            .alone(),
        of(
            "header-duplicate-key",
            "Two algorithms.",
            issuer().token(r#"{"alg":"EdDSA","alg":"none"}"#, &v2().to_string()),
        )
        .error("json.duplicate_key"),
        of(
            "header-array",
            "A header that is no object.",
            format!("eyJ{}", &issuer().token("[1]", &v2().to_string())[3..]),
        )
        .error("json.syntax"),
    ]
}

fn claims() -> Vec<Vector> {
    let v1_with = |claims: Json| token(&header_v1(), &mapped(claims, &v1()));
    let mismatch = |name: &str, about: &str, claims: Json, pointer: &str| {
        of(name, about, v1_with(claims)).rejects("proof", "jose.claim_mismatch", pointer).alone()
    };
    let v2_with = |member: &str, value: Json| token(&header(), &set(&v2(), &format!("/{member}"), value));
    let malformed = |name: &str, about: &str, token: String| of(name, about, token).rejects("proof", "jose.claim", "");
    vec![
        mismatch("v1-iss-mismatch", "iss and issuer differ.", json!({ "iss": stranger().did }), "/issuer"),
        mismatch("v1-jti-mismatch", "jti and id differ.", json!({ "jti": "urn:uuid:other" }), "/id"),
        mismatch("v1-nbf-mismatch", "nbf and issuanceDate differ.", json!({ "nbf": 1 }), "/issuanceDate"),
        mismatch(
            "v1-exp-mismatch",
            "exp and expirationDate differ.",
            json!({ "exp": 4_000_000_000_u32 }),
            "/expirationDate",
        ),
        mismatch(
            "v1-sub-mismatch",
            "sub and the subject's id differ.",
            json!({ "sub": stranger().did }),
            "/credentialSubject/id",
        ),
        of("v2-iss-mismatch", "VC-JOSE-COSE §4.1.2: iss and issuer differ.", v2_with("iss", json!(stranger().did)))
            .rejects("proof", "jose.claim_mismatch", "")
            .alone(),
        of("v2-jti-mismatch", "jti and id differ.", v2_with("jti", json!("urn:uuid:other")))
            .rejects("proof", "jose.claim_mismatch", "")
            .alone(),
        of("v2-sub-mismatch", "sub and the subject's id differ.", v2_with("sub", json!(stranger().did)))
            .rejects("proof", "jose.claim_mismatch", "")
            .alone(),
        of("v2-exp-past", "The signature has ended.", v2_with("exp", json!(1_700_000_000)))
            .rejects("proof", "proof.expired", "")
            .alone(),
        of("v2-nbf-future", "The signature has not begun.", v2_with("nbf", json!(1_900_000_000)))
            .rejects("proof", "proof.created_in_future", "")
            .alone(),
        of("iat-future", "Signed in the future.", v2_with("iat", json!(1_900_000_000)))
            .rejects("proof", "proof.created_in_future", "")
            .alone(),
        malformed("exp-text", "An exp that is a text.", v2_with("exp", json!("tomorrow"))),
        malformed("exp-huge", "An exp beyond the year 9999.", v2_with("exp", json!(1e300))),
        malformed("iss-object", "An iss that is an object.", v2_with("iss", json!({ "id": issuer().did }))),
        malformed("vc-text", "A claim vc that is a text.", token(&header_v1(), &json!({ "vc": "credential" }))),
        malformed(
            "vc-and-vp",
            "Claims vc and vp.",
            token(&header_v1(), &json!({ "vc": v1(), "vp": { "@context": [V1], "type": "VerifiablePresentation" } })),
        ),
        malformed(
            "vc-of-2",
            "A credential of VCDM 2.0 in the claim vc.",
            token(&header_v1(), &mapped(json!({}), &v2())),
        ),
        malformed("bare-1-1", "A credential of VCDM 1.1 as the payload itself.", token(&header(), &v1())),
        of(
            "v1-expired",
            "VCDM 1.1: the period stands in exp alone, and is over.",
            token(&header_v1(), &mapped(json!({ "exp": 1_790_000_000 }), &without(&v1(), "/expirationDate"))),
        )
        .rejects("validity", "validity.expired", "")
        .alone(),
        of(
            "v1-not-yet",
            "VCDM 1.1: the period stands in nbf alone, and has not begun.",
            token(&header_v1(), &mapped(json!({ "nbf": 1_900_000_000 }), &without(&v1(), "/issuanceDate"))),
        )
        .rejects("validity", "validity.not_yet", "")
        .alone(),
    ]
}

fn parts() -> Vec<Vector> {
    let good = token(&header(), &v2());
    let (input, signature) = good.rsplit_once('.').unwrap();
    let (head, payload) = input.split_once('.').unwrap();
    let malformed = |name: &str, about: &str, token: String| of(name, about, token).error("jose.malformed");
    // Of 64 bytes, the last of 86 digits has four bits that must be zero.
    let trailing = format!("{}B", &good[..good.len() - 1]);
    vec![
        malformed("two-parts", "The signature is missing.", input.to_owned()),
        malformed("four-parts", "A fourth part.", format!("{good}.AAAA")),
        malformed("empty-signature", "An empty signature.", format!("{input}.")),
        malformed("empty-payload", "An empty payload: it is elsewhere.", format!("{head}..{signature}")),
        malformed("trailing-bits", "Bits behind the last byte of the signature.", trailing),
        malformed("signature-length", "A length that no bytes give.", format!("{good}AAA")),
        malformed("payload-array", "A payload that is no object.", token(&header(), &json!([v2()]))),
        of("padding", "Padding.", format!("{good}==")).error("input.not_a_credential"),
        of("plain-base64", "The alphabet of plain base64.", format!("{input}.+{}", &signature[1..]))
            .error("input.not_a_credential"),
        of("white-space-inside", "A line break within.", format!("{head}.\n{payload}.{signature}"))
            .error("input.not_a_credential"),
        of(
            "payload-no-json",
            "A payload that is no JSON.",
            issuer().token(&header().to_string(), "VerifiableCredential"),
        )
        .error("json.syntax"),
        of(
            "payload-duplicate-key",
            "Two issuers.",
            issuer().token(&header().to_string(), &v2().to_string().replacen('{', r#"{"issuer":"did:example:x","#, 1)),
        )
        .error("json.duplicate_key"),
        of("payload-not-utf-8", "A payload that is not UTF-8.", {
            let input = format!("{head}.{}", base64url_encode(&[b'{', 0xff, b'}']));
            format!("{input}.{}", base64url_encode(&issuer().sign_bytes(input.as_bytes())))
        })
        .error("input.invalid_utf8"),
    ]
}

fn signatures() -> Vec<Vector> {
    let good = token(&header(), &v2());
    let (input, signature) = good.rsplit_once('.').unwrap();
    let (head, _) = input.split_once('.').unwrap();
    let signature = base64url_decode(signature).unwrap();
    let invalid = |name: &str, about: &str, input: &str, signature: &[u8]| {
        of(name, about, format!("{input}.{}", base64url_encode(signature)))
            .rejects("proof", "proof.signature_invalid", "")
            .alone()
    };
    let mut flipped = signature.clone();
    flipped[5] ^= 0x10;
    let other =
        format!("{head}.{}", base64url_encode(set(&v2(), "/credentialSubject/name", "Mallory").to_string().as_bytes()));
    let p256 = actor(KeyType::P256, 1);
    let es256 = {
        let header = json!({ "alg": "ES256", "typ": "vc+jwt", "kid": p256.method });
        unsigned_token(&header.to_string(), &set(&v2(), "/issuer", p256.did.as_str()).to_string())
    };
    let ecdsa = p256.sign_bytes(es256.as_bytes());
    let der = [&[0x30, 0x44, 0x02, 0x20], &ecdsa[..32], &[0x02, 0x20], &ecdsa[32..]].concat();
    vec![
        invalid("signature-changed", "One bit of the signature is another.", input, &flipped),
        invalid("payload-changed", "Another name.", &other, &signature),
        invalid("signature-short", "63 bytes.", input, &signature[..63]),
        invalid("signature-long", "65 bytes.", input, &[&signature[..], &[0]].concat()),
        invalid("es256-der", "ES256: the signature in DER.", &es256, &der),
        invalid("es256-zeros", "ES256: r and s are zero.", &es256, &[0; 64]),
        of("es256-good", "ES256: a good signature.", format!("{es256}.{}", base64url_encode(&ecdsa))).accepts(),
    ]
}

/// Tokens in `data:` URLs at the top.
fn envelopes() -> Vec<Vector> {
    let good = token(&header(), &v2());
    let envelope = |id: &str| json!({ "@context": V2, "type": "EnvelopedVerifiableCredential", "id": id });
    let data = format!("data:application/vc+jwt,{good}");
    let shown = {
        let header = json!({ "alg": "EdDSA", "typ": "vp+jwt", "kid": issuer().method });
        let showing = set(&presentation(&[]), "/holder", issuer().did);
        token(&header, &without(&showing, "/verifiableCredential"))
    };
    let old = {
        let header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": issuer().method });
        token(&header, &json!({ "iss": issuer().did, "vc": v1() }))
    };
    let of = |name: &str, about: &str, document: Json| Vector::verify("enveloped", name, about, &document);
    let bad = |name: &str, about: &str, document: Json, pointer: &str| {
        of(name, about, document).rejects("structure", "vc.enveloped", pointer).alone()
    };
    vec![
        of("good", "A credential in an envelope.", envelope(&data)).accepts(),
        of(
            "generic-media-type",
            "The media type of every JWT; what it is, the token says.",
            envelope(&format!("data:application/jwt,{good}")),
        )
        .accepts(),
        of(
            "generic-presentation",
            "A presentation under the media type of every JWT.",
            set(&envelope(&format!("data:application/jwt,{shown}")), "/type", "EnvelopedVerifiablePresentation"),
        )
        .accepts(),
        bad(
            "generic-other-kind",
            "A presentation under the media type of every JWT, in the envelope of a credential.",
            envelope(&format!("data:application/jwt,{shown}")),
            "/id",
        ),
        bad(
            "generic-version-1-1",
            "A token of VCDM 1.1 under the media type of every JWT: the envelope is of VCDM 2.0.",
            envelope(&format!("data:application/jwt,{}", old)),
            "/id",
        ),
        bad(
            "no-context",
            "VCDM 2.0 §4.13.2: without the context.",
            without(&envelope(&data), "/@context"),
            "/@context",
        ),
        bad(
            "two-types",
            "A second type beside it.",
            set(&envelope(&data), "/type", json!(["EnvelopedVerifiableCredential", "Photo"])),
            "/type",
        ),
        bad("no-id", "Without an id.", without(&envelope(&data), "/id"), "/id"),
        bad("https", "An address in the place of the data.", envelope("https://id.ontario.example/vc.jwt"), "/id"),
        bad(
            "media-type",
            "The media type of a presentation.",
            envelope(&format!("data:application/vp+jwt,{good}")),
            "/id",
        ),
        bad("base64", "base64 around the token.", envelope(&format!("data:application/vc+jwt;base64,{good}")), "/id"),
        bad("empty", "No token.", envelope("data:application/vc+jwt,"), "/id"),
        bad("escape", "An escape within the token.", envelope(&data.replace("jwt,ey", "jwt,%65y")), "/id"),
        of("malformed-token", "What is in the envelope is no token.", envelope("data:application/vc+jwt,abc.def"))
            .rejects("proof", "jose.malformed", "/id")
            .alone(),
        of("presentation-inside", "A presentation in the envelope of a credential.", {
            let header = json!({ "alg": "EdDSA", "typ": "vp+jwt", "kid": issuer().method });
            let showing = set(&presentation(&[]), "/holder", issuer().did);
            envelope(&format!(
                "data:application/vc+jwt,{}",
                token(&header, &without(&showing, "/verifiableCredential"))
            ))
        })
        .rejects("structure", "vc.enveloped", "/id")
        .alone(),
    ]
}

/// Tokens that another implementation (Python's `cryptography`) made once: RSA is verified only.
fn rsa() -> Vec<Vector> {
    let rs256 = include_str!("fixed/rs256.jwt").trim();
    let (input, signature) = rs256.rsplit_once('.').unwrap();
    let mut flipped = base64url_decode(signature).unwrap();
    flipped[9] ^= 1;
    vec![
        of("rs256-good", "RSASSA-PKCS1-v1_5 with 2048 bits.", rs256).accepts(),
        of("ps256-good", "RSASSA-PSS with 2048 bits.", include_str!("fixed/ps256.jwt").trim()).accepts(),
        of("rs256-changed", "One bit of the signature is another.", format!("{input}.{}", base64url_encode(&flipped)))
            .rejects("proof", "proof.signature_invalid", "")
            .alone(),
        of("rs256-1024", "A key of 1024 bits.", include_str!("fixed/rs256-1024.jwt").trim()).rejects(
            "proof",
            "key.invalid",
            "",
        ),
    ]
}
