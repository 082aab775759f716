//! The tables, and how those of older versions become these.

use rusqlite::{Connection, TransactionBehavior};

use super::sql;
use crate::error::{Result, WalletCode, WalletError};

/// The version of the tables that this library writes.
pub(super) const VERSION: u32 = 2;

/// What makes each version of the one before it: the first makes version 1 of nothing. A step that was released stays as
/// it is.
pub(super) const STEPS: [&str; VERSION as usize] = [
    "CREATE TABLE records (kind TEXT NOT NULL, id TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (kind, id));",
    // Kinds are numbers, and the records lie in the order in which they are listed.
    "CREATE TABLE record (
         kind INTEGER NOT NULL, id TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (kind, id)
     ) STRICT, WITHOUT ROWID;
     INSERT INTO record (kind, id, bytes) SELECT
         CASE kind WHEN 'key' THEN 1 WHEN 'credential' THEN 2 WHEN 'summary' THEN 3 WHEN 'pending' THEN 4
             WHEN 'history' THEN 5 WHEN 'receipt' THEN 6 WHEN 'status' THEN 7 WHEN 'setting' THEN 8 END, id, bytes
         FROM records;
     DROP TABLE records;",
];

/// Makes the tables in an empty database.
pub(super) fn create(connection: &Connection) -> Result<()> {
    migrate(connection)
}

/// Brings the tables to the present version; each step comes about whole or not at all.
///
/// # Errors
/// [`WalletCode::StoreTooNew`] for a version that is not known here; the store's.
pub(super) fn migrate(connection: &Connection) -> Result<()> {
    migrate_by(connection, &STEPS)
}

/// The same by these steps: the last is what makes the present version.
pub(super) fn migrate_by(connection: &Connection, steps: &[&str]) -> Result<()> {
    loop {
        let at = version(connection)?;
        let present = steps.len();
        if at as usize > present {
            return Err(WalletError::new(WalletCode::StoreTooNew).about(format!("{at} > {present}")));
        }
        let Some(step) = steps.get(at as usize) else { return Ok(()) };
        let transaction = rusqlite::Transaction::new_unchecked(connection, TransactionBehavior::Immediate)
            .map_err(|error| sql(&error))?;
        // Another process may have been faster.
        if version(&transaction)? == at {
            transaction.execute_batch(step).map_err(|error| sql(&error))?;
            transaction.pragma_update(None, "user_version", at + 1).map_err(|error| sql(&error))?;
            transaction.commit().map_err(|error| sql(&error))?;
        }
    }
}

fn version(connection: &Connection) -> Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(|error| sql(&error))
}
