//! One case for each rule of OpenID4VCI and the OAuth under it that a counterpart may break: what comes out, exactly.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod access;
mod authorization;
#[path = "../common/certificates.rs"]
mod certificates;
mod commitments;
mod credential;
mod dpop;
mod proofs;
mod table;
mod token;
mod wallet;
mod world;

/// When the certificates are made.
fn now() -> tamarack::Timestamp {
    world::NOW
}
