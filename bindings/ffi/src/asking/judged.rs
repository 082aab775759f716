//! What an answer is worth, as data.

use tamarack::json::{Value, to_string};
use tamarack_openid4vc::Refusal;
use tamarack_openid4vc::vp::answer::{Answer, Presented};
use tamarack_openid4vc::vp::dcql::ShownClaim;

use super::told;
use crate::error::Problem;
use crate::evidence::Need;
use crate::verdict::{Outcome, ProvedClaim, Pseudonym, Verdict};

/// One claim that was asked for and proved.
///
/// ```text
/// for claim in answer.presentations[0].claims: show(claim.path, claim.values)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct AnsweredClaim {
    /// Its id in the query, if it has one.
    pub id: Option<String>,
    /// The path by which it was asked for, JSON text: `["credentialSubject","ageOver19"]`.
    pub path: String,
    /// What the path selects: each value with its pointer in the credential.
    pub values: Vec<ProvedClaim>,
}

impl From<&ShownClaim> for AnsweredClaim {
    fn from(claim: &ShownClaim) -> Self {
        let value = |(pointer, value): &(String, Value<'static>)| ProvedClaim {
            pointer: pointer.clone(),
            value: to_string(value),
        };
        Self {
            id: claim.id.clone(),
            path: to_string(&claim.path.to_json()),
            values: claim.values.iter().map(value).collect(),
        }
    }
}

/// One presentation of an answer, judged.
///
/// ```text
/// cards = [one for one in answer.presentations if one.id == "card" and one.outcome == Outcome.ACCEPT]
/// ```
#[derive(Clone, PartialEq, Debug, uniffi::Record)]
pub struct PresentedCredential {
    /// The id of the credential query that it answers.
    pub id: String,
    /// How it came out.
    pub outcome: Outcome,
    /// The verdict on it; none if it could not be judged at all.
    pub verdict: Option<Verdict>,
    /// The claims that the query asked for, and no others. Only of one that is accepted.
    pub claims: Vec<AnsweredClaim>,
    /// The issuer. Only of one that is accepted.
    pub issuer: Option<String>,
    /// The types. Only of one that is accepted.
    pub types: Vec<String>,
    /// The pseudonym by which this verifier recognises the holder. Only of one that is accepted.
    pub pseudonym: Option<Pseudonym>,
    /// The pieces of transaction data that its holder agreed to, by their places in the request.
    pub transaction_data: Vec<u32>,
    /// Why it is not accepted, if it is not for its verdict.
    pub problem: Option<Problem>,
}

impl From<&Presented> for PresentedCredential {
    fn from(presented: &Presented) -> Self {
        Self {
            id: presented.id.clone(),
            outcome: presented.outcome().into(),
            verdict: presented.verdict.as_ref().map(Verdict::from),
            claims: presented.claims.iter().map(AnsweredClaim::from).collect(),
            issuer: presented.issuer.clone(),
            types: presented.types.clone(),
            pseudonym: presented.pseudonym.as_ref().map(Pseudonym::from),
            transaction_data: presented.transaction_data.iter().filter_map(|&at| u32::try_from(at).ok()).collect(),
            problem: problem(presented.refusal.as_ref()),
        }
    }
}

/// What an answer is worth.
///
/// ```text
/// answer = request.answer(form, verifier, evidence)
/// if answer.outcome == Outcome.UNDETERMINED: fetch(answer.needs)
/// ```
#[derive(Clone, PartialEq, Debug, uniffi::Record)]
pub struct AnswerVerdict {
    /// Whether everything that was required was proved.
    pub outcome: Outcome,
    /// Each presentation, in the order of the answer.
    pub presentations: Vec<PresentedCredential>,
    /// The person's own identifier, proved by a self-issued ID token.
    pub subject: Option<String>,
    /// Why the answer as a whole is not accepted.
    pub problem: Option<Problem>,
    /// What to fetch before bringing the same answer again.
    pub needs: Vec<Need>,
}

impl From<&Answer> for AnswerVerdict {
    fn from(answer: &Answer) -> Self {
        Self {
            outcome: answer.outcome.into(),
            presentations: answer.presentations.iter().map(PresentedCredential::from).collect(),
            subject: answer.subject.clone(),
            problem: problem(answer.refusal.as_ref()),
            needs: answer.needs().iter().map(Need::from).collect(),
        }
    }
}

fn problem(refusal: Option<&Refusal>) -> Option<Problem> {
    refusal.cloned().map(told)
}
