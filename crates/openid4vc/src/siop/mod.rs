//! Self-Issued OpenID Provider v2 (draft 13), both roles: a person proves an identifier of his own by an ID token that he
//! signs himself. Requests and responses travel as those of [`crate::vp`] do.

mod discovery;
mod id_token;
mod request;

pub use discovery::{OpMetadata, well_known};
pub use id_token::{ExpectedToken, SelfIssued, Subject, issue_id_token, verify_id_token};
pub use request::{answer, ask, subject_syntax_types};

/// The subject syntax types that this library knows (SIOPv2 §8).
pub const SUBJECT_SYNTAX_TYPES: [&str; 5] = [JWK_THUMBPRINT, "did:key", "did:jwk", "did:web", "did:peer"];

/// The subject syntax type of JWK thumbprints (RFC 9278).
pub const JWK_THUMBPRINT: &str = "urn:ietf:params:oauth:jwk-thumbprint";
