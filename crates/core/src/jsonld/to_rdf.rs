//! Deserialize JSON-LD to RDF (API §8): the expanded tree becomes quads. Nodes with one id need no merging first, as
//! their quads fall together in the dataset.

use super::tree::{Id, Item, Node};
use crate::Fault;
use crate::rdf::{Dataset, TermId};

const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const RDF_FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
const RDF_REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
const RDF_NIL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil";
const RDF_VALUE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#value";
const RDF_LANGUAGE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#language";
const RDF_DIRECTION: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#direction";

/// Puts the quads of the top-level items into the default graph. Gives the node that is the document's one item, if it is.
pub(super) fn emit(items: &[Item], data: &mut Dataset) -> Result<Option<TermId>, Fault> {
    let rdf_type = data.iri(RDF_TYPE);
    let mut emitter = Emitter { data, rdf_type };
    // API §5.1: a document of nothing but `@graph` is the default graph.
    if let [Item::Node(node)] = items
        && node.id == Id::None
        && node.is_graph_object()
        && let Some(graph) = &node.graph
    {
        return emitter.items(graph, None).map(|()| None);
    }
    match items {
        [Item::Node(node)] => emitter.node(node, None),
        _ => emitter.items(items, None).map(|()| None),
    }
}

struct Emitter<'d> {
    data: &'d mut Dataset,
    rdf_type: TermId,
}

impl Emitter<'_> {
    fn items(&mut self, items: &[Item], graph: Option<TermId>) -> Result<(), Fault> {
        items.iter().try_for_each(|item| self.item(item, graph).map(drop))
    }

    /// Object to RDF Conversion (API §8.2.2), with the quads of an embedded node.
    fn item(&mut self, item: &Item, graph: Option<TermId>) -> Result<Option<TermId>, Fault> {
        match item {
            Item::Ref(term) | Item::Literal(term) => Ok(Some(*term)),
            Item::Bad => Ok(None),
            Item::Node(node) => self.node(node, graph),
            Item::List(items, label) => self.list(items, label.get(), graph).map(Some),
            Item::Compound(compound) => {
                let node = self.data.fresh_blank();
                let value = self.data.iri(RDF_VALUE);
                self.data.push(node, value, compound.value, graph)?;
                if let Some(language) = compound.language {
                    let predicate = self.data.iri(RDF_LANGUAGE);
                    self.data.push(node, predicate, language, graph)?;
                }
                let predicate = self.data.iri(RDF_DIRECTION);
                self.data.push(node, predicate, compound.direction_term, graph)?;
                Ok(Some(node))
            }
        }
    }

    fn node(&mut self, node: &Node, graph: Option<TermId>) -> Result<Option<TermId>, Fault> {
        let subject = match node.id {
            Id::None => Some(match node.label.get() {
                Some(label) => self.data.blank(label),
                None => self.data.fresh_blank(),
            }),
            Id::Term(term) => Some(term),
            Id::Bad => None,
        };
        if let Some(subject) = subject {
            for term in &node.types {
                self.data.push(subject, self.rdf_type, *term, graph)?;
            }
        }
        for (predicate, item) in &node.properties {
            let object = self.item(item, graph)?;
            if let (Some(s), Some(p), Some(o)) = (subject, predicate, object) {
                self.data.push(s, *p, o, graph)?;
            }
        }
        for (predicate, item) in &node.reverse {
            let other = self.item(item, graph)?;
            if let (Some(s), Some(p), Some(o)) = (other, predicate, subject) {
                self.data.push(s, *p, o, graph)?;
            }
        }
        if let (Some(items), Some(name)) = (&node.graph, subject) {
            self.items(items, Some(name))?;
        }
        self.items(&node.included, graph)?;
        Ok(subject)
    }

    /// List to RDF Conversion (API §8.3.2).
    fn list(&mut self, items: &[Item], label: Option<&str>, graph: Option<TermId>) -> Result<TermId, Fault> {
        let nil = self.data.iri(RDF_NIL);
        let Some((_, rest_items)) = items.split_first() else { return Ok(nil) };
        let first = self.data.iri(RDF_FIRST);
        let rest = self.data.iri(RDF_REST);
        let head = self.cell(label, items.len());
        let mut cell = head;
        let mut left = rest_items.len();
        for item in items {
            if let Some(object) = self.item(item, graph)? {
                self.data.push(cell, first, object, graph)?;
            }
            let next = if left == 0 { nil } else { self.cell(label, left) };
            self.data.push(cell, rest, next, graph)?;
            cell = next;
            left = left.saturating_sub(1);
        }
        Ok(head)
    }

    /// A cell of a list, with so many items from it on.
    fn cell(&mut self, label: Option<&str>, left: usize) -> TermId {
        match label {
            Some(label) => self.data.blank(&format!("{label}@list{left}")),
            None => self.data.fresh_blank(),
        }
    }
}
