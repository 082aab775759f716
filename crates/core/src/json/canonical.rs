//! The JSON Canonicalization Scheme (RFC 8785).

use super::Value;

/// The canonical text of a value (RFC 8785): no white space, ECMAScript numbers, keys sorted by UTF-16 code units.
#[must_use]
pub fn canonicalize(value: &Value<'_>) -> String {
    let mut out = String::with_capacity(1024);
    write(value, &mut out);
    out
}

/// The ECMAScript text of a finite number (RFC 8785 §3.2.2.3).
#[must_use]
pub fn number_text(number: f64) -> String {
    let mut out = String::new();
    write_number(number, &mut out);
    out
}

pub(crate) fn write_number(number: f64, out: &mut String) {
    out.push_str(ryu_js::Buffer::new().format_finite(number));
}

fn write(value: &Value<'_>, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(n) => write_number(*n, out),
        Value::String(s) => write_string(s, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(object) => write_members(object.iter().collect(), out),
    }
}

/// The canonical text of an object with these members, whose keys differ.
pub(crate) fn canonicalize_members(members: Vec<(&str, &Value<'_>)>) -> String {
    let mut out = String::with_capacity(1024);
    write_members(members, &mut out);
    out
}

fn write_members(mut members: Vec<(&str, &Value<'_>)>, out: &mut String) {
    // RFC 8785 §3.2.3: by UTF-16 code units. For ASCII that is the byte order.
    members.sort_unstable_by(|(a, _), (b, _)| {
        if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
    });
    out.push('{');
    for (i, (key, value)) in members.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write_string(key, out);
        out.push(':');
        write(value, out);
    }
    out.push('}');
}

/// RFC 8785 §3.2.2.2: the two-letter escapes where there are some, `\u00xx` for other controls, all else as it is.
pub(super) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    write_escaped(text, out);
    out.push('"');
}

/// What stands between the quotes.
pub(crate) fn write_escaped(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| b < 0x20 || b == b'"' || b == b'\\') {
        // `at` is the place of an ASCII byte, so both halves are text.
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = tail.chars();
        match chars.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\t') => out.push_str("\\t"),
            Some('\n') => out.push_str("\\n"),
            Some('\u{c}') => out.push_str("\\f"),
            Some('\r') => out.push_str("\\r"),
            Some(control) => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::canonicalize;

    #[test]
    fn the_example_of_rfc_8785() {
        let input = br#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001,-0],
            "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#;
        assert_eq!(
            canonicalize(&parse(input).unwrap()),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
    }

    #[test]
    fn sorts_by_utf16() {
        // U+10000 is d800 dc00 in UTF-16, before U+FB33.
        let input = "{\"\u{fb33}\":1,\"\u{10000}\":2,\"\u{20ac}\":3}";
        assert_eq!(canonicalize(&parse(input.as_bytes()).unwrap()), "{\"\u{20ac}\":3,\"\u{10000}\":2,\"\u{fb33}\":1}");
    }
}
