//! The person's consent: a value that nothing but their choice makes, and without which nothing is signed.

use std::sync::Arc;

use tamarack::Timestamp;
use tamarack_openid4vc::vp::dcql;

use super::purse::Inner;
use super::view::{ConsentRequest, Way};
use crate::error::{Result, WalletCode, WalletError};
use crate::limits;

/// One credential that the person chose for one question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pick {
    /// The question's id.
    pub question: String,
    /// The credential's id.
    pub credential: String,
    /// Which claims of it, where the verifier leaves a choice: [`super::Alternative::claim_set`]. `None` for those that the
    /// verifier likes best.
    pub claim_set: Option<usize>,
}

/// What the person chose.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The credentials.
    pub picks: Vec<Pick>,
    /// Whether they sign in, where a request asks for that. It must, as there is no answer without.
    pub sign_in: bool,
}

/// The person's consent to one answer to one request. It is made by [`ConsentRequest::agree`] alone and used up by
/// [`Consent::present`].
pub struct Consent {
    pub(super) inner: Arc<Inner>,
    pub(super) choice: dcql::Choice,
    pub(super) given: Timestamp,
    /// The receipt that is given, and for how many seconds the consent then stands.
    pub(super) receipt: Option<Option<i64>>,
    /// The receipt of the consent that was given before, on which this one rests.
    pub(super) under: Option<String>,
    /// The alternatives that were chosen, by their numbers, in the order of the choice.
    pub(super) ways: Vec<Option<Way>>,
}

impl Consent {
    /// Gives a receipt with the answer ([`crate::receipts`]): who may use what for which purpose, signed with a key that is for this
    /// verifier alone. With `stands_seconds`, the same may be shared with the same verifier without asking again for so long, a year
    /// at most ([`limits::CONSENT_SECONDS`]), and until the person withdraws it; without, the consent is for this once.
    #[must_use]
    pub fn with_receipt(mut self, stands_seconds: Option<i64>) -> Self {
        self.receipt = Some(stands_seconds.map(|seconds| seconds.clamp(0, limits::CONSENT_SECONDS)));
        self
    }
}

impl core::fmt::Debug for Consent {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Consent").field("given", &self.given).finish_non_exhaustive()
    }
}

impl ConsentRequest {
    /// The person's yes to a choice, at this time. It is held against the request that was read, not against what the app made of
    /// it: whatever else stands in the public fields.
    ///
    /// # Errors
    /// [`WalletCode::ConsentOutside`] for a credential that does not answer the question, a question that was not asked, two
    /// credentials where one is asked for; [`WalletCode::ConsentIncomplete`] for a choice that leaves out what the verifier cannot
    /// do without, or the sign-in that it asks for.
    pub fn agree(&self, choice: &Choice, now: Timestamp) -> Result<Consent> {
        let inner = Arc::clone(&self.inner);
        if inner.request.response_type.wants_id_token() != choice.sign_in {
            let code = if choice.sign_in { WalletCode::ConsentOutside } else { WalletCode::ConsentIncomplete };
            return Err(WalletError::new(code).about("sign_in"));
        }
        let place = |pick: &Pick| {
            let held = inner.cards.iter().position(|card| card.summary.id == pick.credential);
            let outside = || WalletError::new(WalletCode::ConsentOutside).about(pick.question.as_str());
            Ok(dcql::Pick { query: pick.question.clone(), held: held.ok_or_else(outside)?, claim_set: pick.claim_set })
        };
        let picks = choice.picks.iter().map(place).collect::<Result<Vec<_>>>()?;
        // A pick that names no claim set means the one that the verifier likes best: the lowest.
        let way = |pick: &Pick| {
            let same = |way: &&Way| way.pick.question == pick.question && way.pick.credential == pick.credential;
            let found = self.ways.iter().filter(same);
            let found = found.filter(|way| pick.claim_set.is_none() || way.pick.claim_set == pick.claim_set);
            found.min_by_key(|way| way.pick.claim_set).cloned()
        };
        let ways = choice.picks.iter().map(way).collect();
        let choice = dcql::Choice { picks };
        match &inner.matches {
            None if choice.picks.is_empty() => {}
            None => return Err(WalletCode::ConsentOutside.into()),
            Some(matches) => {
                matches.settle(&choice).map_err(|refusal| match refusal.about() {
                    "credentials" => WalletError::new(WalletCode::ConsentIncomplete),
                    about => WalletError::new(WalletCode::ConsentOutside).about(about),
                })?;
            }
        }
        Ok(Consent { inner, choice, given: now, receipt: None, under: None, ways })
    }

    /// What is chosen by saying numbers ([`super::Alternative::number`]): the least, with what the numbers name in the place of what it
    /// has for the same, or beside it where the verifier would like it as well.
    ///
    /// # Errors
    /// [`WalletCode::ConsentOutside`] for a number that no alternative has. Whether the choice is enough, [`Self::agree`] says.
    pub fn choose(&self, numbers: &[usize]) -> Result<Choice> {
        let mut choice = self.least.clone();
        let mut said: Vec<&str> = Vec::new();
        for number in numbers {
            let outside = || WalletError::new(WalletCode::ConsentOutside).about(number.to_string());
            let way = self.ways.iter().find(|way| way.number == *number).ok_or_else(outside)?;
            let question = way.pick.question.as_str();
            let multiple = self.question(question).is_some_and(|question| question.multiple);
            if !(multiple && said.contains(&question)) {
                choice.picks.retain(|pick| pick.question != question);
            }
            if !choice.picks.contains(&way.pick) {
                choice.picks.push(way.pick.clone());
            }
            said.push(question);
        }
        for set in self.sets.iter().filter(|set| set.required) {
            let is_said = |option: &&Vec<String>| option.iter().any(|id| said.contains(&id.as_str()));
            let (Some(taken), Some(wanted)) = (self.taken_option(set), set.options.iter().find(is_said)) else {
                continue;
            };
            if wanted == taken {
                continue;
            }
            // What another set needs stays.
            let is_needed = |id: &String| {
                let mut others = self.sets.iter().filter(|other| other.required && *other != set);
                wanted.contains(id) || others.any(|other| self.taken_option(other).is_some_and(|ids| ids.contains(id)))
            };
            choice.picks.retain(|pick| {
                said.contains(&pick.question.as_str()) || !taken.contains(&pick.question) || is_needed(&pick.question)
            });
            for id in wanted {
                let first = self.ways.iter().find(|way| way.pick.question == *id).map(|way| way.pick.clone());
                if choice.picks.iter().all(|pick| pick.question != *id) {
                    choice.picks.extend(first);
                }
            }
        }
        Ok(choice)
    }
}
