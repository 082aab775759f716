//! The pages between a wallet and a credential, through Chromium and axe.

use serde_json::json;
use tamarack_service::store::Address;

use crate::desk::{CARD, Desk, WAITS};
use crate::idp::person;
use crate::looking::{self, Look};

/// Kinds of pages that the script looks at.
const PAGES: u64 = 7;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_keeps_anybody_out() {
    looking::judge(looked_at().await);
}

/// What is wrong with the pages; the error is why they cannot be seen here.
async fn looked_at() -> Result<Vec<String>, String> {
    let mut look = Look::start("citizens.mjs", &[])?;
    let store = tempfile::tempdir().unwrap();
    let address = Address::parse(store.path().join("issuer.sqlite3").to_str().unwrap()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let table = json!({"table": {"file": "residents.csv", "key": "card_number", "is": "resident_number"}});
    let desk = Desk::at(&address, &url, &table).await;
    let routes = desk.province.routes();
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    while let Some(asked_for) = look.question() {
        let (resident, level) = match asked_for["page"].as_str().unwrap() {
            "level" => ("0000-0001-037", "urn:larch:1"),
            "nothing" => ("9999-9999-999", "urn:larch:2"),
            _ => ("0000-0001-037", "urn:larch:2"),
        };
        desk.idp.is(person(resident, level));
        let waits = ["waits", "files", "in-wallet"].contains(&asked_for["page"].as_str().unwrap());
        let mut asked = desk.ask(&[if waits { WAITS } else { CARD }]);
        asked.request.client_id = "app".to_owned();
        asked.request.redirect_uri = "example.larch.app:/back".to_owned();
        let path = match asked_for["page"].as_str().unwrap() {
            "over" => "/sign-in/larch/callback?state=unknown&code=x".to_owned(),
            _ => desk.push(&asked).await,
        };
        look.answer(&format!("{url}{path}"));
    }
    Ok(look.found(PAGES))
}
