//! `key new|import|list|rotate|retire`.

use serde_json::json;
use tamarack::json;
use tamarack::keys::{KeyType, SecretKey};
use tamarack_cli::{Exit, Failure, read_input};
use zeroize::Zeroizing;

use super::Invocation;
use crate::keyring;
use crate::store::KeyRecord;

/// Bytes of a key file.
const KEY_BYTES: usize = 65_536;

pub(super) fn run(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let job = &job.sub()?;
    match job.name {
        "import" => import(job),
        "list" => list(job),
        "retire" => retire(job),
        // The key before stays in the DID document either way; `rotate` insists that there is one.
        _ => make(job),
    }
}

fn make(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, issuer) = job.store()?;
    let kind = keyring::kind(job.need("kind")).unwrap_or(KeyType::Ed25519);
    let keys = store.keys()?;
    if job.name == "rotate" && !keys.iter().any(|key| key.kind == kind.name()) {
        return Err(Failure::new(Exit::Usage, "key.nothing_to_rotate").with("kind", kind.name()));
    }
    let passphrase = job.passphrase(keys.is_empty())?;
    let key = keyring::add(&store, &issuer, &SecretKey::generate(kind)?, &passphrase, job.now)?;
    tell(job, &key)
}

fn import(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, issuer) = job.store()?;
    let bytes = Zeroizing::new(read_input(job.need("file"), KEY_BYTES)?);
    let secret = read_secret(&bytes)?;
    let passphrase = job.passphrase(store.keys()?.is_empty())?;
    let key = keyring::add(&store, &issuer, &secret, &passphrase, job.now)?;
    tell(job, &key)
}

/// A private JWK, a PKCS#8 PEM or a Multikey secret, told apart by their first character.
fn read_secret(bytes: &[u8]) -> Result<SecretKey, Failure> {
    let unknown = || Failure::new(Exit::Data, "key.unknown_form");
    let text = std::str::from_utf8(bytes).map_err(|_| unknown())?.trim();
    if text.starts_with('{') {
        return Ok(SecretKey::from_jwk(&json::parse(text.as_bytes())?)?);
    }
    if text.starts_with("-----BEGIN") {
        return Ok(SecretKey::from_pem(text)?);
    }
    if text.starts_with('z') { Ok(SecretKey::from_multibase(text)?) } else { Err(unknown()) }
}

fn tell(job: &Invocation<'_>, key: &KeyRecord) -> Result<Exit, Failure> {
    job.answer(&describe(key), &key.method)?;
    job.terminal.say(&job.terminal.text("say-publish-did-again"));
    Ok(Exit::Ok)
}

fn describe(key: &KeyRecord) -> serde_json::Value {
    json!({
        "id": key.id,
        "verificationMethod": key.method,
        "kind": key.kind,
        "state": key.state.as_str(),
        "created": key.created,
        "publicKeyMultibase": key.multikey,
    })
}

fn list(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, _) = job.store()?;
    let keys = store.keys()?;
    if job.terminal.json() {
        job.terminal.json_line(&keys.iter().map(describe).collect::<Vec<_>>())?;
        return Ok(Exit::Ok);
    }
    for key in &keys {
        let state = job.terminal.text(&format!("state.{}", key.state.as_str()));
        job.terminal.line(&format!("{}\t{}\t{state}\t{}\t{}", key.id, key.kind, key.created, key.method))?;
    }
    Ok(Exit::Ok)
}

fn retire(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, _) = job.store()?;
    let keys = store.keys()?;
    let key = keyring::find(&keys, job.need("key"))?;
    store.retire_key(key.id, job.now)?;
    let key = store.key(key.id)?;
    tell(job, &key)
}
