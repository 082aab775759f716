//! "Tell us once": a consent that was given before and still stands, by its receipt.

use tamarack::Timestamp;
use tamarack::messages::Lang;
use tamarack_openid4vc::vp::request::Request;

use super::claims::day;
use super::consent::Consent;
use super::view::{self, Alternative, ConsentRequest};
use super::warn::WarningKind;
use crate::error::{Result, WalletCode, WalletError};
use crate::history::Involved;
use crate::means::Means;
use crate::receipts::{self, Receipt};
use crate::texts;

/// A consent that the person gave before, and that covers everything that [`ConsentRequest::least`] would show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StandingConsent {
    /// The id of its receipt.
    pub receipt: String,
    /// When it was given.
    pub given: Timestamp,
    /// Until when it stands.
    pub until: Timestamp,
    /// That in a sentence.
    pub sentence: String,
}

/// The consent that stands for the least of this request. Only for somebody who signed the request, for the very purpose and claims
/// of the receipt, and where there is nothing beside to agree to.
pub(super) fn of(asked: &ConsentRequest, means: &Means<'_>) -> Result<Option<StandingConsent>> {
    let request = &asked.inner.request;
    let may_ask = !asked.warnings.iter().any(|warning| warning.kind == WarningKind::BeyondPermission);
    let simple = request.is_signed() && !asked.sign_in && asked.agreements.is_empty() && may_ask;
    if !simple || asked.least.picks.is_empty() {
        return Ok(None);
    }
    let Some(shown) = shown(asked) else { return Ok(None) };
    let receipts = receipts::standing(means.store, &request.audience, means.now())?;
    let found = receipts.iter().find(|receipt| covers(receipt, &shown) && is_same_purpose(receipt, request));
    Ok(found.and_then(|receipt| {
        let given = receipt.given()?;
        let until = receipt.stands_until()?;
        let said = [("given", day(given)), ("until", day(until))];
        let said = said.each_ref().map(|(name, value)| (*name, value.as_str()));
        let sentence = texts::format(means.lang, "request-standing", &said);
        Some(StandingConsent { receipt: receipt.id().to_owned(), given, until, sentence })
    }))
}

/// The kinds and pointers of everything that the least would show; `None` if one of the credentials is no longer good.
fn shown(asked: &ConsentRequest) -> Option<Vec<(String, String)>> {
    let mut all = Vec::new();
    for pick in &asked.least.picks {
        let question = asked.questions.iter().find(|question| question.id == pick.question)?;
        let is_picked = |one: &&Alternative| one.credential == pick.credential && one.claim_set == pick.claim_set;
        let one = question.alternatives.iter().find(is_picked).filter(|one| one.condition.is_usable())?;
        let card = asked.inner.cards.iter().find(|card| card.summary.id == one.credential)?;
        let kind = Involved::of(&card.summary).kind;
        all.extend(one.claims.iter().map(|claim| (kind.clone(), claim.pointer.clone())));
    }
    (!all.is_empty()).then_some(all)
}

fn covers(receipt: &Receipt, shown: &[(String, String)]) -> bool {
    shown.iter().all(|(kind, pointer)| receipt.covers(kind, pointer))
}

fn is_same_purpose(receipt: &Receipt, request: &Request) -> bool {
    let processing = &receipt.record.pii_processing;
    let lang = if processing.language.starts_with("fr") { Lang::Fr } else { Lang::En };
    let purpose = purpose(request, lang);
    !processing.purposes.is_empty() && processing.purposes.iter().all(|one| one.purpose == purpose)
}

/// The purpose as a receipt states it: the verifier's words, or that it said none.
pub(super) fn purpose(request: &Request, lang: Lang) -> String {
    view::purpose_of(request, lang).unwrap_or_else(|| texts::text(lang, "receipt-no-purpose"))
}

impl ConsentRequest {
    /// The consent that the person gave before, once more: for the least, and for nothing else.
    ///
    /// # Errors
    /// [`WalletCode::ConsentOutside`] if none stands ([`Self::standing`]), or it ended meanwhile; as [`Self::agree`].
    pub fn agree_again(&self, now: Timestamp) -> Result<Consent> {
        let outside = || WalletError::new(WalletCode::ConsentOutside).about("receipt");
        // What the request says is held against what was found, whatever the app made of the public field.
        let standing = self.standing.as_ref().filter(|standing| standing.until > now).ok_or_else(outside)?;
        let mut consent = self.agree(&self.least, now)?;
        consent.under = Some(standing.receipt.clone());
        Ok(consent)
    }
}

impl Consent {
    /// Whether the receipt that the consent rests on still says what it said: it may have been withdrawn since, and the app may have
    /// put another in its place.
    pub(super) fn check_standing(&self, means: &Means<'_>) -> Result<()> {
        let Some(id) = &self.under else { return Ok(()) };
        let outside = || WalletError::new(WalletCode::ConsentOutside).about("receipt");
        let receipt = receipts::receipt(means.store, id)?;
        let request = &self.inner.request;
        let stands = receipt.stands_until().is_some_and(|until| until > means.now());
        let whole = self.entry(means).credentials.into_iter();
        let shown: Vec<(String, String)> = whole
            .flat_map(|one| {
                let kind = one.kind;
                one.claims.into_iter().map(move |claim| (kind.clone(), claim.pointer))
            })
            .collect();
        let good = stands
            && request.is_signed()
            && !request.response_type.wants_id_token()
            && request.transaction_data.is_empty()
            && receipt.controller() == request.audience
            && is_same_purpose(&receipt, request)
            && !shown.is_empty()
            && covers(&receipt, &shown);
        if good { Ok(()) } else { Err(outside()) }
    }
}
