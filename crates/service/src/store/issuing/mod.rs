//! What an issuer must not forget: its DID, its sealed keys, its credential types, which status indexes are taken, and one
//! record per credential. **Personal data at rest:** the signed credential itself is kept only if the operator wants so;
//! without it a record holds no claim, only ids, dates and a digest.

mod batches;
mod bodies;
mod credentials;
mod identifiers;
mod issue;
mod keys;
mod lists;
mod resecured;
mod types;

use tamarack::Timestamp;

pub use batches::{Batch, BatchKey, BatchLock, ChunkRecord, First, RowFault, Span};
pub use bodies::Bases;
pub use credentials::{Filter, Record, State, StoredCredential, Transition};
pub use identifiers::{complete, from_seed, random};
pub use issue::{Issuing, Redeeming, Step};
pub use keys::{KeyRecord, KeyState, NewKey};
pub use lists::{ListRecord, Reservation, Wanted};
pub use resecured::{Migration, StoredMigration};
pub use types::TypeRecord;

use super::database::{reading, transaction};
use super::schema::{Migrated, Part, migrate};
use super::{Database, StoreError};

/// Whose store it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issuer {
    /// The DID: a `did:web:…`, or `did:key` alone when each key is its own DID.
    pub did: String,
    /// The URL under which status lists are published, without a slash at its end.
    pub status_base: Option<String>,
}

impl Database {
    /// Makes an issuer's tables in this database, and says whose they are.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if they are somebody's already.
    pub async fn create_issuer(&self, issuer: &Issuer, now: Timestamp) -> Result<(), StoreError> {
        migrate(self, Part::Issuer, now).await.map_err(|error| match error {
            StoreError::TooNew => StoreError::Exists,
            other => other,
        })?;
        let made = transaction!(self, transaction => sqlx::query(
            "INSERT INTO issuer (one, did, status_base, created) VALUES (1, $1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(&issuer.did)
        .bind(&issuer.status_base)
        .bind(now.unix())
        .execute(&mut *transaction)
        .await?
        .rows_affected());
        if made == 0 { Err(StoreError::Exists) } else { Ok(()) }
    }

    /// Brings an issuer's tables to this version, and gives whose they are.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if they are nobody's; [`StoreError::TooNew`].
    pub async fn open_issuer(&self, now: Timestamp) -> Result<Issuer, StoreError> {
        migrate(self, Part::Issuer, now).await?;
        self.issuer().await
    }

    /// Brings an issuer's tables to this version, whether they are somebody's yet or not, and tells what was done.
    ///
    /// # Errors
    /// [`StoreError::TooNew`]; [`StoreError::Database`].
    pub async fn migrate_issuer(&self, now: Timestamp) -> Result<Migrated, StoreError> {
        migrate(self, Part::Issuer, now).await
    }

    /// Whose store it is.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if it is nobody's.
    pub async fn issuer(&self) -> Result<Issuer, StoreError> {
        let select = "SELECT did, status_base FROM issuer";
        let row: Option<(String, Option<String>)> =
            reading!(self, pool => sqlx::query_as(select).fetch_optional(pool).await?);
        row.map(|(did, status_base)| Issuer { did, status_base }).ok_or(StoreError::Missing)
    }
}

/// A number for the database.
fn number(count: usize) -> Result<i64, StoreError> {
    i64::try_from(count).map_err(|_| StoreError::Database("a number out of range".to_owned()))
}

/// A number that cannot be negative, from the database.
fn count(number: i64) -> Result<usize, StoreError> {
    usize::try_from(number).map_err(|_| StoreError::Database("decode".to_owned()))
}

/// As [`count`], for numbers of rows and bytes.
fn many(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Database("decode".to_owned()))
}

/// As [`number`].
fn signed(count: u64) -> Result<i64, StoreError> {
    i64::try_from(count).map_err(|_| StoreError::Database("a number out of range".to_owned()))
}

/// A digest or a seed, from the database.
fn bytes32(bytes: Vec<u8>) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Database("decode".to_owned()))
}
