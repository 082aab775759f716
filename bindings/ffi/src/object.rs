//! JSON objects that are handed in as text.

use tamarack::json::{Object, Value, parse};
use tamarack::{Code, Fault};

/// Reads a JSON object.
///
/// # Errors
/// `json.*`.
pub(crate) fn object(text: &str) -> Result<Object<'static>, Fault> {
    match parse(text.as_bytes())?.into_owned() {
        Value::Object(object) => Ok(object),
        _ => Err(Fault::new(Code::JsonSyntax).at("").about("a JSON object is needed")),
    }
}
