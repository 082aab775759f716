//! Status lists: which indexes are taken. Their bits follow from the credentials' states when a list is published.

use tamarack::Fault;
use tamarack::status::{Allocator, Seed, StatusKind};

use super::{count, number};
use crate::store::database::{reading, transaction};
use crate::store::{Database, StoreError};

/// Entries of a new list: a power of four, for which the allocator needs a single pass per index.
pub(super) const ENTRIES: usize = 1 << 18;

/// A status list: one index in it is one bit in the list credential of each of its purposes.
#[derive(Clone, Debug)]
pub struct ListRecord {
    /// Its number in this store.
    pub id: i64,
    /// The kind of list.
    pub kind: StatusKind,
    /// `revocation`, `suspension` or both.
    pub purposes: Vec<String>,
    /// The DID that signs it: that of the credentials' issuer.
    pub issuer: String,
    /// The URL under which it is published, without its name.
    pub base: String,
    /// The number of entries.
    pub entries: usize,
    /// The secret of the allocator.
    pub seed: Seed,
}

impl ListRecord {
    /// The file name of the list credential of a purpose.
    #[must_use]
    pub fn file_name(&self, purpose: &str) -> String {
        format!("{}-{purpose}.json", self.id)
    }

    /// The URL of the list credential of a purpose.
    #[must_use]
    pub fn url(&self, purpose: &str) -> String {
        format!("{}/{}", self.base, self.file_name(purpose))
    }

    /// The file name of the status list token, which says what the list credentials say, for SD-JWT VCs.
    #[must_use]
    pub fn token_file_name(&self) -> String {
        format!("{}-token.jwt", self.id)
    }

    /// The URL of the status list token.
    #[must_use]
    pub fn token_url(&self) -> String {
        format!("{}/{}", self.base, self.token_file_name())
    }

    /// What turns its counters into indexes.
    ///
    /// # Errors
    /// A fault for a size that the core refuses.
    pub fn allocator(&self) -> Result<Allocator, Fault> {
        Allocator::new(&self.seed, self.entries, 0)
    }
}

/// Which status list a credential needs.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// The kind of list.
    pub kind: StatusKind,
    /// The purposes.
    pub purposes: &'w [&'w str],
    /// The issuer's DID.
    pub issuer: &'w str,
    /// The URL under which lists are published.
    pub base: &'w str,
}

/// Counters of one list that were taken, durably, before anything uses them.
#[derive(Clone, Debug)]
pub struct Reservation {
    /// The list.
    pub list: ListRecord,
    /// The first counter.
    pub counter: usize,
    /// How many.
    pub count: usize,
}

pub(super) type Row = (i64, String, String, String, String, Vec<u8>, i64);

pub(super) fn list((id, kind, purposes, issuer, base, seed, size): Row) -> Result<ListRecord, StoreError> {
    Ok(ListRecord {
        id,
        kind: if kind == "bitstring" { StatusKind::Bitstring } else { StatusKind::List2021 },
        purposes: purposes.split(',').map(str::to_owned).collect(),
        issuer,
        base,
        entries: count(size)?,
        seed: Seed::from_bytes(super::bytes32(seed)?),
    })
}

pub(super) const fn kind_text(kind: StatusKind) -> &'static str {
    match kind {
        StatusKind::Bitstring => "bitstring",
        _ => "2021",
    }
}

/// Takes indexes within a transaction, of one list or of several when one is full. The statement that takes them is one that
/// several processes may run at once.
macro_rules! reserve {
    ($transaction:ident, $wanted:expr, $count:expr) => {{
        let wanted: &Wanted<'_> = $wanted;
        let purposes = wanted.purposes.join(",");
        let mut left = number($count)?;
        let mut taken = Vec::new();
        while left > 0 {
            let open: Option<(i64, i64, i64)> = sqlx::query_as(
                "SELECT id, next, size FROM status_list
                 WHERE kind = $1 AND purposes = $2 AND issuer = $3 AND base = $4 AND next < size ORDER BY id LIMIT 1",
            )
            .bind(kind_text(wanted.kind))
            .bind(&purposes)
            .bind(wanted.issuer)
            .bind(wanted.base)
            .fetch_optional(&mut *$transaction)
            .await?;
            let Some((id, next, size)) = open else {
                let seed = tamarack::status::Seed::generate()?;
                sqlx::query(
                    "INSERT INTO status_list (kind, purposes, issuer, base, seed, size)
                     VALUES ($1, $2, $3, $4, $5, $6)",
                )
                .bind(kind_text(wanted.kind))
                .bind(&purposes)
                .bind(wanted.issuer)
                .bind(wanted.base)
                .bind(seed.expose().as_slice())
                .bind(number(ENTRIES)?)
                .execute(&mut *$transaction)
                .await?;
                continue;
            };
            let part = left.min(size - next);
            let after: Option<(i64,)> = sqlx::query_as(
                "UPDATE status_list SET next = next + $2 WHERE id = $1 AND next + $2 <= size RETURNING next",
            )
            .bind(id)
            .bind(part)
            .fetch_optional(&mut *$transaction)
            .await?;
            // Somebody else took the last ones: look again.
            let Some((after,)) = after else { continue };
            let row: $crate::store::issuing::lists::Row =
                sqlx::query_as("SELECT id, kind, purposes, issuer, base, seed, size FROM status_list WHERE id = $1")
                    .bind(id)
                    .fetch_one(&mut *$transaction)
                    .await?;
            taken.push(Reservation { list: list(row)?, counter: count(after - part)?, count: count(part)? });
            left -= part;
        }
        taken
    }};
}
pub(super) use reserve;

impl Database {
    /// Takes so many indexes. They are taken for good, whether a credential comes of them or not.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn reserve_indexes(&self, wanted: &Wanted<'_>, many: usize) -> Result<Vec<Reservation>, StoreError> {
        Ok(transaction!(self, transaction => reserve!(transaction, wanted, many)))
    }

    /// Every status list, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn status_lists(&self) -> Result<Vec<ListRecord>, StoreError> {
        let select = "SELECT id, kind, purposes, issuer, base, seed, size FROM status_list ORDER BY id";
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(select).fetch_all(pool).await?);
        rows.into_iter().map(list).collect()
    }

    /// The indexes of a list whose bit is set for a purpose.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn set_indexes(&self, list: i64, purpose: &str) -> Result<Vec<usize>, StoreError> {
        let select = match purpose {
            "revocation" => {
                "SELECT list_index FROM credential
                 WHERE list = $1 AND (revoked IS NOT NULL OR suspended IS NOT NULL) AND revoked IS NOT NULL"
            }
            _ => {
                "SELECT list_index FROM credential
                 WHERE list = $1 AND (revoked IS NOT NULL OR suspended IS NOT NULL) AND suspended IS NOT NULL"
            }
        };
        let rows: Vec<(i64,)> = reading!(self, pool => sqlx::query_as(select).bind(list).fetch_all(pool).await?);
        rows.into_iter().map(|(index,)| count(index)).collect()
    }
}
