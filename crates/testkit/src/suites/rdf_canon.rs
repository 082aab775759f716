//! W3C RDF Dataset Canonicalization 1.0: the suite of <https://w3c.github.io/rdf-canon/tests/>.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use tamarack::Code;
use tamarack::rdf::{Canonical, Dataset, HashAlgorithm, NQuadsError, TermRef, canonicalize_with_map};

use crate::Report;

#[derive(Deserialize)]
struct Manifest {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    action: String,
    result: Option<String>,
    hash_algorithm: Option<String>,
}

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let dir = dir.join("rdf-canon-1.0");
    let manifest = std::fs::read_to_string(dir.join("manifest.jsonld")).map_err(|e| e.to_string());
    match manifest.and_then(|text| serde_json::from_str::<Manifest>(&text).map_err(|e| e.to_string())) {
        Ok(manifest) => {
            for entry in &manifest.entries {
                report.record(&entry.id, check(&dir, entry));
            }
        }
        Err(why) => report.unseen.push(format!("rdf-canon-1.0/manifest.jsonld: {why}")),
    }
    report
}

fn check(dir: &Path, entry: &Entry) -> Result<(), String> {
    let read = |name: &str| std::fs::read_to_string(dir.join(name)).map_err(|e| format!("{name}: {e}"));
    let expected = || read(entry.result.as_deref().ok_or("the manifest names no result")?);
    let hash = match entry.hash_algorithm.as_deref() {
        None => HashAlgorithm::Sha256,
        Some("SHA384") => HashAlgorithm::Sha384,
        Some(other) => return Err(format!("unknown hash algorithm {other}")),
    };
    let dataset = Dataset::parse_nquads(&read(&entry.action)?).map_err(|e: NQuadsError| e.to_string())?;
    let canonical = canonicalize_with_map(&dataset, hash);
    match (entry.kind.as_str(), canonical) {
        ("rdfc:RDFC10EvalTest", Ok(canonical)) => same(canonical.nquads(), &expected()?),
        ("rdfc:RDFC10MapTest", Ok(canonical)) => {
            let expected: BTreeMap<String, String> =
                serde_json::from_str(&expected()?).map_err(|e| format!("expected map: {e}"))?;
            same(&map(&dataset, &canonical), &expected)
        }
        ("rdfc:RDFC10NegativeEvalTest", Err(fault)) => same(&fault.code(), &Code::RdfTooComplex),
        ("rdfc:RDFC10NegativeEvalTest", Ok(_)) => Err("canonicalized, but must be refused".to_owned()),
        ("rdfc:RDFC10EvalTest" | "rdfc:RDFC10MapTest", Err(fault)) => Err(fault.to_string()),
        (kind, _) => Err(format!("unknown kind of test {kind}")),
    }
}

fn map(dataset: &Dataset, canonical: &Canonical) -> BTreeMap<String, String> {
    canonical
        .labels()
        .map(|(id, label)| match dataset.term(id) {
            TermRef::Blank(name) => (name.to_owned(), label),
            other => (format!("{other:?}"), label),
        })
        .collect()
}

fn same<T: PartialEq<U> + core::fmt::Debug, U: core::fmt::Debug>(got: T, expected: U) -> Result<(), String> {
    if got == expected { Ok(()) } else { Err(format!("expected {expected:?}, got {got:?}")) }
}
