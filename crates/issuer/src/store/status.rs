//! Status lists: which indexes are taken. Their bits follow from the credentials' states when a list is published.

use rusqlite::{Row, Transaction};
use tamarack::status::{Allocator, Seed, StatusKind};

use super::{Store, StoreError};

/// Entries of a new list: a power of four, for which the allocator needs a single pass per index.
const ENTRIES: usize = 1 << 18;

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
    /// [`StoreError::Fault`] for a size that the core refuses.
    pub fn allocator(&self) -> Result<Allocator, StoreError> {
        Ok(Allocator::new(&self.seed, self.entries, 0)?)
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

const COLUMNS: &str = "id, kind, purposes, issuer, base, seed, size, next";

fn read(row: &Row<'_>) -> rusqlite::Result<(ListRecord, usize)> {
    let kind = match row.get::<_, String>(1)?.as_str() {
        "bitstring" => StatusKind::Bitstring,
        _ => StatusKind::List2021,
    };
    let record = ListRecord {
        id: row.get(0)?,
        kind,
        purposes: row.get::<_, String>(2)?.split(',').map(str::to_owned).collect(),
        issuer: row.get(3)?,
        base: row.get(4)?,
        seed: Seed::from_bytes(row.get(5)?),
        entries: row.get(6)?,
    };
    Ok((record, row.get(7)?))
}

const fn kind_text(kind: StatusKind) -> &'static str {
    match kind {
        StatusKind::Bitstring => "bitstring",
        _ => "2021",
    }
}

/// Takes `count` indexes within a transaction, of one list or of several when one is full.
pub(super) fn reserve(
    transaction: &Transaction<'_>,
    wanted: &Wanted<'_>,
    count: usize,
) -> Result<Vec<Reservation>, StoreError> {
    let purposes = wanted.purposes.join(",");
    let key = (kind_text(wanted.kind), purposes.as_str(), wanted.issuer, wanted.base);
    let mut left = count;
    let mut taken = Vec::new();
    while left > 0 {
        let open = transaction
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM status_list
                 WHERE kind = ?1 AND purposes = ?2 AND issuer = ?3 AND base = ?4 AND next < size ORDER BY id LIMIT 1"
            ))?
            .query_map(key, read)?
            .next()
            .transpose()?;
        let Some((list, next)) = open else {
            let seed = Seed::generate()?;
            transaction.execute(
                "INSERT INTO status_list (kind, purposes, issuer, base, seed, size) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                (key.0, key.1, key.2, key.3, seed.expose().as_slice(), ENTRIES),
            )?;
            continue;
        };
        let part = left.min(list.entries - next);
        transaction.execute("UPDATE status_list SET next = next + ?2 WHERE id = ?1", (list.id, part))?;
        taken.push(Reservation { list, counter: next, count: part });
        left -= part;
    }
    Ok(taken)
}

impl Store {
    /// Takes one index. It is taken for good, whether a credential comes of it or not.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn reserve_index(&mut self, wanted: &Wanted<'_>) -> Result<Reservation, StoreError> {
        let transaction = self.write()?;
        let reservation = reserve(&transaction, wanted, 1)?;
        transaction.commit()?;
        reservation.into_iter().next().ok_or_else(|| StoreError::NotFound("status list".to_owned()))
    }

    /// Every status list, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn status_lists(&self) -> Result<Vec<ListRecord>, StoreError> {
        let mut statement = self.connection.prepare(&format!("SELECT {COLUMNS} FROM status_list ORDER BY id"))?;
        let lists = statement.query_map([], |row| read(row).map(|(list, _)| list))?.collect::<Result<_, _>>()?;
        Ok(lists)
    }

    /// The indexes of a list whose bit is set for a purpose.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn set_indexes(&self, list: i64, purpose: &str) -> Result<Vec<usize>, StoreError> {
        let column = match purpose {
            "revocation" => "revoked",
            _ => "suspended",
        };
        let mut statement = self.connection.prepare(&format!(
            "SELECT list_index FROM credential WHERE list = ?1 AND (revoked IS NOT NULL OR suspended IS NOT NULL)
             AND {column} IS NOT NULL"
        ))?;
        let indexes = statement.query_map([list], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(indexes)
    }
}
