//! `openid-client` signs people in at the OpenID Connect bridge of a running `tamarack-verifier serve`; they show a card that a
//! running `tamarack-issuer serve` issued, with `tamarack-wallet`.

use serde_json::{Value, json};
use tamarack_testkit::node::Node;

use crate::browser::Browser;
use crate::programs::{CARD, Province, Shop, Wallet, ask};
use crate::{Side, Tally, against};

const LIBRARY: &str = "https://library.example/back";
const APP: &str = "https://app.example/back";
/// The SHA-256 of it stands in the ask.
const SECRET: &str = "the secret of the library: %+/";

fn sign_in_ask() -> Value {
    let dcql = json!({"credentials": [{
        "id": "person", "format": "ldp_vc",
        "meta": {"type_values": [["https://tamarack.example/ontario/vocab#OntarioPersonCredential"]]},
        "claims": [{"path": ["credentialSubject", "givenName"]}, {"path": ["credentialSubject", "ageOver18"]}],
    }]});
    let mut ask = ask("sign-in", &dcql);
    ask["oidc"] = json!({
        "clients": [
            {"id": "library", "redirectUris": [LIBRARY],
             "secretSha256": "fe44a14fa7c486f1f44149d427ffc8bf61615515edba078ed27d871ec356948d"},
            {"id": "app", "redirectUris": [APP]},
        ],
        "claims": {"given_name": "givenName", "adult": "ageOver18"},
    });
    ask
}

/// A person at a browser with a wallet beside it, and the relying party's library.
struct SignIn<'s> {
    node: &'s mut Node,
    shop: &'s Shop,
    wallet: &'s Wallet,
}

impl SignIn<'_> {
    fn client(&self, action: &str, id: &str, secret: Option<&str>) -> Value {
        let back = if id == "library" { LIBRARY } else { APP };
        let mut request = json!({
            "do": action, "suite": "openid-client", "issuer": self.shop.url, "clientId": id, "redirectUri": back,
        });
        if let Some(secret) = secret {
            request["secret"] = json!(secret);
        }
        request
    }

    /// The address with which the browser comes back, and what the library remembers.
    fn come_back(&mut self, id: &str, secret: Option<&str>) -> Result<(String, Value), String> {
        let request = self.client("signIn", id, secret);
        let sent = self.node.ask(&request)?;
        let mut browser = Browser::new(&self.shop.url);
        let begun = browser.get(sent["url"].as_str().ok_or("no url")?);
        let path = begun.headers.get("location").ok_or(begun.text)?.clone();
        let link = browser.get(&path).attribute("href", "openid4vp:").replace("%2Fhere", "");
        let said = self.wallet.answer(&link, "card.json");
        if said.code != 0 {
            return Err(said.err);
        }
        let page = browser.get(&path);
        Ok((page.headers.get("location").ok_or(page.text)?.clone(), sent["remembered"].clone()))
    }

    fn finish(&mut self, id: &str, secret: Option<&str>, url: &str, remembered: &Value) -> Result<Value, String> {
        let mut request = self.client("signedIn", id, secret);
        request["url"] = json!(url);
        request["remembered"] = remembered.clone();
        self.node.ask(&request)
    }
}

/// That it failed, and for this reason.
fn because(outcome: Result<Value, String>, reason: &str) -> Result<Value, String> {
    match outcome {
        Err(why) if why.contains(reason) => Err(why),
        Err(why) => Ok(json!(format!("another reason: {why}"))),
        Ok(value) => Ok(value),
    }
}

#[test]
fn openid_client() {
    against("openid-client", |node, tally| {
        let province = Province::open(&[CARD], &[]);
        let shop = Shop::open(&province, &[sign_in_ask()]);
        let wallet = Wallet::new();
        wallet.accept(&province.offer(CARD.name, "person.json", false), "card.json");
        let mut world = SignIn { node, shop: &shop, wallet: &wallet };
        let mut subjects = Vec::new();
        for (id, secret) in [("library", Some(SECRET)), ("library", Some(SECRET)), ("app", None)] {
            let outcome = signed_in(&mut world, id, secret, &mut subjects);
            tally.record(Side::WeAccept, id, outcome.clone());
            tally.record(Side::TheyAccept, id, outcome);
        }
        assert_eq!(subjects[0], subjects[1], "the same person");
        assert_ne!(subjects[0], subjects[2], "another name in another sector");
        forged(&mut world, tally);
    });
}

fn signed_in(world: &mut SignIn<'_>, id: &str, secret: Option<&str>, subjects: &mut Vec<Value>) -> Result<(), String> {
    let (url, remembered) = world.come_back(id, secret)?;
    let learned = world.finish(id, secret, &url, &remembered)?;
    for claims in [&learned["claims"], &learned["userinfo"]] {
        if claims["given_name"] != "Zoé" || claims["adult"] != true || claims["sub"] != learned["claims"]["sub"] {
            return Err(learned.to_string());
        }
    }
    if ["Tremblay", "2002-04-21", "did:"].iter().any(|claim| learned.to_string().contains(claim)) {
        return Err(learned.to_string());
    }
    subjects.push(learned["claims"]["sub"].clone());
    Ok(())
}

fn forged(world: &mut SignIn<'_>, tally: &mut Tally) {
    let (url, remembered) = world.come_back("app", None).unwrap();
    let changed = |name: &str| {
        let mut other = remembered.clone();
        other[name] = json!("another-one-that-is-as-long-as-the-first-one-was");
        other
    };
    // They look at the answer before they use its code.
    let issuer = url.replace("iss=http", "iss=https");
    for (name, url, remembered) in [
        ("state of another sign-in", url.as_str(), changed("state")),
        ("answer of another provider", issuer.as_str(), remembered.clone()),
        ("answer without iss", url.split("&iss=").next().unwrap(), remembered.clone()),
    ] {
        tally.refused(Side::TheyRefuse, name, world.finish("app", None, url, &remembered));
    }
    let outcome = because(world.finish("app", None, &url, &changed("verifier")), "invalid_grant");
    tally.refused(Side::WeRefuse, "verifier of PKCE of another", outcome);
    let outcome = because(world.finish("app", None, &url, &remembered), "invalid_grant");
    tally.refused(Side::WeRefuse, "code for the second time", outcome);

    let (url, mut remembered) = world.come_back("app", None).unwrap();
    remembered["nonce"] = json!("another-nonce");
    tally.refused(Side::TheyRefuse, "nonce of another sign-in", world.finish("app", None, &url, &remembered));

    let (url, remembered) = world.come_back("library", Some("a guess")).unwrap();
    let outcome = because(world.finish("library", Some("a guess"), &url, &remembered), "WWW-Authenticate");
    tally.refused(Side::WeRefuse, "guessed secret", outcome);
    let (url, remembered) = world.come_back("app", None).unwrap();
    let outcome = because(world.finish("library", Some(SECRET), &url, &remembered), "invalid_grant");
    tally.refused(Side::WeRefuse, "code of another client", outcome);
}
