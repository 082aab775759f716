//! Token Status List: the lists and the token of the specification, in JSON. The CBOR forms are in the manifest.

#![allow(clippy::indexing_slicing, reason = "a member that a vector lacks is null")]

use std::fs;
use std::path::Path;

use serde_json::Value as Json;
use tamarack::jose::Jws;
use tamarack::json::{self, Value};
use tamarack::status::TokenList;

use crate::Report;

const FOLDER: &str = "status-list/token-status-list";
const EXCLUDED: &str = include_str!("../../manifests/token-status.tsv");

/// Runs the suite: each list must unpack to the values that the specification states, and pack and unpack again to the same;
/// the token must be read.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let path = dir.join(FOLDER).join("token-status-list-draft-examples.json");
    let text = fs::read_to_string(path).map_err(|error| error.to_string());
    match text.and_then(|text| serde_json::from_str::<Vec<Json>>(&text).map_err(|error| error.to_string())) {
        Ok(examples) => stated(&examples, &mut report),
        Err(why) => report.unseen.push(why),
    }
    let Ok(entries) = fs::read_dir(dir.join(FOLDER).join("examples")) else {
        report.unseen.push("examples".to_owned());
        return report;
    };
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let mut excluded = crate::manifest(EXCLUDED);
    for file in files {
        let name = file.file_name().unwrap_or_default().display().to_string();
        let outcome = fs::read_to_string(&file).map_err(|error| error.to_string()).and_then(|text| check_file(&text));
        match excluded.iter().position(|(known, _)| *known == name) {
            Some(at) => {
                let (name, reason) = excluded.swap_remove(at);
                match outcome {
                    Ok(()) => report.record(name, Err("excluded, but passes".into())),
                    Err(_) => report.exclude(name, reason),
                }
            }
            None => report.record(name, outcome),
        }
    }
    for (name, _) in excluded {
        report.record(name, Err("excluded, but not there".into()));
    }
    report
}

/// The appendix: values, and behind them the list that holds them.
fn stated(examples: &[Json], report: &mut Report) {
    let text = |example: &Json| example["text"].as_str().unwrap_or_default().to_owned();
    for (index, example) in examples.iter().enumerate() {
        let values = text(example);
        let section = example["section"].as_str().unwrap_or_default();
        if !values.starts_with("status[") || !section.starts_with('C') {
            continue;
        }
        let list = examples.iter().skip(index + 1).map(text).find(|text| text.trim_start().starts_with('{'));
        let outcome = list.ok_or("no list".to_owned()).and_then(|list| {
            let list = read_list(&list)?;
            let mut seen = 0;
            for line in values.lines().filter(|line| line.starts_with("status[")) {
                let (index, value) = entry(line).ok_or_else(|| line.to_owned())?;
                let found = list.get(index).map_err(|fault| fault.to_string())?;
                if found != value {
                    return Err(format!("{line}: found {found}"));
                }
                seen += usize::from(value != 0);
            }
            // And nothing else is set.
            let set = (0..list.len()).filter(|index| list.get(*index).is_ok_and(|value| value != 0)).count();
            if set == seen { Ok(()) } else { Err(format!("{set} entries are set, not {seen}")) }
        });
        report.record(section, outcome);
    }
}

/// `status[7] = 0b01`
fn entry(line: &str) -> Option<(usize, u8)> {
    let (index, value) = line.strip_prefix("status[")?.split_once(']')?;
    let value = value.trim_start().strip_prefix('=')?.trim().strip_prefix("0b")?;
    Some((index.parse().ok()?, u8::from_str_radix(value, 2).ok()?))
}

/// A list in JSON, whose texts may be broken into lines for display.
fn read_list(text: &str) -> Result<TokenList, String> {
    let packed: String = text.split_whitespace().collect();
    let value = json::parse(packed.as_bytes()).map_err(|fault| fault.to_string())?;
    let list = TokenList::from_value(&value).map_err(|fault| fault.to_string())?;
    let again = TokenList::from_value(&list.to_value()).map_err(|fault| fault.to_string())?;
    if again == list { Ok(list) } else { Err("not the same after packing again".to_owned()) }
}

fn check_file(text: &str) -> Result<(), String> {
    let text = text.trim();
    if let Some(token) = text.starts_with("ey").then(|| text.split_whitespace().collect::<String>()) {
        let jws = Jws::parse(&token).map_err(|fault| fault.to_string())?;
        let payload = json::parse(jws.payload()).map_err(|fault| fault.to_string())?;
        let list = TokenList::from_value(payload.get("status_list").unwrap_or(&Value::Null));
        let list = list.map_err(|fault| fault.to_string())?;
        return if list.as_bytes() == [0xb9, 0xa3] { Ok(()) } else { Err("another list".to_owned()) };
    }
    // The decoded token: its header, a dot, its payload.
    if let Some((_, payload)) = text.split_once("\n.\n") {
        let payload: Json = serde_json::from_str(payload).map_err(|error| error.to_string())?;
        return read_list(&payload["status_list"].to_string()).map(drop);
    }
    let (bytes, list) = match text.split_once("encoded:") {
        Some((bytes, list)) => (Some(bytes), list),
        None => (None, text),
    };
    let list = read_list(list)?;
    let Some(bytes) = bytes else { return Ok(()) };
    let hex = bytes.split(['[', ',', ']']).filter_map(|part| part.trim().strip_prefix("0x"));
    let bytes: Result<Vec<u8>, _> = hex.map(|digits| u8::from_str_radix(digits, 16)).collect();
    if bytes.is_ok_and(|bytes| bytes == list.as_bytes()) { Ok(()) } else { Err("other bytes".to_owned()) }
}
