//! Registered claims and the document: VCDM 1.1 §6.3.1 maps the ones into the other, VC-JOSE-COSE lets them stand
//! beside each other. Where both say the same thing, they must say it alike.

use super::JwtForm;
use crate::json::{Object, Path, Value};
use crate::{Code, Fault, Timestamp};

const CREDENTIALS_V1: &str = "https://www.w3.org/2018/credentials/v1";
const CREDENTIALS_V2: &str = "https://www.w3.org/ns/credentials/v2";

/// The document in a payload.
pub(super) struct Content {
    pub(super) form: JwtForm,
    pub(super) is_presentation: bool,
    pub(super) document: Object<'static>,
}

/// Finds the document, with the registered claims mapped into it or compared with it.
///
/// # Errors
/// [`Code::JoseType`], [`Code::JoseClaim`], [`Code::JoseClaimMismatch`].
pub(super) fn content(header: &Object<'_>, payload: &Object<'static>) -> Result<Content, Fault> {
    let content = match (payload.get("vc"), payload.get("vp")) {
        (None, None) => plain(payload),
        (Some(Value::Object(vc)), None) => mapped_credential(vc, payload)?,
        (None, Some(Value::Object(vp))) => mapped_presentation(vp, payload)?,
        (Some(_), None) => return Err(claim("vc")),
        (_, Some(_)) => return Err(claim("vp")),
    };
    check_version(&content)?;
    check_types(header, &content)?;
    if content.form == JwtForm::V2 {
        compare_plain(&content.document, content.is_presentation, payload)?;
    }
    Ok(content)
}

/// VC-JOSE-COSE §3.1: the payload is the document.
fn plain(payload: &Object<'static>) -> Content {
    let is_presentation = payload.get("type").is_some_and(|types| {
        let types = types.items();
        types.contains(&"VerifiablePresentation".into()) || types.contains(&"EnvelopedVerifiablePresentation".into())
    });
    Content { form: JwtForm::V2, is_presentation, document: payload.clone() }
}

/// The headers `typ` and `cty` say what the token is; they must not say another thing.
fn check_types(header: &Object<'_>, content: &Content) -> Result<(), Fault> {
    let text = |key| header.get(key).and_then(Value::as_str);
    let (typ, cty) = match (content.form, content.is_presentation) {
        // VCDM 1.1 §6.3.1: "typ, if present, MUST be set to JWT". A `cty` would announce another payload.
        (JwtForm::V1, _) => ("JWT", ""),
        // VC-JOSE-COSE §3.1.1 and §3.1.2.
        (JwtForm::V2, false) => ("vc+jwt", "vc"),
        (JwtForm::V2, true) => ("vp+jwt", "vp"),
    };
    if text("typ").is_some_and(|found| !is_media_type(found, typ)) {
        return Err(Fault::new(Code::JoseType).about("typ"));
    }
    if text("cty").is_some_and(|found| !is_media_type(found, cty)) {
        return Err(Fault::new(Code::JoseType).about("cty"));
    }
    Ok(())
}

/// RFC 7515 §4.1.9: media types compare without case, and `application/` may be left out.
pub(crate) fn is_media_type(found: &str, short: &str) -> bool {
    let found = match found.split_once('/') {
        Some((top, rest)) if top.eq_ignore_ascii_case("application") => rest,
        _ => found,
    };
    found.eq_ignore_ascii_case(short)
}

/// Each form has its data model: `vc` and `vp` are of VCDM 1.1 alone, a bare payload is of 2.0 (VC-JOSE-COSE §1.1.2.1).
fn check_version(content: &Content) -> Result<(), Fault> {
    let first = content.document.get("@context").and_then(|context| context.items().first()).and_then(Value::as_str);
    match (content.form, first) {
        (JwtForm::V1, Some(CREDENTIALS_V2)) if content.is_presentation => Err(claim("vp")),
        (JwtForm::V1, Some(CREDENTIALS_V2)) => Err(claim("vc")),
        (JwtForm::V2, Some(CREDENTIALS_V1)) => Err(claim("vc")),
        // A JWT that is no credential at all (an access token, say) must not be taken for one.
        (JwtForm::V2, None) => Err(Fault::new(Code::InputNotACredential)),
        _ => Ok(()),
    }
}

fn mapped_credential(vc: &Object<'static>, payload: &Object<'static>) -> Result<Content, Fault> {
    let mut document = vc.clone();
    set_id(&mut document, "issuer", text(payload, "iss")?, "iss")?;
    set_text(&mut document, "id", text(payload, "jti")?, "jti")?;
    set_time(&mut document, "issuanceDate", time(payload, "nbf")?, "nbf")?;
    set_time(&mut document, "expirationDate", time(payload, "exp")?, "exp")?;
    if let Some(sub) = text(payload, "sub")? {
        set_subject(&mut document, sub)?;
    }
    Ok(Content { form: JwtForm::V1, is_presentation: false, document })
}

fn mapped_presentation(vp: &Object<'static>, payload: &Object<'static>) -> Result<Content, Fault> {
    let mut document = vp.clone();
    set_id(&mut document, "holder", text(payload, "iss")?, "iss")?;
    set_text(&mut document, "id", text(payload, "jti")?, "jti")?;
    Ok(Content { form: JwtForm::V1, is_presentation: true, document })
}

/// VC-JOSE-COSE §4.1.2 and §3.1.3: `iss` must match, `jti` and `sub` must not conflict.
///
/// # Errors
/// [`Code::JoseClaimMismatch`], [`Code::JoseClaim`].
pub(crate) fn compare_plain(document: &Object<'_>, is_presentation: bool, payload: &Object<'_>) -> Result<(), Fault> {
    let (maker, subject) =
        if is_presentation { ("holder", None) } else { ("issuer", document.get("credentialSubject")) };
    let pairs = [
        ("iss", document.get(maker).and_then(id_of)),
        ("jti", document.get("id").and_then(Value::as_str)),
        ("sub", subject.and_then(single).and_then(|subject| subject.get("id")).and_then(Value::as_str)),
    ];
    for (name, own) in pairs {
        let differs = match (text(payload, name)?, own) {
            (Some(claimed), Some(own)) => claimed != own,
            // An issuer is always named in the document: a token from another than it names is none of its own.
            (Some(_), None) => name == "iss" && !is_presentation,
            (None, _) => false,
        };
        if differs {
            return Err(Fault::new(Code::JoseClaimMismatch).about(name));
        }
    }
    Ok(())
}

/// Sets a property whose value is a URL or an object with an `id`; or compares the two.
fn set_id(
    document: &mut Object<'static>,
    key: &'static str,
    claimed: Option<&str>,
    name: &'static str,
) -> Result<(), Fault> {
    let Some(claimed) = claimed else { return Ok(()) };
    match document.get_mut(key) {
        Some(Value::Object(object)) => {
            set_text(object, "id", Some(claimed), name).map_err(|fault| fault.under(&format!("/{key}")))
        }
        _ => set_text(document, key, Some(claimed), name),
    }
}

fn set_text(
    document: &mut Object<'static>,
    key: &'static str,
    claimed: Option<&str>,
    name: &'static str,
) -> Result<(), Fault> {
    let Some(claimed) = claimed else { return Ok(()) };
    match document.get(key) {
        None => {
            document.insert(key, claimed.to_owned());
            Ok(())
        }
        Some(Value::String(own)) if own == claimed => Ok(()),
        Some(_) => Err(mismatch(key, name)),
    }
}

/// A NumericDate has no more than seconds in practice, a dateTime may have fractions: whole seconds are compared.
fn set_time(
    document: &mut Object<'static>,
    key: &'static str,
    claimed: Option<Timestamp>,
    name: &'static str,
) -> Result<(), Fault> {
    let Some(claimed) = claimed else { return Ok(()) };
    match document.get(key) {
        None => {
            document.insert(key, claimed.to_string());
            Ok(())
        }
        Some(own) => match own.as_str().map(Timestamp::parse_date_time) {
            Some(Ok(own)) if own.unix() == claimed.unix() => Ok(()),
            _ => Err(mismatch(key, name)),
        },
    }
}

/// `sub` is the id of the one subject; a JWT cannot name several (VCDM 1.1 §6.3.1, note).
fn set_subject(document: &mut Object<'static>, sub: &str) -> Result<(), Fault> {
    let subject = match document.get_mut("credentialSubject") {
        Some(Value::Object(subject)) => Some(subject),
        Some(Value::Array(items)) => match items.as_mut_slice() {
            [Value::Object(subject)] => Some(subject),
            _ => None,
        },
        _ => None,
    };
    let subject = subject.ok_or_else(|| mismatch("credentialSubject", "sub"))?;
    set_text(subject, "id", Some(sub), "sub").map_err(|fault| fault.under("/credentialSubject"))
}

fn single<'v, 'a>(value: &'v Value<'a>) -> Option<&'v Value<'a>> {
    match value.items() {
        [one] => Some(one),
        _ => None,
    }
}

/// The id of an issuer or holder: a string, or an object with an `id`.
pub(super) fn id_of<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    value.as_str().or_else(|| value.get("id").and_then(Value::as_str))
}

/// A claim that is a string.
///
/// # Errors
/// [`Code::JoseClaim`] if it is something else.
pub(crate) fn text<'p>(payload: &'p Object<'_>, name: &'static str) -> Result<Option<&'p str>, Fault> {
    payload.get(name).map(|value| value.as_str().filter(|text| !text.is_empty()).ok_or_else(|| claim(name))).transpose()
}

/// A claim that is one string or several.
///
/// # Errors
/// [`Code::JoseClaim`] if it is something else.
pub(super) fn texts(payload: &Object<'_>, name: &'static str) -> Result<Vec<String>, Fault> {
    let Some(value) = payload.get(name) else { return Ok(Vec::new()) };
    let texts: Option<Vec<String>> = value.items().iter().map(|item| item.as_str().map(str::to_owned)).collect();
    texts.filter(|texts| !texts.is_empty()).ok_or_else(|| claim(name))
}

/// A NumericDate (RFC 7519 §2), fractions cut off, between the years 0001 and 9999.
///
/// # Errors
/// [`Code::JoseClaim`].
#[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
pub(crate) fn time(payload: &Object<'_>, name: &'static str) -> Result<Option<Timestamp>, Fault> {
    const RANGE: std::ops::RangeInclusive<f64> = -62_135_596_800.0..=253_402_300_799.0;
    let Some(value) = payload.get(name) else { return Ok(None) };
    match value.as_f64() {
        Some(seconds) if RANGE.contains(&seconds) => Ok(Some(Timestamp::from_unix(seconds.floor() as i64))),
        _ => Err(claim(name)),
    }
}

pub(crate) fn claim(name: &'static str) -> Fault {
    Fault::new(Code::JoseClaim).about(name)
}

fn mismatch(key: &str, name: &'static str) -> Fault {
    Fault::new(Code::JoseClaimMismatch).at(Path::Root.key(key).pointer()).about(name)
}
