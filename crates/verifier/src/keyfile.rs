//! Reading a key from a file: JWK, PEM or multibase; public ones also straight from the command line.

use std::path::Path;

use clap::ArgMatches;
use tamarack::json;
use tamarack::keys::{PublicKey, SecretKey};
use tamarack::{Code, Fault};
use tamarack_cli::{Exit, Failure, Terminal, read_input, read_passphrase};
use zeroize::Zeroizing;

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
pub(crate) fn public(argument: &str) -> Result<PublicKey, Failure> {
    if argument.starts_with('z') && !Path::new(argument).exists() {
        return Ok(PublicKey::from_multikey(argument)?);
    }
    let bytes = read_input(argument, LONGEST)?;
    let text = text(&bytes)?.trim();
    Ok(if text.starts_with('{') {
        PublicKey::from_jwk(&json::parse(text.as_bytes())?)?
    } else if text.starts_with("-----BEGIN") {
        PublicKey::from_pem(text)?
    } else {
        PublicKey::from_multikey(text)?
    })
}

fn text(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| Fault::new(Code::InputInvalidUtf8))
}
