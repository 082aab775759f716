//! What both servers share below their routes: connections with limits, TLS, request ids, logs, metrics, security headers,
//! languages, cookies, CSRF tokens, rates, and errors for programs and for people.
//!
//! [`frame`] puts all of it around a router, [`Server`] serves it:
//!
//! ```no_run
//! # async fn run() -> Result<(), tamarack_service::http::StartError> {
//! use tamarack_service::http::{Base, BaseUrl, Server, Settings, frame, shutdown_signal};
//!
//! let settings = Settings::new(BaseUrl::parse("https://id.example")?);
//! let base = Base::new(settings);
//! let routes = axum::Router::new().route("/", axum::routing::get(|| async { "Hello" }));
//! let server = Server::bind("0.0.0.0:8443", None).await?;
//! server.run(frame(routes, &base), shutdown_signal()).await;
//! # Ok(()) }
//! ```

mod audience;
mod base;
mod base_url;
mod client;
mod cookies;
mod csrf;
mod frame;
mod headers;
mod health;
mod language;
mod log;
mod metrics;
mod problem;
mod rate;
mod runtime;
mod secret;
mod server;
mod signed;
#[cfg(feature = "telemetry")]
mod telemetry;
mod tls;
mod to_its_end;

pub use base::{Base, Settings};
pub use base_url::BaseUrl;
pub use client::{Client, RequestId};
pub use cookies::Cookies;
pub use csrf::Csrf;
pub use frame::frame;
pub use headers::{form_target_policy, no_store};
pub use health::{Readiness, health, metrics_on_this_machine, metrics_routes};
pub use language::{Language, accepted_language};
pub use log::{Log, LogForm, start_log};
pub use metrics::{Labels, Metrics};
pub use problem::{ErrorPage, Problem};
pub use rate::{Rate, RateLimiter};
pub use runtime::{runtime, usual_workers};
pub(crate) use secret::digest as secret_digest;
pub use secret::{RandomId, bearer, same};
pub use server::{Server, StartError, shutdown_signal};
pub(crate) use signed::send_signed;
pub use tls::TlsFiles;
