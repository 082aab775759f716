//! Key proofs: `jwt`, `di_vp` and `attestation`.

use serde_json::{Value as Json, json};
use tamarack::Evidence;
use tamarack::did::{Relationship, did_key};
use tamarack::json::{Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::Signer as _;
use tamarack::keys::{KeyType, SecretKey};
use tamarack::proof::{SignOptions, Suite, sign};
use tamarack_openid4vc::Refusal;
use tamarack_openid4vc::RefusalCode::{InvalidNonce, InvalidProof};
use tamarack_openid4vc::oauth::nonce::{NonceKey, NoncePurpose};
use tamarack_openid4vc::vci::credential::Proofs;
use tamarack_openid4vc::vci::proofs::{self, CheckedProofs, HolderKey, KeyName, ProofRules};

use crate::table::Table;
use crate::world::{ISSUER, NOW, World, forge, jwk, private_jwk, same, with, world};

fn check_as(
    world: &World,
    configuration: &str,
    client_id: Option<&str>,
    nonces: Option<&NonceKey>,
    proofs: Option<&Proofs>,
) -> Result<CheckedProofs, Refusal> {
    let rules = ProofRules {
        issuer: ISSUER,
        configuration: world.metadata.configuration(configuration).unwrap(),
        batch_size: world.metadata.batch_size.unwrap_or(1),
        nonces,
        client_id,
        attesters: &world.attesters,
        evidence: &Evidence::none(),
        now: NOW,
    };
    proofs::check(proofs, &rules)
}

fn check(world: &World, configuration: &str, proofs: &Proofs) -> Result<Vec<HolderKey>, Refusal> {
    check_as(world, configuration, None, Some(&world.nonces), Some(proofs))?.into_keys(true)
}

fn header(world: &World) -> Json {
    json!({ "typ": "openid4vci-proof+jwt", "alg": "EdDSA", "jwk": jwk(&world.holder) })
}

fn claims(world: &World) -> Json {
    json!({ "aud": ISSUER, "iat": NOW.unix(), "nonce": world.nonce(NoncePurpose::Credential) })
}

fn jwt(world: &World, header_changes: Json, claim_changes: Json) -> Proofs {
    let header = with(header(world), header_changes);
    Proofs::Jwt(vec![forge(&header, &with(claims(world), claim_changes), &world.holder)])
}

#[test]
fn jwt_proofs() {
    let world = world();
    let mut t = Table::default();
    let code = InvalidProof;
    let head = |change: Json| check(&world, "card", &jwt(&world, change, same()));
    let claim = |change: Json| check(&world, "card", &jwt(&world, same(), change));
    t.taken("a proof", head(same()));
    t.taken("a proof by a DID", head(json!({ "jwk": null, "kid": world.did_url() })));
    t.taken("no proofs where none are asked for", check_as(&world, "pass", None, Some(&world.nonces), None));
    t.refused("no proofs", code, "proofs", check_as(&world, "card", None, Some(&world.nonces), None));
    let attestation = Proofs::Attestation("a.b.c".to_owned());
    t.refused("a type that is not taken", code, "the proof type", check(&world, "licence", &attestation));
    let many = |count| Proofs::Jwt(vec!["a".to_owned(); count]);
    t.refused("too many proofs", code, "the number of proofs", check(&world, "card", &many(4)));
    t.refused("no JWT", code, "the key proof", check(&world, "card", &many(1)));
    t.refused("another typ", code, "typ", head(json!({ "typ": "JWT" })));
    t.refused("no typ", code, "typ", head(json!({ "typ": null })));
    t.refused("alg none", code, "the key proof", head(json!({ "alg": "none" })));
    t.refused("a MAC", code, "the key proof", head(json!({ "alg": "HS256" })));
    t.refused("an alg that is not listed", code, "alg", head(json!({ "alg": "ES384" })));
    t.refused("an alg of another key", code, "the signature", head(json!({ "alg": "ES256" })));
    t.refused("critical headers", code, "the key proof", head(json!({ "crit": ["x"], "x": 1 })));
    t.refused("no key", code, "the key of the proof", head(json!({ "jwk": null })));
    let two = "two keys in the header of the proof";
    t.refused("two keys", code, two, head(json!({ "kid": world.did_url() })));
    t.refused("a key and a certificate", code, two, head(json!({ "x5c": ["AAAA"] })));
    t.refused("a certificate that is none", code, "x5c", head(json!({ "jwk": null, "x5c": ["AAAA"] })));
    t.refused("a federation's chain", code, "trust_chain", head(json!({ "trust_chain": ["a.b.c"] })));
    t.refused("a private key", code, "jwk", head(json!({ "jwk": private_jwk(&world.holder) })));
    let other = SecretKey::generate(KeyType::Ed25519).unwrap();
    t.refused("another key", code, "the signature", head(json!({ "jwk": jwk(&other) })));
    let kid = |kid: &str| head(json!({ "jwk": null, "kid": kid }));
    t.refused("a DID of a method that is not taken", code, "kid", kid("did:web:wallet.example#key-1"));
    t.refused("a DID that is none", code, "kid", kid("did:key:zzz#zzz"));
    t.refused("a name without attestation", code, "kid", kid("0"));
    let foreign = did_key(other.public_key());
    let foreign = kid(&format!("{foreign}#{}", foreign.trim_start_matches("did:key:")));
    t.refused("somebody else's DID", code, "the signature", foreign);
    t.refused("another audience", code, "aud", claim(json!({ "aud": "https://evil.example" })));
    t.refused("no audience", code, "aud", claim(json!({ "aud": null })));
    t.refused("several audiences", code, "aud", claim(json!({ "aud": [ISSUER, "https://evil.example"] })));
    t.refused("the endpoint as audience", code, "aud", claim(json!({ "aud": "https://issuer.example/credential" })));
    t.refused("no date", code, "iat", claim(json!({ "iat": null })));
    t.refused("a date that is a text", code, "iat", claim(json!({ "iat": "2026-09-21" })));
    // The nonce tells how old it is; the wallet's clock may be wrong.
    t.taken("a clock that is slow", claim(json!({ "iat": NOW.unix() - 900 })));
    t.taken("a clock that is fast", claim(json!({ "iat": NOW.unix() + 900 })));
    t.refused("an old proof", code, "iat", claim(json!({ "iat": NOW.unix() - 901 })));
    t.refused("a proof of tomorrow", code, "iat", claim(json!({ "iat": NOW.unix() + 901 })));
    let timed = |seconds: i64| {
        let proof = jwt(&world, same(), json!({ "iat": NOW.unix() + seconds, "nonce": null }));
        check_as(&world, "card", None, None, Some(&proof))
    };
    t.taken("without nonces", timed(-360));
    t.refused("an old proof without nonces", code, "iat", timed(-361));
    t.refused("a proof of tomorrow without nonces", code, "iat", timed(61));
    t.refused("an expired proof", code, "exp", claim(json!({ "exp": NOW.unix() - 61 })));
    t.refused("no nonce", code, "nonce", claim(json!({ "nonce": null })));
    t.refused("a nonce that is a number", code, "nonce", claim(json!({ "nonce": 7 })));
    t.refused("a foreign nonce", InvalidNonce, "nonce", claim(json!({ "nonce": "LarRGSbmUPYtRYO6BQ4yn8" })));
    let old = world.nonce_at(NoncePurpose::Credential, NOW.plus_seconds(-301));
    t.refused("an old nonce", InvalidNonce, "nonce", claim(json!({ "nonce": old })));
    let dpop = world.nonce(NoncePurpose::DpopResource);
    t.refused("a nonce for something else", InvalidNonce, "nonce", claim(json!({ "nonce": dpop })));
    let replayed = check_as(&world, "card", None, Some(&world.nonces), Some(&jwt(&world, same(), same())));
    let about = "a nonce that was used before";
    t.refused("a nonce that was used", InvalidNonce, about, replayed.unwrap().into_keys(false));
    t.refused("a name in an anonymous flow", code, "iss", claim(json!({ "iss": "https://wallet.example" })));
    let named = jwt(&world, same(), json!({ "iss": "https://evil.example" }));
    let result = check_as(&world, "card", Some("https://wallet.example"), Some(&world.nonces), Some(&named));
    t.refused("another client's name", code, "iss", result);
    let right = jwt(&world, same(), json!({ "iss": "https://wallet.example" }));
    let result = check_as(&world, "card", Some("https://wallet.example"), Some(&world.nonces), Some(&right));
    t.taken("the client's name", result);
    let one = forge(&header(&world), &claims(&world), &world.holder);
    let twice = Proofs::Jwt(vec![one.clone(), one.clone()]);
    t.refused("one key twice", code, "two proofs of one key", check(&world, "card", &twice));
    let broken = Proofs::Jwt(vec![one, "a.b.c".to_owned()]);
    t.refused("one proof of two broken", code, "the key proof", check(&world, "card", &broken));
    let mut only_dids = self::world();
    only_dids.metadata.configurations[0].1.binding_methods = vec!["did:key".to_owned()];
    t.refused(
        "a key where a DID is asked for",
        code,
        "jwk",
        check(&only_dids, "card", &jwt(&only_dids, same(), same())),
    );
    t.finish(44);
}

fn attestation(world: &World, header: Json, claims: Json) -> String {
    attestation_by(world, header, claims, &world.provider)
}

fn attestation_by(world: &World, header: Json, claims: Json, signer: &SecretKey) -> String {
    let good_header = json!({ "typ": "key-attestation+jwt", "alg": "ES256", "kid": "p1" });
    let good = json!({
        "iat": NOW.unix() - 86_400, "exp": NOW.unix() + 86_400,
        "attested_keys": [with(jwk(&world.instance), json!({ "kid": "k1" })), jwk(&world.other)],
        "key_storage": ["iso_18045_moderate"], "user_authentication": ["iso_18045_moderate"],
        "nonce": world.nonce(NoncePurpose::Credential),
    });
    forge(&with(good_header, header), &with(good, claims), signer)
}

/// A proof by the instance's key, whose header has an attestation.
fn attested(world: &World, attestation: Json, header: Json) -> Proofs {
    let good = json!({ "typ": "openid4vci-proof+jwt", "alg": "ES256", "kid": "k1", "key_attestation": attestation });
    Proofs::Jwt(vec![forge(&with(good, header), &claims(world), &world.instance)])
}

#[test]
fn key_attestations() {
    let world = world();
    let mut t = Table::default();
    let code = InvalidProof;
    let with_claims = |change: Json| {
        let attestation = attestation(&world, same(), change);
        check(&world, "licence", &attested(&world, json!(attestation), same()))
    };
    let with_header = |change: Json| {
        let attestation = attestation(&world, change, same());
        check(&world, "licence", &attested(&world, json!(attestation), same()))
    };
    let good = with_claims(same());
    assert_eq!(good.as_ref().unwrap().len(), 2, "a credential for each attested key");
    t.taken("an attested key by its name", good);
    let good = attestation(&world, same(), same());
    let named = |header: Json| check(&world, "licence", &attested(&world, json!(good), header));
    t.taken("by its place", named(json!({ "kid": "0" })));
    t.taken("by itself", named(json!({ "kid": null, "jwk": jwk(&world.instance) })));
    let about = "key_attestation";
    t.refused(
        "no attestation",
        code,
        about,
        named(json!({ "key_attestation": null, "kid": null, "jwk": jwk(&world.instance) })),
    );
    t.refused("an attestation that is no text", code, about, named(json!({ "key_attestation": {} })));
    t.refused("a name that is not attested", code, "kid", named(json!({ "kid": "9" })));
    let stranger = SecretKey::generate(KeyType::P256).unwrap();
    let header =
        json!({ "typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": jwk(&stranger), "key_attestation": good });
    let unattested = Proofs::Jwt(vec![forge(&header, &claims(&world), &stranger)]);
    t.refused("a key that is not attested", code, about, check(&world, "licence", &unattested));
    t.refused("another attested key's signature", code, "the signature", named(json!({ "kid": "1" })));
    let forged = attestation_by(&world, same(), same(), &world.other);
    let untrusted = "an attester who is not trusted";
    let result = check(&world, "licence", &attested(&world, json!(forged), same()));
    t.refused("a forged attestation", code, untrusted, result);
    t.refused("an unknown attester", code, untrusted, with_header(json!({ "kid": "p9" })));
    t.refused(
        "a key in the attestation's header",
        code,
        untrusted,
        with_header(json!({ "kid": "p9", "jwk": jwk(&world.other) })),
    );
    t.refused("another typ", code, "typ", with_header(json!({ "typ": "JWT" })));
    t.refused("alg none", code, about, with_header(json!({ "alg": "none" })));
    t.refused("an alg that is not listed", code, "alg", with_header(json!({ "alg": "EdDSA" })));
    t.refused("no date", code, "iat", with_claims(json!({ "iat": null })));
    t.refused("an attestation of tomorrow", code, "iat", with_claims(json!({ "iat": NOW.unix() + 86_400 })));
    t.refused("no end, with a jwt proof", code, "exp", with_claims(json!({ "exp": null })));
    t.refused("an attestation that is over", code, "exp", with_claims(json!({ "exp": NOW.unix() - 61 })));
    t.refused("no keys", code, "attested_keys", with_claims(json!({ "attested_keys": [] })));
    t.refused(
        "a private key",
        code,
        "attested_keys",
        with_claims(json!({ "attested_keys": [private_jwk(&world.instance)] })),
    );
    t.refused("no nonce", code, "nonce", with_claims(json!({ "nonce": null })));
    t.refused("a foreign nonce", InvalidNonce, "nonce", with_claims(json!({ "nonce": "abc" })));
    t.refused(
        "keys kept worse than asked",
        code,
        "key_storage",
        with_claims(json!({ "key_storage": ["iso_18045_basic"] })),
    );
    t.refused("keys kept nobody knows how", code, "key_storage", with_claims(json!({ "key_storage": null })));
    let about = "user_authentication";
    t.refused(
        "a user known worse than asked",
        code,
        about,
        with_claims(json!({ "user_authentication": ["iso_18045_basic"] })),
    );

    // As a proof of its own.
    let alone =
        |header: Json, change: Json| check(&world, "card", &Proofs::Attestation(attestation(&world, header, change)));
    assert_eq!(alone(same(), json!({ "exp": null })).unwrap().len(), 2);
    t.refused("alone: another typ", code, "typ", alone(json!({ "typ": "openid4vci-proof+jwt" }), same()));
    t.refused("alone: over", code, "exp", alone(same(), json!({ "exp": NOW.unix() - 61 })));
    t.refused("alone: no nonce", code, "nonce", alone(same(), json!({ "nonce": null })));
    t.refused("alone: an old nonce", InvalidNonce, "nonce", alone(same(), json!({ "nonce": "x" })));
    t.finish(26);
}

/// A presentation that proves the holder's key, made as it is told.
fn presentation(world: &World, document: Json, change: impl FnOnce(&mut SignOptions)) -> Object<'static> {
    let did_url = world.did_url();
    let good = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"],
        "holder": did_url.split('#').next().unwrap(),
    });
    let Ok(Value::Object(unsigned)) = Value::try_from(&with(good, document)) else { panic!("no object") };
    let mut options = SignOptions {
        suite: Suite::EddsaRdfc2022,
        verification_method: did_url,
        purpose: Relationship::Authentication,
        created: Some(NOW),
        expires: None,
        challenge: Some(world.nonce(NoncePurpose::Credential)),
        domain: Some(ISSUER.to_owned()),
        id: None,
        previous: Vec::new(),
        mandatory_pointers: Vec::new(),
    };
    change(&mut options);
    sign(&unsigned, &options, &world.holder, &Contexts::builtin()).unwrap()
}

#[test]
fn di_vp_proofs() {
    let world = world();
    let mut t = Table::default();
    let code = InvalidProof;
    let prove = |document: Json, change: fn(&mut SignOptions)| {
        check(&world, "card", &Proofs::DiVp(vec![presentation(&world, document, change)]))
    };
    let keys = prove(same(), |_| {}).unwrap();
    assert_eq!(&keys[0].key, world.holder.public_key());
    t.taken("without a holder", prove(json!({ "holder": null }), |_| {}));
    let made = proofs::make_di_vp(
        ISSUER,
        Some(&world.nonce(NoncePurpose::Credential)),
        &world.did_url(),
        Suite::EddsaRdfc2022,
        NOW,
        &world.holder,
    );
    t.taken("as a wallet makes it", check(&world, "card", &Proofs::DiVp(vec![made.unwrap()])));
    t.refused(
        "another domain",
        code,
        "domain",
        prove(same(), |of| of.domain = Some("https://evil.example".to_owned())),
    );
    t.refused("no domain", code, "domain", prove(same(), |of| of.domain = None));
    t.refused("no challenge", code, "nonce", prove(same(), |of| of.challenge = None));
    t.refused("a foreign challenge", InvalidNonce, "nonce", prove(same(), |of| of.challenge = Some("x".to_owned())));
    let about = "proofPurpose";
    t.refused("another purpose", code, about, prove(same(), |of| of.purpose = Relationship::AssertionMethod));
    t.refused("another suite", code, "cryptosuite", prove(same(), |of| of.suite = Suite::EddsaJcs2022));
    let old: fn(&mut SignOptions) = |of| of.created = Some(NOW.plus_seconds(-400));
    t.refused("an old proof", code, "created", prove(same(), old));
    let over: fn(&mut SignOptions) = |of| {
        of.created = Some(NOW.plus_seconds(-200));
        of.expires = Some(NOW.plus_seconds(-100));
    };
    t.refused("an expired proof", code, "the signature", prove(same(), over));
    t.refused("no presentation", code, "type", check(&world, "card", &Proofs::DiVp(vec![Object::new()])));
    let changed = |change: fn(&mut Object<'static>)| {
        let mut document = presentation(&world, same(), |_| {});
        change(&mut document);
        check(&world, "card", &Proofs::DiVp(vec![document]))
    };
    let tampered = changed(|document| {
        document.insert("id", "urn:uuid:4d8f6f0e-9f0b-4b3f-8d5c-1a1a1a1a1a1a");
    });
    t.refused("a presentation that was changed", code, "the signature", tampered);
    t.refused("no proof", code, "proof", changed(|document| drop(document.remove("proof"))));
    let doubled = changed(|document| {
        let proof = document.get("proof").cloned().unwrap();
        document.insert("proof", vec![proof.clone(), proof]);
    });
    t.refused("two proofs in one presentation", code, "proof", doubled);
    let other = did_key(world.other.public_key());
    let foreign = presentation(&world, json!({ "holder": other }), |_| {});
    let result = check(&world, "card", &Proofs::DiVp(vec![foreign]));
    t.refused("another holder", code, "verificationMethod", result);
    let one = presentation(&world, same(), |_| {});
    let two = Proofs::DiVp(vec![one.clone(), one.clone()]);
    t.refused("one key twice", code, "two proofs of one key", check(&world, "card", &two));
    let unasked = check_as(&world, "card", None, None, Some(&Proofs::DiVp(vec![one])));
    t.refused("a challenge that nobody gave", code, "challenge", unasked);
    t.finish(15);
}

#[test]
fn what_a_wallet_makes_is_taken() {
    let world = world();
    let nonce = world.nonce(NoncePurpose::Credential);
    let did_url = world.did_url();
    for name in [KeyName::Jwk, KeyName::Did(&did_url)] {
        let proof = proofs::make_jwt(ISSUER, Some(&nonce), None, name, None, NOW, &world.holder).unwrap();
        check(&world, "card", &Proofs::Jwt(vec![proof])).unwrap();
    }
    let keys = [world.instance.public_key(), world.other.public_key()];
    let required = world.metadata.configuration("licence").unwrap().proof_types[0].1.key_attestations_required.clone();
    let until = Some(NOW.plus_seconds(600));
    let attestation =
        proofs::make_key_attestation(&keys, &required.unwrap(), Some(&nonce), NOW, until, &world.provider).unwrap();
    let proof = proofs::make_jwt(ISSUER, Some(&nonce), None, KeyName::Jwk, Some(&attestation), NOW, &world.instance);
    assert_eq!(check(&world, "licence", &Proofs::Jwt(vec![proof.unwrap()])).unwrap().len(), 2);
    // As many keys as one attestation may have; the issuer takes as many as its batch.
    let many: Vec<SecretKey> = (0..64).map(|_| SecretKey::generate(KeyType::P256).unwrap()).collect();
    let public: Vec<_> = many.iter().map(|key| key.public_key()).collect();
    let attestation = self::attestation(
        &world,
        same(),
        json!({ "attested_keys": public.iter().map(|key| key.to_jwk().to_serde()).collect::<Vec<_>>() }),
    );
    let proof = proofs::make_jwt(ISSUER, Some(&nonce), None, KeyName::Jwk, Some(&attestation), NOW, &many[9]);
    let keys = check(&world, "licence", &Proofs::Jwt(vec![proof.unwrap()])).unwrap();
    assert_eq!(keys.len(), 3);
    assert_eq!(&keys[0].key, many[9].public_key(), "the key that was proved comes first");
}
