//! blst's own operations with nothing around them: the floor that figures of speed stand beside. Nothing else uses them.

use blst::{blst_fp12, blst_p1_affine, blst_p2_affine};

use crate::{G1, G1Affine, G2Affine, Scalar, multiply};

/// The product of two pairings, as blst computes it in one Miller loop, compared with 1.
#[must_use]
pub fn pairing_product(points: [&G1Affine; 2], keys: [&G2Affine; 2]) -> bool {
    let points = points.map(|point| core::ptr::from_ref::<blst_p1_affine>(point.raw()));
    let keys = keys.map(|key| core::ptr::from_ref::<blst_p2_affine>(key.raw()));
    let mut product = blst_fp12::default();
    // SAFETY: both arrays hold two pointers to initialized points; one blst_fp12 is written.
    unsafe { blst::blst_miller_loop_n(&raw mut product, keys.as_ptr(), points.as_ptr(), 2) };
    let mut result = blst_fp12::default();
    // SAFETY: both point to initialized blst_fp12.
    unsafe { blst::blst_final_exp(&raw mut result, &raw const product) };
    // SAFETY: `result` is an initialized blst_fp12.
    unsafe { blst::blst_fp12_is_one(&raw const result) }
}

/// The sum of the multiples by Pippenger's algorithm. Not in constant time.
#[must_use]
pub fn pippenger(points: &[G1Affine], scalars: &[Scalar]) -> G1 {
    let little: Vec<u8> = scalars.iter().flat_map(|scalar| scalar.to_little_endian().b).collect();
    multiply::pippenger(points, &little, 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Base, G2, SecretScalar, public_sum};

    #[test]
    fn agrees_with_the_rest() {
        let multiple = |i| G1::from(G1Affine::generator()).multiply_secret(&SecretScalar::new(Scalar::from(i)));
        let points: Vec<G1Affine> = (1..20).map(|i| multiple(i).to_affine()).collect();
        let scalars: Vec<Scalar> = (1..20).map(|i| -Scalar::from(i * i)).collect();
        let terms: Vec<_> = points.iter().map(|point| Base::Variable(*point)).zip(scalars.iter().copied()).collect();
        assert_eq!(pippenger(&points, &scalars).to_affine(), public_sum(&terms).to_affine());
        let minus = (-G2::from(G2Affine::generator())).to_affine();
        assert!(pairing_product([&points[0], &points[0]], [&G2Affine::generator(), &minus]));
        assert!(!pairing_product([&points[0], &points[1]], [&G2Affine::generator(), &minus]));
    }
}
