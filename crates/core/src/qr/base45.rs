//! Base45 (RFC 9285): bytes in the characters of the alphanumeric mode of QR codes.

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// §4: two bytes become three characters, a last one two.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(2) * 3);
    let mut push = |digit: u32| {
        let at = usize::try_from(digit % 45).unwrap_or_default();
        out.extend(ALPHABET.get(at).map(|byte| char::from(*byte)));
    };
    for pair in bytes.chunks(2) {
        match *pair {
            [a, b] => {
                let value = u32::from(a) * 256 + u32::from(b);
                [value, value / 45, value / 2025].into_iter().for_each(&mut push);
            }
            [a] => [u32::from(a), u32::from(a) / 45].into_iter().for_each(&mut push),
            _ => {}
        }
    }
    out
}

/// §6: `None` for another character, a length that cannot be, and a group that is larger than its bytes can be.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| ALPHABET.iter().position(|known| known == byte).and_then(|at| u32::try_from(at).ok());
    let digits = text.as_bytes().iter().map(digit).collect::<Option<Vec<u32>>>()?;
    let mut out = Vec::with_capacity(digits.len() / 3 * 2 + 1);
    for group in digits.chunks(3) {
        match *group {
            [c, d, e] => out.extend(u16::try_from(c + d * 45 + e * 2025).ok()?.to_be_bytes()),
            [c, d] => out.push(u8::try_from(c + d * 45).ok()?),
            _ => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_rfc() {
        for (bytes, text) in
            [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"), ("ietf!", "QED8WEX0")]
        {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).unwrap(), bytes.as_bytes());
        }
        // §6: `GGW` is 65536; `:::` and `::` are larger still.
        for bad in ["GGW", ":::", "::", "A", "ABCA", "ab", "é"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
        for length in 0..80_u8 {
            let bytes: Vec<u8> = (0..length).map(|at| at.wrapping_mul(97)).collect();
            assert_eq!(decode(&encode(&bytes)).unwrap(), bytes);
        }
    }
}
