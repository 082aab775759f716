//! Adding a proof to a document (VC-DI §4.2, §4.3). What verification would refuse is not signed.

use super::read::{self, Proof};
use super::selective::{self, Binding, Unsecured, bbs_2020};
use super::suite::{Suite, Transformation};
use super::transform::{self, Secured};
use super::verify::signature_length;
use super::{SignOptions, chain};
use crate::encoding::multibase58_encode;
use crate::json::{Object, Value};
use crate::jsonld::{self, Contexts};
use crate::keys::{KeyType, SignatureAlgorithm, Signer};
use crate::rdf::{Dataset, HashAlgorithm};
use crate::{Code, Fault, Randomness, SystemRandomness, limits};

/// Adds a proof to a document (to the set, if there are proofs already) and gives the secured document.
///
/// The result depends on nothing but what is given: no clock, and no randomness beside the signer's own and the keys that
/// a suite of selective disclosure makes for each proof. Where the
/// document's contexts do not define the suite's terms, the suite's context is added at the end of `@context`.
///
/// # Errors
/// `jsonld.*` in safe mode, [`Code::KeyWrongSuite`], [`Code::KeySignerFailed`], [`Code::ProofChainMissing`],
/// [`Code::ProofDuplicateId`], [`Code::ProofMalformed`] for an option that verification would refuse.
pub fn sign(
    document: &Object<'_>,
    options: &SignOptions,
    signer: &dyn Signer,
    contexts: &Contexts<'_>,
) -> Result<Object<'static>, Fault> {
    add_proof(document.clone().into_owned(), options, Binding::None, signer, contexts, &mut SystemRandomness)
}

/// [`sign`] with other randomness than the operating system's, which the suites of selective disclosure need for the keys
/// that they make: for known answers.
///
/// # Errors
/// Those of [`sign`].
pub fn sign_with(
    document: &Object<'_>,
    options: &SignOptions,
    signer: &dyn Signer,
    contexts: &Contexts<'_>,
    rng: &mut dyn Randomness,
) -> Result<Object<'static>, Fault> {
    add_proof(document.clone().into_owned(), options, Binding::None, signer, contexts, rng)
}

/// [`sign_with`] for `bbs-2023` with its optional features: the base proof is bound to a secret of the holder, who sent a
/// commitment to it.
///
/// # Errors
/// Those of [`sign`]; [`Code::KeyWrongSuite`] for another suite; [`Code::ProofValueEncoding`] and
/// [`Code::ProofSignatureInvalid`] for a commitment that is none or whose proof does not hold.
pub fn sign_bound(
    document: &Object<'_>,
    options: &SignOptions,
    binding: Binding<'_>,
    signer: &dyn Signer,
    contexts: &Contexts<'_>,
    rng: &mut dyn Randomness,
) -> Result<Object<'static>, Fault> {
    if options.suite != Suite::Bbs2023 {
        return Err(Fault::new(Code::KeyWrongSuite).about(options.suite.name()));
    }
    add_proof(document.clone().into_owned(), options, binding, signer, contexts, rng)
}

/// [`sign_with`] or [`sign_bound`] for a document that nobody else needs: it is not copied.
pub(crate) fn sign_owned_with(
    document: Object<'static>,
    options: &SignOptions,
    binding: Binding<'_>,
    signer: &dyn Signer,
    contexts: &Contexts<'_>,
    rng: &mut dyn Randomness,
) -> Result<Object<'static>, Fault> {
    add_proof(document, options, binding, signer, contexts, rng)
}

fn add_proof(
    document: Object<'static>,
    options: &SignOptions,
    binding: Binding<'_>,
    signer: &dyn Signer,
    contexts: &Contexts<'_>,
    rng: &mut dyn Randomness,
) -> Result<Object<'static>, Fault> {
    if options.suite.transformation() == Transformation::Statements {
        return add_statements_proof(document, options, signer, contexts);
    }
    let misfit = || Fault::new(Code::KeyWrongSuite).about(options.suite.name());
    if !options.suite.fits(signer.public_key().key_type()) {
        return Err(misfit());
    }
    let signed_before = document.contains_key("proof").then(|| document.clone());
    let earlier = signed_before.as_ref().map(|document| read::proofs(document)).transpose()?.unwrap_or_default();
    check_place(options, &earlier)?;
    let ids: Vec<&str> = options.previous.iter().map(String::as_str).collect();
    let previous: Vec<&Object<'_>> = chain::named(&ids, &earlier, "/proof")?
        .into_iter()
        .filter_map(|index| earlier.get(index))
        .map(|proof| proof.object)
        .collect();

    let mut output = document;
    let proofs = output.remove("proof");
    if options.suite.is_selective() {
        define_terms(&mut output, options, contexts)?;
        let proof = base_proof(&output, options, binding, signer, contexts, rng)?;
        output.insert("proof", appended(proofs, proof));
        return Ok(output);
    }
    let (algorithm, hash) = options.suite.scheme(signer.public_key().key_type()).ok_or_else(misfit)?;
    let (message, mut proof) = message(&mut output, options, hash, &previous, contexts)?;
    let signature = signer.sign(algorithm, &message)?;
    if Some(signature.len()) != signature_length(algorithm) {
        return Err(Fault::new(Code::KeySignerFailed).about("length of the signature"));
    }
    proof.insert("proofValue", multibase58_encode(&signature));
    output.insert("proof", appended(proofs, proof));
    Ok(output)
}

/// A `BbsBlsSignature2020`.
fn add_statements_proof(
    document: Object<'static>,
    options: &SignOptions,
    signer: &dyn Signer,
    contexts: &Contexts<'_>,
) -> Result<Object<'static>, Fault> {
    if !options.suite.fits(signer.public_key().key_type()) {
        return Err(Fault::new(Code::KeyWrongSuite).about(options.suite.name()));
    }
    let signed_before = document.contains_key("proof").then(|| document.clone());
    let earlier = signed_before.as_ref().map(|document| read::proofs(document)).transpose()?.unwrap_or_default();
    check_place(options, &earlier)?;
    let mut output = document;
    let proofs = output.remove("proof");
    define_terms(&mut output, options, contexts)?;
    let mut proof = unsigned_proof(&output, options);
    let value = bbs_2020::sign(&output, &read::options(&proof)?, signer, contexts)?;
    proof.insert("proofValue", value);
    output.insert("proof", appended(proofs, proof));
    Ok(output)
}

/// A base proof of selective disclosure (VC-DI-ECDSA §3.6.1, VC-DI-BBS §3.4.1).
fn base_proof(
    output: &Object<'static>,
    options: &SignOptions,
    binding: Binding<'_>,
    signer: &dyn Signer,
    contexts: &Contexts<'_>,
    rng: &mut dyn Randomness,
) -> Result<Object<'static>, Fault> {
    let mut proof = unsigned_proof(output, options);
    let dataset = transform::options_dataset(output, options.suite, &read::options(&proof)?, contexts)?;
    let unsecured = Unsecured { document: output, proof_hash: transform::selective_hash(&dataset)? };
    proof.insert("proofValue", selective::sign(&unsecured, options, binding, signer, contexts, rng)?);
    Ok(proof)
}

/// A document on the way to be signed.
pub(super) struct Prepared {
    /// The document, its contexts complete.
    pub(super) output: Object<'static>,
    /// The proof without its value.
    pub(super) proof: Object<'static>,
    /// The quads of the document.
    pub(super) dataset: Dataset,
    /// What is to be signed: the hash of the proof's options, then that of the document.
    pub(super) message: Vec<u8>,
    pub(super) hash: HashAlgorithm,
    pub(super) algorithm: SignatureAlgorithm,
}

/// Goes the way of [`sign`] with a document that has no proof yet, up to the signature; for suites over quads.
///
/// # Errors
/// As [`sign`].
pub(super) fn prepare(
    document: Object<'static>,
    options: &SignOptions,
    key: KeyType,
    contexts: &Contexts<'_>,
) -> Result<Prepared, Fault> {
    let wrong_suite = || Fault::new(Code::KeyWrongSuite).about(options.suite.name());
    let (algorithm, hash) = options.suite.scheme(key).ok_or_else(wrong_suite)?;
    if options.suite.transformation() != Transformation::Rdfc || !options.previous.is_empty() {
        return Err(wrong_suite());
    }
    check_place(options, &[])?;
    let mut output = document;
    let (message, proof) = message(&mut output, options, hash, &[], contexts)?;
    let dataset = jsonld::to_dataset(&jsonld::Document { object: &output, context: None, skip: &["proof"] }, contexts)?;
    Ok(Prepared { output, proof, dataset, message, hash, algorithm })
}

/// The message to sign, and the proof without its value; the document gets the suite's context if it needs it.
fn message(
    output: &mut Object<'static>,
    options: &SignOptions,
    hash: HashAlgorithm,
    previous: &[&Object<'_>],
    contexts: &Contexts<'_>,
) -> Result<(Vec<u8>, Object<'static>), Fault> {
    if options.suite.transformation() == Transformation::Rdfc {
        // That the contexts define the suite's terms, as nearly all do, is found out by using them.
        match cover(output, options, hash, previous, contexts) {
            Err(fault) if fault.code() == Code::JsonldUndefinedTerm => {}
            covered => return covered,
        }
    }
    define_terms(output, options, contexts)?;
    cover(output, options, hash, previous, contexts)
}

/// The message to sign, and the proof without its value.
fn cover(
    output: &Object<'static>,
    options: &SignOptions,
    hash: HashAlgorithm,
    previous: &[&Object<'_>],
    contexts: &Contexts<'_>,
) -> Result<(Vec<u8>, Object<'static>), Fault> {
    let proof = unsigned_proof(output, options);
    let mut secured = Secured::new(output, *contexts);
    let covered = secured.cover(options.suite, &read::options(&proof)?, previous)?;
    Ok((secured.hash_data(&covered, hash)?, proof))
}

/// Whether there is a place for one more proof of this id.
fn check_place(options: &SignOptions, earlier: &[Proof<'_, '_>]) -> Result<(), Fault> {
    if earlier.len() >= limits::PROOFS {
        let about = format!("{} > {} proofs", earlier.len() + 1, limits::PROOFS);
        return Err(Fault::new(Code::ProofMalformed).at("/proof").about(about));
    }
    if options.id.is_some() && earlier.iter().any(|proof| proof.id == options.id.as_deref()) {
        return Err(Fault::new(Code::ProofDuplicateId).at("/proof/id"));
    }
    // Neither a chain under selective disclosure nor a part of one is specified.
    if options.suite.is_selective() && !options.previous.is_empty() {
        return Err(Fault::new(Code::ProofMalformed).at("/proof/previousProof").about("previousProof"));
    }
    let ends_before_it_begins =
        matches!((options.created, options.expires), (Some(created), Some(expires)) if expires <= created);
    if ends_before_it_begins {
        return Err(Fault::new(Code::ProofMalformed).at("/proof/expires").about("expires"));
    }
    Ok(())
}

/// Adds the suite's context where the document's contexts do not define its terms (VC-DI §2.4.2), and checks that all of
/// the document would be signed. A document without `@context` is plain JSON: only the suites of JCS can sign it.
fn define_terms(output: &mut Object<'static>, options: &SignOptions, contexts: &Contexts<'_>) -> Result<(), Fault> {
    if options.suite.transformation() == Transformation::Jcs {
        if !output.contains_key("@context") {
            return Ok(());
        }
        // JCS signs every member as it stands, whatever RFC 8785 can write; still the contexts must define each of them.
        jsonld::check_terms(&jsonld::Document { object: output, context: None, skip: &[] }, contexts)?;
    }
    let Err(fault) = terms_defined(output, options, contexts) else { return Ok(()) };
    if fault.code() != Code::JsonldUndefinedTerm {
        return Err(fault);
    }
    let context = output.get("@context").map_or(&[][..], Value::items);
    let mut extended = context.to_vec();
    extended.push(Value::from(options.suite.context_url()));
    output.insert("@context", extended);
    terms_defined(output, options, contexts)
}

fn terms_defined(output: &Object<'_>, options: &SignOptions, contexts: &Contexts<'_>) -> Result<(), Fault> {
    let mut proof = unsigned_proof(output, options);
    proof.remove("@context");
    transform::options_dataset(output, options.suite, &read::options(&proof)?, contexts).map(drop)
}

/// The proof as it is signed: everything but its value.
fn unsigned_proof(document: &Object<'_>, options: &SignOptions) -> Object<'static> {
    let mut proof = Object::new();
    proof.insert("type", options.suite.proof_type());
    let mut set = |key: &'static str, value: Option<String>| {
        if let Some(value) = value {
            proof.insert(key, value);
        }
    };
    set("id", options.id.clone());
    set("cryptosuite", options.suite.cryptosuite().map(str::to_owned));
    set("created", options.created.map(|time| time.to_string()));
    set("expires", options.expires.map(|time| time.to_string()));
    set("verificationMethod", Some(options.verification_method.clone()));
    set("proofPurpose", Some(options.purpose.name().to_owned()));
    set("challenge", options.challenge.clone());
    set("domain", options.domain.clone());
    match options.previous.as_slice() {
        [] => {}
        [one] => set("previousProof", Some(one.clone())),
        many => {
            let ids: Vec<Value<'static>> = many.iter().cloned().map(Value::from).collect();
            proof.insert("previousProof", ids);
        }
    }
    // VC-DI-EDDSA §3.3.1 step 2: a JCS proof carries the contexts that it was made with.
    if options.suite.transformation() == Transformation::Jcs
        && let Some(context) = document.get("@context")
    {
        proof.insert("@context", context.clone().into_owned());
    }
    proof
}

fn appended(proofs: Option<Value<'static>>, proof: Object<'static>) -> Value<'static> {
    let proof = Value::Object(proof);
    match proofs {
        None => proof,
        Some(Value::Array(mut proofs)) => {
            proofs.push(proof);
            Value::Array(proofs)
        }
        Some(one) => Value::Array(vec![one, proof]),
    }
}
