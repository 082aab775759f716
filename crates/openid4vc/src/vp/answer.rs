//! The verifier's judgement of an answer: each presentation by [`tamarack::verify()`], then the query once more, against
//! what was proved (OpenID4VP §8.6, §14.2, §14.11).

mod presentation;

use tamarack::proof::ShownPseudonym;
use tamarack::verify::Keeping;
use tamarack::{Code, Evidence, EvidenceKind, Need, Outcome, Policy, Timestamp, Verdict};

use super::dcql::{Authorities, ShownClaim};
use super::session::{Received, Session};
use super::transaction_data::TransactionData;
use crate::{Refusal, RefusalCode, Result};

/// What a verifier holds an answer against, beside the request itself.
#[derive(Clone, Debug)]
pub struct Rules<'r> {
    pub(crate) policy: Policy,
    pub(crate) authorities: &'r Authorities,
    pub(crate) holder_may_differ: bool,
    pub(crate) bearer: bool,
    pub(crate) keeping: Option<&'r Keeping>,
}

impl<'r> Rules<'r> {
    /// The policy of [`tamarack::verify()`]; nonce and audience are put in.
    #[must_use]
    pub const fn new(policy: Policy, authorities: &'r Authorities) -> Self {
        Self { policy, authorities, holder_may_differ: false, bearer: false, keeping: None }
    }

    /// Keeps what is read and judged of issuers for the next answer.
    #[must_use]
    pub const fn keeping(mut self, keeping: &'r Keeping) -> Self {
        self.keeping = Some(keeping);
        self
    }

    /// Accepts a presentation by somebody else than the credential's subject.
    #[must_use]
    pub fn weaken_holder_may_differ(mut self) -> Self {
        self.policy = self.policy.weaken_holder_may_differ();
        self.holder_may_differ = true;
        self
    }

    /// Accepts a presentation of a credential that names neither key nor subject where a holder's proof is asked for: whoever
    /// has a copy of such a credential can sign a presentation of it.
    #[must_use]
    pub const fn weaken_bearer_credentials(mut self) -> Self {
        self.bearer = true;
        self
    }
}

/// What an answer is worth.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// Whether everything that was required was proved.
    pub outcome: Outcome,
    /// Each presentation, in the order of the answer.
    pub presentations: Vec<Presented>,
    /// The person's own identifier, proved by a self-issued ID token.
    pub subject: Option<String>,
    /// Why the answer as a whole is not accepted.
    pub refusal: Option<Refusal>,
    /// The DID document that the ID token's signature is to be checked with.
    id_token_needs: Option<Need>,
}

/// One presentation, judged.
#[derive(Clone, PartialEq, Debug)]
pub struct Presented {
    /// The id of the credential query that it answers.
    pub id: String,
    /// The verdict on the presentation; `None` if it could not be judged at all.
    pub verdict: Option<Verdict>,
    /// The claims that the query asked for. Only of a presentation that is accepted, and no others.
    pub claims: Vec<ShownClaim>,
    /// The issuer. Only of a presentation that is accepted.
    pub issuer: Option<String>,
    /// The types. Only of a presentation that is accepted.
    pub types: Vec<String>,
    /// The pseudonym by which this verifier recognises the holder. Only of a presentation that is accepted.
    pub pseudonym: Option<ShownPseudonym>,
    /// The pieces of transaction data that its holder agreed to by showing it, by their places in the request. Only of a
    /// presentation that is accepted.
    pub transaction_data: Vec<usize>,
    /// Why it is not accepted.
    pub refusal: Option<Refusal>,
}

impl Presented {
    /// How it came out.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match (&self.refusal, &self.verdict) {
            (Some(_), _) | (None, None) => Outcome::Reject,
            (None, Some(verdict)) => verdict.outcome(),
        }
    }
}

impl Answer {
    /// The evidence that is missing: a shell fetches it and judges again.
    #[must_use]
    pub fn needs(&self) -> Vec<Need> {
        let each = self.presentations.iter().filter_map(|presented| presented.verdict.as_ref());
        let mut needs: Vec<Need> = each.flat_map(|verdict| verdict.needs().iter().cloned()).collect();
        needs.extend(self.id_token_needs.clone());
        needs.sort();
        needs.dedup();
        needs
    }

    /// The accepted presentations for one credential query.
    pub fn accepted(&self, id: &str) -> impl Iterator<Item = &Presented> {
        let whole = self.outcome == Outcome::Accept;
        self.presentations
            .iter()
            .filter(move |presented| whole && presented.id == id && presented.outcome() == Outcome::Accept)
    }
}

impl Session {
    /// Judges an answer. Pure: what is missing stands in [`Answer::needs`].
    ///
    /// `origin` is where an answer of the Digital Credentials API arrived; it is ignored elsewhere.
    ///
    /// # Errors
    /// `access_denied` (`error`) for the wallet's own refusal; `invalid_request` (`origin`, `client_id`).
    pub fn judge(
        &self,
        received: &Received,
        origin: Option<&str>,
        rules: &Rules<'_>,
        evidence: &Evidence,
        now: Timestamp,
    ) -> Result<Answer> {
        let Received::Answer { vp_token, id_token } = received else {
            return Err(Refusal::new(RefusalCode::AccessDenied, "error"));
        };
        let audience = self.audience(origin)?;
        let mut answer = Answer {
            outcome: Outcome::Accept,
            presentations: Vec::new(),
            subject: None,
            refusal: None,
            id_token_needs: None,
        };
        if let (Some(query), Some(token)) = (&self.ask().query, vp_token) {
            let pieces = self.ask().transaction_data.iter().map(|text| TransactionData::parse(text));
            let pieces = pieces.collect::<Result<Vec<_>>>()?;
            let judge =
                presentation::Judge { audience: &audience, session: self, pieces: &pieces, rules, evidence, now };
            for (id, presentations) in token.iter() {
                // `VpToken::read` let nothing else through.
                let asked = query.credential(id).ok_or(Refusal::new(RefusalCode::InvalidRequest, "vp_token"))?;
                answer.presentations.extend(presentations.iter().map(|one| judge.presentation(asked, one)));
            }
            decide(&mut answer, query);
            check_transactions(&mut answer, &pieces);
        }
        if let Some(token) = id_token {
            self.judge_id_token(token, &audience, evidence, now, &mut answer);
        }
        Ok(answer)
    }

    fn judge_id_token(&self, token: &str, audience: &str, evidence: &Evidence, now: Timestamp, answer: &mut Answer) {
        let expected = crate::siop::ExpectedToken { audience, nonce: self.nonce() };
        match crate::siop::verify_id_token(token, &expected, evidence, now) {
            Ok(subject) => answer.subject = Some(subject.id),
            Err(refusal) => {
                let missing = refusal.fault().filter(|fault| fault.code() == Code::DidNotResolved);
                let missing = missing.and_then(|fault| fault.name()).map(str::to_owned);
                answer.id_token_needs = missing.map(|id| Need { kind: EvidenceKind::DidDocument, id });
                if answer.id_token_needs.is_none() {
                    answer.outcome = Outcome::Reject;
                } else if answer.outcome == Outcome::Accept {
                    answer.outcome = Outcome::Undetermined;
                }
                answer.refusal = Some(refusal);
            }
        }
    }
}

/// §8.4: every piece was agreed to by one of the credentials that it names.
fn check_transactions(answer: &mut Answer, pieces: &[TransactionData]) {
    if answer.outcome != Outcome::Accept {
        return;
    }
    let is_authorized = |(at, piece): (usize, &TransactionData)| {
        let of = |presented: &&Presented| piece.credential_ids.contains(&presented.id);
        let mut good = answer.presentations.iter().filter(|one| one.outcome() == Outcome::Accept).filter(of);
        good.any(|presented| presented.transaction_data.contains(&at))
    };
    if !pieces.iter().enumerate().all(is_authorized) {
        answer.outcome = Outcome::Reject;
        answer.refusal = Some(Refusal::new(RefusalCode::InvalidRequest, "transaction_data"));
    }
}

/// §8.6: a presentation that fails is discarded; what is left must be enough. A wrong nonce spoils the whole (§14.2.2).
fn decide(answer: &mut Answer, query: &super::dcql::Query) {
    let about = |presented: &Presented| presented.refusal.as_ref().map(Refusal::about);
    if let Some(spoiled) = answer.presentations.iter().find(|one| matches!(about(one), Some("nonce" | "aud"))) {
        answer.outcome = Outcome::Reject;
        answer.refusal = spoiled.refusal.clone();
        return;
    }
    let with = |outcomes: &[Outcome]| {
        let good = answer.presentations.iter().filter(|presented| outcomes.contains(&presented.outcome()));
        query.check_set(&good.map(|presented| presented.id.as_str()).collect::<Vec<_>>())
    };
    answer.outcome = match (with(&[Outcome::Accept]), with(&[Outcome::Accept, Outcome::Undetermined])) {
        (Ok(()), _) => Outcome::Accept,
        (Err(_), Ok(())) => Outcome::Undetermined,
        (Err(refusal), Err(_)) => {
            let first = answer.presentations.iter().find_map(|presented| presented.refusal.clone());
            answer.refusal = first.or(Some(refusal));
            Outcome::Reject
        }
    };
}
