//! The authorization endpoint (RFC 6749 §4.1, OpenID4VCI §5): codes with PKCE, for registered redirect URIs alone.

use tamarack::encoding::base64url_decode;
use tamarack::{Randomness, Timestamp};

use super::details::CredentialDetail;
use super::error_response;
use super::form::Form;
use super::grant::{self, Authorization, AuthorizationCode, Granted, Presenter};
use super::metadata::ServerMetadata;
use super::pkce::Challenge;
use super::secret::Secret;
use super::token::scope_values;
use crate::vci::metadata::IssuerMetadata;
use crate::{Refusal, RefusalCode, Result, limits, url};

/// A client that may use the authorization endpoint: a wallet, with its redirect URIs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Client {
    /// Its identifier.
    pub id: String,
    /// Where it may be sent back to; compared as strings (RFC 9700 §4.1.3).
    pub redirect_uris: Vec<String>,
}

/// An authorization request that cannot be granted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rejection {
    /// Neither client nor redirect URI is sure: it is shown to the person, and nobody is sent anywhere (RFC 6749 §4.1.2.1).
    Show(Refusal),
    /// The browser goes back with the error: to this URL.
    Redirect {
        /// Why.
        refusal: Refusal,
        /// Where to.
        to: String,
    },
}

impl Rejection {
    /// Why.
    #[must_use]
    pub const fn refusal(&self) -> &Refusal {
        match self {
            Self::Show(refusal) | Self::Redirect { refusal, .. } => refusal,
        }
    }
}

/// An authorization request.
#[derive(Clone, PartialEq, Debug)]
pub struct AuthorizationRequest {
    /// The client.
    pub client_id: String,
    /// Where it is sent back to.
    pub redirect_uri: String,
    /// What it wants back unchanged.
    pub state: Option<String>,
    /// The challenge of PKCE.
    pub challenge: Challenge,
    /// What is asked for.
    pub details: Vec<CredentialDetail>,
    /// The scope values.
    pub scope: Vec<String>,
    /// What the offer said. Anybody may have put it there (OpenID4VCI §5.1.3).
    pub issuer_state: Option<String>,
    /// The resources (RFC 8707).
    pub resources: Vec<String>,
    /// The thumbprint of the key to which the code is to be bound (RFC 9449 §10).
    pub dpop_jkt: Option<String>,
}

impl AuthorizationRequest {
    /// Reads a request of a client that is known by the parameter `client_id`. `server` is the authorization server's
    /// identifier.
    ///
    /// # Errors
    /// [`Rejection::Show`] with [`RefusalCode::InvalidRequest`] for another client or a redirect URI that is not registered;
    /// [`Rejection::Redirect`] with [`RefusalCode::UnsupportedResponseType`]; [`RefusalCode::InvalidRequest`] without PKCE or
    /// with another method than `S256`; [`RefusalCode::RequestNotSupported`]; [`RefusalCode::InvalidScope`];
    /// [`RefusalCode::InvalidAuthorizationDetails`].
    pub fn read(form: &Form, client: &Client, server: &str) -> core::result::Result<Self, Rejection> {
        let show = |about| Rejection::Show(Refusal::new(RefusalCode::InvalidRequest, about));
        let client_id = form.get("client_id").filter(|id| *id == client.id).ok_or_else(|| show("client_id"))?;
        let registered = |uri: &&str| client.redirect_uris.iter().any(|known| known == uri) && !uri.contains('#');
        let redirect_uri = form.get("redirect_uri").filter(registered).ok_or_else(|| show("redirect_uri"))?;
        let state = form.get("state").filter(|state| state.len() <= limits::IDENTIFIER_BYTES);
        Self::read_rest(form, client_id, redirect_uri, state).map_err(|refusal| {
            let to = error_response::redirect(&refusal, redirect_uri, state, server);
            Rejection::Redirect { refusal, to }
        })
    }

    fn read_rest(form: &Form, client_id: &str, redirect_uri: &str, state: Option<&str>) -> Result<Self> {
        let refuse = |code, about| Err(Refusal::new(code, about));
        if form.get("state") != state {
            return refuse(RefusalCode::InvalidRequest, "state");
        }
        if form.get("request").is_some() {
            return refuse(RefusalCode::RequestNotSupported, "request");
        }
        match form.need("response_type")? {
            "code" => {}
            _ => return refuse(RefusalCode::UnsupportedResponseType, "response_type"),
        }
        if form.get("response_mode").is_some_and(|mode| mode != "query") {
            return refuse(RefusalCode::InvalidRequest, "response_mode");
        }
        let dpop_jkt = form.get("dpop_jkt");
        if dpop_jkt.is_some_and(|jkt| base64url_decode(jkt).map_or(0, |bytes| bytes.len()) != 32) {
            return refuse(RefusalCode::InvalidRequest, "dpop_jkt");
        }
        let details = form.get("authorization_details").map(CredentialDetail::parse_request).transpose()?;
        Ok(Self {
            client_id: client_id.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            state: state.map(str::to_owned),
            challenge: Challenge::of_request(form)?,
            details: details.unwrap_or_default(),
            scope: scope_values(form.get("scope"))?,
            issuer_state: form.get("issuer_state").map(str::to_owned),
            resources: form.all("resource").map(str::to_owned).collect(),
            dpop_jkt: dpop_jkt.map(str::to_owned),
        })
    }

    /// The parameters of the request, for the wallet that makes it.
    #[must_use]
    pub fn to_form(&self) -> Form {
        let details = (!self.details.is_empty()).then(|| CredentialDetail::to_json(&self.details));
        let form = Form::default()
            .with("response_type", Some("code"))
            .with("client_id", Some(self.client_id.as_str()))
            .with("redirect_uri", Some(self.redirect_uri.as_str()))
            .with("state", self.state.clone())
            .with("code_challenge", Some(self.challenge.as_str()))
            .with("code_challenge_method", Some("S256"))
            .with("authorization_details", details)
            .with("scope", (!self.scope.is_empty()).then(|| self.scope.join(" ")))
            .with("issuer_state", self.issuer_state.clone())
            .with("dpop_jkt", self.dpop_jkt.clone());
        self.resources.iter().fold(form, |form, resource| form.with("resource", Some(resource.as_str())))
    }

    /// What the request asks for, each configuration once: by details (§5.1.1) and by scope (§5.1.2). Scope values that are
    /// not known are ignored.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidAuthorizationDetails`] for an unknown configuration or another issuer's location;
    /// [`RefusalCode::InvalidTarget`]; [`RefusalCode::InvalidScope`] if nothing is asked for.
    pub fn wanted(&self, metadata: &IssuerMetadata) -> Result<Vec<Granted>> {
        grant::check_locations(&self.details, metadata)?;
        if self.resources.iter().any(|resource| *resource != metadata.credential_issuer) {
            return Err(Refusal::new(RefusalCode::InvalidTarget, "resource"));
        }
        let mut wanted: Vec<Granted> = Vec::new();
        let mut add = |granted: Granted| {
            if !wanted.iter().any(|other| other.configuration == granted.configuration) {
                wanted.push(granted);
            }
        };
        for detail in &self.details {
            if metadata.configuration(&detail.configuration).is_none() {
                let about = "credential_configuration_id";
                return Err(Refusal::new(RefusalCode::InvalidAuthorizationDetails, about));
            }
            add(Granted { claims: detail.claims.clone(), ..Granted::configuration(detail.configuration.clone()) });
        }
        self.scope.iter().flat_map(|scope| metadata.of_scope(scope)).map(Granted::configuration).for_each(&mut add);
        if wanted.is_empty() { Err(Refusal::new(RefusalCode::InvalidScope, "scope")) } else { Ok(wanted) }
    }

    /// The rejection for something that was found after the request was read, such as a person's refusal.
    #[must_use]
    pub fn reject(&self, refusal: Refusal, server: &str) -> Rejection {
        let to = error_response::redirect(&refusal, &self.redirect_uri, self.state.as_deref(), server);
        Rejection::Redirect { refusal, to }
    }

    /// Grants the request: the URL to which the browser goes back, and the row of the code. `presenter` is who pushed the
    /// request; if it came by the browser, nobody was seen but the client's name.
    ///
    /// # Errors
    /// [`RefusalCode::ServerError`] if there is no randomness.
    pub fn grant(
        &self,
        authorization: Authorization,
        presenter: Option<Presenter>,
        server: &str,
        now: Timestamp,
        rng: &mut dyn Randomness,
    ) -> Result<(String, AuthorizationCode)> {
        let code = Secret::draw(rng).map_err(Refusal::internal)?;
        let to = Form::default()
            .with("code", Some(code.expose()))
            .with("state", self.state.clone())
            .with("iss", Some(server))
            .on_url(&self.redirect_uri);
        let mut presenter = presenter.unwrap_or_default();
        presenter.client_id = Some(self.client_id.clone());
        presenter.jkt = presenter.jkt.or_else(|| self.dpop_jkt.clone());
        let record = AuthorizationCode {
            code: code.digest(),
            used: false,
            expires: now.plus_seconds(limits::CODE_SECONDS),
            presenter,
            redirect_uri: self.redirect_uri.clone(),
            challenge: self.challenge.clone(),
            with_details: !self.details.is_empty(),
            authorization,
        };
        Ok((to, record))
    }
}

/// Reads the URL with which the browser came back to a wallet, and gives the code.
///
/// # Errors
/// [`RefusalCode::InvalidResponse`] for another redirect URI, another `state`, or another server's `iss` (RFC 9207: the
/// defence against mixed-up servers); the server's error code if it refused.
pub fn read_response(at: &str, redirect_uri: &str, state: Option<&str>, server: &ServerMetadata) -> Result<Secret> {
    let refuse = |about| Err(Refusal::new(RefusalCode::InvalidResponse, about));
    let Some(query) = at.strip_prefix(redirect_uri).and_then(|rest| rest.strip_prefix(['?', '&'])) else {
        return refuse("redirect_uri");
    };
    let form = Form::parse(query.split('#').next().unwrap_or_default())
        .map_err(|refusal| Refusal::new(RefusalCode::InvalidResponse, refusal.about()))?;
    if form.get("state") != state {
        return refuse("state");
    }
    match form.get("iss") {
        Some(iss) if iss != server.issuer => return refuse("iss"),
        None if server.authorization_response_iss => return refuse("iss"),
        _ => {}
    }
    if let Some(error) = form.get("error") {
        let code = RefusalCode::from_wire(error).unwrap_or(RefusalCode::InvalidResponse);
        return Err(Refusal::new(code, "the server's refusal"));
    }
    form.get("code").map(Secret::of).ok_or(Refusal::new(RefusalCode::InvalidResponse, "code"))
}

/// Where a wallet sends the browser: the request by value, or a pushed one by reference.
///
/// # Errors
/// [`RefusalCode::InvalidMetadata`] if the server has no authorization endpoint, or wants requests to be pushed.
pub fn browser_url(server: &ServerMetadata, request: &AuthorizationRequest, pushed: Option<&str>) -> Result<String> {
    let refuse = |about| Refusal::new(RefusalCode::InvalidMetadata, about);
    let endpoint = server.authorization_endpoint.as_deref().filter(|at| url::is_endpoint(at));
    let endpoint = endpoint.ok_or_else(|| refuse("authorization_endpoint"))?;
    match pushed {
        Some(request_uri) => Ok(Form::default()
            .with("client_id", Some(request.client_id.as_str()))
            .with("request_uri", Some(request_uri))
            .on_url(endpoint)),
        None if server.require_pushed_authorization_requests => Err(refuse("require_pushed_authorization_requests")),
        None => Ok(request.to_form().on_url(endpoint)),
    }
}
