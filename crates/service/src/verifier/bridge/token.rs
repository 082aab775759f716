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
use tamarack_openid4vc::oauth::Form;
use tamarack_openid4vc::{Refusal, RefusalCode};

use super::{ACCESS, CODE, Granted, Person};
use crate::http::{Problem, RandomId, bearer, same};
use crate::limits;
use crate::store::issuing::Redeeming;
use crate::store::{NewTicket, Taken};
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
    let database = &verifier.inner.database;
    let held = database.ticket(CODE, code.as_str(), now()).await.map_err(|error| unavailable(&error))?;
    let Some(held) = held else {
        came_again(&verifier, &code).await?;
        return Err(refused("code"));
    };
    let granted: Granted = serde_json::from_str(&held.payload).map_err(|_| Problem::internal())?;
    let redirect_uri = form.need("redirect_uri")?;
    let code_verifier = match granted.challenge {
        Some(_) => Some(form.need("code_verifier")?),
        None => form.get("code_verifier"),
    };
    let fits = match () {
        () if granted.client != client.id => Err(refused("client_id")),
        () if redirect_uri != granted.redirect_uri => Err(refused("redirect_uri")),
        () => match (&granted.challenge, code_verifier) {
            (Some(challenge), Some(verifier)) => challenge.check(verifier).map_err(Problem::from),
            (None, None) => Ok(()),
            // RFC 9700 §2.1.1: a verifier without a challenge tells that somebody took the challenge out.
            _ => Err(refused("code_verifier")),
        },
    };
    if let Err(problem) = fits {
        // Whoever brings a code and not what belongs to it has somebody else's: it is good for nobody any more.
        database.take_ticket(CODE, code.as_str(), now()).await.map_err(|error| unavailable(&error))?;
        return Err(problem);
    }

    let person: Person = seal::open(&granted.sealed, &code)?;
    let id_token = verifier.sign_id_token(&id_token(&verifier, &granted, &person), &client.id_token_alg).await?;
    let access = RandomId::new().map_err(|_| Problem::internal())?;
    let sealed = seal::seal(&person, &seal::public_key(&access)?)?;
    let payload = serde_json::to_string(&Granted { sealed, ..granted }).map_err(|_| Problem::internal())?;
    let created = now();
    let ticket = NewTicket {
        kind: ACCESS,
        secret: access.as_str(),
        family: &held.family,
        payload: &payload,
        created,
        expires: created.plus_seconds(limits::ACCESS_SECONDS),
    };
    // The code is used up and its token kept, both or neither: of many who bring the code, one gets what comes of it.
    let redeeming = Redeeming { kind: CODE, secret: code.as_str(), proofs: &[], tickets: &[ticket], events: &[] };
    let won = database.redeem(&redeeming, created).await;
    if !won.map_err(|error| unavailable(&error))? {
        came_again(&verifier, &code).await?;
        return Err(refused("code"));
    }
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

/// RFC 6749 §4.1.2: somebody has the code who should not, before or at the same time, so what came of it ends.
async fn came_again(verifier: &Verifier, code: &RandomId) -> Result<(), Problem> {
    let database = &verifier.inner.database;
    let taken = database.take_ticket(CODE, code.as_str(), now()).await.map_err(|error| unavailable(&error))?;
    if let Taken::Again(used) = taken {
        database.end_family(&used.family).await.map_err(|error| unavailable(&error))?;
        tracing::warn!("a code came twice: what came of it was ended");
    }
    Ok(())
}

/// The claims, for as long as the token is good (OpenID Connect Core §5.3).
pub(super) async fn userinfo(State(verifier): State<Verifier>, headers: HeaderMap) -> Result<Response, Problem> {
    let token = bearer(&headers).and_then(RandomId::read).ok_or_else(|| Problem::unauthorized(&headers))?;
    let held = verifier.inner.database.ticket(ACCESS, token.as_str(), now()).await;
    let held = held.map_err(|error| unavailable(&error))?.ok_or_else(|| Problem::unauthorized(&headers))?;
    let granted: Granted = serde_json::from_str(&held.payload).map_err(|_| Problem::internal())?;
    let person: Person = seal::open(&granted.sealed, &token)?;
    Ok(Json(claims(person)).into_response())
}

fn claims(person: Person) -> Map<String, Value> {
    let mut claims = person.claims;
    claims.insert("sub".to_owned(), person.sub.into());
    claims
}

/// The claims of an ID token (OpenID Connect Core §2).
fn id_token(verifier: &Verifier, granted: &Granted, person: &Person) -> Value {
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
    Value::Object(all)
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
