//! The two texts of an SD-JWT: the compact one with its tildes, and the JSON serializations, which are brought into it.

use crate::jose::Jws;
use crate::json::{Object, Value, parse};
use crate::keys::PublicKey;
use crate::{Code, Fault, limits};

use super::disclosure::{Disclosures, HashName};
use super::process::process;

/// A compact SD-JWT or SD-JWT+KB, taken apart at its tildes (RFC 9901 §4). Nothing in it is checked yet.
#[derive(Clone, Debug)]
pub struct SdJwt<'t> {
    text: &'t str,
    jwt: &'t str,
    disclosures: Vec<&'t str>,
    key_binding: Option<&'t str>,
}

impl<'t> SdJwt<'t> {
    /// Takes a text apart: the issuer-signed JWT, a tilde, disclosures each with a tilde behind it, perhaps a key-binding JWT.
    ///
    /// # Errors
    /// [`Code::InputTooLarge`]; [`Code::SdJwtMalformed`] without a tilde, with an empty part, or with more than
    /// [`limits::DISCLOSURES`] disclosures.
    pub fn parse(text: &'t str) -> Result<Self, Fault> {
        if text.len() > limits::INPUT_BYTES {
            let about = format!("{} > {} bytes", text.len(), limits::INPUT_BYTES);
            return Err(Fault::new(Code::InputTooLarge).about(about));
        }
        let (jwt, rest) = text.split_once('~').ok_or_else(|| malformed("~"))?;
        let mut disclosures = Vec::with_capacity(16);
        let mut parts = rest.split('~').peekable();
        let mut key_binding = None;
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                key_binding = Some(part).filter(|part| !part.is_empty());
            } else if part.is_empty() || disclosures.len() == limits::DISCLOSURES {
                return Err(malformed("disclosures"));
            } else {
                disclosures.push(part);
            }
        }
        Ok(Self { text, jwt, disclosures, key_binding })
    }

    /// The issuer-signed JWT.
    #[must_use]
    pub const fn jwt(&self) -> &'t str {
        self.jwt
    }

    /// The header of the issuer-signed JWT.
    ///
    /// # Errors
    /// As [`Jws::parse`].
    pub fn header(&self) -> Result<Object<'static>, Fault> {
        Ok(Jws::parse(self.jwt)?.header().clone())
    }

    /// The disclosures as they stand in the text.
    #[must_use]
    pub fn disclosures(&self) -> &[&'t str] {
        &self.disclosures
    }

    /// The key-binding JWT of an SD-JWT+KB.
    #[must_use]
    pub const fn key_binding(&self) -> Option<&'t str> {
        self.key_binding
    }

    /// The text without the key-binding JWT, its last tilde included: what `sd_hash` is taken over (RFC 9901 §4.3.1).
    #[must_use]
    pub fn hashed(&self) -> &'t str {
        let end = self.text.len() - self.key_binding.map_or(0, str::len);
        self.text.get(..end).unwrap_or_default()
    }

    /// Checks the issuer's signature with a key that the caller trusts, resolves the disclosures (RFC 9901 §7.1 steps 1 to 5)
    /// and gives the processed payload. Whether the payload is in its time, or a key-binding JWT holds, is not asked.
    ///
    /// # Errors
    /// What [`Jws::parse`] and [`Jws::verify`] give; `sd_jwt.*`, `json.*`.
    pub fn open(&self, key: &PublicKey) -> Result<Object<'static>, Fault> {
        Jws::parse(self.jwt)?.verify(key)?;
        self.peek()
    }

    /// The processed payload, as [`Self::open`] gives it, of which **nobody knows who signed it**.
    ///
    /// # Errors
    /// As [`Self::open`], but for the signature.
    pub fn peek(&self) -> Result<Object<'static>, Fault> {
        let jws = Jws::parse(self.jwt)?;
        let payload = payload_of(&jws)?;
        let disclosures = Disclosures::new(&self.disclosures, HashName::of(&payload)?)?;
        Ok(process(payload, &disclosures, &[])?.payload.into_owned())
    }

    /// The compact form of the JWS JSON serialization, flattened or general (RFC 9901 §8). Of a general one the first
    /// signature is taken, which is the one that the disclosures stand beside.
    ///
    /// # Errors
    /// `json.*`; [`Code::SdJwtMalformed`] with the pointer.
    pub fn compact_of_json(bytes: &[u8]) -> Result<String, Fault> {
        let value = parse(bytes)?;
        let object = value.as_object().ok_or_else(|| malformed("object"))?;
        compact_of(object)
    }
}

/// Whether an object is a JWS in its JSON serialization (RFC 7515 §7.2).
pub(crate) fn is_json_serialization(object: &Object<'_>) -> bool {
    object.contains_key("payload") && (object.contains_key("signature") || object.contains_key("signatures"))
}

pub(crate) fn compact_of(object: &Object<'_>) -> Result<String, Fault> {
    let mut text = format!("{}~", jws_of_json(object)?);
    let (first, at) = signature_of(object)?;
    // RFC 9901 §8.3: the disclosures stand in the first unprotected header and in no other.
    let others = object.get("signatures").map(Value::items).unwrap_or_default().iter().enumerate().skip(1);
    for (index, other) in others {
        let header = other.get("header");
        if header.is_some_and(|h| h.get("disclosures").is_some() || h.get("kb_jwt").is_some()) {
            return Err(misformed(&format!("/signatures/{index}/header")));
        }
    }
    let header = match first.get("header") {
        None => return Ok(text),
        Some(header) => header.as_object().ok_or_else(|| misformed(&format!("{at}/header")))?,
    };
    if let Some(disclosures) = header.get("disclosures") {
        let here = || misformed(&format!("{at}/header/disclosures"));
        for disclosure in disclosures.as_array().ok_or_else(here)? {
            let disclosure = disclosure.as_str().filter(|text| is_part(text, false)).ok_or_else(here)?;
            text.push_str(disclosure);
            text.push('~');
        }
    }
    if let Some(key_binding) = header.get("kb_jwt") {
        let key_binding = key_binding.as_str().filter(|text| is_part(text, true));
        text.push_str(key_binding.ok_or_else(|| misformed(&format!("{at}/header/kb_jwt")))?);
    }
    Ok(text)
}

/// What the issuer signed, as a compact JWS, whatever is put beside it.
pub(crate) fn jws_of_json(object: &Object<'_>) -> Result<String, Fault> {
    let part = |object: &Object<'_>, name: &str, at: &str| -> Result<String, Fault> {
        let pointer = || misformed(&format!("{at}/{name}"));
        let text = object.get(name).and_then(Value::as_str).ok_or_else(pointer)?;
        // The parts are put between dots and tildes, so they must not bring any along.
        if is_part(text, false) { Ok(text.to_owned()) } else { Err(pointer()) }
    };
    let payload = part(object, "payload", "")?;
    let (first, at) = signature_of(object)?;
    Ok(format!("{}.{payload}.{}", part(first, "protected", at)?, part(first, "signature", at)?))
}

/// The object with the first signature, and its JSON pointer.
fn signature_of<'o>(object: &'o Object<'o>) -> Result<(&'o Object<'o>, &'static str), Fault> {
    match object.get("signatures") {
        None => Ok((object, "")),
        Some(_) if object.contains_key("signature") => Err(misformed("/signature")),
        Some(Value::Array(signatures)) => {
            let first = signatures.first().and_then(Value::as_object).ok_or_else(|| misformed("/signatures"))?;
            Ok((first, "/signatures/0"))
        }
        Some(_) => Err(misformed("/signatures")),
    }
}

fn misformed(pointer: &str) -> Fault {
    malformed("JWS JSON serialization").at(pointer)
}

fn is_part(text: &str, dots: bool) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || (dots && b == b'.'))
}

/// The payload of an issuer-signed JWT.
pub(crate) fn payload_of<'j>(jws: &'j Jws<'_>) -> Result<Object<'j>, Fault> {
    match parse(jws.payload())? {
        Value::Object(payload) => Ok(payload),
        _ => Err(Fault::new(Code::JoseMalformed).about("payload")),
    }
}

pub(super) fn malformed(about: &str) -> Fault {
    Fault::new(Code::SdJwtMalformed).about(about)
}
