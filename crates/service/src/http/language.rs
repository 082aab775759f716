//! Which of the two languages to answer in.

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use std::convert::Infallible;
use tamarack::messages::Lang;

use super::Cookies;

/// The language to answer in: `?lang=` of the page's switch, else the cookie that remembers it, else `Accept-Language`,
/// else English.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Language(pub Lang);

/// The cookie that remembers the switch.
pub(super) const COOKIE: &str = "lang";

impl Language {
    pub(super) fn of(uri: &Uri, headers: &HeaderMap, cookies: &Cookies) -> Self {
        let remembered = || cookies.get(headers, COOKIE).and_then(exact);
        Self(switched(uri).or_else(remembered).unwrap_or_else(|| accepted_language(headers)))
    }
}

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let known = parts.extensions.get::<Self>().copied();
        Ok(known.unwrap_or_else(|| Self(accepted_language(&parts.headers))))
    }
}

/// What `?lang=` asks for.
pub(super) fn switched(uri: &Uri) -> Option<Lang> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(exact)
}

/// The tag of a language.
pub(super) const fn tag(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "en",
        Lang::Fr => "fr",
    }
}

fn exact(tag: &str) -> Option<Lang> {
    match tag {
        "en" => Some(Lang::En),
        "fr" => Some(Lang::Fr),
        _ => None,
    }
}

/// The one of our languages that `Accept-Language` likes best (RFC 9110 §12.5.4); English if it says nothing of them.
#[must_use]
pub fn accepted_language(headers: &HeaderMap) -> Lang {
    let mut best = (0, Lang::En);
    for value in headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok()) {
        for range in value.split(',').take(32) {
            let mut parts = range.split(';').map(str::trim);
            let primary = parts.next().and_then(|tag| tag.split('-').next()).unwrap_or_default().to_ascii_lowercase();
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1_000), thousandths);
            if let (Some(lang), Some(weight)) = (exact(&primary), weight)
                && weight > best.0
            {
                best = (weight, lang);
            }
        }
    }
    best.1
}

/// RFC 9110 §12.4.2: `0`, `1`, or up to three digits behind the point.
fn thousandths(text: &str) -> Option<u16> {
    let weight: f32 = text.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 1000")]
    (0.0..=1.0).contains(&weight).then_some((weight * 1_000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_of_ours_wins() {
        for (header, lang) in [
            ("fr-CA,fr;q=0.9,en;q=0.8", Lang::Fr),
            ("en-CA, fr;q=0.9", Lang::En),
            ("de, en;q=0.2, fr;q=0.3", Lang::Fr),
            ("de", Lang::En),
            ("*", Lang::En),
            ("fr;q=0", Lang::En),
            ("fr;q=nonsense, en;q=0.1", Lang::En),
            ("FR", Lang::Fr),
            ("", Lang::En),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, header.parse().unwrap());
            assert_eq!(accepted_language(&headers), lang, "{header}");
        }
    }

    #[test]
    fn the_switch_wins_over_the_header() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, "en".parse().unwrap());
        headers.insert("cookie", "lang=fr".parse().unwrap());
        let cookies = Cookies::new(false);
        let of = |uri: &str| Language::of(&uri.parse().unwrap(), &headers, &cookies).0;
        assert_eq!(of("/"), Lang::Fr);
        assert_eq!(of("/?a=1&lang=en"), Lang::En);
        assert_eq!(of("/?lang=de"), Lang::Fr);
    }
}
