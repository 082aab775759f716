//! The holder's side: from a credential with a `BbsBlsSignature2020`, a document that shows a part of it.

use std::collections::HashMap;

use super::statements::{self, Statements, arrangement_of, name_of};
use super::{bbs_key, decoded, messages};
use crate::bbs::legacy;
use crate::did::{self, Relationship};
use crate::encoding::base64_encode;
use crate::json::{Object, Path, Value};
use crate::jsonld::frame::frame_dataset;
use crate::jsonld::{self, Contexts};
use crate::keys::PublicKey;
use crate::proof::read::{self, Proof};
use crate::proof::selective::pointers::Selection;
use crate::proof::selective::{Arrangement, DeriveOptions};
use crate::proof::suite::Suite;
use crate::proof::transform;
use crate::rdf::{HashAlgorithm, TermRef, canonicalize_with_map};
use crate::{Code, Evidence, Fault, Randomness};

/// Bytes of a nonce that nobody asked for, as MATTR's code draws them.
const NONCE_BYTES: usize = 50;

/// What is shown beside what pointers name: a verdict stands on these members, and no suite of 2020 makes any mandatory.
const NEEDED: [&str; 5] = ["issuer", "issuanceDate", "expirationDate", "validUntil", "credentialStatus"];

/// Derives a document with a `BbsBlsSignatureProof2020` from a document and one of its proofs.
///
/// # Errors
/// [`Code::DisclosurePointer`], [`Code::DisclosureNothing`]; [`Code::JsonldFrame`] and `jsonld.*` for a frame;
/// [`Code::ProofDisclosure`] for what was not signed; [`Code::DidNotResolved`] without the issuer's key;
/// [`Code::ProofSignatureInvalid`] for a proof that does not match.
pub(in crate::proof) fn derive(
    document: &Object<'_>,
    proof: &Proof<'_, '_>,
    wanted: &DeriveOptions,
    contexts: &Contexts<'_>,
    rng: &mut dyn Randomness,
) -> Result<Object<'static>, Fault> {
    if proof.nonce.is_some() {
        // A derived proof has a nonce of its own, so that this one could not be shown.
        return Err(Fault::new(Code::ProofMalformed).at(format!("{}/nonce", proof.pointer)).about("nonce"));
    }
    let mut bare = document.clone();
    bare.remove("proof");
    let options = statements::of_options(proof, contexts)?;
    let (stated, dataset) = Statements::signed_dataset(&bare, contexts)?;
    let mut shown = match &wanted.frame {
        Some(_) if !wanted.reveal.is_empty() => {
            return Err(Fault::new(Code::JsonldFrame).about("frame and pointers"));
        }
        Some(frame) => frame_dataset(&dataset, frame, contexts, name_of)?,
        None => selected(&bare, &wanted.reveal, contexts)?,
    };
    let mut derived = proof.object.clone().into_owned();
    derived.remove("@context");
    derived.insert("type", Suite::BbsBlsSignatureProof2020.name());
    define_terms(&mut shown, &derived, contexts)?;

    let part = Statements::derived(&shown, contexts)?;
    let place = |line: &String| stated.lines.binary_search(line).map(|place| place + options.len());
    let places: Result<Vec<usize>, usize> = part.lines.iter().map(place).collect();
    let places =
        places.map_err(|_| Fault::new(Code::ProofDisclosure).at("").about("a statement that is not signed"))?;
    let revealed: Vec<usize> = (0..options.len()).chain(places).collect();

    let mut nonce = wanted.presentation_header.clone();
    if nonce.is_empty() {
        nonce.resize(NONCE_BYTES, 0);
        rng.fill(&mut nonce)?;
    }
    let messages = messages(&options, &stated.lines);
    let key = legacy::ExtendedKey::derive(&bbs_key(&issuer_key(proof, wanted)?)?, messages.len())?;
    let at_value = |fault: Fault| match fault.code() {
        Code::ProofValueEncoding => fault.at(format!("{}/proofValue", proof.pointer)),
        Code::ProofSignatureInvalid => fault.at(proof.pointer.as_str()),
        _ => fault,
    };
    let signature = decoded(proof.value).map_err(at_value)?;
    let value = legacy::proof_gen(&key, &signature, &messages, &revealed, &nonce, rng).map_err(at_value)?;
    derived.insert("nonce", base64_encode(&nonce));
    derived.insert("proofValue", base64_encode(&value));
    shown.insert("proof", derived);
    Ok(shown)
}

/// The key that made the proof: from the options, or computed from its DID.
fn issuer_key(proof: &Proof<'_, '_>, wanted: &DeriveOptions) -> Result<PublicKey, Fault> {
    if let Some(key) = &wanted.issuer_key {
        return Ok(key.clone());
    }
    did::verification_method(proof.verification_method, Relationship::AssertionMethod, &Evidence::none())
        .map(|method| method.key)
}

/// Adds the suite's context where the derived document's do not define the proof's terms, as a reader of 2020 wants.
fn define_terms(shown: &mut Object<'static>, proof: &Object<'_>, contexts: &Contexts<'_>) -> Result<(), Fault> {
    let mut proof = proof.clone();
    proof.remove("proofValue");
    let defined = |shown: &Object<'_>| {
        transform::options_dataset(shown, Suite::BbsBlsSignatureProof2020, &read::options(&proof)?, contexts).map(drop)
    };
    match defined(shown) {
        Err(fault) if fault.code() == Code::JsonldUndefinedTerm => {}
        result => return result,
    }
    let context = shown.get("@context").map_or(&[][..], Value::items);
    let mut extended = context.to_vec();
    extended.push(Value::from(Suite::BbsBlsSignatureProof2020.context_url()));
    shown.insert("@context", extended);
    defined(shown)
}

/// The pointers to what every selection shows.
pub(in crate::proof) fn always_shown(document: &Object<'_>) -> Vec<String> {
    NEEDED.iter().filter(|name| document.contains_key(name)).map(|name| format!("/{name}")).collect()
}

/// The labels that a showing by these options would show. They are in the order of the canonical form, which the values
/// decide, so that with more than one they are the credential's own.
///
/// # Errors
/// As [`derive`].
pub(in crate::proof) fn arrangement(
    document: &Object<'_>,
    wanted: &DeriveOptions,
    contexts: &Contexts<'_>,
) -> Result<Option<Arrangement>, Fault> {
    let (_, of, dataset) = Statements::counted(document, contexts)?;
    let shown = match &wanted.frame {
        Some(frame) => frame_dataset(&dataset, frame, contexts, name_of)?,
        None => selected(document, &wanted.reveal, contexts)?,
    };
    Ok(arrangement_of(&shown).map(|found| Arrangement { of, ..found }).filter(|found| found.of > 1))
}

/// The document that a frame makes of a credential, before it has a proof.
///
/// # Errors
/// [`Code::JsonldFrame`], `jsonld.*`.
pub(crate) fn framed(
    document: &Object<'_>,
    frame: &Object<'_>,
    contexts: &Contexts<'_>,
) -> Result<Object<'static>, Fault> {
    let mut bare = document.clone();
    bare.remove("proof");
    let (_, dataset) = Statements::signed_dataset(&bare, contexts)?;
    frame_dataset(&dataset, frame, contexts, name_of)
}

/// What pointers select, with a name for each blank node that is shown.
fn selected(document: &Object<'_>, pointers: &[String], contexts: &Contexts<'_>) -> Result<Object<'static>, Fault> {
    if pointers.is_empty() {
        return Err(Code::DisclosureNothing.into());
    }
    let needed = always_shown(document);
    let all = pointers.iter().chain(&needed).map(String::as_str);
    let selection = Selection::of(document, all)?;
    let place = |path: &Path<'_>| format!("\u{0}{}", path.pointer()).into_boxed_str();
    let whole = jsonld::Document { object: document, context: None, skip: &[] };
    let dataset = jsonld::to_named_dataset(&whole, contexts, &place)?.dataset;
    let canonical = canonicalize_with_map(&dataset, HashAlgorithm::Sha256)?;
    let label = |(id, label)| match dataset.term(id) {
        TermRef::Blank(place) => Some((place.to_owned(), label)),
        _ => None,
    };
    let labels: HashMap<String, String> = canonical.labels().filter_map(label).collect();
    let part = selection.document(document).into_owned();
    Ok(named(part, &Path::Root, &selection, &labels))
}

/// The object with names for its blank nodes.
fn named(
    object: Object<'static>,
    path: &Path<'_>,
    selection: &Selection,
    labels: &HashMap<String, String>,
) -> Object<'static> {
    let own = match object.get("id").and_then(Value::as_str) {
        Some(id) => id.strip_prefix("_:").map(str::to_owned),
        None => Some(format!("\u{0}{}", selection.origin(path))),
    };
    let name = own.and_then(|own| labels.get(&own)).map(|label| name_of(label));
    let mut out = Object::new();
    for (key, value) in object {
        if name.is_some() && key == "id" {
            continue;
        }
        let value = if key == "@context" { value } else { named_value(value, &path.key(&key), selection, labels) };
        out.insert(key, value);
    }
    if let Some(name) = name {
        out.insert("id", name);
    }
    out
}

fn named_value(
    value: Value<'static>,
    path: &Path<'_>,
    selection: &Selection,
    labels: &HashMap<String, String>,
) -> Value<'static> {
    match value {
        Value::Object(object) => Value::Object(named(object, path, selection, labels)),
        Value::Array(items) => {
            let items = items.into_iter().enumerate();
            Value::Array(items.map(|(i, item)| named_value(item, &path.index(i), selection, labels)).collect())
        }
        other => other,
    }
}
