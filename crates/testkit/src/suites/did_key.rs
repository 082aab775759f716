//! did:key (w3c-ccg/did-method-key `test-vectors/`): each document's keys come out of the DID, and each secret's key too.

use std::path::Path;

use tamarack::encoding::multibase58_decode;
use tamarack::json::Value;
use tamarack::keys::{KeyType, PublicKey, SecretKey, Signer as _};

use super::did;
use crate::Report;

const FILES: [&str; 6] =
    ["bls12381.json", "ed25519-x25519.json", "nist-curves.json", "rsa.json", "secp256k1.json", "x25519.json"];

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let mut manifest = crate::manifest(include_str!("../../manifests/did-key.tsv"));
    for file in FILES {
        let Some(vectors) = did::read(&dir.join("did-key/test-vectors"), file, &mut report) else { continue };
        // x25519.json has its documents one level deeper.
        let deeper = vectors.get("didDocument");
        for (id, vector) in did::members(deeper.unwrap_or(&vectors)) {
            let name = format!("{file} {}", id.get(..28).unwrap_or(id));
            let document = if deeper.is_some() { Some(vector) } else { vector.get("didDocument") };
            let outcome = match document {
                Some(document) => did::agrees_with_computed(id, document).and_then(|()| secrets(id, vector)),
                None => Err("no document".to_owned()),
            };
            did::record(&mut report, &mut manifest, &name, outcome);
        }
    }
    did::finish(report, manifest)
}

/// The vector's secret keys of kinds that sign here belong to the DID's key.
fn secrets(id: &str, vector: &Value<'static>) -> Result<(), String> {
    let public = id.strip_prefix("did:key:").unwrap_or_default();
    let public = PublicKey::from_multikey(public).map_err(|fault| fault.to_string())?;
    for pair in ["verificationKeyPair", "verificationMethod"].into_iter().filter_map(|name| vector.get(name)) {
        let secret = match (public.key_type(), pair.get("privateKeyJwk"), did::text(pair, "/privateKeyBase58")) {
            (KeyType::Ed25519 | KeyType::P256 | KeyType::P384, Some(jwk), _) => SecretKey::from_jwk(jwk),
            // A seed and the public key.
            (KeyType::Ed25519, None, base58) if !base58.is_empty() => multibase58_decode(&format!("z{base58}"))
                .and_then(|bytes| SecretKey::from_bytes(KeyType::Ed25519, bytes.get(..32).unwrap_or_default())),
            _ => continue,
        };
        let secret = secret.map_err(|fault| fault.to_string())?;
        if secret.public_key() != &public {
            return Err("the secret is another key's".to_owned());
        }
    }
    Ok(())
}
