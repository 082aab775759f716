//! Discovery, keys and the authorization endpoint.

use axum::extract::{RawQuery, State};
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tamarack::keys::{KeyType, Signer as _};
use tamarack_openid4vc::oauth::pkce::Challenge;
use tamarack_openid4vc::oauth::{Form, error_response};
use tamarack_openid4vc::{Refusal, RefusalCode};

use super::{SignIn, token};
use crate::http::{Cookies, Problem};
use crate::verifier::Verifier;
use crate::verifier::pages::enter;
use crate::verifier::requests::Origin;

pub(in crate::verifier) fn routes(verifier: &Verifier) -> Router {
    // Without an ask that names clients there is no provider.
    if verifier.inner.asks.values().all(|(ask, _)| ask.oidc.is_none()) {
        return Router::new();
    }
    Router::new()
        .route("/.well-known/openid-configuration", get(configuration))
        .route("/oidc/jwks", get(keys))
        .route("/oidc/authorize", get(authorize))
        .route("/oidc/token", post(token::exchange))
        .route("/oidc/userinfo", get(token::userinfo).post(token::userinfo))
        .with_state(verifier.clone())
}

/// OpenID Connect Discovery 1.0 §3.
async fn configuration(State(verifier): State<Verifier>) -> Response {
    let base = verifier.inner.base.url();
    let oidc = verifier.inner.asks.values().filter_map(|(ask, _)| ask.oidc.as_ref());
    let mut claims: Vec<&str> = oidc.flat_map(|oidc| oidc.claims.iter().map(|(name, _)| name.as_str())).collect();
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
        "id_token_signing_alg_values_supported": [algorithm(&verifier)],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": claims,
        "ui_locales_supported": ["en", "fr"],
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(State(verifier): State<Verifier>) -> Response {
    let public = verifier.inner.client.key.public_key();
    let mut jwk = public.to_jwk().to_serde();
    if let Some(members) = jwk.as_object_mut() {
        members.insert("kid".to_owned(), public.jwk_thumbprint().into());
        members.insert("use".to_owned(), "sig".into());
        members.insert("alg".to_owned(), algorithm(&verifier).into());
    }
    kept(json!({"keys": [jwk]}))
}

fn kept(value: Value) -> Response {
    let hour = HeaderValue::from_static("public, max-age=3600");
    ([(CACHE_CONTROL, hour)], Json(value)).into_response()
}

/// The algorithm of the key that signs.
pub(super) fn algorithm(verifier: &Verifier) -> &'static str {
    match verifier.inner.client.key.public_key().key_type() {
        KeyType::Ed25519 => "EdDSA",
        KeyType::P384 => "ES384",
        _ => "ES256",
    }
}

/// The authorization endpoint (OpenID Connect Core §3.1.2). Until client and redirect URI are right, nobody is sent there.
async fn authorize(
    State(verifier): State<Verifier>,
    RawQuery(query): RawQuery,
    cookies: Cookies,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = Form::parse(&query.unwrap_or_default())?;
    let (ask, client) = verifier.oidc_client(form.need("client_id")?).ok_or_else(|| wrong("client_id"))?;
    let redirect_uri = form.need("redirect_uri")?;
    // RFC 9700 §2.1: letter by letter.
    if !client.redirect_uris.iter().any(|known| known == redirect_uri) {
        return Err(wrong("redirect_uri"));
    }
    match read(&form) {
        Ok(challenge) => {
            let text = |name: &str| form.get(name).map(str::to_owned);
            let sign_in = SignIn {
                client: client.id.clone(),
                redirect_uri: redirect_uri.to_owned(),
                state: text("state"),
                nonce: text("nonce"),
                challenge,
            };
            enter(&verifier, ask, Origin { sign_in: Some(sign_in), ..Origin::default() }, &headers, cookies).await
        }
        Err(refusal) => {
            let issuer = verifier.inner.base.url().as_str();
            let url = error_response::redirect(&refusal, redirect_uri, form.get("state"), issuer);
            let url = HeaderValue::from_str(&url).map_err(|_| Problem::internal())?;
            Ok((StatusCode::SEE_OTHER, [(LOCATION, url)]).into_response())
        }
    }
}

/// The rest of an authentication request; what is wrong with it is told to the client.
fn read(form: &Form) -> Result<Challenge, Refusal> {
    if form.need("response_type")? != "code" {
        return Err(Refusal::new(RefusalCode::UnsupportedResponseType, "response_type"));
    }
    if !form.need("scope")?.split(' ').any(|scope| scope == "openid") {
        return Err(Refusal::new(RefusalCode::InvalidScope, "scope"));
    }
    if form.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(Refusal::new(RefusalCode::InvalidRequest, "response_mode"));
    }
    if form.get("request").is_some() || form.get("request_uri").is_some() {
        return Err(Refusal::new(RefusalCode::InvalidRequest, "request"));
    }
    // Nobody is signed in here beforehand.
    if form.get("prompt").is_some_and(|prompt| prompt.split(' ').any(|one| one == "none")) {
        return Err(Refusal::new(RefusalCode::AccessDenied, "prompt"));
    }
    Challenge::of_request(form)
}

fn wrong(about: &'static str) -> Problem {
    Problem::bad_request("invalid_request").about(about)
}
