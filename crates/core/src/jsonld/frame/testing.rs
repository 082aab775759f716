//! Framing as the suites of the W3C call it.

use std::cell::Cell;

use super::compact::Compactor;
use super::expand::Expansive;
use super::framing::{self, Embed, Flags};
use super::generate;
use super::map::{self, Json, Map};
use crate::Fault;
use crate::json::{Path, Value};
use crate::jsonld::Contexts;
use crate::jsonld::active::{Active, Expansion, Owner};
use crate::jsonld::keywords::Keyword;
use crate::jsonld::scope::{Scope, Scopes};

/// The options of the API that the suite sets (Framing §5.3).
#[derive(Clone, Copy, Default, Debug)]
pub struct FrameOptions<'o> {
    /// The URL of the document, which is its base too.
    pub document_url: Option<&'o str>,
    /// Whether a single node stands without `@graph`.
    pub omit_graph: bool,
    /// Whether the graph called `@default` is framed, not the merged one; by default what the frame says.
    pub explicit: bool,
    /// `@requireAll` by default.
    pub require_all: bool,
    /// `@omitDefault` by default.
    pub omit_default: bool,
    /// `@embed` by default: `@always`, `@once` or `@never`.
    pub embed: Option<&'o str>,
    /// Whether blank nodes that are named once lose their ids.
    pub prune: bool,
}

/// Frames a document.
///
/// # Errors
/// The `jsonld.*` codes, with the error code of the specification as the name.
pub fn frame(
    document: &Value<'_>,
    frame: &Value<'_>,
    contexts: &Contexts<'_>,
    options: &FrameOptions<'_>,
) -> Result<Value<'static>, Fault> {
    let initial = Active::initial(options.document_url, Owner::Document);
    let own = Scopes::own_memo();
    let scopes = Scopes { contexts: *contexts, own: &own, document_url: options.document_url, work: Cell::new(0) };
    let plain = Expansive { scopes: &scopes, frame: false, strict: false };
    let mut nodes = generate::nodes(plain.document(Scope::of(&initial), document)?)?;
    nodes.merge();
    let framing = Expansive { frame: true, ..plain };
    let expanded = framing.document(Scope::of(&initial), frame)?;
    let context = frame.get("@context").cloned().unwrap_or(Value::Null);
    let scope = match &context {
        Value::Null => Scope::of(&initial),
        context => scopes.local(Scope::of(&initial), context, &Path::Root)?,
    };
    let is_graph = |key: &str| scope.active.expand(key, false, true) == Expansion::Keyword(Keyword::Graph);
    let merged = !frame.as_object().is_some_and(|frame| frame.keys().any(is_graph));
    let flags = Flags {
        embed: match options.embed {
            Some("@always") => Embed::Always,
            Some("@never") => Embed::Never,
            _ => Embed::Once,
        },
        explicit: options.explicit,
        require_all: options.require_all,
        omit_default: options.omit_default,
    };
    let mut framed = framing::frame(&nodes, &expanded, flags, merged)?;
    if !options.prune {
        framed.blanks.clear();
    }
    let items = super::cleaned(framed);
    let single = items.len() == 1 && options.omit_graph;
    let compactor = Compactor::new(&scopes, false);
    let compacted = if single || items.is_empty() && options.omit_graph {
        compactor.document(scope, &items)?
    } else {
        let graph = [map::single("@graph", Value::Array(items))];
        compactor.document(scope, &graph)?
    };
    let compacted = match nulled(Value::Object(compacted)) {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    Ok(Value::Object(super::with_context(&context, compacted)))
}

/// The marks of values that the frame asked for and the node had not become nulls.
fn nulled(value: Json) -> Json {
    match value {
        Value::String(text) if text == "@null" => Value::Null,
        Value::Array(items) => Value::Array(items.into_iter().map(nulled).filter(|item| !item.is_null()).collect()),
        Value::Object(object) => Value::Object(object.into_iter().map(|(key, value)| (key, nulled(value))).collect()),
        other => other,
    }
}

/// Compacts a document as the suite of compaction wants it.
///
/// # Errors
/// The `jsonld.*` codes, with the error code of the specification as the name.
pub fn compact(
    document: &Value<'_>,
    context: &Value<'_>,
    contexts: &Contexts<'_>,
    base: Option<&str>,
) -> Result<Value<'static>, Fault> {
    let initial = Active::initial(base, Owner::Document);
    let own = Scopes::own_memo();
    let scopes = Scopes { contexts: *contexts, own: &own, document_url: base, work: Cell::new(0) };
    let expanded =
        Expansive { scopes: &scopes, frame: false, strict: false }.document(Scope::of(&initial), document)?;
    let context = context.get("@context").unwrap_or(context);
    let scope = scopes.local(Scope::of(&initial), context, &Path::Root)?;
    let compacted = Compactor::new(&scopes, false).document(scope, &expanded)?;
    Ok(Value::Object(super::with_context(context, compacted)))
}
