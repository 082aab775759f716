//! What the server refuses.

use tamarack_openid4vc::oauth::Form;
use tamarack_openid4vc::vp::response::Delivery;

use crate::browser::{Page, agent};
use crate::phone::{CANARY, GOOD, Phone};
use crate::shop::{Shop, TOKEN};

fn wallet(begun: &serde_json::Value) -> &str {
    begun["wallet"].as_str().unwrap()
}

#[test]
fn only_programs_with_a_token_may_ask() {
    let shop = Shop::open();
    let ask = serde_json::json!({"ask": "age"});
    for token in ["", "x", &TOKEN[1..], &format!("{TOKEN}x")] {
        let page = shop.post("/requests", token, &ask);
        // RFC 6750 §3.1: a token that is none is told so.
        assert_eq!((page.status, page.headers["www-authenticate"].as_str()), (401, "Bearer error=\"invalid_token\""));
        assert_eq!(page.json()["error"], "invalid_token");
    }
    let bare = Page::of(agent().get(format!("{}/requests/{}", shop.url, "A".repeat(22))).call().unwrap());
    // And who shows nothing is told of no error.
    assert_eq!((bare.status, bare.headers["www-authenticate"].as_str()), (401, "Bearer"));
    assert!(!bare.text.contains("invalid_token"), "{}", bare.text);
    for wrong in [
        serde_json::json!({"ask": "none"}),
        serde_json::json!({"ask": "age", "more": 1}),
        serde_json::json!({"ask": "age", "returnTo": "https://shop.example/done?x"}),
        serde_json::json!({"ask": "age", "returnTo": "https://evil.example/"}),
        serde_json::json!({}),
    ] {
        let page = shop.post("/requests", TOKEN, &wrong);
        assert_eq!((page.status, page.json()["error"].as_str()), (400, Some("invalid_request")), "{wrong}");
    }
    let good = serde_json::json!({"ask": "age", "returnTo": "https://shop.example/done"});
    assert_eq!(shop.post("/requests", TOKEN, &good).status, 201);
    assert_eq!(shop.read("not-an-id").status, 404);
    assert_eq!(shop.read(&"A".repeat(22)).status, 410);
}

#[test]
fn what_is_no_answer_uses_nothing_up() {
    let shop = Shop::open();
    for ask in ["age", "name"] {
        let (begun, other) = (shop.begin(ask), shop.begin(ask));
        let phone = Phone::with(&GOOD);
        let (request, foreign) = (phone.open(wallet(&begun)).unwrap(), phone.open(wallet(&other)).unwrap());
        let Delivery::Post { uri, .. } = phone.answer(&request) else { panic!() };
        let Delivery::Post { body: theirs, .. } = phone.answer(&foreign) else { panic!() };
        let plain = format!("vp_token=%7B%7D&state={}", request.state.clone().unwrap_or_default());
        for (name, body) in [
            ("nothing", String::new()),
            ("the answer to another request", theirs),
            ("no state", "vp_token=%7B%7D".to_owned()),
            ("a wrong state", "error=access_denied&state=wrong".to_owned()),
            ("no presentation, or plain where it must be encrypted", plain),
            ("encrypted to nobody", "response=a.b.c.d.e".to_owned()),
            // A portrait is no small thing: it is read, before it is refused.
            ("three megabytes", format!("response={}", "A".repeat(3 << 20))),
            ("twice the same", format!("state=a&state=a&vp_token={CANARY}")),
        ] {
            let page = Phone::send(&Delivery::Post { uri: uri.clone(), body });
            assert_eq!((page.status, page.json()["error"].as_str()), (400, Some("invalid_request")), "{ask} {name}");
            assert!(!page.text.contains(CANARY));
        }
        assert_eq!(Phone::send(&phone.answer(&request)).status, 200, "{ask}: it still stands open");
    }
}

#[test]
fn an_answer_made_for_another_request_is_not_accepted() {
    // The state is right, the nonce is that of another request of the same verifier.
    let shop = Shop::open();
    let (begun, other) = (shop.begin("name"), shop.begin("name"));
    let phone = Phone::with(&GOOD);
    let mut request = phone.open(wallet(&begun)).unwrap();
    request.nonce = phone.open(wallet(&other)).unwrap().nonce;
    let told = Phone::send(&phone.answer(&request));
    assert_eq!((told.status, told.json()["error_description"].as_str()), (400, Some("nonce")));
    let read = shop.read(begun["id"].as_str().unwrap()).json();
    assert_eq!(read["result"]["outcome"], "reject", "{read}");
    assert!(!read.to_string().contains(CANARY));
}

#[test]
fn a_wallet_that_is_asked_wrongly_is_told_so() {
    let shop = Shop::open();
    let begun = shop.begin("age");
    let uri = begun["requestUri"].as_str().unwrap();
    let post = |body: &str| {
        let request = agent().post(uri).header("content-type", "application/x-www-form-urlencoded");
        Page::of(request.send(body).unwrap()).status
    };
    assert_eq!(post("wallet_nonce=a&wallet_nonce=b"), 400);
    assert_eq!(post("wallet_metadata=no-json"), 400);
    assert_eq!(post("wallet_nonce=a"), 200);
    // OpenID4VP §5.10 wants no `kid` of a wallet's keys; RFC 6749 §3.1: a parameter without a value was left out.
    let key = r#"{"jwks":{"keys":[{"kty":"EC","crv":"P-256","use":"enc","alg":"ECDH-ES",
        "x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ","y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"}]}}"#;
    let metadata = Form::default().with("wallet_metadata", Some(key)).with("wallet_nonce", Some("")).encode();
    assert_eq!(post(&metadata), 200);
    let get = |path: &str| Page::of(agent().get(format!("{}{path}", shop.url)).call().unwrap()).status;
    assert_eq!(get("/w/short"), 404);
    assert_eq!(get(&format!("/w/{}", "A".repeat(22))), 410);
    // The id is not the handle: who has one cannot use it as the other.
    assert_eq!(get(&format!("/w/{}", begun["id"].as_str().unwrap())), 410);
    assert_eq!(shop.read(begun["handle"].as_str().unwrap()).status, 410);
}
