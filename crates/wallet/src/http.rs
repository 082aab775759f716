//! Requests that the wallet wants made, and their answers, as plain values. The network is the caller's: whatever client the
//! platform has, it carries what stands here and follows no redirect.

use serde::{Deserialize, Serialize};
use tamarack::Timestamp;
use tamarack_openid4vc::url::is_endpoint;
use tamarack_openid4vc::{Refusal, RefusalCode};
use zeroize::Zeroize as _;

use crate::error::{Result, WalletCode, WalletError};

/// Bytes of a URL that a request may go to.
const URL_BYTES: usize = 8_192;
/// Headers of an answer that are looked at, and bytes of one of them.
const HEADERS: usize = 128;
const HEADER_BYTES: usize = 16 << 10;

/// How a request is made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Method {
    /// GET, without a body.
    Get,
    /// POST, with one.
    Post,
}

impl Method {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A request that the caller sends.
///
/// HTTPS, or plain HTTP to the very machine it runs on. The caller follows no redirect, sends no cookies and no names of its
/// own that would tell one wallet from another, and reads at most [`Self::limit`] bytes of the answer.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// How.
    pub method: Method,
    /// Where to.
    pub url: String,
    /// Names (in small letters) and values of headers.
    pub headers: Vec<(String, String)>,
    /// What is posted; empty for a GET.
    pub body: Vec<u8>,
    /// Bytes that the answer may have at most.
    pub limit: usize,
}

impl HttpRequest {
    pub(crate) fn get(url: &str, accept: &str, limit: usize) -> Result<Self> {
        Self::new(Method::Get, url, vec![("accept", accept)], Vec::new(), limit)
    }

    pub(crate) fn post(url: &str, content_type: &str, body: String, limit: usize) -> Result<Self> {
        let headers = vec![("content-type", content_type), ("accept", "application/json")];
        Self::new(Method::Post, url, headers, body.into_bytes(), limit)
    }

    fn new(method: Method, url: &str, headers: Vec<(&str, &str)>, body: Vec<u8>, limit: usize) -> Result<Self> {
        // Whoever wrote the message that named the URL is a stranger: a wallet is not sent to the home network's router.
        if url.len() > URL_BYTES || !is_endpoint(url) {
            return Err(WalletCode::MessageUrl.into());
        }
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(Self { method, url: url.to_owned(), headers, body, limit })
    }

    pub(crate) fn header(mut self, name: &str, value: String) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value));
        self
    }
}

/// Without headers and body, which hold tokens and claims.
impl core::fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("HttpRequest").field("method", &self.method).finish_non_exhaustive()
    }
}

impl Drop for HttpRequest {
    fn drop(&mut self) {
        self.body.zeroize();
        self.headers.iter_mut().for_each(|(_, value)| value.zeroize());
    }
}

/// The answer to a request, whatever its status.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// Names and values of headers; capitals in names do not matter.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// Without headers and body, which hold tokens and claims.
impl core::fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("HttpResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

impl HttpResponse {
    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let named =
            |(known, value): &&(String, String)| known.eq_ignore_ascii_case(name) && value.len() <= HEADER_BYTES;
        self.headers.iter().take(HEADERS).find(named).map(|(_, value)| value.as_str())
    }

    /// The media type, in small letters and without parameters.
    pub(crate) fn media_type(&self) -> String {
        let value = self.header("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    pub(crate) const fn is_good(&self) -> bool {
        self.status >= 200 && self.status < 300
    }

    /// The body of a good answer of at most so many bytes. The error code of another is told on, as the protocol's own word.
    pub(crate) fn good(self, limit: usize) -> Result<Vec<u8>> {
        if self.body.len() > limit {
            return Err(WalletError::new(WalletCode::MessageTooLarge).about(format!("{limit} bytes")));
        }
        if self.is_good() { Ok(self.body) } else { Err(self.refusal()) }
    }

    /// What the error code in the body says, if there is one: lower-case letters and underscores alone.
    pub(crate) fn error_code(&self) -> Option<String> {
        let body = self.body.get(..self.body.len().min(HEADER_BYTES)).unwrap_or_default();
        let value = serde_json::from_slice::<serde_json::Value>(body).ok()?;
        let code = value.get("error").and_then(serde_json::Value::as_str)?;
        let plain = code.len() <= 64 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        plain.then(|| code.to_owned())
    }

    /// A refusal as an error: the service's own code, or that it does not work at all.
    pub(crate) fn refusal(&self) -> WalletError {
        let code = self.error_code();
        let known = code.as_deref().and_then(RefusalCode::from_wire).filter(|code| !code.is_local());
        match (known, self.status) {
            (Some(known), 400..=499) => Refusal::new(known, "the service's answer").into(),
            (_, 408 | 425 | 429 | 500..=599) => WalletCode::NetworkUnavailable.into(),
            (_, status) => {
                WalletError::new(WalletCode::ServiceRefused).about(code.unwrap_or_else(|| status.to_string()))
            }
        }
    }
}

/// What came of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reply {
    /// There is an answer, whatever its status.
    Response(HttpResponse),
    /// There is none: no network, no such host, no trustworthy certificate, out of time.
    Unreachable,
}

impl Reply {
    /// The answer.
    pub(crate) fn response(self) -> Result<HttpResponse> {
        match self {
            Self::Response(response) => Ok(response),
            Self::Unreachable => Err(WalletCode::NetworkUnavailable.into()),
        }
    }
}

/// What comes next in a flow.
#[derive(Clone, PartialEq, Debug)]
pub enum Step<T> {
    /// Send this, and go on with the reply.
    Send(HttpRequest),
    /// Open this URL in the browser (not in a view of the app's own), and go on with the URL that it comes back with.
    Browser(String),
    /// Nothing to do before this time; then go on. The flow is kept: the app may end meanwhile.
    Later {
        /// When to ask again at the earliest.
        not_before: Timestamp,
    },
    /// It is done.
    Done(T),
}

impl<T> Step<T> {
    /// The same step with another end.
    pub fn map<U>(self, end: impl FnOnce(T) -> U) -> Step<U> {
        match self {
            Self::Send(request) => Step::Send(request),
            Self::Browser(url) => Step::Browser(url),
            Self::Later { not_before } => Step::Later { not_before },
            Self::Done(value) => Step::Done(end(value)),
        }
    }
}
