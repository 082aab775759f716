//! Sums of multiples of elements of G1.
//!
//! All multiples of a sum share their doublings (Straus). The elements of a ciphersuite never change: their small multiples
//! are computed once. For public scalars the curve's endomorphism halves the doublings: `z^2` times an element costs one
//! multiplication of its x coordinate (Gallant, Lambert, Vanstone).

use subtle::{ConditionallySelectable as _, ConstantTimeEq as _, ConstantTimeGreater as _};

use std::sync::LazyLock;

use blst::{blst_fp, blst_p1, blst_p1_affine};

use crate::digits::{PUBLIC_DIGITS, SECRET_WINDOW, halves, public_digits, secret_digits};
use crate::{G1, G1Affine, Scalar, SecretScalar};

/// Bits of a digit for an element whose multiples must be made first.
const VARIABLE_WIDTH: usize = 5;
/// The multiples 1 to 16, for secret scalars.
const SECRET_ROW: usize = 1 << (SECRET_WINDOW - 1);

/// An element that stays the same, with its small multiples.
#[derive(Clone, Debug)]
pub struct FixedBase {
    /// 1, 3, 5 … times the element; a power of two of them.
    odd: Box<[G1Affine]>,
    /// 1, 2, 3 … 16 times the element.
    low: Box<[G1Affine]>,
}

/// One element of a sum.
#[derive(Clone, Copy, Debug)]
pub enum Base<'b> {
    /// Its multiples were computed ahead.
    Fixed(&'b FixedBase),
    /// Any element.
    Variable(G1Affine),
}

impl FixedBase {
    /// Computes the multiples of many elements, for digits of `width` bits (3 to 12): `2^(width - 2) + 16` multiples of 96
    /// bytes for each. The wider, the faster is [`public_sum`], and the slower is this: 8 takes 70 microseconds an element,
    /// 10 takes 300 and saves a tenth.
    #[must_use]
    pub fn all(points: &[G1Affine], width: u32) -> Vec<Self> {
        let (odd_row, low_row) = (1 << (width.clamp(3, 12) - 2), SECRET_ROW);
        let mut multiples = Vec::with_capacity(points.len() * (odd_row + low_row));
        for point in points {
            push_odd(&mut multiples, point, odd_row);
            push_all(&mut multiples, point, low_row);
        }
        let multiples = G1::batch_to_affine(&multiples);
        let rows = multiples.chunks_exact(odd_row + low_row).filter_map(|row| row.split_at_checked(odd_row));
        rows.map(|(odd, low)| Self { odd: odd.into(), low: low.into() }).collect()
    }

    /// The element itself.
    #[must_use]
    pub fn point(&self) -> G1Affine {
        self.low.first().copied().unwrap_or_default()
    }
}

/// The sum of the multiples. Takes a time that depends on the scalars: for what anybody may know.
#[must_use]
pub fn public_sum(terms: &[(Base<'_>, Scalar)]) -> G1 {
    let [sum] = public_sums([terms]);
    sum
}

/// Several such sums. The small multiples of all their elements are made together, and those of an element of the first sum
/// serve the others too.
#[must_use]
pub fn public_sums<const N: usize>(sums: [&[(Base<'_>, Scalar)]; N]) -> [G1; N] {
    const ROW: usize = 1 << (VARIABLE_WIDTH - 2);
    /// Looking for an element among more costs more than it saves.
    const SHARED: usize = 8;
    let mut points: Vec<G1Affine> = Vec::new();
    let mut shared = 0;
    let row_numbers = sums.map(|terms| {
        let variable = |base: &Base<'_>| match base {
            Base::Fixed(_) => None,
            Base::Variable(point) => Some(*point),
        };
        let numbers: Vec<usize> = terms
            .iter()
            .filter_map(|(base, _)| variable(base))
            .map(|point| match points.iter().take(shared).position(|known| *known == point) {
                Some(known) => known,
                None => {
                    points.push(point);
                    points.len() - 1
                }
            })
            .collect();
        shared = if shared == 0 { points.len().min(SHARED) } else { shared };
        numbers
    });
    let mut multiples = Vec::with_capacity(points.len() * ROW);
    for point in &points {
        push_odd(&mut multiples, point, ROW);
    }
    let made = G1::batch_to_affine(&multiples);
    let rows: Vec<&[G1Affine]> = made.chunks_exact(ROW).collect();
    let mut all = sums.iter().zip(&row_numbers);
    std::array::from_fn(|_| {
        all.next().map_or_else(G1::identity, |(terms, numbers)| {
            public_sum_of_rows(terms, numbers.iter().map(|number| rows.get(*number).copied().unwrap_or_default()))
        })
    })
}

/// A multiple that is added at some place, and the number of the next one at the same place.
struct Addend<'r> {
    multiple: &'r G1Affine,
    negative: bool,
    turned: bool,
    next: usize,
}

/// The sum, given the rows of odd multiples of those elements that have none of their own.
fn public_sum_of_rows<'r>(terms: &'r [(Base<'r>, Scalar)], mut made: impl Iterator<Item = &'r [G1Affine]>) -> G1 {
    const NONE: usize = usize::MAX;
    let mut addends = Vec::with_capacity(terms.len() * 32);
    let mut places = [NONE; PUBLIC_DIGITS];
    for (base, scalar) in terms {
        let row = match base {
            Base::Fixed(fixed) => &*fixed.odd,
            Base::Variable(_) => made.next().unwrap_or_default(),
        };
        let width = row.len().max(1).ilog2() as usize + 2;
        let (low, high) = halves(scalar);
        for (half, turned) in [(low, false), (high, true)] {
            for (at, digit) in public_digits(half, width) {
                if let (Some(place), Some(multiple)) =
                    (places.get_mut(at), row.get(usize::from(digit.unsigned_abs()) / 2))
                {
                    let next = std::mem::replace(place, addends.len());
                    addends.push(Addend { multiple, negative: digit < 0, turned, next });
                }
            }
        }
    }
    let mut sum = G1::identity();
    for first in places.iter().rev() {
        sum = sum.double();
        let mut at = *first;
        while let Some(Addend { multiple, negative, turned, next }) = addends.get(at) {
            let addend = if *turned { times_z_squared } else { negated };
            sum = sum + addend(**multiple, *negative);
            at = *next;
        }
    }
    sum
}

/// The sum of many multiples by numbers of 128 bits. Takes a time that depends on the numbers: for what anybody may know.
#[must_use]
pub fn public_sum_of_many(points: &[G1Affine], factors: &[u128]) -> G1 {
    // Pippenger's algorithm gains from some dozens on.
    const MANY: usize = 48;
    if points.len() < MANY {
        let scalar = |factor: &u128| Scalar::from_wide(&factor.to_be_bytes());
        let terms: Vec<_> =
            points.iter().zip(factors).map(|(point, factor)| (Base::Variable(*point), scalar(factor))).collect();
        return public_sum(&terms);
    }
    let little: Vec<u8> = factors.iter().flat_map(|factor| factor.to_le_bytes()).collect();
    pippenger(points, &little, 16)
}

/// The sum of the multiples of as many points as there are numbers, of so many bytes each, lowest first.
pub(crate) fn pippenger(points: &[G1Affine], little: &[u8], bytes: usize) -> G1 {
    let count = points.len().min(little.len() / bytes.max(1));
    if count == 0 {
        return G1::identity();
    }
    // SAFETY: it reads nothing; the size is in bytes.
    let size = unsafe { blst::blst_p1s_mult_pippenger_scratch_sizeof(count) };
    let mut scratch = vec![0_u64; size.div_ceil(8)];
    let pointers = [points.as_ptr().cast::<blst_p1_affine>(), core::ptr::null()];
    let numbers = [little.as_ptr(), core::ptr::null()];
    let mut sum = blst_p1::default();
    // SAFETY: `G1Affine` is transparent over blst's type, so that `count` points follow the first pointer, and `count` times
    // `bytes` bytes the other; after a null pointer blst goes on contiguously. The scratch has the size that blst asks for.
    unsafe {
        blst::blst_p1s_mult_pippenger(
            &raw mut sum,
            pointers.as_ptr(),
            count,
            numbers.as_ptr(),
            bytes * 8,
            scratch.as_mut_ptr(),
        );
    }
    G1::from_raw(sum)
}

/// `z^2` times the element, or its opposite: `(x, y)` goes to `(βx, -y)`, where `β` is a cube root of 1.
fn times_z_squared(mut point: G1Affine, negative: bool) -> G1Affine {
    static BETA: LazyLock<blst_fp> = LazyLock::new(|| {
        const BYTES: [u8; 48] = [
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x5f, 0x19, 0x67, 0x2f, 0xdf, 0x76, 0xce, 0x51, 0xba, 0x69,
            0xc6, 0x07, 0x6a, 0x0f, 0x77, 0xea, 0xdd, 0xb3, 0xa9, 0x3b, 0xe6, 0xf8, 0x96, 0x88, 0xde, 0x17, 0xd8, 0x13,
            0x62, 0x0a, 0x00, 0x02, 0x2e, 0x01, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xfe,
        ];
        let mut beta = blst_fp::default();
        // SAFETY: exactly 48 bytes are read from the array, and one blst_fp is written.
        unsafe { blst::blst_fp_from_bendian(&raw mut beta, BYTES.as_ptr()) };
        beta
    });
    let x = point.raw().x;
    // SAFETY: all three point to initialized blst_fp.
    unsafe { blst::blst_fp_mul(&raw mut point.raw_mut().x, &raw const x, &raw const *BETA) };
    negated(point, !negative)
}

/// The sum of the multiples, in a time and with memory accesses that do not depend on the scalars.
#[must_use]
pub fn secret_sum(terms: &[(Base<'_>, &SecretScalar)]) -> G1 {
    let made = make_rows(terms.iter().map(|(base, _)| base));
    let mut made = made.chunks_exact(SECRET_ROW);
    let rows: Vec<_> = terms
        .iter()
        .map(|(base, scalar)| match base {
            Base::Fixed(fixed) => (&*fixed.low, secret_digits(scalar.number())),
            Base::Variable(_) => (made.next().unwrap_or_default(), secret_digits(scalar.number())),
        })
        .collect();
    let mut sum = G1::identity();
    let places = rows.first().map_or(0, |(_, digits)| digits.len());
    for at in (0..places).rev() {
        for _ in 0..SECRET_WINDOW {
            sum = sum.double();
        }
        for (row, digits) in &rows {
            sum = sum + select(row, digits.get(at).copied().unwrap_or_default());
        }
    }
    sum
}

/// The multiple of a row that a digit names, read by going through the whole row.
fn select(row: &[G1Affine], digit: i8) -> G1Affine {
    let mut chosen = G1Affine::default();
    let size = digit.unsigned_abs();
    for (multiple, number) in row.iter().zip(1_u8..) {
        #[cfg(test)]
        crate::work::note(crate::work::Step::Read(number));
        let wanted = number.ct_eq(&size);
        let (from, to) = (multiple.raw(), chosen.raw_mut());
        for (to, from) in to.x.l.iter_mut().zip(&from.x.l).chain(to.y.l.iter_mut().zip(&from.y.l)) {
            to.conditional_assign(from, wanted);
        }
    }
    // A negative digit has its highest bit set.
    let negative = digit.cast_unsigned().ct_gt(&127);
    negated(chosen, negative.into())
}

/// The element or its opposite, in constant time. The identity, encoded as (0, 0), stays what it is.
fn negated(mut point: G1Affine, negative: bool) -> G1Affine {
    let y = point.raw().y;
    // SAFETY: both point to initialized blst_fp. blst chooses without a branch.
    unsafe { blst::blst_fp_cneg(&raw mut point.raw_mut().y, &raw const y, negative) };
    point
}

/// The rows of multiples of those elements that have none, one after the other, for secret scalars.
fn make_rows<'b>(bases: impl Iterator<Item = &'b Base<'b>>) -> Vec<G1Affine> {
    let mut multiples = Vec::new();
    for base in bases {
        if let Base::Variable(point) = base {
            push_all(&mut multiples, point, SECRET_ROW);
        }
    }
    G1::batch_to_affine(&multiples)
}

/// Adds the odd multiples.
fn push_odd(multiples: &mut Vec<G1>, point: &G1Affine, count: usize) {
    let mut multiple = G1::from(*point);
    let twice = multiple.double();
    for _ in 0..count {
        multiples.push(multiple);
        multiple = multiple + twice;
    }
}

/// Adds the multiples.
fn push_all(multiples: &mut Vec<G1>, point: &G1Affine, count: usize) {
    let mut multiple = G1::from(*point);
    for _ in 0..count {
        multiples.push(multiple);
        multiple = multiple + *point;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Expander, hash_to_g1};

    #[test]
    fn sums_are_sums_of_multiples() {
        let points: Vec<G1Affine> =
            (0..6_u8).map(|i| hash_to_g1(Expander::XmdSha256, &[i], b"test").unwrap()).collect();
        let fixed =
            FixedBase::all(&points[..3], 8).into_iter().chain(FixedBase::all(&points[3..], 10)).collect::<Vec<_>>();
        assert!(fixed.iter().zip(&points).all(|(fixed, point)| fixed.point() == *point));
        let mut number = Scalar::from(0x9e37_79b9_7f4a_7c15);
        for round in 0..20 {
            let scalars: Vec<Scalar> = (0..6)
                .map(|i| {
                    number = number * number + Scalar::one();
                    match (round, i) {
                        (0, _) | (1, 0) => Scalar::ZERO,
                        (2, i) => Scalar::from(i),
                        (3, i) => -Scalar::from(i),
                        _ => number,
                    }
                })
                .collect();
            let expected = points.iter().zip(&scalars).fold(G1::identity(), |sum, (point, scalar)| {
                sum + G1::from(*point).multiply_secret(&SecretScalar::new(*scalar))
            });
            let expected = expected.to_affine();
            for fixed_ones in [0, 3, 6] {
                let base = |i: usize| if i < fixed_ones { Base::Fixed(&fixed[i]) } else { Base::Variable(points[i]) };
                let public: Vec<_> = (0..6).map(|i| (base(i), scalars[i])).collect();
                assert_eq!(public_sum(&public).to_affine(), expected);
                let sums = public_sums([&public[4..], &public[..4], &public]).map(|sum| sum.to_affine());
                assert_eq!(sums[2], expected);
                assert_eq!((G1::from(sums[0]) + sums[1]).to_affine(), expected);
                let secrets: Vec<SecretScalar> = scalars.iter().map(|scalar| SecretScalar::new(*scalar)).collect();
                let secret: Vec<_> = (0..6).map(|i| (base(i), &secrets[i])).collect();
                assert_eq!(secret_sum(&secret).to_affine(), expected);
            }
        }
        let many: Vec<G1Affine> = points.iter().cycle().take(200).copied().collect();
        let factors: Vec<u128> = (1..=200_u128).map(|i| (i << 121).wrapping_mul(i) ^ (u128::MAX / i)).collect();
        for count in [0, 1, 47, 48, 200] {
            let scalar = |factor: &u128| Scalar::from_wide(&factor.to_be_bytes());
            let terms: Vec<_> =
                many.iter().zip(&factors).map(|(point, factor)| (Base::Variable(*point), scalar(factor))).collect();
            let sum = public_sum_of_many(&many[..count], &factors[..count]);
            assert_eq!(sum.to_affine(), public_sum(&terms[..count]).to_affine());
        }
        assert!(public_sum(&[]).is_identity() && secret_sum(&[]).is_identity());
    }

    /// A prover chooses elements and scalars: equal ones, opposite ones and the identity must not break the sum.
    #[test]
    fn chosen_elements_do_not_break_a_sum() {
        let point = G1Affine::generator();
        let opposite = (-G1::from(point)).to_affine();
        let scalar = Scalar::from(0xdead_beef_1234_5677);
        let terms = [(Base::Variable(point), scalar), (Base::Variable(opposite), scalar)];
        assert!(public_sum(&terms).is_identity());
        let secret = SecretScalar::new(scalar);
        let terms = [(Base::Variable(point), &secret), (Base::Variable(opposite), &secret)];
        assert!(secret_sum(&terms).is_identity());
        let terms = [(Base::Variable(point), scalar), (Base::Variable(point), scalar)];
        let expected = G1::from(point).multiply_secret(&(&secret + scalar)).to_affine();
        assert_eq!(public_sum(&terms).to_affine(), expected);
        assert!(public_sum(&[(Base::Variable(G1Affine::default()), scalar)]).is_identity());
        assert!(secret_sum(&[(Base::Variable(G1Affine::default()), &secret)]).is_identity());
    }
}
