//! ECDH-ES with P-256 (RFC 7518 §4.6) for josekit, which by itself writes each key as DER for OpenSSL to read back: that costs
//! more than the agreement. The multiplication is OpenSSL's, the same as under its own ECDH; the rest stays josekit's.

use std::borrow::Cow;
use std::sync::LazyLock;

use josekit::jwe::{ECDH_ES, JweAlgorithm, JweContentEncryption, JweDecrypter, JweEncrypter, JweHeader};
use josekit::{JoseError, JoseHeader as _, Map, Value};
use openssl::bn::{BigNum, BigNumContext, BigNumRef};
use openssl::ec::{EcGroup, EcGroupRef, EcKey, EcPoint, EcPointRef};
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use sha2::{Digest as _, Sha256};
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::json::{self, Object};
use tamarack::keys::{KeyType, PublicKey};
use zeroize::Zeroizing;

/// Bytes of a coordinate.
const SIZE: usize = 32;

/// Opens what was encrypted to a P-256 key.
pub(super) struct Opener {
    secret: BigNum,
}

impl Opener {
    /// With the secret of a private JWK; `None` if it is none of P-256.
    pub(super) fn of_jwk(jwk: &Object<'_>) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(json::Value::as_str);
        if (text("kty"), text("crv")) != (Some("EC"), Some("P-256")) {
            return None;
        }
        let bytes = Zeroizing::new(base64url_decode(text("d")?).ok().filter(|bytes| bytes.len() == SIZE)?);
        let mut secret = BigNum::new_secure().ok()?;
        secret.copy_from_slice(&bytes).ok()?;
        secret.set_const_time();
        Some(Self { secret })
    }
}

impl core::fmt::Debug for Opener {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Opener(redacted)")
    }
}

impl JweDecrypter for Opener {
    fn algorithm(&self) -> &dyn JweAlgorithm {
        &ECDH_ES
    }

    fn key_id(&self) -> Option<&str> {
        None
    }

    fn decrypt(
        &self,
        encrypted_key: Option<&[u8]>,
        content: &dyn JweContentEncryption,
        header: &JweHeader,
    ) -> Result<Cow<'_, [u8]>, JoseError> {
        // RFC 7518 §4.6: in the direct way there is no encrypted key.
        if encrypted_key.is_some() {
            return Err(malformed());
        }
        let epk = header.claim("epk").and_then(Value::as_object).ok_or_else(malformed)?;
        let text = |name: &str| epk.get(name).and_then(Value::as_str).ok_or_else(malformed);
        if (text("kty")?, text("crv")?) != ("EC", "P-256") {
            return Err(malformed());
        }
        let peer = point(text("x")?, text("y")?).ok_or_else(malformed)?;
        let parties = (party(header, "apu")?, party(header, "apv")?);
        let shared = agree(group()?, &self.secret, &peer).map_err(failed)?;
        Ok(Cow::Owned(derive(&shared, content, &parties).to_vec()))
    }

    fn box_clone(&self) -> Box<dyn JweDecrypter> {
        // There is always memory for a number of 32 bytes; without it, this opens nothing.
        match self.secret.to_owned() {
            Ok(mut secret) => {
                secret.set_const_time();
                Box::new(Self { secret })
            }
            Err(_) => Box::new(Nobody),
        }
    }
}

/// Opens nothing.
#[derive(Debug)]
struct Nobody;

impl JweDecrypter for Nobody {
    fn algorithm(&self) -> &dyn JweAlgorithm {
        &ECDH_ES
    }

    fn key_id(&self) -> Option<&str> {
        None
    }

    fn decrypt(
        &self,
        _: Option<&[u8]>,
        _: &dyn JweContentEncryption,
        _: &JweHeader,
    ) -> Result<Cow<'_, [u8]>, JoseError> {
        Err(malformed())
    }

    fn box_clone(&self) -> Box<dyn JweDecrypter> {
        Box::new(Self)
    }
}

/// Encrypts to a P-256 key.
#[derive(Clone, Debug)]
pub(super) struct Closer {
    x: String,
    y: String,
}

impl Closer {
    /// To a key; `None` if it is none of P-256.
    pub(super) fn of_key(key: &PublicKey) -> Option<Self> {
        if key.key_type() != KeyType::P256 {
            return None;
        }
        let jwk = key.to_jwk();
        let text = |name: &str| jwk.get(name).and_then(json::Value::as_str).map(str::to_owned);
        Some(Self { x: text("x")?, y: text("y")? })
    }
}

impl JweEncrypter for Closer {
    fn algorithm(&self) -> &dyn JweAlgorithm {
        &ECDH_ES
    }

    fn key_id(&self) -> Option<&str> {
        None
    }

    fn compute_content_encryption_key(
        &self,
        content: &dyn JweContentEncryption,
        _: &JweHeader,
        header: &mut JweHeader,
    ) -> Result<Option<Cow<'_, [u8]>>, JoseError> {
        let peer = point(&self.x, &self.y).ok_or_else(malformed)?;
        let group = group()?;
        let own = EcKey::generate(group).map_err(failed)?;
        let (x, y) = coordinates(group, own.public_key()).map_err(failed)?;
        let mut epk = Map::new();
        for (name, value) in [
            ("kty", "EC".to_owned()),
            ("crv", "P-256".to_owned()),
            ("x", base64url_encode(&x)),
            ("y", base64url_encode(&y)),
        ] {
            epk.insert(name.to_owned(), Value::String(value));
        }
        header.set_claim("epk", Some(Value::Object(epk)))?;
        let parties = (party(header, "apu")?, party(header, "apv")?);
        let shared = agree(group, own.private_key(), &peer).map_err(failed)?;
        Ok(Some(Cow::Owned(derive(&shared, content, &parties).to_vec())))
    }

    fn encrypt(&self, _: &[u8], _: &JweHeader, _: &mut JweHeader) -> Result<Option<Vec<u8>>, JoseError> {
        Ok(None)
    }

    fn box_clone(&self) -> Box<dyn JweEncrypter> {
        Box::new(self.clone())
    }
}

fn group() -> Result<&'static EcGroup, JoseError> {
    static GROUP: LazyLock<Option<EcGroup>> = LazyLock::new(|| EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).ok());
    GROUP.as_ref().ok_or_else(malformed)
}

/// The point with these coordinates, if it is on the curve.
fn point(x: &str, y: &str) -> Option<EcPoint> {
    let coordinate = |text: &str| base64url_decode(text).ok().filter(|bytes| bytes.len() == SIZE);
    let bytes = [&[4_u8][..], &coordinate(x)?, &coordinate(y)?].concat();
    // OpenSSL refuses coordinates that are not below the prime, and points off the curve.
    EcPoint::from_bytes(group().ok()?, &bytes, &mut *BigNumContext::new().ok()?).ok()
}

fn coordinates(group: &EcGroupRef, of: &EcPointRef) -> Result<(Zeroizing<Vec<u8>>, Zeroizing<Vec<u8>>), ErrorStack> {
    let (mut x, mut y) = (BigNum::new_secure()?, BigNum::new_secure()?);
    of.affine_coordinates(group, &mut x, &mut y, &mut *BigNumContext::new_secure()?)?;
    let size = i32::try_from(SIZE).unwrap_or(i32::MAX);
    Ok((Zeroizing::new(x.to_vec_padded(size)?), Zeroizing::new(y.to_vec_padded(size)?)))
}

/// SEC 1 §3.3.1; the cofactor is one, and a point of the curve times a number below its order is not infinity, whose
/// coordinates OpenSSL would not give.
fn agree(group: &EcGroupRef, secret: &BigNumRef, peer: &EcPointRef) -> Result<Zeroizing<Vec<u8>>, ErrorStack> {
    let mut shared = EcPoint::new(group)?;
    shared.mul2(group, peer, secret, &mut *BigNumContext::new_secure()?)?;
    coordinates(group, &shared).map(|(x, _)| x)
}

/// Concat KDF with SHA-256 (RFC 7518 §4.6.2), for the direct way.
fn derive(shared: &[u8], content: &dyn JweContentEncryption, (apu, apv): &(Vec<u8>, Vec<u8>)) -> Zeroizing<Vec<u8>> {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes();
    let mut key = Zeroizing::new(Vec::with_capacity(64));
    let mut round = 1_u32;
    while key.len() < content.key_len() {
        let mut hash = Sha256::new();
        hash.update(round.to_be_bytes());
        hash.update(shared);
        for part in [content.name().as_bytes(), apu, apv] {
            hash.update(number(part.len()));
            hash.update(part);
        }
        hash.update(number(content.key_len() * 8));
        key.extend_from_slice(&hash.finalize());
        round += 1;
    }
    key.truncate(content.key_len());
    key
}

/// `apu` or `apv`: empty where there is none.
fn party(header: &JweHeader, name: &str) -> Result<Vec<u8>, JoseError> {
    match header.claim(name) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => base64url_decode(text).map_err(|_| malformed()),
        Some(_) => Err(malformed()),
    }
}

fn malformed() -> JoseError {
    JoseError::InvalidJweFormat(std::fmt::Error.into())
}

fn failed(error: ErrorStack) -> JoseError {
    JoseError::InvalidJweFormat(error.into())
}

#[cfg(test)]
mod tests {
    use josekit::jwe::enc::aesgcm::AesgcmJweEncryption;

    use super::*;

    /// RFC 7518, appendix C: both sides.
    #[test]
    fn derives_what_the_rfc_derives() {
        let jwk = |text: &'static str| match json::parse(text.as_bytes()).unwrap() {
            json::Value::Object(jwk) => jwk,
            _ => unreachable!("an object"),
        };
        let alice = jwk(r#"{"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
                "y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps","d":"0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"}"#);
        let bob = jwk(r#"{"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
                "y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck","d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"}"#);
        let mut header = JweHeader::new();
        let mut epk = Map::new();
        for name in ["kty", "crv", "x", "y"] {
            epk.insert(name.to_owned(), Value::String(alice.get(name).unwrap().as_str().unwrap().to_owned()));
        }
        header.set_claim("epk", Some(Value::Object(epk))).unwrap();
        header.set_claim("apu", Some(Value::String("QWxpY2U".to_owned()))).unwrap();
        header.set_claim("apv", Some(Value::String("Qm9i".to_owned()))).unwrap();
        let opener = Opener::of_jwk(&bob).unwrap();
        let key = opener.decrypt(None, &AesgcmJweEncryption::A128gcm, &header).unwrap();
        assert_eq!(base64url_encode(&key), "VqqN6vgjbSBcIijNcacQGg");
        assert!(opener.decrypt(Some(b"key"), &AesgcmJweEncryption::A128gcm, &header).is_err());
        assert!(Opener::of_jwk(&jwk(r#"{"kty":"EC","crv":"P-384","d":"AA"}"#)).is_none());
    }

    #[test]
    fn agrees_with_josekit() {
        use josekit::jwe::{deserialize_compact, serialize_compact};
        use josekit::jwk::Jwk;
        let secret = Jwk::generate_ec_key(josekit::jwk::alg::ec::EcCurve::P256).unwrap();
        let public = secret.to_public_key().unwrap();
        let strict = |jwk: &Jwk| json::parse(jwk.to_string().as_bytes()).unwrap().into_owned();
        let opener = Opener::of_jwk(strict(&secret).as_object().unwrap()).unwrap();
        let closer = Closer::of_key(&PublicKey::from_jwk(&strict(&public)).unwrap()).unwrap();
        for enc in ["A128GCM", "A256GCM"] {
            let mut header = JweHeader::new();
            header.set_content_encryption(enc);
            let theirs =
                serialize_compact(b"content", &header, &*ECDH_ES.encrypter_from_jwk(&public).unwrap()).unwrap();
            assert_eq!(deserialize_compact(&theirs, &opener).unwrap().0, b"content");
            let ours = serialize_compact(b"content", &header, &closer).unwrap();
            let opened = deserialize_compact(&ours, &*ECDH_ES.decrypter_from_jwk(&secret).unwrap()).unwrap();
            assert_eq!(opened.0, b"content");
        }
    }

    #[test]
    fn a_point_off_the_curve_is_none() {
        let one = base64url_encode(&[1; SIZE]);
        assert!(point(&one, &one).is_none());
        assert!(point("", "").is_none());
    }
}
