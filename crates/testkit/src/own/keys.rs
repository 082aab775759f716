//! Keys and encodings that are not what they should be.

use serde_json::{Value as Json, json};
use tamarack::encoding::{base64url_encode, hex_encode, multibase58_encode};
use tamarack::keys::{KeyType, Signer as _};

use super::actor::{actor, issuer};
use super::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    [encodings(), multikeys(), jwks(), pems(), sealed()].concat()
}

fn encodings() -> Vec<Vector> {
    let base64url = |name: &str, about: &str, text: &str| {
        Vector::of("base64url", "encoding", name, about, text).error("encoding.base64")
    };
    let base64 = |name: &str, about: &str, text: &str| {
        Vector::of("base64", "encoding", name, about, text).error("encoding.base64")
    };
    let multibase = |name: &str, about: &str, text: &str| {
        Vector::of("multibase", "encoding", name, about, text).error("encoding.multibase")
    };
    vec![
        Vector::of("base64url", "encoding", "base64url-good", "Two bytes.", "_-8").gives("ffef"),
        base64url("base64url-padding", "Padding, which JOSE does not have.", "_-8="),
        base64url("base64url-trailing-bits", "The bits behind the last byte are not zero.", "_-9"),
        base64url("base64url-other-alphabet", "The alphabet of plain base64.", "/+8"),
        base64url("base64url-white-space", "A line break.", "_-8\n"),
        base64url("base64url-length", "A length that no bytes give.", "_-8_-"),
        base64("base64-no-padding", "Without the padding that it must have.", "/+8"),
        base64("base64-trailing-bits", "The bits behind the last byte are not zero.", "/+9="),
        Vector::of("multibase", "encoding", "multibase-good", "One byte in base58-btc.", "z2g").gives(hex_encode(b"a")),
        multibase("multibase-other-base", "base64url where base58-btc must be.", "uAA"),
        multibase("multibase-foreign-digit", "0 is no digit of base58.", "z0"),
        multibase("multibase-empty", "Not even a prefix.", ""),
    ]
}

fn multikey(bytes: &[&[u8]]) -> String {
    multibase58_encode(&bytes.concat())
}

/// A compressed point with this small x coordinate.
fn point(size: usize, x: u8) -> Vec<u8> {
    let mut bytes = vec![0; size + 1];
    bytes[0] = 2;
    bytes[size] = x;
    bytes
}

fn multikeys() -> Vec<Vector> {
    const ED25519: &[u8] = &[0xed, 0x01];
    let of = |name: &str, about: &str, text: String| Vector::of("multikey", "multikey", name, about, text);
    let good = issuer();
    let good = good.key.public_key().bytes();
    let mut small_order = [0_u8; 32];
    small_order[0] = 1;
    let order_8 = curve25519_dalek::constants::EIGHT_TORSION[1].compress().0;
    let mut beyond = [0xff_u8; 32];
    (beyond[0], beyond[31]) = (0xf0, 0x7f);
    let mut off_curve = [0_u8; 32];
    off_curve[0] = 2;
    let hybrid = [&[6][..], &[1; 64]].concat();
    let mut vectors = vec![
        of("identity", "Ed25519: the neutral point, of order 1.", multikey(&[ED25519, &small_order]))
            .error("key.small_order"),
        of("order-8", "Ed25519: a point of order 8.", multikey(&[ED25519, &order_8])).error("key.small_order"),
        of("x25519-zero", "X25519: zero, of small order.", multikey(&[&[0xec, 0x01], &[0; 32]]))
            .error("key.small_order"),
        of("ed25519-not-canonical", "Ed25519: y is not below 2^255 - 19.", multikey(&[ED25519, &beyond]))
            .error("key.invalid"),
        of("ed25519-off-curve", "Ed25519: y = 2 belongs to no point.", multikey(&[ED25519, &off_curve]))
            .error("key.invalid"),
        of("ed25519-short", "31 bytes.", multikey(&[ED25519, &good[..31]])).error("key.invalid"),
        of("ed25519-long", "33 bytes.", multikey(&[ED25519, good, &[0]])).error("key.invalid"),
        of("empty-key", "A multicodec without a key.", multikey(&[ED25519])).error("key.invalid"),
        of("one-byte", "Not even a multicodec.", multikey(&[&[0xed]])).error("key.invalid"),
        of(
            "varint-not-minimal",
            "The multicodec 0xed as a varint of three bytes.",
            multikey(&[&[0xed, 0x81, 0x00], good]),
        )
        .error("key.unsupported"),
        of("multicodec-secret", "The multicodec of a secret key.", multikey(&[&[0x80, 0x26], good]))
            .error("key.unsupported"),
        of("multicodec-p521", "P-521, which is not supported.", multikey(&[&[0x82, 0x24], &[2; 67]]))
            .error("key.unsupported"),
        of("multicodec-of-p256", "An Ed25519 key under the multicodec of P-256.", multikey(&[&[0x80, 0x24], good]))
            .error("key.invalid"),
        of("p256-off-curve", "P-256: x = 1 belongs to no point.", multikey(&[&[0x80, 0x24], &point(32, 1)]))
            .error("key.invalid"),
        of("p256-uncompressed", "P-256: the hybrid form of a point.", multikey(&[&[0x80, 0x24], &hybrid]))
            .error("key.invalid"),
        of("p256-infinity", "P-256: the point at infinity.", multikey(&[&[0x80, 0x24], &[0]])).error("key.invalid"),
        of("p384-off-curve", "P-384: x = 1 belongs to no point.", multikey(&[&[0x81, 0x24], &point(48, 1)]))
            .error("key.invalid"),
        of("secp256k1-off-curve", "secp256k1: x = 5 belongs to no point.", multikey(&[&[0xe7, 0x01], &point(32, 5)]))
            .error("key.invalid"),
        of("bls12381-g2-zeros", "BLS12-381 G2: 96 zeros are no point.", multikey(&[&[0xeb, 0x01], &[0; 96]]))
            .error("key.invalid"),
        of(
            "bls12381-g2-infinity",
            "BLS12-381 G2: the point at infinity.",
            multikey(&[&[0xeb, 0x01], &[0xc0], &[0; 95]]),
        )
        .error("key.invalid"),
        of(
            "base64url",
            "base64url where base58-btc must be.",
            format!("u{}", base64url_encode(&[ED25519, good].concat())),
        )
        .error("encoding.multibase"),
    ];
    for (name, kind) in [("good-ed25519", KeyType::Ed25519), ("good-p256", KeyType::P256), ("good-p384", KeyType::P384)]
    {
        vectors.push(of(name, "A good key.", actor(kind, 1).multikey()).gives(kind.name()));
    }
    vectors
}

fn jwks() -> Vec<Vector> {
    let of = |name: &str, about: &str, jwk: Json| Vector::of("jwk", "jwk", name, about, json!({ "json": jwk }));
    let ed25519 = actor(KeyType::Ed25519, 1).key.public_key().to_jwk().to_serde();
    let p256 = actor(KeyType::P256, 1).key.public_key().to_jwk().to_serde();
    let with = |jwk: &Json, member: &str, value: Json| super::documents::set(jwk, &format!("/{member}"), value);
    let zeros = base64url_encode(&[0; 32]);
    let mut one = [0; 32];
    one[0] = 1;
    let x = ed25519["x"].as_str().unwrap();
    vec![
        of("good-ed25519", "A good key.", ed25519.clone()).gives("Ed25519"),
        of("good-p256", "A good key.", p256.clone()).gives("P-256"),
        of("private", "A secret stands in it.", with(&ed25519, "d", json!(zeros))).error("key.invalid"),
        of("symmetric", "A symmetric key.", json!({ "kty": "oct", "k": zeros })).error("key.invalid"),
        of("unknown-kty", "A kind that is not known.", json!({ "kty": "AKP", "pub": zeros })).error("key.unsupported"),
        of("unknown-curve", "A curve that is not supported.", with(&ed25519, "crv", json!("Ed448")))
            .error("key.unsupported"),
        of("curve-of-another-kty", "A curve of another kind.", with(&p256, "crv", json!("Ed25519")))
            .error("key.unsupported"),
        of("kty-missing", "Without kty.", json!({ "crv": "Ed25519", "x": x })).error("key.invalid"),
        of("x-number", "A coordinate that is a number.", with(&ed25519, "x", json!(7))).error("key.invalid"),
        of("x-padding", "A coordinate with padding.", with(&ed25519, "x", json!(format!("{x}=")))).error("key.invalid"),
        of("x-short", "A coordinate of one byte.", with(&ed25519, "x", json!("AQ"))).error("key.invalid"),
        of("small-order", "The neutral point.", with(&ed25519, "x", json!(base64url_encode(&one))))
            .error("key.small_order"),
        of("p256-off-curve", "A point off the curve.", with(&p256, "y", json!(zeros))).error("key.invalid"),
        of("p256-zero", "The coordinates zero and zero.", with(&with(&p256, "x", json!(zeros)), "y", json!(zeros)))
            .error("key.invalid"),
        of(
            "rsa-1024",
            "RSA with 1024 bits.",
            json!({ "kty": "RSA", "e": "AQAB", "n": base64url_encode(&[0xff; 128]) }),
        )
        .error("key.invalid"),
        of(
            "rsa-exponent-1",
            "RSA with the exponent 1.",
            json!({ "kty": "RSA", "e": "AQ", "n": base64url_encode(&[0xff; 256]) }),
        )
        .error("key.invalid"),
        of("array", "No object.", json!([])).error("key.invalid"),
    ]
}

fn pems() -> Vec<Vector> {
    let of = |name: &str, about: &str, text: String| Vector::of("pem", "pem", name, about, text);
    let good = actor(KeyType::P256, 1).key.public_key().to_pem().unwrap();
    vec![
        of("good", "A good key.", good.clone()).gives("P-256"),
        of("truncated", "The last line is missing.", good.lines().take(2).collect()).error("key.invalid"),
        of("two", "Two keys.", format!("{good}{good}")).error("key.invalid"),
        of("certificate", "Another label.", good.replace("PUBLIC KEY", "CERTIFICATE")).error("key.invalid"),
    ]
}

fn sealed() -> Vec<Vector> {
    /// Made by another implementation (Python's `cryptography`), from the seed of the issuer's key.
    const SEALED: &str = include_str!("fixed/sealed-key.jwe");
    const PASSPHRASE: &str = "correct horse battery staple";
    let sealed = SEALED.trim();
    let of = |name: &str, about: &str, text: &str, passphrase: &str| {
        Vector::of("unseal", "sealed-key", name, about, text).with("passphrase", passphrase)
    };
    let (head, tag) = sealed.rsplit_once('.').unwrap();
    vec![
        of("good", "A key sealed by another implementation.", sealed, PASSPHRASE).gives(issuer().multikey()),
        of("wrong-passphrase", "A wrong passphrase.", sealed, "Correct horse battery staple").error("key.sealed"),
        of("empty-passphrase", "An empty passphrase.", sealed, "").error("key.sealed"),
        of("damaged", "Another tag.", &format!("{head}.A{}", &tag[1..]), PASSPHRASE).error("key.sealed"),
        of("truncated", "Four parts.", head, PASSPHRASE).error("key.sealed"),
    ]
}
