//! Value Expansion (API §5.3) and the literals and resources that values become (API §8.2.2).

use std::borrow::Cow;

use super::active::{Definition, Direction, Expansion, TypeMapping};
use super::expand::{Expander, RdfDirection};
use super::iri;
use super::scope::Scope;
use super::tree::{Compound, Id, Item, Node};
use crate::json::{Path, Value, canonicalize};
use crate::rdf::{TermId, TermRef};
use crate::{Code, Fault};

const XSD_STRING: &str = "http://www.w3.org/2001/XMLSchema#string";
const XSD_BOOLEAN: &str = "http://www.w3.org/2001/XMLSchema#boolean";
const XSD_INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";
const XSD_DOUBLE: &str = "http://www.w3.org/2001/XMLSchema#double";
const RDF_JSON: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON";
const RDF_LANG_STRING: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";
const I18N: &str = "https://www.w3.org/ns/i18n#";

impl<'c> Expander<'c> {
    /// Value Expansion (API §5.3.2), then Object to RDF Conversion.
    pub(super) fn scalar(
        &mut self,
        scope: Scope<'c>,
        definition: Option<&Definition>,
        value: &Value<'_>,
        path: &Path<'_>,
        name: &str,
    ) -> Result<Item, Fault> {
        let type_mapping = definition.and_then(|definition| definition.type_mapping.as_ref());
        match (type_mapping, value) {
            (Some(TypeMapping::Id), Value::String(text)) => {
                let expanded = scope.active.expand(text, true, false);
                Ok(self.resource(expanded, path, name)?.map_or(Item::Bad, Item::Ref))
            }
            (Some(TypeMapping::Vocab), Value::String(text)) => {
                let expanded = scope.active.expand(text, true, true);
                Ok(self.resource(expanded, path, name)?.map_or(Item::Bad, Item::Ref))
            }
            (Some(TypeMapping::Iri(datatype, well_formed)), _) => {
                if matches!(value, Value::String(_)) && **datatype == *XSD_BOOLEAN {
                    self.respelt(path, name);
                }
                self.literal(value, Some((datatype, *well_formed)), None, None, path, name)
            }
            (Some(TypeMapping::Json), _) => Ok(self.json(value)),
            (_, Value::String(_)) => {
                let language = match definition.and_then(|definition| definition.language.as_ref()) {
                    Some(language) => language.as_deref(),
                    None => scope.active.language.as_deref(),
                };
                let direction = match definition.and_then(|definition| definition.direction) {
                    Some(direction) => direction,
                    None => scope.active.direction,
                };
                self.literal(value, None, language, direction, path, name)
            }
            _ => self.literal(value, None, None, None, path, name),
        }
    }

    /// Whether JSON has values of this datatype itself.
    pub(super) fn is_native(datatype: &str) -> bool {
        [XSD_BOOLEAN, XSD_INTEGER, XSD_DOUBLE].contains(&datatype)
    }

    /// A scalar as a literal. The datatype comes with whether it is well-formed.
    pub(super) fn literal(
        &mut self,
        value: &Value<'_>,
        datatype: Option<(&str, bool)>,
        language: Option<&str>,
        direction: Option<Direction>,
        path: &Path<'_>,
        name: &str,
    ) -> Result<Item, Fault> {
        if datatype.is_some_and(|(_, well_formed)| !well_formed)
            || language.is_some_and(|tag| !iri::is_language_tag(tag))
        {
            self.dropped(Code::JsonldDroppedValue, path, name)?;
            return Ok(Item::Bad);
        }
        let datatype = datatype.map(|(datatype, _)| datatype);
        let term = match value {
            Value::String(text) => {
                if let Some(direction) = direction {
                    return self.directed(text, language, direction, path, name);
                }
                match language {
                    Some(tag) => {
                        let tag = lower_case(tag);
                        self.data.well_formed_literal(text, RDF_LANG_STRING, Some(&tag))
                    }
                    None => self.data.well_formed_literal(text, datatype.unwrap_or(XSD_STRING), None),
                }
            }
            Value::Bool(b) => {
                let text = if *b { "true" } else { "false" };
                self.data.well_formed_literal(text, datatype.unwrap_or(XSD_BOOLEAN), None)
            }
            Value::Number(number) => {
                let (text, default) = self.number(*number, datatype, path, name)?;
                self.data.well_formed_literal(&text, datatype.unwrap_or(default), None)
            }
            Value::Null | Value::Array(_) | Value::Object(_) => {
                self.dropped(Code::JsonldDroppedValue, path, name)?;
                return Ok(Item::Bad);
            }
        };
        Ok(Item::Literal(term))
    }

    /// The lexical form of a number, and its datatype if it has no other (API §8.2.2 steps 10 and 11, §8.6).
    fn number(
        &self,
        number: f64,
        datatype: Option<&str>,
        path: &Path<'_>,
        name: &str,
    ) -> Result<(String, &'static str), Fault> {
        if number.fract() == 0.0 && number.abs() < 1e21 && datatype != Some(XSD_DOUBLE) {
            let text = match Value::Number(number).as_i64() {
                Some(integer) => integer.to_string(),
                None => format!("{number:.0}"),
            };
            return Ok((text, XSD_INTEGER));
        }
        let text = format!("{number:.15E}");
        let text = match text.split_once('E') {
            Some((mantissa, exponent)) => {
                let mantissa = mantissa.trim_end_matches('0');
                let zero = if mantissa.ends_with('.') { "0" } else { "" };
                format!("{mantissa}{zero}E{exponent}")
            }
            None => text,
        };
        // The form has sixteen digits; where the number has a seventeenth, that digit would not be signed.
        if text.parse::<f64>() != Ok(number) {
            self.dropped(Code::JsonldDroppedValue, path, name)?;
        }
        Ok((text, XSD_DOUBLE))
    }

    /// A string with a base direction (API §8.2.2 step 13).
    fn directed(
        &mut self,
        text: &str,
        language: Option<&str>,
        direction: Direction,
        path: &Path<'_>,
        name: &str,
    ) -> Result<Item, Fault> {
        let tag = language.map(lower_case);
        match self.direction {
            RdfDirection::I18nDatatype => {
                let datatype = [I18N, tag.as_deref().unwrap_or_default(), "_", direction.as_str()].concat();
                Ok(Item::Literal(self.data.literal(text, &datatype, None)))
            }
            RdfDirection::CompoundLiteral => Ok(Item::Compound(Box::new(Compound {
                value: self.data.literal(text, XSD_STRING, None),
                language: tag.map(|tag| self.data.literal(&tag, XSD_STRING, None)),
                direction,
                direction_term: self.data.literal(direction.as_str(), XSD_STRING, None),
            }))),
            RdfDirection::Null => {
                self.dropped(Code::JsonldDroppedValue, path, name)?;
                self.literal(&Value::String(text.into()), None, language, None, path, name)
            }
        }
    }

    /// A JSON literal (API §8.2.2 step 6): its text in the JSON Canonicalization Scheme.
    pub(super) fn json(&mut self, value: &Value<'_>) -> Item {
        Item::Literal(self.data.literal(&canonicalize(value), RDF_JSON, None))
    }

    /// An IRI or blank node as a term; `None` if it is not well-formed, which safe mode refuses.
    pub(super) fn resource(
        &mut self,
        expanded: Expansion<'_>,
        path: &Path<'_>,
        name: &str,
    ) -> Result<Option<TermId>, Fault> {
        let code = match expanded {
            Expansion::Iri(iri) => {
                if let Some(term) = self.well_formed(&iri) {
                    return Ok(Some(term));
                }
                if iri::is_absolute(&iri) || iri::is_blank(&iri) {
                    Code::JsonldDroppedValue
                } else {
                    Code::JsonldRelativeIri
                }
            }
            Expansion::Null | Expansion::Keyword(_) => Code::JsonldDroppedValue,
        };
        self.dropped(code, path, name)?;
        Ok(None)
    }

    /// A type as a term. A bare word that did not become an IRI is a type that no context defines.
    pub(super) fn type_term(&mut self, iri: &str, name: &str, path: &Path<'_>) -> Result<Option<TermId>, Fault> {
        if let Some(term) = self.well_formed(iri) {
            return Ok(Some(term));
        }
        let code = if iri::is_absolute(iri) || iri::is_blank(iri) {
            Code::JsonldDroppedValue
        } else if iri.contains(['/', '#', '?', '.', ':']) || iri.is_empty() {
            Code::JsonldRelativeIri
        } else {
            Code::JsonldUndefinedTerm
        };
        self.dropped(code, path, name)?;
        Ok(None)
    }

    /// A predicate as a term; RDF allows no blank node there (API §8.1.2 step 1.3.2.3).
    pub(super) fn predicate(&mut self, iri: &str, path: &Path<'_>, name: &str) -> Result<Option<TermId>, Fault> {
        if iri::is_well_formed(iri) {
            return Ok(Some(self.data.well_formed_iri(iri)));
        }
        let relative = !iri::is_absolute(iri) && !iri::is_blank(iri);
        self.dropped(if relative { Code::JsonldRelativeIri } else { Code::JsonldDroppedValue }, path, name)?;
        Ok(None)
    }

    fn well_formed(&mut self, iri: &str) -> Option<TermId> {
        if let Some(label) = iri.strip_prefix("_:") {
            return (!label.is_empty()).then(|| self.data.blank(label));
        }
        iri::is_well_formed(iri).then(|| self.data.well_formed_iri(iri))
    }

    /// One property of one node with one value twice is one quad: the second would be dropped.
    pub(super) fn refuse_doubles(&self, node: &Node, path: &Path<'_>) -> Result<(), Fault> {
        let key = |(predicate, item): &(Option<TermId>, Item)| match item {
            Item::Literal(o) | Item::Ref(o) => Some((*predicate, *o)),
            Item::Node(node) => match node.id {
                Id::Term(o) => Some((*predicate, o)),
                _ => None,
            },
            _ => None,
        };
        let double = first_double(&node.types, |term| Some(*term), |_, _| true).copied().or_else(|| {
            // Two descriptions of one node may state different things; two equal ones may not.
            let same = |a: &(Option<TermId>, Item), b: &(Option<TermId>, Item)| a.1 == b.1;
            if surely_differ(&node.properties) {
                return None;
            }
            first_double(&node.properties, key, same).and_then(|(predicate, _)| *predicate)
        });
        let Some(double) = double else { return Ok(()) };
        let name = match self.data.term(double) {
            TermRef::Iri(iri) => iri,
            _ => "@type",
        };
        Err(Fault::new(Code::JsonldDroppedValue).at(path.pointer()).about(name))
    }
}

/// Whether each predicate stands once, as far as a look at the low bits of their numbers can tell: as good as always.
fn surely_differ(properties: &[(Option<TermId>, Item)]) -> bool {
    let mut seen = 0_u128;
    properties.iter().all(|(predicate, _)| {
        let bit = predicate.map_or(0, |predicate| 1 << (predicate.number() % u128::BITS));
        let new = seen & bit == 0;
        seen |= bit;
        new
    })
}

/// The first item that is there twice: of those with one key, in the order of the document, two neighbours that are the
/// same.
fn first_double<T, K: Ord>(items: &[T], key: impl Fn(&T) -> Option<K>, same: impl Fn(&T, &T) -> bool) -> Option<&T> {
    if items.len() <= 16 {
        let mut rest = items;
        while let Some((item, others)) = rest.split_first() {
            rest = others;
            let Some(k) = key(item) else { continue };
            if let Some(next) = others.iter().find(|other| key(other).as_ref() == Some(&k))
                && same(item, next)
            {
                return Some(item);
            }
        }
        return None;
    }
    let mut keyed: Vec<(K, &T)> = items.iter().filter_map(|item| Some((key(item)?, item))).collect();
    keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
    keyed.windows(2).find_map(|pair| match pair {
        [(a, first), (b, second)] if a == b && same(first, second) => Some(*first),
        _ => None,
    })
}

/// Language tags have no case (BCP 47 §2.1.1), but canonical N-Quads do: all lower case, as jsonld.js and pyld write them
/// and RDF 1.1 Concepts §3.3 allows, so that what they signed verifies here.
fn lower_case(tag: &str) -> Cow<'_, str> {
    if tag.bytes().any(|b| b.is_ascii_uppercase()) { Cow::Owned(tag.to_ascii_lowercase()) } else { Cow::Borrowed(tag) }
}
