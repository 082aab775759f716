//! Judging a presentation: its own proof, whom it is for, and each credential in it.

use super::credential::{self, rule_proofs, rule_structure, rule_token};
use super::judge::{Judge, Ruling};
use super::policy::Trust;
use super::proved::DERIVED_EACH_TIME;
use super::sd_jwt::{self, Enveloped, Place};
use super::verdict::CheckId;
use crate::credential::{Contained, Presentation, Version, id_of, read_credential, read_presentation};
use crate::did::{Relationship, did_of};
use crate::jose::{self, Jwt, JwtForm};
use crate::json::{Object, Value};
use crate::keys::PublicKey;
use crate::proof::{Expected, ProofOutcome, Suite};
use crate::{Code, Fault};

/// Who presented, and for whom: read from the proof or the token.
#[derive(Default)]
pub(super) struct Showing {
    /// The DID whose key signed the presentation, if a signature was good.
    signer: Option<String>,
    /// That key.
    key: Option<PublicKey>,
    /// The challenges or nonces, one per proof.
    challenges: Vec<Option<String>>,
    /// The domains or audiences, one list per proof.
    domains: Vec<Vec<String>>,
}

impl Showing {
    /// What one key-binding JWT says.
    pub(super) fn token(nonce: String, audience: String) -> Self {
        Self { challenges: vec![Some(nonce)], domains: vec![vec![audience]], ..Self::default() }
    }
}

/// A presentation with embedded proofs.
pub(super) fn judge_embedded(document: &Object<'_>, judge: &mut Judge<'_>) {
    let read = read_presentation(document);
    rule_structure(read.as_ref().err().map(Vec::as_slice), "", judge);
    let holder = document.get("holder").and_then(id_of);
    let outcomes =
        rule_proofs(document, Expected { purpose: Relationship::Authentication, controller: holder }, "", judge);
    rule_named_holder(holder, outcomes.iter().map(|outcome| outcome.verification_method.as_str()), judge);
    let mut showing = Showing::default();
    for outcome in outcomes {
        if let (Ok(()), Ok(method), None) = (&outcome.signature, &outcome.authority, &showing.signer) {
            showing.signer = Some(did_of(&outcome.verification_method).to_owned());
            showing.key = Some(method.key.clone());
        }
        showing.challenges.push(outcome.challenge);
        showing.domains.push(outcome.domain);
    }
    rule_rest(read.ok().as_ref(), &showing, judge);
}

/// A presentation in a JWT.
pub(super) fn judge_jwt(token: &str, jwt: &Jwt, judge: &mut Judge<'_>) {
    let read = read_presentation(&jwt.document);
    rule_structure(read.as_ref().err().map(Vec::as_slice), "", judge);
    let holder = jwt.document.get("holder").and_then(id_of);
    let expected = Expected { purpose: Relationship::Authentication, controller: holder };
    let mut showing = Showing::default();
    if let Some(outcome) = rule_token(token, jwt, expected, "", judge) {
        rule_named_holder(holder, std::iter::once(outcome.verification_method.as_str()), judge);
        if let (Ok(()), Ok(method)) = (&outcome.signature, &outcome.authority) {
            showing.signer = Some(did_of(&outcome.verification_method).to_owned());
            showing.key = Some(method.key.clone());
        }
        showing.challenges.push(outcome.nonce);
        showing.domains.push(outcome.audience);
    }
    // VCDM 1.1 §6.3.1 allows a proof inside the token as well. What is there must hold.
    if jwt.document.contains_key("proof") {
        rule_proofs(&jwt.document, expected, "", judge);
    }
    rule_rest(read.ok().as_ref(), &showing, judge);
}

/// One of the keys must be of the DID that the presentation names as its holder.
fn rule_named_holder<'m>(holder: Option<&str>, mut methods: impl Iterator<Item = &'m str>, judge: &mut Judge<'_>) {
    let Some(holder) = holder else { return };
    // Without a proof, or with one that names no key, there is nobody whom the holder could be compared with.
    let named = |method: &&str| !method.is_empty();
    let mut methods = methods.by_ref().filter(named).peekable();
    if methods.peek().is_some() && !methods.any(|method| did_of(method) == holder) {
        judge.rule(CheckId::HolderBinding, "", Ruling::Fail(Fault::new(Code::HolderMismatch).at("/holder")));
    }
}

fn rule_rest(presentation: Option<&Presentation<'_>>, showing: &Showing, judge: &mut Judge<'_>) {
    rule_audience(showing, judge);
    let Some(presentation) = presentation else { return };
    let holder = presentation.holder.or(showing.signer.as_deref());
    if presentation.credentials.is_empty() {
        // Nothing but the holder's own word: there is no issuer whom a trust list could name.
        let ruling = match judge.policy.trust {
            Trust::InsecureAnyone => Ruling::PassBut(Fault::new(Code::TrustInsecure)),
            Trust::List(_) => Ruling::from(Fault::new(Code::TrustNoCredential)),
            Trust::Unset => Ruling::from(Fault::new(Code::TrustNoPolicy)),
        };
        judge.rule(CheckId::IssuerTrusted, "", ruling);
    }
    for (at, contained) in &presentation.credentials {
        match contained {
            Contained::Embedded(object) => {
                credential::judge_embedded(object, at, judge);
                rule_holder(object, None, holder, showing, at, judge);
            }
            Contained::SdJwt(token) => {
                if let Some(Enveloped { payload, hides }) = sd_jwt::judge_enveloped(token, Place::Presented(at), judge)
                {
                    let signed = Signed { payload: &Value::Object(payload.clone()), hides };
                    rule_holder(&payload, Some(&signed), holder, showing, at, judge);
                }
            }
            Contained::Jwt(token) => match jose::read(token) {
                // VCDM 2.0 holds tokens of VC-JOSE-COSE in envelopes, 1.1 its own as text.
                Ok(jwt)
                    if !jwt.is_presentation && (jwt.form == JwtForm::V2) == (presentation.version == Version::V2) =>
                {
                    credential::judge_jwt(token, &jwt, at, judge);
                    let signed = Signed { payload: &jwt.payload, hides: false };
                    rule_holder(&jwt.document, Some(&signed), holder, showing, at, judge);
                }
                Ok(_) => judge.rule(CheckId::Structure, at, Ruling::Fail(Fault::new(Code::VcEnveloped))),
                Err(fault) => judge.rule(CheckId::Proof, at, Ruling::Fail(Fault::new(fault.code()))),
            },
        }
    }
}

/// A credential shown bare answers a verifier only by proofs that were derived for the showing and made for its nonce: one
/// that asked and has no such answer was not answered.
pub(super) fn rule_bare(outcomes: &[ProofOutcome], judge: &mut Judge<'_>) {
    let policy = judge.policy;
    // A BbsBlsSignatureProof2020 always has a nonce, also one that nobody asked for.
    let asked = policy.challenge.is_some() || policy.domain.is_some();
    let counts = |outcome: &&ProofOutcome| asked || outcome.suite != Suite::BbsBlsSignatureProof2020.name();
    let answers: Vec<&ProofOutcome> = outcomes.iter().filter(|outcome| is_answer(outcome)).filter(counts).collect();
    if !answers.is_empty() {
        let showing = Showing {
            challenges: answers.iter().map(|outcome| outcome.challenge.clone()).collect(),
            domains: answers.iter().map(|outcome| outcome.domain.clone()).collect(),
            ..Showing::default()
        };
        rule_audience(&showing, judge);
    } else if policy.challenge.is_some() {
        judge.rule(CheckId::Audience, "", Ruling::Fail(Fault::new(Code::ProofChallenge)));
    } else if policy.domain.is_some() {
        judge.rule(CheckId::Audience, "", Ruling::Fail(Fault::new(Code::ProofDomain)));
    } else {
        judge.rule(CheckId::Audience, "", Ruling::NotChecked);
    }
    judge.rule(CheckId::HolderBinding, "", Ruling::NotChecked);
}

/// Whether a proof was derived for one showing, and says for which.
fn is_answer(outcome: &ProofOutcome) -> bool {
    DERIVED_EACH_TIME.contains(&outcome.suite.as_str()) && (outcome.challenge.is_some() || !outcome.domain.is_empty())
}

/// The presentation must carry this verifier's challenge and name, in each of its proofs.
pub(super) fn rule_audience(showing: &Showing, judge: &mut Judge<'_>) {
    let policy = judge.policy;
    let asked = policy.challenge.is_some() || policy.domain.is_some();
    let bound = showing.challenges.iter().any(Option::is_some) || showing.domains.iter().any(|d| !d.is_empty());
    let ruling = if !asked && !bound {
        Ruling::NotChecked
    } else if !asked {
        // It was made for somebody: whether for us, only the caller knows.
        Ruling::from(Fault::new(Code::ProofAudienceUnknown))
    } else {
        let challenge_good = policy.challenge.as_ref().is_none_or(|challenge| {
            !showing.challenges.is_empty() && showing.challenges.iter().all(|c| c.as_ref() == Some(challenge))
        });
        let domain_good = policy.domain.as_ref().is_none_or(|domain| {
            !showing.domains.is_empty() && showing.domains.iter().all(|domains| domains.contains(domain))
        });
        if !challenge_good {
            Ruling::Fail(Fault::new(Code::ProofChallenge))
        } else if !domain_good {
            Ruling::Fail(Fault::new(Code::ProofDomain))
        } else {
            Ruling::Pass
        }
    };
    judge.rule(CheckId::Audience, "", ruling);
}

/// What the issuer signed as a token.
struct Signed<'p> {
    payload: &'p Value<'p>,
    /// Whether the presenter may have hidden something of it.
    hides: bool,
}

/// The presenter must be the one that the credential is about, or whose key it names. A credential about nobody by name
/// is for its bearer; but not one that hides something, which may be that name (RFC 9901 §9.5: whether a credential is bound
/// must not be its presenter's to choose).
fn rule_holder(
    document: &Object<'_>,
    signed: Option<&Signed<'_>>,
    holder: Option<&str>,
    showing: &Showing,
    at: &str,
    judge: &mut Judge<'_>,
) {
    let Ok(credential) = read_credential(document) else { return };
    let claim = |name: &str| signed.and_then(|signed| signed.payload.get(name));
    let ids = credential.subjects.iter().filter_map(|subject| subject.get("id"));
    let ids = ids.chain(claim("sub")).filter_map(Value::as_str);
    let ids: Vec<&str> = ids.filter(|id| !is_blank_name(document, id)).collect();
    let is_holder = |id: &&str| holder.is_some_and(|holder| did_of(id) == did_of(holder));
    let confirmed = claim("cnf").map(|cnf| is_confirmed(cnf, holder, showing));
    let names_nobody = ids.is_empty() && confirmed.is_none();
    let ruling = if judge.policy.holder_may_differ || (names_nobody && !signed.is_some_and(|signed| signed.hides)) {
        Ruling::NotChecked
    } else if names_nobody {
        Ruling::Fail(Fault::new(Code::SdJwtKeyBindingMissing))
    } else if confirmed.unwrap_or(true) && (ids.is_empty() || ids.iter().any(is_holder)) {
        Ruling::Pass
    } else {
        Ruling::Fail(Fault::new(Code::HolderNotSubject).at("/credentialSubject"))
    };
    judge.rule(CheckId::HolderBinding, at, ruling);
}

/// Whether the id is but the name that a proof derived from a `BbsBlsSignature2020` gives to a node without one.
fn is_blank_name(document: &Object<'_>, id: &str) -> bool {
    let derived = Suite::BbsBlsSignatureProof2020.name();
    let proofs = document.get("proof").map(Value::items).unwrap_or_default();
    id.starts_with("urn:bnid:_:")
        && proofs.iter().any(|proof| proof.get("type").and_then(Value::as_str) == Some(derived))
}

/// RFC 7800: whether the key that the issuer confirmed, by value or by name, is the presenter's. Another way of naming it
/// confirms nobody.
fn is_confirmed(cnf: &Value<'_>, holder: Option<&str>, showing: &Showing) -> bool {
    if let Some(jwk) = cnf.get("jwk") {
        return showing
            .key
            .as_ref()
            .is_some_and(|key| PublicKey::from_jwk(jwk).is_ok_and(|confirmed| confirmed == *key));
    }
    let kid = cnf.get("kid").and_then(Value::as_str);
    kid.is_some_and(|kid| holder.is_some_and(|holder| did_of(kid) == did_of(holder)))
}
