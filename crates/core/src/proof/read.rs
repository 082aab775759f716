//! Reading the proofs of a document: every member that VC-DI §2.1 names, and nothing read twice in two ways.

use super::suite::{DATA_INTEGRITY_PROOF, Suite};
use crate::json::{Object, Value};
use crate::{Code, Fault, Timestamp, limits};

/// One proof, its members read, nothing judged yet.
#[derive(Debug)]
pub(super) struct Proof<'d, 'a> {
    pub(super) object: &'d Object<'a>,
    /// The JSON pointer of the proof in the document.
    pub(super) pointer: String,
    /// The suite; `None` for one that is not in our table.
    pub(super) suite: Option<Suite>,
    pub(super) suite_name: &'d str,
    pub(super) id: Option<&'d str>,
    pub(super) verification_method: &'d str,
    pub(super) purpose: &'d str,
    pub(super) created: Option<&'d str>,
    pub(super) expires: Option<&'d str>,
    pub(super) created_at: Option<Timestamp>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) challenge: Option<&'d str>,
    pub(super) nonce: Option<&'d str>,
    pub(super) domain: Vec<&'d str>,
    pub(super) previous: Vec<&'d str>,
    pub(super) value: &'d str,
}

/// The members that hold the signature itself, in older suites: none of ours has one beside `proofValue`.
pub(super) const FOREIGN_SIGNATURES: &[&str] = &["jws", "signature", "signatureValue"];

/// The proofs of a document, with their places.
///
/// # Errors
/// [`Code::ProofMissing`], [`Code::ProofMalformed`], [`Code::ProofDuplicateId`].
pub(super) fn proofs<'d, 'a>(document: &'d Object<'a>) -> Result<Vec<Proof<'d, 'a>>, Fault> {
    let value = document.get("proof").ok_or_else(|| Fault::new(Code::ProofMissing))?;
    let objects: Vec<(&Object<'a>, String)> = match value {
        Value::Object(object) => vec![(object, "/proof".to_owned())],
        Value::Array(items) if items.is_empty() => return Err(Fault::new(Code::ProofMissing).at("/proof")),
        Value::Array(items) if items.len() > limits::PROOFS => {
            let about = format!("{} > {} proofs", items.len(), limits::PROOFS);
            return Err(Fault::new(Code::ProofMalformed).at("/proof").about(about));
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let pointer = format!("/proof/{index}");
                match item {
                    Value::Object(object) => Ok((object, pointer)),
                    _ => Err(Fault::new(Code::ProofMalformed).at(pointer)),
                }
            })
            .collect::<Result<_, Fault>>()?,
        _ => return Err(Fault::new(Code::ProofMalformed).at("/proof")),
    };
    let mut proofs: Vec<Proof<'d, 'a>> = Vec::with_capacity(objects.len());
    for (object, pointer) in objects {
        let proof = proof(object).map_err(|fault| fault.under(&pointer))?;
        if proof.id.is_some() && proofs.iter().any(|earlier| earlier.id == proof.id) {
            return Err(Fault::new(Code::ProofDuplicateId).at(format!("{pointer}/id")));
        }
        // A proof said twice adds nothing that was signed, and nobody who signs says it.
        if proofs.iter().any(|earlier| earlier.object == object) {
            return Err(Fault::new(Code::ProofDuplicateId).at(pointer));
        }
        proofs.push(Proof { pointer, ..proof });
    }
    Ok(proofs)
}

/// One proof, with its value.
fn proof<'d, 'a>(object: &'d Object<'a>) -> Result<Proof<'d, 'a>, Fault> {
    let mut proof = read(object)?;
    if proof.suite.is_some() {
        proof.value = text(object, "proofValue")?.ok_or_else(|| malformed("proofValue"))?;
    }
    Ok(proof)
}

/// The options of a proof that is about to be made: all but its value.
///
/// # Errors
/// [`Code::ProofMalformed`].
pub(super) fn options<'d, 'a>(object: &'d Object<'a>) -> Result<Proof<'d, 'a>, Fault> {
    let proof = read(object).map_err(|fault| fault.under("/proof"))?;
    Ok(Proof { pointer: "/proof".to_owned(), ..proof })
}

fn read<'d, 'a>(object: &'d Object<'a>) -> Result<Proof<'d, 'a>, Fault> {
    // A keyword, such as @type beside type, would give the quads what this reader does not see.
    if let Some(key) = object.keys().find(|key| key.starts_with('@') && *key != "@context") {
        return Err(malformed(key));
    }
    let proof_type = text(object, "type")?.ok_or_else(|| malformed("type"))?;
    let cryptosuite = text(object, "cryptosuite")?;
    if cryptosuite.is_none() && proof_type == DATA_INTEGRITY_PROOF {
        return Err(malformed("cryptosuite"));
    }
    if cryptosuite.is_some() && Suite::from_name(proof_type).is_some() {
        return Err(malformed("cryptosuite"));
    }
    let suite = Suite::of(proof_type, cryptosuite);
    let id = text(object, "id")?;
    // VC-DI §2.1: id is a URL.
    if id.is_some_and(|id| !is_url(id)) {
        return Err(malformed("id"));
    }
    let previous = texts(object, "previousProof")?;
    let mut proof = Proof {
        object,
        pointer: String::new(),
        suite,
        suite_name: cryptosuite.unwrap_or(proof_type),
        id,
        verification_method: "",
        purpose: "",
        created: text(object, "created")?,
        expires: text(object, "expires")?,
        created_at: None,
        expires_at: None,
        challenge: text(object, "challenge")?,
        nonce: text(object, "nonce")?,
        domain: texts(object, "domain")?,
        previous,
        value: "",
    };
    proof.created_at = stamp(proof.created, "created")?;
    proof.expires_at = stamp(proof.expires, "expires")?;
    let required = |key| match (text(object, key)?, suite) {
        (Some(text), _) if !text.is_empty() => Ok(text),
        // A suite that is not ours may name its key and value in another way.
        (_, None) => Ok(""),
        _ => Err(malformed(key)),
    };
    proof.verification_method = required("verificationMethod")?;
    proof.purpose = required("proofPurpose")?;
    if suite.is_some()
        && let Some(key) = FOREIGN_SIGNATURES.iter().find(|key| object.contains_key(key))
    {
        return Err(malformed(key));
    }
    Ok(proof)
}

/// Whether it is an absolute URL as far as its scheme tells (RFC 3986 §3.1), without white space.
pub(super) fn is_url(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
            && !rest.is_empty()
            && !rest.contains(|c: char| c.is_whitespace() || c.is_control())
    })
}

/// A dateTimeStamp (VC-DI §2.1: `created` and `expires`).
fn stamp(text: Option<&str>, key: &str) -> Result<Option<Timestamp>, Fault> {
    text.map(Timestamp::parse_stamp).transpose().map_err(|_| malformed(key))
}

fn text<'d>(object: &'d Object<'_>, key: &str) -> Result<Option<&'d str>, Fault> {
    object.get(key).map(|value| value.as_str().ok_or_else(|| malformed(key))).transpose()
}

/// One string, or an array of at least one (VC-DI §2.1: `domain`, `previousProof`).
fn texts<'d>(object: &'d Object<'_>, key: &str) -> Result<Vec<&'d str>, Fault> {
    let Some(value) = object.get(key) else { return Ok(Vec::new()) };
    let texts: Option<Vec<&str>> = value.items().iter().map(Value::as_str).collect();
    texts.filter(|texts| !texts.is_empty()).ok_or_else(|| malformed(key))
}

fn malformed(key: &str) -> Fault {
    Fault::new(Code::ProofMalformed).at(crate::json::Path::Root.key(key).pointer()).about(key)
}
