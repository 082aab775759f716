//! A relying party that must know people again, and by nothing else than a pseudonym: at its counter, by its program and over
//! OpenID Connect.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::programs::{CARD, Province, Shop, TypeOf, Wallet, ask};
use crate::{UNASKED, age_of_card};

const BACK: [&str; 2] = ["https://library.example/back", "https://pool.example/back"];

fn visitors() -> Value {
    let mut ask = ask("visitor", &age_of_card());
    ask["pseudonym"] = json!(true);
    ask["oidc"] = json!({
        "clients": [{"id": "library", "redirectUris": [BACK[0]]}, {"id": "pool", "redirectUris": [BACK[1]]}],
        "claims": {"adult": "ageOver19"}, "pseudonymClaim": "card_number",
    });
    ask
}

/// The claims that a relying party learns by OpenID Connect, when this card is shown.
fn signed_in(shop: &Shop, wallet: &Wallet, client: &str, back: &str, card: &str) -> Value {
    // RFC 7636 Appendix B.
    let (verifier, challenge) =
        ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    let mut browser = Browser::new(&shop.url);
    let begun = browser.get(&format!(
        "/oidc/authorize?response_type=code&scope=openid&client_id={client}&redirect_uri={back}&code_challenge={challenge}&code_challenge_method=S256"
    ));
    let page = begun.headers["location"].clone();
    let link = browser.get(&page).attribute("href", "openid4vp:").replace("%2Fhere", "");
    let args = ["requests", "answer", &link, "--credential", card, "--holder-secrets", "me.secrets", "--yes"];
    let said = wallet.run(&args);
    assert_eq!(said.code, 0, "{}", said.err);
    let sent = browser.get(&page).headers["location"].clone();
    let code = sent.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let tokens = browser.post(
        "/oidc/token",
        &[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", back),
            ("client_id", client),
            ("code_verifier", verifier),
        ],
    );
    let tokens = tokens.json();
    let token = tokens["id_token"].as_str().unwrap_or_else(|| panic!("{tokens}"));
    let payload = tamarack::encoding::base64url_decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

#[test]
fn visitors_are_known_again_by_a_pseudonym_alone() {
    let bbs = TypeOf { file: "person-2.0.json", name: "card-bbs", suite: "bbs-2023" };
    let province = Province::open_with(&[bbs, CARD], &[], &["--bind-secrets", "card-bbs"]);
    let shop = Shop::open(&province, &[visitors()]);
    let wallet = Wallet::new();
    let offer = province.offer("card-bbs", "person.json", false);
    let args = ["offers", "accept", &offer.link, "--new-secrets", "me.secrets", "--yes", "--out", "bbs.json"];
    assert_eq!(wallet.run(&args).code, 0);
    wallet.accept(&province.offer(CARD.name, "person.json", false), "plain.json");

    // The page says so in both languages, and asks no browser: the pseudonym would be another one there.
    for (language, says) in [
        ("en", "A pseudonym by which you are recognised here"),
        ("fr", "Un pseudonyme qui permet de vous reconnaître ici"),
    ] {
        let mut browser = Browser::new(&shop.url);
        browser.language = language;
        assert!(browser.get("/ask/visitor").text.contains(says), "{language}");
        let page = browser.begin("visitor");
        assert!(!browser.get(&page).text.contains("data-digital"));
        assert_eq!(browser.get(&format!("{page}/digital")).status, 404);
    }

    // A card by which nobody would be known again is not enough, whoever holds it.
    let begun = shop.begin("visitor");
    assert_eq!(wallet.answer(&begun.wallet, "plain.json").code, 0);
    let read = shop.read(&begun);
    assert_eq!(read["result"]["outcome"], "reject", "{read}");
    let checks = read["result"]["presentations"][0]["checks"].as_array().unwrap();
    assert!(checks.iter().any(|check| check["code"] == "holder.pseudonym_missing"), "{read}");

    let begun = shop.begin("visitor");
    let args =
        ["requests", "answer", &begun.wallet, "--credential", "bbs.json", "--holder-secrets", "me.secrets", "--yes"];
    assert_eq!(wallet.run(&args).code, 0);
    let read = shop.read(&begun);
    let pseudonym = read["result"]["presentations"][0]["proved"]["pseudonym"].clone();
    assert!(pseudonym.is_string(), "{read}");

    let [first, again] = [0, 1].map(|_| signed_in(&shop, &wallet, "library", BACK[0], "bbs.json"));
    let other = signed_in(&shop, &wallet, "pool", BACK[1], "bbs.json");
    assert_eq!(first["sub"], again["sub"], "the same visitor");
    assert_ne!(first["sub"], other["sub"], "another relying party");
    for claims in [&first, &again, &other] {
        assert_eq!((&claims["card_number"], &claims["adult"]), (&pseudonym, &json!(true)), "{claims}");
        assert!(!UNASKED.iter().any(|claim| claims.to_string().contains(claim)), "{claims}");
    }
    assert!(!shop.log().contains(pseudonym.as_str().unwrap()));
}
