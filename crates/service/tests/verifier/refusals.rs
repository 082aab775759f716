//! One case for each rule that a wallet may break at the running verifier, with the refusal that must come out. Each answer is
//! the one that is taken, but for one thing.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer as _};
use tamarack_openid4vc::vp::request::Request;
use tamarack_openid4vc::vp::response::{Delivery, Reply, VpToken, deliver};

use crate::phone::{GOOD, Phone, now};
use crate::shop::{Shop, TOKEN};

/// The cases, and those that came out otherwise than they must.
#[derive(Default)]
struct Table {
    cases: usize,
    wrong: Vec<String>,
}

impl Table {
    /// An answer that is taken, as it is one, and judged bad for this reason. Nothing was proved then. Whoever sends what is not bound to
    /// the request and to its holder is told so; what the verifier thinks of the credentials nobody is told.
    fn rejects(&mut self, name: &str, shop: &Shop, begun: &Value, delivery: &Delivery, about: &str) {
        self.cases += 1;
        let page = Phone::send(delivery);
        let read = shop.read(begun["id"].as_str().unwrap()).json();
        let result = &read["result"];
        let whys = [&result["refusal"], &result["presentations"][0]["refusal"]];
        let said = whys.iter().any(|why| why["code"] == "invalid_request" && why["about"] == about);
        let proved = result["presentations"][0]["proved"].is_object() || result["idToken"].is_object();
        let of_credentials = ["proof", "claims", "values", "meta", "credentials", "transaction_data"].contains(&about);
        let told = match of_credentials {
            true => page.status == 200,
            false => page.status == 400 && page.json()["error"] == "invalid_request",
        };
        if !told || result["outcome"] != "reject" || !said || proved {
            self.wrong.push(format!("{name}: {} {}, not {about}: {read}", page.status, page.text));
        }
    }

    /// What is no answer to the request: it is told so, and uses nothing up.
    fn refuses(&mut self, name: &str, delivery: &Delivery) {
        self.cases += 1;
        let page = Phone::send(delivery);
        if page.status != 400 || page.json()["error"] != "invalid_request" {
            self.wrong.push(format!("{name}: {} {}", page.status, page.text));
        }
    }

    fn done(self, cases: usize) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
        assert_eq!(self.cases, cases);
    }
}

/// A JWT of whatever is said, signed.
fn forge(header: &Value, claims: &Value, key: &SecretKey) -> String {
    let algorithm = match key.public_key().key_type() {
        KeyType::Ed25519 => SignatureAlgorithm::EdDsa,
        _ => SignatureAlgorithm::Es256,
    };
    let part = |value: &Value| base64url_encode(value.to_string().as_bytes());
    let input = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(algorithm, input.as_bytes()).unwrap();
    format!("{input}.{}", base64url_encode(&signature))
}

/// The value with members set, or taken out where they are null.
fn with(value: &Value, changes: &Value) -> Value {
    let mut value = value.clone();
    let members = value.as_object_mut().unwrap();
    for (name, change) in changes.as_object().unwrap() {
        if change.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), change.clone());
        }
    }
    value
}

fn part(token: &str, index: usize) -> Value {
    serde_json::from_slice(&base64url_decode(token.split('.').nth(index).unwrap()).unwrap()).unwrap()
}

fn payment(shop: &Shop) -> Value {
    let page = shop.post("/requests", TOKEN, &json!({"ask": "pay", "transactionData": [{"amount": "12.50 $"}]}));
    assert_eq!(page.status, 201, "{}", page.text);
    page.json()
}

fn presented(request: &Request, text: String) -> Delivery {
    let mut token = VpToken::new();
    token.push("card", text.into());
    deliver(request, &Reply { vp_token: Some(token), id_token: None }).unwrap()
}

fn stranger() -> SecretKey {
    SecretKey::from_bytes(KeyType::Ed25519, &[66; 32]).unwrap()
}

/// RFC 9901 §7.3, OpenID4VP §8.4, B.3.3: the key-binding JWT of an SD-JWT VC.
#[test]
fn key_bindings() {
    let shop = Shop::open();
    let phone = Phone::with_payment_card();
    let mut t = Table::default();
    let other = stranger();
    let hash = |text: &str| json!(base64url_encode(&Sha256::digest(text)));
    for (name, header, claims, about) in [
        ("for another verifier", json!({}), json!({"aud": "https://evil.example"}), "aud"),
        ("for the verifier without its prefix", json!({}), json!({"aud": shop.url}), "aud"),
        ("for several", json!({}), json!({"aud": ["https://evil.example", shop.url]}), "holder_binding"),
        ("for nobody", json!({}), json!({"aud": null}), "holder_binding"),
        ("another nonce", json!({}), json!({"nonce": "n-1"}), "nonce"),
        ("no nonce", json!({}), json!({"nonce": null}), "holder_binding"),
        ("the hash of another card", json!({}), json!({"sd_hash": hash("another")}), "holder_binding"),
        ("no hash of the card", json!({}), json!({"sd_hash": null}), "holder_binding"),
        ("an old one", json!({}), json!({"iat": now().unix() - 100_000}), "holder_binding"),
        ("one of tomorrow", json!({}), json!({"iat": now().unix() + 100_000}), "holder_binding"),
        ("no date", json!({}), json!({"iat": null}), "holder_binding"),
        ("another typ", json!({"typ": "JWT"}), json!({}), "holder_binding"),
        ("no typ", json!({"typ": null}), json!({}), "holder_binding"),
        ("alg none", json!({"alg": "none"}), json!({}), "holder_binding"),
        ("a MAC", json!({"alg": "HS256"}), json!({}), "holder_binding"),
        (
            "agreed to something else",
            json!({}),
            json!({"transaction_data_hashes": [hash("another")]}),
            "transaction_data",
        ),
        ("agreed to more", json!({}), json!({"transaction_data_hashes": [hash("a"), hash("b")]}), "transaction_data"),
        ("agreed to nothing", json!({}), json!({"transaction_data_hashes": null}), "transaction_data"),
        (
            "hashed by what nobody asked for",
            json!({}),
            json!({"transaction_data_hashes_alg": "sha-512"}),
            "transaction_data",
        ),
    ] {
        let begun = payment(&shop);
        let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
        let text = phone.token(&request).iter().next().unwrap().1[0].as_str().unwrap().to_owned();
        let (card, bound) = text.rsplit_once('~').unwrap();
        let bound = forge(&with(&part(bound, 0), &header), &with(&part(bound, 1), &claims), &phone.key);
        t.rejects(name, &shop, &begun, &presented(&request, format!("{card}~{bound}")), about);
    }
    let begun = payment(&shop);
    let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
    let text = phone.token(&request).iter().next().unwrap().1[0].as_str().unwrap().to_owned();
    let (card, bound) = text.rsplit_once('~').unwrap();
    let theirs = forge(&part(bound, 0), &part(bound, 1), &other);
    t.rejects("by another key", &shop, &begun, &presented(&request, format!("{card}~{theirs}")), "holder_binding");
    let begun = payment(&shop);
    let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
    t.rejects("unsigned", &shop, &begun, &presented(&request, format!("{card}~")), "holder_binding");
    let begun = payment(&shop);
    let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
    t.rejects("replayed", &shop, &begun, &presented(&request, text.clone()), "nonce");
    let begun = payment(&shop);
    let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
    let fresh = phone.token(&request).iter().next().unwrap().1[0].as_str().unwrap().to_owned();
    let (jwt, rest) = fresh.split_once('~').unwrap();
    let mut claims = part(jwt, 1);
    claims["exp"] = json!(4_100_000_000_u32);
    let changed = format!(
        "{}.{}.{}~{rest}",
        jwt.split('.').next().unwrap(),
        base64url_encode(claims.to_string().as_bytes()),
        jwt.split('.').nth(2).unwrap()
    );
    // The hash of the card is another one, too; the signature is what is looked at first.
    t.rejects("a card that was changed", &shop, &begun, &presented(&request, changed), "proof");
    t.done(23);
}

/// SIOPv2 §11.1: the self-issued ID token.
#[test]
fn id_tokens() {
    let shop = Shop::open();
    let phone = Phone::known(false);
    let mut t = Table::default();
    let other = stranger();
    let jwk: Value = serde_json::from_str(&tamarack::json::to_string(&phone.key.public_key().to_jwk())).unwrap();
    let theirs = {
        let multikey = other.public_key().to_multikey();
        format!("did:key:{multikey}#{multikey}")
    };
    let answer = |request: &Request, header: &Value, claims: &Value, key: &SecretKey| {
        let usual = phone.id_token(request);
        let token = forge(&with(&part(&usual, 0), header), &with(&part(&usual, 1), claims), key);
        deliver(request, &Reply { vp_token: None, id_token: Some(token) }).unwrap()
    };
    for (name, header, claims, about) in [
        ("for another party", json!({}), json!({"aud": "https://evil.example"}), "aud"),
        ("for nobody", json!({}), json!({"aud": null}), "aud"),
        ("another nonce", json!({}), json!({"nonce": "n-1"}), "nonce"),
        ("no nonce", json!({}), json!({"nonce": null}), "nonce"),
        ("issued by another", json!({}), json!({"iss": "https://idp.example"}), "iss"),
        ("issued by nobody", json!({}), json!({"iss": null}), "iss"),
        ("of nobody", json!({}), json!({"sub": null}), "sub"),
        ("expired", json!({}), json!({"exp": now().unix() - 1_000}), "exp"),
        ("without an end", json!({}), json!({"exp": null}), "exp"),
        ("an old one", json!({}), json!({"iat": now().unix() - 100_000}), "iat"),
        ("one of tomorrow", json!({}), json!({"iat": now().unix() + 100_000}), "iat"),
        ("without a date", json!({}), json!({"iat": null}), "iat"),
        ("with a key beside the DID", json!({}), json!({"sub_jwk": jwk}), "sub_jwk"),
        ("by somebody else's name", json!({"kid": theirs}), json!({}), "kid"),
        ("by no name", json!({"kid": null}), json!({}), "kid"),
        ("alg none", json!({"alg": "none"}), json!({}), "id_token"),
        ("a MAC", json!({"alg": "HS256"}), json!({}), "id_token"),
    ] {
        let begun = shop.begin("me");
        let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
        t.rejects(name, &shop, &begun, &answer(&request, &header, &claims, &phone.key), about);
    }
    let begun = shop.begin("me");
    let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
    t.rejects("by another key", &shop, &begun, &answer(&request, &json!({}), &json!({}), &other), "signature");
    t.done(18);
}

/// OpenID4VP §8: the message around it.
#[test]
fn messages() {
    let shop = Shop::open();
    let phone = Phone::with(&GOOD);
    let mut t = Table::default();
    let (begun, other) = (shop.begin("age"), shop.begin("age"));
    let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
    let theirs = phone.open(other["wallet"].as_str().unwrap()).unwrap();
    let Delivery::Post { uri, body } = phone.answer(&request) else { panic!() };
    let Delivery::Post { body: stray, .. } = phone.answer(&theirs) else { panic!() };
    let to = |body: String| Delivery::Post { uri: uri.clone(), body };
    let token = tamarack::json::to_string(&phone.token(&request).to_json());
    let form = |members: &[(&str, &str)]| tamarack_openid4vc::vp::response::form(members);
    let state = request.state.clone().unwrap_or_default();
    t.refuses("downgraded: in plain where it must be encrypted", &to(form(&[("vp_token", &token), ("state", &state)])));
    t.refuses("encrypted to the key of another request", &to(stray.clone()));
    let (head, rest) = stray.strip_prefix("response=").unwrap().split_once('.').unwrap();
    let ours = part(body.strip_prefix("response=").unwrap(), 0)["kid"].clone();
    let mut header: Value = serde_json::from_slice(&base64url_decode(head).unwrap()).unwrap();
    header["kid"] = ours;
    let renamed = base64url_encode(header.to_string().as_bytes());
    t.refuses("encrypted to another key under this one's name", &to(format!("response={renamed}.{rest}")));
    header["alg"] = json!("dir");
    let direct = base64url_encode(header.to_string().as_bytes());
    t.refuses("encrypted in another way", &to(format!("response={direct}.{rest}")));
    t.refuses("cut", &to(body[..body.len() - 4].to_owned()));
    t.refuses("a signed answer that nobody asked for", &to("response=a.b.c".to_owned()));
    t.refuses("an error without the state", &to(form(&[("error", "access_denied")])));
    t.refuses("an error with the state of another", &to(form(&[("error", "access_denied"), ("state", "x")])));

    let (begun, other) = (shop.begin("name"), shop.begin("name"));
    let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
    let theirs = phone.open(other["wallet"].as_str().unwrap()).unwrap();
    let Delivery::Post { uri, .. } = phone.answer(&request) else { panic!() };
    let to = |body: String| Delivery::Post { uri: uri.clone(), body };
    let token = tamarack::json::to_string(&phone.token(&request).to_json());
    let state = request.state.clone().unwrap();
    let plain = |token: &str, state: &str| to(form(&[("vp_token", token), ("state", state)]));
    t.refuses("no state", &to(form(&[("vp_token", &token)])));
    t.refuses("the state of another request", &plain(&token, theirs.state.as_deref().unwrap()));
    t.refuses("two states", &to(format!("{}&state=x", form(&[("vp_token", &token), ("state", &state)]))));
    t.refuses("no JSON", &plain("{", &state));
    t.refuses("a bare presentation", &plain("\"ey\"", &state));
    t.refuses("nothing", &plain("{}", &state));
    t.refuses("under an id that nobody asked for", &plain(&token.replacen("person", "another", 1), &state));
    t.refuses("two where one is asked for", &plain(r#"{"person":[{},{}]}"#, &state));
    t.refuses(
        "an ID token that nobody asked for",
        &to(form(&[("vp_token", &token), ("id_token", "a.b.c"), ("state", &state)])),
    );
    assert_eq!(Phone::send(&plain(&token, &state)).status, 200, "none of it used the request up");
    let again = Phone::send(&plain(&token, &state));
    assert_eq!((again.status, again.json()["error"].as_str()), (410, Some("expired")), "a second answer");
    let once_more = phone.open(begun["wallet"].as_str().unwrap()).unwrap_err();
    assert_eq!((once_more.status, once_more.json()["error"].as_str()), (410, Some("expired")), "request_uri again");
    t.done(17);
}
