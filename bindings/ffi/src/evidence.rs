//! What a verification must know from outside.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tamarack::limits;

use crate::platform::{HttpHeader, HttpRequest};
use crate::time::{or_now, system_time};

/// The kinds of evidence.
///
/// ```text
/// evidence.add(EvidenceKind.STATUS_LIST, "https://issuer.example/status/1", body)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum EvidenceKind {
    /// A DID document, under its DID.
    DidDocument,
    /// A status list, under its URL.
    StatusList,
    /// A JSON-LD context, under its URL.
    Context,
    /// A JSON Schema, under its URL.
    Schema,
    /// A related resource, under its URL.
    Resource,
    /// The metadata or keys of an issuer of tokens, under its URL.
    IssuerMetadata,
    /// The metadata of a type of SD-JWT VC, under its `vct`.
    TypeMetadata,
}

impl From<EvidenceKind> for tamarack::EvidenceKind {
    fn from(kind: EvidenceKind) -> Self {
        match kind {
            EvidenceKind::DidDocument => Self::DidDocument,
            EvidenceKind::StatusList => Self::StatusList,
            EvidenceKind::Context => Self::Context,
            EvidenceKind::Schema => Self::Schema,
            EvidenceKind::Resource => Self::Resource,
            EvidenceKind::IssuerMetadata => Self::IssuerMetadata,
            EvidenceKind::TypeMetadata => Self::TypeMetadata,
        }
    }
}

impl From<tamarack::EvidenceKind> for EvidenceKind {
    fn from(kind: tamarack::EvidenceKind) -> Self {
        match kind {
            tamarack::EvidenceKind::DidDocument => Self::DidDocument,
            tamarack::EvidenceKind::StatusList => Self::StatusList,
            tamarack::EvidenceKind::Context => Self::Context,
            tamarack::EvidenceKind::Schema => Self::Schema,
            tamarack::EvidenceKind::IssuerMetadata => Self::IssuerMetadata,
            tamarack::EvidenceKind::TypeMetadata => Self::TypeMetadata,
            _ => Self::Resource,
        }
    }
}

/// One thing that a verdict still needs, and the request that gets it. What comes back with status 200 is handed to
/// `Evidence.add` under the same kind and id; then the verifier is asked again.
///
/// ```text
/// came = [(need, client.send(need.request)) for need in verdict.needs if need.request]
/// for need, got in [(need, got) for need, got in came if got.status == 200]: evidence.add(need.kind, need.id, got.body)
/// verdict = verifier.verify(credential, evidence)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Need {
    /// What kind of evidence.
    pub kind: EvidenceKind,
    /// Its DID or URL.
    pub id: String,
    /// The request to send; none for what lies at no URL that may be asked (another scheme than `https:`).
    pub request: Option<HttpRequest>,
}

impl From<&tamarack::Need> for Need {
    fn from(need: &tamarack::Need) -> Self {
        Self { kind: need.kind.into(), id: need.id.clone(), request: request(need) }
    }
}

/// The request that meets a need.
fn request(need: &tamarack::Need) -> Option<HttpRequest> {
    use tamarack::EvidenceKind as Kind;
    let url = match need.kind {
        Kind::DidDocument => tamarack::did::did_web_url(&need.id).ok()?,
        _ => need.id.clone(),
    };
    let url = match names_this_machine(&url) {
        // Nobody listens in between, and no authority gives certificates.
        true if need.kind == Kind::DidDocument => url.replacen("https://", "http://", 1),
        false if !url.starts_with("https://") => return None,
        _ => url,
    };
    let accept = match need.kind {
        Kind::DidDocument => "application/did+json, application/did+ld+json;q=0.9, application/json;q=0.8",
        Kind::StatusList => {
            "application/vc, application/vc+jwt, application/statuslist+jwt, application/ld+json, application/json, */*;q=0.1"
        }
        Kind::Context => "application/ld+json, application/json;q=0.9",
        Kind::IssuerMetadata | Kind::TypeMetadata => "application/json, application/jwk-set+json;q=0.9",
        Kind::Schema => "application/schema+json, application/json;q=0.9",
        _ => "*/*",
    };
    let max_bytes = match need.kind {
        Kind::StatusList => limits::STATUS_LIST_BYTES,
        _ => limits::INPUT_BYTES,
    };
    Some(HttpRequest {
        method: "GET".to_owned(),
        url,
        headers: vec![HttpHeader { name: "accept".to_owned(), value: accept.to_owned() }],
        body: None,
        max_bytes: u64::try_from(max_bytes).unwrap_or(u64::MAX),
        timeout_seconds: u32::try_from(limits::FETCH_SECONDS).unwrap_or(u32::MAX),
        // Another host would speak for a DID or an issuer otherwise.
        may_leave_host: !matches!(need.kind, Kind::DidDocument | Kind::IssuerMetadata),
    })
}

/// Whether the host of an `http:` or `https:` URL is written as this very machine.
fn names_this_machine(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// One piece of evidence.
///
/// ```text
/// for piece in evidence.pieces(): store(piece.kind, piece.id, piece.fetched, piece.bytes)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct EvidencePiece {
    /// What kind of evidence.
    pub kind: EvidenceKind,
    /// Its DID or URL.
    pub id: String,
    /// When it was fetched.
    pub fetched: SystemTime,
    /// The bytes as they came.
    pub bytes: Vec<u8>,
}

/// The evidence for one or many verifications. It can be shared between threads.
///
/// ```text
/// evidence = Evidence()
/// evidence.add(EvidenceKind.DID_DOCUMENT, did, document)
/// verdict = verifier.verify(credential, evidence)
/// ```
#[derive(Default, Debug, uniffi::Object)]
pub struct Evidence {
    /// Whoever reads takes what stands there and lets go of the lock, so that no verification waits for another.
    pieces: Mutex<Arc<tamarack::Evidence>>,
}

#[uniffi::export]
impl Evidence {
    /// No evidence: enough for an issuer with a `did:key`, built-in contexts and no status.
    ///
    /// ```text
    /// verdict = verifier.verify(credential, Evidence())
    /// ```
    #[uniffi::constructor]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the bytes of one piece as they came, in the place of an older one of the same kind and id.
    ///
    /// `fetched`: when they came; none for now.
    ///
    /// ```text
    /// evidence.add(EvidenceKind.DID_DOCUMENT, "did:web:issuer.example", body, fetched=yesterday)
    /// ```
    #[uniffi::method(default(fetched = None))]
    pub fn add(&self, kind: EvidenceKind, id: String, bytes: Vec<u8>, fetched: Option<SystemTime>) {
        self.change(|pieces| pieces.insert(kind.into(), id, bytes, or_now(fetched)));
    }

    /// Every piece.
    ///
    /// ```text
    /// ids = [piece.id for piece in evidence.pieces()]
    /// ```
    #[must_use]
    pub fn pieces(&self) -> Vec<EvidencePiece> {
        let pieces = self.snapshot();
        let each = pieces.iter().map(|(kind, id, piece)| EvidencePiece {
            kind: kind.into(),
            id: id.to_owned(),
            fetched: system_time(piece.fetched),
            bytes: piece.bytes.clone(),
        });
        each.collect()
    }
}

impl Evidence {
    pub(crate) fn of(pieces: tamarack::Evidence) -> Self {
        Self { pieces: Mutex::new(Arc::new(pieces)) }
    }

    fn change(&self, change: impl FnOnce(&mut tamarack::Evidence)) {
        change(Arc::make_mut(&mut self.pieces.lock().unwrap_or_else(PoisonError::into_inner)));
    }

    /// What is there now.
    pub(crate) fn snapshot(&self) -> Arc<tamarack::Evidence> {
        Arc::clone(&self.pieces.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What is there, or nothing.
pub(crate) fn snapshot(evidence: Option<&Arc<Evidence>>) -> Arc<tamarack::Evidence> {
    evidence.map(|evidence| evidence.snapshot()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_only_where_it_may() {
        let need = |kind, id: &str| request(&tamarack::Need { kind, id: id.to_owned() });
        let did = need(tamarack::EvidenceKind::DidDocument, "did:web:issuer.example:a").unwrap();
        assert_eq!(did.url, "https://issuer.example/a/did.json");
        assert!(!did.may_leave_host);
        assert_eq!(need(tamarack::EvidenceKind::Schema, "http://issuer.example/s.json"), None);
        for strange in ["http://localhost@evil.example/", "http://localhost.evil.example/", "http://[::1]x/"] {
            assert_eq!(need(tamarack::EvidenceKind::Schema, strange), None, "{strange}");
        }
        let local = need(tamarack::EvidenceKind::DidDocument, "did:web:localhost%3A8080").unwrap();
        assert_eq!(local.url, "http://localhost:8080/.well-known/did.json");
        assert_eq!(need(tamarack::EvidenceKind::Schema, "file:///etc/passwd"), None);
        assert_eq!(need(tamarack::EvidenceKind::DidDocument, "did:other:x"), None);
        assert!(need(tamarack::EvidenceKind::StatusList, "https://issuer.example/1").unwrap().may_leave_host);
    }
}
