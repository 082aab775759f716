//! `nonce new`, and the file in which a verifier remembers which nonces came back.
//!
//! Each call is a process of its own, so the book is a file. It is locked from reading to writing: of two processes to
//! which one presentation was sent, one finds that the nonce was used.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use clap::ArgMatches;
use serde_json::json;
use tamarack::present::NonceBook;
use tamarack::{SystemRandomness, Timestamp, json, limits};
use tamarack_cli::{Exit, Failure, Terminal, open_private, unwritable};

use crate::values;

/// For how long a nonce is good when nobody says: long enough to unlock a telephone and to read what is asked.
const SECONDS: i64 = 300;

/// `nonce new`: a fresh nonce on stdout, and in the file.
pub(crate) fn new(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let seconds = values::duration(matches, "valid-for")?.unwrap_or(SECONDS);
    let now = values::now();
    let path = values::text(matches, "nonce-file").unwrap_or_default();
    let nonce = with_book(path, |book| Ok(book.give_for(seconds, &mut SystemRandomness, now)?))?;
    if terminal.json() {
        terminal.json_line(&json!({"nonce": nonce, "validUntil": now.plus_seconds(seconds)}))?;
    } else {
        terminal.line(&nonce)?;
    }
    Ok(Exit::Ok)
}

/// Takes a nonce back, once, before the presentation that carries it is judged.
///
/// # Errors
/// `proof.challenge_reused` and `proof.challenge` (1); `file.*`, `nonces.invalid`.
pub(crate) fn take(path: &str, nonce: &str, now: Timestamp) -> Result<(), Failure> {
    with_book(path, |book| book.take(nonce, now).map_err(|fault| Failure::from_fault(Exit::Reject, fault)))
}

/// Reads the book, lets `change` change it, and writes it back, also when `change` refuses.
fn with_book<T>(path: &str, change: impl FnOnce(&mut NonceBook) -> Result<T, Failure>) -> Result<T, Failure> {
    let unusable = |error: std::io::Error| unwritable(path, &error);
    let invalid = || Failure::new(Exit::Data, "nonces.invalid").with("file", path);
    drop(open_private(Path::new(path)).map_err(unusable)?);
    let mut file = File::options().read(true).write(true).open(path).map_err(unusable)?;
    file.lock().map_err(unusable)?;
    let mut bytes = Vec::new();
    let most = u64::try_from(limits::INPUT_BYTES).unwrap_or(u64::MAX);
    (&file).take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(unusable)?;
    let mut book = match bytes.trim_ascii() {
        [] => NonceBook::new(SECONDS),
        text => json::parse(text).ok().as_ref().and_then(NonceBook::from_json).ok_or_else(invalid)?,
    };
    let result = change(&mut book);
    let text = format!("{}\n", json::to_string(&book.to_json()));
    // Longer or shorter than before: what was there goes first.
    file.rewind().and_then(|()| file.set_len(0)).map_err(unusable)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(unusable)?;
    result
}
