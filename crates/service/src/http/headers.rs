//! Headers that keep browsers from doing harm with what we send.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, STRICT_TRANSPORT_SECURITY};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Nothing from elsewhere, nothing inline, no frame, forms to ourselves alone.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      font-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const ALWAYS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    // What a page's address holds is nobody else's business.
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("x-frame-options", "DENY"),
];

/// Puts the headers into an answer. One that the route set itself stays.
pub(super) fn secure(headers: &mut HeaderMap, https: bool) {
    for (name, value) in ALWAYS {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    if https {
        let two_years = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        headers.entry(STRICT_TRANSPORT_SECURITY).or_insert(two_years);
    }
    // What may be kept says so; everything else may be about one person.
    headers.entry(CACHE_CONTROL).or_insert(no_store());
}

/// The policy of a page whose form's answer sends the browser to this URI as well, which browsers that hold a form's policy
/// against redirects would not let happen.
#[must_use]
pub fn form_target_policy(uri: &str) -> Option<HeaderValue> {
    let url = url::Url::parse(uri).ok()?;
    let target = match url.scheme() {
        "https" | "http" => url.origin().ascii_serialization(),
        scheme => format!("{scheme}:"),
    };
    HeaderValue::try_from(POLICY.replace("form-action 'self'", &format!("form-action 'self' {target}"))).ok()
}

/// `Cache-Control: no-store`, which every answer has that says nothing else.
#[must_use]
pub const fn no_store() -> HeaderValue {
    HeaderValue::from_static("no-store")
}
