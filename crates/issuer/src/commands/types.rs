//! `type add|list|show`.

use std::path::Path;

use serde_json::json;
use tamarack::issue::{CredentialType, Securing};
use tamarack::json::{self, Value};
use tamarack::limits::INPUT_BYTES;
use tamarack::present::Linkability;
use tamarack::{Code, Fault};
use tamarack_cli::{Exit, Failure, Lang, linkability_page, read_input};

use super::{Invocation, sought};
use crate::store::Store;

pub(super) fn run(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let job = &job.sub()?;
    match job.name {
        "add" => add(job),
        "list" => list(job),
        _ => show(job),
    }
}

/// The type that `--type` names, with its document.
pub(super) fn load(store: &Store, name: &str) -> Result<(CredentialType, String), Failure> {
    let record = store.credential_type(name).map_err(sought("type", name))?;
    Ok((CredentialType::parse(record.document.as_bytes())?, record.document))
}

fn add(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, _) = job.store()?;
    let file = job.need("file");
    let bytes = read_input(file, INPUT_BYTES)?;
    let document = put_files_in(&bytes, Path::new(file))?;
    let credential_type = CredentialType::parse(document.as_bytes()).inspect_err(|fault| {
        // Why a type is not what it calls itself, before the refusal.
        if let (Code::IssueAnonymous, Ok(report)) = (fault.code(), CredentialType::linkability_of(document.as_bytes()))
        {
            job.terminal.say(&linkability_page(&report, job.terminal));
        }
    })?;
    check_contexts(&credential_type)?;
    store.add_type(&credential_type.name, &document, job.flag("replace"), job.now)?;
    let report = credential_type.linkability();
    job.answer(&json!({"name": credential_type.name, "linkability": report}), &credential_type.name)?;
    tell_linkability(&report, job);
    if let Some(schema) = &credential_type.schema {
        let variables = [("url", schema.id.as_str().into()), ("name", credential_type.name.as_str().into())];
        job.terminal.say(&job.terminal.format("say-publish-schema", &variables));
    }
    Ok(Exit::Ok)
}

/// A suite that signs what the words mean can sign nothing under a context that is not at hand. That is said now, and not when the first
/// person has come for their credential.
fn check_contexts(of: &CredentialType) -> Result<(), Failure> {
    let Securing::DataIntegrity(suite) = of.securing else { return Ok(()) };
    if suite.name().contains("-jcs-") {
        return Ok(());
    }
    let known = of.contexts_at_hand();
    match of.contexts.iter().enumerate().find(|(_, url)| !known.contains(url)) {
        Some((at, url)) => {
            let fault = Fault::new(Code::JsonldContextUnknown).at(format!("/contexts/{at}")).about(url.as_str());
            Err(Failure::from_fault(Exit::Data, fault))
        }
        None => Ok(()),
    }
}

/// `"schema":{"id":…,"file":…}` becomes `"schema":{"id":…,"document":…}`, and so does each of `contextDocuments`; the files
/// are looked for beside the type file.
fn put_files_in(bytes: &[u8], file: &Path) -> Result<String, Failure> {
    let mut value = json::parse(bytes)?.into_owned();
    if let Some(all) = value.as_object_mut() {
        if let Some(schema) = all.get_mut("schema") {
            put_file_in(schema, file)?;
        }
        if let Some(Value::Array(contexts)) = all.get_mut("contextDocuments") {
            for context in contexts {
                put_file_in(context, file)?;
            }
        }
    }
    Ok(json::to_string(&value))
}

fn put_file_in(entry: &mut Value<'static>, file: &Path) -> Result<(), Failure> {
    let Some(entry) = entry.as_object_mut() else { return Ok(()) };
    let Some(name) = entry.get("file").and_then(Value::as_str) else { return Ok(()) };
    let path = file.parent().unwrap_or_else(|| Path::new("")).join(name);
    let bytes = read_input(&path.to_string_lossy(), INPUT_BYTES)?;
    let document = json::parse(&bytes)?.into_owned();
    entry.remove("file");
    entry.insert("document", document);
    Ok(())
}

/// By what every showing of such a credential can be tied to others: for whoever designs the type.
fn tell_linkability(report: &Linkability, job: &Invocation<'_>) {
    job.terminal.say(&job.terminal.text("say-linkability"));
    job.terminal.say(linkability_page(report, job.terminal).trim_end());
}

fn list(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, _) = job.store()?;
    let mut all = Vec::new();
    for record in store.types()? {
        let credential_type = CredentialType::parse(record.document.as_bytes())?;
        let title = &credential_type.display.title;
        if job.terminal.json() {
            all.push(json!({"name": record.name, "title": {"en": title.en, "fr": title.fr}}));
        } else {
            let title = if job.terminal.lang() == Lang::Fr { &title.fr } else { &title.en };
            job.terminal.line(&format!("{}\t{title}", record.name))?;
        }
    }
    if job.terminal.json() {
        job.terminal.json_line(&all)?;
    }
    Ok(Exit::Ok)
}

fn show(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, _) = job.store()?;
    let (credential_type, document) = load(&store, job.need("name"))?;
    let text = match (job.flag("schema"), &credential_type.schema) {
        (true, Some(schema)) => json::to_string_pretty(&schema.document),
        (true, None) => return Err(Failure::new(Exit::Usage, "type.no_schema").with("name", &credential_type.name)),
        (false, _) => json::to_string_pretty(&json::parse(document.as_bytes())?),
    };
    job.terminal.line(&text)?;
    if !job.flag("schema") {
        tell_linkability(&credential_type.linkability(), job);
    }
    Ok(Exit::Ok)
}
