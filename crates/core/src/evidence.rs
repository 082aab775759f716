//! What a verification must know from outside: DID documents, status lists, contexts, schemas, the metadata of issuers
//! and types, and other resources.
//!
//! Evidence is plain bytes under the URL or DID that names them, each with the time at which it was fetched. A shell
//! gathers it; [`crate::verify`] judges it. The same evidence gives the same verdict, now or in ten years.

use std::collections::BTreeMap;

use crate::Timestamp;
use crate::jsonld::{ContextSet, Contexts};

/// One piece of evidence: its bytes as fetched, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// The bytes as they came.
    pub bytes: Vec<u8>,
    /// When they were fetched.
    pub fetched: Timestamp,
}

/// The evidence for one or many verifications.
#[derive(Clone, Default, Debug)]
pub struct Evidence {
    pub(crate) did_documents: BTreeMap<String, Piece>,
    pub(crate) status_lists: BTreeMap<String, Piece>,
    pub(crate) schemas: BTreeMap<String, Piece>,
    pub(crate) resources: BTreeMap<String, Piece>,
    pub(crate) issuer_metadata: BTreeMap<String, Piece>,
    pub(crate) type_metadata: BTreeMap<String, Piece>,
    pub(crate) context_pieces: BTreeMap<String, Piece>,
    /// The contexts once more, compiled on first use.
    pub(crate) contexts: ContextSet,
}

/// The kinds of evidence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EvidenceKind {
    /// A DID document, under its DID.
    DidDocument,
    /// A status list credential, under its URL.
    StatusList,
    /// A JSON-LD context document, under its URL.
    Context,
    /// A JSON Schema, under its URL.
    Schema,
    /// A related resource, under its URL.
    Resource,
    /// The metadata of an issuer of JWT credentials, or the JWK Set that it points to, under its URL.
    IssuerMetadata,
    /// The metadata of a type of SD-JWT VC, under its `vct`.
    TypeMetadata,
}

/// One thing that a verdict still needs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Need {
    /// What kind of evidence.
    pub kind: EvidenceKind,
    /// Its DID or URL.
    pub id: String,
}

impl Evidence {
    /// No evidence: enough for a `did:key` issuer, built-in contexts and no status.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a piece, in the place of an older one of the same kind and name.
    pub fn insert(&mut self, kind: EvidenceKind, id: impl Into<String>, bytes: Vec<u8>, fetched: Timestamp) {
        let id = id.into();
        if kind == EvidenceKind::Context {
            self.contexts.insert(&id, &bytes);
        }
        self.map_mut(kind).insert(id, Piece { bytes, fetched });
    }

    /// The contexts that a document may name: the built-in ones, and those of the evidence.
    #[must_use]
    pub const fn contexts(&self) -> Contexts<'_> {
        Contexts::with(&self.contexts)
    }

    /// The piece of this kind and name.
    #[must_use]
    pub fn get(&self, kind: EvidenceKind, id: &str) -> Option<&Piece> {
        self.map(kind).get(id)
    }

    /// Every piece with its kind and name, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (EvidenceKind, &str, &Piece)> {
        use EvidenceKind::{Context, DidDocument, IssuerMetadata, Resource, Schema, StatusList, TypeMetadata};
        [DidDocument, StatusList, Context, Schema, Resource, IssuerMetadata, TypeMetadata]
            .into_iter()
            .flat_map(|kind| self.map(kind).iter().map(move |(id, piece)| (kind, id.as_str(), piece)))
    }

    /// Whether this has the same pieces, of the same ages.
    pub(crate) fn says_the_same_as(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }

    const fn map(&self, kind: EvidenceKind) -> &BTreeMap<String, Piece> {
        match kind {
            EvidenceKind::DidDocument => &self.did_documents,
            EvidenceKind::StatusList => &self.status_lists,
            EvidenceKind::Context => &self.context_pieces,
            EvidenceKind::Schema => &self.schemas,
            EvidenceKind::Resource => &self.resources,
            EvidenceKind::IssuerMetadata => &self.issuer_metadata,
            EvidenceKind::TypeMetadata => &self.type_metadata,
        }
    }

    const fn map_mut(&mut self, kind: EvidenceKind) -> &mut BTreeMap<String, Piece> {
        match kind {
            EvidenceKind::DidDocument => &mut self.did_documents,
            EvidenceKind::StatusList => &mut self.status_lists,
            EvidenceKind::Context => &mut self.context_pieces,
            EvidenceKind::Schema => &mut self.schemas,
            EvidenceKind::Resource => &mut self.resources,
            EvidenceKind::IssuerMetadata => &mut self.issuer_metadata,
            EvidenceKind::TypeMetadata => &mut self.type_metadata,
        }
    }
}
