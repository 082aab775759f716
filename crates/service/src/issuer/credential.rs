//! The nonce endpoint and the credential endpoint (OpenID4VCI §7, §8).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use tamarack::{Code, Evidence, Fault, SystemRandomness, Timestamp};
use tamarack_openid4vc::limits::{CLOCK_SKEW_SECONDS, NONCE_SECONDS};
use tamarack_openid4vc::oauth::Secret;
use tamarack_openid4vc::oauth::access::{self, AccessToken, Presented};
use tamarack_openid4vc::oauth::dpop::{self, DpopRequest};
use tamarack_openid4vc::oauth::identify::OneTime;
use tamarack_openid4vc::oauth::nonce::NoncePurpose;
use tamarack_openid4vc::vci::credential::{CredentialRequest, CredentialResponse, ResponseKey};
use tamarack_openid4vc::vci::encryption::{RequestBody, write_response};
use tamarack_openid4vc::vci::nonce::respond;
use tamarack_openid4vc::vci::proofs::{ProofRules, check};
use tamarack_openid4vc::{Refusal, RefusalCode};

use super::answer::{Answer, Denied, all, authorization, content_type, json as json_answer, store};
use super::applicant::{Known, known};
use super::fresh::with_nonces;
use super::make::{Bound, Made, make};
use super::once::Once;
use super::repeat::{self, Repeat};
use super::service::{IssuerService, now};
use super::token::ACCESS;
use super::{applications, notification};
use crate::store::issuing::{Issuing, Step};
use crate::store::{AuditEvent, NewTicket};

/// The kind of the tickets of nonces that were used.
const USED_NONCE: &str = "c_nonce";

/// `POST /nonce`.
pub(super) async fn nonce(State(service): State<IssuerService>) -> Answer {
    Ok(json_answer(200, "application/json", respond(&service.nonces(), now(), &mut SystemRandomness)?))
}

/// `POST /credential`.
pub(super) async fn credential(State(service): State<IssuerService>, headers: HeaderMap, body: Bytes) -> Response {
    let answer = issue(&service, &headers, &body).await.map_err(Denied::protected);
    with_nonces(&service, NoncePurpose::DpopResource, answer)
}

async fn issue(service: &IssuerService, headers: &HeaderMap, body: &[u8]) -> Result<Response, Refusal> {
    let now = now();
    let (token, mut once) = access_token(service, headers, "/credential", now).await?;
    let answer = issue_for(service, &token, &mut once, headers, body, now).await;
    once.end(service, answer).await
}

async fn issue_for(
    service: &IssuerService,
    token: &AccessToken,
    once: &mut Once,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Response, Refusal> {
    let catalogue = service.catalogue();
    let metadata = &catalogue.metadata;
    let body = RequestBody::read(content_type(headers), body, metadata, &[service.encryption()])?;
    let request = CredentialRequest::parse(&body.json)?;
    body.check_response_key(request.response_key.as_ref(), metadata)?;
    let selected = request.resolve(token, metadata)?;
    let offered = catalogue
        .offered(selected.id)
        .ok_or(Refusal::new(RefusalCode::UnknownCredentialConfiguration, "credential_configuration_id"))?;
    let settings = service.settings();
    let nonce_key = service.nonces();
    let proofs = check(
        request.proofs.as_ref(),
        &ProofRules {
            issuer: &metadata.credential_issuer,
            configuration: selected.configuration,
            batch_size: metadata.batch_size.unwrap_or(1),
            nonces: Some(&nonce_key),
            client_id: token.presenter.client_id.as_deref(),
            attesters: &settings.attesters,
            evidence: &Evidence::none(),
            now,
        },
    )?;
    let nonces: Vec<String> = proofs.nonces().iter().map(tamarack_openid4vc::oauth::Digest::to_text).collect();
    // Whether the nonces are unused is decided below, in the transaction that records the credentials.
    let commitments = proofs.commitments().to_vec();
    let bound = Bound::of_proofs(&proofs.into_keys(true)?, commitments);
    let Known { claims, assured } = known(service, token, &offered.credential_type, now).await?;
    if settings.approval.iter().any(|name| name == selected.id) {
        let wanted = applications::Wanted { configuration: selected.id, claims: &claims, assured, bound: &bound };
        let response = applications::open(service, token, &wanted, &nonces, once, now).await?;
        return answer(&response, request.response_key.as_ref());
    }
    let mut made: Vec<Made> = Vec::with_capacity(bound.len());
    for bound in &bound {
        made.push(make(service, &catalogue, offered, &claims, bound, assured.as_ref(), now).await?);
    }
    let response = record(service, token, made, Of::Nonces(&nonces), once, now).await?;
    answer(&response, request.response_key.as_ref())
}

/// The access token of a request, if it may be used, and the proof that is to be let in once.
pub(super) async fn access_token(
    service: &IssuerService,
    headers: &HeaderMap,
    endpoint: &str,
    now: Timestamp,
) -> Result<(AccessToken, Once), Refusal> {
    let presented = Presented::parse(&authorization(headers))?;
    let held = service.database().ticket(ACCESS, presented.token.expose(), now).await.map_err(store)?;
    let held = held.ok_or_else(access::unknown)?;
    let token: AccessToken = serde_json::from_str(&held.payload).map_err(|_| internal(Code::Internal.into()))?;
    let proofs = all(headers, "dpop");
    let proof = match proofs.as_slice() {
        [] => None,
        proofs => {
            let url = service.base().url().at(endpoint);
            let request = DpopRequest { method: "POST", url: &url, access_token: Some(presented.token.expose()) };
            let nonces = service.nonces();
            let asked = service.settings().dpop_nonces.then_some((&*nonces, NoncePurpose::DpopResource));
            Some(dpop::check(proofs, request, asked, now)?)
        }
    };
    token.check(&presented, proof.as_ref(), now)?;
    Ok((token, Once::new(proof.iter().map(|proof| OneTime::dpop(proof.jti)), now)))
}

/// A response, encrypted if the request wants it so.
pub(super) fn answer(response: &CredentialResponse, key: Option<&ResponseKey>) -> Result<Response, Refusal> {
    let (media_type, text) = write_response(response, key)?;
    Ok(json_answer(response.http_status(), media_type, text))
}

/// The tickets of nonces that are used now.
pub(super) fn used_nonces(nonces: &[String], now: Timestamp) -> Vec<NewTicket<'_>> {
    let ticket = |nonce| NewTicket {
        kind: USED_NONCE,
        secret: nonce,
        family: "",
        payload: "",
        created: now,
        expires: now.plus_seconds(NONCE_SECONDS + 2 * CLOCK_SKEW_SECONDS),
    };
    nonces.iter().map(|nonce| ticket(nonce.as_str())).collect()
}

/// For what credentials are recorded, which counts once.
pub(super) enum Of<'o> {
    /// The nonces of their proofs.
    Nonces(&'o [String]),
    /// A transaction, and the step of its application.
    Transaction(&'o Secret, Step<'o>),
}

/// Records credentials before they leave: no credential is out that cannot be revoked. Gives the answer.
pub(super) async fn record(
    service: &IssuerService,
    token: &AccessToken,
    made: Vec<Made>,
    of: Of<'_>,
    once: &mut Once,
    now: Timestamp,
) -> Result<CredentialResponse, Refusal> {
    let (nonces, transaction, step, lost) = match of {
        Of::Nonces(nonces) => {
            let lost = Refusal::new(RefusalCode::InvalidNonce, "a nonce that was used before");
            (nonces, None, None, lost)
        }
        Of::Transaction(id, step) => (&[][..], Some(id), Some(step), tamarack_openid4vc::vci::deferred::unknown()),
    };
    let (notification_id, ticket) = notification::ticket(token, &made, transaction.map(repeat::name))?;
    let credentials = made.iter().map(Made::to_value).collect::<Result<_, _>>()?;
    let response = CredentialResponse::issued(credentials, Some(notification_id.clone()));
    let kept = transaction.map(|id| Repeat::seal(id, token, &response)).transpose()?;
    let (proofs, nonces) = (once.tickets(), used_nonces(nonces, now));
    let records: Vec<_> = made.iter().map(|made| made.record(service.settings().keep, now)).collect();
    let events: Vec<AuditEvent<'_>> = made
        .iter()
        .map(|made| AuditEvent {
            at: now,
            actor: "service",
            action: "credential.issue",
            object: &made.id,
            detail: &made.detail,
        })
        .collect();
    let notified = NewTicket {
        kind: notification::KIND,
        secret: &notification_id,
        // It outlives the tokens: a wallet that gives a credential up may say so later.
        family: "",
        payload: &ticket,
        created: now,
        expires: now.plus_seconds(notification::SECONDS),
    };
    let tickets: Vec<NewTicket<'_>> = kept.iter().map(|kept| kept.ticket(now)).chain([notified]).collect();
    let issuing = Issuing {
        proofs: &proofs,
        once: &nonces,
        records: &records,
        tickets: &tickets,
        events: &events,
        step,
        ..Issuing::default()
    };
    let recorded = service.database().record_issued(&issuing).await.map_err(store)?;
    once.settle(recorded, lost)?;
    service.count_issued(made.len());
    Ok(response)
}

pub(super) fn internal(fault: Fault) -> Refusal {
    Refusal::new(RefusalCode::ServerError, "the store").because(fault)
}
