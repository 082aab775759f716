//! The result of a request: what is kept of an answer until it was handed over.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tamarack::{Outcome, json};
use tamarack_openid4vc::vp::answer::{Answer, Presented};
use tamarack_openid4vc::vp::dcql::ShownClaim;
use tamarack_openid4vc::{Refusal, Result as Refused};

use super::seal;
use crate::http::RandomId;

/// What came of a request.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcomes {
    /// `accept`, `reject`, `undetermined`, or `refused` by the wallet.
    pub(super) outcome: String,
    /// The wallet's error code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) error: Option<String>,
    /// Why the answer as a whole is not accepted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) refusal: Option<Why>,
    /// Each presentation.
    pub(super) presentations: Vec<Shown>,
    /// When it was judged, in seconds since 1970.
    pub(super) judged: i64,
}

/// What a protocol rule found wrong.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Why {
    /// The code on the wire.
    pub(super) code: String,
    /// The rule or parameter.
    pub(super) about: String,
}

/// One presentation.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    /// The id of the query that it answers.
    pub(super) id: String,
    /// `accept`, `reject` or `undetermined`.
    pub(super) outcome: String,
    /// The checks of the verdict, as the library writes them: no claims.
    pub(super) checks: Value,
    /// What a protocol rule found wrong.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) refusal: Option<Why>,
    /// The issuer, the types and the claims: what is about the person. Never in the database.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) proved: Option<Proved>,
    /// The same, sealed, for the database. Gone when it was handed over.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) sealed: Option<String>,
}

/// What was proved of a person.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Proved {
    pub(super) issuer: Option<String>,
    pub(super) types: Vec<String>,
    /// The credential's name for the person, or for the key that the person holds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) subject: Option<String>,
    pub(super) claims: Vec<Claim>,
}

/// One claim that was asked for.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Claim {
    /// Its id in the query.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) id: Option<String>,
    /// The path by which it was asked for.
    pub(super) path: Value,
    /// What it says.
    pub(super) values: Vec<Value>,
}

impl Outcomes {
    pub(super) fn of_answer(answer: &Answer, judged: i64) -> Self {
        Self {
            outcome: word(answer.outcome).to_owned(),
            error: None,
            refusal: answer.refusal.as_ref().map(Why::of),
            presentations: answer.presentations.iter().map(|one| Shown::of(one, answer.outcome)).collect(),
            judged,
        }
    }

    pub(super) fn of_error(error: String, judged: i64) -> Self {
        Self { outcome: "refused".to_owned(), error: Some(error), refusal: None, presentations: Vec::new(), judged }
    }

    pub(super) fn of_refusal(refusal: &Refusal, judged: i64) -> Self {
        let refusal = Some(Why::of(refusal));
        Self { outcome: "reject".to_owned(), error: None, refusal, presentations: Vec::new(), judged }
    }

    /// The result without what is about the person, sealed or not.
    pub(super) fn without_person(mut self) -> Self {
        for shown in &mut self.presentations {
            (shown.proved, shown.sealed) = (None, None);
        }
        self
    }

    /// Seals what is about the person, for the database.
    pub(super) fn seal(mut self, public_key: &str) -> Refused<Self> {
        for shown in &mut self.presentations {
            if let Some(proved) = shown.proved.take() {
                shown.sealed = Some(seal::seal(&proved, public_key)?);
            }
        }
        Ok(self)
    }

    /// The result with what is about the person, which stays no longer in this one; and whether there was any.
    pub(super) fn hand_over(&mut self, id: &RandomId) -> Refused<(Self, bool)> {
        let mut whole = self.clone();
        let mut had = false;
        for (shown, kept) in whole.presentations.iter_mut().zip(&mut self.presentations) {
            kept.sealed = None;
            if let Some(sealed) = shown.sealed.take() {
                shown.proved = Some(seal::open(&sealed, id)?);
                had = true;
            }
        }
        Ok((whole, had))
    }
}

impl Why {
    fn of(refusal: &Refusal) -> Self {
        Self { code: refusal.code().as_str().to_owned(), about: refusal.about().to_owned() }
    }
}

impl Shown {
    /// What was proved counts only in an answer that is accepted as a whole.
    fn of(one: &Presented, whole: Outcome) -> Self {
        let checks = one.verdict.as_ref().and_then(|verdict| serde_json::to_value(verdict.checks()).ok());
        let accepted = whole == Outcome::Accept && one.outcome() == Outcome::Accept;
        let proved = accepted.then(|| Proved {
            issuer: one.issuer.clone(),
            types: one.types.clone(),
            subject: subject_of(one),
            claims: one.claims.iter().map(Claim::of).collect(),
        });
        Self {
            id: one.id.clone(),
            outcome: word(one.outcome()).to_owned(),
            checks: checks.unwrap_or_else(|| Value::Array(Vec::new())),
            refusal: one.refusal.as_ref().map(Why::of),
            proved,
            sealed: None,
        }
    }
}

/// The id of the subject; of an SD-JWT VC without one, the key that it is bound to.
fn subject_of(one: &Presented) -> Option<String> {
    let credentials = one.verdict.as_ref()?.claims()?.credentials();
    let document = &credentials.first()?.document;
    let text = |value: Option<&json::Value<'_>>| value.and_then(json::Value::as_str).map(str::to_owned);
    text(document.get("credentialSubject").and_then(|subject| subject.items().first()?.get("id")))
        .or_else(|| text(document.get("sub")))
        .or_else(|| document.get("cnf").and_then(|cnf| cnf.get("jwk")).map(json::to_string))
}

impl Claim {
    fn of(claim: &ShownClaim) -> Self {
        Self {
            id: claim.id.clone(),
            path: claim.path.to_json().to_serde(),
            values: claim.values.iter().map(|(_, value)| value.to_serde()).collect(),
        }
    }
}

const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accept => "accept",
        Outcome::Reject => "reject",
        Outcome::Undetermined => "undetermined",
    }
}
