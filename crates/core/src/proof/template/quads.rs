//! The quads of documents of one shape, and their canonical form (RDFC-1.0) once the slots are filled.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::{Kind, Mark};
use crate::rdf::{Dataset, HashAlgorithm, TermId, TermRef, push_literal};

/// The canonical labels. There are no more, so that their order is that of their numbers.
const LABELS: [&str; 10] =
    ["_:c14n0", "_:c14n1", "_:c14n2", "_:c14n3", "_:c14n4", "_:c14n5", "_:c14n6", "_:c14n7", "_:c14n8", "_:c14n9"];

/// A quad of the default graph: the numbers of its terms.
type Quad = [usize; 3];

/// Quads, some of whose terms have slots.
#[derive(PartialEq, Debug)]
pub(super) struct Quads {
    terms: Vec<Term>,
    quads: Vec<Quad>,
    /// The quads with one subject stand together: where each run begins and ends.
    runs: Vec<(usize, usize)>,
    /// The blank nodes: the number of the term, and the quads that mention it.
    blanks: Vec<(usize, Vec<usize>)>,
    /// The nodes with IRIs: terms that no two documents' values may make one.
    nodes: Vec<usize>,
}

/// A term as canonical N-Quads write it.
#[derive(PartialEq, Debug)]
enum Term {
    Fixed(String),
    Blank,
    Slot { head: String, slot: usize, tail: String, is_literal: bool },
}

/// Buffers, kept from document to document.
#[derive(Default)]
pub(crate) struct Scratch {
    slots: String,
    ends: Vec<usize>,
    order: Vec<usize>,
    lines: String,
}

impl Quads {
    /// Reads the quads of a probe; `None` if a mark stands where it is more than a text, or if there are named graphs or
    /// many blank nodes.
    pub(super) fn new(dataset: &Dataset, marks: &[Mark]) -> Option<Self> {
        let mut this =
            Self { terms: Vec::new(), quads: Vec::new(), runs: Vec::new(), blanks: Vec::new(), nodes: Vec::new() };
        let mut known: HashMap<TermId, usize> = HashMap::new();
        let mut used = vec![false; marks.len()];
        for (subject, predicate, object, graph) in dataset.quads() {
            if graph.is_some() {
                return None;
            }
            let mut quad = [0; 3];
            for (place, id) in quad.iter_mut().zip([subject, predicate, object]) {
                *place = match known.get(&id) {
                    Some(number) => *number,
                    None => {
                        let number = this.terms.len();
                        this.terms.push(Term::read(dataset, id, marks, &mut used)?);
                        known.insert(id, number);
                        number
                    }
                };
            }
            this.quads.push(quad);
        }
        this.sort();
        for (at, [subject, predicate, object]) in this.quads.clone().into_iter().enumerate() {
            if matches!(this.terms.get(predicate), Some(Term::Slot { .. })) {
                return None;
            }
            for node in [subject, object] {
                this.mention(node, at);
            }
        }
        this.sort_mentions();
        (this.blanks.len() <= LABELS.len() && used.iter().all(|used| *used)).then_some(this)
    }

    /// Brings the quads into the order that they will have, but for what the slots and the labels change.
    fn sort(&mut self) {
        let key = |term: usize| match self.terms.get(term) {
            Some(Term::Fixed(text)) => (false, text.as_str(), 0),
            Some(Term::Slot { head, slot, .. }) => (false, head.as_str(), *slot),
            Some(Term::Blank) | None => (true, "", term),
        };
        let mut quads = std::mem::take(&mut self.quads);
        quads.sort_by(|a, b| a.map(key).cmp(&b.map(key)));
        for run in quads.chunk_by(|[one, ..], [other, ..]| one == other) {
            let start = self.runs.last().map_or(0, |(_, end)| *end);
            self.runs.push((start, start + run.len()));
        }
        self.quads = quads;
    }

    /// Brings the quads that mention a blank node into the order of their first-degree lines, in which it is `_:a` and
    /// every other blank node is `_:z`, but for what the slots change.
    fn sort_mentions(&mut self) {
        let mut blanks = std::mem::take(&mut self.blanks);
        for (blank, mentions) in &mut blanks {
            mentions.sort_by_key(|at| match self.quads.get(*at) {
                Some([subject, ..]) if subject == blank => 1,
                Some([subject, ..]) if matches!(self.terms.get(*subject), Some(Term::Blank)) => 2,
                _ => 0,
            });
        }
        self.blanks = blanks;
    }

    fn mention(&mut self, node: usize, quad: usize) {
        match self.terms.get(node) {
            Some(Term::Blank) => match self.blanks.iter_mut().find(|(blank, _)| *blank == node) {
                Some((_, mentions)) if mentions.last() == Some(&quad) => {}
                Some((_, mentions)) => mentions.push(quad),
                None => self.blanks.push((node, vec![quad])),
            },
            Some(Term::Fixed(text)) if !text.starts_with('<') => {}
            Some(Term::Slot { is_literal: true, .. }) | None => {}
            Some(_) if self.nodes.contains(&node) => {}
            Some(_) => self.nodes.push(node),
        }
    }

    /// The canonical N-Quads with these texts in the slots; `None` if two nodes or two quads become one, or if blank
    /// nodes are alike.
    pub(super) fn canonical<'s>(
        &self,
        values: &[&str],
        hash: HashAlgorithm,
        scratch: &'s mut Scratch,
    ) -> Option<&'s str> {
        let Scratch { slots, ends, order, lines } = scratch;
        self.fill(values, slots, ends)?;
        let mut texts = self.texts(slots, ends)?;
        if self.nodes_meet(&texts) {
            return None;
        }
        self.label(&mut texts, hash, order, lines)?;
        let subject = |run: &(usize, usize)| self.quads.get(run.0).and_then(|[subject, ..]| texts.get(*subject));
        let mut runs = self.runs.clone();
        runs.sort_by(|a, b| subject(a).cmp(&subject(b)));
        order.clear();
        order.extend(runs.into_iter().flat_map(|(start, end)| start..end));
        self.write(&texts, order, lines).then_some(lines)
    }

    /// Writes the terms that have slots, one after the other.
    fn fill(&self, values: &[&str], slots: &mut String, ends: &mut Vec<usize>) -> Option<()> {
        slots.clear();
        ends.clear();
        for term in &self.terms {
            if let Term::Slot { head, slot, tail, is_literal } = term {
                let value = values.get(*slot)?;
                slots.push_str(head);
                if *is_literal {
                    push_literal(slots, value);
                } else {
                    slots.push_str(value);
                }
                slots.push_str(tail);
                ends.push(slots.len());
            }
        }
        Some(())
    }

    /// The texts of all terms; those of blank nodes are still to come.
    fn texts<'t>(&'t self, slots: &'t str, ends: &[usize]) -> Option<Vec<&'t str>> {
        let mut ends = ends.iter();
        let mut start = 0;
        let mut texts = Vec::with_capacity(self.terms.len());
        for term in &self.terms {
            texts.push(match term {
                Term::Fixed(text) => text.as_str(),
                Term::Blank => "",
                Term::Slot { .. } => {
                    let end = *ends.next()?;
                    let text = slots.get(start..end)?;
                    start = end;
                    text
                }
            });
        }
        Some(texts)
    }

    /// Whether two nodes have become one: then the quads of both are about one node, and some may be said twice.
    fn nodes_meet(&self, texts: &[&str]) -> bool {
        let is_slot = |node: &usize| matches!(self.terms.get(*node), Some(Term::Slot { .. }));
        self.nodes.iter().filter(|node| is_slot(node)).any(|slot| {
            let text = texts.get(*slot);
            self.nodes.iter().any(|node| node != slot && texts.get(*node) == text)
        })
    }

    /// Gives the blank nodes their canonical labels (RDFC-1.0 §4.4.3 steps 3 and 4); `None` if two have one hash.
    fn label(&self, texts: &mut [&str], hash: HashAlgorithm, order: &mut Vec<usize>, lines: &mut String) -> Option<()> {
        let mut hashes = Vec::with_capacity(self.blanks.len());
        for (blank, mentions) in &self.blanks {
            // §4.6.3: the node itself is _:a, every other one _:z.
            for (other, _) in &self.blanks {
                *texts.get_mut(*other)? = if other == blank { "_:a" } else { "_:z" };
            }
            order.clear();
            order.extend(mentions);
            self.write(texts, order, lines);
            hashes.push((hash.digest(lines.as_bytes()), *blank));
        }
        hashes.sort_unstable();
        if hashes.windows(2).any(|pair| matches!(pair, [(one, _), (other, _)] if one == other)) {
            return None;
        }
        for ((_, blank), label) in hashes.iter().zip(LABELS) {
            *texts.get_mut(*blank)? = label;
        }
        Some(())
    }

    /// Sorts quads and writes their lines; `false` if two are the same.
    fn write(&self, texts: &[&str], order: &mut [usize], lines: &mut String) -> bool {
        let text = |term: usize| texts.get(term).copied().unwrap_or_default();
        let quad = |at: usize| self.quads.get(at).copied().unwrap_or_default();
        // The order of the lines, as `rdf::canon` says why.
        let compare = |a: Quad, b: Quad| {
            let mut terms = a.into_iter().zip(b).filter(|(a, b)| a != b).map(|(a, b)| text(a).cmp(text(b)));
            terms.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        };
        let rises = |order: &[usize]| {
            let mut pairs = order.iter().zip(order.iter().skip(1));
            pairs.all(|(a, b)| compare(quad(*a), quad(*b)).is_lt())
        };
        // They nearly always are in order already.
        let is_distinct = rises(order) || {
            order.sort_by(|a, b| compare(quad(*a), quad(*b)));
            rises(order)
        };
        lines.clear();
        for at in order.iter() {
            for term in quad(*at) {
                lines.push_str(text(term));
                lines.push(' ');
            }
            lines.push_str(".\n");
        }
        is_distinct
    }
}

impl Term {
    /// Reads a term; `None` if a mark is in it without being all of what may vary.
    fn read(dataset: &Dataset, id: TermId, marks: &[Mark], used: &mut [bool]) -> Option<Self> {
        let text = dataset.text(id);
        let is_slot = |mark: &Mark| match (dataset.term(id), mark.kind) {
            (TermRef::Blank(_), _) => false,
            (TermRef::Iri(iri), Kind::Name) => iri == mark.text,
            (TermRef::Iri(iri), Kind::Index) => iri.strip_suffix(&mark.text).is_some_and(|rest| rest.ends_with('#')),
            (TermRef::Iri(_), Kind::Literal) | (TermRef::Literal { .. }, Kind::Name) => false,
            (TermRef::Literal { value, .. }, _) => value == mark.text,
        };
        if dataset.is_blank(id) {
            return Some(Self::Blank);
        }
        let Some(slot) = marks.iter().position(is_slot) else { return Some(Self::Fixed(text.to_owned())) };
        let (head, tail) = text.split_once(&marks.get(slot)?.text)?;
        *used.get_mut(slot)? = true;
        let is_literal = text.starts_with('"');
        Some(Self::Slot { head: head.to_owned(), slot, tail: tail.to_owned(), is_literal })
    }
}
