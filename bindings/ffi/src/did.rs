//! DIDs.

use std::sync::Arc;

use tamarack::json::{Value, to_string};

use crate::error::TamarackError;
use crate::evidence::{Evidence, snapshot};

/// The document of a DID, as JSON text: computed for `did:key`, `did:jwk` and `did:peer`, else out of the evidence.
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
/// Errors: `Input` with `did.syntax`.
#[uniffi::export]
pub fn did_web_url(did: String) -> Result<String, TamarackError> {
    Ok(tamarack::did::did_web_url(&did)?)
}
