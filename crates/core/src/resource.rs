//! Related resources (VCDM 2.0 §5.3): bytes that a credential names with their digest.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq as _;

use crate::credential::Credential;
use crate::{Code, Evidence, EvidenceKind, Fault, Piece};

/// Checks each related resource of a credential against its digests. `Ok(false)`: it names none.
///
/// The bytes are looked for among the resources of the evidence, then among its contexts and schemas.
///
/// # Errors
/// With the pointer of the entry and the URL: [`Code::ResourceMissing`] when evidence is needed, [`Code::ResourceDigest`].
pub fn check(credential: &Credential<'_>, evidence: &Evidence) -> Result<bool, Fault> {
    for related in &credential.related {
        let fault = |code| Fault::new(code).at(related.pointer.as_str()).about(related.id);
        let piece = find(evidence, related.id).ok_or_else(|| fault(Code::ResourceMissing))?;
        related.check(&piece.bytes)?;
    }
    Ok(!credential.related.is_empty())
}

/// The piece of evidence that holds a related resource.
#[must_use]
pub fn find<'e>(evidence: &'e Evidence, url: &str) -> Option<&'e Piece> {
    [EvidenceKind::Resource, EvidenceKind::Context, EvidenceKind::Schema]
        .into_iter()
        .find_map(|kind| evidence.get(kind, url))
}

/// Whether bytes match a `digestSRI` (Subresource Integrity: `sha256-`, `sha384-` or `sha512-` and base64; of several the
/// strongest counts). `None`: not such a text.
pub(crate) fn matches_sri(text: &str, bytes: &[u8]) -> Option<bool> {
    let mut strongest: Option<(usize, bool)> = None;
    for hash in text.split_ascii_whitespace() {
        let (algorithm, value) = hash.split_once('-')?;
        // Options behind `?` are reserved (SRI §3.5) and say nothing yet.
        let value = value.split('?').next().unwrap_or(value);
        let expected = STANDARD.decode(value).ok()?;
        let actual = match algorithm {
            "sha256" => Sha256::digest(bytes).to_vec(),
            "sha384" => Sha384::digest(bytes).to_vec(),
            "sha512" => Sha512::digest(bytes).to_vec(),
            _ => return None,
        };
        let (length, matches) = (actual.len(), same(&actual, &expected));
        strongest = match strongest {
            Some((before, _)) if before > length => strongest,
            Some((before, matched)) if before == length => Some((length, matched || matches)),
            _ => Some((length, matches)),
        };
    }
    strongest.map(|(_, matches)| matches)
}

/// Whether bytes match a `digestMultibase`: multibase `u` or `z`, then a multihash of SHA-256 (0x12), SHA-384 (0x20) or
/// SHA-512 (0x13). `None`: not such a text.
pub(crate) fn matches_multibase(text: &str, bytes: &[u8]) -> Option<bool> {
    let multihash = match text.strip_prefix('u') {
        Some(digits) => URL_SAFE_NO_PAD.decode(digits).ok()?,
        None => crate::encoding::multibase58_decode(text).ok()?,
    };
    let (code, rest) = multihash.split_first()?;
    let (length, expected) = rest.split_first()?;
    if usize::from(*length) != expected.len() {
        return None;
    }
    let actual = match (code, length) {
        (0x12, 32) => Sha256::digest(bytes).to_vec(),
        (0x20, 48) => Sha384::digest(bytes).to_vec(),
        (0x13, 64) => Sha512::digest(bytes).to_vec(),
        _ => return None,
    };
    Some(same(&actual, expected))
}

fn same(a: &[u8], b: &[u8]) -> bool {
    bool::from(a.ct_eq(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    // SHA-256 of "abc" (FIPS 180-4, example).
    const ABC_256: &str = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";

    #[test]
    fn subresource_integrity() {
        assert_eq!(matches_sri(ABC_256, b"abc"), Some(true));
        assert_eq!(matches_sri(ABC_256, b"abd"), Some(false));
        let stronger = format!("sha384-{}", STANDARD.encode(Sha384::digest(b"abd")));
        assert_eq!(matches_sri(&format!("{ABC_256} {stronger}"), b"abc"), Some(false));
        assert_eq!(matches_sri(&format!("{ABC_256} {stronger}"), b"abd"), Some(true));
        for bad in ["", "md5-abcd", "sha256", "sha256-!", "sha256-ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"] {
            assert_eq!(matches_sri(bad, b"abc"), None, "{bad}");
        }
    }

    #[test]
    fn multibase_multihash() {
        let multihash = [&[0x12, 32], Sha256::digest(b"abc").as_slice()].concat();
        let texts =
            [crate::encoding::multibase64url_encode(&multihash), crate::encoding::multibase58_encode(&multihash)];
        for text in texts {
            assert_eq!(matches_multibase(&text, b"abc"), Some(true));
            assert_eq!(matches_multibase(&text, b"abd"), Some(false));
        }
        let short = crate::encoding::multibase64url_encode(&[0x12, 31]);
        assert_eq!(matches_multibase(&short, b"abc"), None);
        let wrong = [&[0x12, 32], [0_u8; 31].as_slice()].concat();
        assert_eq!(matches_multibase(&crate::encoding::multibase64url_encode(&wrong), b"abc"), None);
    }
}
