//! The JSON-LD contexts that a trust list vouches for (VC-DI §4.6, context validation).

use std::collections::BTreeMap;

use crate::encoding::hex_encode;
use crate::json::{Object, Value};
use crate::members::Members;
use crate::rdf::HashAlgorithm;
use crate::{Code, Fault};

/// URLs of contexts, each with the SHA-256 of its bytes in lower-case hexadecimal.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct TrustedContexts(BTreeMap<String, String>);

impl TrustedContexts {
    /// Whether this URL is named, and these are its bytes.
    pub(super) fn allow(&self, url: &str, bytes: &[u8]) -> bool {
        self.0.get(url).is_some_and(|digest| *digest == hex_encode(&HashAlgorithm::Sha256.digest(bytes)))
    }

    /// Whether this URL is named.
    pub(super) fn names(&self, url: &str) -> bool {
        self.0.contains_key(url)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads `[{ <key>: URL, "sha256": hex }]`, where `key` is `url` in the file and `id` in the credential.
    pub(super) fn read(value: &Value<'_>, pointer: &str, key: &str) -> Result<Self, Fault> {
        let mut contexts = BTreeMap::new();
        for (index, entry) in value.items().iter().enumerate() {
            let pointer = format!("{pointer}/{index}");
            let members = Members::of(entry, &pointer, Code::TrustListInvalid, &[key, "sha256"])?;
            let (url, digest) = (members.string(key)?, members.string("sha256")?);
            if !url.starts_with("https://") {
                return Err(members.fault(key, "not an https URL"));
            }
            if digest.len() != 64 || !digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
                return Err(members.fault("sha256", "not 64 lower-case hexadecimal digits"));
            }
            if contexts.insert(url.to_owned(), digest.to_owned()).is_some() {
                return Err(members.fault(key, "stands twice"));
            }
        }
        Ok(Self(contexts))
    }

    pub(super) fn to_value(&self, key: &'static str) -> Value<'static> {
        let entry = |(url, digest): (&String, &String)| {
            Value::Object(Object::from_iter([(key, url.clone()), ("sha256", digest.clone())]))
        };
        Value::Array(self.0.iter().map(entry).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn vouches_for_the_very_bytes() {
        let digest = hex_encode(&HashAlgorithm::Sha256.digest(b"{}"));
        let text = format!(r#"[{{"url":"https://vocab.example/v1","sha256":"{digest}"}}]"#);
        let contexts = TrustedContexts::read(&parse(text.as_bytes()).unwrap(), "/contexts", "url").unwrap();
        assert!(contexts.allow("https://vocab.example/v1", b"{}"));
        assert!(!contexts.allow("https://vocab.example/v1", b"{ }"));
        assert!(!contexts.allow("https://vocab.example/v2", b"{}"));
        assert_eq!(contexts.to_value("url"), parse(text.as_bytes()).unwrap());
    }

    #[test]
    fn refuses_slips_of_the_pen() {
        for (entry, at) in [
            (r#"{"url":"http://vocab.example","sha256":"00"}"#, "/contexts/0/url"),
            (r#"{"url":"https://vocab.example","sha256":"00"}"#, "/contexts/0/sha256"),
            (r#"{"url":"https://vocab.example"}"#, "/contexts/0/sha256"),
            (r#"{"url":"https://vocab.example","sha":""}"#, "/contexts/0/sha"),
        ] {
            let value = format!("[{entry}]");
            let fault = TrustedContexts::read(&parse(value.as_bytes()).unwrap(), "/contexts", "url").unwrap_err();
            assert_eq!((fault.code(), fault.pointer()), (Code::TrustListInvalid, Some(at)));
        }
    }
}
