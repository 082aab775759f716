//! The queue: what is applied for, the files that came with it, and the decision.

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use tamarack::Timestamp;
use tamarack::issue::CredentialType;
use tamarack::messages::Lang;

use super::Operator;
use super::session::{Clerk, Office, down, redirect};
use super::types::in_language;
use crate::http::{Language, Problem};
use crate::issuer::applications::{ApplicationState, Decision, DecisionError, Queued};
use crate::issuer::{FileShown, kind_of_file, now};
use crate::limits::PAGE_ROWS;
use crate::pages::{Layout, Words, moment, page, size};
use crate::store::FileName;

/// The kinds of reasons for a refusal, as the audit log has them.
pub const REFUSALS: [&str; 6] = ["unreadable", "mismatch", "incomplete", "not-entitled", "fraud", "other"];
/// What a page with somebody's photo may load: our own pictures and videos, and those that a claim holds.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";
/// What a file of an applicant's may do: nothing.
const SANDBOX: &str =
    "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox; frame-ancestors 'none'";

/// An application in a list.
pub(super) struct Row {
    pub(super) place: String,
    pub(super) title: String,
    pub(super) since: String,
    pub(super) state: &'static str,
    pub(super) word: String,
}

/// Applications in the words of a list.
pub(super) fn rows(operator: &Operator, queued: &[Queued], lang: Lang) -> Vec<Row> {
    let catalogue = operator.service().catalogue();
    let words = Words(lang);
    let row = |one: &Queued| {
        let configuration = &one.application.configuration;
        let of = catalogue.credential_type(configuration);
        let title = of.map_or(configuration.as_str(), |of| in_language(&of.display.title, lang));
        Row {
            place: operator.at(&format!("/requests/{}", one.id)),
            title: title.to_owned(),
            since: moment(one.created, lang),
            state: one.state.as_str(),
            word: words.get(word(one.state)),
        }
    };
    queued.iter().map(row).collect()
}

const fn word(state: ApplicationState) -> &'static str {
    match state {
        ApplicationState::Waiting => "queue-state-waiting",
        ApplicationState::Approved => "queue-state-approved",
        ApplicationState::Refused => "queue-state-refused",
        ApplicationState::Delivered => "queue-state-delivered",
    }
}

#[derive(Template)]
#[template(path = "operator/queue.html")]
struct QueuePage {
    layout: Layout,
    office: Office,
    rows: Vec<Row>,
    is_all: bool,
    done: String,
    next: String,
}

#[derive(Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    state: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    done: String,
}

pub(super) async fn list(
    State(operator): State<Operator>,
    Query(query): Query<ListQuery>,
    Language(lang): Language,
    clerk: Clerk,
) -> Result<Response, Problem> {
    let words = Words(lang);
    let is_all = query.state == "all";
    let state = (!is_all).then_some(ApplicationState::Waiting);
    let after = query.after.split_once('.').filter(|(_, id)| is_plain(id));
    let after = after.and_then(|(at, id)| Some((Timestamp::from_unix(at.parse().ok()?), id)));
    let database = operator.service().database();
    let found = Queued::list_after(database, state, after, PAGE_ROWS + 1, now()).await.map_err(down)?;
    let shown = found.get(..PAGE_ROWS as usize).unwrap_or(&found);
    let next = match shown.last().filter(|_| found.len() > shown.len()) {
        Some(last) => format!("?state={}&after={}.{}", if is_all { "all" } else { "" }, last.created.unix(), last.id),
        None => String::new(),
    };
    let done = match query.done.as_str() {
        "approved" => words.get("queue-done-approved"),
        "refused" => words.get("queue-done-refused"),
        _ => String::new(),
    };
    let path = if is_all { "/requests?state=all" } else { "/requests" };
    let (layout, office) = operator.office(&clerk, lang, words.get("queue-title"), "queue", path);
    Ok(page(&QueuePage { layout, office, rows: rows(&operator, shown, lang), is_all, done, next }))
}

#[derive(Template)]
#[template(path = "operator/request.html")]
struct RequestPage {
    layout: Layout,
    office: Office,
    id: String,
    state: &'static str,
    word: String,
    since: String,
    claims: Vec<ClaimShown>,
    claims_gone: bool,
    files: Vec<FileRow>,
    clerk: String,
    reason: String,
    reason_language: String,
    in_words: String,
    reasons: Vec<Choice>,
    own: bool,
    error: String,
    text: String,
}

struct ClaimShown {
    label: String,
    value: String,
    /// A picture that the value is, as a `data:` URL of a kind that every browser shows.
    picture: bool,
}

struct FileRow {
    name: String,
    place: String,
    size: String,
    kind: &'static str,
}

/// A choice of a form.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) word: String,
    pub(super) chosen: bool,
}

pub(super) async fn show(
    State(operator): State<Operator>,
    Path(id): Path<String>,
    Language(lang): Language,
    clerk: Clerk,
) -> Result<Response, Problem> {
    let queued = find(&operator, &id).await?;
    let files = queued.file_names(operator.service().database()).await.map_err(down)?;
    Ok(request_page(&operator, &queued, &files, lang, &clerk, Wrong::default()))
}

/// An application by its id.
async fn find(operator: &Operator, id: &str) -> Result<Queued, Problem> {
    if !is_plain(id) {
        return Err(Problem::not_found());
    }
    Queued::find(operator.service().database(), id, now()).await.map_err(down)
}

/// Whether a text can be the id of an application or the name of a file: nothing else is looked for.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

/// What was wrong with a decision, and what was typed.
#[derive(Default)]
struct Wrong<'w> {
    error: &'static str,
    category: &'w str,
    text: &'w str,
}

fn request_page(
    operator: &Operator,
    queued: &Queued,
    files: &[FileName],
    lang: Lang,
    clerk: &Clerk,
    wrong: Wrong<'_>,
) -> Response {
    let words = Words(lang);
    let application = &queued.application;
    let catalogue = operator.service().catalogue();
    let of = catalogue.credential_type(&application.configuration);
    let title = of.map_or(application.configuration.as_str(), |of| in_language(&of.display.title, lang));
    let path = format!("/requests/{}", queued.id);
    let file = |file: &FileName| FileRow {
        place: operator.at(&format!("{path}/files/{}", file.name)),
        name: file.name.clone(),
        size: size(file.bytes, lang),
        kind: match file.media_type.split_once('/') {
            Some(("image", _)) => "image",
            Some(("video", _)) => "video",
            _ => "other",
        },
    };
    let claims = application.claims.as_deref().map(|claims| claims_of(claims, of.map(AsRef::as_ref), lang));
    let reads = application.language.as_deref().unwrap_or_default();
    let in_words = match reads {
        "fr" => "queue-reason-in-french",
        "en" => "queue-reason-in-english",
        _ => "queue-reason-in-both",
    };
    let reason =
        |value: &'static str| Choice { word: words.get(refusal_word(value)), chosen: value == wrong.category, value };
    let (layout, office) = operator.office(clerk, lang, title, "queue", &path);
    let mut response = page(&RequestPage {
        layout,
        office,
        id: queued.id.clone(),
        state: queued.state.as_str(),
        word: words.get(word(queued.state)),
        since: moment(queued.created, lang),
        claims_gone: claims.is_none(),
        claims: claims.unwrap_or_default(),
        files: files.iter().map(file).collect(),
        clerk: application.clerk.clone().unwrap_or_default(),
        reason: application.reason.clone().unwrap_or_default(),
        reason_language: reads.to_owned(),
        in_words: words.get(in_words),
        reasons: REFUSALS.into_iter().map(reason).collect(),
        own: application.offered_by.as_deref() == Some(clerk.actor().as_str()),
        error: if wrong.error.is_empty() { String::new() } else { words.get(wrong.error) },
        text: wrong.text.to_owned(),
    });
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

fn refusal_word(value: &str) -> &'static str {
    match value {
        "unreadable" => "queue-refusal-unreadable",
        "mismatch" => "queue-refusal-mismatch",
        "incomplete" => "queue-refusal-incomplete",
        "not-entitled" => "queue-refusal-not-entitled",
        "fraud" => "queue-refusal-fraud",
        _ => "queue-refusal-other",
    }
}

/// The claims with the labels of their type, in its order; then what the type does not know.
fn claims_of(claims: &str, of: Option<&CredentialType>, lang: Lang) -> Vec<ClaimShown> {
    let Ok(serde_json::Value::Object(mut claims)) = serde_json::from_str(claims) else { return Vec::new() };
    let shown = |label: String, value: serde_json::Value| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let kinds = ["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/webp;base64,"];
        ClaimShown { picture: kinds.iter().any(|kind| value.starts_with(kind)), label, value }
    };
    let mut all = Vec::with_capacity(claims.len());
    for claim in of.map(|of| of.claims.as_slice()).unwrap_or_default() {
        if let Some(value) = claims.shift_remove(&claim.name) {
            all.push(shown(in_language(&claim.label, lang).to_owned(), value));
        }
    }
    all.extend(claims.into_iter().map(|(name, value)| shown(name, value)));
    all
}

/// A file of an application. What it is called and what it says it is counts for nothing: only what its first bytes are is
/// shown, and everything else is saved, never run.
pub(super) async fn file(
    State(operator): State<Operator>,
    Path((id, name)): Path<(String, String)>,
    _clerk: Clerk,
) -> Result<Response, Problem> {
    let database = operator.service().database();
    let queued = find(&operator, &id).await?;
    if !is_plain(&name) {
        return Err(Problem::not_found());
    }
    let file = queued.file(database, &name).await.map_err(down)?.ok_or_else(Problem::not_found)?;
    let kind = kind_of_file(&file.body);
    let is_shown = kind.is_some_and(|kind| kind.shown != FileShown::Saved);
    let way = if is_shown { "inline" } else { "attachment" };
    // Quotation marks and line ends cannot be in a name that we have taken in; what is not plain becomes plain here again.
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = file.name.chars().map(plain).collect();
    let disposition = HeaderValue::from_str(&format!("{way}; filename=\"{name}\""));
    let mut response = file.body.into_response();
    let headers = response.headers_mut();
    let media_type = kind.map_or("application/octet-stream", |kind| kind.media_type);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CONTENT_DISPOSITION, disposition.map_err(|_| Problem::internal())?);
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX));
    Ok(response)
}

#[derive(Deserialize)]
pub(super) struct DecisionForm {
    #[serde(default)]
    category: String,
    #[serde(default)]
    reason: String,
}

pub(super) async fn approve(
    State(operator): State<Operator>,
    Path(id): Path<String>,
    Language(lang): Language,
    clerk: Clerk,
) -> Result<Response, Problem> {
    let form = DecisionForm { category: String::new(), reason: String::new() };
    decide(&operator, &id, true, &form, lang, &clerk).await
}

pub(super) async fn refuse(
    State(operator): State<Operator>,
    Path(id): Path<String>,
    Language(lang): Language,
    clerk: Clerk,
    Form(form): Form<DecisionForm>,
) -> Result<Response, Problem> {
    decide(&operator, &id, false, &form, lang, &clerk).await
}

async fn decide(
    operator: &Operator,
    id: &str,
    approve: bool,
    form: &DecisionForm,
    lang: Lang,
    clerk: &Clerk,
) -> Result<Response, Problem> {
    let database = operator.service().database();
    let queued = find(operator, id).await?;
    let actor = clerk.actor();
    let category = REFUSALS.into_iter().find(|known| *known == form.category);
    let error = if approve && queued.application.offered_by.as_deref() == Some(actor.as_str()) {
        // Who makes an offer and who approves it are two people.
        "queue-error-own"
    } else if !approve && category.is_none() {
        "queue-error-category"
    } else {
        let decision = Decision {
            approve,
            clerk: &actor,
            category,
            reason: (!approve).then_some(form.reason.as_str()),
            files_seconds: operator.service().settings().file_seconds,
        };
        match queued.decide(database, &decision, now()).await {
            Ok(()) => {
                let done = if approve { "approved" } else { "refused" };
                return redirect(&operator.at(&format!("/requests?done={done}")));
            }
            Err(DecisionError::Reason) => "queue-error-reason",
            Err(DecisionError::Decided) => "queue-error-decided",
            Err(DecisionError::Store(error)) => return Err(down(error)),
        }
    };
    let queued = find(operator, id).await?;
    let files = queued.file_names(database).await.map_err(down)?;
    let wrong = Wrong { error, category: &form.category, text: &form.reason };
    let mut response = request_page(operator, &queued, &files, lang, clerk, wrong);
    *response.status_mut() = match error {
        "queue-error-decided" => StatusCode::CONFLICT,
        "queue-error-own" => StatusCode::FORBIDDEN,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(response)
}
