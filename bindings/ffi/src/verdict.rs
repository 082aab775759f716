//! The answer to one verification, as data.

use std::sync::LazyLock;

use tamarack::json::{Value, to_string};
use tamarack::messages::{check_name, check_result, explain, outcome_name, outcome_sentence};
use tamarack::verify::CheckId;

use crate::evidence::{EvidenceKind, Need};
use crate::text::Text;

/// The three answers: a green tick, a red cross, a yellow “cannot tell”.
///
/// ```text
/// if verdict.outcome == Outcome.UNDETERMINED: fetch(verdict.needs)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum Outcome {
    /// Every check that the policy asks for passed.
    Accept,
    /// At least one check failed.
    Reject,
    /// No check failed, but at least one could not be made.
    Undetermined,
}

impl From<tamarack::Outcome> for Outcome {
    fn from(outcome: tamarack::Outcome) -> Self {
        match outcome {
            tamarack::Outcome::Accept => Self::Accept,
            tamarack::Outcome::Reject => Self::Reject,
            tamarack::Outcome::Undetermined => Self::Undetermined,
        }
    }
}

/// How one check came out.
///
/// ```text
/// failed = [check.id for check in verdict.checks if check.result == CheckResult.FAIL]
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum CheckResult {
    /// It passed.
    Pass,
    /// It failed: the verdict is a rejection.
    Fail,
    /// There was nothing to check, or the policy did not ask.
    NotChecked,
    /// It needs evidence that is missing.
    Undetermined,
}

/// One check: which, how it came out, and why.
///
/// ```text
/// for check in verdict.checks: show(check.name.en, check.message.en)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Check {
    /// Which: `structure`, `contexts`, `proof`, `key-authorized`, `validity`, `status`, `schema`, `resources`, `issuer-trusted`,
    /// `holder-binding`, `audience` or `evidence-age`.
    pub id: String,
    /// Its name for people.
    pub name: Text,
    /// How it came out.
    pub result: CheckResult,
    /// The stable code, if there is something to say.
    pub code: Option<String>,
    /// Where in the input: a JSON pointer, empty for the whole.
    pub pointer: String,
    /// The term, URL or limit that it is about.
    pub about: Option<String>,
    /// What was found, in a sentence.
    pub message: Text,
    /// What to do about it, if something was found.
    pub hint: Option<Text>,
}

impl From<&tamarack::Check> for Check {
    fn from(check: &tamarack::Check) -> Self {
        let fault = check.fault.as_ref();
        Self {
            id: id_of(check.id),
            name: Text::of(|lang| check_name(check.id, lang)),
            result: match check.result {
                tamarack::CheckResult::Pass => CheckResult::Pass,
                tamarack::CheckResult::Fail => CheckResult::Fail,
                tamarack::CheckResult::NotChecked => CheckResult::NotChecked,
                tamarack::CheckResult::Undetermined => CheckResult::Undetermined,
            },
            code: fault.map(|fault| fault.code().as_str().to_owned()),
            pointer: fault.and_then(tamarack::Fault::pointer).unwrap_or(&check.subject).to_owned(),
            about: fault.and_then(tamarack::Fault::name).map(str::to_owned),
            message: match fault {
                Some(fault) => Text::of(|lang| explain(fault, lang).sentence),
                None => Text::of(|lang| check_result(check.id, check.result, lang)),
            },
            hint: fault.map(|fault| Text::of(|lang| explain(fault, lang).hint)),
        }
    }
}

/// The name under which the core writes a check.
fn id_of(id: CheckId) -> String {
    match serde_json::to_value(id) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// How old one piece of evidence was when it was used.
///
/// ```text
/// for age in verdict.evidence: show(age.kind, age.id, age.age_seconds)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct EvidenceAge {
    /// What kind of evidence.
    pub kind: EvidenceKind,
    /// Its DID or URL.
    pub id: String,
    /// Its age in seconds.
    pub age_seconds: i64,
}

/// One credential that was verified.
///
/// ```text
/// for credential in verdict.credentials: show(credential.issuer, credential.document)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct VerifiedCredential {
    /// The issuer's id.
    pub issuer: String,
    /// Its types.
    pub types: Vec<String>,
    /// The whole credential as JSON text; for a token, with its registered claims mapped in.
    pub document: String,
}

/// One claim that a proof of its issuer covers.
///
/// ```text
/// for claim in verdict.proved[0].claims: show(claim.pointer, claim.value)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct ProvedClaim {
    /// Its JSON pointer in the credential.
    pub pointer: String,
    /// What it says, as JSON text.
    pub value: String,
}

/// The holder's pseudonym for one verifier.
///
/// ```text
/// pseudonym = verdict.proved[0].pseudonym
/// if pseudonym: account = accounts.get(pseudonym.bytes)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Pseudonym {
    /// For whom it is.
    pub domain: String,
    /// The pseudonym: the same bytes each time for this domain.
    pub bytes: Vec<u8>,
}

impl From<&tamarack::proof::ShownPseudonym> for Pseudonym {
    fn from(shown: &tamarack::proof::ShownPseudonym) -> Self {
        Self { domain: shown.domain.clone(), bytes: shown.bytes.to_vec() }
    }
}

/// How surely a link ties showings together.
///
/// ```text
/// report = held.linkability(pointers, ShowOptions())
/// if report.strength == Strength.CERTAIN: show(report.message.en)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum Strength {
    /// It makes the crowd smaller in which the holder hides: a name, a birth date.
    Narrows,
    /// It ties showings to one verifier together, and no others: a pseudonym.
    SameVerifier,
    /// It ties all showings together, whoever sees them.
    Certain,
}

impl From<tamarack::present::Strength> for Strength {
    fn from(strength: tamarack::present::Strength) -> Self {
        match strength {
            tamarack::present::Strength::Narrows => Self::Narrows,
            tamarack::present::Strength::SameVerifier => Self::SameVerifier,
            tamarack::present::Strength::Certain => Self::Certain,
        }
    }
}

/// One reason why showings can be tied together.
///
/// ```text
/// for link in report.links: show(link.message.en, link.advice.en)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Link {
    /// What ties them: a stable name such as `credential-id`.
    pub kind: String,
    /// How surely.
    pub strength: Strength,
    /// Where it is: a JSON pointer into the credential, empty for the showing as a whole.
    pub pointer: String,
    /// What it is, in a sentence.
    pub message: Text,
    /// What can be done about it.
    pub advice: Text,
}

/// Whether, and by what, showings could be tied together.
///
/// ```text
/// report = held.linkability(["/credentialSubject/givenName"], ShowOptions())
/// show(report.message.fr)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Linkability {
    /// The gravest strength; none if no reason was found.
    pub strength: Option<Strength>,
    /// The whole in one sentence.
    pub message: Text,
    /// Every reason, the gravest first.
    pub links: Vec<Link>,
}

impl From<&tamarack::present::Linkability> for Linkability {
    fn from(report: &tamarack::present::Linkability) -> Self {
        let link = |link: &tamarack::present::Link| Link {
            kind: link.kind.as_str().to_owned(),
            strength: link.strength.into(),
            pointer: link.pointer.clone(),
            message: Text::of(|lang| link.sentence(lang)),
            advice: Text::of(|lang| link.advice(lang)),
        };
        Self {
            strength: report.strength().map(Strength::from),
            message: Text::of(|lang| report.sentence(lang)),
            links: report.links().iter().map(link).collect(),
        }
    }
}

/// What one credential of an accepted input proved.
///
/// ```text
/// for proved in verdict.proved: show(proved.linkability.message.en, proved.holder_bound)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Proved {
    /// Its JSON pointer in the input; empty for the input itself.
    pub pointer: String,
    /// The suites of the proofs that cover it.
    pub proofs: Vec<String>,
    /// The claims that were shown, each covered by these proofs.
    pub claims: Vec<ProvedClaim>,
    /// By what this showing could be tied to others.
    pub linkability: Linkability,
    /// The holder's pseudonym for this verifier, if it showed one.
    pub pseudonym: Option<Pseudonym>,
    /// Whether the showing was tied to one person's key by a signature.
    pub holder_bound: bool,
}

impl From<tamarack::verify::Proved> for Proved {
    fn from(proved: tamarack::verify::Proved) -> Self {
        let claim = |claim: tamarack::verify::ProvedClaim| ProvedClaim {
            pointer: claim.pointer,
            value: to_string(&claim.value),
        };
        Self {
            holder_bound: proved.is_holder_bound(),
            pointer: proved.pointer,
            proofs: proved.proofs,
            claims: proved.claims.into_iter().map(claim).collect(),
            linkability: Linkability::from(&proved.linkability),
            pseudonym: proved.pseudonym.as_ref().map(Pseudonym::from),
        }
    }
}

/// The answer to one verification.
///
/// ```text
/// verdict = verifier.verify(credential)
/// show(verdict.name.en, verdict.message.en)
/// codes = [check.code for check in verdict.checks if check.code]
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Verdict {
    /// The answer.
    pub outcome: Outcome,
    /// The answer in one or two words.
    pub name: Text,
    /// What it means, in one sentence.
    pub message: Text,
    /// Every check, in the order in which they were made.
    pub checks: Vec<Check>,
    /// What to fetch before asking again.
    pub needs: Vec<Need>,
    /// The evidence that was used, with its age.
    pub evidence: Vec<EvidenceAge>,
    /// The verified credentials: of an accepted input alone.
    pub credentials: Vec<VerifiedCredential>,
    /// What each of them proved: of an accepted input alone.
    pub proved: Vec<Proved>,
}

/// The names of the three answers, which every verdict has one of.
static OUTCOMES: LazyLock<[(Text, Text); 3]> = LazyLock::new(|| {
    [tamarack::Outcome::Accept, tamarack::Outcome::Reject, tamarack::Outcome::Undetermined]
        .map(|outcome| (Text::of(|lang| outcome_name(outcome, lang)), Text::of(|lang| outcome_sentence(outcome, lang))))
});

impl From<&tamarack::Verdict> for Verdict {
    fn from(verdict: &tamarack::Verdict) -> Self {
        let [accept, reject, undetermined] = &*OUTCOMES;
        let outcome = Outcome::from(verdict.outcome());
        let (name, message) = match outcome {
            Outcome::Accept => accept,
            Outcome::Reject => reject,
            Outcome::Undetermined => undetermined,
        };
        let credential = |credential: tamarack::verify::VerifiedCredential| VerifiedCredential {
            issuer: credential.issuer,
            types: credential.types,
            document: to_string(&Value::Object(credential.document)),
        };
        let credentials = verdict.claims().map(tamarack::verify::Claims::credentials).unwrap_or_default();
        Self {
            outcome,
            name: name.clone(),
            message: message.clone(),
            checks: verdict.checks().iter().map(Check::from).collect(),
            needs: verdict.needs().iter().map(Need::from).collect(),
            evidence: verdict
                .evidence()
                .iter()
                .map(|age| EvidenceAge { kind: age.kind.into(), id: age.id.clone(), age_seconds: age.age_seconds })
                .collect(),
            credentials: credentials.into_iter().map(credential).collect(),
            proved: verdict.proved().into_iter().map(Proved::from).collect(),
        }
    }
}
