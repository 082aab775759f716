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
mod phone;
mod shop;

mod accessible;
mod answers;
mod bridge;
mod guarding;
mod pages;
mod vc_api;
