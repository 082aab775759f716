//! Products of pairings.

use blst::{blst_fp6, blst_fp12};

use crate::{G1Affine, G2Affine};

/// Lines of the Miller loop of BLS12-381.
const LINES: usize = 68;

/// An element of G2 made ready for pairings: half of the work of a Miller loop, 19 KiB.
#[derive(Clone)]
pub struct PreparedG2(Box<[blst_fp6; LINES]>);

impl PreparedG2 {
    /// Does the part of the work that depends on this element alone.
    #[must_use]
    pub fn new(point: &G2Affine) -> Self {
        let mut lines = Box::new([blst_fp6::default(); LINES]);
        // SAFETY: blst writes 68 lines, which is what the array holds; `point` is an initialized blst_p2_affine.
        unsafe { blst::blst_precompute_lines(lines.as_mut_ptr(), point.raw()) };
        Self(lines)
    }
}

impl core::fmt::Debug for PreparedG2 {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PreparedG2(..)")
    }
}

/// Whether the product of the pairings of these pairs is 1. Not in constant time.
#[must_use]
pub fn product_is_one(pairs: &[(&G1Affine, &PreparedG2)]) -> bool {
    let mut product = one();
    // A pairing with the identity is 1, and so is a product of nothing.
    for (point, prepared) in pairs.iter().filter(|(point, _)| !point.is_identity()) {
        let mut value = one();
        // SAFETY: 68 lines are read from the array, which holds as many; the others point to initialized values of their types.
        unsafe { blst::blst_miller_loop_lines(&raw mut value, prepared.0.as_ptr(), point.raw()) };
        let factor = product;
        // SAFETY: all three point to initialized blst_fp12.
        unsafe { blst::blst_fp12_mul(&raw mut product, &raw const factor, &raw const value) };
    }
    let mut result = one();
    // SAFETY: both point to initialized blst_fp12.
    unsafe { blst::blst_final_exp(&raw mut result, &raw const product) };
    // SAFETY: `result` is an initialized blst_fp12.
    unsafe { blst::blst_fp12_is_one(&raw const result) }
}

fn one() -> blst_fp12 {
    // SAFETY: blst returns a pointer to a constant of its own that is valid for ever.
    unsafe { *blst::blst_fp12_one() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{G1, G2, Scalar, SecretScalar};

    #[test]
    fn is_bilinear() {
        let (a, b) = (SecretScalar::new(Scalar::from(1_234_567)), SecretScalar::new(Scalar::from(89)));
        let one = G1::from(G1Affine::generator());
        let (left, right) = (one.multiply_secret(&(&a * &b)).to_affine(), (-one).multiply_secret(&a).to_affine());
        let generator = PreparedG2::new(&G2Affine::generator());
        let key = PreparedG2::new(&G2::generator_multiple_secret(&b).to_affine());
        assert!(product_is_one(&[(&left, &generator), (&right, &key)]));
        assert!(!product_is_one(&[(&left, &key), (&right, &generator)]));
        assert!(!product_is_one(&[(&left, &generator)]));
        assert!(product_is_one(&[(&G1Affine::default(), &generator)]));
        assert!(product_is_one(&[]));
    }
}
