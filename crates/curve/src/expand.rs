//! Expanding messages and hashing to G1 (RFC 9380).

use blake2::{Blake2b512, Digest as _};
use blst::{blst_fp, blst_p1};
use shake::Shake256;
use shake::digest::{ExtendableOutput as _, Update, XofReader as _};

use crate::{G1, G1Affine};

/// The functions `expand_message` of RFC 9380 that the BBS ciphersuites use.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Expander {
    /// `expand_message_xmd` with SHA-256 (RFC 9380 §5.3.1).
    XmdSha256,
    /// `expand_message_xof` with SHAKE-256 (RFC 9380 §5.3.2).
    XofShake256,
    /// `expand_message_xmd` with BLAKE2b of 64 bytes, which the BBS+ of 2020 uses.
    XmdBlake2b,
}

impl Expander {
    /// Fills `out`, of 8 160 bytes at most. `None` for more, and for a tag of more than 255 bytes (RFC 9380 §5.3.1 step 2).
    #[must_use]
    pub fn expand(self, message: &[u8], tag: &[u8], out: &mut [u8]) -> Option<()> {
        let tag_length = u8::try_from(tag.len()).ok()?;
        let length = u16::try_from(out.len()).ok().filter(|length| *length <= 255 * 32)?;
        match self {
            Self::XmdSha256 => {
                // SAFETY: exactly the given numbers of bytes are read from `message` and `tag` and written to `out`; blst
                // takes up to 255 · 32 bytes of output, which was checked, and a tag of up to 255 bytes without hashing it.
                unsafe {
                    blst::blst_expand_message_xmd(
                        out.as_mut_ptr(),
                        out.len(),
                        message.as_ptr(),
                        message.len(),
                        tag.as_ptr(),
                        tag.len(),
                    );
                }
            }
            Self::XofShake256 => {
                let mut hasher = Shake256::default();
                Update::update(&mut hasher, message);
                Update::update(&mut hasher, &length.to_be_bytes());
                Update::update(&mut hasher, tag);
                Update::update(&mut hasher, &[tag_length]);
                hasher.finalize_xof().read(out);
            }
            Self::XmdBlake2b => {
                // RFC 9380 §5.3.1 steps 3 to 10; the block of BLAKE2b has 128 bytes.
                let first = Blake2b512::new().chain_update([0; 128]).chain_update(message);
                let first = first.chain_update(length.to_be_bytes()).chain_update([0]);
                let first = first.chain_update(tag).chain_update([tag_length]).finalize();
                let mut last = [0; 64];
                for (chunk, number) in out.chunks_mut(64).zip(1_u8..) {
                    let mixed: Vec<u8> = first.iter().zip(last).map(|(a, b)| a ^ b).collect();
                    let next = Blake2b512::new().chain_update(mixed).chain_update([number]);
                    last = next.chain_update(tag).chain_update([tag_length]).finalize().into();
                    chunk.iter_mut().zip(last).for_each(|(to, from)| *to = from);
                }
            }
        }
        Some(())
    }
}

/// `hash_to_curve` onto G1 (RFC 9380 §3, §8.8.1): an element that nobody knows the logarithm of. `None` for a tag of more
/// than 255 bytes.
#[must_use]
pub fn hash_to_g1(expander: Expander, message: &[u8], tag: &[u8]) -> Option<G1Affine> {
    let mut uniform = [0; 128];
    expander.expand(message, tag, &mut uniform)?;
    let (first, second) = uniform.split_first_chunk::<64>()?;
    let fields = (field_element(first), field_element(second.first_chunk()?));
    let mut point = blst_p1::default();
    // SAFETY: all three point to initialized values of their types. The result is in the subgroup: the cofactor is cleared.
    unsafe { blst::blst_map_to_g1(&raw mut point, &raw const fields.0, &raw const fields.1) };
    Some(G1::from_raw(point).to_affine())
}

/// `hash_to_field` for one element (RFC 9380 §5.2 step 7).
pub(crate) fn field_element(bytes: &[u8; 64]) -> blst_fp {
    let mut element = blst_fp::default();
    // SAFETY: exactly 64 bytes are read from `bytes`, and one blst_fp is written.
    unsafe { blst::blst_fp_from_be_bytes(&raw mut element, bytes.as_ptr(), bytes.len()) };
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// RFC 9380 §K.1 and §J.9.1.
    #[test]
    fn agrees_with_rfc_9380() {
        let mut out = [0; 32];
        let tag = b"QUUX-V01-CS02-with-expander-SHA256-128";
        Expander::XmdSha256.expand(b"abc", tag, &mut out).unwrap();
        assert_eq!(hex(&out), "d8ccab23b5985ccea865c6c97b6e5b8350e794e603b4b97902f53a8a0d605615");
        let tag = b"QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";
        let point = hash_to_g1(Expander::XmdSha256, b"abc", tag).unwrap().to_bytes();
        // The x coordinate under the three flag bits.
        let mut x = point;
        x[0] &= 0x1f;
        assert_eq!(
            hex(&x),
            "03567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68900be2f6903"
        );
    }

    /// RFC 9380 §K.6.
    #[test]
    fn agrees_with_rfc_9380_on_shake() {
        let mut out = [0; 32];
        let tag = b"QUUX-V01-CS02-with-expander-SHAKE256";
        Expander::XofShake256.expand(b"abc", tag, &mut out).unwrap();
        assert_eq!(hex(&out), "b39e493867e2767216792abce1f2676c197c0692aed061560ead251821808e07");
    }

    #[test]
    fn refuses_long_tags() {
        for expander in [Expander::XmdSha256, Expander::XofShake256, Expander::XmdBlake2b] {
            assert!(expander.expand(b"", &[7; 255], &mut [0; 48]).is_some());
            assert!(expander.expand(b"", &[7; 256], &mut [0; 48]).is_none());
            assert!(expander.expand(b"", &[7], &mut [0; 8_161]).is_none());
            assert!(hash_to_g1(expander, b"", &[7; 256]).is_none());
        }
    }
}
