//! The verdict: accept, reject or undetermined, with every check that led to it.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::messages::{Lang, explain};
use crate::{Code, Fault, Need};

/// The three answers: a green tick, a red cross, a yellow "cannot tell".
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Every check that the policy asks for passed.
    Accept,
    /// At least one check failed.
    Reject,
    /// No check failed, but at least one could not be made.
    Undetermined,
}

/// The named checks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CheckId {
    /// The data model's rules (VCDM 1.1, 2.0).
    Structure,
    /// Every term is defined by a known context, nothing would be dropped.
    Contexts,
    /// The signatures match.
    Proof,
    /// The key belongs to the issuer (or holder) and may be used for this purpose.
    KeyAuthorized,
    /// The credential is in its period of validity.
    Validity,
    /// The credential is neither revoked nor suspended.
    Status,
    /// The claims match the credential's schema.
    Schema,
    /// Related resources have the digests that the credential states.
    Resources,
    /// The policy trusts the issuer for this type of credential.
    IssuerTrusted,
    /// The presenter is the one the credential was issued to.
    HolderBinding,
    /// The presentation was made for this verifier and this request.
    Audience,
    /// The evidence is fresh enough.
    EvidenceAge,
}

/// How one check came out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// The check passed.
    Pass,
    /// The check failed: the verdict is a rejection.
    Fail,
    /// There was nothing to check, or the policy did not ask.
    NotChecked,
    /// The check needs evidence that is missing.
    Undetermined,
}

/// One check: which, how it came out, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// Which check.
    pub id: CheckId,
    /// How it came out.
    pub result: CheckResult,
    /// Why, unless it passed with nothing to say.
    pub fault: Option<Fault>,
    /// The JSON pointer of the credential or presentation that was checked; empty for the whole input.
    pub subject: String,
}

impl Check {
    /// The stable code, if there is something to say.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        self.fault.as_ref().map(Fault::code)
    }
}

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Both {
            en: String,
            fr: String,
        }
        let message = match &self.fault {
            Some(fault) => Both { en: explain(fault, Lang::En).sentence, fr: explain(fault, Lang::Fr).sentence },
            None => Both {
                en: crate::messages::check_result(self.id, self.result, Lang::En),
                fr: crate::messages::check_result(self.id, self.result, Lang::Fr),
            },
        };
        let hint = self
            .fault
            .as_ref()
            .map(|fault| Both { en: explain(fault, Lang::En).hint, fr: explain(fault, Lang::Fr).hint });
        let pointer = self.fault.as_ref().and_then(Fault::pointer).unwrap_or(&self.subject);
        let mut out = s.serialize_struct("Check", 7)?;
        out.serialize_field("id", &self.id)?;
        out.serialize_field("result", &self.result)?;
        out.serialize_field("code", &self.code())?;
        out.serialize_field("pointer", pointer)?;
        out.serialize_field("about", &self.fault.as_ref().and_then(Fault::name))?;
        out.serialize_field("message", &message)?;
        out.serialize_field("hint", &hint)?;
        out.end()
    }
}

/// The answer to one verification.
#[derive(Clone, PartialEq, Debug)]
pub struct Verdict {
    pub(super) outcome: Outcome,
    pub(super) checks: Vec<Check>,
    pub(super) needs: Vec<Need>,
    pub(super) evidence: Vec<EvidenceAge>,
    pub(super) claims: Option<super::Claims>,
    pub(super) proven: Vec<super::proved::Proven>,
}

/// How old one piece of evidence was when it was used.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct EvidenceAge {
    /// What kind of evidence.
    pub kind: crate::EvidenceKind,
    /// Its DID or URL.
    pub id: String,
    /// Its age in seconds at the time of the verification.
    pub age_seconds: i64,
}

impl Verdict {
    /// The answer.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Every check, in the order in which they were made.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// What a shell should fetch before it asks again.
    #[must_use]
    pub fn needs(&self) -> &[Need] {
        &self.needs
    }

    /// The evidence that was used, with its age.
    #[must_use]
    pub fn evidence(&self) -> &[EvidenceAge] {
        &self.evidence
    }

    /// The verified claims: only an accepted verdict has them.
    #[must_use]
    pub fn claims(&self) -> Option<&super::Claims> {
        match self.outcome {
            Outcome::Accept => self.claims.as_ref(),
            Outcome::Reject | Outcome::Undetermined => None,
        }
    }

    /// What each credential of an accepted input proved: which claims, by which proofs, and by what such showings could be
    /// tied together. Empty for any other verdict.
    #[must_use]
    pub fn proved(&self) -> Vec<super::Proved> {
        self.claims().map(|claims| super::proved::proved(claims, &self.proven)).unwrap_or_default()
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut out = s.serialize_struct("Verdict", 5)?;
        out.serialize_field("outcome", &self.outcome)?;
        out.serialize_field("checks", &self.checks)?;
        out.serialize_field("needs", &self.needs)?;
        out.serialize_field("evidence", &self.evidence)?;
        out.serialize_field("proved", &self.proved())?;
        out.end()
    }
}
