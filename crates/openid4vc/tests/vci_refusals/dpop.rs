//! DPoP proofs and client attestations.

use serde_json::{Value as Json, json};
use tamarack::SystemRandomness;
use tamarack::encoding::base64url_encode;
use tamarack::json::Value;
use tamarack::keys::{SecretKey, Signer as _};
use tamarack_openid4vc::Refusal;
use tamarack_openid4vc::RefusalCode::{
    InvalidClient, InvalidClientAttestation, InvalidDpopProof, UseAttestationChallenge, UseDpopNonce,
    UseFreshAttestation,
};
use tamarack_openid4vc::oauth::attesters::Attesters;
use tamarack_openid4vc::oauth::client_attestation::{self, AttestationRules, AttestedClient, HEADER, POP_HEADER};
use tamarack_openid4vc::oauth::dpop::{self, DpopProof, DpopRequest};
use tamarack_openid4vc::oauth::identify::{ClientHeaders, identify};
use tamarack_openid4vc::oauth::nonce::NoncePurpose;

use crate::certificates;
use crate::table::Table;
use crate::world::{CLIENT, CREDENTIAL_URL, ISSUER, NOW, TOKEN_URL, World, forge, jwk, private_jwk, same, with, world};

const AT_TOKEN: DpopRequest<'_> = DpopRequest { method: "POST", url: TOKEN_URL, access_token: None };
const AT_CREDENTIAL: DpopRequest<'_> =
    DpopRequest { method: "POST", url: CREDENTIAL_URL, access_token: Some("the-token") };

fn header(world: &World) -> Json {
    json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(&world.instance) })
}

fn claims(world: &World) -> Json {
    json!({
        "jti": "1", "htm": "POST", "htu": TOKEN_URL, "iat": NOW.unix(),
        "nonce": world.nonce(NoncePurpose::DpopServer),
    })
}

fn check(world: &World, headers: Json, changes: Json) -> Result<DpopProof, Refusal> {
    let proof = forge(&with(header(world), headers), &with(claims(world), changes), &world.instance);
    dpop::check(&[&proof], AT_TOKEN, Some((&world.nonces, NoncePurpose::DpopServer)), NOW)
}

#[test]
fn dpop_proofs() {
    let world = world();
    let mut t = Table::default();
    let good = check(&world, same(), same());
    assert_eq!(good.as_ref().unwrap().jkt, world.instance.public_key().jwk_thumbprint());
    t.taken("a proof", good);
    t.taken("a query counts for nothing", check(&world, same(), json!({ "htu": format!("{TOKEN_URL}?x=1#y") })));
    t.taken("a URL in another spelling", check(&world, same(), json!({ "htu": "HTTPS://Issuer.Example:443/token" })));
    let proof = forge(&header(&world), &claims(&world), &world.instance);
    let nonces = Some((&world.nonces, NoncePurpose::DpopServer));
    let about = "the DPoP header";
    t.refused("two proofs", InvalidDpopProof, about, dpop::check(&[&proof, &proof], AT_TOKEN, nonces, NOW));
    t.refused("no proof", InvalidDpopProof, about, dpop::check(&[], AT_TOKEN, nonces, NOW));
    t.refused("no JWT", InvalidDpopProof, "the DPoP proof", dpop::check(&["a.b"], AT_TOKEN, nonces, NOW));
    let head = |change: Json| check(&world, change, same());
    let claim = |change: Json| check(&world, same(), change);
    t.refused("another typ", InvalidDpopProof, "typ", head(json!({ "typ": "JWT" })));
    t.refused("no typ", InvalidDpopProof, "typ", head(json!({ "typ": null })));
    t.refused("alg none", InvalidDpopProof, "the DPoP proof", head(json!({ "alg": "none" })));
    t.refused("a MAC", InvalidDpopProof, "the DPoP proof", head(json!({ "alg": "HS256" })));
    t.refused("RSA", InvalidDpopProof, "alg", head(json!({ "alg": "RS256" })));
    t.refused("an alg of another key", InvalidDpopProof, "the signature", head(json!({ "alg": "EdDSA" })));
    t.refused("critical headers", InvalidDpopProof, "the DPoP proof", head(json!({ "crit": ["x"] })));
    t.refused("a private key", InvalidDpopProof, "jwk", head(json!({ "jwk": private_jwk(&world.instance) })));
    t.refused("no key", InvalidDpopProof, "jwk", head(json!({ "jwk": null })));
    t.refused("another key", InvalidDpopProof, "the signature", head(json!({ "jwk": jwk(&world.other) })));
    t.refused("another method", InvalidDpopProof, "htm", claim(json!({ "htm": "GET" })));
    t.refused("no method", InvalidDpopProof, "htm", claim(json!({ "htm": null })));
    t.refused("another endpoint", InvalidDpopProof, "htu", claim(json!({ "htu": CREDENTIAL_URL })));
    t.refused("another host", InvalidDpopProof, "htu", claim(json!({ "htu": "https://evil.example/token" })));
    t.refused("no jti", InvalidDpopProof, "jti", claim(json!({ "jti": null })));
    t.refused("no iat", InvalidDpopProof, "iat", claim(json!({ "iat": null })));
    t.refused("an old proof", InvalidDpopProof, "iat", claim(json!({ "iat": NOW.unix() - 361 })));
    t.refused("a proof of tomorrow", InvalidDpopProof, "iat", claim(json!({ "iat": NOW.unix() + 61 })));
    t.refused("no nonce", UseDpopNonce, "nonce", claim(json!({ "nonce": null })));
    t.refused("a foreign nonce", UseDpopNonce, "nonce", claim(json!({ "nonce": "abc" })));
    let old = world.nonce_at(NoncePurpose::DpopServer, NOW.plus_seconds(-301));
    t.refused("an old nonce", UseDpopNonce, "nonce", claim(json!({ "nonce": old })));
    let purpose = world.nonce(NoncePurpose::Credential);
    t.refused("a nonce for something else", UseDpopNonce, "nonce", claim(json!({ "nonce": purpose })));
    let at_credential = |change: Json| {
        let claims = with(claims(&world), with(json!({ "htu": CREDENTIAL_URL }), change));
        dpop::check(&[&forge(&header(&world), &claims, &world.instance)], AT_CREDENTIAL, None, NOW)
    };
    // SHA-256 of "the-token".
    let made = dpop::make(AT_CREDENTIAL, None, NOW, &world.instance, &mut SystemRandomness).unwrap();
    t.taken("made for the credential endpoint", dpop::check(&[&made], AT_CREDENTIAL, None, NOW));
    t.refused("no hash of the token", InvalidDpopProof, "ath", at_credential(json!({})));
    let other = base64url_encode(&[7; 32]);
    t.refused("the hash of another token", InvalidDpopProof, "ath", at_credential(json!({ "ath": other })));
    t.finish(27);
}

/// An attestation and its proof of possession, changed.
struct Attested<'w> {
    world: &'w World,
    header: Json,
    claims: Json,
    signer: &'w SecretKey,
    pop_header: Json,
    pop_claims: Json,
    pop_signer: &'w SecretKey,
}

impl<'w> Attested<'w> {
    fn new(world: &'w World) -> Self {
        Self {
            world,
            header: json!({ "typ": "oauth-client-attestation+jwt", "alg": "ES256", "kid": "p1" }),
            claims: json!({
                "iss": "https://provider.example", "sub": CLIENT, "iat": NOW.unix(), "exp": NOW.unix() + 3_600,
                "cnf": { "jwk": jwk(&world.instance) },
            }),
            signer: &world.provider,
            pop_header: json!({ "typ": "oauth-client-attestation-pop+jwt", "alg": "ES256" }),
            pop_claims: json!({
                "iss": CLIENT, "aud": ISSUER, "jti": "1", "iat": NOW.unix(),
                "challenge": world.nonce(NoncePurpose::Attestation),
            }),
            pop_signer: &world.instance,
        }
    }

    fn tokens(&self) -> (String, String) {
        let pop = forge(&self.pop_header, &self.pop_claims, self.pop_signer);
        (forge(&self.header, &self.claims, self.signer), pop)
    }

    fn rules(&self) -> AttestationRules<'_> {
        let challenges = Some(&self.world.nonces);
        AttestationRules { attesters: &self.world.attesters, server: ISSUER, challenges, now: NOW }
    }

    fn check(&self) -> Result<AttestedClient, Refusal> {
        let (attestation, pop) = self.tokens();
        client_attestation::check(&[&attestation], &[&pop], None, Some(CLIENT), &self.rules())
    }
}

#[test]
fn attesters_with_certificates() {
    let (mut world, mut t) = (world(), Table::default());
    let (authority, stranger) = (certificates::authority("Wallets"), certificates::authority("Strangers"));
    let (key, header) = authority.issue("wallets.example", (-1, 1));
    let x5c = Value::Object(header).to_serde();
    let by = |world: &World, key: &SecretKey| {
        let good = Attested::new(world);
        Attested { header: with(good.header.clone(), x5c.clone()), signer: key, ..good }.check()
    };
    let (code, untrusted) = (InvalidClientAttestation, "an attester who is not trusted");
    t.refused("of an authority that nobody named", code, untrusted, by(&world, &key));
    world.attesters = Attesters::nobody().anchored(stranger.der());
    t.refused("of another authority", code, untrusted, by(&world, &key));
    world.attesters = Attesters::nobody().anchored(authority.der());
    t.taken("of the authority", by(&world, &key));
    t.refused("signed with another key", code, "the signature", by(&world, &world.other));
    world.attesters = Attesters::nobody().trusting(None, key.public_key().clone());
    t.taken("with the certificate of a key that is trusted itself", by(&world, &key));
    t.finish(3);
}

#[test]
fn client_attestations() {
    let world = world();
    let mut t = Table::default();
    let good = Attested::new(&world);
    t.taken("an attestation", good.check());
    let of = |change: Json| {
        let good = Attested::new(&world);
        Attested { claims: with(good.claims.clone(), change), ..good }.check()
    };
    let head = |change: Json| {
        let good = Attested::new(&world);
        Attested { header: with(good.header.clone(), change), ..good }.check()
    };
    let pop = |change: Json| {
        let good = Attested::new(&world);
        Attested { pop_claims: with(good.pop_claims.clone(), change), ..good }.check()
    };
    let pop_head = |change: Json| {
        let good = Attested::new(&world);
        Attested { pop_header: with(good.pop_header.clone(), change), ..good }.check()
    };
    let untrusted = "an attester who is not trusted";
    let code = InvalidClientAttestation;
    t.refused(
        "a forged attestation",
        code,
        untrusted,
        Attested { signer: &world.other, ..Attested::new(&world) }.check(),
    );
    t.refused("another attester's name", code, untrusted, head(json!({ "kid": "p2" })));
    t.refused("a certificate that leads nowhere", code, untrusted, head(json!({ "x5c": ["AAAA"] })));
    t.refused("another typ", code, "typ", head(json!({ "typ": "JWT" })));
    t.refused("alg none", code, HEADER, head(json!({ "alg": "none" })));
    t.refused("a MAC", code, HEADER, head(json!({ "alg": "HS256" })));
    t.refused("an attestation that is over", UseFreshAttestation, "exp", of(json!({ "exp": NOW.unix() - 61 })));
    t.refused("an attestation without end", code, "exp", of(json!({ "exp": null })));
    t.refused("an attestation for years", code, "exp", of(json!({ "exp": NOW.unix() + 400 * 86_400 })));
    t.refused("an attestation of tomorrow", code, "nbf", of(json!({ "nbf": NOW.unix() + 86_400 })));
    t.refused("no subject", code, "sub", of(json!({ "sub": null })));
    t.refused("another client's attestation", InvalidClient, "client_id", of(json!({ "sub": "https://evil.example" })));
    t.refused("no key", code, "cnf", of(json!({ "cnf": null })));
    t.refused("a private key", code, "cnf", of(json!({ "cnf": { "jwk": private_jwk(&world.instance) } })));
    t.refused(
        "a stolen attestation",
        code,
        "the signature",
        Attested { pop_signer: &world.other, ..Attested::new(&world) }.check(),
    );
    t.refused("another typ of the proof", code, "typ", pop_head(json!({ "typ": "JWT" })));
    t.refused("alg none of the proof", code, POP_HEADER, pop_head(json!({ "alg": "none" })));
    t.refused("another server's proof", code, "aud", pop(json!({ "aud": "https://evil.example" })));
    t.refused("a proof for several servers", code, "aud", pop(json!({ "aud": [ISSUER, "https://evil.example"] })));
    t.refused("another client's proof", code, "iss", pop(json!({ "iss": "https://evil.example" })));
    t.refused("an old proof", code, "iat", pop(json!({ "iat": NOW.unix() - 361 })));
    t.refused("a proof without a date", code, "iat", pop(json!({ "iat": null })));
    t.refused("a proof without a name", code, "jti", pop(json!({ "jti": null })));
    t.refused("no challenge", UseAttestationChallenge, "challenge", pop(json!({ "challenge": null })));
    let old = world.nonce_at(NoncePurpose::Attestation, NOW.plus_seconds(-301));
    t.refused("an old challenge", UseAttestationChallenge, "challenge", pop(json!({ "challenge": old })));

    let (attestation, proof) = good.tokens();
    let rules = good.rules();
    let check = |attestation: &[&str], pop: &[&str], dpop: Option<&DpopProof>| {
        client_attestation::check(attestation, pop, dpop, Some(CLIENT), &rules)
    };
    t.refused("no attestation", InvalidClient, HEADER, check(&[], &[&proof], None));
    t.refused("two attestations", code, HEADER, check(&[&attestation, &attestation], &[&proof], None));
    t.refused("no proof of possession", code, POP_HEADER, check(&[&attestation], &[], None));
    t.refused("two proofs of possession", code, POP_HEADER, check(&[&attestation], &[&proof, &proof], None));
    let by = |key: &SecretKey| {
        let proof = dpop::make(AT_TOKEN, None, NOW, key, &mut SystemRandomness).unwrap();
        dpop::check(&[&proof], AT_TOKEN, None, NOW).unwrap()
    };
    t.taken("one proof for both", check(&[&attestation], &[], Some(&by(&world.instance))));
    let about = "the key of the DPoP proof";
    t.refused("another key's proof for both", code, about, check(&[&attestation], &[], Some(&by(&world.other))));
    let nobody = identify(&ClientHeaders::default(), Some(CLIENT), AT_TOKEN, None, true, &rules);
    t.refused("a client at its own word", InvalidClient, HEADER, nobody);
    t.finish(31);
}
