//! `@openid4vc/openid4vci` as a wallet at a running `tamarack-issuer serve`: with a code and a transaction code, and after a
//! sign-in with a pushed request and PKCE. Every access token is bound to a key, with nonces of the server.

use serde_json::{Map, Value, json};
use tamarack::Policy;
use tamarack::keys::KeyType;
use tamarack_testkit::node::Node;
use tamarack_testkit::repository;

use super::{Known, NOW, Side, Tally, against, judge_at};
use crate::browser::{Browser, Page, agent};
use crate::programs::{CARD, Province};
use crate::provider::Provider;

/// The name of the issuer, which the library wants to be `https`.
const ORIGIN: &str = "https://id.ontario.example";
const CLIENT: &str = "larch-wallet";
const BACK: &str = "https://wallet.larch.example/back";

#[test]
fn openid4vci_at_the_running_issuer() {
    against("@openid4vc/openid4vci at tamarack-issuer serve", |node, tally| {
        let person = json!({"sub": "pairwise-1", "resident_number": "0000-0001-037"});
        let provider = Provider::start(person);
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::copy(repository().join("examples/claims/person.csv"), path("residents.csv")).unwrap();
        let sign_in = json!({"format": "tamarack-sign-in/1", "providers": [provider.settings("larch")]});
        std::fs::write(path("sign-in.json"), sign_in.to_string()).unwrap();
        let table = json!({"file": "residents.csv", "key": "card_number", "is": "resident_number"});
        let citizens = json!({
            "format": "tamarack-citizens/1",
            "wallets": [{"clientId": CLIENT, "title": {"en": "Larch", "fr": "Mélèze"}, "redirectUris": [BACK]}],
            "types": [{"type": CARD.name, "provider": "larch", "source": {"table": table}}],
        });
        std::fs::write(path("citizens.json"), citizens.to_string()).unwrap();
        let (sign_in, citizens) = (path("sign-in.json"), path("citizens.json"));
        let more = ["--require-dpop", "--dpop-nonces", "--sign-in", &sign_in, "--citizens", &citizens];
        let mut counter =
            Counter { province: Province::behind_with(ORIGIN, &[CARD], &more), notified: 0, forged: None };
        with_a_code(node, tally, &mut counter);
        after_a_sign_in(node, tally, &mut counter);
        if counter.notified != 2 {
            tally.bad.push(format!("{} notifications", counter.notified));
        }
    });
}

/// The issuer behind its proxy, and the browser of the person.
struct Counter {
    province: Province,
    /// How many notifications were taken.
    notified: usize,
    /// What somebody between the two puts in the place of what the issuer said.
    forged: Option<[&'static str; 2]>,
}

impl Counter {
    fn inside(&self, url: &str) -> String {
        url.replacen(ORIGIN, &self.province.url, 1)
    }

    /// What the library sends goes on to the issuer; whoever is sent to `/authorize` is a person with a browser.
    fn serve(&mut self, asked: &Value) -> Value {
        let text = |name: &str| asked[name].as_str().unwrap_or_default();
        let url = self.inside(text("url"));
        let page = match text("method") {
            "GET" if text("url").starts_with(&format!("{ORIGIN}/authorize")) => self.walk(&url),
            "GET" => {
                let request = with_headers(agent().get(&url), &asked["headers"]);
                Page::of(request.call().unwrap())
            }
            _ => {
                let request = with_headers(agent().post(&url), &asked["headers"]);
                Page::of(request.send(text("body")).unwrap())
            }
        };
        if url.ends_with("/notification") && page.status == 204 {
            self.notified += 1;
        }
        let kept = ["content-type", "dpop-nonce", "www-authenticate", "location"];
        let headers: Map<String, Value> = page
            .headers
            .iter()
            .filter(|(name, _)| kept.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), json!(self.said(value))))
            .collect();
        json!({"status": page.status, "headers": headers, "body": self.said(&page.text)})
    }

    fn said(&self, text: &str) -> String {
        self.forged.map_or_else(|| text.to_owned(), |[from, to]| text.replace(from, to))
    }

    /// To the provider and back to the wallet: redirects and nothing else.
    fn walk(&self, url: &str) -> Page {
        let mut browser = Browser::new(&self.province.url);
        let mut page = browser.get(url);
        for _ in 0..8 {
            match page.headers.get("location") {
                Some(to) if !to.starts_with(BACK) => page = browser.get(&self.inside(to)),
                _ => break,
            }
        }
        page
    }
}

fn with_headers<B>(mut request: ureq::RequestBuilder<B>, headers: &Value) -> ureq::RequestBuilder<B> {
    for (name, value) in headers.as_object().into_iter().flatten() {
        request = request.header(name, value.as_str().unwrap_or_default());
    }
    request
}

/// The request to take up an offer with these keys.
fn take(action: &str, offer: &str, keys: &[Value]) -> Value {
    let dpop: Value = serde_json::from_str(&Known::new(KeyType::P256, 5).key.expose_jwk()).unwrap();
    json!({
        "do": action, "suite": "openid4vci", "offer": offer, "keys": keys, "dpopKey": dpop, "clientId": CLIENT,
        "redirectUri": BACK,
    })
}

/// The private key as the library takes it, named by its DID.
fn by_did(key: &Known) -> Value {
    let mut jwk: Value = serde_json::from_str(&key.key.expose_jwk()).unwrap();
    jwk["did"] = json!(key.method);
    jwk
}

/// Their answer: one good card for each key, bound to it.
fn good(taken: Result<Value, String>, holders: &[&Known]) -> Result<(), String> {
    let taken = taken?;
    if taken["tokenType"] != "DPoP" {
        return Err(format!("another kind of token: {taken}"));
    }
    let cards = taken["credentials"].as_array().ok_or("no cards")?;
    if cards.len() != holders.len() {
        return Err(format!("{} cards for {} keys", cards.len(), holders.len()));
    }
    let policy = Policy::insecure_trust_any_issuer().as_holder();
    for (card, holder) in cards.iter().zip(holders) {
        let card = &card["credential"];
        judge_at(card.to_string().as_bytes(), &policy, *NOW)?;
        if card["credentialSubject"]["id"] != json!(holder.did) {
            return Err(format!("the card is not bound to the key: {card}"));
        }
    }
    Ok(())
}

fn because(outcome: Result<Value, String>, reason: &str) -> Result<(), String> {
    match outcome {
        Err(why) if why.contains(reason) => Ok(()),
        other => Err(format!("not refused for {reason}: {other:?}")),
    }
}

fn with_a_code(node: &mut Node, tally: &mut Tally, counter: &mut Counter) {
    let (one, two) = (Known::new(KeyType::P256, 3), Known::new(KeyType::P256, 4));
    let offer = counter.province.offer(CARD.name, "person.json", true);
    let code = offer.tx_code.clone().unwrap();
    let wrong: String = code.chars().map(|digit| if digit == '1' { '2' } else { '1' }).collect();
    let mut accept = |offer: &str, code: &str, keys: &[Value]| {
        let mut request = take("acceptPreAuthorized", offer, keys);
        request["txCode"] = json!(code);
        node.ask_serving(&request, &mut |asked| counter.serve(asked))
    };
    let refused = because(accept(&offer.link, &wrong, &[by_did(&one)]), "invalid_grant");
    tally.record(Side::WeRefuse, "a wrong transaction code", refused);
    let taken = good(accept(&offer.link, &code, &[by_did(&one), by_did(&two)]), &[&one, &two]);
    tally.record(Side::WeAccept, "a code, for two keys", taken.clone());
    tally.record(Side::TheyAccept, "a code, for two keys", taken);
    let again = because(accept(&offer.by_value, &code, &[by_did(&one)]), "invalid_grant");
    tally.record(Side::WeRefuse, "a code that was used", again);
}

fn after_a_sign_in(node: &mut Node, tally: &mut Tally, counter: &mut Counter) {
    let key = Known::new(KeyType::P256, 6);
    let offers = [(); 4].map(|()| counter.province.offer_to_sign_in(CARD.name));
    let mut accept = |offer: &str, changed: &[(&str, &str)], forged: Option<[&'static str; 2]>| {
        counter.forged = forged;
        let mut request = take("acceptAfterSignIn", offer, &[by_did(&key)]);
        for (name, value) in changed {
            request[*name] = json!(value);
        }
        node.ask_serving(&request, &mut |asked| counter.serve(asked))
    };
    let taken = good(accept(&offers[0], &[], None), &[&key]);
    tally.record(Side::WeAccept, "a sign-in", taken.clone());
    tally.record(Side::TheyAccept, "a sign-in", taken);
    for (name, changed, reason) in [
        ("a wallet that is not registered", ("clientId", "somebody"), "invalid_client"),
        ("a way back that is not registered", ("redirectUri", "https://evil.example/back"), "invalid_request"),
    ] {
        tally.record(Side::WeRefuse, name, because(accept(&offers[1], &[changed], None), reason));
    }
    for (name, offer, forged, reason) in [
        ("a redirect of another server", &offers[2], ["&iss=https%3A%2F%2Fid.", "&iss=https%3A%2F%2Fno."], "iss"),
        (
            "metadata of another issuer",
            &offers[3],
            ["\"credential_issuer\":\"https://id.", "\"credential_issuer\":\"https://no."],
            "credential_issuer",
        ),
    ] {
        tally.record(Side::TheyRefuse, name, because(accept(offer, &[], Some(forged)), reason));
    }
}
