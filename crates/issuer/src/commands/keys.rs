//! `key new|import|list|rotate|retire`.

use serde_json::json;
use tamarack::did::did_of;
use tamarack::keys::{KeyType, SecretKey};
use tamarack_cli::{Exit, Failure, KEY_FILE_BYTES, parse_secret_key, read_input};
use zeroize::Zeroizing;

use super::Invocation;
use crate::keyring;
use crate::store::KeyRecord;

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
    let bytes = Zeroizing::new(read_input(job.need("file"), KEY_FILE_BYTES)?);
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    let secret = parse_secret_key(text)?.ok_or_else(|| Failure::new(Exit::Data, "key.unknown_form"))?;
    let passphrase = job.passphrase(store.keys()?.is_empty())?;
    let key = keyring::add(&store, &issuer, &secret, &passphrase, job.now)?;
    tell(job, &key)
}

fn tell(job: &Invocation<'_>, key: &KeyRecord) -> Result<Exit, Failure> {
    job.answer(&describe(key), &key.method)?;
    // Of a did:key everybody makes the document himself: nothing can be published, and nothing taken back.
    let id = match (job.name, key.method.starts_with("did:key:")) {
        ("retire", false) => "say-key-retired",
        ("retire", true) => "say-did-key-retired",
        (_, false) => "say-publish-did-again",
        (_, true) => "say-did-key",
    };
    let did = did_of(&key.method).to_owned();
    job.terminal.say(&job.terminal.format(id, &[("did", did.into())]));
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
