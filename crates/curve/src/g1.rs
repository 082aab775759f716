//! The group G1.

use core::ops::{Add, Neg, Sub};

use blst::{BLST_ERROR, blst_p1, blst_p1_affine};

use crate::SecretScalar;

/// An element of G1 as arithmetic leaves it.
#[derive(Clone, Copy, Default, Debug)]
#[repr(transparent)]
pub struct G1(blst_p1);

/// An element of G1 in the form that is stored, encoded and paired.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct G1Affine(blst_p1_affine);

impl G1Affine {
    /// Bytes of the compressed encoding.
    pub const BYTES: usize = 48;

    /// Reads the compressed encoding (the ZCash form). `None` unless it is the one encoding of a point on the curve, in the
    /// subgroup of order `r`, and not the identity.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 48]) -> Option<Self> {
        let mut point = blst_p1_affine::default();
        // SAFETY: `point` is a valid blst_p1_affine to write, `bytes` has the 48 bytes that are read.
        let outcome = unsafe { blst::blst_p1_uncompress(&raw mut point, bytes.as_ptr()) };
        let point = Self(point);
        (outcome == BLST_ERROR::BLST_SUCCESS && !point.is_identity() && point.is_in_subgroup()).then_some(point)
    }

    /// The compressed encoding.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 48] {
        let mut bytes = [0; 48];
        // SAFETY: 48 bytes are written to `bytes`; `self` is an initialized blst_p1_affine.
        unsafe { blst::blst_p1_affine_compress(bytes.as_mut_ptr(), &raw const self.0) };
        bytes
    }

    /// The encoding of both coordinates in 96 bytes. Only ever hashed here: nothing reads it.
    #[must_use]
    pub fn to_uncompressed(&self) -> [u8; 96] {
        let mut bytes = [0; 96];
        // SAFETY: 96 bytes are written to `bytes`; `self` is an initialized blst_p1_affine.
        unsafe { blst::blst_p1_affine_serialize(bytes.as_mut_ptr(), &raw const self.0) };
        bytes
    }

    /// Whether it is the identity.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        // SAFETY: `self` is an initialized blst_p1_affine.
        unsafe { blst::blst_p1_affine_is_inf(&raw const self.0) }
    }

    /// The base point of G1.
    #[must_use]
    pub fn generator() -> Self {
        // SAFETY: blst returns a pointer to a constant of its own that is valid for ever.
        Self(unsafe { *blst::blst_p1_affine_generator() })
    }

    fn is_in_subgroup(&self) -> bool {
        // SAFETY: `self` is an initialized blst_p1_affine.
        unsafe { blst::blst_p1_affine_in_g1(&raw const self.0) }
    }

    pub(crate) fn raw(&self) -> &blst_p1_affine {
        &self.0
    }

    pub(crate) fn raw_mut(&mut self) -> &mut blst_p1_affine {
        &mut self.0
    }
}

impl G1 {
    /// The identity.
    #[must_use]
    pub fn identity() -> Self {
        // All coordinates 0: blst's encoding of infinity is Z = 0.
        Self::default()
    }

    /// The form that is stored and encoded.
    #[must_use]
    pub fn to_affine(&self) -> G1Affine {
        let mut point = blst_p1_affine::default();
        // SAFETY: both point to initialized values of their types.
        unsafe { blst::blst_p1_to_affine(&raw mut point, &raw const self.0) };
        G1Affine(point)
    }

    /// The same for many, which costs little more than for one.
    #[must_use]
    pub fn batch_to_affine(points: &[Self]) -> Vec<G1Affine> {
        let mut affine = vec![G1Affine::default(); points.len()];
        if points.is_empty() {
            return affine;
        }
        let pointers = [points.as_ptr().cast::<blst_p1>(), core::ptr::null()];
        // SAFETY: `G1` and `G1Affine` are transparent over blst's types, so the slices are contiguous arrays of those. After
        // the first pointer blst finds null and takes the points that follow, `points.len()` in all, at least one, and writes
        // as many.
        unsafe { blst::blst_p1s_to_affine(affine.as_mut_ptr().cast(), pointers.as_ptr(), points.len()) };
        affine
    }

    /// Twice the element.
    #[must_use]
    pub fn double(&self) -> Self {
        #[cfg(test)]
        crate::work::note(crate::work::Step::Double);
        let mut twice = blst_p1::default();
        // SAFETY: both point to initialized blst_p1.
        unsafe { blst::blst_p1_double(&raw mut twice, &raw const self.0) };
        Self(twice)
    }

    /// The multiple by a secret scalar, in constant time.
    #[must_use]
    pub fn multiply_secret(&self, scalar: &SecretScalar) -> Self {
        #[cfg(test)]
        crate::work::note(crate::work::Step::Multiply);
        let little = scalar.number().to_little_endian();
        let mut product = blst_p1::default();
        // SAFETY: 255 bits, that is 32 bytes, are read from `little`; the points are initialized blst_p1.
        unsafe { blst::blst_p1_mult(&raw mut product, &raw const self.0, little.b.as_ptr(), 255) };
        Self(product)
    }

    /// Whether it is the identity.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        // SAFETY: `self` is an initialized blst_p1.
        unsafe { blst::blst_p1_is_inf(&raw const self.0) }
    }

    pub(crate) fn from_raw(point: blst_p1) -> Self {
        Self(point)
    }
}

impl From<G1Affine> for G1 {
    fn from(point: G1Affine) -> Self {
        let mut result = blst_p1::default();
        // SAFETY: both point to initialized values of their types.
        unsafe { blst::blst_p1_from_affine(&raw mut result, &raw const point.0) };
        Self(result)
    }
}

impl Add for G1 {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        #[cfg(test)]
        crate::work::note(crate::work::Step::Add);
        let mut sum = blst_p1::default();
        // SAFETY: all three point to initialized blst_p1. This addition handles equal and identical points, in constant time.
        unsafe { blst::blst_p1_add_or_double(&raw mut sum, &raw const self.0, &raw const other.0) };
        Self(sum)
    }
}

impl Add<G1Affine> for G1 {
    type Output = Self;

    fn add(self, other: G1Affine) -> Self {
        #[cfg(test)]
        crate::work::note(crate::work::Step::AddAffine);
        let mut sum = blst_p1::default();
        // SAFETY: all three point to initialized values of their types. It handles equal and identical points, in constant time.
        unsafe { blst::blst_p1_add_or_double_affine(&raw mut sum, &raw const self.0, &raw const other.0) };
        Self(sum)
    }
}

impl Neg for G1 {
    type Output = Self;

    fn neg(mut self) -> Self {
        // SAFETY: `self` is an initialized blst_p1.
        unsafe { blst::blst_p1_cneg(&raw mut self.0, true) };
        self
    }
}

impl Sub for G1 {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scalar;

    #[test]
    fn refuses_what_is_no_element() {
        let generator = G1Affine::generator();
        let good = generator.to_bytes();
        assert_eq!(G1Affine::from_bytes(&good), Some(generator));
        // The identity, in its one encoding.
        let mut identity = [0; 48];
        identity[0] = 0xc0;
        assert_eq!(G1::identity().to_affine().to_bytes(), identity);
        assert_eq!(G1Affine::from_bytes(&identity), None);
        // Not compressed, infinity with a coordinate, x not below the prime.
        for (at, byte) in [(0, good[0] & 0x7f), (0, good[0] | 0x40), (0, good[0] | 0x1f)] {
            let mut bad = good;
            bad[at] = byte;
            assert_eq!(G1Affine::from_bytes(&bad), None);
        }
        // Of small x, some are off the curve and the rest out of the subgroup.
        let mut in_curve = 0;
        for x in 0..=255 {
            let mut bytes = [0; 48];
            bytes[0] = 0x80;
            bytes[47] = x;
            let mut point = blst_p1_affine::default();
            // SAFETY: as in `from_bytes`.
            let outcome = unsafe { blst::blst_p1_uncompress(&raw mut point, bytes.as_ptr()) };
            in_curve += u32::from(outcome == BLST_ERROR::BLST_SUCCESS);
            assert_eq!(G1Affine::from_bytes(&bytes), None);
        }
        assert!(in_curve > 50, "{in_curve}");
    }

    #[test]
    fn adds_and_multiplies() {
        let one = G1::from(G1Affine::generator());
        let three = one + one + G1Affine::generator();
        assert_eq!(three.to_affine(), one.multiply_secret(&SecretScalar::new(Scalar::from(3))).to_affine());
        assert_eq!((three - one).to_affine(), one.double().to_affine());
        assert!((one - one).is_identity() && (G1::identity() + G1::identity()).is_identity());
        assert!(one.multiply_secret(&SecretScalar::default()).is_identity());
        assert_eq!(one.multiply_secret(&SecretScalar::new(-Scalar::one())).to_affine(), (-one).to_affine());
        let points = [one, G1::identity(), three, one.double()];
        let expected: Vec<_> = points.iter().map(G1::to_affine).collect();
        assert_eq!(G1::batch_to_affine(&points), expected);
        assert_eq!(G1::batch_to_affine(&[]), []);
    }
}
