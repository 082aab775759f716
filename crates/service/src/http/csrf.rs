//! Tokens that prove that a form came from a page of ours (cross-site request forgery).

use axum::extract::FromRequestParts;
use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};

use super::secret::{RandomId, same};
use super::{Cookies, Problem};

/// The cookie that holds the token.
const COOKIE: &str = "csrf";

/// The token of a browser: in a cookie that only this host can set, and in each form. A form whose token is not the
/// cookie's came from elsewhere (OWASP's "double submit cookie", with the prefix `__Host-` that it asks for).
#[derive(Clone)]
pub struct Csrf {
    token: RandomId,
    /// The `Set-Cookie` that a page with a form must carry, if the browser has no token yet.
    set: Option<HeaderValue>,
}

impl Csrf {
    /// What stands in the form's hidden field.
    #[must_use]
    pub fn token(&self) -> &str {
        self.token.as_str()
    }

    /// The `Set-Cookie` for the page with the form, if the browser has no token yet.
    #[must_use]
    pub const fn cookie(&self) -> Option<&HeaderValue> {
        self.set.as_ref()
    }

    /// Checks a form that came in: its token, and the browser's own word on where it came from.
    ///
    /// # Errors
    /// `forbidden.form` (403).
    pub fn check(headers: &HeaderMap, cookies: Cookies, token: &str) -> Result<(), Problem> {
        let refused = || Problem::forbidden("forbidden.form");
        let fetched = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        if fetched.is_some_and(|site| site != b"same-origin" && site != b"none") {
            return Err(refused());
        }
        // Older browsers say it with `Origin` alone.
        if let (None, Some(origin), Some(host)) = (fetched, text(headers, &ORIGIN), text(headers, &HOST))
            && origin.split_once("://").is_none_or(|(_, authority)| authority != host)
        {
            return Err(refused());
        }
        let known = cookies.get(headers, COOKIE).and_then(RandomId::read).ok_or_else(refused)?;
        if same(known.as_str(), token) { Ok(()) } else { Err(refused()) }
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &axum::http::HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

impl<S: Sync> FromRequestParts<S> for Csrf {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let cookies = <Cookies as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        if let Some(token) = cookies.get(&parts.headers, COOKIE).and_then(RandomId::read) {
            return Ok(Self { token, set: None });
        }
        let token = RandomId::new().map_err(|_| Problem::internal())?;
        let set = cookies.set(COOKIE, token.as_str(), None);
        Ok(Self { token, set })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAA";

    fn check(lines: &[(&'static str, &str)], token: &str) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.insert(*name, value.parse().unwrap());
        }
        Csrf::check(&headers, Cookies::new(true), token).is_ok()
    }

    #[test]
    fn a_form_must_be_ours() {
        let cookie = format!("__Host-csrf={TOKEN}");
        let cookie = ("cookie", cookie.as_str());
        assert!(check(&[cookie], TOKEN));
        assert!(check(&[cookie, ("sec-fetch-site", "same-origin")], TOKEN));
        assert!(check(&[cookie, ("origin", "https://id.example"), ("host", "id.example")], TOKEN));
        assert!(!check(&[], TOKEN), "no cookie");
        assert!(!check(&[cookie], "BAAAAAAAAAAAAAAAAAAAAA"));
        assert!(!check(&[cookie], ""));
        assert!(!check(&[cookie, ("sec-fetch-site", "cross-site")], TOKEN));
        assert!(!check(&[cookie, ("sec-fetch-site", "same-site")], TOKEN));
        assert!(!check(&[cookie, ("origin", "https://evil.example"), ("host", "id.example")], TOKEN));
        assert!(!check(&[cookie, ("origin", "null"), ("host", "id.example")], TOKEN));
    }
}
