//! Credentials: one record each, and the changes of their state.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension as _, Row, Transaction};
use sha2::{Digest as _, Sha256};
use tamarack::{Code, Fault, Timestamp};

use super::bodies::{self, Bases, Body};
use super::{Store, StoreError};
use crate::identifiers;

/// What is stored when a credential is issued.
#[derive(Clone, Debug)]
pub struct Record<'r> {
    /// Its id.
    pub id: &'r str,
    /// The name of its type.
    pub type_name: &'r str,
    /// The subject's DID.
    pub subject: Option<&'r str>,
    /// Its status list and index.
    pub status: Option<(i64, usize)>,
    /// When it was issued.
    pub issued: Timestamp,
    /// When it expires.
    pub valid_until: Timestamp,
    /// When a new one is due because an age claim changes.
    pub reissue_by: Option<Timestamp>,
    /// SHA-256 of the signed text.
    pub digest: [u8; 32],
    /// The signed text, if it is to be kept.
    pub body: Option<&'r str>,
    /// A number for its shape: texts of one shape differ in few places, and only those are kept.
    pub shape: Option<u64>,
    /// Its batch and its line there.
    pub row: Option<(i64, u64)>,
}

/// The state of a credential.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Good, as long as it is not expired.
    Active,
    /// Suspended: it can be reinstated.
    Suspended,
    /// Revoked for good.
    Revoked,
}

impl State {
    /// `active`, `suspended` or `revoked`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }
}

/// A change of state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transition {
    /// For good.
    Revoke,
    /// Until it is reinstated.
    Suspend,
    /// Ends a suspension.
    Reinstate,
}

/// A record as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredCredential {
    /// Its id.
    pub id: String,
    /// The name of its type.
    pub type_name: String,
    /// The subject's DID.
    pub subject: Option<String>,
    /// Its status list and index.
    pub status: Option<(i64, usize)>,
    /// When it was issued.
    pub issued: Timestamp,
    /// When it expires.
    pub valid_until: Timestamp,
    /// When a new one is due because an age claim changes.
    pub reissue_by: Option<Timestamp>,
    /// Its state.
    pub state: State,
    /// SHA-256 of the signed text.
    pub digest: [u8; 32],
}

/// Which credentials to list.
#[derive(Clone, Copy, Default, Debug)]
pub struct Filter<'f> {
    /// Of this type only.
    pub type_name: Option<&'f str>,
    /// Only those for which a new one is due before this time.
    pub due_before: Option<Timestamp>,
    /// At most so many, the newest.
    pub limit: Option<usize>,
}

const COLUMNS: &str =
    "id, type, subject, list, list_index, issued, valid_until, reissue_by, revoked, suspended, digest";

fn read(row: &Row<'_>) -> rusqlite::Result<StoredCredential> {
    let status = match (row.get::<_, Option<i64>>(3)?, row.get::<_, Option<usize>>(4)?) {
        (Some(list), Some(index)) => Some((list, index)),
        _ => None,
    };
    let state = match (row.get::<_, Option<i64>>(8)?, row.get::<_, Option<i64>>(9)?) {
        (Some(_), _) => State::Revoked,
        (None, Some(_)) => State::Suspended,
        (None, None) => State::Active,
    };
    Ok(StoredCredential {
        id: row.get::<_, StoredId>(0)?.0,
        type_name: row.get(1)?,
        subject: row.get(2)?,
        status,
        issued: Timestamp::from_unix(row.get(5)?),
        valid_until: Timestamp::from_unix(row.get(6)?),
        reissue_by: row.get::<_, Option<i64>>(7)?.map(Timestamp::from_unix),
        state,
        digest: row.get(10)?,
    })
}

/// An id as it is stored: nearly all are UUIDs, which are a third as long in bytes, in the table and in its index.
pub(super) enum Id<'i> {
    Uuid([u8; 16]),
    Text(&'i str),
}

impl<'i> From<&'i str> for Id<'i> {
    fn from(id: &'i str) -> Self {
        identifiers::to_bytes(id).map_or(Self::Text(id), Self::Uuid)
    }
}

impl ToSql for Id<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Uuid(bytes) => ValueRef::Blob(bytes),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// An id, read.
pub(super) struct StoredId(pub(super) String);

impl FromSql for StoredId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Blob(bytes) => {
                let bytes = bytes.try_into().map_err(|_| FromSqlError::InvalidType)?;
                Ok(Self(identifiers::from_bytes(bytes)))
            }
            other => other.as_str().map(|text| Self(text.to_owned())),
        }
    }
}

enum StoredBody {
    Whole(String),
    Edits(Vec<u8>),
}

impl FromSql for StoredBody {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Blob(edits) => Ok(Self::Edits(edits.to_vec())),
            other => other.as_str().map(|text| Self::Whole(text.to_owned())),
        }
    }
}

/// Inserts a record within a transaction.
pub(super) fn insert(transaction: &Transaction<'_>, bases: &mut Bases, record: &Record<'_>) -> Result<(), StoreError> {
    let body = record.body.map(|text| bases.keep(transaction, record.shape, text)).transpose()?;
    transaction
        .prepare_cached(
            "INSERT INTO credential
             (id, type, subject, list, list_index, issued, valid_until, reissue_by, digest, body, base, batch, line)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute((
            Id::from(record.id),
            record.type_name,
            record.subject,
            record.status.map(|(list, _)| list),
            record.status.map(|(_, index)| index),
            record.issued.unix(),
            record.valid_until.unix(),
            record.reissue_by.map(Timestamp::unix),
            record.digest.as_slice(),
            body.as_ref(),
            body.as_ref().and_then(Body::base),
            record.row.map(|(batch, _)| batch),
            record.row.map(|(_, line)| line),
        ))?;
    Ok(())
}

impl Store {
    /// Stores a credential that was issued. When this returns, it is on the disk.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its id is taken.
    pub fn add_credential(&mut self, record: &Record<'_>) -> Result<(), StoreError> {
        let Self { connection, bases, .. } = self;
        let transaction = super::write(connection)?;
        insert(&transaction, bases, record).map_err(|error| match error {
            StoreError::Sql(sql) if sql.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
                StoreError::Conflict(record.id.to_owned())
            }
            other => other,
        })?;
        transaction.commit()?;
        Ok(())
    }

    /// The credential with this id.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn credential(&self, id: &str) -> Result<StoredCredential, StoreError> {
        self.connection
            .query_row(&format!("SELECT {COLUMNS} FROM credential WHERE id = ?1"), [Id::from(id)], read)
            .optional()?
            .ok_or_else(|| StoreError::NotFound(id.to_owned()))
    }

    /// The signed text of the credential with this id, if it was kept.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn body(&self, id: &str) -> Result<Option<String>, StoreError> {
        let found: Option<(Option<StoredBody>, Option<String>, [u8; 32])> = self
            .connection
            .query_row(
                "SELECT credential.body, body_base.text, credential.digest FROM credential
                 LEFT JOIN body_base ON body_base.id = credential.base WHERE credential.id = ?1",
                [Id::from(id)],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        let (body, base, digest) = found.ok_or_else(|| StoreError::NotFound(id.to_owned()))?;
        let text = match body {
            None => return Ok(None),
            Some(StoredBody::Whole(text)) => Some(text),
            Some(StoredBody::Edits(edits)) => base.and_then(|base| bodies::restore(&base, &edits)),
        };
        let is_signed = |text: &String| <[u8; 32]>::from(Sha256::digest(text)) == digest;
        match text.filter(is_signed) {
            Some(text) => Ok(Some(text)),
            None => Err(Fault::new(Code::Internal).about("a text without its digest").into()),
        }
    }

    /// Calls `each` for every credential of a filter, the newest first, one at a time.
    ///
    /// # Errors
    /// [`StoreError::Sql`], and what `each` gives.
    pub fn list_credentials<E: From<StoreError>>(
        &self,
        filter: &Filter<'_>,
        mut each: impl FnMut(StoredCredential) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self
            .connection
            .prepare(&format!(
                "SELECT {COLUMNS} FROM credential
                 WHERE (?1 IS NULL OR type = ?1) AND (?2 IS NULL OR reissue_by < ?2) ORDER BY seq DESC LIMIT ?3"
            ))
            .map_err(StoreError::from)?;
        let limit = filter.limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(-1);
        let mut rows = statement
            .query((filter.type_name, filter.due_before.map(Timestamp::unix), limit))
            .map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            each(read(row).map_err(StoreError::from)?)?;
        }
        Ok(())
    }

    /// Changes the state of a credential. Doing it again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::NoStatus`] if it has no list for the purpose; [`StoreError::Revoked`] for a
    /// suspension of what was revoked for good.
    pub fn change_state(&mut self, id: &str, change: Transition, now: Timestamp) -> Result<State, StoreError> {
        let transaction = self.write()?;
        let found: Option<(Option<String>, bool)> = transaction
            .query_row(
                "SELECT status_list.purposes, credential.revoked IS NOT NULL FROM credential
                 LEFT JOIN status_list ON status_list.id = credential.list WHERE credential.id = ?1",
                [Id::from(id)],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let Some((purposes, revoked)) = found else { return Err(StoreError::NotFound(id.to_owned())) };
        let purpose = if change == Transition::Revoke { "revocation" } else { "suspension" };
        if !purposes.unwrap_or_default().split(',').any(|known| known == purpose) {
            return Err(StoreError::NoStatus(purpose.to_owned()));
        }
        if revoked && change != Transition::Revoke {
            return Err(StoreError::Revoked(id.to_owned()));
        }
        let (sql, state) = match change {
            Transition::Revoke => ("revoked = coalesce(revoked, ?2)", State::Revoked),
            Transition::Suspend => ("suspended = coalesce(suspended, ?2)", State::Suspended),
            Transition::Reinstate => ("suspended = iif(?2 IS NULL, suspended, NULL)", State::Active),
        };
        transaction.execute(&format!("UPDATE credential SET {sql} WHERE id = ?1"), (Id::from(id), now.unix()))?;
        transaction.commit()?;
        Ok(state)
    }
}
