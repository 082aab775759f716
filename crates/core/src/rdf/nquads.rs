//! N-Quads: the canonical spelling of terms (RDFC-1.0 §5), a writer and a strict reader (RDF 1.1 N-Quads).

use core::fmt::Write as _;

use super::{Dataset, TermId};
use crate::Fault;

/// Why a text is not N-Quads.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum NQuadsError {
    /// This line, counted from 1, is not a statement.
    Syntax {
        /// The line, counted from 1.
        line: usize,
    },
    /// A limit was passed.
    Limit(Fault),
}

impl core::fmt::Display for NQuadsError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Syntax { line } => write!(f, "line {line} is not N-Quads"),
            Self::Limit(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for NQuadsError {}

/// Whether IRIREF allows every character.
pub(crate) fn is_iri(text: &str) -> bool {
    // No early exit, so that the compiler can look at many bytes at once.
    !text.bytes().fold(false, |bad, byte| bad | !iri_byte(byte))
}

/// Appends an IRI. What IRIREF does not allow is written as UCHAR.
pub(super) fn push_iri(out: &mut String, iri: &str) {
    if is_iri(iri) {
        out.push_str(iri);
        return;
    }
    for c in iri.chars() {
        if u8::try_from(c).is_ok_and(|byte| byte.is_ascii() && !iri_byte(byte)) {
            push_uchar(out, c);
        } else {
            out.push(c);
        }
    }
}

const fn iri_byte(byte: u8) -> bool {
    !((byte <= b' ')
        | (byte == b'<')
        | (byte == b'>')
        | (byte == b'"')
        | (byte == b'{')
        | (byte == b'}')
        | (byte == b'|')
        | (byte == b'^')
        | (byte == b'`')
        | (byte == b'\\'))
}

/// Appends a lexical form with the escapes of RDFC-1.0 §5 and no others; says whether there was one.
pub(crate) fn push_literal(out: &mut String, value: &str) -> bool {
    // 0xEF begins U+FFFE and U+FFFF, which XML 1.1 does not allow, and 4094 other characters.
    let suspect = |byte: u8| (byte < b' ') | (byte == b'"') | (byte == b'\\') | (byte == 0x7F) | (byte == 0xEF);
    if !value.bytes().fold(false, |bad, byte| bad | suspect(byte)) {
        out.push_str(value);
        return false;
    }
    let before = out.len();
    for c in value.chars() {
        match c {
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{C}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\0'..='\u{1F}' | '\u{7F}' | '\u{FFFE}' | '\u{FFFF}' => push_uchar(out, c),
            c => out.push(c),
        }
    }
    out.len() - before != value.len()
}

fn push_uchar(out: &mut String, c: char) {
    let _ = write!(out, "\\u{:04X}", u32::from(c));
}

/// The quads, one a line, in their order.
pub(super) fn write(dataset: &Dataset) -> String {
    let mut out = String::with_capacity(dataset.serialized_bytes());
    // Labels that N-Quads does not allow, and what stands in their place.
    let mut renamed: Vec<(TermId, String)> = Vec::new();
    let mut taken = 0usize;
    let mut push = |out: &mut String, id: TermId| {
        let text = dataset.text(id);
        if !dataset.is_blank(id) || is_label(text.get(2..).unwrap_or_default()) {
            out.push_str(text);
        } else if let Some((_, label)) = renamed.iter().find(|(known, _)| *known == id) {
            out.push_str(label);
        } else {
            let label = loop {
                let label = format!("_:x{taken}");
                taken += 1;
                if !dataset.has_text(&label) {
                    break label;
                }
            };
            out.push_str(&label);
            renamed.push((id, label));
        }
    };
    for (s, p, o, g) in dataset.quads() {
        for id in [Some(s), Some(p), Some(o), g].into_iter().flatten() {
            push(&mut out, id);
            out.push(' ');
        }
        out.push_str(".\n");
    }
    out
}

/// Reads N-Quads.
pub(super) fn parse(text: &str) -> Result<Dataset, NQuadsError> {
    let mut dataset = Dataset::new();
    // EOL is any run of CR and LF; a line ends at either, and a line may be empty.
    let mut rest = text;
    let mut line = 1;
    loop {
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (statement, after) = rest.split_at(end);
        Reader { rest: statement }.statement(&mut dataset).map_err(|wrong| match wrong {
            Some(fault) => NQuadsError::Limit(fault),
            None => NQuadsError::Syntax { line },
        })?;
        let Some(eol) = after.chars().next() else { return Ok(dataset) };
        rest = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(eol)).unwrap_or_default();
        line += 1;
    }
}

struct Reader<'t> {
    rest: &'t str,
}

/// `None`: not N-Quads; `Some`: a limit.
type Wrong = Option<Fault>;

impl<'t> Reader<'t> {
    /// Production `statement`, with the comment behind it; also a line without one.
    fn statement(&mut self, dataset: &mut Dataset) -> Result<(), Wrong> {
        self.space();
        if !self.rest.is_empty() && !self.rest.starts_with('#') {
            let s = self.node(dataset)?.ok_or(None)?;
            self.space();
            let p = self.iri()?.map(|iri| dataset.iri(&iri)).ok_or(None)?;
            self.space();
            let o = match self.node(dataset)? {
                Some(node) => node,
                None => self.literal(dataset)?,
            };
            self.space();
            let g = self.node(dataset)?;
            self.space();
            if !self.take('.') {
                return Err(None);
            }
            dataset.push(s, p, o, g).map_err(Some)?;
            self.space();
        }
        if self.rest.is_empty() || self.rest.starts_with('#') { Ok(()) } else { Err(None) }
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    fn take(&mut self, c: char) -> bool {
        let found = self.rest.strip_prefix(c);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// Takes the text up to `end` bytes.
    fn split(&mut self, end: usize) -> Result<&'t str, Wrong> {
        let (taken, rest) = self.rest.split_at_checked(end).ok_or(None)?;
        self.rest = rest;
        Ok(taken)
    }

    /// An IRI or a blank node, if one stands here.
    fn node(&mut self, dataset: &mut Dataset) -> Result<Option<TermId>, Wrong> {
        if let Some(iri) = self.iri()? {
            return Ok(Some(dataset.iri(&iri)));
        }
        let Some(rest) = self.rest.strip_prefix("_:") else { return Ok(None) };
        // The longest label that BLANK_NODE_LABEL allows: a dot at its end is the end of the statement.
        let run = rest.find(|c| !is_pn_char(c) && c != '.').unwrap_or(rest.len());
        let label = rest.get(..run).unwrap_or_default().trim_end_matches('.');
        if !is_label(label) {
            return Err(None);
        }
        self.split("_:".len() + label.len())?;
        Ok(Some(dataset.blank(label)))
    }

    /// Production `IRIREF`, absolute (N-Quads §2.2), if one stands here.
    fn iri(&mut self) -> Result<Option<String>, Wrong> {
        if !self.take('<') {
            return Ok(None);
        }
        let raw = self.split(self.rest.find('>').ok_or(None)?)?;
        self.take('>');
        // An escape may not bring in what may not stand there bare (RFC 3987).
        if !raw.bytes().all(|byte| iri_byte(byte) || byte == b'\\') {
            return Err(None);
        }
        let iri = unescape(raw, false)?;
        let scheme = iri.split_once(':').map(|(scheme, _)| scheme).ok_or(None)?;
        let fits = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
            && iri.bytes().all(iri_byte);
        if fits { Ok(Some(iri)) } else { Err(None) }
    }

    /// Production `literal`.
    fn literal(&mut self, dataset: &mut Dataset) -> Result<TermId, Wrong> {
        if !self.take('"') {
            return Err(None);
        }
        let mut escaped = false;
        let end = self.rest.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let value = unescape(self.split(end.ok_or(None)?)?, true)?;
        self.take('"');
        if self.take('@') {
            let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(self.rest.len());
            let language = self.split(end)?;
            let mut parts = language.split('-');
            let first = parts.next().unwrap_or_default();
            if first.is_empty() || !first.bytes().all(|b| b.is_ascii_alphabetic()) || parts.any(str::is_empty) {
                return Err(None);
            }
            return Ok(dataset.literal(&value, super::dataset::RDF_LANG_STRING, Some(language)));
        }
        if let Some(rest) = self.rest.strip_prefix("^^") {
            self.rest = rest;
            let datatype = self.iri()?.ok_or(None)?;
            return Ok(dataset.literal(&value, &datatype, None));
        }
        Ok(dataset.literal(&value, super::dataset::XSD_STRING, None))
    }
}

/// Resolves UCHAR, and ECHAR where they may stand.
fn unescape(raw: &str, echar: bool) -> Result<String, Wrong> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, after)) = rest.split_once('\\') {
        out.push_str(plain);
        let kind = after.chars().next().ok_or(None)?;
        let digits = match kind {
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let hex = after.get(1..=digits).ok_or(None)?;
        out.push(match kind {
            'u' | 'U' if hex.bytes().all(|b| b.is_ascii_hexdigit()) => {
                u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).ok_or(None)?
            }
            't' if echar => '\t',
            'b' if echar => '\u{8}',
            'n' if echar => '\n',
            'r' if echar => '\r',
            'f' if echar => '\u{C}',
            '"' | '\'' | '\\' if echar => kind,
            _ => return Err(None),
        });
        rest = after.get(1 + digits..).ok_or(None)?;
    }
    out.push_str(rest);
    Ok(out)
}

/// Whether a text is a blank node label (production `BLANK_NODE_LABEL`, without `_:`).
fn is_label(label: &str) -> bool {
    label.starts_with(|c: char| is_pn_char_u(c) || c.is_ascii_digit())
        && label.chars().all(|c| is_pn_char(c) || c == '.')
        && !label.ends_with('.')
}

fn is_pn_char(c: char) -> bool {
    is_pn_char_u(c)
        || c.is_ascii_digit()
        || matches!(c, '-' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

const fn is_pn_char_u(c: char) -> bool {
    matches!(c,
        'A'..='Z' | 'a'..='z' | '_' | ':' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rdf::TermRef;

    #[test]
    fn canonical_escapes() {
        let mut dataset = Dataset::new();
        let value = "\u{0}\u{8}\t\n\u{B}\u{C}\r\u{1F} \"'\\\u{7F}\u{80}\u{EFFF}é\u{FFFD}\u{FFFE}\u{FFFF}😀";
        let (s, p) = (dataset.iri("http://a.example/<x y>"), dataset.iri("http://a.example/p"));
        let o = dataset.literal(value, super::super::dataset::XSD_STRING, None);
        assert_eq!(
            dataset.term(o),
            TermRef::Literal { value, datatype: super::super::dataset::XSD_STRING, language: None }
        );
        dataset.push(s, p, o, None).unwrap();
        assert_eq!(
            dataset.to_nquads(),
            "<http://a.example/\\u003Cx\\u0020y\\u003E> <http://a.example/p> \"\\u0000\\b\\t\\n\\u000B\\f\\r\\u001F \\\"'\\\\\\u007F\u{80}\u{EFFF}é\u{FFFD}\\uFFFE\\uFFFF😀\" .\n"
        );
    }

    #[test]
    fn reads_strictly() {
        let good = "# a comment\r\n\r\n<a:b><c:d>_:x.\n\t_:0.1 <a:\\u00e9> \"\\'\\U0001F600\"@fr-CA <g:g> . # end\n<a:b> <a:b> \"\"^^<d:d> _:g .";
        let dataset = Dataset::parse_nquads(good).unwrap();
        assert_eq!(
            dataset.to_nquads(),
            "<a:b> <c:d> _:x .\n_:0.1 <a:é> \"'😀\"@fr-CA <g:g> .\n<a:b> <a:b> \"\"^^<d:d> _:g .\n"
        );
        for bad in [
            "<a:b> <a:b> <a:b>",
            "<a:b> <a:b> .",
            "<a:b> _:b <a:b> .",
            "<a:b> \"p\" <a:b> .",
            "\"s\" <a:b> <a:b> .",
            "<a:b> <a:b> <a:b> \"g\" .",
            "<b> <a:b> <a:b> .",
            "<:b> <a:b> <a:b> .",
            "<a:b c> <a:b> <a:b> .",
            "<a:\\u0020> <a:b> <a:b> .",
            "<a:\\u003E> <a:b> <a:b> .",
            "<a:\\n> <a:b> <a:b> .",
            "<a:b> <a:b> \"\\x\" .",
            "<a:b> <a:b> \"\\uD800\" .",
            "<a:b> <a:b> \"\\u+041\" .",
            "<a:b> <a:b> \"a\"@ .",
            "<a:b> <a:b> \"a\"@1a .",
            "<a:b> <a:b> \"a\"@en- .",
            "<a:b> <a:b> \"a\"^^\"b\" .",
            "<a:b> <a:b> \"a .",
            "<a:b> <a:b> \"a\nb\" .",
            "_:-a <a:b> <a:b> .",
            "_: <a:b> <a:b> .",
            "<a:b> <a:b> <a:b> . <a:b>",
            "<a:b> <a:b> <a:b> <a:b> <a:b> .",
        ] {
            assert!(matches!(Dataset::parse_nquads(bad), Err(NQuadsError::Syntax { .. })), "{bad}");
        }
        assert_eq!(Dataset::parse_nquads("<a:b> <a:b> <a:b> .\r\n\n?").unwrap_err(), NQuadsError::Syntax { line: 3 });
    }

    #[test]
    fn labels_that_nquads_does_not_allow_are_replaced() {
        let mut dataset = Dataset::new();
        let (bad, taken, p) = (dataset.blank("a b"), dataset.blank("x0"), dataset.iri("a:p"));
        dataset.push(bad, p, taken, None).unwrap();
        dataset.push(taken, p, bad, None).unwrap();
        assert_eq!(dataset.to_nquads(), "_:x1 <a:p> _:x0 .\n_:x0 <a:p> _:x1 .\n");
    }
}
