//! The nonces of a verifier, each good once.

use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use tamarack::json::{parse, to_string};
use tamarack::{Code, Fault, SystemRandomness, present};

use crate::error::TamarackError;
use crate::time::or_now;

/// The nonces that a verifier gave out, so that no presentation is taken twice. One process has it in memory, or keeps its text
/// between calls.
///
/// ```text
/// book = NonceBook(300)
/// nonce = book.give()
/// book.take(nonce)  # when a presentation comes with it, before it is judged
/// ```
#[derive(Debug, uniffi::Object)]
pub struct NonceBook {
    book: Mutex<present::NonceBook>,
}

#[uniffi::export]
impl NonceBook {
    /// An empty book whose nonces are good for so many seconds, at least one.
    ///
    /// ```text
    /// book = NonceBook(300)  # five minutes
    /// ```
    #[uniffi::constructor]
    #[must_use]
    pub fn new(seconds: u32) -> Self {
        Self { book: Mutex::new(present::NonceBook::new(i64::from(seconds))) }
    }

    /// Reads what `text` gave.
    ///
    /// ```text
    /// book = NonceBook.parse(kept)  # what book.text() gave
    /// ```
    ///
    /// Errors: `Input` with `json.*`, `proof.challenge` for anything else.
    #[uniffi::constructor]
    pub fn parse(text: String) -> Result<Self, TamarackError> {
        let read = present::NonceBook::from_json(&parse(text.as_bytes())?);
        let book = read.ok_or_else(|| Fault::new(Code::ProofChallenge).about("no book of nonces"))?;
        Ok(Self { book: Mutex::new(book) })
    }

    /// Gives out a new nonce: for `PolicyOptions.challenge`, and for the holder. `now`: none for this machine's time.
    ///
    /// ```text
    /// nonce = book.give()
    /// verifier = Verifier(PolicyOptions(trust_list=trust, challenge=nonce, domain="shop.example"))
    /// ```
    ///
    /// Errors: `Internal` without randomness, and when too many are out.
    #[uniffi::method(default(now = None))]
    pub fn give(&self, now: Option<SystemTime>) -> Result<String, TamarackError> {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(book.give(&mut SystemRandomness, or_now(now))?)
    }

    /// Takes a nonce back with the presentation that carries it, before the presentation is judged.
    ///
    /// ```text
    /// book.take(nonce)
    /// verdict = verifier.verify(presentation)
    /// ```
    ///
    /// Errors: `Input` with `proof.challenge_reused` for one that came back before, `proof.challenge` for one that was never given
    /// out or is too old.
    #[uniffi::method(default(now = None))]
    pub fn take(&self, nonce: String, now: Option<SystemTime>) -> Result<(), TamarackError> {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(book.take(&nonce, or_now(now))?)
    }

    /// The book as JSON text, to be kept until the next time.
    ///
    /// ```text
    /// store(book.text())
    /// ```
    #[must_use]
    pub fn text(&self) -> String {
        to_string(&self.book.lock().unwrap_or_else(PoisonError::into_inner).to_json())
    }
}
