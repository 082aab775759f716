//! `batch`: a CSV file.

use std::path::Path;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use tamarack::messages::explain;
use tamarack::{Code, Fault};
use tamarack_cli::{Exit, Failure, Lang};

use super::{Invocation, types, unless_other_version};
use crate::batch::{self, CHUNK, Job, Summary};
use crate::keyring;
use crate::store::{RowFault, Store};

/// Refused rows that are told one by one.
const TOLD: usize = 100;

pub(super) fn run(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (mut store, issuer) = job.store()?;
    let (credential_type, document) = types::load(&store, job.need("type"))?;
    let securing = job.suite().unwrap_or(credential_type.securing);
    unless_other_version(securing, credential_type.version)?;
    let delimiter = match job.need("delimiter").as_bytes() {
        // Quotes and ends of lines mean something else in CSV.
        [one] if !b"\"\r\n\0".contains(one) => *one,
        _ => return Err(Failure::new(Exit::Usage, "batch.delimiter")),
    };
    let status_base = job.status_base(&issuer, &credential_type)?;
    let wanted = job.text("key");
    // A second connection: the batch has the first one for itself.
    let keys = Store::open_at(store.place().clone(), job.now)?;
    let key = wanted.map(|name| Ok::<_, Failure>(keyring::find(&keys.keys()?, name)?.id)).transpose()?;
    let mut open_key = |begun_with: Option<i64>| {
        let record = match begun_with {
            Some(id) => keyring::begun_with(&keys, id)?,
            None => keyring::choose(&keys, securing, wanted)?,
        };
        keyring::open(record, &job.passphrase(false)?)
    };
    let bar = job.terminal.progress(None);
    let mut shown = None;
    let mut progress = |written: u64, rows: u64| {
        let (bar, at) = shown.get_or_insert_with(|| (job.terminal.progress(Some(rows)), 0));
        bar.advance(written - *at);
        *at = written;
    };
    let summary = batch::run(
        &mut store,
        &Job {
            credential_type: &credential_type,
            type_digest: Sha256::digest(document.as_bytes()).into(),
            csv: Path::new(job.need("csv")),
            delimiter,
            out: Path::new(job.need("out")),
            run: job.need("run"),
            securing,
            key,
            status_base,
            keep: !job.flag("no-keep"),
            chunk: job.number("chunk").map_or(CHUNK, |rows| rows as usize),
            now: job.now,
        },
        &mut open_key,
        &mut progress,
    );
    if let Some((bar, _)) = &shown {
        bar.finish();
    }
    bar.finish();
    tell(job, &summary?)
}

fn tell(job: &Invocation<'_>, summary: &Summary) -> Result<Exit, Failure> {
    for fault in summary.faults.iter().take(TOLD) {
        let pointer = fault.pointer.as_deref().filter(|pointer| !pointer.is_empty());
        let place = pointer.map_or_else(|| "none".to_owned(), |pointer| job.terminal.place(pointer));
        let variables = [
            ("line", fault.line.to_string().into()),
            ("place", place.into()),
            ("sentence", sentence(fault, job.terminal.lang()).into()),
            ("code", fault.code.as_str().into()),
        ];
        job.terminal.warn(&job.terminal.format("warn-row", &variables));
    }
    let refused = summary.faults.len();
    if refused > TOLD {
        job.terminal.warn(&job.terminal.format("warn-more-rows", &[("count", (refused - TOLD).into())]));
    }
    if job.terminal.json() {
        let faults: Vec<_> = summary
            .faults
            .iter()
            .map(|f| {
                let message = json!({"en": sentence(f, Lang::En), "fr": sentence(f, Lang::Fr)});
                json!({"line": f.line, "code": f.code, "pointer": f.pointer, "about": f.about, "message": message})
            })
            .collect();
        job.terminal.json_line(&json!({
            "rows": summary.rows, "issued": summary.issued, "earlier": summary.earlier, "refused": faults,
        }))?;
    }
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX).into();
    let variables =
        [("issued", count(summary.issued)), ("refused", refused.into()), ("earlier", count(summary.earlier))];
    job.terminal.say(&job.terminal.format("say-batch", &variables));
    Ok(if refused == 0 { Exit::Ok } else { Exit::Reject })
}

/// What the core says of a row's fault; the code alone if a later version of this program recorded it.
fn sentence(row: &RowFault, lang: Lang) -> String {
    let Some(code) = Code::ALL.iter().find(|code| code.as_str() == row.code) else { return row.code.clone() };
    let fault = Fault::new(*code);
    explain(&row.about.iter().fold(fault, |fault, about| fault.about(about.as_str())), lang).sentence
}
