//! bbs-2023 bound to a secret of its holder, and with a pseudonym for one verifier (VC-DI-BBS §3.5).

use serde_json::{Value as Json, json};
use tamarack::bbs::{Ciphersuite, SecretNumber, blind, pseudonym};
use tamarack::jsonld::Contexts;
use tamarack::keys::KeyType;
use tamarack::proof::{Binding, Suite};

use super::actor::{Drawn, actor, object};
use super::cbor::{Part, open};
use super::selective::{AREA, Case, DISCLOSURE, ENCODING, MANDATORY, SIGNATURE, changed, nameless, of, refused, value};
use super::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    [bound(), pseudonyms()].concat()
}

/// bbs-2023 bound to a secret of the holder.
fn bound() -> Vec<Vector> {
    let issuer = actor(KeyType::Bls12381G2, 1);
    let secret = [7_u8; 32];
    let (commitment, prover_blind) = blind::commit(Ciphersuite::Sha256, &[&secret], &mut Drawn(100)).unwrap();
    let mut options = issuer.options(Suite::Bbs2023);
    options.mandatory_pointers = MANDATORY.map(str::to_owned).to_vec();
    let binding = Binding::Holder { commitment: &commitment };
    let signed = tamarack::proof::sign_bound(
        &object(&nameless(&issuer.did)),
        &options,
        binding,
        &issuer.key,
        &Contexts::builtin(),
        &mut Drawn(0),
    );
    let base = tamarack::json::Value::Object(signed.unwrap()).to_serde();
    let secrets =
        tamarack::proof::HolderSecrets { holder_secret: Some(secret.to_vec().into()), prover_blind, pseudonym: None };
    let derived = super::actor::derive_with(&base, &["/credentialSubject/name"], Some(secrets));
    let case = Case { name: "bound", other: derived.clone(), derived, base };
    let refused = |name: &str, about: &str, code: &str, document: &Json| refused(&case, name, about, code, document);
    let length = |number: u64| changed(&case.derived, |_, parts| parts[5] = Part::Number(number));
    let Part::Number(known) = open(value(&case.derived)).1[5] else { panic!("no length") };
    vec![
        of("bound-derived", "A proof that only the holder of the secret can make.", &case.derived).accepts(),
        refused("base-to-verifier", "A base proof that is bound to its holder.", "proof.base", &case.base),
        refused("base-to-holder", "Without the secret, not even the holder can tell.", "proof.binding", &case.base)
            .policy("asHolder", true),
        Vector::of(
            "derive",
            AREA,
            "bound-without-secret",
            "Deriving without the holder's secret.",
            json!({ "json": case.base }),
        )
        .with("reveal", json!(["/credentialSubject/name"]))
        .error_at("proof.binding", "/proof/proofValue"),
        refused("length-more", "One message more than was signed.", DISCLOSURE, &length(known + 1)),
        refused("length-less", "One message less than was signed.", DISCLOSURE, &length(known - 1)),
        refused("length-zero", "No message at all.", DISCLOSURE, &length(0)),
        refused("length-huge", "More messages than there can be.", DISCLOSURE, &length(4_000_000_000)),
        refused(
            "header-baseline",
            "The header of an unbound proof.",
            ENCODING,
            &changed(&case.derived, |kind, _| *kind = 3),
        ),
        refused(
            "unbound",
            "The binding left out: as if the holder's secret were one more message.",
            SIGNATURE,
            &changed(&case.derived, |kind, parts| {
                *kind = 3;
                parts.pop();
            }),
        ),
        refused(
            "header-pseudonym",
            "The header of a proof with a pseudonym.",
            ENCODING,
            &changed(&case.derived, |kind, _| *kind = 7),
        ),
    ]
}

/// bbs-2023 with a pseudonym of the holder for one verifier.
fn pseudonyms() -> Vec<Vector> {
    const SHOP: &str = "https://shop.example";
    let issuer = actor(KeyType::Bls12381G2, 1);
    let prover_nym = SecretNumber::from_bytes(&[9; 32]).unwrap();
    let (commitment, prover_blind) = pseudonym::commit(Ciphersuite::Sha256, &[], &prover_nym, &mut Drawn(100)).unwrap();
    let mut options = issuer.options(Suite::Bbs2023);
    options.mandatory_pointers = MANDATORY.map(str::to_owned).to_vec();
    let binding = Binding::Pseudonym { commitment: &commitment };
    let document = object(&nameless(&issuer.did));
    let contexts = Contexts::builtin();
    let signed = tamarack::proof::sign_bound(&document, &options, binding, &issuer.key, &contexts, &mut Drawn(0));
    let base = tamarack::json::Value::Object(signed.unwrap()).to_serde();
    let derive = |domain: &str| {
        let secrets = tamarack::proof::HolderSecrets {
            holder_secret: None,
            prover_blind: prover_blind.clone(),
            pseudonym: Some(tamarack::proof::PseudonymSecret {
                prover_nym: prover_nym.clone(),
                domain: domain.to_owned(),
            }),
        };
        let header = json!({ "aud": SHOP, "nonce": "larch-7" }).to_string().into_bytes();
        super::actor::derive_for(&base, &["/credentialSubject/name"], Some(secrets), header)
    };
    let derived = derive(SHOP);
    let elsewhere = open(value(&derive("https://bank.example"))).1;
    let asked = |name: &str, about: &str, domain: &str, document: &Json| {
        of(name, about, document).policy("challenge", "larch-7").policy("domain", domain)
    };
    let part = |at: usize, part: Part| changed(&derived, |_, parts| parts[at] = part);
    vec![
        asked("pseudonym", "A pseudonym for the verifier that asks.", SHOP, &derived).accepts(),
        asked(
            "pseudonym-other-domain",
            "The audience is the verifier, the pseudonym is for another domain.",
            SHOP,
            &part(5, Part::Text("https://bank.example".to_owned())),
        )
        .rejects("audience", "proof.domain", "/proof"),
        asked(
            "pseudonym-other-point",
            "The pseudonym for another domain in the place of this one's.",
            SHOP,
            &part(6, elsewhere[6].clone()),
        )
        .rejects("proof", SIGNATURE, "/proof"),
        asked(
            "pseudonym-no-point",
            "A pseudonym that is no point of the curve.",
            SHOP,
            &part(6, Part::Bytes(vec![0x80; 48])),
        )
        .rejects("proof", ENCODING, "/proof/proofValue"),
        asked(
            "pseudonym-elsewhere",
            "A pseudonym that was made for another verifier.",
            "https://bank.example",
            &derived,
        )
        .rejects("audience", "proof.domain", ""),
        Vector::of(
            "derive",
            AREA,
            "pseudonym-without-secret",
            "Deriving without the holder's share.",
            json!({ "json": base }),
        )
        .with("reveal", json!(["/credentialSubject/name"]))
        .error_at("proof.binding", "/proof/proofValue"),
    ]
}
