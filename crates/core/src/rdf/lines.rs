//! The quads of a dataset as sorted N-Quads lines, with blank nodes named by the caller: what the suites of selective
//! disclosure sign one by one (VC-DI-ECDSA §3.4.1, §3.4.14).

use core::ops::Range;

use super::{Dataset, TermId};
use crate::{Code, Fault};

/// N-Quads in the canonical spelling (RDFC-1.0 §5), sorted by code point.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    text: String,
    /// Where each line is in the text, in the order of the lines.
    places: Vec<Range<usize>>,
}

impl Lines {
    /// The lines of all quads. `label` gives a blank node's label, without `_:`.
    ///
    /// # Errors
    /// [`Code::Internal`] if a blank node of a quad has no label; two lines that are one, as labels that are not one to
    /// one make them, are [`Code::ProofDisclosure`].
    pub(crate) fn of<'l>(dataset: &Dataset, label: impl Fn(TermId) -> Option<&'l str>) -> Result<Self, Fault> {
        // Labels of HMACs are longer than what stands in the document: the buffer may grow once.
        let mut text = String::with_capacity(dataset.serialized_bytes() + 64 * dataset.blank_count());
        let mut places = Vec::with_capacity(dataset.len());
        for (s, p, o, g) in dataset.quads() {
            let start = text.len();
            for id in [Some(s), Some(p), Some(o), g].into_iter().flatten() {
                if dataset.is_blank(id) {
                    text.push_str("_:");
                    text.push_str(label(id).ok_or_else(|| Fault::new(Code::Internal).about("blank node"))?);
                } else {
                    text.push_str(dataset.text(id));
                }
                text.push(' ');
            }
            text.push_str(".\n");
            places.push(start..text.len());
        }
        let line = |place: &Range<usize>| text.get(place.clone()).unwrap_or_default();
        places.sort_unstable_by(|a, b| line(a).cmp(line(b)));
        if places.windows(2).any(|pair| matches!(pair, [a, b] if line(a) == line(b))) {
            return Err(Fault::new(Code::ProofDisclosure).about("two statements that are one"));
        }
        Ok(Self { text, places })
    }

    /// The lines in their order, each with its line feed.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.places.iter().map(|place| self.text.get(place.clone()).unwrap_or_default())
    }

    pub(crate) const fn len(&self) -> usize {
        self.places.len()
    }

    /// The place of a line.
    pub(crate) fn position(&self, line: &str) -> Option<usize> {
        let text = |place: &Range<usize>| self.text.get(place.clone()).unwrap_or_default();
        self.places.binary_search_by(|place| text(place).cmp(line)).ok()
    }
}
