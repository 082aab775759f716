//! Secret keys at rest: an encrypted JWK (RFC 7517 §7) under a passphrase.

use josekit::jwe::alg::pbes2_hmac_aeskw::Pbes2HmacAeskwJweAlgorithm::Pbes2Hs512A256kw;
use josekit::jwe::{self, JweHeader};
use zeroize::Zeroizing;

use super::SecretKey;
use crate::encoding::base64url_decode;
use crate::json::{self, Value};
use crate::{Code, Fault};

/// Rounds of PBKDF2 with HMAC-SHA-512 for a new file.
const ROUNDS: u32 = 250_000;
/// Rounds that a file may ask for: a file with more would hold up whoever opens it.
const MOST_ROUNDS: i64 = 1_000_000;
/// RFC 7518 §4.8.1.2 asks for 1 000 at least.
const FEWEST_ROUNDS: i64 = 1_000;
/// Longest sealed text; an encrypted P-384 key has 600 bytes.
const LONGEST: usize = 4_096;

impl SecretKey {
    /// Encrypts the key under a passphrase: a JWE in compact form with `PBES2-HS512+A256KW` and `A256GCM`.
    ///
    /// # Errors
    /// [`Code::KeySealed`] for an empty passphrase, [`Code::Internal`].
    pub fn seal(&self, passphrase: &[u8]) -> Result<String, Fault> {
        encrypt(self.expose_jwk().as_bytes(), "jwk+json", passphrase)
    }

    /// Opens what [`Self::seal`] wrote.
    ///
    /// # Errors
    /// [`Code::KeySealed`] for a wrong passphrase and for any damage; the two cannot be told apart.
    pub fn unseal(sealed: &str, passphrase: &[u8]) -> Result<Self, Fault> {
        let refused = || Fault::new(Code::KeySealed);
        let jwk = unseal_text(sealed, passphrase)?;
        Self::from_jwk(&json::parse(&jwk).map_err(|_| refused())?).map_err(|_| refused())
    }
}

/// Encrypts a short text as [`SecretKey::seal`] does a key: what is kept beside sealed keys and must not be changed or read by
/// whoever has the store alone, such as where a key is that never leaves its device. At most 2 KiB.
///
/// # Errors
/// [`Code::KeySealed`] for an empty passphrase and for a text that is too long, [`Code::Internal`].
pub fn seal_text(text: &[u8], passphrase: &[u8]) -> Result<String, Fault> {
    if text.len() > LONGEST / 2 {
        return Err(Code::KeySealed.into());
    }
    encrypt(text, "json", passphrase)
}

/// Opens what [`seal_text`] or [`SecretKey::seal`] wrote.
///
/// # Errors
/// [`Code::KeySealed`] for a wrong passphrase and for any damage.
pub fn unseal_text(sealed: &str, passphrase: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let refused = || Fault::new(Code::KeySealed);
    let sealed = sealed.trim();
    check_shape(sealed).ok_or_else(refused)?;
    let decrypter = Pbes2Hs512A256kw.decrypter_from_bytes(passphrase).map_err(|_| refused())?;
    let (text, _) = jwe::deserialize_compact(sealed, &decrypter).map_err(|_| refused())?;
    Ok(Zeroizing::new(text))
}

fn encrypt(text: &[u8], content_type: &str, passphrase: &[u8]) -> Result<String, Fault> {
    let mut encrypter = Pbes2Hs512A256kw.encrypter_from_bytes(passphrase).map_err(|_| Code::KeySealed)?;
    encrypter.set_salt_len(16);
    encrypter.set_iter_count(ROUNDS as usize);
    let mut header = JweHeader::new();
    header.set_content_encryption("A256GCM");
    header.set_content_type(content_type);
    jwe::serialize_compact(text, &header, &encrypter).map_err(|_| Code::Internal.into())
}

/// Checks header and lengths before any work is done: the work is proportional to a number in the file, and the
/// unwrapping step below counts on a wrapped key of the right length.
fn check_shape(sealed: &str) -> Option<()> {
    if sealed.len() > LONGEST {
        return None;
    }
    let parts: Vec<Vec<u8>> = sealed.split('.').map(base64url_decode).collect::<Result<_, _>>().ok()?;
    let [header, wrapped, nonce, _, tag] = parts.as_slice() else { return None };
    let header = json::parse(header).ok()?;
    let rounds = header.get("p2c").and_then(Value::as_i64)?;
    let fits = header.get("alg").and_then(Value::as_str) == Some("PBES2-HS512+A256KW")
        && header.get("enc").and_then(Value::as_str) == Some("A256GCM")
        && !header.as_object()?.contains_key("zip")
        && (FEWEST_ROUNDS..=MOST_ROUNDS).contains(&rounds)
        && wrapped.len() == 40
        && nonce.len() == 12
        && tag.len() == 16;
    fits.then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::base64url_encode;
    use crate::keys::{KeyType, SignatureAlgorithm, Signer as _};

    #[test]
    fn opens_with_the_right_passphrase_only() {
        let key = SecretKey::generate(KeyType::Ed25519).unwrap();
        let sealed = key.seal(b"correct horse").unwrap();
        let opened = SecretKey::unseal(&format!("{sealed}\n"), b"correct horse").unwrap();
        let sign = |key: &SecretKey| key.sign(SignatureAlgorithm::EdDsa, b"m").unwrap();
        assert_eq!(sign(&opened), sign(&key));
        let code = |text: &str, passphrase: &[u8]| SecretKey::unseal(text, passphrase).unwrap_err().code();
        assert_eq!(code(&sealed, b"correct horsf"), Code::KeySealed);
        assert_eq!(code(&sealed, b""), Code::KeySealed);
        assert_eq!(key.seal(b"").unwrap_err().code(), Code::KeySealed);
        // No two files are alike.
        assert_ne!(sealed, key.seal(b"correct horse").unwrap());
    }

    #[test]
    fn a_text_is_sealed_as_a_key_is() {
        let sealed = seal_text(b"{\"pkcs11\":{}}", b"p").unwrap();
        assert_eq!(unseal_text(&sealed, b"p").unwrap().as_slice(), b"{\"pkcs11\":{}}");
        assert!(unseal_text(&sealed, b"q").is_err() && SecretKey::unseal(&sealed, b"p").is_err());
        assert_eq!(seal_text(&[0; LONGEST], b"p").unwrap_err().code(), Code::KeySealed);
    }

    #[test]
    fn refuses_damage_before_and_after_the_work() {
        let sealed = SecretKey::generate(KeyType::P384).unwrap().seal(b"p").unwrap();
        let parts: Vec<&str> = sealed.split('.').collect();
        let code = |text: &str| SecretKey::unseal(text, b"p").map(|_| ()).unwrap_err().code();
        // One change in each part.
        for at in 0..5 {
            let mut changed: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            let first = if changed[at].starts_with('A') { "B" } else { "A" };
            changed[at].replace_range(0..1, first);
            assert_eq!(code(&changed.join(".")), Code::KeySealed);
        }
        for bad in ["", "....", "a.b.c.d.e", &parts[..4].join("."), &format!("{sealed}.x"), &"A".repeat(5_000)] {
            assert_eq!(code(bad), Code::KeySealed);
        }
        // A wrapped key too short for the unwrapping step, and numbers of rounds beyond what is allowed.
        assert_eq!(code(&[parts[0], "AAAA", parts[2], parts[3], parts[4]].join(".")), Code::KeySealed);
        let header = String::from_utf8(base64url_decode(parts[0]).unwrap()).unwrap();
        for rounds in ["1", "999", "1000001", "99999999999", "-5", "1.5", "\"250000\"", "null"] {
            let header = header.replace("250000", rounds);
            let header = base64url_encode(header.as_bytes());
            assert_eq!(code(&[&header, parts[1], parts[2], parts[3], parts[4]].join(".")), Code::KeySealed);
        }
    }
}
