//! What one request does to the store at once: a code is redeemed for tokens, credentials are issued for nonces.

use sha2::{Digest as _, Sha256};
use tamarack::Timestamp;

use super::credentials::{Record, add as insert_records};
use crate::store::audit::add as insert_events;
use crate::store::exchanges::{add as insert_exchange, add_change as change_exchange};
use crate::store::tickets::insert_all as insert_tickets;
use crate::store::together::{Together, Value};
use crate::store::{AuditEvent, Database, Exchange, ExchangeFile, NewExchange, NewTicket, StoreError};

/// What happens when credentials are issued, or nothing of it.
#[derive(Clone, Copy, Default, Debug)]
pub struct Issuing<'i> {
    /// Proofs that may come once: if one of them came before, nothing happens.
    pub proofs: &'i [NewTicket<'i>],
    /// What may be used once (nonces): if one of them was used before, nothing happens.
    pub once: &'i [NewTicket<'i>],
    /// The credentials.
    pub records: &'i [Record<'i>],
    /// What may be shown afterwards.
    pub tickets: &'i [NewTicket<'i>],
    /// What is written down.
    pub events: &'i [AuditEvent<'i>],
    /// An exchange that goes on by it: if it is no more as it was read, nothing happens.
    pub step: Option<Step<'i>>,
    /// Another exchange that goes on by it, as [`Self::step`].
    pub also: Option<Step<'i>>,
    /// An exchange that begins by it.
    pub begin: Option<NewExchange<'i>>,
    /// The files that the exchange brings which begins.
    pub files: &'i [ExchangeFile],
}

/// A change of an exchange.
#[derive(Clone, Copy, Debug)]
pub struct Step<'s> {
    /// Its kind.
    pub kind: &'s str,
    /// It, as it was read.
    pub read: &'s Exchange,
    /// Its new state.
    pub state: &'s str,
    /// Its new payload.
    pub payload: &'s str,
    /// When.
    pub at: Timestamp,
    /// When it is forgotten, if that changes.
    pub expires: Option<Timestamp>,
}

/// What happens when a code is redeemed, or nothing of it.
#[derive(Clone, Copy, Debug)]
pub struct Redeeming<'r> {
    /// The code's kind.
    pub kind: &'r str,
    /// The code.
    pub secret: &'r str,
    /// Proofs that may come once: if one of them came before, nothing happens.
    pub proofs: &'r [NewTicket<'r>],
    /// What may be shown afterwards.
    pub tickets: &'r [NewTicket<'r>],
    /// What is written down.
    pub events: &'r [AuditEvent<'r>],
}

impl Database {
    /// Uses a ticket up and keeps those that come of it, in one transaction, so that a code whose answer could not be kept is
    /// not lost. Gives `false`, and does nothing, if somebody else had it, or if a proof came before.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn redeem(&self, redeeming: &Redeeming<'_>, now: Timestamp) -> Result<bool, StoreError> {
        let mut all = Together::default();
        let tickets: Vec<&NewTicket<'_>> = redeeming.proofs.iter().chain(redeeming.tickets).collect();
        insert_tickets(&mut all, &tickets);
        let used = [
            Value::Text(Some(redeeming.kind)),
            Value::Bytes(Some(Sha256::digest(redeeming.secret.as_bytes()).to_vec())),
            Value::Number(Some(now.unix())),
        ];
        let update = "UPDATE ticket SET used = $3 WHERE kind = $1 AND secret = $2 AND used IS NULL AND expires > $3";
        all.add(update, used, Some(1));
        insert_events(&mut all, redeeming.events);
        self.execute(&all).await
    }

    /// Records credentials that were signed, before they leave. Gives `false`, and does nothing, if something that may be
    /// used once was used before, or if an exchange that should go on has gone on already.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if an id or an index is taken.
    pub async fn record_issued(&self, issuing: &Issuing<'_>) -> Result<bool, StoreError> {
        let mut all = Together::default();
        let tickets = issuing.proofs.iter().chain(issuing.once).chain(issuing.tickets);
        insert_tickets(&mut all, &tickets.collect::<Vec<_>>());
        for step in issuing.step.iter().chain(&issuing.also) {
            change_exchange(&mut all, (step.kind, step.read), (step.state, step.payload), step.at, step.expires);
        }
        if let Some(new) = &issuing.begin {
            insert_exchange(&mut all, new, issuing.files);
        }
        insert_records(&mut all, issuing.records)?;
        insert_events(&mut all, issuing.events);
        self.execute(&all).await
    }
}
