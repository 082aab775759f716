//! The two forms in which messages travel: `application/x-www-form-urlencoded` parameters, and members of a JSON object.

use tamarack::json::{self, Object, Value};
use url::form_urlencoded;

use crate::{Refusal, RefusalCode, Result, limits};

/// The parameters that are JSON wherever they stand in a form (OpenID4VP §5.1; SIOPv2 §7.3), beside those of a response.
const JSON_PARAMETERS: [&str; 6] =
    ["dcql_query", "client_metadata", "transaction_data", "verifier_info", "presentation_definition", "claims"];

/// Reads a form or query string into an object of texts.
///
/// # Errors
/// `invalid_request` (`parameters`) beyond [`limits::FORM_PARAMETERS`], for what is no UTF-8, and for a parameter that stands
/// twice (RFC 6749 §3.1).
pub fn parse_form(text: &str) -> Result<Object<'static>> {
    const BAD: Refusal = Refusal::new(RefusalCode::InvalidRequest, "parameters");
    let mut object = Object::new();
    for (at, (name, value)) in form_urlencoded::parse(text.as_bytes()).enumerate() {
        // What is no UTF-8 was replaced by this character.
        if at >= limits::FORM_PARAMETERS || name.contains('\u{fffd}') || value.contains('\u{fffd}') {
            return Err(BAD);
        }
        if object.insert(name.into_owned(), Value::from(value.into_owned())).is_some() {
            return Err(BAD);
        }
    }
    Ok(object)
}

/// Writes texts as a form.
#[must_use]
pub fn write_form<'p>(parameters: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        form.append_pair(name, value);
    }
    form.finish()
}

/// The members of a request as a form: what is no text is written as JSON.
#[must_use]
pub fn write_members(members: &Object<'_>) -> String {
    let texts: Vec<(&str, String)> = members.iter().map(|(name, value)| (name, form_text(value))).collect();
    write_form(texts.iter().map(|(name, value)| (*name, value.as_str())))
}

fn form_text(value: &Value<'_>) -> String {
    value.as_str().map_or_else(|| json::to_string(value), str::to_owned)
}

/// Reads those parameters of a form that are JSON.
///
/// # Errors
/// `invalid_request` with the parameter's name.
pub(crate) fn open_json(parameters: Object<'static>) -> Result<Object<'static>> {
    let mut out = Object::new();
    for (name, value) in parameters {
        let known = JSON_PARAMETERS.into_iter().find(|known| *known == name);
        let value = match (known, value.as_str()) {
            (Some(known), Some(text)) => parse_json(text, known)?,
            _ => value,
        };
        out.insert(name, value);
    }
    Ok(out)
}

/// Reads the JSON text of a parameter.
///
/// # Errors
/// `invalid_request` with the parameter's name.
pub(crate) fn parse_json(text: &str, name: &'static str) -> Result<Value<'static>> {
    let value = json::parse_up_to(text.as_bytes(), limits::ANSWER_BYTES);
    value.map(Value::into_owned).map_err(|fault| Refusal::new(RefusalCode::InvalidRequest, name).because(fault))
}

/// A member that is a text, if it is there.
///
/// # Errors
/// `invalid_request` with the name for one that is no text, is empty, or has more than so many bytes.
pub(crate) fn text<'o>(object: &'o Object<'_>, name: &'static str, most: usize) -> Result<Option<&'o str>> {
    match object.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() && text.len() <= most => Ok(Some(text)),
        Some(_) => Err(Refusal::new(RefusalCode::InvalidRequest, name)),
    }
}

/// A text of characters that are safe in a URL (OpenID4VP §5.2, `nonce` and `state`).
pub(crate) fn url_safe<'o>(object: &'o Object<'_>, name: &'static str) -> Result<Option<&'o str>> {
    let is_safe =
        |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'));
    match text(object, name, limits::NONCE_BYTES)? {
        Some(text) if !is_safe(text) => Err(Refusal::new(RefusalCode::InvalidRequest, name)),
        found => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_strictly() {
        let object = parse_form("a=1&b=%C3%A9+x&c=").unwrap();
        assert_eq!(object.get("b").and_then(Value::as_str), Some("é x"));
        assert_eq!(write_members(&object), "a=1&b=%C3%A9+x&c=");
        for bad in ["a=1&a=2", "a=%ff", "%ff=a"] {
            assert_eq!(parse_form(bad).unwrap_err().about(), "parameters", "{bad}");
        }
        let many: Vec<String> = (0..=limits::FORM_PARAMETERS).map(|i| format!("p{i}=1")).collect();
        assert!(parse_form(&many.join("&")).is_err());
    }

    #[test]
    fn json_parameters_are_opened() {
        let object = open_json(parse_form("dcql_query=%7B%22a%22%3A1%7D&state=%7B%7D").unwrap()).unwrap();
        assert!(object.get("dcql_query").is_some_and(|value| value.get("a").is_some()));
        assert_eq!(object.get("state").and_then(Value::as_str), Some("{}"));
        assert_eq!(open_json(parse_form("claims=%7B").unwrap()).unwrap_err().about(), "claims");
    }
}
