//! `dc+sd-jwt` with the OpenWallet Foundation's library.

use serde_json::{Value, json};
use tamarack::keys::{KeyType, Signer as _};
use tamarack::sd_jwt::{Frame, HashName, IssueOptions, KeyBinding, issue, present};
use tamarack::{Policy, SystemRandomness};
use tamarack_testkit::node::Node;

use super::{Known, NOW, Side, Tally, against, judge, to_ours};

const AUDIENCE: &str = "https://store.example";
const NONCE: &str = "n-0S6_WzA2Mj";

#[test]
fn dc_sd_jwt() {
    against("dc+sd-jwt (@sd-jwt/sd-jwt-vc)", |node, tally| {
        for issuer in [Known::new(KeyType::Ed25519, 1), Known::new(KeyType::P256, 2)] {
            for holder in [Known::new(KeyType::P256, 3), Known::new(KeyType::Ed25519, 4)] {
                issued_by_both(node, tally, &issuer, &holder);
            }
        }
    });
}

fn issued_by_both(node: &mut Node, tally: &mut Tally, issuer: &Known, holder: &Known) {
    let claims = claims(issuer, holder);
    let frame =
        ["sex", "givenName", "birthDate", "address", "address/streetAddress", "address/addressLocality", "ageOver19"]
            .into_iter()
            .chain(["nationalities/0", "nationalities/1"])
            .fold(Frame::new().decoys("", 3).decoys("/nationalities", 1), |frame, name| frame.hide(format!("/{name}")));
    let options =
        IssueOptions { typ: "dc+sd-jwt", kid: Some(&issuer.method), hash: HashName::Sha256, certificates: None };
    let ours = issue(&to_ours(&claims), &frame, &options, &issuer.key, &mut SystemRandomness).unwrap();
    let request = json!({
        "do": "issue", "suite": "dc+sd-jwt", "claims": claims, "key": jwk(issuer),
        "frame": {"_sd": ["sex", "givenName", "birthDate", "address", "ageOver19"], "_sd_decoy": 3,
                  "address": {"_sd": ["streetAddress", "addressLocality"]}, "nationalities": {"_sd": [0, 1], "_sd_decoy": 1}},
    });
    let theirs = node.ask(&request).unwrap();
    let theirs = theirs.as_str().unwrap();
    let kind = issuer.key.public_key().key_type().name();
    tally.record(Side::TheyAccept, &format!("{kind}, issued"), accepts(node, issuer, &ours, false).map(drop));
    tally.record(
        Side::WeAccept,
        &format!("{kind}, issued"),
        judge(theirs.as_bytes(), &Policy::insecure_trust_any_issuer()),
    );
    for (token, by) in [(ours.as_str(), "us"), (theirs, "them")] {
        let name = format!("{kind}, issued by {by}, holder {}", holder.key.public_key().key_type().name());
        shown_by_both(node, tally, issuer, holder, token, &name);
    }
}

fn claims(issuer: &Known, holder: &Known) -> Value {
    let cnf: Value = serde_json::from_str(&tamarack::json::to_string(&holder.key.public_key().to_jwk())).unwrap();
    json!({
        "iss": issuer.did, "iat": NOW.unix() - 1_000, "nbf": NOW.unix() - 1_000, "exp": NOW.unix() + 100_000,
        "vct": "https://tamarack.example/ontario/person/v1", "cnf": {"jwk": cnf},
        "givenName": "Zoé", "birthDate": "2002-04-21", "sex": "F", "height": 165, "ageOver19": true,
        "address": {"streetAddress": "197 Imaginary Crescent", "addressLocality": "Larchville", "addressRegion": "ON"},
        "nationalities": ["CA", "FR"],
    })
}

/// What is shown, as our pointers and as their frame, and what a verifier then sees of it.
fn selections() -> [(Vec<&'static str>, Value, Value); 3] {
    [
        (vec!["/ageOver19"], json!({"ageOver19": true}), json!({"ageOver19": true, "nationalities": []})),
        (
            vec!["/address/addressLocality", "/givenName", "/nationalities/1"],
            json!({"givenName": true, "address": {"addressLocality": true}, "nationalities": {"1": true}}),
            json!({"givenName": "Zoé", "nationalities": ["FR"],
                   "address": {"addressLocality": "Larchville", "addressRegion": "ON"}}),
        ),
        (vec![], json!({}), json!({"nationalities": []})),
    ]
}

fn shown_by_both(node: &mut Node, tally: &mut Tally, issuer: &Known, holder: &Known, token: &str, name: &str) {
    for (reveal, frame, seen) in selections() {
        for bound in [false, true] {
            let name = format!("{name}, {} shown{}", reveal.len(), if bound { ", bound" } else { "" });
            let binding = KeyBinding { signer: &holder.key, audience: AUDIENCE, nonce: NONCE, now: *NOW, claims: None };
            let ours = present(token, &reveal, bound.then_some(&binding)).unwrap();
            let mut request = json!({"do": "derive", "suite": "dc+sd-jwt", "token": token, "frame": frame});
            if bound {
                request["holder"] = jwk(holder);
                request["audience"] = AUDIENCE.into();
                request["nonce"] = NONCE.into();
                request["now"] = NOW.unix().into();
            }
            let theirs = node.ask(&request).unwrap();
            let theirs = theirs.as_str().unwrap();
            let policy = Policy::insecure_trust_any_issuer();
            let policy = if bound { policy.expect_challenge(NONCE).expect_domain(AUDIENCE) } else { policy };

            let they = accepts(node, issuer, &ours, bound).and_then(|claims| sees(&claims, &seen));
            tally.record(Side::TheyAccept, &format!("{name} by us"), they);
            let they = accepts(node, issuer, theirs, bound).and_then(|claims| sees(&claims, &seen));
            they.unwrap_or_else(|why| panic!("{name}: they refuse what they made: {why}"));
            tally.record(Side::WeAccept, &format!("{name} by them"), judge(theirs.as_bytes(), &policy));
            tally.record(Side::WeAccept, &format!("{name} by us"), judge(ours.as_bytes(), &policy));
            if bound {
                forged(node, tally, issuer, &ours, theirs, &name);
            }
        }
    }
}

/// Another verifier's nonce, and a presentation without the first disclosure or with another issuer's signature.
fn forged(node: &mut Node, tally: &mut Tally, issuer: &Known, ours: &str, theirs: &str, name: &str) {
    let other = Policy::insecure_trust_any_issuer().expect_challenge("another").expect_domain(AUDIENCE);
    tally.refused(Side::WeRefuse, &format!("{name}, another nonce"), judge(theirs.as_bytes(), &other));
    let (jwt, rest) = ours.split_once('~').unwrap();
    let signature = jwt.rfind('.').unwrap() + 1;
    let flipped = if jwt[signature..].starts_with('A') { "B" } else { "A" };
    let resigned = format!("{}{flipped}{}~{rest}", &jwt[..signature], &jwt[signature + 1..]);
    tally.refused(Side::TheyRefuse, &format!("{name}, signature"), accepts(node, issuer, &resigned, true));
    if let Some((_, fewer)) = rest.split_once('~') {
        let fewer = format!("{jwt}~{fewer}");
        tally.refused(Side::TheyRefuse, &format!("{name}, a disclosure less"), accepts(node, issuer, &fewer, true));
        let (jwt, rest) = theirs.split_once('~').unwrap();
        let fewer = format!("{jwt}~{}", rest.split_once('~').unwrap().1);
        let policy = Policy::insecure_trust_any_issuer().expect_challenge(NONCE).expect_domain(AUDIENCE);
        tally.refused(Side::WeRefuse, &format!("{name}, a disclosure less"), judge(fewer.as_bytes(), &policy));
    }
}

/// Whether they accept it, and the claims that they then see.
fn accepts(node: &mut Node, issuer: &Known, token: &str, bound: bool) -> Result<Value, String> {
    let mut request = json!({"suite": "dc+sd-jwt", "token": token, "issuer": jwk(issuer), "now": NOW.unix()});
    if bound {
        request["nonce"] = NONCE.into();
    }
    let answer = node.verify(request)?;
    if bound && answer["audience"] != AUDIENCE {
        return Err(format!("audience {}", answer["audience"]));
    }
    Ok(answer["claims"].clone())
}

/// Whether these claims and no other disclosable ones are seen.
fn sees(claims: &Value, seen: &Value) -> Result<(), String> {
    for name in ["sex", "givenName", "birthDate", "address", "ageOver19", "nationalities"] {
        if claims.get(name) != seen.get(name) {
            return Err(format!("{name}: {:?} instead of {:?}", claims.get(name), seen.get(name)));
        }
    }
    Ok(())
}

/// A key as the scripts take it.
fn jwk(known: &Known) -> Value {
    let mut jwk: Value = serde_json::from_str(&known.key.expose_jwk()).unwrap();
    let ed25519 = known.key.public_key().key_type() == KeyType::Ed25519;
    jwk["alg"] = if ed25519 { "EdDSA" } else { "ES256" }.into();
    jwk["kid"] = known.method.clone().into();
    jwk
}
