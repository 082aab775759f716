//! Random names that nobody can guess, and their comparison.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tamarack::{Fault, Randomness, SystemRandomness};

/// A name of 128 random bits in base64url (22 characters): the id of a request, a session, a code.
///
/// Whoever has it may act on it, so it never stands in a log, and a database keeps its [`RandomId::digest`] alone.
#[derive(Clone)]
pub struct RandomId(String);

impl RandomId {
    /// A new one.
    ///
    /// # Errors
    /// If the operating system has no randomness.
    pub fn new() -> Result<Self, Fault> {
        let mut bytes = [0; 16];
        SystemRandomness.fill(&mut bytes)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// One that came from outside: `None` if it cannot be one of ours.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let ours = text.len() == 22 && URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 16);
        ours.then(|| Self(text.to_owned()))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The SHA-256 of its text in base64url: what a database may keep, and look up without a timing to learn from.
    #[must_use]
    pub fn digest(&self) -> String {
        digest(&self.0)
    }
}

impl std::fmt::Debug for RandomId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RandomId(redacted)")
    }
}

/// The SHA-256 of a secret text in base64url.
pub(crate) fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

/// Whether two secrets are the same, in a time that tells only their lengths.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// The token of `Authorization: Bearer …` (RFC 6750 §2.1).
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(axum::http::header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_back_and_nothing_else_is() {
        let id = RandomId::new().unwrap();
        assert_eq!(RandomId::read(id.as_str()).unwrap().digest(), id.digest());
        assert_ne!(RandomId::new().unwrap().as_str(), id.as_str());
        for bad in ["", "short", "AAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAA/", "AAAAAAAAAAAAAAAAAAAAA "] {
            assert!(RandomId::read(bad).is_none(), "{bad}");
        }
        assert!(!format!("{id:?}").contains(id.as_str()));
        assert!(same("a", "a") && !same("a", "b") && !same("a", "aa"));
    }
}
