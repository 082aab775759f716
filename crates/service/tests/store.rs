//! What every store must do, tried on SQLite and on PostgreSQL.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise"
)]

mod conformance;
// Included, not linked: the testkit brings a second build of the core.
#[allow(dead_code, unreachable_pub, reason = "others kill the server")]
#[path = "../../testkit/src/postgres.rs"]
mod postgres;

use conformance::{NOW, World};
use postgres::Postgres;
use tamarack_service::store::{Address, Database, StoreError};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let address = |name: &str| Address::parse(folder.path().join(name).to_str().unwrap()).unwrap();
    conformance::run(&mut |name| World { address: address(name) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_conforms() {
    let Some(server) = Postgres::start().unwrap() else {
        eprintln!("no PostgreSQL on this machine: not tried");
        return;
    };
    conformance::run(&mut |name| World { address: Address::parse(&server.database(name).unwrap()).unwrap() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_comes_back_is_used_again() {
    let Some(mut server) = Postgres::start().unwrap() else {
        eprintln!("no PostgreSQL on this machine: not tried");
        return;
    };
    let address = Address::parse(&server.database("back").unwrap()).unwrap();
    let database = Database::open(&address, NOW).await.unwrap();
    for _ in 0..3 {
        // All its connections are there, and all of them break.
        let all = (0..32).map(|_| database.ping());
        for ping in futures_util::future::join_all(all).await {
            ping.unwrap();
        }
        server.kill_and_restart().unwrap();
        let begun = std::time::Instant::now();
        let mut failed = 0;
        while let Err(error) = database.ping().await {
            assert!(error.is_passing(), "{error}");
            assert!(begun.elapsed() < std::time::Duration::from_secs(30), "it does not come back");
            failed += 1;
        }
        assert!(failed <= 2, "one that does not live tells of the others: {failed}");
    }
    database.close().await;
    assert!(database.ping().await.is_err());
}

#[tokio::test]
async fn what_is_no_address_is_refused() {
    for text in ["", "mysql://a/b", "https://a.example/"] {
        assert!(matches!(Address::parse(text), Err(StoreError::Address)), "{text}");
    }
    let secret = Address::parse("postgres://zoe:larch@db.example/issuer").unwrap();
    assert!(!format!("{secret:?}").contains("larch"));
    let nowhere = Address::parse("/nonexistent/folder/file.sqlite3").unwrap();
    assert!(matches!(Database::open(&nowhere, NOW).await, Err(StoreError::Io(_))));
}
