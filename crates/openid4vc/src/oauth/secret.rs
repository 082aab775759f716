//! Random secrets (codes, tokens, nonces), and the digests of which a store keeps no more.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::{Fault, Randomness};
use zeroize::Zeroizing;

/// A secret that is sent: 256 random bits as 43 characters of base64url. Whoever stores it stores its [`Digest`].
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Draws one.
    ///
    /// # Errors
    /// [`tamarack::Code::Internal`] if there is no randomness.
    pub fn draw(rng: &mut dyn Randomness) -> Result<Self, Fault> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        rng.fill(bytes.as_mut())?;
        Ok(Self(Zeroizing::new(base64url_encode(bytes.as_ref()))))
    }

    /// A secret that somebody else made.
    #[must_use]
    pub fn of(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text, to be sent. What is copied from it does not wipe itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its digest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

impl core::fmt::Debug for Secret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// The SHA-256 of a secret. It is compared in constant time, and of no use to whoever reads the store.
#[derive(Clone, Copy)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of a secret's text.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// The digest of a short code that must not be guessed from the store: under the long secret with which it is sent.
    #[must_use]
    pub fn of_short(short: &str, long: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"tamarack short code v1");
        hash.update((long.len() as u64).to_be_bytes());
        hash.update(long.as_bytes());
        hash.update(short.as_bytes());
        Self(hash.finalize().into())
    }

    /// The digest with these bytes, from a store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes, for a store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its text: 43 characters of base64url.
    #[must_use]
    pub fn to_text(&self) -> String {
        base64url_encode(&self.0)
    }

    /// Reads [`Self::to_text`].
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        base64url_decode(text).ok().and_then(|bytes| bytes.try_into().ok()).map(Self)
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Digest {}

impl core::fmt::Debug for Digest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Digest(redacted)")
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_text(&text).ok_or_else(|| serde::de::Error::custom("no digest"))
    }
}

#[cfg(test)]
mod tests {
    use tamarack::SystemRandomness;

    use super::*;

    #[test]
    fn a_secret_is_long_and_hidden() {
        let one = Secret::draw(&mut SystemRandomness).unwrap();
        let two = Secret::draw(&mut SystemRandomness).unwrap();
        assert_eq!(one.expose().len(), 43);
        assert_ne!(one.digest(), two.digest());
        assert_eq!(Digest::from_text(&one.digest().to_text()), Some(one.digest()));
        assert_eq!(Digest::from_text("short"), None);
        for shown in [format!("{one:?}"), format!("{:?}", one.digest())] {
            assert!(shown.contains("redacted"));
        }
        assert_ne!(Digest::of_short("1234", "a"), Digest::of_short("1234", "b"));
        assert_ne!(Digest::of_short("4", "a1"), Digest::of_short("14", "a"));
    }
}
