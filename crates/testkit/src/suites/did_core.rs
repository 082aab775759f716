//! DID Core (w3c/did-test-suite, implementations' fixtures): every document is read for its DID, malformed DIDs are refused,
//! and where a DID can be computed its keys agree.

use std::path::Path;

use tamarack::did::{check_did, check_did_url, did_of};
use tamarack::json::{self, Value};

use super::did;
use crate::Report;

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let mut manifest = crate::manifest(include_str!("../../manifests/did-core.tsv"));
    let folder = dir.join("did-test-suite/implementations");
    let Ok(files) = std::fs::read_dir(&folder) else {
        report.unseen.push("did-test-suite/implementations".to_owned());
        return report;
    };
    let mut files: Vec<_> = files.flatten().map(|file| file.file_name().to_string_lossy().into_owned()).collect();
    files.sort();
    for file in files {
        let Some(fixture) = did::read(&folder, &file, &mut report) else { continue };
        for (id, representations) in did::members(&fixture).filter(|(name, _)| name.starts_with("did:")) {
            for (media_type, value) in did::members(representations) {
                let text = did::text(value, "/representation");
                if !text.is_empty() {
                    let name = format!("{file} {} {media_type}", id.get(..28).unwrap_or(id));
                    did::record(&mut report, &mut manifest, &name, document(id, text));
                }
            }
        }
        let executions = fixture.get("executions").map(Value::items).unwrap_or_default();
        for (index, execution) in executions.iter().enumerate() {
            let name = format!("{file} {index}");
            did::record(&mut report, &mut manifest, &name, resolution(execution));
        }
    }
    did::finish(report, manifest)
}

/// The document is for the DID; and if the DID says its own keys, they are the same.
fn document(id: &str, text: &str) -> Result<(), String> {
    let document = json::parse(text.as_bytes()).map_err(|fault| fault.to_string())?;
    did::parse(id, &document)?;
    if id.starts_with("did:key:") { did::agrees_with_computed(id, &document) } else { Ok(()) }
}

/// One call of a resolver or dereferencer and what it answered.
fn resolution(execution: &Value<'static>) -> Result<(), String> {
    let input = [did::text(execution, "/input/did"), did::text(execution, "/input/didUrl")].concat();
    let errors = ["/output/didResolutionMetadata/error", "/output/dereferencingMetadata/error"];
    let error = errors.iter().map(|pointer| did::text(execution, pointer)).collect::<String>();
    let well_formed = if execution.pointer("/input/did").is_some() { check_did(&input) } else { check_did_url(&input) };
    match (error.as_str(), well_formed) {
        ("invalidDid" | "invalidDidUrl", Err(_)) => return Ok(()),
        ("invalidDid" | "invalidDidUrl", Ok(())) => return Err("well formed here".to_owned()),
        (_, Err(fault)) => return Err(fault.to_string()),
        (_, Ok(())) => (),
    }
    let streams = ["/output/didDocumentStream", "/output/contentStream"];
    let stream = streams.iter().map(|pointer| did::text(execution, pointer)).find(|stream| stream.starts_with('{'));
    let id = did_of(&input);
    match (execution.pointer("/output/didDocument"), stream) {
        (Some(Value::Object(object)), _) => document(id, &json::to_string(&Value::Object(object.clone()))),
        (_, Some(stream)) if !input.contains(['?', '#']) => document(id, stream),
        // Errors such as notFound, and dereferencing to parts and services: the DID URL was what could be judged.
        _ => Ok(()),
    }
}
