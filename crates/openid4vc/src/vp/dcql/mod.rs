//! The Digital Credentials Query Language (OpenID4VP §6, §7): what is asked for, which credentials answer it, and whether
//! what was shown answers it.
//!
//! The wallet matches ([`match_held`]) and shows exactly the claims that the query names. The verifier asks the same
//! query again of what was proved (`check_shown`, `check_set`): a wallet is nobody's to rely on (§14.11).

mod held;
mod path;
mod query;
mod shown;
mod types;

pub use held::{Candidate, Choice, Matches, Miss, MissReason, Pick, QueryMatches, World, match_held};
pub use path::{ClaimsPath, Reading, Selected, Step};
pub(crate) use query::OlderField;
pub use query::{ClaimsQuery, CredentialQuery, CredentialSet, Format, Meta, Query, TrustedAuthority};
pub use shown::{ShownClaim, ShownCredential};
pub use types::{Authorities, expanded_types};

#[cfg(test)]
mod tests;
