//! `BbsBlsSignature2020` and `BbsBlsSignatureProof2020` (w3c-ccg/ldp-bbs2020, 2021, never a recommendation): what Ontario's
//! programme named. The draft leaves open what its implementations agree on; this follows MATTR's jsonld-signatures-bbs,
//! byte for byte.
//!
//! - Every N-Quads line of the proof's options and of the document is one message, the options' lines first.
//! - The options are read with one context, `https://w3id.org/security/v2`, whatever the document's contexts are.
//! - A derived document has `urn:bnid:_:c14n0` for the blank node that the signed document's canonical form calls
//!   `_:c14n0`; its proof reveals all lines of the options and the document's own, and keeps the rest hidden.
//!
//! Beyond MATTR: a derived document may have no blank node of its own (it could be one of the signed ones under a second
//! name), its proof must reveal all lines of the options, and what the verdict needs (the expiry, the status) must be shown
//! or provably not there (see [`absent`]).

mod absent;
mod derive;
mod statements;
#[cfg(test)]
mod tests;

pub(crate) use derive::framed;
pub(in crate::proof) use derive::{always_shown, arrangement, derive};
pub(in crate::proof) use statements::arrangement_of;

use crate::bbs::{self, legacy};
use crate::encoding::{base64_decode, base64_encode};
use crate::json::{Object, Value};
use crate::jsonld::Contexts;
use crate::keys::{KeyType, MessageSigning, PublicKey, Signer};
use crate::proof::read::Proof;
use crate::proof::suite::Suite;
use crate::{Code, Fault};
use statements::Statements;

/// The value of a new `BbsBlsSignature2020` for this document, whose options these are.
///
/// # Errors
/// `jsonld.*` in safe mode, `rdf.*`, [`Code::ProofDisclosure`] for a document with names that derived documents give to blank
/// nodes, [`Code::KeySignerFailed`].
pub(in crate::proof) fn sign(
    document: &Object<'_>,
    proof: &Proof<'_, '_>,
    signer: &dyn Signer,
    contexts: &Contexts<'_>,
) -> Result<String, Fault> {
    let options = statements::of_options(proof, contexts)?;
    let stated = Statements::signed(document, contexts)?;
    if stated.lines.iter().any(|line| line.contains(statements::NAMED)) {
        return Err(Fault::new(Code::ProofDisclosure).about(statements::NAMED));
    }
    let signature = signer.sign_messages(MessageSigning::Bbs2020 { messages: &messages(&options, &stated.lines) })?;
    if signature.len() != legacy::SIGNATURE_BYTES {
        return Err(Fault::new(Code::KeySignerFailed).about("length of the signature"));
    }
    Ok(base64_encode(&signature))
}

/// Whether a proof, full or derived, matches; and which members that a verdict needs it may keep hidden.
///
/// # Errors
/// `jsonld.*`, `rdf.*`, [`Code::ProofValueEncoding`], [`Code::ProofDisclosure`], [`Code::ProofSignatureInvalid`], each with
/// its place in the document.
pub(in crate::proof) fn verify(
    document: &Object<'_>,
    proof: &Proof<'_, '_>,
    key: &PublicKey,
    contexts: &Contexts<'_>,
) -> Result<Vec<&'static str>, Fault> {
    check_contexts(document, proof)?;
    let options = statements::of_options(proof, contexts)?;
    let derived = proof.suite == Some(Suite::BbsBlsSignatureProof2020);
    let stated =
        if derived { Statements::derived(document, contexts) } else { Statements::signed(document, contexts) }?;
    let found = if derived {
        verify_derived(proof, &options, &stated, key)
    } else {
        verify_full(proof, &options, &stated, key).map(|()| Vec::new())
    };
    found.map_err(|fault| match fault.code() {
        Code::ProofValueEncoding | Code::ProofDisclosure if fault.pointer().is_none() => {
            fault.at(format!("{}/proofValue", proof.pointer))
        }
        Code::ProofSignatureInvalid | Code::KeyInvalid => fault.at(proof.pointer.as_str()),
        _ => fault,
    })
}

/// The options are read with one context. Contexts of the proof that the document has too, or that one, say nothing else.
fn check_contexts(document: &Object<'_>, proof: &Proof<'_, '_>) -> Result<(), Fault> {
    let own = proof.object.get("@context").map_or(&[][..], Value::items);
    let documents = document.get("@context").map_or(&[][..], Value::items);
    let known = |context: &Value<'_>| context.as_str() == Some(statements::SECURITY) || documents.contains(context);
    if own.iter().all(known) {
        return Ok(());
    }
    Err(Fault::new(Code::ProofContext).at(format!("{}/@context", proof.pointer)))
}

fn verify_full(proof: &Proof<'_, '_>, options: &[String], stated: &Statements, key: &PublicKey) -> Result<(), Fault> {
    let signature = decoded(proof.value)?;
    let messages = messages(options, &stated.lines);
    let key = legacy::ExtendedKey::derive(&bbs_key(key)?, messages.len())?;
    legacy::verify(&key, &signature, &messages)
}

fn verify_derived(
    proof: &Proof<'_, '_>,
    options: &[String],
    stated: &Statements,
    key: &PublicKey,
) -> Result<Vec<&'static str>, Fault> {
    let value = decoded(proof.value)?;
    let nonce = nonce(proof)?;
    let (count, revealed) = legacy::disclosed_indexes(&value)?;
    let messages = messages(options, &stated.lines);
    if messages.len() != revealed.len() {
        let about = format!("{} statements, {} disclosed", messages.len(), revealed.len());
        return Err(Fault::new(Code::ProofDisclosure).about(about));
    }
    // A line of the options that is not shown could be anything: an expiry, or whom the proof was for.
    if revealed.iter().take(options.len()).enumerate().any(|(place, index)| place != *index) {
        return Err(Fault::new(Code::ProofDisclosure).about("proof options"));
    }
    let disclosed: Vec<(usize, &[u8])> = revealed.iter().copied().zip(messages).collect();
    let key = legacy::ExtendedKey::derive(&bbs_key(key)?, count)?;
    legacy::proof_verify(&key, &value, &disclosed, &nonce)?;
    let places = revealed.get(options.len()..).unwrap_or_default();
    Ok(absent::may_be_hidden(stated, places, options.len(), count))
}

/// A nonce as the text that a verifier gave, or in base64 if it is no text.
pub(in crate::proof) fn nonce_text(nonce: &str) -> String {
    let text = base64_decode(nonce).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.unwrap_or_else(|| nonce.to_owned())
}

/// The nonce of a derived proof.
fn nonce(proof: &Proof<'_, '_>) -> Result<Vec<u8>, Fault> {
    let at = || format!("{}/nonce", proof.pointer);
    let text = proof.nonce.ok_or_else(|| Fault::new(Code::ProofMalformed).at(at()).about("nonce"))?;
    base64_decode(text).map_err(|_| Fault::new(Code::ProofMalformed).at(at()).about("nonce"))
}

fn decoded(value: &str) -> Result<Vec<u8>, Fault> {
    base64_decode(value).map_err(|_| Code::ProofValueEncoding.into())
}

fn bbs_key(key: &PublicKey) -> Result<bbs::PublicKey, Fault> {
    match key.key_type() {
        KeyType::Bls12381G2 => bbs::PublicKey::from_bytes(key.bytes()),
        other => Err(Fault::new(Code::KeyWrongSuite).about(other.name())),
    }
}

fn messages<'l>(options: &'l [String], document: &'l [String]) -> Vec<&'l [u8]> {
    options.iter().chain(document).map(String::as_bytes).collect()
}
