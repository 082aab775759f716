//! The data model: VCDM 1.1 and 2.0, credentials and presentations, every MUST of both.

use crate::json::{Object, Value};
use crate::{Code, Fault, Timestamp};

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
    /// `issuanceDate` or `validFrom`.
    pub valid_from: Option<Timestamp>,
    /// `expirationDate` or `validUntil`.
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

/// A `relatedResource` entry (VCDM 2.0 §5.3).
#[derive(Clone, Debug)]
pub struct RelatedResource<'d> {
    /// The JSON pointer of the entry.
    pub pointer: String,
    /// Its URL.
    pub id: &'d str,
    /// The digests, of which all must match: algorithm and bytes.
    pub digests: Vec<(crate::rdf::HashAlgorithm, Vec<u8>)>,
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
/// # Errors
/// [`Code::InputNotACredential`].
pub fn kind(_document: &Object<'_>) -> Result<Kind, Fault> {
    Err(Fault::new(Code::Internal))
}

/// Reads a credential and checks every rule of its data model.
///
/// # Errors
/// All faults that were found (`vc.*`), each with its pointer.
pub fn read_credential<'d>(_document: &'d Object<'d>) -> Result<Credential<'d>, Vec<Fault>> {
    Err(vec![Fault::new(Code::Internal)])
}

/// Reads a presentation and checks every rule of its data model (not those of the credentials in it).
///
/// # Errors
/// All faults that were found (`vc.*`), each with its pointer.
pub fn read_presentation<'d>(_document: &'d Object<'d>) -> Result<Presentation<'d>, Vec<Fault>> {
    Err(vec![Fault::new(Code::Internal)])
}

/// The JWT inside an EnvelopedVerifiableCredential or EnvelopedVerifiablePresentation (VCDM 2.0 §4.13.2).
///
/// # Errors
/// [`Code::VcEnveloped`].
pub fn open_envelope<'d>(_document: &'d Object<'d>) -> Result<&'d str, Fault> {
    Err(Fault::new(Code::Internal))
}

/// The id of an `issuer` or `holder` value: a string, or an object with an `id`.
#[must_use]
pub fn id_of<'d>(value: &'d Value<'d>) -> Option<&'d str> {
    value.as_str().or_else(|| value.get("id").and_then(Value::as_str))
}
