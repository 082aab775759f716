//! Every page of the verifier, through Chromium and axe.

use crate::looking::{self, Look};
use crate::phone::{Card, GOOD, Phone};
use crate::shop::Shop;

/// Kinds of pages that the script looks at.
const PAGES: u64 = 15;

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
