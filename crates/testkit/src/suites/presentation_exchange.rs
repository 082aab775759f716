//! DIF Presentation Exchange 2, and what HAIP shows of it: definitions are translated, submissions are read and written
//! again as they were.

use std::path::{Path, PathBuf};

use tamarack::json::{self, Object, Value};
use tamarack_openid4vc::vp::metadata::ClientMetadata;
use tamarack_openid4vc::vp::presentation_exchange::{Definition, Submission};
use tamarack_openid4vc::vp::response::VpToken;

use crate::{Report, manifest};

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let root = dir.join("dif-presentation-exchange");
    let excluded = manifest(include_str!("../../manifests/presentation_exchange.tsv"));
    let mut seen = Vec::new();
    for version in ["test", "test/v1.0.0", "test/v2.0.0"] {
        for folder in ["presentation-definition", "presentation-submission", "submission-requirements"] {
            let files = files(&root.join(version).join(folder));
            if files.is_empty() {
                report.unseen.push(format!("{version}/{folder}"));
            }
            for file in files.iter().filter(|file| file.file_name().is_some_and(|name| name != "schema.json")) {
                let name = file.strip_prefix(&root).unwrap_or(file).display().to_string();
                let outcome = read(file).and_then(|example| check(folder, &example));
                let exclusion = excluded.iter().find(|(line, _)| *line == name);
                seen.push(name.clone());
                match (exclusion, outcome) {
                    (Some(_), Ok(())) => report.record(name, Err("excluded, but it passes".to_owned())),
                    (Some((_, reason)), Err(_)) => report.exclude(name, *reason),
                    (None, outcome) => report.record(name, outcome),
                }
            }
        }
    }
    for (line, _) in &excluded {
        if !seen.iter().any(|name| name == line) {
            report.record(*line, Err("excluded, but not there".to_owned()));
        }
    }
    report
}

/// Runs the examples of HAIP that are about presentations.
pub fn run_haip(dir: &Path) -> Report {
    let mut report = Report::default();
    for version in ["1.0", "1.1"] {
        let folder = dir.join("haip").join(version).join("examples");
        let mut one = |name: &str, check: fn(&Value<'static>) -> Result<(), String>| {
            let file = folder.join(name);
            if file.is_file() {
                report.record(format!("{version} {name}"), read(&file).and_then(|example| check(&example)));
            } else {
                report.unseen.push(file.display().to_string());
            }
        };
        one("presentation_definition_sd_jwt_vc.json", |example| definition(example, 1));
        one("client_metadata_sd_jwt_vc.json", |example| {
            let metadata = ClientMetadata::read(example).map_err(|refusal| refusal.to_string())?;
            if Value::Object(metadata.all) == *example { Ok(()) } else { Err("something was lost".to_owned()) }
        });
    }
    report
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.sort();
    files
}

fn read(file: &Path) -> Result<Value<'static>, String> {
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    json::parse(&bytes).map(Value::into_owned).map_err(|fault| fault.to_string())
}

fn check(folder: &str, example: &Value<'static>) -> Result<(), String> {
    match folder {
        "presentation-definition" => match example.get("presentation_definition") {
            Some(found) => definition(found, found.get("input_descriptors").map_or(0, |all| all.items().len())),
            // An input descriptor by itself.
            None => definition(&around(example.clone(), None), 1),
        },
        "presentation-submission" => {
            let found = find(example).ok_or("no submission")?;
            let submission = Submission::parse(found).map_err(|refusal| refusal.to_string())?;
            let written = submission.to_json();
            if json::canonicalize(&written) == json::canonicalize(found) {
                Ok(())
            } else {
                Err(json::to_string(&written))
            }
        }
        _ => {
            let requirements = example.get("submission_requirements").ok_or("no requirements")?;
            requirements_of(requirements)
        }
    }
}

/// A definition becomes a query that knows each of its input descriptors, and an answer names them.
fn definition(value: &Value<'static>, descriptors: usize) -> Result<(), String> {
    let definition = Definition::parse(value).map_err(|refusal| refusal.to_string())?;
    if Value::Object(definition.to_json().clone()) != *value {
        return Err("something was lost".to_owned());
    }
    let mut ids: Vec<&str> = Vec::new();
    for query in definition.query.credentials() {
        let mut token = VpToken::new();
        token.push(&query.id, Value::from("token"));
        let (answer, submission) = definition.answer(&token, "s").map_err(|refusal| refusal.to_string())?;
        let again = Submission::parse(&submission.to_json()).map_err(|refusal| refusal.to_string())?;
        if answer.as_str() != Some("token") || again != submission {
            return Err("the answer is another".to_owned());
        }
        let id = submission.descriptor_map.first().map(|one| one.id.clone()).unwrap_or_default();
        let known = value.get("input_descriptors").map(Value::items).unwrap_or_default();
        let known = known.iter().filter_map(|one| one.get("id").and_then(Value::as_str)).find(|one| *one == id);
        ids.extend(known);
    }
    ids.dedup();
    if ids.len() == descriptors { Ok(()) } else { Err(format!("{} of {descriptors} descriptors", ids.len())) }
}

/// A definition around input descriptors.
fn around(descriptor: Value<'static>, requirements: Option<&Value<'static>>) -> Value<'static> {
    let mut object = Object::new();
    object.insert("id", "d");
    object.insert(
        "input_descriptors",
        match descriptor {
            Value::Array(items) => Value::Array(items),
            one => Value::Array(vec![one]),
        },
    );
    if let Some(requirements) = requirements {
        object.insert("submission_requirements", requirements.clone());
    }
    Value::Object(object)
}

/// The requirements, over two descriptors of each group that the examples name.
fn requirements_of(requirements: &Value<'static>) -> Result<(), String> {
    let one = |group: &str, at: usize| {
        json::parse(
            format!(
                r#"{{"id":"{group}{at}","group":["{group}"],"constraints":{{"fields":[{{"path":["$.x"]}}]}},"format":{{"ldp_vc":{{}}}}}}"#
            )
            .as_bytes(),
        )
        .map(Value::into_owned)
    };
    let groups = ["A", "B", "C", "D"].into_iter().flat_map(|group| [1, 2].map(|at| one(group, at)));
    let descriptors = groups.collect::<Result<Vec<_>, _>>().map_err(|fault| fault.to_string())?;
    let value = around(Value::Array(descriptors), Some(requirements));
    let definition = Definition::parse(&value).map_err(|refusal| refusal.to_string())?;
    let wanted = requirements.items().len();
    let found = definition.query.credential_sets().len();
    if found == wanted { Ok(()) } else { Err(format!("{found} sets for {wanted} requirements")) }
}

/// The submission, wherever in its envelope.
fn find<'v>(value: &'v Value<'static>) -> Option<&'v Value<'static>> {
    match value {
        Value::Object(object) => {
            object.get("presentation_submission").or_else(|| object.iter().find_map(|(_, value)| find(value)))
        }
        Value::Array(items) => items.iter().find_map(find),
        _ => None,
    }
}
