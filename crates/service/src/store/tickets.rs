//! Tickets: short-lived rights that whoever shows a secret has. Codes, access tokens, nonces, sessions, sign-in states.

use sha2::{Digest as _, Sha256};
use tamarack::Timestamp;

use super::database::{reading, writing};
use super::together::{Together, Value};
use super::{Database, StoreError};

/// A ticket to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewTicket<'t> {
    /// What it is for: one of a few constants of the program.
    pub kind: &'t str,
    /// The secret. Only its digest is kept.
    pub secret: &'t str,
    /// What is ended together, such as a code and the tokens that came of it; empty for none.
    pub family: &'t str,
    /// What the program needs when the ticket is shown.
    pub payload: &'t str,
    /// From when it is good.
    pub created: Timestamp,
    /// Until when it is good, exclusive.
    pub expires: Timestamp,
}

/// A ticket that is good.
#[derive(Clone, PartialEq, Eq)]
pub struct Held {
    /// What is ended together with it.
    pub family: String,
    /// What the program put in.
    pub payload: String,
    /// Since when it is good.
    pub created: Timestamp,
    /// Until when it is good.
    pub expires: Timestamp,
    /// How often it was tried by [`Database::try_ticket`].
    pub tries: u32,
}

/// The payload may hold claims.
impl core::fmt::Debug for Held {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Held").field("expires", &self.expires).field("tries", &self.tries).finish_non_exhaustive()
    }
}

/// What came of using a ticket up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Taken {
    /// It was good, and this caller alone has it.
    Fresh(Held),
    /// It was used before. RFC 6749 §4.1.2: what came of it should be ended.
    Again(Held),
    /// There is none: unknown or expired.
    Gone,
}

impl Taken {
    /// The ticket, if this caller alone has it.
    #[must_use]
    pub fn fresh(self) -> Option<Held> {
        match self {
            Self::Fresh(held) => Some(held),
            Self::Again(_) | Self::Gone => None,
        }
    }
}

type Row = (String, String, i64, i64, i64);

fn held((family, payload, created, expires, tries): Row) -> Held {
    Held {
        family,
        payload,
        created: Timestamp::from_unix(created),
        expires: Timestamp::from_unix(expires),
        tries: u32::try_from(tries).unwrap_or(u32::MAX),
    }
}

/// Inserts a ticket by whatever executes a statement, unless there is one with its secret, and gives how many it inserted.
macro_rules! insert {
    ($ticket:expr, $executor:expr) => {
        sqlx::query(
            "INSERT INTO ticket (kind, secret, family, payload, created, expires) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT DO NOTHING",
        )
        .bind($ticket.kind)
        .bind(digest($ticket.secret))
        .bind($ticket.family)
        .bind($ticket.payload)
        .bind($ticket.created.unix())
        .bind($ticket.expires.unix())
        .execute($executor)
        .await?
        .rows_affected()
    };
}

/// Tickets among statements that happen together: there must be none with their secrets.
pub(super) fn insert_all<'t>(together: &mut Together<'t>, tickets: &[&NewTicket<'t>]) {
    let row = |ticket: &&NewTicket<'t>| {
        [
            Value::Text(Some(ticket.kind)),
            Value::Bytes(Some(digest(ticket.secret))),
            Value::Text(Some(ticket.family)),
            Value::Text(Some(ticket.payload)),
            Value::Number(Some(ticket.created.unix())),
            Value::Number(Some(ticket.expires.unix())),
        ]
    };
    together.insert("ticket (kind, secret, family, payload, created, expires)", tickets.iter().map(row), true);
}

pub(super) fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

impl Database {
    /// Keeps a ticket.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is one with this secret.
    pub async fn put_ticket(&self, ticket: &NewTicket<'_>) -> Result<(), StoreError> {
        if self.put_ticket_once(ticket).await? { Ok(()) } else { Err(StoreError::Conflict(ticket.kind.to_owned())) }
    }

    /// Keeps a ticket unless there is one with its secret, and says whether it did: for what somebody else made up and may
    /// show once, such as the `jti` of a DPoP proof.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn put_ticket_once(&self, ticket: &NewTicket<'_>) -> Result<bool, StoreError> {
        let put = writing!(self, pool => insert!(ticket, pool));
        Ok(put == 1)
    }

    /// Reads a ticket that is good and stays so.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn ticket(&self, kind: &str, secret: &str, now: Timestamp) -> Result<Option<Held>, StoreError> {
        let row: Option<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT family, payload, created, expires, tries FROM ticket
             WHERE kind = $1 AND secret = $2 AND used IS NULL AND expires > $3",
        )
        .bind(kind)
        .bind(digest(secret))
        .bind(now.unix())
        .fetch_optional(pool)
        .await?);
        Ok(row.map(held))
    }

    /// Counts a try, and reads the ticket if there were fewer than `limit` before: for a ticket that needs a second, short
    /// secret. The try is counted before anybody can know whether it was right, so guesses made at once count each.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn try_ticket(
        &self,
        kind: &str,
        secret: &str,
        limit: u32,
        now: Timestamp,
    ) -> Result<Option<Held>, StoreError> {
        let row: Option<Row> = writing!(self, pool => sqlx::query_as(
            "UPDATE ticket SET tries = tries + 1
             WHERE kind = $1 AND secret = $2 AND used IS NULL AND expires > $3 AND tries < $4
             RETURNING family, payload, created, expires, tries",
        )
        .bind(kind)
        .bind(digest(secret))
        .bind(now.unix())
        .bind(i64::from(limit))
        .fetch_optional(pool)
        .await?);
        Ok(row.map(held))
    }

    /// Uses a ticket up. Of any number of callers, in any number of processes, one gets it.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn take_ticket(&self, kind: &str, secret: &str, now: Timestamp) -> Result<Taken, StoreError> {
        let secret = digest(secret);
        let row: Option<Row> = writing!(self, pool => sqlx::query_as(
            "UPDATE ticket SET used = $3 WHERE kind = $1 AND secret = $2 AND used IS NULL AND expires > $3
             RETURNING family, payload, created, expires, tries",
        )
        .bind(kind)
        .bind(&secret)
        .bind(now.unix())
        .fetch_optional(pool)
        .await?);
        if let Some(row) = row {
            return Ok(Taken::Fresh(held(row)));
        }
        let row: Option<Row> = writing!(self, pool => sqlx::query_as(
            "SELECT family, payload, created, expires, tries FROM ticket
             WHERE kind = $1 AND secret = $2 AND used IS NOT NULL",
        )
        .bind(kind)
        .bind(&secret)
        .fetch_optional(pool)
        .await?);
        Ok(row.map_or(Taken::Gone, |row| Taken::Again(held(row))))
    }

    /// Lets a ticket that is good be good until another time: a session whose holder is still there. Gives whether there was
    /// one.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn prolong_ticket(
        &self,
        kind: &str,
        secret: &str,
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let prolonged = writing!(self, pool => sqlx::query(
            "UPDATE ticket SET expires = $3 WHERE kind = $1 AND secret = $2 AND used IS NULL AND expires > $4",
        )
        .bind(kind)
        .bind(digest(secret))
        .bind(expires.unix())
        .bind(now.unix())
        .execute(pool)
        .await?
        .rows_affected());
        Ok(prolonged == 1)
    }

    /// Ends every ticket of a family, and says how many there were.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn end_family(&self, family: &str) -> Result<u64, StoreError> {
        Ok(writing!(self, pool => sqlx::query("DELETE FROM ticket WHERE family = $1 AND family <> ''")
            .bind(family)
            .execute(pool)
            .await?
            .rows_affected()))
    }

    /// Ends one ticket.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn end_ticket(&self, kind: &str, secret: &str) -> Result<bool, StoreError> {
        let ended = writing!(self, pool => sqlx::query("DELETE FROM ticket WHERE kind = $1 AND secret = $2")
            .bind(kind)
            .bind(digest(secret))
            .execute(pool)
            .await?
            .rows_affected());
        Ok(ended == 1)
    }

    /// Forgets the tickets and exchanges that are over, with all that they hold.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn forget_expired(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        for sql in ["DELETE FROM ticket WHERE expires <= $1", "DELETE FROM exchange WHERE expires <= $1"] {
            forgotten += writing!(self, pool => sqlx::query(sql).bind(now.unix()).execute(pool).await?.rows_affected());
        }
        Ok(forgotten)
    }
}
