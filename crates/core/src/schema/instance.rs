//! Our JSON values as the validator reads them: in place, without a copy in the form of `serde_json`.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node, NodeIdentity, Object as JsonObject, cmp};

use crate::json::{Members, Object, Value};

/// The representation: [`Value`].
pub(crate) struct CoreJson;

impl Json for CoreJson {
    type Node<'a> = &'a Value<'a>;
    type PreparedKey = String;
    type StringBuffer = Text;

    // A lookup goes over the members, so a pass over them is never dearer.
    const KEYS_PER_LOOKUP: usize = 2;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>(buffer: &mut Text, string: &str, f: impl FnOnce(Self::Node<'_>) -> T) -> T {
        buffer.0 = Value::String(Cow::Owned(string.to_owned()));
        f(&buffer.0)
    }
}

/// A name of a member, to be judged like a value.
pub(crate) struct Text(Value<'static>);

impl Default for Text {
    fn default() -> Self {
        Self(Value::Null)
    }
}

impl<'a> Node<'a, CoreJson> for &'a Value<'a> {
    type Object = &'a Object<'a>;
    type Array = &'a [Value<'a>];
    type Number = Number;

    fn as_object(&self) -> Option<&'a Object<'a>> {
        Value::as_object(self)
    }

    fn as_array(&self) -> Option<&'a [Value<'a>]> {
        Value::as_array(self)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.as_str().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<Number> {
        self.as_f64().map(Number)
    }

    fn as_boolean(&self) -> Option<bool> {
        self.as_bool()
    }

    fn is_null(&self) -> bool {
        Value::is_null(self)
    }

    fn json_type(&self) -> JsonType {
        match self {
            Value::Null => JsonType::Null,
            Value::Bool(_) => JsonType::Boolean,
            Value::Number(_) => JsonType::Number,
            Value::String(_) => JsonType::String,
            Value::Array(_) => JsonType::Array,
            Value::Object(_) => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &serde_json::Value) -> bool {
        match (self, expected) {
            (Value::String(ours), serde_json::Value::String(theirs)) => ours == theirs,
            (Value::String(_), _) | (_, serde_json::Value::String(_)) => false,
            _ => cmp::equal(&self.to_serde(), expected),
        }
    }

    fn to_value(&self) -> Cow<'a, serde_json::Value> {
        Cow::Owned(self.to_serde())
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(std::ptr::from_ref::<Value<'a>>(self).addr()))
    }
}

/// A number, in the same form as [`Value::to_serde`] gives it.
pub(crate) struct Number(f64);

impl Number {
    fn integer(&self) -> Option<i64> {
        Value::Number(self.0).as_i64()
    }

    fn serde(&self) -> Option<serde_json::Number> {
        match self.integer() {
            Some(integer) => Some(integer.into()),
            None => serde_json::Number::from_f64(self.0),
        }
    }
}

impl JsonNumber for Number {
    fn as_u64(&self) -> Option<u64> {
        self.integer().and_then(|integer| u64::try_from(integer).ok())
    }

    fn as_i64(&self) -> Option<i64> {
        self.integer()
    }

    fn as_f64(&self) -> Option<f64> {
        Some(self.0)
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_number().to_string())
    }

    fn is_integer(&self) -> bool {
        self.integer().is_some() || self.0.fract() == 0.0
    }

    fn is_written_as_integer(&self) -> bool {
        JsonNumber::is_written_as_integer(&&*self.to_number())
    }

    fn to_number(&self) -> Cow<'_, serde_json::Number> {
        // Every number of a document is finite.
        Cow::Owned(self.serde().unwrap_or_else(|| 0.into()))
    }
}

impl<'a> JsonObject<'a, CoreJson> for &'a Object<'a> {
    type Node = &'a Value<'a>;
    type MemberName = &'a str;
    type MembersIter = Members<'a, 'a>;

    fn len(&self) -> usize {
        Object::len(self)
    }

    fn get(&self, key: &String) -> Option<&'a Value<'a>> {
        Object::get(self, key)
    }

    fn members(&self) -> Members<'a, 'a> {
        self.iter()
    }
}

impl<'a> Array<'a, CoreJson> for &'a [Value<'a>] {
    type Node = &'a Value<'a>;
    type ElementsIter = std::slice::Iter<'a, Value<'a>>;

    fn len(&self) -> usize {
        <[Value<'a>]>::len(self)
    }

    fn elements(&self) -> std::slice::Iter<'a, Value<'a>> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::CoreJson;
    use crate::json::{self, Value};

    /// Whether our values and those of `serde_json` get one answer.
    fn valid(schema: &str, instance: &str) -> bool {
        let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
        let ours = jsonschema::options_for::<CoreJson>().should_validate_formats(true).build(&schema).unwrap();
        let theirs = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let value: Value<'_> = json::parse(instance.as_bytes()).unwrap();
        let copy = value.to_serde();
        let verdict = ours.is_valid(&value);
        assert_eq!(verdict, theirs.is_valid(&copy), "{schema} {instance}");
        let places = |errors: jsonschema::ErrorIterator<'_>| {
            errors.map(|error| (error.instance_path().to_string(), error.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(places(ours.iter_errors(&value)), places(theirs.iter_errors(&copy)), "{schema} {instance}");
        verdict
    }

    #[test]
    fn both_forms_are_judged_alike() {
        let instances = [
            "null",
            "true",
            "false",
            "0",
            "-1",
            "1",
            "42",
            "1.5",
            "100",
            "1e21",
            "9007199254740992",
            "\"\"",
            "\"a\"",
            "\"éé\"",
            "\"2001-02-03\"",
            "[]",
            "[1,1]",
            "[1,\"1\"]",
            "[{\"a\":1},{\"a\":1}]",
            "{}",
            "{\"a\":1}",
            "{\"a\":\"x\",\"b\":null}",
            "{\"b\":[1,2],\"a\":{\"a\":{}}}",
            "{\"a b\":1,\"c\":2,\"d\":3,\"e\":4}",
        ];
        let schemas = [
            r#"{"type":"integer"}"#,
            r#"{"$schema":"http://json-schema.org/draft-04/schema#","type":"integer"}"#,
            r#"{"type":["string","null"],"minLength":1,"maxLength":2}"#,
            r#"{"enum":[0,1,"a",null,{"a":1},[1,1]]}"#,
            r#"{"const":100}"#,
            r#"{"const":1.5}"#,
            r#"{"const":true}"#,
            r#"{"minimum":1,"maximum":42,"multipleOf":0.5}"#,
            r#"{"pattern":"^[a-zé]+$"}"#,
            r#"{"format":"date"}"#,
            r#"{"uniqueItems":true,"minItems":1,"contains":{"type":"string"}}"#,
            r#"{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}},"additionalProperties":false}"#,
            r#"{"type":"object","required":["a","b"],"minProperties":2,"dependentRequired":{"c":["a"]}}"#,
            r#"{"propertyNames":{"maxLength":1},"unevaluatedProperties":{"type":"integer"}}"#,
            r##"{"$ref":"#/$defs/t","$defs":{"t":{"properties":{"a":{"$ref":"#/$defs/t"}},"maxProperties":1}}}"##,
            r#"{"oneOf":[{"type":"number"},{"type":"integer"}],"not":{"const":0}}"#,
            r#"{"prefixItems":[{"const":1}],"items":{"type":"string"}}"#,
        ];
        let verdicts = schemas.iter().flat_map(|schema| instances.iter().map(move |instance| valid(schema, instance)));
        let good = verdicts.filter(|verdict| *verdict).count();
        assert!((100..300).contains(&good), "{good}");
    }
}
