//! W3C JSON-LD 1.1 API: the toRdf suite of <https://w3c.github.io/json-ld-api/tests/>, in the lenient mode that only tests
//! can reach, as it is about dropped values too.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use tamarack::json;
use tamarack::jsonld::testing::{Options, to_dataset_lenient};
use tamarack::jsonld::{ContextSet, Contexts};
use tamarack::rdf::{Dataset, HashAlgorithm, canonicalize};
use tamarack::{Code, Fault};

use crate::Report;

const BASE: &str = "https://w3c.github.io/json-ld-api/tests/";

#[derive(Deserialize)]
struct Manifest {
    sequence: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(rename = "@id")]
    id: String,
    #[serde(rename = "@type")]
    kinds: Vec<String>,
    input: String,
    expect: Option<String>,
    expect_error_code: Option<String>,
    #[serde(default)]
    option: Setting,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Setting {
    base: Option<String>,
    expand_context: Option<String>,
    rdf_direction: Option<String>,
}

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let dir = dir.join("json-ld-1.1/api");
    let manifest = std::fs::read_to_string(dir.join("toRdf-manifest.jsonld")).map_err(|e| e.to_string());
    let manifest = match manifest.and_then(|text| serde_json::from_str::<Manifest>(&text).map_err(|e| e.to_string())) {
        Ok(manifest) => manifest,
        Err(why) => {
            report.unseen.push(format!("json-ld-1.1/api/toRdf-manifest.jsonld: {why}"));
            return report;
        }
    };
    let mut excluded: BTreeMap<&str, &str> =
        crate::manifest(include_str!("../../manifests/json_ld.tsv")).into_iter().collect();
    let contexts = context_files(&dir);
    for entry in &manifest.sequence {
        let outcome = check(&dir, entry, &contexts);
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

/// The suite's context files and documents under their URLs, as a test may name any of them.
fn context_files(dir: &Path) -> ContextSet {
    let mut set = ContextSet::default();
    for folder in ["toRdf", "toRdf/c031"] {
        let files = std::fs::read_dir(dir.join(folder)).into_iter().flatten().flatten();
        for file in files {
            let name = file.file_name().to_string_lossy().into_owned();
            if name.ends_with(".jsonld")
                && let Ok(bytes) = std::fs::read(file.path())
            {
                set.insert(&format!("{BASE}{folder}/{name}"), &bytes);
            }
        }
    }
    set
}

fn check(dir: &Path, entry: &Entry, contexts: &ContextSet) -> Result<(), String> {
    let read = |name: &str| std::fs::read(dir.join(name)).map_err(|e| format!("{name}: {e}"));
    let bytes = read(&entry.input)?;
    let outcome = (|| -> Result<Result<Dataset, Fault>, String> {
        let document = json::parse(&bytes).map_err(|fault| format!("input: {fault}"))?;
        let context = entry.option.expand_context.as_deref().map(read).transpose()?;
        let context = context.as_deref().map(json::parse).transpose().map_err(|fault| format!("context: {fault}"))?;
        let url = format!("{BASE}{}", entry.input);
        let options = Options {
            base: entry.option.base.as_deref(),
            document_url: Some(&url),
            expand_context: context.as_ref(),
            rdf_direction: entry.option.rdf_direction.as_deref(),
        };
        Ok(to_dataset_lenient(&document, &Contexts::with(contexts), &options))
    })()?;
    let is = |kind: &str| entry.kinds.iter().any(|k| k == kind);
    match outcome {
        Err(fault) if is("jld:NegativeEvaluationTest") => {
            let expected = entry.expect_error_code.as_deref().unwrap_or_default();
            if error_codes(&fault).any(|code| code == expected) {
                Ok(())
            } else {
                Err(format!("expected \"{expected}\", found {fault}"))
            }
        }
        Err(fault) => Err(fault.to_string()),
        Ok(_) if is("jld:NegativeEvaluationTest") => {
            Err(format!("no error, expected {}", entry.expect_error_code.as_deref().unwrap_or_default()))
        }
        Ok(_) if is("jld:PositiveSyntaxTest") => Ok(()),
        Ok(dataset) => {
            let expected = read(entry.expect.as_deref().ok_or("the manifest names no result")?)?;
            let expected = String::from_utf8(expected).map_err(|e| e.to_string())?;
            let expected = Dataset::parse_nquads(&expected).map_err(|e| format!("expected result: {e}"))?;
            same(&canonical(&dataset)?, &canonical(&expected)?)
        }
    }
}

/// The specification's error codes (API §9.6) that a fault stands for.
fn error_codes(fault: &Fault) -> impl Iterator<Item = &str> {
    let by_code: &[&str] = match fault.code() {
        Code::JsonldProtectedTerm => &["protected term redefinition", "invalid context nullification"],
        Code::JsonldContextUnknown => &["loading remote context failed", "loading document failed"],
        _ => &[],
    };
    let by_name = fault.name().map(|name| name.split(": ").next().unwrap_or(name));
    by_code.iter().copied().chain(by_name)
}

fn canonical(dataset: &Dataset) -> Result<String, String> {
    canonicalize(dataset, HashAlgorithm::Sha256).map_err(|fault| fault.to_string())
}

fn same(found: &str, expected: &str) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("found\n{found}expected\n{expected}")) }
}
