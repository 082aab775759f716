//! OpenID for Verifiable Credential Issuance 1.0, OpenID for Verifiable Presentations 1.0 with DCQL, and SIOPv2, both
//! roles, as plain state values: bytes in, bytes out. Nothing here opens a socket, reads a clock or draws a number: the
//! caller hands in the time and the randomness, and carries the requests.

mod jwe;
mod jwt;
pub mod limits;
mod members;
pub mod oauth;
mod refusal;
pub mod siop;
pub mod url;
pub mod vci;
pub mod vp;

pub use refusal::{Refusal, RefusalCode, Result};
