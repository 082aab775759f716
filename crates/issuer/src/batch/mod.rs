//! Batches: a CSV file in, signed credentials out, on every core, in flat memory, safe against being killed.
//!
//! ```text
//!         one transaction fixes type, key, time, ids and status indexes of every row
//!                                      │
//! read some rows, assemble, sign ─► in order again, record ─► append to the output, flush ─► acknowledge
//!        (a thread per core)          (one transaction)                 (writer)
//! ```
//!
//! A credential is recorded before it can leave, so none is out that cannot be revoked. The next transaction says up to
//! where the output is safe. After a kill, the output is cut back to there and the rows behind it are made again: the
//! same bytes, because nothing about them is left to chance or to the clock. Only a suite that takes something at random
//! gives other bytes for the same credential; the record then says so before they leave.

mod input;
mod output;
mod pipeline;
mod row;

use std::fs::File;
use std::path::Path;

use tamarack::credential::Version;
use tamarack::did::did_of;
use tamarack::issue::{CredentialType, Securing, Series};
use tamarack::status::{Seed, StatusKind};
use tamarack::{Fault, Timestamp};
use tamarack_cli::{Exit, Failure};

use crate::store::{Batch, BatchKey, BatchLock, Cause, KeyRecord, RowFault, Store, Wanted};
use input::Table;
use output::{Found, Output};
use row::Maker;

/// Rows of one transaction and one flush. The ids are random, so a transaction changes nearly every page of their index:
/// the fewer transactions, the fewer pages are written.
pub const CHUNK: usize = 4_000;
/// What a batch is made of.
#[derive(Clone, Copy, Debug)]
pub struct Job<'j> {
    /// The type.
    pub credential_type: &'j CredentialType,
    /// SHA-256 of its document.
    pub type_digest: [u8; 32],
    /// The CSV file.
    pub csv: &'j Path,
    /// Its separator.
    pub delimiter: u8,
    /// A file for NDJSON, or a folder for one file per credential.
    pub out: &'j Path,
    /// The operator's name of the run.
    pub run: &'j str,
    /// The suite.
    pub securing: Securing,
    /// The key that was asked for, by its number in the store.
    pub key: Option<i64>,
    /// The URL under which status lists are published; none for credentials without a status.
    pub status_base: Option<&'j str>,
    /// Whether the store keeps the signed credentials.
    pub keep: bool,
    /// Rows of one chunk.
    pub chunk: usize,
    /// Now.
    pub now: Timestamp,
}

/// How a batch ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// The rows of the file.
    pub rows: u64,
    /// Credentials that this run issued.
    pub issued: u64,
    /// Rows that were recorded in an earlier run of the program.
    pub earlier: u64,
    /// The rows that gave none, by line.
    pub faults: Vec<RowFault>,
}

/// Gives the signer of a batch: the key that the batch was begun with, or the one to begin it with.
pub type OpenKey<'k> = dyn FnMut(Option<i64>) -> Result<crate::keyring::Key, Failure> + 'k;

/// Runs a batch to its end, or goes on with it where it was interrupted. `progress` hears of rows whose credentials are
/// recorded and in the output for sure.
///
/// # Errors
/// `batch.*`, `store.*`, `file.*`, `issue.type` for a header that the type does not know.
pub fn run(
    store: &mut Store,
    job: &Job<'_>,
    open_key: &mut OpenKey<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Summary, Failure> {
    for path in [job.csv, job.out] {
        refuse_stream(path)?;
    }
    let _lock = lock(store)?;
    let table = Table::open(job.csv, job.delimiter, job.credential_type)?;
    let key = BatchKey { digest: &table.digest, type_name: &job.credential_type.name, run: job.run };
    let out = output::name(job.out)?;
    let known = match store.batch(&key)? {
        Some(batch) => {
            same_options(store, &batch, job)?;
            let found = look(store, &batch, job)?;
            if batch.done && batch.written == batch.rows && batch.output == out && found == Found::Whole {
                // Everything was done before: nothing is touched.
                let faults = store.batch_faults(batch.id)?;
                progress(batch.rows, batch.rows);
                return Ok(Summary { rows: batch.rows, issued: 0, earlier: batch.rows, faults });
            }
            Some((batch, found))
        }
        None => None,
    };
    let (signer, batch) = match known {
        Some((batch, found)) => {
            let signer = open_key(Some(batch.key))?;
            (signer, resume(store, batch, found, job, &out)?)
        }
        None => {
            // To open a key takes a tenth of a second on purpose.
            let (signer, rows) = std::thread::scope(|scope| {
                let rows = scope.spawn(|| table.count());
                (open_key(None), rows.join())
            });
            let rows = rows.map_err(|_| Fault::new(tamarack::Code::Internal))??;
            let signer = signer?;
            let batch = begin(store, &key, job, &signer.record, rows, out)?;
            (signer, batch)
        }
    };
    let earlier = batch.recorded;
    let issued_earlier = earlier.saturating_sub(store.batch_faults(batch.id)?.len() as u64);
    let securing = Securing::parse(&batch.suite).ok_or_else(|| Fault::new(tamarack::Code::Internal))?;
    let series = Series {
        credential_type: job.credential_type,
        securing,
        issuer: signer.did(),
        verification_method: &signer.record.method,
        now: batch.started,
        contexts: job.credential_type.contexts_at_hand(),
        // The batch's seed lies in the store without a seal: who knew what a proof takes at random could make statements
        // of his own in the issuer's name. So it comes from the operating system.
        seed: None,
    };
    let maker = Maker {
        series,
        signer: &signer.signer,
        batch: &batch,
        spans: row::Spans::new(store.batch_spans(batch.id)?)?,
        columns: &table.columns,
        quote: if output::is_json(securing) { "" } else { "\"" },
    };
    let mut output = Output::open(job.out, securing, batch.length, batch.written == 0)?;
    pipeline::run(store, &maker, table.rows()?, &mut output, job.chunk.max(1), progress)?;
    store.finish_batch(batch.id, output.length(), job.now)?;
    let faults = store.batch_faults(batch.id)?;
    let issued = batch.rows.saturating_sub(faults.len() as u64).saturating_sub(issued_earlier);
    Ok(Summary { rows: batch.rows, issued, earlier, faults })
}

/// The file is read twice, and the output goes on after an interruption.
fn refuse_stream(path: &Path) -> Result<(), Failure> {
    let is_stream = path.metadata().is_ok_and(|meta| !meta.is_file() && !meta.is_dir());
    if is_stream || path.as_os_str() == "-" {
        return Err(Failure::new(Exit::Usage, "batch.stream").with("file", path.display()));
    }
    Ok(())
}

/// One batch at a time in a store. The lock goes with the process, however it ends.
fn lock(store: &Store) -> Result<Lock, Failure> {
    let Some(folder) = store.folder() else {
        let lock = store.wait(store.database().lock_batches());
        return lock.map(Lock::Database).map_err(|error| match error.0 {
            Cause::Busy => Failure::new(Exit::Unavailable, "batch.running"),
            _ => error.into(),
        });
    };
    let failed = |error: std::io::Error| Failure::new(Exit::Usage, "store.failed").because(&error);
    let file = File::create(folder.join("batch.lock")).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock::File(file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(Failure::new(Exit::Unavailable, "batch.running")),
        Err(std::fs::TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// What holds the lock.
#[expect(dead_code, reason = "it is kept, not read")]
enum Lock {
    File(File),
    Database(Option<BatchLock>),
}

fn begin(
    store: &mut Store,
    key: &BatchKey<'_>,
    job: &Job<'_>,
    signer: &KeyRecord,
    rows: u64,
    out: String,
) -> Result<Batch, Failure> {
    if store.output_in_use(&out)? || output::is_taken(job.out) {
        return Err(Failure::new(Exit::Usage, "batch.output_taken").with("file", out));
    }
    let purposes: Vec<&str> = job.credential_type.status.purposes().collect();
    let wanted = |base| Wanted {
        kind: status_kind(job.credential_type.version),
        purposes: &purposes,
        issuer: did_of(&signer.method),
        base,
    };
    let wanted = job.status_base.filter(|_| !purposes.is_empty()).map(wanted);
    let fresh = Batch {
        id: 0,
        type_digest: job.type_digest,
        key: signer.id,
        suite: job.securing.name().to_owned(),
        seed: Seed::generate()?,
        started: job.now,
        rows,
        keep: job.keep,
        output: out,
        recorded: 0,
        written: 0,
        length: 0,
        done: false,
    };
    Ok(store.begin_batch(key, &fresh, wanted.as_ref())?)
}

/// A batch is finished as it was begun: what it is made of cannot change from one row to the next.
fn same_options(store: &Store, batch: &Batch, job: &Job<'_>) -> Result<(), Failure> {
    let has_status = !store.batch_spans(batch.id)?.is_empty();
    let wants_status = job.status_base.is_some() && job.credential_type.status.purposes().next().is_some();
    let changed = match () {
        () if batch.suite != job.securing.name() => "--suite",
        () if job.key.is_some_and(|key| key != batch.key) => "--key",
        () if batch.keep != job.keep => "--no-keep",
        // A batch without rows has no status either way.
        () if batch.rows > 0 && has_status != wants_status => "--no-status",
        () => return Ok(()),
    };
    Err(Failure::new(Exit::Usage, "batch.options_changed").with("option", changed))
}

/// What is at the output of a batch.
fn look(store: &Store, batch: &Batch, job: &Job<'_>) -> Result<Found, Failure> {
    // All the refused rows, also those behind what is written: at least so many files must be there.
    let files = batch.written.saturating_sub(store.batch_faults(batch.id)?.len() as u64);
    Ok(output::look(job.out, batch.length, files, store.first_of_batch(batch.id)?.as_ref()))
}

/// Where a batch goes on: behind what is in the output, or from the first row if the output is another or is gone.
fn resume(store: &mut Store, batch: Batch, found: Found, job: &Job<'_>, out: &str) -> Result<Batch, Failure> {
    if batch.type_digest != job.type_digest {
        return Err(Failure::new(Exit::Usage, "batch.type_changed").with("name", &job.credential_type.name));
    }
    let taken = match batch.output == out {
        true => found == Found::Foreign,
        false => store.output_in_use(out)? || output::is_taken(job.out),
    };
    if taken {
        return Err(Failure::new(Exit::Usage, "batch.output_taken").with("file", out));
    }
    if batch.output == out && found == Found::Whole {
        return Ok(batch);
    }
    store.restart_output(batch.id, out)?;
    Ok(Batch { output: out.to_owned(), written: 0, length: 0, ..batch })
}

/// The kind of status list for a version of the data model.
#[must_use]
pub const fn status_kind(version: Version) -> StatusKind {
    match version {
        Version::V1 => StatusKind::List2021,
        Version::V2 => StatusKind::Bitstring,
    }
}
