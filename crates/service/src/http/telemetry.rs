//! Traces for OpenTelemetry: sent by OTLP over HTTP to the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names; without that
//! variable, none are made.
//!
//! A span has the request's id, method, route (the pattern, never the path) and status, and the warnings of the log: nothing
//! of what a request or a credential holds. The collector is asked under the guard of `tamarack-net`: HTTPS, or this very
//! machine, where a collector usually stands beside its service; it may be in a private network.

use std::time::Duration;

use axum::http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tamarack_net::{Call, FetchOptions, Fetcher, Reach};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::{Layer, Registry};

use super::StartError;
use super::log::TRACES;

/// Bytes of a collector's answer.
const ANSWER_BYTES: usize = 64 << 10;
/// How long the last traces may take when the program ends.
const END_TIME: Duration = Duration::from_secs(5);

/// What sends traces. Dropped, it sends the last of them.
#[derive(Debug)]
pub(super) struct Traces(SdkTracerProvider);

impl Drop for Traces {
    fn drop(&mut self) {
        if self.0.shutdown_with_timeout(END_TIME).is_err() {
            tracing::warn!("the last traces could not be sent");
        }
    }
}

/// The layer that makes traces, if a collector is named.
pub(super) type TraceLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// Begins to send traces in the name of a service, if a collector is named.
pub(super) fn start(service: &'static str) -> Result<Option<(Traces, TraceLayer)>, StartError> {
    let named = |name: &str| std::env::var(name).is_ok_and(|value| !value.trim().is_empty());
    if !named("OTEL_EXPORTER_OTLP_ENDPOINT") && !named("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
        return Ok(None);
    }
    let options = FetchOptions { reach: Reach::PrivateNetworks, ..FetchOptions::default() };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_http_client(Collector(Fetcher::new(options)))
        .build()
        .map_err(|_| StartError::Telemetry)?;
    let resource = Resource::builder().with_service_name(service).build();
    let provider = SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer(service))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(
            Targets::new().with_target(TRACES, LevelFilter::INFO).with_target("tamarack_service", LevelFilter::WARN),
        );
    Ok(Some((Traces(provider), layer.boxed())))
}

/// Lets a span go on where a proxy of ours began (W3C Trace Context).
pub(super) fn go_on(span: &Span, headers: &HeaderMap) {
    let context = TraceContextPropagator::new().extract(&Headers(headers));
    if context.span().span_context().is_valid() {
        // A span that nobody records has no parent.
        let _ = span.set_parent(context);
    }
}

struct Headers<'h>(&'h HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(axum::http::HeaderName::as_str).collect()
    }
}

#[derive(Debug)]
struct Collector(Fetcher);

#[async_trait::async_trait]
impl HttpClient for Collector {
    /// Called on the thread of the batches, which may wait.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let url = request.uri().to_string();
        let headers: Vec<(&str, &str)> =
            request.headers().iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
        let call = Call { url: &url, headers: &headers, body: Some(request.body().as_ref()), limit: ANSWER_BYTES };
        let answer = self.0.call(&call).inspect_err(|error| {
            tracing::warn!(code = error.code(), "traces could not be sent");
        })?;
        Ok(Response::builder().status(answer.status).body(Bytes::from(answer.body))?)
    }
}
