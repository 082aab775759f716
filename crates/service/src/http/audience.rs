//! For whom a route is: people, programs, or programs that run in any page of the web. The one place that says so.
//!
//! A route that is not named here is for programs: its errors are JSON, and pages of other sites cannot read what it says.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};

/// For whom a route is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Audience {
    /// People: errors are pages where the browser asks for one. No other site's script may read what is there.
    People,
    /// Programs: errors are JSON, whatever `Accept` says.
    Programs,
    /// Programs, also those that run in a page of another site: wallets and relying parties in a browser. Nothing there
    /// follows from a cookie, so that such a page learns nothing that it could not have asked for from anywhere.
    Everywhere,
}

/// Routes with pages, below the base URL's path.
const PAGES: [&str; 11] = [
    // Of a verifier.
    "/",
    "/ask/{name}",
    "/r/{id}",
    "/back/{handle}",
    "/oidc/authorize",
    // Of an issuer; those of its operator are below `/operator`.
    "/authorize",
    "/sign-in/{provider}/callback",
    "/confirm/{ticket}",
    "/stopped/{ticket}",
    "/apply/{id}",
    "/operator",
];

/// Routes that any page's script may use, below the base URL's path.
const EVERYWHERE: [&str; 25] = [
    // What a wallet asks of an issuer (OpenID4VCI, RFC 9126).
    "/token",
    "/par",
    "/nonce",
    "/challenge",
    "/credential",
    "/deferred_credential",
    "/notification",
    "/offers/{id}",
    // What anybody may read of it: metadata, keys, types, and by a path of its choice DID document and status lists.
    "/jwks",
    "/types/{name}/schema",
    "/types/{name}/metadata",
    "/{*path}",
    "/.well-known/openid-credential-issuer",
    "/.well-known/oauth-authorization-server",
    "/.well-known/jwt-vc-issuer",
    // What a wallet asks of a verifier (OpenID4VP §5.10, §8.2).
    "/w/{handle}",
    "/w/{handle}/here",
    "/w/{handle}/response",
    "/.well-known/did.json",
    "/did.json",
    // What a relying party asks of the OpenID Connect bridge, but for the authorization endpoint.
    "/.well-known/openid-configuration",
    "/oidc/jwks",
    "/oidc/token",
    "/oidc/userinfo",
    // DID Resolution §10.1: "anybody can perform the process".
    "/1.0/identifiers/{*did}",
];

impl Audience {
    /// Of the route with this pattern; `none` for a path without one. `base` is the path of the base URL.
    pub(super) fn of(route: &str, base: &str) -> Self {
        let below = match route.strip_prefix(base) {
            Some("") => "/",
            Some(below) if below.starts_with('/') => below,
            // RFC 8414 §3.1: metadata stand between host and path.
            _ => route.strip_suffix(base).unwrap_or(route),
        };
        // Whoever mistypes an address is a person.
        if route == "none" || PAGES.contains(&below) || below.starts_with("/operator/") {
            Self::People
        } else if EVERYWHERE.contains(&below) {
            Self::Everywhere
        } else {
            Self::Programs
        }
    }

    /// Whether an error with this status is a page for who asks for one. What stands nowhere was mistyped.
    pub(super) fn has_page(self, status: StatusCode, route: &str) -> bool {
        self == Self::People || (status == StatusCode::NOT_FOUND && route.ends_with("/{*path}"))
    }

    /// The answer to a browser that asks whether a page may send a request (Fetch §3.2.2, "CORS-preflight request").
    pub(super) fn preflight(self, method: &Method, headers: &HeaderMap) -> Option<Response> {
        let asks = method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        (asks && self == Self::Everywhere).then(|| {
            let mut response = StatusCode::NO_CONTENT.into_response();
            let headers = response.headers_mut();
            for (name, value) in [
                (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
                (ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS),
                (ACCESS_CONTROL_MAX_AGE, "7200"),
            ] {
                headers.insert(name, HeaderValue::from_static(value));
            }
            response
        })
    }

    /// Says to browsers which pages may read an answer. Never with credentials: a cookie opens nothing to another site.
    pub(super) fn tell(self, headers: &mut HeaderMap) {
        if self == Self::Everywhere {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(ANSWER_HEADERS));
            let name = HeaderName::from_static("cross-origin-resource-policy");
            headers.insert(name, HeaderValue::from_static("cross-origin"));
        }
    }
}

/// What a page's script may send. `*` would leave `Authorization` out.
const REQUEST_HEADERS: &str =
    "Authorization, Content-Type, Accept, DPoP, OAuth-Client-Attestation, OAuth-Client-Attestation-PoP";
/// What a page's script may read beside the body.
const ANSWER_HEADERS: &str = "DPoP-Nonce, WWW-Authenticate, OAuth-Client-Attestation-Challenge, Retry-After";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_the_base_url_does_not_count() {
        for (route, base, audience) in [
            ("/token", "", Audience::Everywhere),
            ("/tenant/token", "/tenant", Audience::Everywhere),
            ("/tenant", "/tenant", Audience::People),
            ("/tenant/", "/tenant", Audience::People),
            ("/", "", Audience::People),
            ("/tenantry/token", "/tenant", Audience::Programs),
            ("/.well-known/openid-credential-issuer/tenant", "/tenant", Audience::Everywhere),
            ("/.well-known/openid-credential-issuer", "", Audience::Everywhere),
            ("/tenant/operator/log", "/tenant", Audience::People),
            ("/operators", "", Audience::Programs),
            ("/authorize", "", Audience::People),
            ("/requests", "", Audience::Programs),
            ("none", "/tenant", Audience::People),
        ] {
            assert_eq!(Audience::of(route, base), audience, "{route} below {base:?}");
        }
    }
}
