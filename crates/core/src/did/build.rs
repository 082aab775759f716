//! Writing DID documents: for computed DIDs, and for an issuer's did:web with its keys of yesterday and today.

use super::{DidDocument, Relationship};
use crate::json::{Object, Value};
use crate::keys::PublicKey;
use crate::{Fault, Timestamp};

/// The form of a verification method.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum MethodForm {
    /// `Multikey` (Controlled Identifiers 1.0), what the Data Integrity cryptosuites name.
    Multikey,
    /// `Ed25519VerificationKey2020`, what verifiers of `Ed25519Signature2020` look for. Only for Ed25519.
    Ed25519VerificationKey2020,
    /// `JsonWebKey` (Controlled Identifiers 1.0), what VC-JOSE-COSE names.
    JsonWebKey,
}

/// Builds a DID document, key by key.
///
/// ```
/// use tamarack::did::{DocumentBuilder, MethodForm, Relationship};
/// use tamarack::keys::{KeyType, SecretKey, Signer as _};
///
/// let key = SecretKey::generate(KeyType::Ed25519)?;
/// let mut builder = DocumentBuilder::new("did:web:id.ontario.example");
/// builder.add("#key-1", key.public_key(), MethodForm::Multikey, &[Relationship::AssertionMethod]);
/// let document = builder.build()?;
/// assert!(document.method("#key-1", Relationship::AssertionMethod).is_ok());
/// # Ok::<(), tamarack::Fault>(())
/// ```
#[derive(Clone, Debug)]
pub struct DocumentBuilder {
    did: String,
    contexts: Vec<&'static str>,
    methods: Vec<Value<'static>>,
    listed: Vec<(Relationship, String)>,
    services: Vec<Value<'static>>,
    also_known_as: Vec<String>,
    relative: bool,
}

impl DocumentBuilder {
    /// Begins the document of a DID.
    #[must_use]
    pub fn new(did: &str) -> Self {
        Self {
            did: did.to_owned(),
            contexts: vec!["https://www.w3.org/ns/did/v1"],
            methods: Vec::new(),
            listed: Vec::new(),
            services: Vec::new(),
            also_known_as: Vec::new(),
            relative: false,
        }
    }

    /// Writes relative ids as they are given, instead of behind the DID.
    pub(super) const fn keep_relative(&mut self) -> &mut Self {
        self.relative = true;
        self
    }

    /// Adds another identifier of the subject (DID Core §5.1.3).
    pub fn also_known_as(&mut self, id: &str) -> &mut Self {
        self.also_known_as.push(id.to_owned());
        self
    }

    /// Adds a key under an id that is relative (`#key-1`) or absolute. A key without relationships stays readable for
    /// people but verifies nothing.
    pub fn add(&mut self, id: &str, key: &PublicKey, form: MethodForm, relationships: &[Relationship]) -> &mut Self {
        self.add_dated(id, key, form, relationships, None, None)
    }

    /// Adds a key with the time at which it expires or was revoked (Controlled Identifiers 1.0 §2.2).
    pub fn add_dated(
        &mut self,
        id: &str,
        key: &PublicKey,
        form: MethodForm,
        relationships: &[Relationship],
        expires: Option<Timestamp>,
        revoked: Option<Timestamp>,
    ) -> &mut Self {
        let id = if self.relative || id.starts_with("did:") { id.to_owned() } else { format!("{}{id}", self.did) };
        let mut method: Object<'static> = Object::new();
        method.insert("id", id.clone());
        let (kind, context) = match form {
            MethodForm::Multikey => ("Multikey", "https://w3id.org/security/multikey/v1"),
            MethodForm::Ed25519VerificationKey2020 => {
                ("Ed25519VerificationKey2020", "https://w3id.org/security/suites/ed25519-2020/v1")
            }
            MethodForm::JsonWebKey => ("JsonWebKey", "https://w3id.org/security/jwk/v1"),
        };
        method.insert("type", kind);
        method.insert("controller", self.did.clone());
        for (name, time) in [("expires", expires), ("revoked", revoked)] {
            if let Some(time) = time {
                method.insert(name, time.to_string());
            }
        }
        if form == MethodForm::JsonWebKey {
            method.insert("publicKeyJwk", key.to_jwk());
        } else {
            method.insert("publicKeyMultibase", key.to_multikey());
        }
        if !self.contexts.contains(&context) {
            self.contexts.push(context);
        }
        self.methods.push(Value::Object(method));
        self.listed.extend(relationships.iter().map(|relationship| (*relationship, id.clone())));
        self
    }

    /// Adds a service (DID Core §5.4).
    pub fn add_service(&mut self, service: Object<'static>) -> &mut Self {
        self.services.push(Value::Object(service));
        self
    }

    /// The document, read back like anybody's.
    ///
    /// # Errors
    /// [`crate::Code::DidDocumentInvalid`] for ids that are no DID URLs or stand twice.
    pub fn build(&self) -> Result<DidDocument, Fault> {
        let mut json: Object<'static> = Object::new();
        json.insert("@context", self.contexts.iter().map(|context| Value::from(*context)).collect::<Vec<_>>());
        json.insert("id", self.did.clone());
        if !self.also_known_as.is_empty() {
            let also = self.also_known_as.iter().map(|id| Value::from(id.clone()));
            json.insert("alsoKnownAs", also.collect::<Vec<_>>());
        }
        json.insert("verificationMethod", self.methods.clone());
        for relationship in Relationship::ALL {
            let ids = self.listed.iter().filter(|(listed, _)| *listed == relationship);
            let ids: Vec<Value<'static>> = ids.map(|(_, id)| Value::from(id.clone())).collect();
            if !ids.is_empty() {
                json.insert(relationship.name(), ids);
            }
        }
        if !self.services.is_empty() {
            json.insert("service", self.services.clone());
        }
        DidDocument::from_json(json, &self.did)
    }
}
