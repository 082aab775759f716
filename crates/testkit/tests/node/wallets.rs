//! Their wallets at a running `tamarack-verifier serve`: they fetch its requests, check its signatures, and send their answers.
//! What they show, a running `tamarack-issuer serve` issued.

use serde_json::{Value, json};
use tamarack::json as ours;
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, PublicKey, SecretKey, Signer as _};
use tamarack::present::{Held, Holder};
use tamarack::{Evidence, SystemRandomness, Timestamp};
use tamarack_openid4vc::vp::client_id::Trust;
use tamarack_openid4vc::vp::dcql::{Authorities, World, match_held};
use tamarack_openid4vc::vp::request::{self, Expected, Invocation, Request};
use tamarack_openid4vc::vp::wallet::{Purse, show};
use tamarack_testkit::node::Node;

use crate::browser::{Page, agent};
use crate::programs::{Begun, Province, Shop, TypeOf, Wallet, ask};
use crate::{Known, Side, Tally, against};

const VCT: &str = "https://tamarack.example/ontario/types/person/v1";
const CARD: TypeOf = TypeOf { file: "person-2.0.json", name: "card-sd-jwt", suite: "dc+sd-jwt" };

/// The time of their clock, which their libraries read by themselves.
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap())
}

fn asks() -> Vec<Value> {
    let dcql = json!({"credentials": [{"id": "card", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]},
        "claims": [{"path": ["ageOver19"], "values": [true]}]}]});
    let mut plain = ask("plain", &dcql);
    plain["encrypted"] = json!(false);
    let mut me = ask("me", &dcql);
    me.as_object_mut().unwrap().remove("dcql");
    me["idToken"] = json!(true);
    me["encrypted"] = json!(false);
    vec![ask("encrypted", &dcql), plain, me]
}

/// The key with which a shop on this machine signs: its `did:key`, as the link says it.
fn key_of(begun: &Begun) -> Value {
    let at = begun.wallet.find("did%3Akey%3A").unwrap() + "did%3Akey%3A".len();
    let multikey = begun.wallet[at..].split('&').next().unwrap();
    let key = PublicKey::from_multikey(multikey).unwrap();
    let mut jwk: Value = serde_json::from_str(&ours::to_string(&key.to_jwk())).unwrap();
    jwk["kid"] = json!(format!("did:key:{multikey}#{multikey}"));
    jwk["alg"] = json!("ES256");
    jwk
}

fn private(known: &Known) -> Value {
    let mut jwk: Value = serde_json::from_str(&known.key.expose_jwk()).unwrap();
    jwk["kid"] = json!(known.method);
    jwk["alg"] = json!("ES256");
    jwk
}

/// What came of an answer: what the server said to the wallet, and the outcome for the shop.
fn outcome(shop: &Shop, begun: &Begun, said: &Value) -> Result<Value, String> {
    let read = shop.read(begun);
    match (said["status"].as_u64(), read["result"]["outcome"].as_str()) {
        (Some(200), Some("accept")) => Ok(read["result"].clone()),
        _ => Err(format!("{said}: {read}")),
    }
}

#[test]
fn wallets_at_the_verifier() {
    against("wallets at tamarack-verifier serve", |node, tally| {
        let province = Province::open(&[CARD], &[]);
        let shop = Shop::open(&province, &asks());
        let wallet = Wallet::new();
        wallet.accept(&province.offer(CARD.name, "person.json", false), "card.json");
        self_issued(node, tally, &shop);
        for of in ["plain", "encrypted"] {
            presented(node, tally, &shop, &wallet, of);
        }
    });
}

/// `@sphereon/did-auth-siop`.
fn self_issued(node: &mut Node, tally: &mut Tally, shop: &Shop) {
    let (person, forger) = (Known::new(KeyType::P256, 3), Known::new(KeyType::P256, 4));
    let serve = |begun: &Begun, by: &Known, changes: Value| {
        let mut request = json!({
            "do": "serve", "suite": "did-auth-siop", "url": begun.wallet, "key": private(by), "by": "did", "iss": by.did,
            "keys": [key_of(begun)], "iat": now().unix(),
        });
        request.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        request
    };
    let begun = shop.begin("me");
    let said = node.ask(&serve(&begun, &person, json!({})));
    tally.record(Side::TheyAccept, "a running server's request", said.as_ref().map(drop).map_err(Clone::clone));
    let result = said.and_then(|said| outcome(shop, &begun, &said));
    let known = result.and_then(|result| match result["idToken"]["subject"] == json!(person.did) {
        true => Ok(()),
        false => Err(result.to_string()),
    });
    tally.record(Side::WeAccept, "their ID token at a running server", known);

    let begun = shop.begin("me");
    let other = json!({"keys": [{"kid": key_of(&begun)["kid"], "alg": "ES256", "kty": "EC", "crv": "P-256",
        "x": private(&forger)["x"], "y": private(&forger)["y"]}]});
    tally.refused(Side::TheyRefuse, "a request of another key", node.ask(&serve(&begun, &person, other)));
    // Somebody else's key under this person's name.
    let mut key = private(&forger);
    key["kid"] = json!(person.method);
    // The verifier says so with an error, which their wallet throws.
    let said = node.ask(&serve(&begun, &person, json!({"key": key})));
    let said = said.and_then(|said| outcome(shop, &begun, &said));
    tally.refused(Side::WeRefuse, "an ID token of somebody else's key", said);
    assert_eq!(shop.read(&begun)["result"]["outcome"], "reject");
    let begun = shop.begin("me");
    let old = json!({"iat": now().unix() - 4_000});
    let said = node.ask(&serve(&begun, &person, old)).and_then(|said| outcome(shop, &begun, &said));
    tally.refused(Side::WeRefuse, "an ID token of an hour ago", said);
    assert_eq!(shop.read(&begun)["result"]["outcome"], "reject");
    let begun = shop.begin("me");
    let said = node.ask(&serve(&begun, &person, json!({"times": 2})));
    tally.refused(Side::WeRefuse, "an answer for the second time", said.and_then(|said| outcome(shop, &begun, &said)));
}

/// `@openid4vc/openid4vp`.
fn presented(node: &mut Node, tally: &mut Tally, shop: &Shop, wallet: &Wallet, of: &str) {
    let fetch =
        |begun: &Begun, key: Value| json!({"do": "fetch", "suite": "openid4vp", "url": begun.wallet, "key": key});
    let send = |payload: &Value, token: &Value| json!({"do": "send", "suite": "openid4vp", "payload": payload, "token": token});
    let begun = shop.begin(of);
    let fetched = node.ask(&fetch(&begun, key_of(&begun)));
    let name = |what: &str| format!("{of}: {what}");
    tally.record(
        Side::TheyAccept,
        &name("a running server's request"),
        fetched.as_ref().map(drop).map_err(Clone::clone),
    );
    let Ok(fetched) = fetched else { return };
    let token = token(&begun, wallet);
    let said = node.ask(&send(&fetched["payload"], &token));
    let result = said.and_then(|said| outcome(shop, &begun, &said));
    let shown =
        result.and_then(|result| match result["presentations"][0]["proved"]["claims"][0]["values"] == json!([true]) {
            true => Ok(()),
            false => Err(result.to_string()),
        });
    tally.record(Side::WeAccept, &name("their answer at a running server"), shown);
    let again = node.ask(&send(&fetched["payload"], &token)).unwrap();
    let again = if again["status"] == 200 { Ok(again) } else { Err(again.to_string()) };
    tally.refused(Side::WeRefuse, &name("an answer for the second time"), again);

    let begun = shop.begin(of);
    let stranger = private(&Known::new(KeyType::P256, 4));
    tally.refused(Side::TheyRefuse, &name("a request of another key"), node.ask(&fetch(&begun, stranger)));
    // What was shown for another request.
    let fetched = node.ask(&fetch(&begun, key_of(&begun))).unwrap();
    let said = node.ask(&send(&fetched["payload"], &token)).unwrap();
    tally.refused(Side::WeRefuse, &name("a presentation for another request"), outcome(shop, &begun, &said));
    let (one, other) = (shop.begin(of), shop.begin(of));
    let mut crossed = node.ask(&fetch(&one, key_of(&one))).unwrap()["payload"].clone();
    let theirs = node.ask(&fetch(&other, key_of(&other))).unwrap()["payload"].clone();
    crossed["state"] = theirs["state"].clone();
    let said = node.ask(&send(&crossed, &self::token(&one, wallet))).unwrap();
    tally.refused(Side::WeRefuse, &name("the state of another request"), outcome(shop, &one, &said));
}

/// What our wallet shows to a request that it fetches by itself.
fn token(begun: &Begun, wallet: &Wallet) -> Value {
    let Invocation::Reference(reference) = Invocation::parse(&begun.wallet).unwrap() else { panic!("by value") };
    let page = Page::of(agent().get(&reference.uri).call().unwrap());
    assert_eq!(page.status, 200, "{}", page.text);
    let evidence = Evidence::none();
    let trust = Trust { evidence: &evidence, anchors: &[], attesters: &[], registered: &[], now: now() };
    let expected = Expected { client_id: &reference.client_id, wallet_nonce: None, issuer: None, fetched_from: None };
    let request: Request = request::open(&page.text, &expected, &trust).unwrap();
    let key = std::fs::read(wallet.path("me.jwk")).unwrap();
    let key = SecretKey::from_jwk(&ours::parse(&key).unwrap()).unwrap();
    let multikey = key.public_key().to_multikey();
    let method = format!("did:key:{multikey}#{multikey}");
    let held = [Held::parse(&std::fs::read(wallet.path("card.json")).unwrap()).unwrap()];
    let holders = [Some(Holder { signer: &key, verification_method: &method })];
    let (contexts, authorities) = (Contexts::builtin(), Authorities::none());
    let world = World::new(&contexts, &authorities).for_verifier(&request.metadata);
    let matches = match_held(request.query.as_ref().unwrap(), &held, &world);
    let purse = Purse { held: &held, holders: &holders, contexts: &contexts, transaction_types: &[], now: now() };
    let shown = show(&request, &matches, &matches.first_choice().unwrap(), &purse, &mut SystemRandomness).unwrap();
    serde_json::from_str(&ours::to_string(&shown.to_json())).unwrap()
}
