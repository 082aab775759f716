//! Judging status: the list credential is verified like any other, then the entry is looked up in it.

use super::credential::{rule_proofs, rule_structure, rule_token, validity};
use super::judge::{Judge, Ruling};
use super::policy::Trust;
use super::verdict::{Check, CheckId, CheckResult};
use crate::credential::{Credential, Kind, id_of, kind, open_envelope, read_credential};
use crate::did::Relationship;
use crate::json::{self, Object};
use crate::proof::Expected;
use crate::status::{StatusEntry, entries, look_up};
use crate::{Code, EvidenceKind, Fault, jose, limits};

/// The status of a credential: every entry must be good.
pub(super) fn rule(credential: &Credential<'_>, at: &str, judge: &mut Judge<'_>) {
    let entries = match entries(credential) {
        Ok(entries) => entries,
        Err(fault) => return judge.rule(CheckId::Status, at, fault.into()),
    };
    if entries.is_empty() {
        return judge.rule(CheckId::Status, at, Ruling::NotChecked);
    }
    let mut all_good = true;
    for entry in &entries {
        match rule_entry(entry, credential, judge) {
            Ok(()) => {}
            // Bitstring Status List §2.1: a message tells something; it does not take the credential back.
            Err(fault) if fault.code() == Code::StatusMessage && entry.purpose == "message" => {
                judge.rule(CheckId::Status, at, Ruling::PassBut(fault));
            }
            Err(fault) => {
                all_good = false;
                let place = fault.pointer().is_none();
                let fault = if place { fault.at(entry.pointer.clone()) } else { fault };
                judge.rule(CheckId::Status, at, fault.into());
            }
        }
    }
    if all_good {
        judge.rule(CheckId::Status, at, Ruling::Pass);
    }
}

fn rule_entry(entry: &StatusEntry, credential: &Credential<'_>, judge: &mut Judge<'_>) -> Result<(), Fault> {
    let piece = judge
        .evidence
        .get(EvidenceKind::StatusList, &entry.list)
        .ok_or_else(|| Fault::new(Code::StatusListMissing).about(&entry.list))?;
    let fresh = judge.use_evidence(EvidenceKind::StatusList, &entry.list);
    let text = piece.bytes.trim_ascii();
    let found = if text.first() == Some(&b'{') {
        let value = json::parse_up_to(text, limits::STATUS_LIST_BYTES).map_err(list_invalid)?;
        let object = value.as_object().ok_or_else(|| Fault::new(Code::StatusListInvalid))?;
        match kind(object).map_err(list_invalid)? {
            Kind::Credential => judge_list(object, None, entry, credential, judge),
            Kind::Enveloped => judge_list_token(open_envelope(object).map_err(list_invalid)?, entry, credential, judge),
            Kind::Presentation => Err(Fault::new(Code::StatusListInvalid).about("a presentation")),
        }
    } else {
        let token = std::str::from_utf8(text).map_err(|_| Fault::new(Code::StatusListInvalid).about("no text"))?;
        judge_list_token(token, entry, credential, judge)
    };
    // A list that is too old still tells that a credential was revoked; it does not tell that one is good.
    found.and(fresh)
}

fn list_invalid(fault: Fault) -> Fault {
    Fault::new(Code::StatusListInvalid).about(fault.code().as_str())
}

fn judge_list_token(
    token: &str,
    entry: &StatusEntry,
    credential: &Credential<'_>,
    judge: &mut Judge<'_>,
) -> Result<(), Fault> {
    if token.len() > limits::STATUS_LIST_BYTES {
        return Err(Fault::new(Code::StatusListInvalid).about(format!("bytes > {}", limits::STATUS_LIST_BYTES)));
    }
    let jwt = jose::read(token).map_err(list_invalid)?;
    judge_list(&jwt.document, Some((token, &jwt)), entry, credential, judge)
}

/// Verifies the list credential: structure, proof, key, period, and an issuer who may speak of this credential.
fn judge_list(
    document: &Object<'_>,
    token: Option<(&str, &jose::Jwt)>,
    entry: &StatusEntry,
    credential: &Credential<'_>,
    judge: &mut Judge<'_>,
) -> Result<(), Fault> {
    let mark = judge.mark();
    let read = read_credential(document);
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
    if let Ok(list) = &read {
        judge.rule(CheckId::Validity, "", validity(list, judge).into());
        judge.rule(CheckId::IssuerTrusted, "", may_speak(list, credential, judge).into());
    }
    let mut checks = judge.take_since(mark);
    let expired = checks.iter().position(|check| check.code() == Some(Code::ValidityExpired));
    if let Some(at) = expired {
        checks.remove(at);
    }
    sum_up(&checks, &entry.list)?;
    let list = read.map_err(|_| Fault::new(Code::StatusListUnverified).about(&entry.list))?;
    if expired.is_none() {
        return look_up(entry, &list, judge.now);
    }
    // A list whose time is over still tells that a credential was revoked; it does not tell that one is good.
    look_up(entry, &list, list.valid_until.map_or(judge.now, |until| until.min(judge.now)))?;
    judge.need_anew(EvidenceKind::StatusList, &entry.list);
    Err(Fault::new(Code::EvidenceTooOld).about(&entry.list))
}

/// The one finding that a list's checks come to. Its needs were written down when each check was made.
fn sum_up(checks: &[Check], url: &str) -> Result<(), Fault> {
    let find = |result| checks.iter().find(|check| check.result == result);
    if let Some(check) = find(CheckResult::Fail) {
        let code = check.code().unwrap_or(Code::Internal);
        return Err(Fault::new(Code::StatusListUnverified).about(format!("{url}: {code}")));
    }
    if let Some(check) = find(CheckResult::Undetermined) {
        return Err(check.fault.clone().unwrap_or_else(|| Fault::new(Code::StatusListMissing).about(url)));
    }
    let proven = checks.iter().any(|check| check.id == CheckId::Proof && check.result == CheckResult::Pass);
    if proven { Ok(()) } else { Err(Fault::new(Code::StatusListUnverified).about(format!("{url}: no proof"))) }
}

/// Only the credential's own issuer, or one that the policy trusts for status lists, may say that it is revoked or not.
fn may_speak(list: &Credential<'_>, credential: &Credential<'_>, judge: &Judge<'_>) -> Result<(), Fault> {
    if list.issuer == credential.issuer {
        return Ok(());
    }
    match &judge.policy.trust {
        Trust::InsecureAnyone => Ok(()),
        Trust::List(trust) => trust.allows(list.issuer, &list.types, judge.now),
        Trust::Unset => Err(Fault::new(Code::TrustIssuerUnknown)),
    }
}
