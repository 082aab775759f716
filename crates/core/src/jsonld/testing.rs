//! The lenient mode, for the W3C suites of dropped values alone.

use std::cell::Cell;

pub use super::frame::testing::{FrameOptions, compact, frame};

use super::active::{Active, Owner};
use super::expand::{Expander, RdfDirection};
use super::property::Property;
use super::scope::{Scope, Scopes};
use super::{Contexts, to_rdf};
use crate::Fault;
use crate::json::{Path, Value};
use crate::rdf::Dataset;

/// The options of the API that the suites set (API §9.3).
#[derive(Clone, Copy, Default, Debug)]
pub struct Options<'o> {
    /// The base IRI; the URL of the document if not given.
    pub base: Option<&'o str>,
    /// The URL of the document.
    pub document_url: Option<&'o str>,
    /// A context before the document's own.
    pub expand_context: Option<&'o Value<'o>>,
    /// `i18n-datatype`, `compound-literal`, or nothing: directions are dropped.
    pub rdf_direction: Option<&'o str>,
}

/// The quads of a document, where what RDF cannot hold is dropped.
///
/// # Errors
/// The `jsonld.*` codes, with the error code of the specification as the name.
pub fn to_dataset_lenient(
    document: &Value<'_>,
    contexts: &Contexts<'_>,
    options: &Options<'_>,
) -> Result<Dataset, Fault> {
    let initial = Active::initial(options.base.or(options.document_url), Owner::Document);
    let own = Scopes::own_memo();
    let scopes = Scopes { contexts: *contexts, own: &own, document_url: options.document_url, work: Cell::new(0) };
    let mut scope = Scope::of(&initial);
    if let Some(context) = options.expand_context {
        scope = scopes.local(scope, context.get("@context").unwrap_or(context), &Path::Root)?;
    }
    let direction = match options.rdf_direction {
        Some("i18n-datatype") => RdfDirection::I18nDatatype,
        Some("compound-literal") => RdfDirection::CompoundLiteral,
        _ => RdfDirection::Null,
    };
    let (data, stack) = (Dataset::new(), Vec::new());
    let mut expander = Expander {
        scopes: &scopes,
        data,
        stack,
        lenient: true,
        values_pass: false,
        direction,
        names: None,
        respelt: None,
        typed: None,
    };
    expander.expand(scope, Property::None, document, &Path::Root, false)?;
    let Expander { mut data, stack, .. } = expander;
    to_rdf::emit(&stack, &mut data)?;
    Ok(data)
}
