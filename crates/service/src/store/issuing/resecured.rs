//! Credentials that were secured anew with another suite.

use tamarack::Timestamp;

use super::{bytes32, identifiers};
use crate::store::database::{reading, transaction};
use crate::store::{Database, StoreError};

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

impl Database {
    /// Records that a credential was secured anew. The record of the credential then is that of the new text; its status
    /// stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Revoked`] for one that was revoked or suspended in the meantime.
    pub async fn add_migration(&self, migration: &Migration<'_>) -> Result<(), StoreError> {
        type Row = (i64, Vec<u8>, Option<i64>, Option<i64>);
        transaction!(self, transaction => {
            let found: Option<Row> =
                sqlx::query_as("SELECT seq, digest, revoked, suspended FROM credential WHERE id = $1")
                    .bind(identifiers::stored(migration.id))
                    .fetch_optional(&mut *transaction)
                    .await?;
            let Some((seq, before, revoked, suspended)) = found else {
                return Err(StoreError::NotFound(migration.id.to_owned()));
            };
            if revoked.is_some() || suspended.is_some() {
                return Err(StoreError::Revoked(migration.id.to_owned()));
            }
            sqlx::query(
                "INSERT INTO migration_of (credential, suite, at, before, after) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(seq)
            .bind(migration.suite)
            .bind(migration.at.unix())
            .bind(before)
            .bind(migration.digest.to_vec())
            .execute(&mut *transaction)
            .await?;
            sqlx::query("UPDATE credential SET digest = $2, body = $3, base = NULL WHERE seq = $1")
                .bind(seq)
                .bind(migration.digest.to_vec())
                .bind(migration.body.map(str::as_bytes))
                .execute(&mut *transaction)
                .await?;
        });
        Ok(())
    }

    /// How often, when and to which suites a credential was secured anew, the first time first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn migrations_of(&self, id: &str) -> Result<Vec<StoredMigration>, StoreError> {
        let rows: Vec<(String, i64, Vec<u8>)> = reading!(self, pool => sqlx::query_as(
            "SELECT suite, at, before FROM migration_of
             WHERE credential = (SELECT seq FROM credential WHERE id = $1) ORDER BY id",
        )
        .bind(identifiers::stored(id))
        .fetch_all(pool)
        .await?);
        rows.into_iter()
            .map(|(suite, at, before)| {
                Ok(StoredMigration { suite, at: Timestamp::from_unix(at), before: bytes32(before)? })
            })
            .collect()
    }
}
