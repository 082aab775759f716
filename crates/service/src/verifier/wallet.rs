//! What wallets talk to: the request object and the address for answers (OpenID4VP §5.10, §8.2).

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tamarack_openid4vc::limits::ANSWER_BYTES;
use tamarack_openid4vc::vp::response::receipt;
use tamarack_openid4vc::vp::session::Session;

use super::Verifier;
use super::client::ClientKey;
use super::requests::{OPEN, OPENED, Request};
use super::result::Outcomes;
use super::settings::now;
use crate::http::Problem;

pub(super) fn routes(verifier: &Verifier) -> Router {
    // did:web §2.3: below a path, the document stands there.
    let document = if verifier.inner.base.url().path().is_empty() { "/.well-known/did.json" } else { "/did.json" };
    Router::new()
        .route("/w/{handle}", get(by_get).post(by_post))
        .route("/w/{handle}/here", get(by_get_here).post(by_post_here))
        .route("/w/{handle}/response", post(answer).layer(DefaultBodyLimit::max(ANSWER_BYTES)))
        .route(document, get(did_document))
        .with_state(verifier.clone())
}

async fn by_get(State(verifier): State<Verifier>, Path(handle): Path<String>) -> Result<Response, Problem> {
    object(&verifier, &handle, None, false).await
}

async fn by_post(
    State(verifier): State<Verifier>,
    Path(handle): Path<String>,
    body: String,
) -> Result<Response, Problem> {
    object(&verifier, &handle, Some(&body), false).await
}

async fn by_get_here(State(verifier): State<Verifier>, Path(handle): Path<String>) -> Result<Response, Problem> {
    object(&verifier, &handle, None, true).await
}

async fn by_post_here(
    State(verifier): State<Verifier>,
    Path(handle): Path<String>,
    body: String,
) -> Result<Response, Problem> {
    object(&verifier, &handle, Some(&body), true).await
}

/// The request object. A wallet may fetch it more than once while it is open.
async fn object(verifier: &Verifier, handle: &str, body: Option<&str>, same_device: bool) -> Result<Response, Problem> {
    let mut request = verifier.request(handle).await?;
    let mut session = request.session()?;
    if let Some(body) = body {
        session.fetched_by_post(body)?;
    }
    let signed = move |client: &ClientKey| session.request_object(&client.header, &client.key, now());
    let token = verifier.with_key(signed).await??;
    if request.state() == OPEN || (same_device && !request.kept.same_device) {
        request.kept.same_device |= same_device;
        // Another fetch may have been faster: it said the same.
        verifier.change(&mut request, OPENED).await?;
    }
    Ok(typed(token, "application/oauth-authz-req+jwt"))
}

/// The answer. What is no answer to this request is refused and uses nothing up. What answers it, and is not bound to it or to its
/// holder, ends it and is told so; how trusted and how good the credentials are is the relying party's to know, not the sender's.
async fn answer(
    State(verifier): State<Verifier>,
    Path(handle): Path<String>,
    body: String,
) -> Result<Response, Problem> {
    let request = verifier.request(&handle).await?;
    let session: Session = request.session()?;
    let received = session.receive(&body, now())?;
    let code = session.response_code().to_owned();
    let Some(taken) = verifier.take(&handle, request).await? else { return Err(Problem::gone()) };
    let done = verifier.conclude(taken, session, received, None, body.len()).await?;
    if let Some(about) = done.kept.result.as_ref().and_then(Outcomes::not_bound) {
        return Err(Problem::bad_request("invalid_request").about(about));
    }
    Ok(typed(receipt(back(&verifier, &done, &code).as_deref()), "application/json"))
}

/// §8.2, §14.2: where a browser on the wallet's own device goes on. A wallet on another device sends nobody anywhere.
fn back(verifier: &Verifier, request: &Request, code: &str) -> Option<String> {
    let path = format!("/back/{}?response_code={code}", request.handle());
    request.kept.same_device.then(|| verifier.inner.base.url().at(&path))
}

async fn did_document(State(verifier): State<Verifier>) -> Result<Response, Problem> {
    let document = verifier.inner.client.document.clone().ok_or_else(Problem::not_found)?;
    let mut response = typed(document, "application/did+json");
    let hour = HeaderValue::from_static("public, max-age=3600");
    response.headers_mut().insert(axum::http::header::CACHE_CONTROL, hour);
    Ok(response)
}

fn typed(body: String, kind: &'static str) -> Response {
    let mut response = body.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
