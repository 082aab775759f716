//! Structured logs without personal data.
//!
//! One line for each request: its id, method, route (the pattern, never the path), status and time. What a request or a
//! credential holds is never logged, at any level.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How lines are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogForm {
    /// One JSON object a line, for machines.
    Json,
    /// For people at a terminal.
    Text,
}

/// Writes logs to standard error. Called once, by the program; again, it does nothing.
pub fn start_log(form: LogForm, verbose: bool) {
    let level = if verbose { LevelFilter::DEBUG } else { LevelFilter::INFO };
    // Our own lines alone: libraries log what we cannot vouch for.
    let ours = Targets::new().with_target("tamarack_service", level).with_target("tamarack_net", level);
    let registry = tracing_subscriber::registry().with(ours);
    let writer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let _ = match form {
        LogForm::Json => registry.with(writer.json().flatten_event(true).with_current_span(false)).try_init(),
        LogForm::Text => {
            let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
            registry.with(writer.with_ansi(ansi).compact()).try_init()
        }
    };
}
