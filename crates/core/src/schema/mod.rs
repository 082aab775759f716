//! `credentialSchema`: JSON Schema, built in or from evidence, never fetched from here (VC JSON Schema 1.0).
//!
//! The types `JsonSchema`, `JsonSchemaCredential` (a schema within a credential of its own) and the predecessor
//! `JsonSchemaValidator2018` are known. The schema judges the credential without its proof, as the issuer wrote it before
//! signing. Formats are asserted. Patterns run in linear time.
//!
//! A schema comes from whoever issued the credential, so it is bounded before it is run: see `bounds`. What the bounds leave
//! out: a schema that contains itself, `$dynamicRef` and `$recursiveRef`, schemas within schemas with an `$id` of their
//! own, and references that are neither `#…` nor absolute URLs.

mod bounds;
mod builtin;
mod partial;

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, Retrieve, Uri};

use crate::credential::{Credential, DigestAlgorithm, is_absolute, multibase, sri};
use crate::json::{self, Object, Value};
use crate::{Code, Evidence, EvidenceKind, Fault, limits};

/// Bytes of one compiled pattern.
const PATTERN_BYTES: usize = 1 << 20;

/// The drafts that are known, by `$schema`. VC JSON Schema 1.0 requires 2020-12; the others are common.
const DRAFTS: [&str; 3] = [
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema",
];

/// What verifies a credential that carries a schema: its URL and its bytes, then what to do with it once it is verified.
pub(crate) type Opener<'o> = &'o mut dyn FnMut(&str, &[u8], Use<'_>) -> Result<(), Fault>;
/// What to do with the verified credential that carries a schema.
pub(crate) type Use<'u> = &'u mut dyn FnMut(&Credential<'_>) -> Result<(), Fault>;

/// Checks a credential against each of its schemas. `Ok(false)`: it names none. A schema in a credential is read through
/// `open`, which verifies that credential. Of a `part` of what was signed only that is judged which is there: see [`partial`].
///
/// # Errors
/// [`Code::SchemaMissing`] with the URL when evidence is needed. [`Code::SchemaTypeUnknown`] for a type or draft that is not
/// known here: the credential could not be judged. [`Code::ResourceDigest`] if the schema's bytes do not have the digest
/// that the credential states. [`Code::SchemaInvalid`] for a schema that is none, refers to one that is not among the
/// evidence, or exceeds the bounds. [`Code::SchemaMismatch`] with the pointer of the first value that does not match and
/// the keyword that it breaks; never the value. [`Code::SchemaPartial`], with the pointer of the entry, for a part in which
/// everything matches but something is missing: that fails nothing.
pub(crate) fn check(
    credential: &Credential<'_>,
    part: bool,
    evidence: &Evidence,
    kept: &Kept,
    open: Opener<'_>,
) -> Result<bool, Fault> {
    let count = credential.schemas.len();
    if count > limits::RESOURCES {
        let about = format!("{count} > {} schemas", limits::RESOURCES);
        return Err(Fault::new(Code::SchemaInvalid).at("/credentialSchema").about(about));
    }
    if count == 0 {
        return Ok(false);
    }
    let instance = Instance { json: instance(credential.document, part), part };
    let mut partial = None;
    for (pointer, entry) in &credential.schemas {
        match check_one(pointer, entry, &instance, evidence, kept, open) {
            Err(fault) if fault.code() == Code::SchemaPartial => partial = partial.or(Some(fault)),
            result => result?,
        }
    }
    partial.map_or(Ok(true), Err)
}

/// What is judged.
struct Instance {
    json: serde_json::Value,
    /// Whether it is a part of what was signed.
    part: bool,
}

/// The credential as it was before it was secured; a part without the names that nodes without an id have in it.
fn instance(document: &Object<'_>, part: bool) -> serde_json::Value {
    let unsecured = document.iter().filter(|(key, _)| *key != "proof");
    let mut json =
        serde_json::Value::Object(unsecured.map(|(key, value)| (key.to_owned(), value.to_serde())).collect());
    if part {
        unname(&mut json);
    }
    json
}

fn unname(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Object(members) => {
            if members.get("id").and_then(serde_json::Value::as_str).is_some_and(|id| id.starts_with("urn:bnid:_:")) {
                members.remove("id");
            }
            members.values_mut().for_each(unname);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(unname),
        _ => {}
    }
}

fn check_one(
    pointer: &str,
    entry: &Object<'_>,
    instance: &Instance,
    evidence: &Evidence,
    kept: &Kept,
    open: Opener<'_>,
) -> Result<(), Fault> {
    let types = entry.get("type").map(Value::items).unwrap_or_default();
    let is = |name: &str| types.iter().any(|found| found.as_str() == Some(name));
    let (plain, within_credential) = (is("JsonSchema"), is("JsonSchemaCredential"));
    if !plain && !within_credential && !is("JsonSchemaValidator2018") || plain && within_credential {
        let name = types.first().and_then(Value::as_str).unwrap_or("none");
        return Err(Fault::new(Code::SchemaTypeUnknown).at(format!("{pointer}/type")).about(name));
    }
    let url = entry.get("id").and_then(Value::as_str).filter(|id| is_absolute(id));
    let url = url.ok_or_else(|| Fault::new(Code::SchemaInvalid).at(format!("{pointer}/id")).about("not a URL"))?;
    let found = || evidence.get(EvidenceKind::Schema, url).map(|piece| piece.bytes.as_slice());
    let bytes = builtin::find(url).or_else(found);
    let bytes = bytes.ok_or_else(|| Fault::new(Code::SchemaMissing).at(pointer).about(url))?;
    check_digests(pointer, entry, url, bytes)?;

    let of_place = |fault: Fault| if fault.pointer().is_some() { fault } else { fault.at(pointer) };
    if within_credential {
        let mut judge = |carrier: &Credential<'_>| {
            let schema = kept.schema(url, Form::Carried, || Schema::new(url, carried(carrier)?, true, evidence))?;
            schema.judge(instance)
        };
        return open(url, bytes, &mut judge).map_err(of_place);
    }
    let form = if plain { Form::Plain } else { Form::Validator2018 };
    let schema = kept.schema(url, form, || {
        let schema = json::parse(bytes).map_err(|fault| invalid(format!("{url}: {fault}")))?;
        Schema::new(url, &schema, plain, evidence)
    });
    schema.and_then(|schema| schema.judge(instance)).map_err(of_place)
}

fn invalid(about: impl Into<String>) -> Fault {
    Fault::new(Code::SchemaInvalid).about(about)
}

/// The schema that a verified credential carries (VC JSON Schema 1.0 §2.2.1: `credentialSubject.jsonSchema`).
fn carried<'c>(carrier: &'c Credential<'_>) -> Result<&'c Value<'c>, Fault> {
    if !carrier.types.contains(&"JsonSchemaCredential") {
        return Err(invalid("no JsonSchemaCredential"));
    }
    let [subject] = carrier.subjects.as_slice() else { return Err(invalid("credentialSubject")) };
    let is_schema = subject.get("type").map(Value::items).unwrap_or_default();
    if !is_schema.iter().any(|name| name.as_str() == Some("JsonSchema")) {
        return Err(invalid("credentialSubject.type"));
    }
    subject.get("jsonSchema").filter(|schema| schema.as_object().is_some()).ok_or_else(|| invalid("jsonSchema"))
}

/// A schema with what it refers to, bounded; its validator is built when the first credential is judged by it.
#[derive(Debug)]
struct Schema {
    url: String,
    json: serde_json::Value,
    referenced: BTreeMap<String, serde_json::Value>,
    /// Paths from its root: see [`bounds`].
    paths: u64,
    validator: OnceCell<Result<jsonschema::Validator, Fault>>,
    /// That for a part, which is looked at only where the other refuses one.
    partial: OnceCell<Result<jsonschema::Validator, Fault>>,
}

impl Schema {
    fn new(url: &str, schema: &Value<'_>, needs_draft: bool, evidence: &Evidence) -> Result<Self, Fault> {
        check_draft(schema, needs_draft)?;
        let (paths, referenced) = bounds::measure(url, schema, evidence)?;
        let json = with_draft(schema);
        let (validator, partial) = (OnceCell::new(), OnceCell::new());
        Ok(Self { url: url.to_owned(), json, referenced, paths, validator, partial })
    }

    /// Judges the credential. A mismatch has the pointer of the value; another fault has none.
    fn judge(&self, instance: &Instance) -> Result<(), Fault> {
        bounds::check(self.paths, &instance.json)?;
        let validator = self.validator.get_or_init(|| self.build(&self.json, self.referenced.clone()));
        match self.run(validator, &instance.json) {
            Err(fault) if instance.part && fault.code() == Code::SchemaMismatch => {
                let referenced = self.referenced.iter().map(|(url, schema)| (url.clone(), partial::relaxed(schema)));
                let partial =
                    self.partial.get_or_init(|| self.build(&partial::relaxed(&self.json), referenced.collect()));
                self.run(partial, &instance.json)?;
                Err(Code::SchemaPartial.into())
            }
            result => result,
        }
    }

    fn run(&self, validator: &Result<jsonschema::Validator, Fault>, instance: &serde_json::Value) -> Result<(), Fault> {
        let url = &self.url;
        validator.as_ref().map_err(Clone::clone)?.validate(instance).map_err(|error| match error.kind() {
            ValidationErrorKind::BacktrackLimitExceeded { .. } | ValidationErrorKind::RegexEngineFailure { .. } => {
                invalid(format!("{url}{}", error.schema_path().as_str()))
            }
            kind => Fault::new(Code::SchemaMismatch).at(error.instance_path().as_str()).about(kind.keyword()),
        })
    }

    fn build(
        &self,
        json: &serde_json::Value,
        referenced: BTreeMap<String, serde_json::Value>,
    ) -> Result<jsonschema::Validator, Fault> {
        jsonschema::options()
            .with_base_uri(self.url.as_str())
            .with_retriever(Referenced(referenced))
            .should_validate_formats(true)
            .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES))
            .build(json)
            // The place in the schema, never its text: a message of the crate quotes values.
            .map_err(|error| invalid(format!("{}{}", self.url, error.instance_path().as_str())))
    }
}

/// As what a schema was named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Plain,
    Validator2018,
    Carried,
}

/// Schemas that were read, by URL, or why they could not be: all under one evidence.
#[derive(Debug, Default)]
pub(crate) struct Kept(RefCell<Vec<(String, Form, SchemaResult)>>);

type SchemaResult = Result<Rc<Schema>, Fault>;

impl Kept {
    /// Schemas kept at once; when there are more, all are given up.
    const MOST: usize = 32;

    fn schema(&self, url: &str, form: Form, read: impl FnOnce() -> Result<Schema, Fault>) -> SchemaResult {
        let mut kept = self.0.borrow_mut();
        if let Some((_, _, schema)) = kept.iter().find(|(known, of, _)| known == url && *of == form) {
            return schema.clone();
        }
        if kept.len() >= Self::MOST {
            kept.clear();
        }
        let schema = read().map(Rc::new);
        kept.push((url.to_owned(), form, schema.clone()));
        schema
    }
}

/// `digestSRI` (VC JSON Schema 1.0 §4.1) and `digestMultibase`, where the entry states them; of several `digestSRI` of one
/// strength each would do for a browser, here all must match, as for related resources.
fn check_digests(pointer: &str, entry: &Object<'_>, url: &str, bytes: &[u8]) -> Result<(), Fault> {
    type Parse = fn(&str) -> Option<Vec<crate::credential::Digest>>;
    for (name, parse) in [("digestSRI", sri as Parse), ("digestMultibase", multibase as Parse)] {
        let Some(stated) = entry.get(name) else { continue };
        let fault = |code, about: &str| Fault::new(code).at(format!("{pointer}/{name}")).about(about);
        let digests = stated.as_str().and_then(parse).filter(|digests| !digests.is_empty());
        let digests = digests.ok_or_else(|| fault(Code::SchemaInvalid, name))?;
        if !digests.iter().all(|digest| DigestAlgorithm::digest(digest.algorithm, bytes) == digest.bytes) {
            return Err(fault(Code::ResourceDigest, url));
        }
    }
    Ok(())
}

/// VC JSON Schema 1.0 §3: "Schemas without a $schema property are not considered valid". Those for
/// JsonSchemaValidator2018 are of draft 7 if they do not say.
fn check_draft(schema: &Value<'_>, needs_draft: bool) -> Result<(), Fault> {
    match schema.get("$schema") {
        None if !needs_draft => Ok(()),
        None => Err(Fault::new(Code::SchemaInvalid).about("$schema")),
        Some(draft) => match draft.as_str() {
            Some(url) if DRAFTS.contains(&url.strip_suffix('#').unwrap_or(url)) => Ok(()),
            Some(url) => Err(Fault::new(Code::SchemaTypeUnknown).about(url)),
            None => Err(Fault::new(Code::SchemaInvalid).about("$schema")),
        },
    }
}

fn with_draft(schema: &Value<'_>) -> serde_json::Value {
    let mut schema = schema.to_serde();
    if let Some(object) = schema.as_object_mut() {
        let [_, _, draft_7] = DRAFTS;
        object.entry("$schema").or_insert_with(|| draft_7.into());
    }
    schema
}

/// The schemas of the evidence that the schema refers to: all that the validator ever gets.
struct Referenced(BTreeMap<String, serde_json::Value>);

impl Retrieve for Referenced {
    fn retrieve(&self, uri: &Uri<String>) -> Result<serde_json::Value, Box<dyn std::error::Error + Send + Sync>> {
        self.0.get(uri.as_str()).cloned().ok_or_else(|| Fault::new(Code::SchemaMissing).into())
    }
}

#[cfg(test)]
mod tests;
