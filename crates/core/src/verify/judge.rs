//! The judge: gathers checks, needs and the ages of evidence, and decides.

use std::rc::Rc;

use super::Claims;
use super::kept::{Finding, Kept};
use super::policy::Policy;
use super::proved::Proven;
use super::verdict::{Check, CheckId, CheckResult, EvidenceAge, Outcome, Verdict};
use crate::did::Documents;
use crate::jsonld::Contexts;
use crate::proof::{SignatureChecker, World};
use crate::{Code, Evidence, EvidenceKind, Fault, Need, Timestamp};

/// How one check came out, before it has a name.
#[derive(Clone, Debug)]
pub(super) enum Ruling {
    /// It passed.
    Pass,
    /// It passed only because the policy is weakened, as this says.
    PassBut(Fault),
    /// There was nothing to check.
    NotChecked,
    /// There was nothing to check against, and this says why.
    Note(Fault),
    /// It failed.
    Fail(Fault),
    /// Something is missing to judge it.
    Undetermined(Fault),
}

impl From<Fault> for Ruling {
    /// Missing evidence leaves a check undetermined; so does a suite that this build does not know. All else fails it.
    fn from(fault: Fault) -> Self {
        match fault.code() {
            Code::DidNotResolved
            | Code::JsonldContextUnknown
            | Code::StatusListMissing
            // Whatever came in the place of the list, or is wrong with it, says nothing about the credential.
            | Code::StatusListInvalid
            | Code::StatusListUnverified
            | Code::SchemaMissing
            | Code::IssuerMetadataMissing
            | Code::TypeMetadataMissing
            | Code::ResourceMissing
            | Code::ProofSuiteUnsupported
            | Code::ProofAudienceUnknown
            | Code::ProofUndisclosed
            | Code::TrustNoPolicy
            | Code::TrustNoCredential
            | Code::EvidenceTooOld
            | Code::DidMethodUnsupported
            | Code::SchemaTypeUnknown
            // VC JSON Schema 1.0 §5: what a schema that cannot be evaluated says is indeterminate.
            | Code::SchemaInvalid
            | Code::StatusTypeUnknown => Self::Undetermined(fault),
            _ => Self::Fail(fault),
        }
    }
}

impl From<Result<(), Fault>> for Ruling {
    fn from(result: Result<(), Fault>) -> Self {
        match result {
            Ok(()) => Self::Pass,
            Err(fault) => fault.into(),
        }
    }
}

fn documents_of(kept: Option<&Rc<Kept>>) -> Documents {
    kept.map_or_else(Documents::new, |kept| Documents::keeping(Rc::clone(&kept.documents)))
}

/// What a finding says is missing.
fn need_of(fault: &Fault) -> Option<Need> {
    let kind = match fault.code() {
        Code::DidNotResolved => EvidenceKind::DidDocument,
        Code::JsonldContextUnknown => EvidenceKind::Context,
        Code::StatusListMissing => EvidenceKind::StatusList,
        Code::SchemaMissing => EvidenceKind::Schema,
        Code::IssuerMetadataMissing => EvidenceKind::IssuerMetadata,
        Code::TypeMetadataMissing => EvidenceKind::TypeMetadata,
        Code::ResourceMissing => EvidenceKind::Resource,
        _ => return None,
    };
    Some(Need { kind, id: fault.name()?.to_owned() })
}

/// Where the judgement of a part began.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    checks: usize,
    proven: usize,
}

/// One verification under way.
pub(super) struct Judge<'j> {
    pub(super) policy: &'j Policy,
    pub(super) evidence: &'j Evidence,
    pub(super) now: Timestamp,
    checker: &'j mut dyn SignatureChecker,
    documents: Documents,
    kept: Option<Rc<Kept>>,
    checks: Vec<Check>,
    proven: Vec<Proven>,
    needs: Vec<Need>,
    used: Vec<EvidenceAge>,
}

impl<'j> Judge<'j> {
    pub(super) fn new(
        policy: &'j Policy,
        evidence: &'j Evidence,
        now: Timestamp,
        checker: &'j mut dyn SignatureChecker,
        kept: Option<Rc<Kept>>,
    ) -> Self {
        Self {
            policy,
            evidence,
            now,
            checker,
            documents: documents_of(kept.as_ref()),
            kept,
            checks: Vec::with_capacity(12),
            proven: Vec::new(),
            needs: Vec::new(),
            used: Vec::new(),
        }
    }

    /// What the proof modules stand on.
    pub(super) fn world(&mut self) -> World<'_> {
        World {
            evidence: self.evidence,
            documents: &self.documents,
            contexts: Contexts::with(&self.evidence.contexts),
            now: self.now,
            clock_skew_seconds: self.policy.clock_skew_seconds,
            as_holder: self.policy.as_holder,
            checker: self.checker,
        }
    }

    /// What bulk verification keeps.
    pub(super) fn kept(&self) -> Option<Rc<Kept>> {
        self.kept.clone()
    }

    /// Judges the supporting credential of a URL for credentials of an issuer; in bulk verification once for all of them,
    /// with the same needs, evidence and documents written down each time. Gives whether it has expired.
    ///
    /// # Errors
    /// As `judge`.
    pub(super) fn once(
        &mut self,
        url: &str,
        issuer: &str,
        unverified: Code,
        judge: impl Fn(&mut Self) -> Result<bool, Fault>,
    ) -> Result<bool, Fault> {
        let Some(kept) = self.kept() else { return judge(self) };
        let found = kept.finding(url, issuer, unverified).unwrap_or_else(|| {
            let documents = std::mem::replace(&mut self.documents, documents_of(Some(&kept)));
            let (needs, used) = (std::mem::take(&mut self.needs), std::mem::take(&mut self.used));
            // A signature that is only taken for good would be taken for good for all.
            self.checker.at_once(true);
            let result = judge(self);
            self.checker.at_once(false);
            let finding = Finding {
                result,
                needs: std::mem::replace(&mut self.needs, needs),
                used: std::mem::replace(&mut self.used, used),
                read: std::mem::replace(&mut self.documents, documents).dids(),
            };
            kept.keep(url, issuer, unverified, finding.clone());
            finding
        });
        if !self.documents.read_all(&found.read, self.evidence) {
            return judge(self);
        }
        found.needs.into_iter().for_each(|need| self.need(need));
        for age in found.used {
            if !self.used.iter().any(|used| used.kind == age.kind && used.id == age.id) {
                self.used.push(age);
            }
        }
        found.result
    }

    /// Writes a check down, with what it needs.
    pub(super) fn rule(&mut self, id: CheckId, subject: &str, ruling: Ruling) {
        let (result, fault) = match ruling {
            Ruling::Pass => (CheckResult::Pass, None),
            Ruling::PassBut(fault) => (CheckResult::Pass, Some(fault)),
            Ruling::NotChecked => (CheckResult::NotChecked, None),
            Ruling::Note(fault) => (CheckResult::NotChecked, Some(fault)),
            Ruling::Fail(fault) => (CheckResult::Fail, Some(fault)),
            Ruling::Undetermined(fault) => (CheckResult::Undetermined, Some(fault)),
        };
        // Only what would settle a check is needed: a stranger's proof beside the issuer's makes nobody fetch anything.
        if result == CheckResult::Undetermined
            && let Some(need) = fault.as_ref().and_then(need_of)
        {
            self.need(need);
        }
        let fault = fault.map(|fault| fault.under(subject));
        self.checks.push(Check { id, result, fault, subject: subject.to_owned() });
    }

    fn need(&mut self, need: Need) {
        if !self.needs.contains(&need) {
            self.needs.push(need);
        }
    }

    /// Notes that a piece of evidence was used, and judges its age.
    ///
    /// # Errors
    /// [`Code::EvidenceTooOld`]; the piece is then needed anew.
    pub(super) fn use_evidence(&mut self, kind: EvidenceKind, id: &str) -> Result<(), Fault> {
        let Some(piece) = self.evidence.get(kind, id) else { return Ok(()) };
        // Evidence from after the time of judgement (a replay with `--at`) is not old.
        let age_seconds = self.now.seconds_since(piece.fetched).max(0);
        if !self.used.iter().any(|used| used.kind == kind && used.id == id) {
            self.used.push(EvidenceAge { kind, id: id.to_owned(), age_seconds });
        }
        let limit = self.policy.max_age.of(kind);
        if age_seconds > limit {
            self.need(Need { kind, id: id.to_owned() });
            return Err(Fault::new(Code::EvidenceTooOld).about(format!("{id}: {age_seconds} s > {limit} s")));
        }
        Ok(())
    }

    /// A finding about a verification method: one that a DID document from some time ago lacks may have been added since
    /// (a rotated key), so the document is asked for anew before anything is held against the credential.
    pub(super) fn rule_method(&mut self, fault: Fault, method: &str) -> Ruling {
        let did = crate::did::did_of(method);
        let old = self.is_old(EvidenceKind::DidDocument, did);
        if old && matches!(fault.code(), Code::DidMethodNotFound | Code::DidRelationship) {
            self.need(Need { kind: EvidenceKind::DidDocument, id: did.to_owned() });
            return Ruling::Undetermined(fault);
        }
        fault.into()
    }

    /// Whether a piece of evidence is from some time ago, so that a newer one may say more.
    pub(super) fn is_old(&self, kind: EvidenceKind, id: &str) -> bool {
        let piece = self.evidence.get(kind, id);
        piece.is_some_and(|piece| self.now.seconds_since(piece.fetched) > self.policy.clock_skew_seconds)
    }

    /// Asks for a piece of evidence anew.
    pub(super) fn need_anew(&mut self, kind: EvidenceKind, id: &str) {
        self.need(Need { kind, id: id.to_owned() });
    }

    /// Notes a proof that was found good, of the credential or presentation at this JSON pointer.
    pub(super) fn proven(&mut self, at: &str, suite: &str) {
        self.proven.push(Proven { at: at.to_owned(), suite: suite.to_owned() });
    }

    /// Where the judgement of a part begins that is judged within another.
    pub(super) const fn mark(&self) -> Mark {
        Mark { checks: self.checks.len(), proven: self.proven.len() }
    }

    /// Takes the checks since a mark out again: the judgement of a part, to be summed up in one check of the whole.
    pub(super) fn take_since(&mut self, mark: Mark) -> Vec<Check> {
        self.proven.truncate(mark.proven);
        self.checks.split_off(mark.checks.min(self.checks.len()))
    }

    /// Decides: one failure rejects; nothing failed but something could not be judged: undetermined.
    pub(super) fn decide(&mut self, claims: impl FnOnce() -> Option<Claims>) -> Verdict {
        let checks = std::mem::take(&mut self.checks);
        let any = |result| checks.iter().any(|check| check.result == result);
        let proven = checks.iter().any(|check| check.id == CheckId::Proof && check.result == CheckResult::Pass);
        let trusted =
            checks.iter().any(|check| check.id == CheckId::IssuerTrusted && check.result == CheckResult::Pass);
        let outcome = if any(CheckResult::Fail) {
            Outcome::Reject
        } else if any(CheckResult::Undetermined) || !proven || !trusted {
            // Without a proof and a trusted issuer that were really found there is no acceptance, whatever else is missing.
            Outcome::Undetermined
        } else {
            Outcome::Accept
        };
        let claims = if outcome == Outcome::Accept { claims() } else { None };
        Verdict {
            outcome,
            checks,
            needs: std::mem::take(&mut self.needs),
            evidence: std::mem::take(&mut self.used),
            claims,
            proven: std::mem::take(&mut self.proven),
        }
    }
}
