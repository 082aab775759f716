//! Errors: JSON for programs, a page for people.

use std::time::Duration;

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use tamarack::messages::Lang;
use tamarack_openid4vc::Refusal;

use super::RequestId;

/// An answer that says what went wrong: a status, a stable code, and what it was about. Never a value of a request.
///
/// A program gets `{"error": code, "error_description": …}` as OAuth has it (RFC 6749 §5.2). A person whose browser asked
/// for a page gets the server's error page in their language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    about: Option<String>,
    kind: Option<&'static str>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// Writes the page of an error: status, code, the request's id, the path for the language switch, and the base URL's path.
pub type ErrorPage = fn(&Problem, Lang, &RequestId, &str, &str) -> Response;

impl Problem {
    /// A problem.
    #[must_use]
    pub const fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, about: None, kind: None, headers: Vec::new() }
    }

    /// 400: the request is malformed.
    #[must_use]
    pub const fn bad_request(code: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code)
    }

    /// 401 for a request whose token is none of ours, or that has none: with the challenge of RFC 6750 §3, whose error
    /// is for those alone who showed something (§3.1).
    #[must_use]
    pub fn unauthorized(headers: &HeaderMap) -> Self {
        let (code, challenge) = match headers.contains_key(AUTHORIZATION) {
            true => ("invalid_token", "Bearer error=\"invalid_token\""),
            false => ("unauthorized", "Bearer"),
        };
        Self::new(StatusCode::UNAUTHORIZED, code).header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }

    /// 403.
    #[must_use]
    pub const fn forbidden(code: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code)
    }

    /// 404: there is nothing of that name.
    #[must_use]
    pub const fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found")
    }

    /// 410: it was there once; its time is over or it has been used.
    #[must_use]
    pub const fn gone() -> Self {
        Self::new(StatusCode::GONE, "expired")
    }

    /// 429, with how long to wait.
    #[must_use]
    pub fn too_many(wait: Duration) -> Self {
        let seconds = wait.as_secs().saturating_add(1);
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests").header(RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// 500: a fault of ours.
    #[must_use]
    pub const fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error")
    }

    /// 503: something that we need does not answer.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable")
            .header(RETRY_AFTER, HeaderValue::from_static("5"))
    }

    /// Says what it is about: a parameter, a member, a rule. Never a value.
    #[must_use]
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.about = Some(about.into());
        self
    }

    /// Says its type as a URL too (RFC 9457 §3.1.1), where a specification names one.
    #[must_use]
    pub const fn of_type(mut self, url: &'static str) -> Self {
        self.kind = Some(url);
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.about.as_deref()
    }

    /// The headers that belong to it, put into a page that stands for it.
    pub(super) fn dress(&self, response: &mut Response) {
        for (name, value) in &self.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.code().http_status()).unwrap_or(StatusCode::BAD_REQUEST);
        let about = match refusal.fault() {
            // The pointer and the name come out of the request and may be a person's; the code is ours.
            Some(fault) => format!("{}: {}", refusal.about(), fault.code()),
            None => refusal.about().to_owned(),
        };
        Self::new(status, refusal.code().as_str()).about(about)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = serde_json::json!({"error": self.code});
        if let (Some(about), Some(object)) = (&self.about, body.as_object_mut()) {
            object.insert("error_description".to_owned(), serde_json::Value::from(about.as_str()));
        }
        if let (Some(kind), Some(object)) = (self.kind, body.as_object_mut()) {
            object.insert("type".to_owned(), serde_json::Value::from(kind));
        }
        let mut response = (self.status, body.to_string()).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.dress(&mut response);
        response.extensions_mut().insert(self);
        response
    }
}
