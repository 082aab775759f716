//! Expansion (API §5.1) into JSON, for frames and for what is framed. Quads need less and are made elsewhere; step
//! numbers are those of §5.1.2, with the frame expansion flag of the Framing specification (§4.1).

use super::map::{self, Json, Map};
use super::values::{language_map, lower_case, of_scalar};
use crate::json::{Object, Path, Value};
use crate::jsonld::active::{Container, Definition, Expansion, TypeMapping};
use crate::jsonld::expand::{invalid, keyword_of, type_scoped};
use crate::jsonld::keywords::Keyword;
use crate::jsonld::memo::How;
use crate::jsonld::scope::{Scope, Scopes};
use crate::{Code, Fault};

/// The keywords that only frames have.
pub(super) const FRAMING: [&str; 5] = ["@default", "@embed", "@explicit", "@omitDefault", "@requireAll"];

/// How a document is expanded.
#[derive(Clone, Copy)]
pub(super) struct Expansive<'c> {
    pub(super) scopes: &'c Scopes<'c>,
    /// The document is a frame: patterns may stand where values do.
    pub(super) frame: bool,
    /// What no context defines is refused. Otherwise it is dropped, as the suites of the W3C want it.
    pub(super) strict: bool,
}

impl<'c> Expansive<'c> {
    /// The expanded document: an array (§9.2, expand(), step 8).
    pub(super) fn document(&self, scope: Scope<'c>, document: &Value<'_>) -> Result<Vec<Json>, Fault> {
        let mut expanded = self.expand(scope, None, document, &Path::Root, false)?;
        if let Value::Object(object) = &mut expanded
            && object.len() == 1
            && let Some(graph) = object.remove("@graph")
        {
            expanded = graph;
        }
        Ok(match expanded {
            Value::Null => Vec::new(),
            Value::Array(items) => items,
            other => vec![other],
        })
    }

    fn undefined(&self, path: &Path<'_>, name: &str) -> Result<(), Fault> {
        if self.strict { Err(Fault::new(Code::JsonldUndefinedTerm).at(path.pointer()).about(name)) } else { Ok(()) }
    }

    fn expand(
        &self,
        scope: Scope<'c>,
        property: Option<&str>,
        element: &Value<'_>,
        path: &Path<'_>,
        from_map: bool,
    ) -> Result<Json, Fault> {
        let definition = property.and_then(|property| scope.active.get(property));
        match element {
            Value::Null => Ok(Value::Null),
            // Step 5
            Value::Array(items) => {
                let list = definition.is_some_and(|definition| definition.container.has(Container::LIST));
                let mut expanded = Vec::with_capacity(items.len());
                for (i, item) in items.iter().enumerate() {
                    let value = self.expand(scope, property, item, &path.index(i), from_map)?;
                    match value {
                        Value::Null => {}
                        Value::Array(inner) if list => expanded.push(map::single("@list", Value::Array(inner))),
                        Value::Array(inner) => expanded.extend(inner),
                        other => expanded.push(other),
                    }
                }
                Ok(Value::Array(expanded))
            }
            // Step 2: a default is no pattern.
            Value::Object(object) => {
                let plain = Self { frame: self.frame && property != Some("@default"), ..*self };
                plain.object(scope, property, object, path, from_map)
            }
            // Step 4
            scalar => {
                if matches!(property, None | Some("@graph")) {
                    return Ok(Value::Null);
                }
                let mut scope = scope;
                if let Some(scoped) = definition.and_then(|definition| definition.scoped.as_deref()) {
                    scope = self.scopes.scoped(scope, scoped, How::Property, path)?;
                }
                Ok(Value::Object(of_scalar(scope, property, scalar)))
            }
        }
    }

    fn object(
        &self,
        scope: Scope<'c>,
        property: Option<&str>,
        object: &Object<'_>,
        path: &Path<'_>,
        from_map: bool,
    ) -> Result<Json, Fault> {
        let scoped = property.and_then(|property| scope.active.get(property)).and_then(|d| d.scoped.as_deref());
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
        // Steps 8 and 9
        if let Some(scoped) = scoped {
            scope = self.scopes.scoped(scope, scoped, How::Property, path)?;
        }
        if let Some(local) = object.get("@context") {
            scope = self.scopes.local(scope, local, &path.key("@context"))?;
        }
        // Steps 10 and 11
        let type_scope = scope;
        scope = type_scoped(self.scopes, scope, object, path)?;
        let mut types: Vec<(&str, &Value<'_>)> =
            object.iter().filter(|(key, _)| keyword_of(type_scope, key) == Some(Keyword::Type)).collect();
        types.sort_unstable_by_key(|(key, _)| *key);
        let input_type = types.first().and_then(|(_, value)| value.items().last()).and_then(Value::as_str);
        let is_json =
            input_type.is_some_and(|name| scope.active.expand(name, true, true) == Expansion::Keyword(Keyword::Json));
        let mut result = Map::new();
        let inner = Members { expansive: *self, type_scope, property, is_json };
        inner.members(scope, object, path, &mut result)?;
        self.finish(property, result, path)
    }

    /// Steps 15 to 19.
    fn finish(&self, property: Option<&str>, mut result: Map, path: &Path<'_>) -> Result<Json, Fault> {
        let name = property.unwrap_or_default();
        let floating = matches!(property, None | Some("@graph"));
        if result.contains_key("@value") {
            if !self.value_object(&result, path, name)? {
                return Ok(Value::Null);
            }
        } else if let Some(types) = result.get_mut("@type")
            && types.as_array().is_none()
        {
            *types = Value::Array(vec![std::mem::replace(types, Value::Null)]);
        } else if result.contains_key("@set") || result.contains_key("@list") {
            // Step 17
            let others = result.keys().filter(|key| *key != "@index").count();
            if others > 1 {
                return Err(invalid("invalid set or list object", path, name));
            }
            if let Some(set) = result.remove("@set") {
                return Ok(set);
            }
        }
        // Step 18
        if result.len() == 1 && (result.contains_key("@language") || result.contains_key("@direction")) {
            return Ok(Value::Null);
        }
        // Step 19
        if floating {
            let only_id = result.len() == 1 && result.contains_key("@id");
            let nothing = (result.is_empty() && !self.frame)
                || result.contains_key("@value")
                || result.contains_key("@list")
                || (only_id && !self.frame);
            if nothing {
                return Ok(Value::Null);
            }
        }
        Ok(Value::Object(result))
    }

    /// Step 15: whether a value object states a value.
    fn value_object(&self, result: &Map, path: &Path<'_>, name: &str) -> Result<bool, Fault> {
        let error = |error| Err(invalid(error, path, name));
        let allowed = ["@value", "@type", "@language", "@direction", "@index"];
        let tagged = result.contains_key("@language") || result.contains_key("@direction");
        if result.keys().any(|key| !allowed.contains(&key)) || (tagged && result.contains_key("@type")) {
            return error("invalid value object");
        }
        let is_json = result.get("@type").is_some_and(|kind| kind.as_str() == Some("@json"));
        if is_json || self.frame {
            return Ok(true);
        }
        match result.get("@value") {
            None | Some(Value::Null) => return Ok(false),
            Some(Value::Array(items)) if items.is_empty() => return Ok(false),
            Some(Value::String(_)) => {}
            Some(_) if result.contains_key("@language") => return error("invalid language-tagged value"),
            Some(_) => {}
        }
        let typed = result.get("@type").is_none_or(|kind| kind.as_str().is_some_and(crate::jsonld::iri::is_absolute));
        if typed { Ok(true) } else { error("invalid typed value") }
    }
}

/// The members of one object under expansion (steps 13 and 14).
struct Members<'c, 'p> {
    expansive: Expansive<'c>,
    type_scope: Scope<'c>,
    property: Option<&'p str>,
    is_json: bool,
}

impl<'c> Members<'c, '_> {
    fn members(&self, scope: Scope<'c>, object: &Object<'_>, path: &Path<'_>, result: &mut Map) -> Result<(), Fault> {
        let mut nests: Vec<(&str, &Value<'_>)> = Vec::new();
        for (key, value) in object.iter() {
            if key == "@context" {
                continue;
            }
            let place = path.key(key);
            if FRAMING.contains(&key) {
                if self.expansive.frame {
                    let expanded = self.expansive.expand(scope, Some(key), value, &place, false)?;
                    map::add_all(result, key, map::array(expanded));
                }
                continue;
            }
            match scope.active.expand(key, false, true) {
                Expansion::Null => self.expansive.undefined(&place, key)?,
                Expansion::Keyword(Keyword::Nest) => nests.push((key, value)),
                Expansion::Keyword(keyword) => self.keyword(scope, keyword, key, value, &place, result)?,
                Expansion::Iri(iri) if iri.contains(':') => self.named(scope, key, &iri, value, &place, result)?,
                Expansion::Iri(_) => self.expansive.undefined(&place, key)?,
            }
        }
        // Step 14
        for (key, value) in nests {
            let path = path.key(key);
            for nested in value.items() {
                let inner = nested
                    .as_object()
                    .filter(|inner| inner.keys().all(|key| keyword_of(scope, key) != Some(Keyword::Value)))
                    .ok_or_else(|| invalid("invalid @nest value", &path, key))?;
                let mut scope = scope;
                if let Some(scoped) = scope.active.get(key).and_then(|definition| definition.scoped.as_deref()) {
                    scope = self.expansive.scopes.scoped(scope, scoped, How::Property, &path)?;
                }
                self.members(scope, inner, &path, result)?;
            }
        }
        Ok(())
    }

    /// Step 13.4
    fn keyword(
        &self,
        scope: Scope<'c>,
        keyword: Keyword,
        key: &str,
        value: &Value<'_>,
        path: &Path<'_>,
        result: &mut Map,
    ) -> Result<(), Fault> {
        let error = |error| Err(invalid(error, path, key));
        let frame = self.expansive.frame;
        if self.property == Some("@reverse") {
            return error("invalid reverse property map");
        }
        let name = keyword.text();
        if result.contains_key(name) && !matches!(keyword, Keyword::Included | Keyword::Type) {
            return error("colliding keywords");
        }
        let pattern = |value: &Value<'_>| frame && value.as_object().is_some_and(Object::is_empty);
        let texts = |value: &Value<'_>| value.items().iter().all(|item| item.as_str().is_some());
        match keyword {
            Keyword::Id => {
                let expand = |text: &str| match scope.active.expand(text, true, false) {
                    Expansion::Iri(iri) => Value::String(iri.into_owned().into()),
                    _ => Value::Null,
                };
                let expanded = match value {
                    Value::String(text) if !frame => expand(text),
                    value if frame && texts(value) => {
                        Value::Array(value.items().iter().filter_map(Value::as_str).map(expand).collect())
                    }
                    value if frame && value.items().iter().all(pattern) => map::wrapped(value),
                    _ => return error("invalid @id value"),
                };
                result.insert(name, expanded);
            }
            Keyword::Type => {
                let mut types = Vec::new();
                for item in value.items() {
                    match item {
                        Value::String(text) => types.extend(self.type_name(text, path)?),
                        item if pattern(item) => types.push(Value::Object(Map::new())),
                        Value::Object(object) if frame && object.contains_key("@default") => {
                            let default = object.get("@default").map(Value::items).unwrap_or_default();
                            let mut names = Vec::new();
                            for text in default.iter().filter_map(Value::as_str) {
                                names.extend(self.type_name(text, path)?);
                            }
                            types.push(map::single("@default", Value::Array(names)));
                        }
                        _ => return error("invalid type value"),
                    }
                }
                let expanded = match (types.pop(), value.as_array().is_some() || frame) {
                    (Some(one), false) => one,
                    (last, _) => {
                        types.extend(last);
                        Value::Array(types)
                    }
                };
                match result.contains_key(name) {
                    true => map::add(result, name, expanded, true),
                    false => drop(result.insert(name, expanded)),
                }
            }
            Keyword::Graph => {
                let expanded = self.expansive.expand(scope, Some("@graph"), value, path, false)?;
                result.insert(name, map::array(expanded));
            }
            Keyword::Included => {
                let expanded = map::array(self.expansive.expand(scope, None, value, path, false)?);
                if expanded.is_empty() || expanded.iter().any(|item| !map::is_node(item)) {
                    return error("invalid @included value");
                }
                map::add_all(result, name, expanded);
            }
            Keyword::Value => {
                let scalar = |value: &Value<'_>| !matches!(value, Value::Array(_) | Value::Object(_) | Value::Null);
                let expanded = match value {
                    value if self.is_json => value.clone().into_owned(),
                    value if frame => {
                        if !value.items().iter().all(|item| scalar(item) || pattern(item)) {
                            return error("invalid value object value");
                        }
                        map::wrapped(value)
                    }
                    value if scalar(value) || value.is_null() => value.clone().into_owned(),
                    _ => return error("invalid value object value"),
                };
                result.insert(name, expanded);
            }
            Keyword::Language | Keyword::Direction => {
                let expanded = match value {
                    value if frame && (texts(value) || value.items().iter().all(pattern)) => {
                        Value::Array(map::array(value.clone().into_owned()).into_iter().map(lower_case).collect())
                    }
                    Value::String(_) if keyword == Keyword::Language => lower_case(value.clone().into_owned()),
                    Value::String(text) if matches!(text.as_ref(), "ltr" | "rtl") => value.clone().into_owned(),
                    _ if keyword == Keyword::Language => return error("invalid language-tagged string"),
                    _ => return error("invalid base direction"),
                };
                result.insert(name, expanded);
            }
            Keyword::Index => match value {
                Value::String(_) => drop(result.insert(name, value.clone().into_owned())),
                _ => return error("invalid @index value"),
            },
            Keyword::List => {
                if matches!(self.property, None | Some("@graph")) {
                    return Ok(());
                }
                let expanded = self.expansive.expand(scope, self.property, value, path, false)?;
                result.insert(name, map::array(expanded));
            }
            Keyword::Set => {
                let expanded = self.expansive.expand(scope, self.property, value, path, false)?;
                result.insert(name, expanded);
            }
            Keyword::Reverse => self.reverse(scope, value, path, key, result)?,
            _ => {}
        }
        Ok(())
    }

    /// The IRI of a type (step 13.4.4), with the contexts of before the types' own.
    fn type_name(&self, text: &str, path: &Path<'_>) -> Result<Option<Json>, Fault> {
        match self.type_scope.active.expand(text, true, true) {
            Expansion::Iri(iri) => {
                if self.expansive.strict && !crate::jsonld::iri::is_absolute(&iri) {
                    self.expansive.undefined(path, text)?;
                }
                Ok(Some(Value::String(iri.into_owned().into())))
            }
            Expansion::Keyword(keyword) => Ok(Some(Value::from(keyword.text()))),
            Expansion::Null => self.expansive.undefined(path, text).map(|()| None),
        }
    }

    /// Step 13.4.13
    fn reverse(
        &self,
        scope: Scope<'c>,
        value: &Value<'_>,
        path: &Path<'_>,
        key: &str,
        result: &mut Map,
    ) -> Result<(), Fault> {
        if value.as_object().is_none() {
            return Err(invalid("invalid @reverse value", path, key));
        }
        let expanded = self.expansive.expand(scope, Some("@reverse"), value, path, false)?;
        let Value::Object(mut expanded) = expanded else { return Ok(()) };
        if let Some(Value::Object(doubled)) = expanded.remove("@reverse") {
            for (property, items) in doubled {
                map::add_all(result, &property, map::array(items));
            }
        }
        for (property, items) in expanded {
            for item in map::array(items) {
                if map::is_value(&item) || map::is_list(&item) {
                    return Err(invalid("invalid reverse property value", path, &property));
                }
                map::add_reverse(result, &property, item);
            }
        }
        Ok(())
    }

    /// Steps 13.5 to 13.14
    fn named(
        &self,
        scope: Scope<'c>,
        key: &str,
        iri: &str,
        value: &Value<'_>,
        path: &Path<'_>,
        result: &mut Map,
    ) -> Result<(), Fault> {
        let definition = scope.active.get(key);
        let container = definition.map(|definition| definition.container).unwrap_or_default();
        let by_key = Container::INDEX.with(Container::ID).with(Container::TYPE);
        let mut expanded = match (definition, value) {
            (Some(Definition { type_mapping: Some(TypeMapping::Json), .. }), _) => {
                let mut json = Map::new();
                json.insert("@value", value.clone().into_owned());
                json.insert("@type", "@json");
                Value::Object(json)
            }
            (Some(definition), Value::Object(object)) if container.has(Container::LANGUAGE) => {
                language_map(scope, definition, object, path, key)?
            }
            (Some(definition), Value::Object(object)) if container.has(by_key) => {
                self.index_map(scope, definition, key, object, path)?
            }
            _ => self.expansive.expand(scope, Some(key), value, path, false)?,
        };
        if expanded.is_null() {
            return Ok(());
        }
        if container.has(Container::LIST) && !map::is_list(&expanded) {
            expanded = map::single("@list", Value::Array(map::array(expanded)));
        }
        if container.has(Container::GRAPH) && !container.has(by_key) {
            let graphs = map::array(expanded).into_iter().map(|item| map::single("@graph", vec![item].into()));
            expanded = Value::Array(graphs.collect());
        }
        if definition.is_some_and(|definition| definition.reverse) {
            for item in map::array(expanded) {
                if map::is_value(&item) || map::is_list(&item) {
                    return Err(invalid("invalid reverse property value", path, key));
                }
                map::add_reverse(result, iri, item);
            }
        } else {
            map::add_all(result, iri, map::array(expanded));
        }
        Ok(())
    }

    /// Step 13.8
    fn index_map(
        &self,
        scope: Scope<'c>,
        definition: &Definition,
        name: &str,
        object: &Object<'_>,
        path: &Path<'_>,
    ) -> Result<Json, Fault> {
        let container = definition.container;
        let mut keys: Vec<(&str, &Value<'_>)> = object.iter().collect();
        keys.sort_unstable_by_key(|(key, _)| *key);
        let mut result = Vec::new();
        for (index, value) in keys {
            let path = path.key(index);
            let mut inner = scope;
            if container.has(Container::ID.with(Container::TYPE)) {
                inner = scope.reverted();
            }
            if container.has(Container::TYPE)
                && let Some(scoped) = inner.active.get(index).and_then(|definition| definition.scoped.as_deref())
            {
                inner = self.expansive.scopes.scoped(inner, scoped, How::Type, &path)?;
            }
            let none = scope.active.expand(index, false, true) == Expansion::Keyword(Keyword::None);
            for mut item in map::array(self.expansive.expand(inner, Some(name), value, &path, true)?) {
                if container.has(Container::GRAPH) && !map::is_graph(&item) {
                    item = map::single("@graph", vec![item].into());
                }
                let Value::Object(entry) = &mut item else { continue };
                let by = definition.index.as_deref().filter(|by| *by != "@index");
                if none {
                } else if container.has(Container::INDEX)
                    && let Some(by) = by
                {
                    if entry.contains_key("@value") {
                        return Err(invalid("invalid value object", &path, name));
                    }
                    let Expansion::Iri(by_iri) = scope.active.expand(by, false, true) else { continue };
                    let key = Value::Object(of_scalar(scope, Some(by), &Value::from(index)));
                    map::add_first(entry, &by_iri, key);
                } else if container.has(Container::INDEX) && !entry.contains_key("@index") {
                    entry.insert("@index", index.to_owned());
                } else if container.has(Container::ID) && !entry.contains_key("@id") {
                    if let Expansion::Iri(id) = scope.active.expand(index, true, false) {
                        entry.insert("@id", id.into_owned());
                    }
                } else if container.has(Container::TYPE)
                    && let Expansion::Iri(kind) = scope.active.expand(index, true, true)
                {
                    map::add_first(entry, "@type", Value::from(kind.into_owned()));
                }
                result.push(item);
            }
        }
        Ok(Value::Array(result))
    }
}
