//! What must be accepted: one for each suite, format and version, so that the refusals of the other vectors mean something.

use serde_json::{Value as Json, json};
use tamarack::did::{Relationship, did_jwk};
use tamarack::keys::{KeyType, Signer as _};
use tamarack::proof::Suite;

use super::actor::{Actor, actor, holder, issuer};
use super::documents::{presentation, set, v1, v1_of, v2, v2_of, without};
use super::vector::Vector;

const AREA: &str = "accept";

pub(super) fn vectors() -> Vec<Vector> {
    [suites(), tokens(), contents()].concat()
}

fn suites() -> Vec<Vector> {
    let suites = [
        ("ed25519-signature-2020", KeyType::Ed25519, Suite::Ed25519Signature2020),
        ("eddsa-rdfc-2022", KeyType::Ed25519, Suite::EddsaRdfc2022),
        ("eddsa-jcs-2022", KeyType::Ed25519, Suite::EddsaJcs2022),
        ("ecdsa-rdfc-2019-p256", KeyType::P256, Suite::EcdsaRdfc2019),
        ("ecdsa-rdfc-2019-p384", KeyType::P384, Suite::EcdsaRdfc2019),
        ("ecdsa-jcs-2019-p256", KeyType::P256, Suite::EcdsaJcs2019),
        ("ecdsa-jcs-2019-p384", KeyType::P384, Suite::EcdsaJcs2019),
    ];
    let mut vectors = Vec::new();
    for (name, kind, suite) in suites {
        let signer = actor(kind, 1);
        for (version, document) in [("1.1", v1_of(&signer.did)), ("2.0", v2_of(&signer.did))] {
            let about = format!("VCDM {version}, {suite}, {}.", kind.name());
            vectors.push(
                Vector::verify(AREA, &format!("{name}-vcdm-{version}"), &about, &signer.sign(suite, &document))
                    .accepts(),
            );
        }
        let showing = set(
            &presentation(&[issuer().sign(Suite::EddsaRdfc2022, &without(&v2(), "/credentialSubject/id"))]),
            "/holder",
            signer.did.as_str(),
        );
        let shown = signer.sign_with(suite, &showing, |options| options.purpose = Relationship::Authentication);
        let about = format!("A presentation of VCDM 2.0, {suite}, {}.", kind.name());
        vectors.push(Vector::verify(AREA, &format!("{name}-presentation"), &about, &shown).accepts());
    }
    vectors
}

fn tokens() -> Vec<Vector> {
    let mut vectors = Vec::new();
    for (alg, kind) in [("EdDSA", KeyType::Ed25519), ("ES256", KeyType::P256), ("ES384", KeyType::P384)] {
        let signer = actor(kind, 1);
        let header = |typ: &str| json!({ "alg": alg, "typ": typ, "kid": signer.method }).to_string();
        let of = |name: &str, about: &str, token: String| {
            Vector::verify_text(AREA, &format!("jwt-{}-{name}", alg.to_lowercase()), &format!("{about}, {alg}."), token)
                .accepts()
        };
        let document = v1_of(&signer.did);
        let both = json!({
            "iss": signer.did, "jti": document["id"], "nbf": 1_767_225_600, "exp": 1_924_992_000, "sub": holder().did, "vc": document,
        });
        let mut bare = document.clone();
        for member in ["id", "issuer", "issuanceDate", "expirationDate"] {
            bare = without(&bare, &format!("/{member}"));
        }
        let claims_alone = set(&both, "/vc", without(&bare, "/credentialSubject/id"));
        vectors.push(of(
            "vcdm-2.0",
            "VC-JOSE-COSE, a credential",
            signer.token(&header("vc+jwt"), &v2_of(&signer.did).to_string()),
        ));
        vectors.push(of(
            "vcdm-1.1-both",
            "VCDM 1.1, claims beside the properties",
            signer.token(&header("JWT"), &both.to_string()),
        ));
        vectors.push(of(
            "vcdm-1.1-claims",
            "VCDM 1.1, claims in the place of the properties",
            signer.token(&header("JWT"), &claims_alone.to_string()),
        ));
    }
    vectors
}

fn contents() -> Vec<Vector> {
    let of = |name: &str, about: &str, document: &Json| {
        Vector::verify(AREA, name, about, &issuer().sign(Suite::EddsaRdfc2022, document)).accepts()
    };
    let jwk_issuer = || {
        let key = issuer().key;
        let did = did_jwk(key.public_key());
        Actor { method: format!("{did}#0"), did, key }
    };
    let named = json!([
        { "@value": "Photo card", "@language": "en" },
        { "@value": "Carte-photo", "@language": "fr-CA", "@direction": "ltr" },
    ]);
    let many = json!([{ "id": holder().did, "name": "Zoé" }, { "name": "Noé" }]);
    vec![
        of("languages", "A name in two languages, one with a direction.", &set(&v2(), "/name", named)),
        of("subjects", "Two subjects, one of them without an id.", &set(&v2(), "/credentialSubject", many)),
        of(
            "subject-id-only",
            "A subject with an id alone: the types say what it is about it.",
            &set(&v2(), "/credentialSubject", json!({ "id": holder().did })),
        ),
        of(
            "version-1-1-subject-id-only",
            "VCDM 1.1, a subject with an id alone.",
            &set(&v1(), "/credentialSubject", json!({ "id": holder().did })),
        ),
        of(
            "subjects-id-only",
            "Two subjects of whom nothing is said but who they are.",
            &set(&v2(), "/credentialSubject", json!([{ "id": holder().did }, { "id": "did:example:second" }])),
        ),
        of(
            "issuer-object",
            "An issuer that is an object with a name.",
            &set(&v2(), "/issuer", json!({ "id": issuer().did, "name": "Ontario" })),
        ),
        of("no-period", "Without dates.", &without(&without(&v2(), "/validFrom"), "/validUntil")),
        of(
            "offsets",
            "Dates with offsets and fractions.",
            &set(&set(&v2(), "/validFrom", "2026-11-20T06:59:59.999-05:00"), "/validUntil", "2026-11-20T12:00:00.001Z"),
        ),
        of(
            "context-text",
            "VCDM 2.0 with one context as a text in an array, and a type as a text.",
            &set(&v2(), "/type", "VerifiableCredential"),
        ),
        of(
            "version-1-1-subjects",
            "VCDM 1.1 with two subjects.",
            &set(
                &v1(),
                "/credentialSubject",
                json!([v1()["credentialSubject"], { "id": "did:example:second", "type": ["PermanentResident", "Person"], "givenName": "Noé" }]),
            ),
        ),
        Vector::verify(
            AREA,
            "did-jwk",
            "An issuer with a did:jwk.",
            &jwk_issuer().sign(Suite::EddsaRdfc2022, &v2_of(&jwk_issuer().did)),
        )
        .accepts(),
    ]
}
