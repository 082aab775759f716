//! Signatures that some verifiers accept and others refuse: which of them are accepted here is decided once.
//!
//! The messages of documents are hashes, so these vectors are signatures by themselves, made by computing with points.

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT as BASE, EIGHT_TORSION};
use curve25519_dalek::{EdwardsPoint, Scalar};
use serde_json::json;
use sha2::{Digest as _, Sha512};
use tamarack::encoding::{base64url_encode, multibase58_encode};
use tamarack::keys::KeyType;

use super::actor::actor;
use super::vector::Vector;

const AREA: &str = "signature";
const MESSAGE: &[u8] = b"Tamarack";
const INVALID: &str = "proof.signature_invalid";

pub(super) fn vectors() -> Vec<Vector> {
    [edwards(), nist()].concat()
}

fn of(name: &str, about: &str, algorithm: &str, key: String, message: &[u8], signature: &[u8]) -> Vector {
    let input = json!({
        "algorithm": algorithm,
        "key": key,
        "message": base64url_encode(message),
        "signature": base64url_encode(signature),
    });
    Vector::of("signature", AREA, name, about, json!({ "json": input }))
}

/// The scalar that binds a signature to its key and message (RFC 8032 §5.1.7 step 2).
fn challenge(r: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(r).chain_update(key).chain_update(message).finalize();
    Scalar::from_bytes_mod_order_wide(&hash.into())
}

/// A signature with this R, for this encoding of the key, that fulfils `[8][s]B = [8]R + [8][k]A`.
fn forge(r: [u8; 32], r_scalar: Scalar, key: [u8; 32], secret: Scalar, message: &[u8]) -> Vec<u8> {
    let s = r_scalar + challenge(&r, &key, message) * secret;
    [r, s.to_bytes()].concat()
}

fn edwards() -> Vec<Vector> {
    let secret = Scalar::from_bytes_mod_order([5; 32]);
    let (nonce, zero) = (Scalar::from_bytes_mod_order([7; 32]), Scalar::ZERO);
    let (key_point, r_point) = (BASE * secret, BASE * nonce);
    let bytes = |point: EdwardsPoint| point.compress().0;
    let multikey = |key: &[u8; 32]| multibase58_encode(&[&[0xed, 0x01][..], key].concat());
    let key = bytes(key_point);
    let torsion = EIGHT_TORSION[1];
    let mixed = bytes(key_point + torsion);
    let mut identity_again = [0xff; 32];
    (identity_again[0], identity_again[31]) = (0xee, 0x7f);

    let good = forge(bytes(r_point), nonce, key, secret, MESSAGE);
    let with_s = |change: &dyn Fn(&mut [u8])| {
        let mut signature = good.clone();
        change(&mut signature[32..]);
        signature
    };
    let ed = |name: &str, about: &str, key: &[u8; 32], message: &[u8], signature: &[u8]| {
        of(name, about, "EdDSA", multikey(key), message, signature)
    };
    // Messages under which the mixed key's small part vanishes, and does not.
    let message_where = |vanishes: bool| {
        let fits = |n: &u32| {
            let k = challenge(&bytes(r_point), &mixed, &n.to_be_bytes());
            k.as_bytes()[0].is_multiple_of(8) == vanishes
        };
        (0_u32..).find(fits).unwrap().to_be_bytes()
    };
    let (vanishing, staying) = (message_where(true), message_where(false));
    let of_mixed = |message: &[u8]| forge(bytes(r_point), nonce, mixed, secret, message);
    let identity = bytes(EIGHT_TORSION[0]);
    vec![
        ed("ed25519-good", "A good signature.", &key, MESSAGE, &good).gives(true),
        ed("ed25519-other-message", "Of another message.", &key, b"tamarack", &good).error(INVALID),
        ed(
            "ed25519-s-plus-order",
            "RFC 8032 §5.1.7: s and the order of the group.",
            &key,
            MESSAGE,
            &with_s(&add_order),
        )
        .error(INVALID),
        ed("ed25519-s-high-bit", "A bit of s that must be zero.", &key, MESSAGE, &with_s(&|s| s[31] |= 0x80))
            .error(INVALID),
        ed(
            "ed25519-r-identity",
            "R is the neutral point: anybody's nonce.",
            &key,
            MESSAGE,
            &forge(identity, zero, key, secret, MESSAGE),
        )
        .error(INVALID),
        ed(
            "ed25519-r-not-canonical",
            "R is the neutral point in its second encoding.",
            &key,
            MESSAGE,
            &forge(identity_again, zero, key, secret, MESSAGE),
        )
        .error(INVALID),
        ed(
            "ed25519-r-order-8",
            "R is a point of order 8: good only with the cofactor.",
            &key,
            MESSAGE,
            &forge(bytes(torsion), zero, key, secret, MESSAGE),
        )
        .error(INVALID),
        ed(
            "ed25519-r-mixed",
            "R has a part of order 8: good only with the cofactor.",
            &key,
            MESSAGE,
            &forge(bytes(r_point + torsion), nonce, key, secret, MESSAGE),
        )
        .error(INVALID),
        ed(
            "ed25519-key-mixed",
            "The key has a part of order 8 that stays: good only with the cofactor.",
            &mixed,
            &staying,
            &of_mixed(&staying),
        )
        .error(INVALID),
        ed(
            "ed25519-key-mixed-vanishing",
            "The key has a part of order 8 that vanishes for this message: the equation holds without the cofactor.",
            &mixed,
            &vanishing,
            &of_mixed(&vanishing),
        )
        .gives(true),
        ed(
            "ed25519-key-identity",
            "The key is the neutral point: one signature for every message.",
            &identity,
            MESSAGE,
            &forge(bytes(r_point), nonce, identity, zero, MESSAGE),
        )
        .error("key.small_order"),
        ed("ed25519-short", "63 bytes.", &key, MESSAGE, &good[..63]).error(INVALID),
        ed("ed25519-long", "65 bytes.", &key, MESSAGE, &[&good[..], &[0]].concat()).error(INVALID),
        ed("ed25519-zeros", "64 zeros.", &key, MESSAGE, &[0; 64]).error(INVALID),
        of("ed25519-as-es256", "An Ed25519 key for ES256.", "ES256", multikey(&key), MESSAGE, &good)
            .error("key.wrong_suite"),
    ]
}

/// Adds the order of the group to a little-endian scalar.
fn add_order(s: &mut [u8]) {
    // 2^252 + 27742317777372353535851937790883648493, little-endian (RFC 8032 §5.1).
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    for (digit, add) in s.iter_mut().zip(ORDER) {
        let sum = u16::from(*digit) + u16::from(add) + carry;
        *digit = sum as u8;
        carry = sum >> 8;
    }
}

/// The order of P-256's group, big-endian (SP 800-186 §3.2.1.3).
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
    0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The order less a big-endian number.
pub(super) fn negated(s: &[u8]) -> Vec<u8> {
    let mut borrow = 0;
    let mut out = vec![0; 32];
    for place in (0..32).rev() {
        let difference = i16::from(P256_ORDER[place]) - i16::from(s[place]) - borrow;
        out[place] = difference.rem_euclid(256) as u8;
        borrow = i16::from(difference < 0);
    }
    out
}

fn nist() -> Vec<Vector> {
    let p256 = actor(KeyType::P256, 1);
    let p384 = actor(KeyType::P384, 1);
    let good = p256.sign_bytes(MESSAGE);
    let (r, s) = good.split_at(32);
    let es256 =
        |name: &str, about: &str, signature: &[u8]| of(name, about, "ES256", p256.multikey(), MESSAGE, signature);
    let der = [&[0x30, 0x44, 0x02, 0x20][..], r, &[0x02, 0x20], s].concat();
    let of_384 = p384.sign_bytes(MESSAGE);
    vec![
        es256("es256-good", "A good signature.", &good).gives(true),
        es256(
            "es256-negated-s",
            "The other of the two values of s: FIPS 186-5 takes both.",
            &[r, &negated(s)].concat(),
        )
        .gives(true),
        es256("es256-r-zero", "r is zero.", &[&[0; 32], s].concat()).error(INVALID),
        es256("es256-s-zero", "s is zero.", &[r, &[0; 32]].concat()).error(INVALID),
        es256("es256-zeros", "Both are zero.", &[0; 64]).error(INVALID),
        es256("es256-r-order", "r is the order of the group.", &[&P256_ORDER, s].concat()).error(INVALID),
        es256("es256-s-order", "s is the order of the group.", &[r, &P256_ORDER].concat()).error(INVALID),
        es256("es256-swapped", "s before r.", &[s, r].concat()).error(INVALID),
        es256("es256-der", "The signature in DER, as X.509 has it.", &der).error(INVALID),
        es256("es256-long", "A zero behind it.", &[&good[..], &[0]].concat()).error(INVALID),
        of("es384-good", "A good signature.", "ES384", p384.multikey(), MESSAGE, &of_384).gives(true),
        of("es384-short", "r and s of 32 bytes.", "ES384", p384.multikey(), MESSAGE, &good).error(INVALID),
        of("es384-with-p256", "A P-256 key for ES384.", "ES384", p256.multikey(), MESSAGE, &of_384)
            .error("key.wrong_suite"),
    ]
}
