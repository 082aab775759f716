//! Credential ids: `urn:uuid:` with a random UUID (RFC 9562 §5.4), which tells nothing about the credential.

use sha2::{Digest as _, Sha256};
use tamarack::encoding::hex_encode;
use tamarack::status::Seed;

/// A new id.
pub(crate) fn random() -> Result<String, tamarack::Fault> {
    Ok(from_seed(&Seed::generate()?, 0))
}

/// The id of a row: the same for the same seed and row, unpredictable without the seed.
pub(crate) fn from_seed(seed: &Seed, row: u64) -> String {
    let mut hash = Sha256::new();
    hash.update(b"tamarack credential id v1");
    hash.update(seed.expose());
    hash.update(row.to_be_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let (bytes, _) = digest.split_at(16);
    let hex: String = hex_encode(bytes)
        .chars()
        .enumerate()
        .map(|(at, digit)| match at {
            // Version 4; variant 10.
            12 => '4',
            16 => char::from_digit(digit.to_digit(16).unwrap_or_default() & 3 | 8, 16).unwrap_or('8'),
            _ => digit,
        })
        .collect();
    let mut id = String::with_capacity(45);
    id.push_str("urn:uuid:");
    for (at, digit) in hex.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            id.push('-');
        }
        id.push(digit);
    }
    id
}

/// An id as a person types it: the UUID alone is enough.
pub(crate) fn complete(text: &str) -> String {
    if text.contains(':') { text.to_owned() } else { format!("urn:uuid:{}", text.to_ascii_lowercase()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_row_give_one_uuid_of_version_4() {
        let seed = Seed::from_bytes([7; 32]);
        let id = from_seed(&seed, 1);
        assert_eq!(id, from_seed(&seed, 1));
        assert_ne!(id, from_seed(&seed, 2));
        let uuid = id.strip_prefix("urn:uuid:").unwrap();
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&uuid.as_bytes()[19]));
        assert_eq!(complete(&uuid.to_uppercase()), id);
    }
}
