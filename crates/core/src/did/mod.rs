//! Decentralized identifiers: syntax, documents, and the methods whose documents can be computed.
//!
//! `did:key`, `did:jwk` and `did:peer` (0, 2, and 4 in its long form) are computed from the DID alone. The document of any
//! other DID comes from the evidence: a bare DID document, or a resolution result with `didDocument` and
//! `didDocumentMetadata`.

mod build;
mod document;
mod documents;
mod jwk;
mod key;
mod method;
mod peer;
mod syntax;
mod web;

#[cfg(test)]
mod tests;

pub use build::{DocumentBuilder, MethodForm};
pub use document::DidDocument;
pub use documents::Documents;
pub(crate) use documents::Kept;
pub use jwk::did_jwk;
pub use key::did_key;
pub use peer::{did_peer_2, did_peer_4, did_peer_4_short};
pub use syntax::{check_did, check_did_url, did_of};
pub use web::{did_web_from_url, did_web_url};

use crate::keys::PublicKey;
use crate::{Code, Evidence, EvidenceKind, Fault, Timestamp};

/// A verification relationship of DID Core §5.3.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Relationship {
    /// `assertionMethod`: issuing credentials.
    AssertionMethod,
    /// `authentication`: presenting.
    Authentication,
    /// `keyAgreement`.
    KeyAgreement,
    /// `capabilityInvocation`.
    CapabilityInvocation,
    /// `capabilityDelegation`.
    CapabilityDelegation,
}

impl Relationship {
    /// Every relationship, in the order in which documents are written.
    pub const ALL: [Self; 5] = [
        Self::AssertionMethod,
        Self::Authentication,
        Self::CapabilityInvocation,
        Self::CapabilityDelegation,
        Self::KeyAgreement,
    ];

    /// The property's name in a DID document, which is also the name of the proof purpose.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AssertionMethod => "assertionMethod",
            Self::Authentication => "authentication",
            Self::KeyAgreement => "keyAgreement",
            Self::CapabilityInvocation => "capabilityInvocation",
            Self::CapabilityDelegation => "capabilityDelegation",
        }
    }

    /// The relationship with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relationship| relationship.name() == name)
    }

    /// Whether its keys sign. Those of `keyAgreement` do not.
    pub(crate) const fn signs(self) -> bool {
        !matches!(self, Self::KeyAgreement)
    }
}

/// One verification method of a DID document, its ids absolute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerificationMethod {
    /// The DID URL of the method.
    pub id: String,
    /// The DID that controls the key.
    pub controller: String,
    /// The key.
    pub key: PublicKey,
    /// When the key expires.
    pub expires: Option<Timestamp>,
    /// When the key was revoked.
    pub revoked: Option<Timestamp>,
}

/// The document of a DID: computed for `did:key`, `did:jwk` and `did:peer`, else from the evidence.
///
/// # Errors
/// [`Code::DidSyntax`]; [`Code::DidNotResolved`] (with the DID) when evidence is needed; [`Code::DidMethodUnsupported`]
/// for a method that is not known and of which there is no evidence; [`Code::DidDeactivated`], [`Code::DidDocumentInvalid`],
/// [`Code::DidDocumentWrongId`]; `key.*` for a computed document.
pub fn resolve(did: &str, evidence: &Evidence) -> Result<DidDocument, Fault> {
    check_did(did)?;
    let (name, identifier) = syntax::method_and_identifier(did)?;
    match name {
        "key" => key::document(did, identifier),
        "jwk" => jwk::document(did, identifier),
        "peer" => peer::document(did, identifier, evidence),
        _ => {
            if name == "web" {
                // A DID that has no URL has no document either, whatever the evidence says.
                did_web_url(did)?;
            }
            match evidence.get(EvidenceKind::DidDocument, did) {
                Some(piece) => DidDocument::parse(&piece.bytes, did),
                None if name == "web" => Err(Fault::new(Code::DidNotResolved).about(did)),
                None => Err(Fault::new(Code::DidMethodUnsupported).about(did)),
            }
        }
    }
}

/// Whether the document of a DID is computed from it (or bound to it by a hash), so that there never is a newer one.
pub(crate) fn is_computed(did: &str) -> bool {
    ["did:key:", "did:jwk:", "did:peer:"].iter().any(|method| did.starts_with(method))
}

/// Resolves the DID of a DID URL and finds the verification method, if it is listed under the relationship.
///
/// # Errors
/// As [`resolve`] and [`DidDocument::method`].
pub fn verification_method(
    did_url: &str,
    relationship: Relationship,
    evidence: &Evidence,
) -> Result<VerificationMethod, Fault> {
    // Most proofs find their key here, without a document being built.
    if let Some(rest) = did_url.strip_prefix("did:key:") {
        return key::verification_method(did_url, rest, relationship);
    }
    check_did_url(did_url)?;
    resolve(did_of(did_url), evidence)?.method(did_url, relationship)
}
