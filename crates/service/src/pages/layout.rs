//! What every page has around its content.

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use tamarack::messages::Lang;

use super::Words;
use super::assets::{LIVE_PATH, STYLE_PATH};
use crate::http::Problem;

/// What every page has around its content.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The texts.
    pub words: Words,
    /// The page's title, in front of the service's name.
    pub title: String,
    /// Whose page it is: the relying party, the province.
    pub service: String,
    /// The page's path, for the language switch.
    pub path: String,
    /// The path of the base URL, in front of every path of the server; empty for most.
    pub base: String,
    /// Whether the page updates itself.
    pub live: bool,
    /// Whether it is a page of an issuer, and not of a verifier.
    pub is_issuer: bool,
    /// Whether it is a page for work, with lists.
    pub is_wide: bool,
}

impl Layout {
    /// A page's surroundings.
    #[must_use]
    pub fn new(lang: Lang, title: impl Into<String>, service: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            words: Words(lang),
            title: title.into(),
            service: service.into(),
            path: path.into(),
            base: String::new(),
            live: false,
            is_issuer: false,
            is_wide: false,
        }
    }

    /// The same, of a server whose base URL has this path.
    #[must_use]
    pub fn below(mut self, base: &str) -> Self {
        base.clone_into(&mut self.base);
        self
    }

    /// Where the language switch leads: this page, in the other language.
    #[must_use]
    pub fn switched(&self) -> String {
        let mark = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{mark}lang={}", self.path, self.words.other())
    }

    /// The style sheet's path.
    #[must_use]
    pub fn style(&self) -> String {
        format!("{}{}", self.base, *STYLE_PATH)
    }

    /// The script's path.
    #[must_use]
    pub fn script(&self) -> String {
        format!("{}{}", self.base, *LIVE_PATH)
    }
}

/// Renders a page.
#[must_use]
pub fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => {
            let mut response = text.into_response();
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            response
        }
        Err(_) => Problem::internal().into_response(),
    }
}
