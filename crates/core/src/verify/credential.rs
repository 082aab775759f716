//! Judging one credential, however it is secured.

use super::judge::{Judge, Ruling};
use super::policy::Trust;
use super::supporting::{self, Role};
use super::verdict::CheckId;
use super::{status, token_status};
use crate::credential::{Credential, id_of, read_credential};
use crate::did::{Relationship, VerificationMethod, did_of};
use crate::jose::{self, Jwt};
use crate::json::{Object, Value};
use crate::proof::{self, Expected, ProofOutcome};
use crate::{Code, EvidenceKind, Fault, limits, resource, schema};

/// A credential with embedded proofs, at this JSON pointer of the input.
///
/// Gives what was found of each proof.
pub(super) fn judge_embedded(document: &Object<'_>, at: &str, judge: &mut Judge<'_>) -> Vec<ProofOutcome> {
    let read = read_credential(document);
    rule_structure(read.as_ref().err().map(Vec::as_slice), at, judge);
    let issuer = document.get("issuer").and_then(id_of);
    let expected = Expected { purpose: Relationship::AssertionMethod, controller: issuer };
    let outcomes = rule_proofs(document, expected, at, judge);
    rule_pseudonyms(&outcomes, at, judge);
    if let Ok(credential) = read {
        let part = outcomes.iter().any(|outcome| outcome.is_derived && outcome.signature.is_ok());
        rule_content(&credential, if part { Extent::Part } else { Extent::Whole }, at, judge);
    }
    outcomes
}

/// How much of what was signed is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// What its holder chose to show.
    Part,
}

/// VC-DI-BBS §3.5.2: a pseudonym for another domain recognises nobody here, and a holder who may choose the domain has as many
/// pseudonyms as he likes. Only suites of embedded proofs have any.
pub(super) fn rule_pseudonyms(outcomes: &[ProofOutcome], at: &str, judge: &mut Judge<'_>) {
    let shows = |outcome: &ProofOutcome| outcome.pseudonym.is_some() && outcome.authority.is_ok();
    if judge.policy.pseudonym_required && !outcomes.iter().any(shows) {
        // As long as evidence is missing, a proof may yet turn out to show one.
        let faults =
            outcomes.iter().flat_map(|outcome| [outcome.signature.as_ref().err(), outcome.authority.as_ref().err()]);
        let open = faults.flatten().find(|fault| matches!(Ruling::from((*fault).clone()), Ruling::Undetermined(_)));
        let missing = || Ruling::Fail(Fault::new(Code::HolderPseudonymMissing));
        judge.rule(CheckId::HolderBinding, at, open.map_or_else(missing, |fault| Ruling::from(fault.clone())));
    }
    let Some(domain) = judge.policy.domain.clone() else { return };
    let foreign = |outcome: &&ProofOutcome| outcome.pseudonym.as_ref().is_some_and(|nym| nym.domain != domain);
    for outcome in outcomes.iter().filter(foreign) {
        let fault = Fault::new(Code::ProofDomain).at(outcome.pointer.as_str()).about("nym_domain");
        judge.rule(CheckId::Audience, at, Ruling::Fail(fault));
    }
}

/// A credential in a JWT, at this JSON pointer of the input.
pub(super) fn judge_jwt(token: &str, jwt: &Jwt, at: &str, judge: &mut Judge<'_>) {
    let read = read_credential(&jwt.document);
    rule_structure(read.as_ref().err().map(Vec::as_slice), at, judge);
    let issuer = jwt.document.get("issuer").and_then(id_of);
    let expected = Expected { purpose: Relationship::AssertionMethod, controller: issuer };
    rule_token(token, jwt, expected, at, judge);
    rule_pseudonyms(&[], at, judge);
    // VCDM 1.1 §6.3.1 allows a proof inside the token as well. What is there must hold.
    if jwt.document.contains_key("proof") {
        rule_proofs(&jwt.document, expected, at, judge);
    }
    if let Ok(credential) = read {
        rule_content(&credential, Extent::Whole, at, judge);
        // A status mechanism of JSON Web Tokens beside those of the data model counts as well.
        if let Some(payload) = jwt.payload.as_object().filter(|payload| payload.contains_key("status")) {
            token_status::rule(payload, credential.issuer, at, judge);
        }
    }
}

pub(super) fn rule_structure(faults: Option<&[Fault]>, at: &str, judge: &mut Judge<'_>) {
    match faults {
        None => judge.rule(CheckId::Structure, at, Ruling::Pass),
        Some(faults) => {
            for fault in faults {
                judge.rule(CheckId::Structure, at, Ruling::Fail(fault.clone()));
            }
        }
    }
}

/// The proofs of a document, with the contexts that they stand on. Gives what was found of each.
pub(super) fn rule_proofs(
    document: &Object<'_>,
    expected: Expected<'_>,
    at: &str,
    judge: &mut Judge<'_>,
) -> Vec<ProofOutcome> {
    // Before anything is made of the contexts: one that could not be accepted anyway is not asked for.
    let contexts = known_contexts(document, judge);
    if let Err(fault) = contexts {
        judge.rule(CheckId::Contexts, at, fault.into());
        judge.rule(CheckId::Proof, at, Ruling::NotChecked);
        return Vec::new();
    }
    let outcomes = match proof::verify(document, expected, &mut judge.world()) {
        Ok(outcomes) => outcomes,
        Err(fault) if is_jsonld(&fault) => {
            judge.rule(CheckId::Contexts, at, fault.into());
            judge.rule(CheckId::Proof, at, Ruling::NotChecked);
            return Vec::new();
        }
        Err(fault) => {
            judge.rule(CheckId::Proof, at, fault.into());
            return Vec::new();
        }
    };
    rule_contexts(&outcomes, at, judge);
    for outcome in outcomes.iter().filter(|o| o.signature.is_ok() && o.authority.is_ok()) {
        judge.proven(at, &outcome.suite);
    }

    // VC-DI §4.5: every proof of a set must hold. A foreign endorsement beside the issuer's own proof does no harm, and
    // one that this build cannot judge does not undo one that it could.
    let proven = outcomes.iter().any(|o| o.signature.is_ok() && o.authority.is_ok());
    let mut ruled = false;
    for outcome in &outcomes {
        let Err(fault) = &outcome.signature else { continue };
        if is_jsonld(fault) {
            continue;
        }
        // A key that is not the issuer's proves nothing, whatever could be learnt of it.
        let foreign = outcome.authority.as_ref().is_err_and(|f| f.code() == Code::KeyNotController);
        let fault = placed(fault, &outcome.pointer);
        let ruling = match judge.rule_method(fault, &outcome.verification_method) {
            Ruling::Undetermined(fault) if proven || foreign => Ruling::Note(fault),
            other => other,
        };
        judge.rule(CheckId::Proof, at, ruling);
        ruled = true;
    }
    if outcomes.iter().all(|o| o.signature.is_ok()) || (ruled && proven) {
        judge.rule(CheckId::Proof, at, Ruling::Pass);
    } else if !ruled {
        judge.rule(CheckId::Proof, at, Ruling::NotChecked);
    }
    let authorities = outcomes.iter().map(|o| (o.pointer.as_str(), &o.authority, o.verification_method.as_str()));
    rule_authority(authorities, at, judge);
    rule_undisclosed(&outcomes, at, judge);
    outcomes
}

/// What a derived proof may hide of what is judged here cannot be judged, unless another good proof shows it.
fn rule_undisclosed(outcomes: &[ProofOutcome], at: &str, judge: &mut Judge<'_>) {
    let mut good = outcomes.iter().filter(|o| o.signature.is_ok() && o.authority.is_ok());
    let Some(first) = good.next() else { return };
    let rest: Vec<&ProofOutcome> = good.collect();
    for member in first.undisclosed.iter().filter(|member| rest.iter().all(|o| o.undisclosed.contains(member))) {
        let check = if *member == "credentialStatus" { CheckId::Status } else { CheckId::Validity };
        let fault = Fault::new(Code::ProofUndisclosed).at(first.pointer.as_str()).about(*member);
        judge.rule(check, at, fault.into());
    }
}

/// A finding with its place in the document: its own, or that of the proof.
fn placed(fault: &Fault, pointer: &str) -> Fault {
    let fault = fault.clone();
    if fault.pointer().is_some() { fault } else { fault.at(pointer) }
}

fn is_jsonld(fault: &Fault) -> bool {
    fault.code().as_str().starts_with("jsonld.") || fault.code().as_str().starts_with("rdf.")
}

/// Whether every term was defined.
fn rule_contexts(outcomes: &[ProofOutcome], at: &str, judge: &mut Judge<'_>) {
    let found = outcomes.iter().find_map(|o| o.signature.as_ref().err().filter(|fault| is_jsonld(fault)));
    let ruling = match found {
        Some(fault) => fault.clone().into(),
        // JCS signs the JSON text itself: what the contexts mean was not asked.
        None if outcomes.iter().all(|o| o.suite.contains("-jcs-")) => Ruling::NotChecked,
        None => Ruling::Pass,
    };
    judge.rule(CheckId::Contexts, at, ruling);
}

/// VC-DI §4.6, context validation: a signature over quads does not cover the contexts, so a context of the presenter's
/// choice could give the signed statements other names. Under a trust list, only contexts that are built in or that the
/// list names are accepted, and none written into the document. The same holds for contexts that were added after a JCS
/// proof was made, which does not cover them.
fn known_contexts(document: &Object<'_>, judge: &mut Judge<'_>) -> Result<(), Fault> {
    let Trust::List(list) = &judge.policy.trust else { return Ok(()) };
    if covers_contexts(document) {
        return Ok(());
    }
    let mut named = Vec::new();
    for (key, value) in document.iter() {
        if key == "@context" {
            for (index, context) in value.items().iter().enumerate() {
                let place =
                    || if value.as_array().is_some() { format!("/@context/{index}") } else { "/@context".to_owned() };
                let untrusted = |about: &str| Err(Fault::new(Code::JsonldContextUntrusted).at(place()).about(about));
                match context {
                    Value::String(url) if crate::jsonld::builtin_document(url).is_some() => {}
                    Value::String(url) if list.names_context(url) => named.push((place(), url.as_ref())),
                    Value::String(url) => return untrusted(url),
                    _ => return untrusted("inline @context"),
                }
            }
        } else if !(key == "proof" || key == "verifiableCredential") {
            refuse_inner_context(value, &crate::json::Path::Root.key(key))?;
        }
    }
    for (place, url) in named {
        judge.use_evidence(EvidenceKind::Context, url)?;
        match judge.evidence.get(EvidenceKind::Context, url) {
            None => return Err(Fault::new(Code::JsonldContextUnknown).at(place).about(url)),
            Some(piece) if !list.allows_context(url, &piece.bytes) => {
                return Err(Fault::new(Code::JsonldContextUntrusted).at(place).about(url));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Whether every proof signs the document's `@context` itself, all of it: a JCS proof without a `@context` of its own, or
/// with all of the document's (VC-DI-EDDSA §3.3.2).
fn covers_contexts(document: &Object<'_>) -> bool {
    let Some(proofs) = document.get("proof").map(Value::items) else { return false };
    let contexts = document.get("@context").map(Value::items);
    !proofs.is_empty()
        && proofs.iter().all(|proof| {
            let jcs = proof.get("cryptosuite").and_then(Value::as_str).is_some_and(|name| name.contains("-jcs-"));
            jcs && proof.get("@context").is_none_or(|own| Some(own.items()) == contexts)
        })
}

fn refuse_inner_context(value: &Value<'_>, path: &crate::json::Path<'_>) -> Result<(), Fault> {
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter() {
                let path = path.key(key);
                if key == "@context" {
                    return Err(Fault::new(Code::JsonldContextUntrusted).at(path.pointer()).about("inner @context"));
                }
                refuse_inner_context(value, &path)?;
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                refuse_inner_context(item, &path.index(index))?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// The signature of a token.
pub(super) fn rule_token(
    token: &str,
    jwt: &Jwt,
    expected: Expected<'_>,
    at: &str,
    judge: &mut Judge<'_>,
) -> Option<jose::JwtOutcome> {
    judge.rule(CheckId::Contexts, at, Ruling::NotChecked);
    match jose::verify(token, jwt, expected, &mut judge.world()) {
        Ok(outcome) => {
            let ruling = match outcome.signature.clone() {
                Ok(()) => Ruling::Pass,
                Err(fault) => judge.rule_method(fault, &outcome.verification_method),
            };
            if outcome.signature.is_ok() && outcome.authority.is_ok() {
                judge.proven(at, jwt.name());
            }
            judge.rule(CheckId::Proof, at, ruling);
            rule_authority(std::iter::once(("", &outcome.authority, outcome.verification_method.as_str())), at, judge);
            Some(outcome)
        }
        Err(fault) => {
            judge.rule(CheckId::Proof, at, fault.into());
            None
        }
    }
}

/// Whether a key of the controller made one of the proofs, and from a DID document that is fresh enough.
pub(super) fn rule_authority<'o>(
    outcomes: impl Iterator<Item = (&'o str, &'o Result<VerificationMethod, Fault>, &'o str)> + Clone,
    at: &str,
    judge: &mut Judge<'_>,
) {
    let proven = outcomes.clone().any(|(_, authority, _)| authority.is_ok());
    for (pointer, authority, method) in outcomes {
        match authority {
            Ok(_) => {
                if let Err(fault) = judge.use_evidence(EvidenceKind::DidDocument, did_of(method)) {
                    judge.rule(CheckId::EvidenceAge, at, fault.into());
                }
            }
            Err(fault) => {
                let fault = placed(fault, pointer);
                let ruling = if proven { Ruling::Note(fault) } else { judge.rule_method(fault, method) };
                judge.rule(CheckId::KeyAuthorized, at, ruling);
            }
        }
    }
    if proven {
        judge.rule(CheckId::KeyAuthorized, at, Ruling::Pass);
    }
}

/// Everything about a credential beside its structure and its proofs.
pub(super) fn rule_content(credential: &Credential<'_>, extent: Extent, at: &str, judge: &mut Judge<'_>) {
    judge.rule(CheckId::Validity, at, validity(credential, judge).into());
    status::rule(credential, at, judge);
    rule_schemas(credential, extent, at, judge);
    rule_resources(credential, at, judge);
    let ruling = trusted(credential, judge);
    judge.rule(CheckId::IssuerTrusted, at, ruling);
}

/// VCDM 1.1 §4.6, 2.0 §4.9: the period, with the clocks' difference allowed at its beginning.
pub(super) fn validity(credential: &Credential<'_>, judge: &Judge<'_>) -> Result<(), Fault> {
    if credential.valid_from.is_some_and(|from| from > judge.policy.latest_now(judge.now)) {
        return Err(Fault::new(Code::ValidityNotYet));
    }
    if credential.valid_until.is_some_and(|until| until < judge.now) {
        return Err(Fault::new(Code::ValidityExpired));
    }
    Ok(())
}

fn trusted(credential: &Credential<'_>, judge: &Judge<'_>) -> Ruling {
    match &judge.policy.trust {
        Trust::Unset => Fault::new(Code::TrustNoPolicy).into(),
        Trust::InsecureAnyone => Ruling::PassBut(Fault::new(Code::TrustInsecure)),
        Trust::List(list) => list.allows(credential.issuer, &credential.types, judge.now).into(),
    }
}

fn rule_schemas(credential: &Credential<'_>, extent: Extent, at: &str, judge: &mut Judge<'_>) {
    if credential.schemas.is_empty() {
        judge.rule(CheckId::Schema, at, Ruling::NotChecked);
        return;
    }
    for (_, entry) in &credential.schemas {
        let id = entry.get("id").and_then(Value::as_str).unwrap_or_default();
        if let Err(fault) = judge.use_evidence(EvidenceKind::Schema, id) {
            judge.rule(CheckId::EvidenceAge, at, fault.into());
        }
    }
    let (evidence, kept) = (judge.evidence, judge.kept().unwrap_or_default());
    let open = &mut |url: &str, bytes: &[u8], judge_by: schema::Use<'_>| {
        let role = Role {
            url,
            bytes_at_most: limits::INPUT_BYTES,
            invalid: Code::SchemaInvalid,
            unverified: Code::SchemaInvalid,
        };
        supporting::open(bytes, &role, credential, judge, |carrier, expired, _| {
            if expired { Err(Fault::new(Code::SchemaInvalid).about(url)) } else { judge_by(carrier) }
        })
    };
    let ruling = match schema::check(credential, extent == Extent::Part, evidence, &kept.schemas, open) {
        Err(fault) if fault.code() == Code::SchemaPartial => Ruling::PassBut(fault),
        result => found(result),
    };
    judge.rule(CheckId::Schema, at, ruling);
}

/// `Ok(false)`: there was nothing to check.
fn found(result: Result<bool, Fault>) -> Ruling {
    match result {
        Ok(true) => Ruling::Pass,
        Ok(false) => Ruling::NotChecked,
        Err(fault) => fault.into(),
    }
}

fn rule_resources(credential: &Credential<'_>, at: &str, judge: &mut Judge<'_>) {
    if credential.related.is_empty() {
        return;
    }
    for entry in &credential.related {
        if let Err(fault) = judge.use_evidence(EvidenceKind::Resource, entry.id) {
            judge.rule(CheckId::EvidenceAge, at, fault.into());
        }
    }
    judge.rule(CheckId::Resources, at, found(resource::check(credential, judge.evidence)));
}
