//! The tampering sweep: every small change to a secured document.

use tamarack::json::{Object, Value};

/// One change to a document.
pub struct Change {
    /// What was done, and where.
    pub name: String,
    /// The changed document.
    pub document: Value<'static>,
}

/// Every change of one node: dropped, doubled, retyped, renamed.
#[must_use]
pub fn changes(document: &Value<'static>) -> Vec<Change> {
    let mut out = Vec::new();
    let mut paths = Vec::new();
    collect(document, &mut Vec::new(), &mut paths);
    for path in &paths {
        let pointer = path.iter().map(|step| format!("/{}", step.label())).collect::<String>();
        let mut add = |what: &str, change: &mut dyn FnMut(&mut Value<'static>, &Step)| {
            let mut copy = document.clone();
            let Some((last, parents)) = path.split_last() else { return };
            let mut here = &mut copy;
            for step in parents {
                let Some(next) = step.walk(here) else { return };
                here = next;
            }
            change(here, last);
            if copy != *document {
                out.push(Change { name: format!("{what} {pointer}"), document: copy });
            }
        };
        add("drop", &mut |parent, last| last.drop_from(parent));
        add("double", &mut |parent, last| last.double_in(parent));
        for (label, replacement) in replacements() {
            add(label, &mut |parent, last| {
                if let Some(place) = last.walk(parent) {
                    *place = replacement.clone();
                }
            });
        }
        add("as array", &mut |parent, last| wrap(parent, last, |old| Value::Array(vec![old])));
        add("as text", &mut |parent, last| {
            wrap(parent, last, |old| match old {
                Value::Number(_) | Value::Bool(_) => Value::from(tamarack::json::to_string(&old)),
                other => other,
            });
        });
        add("as number", &mut |parent, last| {
            wrap(parent, last, |old| match old.as_str().and_then(|text| text.parse::<u32>().ok()) {
                Some(number) => Value::from(number),
                None => old,
            });
        });
        add("in an object", &mut |parent, last| {
            wrap(parent, last, |old| Value::Object(Object::from_iter([("id", old)])))
        });
        for (label, member) in [("as a typed value", "@type"), ("as a value with a type", "type")] {
            add(label, &mut |parent, last| wrap(parent, last, |old| typed(old, member)));
        }
        for suffix in ["x", " ", "\u{301}"] {
            add("rename", &mut |parent, last| last.rename_in(parent, |key| format!("{key}{suffix}")));
        }
        add("rename with @", &mut |parent, last| last.rename_in(parent, |key| format!("@{key}")));
    }
    out
}

fn replacements() -> Vec<(&'static str, Value<'static>)> {
    vec![
        ("to null", Value::Null),
        ("to true", Value::Bool(true)),
        ("to false", Value::Bool(false)),
        ("to 0", Value::from(0)),
        ("to text", Value::from("tampered")),
        ("to empty text", Value::from("")),
        ("to a URL", Value::from("https://tamper.example/x")),
        ("to []", Value::Array(Vec::new())),
        ("to {}", Value::Object(Object::new())),
    ]
}

/// One of JSON's own values as a JSON-LD value object with its datatype under this name.
fn typed(old: Value<'static>, member: &'static str) -> Value<'static> {
    let datatype = match &old {
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.fract() == 0.0 => "integer",
        Value::Number(_) => "double",
        _ => return old,
    };
    let text = Value::from(tamarack::json::to_string(&old));
    let datatype = Value::from(format!("http://www.w3.org/2001/XMLSchema#{datatype}"));
    Value::Object(Object::from_iter([(member, datatype), ("@value", text)]))
}

fn wrap(parent: &mut Value<'static>, last: &Step, change: impl Fn(Value<'static>) -> Value<'static>) {
    if let Some(place) = last.walk(parent) {
        let old = std::mem::replace(place, Value::Null);
        *place = change(old);
    }
}

#[derive(Clone)]
enum Step {
    Key(String),
    Index(usize),
}

impl Step {
    fn label(&self) -> String {
        match self {
            Self::Key(key) => key.clone(),
            Self::Index(index) => index.to_string(),
        }
    }

    fn walk<'v>(&self, value: &'v mut Value<'static>) -> Option<&'v mut Value<'static>> {
        match (self, value) {
            (Self::Key(key), Value::Object(object)) => object.get_mut(key),
            (Self::Index(index), Value::Array(items)) => items.get_mut(*index),
            _ => None,
        }
    }

    fn drop_from(&self, parent: &mut Value<'static>) {
        match (self, parent) {
            (Self::Key(key), Value::Object(object)) => {
                object.remove(key);
            }
            (Self::Index(index), Value::Array(items)) => {
                items.remove(*index);
            }
            _ => {}
        }
    }

    /// An item once more in its array; a member becomes an array with the value twice.
    fn double_in(&self, parent: &mut Value<'static>) {
        match (self, parent) {
            (Self::Key(key), Value::Object(object)) => {
                if let Some(place) = object.get_mut(key) {
                    let old = std::mem::replace(place, Value::Null);
                    *place = match old {
                        Value::Array(mut items) => {
                            items.extend(items.clone());
                            Value::Array(items)
                        }
                        other => Value::Array(vec![other.clone(), other]),
                    };
                }
            }
            (Self::Index(index), Value::Array(items)) => {
                if let Some(again) = items.get(*index).cloned() {
                    items.insert(*index, again);
                }
            }
            _ => {}
        }
    }

    fn rename_in(&self, parent: &mut Value<'static>, change: impl Fn(&str) -> String) {
        if let (Self::Key(key), Value::Object(object)) = (self, parent) {
            let members = std::mem::take(object);
            *object = members
                .into_iter()
                .map(|(k, v)| if k == key.as_str() { (change(&k), v) } else { (k.into_owned(), v) })
                .collect();
        }
    }
}

fn collect(value: &Value<'static>, path: &mut Vec<Step>, out: &mut Vec<Vec<Step>>) {
    if !path.is_empty() {
        out.push(path.clone());
    }
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter() {
                path.push(Step::Key(key.to_owned()));
                collect(value, path, out);
                path.pop();
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                path.push(Step::Index(index));
                collect(value, path, out);
                path.pop();
            }
        }
        _ => {}
    }
}
