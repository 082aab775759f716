//! RDF datasets, N-Quads and their canonical form (RDFC-1.0).

mod dataset;
mod nquads;

pub use dataset::{Dataset, TermId, TermRef};
pub use nquads::NQuadsError;

use crate::{Code, Fault};

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
        use sha2::Digest as _;
        match self {
            Self::Sha256 => sha2::Sha256::digest(bytes).to_vec(),
            Self::Sha384 => sha2::Sha384::digest(bytes).to_vec(),
        }
    }
}

/// The canonical form of a dataset: sorted N-Quads with blank nodes named `_:c14n0`, `_:c14n1`, …
///
/// # Errors
/// [`Code::RdfTooComplex`] when blank nodes take more work than the limit (RDFC-1.0 §7.1).
pub fn canonicalize(_dataset: &Dataset, _hash: HashAlgorithm) -> Result<String, Fault> {
    Err(Fault::new(Code::Internal))
}
