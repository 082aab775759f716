//! Randomness as a parameter: the operating system's for use, a fixed one for known-answer tests.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::{Code, Fault};

/// A source of random bytes.
///
/// What is secret or must never repeat (keys, blinding scalars, salts) is drawn from it. Anything but
/// [`SystemRandomness`] belongs in tests of known answers alone.
pub trait Randomness {
    /// Fills the whole of `bytes`.
    ///
    /// # Errors
    /// [`Code::Internal`] if there is no randomness.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault>;
}

/// The operating system's randomness.
#[derive(Clone, Copy, Default, Debug)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
        getrandom::fill(bytes).map_err(|_| Code::Internal.into())
    }
}

/// Randomness that follows from a secret seed and a label: the same again whenever it is asked for, so that a batch that
/// was interrupted makes the very same credentials. Whoever knows the seed knows all of it; it is kept like a key.
///
/// The n-th block is HMAC-SHA-256 of the label and n under the seed, which no one can tell from randomness without it.
pub struct SeededRandomness {
    mac: Hmac<Sha256>,
    counter: u64,
}

impl SeededRandomness {
    /// The randomness of a label. Two labels give what has nothing to do with each other.
    ///
    /// # Errors
    /// None that can happen: HMAC takes a key of any length. [`Code::Internal`] stands for it.
    pub fn new(seed: &[u8; 32], label: &[u8]) -> Result<Self, Fault> {
        let mut mac = Hmac::<Sha256>::new_from_slice(seed).map_err(|_| Fault::new(Code::Internal))?;
        mac.update(b"tamarack randomness v1");
        mac.update(&(label.len() as u64).to_be_bytes());
        mac.update(label);
        Ok(Self { mac, counter: 0 })
    }
}

impl Randomness for SeededRandomness {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
        for chunk in bytes.chunks_mut(32) {
            let mut mac = self.mac.clone();
            mac.update(&self.counter.to_be_bytes());
            self.counter += 1;
            let block = zeroize::Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()));
            chunk.iter_mut().zip(block.iter()).for_each(|(to, from)| *to = *from);
        }
        Ok(())
    }
}

impl core::fmt::Debug for SeededRandomness {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SeededRandomness(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_label_say_all() {
        let draw = |seed: u8, label: &[u8]| {
            let mut bytes = [0; 48];
            SeededRandomness::new(&[seed; 32], label).unwrap().fill(&mut bytes).unwrap();
            bytes
        };
        assert_eq!(draw(1, b"row 1"), draw(1, b"row 1"));
        assert_ne!(draw(1, b"row 1"), draw(1, b"row 2"));
        assert_ne!(draw(1, b"row 1"), draw(2, b"row 1"));
        let mut parts = [0; 48];
        let mut random = SeededRandomness::new(&[1; 32], b"row 1").unwrap();
        parts.chunks_mut(16).for_each(|part| random.fill(part).unwrap());
        assert!(parts.chunks(16).all(|part| part != [0; 16]), "never drawn twice");
        assert_ne!(parts[..16], parts[16..32]);
    }
}
