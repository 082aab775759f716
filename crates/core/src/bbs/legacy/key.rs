//! A public key with the generators for one number of messages.

use std::sync::{Arc, Mutex, PoisonError};

use tamarack_bls12_381::{Expander, G1Affine, hash_to_g1_early};

use crate::bbs::generators::Generator;
use crate::bbs::keys::PublicKey;
use crate::{Code, Fault, limits};

/// The tag of the generators.
const TAG: &[u8] = b"BLS12381G1_XMD:BLAKE2B_SSWU_RO_BBS+_SIGNATURES:1_0_0";
/// Generators kept at once, over all keys: 8 KiB each. A typical document needs 30.
const KEPT: usize = 512;
/// More generators than this are made without their multiples, and not kept.
const WITH_MULTIPLES: usize = 128;

/// A public key with the generators `h0, h1, …` for one number of messages, which the older scheme derives from both. Copies
/// share them.
#[derive(Clone, Debug)]
pub struct ExtendedKey {
    key: PublicKey,
    /// `h0` and the rest.
    generators: Arc<[Generator]>,
}

impl ExtendedKey {
    /// Derives the generators, 300 microseconds each; those that were used lately are kept.
    ///
    /// # Errors
    /// [`Code::ProofValueEncoding`] for no message and for more than [`limits::BBS_MESSAGES`].
    pub fn derive(key: &PublicKey, messages: usize) -> Result<Self, Fault> {
        static LATELY: Mutex<Vec<ExtendedKey>> = Mutex::new(Vec::new());
        if messages == 0 || messages > limits::BBS_MESSAGES {
            return Err(Fault::new(Code::ProofValueEncoding).about(format!("messages: {messages}")));
        }
        let known =
            |kept: &Vec<Self>| kept.iter().position(|kept| kept.message_count() == messages && kept.key == *key);
        {
            let mut kept = LATELY.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(place) = known(&kept) {
                // The last one was used last.
                let found = kept.remove(place);
                kept.push(found.clone());
                return Ok(found);
            }
        }
        let made = Self::make(key, messages)?;
        if messages < WITH_MULTIPLES {
            let mut kept = LATELY.lock().unwrap_or_else(PoisonError::into_inner);
            if known(&kept).is_none() {
                kept.push(made.clone());
            }
            while kept.iter().map(|kept| kept.generators.len()).sum::<usize>() > KEPT {
                kept.remove(0);
            }
        }
        Ok(made)
    }

    /// Reads the form in which the old libraries wrote a key with its generators: `w`, `h0`, a count in four bytes, `h1, …`.
    ///
    /// # Errors
    /// [`Code::KeyInvalid`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let invalid = || Fault::new(Code::KeyInvalid).about("BLS12-381 G2");
        let (key, rest) = bytes.split_at_checked(96).ok_or_else(invalid)?;
        let (first, rest) = rest.split_at_checked(48).ok_or_else(invalid)?;
        let (count, rest) = rest.split_first_chunk::<4>().ok_or_else(invalid)?;
        let count = u32::from_be_bytes(*count) as usize;
        if count == 0 || count > limits::BBS_MESSAGES || rest.len() != 48 * count {
            return Err(invalid());
        }
        let points = [first].into_iter().chain(rest.chunks(48));
        let points: Option<Vec<G1Affine>> = points.map(|point| G1Affine::from_bytes(point.try_into().ok()?)).collect();
        let generators = Generator::all(points.ok_or_else(invalid)?, uncompressed, width(count));
        Ok(Self { key: PublicKey::from_bytes(key)?, generators: generators.into() })
    }

    /// The form that [`Self::from_bytes`] reads.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let count = u32::try_from(self.message_count()).unwrap_or(u32::MAX).to_be_bytes();
        let messages = self.messages().iter().flat_map(|generator| generator.point().to_bytes());
        let first = self.key.bytes().iter().copied().chain(self.blinding().point().to_bytes());
        first.chain(count).chain(messages).collect()
    }

    /// The key itself.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// How many messages it is for.
    #[must_use]
    pub fn message_count(&self) -> usize {
        self.messages().len()
    }

    /// `h0`.
    pub(super) fn blinding(&self) -> &Generator {
        #[expect(clippy::indexing_slicing, reason = "every way to make a key makes one generator at least")]
        &self.generators[0]
    }

    /// `h1, …`.
    pub(super) fn messages(&self) -> &[Generator] {
        self.generators.get(1..).unwrap_or_default()
    }

    pub(super) fn expect_count(&self, count: usize) -> Result<(), Fault> {
        if count == self.message_count() {
            Ok(())
        } else {
            Err(Fault::new(Code::ProofValueEncoding).about(format!("messages: {count}")))
        }
    }

    /// `DeterministicPublicKey::to_public_key`: each generator is hashed from `w`, 0, its number, 0 and their count.
    fn make(key: &PublicKey, messages: usize) -> Result<Self, Fault> {
        let count = u32::try_from(messages).map_err(|_| Code::Internal)?;
        let w = key.point().to_uncompressed();
        let points: Option<Vec<G1Affine>> = (0..=count)
            .map(|number| {
                let input = [&w[..], &[0], &number.to_be_bytes(), &[0], &count.to_be_bytes()].concat();
                hash_to_g1_early(Expander::XmdBlake2b, &input, TAG)
            })
            .collect();
        let generators = Generator::all(points.ok_or(Code::Internal)?, uncompressed, width(messages));
        Ok(Self { key: key.clone(), generators: generators.into() })
    }
}

/// Bits of a digit for the multiples: fewer than for generators that all keys share.
fn width(messages: usize) -> Option<u32> {
    (messages < WITH_MULTIPLES).then_some(8)
}

fn uncompressed(point: &G1Affine) -> Box<[u8]> {
    Box::new(point.to_uncompressed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bbs::{Ciphersuite, SecretKey};

    /// Those of a key that comes back are not made again; those of too many keys or messages do not fill the memory.
    #[test]
    fn generators_are_kept_and_bounded() {
        let key =
            |seed: u8| SecretKey::derive(Ciphersuite::Sha256, &[seed; 32], b"", None).unwrap().public_key().clone();
        let place = |key: &PublicKey, messages| Arc::as_ptr(&ExtendedKey::derive(key, messages).unwrap().generators);
        let one = key(77);
        // Other tests of this process use the cache too, and may drive this key out between two calls: not every time.
        let is_kept = |messages| (0..8).any(|_| std::ptr::addr_eq(place(&one, messages), place(&one, messages)));
        assert!(is_kept(3), "the same generators, not equal ones");
        let first = ExtendedKey::derive(&one, 3).unwrap();
        assert_ne!(first.to_bytes(), ExtendedKey::derive(&one, 4).unwrap().to_bytes());
        assert_ne!(first.to_bytes(), ExtendedKey::derive(&key(78), 3).unwrap().to_bytes());
        // As many as are kept at most: after them, the first is made anew.
        for seed in 100..105 {
            ExtendedKey::derive(&key(seed), WITH_MULTIPLES - 1).unwrap();
        }
        let again = ExtendedKey::derive(&one, 3).unwrap();
        assert!(!Arc::ptr_eq(&first.generators, &again.generators));
        assert_eq!(first.to_bytes(), again.to_bytes());
    }
}
