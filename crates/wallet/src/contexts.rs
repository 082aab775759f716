//! The JSON-LD contexts beyond the built-in ones that credentials here use: kept when a credential is stored, so that it can be
//! shown without a network.

use tamarack::json::{Object, Value};
use tamarack::{Evidence, EvidenceKind, Timestamp};

use crate::error::Result;
use crate::store::{Change, Kind, Store};

const PREFIX: &str = "context:";

/// The changes that keep the contexts of the evidence.
pub(crate) fn keep(evidence: &Evidence) -> Vec<Change> {
    let fits = |id: &str| PREFIX.len() + id.len() <= crate::limits::RECORD_ID_BYTES;
    let contexts = evidence.iter().filter(|(kind, id, _)| *kind == EvidenceKind::Context && fits(id));
    contexts.map(|(_, id, piece)| Change::put(Kind::Setting, format!("{PREFIX}{id}"), piece.bytes.clone())).collect()
}

/// The kept contexts that these documents name.
pub(crate) fn load<'d>(store: &dyn Store, documents: impl Iterator<Item = &'d Object<'static>>) -> Result<Evidence> {
    let mut evidence = Evidence::none();
    for document in documents {
        let named = document.get("@context").map(Value::items).unwrap_or_default();
        for url in named.iter().filter_map(Value::as_str) {
            if evidence.get(EvidenceKind::Context, url).is_none()
                && let Some(bytes) = store.read(Kind::Setting, &format!("{PREFIX}{url}"))?
            {
                // A context that was verified with its credential does not grow old.
                evidence.insert(EvidenceKind::Context, url, bytes.to_vec(), Timestamp::from_unix(0));
            }
        }
    }
    Ok(evidence)
}
