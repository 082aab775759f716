//! Expansion (API §5.1), into a tree of interned terms. Step numbers are those of §5.1.2.

use std::borrow::Cow;

use super::active::{Container, Definition, Direction, Expansion, Mapping, TypeMapping};
use super::finish::{Datatype, Entries};
use super::keywords::Keyword;
use super::memo::How;
use super::property::Property;
use super::scope::{Scope, Scopes};
use super::tree::{Id, Item, Label, Node};
use crate::json::{Object, Path, Value};
use crate::rdf::{Dataset, TermId};
use crate::{Code, Fault};

/// How directions are put into RDF (API §8.2.2 step 13).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(not(any(test, feature = "testing")), expect(dead_code, reason = "the public mode is always i18n-datatype"))]
pub(super) enum RdfDirection {
    /// They are dropped (an error in safe mode).
    Null,
    I18nDatatype,
    CompoundLiteral,
}

/// The work on one document.
pub(super) struct Expander<'c> {
    pub(super) scopes: &'c Scopes<'c>,
    pub(super) data: Dataset,
    /// What was expanded and has no place yet; each step takes what it put here.
    pub(super) stack: Vec<Item>,
    /// Whether what RDF cannot hold is dropped instead of refused. Never but in tests.
    pub(super) lenient: bool,
    /// Whether values that RDF cannot hold pass: for signatures over the text itself, where nothing is left out. That each
    /// member has a meaning is asked for all the same.
    pub(super) values_pass: bool,
    pub(super) direction: RdfDirection,
    /// Names the nodes without an id by their places; without it, each is a new blank node.
    pub(super) names: Option<Names<'c>>,
    /// The first value of this kind ([`super::Quads::respelt`]).
    pub(super) respelt: Option<Fault>,
    /// The first value of this kind ([`super::Quads::typed`]).
    pub(super) typed: Option<Fault>,
}

/// Gives a node without an id, at this place of the document, a label that is no other node's.
pub(crate) type Names<'n> = &'n dyn Fn(&Path<'_>) -> Box<str>;

/// What an element became, beside the items on the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing.
    Null,
    Single,
    Array,
}

/// The top of the document: what takes the place of its own context, and which members are left out.
#[derive(Clone, Copy, Default)]
pub(super) struct Top<'x> {
    pub(super) context: Option<&'x Value<'x>>,
    pub(super) skip: &'x [&'x str],
}

/// A fault of the document: the specification's error code, and the term.
pub(super) fn invalid(error: &str, path: &Path<'_>, name: &str) -> Fault {
    let about = if name.is_empty() { error.to_owned() } else { format!("{error}: {name}") };
    Fault::new(Code::JsonldInvalid).at(path.pointer()).about(about)
}

impl<'c> Expander<'c> {
    /// The label of what stands at this place.
    pub(super) fn label(&self, path: &Path<'_>) -> Label {
        Label::new(self.names.map(|names| names(path)))
    }

    /// In safe mode, refuses what would be dropped (see the module's documentation).
    pub(super) fn dropped(&self, code: Code, path: &Path<'_>, name: &str) -> Result<(), Fault> {
        let passes = self.lenient || (self.values_pass && code == Code::JsonldDroppedValue);
        if passes { Ok(()) } else { Err(Fault::new(code).at(path.pointer()).about(name)) }
    }

    /// Remembers a boolean that is not written as one.
    pub(super) fn respelt(&mut self, path: &Path<'_>, name: &str) {
        self.respelt.get_or_insert_with(|| Fault::new(Code::JsonldNotATerm).at(path.pointer()).about(name));
    }

    /// Remembers a value object of a datatype that JSON has itself.
    pub(super) fn typed(&mut self, path: &Path<'_>, name: &str) {
        self.typed.get_or_insert_with(|| Fault::new(Code::JsonldNotATerm).at(path.pointer()).about(name));
    }

    /// The algorithm. Its items are left on the stack.
    pub(super) fn expand(
        &mut self,
        scope: Scope<'c>,
        property: Property<'_>,
        element: &Value<'_>,
        path: &Path<'_>,
        from_map: bool,
    ) -> Result<Shape, Fault> {
        match element {
            Value::Null => {
                self.dropped(Code::JsonldDroppedValue, path, property.name())?;
                Ok(Shape::Null)
            }
            Value::Array(items) => self.array(scope, property, items, path, from_map),
            Value::Object(object) => self.object(scope, property, object, path, from_map, Top::default()),
            scalar => {
                // Step 4
                if property.is_floating() {
                    self.dropped(Code::JsonldDroppedValue, path, property.name())?;
                    return Ok(Shape::Null);
                }
                let mut definition = property.definition();
                let mut scope = scope;
                if let Some(scoped) = definition.and_then(|definition| definition.scoped.as_deref()) {
                    scope = self.scopes.scoped(scope, scoped, How::Property, path)?;
                    definition = property.within(scope).definition();
                }
                let item = self.scalar(scope, definition, scalar, path, property.name())?;
                self.stack.push(item);
                Ok(Shape::Single)
            }
        }
    }

    /// Step 5
    fn array(
        &mut self,
        scope: Scope<'c>,
        property: Property<'_>,
        items: &[Value<'_>],
        path: &Path<'_>,
        from_map: bool,
    ) -> Result<Shape, Fault> {
        let contained = |kind| property.definition().is_some_and(|definition| definition.container.has(kind));
        let list = contained(Container::LIST);
        if items.is_empty() && !list {
            // Nothing is stated, so nothing would be signed: an empty array could come and go.
            self.dropped(Code::JsonldDroppedValue, path, property.name())?;
        }
        for (i, item) in items.iter().enumerate() {
            let mark = self.stack.len();
            let shape = self.expand(scope, property, item, &path.index(i), from_map)?;
            if list && shape == Shape::Array {
                let inner = self.stack.drain(mark..).collect();
                let label = self.label(&path.index(i));
                self.stack.push(Item::List(inner, label));
            }
        }
        // `[false]` states what `false` states, and is true to whoever asks JSON.
        let one = match items {
            [Value::Bool(_)] => true,
            [Value::Object(object)] => object.contains_key("@value") && self.typed.is_some(),
            _ => false,
        };
        if one && !list && !contained(Container::SET) {
            self.respelt(path, property.name());
        }
        Ok(Shape::Array)
    }

    /// Steps 7 to 20: a map.
    pub(super) fn object(
        &mut self,
        scope: Scope<'c>,
        property: Property<'_>,
        object: &Object<'_>,
        path: &Path<'_>,
        from_map: bool,
        top: Top<'_>,
    ) -> Result<Shape, Fault> {
        let scoped = property.definition().and_then(|definition| definition.scoped.as_deref());
        let mut scope = scope;
        // Step 7
        if scope.previous.is_some() && !from_map {
            let is = |key: &str, keyword| keyword_of(scope, key) == Some(keyword);
            let has_value = object.keys().any(|key| is(key, Keyword::Value));
            let only_id = object.len() == 1 && object.keys().all(|key| is(key, Keyword::Id));
            if !has_value && !only_id {
                scope = scope.reverted();
            }
        }
        // Step 8
        if let Some(scoped) = scoped {
            scope = self.scopes.scoped(scope, scoped, How::Property, path)?;
        }
        // Step 9
        if let Some(local) = top.context.or_else(|| object.get("@context")) {
            scope = self.scopes.local(scope, local, &path.key("@context"))?;
        }
        // Steps 10 and 11
        let type_scope = scope;
        scope = type_scoped(self.scopes, scope, object, path)?;

        // Steps 12 to 14
        let mut entries = Entries::default();
        entries.node.properties.reserve(object.len());
        self.members(scope, type_scope, property, object, path, top.skip, &mut entries)?;
        self.finish(property, entries, path)
    }

    /// Steps 13 and 14: the members of a map.
    #[expect(clippy::too_many_arguments, reason = "the inputs of the algorithm")]
    fn members<'x>(
        &mut self,
        scope: Scope<'c>,
        type_scope: Scope<'c>,
        property: Property<'_>,
        object: &'x Object<'_>,
        path: &Path<'_>,
        skip: &[&str],
        entries: &mut Entries<'x>,
    ) -> Result<(), Fault>
    where
        'c: 'x,
    {
        let mut nests: Vec<(&str, &'x Value<'_>)> = Vec::new();
        for (key, value) in object.iter() {
            if key == "@context" || skip.contains(&key) {
                continue;
            }
            let path = path.key(key);
            let definition = scope.active.get(key);
            let predicate = match definition.map(|definition| &definition.mapping) {
                Some(Mapping::Iri(iri)) => {
                    if definition.is_some_and(|definition| definition.well_formed) {
                        Some(self.data.well_formed_iri(iri))
                    } else {
                        self.predicate(iri, &path, key)?
                    }
                }
                Some(Mapping::Keyword(keyword))
                    if !self.lenient && !self.values_pass && !is_known_alias(key, *keyword) =>
                {
                    return Err(Fault::new(Code::JsonldNotATerm).at(path.pointer()).about(key));
                }
                Some(Mapping::Keyword(Keyword::Nest)) => {
                    nests.push((key, value));
                    continue;
                }
                Some(Mapping::Keyword(keyword)) => {
                    self.keyword(*keyword, scope, type_scope, property, value, &path, key, entries)?;
                    continue;
                }
                Some(Mapping::Null) => {
                    self.dropped(Code::JsonldUndefinedTerm, &path, key)?;
                    continue;
                }
                None => match scope.active.expand(key, false, true) {
                    Expansion::Keyword(Keyword::Nest) => {
                        nests.push((key, value));
                        continue;
                    }
                    Expansion::Keyword(keyword) => {
                        self.keyword(keyword, scope, type_scope, property, value, &path, key, entries)?;
                        continue;
                    }
                    Expansion::Iri(iri) if iri.contains(':') => self.predicate(&iri, &path, key)?,
                    Expansion::Null | Expansion::Iri(_) => {
                        self.dropped(Code::JsonldUndefinedTerm, &path, key)?;
                        continue;
                    }
                },
            };
            self.property(scope, key, definition, predicate, value, &path, &mut entries.node)?;
        }
        for (key, value) in nests {
            self.nest(scope, type_scope, key, value, &path.key(key), entries)?;
        }
        Ok(())
    }

    /// Step 14: the members of nested objects belong to the node itself.
    fn nest<'x>(
        &mut self,
        scope: Scope<'c>,
        type_scope: Scope<'c>,
        key: &str,
        value: &'x Value<'_>,
        path: &Path<'_>,
        entries: &mut Entries<'x>,
    ) -> Result<(), Fault>
    where
        'c: 'x,
    {
        if value.as_array().is_some_and(<[_]>::is_empty) {
            self.dropped(Code::JsonldDroppedValue, path, key)?;
        }
        for (i, nested) in value.items().iter().enumerate() {
            let place = path.index(i);
            let path = if value.as_array().is_some() { &place } else { path };
            let object = nested
                .as_object()
                .filter(|object| object.keys().all(|key| keyword_of(scope, key) != Some(Keyword::Value)))
                .ok_or_else(|| invalid("invalid @nest value", path, key))?;
            let mut inner = scope;
            if let Some(scoped) = scope.active.get(key).and_then(|definition| definition.scoped.as_deref()) {
                inner = self.scopes.scoped(scope, scoped, How::Property, path)?;
            }
            let property = Property::Term(key, inner.active.get(key));
            self.members(inner, type_scope, property, object, path, &[], entries)?;
        }
        Ok(())
    }

    /// Step 13.4: a member that is a keyword.
    #[expect(clippy::too_many_arguments, reason = "the inputs of the algorithm")]
    fn keyword<'x>(
        &mut self,
        keyword: Keyword,
        scope: Scope<'c>,
        type_scope: Scope<'c>,
        property: Property<'_>,
        value: &'x Value<'_>,
        path: &Path<'_>,
        key: &str,
        entries: &mut Entries<'x>,
    ) -> Result<(), Fault>
    where
        'c: 'x,
    {
        let error = |error| Err(invalid(error, path, key));
        if matches!(property, Property::Reverse) {
            return error("invalid reverse property map");
        }
        if entries.seen & keyword.bit() != 0 && !matches!(keyword, Keyword::Included | Keyword::Type) {
            return error("colliding keywords");
        }
        entries.seen |= keyword.bit();
        let mark = self.stack.len();
        match keyword {
            Keyword::Id => {
                let Value::String(text) = value else { return error("invalid @id value") };
                entries.node.id = match self.resource(scope.active.expand(text, true, false), path, key)? {
                    Some(term) => Id::Term(term),
                    None => Id::Bad,
                };
            }
            Keyword::Type => self.types(type_scope, value, path, key, entries)?,
            Keyword::Graph => {
                self.expand(scope, Property::Graph, value, path, false)?;
                entries.node.graph = Some(self.stack.drain(mark..).collect());
            }
            Keyword::Included => {
                let shape = self.expand(scope, Property::None, value, path, false)?;
                let items = self.stack.get(mark..).unwrap_or_default();
                if shape == Shape::Null || !items.iter().all(Item::is_node) {
                    return error("invalid @included value");
                }
                entries.node.included.extend(self.stack.drain(mark..));
            }
            Keyword::Value => entries.value = Some(value),
            Keyword::Language => match value {
                Value::String(text) => entries.language = Some(text),
                _ => return error("invalid language-tagged string"),
            },
            Keyword::Direction => match value.as_str().and_then(Direction::parse) {
                Some(direction) => entries.direction = Some(direction),
                None => return error("invalid base direction"),
            },
            Keyword::Index => {
                if value.as_str().is_none() {
                    return error("invalid @index value");
                }
                // RDF has no place for an index, so it would not be signed.
                self.dropped(Code::JsonldDroppedValue, path, key)?;
                entries.node.indexed = true;
            }
            Keyword::List => {
                if property.is_floating() {
                    self.dropped(Code::JsonldDroppedValue, path, key)?;
                    return Ok(());
                }
                if value.as_array().is_none_or(|items| !items.is_empty()) {
                    self.expand(scope, property.within(scope), value, path, false)?;
                }
                entries.list = Some(self.stack.drain(mark..).collect());
            }
            Keyword::Set => {
                let shape = self.expand(scope, property.within(scope), value, path, false)?;
                entries.set = Some((shape, self.stack.drain(mark..).collect()));
            }
            Keyword::Reverse => self.reverse(scope, value, path, key, &mut entries.node)?,
            _ => self.dropped(Code::JsonldDroppedValue, path, key)?,
        }
        Ok(())
    }

    /// Step 13.4.4
    fn types<'x>(
        &mut self,
        scope: Scope<'c>,
        value: &'x Value<'_>,
        path: &Path<'_>,
        key: &str,
        entries: &mut Entries<'x>,
    ) -> Result<(), Fault>
    where
        'c: 'x,
    {
        let error = || invalid("invalid type value", path, key);
        let in_array = value.as_array().is_some();
        if value.as_array().is_some_and(<[_]>::is_empty) {
            self.dropped(Code::JsonldDroppedValue, path, key)?;
        }
        for (i, item) in value.items().iter().enumerate() {
            let place = path.index(i);
            let path = if in_array { &place } else { path };
            let text = item.as_str().ok_or_else(error)?;
            let defined = scope.active.get(text).filter(|definition| definition.well_formed && !text.starts_with('@'));
            if let Some(Definition { mapping: Mapping::Iri(iri), .. }) = defined {
                entries.node.types.push(self.data.well_formed_iri(iri));
                let datatype = Datatype::Iri(Cow::Borrowed(iri));
                entries.datatype = Some(if in_array { Datatype::Other } else { datatype });
                continue;
            }
            let expanded = scope.active.expand(text, true, true);
            let mut datatype = Datatype::Other;
            match &expanded {
                Expansion::Keyword(Keyword::Json) => datatype = Datatype::Json,
                Expansion::Iri(iri) => {
                    if let Some(term) = self.type_term(iri, text, path)? {
                        entries.node.types.push(term);
                    }
                    datatype = Datatype::Iri(iri.clone());
                }
                Expansion::Null | Expansion::Keyword(_) => self.dropped(Code::JsonldUndefinedTerm, path, text)?,
            }
            entries.datatype =
                Some(if in_array && !matches!(datatype, Datatype::Json) { Datatype::Other } else { datatype });
        }
        Ok(())
    }

    /// Step 13.4.13
    fn reverse(
        &mut self,
        scope: Scope<'c>,
        value: &Value<'_>,
        path: &Path<'_>,
        key: &str,
        node: &mut Node,
    ) -> Result<(), Fault> {
        let Value::Object(object) = value else { return Err(invalid("invalid @reverse value", path, key)) };
        let mark = self.stack.len();
        self.object(scope, Property::Reverse, object, path, false, Top::default())?;
        let items: Vec<Item> = self.stack.drain(mark..).collect();
        for mut map in items.into_iter().filter_map(Item::into_node) {
            node.properties.append(&mut map.reverse);
            for (predicate, item) in map.properties {
                if !item.is_node() {
                    return Err(invalid("invalid reverse property value", path, key));
                }
                node.reverse.push((predicate, item));
            }
        }
        Ok(())
    }

    /// Steps 13.5 to 13.14: a member that is a property.
    #[expect(clippy::too_many_arguments, reason = "the inputs of the algorithm")]
    fn property(
        &mut self,
        scope: Scope<'c>,
        key: &str,
        definition: Option<&'c Definition>,
        predicate: Option<TermId>,
        value: &Value<'_>,
        path: &Path<'_>,
        node: &mut Node,
    ) -> Result<(), Fault> {
        let mark = self.stack.len();
        let container = definition.map(|definition| definition.container).unwrap_or_default();
        let is_map = matches!(value, Value::Object(_));
        let by_key = Container::INDEX.with(Container::ID).with(Container::TYPE);
        let shape = match (definition, value) {
            (Some(Definition { type_mapping: Some(TypeMapping::Json), .. }), _) => {
                let item = self.json(value);
                self.stack.push(item);
                Shape::Single
            }
            (Some(definition), Value::Object(map)) if container.has(Container::LANGUAGE) => {
                self.language_map(scope, definition, key, map, path)?
            }
            (Some(definition), Value::Object(map)) if container.has(by_key) => {
                self.index_map(scope, definition, key, map, path)?
            }
            _ => self.expand(scope, Property::Term(key, definition), value, path, false)?,
        };
        if shape == Shape::Null {
            return Ok(());
        }
        // Step 13.11
        let is_list = shape == Shape::Single && matches!(self.stack.last(), Some(Item::List(..)));
        if container.has(Container::LIST) && !is_list {
            let items = self.stack.drain(mark..).collect();
            let label = self.label(path);
            self.stack.push(Item::List(items, label));
        }
        // Step 13.12
        if container.has(Container::GRAPH) && !(is_map && container.has(by_key)) && !container.has(by_key) {
            let items: Vec<Item> = self.stack.drain(mark..).collect();
            for item in items {
                self.in_graph(&item, path, key)?;
                self.stack.push(Item::graph_of(item));
            }
        }
        // Steps 13.13 and 13.14
        if definition.is_some_and(|definition| definition.reverse) {
            if !self.stack.get(mark..).unwrap_or_default().iter().all(Item::is_node) {
                return Err(invalid("invalid reverse property value", path, key));
            }
            node.reverse.extend(self.stack.drain(mark..).map(|item| (predicate, item)));
        } else if self.stack.len() == mark + 1 {
            node.properties.extend(self.stack.pop().map(|item| (predicate, item)));
        } else {
            node.properties.extend(self.stack.drain(mark..).map(|item| (predicate, item)));
        }
        Ok(())
    }

    /// In a graph of its own, a value or a bare reference states nothing and would not be signed.
    pub(super) fn in_graph(&self, item: &Item, path: &Path<'_>, key: &str) -> Result<(), Fault> {
        match item {
            Item::Node(node) if !node.is_bare() => Ok(()),
            _ => self.dropped(Code::JsonldDroppedValue, path, key),
        }
    }
}

/// Step 11: the contexts of the types.
pub(super) fn type_scoped<'c>(
    scopes: &'c Scopes<'c>,
    scope: Scope<'c>,
    object: &Object<'_>,
    path: &Path<'_>,
) -> Result<Scope<'c>, Fault> {
    let mut members = object.iter().filter(|(key, _)| *key == "@type" || scope.active.is_type_alias(key));
    let Some(first) = members.next() else { return Ok(scope) };
    let Some(second) = members.next() else { return scoped_by(scopes, first, scope, scope, path) };
    let mut members: Vec<(&str, &Value<'_>)> = [first, second].into_iter().chain(members).collect();
    members.sort_unstable_by_key(|(key, _)| *key);
    members.into_iter().try_fold(scope, |inner, member| scoped_by(scopes, member, scope, inner, path))
}

/// The contexts of the types in one member, in the order of their terms; the terms are those of the scope `before`.
fn scoped_by<'c>(
    scopes: &'c Scopes<'c>,
    (key, value): (&str, &Value<'_>),
    before: Scope<'c>,
    scope: Scope<'c>,
    path: &Path<'_>,
) -> Result<Scope<'c>, Fault> {
    let enter = |scope, (_, scoped): (&str, _)| scopes.scoped(scope, scoped, How::Type, &path.key(key));
    let mut types = value.items().iter().filter_map(|item| {
        let term = item.as_str()?;
        Some((term, before.active.get(term)?.scoped.as_deref()?))
    });
    let Some(first) = types.next() else { return Ok(scope) };
    let Some(second) = types.next() else { return enter(scope, first) };
    let mut types: Vec<_> = [first, second].into_iter().chain(types).collect();
    types.sort_unstable_by_key(|(term, _)| *term);
    types.into_iter().try_fold(scope, enter)
}

/// The two aliases that every credential has. Any other could be put in their place by whoever adds a context that has it:
/// ODRL calls `@id` `uid`.
fn is_known_alias(key: &str, keyword: Keyword) -> bool {
    matches!((key, keyword), ("id", Keyword::Id) | ("type", Keyword::Type))
}

/// The keyword that a key stands for, if any.
pub(super) fn keyword_of(scope: Scope<'_>, key: &str) -> Option<Keyword> {
    if key.starts_with('@') {
        return Keyword::parse(key);
    }
    match scope.active.get(key)?.mapping {
        Mapping::Keyword(keyword) => Some(keyword),
        _ => None,
    }
}
