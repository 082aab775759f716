//! The operator's page and the applicant's: who may do what, what is shown and how, and what stands in the log afterwards.
//! On SQLite and on PostgreSQL.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise"
)]

mod accessible;
mod decisions;
mod files;
mod guarding;
mod making;
mod office;
mod providers;
mod sessions;
mod states;

#[allow(dead_code, reason = "others use the rest of it")]
#[path = "../province/idp.rs"]
mod idp;
// Included, not linked: the testkit brings a second build of the core.
#[allow(dead_code, reason = "others answer questions")]
#[path = "../looking/mod.rs"]
mod looking;
#[allow(dead_code, unreachable_pub, reason = "others kill the server")]
#[path = "../../../testkit/src/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "others use the rest of it")]
#[path = "../province/mod.rs"]
mod province;

use office::Office;
use tamarack_service::store::Address;

/// Runs a test on SQLite and, where there is one, on PostgreSQL, at the same time.
async fn on_both(test: impl AsyncFn(&Office)) {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = async {
        let address = Address::parse(folder.path().join("issuer.sqlite3").to_str().unwrap()).unwrap();
        test(&Office::open(&address).await).await;
    };
    let postgresql = async {
        match postgres::Postgres::shared().unwrap() {
            Some(server) => {
                let address = Address::parse(&server.new_database().unwrap()).unwrap();
                test(&Office::open(&address).await).await;
            }
            None => eprintln!("no PostgreSQL on this machine: not tried"),
        }
    };
    tokio::join!(sqlite, postgresql);
}
