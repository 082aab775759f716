//! Bitstring Status List 1.0: the examples of the specification. There is no official suite of vectors.

use std::path::Path;

use serde_json::Value as Json;
use tamarack::Timestamp;
use tamarack::credential::{Credential, read_credential};
use tamarack::json::{self, Value};
use tamarack::status::{self, StatusKind, StatusList};

use crate::Report;

const FILE: &str = "status-list/bitstring/bitstring-status-list-spec-examples.json";
const EXCLUDED: &str = include_str!("../../manifests/status-list.tsv");

/// Runs the suite: each list must unpack and pack again to the same bits, each status entry must be read, and be found
/// unset in the list that it names where the examples have that list.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let read = std::fs::read_to_string(dir.join(FILE)).map_err(|e| e.to_string());
    let examples = match read.and_then(|text| serde_json::from_str::<Vec<Json>>(&text).map_err(|e| e.to_string())) {
        Ok(examples) => examples,
        Err(why) => {
            report.unseen.push(format!("{FILE}: {why}"));
            return report;
        }
    };
    let text = |example: &Json, key: &str| example.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    let texts: Vec<(String, String)> = examples.iter().map(|e| (text(e, "title"), text(e, "text"))).collect();
    let mut excluded = crate::manifest(EXCLUDED);
    for (title, text) in &texts {
        let outcome = check(text, &texts);
        match excluded.iter().position(|(name, _)| name == title) {
            Some(at) => {
                let (name, reason) = excluded.swap_remove(at);
                match outcome {
                    Ok(()) => report.record(name, Err("excluded, but passes".into())),
                    Err(_) => report.exclude(name, reason),
                }
            }
            None => report.record(title, outcome),
        }
    }
    for (name, _) in excluded {
        report.record(name, Err("excluded, but not there".into()));
    }
    report
}

fn check(text: &str, all: &[(String, String)]) -> Result<(), String> {
    with_credential(text, |credential| {
        if credential.types.contains(&StatusKind::Bitstring.credential_type()) {
            return check_list(credential);
        }
        let entries = status::entries(credential).map_err(|fault| fault.to_string())?;
        if entries.is_empty() {
            return Err("no status entry".into());
        }
        for entry in entries {
            let object = entry.to_object().map_err(|fault| fault.to_string())?;
            let member = object.get("statusListIndex").and_then(Value::as_str);
            if member != Some(&entry.index.to_string()) {
                return Err("the entry is not written as it was read".into());
            }
            for (_, list) in all {
                let found = with_credential(list, |list| {
                    if list.id != Some(&entry.list) || !list.types.contains(&entry.kind.credential_type()) {
                        return Ok(());
                    }
                    let now = Timestamp::parse_stamp("2026-01-01T00:00:00Z").map_err(|fault| fault.to_string())?;
                    status::look_up(&entry, list, now).map_err(|fault| fault.to_string())
                });
                // An example that is no credential is not this entry's list.
                if with_credential(list, |_| Ok(())).is_ok() {
                    found?;
                }
            }
        }
        Ok(())
    })
}

fn check_list(credential: &Credential<'_>) -> Result<(), String> {
    let subject = credential.subjects.first().ok_or("no list")?;
    let encoded = subject.get("encodedList").and_then(Value::as_str).ok_or("no encodedList")?;
    let kind = StatusKind::Bitstring;
    let list = StatusList::decode(encoded, kind, 1).map_err(|fault| fault.to_string())?;
    let again = StatusList::decode(&list.encode(kind), kind, 1).map_err(|fault| fault.to_string())?;
    if again == list { Ok(()) } else { Err("not the same bits after packing again".into()) }
}

fn with_credential<T>(text: &str, then: impl FnOnce(&Credential<'_>) -> Result<T, String>) -> Result<T, String> {
    let value = json::parse(text.as_bytes()).map_err(|fault| fault.to_string())?;
    let document = value.as_object().ok_or("not an object")?;
    let credential = read_credential(document).map_err(|faults| format!("{faults:?}"))?;
    then(&credential)
}
