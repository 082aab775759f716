//! Presenting: a request is opened, the person is asked, and only what they agreed to is shown.

use std::sync::{Arc, Mutex, PoisonError};

use tamarack::json;
use tamarack_openid4vc::vp::{client_id, dc_api};
use tamarack_openid4vc::{Refusal, RefusalCode};
use tamarack_wallet::{WalletError, present};

use super::consent_view::{Choice, ConsentView, Pick, VerifierView, view};
use super::network::{End, drive};
use super::receipts::ConsentReceipt;
use super::{Wallet, outside_callbacks};
use crate::error::TamarackError;
use crate::evidence::{Evidence, snapshot};
use crate::platform::HttpClient;

/// A receipt that is to be given with an answer.
///
/// ```text
/// consent = asked.agree(view.least, ReceiptOptions(stands_seconds=2592000))  # 30 days
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Record)]
pub struct ReceiptOptions {
    /// For how many seconds the same may be shared with the same verifier without asking again, a year at most; none for this once.
    #[uniffi(default = None)]
    pub stands_seconds: Option<i64>,
}

/// What came of an answer.
///
/// ```text
/// answered = consent.present(client)
/// if answered.redirect: open_browser(answered.redirect)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Answered {
    /// Where the browser is to go on, if anywhere.
    pub redirect: Option<String>,
    /// What the platform's Digital Credentials API is to be given, JSON text, for a request that came by it.
    pub data: Option<String>,
    /// The receipt of the consent, if one was given: the person's, to hand to the verifier.
    pub receipt: Option<ConsentReceipt>,
}

/// Why the person says no. Only the history keeps it: the verifier hears that access was denied.
///
/// ```text
/// request.decline(DeclineReason.TOO_MUCH, client)
/// ```
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
///
/// ```text
/// request = wallet.open_request(request_link, client)
/// show(request.verifier().sentence)
/// asked = request.ask()
/// ```
#[derive(uniffi::Object)]
pub struct Request {
    wallet: Arc<Wallet>,
    asked: present::Asked,
}

/// A question to the person, as it stood when it was asked.
///
/// ```text
/// view = asked.view()
/// show(view.spoken)
/// consent = asked.agree(view.least)
/// ```
#[derive(uniffi::Object)]
pub struct ConsentRequest {
    wallet: Arc<Wallet>,
    request: present::ConsentRequest,
}

/// The person's yes: nothing is signed without one, and each is good once.
///
/// ```text
/// answered = consent.present(client)
/// ```
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
    /// ```text
    /// request = wallet.open_request(request_link, client)
    /// show(request.verifier().sentence)
    /// ```
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
            End::Done(asked) => Ok(Arc::new(Request::of(self, asked))),
            End::Browser(_) | End::Later(_) => Err(tamarack::Code::Internal.into()),
        }
    }

    /// Opens a request that the platform's Digital Credentials API brings (OpenID4VP, Appendix A). No network is asked; the answer is
    /// `Answered.data`, for the platform.
    ///
    /// `protocol`: `openid4vp-v1-unsigned`, `openid4vp-v1-signed` or `openid4vp-v1-multisigned`. `data`: the request, JSON text.
    /// `origin`: of whoever asks, as the platform vouches for it. `evidence`: the DID documents of verifiers that are known by a DID.
    ///
    /// ```text
    /// request = wallet.open_platform_request("openid4vp-v1-signed", data, "https://shop.example")
    /// asked = request.ask()
    /// ```
    ///
    /// Errors: `Input` for a request that breaks a rule or is not by whom it says, with the protocol's own code.
    #[uniffi::method(default(evidence = None))]
    pub fn open_platform_request(
        self: Arc<Self>,
        protocol: String,
        data: String,
        origin: String,
        evidence: Option<Arc<Evidence>>,
    ) -> Result<Arc<Request>, TamarackError> {
        let wrong = |about: &'static str| WalletError::from(Refusal::new(RefusalCode::InvalidRequest, about));
        let protocol = dc_api::Protocol::of(&protocol).ok_or_else(|| wrong("protocol"))?;
        let parsed = json::parse(data.as_bytes())?;
        let data = parsed.as_object().ok_or_else(|| wrong("request"))?;
        let evidence = snapshot(evidence.as_ref());
        let request = self.step(|means, _| {
            let trust = client_id::Trust {
                evidence: &evidence,
                anchors: &means.trust.anchors,
                attesters: &means.trust.attesters,
                registered: &means.trust.registered,
                now: means.clock.now(),
            };
            Ok(dc_api::read(protocol, data, &origin, &trust)?)
        })?;
        Ok(Arc::new(Request::of(self, present::Asked::of(request))))
    }
}

#[uniffi::export]
impl Request {
    /// Who asks, how it is called and who vouches for it.
    ///
    /// ```text
    /// who = request.verifier()
    /// show(who.name, who.sentence)
    /// ```
    ///
    /// Errors: none but that of a call from within a callback, and of the app's clock.
    pub fn verifier(&self) -> Result<VerifierView, TamarackError> {
        let view = self.wallet.step(|means, _| Ok(self.asked.verifier(means)))?;
        Ok(VerifierView {
            id: view.id,
            name: view.name,
            self_named: view.self_named,
            standing: view.standing.into(),
            sentence: view.sentence,
            answers_to: view.answers_to,
        })
    }

    /// What the person is to be asked.
    ///
    /// ```text
    /// asked = request.ask()
    /// show(asked.view().spoken)
    /// ```
    ///
    /// Errors: `Input` for a request that asks for nothing that is known here; `Storage`, `Locked`.
    pub fn ask(&self) -> Result<Arc<ConsentRequest>, TamarackError> {
        let request = self.wallet.step(|means, _| self.asked.consent_request(means))?;
        Ok(Arc::new(ConsentRequest { wallet: Arc::clone(&self.wallet), request }))
    }

    /// Says no to the verifier.
    ///
    /// ```text
    /// answered = request.decline(DeclineReason.NOT_WANTED, client)
    /// ```
    ///
    /// Errors: `Offline`, `Storage`, `Locked`.
    pub fn decline(&self, reason: DeclineReason, client: Arc<dyn HttpClient>) -> Result<Answered, TamarackError> {
        let mut answering = self.declining(reason)?;
        self.wallet.deliver(&mut answering, &*client)
    }

    /// Says nothing to anybody; the history keeps that the person said no.
    ///
    /// ```text
    /// request.ignore(DeclineReason.NOT_TRUSTED)
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn ignore(&self, reason: DeclineReason) -> Result<(), TamarackError> {
        self.wallet.step(|means, random| self.asked.ignore(reason.into(), means, random))
    }
}

impl Request {
    pub(super) const fn of(wallet: Arc<Wallet>, asked: present::Asked) -> Self {
        Self { wallet, asked }
    }

    pub(super) fn wallet(&self) -> Arc<Wallet> {
        Arc::clone(&self.wallet)
    }

    pub(super) fn declining(&self, reason: DeclineReason) -> Result<present::Answering, TamarackError> {
        self.wallet.step(|means, _| self.asked.decline(reason.into(), means))
    }
}

#[uniffi::export]
impl ConsentRequest {
    /// What to show the person.
    ///
    /// ```text
    /// view = asked.view()
    /// show(view.verifier_name, view.purpose, [warning.sentence for warning in view.warnings])
    /// ```
    #[must_use]
    pub fn view(&self) -> ConsentView {
        view(&self.request)
    }

    /// What is chosen by saying numbers (`Alternative.number`): the least, with what the numbers name in the place of what it has for
    /// the same question, or beside it where the verifier would like it as well. No number is a plain yes.
    ///
    /// ```text
    /// consent = asked.agree(asked.choose([2]))
    /// ```
    ///
    /// Errors: `Input` with `consent.outside` for a number that no alternative has. Whether the choice is enough, `agree` says.
    pub fn choose(&self, numbers: Vec<u32>) -> Result<Choice, TamarackError> {
        let numbers: Vec<usize> = numbers.into_iter().map(|n| usize::try_from(n).unwrap_or(usize::MAX)).collect();
        Ok(Choice::from(&self.request.choose(&numbers)?))
    }

    /// The person's yes to a choice, held against the request that was read.
    ///
    /// `receipt`: whether a signed receipt is given with the answer, and for how long the consent then stands; none for none.
    ///
    /// ```text
    /// consent = asked.agree(view.least, ReceiptOptions(stands_seconds=86400))
    /// ```
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
    /// ```text
    /// if asked.view().agreed_before: consent = asked.agree_again()
    /// ```
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
    /// it can be called again, and sends the same; also after a device that did not sign (`Locked` with `platform.locked`: show the
    /// system's prompt first). Otherwise the consent is used up.
    ///
    /// ```text
    /// answered = consent.present(client)
    /// if answered.redirect: open_browser(answered.redirect)
    /// ```
    ///
    /// Errors: `Offline`; `Internal` if the client is broken, after which it can be called again as well; `Denied` if the device or the verifier says no; `Input` with `consent.used`; `Storage`, `Locked`.
    pub fn present(&self, client: Arc<dyn HttpClient>) -> Result<Answered, TamarackError> {
        outside_callbacks()?;
        let mut answering = self.answering()?;
        let answered = self.wallet.deliver(&mut answering, &*client);
        // What has not been sent can be sent again: the person said yes to it.
        if matches!(answered, Err(TamarackError::Offline { .. } | TamarackError::Internal { .. })) {
            *self.answering.lock().unwrap_or_else(PoisonError::into_inner) = Some(answering);
        }
        answered
    }
}

impl Consent {
    pub(super) fn wallet(&self) -> Arc<Wallet> {
        Arc::clone(&self.wallet)
    }

    /// The answer: the one that could not be sent, or a new one, which uses the consent up.
    pub(super) fn answering(&self) -> Result<present::Answering, TamarackError> {
        outside_callbacks()?;
        let taken = self.consent.lock().unwrap_or_else(PoisonError::into_inner).take();
        let kept = self.answering.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (kept, taken) {
            (Some(answering), _) => Ok(answering),
            (None, Some(consent)) => {
                let mut given_back = None;
                let made = self.wallet.step(|means, random| {
                    consent.try_present(means, random).map_err(|(error, consent)| {
                        given_back = Some(*consent);
                        error
                    })
                });
                // Nothing was made of it: the person need not be asked again.
                *self.consent.lock().unwrap_or_else(PoisonError::into_inner) = given_back;
                made
            }
            (None, None) => Err(TamarackError::used()),
        }
    }
}

/// What came of an answer, with the receipt that it carries.
pub(super) fn answered(done: present::Answered, answering: &present::Answering) -> Answered {
    let receipt = answering.receipt().cloned().map(ConsentReceipt::from);
    Answered { data: done.data_json(), redirect: done.redirect, receipt }
}

impl Wallet {
    fn deliver(&self, answering: &mut present::Answering, client: &dyn HttpClient) -> Result<Answered, TamarackError> {
        match drive(client, |reply| self.step(|means, random| answering.step(means, reply, random)))? {
            End::Done(done) => Ok(answered(done, answering)),
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
