//! Nonces that a server gives out without keeping them: `c_nonce`, DPoP nonces, attestation challenges.
//!
//! A nonce is the time at which it was made and 128 random bits, under a MAC. Any process that has the key can judge it, and
//! nobody fills a store by asking for nonces. Where a nonce may be used once, the store keeps those that were used, for as
//! long as they are good.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::{Code, Fault, Randomness, Timestamp};
use zeroize::Zeroizing;

/// What a nonce is for. One for another purpose is no nonce.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoncePurpose {
    /// `c_nonce` of key proofs (OpenID4VCI §7).
    Credential,
    /// DPoP proofs at the authorization server (RFC 9449 §8).
    DpopServer,
    /// DPoP proofs at the resource server (RFC 9449 §9).
    DpopResource,
    /// Client attestations.
    Attestation,
}

/// The key under which nonces are made: 256 bits, the same for every process of a service; and the keys of before and after
/// it, whose nonces are good as well while keys are changed.
#[derive(Clone)]
pub struct NonceKey {
    making: Zeroizing<[u8; 32]>,
    others: Vec<Zeroizing<[u8; 32]>>,
}

const TIME: usize = 8;
const RANDOM: usize = 16;
const MAC: usize = 16;

impl NonceKey {
    /// Draws a key.
    ///
    /// # Errors
    /// [`Code::Internal`] if there is no randomness.
    pub fn draw(rng: &mut dyn Randomness) -> Result<Self, Fault> {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill(key.as_mut())?;
        Ok(Self { making: key, others: Vec::new() })
    }

    /// The key with these bytes, from a store.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { making: Zeroizing::new(bytes), others: Vec::new() }
    }

    /// Takes the nonces of another key too, but makes none with it.
    #[must_use]
    pub fn taking(mut self, other: [u8; 32]) -> Self {
        self.others.push(Zeroizing::new(other));
        self
    }

    /// The bytes, for a store that keeps secrets.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.making
    }

    /// Makes a nonce.
    ///
    /// # Errors
    /// [`Code::Internal`] if there is no randomness.
    pub fn make(&self, purpose: NoncePurpose, now: Timestamp, rng: &mut dyn Randomness) -> Result<String, Fault> {
        let mut bytes = Vec::with_capacity(TIME + RANDOM + MAC);
        bytes.extend_from_slice(&now.unix().to_be_bytes());
        let mut random = [0; RANDOM];
        rng.fill(&mut random)?;
        bytes.extend_from_slice(&random);
        let mac = mac(&self.making, purpose, &bytes)?.finalize().into_bytes();
        bytes.extend(mac.iter().take(MAC));
        Ok(base64url_encode(&bytes))
    }

    /// Whether this service made the nonce for the purpose, no longer than `seconds` ago.
    #[must_use]
    pub fn is_fresh(&self, purpose: NoncePurpose, nonce: &str, now: Timestamp, seconds: i64) -> bool {
        let Ok(bytes) = base64url_decode(nonce) else { return false };
        let Some((body, mac)) = bytes.split_at_checked(TIME + RANDOM) else { return false };
        let Some(time) = body.first_chunk::<TIME>() else { return false };
        let made_with = |key: &Zeroizing<[u8; 32]>| {
            self::mac(key, purpose, body).is_ok_and(|expected| expected.verify_truncated_left(mac).is_ok())
        };
        let genuine = mac.len() == MAC && std::iter::once(&self.making).chain(&self.others).any(made_with);
        let age = now.unix().saturating_sub(i64::from_be_bytes(*time));
        // Another process may have a clock that is a little ahead.
        genuine && age <= seconds && age >= -crate::limits::CLOCK_SKEW_SECONDS
    }
}

fn mac(key: &[u8; 32], purpose: NoncePurpose, body: &[u8]) -> Result<Hmac<Sha256>, Fault> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| Fault::new(Code::Internal))?;
    let label: &[u8] = match purpose {
        NoncePurpose::Credential => b"tamarack nonce v1 credential",
        NoncePurpose::DpopServer => b"tamarack nonce v1 dpop server",
        NoncePurpose::DpopResource => b"tamarack nonce v1 dpop resource",
        NoncePurpose::Attestation => b"tamarack nonce v1 attestation",
    };
    mac.update(label);
    mac.update(&[0]);
    mac.update(body);
    Ok(mac)
}

impl core::fmt::Debug for NonceKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("NonceKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use tamarack::SystemRandomness;

    use super::*;

    #[test]
    fn only_our_own_for_a_while() {
        let rng = &mut SystemRandomness;
        let now = Timestamp::from_unix(1_790_000_000);
        let key = NonceKey::draw(rng).unwrap();
        let nonce = key.make(NoncePurpose::Credential, now, rng).unwrap();
        let fresh =
            |nonce: &str, seconds: i64| key.is_fresh(NoncePurpose::Credential, nonce, now.plus_seconds(seconds), 300);
        assert!(fresh(&nonce, 0) && fresh(&nonce, 300) && fresh(&nonce, -60));
        assert!(!fresh(&nonce, 301) && !fresh(&nonce, -61));
        assert!(!key.is_fresh(NoncePurpose::DpopServer, &nonce, now, 300));
        assert!(!NonceKey::draw(rng).unwrap().is_fresh(NoncePurpose::Credential, &nonce, now, 300));
        let mut bytes = base64url_decode(&nonce).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            assert!(!fresh(&base64url_encode(&bytes), 0), "byte {at}");
            bytes[at] ^= 1;
        }
        // While keys are changed, those who have the new one and those who have the old one take each other's nonces.
        let new = NonceKey::draw(rng).unwrap().taking(*key.expose());
        assert!(new.is_fresh(NoncePurpose::Credential, &nonce, now, 300));
        assert!(!key.is_fresh(
            NoncePurpose::Credential,
            &new.make(NoncePurpose::Credential, now, rng).unwrap(),
            now,
            300
        ));
        assert!(!fresh("", 0) && !fresh(nonce.get(..20).unwrap(), 0) && !fresh(&format!("{nonce}AAAA"), 0));
        assert_ne!(nonce, key.make(NoncePurpose::Credential, now, rng).unwrap());
    }
}
