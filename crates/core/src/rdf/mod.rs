//! RDF datasets, N-Quads and their canonical form (RDFC-1.0).

mod canon;
mod dataset;
mod hash;
mod ndegree;
mod nquads;

pub use canon::{Canonical, canonicalize, canonicalize_with_map};
pub use dataset::{Dataset, TermId, TermRef};
pub use hash::HashAlgorithm;
pub use nquads::NQuadsError;
