//! Enveloped credentials and presentations: a JWT or SD-JWT in a `data:` URL (VCDM 2.0 §4.13.2 and §4.13.3, RFC 2397).

use super::{CONTEXT_V2, Kind};
use crate::json::{Object, Value};
use crate::{Code, Fault};

pub(super) const CREDENTIAL: &str = "EnvelopedVerifiableCredential";
/// VC-JOSE-COSE §6.1.3.
const SD_JWT: &str = "application/vc+sd-jwt";
/// RFC 7519 §10.3.1: any JWT. What it is, its own `typ` and content say.
const JWT: &str = "application/jwt";
pub(super) const PRESENTATION: &str = "EnvelopedVerifiablePresentation";

/// What an envelope says that it holds: a credential or a presentation. `None` if it is no envelope.
#[must_use]
pub fn envelope_kind(document: &Object<'_>) -> Option<Kind> {
    match document.get("type").map(Value::items) {
        Some([only]) if only.as_str() == Some(CREDENTIAL) => Some(Kind::Credential),
        Some([only]) if only.as_str() == Some(PRESENTATION) => Some(Kind::Presentation),
        _ => None,
    }
}

/// The token inside an EnvelopedVerifiableCredential or EnvelopedVerifiablePresentation: a JWT, or an SD-JWT, which has a `~`.
///
/// The media type must be one of the object's type: `application/vc+jwt` or `application/vc+sd-jwt` for a credential,
/// `application/vp+jwt` for a presentation (VC-JOSE-COSE §6.1), or `application/jwt`, which says less. Whether the token holds what it says is for [`crate::jose`]
/// and [`crate::sd_jwt`].
///
/// # Errors
/// [`Code::VcEnveloped`] with the pointer; it names the media type if that is one that cannot be opened here.
pub fn open_envelope<'d>(document: &'d Object<'d>) -> Result<&'d str, Fault> {
    let fault = |pointer: &str, about: &str| Fault::new(Code::VcEnveloped).at(pointer).about(about);
    let contexts = document.get("@context").map(Value::items).unwrap_or_default();
    if !contexts.iter().any(|item| item.as_str() == Some(CONTEXT_V2)) {
        return Err(fault("/@context", "@context"));
    }
    let media_types: &[&str] = match envelope_kind(document) {
        Some(Kind::Credential) => &["application/vc+jwt", SD_JWT, JWT],
        Some(Kind::Presentation) => &["application/vp+jwt", JWT],
        _ => return Err(fault("/type", "type")),
    };
    let url = document.get("id").and_then(Value::as_str).unwrap_or_default();
    let (scheme, rest) = url.split_once(':').unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("data") {
        return Err(fault("/id", "data:"));
    }
    let (stated, token) = rest.split_once(',').ok_or_else(|| fault("/id", "data:"))?;
    if !media_types.iter().any(|known| stated.eq_ignore_ascii_case(known)) {
        return Err(fault("/id", stated));
    }
    // A compact JWS needs no escape in a URL (RFC 7515 §2), nor does an SD-JWT, and base64 around base64url would be a second
    // reading.
    let is_sd_jwt = stated.eq_ignore_ascii_case(SD_JWT);
    let is_good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.') || is_sd_jwt && b == b'~';
    if token.is_empty() || !token.bytes().all(is_good) || is_sd_jwt != token.contains('~') {
        return Err(fault("/id", "JWT"));
    }
    Ok(token)
}
