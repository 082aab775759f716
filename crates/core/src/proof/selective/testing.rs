//! The steps between a credential and its proofs, for the official vectors that show them.

use super::group::Whole;
use super::labels::{hmac_labels, shuffled_labels};
use crate::Fault;
use crate::json::Object;
use crate::jsonld::Contexts;

/// What comes of a document before anything is signed.
#[derive(Clone, Debug)]
pub struct Steps {
    /// The statements, sorted, under the labels that are signed.
    pub statements: Vec<String>,
    /// The places of the mandatory statements among them.
    pub mandatory: Vec<usize>,
    /// The places of the selected statements.
    pub selective: Vec<usize>,
    /// The places of both.
    pub combined: Vec<usize>,
    /// The document that shows both.
    pub shown: Object<'static>,
    /// The signed label of each canonical blank node of that document.
    pub labels: Vec<String>,
}

/// Groups the statements of a document without proofs (VC-DI-ECDSA §3.4.16), with HMAC labels or with shuffled ones.
///
/// # Errors
/// Those of [`super::derive`].
pub fn steps(
    document: &Object<'_>,
    shuffled: bool,
    hmac_key: &[u8; 32],
    mandatory: &[String],
    selective: &[String],
    contexts: &Contexts<'_>,
) -> Result<Steps, Fault> {
    let labels = if shuffled { shuffled_labels } else { hmac_labels };
    let whole = Whole::of(document, contexts, |places| labels(hmac_key, places.len()))?;
    let combined = whole.part(mandatory.iter().chain(selective).map(String::as_str))?;
    Ok(Steps {
        statements: whole.lines.iter().map(str::to_owned).collect(),
        mandatory: whole.part(mandatory.iter().map(String::as_str))?.indexes,
        selective: whole.part(selective.iter().map(String::as_str))?.indexes,
        combined: combined.indexes,
        shown: combined.document.into_owned(),
        labels: combined.labels,
    })
}
