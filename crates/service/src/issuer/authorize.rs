//! The authorization endpoint (OpenID4VCI §5, RFC 6749 §4.1, RFC 9126): a wallet sends a person, the person signs in, the
//! wallet gets a code.
//!
//! ```text
//! PAR ─► /authorize ─► provider ─► /sign-in/{provider}/callback ─► (/confirm) ─► wallet, with code, state and iss
//!            └── what was asked waits in the store, under the state of the sign-in ──┘
//! ```

use axum::extract::{Extension, Form as Posted, Path, RawQuery, State};
use axum::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tamarack::messages::Lang;
use tamarack::{SystemRandomness, Timestamp};
use tamarack_openid4vc::limits::{BOUND_SECONDS, CODE_SECONDS};
use tamarack_openid4vc::oauth::authorization::{AuthorizationRequest, Rejection};
use tamarack_openid4vc::oauth::grant::{Authorization, Granted, Presenter};
use tamarack_openid4vc::oauth::nonce::NoncePurpose;
use tamarack_openid4vc::oauth::par::{self, PushedRequest};
use tamarack_openid4vc::oauth::{Form, Secret};
use tamarack_openid4vc::{Refusal, RefusalCode};

use super::answer::{Answer, content_type, json, store};
use super::applicant::Applicant;
use super::authorize_pages::{Choice, confirm_page, stopped_page};
use super::citizens::{Citizens, Wallet};
use super::fresh::with_nonces;
use super::offers::{ISSUER_STATE, subject_of};
use super::service::{IssuerService, now};
use super::source::SourceError;
use super::token::presenter;
use crate::http::{Cookies, Csrf, Language, Problem, RequestId, form_target_policy, same};
use crate::limits;
use crate::sign_in::{Person, SignIn, SignInError, Wish};
use crate::store::{AuditEvent, NewTicket};

/// The kind of the tickets of pushed requests.
const PUSHED: &str = "request_uri";
/// The kind of the tickets of authorization codes.
pub(super) const CODE: &str = "authorization_code";
/// The kind of the tickets of decisions that a person has still to make.
pub(super) const CONFIRM: &str = "confirmation";
/// The kind of the tickets of pages that say why it cannot go on.
const STOPPED: &str = "stopped";

/// A request on its way through the sign-in, and then through the confirmation.
#[derive(Clone, Serialize, Deserialize)]
struct Away {
    /// The parameters.
    form: String,
    /// Who pushed it.
    presenter: Option<Presenter>,
    granted: Vec<Granted>,
    /// Who signed in: an id in the store; empty before.
    subject: String,
    /// In which browser; empty before.
    browser: String,
}

/// A request with the wallet that made it.
struct Request<'c> {
    request: AuthorizationRequest,
    wallet: &'c Wallet,
    presenter: Option<Presenter>,
    granted: Vec<Granted>,
}

fn citizens(service: &IssuerService) -> Result<(&Citizens, &SignIn), Refusal> {
    let closed = Refusal::new(RefusalCode::UnauthorizedClient, "the authorization endpoint");
    service.settings().citizens.as_deref().zip(service.sign_in()).ok_or(closed)
}

/// `POST /par` (RFC 9126).
pub(super) async fn push(State(service): State<IssuerService>, headers: HeaderMap, body: String) -> Response {
    with_nonces(&service, NoncePurpose::DpopServer, take_pushed(&service, &headers, &body).await)
}

async fn take_pushed(service: &IssuerService, headers: &HeaderMap, body: &str) -> Answer {
    if !content_type(headers).starts_with("application/x-www-form-urlencoded") {
        return Err(Refusal::new(RefusalCode::InvalidRequest, "Content-Type").into());
    }
    let now = now();
    let (citizens, _) = citizens(service)?;
    let form = Form::parse(body)?;
    let client_id = form.need("client_id")?;
    let unknown = || Refusal::new(RefusalCode::InvalidClient, "client_id");
    let wallet = citizens.wallet(client_id).ok_or_else(unknown)?;
    let (presenter, mut once) = presenter(service, headers, Some(client_id), "/par", now)?;
    once.let_in(service).await?;
    let server = service.base().url().as_str();
    let (response, record) = par::push(body, &wallet.client, &presenter, server, now, &mut SystemRandomness)?;
    // What would be refused later is refused now, where the wallet can read why.
    let request = AuthorizationRequest::read(&form, &wallet.client, server).map_err(|it| it.refusal().clone())?;
    let granted = request.wanted(&service.catalogue().metadata)?;
    needs(service, citizens, &granted)?;
    let payload = serde_json::to_string(&record).map_err(|_| broken())?;
    let ticket = NewTicket {
        kind: PUSHED,
        secret: &response.request_uri,
        family: "",
        payload: &payload,
        created: now,
        expires: record.expires,
    };
    service.database().put_ticket(&ticket).await?;
    Ok(json(201, "application/json", response.to_json()))
}

/// What the types of a request need together.
struct Needs {
    provider: Option<String>,
    acr: Vec<String>,
    max_age: Option<u32>,
}

/// One person signs in once: at the provider that every type names, on a level that is enough for each.
fn needs(service: &IssuerService, citizens: &Citizens, granted: &[Granted]) -> Result<Needs, Refusal> {
    let refuse = |about| Refusal::new(RefusalCode::InvalidScope, about);
    let catalogue = service.catalogue();
    let mut needs: Option<Needs> = None;
    for one in granted {
        let offering = citizens.offering(&one.configuration).ok_or_else(|| refuse("a type without sign-in"))?;
        let of = catalogue.credential_type(&one.configuration).ok_or_else(|| refuse("a type without sign-in"))?;
        let assurance = of.assurance.as_ref();
        let acr = assurance.map(|assurance| assurance.acr.clone()).unwrap_or_default();
        let max_age = assurance.and_then(|assurance| assurance.max_age);
        match &mut needs {
            None => needs = Some(Needs { provider: offering.provider.clone(), acr, max_age }),
            Some(all) => {
                if all.provider != offering.provider {
                    return Err(refuse("types of different providers"));
                }
                if all.acr.is_empty() {
                    all.acr = acr;
                } else if !acr.is_empty() {
                    all.acr.retain(|level| acr.contains(level));
                    if all.acr.is_empty() {
                        return Err(refuse("types of different levels"));
                    }
                }
                all.max_age = all.max_age.into_iter().chain(max_age).min();
            }
        }
    }
    needs.ok_or_else(|| refuse("scope"))
}

/// `GET /authorize`: with a pushed request, or the parameters themselves where the settings let them.
pub(super) async fn authorize(
    State(service): State<IssuerService>,
    RawQuery(query): RawQuery,
    cookies: Cookies,
    Language(lang): Language,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let now = now();
    let (citizens, sign_in) = citizens(&service)?;
    let form = Form::parse(&query.unwrap_or_default())?;
    let request = match read(&service, citizens, &form, now).await? {
        Ok(request) => request,
        Err(rejection) => return reject(rejection),
    };
    let server = service.base().url().as_str();
    let needs = match needs(&service, citizens, &request.granted) {
        Ok(needs) => needs,
        Err(refusal) => return reject(request.request.reject(refusal, server)),
    };
    let away = Away {
        form: request.request.to_form().encode(),
        presenter: request.presenter.clone(),
        granted: request.granted.clone(),
        subject: String::new(),
        browser: String::new(),
    };
    let continuation = serde_json::to_string(&away).map_err(|_| Problem::internal())?;
    let wish = Wish {
        provider: needs.provider.as_deref(),
        acr: &needs.acr,
        max_age: needs.max_age,
        lang,
        continuation: &continuation,
    };
    match sign_in.begin(&wish, &headers, cookies, now).await {
        Ok(redirect) => Ok(redirect.into_response()),
        Err(error) => stop(&service, &request, Stop::SignIn(error), &headers, now).await,
    }
}

/// The request of a browser that comes to `/authorize`.
async fn read<'c>(
    service: &IssuerService,
    citizens: &'c Citizens,
    front: &Form,
    now: Timestamp,
) -> Result<Result<Request<'c>, Rejection>, Problem> {
    let server = service.base().url().as_str();
    let show = |code, about| Ok(Err(Rejection::Show(Refusal::new(code, about))));
    let Some(wallet) = front.get("client_id").and_then(|id| citizens.wallet(id)) else {
        return show(RefusalCode::InvalidRequest, "client_id");
    };
    let (read, presenter) = match front.get("request_uri") {
        None if citizens.pushed_only => return show(RefusalCode::InvalidRequest, "request_uri"),
        None => (AuthorizationRequest::read(front, &wallet.client, server), None),
        Some(uri) => {
            let database = service.database();
            let held = database.ticket(PUSHED, uri, now).await.map_err(store)?;
            let Some(held) = held else { return Ok(Err(par::unknown())) };
            let record: PushedRequest = serde_json::from_str(&held.payload).map_err(|_| Problem::internal())?;
            let read = record.redeem(front, &wallet.client, server, now);
            // Of several that come with one reference, one goes on.
            if database.take_ticket(PUSHED, uri, now).await.map_err(store)?.fresh().is_none() {
                return Ok(Err(par::unknown()));
            }
            (read, Some(record.presenter))
        }
    };
    let request = match read {
        Ok(request) => request,
        Err(rejection) => return Ok(Err(rejection)),
    };
    let granted = match request.wanted(&service.catalogue().metadata) {
        Ok(granted) => granted,
        Err(refusal) => return Ok(Err(request.reject(refusal, server))),
    };
    Ok(match check_offer(service, &request, &granted, now).await {
        Ok(()) => Ok(Request { request, wallet, presenter, granted }),
        Err(refusal) => Err(request.reject(refusal, server)),
    })
}

/// A request that names an offer of ours asks for what was offered. Who brings the state was not seen (OpenID4VCI §5.1.3): it
/// gives no right that the sign-in does not give.
async fn check_offer(
    service: &IssuerService,
    request: &AuthorizationRequest,
    granted: &[Granted],
    now: Timestamp,
) -> Result<(), Refusal> {
    let Some(state) = &request.issuer_state else { return Ok(()) };
    let refuse = || Refusal::new(RefusalCode::InvalidRequest, "issuer_state");
    let held = service.database().ticket(ISSUER_STATE, state, now).await.map_err(store)?.ok_or_else(refuse)?;
    match granted.iter().all(|one| one.configuration == held.payload) {
        true => Ok(()),
        false => Err(refuse()),
    }
}

/// A request that comes out of the store again. The settings may have changed meanwhile.
fn back<'c>(service: &IssuerService, citizens: &'c Citizens, away: &Away) -> Result<Request<'c>, Problem> {
    let form = Form::parse(&away.form)?;
    let wallet = form.get("client_id").and_then(|id| citizens.wallet(id));
    let wallet = wallet.ok_or_else(|| Problem::bad_request("invalid_request").about("client_id"))?;
    let request = AuthorizationRequest::read(&form, &wallet.client, service.base().url().as_str());
    let request = request.map_err(|rejection| Problem::from(rejection.refusal().clone()))?;
    Ok(Request { request, wallet, presenter: away.presenter.clone(), granted: away.granted.clone() })
}

/// `GET /sign-in/{provider}/callback`.
pub(super) async fn callback(
    State(service): State<IssuerService>,
    Path(provider): Path<String>,
    RawQuery(query): RawQuery,
    cookies: Cookies,
    Language(lang): Language,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let now = now();
    let (citizens, sign_in) = citizens(&service)?;
    let query = query.unwrap_or_default();
    let finished = sign_in.finish(&provider, &query, &headers, cookies, now).await?;
    let mut away: Away = serde_json::from_str(&finished.continuation).map_err(|_| Problem::internal())?;
    let request = back(&service, citizens, &away)?;
    let person = match finished.outcome {
        Ok(person) => person,
        Err(error) => return stop(&service, &request, Stop::SignIn(error), &headers, now).await,
    };
    let applicant = match applicant(&service, citizens, &away.granted, &person, now).await {
        Ok(applicant) => applicant,
        Err(error) => return stop(&service, &request, Stop::Source(error), &headers, now).await,
    };
    // It leads to the page with the question, and to that of the applicant; of the person's record the store has its digest.
    let page = Secret::draw(&mut SystemRandomness).map_err(|_| Problem::internal())?;
    let subject = subject_of(page.expose());
    let waiting = away.granted.iter().map(|one| one.configuration.as_str()).find(|name| service.needs_approval(name));
    let seconds = service.settings().tokens.refresh_seconds.unwrap_or(0).max(BOUND_SECONDS);
    let until = now.plus_seconds(seconds + CODE_SECONDS + limits::CONFIRM_SECONDS);
    applicant.keep(&service, (&subject, until), waiting, lang, now).await?;
    // Whoever must be approved may have files to send first.
    let goes_on = waiting.is_none() && is_vouched_for(&request);
    away.subject = subject;
    if goes_on {
        return grant(&service, &request, away.subject, now).await;
    }
    away.browser = SignIn::browser(&headers, cookies).unwrap_or_default();
    show_at(&service, CONFIRM, ("confirm", &page), &away, now).await
}

/// Keeps what a page shows, and sends the browser to the page: it can be read again, and in the other language.
async fn show_later(
    service: &IssuerService,
    kind: &str,
    path: &str,
    what: &impl Serialize,
    now: Timestamp,
) -> Result<Response, Problem> {
    let ticket = Secret::draw(&mut SystemRandomness).map_err(|_| Problem::internal())?;
    show_at(service, kind, (path, &ticket), what, now).await
}

/// As [`show_later`], under a secret of the caller's.
async fn show_at(
    service: &IssuerService,
    kind: &str,
    (path, ticket): (&str, &Secret),
    what: &impl Serialize,
    now: Timestamp,
) -> Result<Response, Problem> {
    let payload = serde_json::to_string(what).map_err(|_| Problem::internal())?;
    let new = NewTicket {
        kind,
        secret: ticket.expose(),
        family: "",
        payload: &payload,
        created: now,
        expires: now.plus_seconds(limits::CONFIRM_SECONDS),
    };
    service.database().put_ticket(&new).await.map_err(store)?;
    see_other(&format!("{}/{path}/{}", service.base().url().path(), ticket.expose()))
}

/// Asks every source.
async fn applicant(
    service: &IssuerService,
    citizens: &Citizens,
    granted: &[Granted],
    person: &Person,
    now: Timestamp,
) -> Result<Applicant, SourceError> {
    let catalogue = service.catalogue();
    let mut applicant = Applicant::of(person);
    for one in granted {
        let offering = citizens.offering(&one.configuration).ok_or(SourceError::Answer)?;
        let of = catalogue.credential_type(&one.configuration).ok_or(SourceError::Answer)?;
        let tried = applicant.try_type(of, &offering.source, person, now).await;
        tried.inspect_err(|error| tracing::info!(of = of.name, code = error.code(), "no claims"))?;
    }
    Ok(applicant)
}

/// RFC 8252 §8.6: who may be handed a code without a person's word. A wallet that is attested, or one whose redirect URI
/// belongs to it by HTTPS; any app can claim a private scheme or a port of the machine.
fn is_vouched_for(request: &Request<'_>) -> bool {
    let attested = request.presenter.as_ref().is_some_and(|presenter| presenter.instance.is_some());
    attested || request.request.redirect_uri.starts_with("https://")
}

/// The decision that waits under a ticket, of this browser alone.
async fn waiting(
    service: &IssuerService,
    ticket: &str,
    cookies: Cookies,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Away, Problem> {
    let held = service.database().ticket(CONFIRM, ticket, now).await.map_err(store)?.ok_or_else(Problem::gone)?;
    let away: Away = serde_json::from_str(&held.payload).map_err(|_| Problem::internal())?;
    let is_ours = SignIn::browser(headers, cookies).is_some_and(|browser| same(&browser, &away.browser));
    if is_ours { Ok(away) } else { Err(SignInError::Browser.into()) }
}

/// `GET /confirm/{ticket}`: whether the wallet may have the credentials.
pub(super) async fn confirm(
    State(service): State<IssuerService>,
    Path(ticket): Path<String>,
    cookies: Cookies,
    Language(lang): Language,
    csrf: Csrf,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (citizens, _) = citizens(&service)?;
    let away = waiting(&service, &ticket, cookies, &headers, now()).await?;
    let request = back(&service, citizens, &away)?;
    let catalogue = service.catalogue();
    let titles = request.granted.iter().filter_map(|one| catalogue.credential_type(&one.configuration));
    let choice = Choice {
        credentials: titles.map(|of| in_language(&of.display.title, lang).to_owned()).collect(),
        wallet: in_language(&request.wallet.title, lang).to_owned(),
        csrf: csrf.token().to_owned(),
        base: service.base().url().path().to_owned(),
        path: format!("{}/confirm/{ticket}", service.base().url().path()),
        files: match request.granted.iter().any(|one| service.needs_approval(&one.configuration)) {
            true => format!("{}/apply/{ticket}", service.base().url().path()),
            false => String::new(),
        },
    };
    let mut response = confirm_page(lang, choice);
    let headers = response.headers_mut();
    headers.extend(csrf.cookie().map(|cookie| (SET_COOKIE, cookie.clone())));
    // Browsers hold a form's policy against where its answer leads as well.
    headers.extend(form_target_policy(&request.request.redirect_uri).map(|policy| (CONTENT_SECURITY_POLICY, policy)));
    Ok(response)
}

#[derive(Deserialize)]
pub(super) struct Decision {
    csrf: String,
    decision: String,
}

/// `POST /confirm/{ticket}`: the person says yes or no, once.
pub(super) async fn decide(
    State(service): State<IssuerService>,
    Path(ticket): Path<String>,
    cookies: Cookies,
    headers: HeaderMap,
    Posted(form): Posted<Decision>,
) -> Result<Response, Problem> {
    Csrf::check(&headers, cookies, &form.csrf)?;
    let now = now();
    let (citizens, _) = citizens(&service)?;
    let away = waiting(&service, &ticket, cookies, &headers, now).await?;
    let request = back(&service, citizens, &away)?;
    let taken = service.database().take_ticket(CONFIRM, &ticket, now).await.map_err(store)?;
    taken.fresh().ok_or_else(Problem::gone)?;
    if form.decision == "yes" {
        return grant(&service, &request, away.subject, now).await;
    }
    let refusal = Refusal::new(RefusalCode::AccessDenied, "the person declined");
    reject(request.request.reject(refusal, service.base().url().as_str()))
}

/// Makes the code and sends the browser back to the wallet.
async fn grant(
    service: &IssuerService,
    request: &Request<'_>,
    subject: String,
    now: Timestamp,
) -> Result<Response, Problem> {
    if let Some(state) = &request.request.issuer_state
        && service.database().take_ticket(ISSUER_STATE, state, now).await.map_err(store)?.fresh().is_none()
    {
        let refusal = Refusal::new(RefusalCode::InvalidRequest, "issuer_state");
        return reject(request.request.reject(refusal, service.base().url().as_str()));
    }
    let authorization = Authorization { granted: request.granted.clone(), subject };
    let server = service.base().url().as_str();
    let presenter = request.presenter.clone();
    let (to, record) = request.request.grant(authorization, presenter, server, now, &mut SystemRandomness)?;
    let url = url::Url::parse(&to).map_err(|_| Problem::internal())?;
    let code = url.query_pairs().filter(|(name, _)| name == "code").last().map(|(_, code)| code.into_owned());
    let code = Secret::of(code.ok_or_else(Problem::internal)?);
    let payload = serde_json::to_string(&record).map_err(|_| Problem::internal())?;
    let family = record.code.to_text();
    let ticket = NewTicket {
        kind: CODE,
        secret: code.expose(),
        family: &family,
        payload: &payload,
        created: now,
        expires: record.expires,
    };
    let database = service.database();
    database.put_ticket(&ticket).await.map_err(store)?;
    let types: Vec<&str> = request.granted.iter().map(|one| one.configuration.as_str()).collect();
    let detail = serde_json::json!({"types": types}).to_string();
    let event =
        AuditEvent { at: now, actor: "citizen", action: "authorization.grant", object: &family, detail: &detail };
    database.audit(&event).await.map_err(store)?;
    see_other(&to)
}

/// Why a person cannot go on, though the wallet is known.
#[derive(Clone, Copy)]
enum Stop {
    SignIn(SignInError),
    Source(SourceError),
}

impl Stop {
    const fn code(self) -> &'static str {
        match self {
            Self::SignIn(error) => error.code(),
            Self::Source(error) => error.code(),
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::SignIn(error) => error.status(),
            Self::Source(SourceError::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Source(SourceError::Nothing | SourceError::SignIn) => StatusCode::FORBIDDEN,
            Self::Source(_) => StatusCode::BAD_GATEWAY,
        }
    }

    /// What the wallet is told (RFC 6749 §4.1.2.1). Why exactly is the person's business.
    const fn refusal(self) -> Refusal {
        match self.status() {
            StatusCode::FORBIDDEN => Refusal::new(RefusalCode::AccessDenied, "the sign-in"),
            StatusCode::SERVICE_UNAVAILABLE => {
                Refusal::new(RefusalCode::TemporarilyUnavailable, "the sign-in or the registry")
            }
            _ => Refusal::new(RefusalCode::ServerError, "the sign-in or the registry"),
        }
    }
}

/// What the page of a stop shows.
#[derive(Serialize, Deserialize)]
struct Stopped {
    code: String,
    status: u16,
    client_id: String,
    to: String,
}

/// A person reads why, and goes back to the wallet from there; a program goes back at once.
async fn stop(
    service: &IssuerService,
    request: &Request<'_>,
    why: Stop,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Response, Problem> {
    let rejection = request.request.reject(why.refusal(), service.base().url().as_str());
    let Rejection::Redirect { to, .. } = rejection else { return reject(rejection) };
    let mut accepts = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    if !accepts.any(|value| value.contains("text/html")) {
        return see_other(&to);
    }
    let client_id = request.request.client_id.clone();
    let stopped = Stopped { code: why.code().to_owned(), status: why.status().as_u16(), client_id, to };
    show_later(service, STOPPED, "stopped", &stopped, now).await
}

/// `GET /stopped/{ticket}`.
pub(super) async fn stopped(
    State(service): State<IssuerService>,
    Path(ticket): Path<String>,
    Language(lang): Language,
    Extension(id): Extension<RequestId>,
) -> Result<Response, Problem> {
    let (citizens, _) = citizens(&service)?;
    let held = service.database().ticket(STOPPED, &ticket, now()).await.map_err(store)?.ok_or_else(Problem::gone)?;
    let stopped: Stopped = serde_json::from_str(&held.payload).map_err(|_| Problem::internal())?;
    let wallet = citizens.wallet(&stopped.client_id).ok_or_else(Problem::gone)?;
    let base = service.base().url().path();
    let path = format!("{base}/stopped/{ticket}");
    let title = in_language(&wallet.title, lang);
    let mut response = stopped_page(lang, (base, &path), &stopped.code, title, &stopped.to, &id);
    *response.status_mut() = StatusCode::from_u16(stopped.status).unwrap_or(StatusCode::FORBIDDEN);
    Ok(response)
}

fn reject(rejection: Rejection) -> Result<Response, Problem> {
    match rejection {
        Rejection::Show(refusal) => Err(refusal.into()),
        Rejection::Redirect { to, .. } => see_other(&to),
    }
}

fn see_other(to: &str) -> Result<Response, Problem> {
    let location = HeaderValue::try_from(to).map_err(|_| Problem::internal())?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response())
}

fn in_language(label: &tamarack::issue::Label, lang: Lang) -> &str {
    if lang == Lang::Fr { &label.fr } else { &label.en }
}

fn broken() -> Refusal {
    Refusal::new(RefusalCode::ServerError, "the store").because(tamarack::Code::Internal.into())
}
