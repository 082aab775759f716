//! A text that is a secret: it wipes itself, and does not show itself.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tamarack_openid4vc::oauth::secret::Secret;
use zeroize::Zeroizing;

/// A token, a code, a key: kept in the encrypted store alone.
#[derive(Clone)]
pub(crate) struct Hidden(Zeroizing<String>);

impl Hidden {
    pub(crate) fn of(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn secret(&self) -> Secret {
        Secret::of(self.0.as_str())
    }
}

impl From<&Secret> for Hidden {
    fn from(secret: &Secret) -> Self {
        Self::of(secret.expose())
    }
}

impl core::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Hidden(redacted)")
    }
}

impl Serialize for Hidden {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Hidden {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::of)
    }
}
