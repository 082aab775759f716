//! A table in a CSV file, by one of its columns.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use tamarack::json::{Object, Value};
use tokio::sync::Mutex;

use super::SourceError;
use crate::limits;

/// A CSV file with a header line. It is read when somebody is looked for, and again when it has changed.
#[derive(Debug)]
pub(super) struct Table {
    path: PathBuf,
    key: String,
    /// The claim of the sign-in that the key column must have.
    pub(super) is: String,
    delimiter: u8,
    read: Mutex<Option<Arc<Rows>>>,
}

/// The rows as they were read.
struct Rows {
    as_of: AsOf,
    columns: Vec<String>,
    rows: HashMap<String, Found>,
}

/// The rows hold people.
impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rows({})", self.rows.len())
    }
}

enum Found {
    One(csv::StringRecord),
    Several,
}

/// When a file was changed, and how long it is.
type AsOf = (SystemTime, u64);

impl Table {
    pub(super) fn new(path: PathBuf, key: String, is: String, delimiter: u8) -> Self {
        Self { path, key, is, delimiter, read: Mutex::default() }
    }

    pub(super) fn is_readable(&self) -> bool {
        as_of(&self.path).is_some()
    }

    pub(super) async fn find(&self, key: &str) -> Result<Object<'static>, SourceError> {
        let rows = self.rows().await?;
        match rows.rows.get(key) {
            None => Err(SourceError::Nothing),
            Some(Found::Several) => Err(SourceError::Several),
            Some(Found::One(record)) => {
                let pairs = rows.columns.iter().zip(record);
                Ok(pairs.map(|(name, cell)| (name.clone(), Value::from(cell.to_owned()))).collect())
            }
        }
    }

    async fn rows(&self) -> Result<Arc<Rows>, SourceError> {
        let mut read = self.read.lock().await;
        let (path, key, delimiter) = (self.path.clone(), self.key.clone(), self.delimiter);
        let known = read.as_ref().map(|rows| rows.as_of);
        let fresh = tokio::task::spawn_blocking(move || {
            let as_of = as_of(&path).ok_or(SourceError::Unavailable)?;
            if known == Some(as_of) { Ok(None) } else { Rows::read(&path, &key, delimiter, as_of).map(Some) }
        });
        let fresh = fresh.await.map_err(|_| SourceError::Unavailable)?.inspect_err(|error| {
            tracing::error!(code = error.code(), "a claims source failed");
        })?;
        if let Some(fresh) = fresh {
            *read = Some(Arc::new(fresh));
        }
        read.clone().ok_or(SourceError::Unavailable)
    }
}

impl Rows {
    fn read(path: &Path, key: &str, delimiter: u8, as_of: AsOf) -> Result<Self, SourceError> {
        let answer = |_| SourceError::Answer;
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_path(path).map_err(answer)?;
        // Spreadsheets put a byte order mark first.
        let header = reader.headers().map_err(answer)?.clone();
        let columns: Vec<String> =
            header.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        let at = columns.iter().position(|column| column == key).ok_or(SourceError::Answer)?;
        let mut rows: HashMap<String, Found> = HashMap::new();
        for record in reader.into_records() {
            let record = record.map_err(answer)?;
            let key = record.get(at).unwrap_or_default().trim().to_owned();
            if !key.is_empty() {
                rows.entry(key).and_modify(|found| *found = Found::Several).or_insert(Found::One(record));
            }
        }
        Ok(Self { as_of, columns, rows })
    }
}

fn as_of(path: &Path) -> Option<AsOf> {
    let data = std::fs::metadata(path).ok().filter(|data| data.is_file() && data.len() <= limits::TABLE_BYTES)?;
    Some((data.modified().ok()?, data.len()))
}
