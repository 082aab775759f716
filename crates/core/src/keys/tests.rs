//! Public keys from the outside: every encoding, and what is no key.

use openssl::bn::BigNum;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::rsa::{Padding, Rsa};
use openssl::sign::Signer as OpenSslSigner;

use super::*;
use crate::Code;
use crate::encoding::{base64url_encode, multibase58_encode};
use crate::json::{self, Value};

const ED: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
const P256: &str = "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP";
const P384: &str = "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ";
const K256: &str = "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme";
const X25519: &str = "z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc";
const BLS: &str = "zUC7K4ndUaGZgV7Cp2yJy6JtMoUHY6u7tkcSYUvPrEidqBmLCTLmi6d5WvwnUqejscAkERJ3bfjEiSYtdPkRSE8kSa11hFBr4sTgnbZ95SJj19PN2jdvJjyzpSZgxkyyxNnBNnY";

fn multikey(bytes: &[u8]) -> Result<PublicKey, Code> {
    PublicKey::from_multikey(&multibase58_encode(bytes)).map_err(|fault| fault.code())
}

#[test]
fn one_key_has_one_text() {
    for (text, key_type) in [
        (ED, KeyType::Ed25519),
        (P256, KeyType::P256),
        (P384, KeyType::P384),
        (K256, KeyType::Secp256k1),
        (X25519, KeyType::X25519),
        (BLS, KeyType::Bls12381G2),
    ] {
        let key = PublicKey::from_multikey(text).unwrap();
        assert_eq!((key.key_type(), key.to_multikey().as_str()), (key_type, text));
        assert_eq!(PublicKey::from_bytes(key_type, key.bytes()).unwrap(), key);
        assert_eq!(PublicKey::from_jwk(&key.to_jwk()).unwrap(), key);
        if key_type != KeyType::Bls12381G2 {
            assert_eq!(PublicKey::from_pem(&key.to_pem().unwrap()).unwrap(), key);
        }
        // Truncated, and with a byte too many.
        let bytes = crate::encoding::multibase58_decode(text).unwrap();
        for cut in 2..bytes.len() {
            assert_eq!(multikey(&bytes[..cut]), Err(Code::KeyInvalid), "{key_type:?} {cut}");
        }
        assert_eq!(multikey(&[&bytes[..], &[0]].concat()), Err(Code::KeyInvalid));
        // The varint of the codec in three bytes instead of two.
        let long = [&[bytes[0], bytes[1] | 0x80, 0x00], &bytes[2..]].concat();
        assert!(matches!(multikey(&long), Err(Code::KeyUnsupported | Code::KeyInvalid)));
        // The key under the codec of another.
        for (other, codec) in
            [(KeyType::P384, [0x81, 0x24]), (KeyType::Bls12381G2, [0xeb, 0x01]), (KeyType::Rsa, [0x85, 0x24])]
        {
            if other != key_type {
                assert_eq!(multikey(&[&codec[..], &bytes[2..]].concat()), Err(Code::KeyInvalid));
            }
        }
    }
    assert_eq!(multikey(&[0xed]), Err(Code::KeyInvalid));
    assert_eq!(multikey(&[0x12, 0x20]), Err(Code::KeyUnsupported));
    for bad in ["", "z", "u7QFh", "6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", "z6Mk0", "z6Mk "] {
        assert!(PublicKey::from_multikey(bad).is_err(), "{bad}");
    }
}

#[test]
fn ed25519_keys_of_small_order_or_in_other_encodings_are_none() {
    let code = |bytes: [u8; 32]| PublicKey::from_bytes(KeyType::Ed25519, &bytes).map_err(|fault| fault.code());
    for point in curve25519_dalek::constants::EIGHT_TORSION {
        assert_eq!(code(point.compress().0), Err(Code::KeySmallOrder));
    }
    // y from the prime up to 2^255 - 1, with either sign.
    for low in 0xed..=0xff_u8 {
        for high in [0x7f, 0xff] {
            let mut bytes = [0xff; 32];
            bytes[0] = low;
            bytes[31] = high;
            assert_eq!(code(bytes), Err(Code::KeyInvalid));
        }
    }
    // x = 0 with its sign set: y = 1 and y = -1. dalek reads them; they are of small order.
    for (fill, first, last) in [(0, 1, 0x80), (0xff, 0xec, 0xff)] {
        let mut bytes = [fill; 32];
        bytes[0] = first;
        bytes[31] = last;
        assert!(code(bytes).is_err());
    }
    // y = 2 belongs to no point.
    let mut bytes = [0; 32];
    bytes[0] = 2;
    assert_eq!(code(bytes), Err(Code::KeyInvalid));
}

#[test]
fn x25519_keys_of_small_order_are_none() {
    let code = |bytes: [u8; 32]| PublicKey::from_bytes(KeyType::X25519, &bytes).map_err(|fault| fault.code());
    let mut one = [0; 32];
    one[0] = 1;
    assert_eq!(code([0; 32]), Err(Code::KeySmallOrder));
    assert_eq!(code(one), Err(Code::KeySmallOrder));
    assert_eq!(code([0xff; 32]), Err(Code::KeyInvalid));
}

#[test]
fn points_off_the_curve_and_outside_the_group_are_none() {
    for (key_type, size) in [(KeyType::P256, 32), (KeyType::P384, 48), (KeyType::Secp256k1, 32)] {
        let mut refused = 0;
        for x in 0..32_u8 {
            let mut bytes = vec![0; 1 + size];
            bytes[0] = 2;
            bytes[size] = x;
            refused += usize::from(PublicKey::from_bytes(key_type, &bytes).is_err());
        }
        assert!((4..28).contains(&refused), "about half of all x belong to no point: {refused}");
        // x not below the prime; the uncompressed and hybrid forms; infinity.
        let mut bytes = vec![0xff; 1 + size];
        bytes[0] = 2;
        assert!(PublicKey::from_bytes(key_type, &bytes).is_err());
        assert!(PublicKey::from_bytes(key_type, &[0]).is_err());
    }
    let key = PublicKey::from_multikey(P256).unwrap();
    let (x, y) = key.as_elliptic().unwrap().coordinates().unwrap();
    assert!(PublicKey::from_bytes(KeyType::P256, &[&[4][..], &x, &y].concat()).is_err());
    // BLS12-381: infinity, and a point on the curve but outside the subgroup (almost all are).
    let mut infinity = [0; 96];
    infinity[0] = 0xc0;
    assert!(PublicKey::from_bytes(KeyType::Bls12381G2, &infinity).is_err());
    for last in 0..16 {
        let mut bytes = [0; 96];
        bytes[0] = 0x80;
        bytes[95] = last;
        assert!(PublicKey::from_bytes(KeyType::Bls12381G2, &bytes).is_err());
    }
}

#[test]
fn jwks_are_read_strictly() {
    let key = PublicKey::from_multikey(P256).unwrap();
    let text = json::to_string(&key.to_jwk());
    let read = |text: &str| PublicKey::from_jwk(&json::parse(text.as_bytes()).unwrap()).map_err(|fault| fault.code());
    assert_eq!(read(&text), Ok(key));
    let with = |member: &str| text.replacen('{', &format!("{{{member},"), 1);
    for (bad, code) in [
        (with(r#""d":"AA""#), Code::KeyInvalid),
        (with(r#""k":"AA""#), Code::KeyInvalid),
        (text.replace(r#""kty":"EC""#, r#""kty":"oct""#), Code::KeyUnsupported),
        (text.replace("P-256", "P-521"), Code::KeyUnsupported),
        (text.replace("P-256", "P-384"), Code::KeyInvalid),
        (text.replace("P-256", "secp256k1"), Code::KeyInvalid),
        (text.replace(r#""x":""#, r#""x":"A"#), Code::KeyInvalid),
        (text.replace(r#""x":""#, r#""x":"AAAA"#), Code::KeyInvalid),
        (text.replace(r#""y":"#, r#""z":"#), Code::KeyInvalid),
        (text.replace(r#""}"#, r#"="}"#), Code::KeyInvalid),
        ("[]".into(), Code::KeyInvalid),
        ("{}".into(), Code::KeyInvalid),
    ] {
        assert_eq!(read(&bad), Err(code), "{bad}");
    }
    // RFC 7638 has its example for RSA; RFC 8037 §A.3 for Ed25519.
    let okp = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    assert_eq!(read(okp).unwrap().jwk_thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let uses = |text: &str| {
        let uses = JwkUse::of(&json::parse(text.as_bytes()).unwrap());
        (uses.verifies, uses.agrees)
    };
    assert_eq!(uses("{}"), (true, true));
    assert_eq!(uses(r#"{"use":"sig"}"#), (true, false));
    assert_eq!(uses(r#"{"use":"enc"}"#), (false, true));
    assert_eq!(uses(r#"{"use":"sig","key_ops":["deriveBits"]}"#), (false, false));
    assert_eq!(uses(r#"{"key_ops":["verify"]}"#), (true, false));
}

#[test]
fn rsa_verifies_and_is_neither_too_small_nor_too_large() {
    let pair = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let pem = String::from_utf8(pair.public_key_to_pem().unwrap()).unwrap();
    let key = PublicKey::from_pem(&pem).unwrap();
    assert_eq!(PublicKey::from_multikey(&key.to_multikey()).unwrap(), key);
    assert_eq!(PublicKey::from_jwk(&key.to_jwk()).unwrap(), key);
    for (algorithm, padding) in
        [(SignatureAlgorithm::Rs256, Padding::PKCS1), (SignatureAlgorithm::Ps256, Padding::PKCS1_PSS)]
    {
        let mut signer = OpenSslSigner::new(MessageDigest::sha256(), &pair).unwrap();
        signer.set_rsa_padding(padding).unwrap();
        if padding == Padding::PKCS1_PSS {
            signer.set_rsa_pss_saltlen(openssl::sign::RsaPssSaltlen::DIGEST_LENGTH).unwrap();
        }
        let signature = signer.sign_oneshot_to_vec(b"m").unwrap();
        key.verify(algorithm, b"m", &signature).unwrap();
        for (other, message, signature) in [
            (algorithm, &b"n"[..], signature.clone()),
            (algorithm, b"m", signature[1..].to_vec()),
            (algorithm, b"m", [&[0], &signature[..]].concat()),
            (SignatureAlgorithm::Rs256, b"m", vec![0; 256]),
            (SignatureAlgorithm::Ps256, b"m", vec![0xff; 256]),
        ] {
            assert_eq!(key.verify(other, message, &signature).unwrap_err().code(), Code::ProofSignatureInvalid);
        }
        // RFC 7518 §3.5: the salt is as long as the hash, and nothing else will do.
        for length in [0, 20, 31, 33, 48, 222] {
            if padding == Padding::PKCS1_PSS {
                let mut signer = OpenSslSigner::new(MessageDigest::sha256(), &pair).unwrap();
                signer.set_rsa_padding(padding).unwrap();
                signer.set_rsa_pss_saltlen(openssl::sign::RsaPssSaltlen::custom(length)).unwrap();
                let signature = signer.sign_oneshot_to_vec(b"m").unwrap();
                let fault = key.verify(algorithm, b"m", &signature).unwrap_err();
                assert_eq!(fault.code(), Code::ProofSignatureInvalid, "a salt of {length}");
            }
        }
        let crossed = if padding == Padding::PKCS1 { SignatureAlgorithm::Ps256 } else { SignatureAlgorithm::Rs256 };
        assert!(key.verify(crossed, b"m", &signature).is_err());
        assert_eq!(key.verify(SignatureAlgorithm::EdDsa, b"m", &signature).unwrap_err().code(), Code::KeyWrongSuite);
    }
    let jwk = |n: &[u8], e: &[u8]| {
        let members = [("kty", "RSA".to_owned()), ("n", base64url_encode(n)), ("e", base64url_encode(e))];
        PublicKey::from_jwk(&Value::Object(members.into_iter().collect())).map_err(|fault| fault.code())
    };
    let n = key.as_rsa().unwrap().components().0;
    assert!(jwk(&n, &[1, 0, 1]).is_ok());
    for (n, e) in [
        (&n[..128], &[1, 0, 1][..]),
        (&n, &[1]),
        (&n, &[2]),
        (&n, &[0, 1, 0, 1]),
        (&n, &[]),
        (&n, &[1, 0, 0, 0, 1]),
        (&[&[0], &n[..]].concat(), &[1, 0, 1]),
        (&[&n[..255], &[n[255] & 0xfe]].concat(), &[1, 0, 1]),
        (&vec![0xff; 1025], &[1, 0, 1]),
    ] {
        assert_eq!(jwk(n, e), Err(Code::KeyInvalid));
    }
}

#[test]
fn ecdsa_takes_components_in_range_only_and_a_high_s() {
    let key = SecretKey::generate(KeyType::P256).unwrap();
    let signature = key.sign(SignatureAlgorithm::Es256, b"m").unwrap();
    let group = openssl::ec::EcGroup::from_curve_name(openssl::nid::Nid::X9_62_PRIME256V1).unwrap();
    let mut order = BigNum::new().unwrap();
    group.order(&mut order, &mut openssl::bn::BigNumContext::new().unwrap()).unwrap();
    let (r, s) = signature.split_at(32);
    let verify = |r: &[u8], s: &[u8]| {
        key.public_key().verify(SignatureAlgorithm::Es256, b"m", &[r, s].concat()).map_err(|fault| fault.code())
    };
    let n = order.to_vec();
    let mut other_s = BigNum::new().unwrap();
    other_s.checked_sub(&order, &BigNum::from_slice(s).unwrap()).unwrap();
    assert_eq!(verify(r, &other_s.to_vec_padded(32).unwrap()), Ok(()));
    for (r, s) in [(&[0; 32][..], s), (r, &[0; 32]), (&n, s), (r, &n), (&[0xff; 32], s), (r, &[0xff; 32])] {
        assert_eq!(verify(r, s), Err(Code::ProofSignatureInvalid));
    }
    let der = openssl::ecdsa::EcdsaSig::from_private_components(
        BigNum::from_slice(r).unwrap(),
        BigNum::from_slice(s).unwrap(),
    );
    let der = der.unwrap().to_der().unwrap();
    assert!(key.public_key().verify(SignatureAlgorithm::Es256, b"m", &der).is_err());
    assert_eq!(
        key.public_key().verify(SignatureAlgorithm::Es384, b"m", &signature).unwrap_err().code(),
        Code::KeyWrongSuite
    );
    let x25519 = PublicKey::from_multikey(X25519).unwrap();
    assert_eq!(x25519.verify(SignatureAlgorithm::EdDsa, b"m", &[0; 64]).unwrap_err().code(), Code::KeyWrongSuite);
}
