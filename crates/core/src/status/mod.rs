//! Credential status: Bitstring Status List 1.0 with its predecessors StatusList2021 and RevocationList2020, and Token Status
//! List ([`TokenList`]) for JSON Web Tokens.
//!
//! A verifier reads the entries of a credential with [`entries`], has each list credential verified like any other
//! credential, and asks it with [`look_up`]. An issuer keeps a [`StatusList`], takes an index for each credential from an
//! [`Allocator`], puts [`StatusEntry::to_object`] into the credential and publishes [`StatusList::to_credential`].
//!
//! | | Bitstring Status List 1.0 | StatusList2021 | RevocationList2020 |
//! |---|---|---|---|
//! | entry | `BitstringStatusListEntry` | `StatusList2021Entry` | `RevocationList2020Status` |
//! | list credential | `BitstringStatusListCredential` | `StatusList2021Credential` | `RevocationList2020Credential` |
//! | `encodedList` | multibase `u`, GZIP | base64url, GZIP | base64url, GZIP |
//! | bits an entry | 1 to 8 | 1 | 1 |
//! | index 0 | most significant bit | most significant bit | see [`StatusKind::Revocation2020`] |
//! | issue | yes | yes | no |

mod allocator;
mod bits;
mod entry;
mod list;
mod look_up;
mod token;

pub use allocator::{Allocator, Seed};
pub use entry::{StatusEntry, StatusKind, StatusMessage, entries};
pub use list::{ListOptions, StatusList};
pub(crate) use look_up::look_up_kept;
pub use look_up::{Status, look_up, read, time_to_live};
pub(crate) use token::{TokenClaims, TokenReference};
pub use token::{TokenList, TokenOptions};

/// The context with the terms of message lists that `https://www.w3.org/ns/credentials/v2` lacks within a
/// `BitstringStatusList`: `statusSize` and `statusMessages`. It is built in.
pub const MESSAGES_CONTEXT: &str = "https://tamarack.example/contexts/status-messages/v1";

#[cfg(test)]
mod tests;
