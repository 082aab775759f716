//! The token endpoint and the claims.

use axum::Json;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header::WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use tamarack::encoding::hex_encode;
use tamarack::jose::Jws;
use tamarack::json::Object;
use tamarack::keys::{SignatureAlgorithm, Signer as _};
use tamarack_openid4vc::oauth::Form;
use tamarack_openid4vc::{Refusal, RefusalCode};

use super::provider::algorithm;
use super::{ACCESS, CODE, Granted, Person};
use crate::http::{Problem, RandomId, bearer, same};
use crate::limits;
use crate::store::Taken;
use crate::verifier::Verifier;
use crate::verifier::ask::OidcClient;
use crate::verifier::requests::unavailable;
use crate::verifier::seal;
use crate::verifier::settings::now;

/// OpenID Connect Core §3.1.3: a code for an ID token and an access token.
pub(super) async fn exchange(
    State(verifier): State<Verifier>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Problem> {
    let form = Form::parse(&body)?;
    let client = authenticated(&verifier, &headers, &form)?;
    if form.need("grant_type")? != "authorization_code" {
        return Err(Refusal::new(RefusalCode::UnsupportedGrantType, "grant_type").into());
    }
    let refused = |about| Problem::from(Refusal::new(RefusalCode::InvalidGrant, about));
    let code = RandomId::read(form.need("code")?).ok_or_else(|| refused("code"))?;
    let taken = verifier.inner.database.take_ticket(CODE, code.as_str(), now()).await;
    let held = match taken.map_err(|error| unavailable(&error))? {
        Taken::Fresh(held) => held,
        Taken::Again(held) => {
            // RFC 6749 §4.1.2: somebody has the code who should not, so what came of it ends.
            let ended = verifier.inner.database.end_family(&held.family).await;
            ended.map_err(|error| unavailable(&error))?;
            return Err(refused("code"));
        }
        Taken::Gone => return Err(refused("code")),
    };
    // The code is used up, whatever is found now.
    let granted: Granted = serde_json::from_str(&held.payload).map_err(|_| Problem::internal())?;
    if granted.client != client.id {
        return Err(refused("client_id"));
    }
    if form.need("redirect_uri")? != granted.redirect_uri {
        return Err(refused("redirect_uri"));
    }
    granted.challenge.check(form.need("code_verifier")?)?;

    let person: Person = seal::open(&granted.sealed, &code)?;
    let id_token = id_token(&verifier, &granted, &person)?;
    let access = RandomId::new().map_err(|_| Problem::internal())?;
    let sealed = seal::seal(&person, &seal::public_key(&access)?)?;
    verifier.keep(ACCESS, &access, &held.family, &Granted { sealed, ..granted }, limits::ACCESS_SECONDS).await?;
    tracing::info!(client = client.id, "signed in");
    Ok(Json(json!({
        "access_token": access.as_str(),
        "token_type": "Bearer",
        "expires_in": limits::ACCESS_SECONDS,
        "scope": "openid",
        "id_token": id_token,
    }))
    .into_response())
}

/// The claims, once (OpenID Connect Core §5.3).
pub(super) async fn userinfo(State(verifier): State<Verifier>, headers: HeaderMap) -> Result<Response, Problem> {
    let token = bearer(&headers).and_then(RandomId::read).ok_or_else(Problem::unauthorized)?;
    let taken = verifier.inner.database.take_ticket(ACCESS, token.as_str(), now()).await;
    let held = taken.map_err(|error| unavailable(&error))?.fresh().ok_or_else(Problem::unauthorized)?;
    let granted: Granted = serde_json::from_str(&held.payload).map_err(|_| Problem::internal())?;
    let person: Person = seal::open(&granted.sealed, &token)?;
    Ok(Json(claims(person)).into_response())
}

fn claims(person: Person) -> Map<String, Value> {
    let mut claims = person.claims;
    claims.insert("sub".to_owned(), person.sub.into());
    claims
}

/// OpenID Connect Core §2.
fn id_token(verifier: &Verifier, granted: &Granted, person: &Person) -> Result<String, Problem> {
    let mut all = person.claims.clone();
    let issued = now().unix();
    let own = json!({
        "iss": verifier.inner.base.url().as_str(),
        "sub": person.sub,
        "aud": granted.client,
        "iat": issued,
        "exp": issued + limits::ACCESS_SECONDS,
        "auth_time": granted.auth_time,
    });
    // The names of the protocol win: an ask cannot map a claim onto them.
    all.extend(own.as_object().cloned().unwrap_or_default());
    all.extend(granted.nonce.as_ref().map(|nonce| ("nonce".to_owned(), nonce.as_str().into())));
    let key = &verifier.inner.client.key;
    let mut header = Object::new();
    header.insert("typ", "JWT");
    header.insert("kid", key.public_key().jwk_thumbprint());
    let algorithm = match algorithm(verifier) {
        "EdDSA" => SignatureAlgorithm::EdDsa,
        "ES384" => SignatureAlgorithm::Es384,
        _ => SignatureAlgorithm::Es256,
    };
    let payload = Value::Object(all).to_string();
    Jws::sign(&header, payload.as_bytes(), algorithm, key).map_err(|_| Problem::internal())
}

/// The client: by its secret, in the header or the body, if it has one; else by its name, and PKCE does the rest.
fn authenticated<'v>(verifier: &'v Verifier, headers: &HeaderMap, form: &Form) -> Result<&'v OidcClient, Problem> {
    let refused = || {
        Problem::new(StatusCode::UNAUTHORIZED, "invalid_client")
            .header(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"oidc\""))
    };
    let basic = headers.get(AUTHORIZATION).map(|value| basic(value).ok_or_else(refused)).transpose()?;
    let (id, secret) = match &basic {
        // RFC 6749 §2.3: one way at a time.
        Some(_) if form.get("client_secret").is_some() => return Err(refused()),
        Some((id, _)) if form.get("client_id").is_some_and(|named| named != id) => return Err(refused()),
        Some((id, secret)) => (id.as_str(), Some(secret.as_str())),
        None => (form.need("client_id")?, form.get("client_secret")),
    };
    let (_, client) = verifier.oidc_client(id).ok_or_else(refused)?;
    let good = match (&client.secret_sha256, secret) {
        (None, None) => true,
        (Some(known), Some(secret)) => same(known, &hex_encode(&Sha256::digest(secret))),
        _ => false,
    };
    if good { Ok(client) } else { Err(refused()) }
}

/// RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
fn basic(value: &HeaderValue) -> Option<(String, String)> {
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':').filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let plain = |part: &str| {
        let form = format!("p={part}");
        url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    Some((plain(id)?, plain(secret)?))
}
