//! JWEs that name their parties (`apu`, `apv`), as other implementations make them: built here from RFC 7518 §4.6 alone, with
//! OpenSSL's curve, digest and cipher, and held against the example of its Appendix C first.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod common;

use common::*;
use openssl::bn::BigNum;
use openssl::derive::Deriver;
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::sha::sha256;
use openssl::symm::{Cipher, encrypt_aead};
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::json::{self, Object, Value};
use tamarack::keys::{KeyType, SecretKey};
use tamarack_openid4vc::vci::encryption::{self, DecryptionKey};
use tamarack_openid4vc::vp::request::ResponseMode;
use tamarack_openid4vc::vp::response;
use tamarack_openid4vc::vp::session::Received;

/// The key of RFC 7518 §4.6.2: one round of the Concat KDF with SHA-256.
fn derived(shared: &[u8], enc: &str, apu: &[u8], apv: &[u8], bits: u32) -> Vec<u8> {
    let mut input = 1_u32.to_be_bytes().to_vec();
    input.extend(shared);
    for part in [enc.as_bytes(), apu, apv] {
        input.extend(u32::try_from(part.len()).unwrap().to_be_bytes());
        input.extend(part);
    }
    input.extend(bits.to_be_bytes());
    sha256(&input)[..bits as usize / 8].to_vec()
}

/// A JWE to a public P-256 JWK, from Alice to Bob.
fn from_alice_to_bob(to: &Value<'_>, enc: &str, content: &[u8]) -> String {
    let text = |name: &str| to.get(name).and_then(Value::as_str).unwrap();
    let number = |name: &str| BigNum::from_slice(&base64url_decode(text(name)).unwrap()).unwrap();
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let peer = EcKey::from_public_key_affine_coordinates(&group, &number("x"), &number("y")).unwrap();
    let own = EcKey::generate(&group).unwrap();
    let (mut x, mut y, mut context) =
        (BigNum::new().unwrap(), BigNum::new().unwrap(), openssl::bn::BigNumContext::new().unwrap());
    own.public_key().affine_coordinates(&group, &mut x, &mut y, &mut context).unwrap();
    let coordinate = |number: &BigNum| base64url_encode(&number.to_vec_padded(32).unwrap());
    let (own, peer) = (PKey::from_ec_key(own).unwrap(), PKey::from_ec_key(peer).unwrap());
    let mut deriver = Deriver::new(&own).unwrap();
    deriver.set_peer(&peer).unwrap();
    let shared = deriver.derive_to_vec().unwrap();
    let (cipher, bits) = if enc == "A128GCM" { (Cipher::aes_128_gcm(), 128) } else { (Cipher::aes_256_gcm(), 256) };
    let key = derived(&shared, enc, b"Alice", b"Bob", bits);
    let header = format!(
        r#"{{"alg":"ECDH-ES","enc":"{enc}","kid":"{}","apu":"QWxpY2U","apv":"Qm9i","epk":{{"kty":"EC","crv":"P-256","x":"{}","y":"{}"}}}}"#,
        text("kid"),
        coordinate(&x),
        coordinate(&y),
    );
    let header = base64url_encode(header.as_bytes());
    let (nonce, mut tag) = ([7; 12], [0; 16]);
    let sealed = encrypt_aead(cipher, &key, Some(&nonce), header.as_bytes(), content, &mut tag).unwrap();
    format!("{header}..{}.{}.{}", base64url_encode(&nonce), base64url_encode(&sealed), base64url_encode(&tag))
}

#[test]
fn the_derivation_is_that_of_the_specification() {
    // RFC 7518 Appendix C: Z, the parties, and the key that comes of them.
    let shared = [
        158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110, 163, 218, 128, 106,
        72, 246, 218, 167, 121, 140, 254, 144, 196,
    ];
    let key = derived(&shared, "A128GCM", b"Alice", b"Bob", 128);
    assert_eq!(base64url_encode(&key), "VqqN6vgjbSBcIijNcacQGg");
}

#[test]
fn an_answer_may_name_its_parties() {
    for enc in ["A128GCM", "A256GCM"] {
        let session = begin(ask(did_client(), query_for(SD_JWT)).by(ResponseMode::DirectPostJwt));
        let parameters = Value::Object(session.parameters());
        let jwk = parameters.get("client_metadata").and_then(|metadata| metadata.get("jwks")).unwrap();
        let jwk = &jwk.get("keys").and_then(Value::as_array).unwrap()[0];
        let content = format!(r#"{{"vp_token":{{"pid":["x"]}},"state":"{}"}}"#, session.state().unwrap());
        let jwe = from_alice_to_bob(jwk, enc, content.as_bytes());
        let received = session.receive(&response::form(&[("response", &jwe)]), now()).unwrap();
        assert!(matches!(received, Received::Answer { vp_token: Some(_), id_token: None }), "{enc}");
    }
}

#[test]
fn a_credential_request_may_name_its_parties() {
    let key = DecryptionKey::new("r1", &SecretKey::generate(KeyType::P256).unwrap()).unwrap();
    for enc in ["A128GCM", "A256GCM"] {
        let jwe = from_alice_to_bob(&key.public_jwk(), enc, br#"{"credential_configuration_id":"card"}"#);
        let content = encryption::decrypt(&jwe, &[&key]).unwrap();
        assert_eq!(content.as_slice(), br#"{"credential_configuration_id":"card"}"#, "{enc}");
    }
}

/// RFC 7518 §5.3: a tag has 128 bits. A cipher that is given fewer compares fewer, and of a single byte every 256th forgery
/// would pass.
#[test]
fn a_tag_is_whole() {
    let cut = |jwe: &str, bytes: usize| {
        let (rest, tag) = jwe.rsplit_once('.').unwrap();
        format!("{rest}.{}", base64url_encode(&base64url_decode(tag).unwrap()[..bytes]))
    };
    let key = DecryptionKey::new("r1", &SecretKey::generate(KeyType::P256).unwrap()).unwrap();
    let request = from_alice_to_bob(&key.public_jwk(), "A128GCM", b"{}");
    assert!(encryption::decrypt(&request, &[&key]).is_ok());

    let session = begin(ask(did_client(), query_for(SD_JWT)).by(ResponseMode::DirectPostJwt));
    let parameters = Value::Object(session.parameters());
    let jwk = parameters.get("client_metadata").and_then(|metadata| metadata.get("jwks")).unwrap();
    let jwk = &jwk.get("keys").and_then(Value::as_array).unwrap()[0];
    let content = format!(r#"{{"vp_token":{{"pid":["x"]}},"state":"{}"}}"#, session.state().unwrap());
    let answer = from_alice_to_bob(jwk, "A128GCM", content.as_bytes());
    for bytes in 0..16 {
        assert_eq!(encryption::decrypt(&cut(&request, bytes), &[&key]).unwrap_err().about(), "the JWE", "{bytes}");
        let refused = session.receive(&response::form(&[("response", &cut(&answer, bytes))]), now()).unwrap_err();
        assert_eq!(refused.about(), "response", "{bytes}");
    }
    assert!(session.receive(&response::form(&[("response", &answer)]), now()).is_ok());
}

#[test]
fn a_wallets_key_needs_no_name_and_its_encryption_is_that_of_request_objects() {
    let wallets = SecretKey::generate(KeyType::P256).unwrap();
    let jwk = tamarack::keys::Signer::public_key(&wallets).to_jwk();
    let private = josekit::jwk::Jwk::from_bytes(wallets.expose_jwk().as_bytes()).unwrap();
    let metadata = |members: &str| {
        let mut key = jwk.as_object().unwrap().clone();
        key.insert("use", "enc");
        format!(r#"{{"jwks":{{"keys":[{}]}}{members}}}"#, json::to_string(&Value::Object(key)))
    };
    let fetched = |metadata: &str, nonce: &str| {
        let mut session = begin(ask(did_client(), query_for(SD_JWT)));
        session
            .fetched_by_post(&format!("{}&wallet_nonce={nonce}", response::form(&[("wallet_metadata", metadata)])))?;
        session.request_object(&did_header(), &verifier().key, now())
    };
    let of_responses = r#","authorization_encryption_enc_values_supported":["A128GCM"]"#;
    let of_requests = r#","request_object_encryption_alg_values_supported":["ECDH-ES"],
        "request_object_encryption_enc_values_supported":["A128CBC-HS256","A256GCM"]"#;
    for (members, enc) in [(String::new(), "A128GCM"), (format!("{of_responses}{of_requests}"), "A256GCM")] {
        let jwe = fetched(&metadata(&members), "").unwrap();
        let decrypter = josekit::jwe::ECDH_ES.decrypter_from_jwk(&private).unwrap();
        let (token, header) = josekit::jwe::deserialize_compact(&jwe, &decrypter).unwrap();
        assert_eq!((header.content_encryption(), header.content_type()), (Some(enc), Some("JWT")));
        let claims = std::str::from_utf8(&token).unwrap().split('.').nth(1).unwrap().to_owned();
        let claims: Object<'static> = object(std::str::from_utf8(&base64url_decode(&claims).unwrap()).unwrap());
        // RFC 6749 §3.1: a parameter without a value is as one that was left out.
        assert!(!claims.contains_key("wallet_nonce"));
    }
    // A key that it names for this, and nothing with which it could be used.
    let none = r#","request_object_encryption_enc_values_supported":["A128CBC-HS256"]"#;
    assert_eq!(fetched(&metadata(none), "w").unwrap_err().about(), "wallet_metadata");
}
