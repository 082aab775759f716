//! Credentials that were secured anew with another suite.

use rusqlite::OptionalExtension as _;
use tamarack::Timestamp;

use super::credentials::Id;
use super::{Store, StoreError};

/// What is stored when a credential is secured anew.
#[derive(Clone, Copy, Debug)]
pub struct Migration<'m> {
    /// The credential's id.
    pub id: &'m str,
    /// The name of the new suite.
    pub suite: &'m str,
    /// When.
    pub at: Timestamp,
    /// SHA-256 of the new text.
    pub digest: [u8; 32],
    /// The new text, if it is to be kept.
    pub body: Option<&'m str>,
}

/// One entry of a credential's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredMigration {
    /// The name of the suite.
    pub suite: String,
    /// When.
    pub at: Timestamp,
    /// SHA-256 of the text before.
    pub before: [u8; 32],
}

impl Store {
    /// Records that a credential was secured anew. The record of the credential then is that of the new text; its status
    /// stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Revoked`] for one that was revoked or suspended in the meantime.
    pub fn add_migration(&mut self, migration: &Migration<'_>) -> Result<(), StoreError> {
        let transaction = self.write()?;
        let found: Option<(i64, [u8; 32], bool)> = transaction
            .query_row(
                "SELECT seq, digest, revoked IS NOT NULL OR suspended IS NOT NULL FROM credential WHERE id = ?1",
                [Id::from(migration.id)],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        let Some((seq, before, stopped)) = found else { return Err(StoreError::NotFound(migration.id.to_owned())) };
        if stopped {
            return Err(StoreError::Revoked(migration.id.to_owned()));
        }
        transaction.execute(
            "INSERT INTO migration_of (credential, suite, at, before, after) VALUES (?1, ?2, ?3, ?4, ?5)",
            (seq, migration.suite, migration.at.unix(), before.as_slice(), migration.digest.as_slice()),
        )?;
        transaction.execute(
            "UPDATE credential SET digest = ?2, body = ?3, base = NULL WHERE seq = ?1",
            (seq, migration.digest.as_slice(), migration.body),
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// How often, when and to which suites a credential was secured anew, the first time first.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn migrations_of(&self, id: &str) -> Result<Vec<StoredMigration>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT suite, at, before FROM migration_of
             WHERE credential = (SELECT seq FROM credential WHERE id = ?1) ORDER BY id",
        )?;
        let read = |row: &rusqlite::Row<'_>| {
            let at = Timestamp::from_unix(row.get(1)?);
            Ok(StoredMigration { suite: row.get(0)?, at, before: row.get(2)? })
        };
        Ok(statement.query_map([Id::from(id)], read)?.collect::<Result<_, _>>()?)
    }
}
