//! A secret key in a file: made, and read again.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, ValueHint};
use tamarack::did::did_key;
use tamarack::keys::{KeyType, PublicKey, SecretKey, Signer as _};
use tamarack::{Code, Fault};
use zeroize::Zeroizing;

use crate::{
    Exit, Failure, Terminal, parse_secret_key, passphrase_argument, read_input, read_passphrase, write_secret,
};

/// Bytes of a key file.
pub const KEY_FILE_BYTES: usize = 65_536;

/// The kinds of keys that [`new_key_file`] makes.
const KINDS: [KeyType; 2] = [KeyType::Ed25519, KeyType::P256];

/// The arguments of a command `key new`: `--out`, `--kind`, `--seal` and where the passphrase is.
#[must_use]
pub fn new_key_arguments() -> [Arg; 4] {
    let kind = Arg::new("kind").long("kind").value_name("KIND").ignore_case(true);
    [
        Arg::new("out").long("out").value_name("FILE").required(true).value_hint(ValueHint::FilePath),
        kind.value_parser(PossibleValuesParser::new(KINDS.map(KeyType::name))).default_value(KeyType::Ed25519.name()),
        Arg::new("seal").long("seal").action(ArgAction::SetTrue),
        passphrase_argument(),
    ]
}

/// `key new`: a fresh key in a file that only its owner can read; its `did:key` goes to stdout.
///
/// # Errors
/// `file.*`, `passphrase.*`.
pub fn new_key_file(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let text = |name| matches.get_one::<String>(name).map(String::as_str).unwrap_or_default();
    let wanted = text("kind");
    let kind = KINDS.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(wanted)).unwrap_or(KeyType::Ed25519);
    let key = SecretKey::generate(kind)?;
    let secret = if matches.get_flag("seal") {
        Zeroizing::new(key.seal(read_passphrase(matches, true, terminal)?.as_bytes())?)
    } else {
        key.expose_jwk()
    };
    write_secret(text("out"), secret.as_bytes())?;
    let (did, multikey) = (did_key(key.public_key()), key.public_key().to_multikey());
    if terminal.json() {
        terminal.json_line(&serde_json::json!({"did": did, "publicKeyMultibase": multikey}))?;
    } else {
        terminal.line(&did)?;
    }
    Ok(Exit::Ok)
}

/// Reads a secret key: JWK, PEM, multibase, or one that was sealed under a passphrase.
///
/// # Errors
/// `file.*`, `passphrase.*`, `key.*` and what else is wrong with the file (65).
pub fn read_secret_key(path: &str, matches: &ArgMatches, terminal: &Terminal) -> Result<SecretKey, Failure> {
    let bytes = Zeroizing::new(read_input(path, KEY_FILE_BYTES)?);
    let text = std::str::from_utf8(&bytes).map_err(|_| Fault::new(Code::InputInvalidUtf8))?.trim();
    if let Some(key) = parse_secret_key(text)? {
        return Ok(key);
    }
    let key = SecretKey::unseal(text, read_passphrase(matches, false, terminal)?.as_bytes());
    key.map_err(|fault| Failure::from_fault(Exit::Data, fault))
}

/// The DID URL of a key as `did:key`.
#[must_use]
pub fn key_id(key: &PublicKey) -> String {
    format!("{}#{}", did_key(key), key.to_multikey())
}
