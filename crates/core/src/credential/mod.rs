//! The data model: VCDM 1.1 and 2.0, credentials and presentations, every MUST of both.
//!
//! What is read here is structure: which properties must be there and which shape they must have. Whether a type or a
//! property is *defined* is the business of [`crate::jsonld`], whether a proof matches that of [`crate::proof`].

mod envelope;
mod language;
mod presentation;
mod reader;
mod related;
mod rules;
mod subject;
#[cfg(test)]
mod tests;
mod url;

pub use envelope::{envelope_kind, open_envelope};
pub use presentation::read_presentation;
pub use reader::read_credential;
pub use related::{Digest, DigestAlgorithm, RelatedResource};
pub(crate) use related::{multibase, sri};
pub(crate) use url::is_absolute;

use crate::json::{Object, Value};
use crate::{Code, Fault, Timestamp};

/// The base context of VCDM 1.0 and 1.1.
pub const CONTEXT_V1: &str = "https://www.w3.org/2018/credentials/v1";
/// The base context of VCDM 2.0.
pub const CONTEXT_V2: &str = "https://www.w3.org/ns/credentials/v2";

/// The version of the data model, told by the first context.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Version {
    /// `https://www.w3.org/2018/credentials/v1`
    V1,
    /// `https://www.w3.org/ns/credentials/v2`
    V2,
}

/// A credential whose structure obeys its data model. It borrows the document.
#[derive(Clone, Debug)]
pub struct Credential<'d> {
    /// The version.
    pub version: Version,
    /// The document.
    pub document: &'d Object<'d>,
    /// `id`.
    pub id: Option<&'d str>,
    /// `type`, all of them.
    pub types: Vec<&'d str>,
    /// The issuer's id.
    pub issuer: &'d str,
    /// `issuanceDate` or `validFrom`; in VCDM 1.1 the later one of both.
    pub valid_from: Option<Timestamp>,
    /// `expirationDate` or `validUntil`; in VCDM 1.1 the earlier one of both.
    pub valid_until: Option<Timestamp>,
    /// The subjects.
    pub subjects: Vec<&'d Object<'d>>,
    /// `credentialStatus`, all of them, with their JSON pointers.
    pub statuses: Vec<(String, &'d Object<'d>)>,
    /// `credentialSchema`, all of them, with their JSON pointers.
    pub schemas: Vec<(String, &'d Object<'d>)>,
    /// `relatedResource`, all of them.
    pub related: Vec<RelatedResource<'d>>,
}

/// A presentation whose structure obeys its data model.
#[derive(Clone, Debug)]
pub struct Presentation<'d> {
    /// The version.
    pub version: Version,
    /// The document.
    pub document: &'d Object<'d>,
    /// `id`.
    pub id: Option<&'d str>,
    /// The holder's id.
    pub holder: Option<&'d str>,
    /// The credentials, with their JSON pointers.
    pub credentials: Vec<(String, Contained<'d>)>,
}

/// A credential within a presentation.
#[derive(Clone, Debug)]
pub enum Contained<'d> {
    /// With an embedded proof.
    Embedded(&'d Object<'d>),
    /// A JWT: a string in VCDM 1.1, the `data:` URL of an EnvelopedVerifiableCredential in 2.0.
    Jwt(&'d str),
    /// An SD-JWT with what is disclosed of it: the `data:` URL of an EnvelopedVerifiableCredential.
    SdJwt(&'d str),
}

/// Whether a JSON object says of itself that it is a credential or a presentation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A verifiable credential.
    Credential,
    /// A verifiable presentation.
    Presentation,
    /// An EnvelopedVerifiableCredential or EnvelopedVerifiablePresentation.
    Enveloped,
}

/// What an object is, or [`Code::InputNotACredential`].
///
/// The types decide. An object that has a base context of VCDM but not the type is taken for what its properties say,
/// so that a credential without its type is judged (and refused) as a credential.
///
/// # Errors
/// [`Code::InputNotACredential`].
pub fn kind(document: &Object<'_>) -> Result<Kind, Fault> {
    let types = document.get("type").map(Value::items).unwrap_or_default();
    let has = |name: &str| types.iter().any(|t| t.as_str() == Some(name));
    if has("VerifiableCredential") {
        return Ok(Kind::Credential);
    }
    if has("VerifiablePresentation") {
        return Ok(Kind::Presentation);
    }
    if has(envelope::CREDENTIAL) || has(envelope::PRESENTATION) {
        return Ok(Kind::Enveloped);
    }
    let contexts = document.get("@context").map(Value::items).unwrap_or_default();
    if contexts.iter().filter_map(Value::as_str).any(|url| url == CONTEXT_V1 || url == CONTEXT_V2) {
        if document.contains_key("credentialSubject") || document.contains_key("issuer") {
            return Ok(Kind::Credential);
        }
        if document.contains_key("verifiableCredential") || document.contains_key("holder") {
            return Ok(Kind::Presentation);
        }
    }
    Err(Fault::new(Code::InputNotACredential))
}

/// The id of an `issuer` or `holder` value: a string, or an object with an `id`.
#[must_use]
pub fn id_of<'d>(value: &'d Value<'d>) -> Option<&'d str> {
    value.as_str().or_else(|| value.get("id").and_then(Value::as_str))
}
