//! Several servers on one PostgreSQL, behind a balancer that sends each request anywhere.

use tamarack_openid4vc::vp::response::Delivery;

use crate::phone::{GOOD, Phone};
use crate::postgres::Postgres;
use crate::shop::Shop;

#[test]
fn it_does_not_matter_which_replica_is_asked() {
    let Some(server) = Postgres::start().unwrap() else {
        eprintln!("no PostgreSQL on this machine: not tried");
        return;
    };
    let database = server.database("replicas").unwrap();
    let replicas = [Shop::on(&database), Shop::on(&database), Shop::on(&database)];
    let phone = Phone::with(&GOOD);
    for round in 0..6 {
        let at = |step: usize| &replicas[(round + step) % replicas.len()];
        let begun = at(0).begin("name");
        let (id, wallet) = (begun["id"].as_str().unwrap(), begun["wallet"].as_str().unwrap());
        // The wallet reaches whichever the balancer chooses: the address in the request is the balancer's.
        let host = |url: &str| url.split("//").nth(1).unwrap().replace(':', "%3A");
        let elsewhere = wallet.replace(&host(&at(0).url), &host(&at(1).url));
        assert_ne!(elsewhere, wallet);
        let request = phone.open(&elsewhere).unwrap();
        assert_eq!(at(2).read(id).json()["state"], "opened");
        let Delivery::Post { uri, body } = phone.answer(&request) else { panic!() };
        // One answer, sent to all at once: one takes it.
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let send = |shop: &Shop| {
                let (uri, body) = (uri.replace(&at(0).url, &shop.url), body.clone());
                scope.spawn(move || Phone::send(&Delivery::Post { uri, body }).status)
            };
            let all: Vec<_> = replicas.iter().chain(&replicas).map(send).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        // All ask for the result at once: one gets what was proved, and each of the others is told that somebody did.
        let results: Vec<_> = std::thread::scope(|scope| {
            let read = |shop| scope.spawn(move || Shop::read(shop, id).json());
            let all: Vec<_> = std::iter::repeat_n(&replicas, 8).flatten().map(read).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(results.iter().all(|result| result["result"]["outcome"] == "accept"));
        let has = |result: &serde_json::Value| result["result"]["presentations"][0].get("proved").is_some();
        assert_eq!(results.iter().filter(|result| has(result)).count(), 1);
        for result in &results {
            assert_eq!(result["handedOverBefore"], !has(result), "{result}");
        }
        let after = at(2).read(id).json();
        assert_eq!((&after["state"], &after["handedOverBefore"]), (&"done".into(), &true.into()));
    }
}
