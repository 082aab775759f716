//! The Digital Credentials API: a page asks the browser, and the browser finds the wallet.

use serde_json::{Value, json};

use crate::browser::{Browser, Page, agent};
use crate::phone::{CANARY, Card, GOOD, Phone};
use crate::shop::{Shop, TOKEN};

/// The requests for the page of a request.
fn offers(browser: &mut Browser, path: &str) -> Vec<Value> {
    let page = browser.get(&format!("{path}/digital"));
    assert_eq!(page.status, 200, "{}", page.text);
    page.json()["requests"].as_array().unwrap().clone()
}

#[test]
fn a_page_asks_the_browser_signed_and_unsigned() {
    let shop = Shop::open();
    for (ask, mode) in [("age", "dc_api.jwt"), ("name", "dc_api")] {
        for at in [0, 1] {
            let mut browser = shop.browser();
            let path = browser.begin(ask);
            let page = browser.get(&path);
            // Without a script, nobody sees it; with one, it is offered.
            assert!(page.text.contains(&format!("data-digital=\"{path}/digital\"")) && page.text.contains(" hidden>"));
            let offers = offers(&mut browser, &path);
            let names: Vec<&str> = offers.iter().map(|one| one["protocol"].as_str().unwrap()).collect();
            assert_eq!(names, ["openid4vp-v1-signed", "openid4vp-v1-unsigned"]);
            let plain = &offers[1]["data"];
            assert_eq!(plain["response_mode"], mode);
            assert!(plain.get("client_id").is_none() && plain.get("expected_origins").is_none(), "{plain}");
            assert!(plain.get("state").is_none() && plain.get("response_uri").is_none(), "{plain}");
            // The same again: a page may be loaded twice.
            assert_eq!(offers[1], self::offers(&mut browser, &path)[1]);
            let answer = Phone::with(&GOOD).answer_browser(&offers[at], &shop.url).unwrap();
            let sent = browser.post_json(&format!("{path}/digital"), Some(&shop.url), &answer);
            assert_eq!((sent.status, sent.text.as_str()), (204, ""), "{ask} {at}");
            let page = browser.get(&path);
            assert!(page.text.contains("Accepted"), "{ask} {at}: {}", page.text);
            assert_eq!(page.text.contains(CANARY), ask == "name");
            // Once.
            assert_eq!(browser.post_json(&format!("{path}/digital"), Some(&shop.url), &answer).status, 410);
            assert_eq!(browser.get(&format!("{path}/digital")).status, 410);
        }
    }
}

#[test]
fn each_way_to_answer_ends_the_other() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    let path = browser.begin("age");
    let link = browser.get(&path).attribute("href", "openid4vp:").replace("%2Fhere", "");
    let phone = Phone::with(&GOOD);
    let answer = phone.answer_browser(&offers(&mut browser, &path)[0], &shop.url).unwrap();
    let request = phone.open(&link).unwrap();
    // The browser's after the wallet's.
    assert_eq!(Phone::send(&phone.answer(&request)).status, 200);
    assert_eq!(browser.post_json(&format!("{path}/digital"), Some(&shop.url), &answer).status, 410);
    // And the other way round.
    let path = browser.begin("age");
    let link = browser.get(&path).attribute("href", "openid4vp:").replace("%2Fhere", "");
    let request = phone.open(&link).unwrap();
    let answer = phone.answer_browser(&offers(&mut browser, &path)[0], &shop.url).unwrap();
    assert_eq!(browser.post_json(&format!("{path}/digital"), Some(&shop.url), &answer).status, 204);
    assert_eq!(Phone::send(&phone.answer(&request)).status, 410);
}

#[test]
fn an_answer_is_judged_as_any_other() {
    let shop = Shop::open();
    for (card, outcome) in [
        (Card { issuer: 2, ..GOOD }, "reject"),
        (Card { days: -1, ..GOOD }, "reject"),
        (Card { status: true, ..GOOD }, "undetermined"),
    ] {
        let begun = shop.begin("name");
        let id = begun["id"].as_str().unwrap();
        let offer = program(&shop, id, None).json()["requests"][1].clone();
        let mut answer = Phone::with(&card).answer_browser(&offer, &shop.url).unwrap();
        answer["origin"] = json!(shop.url);
        assert_eq!(program(&shop, id, Some(&answer)).status, 204);
        let read = shop.read(id).json();
        assert_eq!(read["result"]["outcome"], outcome, "{read}");
        assert!(!read.to_string().contains(CANARY));
    }
}

/// The relying party's program asks, or hands in what its page got.
fn program(shop: &Shop, id: &str, answer: Option<&Value>) -> Page {
    match answer {
        Some(answer) => shop.post(&format!("/requests/{id}/digital"), TOKEN, answer),
        None => {
            let request = agent().get(format!("{}/requests/{id}/digital", shop.url));
            Page::of(request.header("authorization", format!("Bearer {TOKEN}")).call().unwrap())
        }
    }
}

#[test]
fn a_program_asks_on_a_page_of_its_own() {
    const OWN: &str = "https://shop.example";
    let shop = Shop::open();
    let phone = Phone::with(&GOOD);
    let begun = shop.begin("age");
    let id = begun["id"].as_str().unwrap();
    let offers = program(&shop, id, None).json()["requests"].clone();
    // The wallet refuses a page that the signed request does not name, before anything is shown.
    assert_eq!(phone.answer_browser(&offers[0], "https://evil.example").unwrap_err().about(), "expected_origins");
    // An answer that was made for another page, which an unsigned request cannot prevent, is not accepted for this one.
    for (made_for, said, status) in
        [("https://evil.example", "https://evil.example", 400), (OWN, "https://shop.example/", 400), (OWN, "", 400)]
    {
        let mut answer = phone.answer_browser(&offers[1], made_for).unwrap();
        answer["origin"] = json!(said);
        assert_eq!(program(&shop, id, Some(&answer)).status, status, "{made_for} {said}");
    }
    let mut answer = phone.answer_browser(&offers[0], OWN).unwrap();
    answer["origin"] = json!(OWN);
    assert_eq!(program(&shop, id, Some(&answer)).status, 204);
    assert_eq!(shop.read(id).json()["result"]["outcome"], "accept");

    let begun = shop.begin("age");
    let id = begun["id"].as_str().unwrap();
    let offers = program(&shop, id, None).json()["requests"].clone();
    let mut answer = phone.answer_browser(&offers[1], "https://evil.example").unwrap();
    answer["origin"] = json!(OWN);
    assert_eq!(program(&shop, id, Some(&answer)).status, 204);
    let read = shop.read(id).json();
    assert_eq!(read["result"]["outcome"], "reject", "the presentation names another page: {read}");
}

#[test]
fn what_is_no_answer_uses_nothing_up() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    let path = browser.begin("name");
    let other = browser.begin("name");
    let place = format!("{path}/digital");
    let phone = Phone::with(&GOOD);
    assert_eq!(browser.post_json(&place, Some(&shop.url), &json!({})).status, 410, "nothing was asked yet");
    let (mine, theirs) = (offers(&mut browser, &path), offers(&mut browser, &other));
    let good = phone.answer_browser(&mine[0], &shop.url).unwrap();
    let with = |name: &str, value: Value| {
        let mut answer = good.clone();
        answer[name] = value;
        answer
    };
    for (body, about) in [
        (json!([]), "protocol"),
        (json!({}), "protocol"),
        (with("protocol", json!("openid4vp")), "protocol"),
        (with("protocol", json!("openid4vp-v1-multisigned")), "protocol"),
        (with("data", json!("x")), "data"),
        (with("data", json!({})), "vp_token"),
        (with("data", json!({"response": "a.b.c.d.e"})), "response"),
        (with("data", json!({"vp_token": {"other": ["x"]}})), "vp_token"),
    ] {
        let page = browser.post_json(&place, Some(&shop.url), &body);
        let said = page.json()["error_description"].as_str().unwrap_or_default().to_owned();
        assert_eq!(page.status, 400, "{body}");
        assert!(said.contains(about), "{body}: {said}");
    }
    // From elsewhere: another page, another browser, or no browser at all.
    for origin in [Some("https://evil.example"), Some("null"), None] {
        assert_eq!(browser.post_json(&place, origin, &good).status, 403, "{origin:?}");
    }
    let mut stranger = shop.browser();
    assert_eq!(stranger.post_json(&place, Some(&shop.url), &good).status, 403);
    assert_eq!(stranger.get(&place).status, 403);
    // The answer to another request has another nonce.
    let foreign = phone.answer_browser(&theirs[0], &shop.url).unwrap();
    assert_eq!(browser.post_json(&place, Some(&shop.url), &good).status, 204, "it still stood open");
    assert!(browser.get(&path).text.contains(CANARY));
    let third = browser.begin("name");
    offers(&mut browser, &third);
    assert_eq!(browser.post_json(&format!("{third}/digital"), Some(&shop.url), &foreign).status, 204);
    assert!(browser.get(&third).text.contains("Not accepted"));
}

#[test]
fn an_ask_for_an_id_token_has_no_such_way() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    let path = browser.begin("me");
    assert!(!browser.get(&path).text.contains("data-digital"));
    assert_eq!(browser.get(&format!("{path}/digital")).status, 404);
}
