//! Cookies that only this host, over HTTPS, on every path, may set and read: `__Host-`.

use axum::extract::FromRequestParts;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};

use super::Problem;

/// Reads and writes cookies with the prefix `__Host-` (RFC 6265bis §4.1.3.2), so that no neighbouring subdomain and no
/// plain-text page can plant one. A server on plain HTTP, which is on this very machine, does without the prefix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cookies {
    https: bool,
}

impl Cookies {
    /// For a server with or without HTTPS.
    #[must_use]
    pub const fn new(https: bool) -> Self {
        Self { https }
    }

    /// The value of a cookie; `None` as well if it stands twice, since then one of them is not ours.
    #[must_use]
    pub fn get<'h>(&self, headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
        let wanted = |found: &str| found.strip_prefix(self.prefix()) == Some(name);
        let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut values = pairs.filter(|(found, _)| wanted(found)).map(|(_, value)| value);
        let first = values.next()?;
        values.next().is_none().then_some(first)
    }

    /// The `Set-Cookie` of a cookie: out of reach of scripts, sent along when a person follows a link to us, but with no
    /// request that another site makes. Without `seconds` it ends with the browser's session. `None` if name or value
    /// could not stand in a header.
    #[must_use]
    pub fn set(&self, name: &str, value: &str, seconds: Option<u32>) -> Option<HeaderValue> {
        let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
        let secure = if self.https { "; Secure" } else { "" };
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        let line = format!("{}{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", self.prefix());
        (plain(name) && plain(value)).then(|| HeaderValue::from_str(&line).ok()).flatten()
    }

    const fn prefix(self) -> &'static str {
        if self.https { "__Host-" } else { "" }
    }
}

impl<S: Sync> FromRequestParts<S> for Cookies {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().copied().ok_or_else(Problem::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(line: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, line.parse().unwrap());
        headers
    }

    #[test]
    fn only_the_prefixed_one_counts() {
        let cookies = Cookies::new(true);
        assert_eq!(cookies.get(&headers("s=planted; __Host-s=ours"), "s"), Some("ours"));
        assert_eq!(cookies.get(&headers("s=planted"), "s"), None);
        assert_eq!(cookies.get(&headers("__Host-s=1; __Host-s=2"), "s"), None);
        assert_eq!(Cookies::new(false).get(&headers("__Host-s=1; s=2"), "s"), Some("2"));
    }

    #[test]
    fn sets_every_attribute_and_nothing_strange() {
        let line = Cookies::new(true).set("s", "v", Some(60)).unwrap();
        assert_eq!(line, "__Host-s=v; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60");
        assert_eq!(Cookies::new(false).set("s", "v", None).unwrap(), "s=v; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(Cookies::new(true).set("s", "v; Domain=example", None), None);
    }
}
