//! Node Map Generation (API §7.2), of an expanded document. What the older wallets frame comes from RDF (see
//! [`super::from_rdf`]), so that the official tests alone need this.

use std::collections::HashMap;

use super::map::{self, Json, Map};
use super::nodes::{DEFAULT, Graph, NodeMap, add_once, reference};
use crate::json::{Path, Value};
use crate::jsonld::expand::invalid;
use crate::{Code, Fault, limits};

/// The nodes of an expanded document.
pub(super) fn nodes(expanded: Vec<Json>) -> Result<NodeMap, Fault> {
    let mut generator = Generator::default();
    generator.nodes.graphs.insert(DEFAULT.to_owned(), Graph::new());
    for item in expanded {
        generator.add(item, DEFAULT, To::Top)?;
    }
    Ok(generator.nodes)
}

#[derive(Default)]
struct Generator {
    nodes: NodeMap,
    issued: HashMap<String, String>,
    count: usize,
}

/// Where a node or value belongs.
enum To<'t> {
    /// To nothing: it stands at the top.
    Top,
    /// To a property of this node.
    Property(&'t str, &'t str),
    /// The node itself points to this node by this property.
    Reverse(&'t str, &'t str),
    List(&'t mut Vec<Json>),
}

impl Generator {
    fn node(&mut self, graph: &str, id: &str) -> Result<&mut Map, Fault> {
        let nodes = self.nodes.graphs.entry(graph.to_owned()).or_default();
        if !nodes.contains_key(id) {
            self.count += 1;
            if self.count > limits::FRAME_NODES {
                return Err(Fault::new(Code::JsonldFrame).about(format!("FRAME_NODES = {}", limits::FRAME_NODES)));
            }
        }
        Ok(nodes.entry(id.to_owned()).or_insert_with(|| Map::from_iter([("@id", id.to_owned())])))
    }

    fn label(&mut self, old: Option<&str>) -> String {
        let next = self.issued.len();
        match old {
            Some(old) => self.issued.entry(old.to_owned()).or_insert_with(|| format!("_:b{next}")).clone(),
            // No document can use a label with a space.
            None => self.issued.entry(format!(" {next}")).or_insert_with(|| format!("_:b{next}")).clone(),
        }
    }

    fn relabelled(&mut self, id: &str) -> String {
        if id.starts_with("_:") { self.label(Some(id)) } else { id.to_owned() }
    }

    fn add(&mut self, element: Json, graph: &str, to: To<'_>) -> Result<(), Fault> {
        let element = match element {
            Value::Array(items) => {
                let mut to = to;
                for item in items {
                    let again = match &mut to {
                        To::Top => To::Top,
                        To::Property(subject, property) => To::Property(subject, property),
                        To::Reverse(subject, property) => To::Reverse(subject, property),
                        To::List(list) => To::List(list),
                    };
                    self.add(item, graph, again)?;
                }
                return Ok(());
            }
            Value::Object(object) => object,
            _ => return Ok(()),
        };
        // Steps 4 and 5
        if element.contains_key("@value") {
            return self.place(Value::Object(element), graph, to, true);
        }
        let mut element = element;
        if let Some(items) = element.remove("@list") {
            let mut list = Vec::new();
            self.add(items, graph, To::List(&mut list))?;
            return self.place(map::single("@list", Value::Array(list)), graph, to, false);
        }
        self.node_object(element, graph, to)
    }

    fn place(&mut self, value: Json, graph: &str, to: To<'_>, once: bool) -> Result<(), Fault> {
        match to {
            To::List(list) => list.push(value),
            To::Property(subject, property) => {
                let node = self.node(graph, subject)?;
                if once {
                    add_once(node, property, value);
                } else {
                    map::add(node, property, value, true);
                }
            }
            To::Top | To::Reverse(..) => {}
        }
        Ok(())
    }

    /// Step 6
    fn node_object(&mut self, mut element: Map, graph: &str, to: To<'_>) -> Result<(), Fault> {
        let id = match element.remove("@id") {
            Some(Value::String(id)) => self.relabelled(&id),
            _ => self.label(None),
        };
        self.node(graph, &id)?;
        match to {
            To::Reverse(target, property) => {
                let reference = reference(target);
                add_once(self.node(graph, &id)?, property, reference);
            }
            To::Property(..) => self.place(reference(&id), graph, to, true)?,
            To::List(_) => self.place(reference(&id), graph, to, false)?,
            To::Top => {}
        }
        for kind in element.remove("@type").map(map::array).unwrap_or_default() {
            let kind = kind.as_str().map(|kind| self.relabelled(kind)).unwrap_or_default();
            add_once(self.node(graph, &id)?, "@type", Value::from(kind));
        }
        if let Some(index) = element.remove("@index") {
            let node = self.node(graph, &id)?;
            if node.get("@index").is_some_and(|other| *other != index) {
                return Err(invalid("conflicting indexes", &Path::Root, "@index"));
            }
            node.insert("@index", index);
        }
        if let Some(Value::Object(reverse)) = element.remove("@reverse") {
            for (property, values) in reverse {
                self.add(values, graph, To::Reverse(&id, &property))?;
            }
        }
        if let Some(inner) = element.remove("@graph") {
            self.nodes.graphs.entry(id.clone()).or_default();
            self.add(inner, &id, To::Top)?;
        }
        if let Some(included) = element.remove("@included") {
            self.add(included, graph, To::Top)?;
        }
        let mut members: Vec<_> = element.into_iter().collect();
        members.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        for (property, values) in members {
            let property = self.relabelled(&property);
            let node = self.node(graph, &id)?;
            if !node.contains_key(&property) {
                node.insert(property.clone(), Vec::new());
            }
            self.add(values, graph, To::Property(&id, &property))?;
        }
        Ok(())
    }
}
