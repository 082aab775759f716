//! Series: many credentials of one type, by one issuer, under one key, at one moment.
//!
//! What [`CredentialType::assemble`] and [`secure`] make of each row, byte for byte, but faster: credentials with the same
//! claims differ in some texts only, so that a [`Template`] of their quads and their JSON is made when the first one of a
//! shape comes, and filled for the others.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher as _};

use super::assemble::{Details, Issuance, StatusSlot};
use super::credential_type::CredentialType;
use super::securing::{SecureOptions, Securing, TokenSlot, secure, secure_with};
use crate::did::Relationship;
use crate::json::Value;
use crate::jsonld::Contexts;
use crate::keys::Signer;
use crate::proof::SignOptions;
use crate::proof::template::{Kind, Mark, Probe, Scratch, Template};
use crate::{Fault, SeededRandomness, Timestamp};

/// Shapes that a bench keeps: each is some kilobytes.
const SHAPES: usize = 256;
/// The first number that stands for itself in a probe; there are as many for each probe as slots.
const FIRST_NUMBER: u64 = 4_503_599_000_000_000;
const FIRST_INDEX: usize = 2_000_000_000;
/// Slots of one document.
const SLOTS: usize = 1_000;

/// What the credentials of a series have in common.
#[derive(Clone, Copy)]
pub struct Series<'s> {
    /// The type.
    pub credential_type: &'s CredentialType,
    /// How they are secured.
    pub securing: Securing,
    /// The issuer's DID.
    pub issuer: &'s str,
    /// The DID URL of the key.
    pub verification_method: &'s str,
    /// When they are issued.
    pub now: Timestamp,
    /// The contexts.
    pub contexts: Contexts<'s>,
    /// What the randomness of a credential follows from, with its id: the same row gives the same credential again. Without
    /// it, what a suite draws is the operating system's.
    pub seed: Option<&'s [u8; 32]>,
}

/// What one of them says.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r> {
    /// The claims, in the order of the type; `None` for one that is left out.
    pub claims: &'r [Option<Value<'r>>],
    /// The credential's id, a URL.
    pub id: &'r str,
    /// The subject's DID; without one the credential is about its bearer.
    pub subject: Option<&'r str>,
    /// Its places in status lists.
    pub status: &'r [StatusSlot<'r>],
    /// The place of an SD-JWT VC in a Token Status List.
    pub token: Option<TokenSlot<'r>>,
}

/// A credential of a series.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Issued {
    /// A number for its shape: texts with one number differ in few places.
    pub shape: u64,
    /// When it expires.
    pub valid_until: Timestamp,
    /// When one of its `ageOverNN` claims changes.
    pub reissue_by: Option<Timestamp>,
}

/// What one thread keeps from credential to credential of one series.
#[derive(Default)]
pub struct Bench {
    shapes: HashMap<Vec<u8>, Option<Box<Shape>>>,
    key: Vec<u8>,
    scratch: Scratch,
    until: Option<(Timestamp, String)>,
}

impl core::fmt::Debug for Bench {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Bench({} shapes)", self.shapes.len())
    }
}

impl Series<'_> {
    /// Makes the credential of a row, and appends its signed text, as [`secure`] gives it, to `out`.
    ///
    /// # Errors
    /// As [`CredentialType::assemble`] and [`secure`]; `out` is then as it was.
    pub fn issue(
        &self,
        row: &Row<'_>,
        signer: &dyn Signer,
        bench: &mut Bench,
        out: &mut String,
    ) -> Result<Issued, Fault> {
        self.credential_type.check_issuance(&self.issuance(row))?;
        self.credential_type.check_securing(self.securing)?;
        let given: Vec<Option<&Value<'_>>> = row.claims.iter().map(Option::as_ref).collect();
        let details = self.credential_type.details(&given, self.now)?;
        bench.write_key(&details, row);
        if !self.fill(&details, row, signer, bench, out)? {
            out.push_str(&self.general(&details, row, signer)?);
        }
        let mut hasher = DefaultHasher::new();
        hasher.write(&bench.key);
        Ok(Issued { shape: hasher.finish(), valid_until: details.valid_until, reissue_by: details.reissue_by })
    }

    /// When the proofs say that they were made.
    fn created(&self) -> Option<Timestamp> {
        let valid_from = self.credential_type.valid_from(self.now);
        self.credential_type.proof_created(self.securing, valid_from, self.now)
    }

    const fn issuance<'i>(&'i self, row: &Row<'i>) -> Issuance<'i> {
        Issuance { issuer: self.issuer, subject: row.subject, id: Some(row.id), now: self.now, status: row.status }
    }

    /// The way that every document can go.
    fn general(&self, details: &Details<'_>, row: &Row<'_>, signer: &dyn Signer) -> Result<String, Fault> {
        let document = self.credential_type.document(details, &self.issuance(row));
        let document = self.credential_type.checked(document)?;
        let mandatory = self.credential_type.mandatory_pointers(&document);
        let options = SecureOptions {
            verification_method: self.verification_method,
            created: self.created(),
            mandatory: &mandatory,
            vct: self.credential_type.vct.as_deref(),
            status: row.token,
            ..SecureOptions::default()
        };
        match self.seed {
            Some(seed) => {
                let mut random = SeededRandomness::new(seed, row.id.as_bytes())?;
                secure_with(document, self.securing, &options, signer, &self.contexts, &mut random)
            }
            None => secure(document, self.securing, &options, signer, &self.contexts),
        }
    }

    /// The way of documents whose shape is known; `false` if the row must go the general way.
    fn fill(
        &self,
        details: &Details<'_>,
        row: &Row<'_>,
        signer: &dyn Signer,
        bench: &mut Bench,
        out: &mut String,
    ) -> Result<bool, Fault> {
        if !bench.shapes.contains_key(&bench.key) {
            if bench.shapes.len() >= SHAPES {
                return Ok(false);
            }
            let shape = self.shape(details, row, signer).map(Box::new);
            bench.shapes.insert(bench.key.clone(), shape);
        }
        bench.write_until(details.valid_until);
        let Bench { shapes, key, scratch, until } = bench;
        let Some(Some(shape)) = shapes.get_mut(key) else { return Ok(false) };
        let until = until.as_ref().map_or("", |(_, text)| text);
        let texts = texts(details, row, until);
        let values: Vec<&str> = texts.iter().map(|text| &**text).collect();
        if let Some(schema) = &self.credential_type.schema {
            shape.instance.fill(&values);
            if !schema.validator.is_valid(&shape.instance.document) {
                // The general way says what is wrong.
                return Ok(false);
            }
        }
        shape.template.sign(&values, signer, scratch, out)
    }

    /// Makes the template of a row's shape.
    fn shape(&self, details: &Details<'_>, row: &Row<'_>, signer: &dyn Signer) -> Option<Shape> {
        let Securing::DataIntegrity(suite) = self.securing else { return None };
        let options = SignOptions {
            suite,
            verification_method: self.verification_method.to_owned(),
            purpose: Relationship::AssertionMethod,
            created: self.created(),
            expires: None,
            challenge: None,
            domain: None,
            id: None,
            previous: Vec::new(),
            mandatory_pointers: Vec::new(),
        };
        let instance = Instance::new(self.probe(0, details, row)?)?;
        let probes = [self.probe(0, details, row)?, self.probe(1, details, row)?].map(|mut probe| {
            self.securing.add_context(&mut probe.document);
            probe
        });
        let template = Template::new(probes, &options, signer.public_key().key_type(), &self.contexts)?;
        Some(Shape { template, instance })
    }

    /// The document of a row with marks in the place of whatever another row of its shape may have there.
    fn probe(&self, number: usize, details: &Details<'_>, row: &Row<'_>) -> Option<Probe> {
        let mut marks = Marks { number, marks: Vec::new() };
        let mut marked = details.clone();
        for value in marked.claims.iter_mut().flatten() {
            match value {
                Value::String(text) => *text = Cow::Owned(marks.text(Kind::Literal)),
                Value::Number(number) => *number = marks.number(),
                _ => {}
            }
        }
        // Two seconds that no credential has.
        marked.valid_until = Timestamp::from_unix(253_402_300_000 + i64::try_from(number).ok()?);
        marks.push(Kind::Literal, marked.valid_until.to_string());
        let id = marks.text(Kind::Name);
        let subject = row.subject.map(|_| marks.did());
        let status: Vec<StatusSlot<'_>> =
            row.status.iter().map(|slot| StatusSlot { index: marks.index(), ..*slot }).collect();
        let row = Row { claims: &[], id: &id, subject: subject.as_deref(), status: &status, token: None };
        let document = self.credential_type.document(&marked, &self.issuance(&row));
        (marks.marks.len() <= SLOTS).then_some(Probe { document, marks: marks.marks })
    }
}

/// What stands in the slots of a row's document, in the order of [`Series::probe`].
fn texts<'t>(details: &'t Details<'_>, row: &Row<'t>, until: &'t str) -> Vec<Cow<'t, str>> {
    let mut texts = Vec::with_capacity(details.claims.len() + row.status.len() + 3);
    for value in details.claims.iter().flatten() {
        match value {
            Value::String(text) => texts.push(Cow::Borrowed(&**text)),
            Value::Number(_) => texts.push(Cow::Owned(value.as_i64().unwrap_or_default().to_string())),
            _ => {}
        }
    }
    texts.push(Cow::Borrowed(until));
    texts.push(Cow::Borrowed(row.id));
    texts.extend(row.subject.map(Cow::Borrowed));
    texts.extend(row.status.iter().map(|slot| Cow::Owned(slot.index.to_string())));
    texts
}

impl Bench {
    /// Writes all that tells a row's shape from others.
    fn write_key(&mut self, details: &Details<'_>, row: &Row<'_>) {
        self.key.clear();
        self.key.extend(details.claims.iter().map(|value| match value {
            None => b'-',
            Some(Value::Bool(true)) => b't',
            Some(Value::Bool(false)) => b'f',
            Some(Value::Number(_)) => b'n',
            Some(_) => b's',
        }));
        self.key.push(0);
        self.key.extend(details.ages.iter().map(|reached| if *reached { b't' } else { b'f' }));
        self.key.push(if row.subject.is_some() { b's' } else { b'-' });
        for slot in row.status {
            for text in [slot.purpose, slot.list] {
                self.key.extend_from_slice(text.as_bytes());
                self.key.push(0);
            }
        }
    }

    /// Most credentials of a series expire at one time.
    fn write_until(&mut self, valid_until: Timestamp) {
        if self.until.as_ref().is_none_or(|(known, _)| *known != valid_until) {
            self.until = Some((valid_until, valid_until.to_string()));
        }
    }
}

/// What rows of one shape have in common.
struct Shape {
    template: Template,
    instance: Instance,
}

/// Gives out marks that stand nowhere else in a document.
struct Marks {
    number: usize,
    marks: Vec<Mark>,
}

impl Marks {
    fn push(&mut self, kind: Kind, text: String) {
        self.marks.push(Mark { kind, text });
    }

    fn text(&mut self, kind: Kind) -> String {
        let (number, slot) = (self.number, self.marks.len());
        let text = match kind {
            Kind::Name => format!("urn:uuid:00000000-0000-4000-8000-{number:06}{slot:06}"),
            _ => format!("tamarack slot {number} {slot:06}"),
        };
        self.push(kind, text.clone());
        text
    }

    fn did(&mut self) -> String {
        let text = format!("did:example:tamarack-slot-{}-{:06}", self.number, self.marks.len());
        self.push(Kind::Name, text.clone());
        text
    }

    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    fn number(&mut self) -> f64 {
        let number = FIRST_NUMBER + (self.number * SLOTS + self.marks.len()) as u64;
        self.push(Kind::Literal, number.to_string());
        number as f64
    }

    fn index(&mut self) -> usize {
        let index = FIRST_INDEX + self.number * SLOTS + self.marks.len();
        self.push(Kind::Index, index.to_string());
        index
    }
}

/// The document that a schema judges, in the form in which the validator reads it, filled again and again.
struct Instance {
    document: serde_json::Value,
    leaves: Vec<Leaf>,
}

/// A value with a slot: where it stands, and what is around the slot.
struct Leaf {
    path: Vec<usize>,
    head: String,
    slot: usize,
    tail: String,
}

impl Instance {
    /// Finds the leaves of a probe; `None` if one holds two marks.
    fn new(probe: Probe) -> Option<Self> {
        let document = Value::Object(probe.document);
        let mut leaves = Vec::new();
        find(&document, &probe.marks, &mut Vec::new(), &mut leaves)?;
        Some(Self { document: document.to_serde(), leaves })
    }

    fn fill(&mut self, values: &[&str]) {
        for leaf in &self.leaves {
            let place = leaf.path.iter().try_fold(&mut self.document, |value, step| match value {
                serde_json::Value::Object(object) => object.iter_mut().nth(*step).map(|(_, value)| value),
                serde_json::Value::Array(items) => items.get_mut(*step),
                _ => None,
            });
            let text = values.get(leaf.slot).copied().unwrap_or_default();
            match place {
                Some(serde_json::Value::String(place)) => {
                    place.clear();
                    place.push_str(&leaf.head);
                    place.push_str(text);
                    place.push_str(&leaf.tail);
                }
                // A number, or what a text that is none has left in its place.
                Some(place) => *place = text.parse().map(|n| Value::Number(n).to_serde()).unwrap_or_default(),
                None => {}
            }
        }
    }
}

fn find(value: &Value<'_>, marks: &[Mark], path: &mut Vec<usize>, leaves: &mut Vec<Leaf>) -> Option<()> {
    let mut within = |at: usize, value: &Value<'_>, path: &mut Vec<usize>| {
        path.push(at);
        let found = find(value, marks, path, leaves);
        path.pop();
        found
    };
    let text = match value {
        Value::Object(object) => {
            return object.iter().enumerate().try_for_each(|(at, (_, value))| within(at, value, path));
        }
        Value::Array(items) => {
            return items.iter().enumerate().try_for_each(|(at, value)| within(at, value, path));
        }
        Value::String(text) => Cow::Borrowed(&**text),
        Value::Number(_) => Cow::Owned(value.as_i64().map(|number| number.to_string()).unwrap_or_default()),
        Value::Null | Value::Bool(_) => return Some(()),
    };
    let mut found = marks.iter().enumerate().filter_map(|(slot, mark)| Some((slot, text.split_once(&mark.text)?)));
    if let Some((slot, (head, tail))) = found.next() {
        leaves.push(Leaf { path: path.clone(), head: head.to_owned(), slot, tail: tail.to_owned() });
        return found.next().is_none().then_some(());
    }
    Some(())
}

#[cfg(test)]
mod tests;
