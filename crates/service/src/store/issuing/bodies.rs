//! The signed texts that are kept: whole, or as edits of another text that is kept whole.
//!
//! The credentials of a batch differ in a few strings. Kept whole, they would be most of what the store writes. So of each
//! shape one text is a *base*, and of the others only what differs is kept: how many bytes are the base's, how many of
//! its bytes are left out, and what stands there instead, over and over. The digest beside it says whether what is read
//! is what was signed.

use std::collections::HashMap;

/// Bases that one process uses; texts of further shapes are kept whole.
const BASES: usize = 64;

/// The bases of this process, by shape.
#[derive(Default, Debug)]
pub struct Bases {
    known: HashMap<u64, Base>,
}

#[derive(Debug)]
struct Base {
    id: i64,
    text: String,
}

/// How a text is kept.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Body {
    /// As it is.
    Whole,
    /// As it is, and as the base of others of its shape, which is to be written.
    NewBase(u64),
    /// As edits of a base.
    Edits { base: i64, edits: Vec<u8> },
}

impl Bases {
    /// How to keep a text.
    pub(super) fn keep(&self, shape: Option<u64>, text: &str) -> Body {
        let Some(shape) = shape else { return Body::Whole };
        match self.known.get(&shape) {
            Some(base) => {
                let edits = differences(base.text.as_bytes(), text.as_bytes());
                if edits.len() < text.len() / 2 { Body::Edits { base: base.id, edits } } else { Body::Whole }
            }
            None if self.known.len() < BASES => Body::NewBase(shape),
            None => Body::Whole,
        }
    }

    /// Remembers a base that was written.
    pub(super) fn learn(&mut self, shape: u64, id: i64, text: &str) {
        self.known.insert(shape, Base { id, text: text.to_owned() });
    }

    /// Forgets the bases: they were written in a transaction that failed.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }
}

/// The text that edits make of a base; `None` if they are not edits of it.
pub(super) fn restore(base: &str, edits: &[u8]) -> Option<String> {
    let mut rest = base.as_bytes();
    let mut edits = edits;
    let mut text = Vec::with_capacity(base.len() + edits.len());
    while !edits.is_empty() {
        let [same, skipped, other] = [number(&mut edits)?, number(&mut edits)?, number(&mut edits)?];
        let (same, after) = rest.split_at_checked(same)?;
        (_, rest) = after.split_at_checked(skipped)?;
        let (other, more) = edits.split_at_checked(other)?;
        text.extend_from_slice(same);
        text.extend_from_slice(other);
        edits = more;
    }
    String::from_utf8(text).ok()
}

/// What to change in a base to get a text. Both are JSON in one order of members, so that after a difference they agree
/// again behind the next quotation mark; if not, the edits become long, but stay right.
fn differences(base: &[u8], text: &[u8]) -> Vec<u8> {
    let mut edits = Vec::with_capacity(1_024);
    let (mut base, mut text) = (base, text);
    while !base.is_empty() || !text.is_empty() {
        let same = common(base, text);
        base = base.get(same..).unwrap_or_default();
        text = text.get(same..).unwrap_or_default();
        // At the end of one, the rest of the other is the last difference.
        let is_last = base.is_empty() || text.is_empty();
        let (skipped, other) = if is_last { (base.len(), text.len()) } else { (value(base), value(text)) };
        push_number(&mut edits, same);
        push_number(&mut edits, skipped);
        push_number(&mut edits, other);
        edits.extend_from_slice(text.get(..other).unwrap_or_default());
        base = base.get(skipped..).unwrap_or_default();
        text = text.get(other..).unwrap_or_default();
    }
    edits
}

/// How many bytes two texts have in common.
fn common(a: &[u8], b: &[u8]) -> usize {
    const STEP: usize = 32;
    let steps = a.chunks_exact(STEP).zip(b.chunks_exact(STEP)).take_while(|(a, b)| a == b).count() * STEP;
    let (a, b) = (a.get(steps..).unwrap_or_default(), b.get(steps..).unwrap_or_default());
    steps + a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// The bytes up to the next quotation mark.
fn value(text: &[u8]) -> usize {
    text.iter().position(|byte| *byte == b'"').unwrap_or(text.len())
}

/// Writes a number in groups of seven bits, the lowest first (LEB128).
fn push_number(out: &mut Vec<u8>, number: usize) {
    let mut rest = number;
    loop {
        let low = (rest & 0x7f) as u8;
        rest >>= 7;
        if rest == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

fn number(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for shift in (0..28).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_give_the_text_again() {
        let base =
            r#"{"id":"urn:uuid:1","name":"Zoé","height":164,"address":{"street":"1 Larch Street"},"proof":"zAAAA"}"#;
        let texts = [
            "",
            "\"",
            "{}",
            base,
            r#"{"id":"urn:uuid:22","name":"Noël \"N\"","height":9,"address":{"street":""},"proof":"zBBBBB"}"#,
            r#"{"id":"urn:uuid:1","name":"Zoè","address":{"street":"1 Larch Street"},"proof":"zAAAA"}"#,
            r#"{"id":"urn:uuid:1","name":"Zoé","height":164,"address":{"street":"1 Larch Street"},"proof":"zAAAA"}x"#,
            "eyJhbGciOiJFZERTQSJ9.e30.sig",
        ];
        for one in texts {
            for other in texts {
                let edits = differences(one.as_bytes(), other.as_bytes());
                assert_eq!(restore(one, &edits).as_deref(), Some(other), "{one} {other}");
            }
        }
        let long = "x".repeat(300_000);
        assert_eq!(restore(&long, &differences(long.as_bytes(), b"\"y\"")).as_deref(), Some("\"y\""));
        let near = r#"{"id":"urn:uuid:22","name":"Noël","height":9,"address":{"street":""},"proof":"zBBBBB"}"#;
        let near = differences(base.as_bytes(), near.as_bytes());
        assert!(near.len() < 60, "{}", near.len());
    }

    #[test]
    fn edits_of_something_else_are_none() {
        for edits in
            [&[1_u8][..], &[5, 0, 0], &[0, 5, 0], &[0, 0, 5], &[0x80, 0x80, 0x80, 0x80, 0x80], &[1, 0, 1, 0xff]]
        {
            assert_eq!(restore("abc", edits), None, "{edits:?}");
        }
    }
}
