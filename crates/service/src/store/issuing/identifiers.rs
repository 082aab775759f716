//! Credential ids: `urn:uuid:` with a random UUID (RFC 9562 §5.4), which tells nothing about the credential.

use sha2::{Digest as _, Sha256};
use tamarack::status::Seed;

const PREFIX: &str = "urn:uuid:";

/// A new id.
///
/// # Errors
/// [`tamarack::Code::Internal`] if there is no randomness.
pub fn random() -> Result<String, tamarack::Fault> {
    Ok(from_seed(&Seed::generate()?, 0))
}

/// The id of a row: the same for the same seed and row, unpredictable without the seed.
#[must_use]
pub fn from_seed(seed: &Seed, row: u64) -> String {
    let mut hash = Sha256::new();
    hash.update(b"tamarack credential id v1");
    hash.update(seed.expose());
    hash.update(row.to_be_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    let [.., version, _, variant, _, _, _, _, _, _, _] = &mut bytes;
    *version = *version & 0x0f | 0x40;
    *variant = *variant & 0x3f | 0x80;
    from_bytes(&bytes)
}

/// The id of a UUID.
fn from_bytes(bytes: &[u8; 16]) -> String {
    let mut id = String::with_capacity(PREFIX.len() + 36);
    id.push_str(PREFIX);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            id.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    id
}

/// The UUID of an id that [`from_bytes`] would give; `None` for any other text.
fn to_bytes(id: &str) -> Option<[u8; 16]> {
    let digits = id.strip_prefix(PREFIX)?.bytes().filter_map(|digit| char::from(digit).to_digit(16));
    let mut bytes = [0_u8; 16];
    for (at, digit) in digits.take(32).enumerate() {
        let byte = bytes.get_mut(at / 2)?;
        *byte = *byte << 4 | u8::try_from(digit).ok()?;
    }
    (from_bytes(&bytes) == id).then_some(bytes)
}

/// An id as a person types it: the UUID alone is enough.
#[must_use]
pub fn complete(text: &str) -> String {
    if text.contains(':') { text.to_owned() } else { format!("urn:uuid:{}", text.to_ascii_lowercase()) }
}

/// An id as it is stored. Nearly all are UUIDs, which are a third as long in bytes, in the table and in its index. Others
/// stand behind a zero byte, or behind two where one would make them as long as a UUID.
pub(super) fn stored(id: &str) -> Vec<u8> {
    match to_bytes(id) {
        Some(bytes) => bytes.to_vec(),
        None => {
            let zeros: &[u8] = if id.len() == 15 { &[0, 0] } else { &[0] };
            [zeros, id.as_bytes()].concat()
        }
    }
}

/// The id that was stored.
pub(super) fn read(stored: &[u8]) -> Option<String> {
    match <&[u8; 16]>::try_from(stored) {
        Ok(bytes) => Some(from_bytes(bytes)),
        Err(_) => {
            let text = stored.strip_prefix(&[0, 0]).or_else(|| stored.strip_prefix(&[0]))?;
            core::str::from_utf8(text).ok().map(str::to_owned)
        }
    }
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
        assert_eq!(from_bytes(&to_bytes(&id).unwrap()), id);
        for other in ["urn:a", uuid, &id.to_uppercase(), &format!("{id}0"), id.get(..44).unwrap(), &id.replace('-', "")]
        {
            assert_eq!(to_bytes(other), None, "{other}");
        }
    }

    #[test]
    fn an_id_is_stored_and_read() {
        for id in
            ["urn:a", "urn:a:123456789", "urn:a:1234567890", "urn:uuid:x", &from_seed(&Seed::from_bytes([1; 32]), 7)]
        {
            assert_eq!(read(&stored(id)).as_deref(), Some(id));
        }
        assert_eq!(stored("urn:a:123456789").len(), 17);
        assert_eq!(read(b"urn:a"), None);
    }
}
