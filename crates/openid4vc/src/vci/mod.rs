//! OpenID for Verifiable Credential Issuance 1.0, issuer and wallet.

pub mod claims;
pub mod configuration;
pub mod display;
pub mod metadata;

pub use configuration::{CredentialConfiguration, Format};
pub use metadata::IssuerMetadata;
