//! What OAuth 2.0 lends to both protocols: PKCE, PAR, DPoP, client attestation, tokens, server metadata.

pub mod form;
pub mod pkce;
pub mod secret;

pub use form::Form;
pub use secret::{Digest, Secret};
