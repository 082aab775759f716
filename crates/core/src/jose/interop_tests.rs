//! josekit as the other party: it verifies what we sign, and we verify what it signs.

use josekit::jwk::Jwk;
use josekit::jws::alg::{ecdsa, eddsa, rsassa, rsassa_pss};
use josekit::jws::{self, JwsHeader, JwsSigner, JwsVerifier};

use super::*;
use crate::Code;
use crate::json::to_string;
use crate::keys::{KeyType, PublicKey, SecretKey, Signer as _};

const PAYLOAD: &[u8] = br#"{"over":true}"#;

/// Our reading of a token that josekit made, with the public half of its key.
fn ours(signer: &dyn JwsSigner, public: &Jwk) {
    let mut header = JwsHeader::new();
    header.set_token_type("JWT");
    let token = jws::serialize_compact(PAYLOAD, &header, signer).unwrap();
    let jwk = parse(serde_json::to_string(public.as_ref()).unwrap().as_bytes()).unwrap().into_owned();
    let key = PublicKey::from_jwk(&jwk).unwrap();
    let read = Jws::parse(&token).unwrap();
    assert_eq!(read.payload(), PAYLOAD);
    assert_eq!(read.verify(&key), Ok(()), "{}", signer.algorithm().name());

    let (head, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = head.split_once('.').unwrap();
    let altered = format!("{header}.{}.{signature}", crate::encoding::base64url_encode(br#"{"over":null}"#));
    let fault = Jws::parse(&altered).unwrap().verify(&key).unwrap_err();
    assert_eq!(fault.code(), Code::ProofSignatureInvalid);
}

#[test]
fn we_verify_what_josekit_signs() {
    let pair = eddsa::EddsaJwsAlgorithm::Eddsa.generate_key_pair(josekit::jwk::alg::ed::EdCurve::Ed25519).unwrap();
    let signer = eddsa::EddsaJwsAlgorithm::Eddsa.signer_from_jwk(&pair.to_jwk_private_key()).unwrap();
    ours(&signer, &pair.to_jwk_public_key());
    for algorithm in [ecdsa::EcdsaJwsAlgorithm::Es256, ecdsa::EcdsaJwsAlgorithm::Es384] {
        let pair = algorithm.generate_key_pair().unwrap();
        ours(&algorithm.signer_from_jwk(&pair.to_jwk_private_key()).unwrap(), &pair.to_jwk_public_key());
    }
    let rs256 = rsassa::RsassaJwsAlgorithm::Rs256;
    let pair = rs256.generate_key_pair(2048).unwrap();
    ours(&rs256.signer_from_jwk(&pair.to_jwk_private_key()).unwrap(), &pair.to_jwk_public_key());
    let ps256 = rsassa_pss::RsassaPssJwsAlgorithm::Ps256;
    let pair = ps256.generate_key_pair(2048).unwrap();
    ours(&ps256.signer_from_jwk(&pair.to_jwk_private_key()).unwrap(), &pair.to_jwk_public_key());
}

#[test]
fn josekit_verifies_what_we_sign() {
    for (kind, algorithm) in [
        (KeyType::Ed25519, SignatureAlgorithm::EdDsa),
        (KeyType::P256, SignatureAlgorithm::Es256),
        (KeyType::P384, SignatureAlgorithm::Es384),
    ] {
        let key = SecretKey::generate(kind).unwrap();
        let token = Jws::sign(&Object::new(), PAYLOAD, algorithm, &key).unwrap();
        let jwk = Jwk::from_bytes(to_string(&key.public_key().to_jwk())).unwrap();
        let verifier: Box<dyn JwsVerifier> = match algorithm {
            SignatureAlgorithm::EdDsa => Box::new(eddsa::EddsaJwsAlgorithm::Eddsa.verifier_from_jwk(&jwk).unwrap()),
            SignatureAlgorithm::Es256 => Box::new(ecdsa::EcdsaJwsAlgorithm::Es256.verifier_from_jwk(&jwk).unwrap()),
            _ => Box::new(ecdsa::EcdsaJwsAlgorithm::Es384.verifier_from_jwk(&jwk).unwrap()),
        };
        let (payload, _) = jws::deserialize_compact(token.as_bytes(), &*verifier).unwrap();
        assert_eq!(payload, PAYLOAD);
        let other = token.replacen(".ey", ".eZ", 1);
        assert_ne!(other, token);
        jws::deserialize_compact(other.as_bytes(), &*verifier).unwrap_err();
    }
}

#[test]
fn josekit_takes_a_key_of_small_order_and_we_do_not() {
    let mut identity = [0; 32];
    identity[0] = 1;
    let text = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, crate::encoding::base64url_encode(&identity));
    let verifier = eddsa::EddsaJwsAlgorithm::Eddsa.verifier_from_jwk(&Jwk::from_bytes(&text).unwrap()).unwrap();
    verifier.verify(b"whatever", &[identity, [0; 32]].concat()).unwrap();
    let fault = PublicKey::from_jwk(&parse(text.as_bytes()).unwrap()).unwrap_err();
    assert_eq!(fault.code(), Code::KeySmallOrder);
}
