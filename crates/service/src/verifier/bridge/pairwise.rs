//! The secret with which people's identifiers become pairwise subjects (OpenID Connect Core §8.1).
//!
//! A store has one for good, whatever becomes of the key that requests are signed with. It is kept sealed: under the
//! passphrase, if there is one, else under what follows from the request key. A store from before, when subjects were made
//! with the request key itself, gets as its secret what they were made with: nobody is called otherwise.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use tamarack::encoding::{base64url_encode, hex_encode};
use tamarack::keys::{SecretKey, seal_text, unseal_text};
use tamarack::{Fault, Randomness as _, SystemRandomness};
use zeroize::Zeroizing;

use crate::store::{Database, Exchange, NewExchange, StoreError};
use crate::verifier::client::ClientKey;
use crate::verifier::settings::now;

/// Where the store keeps it.
const KIND: &str = "secret";
const ID: &str = "pairwise";
const STATE: &str = "current";
/// For as long as anybody could care: a hundred years.
const SECONDS: i64 = 100 * 365 * 86_400;

/// The secret with which people's identifiers become pairwise subjects.
pub struct PairwiseSecret(Zeroizing<[u8; 32]>);

impl core::fmt::Debug for PairwiseSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PairwiseSecret(redacted)")
    }
}

/// What opens the secret that a store keeps.
#[derive(Clone, Copy, Debug)]
pub struct PairwiseSeals<'s> {
    /// The key of the requests.
    pub client: &'s ClientKey,
    /// The key of the requests until now, when another takes its place.
    pub previous: Option<&'s SecretKey>,
    /// The operator's passphrase.
    pub passphrase: Option<&'s str>,
}

/// Why there is no secret.
#[derive(Debug)]
#[non_exhaustive]
pub enum PairwiseError {
    /// The store failed.
    Store(StoreError),
    /// It is sealed under another passphrase or key.
    Sealed,
    /// There is nothing to seal it under: the request key is elsewhere, and there is no passphrase.
    Unsealable,
    /// The library failed.
    Fault(Fault),
}

impl PairwiseError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(_) | Self::Fault(_) => "serve.database",
            Self::Sealed => "serve.pairwise_sealed",
            Self::Unsealable => "serve.pairwise_passphrase",
        }
    }

    /// Every code of its own, for tests of the texts that explain them.
    pub const CODES: &'static [&'static str] = &["serve.pairwise_sealed", "serve.pairwise_passphrase"];
}

impl From<StoreError> for PairwiseError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Fault> for PairwiseError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl PairwiseSecret {
    /// The secret of a store, which is made if it has none. What is sealed under the previous key is sealed anew.
    ///
    /// # Errors
    /// [`PairwiseError`].
    pub async fn open(database: &Database, seals: &PairwiseSeals<'_>) -> Result<Self, PairwiseError> {
        if let Some(kept) = database.exchange(KIND, ID, now()).await? {
            return Self::unseal(database, &kept, seals).await;
        }
        let current = seals.client.secret();
        let former = seals.previous.map(SecretKey::expose_jwk).or(current);
        let mut secret = Zeroizing::new([0; 32]);
        match former {
            Some(jwk) => {
                secret.copy_from_slice(&Sha256::new_with_prefix(FORMER).chain_update(jwk.as_bytes()).finalize())
            }
            None => SystemRandomness.fill(secret.as_mut_slice())?,
        }
        let texts = seals.texts();
        let sealed = seal_text(&encoded(&secret)?, texts.first().ok_or(PairwiseError::Unsealable)?.as_bytes())?;
        let created = now();
        let expires = created.plus_seconds(SECONDS);
        let new = NewExchange { kind: KIND, id: ID, state: STATE, payload: &sealed, created, expires };
        match database.add_exchange(&new, &[]).await {
            Ok(()) => Ok(Self(secret)),
            // Another process was first: its secret is everybody's.
            Err(StoreError::Conflict(_)) => {
                let kept = database.exchange(KIND, ID, now()).await?.ok_or(PairwiseError::Sealed)?;
                Self::unseal(database, &kept, seals).await
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn unseal(database: &Database, kept: &Exchange, seals: &PairwiseSeals<'_>) -> Result<Self, PairwiseError> {
        let texts = seals.texts();
        let opened = texts.iter().enumerate().find_map(|(at, seal)| {
            let bytes = unseal_text(&kept.payload, seal.as_bytes()).ok()?;
            let text: String = serde_json::from_slice(&bytes).ok()?;
            let secret = tamarack::encoding::base64url_decode(&Zeroizing::new(text)).ok()?;
            let secret: [u8; 32] = Zeroizing::new(secret).as_slice().try_into().ok()?;
            Some((at, Zeroizing::new(secret)))
        });
        let (at, secret) = opened.ok_or(PairwiseError::Sealed)?;
        if let (Some(first), 1..) = (texts.first(), at) {
            let sealed = seal_text(&encoded(&secret)?, first.as_bytes())?;
            // Another process may have done it.
            database.change_exchange(KIND, kept, STATE, &sealed, now()).await?;
        }
        Ok(Self(secret))
    }

    /// Another secret that follows from this one, for one purpose.
    pub(super) fn derived(&self, purpose: &str) -> Zeroizing<String> {
        Zeroizing::new(hex_encode(&Sha256::new_with_prefix(purpose).chain_update(self.0.as_slice()).finalize()))
    }

    /// Another name for each sector; the same again for the same person.
    pub(super) fn subject(&self, sector: &str, person: &str) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice()).ok()?;
        mac.update(sector.as_bytes());
        mac.update(b"\n");
        mac.update(person.as_bytes());
        Some(base64url_encode(&mac.finalize().into_bytes()))
    }
}

/// What the first secret of a store from before follows from, in front of the request key's JWK.
const FORMER: &str = "tamarack pairwise subjects\n";

impl PairwiseSeals<'_> {
    /// What the secret may be sealed under; it is sealed under the first.
    fn texts(&self) -> Vec<Zeroizing<String>> {
        let of_key = |jwk: Zeroizing<String>| {
            let digest = Sha256::new_with_prefix("tamarack seal of the pairwise secret\n").chain_update(jwk.as_bytes());
            Zeroizing::new(hex_encode(&digest.finalize()))
        };
        let passphrase = self.passphrase.map(|text| Zeroizing::new(text.to_owned()));
        let keys = [self.client.secret(), self.previous.map(SecretKey::expose_jwk)];
        passphrase.into_iter().chain(keys.into_iter().flatten().map(of_key)).collect()
    }
}

/// The secret as a JSON text, as sealed texts are.
fn encoded(secret: &[u8; 32]) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let text = Zeroizing::new(base64url_encode(secret));
    Ok(Zeroizing::new(format!("\"{}\"", text.as_str()).into_bytes()))
}
