//! The inputs of the VCDM 1.1 suite, and the examples of VCDM 2.0: what the structure step accepts and refuses.

use std::path::Path;

use tamarack::credential::{Contained, Kind, kind, open_envelope, read_credential, read_presentation};
use tamarack::did::Relationship;
use tamarack::json::{Value, parse};
use tamarack::jsonld::Contexts;
use tamarack::proof::{self, Expected, Strict, World};
use tamarack::{Code, Evidence, Timestamp};

use crate::Report;

/// Reads a document and every credential in it, as a verification does. `Err`: the codes and places of what was found.
pub(super) fn read_all(document: &Value<'_>) -> Result<(), String> {
    let Some(object) = document.as_object() else { return Err(Code::InputNotACredential.to_string()) };
    let list =
        |faults: Vec<tamarack::Fault>| faults.iter().map(ToString::to_string).collect::<Vec<String>>().join(", ");
    match kind(object).map_err(|fault| fault.to_string())? {
        Kind::Credential => read_credential(object).map(drop).map_err(list),
        Kind::Enveloped => open_envelope(object).map(drop).map_err(|fault| fault.to_string()),
        Kind::Presentation => {
            let presentation = read_presentation(object).map_err(list)?;
            for (pointer, contained) in &presentation.credentials {
                if let Contained::Embedded(credential) = contained {
                    read_credential(credential).map_err(|faults| format!("{pointer}: {}", list(faults)))?;
                }
            }
            Ok(())
        }
    }
}

/// Runs the inputs of the VCDM 1.1 suite: a file with `-bad-` in its name must be refused, the others accepted.
pub fn run_1_1(dir: &Path) -> Report {
    let mut report = Report::default();
    let mut excluded = crate::manifest(include_str!("../../manifests/vcdm_1_1.tsv"));
    let names = files(&dir.join("vcdm-1.1-suite-inputs/input"));
    if names.is_empty() {
        report.unseen.push("vcdm-1.1-suite-inputs/input".to_owned());
        return report;
    }
    for path in names {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let outcome = std::fs::read(&path).map_err(|e| e.to_string()).and_then(|bytes| check_1_1(&name, &bytes));
        settle(&mut report, &mut excluded, name, outcome);
    }
    stale(&mut report, excluded);
    report
}

fn check_1_1(name: &str, bytes: &[u8]) -> Result<(), String> {
    let document = parse(bytes).map_err(|fault| fault.to_string())?;
    // VCDM 1.1 §5.8: a credential for zero-knowledge proofs has its proof inside; a JWT around it will not do.
    let read = read_all(&document).and_then(|()| if name.contains("-zkp") { has_proof(&document) } else { Ok(()) });
    match (read, name.contains("-bad-")) {
        (Ok(()), true) => Err("accepted, but must be refused".to_owned()),
        (Err(_), true) => Ok(()),
        (read, false) => read,
    }
}

fn has_proof(document: &Value<'_>) -> Result<(), String> {
    let object = document.as_object().ok_or("not an object")?;
    let evidence = Evidence::none();
    let mut world = World {
        evidence: &evidence,
        documents: &tamarack::did::Documents::new(),
        contexts: Contexts::builtin(),
        now: Timestamp::from_unix(1_700_000_000),
        clock_skew_seconds: 0,
        as_holder: false,
        checker: &mut Strict,
    };
    match proof::verify(object, Expected { purpose: Relationship::AssertionMethod, controller: None }, &mut world) {
        Err(fault) if fault.code() == Code::ProofMissing => Err(fault.to_string()),
        _ => Ok(()),
    }
}

/// Runs the examples of VCDM 2.0: those of its specification and those beside its JSON schemas. All must be accepted.
pub fn run_2(dir: &Path) -> Report {
    let mut report = Report::default();
    let mut excluded = crate::manifest(include_str!("../../manifests/vcdm_2.tsv"));
    let dir = dir.join("vcdm-schema-examples");
    for folder in ["verifiable-credential", "verifiable-presentation"] {
        let paths = files(&dir.join("schema").join(folder));
        if paths.is_empty() {
            report.unseen.push(format!("vcdm-schema-examples/schema/{folder}"));
        }
        for path in paths {
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if file.ends_with("-schema.json") {
                continue;
            }
            let outcome = std::fs::read(&path).map_err(|e| e.to_string()).and_then(|bytes| {
                let document = parse(&bytes).map_err(|fault| fault.to_string())?;
                read_all(&document)
            });
            settle(&mut report, &mut excluded, format!("{folder}/{file}"), outcome);
        }
    }
    match spec_examples(&dir.join("vcdm-2-spec-examples.json")) {
        Ok(examples) => {
            for (name, text) in examples {
                let outcome = parse(text.as_bytes()).map_err(|fault| fault.to_string()).and_then(|d| read_all(&d));
                settle(&mut report, &mut excluded, name, outcome);
            }
        }
        Err(why) => report.unseen.push(format!("vcdm-2-spec-examples.json: {why}")),
    }
    stale(&mut report, excluded);
    report
}

/// The examples of the specification, each under its number and title.
fn spec_examples(path: &Path) -> Result<Vec<(String, String)>, String> {
    #[derive(serde::Deserialize)]
    struct Example {
        title: String,
        text: String,
    }
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let examples: Vec<Example> = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    let named = |(i, example): (usize, Example)| (format!("spec {:02} {}", i + 1, example.title), example.text);
    Ok(examples.into_iter().enumerate().map(named).collect())
}

fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Counts a vector, or excludes it if the manifest says why and it does not pass.
fn settle(
    report: &mut Report,
    excluded: &mut Vec<(&'static str, &'static str)>,
    name: String,
    outcome: Result<(), String>,
) {
    match excluded.iter().position(|(listed, _)| *listed == name) {
        Some(at) => {
            let (_, reason) = excluded.swap_remove(at);
            match outcome {
                Ok(()) => report.record(name, Err("stands in the manifest, but passes".to_owned())),
                Err(_) => report.exclude(name, reason),
            }
        }
        None => report.record(name, outcome),
    }
}

fn stale(report: &mut Report, left: Vec<(&'static str, &'static str)>) {
    for (name, _) in left {
        report.record(name, Err("stands in the manifest, but is no vector".to_owned()));
    }
}
