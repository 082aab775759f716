//! OpenID for Verifiable Presentations 1.0 with DCQL, both roles.
//!
//! ```text
//! verifier  Ask ── Session::begin ──► request (URL, or signed request object) ──► wallet
//! wallet    request::read ── dcql::match_held ── (the person chooses) ── wallet::present ── response::answer ──► verifier
//! verifier  Session::receive ── Session::judge ──► Answer
//! ```
//!
//! A [`session::Session`] is a plain value that a store can keep; whoever keeps it makes sure that it is used once.

pub mod answer;
pub mod client_id;
pub mod dc_api;
pub mod dcql;
pub mod encryption;
pub mod message;
pub mod metadata;
pub mod presentation_exchange;
pub mod request;
pub mod response;
pub mod session;
pub mod transaction_data;
pub mod wallet;
