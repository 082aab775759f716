//! Sign-in with an identifier that the person's wallet vouches for itself (SIOPv2).

use tamarack_openid4vc::siop::JWK_THUMBPRINT;
use tamarack_openid4vc::vp::request::ResponseType;
use tamarack_openid4vc::vp::response::{Delivery, Reply, deliver};

use crate::bridge::sign_in_at;
use crate::phone::{CANARY, Card, GOOD, Phone};
use crate::shop::Shop;

#[test]
fn a_program_learns_who_signed_in_once() {
    let shop = Shop::open();
    for by_thumbprint in [false, true] {
        let begun = shop.begin("me");
        let (id, wallet) = (begun["id"].as_str().unwrap(), begun["wallet"].as_str().unwrap());
        assert!(wallet.starts_with("siopv2://?"), "{wallet}");
        let phone = Phone::known(by_thumbprint);
        let request = phone.open(wallet).unwrap();
        assert_eq!((request.response_type, request.query.is_none()), (ResponseType::IdToken, true));
        assert_eq!(Phone::send(&phone.answer(&request)).status, 200);
        let stored = shop.stored();
        let read = shop.read(id).json();
        assert_eq!(read["result"]["outcome"], "accept", "{read}");
        let subject = read["result"]["idToken"]["subject"].as_str().unwrap();
        let start = if by_thumbprint { JWK_THUMBPRINT } else { "did:key:z6Mk" };
        assert!(subject.starts_with(start), "{subject}");
        assert!(!stored.windows(subject.len()).any(|part| part == subject.as_bytes()), "sealed until it is asked for");
        let again = shop.read(id).json();
        assert_eq!(again["handedOverBefore"], true);
        assert!(again["result"]["idToken"].get("subject").is_none(), "{again}");
    }
}

#[test]
fn an_id_token_and_a_credential_together() {
    let shop = Shop::open();
    let begun = shop.begin("me-and-name");
    let phone = Phone::known(false);
    let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
    assert_eq!(request.response_type, ResponseType::VpTokenIdToken);
    assert_eq!(Phone::send(&phone.answer(&request)).status, 200);
    let read = shop.read(begun["id"].as_str().unwrap()).json();
    assert_eq!(read["result"]["outcome"], "accept", "{read}");
    assert_eq!(read["result"]["presentations"][0]["proved"]["claims"][0]["values"][0], CANARY);
    assert!(read["result"]["idToken"]["subject"].as_str().unwrap().starts_with("did:key:"));

    // Half an answer is none, and a credential that is not good spoils the sign-in.
    let begun = shop.begin("me-and-name");
    let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
    let mut alone = request.clone();
    alone.response_type = ResponseType::VpToken;
    let half = deliver(&alone, &Reply { vp_token: Some(phone.token(&request)), id_token: None }).unwrap();
    assert_eq!(Phone::send(&half).status, 400);
    let bad = Phone::with(&Card { issuer: 2, ..GOOD });
    assert_eq!(Phone::send(&bad.answer(&request)).status, 200);
    let read = shop.read(begun["id"].as_str().unwrap()).json();
    assert_eq!(read["result"]["outcome"], "reject");
    assert!(read["result"].get("idToken").is_none(), "{read}");
}

#[test]
fn a_token_for_another_request_signs_nobody_in() {
    let shop = Shop::open();
    let (begun, other) = (shop.begin("me"), shop.begin("me"));
    let phone = Phone::known(true);
    let mut request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
    request.nonce = phone.open(other["wallet"].as_str().unwrap()).unwrap().nonce;
    assert_eq!(Phone::send(&phone.answer(&request)).status, 400);
    let read = shop.read(begun["id"].as_str().unwrap()).json();
    assert_eq!(read["result"]["outcome"], "reject", "{read}");
    assert_eq!(read["result"]["refusal"]["about"], "nonce");
    assert!(read["result"].get("idToken").is_none());
    // Neither does one that somebody else signed.
    let begun = shop.begin("me");
    let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
    let (head, _) =
        phone.id_token(&request).rsplit_once('.').map(|(head, tail)| (head.to_owned(), tail.len())).unwrap();
    let forged = Reply { vp_token: None, id_token: Some(format!("{head}.{}", "A".repeat(86))) };
    assert_eq!(Phone::send(&deliver(&request, &forged).unwrap()).status, 400);
    let read = shop.read(begun["id"].as_str().unwrap()).json();
    assert_eq!(
        (&read["result"]["outcome"], &read["result"]["refusal"]["about"]),
        (&"reject".into(), &"signature".into())
    );
}

#[test]
fn a_person_signs_in_on_a_page() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    assert!(browser.get("/ask/me").text.contains("An identifier that your wallet vouches for"));
    let path = browser.begin("me");
    let link = browser.get(&path).attribute("href", "siopv2:").replace("%2Fhere", "");
    let phone = Phone::known(false);
    let request = phone.open(&link).unwrap();
    let Delivery::Post { body, .. } = phone.answer(&request) else { panic!() };
    assert!(!body.contains("id_token="), "encrypted, as answers are");
    assert_eq!(Phone::send(&phone.answer(&request)).status, 200);
    let page = browser.get(&path).text;
    assert!(page.contains("Accepted") && page.contains("Identifier") && page.contains("did:key:z6Mk"), "{page}");
    let path = browser.begin("me");
    let link = browser.get(&path).attribute("href", "siopv2:").replace("%2Fhere", "");
    assert_eq!(Phone::send(&Phone::refusal(&phone.open(&link).unwrap())).status, 200);
    assert!(browser.get(&format!("{path}?lang=fr")).text.contains("Rien n’a été transmis"));
}

#[test]
fn over_the_bridge_the_person_has_another_name_in_each_sector() {
    let shop = Shop::open();
    let at = |client: &str, by_thumbprint: bool| {
        let claims = sign_in_at(&shop, client, &Phone::known(by_thumbprint));
        assert!(!claims.to_string().contains("did:key") && !claims.to_string().contains("thumbprint"), "{claims}");
        claims["sub"].as_str().unwrap().to_owned()
    };
    let forum = at("forum", false);
    assert_eq!(at("forum", false), forum, "the same again");
    assert_ne!(at("chat", false), forum, "another relying party");
    assert_ne!(at("forum", true), forum, "another identifier of the wallet");
}
