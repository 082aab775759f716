//! Commitments to secrets of the holder: a proof type of our own.

use serde_json::{Value as Json, json};
use tamarack::SystemRandomness;
use tamarack::keys::{KeyType, SecretKey};
use tamarack::proof::{BoundSecrets, BoundTo, HolderCommitment};
use tamarack_openid4vc::Refusal;
use tamarack_openid4vc::RefusalCode::{InvalidNonce, InvalidProof};
use tamarack_openid4vc::oauth::nonce::NoncePurpose;
use tamarack_openid4vc::vci::configuration::ProofTypeSupport;
use tamarack_openid4vc::vci::credential::{CredentialRequest, Proofs, Wanted};
use tamarack_openid4vc::vci::proofs::{self, COMMITMENT, CheckedProofs, ProofRules, make_commitment};

use crate::table::Table;
use crate::world::{ISSUER, NOW, World, forge, jwk, same, with, world};

fn commitment() -> HolderCommitment {
    BoundSecrets::commit(BoundTo::HolderAndPseudonym, &mut SystemRandomness).unwrap().1
}

/// A world whose first configuration takes commitments too.
fn taking() -> World {
    let mut world = world();
    let card = &mut world.metadata.configurations[0].1;
    card.binding_methods.push(COMMITMENT.to_owned());
    card.proof_types.push((COMMITMENT.to_owned(), ProofTypeSupport::of(["ES256"])));
    world.metadata.check().unwrap();
    world
}

fn check(world: &World, configuration: &str, proofs: &Proofs) -> Result<CheckedProofs, Refusal> {
    let rules = ProofRules {
        issuer: ISSUER,
        configuration: world.metadata.configuration(configuration).unwrap(),
        batch_size: world.metadata.batch_size.unwrap_or(1),
        nonces: Some(&world.nonces),
        client_id: None,
        attesters: &world.attesters,
        evidence: &tamarack::Evidence::none(),
        now: NOW,
    };
    proofs::check(Some(proofs), &rules)
}

fn forged(world: &World, header: Json, claims: Json) -> Proofs {
    let key = SecretKey::generate(KeyType::P256).unwrap();
    let whole = json!({ "typ": "tamarack-bbs-commitment+jwt", "alg": "ES256", "jwk": jwk(&key) });
    let told: Json = serde_json::from_str(&commitment().to_json()).unwrap();
    let nonce = world.nonce(NoncePurpose::Credential);
    let good = json!({ "aud": ISSUER, "iat": NOW.unix(), "nonce": nonce, "commitment": told });
    Proofs::Commitment(vec![forge(&with(whole, header), &with(good, claims), &key)])
}

#[test]
fn commitments() {
    let world = taking();
    let mut t = Table::default();
    let code = InvalidProof;
    let head = |change: Json| check(&world, "card", &forged(&world, change, same()));
    let claim = |change: Json| check(&world, "card", &forged(&world, same(), change));
    t.taken("a commitment", head(same()));
    let elsewhere = check(&world, "licence", &forged(&world, same(), same()));
    t.refused("where none is taken", code, "the proof type", elsewhere);
    t.refused("a key proof's typ", code, "typ", head(json!({ "typ": "openid4vci-proof+jwt" })));
    t.refused("no typ", code, "typ", head(json!({ "typ": null })));
    t.refused("alg none", code, "the commitment", head(json!({ "alg": "none" })));
    t.refused("an alg that is not listed", code, "alg", head(json!({ "alg": "ES384" })));
    t.refused("another key", code, "the signature", head(json!({ "jwk": jwk(&world.instance) })));
    t.refused("no key", code, "jwk", head(json!({ "jwk": null })));
    t.refused("a key that lasts", code, "the key of the proof", head(json!({ "kid": world.did_url() })));
    t.refused("an attested key", code, "the key of the proof", head(json!({ "key_attestation": "a.b.c" })));
    t.refused("another audience", code, "aud", claim(json!({ "aud": "https://evil.example" })));
    t.refused("a name in an anonymous flow", code, "iss", claim(json!({ "iss": "https://wallet.example" })));
    t.refused("an old proof", code, "iat", claim(json!({ "iat": NOW.unix() - 901 })));
    t.refused("an expired proof", code, "exp", claim(json!({ "exp": NOW.unix() - 61 })));
    t.refused("no nonce", code, "nonce", claim(json!({ "nonce": null })));
    let old = world.nonce_at(NoncePurpose::Credential, NOW.plus_seconds(-301));
    t.refused("an old nonce", InvalidNonce, "nonce", claim(json!({ "nonce": old })));
    t.refused("no commitment", code, "commitment", claim(json!({ "commitment": null })));
    t.refused("a commitment that is a text", code, "commitment", claim(json!({ "commitment": "uAAAA" })));
    let mut other: Json = serde_json::from_str(&commitment().to_json()).unwrap();
    other["boundTo"] = json!("holder");
    t.refused("a commitment to something else", code, "commitment", claim(json!({ "commitment": other })));
    let mut proofless: Json = serde_json::from_str(&commitment().to_json()).unwrap();
    let text = proofless["commitmentWithProof"].as_str().unwrap();
    let changed = if text.ends_with('A') { 'B' } else { 'A' };
    proofless["commitmentWithProof"] = json!(text.chars().take(text.len() - 1).chain([changed]).collect::<String>());
    t.refused("a proof that proves nothing", code, "commitment", claim(json!({ "commitment": proofless })));
    let replayed = claim(same()).unwrap().into_keys(false);
    t.refused("a nonce that was used", InvalidNonce, "a nonce that was used before", replayed);
    t.finish(20);
}

#[test]
fn what_the_wallet_makes_the_issuer_takes() {
    let world = taking();
    let (once, commitment) = (SecretKey::generate(KeyType::P256).unwrap(), commitment());
    let make = || {
        let nonce = world.nonce(NoncePurpose::Credential);
        make_commitment(ISSUER, Some(&nonce), None, &commitment, NOW, &once).unwrap()
    };
    let request = CredentialRequest {
        proofs: Some(Proofs::Commitment(vec![make()])),
        ..CredentialRequest::new(Wanted::Configuration("card".to_owned()))
    };
    let json: Json = serde_json::from_str(&request.to_json()).unwrap();
    assert!(json["proofs"][COMMITMENT][0].is_string(), "{json}");
    let read = CredentialRequest::parse(request.to_json().as_bytes()).unwrap();
    assert_eq!(read, request);
    let checked = check(&world, "card", &read.proofs.unwrap()).unwrap();
    assert_eq!((checked.commitments(), checked.nonces().len()), (&[commitment.clone()][..], 1));
    assert!(checked.into_keys(true).unwrap().is_empty(), "it is bound to no key");
    // Each commitment gets one credential.
    let twice = check(&world, "card", &Proofs::Commitment(vec![make(), make()]));
    assert_eq!(twice.unwrap_err().about(), "two proofs of one commitment");
}
