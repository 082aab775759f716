//! What a server's frame is made with.

use std::sync::Arc;

use super::{BaseUrl, ErrorPage, Metrics, Rate, RateLimiter};

/// How a server is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address under which the world knows it.
    pub base_url: BaseUrl,
    /// How many proxies of our own stand in front: as many entries from the right of `X-Forwarded-For` are believed.
    pub proxies: usize,
    /// How many requests one client may make.
    pub rate: Rate,
}

impl Settings {
    /// No proxy, ten requests a second with bursts of a hundred.
    #[must_use]
    pub const fn new(base_url: BaseUrl) -> Self {
        Self { base_url, proxies: 0, rate: Rate::per_minute(600) }
    }
}

/// What every part of one server's frame knows. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Base {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    settings: Settings,
    limiter: RateLimiter,
    metrics: Metrics,
    error_page: Option<ErrorPage>,
}

impl Base {
    /// A base whose errors are JSON for everybody.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self::make(settings, None)
    }

    /// A base whose errors are pages for people: `page` writes them.
    #[must_use]
    pub fn with_error_page(settings: Settings, page: ErrorPage) -> Self {
        Self::make(settings, Some(page))
    }

    fn make(settings: Settings, error_page: Option<ErrorPage>) -> Self {
        let limiter = RateLimiter::new(settings.rate);
        Self { inner: Arc::new(Inner { settings, limiter, metrics: Metrics::new(), error_page }) }
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// The address under which the world knows the server.
    #[must_use]
    pub fn url(&self) -> &BaseUrl {
        &self.inner.settings.base_url
    }

    /// The metrics: a server adds its own.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    pub(super) fn limiter(&self) -> &RateLimiter {
        &self.inner.limiter
    }

    pub(super) fn error_page(&self) -> Option<ErrorPage> {
        self.inner.error_page
    }
}
