//! Compact JWEs of ECDH-ES with AES-GCM (RFC 7516 §5.2, RFC 7518 §4.6 and §5.3), read strictly before josekit opens them.
//!
//! josekit hands nonce and tag to the cipher as they come, and the cipher compares as many bytes of the tag as it is given: of
//! one byte, every 256th forgery would pass. Nor does it look at the sender's key before it multiplies.

use josekit::jwe::{self, ECDH_ES};
use josekit::jwk::Jwk;
use tamarack::encoding::base64url_decode;
use tamarack::json::{self, Object, Value};
use tamarack::keys::{KeyType, PublicKey};
use zeroize::Zeroizing;

/// Key management: direct agreement alone, so there is no wrapped key.
pub(crate) const ALG: &str = "ECDH-ES";
/// Content encryption.
pub(crate) const ENC: [&str; 2] = ["A128GCM", "A256GCM"];

/// RFC 7518 §5.3: "Use of an IV of size 96 bits is REQUIRED", "the requested size of the Authentication Tag output MUST be 128
/// bits". In characters of base64url.
const NONCE_CHARS: usize = 16;
const TAG_CHARS: usize = 22;

/// What of a message is wrong; the names are those of header parameters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unopened {
    Alg,
    Enc,
    Kid,
    /// Compressed, or with critical parameters: what is inflated could be far larger than what came, and nothing critical is
    /// understood.
    Zip,
    /// The sender's key is missing, of another curve, or no good point.
    Epk,
    /// It is no such JWE, or was not made for this key, or was changed.
    Shape,
}

/// The key that opens a message.
pub(crate) struct Opener<'a> {
    pub(crate) kid: &'a str,
    pub(crate) public: &'a PublicKey,
    /// The private JWK.
    pub(crate) secret: &'a str,
}

/// The protected header of a message of at most `longest` bytes.
pub(crate) fn header(message: &str, longest: usize) -> Result<Object<'static>, Unopened> {
    if message.len() > longest || message.split('.').count() != 5 {
        return Err(Unopened::Shape);
    }
    let first = message.split('.').next().unwrap_or_default();
    let bytes = base64url_decode(first).map_err(|_| Unopened::Shape)?;
    match json::parse(&bytes).map(Value::into_owned) {
        Ok(Value::Object(header)) => Ok(header),
        _ => Err(Unopened::Shape),
    }
}

/// Opens a message of at most `longest` bytes with the one of the keys that its `kid` names.
pub(crate) fn open<'a>(
    message: &str,
    longest: usize,
    keys: impl IntoIterator<Item = Opener<'a>>,
) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let header = header(message, longest)?;
    let text = |name: &str| header.get(name).and_then(Value::as_str);
    if text("alg") != Some(ALG) {
        return Err(Unopened::Alg);
    }
    if text("enc").is_none_or(|enc| !ENC.contains(&enc)) {
        return Err(Unopened::Enc);
    }
    if header.contains_key("zip") || header.contains_key("crit") {
        return Err(Unopened::Zip);
    }
    let key = keys.into_iter().find(|key| text("kid") == Some(key.kid)).ok_or(Unopened::Kid)?;
    // A point of the same curve, and of no small order: checked before anything is multiplied with it.
    let sender = header.get("epk").and_then(|epk| PublicKey::from_jwk(epk).ok()).ok_or(Unopened::Epk)?;
    let agrees = matches!(sender.key_type(), KeyType::P256 | KeyType::P384);
    if !agrees || sender.key_type() != key.public.key_type() {
        return Err(Unopened::Epk);
    }
    let lengths: Vec<usize> = message.split('.').map(str::len).collect();
    if !matches!(lengths.as_slice(), [_, 0, NONCE_CHARS, _, TAG_CHARS]) {
        return Err(Unopened::Shape);
    }
    let open = || -> Result<Vec<u8>, josekit::JoseError> {
        let decrypter = ECDH_ES.decrypter_from_jwk(&Jwk::from_bytes(key.secret.as_bytes())?)?;
        jwe::deserialize_compact(message, &decrypter).map(|(content, _)| content)
    };
    open().map(Zeroizing::new).map_err(|_| Unopened::Shape)
}
