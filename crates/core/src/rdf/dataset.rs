//! A set of quads over interned terms.
//!
//! Every term is kept as its canonical N-Quads text (RDFC-1.0 §5) in one buffer: interning compares that text, and
//! serialising a quad copies it.

use core::hash::BuildHasher as _;

use hashbrown::HashTable;

use super::nquads;
use crate::{Code, Fault, limits};

pub(super) const XSD_STRING: &str = "http://www.w3.org/2001/XMLSchema#string";
pub(super) const RDF_LANG_STRING: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";

/// A term of one [`Dataset`]. It means nothing to another dataset.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TermId(pub(super) u32);

impl TermId {
    /// The number of the term in its dataset: they are given in order.
    pub(crate) const fn number(self) -> u32 {
        self.0
    }
}

/// A term, read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TermRef<'t> {
    /// An IRI.
    Iri(&'t str),
    /// A blank node: its label without `_:`.
    Blank(&'t str),
    /// A literal.
    Literal {
        /// The lexical form.
        value: &'t str,
        /// The datatype's IRI; `rdf:langString` when there is a language.
        datatype: &'t str,
        /// The language tag.
        language: Option<&'t str>,
    },
}

/// Bytes `start..end` of the text buffer.
#[derive(Clone, Copy, Default, Debug)]
struct Span {
    start: u32,
    end: u32,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Iri,
    Blank { fresh: bool },
    // The lexical form; it is part of the term's own text unless that needed an escape.
    String(Span),
    Typed { value: Span, datatype: Span },
    Tagged { value: Span, language: Span },
}

#[derive(Clone, Copy, Debug)]
struct Term {
    // The whole term as canonical N-Quads write it, and its hash.
    text: Span,
    hash: u64,
    kind: Kind,
}

/// One quad: subject, predicate, object, graph name.
pub(super) type Quad = (TermId, TermId, TermId, Option<TermId>);

/// So many quads are looked through for one that is there already; of more there is a table.
const FEW_QUADS: usize = 64;

/// A set of quads: pushing one twice keeps it once.
#[derive(Clone, Default, Debug)]
pub struct Dataset {
    text: String,
    terms: Vec<Term>,
    term_table: HashTable<u32>,
    quads: Vec<Quad>,
    // Empty as long as the quads are few enough to look through.
    quad_table: HashTable<u32>,
    // Bytes that the quads take as N-Quads, with the document's own blank labels.
    serialized: usize,
    fresh: u32,
    blanks: u32,
    // A term did not fit in limits::NQUADS_BYTES; no quad is taken any more.
    full: bool,
    hasher: foldhash::fast::RandomState,
}

impl Dataset {
    /// An empty dataset.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty dataset with room for about so many quads.
    pub(crate) fn with_room(quads: usize) -> Self {
        /// Bytes of the terms that one more quad brings, and such terms.
        const BYTES: usize = 96;
        const TERMS: usize = 2;
        Self {
            text: String::with_capacity(quads * BYTES),
            terms: Vec::with_capacity(quads * TERMS),
            term_table: HashTable::with_capacity(quads * TERMS),
            quads: Vec::with_capacity(quads),
            ..Self::default()
        }
    }

    /// The number of quads.
    #[must_use]
    pub fn len(&self) -> usize {
        self.quads.len()
    }

    /// Whether there is no quad.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.quads.is_empty()
    }

    /// The IRI as a term. It should be absolute and well-formed; what may not stand in an IRI is escaped (`\u0020`)
    /// when the quads are written, so that it can never be mistaken for another quad.
    pub fn iri(&mut self, iri: &str) -> TermId {
        let start = self.text.len();
        if !self.fits(iri.len()) {
            return TermId(u32::MAX);
        }
        self.text.push('<');
        nquads::push_iri(&mut self.text, iri);
        self.text.push('>');
        self.intern(start, |_| Kind::Iri)
    }

    /// [`Self::iri`] for one that is known to be well-formed, so that it is not looked through once more.
    pub(crate) fn well_formed_iri(&mut self, iri: &str) -> TermId {
        debug_assert!(nquads::is_iri(iri), "{iri}");
        let start = self.text.len();
        if !self.fits(iri.len()) {
            return TermId(u32::MAX);
        }
        self.text.push('<');
        self.text.push_str(iri);
        self.text.push('>');
        self.intern(start, |_| Kind::Iri)
    }

    /// The blank node with this label (without `_:`).
    pub fn blank(&mut self, label: &str) -> TermId {
        let start = self.text.len();
        if !self.fits(label.len()) {
            return TermId(u32::MAX);
        }
        self.text.push_str("_:");
        self.text.push_str(label);
        let count = self.terms.len();
        let id = self.intern(start, |_| Kind::Blank { fresh: false });
        if self.terms.len() > count {
            self.blanks += 1;
            return id;
        }
        if let Some(Term { kind: Kind::Blank { fresh: true }, .. }) = self.terms.get(id.0 as usize) {
            // The document uses a label that was given out as fresh: the fresh node gets another one.
            self.relabel(id);
            return self.blank(label);
        }
        id
    }

    /// A new blank node. Its label never is one that the document uses, before or after this call.
    pub fn fresh_blank(&mut self) -> TermId {
        let start = self.push_fresh_label();
        self.blanks += 1;
        self.intern(start, |_| Kind::Blank { fresh: true })
    }

    /// A literal. With a language, the datatype is taken to be `rdf:langString`.
    pub fn literal(&mut self, value: &str, datatype: &str, language: Option<&str>) -> TermId {
        self.write_literal(value, datatype, language, nquads::push_iri)
    }

    /// [`Self::literal`] with a datatype that is known to be well-formed.
    pub(crate) fn well_formed_literal(&mut self, value: &str, datatype: &str, language: Option<&str>) -> TermId {
        debug_assert!(nquads::is_iri(datatype), "{datatype}");
        self.write_literal(value, datatype, language, String::push_str)
    }

    fn write_literal(
        &mut self,
        value: &str,
        datatype: &str,
        language: Option<&str>,
        push_iri: impl Fn(&mut String, &str),
    ) -> TermId {
        let start = self.text.len();
        if !self.fits(value.len() + datatype.len() + language.map_or(0, str::len)) {
            return TermId(u32::MAX);
        }
        self.text.push('"');
        let escaped = nquads::push_literal(&mut self.text, value);
        let value_end = self.text.len();
        self.text.push('"');
        let tail = match language {
            Some(language) => {
                self.text.push('@');
                self.text.push_str(language);
                self.text.len() - language.len()
            }
            None if datatype == XSD_STRING => 0,
            None => {
                self.text.push_str("^^<");
                push_iri(&mut self.text, datatype);
                self.text.push('>');
                value_end + 4
            }
        };
        let end = self.text.len();
        self.intern(start, |text| {
            let value = if escaped {
                let from = text.len();
                text.push_str(value);
                span(from, text.len())
            } else {
                span(start + 1, value_end)
            };
            match language {
                Some(_) => Kind::Tagged { value, language: span(tail, end) },
                None if datatype == XSD_STRING => Kind::String(value),
                None => Kind::Typed { value, datatype: span(tail, end - 1) },
            }
        })
    }

    /// Adds a quad; one that is there already stays there once.
    ///
    /// # Errors
    /// [`Code::RdfTooManyQuads`] past [`limits::QUADS`] or [`limits::NQUADS_BYTES`]; [`Code::Internal`] for a term of
    /// another dataset or in a place where RDF 1.1 does not allow it (§3.1).
    pub fn push(&mut self, s: TermId, p: TermId, o: TermId, g: Option<TermId>) -> Result<(), Fault> {
        if self.full {
            return Err(too_many_bytes());
        }
        let (Some(st), Some(pt), Some(ot)) = (self.get(s), self.get(p), self.get(o)) else {
            return Err(Fault::new(Code::Internal).about("term of another dataset"));
        };
        let node = |t: &Term| matches!(t.kind, Kind::Iri | Kind::Blank { .. });
        let mut bytes = st.text.len() + pt.text.len() + ot.text.len() + "   .\n".len();
        let mut fits = node(st) && matches!(pt.kind, Kind::Iri);
        if let Some(g) = g {
            let Some(gt) = self.get(g) else {
                return Err(Fault::new(Code::Internal).about("term of another dataset"));
            };
            fits &= node(gt);
            bytes += gt.text.len() + 1;
        }
        if !fits {
            return Err(Fault::new(Code::Internal).about("generalized RDF"));
        }
        let quad = (s, p, o, g);
        if self.is_new(&quad) {
            if self.quads.len() >= limits::QUADS {
                return Err(Fault::new(Code::RdfTooManyQuads).about(format!("QUADS {}", limits::QUADS)));
            }
            self.serialized += bytes;
            if self.serialized > limits::NQUADS_BYTES {
                self.full = true;
                return Err(too_many_bytes());
            }
            self.quads.push(quad);
        }
        Ok(())
    }

    /// Whether the quad is not there yet; then it is expected to be pushed.
    fn is_new(&mut self, quad: &Quad) -> bool {
        if self.quads.len() < FEW_QUADS {
            // Objects differ most.
            return !self.quads.iter().any(|known| known.2 == quad.2 && known == quad);
        }
        let (quads, hasher, table) = (&self.quads, &self.hasher, &mut self.quad_table);
        let hash_of = |&i: &u32| quads.get(i as usize).map_or(0, |quad| hasher.hash_one(quad));
        if table.is_empty() {
            table.reserve(2 * FEW_QUADS, hash_of);
            for i in 0..index(quads.len()) {
                table.insert_unique(hash_of(&i), i, hash_of);
            }
        }
        match table.entry(hasher.hash_one(quad), |&i| quads.get(i as usize) == Some(quad), hash_of) {
            hashbrown::hash_table::Entry::Occupied(_) => false,
            hashbrown::hash_table::Entry::Vacant(slot) => {
                slot.insert(index(quads.len()));
                true
            }
        }
    }

    /// The quads, in the order in which they were pushed.
    pub fn quads(&self) -> impl ExactSizeIterator<Item = (TermId, TermId, TermId, Option<TermId>)> + Clone {
        self.quads.iter().copied()
    }

    /// The term of an id of this dataset (for a foreign id: an empty IRI).
    #[must_use]
    pub fn term(&self, id: TermId) -> TermRef<'_> {
        let Some(term) = self.get(id) else {
            return TermRef::Iri("");
        };
        let inner = |from: usize, to: usize| {
            self.slice(span(term.text.start as usize + from, (term.text.end as usize).saturating_sub(to)))
        };
        match term.kind {
            Kind::Iri => TermRef::Iri(inner(1, 1)),
            Kind::Blank { .. } => TermRef::Blank(inner(2, 0)),
            Kind::String(value) => TermRef::Literal { value: self.slice(value), datatype: XSD_STRING, language: None },
            Kind::Typed { value, datatype } => {
                TermRef::Literal { value: self.slice(value), datatype: self.slice(datatype), language: None }
            }
            Kind::Tagged { value, language } => TermRef::Literal {
                value: self.slice(value),
                datatype: RDF_LANG_STRING,
                language: Some(self.slice(language)),
            },
        }
    }

    /// Reads N-Quads, strictly (RDF 1.1 N-Quads): absolute well-formed IRIs, legal labels, language tags and escapes.
    ///
    /// # Errors
    /// [`NQuadsError`](super::NQuadsError) with the line that is not N-Quads, or the limit that was passed.
    pub fn parse_nquads(text: &str) -> Result<Self, super::NQuadsError> {
        nquads::parse(text)
    }

    /// The quads as N-Quads, one a line, in the order in which they were pushed, in the canonical spelling of RDFC-1.0
    /// §5. A blank label that N-Quads does not allow is replaced by a free one.
    #[must_use]
    pub fn to_nquads(&self) -> String {
        nquads::write(self)
    }

    /// The term's canonical N-Quads text.
    pub(crate) fn text(&self, id: TermId) -> &str {
        self.get(id).map_or("", |term| self.slice(term.text))
    }

    pub(crate) fn is_blank(&self, id: TermId) -> bool {
        matches!(self.get(id), Some(Term { kind: Kind::Blank { .. }, .. }))
    }

    /// Whether a term has this canonical text.
    pub(super) fn has_text(&self, text: &str) -> bool {
        self.find(text).is_some()
    }

    /// Blank nodes among the terms.
    pub(super) const fn blank_count(&self) -> usize {
        self.blanks as usize
    }

    pub(super) const fn term_count(&self) -> usize {
        self.terms.len()
    }

    pub(super) fn quad_slice(&self) -> &[Quad] {
        &self.quads
    }

    /// Bytes of the N-Quads, with the document's own blank labels.
    pub(super) const fn serialized_bytes(&self) -> usize {
        self.serialized
    }

    fn get(&self, id: TermId) -> Option<&Term> {
        self.terms.get(id.0 as usize)
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Whether the buffer takes a term with so many bytes. Each byte may become six, and be kept once more unescaped.
    fn fits(&mut self, bytes: usize) -> bool {
        if bytes.saturating_mul(7).saturating_add(self.text.len()) > limits::NQUADS_BYTES {
            self.full = true;
        }
        !self.full
    }

    /// Interns the text from `start` to the end of the buffer; `kind` is asked when it is new.
    fn intern(&mut self, start: usize, kind: impl FnOnce(&mut String) -> Kind) -> TermId {
        let end = self.text.len();
        let bytes = self.text.get(start..end).unwrap_or_default();
        let hash = self.hasher.hash_one(bytes);
        let (terms, text) = (&self.terms, &self.text);
        let of = |i: u32| terms.get(i as usize).and_then(|t| text.get(t.text.start as usize..t.text.end as usize));
        let found = self.term_table.entry(hash, |&i| of(i) == Some(bytes), |&i| hash_of(terms, i));
        match found {
            hashbrown::hash_table::Entry::Occupied(entry) => {
                let id = TermId(*entry.get());
                self.text.truncate(start);
                id
            }
            hashbrown::hash_table::Entry::Vacant(slot) => {
                let id = index(terms.len());
                slot.insert(id);
                let kind = kind(&mut self.text);
                self.terms.push(Term { text: span(start, end), hash, kind });
                TermId(id)
            }
        }
    }

    /// Writes `_:` and a label that no term has to the end of the buffer.
    fn push_fresh_label(&mut self) -> usize {
        use core::fmt::Write as _;
        let start = self.text.len();
        loop {
            self.text.truncate(start);
            let _ = write!(self.text, "_:b{}", self.fresh);
            self.fresh += 1;
            if self.find(self.text.get(start..).unwrap_or_default()).is_none() {
                return start;
            }
        }
    }

    fn find(&self, text: &str) -> Option<u32> {
        self.term_table
            .find(self.hasher.hash_one(text), |&i| {
                self.terms.get(i as usize).is_some_and(|t| self.slice(t.text) == text)
            })
            .copied()
    }

    /// Gives a fresh blank node another label.
    fn relabel(&mut self, id: TermId) {
        let start = self.push_fresh_label();
        let new = span(start, self.text.len());
        let hash = self.hasher.hash_one(self.slice(new));
        let Some(term) = self.terms.get_mut(id.0 as usize) else { return };
        if let Ok(entry) = self.term_table.find_entry(term.hash, |&i| i == id.0) {
            entry.remove();
        }
        (term.text, term.hash) = (new, hash);
        let terms = &self.terms;
        self.term_table.insert_unique(hash, id.0, |&i| hash_of(terms, i));
    }
}

fn hash_of(terms: &[Term], id: u32) -> u64 {
    terms.get(id as usize).map_or(0, |term| term.hash)
}

impl Span {
    const fn len(self) -> usize {
        (self.end - self.start) as usize
    }
}

fn too_many_bytes() -> Fault {
    Fault::new(Code::RdfTooManyQuads).about(format!("NQUADS_BYTES {}", limits::NQUADS_BYTES))
}

// limits::NQUADS_BYTES keeps every offset below 2^32.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn span(start: usize, end: usize) -> Span {
    Span { start: index(start), end: index(end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_interned_and_read_back() {
        let mut d = Dataset::new();
        let terms = [
            (d.iri("a:b"), TermRef::Iri("a:b")),
            (d.blank("a:b"), TermRef::Blank("a:b")),
            (d.literal("a", XSD_STRING, None), TermRef::Literal { value: "a", datatype: XSD_STRING, language: None }),
            (d.literal("a", "a:b", None), TermRef::Literal { value: "a", datatype: "a:b", language: None }),
            (
                d.literal("a", RDF_LANG_STRING, Some("fr")),
                TermRef::Literal { value: "a", datatype: RDF_LANG_STRING, language: Some("fr") },
            ),
            (d.literal("\n\n", "a:b", None), TermRef::Literal { value: "\n\n", datatype: "a:b", language: None }),
        ];
        for (id, term) in terms {
            assert_eq!(d.term(id), term);
        }
        assert_eq!(d.iri("a:b"), terms[0].0);
        assert_eq!(d.blank("a:b"), terms[1].0);
        assert_eq!(d.literal("\n\n", "a:b", None), terms[5].0);
        assert_eq!(d.term_count(), terms.len());
    }

    #[test]
    fn quads_are_a_set_without_generalized_rdf() {
        let mut d = Dataset::new();
        let (i, b, l) = (d.iri("a:b"), d.blank("b"), d.literal("a", XSD_STRING, None));
        d.push(b, i, l, None).unwrap();
        d.push(b, i, l, None).unwrap();
        d.push(b, i, l, Some(b)).unwrap();
        assert_eq!(d.len(), 2);
        for (s, p, o, g) in [(l, i, i, None), (i, b, i, None), (i, l, i, None), (i, i, i, Some(l))] {
            assert_eq!(d.push(s, p, o, g).unwrap_err().code(), Code::Internal);
        }
        assert_eq!(d.push(i, i, TermId(99), None).unwrap_err().code(), Code::Internal);
        assert_eq!(d.to_nquads(), "_:b <a:b> \"a\" .\n_:b <a:b> \"a\" _:b .\n");
    }

    #[test]
    fn fresh_blanks_never_meet_the_documents() {
        let mut d = Dataset::new();
        let (p, known) = (d.iri("a:p"), d.blank("b0"));
        let first = d.fresh_blank();
        let second = d.fresh_blank();
        assert_eq!((d.term(first), d.term(second)), (TermRef::Blank("b1"), TermRef::Blank("b2")));
        let late = d.blank("b1");
        assert_ne!(late, first);
        assert_eq!((d.term(late), d.term(first)), (TermRef::Blank("b1"), TermRef::Blank("b3")));
        assert_eq!(d.blank("b1"), late);
        assert_eq!(d.blank("b0"), known);
        for node in [known, first, second, late] {
            d.push(node, p, node, None).unwrap();
        }
        assert_eq!(d.len(), 4);
        assert_eq!(d.blank_count(), 4);
    }

    #[test]
    fn limits_hold() {
        let mut d = Dataset::new();
        let p = d.iri("a:p");
        for n in 0..limits::QUADS {
            let o = d.iri(&format!("a:{n}"));
            d.push(p, p, o, None).unwrap();
        }
        assert_eq!(d.push(p, p, p, None).unwrap_err().code(), Code::RdfTooManyQuads);

        // One long IRI in many quads: small in memory, not small to write.
        let mut d = Dataset::new();
        let (p, long) = (d.iri("a:p"), d.iri(&format!("a:{}", "x".repeat(100_000))));
        let refused = (0..1_000).find_map(|n| {
            let o = d.literal(&n.to_string(), XSD_STRING, None);
            d.push(long, p, o, None).err()
        });
        assert_eq!(refused.unwrap().code(), Code::RdfTooManyQuads);

        // Many long IRIs.
        let mut d = Dataset::new();
        let long = "x".repeat(100_000);
        for n in 0..1_000 {
            d.iri(&format!("a:{long}{n}"));
        }
        assert!(d.text.len() <= limits::NQUADS_BYTES);
        let p = d.iri("a:p");
        assert_eq!(d.push(p, p, p, None).unwrap_err().code(), Code::RdfTooManyQuads);
    }
}
