//! The deferred credential endpoint (OpenID4VCI §9).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use tamarack::json;
use tamarack::{Code, Timestamp};
use tamarack_openid4vc::oauth::access::AccessToken;
use tamarack_openid4vc::oauth::nonce::NoncePurpose;
use tamarack_openid4vc::vci::deferred::{DeferredRequest, Progress, unknown};
use tamarack_openid4vc::vci::encryption::RequestBody;
use tamarack_openid4vc::{Refusal, RefusalCode};

use super::answer::{Denied, content_type, store};
use super::applications::{ApplicationState, KIND, Queued, TICKET};
use super::credential::{Of, access_token, answer, internal, record};
use super::fresh::with_nonces;
use super::make::{Made, make};
use super::once::Once;
use super::repeat;
use super::service::{IssuerService, now};
use crate::store::StoreError;
use crate::store::issuing::Step;

/// `POST /deferred_credential`.
pub(super) async fn deferred(State(service): State<IssuerService>, headers: HeaderMap, body: Bytes) -> Response {
    let answer = fetch(&service, &headers, &body).await.map_err(Denied::protected);
    with_nonces(&service, NoncePurpose::DpopResource, answer)
}

async fn fetch(service: &IssuerService, headers: &HeaderMap, body: &[u8]) -> Result<Response, Refusal> {
    let now = now();
    let (token, mut once) = access_token(service, headers, "/deferred_credential", now).await?;
    let answer = fetch_for(service, &token, &mut once, headers, body, now).await;
    once.end(service, answer).await
}

async fn fetch_for(
    service: &IssuerService,
    token: &AccessToken,
    once: &mut Once,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Response, Refusal> {
    let catalogue = service.catalogue();
    let body = RequestBody::read(content_type(headers), body, &catalogue.metadata, &[service.encryption()])?;
    let request = DeferredRequest::parse(&body.json)?;
    body.check_response_key(request.response_key.as_ref(), &catalogue.metadata)?;
    let database = service.database();
    let held = database.ticket(TICKET, request.transaction_id.expose(), now).await.map_err(store)?;
    let held = held.ok_or_else(unknown)?;
    let queued = Queued::find(database, &held.payload, now).await.map_err(|error| match error {
        StoreError::NotFound(_) => unknown(),
        error => store(error),
    })?;
    let mut application = queued.application.clone();
    application.transaction.progress = match queued.state {
        ApplicationState::Waiting => Progress::Pending,
        ApplicationState::Approved => Progress::Approved,
        ApplicationState::Refused => Progress::Refused,
        ApplicationState::Delivered => Progress::Delivered,
    };
    if queued.state == ApplicationState::Delivered {
        // The answer may have been lost on its way.
        application.transaction.check(&request, token, now)?;
        let response = repeat::find(service, &request.transaction_id, now).await?;
        return answer(&response, request.response_key.as_ref());
    }
    if let Some(response) = application.transaction.answer(&request, token, now)? {
        return answer(&response, request.response_key.as_ref());
    }
    let offered = catalogue
        .offered(&application.configuration)
        .ok_or(Refusal::new(RefusalCode::CredentialRequestDenied, "a type that is no more offered"))?;
    // The record says no more what was in it.
    let claims = application.claims.take().ok_or_else(|| internal(Code::Internal.into()))?;
    let claims = json::parse(claims.as_bytes()).map_err(internal)?;
    let claims = claims.as_object().ok_or_else(|| internal(Code::Internal.into()))?;
    let all = application.take_bound().map_err(internal)?;
    let mut made: Vec<Made> = Vec::with_capacity(all.len());
    for bound in &all {
        made.push(make(service, &catalogue, offered, claims, bound, application.assured.as_ref(), now).await?);
    }
    let payload = serde_json::to_string(&application).map_err(|_| internal(Code::Internal.into()))?;
    let step = Step {
        kind: KIND,
        read: queued.exchange(),
        state: ApplicationState::Delivered.as_str(),
        payload: &payload,
        at: now,
        expires: None,
    };
    let of = Of::Transaction(&request.transaction_id, step);
    let response = match record(service, token, made, of, once, now).await {
        // Of two who asked at once, the other was first: both get its answer. Unless it was the proof that came again.
        Err(lost) if lost.code() == RefusalCode::InvalidTransactionId => {
            once.let_in(service).await?;
            repeat::find(service, &request.transaction_id, now).await?
        }
        recorded => recorded?,
    };
    answer(&response, request.response_key.as_ref())
}
