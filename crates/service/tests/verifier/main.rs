//! The verifier's server with a wallet and browsers around it, over real sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "tests may stop at the first surprise"
)]

mod browser;
#[allow(dead_code, reason = "others use the rest of it")]
#[path = "../../../openid4vc/tests/common/certificates.rs"]
mod certificates;
mod phone;
mod shop;

mod accessible;
mod answers;
mod bridge;
mod digital;
mod guarding;
mod left;
mod names;
mod pages;
mod pairwise;
mod places;
mod refusals;
mod replicas;
mod resolver;
mod self_issued;
mod transactions;
mod vc_api;

use phone::now;

#[path = "../looking/mod.rs"]
mod looking;
// Included, not linked: the testkit brings a second build of the core.
#[allow(dead_code, unreachable_pub, reason = "others use the rest of it")]
#[path = "../../../testkit/src/postgres.rs"]
mod postgres;
