//! The active property: what the values at hand are values of.

use super::active::Definition;
use super::scope::Scope;

/// The active property.
#[derive(Clone, Copy)]
pub(super) enum Property<'x> {
    None,
    Graph,
    Reverse,
    /// A term, and its definition in the scope that holds here.
    Term(&'x str, Option<&'x Definition>),
}

impl<'x> Property<'x> {
    pub(super) fn name(self) -> &'x str {
        match self {
            Self::None => "",
            Self::Graph => "@graph",
            Self::Reverse => "@reverse",
            Self::Term(term, _) => term,
        }
    }

    /// Whether values here belong to no property, so that nothing would be stated of them.
    pub(super) const fn is_floating(self) -> bool {
        matches!(self, Self::None | Self::Graph)
    }

    pub(super) const fn definition(self) -> Option<&'x Definition> {
        match self {
            Self::Term(_, definition) => definition,
            _ => None,
        }
    }

    /// The same property where another scope holds.
    pub(super) fn within(self, scope: Scope<'x>) -> Self {
        match self {
            Self::Term(term, _) => Self::Term(term, scope.active.get(term)),
            other => other,
        }
    }
}
