//! Scalars as signed digits, for multiplication.

use zeroize::{Zeroize, Zeroizing};

use crate::Scalar;

/// Bits of a digit for secret scalars.
pub(crate) const SECRET_WINDOW: usize = 5;
/// Digits of a secret scalar: 255 bits are 51 windows, and the last one carries nothing, as a scalar is below 0.91 · 2^255.
const SECRET_DIGITS: usize = 52;

/// The digits of a secret scalar to base 32, lowest first, each from -16 to 16. Computed in constant time; they wipe themselves.
pub(crate) fn secret_digits(scalar: &Scalar) -> Zeroizing<[i8; SECRET_DIGITS]> {
    let little = scalar.to_little_endian();
    let mut digits = Zeroizing::new([0_i8; SECRET_DIGITS]);
    let mut bytes = little.b.iter();
    let (mut pending, mut bits, mut carry) = (0_u32, 0_usize, 0_i32);
    for digit in digits.iter_mut() {
        // Which bytes are read when does not depend on the scalar.
        while bits < SECRET_WINDOW {
            pending |= u32::from(*bytes.next().unwrap_or(&0)) << bits;
            bits += 8;
        }
        let window = (pending & 31).cast_signed() + carry;
        pending >>= SECRET_WINDOW;
        bits -= SECRET_WINDOW;
        // 1 if the window is above 16, without a branch.
        carry = ((16 - window) >> 31) & 1;
        #[expect(clippy::cast_possible_truncation, reason = "a digit is from -16 to 16")]
        {
            *digit = (window - (carry << 5)) as i8;
        }
    }
    pending.zeroize();
    digits
}

/// Digits of a half of a public scalar: 128 bits and a carry.
pub(crate) const PUBLIC_DIGITS: usize = 129;

/// `z^2`, where `z` is the parameter of the curve: the order is `z^4 - z^2 + 1`.
pub(crate) const Z_SQUARED: u128 = 0xac45_a401_0001_a402_0000_0001_0000_0000;

/// A public scalar as `low + high · z^2`, both below 2^128.
pub(crate) fn halves(scalar: &Scalar) -> (u128, u128) {
    let bytes = scalar.to_bytes();
    let half = |bytes: Option<&[u8; 16]>| bytes.map_or(0, |bytes| u128::from_be_bytes(*bytes));
    let (top, bottom) = (half(bytes.first_chunk()), half(bytes.last_chunk()));
    // Long division in digits of 64 bits. The scalar is below z^4, so that the quotient has two of them.
    let (high, rest) = divide(top % Z_SQUARED, bottom >> 64);
    let (low, rest) = divide(rest, bottom & LIMB);
    (rest, (top / Z_SQUARED) << 127 << 1 | high << 64 | low)
}

const LIMB: u128 = u64::MAX as u128;

/// One digit of a quotient by `z^2` and the new rest (Knuth, The Art of Computer Programming 4.3.1 D): `rest` is below
/// `z^2`, whose highest bit is set, so that the digit is guessed at most two too high.
const fn divide(rest: u128, next: u128) -> (u128, u128) {
    let (first, second) = (Z_SQUARED >> 64, Z_SQUARED & LIMB);
    let mut digit = rest / first;
    if digit > LIMB {
        digit = LIMB;
    }
    let mut left = rest - digit * first;
    while left <= LIMB && digit * second > (left << 64 | next) {
        digit -= 1;
        left += first;
    }
    (digit, (left << 64 | next).wrapping_sub(digit * second))
}

/// The digits of a public number as a width-`W` non-adjacent form, lowest first, each with its place: odd and below
/// `2^(W-1)` in size, and `W` places at least from one to the next. What is not named is zero.
pub(crate) fn public_digits(number: u128, width: usize) -> impl Iterator<Item = (usize, i16)> {
    let mut at = 0;
    let mut carry = false;
    std::iter::from_fn(move || {
        // What is left, if a carry came: as many ones as there are turn into zeros.
        let left = number.checked_shr(u32::try_from(at).ok()?).unwrap_or(0);
        at += (if carry { !left } else { left }).trailing_zeros() as usize;
        if at >= PUBLIC_DIGITS || (!carry && left == 0) {
            return None;
        }
        let window = number.checked_shr(u32::try_from(at).ok()?).unwrap_or(0) & ((1 << width) - 1);
        let window = i32::try_from(window).ok()? + i32::from(carry);
        carry = window > 1 << (width - 1);
        let digit = i16::try_from(window - if carry { 1 << width } else { 0 }).ok()?;
        let place = at;
        at += width;
        Some((place, digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Scalar> {
        let mut samples: Vec<Scalar> = (0..40).map(Scalar::from).chain((0..40).map(|i| -Scalar::from(i))).collect();
        let mut power = Scalar::one();
        for _ in 0..256 {
            samples.extend([power, power - Scalar::one(), -power]);
            power = power + power;
        }
        let mut number = Scalar::from(0x9e37_79b9_7f4a_7c15);
        for _ in 0..200 {
            number = number * number + Scalar::one();
            samples.push(number);
        }
        samples
    }

    fn value(digits: impl DoubleEndedIterator<Item = i16>, base: u64) -> Scalar {
        digits.rev().fold(Scalar::ZERO, |sum, digit| {
            let size = Scalar::from(u64::from(digit.unsigned_abs()));
            sum * Scalar::from(base) + if digit < 0 { -size } else { size }
        })
    }

    #[test]
    fn digits_make_the_number() {
        for sample in samples() {
            let digits = secret_digits(&sample);
            assert!(digits.iter().all(|digit| (-16..=16).contains(digit)));
            assert!(value(digits.iter().map(|digit| i16::from(*digit)), 32).is_equal(&sample));
            let (low, high) = halves(&sample);
            let of = |number: u128| Scalar::from_wide(&number.to_be_bytes());
            assert!((of(low) + of(high) * of(Z_SQUARED)).is_equal(&sample));
            for (half, width) in [(low, 4), (high, 4), (low, 5), (high, 5), (low, 10), (high, 10), (u128::MAX, 5)] {
                let mut digits = [0_i16; PUBLIC_DIGITS];
                let mut free = 0;
                for (place, digit) in public_digits(half, width) {
                    assert!(place >= free && digit % 2 != 0 && digit.abs() < 1 << (width - 1));
                    digits[place] = digit;
                    free = place + width;
                }
                assert!(value(digits.iter().copied(), 2).is_equal(&of(half)), "{width} {half}");
            }
        }
    }
}
