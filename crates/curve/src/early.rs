//! Hashing to G1 as the drafts before RFC 9380 did.
//!
//! Up to draft-irtf-cfrg-hash-to-curve-08 the sign of a field element was whether it is above half of the prime; since then it
//! is whether it is odd. The simplified SWU map gives `y` the sign of its input, so that the point of either rule is the
//! other's or its opposite, and the map of `-u` is the opposite of the map of `u`. It is enough, then, to find out for each of
//! the two inputs whether both rules choose the same `y`, and to change the input's sign where they do not.

use blst::{blst_fp, blst_p1};

use crate::expand::field_element;
use crate::{Expander, G1, G1Affine};

/// `hash_to_curve` onto G1 with the sign of the early drafts. `None` for a tag of more than 255 bytes.
#[must_use]
pub fn hash_to_g1_early(expander: Expander, message: &[u8], tag: &[u8]) -> Option<G1Affine> {
    let mut uniform = [0; 128];
    expander.expand(message, tag, &mut uniform)?;
    let (first, second) = uniform.split_first_chunk::<64>()?;
    let first = with_early_sign(Field(field_element(first))).0;
    let second = with_early_sign(Field(field_element(second.first_chunk()?))).0;
    let mut point = blst_p1::default();
    // SAFETY: all three point to initialized values of their types. The result is in the subgroup: the cofactor is cleared.
    unsafe { blst::blst_map_to_g1(&raw mut point, &raw const first, &raw const second) };
    Some(G1::from_raw(point).to_affine())
}

/// The input or its opposite: whichever the map of RFC 9380 sends to the point of the early map.
fn with_early_sign(u: Field) -> Field {
    let y = map_y(u);
    let y = if y.is_odd() == u.is_odd() { y } else { y.negate() };
    if y.is_high() == u.is_high() { u } else { u.negate() }
}

/// The `y` of the simplified SWU map (RFC 9380 §6.6.2), up to its sign, on the curve 11-isogenous to G1 (§8.8.1).
fn map_y(u: Field) -> Field {
    let (a, b) = (Field::from_bytes(&A), Field::from_bytes(&B));
    let z_u2 = Field::small(11) * u * u;
    let sum = z_u2 * z_u2 + z_u2;
    let x1 = if sum.is_zero() {
        b * (Field::small(11) * a).invert()
    } else {
        b.negate() * a.invert() * (Field::small(1) + sum.invert())
    };
    let of_curve = |x: Field| (x * x + a) * x + b;
    // One of the two is a square: 11 is none.
    of_curve(x1).root().or_else(|| of_curve(z_u2 * x1).root()).unwrap_or_default()
}

/// `A'` and `B'` of RFC 9380 §8.8.1.
const A: [u8; 48] = [
    0x00, 0x14, 0x46, 0x98, 0xa3, 0xb8, 0xe9, 0x43, 0x3d, 0x69, 0x3a, 0x02, 0xc9, 0x6d, 0x49, 0x82, 0xb0, 0xea, 0x98,
    0x53, 0x83, 0xee, 0x66, 0xa8, 0xd8, 0xe8, 0x98, 0x1a, 0xef, 0xd8, 0x81, 0xac, 0x98, 0x93, 0x6f, 0x8d, 0xa0, 0xe0,
    0xf9, 0x7f, 0x5c, 0xf4, 0x28, 0x08, 0x2d, 0x58, 0x4c, 0x1d,
];
const B: [u8; 48] = [
    0x12, 0xe2, 0x90, 0x8d, 0x11, 0x68, 0x80, 0x30, 0x01, 0x8b, 0x12, 0xe8, 0x75, 0x3e, 0xee, 0x3b, 0x20, 0x16, 0xc1,
    0xf0, 0xf2, 0x4f, 0x40, 0x70, 0xa0, 0xb9, 0xc1, 0x4f, 0xce, 0xf3, 0x5e, 0xf5, 0x5a, 0x23, 0x21, 0x5a, 0x31, 0x6c,
    0xea, 0xa5, 0xd1, 0xcc, 0x48, 0xe9, 0x8e, 0x17, 0x2b, 0xe0,
];
/// Half of the prime, rounded down.
const HALF: [u8; 48] = [
    0x0d, 0x00, 0x88, 0xf5, 0x1c, 0xbf, 0xf3, 0x4d, 0x25, 0x8d, 0xd3, 0xdb, 0x21, 0xa5, 0xd6, 0x6b, 0xb2, 0x3b, 0xa5,
    0xc2, 0x79, 0xc2, 0x89, 0x5f, 0xb3, 0x98, 0x69, 0x50, 0x7b, 0x58, 0x7b, 0x12, 0x0f, 0x55, 0xff, 0xff, 0x58, 0xa9,
    0xff, 0xff, 0xdc, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xd5, 0x55,
];

/// A number modulo the prime of the curve's coordinates.
#[derive(Clone, Copy, Default)]
struct Field(blst_fp);

impl Field {
    fn from_bytes(bytes: &[u8; 48]) -> Self {
        let mut element = blst_fp::default();
        // SAFETY: exactly 48 bytes are read from `bytes`, and one blst_fp is written.
        unsafe { blst::blst_fp_from_bendian(&raw mut element, bytes.as_ptr()) };
        Self(element)
    }

    fn small(number: u8) -> Self {
        let mut bytes = [0; 48];
        bytes[47] = number;
        Self::from_bytes(&bytes)
    }

    fn to_bytes(self) -> [u8; 48] {
        let mut bytes = [0; 48];
        // SAFETY: exactly 48 bytes are written to `bytes`; the other points to an initialized blst_fp.
        unsafe { blst::blst_bendian_from_fp(bytes.as_mut_ptr(), &raw const self.0) };
        bytes
    }

    fn is_zero(self) -> bool {
        self.to_bytes() == [0; 48]
    }

    fn is_odd(self) -> bool {
        self.to_bytes()[47] & 1 == 1
    }

    fn is_high(self) -> bool {
        self.to_bytes() > HALF
    }

    fn negate(self) -> Self {
        let mut opposite = blst_fp::default();
        // SAFETY: both point to initialized blst_fp.
        unsafe { blst::blst_fp_cneg(&raw mut opposite, &raw const self.0, true) };
        Self(opposite)
    }

    /// 0 of 0.
    fn invert(self) -> Self {
        let mut inverse = blst_fp::default();
        // SAFETY: both point to initialized blst_fp.
        unsafe { blst::blst_fp_inverse(&raw mut inverse, &raw const self.0) };
        Self(inverse)
    }

    fn root(self) -> Option<Self> {
        let mut root = blst_fp::default();
        // SAFETY: both point to initialized blst_fp.
        let found = unsafe { blst::blst_fp_sqrt(&raw mut root, &raw const self.0) };
        found.then_some(Self(root))
    }
}

impl core::ops::Add for Field {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let mut sum = blst_fp::default();
        // SAFETY: all three point to initialized blst_fp.
        unsafe { blst::blst_fp_add(&raw mut sum, &raw const self.0, &raw const other.0) };
        Self(sum)
    }
}

impl core::ops::Mul for Field {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let mut product = blst_fp::default();
        // SAFETY: all three point to initialized blst_fp.
        unsafe { blst::blst_fp_mul(&raw mut product, &raw const self.0, &raw const other.0) };
        Self(product)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash_to_g1;

    /// Each of the two inputs keeps its sign or changes it. (The known answers are the keys of the BBS+ vectors.)
    #[test]
    fn differs_in_signs_alone() {
        let tag = b"test";
        let mut same = 0;
        for number in 0..64_u8 {
            let early = hash_to_g1_early(Expander::XmdSha256, &[number], tag).unwrap();
            let late = hash_to_g1(Expander::XmdSha256, &[number], tag).unwrap();
            let opposite = (-G1::from(late)).to_affine();
            same += u32::from(early == late) + u32::from(early == opposite);
            // Whatever the signs, it is an element of the group.
            assert_eq!(G1Affine::from_bytes(&early.to_bytes()), Some(early));
        }
        // Both inputs keep or both change their sign, half of the time.
        assert!((16..48).contains(&same), "{same}");
    }

    #[test]
    fn halves_the_prime() {
        let half = Field::from_bytes(&HALF);
        let one = Field::small(1);
        assert!((half + half + one).is_zero());
        assert!(!half.is_high() && (half + one).is_high() && !Field::small(0).is_high());
    }
}
