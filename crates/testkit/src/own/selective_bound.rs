//! bbs-2023 bound to a secret of its holder, and with a pseudonym for one verifier (VC-DI-BBS §3.5).

use serde_json::{Value as Json, json};
use tamarack::bbs::{Ciphersuite, SecretNumber, blind, pseudonym};
use tamarack::jsonld::Contexts;
use tamarack::keys::KeyType;
use tamarack::proof::{Binding, BoundSecrets, BoundTo, Suite};

use super::actor::{Drawn, actor, object};
use super::cbor::{Part, open};
use super::selective::{AREA, Case, DISCLOSURE, ENCODING, MANDATORY, SIGNATURE, changed, nameless, of, refused, value};
use super::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    [bound(), pseudonyms(), commitments(), showings()].concat()
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
    let plain = issuer.sign_with(Suite::Bbs2023, &nameless(&issuer.did), |options| {
        options.mandatory_pointers = MANDATORY.map(str::to_owned).to_vec();
    });
    let header = json!({ "aud": SHOP, "nonce": "larch-7" }).to_string().into_bytes();
    let unbound = super::actor::derive_for(&plain, &["/credentialSubject/name"], None, header);
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
        asked("pseudonym-required", "The verifier asks for a pseudonym, and there is one.", SHOP, &derived)
            .policy("pseudonym", "required")
            .accepts(),
        asked("pseudonym-missing", "The verifier asks for a pseudonym, and the credential has none.", SHOP, &unbound)
            .policy("pseudonym", "required")
            .rejects("holder-binding", "holder.pseudonym_missing", ""),
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

/// What a holder sends to an issuer.
fn commitments() -> Vec<Vector> {
    let of = |kind: BoundTo| {
        let (_, commitment) = BoundSecrets::commit(kind, &mut Drawn(300)).unwrap();
        serde_json::from_str::<Json>(&commitment.to_json()).unwrap()
    };
    let good = of(BoundTo::HolderAndPseudonym);
    let vector = |name: &str, about: &str, input: &Json| {
        Vector::of("commitment", "commitment", name, about, json!({ "json": input }))
    };
    let with = |member: &str, value: Json| {
        let mut changed = good.clone();
        changed[member] = value;
        changed
    };
    let bytes = tamarack::encoding::multibase64url_decode(good["commitmentWithProof"].as_str().unwrap()).unwrap();
    let encoded = |bytes: &[u8]| json!(tamarack::encoding::multibase64url_encode(bytes));
    let flipped = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        encoded(&bytes)
    };
    let bad = |name: &str, about: &str, member: &str, value: Json| {
        vector(name, about, &with(member, value)).error_at("proof.commitment", &format!("/{member}"))
    };
    let value = "commitmentWithProof";
    let mut more = good.clone();
    more["holderSecret"] = "uAA".into();
    vec![
        vector("good-holder", "A commitment to a holder's secret.", &of(BoundTo::Holder)).gives("holder"),
        vector("good-pseudonym", "A commitment to a share of a pseudonym's secret.", &of(BoundTo::Pseudonym))
            .gives("pseudonym"),
        vector("good-both", "A commitment to both.", &good).gives("both"),
        bad("point", "Another point.", value, flipped(47)),
        bad("response", "Another response.", value, flipped(79)),
        bad("challenge", "Another challenge.", value, flipped(bytes.len() - 1)),
        bad("cut", "One byte fewer.", value, encoded(&bytes[..bytes.len() - 1])),
        bad("fewer", "One response fewer.", value, encoded(&bytes[..bytes.len() - 32])),
        bad("longer", "One response more.", value, encoded(&[&bytes[..], &[1; 32]].concat())),
        bad("huge", "As many responses as would keep a signer busy.", value, encoded(&[1; 48 + 32 * 40])),
        bad("empty", "Nothing.", value, json!("")),
        bad("base58", "In base58.", value, json!("z6Mk")),
        bad("number", "A number.", value, json!(7)),
        bad("other-suite", "For another suite.", "cryptosuite", json!("ecdsa-sd-2023")),
        bad("to-nobody", "Bound to nobody.", "boundTo", json!("nobody")),
        vector("as-holder", "A commitment to both, said to be to one.", &with("boundTo", json!("holder")))
            .error_at("proof.commitment", "/commitmentWithProof"),
        vector(
            "as-pseudonym",
            "A commitment to both, said to be to a pseudonym.",
            &with("boundTo", json!("pseudonym")),
        )
        .error_at("proof.commitment", "/commitmentWithProof"),
        vector("secrets", "The holder's secrets beside it.", &more).error_at("proof.commitment", "/holderSecret"),
    ]
}

/// What a holder shows of a bound credential.
fn showings() -> Vec<Vector> {
    const SHOP: &str = "https://shop.example";
    let issuer = actor(KeyType::Bls12381G2, 1);
    let mut options = issuer.options(Suite::Bbs2023);
    options.mandatory_pointers = MANDATORY.map(str::to_owned).to_vec();
    let card = |kind: BoundTo, seed: u64| {
        let (secrets, commitment) = BoundSecrets::commit(kind, &mut Drawn(seed)).unwrap();
        let binding = commitment.binding();
        let document = object(&nameless(&issuer.did));
        let contexts = Contexts::builtin();
        let signed = tamarack::proof::sign_bound(&document, &options, binding, &issuer.key, &contexts, &mut Drawn(0));
        let secrets: Json = serde_json::from_str(&secrets.expose_json()).unwrap();
        (tamarack::json::Value::Object(signed.unwrap()).to_serde(), secrets)
    };
    let show = |name: &str, about: &str, card: &Json, secrets: Option<&Json>| {
        let vector = Vector::of("present", "bound", name, about, json!({ "json": card }))
            .with("reveal", json!(["/credentialSubject/name"]));
        match secrets {
            Some(secrets) => vector.with("secrets", secrets.clone()),
            None => vector,
        }
    };
    let place = "/proof/proofValue";
    let mut vectors = Vec::new();
    for (kind, seed) in [(BoundTo::Holder, 400), (BoundTo::Pseudonym, 500), (BoundTo::HolderAndPseudonym, 600)] {
        let ((bound, secrets), (_, others)) = (card(kind, seed), card(kind, seed + 50));
        let name = kind.as_str();
        let named = |what: &str| format!("{name}-{what}");
        vectors.extend([
            show(&named("without"), "Without the holder's secrets.", &bound, None)
                .with("audience", SHOP)
                .error_at("proof.binding", place),
            show(&named("another"), "With the secrets of somebody else.", &bound, Some(&others))
                .with("audience", SHOP)
                .error_at("proof.binding", place),
        ]);
        let (_, other_kind) = card(if kind == BoundTo::Holder { BoundTo::Pseudonym } else { BoundTo::Holder }, 700);
        vectors.push(
            show(&named("other-kind"), "With secrets of another kind.", &bound, Some(&other_kind))
                .with("audience", SHOP)
                .error_at("proof.binding", place),
        );
        if kind != BoundTo::Holder {
            let about = "A pseudonym for nobody in particular.";
            vectors.push(show(&named("no-audience"), about, &bound, Some(&secrets)).error("present.pseudonym"));
        }
    }
    vectors
}
