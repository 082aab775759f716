//! An answer whose judge was killed: the wallet may answer again, and one answer counts.

use tamarack_openid4vc::vp::response::Delivery;
use tamarack_service::limits::JUDGING_SECONDS;
use tamarack_service::store::{Address, Database, Exchange};

use crate::now;
use crate::phone::{GOOD, Phone};
use crate::shop::Shop;

pub(crate) const KIND: &str = "presentation";

/// The request's row, and what was done to it by a process that is no more.
pub(crate) fn row(shop: &Shop, handle: &str, change: impl AsyncFnOnce(&Database, Exchange)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let database = Database::open(&Address::File(shop.folder.join("verifier.sqlite")), now()).await.unwrap();
        let exchange = database.exchange(KIND, handle, now()).await.unwrap().unwrap();
        change(&database, exchange).await;
        database.close().await;
    });
}

/// A process took the answer so many seconds ago, and then was killed.
fn taken(shop: &Shop, handle: &str, seconds: i64) {
    row(shop, handle, async |database, exchange| {
        let at = now().plus_seconds(-seconds);
        assert!(database.change_exchange(KIND, &exchange, "judging", &exchange.payload, at).await.unwrap());
    });
}

#[test]
fn an_answer_that_nobody_judged_can_be_given_again_and_counts_once() {
    let shop = Shop::open();
    let replica = shop.replica();
    let begun = shop.begin("name");
    let (id, handle) = (begun["id"].as_str().unwrap(), begun["handle"].as_str().unwrap());
    let phone = Phone::with(&GOOD);
    let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
    let answer = phone.answer(&request);

    // While it may still be judged, nothing else is taken.
    taken(&shop, handle, 0);
    assert_eq!(shop.read(id).json()["state"], "judging");
    assert_eq!(Phone::send(&answer).status, 410);
    assert_eq!(phone.open(begun["wallet"].as_str().unwrap()).unwrap_err().status, 410);

    taken(&shop, handle, JUDGING_SECONDS + 1);
    assert_eq!(replica.read(id).json()["state"], "opened");
    // The wallet may send the same again, or fetch the request anew.
    assert_eq!(phone.open(begun["wallet"].as_str().unwrap()).unwrap().nonce, request.nonce);
    let Delivery::Post { uri, body } = &answer else { panic!() };
    let elsewhere = uri.replace(&shop.url, &replica.url);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let send = |to: String| {
            let body = body.clone();
            scope.spawn(move || Phone::send(&Delivery::Post { uri: to, body }).status)
        };
        let all: Vec<_> = (0..16).map(|n| send(if n % 2 == 0 { uri.clone() } else { elsewhere.clone() })).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 410)), "{statuses:?}");
    assert_eq!(replica.read(id).json()["result"]["outcome"], "accept");
    // What is done is done: nothing of the protocol's secrets is left, and no time brings the request back.
    row(&shop, handle, async |_, exchange| assert!(exchange.payload.contains("\"session\":null"), "{exchange:?}"));
    assert_eq!(Phone::send(&answer).status, 410);
}

#[test]
fn a_judge_that_comes_back_too_late_changes_nothing() {
    let shop = Shop::open();
    let begun = shop.begin("name");
    let (id, handle) = (begun["id"].as_str().unwrap(), begun["handle"].as_str().unwrap());
    let phone = Phone::with(&GOOD);
    let request = phone.open(begun["wallet"].as_str().unwrap()).unwrap();
    taken(&shop, handle, JUDGING_SECONDS + 1);
    row(&shop, handle, async |database, late| {
        let answer = phone.answer(&request);
        let status = tokio::task::spawn_blocking(move || Phone::send(&answer).status).await.unwrap();
        assert_eq!(status, 200);
        let changed = database.change_exchange(KIND, &late, "done", &late.payload, now()).await.unwrap();
        assert!(!changed, "another answer was taken meanwhile");
    });
    assert_eq!(shop.read(id).json()["result"]["outcome"], "accept");
}

#[test]
fn the_page_shows_the_ways_again() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    let path = browser.begin("age");
    let link = browser.get(&path).attribute("href", "openid4vp:");
    let handle = link.split("%2Fw%2F").nth(1).unwrap().split("%2F").next().unwrap().to_owned();
    taken(&shop, &handle, 0);
    let judging = browser.get(&path).text;
    assert!(judging.contains("Checking your answer.") && !judging.contains("openid4vp:"), "{judging}");
    taken(&shop, &handle, JUDGING_SECONDS + 1);
    let again = browser.get(&path).text;
    assert!(again.contains("Your wallet has the request.") && again.contains("openid4vp:"), "{again}");
}
