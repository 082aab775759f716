//! Reading a public key: from the command line, or from a file with a multikey, a JWK or PEM.

use std::path::Path;

use tamarack::json;
use tamarack::keys::{PublicKey, SecretKey, Signer as _};
use tamarack::{Code, Fault};
use tamarack_cli::{Failure, KEY_FILE_BYTES, Terminal, read_input};

/// Reads a public key: a multikey (`z6Mk…`), or the path of a file with a multikey, a JWK or a PEM key.
pub(crate) fn public(argument: &str, terminal: &Terminal) -> Result<PublicKey, Failure> {
    if argument.starts_with('z') && !Path::new(argument).exists() {
        return Ok(PublicKey::from_multikey(argument)?);
    }
    let bytes = read_input(argument, KEY_FILE_BYTES)?;
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
