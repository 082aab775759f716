//! A registry over HTTP: the source that people tell once.

use std::fmt::Write as _;

use tamarack::json::{self, Object, Value};
use tamarack_openid4vc::url::is_endpoint;
use zeroize::Zeroizing;

use super::SourceError;
use crate::limits;
use crate::sign_in::GuardedClient;

/// A GET for one person.
#[derive(Debug)]
pub(super) struct Registry {
    parts: Vec<Part>,
    token: Option<Token>,
    at: Option<String>,
    client: GuardedClient,
}

#[derive(Debug)]
enum Part {
    Text(String),
    /// The name of a claim of the sign-in.
    Claim(String),
}

struct Token(Zeroizing<String>);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(redacted)")
    }
}

impl Registry {
    /// A registry at a URL with claims in braces, in path and query alone. `None` for another text.
    pub(super) fn new(
        url: &str,
        token: Option<Zeroizing<String>>,
        at: Option<String>,
        private_network: bool,
        authorities: Vec<Vec<u8>>,
    ) -> Option<Self> {
        let parts = parts(url)?;
        let claims = parts.iter().filter(|part| matches!(part, Part::Claim(_))).count();
        // Nobody's claim may change which host is asked.
        let host = match parts.first()? {
            Part::Text(text) => text.split_once("://").is_some_and(|(_, rest)| rest.contains('/')),
            Part::Claim(_) => false,
        };
        let pointer = at.as_ref().is_none_or(|at| at.starts_with('/'));
        if !host || !pointer || claims == 0 || claims > limits::SOURCE_PARAMETERS {
            return None;
        }
        let example = parts.iter().map(|part| if let Part::Text(text) = part { text } else { "x" }).collect::<String>();
        if !is_endpoint(&example) {
            return None;
        }
        let client = GuardedClient::to(&example, private_network, authorities);
        Some(Self { parts, token: token.map(Token), at, client })
    }

    pub(super) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| if let Part::Claim(name) = part { Some(name.as_str()) } else { None })
    }

    pub(super) async fn find<'k>(
        &self,
        value: impl Fn(&str) -> Result<&'k str, SourceError>,
    ) -> Result<Object<'static>, SourceError> {
        let mut url = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => url.push_str(text),
                Part::Claim(name) => {
                    let value = value(name)?;
                    // Such a step would lead elsewhere in the registry, however it is written.
                    if matches!(value, "." | "..") {
                        return Err(SourceError::SignIn);
                    }
                    encode(value, &mut url);
                }
            }
        }
        let mut headers = vec![("accept", "application/json".to_owned())];
        if let Some(Token(token)) = &self.token {
            headers.push(("authorization", format!("Bearer {}", token.as_str())));
        }
        let answer = self.client.get(&url, &headers).await.map_err(|error| {
            tracing::error!(reason = %error, "a claims source failed");
            SourceError::Unavailable
        })?;
        match answer.status().as_u16() {
            200 => self.person(answer.body()),
            404 | 410 | 204 => Err(SourceError::Nothing),
            300 | 409 => Err(SourceError::Several),
            status => {
                tracing::error!(status, "a claims source refused");
                Err(if status >= 500 || status == 429 { SourceError::Unavailable } else { SourceError::Answer })
            }
        }
    }

    /// The one person of an answer: an object, or a list of one.
    fn person(&self, body: &[u8]) -> Result<Object<'static>, SourceError> {
        let value = json::parse(body).map_err(|_| SourceError::Answer)?;
        let found = match &self.at {
            None => Some(&value),
            Some(pointer) => value.pointer(pointer),
        };
        match found {
            Some(Value::Object(person)) => Ok(person.clone().into_owned()),
            Some(Value::Array(all)) => match all.as_slice() {
                [] => Err(SourceError::Nothing),
                [Value::Object(person)] => Ok(person.clone().into_owned()),
                [_] => Err(SourceError::Answer),
                _ => Err(SourceError::Several),
            },
            Some(Value::Null) => Err(SourceError::Nothing),
            _ => Err(SourceError::Answer),
        }
    }
}

/// RFC 3986 §2.3: what is unreserved stays, all else is written in bytes.
fn encode(value: &str, url: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            url.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
}

/// The texts and the claims of a template. `None` if a brace stands alone or around nothing.
fn parts(template: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        if before.contains('}') || name.is_empty() || name.contains('{') {
            return None;
        }
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        parts.push(Part::Claim(name.to_owned()));
        rest = after;
    }
    if rest.contains('}') {
        return None;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::Registry;

    #[test]
    fn claims_stand_in_path_and_query_alone() {
        let is_good = |url: &str| Registry::new(url, None, None, false, Vec::new()).is_some();
        for good in ["https://r.example/{a}", "https://r.example/x?n={a}&m={/b/c}", "http://127.0.0.1:1/{a}/b"] {
            assert!(is_good(good), "{good}");
        }
        for bad in [
            "https://{a}.example/x",
            "https://r.example{a}/x",
            "https://r.example:{a}/",
            "{a}",
            "https://r.example/x",
            "https://r.example/{}",
            "https://r.example/{a",
            "https://r.example/a}{b}",
            "http://r.example/{a}",
            "https://u:p@r.example/{a}",
        ] {
            assert!(!is_good(bad), "{bad}");
        }
    }
}
