//! A store in memory: for tests, and for what is gone when the app ends.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use super::{Change, Kind, Store, check};
use crate::error::{Result, WalletCode};
use crate::limits;

type Records = BTreeMap<(Kind, String), Zeroizing<Vec<u8>>>;

/// A store in memory. It is empty when it is made, and wiped when it is dropped.
#[derive(Default)]
pub struct MemoryStore(Mutex<Records>);

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        // A write is made whole before it is put in its place: no panic leaves a half of one behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn read(&self, kind: Kind, id: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        Ok(self.records().get(&(kind, id.to_owned())).cloned())
    }

    fn list(&self, kind: Kind, after: Option<&str>, limit: usize) -> Result<Vec<(String, Vec<u8>)>> {
        let records = self.records();
        Ok(behind(&records, kind, after, limit).map(|(id, bytes)| (id.to_owned(), bytes.to_vec())).collect())
    }

    fn ids(&self, kind: Kind, after: Option<&str>, limit: usize) -> Result<Vec<String>> {
        let records = self.records();
        Ok(behind(&records, kind, after, limit).map(|(id, _)| id.to_owned()).collect())
    }

    fn count(&self, kind: Kind) -> Result<usize> {
        Ok(self.records().keys().filter(|(of, _)| *of == kind).count())
    }

    fn write(&self, changes: &[Change]) -> Result<()> {
        check(changes)?;
        let mut records = self.records();
        // First whether all can be done, each after those before it; then all of it.
        let mut there: BTreeMap<(Kind, &str), bool> = BTreeMap::new();
        for change in changes {
            let key = (change.kind(), change.id());
            let before = *there.entry(key).or_insert_with(|| records.contains_key(&(key.0, key.1.to_owned())));
            let after = match change {
                Change::PutNew { .. } if before => return Err(WalletCode::StoreTaken.into()),
                Change::Take { .. } if !before => return Err(WalletCode::RecordMissing.into()),
                Change::Put { .. } | Change::PutNew { .. } => true,
                Change::Remove { .. } | Change::Take { .. } => false,
            };
            there.insert(key, after);
        }
        for change in changes {
            let key = (change.kind(), change.id().to_owned());
            match change.bytes() {
                Some(bytes) => records.insert(key, Zeroizing::new(bytes.to_vec())),
                None => records.remove(&key),
            };
        }
        Ok(())
    }
}

impl core::fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("MemoryStore").field("records", &self.records().len()).finish()
    }
}

/// The records of a kind behind an id, `limit` at most.
fn behind<'r>(
    records: &'r Records,
    kind: Kind,
    after: Option<&str>,
    limit: usize,
) -> impl Iterator<Item = (&'r str, &'r [u8])> {
    let from = match after {
        Some(id) => Bound::Excluded((kind, id.to_owned())),
        None => Bound::Included((kind, String::new())),
    };
    records
        .range((from, Bound::Unbounded))
        .take_while(move |((of, _), _)| *of == kind)
        .take(limit.min(limits::LISTED))
        .map(|((_, id), bytes)| (id.as_str(), bytes.as_slice()))
}
