//! From a document and a proof's options to the bytes that are signed: hash of the options, then hash of the document.

use super::binding;
use super::read::Proof;
use super::selective::Claimed;
use super::spelling;
use super::suite::{Suite, Transformation};
use crate::json::{Object, Value, canonicalize_members};
use crate::jsonld::{self, Contexts};
use crate::keys::PublicKey;
use crate::rdf::{Dataset, HashAlgorithm, canonicalize};
use crate::{Code, Fault};

/// A document whose proofs are made or judged. What two proofs share is computed once.
pub(super) struct Secured<'w, 'd, 'a> {
    document: &'d Object<'a>,
    contexts: Contexts<'w>,
    /// The quads of the document without its proofs.
    dataset: Option<Dataset>,
    /// The hashes of those quads' canonical form, or why there is none: a graph too complex is tried once only.
    hashes: Vec<(HashAlgorithm, Result<Vec<u8>, Fault>)>,
}

/// What a proof covers, before it is known with which hash.
pub(super) enum Covered {
    /// The quads of the options, and those of the document with previous proofs if there are some.
    Quads { options: Dataset, document: Option<Box<Dataset>> },
    /// The canonical JSON of both.
    Json { options: String, document: String },
}

impl<'w, 'd, 'a> Secured<'w, 'd, 'a> {
    pub(super) const fn new(document: &'d Object<'a>, contexts: Contexts<'w>) -> Self {
        Self { document, contexts, dataset: None, hashes: Vec::new() }
    }

    /// The document, its proofs included.
    #[cfg(feature = "long-tail")]
    pub(super) const fn document(&self) -> &'d Object<'a> {
        self.document
    }

    /// Transforms the document, the previous proofs (VC-DI §4.5 step 3) and the options of one proof.
    ///
    /// # Errors
    /// `jsonld.*`, [`Code::ProofContext`].
    pub(super) fn cover(
        &mut self,
        suite: Suite,
        proof: &Proof<'_, '_>,
        previous: &[&Object<'_>],
    ) -> Result<Covered, Fault> {
        check_contexts(self.document, suite, proof)?;
        match suite.transformation() {
            Transformation::Rdfc | Transformation::Selective | Transformation::Statements => {
                self.cover_quads(suite, proof, previous)
            }
            Transformation::Jcs => Ok(self.cover_json(proof, previous)),
        }
    }

    fn cover_quads(&mut self, suite: Suite, proof: &Proof<'_, '_>, previous: &[&Object<'_>]) -> Result<Covered, Fault> {
        if self.dataset.is_none() {
            let whole = jsonld::Document { object: self.document, context: None, skip: &["proof"] };
            let quads = jsonld::to_quads(&whole, &self.contexts)?;
            spelling::check(self.document, &quads)?;
            self.dataset = Some(quads.dataset);
        }
        let document = if previous.is_empty() {
            None
        } else {
            let object = &with_proofs(self.document, previous);
            let whole = jsonld::Document { object, context: None, skip: &[] };
            Some(Box::new(jsonld::to_dataset(&whole, &self.contexts)?))
        };
        let options = options_dataset(self.document, suite, proof, &self.contexts)?;
        Ok(Covered::Quads { options, document })
    }

    /// VC-DI-EDDSA §3.3.2: the proof's own `@context`, where it has one, takes the place of the document's.
    fn cover_json(&self, proof: &Proof<'_, '_>, previous: &[&Object<'_>]) -> Covered {
        let context = proof.object.get("@context");
        let proofs;
        let mut members: Vec<(&str, &Value<'_>)> = Vec::with_capacity(self.document.len() + 1);
        for (key, value) in self.document.iter().filter(|(key, _)| *key != "proof") {
            members.push((key, if key == "@context" { context.unwrap_or(value) } else { value }));
        }
        if !previous.is_empty() {
            proofs = array_of(previous);
            members.push(("proof", &proofs));
        }
        let options = proof.object.iter().filter(|(key, _)| *key != "proofValue").collect();
        Covered::Json { options: canonicalize_members(options), document: canonicalize_members(members) }
    }

    /// What a proof of selective disclosure is judged by.
    pub(super) fn claimed<'p>(
        &'p self,
        value: &'p str,
        options: &Dataset,
        key: &'p PublicKey,
        as_holder: bool,
    ) -> Result<Claimed<'p, 'd, 'a, 'w>, Fault> {
        let proof_hash = selective_hash(options)?;
        let dataset = self.dataset.as_ref().ok_or_else(|| Fault::new(Code::Internal))?;
        Ok(Claimed { value, document: self.document, contexts: &self.contexts, dataset, proof_hash, key, as_holder })
    }

    /// The bytes to sign: hash of the options, then hash of the document (VC-DI-EDDSA §3.2.4, VC-DI-ECDSA §3.2.4).
    ///
    /// # Errors
    /// [`Code::RdfTooComplex`].
    pub(super) fn hash_data(&mut self, covered: &Covered, hash: HashAlgorithm) -> Result<Vec<u8>, Fault> {
        match covered {
            Covered::Json { options, document } => {
                let mut data = hash.digest(options.as_bytes());
                data.extend(hash.digest(document.as_bytes()));
                Ok(data)
            }
            Covered::Quads { options, document: Some(document) } => {
                let mut data = canonical_hash(options, hash)?;
                data.extend(canonical_hash(document, hash)?);
                Ok(data)
            }
            Covered::Quads { options, document: None } => {
                let mut data = canonical_hash(options, hash)?;
                data.extend_from_slice(self.document_hash(hash)?);
                Ok(data)
            }
        }
    }

    fn document_hash(&mut self, hash: HashAlgorithm) -> Result<&[u8], Fault> {
        if !self.hashes.iter().any(|(known, _)| *known == hash) {
            let dataset = self.dataset.as_ref().ok_or_else(|| Fault::new(Code::Internal))?;
            let digest = canonical_hash(dataset, hash);
            self.hashes.push((hash, digest));
        }
        let found = self.hashes.iter().find(|(known, _)| *known == hash);
        let (_, digest) = found.ok_or_else(|| Fault::new(Code::Internal))?;
        digest.as_deref().map_err(Clone::clone)
    }
}

/// The quads of a proof's options: the proof without its value, with the contexts of the document (VC-DI-EDDSA §3.2.5).
///
/// # Errors
/// `jsonld.*`, its pointer from the document's root.
pub(super) fn options_dataset(
    document: &Object<'_>,
    suite: Suite,
    proof: &Proof<'_, '_>,
    contexts: &Contexts<'_>,
) -> Result<Dataset, Fault> {
    let options =
        jsonld::Document { object: proof.object, context: document.get("@context"), skip: &["proofValue", "@context"] };
    let dataset = jsonld::to_dataset(&options, contexts).map_err(|fault| {
        // The contexts are the document's: what is wrong in them is not within the proof.
        let in_contexts = fault.pointer().is_some_and(|pointer| pointer.starts_with("/@context"));
        if in_contexts { fault } else { fault.under(&proof.pointer) }
    })?;
    binding::check(&dataset, suite.into(), proof)?;
    Ok(dataset)
}

/// The hash of a proof's options under a suite of selective disclosure (VC-DI-ECDSA §3.6.3 step 1, VC-DI-BBS §3.4.3).
pub(super) fn selective_hash(options: &Dataset) -> Result<[u8; 32], Fault> {
    canonical_hash(options, HashAlgorithm::Sha256)?.try_into().map_err(|_| Code::Internal.into())
}

/// The canonical form of some quads, hashed.
fn canonical_hash(dataset: &Dataset, hash: HashAlgorithm) -> Result<Vec<u8>, Fault> {
    canonicalize(dataset, hash).map(|text| hash.digest(text.as_bytes()))
}

/// VC-DI-EDDSA §3.3.2 step 4, for the suites on JSON: the document's contexts begin with the proof's, in their order. A
/// document may have got more contexts since. The suites on quads read the options with the document's contexts alone
/// (§3.2.5); contexts of the proof that are all among them, as `ssi` writes them, say nothing else.
fn check_contexts(document: &Object<'_>, suite: Suite, proof: &Proof<'_, '_>) -> Result<(), Fault> {
    let Some(own) = proof.object.get("@context") else { return Ok(()) };
    let documents = document.get("@context").map_or(&[][..], Value::items);
    let agree = match suite.transformation() {
        Transformation::Jcs => documents.starts_with(own.items()),
        Transformation::Rdfc | Transformation::Selective | Transformation::Statements => {
            own.items().iter().all(|context| documents.contains(context))
        }
    };
    if agree { Ok(()) } else { Err(Fault::new(Code::ProofContext).at(format!("{}/@context", proof.pointer))) }
}

/// The document with only these proofs.
fn with_proofs<'a>(document: &Object<'a>, previous: &[&Object<'_>]) -> Object<'a> {
    let mut document = document.clone();
    document.insert("proof", array_of(previous));
    document
}

fn array_of(previous: &[&Object<'_>]) -> Value<'static> {
    Value::Array(previous.iter().map(|proof| Value::Object((*proof).clone().into_owned())).collect())
}
