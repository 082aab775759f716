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
