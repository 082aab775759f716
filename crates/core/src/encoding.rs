//! Strict base64, base64url and multibase: one text for one value, nothing else accepted.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::{Code, Fault, base58};

/// base64url without padding (RFC 4648 §5).
#[must_use]
pub fn base64url_encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url without padding; trailing bits must be zero.
///
/// # Errors
/// [`Code::EncodingBase64`].
pub fn base64url_decode(text: &str) -> Result<Vec<u8>, Fault> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Fault::new(Code::EncodingBase64))
}

/// Appends base64url without padding.
pub(crate) fn base64url_encode_into(bytes: &[u8], out: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, out);
}

/// Appends what base64url without padding stands for; trailing bits must be zero.
///
/// # Errors
/// [`Code::EncodingBase64`]; what was appended by then is of no use.
pub(crate) fn base64url_decode_into(text: &str, out: &mut Vec<u8>) -> Result<(), Fault> {
    URL_SAFE_NO_PAD.decode_vec(text, out).map_err(|_| Fault::new(Code::EncodingBase64))
}

/// Reads base64 with padding (RFC 4648 §4); trailing bits must be zero.
///
/// # Errors
/// [`Code::EncodingBase64`].
pub fn base64_decode(text: &str) -> Result<Vec<u8>, Fault> {
    STANDARD.decode(text).map_err(|_| Fault::new(Code::EncodingBase64))
}

/// base64 with padding (RFC 4648 §4).
#[must_use]
pub fn base64_encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Multibase base58-btc: `z` and the digits.
#[must_use]
pub fn multibase58_encode(bytes: &[u8]) -> String {
    multibase::encode(multibase::Base::Base58Btc, bytes)
}

/// Reads multibase base58-btc.
///
/// # Errors
/// [`Code::EncodingMultibase`] for another base or a foreign character.
pub fn multibase58_decode(text: &str) -> Result<Vec<u8>, Fault> {
    // base58 decoding is quadratic in the length; nothing that this library reads in base58 is longer.
    const LONGEST: usize = 8_192;
    let digits = text.strip_prefix('z').filter(|_| text.len() <= LONGEST);
    digits.and_then(base58::decode).ok_or_else(|| Fault::new(Code::EncodingMultibase))
}

/// Multibase base64url without padding: `u` and the digits.
#[must_use]
pub fn multibase64url_encode(bytes: &[u8]) -> String {
    format!("u{}", base64url_encode(bytes))
}

/// Reads multibase base64url without padding.
///
/// # Errors
/// [`Code::EncodingMultibase`] for another base, padding, trailing bits or a foreign character.
pub fn multibase64url_decode(text: &str) -> Result<Vec<u8>, Fault> {
    let digits = text.strip_prefix('u').ok_or_else(|| Fault::new(Code::EncodingMultibase))?;
    base64url_decode(digits).map_err(|_| Fault::new(Code::EncodingMultibase))
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex_encode(bytes: &[u8]) -> String {
    use core::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_for_one_value() {
        assert_eq!(base64url_decode("_-8").unwrap(), [0xff, 0xef]);
        for bad in ["_-9", "_-8=", "/+8", "_ -8", "_"] {
            assert!(base64url_decode(bad).is_err(), "{bad}");
        }
        assert!(base64_decode("/+8").is_err());
        assert_eq!(base64_decode("/+8=").unwrap(), [0xff, 0xef]);
        assert!(multibase64url_decode("_-8").is_err());
        assert!(multibase58_decode("z0").is_err());
        assert_eq!(multibase58_decode("z2g").unwrap(), b"a");
    }
}
