//! The pages on the way from a wallet to a credential: the question whether to go on, and why it cannot go on.

use askama::Template;
use axum::response::Response;
use tamarack::messages::Lang;

use crate::http::RequestId;
use crate::pages::{Layout, Words, page, sign_in_texts};

/// What a person is asked.
pub(super) struct Choice {
    /// The titles of the credentials.
    pub(super) credentials: Vec<String>,
    /// Who gets them.
    pub(super) wallet: String,
    pub(super) csrf: String,
    /// The path of the base URL.
    pub(super) base: String,
    /// The page's path, to which the form goes as well.
    pub(super) path: String,
    /// The path of the page for files, if a clerk must approve; else empty.
    pub(super) files: String,
}

#[derive(Template)]
#[template(path = "issuer/confirm.html")]
struct ConfirmPage {
    layout: Layout,
    choice: Choice,
    to: String,
}

/// Asks whether the wallet may have the credentials.
pub(super) fn confirm_page(lang: Lang, choice: Choice) -> Response {
    let words = Words(lang);
    let to = words.with("confirm-wallet", "wallet", choice.wallet.as_str());
    let mut layout = Layout::new(lang, words.get("confirm-title"), "", choice.path.as_str()).below(&choice.base);
    layout.is_issuer = true;
    page(&ConfirmPage { layout, choice, to })
}

#[derive(Template)]
#[template(path = "issuer/stopped.html")]
struct StoppedPage {
    layout: Layout,
    text: String,
    hint: String,
    back: String,
    to: String,
    code: String,
    reference: String,
}

/// Says why it cannot go on, and leads back to the wallet with its error.
pub(super) fn stopped_page(
    lang: Lang,
    (base, path): (&str, &str),
    code: &str,
    wallet: &str,
    to: &str,
    request: &RequestId,
) -> Response {
    let words = Words(lang);
    let (title, text, hint) = texts(code);
    let mut layout = Layout::new(lang, words.get(title), "", path).below(base);
    layout.is_issuer = true;
    page(&StoppedPage {
        layout,
        text: words.get(text),
        hint: hint.map(|hint| words.get(hint)).unwrap_or_default(),
        back: words.with("stopped-back", "wallet", wallet),
        to: to.to_owned(),
        code: words.with("result-code", "code", code),
        reference: words.with("problem-reference", "request", request.as_str()),
    })
}

/// Title, text and hint of a code.
fn texts(code: &str) -> (&'static str, &'static str, Option<&'static str>) {
    if let Some((title, text)) = sign_in_texts(code) {
        return (title, text, None);
    }
    let title = "stopped-title";
    match code {
        "source.sign_in" => (title, "stopped-sign-in", Some("stopped-sign-in-hint")),
        "source.nothing" => (title, "stopped-nothing", Some("stopped-nothing-hint")),
        "source.several" => (title, "stopped-several", Some("stopped-office-hint")),
        "source.unavailable" => (title, "stopped-unavailable", Some("stopped-unavailable-hint")),
        "source.value" => (title, "stopped-value", Some("stopped-office-hint")),
        _ => (title, "stopped-answer", Some("stopped-office-hint")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuer::source::SourceError;
    use crate::sign_in::SignInError;

    #[test]
    fn every_reason_has_words_of_its_own_kind() {
        for error in SourceError::ALL {
            let (_, text, hint) = texts(error.code());
            assert!(*error == SourceError::Answer || text != "stopped-answer", "{error}");
            assert!(hint.is_some(), "{error}");
        }
        for error in SignInError::ALL {
            assert!(sign_in_texts(error.code()).is_some(), "{error}");
        }
    }
}
