//! The hash algorithms of RDFC-1.0.

use sha2::Digest as _;

/// The hash inside RDFC-1.0 and over its result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HashAlgorithm {
    /// SHA-256, the default.
    Sha256,
    /// SHA-384, for P-384 keys.
    Sha384,
}

impl HashAlgorithm {
    /// The digest of some bytes: 32 or 48 bytes.
    #[must_use]
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => sha2::Sha256::digest(bytes).to_vec(),
            Self::Sha384 => sha2::Sha384::digest(bytes).to_vec(),
        }
    }

    /// The digest without an allocation.
    pub(super) fn hash(self, bytes: &[u8]) -> Hash {
        let mut out = [0; LONGEST];
        match self {
            Self::Sha256 => out.iter_mut().zip(sha2::Sha256::digest(bytes)).for_each(|(to, from)| *to = from),
            Self::Sha384 => out.iter_mut().zip(sha2::Sha384::digest(bytes)).for_each(|(to, from)| *to = from),
        }
        Hash(out)
    }

    /// Appends a hash of this algorithm in lower-case hexadecimal, as RDFC-1.0 §4.2 says.
    pub(super) fn push_hex(self, out: &mut String, hash: &Hash) {
        let length = match self {
            Self::Sha256 => 32,
            Self::Sha384 => LONGEST,
        };
        let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble });
        for byte in hash.0.iter().take(length) {
            out.push(digit(byte >> 4));
            out.push(digit(byte & 15));
        }
    }
}

const LONGEST: usize = 48;

/// A digest, padded with zeros. Its order is the code point order of its hexadecimal text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hash([u8; LONGEST]);
