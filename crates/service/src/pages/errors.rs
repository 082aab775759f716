//! The page of an error.

use askama::Template;
use axum::response::Response;
use tamarack::messages::Lang;

use super::{Layout, Words, page};
use crate::http::{Problem, RequestId};

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    layout: Layout,
    start: String,
    text: String,
    reference: String,
    /// Whether there is a home page at which to start again.
    home: bool,
}

/// The operator's page, below the base.
const OFFICE: &str = "/operator";

/// Writes the page of an error in plain words, with the request's id for whoever asks for help.
#[must_use]
pub fn error_page(problem: &Problem, lang: Lang, request: &RequestId, path: &str, base: &str) -> Response {
    write(problem, lang, request, (path, base), true)
}

/// The same for a server without a home page: people come from somewhere else, such as a wallet.
#[must_use]
pub fn error_page_without_home(problem: &Problem, lang: Lang, request: &RequestId, path: &str, base: &str) -> Response {
    write(problem, lang, request, (path, base), false)
}

fn write(problem: &Problem, lang: Lang, request: &RequestId, (path, base): (&str, &str), home: bool) -> Response {
    let words = Words(lang);
    let of_status = || match (problem.status().as_u16(), problem.code()) {
        (404 | 405, _) => ("problem-not-found", "problem-not-found-text"),
        (410, _) => ("problem-expired", "problem-expired-text"),
        (_, "invalid_request_uri") => ("problem-link", "problem-link-text"),
        (_, "forbidden.form") => ("problem-form", "problem-form-text"),
        (_, "forbidden.role") => ("problem-role", "problem-role-text"),
        (_, "session_over") => ("problem-session", "problem-session-text"),
        (409, _) => ("problem-state", "problem-state-text"),
        (403, _) => ("problem-forbidden", "problem-forbidden-text"),
        (429, _) => ("problem-too-many", "problem-too-many-text"),
        (503 | 504, _) => ("problem-unavailable", "problem-unavailable-text"),
        (400..500, _) => ("problem-request", "problem-request-text"),
        _ => ("problem-title", "problem-unavailable-text"),
    };
    let (title, text) = sign_in_texts(problem.code()).unwrap_or_else(of_status);
    let office = is_office(path, base);
    let start = format!("{base}{}", if office { OFFICE } else { "/" });
    let mut layout = Layout::new(lang, words.get(title), "", path).below(base);
    // A verifier has a home page, an issuer has none but its office.
    layout.is_issuer = !home || office;
    page(&ProblemPage {
        layout,
        start,
        text: words.get(text),
        reference: words.with("problem-reference", "request", request.as_str()),
        home: home || office,
    })
}

/// Title and text for a sign-in that failed, by its code.
pub(crate) fn sign_in_texts(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code.strip_prefix("sign_in.")? {
        "unavailable" | "store" => ("problem-sign-in", "problem-sign-in-unavailable"),
        "over" => ("problem-sign-in-over", "problem-sign-in-over-text"),
        "browser" => ("problem-sign-in", "problem-sign-in-browser"),
        "declined" => ("problem-sign-in", "problem-sign-in-declined"),
        "level" => ("problem-sign-in-level", "problem-sign-in-level-text"),
        "stale" => ("problem-sign-in", "problem-sign-in-stale"),
        _ => ("problem-sign-in", "problem-sign-in-failed"),
    })
}

/// Whether a page is one of the operator's, for whom it is where to begin anew.
fn is_office(path: &str, base: &str) -> bool {
    let own = path.strip_prefix(base).and_then(|path| path.strip_prefix(OFFICE));
    own.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::is_office;

    #[test]
    fn an_operators_page_is_below_the_base() {
        for (path, base, is) in [
            ("/operator", "", true),
            ("/operator/log", "", true),
            ("/operators", "", false),
            ("/x", "", false),
            ("/gov/operator/log", "/gov", true),
            ("/operator/operator/log", "/operator", true),
            ("/operator/none", "/operator", false),
            ("/operators/operator", "/operators", true),
            ("/operator", "/gov", false),
        ] {
            assert_eq!(is_office(path, base), is, "{path} {base}");
        }
    }
}
