//! What OAuth 2.0 lends to both protocols: PKCE, PAR, DPoP, client attestation, tokens, server metadata.

pub mod access;
pub mod attesters;
pub mod authorization;
pub mod client_attestation;
pub mod details;
pub mod dpop;
pub mod error_response;
pub mod form;
pub mod grant;
pub mod identify;
pub mod metadata;
pub mod nonce;
pub mod par;
pub mod pkce;
pub mod secret;
pub mod token;

pub use form::Form;
pub use secret::{Digest, Secret};
