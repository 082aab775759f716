//! A schema for a part of what it was made for.
//!
//! Who shows a part of a credential leaves out what the schema requires. So of a derived document only that is judged which is
//! shown: a wrong value fails, a missing one does not. The schema is rewritten so that nothing in it can fail, and nothing
//! can come to hold, because a value is missing; what cannot be told from a part is left out altogether.

use serde_json::{Map, Value as Json};

/// Keywords that ask for something to be there, or whose answer may change with what is left out.
const LEFT_OUT: &[&str] = &[
    "required",
    "dependentRequired",
    "minProperties",
    "minItems",
    "contains",
    "minContains",
    "maxContains",
    // What does not hold of the part may hold of the whole.
    "not",
    "if",
    "then",
    "else",
    // Places in an array are others when items are left out.
    "prefixItems",
    "additionalItems",
    // They speak of what the keywords above have left over.
    "unevaluatedProperties",
    "unevaluatedItems",
];

/// Keywords whose value maps names to schemas.
const MAPS: &[&str] = &["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
/// Keywords whose value is no schema and has none in it.
const DATA: &[&str] = &["const", "enum", "default", "examples", "type", "format", "$ref", "$id", "$schema", "$anchor"];

/// The schema as it judges a part.
pub(super) fn relaxed(schema: &Json) -> Json {
    let Json::Object(members) = schema else { return schema.clone() };
    let mut out = Map::new();
    // Of several schemas of a `oneOf` that a part fits, the whole may fit one. A schema may have an `anyOf` beside it: both must
    // hold.
    let mut alternatives = Vec::new();
    for (keyword, value) in members.iter().filter(|(keyword, _)| !LEFT_OUT.contains(&keyword.as_str())) {
        let value = match (keyword.as_str(), value) {
            ("const" | "enum", value) if holds_containers(value, keyword == "enum") => continue,
            // Draft 7 and 2019-09: by places, as `prefixItems`.
            ("items", Json::Array(_)) => continue,
            ("oneOf", Json::Array(all)) => {
                alternatives.push(all.iter().map(relaxed).collect::<Json>());
                continue;
            }
            (name, value) if DATA.contains(&name) => value.clone(),
            // Draft 7: a list asks for members, a schema judges what is there.
            ("dependencies", Json::Object(all)) => {
                let schemas = all.iter().filter(|(_, value)| !value.is_array());
                Json::Object(schemas.map(|(name, value)| (name.clone(), relaxed(value))).collect())
            }
            (name, Json::Object(all)) if MAPS.contains(&name) => {
                Json::Object(all.iter().map(|(name, value)| (name.clone(), relaxed(value))).collect())
            }
            (_, Json::Array(all)) => all.iter().map(relaxed).collect(),
            (_, value) => relaxed(value),
        };
        out.insert(keyword.clone(), value);
    }
    for all in alternatives {
        let one = Json::Object(Map::from_iter([("anyOf".to_owned(), all)]));
        match out.get_mut("allOf") {
            Some(Json::Array(known)) => known.push(one),
            _ => drop(out.insert("allOf".to_owned(), Json::Array(vec![one]))),
        }
    }
    Json::Object(out)
}

/// Whether a value that must be equal is an object or an array, of which a part is not equal.
fn holds_containers(value: &Json, is_list: bool) -> bool {
    let is_container = |value: &Json| value.is_object() || value.is_array();
    match value {
        Json::Array(items) if is_list => items.iter().any(is_container),
        value => is_container(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fits(schema: &Json, part: &Json) -> bool {
        jsonschema::validator_for(&relaxed(schema)).unwrap().is_valid(part)
    }

    #[test]
    fn what_is_missing_fails_nothing() {
        let empty = json!({});
        for schema in [
            json!({ "required": ["a"], "minProperties": 1 }),
            json!({ "properties": { "a": { "required": ["b"] } }, "allOf": [{ "required": ["c"] }] }),
            json!({ "anyOf": [{ "required": ["a"] }, { "required": ["b"] }] }),
            json!({ "oneOf": [{ "required": ["a"] }, { "required": ["b"] }], "anyOf": [{ "required": ["c"] }] }),
            json!({ "not": { "properties": { "a": { "const": 1 } } } }),
            json!({ "if": { "properties": { "a": { "const": 1 } } }, "then": { "required": ["b"] } }),
            json!({ "$ref": "#/$defs/x", "$defs": { "x": { "required": ["a"] } } }),
        ] {
            assert!(
                !jsonschema::validator_for(&schema).unwrap().is_valid(&empty) || schema.get("properties").is_some()
            );
            assert!(fits(&schema, &empty), "{schema}");
        }
        let array =
            json!({ "minItems": 2, "prefixItems": [{ "const": "a" }, { "const": "b" }], "contains": { "const": "a" } });
        assert!(fits(&array, &json!(["b"])));
        assert!(fits(&json!({ "const": { "a": 1, "b": 2 } }), &json!({ "a": 1 })));
        assert!(fits(&json!({ "enum": [{ "a": 1, "b": 2 }] }), &json!({ "a": 1 })));
        assert!(fits(
            &json!({ "dependencies": { "a": ["b"], "c": { "required": ["d"] } } }),
            &json!({ "a": 1, "c": 1 })
        ));
        assert!(fits(&json!({ "dependentRequired": { "a": ["b"] } }), &json!({ "a": 1 })));
    }

    #[test]
    fn what_is_there_is_judged() {
        for (schema, part) in [
            (json!({ "properties": { "a": { "type": "string" } } }), json!({ "a": 1 })),
            (json!({ "additionalProperties": false, "properties": { "a": true } }), json!({ "b": 1 })),
            (json!({ "properties": { "required": { "type": "string" } } }), json!({ "required": 1 })),
            (json!({ "anyOf": [{ "type": "string" }], "oneOf": [true, true] }), json!({})),
            (json!({ "oneOf": [{ "type": "string" }, { "type": "number" }], "allOf": [true] }), json!({})),
            (json!({ "allOf": [{ "properties": { "a": { "enum": [1, 2] } } }] }), json!({ "a": 3 })),
            (json!({ "items": { "const": 1 }, "maxItems": 1 }), json!([1, 1])),
            (json!({ "items": { "const": 1 } }), json!([2])),
            (json!({ "$ref": "#/definitions/x", "definitions": { "x": { "type": "string" } } }), json!({})),
            (json!({ "patternProperties": { "^a": { "const": 1 } } }), json!({ "ab": 2 })),
            (
                json!({ "dependentSchemas": { "a": { "properties": { "b": { "const": 1 } } } } }),
                json!({ "a": 1, "b": 2 }),
            ),
        ] {
            assert!(!fits(&schema, &part), "{schema} {part}");
        }
        assert!(!fits(&json!(false), &json!({})));
    }
}
