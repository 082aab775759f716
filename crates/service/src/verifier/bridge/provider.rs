//! Discovery, keys and the authorization endpoint.

use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tamarack_openid4vc::oauth::pkce::Challenge;
use tamarack_openid4vc::oauth::{Form, error_response};
use tamarack_openid4vc::{Refusal, RefusalCode};

use super::keys::RS256;
use super::{SignIn, token};
use crate::http::{Cookies, Problem};
use crate::limits;
use crate::verifier::Verifier;
use crate::verifier::ask::{Ask, OidcClient};
use crate::verifier::pages::{enter, enter_from_elsewhere};
use crate::verifier::requests::Origin;

pub(in crate::verifier) fn routes(verifier: &Verifier) -> Router {
    // Without an ask that names clients there is no provider.
    if verifier.inner.asks.values().all(|(ask, _)| ask.oidc.is_none()) {
        return Router::new();
    }
    Router::new()
        .route("/.well-known/openid-configuration", get(configuration))
        .route("/oidc/jwks", get(keys))
        .route("/oidc/authorize", get(by_query).post(by_form).layer(DefaultBodyLimit::max(limits::FORM_BYTES)))
        .route("/oidc/token", post(token::exchange))
        .route("/oidc/userinfo", get(token::userinfo).post(token::userinfo))
        .with_state(verifier.clone())
}

/// OpenID Connect Discovery 1.0 §3.
async fn configuration(State(verifier): State<Verifier>) -> Response {
    let base = verifier.inner.base.url();
    let oidc = verifier.inner.asks.values().filter_map(|(ask, _)| ask.oidc.as_ref());
    let mut claims: Vec<&str> = oidc.flat_map(|oidc| oidc.claims.iter().map(|(name, _)| name.as_str())).collect();
    let oidc = verifier.inner.asks.values().filter_map(|(ask, _)| ask.oidc.as_ref());
    claims.extend(oidc.filter_map(|oidc| oidc.pseudonym_claim.as_deref()));
    claims.push("sub");
    claims.sort_unstable();
    claims.dedup();
    kept(json!({
        "issuer": base.as_str(),
        "authorization_endpoint": base.at("/oidc/authorize"),
        "token_endpoint": base.at("/oidc/token"),
        "userinfo_endpoint": base.at("/oidc/userinfo"),
        "jwks_uri": base.at("/oidc/jwks"),
        "scopes_supported": ["openid"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [RS256, verifier.request_algorithm()],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": claims,
        "ui_locales_supported": ["en", "fr"],
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(State(verifier): State<Verifier>) -> Result<Response, Problem> {
    Ok(kept(json!({"keys": verifier.id_token_keys().await?})))
}

fn kept(value: Value) -> Response {
    let hour = HeaderValue::from_static("public, max-age=3600");
    ([(CACHE_CONTROL, hour)], Json(value)).into_response()
}

async fn by_query(
    State(verifier): State<Verifier>,
    RawQuery(query): RawQuery,
    cookies: Cookies,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    match authorize(&verifier, &query.unwrap_or_default()).await? {
        Next::Begin(ask, sign_in) => {
            let origin = Origin { sign_in: Some(sign_in), ..Origin::default() };
            enter(&verifier, ask, origin, &headers, cookies).await
        }
        Next::Refused(response) => Ok(response),
    }
}

/// OpenID Connect Core §3.1.2.1: the endpoint takes forms as well.
async fn by_form(
    State(verifier): State<Verifier>,
    cookies: Cookies,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().unwrap_or_default().trim() != "application/x-www-form-urlencoded" {
        return Err(wrong("Content-Type"));
    }
    match authorize(&verifier, &body).await? {
        Next::Begin(ask, sign_in) => {
            let origin = Origin { sign_in: Some(sign_in), ..Origin::default() };
            enter_from_elsewhere(&verifier, ask, origin, &headers, cookies).await
        }
        Next::Refused(response) => Ok(response),
    }
}

/// What comes of an authorization request.
enum Next<'v> {
    /// A request to the person.
    Begin(&'v Ask, SignIn),
    /// An error, for the client.
    Refused(Response),
}

/// The authorization endpoint (OpenID Connect Core §3.1.2). Until client and redirect URI are right, nobody is sent there.
async fn authorize<'v>(verifier: &'v Verifier, parameters: &str) -> Result<Next<'v>, Problem> {
    let form = Form::parse(parameters)?;
    let (ask, client) = verifier.oidc_client(form.need("client_id")?).ok_or_else(|| wrong("client_id"))?;
    let redirect_uri = form.need("redirect_uri")?;
    // RFC 9700 §2.1: letter by letter.
    if !client.redirect_uris.iter().any(|known| known == redirect_uri) {
        return Err(wrong("redirect_uri"));
    }
    let expected = match form.get("id_token_hint") {
        None => Ok(None),
        Some(hint) => match verifier.subject_of_hint(hint, &client.id).await? {
            Some(subject) => Ok(Some(subject)),
            None => Err(Refusal::new(RefusalCode::InvalidRequest, "id_token_hint")),
        },
    };
    match expected.and_then(|expected| Ok((expected, read(&form, client)?))) {
        Ok((expected, challenge)) => {
            let text = |name: &str| form.get(name).map(str::to_owned);
            let sign_in = SignIn {
                client: client.id.clone(),
                redirect_uri: redirect_uri.to_owned(),
                state: text("state"),
                nonce: text("nonce"),
                challenge,
                expected,
            };
            Ok(Next::Begin(ask, sign_in))
        }
        Err(refusal) => {
            let issuer = verifier.inner.base.url().as_str();
            let url = error_response::redirect(&refusal, redirect_uri, form.get("state"), issuer);
            let url = HeaderValue::from_str(&url).map_err(|_| Problem::internal())?;
            Ok(Next::Refused((StatusCode::SEE_OTHER, [(LOCATION, url)]).into_response()))
        }
    }
}

/// The rest of an authentication request; what is wrong with it is told to the client.
fn read(form: &Form, client: &OidcClient) -> Result<Option<Challenge>, Refusal> {
    // Before anything else: of a request object's client, the parameters beside it may be the lesser part.
    if form.get("request").is_some() {
        return Err(Refusal::new(RefusalCode::RequestNotSupported, "request"));
    }
    if form.get("request_uri").is_some() {
        return Err(Refusal::new(RefusalCode::RequestUriNotSupported, "request_uri"));
    }
    if form.need("response_type")? != "code" {
        return Err(Refusal::new(RefusalCode::UnsupportedResponseType, "response_type"));
    }
    if !form.need("scope")?.split(' ').any(|scope| scope == "openid") {
        return Err(Refusal::new(RefusalCode::InvalidScope, "scope"));
    }
    if form.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(Refusal::new(RefusalCode::InvalidRequest, "response_mode"));
    }
    let challenge = match form.get("code_challenge") {
        // RFC 9700 §2.1.1: a client with a secret may rely on its `nonce`.
        None if client.without_pkce && form.get("code_challenge_method").is_none() => {
            form.need("nonce")?;
            None
        }
        _ => Some(Challenge::of_request(form)?),
    };
    // Nobody is signed in here beforehand: without a page, nobody can be. `none` beside others is no request (§3.1.2.1).
    let prompts: Vec<&str> = form.get("prompt").unwrap_or_default().split(' ').collect();
    match prompts.as_slice() {
        ["none"] => Err(Refusal::new(RefusalCode::LoginRequired, "prompt")),
        several if several.contains(&"none") => Err(Refusal::new(RefusalCode::InvalidRequest, "prompt")),
        _ => Ok(challenge),
    }
}

fn wrong(about: &'static str) -> Problem {
    Problem::bad_request("invalid_request").about(about)
}
