//! `backup` and `restore`: the wallet as one encrypted file, under a phrase of words.

use std::path::Path;

use clap::ArgMatches;
use serde_json::json;
use tamarack::SystemRandomness;
use tamarack_cli::{Exit, Failure, Terminal, printable, read_input, write_private};
use tamarack_wallet::backup::{RecoveryPhrase, Seal, make, restore as bring_back};
use tamarack_wallet::limits;

use crate::wallet::{Wallet, failed};
use crate::{now, text};

/// Bytes of a file with a recovery phrase.
const PHRASE_BYTES: usize = 4_096;

/// `backup`: the file, and the phrase that opens it. The phrase is shown once.
pub(crate) fn backup(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let (phrase, is_new) = match text(matches, "phrase-file") {
        Some(path) => (phrase_of(path)?, false),
        None => (RecoveryPhrase::generate(&mut SystemRandomness).map_err(failed)?, true),
    };
    let made = make(wallet.store(), Seal::Phrase(&phrase), now(), &mut SystemRandomness).map_err(failed)?;
    write_private(text(matches, "out").map(Path::new), &made.bytes, terminal)?;
    let words = phrase.words(terminal.lang()).map_err(failed)?;
    if terminal.json() {
        let shown = is_new.then(|| words.as_str().to_owned());
        terminal.json_line(&json!({"credentials": made.credentials, "phrase": shown, "askAgain": made.ask_again}))?;
    } else if is_new {
        terminal.say(&terminal.text("backup-phrase"));
        terminal.line(&words)?;
    }
    again(&made.ask_again, terminal);
    Ok(Exit::Ok)
}

/// `restore`: what a backup has, into a wallet that may be new.
pub(crate) fn restore(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let bytes = read_input(text(matches, "file").unwrap_or_default(), limits::BACKUP_BYTES)?;
    let phrase = phrase_of(text(matches, "phrase-file").unwrap_or_default())?;
    let wallet = Wallet::open_or_create(matches, terminal)?;
    let came =
        bring_back(wallet.store(), &bytes, Seal::Phrase(&phrase), now(), &mut SystemRandomness).map_err(failed)?;
    terminal.say(&terminal.format("restore-done", &[("count", came.credentials.into())]));
    if terminal.json() {
        terminal.json_line(&json!({"credentials": came.credentials, "askAgain": came.ask_again}))?;
    }
    again(&came.ask_again, terminal);
    Ok(Exit::Ok)
}

fn phrase_of(path: &str) -> Result<RecoveryPhrase, Failure> {
    let bytes = zeroize::Zeroizing::new(read_input(path, PHRASE_BYTES)?);
    let words = std::str::from_utf8(&bytes).unwrap_or_default();
    RecoveryPhrase::parse(words.trim()).map_err(failed)
}

/// What no backup has: its key never leaves its device.
fn again(all: &[tamarack_wallet::backup::AskAgain], terminal: &Terminal) {
    for one in all {
        let title = one.title.get(terminal.lang()).unwrap_or(&one.id);
        let link = one.link.as_deref().unwrap_or(&one.issuer);
        let names =
            [("credential", printable(title).into_owned().into()), ("link", printable(link).into_owned().into())];
        terminal.say(&terminal.format("restore-again", &names));
    }
}
