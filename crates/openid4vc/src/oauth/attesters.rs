//! Who is believed when he vouches: wallet providers and key stores.

use tamarack::Timestamp;
use tamarack::json::Value;
use tamarack::keys::PublicKey;
use tamarack::x509::Chain;

use crate::Result;
use crate::jwt::Token;

/// Whose attestations are believed: keys by their names, and certificates under which others stand.
#[derive(Clone, Debug, Default)]
pub struct Attesters {
    keys: Vec<(Option<String>, PublicKey)>,
    anchors: Vec<Vec<u8>>,
}

impl Attesters {
    /// Nobody.
    #[must_use]
    pub const fn nobody() -> Self {
        Self { keys: Vec::new(), anchors: Vec::new() }
    }

    /// Whether nobody is believed.
    #[must_use]
    pub const fn is_nobody(&self) -> bool {
        self.keys.is_empty() && self.anchors.is_empty()
    }

    /// Adds a key that is trusted, under its `kid` if it has one.
    #[must_use]
    pub fn trusting(mut self, kid: Option<&str>, key: PublicKey) -> Self {
        self.keys.push((kid.map(str::to_owned), key));
        self
    }

    /// Adds a certificate (DER): whoever has a certificate under it is trusted.
    #[must_use]
    pub fn anchored(mut self, certificate: Vec<u8>) -> Self {
        self.anchors.push(certificate);
        self
    }

    /// Checks that somebody who is trusted signed the token: the leaf of its `x5c`, if that leads to an anchor or has a key that is
    /// trusted itself; else the key that its `kid` names, or any key if there is no name. A `jwk` in the token is never used.
    pub(crate) fn verify(&self, token: &Token<'_>, now: Timestamp) -> Result<()> {
        let refuse = || token.claims.refuse("an attester who is not trusted");
        if token.header.contains_key("x5c") {
            let chain = Chain::of_header(&token.header).map_err(|_| refuse())?;
            let key = chain.key().map_err(|_| refuse())?;
            if !self.keys.iter().any(|(_, known)| *known == key) {
                chain.verify(&self.anchors, now).map_err(|_| refuse())?;
            }
            return token.verify(&key);
        }
        let kid = token.header.get("kid").and_then(Value::as_str);
        let named = |known: &Option<String>| kid.is_none() || known.is_none() || known.as_deref() == kid;
        let holds = |(known, key): &(Option<String>, PublicKey)| named(known) && token.verify(key).is_ok();
        if self.keys.iter().any(holds) { Ok(()) } else { Err(refuse()) }
    }
}
