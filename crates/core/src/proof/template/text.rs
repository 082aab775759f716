//! The JSON of documents of one shape: pieces that are the same in all, and what stands between them.

use super::Mark;
use crate::json::write_escaped;

/// What stands in the place of the signature in a probe.
pub(super) const SIGNATURE: &str = "tamarack signature";

/// A text with slots.
#[derive(PartialEq, Debug)]
pub(super) struct Text {
    /// A piece, and the slot behind it.
    pieces: Vec<(String, Slot)>,
    /// What stands behind the last slot.
    end: String,
    /// Bytes of all pieces.
    length: usize,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Slot {
    Value(usize),
    Signature,
}

impl Text {
    /// Cuts a text at its marks; `None` if one of them is missing.
    pub(super) fn new(text: &str, marks: &[Mark]) -> Option<Self> {
        let marks = marks.iter().enumerate().map(|(slot, mark)| (mark.text.as_str(), Slot::Value(slot)));
        let marks: Vec<(&str, Slot)> = marks.chain([(SIGNATURE, Slot::Signature)]).collect();
        let mut pieces = Vec::new();
        let mut rest = text;
        let next = |rest: &str| {
            let places = marks.iter().filter_map(|(mark, slot)| Some((rest.find(mark)?, mark.len(), *slot)));
            places.min_by_key(|(at, _, _)| *at)
        };
        while let Some((at, length, slot)) = next(rest) {
            pieces.push((rest.get(..at)?.to_owned(), slot));
            rest = rest.get(at + length..)?;
        }
        let all = marks.iter().all(|(_, slot)| pieces.iter().any(|(_, known)| known == slot));
        let length = pieces.iter().map(|(piece, _)| piece.len()).sum::<usize>() + rest.len();
        all.then(|| Self { pieces, end: rest.to_owned(), length })
    }

    /// Appends the text with these values, escaped, in its slots.
    pub(super) fn fill(&self, values: &[&str], signature: &str, out: &mut String) {
        out.reserve(self.length + values.iter().map(|value| 2 * value.len()).sum::<usize>() + signature.len());
        for (piece, slot) in &self.pieces {
            out.push_str(piece);
            match slot {
                Slot::Value(slot) => write_escaped(values.get(*slot).copied().unwrap_or_default(), out),
                Slot::Signature => out.push_str(signature),
            }
        }
        out.push_str(&self.end);
    }
}
