//! Which index the next credential gets: unpredictable, never twice, and remembered in one number.
//!
//! Bitstring Status List 1.0 §2.1 asks for indices that tell nothing about when a credential was issued or how many were.
//! A random draw would have to remember every index that it gave away. So the k-th credential gets `P(k)`, where `P` is a
//! keyed pseudorandom permutation of `0..entries`: a Feistel network of ten rounds with HMAC-SHA-256 as its round function
//! (Luby and Rackoff 1988; NIST SP 800-38G uses as many rounds), brought from a power of four down to `entries` by cycle
//! walking (Black and Rogaway 2002, "Ciphers with Arbitrary Finite Domains"). A permutation repeats nothing; the seed and
//! `k` are the whole state. Whoever learns the seed can tell the order of issuing, so it is kept like a key.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{Code, Fault, limits};

const ROUNDS: u8 = 10;

/// The secret of an [`Allocator`]: 32 random bytes. Wiped when dropped, never printed.
#[derive(Clone)]
pub struct Seed(Zeroizing<[u8; 32]>);

impl Seed {
    /// A new seed from the operating system's randomness.
    ///
    /// # Errors
    /// [`Code::Internal`] if there is none.
    pub fn generate() -> Result<Self, Fault> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| Fault::new(Code::Internal).about("no randomness"))?;
        Ok(Self(bytes))
    }

    /// A seed that was stored.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, to be stored as a secret.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl core::fmt::Debug for Seed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Seed(redacted)")
    }
}

/// Gives out the indices of one status list, each once, in an order that only the seed tells.
///
/// Store the seed with the list, and [`Allocator::taken`] **before** an index is used: after a crash an index may be lost,
/// but none is given twice.
#[derive(Clone)]
pub struct Allocator {
    mac: Hmac<Sha256>,
    entries: usize,
    half_bits: u32,
    taken: usize,
    /// What every round gives for every half, if it was computed beforehand. It tells as much as the seed.
    rounds: Option<Zeroizing<Vec<u32>>>,
}

impl Allocator {
    /// The allocator of a list of `entries` entries of which `taken` have been given out.
    ///
    /// # Errors
    /// [`Code::StatusListInvalid`] for fewer than [`limits::STATUS_MIN_ENTRIES`] entries, or more than fit in a list.
    pub fn new(seed: &Seed, entries: usize, taken: usize) -> Result<Self, Fault> {
        if !(limits::STATUS_MIN_ENTRIES..=limits::STATUS_UNPACKED_BYTES * 8).contains(&entries) {
            return Err(Fault::new(Code::StatusListInvalid).about(format!("{entries} entries")));
        }
        Self::over(seed, entries, taken)
    }

    fn over(seed: &Seed, entries: usize, taken: usize) -> Result<Self, Fault> {
        let mut mac = Hmac::<Sha256>::new_from_slice(seed.expose()).map_err(|_| Fault::new(Code::Internal))?;
        // The same seed under another length is another permutation, and nothing else that uses the seed collides.
        mac.update(b"tamarack status index v1");
        mac.update(&(entries as u64).to_be_bytes());
        let bits = usize::BITS - entries.saturating_sub(1).leading_zeros();
        Ok(Self { mac, entries, half_bits: bits.div_ceil(2).max(1), taken, rounds: None })
    }

    /// Computes what all the indices have in common: worth its milliseconds for a thousand of them and more. The indices
    /// are the same.
    #[must_use]
    pub fn prepared(mut self) -> Self {
        // Beyond this, the list is so large that the table would be larger than what it saves.
        if self.rounds.is_none() && self.half_bits <= 12 {
            let halves = 1_usize << self.half_bits;
            let every = (0..ROUNDS).flat_map(|round| (0..halves).map(move |half| (round, half)));
            // Of its full size from the start: a table that grew would leave copies behind that nobody wipes.
            let mut rounds = Zeroizing::new(Vec::with_capacity(usize::from(ROUNDS) << self.half_bits));
            rounds.extend(every.map(|(round, half)| self.compute(round, half)));
            self.rounds = Some(rounds);
        }
        self
    }

    /// The next index.
    ///
    /// # Errors
    /// [`Code::IssueStatusFull`] when every index has been given out.
    pub fn allocate(&mut self) -> Result<usize, Fault> {
        let index = self.index_at(self.taken)?;
        self.taken += 1;
        Ok(index)
    }

    /// The index that the `k`-th allocation gives, counted from zero.
    ///
    /// # Errors
    /// [`Code::IssueStatusFull`] for a `k` of `entries` or more.
    pub fn index_at(&self, k: usize) -> Result<usize, Fault> {
        if k >= self.entries {
            return Err(Fault::new(Code::IssueStatusFull).about(format!("{} entries", self.entries)));
        }
        // Cycle walking: the domain of the network is at most four times as large, so four steps are expected at worst;
        // the walk ends because a permutation's cycle returns to `k`, which is within.
        let mut value = k;
        loop {
            value = self.permute(value);
            if value < self.entries {
                return Ok(value);
            }
        }
    }

    /// How many indices have been given out: with the seed, the whole state.
    #[must_use]
    pub const fn taken(&self) -> usize {
        self.taken
    }

    /// How many indices are left.
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.entries.saturating_sub(self.taken)
    }

    /// One pass of the Feistel network over `2 * half_bits` bits.
    fn permute(&self, value: usize) -> usize {
        let mask = (1_usize << self.half_bits) - 1;
        let (mut left, mut right) = (value >> self.half_bits, value & mask);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ (self.round(round, right) & mask));
        }
        left << self.half_bits | right
    }

    fn round(&self, round: u8, half: usize) -> usize {
        let known = self.rounds.as_ref().and_then(|rounds| rounds.get(usize::from(round) << self.half_bits | half));
        known.copied().unwrap_or_else(|| self.compute(round, half)) as usize
    }

    fn compute(&self, round: u8, half: usize) -> u32 {
        let mut mac = self.mac.clone();
        mac.update(&[round]);
        mac.update(&(half as u64).to_be_bytes());
        mac.finalize().into_bytes().iter().take(4).fold(0, |value, byte| value << 8 | u32::from(*byte))
    }
}

impl core::fmt::Debug for Allocator {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Allocator({} of {} taken)", self.taken, self.entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_every_index_once() {
        let seed = Seed::from_bytes([7; 32]);
        for entries in [1, 2, 3, 5, 16, 17, 1_000, 4_096, 4_097] {
            let mut allocator = Allocator::over(&seed, entries, 0).unwrap();
            let mut seen = vec![false; entries];
            for _ in 0..entries {
                let index = allocator.allocate().unwrap();
                assert!(!std::mem::replace(&mut seen[index], true), "{index} of {entries} twice");
            }
            assert_eq!(allocator.allocate().unwrap_err().code(), Code::IssueStatusFull);
            assert_eq!(allocator.remaining(), 0);
        }
    }

    #[test]
    fn what_was_prepared_gives_the_same_indices() {
        let seed = Seed::from_bytes([5; 32]);
        for entries in [2, 17, 4_097, limits::STATUS_MIN_ENTRIES, 1 << 18] {
            let plain = Allocator::over(&seed, entries, 0).unwrap();
            let prepared = plain.clone().prepared();
            assert!(prepared.rounds.is_some());
            for k in (0..entries).step_by(entries / 200 + 1) {
                assert_eq!(prepared.index_at(k).unwrap(), plain.index_at(k).unwrap());
            }
        }
    }

    #[test]
    fn survives_a_restart_without_reuse() {
        let seed = Seed::from_bytes([9; 32]);
        let entries = limits::STATUS_MIN_ENTRIES;
        let mut whole = Allocator::new(&seed, entries, 0).unwrap();
        let first: Vec<usize> = (0..200).map(|_| whole.allocate().unwrap()).collect();
        let mut again = Vec::new();
        for taken in 0..200 {
            let stored = Seed::from_bytes(*seed.expose());
            again.push(Allocator::new(&stored, entries, taken).unwrap().allocate().unwrap());
        }
        assert_eq!(first, again);
        let distinct: std::collections::BTreeSet<_> = first.iter().collect();
        assert_eq!(distinct.len(), 200);
    }

    #[test]
    fn the_order_depends_on_the_seed_and_is_spread() {
        let of = |byte: u8| {
            let mut allocator = Allocator::new(&Seed::from_bytes([byte; 32]), limits::STATUS_MIN_ENTRIES, 0).unwrap();
            (0..2_000).map(|_| allocator.allocate().unwrap()).collect::<Vec<_>>()
        };
        let (one, other) = (of(1), of(2));
        assert!(one.iter().zip(&other).filter(|(a, b)| a == b).count() < 5);
        // Half of them in the lower half, within six standard deviations (2000 draws: 22.4 each).
        let low = one.iter().filter(|index| **index < limits::STATUS_MIN_ENTRIES / 2).count();
        assert!((866..=1_134).contains(&low), "{low}");
        assert!(one.windows(2).filter(|pair| pair[0] + 1 == pair[1]).count() < 5);
    }

    #[test]
    fn refuses_a_list_that_hides_nobody() {
        let seed = Seed::generate().unwrap();
        assert_eq!(Allocator::new(&seed, 1_000, 0).unwrap_err().code(), Code::StatusListInvalid);
        assert_eq!(format!("{seed:?}"), "Seed(redacted)");
    }
}
