//! `@digitalbazaar/oid4-client` as a wallet: it takes up offers of a running `tamarack-issuer serve`, and reads and answers
//! requests of our protocol crate.

use serde_json::{Value, json};
use tamarack::json::{self as ours, Object};
use tamarack::keys::{KeyType, Signer as _};
use tamarack::{Policy, SystemRandomness, Timestamp};
use tamarack_openid4vc::vp::client_id::ClientId;
use tamarack_openid4vc::vp::dcql::Query;
use tamarack_openid4vc::vp::request::ResponseMode;
use tamarack_openid4vc::vp::response::form;
use tamarack_openid4vc::vp::session::{Ask, Received, Session};
use tamarack_testkit::node::Node;

use super::{Deviations, Known, Side, Tally, against, judge_at};
use crate::programs::{CARD, Province, TypeOf};

/// The name of the issuer, which the library wants to be `https`.
const ORIGIN: &str = "https://id.ontario.example";
const ANSWER_TO: &str = "https://shop.example/answers/17";
const QUERY: &str = r#"{"credentials":[{"id":"card","format":"ldp_vc",
    "meta":{"type_values":[["https://tamarack.example/ontario/vocab#OntarioPersonCredential"]]},
    "claims":[{"path":["credentialSubject","ageOver19"],"values":[true]}]}]}"#;

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap())
}

#[test]
fn oid4_client() {
    against("OpenID4VCI, OpenID4VP (@digitalbazaar/oid4-client)", |node, tally| {
        let mut deviations = Deviations::of(include_str!("../../manifests/oid4-client.tsv"));
        let card = they_hold(node, tally, &mut deviations);
        we_ask(node, tally, &mut deviations, card);
        deviations.close(tally);
    });
}

/// Their wallet at our issuer. Gives a card.
fn they_hold(node: &mut Node, tally: &mut Tally, deviations: &mut Deviations) -> Value {
    let age = TypeOf { file: "age-2.0.json", name: "ontario-age", suite: "bbs-2023" };
    let province = Province::behind(ORIGIN, &[CARD, age]);
    let person = Known::new(KeyType::P256, 3);
    let key: Value = serde_json::from_str(&person.key.expose_jwk()).unwrap();
    let mut take = |action: &str, url: &str| {
        node.ask(&json!({
            "do": action, "suite": "oid4-client", "url": url, "origin": ORIGIN, "to": province.url, "key": key,
            "did": person.method,
        }))
    };
    let (of_age, of_card) = (("ontario-age", "age.json"), (CARD.name, "person.json"));
    let offer = |(name, claims): (&str, &str)| province.offer(name, claims, false);

    for (name, url) in [("offer by reference", offer(of_card).link), ("offer by value", offer(of_card).by_value)] {
        let read = take("offer", &url).and_then(|offer| match offer["credential_issuer"] == ORIGIN {
            true => Ok(()),
            false => Err(offer.to_string()),
        });
        tally.record(Side::TheyAccept, name, read);
    }
    let once = offer(of_age);
    let mut card = Value::Null;
    let holder = Policy::insecure_trust_any_issuer().as_holder();
    for (name, action, link) in
        [("anonymous", "accept", once.link.clone()), ("bound to a key", "acceptWithProof", offer(of_card).link)]
    {
        let taken = take(action, &link);
        tally.record(
            Side::WeAccept,
            &format!("requests for a card, {name}"),
            taken.as_ref().map(drop).map_err(String::clone),
        );
        let Ok(taken) = taken else { continue };
        tally.record(Side::TheyAccept, name, judge_at(taken.to_string().as_bytes(), &holder, now()));
        card = taken;
    }
    if card["credentialSubject"]["id"] != json!(person.did) {
        tally.bad.push(format!("the card is not bound to the key: {card}"));
    }
    tally.refused(Side::WeRefuse, "an offer for the second time", take("accept", &once.link));
    tally.refused(Side::WeRefuse, "a card without a proof", take("accept", &offer(of_card).link));
    deviations.meet(tally, "discovery", take("discover", &offer(of_age).link), "\"issuer\" is not an HTTPS URL");
    deviations.meet(tally, "proof", take("acceptBound", &offer(of_card).link), "getNonce");
    card
}

/// Their wallet and our requests.
fn we_ask(node: &mut Node, tally: &mut Tally, deviations: &mut Deviations, card: Value) {
    let verifier = Known::new(KeyType::P256, 9);
    let public: Value = serde_json::from_str(&ours::to_string(&verifier.key.public_key().to_jwk())).unwrap();
    let ask = |mode: ResponseMode| {
        let id = ClientId::parse(&format!("decentralized_identifier:{}", verifier.did)).unwrap();
        let ask = Ask::new(id, ANSWER_TO, Query::parse(QUERY.as_bytes()).unwrap()).by(mode);
        let session = Session::begin(ask, now(), &mut SystemRandomness).unwrap();
        let header: Object<'static> = [("kid", verifier.method.clone())].into_iter().collect();
        let object = session.request_object(&header, &verifier.key, now()).unwrap();
        let url = session.url_by_value("openid4vp://", &object).unwrap();
        (session, url)
    };
    let mut younger = card.clone();
    younger["credentialSubject"]["ageOver19"] = json!(false);
    for mode in [ResponseMode::DirectPost, ResponseMode::DirectPostJwt] {
        let name = format!("our request, {}", mode.as_str());
        let (session, url) = ask(mode);
        let read = node.ask(&json!({"do": "read", "suite": "oid4-client", "url": url, "credentials": [card, younger]}));
        let matched = read.and_then(|read| if read == json!([true, false]) { Ok(()) } else { Err(read.to_string()) });
        tally.record(Side::TheyAccept, &name, matched);
        let other = url.replace("client_id=decentralized_identifier", "client_id=x509_san_dns");
        let read = node.ask(&json!({"do": "read", "suite": "oid4-client", "url": other, "credentials": []}));
        tally.refused(Side::TheyRefuse, &format!("{name}, of somebody else"), read);

        let token = json!({"card": [{"type": ["VerifiablePresentation"], "verifiableCredential": [card]}]});
        let token = if mode == ResponseMode::DirectPost { json!(token.to_string()) } else { token };
        let answered = node.ask(&json!({"do": "answer", "suite": "oid4-client", "url": url, "token": token})).unwrap();
        let member = |name: &str| answered[name].as_str().unwrap_or_default().to_owned();
        let state = session.state().unwrap();
        let receive = |members: &[(&str, &str)]| session.receive(&form(members), now()).map_err(|why| why.to_string());
        let refused = if mode == ResponseMode::DirectPost {
            let received = receive(&[("vp_token", &member("vp_token")), ("state", state)]);
            let good = received.and_then(|received| match received {
                Received::Answer { vp_token: Some(token), .. } if token.iter().count() == 1 => Ok(()),
                other => Err(format!("{other:?}")),
            });
            tally.record(Side::WeAccept, "the form of their answer", good);
            receive(&[("vp_token", &member("vp_token"))])
        } else {
            receive(&[("response", &member("response"))])
        };
        deviations.meet(tally, "state", refused, "state");
    }
    let (_, url) = ask(ResponseMode::DirectPost);
    let resolved = node.ask(&json!({"do": "resolve", "suite": "oid4-client", "url": url, "key": public}));
    deviations.meet(tally, "client-id", resolved, "does not reference a verification method");
}
