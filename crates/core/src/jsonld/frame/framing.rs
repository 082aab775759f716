//! The Framing Algorithm and Frame Matching (JSON-LD 1.1 Framing §4.1.3, §4.1.5 to §4.1.7).

use std::collections::{BTreeMap, BTreeSet};

use super::map::{self, Json, Map};
use super::nodes::{DEFAULT, Graph, MERGED, NodeMap};
use crate::json::Value;
use crate::jsonld::iri;
use crate::{Code, Fault, limits};

/// How far a match is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Embed {
    Always,
    Once,
    Never,
}

/// What the frame, or the caller, says about a match.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flags {
    pub(super) embed: Embed,
    pub(super) explicit: bool,
    pub(super) require_all: bool,
    pub(super) omit_default: bool,
}

impl Default for Flags {
    fn default() -> Self {
        Self { embed: Embed::Once, explicit: false, require_all: false, omit_default: false }
    }
}

/// A fault of the frame.
pub(super) fn invalid_frame(why: &str) -> Fault {
    Fault::new(Code::JsonldFrame).about(why)
}

/// What was framed: the nodes, and how often each blank node is in them.
pub(super) struct Framed {
    pub(super) items: Vec<Json>,
    pub(super) blanks: BTreeMap<String, usize>,
}

/// Frames the merged graph, or the default graph if the frame speaks of graphs.
pub(super) fn frame(nodes: &NodeMap, frame: &[Json], defaults: Flags, merged: bool) -> Result<Framed, Fault> {
    let graph = if merged { MERGED } else { DEFAULT };
    let empty = Graph::new();
    let subjects = nodes.graphs.get(graph).unwrap_or(&empty);
    let mut framer = Framer {
        graphs: &nodes.graphs,
        subjects,
        defaults,
        embedded: BTreeSet::new(),
        stack: Vec::new(),
        blanks: BTreeMap::new(),
        outputs: 0,
    };
    let frame = one(frame)?;
    let ids: Vec<&str> = subjects.keys().map(String::as_str).collect();
    let items = framer.frame(Place { graph, top: true, embedded: false, defaults }, &ids, frame)?;
    Ok(Framed { items, blanks: framer.blanks })
}

/// Where in the framing this is.
#[derive(Clone, Copy)]
struct Place<'n> {
    graph: &'n str,
    top: bool,
    /// Whether the matches become values of a property.
    embedded: bool,
    /// The flags where the frame has none.
    defaults: Flags,
}

struct Framer<'n> {
    graphs: &'n BTreeMap<String, Graph>,
    /// The nodes of the graph that is framed.
    subjects: &'n Graph,
    defaults: Flags,
    /// What was embedded for the present match at the top: graph and id.
    embedded: BTreeSet<(&'n str, &'n str)>,
    /// The matches that are being embedded: graph and id.
    stack: Vec<(&'n str, &'n str)>,
    blanks: BTreeMap<String, usize>,
    outputs: usize,
}

impl<'n> Framer<'n> {
    fn frame(&mut self, place: Place<'n>, ids: &[&str], frame: &Map) -> Result<Vec<Json>, Fault> {
        validate(frame)?;
        let flags = flags(frame, place.defaults)?;
        let Some(nodes) = self.graphs.get(place.graph) else { return Ok(Vec::new()) };
        let mut matches: Vec<(&'n str, &'n Map)> = Vec::new();
        for id in ids {
            if let Some((id, node)) = nodes.get_key_value(*id)
                && self.matches(node, frame, flags, 0)?
            {
                matches.push((id, node));
            }
        }
        matches.sort_unstable_by_key(|(id, _)| *id);
        let mut outputs = Vec::with_capacity(matches.len());
        for (id, node) in matches {
            if place.top {
                self.embedded.clear();
            }
            if !place.embedded && self.embedded.contains(&(place.graph, id)) {
                continue;
            }
            self.count(id)?;
            let mut output = Map::from_iter([("@id", id.to_owned())]);
            let circular = self.stack.contains(&(place.graph, id));
            let again = flags.embed == Embed::Once && self.embedded.contains(&(place.graph, id));
            if place.embedded && (flags.embed == Embed::Never || circular || again) {
                outputs.push(Value::Object(output));
                continue;
            }
            self.embedded.insert((place.graph, id));
            if self.stack.len() >= limits::JSON_DEPTH {
                return Err(invalid_frame(&format!("JSON_DEPTH = {}", limits::JSON_DEPTH)));
            }
            self.stack.push((place.graph, id));
            self.graphs_of(place, id, frame, &mut output)?;
            self.properties(place, node, frame, flags, &mut output)?;
            self.defaults(frame, &mut output)?;
            self.reverse(place, id, frame, &mut output)?;
            self.stack.pop();
            outputs.push(Value::Object(output));
        }
        Ok(outputs)
    }

    /// Counts an object of the result, and the blank node that it is.
    fn count(&mut self, id: &str) -> Result<(), Fault> {
        self.outputs += 1;
        if self.outputs > limits::FRAME_NODES {
            return Err(invalid_frame(&format!("FRAME_NODES = {}", limits::FRAME_NODES)));
        }
        if id.starts_with("_:") {
            *self.blanks.entry(id.to_owned()).or_default() += 1;
        }
        Ok(())
    }

    /// §4.1.3 steps 4.5 and 4.6: the graph that the node names, and `@included`.
    fn graphs_of(&mut self, place: Place<'n>, id: &'n str, frame: &Map, output: &mut Map) -> Result<(), Fault> {
        let inner = Place { top: false, embedded: false, defaults: self.defaults, ..place };
        if let Some((name, graph)) = self.graphs.get_key_value(id) {
            let empty = Map::new();
            let (recurse, subframe) = match frame.get("@graph") {
                None => (place.graph != MERGED, &empty),
                Some(subframe) => {
                    let subframe = subframe.items().first().and_then(Value::as_object).unwrap_or(&empty);
                    (id != MERGED && id != DEFAULT, subframe)
                }
            };
            if recurse {
                let ids: Vec<&str> = graph.keys().map(String::as_str).collect();
                let inner = Place { graph: name, ..inner };
                let items = self.frame(inner, &ids, subframe)?;
                if !items.is_empty() {
                    map::add_all(output, "@graph", items);
                }
            }
        }
        if let Some(included) = frame.get("@included") {
            let ids: Vec<&str> = self.subjects.keys().map(String::as_str).collect();
            let items = self.frame(inner, &ids, one(included.items())?)?;
            if !items.is_empty() {
                map::add_all(output, "@included", items);
            }
        }
        Ok(())
    }

    /// §4.1.3 step 4.7
    fn properties(
        &mut self,
        place: Place<'n>,
        node: &Map,
        frame: &Map,
        flags: Flags,
        output: &mut Map,
    ) -> Result<(), Fault> {
        // Only where the frame has no frame for a property do its flags hold for the property's nodes; a frame within it begins
        // with those of the options.
        let implied = Place { top: false, embedded: true, defaults: flags, ..place };
        let given = Place { defaults: self.defaults, ..implied };
        let implicit = Map::new();
        let mut members: Vec<(&str, &Json)> = node.iter().collect();
        members.sort_unstable_by_key(|(key, _)| *key);
        for (property, values) in members {
            if property.starts_with('@') {
                if property == "@type" {
                    for kind in values.items().iter().filter_map(Value::as_str).filter(|kind| kind.starts_with("_:")) {
                        *self.blanks.entry(kind.to_owned()).or_default() += 1;
                    }
                }
                output.insert(property.to_owned(), values.clone());
                continue;
            }
            let pattern = frame.get(property);
            if flags.explicit && pattern.is_none() {
                continue;
            }
            let subframe = match pattern {
                Some(pattern) => pattern.items().first(),
                None => None,
            };
            let object = |value: Option<&'_ Json>| match value {
                None => Ok(None),
                Some(Value::Object(object)) => Ok(Some(object.clone())),
                Some(_) => Err(invalid_frame(property)),
            };
            for value in values.items() {
                if let Some(items) = value.get("@list") {
                    let listed = subframe.and_then(|frame| frame.get("@list")).and_then(|list| list.items().first());
                    let listed = object(listed)?;
                    let inner = if listed.is_some() { given } else { implied };
                    let inner_frame = listed.unwrap_or_else(|| implicit.clone());
                    let mut list = Vec::new();
                    for item in items.items() {
                        match item.get("@id").and_then(Value::as_str) {
                            Some(id) if map::is_reference(item) => {
                                list.extend(self.frame(inner, &[id], &inner_frame)?);
                            }
                            _ => list.push(item.clone()),
                        }
                    }
                    map::add(output, property, map::single("@list", Value::Array(list)), true);
                } else if let Some(id) = value.get("@id").and_then(Value::as_str) {
                    // An empty pattern matches nothing: there is no frame for the value.
                    let items = match (pattern, object(subframe)?) {
                        (Some(_), None) => Vec::new(),
                        (Some(_), Some(frame)) => self.frame(given, &[id], &frame)?,
                        (None, _) => self.frame(implied, &[id], &implicit)?,
                    };
                    if !items.is_empty() {
                        map::add_all(output, property, items);
                    }
                } else {
                    let shown = match (pattern, subframe) {
                        (None, _) => true,
                        (Some(_), None) => false,
                        (Some(_), Some(subframe)) => matches_value(subframe, value),
                    };
                    if shown {
                        map::add(output, property, value.clone(), true);
                    }
                }
            }
        }
        Ok(())
    }

    /// §4.1.3 step 4.7.4: what the frame has and the node has not.
    fn defaults(&self, frame: &Map, output: &mut Map) -> Result<(), Fault> {
        let mut members: Vec<(&str, &Json)> = frame.iter().collect();
        members.sort_unstable_by_key(|(key, _)| *key);
        for (property, pattern) in members {
            let next = pattern.items().first();
            let default = next.and_then(|next| next.get("@default"));
            let keyword = property.starts_with('@');
            if keyword && (property != "@type" || default.is_none()) {
                continue;
            }
            let omit = match next {
                Some(Value::Object(next)) => boolean(next, "@omitDefault", self.defaults.omit_default)?,
                _ => self.defaults.omit_default,
            };
            if omit || output.contains_key(property) {
                continue;
            }
            let preserved = match default {
                Some(default) => default.items().to_vec(),
                None => vec![Value::from("@null")],
            };
            output.insert(property.to_owned(), vec![map::single("@preserve", Value::Array(preserved))]);
        }
        Ok(())
    }

    /// §4.1.3 step 4.7.5
    fn reverse(&mut self, place: Place<'n>, id: &str, frame: &Map, output: &mut Map) -> Result<(), Fault> {
        let Some(Value::Object(reverse)) = frame.get("@reverse") else { return Ok(()) };
        let inner = Place { top: false, embedded: true, defaults: self.defaults, ..place };
        let mut members: Vec<(&str, &Json)> = reverse.iter().collect();
        members.sort_unstable_by_key(|(key, _)| *key);
        for (property, subframe) in members {
            let points = |node: &Map| {
                let values = node.get(property).map(Value::items).unwrap_or_default();
                values.iter().any(|value| value.get("@id").and_then(Value::as_str) == Some(id))
            };
            let ids: Vec<&str> =
                self.subjects.iter().filter(|(_, node)| points(node)).map(|(id, _)| id.as_str()).collect();
            for other in ids {
                for item in self.frame(inner, &[other], one(subframe.items())?)? {
                    map::add_reverse(output, property, item);
                }
            }
        }
        Ok(())
    }

    /// Frame Matching (§4.1.5).
    fn matches(&self, node: &Map, frame: &Map, flags: Flags, depth: usize) -> Result<bool, Fault> {
        if depth > limits::JSON_DEPTH {
            return Err(invalid_frame(&format!("JSON_DEPTH = {}", limits::JSON_DEPTH)));
        }
        let mut wildcard = true;
        let mut some = false;
        let mut members: Vec<(&str, &Json)> = frame.iter().collect();
        members.sort_unstable_by_key(|(key, _)| *key);
        for (key, pattern) in members {
            let values = node.get(key).map(Value::items).unwrap_or_default();
            let patterns = pattern.items();
            let fits = match key {
                "@id" => {
                    let fits = patterns.first().is_none_or(map::is_empty_object)
                        || patterns.iter().any(|p| values.contains(p));
                    if !flags.require_all {
                        return Ok(fits);
                    }
                    fits
                }
                "@type" => {
                    wildcard = false;
                    let fits = match patterns {
                        [] if values.is_empty() => true,
                        [] => return Ok(false),
                        [one] if map::is_empty_object(one) => !values.is_empty(),
                        _ => patterns.iter().any(|p| p.get("@default").is_some() || values.contains(p)),
                    };
                    if !flags.require_all {
                        return Ok(fits);
                    }
                    fits
                }
                key if key.starts_with('@') => continue,
                _ => {
                    wildcard = false;
                    let pattern = patterns.first();
                    if values.is_empty() && pattern.is_some_and(|pattern| pattern.get("@default").is_some()) {
                        continue;
                    }
                    match pattern {
                        None if !values.is_empty() => return Ok(false),
                        None => true,
                        Some(pattern) => self.matches_property(values, pattern, flags, depth)?,
                    }
                }
            };
            if !fits && flags.require_all {
                return Ok(false);
            }
            some |= fits;
        }
        Ok(wildcard || some)
    }

    fn matches_property(&self, values: &[Json], pattern: &Json, flags: Flags, depth: usize) -> Result<bool, Fault> {
        if let Some(listed) = pattern.get("@list") {
            let items = values.first().and_then(|value| value.get("@list")).map(Value::items).unwrap_or_default();
            let Some(listed) = listed.items().first() else { return Ok(items.is_empty()) };
            return self.matches_any(items, listed, flags, depth);
        }
        if pattern.get("@value").is_some() || map::is_reference(pattern) {
            return self.matches_any(values, pattern, flags, depth);
        }
        Ok(pattern.as_object().is_some() && !values.is_empty())
    }

    fn matches_any(&self, values: &[Json], pattern: &Json, flags: Flags, depth: usize) -> Result<bool, Fault> {
        if pattern.get("@value").is_some() {
            return Ok(values.iter().any(|value| matches_value(pattern, value)));
        }
        let Value::Object(pattern) = pattern else { return Ok(false) };
        for value in values {
            let node = value.get("@id").and_then(Value::as_str).and_then(|id| self.subjects.get(id));
            if let Some(node) = node
                && self.matches(node, pattern, flags, depth + 1)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Value Matching (§4.1.7).
fn matches_value(pattern: &Json, value: &Json) -> bool {
    let of = |key: &str| pattern.get(key).map(Value::items).unwrap_or_default();
    let (values, types, languages) = (of("@value"), of("@type"), of("@language"));
    if values.is_empty() && types.is_empty() && languages.is_empty() {
        return true;
    }
    let Value::Object(value) = value else { return false };
    let any = |patterns: &[Json]| patterns.first().is_some_and(map::is_empty_object);
    let fits = |patterns: &[Json], found: Option<&Json>| match found {
        Some(found) => patterns.contains(found) || any(patterns),
        None => patterns.is_empty(),
    };
    let same_value = value.get("@value").is_some_and(|found| values.contains(found)) || any(values);
    same_value && fits(types, value.get("@type")) && fits(languages, value.get("@language"))
}

/// The one object that a frame is (§4.1.3 step 1).
fn one(frame: &[Json]) -> Result<&Map, Fault> {
    match frame {
        [Value::Object(frame)] => Ok(frame),
        _ => Err(invalid_frame("one object")),
    }
}

/// What `@id` and `@type` of a frame may be.
fn validate(frame: &Map) -> Result<(), Fault> {
    let named = |text: &str| iri::is_absolute(text) && !text.starts_with("_:");
    let ids = frame.get("@id").map(Value::items).unwrap_or_default();
    if !ids.iter().all(|id| map::is_empty_object(id) || id.as_str().is_some_and(named)) {
        return Err(invalid_frame("@id"));
    }
    let types = frame.get("@type").map(Value::items).unwrap_or_default();
    let type_fits = |kind: &Json| match kind {
        Value::Object(object) => object.is_empty() || object.contains_key("@default"),
        Value::String(text) => named(text) || &**text == "@json",
        _ => false,
    };
    if types.iter().all(type_fits) { Ok(()) } else { Err(invalid_frame("@type")) }
}

fn flags(frame: &Map, defaults: Flags) -> Result<Flags, Fault> {
    let embed = match flag(frame, "@embed") {
        None => defaults.embed,
        Some(Value::Bool(true)) => Embed::Once,
        Some(Value::Bool(false)) => Embed::Never,
        Some(value) => match value.as_str() {
            Some("@always") => Embed::Always,
            Some("@once" | "true") => Embed::Once,
            Some("@never" | "false") => Embed::Never,
            _ => return Err(Fault::new(Code::JsonldFrame).about("invalid @embed value")),
        },
    };
    Ok(Flags {
        embed,
        explicit: boolean(frame, "@explicit", defaults.explicit)?,
        require_all: boolean(frame, "@requireAll", defaults.require_all)?,
        omit_default: defaults.omit_default,
    })
}

/// The value of a framing keyword.
fn flag<'f>(frame: &'f Map, key: &str) -> Option<&'f Json> {
    let value = frame.get(key)?.items().first()?;
    match value.get("@value") {
        Some(inner) => inner.items().first(),
        None => Some(value),
    }
}

fn boolean(frame: &Map, key: &str, default: bool) -> Result<bool, Fault> {
    match flag(frame, key) {
        None => Ok(default),
        Some(Value::Bool(value)) => Ok(*value),
        Some(value) => match value.as_str() {
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            _ => Err(invalid_frame(key)),
        },
    }
}
