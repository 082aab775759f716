//! The lines that are signed, one message each.

use std::collections::BTreeSet;

use crate::json::{Object, Value};
use crate::jsonld::{self, Contexts, Quads};
use crate::proof::binding::{self, Expected};
use crate::proof::read::{self, Proof};
use crate::proof::selective::Arrangement;
use crate::proof::spelling;
use crate::proof::suite::Suite;
use crate::rdf::{Canonical, Dataset, HashAlgorithm, TermRef, canonicalize, canonicalize_with_map};
use crate::{Code, Fault};

/// The context with which the options are read.
pub(super) const SECURITY: &str = "https://w3id.org/security/v2";
/// What the name of a signed document's blank node begins with in a derived document; its canonical label follows.
pub(super) const NAMED: &str = "urn:bnid:";
/// The same in N-Quads, for the labels that there are.
const NAMED_NODE: &str = "<urn:bnid:_:c14n";

/// The lines of the options: the same for the full proof and for what is derived from it.
///
/// # Errors
/// `jsonld.*` under the proof's pointer, [`Code::ProofContext`], [`Code::ProofMalformed`].
pub(super) fn of_options(proof: &Proof<'_, '_>, contexts: &Contexts<'_>) -> Result<Vec<String>, Fault> {
    let mut options = proof.object.clone();
    options.insert("type", Suite::BbsBlsSignature2020.type_iri());
    options.remove("proofValue");
    options.remove("@context");
    if proof.suite == Some(Suite::BbsBlsSignatureProof2020) {
        // It is the showing's own.
        options.remove("nonce");
    }
    let context = Value::from(SECURITY);
    let document = jsonld::Document { object: &options, context: Some(&context), skip: &[] };
    let dataset = jsonld::to_dataset(&document, contexts).map_err(|fault| fault.under(&proof.pointer))?;
    let read = Proof { pointer: proof.pointer.clone(), ..read::options(&options)? };
    binding::check(&dataset, Expected::from(Suite::BbsBlsSignature2020), &read)?;
    Ok(lines(&canonicalize(&dataset, HashAlgorithm::Sha256)?))
}

/// The lines of a document.
pub(super) struct Statements {
    /// Sorted, without line feeds, blank nodes named as the signer named them.
    pub(super) lines: Vec<String>,
    /// The credential itself, as it stands in the lines.
    pub(super) root: String,
}

impl Statements {
    /// Those of a document as it was signed.
    ///
    /// # Errors
    /// `jsonld.*` in safe mode, `rdf.*`.
    pub(super) fn signed(document: &Object<'_>, contexts: &Contexts<'_>) -> Result<Self, Fault> {
        Self::of(document, contexts, true).map(|found| found.0)
    }

    /// [`Self::signed`], with the quads themselves, their blank nodes under their canonical labels.
    pub(super) fn signed_dataset(document: &Object<'_>, contexts: &Contexts<'_>) -> Result<(Self, Dataset), Fault> {
        Self::counted(document, contexts).map(|(statements, _, dataset)| (statements, dataset))
    }

    /// [`Self::signed_dataset`], with the number of blank nodes.
    pub(super) fn counted(document: &Object<'_>, contexts: &Contexts<'_>) -> Result<(Self, usize, Dataset), Fault> {
        let (statements, canonical) = Self::of(document, contexts, true)?;
        let dataset = Dataset::parse_nquads(canonical.nquads()).map_err(|_| Fault::new(Code::Internal))?;
        Ok((statements, canonical.labels().len(), dataset))
    }

    /// `strict`: `true`, `false` and numbers stand as JSON's own values. A derived document of other programs shows them as
    /// framing made them, value objects (see `verify::claims`, which shows them as what they state).
    fn of(document: &Object<'_>, contexts: &Contexts<'_>, strict: bool) -> Result<(Self, Canonical), Fault> {
        let whole = jsonld::Document { object: document, context: None, skip: &["proof"] };
        let quads = jsonld::to_quads(&whole, contexts)?;
        if strict { spelling::check(document, &quads) } else { spelling::check_framed(document, &quads) }?;
        let Quads { dataset, root, .. } = quads;
        let canonical = canonicalize_with_map(&dataset, HashAlgorithm::Sha256)?;
        let root = match root.map(|root| (root, dataset.term(root))) {
            Some((root, TermRef::Blank(_))) => {
                let label = canonical.labels().find(|(id, _)| *id == root).map(|(_, label)| label);
                format!("_:{}", label.unwrap_or_default())
            }
            Some((_, TermRef::Iri(iri))) => format!("<{iri}>"),
            _ => String::new(),
        };
        Ok((Self { lines: lines(canonical.nquads()), root }, canonical))
    }

    /// Those of a derived document: the names of blank nodes become their labels again, and the lines are in the order in
    /// which they were signed, which is not that of the derived document's own canonical form.
    ///
    /// # Errors
    /// `jsonld.*` in safe mode, `rdf.*`; [`Code::ProofDisclosure`] for a document with blank nodes, or with one line twice.
    pub(super) fn derived(document: &Object<'_>, contexts: &Contexts<'_>) -> Result<Self, Fault> {
        let (statements, canonical) = Self::of(document, contexts, false)?;
        if canonical.labels().len() > 0 {
            return Err(Fault::new(Code::ProofDisclosure).at("").about("blank node"));
        }
        let mut lines: Vec<String> = statements.lines.iter().map(|line| restored(line)).collect();
        lines.sort_unstable();
        if lines.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(Fault::new(Code::ProofDisclosure).at("").about("two statements that are one"));
        }
        Ok(Self { lines, root: restored_term(&statements.root).into_owned() })
    }
}

fn lines(nquads: &str) -> Vec<String> {
    nquads.lines().map(str::to_owned).collect()
}

/// A line with the labels of blank nodes in the place of their names. Literals stay as they are, whatever they contain:
/// MATTR's code replaces there too, and would show another text than was signed.
pub(super) fn restored(line: &str) -> String {
    let mut parts = line.splitn(3, ' ');
    let (subject, predicate, rest) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
    let mut out = restored_term(subject.unwrap_or_default()).into_owned();
    out.push(' ');
    out.push_str(predicate.unwrap_or_default());
    out.push(' ');
    match rest.split_once(' ').filter(|_| rest.starts_with('<')) {
        Some((object, rest)) => {
            out.push_str(&restored_term(object));
            out.push(' ');
            out.push_str(rest);
        }
        None => out.push_str(rest),
    }
    out
}

fn restored_term(term: &str) -> std::borrow::Cow<'_, str> {
    let number = term.strip_prefix(NAMED_NODE).and_then(|rest| rest.strip_suffix('>'));
    match number {
        Some(number) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => {
            format!("_:c14n{number}").into()
        }
        _ => term.into(),
    }
}

/// The name of a blank node in a derived document.
pub(super) fn name_of(label: &str) -> String {
    format!("{NAMED}_:{label}")
}

/// The labels that a derived document shows, in the names of its nodes: so many, of at least as many as the highest tells.
/// `None` for fewer than two of two, which tell nothing.
pub(in crate::proof) fn arrangement_of(document: &Object<'_>) -> Option<Arrangement> {
    let mut numbers = BTreeSet::new();
    document.iter().filter(|(key, _)| *key != "proof").for_each(|(_, value)| collect(value, &mut numbers));
    numbers.extend(document.get("id").and_then(number_of));
    let of = numbers.last()?.saturating_add(1);
    (of > 1).then_some(Arrangement { shown: numbers.len(), of })
}

fn collect(value: &Value<'_>, numbers: &mut BTreeSet<usize>) {
    match value {
        Value::Object(object) => {
            numbers.extend(object.get("id").and_then(number_of));
            object.iter().for_each(|(_, value)| collect(value, numbers));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, numbers)),
        _ => {}
    }
}

fn number_of(id: &Value<'_>) -> Option<usize> {
    id.as_str()?.strip_prefix(NAMED)?.strip_prefix("_:c14n")?.parse().ok()
}

#[cfg(test)]
mod line_tests {
    use super::restored;

    #[test]
    fn labels_are_counted_once() {
        let count = |text: &str| {
            let value = crate::json::parse(text.as_bytes()).unwrap();
            super::arrangement_of(value.as_object().unwrap()).map(|found| (found.shown, found.of))
        };
        assert_eq!(count(r#"{"id":"urn:bnid:_:c14n0","a":{"id":"urn:x"},"proof":{"id":"urn:bnid:_:c14n7"}}"#), None);
        assert_eq!(
            count(r#"{"a":[{"id":"urn:bnid:_:c14n4","b":{"id":"urn:bnid:_:c14n1"}},{"id":"urn:bnid:_:c14n4"}]}"#),
            Some((2, 5))
        );
    }

    #[test]
    fn names_become_labels_but_not_in_literals() {
        for (line, expected) in [
            ("<urn:bnid:_:c14n0> <urn:p> <urn:bnid:_:c14n12> .", "_:c14n0 <urn:p> _:c14n12 ."),
            ("<urn:a> <urn:p> \"<urn:bnid:_:c14n0> x\" .", "<urn:a> <urn:p> \"<urn:bnid:_:c14n0> x\" ."),
            ("<urn:bnid:_:c14n> <urn:p> <urn:bnid:_:c14nx> .", "<urn:bnid:_:c14n> <urn:p> <urn:bnid:_:c14nx> ."),
            ("<urn:a> <urn:p> \"a\"@en .", "<urn:a> <urn:p> \"a\"@en ."),
        ] {
            assert_eq!(restored(line), expected);
        }
    }
}
