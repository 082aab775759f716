//! Tamarack: issue, hold and verify W3C Verifiable Credentials.

mod base58;
pub mod bbs;
pub mod bundle;
mod code;
pub mod credential;
pub mod did;
pub mod encoding;
mod evidence;
mod fault;
pub mod issue;
pub mod jose;
pub mod json;
pub mod jsonld;
pub mod keys;
pub mod limits;
mod members;
pub mod messages;
pub mod present;
pub mod proof;
pub mod qr;
mod random;
pub mod rdf;
pub mod resource;
mod schema;
pub mod sd_jwt;
pub mod status;
mod time;
pub mod trust;
pub mod verify;
pub mod x509;

pub use self::time::Timestamp;
pub use code::Code;
pub use evidence::{Evidence, EvidenceKind, Need, Piece};
pub use fault::{Fault, Result};
pub use random::{Randomness, SeededRandomness, SystemRandomness};
pub use verify::{Check, CheckId, CheckResult, Error, Outcome, Policy, Verdict, verify};
