//! Nonces that go with answers: for DPoP proofs (RFC 9449 §8, §9) and for client attestations.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use tamarack::{Fault, SystemRandomness};
use tamarack_openid4vc::oauth::client_attestation::challenge_response;
use tamarack_openid4vc::oauth::nonce::NoncePurpose;

use super::answer::{Answer, json};
use super::service::{IssuerService, now};

/// An answer of an endpoint with the nonces for the next request to it: those whose nonce is missing or old find one in the
/// refusal, and those who have just used one find the next.
pub(super) fn with_nonces(service: &IssuerService, purpose: NoncePurpose, answer: Answer) -> Response {
    let mut response = answer.into_response();
    let settings = service.settings();
    let mut add = |name: HeaderName, purpose| {
        if let Ok(value) = fresh(service, purpose)
            .and_then(|nonce| HeaderValue::try_from(nonce).map_err(|_| Fault::new(tamarack::Code::Internal)))
        {
            response.headers_mut().insert(name, value);
        }
    };
    if settings.dpop_nonces {
        add(HeaderName::from_static("dpop-nonce"), purpose);
    }
    if settings.attestation_challenges && purpose == NoncePurpose::DpopServer {
        add(HeaderName::from_static("oauth-client-attestation-challenge"), NoncePurpose::Attestation);
    }
    response
}

fn fresh(service: &IssuerService, purpose: NoncePurpose) -> Result<String, Fault> {
    service.nonces().make(purpose, now(), &mut SystemRandomness)
}

/// `POST /challenge`: a challenge for the proof of possession of a client attestation.
pub(super) async fn challenge(State(service): State<IssuerService>) -> Answer {
    Ok(json(200, "application/json", challenge_response(&service.nonces(), now(), &mut SystemRandomness)?))
}
