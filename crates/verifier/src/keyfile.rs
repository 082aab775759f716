//! Reading a key from a file: JWK, PEM or multibase; public ones also straight from the command line.

use std::path::Path;

use clap::ArgMatches;
use tamarack::did::did_key;
use tamarack::json;
use tamarack::keys::{KeyType, PublicKey, SecretKey, Signer as _};
use tamarack::{Code, Fault};
use tamarack_cli::{Exit, Failure, Terminal, read_input, read_passphrase, write_secret};
use zeroize::Zeroizing;

use crate::values;

/// `key new`: a fresh Ed25519 key for signing bundles, in a file that only its owner can read.
pub(crate) fn new(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let key = SecretKey::generate(KeyType::Ed25519)?;
    let text = if matches.get_flag("seal") {
        Zeroizing::new(key.seal(read_passphrase(matches, true, terminal)?.as_bytes())?)
    } else {
        key.expose_jwk()
    };
    write_secret(values::text(matches, "out").unwrap_or_default(), text.as_bytes())?;
    let (did, multikey) = (did_key(key.public_key()), key.public_key().to_multikey());
    if terminal.json() {
        terminal.json_line(&serde_json::json!({"did": did, "publicKeyMultibase": multikey}))?;
    } else {
        terminal.line(&did)?;
    }
    Ok(Exit::Ok)
}

/// The DID URL of a key as `did:key`.
pub(crate) fn kid(key: &PublicKey) -> String {
    format!("{}#{}", did_key(key), key.to_multikey())
}

/// Bytes of a key file.
const LONGEST: usize = 65_536;

/// Reads a secret key: JWK, PEM, multibase, or one that was sealed under a passphrase.
pub(crate) fn secret(path: &str, matches: &ArgMatches, terminal: &Terminal) -> Result<SecretKey, Failure> {
    let bytes = Zeroizing::new(read_input(path, LONGEST)?);
    let text = text(&bytes)?.trim();
    let key = if text.starts_with('{') {
        SecretKey::from_jwk(&json::parse(text.as_bytes())?)
    } else if text.starts_with("-----BEGIN") {
        SecretKey::from_pem(text)
    } else if text.starts_with('z') {
        SecretKey::from_multibase(text)
    } else {
        SecretKey::unseal(text, read_passphrase(matches, false, terminal)?.as_bytes())
    };
    key.map_err(|fault| Failure::from_fault(Exit::Data, fault))
}

/// Reads a public key: a multikey (`z6Mk…`), or the path of a file with a multikey, a JWK or a PEM key.
pub(crate) fn public(argument: &str, terminal: &Terminal) -> Result<PublicKey, Failure> {
    if argument.starts_with('z') && !Path::new(argument).exists() {
        return Ok(PublicKey::from_multikey(argument)?);
    }
    let bytes = read_input(argument, LONGEST)?;
    let text = text(&bytes)?.trim();
    Ok(if text.starts_with('{') {
        let jwk = json::parse(text.as_bytes())?;
        if jwk.get("d").is_some() {
            terminal.warn(&terminal.format("key-is-secret", &[("file", argument.into())]));
            SecretKey::from_jwk(&jwk)?.public_key().clone()
        } else {
            PublicKey::from_jwk(&jwk)?
        }
    } else if text.starts_with("-----BEGIN") {
        PublicKey::from_pem(text)?
    } else {
        PublicKey::from_multikey(text)?
    })
}

fn text(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| Fault::new(Code::InputInvalidUtf8))
}
