//! DIDs: resolving them, and writing their documents.

use std::sync::Arc;
use std::time::SystemTime;

use tamarack::Fault;
use tamarack::did::{DocumentBuilder, MethodForm, Relationship};
use tamarack::json::{Value, to_string};

use crate::error::TamarackError;
use crate::evidence::{Evidence, snapshot};
use crate::keys::read_public;
use crate::object::object;
use crate::time::timestamp;

/// The document of a DID, as JSON text: computed for `did:key`, `did:jwk` and `did:peer`, else out of the evidence.
///
/// ```text
/// document = resolve_did(key.did_key())
/// document = resolve_did("did:web:issuer.example", evidence)
/// ```
///
/// Errors: `Input` with `did.*`; `did.not_resolved` when the document must be fetched first.
#[uniffi::export(default(evidence = None))]
pub fn resolve_did(did: String, evidence: Option<Arc<Evidence>>) -> Result<String, TamarackError> {
    let evidence = snapshot(evidence.as_ref());
    let document = tamarack::did::resolve(&did, &evidence)?;
    Ok(to_string(&Value::Object(document.to_json().clone())))
}

/// The URL at which the document of a `did:web` lies.
///
/// ```text
/// url = did_web_url("did:web:issuer.example:a")  # https://issuer.example/a/did.json
/// ```
///
/// Errors: `Input` with `did.syntax`.
#[uniffi::export]
pub fn did_web_url(did: String) -> Result<String, TamarackError> {
    Ok(tamarack::did::did_web_url(&did)?)
}

/// The `did:web` whose document lies at a URL.
///
/// ```text
/// did = did_web_from_url("https://issuer.example/a/did.json")  # did:web:issuer.example:a
/// ```
///
/// Errors: `Input` with `did.syntax`.
#[uniffi::export]
pub fn did_web_from_url(url: String) -> Result<String, TamarackError> {
    Ok(tamarack::did::did_web_from_url(&url)?)
}

/// What a key of a DID may be used for.
///
/// ```text
/// entry = DidKeyEntry(id="#key-1", key=multikey, purposes=[KeyPurpose.ASSERTION_METHOD])
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum KeyPurpose {
    /// To issue credentials.
    AssertionMethod,
    /// To sign presentations, and to sign in.
    Authentication,
    /// To agree on a key for encryption.
    KeyAgreement,
    /// To use a capability.
    CapabilityInvocation,
    /// To hand a capability on.
    CapabilityDelegation,
}

impl From<KeyPurpose> for Relationship {
    fn from(purpose: KeyPurpose) -> Self {
        match purpose {
            KeyPurpose::AssertionMethod => Self::AssertionMethod,
            KeyPurpose::Authentication => Self::Authentication,
            KeyPurpose::KeyAgreement => Self::KeyAgreement,
            KeyPurpose::CapabilityInvocation => Self::CapabilityInvocation,
            KeyPurpose::CapabilityDelegation => Self::CapabilityDelegation,
        }
    }
}

/// How a key is written in a DID document.
///
/// ```text
/// entry = DidKeyEntry(id="#key-2", key=jwk, purposes=[KeyPurpose.AUTHENTICATION], form=KeyForm.JSON_WEB_KEY)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum KeyForm {
    /// `Multikey`, what Data Integrity suites name.
    Multikey,
    /// `Ed25519VerificationKey2020`, what verifiers of `Ed25519Signature2020` look for: for Ed25519 alone.
    Ed25519VerificationKey2020,
    /// `JsonWebKey`, what VC-JOSE-COSE names.
    JsonWebKey,
}

/// A key of a DID document.
///
/// ```text
/// multikey = key.public_key().multikey
/// entry = DidKeyEntry(id="#key-1", key=multikey, purposes=[KeyPurpose.ASSERTION_METHOD], expires=next_year)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct DidKeyEntry {
    /// Its id, such as `#key-1`.
    pub id: String,
    /// The public key: a Multikey, a JWK as JSON text, or PEM.
    pub key: String,
    /// What it may be used for.
    pub purposes: Vec<KeyPurpose>,
    /// How it is written; none for a Multikey.
    #[uniffi(default = None)]
    pub form: Option<KeyForm>,
    /// When it expires.
    #[uniffi(default = None)]
    pub expires: Option<SystemTime>,
    /// When it was revoked.
    #[uniffi(default = None)]
    pub revoked: Option<SystemTime>,
}

/// Writes the document of a DID, such as a `did:web` that an issuer publishes, as JSON text.
///
/// `services`: JSON objects (DID Core §5.4). `also_known_as`: other identifiers of the same subject.
///
/// ```text
/// entry = DidKeyEntry(id="#key-1", key=key.public_key().multikey, purposes=[KeyPurpose.ASSERTION_METHOD])
/// document = did_document("did:web:issuer.example", [entry])
/// publish(did_web_url("did:web:issuer.example"), document)
/// ```
///
/// Errors: `Input` with `did.document_invalid` for ids that are none or stand twice, `encoding.*`, `json.*`, `key.*`.
#[uniffi::export(default(services = [], also_known_as = []))]
pub fn did_document(
    did: String,
    keys: Vec<DidKeyEntry>,
    services: Vec<String>,
    also_known_as: Vec<String>,
) -> Result<String, TamarackError> {
    let mut builder = DocumentBuilder::new(&did);
    for entry in keys {
        let form = match entry.form.unwrap_or(KeyForm::Multikey) {
            KeyForm::Multikey => MethodForm::Multikey,
            KeyForm::Ed25519VerificationKey2020 => MethodForm::Ed25519VerificationKey2020,
            KeyForm::JsonWebKey => MethodForm::JsonWebKey,
        };
        let purposes: Vec<Relationship> = entry.purposes.into_iter().map(Relationship::from).collect();
        let key = read_public(&entry.key)?;
        let (expires, revoked) = (entry.expires.map(timestamp), entry.revoked.map(timestamp));
        builder.add_dated(&entry.id, &key, form, &purposes, expires, revoked);
    }
    for service in services {
        builder.add_service(object(&service)?);
    }
    for other in also_known_as {
        builder.also_known_as(&other);
    }
    Ok(to_string(&Value::Object(builder.build()?.to_json().clone())))
}

/// A key of a `did:peer:2`.
///
/// ```text
/// one = PeerKey(purpose=KeyPurpose.AUTHENTICATION, key=key.public_key().multikey)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct PeerKey {
    /// What it is for.
    pub purpose: KeyPurpose,
    /// The public key: a Multikey, a JWK as JSON text, or PEM.
    pub key: String,
}

/// Makes a `did:peer:2` of keys, in this order, and services (JSON objects): a DID that has its document in itself.
///
/// ```text
/// did = did_peer([PeerKey(purpose=KeyPurpose.AUTHENTICATION, key=key.public_key().multikey)])
/// document = resolve_did(did)
/// ```
///
/// Errors: `Input` with `encoding.*`, `json.*`, `key.*`.
#[uniffi::export(default(services = []))]
pub fn did_peer(keys: Vec<PeerKey>, services: Vec<String>) -> Result<String, TamarackError> {
    let keys = keys.into_iter().map(|one| Ok((one.purpose.into(), read_public(&one.key)?)));
    let keys: Vec<(Relationship, tamarack::keys::PublicKey)> = keys.collect::<Result<_, Fault>>()?;
    let keys: Vec<(Relationship, &tamarack::keys::PublicKey)> = keys.iter().map(|(for_, key)| (*for_, key)).collect();
    let services = services.iter().map(|service| object(service)).collect::<Result<Vec<_>, _>>()?;
    Ok(tamarack::did::did_peer_2(&keys, &services))
}

/// Makes a `did:peer:4` in its long form of a DID document (JSON text) without `id`, whose references are relative: a DID that has its
/// document in itself.
///
/// ```text
/// method = {"id": "#key-1", "type": "Multikey", "publicKeyMultibase": key.public_key().multikey}
/// did = did_peer_4(json.dumps({"verificationMethod": [method], "authentication": ["#key-1"]}))
/// document = resolve_did(did)
/// ```
///
/// Errors: `Input` with `json.*`, or `did.*` if it would be no document.
#[uniffi::export]
pub fn did_peer_4(document: String) -> Result<String, TamarackError> {
    let did = tamarack::did::did_peer_4(&object(&document)?);
    // What cannot be resolved is not handed out.
    tamarack::did::resolve(&did, &tamarack::Evidence::none())?;
    Ok(did)
}

/// The short form of a `did:peer:4` in its long form, by which whoever has seen the long one knows it; none for anything else.
///
/// ```text
/// short = did_peer_4_short(did)
/// ```
#[uniffi::export]
#[must_use]
pub fn did_peer_4_short(did: String) -> Option<String> {
    tamarack::did::did_peer_4_short(&did).map(str::to_owned)
}
