//! The REST interface for the relying party's program.
//!
//! | | |
//! |---|---|
//! | `POST /requests` | `{"ask": name, "returnTo"?: url, "transactionData"?: [{field: text}]}` → 201 with `id`, `handle`, `page`, `wallet`, `requestUri`, `expires` |
//! | `GET /requests/{id}` | the state, and the result when it is there; what is about the person once, then it is deleted |
//! | `GET /requests/{id}?keep=true` | the same, but nothing is deleted: for a program that must not lose an answer of ours |
//! | `DELETE /requests/{id}` | the program has it: what is about the person is deleted |
//! | `GET /requests/{id}/digital` | `{"requests": [{"protocol", "data"}, …]}`, for `navigator.credentials.get` in a page of the program's own |
//! | `POST /requests/{id}/digital` | `{"origin", "protocol", "data"}`: what that page got, and the page's origin, one of the ask's → 204 |
//!
//! Each call carries `Authorization: Bearer` and one of the server's tokens.

mod resolver;
mod vc;

use std::time::Instant;

use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::header::{AUTHORIZATION, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value};
use tamarack::Timestamp;

use super::Verifier;
use super::requests::{DONE, OPEN, Origin, handle_of};
use super::settings::now;
use crate::http::{Client, Problem, RandomId, bearer, same, secret_digest};

pub(super) fn routes(verifier: &Verifier) -> Router {
    Router::new()
        .route("/requests", post(begin))
        .route("/requests/{id}", get(read).delete(confirm))
        .route("/requests/{id}/digital", get(digital).post(answer))
        .route("/credentials/verify", post(vc::credential))
        .route("/presentations/verify", post(vc::presentation))
        .route("/1.0/identifiers/", get(resolver::identifiers))
        .route("/1.0/identifiers/{*did}", get(resolver::identifiers))
        .with_state(verifier.clone())
}

/// A program that showed one of the server's tokens.
pub(super) struct Program;

impl FromRequestParts<Verifier> for Program {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, verifier: &Verifier) -> Result<Self, Problem> {
        Self::of(&parts.headers, verifier).ok_or_else(|| Problem::unauthorized(&parts.headers))
    }
}

/// Whether somebody may have this server fetch what they name: a program with a token, or whoever comes where that is open to
/// all, so often.
fn may_fetch(verifier: &Verifier, headers: &HeaderMap, client: Client, open: bool) -> Result<(), Problem> {
    if Program::of(headers, verifier).is_some() {
        return Ok(());
    }
    // A token that is shown and is none is told so, wherever it is.
    if !open || headers.contains_key(AUTHORIZATION) {
        return Err(Problem::unauthorized(headers));
    }
    verifier.inner.open_fetches.take(client, Instant::now()).map_err(Problem::too_many)
}

impl Program {
    /// The program that a request's headers show, if they show one.
    fn of(headers: &HeaderMap, verifier: &Verifier) -> Option<Self> {
        let given = secret_digest(bearer(headers)?);
        // Every one is compared, in the same time.
        let known = verifier.inner.api_tokens.iter().fold(false, |known, token| known | same(token, &given));
        known.then_some(Self)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Begin {
    ask: String,
    return_to: Option<String>,
    #[serde(default)]
    transaction_data: Vec<Map<String, Value>>,
}

async fn begin(_: Program, State(verifier): State<Verifier>, Json(begin): Json<Begin>) -> Result<Response, Problem> {
    let ask = verifier.ask(&begin.ask).map_err(|_| Problem::bad_request("invalid_request").about("ask"))?;
    // Strict: letter by letter one of the ask's own.
    if begin.return_to.as_ref().is_some_and(|url| !ask.return_to.contains(url)) {
        return Err(Problem::bad_request("invalid_request").about("returnTo"));
    }
    let origin = Origin { return_to: begin.return_to, fields: begin.transaction_data, ..Origin::default() };
    let (id, session) = verifier.begin_session(ask, origin).await?;
    let handle = handle_of(&id);
    let base = verifier.inner.base.url();
    let body = serde_json::json!({
        "id": id.as_str(),
        "ask": ask.name,
        "state": OPEN,
        "page": base.at(&format!("/r/{}", id.as_str())),
        "wallet": verifier.wallet_url(&handle, &session, false)?,
        "handle": handle,
        "requestUri": base.at(&format!("/w/{handle}")),
        "expires": session.expires().to_string(),
    });
    let place = base.at(&format!("/requests/{}", id.as_str()));
    let place = HeaderValue::from_str(&place).map_err(|_| Problem::internal())?;
    Ok((StatusCode::CREATED, [(LOCATION, place)], Json(body)).into_response())
}

#[derive(Deserialize)]
struct Reading {
    /// Whether what is about the person stays until the program says that it has it, or until the request is over.
    #[serde(default)]
    keep: bool,
}

async fn read(
    _: Program,
    State(verifier): State<Verifier>,
    Path(id): Path<String>,
    Query(reading): Query<Reading>,
) -> Result<Response, Problem> {
    let mut request = verifier.request_by_id(&id).await?;
    let mut body = serde_json::json!({
        "id": id,
        "ask": request.kept.ask,
        "state": if request.is_expired(now()) { "expired" } else { request.state() },
        "expires": Timestamp::from_unix(request.kept.answer_until).to_string(),
    });
    if request.state() == DONE {
        let id = RandomId::read(&id).ok_or_else(Problem::not_found)?;
        let before = request.kept.handed_over;
        let (result, before) = match (reading.keep, request.kept.result.as_mut()) {
            (true, Some(result)) => (result.hand_over(&id)?.0, before),
            _ => {
                let handed_over = verifier.hand_over(&id, request).await?;
                (handed_over.result, handed_over.before)
            }
        };
        let result = serde_json::to_value(result).map_err(|_| Problem::internal())?;
        if let Some(object) = body.as_object_mut() {
            object.insert("result".to_owned(), result);
            object.insert("handedOverBefore".to_owned(), before.into());
        }
    }
    Ok(Json(body).into_response())
}

/// What a page of the program's own asks its browser with.
async fn digital(_: Program, State(verifier): State<Verifier>, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = RandomId::read(&id).ok_or_else(Problem::not_found)?;
    Ok(Json(verifier.digital_requests(&handle_of(&id)).await?).into_response())
}

/// What such a page got. The program vouches for the page's origin.
async fn answer(
    _: Program,
    State(verifier): State<Verifier>,
    Path(id): Path<String>,
    body: String,
) -> Result<StatusCode, Problem> {
    let id = RandomId::read(&id).ok_or_else(Problem::not_found)?;
    verifier.digital_answer(&handle_of(&id), None, &body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes what is about the person.
async fn confirm(_: Program, State(verifier): State<Verifier>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let request = verifier.request_by_id(&id).await?;
    if request.state() != DONE {
        return Err(Problem::new(StatusCode::CONFLICT, "conflict").about("state"));
    }
    let id = RandomId::read(&id).ok_or_else(Problem::not_found)?;
    verifier.hand_over(&id, request).await?;
    Ok(StatusCode::NO_CONTENT)
}
