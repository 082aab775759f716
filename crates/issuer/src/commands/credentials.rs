//! `revoke`, `suspend`, `reinstate`, `list` and `show`.

use serde_json::json;
use tamarack::encoding::hex_encode;
use tamarack_cli::{Exit, Failure};
use tamarack_service::store::issuing::complete;

use super::{Invocation, sought};
use crate::store::{AuditEvent, Filter, Store, StoredCredential, Transition};

/// How far ahead `list --due` looks: 30 days.
const DUE_SECONDS: i64 = 30 * 86_400;

/// Changes the state of a credential; the world sees it once the lists are published.
pub(super) fn change(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, _) = job.store()?;
    let id = complete(job.need("id"));
    let change = match job.name {
        "revoke" => Transition::Revoke,
        "suspend" => Transition::Suspend,
        _ => Transition::Reinstate,
    };
    let detail = job.text("reason").map(|reason| json!({"reason": reason}).to_string()).unwrap_or_default();
    let action = format!("credential.{}", job.name);
    let event = AuditEvent { at: job.now, actor: "cli", action: &action, object: &id, detail: &detail };
    let changed = store.wait(store.database().change_state_and_tell(&id, change, &[event], job.now));
    let state = changed.map_err(sought("credential", job.need("id")))?;
    let word = job.terminal.text(&format!("state.{}", state.as_str()));
    job.answer(&json!({"id": id, "state": state.as_str()}), &format!("{id}\t{word}"))?;
    job.terminal.say(&job.terminal.text("say-publish-status"));
    Ok(Exit::Ok)
}

/// Everything about a credential but its claims.
fn describe(store: &Store, credential: &StoredCredential) -> Result<serde_json::Value, Failure> {
    let migrations: Vec<serde_json::Value> = store
        .migrations_of(&credential.id)?
        .iter()
        .map(|one| json!({"suite": one.suite, "at": one.at, "digestBeforeSha256": hex_encode(&one.before)}))
        .collect();
    Ok(json!({
        "id": credential.id,
        "type": credential.type_name,
        "subject": credential.subject,
        "state": credential.state.as_str(),
        "issued": credential.issued,
        "validUntil": credential.valid_until,
        "reissueBy": credential.reissue_by,
        "statusList": credential.status.map(|(list, _)| list),
        "statusListIndex": credential.status.map(|(_, index)| index),
        "digestSha256": hex_encode(&credential.digest),
        "migrations": migrations,
    }))
}

/// One line for each credential, the newest first; with `--json`, an array.
pub(super) fn list(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, _) = job.store()?;
    // A month is time enough to reach somebody before the birthday.
    let due = job.flag("due").then(|| job.now.plus_seconds(DUE_SECONDS));
    let filter = Filter {
        type_name: job.text("type"),
        due_before: job.time("due-before")?.or(due),
        limit: job.number("limit").map(|limit| limit as usize),
        ..Filter::default()
    };
    let mut array = job.terminal.json_array();
    store.list_credentials(&filter, |credential| {
        let word = job.terminal.text(&format!("state.{}", credential.state.as_str()));
        let line = format!(
            "{}\t{word}\t{}\t{}\t{}\t{}",
            credential.id,
            credential.type_name,
            credential.issued,
            credential.valid_until,
            credential.subject.as_deref().unwrap_or("-"),
        );
        if job.terminal.json() { array.push(&describe(&store, &credential)?) } else { job.terminal.line(&line) }
    })?;
    if job.terminal.json() {
        array.end()?;
    }
    Ok(Exit::Ok)
}

/// The signed credential if it was kept, else its record; with `--json`, always the record.
pub(super) fn show(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, _) = job.store()?;
    let found = store.credential(&complete(job.need("id")));
    let credential = found.map_err(sought("credential", job.need("id")))?;
    let body = store.body(&credential.id)?;
    match &body {
        Some(body) if !job.terminal.json() => job.terminal.line(body)?,
        _ => job.terminal.json_line(&describe(&store, &credential)?)?,
    }
    if body.is_none() {
        job.terminal.say(&job.terminal.text("say-not-kept"));
    }
    Ok(Exit::Ok)
}
