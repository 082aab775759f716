//! SIOPv2 with `@sphereon/did-auth-siop`: their wallet answers our relying party, ours answers theirs.

use serde_json::{Value, json};
use tamarack::json::{self as ours, Object};
use tamarack::keys::{KeyType, Signer as _};
use tamarack::{Evidence, SystemRandomness, Timestamp};
use tamarack_openid4vc::siop::{self, ExpectedToken, SelfIssued, verify_id_token};
use tamarack_openid4vc::vp::client_id::{ClientId, Trust};
use tamarack_openid4vc::vp::message::parse_form;
use tamarack_openid4vc::vp::request::{self, Expected, Invocation, ResponseMode};
use tamarack_openid4vc::vp::response::{Delivery, Reply, deliver, form};
use tamarack_openid4vc::vp::session::{Received, Session};
use tamarack_testkit::node::Node;

use super::{Deviations, Known, Side, Tally, against};

const ANSWER_TO: &str = "https://shop.example/answers/17";
const NONCE: &str = "a-nonce-of-the-shop";
const STATE: &str = "a-state-of-the-shop";

/// The time of their clock, which their library reads by itself.
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap())
}

#[test]
fn did_auth_siop() {
    against("SIOPv2 (@sphereon/did-auth-siop)", |node, tally| {
        let mut deviations = Deviations::of(include_str!("../../manifests/did-auth-siop.tsv"));
        let (party, person) = (Known::new(KeyType::P256, 9), Known::new(KeyType::P256, 3));
        they_ask(node, tally, &mut deviations, &party, &person);
        we_ask(node, tally, &mut deviations, &party, &person);
        deviations.close(tally);
    });
}

fn jwk(known: &Known, private: bool) -> Value {
    let mut jwk: Value = match private {
        true => serde_json::from_str(&known.key.expose_jwk()).unwrap(),
        false => serde_json::from_str(&ours::to_string(&known.key.public_key().to_jwk())).unwrap(),
    };
    jwk["kid"] = known.method.clone().into();
    jwk["alg"] = "ES256".into();
    jwk
}

fn client_id(party: &Known) -> String {
    format!("decentralized_identifier:{}", party.did)
}

/// Our wallet reads their request and answers it; their relying party judges the answer.
fn they_ask(node: &mut Node, tally: &mut Tally, deviations: &mut Deviations, party: &Known, person: &Known) {
    let theirs = json!({
        "suite": "did-auth-siop", "clientId": client_id(party), "key": jwk(party, true), "keys": [jwk(person, false)],
        "answerTo": ANSWER_TO, "nonce": NONCE, "state": STATE, "types": ["did:key", siop::JWK_THUMBPRINT],
    });
    let with = |members: Value| {
        let mut request = theirs.clone();
        request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        request
    };
    let url = node.ask(&with(json!({"do": "ask"}))).unwrap();
    let evidence = Evidence::none();
    let trust = Trust { evidence: &evidence, anchors: &[], attesters: &[], registered: &[], now: now() };
    let read = |url: &str| match Invocation::parse(url).map_err(|refusal| refusal.to_string())? {
        Invocation::Object { client_id, token } => {
            let expected = Expected { client_id: &client_id, wallet_nonce: None, issuer: None, fetched_from: None };
            request::open(&token, &expected, &trust).map_err(|refusal| refusal.to_string())
        }
        other => Err(format!("{other:?}")),
    };
    let url = url.as_str().unwrap();
    let found = read(url);
    tally.record(Side::WeAccept, "their request", found.as_ref().map(drop).map_err(String::clone));
    let (rest, last) = url.split_at(url.len() - 8);
    let flipped = if last.starts_with('A') { "B" } else { "A" };
    tally.refused(Side::WeRefuse, "their request, signature", read(&format!("{rest}{flipped}{}", &last[1..])));
    let Ok(request) = found else { return };

    let mut judge = |key: &SelfIssued<'_>, nonce: &str| {
        let id_token = siop::answer(&request, &[*key], now()).unwrap();
        let Delivery::Post { uri, body } =
            deliver(&request, &Reply { vp_token: None, id_token: Some(id_token) }).unwrap()
        else {
            panic!("not posted")
        };
        assert_eq!(uri, ANSWER_TO);
        let members = parse_form(&body).unwrap();
        let response: Value = serde_json::from_str(&ours::to_string(&ours::Value::Object(members))).unwrap();
        node.ask(&with(json!({"do": "judge", "response": response, "nonce": nonce})))
    };
    let by_did = SelfIssued { signer: &person.key, verification_method: Some(&person.method) };
    let judged = judge(&by_did, NONCE).and_then(|claims| match claims["sub"] == json!(person.did) {
        true => Ok(()),
        false => Err(claims.to_string()),
    });
    tally.record(Side::TheyAccept, "our ID token", judged);
    tally.refused(Side::TheyRefuse, "our ID token for another nonce", judge(&by_did, "another-nonce-of-the-shop"));
    let forger = Known::new(KeyType::P256, 4);
    let forged = SelfIssued { signer: &forger.key, verification_method: Some(&person.method) };
    tally.refused(Side::TheyRefuse, "an ID token of somebody else's key", judge(&forged, NONCE));
    let by_thumbprint = SelfIssued { signer: &person.key, verification_method: None };
    deviations.meet(tally, "thumbprint-party", judge(&by_thumbprint, NONCE), "iss");
}

/// Their wallet reads our request and answers it; our relying party judges the answer.
fn we_ask(node: &mut Node, tally: &mut Tally, deviations: &mut Deviations, party: &Known, person: &Known) {
    let id = ClientId::parse(&client_id(party)).unwrap();
    let session =
        Session::begin(siop::ask(id, ResponseMode::DirectPost, ANSWER_TO), now(), &mut SystemRandomness).unwrap();
    let header: Object<'static> = [("kid", party.method.clone())].into_iter().collect();
    let object = session.request_object(&header, &party.key, now()).unwrap();
    let url = session.url_by_value("openid4vp://", &object).unwrap();
    let answer = |by: &str, url: &str, iat: Option<i64>| {
        let mut request = json!({
            "do": "answer", "suite": "did-auth-siop", "url": url, "key": jwk(person, true), "by": by, "iss": person.did,
            "keys": [jwk(party, false)],
        });
        if let Some(iat) = iat {
            request["iat"] = json!(iat);
        }
        request
    };
    let issued = now().unix();
    let answered = node.ask(&answer("did", &url, Some(issued)));
    tally.record(Side::TheyAccept, "our request", answered.as_ref().map(drop).map_err(String::clone));
    let (rest, last) = url.split_at(url.len() - 8);
    let flipped = if last.starts_with('A') { "B" } else { "A" };
    let forged = node.ask(&answer("did", &format!("{rest}{flipped}{}", &last[1..]), Some(issued)));
    tally.refused(Side::TheyRefuse, "our request, signature", forged);
    deviations.meet(tally, "thumbprint-wallet", node.ask(&answer("jwk", &url, Some(issued))), "iss");

    let judge = |answered: &Value, nonce: &str| {
        let member = |name: &str| answered[name].as_str().unwrap_or_default().to_owned();
        let body = form(&[("id_token", &member("id_token")), ("state", &member("state"))]);
        let received = session.receive(&body, now()).map_err(|refusal| refusal.to_string())?;
        let Received::Answer { id_token: Some(token), .. } = received else { return Err(format!("{received:?}")) };
        let expected = ExpectedToken { audience: &client_id(party), nonce };
        let subject = verify_id_token(&token, &expected, &Evidence::none(), now());
        subject.map(|subject| subject.id).map_err(|refusal| refusal.to_string())
    };
    let Ok(answered) = answered else { return };
    let judged = judge(&answered, session.nonce()).and_then(|id| if id == person.did { Ok(()) } else { Err(id) });
    tally.record(Side::WeAccept, "their ID token", judged);
    tally.refused(Side::WeRefuse, "their ID token for another nonce", judge(&answered, "another"));
    let mut other = answered.clone();
    other["state"] = json!("another-state");
    tally.refused(Side::WeRefuse, "their answer to another request", judge(&other, session.nonce()));
    let old = node.ask(&answer("did", &url, None)).and_then(|answered| judge(&answered, session.nonce()));
    deviations.meet(tally, "issued-at", old, "iat");
}
