//! did:jwk: a JSON Web Key, in base64url, is the identifier.

use super::Relationship;
use super::document::DidDocument;
use crate::encoding::{base64url_decode, base64url_encode};
use crate::json::{self, Object, Value};
use crate::keys::PublicKey;
use crate::{Code, Fault};

/// The did:jwk of a key.
#[must_use]
pub fn did_jwk(key: &PublicKey) -> String {
    format!("did:jwk:{}", base64url_encode(json::to_string(&key.to_jwk()).as_bytes()))
}

/// The document of a did:jwk, with the JWK as it was given.
pub(super) fn document(did: &str, identifier: &str) -> Result<DidDocument, Fault> {
    let bytes = base64url_decode(identifier).map_err(|_| Fault::new(Code::DidSyntax).about(did))?;
    let jwk = json::parse(&bytes)?;
    PublicKey::from_jwk(&jwk)?;
    let id = format!("{did}#0");
    let usage = jwk.get("use").and_then(Value::as_str).map(str::to_owned);
    let method: Object<'static> = [
        ("id", Value::from(id.clone())),
        ("type", Value::from("JsonWebKey2020")),
        ("controller", Value::from(did.to_owned())),
        ("publicKeyJwk", jwk.into_owned()),
    ]
    .into_iter()
    .collect();
    let contexts = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"];
    let mut json: Object<'static> = Object::new();
    json.insert("@context", contexts.into_iter().map(Value::from).collect::<Vec<_>>());
    json.insert("id", did.to_owned());
    json.insert("verificationMethod", vec![Value::Object(method)]);
    for relationship in Relationship::ALL {
        let listed = match usage.as_deref() {
            Some("sig") => relationship.signs(),
            Some("enc") => !relationship.signs(),
            _ => true,
        };
        if listed {
            json.insert(relationship.name(), vec![Value::from(id.clone())]);
        }
    }
    DidDocument::from_json(json, did)
}
