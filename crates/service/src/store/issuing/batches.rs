//! Batches: what must be on the disk so that an interrupted one goes on without issuing anybody twice.
//!
//! When a batch begins, one transaction fixes everything that its credentials will be made of: the digest of the file, the
//! type, the key, the time of issue, a secret seed for the ids, and a range of status counters for **all** its rows. From
//! then on row *n* can give one credential only, however often it is made: byte for byte, unless its suite takes something
//! at random (a base proof of selective disclosure does).

use std::sync::LazyLock;

use sqlx::{AssertSqlSafe, PgConnection, SqlSafeStr as _, SqlStr};
use tamarack::Timestamp;
use tamarack::status::Seed;

use super::bodies::{Bases, Body};
use super::credentials::{COLUMNS, Record, bind_record};
use super::lists::{ENTRIES, ListRecord, Reservation, Wanted, kind_text, list, reserve};
use super::{bytes32, count, identifiers, many, number, signed};
use crate::store::database::{reading, transaction, writing};
use crate::store::{Database, StoreError};

/// Rows of one statement. So many parameters are within the bounds of both databases.
const ROWS: usize = 500;

/// What tells one batch from another.
#[derive(Clone, Copy, Debug)]
pub struct BatchKey<'b> {
    /// SHA-256 of the CSV file.
    pub digest: &'b [u8; 32],
    /// The name of the type.
    pub type_name: &'b str,
    /// The operator's name for a run, so that one file can be issued again on purpose.
    pub run: &'b str,
}

/// A batch as it was begun, and how far it is.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Its number in this store.
    pub id: i64,
    /// SHA-256 of the type's document when it began.
    pub type_digest: [u8; 32],
    /// The key that signs.
    pub key: i64,
    /// The suite's name.
    pub suite: String,
    /// The secret from which the ids are made.
    pub seed: Seed,
    /// The time of issue of all its credentials.
    pub started: Timestamp,
    /// Its rows.
    pub rows: u64,
    /// Whether the signed credentials are kept in the store.
    pub keep: bool,
    /// Where its output goes.
    pub output: String,
    /// Rows whose credentials are recorded.
    pub recorded: u64,
    /// Rows whose credentials are in the output for sure.
    pub written: u64,
    /// Bytes of the output up to there.
    pub length: u64,
    /// Whether it is finished.
    pub done: bool,
}

/// The status counters of some rows.
#[derive(Clone, Debug)]
pub struct Span {
    /// The first row.
    pub first: u64,
    /// How many rows.
    pub count: u64,
    /// Their list.
    pub list: ListRecord,
    /// The counter of the first row.
    pub counter: usize,
}

/// The first credential of a batch: by it, an output is known to be the batch's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct First {
    /// Its id.
    pub id: String,
    /// SHA-256 of the signed text.
    pub digest: [u8; 32],
}

/// A row that gave no credential.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowFault {
    /// Its line in the file.
    pub line: u64,
    /// The stable code.
    pub code: String,
    /// Which claim.
    pub pointer: Option<String>,
    /// What about it. Never its value.
    pub about: Option<String>,
}

/// What a chunk of rows adds to the store, in one transaction.
#[derive(Clone, Copy, Debug)]
pub struct ChunkRecord<'c> {
    /// The credentials.
    pub records: &'c [Record<'c>],
    /// The rows that gave none.
    pub faults: &'c [RowFault],
    /// Rows recorded once this is in.
    pub recorded: u64,
    /// Rows that are in the output by now.
    pub written: u64,
    /// Bytes of the output up to there.
    pub length: u64,
}

type Row = (i64, Vec<u8>, i64, String, Vec<u8>, i64, i64, i64, String, i64, i64, i64, Option<i64>);

fn batch(row: Row) -> Result<Batch, StoreError> {
    let (id, type_digest, key, suite, seed, started, rows, keep, output, recorded, written, length, done) = row;
    Ok(Batch {
        id,
        type_digest: bytes32(type_digest)?,
        key,
        suite,
        seed: Seed::from_bytes(bytes32(seed)?),
        started: Timestamp::from_unix(started),
        rows: many(rows)?,
        keep: keep != 0,
        output,
        recorded: many(recorded)?,
        written: many(written)?,
        length: many(length)?,
        done: done.is_some(),
    })
}

/// As long as it is kept, no other process runs a batch in the same PostgreSQL: a connection of its own that has an advisory
/// lock. It goes with the process, however that ends.
#[derive(Debug)]
pub struct BatchLock {
    _connection: PgConnection,
}

/// The key of the lock.
const LOCK: i64 = 0x6261_7463_6800_0001;

impl Database {
    /// Takes the lock of batches in PostgreSQL; `None` for SQLite, where a file beside the store does as well.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if another process has it.
    pub async fn lock_batches(&self) -> Result<Option<BatchLock>, StoreError> {
        let Self::Postgres(all) = self else { return Ok(None) };
        let mut connection = all.open().await?;
        let (taken,): (bool,) =
            sqlx::query_as("SELECT pg_try_advisory_lock($1)").bind(LOCK).fetch_one(&mut connection).await?;
        if taken { Ok(Some(BatchLock { _connection: connection })) } else { Err(StoreError::Busy) }
    }

    /// The batch with this key, if it was begun.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn batch(&self, key: &BatchKey<'_>) -> Result<Option<Batch>, StoreError> {
        let row: Option<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT id, type_digest, key, suite, seed, started, rows, keep, output, recorded, written, length, done
             FROM batch WHERE digest = $1 AND type = $2 AND run = $3",
        )
        .bind(key.digest.to_vec())
        .bind(key.type_name)
        .bind(key.run)
        .fetch_optional(pool)
        .await?);
        row.map(batch).transpose()
    }

    /// Whether an unfinished batch writes to this output.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn output_in_use(&self, output: &str) -> Result<bool, StoreError> {
        let (open,): (i64,) = reading!(self, pool => sqlx::query_as(
            "SELECT count(*) FROM batch WHERE output = $1 AND (done IS NULL OR written < rows)",
        )
        .bind(output)
        .fetch_one(pool)
        .await?);
        Ok(open > 0)
    }

    /// Begins a batch and takes the status indexes of all its rows in the list that it wants.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn begin_batch(
        &self,
        key: &BatchKey<'_>,
        batch: &Batch,
        status: Option<&Wanted<'_>>,
    ) -> Result<Batch, StoreError> {
        let id = transaction!(self, transaction => {
            let (id,): (i64,) = sqlx::query_as(
                "INSERT INTO batch (digest, type, run, type_digest, key, suite, seed, started, rows, keep, output)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
            )
            .bind(key.digest.to_vec())
            .bind(key.type_name)
            .bind(key.run)
            .bind(batch.type_digest.to_vec())
            .bind(batch.key)
            .bind(&batch.suite)
            .bind(batch.seed.expose().to_vec())
            .bind(batch.started.unix())
            .bind(signed(batch.rows)?)
            .bind(i64::from(batch.keep))
            .bind(&batch.output)
            .fetch_one(&mut *transaction)
            .await?;
            if let Some(wanted) = status {
                let mut first = 0_i64;
                for part in reserve!(transaction, wanted, usize::try_from(batch.rows).unwrap_or(usize::MAX)) {
                    sqlx::query(
                        "INSERT INTO batch_span (batch, first, count, list, counter) VALUES ($1, $2, $3, $4, $5)",
                    )
                    .bind(id)
                    .bind(first)
                    .bind(number(part.count)?)
                    .bind(part.list.id)
                    .bind(number(part.counter)?)
                    .execute(&mut *transaction)
                    .await?;
                    first += number(part.count)?;
                }
            }
            id
        });
        Ok(Batch { id, recorded: 0, written: 0, length: 0, done: false, ..batch.clone() })
    }

    /// The status counters of a batch, in the order of its rows.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn batch_spans(&self, batch: i64) -> Result<Vec<Span>, StoreError> {
        let lists = self.status_lists().await?;
        let rows: Vec<(i64, i64, i64, i64)> = reading!(self, pool => sqlx::query_as(
            "SELECT first, count, list, counter FROM batch_span WHERE batch = $1 ORDER BY first",
        )
        .bind(batch)
        .fetch_all(pool)
        .await?);
        rows.into_iter()
            .map(|(first, number, list, counter)| {
                let list = lists.iter().find(|known| known.id == list).cloned();
                let list = list.ok_or_else(|| StoreError::NotFound("status list".to_owned()))?;
                Ok(Span { first: many(first)?, count: many(number)?, list, counter: count(counter)? })
            })
            .collect()
    }

    /// The id and the digest of the first credential that is recorded of a batch.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn first_of_batch(&self, batch: i64) -> Result<Option<First>, StoreError> {
        let row: Option<(Vec<u8>, Vec<u8>)> = reading!(self, pool => sqlx::query_as(
            "SELECT id, digest FROM credential WHERE batch = $1 ORDER BY line LIMIT 1",
        )
        .bind(batch)
        .fetch_optional(pool)
        .await?);
        let Some((id, digest)) = row else { return Ok(None) };
        let id = identifiers::read(&id).ok_or_else(|| StoreError::Database("decode".to_owned()))?;
        Ok(Some(First { id, digest: bytes32(digest)? }))
    }

    /// Says where the output of a batch goes from now on, from its beginning.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn restart_output(&self, batch: i64, output: &str) -> Result<(), StoreError> {
        writing!(self, pool => sqlx::query("UPDATE batch SET output = $2, written = 0, length = 0 WHERE id = $1")
            .bind(batch)
            .bind(output)
            .execute(pool)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Records a chunk: credentials, refused rows and progress together, or nothing of it.
    ///
    /// # Errors
    /// [`StoreError::Database`]; a row or an index that would be used twice is refused by the tables themselves.
    pub async fn record_chunk(&self, batch: i64, chunk: &ChunkRecord<'_>, bases: &mut Bases) -> Result<(), StoreError> {
        let recorded = self.write_chunk(batch, chunk, bases).await;
        if recorded.is_err() {
            bases.forget();
        }
        recorded
    }

    async fn write_chunk(&self, batch: i64, chunk: &ChunkRecord<'_>, bases: &mut Bases) -> Result<(), StoreError> {
        let statements = if matches!(self, Self::Postgres(_)) { &POSTGRES } else { &SQLITE };
        transaction!(self, transaction => {
            for group in chunk.records.chunks(ROWS) {
                let mut query = sqlx::query(statements.of(group.len()));
                for record in group {
                    let mut base = None;
                    let mut body = None;
                    if let Some(text) = record.body {
                        match bases.keep(record.shape, text) {
                            Body::Whole => body = Some(text.as_bytes().to_vec()),
                            Body::Edits { base: id, edits } => (body, base) = (Some(edits), Some(id)),
                            Body::NewBase(shape) => {
                                let (id,): (i64,) = sqlx::query_as("INSERT INTO body_base (text) VALUES ($1) RETURNING id")
                                    .bind(text)
                                    .fetch_one(&mut *transaction)
                                    .await?;
                                bases.learn(shape, id, text);
                                body = Some(text.as_bytes().to_vec());
                            }
                        }
                    }
                    query = bind_record!(query, record, body, base);
                }
                query.execute(&mut *transaction).await?;
            }
            for fault in chunk.faults {
                sqlx::query("INSERT INTO batch_fault (batch, line, code, pointer, about) VALUES ($1, $2, $3, $4, $5)")
                    .bind(batch)
                    .bind(signed(fault.line)?)
                    .bind(&fault.code)
                    .bind(&fault.pointer)
                    .bind(&fault.about)
                    .execute(&mut *transaction)
                    .await?;
            }
            sqlx::query("UPDATE batch SET recorded = $2, written = $3, length = $4 WHERE id = $1")
                .bind(batch)
                .bind(signed(chunk.recorded)?)
                .bind(signed(chunk.written)?)
                .bind(signed(chunk.length)?)
                .execute(&mut *transaction)
                .await?;
        });
        Ok(())
    }

    /// Says of credentials that are recorded what their texts are by now: they were made again, and a suite that takes
    /// something at random, or a signer that does, gives another text for the same credential.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn record_again(&self, records: &[Record<'_>]) -> Result<(), StoreError> {
        transaction!(self, transaction => {
            for record in records {
                sqlx::query(
                    "UPDATE credential SET digest = $3, body = $4, base = NULL
                     WHERE batch = $1 AND line = $2 AND digest <> $3",
                )
                .bind(record.row.map(|(batch, _)| batch))
                .bind(record.row.map(|(_, line)| signed(line)).transpose()?)
                .bind(record.digest.to_vec())
                .bind(record.body.map(str::as_bytes))
                .execute(&mut *transaction)
                .await?;
            }
        });
        Ok(())
    }

    /// Ends a batch: everything is recorded and in the output.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn finish_batch(&self, batch: i64, length: u64, now: Timestamp) -> Result<(), StoreError> {
        writing!(self, pool => sqlx::query(
            "UPDATE batch SET written = recorded, length = $2, done = coalesce(done, $3) WHERE id = $1",
        )
        .bind(batch)
        .bind(signed(length)?)
        .bind(now.unix())
        .execute(pool)
        .await?
        .rows_affected());
        Ok(())
    }

    /// The refused rows of a batch, by line.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn batch_faults(&self, batch: i64) -> Result<Vec<RowFault>, StoreError> {
        type Row = (i64, String, Option<String>, Option<String>);
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT line, code, pointer, about FROM batch_fault WHERE batch = $1 ORDER BY line",
        )
        .bind(batch)
        .fetch_all(pool)
        .await?);
        rows.into_iter()
            .map(|(line, code, pointer, about)| Ok(RowFault { line: many(line)?, code, pointer, about }))
            .collect()
    }
}

/// The statements that insert many records, in the words of one database: that for a full group is made and prepared once.
struct Statements {
    full: SqlStr,
    is_postgres: bool,
}

static SQLITE: LazyLock<Statements> = LazyLock::new(|| Statements::new(false));
static POSTGRES: LazyLock<Statements> = LazyLock::new(|| Statements::new(true));

impl Statements {
    fn new(is_postgres: bool) -> Self {
        Self { full: statement(ROWS, is_postgres), is_postgres }
    }

    fn of(&self, rows: usize) -> SqlStr {
        if rows == ROWS { self.full.clone() } else { statement(rows, self.is_postgres) }
    }
}

/// SQLite finds a parameter without a name at once, one with a name by looking at all before it.
fn statement(rows: usize, is_postgres: bool) -> SqlStr {
    let row = |row: usize| {
        let parameter = |column: usize| match is_postgres {
            true => format!("${}", row * COLUMNS.len() + column + 1),
            false => "?".to_owned(),
        };
        format!("({})", (0..COLUMNS.len()).map(parameter).collect::<Vec<_>>().join(","))
    };
    let values = (0..rows).map(row).collect::<Vec<_>>().join(",");
    AssertSqlSafe(format!("INSERT INTO credential ({}) VALUES {values}", COLUMNS.join(","))).into_sql_str()
}
