//! Keys: sealed secrets with the DID URLs under which the world finds their public halves.

use rusqlite::Row;
use tamarack::Timestamp;

use super::{Store, StoreError};

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

const COLUMNS: &str = "id, method, kind, multikey, sealed, state, created";

fn read(row: &Row<'_>) -> rusqlite::Result<KeyRecord> {
    Ok(KeyRecord {
        id: row.get(0)?,
        method: row.get(1)?,
        kind: row.get(2)?,
        multikey: row.get(3)?,
        sealed: row.get(4)?,
        state: KeyState::parse(&row.get::<_, String>(5)?),
        created: Timestamp::from_unix(row.get(6)?),
    })
}

impl Store {
    /// Stores a key as the current one of its kind; the one before stays for verification.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the key is there already.
    pub fn add_key(&mut self, key: &NewKey<'_>, now: Timestamp) -> Result<KeyRecord, StoreError> {
        let transaction = self.write()?;
        let known: i64 =
            transaction.query_row("SELECT count(*) FROM key WHERE multikey = ?1", [key.multikey], |row| row.get(0))?;
        if known > 0 {
            return Err(StoreError::Conflict(key.method.to_owned()));
        }
        transaction.execute(
            "UPDATE key SET state = 'previous', changed = ?2 WHERE kind = ?1 AND state = 'current'",
            (key.kind, now.unix()),
        )?;
        transaction.execute(
            "INSERT INTO key (method, kind, multikey, sealed, state, created, changed)
             VALUES (?1, ?2, ?3, ?4, 'current', ?5, ?5)",
            (key.method, key.kind, key.multikey, key.sealed, now.unix()),
        )?;
        let record =
            transaction.query_row(&format!("SELECT {COLUMNS} FROM key WHERE multikey = ?1"), [key.multikey], read)?;
        transaction.commit()?;
        Ok(record)
    }

    /// Takes a key out of the DID document for good.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn retire_key(&mut self, id: i64, now: Timestamp) -> Result<(), StoreError> {
        let transaction = self.write()?;
        let changed =
            transaction.execute("UPDATE key SET state = 'retired', changed = ?2 WHERE id = ?1", (id, now.unix()))?;
        if changed == 0 {
            return Err(StoreError::NotFound(id.to_string()));
        }
        transaction.commit()?;
        Ok(())
    }

    /// Every key, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn keys(&self) -> Result<Vec<KeyRecord>, StoreError> {
        let mut statement = self.connection.prepare(&format!("SELECT {COLUMNS} FROM key ORDER BY id"))?;
        let keys = statement.query_map([], read)?.collect::<Result<_, _>>()?;
        Ok(keys)
    }

    /// The key with this number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn key(&self, id: i64) -> Result<KeyRecord, StoreError> {
        let found = self.keys()?.into_iter().find(|key| key.id == id);
        found.ok_or_else(|| StoreError::NotFound(id.to_string()))
    }
}
