//! The browser's own way to a wallet, for the page of a request.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, StatusCode};

use super::browser;
use crate::http::{Cookies, Problem, RandomId, same};
use crate::verifier::Verifier;
use crate::verifier::requests::handle_of;

/// What the page's script gives to the browser.
pub(super) async fn requests(
    State(verifier): State<Verifier>,
    Path(id): Path<String>,
    cookies: Cookies,
    headers: HeaderMap,
) -> Result<Json<serde_json::Value>, Problem> {
    let handle = owned(&verifier, &id, &headers, cookies).await?;
    verifier.digital_requests(&handle).await.map(Json)
}

/// What the script got. It comes from our own page: the browser says so itself.
pub(super) async fn answer(
    State(verifier): State<Verifier>,
    Path(id): Path<String>,
    cookies: Cookies,
    headers: HeaderMap,
    body: String,
) -> Result<StatusCode, Problem> {
    let ours = verifier.inner.base.url().origin();
    if headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()) != Some(ours.as_str()) {
        return Err(Problem::forbidden("forbidden.form"));
    }
    let handle = owned(&verifier, &id, &headers, cookies).await?;
    verifier.digital_answer(&handle, Some(ours), &body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The handle of a request, for the browser that its page belongs to.
async fn owned(verifier: &Verifier, id: &str, headers: &HeaderMap, cookies: Cookies) -> Result<String, Problem> {
    let handle = handle_of(&RandomId::read(id).ok_or_else(Problem::not_found)?);
    let owner = verifier.request(&handle).await?.kept.browser.unwrap_or_default();
    match browser(headers, cookies).is_some_and(|browser| same(&owner, &browser.digest())) {
        true => Ok(handle),
        false => Err(Problem::forbidden("forbidden.browser")),
    }
}
