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
    let file = matches.try_get_one::<String>("passphrase-file").ok().flatten();
    let passphrase = if let Some(path) = file {
        from_file(path)?
    } else if let Ok(value) = std::env::var(PASSPHRASE_VARIABLE) {
        Zeroizing::new(value)
    } else {
        ask(new, terminal)?
    };
    if passphrase.is_empty() {
        return Err(Failure::new(Exit::Usage, "passphrase.empty"));
    }
    Ok(passphrase)
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
