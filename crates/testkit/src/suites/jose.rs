//! The JOSE cookbook (RFC 7520 and its additions), as far as it is about signatures of public keys; and the example JWT
//! of the VCDM 1.1 suite.

use std::path::Path;

use tamarack::encoding::base64url_decode;
use tamarack::jose::{self, Jws, JwtForm};
use tamarack::json::{Object, Value, canonicalize, parse};
use tamarack::keys::{KeyType, PublicKey, SecretKey, SignatureAlgorithm};

use crate::{Report, manifest};

const MANIFEST: &str = include_str!("../../manifests/jose.tsv");
const FOLDERS: &[&str] = &["", "jwk", "jws", "jwe", "curve25519", "rfc7797"];
const EXAMPLE: &str = "vcdm-1.1-suite-inputs/input/example-016-jwt.jwt";

/// Runs the suite: each file is one vector.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let cookbook = dir.join("jose/cookbook");
    let mut excluded = manifest(MANIFEST);
    for folder in FOLDERS {
        let Ok(entries) = std::fs::read_dir(cookbook.join(folder)) else {
            report.unseen.push(format!("jose/cookbook/{folder}"));
            continue;
        };
        let mut files: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|file| file.ends_with(".json") && file != "package.json")
            .collect();
        files.sort();
        for file in files {
            let name = if folder.is_empty() { file } else { format!("{folder}/{file}") };
            let outcome = run_file(&cookbook.join(&name));
            match excluded.iter().position(|(line, _)| *line == name) {
                None => report.record(name, outcome),
                Some(at) => {
                    let (_, reason) = excluded.swap_remove(at);
                    match outcome {
                        Ok(()) => report.record(name, Err("excluded, but passes".to_owned())),
                        Err(_) => report.exclude(name, reason),
                    }
                }
            }
        }
    }
    if report.unseen.is_empty() {
        for (line, _) in excluded {
            report.record(line, Err("stale line in the manifest".to_owned()));
        }
    }
    match std::fs::read_to_string(dir.join(EXAMPLE)) {
        Ok(token) => report.record(EXAMPLE, run_example(token.trim())),
        Err(_) => report.unseen.push(EXAMPLE.to_owned()),
    }
    report
}

fn run_file(path: &Path) -> Result<(), String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let value = parse(&bytes).map_err(|fault| fault.to_string())?;
    if value.get("kty").is_some() {
        return PublicKey::from_jwk(&value).map(drop).map_err(|fault| fault.to_string());
    }
    // The signature within a nested token is a vector like the others.
    run_signature(value.get("sign").unwrap_or(&value))
}

fn run_signature(vector: &Value<'_>) -> Result<(), String> {
    let at = |pointer: &str| vector.pointer(pointer).ok_or_else(|| format!("no {pointer}"));
    let text = |pointer: &str| at(pointer)?.as_str().ok_or_else(|| format!("no text at {pointer}"));
    let token = text("/output/compact")?;
    let jws = Jws::parse(token).map_err(|fault| fault.to_string())?;
    let header = at("/signing/protected")?;
    if canonicalize(&Value::Object(jws.header().clone())) != canonicalize(header) {
        return Err("another header".to_owned());
    }
    if jws.payload() != text("/input/payload")?.as_bytes() {
        return Err("another payload".to_owned());
    }
    let jwk = at("/input/key")?.as_object().ok_or("no key")?;
    let key = PublicKey::from_jwk(&public_part(jwk)).map_err(|fault| fault.to_string())?;
    jws.verify(&key).map_err(|fault| fault.to_string())?;

    // EdDSA is deterministic: what we sign is the same token.
    if jws.algorithm() == SignatureAlgorithm::EdDsa {
        let secret = base64url_decode(text("/input/key/d")?).map_err(|fault| fault.to_string())?;
        let secret = SecretKey::from_bytes(KeyType::Ed25519, &secret).map_err(|fault| fault.to_string())?;
        let made =
            Jws::sign(jws.header(), jws.payload(), jws.algorithm(), &secret).map_err(|fault| fault.to_string())?;
        if made != token {
            return Err(format!("made {made}"));
        }
    }
    Ok(())
}

fn public_part<'a>(jwk: &Object<'a>) -> Value<'a> {
    const PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "k"];
    let mut public = jwk.clone();
    for member in PRIVATE {
        public.remove(member);
    }
    Value::Object(public)
}

/// The suite gives no key for its example; what can be seen is that the claims are mapped.
fn run_example(token: &str) -> Result<(), String> {
    let jwt = jose::read(token).map_err(|fault| fault.to_string())?;
    if jwt.form != JwtForm::V1 || jwt.is_presentation {
        return Err("not taken for a credential of VCDM 1.1".to_owned());
    }
    for (claim, property) in [("iss", "issuer"), ("jti", "id")] {
        if jwt.payload.get(claim).is_some() && jwt.payload.get(claim) != jwt.document.get(property) {
            return Err(format!("{claim} is not mapped"));
        }
    }
    if jwt.payload.get("nbf").is_some() == jwt.document.contains_key("issuanceDate") {
        Ok(())
    } else {
        Err("nbf is not mapped".to_owned())
    }
}
