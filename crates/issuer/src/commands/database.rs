//! `database migrate`: the tables brought to this version, as `serve` does it when it begins.

use serde_json::json;
use tamarack_cli::{Exit, Failure};

use super::Invocation;
use crate::store::Store;

pub(super) fn run(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let all = Store::migrate_at(&job.place()?, job.now)?;
    if job.terminal.json() {
        let told: Vec<_> = all.iter().map(|one| json!({"part": one.part, "from": one.from, "to": one.to})).collect();
        job.terminal.json_line(&json!({ "tables": told }))?;
        return Ok(Exit::Ok);
    }
    for one in all {
        let sentence = if one.from == one.to { "say-tables-current" } else { "say-tables-migrated" };
        let names = [("part", one.part.into()), ("from", one.from.into()), ("to", one.to.into())];
        job.terminal.line(&job.terminal.format(sentence, &names))?;
    }
    Ok(Exit::Ok)
}
