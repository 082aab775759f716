//! Batches: what must be on the disk so that an interrupted one goes on without issuing anybody twice.
//!
//! When a batch begins, one transaction fixes everything that its credentials will be made of: the digest of the file, the
//! type, the key, the time of issue, a secret seed for the ids, and a range of status counters for **all** its rows. From
//! then on row *n* can give one credential only, however often it is made: byte for byte, unless its suite takes something
//! at random (a base proof of selective disclosure does).

use rusqlite::{Connection, OptionalExtension as _, Row};
use tamarack::Timestamp;
use tamarack::status::Seed;

use super::bodies::Bases;
use super::credentials::{Record, StoredId, insert};
use super::status::{ListRecord, Wanted, reserve};
use super::{Store, StoreError, write};

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

const COLUMNS: &str =
    "id, type_digest, key, suite, seed, started, rows, keep, output, recorded, written, length, done IS NOT NULL";

fn read(row: &Row<'_>) -> rusqlite::Result<Batch> {
    Ok(Batch {
        id: row.get(0)?,
        type_digest: row.get(1)?,
        key: row.get(2)?,
        suite: row.get(3)?,
        seed: Seed::from_bytes(row.get(4)?),
        started: Timestamp::from_unix(row.get(5)?),
        rows: row.get(6)?,
        keep: row.get(7)?,
        output: row.get(8)?,
        recorded: row.get(9)?,
        written: row.get(10)?,
        length: row.get(11)?,
        done: row.get(12)?,
    })
}

impl Store {
    /// The batch with this key, if it was begun.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn batch(&self, key: &BatchKey<'_>) -> Result<Option<Batch>, StoreError> {
        Ok(self
            .connection
            .query_row(
                &format!("SELECT {COLUMNS} FROM batch WHERE digest = ?1 AND type = ?2 AND run = ?3"),
                (key.digest.as_slice(), key.type_name, key.run),
                read,
            )
            .optional()?)
    }

    /// Whether an unfinished batch writes to this output.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn output_in_use(&self, output: &str) -> Result<bool, StoreError> {
        let open: i64 = self.connection.query_row(
            "SELECT count(*) FROM batch WHERE output = ?1 AND (done IS NULL OR written < rows)",
            [output],
            |row| row.get(0),
        )?;
        Ok(open > 0)
    }

    /// Begins a batch and takes the status indexes of all its rows in the list that it wants.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn begin_batch(
        &mut self,
        key: &BatchKey<'_>,
        batch: &Batch,
        status: Option<&Wanted<'_>>,
    ) -> Result<Batch, StoreError> {
        let transaction = self.write()?;
        transaction.execute(
            "INSERT INTO batch (digest, type, run, type_digest, key, suite, seed, started, rows, keep, output)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            (
                key.digest.as_slice(),
                key.type_name,
                key.run,
                batch.type_digest.as_slice(),
                batch.key,
                &batch.suite,
                batch.seed.expose().as_slice(),
                batch.started.unix(),
                batch.rows,
                batch.keep,
                &batch.output,
            ),
        )?;
        let id = transaction.last_insert_rowid();
        if let Some(wanted) = status {
            let count = usize::try_from(batch.rows).unwrap_or(usize::MAX);
            let mut first = 0_u64;
            for part in reserve(&transaction, wanted, count)? {
                transaction.execute(
                    "INSERT INTO batch_span (batch, first, count, list, counter) VALUES (?1, ?2, ?3, ?4, ?5)",
                    (id, first, part.count, part.list.id, part.counter),
                )?;
                first += part.count as u64;
            }
        }
        transaction.commit()?;
        Ok(Batch { id, recorded: 0, written: 0, length: 0, done: false, ..batch.clone() })
    }

    /// The status counters of a batch, in the order of its rows.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn batch_spans(&self, batch: i64) -> Result<Vec<Span>, StoreError> {
        let lists = self.status_lists()?;
        let mut statement = self
            .connection
            .prepare("SELECT first, count, list, counter FROM batch_span WHERE batch = ?1 ORDER BY first")?;
        let mut rows = statement.query([batch])?;
        let mut spans = Vec::new();
        while let Some(row) = rows.next()? {
            let list: i64 = row.get(2)?;
            let list = lists.iter().find(|known| known.id == list).cloned();
            let list = list.ok_or_else(|| StoreError::NotFound("status list".to_owned()))?;
            spans.push(Span { first: row.get(0)?, count: row.get(1)?, list, counter: row.get(3)? });
        }
        Ok(spans)
    }

    /// The id and the digest of the first credential that is recorded of a batch.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn first_of_batch(&self, batch: i64) -> Result<Option<First>, StoreError> {
        Ok(self
            .connection
            .query_row("SELECT id, digest FROM credential WHERE batch = ?1 ORDER BY line LIMIT 1", [batch], |row| {
                Ok(First { id: row.get::<_, StoredId>(0)?.0, digest: row.get(1)? })
            })
            .optional()?)
    }

    /// Says where the output of a batch goes from now on, from its beginning.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn restart_output(&mut self, batch: i64, output: &str) -> Result<(), StoreError> {
        let transaction = self.write()?;
        transaction.execute("UPDATE batch SET output = ?2, written = 0, length = 0 WHERE id = ?1", (batch, output))?;
        transaction.commit()?;
        Ok(())
    }

    /// Records a chunk: credentials, refused rows and progress together, or nothing of it.
    ///
    /// # Errors
    /// [`StoreError::Sql`]; a row or an index that would be used twice is refused by the tables themselves.
    pub fn record_chunk(&mut self, batch: i64, chunk: &ChunkRecord<'_>) -> Result<(), StoreError> {
        let Self { connection, bases, .. } = self;
        let recorded = write_chunk(connection, bases, batch, chunk);
        if recorded.is_err() {
            bases.forget();
        }
        recorded
    }

    /// Says of credentials that are recorded what their texts are by now: they were made again, and a suite that takes
    /// something at random, or a signer that does, gives another text for the same credential.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn record_again(&mut self, records: &[Record<'_>]) -> Result<(), StoreError> {
        let transaction = self.write()?;
        for record in records {
            transaction
                .prepare_cached(
                    "UPDATE credential SET digest = ?3, body = ?4, base = NULL
                     WHERE batch = ?1 AND line = ?2 AND digest <> ?3",
                )?
                .execute((
                    record.row.map(|(batch, _)| batch),
                    record.row.map(|(_, line)| line),
                    record.digest.as_slice(),
                    record.body,
                ))?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Ends a batch: everything is recorded and in the output.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn finish_batch(&mut self, batch: i64, length: u64, now: Timestamp) -> Result<(), StoreError> {
        let transaction = self.write()?;
        transaction.execute(
            "UPDATE batch SET written = recorded, length = ?2, done = coalesce(done, ?3) WHERE id = ?1",
            (batch, length, now.unix()),
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// The refused rows of a batch, by line.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn batch_faults(&self, batch: i64) -> Result<Vec<RowFault>, StoreError> {
        let mut statement = self
            .connection
            .prepare("SELECT line, code, pointer, about FROM batch_fault WHERE batch = ?1 ORDER BY line")?;
        let faults = statement
            .query_map([batch], |row| {
                Ok(RowFault { line: row.get(0)?, code: row.get(1)?, pointer: row.get(2)?, about: row.get(3)? })
            })?
            .collect::<Result<_, _>>()?;
        Ok(faults)
    }
}

fn write_chunk(
    connection: &mut Connection,
    bases: &mut Bases,
    batch: i64,
    chunk: &ChunkRecord<'_>,
) -> Result<(), StoreError> {
    let transaction = write(connection)?;
    for record in chunk.records {
        insert(&transaction, bases, record)?;
    }
    for fault in chunk.faults {
        transaction
            .prepare_cached("INSERT INTO batch_fault (batch, line, code, pointer, about) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((batch, fault.line, &fault.code, &fault.pointer, &fault.about))?;
    }
    transaction
        .prepare_cached("UPDATE batch SET recorded = ?2, written = ?3, length = ?4 WHERE id = ?1")?
        .execute((batch, chunk.recorded, chunk.written, chunk.length))?;
    transaction.commit()?;
    Ok(())
}
