//! What the suites of DIDs share.

use std::path::Path;

use tamarack::did::{self, DidDocument, Relationship};
use tamarack::json::{self, Value};
use tamarack::{Evidence, EvidenceKind, Timestamp};

use crate::Report;

/// Reads a JSON file of vectors, or notes that it was not there.
pub(super) fn read(dir: &Path, file: &str, report: &mut Report) -> Option<Value<'static>> {
    let bytes = std::fs::read(dir.join(file));
    let value = bytes.ok().and_then(|bytes| json::parse_up_to(&bytes, 16 << 20).map(Value::into_owned).ok());
    if value.is_none() {
        report.unseen.push(file.to_owned());
    }
    value
}

/// The members of an object; none of anything else.
pub(super) fn members<'v>(value: &'v Value<'static>) -> impl Iterator<Item = (&'v str, &'v Value<'static>)> {
    value.as_object().into_iter().flat_map(|object| object.iter())
}

/// A text in a vector.
pub(super) fn text<'v>(value: &'v Value<'_>, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Evidence that holds one document.
pub(super) fn evidence(did: &str, document: &Value<'_>) -> Evidence {
    let mut evidence = Evidence::none();
    let bytes = json::to_string(document).into_bytes();
    evidence.insert(EvidenceKind::DidDocument, did, bytes, Timestamp::from_unix(0));
    evidence
}

/// Parses a document for a DID.
pub(super) fn parse(did: &str, document: &Value<'_>) -> Result<DidDocument, String> {
    DidDocument::parse(json::to_string(document).as_bytes(), did).map_err(|fault| fault.to_string())
}

/// Whether two documents are the same JSON, whatever the order of members.
pub(super) fn same(found: &DidDocument, expected: &Value<'_>) -> Result<(), String> {
    let found = Value::Object(found.to_json().clone());
    if json::canonicalize(&found) == json::canonicalize(expected) {
        Ok(())
    } else {
        Err(format!("the document is {}", json::to_string(&found)))
    }
}

/// Parses a vector's document and checks that each key in it comes out of the DID alone too, under the same id and
/// relationship. At least one key must be there.
pub(super) fn agrees_with_computed(did: &str, document: &Value<'_>) -> Result<(), String> {
    let expected = parse(did, document)?;
    let mut keys = 0;
    for relationship in Relationship::ALL {
        for method in expected.methods(relationship) {
            let found = did::verification_method(&method.id, relationship, &Evidence::none())
                .map_err(|fault| format!("{}: {fault}", method.id))?;
            if found.key != method.key || found.controller != method.controller {
                return Err(format!("{}: another key or controller", method.id));
            }
            keys += 1;
        }
    }
    if keys > 0 { Ok(()) } else { Err("no key in the document".to_owned()) }
}

/// Records a vector, or excludes it if the manifest names it. A manifest line whose vector would pass is a failure.
pub(super) fn record(report: &mut Report, manifest: &mut Vec<(&str, &str)>, name: &str, outcome: Result<(), String>) {
    match manifest.iter().position(|(excluded, _)| *excluded == name) {
        None => report.record(name, outcome),
        Some(at) => {
            let (_, reason) = manifest.swap_remove(at);
            match outcome {
                Ok(()) => report.record(name, Err("stands in the manifest but passes".to_owned())),
                Err(_) => report.exclude(name, reason),
            }
        }
    }
}

/// What is left of the manifest names no vector: each line is a failure, unless files were not seen.
pub(super) fn finish(mut report: Report, manifest: Vec<(&str, &str)>) -> Report {
    if report.unseen.is_empty() {
        for (name, _) in manifest {
            report.record(name, Err("stands in the manifest but matches no vector".to_owned()));
        }
    }
    report
}
