//! `requests list|show|approve|refuse`: the applications that wait for a person's decision.

use std::path::Path;

use serde_json::json;
use tamarack_cli::{Exit, Failure, make_private_folder, write_private};
use tamarack_service::issuer::applications::{ApplicationState, Decision, DecisionError, Queued};
use tamarack_service::issuer::remembered_file_seconds;

use super::Invocation;
use crate::store::{Store, StoreError};

/// Applications of one list.
const MOST: u32 = 10_000;

pub(super) fn run(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let job = &job.sub()?;
    let (store, _) = job.store()?;
    match job.name {
        "list" => list(job, &store),
        "show" => show(job, &store),
        _ => decide(job, &store),
    }
}

fn find(job: &Invocation<'_>, store: &Store) -> Result<Queued, Failure> {
    Ok(store.wait(Queued::find(store.database(), job.need("id"), job.now))?)
}

/// Everything about an application but its claims.
fn describe(queued: &Queued) -> serde_json::Value {
    json!({
        "id": queued.id,
        "type": queued.application.configuration,
        "state": queued.state.as_str(),
        "created": queued.created,
        "clerk": queued.application.clerk,
        "reason": queued.application.reason,
    })
}

/// One line for each, the oldest first: those that wait, or all of them.
fn list(job: &Invocation<'_>, store: &Store) -> Result<Exit, Failure> {
    let state = (!job.flag("all")).then_some(ApplicationState::Waiting);
    for queued in store.wait(Queued::list(store.database(), state, MOST, job.now))? {
        let word = job.terminal.text(&format!("state.{}", queued.state.as_str()));
        let line = format!("{}\t{word}\t{}\t{}", queued.id, queued.application.configuration, queued.created);
        job.answer(&describe(&queued), &line)?;
    }
    Ok(Exit::Ok)
}

/// The claims that were applied for, and the files that came with them.
fn show(job: &Invocation<'_>, store: &Store) -> Result<Exit, Failure> {
    let queued = find(job, store)?;
    let files = store.wait(queued.files(store.database()))?;
    let mut shown = describe(&queued);
    if let Some(shown) = shown.as_object_mut() {
        let claims = queued.application.claims.as_deref().and_then(|claims| serde_json::from_str(claims).ok());
        shown.insert("claims".to_owned(), claims.unwrap_or(serde_json::Value::Null));
        let names: Vec<_> = files.iter().map(|file| json!({"name": file.name, "mediaType": file.media_type})).collect();
        shown.insert("files".to_owned(), names.into());
    }
    if let Some(folder) = job.text("files").map(Path::new) {
        let failed = |error: std::io::Error| Failure::new(Exit::Usage, "store.failed").because(&error);
        make_private_folder(folder).map_err(failed)?;
        for file in &files {
            write_private(Some(&folder.join(&file.name)), &file.body, job.terminal)?;
        }
    }
    job.terminal.json_line(&shown)?;
    Ok(Exit::Ok)
}

fn decide(job: &Invocation<'_>, store: &Store) -> Result<Exit, Failure> {
    let queued = find(job, store)?;
    let approve = job.name == "approve";
    let decision = Decision {
        approve,
        clerk: job.text("clerk").unwrap_or("cli"),
        // Only a refusal has one.
        category: if approve { None } else { job.text("category") },
        reason: job.text("reason"),
        files_seconds: store.wait(remembered_file_seconds(store.database()))?,
    };
    store.run(queued.decide(store.database(), &decision, job.now)).map_err(|error| match error {
        DecisionError::Decided => Failure::new(Exit::Usage, "requests.decided").with("id", &queued.id),
        DecisionError::Reason => Failure::new(Exit::Usage, "requests.reason"),
        DecisionError::Store(error) => StoreError(error).into(),
        other => Failure::new(Exit::Internal, "serve.failed").with("reason", format!("{other:?}")),
    })?;
    let state = if approve { ApplicationState::Approved } else { ApplicationState::Refused };
    let word = job.terminal.text(&format!("state.{}", state.as_str()));
    job.answer(&json!({"id": queued.id, "state": state.as_str()}), &format!("{}\t{word}", queued.id))?;
    Ok(Exit::Ok)
}
