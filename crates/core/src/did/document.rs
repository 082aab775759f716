//! DID documents: reading them, and finding the method that a proof names.

use super::method::{self, Entry};
use super::{Relationship, VerificationMethod, syntax};
use crate::json::{self, Object, Value};
use crate::{Code, Fault, limits};

/// A DID document (DID Core §5).
#[derive(Clone, PartialEq, Debug)]
pub struct DidDocument {
    /// The DID that the document is for.
    pub id: String,
    entries: Vec<(Entry, Place)>,
    /// Which entries (by index) each relationship lists.
    listed: Vec<(Relationship, usize)>,
    json: Object<'static>,
}

/// Where in the document a method stands: under which property, and at which index.
type Place = (&'static str, usize);

impl DidDocument {
    /// Reads a document, or a DID resolution result with one in it, and checks that it is for this DID.
    ///
    /// A method of a kind that is not known here is kept without its key: asking for it gives [`Code::KeyUnsupported`].
    ///
    /// # Errors
    /// `json.*`, [`Code::DidDocumentInvalid`], [`Code::DidDocumentWrongId`], [`Code::DidDeactivated`].
    pub fn parse(bytes: &[u8], did: &str) -> Result<Self, Fault> {
        let Value::Object(mut outer) = json::parse(bytes)? else { return Err(invalid("")) };
        if let Some(metadata) = outer.get("didDocumentMetadata") {
            // DID Resolution §4.2: the document of a deactivated DID may be null.
            match metadata.get("deactivated") {
                None | Some(Value::Bool(false)) => (),
                Some(Value::Bool(true)) => return Err(Fault::new(Code::DidDeactivated).about(did)),
                Some(_) => return Err(invalid("/didDocumentMetadata/deactivated")),
            }
        }
        match outer.remove("didDocument") {
            None => Self::from_json(outer.into_owned(), did),
            Some(Value::Object(document)) => {
                Self::from_json(document.into_owned(), did).map_err(|fault| fault.under("/didDocument"))
            }
            Some(_) => Err(invalid("/didDocument")),
        }
    }

    /// Takes a document that is JSON already.
    pub(super) fn from_json(json: Object<'static>, did: &str) -> Result<Self, Fault> {
        let id = json.get("id").and_then(Value::as_str).ok_or_else(|| invalid("/id"))?;
        if id != did {
            syntax::check_did(id).map_err(|_| invalid("/id"))?;
            return Err(Fault::new(Code::DidDocumentWrongId).at("/id").about(did));
        }
        // A deactivated DID may say so in the document itself, as did:webvh and did:ion resolvers do.
        if json.get("deactivated").and_then(Value::as_bool) == Some(true) {
            return Err(Fault::new(Code::DidDeactivated).about(did));
        }
        check_controller(&json)?;
        let mut document = Self { id: did.to_owned(), entries: Vec::new(), listed: Vec::new(), json: Object::new() };
        // `publicKey` is what `verificationMethod` was called before DID Core 1.0; the controller was optional there.
        for (name, controller) in [("verificationMethod", None), ("publicKey", Some(did))] {
            for (index, value) in list(&json, name)?.iter().enumerate() {
                let object = value.as_object().ok_or_else(|| invalid(&format!("/{name}/{index}")))?;
                document.add(object, controller, (name, index))?;
            }
        }
        let top_level = document.entries.len();
        for relationship in Relationship::ALL {
            for (index, value) in list(&json, relationship.name())?.iter().enumerate() {
                let pointer = || format!("/{}/{index}", relationship.name());
                if index >= limits::VERIFICATION_METHODS {
                    return Err(too_many(&pointer()));
                }
                match value {
                    Value::Object(object) => {
                        let entry = document.add(object, None, (relationship.name(), index))?;
                        document.listed.push((relationship, entry));
                    }
                    Value::String(reference) => {
                        let id = syntax::absolute(reference, did).ok_or_else(|| invalid(&pointer()))?;
                        // A reference into another document is that document's business; and a method that is
                        // embedded in one relationship is for that one alone (DID Core §5.3).
                        let top_level = document.entries.iter().take(top_level);
                        if let Some(entry) = top_level.enumerate().find(|(_, (entry, _))| entry.id == id) {
                            document.listed.push((relationship, entry.0));
                        }
                    }
                    _ => return Err(invalid(&pointer())),
                }
            }
        }
        document.json = json;
        Ok(document)
    }

    fn add(&mut self, object: &Object<'_>, controller: Option<&str>, place: Place) -> Result<usize, Fault> {
        let pointer = || format!("/{}/{}", place.0, place.1);
        let entry = method::read(object, &self.id, controller).map_err(|fault| fault.under(&pointer()))?;
        if self.entries.iter().any(|(other, _)| other.id == entry.id) {
            return Err(invalid(&format!("{}/id", pointer())));
        }
        if self.entries.len() >= limits::VERIFICATION_METHODS {
            return Err(too_many(&pointer()));
        }
        self.entries.push((entry, place));
        Ok(self.entries.len() - 1)
    }

    /// The method with this DID URL (or one relative to the document), if it is listed under the relationship.
    ///
    /// # Errors
    /// [`Code::DidMethodNotFound`], [`Code::DidRelationship`]; [`Code::KeyUnsupported`], [`Code::KeyInvalid`] or
    /// [`Code::KeySmallOrder`] if its key cannot be used; [`Code::KeyWrongSuite`] if its JWK says that it is not for this.
    pub fn method(&self, did_url: &str, relationship: Relationship) -> Result<VerificationMethod, Fault> {
        let id = syntax::absolute(did_url, &self.id).ok_or_else(|| Fault::new(Code::DidSyntax).about(did_url))?;
        let not_found = || Fault::new(Code::DidMethodNotFound).about(did_url);
        let index = self.entries.iter().position(|(entry, _)| entry.id == id).ok_or_else(not_found)?;
        if !self.listed.contains(&(relationship, index)) {
            return Err(Fault::new(Code::DidRelationship).about(relationship.name()));
        }
        self.entry(index, relationship).ok_or_else(not_found)?
    }

    fn entry(&self, index: usize, relationship: Relationship) -> Option<Result<VerificationMethod, Fault>> {
        let (entry, (property, at)) = self.entries.get(index)?;
        let object = self.json.get(property)?.items().get(*at)?.as_object()?;
        Some(entry.to_method(object, relationship))
    }

    /// The methods listed under a relationship whose keys can be used, in the document's order.
    pub fn methods(&self, relationship: Relationship) -> impl Iterator<Item = VerificationMethod> {
        self.listed
            .iter()
            .filter(move |(listed, _)| *listed == relationship)
            .filter_map(move |(_, index)| self.entry(*index, relationship)?.ok())
    }

    /// The document as JSON, as it was read or built.
    #[must_use]
    pub const fn to_json(&self) -> &Object<'static> {
        &self.json
    }
}

/// DID Core §5.1.2: `controller` is one DID or a set of them.
fn check_controller(json: &Object<'_>) -> Result<(), Fault> {
    let Some(controller) = json.get("controller") else { return Ok(()) };
    let fits = |value: &Value<'_>| value.as_str().is_some_and(|did| syntax::check_did(did).is_ok());
    if controller.items().iter().all(fits) { Ok(()) } else { Err(invalid("/controller")) }
}

/// A property that is a list of methods; none if it is not there.
fn list<'j>(json: &'j Object<'_>, name: &str) -> Result<&'j [Value<'j>], Fault> {
    match json.get(name) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(invalid(&format!("/{name}"))),
    }
}

fn too_many(pointer: &str) -> Fault {
    invalid(pointer).about(format!("more than {} verification methods", limits::VERIFICATION_METHODS))
}

pub(super) fn invalid(pointer: &str) -> Fault {
    Fault::new(Code::DidDocumentInvalid).at(pointer)
}
