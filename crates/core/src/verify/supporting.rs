//! A credential that a check of another one stands on: a status list, a schema. It is verified like any other.

use super::credential::{rule_proofs, rule_structure, rule_token, validity};
use super::judge::Judge;
use super::policy::Trust;
use super::verdict::{Check, CheckId, CheckResult};
use crate::credential::{Credential, Kind, id_of, kind, open_envelope, read_credential};
use crate::did::Relationship;
use crate::json::{self, Object};
use crate::proof::Expected;
use crate::{Code, Fault, jose};

/// What the supporting credential is for.
pub(super) struct Role<'r> {
    /// Its URL.
    pub(super) url: &'r str,
    /// Its size, in bytes.
    pub(super) bytes_at_most: usize,
    /// Says that the bytes are no such credential.
    pub(super) invalid: Code,
    /// Says that it does not verify.
    pub(super) unverified: Code,
}

/// Verifies a supporting credential (structure, proof, key, period, and an issuer who may speak of this credential), then
/// uses it. `expired` tells that all holds but that its time is over.
///
/// # Errors
/// The role's codes; what is missing to judge it; and what `then` finds.
pub(super) fn open<R>(
    bytes: &[u8],
    role: &Role<'_>,
    concerning: &Credential<'_>,
    judge: &mut Judge<'_>,
    then: impl FnOnce(&Credential<'_>, bool, &mut Judge<'_>) -> Result<R, Fault>,
) -> Result<R, Fault> {
    let invalid = |fault: Fault| Fault::new(role.invalid).about(fault.code().as_str());
    let text = bytes.trim_ascii();
    if text.first() != Some(&b'{') {
        let token = std::str::from_utf8(text).map_err(|_| Fault::new(role.invalid).about("no text"))?;
        return open_token(token, role, concerning, judge, then);
    }
    let value = json::parse_up_to(text, role.bytes_at_most).map_err(invalid)?;
    let object = value.as_object().ok_or_else(|| Fault::new(role.invalid))?;
    match kind(object).map_err(invalid)? {
        Kind::Credential => open_document(object, None, role, concerning, judge, then),
        Kind::Enveloped => open_token(open_envelope(object).map_err(invalid)?, role, concerning, judge, then),
        Kind::Presentation => Err(Fault::new(role.invalid).about("a presentation")),
    }
}

fn open_token<R>(
    token: &str,
    role: &Role<'_>,
    concerning: &Credential<'_>,
    judge: &mut Judge<'_>,
    then: impl FnOnce(&Credential<'_>, bool, &mut Judge<'_>) -> Result<R, Fault>,
) -> Result<R, Fault> {
    if token.len() > role.bytes_at_most {
        return Err(Fault::new(role.invalid).about(format!("bytes > {}", role.bytes_at_most)));
    }
    let jwt = jose::read(token).map_err(|fault| Fault::new(role.invalid).about(fault.code().as_str()))?;
    open_document(&jwt.document, Some((token, &jwt)), role, concerning, judge, then)
}

fn open_document<R>(
    document: &Object<'_>,
    token: Option<(&str, &jose::Jwt)>,
    role: &Role<'_>,
    concerning: &Credential<'_>,
    judge: &mut Judge<'_>,
    then: impl FnOnce(&Credential<'_>, bool, &mut Judge<'_>) -> Result<R, Fault>,
) -> Result<R, Fault> {
    let read = read_credential(document);
    let expired = judge.once(role.url, concerning.issuer, role.unverified, |judge| {
        let mark = judge.mark();
        rule_structure(read.as_ref().err().map(Vec::as_slice), "", judge);
        let issuer = document.get("issuer").and_then(id_of);
        let expected = Expected { purpose: Relationship::AssertionMethod, controller: issuer };
        match token {
            Some((token, jwt)) => {
                rule_token(token, jwt, expected, "", judge);
            }
            None => {
                rule_proofs(document, expected, "", judge);
            }
        }
        if let Ok(supporting) = &read {
            judge.rule(CheckId::Validity, "", validity(supporting, judge).into());
            judge.rule(CheckId::IssuerTrusted, "", may_speak(supporting, concerning, judge).into());
        }
        let mut checks = judge.take_since(mark);
        let expired = checks.iter().position(|check| check.code() == Some(Code::ValidityExpired));
        if let Some(at) = expired {
            checks.remove(at);
        }
        sum_up(&checks, role)?;
        Ok(expired.is_some())
    })?;
    let supporting = read.map_err(|_| Fault::new(role.unverified).about(role.url))?;
    then(&supporting, expired, judge)
}

/// The one finding that the checks come to. Their needs were written down when each check was made.
pub(super) fn sum_up(checks: &[Check], role: &Role<'_>) -> Result<(), Fault> {
    let find = |result| checks.iter().find(|check| check.result == result);
    let url = role.url;
    if let Some(check) = find(CheckResult::Fail) {
        let code = check.code().unwrap_or(Code::Internal);
        return Err(Fault::new(role.unverified).about(format!("{url}: {code}")));
    }
    if let Some(check) = find(CheckResult::Undetermined) {
        return Err(check.fault.clone().unwrap_or_else(|| Fault::new(role.unverified).about(url)));
    }
    let proven = checks.iter().any(|check| check.id == CheckId::Proof && check.result == CheckResult::Pass);
    if proven { Ok(()) } else { Err(Fault::new(role.unverified).about(format!("{url}: no proof"))) }
}

/// Only the credential's own issuer, or one that the policy trusts for such credentials, may say whether it is revoked or
/// what it must look like.
fn may_speak(supporting: &Credential<'_>, concerning: &Credential<'_>, judge: &Judge<'_>) -> Result<(), Fault> {
    if supporting.issuer == concerning.issuer {
        return Ok(());
    }
    match &judge.policy.trust {
        Trust::InsecureAnyone => Ok(()),
        Trust::List(trust) => trust.allows(supporting.issuer, &supporting.types, judge.now),
        Trust::Unset => Err(Fault::new(Code::TrustIssuerUnknown)),
    }
}
