//! The proof type `di_vp` (OpenID4VCI Appendix F.2): a presentation without credentials, secured by Data Integrity.

use tamarack::did::{Documents, Relationship, did_of};
use tamarack::json::{Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::Signer;
use tamarack::proof::{self, Expected, SignOptions, Strict, Suite, World};
use tamarack::{Code, Timestamp};

use super::{CODE, Found, HolderKey};
use crate::vci::configuration::ProofTypeSupport;
use crate::{Refusal, Result, limits};

/// Checks one presentation and adds its key to what was found.
pub(super) fn check(document: &Object<'static>, support: &ProofTypeSupport, found: &mut Found<'_>) -> Result<()> {
    let refuse = |about| Refusal::new(CODE, about);
    let rules = found.rules;
    let types = document.get("type").map_or(&[][..], Value::items);
    if !types.iter().any(|name| name.as_str() == Some("VerifiablePresentation")) {
        return Err(refuse("type"));
    }
    if support.key_attestations_required.is_some() {
        // There is no place for an attestation in a presentation.
        return Err(refuse("key_attestation"));
    }
    let [written] = document.get("proof").map_or(&[][..], Value::items) else { return Err(refuse("proof")) };
    let text = |name: &str| written.get(name).and_then(Value::as_str);
    // A proof that is not a DataIntegrityProof names its suite as its type.
    let suite = text("cryptosuite").or_else(|| text("type")).unwrap_or_default();
    if !support.algorithms.iter().any(|name| name == suite) {
        return Err(refuse("cryptosuite"));
    }
    if text("proofPurpose") != Some(Relationship::Authentication.name()) {
        return Err(refuse("proofPurpose"));
    }
    let controller = document.get("holder").map(|holder| holder.get("id").unwrap_or(holder));
    let controller = controller.map(|holder| holder.as_str().ok_or_else(|| refuse("holder"))).transpose()?;
    let outcome = verify(document, controller, found)?;
    outcome.signature.map_err(|fault| refuse("the signature").because(fault))?;
    let method = outcome.authority.map_err(|fault| refuse("verificationMethod").because(fault))?;
    let did = did_of(&method.id);
    if controller.is_some_and(|holder| holder != did) {
        return Err(refuse("holder"));
    }
    let kind = did.split(':').take(2).collect::<Vec<_>>().join(":");
    if !rules.configuration.binding_methods.contains(&kind) {
        return Err(refuse("verificationMethod"));
    }
    if !matches!(outcome.domain.as_slice(), [only] if only == rules.issuer) {
        return Err(refuse("domain"));
    }
    match (rules.nonces, &outcome.challenge) {
        // "It MUST NOT be used otherwise."
        (None, Some(_)) => return Err(refuse("challenge")),
        _ => found.nonce(outcome.challenge.as_deref())?,
    }
    check_created(text("created"), rules.now)?;
    found.proved(HolderKey { key: method.key, did_url: Some(method.id), attestation: None })
}

/// The one proof of the presentation.
fn verify(document: &Object<'static>, controller: Option<&str>, found: &Found<'_>) -> Result<proof::ProofOutcome> {
    let refuse = |fault| Refusal::new(CODE, "proof").because(fault);
    let documents = Documents::default();
    let mut world = World {
        evidence: found.rules.evidence,
        documents: &documents,
        // Nobody needs more than what is built in to say that he has a key.
        contexts: Contexts::builtin(),
        now: found.rules.now,
        clock_skew_seconds: limits::CLOCK_SKEW_SECONDS,
        as_holder: false,
        checker: &mut Strict,
    };
    let expected = Expected { purpose: Relationship::Authentication, controller };
    let outcomes = proof::verify(document, expected, &mut world).map_err(refuse)?;
    outcomes.into_iter().next().ok_or_else(|| refuse(Code::ProofMissing.into()))
}

/// Appendix F.4: made within an acceptable time. Where there is no date, the nonce says as much.
fn check_created(created: Option<&str>, now: Timestamp) -> Result<()> {
    let Some(created) = created else { return Ok(()) };
    let refuse = || Refusal::new(CODE, "created");
    let created = Timestamp::parse_date_time(created).map_err(|fault| refuse().because(fault))?;
    let age = now.seconds_since(created);
    let most = limits::PROOF_SECONDS + limits::CLOCK_SKEW_SECONDS;
    if (-limits::CLOCK_SKEW_SECONDS..=most).contains(&age) { Ok(()) } else { Err(refuse()) }
}

/// Makes a key proof for an issuer, with the `c_nonce` if it gives nonces. `did_url` names the signer's key.
///
/// # Errors
/// [`crate::RefusalCode::ServerError`] if the signer refuses or the suite does not fit the key.
pub fn make(
    issuer: &str,
    nonce: Option<&str>,
    did_url: &str,
    suite: Suite,
    now: Timestamp,
    signer: &dyn Signer,
) -> Result<Object<'static>> {
    let mut document = Object::new();
    document.insert("@context", vec![Value::from("https://www.w3.org/ns/credentials/v2")]);
    document.insert("type", vec![Value::from("VerifiablePresentation")]);
    document.insert("holder", did_of(did_url).to_owned());
    let options = SignOptions {
        suite,
        verification_method: did_url.to_owned(),
        purpose: Relationship::Authentication,
        created: Some(now),
        expires: None,
        challenge: nonce.map(str::to_owned),
        domain: Some(issuer.to_owned()),
        id: None,
        previous: Vec::new(),
        mandatory_pointers: Vec::new(),
    };
    proof::sign(&document, &options, signer, &Contexts::builtin()).map_err(Refusal::internal)
}
