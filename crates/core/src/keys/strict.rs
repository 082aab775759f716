//! What strict Ed25519 verification refuses beside a signature that does not match.

use std::sync::LazyLock;

use curve25519_dalek::constants::EIGHT_TORSION;

/// Whether `R` is the encoding of a point of small order.
///
/// `verify_strict` decodes `R`, refuses it if that fails or if the point is of small order, and then compares its bytes with
/// those of `[s]B - [k]A`. Whoever compares the bytes anyway knows that `R` is the one encoding that compressing a point
/// gives; so it can be decoded, and it is of small order exactly if it is one of these eight encodings. That saves the
/// square root of decoding it.
pub(super) fn is_small_order(r: &[u8; 32]) -> bool {
    static ENCODINGS: LazyLock<[[u8; 32]; 8]> = LazyLock::new(|| EIGHT_TORSION.map(|point| point.compress().0));
    ENCODINGS.contains(r)
}
