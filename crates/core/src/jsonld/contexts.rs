//! Which context documents a document may name: the built-in ones and those of the evidence. Nothing is ever fetched.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::active::{Owner, unique_id};
use super::builtin;
use super::memo::Memo;
use crate::json::{self, Value};
use crate::{Code, Fault};

/// Compiled contexts that one set keeps.
const EVIDENCE_MEMO: usize = 512;
/// Compiled contexts that the program keeps: the built-in contexts in the orders and scopes in which documents use them.
const BUILTIN_MEMO: usize = 2_048;

/// A set of context documents under their URLs, compiled on first use.
#[derive(Clone, Debug)]
pub struct ContextSet {
    documents: BTreeMap<String, Arc<EvidenceDocument>>,
    memo: Arc<Memo>,
}

impl Default for ContextSet {
    fn default() -> Self {
        Self { documents: BTreeMap::new(), memo: Arc::new(Memo::new(64, EVIDENCE_MEMO)) }
    }
}

#[derive(Debug)]
struct EvidenceDocument {
    id: u64,
    bytes: Vec<u8>,
    /// The URL is pinned and these bytes do not have its digest.
    wrong_digest: bool,
    parsed: OnceLock<Result<Value<'static>, Fault>>,
}

impl ContextSet {
    /// Adds a context document as fetched, in the place of an older one. It is read when a document names it; a fault in
    /// it is a fault of that document. Under the URL of a built-in context the bytes are only compared with the digest
    /// that is pinned for it; the built-in context stays the one that is used.
    pub fn insert(&mut self, url: &str, bytes: &[u8]) {
        let wrong_digest = builtin::pinned_sha256(url).is_some_and(|pinned| hex_sha256(bytes) != pinned);
        let document =
            EvidenceDocument { id: unique_id(), bytes: bytes.to_vec(), wrong_digest, parsed: OnceLock::new() };
        self.documents.insert(url.to_owned(), Arc::new(document));
        // What was compiled may have been made with the older document.
        self.memo = Arc::new(Memo::new(64, EVIDENCE_MEMO));
    }

    /// The URLs of the set.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.documents.keys().map(String::as_str)
    }
}

fn hex_sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    use std::fmt::Write as _;
    sha2::Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The contexts that a document may name: the built-in ones, and those of the evidence.
#[derive(Clone, Copy, Debug)]
pub struct Contexts<'e> {
    extra: Option<&'e ContextSet>,
}

/// A context document that was found.
#[derive(Clone, Copy)]
pub(super) struct Found<'e> {
    /// Of the document; never the same for two documents.
    pub(super) id: u64,
    pub(super) owner: Owner,
    /// The value of its `@context`.
    pub(super) context: &'e Value<'e>,
}

impl<'e> Contexts<'e> {
    /// The built-in contexts alone.
    #[must_use]
    pub const fn builtin() -> Self {
        Self { extra: None }
    }

    /// The built-in contexts and those of a set. A built-in context cannot be replaced.
    #[must_use]
    pub const fn with(extra: &'e ContextSet) -> Self {
        Self { extra: Some(extra) }
    }

    /// Whether the URL names a context that is at hand.
    #[must_use]
    pub fn contains(&self, url: &str) -> bool {
        builtin::find(url).is_some() || self.extra.is_some_and(|set| set.documents.contains_key(url))
    }

    /// The context document under this URL.
    pub(super) fn find(&self, url: &str) -> Result<Found<'e>, Fault> {
        let evidence = self.extra.and_then(|set| set.documents.get(url));
        if evidence.is_some_and(|document| document.wrong_digest) {
            return Err(Fault::new(Code::JsonldContextDigest).about(url));
        }
        if let Some(document) = builtin::find(url) {
            let context = document.context().ok_or_else(|| Fault::new(Code::Internal).about(url))?;
            return Ok(Found { id: document.id, owner: Owner::Builtin, context });
        }
        let document = evidence.ok_or_else(|| Fault::new(Code::JsonldContextUnknown).about(url))?;
        let parsed = document
            .parsed
            .get_or_init(|| json::parse(&document.bytes).map(Value::into_owned))
            .as_ref()
            .map_err(|fault| Fault::new(Code::JsonldContextInvalid).about(format!("{}: {url}", fault.code())))?;
        let context = parsed
            .get("@context")
            .ok_or_else(|| Fault::new(Code::JsonldContextInvalid).about(format!("invalid remote context: {url}")))?;
        Ok(Found { id: document.id, owner: Owner::Evidence, context })
    }

    /// The context document under this URL as JSON text: what another processor must read to understand the same.
    #[cfg(feature = "long-tail")]
    pub(crate) fn text(&self, url: &str) -> Result<String, Fault> {
        self.find(url).map(|found| format!(r#"{{"@context":{}}}"#, json::to_string(found.context)))
    }

    /// Where contexts of this owner are kept, if they outlive the document.
    pub(super) fn memo(&self, owner: Owner) -> Option<&'e Memo> {
        static MEMO: OnceLock<Memo> = OnceLock::new();
        match owner {
            Owner::Builtin => Some(MEMO.get_or_init(|| Memo::new(256, BUILTIN_MEMO))),
            Owner::Evidence => self.extra.map(|set| &*set.memo),
            Owner::Document => None,
        }
    }

    /// What a context of this owner may be made of.
    pub(super) const fn visible_to(self, owner: Owner) -> Self {
        match owner {
            Owner::Builtin => Self::builtin(),
            Owner::Evidence | Owner::Document => self,
        }
    }
}
