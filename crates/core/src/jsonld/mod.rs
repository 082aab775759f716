//! JSON-LD 1.1, straight from JSON to quads, with contexts compiled into term tables. Safe mode always.
//!
//! # Safe mode
//! What does not become a quad is not signed, so nothing may be dropped. This is as strict as the safe mode of jsonld.js,
//! and stricter where that one still lets a member of the document come or go under the same signature:
//! - a property or type that no context defines (or that a context maps to null) is [`Code::JsonldUndefinedTerm`];
//! - a relative IRI is [`Code::JsonldRelativeIri`]: the base is null, unless the document's own context sets one;
//! - a term that stands for a keyword, other than `id` and `type`, is [`Code::JsonldNotATerm`]: contexts could be added
//!   that give members a second name;
//! - all else that RDF cannot hold is [`Code::JsonldDroppedValue`]: `null`, an empty array outside a list, a value or bare
//!   id that belongs to no property, `@index` and the keys of index maps, a lone `@language`, an ill-formed IRI or
//!   language tag, a blank node as a property, one value twice under one property of one node, and a number with more
//!   digits than the sixteen of its canonical form.
//!
//! Two decisions where implementations differ (spec-notes.md): a base direction becomes an `i18n` datatype (API §8.2.2
//! step 13.2), as the Data Integrity cryptosuites of Digital Bazaar do, so that it is signed; language tags are written
//! in lower case, as jsonld.js and pyld do.
//!
//! # Contexts
//! Contexts are compiled on first use and kept: the built-in ones, in the orders and scopes in which documents use them,
//! for the life of the program; those of the evidence as long as their [`ContextSet`]; inline ones for one document.

mod active;
mod builtin;
#[cfg(test)]
mod builtin_tests;
mod containers;
mod contexts;
mod define;
mod expand;
mod finish;
pub(crate) mod frame;
mod iri;
mod keywords;
mod memo;
mod process;
mod property;
mod published;
#[cfg(test)]
mod safe_mode_tests;
mod scope;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod to_rdf;
mod tree;
mod values;

use std::cell::Cell;
use std::sync::OnceLock;

pub use builtin::{builtin_document, builtin_urls, pinned_sha256};
pub use contexts::{ContextSet, Contexts};
pub use published::published_digest;

use crate::json::{Object, Path, Value};
use crate::rdf::{Dataset, TermId};
use crate::{Code, Fault};
use active::{Active, Owner};
pub(crate) use expand::Names;
use expand::{Expander, RdfDirection, Top};
use property::Property;
pub(crate) use scope::unwrapped;
use scope::{Scope, Scopes};
use tree::Item;

/// A document as it is to be understood: its object, without the members of `skip` at the top, and with `context` in the
/// place of its own `@context` if given. Nothing is copied.
#[derive(Clone, Copy, Debug)]
pub struct Document<'d, 'a> {
    /// The object.
    pub object: &'d Object<'a>,
    /// The context to use in place of the object's own.
    pub context: Option<&'d Value<'a>>,
    /// Members at the top that are left out, such as `proof`.
    pub skip: &'d [&'d str],
}

/// The quads of a document (JSON-LD 1.1 API §8, in safe mode).
///
/// # Errors
/// [`Code::JsonldUndefinedTerm`], [`Code::JsonldRelativeIri`], [`Code::JsonldDroppedValue`], [`Code::JsonldNotATerm`] and the other `jsonld.*`
/// codes, with the JSON pointer and the term; [`Code::JsonldContextUnknown`] with the URL of a context that is needed.
pub fn to_dataset(document: &Document<'_, '_>, contexts: &Contexts<'_>) -> Result<Dataset, Fault> {
    to_quads(document, contexts).map(|quads| quads.dataset)
}

/// What becomes of a document.
pub(crate) struct Quads {
    pub(crate) dataset: Dataset,
    /// The node that its object itself is; none if the object is no node.
    pub(crate) root: Option<TermId>,
    /// The place of a `true` or `false` that is written as a text or as an array of one. The quads are those of JSON's own value,
    /// but whoever reads the JSON finds another.
    pub(crate) respelt: Option<Fault>,
    /// The place of a value object of a datatype that JSON has itself.
    pub(crate) typed: Option<Fault>,
}

/// [`to_dataset`], with what is known of the document besides.
pub(crate) fn to_quads(document: &Document<'_, '_>, contexts: &Contexts<'_>) -> Result<Quads, Fault> {
    convert(document, contexts, None)
}

/// Whether the contexts give every member of a document a meaning. Values that RDF cannot hold pass: a signature over the text
/// itself (JCS) covers `null`, empty arrays, a value twice and numbers of any length as they stand.
///
/// # Errors
/// As [`to_dataset`], but for [`Code::JsonldDroppedValue`] and [`Code::JsonldNotATerm`].
pub(crate) fn check_terms(document: &Document<'_, '_>, contexts: &Contexts<'_>) -> Result<(), Fault> {
    expand(document, contexts, None, true).map(drop)
}

/// [`to_quads`], with the nodes that have no id named by their places in the document.
///
/// So what becomes of a part of the document can be found again among the quads of the whole.
pub(crate) fn to_named_dataset(
    document: &Document<'_, '_>,
    contexts: &Contexts<'_>,
    names: Names<'_>,
) -> Result<Quads, Fault> {
    convert(document, contexts, Some(names))
}

fn convert(document: &Document<'_, '_>, contexts: &Contexts<'_>, names: Option<Names<'_>>) -> Result<Quads, Fault> {
    let Expanded { data: mut dataset, stack, respelt, typed } = expand(document, contexts, names, false)?;
    let root = to_rdf::emit(&stack, &mut dataset)?;
    if dataset.is_empty() {
        return Err(Fault::new(Code::JsonldDroppedValue).at(""));
    }
    Ok(Quads { dataset, root, respelt, typed })
}

/// A document expanded: its terms, what it says of its root, and the rest as in [`Quads`].
struct Expanded {
    data: Dataset,
    stack: Vec<Item>,
    respelt: Option<Fault>,
    typed: Option<Fault>,
}

fn expand(
    document: &Document<'_, '_>,
    contexts: &Contexts<'_>,
    names: Option<Names<'_>>,
    values_pass: bool,
) -> Result<Expanded, Fault> {
    static INITIAL: OnceLock<Active> = OnceLock::new();
    let initial = INITIAL.get_or_init(|| Active::initial(None, Owner::Builtin));
    let own = Scopes::own_memo();
    let scopes = Scopes { contexts: *contexts, own: &own, document_url: None, work: Cell::new(0) };
    let mut expander = Expander {
        scopes: &scopes,
        data: Dataset::with_room(leaves(document.object, document.skip)),
        stack: Vec::with_capacity(16),
        lenient: false,
        values_pass,
        direction: RdfDirection::I18nDatatype,
        names,
        respelt: None,
        typed: None,
    };
    let top = Top { context: document.context, skip: document.skip };
    expander.object(Scope::of(initial), Property::None, document.object, &Path::Root, false, top)?;
    let Expander { data, stack, respelt, typed, .. } = expander;
    Ok(Expanded { data, stack, respelt, typed })
}

/// The values of an object that become one quad each, more or less.
fn leaves(object: &Object<'_>, skip: &[&str]) -> usize {
    fn below(value: &Value<'_>) -> usize {
        match value {
            Value::Array(items) => items.iter().map(below).sum(),
            Value::Object(object) => 1 + object.iter().map(|(_, value)| below(value)).sum::<usize>(),
            _ => 1,
        }
    }
    object.iter().filter(|(key, _)| *key != "@context" && !skip.contains(key)).map(|(_, value)| below(value)).sum()
}
