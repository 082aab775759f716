//! JSON-LD 1.1, straight from JSON to quads, with contexts compiled into term tables. Safe mode always.

use crate::json::{Object, Value};
use crate::rdf::Dataset;
use crate::{Code, Fault};

/// A set of context documents under their URLs, compiled on first use.
#[derive(Clone, Default, Debug)]
pub struct ContextSet {}

impl ContextSet {
    /// Adds a context document as fetched.
    pub fn insert(&mut self, _url: &str, _bytes: &[u8]) {}
}

/// The contexts that a document may name: the built-in ones, and those of the evidence.
#[derive(Clone, Copy, Debug)]
pub struct Contexts<'e> {
    _extra: Option<&'e ContextSet>,
}

impl<'e> Contexts<'e> {
    /// The built-in contexts alone.
    #[must_use]
    pub const fn builtin() -> Self {
        Self { _extra: None }
    }

    /// The built-in contexts and those of a set. A built-in context cannot be replaced.
    #[must_use]
    pub const fn with(extra: &'e ContextSet) -> Self {
        Self { _extra: Some(extra) }
    }
}

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
/// [`Code::JsonldUndefinedTerm`], [`Code::JsonldRelativeIri`], [`Code::JsonldDroppedValue`] and the other `jsonld.*`
/// codes, with the JSON pointer and the term; [`Code::JsonldContextUnknown`] with the URL of a context that is needed.
pub fn to_dataset(_document: &Document<'_, '_>, _contexts: &Contexts<'_>) -> Result<Dataset, Fault> {
    Err(Fault::new(Code::Internal))
}
