//! From IRIs back to terms: Inverse Context Creation (API §4.3), Term Selection (§4.4) and IRI Compaction (§6.2, §6.3).

use std::collections::BTreeMap;

use super::map::{self, Json};
use crate::json::Value;
use crate::jsonld::active::{Active, Container, Definition, Mapping, TypeMapping};
use crate::jsonld::iri;
use crate::{Code, Fault};

/// The terms for one IRI and one container.
#[derive(Default)]
struct Terms {
    by_language: BTreeMap<String, String>,
    by_type: BTreeMap<String, String>,
    any: Option<String>,
}

/// An active context, read backwards.
pub(super) struct Inverse {
    iris: BTreeMap<String, BTreeMap<String, Terms>>,
    default_language: String,
}

/// How languages and directions are written together.
fn tag(language: Option<&str>, direction: Option<&str>) -> String {
    match (language, direction) {
        (Some(language), Some(direction)) => format!("{language}_{direction}").to_ascii_lowercase(),
        (Some(language), None) => language.to_ascii_lowercase(),
        (None, Some(direction)) => format!("_{direction}"),
        (None, None) => "@none".to_owned(),
    }
}

/// The keywords of a container in their order, as one word.
fn container_name(container: Container) -> String {
    let names = [
        (Container::GRAPH, "@graph"),
        (Container::ID, "@id"),
        (Container::INDEX, "@index"),
        (Container::LANGUAGE, "@language"),
        (Container::LIST, "@list"),
        (Container::SET, "@set"),
        (Container::TYPE, "@type"),
    ];
    let name: String = names.iter().filter(|(keyword, _)| container.has(*keyword)).map(|(_, name)| *name).collect();
    if name.is_empty() { "@none".to_owned() } else { name }
}

impl Inverse {
    /// Inverse Context Creation (§4.3).
    pub(super) fn of(active: &Active) -> Self {
        let mut terms: Vec<(&str, &Definition)> =
            active.terms.iter().map(|(term, definition)| (&**term, &**definition)).collect();
        terms.sort_unstable_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        let default_language = tag(active.language.as_deref(), active.direction.map(|d| d.as_str()));
        let mut inverse = Self { iris: BTreeMap::new(), default_language };
        for (term, definition) in terms {
            let iri = match &definition.mapping {
                Mapping::Null => continue,
                Mapping::Keyword(keyword) => keyword.text(),
                Mapping::Iri(iri) => iri,
            };
            let entry = inverse.iris.entry(iri.to_owned()).or_default();
            let terms = entry.entry(container_name(definition.container)).or_default();
            terms.any.get_or_insert_with(|| term.to_owned());
            fn set(map: &mut BTreeMap<String, String>, term: &str, key: &str) {
                map.entry(key.to_owned()).or_insert_with(|| term.to_owned());
            }
            let (languages, types) = (&mut terms.by_language, &mut terms.by_type);
            let direction = definition.direction.map(|direction| direction.map(|d| d.as_str()));
            match (&definition.type_mapping, &definition.language, direction) {
                _ if definition.reverse => set(types, term, "@reverse"),
                (Some(TypeMapping::None), _, _) => {
                    set(languages, term, "@any");
                    set(types, term, "@any");
                }
                (Some(mapping), _, _) => set(types, term, type_name(mapping)),
                (None, Some(language), Some(direction)) => {
                    let key = match (language.as_deref(), direction) {
                        (None, None) => "@null".to_owned(),
                        (language, direction) => tag(language, direction),
                    };
                    set(languages, term, &key);
                }
                (None, Some(language), None) => {
                    set(languages, term, &language.as_deref().map_or("@null".to_owned(), str::to_ascii_lowercase));
                }
                (None, None, Some(direction)) => set(languages, term, &tag(None, direction)),
                (None, None, None) => {
                    set(languages, term, &inverse.default_language);
                    set(languages, term, "@none");
                    set(types, term, "@none");
                }
            }
        }
        inverse
    }

    /// Term Selection (§4.4).
    fn select(&self, iri: &str, containers: &[String], by_type: bool, preferred: &[String]) -> Option<&str> {
        let entry = self.iris.get(iri)?;
        for terms in containers.iter().filter_map(|container| entry.get(container)) {
            let map = if by_type { &terms.by_type } else { &terms.by_language };
            for value in preferred {
                if let Some(term) = map.get(value) {
                    return Some(term);
                }
            }
        }
        None
    }
}

/// A type mapping as the key of a map.
pub(super) fn type_name(mapping: &TypeMapping) -> &str {
    match mapping {
        TypeMapping::Id => "@id",
        TypeMapping::Vocab => "@vocab",
        TypeMapping::Json => "@json",
        TypeMapping::None => "@none",
        TypeMapping::Iri(iri, _) => iri,
    }
}

/// What an IRI is compacted for.
#[derive(Clone, Copy)]
pub(super) struct Use<'v> {
    /// The value that the property has.
    pub(super) value: Option<&'v Json>,
    pub(super) vocab: bool,
    pub(super) reverse: bool,
}

impl Use<'_> {
    /// A keyword, a type, or another name of the vocabulary.
    pub(super) const VOCAB: Use<'static> = Use { value: None, vocab: true, reverse: false };
    /// An identifier.
    pub(super) const ID: Use<'static> = Use { value: None, vocab: false, reverse: false };
}

/// IRI Compaction (§6.3).
pub(super) fn compact_iri(active: &Active, inverse: &Inverse, iri: &str, used: Use<'_>) -> Result<String, Fault> {
    if used.vocab
        && inverse.iris.contains_key(iri)
        && let Some(term) = preferred_term(active, inverse, iri, used)?
    {
        return Ok(term);
    }
    // Step 5
    if used.vocab
        && let Some(vocab) = active.vocab.as_deref()
        && let Some(suffix) = iri.strip_prefix(vocab)
        && !suffix.is_empty()
        && active.get(suffix).is_none()
    {
        return Ok(suffix.to_owned());
    }
    // Steps 6 to 8
    let mut best: Option<String> = None;
    for (term, definition) in &active.terms {
        let Mapping::Iri(mapping) = &definition.mapping else { continue };
        let Some(suffix) = iri.strip_prefix(&**mapping).filter(|suffix| !suffix.is_empty()) else { continue };
        if !definition.prefix {
            continue;
        }
        let candidate = [term, ":", suffix].concat();
        let shorter = best.as_ref().is_none_or(|best| (candidate.len(), &candidate) < (best.len(), best));
        let free = match active.get(&candidate) {
            None => true,
            Some(other) => used.value.is_none() && matches!(&other.mapping, Mapping::Iri(other) if **other == *iri),
        };
        if shorter && free {
            best = Some(candidate);
        }
    }
    if let Some(best) = best {
        return Ok(best);
    }
    // Step 9
    if let Some((scheme, rest)) = iri.split_once(':')
        && active.get(scheme).is_some_and(|definition| definition.prefix)
        && !rest.starts_with("//")
    {
        return Err(Fault::new(Code::JsonldFrame).about(format!("IRI confused with prefix: {scheme}")));
    }
    // Step 10
    if !used.vocab
        && let Some(base) = active.base.as_deref()
        && !iri::is_blank(iri)
    {
        return Ok(iri::relative(base, iri));
    }
    Ok(iri.to_owned())
}

/// Step 4: the term that fits the value best.
fn preferred_term(active: &Active, inverse: &Inverse, iri: &str, used: Use<'_>) -> Result<Option<String>, Fault> {
    let value = match used.value {
        Some(value) => Some(value.get("@preserve").and_then(|inner| inner.items().first()).unwrap_or(value)),
        None => None,
    };
    let object = value.and_then(Value::as_object);
    let has = |key: &str| object.is_some_and(|object| object.contains_key(key));
    let mut containers: Vec<&str> = Vec::new();
    let mut by_type = false;
    let mut kind = "@null".to_owned();
    let graph = value.is_some_and(map::is_graph);
    if has("@index") && !graph {
        containers.extend(["@index", "@index@set"]);
    }
    if used.reverse {
        (by_type, kind) = (true, "@reverse".to_owned());
        containers.push("@set");
    } else if let Some(items) = object.and_then(|object| object.get("@list")).map(Value::items) {
        if !has("@index") {
            containers.push("@list");
        }
        (by_type, kind) = list_kind(inverse, items);
    } else if graph {
        if has("@index") {
            containers.extend(["@graph@index", "@graph@index@set"]);
        }
        if has("@id") {
            containers.extend(["@graph@id", "@graph@id@set"]);
        }
        containers.extend(["@graph", "@graph@set", "@set"]);
        if !has("@index") {
            containers.extend(["@graph@index", "@graph@index@set"]);
        }
        if !has("@id") {
            containers.extend(["@graph@id", "@graph@id@set"]);
        }
        containers.extend(["@index", "@index@set"]);
        (by_type, kind) = (true, "@id".to_owned());
    } else {
        if has("@value") {
            let text = |key| object.and_then(|object| object.get(key)).and_then(Value::as_str);
            if !has("@index") && (has("@language") || has("@direction")) {
                kind = tag(text("@language"), text("@direction"));
                containers.extend(["@language", "@language@set"]);
            } else if let Some(datatype) = text("@type") {
                (by_type, kind) = (true, datatype.to_owned());
            }
        } else {
            (by_type, kind) = (true, "@id".to_owned());
            containers.extend(["@id", "@id@set", "@type", "@set@type"]);
        }
        containers.push("@set");
    }
    containers.push("@none");
    if !has("@index") {
        containers.extend(["@index", "@index@set"]);
    }
    if object.is_some_and(|object| object.len() == 1) && has("@value") {
        containers.extend(["@language", "@language@set"]);
    }
    let mut preferred: Vec<String> = Vec::new();
    if kind == "@reverse" {
        preferred.push("@reverse".to_owned());
    }
    let id = object.and_then(|object| object.get("@id")).and_then(Value::as_str);
    match id {
        Some(id) if kind == "@id" || kind == "@reverse" => {
            let term = compact_iri(active, inverse, id, Use::VOCAB)?;
            let is_term = active.get(&term).is_some_and(|d| matches!(&d.mapping, Mapping::Iri(iri) if **iri == *id));
            let order = if is_term { ["@vocab", "@id", "@none"] } else { ["@id", "@vocab", "@none"] };
            preferred.extend(order.map(str::to_owned));
        }
        _ => {
            preferred.extend([kind.clone(), "@none".to_owned()]);
        }
    }
    preferred.push("@any".to_owned());
    if let Some((_, direction)) =
        preferred.iter().find_map(|value| value.split_once('_').filter(|_| !value.contains(':')))
    {
        let direction = format!("_{direction}");
        preferred.push(direction);
    }
    let containers: Vec<String> = containers.into_iter().map(str::to_owned).collect();
    // An empty list fits any term of lists.
    if object.and_then(|object| object.get("@list")).is_some_and(|list| list.items().is_empty()) {
        let entry = inverse.iris.get(iri);
        let any = |container: &String| entry.and_then(|entry| entry.get(container)).and_then(|terms| terms.any.clone());
        return Ok(containers.iter().find_map(any));
    }
    Ok(inverse.select(iri, &containers, by_type, &preferred).map(str::to_owned))
}

/// Step 4.7: what the items of a list have in common.
fn list_kind(inverse: &Inverse, items: &[Json]) -> (bool, String) {
    if items.is_empty() {
        return (false, inverse.default_language.clone());
    }
    let mut common: Option<(String, String)> = None;
    for item in items {
        let text = |key| item.get(key).and_then(Value::as_str);
        let (mut language, mut kind) = ("@none".to_owned(), "@none".to_owned());
        if item.get("@value").is_some() {
            if text("@direction").is_some() || text("@language").is_some() {
                language = tag(text("@language"), text("@direction"));
            } else if let Some(datatype) = text("@type") {
                datatype.clone_into(&mut kind);
            } else {
                "@null".clone_into(&mut language);
            }
        } else {
            "@id".clone_into(&mut kind);
        }
        common = Some(match common {
            None => (language, kind),
            Some((l, k)) => (
                if l == language || item.get("@value").is_none() { l } else { "@none".to_owned() },
                if k == kind { k } else { "@none".to_owned() },
            ),
        });
    }
    let (language, kind) = common.unwrap_or_default();
    if kind == "@none" { (false, language) } else { (true, kind) }
}
