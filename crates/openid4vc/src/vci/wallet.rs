//! The wallet's side of issuing: which way to go, what to send, and what not to take.

use tamarack::json::Value;
use tamarack::{Fault, Randomness};

use super::configuration::{CredentialConfiguration, Format};
use super::credential::{CredentialResponse, Wanted};
use super::metadata::IssuerMetadata;
use super::offer::{CredentialOffer, InputMode, TxCode};
use crate::oauth::authorization::AuthorizationRequest;
use crate::oauth::details::CredentialDetail;
use crate::oauth::metadata::ServerMetadata;
use crate::oauth::pkce;
use crate::oauth::secret::Secret;
use crate::oauth::token::{GrantRequest, PRE_AUTHORIZED, TokenRequest, TokenResponse, TokenType};
use crate::{Refusal, RefusalCode, Result, limits};

/// A way to a token.
#[derive(Clone, Debug)]
pub enum Route {
    /// With the offer's code. The person types a transaction code, if there is to be one.
    PreAuthorized {
        /// The code.
        code: Secret,
        /// How the transaction code looks.
        tx_code: Option<TxCode>,
    },
    /// Through the authorization endpoint.
    AuthorizationCode {
        /// What is to be handed on.
        issuer_state: Option<String>,
    },
}

/// The identifiers of the authorization servers that may be used for an offer: the one that a grant names, or all of the
/// issuer's (OpenID4VCI §12.2.4). The offer was checked with [`CredentialOffer::check`].
#[must_use]
pub fn servers<'m>(offer: Option<&CredentialOffer>, issuer: &'m IssuerMetadata) -> Vec<&'m str> {
    let named = offer.and_then(|offer| {
        let code = offer.grants.authorization_code.as_ref().and_then(|grant| grant.authorization_server.as_deref());
        let pre = offer.grants.pre_authorized.as_ref().and_then(|grant| grant.authorization_server.as_deref());
        pre.or(code)
    });
    issuer.servers().into_iter().filter(|server| named.is_none_or(|named| named == *server)).collect()
}

/// The ways to a token at a server, best first: what the offer names, or if it names nothing, what the server takes (§4.1.1).
///
/// # Errors
/// [`RefusalCode::InvalidOffer`] if there is none.
pub fn routes(offer: Option<&CredentialOffer>, server: &ServerMetadata) -> Result<Vec<Route>> {
    let mut routes = Vec::new();
    let grants = offer.map(|offer| &offer.grants);
    if let Some(grant) = grants.and_then(|grants| grants.pre_authorized.as_ref())
        && server.takes(PRE_AUTHORIZED)
    {
        routes.push(Route::PreAuthorized { code: Secret::of(grant.code.clone()), tx_code: grant.tx_code.clone() });
    }
    let named = grants.and_then(|grants| grants.authorization_code.as_ref());
    let silent = grants.is_none_or(|grants| {
        grants.pre_authorized.is_none() && grants.authorization_code.is_none() && grants.other.is_empty()
    });
    if (named.is_some() || silent) && server.takes("authorization_code") {
        routes.push(Route::AuthorizationCode { issuer_state: named.and_then(|grant| grant.issuer_state.clone()) });
    }
    if routes.is_empty() { Err(Refusal::new(RefusalCode::InvalidOffer, "grants")) } else { Ok(routes) }
}

/// The token request with the offer's code and what the person typed.
///
/// # Errors
/// [`RefusalCode::InvalidOffer`] about `tx_code` if one is needed and there is none, or the other way round, or if it does not
/// look as the offer says.
pub fn pre_authorized_request(code: Secret, looks: Option<&TxCode>, typed: Option<&str>) -> Result<TokenRequest> {
    let refuse = || Refusal::new(RefusalCode::InvalidOffer, "tx_code");
    match (looks, typed) {
        (None, None) => {}
        (Some(looks), Some(typed)) => {
            let digits = looks.input_mode.unwrap_or_default() == InputMode::Numeric;
            let count = typed.chars().count();
            let fits = looks.length.is_none_or(|length| usize::try_from(length).is_ok_and(|length| length == count))
                && (1..=limits::TX_CODE_CHARACTERS).contains(&count)
                && (!digits || typed.bytes().all(|byte| byte.is_ascii_digit()));
            if !fits {
                return Err(refuse());
            }
        }
        _ => return Err(refuse()),
    }
    Ok(TokenRequest::with(GrantRequest::PreAuthorized { code, tx_code: typed.map(Secret::of) }))
}

/// An authorization request with what the wallet must remember until the browser comes back.
#[derive(Clone, Debug)]
pub struct Started {
    /// The request.
    pub request: AuthorizationRequest,
    /// The verifier of PKCE.
    pub verifier: Secret,
}

/// Makes an authorization request for configurations: by scope where each has one, else by details (§5.1).
///
/// # Errors
/// [`RefusalCode::InvalidMetadata`] for a configuration that the issuer does not have, and for a server that says which
/// methods of PKCE it takes and does not name `S256`; [`RefusalCode::ServerError`] if there is no randomness.
pub fn authorization_request(
    issuer: &IssuerMetadata,
    server: &ServerMetadata,
    configurations: &[&str],
    client_id: &str,
    redirect_uri: &str,
    issuer_state: Option<String>,
    rng: &mut dyn Randomness,
) -> Result<Started> {
    let refuse = |about| Refusal::new(RefusalCode::InvalidMetadata, about);
    if !server.code_challenge_methods.is_empty() && !server.code_challenge_methods.iter().any(|name| name == "S256") {
        return Err(refuse("code_challenge_methods_supported"));
    }
    let known = configurations.iter().map(|id| issuer.configuration(id).map(|configuration| (*id, configuration)));
    let known = known.collect::<Option<Vec<_>>>().ok_or_else(|| refuse("credential_configurations_supported"))?;
    let by_details = server.authorization_details_types.iter().any(|name| name == crate::oauth::details::TYPE);
    let scopes: Option<Vec<String>> = known.iter().map(|(_, configuration)| configuration.scope.clone()).collect();
    let several = !issuer.authorization_servers.is_empty();
    let (scope, details) = match scopes {
        Some(scopes) if !by_details => (scopes, Vec::new()),
        _ => {
            // §5.1.1: where the server may serve several issuers, they are told apart by the location.
            let locations = if several { vec![issuer.credential_issuer.clone()] } else { Vec::new() };
            let detail =
                |(id, _): &(&str, _)| CredentialDetail { locations: locations.clone(), ..CredentialDetail::of(*id) };
            (Vec::new(), known.iter().map(detail).collect())
        }
    };
    let internal = |fault: Fault| Refusal::internal(fault);
    let (verifier, challenge) = pkce::make(rng).map_err(internal)?;
    let state = Secret::draw(rng).map_err(internal)?;
    let request = AuthorizationRequest {
        client_id: client_id.to_owned(),
        redirect_uri: redirect_uri.to_owned(),
        state: Some(state.expose().to_owned()),
        challenge,
        resources: if several && details.is_empty() { vec![issuer.credential_issuer.clone()] } else { Vec::new() },
        details,
        scope,
        issuer_state,
        dpop_jkt: None,
    };
    Ok(Started { request, verifier })
}

/// The token request with the code that came back.
#[must_use]
pub fn code_request(started: &Started, code: Secret) -> TokenRequest {
    let mut request = TokenRequest::with(GrantRequest::AuthorizationCode {
        code,
        redirect_uri: Some(started.request.redirect_uri.clone()),
        code_verifier: Some(started.verifier.clone()),
    });
    request.client_id = Some(started.request.client_id.clone());
    request
}

/// Whether a token is what was asked for: one that is bound to the wallet's key, if a DPoP proof went with the request and
/// the server says that it knows DPoP.
///
/// # Errors
/// [`RefusalCode::InvalidResponse`] about `token_type`.
pub fn check_token(response: &TokenResponse, used_dpop: bool, server: &ServerMetadata) -> Result<()> {
    let expected = used_dpop && !server.dpop_algorithms.is_empty();
    let bound = response.token_type == TokenType::Dpop;
    if bound && !used_dpop || expected && !bound {
        return Err(Refusal::new(RefusalCode::InvalidResponse, "token_type"));
    }
    Ok(())
}

/// What the wallet may ask for with a token: by the datasets that the response names, else by the configurations (§8.2).
#[must_use]
pub fn wanted(response: &TokenResponse, configurations: &[&str]) -> Vec<(String, Wanted)> {
    if response.details.is_empty() {
        return configurations.iter().map(|id| ((*id).to_owned(), Wanted::Configuration((*id).to_owned()))).collect();
    }
    let of = |detail: &CredentialDetail| {
        let configuration = detail.configuration.clone();
        let one = move |id: &String| (configuration.clone(), Wanted::Identifier(id.clone()));
        detail.identifiers.iter().map(one).collect::<Vec<_>>()
    };
    response.details.iter().flat_map(of).collect()
}

/// Whether credentials are of the form that the configuration names, and no more than keys were proved (§8.3). Whether each
/// holds is for [`tamarack::verify()`], with [`tamarack::Policy::as_holder`].
///
/// # Errors
/// [`RefusalCode::InvalidResponse`].
pub fn check_credentials(
    response: &CredentialResponse,
    configuration: &CredentialConfiguration,
    keys: usize,
) -> Result<()> {
    let refuse = |about| Err(Refusal::new(RefusalCode::InvalidResponse, about));
    let CredentialResponse::Issued { credentials, .. } = response else { return Ok(()) };
    if credentials.len() > keys.max(1) {
        return refuse("credentials");
    }
    let fits = |credential: &Value<'_>| match &configuration.format {
        Format::Other(_) => true,
        format => credential.as_object().is_some() == format.is_object(),
    };
    if credentials.iter().all(fits) { Ok(()) } else { refuse("credential") }
}
