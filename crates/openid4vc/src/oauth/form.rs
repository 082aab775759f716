//! Forms and query strings (RFC 6749 Appendix B).

use url::form_urlencoded;

use crate::{Refusal, RefusalCode, Result, limits};

/// Parameters of which each may be sent more than once (RFC 8707 §2).
const REPEATABLE: [&str; 1] = ["resource"];

/// The parameters of a form or query string, each of them once.
#[derive(Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded` text. A parameter without a value is as good as absent (RFC 6749 §3.1).
    ///
    /// # Errors
    /// [`RefusalCode::InvalidRequest`] for text that is too long, and for a parameter that is sent twice (RFC 6749 §3.1,
    /// §3.2); only `resource` may be (RFC 8707 §2).
    pub fn parse(text: &str) -> Result<Self> {
        let refuse = |about| Refusal::new(RefusalCode::InvalidRequest, about);
        if text.len() > limits::FORM_BYTES {
            return Err(refuse("the length of the form"));
        }
        let mut parameters: Vec<(String, String)> = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            if seen.len() >= limits::FORM_PARAMETERS {
                return Err(refuse("the number of parameters"));
            }
            if seen.iter().any(|old| *old == name) && !REPEATABLE.contains(&&*name) {
                return Err(refuse("a parameter that is sent twice"));
            }
            seen.push(name.clone().into_owned());
            if !value.is_empty() {
                parameters.push((name.into_owned(), value.into_owned()));
            }
        }
        Ok(Self(parameters))
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter that may be repeated.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that must be there.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidRequest`], about the parameter.
    pub fn need(&self, name: &'static str) -> Result<&str> {
        self.get(name).ok_or_else(|| Refusal::new(RefusalCode::InvalidRequest, name))
    }

    /// Adds a parameter, if there is a value.
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<impl Into<String>>) -> Self {
        if let Some(value) = value {
            self.0.push((name.to_owned(), value.into()));
        }
        self
    }

    /// The form as text.
    #[must_use]
    pub fn encode(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// A URL with the parameters added to its query.
    #[must_use]
    pub fn on_url(&self, url: &str) -> String {
        let separator = match url.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        format!("{url}{separator}{}", self.encode())
    }
}

/// The names alone: values may be secrets.
impl core::fmt::Debug for Form {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_stands_once() {
        let form = Form::parse("a=1&b=&c=%C3%A9&resource=x&resource=y").unwrap();
        assert_eq!((form.get("a"), form.get("b"), form.get("c")), (Some("1"), None, Some("é")));
        assert_eq!(form.all("resource").collect::<Vec<_>>(), ["x", "y"]);
        for twice in ["a=1&a=2", "a=&a=1", "a&a"] {
            assert_eq!(Form::parse(twice).unwrap_err().code(), RefusalCode::InvalidRequest);
        }
        let many = (0..=limits::FORM_PARAMETERS).map(|n| format!("p{n}=1")).collect::<Vec<_>>().join("&");
        assert!(Form::parse(&many).is_err());
        assert!(Form::parse(&"a".repeat(limits::FORM_BYTES + 1)).is_err());
    }

    #[test]
    fn no_value_is_shown() {
        let form = Form::parse("tx_code=493536").unwrap();
        assert!(!format!("{form:?}").contains("493536"));
        assert_eq!(form.on_url("https://w.example/cb?x=1"), "https://w.example/cb?x=1&tx_code=493536");
    }
}
