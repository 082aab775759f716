//! The answer: made with the person's consent, sent once, and entered in the history.

use sha2::{Digest as _, Sha256};
use tamarack::Randomness;
use tamarack::encoding::base64url_encode;
use tamarack::json::{Object, Value, to_string};
use tamarack_openid4vc::siop::{self, SelfIssued};
use tamarack_openid4vc::vp::dcql;
use tamarack_openid4vc::vp::request::Request;
use tamarack_openid4vc::vp::response::{Delivery, Reply as Message, deliver, deliver_error, read_receipt};
use tamarack_openid4vc::vp::wallet::{Purse, show_with};
use tamarack_openid4vc::{RefusalCode, limits};

use super::ask::Asked;
use super::consent::Consent;
use super::handling::Handling;
use super::purse::Hand;
use super::{claims, standing, view};
use crate::credentials::{self, Localized, put};
use crate::error::{Result, WalletCode, WalletError};
use crate::history::{Entry, Event, Involved, NamedClaim, Party, ShownAlternative};
use crate::http::{HttpRequest, Reply, Step};
use crate::keys::{self, HolderKey, NewKey, pairwise_id};
use crate::means::Means;
use crate::receipts::{self, AgreedClaim, Receipt, Terms};
use crate::store::Change;
use crate::{texts, words};

const FORM: &str = "application/x-www-form-urlencoded";
/// For what the key of a sign-in is: a part of its id.
const SIGN_IN: &str = "sign-in";

/// An answer on its way.
#[derive(Clone)]
pub struct Answering {
    delivery: Delivery,
    /// What is entered in the history when it has left: a showing when it is sent, as nobody can know that it did not arrive.
    entry: Option<Entry>,
    /// The credentials of which one more showing is counted.
    shown: Vec<String>,
    /// The receipt of the consent, and the change that keeps it with the entry.
    receipt: Option<(Receipt, Change)>,
    declines: bool,
}

impl core::fmt::Debug for Answering {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Answering").finish_non_exhaustive()
    }
}

/// An answer that was delivered.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Answered {
    /// Where the browser is to go on, if anywhere.
    pub redirect: Option<String>,
    /// What the platform's Digital Credentials API is to be given, for a request that came by it.
    pub data: Option<Object<'static>>,
}

/// Why the person says no.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DeclineReason {
    /// They do not want to.
    NotWanted,
    /// They do not know or trust whoever asks.
    NotTrusted,
    /// It is too much.
    TooMuch,
    /// They have nothing that answers.
    NothingFits,
}

impl DeclineReason {
    /// The name under which the history keeps it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotWanted => "not-wanted",
            Self::NotTrusted => "not-trusted",
            Self::TooMuch => "too-much",
            Self::NothingFits => "nothing-fits",
        }
    }
}

impl Consent {
    /// Makes the answer that the person agreed to, and nothing else. This uses the consent up: another answer needs another.
    ///
    /// # Errors
    /// [`WalletCode::ConsentOutside`] for a consent that rests on another which was withdrawn since; [`WalletCode::ReceiptInvalid`] for
    /// a receipt of an answer that shows nothing; `server_error` if a presentation cannot be made; the device's, if the person does not unlock its key; the protocol's for
    /// an answer that cannot be encrypted.
    pub fn present(self, means: &Means<'_>, rng: &mut dyn Randomness) -> Result<Answering> {
        self.make(means, rng)
    }

    /// As [`Self::present`], and gives the consent back if no answer came of it: nothing has left, and what the person said yes to is
    /// still the same. A device that wants to be unlocked first is asked again so.
    ///
    /// # Errors
    /// As [`Self::present`], with the consent.
    pub fn try_present(
        self,
        means: &Means<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<Answering, (WalletError, Box<Self>)> {
        self.make(means, rng).map_err(|error| (error, Box::new(self)))
    }

    fn make(&self, means: &Means<'_>, rng: &mut dyn Randomness) -> Result<Answering> {
        self.check_standing(means)?;
        let (inner, choice) = (&*self.inner, &self.choice);
        let mut entry = self.entry(means);
        // Before anything is signed for the verifier: terms that make no receipt are known first.
        let receipt = match self.receipt {
            Some(stands) => Some(receipts::give(means.store, &self.terms(&entry, stands, means), self.given, rng)?),
            None => None,
        };
        let vp_token = match &inner.matches {
            None => None,
            Some(matches) => Some(self.token(matches, means, rng)?),
        };
        let id_token = match inner.request.response_type.wants_id_token() {
            true => Some(sign_in(&inner.request, means, rng)?),
            false => None,
        };
        let delivery = deliver(&inner.request, &Message { vp_token, id_token })?;
        let shown: Vec<String> = choice
            .picks
            .iter()
            .filter_map(|pick| inner.cards.get(pick.held).map(|card| card.summary.id.clone()))
            .collect();
        if let Some(id) = receipt.as_ref().map(|(receipt, _)| receipt.id()).or(self.under.as_deref()) {
            entry.consent = Some(id.to_owned());
        }
        Ok(Answering { delivery, entry: Some(entry), shown, receipt, declines: false })
    }

    fn token(
        &self,
        matches: &dcql::Matches,
        means: &Means<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<tamarack_openid4vc::vp::response::VpToken> {
        let inner = &*self.inner;
        // The keys of what was chosen alone are opened: a device asks the person for each.
        let chosen = |at: usize| self.choice.picks.iter().any(|pick| pick.held == at);
        let (mut hands, mut secrets) = (Vec::with_capacity(inner.cards.len()), Vec::new());
        for (at, card) in inner.cards.iter().enumerate() {
            hands.push(if chosen(at) { Hand::of(&card.stored, means)? } else { None });
            secrets.push(match &card.stored.secrets {
                Some(id) if chosen(at) => Some(keys::secrets(means.store, id)?),
                _ => None,
            });
        }
        let holders: Vec<_> = hands.iter().map(|hand| hand.as_ref().map(Hand::holder)).collect();
        let contexts = inner.contexts();
        let purse = Purse {
            held: &inner.held,
            holders: &holders,
            contexts: &contexts,
            transaction_types: &means.trust.transaction_types,
            now: means.now(),
        };
        let secrets: Vec<_> = secrets.iter().map(Option::as_ref).collect();
        Ok(show_with(&inner.request, matches, &self.choice, &purse, &secrets, rng)?)
    }

    pub(super) fn entry(&self, means: &Means<'_>) -> Entry {
        let inner = &*self.inner;
        let event = if self.choice.picks.is_empty() { Event::SignedIn } else { Event::Shown };
        let mut entry = Entry::new(event, means.now());
        entry.party = Some(party(&inner.request, means));
        entry.purpose = both(|lang| view::purpose_of(&inner.request, lang));
        entry.consent = Some(self.digest());
        let mut linkable = false;
        for (at, pick) in self.choice.picks.iter().enumerate() {
            let found = inner.matches.as_ref().and_then(|matches| candidate(matches, pick));
            let (Some(card), Some(held), Some(found)) = (inner.cards.get(pick.held), inner.held.get(pick.held), found)
            else {
                continue;
            };
            let mut involved = Involved::of(&card.summary);
            let way = self.ways.get(at).and_then(Option::as_ref).filter(|way| way.of > 1);
            involved.alternative = way.map(|way| ShownAlternative { number: way.number, of: way.of });
            let query = inner.matches.as_ref().and_then(|matches| matches.query().credential(&pick.query));
            let asked = query.map(|query| claims::asked_pointers(query, found, held)).unwrap_or_default();
            let claims = claims::views(held, &found.shows, &asked, &card.labels, &|_| None, means.lang);
            involved.claims = claims
                .into_iter()
                .map(|claim| NamedClaim {
                    label: words::both_names(&claim.pointer, &card.labels),
                    pointer: claim.pointer,
                })
                .collect();
            linkable |= !held.is_zero_knowledge();
            entry.credentials.push(involved);
        }
        entry.linkable = (!entry.credentials.is_empty()).then_some(linkable);
        entry
    }

    /// What the person agrees to, for the receipt: the verifier's own words, in the person's language.
    fn terms(&self, entry: &Entry, stands_seconds: Option<i64>, means: &Means<'_>) -> Terms {
        let inner = &*self.inner;
        let sets = inner.matches.as_ref().map(|matches| matches.query().credential_sets()).unwrap_or_default();
        let needed = |id: &str| {
            let mut required = sets.iter().filter(|set| set.required);
            sets.is_empty() || required.any(|set| set.options.iter().flatten().any(|one| one == id))
        };
        let claims = entry.credentials.iter().zip(&self.choice.picks).flat_map(|(one, pick)| {
            let optional = !needed(&pick.query);
            one.claims.iter().map(move |claim| AgreedClaim { kind: one.kind.clone(), claim: claim.clone(), optional })
        });
        let lang = means.lang;
        let handling = Handling::of(&inner.request, lang);
        let collected = entry.credentials.iter().map(|one| {
            let title = one.title.get(lang).unwrap_or(&one.kind);
            match one.alternative {
                None => texts::format(lang, "receipt-collected", &[("title", title)]),
                Some(ShownAlternative { number, of }) => {
                    let (number, of) = (number.to_string(), of.to_string());
                    texts::format(
                        lang,
                        "receipt-collected-choice",
                        &[("title", title), ("number", &number), ("of", &of)],
                    )
                }
            }
        });
        Terms {
            controller: entry.party.clone().unwrap_or_default(),
            url: view::said_url(&inner.request, "client_uri", lang),
            contact: handling.contact,
            purpose: standing::purpose(&inner.request, lang),
            lang,
            claims: claims.collect(),
            collected: collected.collect(),
            privacy_notice: handling.notice,
            withdrawal_method: handling.withdrawal,
            retention_seconds: handling.retention_seconds,
            storage_locations: handling.storage_locations,
            recipients: handling.recipients,
            jurisdiction: handling.jurisdiction,
            stands_seconds,
        }
    }

    /// What was agreed to, as a digest: request, choice and time.
    fn digest(&self) -> String {
        let mut hash = Sha256::new_with_prefix(b"tamarack consent v1");
        let picks = self.choice.picks.iter().flat_map(|pick| {
            let card = self.inner.cards.get(pick.held).map(|card| card.summary.id.as_str());
            let set = pick.claim_set.map(|set| set.to_string()).unwrap_or_default();
            [pick.query.clone(), card.unwrap_or_default().to_owned(), set]
        });
        let request = &self.inner.request;
        for part in [request.audience.clone(), request.nonce.clone()].into_iter().chain(picks) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.update(self.given.unix().to_be_bytes());
        base64url_encode(&hash.finalize())
    }
}

fn candidate<'m>(matches: &'m dcql::Matches, pick: &dcql::Pick) -> Option<&'m dcql::Candidate> {
    let found = matches.credentials().iter().find(|found| found.id == pick.query)?;
    found.candidate(pick)
}

/// Signs the person in with the key that this verifier alone knows (SIOPv2; a pairwise subject).
fn sign_in(request: &Request, means: &Means<'_>, rng: &mut dyn Randomness) -> Result<String> {
    let id = pairwise_id(SIGN_IN, &request.audience);
    // SIOPv2 §15.1: every relying party takes ES256.
    let new = if means.device.is_some() { NewKey::Device } else { NewKey::P256 };
    let key = HolderKey::open_or_create(means.store, means.device, &id, new, means.now(), rng)?;
    let url = key.verification_method();
    let ways = [
        SelfIssued { signer: &key, verification_method: Some(&url) },
        SelfIssued { signer: &key, verification_method: None },
    ];
    Ok(siop::answer(request, &ways, means.now())?)
}

fn party(request: &Request, means: &Means<'_>) -> Party {
    let known = means.trust.verifier(&request.audience).filter(|_| request.is_signed());
    let name = match known {
        Some(known) => known.name.clone(),
        None => both(|lang| view::name_of(request, lang)),
    };
    Party { id: request.audience.clone(), name, trusted: known.is_some() }
}

fn both(text: impl Fn(tamarack::messages::Lang) -> Option<String>) -> Localized {
    Localized { en: text(tamarack::messages::Lang::En), fr: text(tamarack::messages::Lang::Fr) }
}

impl Asked {
    /// Says no. The verifier is told that access was denied and no more: whether there was something to show is nobody's business
    /// (OpenID4VP §15.9). The reason stays in the history.
    ///
    /// # Errors
    /// `server_error` for a request without an address.
    pub fn decline(&self, reason: DeclineReason, means: &Means<'_>) -> Result<Answering> {
        let request = &self.request;
        let code = match request.response_type.wants_presentations() {
            true => RefusalCode::AccessDenied,
            false => RefusalCode::UserCancelled,
        };
        let mut entry = Entry::new(Event::Declined, means.now());
        entry.party = Some(party(request, means));
        entry.purpose = both(|lang| view::purpose_of(request, lang));
        entry.reason = Some(reason.as_str().to_owned());
        let delivery = deliver_error(request, code)?;
        Ok(Answering { delivery, entry: Some(entry), shown: Vec::new(), receipt: None, declines: true })
    }

    /// Says nothing, and enters in the history that the person said no.
    ///
    /// # Errors
    /// The store's.
    pub fn ignore(&self, reason: DeclineReason, means: &Means<'_>, rng: &mut dyn Randomness) -> Result<()> {
        let mut answering = self.decline(reason, means)?;
        answering.record(means, rng)
    }
}

impl Answering {
    /// The receipt of the consent, if one is given ([`Consent::with_receipt`]): kept before anything leaves, and the person's to hand
    /// to the verifier.
    #[must_use]
    pub fn receipt(&self) -> Option<&Receipt> {
        self.receipt.as_ref().map(|(receipt, _)| receipt)
    }

    /// Sends it, and reads what the verifier says to it; `None` to send it, and to send it again after
    /// [`WalletCode::NetworkUnavailable`].
    ///
    /// The showing is in the history, and the copy counts as used, before anything leaves.
    ///
    /// # Errors
    /// [`WalletCode::NetworkUnavailable`], the verifier's refusal, the store's.
    pub fn step(
        &mut self,
        means: &Means<'_>,
        reply: Option<Reply>,
        rng: &mut dyn Randomness,
    ) -> Result<Step<Answered>> {
        self.record(means, rng)?;
        match (&self.delivery, reply) {
            (Delivery::Post { uri, body }, None) => {
                Ok(Step::Send(HttpRequest::post(uri, FORM, body.clone(), limits::METADATA_BYTES)?))
            }
            (Delivery::Post { .. }, Some(reply)) => {
                let response = reply.response()?;
                // Who was told no may answer as he likes.
                if self.declines && !response.is_good() {
                    return Ok(Step::Done(Answered::default()));
                }
                let bytes = response.good(limits::METADATA_BYTES)?;
                let redirect = read_receipt(&bytes)?;
                Ok(Step::Done(Answered { redirect, data: None }))
            }
            (Delivery::Redirect { uri }, _) => Ok(Step::Done(Answered { redirect: Some(uri.clone()), data: None })),
            (Delivery::Data(data), _) => Ok(Step::Done(Answered { redirect: None, data: Some(data.clone()) })),
        }
    }

    fn record(&mut self, means: &Means<'_>, rng: &mut dyn Randomness) -> Result<()> {
        let Some(entry) = self.entry.take() else { return Ok(()) };
        let written = self.changes(&entry, means, rng).and_then(|changes| means.store.write(&changes));
        if let Err(error) = written {
            // What cannot be entered is not sent.
            self.entry = Some(entry);
            return Err(error);
        }
        Ok(())
    }

    fn changes(&self, entry: &Entry, means: &Means<'_>, rng: &mut dyn Randomness) -> Result<Vec<Change>> {
        let mut changes = vec![entry.change(rng)?];
        changes.extend(self.receipt.iter().map(|(_, change)| change.clone()));
        for id in &self.shown {
            let mut summary = match credentials::summary(means.store, id) {
                Ok(summary) => summary,
                Err(error) if error.wallet_code() == Some(WalletCode::RecordMissing) => continue,
                Err(error) => return Err(error),
            };
            summary.shown = summary.shown.saturating_add(1);
            changes.extend(put(&credentials::read(means.store, id)?, &summary)?);
        }
        Ok(changes)
    }
}

impl Answered {
    /// What the platform's API is to be given, as JSON text.
    #[must_use]
    pub fn data_json(&self) -> Option<String> {
        self.data.as_ref().map(|data| to_string(&Value::Object(data.clone())))
    }
}
