//! Keys: sealed secrets with the DID URLs under which the world finds their public halves.

use tamarack::Timestamp;

use crate::store::database::{reading, transaction, writing};
use crate::store::{Database, StoreError};

/// Where a key stands in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyState {
    /// It signs. There is one such key of each kind.
    Current,
    /// It signs no more, but stays in the DID document: what it signed is still good.
    Previous,
    /// It is out of the DID document: nothing that it signed is good any more.
    Retired,
}

impl KeyState {
    /// `current`, `previous` or `retired`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Previous => "previous",
            Self::Retired => "retired",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "current" => Self::Current,
            "previous" => Self::Previous,
            // Fail closed: an unknown state signs nothing and is published nowhere.
            _ => Self::Retired,
        }
    }
}

/// A key to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewKey<'k> {
    /// The DID URL of its verification method.
    pub method: &'k str,
    /// Its kind, as `KeyType::name`.
    pub kind: &'k str,
    /// The public key as a Multikey.
    pub multikey: &'k str,
    /// The sealed secret.
    pub sealed: &'k str,
}

/// A stored key.
#[derive(Clone, Debug)]
pub struct KeyRecord {
    /// Its number in this store.
    pub id: i64,
    /// The DID URL of its verification method.
    pub method: String,
    /// Its kind.
    pub kind: String,
    /// The public key as a Multikey.
    pub multikey: String,
    /// The sealed secret.
    pub sealed: String,
    /// Where it stands.
    pub state: KeyState,
    /// When it was made or imported.
    pub created: Timestamp,
}

type Row = (i64, String, String, String, String, String, i64);

fn record((id, method, kind, multikey, sealed, state, created): Row) -> KeyRecord {
    KeyRecord {
        id,
        method,
        kind,
        multikey,
        sealed,
        state: KeyState::parse(&state),
        created: Timestamp::from_unix(created),
    }
}

impl Database {
    /// Stores a key as the current one of its kind; the one before stays for verification.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the key is there already.
    pub async fn add_key(&self, key: &NewKey<'_>, now: Timestamp) -> Result<KeyRecord, StoreError> {
        let row: Option<Row> = transaction!(self, transaction => {
            let known: Option<(i64,)> = sqlx::query_as("SELECT id FROM key WHERE multikey = $1")
                .bind(key.multikey)
                .fetch_optional(&mut *transaction)
                .await?;
            if known.is_some() {
                None
            } else {
                sqlx::query("UPDATE key SET state = 'previous', changed = $2 WHERE kind = $1 AND state = 'current'")
                    .bind(key.kind)
                    .bind(now.unix())
                    .execute(&mut *transaction)
                    .await?;
                let row = sqlx::query_as(
                    "INSERT INTO key (method, kind, multikey, sealed, state, created, changed)
                     VALUES ($1, $2, $3, $4, 'current', $5, $5)
                     RETURNING id, method, kind, multikey, sealed, state, created",
                )
                .bind(key.method)
                .bind(key.kind)
                .bind(key.multikey)
                .bind(key.sealed)
                .bind(now.unix())
                .fetch_one(&mut *transaction)
                .await?;
                Some(row)
            }
        });
        row.map(record).ok_or_else(|| StoreError::Conflict(key.method.to_owned()))
    }

    /// Takes a key out of the DID document for good.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn retire_key(&self, id: i64, now: Timestamp) -> Result<(), StoreError> {
        let retire = "UPDATE key SET state = 'retired', changed = $2 WHERE id = $1";
        let changed = writing!(self, pool => sqlx::query(retire)
            .bind(id)
            .bind(now.unix())
            .execute(pool)
            .await?
            .rows_affected());
        if changed == 0 { Err(StoreError::NotFound(id.to_string())) } else { Ok(()) }
    }

    /// Every key, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn keys(&self) -> Result<Vec<KeyRecord>, StoreError> {
        let select = "SELECT id, method, kind, multikey, sealed, state, created FROM key ORDER BY id";
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(select).fetch_all(pool).await?);
        Ok(rows.into_iter().map(record).collect())
    }

    /// The key with this number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn key(&self, id: i64) -> Result<KeyRecord, StoreError> {
        let found = self.keys().await?.into_iter().find(|key| key.id == id);
        found.ok_or_else(|| StoreError::NotFound(id.to_string()))
    }
}
