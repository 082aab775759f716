//! DID resolution over HTTP: `GET /1.0/identifiers/{did}` (DID Resolution 1.0 §4, §10.1).
//!
//! | `Accept` | gives |
//! |---|---|
//! | `application/did-resolution`, `application/ld+json;profile="https://w3id.org/did-resolution"` | the whole result |
//! | `application/did`, `application/did+json`, `application/did+ld+json` | the document alone |
//!
//! A DID that carries its document (`did:key`, `did:jwk`, `did:peer`) is resolved for everybody: nothing is fetched, and the
//! work is bounded. For any other DID the server fetches what its caller names, so that wants a token, unless it is open.

use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tamarack::did::{DidDocument, check_did, resolve};
use tamarack::json;
use tamarack::messages::{Lang, explain};
use tamarack::{Code, Evidence, EvidenceKind, Fault, Need};
use tamarack_net::FetchError;

use super::may_fetch;
use crate::http::{Client, Problem};
use crate::verifier::Verifier;
use crate::verifier::settings::now;

const RESULT: &str = "application/did-resolution";
const RESULT_BEFORE: &str = "application/ld+json;profile=\"https://w3id.org/did-resolution\"";
/// The media types of documents; the first is that of DID Core 1.1.
const DOCUMENT: [&str; 3] = ["application/did", "application/did+json", "application/did+ld+json"];

/// Resolves a DID. The address is read as it came: a `did:web` has `%3A` in itself.
pub(super) async fn identifiers(
    State(verifier): State<Verifier>,
    client: Client,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let raw = uri.path().rsplit_once("/1.0/identifiers/").map(|(_, raw)| raw).unwrap_or_default();
    let did = if raw.starts_with("did:") { raw.to_owned() } else { decoded(raw) };
    let Some(wanted) = wanted(&headers) else {
        return Ok(Found::Error(Failure::Representation, None).answer(RESULT));
    };
    let found = match check(&did, uri.query().unwrap_or_default()) {
        Err(failure) => Found::Error(failure, None),
        Ok(()) => {
            let mut evidence = Evidence::none();
            let mut document = resolve(&did, &evidence);
            let mut is_fetched = false;
            if document.as_ref().is_err_and(|fault| fault.code() == Code::DidNotResolved) {
                is_fetched = true;
                may_fetch(&verifier, &headers, client, verifier.inner.open.resolver)?;
                let task = tokio::task::spawn_blocking(move || {
                    let need = Need { kind: EvidenceKind::DidDocument, id: did };
                    let missed = verifier.inner.fetcher.gather(std::slice::from_ref(&need), &mut evidence, now());
                    let found = evidence.get(need.kind, &need.id).is_some();
                    match missed.into_iter().next().filter(|_| !found) {
                        Some(missed) => Err(missed.error),
                        None => Ok(resolve(&need.id, &evidence)),
                    }
                });
                document = match task.await.map_err(|_| Problem::internal())? {
                    Ok(document) => document,
                    Err(error) => return Ok(Found::missed(&error).answer(wanted)),
                };
            }
            match Found::of(document) {
                // What carries its document is wrong itself, and nobody's server with it.
                Found::Error(Failure::Document, fault) if !is_fetched => Found::Error(Failure::Did, fault),
                found => found,
            }
        }
    };
    Ok(found.answer(wanted))
}

/// Steps 1 to 4 of DID Resolution §4.4: the DID's syntax and method, and the options.
fn check(did: &str, query: &str) -> Result<(), Failure> {
    check_did(did).map_err(|_| Failure::Did)?;
    let method = did.split(':').nth(1).unwrap_or_default();
    if !["key", "jwk", "peer", "web"].contains(&method) {
        return Err(Failure::Method);
    }
    let mut seen: Vec<String> = Vec::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if seen.iter().any(|known| *known == name) {
            return Err(Failure::Options);
        }
        seen.push(name.clone().into_owned());
        match (name.as_ref(), value.as_ref()) {
            // What holds anyway.
            ("noCache" | "expandRelativeUrls", "false") => {}
            ("noCache" | "expandRelativeUrls", value) if value != "true" => return Err(Failure::Options),
            // None of these methods has versions; nothing is dropped in silence.
            _ => return Err(Failure::Feature),
        }
    }
    Ok(())
}

/// The errors of DID Resolution, with the statuses of its table (§10.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Failure {
    Did,
    Options,
    NotFound,
    Representation,
    Document,
    Method,
    Feature,
    Internal,
}

impl Failure {
    const fn name(self) -> &'static str {
        match self {
            Self::Did => "INVALID_DID",
            Self::Options => "INVALID_OPTIONS",
            Self::NotFound => "NOT_FOUND",
            Self::Representation => "REPRESENTATION_NOT_SUPPORTED",
            Self::Document => "INVALID_DID_DOCUMENT",
            Self::Method => "METHOD_NOT_SUPPORTED",
            Self::Feature => "FEATURE_NOT_SUPPORTED",
            Self::Internal => "INTERNAL_ERROR",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Did => "The DID is not valid.",
            Self::Options => "The options are not valid.",
            Self::NotFound => "There is no such DID.",
            Self::Representation => "The DID document is not there in the media type that was asked for.",
            Self::Document => "The DID document is not valid.",
            Self::Method => "The DID method is not supported.",
            Self::Feature => "An option is not supported.",
            Self::Internal => "The DID document could not be fetched.",
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::Did | Self::Options => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Representation => StatusCode::NOT_ACCEPTABLE,
            Self::Document | Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Method | Self::Feature => StatusCode::NOT_IMPLEMENTED,
        }
    }
}

/// What came of it.
enum Found {
    Document(Value),
    Deactivated,
    Error(Failure, Option<Fault>),
}

impl Found {
    fn of(document: Result<DidDocument, Fault>) -> Self {
        let fault = match document {
            Ok(document) => return Self::Document(json::Value::from(document.to_json().clone()).to_serde()),
            Err(fault) => fault,
        };
        match fault.code() {
            Code::DidDeactivated => Self::Deactivated,
            Code::DidSyntax => Self::Error(Failure::Did, Some(fault)),
            Code::DidMethodUnsupported => Self::Error(Failure::Method, Some(fault)),
            // A DID that is to carry its document, and carries none.
            code if code.as_str().starts_with("key.") => Self::Error(Failure::Did, Some(fault)),
            _ => Self::Error(Failure::Document, Some(fault)),
        }
    }

    /// did:web §2.5.4: a DID is deactivated by taking its document away. 410 says that it is gone for good.
    const fn missed(error: &FetchError) -> Self {
        match error {
            FetchError::Status(410) => Self::Deactivated,
            FetchError::Status(404) => Self::Error(Failure::NotFound, None),
            FetchError::Url => Self::Error(Failure::Did, None),
            _ => Self::Error(Failure::Internal, None),
        }
    }

    fn answer(self, wanted: &'static str) -> Response {
        if let (Self::Document(document), true) = (&self, DOCUMENT.contains(&wanted)) {
            // JSON-LD has a context (DID Core §6.3.1).
            if wanted.contains("ld+json") && document.get("@context").is_none() {
                return Self::Error(Failure::Representation, None).answer(RESULT);
            }
            return typed(StatusCode::OK, wanted, &document.to_string());
        }
        let (status, document, metadata, of_document) = match self {
            Self::Document(document) => (StatusCode::OK, document, json!({"contentType": DOCUMENT[0]}), json!({})),
            Self::Deactivated => (StatusCode::GONE, Value::Null, json!({}), json!({"deactivated": true})),
            Self::Error(failure, fault) => {
                let mut error = json!({
                    "type": format!("https://www.w3.org/ns/did#{}", failure.name()),
                    "title": failure.title(),
                });
                if let (Some(fault), Some(error)) = (fault, error.as_object_mut()) {
                    error.insert("detail".to_owned(), explain(&fault, Lang::En).sentence.into());
                }
                (failure.status(), Value::Null, json!({ "error": error }), json!({}))
            }
        };
        let result =
            json!({"didDocument": document, "didResolutionMetadata": metadata, "didDocumentMetadata": of_document});
        // An error has no document that could stand alone.
        let kind = if DOCUMENT.contains(&wanted) { RESULT } else { wanted };
        typed(status, kind, &result.to_string())
    }
}

fn typed(status: StatusCode, kind: &'static str, body: &str) -> Response {
    let mut response = (status, body.to_owned()).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().append(VARY, HeaderValue::from_static("accept"));
    response
}

/// What `Accept` likes best of what there is (RFC 9110 §12.5.1); `None` if it likes nothing of it.
fn wanted(headers: &HeaderMap) -> Option<&'static str> {
    let lines: Vec<&str> = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    if lines.iter().all(|line| line.trim().is_empty()) {
        return Some(RESULT);
    }
    let mut best: Option<(u16, &'static str)> = None;
    for range in lines.iter().flat_map(|line| line.split(',')).take(64) {
        let mut parts = range.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
        let (mut weight, mut profile) = (1_000, None);
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            match name.trim().to_ascii_lowercase().as_str() {
                "q" => weight = thousandths(value.trim()),
                "profile" => profile = Some(value.trim().trim_matches('"')),
                _ => {}
            }
        }
        let offered = match media_type.as_str() {
            "*/*" | "application/*" => Some(RESULT),
            "application/ld+json" if profile == Some("https://w3id.org/did-resolution") => Some(RESULT_BEFORE),
            other => [RESULT].iter().chain(&DOCUMENT).copied().find(|known| *known == other),
        };
        if let Some(offered) = offered.filter(|_| weight > best.map_or(0, |(weight, _)| weight)) {
            best = Some((weight, offered));
        }
    }
    best.map(|(_, offered)| offered)
}

/// RFC 9110 §12.4.2, in thousandths; nothing for what is no weight.
fn thousandths(text: &str) -> u16 {
    let weight: f32 = text.parse().unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 1000")]
    if (0.0..=1.0).contains(&weight) { (weight * 1_000.0) as u16 } else { 0 }
}

/// Percent-decoding once, for a caller who encoded the whole DID.
fn decoded(raw: &str) -> String {
    let form = format!("d={}", raw.replace('+', "%2B"));
    url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}
