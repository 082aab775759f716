//! did:web (the examples of the specification): DIDs to URLs, and documents.

use std::path::Path;

use tamarack::did::{Relationship, did_web_from_url, did_web_url};

use super::did;
use crate::Report;

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let mut manifest = crate::manifest(include_str!("../../manifests/did-web.tsv"));
    let Some(examples) = did::read(&dir.join("did-web"), "did-web-spec-examples.json", &mut report) else {
        return report;
    };
    for (index, example) in examples.items().iter().enumerate() {
        let text = did::text(example, "/text").trim();
        let name = format!("{index} {}", did::text(example, "/title"));
        let outcome = if text.starts_with('{') {
            document(text)
        } else if let Some((did, url)) = text.split_once("->") {
            transform(did.trim(), url.trim())
        } else if text.starts_with("did:web:") {
            text.split_whitespace().try_for_each(|did| did_web_url(did).map(|_| ()).map_err(|fault| fault.to_string()))
        } else if let Ok(did) = did_web_from_url(text) {
            transform(&did, text)
        } else {
            Err("neither a DID, nor a URL, nor a document".to_owned())
        };
        did::record(&mut report, &mut manifest, &name, outcome);
    }
    did::finish(report, manifest)
}

fn transform(did: &str, url: &str) -> Result<(), String> {
    let found = did_web_url(did).map_err(|fault| fault.to_string())?;
    let back = did_web_from_url(url).map_err(|fault| fault.to_string())?;
    if found == url && back == did { Ok(()) } else { Err(format!("{found}, {back}")) }
}

/// The document is read, and each of its methods that has a key can be asked for.
fn document(text: &str) -> Result<(), String> {
    // One of them has a comma too many.
    let text = text.replace("},\n  ],", "}\n  ],");
    let document = tamarack::json::parse(text.as_bytes()).map_err(|fault| fault.to_string())?;
    let read = did::parse(did::text(&document, "/id"), &document)?;
    let with_jwk = document.pointer("/verificationMethod").map(tamarack::json::Value::items).unwrap_or_default();
    let with_jwk = with_jwk.iter().filter(|method| method.get("publicKeyJwk").is_some()).count();
    let mut keys: Vec<_> = Relationship::ALL.iter().flat_map(|r| read.methods(*r)).map(|method| method.id).collect();
    keys.sort();
    keys.dedup();
    if keys.len() == with_jwk { Ok(()) } else { Err(format!("{} of {with_jwk} keys", keys.len())) }
}
