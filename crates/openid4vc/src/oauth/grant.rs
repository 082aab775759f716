//! Grants, as the issuer's store keeps them: pre-authorized codes, authorization codes and refresh tokens.
//!
//! The functions here decide; the store makes single use atomic. For a pre-authorized code with a transaction code that is:
//! 1. find the row by [`Digest::of`] the code, and if [`PreAuthorizedCode::needs_try`], take one try from it in one
//!    conditional statement (`… SET tries_left = tries_left - 1 WHERE code = ? AND tries_left > 0 AND NOT used`), so that
//!    parallel guesses cannot share a try; no row changed: [`unknown`];
//! 2. [`PreAuthorizedCode::check`];
//! 3. mark it used in one conditional statement (`… SET used = true WHERE code = ? AND NOT used`); no row changed: [`unknown`];
//! 4. store what [`super::access::issue`] gives, and answer.
//!
//! Authorization codes and refresh tokens need steps 2 to 4. Steps 3 and 4 belong into one transaction.

use tamarack::{Randomness, Timestamp};

use super::details::CredentialDetail;
use super::pkce::Challenge;
use super::secret::{Digest, Secret};
use super::token::{GrantRequest, TokenRequest};
use crate::vci::claims::ClaimDescription;
use crate::vci::metadata::IssuerMetadata;
use crate::{Refusal, RefusalCode, Result, limits};

/// Who makes a request, as far as its headers and parameters have shown.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Presenter {
    /// The client: proved by an attestation, or claimed by a public client.
    pub client_id: Option<String>,
    /// The thumbprint of the key of the client's attestation.
    pub instance: Option<String>,
    /// The thumbprint of the key of its DPoP proof.
    pub jkt: Option<String>,
}

/// One credential that may be issued.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Granted {
    /// The credential configuration.
    pub configuration: String,
    /// The credential datasets; empty if the wallet asks by the configuration's identifier (OpenID4VCI §8.2).
    pub identifiers: Vec<String>,
    /// The claims that the wallet wants, if it said so (OpenID4VCI Appendix B.1). One that is mandatory must be in the
    /// credential, or the wallet will not take it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ClaimDescription>,
}

impl Granted {
    /// A configuration, to be asked for by its identifier.
    #[must_use]
    pub fn configuration(id: impl Into<String>) -> Self {
        Self { configuration: id.into(), identifiers: Vec::new(), claims: Vec::new() }
    }
}

/// What was authorized, by whichever grant.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Authorization {
    /// What may be issued.
    pub granted: Vec<Granted>,
    /// The issuer's own reference to whom it is about (a row, a session). Never sent.
    pub subject: String,
}

/// A grant that holds, narrowed to what the token request asks for.
#[derive(Clone, PartialEq, Debug)]
pub struct Redeemed {
    /// What may be issued.
    pub authorization: Authorization,
    /// Whether the answer must carry `authorization_details`.
    pub with_details: bool,
    /// Whether a code was presented by a client that did not name itself.
    pub anonymous: bool,
    /// What everything that follows from one authorization has in common, so that it can be revoked together.
    pub family: Digest,
}

/// The refusal for a code or refresh token of which the store has no row.
#[must_use]
pub const fn unknown() -> Refusal {
    Refusal::new(RefusalCode::InvalidGrant, "an unknown grant")
}

/// A pre-authorized code in the store (OpenID4VCI §3.5).
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct PreAuthorizedCode {
    /// The code.
    pub code: Digest,
    /// The transaction code.
    pub tx_code: Option<Digest>,
    /// How many transaction codes may still be tried.
    pub tries_left: u8,
    /// Whether it was used.
    pub used: bool,
    /// Until when it is good.
    pub expires: Timestamp,
    /// The client to which it was given, if that is known.
    pub client_id: Option<String>,
    /// What it authorizes.
    pub authorization: Authorization,
}

impl PreAuthorizedCode {
    /// Draws a code for an offer, good for `seconds`. The transaction code goes to the person by another way.
    ///
    /// # Errors
    /// [`RefusalCode::ServerError`] if there is no randomness.
    pub fn issue(
        authorization: Authorization,
        tx_code: Option<&str>,
        seconds: i64,
        now: Timestamp,
        rng: &mut dyn Randomness,
    ) -> Result<(Secret, Self)> {
        let code = Secret::draw(rng).map_err(Refusal::internal)?;
        let record = Self {
            code: code.digest(),
            tx_code: tx_code.map(|tx_code| Digest::of_short(tx_code, code.expose())),
            tries_left: limits::TX_CODE_TRIES,
            used: false,
            expires: now.plus_seconds(seconds),
            client_id: None,
            authorization,
        };
        Ok((code, record))
    }

    /// Whether a request must take a try first: see the module's text.
    #[must_use]
    pub const fn needs_try(&self, request: &TokenRequest) -> bool {
        self.tx_code.is_some() && matches!(&request.grant, GrantRequest::PreAuthorized { tx_code: Some(_), .. })
    }

    /// Decides whether a token request may redeem the code. `self` is the row as it was before a try was taken from it, so
    /// that one without tries is refused.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidGrant`] for a code that is expired, used, locked, another one or another client's, and for a
    /// wrong transaction code; [`RefusalCode::InvalidRequest`] for one that is missing or not asked for;
    /// [`RefusalCode::InvalidClient`] for a client that does not name itself where it must (OpenID4VCI §6.3);
    /// [`RefusalCode::InvalidAuthorizationDetails`] and [`RefusalCode::InvalidScope`] for more than was granted.
    pub fn check(
        &self,
        request: &TokenRequest,
        presenter: &Presenter,
        anonymous_allowed: bool,
        metadata: &IssuerMetadata,
        now: Timestamp,
    ) -> Result<Redeemed> {
        let GrantRequest::PreAuthorized { code, tx_code } = &request.grant else { return Err(unknown()) };
        if presenter.client_id.is_none() && !anonymous_allowed {
            return Err(Refusal::new(RefusalCode::InvalidClient, "client_id"));
        }
        if code.digest() != self.code {
            return Err(unknown());
        }
        if self.used || self.tx_code.is_some() && self.tries_left == 0 {
            return Err(Refusal::new(RefusalCode::InvalidGrant, "a used or locked code"));
        }
        if self.expires <= now {
            return Err(Refusal::new(RefusalCode::InvalidGrant, "an expired code"));
        }
        if self.client_id.is_some() && self.client_id != presenter.client_id {
            return Err(Refusal::new(RefusalCode::InvalidGrant, "client_id"));
        }
        match (&self.tx_code, tx_code) {
            (None, None) => {}
            (Some(_), None) | (None, Some(_)) => return Err(Refusal::new(RefusalCode::InvalidRequest, "tx_code")),
            (Some(expected), Some(given)) => {
                if *expected != Digest::of_short(given.expose(), code.expose()) {
                    return Err(Refusal::new(RefusalCode::InvalidGrant, "tx_code"));
                }
            }
        }
        let (authorization, with_details) = narrow(&self.authorization, false, request, metadata)?;
        Ok(Redeemed { authorization, with_details, anonymous: presenter.client_id.is_none(), family: self.code })
    }
}

/// An authorization code in the store (RFC 6749 §4.1).
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct AuthorizationCode {
    /// The code.
    pub code: Digest,
    /// Whether it was used. If it is presented again, everything of its family is to be revoked (RFC 6749 §4.1.2).
    pub used: bool,
    /// Until when it is good.
    pub expires: Timestamp,
    /// Who asked: the client, and the keys to which the code is bound.
    pub presenter: Presenter,
    /// The redirect URI of the request.
    pub redirect_uri: String,
    /// The challenge of PKCE.
    pub challenge: Challenge,
    /// Whether the request used `authorization_details`.
    pub with_details: bool,
    /// What it authorizes.
    pub authorization: Authorization,
}

impl AuthorizationCode {
    /// Decides whether a token request may redeem the code.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidGrant`] for a code that is expired, used, another one, another client's, bound to another key,
    /// for another redirect URI, and for a wrong verifier; [`RefusalCode::InvalidRequest`] for a missing verifier;
    /// [`RefusalCode::InvalidAuthorizationDetails`] and [`RefusalCode::InvalidScope`] for more than was granted.
    pub fn check(
        &self,
        request: &TokenRequest,
        presenter: &Presenter,
        metadata: &IssuerMetadata,
        now: Timestamp,
    ) -> Result<Redeemed> {
        let refuse = |about| Err(Refusal::new(RefusalCode::InvalidGrant, about));
        let GrantRequest::AuthorizationCode { code, redirect_uri, code_verifier } = &request.grant else {
            return Err(unknown());
        };
        if code.digest() != self.code {
            return Err(unknown());
        }
        if self.used {
            return refuse("a used code");
        }
        if self.expires <= now {
            return refuse("an expired code");
        }
        if self.presenter.client_id != presenter.client_id {
            return refuse("client_id");
        }
        // RFC 9449 §10; attestation-based client authentication, "Binding of OAuth protocol artifacts".
        if self.presenter.jkt.is_some() && self.presenter.jkt != presenter.jkt {
            return refuse("the key of the DPoP proof");
        }
        if self.presenter.instance.is_some() && self.presenter.instance != presenter.instance {
            return refuse("the key of the client attestation");
        }
        if redirect_uri.as_ref() != Some(&self.redirect_uri) {
            return refuse("redirect_uri");
        }
        let verifier = code_verifier.as_ref().ok_or(Refusal::new(RefusalCode::InvalidRequest, "code_verifier"))?;
        self.challenge.check(verifier.expose())?;
        let (authorization, with_details) = narrow(&self.authorization, self.with_details, request, metadata)?;
        Ok(Redeemed { authorization, with_details, anonymous: false, family: self.code })
    }
}

/// A refresh token in the store (RFC 6749 §6). It is used once: the answer has the next one.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct RefreshToken {
    /// The token.
    pub token: Digest,
    /// Whether it was used. If it is presented again, everything of its family is to be revoked (RFC 9700 §4.14.2).
    pub used: bool,
    /// Until when it is good.
    pub expires: Timestamp,
    /// To whom it was given: the client, and the keys to which it is bound.
    pub presenter: Presenter,
    /// Whether answers carry `authorization_details`.
    pub with_details: bool,
    /// What it authorizes.
    pub authorization: Authorization,
    /// The family.
    pub family: Digest,
}

impl RefreshToken {
    /// Decides whether a token request may use the token.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidGrant`] for a token that is expired, used, another one, another client's or bound to another
    /// key; [`RefusalCode::InvalidAuthorizationDetails`] and [`RefusalCode::InvalidScope`] for more than was granted.
    pub fn check(
        &self,
        request: &TokenRequest,
        presenter: &Presenter,
        metadata: &IssuerMetadata,
        now: Timestamp,
    ) -> Result<Redeemed> {
        let refuse = |about| Err(Refusal::new(RefusalCode::InvalidGrant, about));
        let GrantRequest::Refresh { token } = &request.grant else { return Err(unknown()) };
        if token.digest() != self.token {
            return Err(unknown());
        }
        if self.used {
            return refuse("a used refresh token");
        }
        if self.expires <= now {
            return refuse("an expired refresh token");
        }
        if self.presenter.client_id != presenter.client_id {
            return refuse("client_id");
        }
        // RFC 9449 §5: a public client's token is bound to its key; an attested client's to the key of its attestation.
        if self.presenter.instance != presenter.instance {
            return refuse("the key of the client attestation");
        }
        if self.presenter.instance.is_none() && self.presenter.jkt != presenter.jkt {
            return refuse("the key of the DPoP proof");
        }
        let (authorization, with_details) = narrow(&self.authorization, self.with_details, request, metadata)?;
        Ok(Redeemed { authorization, with_details, anonymous: presenter.client_id.is_none(), family: self.family })
    }
}

/// What a token request asks for, out of what was granted (OpenID4VCI §6.1.1); and whether the answer has details.
fn narrow(
    authorization: &Authorization,
    with_details: bool,
    request: &TokenRequest,
    metadata: &IssuerMetadata,
) -> Result<(Authorization, bool)> {
    check_locations(&request.details, metadata)?;
    if request.resources.iter().any(|resource| *resource != metadata.credential_issuer) {
        return Err(Refusal::new(RefusalCode::InvalidTarget, "resource"));
    }
    let mut wanted: Vec<&str> = request.details.iter().map(|detail| detail.configuration.as_str()).collect();
    let granted = |id: &str| authorization.granted.iter().any(|granted| granted.configuration == id);
    if !wanted.iter().all(|id| granted(id)) {
        return Err(Refusal::new(RefusalCode::InvalidAuthorizationDetails, "credential_configuration_id"));
    }
    for scope in &request.scope {
        // An unknown scope value is ignored (§5.1.2); a known one that was not granted is too much (RFC 6749 §6).
        let of_scope: Vec<&str> = metadata.of_scope(scope).collect();
        if !of_scope.is_empty() && !of_scope.iter().any(|id| granted(id)) {
            return Err(Refusal::new(RefusalCode::InvalidScope, "scope"));
        }
        wanted.extend(of_scope.into_iter().filter(|id| granted(id)));
    }
    let with_details = with_details || !request.details.is_empty();
    let chosen = |one: &&Granted| wanted.is_empty() || wanted.contains(&one.configuration.as_str());
    let granted = authorization.granted.iter().filter(chosen).cloned().map(|mut granted| {
        // §6.2: details in the answer name at least one dataset.
        if with_details && granted.identifiers.is_empty() {
            granted.identifiers.push(granted.configuration.clone());
        }
        // What the token request says of the claims goes before what the authorization request said.
        let detail = request.details.iter().find(|detail| detail.configuration == granted.configuration);
        if let Some(detail) = detail.filter(|detail| !detail.claims.is_empty()) {
            granted.claims = detail.claims.clone();
        }
        granted
    });
    Ok((Authorization { granted: granted.collect(), subject: authorization.subject.clone() }, with_details))
}

/// §5.1.1, §6.1: where an authorization server serves several issuers, the details name the one.
pub(super) fn check_locations(details: &[CredentialDetail], metadata: &IssuerMetadata) -> Result<()> {
    let ours = |location: &String| *location == metadata.credential_issuer;
    let holds = |detail: &CredentialDetail| {
        detail.locations.iter().all(ours) && (metadata.authorization_servers.is_empty() || !detail.locations.is_empty())
    };
    if details.iter().all(holds) {
        Ok(())
    } else {
        Err(Refusal::new(RefusalCode::InvalidAuthorizationDetails, "locations"))
    }
}
