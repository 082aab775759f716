//! Transaction data: what a person agrees to by showing a credential.

use serde_json::json;
use tamarack::encoding::base64url_decode;

use crate::phone::Phone;
use crate::shop::{Shop, TOKEN};

fn begin(shop: &Shop, amount: &str) -> serde_json::Value {
    let body = json!({"ask": "pay", "transactionData": [{"amount": amount}]});
    let page = shop.post("/requests", TOKEN, &body);
    assert_eq!(page.status, 201, "{}", page.text);
    page.json()
}

#[test]
fn a_payment_is_agreed_to_by_a_card() {
    let shop = Shop::open();
    let begun = begin(&shop, "12.50 $");
    let phone = Phone::with_payment_card();
    let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
    let [piece] = request.transaction_data.as_slice() else { panic!("{:?}", request.transaction_data) };
    let piece: serde_json::Value = serde_json::from_slice(&base64url_decode(piece).unwrap()).unwrap();
    let expected =
        json!({"type": "payment", "credential_ids": ["card"], "payee": "Lakeside Store", "amount": "12.50 $"});
    assert_eq!(piece, expected);
    // The page says it too, in both languages.
    let mut browser = shop.browser();
    let page = begun["page"].as_str().unwrap();
    assert!(browser.get(page).text.contains("Pay 12.50 $ to Lakeside Store."));
    assert!(browser.get(&format!("{page}?lang=fr")).text.contains("Payer 12.50 $ au Magasin du lac."));
    assert_eq!(Phone::send(&phone.answer(&request)).status, 200);
    let read = shop.read(begun["id"].as_str().unwrap()).json();
    assert_eq!(read["result"]["outcome"], "accept", "{read}");
    assert_eq!(read["result"]["transactionData"], json!([{"type": "payment", "credential": "card"}]));
    assert!(browser.get(page).text.contains("Vous avez accepté"));
}

#[test]
fn a_card_that_was_shown_for_something_else_pays_nothing() {
    let shop = Shop::open();
    let phone = Phone::with_payment_card();
    let (cheap, dear) = (begin(&shop, "1.00 $"), begin(&shop, "1000.00 $"));
    let cheap = phone.open(cheap["wallet"].as_str().unwrap()).unwrap();
    for (name, pieces) in [("nothing", Vec::new()), ("another amount", cheap.transaction_data)] {
        let again = begin(&shop, "1000.00 $");
        let mut request = phone.open(again["wallet"].as_str().unwrap()).unwrap();
        request.transaction_data = pieces;
        assert_eq!(Phone::send(&phone.answer(&request)).status, 200);
        let read = shop.read(again["id"].as_str().unwrap()).json();
        assert_eq!(read["result"]["outcome"], "reject", "{name}: {read}");
        let about = [&read["result"]["refusal"]["about"], &read["result"]["presentations"][0]["refusal"]["about"]];
        assert!(about.contains(&&json!("transaction_data")), "{name}: {read}");
        assert!(read["result"].get("transactionData").is_none(), "{name}");
        assert!(!read.to_string().contains("4242"), "{name}");
        let page = shop.browser().get(again["page"].as_str().unwrap()).text;
        assert!(page.contains("The credential does not prove that you agreed"), "{name}: {page}");
    }
    assert_eq!(shop.read(dear["id"].as_str().unwrap()).json()["state"], "open");
}

#[test]
fn fields_are_given_exactly() {
    let shop = Shop::open();
    for wrong in [
        json!({"ask": "pay"}),
        json!({"ask": "pay", "transactionData": []}),
        json!({"ask": "pay", "transactionData": [{}]}),
        json!({"ask": "pay", "transactionData": [{"amount": 5}]}),
        json!({"ask": "pay", "transactionData": [{"amount": "5", "payee": "Me"}]}),
        json!({"ask": "pay", "transactionData": [{"amount": "5"}, {"amount": "5"}]}),
        json!({"ask": "pay", "transactionData": [{"amount": "5\n"}]}),
        json!({"ask": "age", "transactionData": [{"amount": "5"}]}),
    ] {
        let page = shop.post("/requests", TOKEN, &wrong);
        assert_eq!(page.status, 400, "{wrong}");
        assert!(page.text.contains("transactionData"), "{wrong}: {}", page.text);
    }
    // Nobody begins it on a page, as nobody would say how much.
    let mut browser = shop.browser();
    assert_eq!(browser.get("/ask/pay").status, 404);
    assert!(!browser.get("/").text.contains("/ask/pay"));
}

#[test]
fn what_is_always_the_same_can_be_agreed_to_on_a_page() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    assert!(browser.get("/ask/consent").text.contains("Pay 20 $ each year."));
    let path = browser.begin("consent");
    let page = browser.get(&path);
    assert!(page.text.contains("Pay 20 $ each year."));
    Phone::with_payment_card().show(&page.attribute("href", "openid4vp:").replace("%2Fhere", ""));
    let done = browser.get(&path).text;
    assert!(done.contains("You agreed to") && done.contains("4242"), "{done}");
}

#[test]
fn a_browser_brings_it_as_well() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    let path = browser.begin("consent");
    browser.get(&path);
    let offers = browser.get(&format!("{path}/digital")).json()["requests"].clone();
    assert_eq!(offers[1]["data"]["transaction_data"].as_array().map(Vec::len), Some(1));
    let answer = Phone::with_payment_card().answer_browser(&offers[0], &shop.url).unwrap();
    assert_eq!(browser.post_json(&format!("{path}/digital"), Some(&shop.url), &answer).status, 204);
    assert!(browser.get(&path).text.contains("You agreed to"));
}
