//! Answers: refusals as the protocol wants them, JSON, and what of a request's headers the protocol reads.

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use tamarack_openid4vc::oauth::client_attestation;
use tamarack_openid4vc::oauth::error_response::{self, FreshNonces};
use tamarack_openid4vc::oauth::identify::ClientHeaders;
use tamarack_openid4vc::{Refusal, RefusalCode};

use crate::store::StoreError;

/// A refused request.
#[derive(Debug)]
pub(super) struct Denied {
    refusal: Refusal,
    /// Whether the endpoint is one that wants an access token.
    protected: bool,
}

pub(super) type Answer = Result<Response, Denied>;

impl Denied {
    /// A refusal of an endpoint that wants an access token.
    pub(super) const fn protected(refusal: Refusal) -> Self {
        Self { refusal, protected: true }
    }
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, protected: false }
    }
}

impl From<StoreError> for Denied {
    fn from(error: StoreError) -> Self {
        store(error).into()
    }
}

/// A store that does not answer.
pub(super) fn store(error: StoreError) -> Refusal {
    tracing::error!(reason = %error, "the store failed");
    let code = if error.is_passing() { RefusalCode::TemporarilyUnavailable } else { RefusalCode::ServerError };
    Refusal::new(code, "the store")
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        if let (RefusalCode::ServerError, Some(fault)) = (self.refusal.code(), self.refusal.fault()) {
            // The fault's pointer and name may be out of somebody's claims; its code is ours.
            tracing::error!(about = self.refusal.about(), code = fault.code().as_str(), "a request failed");
        }
        let nonces = FreshNonces::default();
        let error = match self.protected {
            true => error_response::protected(&self.refusal, nonces),
            false => error_response::json(&self.refusal, nonces),
        };
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
        let is_json = !error.body.is_empty();
        let mut response = (status, error.body).into_response();
        if is_json {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, value) in error.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

/// A JSON text that is not to be cached (the frame sees to that).
pub(super) fn json(status: u16, media_type: &'static str, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    (status, [(CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response()
}

/// Every value of a header.
pub(super) fn all<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
}

/// The headers that say who makes a request.
pub(super) fn client_headers(headers: &HeaderMap) -> ClientHeaders<'_> {
    ClientHeaders {
        dpop: all(headers, "dpop"),
        attestation: all(headers, client_attestation::HEADER),
        attestation_pop: all(headers, client_attestation::POP_HEADER),
    }
}

/// The `Authorization` headers.
pub(super) fn authorization(headers: &HeaderMap) -> Vec<&str> {
    all(headers, AUTHORIZATION.as_str())
}

/// The media type of a request's body.
pub(super) fn content_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
