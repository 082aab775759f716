//! The documents from which vectors are made, and changes to them.

use serde_json::{Value as Json, json};

use super::actor::{holder, issuer};

/// The context of VCDM 2.0.
pub(super) const V2: &str = "https://www.w3.org/ns/credentials/v2";
/// The context of VCDM 1.1.
pub(super) const V1: &str = "https://www.w3.org/2018/credentials/v1";
/// The context that gives a meaning to every term.
pub(super) const ANY_TERM: &str = "https://www.w3.org/ns/credentials/undefined-terms/v2";

/// A small credential of VCDM 2.0, for the holder.
pub(super) fn v2() -> Json {
    v2_of(&issuer().did)
}

/// A small credential of VCDM 2.0 by this issuer.
pub(super) fn v2_of(issuer: &str) -> Json {
    json!({
        "@context": [V2],
        "id": "urn:uuid:4f0c9a5e-2f1b-4f7d-9a36-1c8a1f0e7d11",
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2031-01-01T00:00:00Z",
        "credentialSubject": { "id": holder().did, "name": "Zoé Tremblay" },
    })
}

/// A credential of VCDM 2.0 in which any term has a meaning.
pub(super) fn v2_any_term() -> Json {
    set(&v2(), "/@context", json!([V2, ANY_TERM]))
}

/// A small credential of VCDM 1.1, for the holder.
pub(super) fn v1() -> Json {
    v1_of(&issuer().did)
}

/// A small credential of VCDM 1.1 by this issuer.
pub(super) fn v1_of(issuer: &str) -> Json {
    json!({
        "@context": [V1, "https://w3id.org/citizenship/v1"],
        "id": "urn:uuid:4f0c9a5e-2f1b-4f7d-9a36-1c8a1f0e7d12",
        "type": ["VerifiableCredential", "PermanentResidentCard"],
        "issuer": issuer,
        "issuanceDate": "2026-01-01T00:00:00Z",
        "expirationDate": "2031-01-01T00:00:00Z",
        "credentialSubject": {
            "id": holder().did,
            "type": ["PermanentResident", "Person"],
            "givenName": "Zoé",
            "familyName": "Tremblay",
        },
    })
}

/// A presentation of VCDM 2.0 of these credentials by the holder.
pub(super) fn presentation(credentials: &[Json]) -> Json {
    json!({
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": holder().did,
        "verifiableCredential": credentials,
    })
}

/// The document with a value at a JSON pointer; its parent must be there.
pub(super) fn set(document: &Json, pointer: &str, value: impl Into<Json>) -> Json {
    let mut changed = document.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = changed.pointer_mut(parent).unwrap();
    match parent {
        Json::Array(items) => match name.parse::<usize>() {
            Ok(index) if index < items.len() => items[index] = value.into(),
            _ => items.push(value.into()),
        },
        _ => parent[name.replace("~1", "/").replace("~0", "~")] = value.into(),
    }
    changed
}

/// The document without the member at a JSON pointer.
pub(super) fn without(document: &Json, pointer: &str) -> Json {
    let mut changed = document.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let removed = changed.pointer_mut(parent).unwrap().as_object_mut().unwrap().shift_remove(name);
    assert!(removed.is_some(), "{pointer} is not there");
    changed
}

/// A text to repeat.
pub(super) fn repeat(text: &str, times: usize) -> Json {
    json!({ "repeat": text, "times": times })
}
