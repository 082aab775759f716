//! Issuing: a credential type (a file) and claims give an unsigned credential; a suite and a signer give the signed one.
//!
//! Everything here is deterministic: the clock, the ids, the status indexes and the keys come from the caller. So a batch
//! that was interrupted can make the very same credentials again.
//!
//! ```text
//! type file ── CredentialType::parse ──┐
//! claims (JSON or a CSV row) ──────────┴─ assemble ── unsigned credential ── secure ── signed credential
//! ```

mod assemble;
mod assurance;
mod claims;
mod credential_type;
mod dates;
mod design;
mod fields;
mod migrate;
mod own_contexts;
mod sd_jwt;
mod securing;
mod series;

pub use assemble::{Assembled, Issuance, StatusSlot};
pub use assurance::{Assurance, EVIDENCE_CONTEXT, EvidenceTerms, Reached};
pub use claims::{ClaimDefinition, ClaimKind, read_text};
pub use credential_type::{Ages, CredentialType, Display, Label, Schema, StatusUse, Validity};
pub use dates::{CalendarDate, Span};
pub use design::{ANONYMOUS_DAYS, Design, Rounding};
pub use migrate::migrate;
pub use own_contexts::OwnContext;
pub use securing::{CertifiedIssuer, SecureOptions, Securing, TokenSlot, secure, secure_with};
pub use series::{Bench, Issued, Row, Series};
