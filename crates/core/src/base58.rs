//! base58-btc, decoded ten digits at a time: every key and signature of a Data Integrity proof comes through here, and digit
//! by digit it would take a tenth of what reading the whole document takes.

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The value of each byte as a digit; 255 for those that are none.
const DIGITS: [u8; 256] = digits();

/// Digits that one 64-bit word takes in: 58^10 is below 2^59.
const AT_ONCE: usize = 10;

#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
const fn digits() -> [u8; 256] {
    let mut table = [u8::MAX; 256];
    let mut value = 0;
    while value < 58 {
        table[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    table
}

/// The bytes that a text stands for: a zero for each `1` at its beginning, then the number of the other digits. `None` for
/// a foreign character. The work grows with the square of the length.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let zeros = text.bytes().take_while(|&byte| byte == b'1').count();
    let digits = text.as_bytes().get(zeros..)?;
    // The number, its lowest word first. A digit is less than six bits.
    let mut words: Vec<u64> = Vec::with_capacity(digits.len() * 6 / 64 + 1);
    for chunk in digits.chunks(AT_ONCE) {
        let (mut carry, mut scale) = (0_u64, 1_u64);
        for &byte in chunk {
            let digit = *DIGITS.get(usize::from(byte))?;
            if digit == u8::MAX {
                return None;
            }
            carry = carry * 58 + u64::from(digit);
            scale *= 58;
        }
        for word in &mut words {
            let product = u128::from(*word) * u128::from(scale) + u128::from(carry);
            (*word, carry) = (low(product), low(product >> 64));
        }
        if carry != 0 {
            words.push(carry);
        }
    }
    let mut bytes = Vec::with_capacity(zeros + words.len() * 8);
    bytes.resize(zeros, 0);
    let mut words = words.into_iter().rev();
    if let Some(highest) = words.next() {
        let skipped = highest.leading_zeros() as usize / 8;
        bytes.extend(highest.to_be_bytes().into_iter().skip(skipped));
    }
    bytes.extend(words.flat_map(u64::to_be_bytes));
    Some(bytes)
}

#[expect(clippy::cast_possible_truncation, reason = "the low word is what is asked for")]
const fn low(product: u128) -> u64 {
    product as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::decode;

    fn theirs(text: &str) -> Option<Vec<u8>> {
        multibase::decode(format!("z{text}")).ok().map(|(_, bytes)| bytes)
    }

    #[test]
    fn agrees_with_multibase_on_edges() {
        for text in [
            "",
            "1",
            "11",
            "2",
            "z",
            "12",
            "5Q",
            "5R",
            "LUv",
            "JPwcyDCgEup",
            "JPwcyDCgEuq",
            "0",
            "1l",
            "é",
            "1111111111112",
        ] {
            assert_eq!(decode(text), theirs(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_multibase(text in "1{0,3}[1-9A-HJ-NP-Za-km-z]{0,130}") {
            prop_assert_eq!(decode(&text), theirs(&text));
        }

        #[test]
        fn reads_back(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let text = multibase::encode(multibase::Base::Base58Btc, &bytes);
            prop_assert_eq!(decode(text.strip_prefix('z').unwrap()), Some(bytes));
        }

        #[test]
        fn refuses_what_multibase_refuses(text in "[ -~]{0,6}") {
            prop_assert_eq!(decode(&text), theirs(&text));
        }
    }
}
