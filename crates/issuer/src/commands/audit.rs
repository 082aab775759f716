//! `audit export|check`: the log of who did what, whose entries are chained by their digests.

use serde_json::json;
use tamarack::encoding::hex_encode;
use tamarack_cli::{Exit, Failure};
use tamarack_service::store::{AuditEntry, AuditFlaw};

use super::Invocation;
use crate::store::Store;

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
            let detail: serde_json::Value = serde_json::from_str(&entry.detail).unwrap_or(serde_json::Value::Null);
            job.terminal.json_line(&json!({
                "place": entry.place,
                "at": entry.at,
                "actor": entry.actor,
                "action": entry.action,
                "object": entry.object,
                "detail": detail,
                "hash": hex_encode(&entry.hash),
            }))?;
        }
    }
}

/// Checks the chain, and prints where it ends. Whoever writes that down elsewhere sees later whether the end was cut off:
/// `--until` names a place and its hash.
fn check(job: &Invocation<'_>, store: &Store) -> Result<Exit, Failure> {
    let until = match job.text("until") {
        None => None,
        Some(text) => Some(parse_end(text).ok_or_else(|| Failure::new(Exit::Usage, "audit.until"))?),
    };
    let (mut place, mut hash) = (0, [0; 32]);
    let mut is_met = until.is_none();
    loop {
        let entries = store.wait(store.database().audit_entries(place, PAGE))?;
        let Some(last) = entries.last() else { break };
        let end = last.place;
        hash = AuditEntry::check(&entries, place, hash).map_err(|flaw| match flaw {
            AuditFlaw::Gap(at) => Failure::new(Exit::Reject, "audit.gap").with("place", at),
            AuditFlaw::Changed(at) => Failure::new(Exit::Reject, "audit.changed").with("place", at),
        })?;
        is_met |= until.is_some_and(|(at, hash)| {
            entries.iter().any(|entry| entry.place == at && hex_encode(&entry.hash).eq_ignore_ascii_case(hash))
        });
        place = end;
    }
    if !is_met {
        return Err(Failure::new(Exit::Reject, "audit.cut"));
    }
    let end = format!("{place}:{}", hex_encode(&hash));
    job.answer(&json!({"entries": place, "end": end}), &end)?;
    Ok(Exit::Ok)
}

/// `PLACE:HASH`, as `check` prints it.
fn parse_end(text: &str) -> Option<(i64, &str)> {
    let (place, hash) = text.split_once(':')?;
    Some((place.parse().ok()?, hash))
}
