//! The strict reader: `serde_json` reads the text, this visitor refuses what two readers could understand differently.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::{Object, Value};
use crate::limits;
use crate::{Code, Fault};

/// Reads one JSON document of at most [`limits::INPUT_BYTES`].
///
/// # Errors
/// Refuses invalid UTF-8, syntax that RFC 8259 does not allow, anything after the value, duplicate keys, lone
/// surrogates, more depth or values than the limits, and integers that a double cannot hold exactly or that its canonical
/// text would change.
pub fn parse(bytes: &[u8]) -> Result<Value<'_>, Fault> {
    parse_up_to(bytes, limits::INPUT_BYTES)
}

/// Reads one JSON document of at most `max_bytes`; for evidence that has a limit of its own.
///
/// # Errors
/// As [`parse`].
pub fn parse_up_to(bytes: &[u8], max_bytes: usize) -> Result<Value<'_>, Fault> {
    if bytes.len() > max_bytes {
        return Err(Fault::new(Code::InputTooLarge).about(format!("{} > {max_bytes} bytes", bytes.len())));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::new(Code::InputInvalidUtf8))?;
    let mut state = State { depth: 0, values: 0, fault: None };
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Seed(&mut state).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| state.fault.take().unwrap_or_else(|| syntax_fault(&error)))
}

/// `serde_json` tells a lone surrogate from other syntax errors by its text alone.
fn syntax_fault(error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let code = if text.contains("surrogate") || text.contains("unexpected end of hex escape") {
        Code::JsonLoneSurrogate
    } else if text.contains("number out of range") {
        Code::JsonNumber
    } else if text.contains("recursion limit") {
        Code::JsonTooDeep
    } else {
        Code::JsonSyntax
    };
    Fault::new(code).about(format!("line {}, column {}", error.line(), error.column()))
}

struct State {
    depth: usize,
    values: usize,
    /// The finding, with its pointer built up while the calls unwind.
    fault: Option<Fault>,
}

impl State {
    fn refuse<E: de::Error>(&mut self, code: Code, about: impl Into<String>) -> E {
        self.fault = Some(Fault::new(code).at("").about(about));
        E::custom("refused")
    }

    /// One step of the pointer, put in front while unwinding. A syntax error has no fault here: its line tells more.
    fn inside(&mut self, step: &super::Path<'_>) {
        if let Some(fault) = self.fault.take() {
            self.fault = Some(fault.under(&step.pointer()));
        }
    }

    fn enter<E: de::Error>(&mut self) -> Result<(), E> {
        self.depth += 1;
        if self.depth > limits::JSON_DEPTH {
            return Err(self.refuse(Code::JsonTooDeep, format!("depth > {}", limits::JSON_DEPTH)));
        }
        Ok(())
    }
}

struct Seed<'s>(&'s mut State);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value<'de>;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        self.0.values += 1;
        if self.0.values > limits::JSON_VALUES {
            return Err(self.0.refuse(Code::JsonTooManyValues, format!("values > {}", limits::JSON_VALUES)));
        }
        deserializer.deserialize_any(self)
    }
}

/// Whether the canonical text of a number (RFC 8785 §3.2.2.3) is exactly this number. From 2^53 to 1e21 it is the shortest
/// integer that rounds to it: 90990990309030032 would be written 90990990309030030, which is no double, and a document
/// that was read could not be read again once it was written.
#[expect(clippy::cast_possible_truncation, reason = "below 1e21 a double fits")]
fn reads_back(n: f64) -> bool {
    n.abs() <= 9_007_199_254_740_992.0
        || n.abs() >= 1e21
        || super::number_text(n).parse::<i128>().is_ok_and(|written| written == n as i128)
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, b: bool) -> Result<Self::Value, E> {
        Ok(Value::Bool(b))
    }

    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "this is the check for the loss")]
    fn visit_i64<E: de::Error>(self, n: i64) -> Result<Self::Value, E> {
        let double = n as f64;
        if double as i128 != i128::from(n) || !reads_back(double) {
            return Err(self.0.refuse(Code::JsonNumber, "an integer that a double cannot hold"));
        }
        Ok(Value::Number(double))
    }

    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "this is the check for the loss")]
    fn visit_u64<E: de::Error>(self, n: u64) -> Result<Self::Value, E> {
        let double = n as f64;
        if double as i128 != i128::from(n) || !reads_back(double) {
            return Err(self.0.refuse(Code::JsonNumber, "an integer that a double cannot hold"));
        }
        Ok(Value::Number(double))
    }

    fn visit_f64<E: de::Error>(self, n: f64) -> Result<Self::Value, E> {
        // Integers past u64 arrive here already rounded. Below 1e21 JSON-LD writes them digit by digit, so the rounding
        // would show in the signed statement.
        if !n.is_finite() || (n.abs() >= 18_446_744_073_709_551_616.0 && n.abs() < 1e21) || !reads_back(n) {
            return Err(self.0.refuse(Code::JsonNumber, "an integer that a double cannot hold"));
        }
        Ok(Value::Number(n))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::String(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::String(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        self.0.enter()?;
        let mut items = Vec::new();
        loop {
            match seq.next_element_seed(Seed(self.0)) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => break,
                Err(error) => {
                    self.0.inside(&super::Path::Root.index(items.len()));
                    return Err(error);
                }
            }
        }
        self.0.depth -= 1;
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        /// Up to here a scan is faster than a set; beyond it a scan would be quadratic.
        const SCAN: usize = 16;
        self.0.enter()?;
        let mut members: Vec<(Cow<'de, str>, Value<'de>)> = Vec::with_capacity(8);
        let mut seen: HashSet<Cow<'de, str>> = HashSet::new();
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            let double = if members.len() < SCAN {
                members.iter().any(|(k, _)| *k == key)
            } else {
                if seen.is_empty() {
                    seen.extend(members.iter().map(|(k, _)| k.clone()));
                }
                !seen.insert(key.clone())
            };
            if double {
                let error = self.0.refuse(Code::JsonDuplicateKey, key.clone());
                self.0.inside(&super::Path::Root.key(&key));
                return Err(error);
            }
            match map.next_value_seed(Seed(self.0)) {
                Ok(value) => members.push((key, value)),
                Err(error) => {
                    self.0.inside(&super::Path::Root.key(&key));
                    return Err(error);
                }
            }
        }
        self.0.depth -= 1;
        Ok(Value::Object(Object::from_members(members)))
    }
}

/// A key, borrowed where it needs no unescaping.
struct Key<'de>(Cow<'de, str>);

impl<'de> de::Deserialize<'de> for Key<'de> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, parse};
    use crate::Code;

    fn code(text: &str) -> (Code, String) {
        let fault = parse(text.as_bytes()).expect_err(text);
        (fault.code(), fault.pointer().unwrap_or_default().to_owned())
    }

    #[test]
    fn refuses_what_readers_understand_differently() {
        assert_eq!(code(r#"{"a":[{"b":1,"b":2}]}"#), (Code::JsonDuplicateKey, "/a/0/b".into()));
        assert_eq!(code(r#"{"a":1,"\u0061":2}"#), (Code::JsonDuplicateKey, "/a".into()));
        assert_eq!(code(r#"{"a":"\ud800"}"#).0, Code::JsonLoneSurrogate);
        assert_eq!(code(r#"{"a":"\udc00x"}"#).0, Code::JsonLoneSurrogate);
        assert_eq!(code(r#"{"a":[9007199254740993]}"#), (Code::JsonNumber, "/a/0".into()));
        assert_eq!(code(r#"[-9007199254740993]"#).0, Code::JsonNumber);
        assert_eq!(code("[18446744073709551617]").0, Code::JsonNumber);
        assert_eq!(code("[1e400]").0, Code::JsonNumber);
        assert_eq!(code("[90990990309030032]").0, Code::JsonNumber);
        assert_eq!(code("[-9.0990990309030032e16]").0, Code::JsonNumber);
        assert_eq!(code("[1] []").0, Code::JsonSyntax);
        assert_eq!(code("[01]").0, Code::JsonSyntax);
        assert_eq!(code("[NaN]").0, Code::JsonSyntax);
        assert_eq!(code("\u{feff}{}").0, Code::JsonSyntax);
        assert_eq!(code(&format!("{}{}", "[".repeat(65), "]".repeat(65))).0, Code::JsonTooDeep);
        assert_eq!(parse(&[b'"', 0xff, b'"']).unwrap_err().code(), Code::InputInvalidUtf8);
    }

    #[test]
    fn finds_a_double_key_among_many() {
        let mut text = String::from("{");
        for i in 0..100 {
            text.push_str(&format!("\"k{i}\":{i},"));
        }
        text.push_str("\"k7\":0}");
        assert_eq!(code(&text), (Code::JsonDuplicateKey, "/k7".into()));
    }

    #[test]
    fn reads_what_is_exact() {
        for exact in ["9007199254740994", "-10000000000000000000", "1e+21"] {
            assert_eq!(crate::json::canonicalize(&parse(exact.as_bytes()).unwrap()), exact);
        }
        assert_eq!(parse(b"[9007199254740994]").unwrap().items()[0], Value::Number(9_007_199_254_740_994.0));
        assert_eq!(
            parse(b" {\"a\" : [null, true, \"\\u00e9\", -1.5e3] } ").unwrap().pointer("/a/3").unwrap().as_f64(),
            Some(-1500.0)
        );
    }
}
