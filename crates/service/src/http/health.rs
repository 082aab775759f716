//! `/healthz` and `/readyz` on the public listener; `/metrics` on one of its own, or beside them where the public is this machine.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::client::Peer;
use super::{Base, Problem};
use crate::limits;

/// Whether the server can do its work: its database answers, its keys are there.
pub type Readiness = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

/// `/healthz` says that the process lives, `/readyz` that it can work: a balancer sends nothing to a process that is not ready,
/// and nobody restarts one for its database's sake.
pub fn health(ready: Readiness) -> Router {
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(move || readyz(Arc::clone(&ready))))
}

/// `/metrics`, for a listener that the public does not reach: how much is issued and asked is nobody else's business.
pub fn metrics_routes(base: &Base) -> Router {
    let base = base.clone();
    Router::new()
        .route("/metrics", get(|| async move { text(base.metrics().text()) }))
        .fallback(|| async { Problem::not_found() })
}

/// `/metrics` beside everything else, for a server that is for this very machine: its base URL is of it, and so are those who may ask.
/// Elsewhere it is not there: `None`.
#[must_use]
pub fn metrics_on_this_machine(base: &Base) -> Option<Router> {
    if base.url().is_https() {
        return None;
    }
    let base = base.clone();
    let metrics = move |request: Request| async move {
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip().to_canonical());
        if peer.is_some_and(|ip| ip.is_loopback()) {
            text(base.metrics().text())
        } else {
            Problem::not_found().into_response()
        }
    };
    Some(Router::new().route("/metrics", get(metrics)))
}

async fn readyz(ready: Readiness) -> Response {
    // A database that is away lets its callers wait; a balancer must know at once.
    let answered = tokio::time::timeout(limits::READY_TIME, ready()).await;
    if answered == Ok(true) { "ready\n".into_response() } else { Problem::unavailable().into_response() }
}

fn text(metrics: String) -> Response {
    let mut response = metrics.into_response();
    let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
