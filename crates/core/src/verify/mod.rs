//! The verdict is decided here and nowhere else.
//!
//! [`verify`] reads the input, lets each module find what is wrong in its own field, turns every finding into a named
//! [`Check`], and decides: a failed check rejects, a check that could not be made leaves the verdict undetermined.

mod claims;
mod credential;
mod issuer_key;
mod judge;
mod keeping;
mod kept;
mod key_binding;
mod many;
mod native;
mod policy;
mod presentation;
mod proved;
mod sd_jwt;
mod sd_jwt_vc;
mod status;
mod supporting;
#[cfg(feature = "testing")]
pub mod testing;
mod token_status;
mod verdict;

pub use claims::{Claims, VerifiedCredential};
pub use keeping::{Keeping, verify_keeping};
pub use many::verify_many;
pub use policy::{MaxAge, Policy};
pub use proved::{Proved, ProvedClaim};
pub use verdict::{Check, CheckId, CheckResult, EvidenceAge, Outcome, Verdict};

use std::rc::Rc;

use crate::credential::{Kind, envelope_kind, kind, open_envelope};
use crate::json::{self, Object};
use crate::proof::{SignatureChecker, Strict};
use crate::sd_jwt::is_json_serialization;
use crate::{Code, Evidence, Fault, Timestamp, jose, limits};
use judge::{Judge, Ruling};
use kept::Kept;

/// Why an input could not be judged at all. That is not a verdict.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The input is no credential and no presentation: not JSON, not a JWT, too large, ambiguous.
    Input(Fault),
    /// A fault of this library.
    Internal(Fault),
}

impl Error {
    /// What was found.
    #[must_use]
    pub const fn fault(&self) -> &Fault {
        match self {
            Self::Input(fault) | Self::Internal(fault) => fault,
        }
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.fault().fmt(f)
    }
}

impl std::error::Error for Error {}

/// Judges a credential or presentation: JSON with embedded proofs, an enveloped one, a compact JWT, or an SD-JWT.
///
/// Pure: no network, no clock, no randomness. What is missing comes back in [`Verdict::needs`]; a shell fetches it into
/// the evidence and asks again, at most [`limits::FETCH_ROUNDS`] times. The input may have [`limits::INPUT_BYTES`].
///
/// # Errors
/// [`Error::Input`] when the input is no credential at all (`input.*`, `json.*`, `jose.malformed`).
pub fn verify(input: &[u8], policy: &Policy, evidence: &Evidence, now: Timestamp) -> Result<Verdict, Error> {
    verify_with(input, policy, evidence, now, &mut Strict, None)
}

/// [`verify`] with another way to check signatures, and with what was kept. The verdict must not depend on them.
fn verify_with(
    input: &[u8],
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
    checker: &mut dyn SignatureChecker,
    kept: Option<Rc<Kept>>,
) -> Result<Verdict, Error> {
    let mut judge = Judge::new(policy, evidence, now, checker, kept);
    let input = input.trim_ascii();
    if input.len() > limits::INPUT_BYTES {
        let about = format!("{} > {} bytes", input.len(), limits::INPUT_BYTES);
        return Err(Error::Input(Fault::new(Code::InputTooLarge).about(about)));
    }
    if input.first() == Some(&b'{') {
        let value = json::parse(input).map_err(Error::Input)?;
        let object = value.as_object().ok_or_else(|| Error::Input(Fault::new(Code::InputNotACredential)))?;
        if is_json_serialization(object) {
            let claims = sd_jwt::judge_json(object, &mut judge)?;
            return Ok(judge.decide(|| claims));
        }
        judge_object(object, &mut judge)?;
        return Ok(judge.decide(|| Claims::from_json(input)));
    }
    let token = std::str::from_utf8(input).map_err(|_| Error::Input(Fault::new(Code::InputInvalidUtf8)))?;
    if is_sd_jwt(token) {
        let claims = sd_jwt::judge_text(token, &mut judge)?;
        return Ok(judge.decide(|| claims));
    }
    // Anything else is neither form.
    if !looks_like_a_token(token) {
        // Text that begins like JSON deserves the reader's own complaint.
        let fault = json::parse(input).err().unwrap_or_else(|| Fault::new(Code::InputNotACredential));
        let code = if looks_like_json(token) { fault } else { Fault::new(Code::InputNotACredential) };
        return Err(Error::Input(code));
    }
    judge_token(token, &mut judge)
}

/// RFC 9901 §4: a compact JWS before the first tilde. What is behind it is judged: disclosures that are badly encoded make it a
/// bad credential, not none.
fn is_sd_jwt(text: &str) -> bool {
    text.split_once('~').is_some_and(|(jwt, _)| looks_like_a_token(jwt))
}

/// RFC 7519 §3: base64url and dots, beginning as a JSON object does.
fn looks_like_a_token(text: &str) -> bool {
    text.starts_with("ey") && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

/// Whether a token that could not be read is a credential all the same, signed in a way that is refused.
const fn is_judged_bad(code: Code) -> bool {
    matches!(
        code,
        Code::JoseAlgorithm | Code::JoseCritical | Code::JoseType | Code::JoseClaimMismatch | Code::JoseClaim
    )
}

fn looks_like_json(text: &str) -> bool {
    text.starts_with(['[', '"', '\u{feff}'])
}

/// A JSON object at the top: a credential, a presentation, or an envelope around a token.
fn judge_object(object: &Object<'_>, judge: &mut Judge<'_>) -> Result<(), Error> {
    match kind(object).map_err(Error::Input)? {
        Kind::Credential => {
            let outcomes = credential::judge_embedded(object, "", judge);
            presentation::rule_bare(&outcomes, judge);
        }
        Kind::Presentation => presentation::judge_embedded(object, judge),
        Kind::Enveloped => match open_envelope(object) {
            Ok(token) if token.contains('~') => drop(sd_jwt::judge_enveloped(token, sd_jwt::Place::Enveloped, judge)),
            Ok(token) => match jose::read(token) {
                // VCDM 2.0 §4.13.2: the envelope's type says what is in it, and that is of VC-JOSE-COSE.
                Ok(jwt) if !is_enveloped(object, &jwt) => {
                    let about = if jwt.is_presentation { "a presentation" } else { "a credential" };
                    let fault = Fault::new(Code::VcEnveloped).at("/id").about(about);
                    judge.rule(CheckId::Structure, "", Ruling::Fail(fault));
                }
                Ok(jwt) if jwt.is_presentation => presentation::judge_jwt(token, &jwt, judge),
                Ok(jwt) => {
                    credential::judge_jwt(token, &jwt, "", judge);
                    presentation::rule_bare(&[], judge);
                }
                Err(fault) => judge.rule(CheckId::Proof, "", Ruling::from(fault.under("/id"))),
            },
            Err(fault) => judge.rule(CheckId::Structure, "", Ruling::from(fault)),
        },
    }
    Ok(())
}

/// VCDM 2.0 §4.13.2: the envelope's type and media type say what is in it, and it is of VC-JOSE-COSE.
fn is_enveloped(envelope: &Object<'_>, jwt: &jose::Jwt) -> bool {
    jwt.form == jose::JwtForm::V2
        && envelope_kind(envelope).is_some_and(|kind| (kind == Kind::Presentation) == jwt.is_presentation)
}

/// A compact token at the top.
fn judge_token(token: &str, judge: &mut Judge<'_>) -> Result<Verdict, Error> {
    match jose::read(token) {
        Ok(jwt) => {
            if jwt.is_presentation {
                presentation::judge_jwt(token, &jwt, judge);
            } else {
                credential::judge_jwt(token, &jwt, "", judge);
                presentation::rule_bare(&[], judge);
            }
            Ok(judge.decide(|| Claims::from_document(&jwt.document)))
        }
        // A token that is a credential but is signed in a way that is refused is judged bad; the rest is no credential.
        Err(fault) if is_judged_bad(fault.code()) => {
            judge.rule(CheckId::Proof, "", Ruling::from(fault));
            Ok(judge.decide(|| None))
        }
        Err(fault) => Err(Error::Input(fault)),
    }
}
