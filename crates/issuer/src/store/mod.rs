//! The issuer's memory: one SQLite file in the store's folder.
//!
//! It holds what an issuer must not forget: its DID, its sealed keys, its credential types, which status indexes are
//! taken, and one record per credential. **Personal data at rest:** the signed credential itself is kept only if the
//! operator wants so (`show` then prints it); without it a record holds no claim, only ids, dates and a digest.
//!
//! Write-ahead log, every commit flushed to the disk before it counts, foreign keys on, and a waiting time so that
//! several processes can share the file.

mod batches;
mod bodies;
mod credentials;
mod error;
mod keys;
mod migrations;
mod schema;
mod status;
mod types;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tamarack::Timestamp;

pub use batches::{Batch, BatchKey, ChunkRecord, First, RowFault, Span};
pub use credentials::{Filter, Record, State, StoredCredential, Transition};
pub use error::StoreError;
pub use keys::{KeyRecord, KeyState, NewKey};
pub use migrations::{Migration, StoredMigration};
pub use status::{ListRecord, Reservation, Wanted};
pub use types::TypeRecord;

/// How long a process waits for another one that has the file.
const WAITING: Duration = Duration::from_secs(20);
/// The name of the file in the store's folder.
const FILE: &str = "issuer.sqlite3";

/// Whose store it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issuer {
    /// The DID: a `did:web:…`, or `did:key` alone when each key is its own DID.
    pub did: String,
    /// The URL under which status lists are published, without a slash at its end.
    pub status_base: Option<String>,
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    folder: PathBuf,
    bases: bodies::Bases,
}

impl Store {
    /// Makes a store in a folder, which is made too if it is not there.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if the folder holds a store already; [`StoreError::Sql`], [`StoreError::Io`].
    pub fn create(folder: &Path, issuer: &Issuer, now: Timestamp) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder)?;
        restrict(folder)?;
        let file = folder.join(FILE);
        // A file that is there stays closed: to close it would drop the locks that this process has on it.
        if !file.exists() {
            drop(tamarack_cli::open_private(&file)?);
        }
        let connection = connect(&file)?;
        let mut store = Self { connection, folder: folder.to_owned(), bases: bodies::Bases::default() };
        store.connection.busy_timeout(WAITING)?;
        if version(&store.connection)? != 0 && store.is_made()? {
            return Err(StoreError::Exists);
        }
        store.configure()?;
        // Tables and issuer in one transaction: until it is through there is no store, and the next call makes one.
        let transaction = store.write()?;
        // Of two processes that make one store, one wins.
        schema::apply(&transaction, now).map_err(|error| match error {
            StoreError::TooNew => StoreError::Exists,
            other => other,
        })?;
        let made = transaction.execute(
            "INSERT INTO issuer (one, did, status_base, created) VALUES (1, ?1, ?2, ?3) ON CONFLICT DO NOTHING",
            (&issuer.did, &issuer.status_base, now.unix()),
        )?;
        if made == 0 {
            return Err(StoreError::Exists);
        }
        transaction.commit()?;
        Ok(store)
    }

    /// Opens the store of a folder and brings it to this version's tables.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is none, [`StoreError::TooNew`], [`StoreError::Sql`].
    pub fn open(folder: &Path, now: Timestamp) -> Result<Self, StoreError> {
        let file = folder.join(FILE);
        if !file.is_file() {
            return Err(StoreError::Missing);
        }
        let connection = connect(&file)?;
        let mut store = Self { connection, folder: folder.to_owned(), bases: bodies::Bases::default() };
        store.connection.busy_timeout(WAITING)?;
        if version(&store.connection)? == 0 {
            // Its making was interrupted.
            return Err(StoreError::Missing);
        }
        store.configure()?;
        schema::migrate(&mut store.connection, now)?;
        Ok(store)
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whose store it is.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if its making was interrupted.
    pub fn issuer(&self) -> Result<Issuer, StoreError> {
        self.connection
            .query_row("SELECT did, status_base FROM issuer", [], |row| {
                Ok(Issuer { did: row.get(0)?, status_base: row.get(1)? })
            })
            .map_err(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => StoreError::Missing,
                other => other.into(),
            })
    }

    /// Whether a file with tables says whose store it is. A newer version's tables are not looked into.
    fn is_made(&self) -> Result<bool, StoreError> {
        if version(&self.connection)? > schema::newest() {
            return Ok(true);
        }
        match self.issuer() {
            Ok(_) => Ok(true),
            Err(StoreError::Missing) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Two that make one store may both want to switch to the write-ahead log. SQLite then does not let them wait, as each
    /// would wait for the other, but tells one that the file is busy.
    fn write_ahead(&self) -> Result<(), StoreError> {
        let begin = Instant::now();
        loop {
            match self.connection.pragma_update(None, "journal_mode", "wal") {
                Err(error) if error::is_busy(&error) && begin.elapsed() < WAITING => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                other => return Ok(other?),
            }
        }
    }

    fn configure(&self) -> Result<(), StoreError> {
        self.write_ahead()?;
        // A commit that was acknowledged is on the disk, also after a power cut.
        self.connection.pragma_update(None, "synchronous", "full")?;
        self.connection.pragma_update(None, "foreign_keys", true)?;
        self.connection.pragma_update(None, "trusted_schema", false)?;
        // 24 MiB of pages: the indexes of a hundred thousand credentials.
        self.connection.pragma_update(None, "cache_size", -24_576)?;
        // 32 MiB of log: a page that many credentials change is written to its place once for many of them.
        self.connection.pragma_update(None, "wal_autocheckpoint", 8_192)?;
        self.connection.set_prepared_statement_cache_capacity(64);
        Ok(())
    }

    /// A transaction that takes the write lock at once, so that it never has to start over.
    fn write(&mut self) -> Result<Transaction<'_>, StoreError> {
        write(&mut self.connection)
    }
}

/// [`Store::write`], for whoever needs another part of the store meanwhile.
fn write(connection: &mut Connection) -> Result<Transaction<'_>, StoreError> {
    Ok(connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
}

/// Opens a file that is there. A connection stays in one thread, so it needs no locks of its own.
fn connect(file: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(file, flags)?)
}

/// The number of migrations that were applied: 0 in a file without tables.
fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Only the owner may look into the folder.
#[cfg(unix)]
fn restrict(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn restrict(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}
