//! Sessions: the sign-in, the cookie, the end.
//!
//! A session is a ticket in the store under the digest of a secret that the browser has in a `__Host-` cookie. It is new with
//! every sign-in, ends when nobody has used it for a while, in any case after some hours, and with the sign-out.

use askama::Template;
use axum::Extension;
use axum::extract::{FromRequestParts, Path, Query, RawQuery, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use tamarack::Timestamp;
use tamarack::issue::Label;
use tamarack::messages::Lang;
use url::form_urlencoded;

use super::Operator;
use super::door::Knock;
use super::roles::{Role, Roles};
use crate::http::{Cookies, Language, Problem, RandomId};
use crate::issuer::now;
use crate::pages::{Layout, Words, page};
use crate::store::{AuditEvent, NewTicket, StoreError};

/// The kind of the tickets of sessions, and the name of their cookie.
const SESSION: &str = "operator";
/// A session is prolonged when this share of its idle time is over: not with every request.
const SHARE: i64 = 10;

/// One of the operator's people, signed in.
#[derive(Clone)]
pub(super) struct Clerk {
    pub(super) name: String,
    pub(super) roles: Roles,
    secret: RandomId,
    form: String,
}

/// What a session's ticket holds.
#[derive(Serialize, Deserialize)]
struct Kept {
    name: String,
    roles: Vec<String>,
}

impl Clerk {
    /// Who sent a request, if their session is good. It is good for a while longer then.
    pub(super) async fn find(
        operator: &Operator,
        headers: &HeaderMap,
        cookies: Cookies,
        now: Timestamp,
    ) -> Result<Option<Self>, Problem> {
        let Some(secret) = cookies.get(headers, SESSION).and_then(RandomId::read) else { return Ok(None) };
        let (database, settings) = (operator.service().database(), operator.settings());
        let Some(held) = database.ticket(SESSION, secret.as_str(), now).await.map_err(down)? else { return Ok(None) };
        let last = held.created.plus_seconds(settings.session_seconds);
        if now >= last {
            return Ok(None);
        }
        let until = now.plus_seconds(settings.idle_seconds).min(last);
        if until.seconds_since(held.expires) > settings.idle_seconds / SHARE {
            database.prolong_ticket(SESSION, secret.as_str(), until, now).await.map_err(down)?;
        }
        let kept: Kept = serde_json::from_str(&held.payload).map_err(|_| Problem::internal())?;
        let named = |role: &Role| kept.roles.iter().any(|name| name == role.as_str());
        let roles = Role::ALL.into_iter().filter(named).collect();
        Ok(Some(Self { name: kept.name, roles, secret, form: String::new() }))
    }

    /// With the token for the forms of the page that is made.
    pub(super) fn with_form(mut self, token: &str) -> Self {
        token.clone_into(&mut self.form);
        self
    }

    /// Their name in the audit log. Nobody who signs in can be called like one of the service's own parts.
    pub(super) fn actor(&self) -> String {
        format!("operator:{}", self.name)
    }

    pub(super) fn is(&self, role: Role) -> bool {
        self.roles.has(role)
    }
}

/// Put there by the guard, and by nothing else.
impl<S: Send + Sync> FromRequestParts<S> for Clerk {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let clerk = Extension::<Self>::from_request_parts(parts, state).await;
        clerk.map(|Extension(clerk)| clerk).map_err(|_| Problem::internal())
    }
}

/// What a page of the operator has around its content.
pub(super) struct Office {
    pub(super) root: String,
    pub(super) name: String,
    pub(super) csrf: String,
    pub(super) is_issuer: bool,
    pub(super) is_approver: bool,
    pub(super) is_auditor: bool,
    /// Which entry of the menu leads here.
    pub(super) here: &'static str,
}

impl Operator {
    /// The surroundings of a page.
    pub(super) fn office(
        &self,
        clerk: &Clerk,
        lang: Lang,
        title: impl Into<String>,
        here: &'static str,
        path: &str,
    ) -> (Layout, Office) {
        let office = Office {
            root: self.at(""),
            name: clerk.name.clone(),
            csrf: clerk.form.clone(),
            is_issuer: clerk.is(Role::Issuer),
            is_approver: clerk.is(Role::Approver),
            is_auditor: clerk.is(Role::Auditor),
            here,
        };
        (self.layout(lang, title, path), office)
    }

    fn layout(&self, lang: Lang, title: impl Into<String>, path: &str) -> Layout {
        let base = self.service().base().url().path();
        let mut layout = Layout::new(lang, title, Words(lang).get("office-name"), self.at(path)).below(base);
        layout.is_issuer = true;
        layout.is_wide = true;
        layout
    }
}

#[derive(Template)]
#[template(path = "operator/sign-in.html")]
struct SignInPage {
    layout: Layout,
    text: String,
    ways: Vec<Way>,
    host: String,
}

/// A link to a provider.
struct Way {
    place: String,
    label: String,
}

#[derive(Deserialize)]
pub(super) struct NextQuery {
    #[serde(default)]
    next: String,
    #[serde(default)]
    ended: String,
}

/// The page before the sign-in. It has links and no form: the policy lets no form lead to another site.
pub(super) async fn sign_in(
    State(operator): State<Operator>,
    Query(query): Query<NextQuery>,
    Language(lang): Language,
) -> Response {
    let text = if query.ended.is_empty() { "entry-text" } else { "entry-ended" };
    sign_in_page(&operator, lang, text, &query.next)
}

fn sign_in_page(operator: &Operator, lang: Lang, text: &str, next: &str) -> Response {
    let words = Words(lang);
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", operator.ours(next)).finish();
    let layout = operator.layout(lang, words.get("entry-title"), &format!("/sign-in?{query}"));
    let providers = operator.inner.door.providers();
    let is_only = providers.len() == 1;
    let way = |(name, title): (String, Label)| Way {
        place: operator.at(&format!("/sign-in/{name}?{query}")),
        label: match (is_only, lang) {
            (true, _) => words.get("entry-button"),
            (false, Lang::En) => title.en,
            (false, Lang::Fr) => title.fr,
        },
    };
    let ways = providers.into_iter().map(way).collect();
    let host = operator.service().base().url().host().to_owned();
    page(&SignInPage { layout, text: words.get(text), ways, host })
}

/// Sends a browser to the provider.
pub(super) async fn go(
    State(operator): State<Operator>,
    Path(provider): Path<String>,
    Query(query): Query<NextQuery>,
    Language(lang): Language,
    cookies: Cookies,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let next = operator.ours(&query.next);
    let knock = Knock { provider: Some(&provider), acr: &operator.settings().acr, next, lang };
    operator.inner.door.begin(knock, &headers, cookies).await
}

/// Back from the provider: a new session, whatever the browser had before.
pub(super) async fn back(
    State(operator): State<Operator>,
    Path(provider): Path<String>,
    RawQuery(query): RawQuery,
    Language(lang): Language,
    cookies: Cookies,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let failed = |text: &str| {
        let mut response = sign_in_page(&operator, lang, text, "");
        *response.status_mut() = StatusCode::FORBIDDEN;
        response
    };
    let (database, settings, at) = (operator.service().database(), operator.settings(), now());
    let query = query.unwrap_or_default();
    let person = match operator.inner.door.finish(&provider, &query, &headers, cookies).await {
        Ok(person) => person,
        Err(problem) if problem.status().is_server_error() => return Err(problem),
        Err(problem) => {
            tracing::warn!(code = problem.code(), "somebody could not sign in to the operator's page");
            return Ok(failed("entry-failed"));
        }
    };
    let (name, roles) = (settings.roles.name_of(&person), settings.roles.roles_of(&person.claims));
    let is_sure = settings.acr.is_empty() || person.acr.as_ref().is_some_and(|acr| settings.acr.contains(acr));
    let may = is_sure && !roles.is_empty() && !name.is_empty();
    let detail = serde_json::json!({"issuer": person.issuer, "subject": person.subject, "roles": roles.names()});
    let (actor, detail) = (format!("operator:{name}"), detail.to_string());
    let action = if may { "operator.sign_in" } else { "operator.sign_in_refused" };
    let event = AuditEvent { at, actor: &actor, action, object: "operator", detail: &detail };
    database.audit(&event).await.map_err(down)?;
    if !may {
        return Ok(failed(if is_sure { "entry-no-role" } else { "entry-weak" }));
    }
    if let Some(old) = cookies.get(&headers, SESSION) {
        database.end_ticket(SESSION, old).await.map_err(down)?;
    }
    let secret = RandomId::new().map_err(|_| Problem::internal())?;
    let kept = Kept { name, roles: roles.names().into_iter().map(str::to_owned).collect() };
    let payload = serde_json::to_string(&kept).map_err(|_| Problem::internal())?;
    let ticket = NewTicket {
        kind: SESSION,
        secret: secret.as_str(),
        family: "",
        payload: &payload,
        created: at,
        expires: at.plus_seconds(settings.idle_seconds.min(settings.session_seconds)),
    };
    database.put_ticket(&ticket).await.map_err(down)?;
    let home = operator.at("");
    let next = match operator.ours(&person.next) {
        "" => home.as_str(),
        next => next,
    };
    let mut response = redirect(next)?;
    let line = cookies.set(SESSION, secret.as_str(), None).ok_or_else(Problem::internal)?;
    response.headers_mut().append(SET_COOKIE, line);
    Ok(response)
}

/// Ends the session here and in the store.
pub(super) async fn sign_out(
    State(operator): State<Operator>,
    clerk: Clerk,
    cookies: Cookies,
) -> Result<Response, Problem> {
    let database = operator.service().database();
    database.end_ticket(SESSION, clerk.secret.as_str()).await.map_err(down)?;
    let actor = clerk.actor();
    let event = AuditEvent { at: now(), actor: &actor, action: "operator.sign_out", object: "operator", detail: "" };
    database.audit(&event).await.map_err(down)?;
    let mut response = redirect(&operator.at("/sign-in?ended=1"))?;
    set_cookie(&mut response, cookies, SESSION, "", 0);
    Ok(response)
}

impl Operator {
    /// A place to go to after the sign-in: one of this page's own, or nothing.
    fn ours<'n>(&self, next: &'n str) -> &'n str {
        let root = self.at("");
        let rest = next.strip_prefix(root.as_str());
        let is_below = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
        let is_plain = next.len() <= 1_000 && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        if is_below && is_plain { next } else { "" }
    }
}

/// Sends a browser elsewhere, with a GET.
pub(super) fn redirect(place: &str) -> Result<Response, Problem> {
    let place = HeaderValue::from_str(place).map_err(|_| Problem::internal())?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response())
}

fn set_cookie(response: &mut Response, cookies: Cookies, name: &str, value: &str, seconds: u32) {
    response.headers_mut().extend(cookies.set(name, value, Some(seconds)).map(|line| (SET_COOKIE, line)));
}

/// A store that does not answer, or does not have it.
pub(super) fn down(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound(_) => Problem::not_found(),
        StoreError::Busy => Problem::unavailable(),
        error => {
            tracing::error!(reason = %error, "the store failed");
            Problem::internal()
        }
    }
}
