//! `tamarack-verifier serve`: a relying party's requests over OpenID4VP, by pages and by a REST interface.
//!
//! ```text
//! ask file ── POST /ask/{name} or POST /requests ──► open ── wallet fetches ──► opened ── wallet answers ──► judging ──► done
//! ```
//!
//! A request has two names. Its id is the secret of whoever made it: the browser's page, the relying party's program. Its
//! handle, which stands in the QR code, is a digest of the id, so that who sees the code cannot ask for the result.

mod api;
mod ask;
mod at_hand;
mod bridge;
mod client;
mod digital;
mod judge;
mod pages;
mod requests;
mod result;
mod seal;
mod settings;
mod shown;
mod wallet;
mod webhook;

pub use ask::{Ask, AskError, Bilingual, Handling, OidcAsk, OidcClient, Retention, Transaction, Unit};
pub use bridge::{PairwiseError, PairwiseSeals, PairwiseSecret};
pub use client::{CertificateError, CertificateName, ClientKey};
pub use settings::{Open, Verifier, VerifierSettings};
