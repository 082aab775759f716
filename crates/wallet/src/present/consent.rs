//! The person's consent: a value that nothing but their choice makes, and without which nothing is signed.

use std::sync::Arc;

use tamarack::Timestamp;
use tamarack_openid4vc::vp::dcql;

use super::purse::Inner;
use super::view::ConsentRequest;
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
        Ok(Consent { inner, choice, given: now, receipt: None, under: None })
    }
}
