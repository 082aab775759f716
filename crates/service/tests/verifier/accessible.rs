//! Every page of the verifier, through Chromium and axe.

use crate::left::{KIND, row};
use crate::looking::{self, Look};
use crate::now;
use crate::phone::{Card, GOOD, Phone};
use crate::shop::Shop;

/// Kinds of pages that the script looks at.
const PAGES: u64 = 20;

#[test]
fn no_page_keeps_anybody_out() {
    looking::judge(looked_at());
}

/// What is wrong with the pages; the error is why they cannot be seen here.
fn looked_at() -> Result<Vec<String>, String> {
    let shop = Shop::open();
    let mut look = Look::start("pages.mjs", &[&shop.url, "age"])?;
    let mut times = 0;
    while let Some(asked) = look.question() {
        if let [offer] = asked["digital"].as_array().map(Vec::as_slice).unwrap_or_default() {
            // The first time, the person chooses no wallet.
            times += 1;
            let given = match times % 2 {
                1 => serde_json::Value::Null,
                _ => Phone::with_payment_card().answer_browser(offer, &shop.url).unwrap(),
            };
            look.answer(&given.to_string());
            continue;
        }
        if let Some(wallet) = asked["opens"].as_str() {
            Phone::with(&GOOD).open(wallet).unwrap();
            look.answer("opened");
            continue;
        }
        if let Some(page) = asked["page"].as_str() {
            look.answer(&over(&shop, page));
            continue;
        }
        let wallet = asked["wallet"].as_str().unwrap();
        match asked["outcome"].as_str().unwrap() {
            "refused" => {
                let phone = Phone::with(&GOOD);
                assert_eq!(Phone::send(&Phone::refusal(&phone.open(wallet).unwrap())).status, 200);
            }
            outcome => {
                let card = match outcome {
                    "reject" => Card { issuer: 2, ..GOOD },
                    "undetermined" => Card { status: true, ..GOOD },
                    _ => GOOD,
                };
                Phone::with(&card).show(wallet);
            }
        }
        look.answer("answered");
    }
    Ok(look.found(PAGES))
}

/// A page on which nothing goes on: of a request that is too old, or where a wallet sends a browser that did not begin.
fn over(shop: &Shop, page: &str) -> String {
    let begun = shop.begin("age");
    let handle = begun["handle"].as_str().unwrap();
    if page == "elsewhere" {
        return format!("{}/back/{handle}?response_code=unknown", shop.url);
    }
    row(shop, handle, async |database, exchange| {
        let mut kept: serde_json::Value = serde_json::from_str(&exchange.payload).unwrap();
        kept["answer_until"] = (now().unix() - 1).into();
        assert!(database.change_exchange(KIND, &exchange, &exchange.state, &kept.to_string(), now()).await.unwrap());
    });
    begun["page"].as_str().unwrap().to_owned()
}
