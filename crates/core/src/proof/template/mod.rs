//! Many documents of one shape, signed one after the other: what they have in common is worked out once.
//!
//! The documents of a batch differ in some texts only: names, dates, an id, an index. So their quads are the same quads but
//! for some terms, and their JSON is the same text but for some strings. A template is made from two *probes*, documents
//! whose slots hold marks that stand nowhere else; both go the whole way through expansion and all checks of signing. It
//! is only made if both give the same quads but for the marks, and if each mark is
//! - the whole lexical form of literals, or
//! - for an id, a whole IRI, or
//! - for an index, a whole lexical form, or the digits behind an IRI's fragment sign.
//!
//! Expansion never looks into such a text: a literal's text becomes its lexical form as it is (JSON-LD 1.1 API §8.2.2), and
//! of an IRI only what stands before the first colon can change its meaning, which must be as in the probes. What does
//! depend on the values (the order of quads, the labels of blank nodes, one statement said twice) is worked out for each
//! document. Whatever is beyond that is left to the general way; where there is a result, it
//! is the general way's, byte for byte.

mod quads;
mod text;

use super::sign::{self, Prepared};
use super::{SignOptions, verify::signature_length};
use crate::encoding::multibase58_encode;
use crate::json::{self, Object, Value};
use crate::jsonld::Contexts;
use crate::keys::{KeyType, SignatureAlgorithm, Signer};
use crate::rdf::HashAlgorithm;
use crate::{Code, Fault};
use quads::Quads;
pub(crate) use quads::Scratch;
use text::Text;

/// The bytes that the slots of one document may hold: far below the limits of a document.
const SLOT_BYTES: usize = 256 << 10;

/// What a slot holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A text, or a whole number in decimal digits.
    Literal,
    /// An IRI that is the name of a node.
    Name,
    /// A number in decimal digits, also behind the `#` of an IRI.
    Index,
}

/// A slot and what stands in it in a probe.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mark {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

/// An unsigned document with marks in its slots.
pub(crate) struct Probe {
    pub(crate) document: Object<'static>,
    pub(crate) marks: Vec<Mark>,
}

/// What documents of one shape have in common under one key, at one moment.
pub(crate) struct Template {
    algorithm: SignatureAlgorithm,
    hash: HashAlgorithm,
    /// The hash of the proof's options, which are the same for all.
    options: Vec<u8>,
    quads: Quads,
    text: Text,
    /// For each slot, the scheme that its IRI must have.
    schemes: Vec<Option<String>>,
}

impl Template {
    /// Makes a template; `None` if documents of this shape must go the general way.
    pub(crate) fn new(
        probes: [Probe; 2],
        options: &SignOptions,
        key: KeyType,
        contexts: &Contexts<'_>,
    ) -> Option<Self> {
        let [one, other] = probes;
        let schemes = schemes(&one.marks);
        let kinds_agree = one.marks.iter().map(|mark| mark.kind).eq(other.marks.iter().map(|mark| mark.kind));
        let one = Half::new(one, options, key, contexts)?;
        let other = Half::new(other, options, key, contexts)?;
        (kinds_agree && one == other).then_some(Self {
            algorithm: one.algorithm,
            hash: one.hash,
            options: one.options,
            quads: one.quads,
            text: one.text,
            schemes,
        })
    }

    /// Signs the document with these texts in its slots and appends its JSON; `false` if it must go the general way.
    ///
    /// # Errors
    /// [`Code::KeySignerFailed`] and what else the signer gives.
    pub(crate) fn sign(
        &self,
        values: &[&str],
        signer: &dyn Signer,
        scratch: &mut Scratch,
        out: &mut String,
    ) -> Result<bool, Fault> {
        if !self.takes(values) {
            return Ok(false);
        }
        let Some(nquads) = self.quads.canonical(values, self.hash, scratch) else { return Ok(false) };
        let mut message = Vec::with_capacity(2 * self.options.len());
        message.extend_from_slice(&self.options);
        message.extend(self.hash.digest(nquads.as_bytes()));
        let signature = signer.sign(self.algorithm, &message)?;
        if Some(signature.len()) != signature_length(self.algorithm) {
            return Err(Fault::new(Code::KeySignerFailed).about("length of the signature"));
        }
        self.text.fill(values, &multibase58_encode(&signature), out);
        Ok(true)
    }

    /// Whether these texts can stand in the slots without changing anything but themselves.
    fn takes(&self, values: &[&str]) -> bool {
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_:%".contains(&b));
        values.len() == self.schemes.len()
            && values.iter().map(|value| value.len()).sum::<usize>() <= SLOT_BYTES
            && values.iter().zip(&self.schemes).all(|(value, scheme)| match scheme {
                None => true,
                Some(scheme) => plain(value) && value.split(':').next() == Some(scheme),
            })
    }
}

/// The scheme of each mark that is a name. An index is digits alone, which the caller knows.
fn schemes(marks: &[Mark]) -> Vec<Option<String>> {
    let scheme = |mark: &Mark| mark.text.split(':').next().map(str::to_owned);
    marks.iter().map(|mark| (mark.kind == Kind::Name).then(|| scheme(mark)).flatten()).collect()
}

/// What one probe gives. Those of two probes are equal if the marks stand in slots and nowhere else.
#[derive(PartialEq)]
struct Half {
    algorithm: SignatureAlgorithm,
    hash: HashAlgorithm,
    options: Vec<u8>,
    quads: Quads,
    text: Text,
}

impl Half {
    fn new(probe: Probe, options: &SignOptions, key: KeyType, contexts: &Contexts<'_>) -> Option<Self> {
        let Prepared { mut output, mut proof, dataset, message, hash, algorithm } =
            sign::prepare(probe.document, options, key, contexts).ok()?;
        let quads = Quads::new(&dataset, &probe.marks)?;
        let (options, document) = message.split_at_checked(message.len() / 2)?;
        // The probe is the first document to be made both ways.
        let values: Vec<&str> = probe.marks.iter().map(|mark| mark.text.as_str()).collect();
        if hash.digest(quads.canonical(&values, hash, &mut Scratch::default())?.as_bytes()) != document {
            return None;
        }
        proof.insert("proofValue", text::SIGNATURE);
        output.insert("proof", proof);
        let text = Text::new(&json::to_string(&Value::Object(output)), &probe.marks)?;
        Some(Self { algorithm, hash, options: options.to_vec(), quads, text })
    }
}
