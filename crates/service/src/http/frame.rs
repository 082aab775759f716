//! What stands around every route.

use std::time::Instant;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{ACCEPT, SET_COOKIE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::audience::Audience;
use super::language::{self, Language};
use super::log::TRACES;
use super::to_its_end::{Panicked, ToItsEnd};
use super::{Base, Client, Cookies, Labels, Problem, RequestId, headers};
use crate::limits;

/// Puts the frame around a server's routes: request id, log, metrics, rate, limits of size and time, security headers,
/// languages, cookies, error pages.
///
/// A handler that has begun runs to its end even if its client hangs up: what was accepted is finished.
pub fn frame(routes: Router, base: &Base) -> Router {
    routes
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed") })
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .layer(from_fn_with_state(base.clone(), around))
}

async fn around(State(base): State<Base>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let settings = base.settings();
    let https = settings.base_url.is_https();
    let id = RequestId::of(&request, settings.proxies);
    let client = Client::of(&request, settings.proxies);
    let cookies = Cookies::new(https);
    let language = Language::of(request.uri(), request.headers(), &cookies);
    let method = name(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let path = request.uri().path().to_owned();
    let wants_page = wants_page(request.method(), request.headers());
    let audience = Audience::of(&route, settings.base_url.path());
    let preflight = audience.preflight(request.method(), request.headers());
    let switched = language::switched(request.uri());
    base.metrics().begin();
    let span = tracing::info_span!(
        target: TRACES,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        request.id = id.as_str(),
    );
    // A stranger does not choose where his requests stand in our traces.
    #[cfg(feature = "telemetry")]
    if settings.proxies > 0 {
        super::telemetry::go_on(&span, request.headers());
    }

    let mut response = match (base.limiter().take(client, begun), preflight) {
        (Ok(()), Some(allowed)) => allowed,
        (Ok(()), None) => {
            let extensions = request.extensions_mut();
            extensions.insert(id.clone());
            extensions.insert(client);
            extensions.insert(cookies);
            extensions.insert(language);
            run(request, next, &span).await
        }
        // A probe of the balancer must not be refused for the sake of its clients' rates.
        (Err(_), _) if matches!(route.as_str(), "/healthz" | "/readyz") => run(request, next, &span).await,
        (Err(wait), _) => Problem::too_many(wait).into_response(),
    };

    if let (true, Some(page)) = (wants_page, base.error_page())
        && let Some(problem) = response.extensions().get::<Problem>().cloned()
        && audience.has_page(problem.status(), &route)
    {
        response = page(&problem, language.0, &id, &path, settings.base_url.path());
        *response.status_mut() = problem.status();
        problem.dress(&mut response);
    }
    if let Some(cookie) = switched.and_then(|lang| cookies.set(language::COOKIE, language::tag(lang), Some(31_536_000)))
    {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    audience.tell(response.headers_mut());
    headers::secure(response.headers_mut(), https);
    if let Ok(value) = id.as_str().parse() {
        response.headers_mut().insert("x-request-id", value);
    }
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::error!(request = id.as_str(), method, route, status, micros, "answered");
    } else {
        tracing::info!(request = id.as_str(), method, route, status, micros, "answered");
    }
    base.metrics().end(Labels { method, route, status }, took);
    response
}

/// Runs the handler: it ends even if the client hangs up, and a panic is an answer.
async fn run(request: Request, next: Next, span: &Span) -> Response {
    let handled = tokio::time::timeout(limits::REQUEST_TIME, next.run(request));
    match ToItsEnd::new(handled.instrument(span.clone())).await {
        Ok(Ok(response)) => named(response),
        Ok(Err(_)) => Problem::new(StatusCode::GATEWAY_TIMEOUT, "timeout").into_response(),
        Err(Panicked) => Problem::internal().into_response(),
    }
}

/// Gives the refusals of axum's own extractors our form, so that nothing of a request stands in them.
fn named(response: Response) -> Response {
    if response.extensions().get::<Problem>().is_some() {
        return response;
    }
    let plain = response.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let code = match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY if plain => "invalid_request",
        _ => return response,
    };
    let status = match response.status() {
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        status => status,
    };
    Problem::new(status, code).into_response()
}

fn wants_page(method: &Method, headers: &HeaderMap) -> bool {
    let accepts = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    (method == Method::GET || method == Method::POST) && accepts.into_iter().any(|value| value.contains("text/html"))
}

fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}
