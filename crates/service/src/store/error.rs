//! What can go wrong with the store.

use core::fmt;

use tamarack::Fault;

/// Why the store did not do what it was asked for. Nothing in it is a value out of the database.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no store here.
    Missing,
    /// There is a store here already.
    Exists,
    /// The store was made by a newer version of this program.
    TooNew,
    /// The address is neither a path nor a `postgres://` URL.
    Address,
    /// There is nothing under this name or id.
    NotFound(String),
    /// There is something else under this name already.
    Conflict(String),
    /// The credential has no status list for this purpose.
    NoStatus(String),
    /// The credential was revoked, which is for good.
    Revoked(String),
    /// Somebody else had the database for too long.
    Busy,
    /// The database, with its own error code.
    Database(String),
    /// The file system.
    Io(std::io::Error),
    /// The core.
    Fault(Fault),
}

/// The code of a connection that broke or was not made.
const CONNECTION: &str = "connection";

impl StoreError {
    /// Whether it passes by itself: the same request may succeed in a moment, when the database is there again.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Busy => true,
            Self::Database(code) => code == CONNECTION,
            _ => false,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("no store"),
            Self::Exists => f.write_str("there is a store already"),
            Self::TooNew => f.write_str("the store was made by a newer version"),
            Self::Address => f.write_str("neither a path nor a postgres:// address"),
            Self::NotFound(_) => f.write_str("not found"),
            Self::Conflict(_) => f.write_str("taken already"),
            Self::NoStatus(purpose) => write!(f, "no status list for {purpose}"),
            Self::Revoked(_) => f.write_str("revoked"),
            Self::Busy => f.write_str("the database is busy"),
            Self::Database(code) => write!(f, "database: {code}"),
            Self::Io(error) => error.fmt(f),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<sqlx::Error> for StoreError {
    /// A database's sentence may quote a value; its code does not.
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Database(inner) => {
                let code = inner.code().unwrap_or_default();
                match &*code {
                    // SQLITE_BUSY and SQLITE_LOCKED with their extended codes; lock_not_available, deadlock, too many
                    // connections; a server that stops, was killed, or is not up yet.
                    "5" | "6" | "261" | "262" | "517" | "55P03" | "40P01" | "40001" | "53300" | "57P01" | "57P02"
                    | "57P03" => Self::Busy,
                    _ if inner.is_unique_violation() || inner.is_foreign_key_violation() => {
                        Self::Conflict(inner.table().unwrap_or_default().to_owned())
                    }
                    code => Self::Database(code.to_owned()),
                }
            }
            sqlx::Error::Io(_) => Self::Database(CONNECTION.to_owned()),
            sqlx::Error::RowNotFound => Self::NotFound(String::new()),
            sqlx::Error::Tls(_) => Self::Database("tls".to_owned()),
            sqlx::Error::Configuration(_) => Self::Address,
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Database("decode".to_owned()),
            sqlx::Error::PoolClosed => Self::Database("closed".to_owned()),
            _ => Self::Database("other".to_owned()),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
