//! The compact serialization of JWS (RFC 7515 §7.1), taken apart strictly.

use crate::encoding::base64url_decode;
use crate::json::{Object, Value, parse};
use crate::keys::SignatureAlgorithm;
use crate::{Code, Fault, limits};

/// A compact JWS, its parts decoded.
pub(super) struct Compact {
    pub(super) header: Object<'static>,
    pub(super) payload: Object<'static>,
    pub(super) algorithm: SignatureAlgorithm,
}

/// Takes a token apart: three parts of strict base64url, a header and a payload that are JSON objects.
///
/// # Errors
/// [`Code::InputTooLarge`], [`Code::JoseMalformed`], [`Code::JoseAlgorithm`], [`Code::JoseCritical`], `json.*`.
pub(super) fn read(token: &str) -> Result<Compact, Fault> {
    if token.len() > limits::INPUT_BYTES {
        let about = format!("{} > {} bytes", token.len(), limits::INPUT_BYTES);
        return Err(Fault::new(Code::InputTooLarge).about(about));
    }
    let (header, payload, signature) = parts(token)?;
    let header = object(header, "header")?;
    let algorithm = check_header(&header)?;
    let payload = object(payload, "payload")?;
    decode(signature, "signature")?;
    Ok(Compact { header, payload, algorithm })
}

/// What was signed, and the signature.
///
/// # Errors
/// [`Code::JoseMalformed`].
pub(super) fn signed(token: &str) -> Result<(&[u8], Vec<u8>), Fault> {
    let (_, _, signature) = parts(token)?;
    let input =
        token.strip_suffix(signature).and_then(|rest| rest.strip_suffix('.')).ok_or_else(|| malformed("parts"))?;
    Ok((input.as_bytes(), decode(signature, "signature")?))
}

fn parts(token: &str) -> Result<(&str, &str, &str), Fault> {
    let mut parts = token.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(header), Some(payload), Some(signature), None) => Ok((header, payload, signature)),
        _ => Err(malformed("parts")),
    }
}

fn decode(part: &str, name: &'static str) -> Result<Vec<u8>, Fault> {
    match base64url_decode(part) {
        Ok(bytes) if !bytes.is_empty() => Ok(bytes),
        _ => Err(malformed(name)),
    }
}

fn object(part: &str, name: &'static str) -> Result<Object<'static>, Fault> {
    match parse(&decode(part, name)?)? {
        Value::Object(object) => Ok(object.into_owned()),
        _ => Err(malformed(name)),
    }
}

/// The algorithm; and nothing that would change what the signature covers. Keys in the header (`jwk`, `x5c`, `jku`,
/// `x5u`) are never used: whoever made the token chose them.
fn check_header(header: &Object<'_>) -> Result<SignatureAlgorithm, Fault> {
    let name = header.get("alg").and_then(Value::as_str).ok_or_else(|| malformed("alg"))?;
    let algorithm = algorithm(name).ok_or_else(|| Fault::new(Code::JoseAlgorithm).about(name))?;
    // RFC 7515 §4.1.11: what is critical must be understood, and there is nothing critical that we understand.
    if header.contains_key("crit") {
        return Err(Fault::new(Code::JoseCritical).about("crit"));
    }
    // RFC 7797: `b64: false` signs another text; it must come with `crit`, but some do not look.
    if header.get("b64").is_some_and(|b64| b64.as_bool() != Some(true)) {
        return Err(Fault::new(Code::JoseCritical).about("b64"));
    }
    for key in ["kid", "typ", "cty"] {
        if header.get(key).is_some_and(|value| value.as_str().is_none()) {
            return Err(malformed(key));
        }
    }
    Ok(algorithm)
}

/// The algorithm of a registered name; `None` for `none`, for MACs and for what is not supported.
fn algorithm(name: &str) -> Option<SignatureAlgorithm> {
    match name {
        // RFC 9864 names Ed25519 by itself.
        "EdDSA" | "Ed25519" => Some(SignatureAlgorithm::EdDsa),
        "ES256" => Some(SignatureAlgorithm::Es256),
        "ES384" => Some(SignatureAlgorithm::Es384),
        "RS256" => Some(SignatureAlgorithm::Rs256),
        "PS256" => Some(SignatureAlgorithm::Ps256),
        _ => None,
    }
}

pub(super) fn malformed(name: &'static str) -> Fault {
    Fault::new(Code::JoseMalformed).about(name)
}
