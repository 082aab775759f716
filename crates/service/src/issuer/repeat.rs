//! Answers with deferred credentials that may have been lost on their way: they are given again for a while, and nothing is
//! issued twice (OpenID4VCI §9.1: a `transaction_id` ends when the wallet has *obtained* its credentials).
//!
//! An answer is kept sealed to a key that follows from its `transaction_id`, of which the store has a digest: only the wallet
//! opens it. It goes when the wallet notifies (§11), when its authorization ends, or when its time is over.

use tamarack::Timestamp;
use tamarack_openid4vc::oauth::Secret;
use tamarack_openid4vc::oauth::access::AccessToken;
use tamarack_openid4vc::vci::credential::CredentialResponse;
use tamarack_openid4vc::vci::deferred::unknown;
use tamarack_openid4vc::{Refusal, RefusalCode};

use super::answer::store;
use super::service::IssuerService;
use crate::limits::REPEAT_SECONDS;
use crate::sealing::SealingKey;
use crate::store::NewTicket;

/// The kind of the tickets.
const KIND: &str = "deferred_answer";

/// An answer that is to be kept.
pub(super) struct Repeat {
    /// The digest of its transaction, by which it is found.
    pub(super) transaction: String,
    family: String,
    sealed: String,
}

impl Repeat {
    /// Seals an answer.
    pub(super) fn seal(
        transaction_id: &Secret,
        token: &AccessToken,
        response: &CredentialResponse,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            transaction: name(transaction_id),
            family: token.family.to_text(),
            sealed: key(transaction_id)?.seal(&response.to_json())?,
        })
    }

    /// For the transaction that records its credentials.
    pub(super) fn ticket(&self, now: Timestamp) -> NewTicket<'_> {
        NewTicket {
            kind: KIND,
            secret: &self.transaction,
            family: &self.family,
            payload: &self.sealed,
            created: now,
            expires: now.plus_seconds(REPEAT_SECONDS),
        }
    }
}

/// By what an answer is found, and nobody can open it.
pub(super) fn name(transaction_id: &Secret) -> String {
    transaction_id.digest().to_text()
}

fn key(transaction_id: &Secret) -> Result<SealingKey, Refusal> {
    SealingKey::of_secret("tamarack deferred answer\n", transaction_id.expose())
}

/// The answer that was given, as long as it is given.
pub(super) async fn find(
    service: &IssuerService,
    transaction_id: &Secret,
    now: Timestamp,
) -> Result<CredentialResponse, Refusal> {
    let held = service.database().ticket(KIND, &name(transaction_id), now).await.map_err(store)?;
    let held = held.ok_or_else(unknown)?;
    let text: String = key(transaction_id)?.open(&held.payload)?;
    CredentialResponse::parse(text.as_bytes()).map_err(|_| Refusal::new(RefusalCode::ServerError, "the store"))
}

/// Ends it: the wallet has it.
pub(super) async fn end(service: &IssuerService, transaction: &str) -> Result<(), Refusal> {
    service.database().end_ticket(KIND, transaction).await.map_err(store).map(|_| ())
}
