//! Who is believed when he vouches: wallet providers and key stores.

use tamarack::json::Value;
use tamarack::keys::PublicKey;

use crate::Result;
use crate::jwt::Token;

/// Whose attestations an issuer believes: wallet providers, key stores.
#[derive(Clone, Debug, Default)]
pub struct Attesters {
    keys: Vec<(Option<String>, PublicKey)>,
}

impl Attesters {
    /// Nobody.
    #[must_use]
    pub const fn nobody() -> Self {
        Self { keys: Vec::new() }
    }

    /// Adds a key that is trusted, under its `kid` if it has one.
    #[must_use]
    pub fn trusting(mut self, kid: Option<&str>, key: PublicKey) -> Self {
        self.keys.push((kid.map(str::to_owned), key));
        self
    }

    /// Checks that somebody who is trusted signed the token: the key that its `kid` names, or any key if there is no name.
    /// Keys in the token are never used.
    pub(crate) fn verify(&self, token: &Token<'_>) -> Result<()> {
        let kid = token.header.get("kid").and_then(Value::as_str);
        let named = |known: &Option<String>| kid.is_none() || known.is_none() || known.as_deref() == kid;
        let holds = |(known, key): &(Option<String>, PublicKey)| named(known) && token.verify(key).is_ok();
        if self.keys.iter().any(holds) { Ok(()) } else { Err(token.claims.refuse("an attester who is not trusted")) }
    }
}
