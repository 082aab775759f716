//! did:jwk (the examples of the specification): the computed documents are those of the text.

use std::path::Path;

use tamarack::Evidence;
use tamarack::json::{self, Value};

use super::did;
use crate::Report;

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let Some(examples) = did::read(&dir.join("did-jwk"), "did-jwk-spec-examples.json", &mut report) else {
        return report;
    };
    for document in examples.items().iter().filter_map(|example| example.get("value")) {
        let id = did::text(document, "/id");
        let name = format!("did-jwk {}", id.get(..24).unwrap_or(id));
        report.record(name, compare(id, document));
    }
    report
}

fn compare(id: &str, document: &Value<'_>) -> Result<(), String> {
    // One reference in the text has a stray dollar sign, which no DID may have.
    let corrected = json::to_string(document).replace("did:jwk:$", "did:jwk:");
    let corrected = json::parse(corrected.as_bytes()).map_err(|fault| fault.to_string())?;
    let computed = tamarack::did::resolve(id, &Evidence::none()).map_err(|fault| fault.to_string())?;
    did::same(&computed, &corrected)?;
    did::agrees_with_computed(id, &corrected)
}
