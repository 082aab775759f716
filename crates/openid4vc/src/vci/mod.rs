//! OpenID for Verifiable Credential Issuance 1.0, issuer and wallet.

pub mod claims;
pub mod configuration;
pub mod credential;
pub mod deferred;
pub mod display;
pub mod encryption;
pub mod metadata;
pub mod nonce;
pub mod notification;
pub mod offer;
pub mod proofs;
pub mod signed_metadata;
pub mod wallet;

pub use configuration::{CredentialConfiguration, Format};
pub use credential::{CredentialRequest, CredentialResponse};
pub use metadata::IssuerMetadata;
pub use offer::CredentialOffer;
