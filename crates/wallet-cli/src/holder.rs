//! `holder commit`: secrets that a credential is bound to, and what the issuer needs of them; and the secrets read again.

use clap::ArgMatches;
use tamarack::proof::{BoundSecrets, BoundTo};
use tamarack::{Code, Fault, SystemRandomness};
use tamarack_cli::{Exit, Failure, KEY_FILE_BYTES, Terminal, read_input, read_passphrase, write_secret};
use zeroize::Zeroizing;

use crate::text;

/// `holder commit`: the secrets go into a file of their owner, the commitment to stdout.
pub(crate) fn commit(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let bound_to = text(matches, "bound-to").and_then(BoundTo::parse).unwrap_or(BoundTo::HolderAndPseudonym);
    let (secrets, commitment) = BoundSecrets::commit(bound_to, &mut SystemRandomness)?;
    let secret = if matches.get_flag("seal") {
        Zeroizing::new(secrets.seal(read_passphrase(matches, true, terminal)?.as_bytes())?)
    } else {
        secrets.expose_json()
    };
    // The secrets first: a credential that was issued for a commitment whose secrets are gone can never be shown.
    write_secret(text(matches, "out").unwrap_or_default(), secret.as_bytes())?;
    terminal.line(&commitment.to_json())?;
    terminal.say(&terminal.text("say-committed"));
    Ok(Exit::Ok)
}

/// Reads what [`commit`] wrote, sealed or not.
///
/// # Errors
/// `file.*`, `passphrase.*`, `key.*`.
pub(crate) fn read(path: &str, matches: &ArgMatches, terminal: &Terminal) -> Result<BoundSecrets, Failure> {
    let bytes = Zeroizing::new(read_input(path, KEY_FILE_BYTES)?);
    if bytes.trim_ascii_start().first() == Some(&b'{') {
        return Ok(BoundSecrets::parse(bytes.trim_ascii())?);
    }
    let sealed = std::str::from_utf8(&bytes).map_err(|_| Fault::new(Code::InputInvalidUtf8))?;
    Ok(BoundSecrets::unseal(sealed, read_passphrase(matches, false, terminal)?.as_bytes())?)
}
