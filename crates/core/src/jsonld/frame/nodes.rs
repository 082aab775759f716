//! The nodes that a frame is laid over: every node of a document once, under its id, in its graph.

use std::collections::BTreeMap;

use super::map::{self, Json, Map};
use crate::json::Value;

/// The nodes of one graph by their ids.
pub(super) type Graph = BTreeMap<String, Map>;

/// The name of the graph that is not named.
pub(super) const DEFAULT: &str = "@default";
/// The name of all graphs in one.
pub(super) const MERGED: &str = "@merged";

/// The graphs by their names.
#[derive(Default)]
pub(super) struct NodeMap {
    pub(super) graphs: BTreeMap<String, Graph>,
}

impl NodeMap {
    /// Merge Node Maps (Framing §4.1.4).
    pub(super) fn merge(&mut self) {
        let mut merged = Graph::new();
        for (id, node) in self.graphs.values().flatten() {
            let place = merged.entry(id.clone()).or_insert_with(|| Map::from_iter([("@id", id.clone())]));
            for (key, value) in node.iter().filter(|(key, _)| *key != "@id") {
                match value {
                    Value::Array(items) if key != "@index" => {
                        for item in items {
                            add_once(place, key, item.clone());
                        }
                        if items.is_empty() && !place.contains_key(key) {
                            place.insert(key.to_owned(), Vec::new());
                        }
                    }
                    value => drop(place.insert(key.to_owned(), value.clone())),
                }
            }
        }
        self.graphs.insert(MERGED.to_owned(), merged);
    }
}

/// A reference to a node.
pub(super) fn reference(id: &str) -> Json {
    map::single("@id", Value::from(id.to_owned()))
}

/// Adds a value to a property that does not have it yet.
pub(super) fn add_once(node: &mut Map, property: &str, value: Json) {
    let there = node.get(property).is_some_and(|items| items.items().contains(&value));
    if !there {
        map::add(node, property, value, true);
    }
}
