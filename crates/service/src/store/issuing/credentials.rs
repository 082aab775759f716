//! Credentials: one record each, and the changes of their state.

use sha2::{Digest as _, Sha256};
use tamarack::{Code, Fault, Timestamp};

use super::{bodies, bytes32, count, identifiers, number, signed};
use crate::store::audit::insert as insert_event;
use crate::store::database::{reading, transaction};
use crate::store::together::{Together, Value};
use crate::store::{AuditEvent, Database, StoreError};

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
    /// Of this subject only.
    pub subject: Option<&'f str>,
    /// In this state only.
    pub state: Option<State>,
    /// Only those for which a new one is due before this time; what was revoked is never due.
    pub due_before: Option<Timestamp>,
    /// At most so many, the newest.
    pub limit: Option<usize>,
}

type Row = (
    Vec<u8>,
    String,
    Option<String>,
    Option<i64>,
    Option<i64>,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Vec<u8>,
    i64,
);

fn credential(row: Row) -> Result<StoredCredential, StoreError> {
    let (id, type_name, subject, list, index, issued, valid_until, reissue_by, revoked, suspended, digest, _) = row;
    Ok(StoredCredential {
        id: identifiers::read(&id).ok_or_else(|| StoreError::Database("decode".to_owned()))?,
        type_name,
        subject,
        status: list.zip(index).map(|(list, index)| count(index).map(|index| (list, index))).transpose()?,
        issued: Timestamp::from_unix(issued),
        valid_until: Timestamp::from_unix(valid_until),
        reissue_by: reissue_by.map(Timestamp::from_unix),
        state: match (revoked, suspended) {
            (Some(_), _) => State::Revoked,
            (None, Some(_)) => State::Suspended,
            (None, None) => State::Active,
        },
        digest: bytes32(digest)?,
    })
}

/// A page of credentials by a filter. Databases find those of one subject by their index if nothing else is possible.
macro_rules! select {
    ($subject:literal) => {
        concat!(
            "SELECT id, type, subject, list, list_index, issued, valid_until, reissue_by, revoked, suspended, digest, seq
             FROM credential WHERE ",
            $subject,
            " AND ($1 = '' OR type = $1) AND ($4 = 9223372036854775807 OR reissue_by < $4 AND revoked IS NULL)
             AND ($6 = '' OR $6 = CASE WHEN revoked IS NOT NULL THEN 'revoked'
                 WHEN suspended IS NOT NULL THEN 'suspended' ELSE 'active' END)
             AND seq < $2 ORDER BY seq DESC LIMIT $3"
        )
    };
}
const OF_SUBJECT: &str = select!("subject = $5");
const OF_ANYBODY: &str = select!("$5 = ''");

/// The columns of a record, in the order of [`bind_record`].
pub(super) const COLUMNS: [&str; 13] = [
    "id",
    "type",
    "subject",
    "list",
    "list_index",
    "issued",
    "valid_until",
    "reissue_by",
    "digest",
    "body",
    "base",
    "batch",
    "line",
];

/// Binds the columns of a record to a statement.
macro_rules! bind_record {
    ($query:expr, $record:expr, $body:expr, $base:expr) => {{
        let record: &Record<'_> = $record;
        $query
            .bind(identifiers::stored(record.id))
            .bind(record.type_name)
            .bind(record.subject)
            .bind(record.status.map(|(list, _)| list))
            .bind(record.status.map(|(_, index)| number(index)).transpose()?)
            .bind(record.issued.unix())
            .bind(record.valid_until.unix())
            .bind(record.reissue_by.map(Timestamp::unix))
            .bind(record.digest.to_vec())
            .bind($body)
            .bind($base)
            .bind(record.row.map(|(batch, _)| batch))
            .bind(record.row.map(|(_, line)| signed(line)).transpose()?)
    }};
}
pub(super) use bind_record;

/// Records, their texts whole, among statements that happen together.
pub(super) fn add<'r>(together: &mut Together<'r>, records: &[Record<'r>]) -> Result<(), StoreError> {
    let row = |record: &Record<'r>| {
        Ok([
            Value::Bytes(Some(identifiers::stored(record.id))),
            Value::Text(Some(record.type_name)),
            Value::Text(record.subject),
            Value::Number(record.status.map(|(list, _)| list)),
            Value::Number(record.status.map(|(_, index)| number(index)).transpose()?),
            Value::Number(Some(record.issued.unix())),
            Value::Number(Some(record.valid_until.unix())),
            Value::Number(record.reissue_by.map(Timestamp::unix)),
            Value::Bytes(Some(record.digest.to_vec())),
            Value::Bytes(record.body.map(|body| body.as_bytes().to_vec())),
            Value::Number(record.row.map(|(batch, _)| batch)),
            Value::Number(record.row.map(|(_, line)| signed(line)).transpose()?),
        ])
    };
    let rows = records.iter().map(row).collect::<Result<Vec<_>, StoreError>>()?;
    let columns = "id, type, subject, list, list_index, issued, valid_until, reissue_by, digest, body, batch, line";
    together.insert(&format!("credential ({columns})"), rows, false);
    Ok(())
}

/// Inserts one record within a transaction, its text whole.
macro_rules! insert_record {
    ($transaction:ident, $record:expr) => {{
        let record: &Record<'_> = $record;
        let body: Option<&[u8]> = record.body.map(str::as_bytes);
        let base: Option<i64> = None;
        let query = sqlx::query(
            "INSERT INTO credential
             (id, type, subject, list, list_index, issued, valid_until, reissue_by, digest, body, base, batch, line)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        );
        bind_record!(query, record, body, base).execute(&mut *$transaction).await
    }};
}

impl Database {
    /// Stores a credential that was issued. When this returns, it is on the disk.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its id is taken.
    pub async fn add_credential(&self, record: &Record<'_>) -> Result<(), StoreError> {
        let conflict = |error: sqlx::Error| match StoreError::from(error) {
            StoreError::Conflict(_) => StoreError::Conflict(record.id.to_owned()),
            other => other,
        };
        transaction!(self, transaction => { insert_record!(transaction, record).map_err(conflict)?; });
        Ok(())
    }

    /// The credential with this id.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn credential(&self, id: &str) -> Result<StoredCredential, StoreError> {
        let row: Option<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT id, type, subject, list, list_index, issued, valid_until, reissue_by, revoked, suspended, digest, seq
             FROM credential WHERE id = $1",
        )
        .bind(identifiers::stored(id))
        .fetch_optional(pool)
        .await?);
        credential(row.ok_or_else(|| StoreError::NotFound(id.to_owned()))?)
    }

    /// The credential at a place, as [`Self::credentials`] gives it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn credential_at(&self, place: i64) -> Result<StoredCredential, StoreError> {
        let row: Option<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT id, type, subject, list, list_index, issued, valid_until, reissue_by, revoked, suspended, digest, seq
             FROM credential WHERE seq = $1",
        )
        .bind(place)
        .fetch_optional(pool)
        .await?);
        credential(row.ok_or_else(|| StoreError::NotFound(String::new()))?)
    }

    /// The place of the credential with this id, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn place_of(&self, id: &str) -> Result<Option<i64>, StoreError> {
        let row: Option<(i64,)> = reading!(self, pool => sqlx::query_as("SELECT seq FROM credential WHERE id = $1")
            .bind(identifiers::stored(id))
            .fetch_optional(pool)
            .await?);
        Ok(row.map(|(place,)| place))
    }

    /// Which of `revocation` and `suspension` the status list of a credential is for.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn purposes_of(&self, id: &str) -> Result<Vec<String>, StoreError> {
        let row: Option<(String,)> = reading!(self, pool => sqlx::query_as(
            "SELECT status_list.purposes FROM credential JOIN status_list ON status_list.id = credential.list
             WHERE credential.id = $1",
        )
        .bind(identifiers::stored(id))
        .fetch_optional(pool)
        .await?);
        let purposes = row.map(|(purposes,)| purposes).unwrap_or_default();
        Ok(purposes.split(',').filter(|purpose| !purpose.is_empty()).map(str::to_owned).collect())
    }

    /// The signed text of the credential with this id, if it was kept.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn body(&self, id: &str) -> Result<Option<String>, StoreError> {
        type Body = (Option<Vec<u8>>, Option<String>, Vec<u8>);
        let row: Option<Body> = reading!(self, pool => sqlx::query_as(
            "SELECT credential.body, body_base.text, credential.digest FROM credential
             LEFT JOIN body_base ON body_base.id = credential.base WHERE credential.id = $1",
        )
        .bind(identifiers::stored(id))
        .fetch_optional(pool)
        .await?);
        let (body, base, digest) = row.ok_or_else(|| StoreError::NotFound(id.to_owned()))?;
        let text = match (body, base) {
            (None, _) => return Ok(None),
            (Some(whole), None) => String::from_utf8(whole).ok(),
            (Some(edits), Some(base)) => bodies::restore(&base, &edits),
        };
        let digest = bytes32(digest)?;
        let is_signed = |text: &String| <[u8; 32]>::from(Sha256::digest(text)) == digest;
        match text.filter(is_signed) {
            Some(text) => Ok(Some(text)),
            None => Err(Fault::new(Code::Internal).about("a text without its digest").into()),
        }
    }

    /// The credentials of a filter that are older than `before` (the place of one, as this gave it; `None` for the newest),
    /// the newest first, at most `page`, each with its place.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn credentials(
        &self,
        filter: &Filter<'_>,
        before: Option<i64>,
        page: usize,
    ) -> Result<Vec<(i64, StoredCredential)>, StoreError> {
        let select = if filter.subject.is_some() { OF_SUBJECT } else { OF_ANYBODY };
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(select)
        .bind(filter.type_name.unwrap_or(""))
        .bind(before.unwrap_or(i64::MAX))
        .bind(number(page)?)
        .bind(filter.due_before.map_or(i64::MAX, Timestamp::unix))
        .bind(filter.subject.unwrap_or(""))
        .bind(filter.state.map_or("", State::as_str))
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(|row| Ok((row.11, credential(row)?))).collect()
    }

    /// Changes the state of a credential. Doing it again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::NoStatus`] if it has no list for the purpose; [`StoreError::Revoked`] for a
    /// suspension of what was revoked for good.
    pub async fn change_state(&self, id: &str, change: Transition, now: Timestamp) -> Result<State, StoreError> {
        self.change_state_and_tell(id, change, &[], now).await
    }

    /// As [`Self::change_state`], and writes down who did it in the same transaction.
    ///
    /// # Errors
    /// As [`Self::change_state`].
    pub async fn change_state_and_tell(
        &self,
        id: &str,
        change: Transition,
        events: &[AuditEvent<'_>],
        now: Timestamp,
    ) -> Result<State, StoreError> {
        let (update, state) = match change {
            Transition::Revoke => {
                ("UPDATE credential SET revoked = coalesce(revoked, $2) WHERE id = $1", State::Revoked)
            }
            Transition::Suspend => (
                "UPDATE credential SET suspended = coalesce(suspended, $2) WHERE id = $1 AND revoked IS NULL",
                State::Suspended,
            ),
            Transition::Reinstate => {
                ("UPDATE credential SET suspended = nullif($2, $2) WHERE id = $1 AND revoked IS NULL", State::Active)
            }
        };
        let stored = identifiers::stored(id);
        let row: Option<(Option<String>, Option<i64>)> = reading!(self, pool => sqlx::query_as(
            "SELECT status_list.purposes, credential.revoked FROM credential
             LEFT JOIN status_list ON status_list.id = credential.list WHERE credential.id = $1",
        )
        .bind(&stored)
        .fetch_optional(pool)
        .await?);
        let Some((purposes, revoked)) = row else { return Err(StoreError::NotFound(id.to_owned())) };
        let purpose = if change == Transition::Revoke { "revocation" } else { "suspension" };
        if !purposes.unwrap_or_default().split(',').any(|known| known == purpose) {
            return Err(StoreError::NoStatus(purpose.to_owned()));
        }
        if revoked.is_some() && change != Transition::Revoke {
            return Err(StoreError::Revoked(id.to_owned()));
        }
        transaction!(self, transaction => {
            let changed = sqlx::query(update)
                .bind(&stored)
                .bind(now.unix())
                .execute(&mut *transaction)
                .await?
                .rows_affected();
            // Somebody revoked it in between.
            if changed == 0 {
                return Err(StoreError::Revoked(id.to_owned()));
            }
            for event in events {
                insert_event!(event, &mut *transaction);
            }
        });
        Ok(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Address;
    use crate::store::issuing::Issuer;

    #[tokio::test]
    async fn those_of_one_subject_are_found_by_the_index() {
        let folder = tempfile::tempdir().unwrap();
        let address = Address::parse(folder.path().join("i.sqlite3").to_str().unwrap()).unwrap();
        let now = Timestamp::from_unix(1_800_000_000);
        let database = Database::open(&address, now).await.unwrap();
        database.create_issuer(&Issuer { did: "did:key".into(), status_base: None }, now).await.unwrap();
        for (select, by) in [(OF_SUBJECT, "credential_subject (subject=?"), (OF_ANYBODY, "INTEGER PRIMARY KEY")] {
            let plan = plan(&database, select).await.unwrap();
            assert!(plan.contains(by) && !plan.contains("TEMP B-TREE"), "{plan}");
        }
    }

    async fn plan(database: &Database, select: &str) -> Result<String, StoreError> {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {select}"));
        let rows: Vec<(i64, i64, i64, String)> =
            reading!(database, pool => sqlx::query_as(explain).fetch_all(pool).await?);
        Ok(rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("; "))
    }
}
