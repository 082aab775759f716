//! The history as JSON, for whoever takes it along.

use serde::Serialize;
use tamarack::Timestamp;

use super::{Entry, all};
use crate::error::{Result, WalletCode, WalletError};
use crate::store::Store;

#[derive(Serialize)]
struct Export {
    #[serde(rename = "tamarackHistory")]
    version: u32,
    /// When it was made.
    made: String,
    entries: Vec<Exported>,
}

#[derive(Serialize)]
struct Exported {
    id: String,
    /// The time as people and programs write it; `at` says it in seconds.
    time: String,
    #[serde(flatten)]
    entry: Entry,
}

/// The whole history as JSON, the oldest entry first: `{"tamarackHistory":1,"made":"…","entries":[{"id":"…","time":"…",
/// "at":…,"event":"shown","party":{…},"credentials":[…],…}]}`. No value of a claim is in it.
///
/// # Errors
/// As [`super::search`].
pub fn export_json(store: &dyn Store, now: Timestamp) -> Result<String> {
    let entries = all(store)?
        .into_iter()
        .map(|entry| Exported { id: entry.id.clone(), time: entry.time().to_string(), entry })
        .collect();
    let export = Export { version: 1, made: now.to_string(), entries };
    serde_json::to_string_pretty(&export).map_err(|_| WalletError::new(WalletCode::Internal))
}
