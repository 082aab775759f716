//! Metrics in the text form of Prometheus (OpenMetrics 1.0).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

/// Labels of one request: nothing of them comes from a client but the choice among our own words.
#[derive(Clone, PartialEq, Eq, Hash, EncodeLabelSet, Debug)]
pub struct Labels {
    /// `GET`, `POST`, … or `other`.
    pub method: &'static str,
    /// The route's pattern.
    pub route: String,
    /// The status.
    pub status: u16,
}

/// The metrics of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<Labels, Counter>,
    seconds: Family<RouteLabel, Histogram>,
    running: Gauge,
}

#[derive(Clone, PartialEq, Eq, Hash, EncodeLabelSet, Debug)]
struct RouteLabel {
    route: String,
}

/// Seconds: from a page out of memory to a slow service elsewhere.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

impl Metrics {
    pub(super) fn new() -> Self {
        let requests = Family::default();
        let seconds = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        let running = Gauge::default();
        let metrics = Self { registry: Mutex::default(), requests, seconds, running };
        metrics.add("http_requests", "Requests that were answered", metrics.requests.clone());
        metrics.add("http_request_seconds", "How long answers took", metrics.seconds.clone());
        metrics.add("http_requests_running", "Requests that are being answered", metrics.running.clone());
        metrics
    }

    /// Adds a metric of a server's own under `tamarack_` and its name.
    pub fn add(&self, name: &str, help: &str, metric: impl Metric) {
        let mut registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        registry.sub_registry_with_prefix("tamarack").register(name, help, metric);
    }

    /// All of them as text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        // Writing to a string does not fail.
        let _ = encode(&mut text, &registry);
        text
    }

    pub(super) fn begin(&self) {
        self.running.inc();
    }

    pub(super) fn end(&self, labels: Labels, took: Duration) {
        self.running.dec();
        self.seconds.get_or_create(&RouteLabel { route: labels.route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&labels).inc();
    }
}
