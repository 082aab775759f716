//! A secret key as text, in the forms in which other programs write one, and what to say of those that are no use.

use openssl::ec::EcKey;
use openssl::pkey::PKey;
use tamarack::json;
use tamarack::keys::{PublicKey, SecretKey};
use tamarack::{Code, Fault};
use zeroize::Zeroizing;

use crate::{Exit, Failure};

/// Where a secret key of SEC1 (RFC 5915) begins, as OpenSSL wrote it for long.
const SEC1: &str = "-----BEGIN EC PRIVATE KEY-----";
/// Where a secret key of PKCS#8 begins and ends.
const PKCS8: (&str, &str) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");

/// Reads a private JWK, a PEM (PKCS#8 or SEC1) or a Multikey secret, told apart by their beginnings. `None` for a text that
/// is none of these, such as a sealed key.
///
/// # Errors
/// `key.encrypted`, `key.is_public`, and those of the core for a key that is malformed or of another kind (65).
pub fn parse_secret_key(text: &str) -> Result<Option<SecretKey>, Failure> {
    let text = text.trim();
    let key = if text.starts_with('{') {
        let jwk = json::parse(text.as_bytes())?;
        if jwk.get("kty").is_some() && jwk.get("d").is_none() {
            return Err(is_public());
        }
        SecretKey::from_jwk(&jwk)?
    } else if text.starts_with("-----BEGIN ") || text.contains("\n-----BEGIN ") {
        from_pem(text)?
    } else if text.starts_with('z') {
        if PublicKey::from_multikey(text).is_ok() {
            return Err(is_public());
        }
        SecretKey::from_multibase(text)?
    } else {
        return Ok(None);
    };
    Ok(Some(key))
}

fn is_public() -> Failure {
    Failure::new(Exit::Data, "key.is_public")
}

fn from_pem(text: &str) -> Result<SecretKey, Failure> {
    if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(Failure::new(Exit::Data, "key.encrypted"));
    }
    if !text.contains("PRIVATE KEY-----") && (text.contains("PUBLIC KEY-----") || text.contains("CERTIFICATE-----")) {
        return Err(is_public());
    }
    if text.matches("PRIVATE KEY-----").count() > 2 {
        return Err(Fault::new(Code::KeyInvalid).about("PEM").into());
    }
    // Other things stand before and behind a key (RFC 7468 §2, §5.2): OpenSSL writes the name of the curve into a block of its
    // own, and whence a key comes as text.
    if let Some(block) = text.find(SEC1).and_then(|at| text.get(at..)) {
        return Ok(SecretKey::from_pem(&pkcs8(block)?)?);
    }
    let (begin, end) = PKCS8;
    let block = text.find(begin).and_then(|at| text.get(at..));
    let block = block.and_then(|block| block.get(..block.find(end)? + end.len()));
    Ok(SecretKey::from_pem(block.unwrap_or(text))?)
}

/// The same key as PKCS#8, which the core reads.
fn pkcs8(block: &str) -> Result<Zeroizing<String>, Fault> {
    let invalid = || Fault::new(Code::KeyInvalid).about("PEM");
    // The callback is for encrypted keys, which were refused; without one, OpenSSL would ask the terminal.
    let key = EcKey::private_key_from_pem_callback(block.as_bytes(), |_| Ok(0)).map_err(|_| invalid())?;
    let key = PKey::from_ec_key(key).map_err(|_| invalid())?;
    let pem = Zeroizing::new(key.private_key_to_pem_pkcs8().map_err(|_| invalid())?);
    std::str::from_utf8(&pem).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use openssl::ec::EcGroup;
    use openssl::nid::Nid;
    use openssl::symm::Cipher;
    use tamarack::keys::{KeyType, Signer as _};

    use super::*;

    fn text(pem: Vec<u8>) -> String {
        String::from_utf8(pem).unwrap()
    }

    fn code(text: &str) -> &'static str {
        parse_secret_key(text).unwrap_err().code()
    }

    #[test]
    fn reads_a_key_of_sec1_with_and_without_its_curve_before_it() {
        for (nid, kind) in [(Nid::X9_62_PRIME256V1, KeyType::P256), (Nid::SECP384R1, KeyType::P384)] {
            let group = EcGroup::from_curve_name(nid).unwrap();
            let key = EcKey::generate(&group).unwrap();
            let sec1 = text(key.private_key_to_pem().unwrap());
            let curve = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
            let same = text(PKey::from_ec_key(key).unwrap().private_key_to_pem_pkcs8().unwrap());
            let expected = parse_secret_key(&same).unwrap().unwrap();
            assert_eq!(expected.public_key().key_type(), kind);
            for pem in [sec1.clone(), format!("{curve}{sec1}")] {
                assert!(pem.contains(SEC1));
                let read = parse_secret_key(&pem).unwrap().unwrap();
                assert_eq!(read.public_key().to_multikey(), expected.public_key().to_multikey());
            }
        }
        let other = EcKey::generate(&EcGroup::from_curve_name(Nid::SECP521R1).unwrap()).unwrap();
        assert_eq!(code(&text(other.private_key_to_pem().unwrap())), "key.unsupported");
    }

    #[test]
    fn what_stands_around_a_key_is_passed_over() {
        let secret = PKey::generate_ed25519().unwrap();
        let pem = text(secret.private_key_to_pem_pkcs8().unwrap());
        let public = text(secret.public_key_to_pem().unwrap());
        let expected = parse_secret_key(&pem).unwrap().unwrap().public_key().to_multikey();
        for around in [
            format!("Bag Attributes\n    friendlyName: issuer\nKey Attributes: <No Attributes>\n{pem}"),
            format!("{pem}{public}"),
            format!("{public}\r\n{pem}"),
        ] {
            assert_eq!(parse_secret_key(&around).unwrap().unwrap().public_key().to_multikey(), expected, "{around}");
        }
        // Which of two would be a guess.
        assert_eq!(code(&format!("{pem}{pem}")), "key.invalid");
    }

    #[test]
    fn tells_apart_what_is_encrypted_public_or_nothing() {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let key = EcKey::generate(&group).unwrap();
        let old = key.private_key_to_pem_passphrase(Cipher::aes_256_cbc(), b"secret").unwrap();
        let public = text(key.public_key_to_pem().unwrap());
        let new = PKey::from_ec_key(key).unwrap();
        let new = new.private_key_to_pem_pkcs8_passphrase(Cipher::aes_256_cbc(), b"secret").unwrap();
        assert_eq!((code(&text(old)), code(&text(new))), ("key.encrypted", "key.encrypted"));
        let secret = SecretKey::generate(KeyType::Ed25519).unwrap();
        let multikey = secret.public_key().to_multikey();
        let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        for text in [public.as_str(), &multikey, jwk] {
            assert_eq!(code(text), "key.is_public");
        }
        assert!(parse_secret_key("eyJhbGciOi.sealed").unwrap().is_none());
    }
}
