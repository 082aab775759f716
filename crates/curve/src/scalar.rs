//! Numbers modulo the order of the groups.

use core::ops::{Add, Mul, Neg, Sub};

use blst::{blst_fr, blst_scalar};
use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, Zeroizing};

/// A number modulo the order `r` of the groups. It is copied freely, so that a secret one belongs into
/// [`Zeroizing`](zeroize::Zeroizing). All arithmetic takes the same time whatever the numbers are.
#[derive(Clone, Copy, Default)]
pub struct Scalar(blst_fr);

impl Scalar {
    /// Bytes of the encoding.
    pub const BYTES: usize = 32;
    /// 0.
    pub const ZERO: Self = Self(blst_fr { l: [0; 4] });

    /// 1.
    #[must_use]
    pub fn one() -> Self {
        Self::from(1)
    }

    /// Reads 32 bytes, the most significant first. `None` if the number is not below `r`.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let mut little = blst_scalar::default();
        // SAFETY: `little` is a valid blst_scalar to write, `bytes` has the 32 bytes that are read.
        unsafe { blst::blst_scalar_from_bendian(&raw mut little, bytes.as_ptr()) };
        // SAFETY: `little` is an initialized blst_scalar.
        let below = unsafe { blst::blst_scalar_fr_check(&raw const little) };
        below.then(|| Self::from_reduced(&little))
    }

    /// Reads bytes of any length as one number, the most significant first, and reduces it modulo `r`.
    #[must_use]
    pub fn from_wide(bytes: &[u8]) -> Self {
        let mut little = blst_scalar::default();
        // SAFETY: `little` is a valid blst_scalar to write; exactly `bytes.len()` bytes are read, also if that is zero.
        let _ = unsafe { blst::blst_scalar_from_be_bytes(&raw mut little, bytes.as_ptr(), bytes.len()) };
        Self::from_reduced(&little)
    }

    /// 32 bytes, the most significant first.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        let mut bytes = self.to_little_endian().b;
        bytes.reverse();
        bytes
    }

    /// Whether it is 0.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.ct_eq(&Self::ZERO).into()
    }

    /// Whether it is the same number.
    #[must_use]
    pub fn is_equal(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }

    /// 1 divided by the number; `None` for 0.
    #[must_use]
    pub fn invert(&self) -> Option<Self> {
        let mut inverse = blst_fr::default();
        // SAFETY: both point to initialized blst_fr; the result of 0 is 0, and refused below.
        unsafe { blst::blst_fr_inverse(&raw mut inverse, &raw const self.0) };
        (!self.is_zero()).then_some(Self(inverse))
    }

    /// 32 bytes, the least significant first, as blst's multiplications want them. It wipes itself.
    pub(crate) fn to_little_endian(self) -> Zeroizing<blst_scalar> {
        let mut little = Zeroizing::new(blst_scalar::default());
        // SAFETY: both point to initialized values of their types.
        unsafe { blst::blst_scalar_from_fr(&raw mut *little, &raw const self.0) };
        little
    }

    fn from_reduced(little: &blst_scalar) -> Self {
        let mut number = blst_fr::default();
        // SAFETY: both point to initialized values of their types.
        unsafe { blst::blst_fr_from_scalar(&raw mut number, little) };
        Self(number)
    }
}

impl From<u64> for Scalar {
    fn from(number: u64) -> Self {
        let mut result = blst_fr::default();
        // SAFETY: four limbs are read from the array, the least significant first, and one blst_fr is written.
        unsafe { blst::blst_fr_from_uint64(&raw mut result, [number, 0, 0, 0].as_ptr()) };
        Self(result)
    }
}

impl Add for Scalar {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let mut sum = blst_fr::default();
        // SAFETY: all three point to initialized blst_fr.
        unsafe { blst::blst_fr_add(&raw mut sum, &raw const self.0, &raw const other.0) };
        Self(sum)
    }
}

impl Sub for Scalar {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        let mut difference = blst_fr::default();
        // SAFETY: all three point to initialized blst_fr.
        unsafe { blst::blst_fr_sub(&raw mut difference, &raw const self.0, &raw const other.0) };
        Self(difference)
    }
}

impl Mul for Scalar {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let mut product = blst_fr::default();
        // SAFETY: all three point to initialized blst_fr.
        unsafe { blst::blst_fr_mul(&raw mut product, &raw const self.0, &raw const other.0) };
        Self(product)
    }
}

impl Neg for Scalar {
    type Output = Self;

    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl ConstantTimeEq for Scalar {
    /// A number has one representation: blst keeps its Montgomery form below `r`.
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.l.ct_eq(&other.0.l)
    }
}

impl Zeroize for Scalar {
    fn zeroize(&mut self) {
        self.0.l.zeroize();
    }
}

impl core::fmt::Debug for Scalar {
    /// Shows nothing: the number may be secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Scalar(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// r - 1, from the curve's definition.
    const LAST: [u8; 32] = [
        0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05, 0x53, 0xbd,
        0xa4, 0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
    ];

    #[test]
    fn reads_below_the_order_only() {
        let last = Scalar::from_bytes(&LAST).unwrap();
        assert_eq!(last.to_bytes(), LAST);
        assert!((last + Scalar::one()).is_zero());
        assert!(last.is_equal(&-Scalar::one()));
        let mut order = LAST;
        order[31] = 1;
        assert!(Scalar::from_bytes(&order).is_none());
        assert!(Scalar::from_bytes(&[0xff; 32]).is_none());
        assert!(Scalar::from_bytes(&[0; 32]).unwrap().is_zero());
        assert!(Scalar::from_wide(&order).is_zero());
    }

    #[test]
    fn reduces_wide_numbers() {
        // (r - 1) · 2^128 + 5 = 5 - 2^128 modulo r.
        let wide = [&LAST[..], &[0; 15], &[5]].concat();
        let power = Scalar::from_bytes(&core::array::from_fn(|i| u8::from(i == 15))).unwrap();
        assert!(Scalar::from_wide(&wide).is_equal(&(Scalar::from(5) - power)));
        assert!(Scalar::from_wide(&[]).is_zero());
        assert!(Scalar::from_wide(&[7]).is_equal(&Scalar::from(7)));
    }

    #[test]
    fn inverts() {
        let number = Scalar::from(0x1234_5678_9abc_def0);
        assert!((number * number.invert().unwrap()).is_equal(&Scalar::one()));
        assert!(Scalar::ZERO.invert().is_none());
        assert_eq!(format!("{number:?}"), "Scalar(..)");
    }
}
