//! Exchanges: what goes through states while several parties act on it. Presentation requests, applications that wait for
//! a clerk.

use tamarack::Timestamp;

use super::audit::insert as insert_event;
use super::database::{reading, transaction, writing};
use super::together::{Together, Value};
use super::{AuditEvent, Database, StoreError};

/// An exchange to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewExchange<'e> {
    /// What it is: one of a few constants of the program.
    pub kind: &'e str,
    /// Its id.
    pub id: &'e str,
    /// The state in which it begins.
    pub state: &'e str,
    /// What the program needs to go on.
    pub payload: &'e str,
    /// When it begins.
    pub created: Timestamp,
    /// When it is forgotten.
    pub expires: Timestamp,
}

/// An exchange.
#[derive(Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Its id.
    pub id: String,
    /// Its state.
    pub state: String,
    /// What the program needs to go on.
    pub payload: String,
    /// Counts the changes.
    pub version: i64,
    /// When it began.
    pub created: Timestamp,
    /// When it was changed.
    pub changed: Timestamp,
    /// When it is forgotten.
    pub expires: Timestamp,
}

/// The payload may hold claims.
impl core::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Exchange").field("state", &self.state).field("version", &self.version).finish_non_exhaustive()
    }
}

/// A file of an exchange.
#[derive(Clone, PartialEq, Eq)]
pub struct ExchangeFile {
    /// Its name, once in an exchange.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub body: Vec<u8>,
}

impl core::fmt::Debug for ExchangeFile {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ExchangeFile({} bytes)", self.body.len())
    }
}

type Row = (String, String, String, i64, i64, i64, i64);

fn exchange((id, state, payload, version, created, changed, expires): Row) -> Exchange {
    Exchange {
        id,
        state,
        payload,
        version,
        created: Timestamp::from_unix(created),
        changed: Timestamp::from_unix(changed),
        expires: Timestamp::from_unix(expires),
    }
}

/// Inserts an exchange by whatever executes a statement.
macro_rules! insert {
    ($new:expr, $executor:expr) => {
        sqlx::query(
            "INSERT INTO exchange (kind, id, state, payload, created, changed, expires)
             VALUES ($1, $2, $3, $4, $5, $5, $6)",
        )
        .bind($new.kind)
        .bind($new.id)
        .bind($new.state)
        .bind($new.payload)
        .bind($new.created.unix())
        .bind($new.expires.unix())
        .execute($executor)
        .await?
        .rows_affected()
    };
}

/// An exchange with its files among statements that happen together.
pub(super) fn add<'e>(together: &mut Together<'e>, new: &NewExchange<'e>, files: &'e [ExchangeFile]) {
    let values = [
        Value::Text(Some(new.kind)),
        Value::Text(Some(new.id)),
        Value::Text(Some(new.state)),
        Value::Text(Some(new.payload)),
        Value::Number(Some(new.created.unix())),
        Value::Number(Some(new.expires.unix())),
    ];
    let insert = "INSERT INTO exchange (kind, id, state, payload, created, changed, expires)
                  VALUES ($1, $2, $3, $4, $5, $5, $6)";
    together.add(insert, values, None);
    for file in files {
        let values = [
            Value::Text(Some(new.kind)),
            Value::Text(Some(new.id)),
            Value::Text(Some(&file.name)),
            Value::Text(Some(&file.media_type)),
            Value::Bytes(Some(file.body.clone())),
        ];
        let insert = "INSERT INTO exchange_file (kind, id, name, media_type, body) VALUES ($1, $2, $3, $4, $5)";
        together.add(insert, values, None);
    }
}

/// A change of an exchange among statements that happen together: it must still be as it was read.
pub(super) fn add_change<'e>(
    together: &mut Together<'e>,
    (kind, read): (&'e str, &'e Exchange),
    (state, payload): (&'e str, &'e str),
    at: Timestamp,
    expires: Option<Timestamp>,
) {
    let values = [
        Value::Text(Some(kind)),
        Value::Text(Some(&read.id)),
        Value::Number(Some(read.version)),
        Value::Text(Some(state)),
        Value::Text(Some(payload)),
        Value::Number(Some(at.unix())),
        Value::Number(expires.map(Timestamp::unix)),
    ];
    let update = "UPDATE exchange SET state = $4, payload = $5, changed = $6, version = version + 1,
                  expires = coalesce($7, expires)
                  WHERE kind = $1 AND id = $2 AND version = $3 AND expires > $6";
    together.add(update, values, Some(1));
}

/// Changes an exchange that is still as it was read, and gives how many it changed.
macro_rules! change {
    ($kind:expr, $read:expr, $state:expr, $payload:expr, $at:expr, $executor:expr) => {
        sqlx::query(
            "UPDATE exchange SET state = $4, payload = $5, changed = $6, version = version + 1
             WHERE kind = $1 AND id = $2 AND version = $3 AND expires > $6",
        )
        .bind($kind)
        .bind(&$read.id)
        .bind($read.version)
        .bind($state)
        .bind($payload)
        .bind($at.unix())
        .execute($executor)
        .await?
        .rows_affected()
    };
}

/// A file of an exchange without its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileName {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// How many bytes it has.
    pub bytes: u64,
}

/// What came of adding a file to an exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileAdded {
    /// It is kept.
    Kept,
    /// There would be too many, or too many bytes.
    TooMuch,
    /// There is no such exchange in this state.
    Gone,
}

impl Database {
    /// Keeps a new exchange with its files.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its id is taken.
    pub async fn add_exchange(&self, new: &NewExchange<'_>, files: &[ExchangeFile]) -> Result<(), StoreError> {
        if files.is_empty() {
            writing!(self, pool => insert!(new, pool));
            return Ok(());
        }
        let mut all = Together::default();
        add(&mut all, new, files);
        self.execute(&all).await.map(drop)
    }

    /// The exchange with this id, unless it is over.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn exchange(&self, kind: &str, id: &str, now: Timestamp) -> Result<Option<Exchange>, StoreError> {
        let row: Option<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT id, state, payload, version, created, changed, expires FROM exchange
             WHERE kind = $1 AND id = $2 AND expires > $3",
        )
        .bind(kind)
        .bind(id)
        .bind(now.unix())
        .fetch_optional(pool)
        .await?);
        Ok(row.map(exchange))
    }

    /// The exchanges of a kind, in a state if one is named, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn exchanges(
        &self,
        kind: &str,
        state: Option<&str>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<Exchange>, StoreError> {
        self.exchanges_after(kind, state, None, limit, now).await
    }

    /// As [`Self::exchanges`], those behind one of them, which is named by its beginning and its id.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn exchanges_after(
        &self,
        kind: &str,
        state: Option<&str>,
        after: Option<(Timestamp, &str)>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<Exchange>, StoreError> {
        let (created, id) = after.map_or((i64::MIN, ""), |(created, id)| (created.unix(), id));
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT id, state, payload, version, created, changed, expires FROM exchange
             WHERE kind = $1 AND expires > $2 AND ($3 = '' OR state = $3)
             AND (created > $5 OR created = $5 AND id > $6) ORDER BY created, id LIMIT $4",
        )
        .bind(kind)
        .bind(now.unix())
        .bind(state.unwrap_or(""))
        .bind(i64::from(limit))
        .bind(created)
        .bind(id)
        .fetch_all(pool)
        .await?);
        Ok(rows.into_iter().map(exchange).collect())
    }

    /// How many exchanges of a kind are in a state.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn count_exchanges(&self, kind: &str, state: &str, now: Timestamp) -> Result<u64, StoreError> {
        let (count,): (i64,) = reading!(self, pool => sqlx::query_as(
            "SELECT count(*) FROM exchange WHERE kind = $1 AND state = $2 AND expires > $3",
        )
        .bind(kind)
        .bind(state)
        .bind(now.unix())
        .fetch_one(pool)
        .await?);
        Ok(count.unsigned_abs())
    }

    /// The exchanges of a kind whose state is no later than this one in the order of the alphabet, in that order: for states
    /// that say when something is to be done.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn exchanges_up_to(
        &self,
        kind: &str,
        state: &str,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<Exchange>, StoreError> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT id, state, payload, version, created, changed, expires FROM exchange
             WHERE kind = $1 AND state <= $2 AND expires > $3 ORDER BY state LIMIT $4",
        )
        .bind(kind)
        .bind(state)
        .bind(now.unix())
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await?);
        Ok(rows.into_iter().map(exchange).collect())
    }

    /// How many exchanges of a kind there are, in any state.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn count_all_exchanges(&self, kind: &str, now: Timestamp) -> Result<i64, StoreError> {
        let (count,): (i64,) = reading!(self, pool => sqlx::query_as(
            "SELECT count(*) FROM exchange WHERE kind = $1 AND expires > $2",
        )
        .bind(kind)
        .bind(now.unix())
        .fetch_one(pool)
        .await?);
        Ok(count)
    }

    /// Changes an exchange that is still as it was read, and begins another, both or neither. Gives whether this caller did.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the other's id is taken; [`StoreError::Database`].
    pub async fn change_exchange_and_begin(
        &self,
        kind: &str,
        read: &Exchange,
        state: &str,
        payload: &str,
        begin: &NewExchange<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut both = Together::default();
        add_change(&mut both, (kind, read), (state, payload), now, None);
        add(&mut both, begin, &[]);
        self.execute(&both).await
    }

    /// Changes an exchange that is still as it was read: of several that read one version, one changes it. Gives whether
    /// this caller did.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn change_exchange(
        &self,
        kind: &str,
        read: &Exchange,
        state: &str,
        payload: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = writing!(self, pool => change!(kind, read, state, payload, now, pool));
        Ok(changed == 1)
    }

    /// Forgets an exchange and its files.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn end_exchange(&self, kind: &str, id: &str) -> Result<bool, StoreError> {
        let ended = writing!(self, pool => sqlx::query("DELETE FROM exchange WHERE kind = $1 AND id = $2")
            .bind(kind)
            .bind(id)
            .execute(pool)
            .await?
            .rows_affected());
        Ok(ended == 1)
    }

    /// Adds a file to an exchange that is not over and is in one of these states, unless it would then have more than `most`
    /// files or `bytes` bytes; one of the same name is replaced. The event is written down with it. Of many that add at once,
    /// each is counted.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn add_exchange_file(
        &self,
        (kind, id): (&str, &str),
        states: [&str; 2],
        file: &ExchangeFile,
        (most, bytes): (usize, usize),
        event: &AuditEvent<'_>,
    ) -> Result<FileAdded, StoreError> {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Ok(transaction!(self, transaction => {
            // Whoever comes second waits here for the first. The version stays: a file is no change that a decision must see.
            let there = sqlx::query(
                "UPDATE exchange SET changed = $3
                 WHERE kind = $1 AND id = $2 AND expires > $3 AND (state = $4 OR state = $5)",
            )
            .bind(kind)
            .bind(id)
            .bind(event.at.unix())
            .bind(states[0])
            .bind(states[1])
            .execute(&mut *transaction)
            .await?
            .rows_affected();
            if there == 0 {
                return Ok(FileAdded::Gone);
            }
            let (count, used): (i64, i64) = sqlx::query_as(
                "SELECT count(*), CAST(coalesce(sum(length(body)), 0) AS BIGINT) FROM exchange_file
                 WHERE kind = $1 AND id = $2 AND name <> $3",
            )
            .bind(kind)
            .bind(id)
            .bind(&file.name)
            .fetch_one(&mut *transaction)
            .await?;
            if count >= number(most) || used.saturating_add(number(file.body.len())) > number(bytes) {
                return Ok(FileAdded::TooMuch);
            }
            sqlx::query(
                "INSERT INTO exchange_file (kind, id, name, media_type, body) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (kind, id, name) DO UPDATE SET media_type = excluded.media_type, body = excluded.body",
            )
            .bind(kind)
            .bind(id)
            .bind(&file.name)
            .bind(&file.media_type)
            .bind(&file.body)
            .execute(&mut *transaction)
            .await?;
            insert_event!(event, &mut *transaction);
            FileAdded::Kept
        }))
    }

    /// The files of an exchange without their bytes, by name.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn exchange_file_names(&self, kind: &str, id: &str) -> Result<Vec<FileName>, StoreError> {
        let rows: Vec<(String, String, i64)> = reading!(self, pool => sqlx::query_as(
            "SELECT name, media_type, CAST(length(body) AS BIGINT) FROM exchange_file
             WHERE kind = $1 AND id = $2 ORDER BY name",
        )
        .bind(kind)
        .bind(id)
        .fetch_all(pool)
        .await?);
        let name = |(name, media_type, bytes): (String, String, i64)| FileName {
            name,
            media_type,
            bytes: bytes.unsigned_abs(),
        };
        Ok(rows.into_iter().map(name).collect())
    }

    /// One file of an exchange.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn exchange_file(&self, kind: &str, id: &str, name: &str) -> Result<Option<ExchangeFile>, StoreError> {
        let row: Option<(String, String, Vec<u8>)> = reading!(self, pool => sqlx::query_as(
            "SELECT name, media_type, body FROM exchange_file WHERE kind = $1 AND id = $2 AND name = $3",
        )
        .bind(kind)
        .bind(id)
        .bind(name)
        .fetch_optional(pool)
        .await?);
        Ok(row.map(|(name, media_type, body)| ExchangeFile { name, media_type, body }))
    }

    /// The files of an exchange, by name.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn exchange_files(&self, kind: &str, id: &str) -> Result<Vec<ExchangeFile>, StoreError> {
        let rows: Vec<(String, String, Vec<u8>)> = reading!(self, pool => sqlx::query_as(
            "SELECT name, media_type, body FROM exchange_file WHERE kind = $1 AND id = $2 ORDER BY name",
        )
        .bind(kind)
        .bind(id)
        .fetch_all(pool)
        .await?);
        Ok(rows.into_iter().map(|(name, media_type, body)| ExchangeFile { name, media_type, body }).collect())
    }
}
