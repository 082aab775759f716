//! Access tokens: made at the token endpoint, checked at the credential, deferred and notification endpoints.

use tamarack::json::Object;
use tamarack::{Randomness, Timestamp};

use super::details::CredentialDetail;
use super::dpop::DpopProof;
use super::grant::{Authorization, Granted, Presenter, Redeemed, RefreshToken};
use super::secret::{Digest, Secret};
use super::token::{TokenResponse, TokenType};
use crate::{Refusal, RefusalCode, Result, limits};

/// How tokens are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TokenRules {
    /// Whether a token must be bound to a key by DPoP.
    pub dpop_required: bool,
    /// Seconds that a token is good for that anybody may use who has it; at most [`limits::BEARER_SECONDS`] count.
    pub bearer_seconds: i64,
    /// Seconds that a token is good for that is bound to a key.
    pub bound_seconds: i64,
    /// Seconds that a refresh token is good for; `None` for no refresh tokens.
    pub refresh_seconds: Option<i64>,
    /// Whether a refresh token is given also to a wallet that is bound to no key: for credentials that take longer than
    /// [`limits::BEARER_SECONDS`]. It is good once, and if it comes again, all that followed from it ends (RFC 9700 §2.2.2,
    /// §4.14.2).
    pub refresh_unbound: bool,
}

impl Default for TokenRules {
    fn default() -> Self {
        Self {
            dpop_required: false,
            bearer_seconds: limits::BEARER_SECONDS,
            bound_seconds: limits::BOUND_SECONDS,
            refresh_seconds: None,
            refresh_unbound: false,
        }
    }
}

/// An access token in the store.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct AccessToken {
    /// The token.
    pub token: Digest,
    /// How it is used.
    pub token_type: TokenType,
    /// Until when it is good.
    pub expires: Timestamp,
    /// To whom it was given; with `jkt`, to which key it is bound.
    pub presenter: Presenter,
    /// Whether it came from a pre-authorized code of a client that did not name itself.
    pub anonymous: bool,
    /// What it authorizes.
    pub authorization: Authorization,
    /// What everything that follows from one authorization has in common.
    pub family: Digest,
}

/// What a token endpoint answers, and what it stores.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The answer.
    pub response: TokenResponse,
    /// The row of the access token.
    pub access: AccessToken,
    /// The row of the refresh token.
    pub refresh: Option<RefreshToken>,
}

/// Makes the tokens for a grant that holds.
///
/// A refresh token is given to whoever can be held to a key, by DPoP or by an attestation; to others only if the rules say so.
///
/// # Errors
/// [`RefusalCode::InvalidDpopProof`] if a binding is required and there was no proof; [`RefusalCode::ServerError`] if there
/// is no randomness.
pub fn issue(
    redeemed: Redeemed,
    presenter: &Presenter,
    rules: TokenRules,
    now: Timestamp,
    rng: &mut dyn Randomness,
) -> Result<Issued> {
    if rules.dpop_required && presenter.jkt.is_none() {
        return Err(Refusal::new(RefusalCode::InvalidDpopProof, "the DPoP header"));
    }
    let (token_type, seconds) = match presenter.jkt {
        Some(_) => (TokenType::Dpop, rules.bound_seconds),
        // OpenID4VCI §13.10: what lives longer than five minutes must be bound.
        None => (TokenType::Bearer, rules.bearer_seconds.min(limits::BEARER_SECONDS)),
    };
    let Redeemed { authorization, with_details, anonymous, family } = redeemed;
    let access_token = Secret::draw(rng).map_err(Refusal::internal)?;
    let bound = presenter.jkt.is_some() || presenter.instance.is_some() || rules.refresh_unbound;
    let refresh = match rules.refresh_seconds.filter(|_| bound) {
        None => None,
        Some(seconds) => Some((Secret::draw(rng).map_err(Refusal::internal)?, seconds)),
    };
    let details = if with_details { authorization.granted.iter().map(detail).collect() } else { Vec::new() };
    let response = TokenResponse {
        access_token: access_token.clone(),
        token_type,
        expires_in: Some(seconds),
        refresh_token: refresh.as_ref().map(|(token, _)| token.clone()),
        scope: None,
        details,
        other: Object::new(),
    };
    let refresh = refresh.map(|(token, seconds)| RefreshToken {
        token: token.digest(),
        used: false,
        expires: now.plus_seconds(seconds),
        presenter: presenter.clone(),
        with_details,
        authorization: authorization.clone(),
        family,
    });
    let access = AccessToken {
        token: access_token.digest(),
        token_type,
        expires: now.plus_seconds(seconds),
        presenter: presenter.clone(),
        anonymous,
        authorization,
        family,
    };
    Ok(Issued { response, access, refresh })
}

fn detail(granted: &Granted) -> CredentialDetail {
    CredentialDetail {
        identifiers: granted.identifiers.clone(),
        claims: granted.claims.clone(),
        ..CredentialDetail::of(granted.configuration.clone())
    }
}

/// The access token of a request.
#[derive(Clone, Debug)]
pub struct Presented {
    /// The scheme with which it came.
    pub token_type: TokenType,
    /// The token.
    pub token: Secret,
}

impl Presented {
    /// Reads the `Authorization` headers of a request: there must be exactly one (RFC 6750 §2.1, RFC 9449 §7.1).
    ///
    /// # Errors
    /// [`RefusalCode::InvalidToken`]; [`RefusalCode::InvalidRequest`] for more than one.
    pub fn parse(headers: &[&str]) -> Result<Self> {
        let refuse = || Refusal::new(RefusalCode::InvalidToken, "the Authorization header");
        let header = match headers {
            [] => return Err(Refusal::new(RefusalCode::InvalidToken, NOTHING_SHOWN)),
            [header] => header,
            // RFC 6750 §3.1: an access token that is shown in more than one way.
            _ => return Err(Refusal::new(RefusalCode::InvalidRequest, "the Authorization header")),
        };
        let (scheme, token) = header.trim().split_once(' ').ok_or_else(refuse)?;
        let token_type = match scheme {
            scheme if scheme.eq_ignore_ascii_case("bearer") => TokenType::Bearer,
            scheme if scheme.eq_ignore_ascii_case("dpop") => TokenType::Dpop,
            _ => return Err(refuse()),
        };
        let token = token.trim_start();
        let token68 = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        if token.is_empty() || token.len() > limits::IDENTIFIER_BYTES || !token.bytes().all(token68) {
            return Err(refuse());
        }
        Ok(Self { token_type, token: Secret::of(token) })
    }
}

/// What the refusal of a request without any access token is about: no error, but a hint at what is wanted (RFC 6750 §3.1).
pub(crate) const NOTHING_SHOWN: &str = "no access token";

/// The refusal for an access token of which the store has no row.
#[must_use]
pub const fn unknown() -> Refusal {
    Refusal::new(RefusalCode::InvalidToken, "an unknown access token")
}

impl AccessToken {
    /// Whether the token may be used: `proof` is the request's DPoP proof, checked with the token's hash.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidToken`] for a token that is expired, or bound to another key, or used in another way than it
    /// was given (RFC 9449 §7.1, §7.2); [`RefusalCode::InvalidDpopProof`] if the proof is missing.
    pub fn check(&self, presented: &Presented, proof: Option<&DpopProof>, now: Timestamp) -> Result<()> {
        let refuse = |about| Err(Refusal::new(RefusalCode::InvalidToken, about));
        if presented.token.digest() != self.token {
            return Err(unknown());
        }
        if self.expires <= now {
            return refuse("an expired access token");
        }
        if presented.token_type != self.token_type {
            return refuse("the scheme of the Authorization header");
        }
        match (&self.presenter.jkt, proof) {
            (None, _) => Ok(()),
            (Some(_), None) => Err(Refusal::new(RefusalCode::InvalidDpopProof, "the DPoP header")),
            (Some(jkt), Some(proof)) if *jkt == proof.jkt => Ok(()),
            (Some(_), Some(_)) => refuse("the key of the DPoP proof"),
        }
    }
}
