//! Judging status: the list credential is verified like any other, then the entry is looked up in it.

use super::judge::{Judge, Ruling};
use super::supporting::{self, Role};
use super::verdict::CheckId;
use crate::credential::Credential;
use crate::status::{StatusEntry, entries, look_up, look_up_kept};
use crate::{Code, EvidenceKind, Fault, limits};

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
    let role = Role {
        url: &entry.list,
        bytes_at_most: limits::STATUS_LIST_BYTES,
        invalid: Code::StatusListInvalid,
        unverified: Code::StatusListUnverified,
    };
    let found = supporting::open(&piece.bytes, &role, credential, judge, |list, expired, judge| {
        let look_up = |now| match judge.kept() {
            None => look_up(entry, list, now),
            Some(kept) => look_up_kept(entry, list, now, |unpack| kept.list(&entry.list, entry.kind, unpack)),
        };
        if !expired {
            return look_up(judge.now);
        }
        // A list whose time is over still tells that a credential was revoked; it does not tell that one is good.
        look_up(list.valid_until.map_or(judge.now, |until| until.min(judge.now)))?;
        judge.need_anew(EvidenceKind::StatusList, &entry.list);
        Err(Fault::new(Code::EvidenceTooOld).about(&entry.list))
    });
    // A list that is too old still tells that a credential was revoked; it does not tell that one is good.
    found.and(fresh)
}
