//! Active contexts and term definitions (API §4): a compiled context is a table of terms that nobody changes any more.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use super::iri;
use super::keywords::{Keyword, has_keyword_form};
use crate::json::Value;

/// Who owns a compiled context, and so how long it lives and who may see it. A context that was made with the help of an
/// evidence context or an inline one never ends up among the built-in ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Owner {
    /// Made from built-in contexts alone; lives as long as the program.
    Builtin,
    /// Made with a context of the evidence; lives as long as its set.
    Evidence,
    /// Made with an inline context; lives as long as the work on one document.
    Document,
}

/// A base direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Direction {
    Ltr,
    Rtl,
}

impl Direction {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "ltr" => Some(Self::Ltr),
            "rtl" => Some(Self::Rtl),
            _ => None,
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

type Terms = HashMap<Arc<str>, Arc<Definition>, foldhash::fast::RandomState>;

/// An active context.
#[derive(Clone, Debug)]
pub(super) struct Active {
    /// Never given twice in one run of the program.
    pub(super) id: u64,
    pub(super) owner: Owner,
    pub(super) base: Option<Arc<str>>,
    pub(super) original_base: Option<Arc<str>>,
    pub(super) vocab: Option<Arc<str>>,
    pub(super) language: Option<Arc<str>>,
    pub(super) direction: Option<Direction>,
    pub(super) terms: Terms,
    type_aliases: TypeAliases,
}

/// The terms that stand for `@type`, gathered when they are first asked for: once a context is compiled. A copy is made to
/// be changed, so it has none yet.
#[derive(Default, Debug)]
struct TypeAliases(OnceLock<Box<[Arc<str>]>>);

impl Clone for TypeAliases {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// A number that was not given before, and is above those of the built-in documents.
pub(super) fn unique_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1 << 16);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Active {
    /// A newly initialized context (API §4.1.1).
    pub(super) fn initial(base: Option<&str>, owner: Owner) -> Self {
        let base: Option<Arc<str>> = base.map(Arc::from);
        Self {
            id: unique_id(),
            owner,
            original_base: base.clone(),
            base,
            vocab: None,
            language: None,
            direction: None,
            terms: Terms::default(),
            type_aliases: TypeAliases::default(),
        }
    }

    /// Whether a term stands for `@type`. Only for a context that does not change any more.
    pub(super) fn is_type_alias(&self, term: &str) -> bool {
        let aliases = self.type_aliases.0.get_or_init(|| {
            let is_alias = |definition: &Definition| definition.mapping == Mapping::Keyword(Keyword::Type);
            self.terms.iter().filter(|(_, definition)| is_alias(definition)).map(|(term, _)| Arc::clone(term)).collect()
        });
        aliases.iter().any(|alias| **alias == *term)
    }

    /// The definition of a term.
    pub(super) fn get(&self, term: &str) -> Option<&Definition> {
        self.terms.get(term).map(|definition| &**definition)
    }

    /// IRI expansion (API §5.2) with every term defined already.
    pub(super) fn expand<'x>(&'x self, value: &'x str, document_relative: bool, vocab: bool) -> Expansion<'x> {
        if value.starts_with('@') {
            if let Some(keyword) = Keyword::parse(value) {
                return Expansion::Keyword(keyword);
            }
            if has_keyword_form(value) {
                return Expansion::Null;
            }
        }
        if let Some(definition) = self.get(value) {
            match &definition.mapping {
                Mapping::Keyword(keyword) => return Expansion::Keyword(*keyword),
                Mapping::Iri(iri) if vocab => return Expansion::Iri(Cow::Borrowed(iri)),
                Mapping::Null if vocab => return Expansion::Null,
                _ => {}
            }
        }
        if let Some((prefix, suffix)) = iri::split_compact(value) {
            if prefix == "_" || suffix.starts_with("//") {
                return Expansion::Iri(Cow::Borrowed(value));
            }
            if let Some(Definition { mapping: Mapping::Iri(iri), prefix: true, .. }) = self.get(prefix) {
                return Expansion::Iri(Cow::Owned([iri, suffix].concat()));
            }
            if iri::is_absolute(value) {
                return Expansion::Iri(Cow::Borrowed(value));
            }
        }
        match (&self.vocab, &self.base) {
            (Some(mapping), _) if vocab => Expansion::Iri(Cow::Owned([mapping, value].concat())),
            (_, Some(base)) if document_relative => Expansion::Iri(Cow::Owned(iri::resolve(base, value))),
            _ => Expansion::Iri(Cow::Borrowed(value)),
        }
    }
}

/// What IRI expansion gives. An `Iri` may still be relative or a blank node identifier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Expansion<'x> {
    Null,
    Keyword(Keyword),
    Iri(Cow<'x, str>),
}

impl Expansion<'_> {
    pub(super) fn into_owned(self) -> Expansion<'static> {
        match self {
            Self::Null => Expansion::Null,
            Self::Keyword(keyword) => Expansion::Keyword(keyword),
            Self::Iri(iri) => Expansion::Iri(Cow::Owned(iri.into_owned())),
        }
    }
}

/// What a term stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Mapping {
    /// The term is decoupled from any IRI.
    Null,
    Keyword(Keyword),
    Iri(Arc<str>),
}

/// A type mapping.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum TypeMapping {
    Id,
    Vocab,
    Json,
    None,
    /// A datatype, and whether it is well-formed.
    Iri(Arc<str>, bool),
}

/// A container mapping: a set of keywords.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Container(u8);

impl Container {
    pub(super) const GRAPH: Self = Self(1);
    pub(super) const ID: Self = Self(2);
    pub(super) const INDEX: Self = Self(4);
    pub(super) const LANGUAGE: Self = Self(8);
    pub(super) const LIST: Self = Self(16);
    pub(super) const SET: Self = Self(32);
    pub(super) const TYPE: Self = Self(64);

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn count(self) -> u32 {
        self.0.count_ones()
    }

    pub(super) fn keyword(text: &str) -> Option<Self> {
        Some(match text {
            "@graph" => Self::GRAPH,
            "@id" => Self::ID,
            "@index" => Self::INDEX,
            "@language" => Self::LANGUAGE,
            "@list" => Self::LIST,
            "@set" => Self::SET,
            "@type" => Self::TYPE,
            _ => return None,
        })
    }
}

/// A term definition (API §4.2).
#[derive(Clone, Debug)]
pub(super) struct Definition {
    pub(super) mapping: Mapping,
    /// Whether the mapping is an IRI that can stand in RDF as it is.
    pub(super) well_formed: bool,
    pub(super) prefix: bool,
    pub(super) reverse: bool,
    pub(super) protected: bool,
    pub(super) container: Container,
    pub(super) type_mapping: Option<TypeMapping>,
    /// `Some(None)` is an explicit null.
    pub(super) language: Option<Option<Arc<str>>>,
    /// `Some(None)` is an explicit null.
    pub(super) direction: Option<Option<Direction>>,
    pub(super) nest: Option<Box<str>>,
    pub(super) index: Option<Box<str>>,
    pub(super) scoped: Option<Box<ScopedContext>>,
}

impl Definition {
    pub(super) const fn new(protected: bool) -> Self {
        Self {
            mapping: Mapping::Null,
            well_formed: false,
            prefix: false,
            reverse: false,
            protected,
            container: Container(0),
            type_mapping: None,
            language: None,
            direction: None,
            nest: None,
            index: None,
            scoped: None,
        }
    }

    /// Whether two definitions are the same other than in their protection (API §4.2.2 step 27.1).
    pub(super) fn same_as(&self, other: &Self) -> bool {
        self.mapping == other.mapping
            && self.prefix == other.prefix
            && self.reverse == other.reverse
            && self.container == other.container
            && self.type_mapping == other.type_mapping
            && self.language == other.language
            && self.direction == other.direction
            && self.nest == other.nest
            && self.index == other.index
            && match (&self.scoped, &other.scoped) {
                (None, None) => true,
                (Some(a), Some(b)) => {
                    a.context == b.context
                        || crate::json::canonicalize(&a.context) == crate::json::canonicalize(&b.context)
                }
                _ => false,
            }
    }
}

/// The local context of a term definition, for where the term is used as a property or type.
#[derive(Clone, Debug)]
pub(super) struct ScopedContext {
    /// Never given twice in one run of the program.
    pub(super) id: u64,
    /// Who owns the context document in which it stands.
    pub(super) owner: Owner,
    pub(super) context: Value<'static>,
    pub(super) base_url: Option<Arc<str>>,
}
