//! Maps by language, index, id, type and graph (API §5.1.2 steps 13.7 and 13.8).

use super::active::{Active, Container, Definition, Expansion};
use super::expand::{Expander, Shape, invalid};
use super::keywords::Keyword;
use super::memo::How;
use super::property::Property;
use super::scope::Scope;
use super::tree::{Id, Item, Node};
use crate::json::{Object, Path, Value};
use crate::rdf::TermId;
use crate::{Code, Fault};

/// What the key of a map says of the items under it.
enum Key {
    /// Nothing: `@none`.
    None,
    /// An `@index`, which RDF does not keep.
    Index,
    /// A value of this property.
    Property(Option<TermId>, Item),
    Id(Option<TermId>),
    Type(Option<TermId>),
    /// Nothing but the graph.
    Graph,
}

impl<'c> Expander<'c> {
    /// Step 13.7
    pub(super) fn language_map(
        &mut self,
        scope: Scope<'c>,
        definition: &Definition,
        name: &str,
        map: &Object<'_>,
        path: &Path<'_>,
    ) -> Result<Shape, Fault> {
        let direction = definition.direction.unwrap_or(scope.active.direction);
        if map.is_empty() {
            self.dropped(Code::JsonldDroppedValue, path, name)?;
        }
        for (key, value) in map.iter() {
            let path = path.key(key);
            let language = (!is_none(scope.active, key)).then_some(key);
            let in_array = value.as_array().is_some();
            if value.as_array().is_some_and(<[_]>::is_empty) {
                self.dropped(Code::JsonldDroppedValue, &path, name)?;
            }
            for (i, item) in value.items().iter().enumerate() {
                let place = path.index(i);
                let path = if in_array { &place } else { &path };
                match item {
                    Value::Null => self.dropped(Code::JsonldDroppedValue, path, name)?,
                    Value::String(_) => {
                        let item = self.literal(item, None, language, direction, path, name)?;
                        self.stack.push(item);
                    }
                    _ => return Err(invalid("invalid language map value", path, name)),
                }
            }
        }
        Ok(Shape::Array)
    }

    /// Step 13.8
    pub(super) fn index_map(
        &mut self,
        scope: Scope<'c>,
        definition: &Definition,
        name: &str,
        map: &Object<'_>,
        path: &Path<'_>,
    ) -> Result<Shape, Fault> {
        let container = definition.container;
        if map.is_empty() {
            self.dropped(Code::JsonldDroppedValue, path, name)?;
        }
        for (index, value) in map.iter() {
            let path = path.key(index);
            // Steps 13.8.3.1 to 13.8.3.3
            let mut inner = scope;
            if container.has(Container::ID.with(Container::TYPE)) {
                inner = scope.reverted();
            }
            if container.has(Container::TYPE)
                && let Some(scoped) = inner.active.get(index).and_then(|definition| definition.scoped.as_deref())
            {
                inner = self.scopes.scoped(inner, scoped, How::Type, &path)?;
            }
            let mark = self.stack.len();
            self.expand(inner, Property::Term(name, inner.active.get(name)), value, &path, true)?;
            let items: Vec<Item> = self.stack.drain(mark..).collect();
            for item in items {
                let item = self.graph_container(container, item, &path, name)?;
                let key = self.map_key(scope, definition, name, index, &path)?;
                let item = self.keyed(item, key, &path, name)?;
                self.stack.push(item);
            }
        }
        Ok(Shape::Array)
    }

    /// Step 13.8.3.7.1
    fn graph_container(&self, container: Container, item: Item, path: &Path<'_>, name: &str) -> Result<Item, Fault> {
        if !container.has(Container::GRAPH) || matches!(&item, Item::Node(node) if node.is_graph_object()) {
            return Ok(item);
        }
        self.in_graph(&item, path, name)?;
        Ok(Item::graph_of(item))
    }

    /// Step 13.8.3.7.2 to 13.8.3.7.5, the side of the key.
    fn map_key(
        &mut self,
        scope: Scope<'c>,
        definition: &Definition,
        name: &str,
        index: &str,
        path: &Path<'_>,
    ) -> Result<Key, Fault> {
        let container = definition.container;
        if is_none(scope.active, index) {
            return Ok(Key::None);
        }
        if container.has(Container::INDEX) {
            let Some(by) = definition.index.as_deref().filter(|by| *by != "@index") else { return Ok(Key::Index) };
            let text = Value::from(index);
            let value = self.scalar(scope, scope.active.get(by), &text, path, name)?;
            let predicate = match scope.active.expand(by, false, true) {
                Expansion::Iri(iri) => self.predicate(&iri, path, by)?,
                _ => None,
            };
            return Ok(Key::Property(predicate, value));
        }
        if container.has(Container::ID) {
            let expanded = scope.active.expand(index, true, false);
            return Ok(Key::Id(self.resource(expanded, path, name)?));
        }
        if container.has(Container::TYPE) {
            return Ok(Key::Type(match scope.active.expand(index, true, true) {
                Expansion::Iri(iri) => self.type_term(&iri, index, path)?,
                _ => {
                    self.dropped(Code::JsonldUndefinedTerm, path, index)?;
                    None
                }
            }));
        }
        Ok(Key::Graph)
    }

    /// Step 13.8.3.7, the side of the item.
    fn keyed(&self, item: Item, key: Key, path: &Path<'_>, name: &str) -> Result<Item, Fault> {
        match key {
            Key::None | Key::Graph => return Ok(item),
            Key::Index => {
                // RDF has no place for an index, so it would not be signed.
                self.dropped(Code::JsonldDroppedValue, path, name)?;
                return Ok(item);
            }
            Key::Property(..) | Key::Id(_) | Key::Type(_) => {}
        }
        let Some(mut node) = item.into_node() else { return Err(invalid("invalid value object", path, name)) };
        match key {
            Key::Property(predicate, value) => node.properties.insert(0, (predicate, value)),
            Key::Id(id) => self.name_node(&mut node, id, path, name)?,
            Key::Type(Some(term)) => node.types.insert(0, term),
            _ => {}
        }
        Ok(Item::Node(node))
    }

    /// A node under its id. If it states another id itself, that one holds and the key would be dropped.
    fn name_node(&self, node: &mut Node, id: Option<TermId>, path: &Path<'_>, name: &str) -> Result<(), Fault> {
        let id = id.map_or(Id::Bad, Id::Term);
        match node.id {
            Id::None => node.id = id,
            own if own == id => {}
            _ => self.dropped(Code::JsonldDroppedValue, path, name)?,
        }
        Ok(())
    }
}

fn is_none(active: &Active, key: &str) -> bool {
    active.expand(key, false, true) == Expansion::Keyword(Keyword::None)
}
