//! Verification methods in every form in use: which properties hold the key, and which kind it must be.

use super::document::invalid;
use super::{Relationship, VerificationMethod, syntax};
use crate::json::{Object, Value};
use crate::keys::{JwkUse, KeyType, PublicKey};
use crate::{Code, Fault, Timestamp};

/// One method of a document. Its key is read when it is asked for: it may be unusable, and that concerns only a proof that
/// names it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    controller: String,
    expires: Option<Timestamp>,
    revoked: Option<Timestamp>,
}

impl Entry {
    /// The method with its key; `object` is the method's in the document.
    pub(super) fn to_method(
        &self,
        object: &Object<'_>,
        relationship: Relationship,
    ) -> Result<VerificationMethod, Fault> {
        let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
        let key = read_key(kind, object)?;
        // RFC 7517 §4.2, §4.3: whoever made the key says what it is not for.
        let jwk_use = object.get("publicKeyJwk").map_or_else(JwkUse::default, JwkUse::of);
        let fits = if relationship.signs() { jwk_use.verifies } else { jwk_use.agrees };
        if !fits {
            return Err(Fault::new(Code::KeyWrongSuite).about("use"));
        }
        Ok(VerificationMethod {
            id: self.id.clone(),
            controller: self.controller.clone(),
            key,
            expires: self.expires,
            revoked: self.revoked,
        })
    }
}

/// The types of methods, each with the kinds of keys that it may hold (none given: any).
const TYPES: [(&str, &[KeyType]); 15] = [
    ("Multikey", &[]),
    ("JsonWebKey", &[]),
    ("JsonWebKey2020", &[]),
    ("Ed25519VerificationKey2020", &[KeyType::Ed25519]),
    ("Ed25519VerificationKey2018", &[KeyType::Ed25519]),
    ("X25519KeyAgreementKey2019", &[KeyType::X25519]),
    ("X25519KeyAgreementKey2020", &[KeyType::X25519]),
    ("EcdsaSecp256k1VerificationKey2019", &[KeyType::Secp256k1]),
    ("EcdsaSecp256r1VerificationKey2019", &[KeyType::P256]),
    ("P256Key2021", &[KeyType::P256]),
    ("P384Key2021", &[KeyType::P384]),
    ("Bls12381G2Key2020", &[KeyType::Bls12381G2]),
    ("RsaVerificationKey2018", &[KeyType::Rsa]),
    ("EcdsaMultikey", &[KeyType::P256, KeyType::P384]),
    ("JwsVerificationKey2020", &[]),
];

/// Properties that hold a key (DID Core §5.2.1, the property registry, and those of older suites).
const MATERIALS: [&str; 8] = [
    "publicKeyMultibase",
    "publicKeyJwk",
    "publicKeyBase58",
    "publicKeyPem",
    "publicKeyHex",
    "publicKeyBase64",
    "publicKeyGpg",
    "publicKeyPgp",
];

/// Properties that hold a secret. Whoever reads one in a public document must not trust the key any more.
const SECRETS: [&str; 6] =
    ["secretKeyMultibase", "privateKeyMultibase", "secretKeyJwk", "privateKeyJwk", "privateKeyBase58", "privateKeyHex"];

/// Reads one method (DID Core §5.2). `controller` stands in for one that is not given, where that is allowed.
pub(super) fn read(object: &Object<'_>, did: &str, controller: Option<&str>) -> Result<Entry, Fault> {
    let text = |name: &str| object.get(name).and_then(Value::as_str).ok_or_else(|| invalid(&format!("/{name}")));
    let id = syntax::absolute(text("id")?, did).ok_or_else(|| invalid("/id"))?;
    text("type")?;
    let controller = match controller {
        Some(controller) if !object.contains_key("controller") => controller,
        _ => text("controller")?,
    };
    syntax::check_did(controller).map_err(|_| invalid("/controller"))?;
    let time = |name: &str| match object.get(name) {
        None => Ok(None),
        Some(value) => {
            let stamp = value.as_str().and_then(|text| Timestamp::parse_stamp(text).ok());
            stamp.map(Some).ok_or_else(|| invalid(&format!("/{name}")))
        }
    };
    let (expires, revoked) = (time("expires")?, time("revoked")?);
    Ok(Entry { id, controller: controller.to_owned(), expires, revoked })
}

fn read_key(kind: &str, object: &Object<'_>) -> Result<PublicKey, Fault> {
    let unsupported = || Fault::new(Code::KeyUnsupported).about(kind);
    if let Some(secret) = SECRETS.iter().find(|secret| object.contains_key(secret)) {
        return Err(Fault::new(Code::KeyInvalid).about(*secret));
    }
    let (_, allowed) = TYPES.iter().find(|(name, _)| *name == kind).ok_or_else(unsupported)?;
    // DID Core §5.2.1: a method must not hold the same key in two forms.
    let mut materials = MATERIALS.iter().filter_map(|name| object.get(name).map(|value| (*name, value)));
    let (name, value) = materials.next().ok_or_else(|| Fault::new(Code::KeyInvalid).about(kind))?;
    if let Some((second, _)) = materials.next() {
        return Err(Fault::new(Code::KeyInvalid).about(second));
    }
    let text = || value.as_str().ok_or_else(|| Fault::new(Code::KeyInvalid).about(name));
    let key = match (name, allowed) {
        ("publicKeyMultibase", _) => PublicKey::from_multikey(text()?)?,
        ("publicKeyJwk", _) => PublicKey::from_jwk(value)?,
        ("publicKeyBase58", [key_type, ..]) => PublicKey::from_base58(*key_type, text()?)?,
        ("publicKeyPem", _) => PublicKey::from_pem(text()?)?,
        _ => return Err(Fault::new(Code::KeyUnsupported).about(name)),
    };
    if allowed.is_empty() || allowed.contains(&key.key_type()) {
        Ok(key)
    } else {
        Err(Fault::new(Code::KeyInvalid).about(kind))
    }
}
