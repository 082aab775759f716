//! `audit export|check`: the log of who did what, whose entries are chained by their digests.

use serde_json::json;
use tamarack_cli::{Exit, Failure};
use tamarack_service::store::{AuditFlaw, ChainEnd, ChainError};

use super::Invocation;
use crate::store::{Store, StoreError};

/// Entries that are read at once.
const PAGE: u32 = 1_000;

pub(super) fn run(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let job = &job.sub()?;
    let (store, _) = job.store()?;
    store.wait(store.database().seal_audit())?;
    match job.name {
        "export" => export(job, &store),
        _ => check(job, &store),
    }
}

/// One JSON object a line, the oldest first.
fn export(job: &Invocation<'_>, store: &Store) -> Result<Exit, Failure> {
    let mut place = 0;
    loop {
        let entries = store.wait(store.database().audit_entries(place, PAGE))?;
        let Some(last) = entries.last() else { return Ok(Exit::Ok) };
        place = last.place;
        for entry in &entries {
            job.terminal.json_line(&entry.to_json())?;
        }
    }
}

/// Checks the chain, and prints where it ends. Whoever writes that down elsewhere sees later whether the end was cut off:
/// `--until` names a place and its hash.
fn check(job: &Invocation<'_>, store: &Store) -> Result<Exit, Failure> {
    let until = match job.text("until") {
        None => None,
        Some(text) => Some(ChainEnd::parse(text).ok_or_else(|| Failure::new(Exit::Usage, "audit.until"))?),
    };
    let end = store.run(store.database().check_audit(until)).map_err(|error| match error {
        ChainError::Flaw(AuditFlaw::Gap(at)) => Failure::new(Exit::Reject, "audit.gap").with("place", at),
        ChainError::Flaw(AuditFlaw::Changed(at)) => Failure::new(Exit::Reject, "audit.changed").with("place", at),
        ChainError::Cut => Failure::new(Exit::Reject, "audit.cut"),
        ChainError::Store(error) => StoreError(error).into(),
    })?;
    job.answer(&json!({"entries": end.place, "end": end.to_string()}), &end.to_string())?;
    Ok(Exit::Ok)
}
