//! Structured logs and traces without personal data.
//!
//! One line for each request: its id, method, route (the pattern, never the path), status and time. What a request or a
//! credential holds is never logged, at any level.

use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::StartError;

/// The target of the spans of requests: for traces, not for the log.
pub(super) const TRACES: &str = "tamarack_service::traces";

/// How lines are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogForm {
    /// One JSON object a line, for machines.
    Json,
    /// For people at a terminal.
    Text,
}

/// What writes the log. Dropped at the end of the program, it sends the last traces.
#[must_use]
#[derive(Debug)]
pub struct Log {
    #[cfg(feature = "telemetry")]
    _traces: Option<super::telemetry::Traces>,
}

/// Writes logs to standard error; and sends traces in the service's name, if this was built with the feature `telemetry` and
/// `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector. Called once, by the program; again, it writes nothing more.
///
/// # Errors
/// [`StartError::Telemetry`] for settings of OpenTelemetry that are none.
pub fn start_log(form: LogForm, verbose: bool, service: &'static str) -> Result<Log, StartError> {
    let level = if verbose { LevelFilter::DEBUG } else { LevelFilter::INFO };
    // Our own lines alone: libraries log what we cannot vouch for.
    let ours = Targets::new()
        .with_target("tamarack_service", level)
        .with_target("tamarack_net", level)
        .with_target(TRACES, LevelFilter::OFF);
    #[cfg(feature = "telemetry")]
    let (traces, layer) = super::telemetry::start(service)?.unzip();
    #[cfg(not(feature = "telemetry"))]
    let layer = {
        let _ = service;
        None::<tracing_subscriber::layer::Identity>
    };
    let registry = tracing_subscriber::registry().with(layer);
    let writer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let _ = match form {
        LogForm::Json => {
            let lines = writer.json().flatten_event(true).with_current_span(false).with_span_list(false);
            registry.with(lines.with_filter(ours)).try_init()
        }
        LogForm::Text => {
            let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
            registry.with(writer.with_ansi(ansi).compact().with_filter(ours)).try_init()
        }
    };
    Ok(Log {
        #[cfg(feature = "telemetry")]
        _traces: traces,
    })
}
