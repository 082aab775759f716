//! One name for one statement: a signature over quads does not cover the JSON names, so whoever presents a document could
//! write a member as an IRI or keyword, or move it into `@included`, and the quads would stay as they were signed. What
//! reads the JSON by its terms (the status, the dates, a clerk's screen) would no longer see it. So under suites over
//! quads every member is named by a term, and the statements about the document itself stand at its root.

use crate::json::{Object, Path, Value};
use crate::jsonld::Quads;
use crate::rdf::{Dataset, TermId, TermRef};
use crate::{Code, Fault};

/// Checks a document and its quads.
///
/// # Errors
/// [`Code::JsonldNotATerm`] with the pointer and the name.
pub(super) fn check(document: &Object<'_>, quads: &Quads) -> Result<(), Fault> {
    check_framed(document, quads)?;
    quads.typed.clone().map_or(Ok(()), Err)
}

/// [`check`] for what framing may have made, which leaves booleans and numbers as value objects.
///
/// # Errors
/// As [`check`].
pub(super) fn check_framed(document: &Object<'_>, quads: &Quads) -> Result<(), Fault> {
    // `"false"`, `[false]` and `{"@value": "false", …}` can state what `false` states, but are true to whoever asks JSON.
    quads.respelt.clone().map_or(Ok(()), Err)?;
    object(document, &Path::Root)?;
    let root = quads.root.ok_or_else(|| hidden("@graph"))?;
    about_root(document, &quads.dataset, root)
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
            _ => !key.starts_with('@') && !key.bytes().any(|byte| byte == b':'),
        };
        // `{"@value": false}` signs what `false` signs, but whoever reads it as JSON finds an object, which is true. Nor does
        // anybody write `{"@value": "text"}` who could write `"text"`.
        let bare = key == "@value" && (matches!(value, Value::Bool(_) | Value::Number(_)) || object_.len() == 1);
        if !named || bare {
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

/// The statements about the document itself are those that its root's members show, of each kind.
fn about_root(document: &Object<'_>, dataset: &Dataset, root: TermId) -> Result<(), Fault> {
    // How many statements there are of each kind, and one of them.
    let mut found: [(usize, Option<TermRef<'_>>); BASE.len()] = Default::default();
    let mut types = 0_usize;
    for (subject, predicate, value, graph) in dataset.quads() {
        if subject != root || graph.is_some() {
            continue;
        }
        let TermRef::Iri(predicate) = dataset.term(predicate) else { continue };
        if let Some((count, one)) = kind_of(predicate).and_then(|at| found.get_mut(at)) {
            *count += 1;
            *one = Some(dataset.term(value));
        } else if predicate == RDF_TYPE {
            types += 1;
        }
    }
    for (at, (name, (count, one))) in BASE.iter().zip(found).enumerate() {
        let items = document.get(name).map(Value::items).unwrap_or_default();
        let shown = match (items, one) {
            ([], None) => true,
            // Each is in a graph of its own, whose name is a blank node whatever the credential's id.
            _ if *name == "verifiableCredential" => count == items.len(),
            ([item], Some(value)) if count == 1 => shows_one(item, value),
            _ => shows(items, &values(dataset, root, at)),
        };
        if !shown {
            return Err(hidden(name));
        }
    }
    if types != document.get("type").map_or(0, |value| value.items().len()) {
        return Err(hidden("type"));
    }
    Ok(())
}

/// The place of a predicate in [`BASE`].
fn kind_of(predicate: &str) -> Option<usize> {
    let name = predicate.strip_prefix(CREDENTIALS)?;
    BASE.iter().position(|base| *base == name)
}

/// What the quads state about the root under one of the names.
fn values<'d>(dataset: &'d Dataset, root: TermId, at: usize) -> Vec<TermRef<'d>> {
    let about = dataset.quads().filter(|(subject, _, _, graph)| *subject == root && graph.is_none());
    let named = about.filter(|(_, predicate, _, _)| {
        matches!(dataset.term(*predicate), TermRef::Iri(predicate) if kind_of(predicate) == Some(at))
    });
    named.map(|(_, _, value, _)| dataset.term(value)).collect()
}

/// The text or id that an item is written with.
fn name_of<'v>(item: &'v Value<'_>) -> Option<&'v str> {
    match item {
        Value::String(text) => Some(&**text),
        Value::Object(object) => object.get("@value").or_else(|| object.get("id")).and_then(Value::as_str),
        _ => None,
    }
}

/// [`shows`] for one item and one value.
fn shows_one(item: &Value<'_>, value: TermRef<'_>) -> bool {
    match (name_of(item), value) {
        (Some(name), TermRef::Iri(text) | TermRef::Literal { value: text, .. }) => {
            name == text && !name.starts_with("_:")
        }
        (Some(name), TermRef::Blank(_)) => name.starts_with("_:"),
        (None, value) => matches!(value, TermRef::Blank(_)),
    }
}

/// Whether the items of a member show these values and no others: each IRI and literal as it is written, and a blank node
/// for each object without an id.
fn shows(items: &[Value<'_>], values: &[TermRef<'_>]) -> bool {
    let mut nameless = 0_usize;
    let mut names: Vec<&str> = Vec::with_capacity(items.len());
    for item in items {
        match name_of(item) {
            Some(name) => names.push(name),
            None => nameless += 1,
        }
    }
    // Two items with one id are one node.
    names.sort_unstable();
    names.dedup();
    let labelled = names.iter().filter(|name| name.starts_with("_:")).count();
    let blank = values.iter().filter(|value| matches!(value, TermRef::Blank(_))).count();
    let written = |value: &TermRef<'_>| match value {
        TermRef::Iri(text) | TermRef::Literal { value: text, .. } => names.binary_search(text).is_ok(),
        TermRef::Blank(_) => true,
    };
    values.len() == names.len() + nameless && blank == labelled + nameless && values.iter().all(written)
}

fn hidden(name: &str) -> Fault {
    Fault::new(Code::JsonldNotATerm).at(Path::Root.key(name).pointer()).about(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;
    use crate::jsonld::{Contexts, Document, to_quads};

    const CREDENTIAL: &str = r#"{"@context":["https://www.w3.org/ns/credentials/v2",{"uid":"@id","kind":"@type","inner":"@nest","old":"urn:x:old","in":"@included"}],
      "type":["VerifiableCredential"],"issuer":{"id":"did:web:a.example"},"credentialSubject":{"id":"did:web:s.example","old":false}}"#;

    /// The finding on the credential with this in the place of that.
    fn finding(from: &str, to: &str) -> Result<(), (Code, String)> {
        let text = CREDENTIAL.replace(from, to);
        assert!(from.is_empty() || text != CREDENTIAL);
        let value = parse(text.as_bytes()).unwrap();
        let object = value.as_object().unwrap();
        to_quads(&Document { object, context: None, skip: &[] }, &Contexts::builtin())
            .and_then(|quads| check(object, &quads))
            .map_err(|fault| (fault.code(), fault.pointer().unwrap_or_default().to_owned()))
    }

    fn hidden_at(pointer: &str) -> Result<(), (Code, String)> {
        Err((Code::JsonldNotATerm, pointer.to_owned()))
    }

    #[test]
    fn no_keyword_has_a_second_name() {
        assert_eq!(finding("", ""), Ok(()));
        let subject = r#""id":"did:web:s.example""#;
        assert_eq!(finding(subject, r#""uid":"did:web:s.example""#), hidden_at("/credentialSubject/uid"));
        assert_eq!(finding(subject, r#""@id":"did:web:s.example""#), hidden_at("/credentialSubject/@id"));
        assert_eq!(finding(r#""type":["#, r#""kind":["#), hidden_at("/kind"));
        assert_eq!(finding(r#""old":false"#, r#""inner":{"old":false}"#), hidden_at("/credentialSubject/inner"));
        assert_eq!(finding(r#""type":["#, r#""in":{"id":"urn:a:b","old":1},"type":["#), hidden_at("/in"));
    }

    #[test]
    fn each_member_shows_the_nodes_that_it_states() {
        let subject = r#"{"id":"did:web:s.example","old":false}"#;
        let twice = format!(r#"[{subject},{{"id":"did:web:s.example","old":true}}]"#);
        assert_eq!(finding(subject, &twice), Ok(()));
        let others = format!(
            r#"[{subject},{{"id":"did:web:t.example","old":true}},{{"old":1}},{{"old":2}},{{"id":"_:x","old":3}}]"#
        );
        assert_eq!(finding(subject, &others), Ok(()));
        // Two ways to write one id.
        let prefixed =
            CREDENTIAL.replace(r#""old":"urn:x:old""#, r#""old":"urn:x:old","p":{"@id":"did:web:","@prefix":true}"#);
        let prefixed = prefixed.replace("did:web:s.example", "p:s.example");
        assert_eq!(finding(CREDENTIAL, &prefixed), hidden_at("/credentialSubject"));
        // Another name for a member.
        let renamed = CREDENTIAL
            .replace(r#""uid":"@id""#, r#""who":{"@id":"https://www.w3.org/2018/credentials#issuer","@type":"@id"}"#);
        let renamed = renamed.replace(r#""issuer":{"id":"did:web:a.example"}"#, r#""who":"did:web:a.example""#);
        assert_eq!(finding(CREDENTIAL, &renamed), hidden_at("/issuer"));
    }

    #[test]
    fn json_values_stand_as_json_values() {
        let boolean = "http://www.w3.org/2001/XMLSchema#boolean";
        for (value, member) in [
            (r#"{"@value":false}"#.to_owned(), "/@value"),
            (r#"{"@value":0}"#.to_owned(), "/@value"),
            (format!(r#"{{"@type":"{boolean}","@value":"false"}}"#), ""),
            // The alias of the data model, and a term for the datatype.
            (format!(r#"{{"type":"{boolean}","@value":"false"}}"#), ""),
            (r#"{"type":"flag","@value":"false"}"#.to_owned(), ""),
            (r#"{"@type":"http://www.w3.org/2001/XMLSchema#integer","@value":"0"}"#.to_owned(), ""),
            ("[false]".to_owned(), ""),
            (format!(r#"[{{"type":"{boolean}","@value":"false"}}]"#), ""),
        ] {
            let member = format!("/credentialSubject/old{member}");
            let credential = CREDENTIAL.replace(r#""in":"@included""#, &format!(r#""flag":"{boolean}""#));
            let text = credential.replace(r#""old":false"#, &format!(r#""old":{value}"#));
            assert_eq!(finding(CREDENTIAL, &text), hidden_at(&member), "{value}");
        }
        let coerced =
            CREDENTIAL.replace(r#""old":"urn:x:old""#, &format!(r#""old":{{"@id":"urn:x:old","@type":"{boolean}"}}"#));
        assert_eq!(finding(CREDENTIAL, &coerced), Ok(()));
        let text = coerced.replace(r#""old":false"#, r#""old":"false""#);
        assert_eq!(finding(CREDENTIAL, &text), hidden_at("/credentialSubject/old"));
        for value in
            [r#"{"@value":"a","@language":"fr"}"#, r#"{"@type":"urn:x:type","@value":"a"}"#, "[true,false]", r#"["a"]"#]
        {
            assert_eq!(finding(r#""old":false"#, &format!(r#""old":{value}"#)), Ok(()));
        }
    }
}
