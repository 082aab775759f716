//! What the cryptography of one flow costs by itself: the same operations by the same libraries, called directly, one after
//! the other in a loop. Keys are decoded where the server must decode them, by the library that must. The content that is hashed or
//! encrypted is a few bytes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use josekit::jwe::{self, ECDH_ES, JweHeader};
use josekit::jwk::Jwk;
use josekit::jwk::alg::ec::EcCurve;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::nid::Nid;
use p256::ecdsa::signature::hazmat::PrehashSigner as _;

use super::Done;

/// The server's part of the cryptography of one flow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bare {
    /// An issuing flow: two DPoP proofs and one key proof are verified (P-256), one credential is signed (Ed25519).
    pub(super) issuing: Duration,
    /// A presentation flow: the request is signed (P-256); the presentation (P-256) and the credential (Ed25519) are verified;
    /// the answer is decrypted and the result sealed and opened (JWE, ECDH-ES with P-256); three key pairs are made for that.
    pub(super) presenting: Duration,
    /// The same with evidence. The issuer's DID document and status lists are read and verified once a second, so that the card's
    /// key is decoded already.
    pub(super) presenting_with_status: Duration,
}

impl Bare {
    pub(super) fn measure() -> Done<Self> {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
        let phone = EcKey::generate(&group)?;
        let digest = [7; 32];

        let signature = EcdsaSig::sign(&digest, &phone)?;
        let (mut x, mut y) = (BigNum::new()?, BigNum::new()?);
        let mut context = openssl::bn::BigNumContext::new()?;
        phone.public_key().affine_coordinates(&group, &mut x, &mut y, &mut context)?;
        let verify_p256 = time(|| {
            let key = EcKey::from_public_key_affine_coordinates(&group, &x, &y)?;
            black_box(signature.verify(&digest, &key)?);
            Ok(())
        })?;

        let secret = p256::ecdsa::SigningKey::from_slice(&[9; 32])?;
        let sign_p256 = time(|| {
            let signature: p256::ecdsa::Signature = secret.sign_prehash(black_box(&digest))?;
            black_box(signature);
            Ok(())
        })?;
        let pair_p256 = time(|| {
            let secret = p256::ecdsa::SigningKey::from_slice(black_box(&[9; 32]))?;
            black_box(secret.verifying_key().to_sec1_point(true));
            Ok(())
        })?;
        let key = Jwk::generate_ec_key(EcCurve::P256)?;
        let (secret, public) = (key.to_string(), key.to_public_key()?.to_string());
        let mut header = JweHeader::new();
        header.set_content_encryption("A256GCM");
        let seal = || jwe::serialize_compact(b"0", &header, &*ECDH_ES.encrypter_from_jwk(&Jwk::from_bytes(&public)?)?);
        let sealed = seal()?;
        let seal = time(|| {
            black_box(seal()?);
            Ok(())
        })?;
        let open = time(|| {
            let decrypter = ECDH_ES.decrypter_from_jwk(&Jwk::from_bytes(&secret)?)?;
            black_box(jwe::deserialize_compact(black_box(&sealed), &decrypter)?);
            Ok(())
        })?;

        let issuer = SigningKey::from_bytes(&[5; 32]);
        // As long as the two hashes that a Data Integrity proof signs.
        let message = [3; 64];
        let sign_ed25519 = time(|| {
            black_box(issuer.sign(black_box(&message)));
            Ok(())
        })?;
        let (signature, point) = (issuer.sign(&message), issuer.verifying_key().to_bytes());
        let verify_ed25519 = time(|| {
            let key = VerifyingKey::from_bytes(black_box(&point))?;
            key.verify_strict(&message, &signature)?;
            Ok(())
        })?;
        let key = VerifyingKey::from_bytes(&point)?;
        let verify_known_ed25519 = time(|| {
            key.verify_strict(black_box(&message), &signature)?;
            Ok(())
        })?;
        let beside = sign_p256 + pair_p256 * 3 + seal + open * 2 + verify_p256;
        Ok(Self {
            issuing: verify_p256 * 3 + sign_ed25519,
            presenting: beside + verify_ed25519,
            presenting_with_status: beside + verify_known_ed25519,
        })
    }
}

/// The fastest of 41 rounds of a few milliseconds: one that nobody else's work interrupted.
fn time(mut what: impl FnMut() -> Done<()>) -> Done<Duration> {
    const ROUNDS: usize = 41;
    const CALLS: u32 = 40;
    let mut fastest = Duration::MAX;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        for _ in 0..CALLS {
            what()?;
        }
        fastest = fastest.min(begin.elapsed() / CALLS);
    }
    Ok(fastest)
}
