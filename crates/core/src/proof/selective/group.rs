//! The statements of a document as its signer numbered them, and those of a part of it among them (VC-DI-ECDSA §3.4.15
//! and §3.4.16).
//!
//! The specification puts URNs in the place of blank nodes, so that a node of a selected document can be found again in the
//! whole one. Here each node without an id is named by its place in the whole document instead: nothing is expanded and
//! compacted, and no URN can be one of the document's own.

use std::collections::HashMap;

use super::pointers::Selection;
use crate::json::Object;
use crate::jsonld::{self, Contexts, Quads};
use crate::proof::spelling;
use crate::rdf::{Dataset, HashAlgorithm, Lines, TermId, TermRef, canonical_numbers};
use crate::{Code, Fault};

/// No blank node identifier of a document begins so.
const PLACE: &str = "\u{0}";

/// A whole document: its statements, sorted, with their final labels.
pub(super) struct Whole<'d, 'a, 'c> {
    document: &'d Object<'a>,
    contexts: Contexts<'c>,
    pub(super) lines: Lines,
    /// The final label of each blank node by the name that it has here.
    labels: HashMap<String, String>,
}

/// A part of a document.
pub(super) struct Part<'a> {
    /// The places of its statements among those of the whole, ascending.
    pub(super) indexes: Vec<usize>,
    /// The document that shows it.
    pub(super) document: Object<'a>,
    /// The final label of each canonical blank node of that document.
    pub(super) labels: Vec<String>,
}

impl<'d, 'a, 'c> Whole<'d, 'a, 'c> {
    /// §3.4.16 steps 1 to 3. `label` gives the labels of the canonical blank nodes, whose places in the document it is told:
    /// JSON pointers, or whatever the document itself calls them.
    ///
    /// # Errors
    /// `jsonld.*` in safe mode, [`Code::RdfTooComplex`].
    pub(super) fn of(
        document: &'d Object<'a>,
        contexts: &Contexts<'c>,
        label: impl FnOnce(&[&str]) -> Result<Vec<String>, Fault>,
    ) -> Result<Self, Fault> {
        let quads = named(document, contexts, &|path| path.pointer())?;
        spelling::check(document, &quads)?;
        let dataset = quads.dataset;
        let numbers = canonical_numbers(&dataset, HashAlgorithm::Sha256)?;
        let mut places = vec![""; numbers.len()];
        for (id, number) in &numbers {
            if let (Some(place), Some(name)) = (places.get_mut(*number as usize), name(&dataset, *id)) {
                *place = name.strip_prefix(PLACE).unwrap_or(name);
            }
        }
        let by_number = label(&places)?;
        let labels: HashMap<String, String> = numbers
            .iter()
            .filter_map(|(id, number)| {
                Some((name(&dataset, *id)?.to_owned(), by_number.get(*number as usize)?.clone()))
            })
            .collect();
        let lines = Lines::of(&dataset, |id| labels.get(name(&dataset, id)?).map(String::as_str))?;
        Ok(Self { document, contexts: *contexts, lines, labels })
    }

    /// The mandatory statements, and the others, each in their order.
    ///
    /// # Errors
    /// Those of [`Self::part`].
    pub(super) fn split<P: AsRef<str>>(&self, mandatory: &[P]) -> Result<(Vec<&str>, Vec<&str>), Fault> {
        let indexes = self.part(mandatory.iter().map(AsRef::as_ref))?.indexes;
        let mut both = (Vec::with_capacity(indexes.len()), Vec::with_capacity(self.lines.len() - indexes.len()));
        for (index, line) in self.lines.iter().enumerate() {
            let of = if indexes.binary_search(&index).is_ok() { &mut both.0 } else { &mut both.1 };
            of.push(line);
        }
        Ok(both)
    }

    /// The part that some pointers select (§3.4.15, §3.4.16 step 7).
    ///
    /// # Errors
    /// [`Code::DisclosurePointer`] for a pointer that names nothing, or a part that cannot stand by itself: of a list, of a
    /// value object, of a JSON literal.
    pub(super) fn part<'p>(&self, pointers: impl IntoIterator<Item = &'p str>) -> Result<Part<'a>, Fault> {
        let selection = Selection::of(self.document, pointers)?;
        let document = selection.document(self.document);
        if selection.is_empty() {
            return Ok(Part { indexes: Vec::new(), document, labels: Vec::new() });
        }
        let quads = named(&document, &self.contexts, &|path| selection.origin(path))?;
        spelling::check(&document, &quads)?;
        let dataset = quads.dataset;
        let label = |id: TermId| self.labels.get(name(&dataset, id)?).map(String::as_str);
        let alone = || Fault::new(Code::DisclosurePointer).about("part of a list or value");
        let lines = Lines::of(&dataset, label).map_err(|_| alone())?;
        let indexes: Option<Vec<usize>> = lines.iter().map(|line| self.lines.position(line)).collect();
        let mut numbers = canonical_numbers(&dataset, HashAlgorithm::Sha256)?;
        numbers.sort_unstable_by_key(|(_, number)| *number);
        let labels: Option<Vec<String>> = numbers.into_iter().map(|(id, _)| label(id).map(str::to_owned)).collect();
        match (indexes, labels) {
            (Some(indexes), Some(labels)) => Ok(Part { indexes, document, labels }),
            _ => Err(alone()),
        }
    }
}

/// The quads of a document whose nodes without an id are named by their places.
fn named(
    document: &Object<'_>,
    contexts: &Contexts<'_>,
    place: &dyn Fn(&crate::json::Path<'_>) -> String,
) -> Result<Quads, Fault> {
    let whole = jsonld::Document { object: document, context: None, skip: &["proof"] };
    jsonld::to_named_dataset(&whole, contexts, &|path| [PLACE, &place(path)].concat().into_boxed_str())
}

fn name(dataset: &Dataset, id: TermId) -> Option<&str> {
    match dataset.term(id) {
        TermRef::Blank(name) => Some(name),
        _ => None,
    }
}

/// The statements of a document as a verifier sees them, under the labels that were signed: `label` by canonical number
/// (VC-DI-ECDSA §3.4.1, §3.5.8 steps 3 and 4).
pub(super) fn relabelled(dataset: &Dataset, numbers: &[(TermId, u32)], labels: &[String]) -> Result<Lines, Fault> {
    let mut by_id: Vec<(TermId, &str)> =
        numbers.iter().filter_map(|(id, number)| Some((*id, labels.get(*number as usize)?.as_str()))).collect();
    by_id.sort_unstable_by_key(|(id, _)| *id);
    let find = |id: TermId| by_id.binary_search_by_key(&id, |(known, _)| *known).ok();
    Lines::of(dataset, |id| find(id).and_then(|at| by_id.get(at)).map(|(_, label)| *label))
}

/// Which of so many statements are mandatory, by their indexes (VC-DI-ECDSA §3.5.8 step 7).
///
/// # Errors
/// [`Code::ProofDisclosure`] for an index past the end or one that stands twice.
pub(super) fn marked(indexes: &[u32], count: usize) -> Result<Vec<bool>, Fault> {
    let mut marks = vec![false; count];
    for index in indexes {
        match marks.get_mut(*index as usize) {
            Some(mark) if !*mark => *mark = true,
            _ => return Err(Fault::new(Code::ProofDisclosure).about("mandatoryIndexes")),
        }
    }
    Ok(marks)
}

/// The hash of the mandatory statements (VC-DI-ECDSA §3.4.17).
pub(super) fn hash_mandatory<'l>(lines: impl Iterator<Item = &'l str>) -> [u8; 32] {
    use sha2::Digest as _;
    lines.fold(sha2::Sha256::new(), |hash, line| hash.chain_update(line)).finalize().into()
}
