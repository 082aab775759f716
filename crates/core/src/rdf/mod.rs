//! RDF datasets, N-Quads and their canonical form (RDFC-1.0).

mod canon;
mod dataset;
mod hash;
mod lines;
mod ndegree;
mod nquads;

pub(crate) use canon::canonical_numbers;
pub use canon::{Canonical, canonicalize, canonicalize_with_map};
pub use dataset::{Dataset, TermId, TermRef};
pub use hash::HashAlgorithm;
pub(crate) use lines::Lines;
pub use nquads::NQuadsError;
pub(crate) use nquads::{is_iri, push_literal};
