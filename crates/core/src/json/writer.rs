//! Writing JSON text: members in their order, numbers as ECMAScript writes them.

use super::Value;
use super::canonical::{write_number, write_string};

/// JSON text without white space, members in their order.
#[must_use]
pub fn to_string(value: &Value<'_>) -> String {
    let mut out = String::with_capacity(1024);
    write(value, None, &mut out);
    out
}

/// JSON text for people: two spaces a level, members in their order, no newline at the end.
#[must_use]
pub fn to_string_pretty(value: &Value<'_>) -> String {
    let mut out = String::with_capacity(2048);
    write(value, Some(0), &mut out);
    out
}

fn write(value: &Value<'_>, level: Option<usize>, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) => write_number(*n, out),
        Value::String(s) => write_string(s, out),
        Value::Array(items) => {
            write_list(items.iter().map(|item| (None, item)), ('[', ']'), level, out);
        }
        Value::Object(object) => {
            write_list(object.iter().map(|(key, value)| (Some(key), value)), ('{', '}'), level, out);
        }
    }
}

fn write_list<'v, 'a: 'v>(
    entries: impl Iterator<Item = (Option<&'v str>, &'v Value<'a>)>,
    (open, close): (char, char),
    level: Option<usize>,
    out: &mut String,
) {
    out.push(open);
    let inner = level.map(|l| l + 1);
    let mut empty = true;
    for (key, value) in entries {
        if !empty {
            out.push(',');
        }
        empty = false;
        newline(inner, out);
        if let Some(key) = key {
            write_string(key, out);
            out.push_str(if level.is_some() { ": " } else { ":" });
        }
        write(value, inner, out);
    }
    if !empty {
        newline(level, out);
    }
    out.push(close);
}

fn newline(level: Option<usize>, out: &mut String) {
    if let Some(level) = level {
        out.push('\n');
        for _ in 0..level {
            out.push_str("  ");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::{to_string, to_string_pretty};

    #[test]
    fn keeps_order_and_shape() {
        let value = parse(br#"{"b":[1,{}],"a":"x"}"#).unwrap();
        assert_eq!(to_string(&value), r#"{"b":[1,{}],"a":"x"}"#);
        assert_eq!(to_string_pretty(&value), "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": \"x\"\n}");
    }
}
