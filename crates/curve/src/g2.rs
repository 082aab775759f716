//! The group G2, which holds public keys.

use blst::{BLST_ERROR, blst_p2, blst_p2_affine};

use crate::SecretScalar;

/// An element of G2 as arithmetic leaves it.
#[derive(Clone, Copy, Debug)]
pub struct G2(blst_p2);

/// An element of G2 in the form that is stored, encoded and paired.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct G2Affine(blst_p2_affine);

impl G2Affine {
    /// Bytes of the compressed encoding.
    pub const BYTES: usize = 96;

    /// Reads the compressed encoding (the ZCash form). `None` unless it is the one encoding of a point on the curve, in the
    /// subgroup of order `r`, and not the identity.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 96]) -> Option<Self> {
        let mut point = blst_p2_affine::default();
        // SAFETY: `point` is a valid blst_p2_affine to write, `bytes` has the 96 bytes that are read.
        let outcome = unsafe { blst::blst_p2_uncompress(&raw mut point, bytes.as_ptr()) };
        if outcome != BLST_ERROR::BLST_SUCCESS {
            return None;
        }
        // SAFETY: `point` is an initialized blst_p2_affine.
        let identity = unsafe { blst::blst_p2_affine_is_inf(&raw const point) };
        // SAFETY: `point` is an initialized blst_p2_affine.
        let in_subgroup = unsafe { blst::blst_p2_affine_in_g2(&raw const point) };
        (!identity && in_subgroup).then_some(Self(point))
    }

    /// The compressed encoding.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 96] {
        let mut bytes = [0; 96];
        // SAFETY: 96 bytes are written to `bytes`; `self` is an initialized blst_p2_affine.
        unsafe { blst::blst_p2_affine_compress(bytes.as_mut_ptr(), &raw const self.0) };
        bytes
    }

    /// The encoding of both coordinates in 192 bytes. Only ever hashed here: nothing reads it.
    #[must_use]
    pub fn to_uncompressed(&self) -> [u8; 192] {
        let mut bytes = [0; 192];
        // SAFETY: 192 bytes are written to `bytes`; `self` is an initialized blst_p2_affine.
        unsafe { blst::blst_p2_affine_serialize(bytes.as_mut_ptr(), &raw const self.0) };
        bytes
    }

    /// The base point of G2.
    #[must_use]
    pub fn generator() -> Self {
        // SAFETY: blst returns a pointer to a constant of its own that is valid for ever.
        Self(unsafe { *blst::blst_p2_affine_generator() })
    }

    pub(crate) fn raw(&self) -> &blst_p2_affine {
        &self.0
    }
}

impl G2 {
    /// The multiple of the base point by a secret scalar, in constant time.
    #[must_use]
    pub fn generator_multiple_secret(scalar: &SecretScalar) -> Self {
        #[cfg(test)]
        crate::work::note(crate::work::Step::Multiply);
        let little = scalar.number().to_little_endian();
        let mut product = blst_p2::default();
        // SAFETY: blst returns a pointer to a constant of its own that is valid for ever.
        let generator = unsafe { &*blst::blst_p2_generator() };
        // SAFETY: 255 bits, that is 32 bytes, are read from `little`; the points are initialized blst_p2.
        unsafe { blst::blst_p2_mult(&raw mut product, generator, little.b.as_ptr(), 255) };
        Self(product)
    }

    /// The form that is stored and encoded.
    #[must_use]
    pub fn to_affine(&self) -> G2Affine {
        let mut point = blst_p2_affine::default();
        // SAFETY: both point to initialized values of their types.
        unsafe { blst::blst_p2_to_affine(&raw mut point, &raw const self.0) };
        G2Affine(point)
    }
}

impl From<G2Affine> for G2 {
    fn from(point: G2Affine) -> Self {
        let mut result = blst_p2::default();
        // SAFETY: both point to initialized values of their types.
        unsafe { blst::blst_p2_from_affine(&raw mut result, &raw const point.0) };
        Self(result)
    }
}

impl core::ops::Neg for G2 {
    type Output = Self;

    fn neg(mut self) -> Self {
        // SAFETY: `self` is an initialized blst_p2.
        unsafe { blst::blst_p2_cneg(&raw mut self.0, true) };
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scalar;

    #[test]
    fn refuses_what_is_no_element() {
        let good = G2Affine::generator().to_bytes();
        assert_eq!(G2Affine::from_bytes(&good), Some(G2Affine::generator()));
        let mut identity = [0; 96];
        identity[0] = 0xc0;
        assert_eq!(G2Affine::from_bytes(&identity), None);
        for x in 0..=255 {
            let mut bytes = [0; 96];
            bytes[0] = 0x80;
            bytes[95] = x;
            assert_eq!(G2Affine::from_bytes(&bytes), None);
        }
        assert_eq!(G2::generator_multiple_secret(&SecretScalar::new(Scalar::one())).to_affine(), G2Affine::generator());
        let minus = G2::generator_multiple_secret(&SecretScalar::new(-Scalar::one())).to_affine();
        assert_eq!((-G2::from(G2Affine::generator())).to_affine(), minus);
    }
}
