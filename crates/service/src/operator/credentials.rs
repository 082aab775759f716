//! Issued credentials: found, looked at, revoked, suspended, reinstated.
//!
//! They are named by their place in the store: neither an id nor a holder's DID stands in an address, and so in no log.

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tamarack::Timestamp;
use tamarack::encoding::hex_encode;
use tamarack::messages::Lang;

use super::Operator;
use super::queue::Choice;
use super::session::{Clerk, Office, down, redirect};
use super::types::in_language;
use crate::http::{Language, Problem};
use crate::issuer::now;
use crate::limits::PAGE_ROWS;
use crate::pages::{Layout, Words, moment, page};
use crate::store::issuing::{Filter, State as CredentialState, StoredCredential, Transition, complete};
use crate::store::{AuditEvent, StoreError};

/// The kinds of reasons for a change of a credential, as the audit log has them.
pub const REASONS: [&str; 6] = ["lost", "error", "request", "ended", "fraud", "other"];
/// Characters of a case number.
const CASE: usize = 40;

#[derive(Template)]
#[template(path = "operator/credentials.html")]
struct CredentialsPage {
    layout: Layout,
    office: Office,
    rows: Vec<Row>,
    types: Vec<TypeChoice>,
    states: Vec<Choice>,
    next: String,
    /// What the list is of, if it is not of all.
    of: String,
}

struct TypeChoice {
    name: String,
    title: String,
    chosen: bool,
}

struct Row {
    place: String,
    title: String,
    id: String,
    issued: String,
    state: &'static str,
    word: String,
}

#[derive(Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    before: String,
}

pub(super) async fn list(
    State(operator): State<Operator>,
    Query(query): Query<ListQuery>,
    Language(lang): Language,
    clerk: Clerk,
) -> Result<Response, Problem> {
    let state = state_of(&query.state);
    let catalogue = operator.service().catalogue();
    let type_name = catalogue.credential_type(&query.r#type).map(|of| of.name.as_str());
    let filter = Filter { type_name, state, ..Filter::default() };
    let before = query.before.parse().ok();
    let database = operator.service().database();
    let found = database.credentials(&filter, before, PAGE_ROWS as usize + 1).await.map_err(down)?;
    let shown = found.get(..PAGE_ROWS as usize).unwrap_or(&found);
    let kept = format!("type={}&state={}", type_name.unwrap_or_default(), state.map_or("", CredentialState::as_str));
    let next = shown.last().filter(|_| found.len() > shown.len());
    let next = next.map(|(place, _)| format!("?{kept}&before={place}")).unwrap_or_default();
    let path = format!("/credentials?{kept}");
    Ok(list_page(&operator, shown, (type_name, state), (next, String::new()), lang, &clerk, &path))
}

fn state_of(name: &str) -> Option<CredentialState> {
    let all = [CredentialState::Active, CredentialState::Suspended, CredentialState::Revoked];
    all.into_iter().find(|state| state.as_str() == name)
}

fn list_page(
    operator: &Operator,
    found: &[(i64, StoredCredential)],
    (type_name, state): (Option<&str>, Option<CredentialState>),
    (next, of): (String, String),
    lang: Lang,
    clerk: &Clerk,
    path: &str,
) -> Response {
    let words = Words(lang);
    let at = now();
    let row = |(place, credential): &(i64, StoredCredential)| Row {
        place: operator.at(&format!("/credentials/{place}")),
        title: title_of(operator, &credential.type_name, lang),
        id: credential.id.clone(),
        issued: moment(credential.issued, lang),
        state: credential.state.as_str(),
        word: words.get(word(credential, at)),
    };
    let choice = |value: &'static str, text: &str| Choice {
        value,
        word: words.get(text),
        chosen: state.map_or("", CredentialState::as_str) == value,
    };
    let catalogue = operator.service().catalogue();
    let types = catalogue.all_types.iter().map(|of| TypeChoice {
        name: of.name.clone(),
        title: in_language(&of.display.title, lang).to_owned(),
        chosen: type_name == Some(of.name.as_str()),
    });
    let (layout, office) = operator.office(clerk, lang, words.get("credentials-title"), "credentials", path);
    page(&CredentialsPage {
        layout,
        office,
        rows: found.iter().map(row).collect(),
        types: types.collect(),
        states: vec![
            choice("", "credentials-state-all"),
            choice("active", "credentials-state-active"),
            choice("suspended", "credentials-state-suspended"),
            choice("revoked", "credentials-state-revoked"),
        ],
        next,
        of,
    })
}

fn title_of(operator: &Operator, type_name: &str, lang: Lang) -> String {
    let catalogue = operator.service().catalogue();
    let of = catalogue.credential_type(type_name);
    of.map_or(type_name, |of| in_language(&of.display.title, lang)).to_owned()
}

fn word(credential: &StoredCredential, now: Timestamp) -> &'static str {
    match credential.state {
        CredentialState::Revoked => "credentials-state-revoked",
        CredentialState::Suspended => "credentials-state-suspended",
        CredentialState::Active if credential.valid_until < now => "credentials-state-expired",
        CredentialState::Active => "credentials-state-active",
    }
}

#[derive(Deserialize)]
pub(super) struct SearchForm {
    #[serde(default)]
    wanted: String,
}

/// Looks for an id or for a holder's DID. It comes in a form's body, so that it stands in no address.
pub(super) async fn search(
    State(operator): State<Operator>,
    Language(lang): Language,
    clerk: Clerk,
    Form(form): Form<SearchForm>,
) -> Result<Response, Problem> {
    let (database, words) = (operator.service().database(), Words(lang));
    let wanted = form.wanted.trim();
    let is_sane = !wanted.is_empty() && wanted.len() <= 2_000 && !wanted.chars().any(char::is_control);
    let id = complete(wanted);
    let place = if is_sane { database.place_of(&id).await.map_err(down)? } else { None };
    if let Some(place) = place {
        return redirect(&operator.at(&format!("/credentials/{place}")));
    }
    let found = match is_sane && wanted.starts_with("did:") {
        true => {
            let filter = Filter { subject: Some(wanted), ..Filter::default() };
            database.credentials(&filter, None, PAGE_ROWS as usize).await.map_err(down)?
        }
        false => Vec::new(),
    };
    let of = words.get(if found.is_empty() { "credentials-none" } else { "credentials-of-holder" });
    Ok(list_page(&operator, &found, (None, None), (String::new(), of), lang, &clerk, "/credentials"))
}

/// The credentials of the holder of one.
pub(super) async fn others(
    State(operator): State<Operator>,
    Path(place): Path<i64>,
    Language(lang): Language,
    clerk: Clerk,
) -> Result<Response, Problem> {
    let database = operator.service().database();
    let credential = database.credential_at(place).await.map_err(down)?;
    let subject = credential.subject.as_deref().ok_or_else(Problem::not_found)?;
    let filter = Filter { subject: Some(subject), ..Filter::default() };
    let found = database.credentials(&filter, None, PAGE_ROWS as usize).await.map_err(down)?;
    let of = Words(lang).get("credentials-of-holder");
    let path = format!("/credentials/{place}/others");
    Ok(list_page(&operator, &found, (None, None), (String::new(), of), lang, &clerk, &path))
}

#[derive(Template)]
#[template(path = "operator/credential.html")]
struct CredentialPage {
    layout: Layout,
    office: Office,
    place: i64,
    id: String,
    state: &'static str,
    word: String,
    issued: String,
    until: String,
    holder: String,
    list: String,
    digest: String,
    changes: Vec<Change>,
    done: String,
}

/// A change that may be made.
struct Change {
    name: &'static str,
    word: String,
    is_final: bool,
}

#[derive(Deserialize)]
pub(super) struct ShowQuery {
    #[serde(default)]
    done: String,
}

pub(super) async fn show(
    State(operator): State<Operator>,
    Path(place): Path<i64>,
    Query(query): Query<ShowQuery>,
    Language(lang): Language,
    clerk: Clerk,
) -> Result<Response, Problem> {
    let (database, words) = (operator.service().database(), Words(lang));
    let credential = database.credential_at(place).await.map_err(down)?;
    let purposes = database.purposes_of(&credential.id).await.map_err(down)?;
    let title = title_of(&operator, &credential.type_name, lang);
    let (layout, office) = operator.office(&clerk, lang, title, "credentials", &format!("/credentials/{place}"));
    let changes = match office.is_issuer {
        true => changes(&credential, &purposes),
        false => Vec::new(),
    };
    let change = |change: &Transition| Change {
        name: name_of(*change),
        word: words.get(change_word(*change)),
        is_final: *change == Transition::Revoke,
    };
    let done = transition(&query.done).map(|change| words.get(done_word(change)));
    Ok(page(&CredentialPage {
        layout,
        office,
        place,
        state: credential.state.as_str(),
        word: words.get(word(&credential, now())),
        issued: moment(credential.issued, lang),
        until: moment(credential.valid_until, lang),
        holder: credential.subject.as_deref().map(short_hash).unwrap_or_default(),
        list: credential.status.map(|(list, index)| format!("{list}, {index}")).unwrap_or_default(),
        digest: hex_encode(&credential.digest),
        id: credential.id,
        changes: changes.iter().map(change).collect(),
        done: done.unwrap_or_default(),
    }))
}

/// What stands for a holder's DID: enough to see that two are the same.
fn short_hash(subject: &str) -> String {
    let hash = hex_encode(&Sha256::digest(subject));
    hash.get(..16).unwrap_or_default().to_owned()
}

/// The changes that a credential allows.
fn changes(credential: &StoredCredential, purposes: &[String]) -> Vec<Transition> {
    let has = |purpose: &str| purposes.iter().any(|known| known == purpose);
    let mut all = Vec::new();
    match credential.state {
        CredentialState::Revoked => return all,
        CredentialState::Suspended if has("suspension") => all.push(Transition::Reinstate),
        CredentialState::Active if has("suspension") => all.push(Transition::Suspend),
        _ => {}
    }
    if has("revocation") {
        all.push(Transition::Revoke);
    }
    all
}

const fn name_of(change: Transition) -> &'static str {
    match change {
        Transition::Revoke => "revoke",
        Transition::Suspend => "suspend",
        Transition::Reinstate => "reinstate",
    }
}

fn transition(name: &str) -> Option<Transition> {
    [Transition::Revoke, Transition::Suspend, Transition::Reinstate].into_iter().find(|change| name_of(*change) == name)
}

const fn change_word(change: Transition) -> &'static str {
    match change {
        Transition::Revoke => "change-revoke",
        Transition::Suspend => "change-suspend",
        Transition::Reinstate => "change-reinstate",
    }
}

const fn done_word(change: Transition) -> &'static str {
    match change {
        Transition::Revoke => "change-done-revoke",
        Transition::Suspend => "change-done-suspend",
        Transition::Reinstate => "change-done-reinstate",
    }
}

#[derive(Template)]
#[template(path = "operator/change.html")]
struct ChangePage {
    layout: Layout,
    office: Office,
    place: i64,
    change: &'static str,
    is_final: bool,
    credential: String,
    id: String,
    means: String,
    button: String,
    reasons: Vec<Choice>,
    case: String,
    error: String,
}

/// What a change means, and the form that makes it.
pub(super) async fn confirm(
    State(operator): State<Operator>,
    Path((place, name)): Path<(i64, String)>,
    Language(lang): Language,
    clerk: Clerk,
) -> Result<Response, Problem> {
    let change = transition(&name).ok_or_else(Problem::not_found)?;
    change_page(&operator, place, change, (&ChangeForm::default(), ""), lang, &clerk).await
}

#[derive(Default, Deserialize)]
pub(super) struct ChangeForm {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    case: String,
}

async fn change_page(
    operator: &Operator,
    place: i64,
    change: Transition,
    (form, error): (&ChangeForm, &str),
    lang: Lang,
    clerk: &Clerk,
) -> Result<Response, Problem> {
    let (database, words) = (operator.service().database(), Words(lang));
    let credential = database.credential_at(place).await.map_err(down)?;
    let purposes = database.purposes_of(&credential.id).await.map_err(down)?;
    if !changes(&credential, &purposes).contains(&change) {
        return Err(Problem::new(StatusCode::CONFLICT, "conflict.state"));
    }
    let means = match change {
        Transition::Revoke => "change-means-revoke",
        Transition::Suspend => "change-means-suspend",
        Transition::Reinstate => "change-means-reinstate",
    };
    let reason =
        |value: &'static str| Choice { word: words.get(reason_word(value)), chosen: form.reason == value, value };
    let name = name_of(change);
    let path = format!("/credentials/{place}/{name}");
    let title = words.get(match change {
        Transition::Revoke => "change-title-revoke",
        Transition::Suspend => "change-title-suspend",
        Transition::Reinstate => "change-title-reinstate",
    });
    let (layout, office) = operator.office(clerk, lang, title, "credentials", &path);
    Ok(page(&ChangePage {
        layout,
        office,
        place,
        change: name,
        is_final: change == Transition::Revoke,
        credential: title_of(operator, &credential.type_name, lang),
        id: credential.id,
        means: words.get(means),
        button: words.get(change_word(change)),
        reasons: REASONS.into_iter().map(reason).collect(),
        case: form.case.clone(),
        error: if error.is_empty() { String::new() } else { words.get(error) },
    }))
}

fn reason_word(value: &str) -> &'static str {
    match value {
        "lost" => "change-reason-lost",
        "error" => "change-reason-error",
        "request" => "change-reason-request",
        "ended" => "change-reason-ended",
        "fraud" => "change-reason-fraud",
        _ => "change-reason-other",
    }
}

/// Makes the change, and writes down who made it and why, in one transaction.
pub(super) async fn change(
    State(operator): State<Operator>,
    Path((place, name)): Path<(i64, String)>,
    Language(lang): Language,
    clerk: Clerk,
    Form(form): Form<ChangeForm>,
) -> Result<Response, Problem> {
    let change = transition(&name).ok_or_else(Problem::not_found)?;
    let case = form.case.trim();
    // A case number, not a story: the log is for ever, and must say nothing of a person.
    let plain = |c: char| c.is_ascii_alphanumeric() || "-/._".contains(c);
    let error = match REASONS.into_iter().find(|known| *known == form.reason) {
        None => "change-error-reason",
        Some(_) if case.len() > CASE || !case.chars().all(plain) => "change-error-case",
        Some(_) => "",
    };
    if !error.is_empty() {
        let mut response = change_page(&operator, place, change, (&form, error), lang, &clerk).await?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let (database, at) = (operator.service().database(), now());
    let credential = database.credential_at(place).await.map_err(down)?;
    let purposes = database.purposes_of(&credential.id).await.map_err(down)?;
    if !changes(&credential, &purposes).contains(&change) {
        return Err(Problem::new(StatusCode::CONFLICT, "conflict.state"));
    }
    let mut detail = serde_json::json!({"reason": form.reason});
    if let (false, Some(detail)) = (case.is_empty(), detail.as_object_mut()) {
        detail.insert("case".to_owned(), case.into());
    }
    let (actor, detail, action) = (clerk.actor(), detail.to_string(), format!("credential.{name}"));
    let event = AuditEvent { at, actor: &actor, action: &action, object: &credential.id, detail: &detail };
    let changed = database.change_state_and_tell(&credential.id, change, &[event], at).await;
    let _: CredentialState = changed.map_err(|error| match error {
        StoreError::NoStatus(_) | StoreError::Revoked(_) => Problem::new(StatusCode::CONFLICT, "conflict.state"),
        error => down(error),
    })?;
    redirect(&operator.at(&format!("/credentials/{place}?done={name}")))
}
