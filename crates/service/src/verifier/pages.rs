//! The pages of a request: start, waiting, result.

mod digital;
mod live;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Path, Query, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use tamarack::messages::Lang;

use super::Verifier;
use super::ask::Ask;
use super::requests::{DONE, HandedOver, JUDGING, OPENED, Origin, Request, handle_of};
use super::settings::now;
use super::shown::{Fact, Group, ShownClaim, claims, groups, handling, headline};
use crate::http::{Cookies, Csrf, Language, Problem, RandomId, same, secret_digest};
use crate::limits;
use crate::pages::{Layout, Words, page, qr_path};

/// The cookie that says which browser began a request.
const BROWSER: &str = "browser";
/// The cookie with the id of the request that the browser looked at last: a wallet on the same device sends it back without.
const REQUEST: &str = "request";

pub(super) fn routes(verifier: &Verifier) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/ask/{name}", get(start).post(begin).layer(DefaultBodyLimit::max(limits::FORM_BYTES)))
        .route("/r/{id}", get(show))
        .route("/r/{id}/events", get(live::events))
        .route("/r/{id}/digital", get(digital::requests).post(digital::answer))
        .route("/back/{handle}", get(back))
        .with_state(verifier.clone())
}

impl Verifier {
    /// What a page of this server has around its content; `path` is below the base URL.
    fn layout(&self, lang: Lang, title: impl Into<String>, service: impl Into<String>, path: &str) -> Layout {
        let base = self.inner.base.url().path();
        Layout::new(lang, title, service, format!("{base}{path}")).below(base)
    }
}

#[derive(Template)]
#[template(path = "verifier/asks.html")]
struct AsksPage {
    layout: Layout,
    choices: Vec<Choice>,
}

struct Choice {
    name: String,
    title: String,
    asked_by: String,
}

/// The asks to choose from; of a single one, its start.
async fn home(State(verifier): State<Verifier>, Language(lang): Language, csrf: Csrf) -> Result<Response, Problem> {
    let asks: Vec<&Ask> = verifier.inner.asks.values().map(|(ask, _)| ask).filter(|ask| ask.is_for_pages()).collect();
    if let [only] = asks.as_slice() {
        return Ok(start_page(&verifier, only, lang, &csrf, "/"));
    }
    let words = Words(lang);
    let choice = |ask: &&Ask| Choice {
        name: ask.name.clone(),
        title: ask.title.get(lang).to_owned(),
        asked_by: words.with("start-asked-by", "verifier", ask.verifier.get(lang)),
    };
    let choices = asks.iter().map(choice).collect();
    Ok(page(&AsksPage { layout: verifier.layout(lang, words.get("asks-title"), "", "/"), choices }))
}

#[derive(Template)]
#[template(path = "verifier/start.html")]
struct StartPage {
    layout: Layout,
    name: String,
    purpose: String,
    asked: Vec<String>,
    agreement: Vec<String>,
    handling: Vec<Fact>,
    csrf: String,
}

async fn start(
    State(verifier): State<Verifier>,
    Path(name): Path<String>,
    Language(lang): Language,
    csrf: Csrf,
) -> Result<Response, Problem> {
    let ask = for_pages(&verifier, &name)?;
    Ok(start_page(&verifier, ask, lang, &csrf, &format!("/ask/{name}")))
}

/// An ask that a person can begin: no program need say first what it is about.
fn for_pages<'v>(verifier: &'v Verifier, name: &str) -> Result<&'v Ask, Problem> {
    verifier.ask(name).ok().filter(|ask| ask.is_for_pages()).ok_or_else(Problem::not_found)
}

fn start_page(verifier: &Verifier, ask: &Ask, lang: Lang, csrf: &Csrf, path: &str) -> Response {
    let words = Words(lang);
    let mut asked = match ask.age_over {
        Some(age) => vec![words.with("start-age", "age", age)],
        None => ask.asked(lang),
    };
    if ask.id_token {
        asked.push(words.get("start-id-token"));
    }
    if ask.pseudonym {
        asked.push(words.get("start-pseudonym"));
    }
    let mut response = page(&StartPage {
        layout: verifier.layout(lang, ask.title.get(lang), ask.verifier.get(lang), path),
        name: ask.name.clone(),
        purpose: ask.purpose.get(lang).to_owned(),
        asked,
        agreement: ask.transactions.iter().map(|one| one.text.get(lang).to_owned()).collect(),
        handling: handling(&ask.handling, words),
        csrf: csrf.token().to_owned(),
    });
    response.headers_mut().extend(csrf.cookie().map(|cookie| (SET_COOKIE, cookie.clone())));
    response
}

#[derive(Deserialize)]
struct BeginForm {
    csrf: String,
}

/// Begins a request for this browser and goes on to its page.
async fn begin(
    State(verifier): State<Verifier>,
    Path(name): Path<String>,
    cookies: Cookies,
    headers: HeaderMap,
    Form(form): Form<BeginForm>,
) -> Result<Response, Problem> {
    Csrf::check(&headers, cookies, &form.csrf)?;
    let ask = for_pages(&verifier, &name)?;
    enter(&verifier, ask, Origin::default(), &headers, cookies).await
}

/// Begins a request for a browser, and sends it on to its page.
pub(super) async fn enter(
    verifier: &Verifier,
    ask: &Ask,
    origin: Origin<'_>,
    headers: &HeaderMap,
    cookies: Cookies,
) -> Result<Response, Problem> {
    let known = browser(headers, cookies);
    let browser = match &known {
        Some(browser) => browser.clone(),
        None => RandomId::new().map_err(|_| Problem::internal())?,
    };
    let id = verifier.begin(ask, Origin { browser: Some(&browser), ..origin }).await?;
    let mut response = see_other(verifier, &id)?;
    if known.is_none() {
        response.headers_mut().extend(cookies.set(BROWSER, browser.as_str(), None).map(|cookie| (SET_COOKIE, cookie)));
    }
    Ok(response)
}

/// The same for a form that a page of another site posted. A browser sends none of its cookies along then, and may have requests
/// in other tabs, which a new cookie would take from it. So the request belongs to whoever opens its page first, as one does that
/// a program began: this browser, which is sent there at once, with its cookies, and alone knows where.
pub(super) async fn enter_from_elsewhere(
    verifier: &Verifier,
    ask: &Ask,
    origin: Origin<'_>,
    headers: &HeaderMap,
    cookies: Cookies,
) -> Result<Response, Problem> {
    let known = browser(headers, cookies);
    let id = verifier.begin(ask, Origin { browser: known.as_ref(), ..origin }).await?;
    see_other(verifier, &id)
}

fn browser(headers: &HeaderMap, cookies: Cookies) -> Option<RandomId> {
    cookies.get(headers, BROWSER).and_then(RandomId::read)
}

/// The page of a request, in whatever state it is. It belongs to the browser that opens it first.
async fn show(
    State(verifier): State<Verifier>,
    Path(id): Path<String>,
    Language(lang): Language,
    cookies: Cookies,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = RandomId::read(&id).ok_or_else(Problem::not_found)?;
    let mut request = verifier.request(&handle_of(&id)).await?;
    let known = browser(&headers, cookies);
    let mut cookie = None;
    match (&request.kept.browser, &known) {
        (Some(owner), Some(browser)) if same(owner, &browser.digest()) => {}
        (Some(_), _) => return Err(Problem::forbidden("forbidden.browser")),
        (None, _) => {
            let browser = match known {
                Some(browser) => browser,
                None => RandomId::new().map_err(|_| Problem::internal())?,
            };
            cookie = cookies.set(BROWSER, browser.as_str(), None);
            request.kept.browser = Some(browser.digest());
            let state = request.state().to_owned();
            if !verifier.change(&mut request, &state).await? {
                // It changed at this moment: the browser asks again, and says who it is.
                return see_other(&verifier, &id);
            }
        }
    }
    let mut response = if request.state() == DONE {
        result(&verifier, request, lang, &id).await?
    } else if request.is_expired(now()) {
        expired(&verifier, verifier.ask(&request.kept.ask)?, lang, &format!("/r/{}", id.as_str()))
    } else {
        wait(&verifier, &request, lang, &id)?
    };
    for cookie in cookie.into_iter().chain(cookies.set(REQUEST, id.as_str(), None)) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

#[derive(Template)]
#[template(path = "verifier/wait.html")]
struct WaitPage {
    layout: Layout,
    name: String,
    ask: String,
    state: String,
    qr: String,
    qr_width: usize,
    link: String,
    events: String,
    /// Where the script finds what to ask the browser with; empty if it may not.
    digital: String,
    agreement: Vec<String>,
    status: String,
    minutes: String,
}

fn wait(verifier: &Verifier, request: &Request, lang: Lang, id: &RandomId) -> Result<Response, Problem> {
    let ask = verifier.ask(&request.kept.ask)?;
    let words = Words(lang);
    let path = format!("/r/{}", id.as_str());
    let mut layout = verifier.layout(lang, words.get("wait-title"), ask.verifier.get(lang), &path);
    layout.live = true;
    let judging = request.state() == JUDGING;
    let (there, here) = match judging {
        true => (String::new(), String::new()),
        false => {
            let (handle, session) = (request.handle(), request.session()?);
            (verifier.wallet_url(handle, &session, false)?, verifier.wallet_url(handle, &session, true)?)
        }
    };
    let (qr, qr_width) = qr_path(&there).ok_or_else(Problem::internal)?;
    let left = request.kept.answer_until.saturating_sub(now().unix()).max(0);
    let status = match request.state() {
        JUDGING => "wait-status-judging",
        OPENED => "wait-status-opened",
        _ => "wait-status-open",
    };
    Ok(page(&WaitPage {
        name: ask.name.clone(),
        ask: ask.title.get(lang).to_owned(),
        state: request.state().to_owned(),
        qr,
        qr_width,
        link: here,
        events: format!("{}/r/{}/events", layout.base, id.as_str()),
        digital: match ask.is_for_browsers() {
            true => format!("{}/r/{}/digital", layout.base, id.as_str()),
            false => String::new(),
        },
        agreement: agreement(request, lang),
        status: words.get(status),
        minutes: words.with("wait-minutes", "minutes", (left + 59) / 60),
        layout,
    }))
}

/// What the person agrees to by answering.
fn agreement(request: &Request, lang: Lang) -> Vec<String> {
    request.kept.agreement.iter().map(|one| one.text(lang).to_owned()).collect()
}

#[derive(Template)]
#[template(path = "verifier/result.html")]
struct ResultPage {
    layout: Layout,
    name: String,
    outcome: String,
    text: String,
    agreement: Vec<String>,
    claims: Vec<ShownClaim>,
    claims_gone: bool,
    groups: Vec<Group>,
    return_to: String,
    return_text: String,
    shared: bool,
}

/// The result. Where the ask shows claims on the page, this hands them over.
async fn result(verifier: &Verifier, request: Request, lang: Lang, id: &RandomId) -> Result<Response, Problem> {
    let (request, next) = verifier.signed_in(request, id).await?;
    if let Some(next) = next {
        let next = HeaderValue::from_str(&next).map_err(|_| Problem::internal())?;
        return Ok((StatusCode::SEE_OTHER, [(LOCATION, next)]).into_response());
    }
    let ask = verifier.ask(&request.kept.ask)?;
    let HandedOver { request, result, before: had } = match ask.show_claims {
        true => verifier.hand_over(id, request).await?,
        false => {
            let result = request.kept.result.clone().ok_or_else(Problem::internal)?.without_person();
            HandedOver { before: request.kept.handed_over, request, result }
        }
    };
    let words = Words(lang);
    let (title, text) = headline(&result, ask, words);
    Ok(page(&ResultPage {
        layout: verifier.layout(lang, title, ask.verifier.get(lang), &format!("/r/{}", id.as_str())),
        name: ask.name.clone(),
        text,
        agreement: if result.outcome == "accept" { agreement(&request, lang) } else { Vec::new() },
        claims: claims(&result, ask, lang),
        claims_gone: ask.show_claims && had && result.outcome == "accept",
        groups: groups(&result, words),
        return_to: match result.outcome.as_str() {
            "accept" => request.kept.return_to.clone(),
            _ => verifier.not_signed_in(&request).or_else(|| request.kept.return_to.clone()),
        }
        .unwrap_or_default(),
        return_text: words.with("result-continue", "verifier", ask.verifier.get(lang)),
        shared: request.kept.handed_over,
        outcome: result.outcome,
    }))
}

#[derive(Template)]
#[template(path = "verifier/over.html")]
struct OverPage {
    layout: Layout,
    name: String,
    text: String,
}

fn expired(verifier: &Verifier, ask: &Ask, lang: Lang, path: &str) -> Response {
    let words = Words(lang);
    let layout = verifier.layout(lang, words.get("expired-title"), ask.verifier.get(lang), path);
    page(&OverPage { layout, name: ask.name.clone(), text: words.get("expired-text") })
}

#[derive(Deserialize)]
struct BackQuery {
    response_code: Option<String>,
}

/// Back from the wallet on this device: on to the request's page, if this is the browser that began, and if it brings the
/// code that only the wallet was given (OpenID4VP §14.2). Anybody else is sent to where he began, and learns nothing.
async fn back(
    State(verifier): State<Verifier>,
    Path(handle): Path<String>,
    Query(query): Query<BackQuery>,
    Language(lang): Language,
    cookies: Cookies,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let request = verifier.request(&handle).await?;
    let owner = request.kept.browser.clone().unwrap_or_default();
    let ours = browser(&headers, cookies).is_some_and(|browser| same(&owner, &browser.digest()));
    let code = secret_digest(&query.response_code.unwrap_or_default());
    let answered = same(&request.kept.response_code, &code);
    let id = cookies.get(&headers, REQUEST).and_then(RandomId::read).filter(|id| same(&handle_of(id), &handle));
    if let (true, true, Some(id)) = (ours, answered, id) {
        return see_other(&verifier, &id);
    }
    let words = Words(lang);
    let ask = verifier.ask(&request.kept.ask)?;
    let layout =
        verifier.layout(lang, words.get("elsewhere-title"), ask.verifier.get(lang), &format!("/back/{handle}"));
    Ok(page(&OverPage { layout, name: String::new(), text: words.get("elsewhere-text") }))
}

/// On to the page of a request.
fn see_other(verifier: &Verifier, id: &RandomId) -> Result<Response, Problem> {
    let place = format!("{}/r/{}", verifier.inner.base.url().path(), id.as_str());
    let place = HeaderValue::from_str(&place).map_err(|_| Problem::internal())?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response())
}
