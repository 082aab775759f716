//! JSON-LD 1.1 Framing: a frame, which older wallets call a reveal document, takes what it asks for out of a document.
//!
//! All of it is here that the specification has: `@embed` (`@once`, `@always`, `@never`), `@explicit`, `@requireAll`,
//! `@omitDefault`, `@default`, wildcards, matching by id, type, value and property, `@included`, `@reverse`, named graphs.
//! Of a credential only what was signed can be shown, so that [`frame_dataset`] leaves out what the frame asks for and the
//! credential has not (`@omitDefault` is on), and refuses a term that the frame's contexts do not define, named graphs, and
//! a frame that matches nothing or several nodes.

mod compact;
mod expand;
mod framing;
mod from_rdf;
#[cfg(any(test, feature = "testing"))]
mod generate;
mod inverse;
mod map;
mod nodes;
#[cfg(any(test, feature = "testing"))]
pub(in crate::jsonld) mod testing;
mod values;

use std::cell::Cell;

use super::active::{Active, Owner};
use super::contexts::Contexts;
use super::scope::{Scope, Scopes};
use crate::Fault;
use crate::json::{Object, Path, Value};
use crate::rdf::Dataset;
use framing::{Flags, invalid_frame};
use map::{Json, Map};

/// Frames a dataset and gives the compacted result with the frame's `@context`. `name` gives the IRI under which a blank
/// node is shown.
///
/// # Errors
/// [`crate::Code::JsonldFrame`] for a frame that is malformed or does not match one node, `jsonld.*` for its contexts and terms.
pub(crate) fn frame_dataset(
    data: &Dataset,
    frame: &Object<'_>,
    contexts: &Contexts<'_>,
    name: impl Fn(&str) -> String,
) -> Result<Object<'static>, Fault> {
    let initial = Active::initial(None, Owner::Builtin);
    let own = Scopes::own_memo();
    let scopes = Scopes { contexts: *contexts, own: &own, document_url: None, work: Cell::new(0) };
    let mut nodes = from_rdf::nodes(data, name)?;
    nodes.merge();
    let expansive = expand::Expansive { scopes: &scopes, frame: true, strict: true };
    let frame_value = Value::Object(frame.clone());
    let expanded = expansive.document(Scope::of(&initial), &frame_value)?;
    let defaults = Flags { omit_default: true, ..Flags::default() };
    let framed = framing::frame(&nodes, &expanded, defaults, true)?;
    if framed.items.len() != 1 {
        return Err(invalid_frame(&format!("{} matches", framed.items.len())));
    }
    let context = frame.get("@context").ok_or_else(|| invalid_frame("@context"))?;
    let scope = scopes.local(Scope::of(&initial), context, &Path::Root.key("@context"))?;
    let compacted = compact::Compactor::new(&scopes, true).document(scope, &cleaned(framed))?;
    Ok(with_context(context, compacted))
}

fn with_context(context: &Value<'_>, compacted: Map) -> Object<'static> {
    let mut result = Map::new();
    let empty = match context {
        Value::Object(object) => object.is_empty(),
        Value::Array(items) => items.is_empty(),
        other => other.is_null(),
    };
    if !empty {
        result.insert("@context", context.clone().into_owned());
    }
    for (key, value) in compacted {
        result.insert(key, value);
    }
    result
}

/// Takes out what framing needs and results do not have: `@preserve`, and the ids of blank nodes that are named once.
fn cleaned(framed: framing::Framed) -> Vec<Json> {
    let clear = |id: &str| framed.blanks.get(id) == Some(&1);
    framed.items.into_iter().map(|item| clean(item, &clear)).collect()
}

fn clean(value: Json, clear: &impl Fn(&str) -> bool) -> Json {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(|item| clean(item, clear)).collect()),
        Value::Object(mut object) => {
            if let Some(preserved) = object.remove("@preserve") {
                return map::array(preserved).into_iter().next().unwrap_or(Value::Null);
            }
            if object.contains_key("@value") {
                return Value::Object(object);
            }
            let cleared = object.get("@id").and_then(Value::as_str).is_some_and(clear);
            let members = object.into_iter().filter(|(key, _)| !(cleared && key == "@id"));
            Value::Object(members.map(|(key, value)| (key, clean(value, clear))).collect())
        }
        other => other,
    }
}
