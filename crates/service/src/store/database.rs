//! The connection, and how one statement is written once for both databases.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use tamarack::Timestamp;

use super::connections::Connections;
use super::schema::Migrated;
use super::{StoreError, schema};

/// How long a process waits for another one that has the file.
const WAITING: Duration = Duration::from_secs(20);
/// How long a server that is not there is waited for.
const CONNECTING: Duration = Duration::from_secs(10);
/// Connections that read a file at once.
const READERS: u32 = 4;
/// Connections of one process to PostgreSQL.
const CONNECTIONS: u32 = 16;

/// Where a store is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Address {
    /// A SQLite file.
    File(PathBuf),
    /// A `postgres://` URL, which may hold a password.
    Postgres(PostgresUrl),
}

/// A URL that does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

impl PostgresUrl {
    /// The URL, with its password if it has one.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PostgresUrl(..)")
    }
}

impl Address {
    /// A `postgres://` URL, or the path of a SQLite file.
    ///
    /// # Errors
    /// [`StoreError::Address`] for another URL or an empty text.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(PostgresUrl(text.to_owned())));
        }
        if text.is_empty() || text.contains("://") {
            return Err(StoreError::Address);
        }
        Ok(Self::File(PathBuf::from(text)))
    }
}

/// An open database. Clones share their connections.
#[derive(Clone, Debug)]
pub enum Database {
    /// SQLite: one connection writes, so that writers stand in a queue and do not poll for a lock; some read.
    Sqlite {
        /// The connection that writes.
        writer: Connections<SqliteConnection>,
        /// Those that read.
        reader: Connections<SqliteConnection>,
    },
    /// PostgreSQL.
    Postgres(Connections<PgConnection>),
}

/// Runs a body for whichever database it is, with something that executes a reading statement.
macro_rules! reading {
    ($database:expr, $executor:ident => $body:expr) => {
        match $database {
            $crate::store::Database::Sqlite { reader, .. } => {
                $crate::store::database::with!(reader, $executor => $body)
            }
            $crate::store::Database::Postgres(all) => $crate::store::database::with!(all, $executor => $body),
        }
    };
}

/// Runs a body for whichever database it is, with something that executes a single writing statement.
macro_rules! writing {
    ($database:expr, $executor:ident => $body:expr) => {
        match $database {
            $crate::store::Database::Sqlite { writer, .. } => {
                $crate::store::database::with!(writer, $executor => $body)
            }
            $crate::store::Database::Postgres(all) => $crate::store::database::with!(all, $executor => $body),
        }
    };
}

/// Runs a body with one connection of some, which is kept unless the body leaves the function with an error.
macro_rules! with {
    ($connections:expr, $executor:ident => $body:expr) => {{
        let mut lane = $connections.take().await?;
        let $executor = lane.connection()?;
        let done = $body;
        lane.keep();
        done
    }};
}

/// Runs a body in a transaction, and commits unless the body leaves the function with an error. SQLite takes its write lock
/// at once, so that a transaction never has to start over.
macro_rules! transaction {
    ($database:expr, $transaction:ident => $body:expr) => {
        match $database {
            $crate::store::Database::Sqlite { writer, .. } => {
                let mut lane = writer.take().await?;
                let mut $transaction = sqlx::Connection::begin_with(lane.connection()?, "BEGIN IMMEDIATE").await?;
                let done = $body;
                $transaction.commit().await?;
                lane.keep();
                done
            }
            $crate::store::Database::Postgres(all) => {
                let mut lane = all.take().await?;
                let mut $transaction = sqlx::Connection::begin(lane.connection()?).await?;
                let done = $body;
                $transaction.commit().await?;
                lane.keep();
                done
            }
        }
    };
}

pub(super) use {reading, transaction, with, writing};

impl Database {
    /// Opens the database at an address, which is made if it is a file that is not there, and brings the services' tables to
    /// this version.
    ///
    /// # Errors
    /// [`StoreError::TooNew`]; [`StoreError::Database`], [`StoreError::Io`], [`StoreError::Busy`].
    pub async fn open(address: &Address, now: Timestamp) -> Result<Self, StoreError> {
        Ok(Self::open_and_tell(address, now).await?.0)
    }

    /// As [`Self::open`], and tells what was done to the tables.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_and_tell(address: &Address, now: Timestamp) -> Result<(Self, Migrated), StoreError> {
        let database = match address {
            Address::File(file) => Self::sqlite(file).await?,
            Address::Postgres(PostgresUrl(url)) => Self::postgres(url).await?,
        };
        let migrated = schema::migrate(&database, schema::Part::Service, now).await?;
        Ok((database, migrated))
    }

    async fn sqlite(file: &Path) -> Result<Self, StoreError> {
        make_private(file)?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .busy_timeout(WAITING)
            .journal_mode(SqliteJournalMode::Wal)
            // A commit that was acknowledged is on the disk, also after a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .pragma("trusted_schema", "off")
            // 24 MiB of pages: the indexes of a hundred thousand credentials.
            .pragma("cache_size", "-24576")
            // 32 MiB of log: a page that many credentials change is written to its place once for many of them.
            .pragma("wal_autocheckpoint", "8192");
        // Two that make one store may both want to switch to the write-ahead log. SQLite then does not let them wait, as each
        // would wait for the other, but tells one that the file is busy: it tries again.
        let writer = Connections::to_file(options.clone(), 1, WAITING);
        writer.take().await?.keep();
        Ok(Self::Sqlite { writer, reader: Connections::to_file(options, READERS, WAITING) })
    }

    async fn postgres(url: &str) -> Result<Self, StoreError> {
        let options: PgConnectOptions = url.parse().map_err(|_| StoreError::Address)?;
        let options = options.application_name("tamarack");
        let all = Connections::to_server(options, CONNECTIONS, CONNECTING);
        all.take().await?.keep();
        Ok(Self::Postgres(all))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Busy`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        reading!(self, pool => sqlx::query("SELECT 1").execute(pool).await?.rows_affected());
        Ok(())
    }

    /// Waits until running statements are done, and closes the connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, reader } => {
                reader.close().await;
                writer.close().await;
            }
            Self::Postgres(all) => all.close().await,
        }
    }
}

/// Only the owner may read the file.
fn make_private(file: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Ok(_) => Ok(()),
        // A file that is there stays closed: to close it would drop the locks that this process has on it.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.into()),
    }
}
