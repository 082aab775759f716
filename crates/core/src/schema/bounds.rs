//! How much work a schema can make, known before it is run.
//!
//! A validator follows references blindly: `{"$ref": "#"}` never ends, and thirty definitions that each name the next one
//! twice ask a thousand million questions. So the references are followed here first, each node once. A schema that reaches
//! itself is refused; of the others the number of paths from the root is counted, and each value of the credential can meet
//! each path at most once: paths times values bounds the work.

use std::collections::{BTreeMap, HashMap};

use crate::json::{self, Value};
use crate::{Code, Evidence, EvidenceKind, Fault, limits};

/// Paths through a schema times values of the credential: 16 million.
const WORK: u64 = 1 << 24;
/// Steps from the root of a schema to its deepest part, references counted.
const DEPTH: usize = 160;

/// The number of paths through a schema, and the schemas of the evidence that it refers to, by URL.
pub(super) fn measure(
    url: &str,
    schema: &Value<'_>,
    evidence: &Evidence,
) -> Result<(u64, BTreeMap<String, serde_json::Value>), Fault> {
    let referenced = gather(url, schema, evidence)?;
    let mut documents = vec![Document::new(url, schema)?];
    for (url, schema) in &referenced {
        documents.push(Document::new(url, schema)?);
    }
    let mut walk = Walk { documents: &documents, seen: HashMap::new() };
    let paths = walk.visit(0, schema, 0)?;
    Ok((paths, referenced.into_iter().map(|(url, schema)| (url, schema.to_serde())).collect()))
}

/// Whether judging the credential along so many paths is not too much work.
pub(super) fn check(paths: u64, instance: &serde_json::Value) -> Result<(), Fault> {
    if paths.saturating_mul(count(instance)) > WORK { Err(refused("too much work")) } else { Ok(()) }
}

fn refused(about: impl Into<String>) -> Fault {
    Fault::new(Code::SchemaInvalid).about(about)
}

fn count(value: &serde_json::Value) -> u64 {
    match value {
        serde_json::Value::Array(items) => items.iter().map(count).sum::<u64>() + 1,
        serde_json::Value::Object(members) => members.values().map(count).sum::<u64>() + 1,
        _ => 1,
    }
}

/// The URL before the fragment of an absolute reference; `None` for a reference within the document.
fn other_document(reference: &str) -> Option<&str> {
    let url = reference.split('#').next().unwrap_or(reference);
    (!url.is_empty()).then_some(url)
}

/// Reads the schemas that are referred to, and those that they refer to.
fn gather<'e>(url: &str, schema: &Value<'_>, evidence: &'e Evidence) -> Result<BTreeMap<String, Value<'e>>, Fault> {
    let mut found: BTreeMap<String, Value<'e>> = BTreeMap::new();
    let mut wanted = Vec::new();
    references(schema, &mut |reference| wanted.extend(other_document(reference).map(str::to_owned)));
    let own = [Some(url), id_of(schema)];
    while let Some(next) = wanted.pop() {
        if own.contains(&Some(next.as_str())) || found.contains_key(&next) {
            continue;
        }
        let piece = evidence.get(EvidenceKind::Schema, &next).ok_or_else(|| {
            // Only what a shell could fetch is missing; all else can never be had.
            let code = if next.starts_with("https://") { Code::SchemaMissing } else { Code::SchemaInvalid };
            Fault::new(code).about(next.as_str())
        })?;
        let schema = json::parse(&piece.bytes).map_err(|fault| refused(format!("{next}: {fault}")))?;
        super::check_draft(&schema, false)?;
        references(&schema, &mut |reference| wanted.extend(other_document(reference).map(str::to_owned)));
        found.insert(next, schema);
        if found.len() > limits::RESOURCES {
            return Err(refused(format!("> {} schemas", limits::RESOURCES)));
        }
    }
    Ok(found)
}

/// Hands every `$ref` to `take`. A member of that name whose value is no string is a property's, not a keyword.
fn references(value: &Value<'_>, take: &mut dyn FnMut(&str)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, take)),
        Value::Object(object) => {
            for (key, member) in object.iter() {
                match member {
                    Value::String(reference) if key == "$ref" => take(reference),
                    member => references(member, take),
                }
            }
        }
        _ => {}
    }
}

fn id_of<'v>(schema: &'v Value<'_>) -> Option<&'v str> {
    schema.get("$id").and_then(Value::as_str).map(|id| id.strip_suffix('#').unwrap_or(id))
}

/// One schema document with the names that it goes by.
struct Document<'v, 'd> {
    url: &'v str,
    id: Option<&'v str>,
    root: &'v Value<'d>,
    anchors: HashMap<&'v str, &'v Value<'d>>,
}

impl<'v, 'd> Document<'v, 'd> {
    fn new(url: &'v str, root: &'v Value<'d>) -> Result<Self, Fault> {
        let id = id_of(root);
        if id.is_some_and(|id| !crate::credential::is_absolute(id) || id.contains('#')) {
            return Err(refused("$id"));
        }
        let mut document = Self { url, id, root, anchors: HashMap::new() };
        document.collect(root, true)?;
        Ok(document)
    }

    fn collect(&mut self, value: &'v Value<'d>, is_root: bool) -> Result<(), Fault> {
        match value {
            Value::Array(items) => items.iter().try_for_each(|item| self.collect(item, false)),
            Value::Object(object) => {
                for (key, member) in object.iter() {
                    match (key, member.as_str()) {
                        ("$id", Some(_)) if !is_root => return Err(refused("$id within the schema")),
                        ("$dynamicRef" | "$recursiveRef", Some(_)) => return Err(refused(key)),
                        ("$anchor" | "$dynamicAnchor", Some(name)) => {
                            if self.anchors.insert(name, value).is_some() {
                                return Err(refused("$anchor twice"));
                            }
                        }
                        _ => self.collect(member, false)?,
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The schema that a fragment names: a JSON pointer or an anchor, without escapes that two readers could undo twice.
    fn fragment(&self, fragment: &str) -> Option<&'v Value<'d>> {
        match fragment {
            "" => Some(self.root),
            _ if fragment.contains('%') => None,
            _ if fragment.starts_with('/') => self.root.pointer(fragment),
            name => self.anchors.get(name).copied(),
        }
    }
}

enum Seen {
    Open,
    Paths(u64),
}

struct Walk<'w, 'v, 'd> {
    documents: &'w [Document<'v, 'd>],
    /// By address: each node of the parsed schemas is visited once.
    seen: HashMap<*const Value<'d>, Seen>,
}

impl<'v, 'd> Walk<'_, 'v, 'd> {
    /// The number of paths from this node to any node below it or referred to from there.
    fn visit(&mut self, document: usize, value: &'v Value<'d>, depth: usize) -> Result<u64, Fault> {
        if depth > DEPTH {
            return Err(refused(format!("> {DEPTH} deep")));
        }
        if !matches!(value, Value::Array(_) | Value::Object(_)) {
            return Ok(1);
        }
        let node = std::ptr::from_ref(value);
        match self.seen.get(&node) {
            Some(Seen::Open) => return Err(refused("contains itself")),
            Some(Seen::Paths(paths)) => return Ok(*paths),
            None => {}
        }
        self.seen.insert(node, Seen::Open);
        let mut paths = 1_u64;
        match value {
            Value::Array(items) => {
                for item in items {
                    paths = paths.saturating_add(self.visit(document, item, depth + 1)?);
                }
            }
            Value::Object(object) => {
                for (key, member) in object.iter() {
                    let below = match (key, member.as_str()) {
                        ("$ref", Some(reference)) => {
                            let (document, target) = self.resolve(document, reference)?;
                            self.visit(document, target, depth + 1)?
                        }
                        _ => self.visit(document, member, depth + 1)?,
                    };
                    paths = paths.saturating_add(below);
                }
            }
            _ => {}
        }
        self.seen.insert(node, Seen::Paths(paths));
        Ok(paths)
    }

    fn resolve(&self, document: usize, reference: &str) -> Result<(usize, &'v Value<'d>), Fault> {
        let (url, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let at = if url.is_empty() {
            Some(document)
        } else {
            self.documents.iter().position(|known| known.url == url || known.id == Some(url))
        };
        let found = at.and_then(|at| Some((at, self.documents.get(at)?.fragment(fragment)?)));
        found.ok_or_else(|| refused(reference))
    }
}
