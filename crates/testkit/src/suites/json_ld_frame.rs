//! W3C JSON-LD 1.1 Framing: the frame suite of <https://w3c.github.io/json-ld-framing/tests/>, and the compact suite of the
//! API, as framing ends in compaction.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use tamarack::json::{self, Value};
use tamarack::jsonld::testing::{FrameOptions, compact, frame};
use tamarack::jsonld::{ContextSet, Contexts};
use tamarack::{Code, Fault};

use crate::Report;

const FRAMING: &str = "https://w3c.github.io/json-ld-framing/tests/";
const API: &str = "https://w3c.github.io/json-ld-api/tests/";

#[derive(Deserialize)]
struct Manifest {
    sequence: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(rename = "@id")]
    id: String,
    input: String,
    frame: Option<String>,
    context: Option<String>,
    expect: Option<String>,
    expect_error_code: Option<String>,
    #[serde(default)]
    option: Setting,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Setting {
    base: Option<String>,
    processing_mode: Option<String>,
    omit_graph: Option<bool>,
}

/// Runs the frame suite.
pub fn run(dir: &Path) -> Report {
    let excluded = include_str!("../../manifests/json_ld_frame.tsv");
    suite(&dir.join("json-ld-1.1/framing"), "frame-manifest.jsonld", &["frame"], FRAMING, excluded)
}

/// Runs the compact suite.
pub fn run_compact(dir: &Path) -> Report {
    let excluded = include_str!("../../manifests/json_ld_compact.tsv");
    suite(&dir.join("json-ld-1.1/api"), "compact-manifest.jsonld", &["compact", "toRdf"], API, excluded)
}

fn suite(dir: &Path, manifest: &str, folders: &[&str], base: &str, excluded: &'static str) -> Report {
    let mut report = Report::default();
    let read = std::fs::read_to_string(dir.join(manifest)).map_err(|e| e.to_string());
    let entries = match read.and_then(|text| serde_json::from_str::<Manifest>(&text).map_err(|e| e.to_string())) {
        Ok(manifest) => manifest.sequence,
        Err(why) => {
            report.unseen.push(format!("{manifest}: {why}"));
            return report;
        }
    };
    let mut excluded: BTreeMap<&str, &str> = crate::manifest(excluded).into_iter().collect();
    let contexts = context_files(dir, folders, base);
    for entry in &entries {
        let outcome = check(dir, base, entry, &contexts);
        let name = entry.id.trim_start_matches('#');
        match excluded.remove(name) {
            None => report.record(name, outcome),
            Some(_) if outcome.is_ok() => report.record(name, Err("stands in the manifest, but passes".to_owned())),
            Some(reason) => report.exclude(name, reason),
        }
    }
    for (name, _) in excluded {
        report.record(name, Err("stands in the manifest, but is no test of the suite".to_owned()));
    }
    report
}

/// The suite's documents under their URLs, as a test may name any of them as a context.
fn context_files(dir: &Path, folders: &[&str], base: &str) -> ContextSet {
    let mut set = ContextSet::default();
    for folder in folders {
        for file in std::fs::read_dir(dir.join(folder)).into_iter().flatten().flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if name.ends_with(".jsonld")
                && let Ok(bytes) = std::fs::read(file.path())
            {
                set.insert(&format!("{base}{folder}/{name}"), &bytes);
            }
        }
    }
    set
}

fn check(dir: &Path, base: &str, entry: &Entry, contexts: &ContextSet) -> Result<(), String> {
    let read = |name: &str| std::fs::read(dir.join(name)).map_err(|e| format!("{name}: {e}"));
    let input = read(&entry.input)?;
    let second = read(entry.frame.as_deref().or(entry.context.as_deref()).ok_or("neither frame nor context")?)?;
    let parse = |bytes| json::parse(bytes).map(Value::into_owned);
    let outcome = (|| -> Result<Value<'static>, Fault> {
        let (document, second) = (parse(&input)?, parse(&second)?);
        let url = format!("{base}{}", entry.input);
        let contexts = Contexts::with(contexts);
        if entry.frame.is_none() {
            let base = entry.option.base.as_deref().unwrap_or(&url);
            return compact(&document, &second, &contexts, Some(base));
        }
        let modern = entry.option.processing_mode.as_deref() != Some("json-ld-1.0");
        let options = FrameOptions {
            document_url: Some(&url),
            omit_graph: entry.option.omit_graph.unwrap_or(modern),
            prune: modern,
            ..FrameOptions::default()
        };
        frame(&document, &second, &contexts, &options)
    })();
    match (outcome, &entry.expect_error_code) {
        (Err(fault), Some(expected)) if codes(&fault).any(|code| code == expected) => Ok(()),
        (Err(fault), Some(expected)) => Err(format!("expected \"{expected}\", found {fault}")),
        (Err(fault), None) => Err(fault.to_string()),
        (Ok(_), Some(expected)) => Err(format!("no error, expected {expected}")),
        (Ok(found), None) => {
            let expected = read(entry.expect.as_deref().ok_or("the manifest names no result")?)?;
            let expected = parse(&expected).map_err(|fault| format!("expected result: {fault}"))?;
            let (found_text, expected_text) = (unordered(&found, ""), unordered(&expected, ""));
            if found_text == expected_text {
                Ok(())
            } else {
                Err(format!("found\n{}\nexpected\n{}", json::to_string(&found), json::to_string(&expected)))
            }
        }
    }
}

/// The specification's error codes that a fault stands for.
fn codes(fault: &Fault) -> impl Iterator<Item = &str> {
    let by_code: &[&str] = match fault.code() {
        Code::JsonldProtectedTerm => &["protected term redefinition", "invalid context nullification"],
        Code::JsonldFrame => &["invalid frame"],
        _ => &[],
    };
    let by_name = fault.name().map(|name| name.split(": ").next().unwrap_or(name));
    by_code.iter().copied().chain(by_name)
}

/// A text that is the same for the same JSON, where only lists are in order.
pub(super) fn unordered(value: &Value<'_>, key: &str) -> String {
    match value {
        Value::Object(object) => {
            let mut members: Vec<String> =
                object.iter().map(|(key, value)| format!("{key:?}:{}", unordered(value, key))).collect();
            members.sort_unstable();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            let mut items: Vec<String> = items.iter().map(|item| unordered(item, key)).collect();
            if key != "@list" {
                items.sort_unstable();
            }
            format!("[{}]", items.join(","))
        }
        scalar => json::to_string(scalar),
    }
}
