//! The expanded document, as lean as quads need it: terms are interned already, index values are gone.

use super::active::Direction;
use crate::rdf::TermId;

/// An expanded value.
#[derive(PartialEq, Debug)]
pub(super) enum Item {
    /// A node object with nothing but an `@id`.
    Ref(TermId),
    /// A literal.
    Literal(TermId),
    /// A literal with a base direction that becomes a node of its own.
    Compound(Box<Compound>),
    /// A list object, with the label of its cells.
    List(Vec<Item>, Label),
    /// A node object.
    Node(Box<Node>),
    /// A resource or literal that is not well-formed; only in lenient mode.
    Bad,
}

/// The label that a node without an id gets, where the caller names such nodes; none where each is new.
#[derive(Debug, Default)]
pub(super) struct Label(Option<Box<str>>);

impl Label {
    pub(super) const fn new(label: Option<Box<str>>) -> Self {
        Self(label)
    }

    pub(super) fn get(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

/// A label states nothing: two descriptions are one whatever their nodes are called.
impl PartialEq for Label {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The parts of a compound literal.
#[derive(PartialEq, Debug)]
pub(super) struct Compound {
    pub(super) value: TermId,
    pub(super) language: Option<TermId>,
    pub(super) direction: Direction,
    pub(super) direction_term: TermId,
}

/// The `@id` of a node object.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) enum Id {
    /// There is none: a new blank node.
    #[default]
    None,
    Term(TermId),
    /// It is not well-formed; only in lenient mode.
    Bad,
}

/// A node object.
#[derive(PartialEq, Debug, Default)]
pub(super) struct Node {
    pub(super) id: Id,
    pub(super) label: Label,
    pub(super) types: Vec<TermId>,
    /// Properties with their values; a predicate that is not well-formed is `None` (only in lenient mode).
    pub(super) properties: Vec<(Option<TermId>, Item)>,
    pub(super) reverse: Vec<(Option<TermId>, Item)>,
    /// The value of `@graph`: the node is a graph object.
    pub(super) graph: Option<Vec<Item>>,
    pub(super) included: Vec<Item>,
    /// Whether there is an `@index`.
    pub(super) indexed: bool,
}

impl Node {
    /// Whether there is nothing but perhaps an id.
    pub(super) fn is_bare(&self) -> bool {
        self.types.is_empty()
            && self.properties.is_empty()
            && self.reverse.is_empty()
            && self.graph.is_none()
            && self.included.is_empty()
    }

    /// Whether it is a graph object with nothing but perhaps an id (JSON-LD 1.1 §9.4).
    pub(super) fn is_graph_object(&self) -> bool {
        self.graph.is_some()
            && self.types.is_empty()
            && self.properties.is_empty()
            && self.reverse.is_empty()
            && self.included.is_empty()
    }
}

impl Item {
    /// A graph object around an item. Its label, if there is one, is made of the item's.
    pub(super) fn graph_of(item: Self) -> Self {
        let inner = if let Self::Node(node) = &item { node.label.get() } else { None };
        let label = Label::new(inner.map(|inner| [inner, "@graph"].concat().into_boxed_str()));
        Self::Node(Box::new(Node { label, graph: Some(vec![item]), ..Node::default() }))
    }

    /// The item as a node object to which entries can be added; `None` for values and lists.
    pub(super) fn into_node(self) -> Option<Box<Node>> {
        match self {
            Self::Node(node) => Some(node),
            Self::Ref(id) => Some(Box::new(Node { id: Id::Term(id), ..Node::default() })),
            Self::Bad => Some(Box::new(Node { id: Id::Bad, ..Node::default() })),
            Self::Literal(_) | Self::Compound(_) | Self::List(..) => None,
        }
    }

    /// Whether it is a node object (or reference), not a value or list.
    pub(super) const fn is_node(&self) -> bool {
        matches!(self, Self::Node(_) | Self::Ref(_) | Self::Bad)
    }
}
