//! What one request does to the store at once: a code is redeemed for tokens, credentials are issued for nonces.

use sha2::{Digest as _, Sha256};
use tamarack::Timestamp;

use super::credentials::{Record, bind_record};
use super::{identifiers, number, signed};
use crate::store::audit::insert as insert_event;
use crate::store::database::transaction;
use crate::store::exchanges::{change as change_exchange, insert as insert_exchange, insert_file};
use crate::store::tickets::insert_all as insert_tickets;
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
        let secret = Sha256::digest(redeeming.secret.as_bytes()).to_vec();
        let tickets: Vec<&NewTicket<'_>> = redeeming.proofs.iter().chain(redeeming.tickets).collect();
        transaction!(self, transaction => {
            if !insert_tickets!(&tickets, &mut *transaction) {
                // Dropped without a commit: nothing happened.
                return Ok(false);
            }
            let used = sqlx::query(
                "UPDATE ticket SET used = $3 WHERE kind = $1 AND secret = $2 AND used IS NULL AND expires > $3",
            )
            .bind(redeeming.kind)
            .bind(secret)
            .bind(now.unix())
            .execute(&mut *transaction)
            .await?
            .rows_affected();
            if used == 0 {
                return Ok(false);
            }
            for event in redeeming.events {
                insert_event!(event, &mut *transaction);
            }
        });
        Ok(true)
    }

    /// Records credentials that were signed, before they leave. Gives `false`, and does nothing, if something that may be
    /// used once was used before, or if an exchange that should go on has gone on already.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if an id or an index is taken.
    pub async fn record_issued(&self, issuing: &Issuing<'_>) -> Result<bool, StoreError> {
        let tickets = issuing.proofs.iter().chain(issuing.once).chain(issuing.tickets);
        let tickets: Vec<&NewTicket<'_>> = tickets.collect();
        transaction!(self, transaction => {
            if !insert_tickets!(&tickets, &mut *transaction) {
                // Dropped without a commit: nothing happened.
                return Ok(false);
            }
            for step in issuing.step.iter().chain(&issuing.also) {
                let (state, payload, at, expires) = (step.state, step.payload, step.at, step.expires);
                if change_exchange!(step.kind, step.read, state, payload, at, expires, &mut *transaction) == 0 {
                    return Ok(false);
                }
            }
            if let Some(new) = &issuing.begin {
                insert_exchange!(new, &mut *transaction);
                for file in issuing.files {
                    insert_file!((new.kind, new.id), file, &mut *transaction);
                }
            }
            for record in issuing.records {
                let body: Option<&[u8]> = record.body.map(str::as_bytes);
                let base: Option<i64> = None;
                let query = sqlx::query(
                    "INSERT INTO credential
                     (id, type, subject, list, list_index, issued, valid_until, reissue_by, digest, body, base, batch, line)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                );
                bind_record!(query, record, body, base).execute(&mut *transaction).await?;
            }
            for event in issuing.events {
                insert_event!(event, &mut *transaction);
            }
        });
        Ok(true)
    }
}
