//! The strict reader: RFC 8259, and nothing that two readers could understand differently.
//!
//! It is our own because how strict it is must not depend on anything else: `serde_json` reads numbers in another way as
//! soon as any crate of the build switches its feature `arbitrary_precision` on.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Object, Path, Value, number_text};
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
    let mut reader = Reader { text, at: 0, depth: 0, values: 0 };
    let value = reader.value(&Path::Root)?;
    reader.skip_space();
    if reader.at < text.len() { Err(reader.syntax()) } else { Ok(value) }
}

struct Reader<'a> {
    text: &'a str,
    /// The byte that is read next; always at the start of a character.
    at: usize,
    depth: usize,
    values: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes past a byte if it is this one.
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The text is no JSON here.
    fn syntax(&self) -> Fault {
        let before = self.text.get(..self.at).unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        // RFC 8259 §8.1: no byte order mark. Nobody sees one, so it is named.
        let place = match self.rest().starts_with('\u{feff}') {
            true => format!("byte order mark, line {line}, column {column}"),
            false => format!("line {line}, column {column}"),
        };
        Fault::new(Code::JsonSyntax).about(place)
    }

    fn value(&mut self, path: &Path<'_>) -> Result<Value<'a>, Fault> {
        self.values += 1;
        if self.values > limits::JSON_VALUES {
            let about = format!("values > {}", limits::JSON_VALUES);
            return Err(Fault::new(Code::JsonTooManyValues).at(path.pointer()).about(about));
        }
        self.skip_space();
        match self.peek() {
            Some(b'"') => self.string(path).map(Value::String),
            Some(b'{') => self.nested(path, Self::object),
            Some(b'[') => self.nested(path, Self::array),
            Some(b'-' | b'0'..=b'9') => self.number(path),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => Err(self.syntax()),
        }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, Fault> {
        if !self.rest().starts_with(word) {
            return Err(self.syntax());
        }
        self.at += word.len();
        Ok(value)
    }

    fn nested(
        &mut self,
        path: &Path<'_>,
        read: fn(&mut Self, &Path<'_>) -> Result<Value<'a>, Fault>,
    ) -> Result<Value<'a>, Fault> {
        self.depth += 1;
        if self.depth > limits::JSON_DEPTH {
            let about = format!("depth > {}", limits::JSON_DEPTH);
            return Err(Fault::new(Code::JsonTooDeep).at(path.pointer()).about(about));
        }
        self.at += 1;
        self.skip_space();
        let value = read(self, path)?;
        self.depth -= 1;
        Ok(value)
    }

    fn array(&mut self, path: &Path<'_>) -> Result<Value<'a>, Fault> {
        let mut items = Vec::new();
        if self.eat(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value(&path.index(items.len()))?);
            self.skip_space();
            if self.eat(b']') {
                return Ok(Value::Array(items));
            }
            if !self.eat(b',') {
                return Err(self.syntax());
            }
        }
    }

    fn object(&mut self, path: &Path<'_>) -> Result<Value<'a>, Fault> {
        /// Up to here a scan is faster than a set; beyond it a scan would be quadratic.
        const SCAN: usize = 48;
        let mut members: Vec<(Cow<'a, str>, Value<'a>)> = Vec::new();
        let mut seen: HashSet<Cow<'a, str>, foldhash::fast::RandomState> = HashSet::default();
        if self.eat(b'}') {
            return Ok(Value::Object(Object::new()));
        }
        members.reserve(8);
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.syntax());
            }
            let key = self.string(path)?;
            let double = if members.len() < SCAN {
                members.iter().any(|(known, _)| *known == key)
            } else {
                if seen.is_empty() {
                    seen.extend(members.iter().map(|(known, _)| known.clone()));
                }
                !seen.insert(key.clone())
            };
            let path = path.key(&key);
            if double {
                return Err(Fault::new(Code::JsonDuplicateKey).at(path.pointer()).about(key.as_ref()));
            }
            self.skip_space();
            if !self.eat(b':') {
                return Err(self.syntax());
            }
            let value = self.value(&path)?;
            members.push((key, value));
            self.skip_space();
            if self.eat(b'}') {
                return Ok(Value::Object(Object::from_members(members)));
            }
            if !self.eat(b',') {
                return Err(self.syntax());
            }
        }
    }

    /// A string; borrowed from the text where it needs no unescaping.
    fn string(&mut self, path: &Path<'_>) -> Result<Cow<'a, str>, Fault> {
        self.at += 1;
        let plain = self.plain();
        if self.eat(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut out = String::from(plain);
        loop {
            if self.eat(b'"') {
                return Ok(Cow::Owned(out));
            }
            if !self.eat(b'\\') {
                // A control character, or the end of the text.
                return Err(self.syntax());
            }
            out.push(self.escape(path)?);
            out.push_str(self.plain());
        }
    }

    /// The characters up to the next quote, escape or control.
    fn plain(&mut self) -> &'a str {
        let rest = self.rest();
        let end = plain_length(rest.as_bytes());
        self.at += end;
        // The end is at an ASCII byte, so this is text.
        rest.get(..end).unwrap_or_default()
    }

    /// What stands behind a backslash (RFC 8259 §7).
    fn escape(&mut self, path: &Path<'_>) -> Result<char, Fault> {
        let Some(letter) = self.peek() else { return Err(self.syntax()) };
        let plain = match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.code_point(path);
            }
            _ => return Err(self.syntax()),
        };
        self.at += 1;
        Ok(plain)
    }

    /// Four hexadecimal digits, or eight in two halves for what lies beyond the basic plane.
    fn code_point(&mut self, path: &Path<'_>) -> Result<char, Fault> {
        let lone = || Fault::new(Code::JsonLoneSurrogate).at(path.pointer());
        let first = self.four_digits()?;
        let code = match first {
            0xd800..=0xdbff => {
                if !(self.eat(b'\\') && self.eat(b'u')) {
                    return Err(lone());
                }
                let second = self.four_digits()?;
                if !(0xdc00..=0xdfff).contains(&second) {
                    return Err(lone());
                }
                0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            }
            code => code,
        };
        char::from_u32(code).ok_or_else(lone)
    }

    fn four_digits(&mut self) -> Result<u32, Fault> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or_else(|| self.syntax())?;
        self.at += 4;
        Ok(code)
    }

    /// RFC 8259 §6: `-? (0 | [1-9] digits) (. digits)? ([eE] [+-]? digits)?`
    fn number(&mut self, path: &Path<'_>) -> Result<Value<'a>, Fault> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        let token = self.text.get(start..self.at).unwrap_or_default();
        match exact(token) {
            Some(double) => Ok(Value::Number(double)),
            None => Err(Fault::new(Code::JsonNumber).at(path.pointer()).about("a number that a double cannot hold")),
        }
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.syntax()) } else { Ok(()) }
    }
}

/// The number of bytes before the first quote, backslash or control.
fn plain_length(bytes: &[u8]) -> usize {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    let (words, _) = bytes.as_chunks::<8>();
    let mut at = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        // The high bit of each byte that is below a limit of at most 128; a borrow can only mark bytes above a true one.
        let below = |word: u64, limit: u64| word.wrapping_sub(EACH * limit) & !word & (EACH << 7);
        let equal = |byte: u8| below(word ^ (EACH * u64::from(byte)), 1);
        let found = below(word, 0x20) | equal(b'"') | equal(b'\\');
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let tail = bytes.get(at..).unwrap_or_default();
    at + tail.iter().position(|&b| b == b'"' || b == b'\\' || b < 0x20).unwrap_or(tail.len())
}

/// The double that a number is, if every reader sees that one number. Fractions are rounded to the nearest double by all of
/// them. Integers are not: some readers keep them whole, so they must be what the double's canonical text says, digit by
/// digit.
#[expect(clippy::cast_possible_truncation, reason = "below 1e21 every integer fits")]
pub(super) fn exact(token: &str) -> Option<f64> {
    /// 2^53: below it every integer is a double.
    const EVERY_INTEGER: f64 = 9_007_199_254_740_992.0;
    let double: f64 = token.parse().ok().filter(|double: &f64| double.is_finite())?;
    if double == 0.0 {
        // Not a number that is too small to be told from zero.
        let mantissa = token.split(['e', 'E']).next().unwrap_or_default();
        return (!mantissa.bytes().any(|b| matches!(b, b'1'..=b'9'))).then_some(double);
    }
    if double.abs() < EVERY_INTEGER {
        return Some(double);
    }
    let canonical = number_text(double);
    // From 1e21 on the canonical text has an exponent, and JSON-LD writes a double.
    let whole = double.abs() >= 1e21 || (double as i128).to_string() == canonical;
    let integer = !token.contains(['.', 'e', 'E']);
    (whole && (!integer || plain_digits(&canonical) == token)).then_some(double)
}

/// The digits of a canonical text such as `-1.25e+21`, written out: `-1250000000000000000000`.
fn plain_digits(canonical: &str) -> String {
    let Some((mantissa, exponent)) = canonical.split_once("e+") else { return canonical.to_owned() };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let zeros = exponent.parse::<usize>().unwrap_or_default().saturating_sub(fraction.len());
    format!("{whole}{fraction}{}", "0".repeat(zeros))
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
        assert_eq!(code("[1e-400]").0, Code::JsonNumber);
        assert_eq!(code("[100000000000000000000001]").0, Code::JsonNumber);
        for bad in [
            "",
            " ",
            "{",
            "[",
            "[1,]",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "'a'",
            "[1 2]",
            "\"a",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12é\"",
            "\"a\nb\"",
            "-",
            "1.",
            ".5",
            "1e",
            "1e+",
            "+1",
            "tru",
            "nul",
            "[1]]",
            "Infinity",
            "0x10",
            "// c\n1",
        ] {
            assert_eq!(code(bad).0, Code::JsonSyntax, "{bad}");
        }
        assert_eq!(parse(b"[1,\n 2 x]").unwrap_err().name(), Some("line 2, column 4"));
        assert_eq!(code("[1] []").0, Code::JsonSyntax);
        assert_eq!(code("[01]").0, Code::JsonSyntax);
        assert_eq!(code("[NaN]").0, Code::JsonSyntax);
        assert_eq!(code("\u{feff}{}").0, Code::JsonSyntax);
        assert_eq!(parse("\u{feff}{}".as_bytes()).unwrap_err().name(), Some("byte order mark, line 1, column 1"));
        assert_eq!(code(&format!("{}{}", "[".repeat(65), "]".repeat(65))).0, Code::JsonTooDeep);
        assert_eq!(parse(&[b'"', 0xff, b'"']).unwrap_err().code(), Code::InputInvalidUtf8);
    }

    /// `serde_json` as the independent opponent: what both read is one value, and what it refuses we refuse.
    #[test]
    fn agrees_with_serde_json() {
        use proptest::prelude::*;
        let piece = prop_oneof![
            Just("{".to_owned()),
            Just("}".to_owned()),
            Just("[".to_owned()),
            Just("]".to_owned()),
            Just(",".to_owned()),
            Just(":".to_owned()),
            Just("\"a\"".to_owned()),
            Just("\"\\u00e9\\n\"".to_owned()),
            Just("1".to_owned()),
            Just("-2.5e3".to_owned()),
            Just("true".to_owned()),
            Just("null".to_owned()),
            Just(" ".to_owned()),
            Just("0".to_owned()),
            "[ -~]{0,3}",
        ];
        let text = prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat());
        proptest!(ProptestConfig { failure_persistence: None, cases: 4_000, ..ProptestConfig::default() }, |(text in text)| {
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            match (parse(text.as_bytes()), theirs) {
                (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours, Value::try_from(&theirs).unwrap()),
                (Ok(_), Err(error)) => prop_assert!(false, "serde_json refuses {}: {}", text, error),
                (Err(fault), Ok(_)) => prop_assert!(
                    matches!(fault.code(), Code::JsonDuplicateKey | Code::JsonNumber),
                    "{}: {}", text, fault
                ),
                (Err(_), Err(_)) => {}
            }
        });
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
        for exact in ["9007199254740994", "-10000000000000000000", "1e+21", "0", "5e-324", "1.7976931348623157e+308"] {
            assert_eq!(crate::json::canonicalize(&parse(exact.as_bytes()).unwrap()), exact);
        }
        assert_eq!(parse(b"[9007199254740994]").unwrap().items()[0], Value::Number(9_007_199_254_740_994.0));
        assert_eq!(parse(b"1000000000000000000000").unwrap(), parse(b"1e21").unwrap());
        assert_eq!(parse(b"-0.0e7").unwrap(), Value::Number(0.0));
        let text = r#""\ud83c\udf32 \"\\\/\b\f\n\r\té\u00e9""#;
        assert_eq!(parse(text.as_bytes()).unwrap().as_str(), Some("🌲 \"\\/\u{8}\u{c}\n\r\téé"));
        assert_eq!(
            parse(b" {\"a\" : [null, true, \"\\u00e9\", -1.5e3] } ").unwrap().pointer("/a/3").unwrap().as_f64(),
            Some(-1500.0)
        );
    }
}
