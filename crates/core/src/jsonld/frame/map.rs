//! Expanded JSON-LD as JSON values, and what is done with their members all the time.

use crate::json::{Object, Value};

/// A value of an expanded or framed document.
pub(super) type Json = Value<'static>;
/// An object of an expanded or framed document.
pub(super) type Map = Object<'static>;

/// An object of one member.
pub(super) fn single(key: &'static str, value: Json) -> Json {
    let mut map = Map::new();
    map.insert(key, value);
    Value::Object(map)
}

/// The value as a list.
pub(super) fn array(value: Json) -> Vec<Json> {
    match value {
        Value::Array(items) => items,
        other => vec![other],
    }
}

/// A copy of the value as a list.
pub(super) fn wrapped(value: &Value<'_>) -> Json {
    Value::Array(value.items().iter().map(|item| item.clone().into_owned()).collect())
}

/// Adds a value to a member (API §5.1.1, "add value"), which becomes an array if it has several or `as_array` says so.
pub(super) fn add(map: &mut Map, key: &str, value: Json, as_array: bool) {
    match value {
        Value::Array(items) => {
            if as_array && !map.contains_key(key) {
                map.insert(key.to_owned(), Vec::new());
            }
            for item in items {
                add(map, key, item, as_array);
            }
        }
        value => match map.get_mut(key) {
            None if as_array => drop(map.insert(key.to_owned(), vec![value])),
            None => drop(map.insert(key.to_owned(), value)),
            Some(Value::Array(items)) => items.push(value),
            Some(place) => {
                let first = std::mem::replace(place, Value::Null);
                *place = Value::Array(vec![first, value]);
            }
        },
    }
}

/// Adds values to a member that is an array.
pub(super) fn add_all(map: &mut Map, key: &str, values: Vec<Json>) {
    add(map, key, Value::Array(values), true);
}

/// Puts a value before those that a member has.
pub(super) fn add_first(map: &mut Map, key: &str, value: Json) {
    let rest = map.remove(key).map(array).unwrap_or_default();
    let mut items = vec![value];
    items.extend(rest);
    map.insert(key.to_owned(), items);
}

/// Adds a node to a property of `@reverse`.
pub(super) fn add_reverse(map: &mut Map, property: &str, node: Json) {
    if !map.contains_key("@reverse") {
        map.insert("@reverse", Map::new());
    }
    if let Some(Value::Object(reverse)) = map.get_mut("@reverse") {
        add(reverse, property, node, true);
    }
}

/// Whether it is a value object.
pub(super) fn is_value(value: &Json) -> bool {
    value.get("@value").is_some()
}

/// Whether it is a list object.
pub(super) fn is_list(value: &Json) -> bool {
    value.get("@list").is_some()
}

/// Whether it is a graph object: `@graph`, and nothing beside it but perhaps `@id` and `@index` (JSON-LD 1.1 §9.4).
pub(super) fn is_graph(value: &Json) -> bool {
    value.as_object().is_some_and(|object| {
        object.contains_key("@graph") && object.keys().all(|key| matches!(key, "@graph" | "@id" | "@index"))
    })
}

/// Whether it is a graph object without a name.
pub(super) fn is_simple_graph(value: &Json) -> bool {
    is_graph(value) && value.get("@id").is_none()
}

/// Whether it is a node object.
pub(super) fn is_node(value: &Json) -> bool {
    value.as_object().is_some_and(|object| !["@value", "@list", "@set"].iter().any(|key| object.contains_key(key)))
}

/// Whether it is a reference to a node: an `@id` alone.
pub(super) fn is_reference(value: &Json) -> bool {
    value.as_object().is_some_and(|object| object.len() == 1 && object.contains_key("@id"))
}

/// Whether it is an object without members: a wildcard.
pub(super) fn is_empty_object(value: &Json) -> bool {
    value.as_object().is_some_and(Object::is_empty)
}
