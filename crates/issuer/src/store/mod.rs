//! The issuer's memory: one SQLite file in the store's folder.
//!
//! It holds what an issuer must not forget: its DID, its sealed keys, its credential types, which status indexes are
//! taken, and one record per credential. **Personal data at rest:** the signed credential itself is kept only if the
//! operator wants so (`show` then prints it); without it a record holds no claim, only ids, dates and a digest.
//!
//! Write-ahead log, every commit flushed to the disk before it counts, foreign keys on, and a waiting time so that
//! several processes can share the file.

mod batches;
mod credentials;
mod error;
mod keys;
mod schema;
mod status;
mod types;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tamarack::Timestamp;

pub use batches::{Batch, BatchKey, ChunkRecord, RowFault, Span};
pub use credentials::{Filter, Record, State, StoredCredential, Transition};
pub use error::StoreError;
pub use keys::{KeyRecord, KeyState, NewKey};
pub use status::{ListRecord, Reservation, Wanted};
pub use types::TypeRecord;

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
        // Of two processes that make one store, one wins.
        match std::fs::OpenOptions::new().write(true).create_new(true).open(&file) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Err(StoreError::Exists),
            Err(error) => return Err(error.into()),
        }
        let mut store = Self { connection: Connection::open(&file)?, folder: folder.to_owned() };
        store.configure()?;
        schema::migrate(&mut store.connection, now)?;
        store.connection.execute(
            "INSERT INTO issuer (one, did, status_base, created) VALUES (1, ?1, ?2, ?3)",
            (&issuer.did, &issuer.status_base, now.unix()),
        )?;
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
        let connection = Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let mut store = Self { connection, folder: folder.to_owned() };
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

    fn configure(&self) -> Result<(), StoreError> {
        self.connection.busy_timeout(Duration::from_secs(20))?;
        self.connection.pragma_update(None, "journal_mode", "wal")?;
        // A commit that was acknowledged is on the disk, also after a power cut.
        self.connection.pragma_update(None, "synchronous", "full")?;
        self.connection.pragma_update(None, "foreign_keys", true)?;
        self.connection.pragma_update(None, "trusted_schema", false)?;
        // 24 MiB of pages: the indexes of a hundred thousand credentials.
        self.connection.pragma_update(None, "cache_size", -24_576)?;
        self.connection.set_prepared_statement_cache_capacity(64);
        Ok(())
    }

    /// A transaction that takes the write lock at once, so that it never has to start over.
    fn write(&mut self) -> Result<Transaction<'_>, StoreError> {
        Ok(self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }
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
