//! The style sheet and the one script, under names that change with what is in them.

use std::sync::LazyLock;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest as _, Sha256};
use tamarack::encoding::hex_encode;

const STYLE: &str = include_str!("../../templates/style.css");
const LIVE: &str = include_str!("../../templates/live.js");

pub(super) static STYLE_PATH: LazyLock<String> = LazyLock::new(|| named(STYLE, "css"));
pub(super) static LIVE_PATH: LazyLock<String> = LazyLock::new(|| named(LIVE, "js"));

fn named(text: &str, kind: &str) -> String {
    let hash = hex_encode(&Sha256::digest(text));
    format!("/assets/{}.{kind}", hash.get(..16).unwrap_or_default())
}

/// The routes of the style sheet and the script, below the path of the base URL. Browsers may keep them for ever: another
/// content has another name.
pub fn assets(base: &str) -> Router {
    Router::new()
        .route(&format!("{base}{}", *STYLE_PATH), get(|| async { kept(STYLE, "text/css; charset=utf-8") }))
        .route(&format!("{base}{}", *LIVE_PATH), get(|| async { kept(LIVE, "text/javascript; charset=utf-8") }))
}

fn kept(text: &'static str, kind: &'static str) -> Response {
    let mut response = text.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}
