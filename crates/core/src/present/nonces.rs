//! A verifier's book of the nonces that it gave out: each is good once, and not for long.

use std::collections::HashMap;

use crate::encoding::base64url_encode;
use crate::json::{Object, Value};
use crate::{Code, Fault, Randomness, Timestamp, limits};

/// The nonces that a verifier gave out, in memory. A service with several processes keeps such a book in its database, a
/// program that runs once for each presentation in a file ([`Self::to_json`]); what may be done with a nonce is the same.
///
/// Pure: the time and the randomness come from the caller.
#[derive(Clone, Debug)]
pub struct NonceBook {
    /// Until when each nonce is remembered, and whether it was used.
    nonces: HashMap<String, Entry>,
    seconds: i64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    until: Timestamp,
    used: bool,
}

impl NonceBook {
    /// An empty book whose nonces are good for so many seconds.
    #[must_use]
    pub fn new(seconds: i64) -> Self {
        Self { nonces: HashMap::new(), seconds: seconds.max(1) }
    }

    /// Gives out a new nonce.
    ///
    /// # Errors
    /// [`Code::Internal`] without randomness, and when [`limits::NONCES`] are out.
    pub fn give(&mut self, rng: &mut dyn Randomness, now: Timestamp) -> Result<String, Fault> {
        self.give_for(self.seconds, rng, now)
    }

    /// Gives out a new nonce that is good for so many seconds, at least one.
    ///
    /// # Errors
    /// As [`Self::give`].
    pub fn give_for(&mut self, seconds: i64, rng: &mut dyn Randomness, now: Timestamp) -> Result<String, Fault> {
        self.forget(now);
        let mut random = [0; 18];
        rng.fill(&mut random)?;
        let nonce = base64url_encode(&random);
        if self.nonces.len() >= limits::NONCES || self.nonces.contains_key(&nonce) {
            return Err(Fault::new(Code::Internal).about("nonce"));
        }
        self.nonces.insert(nonce.clone(), Entry { until: now.plus_seconds(seconds.max(1)), used: false });
        Ok(nonce)
    }

    /// Takes a nonce back with the presentation that carries it, before the presentation is judged. A second time, it is
    /// refused: whoever copied a presentation gets nowhere with it.
    ///
    /// # Errors
    /// [`Code::ProofChallengeReused`] for one that came back before, [`Code::ProofChallenge`] for one that was never
    /// given out or is too old.
    pub fn take(&mut self, nonce: &str, now: Timestamp) -> Result<(), Fault> {
        match self.nonces.get_mut(nonce) {
            Some(entry) if entry.used => Err(Fault::new(Code::ProofChallengeReused)),
            Some(entry) if entry.until >= now => {
                entry.used = true;
                Ok(())
            }
            _ => Err(Fault::new(Code::ProofChallenge)),
        }
    }

    /// The book as JSON, to be kept until the next time: `{"seconds":300,"nonces":{"…":{"until":"…","used":false}}}`.
    #[must_use]
    pub fn to_json(&self) -> Value<'static> {
        let mut names: Vec<&String> = self.nonces.keys().collect();
        names.sort_unstable();
        let mut nonces = Object::new();
        for (name, entry) in names.into_iter().filter_map(|name| Some((name, self.nonces.get(name)?))) {
            let mut one = Object::new();
            one.insert("until", entry.until.to_string());
            one.insert("used", entry.used);
            nonces.insert(name.clone(), one);
        }
        let mut book = Object::new();
        book.insert("seconds", u32::try_from(self.seconds).unwrap_or(u32::MAX));
        book.insert("nonces", nonces);
        Value::Object(book)
    }

    /// Reads a book again; `None` for anything but what [`Self::to_json`] gives.
    #[must_use]
    pub fn from_json(book: &Value<'_>) -> Option<Self> {
        let mut this = Self::new(book.get("seconds")?.as_i64()?);
        let nonces = book.get("nonces")?.as_object()?;
        if book.as_object()?.len() != 2 || nonces.len() > limits::NONCES {
            return None;
        }
        for (name, entry) in nonces.iter() {
            let until = Timestamp::parse_stamp(entry.get("until")?.as_str()?).ok()?;
            let used = entry.get("used")?.as_bool()?;
            this.nonces.insert(name.to_owned(), Entry { until, used });
        }
        Some(this)
    }

    /// Forgets what is too old to be taken anyway.
    fn forget(&mut self, now: Timestamp) {
        self.nonces.retain(|_, entry| entry.until >= now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counter(u8);

    impl Randomness for Counter {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
            self.0 += 1;
            bytes.fill(self.0);
            Ok(())
        }
    }

    #[test]
    fn a_nonce_is_good_once_and_not_for_long() {
        let at = Timestamp::from_unix;
        let mut book = NonceBook::new(60);
        let code = |result: Result<(), Fault>| result.unwrap_err().code();
        let mut rng = Counter(0);
        let one = book.give(&mut rng, at(0)).unwrap();
        let two = book.give(&mut rng, at(0)).unwrap();
        assert_eq!(book.take(&one, at(60)), Ok(()));
        assert_eq!(code(book.take(&one, at(60))), Code::ProofChallengeReused);
        assert_eq!(code(book.take(&two, at(61))), Code::ProofChallenge);
        assert_eq!(code(book.take("never", at(0))), Code::ProofChallenge);
        assert!(book.give(&mut Counter(1), at(0)).is_err(), "it is out already");
        assert!(book.give(&mut Counter(1), at(100)).is_ok(), "it was forgotten");
    }

    #[test]
    fn a_book_is_kept_between_calls() {
        let at = Timestamp::from_unix;
        let mut book = NonceBook::new(60);
        let (one, two) = (book.give(&mut Counter(0), at(0)).unwrap(), book.give(&mut Counter(5), at(0)).unwrap());
        book.take(&one, at(1)).unwrap();
        let text = crate::json::to_string(&book.to_json());
        let kept = |text: &str| NonceBook::from_json(&crate::json::parse(text.as_bytes()).unwrap());
        let mut book = kept(&text).unwrap();
        assert_eq!(book.take(&one, at(2)).unwrap_err().code(), Code::ProofChallengeReused);
        assert_eq!(book.take(&two, at(61)).unwrap_err().code(), Code::ProofChallenge);
        assert_eq!(book.take(&two, at(60)), Ok(()));
        for bad in [
            "{}",
            r#"{"seconds":60}"#,
            r#"{"seconds":60,"nonces":[]}"#,
            r#"{"seconds":60,"nonces":{"a":{"until":"never","used":false}}}"#,
            r#"{"seconds":60,"nonces":{"a":{"until":"2026-01-01T00:00:00Z"}}}"#,
            r#"{"seconds":60,"nonces":{},"more":1}"#,
        ] {
            assert!(kept(bad).is_none(), "{bad}");
        }
    }
}
