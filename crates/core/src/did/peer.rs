//! did:peer 0, 2 and 4: documents inside the DID.

use sha2::{Digest as _, Sha256};

use super::document::DidDocument;
use super::{DocumentBuilder, MethodForm, Relationship, key, syntax};
use crate::encoding::{base64url_decode, base64url_encode, multibase58_decode, multibase58_encode};
use crate::json::{self, Object, Value};
use crate::keys::PublicKey;
use crate::{Code, Evidence, EvidenceKind, Fault};

/// The multicodec of JSON (0x0200), as a varint.
const JSON_CODEC: [u8; 2] = [0x80, 0x04];
/// The multihash prefix of SHA-256: code and length.
const SHA256_MULTIHASH: [u8; 2] = [0x12, 0x20];

/// Makes a did:peer:2 of keys with their purposes, in this order.
#[must_use]
pub fn did_peer_2(keys: &[(Relationship, &PublicKey)], services: &[Object<'_>]) -> String {
    let mut did = String::from("did:peer:2");
    for (relationship, key) in keys {
        did.push('.');
        did.push(purpose_code(*relationship));
        did.push_str(&key.to_multikey());
    }
    for service in services {
        let service = Value::Object(rename(service, &|name| {
            ABBREVIATIONS.iter().find(|(long, _)| *long == name).map(|(_, s)| *s)
        }));
        did.push_str(".S");
        did.push_str(&base64url_encode(json::to_string(&service).as_bytes()));
    }
    did
}

/// Makes the long form of a did:peer:4 from an input document: without `id`, its references relative.
#[must_use]
pub fn did_peer_4(input: &Object<'_>) -> String {
    let text = json::to_string(&Value::Object(input.clone()));
    let encoded = multibase58_encode(&[&JSON_CODEC[..], text.as_bytes()].concat());
    format!("did:peer:4{}:{encoded}", hash(&encoded))
}

/// The short form of a did:peer:4 in its long form.
#[must_use]
pub fn did_peer_4_short(long: &str) -> Option<&str> {
    let (short, _) = long.strip_prefix("did:peer:4").and(long.rsplit_once(':'))?;
    (short != "did:peer").then_some(short)
}

/// The document of a did:peer.
pub(super) fn document(did: &str, identifier: &str, evidence: &Evidence) -> Result<DidDocument, Fault> {
    let refused = || Fault::new(Code::DidSyntax).about(did);
    let (algorithm, rest) = identifier.split_at_checked(1).ok_or_else(refused)?;
    match algorithm {
        "0" => key::document(did, rest),
        "2" => document_2(did, rest),
        "4" => match rest.split_once(':') {
            Some((hash, encoded)) => document_4(did, hash, encoded, did),
            None => document_4_short(did, rest, evidence),
        },
        "1" | "3" if !is_hash(rest) => Err(refused()),
        "1" | "3" => match evidence.get(EvidenceKind::DidDocument, did) {
            Some(piece) => DidDocument::parse(&piece.bytes, did),
            None => Err(Fault::new(Code::DidNotResolved).about(did)),
        },
        _ => Err(Fault::new(Code::DidMethodUnsupported).about(did)),
    }
}

const fn purpose_code(relationship: Relationship) -> char {
    match relationship {
        Relationship::AssertionMethod => 'A',
        Relationship::KeyAgreement => 'E',
        Relationship::Authentication => 'V',
        Relationship::CapabilityInvocation => 'I',
        Relationship::CapabilityDelegation => 'D',
    }
}

/// Method 2: keys and services one after the other, each behind a dot and a letter.
fn document_2(did: &str, elements: &str) -> Result<DidDocument, Fault> {
    let refused = || Fault::new(Code::DidSyntax).about(did);
    let mut builder = DocumentBuilder::new(did);
    builder.keep_relative().also_known_as(&format!("did:peer:3{}", hash(elements)));
    let mut keys = 0;
    let mut unnamed_services = 0;
    for element in elements.strip_prefix('.').ok_or_else(refused)?.split('.') {
        let (purpose, value) = element.split_at_checked(1).ok_or_else(refused)?;
        if purpose == "S" {
            let bytes = base64url_decode(value).map_err(|_| refused())?;
            let service = json::parse(&bytes)?;
            let service = service.as_object().ok_or_else(refused)?;
            let mut service =
                rename(service, &|name| ABBREVIATIONS.iter().find(|(_, s)| *s == name).map(|(long, _)| *long));
            if !service.contains_key("id") {
                let id =
                    if unnamed_services == 0 { "#service".to_owned() } else { format!("#service-{unnamed_services}") };
                service.insert("id", id);
                unnamed_services += 1;
            }
            builder.add_service(service);
            continue;
        }
        let relationship =
            Relationship::ALL.into_iter().find(|r| purpose.starts_with(purpose_code(*r))).ok_or_else(refused)?;
        let key = PublicKey::from_multikey(value)?;
        keys += 1;
        builder.add(&format!("#key-{keys}"), &key, MethodForm::Multikey, &[relationship]);
    }
    builder.build()
}

/// Method 4, long form: the document follows its hash. `as_did` is the form under which it was asked for.
fn document_4(did: &str, claimed: &str, encoded: &str, as_did: &str) -> Result<DidDocument, Fault> {
    let refused = || Fault::new(Code::DidSyntax).about(did);
    if hash(encoded) != claimed {
        return Err(refused());
    }
    let bytes = multibase58_decode(encoded).map_err(|_| refused())?;
    let text = bytes.strip_prefix(&JSON_CODEC).ok_or_else(refused)?;
    let Value::Object(input) = json::parse(text)?.into_owned() else { return Err(refused()) };
    if input.contains_key("id") {
        return Err(Fault::new(Code::DidDocumentInvalid).at("/id"));
    }
    let short = format!("did:peer:4{claimed}");
    let long = format!("{short}:{encoded}");
    let other = if as_did == short { long } else { short };

    // "Contextualize": the id, the other form of the DID, and the controllers.
    let mut document = Object::new();
    let mut also = Vec::new();
    for (name, mut value) in input {
        match &*name {
            "alsoKnownAs" => also = value.items().to_vec(),
            "verificationMethod" => set_controllers(&mut value, as_did),
            name if Relationship::from_name(name).is_some() => set_controllers(&mut value, as_did),
            _ => (),
        }
        document.insert(name, value);
    }
    also.push(Value::from(other));
    document.insert("id", as_did.to_owned());
    document.insert("alsoKnownAs", also);
    DidDocument::from_json(document, as_did)
}

/// Method 4, short form: the evidence must show the long form, whose hash the short form is. Nothing else in it counts.
fn document_4_short(did: &str, claimed: &str, evidence: &Evidence) -> Result<DidDocument, Fault> {
    let piece =
        evidence.get(EvidenceKind::DidDocument, did).ok_or_else(|| Fault::new(Code::DidNotResolved).about(did))?;
    let outer = json::parse(&piece.bytes)?;
    let document = outer.get("didDocument").unwrap_or(&outer);
    let names = document.get("alsoKnownAs").map(Value::items).unwrap_or_default().iter().chain(document.get("id"));
    let long = names.filter_map(Value::as_str).find(|name| did_peer_4_short(name) == Some(did));
    let long = long.ok_or_else(|| Fault::new(Code::DidDocumentInvalid).at("/alsoKnownAs"))?;
    syntax::check_did(long)?;
    let (_, encoded) = long.rsplit_once(':').ok_or(Code::Internal)?;
    document_4(long, claimed, encoded, did)
}

fn hash(encoded: &str) -> String {
    multibase58_encode(&[&SHA256_MULTIHASH[..], &Sha256::digest(encoded.as_bytes())].concat())
}

/// What the identifiers of methods 1 and 3 look like.
fn is_hash(text: &str) -> bool {
    text.strip_prefix('z').is_some_and(|digits| (46..=47).contains(&digits.len())) && multibase58_decode(text).is_ok()
}

fn set_controllers(methods: &mut Value<'_>, did: &str) {
    let Value::Array(methods) = methods else { return };
    for method in methods.iter_mut().filter_map(Value::as_object_mut) {
        if !method.contains_key("controller") {
            method.insert("controller", did.to_owned());
        }
    }
}

/// The abbreviations of services. `dm` stands for the value of `type`, not for a name.
const ABBREVIATIONS: [(&str, &str); 4] =
    [("type", "t"), ("serviceEndpoint", "s"), ("routingKeys", "r"), ("accept", "a")];
const MESSAGING: (&str, &str) = ("DIDCommMessaging", "dm");

/// Renames members at every depth, and the type's value with them.
fn rename(object: &Object<'_>, name_of: &dyn Fn(&str) -> Option<&'static str>) -> Object<'static> {
    object
        .iter()
        .map(|(name, value)| {
            let new = name_of(name).unwrap_or(name);
            let value = match value {
                Value::String(text) if new == "type" && text == MESSAGING.1 => Value::from(MESSAGING.0),
                Value::String(text) if new == "t" && text == MESSAGING.0 => Value::from(MESSAGING.1),
                other => rename_value(other, name_of),
            };
            (new.to_owned(), value)
        })
        .collect()
}

fn rename_value(value: &Value<'_>, name_of: &dyn Fn(&str) -> Option<&'static str>) -> Value<'static> {
    match value {
        Value::Object(object) => Value::Object(rename(object, name_of)),
        Value::Array(items) => Value::Array(items.iter().map(|item| rename_value(item, name_of)).collect()),
        other => other.clone().into_owned(),
    }
}
