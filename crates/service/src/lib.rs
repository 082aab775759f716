//! The issuing and the verifying service: their stores, HTTP routers and pages.
//!
//! The protocols are in `tamarack_openid4vc`, the verdicts in `tamarack`; here they meet sockets, a clock, randomness and a
//! database.

pub mod http;
pub mod issuer;
pub mod limits;
pub mod operator;
pub mod pages;
mod sealing;
pub mod sign_in;
pub mod signers;
pub mod store;
pub mod verifier;
