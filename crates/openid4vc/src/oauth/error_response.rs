//! How a refusal looks on the wire: JSON at the token, PAR and credential endpoints, a challenge where an access token is
//! missing or wrong, and a redirect at the authorization endpoint.

use super::access::NOTHING_SHOWN;
use super::form::Form;
use super::token::TokenType;
use crate::members::Builder;
use crate::{Refusal, RefusalCode};

/// An answer that says no. It must not be cached; [`Self::headers`] says so too.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ErrorResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers beside `Content-Type: application/json`.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON text; empty for none.
    pub body: String,
}

/// Nonces that go with an answer, if the server gives them.
#[derive(Clone, Copy, Default, Debug)]
pub struct FreshNonces<'n> {
    /// For DPoP proofs (`DPoP-Nonce`).
    pub dpop: Option<&'n str>,
    /// For client attestations (`OAuth-Client-Attestation-Challenge`).
    pub attestation: Option<&'n str>,
}

/// A refusal at the token endpoint, the PAR endpoint or the endpoints of OpenID4VCI, where it is not about the access token
/// (RFC 6749 §5.2, OpenID4VCI §8.3.1.2).
#[must_use]
pub fn json(refusal: &Refusal, nonces: FreshNonces<'_>) -> ErrorResponse {
    let code = refusal.code();
    let mut headers = fresh(nonces);
    if code == RefusalCode::TemporarilyUnavailable {
        headers.push(("Retry-After", "5".to_owned()));
    }
    ErrorResponse { status: code.http_status(), headers, body: body(refusal) }
}

/// A refusal at a protected endpoint: what is about the access token or its DPoP proof is a challenge with status 401 or 403
/// (RFC 6750 §3, RFC 9449 §7.1, §9); everything else as [`json`].
#[must_use]
pub fn protected(refusal: &Refusal, nonces: FreshNonces<'_>) -> ErrorResponse {
    let code = refusal.code();
    let scheme = match code {
        RefusalCode::InvalidToken | RefusalCode::InsufficientScope => None,
        RefusalCode::InvalidDpopProof | RefusalCode::UseDpopNonce => Some(TokenType::Dpop),
        _ => return json(refusal, nonces),
    };
    let status = if code == RefusalCode::InsufficientScope { 403 } else { 401 };
    let mut headers = fresh(nonces);
    let algorithms = super::dpop::ALGORITHMS.join(" ");
    if code == RefusalCode::InvalidToken && refusal.about() == NOTHING_SHOWN {
        // RFC 6750 §3.1: no error code and no other information about an error.
        headers.push(("WWW-Authenticate", "Bearer".to_owned()));
        headers.push(("WWW-Authenticate", format!("DPoP algs=\"{algorithms}\"")));
        return ErrorResponse { status, headers, body: String::new() };
    }
    let error = format!("error=\"{}\", error_description=\"{}\"", code.as_str(), printable(refusal.about()));
    if scheme.is_none() {
        headers.push(("WWW-Authenticate", format!("Bearer {error}")));
    }
    headers.push(("WWW-Authenticate", format!("DPoP {error}, algs=\"{algorithms}\"")));
    ErrorResponse { status, headers, body: body(refusal) }
}

/// Where to send the browser with a refusal of an authorization request whose redirect URI has been checked (RFC 6749
/// §4.1.2.1, RFC 9207). `issuer` is the authorization server's identifier.
#[must_use]
pub fn redirect(refusal: &Refusal, redirect_uri: &str, state: Option<&str>, issuer: &str) -> String {
    Form::default()
        .with("error", Some(refusal.code().as_str()))
        .with("error_description", Some(printable(refusal.about())))
        .with("state", state)
        .with("iss", Some(issuer))
        .on_url(redirect_uri)
}

fn body(refusal: &Refusal) -> String {
    Builder::default()
        .set("error", Some(refusal.code().as_str()))
        .set("error_description", Some(printable(refusal.about())))
        .json()
}

/// RFC 6749 §5.2: `%x20-21 / %x23-5B / %x5D-7E`.
fn printable(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\u{20}'..='\u{21}' | '\u{23}'..='\u{5b}' | '\u{5d}'..='\u{7e}')).collect()
}

fn fresh(nonces: FreshNonces<'_>) -> Vec<(&'static str, String)> {
    let mut headers = vec![("Cache-Control", "no-store".to_owned())];
    headers.extend(nonces.dpop.map(|nonce| ("DPoP-Nonce", nonce.to_owned())));
    headers.extend(nonces.attestation.map(|nonce| ("OAuth-Client-Attestation-Challenge", nonce.to_owned())));
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_refusal() {
        let plain = json(&Refusal::new(RefusalCode::InvalidGrant, "tx_code"), FreshNonces::default());
        assert_eq!(
            (plain.status, plain.body.as_str()),
            (400, r#"{"error":"invalid_grant","error_description":"tx_code"}"#)
        );
        let nonces = FreshNonces { dpop: Some("n"), attestation: None };
        let stale = Refusal::new(RefusalCode::UseDpopNonce, "nonce");
        assert_eq!(json(&stale, nonces).status, 400);
        let at_resource = protected(&stale, nonces);
        assert_eq!(at_resource.status, 401);
        assert!(at_resource.headers.contains(&("DPoP-Nonce", "n".to_owned())));
        assert!(at_resource.headers.iter().any(|(name, value)| {
            *name == "WWW-Authenticate" && value.starts_with("DPoP error=\"use_dpop_nonce\"")
        }));
        let challenges = |headers: &[&str]| {
            let refusal = super::super::access::Presented::parse(headers).unwrap_err();
            let answer = protected(&refusal, FreshNonces::default());
            let challenges = answer.headers.into_iter().filter(|(name, _)| *name == "WWW-Authenticate");
            (answer.status, answer.body, challenges.map(|(_, value)| value).collect::<Vec<_>>())
        };
        // RFC 6750 §3.1: who shows nothing is told what is wanted, and of no error.
        let (status, body, shown_nothing) = challenges(&[]);
        assert_eq!((status, body.as_str(), shown_nothing[0].as_str()), (401, "", "Bearer"));
        assert!(shown_nothing.iter().all(|challenge| !challenge.contains("error")), "{shown_nothing:?}");
        let (status, body, wrong) = challenges(&["Basic Og=="]);
        assert!(
            status == 401 && body.contains("invalid_token") && wrong[0].starts_with("Bearer error=\"invalid_token\"")
        );
        let scope = protected(&Refusal::new(RefusalCode::InsufficientScope, "x"), FreshNonces::default());
        assert_eq!(scope.status, 403);
        let at = redirect(
            &Refusal::new(RefusalCode::AccessDenied, "no"),
            "https://w.example/cb",
            Some("a b"),
            "https://s.example",
        );
        assert_eq!(
            at,
            "https://w.example/cb?error=access_denied&error_description=no&state=a+b&iss=https%3A%2F%2Fs.example"
        );
        for code in RefusalCode::ALL {
            assert_eq!(RefusalCode::from_wire(code.as_str()), Some(*code));
        }
    }
}
