//! The pages, as a browser without scripts sees them.

use tamarack_service::verifier::Ask;

use crate::browser::Browser;
use crate::phone::{CANARY, Card, GOOD, Phone};
use crate::shop::Shop;

/// Bytes that a first page load may have, its style sheet and script included.
const FIRST_LOAD: usize = 50_000;

#[test]
fn a_citizen_shows_on_another_device() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    let path = browser.begin("age");
    let page = browser.get(&path);
    assert!(page.text.contains("Waiting for your wallet."), "{}", page.text);
    // The code holds what the link holds, but for the device.
    let link = page.attribute("href", "openid4vp:");
    let scanned = link.replace("%2Fhere", "");
    assert_ne!(link, scanned);
    let phone = Phone::with(&GOOD);
    let request = phone.open(&scanned).unwrap();
    assert!(browser.get(&path).text.contains("Your wallet has the request."));
    let receipt = Phone::send(&phone.answer(&request));
    assert_eq!(receipt.json(), serde_json::json!({}), "a phone is sent nowhere");
    let page = browser.get(&path);
    assert!(page.text.contains("<h1 tabindex=\"-1\" autofocus>Accepted</h1>"), "{}", page.text);
    assert!(page.text.contains("19 or older: proved."));
    assert!(!page.text.contains(CANARY));
}

#[test]
fn a_citizen_shows_on_the_same_device() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    let path = browser.begin("age");
    let link = browser.get(&path).attribute("href", "openid4vp:");
    let back = Phone::with(&GOOD).show(&link).expect("the browser is sent back");
    let page = browser.get(&back);
    assert_eq!((page.status, page.headers["location"].as_str()), (303, path.as_str()));
    assert!(browser.get(&path).text.contains("Accepted"));
    // Another browser, or the right one with a wrong code, learns nothing.
    assert!(shop.browser().get(&back).text.contains("Go back to the page where you began"));
    let wrong = format!("{}x", &back[..back.len() - 1]);
    assert!(browser.get(&wrong).text.contains("Go back to the page where you began"));
}

#[test]
fn a_clerk_sees_the_claims_once() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    let path = browser.begin("name");
    let link = browser.get(&path).attribute("href", "openid4vp:").replace("%2Fhere", "");
    Phone::with(&GOOD).show(&link);
    let page = browser.get(&path);
    assert!(page.text.contains(CANARY) && page.text.contains("Given name"), "{}", page.text);
    let again = browser.get(&path);
    assert!(!again.text.contains(CANARY) && again.text.contains("are deleted"), "{}", again.text);
}

#[test]
fn what_becomes_of_the_answer_is_told_before_it_begins() {
    let shop = Shop::with("", |settings| {
        let handling = r#"{"retentionPeriod":"P6M","storageLocations":[{"en":"Canada","fr":"Au Canada"}],
            "recipients":[{"en":"The Warehouse","fr":"L’Entrepôt"},{"en":"A <Bank>","fr":"Une <banque>"}],
            "jurisdiction":{"en":"Ontario law","fr":"Droit ontarien"},
            "withdrawal":{"en":"https://shop.example/withdraw","fr":"https://shop.example/retrait"},
            "privacyNotice":{"en":"https://shop.example/privacy?a=1&b=2","fr":"https://shop.example/avis"},
            "contact":"privacy@shop.example"}"#;
        for (name, handling) in [("kept", handling), ("gone", r#"{"retentionPeriod":"P0D"}"#)] {
            let file = format!(
                r#"{{"format":"tamarack-ask/1","name":"{name}","verifier":{{"en":"Store","fr":"Magasin"}},
                "title":{{"en":"Age","fr":"Âge"}},"purpose":{{"en":"Adults only.","fr":"Adultes seulement."}},
                "ageOver":19,"retention":"nothing","handling":{handling}}}"#
            );
            settings.asks.push(Ask::parse(file.as_bytes()).unwrap());
        }
    });
    let told = |language: &'static str, ask: &str| {
        let mut browser = shop.browser();
        browser.language = language;
        browser.get(&format!("/ask/{ask}")).text.replace(['\u{a0}', '\u{202f}'], " ")
    };
    for (language, lines) in [
        (
            "en",
            [
                "<dt>What is kept</dt>\n<dd>Your answer, for 6 months.</dd>",
                "<dt>Where it is kept</dt>\n<dd>Canada</dd>",
                "<dt>Who else receives it</dt>\n<dd><ul><li>The Warehouse</li><li>A &#60;Bank&#62;</li></ul></dd>",
                "<dt>Law that applies</dt>\n<dd>Ontario law</dd>",
                "<a href=\"https://shop.example/withdraw\">",
                "<a href=\"https://shop.example/privacy?a=1&#38;b=2\">",
                "<a href=\"mailto:privacy@shop.example\">privacy@shop.example</a>",
            ],
        ),
        (
            "fr",
            [
                "<dt>Ce qui est conservé</dt>\n<dd>Votre réponse, pendant 6 mois.</dd>",
                "<dt>Lieu de conservation</dt>\n<dd>Au Canada</dd>",
                "<dt>Autres destinataires</dt>\n<dd><ul><li>L’Entrepôt</li><li>Une &#60;banque&#62;</li></ul></dd>",
                "<dt>Droit applicable</dt>\n<dd>Droit ontarien</dd>",
                "<dt>Pour retirer votre consentement</dt>\n<dd><a href=\"https://shop.example/retrait\">",
                "<dt>Avis de confidentialité</dt>\n<dd><a href=\"https://shop.example/avis\">",
                "<dt>Pour vos questions</dt>\n<dd><a href=\"mailto:privacy@shop.example\">",
            ],
        ),
    ] {
        let page = told(language, "kept");
        for line in lines {
            assert!(page.contains(line), "{line}: {page}");
        }
        assert!(!page.contains("ur ce serveur") && !page.contains("on this server"), "{page}");
    }
    assert!(told("en", "gone").contains("<dd>Nothing. Your answer is deleted as soon as it has been used.</dd>"));
    let silent = told("fr", "age");
    assert!(silent.contains("<dd>Rien sur ce serveur. Votre réponse y est supprimée dès qu’elle a servi.</dd>"));
    assert!(!silent.contains("Autres destinataires"), "what is not stated is not said: {silent}");
}

#[test]
fn every_outcome_is_told_in_both_languages() {
    let shop = Shop::open();
    for (card, en, fr) in [
        (GOOD, "Accepted", "Accepté"),
        (Card { issuer: 2, ..GOOD }, "Not accepted", "Non accepté"),
        (Card { status: true, ..GOOD }, "Cannot tell", "Impossible de trancher"),
    ] {
        let mut browser = shop.browser();
        let path = browser.begin("age");
        let link = browser.get(&path).attribute("href", "openid4vp:").replace("%2Fhere", "");
        Phone::with(&card).show(&link);
        let page = browser.get(&path).text;
        assert!(page.contains(&format!(">{en}</h1>")) && page.contains("<html lang=\"en-CA\">"), "{page}");
        let switched = browser.get(&format!("{path}?lang=fr")).text;
        assert!(switched.contains(&format!(">{fr}</h1>")) && switched.contains("<html lang=\"fr-CA\">"), "{switched}");
        // Each check has one line.
        assert_eq!(page.matches(">Signature</span>").count(), 1, "{page}");
        // The switch is remembered.
        assert!(browser.get(&path).text.contains(fr));
    }
}

#[test]
fn a_page_belongs_to_the_browser_that_opened_it() {
    let shop = Shop::open();
    let begun = shop.begin("age");
    let page = begun["page"].as_str().unwrap();
    let (mut first, mut second) = (shop.browser(), shop.browser());
    assert_eq!(first.get(page).status, 200);
    assert_eq!(first.get(page).status, 200);
    assert_eq!(second.get(page).status, 403);
    assert!(second.get(page).text.contains("This page belongs to another browser"));
    assert_eq!(second.get(&format!("{page}/events")).status, 403);
    assert!(second.get("/r/AAAAAAAAAAAAAAAAAAAAAA").text.contains("This request is over"));
    assert_eq!(second.get("/r/short").status, 404);
}

#[test]
fn a_form_from_elsewhere_begins_nothing() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    let token = browser.get("/ask/age").attribute("value", "");
    assert_eq!(browser.post("/ask/age", &[("csrf", "AAAAAAAAAAAAAAAAAAAAAA")]).status, 403);
    assert_eq!(browser.post("/ask/age", &[]).status, 400);
    assert_eq!(Browser::new(&shop.url).post("/ask/age", &[("csrf", &token)]).status, 403);
    assert_eq!(browser.post("/ask/age", &[("csrf", &token)]).status, 303);
}

#[test]
fn the_live_state_ends_with_the_result() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    let path = browser.begin("age");
    let link = browser.get(&path).attribute("href", "openid4vp:").replace("%2Fhere", "");
    let phone = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(1_000));
        Phone::with(&GOOD).show(&link);
    });
    let stream = browser.get(&format!("{path}/events"));
    phone.join().unwrap();
    assert_eq!(stream.headers["content-type"], "text/event-stream");
    let states: Vec<&str> = stream.text.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
    assert_eq!((states.first(), states.last()), (Some(&"open"), Some(&"done")), "{states:?}");
}

#[test]
fn the_first_page_load_is_small_and_nothing_comes_from_elsewhere() {
    let shop = Shop::open();
    for language in ["en", "fr"] {
        let mut browser = shop.browser();
        browser.language = language;
        let path = browser.begin("age");
        for path in ["/", "/ask/age", "/ask/name", &path, "/none"] {
            let page = browser.get(path);
            let (style, script) = (page.attribute("href", "/assets/"), page.text.contains("<script"));
            let mut bytes = page.text.len() + browser.get(&style).text.len();
            if script {
                bytes += browser.get(&page.attribute("src", "/assets/")).text.len();
            }
            assert!(bytes < FIRST_LOAD, "{path}: {bytes}");
            let outside = page.text.matches("src=\"http").count() + page.text.matches("href=\"http").count();
            assert_eq!(outside, 0, "{}", page.text);
            assert!(!page.text.contains(" style=") && !page.text.contains(" onclick="));
        }
    }
}
