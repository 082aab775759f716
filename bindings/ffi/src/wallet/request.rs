//! Presenting: a request is opened, the person is asked, and only what they agreed to is shown.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tamarack_wallet::present;

use super::network::{End, drive};
use super::views::Condition;
use super::{Wallet, outside_callbacks};
use crate::error::TamarackError;
use crate::platform::HttpClient;
use crate::time::system_time;
use crate::verdict::Strength;

/// How a verifier stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum VerifierStanding {
    /// It is on the wallet's list.
    Known,
    /// A certificate or an attestation by somebody whom the wallet trusts vouches for it.
    Vouched,
    /// It proved that its identifier is its own, and nobody says who that is.
    Proved,
    /// It proved nothing: it is known by the address alone that the answer goes to.
    Address,
}

/// One claim that would be shown.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct AskedClaim {
    /// Its JSON pointer in the credential.
    pub pointer: String,
    /// What it is called.
    pub name: String,
    /// Its value, to preview.
    pub value: String,
    /// Whether it was asked for; if not, it comes along.
    pub asked: bool,
    /// When it was shown to this verifier before.
    pub shown_before: Option<SystemTime>,
    /// All of that in one text, for a screen reader.
    pub label: String,
}

/// A credential that answers a question.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Alternative {
    /// Its id.
    pub credential: String,
    /// What it is called.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// How it stands.
    pub condition: Condition,
    /// What would be shown, what was asked for first.
    pub claims: Vec<AskedClaim>,
    /// Which of the sets of claims that the verifier would take, from 0; none if it leaves no choice.
    pub claim_set: Option<u32>,
    /// Whether it can only be shown whole.
    pub whole: bool,
    /// How surely this showing could be tied to others; none for not at all.
    pub linkable: Option<Strength>,
    /// That in a sentence.
    pub linkability: String,
    /// By what, one sentence each.
    pub links: Vec<String>,
    /// Whether the verifier will recognise the person by a pseudonym that is for it alone.
    pub pseudonym: bool,
}

/// A credential of the right kind with which the wallet cannot answer.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Miss {
    /// Its id.
    pub credential: String,
    /// What it is called.
    pub title: String,
    /// Why not, in a sentence. For the person alone.
    pub reason: String,
}

/// One credential that is asked for.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// Whether the verifier cannot do without.
    pub required: bool,
    /// Whether more than one may be shown.
    pub multiple: bool,
    /// What it may be answered with, the least telling first.
    pub alternatives: Vec<Alternative>,
    /// What does not answer, and why.
    pub misses: Vec<Miss>,
}

/// Questions that belong together.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct QuestionSet {
    /// Whether one of the options must be answered.
    pub required: bool,
    /// The options, each the ids of questions that are answered together.
    pub options: Vec<Vec<String>>,
}

/// One credential that the person chose for one question.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Pick {
    /// The question's id.
    pub question: String,
    /// The credential's id.
    pub credential: String,
    /// Which claims of it, where the verifier leaves a choice: that of the alternative. None for those that it likes best.
    #[uniffi(default = None)]
    pub claim_set: Option<u32>,
}

/// What the person chose.
#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]
pub struct Choice {
    /// The credentials.
    #[uniffi(default = [])]
    pub picks: Vec<Pick>,
    /// Whether they sign in, where the request asks for that.
    #[uniffi(default = false)]
    pub sign_in: bool,
}

/// What the person is asked, in their language.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct ConsentView {
    /// The verifier's identifier: to this the answer is bound.
    pub verifier: String,
    /// Its name.
    pub verifier_name: Option<String>,
    /// How it stands.
    pub standing: VerifierStanding,
    /// That in a sentence.
    pub standing_sentence: String,
    /// The host that the answer goes to.
    pub answers_to: Option<String>,
    /// Why it asks, in its own words.
    pub purpose: Option<String>,
    /// What is asked for.
    pub questions: Vec<Question>,
    /// Which questions must be answered together; empty if each must that is required.
    pub sets: Vec<QuestionSet>,
    /// What the person agrees to beside the showing, one sentence each.
    pub agreements: Vec<String>,
    /// Whether the person signs in with an identifier that is made for this verifier alone.
    pub sign_in: bool,
    /// What the person should think about, the gravest first.
    pub warnings: Vec<String>,
    /// Whether the wallet can answer at all.
    pub can_answer: bool,
    /// The choice that shows the least that is enough.
    pub least: Choice,
    /// The consent that the person gave to exactly this before, if it still stands: the app may send the least without asking again
    /// (`agree_again`).
    pub agreed_before: Option<StandingConsent>,
    /// All of it in sentences, for a screen reader and for a terminal.
    pub spoken: String,
}

/// A consent that the person gave before, by its receipt.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct StandingConsent {
    /// The id of its receipt.
    pub receipt: String,
    /// When it was given.
    pub given: SystemTime,
    /// Until when it stands.
    pub until: SystemTime,
    /// That in a sentence.
    pub sentence: String,
}

/// A receipt that is to be given with an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Record)]
pub struct ReceiptOptions {
    /// For how many seconds the same may be shared with the same verifier without asking again, a year at most; none for this once.
    #[uniffi(default = None)]
    pub stands_seconds: Option<i64>,
}

/// What came of an answer.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Answered {
    /// Where the browser is to go on, if anywhere.
    pub redirect: Option<String>,
    /// What the platform's Digital Credentials API is to be given, JSON text, for a request that came by it.
    pub data: Option<String>,
}

/// Why the person says no. Only the history keeps it: the verifier hears that access was denied.
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
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

/// A request whose sender was authenticated, as far as its identifier allows.
#[derive(uniffi::Object)]
pub struct Request {
    wallet: Arc<Wallet>,
    asked: present::Asked,
}

/// A question to the person, as it stood when it was asked.
#[derive(uniffi::Object)]
pub struct ConsentRequest {
    wallet: Arc<Wallet>,
    request: present::ConsentRequest,
}

/// The person's yes: nothing is signed without one, and each is good once.
#[derive(uniffi::Object)]
pub struct Consent {
    wallet: Arc<Wallet>,
    consent: Mutex<Option<present::Consent>>,
    answering: Mutex<Option<present::Answering>>,
}

macro_rules! quiet {
    ($($name:ident),*) => {$(
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}
quiet!(Request, ConsentRequest, Consent);

#[uniffi::export]
impl Wallet {
    /// Opens a request: the text of its link or QR code.
    ///
    /// Errors: `Offline`; `Input` for a request that breaks a rule or is not by whom it says, with the protocol's own code.
    pub fn open_request(
        self: Arc<Self>,
        link: String,
        client: Arc<dyn HttpClient>,
    ) -> Result<Arc<Request>, TamarackError> {
        outside_callbacks()?;
        let mut asking = present::Asking::new(&link).map_err(TamarackError::from)?;
        match drive(&*client, |reply| self.step(|means, random| asking.step(means, reply, random)))? {
            End::Done(asked) => Ok(Arc::new(Request { wallet: self, asked })),
            End::Browser(_) | End::Later(_) => Err(tamarack::Code::Internal.into()),
        }
    }
}

#[uniffi::export]
impl Request {
    /// What the person is to be asked.
    ///
    /// Errors: `Input` for a request that asks for nothing that is known here; `Storage`, `Locked`.
    pub fn ask(&self) -> Result<Arc<ConsentRequest>, TamarackError> {
        let request = self.wallet.step(|means, _| self.asked.consent_request(means))?;
        Ok(Arc::new(ConsentRequest { wallet: Arc::clone(&self.wallet), request }))
    }

    /// Says no to the verifier.
    ///
    /// Errors: `Offline`, `Storage`, `Locked`.
    pub fn decline(&self, reason: DeclineReason, client: Arc<dyn HttpClient>) -> Result<Answered, TamarackError> {
        let mut answering = self.wallet.step(|means, _| self.asked.decline(reason.into(), means))?;
        self.wallet.deliver(&mut answering, &*client)
    }

    /// Says nothing to anybody; the history keeps that the person said no.
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn ignore(&self, reason: DeclineReason) -> Result<(), TamarackError> {
        self.wallet.step(|means, random| self.asked.ignore(reason.into(), means, random))
    }
}

#[uniffi::export]
impl ConsentRequest {
    /// What to show the person.
    #[must_use]
    pub fn view(&self) -> ConsentView {
        view(&self.request)
    }

    /// The person's yes to a choice, held against the request that was read.
    ///
    /// `receipt`: whether a signed receipt is given with the answer, and for how long the consent then stands; none for none.
    ///
    /// Errors: `Input` with `consent.*` for a choice that lies outside what was asked, or leaves out what must be there.
    #[uniffi::method(default(receipt = None))]
    pub fn agree(&self, choice: Choice, receipt: Option<ReceiptOptions>) -> Result<Arc<Consent>, TamarackError> {
        let pick = |pick: Pick| present::Pick {
            question: pick.question,
            credential: pick.credential,
            claim_set: pick.claim_set.and_then(|set| usize::try_from(set).ok()),
        };
        let choice = present::Choice { picks: choice.picks.into_iter().map(pick).collect(), sign_in: choice.sign_in };
        let now = self.wallet.now()?;
        let consent = self.request.agree(&choice, now).map_err(TamarackError::from)?;
        Ok(self.consented(match receipt {
            Some(receipt) => consent.with_receipt(receipt.stands_seconds),
            None => consent,
        }))
    }

    /// The consent that the person gave before (`agreed_before`), once more: for the least, and for nothing else.
    ///
    /// Errors: `Input` with `consent.outside` if none stands, or it ended meanwhile.
    pub fn agree_again(&self) -> Result<Arc<Consent>, TamarackError> {
        let now = self.wallet.now()?;
        Ok(self.consented(self.request.agree_again(now)?))
    }
}

impl ConsentRequest {
    fn consented(&self, consent: present::Consent) -> Arc<Consent> {
        let wallet = Arc::clone(&self.wallet);
        Arc::new(Consent { wallet, consent: Mutex::new(Some(consent)), answering: Mutex::new(None) })
    }
}

#[uniffi::export]
impl Consent {
    /// Makes the answer that the person agreed to, and sends it. The history has the showing before anything leaves. After `Offline`
    /// it can be called again, and sends the same; otherwise the consent is used up.
    ///
    /// Errors: `Offline`; `Denied` if the device or the verifier says no; `Input` with `consent.used`; `Storage`, `Locked`.
    pub fn present(&self, client: Arc<dyn HttpClient>) -> Result<Answered, TamarackError> {
        outside_callbacks()?;
        let taken = self.consent.lock().unwrap_or_else(PoisonError::into_inner).take();
        let kept = self.answering.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut answering = match (kept, taken) {
            (Some(answering), _) => answering,
            (None, Some(consent)) => self.wallet.step(|means, random| consent.present(means, random))?,
            (None, None) => return Err(TamarackError::used()),
        };
        let answered = self.wallet.deliver(&mut answering, &*client);
        if matches!(answered, Err(TamarackError::Offline { .. })) {
            *self.answering.lock().unwrap_or_else(PoisonError::into_inner) = Some(answering);
        }
        answered
    }
}

impl Wallet {
    fn deliver(&self, answering: &mut present::Answering, client: &dyn HttpClient) -> Result<Answered, TamarackError> {
        match drive(client, |reply| self.step(|means, random| answering.step(means, reply, random)))? {
            End::Done(answered) => Ok(Answered { data: answered.data_json(), redirect: answered.redirect }),
            End::Browser(_) | End::Later(_) => Err(tamarack::Code::Internal.into()),
        }
    }
}

impl From<DeclineReason> for present::DeclineReason {
    fn from(reason: DeclineReason) -> Self {
        match reason {
            DeclineReason::NotWanted => Self::NotWanted,
            DeclineReason::NotTrusted => Self::NotTrusted,
            DeclineReason::TooMuch => Self::TooMuch,
            DeclineReason::NothingFits => Self::NothingFits,
        }
    }
}

fn view(request: &present::ConsentRequest) -> ConsentView {
    let pick = |pick: &present::Pick| Pick {
        question: pick.question.clone(),
        credential: pick.credential.clone(),
        claim_set: pick.claim_set.and_then(|set| u32::try_from(set).ok()),
    };
    let standing = |one: &present::StandingConsent| StandingConsent {
        receipt: one.receipt.clone(),
        given: system_time(one.given),
        until: system_time(one.until),
        sentence: one.sentence.clone(),
    };
    let verifier = &request.verifier;
    ConsentView {
        verifier: verifier.id.clone(),
        verifier_name: verifier.name.clone(),
        standing: match verifier.standing {
            present::VerifierStanding::Known => VerifierStanding::Known,
            present::VerifierStanding::Vouched => VerifierStanding::Vouched,
            present::VerifierStanding::Proved => VerifierStanding::Proved,
            present::VerifierStanding::Address => VerifierStanding::Address,
        },
        standing_sentence: verifier.sentence.clone(),
        answers_to: verifier.answers_to.clone(),
        purpose: request.purpose.clone(),
        questions: request.questions.iter().map(question).collect(),
        sets: request
            .sets
            .iter()
            .map(|set| QuestionSet { required: set.required, options: set.options.clone() })
            .collect(),
        agreements: request.agreements.clone(),
        sign_in: request.sign_in,
        warnings: request.warnings.iter().map(|warning| warning.sentence.clone()).collect(),
        can_answer: request.can_answer,
        least: Choice { picks: request.least.picks.iter().map(pick).collect(), sign_in: request.least.sign_in },
        agreed_before: request.standing.as_ref().map(standing),
        spoken: request.spoken.clone(),
    }
}

impl From<&present::Alternative> for Alternative {
    fn from(one: &present::Alternative) -> Self {
        let claim = |claim: &present::ClaimView| AskedClaim {
            pointer: claim.pointer.clone(),
            name: claim.name.clone(),
            value: claim.value.clone(),
            asked: claim.asked,
            shown_before: claim.shown_before.map(system_time),
            label: claim.label.clone(),
        };
        Self {
            credential: one.credential.clone(),
            title: one.title.clone(),
            issuer: one.issuer.clone(),
            condition: one.condition.into(),
            claims: one.claims.iter().map(claim).collect(),
            claim_set: one.claim_set.and_then(|set| u32::try_from(set).ok()),
            whole: one.whole,
            linkable: one.linkable.map(Strength::from),
            linkability: one.linkability.clone(),
            links: one.links.clone(),
            pseudonym: one.pseudonym,
        }
    }
}

fn question(question: &present::Question) -> Question {
    let miss = |miss: &present::MissView| Miss {
        credential: miss.credential.clone(),
        title: miss.title.clone(),
        reason: miss.reason.clone(),
    };
    Question {
        id: question.id.clone(),
        required: question.required,
        multiple: question.multiple,
        alternatives: question.alternatives.iter().map(Alternative::from).collect(),
        misses: question.misses.iter().map(miss).collect(),
    }
}
