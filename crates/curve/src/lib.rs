//! BLS12-381 for BBS signatures: a small safe layer over `blst`.
//!
//! Whoever holds a [`G1Affine`] or [`G2Affine`] that was decoded knows that it is on the curve, in the subgroup of prime order
//! and not the identity. Functions named `secret` take the same time whatever the numbers are, and take [`SecretScalar`]s; functions
//! named `public` do not, and refuse them when they are compiled.
//! This is the one crate of the workspace that may hold `unsafe` code.

pub mod bare;
mod digits;
mod early;
mod expand;
mod g1;
mod g2;
mod multiply;
mod pairing;
mod scalar;
mod secret;
#[cfg(test)]
mod work;

pub use early::hash_to_g1_early;
pub use expand::{Expander, hash_to_g1};
pub use g1::{G1, G1Affine};
pub use g2::{G2, G2Affine};
pub use multiply::{Base, FixedBase, public_sum, public_sum_of_many, public_sums, secret_sum};
pub use pairing::{PreparedG2, product_is_one};
pub use scalar::Scalar;
pub use secret::SecretScalar;
