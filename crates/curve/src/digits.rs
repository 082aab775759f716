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

/// The digits of a public scalar as a width-`W` non-adjacent form, lowest bit first: each is zero or odd and below `2^(W-1)`
/// in size, and a digit other than zero is followed by `W - 1` zeros at least.
pub(crate) fn public_digits(scalar: &Scalar, width: usize) -> [i16; 256] {
    let little = scalar.to_little_endian();
    let mut digits = [0_i16; 256];
    let bit = |at: usize| little.b.get(at / 8).map_or(0, |byte| i32::from(byte >> (at % 8) & 1));
    let mut carry = 0;
    let mut at = 0;
    while at < digits.len() {
        if bit(at) + carry != 1 {
            // 0 stays 0; 1 and a carry are 0 and a carry.
            at += 1;
            continue;
        }
        let window = (0..width).map(|i| bit(at + i) << i).sum::<i32>() + carry;
        carry = i32::from(window > 1 << (width - 1));
        let digit = window - (carry << width);
        if let (Some(place), Ok(digit)) = (digits.get_mut(at), i16::try_from(digit)) {
            *place = digit;
        }
        at += width;
    }
    digits
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
            for width in [4, 5, 8] {
                let digits = public_digits(&sample, width);
                assert!(value(digits.iter().copied(), 2).is_equal(&sample), "{width} {:?}", sample.to_bytes());
                assert!(digits.iter().all(|digit| *digit == 0 || (digit % 2 != 0 && digit.abs() < 1 << (width - 1))));
            }
        }
    }
}
