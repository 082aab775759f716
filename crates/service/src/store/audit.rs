//! The audit log: who did what, in a chain of digests, so that an entry that was changed, taken out or put in between
//! shows.
//!
//! An event is written in the transaction of what it tells of. Its place in the chain it gets right afterwards, from one
//! process at a time: so the chain never makes one request wait for another, and no event is lost when a process dies
//! between the two.

use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;
use tamarack::Timestamp;
use tamarack::encoding::hex_encode;

use super::database::{reading, transaction, writing};
use super::together::{Together, Value};
use super::{Database, StoreError};

/// Entries that are put into the chain in one transaction.
const SEALED_AT_ONCE: i64 = 1_000;
/// Entries that get their places by one statement, where there are so many.
const SEALED_TOGETHER: usize = 50;
/// Entries that are read at once for a check.
const CHECKED_AT_ONCE: u32 = 1_000;
/// The key of PostgreSQL's advisory lock under which the chain grows.
const LOCK: i64 = 0x6175_6469_7400_0001;

/// Inserts an event by whatever executes a statement.
macro_rules! insert {
    ($event:expr, $executor:expr) => {
        sqlx::query("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, $2, $3, $4, $5)")
            .bind($event.at.unix())
            .bind($event.actor)
            .bind($event.action)
            .bind($event.object)
            .bind($event.detail)
            .execute($executor)
            .await?
            .rows_affected()
    };
}
pub(super) use insert;

/// Events among statements that happen together.
pub(super) fn add<'e>(together: &mut Together<'e>, events: &[AuditEvent<'e>]) {
    let row = |event: &AuditEvent<'e>| {
        [
            Value::Number(Some(event.at.unix())),
            Value::Text(Some(event.actor)),
            Value::Text(Some(event.action)),
            Value::Text(Some(event.object)),
            Value::Text(Some(event.detail)),
        ]
    };
    together.insert("audit (at, actor, action, object, detail)", events.iter().map(row), false);
}

/// Something that happened. None of its texts holds a claim, a key, a token or a holder's DID.
#[derive(Clone, Copy, Debug)]
pub struct AuditEvent<'e> {
    /// When.
    pub at: Timestamp,
    /// Who did it: `service`, `cli`, or the name under which an operator signed in.
    pub actor: &'e str,
    /// What was done, as `area.verb`.
    pub action: &'e str,
    /// To what: the id of a credential, an offer, an application, a key.
    pub object: &'e str,
    /// More about it, as a JSON object; empty for nothing.
    pub detail: &'e str,
}

/// An entry of the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditEntry {
    /// Its place, counted from 1.
    pub place: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub object: String,
    /// More.
    pub detail: String,
    /// SHA-256 of the hash before it and of this entry.
    pub hash: [u8; 32],
}

/// What is wrong with a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuditFlaw {
    /// An entry is missing before this place.
    Gap(i64),
    /// The entry at this place is not what was written.
    Changed(i64),
}

impl AuditEntry {
    /// The hash that the entry must have after another one. Each part is preceded by its length, so that no two entries
    /// give the same bytes.
    #[must_use]
    pub fn hash_after(&self, before: &[u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"tamarack audit v1");
        hash.update(before);
        hash.update(self.place.to_be_bytes());
        hash.update(self.at.unix().to_be_bytes());
        for part in [&self.actor, &self.action, &self.object, &self.detail] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().into()
    }

    /// Checks entries that follow each other, after the hash that stood before the first (zeros for the very first).
    ///
    /// # Errors
    /// The first flaw.
    pub fn check(entries: &[Self], mut place: i64, mut before: [u8; 32]) -> Result<[u8; 32], AuditFlaw> {
        for entry in entries {
            place += 1;
            if entry.place != place {
                return Err(AuditFlaw::Gap(place));
            }
            if entry.hash_after(&before) != entry.hash {
                return Err(AuditFlaw::Changed(place));
            }
            before = entry.hash;
        }
        Ok(before)
    }
}

impl AuditEntry {
    /// The entry as one object, as exports have it.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let detail: serde_json::Value = serde_json::from_str(&self.detail).unwrap_or(serde_json::Value::Null);
        serde_json::json!({
            "place": self.place,
            "at": self.at,
            "actor": self.actor,
            "action": self.action,
            "object": self.object,
            "detail": detail,
            "hash": hex_encode(&self.hash),
        })
    }
}

/// The end of a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChainEnd {
    /// The place of its last entry: how many there are.
    pub place: i64,
    /// The hash of its last entry; zeros for an empty chain.
    pub hash: [u8; 32],
}

impl core::fmt::Display for ChainEnd {
    /// `PLACE:HASH`.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}:{}", self.place, hex_encode(&self.hash))
    }
}

impl ChainEnd {
    /// Reads `PLACE:HASH`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (place, hash) = text.trim().split_once(':')?;
        Some(Self { place: place.parse().ok()?, hash: hex32(hash)? })
    }
}

/// The 32 bytes of 64 hexadecimal digits.
fn hex32(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16)?.try_into().ok()).collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks(2).filter_map(|pair| Some(pair.first()? << 4 | pair.get(1)?)).collect();
    (digits.len() == 64).then(|| bytes.try_into().ok()).flatten()
}

/// Why a chain is not whole.
#[derive(Debug)]
pub enum ChainError {
    /// A flaw in what is there.
    Flaw(AuditFlaw),
    /// The end that was once seen is not there any more.
    Cut,
    /// The store.
    Store(StoreError),
}

impl From<StoreError> for ChainError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

type Row = (i64, i64, String, String, String, String);

impl Database {
    /// Writes an event down.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn audit(&self, event: &AuditEvent<'_>) -> Result<(), StoreError> {
        writing!(self, pool => insert!(event, pool));
        Ok(())
    }

    /// Puts the events that have none yet into their places in the chain, and says how many there were.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn seal_audit(&self) -> Result<u64, StoreError> {
        let mut sealed = 0;
        loop {
            let some = self.seal_some().await?;
            sealed += some;
            if some < SEALED_AT_ONCE.unsigned_abs() {
                return Ok(sealed);
            }
        }
    }

    async fn seal_some(&self) -> Result<u64, StoreError> {
        let open = "SELECT id, at, actor, action, object, detail FROM audit WHERE place IS NULL ORDER BY id LIMIT $1";
        let some: Vec<Row> = reading!(self, pool => sqlx::query_as(open).bind(1_i64).fetch_all(pool).await?);
        if some.is_empty() {
            return Ok(0);
        }
        let is_postgres = matches!(self, Self::Postgres(_));
        let (together, alone) = (placing(SEALED_TOGETHER), placing(1));
        let sealed = transaction!(self, transaction => {
            if is_postgres {
                sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *transaction).await?;
            }
            let last: Option<(i64, Vec<u8>)> =
                sqlx::query_as("SELECT place, hash FROM audit WHERE place IS NOT NULL ORDER BY place DESC LIMIT 1")
                    .fetch_optional(&mut *transaction)
                    .await?;
            let (mut place, mut before) = match last {
                Some((place, hash)) => (place, digest(hash)?),
                None => (0, [0; 32]),
            };
            let rows: Vec<Row> = sqlx::query_as(open).bind(SEALED_AT_ONCE).fetch_all(&mut *transaction).await?;
            let count = rows.len() as u64;
            let mut given: Vec<(i64, i64, [u8; 32])> = Vec::with_capacity(rows.len());
            for row in rows {
                place += 1;
                let id = row.0;
                before = entry(row, place, [0; 32]).hash_after(&before);
                given.push((id, place, before));
            }
            let (many, few) = given.as_chunks::<SEALED_TOGETHER>();
            let statements = many.iter().map(|chunk| (&together, chunk.as_slice()));
            let statements = statements.chain(few.chunks(1).map(|chunk| (&alone, chunk)));
            for (statement, chunk) in statements {
                let mut query = sqlx::query(AssertSqlSafe(statement.clone()));
                for (id, place, hash) in chunk {
                    query = query.bind(*id).bind(*place).bind(hash.to_vec());
                }
                query.execute(&mut *transaction).await?;
            }
            count
        });
        Ok(sealed)
    }

    /// Checks the whole chain, and gives where it ends. Whoever writes that down elsewhere sees later whether the end was cut
    /// off: `until` is such an end.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn check_audit(&self, until: Option<ChainEnd>) -> Result<ChainEnd, ChainError> {
        let mut end = ChainEnd { place: 0, hash: [0; 32] };
        let mut is_met = until.is_none_or(|until| until == end);
        loop {
            let entries = self.audit_entries(end.place, CHECKED_AT_ONCE).await?;
            let Some(last) = entries.last() else { break };
            let place = last.place;
            let hash = AuditEntry::check(&entries, end.place, end.hash).map_err(ChainError::Flaw)?;
            end = ChainEnd { place, hash };
            is_met |=
                until.is_some_and(|until| entries.iter().any(|one| (one.place, one.hash) == (until.place, until.hash)));
        }
        if is_met { Ok(end) } else { Err(ChainError::Cut) }
    }

    /// Entries of the chain before a place, the last one first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn audit_entries_before(&self, before: i64, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let rows: Vec<Sealed> = reading!(self, pool => sqlx::query_as(
            "SELECT place, at, actor, action, object, detail, hash FROM audit
             WHERE place < $1 ORDER BY place DESC LIMIT $2",
        )
        .bind(before)
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(sealed).collect()
    }

    /// Entries of the chain behind a place, in order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn audit_entries(&self, after: i64, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let rows: Vec<Sealed> = reading!(self, pool => sqlx::query_as(
            "SELECT place, at, actor, action, object, detail, hash FROM audit
             WHERE place > $1 ORDER BY place LIMIT $2",
        )
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(sealed).collect()
    }
}

/// The statement that gives so many entries, each by its id, their places and hashes.
fn placing(entries: usize) -> String {
    let given: Vec<String> =
        (0..entries).map(|at| format!("(${}, ${}, ${})", at * 3 + 1, at * 3 + 2, at * 3 + 3)).collect();
    format!(
        "UPDATE audit SET place = given.column2, hash = given.column3 FROM (VALUES {}) AS given
         WHERE audit.id = given.column1",
        given.join(", "),
    )
}

type Sealed = (i64, i64, String, String, String, String, Vec<u8>);

fn sealed((place, at, actor, action, object, detail, hash): Sealed) -> Result<AuditEntry, StoreError> {
    Ok(entry((0, at, actor, action, object, detail), place, digest(hash)?))
}

fn entry((_, at, actor, action, object, detail): Row, place: i64, hash: [u8; 32]) -> AuditEntry {
    AuditEntry { place, at: Timestamp::from_unix(at), actor, action, object, detail, hash }
}

fn digest(bytes: Vec<u8>) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Database("decode".to_owned()))
}
