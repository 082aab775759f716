//! What anybody may read: metadata, the DID document, keys, status lists, schemas, type metadata.

use axum::extract::{OriginalUri, Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};
use tamarack::encoding::hex_encode;
use tamarack::issue::CredentialType;
use tamarack::json::{Value, to_string};
use tamarack::keys::KeyType;
use tamarack::messages::Lang;

use super::configuration;
use super::service::IssuerService;
use super::{signed_metadata, status};
use crate::http::Problem;

/// How many seconds metadata may be kept.
const METADATA_SECONDS: u32 = 300;
/// How many seconds a schema or type metadata may be kept, which change with a type only.
const TYPE_SECONDS: u32 = 3_600;

/// Who issues credentials of a type, as they say it themselves; empty if they do not.
pub(crate) fn issuer_name(of: &CredentialType, lang: Lang) -> String {
    let tag = match lang {
        Lang::En => "en",
        Lang::Fr => "fr",
    };
    let name = of.template.get("issuer").and_then(|issuer| issuer.get("name"));
    let text = |item: &Value<'_>| item.get("@value").or(Some(item)).and_then(Value::as_str).map(str::to_owned);
    let has_tag = |item: &&Value<'_>| {
        item.get("@language").and_then(Value::as_str).is_some_and(|language| language.starts_with(tag))
    };
    let items = name.map_or(&[][..], Value::items);
    items.iter().find(has_tag).or(items.first()).and_then(text).unwrap_or_default()
}

/// `GET /.well-known/openid-credential-issuer…` (OpenID4VCI §12.2), signed for who asks for it so.
pub(super) async fn issuer_metadata(State(service): State<IssuerService>, headers: HeaderMap) -> Response {
    let signed = match signed_metadata::is_wanted(&headers) {
        true => service.signed_metadata().text(&service).await.unwrap_or_else(|fault| {
            // §12.2.2: the unsigned form is always there.
            tracing::error!(code = fault.code().as_str(), "the metadata could not be signed");
            None
        }),
        false => None,
    };
    let mut response = match signed {
        Some(text) => public(&headers, "application/jwt", METADATA_SECONDS, text.to_string()),
        None => public(&headers, "application/json", METADATA_SECONDS, service.catalogue().metadata.to_json()),
    };
    response.headers_mut().append(VARY, HeaderValue::from_static("accept"));
    response
}

/// `GET /.well-known/oauth-authorization-server…` (RFC 8414).
pub(super) async fn server_metadata(State(service): State<IssuerService>, headers: HeaderMap) -> Response {
    let text = service.catalogue().server.to_json();
    public(&headers, "application/json", METADATA_SECONDS, text)
}

/// `GET /.well-known/jwt-vc-issuer…` (SD-JWT VC §5).
pub(super) async fn jwt_vc_issuer(State(service): State<IssuerService>, headers: HeaderMap) -> Response {
    let text = format!(
        r#"{{"issuer":{},"jwks":{}}}"#,
        to_string(&Value::from(service.base().url().as_str().to_owned())),
        keys(&service)
    );
    public(&headers, "application/json", METADATA_SECONDS, text)
}

/// `GET /jwks`.
pub(super) async fn jwks(State(service): State<IssuerService>, headers: HeaderMap) -> Response {
    public(&headers, "application/jwk-set+json", METADATA_SECONDS, keys(&service))
}

/// The keys that sign JWTs, as a JWK Set.
fn keys(service: &IssuerService) -> String {
    let catalogue = service.catalogue();
    let jwks = catalogue.keys.all().filter(|key| key.kind() != KeyType::Bls12381G2).map(|key| {
        let mut jwk = key.public().to_jwk();
        if let Some(jwk) = jwk.as_object_mut() {
            jwk.insert("kid", key.method.clone());
            jwk.insert("use", "sig");
        }
        to_string(&jwk)
    });
    format!(r#"{{"keys":[{}]}}"#, jwks.collect::<Vec<_>>().join(","))
}

/// `GET /types/{name}/schema`.
pub(super) async fn schema(
    State(service): State<IssuerService>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let catalogue = service.catalogue();
    let of = catalogue.credential_type(&name).ok_or_else(Problem::not_found)?;
    let schema = of.schema.as_ref().ok_or_else(Problem::not_found)?;
    Ok(public(&headers, "application/schema+json", TYPE_SECONDS, to_string(&schema.document)))
}

/// `GET /types/{name}/metadata`.
pub(super) async fn type_metadata(
    State(service): State<IssuerService>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let catalogue = service.catalogue();
    let of = catalogue.credential_type(&name).ok_or_else(Problem::not_found)?;
    let metadata = configuration::type_metadata(of).ok_or_else(Problem::not_found)?;
    Ok(public(&headers, "application/json", TYPE_SECONDS, metadata.to_string()))
}

/// What has an address of its own choice: the DID document, status lists, schemas and type metadata.
pub(super) async fn by_path(
    State(service): State<IssuerService>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let catalogue = service.catalogue();
    if let Some(document) = catalogue.documents.get(uri.path()) {
        return Ok(public(&headers, document.media_type, METADATA_SECONDS, document.body.clone()));
    }
    let (folder, file) = uri.path().rsplit_once('/').ok_or_else(Problem::not_found)?;
    let usual = format!("{}/status", service.base().url().path());
    if folder != usual && Some(folder) != catalogue.status_path.as_deref() {
        return Err(Problem::not_found());
    }
    let list = status::signed(&service, file).await.map_err(|error| {
        tracing::error!(reason = %error, "a status list could not be made");
        Problem::internal()
    })?;
    let list = list.ok_or_else(Problem::not_found)?;
    // Token Status List §8.4: who asks for another time is not given today's list.
    let asks_for_a_time = uri.query().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("time=")));
    if list.media_type == status::TOKEN_TYPE && asks_for_a_time {
        return Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "not_implemented").about("time"));
    }
    Ok(public(&headers, list.media_type, service.settings().status_seconds, list.body.clone()))
}

/// An answer that may be kept by whoever carries it.
fn public(request: &HeaderMap, media_type: &'static str, seconds: u32, body: String) -> Response {
    let tag = format!("\"{}\"", hex_encode(Sha256::digest(body.as_bytes()).get(..16).unwrap_or_default()));
    let known = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_known = known.flat_map(|tags| tags.split(',')).any(|known| known.trim() == tag || known.trim() == "*");
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => body.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    for (name, value) in [(CACHE_CONTROL, format!("public, max-age={seconds}")), (ETAG, tag)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    response
}
