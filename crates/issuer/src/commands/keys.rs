//! `key new|import|list|rotate|retire`.

use serde_json::json;
use tamarack::did::did_of;
use tamarack::keys::{KeyType, PublicKey, SecretKey};
use tamarack_cli::{Exit, Failure, KEY_FILE_BYTES, parse_secret_key, read_input};
use tamarack_service::signers::{HttpPlace, Pkcs11Place, Place, SigningKey};
use zeroize::Zeroizing;

use super::Invocation;
use crate::keyring::{self, NewSigner};
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
    let key = keyring::add(&store, &issuer, NewSigner::Secret(&SecretKey::generate(kind)?), &passphrase, job.now)?;
    tell(job, &key)
}

fn import(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, issuer) = job.store()?;
    let elsewhere = elsewhere(job)?;
    let secret = match elsewhere {
        None => Some(read_secret(job.need("file"))?),
        Some(_) => None,
    };
    let passphrase = job.passphrase(store.keys()?.is_empty())?;
    let new = match (&elsewhere, &secret) {
        (Some((place, public)), _) => NewSigner::Elsewhere(place, public),
        (None, Some(secret)) => NewSigner::Secret(secret),
        (None, None) => return Err(Failure::new(Exit::Data, "key.unknown_form")),
    };
    let key = keyring::add(&store, &issuer, new, &passphrase, job.now)?;
    tell(job, &key)
}

fn read_secret(file: &str) -> Result<SecretKey, Failure> {
    let bytes = Zeroizing::new(read_input(file, KEY_FILE_BYTES)?);
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    parse_secret_key(text)?.ok_or_else(|| Failure::new(Exit::Data, "key.unknown_form"))
}

/// The place of a key that stays where it is, and its public key; none for a key in a file.
fn elsewhere(job: &Invocation<'_>) -> Result<Option<(Place, PublicKey)>, Failure> {
    // `serve` may be started elsewhere.
    let full = |path: &str| match std::path::absolute(path) {
        Ok(path) => path.to_string_lossy().into_owned(),
        Err(_) => path.to_owned(),
    };
    if let Some(text) = job.text("pkcs11") {
        let place = Pkcs11Place::parse(text, &full(job.need("pin-file")));
        let mut place = place.map_err(|error| keyring::signer_failure(&error))?;
        if place.module.contains('/') {
            place.module = full(&place.module);
        }
        let place = Place::Pkcs11(place);
        let public = SigningKey::public_at(&place).map_err(|error| keyring::signer_failure(&error))?;
        return Ok(Some((place, public)));
    }
    let Some(url) = job.text("signer") else { return Ok(None) };
    let identity = job.text("signer-cert").zip(job.text("signer-cert-key"));
    let place = Place::Http(HttpPlace {
        url: url.to_owned(),
        key: job.need("signer-key").to_owned(),
        token_file: job.text("signer-token").map(full),
        identity_files: identity.map(|(certificates, key)| (full(certificates), full(key))),
        authorities_file: job.text("signer-authorities").map(full),
        private_network: job.flag("allow-private-network"),
    });
    Ok(Some((place, read_public(job.need("file"))?)))
}

/// A public key as a JWK, a PEM or a Multikey.
fn read_public(file: &str) -> Result<PublicKey, Failure> {
    let bytes = read_input(file, KEY_FILE_BYTES)?;
    let text = std::str::from_utf8(&bytes).unwrap_or_default().trim();
    Ok(match text.chars().next() {
        Some('{') => PublicKey::from_jwk(&tamarack::json::parse(text.as_bytes())?)?,
        Some('-') => PublicKey::from_pem(text)?,
        _ => PublicKey::from_multikey(text)?,
    })
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
