//! The claims of a document, one by one: its leaves.

use crate::json::{Object, Path, Value};

/// One value of a document that is not made of further claims.
#[derive(Clone, Debug)]
pub(crate) struct Leaf<'v> {
    /// Its JSON pointer.
    pub(crate) pointer: String,
    /// The value.
    pub(crate) value: &'v Value<'v>,
}

/// Walks a document. `@context` and `proof` are no claims.
pub(crate) fn leaves<'v>(document: &'v Object<'v>) -> Vec<Leaf<'v>> {
    let mut out = Vec::new();
    let is_claim =
        |(key, value): &(&str, &Value<'_>)| !matches!(*key, "@context" | "proof") && !is_blank_name(key, value);
    for (key, value) in document.iter().filter(is_claim) {
        walk(value, &Path::Root.key(key), &mut out);
    }
    out
}

fn walk<'v>(value: &'v Value<'v>, path: &Path<'_>, out: &mut Vec<Leaf<'v>>) {
    match value {
        Value::Object(object) if !object.is_empty() && !is_value_object(object) => {
            for (key, value) in object.iter().filter(|(key, value)| !is_blank_name(key, value)) {
                walk(value, &path.key(key), out);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &path.index(index), out);
            }
        }
        _ => out.push(Leaf { pointer: path.pointer(), value }),
    }
}

/// JSON-LD: a literal with its language or type, or a list, is one value.
fn is_value_object(object: &Object<'_>) -> bool {
    object.contains_key("@value") || object.contains_key("@list")
}

/// Whether it is but the name that a proof of `BbsBlsSignatureProof2020` gives to a node without one.
fn is_blank_name(key: &str, value: &Value<'_>) -> bool {
    key == "id" && value.as_str().is_some_and(|id| id.starts_with("urn:bnid:_:"))
}

impl Leaf<'_> {
    /// The first step of the pointer, as it is written there.
    pub(crate) fn first(&self) -> &str {
        self.pointer.split('/').nth(1).unwrap_or_default()
    }

    /// The last step that is not the place in an array.
    pub(crate) fn last(&self) -> &str {
        self.steps().rev().find(|step| !is_index(step)).unwrap_or_default()
    }

    /// The number of steps that are names.
    pub(crate) fn depth(&self) -> usize {
        self.steps().filter(|step| !is_index(step)).count()
    }

    /// Whether it is the `id` of a subject itself, not of something within one.
    pub(crate) fn is_subject_id(&self) -> bool {
        self.depth() == 2 && self.last() == "id" && self.first() == "credentialSubject"
    }

    /// Whether it is the `id` or `type` of the object that it stands in.
    pub(crate) fn names_its_object(&self) -> bool {
        matches!(self.last(), "id" | "type")
    }

    /// The pointer of the object that it stands in, its place in an array of values cut off.
    pub(crate) fn object(&self) -> &str {
        let mut pointer = self.pointer.as_str();
        loop {
            let Some((parent, step)) = pointer.rsplit_once('/') else { return pointer };
            pointer = parent;
            if !is_index(step) {
                return parent;
            }
        }
    }

    fn steps(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.pointer.strip_prefix('/').unwrap_or_default().split('/')
    }
}

fn is_index(step: &str) -> bool {
    !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a pointer is another one or lies below it.
pub(crate) fn is_within(pointer: &str, above: &str) -> bool {
    pointer.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_claim_once() {
        let blank = crate::json::parse(br#"{"id":"urn:bnid:_:c14n0","a":{"id":"urn:bnid:_:c14n1","b":1}}"#).unwrap();
        let found: Vec<String> = leaves(blank.as_object().unwrap()).into_iter().map(|leaf| leaf.pointer).collect();
        assert_eq!(found, ["/a/b"]);
        let text = r#"{"@context":["x"],"id":"urn:1","type":["A","B"],"proof":{"type":"P"},
            "name":{"@value":"n","@language":"en"},
            "credentialSubject":{"id":"urn:2","a/b":[1,{"c":true}],"e":{},"f":[]}}"#;
        let value = crate::json::parse(text.as_bytes()).unwrap();
        let found = leaves(value.as_object().unwrap());
        let pointers: Vec<&str> = found.iter().map(|leaf| leaf.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            [
                "/id",
                "/type/0",
                "/type/1",
                "/name",
                "/credentialSubject/id",
                "/credentialSubject/a~1b/0",
                "/credentialSubject/a~1b/1/c",
                "/credentialSubject/e",
                "/credentialSubject/f"
            ]
        );
        assert_eq!((found[1].last(), found[1].object(), found[1].depth()), ("type", "", 1));
        assert!(found[4].is_subject_id() && found[4].names_its_object());
        assert_eq!(found[6].object(), "/credentialSubject/a~1b/1");
        assert_eq!(found[5].object(), "/credentialSubject");
        assert!(is_within("/a/b", "/a") && is_within("/a", "/a") && is_within("/a", "") && !is_within("/ab", "/a"));
    }
}
