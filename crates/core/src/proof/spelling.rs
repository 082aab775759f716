//! One name for one statement: a signature over quads does not cover the JSON names, so whoever presents a document could
//! write a member as an IRI or keyword, or move it into `@included`, and the quads would stay as they were signed. What
//! reads the JSON by its terms (the status, the dates, a clerk's screen) would no longer see it. So under suites over
//! quads every member is named by a term, and the statements about the document itself stand at its root.

use crate::json::{Object, Path, Value};
use crate::rdf::{Dataset, TermId, TermRef};
use crate::{Code, Fault};

/// Checks a document and its quads.
///
/// # Errors
/// [`Code::JsonldNotATerm`] with the pointer and the name.
pub(super) fn check(document: &Object<'_>, dataset: &Dataset) -> Result<(), Fault> {
    object(document, &Path::Root)?;
    root(document, dataset)
}

fn object(object_: &Object<'_>, path: &Path<'_>) -> Result<(), Fault> {
    let is_value = object_.contains_key("@value");
    for (key, value) in object_.iter() {
        let path = path.key(key);
        if key == "@context" {
            continue;
        }
        let named = match key {
            // VCDM 2.0 §11.1: language and direction stand in value objects, which have no aliases.
            "@value" | "@language" | "@direction" | "@type" => is_value,
            "@list" => true,
            _ => !key.starts_with('@') && !key.contains(':'),
        };
        if !named {
            return Err(Fault::new(Code::JsonldNotATerm).at(path.pointer()).about(key));
        }
        self::value(value, &path)?;
    }
    Ok(())
}

fn value(value: &Value<'_>, path: &Path<'_>) -> Result<(), Fault> {
    match value {
        Value::Object(inner) => object(inner, path),
        Value::Array(items) => items.iter().enumerate().try_for_each(|(i, item)| self::value(item, &path.index(i))),
        _ => Ok(()),
    }
}

/// The members of credentials and presentations that a verifier decides by, and what their IRIs end in.
const BASE: [&str; 14] = [
    "credentialSubject",
    "issuer",
    "issuanceDate",
    "expirationDate",
    "validFrom",
    "validUntil",
    "credentialStatus",
    "credentialSchema",
    "evidence",
    "termsOfUse",
    "refreshService",
    "relatedResource",
    "holder",
    "verifiableCredential",
];

/// The namespace of both data models.
const CREDENTIALS: &str = "https://www.w3.org/2018/credentials#";
const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// As many statements about the document itself as its root has members and items for, of each kind.
fn root(document: &Object<'_>, dataset: &Dataset) -> Result<(), Fault> {
    let id = document.get("id").and_then(Value::as_str);
    let about_root = |subject: TermId| match (dataset.term(subject), id) {
        (TermRef::Iri(iri), Some(id)) => iri == id,
        // Without an id the root is a blank node, and no other node of a document has these members.
        (TermRef::Blank(_), None) => true,
        _ => false,
    };
    let mut found = [0_usize; BASE.len()];
    let mut types = 0_usize;
    for (subject, predicate, _, graph) in dataset.quads() {
        let TermRef::Iri(predicate) = dataset.term(predicate) else { continue };
        if graph.is_some() {
            continue;
        }
        if let Some(name) = predicate.strip_prefix(CREDENTIALS) {
            let slot = BASE.iter().position(|base| *base == name).and_then(|at| found.get_mut(at));
            if let Some(slot) = slot
                && about_root(subject)
            {
                *slot += 1;
            }
        } else if predicate == RDF_TYPE && id.is_some() && about_root(subject) {
            types += 1;
        }
    }
    let items = |name: &str| document.get(name).map_or(0, |value| value.items().len());
    for (name, count) in BASE.iter().zip(found) {
        if count != items(name) {
            return Err(hidden(name));
        }
    }
    if id.is_some() && types != items("type") {
        return Err(hidden("type"));
    }
    Ok(())
}

fn hidden(name: &str) -> Fault {
    Fault::new(Code::JsonldNotATerm).at(Path::Root.key(name).pointer()).about(name)
}
