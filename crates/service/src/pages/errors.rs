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
    text: String,
    reference: String,
}

/// Writes the page of an error in plain words, with the request's id for whoever asks for help.
#[must_use]
pub fn error_page(problem: &Problem, lang: Lang, request: &RequestId, path: &str) -> Response {
    let words = Words(lang);
    let (title, text) = match (problem.status().as_u16(), problem.code()) {
        (404 | 405, _) => ("problem-not-found", "problem-not-found-text"),
        (410, _) => ("problem-expired", "problem-expired-text"),
        (_, "forbidden.form") => ("problem-form", "problem-form-text"),
        (403, _) => ("problem-forbidden", "problem-forbidden-text"),
        (429, _) => ("problem-too-many", "problem-too-many-text"),
        (503 | 504, _) => ("problem-unavailable", "problem-unavailable-text"),
        (400..500, _) => ("problem-request", "problem-request-text"),
        _ => ("problem-title", "problem-unavailable-text"),
    };
    page(&ProblemPage {
        layout: Layout::new(lang, words.get(title), "", path),
        text: words.get(text),
        reference: words.with("problem-reference", "request", request.as_str()),
    })
}
