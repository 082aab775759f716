//! One message of a protocol to an endpoint, and its answer, under the same guard as every fetch.

use std::time::Instant;

use ureq::Body;
use ureq::http::{HeaderMap, Response};

use crate::fetcher::body;
use crate::guard::check_url;
use crate::{FetchError, Fetcher};

/// A request to an endpoint.
#[derive(Clone, Copy)]
pub struct Call<'c> {
    /// Where: HTTPS, or this very machine.
    pub url: &'c str,
    /// Names and values of headers.
    pub headers: &'c [(&'c str, &'c str)],
    /// What is posted; `None` for a GET.
    pub body: Option<&'c [u8]>,
    /// Bytes that the answer may have at most.
    pub limit: usize,
}

impl core::fmt::Debug for Call<'_> {
    /// Without headers and body, which hold tokens and claims.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Call").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The answer of an endpoint, whatever its status.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    headers: HeaderMap,
}

impl Answer {
    /// The first header of this name, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl core::fmt::Debug for Answer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

impl Fetcher {
    /// Asks an endpoint once. A redirect is an answer like any other and not followed; nothing is cached.
    ///
    /// # Errors
    /// Any [`FetchError`] but those of redirects and of a status.
    pub fn call(&self, call: &Call<'_>) -> Result<Answer, FetchError> {
        let url = check_url(call.url, self.options().reach)?;
        let deadline = Instant::now() + self.options().timeout;
        let left = deadline.saturating_duration_since(Instant::now());
        let agent = self.agent();
        let response: Response<Body> = if let Some(bytes) = call.body {
            let mut request = agent.post(url.as_str()).config().timeout_global(Some(left)).build();
            for (name, value) in call.headers {
                request = request.header(*name, *value);
            }
            request.send(bytes)?
        } else {
            let mut request = agent.get(url.as_str()).config().timeout_global(Some(left)).build();
            for (name, value) in call.headers {
                request = request.header(*name, *value);
            }
            request.call()?
        };
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        Ok(Answer { status, body: body(response, call.limit)?, headers })
    }
}
