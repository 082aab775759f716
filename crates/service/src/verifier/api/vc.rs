//! The W3C VC API (VCALM 1.0) of a verifier, and DID resolution over HTTP (DID Resolution 1.0 §8).
//!
//! | | |
//! |---|---|
//! | `POST /credentials/verify` | `{"verifiableCredential", "options"?: {"returnCredential"?}}` |
//! | `POST /presentations/verify` | `{"verifiablePresentation", "options"?: {"challenge"?, "domain"?, "returnPresentation"?}}` |
//! | `GET /1.0/identifiers/{did}` | the DID resolution result |
//!
//! All of them want the token of the REST interface: each makes this server fetch what its caller names.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tamarack::json::{self, Object};
use tamarack::messages::{Lang, explain};
use tamarack::verify::{Check, CheckResult};
use tamarack::{Code, Evidence, EvidenceKind, Fault, Need, Outcome, Policy, did};
use tamarack_net::{FetchError, When, verify_with_network};

use super::Program;
use crate::http::Problem;
use crate::verifier::Verifier;
use crate::verifier::settings::now;

pub(super) fn routes() -> Router<Verifier> {
    Router::new()
        .route("/credentials/verify", post(credential))
        .route("/presentations/verify", post(presentation))
        .route("/1.0/identifiers/{did}", get(resolve))
}

async fn credential(_: Program, State(verifier): State<Verifier>, body: String) -> Result<Response, Problem> {
    verify(verifier, body, "verifiableCredential", ("credential", "returnCredential")).await
}

async fn presentation(_: Program, State(verifier): State<Verifier>, body: String) -> Result<Response, Problem> {
    verify(verifier, body, "verifiablePresentation", ("verifiablePresentation", "returnPresentation")).await
}

/// Verifies the `member` of a body under the server's trust list.
async fn verify(
    verifier: Verifier,
    body: String,
    member: &'static str,
    (back, wanted): (&'static str, &'static str),
) -> Result<Response, Problem> {
    let wrong = |about: &'static str| Problem::bad_request("invalid_request").about(about);
    // The library's own reader: what is signed must be read as it was signed.
    let whole = json::parse(body.as_bytes()).map_err(|_| wrong("body"))?;
    let request = whole.as_object().ok_or_else(|| wrong("body"))?;
    let input = match request.get(member).ok_or_else(|| wrong(member))? {
        json::Value::String(token) => token.to_string(),
        value @ json::Value::Object(_) => json::to_string(value),
        _ => return Err(wrong(member)),
    };
    let none = Object::new();
    let options = request.get("options").map_or(Some(&none), json::Value::as_object).ok_or_else(|| wrong("options"))?;
    let mut policy = Policy::trusting(verifier.inner.trust.clone());
    for name in ["challenge", "domain"] {
        let Some(value) = options.get(name) else { continue };
        let value = value.as_str().ok_or_else(|| wrong(name))?;
        policy = if name == "domain" { policy.expect_domain(value) } else { policy.expect_challenge(value) };
    }
    let returned = options.get(wanted).and_then(json::Value::as_bool).unwrap_or(false);
    let shown = returned.then(|| request.get(member).map(json::Value::to_serde)).flatten();

    let judged = tokio::task::spawn_blocking(move || {
        let (mut evidence, fetcher) = (Evidence::none(), &verifier.inner.fetcher);
        verify_with_network(input.as_bytes(), &policy, &mut evidence, When::Now, &now, fetcher)
    });
    let (status, verified, problems) = match judged.await.map_err(|_| Problem::internal())? {
        Ok(round) => {
            let telling = |check: &&Check| matches!(check.result, CheckResult::Fail | CheckResult::Undetermined);
            let problems: Vec<Value> = round.verdict.checks().iter().filter(telling).filter_map(of_check).collect();
            (StatusCode::OK, round.verdict.outcome() == Outcome::Accept, problems)
        }
        Err(error) => (StatusCode::BAD_REQUEST, false, vec![problem(error.fault(), "PARSING_ERROR")]),
    };
    let mut result = json!({"verified": verified, "problemDetails": problems});
    if let (Some(shown), Some(object)) = (shown, result.as_object_mut()) {
        object.insert(back.to_owned(), shown);
    }
    Ok((status, Json(result)).into_response())
}

fn of_check(check: &Check) -> Option<Value> {
    use tamarack::CheckId as Id;
    let kind = match check.id {
        Id::Structure | Id::Contexts => "MALFORMED_VALUE_ERROR",
        Id::Status => "STATUS_VERIFICATION_ERROR",
        Id::Validity => "RANGE_ERROR",
        _ => "CRYPTOGRAPHIC_SECURITY_ERROR",
    };
    check.fault.as_ref().map(|fault| problem(fault, kind))
}

/// RFC 9457; the types are those of the data model (VCDM 2.0 §7.2).
fn problem(fault: &Fault, kind: &str) -> Value {
    let explanation = explain(fault, Lang::En);
    json!({
        "type": format!("https://www.w3.org/TR/vc-data-model#{kind}"),
        "title": fault.code().as_str(),
        "detail": explanation.sentence,
        "pointer": fault.pointer(),
    })
}

/// Resolves a DID. The address is read as it came: a `did:web` has `%3A` in itself.
async fn resolve(_: Program, State(verifier): State<Verifier>, uri: Uri) -> Response {
    let raw = uri.path().rsplit_once("/1.0/identifiers/").map(|(_, raw)| raw).unwrap_or_default();
    let id = if raw.starts_with("did:") { raw.to_owned() } else { decoded(raw) };
    let resolved = tokio::task::spawn_blocking(move || resolved(&verifier, &id));
    let (status, error, document) = match resolved.await {
        Ok(Ok(document)) => (StatusCode::OK, None, Some(document)),
        Ok(Err((status, error))) => (status, Some(error), None),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, Some("INTERNAL_ERROR"), None),
    };
    let metadata = match error {
        Some(error) => json!({"error": {"type": format!("https://www.w3.org/ns/did#{error}")}}),
        None => json!({"contentType": "application/did"}),
    };
    let result = json!({"didDocument": document, "didResolutionMetadata": metadata, "didDocumentMetadata": {}});
    let mut response = (status, result.to_string()).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/did-resolution"));
    response
}

fn resolved(verifier: &Verifier, id: &str) -> Result<Value, (StatusCode, &'static str)> {
    let mut evidence = Evidence::none();
    let mut document = did::resolve(id, &evidence);
    if document.as_ref().is_err_and(|fault| fault.code() == Code::DidNotResolved) {
        let need = Need { kind: EvidenceKind::DidDocument, id: id.to_owned() };
        let missed = verifier.inner.fetcher.gather(std::slice::from_ref(&need), &mut evidence, now());
        if let Some(missed) = missed.first().filter(|_| evidence.get(need.kind, &need.id).is_none()) {
            return Err(match missed.error {
                FetchError::Url => (StatusCode::NOT_IMPLEMENTED, "METHOD_NOT_SUPPORTED"),
                FetchError::Status(404 | 410) => (StatusCode::NOT_FOUND, "NOT_FOUND"),
                _ => (StatusCode::BAD_GATEWAY, "INTERNAL_ERROR"),
            });
        }
        document = did::resolve(id, &evidence);
    }
    match document {
        Ok(document) => Ok(json::Value::from(document.to_json().clone()).to_serde()),
        Err(fault) if fault.code() == Code::DidMethodUnsupported => {
            Err((StatusCode::NOT_IMPLEMENTED, "METHOD_NOT_SUPPORTED"))
        }
        Err(fault) if fault.code() == Code::DidSyntax => Err((StatusCode::BAD_REQUEST, "INVALID_DID")),
        Err(_) => Err((StatusCode::BAD_REQUEST, "INVALID_DID_DOCUMENT")),
    }
}

/// Percent-decoding once, for a caller who encoded the whole DID.
fn decoded(raw: &str) -> String {
    let form = format!("d={}", raw.replace('+', "%2B"));
    url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}
