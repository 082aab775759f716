//! The token endpoint (OpenID4VCI §6).

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use tamarack::{SystemRandomness, Timestamp};
use tamarack_openid4vc::limits::TX_CODE_TRIES;
use tamarack_openid4vc::oauth::Secret;
use tamarack_openid4vc::oauth::access::{Issued, TokenRules, issue};
use tamarack_openid4vc::oauth::client_attestation::AttestationRules;
use tamarack_openid4vc::oauth::dpop::DpopRequest;
use tamarack_openid4vc::oauth::grant::{
    self, AuthorizationCode, Granted, PreAuthorizedCode, Presenter, Redeemed, RefreshToken,
};
use tamarack_openid4vc::oauth::identify::{Identified, identify};
use tamarack_openid4vc::oauth::nonce::NoncePurpose;
use tamarack_openid4vc::oauth::token::{GrantRequest, TokenRequest};
use tamarack_openid4vc::{Refusal, RefusalCode};

use super::answer::{Answer, client_headers, content_type, json, store};
use super::fresh::with_nonces;
use super::offers::CODE;
use super::once::Once;
use super::service::{IssuerService, now};
use super::{applications, authorize};
use crate::store::issuing::Redeeming;
use crate::store::{AuditEvent, NewTicket, Taken};

/// The kind of the tickets of access tokens.
pub(super) const ACCESS: &str = "access_token";
/// The kind of the tickets of refresh tokens.
pub(super) const REFRESH: &str = "refresh_token";

/// `POST /token`.
pub(super) async fn token(State(service): State<IssuerService>, headers: HeaderMap, body: String) -> Response {
    with_nonces(&service, NoncePurpose::DpopServer, redeem(&service, &headers, &body).await)
}

async fn redeem(service: &IssuerService, headers: &HeaderMap, body: &str) -> Answer {
    if !content_type(headers).starts_with("application/x-www-form-urlencoded") {
        return Err(Refusal::new(RefusalCode::InvalidRequest, "Content-Type").into());
    }
    let now = now();
    let request = TokenRequest::parse(body)?;
    let (presenter, mut once) = presenter(service, headers, request.client_id.as_deref(), "/token", now)?;
    let issued = exchange(service, &request, &presenter, &mut once, now).await;
    let issued = once.end(service, issued).await?;
    Ok(json(200, "application/json", issued.response.to_json()))
}

/// Tokens for a code or a token, which is used up.
async fn exchange(
    service: &IssuerService,
    request: &TokenRequest,
    presenter: &Presenter,
    once: &mut Once,
    now: Timestamp,
) -> Result<Issued, Refusal> {
    let (kind, secret, redeemed) = match &request.grant {
        GrantRequest::PreAuthorized { code, .. } => {
            (CODE, code, pre_authorized(service, request, code, presenter, once, now).await?)
        }
        GrantRequest::Refresh { token } => {
            (REFRESH, token, refresh(service, request, token, presenter, once, now).await?)
        }
        GrantRequest::AuthorizationCode { code, .. } => {
            (authorize::CODE, code, by_code(service, request, code, presenter, once, now).await?)
        }
    };
    let rules = rules(service, &redeemed);
    let issued = issue(redeemed, presenter, rules, now, &mut SystemRandomness)?;
    match keep(service, kind, secret, &issued, once, now).await? {
        true => Ok(issued),
        // Of two who came at once, one was first. A pre-authorized code leads to nothing that could be a thief's then: its offer
        // may have been followed twice by a person who is in a hurry.
        false if kind == CODE => Err(grant::unknown()),
        false => Err(came_again(service, kind, secret, once, now).await),
    }
}

/// How tokens are made for an authorization. What waits for a clerk outlasts an access token that is bound to no key (OpenID4VCI
/// §13.10), and the deferred endpoint wants one that is good (§9): so there is a refresh token for it, whoever asks.
fn rules(service: &IssuerService, redeemed: &Redeemed) -> TokenRules {
    let settings = service.settings();
    let waits = |granted: &Granted| settings.approval.contains(&granted.configuration);
    if !redeemed.authorization.granted.iter().any(waits) {
        return settings.tokens;
    }
    let refresh_seconds = settings.tokens.refresh_seconds.or(Some(applications::SECONDS));
    TokenRules { refresh_seconds, refresh_unbound: true, ..settings.tokens }
}

/// Who makes a request at an endpoint, and the proofs that are to be let in once.
pub(super) fn presenter(
    service: &IssuerService,
    headers: &HeaderMap,
    client_id: Option<&str>,
    endpoint: &str,
    now: Timestamp,
) -> Result<(Presenter, Once), Refusal> {
    let settings = service.settings();
    let url = service.base().url();
    let (endpoint, nonces) = (url.at(endpoint), service.nonces());
    let identified = identify(
        &client_headers(headers),
        client_id,
        DpopRequest { method: "POST", url: &endpoint, access_token: None },
        settings.dpop_nonces.then_some((&*nonces, NoncePurpose::DpopServer)),
        settings.attestation_required,
        &AttestationRules {
            attesters: &settings.attesters,
            server: url.as_str(),
            challenges: settings.attestation_challenges.then_some(&*nonces),
            now,
        },
    )?;
    let Identified { presenter, once } = identified;
    Ok((presenter, Once::new(once, now)))
}

/// Whether a pre-authorized code may be redeemed. A try is taken before the transaction code is looked at.
async fn pre_authorized(
    service: &IssuerService,
    request: &TokenRequest,
    code: &Secret,
    presenter: &Presenter,
    once: &mut Once,
    now: Timestamp,
) -> Result<Redeemed, Refusal> {
    let database = service.database();
    let held = database.ticket(CODE, code.expose(), now).await.map_err(store)?.ok_or_else(grant::unknown)?;
    let mut record: PreAuthorizedCode = serde_json::from_str(&held.payload).map_err(|_| internal())?;
    if record.needs_try(request) {
        // Whoever sends a wallet's request again does not use up its tries.
        once.let_in(service).await?;
        let limit = u32::from(TX_CODE_TRIES);
        let tried = database.try_ticket(CODE, code.expose(), limit, now).await.map_err(store)?;
        let tried = tried.ok_or_else(grant::unknown)?;
        let before = tried.tries.saturating_sub(1);
        record.tries_left = u8::try_from(limit.saturating_sub(before)).unwrap_or(0);
    }
    let catalogue = service.catalogue();
    let anonymous_allowed = service.settings().anonymous_allowed;
    record.check(request, presenter, anonymous_allowed, &catalogue.metadata, now)
}

/// Whether a refresh token may be used.
async fn refresh(
    service: &IssuerService,
    request: &TokenRequest,
    token: &Secret,
    presenter: &Presenter,
    once: &mut Once,
    now: Timestamp,
) -> Result<Redeemed, Refusal> {
    let record: RefreshToken = unused(service, REFRESH, token, once, now).await?;
    let catalogue = service.catalogue();
    record.check(request, presenter, &catalogue.metadata, now)
}

/// Whether an authorization code may be redeemed.
async fn by_code(
    service: &IssuerService,
    request: &TokenRequest,
    code: &Secret,
    presenter: &Presenter,
    once: &mut Once,
    now: Timestamp,
) -> Result<Redeemed, Refusal> {
    if service.settings().citizens.is_none() {
        return Err(Refusal::new(RefusalCode::UnsupportedGrantType, "grant_type"));
    }
    let record: AuthorizationCode = unused(service, authorize::CODE, code, once, now).await?;
    let catalogue = service.catalogue();
    record.check(request, presenter, &catalogue.metadata, now)
}

/// The record of a code or token that was not used yet. One that comes again was stolen, from the wallet or by it:
/// everything that followed from its authorization ends (RFC 6749 §4.1.2, RFC 9700 §4.14.2).
async fn unused<T: serde::de::DeserializeOwned>(
    service: &IssuerService,
    kind: &'static str,
    secret: &Secret,
    once: &mut Once,
    now: Timestamp,
) -> Result<T, Refusal> {
    let database = service.database();
    let Some(held) = database.ticket(kind, secret.expose(), now).await.map_err(store)? else {
        return Err(came_again(service, kind, secret, once, now).await);
    };
    serde_json::from_str(&held.payload).map_err(|_| internal())
}

/// Ends what followed from a code or token that comes and is used already, and gives the refusal.
async fn came_again(
    service: &IssuerService,
    kind: &'static str,
    secret: &Secret,
    once: &mut Once,
    now: Timestamp,
) -> Refusal {
    // Whoever sends a wallet's request again, proof and all, ends nothing of it.
    if let Err(replayed) = once.let_in(service).await {
        return replayed;
    }
    let database = service.database();
    match database.take_ticket(kind, secret.expose(), now).await {
        Ok(Taken::Again(used)) => match database.end_family(&used.family).await {
            Ok(_) => tracing::warn!(kind, "what is good once came twice: its authorization was ended"),
            Err(error) => return store(error),
        },
        Ok(Taken::Fresh(_) | Taken::Gone) => {}
        Err(error) => return store(error),
    }
    grant::unknown()
}

/// Lets the proofs in, uses a code up and keeps its tokens, in one transaction; or nothing of it, if a proof or the code came
/// before.
async fn keep(
    service: &IssuerService,
    kind: &str,
    secret: &Secret,
    issued: &Issued,
    once: &mut Once,
    now: Timestamp,
) -> Result<bool, Refusal> {
    let family = issued.access.family.to_text();
    let text = |value: serde_json::Result<String>| value.map_err(|_| internal());
    let access = text(serde_json::to_string(&issued.access))?;
    let refresh = issued.refresh.as_ref().map(|refresh| text(serde_json::to_string(refresh))).transpose()?;
    let mut tickets = vec![NewTicket {
        kind: ACCESS,
        secret: issued.response.access_token.expose(),
        family: &family,
        payload: &access,
        created: now,
        expires: issued.access.expires,
    }];
    if let (Some(token), Some(record), Some(payload)) = (&issued.response.refresh_token, &issued.refresh, &refresh) {
        tickets.push(NewTicket {
            kind: REFRESH,
            secret: token.expose(),
            family: &family,
            payload,
            created: now,
            expires: record.expires,
        });
    }
    let event = AuditEvent { at: now, actor: "service", action: "token.issue", object: &family, detail: "" };
    let redeeming =
        Redeeming { kind, secret: secret.expose(), proofs: &once.tickets(), tickets: &tickets, events: &[event] };
    let recorded = service.database().redeem(&redeeming, now).await.map_err(store)?;
    if recorded {
        once.done();
    }
    Ok(recorded)
}

fn internal() -> Refusal {
    Refusal::new(RefusalCode::ServerError, "the store").because(tamarack::Code::Internal.into())
}
