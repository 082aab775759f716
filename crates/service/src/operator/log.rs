//! The audit log: looked at, checked, exported. The command `tamarack-issuer audit` does the same with the same functions.

use askama::Template;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use serde::Deserialize;
use tamarack::encoding::hex_encode;

use super::Operator;
use super::session::{Clerk, Office, down};
use crate::http::{Language, Problem};
use crate::issuer::now;
use crate::limits::{EXPORT_ROWS, PAGE_ROWS};
use crate::pages::{Layout, Words, moment, page};
use crate::store::{AuditEntry, AuditEvent, AuditFlaw, ChainEnd, ChainError, StoreError};

#[derive(Template)]
#[template(path = "operator/log.html")]
struct LogPage {
    layout: Layout,
    office: Office,
    entries: Vec<Entry>,
    older: String,
}

struct Entry {
    place: i64,
    at: String,
    actor: String,
    action: String,
    object: String,
    detail: String,
    hash: String,
}

#[derive(Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    before: String,
}

pub(super) async fn list(
    State(operator): State<Operator>,
    Query(query): Query<ListQuery>,
    Language(lang): Language,
    clerk: Clerk,
) -> Result<Response, Problem> {
    let database = operator.service().database();
    // What has just happened is there too.
    database.seal_audit().await.map_err(down)?;
    let before = query.before.parse().unwrap_or(i64::MAX);
    let found = database.audit_entries_before(before, PAGE_ROWS).await.map_err(down)?;
    let older = found.last().filter(|last| last.place > 1).map(|last| format!("?before={}", last.place));
    let shown = |entry: AuditEntry| Entry {
        place: entry.place,
        at: moment(entry.at, lang),
        actor: entry.actor,
        action: entry.action,
        object: entry.object,
        detail: entry.detail,
        hash: hex_encode(&entry.hash),
    };
    let (layout, office) = operator.office(&clerk, lang, Words(lang).get("log-title"), "log", "/log");
    let entries = found.into_iter().map(shown).collect();
    Ok(page(&LogPage { layout, office, entries, older: older.unwrap_or_default() }))
}

#[derive(Template)]
#[template(path = "operator/check.html")]
struct CheckPage {
    layout: Layout,
    office: Office,
    is_whole: bool,
    text: String,
    end: String,
    until: String,
    error: String,
}

#[derive(Deserialize)]
pub(super) struct CheckQuery {
    #[serde(default)]
    until: String,
}

/// Checks the whole chain, up to an end that was once written down if one is named.
pub(super) async fn check(
    State(operator): State<Operator>,
    Query(query): Query<CheckQuery>,
    Language(lang): Language,
    clerk: Clerk,
) -> Result<Response, Problem> {
    let (database, words) = (operator.service().database(), Words(lang));
    database.seal_audit().await.map_err(down)?;
    let typed = query.until.trim();
    let until = ChainEnd::parse(typed);
    let error = if until.is_none() && !typed.is_empty() { words.get("check-error-until") } else { String::new() };
    let (is_whole, text, end) = match database.check_audit(until).await {
        Ok(end) => (true, words.with("check-whole", "place", end.place), end.to_string()),
        Err(ChainError::Flaw(AuditFlaw::Gap(place))) => (false, words.with("check-gap", "place", place), String::new()),
        Err(ChainError::Flaw(AuditFlaw::Changed(place))) => {
            (false, words.with("check-changed", "place", place), String::new())
        }
        Err(ChainError::Cut) => (false, words.get("check-cut"), String::new()),
        Err(ChainError::Store(error)) => return Err(down(error)),
    };
    let title = words.get(if is_whole { "check-title-whole" } else { "check-title-broken" });
    let (layout, office) = operator.office(&clerk, lang, title, "log", "/log/check");
    Ok(page(&CheckPage { layout, office, is_whole, text, end, until: typed.to_owned(), error }))
}

/// Every entry, one JSON object a line, the oldest first.
pub(super) async fn export(State(operator): State<Operator>, clerk: Clerk) -> Result<Response, Problem> {
    let database = operator.service().database().clone();
    let actor = clerk.actor();
    let event = AuditEvent { at: now(), actor: &actor, action: "audit.export", object: "audit", detail: "" };
    database.audit(&event).await.map_err(down)?;
    database.seal_audit().await.map_err(down)?;
    let lines = stream::try_unfold((database, 0_i64), |(database, place)| async move {
        let entries = database.audit_entries(place, EXPORT_ROWS).await?;
        let Some(last) = entries.last().map(|entry| entry.place) else { return Ok::<_, StoreError>(None) };
        let mut text = String::new();
        for entry in &entries {
            text.push_str(&entry.to_json().to_string());
            text.push('\n');
        }
        Ok(Some((text, (database, last))))
    });
    let mut response = Body::from_stream(lines).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"audit.ndjson\""));
    Ok(response)
}
