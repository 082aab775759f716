//! Asking a wallet over OpenID4VP and SIOPv2: the verifier's side of one request, and its answer judged.

mod judged;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tamarack::SystemRandomness;
use tamarack::encoding::base64url_encode;
use tamarack::json::{Object, Value, parse, to_string};
use tamarack_openid4vc::vp::answer::{Answer, Rules};
use tamarack_openid4vc::vp::client_id::ClientId;
use tamarack_openid4vc::vp::dc_api::{Protocol, Signature};
use tamarack_openid4vc::vp::dcql::{Authorities, Query};
use tamarack_openid4vc::vp::request::{ResponseMode, ResponseType, UriMethod};
use tamarack_openid4vc::vp::response::receipt;
use tamarack_openid4vc::vp::session::{Ask, Received, Session};
use tamarack_openid4vc::vp::transaction_data::TransactionData;
use tamarack_openid4vc::{Refusal, RefusalCode};
use tamarack_wallet::WalletError;
use zeroize::Zeroizing;

pub use judged::{AnswerVerdict, AnsweredClaim, PresentedCredential};

use crate::error::{Problem, TamarackError};
use crate::evidence::{Evidence, snapshot};
use crate::keys::Key;
use crate::platform::{Clock, HttpClient};
use crate::time::{or_now, system_time};
use crate::verifier::{Verifier, with_client};

/// How a wallet is to answer.
///
/// ```text
/// ask = AskOptions(client_id=me, answer_to=url, query=dcql, mode=AnswerMode.DIRECT_POST_JWT)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum AnswerMode {
    /// Posted to `answer_to`, plain: what protects it is TLS.
    DirectPost,
    /// Posted to `answer_to`, encrypted to a key made for this request.
    DirectPostJwt,
    /// In the fragment of `answer_to`, in the browser of the same device.
    Fragment,
    /// Given back through the platform's Digital Credentials API, plain.
    DcApi,
    /// Given back through the platform's Digital Credentials API, encrypted.
    DcApiJwt,
}

impl From<AnswerMode> for ResponseMode {
    fn from(mode: AnswerMode) -> Self {
        match mode {
            AnswerMode::DirectPost => Self::DirectPost,
            AnswerMode::DirectPostJwt => Self::DirectPostJwt,
            AnswerMode::Fragment => Self::Fragment,
            AnswerMode::DcApi => Self::DcApi,
            AnswerMode::DcApiJwt => Self::DcApiJwt,
        }
    }
}

/// What a verifier wants to ask.
///
/// ```text
/// url = "https://shop.example/answers"
/// ask = AskOptions(client_id="redirect_uri:" + url, answer_to=url, query=dcql)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct AskOptions {
    /// Who asks, with the prefix that says how it is proved (OpenID4VP §5.9.3): `redirect_uri:https://…` for an unsigned request;
    /// `decentralized_identifier:did:…`, `x509_san_dns:…`, `x509_hash:…` or `verifier_attestation:…` for a signed one. None only
    /// for an unsigned request over the Digital Credentials API.
    #[uniffi(default = None)]
    pub client_id: Option<String>,
    /// Where the answer goes, a URL; none over the Digital Credentials API.
    #[uniffi(default = None)]
    pub answer_to: Option<String>,
    /// What is asked for: a DCQL query, JSON text. None for a sign-in by ID token alone.
    #[uniffi(default = None)]
    pub query: Option<String>,
    /// Asks for a self-issued ID token (SIOPv2): who answers, by a key or DID of the person's own.
    #[uniffi(default = false)]
    pub id_token: bool,
    /// How to answer; none for `DirectPost`.
    #[uniffi(default = None)]
    pub mode: Option<AnswerMode>,
    /// Further members of `client_metadata`, JSON text: a name (`client_name`, `client_name#fr`), a logo, addresses.
    #[uniffi(default = None)]
    pub client_metadata: Option<String>,
    /// What the person agrees to by answering (§8.4): each piece JSON text with `type` and `credential_ids`.
    #[uniffi(default = [])]
    pub transaction_data: Vec<String>,
    /// What others say of the verifier: `verifier_info`, a JSON array.
    #[uniffi(default = None)]
    pub verifier_info: Option<String>,
    /// Over the Digital Credentials API: the origins at which this verifier may be answered.
    #[uniffi(default = [])]
    pub origins: Vec<String>,
    /// For how many seconds it stands open, at most 86 400; none for 300.
    #[uniffi(default = None)]
    pub seconds: Option<u32>,
}

impl AskOptions {
    fn ask(self) -> Result<Ask, TamarackError> {
        let query = self.query.map(|text| Query::parse(text.as_bytes())).transpose().map_err(said)?;
        let mut encoded = Vec::with_capacity(self.transaction_data.len());
        for piece in &self.transaction_data {
            let piece = TransactionData::parse(&base64url_encode(piece.as_bytes())).map_err(said)?;
            encoded.push(piece.encode());
        }
        let info = self.verifier_info.map(|text| parse(text.as_bytes()).map(Value::into_owned)).transpose()?;
        let info = match info {
            None => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(said(Refusal::new(RefusalCode::InvalidRequest, "verifier_info"))),
        };
        let defaults = tamarack_openid4vc::limits::REQUEST_SECONDS;
        Ok(Ask {
            client_id: self.client_id.map(|id| ClientId::parse(&id)).transpose().map_err(said)?,
            response_type: match (&query, self.id_token) {
                (_, false) => ResponseType::VpToken,
                (Some(_), true) => ResponseType::VpTokenIdToken,
                (None, true) => ResponseType::IdToken,
            },
            response_mode: self.mode.map_or(ResponseMode::DirectPost, ResponseMode::from),
            answer_to: self.answer_to,
            query,
            client_metadata: self.client_metadata.map(|text| object(&text)).transpose()?.unwrap_or_default(),
            transaction_data: encoded,
            verifier_info: info,
            origins: self.origins,
            wallet_issuer: None,
            seconds: self.seconds.map_or(defaults, i64::from),
        })
    }
}

/// That an issuer stands under an authority which a query names (`trusted_authorities`): what a trusted list or a federation
/// says. Authority key identifiers of certificates need no such word.
///
/// ```text
/// rules = AnswerRules(authorities=[AuthorityMember(kind="etsi_tl", value="https://lotl.example", issuer=did)])
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct AuthorityMember {
    /// The `type` of the query: `etsi_tl`, `openid_federation`.
    pub kind: String,
    /// The value by which the query names the authority.
    pub value: String,
    /// The issuer: its DID or URL.
    pub issuer: String,
}

/// What an answer is held against beside the verifier's policy.
///
/// ```text
/// rules = AnswerRules(weaken_bearer_credentials=True)
/// answer = request.answer(form, verifier, evidence, rules=rules)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]
pub struct AnswerRules {
    /// Accepts a presentation of a credential that names neither key nor subject where a holder's proof is asked for: whoever has
    /// a copy of such a credential can sign a presentation of it.
    #[uniffi(default = false)]
    pub weaken_bearer_credentials: bool,
    /// Which issuers stand under which authorities.
    #[uniffi(default = [])]
    pub authorities: Vec<AuthorityMember>,
}

/// A request for the platform's Digital Credentials API.
///
/// ```text
/// asked = request.dc_api_request(key, header)
/// options = {"protocol": asked.protocol, "data": json.loads(asked.data)}
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct DcApiRequest {
    /// The name of the exchange protocol.
    pub protocol: String,
    /// The `data` of the request, JSON text.
    pub data: String,
}

/// One request to a wallet: its URL or signed object, and what the answer is held against. It is answered once.
///
/// ```text
/// request = WalletRequest(AskOptions(client_id="redirect_uri:" + url, answer_to=url, query=dcql))
/// show_qr(request.unsigned_url("openid4vp://"))
/// answer = request.answer_online(form, verifier, evidence, client)  # the body that the wallet posted to url
/// if answer.outcome == Outcome.ACCEPT: show(answer.presentations[0].claims[0].values)
/// ```
#[derive(Debug, uniffi::Object)]
pub struct WalletRequest {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// Shared with a call that signs: a device may take its time, and call back.
    session: Arc<Session>,
    /// An answer was accepted: there is no second one.
    is_answered: bool,
}

#[uniffi::export]
impl WalletRequest {
    /// Begins: draws the nonce, the state, and the key of an encrypted answer.
    ///
    /// `now`: none for this machine's time.
    ///
    /// ```text
    /// request = WalletRequest(AskOptions(client_id="redirect_uri:" + url, answer_to=url, query=dcql))
    /// ```
    ///
    /// Errors: `Input` with `json.*`, or with `invalid_request` about what does not go together (`client_id`, `dcql_query`,
    /// `response_uri`, `redirect_uri`, `response_mode`, `expected_origins`, `transaction_data`, `verifier_info`).
    #[uniffi::constructor(default(now = None))]
    pub fn new(options: AskOptions, now: Option<SystemTime>) -> Result<Self, TamarackError> {
        let session = Session::begin(options.ask()?, or_now(now), &mut SystemRandomness).map_err(said)?;
        Ok(Self::of(session))
    }

    /// Reads what `expose` wrote, in the process that receives the answer. Whoever keeps requests hands each out for one answer:
    /// two that are read from one text do not know of each other.
    ///
    /// ```text
    /// request = WalletRequest.from_kept(kept)
    /// ```
    ///
    /// Errors: `Input` for what `expose` did not write.
    #[uniffi::constructor]
    pub fn from_kept(kept: String) -> Result<Self, TamarackError> {
        let kept = Zeroizing::new(kept);
        Ok(Self::of(Session::from_kept(&kept).map_err(|refusal| TamarackError::Input { problem: told(refusal) })?))
    }

    /// The request as text for a store of the verifier's. It is secret: it holds the nonce, and the key of an encrypted answer.
    #[must_use]
    pub fn expose(&self) -> String {
        // The text is the caller's from here on, in memory that this library does not reach.
        self.session().expose().to_string()
    }

    /// The nonce that presentations must carry.
    #[must_use]
    pub fn nonce(&self) -> String {
        self.session().nonce().to_owned()
    }

    /// The state that the answer repeats, by which the request is found again; none over the Digital Credentials API.
    #[must_use]
    pub fn state(&self) -> Option<String> {
        self.session().state().map(str::to_owned)
    }

    /// The `kid` of the key that the answer is encrypted to, by which the request of an encrypted answer is found; none if it
    /// comes plain.
    #[must_use]
    pub fn kid(&self) -> Option<String> {
        self.session().kid().map(str::to_owned)
    }

    /// Until when an answer is taken.
    #[must_use]
    pub fn expires(&self) -> SystemTime {
        system_time(self.session().expires())
    }

    /// A secret that goes into the `redirect_uri` of `receipt`: the page that shows the result gives it out to nobody without it
    /// (OpenID4VP §14.3), as the person who began must be the one who answered.
    #[must_use]
    pub fn response_code(&self) -> String {
        self.session().response_code().to_owned()
    }

    /// The unsigned request as a URL of the wallet: `openid4vp://`, `siopv2://`, or the wallet's `authorization_endpoint`.
    ///
    /// ```text
    /// url = request.unsigned_url("openid4vp://")
    /// ```
    ///
    /// Errors: `Input` with `invalid_request` about `client_id` if it demands a signature.
    pub fn unsigned_url(&self, endpoint: String) -> Result<String, TamarackError> {
        self.session().unsigned_url(&endpoint).map_err(said)
    }

    /// The signed request object, and encrypted to the wallet's key if it gave one (`fetched_by_post`).
    ///
    /// `header`: JSON text with what the prefix of the client identifier wants: `kid` (a DID URL), `x5c`, or `jwt`.
    /// `now`: none for this machine's time.
    ///
    /// ```text
    /// signed = request.request_object(key, json.dumps({"kid": did_url}))
    /// ```
    ///
    /// Errors: `Input` with `json.*`, or with `invalid_request` about `client_id` for one that cannot sign; what the device says
    /// of its key.
    #[uniffi::method(default(now = None))]
    pub fn request_object(
        &self,
        key: Arc<Key>,
        header: String,
        now: Option<SystemTime>,
    ) -> Result<String, TamarackError> {
        let (header, session) = (object(&header)?, self.session());
        key.signing_for(said, |signer| session.request_object(&header, signer, or_now(now)))
    }

    /// The URL of the wallet with a request object in it.
    ///
    /// ```text
    /// url = request.url_by_value("openid4vp://", request_object)
    /// ```
    ///
    /// Errors: `Input` with `invalid_request` about `client_id` if there is none.
    pub fn url_by_value(&self, endpoint: String, request_object: String) -> Result<String, TamarackError> {
        self.session().url_by_value(&endpoint, &request_object).map_err(said)
    }

    /// The URL of the wallet with the address of the request object in it: short enough for a QR code.
    ///
    /// `by_post`: the wallet may fetch it with a POST, with a nonce and a key of its own (`fetched_by_post`).
    ///
    /// ```text
    /// url = request.url_by_reference("openid4vp://", "https://shop.example/requests/7")
    /// ```
    ///
    /// Errors: `Input` with `invalid_request` about `client_id` if there is none.
    #[uniffi::method(default(by_post = false))]
    pub fn url_by_reference(
        &self,
        endpoint: String,
        request_uri: String,
        by_post: bool,
    ) -> Result<String, TamarackError> {
        let method = if by_post { UriMethod::Post } else { UriMethod::Get };
        self.session().url_by_reference(&endpoint, &request_uri, method).map_err(said)
    }

    /// Takes the body of the POST that fetches the request object (§5.10), before `request_object`.
    ///
    /// ```text
    /// request.fetched_by_post(body)
    /// signed = request.request_object(key, header)
    /// ```
    ///
    /// Errors: `Input` with `invalid_request` about `parameters`, `wallet_nonce`, `wallet_metadata`.
    pub fn fetched_by_post(&self, body: String) -> Result<(), TamarackError> {
        let mut inner = self.lock();
        let mut fetched = Session::from_kept(&inner.session.expose()).map_err(said)?;
        fetched.fetched_by_post(&body).map_err(said)?;
        inner.session = Arc::new(fetched);
        Ok(())
    }

    /// The request for the Digital Credentials API: signed with a key, unsigned without one. An unsigned one may be offered beside
    /// the signed one; an answer to either is bound to the origin.
    ///
    /// `header`: as for `request_object`; none without a key.
    ///
    /// ```text
    /// asked = request.dc_api_request()
    /// options = {"protocol": asked.protocol, "data": json.loads(asked.data)}
    /// ```
    ///
    /// Errors: `Input` with `json.*`, or with `invalid_request` about `response_mode`, `client_id`; what the device says of its key.
    #[uniffi::method(default(key = None, header = None))]
    pub fn dc_api_request(&self, key: Option<Arc<Key>>, header: Option<String>) -> Result<DcApiRequest, TamarackError> {
        let header = header.map(|text| object(&text)).transpose()?.unwrap_or_default();
        let session = self.session();
        let of = |(protocol, data): (Protocol, Object<'static>)| DcApiRequest {
            protocol: protocol.as_str().to_owned(),
            data: to_string(&Value::Object(data)),
        };
        let Some(key) = key else { return session.dc_api_unsigned().map(of).map_err(said) };
        let no_client = || said(Refusal::new(RefusalCode::InvalidRequest, "client_id"));
        let client_id = session.ask().client_id.as_ref().ok_or_else(no_client)?;
        key.signing_for(said, |signer| session.dc_api_request(&[Signature { client_id, header: &header, signer }]))
            .map(of)
    }

    /// Judges an answer that was posted, or stood in the fragment: the form as it came. It asks no network: what is missing comes
    /// back in `needs`, and the same answer may be brought again. An accepted one is the last.
    ///
    /// `verifier`: its trust list, weakenings and ages; nonce and audience are this request's. `evidence`: what was fetched; none
    /// for none. `now`: none for this machine's time. `rules`: none for the strict ones.
    ///
    /// ```text
    /// answer = request.answer(form, verifier, evidence)
    /// if answer.outcome == Outcome.REJECT: show(answer.problem.message.en)
    /// ```
    ///
    /// Errors: `Denied` with `access_denied` if the wallet says no, about its own error code; `Input` with `invalid_request` about
    /// `expired`, `state`, `response`, `parameters`, `vp_token`, `credentials`, `id_token`; `Denied` with `request.answered`
    /// for what was accepted before. A presentation that is judged bad is no error but a rejection.
    #[uniffi::method(default(evidence = None, now = None, rules = None))]
    pub fn answer(
        &self,
        form: String,
        verifier: Arc<Verifier>,
        evidence: Option<Arc<Evidence>>,
        now: Option<SystemTime>,
        rules: Option<AnswerRules>,
    ) -> Result<AnswerVerdict, TamarackError> {
        self.judge(&Brought::Form(form), &verifier, evidence.as_ref(), now, rules.as_ref())
    }

    /// Judges an answer of the Digital Credentials API.
    ///
    /// `data`: the `data` of the credential, JSON text. `origin`: where it arrived, as the verifier's own page or app knows it.
    /// The others as for `answer`.
    ///
    /// ```text
    /// answer = request.answer_dc_api(data, "https://shop.example", verifier, evidence)
    /// ```
    ///
    /// Errors: as `answer`; `Input` with `json.*`, or with `invalid_request` about `origin`.
    #[uniffi::method(default(evidence = None, now = None, rules = None))]
    pub fn answer_dc_api(
        &self,
        data: String,
        origin: String,
        verifier: Arc<Verifier>,
        evidence: Option<Arc<Evidence>>,
        now: Option<SystemTime>,
        rules: Option<AnswerRules>,
    ) -> Result<AnswerVerdict, TamarackError> {
        self.judge(&Brought::Data(object(&data)?, origin), &verifier, evidence.as_ref(), now, rules.as_ref())
    }

    /// Judges an answer that was posted, lets the app's client fetch what is needed into the evidence, and judges again, as
    /// `Verifier.verify_online` does.
    ///
    /// `clock`: by which to judge and to date what is fetched; none for this machine's. `rules`: none for the strict ones.
    ///
    /// ```text
    /// answer = request.answer_online(form, verifier, evidence, client)
    /// ```
    ///
    /// Errors: as `answer`; what the clock says; `Internal` with `platform.failed` for a client that is broken.
    #[uniffi::method(default(clock = None, rules = None))]
    pub fn answer_online(
        &self,
        form: String,
        verifier: Arc<Verifier>,
        evidence: Arc<Evidence>,
        client: Arc<dyn HttpClient>,
        clock: Option<Arc<dyn Clock>>,
        rules: Option<AnswerRules>,
    ) -> Result<AnswerVerdict, TamarackError> {
        let form = Brought::Form(form);
        with_client(&evidence, client.as_ref(), clock.as_deref(), |now| {
            let answer = self.judge(&form, &verifier, Some(&evidence), Some(now), rules.as_ref())?;
            let (outcome, needs) = (answer.outcome, answer.needs.clone());
            Ok((answer, outcome, needs))
        })
    }
}

/// What a wallet sent.
enum Brought {
    Form(String),
    /// Of the Digital Credentials API, with the origin.
    Data(Object<'static>, String),
}

impl WalletRequest {
    fn of(session: Session) -> Self {
        Self { inner: Mutex::new(Inner { session: Arc::new(session), is_answered: false }) }
    }

    fn session(&self) -> Arc<Session> {
        Arc::clone(&self.lock().session)
    }

    /// Nothing in here is left half done by a panic.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn judge(
        &self,
        brought: &Brought,
        verifier: &Verifier,
        evidence: Option<&Arc<Evidence>>,
        now: Option<SystemTime>,
        rules: Option<&AnswerRules>,
    ) -> Result<AnswerVerdict, TamarackError> {
        let mut inner = self.lock();
        if inner.is_answered {
            return Err(TamarackError::answered());
        }
        let now = or_now(now);
        let (received, origin) = match brought {
            Brought::Form(form) => (inner.session.receive(form, now), None),
            Brought::Data(data, origin) => (inner.session.receive_data(data, now), Some(origin.as_str())),
        };
        let received = received.map_err(said)?;
        if let Received::Refused { error } = &received {
            let mut problem = told(Refusal::new(RefusalCode::AccessDenied, "error"));
            problem.about = Some(error.clone());
            return Err(TamarackError::Denied { problem });
        }
        let mut authorities = Authorities::none();
        for member in rules.map(|rules| rules.authorities.as_slice()).unwrap_or_default() {
            authorities.insert(&*member.kind, &*member.value, &*member.issuer);
        }
        let mut held_against = Rules::new(verifier.policy().clone(), &authorities);
        if verifier.holder_may_differ() {
            held_against = held_against.weaken_holder_may_differ();
        }
        if rules.is_some_and(|rules| rules.weaken_bearer_credentials) {
            held_against = held_against.weaken_bearer_credentials();
        }
        let answer: Answer =
            inner.session.judge(&received, origin, &held_against, &snapshot(evidence), now).map_err(said)?;
        inner.is_answered = answer.outcome == tamarack::Outcome::Accept;
        Ok(AnswerVerdict::from(&answer))
    }
}

/// What the verifier answers to the wallet's POST (§8.2): JSON text, to be sent as `application/json`.
///
/// `redirect_uri`: where the browser of the same device is to go on; none for nowhere.
///
/// ```text
/// body = answer_receipt("https://shop.example/done?code=" + request.response_code())
/// ```
#[uniffi::export(default(redirect_uri = None))]
#[must_use]
pub fn answer_receipt(redirect_uri: Option<String>) -> String {
    receipt(redirect_uri.as_deref())
}

fn object(text: &str) -> Result<Object<'static>, TamarackError> {
    match parse(text.as_bytes())?.into_owned() {
        Value::Object(members) => Ok(members),
        _ => Err(tamarack::Code::JsonSyntax.into()),
    }
}

/// What the protocol refuses, in the words that the wallet has for it.
fn said(refusal: Refusal) -> TamarackError {
    WalletError::from(refusal).into()
}

fn told(refusal: Refusal) -> Problem {
    said(refusal).problem().clone()
}
