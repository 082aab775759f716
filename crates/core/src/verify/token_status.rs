//! Judging the claim `status` of a token by a Token Status List (draft-ietf-oauth-status-list §8.3).

use super::issuer_key::{Signer, rule_signature};
use super::judge::{Judge, Ruling};
use super::policy::Trust;
use super::supporting::{Role, sum_up};
use super::verdict::CheckId;
use crate::jose::Jws;
use crate::json::{Object, parse_up_to};
use crate::status::{TokenClaims, TokenReference};
use crate::{Code, EvidenceKind, Fault, limits};

/// The type by which a trust list allows an issuer of status list tokens for the credentials of others.
const LIST_TYPE: &str = "statuslist+jwt";

/// The status of a payload, processed, of an issuer: of the credential at this JSON pointer of the input.
pub(super) fn rule(payload: &Object<'_>, issuer: &str, at: &str, judge: &mut Judge<'_>) {
    let reference = match TokenReference::read(payload) {
        Ok(None) => return judge.rule(CheckId::Status, at, Ruling::NotChecked),
        Ok(Some(reference)) => reference,
        Err(fault) => return judge.rule(CheckId::Status, at, fault.into()),
    };
    let found = look_up(&reference, issuer, judge).map_err(|fault| match fault.pointer() {
        Some(_) => fault,
        None => fault.at("/status/status_list"),
    });
    judge.rule(CheckId::Status, at, found.into());
}

fn look_up(reference: &TokenReference, issuer: &str, judge: &mut Judge<'_>) -> Result<(), Fault> {
    let uri = reference.uri.as_str();
    let piece = judge.evidence.get(EvidenceKind::StatusList, uri);
    let piece = piece.ok_or_else(|| Fault::new(Code::StatusListMissing).about(uri))?;
    let fresh = judge.use_evidence(EvidenceKind::StatusList, uri);
    let invalid = |about: &str| Fault::new(Code::StatusListInvalid).about(about);
    let token = std::str::from_utf8(piece.bytes.trim_ascii()).map_err(|_| invalid("no text"))?;
    let jws = Jws::parse_up_to(token, limits::STATUS_LIST_BYTES).map_err(|fault| invalid(fault.code().as_str()))?;
    let payload = parse_up_to(jws.payload(), limits::STATUS_LIST_BYTES);
    let payload = payload.map_err(|fault| invalid(fault.code().as_str()))?;
    let payload = payload.as_object().ok_or_else(|| invalid("payload"))?;
    let claims = TokenClaims::read(jws.header(), payload, uri)?;

    let mark = judge.mark();
    // Without `iss` it is the credential's own issuer who must have signed it (§11.3).
    let signer = claims.issuer.as_deref().unwrap_or(issuer);
    rule_signature(&jws, &Signer { issuer: signer, needs_kid: false, signed: Some(claims.issued), at: "" }, judge);
    judge.rule(CheckId::IssuerTrusted, "", may_speak(signer, issuer, judge).into());
    let checks = judge.take_since(mark);
    let role = Role {
        url: uri,
        bytes_at_most: limits::STATUS_LIST_BYTES,
        invalid: Code::StatusListInvalid,
        unverified: Code::StatusListUnverified,
    };
    sum_up(&checks, &role)?;

    if claims.issued > judge.policy.latest_now(judge.now) {
        return Err(Fault::new(Code::StatusListUnverified).about(format!("{uri}: iat")));
    }
    // A list whose time is over still tells that a credential was revoked; it does not tell that one is good.
    claims.look_up(reference.index)?;
    let age = judge.now.seconds_since(piece.fetched);
    if claims.expires.is_some_and(|end| end <= judge.now) || claims.time_to_live.is_some_and(|seconds| age > seconds) {
        judge.need_anew(EvidenceKind::StatusList, uri);
        return Err(Fault::new(Code::EvidenceTooOld).about(uri));
    }
    fresh
}

/// Only the credential's own issuer, or one that the policy trusts for status lists, may say that it is revoked or not.
fn may_speak(signer: &str, issuer: &str, judge: &Judge<'_>) -> Result<(), Fault> {
    if signer == issuer {
        return Ok(());
    }
    match &judge.policy.trust {
        Trust::InsecureAnyone => Ok(()),
        Trust::List(trust) => trust.allows(signer, &[LIST_TYPE], judge.now),
        Trust::Unset => Err(Fault::new(Code::TrustIssuerUnknown)),
    }
}
