//! Making tokens. What reading would refuse is not signed.

use super::jws::Jws;
use super::{JwtForm, JwtOptions, claims};
use crate::did::{Relationship, did_of};
use crate::json::{Object, Value, to_string};
use crate::keys::Signer;
use crate::{Code, Fault, Timestamp};

/// Signs a credential or presentation as a compact JWT.
///
/// The registered claims of VCDM 1.1 stand in addition to the properties of `vc` and `vp`, so that readers of either
/// opinion understand the token.
///
/// # Errors
/// [`Code::KeyWrongSuite`], [`Code::KeySignerFailed`], [`Code::JoseClaim`] for a document that cannot be mapped or is
/// not of the form's data model, [`Code::KeyNotController`] if the key is not of the issuer's or holder's DID.
pub fn sign(document: &Object<'_>, options: &JwtOptions, signer: &dyn Signer) -> Result<String, Fault> {
    let is_presentation = options.purpose == Relationship::Authentication;
    let payload = match options.form {
        JwtForm::V1 => mapped(document, is_presentation, options)?,
        JwtForm::V2 => plain(document, options),
    };
    let header = header(is_presentation, options);
    // Reading maps, compares and types: whatever it refuses must not be signed.
    let content = claims::content(&header, &payload)?;
    if content.is_presentation != is_presentation {
        return Err(claims::claim(if is_presentation { "vp" } else { "vc" }));
    }
    check_controller(&content.document, is_presentation, options)?;

    Jws::sign(&header, to_string(&Value::Object(payload)).as_bytes(), options.algorithm, signer)
}

fn header(is_presentation: bool, options: &JwtOptions) -> Object<'static> {
    let (typ, cty) = match (options.form, is_presentation) {
        (JwtForm::V1, _) => ("JWT", None),
        (JwtForm::V2, false) => ("vc+jwt", Some("vc")),
        (JwtForm::V2, true) => ("vp+jwt", Some("vp")),
    };
    let mut header = Object::new();
    header.insert("typ", typ);
    if let Some(cty) = cty {
        header.insert("cty", cty);
    }
    header.insert("kid", options.verification_method.clone());
    header
}

/// VCDM 1.1 §6.3.1, JWT encoding.
fn mapped(document: &Object<'_>, is_presentation: bool, options: &JwtOptions) -> Result<Object<'static>, Fault> {
    let mut payload = Object::new();
    let mut set = |name: &'static str, value: Option<&str>| {
        if let Some(value) = value {
            payload.insert(name, value.to_owned());
        }
    };
    let text = |key| document.get(key).and_then(Value::as_str);
    let maker = if is_presentation { "holder" } else { "issuer" };
    let iss = document.get(maker).and_then(claims::id_of);
    set("iss", iss.or_else(|| is_presentation.then(|| did_of(&options.verification_method))));
    set("jti", text("id"));
    if is_presentation {
        add_request(&mut payload, options);
        payload.insert("vp", Value::Object(document.clone().into_owned()));
        return Ok(payload);
    }
    if let [subject] = document.get("credentialSubject").map_or(&[][..], Value::items) {
        set("sub", subject.get("id").and_then(Value::as_str));
    }
    for (name, key) in [("nbf", "issuanceDate"), ("exp", "expirationDate")] {
        if let Some(value) = document.get(key) {
            let time = value.as_str().map(Timestamp::parse_date_time).and_then(Result::ok);
            let seconds = time.map(Timestamp::unix).and_then(numeric_date).ok_or_else(|| claims::claim(name))?;
            payload.insert(name, Value::Number(seconds));
        }
    }
    payload.insert("vc", Value::Object(document.clone().into_owned()));
    Ok(payload)
}

/// VC-JOSE-COSE §3.1: the document is the payload; a presentation carries the request that it answers.
fn plain(document: &Object<'_>, options: &JwtOptions) -> Object<'static> {
    let mut payload = document.clone().into_owned();
    add_request(&mut payload, options);
    payload
}

fn add_request(payload: &mut Object<'static>, options: &JwtOptions) {
    if let Some(audience) = &options.audience {
        payload.insert("aud", audience.clone());
    }
    if let Some(nonce) = &options.nonce {
        payload.insert("nonce", nonce.clone());
    }
}

/// Seconds as a JSON number; `None` beyond what reading takes.
#[expect(clippy::cast_precision_loss, reason = "the range is far below 2^53")]
pub(crate) fn numeric_date(seconds: i64) -> Option<f64> {
    (-62_135_596_800..=253_402_300_799).contains(&seconds).then_some(seconds as f64)
}

/// The key must be of the DID that the document names.
fn check_controller(document: &Object<'_>, is_presentation: bool, options: &JwtOptions) -> Result<(), Fault> {
    let maker = document.get(if is_presentation { "holder" } else { "issuer" }).and_then(claims::id_of);
    match maker {
        Some(maker) if maker != did_of(&options.verification_method) => {
            Err(Fault::new(Code::KeyNotController).about(options.verification_method.as_str()))
        }
        Some(_) => Ok(()),
        None if is_presentation => Ok(()),
        None => Err(claims::claim("iss")),
    }
}
