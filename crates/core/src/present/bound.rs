//! The bytes that bind a zero-knowledge proof to one verifier and its nonce, where the holder signs nothing.
//!
//! VC-DI-BBS leaves the presentation header to the application, and `BbsBlsSignatureProof2020` its nonce. A nonce alone
//! stands there as it is, as the verifiers of 2020 expect. With an audience it is the canonical JSON (RFC 8785) of
//! `{"aud":…,"nonce":…}`, so that neither can be taken for the other.

use crate::json::{self, Object, Value};

/// The longest text that is read as a nonce or an audience.
const LONGEST: usize = 4_096;

/// The bytes for an audience and a nonce; empty for neither.
pub(crate) fn write(audience: Option<&str>, nonce: Option<&str>) -> Vec<u8> {
    let Some(audience) = audience else { return nonce.unwrap_or_default().as_bytes().to_vec() };
    let mut object = Object::new();
    object.insert("aud", audience);
    if let Some(nonce) = nonce {
        object.insert("nonce", nonce);
    }
    json::canonicalize(&Value::Object(object)).into_bytes()
}

/// The audience and the nonce that bytes stand for. Bytes that are no text answer nobody.
pub(crate) fn read(bytes: &[u8]) -> (Option<String>, Option<String>) {
    let Ok(text) = std::str::from_utf8(bytes) else { return (None, None) };
    if text.is_empty() || text.len() > LONGEST {
        return (None, None);
    }
    let both = json::parse(bytes).ok().and_then(|value| {
        let object = value.as_object()?;
        let text = |name| object.get(name).and_then(Value::as_str).map(str::to_owned);
        let (audience, nonce) = (text("aud")?, text("nonce"));
        // One text for one meaning: what is not exactly what is written above is a nonce.
        (write(Some(&audience), nonce.as_deref()) == bytes).then_some((Some(audience), nonce))
    });
    both.unwrap_or_else(|| (None, Some(text.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_was() {
        for (audience, nonce) in [
            (None, None),
            (None, Some("8f2c")),
            (Some("https://shop.example"), Some("é\"\\")),
            (Some("https://shop.example"), None),
        ] {
            let (found, back) = read(&write(audience, nonce));
            assert_eq!((found.as_deref(), back.as_deref()), (audience, nonce));
        }
        assert_eq!(write(Some("a"), Some("n")), br#"{"aud":"a","nonce":"n"}"#);
    }

    #[test]
    fn what_is_no_answer_is_none() {
        assert_eq!(read(&[0x11, 0x33, 0x77, 0xaa]), (None, None));
        assert_eq!(read(&[b'a'; LONGEST + 1]), (None, None));
        // Another spelling of the same JSON is a nonce that nobody gave out.
        for text in [r#"{"nonce":"n","aud":"a"}"#, r#"{"aud":"a","nonce":"n","x":1}"#, r#"{"aud":7}"#, "[]"] {
            assert_eq!(read(text.as_bytes()), (None, Some(text.to_owned())));
        }
    }
}
