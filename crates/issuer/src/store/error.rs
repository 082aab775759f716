//! What can go wrong with the store.

use tamarack::Fault;
use tamarack_cli::{Exit, Failure};

/// Why the store did not do what it was asked for.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no store in the folder.
    Missing,
    /// There is a store in the folder already.
    Exists,
    /// The store was made by a newer version of this program.
    TooNew,
    /// There is nothing under this name or id.
    NotFound(String),
    /// There is something else under this name already.
    Conflict(String),
    /// The credential has no status list for this purpose.
    NoStatus(String),
    /// The credential was revoked, which is for good.
    Revoked(String),
    /// SQLite.
    Sql(rusqlite::Error),
    /// The file system.
    Io(std::io::Error),
    /// The core.
    Fault(Fault),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
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

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing => Self::new(Exit::Usage, "store.missing"),
            StoreError::Exists => Self::new(Exit::Usage, "store.exists"),
            StoreError::TooNew => Self::new(Exit::Usage, "store.too_new"),
            StoreError::NotFound(name) => Self::new(Exit::Usage, "store.not_found").with("name", name),
            StoreError::Conflict(name) => Self::new(Exit::Usage, "store.conflict").with("name", name),
            StoreError::NoStatus(purpose) => Self::new(Exit::Usage, "store.no_status").with("purpose", purpose),
            StoreError::Revoked(id) => Self::new(Exit::Usage, "store.revoked").with("name", id),
            StoreError::Sql(error) if is_busy(&error) => Self::new(Exit::Unavailable, "store.busy"),
            // SQLite's sentences name tables and columns, never a value of ours.
            StoreError::Sql(error) => Self::new(Exit::Internal, "store.failed").with("reason", error),
            StoreError::Io(error) => Self::new(Exit::Usage, "store.failed").with("reason", error),
            StoreError::Fault(fault) => fault.into(),
        }
    }
}

pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked))
}
