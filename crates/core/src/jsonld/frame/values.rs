//! Values under expansion into JSON (API §5.1.2 step 13.7, §5.3.2).

use super::map::{Json, Map};
use crate::Fault;
use crate::json::{Object, Path, Value};
use crate::jsonld::active::{Definition, Expansion, TypeMapping};
use crate::jsonld::expand::invalid;
use crate::jsonld::keywords::Keyword;
use crate::jsonld::scope::Scope;

/// Step 13.7
pub(super) fn language_map(
    scope: Scope<'_>,
    definition: &Definition,
    object: &Object<'_>,
    path: &Path<'_>,
    name: &str,
) -> Result<Json, Fault> {
    let direction = definition.direction.unwrap_or(scope.active.direction);
    let mut keys: Vec<(&str, &Value<'_>)> = object.iter().collect();
    keys.sort_unstable_by_key(|(key, _)| *key);
    let mut result = Vec::new();
    for (language, value) in keys {
        let none = scope.active.expand(language, false, true) == Expansion::Keyword(Keyword::None);
        for item in value.items() {
            match item {
                Value::Null => {}
                Value::String(text) => {
                    let mut tagged = Map::new();
                    tagged.insert("@value", text.to_string());
                    if !none {
                        tagged.insert("@language", language.to_ascii_lowercase());
                    }
                    if let Some(direction) = direction {
                        tagged.insert("@direction", direction.as_str());
                    }
                    result.push(Value::Object(tagged));
                }
                _ => return Err(invalid("invalid language map value", &path.key(language), name)),
            }
        }
    }
    Ok(Value::Array(result))
}

/// Value Expansion (§5.3.2).
pub(super) fn of_scalar(scope: Scope<'_>, property: Option<&str>, scalar: &Value<'_>) -> Map {
    let definition = property.and_then(|property| scope.active.get(property));
    let mut result = Map::new();
    let type_mapping = definition.and_then(|definition| definition.type_mapping.as_ref());
    if let (Some(mapping @ (TypeMapping::Id | TypeMapping::Vocab)), Value::String(text)) = (type_mapping, scalar) {
        let vocab = matches!(mapping, TypeMapping::Vocab);
        let id = match scope.active.expand(text, true, vocab) {
            Expansion::Iri(iri) => Value::String(iri.into_owned().into()),
            Expansion::Keyword(keyword) => Value::from(keyword.text()),
            Expansion::Null => Value::Null,
        };
        result.insert("@id", id);
        return result;
    }
    result.insert("@value", scalar.clone().into_owned());
    match (type_mapping, scalar) {
        (Some(TypeMapping::Iri(datatype, _)), _) => drop(result.insert("@type", datatype.to_string())),
        (_, Value::String(_)) => {
            let language = match definition.and_then(|definition| definition.language.as_ref()) {
                Some(language) => language.as_deref(),
                None => scope.active.language.as_deref(),
            };
            let direction = match definition.and_then(|definition| definition.direction) {
                Some(direction) => direction,
                None => scope.active.direction,
            };
            if let Some(language) = language {
                result.insert("@language", language.to_ascii_lowercase());
            }
            if let Some(direction) = direction {
                result.insert("@direction", direction.as_str());
            }
        }
        _ => {}
    }
    result
}

/// A tag or direction in its one case.
pub(super) fn lower_case(value: Json) -> Json {
    match value {
        Value::String(text) => Value::from(text.to_ascii_lowercase()),
        other => other,
    }
}
