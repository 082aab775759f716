//! A showing that the person begins: to a clerk at a counter, to whoever scans their screen. Nobody asked over a network.

use tamarack::Randomness;
use tamarack::messages::linkability_sentence;
use tamarack::present::{Binding, Held, Selection, present};
use tamarack::{Evidence, Timestamp};

use super::claims;
use super::purse::{Card, Hand};
use super::view::{Alternative, issuer, links, title};
use crate::contexts;
use crate::credentials::{self, put};
use crate::error::{Result, WalletCode, WalletError};
use crate::history::{Entry, Event, Involved, NamedClaim, Party};
use crate::keys;
use crate::means::Means;
use crate::receive::Beside;
use crate::status;
use crate::words;

/// What the person is about to show.
pub struct OwnShowing {
    /// What would be shown, and what that gives away.
    pub view: Alternative,
    card: Card,
    held: Held,
    contexts: Evidence,
    pointers: Vec<String>,
    audience: Option<String>,
    nonce: Option<String>,
}

/// The person's consent to a showing that they began. It is made by [`OwnShowing::agree`] alone.
pub struct OwnConsent {
    showing: OwnShowing,
    given: Timestamp,
}

impl core::fmt::Debug for OwnShowing {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OwnShowing").finish_non_exhaustive()
    }
}

impl core::fmt::Debug for OwnConsent {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OwnConsent").field("given", &self.given).finish_non_exhaustive()
    }
}

impl OwnShowing {
    /// What showing these claims of a credential would show. Without pointers, the whole of it. `audience` and `nonce` are those of
    /// a verifier who named them; without them, whoever has a copy of the showing can show it again.
    ///
    /// # Errors
    /// [`WalletCode::RecordMissing`]; `disclosure.*` and `present.*` for what cannot be shown so.
    pub fn of(
        credential: &str,
        pointers: &[String],
        audience: Option<&str>,
        nonce: Option<&str>,
        means: &Means<'_>,
    ) -> Result<Self> {
        let summary = credentials::summary(means.store, credential)?;
        let stored = credentials::read(means.store, credential)?;
        let held = stored.held()?;
        let labels = Beside::of(&stored).labels;
        let contexts = contexts::load(means.store, std::iter::once(held.document()))?;
        let pointers = if pointers.is_empty() { vec![String::new()] } else { pointers.to_vec() };
        let card = Card { summary, stored, labels };
        let hand = Hand::of(&card.stored, means)?;
        let signs = audience.is_some() && nonce.is_some() && !held.is_bound();
        let binding = Binding {
            audience,
            nonce,
            holder: hand.as_ref().filter(|_| signs).map(Hand::holder),
            created: Some(means.now()),
            ..Binding::default()
        };
        let selection = Selection { pointers: &pointers, frame: None };
        let shows = held.shows(&selection)?;
        let report = held.linkability(&selection, &binding)?;
        let lang = means.lang;
        let asked: Vec<String> = match pointers.iter().any(String::is_empty) {
            true => shows.iter().map(|claim| claim.pointer.clone()).collect(),
            false => pointers.clone(),
        };
        let view = Alternative {
            number: 1,
            proposed: true,
            warnings: Vec::new(),
            credential: card.summary.id.clone(),
            claim_set: None,
            title: title(&card, lang),
            issuer: issuer(&card, lang),
            condition: status::condition(means.store, &card.summary.id, means.now())?,
            claims: claims::views(&held, &shows, &asked, &card.labels, &|_| None, lang),
            whole: !held.is_divisible(),
            linkable: report.strength(),
            linkability: linkability_sentence(report.strength(), lang),
            links: links(&report, lang),
            pseudonym: held.shows_pseudonym(),
        };
        let (audience, nonce) = (audience.map(str::to_owned), nonce.map(str::to_owned));
        Ok(Self { view, card, held, contexts, pointers, audience, nonce })
    }

    /// The person's yes, at this time.
    #[must_use]
    pub const fn agree(self, now: Timestamp) -> OwnConsent {
        OwnConsent { showing: self, given: now }
    }
}

impl OwnConsent {
    /// Makes the showing, and enters it in the history: the text to hand over, or to show as QR codes.
    ///
    /// # Errors
    /// Those of [`tamarack::present::present`]; [`WalletCode::RecordMissing`] for secrets that are gone; the device's, the store's.
    pub fn present(self, means: &Means<'_>, rng: &mut dyn Randomness) -> Result<String> {
        let OwnShowing { card, held, contexts, pointers, audience, nonce, .. } = &self.showing;
        let hand = Hand::of(&card.stored, means)?;
        let signs = audience.is_some() && nonce.is_some() && !held.is_bound();
        let secrets = match (&card.stored.secrets, held.is_bound()) {
            (Some(id), true) => Some(keys::secrets(means.store, id)?.for_domain(audience.as_deref())?),
            (None, true) => return Err(WalletError::new(WalletCode::RecordMissing).about("secrets")),
            (_, false) => None,
        };
        let binding = Binding {
            audience: audience.as_deref(),
            nonce: nonce.as_deref(),
            holder: hand.as_ref().filter(|_| signs).map(Hand::holder),
            created: Some(means.now()),
            secrets: secrets.as_ref(),
            ..Binding::default()
        };
        let selection = Selection { pointers, frame: None };
        let made = present(held, &selection, &binding, &contexts.contexts(), rng)?;
        let mut entry = Entry::new(Event::Shown, self.given);
        entry.party = audience.as_ref().map(|id| Party { id: id.clone(), ..Party::default() });
        let mut involved = Involved::of(&card.summary);
        let named = |claim: &super::ClaimView| NamedClaim {
            pointer: claim.pointer.clone(),
            label: words::both_names(&claim.pointer, &card.labels),
        };
        involved.claims = self.showing.view.claims.iter().map(named).collect();
        entry.credentials = vec![involved];
        entry.linkable = Some(self.showing.view.linkable.is_some());
        let mut summary = credentials::summary(means.store, &card.summary.id)?;
        summary.shown = summary.shown.saturating_add(1);
        let mut changes = vec![entry.change(rng)?];
        changes.extend(put(&card.stored, &summary)?);
        means.store.write(&changes)?;
        Ok(made)
    }
}
