//! The wallet's flows one request at a time, for an app that sends them in its own way: over a queue, from another process, with a
//! progress bar. Whoever hands in an `HttpClient` needs none of this.
//!
//! Each flow is a handle with `step`: without a reply at the beginning, and again after the network was lost; else with the reply to
//! what was sent last.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tamarack_wallet::http::{HttpResponse as Came, Reply, Step};
use tamarack_wallet::receive::{self, Event, Opening, Received};
use tamarack_wallet::{present, status};

use super::network::request;
use super::offer::{Acceptance, Due, Offer};
use super::request::{Answered, Consent, DeclineReason, Request, answered};
use super::views::{RefreshReport, RefusedCredential};
use super::{Wallet, outside_callbacks};
use crate::error::TamarackError;
use crate::platform::{HttpRequest, HttpResponse};
use crate::time::system_time;

/// What came of a request.
///
/// ```text
/// step = flow.step(HttpReply.RESPONSE(client.send(step.request)))
/// step = flow.step(HttpReply.UNREACHABLE())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum HttpReply {
    /// There is an answer, whatever its status.
    Response {
        /// The answer.
        response: HttpResponse,
    },
    /// There is none: no network, no such host, no trustworthy certificate, out of time.
    Unreachable,
}

impl From<HttpReply> for Reply {
    fn from(reply: HttpReply) -> Self {
        match reply {
            HttpReply::Unreachable => Self::Unreachable,
            HttpReply::Response { response } => Self::Response(Came {
                status: response.status,
                headers: response.headers.into_iter().map(|header| (header.name, header.value)).collect(),
                body: response.body,
            }),
        }
    }
}

/// What an opening of an offer wants next.
///
/// ```text
/// step = wallet.offer_flow(link).step(None)
/// if isinstance(step, OfferStep.DONE): show(step.offer.preview().spoken)
/// ```
#[derive(Clone, Debug, uniffi::Enum)]
pub enum OfferStep {
    /// Send this, and go on with the reply.
    Send {
        /// The request. No redirect is followed.
        request: HttpRequest,
    },
    /// It is open.
    Done {
        /// The offer.
        offer: Arc<Offer>,
    },
}

/// What a receiving wants next. It is kept in the wallet under its id before this is returned.
///
/// ```text
/// if isinstance(step, ReceivingStep.BROWSER): open_browser(step.url)
/// if isinstance(step, ReceivingStep.LATER): wake_at(step.not_before)
/// if isinstance(step, ReceivingStep.DONE): show(step.credentials, step.refused)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum ReceivingStep {
    /// Send this, and go on with the reply.
    Send {
        /// The request. No redirect is followed.
        request: HttpRequest,
    },
    /// Open this URL in the browser, and go on with the URL that it comes back with.
    Browser {
        /// The URL to open.
        url: String,
    },
    /// The issuer needs time: go on after this time. The app may end meanwhile.
    Later {
        /// When to ask again at the earliest.
        not_before: SystemTime,
    },
    /// It is done.
    Done {
        /// The ids of the credentials that were stored.
        credentials: Vec<String>,
        /// Those that were not, and why.
        refused: Vec<RefusedCredential>,
    },
}

/// What moves a receiving on.
///
/// ```text
/// step = flow.step(ReceivingEvent.GO())
/// step = flow.step(ReceivingEvent.RETURNED("ca.example.wallet:/back?code=k2f8"))
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum ReceivingEvent {
    /// The beginning; or going on after the app was ended, after the network was lost, or after the time of `Later`.
    Go,
    /// The reply to what was sent.
    Reply {
        /// What came.
        reply: HttpReply,
    },
    /// The browser came back.
    Returned {
        /// The URL that it came back with.
        url: String,
    },
}

/// What an opening of a request wants next.
///
/// ```text
/// step = wallet.request_flow(request_link).step(None)
/// if isinstance(step, RequestStep.DONE): view = step.asked.ask().view()
/// ```
#[derive(Clone, Debug, uniffi::Enum)]
pub enum RequestStep {
    /// Send this, and go on with the reply.
    Send {
        /// The request to send. No redirect is followed.
        request: HttpRequest,
    },
    /// It is open, and its sender authenticated as far as its identifier allows.
    Done {
        /// What the verifier asks.
        asked: Arc<Request>,
    },
}

/// What an answer wants next.
///
/// ```text
/// if isinstance(step, AnswerStep.DONE): open_browser(step.answered.redirect)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum AnswerStep {
    /// Send this, and go on with the reply.
    Send {
        /// The request. No redirect is followed.
        request: HttpRequest,
    },
    /// It is delivered.
    Done {
        /// What came of it.
        answered: Answered,
    },
}

/// What a refreshing wants next.
///
/// ```text
/// if isinstance(step, RefreshStep.DONE): show(step.report.changed)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum RefreshStep {
    /// Send this, and go on with the reply. A list that does not come is no error.
    Send {
        /// The request. No redirect is followed.
        request: HttpRequest,
    },
    /// It is done.
    Done {
        /// What changed.
        report: RefreshReport,
    },
}

/// The opening of an offer, one request at a time.
///
/// ```text
/// flow = wallet.offer_flow(link)
/// step = flow.step(None)
/// while isinstance(step, OfferStep.SEND): step = flow.step(HttpReply.RESPONSE(client.send(step.request)))
/// preview = step.offer.preview()
/// ```
#[derive(uniffi::Object)]
pub struct OfferFlow {
    wallet: Arc<Wallet>,
    opening: Mutex<Opening>,
}

/// A receiving, one request at a time.
///
/// ```text
/// flow = offer.begin(Acceptance(tx_code=code))
/// step = flow.step(ReceivingEvent.GO())
/// while isinstance(step, ReceivingStep.SEND): step = flow.step(ReceivingEvent.REPLY(HttpReply.RESPONSE(client.send(step.request))))
/// ```
#[derive(uniffi::Object)]
pub struct ReceivingFlow {
    wallet: Arc<Wallet>,
    receiving: Mutex<receive::Receiving>,
}

/// The opening of a request, one request at a time.
///
/// ```text
/// flow = wallet.request_flow(request_link)
/// step = flow.step(None)
/// while isinstance(step, RequestStep.SEND): step = flow.step(HttpReply.RESPONSE(client.send(step.request)))
/// view = step.asked.ask().view()
/// ```
#[derive(uniffi::Object)]
pub struct RequestFlow {
    wallet: Arc<Wallet>,
    asking: Mutex<present::Asking>,
}

/// An answer on its way, one request at a time. The history has it before the first request is handed out.
///
/// ```text
/// flow = asked.agree(view.least).begin()
/// step = flow.step(None)
/// while isinstance(step, AnswerStep.SEND): step = flow.step(HttpReply.RESPONSE(client.send(step.request)))
/// ```
#[derive(uniffi::Object)]
pub struct AnswerFlow {
    wallet: Arc<Wallet>,
    answering: Mutex<present::Answering>,
}

/// A refreshing of the states of what the wallet holds, one request at a time.
///
/// ```text
/// flow = wallet.refresh_flow()
/// step = flow.step(None)
/// while isinstance(step, RefreshStep.SEND): step = flow.step(HttpReply.RESPONSE(client.send(step.request)))
/// changed = step.report.changed
/// ```
#[derive(uniffi::Object)]
pub struct RefreshFlow {
    wallet: Arc<Wallet>,
    refreshing: Mutex<status::Refreshing>,
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
quiet!(OfferFlow, ReceivingFlow, RequestFlow, AnswerFlow, RefreshFlow);

#[uniffi::export]
impl Wallet {
    /// Begins to open an offer: the text of its link or QR code, or its own JSON. Nothing is sent yet.
    ///
    /// ```text
    /// flow = wallet.offer_flow(link)
    /// step = flow.step(None)
    /// ```
    ///
    /// Errors: `Input` for what is no offer, with the protocol's own code.
    pub fn offer_flow(self: Arc<Self>, link: String) -> Result<Arc<OfferFlow>, TamarackError> {
        Ok(Arc::new(OfferFlow { opening: Mutex::new(Opening::new(&link)?), wallet: self }))
    }

    /// Takes up a receiving that is kept (`pending`). Nothing is sent yet.
    ///
    /// ```text
    /// flow = wallet.resume_flow(wallet.pending()[0].id)
    /// step = flow.step(ReceivingEvent.GO())
    /// ```
    ///
    /// Errors: `Input` with `record.missing`; `Storage`, `Locked`.
    pub fn resume_flow(self: Arc<Self>, id: String) -> Result<Arc<ReceivingFlow>, TamarackError> {
        let receiving = self.step(|means, _| receive::Receiving::resume(means.store, &id))?;
        Ok(Arc::new(ReceivingFlow { receiving: Mutex::new(receiving), wallet: self }))
    }

    /// Begins to ask for more of a credential (`due`). Nothing is sent yet.
    ///
    /// ```text
    /// for due in wallet.due(): step = wallet.renewal_flow(due).step(ReceivingEvent.GO())
    /// ```
    ///
    /// Errors: `Input` with `renewal.none`, `record.missing`; `Storage`, `Locked`.
    pub fn renewal_flow(self: Arc<Self>, due: Due) -> Result<Arc<ReceivingFlow>, TamarackError> {
        let receiving =
            self.step(|means, random| receive::Receiving::renew(&due.credential, due.why(), means, random))?;
        Ok(Arc::new(ReceivingFlow { receiving: Mutex::new(receiving), wallet: self }))
    }

    /// Begins to open a request: the text of its link or QR code. Nothing is sent yet.
    ///
    /// ```text
    /// flow = wallet.request_flow(request_link)
    /// step = flow.step(None)
    /// ```
    ///
    /// Errors: `Input` for what is no request, with the protocol's own code.
    pub fn request_flow(self: Arc<Self>, link: String) -> Result<Arc<RequestFlow>, TamarackError> {
        Ok(Arc::new(RequestFlow { asking: Mutex::new(present::Asking::new(&link)?), wallet: self }))
    }

    /// Begins to refresh the states of what the wallet holds. Nothing is sent yet.
    ///
    /// ```text
    /// flow = wallet.refresh_flow()
    /// step = flow.step(None)
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn refresh_flow(self: Arc<Self>) -> Result<Arc<RefreshFlow>, TamarackError> {
        let refreshing = self.step(|means, random| status::Refreshing::begin(means, random))?;
        Ok(Arc::new(RefreshFlow { refreshing: Mutex::new(refreshing), wallet: self }))
    }
}

#[uniffi::export]
impl Offer {
    /// Takes the offer up, as the person said, one request at a time. It is kept in the wallet from now on; nothing is sent yet.
    ///
    /// ```text
    /// flow = offer.begin(Acceptance(tx_code=code, copies=1))
    /// step = flow.step(ReceivingEvent.GO())
    /// ```
    ///
    /// Errors: `Input` for a code that is missing or wrong, or for a configuration that is not offered; `Storage`, `Locked`.
    pub fn begin(&self, acceptance: Acceptance) -> Result<Arc<ReceivingFlow>, TamarackError> {
        let receiving = self.accepted(acceptance)?;
        Ok(Arc::new(ReceivingFlow { receiving: Mutex::new(receiving), wallet: self.wallet() }))
    }
}

#[uniffi::export]
impl Request {
    /// Says no to the verifier, one request at a time.
    ///
    /// ```text
    /// flow = request.begin_decline(DeclineReason.NOT_TRUSTED)
    /// step = flow.step(None)
    /// ```
    ///
    /// Errors: `Input` for a request that names no address to answer to; `Storage`, `Locked`.
    pub fn begin_decline(&self, reason: DeclineReason) -> Result<Arc<AnswerFlow>, TamarackError> {
        let answering = self.declining(reason)?;
        Ok(Arc::new(AnswerFlow { answering: Mutex::new(answering), wallet: self.wallet() }))
    }
}

#[uniffi::export]
impl Consent {
    /// Makes the answer that the person agreed to, to be sent one request at a time. This uses the consent up.
    ///
    /// ```text
    /// flow = consent.begin()
    /// step = flow.step(None)
    /// ```
    ///
    /// Errors: `Denied` if the device says no; `Input` with `consent.used`; `Storage`, `Locked`.
    pub fn begin(&self) -> Result<Arc<AnswerFlow>, TamarackError> {
        let answering = self.answering()?;
        Ok(Arc::new(AnswerFlow { answering: Mutex::new(answering), wallet: self.wallet() }))
    }
}

#[uniffi::export]
impl OfferFlow {
    /// Goes on, with the reply to what was sent last.
    ///
    /// ```text
    /// step = flow.step(None)
    /// while isinstance(step, OfferStep.SEND): step = flow.step(HttpReply.RESPONSE(client.send(step.request)))
    /// offer = step.offer
    /// ```
    ///
    /// Errors: `Offline`; `Input` for what cannot be followed, with the protocol's own code; `Denied` if the issuer says no.
    pub fn step(&self, reply: Option<HttpReply>) -> Result<OfferStep, TamarackError> {
        outside_callbacks()?;
        let mut opening = held(&self.opening);
        match self.wallet.step(|means, _| opening.step(means, reply.map(Reply::from)))? {
            Step::Send(wanted) => Ok(OfferStep::Send { request: request(&wanted) }),
            Step::Done(offered) => {
                Ok(OfferStep::Done { offer: Arc::new(Offer::of(Arc::clone(&self.wallet), offered)) })
            }
            Step::Browser(_) | Step::Later { .. } => Err(tamarack::Code::Internal.into()),
        }
    }
}

#[uniffi::export]
impl ReceivingFlow {
    /// The id under which it is kept in the wallet.
    ///
    /// ```text
    /// store(flow.id())  # for wallet.resume_flow
    /// ```
    ///
    /// Errors: none but that of a call from within a callback.
    pub fn id(&self) -> Result<String, TamarackError> {
        outside_callbacks()?;
        Ok(held(&self.receiving).id().to_owned())
    }

    /// Goes on. What comes is verified before it is kept.
    ///
    /// ```text
    /// step = flow.step(ReceivingEvent.GO())
    /// if isinstance(step, ReceivingStep.SEND): step = flow.step(ReceivingEvent.REPLY(HttpReply.RESPONSE(client.send(step.request))))
    /// ```
    ///
    /// Errors: `Offline`, after which it goes on with `Go`; `Input` with `flow.step` for a reply to nothing; any other ends it.
    pub fn step(&self, event: ReceivingEvent) -> Result<ReceivingStep, TamarackError> {
        outside_callbacks()?;
        let event = match event {
            ReceivingEvent::Go => Event::Go,
            ReceivingEvent::Reply { reply } => Event::Reply(reply.into()),
            ReceivingEvent::Returned { url } => Event::Returned(url),
        };
        let mut receiving = held(&self.receiving);
        Ok(match self.wallet.step(|means, random| receiving.step(means, event, random))? {
            Step::Send(wanted) => ReceivingStep::Send { request: request(&wanted) },
            Step::Browser(url) => ReceivingStep::Browser { url },
            Step::Later { not_before } => ReceivingStep::Later { not_before: system_time(not_before) },
            Step::Done(Received { credentials, refused }) => {
                ReceivingStep::Done { credentials, refused: refused.into_iter().map(RefusedCredential::from).collect() }
            }
        })
    }
}

#[uniffi::export]
impl RequestFlow {
    /// Goes on, with the reply to what was sent last.
    ///
    /// ```text
    /// step = flow.step(None)
    /// while isinstance(step, RequestStep.SEND): step = flow.step(HttpReply.RESPONSE(client.send(step.request)))
    /// asked = step.asked.ask()
    /// ```
    ///
    /// Errors: `Offline`; `Input` for a request that breaks a rule or is not by whom it says, with the protocol's own code.
    pub fn step(&self, reply: Option<HttpReply>) -> Result<RequestStep, TamarackError> {
        outside_callbacks()?;
        let mut asking = held(&self.asking);
        match self.wallet.step(|means, random| asking.step(means, reply.map(Reply::from), random))? {
            Step::Send(wanted) => Ok(RequestStep::Send { request: request(&wanted) }),
            Step::Done(asked) => {
                Ok(RequestStep::Done { asked: Arc::new(Request::of(Arc::clone(&self.wallet), asked)) })
            }
            Step::Browser(_) | Step::Later { .. } => Err(tamarack::Code::Internal.into()),
        }
    }
}

#[uniffi::export]
impl AnswerFlow {
    /// Goes on, with the reply to what was sent last; without one, it is sent (again).
    ///
    /// ```text
    /// step = flow.step(None)
    /// while isinstance(step, AnswerStep.SEND): step = flow.step(HttpReply.RESPONSE(client.send(step.request)))
    /// redirect = step.answered.redirect
    /// ```
    ///
    /// Errors: `Offline`, after which it can be sent again; `Denied` or `Input` if the verifier refuses; `Storage`, `Locked`.
    pub fn step(&self, reply: Option<HttpReply>) -> Result<AnswerStep, TamarackError> {
        outside_callbacks()?;
        let mut answering = held(&self.answering);
        match self.wallet.step(|means, random| answering.step(means, reply.map(Reply::from), random))? {
            Step::Send(wanted) => Ok(AnswerStep::Send { request: request(&wanted) }),
            Step::Done(done) => Ok(AnswerStep::Done { answered: answered(done, &answering) }),
            Step::Browser(_) | Step::Later { .. } => Err(tamarack::Code::Internal.into()),
        }
    }
}

#[uniffi::export]
impl RefreshFlow {
    /// Goes on, with the reply to what was sent last.
    ///
    /// ```text
    /// step = flow.step(None)
    /// while isinstance(step, RefreshStep.SEND): step = flow.step(HttpReply.RESPONSE(client.send(step.request)))
    /// report = step.report
    /// ```
    ///
    /// Errors: `Input` with `flow.over` after its end; `Storage`, `Locked`. A list that does not come is no error.
    pub fn step(&self, reply: Option<HttpReply>) -> Result<RefreshStep, TamarackError> {
        outside_callbacks()?;
        let mut refreshing = held(&self.refreshing);
        match self.wallet.step(|means, random| refreshing.step(means, reply.map(Reply::from), random))? {
            Step::Send(wanted) => Ok(RefreshStep::Send { request: request(&wanted) }),
            Step::Done(report) => Ok(RefreshStep::Done { report: report.into() }),
            Step::Browser(_) | Step::Later { .. } => Err(tamarack::Code::Internal.into()),
        }
    }
}

/// One step at a time. A step that panicked has left the flow as it was before or after.
fn held<T>(flow: &Mutex<T>) -> MutexGuard<'_, T> {
    flow.lock().unwrap_or_else(PoisonError::into_inner)
}
