//! Compaction (API §6.1) and Value Compaction (§6.4). Step numbers are those of §6.1.2.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::inverse::{Inverse, Use, compact_iri, type_name};
use super::map::{self, Json, Map};
use crate::json::{Path, Value};
use crate::jsonld::active::{Container, Definition, Mapping, TypeMapping};
use crate::jsonld::expand::invalid;
use crate::jsonld::memo::How;
use crate::jsonld::scope::{Scope, Scopes};
use crate::{Code, Fault};

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// The work of one compaction. Arrays of one become their item, always.
pub(super) struct Compactor<'c> {
    scopes: &'c Scopes<'c>,
    inverses: RefCell<HashMap<u64, Rc<Inverse>>>,
    /// Whether booleans and numbers that no term coerces become JSON's own, where that is the same literal.
    native: bool,
}

impl<'c> Compactor<'c> {
    pub(super) fn new(scopes: &'c Scopes<'c>, native: bool) -> Self {
        Self { scopes, inverses: RefCell::new(HashMap::new()), native }
    }

    /// The compacted document (§9.2, compact(), steps 9 to 11), without its `@context`.
    pub(super) fn document(&self, scope: Scope<'c>, expanded: &[Json]) -> Result<Map, Fault> {
        let compacted = match expanded {
            [one] => self.compact(scope, None, one)?,
            many => self.compact(scope, None, &Value::Array(many.to_vec()))?,
        };
        match compacted {
            Value::Object(object) => Ok(object),
            Value::Array(items) if items.is_empty() => Ok(Map::new()),
            other => {
                let mut object = Map::new();
                object.insert(self.iri(scope, "@graph", Use::VOCAB)?, map::array(other));
                Ok(object)
            }
        }
    }

    fn iri(&self, scope: Scope<'c>, iri: &str, used: Use<'_>) -> Result<String, Fault> {
        let inverse = Rc::clone(
            self.inverses.borrow_mut().entry(scope.active.id).or_insert_with(|| Rc::new(Inverse::of(scope.active))),
        );
        compact_iri(scope.active, &inverse, iri, used)
    }

    fn keyword(&self, scope: Scope<'c>, keyword: &str) -> Result<String, Fault> {
        self.iri(scope, keyword, Use::VOCAB)
    }

    fn compact(&self, scope: Scope<'c>, property: Option<&str>, element: &Json) -> Result<Json, Fault> {
        let definition = property.and_then(|property| scope.active.get(property));
        let container = definition.map(|definition| definition.container).unwrap_or_default();
        let object = match element {
            Value::Object(object) => object,
            Value::Array(items) => {
                // Step 3
                let mut compacted = Vec::with_capacity(items.len());
                for item in items {
                    let item = self.compact(scope, property, item)?;
                    if !item.is_null() {
                        compacted.push(item);
                    }
                }
                let plural =
                    matches!(property, Some("@graph" | "@set")) || container.has(Container::LIST.with(Container::SET));
                return Ok(match (compacted.pop(), compacted.is_empty(), plural) {
                    (Some(one), true, false) => one,
                    (last, _, _) => {
                        compacted.extend(last);
                        Value::Array(compacted)
                    }
                });
            }
            scalar => return Ok(scalar.clone()),
        };
        let mut scope = scope;
        // Step 5
        if !object.contains_key("@value") && !map::is_reference(element) {
            scope = scope.reverted();
        }
        // Step 6
        if let Some(scoped) = definition.and_then(|definition| definition.scoped.as_deref()) {
            scope = self.scopes.scoped(scope, scoped, How::Property, &Path::Root)?;
        }
        // Step 7
        if object.contains_key("@value") || object.contains_key("@id") {
            let definition = property.and_then(|property| scope.active.get(property));
            let value = self.value(scope, property, object)?;
            let json = definition.is_some_and(|d| matches!(d.type_mapping, Some(TypeMapping::Json)));
            if json || !matches!(value, Value::Object(_)) {
                return Ok(value);
            }
            if object.contains_key("@value") {
                return Ok(value);
            }
        }
        // Step 8
        if let Some(list) = object.get("@list")
            && container.has(Container::LIST)
        {
            return self.compact(scope, property, list);
        }
        // Steps 9 to 11
        let mut terms: Vec<String> = Vec::new();
        for kind in object.get("@type").map(Value::items).unwrap_or_default().iter().filter_map(Value::as_str) {
            terms.push(self.iri(scope, kind, Use::VOCAB)?);
        }
        terms.sort_unstable();
        let types_scope = scope;
        for term in terms {
            if let Some(scoped) = types_scope.active.get(&term).and_then(|definition| definition.scoped.as_deref()) {
                scope = self.scopes.scoped(scope, scoped, How::Type, &Path::Root)?;
            }
        }
        let reverse = property == Some("@reverse");
        let work = Node { compactor: self, scope, types_scope, property, reverse };
        work.members(object)
    }

    /// Value Compaction (§6.4).
    fn value(&self, scope: Scope<'c>, property: Option<&str>, value: &Map) -> Result<Json, Fault> {
        let definition = property.and_then(|property| scope.active.get(property));
        let type_mapping = definition.and_then(|definition| definition.type_mapping.as_ref());
        let indexed = definition.is_some_and(|definition| definition.container.has(Container::INDEX));
        let index_free = !value.contains_key("@index") || indexed;
        if let Some(id) = value.get("@id").and_then(Value::as_str) {
            let others = value.keys().filter(|key| !matches!(*key, "@id" | "@index")).count();
            if others == 0 && index_free {
                match type_mapping {
                    Some(TypeMapping::Id) => return Ok(Value::from(self.iri(scope, id, Use::ID)?)),
                    Some(TypeMapping::Vocab) => return Ok(Value::from(self.iri(scope, id, Use::VOCAB)?)),
                    _ => {}
                }
            }
            return self.keys(scope, value, indexed);
        }
        let Some(inner) = value.get("@value") else { return self.keys(scope, value, indexed) };
        let own_type = value.get("@type").and_then(Value::as_str);
        if own_type.is_some() && own_type == type_mapping.map(type_name) {
            if index_free {
                return Ok(inner.clone());
            }
        } else if matches!(type_mapping, Some(TypeMapping::None)) || value.contains_key("@type") {
            if self.native
                && value.len() == 2
                && type_mapping.is_none()
                && let Some(native) = own_type.and_then(|datatype| native(datatype, inner.as_str()?))
            {
                return Ok(native);
            }
        } else if inner.as_str().is_none() {
            if index_free {
                return Ok(inner.clone());
            }
        } else {
            let own = |key| value.get(key).and_then(Value::as_str).map(str::to_ascii_lowercase);
            let language = match definition.and_then(|definition| definition.language.as_ref()) {
                Some(language) => language.as_deref(),
                None => scope.active.language.as_deref(),
            };
            let direction = definition.and_then(|d| d.direction).unwrap_or(scope.active.direction);
            let same = own("@language") == language.map(str::to_ascii_lowercase)
                && own("@direction").as_deref() == direction.map(|direction| direction.as_str());
            if same && type_mapping.is_none() && index_free {
                return Ok(inner.clone());
            }
        }
        self.keys(scope, value, indexed)
    }

    /// The members of a value or reference under the names of the context.
    fn keys(&self, scope: Scope<'c>, value: &Map, indexed: bool) -> Result<Json, Fault> {
        let mut result = Map::new();
        for (key, item) in value.iter() {
            if indexed && key == "@index" {
                continue;
            }
            let item = match (key, item) {
                ("@id", Value::String(id)) => Value::from(self.iri(scope, id, Use::ID)?),
                ("@type", Value::String(kind)) => Value::from(self.iri(scope, kind, Use::VOCAB)?),
                (_, item) => item.clone(),
            };
            result.insert(self.keyword(scope, key)?, item);
        }
        Ok(Value::Object(result))
    }
}

/// The JSON value whose literal is this one; none if there is none.
fn native(datatype: &str, text: &str) -> Option<Json> {
    match datatype.strip_prefix(XSD)? {
        "boolean" => match text {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        "integer" => {
            let number: i64 = text.parse().ok().filter(|number: &i64| number.unsigned_abs() <= (1 << 53))?;
            (number.to_string() == text).then(|| crate::json::parse(text.as_bytes()).ok().map(Value::into_owned))?
        }
        _ => None,
    }
}

/// A node object under compaction.
struct Node<'w, 'c, 'p> {
    compactor: &'w Compactor<'c>,
    scope: Scope<'c>,
    /// The scope in which types have their names.
    types_scope: Scope<'c>,
    property: Option<&'p str>,
    reverse: bool,
}

impl<'c> Node<'_, 'c, '_> {
    /// Step 12
    fn members(&self, object: &Map) -> Result<Json, Fault> {
        let mut result = Map::new();
        let mut members: Vec<(&str, &Json)> = object.iter().collect();
        members.sort_unstable_by_key(|(key, _)| *key);
        for (key, value) in members {
            match key {
                "@id" => {
                    let id = value.as_str().unwrap_or_default();
                    let id = self.compactor.iri(self.scope, id, Use::ID)?;
                    result.insert(self.compactor.keyword(self.scope, "@id")?, id);
                }
                "@type" => self.types(value, &mut result)?,
                "@reverse" => self.reversed(value, &mut result)?,
                "@index" if self.container(self.property).has(Container::INDEX) => {}
                "@index" | "@direction" | "@language" | "@value" => {
                    result.insert(self.compactor.keyword(self.scope, key)?, value.clone());
                }
                key => self.member(key, value, &mut result)?,
            }
        }
        Ok(Value::Object(result))
    }

    fn definition(&self, property: Option<&str>) -> Option<&'c Definition> {
        property.and_then(|property| self.scope.active.get(property))
    }

    fn container(&self, property: Option<&str>) -> Container {
        self.definition(property).map(|definition| definition.container).unwrap_or_default()
    }

    fn types(&self, value: &Json, result: &mut Map) -> Result<(), Fault> {
        let mut types = Vec::new();
        for kind in value.items().iter().filter_map(Value::as_str) {
            types.push(Value::from(self.compactor.iri(self.types_scope, kind, Use::VOCAB)?));
        }
        let alias = self.compactor.keyword(self.scope, "@type")?;
        let as_array = self.container(Some(&alias)).has(Container::SET);
        let value = match (types.pop(), types.is_empty()) {
            (Some(one), true) if value.as_array().is_some() || !as_array => one,
            (last, _) => {
                types.extend(last);
                Value::Array(types)
            }
        };
        map::add(result, &alias, value, as_array);
        Ok(())
    }

    /// Step 12.3
    fn reversed(&self, value: &Json, result: &mut Map) -> Result<(), Fault> {
        let Value::Object(compacted) = self.compactor.compact(self.scope, Some("@reverse"), value)? else {
            return Ok(());
        };
        let mut rest = Map::new();
        for (property, value) in compacted {
            let definition = self.definition(Some(&property));
            if definition.is_some_and(|definition| definition.reverse) {
                let as_array = self.container(Some(&property)).has(Container::SET);
                map::add(result, &property, value, as_array);
            } else {
                rest.insert(property, value);
            }
        }
        if !rest.is_empty() {
            result.insert(self.compactor.keyword(self.scope, "@reverse")?, rest);
        }
        Ok(())
    }

    /// Where the values of a term go: into the result, or into the object in which the term is nested.
    fn nested<'r>(&self, term: &str, result: &'r mut Map) -> Result<&'r mut Map, Fault> {
        let Some(nest) = self.definition(Some(term)).and_then(|definition| definition.nest.as_deref()) else {
            return Ok(result);
        };
        let is_nest = nest == "@nest"
            || self
                .scope
                .active
                .get(nest)
                .is_some_and(|d| matches!(d.mapping, Mapping::Keyword(k) if k.text() == "@nest"));
        let error = || invalid("invalid @nest value", &Path::Root, nest);
        if !is_nest {
            return Err(error());
        }
        if !result.contains_key(nest) {
            result.insert(nest.to_owned(), Map::new());
        }
        result.get_mut(nest).and_then(Value::as_object_mut).ok_or_else(error)
    }

    /// Steps 12.7 and 12.8
    fn member(&self, key: &str, value: &Json, result: &mut Map) -> Result<(), Fault> {
        let used = |value| Use { value: Some(value), vocab: true, reverse: self.reverse };
        if value.as_array().is_some_and(<[_]>::is_empty) {
            let term = self.compactor.iri(self.scope, key, used(value))?;
            map::add(self.nested(&term, result)?, &term, Value::Array(Vec::new()), true);
        }
        for item in value.items() {
            let term = self.compactor.iri(self.scope, key, used(item))?;
            let container = self.container(Some(&term));
            let plural = container.has(Container::SET) || matches!(term.as_str(), "@graph" | "@list");
            let is_graph = map::is_graph(item);
            let inner = item.get("@list").or_else(|| item.get("@graph").filter(|_| is_graph)).unwrap_or(item);
            let compacted = self.compactor.compact(self.scope, Some(&term), inner)?;
            if map::is_list(item) {
                let mut list = Value::Array(map::array(compacted));
                if container.has(Container::LIST) {
                    self.nested(&term, result)?.insert(term, list);
                    continue;
                }
                let mut object = Map::new();
                object.insert(self.compactor.keyword(self.scope, "@list")?, list);
                if let Some(index) = item.get("@index") {
                    object.insert(self.compactor.keyword(self.scope, "@index")?, index.clone());
                }
                list = Value::Object(object);
                map::add(self.nested(&term, result)?, &term, list, plural);
            } else if is_graph {
                self.graph(&term, container, item, compacted, plural, result)?;
            } else if container
                .has(Container::LANGUAGE.with(Container::INDEX).with(Container::ID).with(Container::TYPE))
                && !container.has(Container::GRAPH)
            {
                self.map_entry(&term, container, item, compacted, plural, result)?;
            } else {
                map::add(self.nested(&term, result)?, &term, compacted, plural);
            }
        }
        Ok(())
    }

    /// Step 12.8.8
    fn graph(
        &self,
        term: &str,
        container: Container,
        item: &Json,
        compacted: Json,
        plural: bool,
        result: &mut Map,
    ) -> Result<(), Fault> {
        let own = |key: &str| item.get(key).and_then(Value::as_str);
        let by_index = container.has(Container::INDEX) && map::is_simple_graph(item);
        if container.has(Container::GRAPH) && (container.has(Container::ID) || by_index) {
            let key = match (container.has(Container::ID), own("@id"), own("@index")) {
                (true, Some(id), _) => self.compactor.iri(self.scope, id, Use::ID)?,
                (false, _, Some(index)) => index.to_owned(),
                _ => self.compactor.keyword(self.scope, "@none")?,
            };
            return self.put_into_map(term, &key, compacted, plural, result);
        }
        if container.has(Container::GRAPH) && map::is_simple_graph(item) {
            let value = match compacted {
                Value::Array(items) if items.len() > 1 => {
                    let mut included = Map::new();
                    included.insert(self.compactor.keyword(self.scope, "@included")?, items);
                    Value::Object(included)
                }
                other => other,
            };
            map::add(self.nested(term, result)?, term, value, plural);
            return Ok(());
        }
        let mut graph = Map::new();
        graph.insert(self.compactor.keyword(self.scope, "@graph")?, compacted);
        if let Some(id) = own("@id") {
            graph.insert(self.compactor.keyword(self.scope, "@id")?, self.compactor.iri(self.scope, id, Use::ID)?);
        }
        if let Some(index) = own("@index") {
            graph.insert(self.compactor.keyword(self.scope, "@index")?, index.to_owned());
        }
        map::add(self.nested(term, result)?, term, Value::Object(graph), plural);
        Ok(())
    }

    fn put_into_map(&self, term: &str, key: &str, value: Json, plural: bool, result: &mut Map) -> Result<(), Fault> {
        let nested = self.nested(term, result)?;
        if !nested.contains_key(term) {
            nested.insert(term.to_owned(), Map::new());
        }
        let map = nested.get_mut(term).and_then(Value::as_object_mut).ok_or_else(|| Fault::new(Code::Internal))?;
        map::add(map, key, value, plural);
        Ok(())
    }

    /// Step 12.8.9
    fn map_entry(
        &self,
        term: &str,
        container: Container,
        item: &Json,
        mut compacted: Json,
        plural: bool,
        result: &mut Map,
    ) -> Result<(), Fault> {
        let own = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
        let mut key = None;
        if container.has(Container::LANGUAGE) {
            let alias = self.compactor.keyword(self.scope, "@value")?;
            if let Some(value) = compacted.as_object_mut().and_then(|object| object.remove(&alias)) {
                compacted = value;
            }
            key = own("@language");
        } else if container.has(Container::INDEX) {
            let by = self.definition(Some(term)).and_then(|definition| definition.index.as_deref());
            match by.filter(|by| *by != "@index") {
                None => key = own("@index"),
                Some(by) if self.scope.active.get(by).is_some() => key = take_first(&mut compacted, by),
                Some(by) => {
                    let iri = match self.scope.active.expand(by, false, true) {
                        crate::jsonld::active::Expansion::Iri(iri) => iri.into_owned(),
                        _ => by.to_owned(),
                    };
                    let alias = self.compactor.iri(self.scope, &iri, Use::VOCAB)?;
                    key = take_first(&mut compacted, &alias);
                }
            }
        } else if container.has(Container::ID) {
            let alias = self.compactor.keyword(self.scope, "@id")?;
            key = take_first(&mut compacted, &alias);
        } else if container.has(Container::TYPE) {
            let alias = self.compactor.keyword(self.scope, "@type")?;
            key = take_first(&mut compacted, &alias);
            let id_alias = self.compactor.keyword(self.scope, "@id")?;
            let only_id =
                compacted.as_object().is_some_and(|object| object.len() == 1 && object.contains_key(&id_alias));
            if only_id && let Some(id) = item.get("@id") {
                compacted = self.compactor.compact(self.scope, Some(term), &map::single("@id", id.clone()))?;
            }
        }
        let key = match key {
            Some(key) => key,
            None => self.compactor.keyword(self.scope, "@none")?,
        };
        self.put_into_map(term, &key, compacted, plural, result)
    }
}

/// Takes the first text out of a member; what is left of the member stays.
fn take_first(value: &mut Json, key: &str) -> Option<String> {
    let object = value.as_object_mut()?;
    let mut items = map::array(object.remove(key)?).into_iter();
    let first = items.next();
    let text = first.as_ref().and_then(Value::as_str).map(str::to_owned);
    let mut rest: Vec<Json> = if text.is_some() { Vec::new() } else { first.into_iter().collect() };
    rest.extend(items);
    match (rest.pop(), rest.is_empty()) {
        (Some(one), true) => drop(object.insert(key.to_owned(), one)),
        (None, _) => {}
        (last, _) => {
            rest.extend(last);
            object.insert(key.to_owned(), rest);
        }
    }
    text
}
