//! Where a passphrase comes from: a file, a variable, or the person at the terminal.

use std::io::IsTerminal as _;

use clap::{Arg, ArgMatches};
use zeroize::Zeroizing;

use crate::{Exit, Failure, Terminal, read_input};

/// A passphrase, wiped from memory when dropped.
pub type Passphrase = Zeroizing<String>;

/// The variable that may hold the passphrase.
pub const PASSPHRASE_VARIABLE: &str = "TAMARACK_PASSPHRASE";

/// Bytes of a passphrase file.
const LONGEST: usize = 4_096;

/// The argument `--passphrase-file F`, to be added to a command that opens keys.
#[must_use]
pub fn passphrase_argument() -> Arg {
    Arg::new("passphrase-file").long("passphrase-file").value_name("FILE")
}

/// Gets the passphrase: from `--passphrase-file`, else from [`PASSPHRASE_VARIABLE`], else by asking without echo,
/// twice if it is a new one. A file's last line break does not belong to the passphrase.
///
/// # Errors
/// `passphrase.none` (64) if there is nobody to ask, `passphrase.empty`, `passphrase.mismatch`, `file.*`.
pub fn read_passphrase(matches: &ArgMatches, new: bool, terminal: &Terminal) -> Result<Passphrase, Failure> {
    match given_passphrase(matches)? {
        Some(passphrase) => Ok(passphrase),
        None => unless_empty(ask(new, terminal)?),
    }
}

/// Gets the passphrase from `--passphrase-file`, else from [`PASSPHRASE_VARIABLE`]; nobody is asked.
///
/// # Errors
/// `passphrase.empty`, `file.*`.
pub fn given_passphrase(matches: &ArgMatches) -> Result<Option<Passphrase>, Failure> {
    let file = matches.try_get_one::<String>("passphrase-file").ok().flatten();
    let given = match file {
        Some(path) => Some(from_file(path)?),
        None => std::env::var(PASSPHRASE_VARIABLE).ok().map(Zeroizing::new),
    };
    given.map(unless_empty).transpose()
}

fn unless_empty(passphrase: Passphrase) -> Result<Passphrase, Failure> {
    if passphrase.is_empty() { Err(Failure::new(Exit::Usage, "passphrase.empty")) } else { Ok(passphrase) }
}

fn from_file(path: &str) -> Result<Passphrase, Failure> {
    let bytes = Zeroizing::new(read_input(path, LONGEST)?);
    let text =
        std::str::from_utf8(&bytes).map_err(|_| Failure::new(Exit::Usage, "passphrase.not_text").with("file", path))?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    Ok(Zeroizing::new(text.strip_suffix('\r').unwrap_or(text).to_owned()))
}

fn ask(new: bool, terminal: &Terminal) -> Result<Passphrase, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new(Exit::Usage, "passphrase.none").with("variable", PASSPHRASE_VARIABLE));
    }
    let prompt = |id: &str| {
        rpassword::prompt_password(format!("{} ", terminal.text(id))).map(Zeroizing::new).map_err(|error| {
            Failure::new(Exit::Usage, "passphrase.none").with("variable", PASSPHRASE_VARIABLE).because(&error)
        })
    };
    let passphrase = prompt(if new { "ask-new-passphrase" } else { "ask-passphrase" })?;
    if new && *prompt("ask-passphrase-again")? != *passphrase {
        return Err(Failure::new(Exit::Usage, "passphrase.mismatch"));
    }
    Ok(passphrase)
}
