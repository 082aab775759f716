//! Decentralized identifiers: syntax, documents, and the methods whose documents can be computed.

mod key;

use crate::keys::PublicKey;
use crate::{Code, Evidence, Fault, Timestamp};

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

/// A DID document.
#[derive(Clone, PartialEq, Debug)]
pub struct DidDocument {
    /// The DID that the document is for.
    pub id: String,
}

impl DidDocument {
    /// Reads a document and checks that it is for this DID.
    ///
    /// # Errors
    /// `json.*`, [`Code::DidDocumentInvalid`], [`Code::DidDocumentWrongId`].
    pub fn parse(_bytes: &[u8], _did: &str) -> Result<Self, Fault> {
        Err(Fault::new(Code::Internal))
    }

    /// The method with this DID URL, if it is listed under the relationship.
    ///
    /// # Errors
    /// [`Code::DidMethodNotFound`], [`Code::DidRelationship`].
    pub fn method(&self, _did_url: &str, _relationship: Relationship) -> Result<VerificationMethod, Fault> {
        Err(Fault::new(Code::Internal))
    }
}

/// The document of a DID: computed for `did:key`, `did:jwk` and `did:peer`, else from the evidence.
///
/// # Errors
/// [`Code::DidSyntax`], [`Code::DidMethodUnsupported`], [`Code::DidNotResolved`] (with the DID) when evidence is needed.
pub fn resolve(_did: &str, _evidence: &Evidence) -> Result<DidDocument, Fault> {
    Err(Fault::new(Code::Internal))
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
    let did = did_of(did_url);
    if let Some(multikey) = did.strip_prefix("did:key:") {
        return key::verification_method(did_url, did, multikey, relationship);
    }
    resolve(did, evidence)?.method(did_url, relationship)
}

/// The DID in front of a DID URL: everything before the first `/`, `?` or `#`.
#[must_use]
pub fn did_of(did_url: &str) -> &str {
    did_url.split(['/', '?', '#']).next().unwrap_or(did_url)
}
