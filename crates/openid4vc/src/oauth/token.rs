//! Token requests and responses (RFC 6749 §4.1.3, §5, §6; OpenID4VCI §6).

use tamarack::json::Object;

use super::details::CredentialDetail;
use super::form::Form;
use super::secret::Secret;
use crate::members::{Builder, Members, number};
use crate::{Refusal, RefusalCode, Result, limits};

/// The grant type of a pre-authorized code.
pub const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

/// What a token request is made with.
#[derive(Clone, Debug)]
pub enum GrantRequest {
    /// A pre-authorized code, and the transaction code that the person typed.
    PreAuthorized {
        /// The code.
        code: Secret,
        /// The transaction code.
        tx_code: Option<Secret>,
    },
    /// An authorization code.
    AuthorizationCode {
        /// The code.
        code: Secret,
        /// The redirect URI of the authorization request.
        redirect_uri: Option<String>,
        /// The verifier of PKCE.
        code_verifier: Option<Secret>,
    },
    /// A refresh token.
    Refresh {
        /// The token.
        token: Secret,
    },
}

/// A token request.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// The grant.
    pub grant: GrantRequest,
    /// Who the client says it is.
    pub client_id: Option<String>,
    /// What the wallet asks for.
    pub details: Vec<CredentialDetail>,
    /// The scope values that it asks for.
    pub scope: Vec<String>,
    /// The resources that it is for (RFC 8707).
    pub resources: Vec<String>,
}

impl TokenRequest {
    /// The request with a grant, naming no client.
    #[must_use]
    pub const fn with(grant: GrantRequest) -> Self {
        Self { grant, client_id: None, details: Vec::new(), scope: Vec::new(), resources: Vec::new() }
    }

    /// Reads the body of a request (`application/x-www-form-urlencoded`).
    ///
    /// # Errors
    /// [`RefusalCode::InvalidRequest`] about a missing or doubled parameter, and for `tx_code` with another grant;
    /// [`RefusalCode::UnsupportedGrantType`]; [`RefusalCode::InvalidAuthorizationDetails`].
    pub fn parse(body: &str) -> Result<Self> {
        let form = Form::parse(body)?;
        let secret = |name: &str| form.get(name).map(Secret::of);
        let needed = |name: &'static str| form.need(name).map(Secret::of);
        let grant = match form.need("grant_type")? {
            PRE_AUTHORIZED => {
                GrantRequest::PreAuthorized { code: needed("pre-authorized_code")?, tx_code: secret("tx_code") }
            }
            "authorization_code" => GrantRequest::AuthorizationCode {
                code: needed("code")?,
                redirect_uri: form.get("redirect_uri").map(str::to_owned),
                code_verifier: secret("code_verifier"),
            },
            "refresh_token" => GrantRequest::Refresh { token: needed("refresh_token")? },
            _ => return Err(Refusal::new(RefusalCode::UnsupportedGrantType, "grant_type")),
        };
        // OpenID4VCI §6.1: with that grant only.
        if form.get("tx_code").is_some() && !matches!(grant, GrantRequest::PreAuthorized { .. }) {
            return Err(Refusal::new(RefusalCode::InvalidRequest, "tx_code"));
        }
        let details = form.get("authorization_details").map(CredentialDetail::parse_request).transpose()?;
        Ok(Self {
            grant,
            client_id: form.get("client_id").map(str::to_owned),
            details: details.unwrap_or_default(),
            scope: scope_values(form.get("scope"))?,
            resources: form.all("resource").map(str::to_owned).collect(),
        })
    }

    /// The body of the request.
    #[must_use]
    pub fn to_form(&self) -> String {
        let form = match &self.grant {
            GrantRequest::PreAuthorized { code, tx_code } => Form::default()
                .with("grant_type", Some(PRE_AUTHORIZED))
                .with("pre-authorized_code", Some(code.expose()))
                .with("tx_code", tx_code.as_ref().map(Secret::expose)),
            GrantRequest::AuthorizationCode { code, redirect_uri, code_verifier } => Form::default()
                .with("grant_type", Some("authorization_code"))
                .with("code", Some(code.expose()))
                .with("redirect_uri", redirect_uri.clone())
                .with("code_verifier", code_verifier.as_ref().map(Secret::expose)),
            GrantRequest::Refresh { token } => {
                Form::default().with("grant_type", Some("refresh_token")).with("refresh_token", Some(token.expose()))
            }
        };
        let details = (!self.details.is_empty()).then(|| CredentialDetail::to_json(&self.details));
        let form = form
            .with("client_id", self.client_id.clone())
            .with("authorization_details", details)
            .with("scope", (!self.scope.is_empty()).then(|| self.scope.join(" ")));
        self.resources.iter().fold(form, |form, resource| form.with("resource", Some(resource.as_str()))).encode()
    }
}

/// The values of a scope parameter (RFC 6749 §3.3), each once.
///
/// # Errors
/// [`RefusalCode::InvalidScope`] for characters that no scope has.
pub(super) fn scope_values(scope: Option<&str>) -> Result<Vec<String>> {
    let mut values: Vec<String> = Vec::new();
    for value in scope.unwrap_or_default().split(' ').filter(|value| !value.is_empty()) {
        if !value.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
            return Err(Refusal::new(RefusalCode::InvalidScope, "scope"));
        }
        if !values.iter().any(|old| old == value) {
            values.push(value.to_owned());
        }
    }
    Ok(values)
}

/// How an access token is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub enum TokenType {
    /// Whoever has it may use it (RFC 6750).
    Bearer,
    /// With a proof of the key to which it is bound (RFC 9449).
    #[serde(rename = "DPoP")]
    Dpop,
}

impl TokenType {
    /// The name, which is also the scheme of the `Authorization` header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }
}

/// A successful token response. It must not be cached: `Cache-Control: no-store` (RFC 6749 §5.1).
#[derive(Clone, Debug)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: Secret,
    /// How it is used.
    pub token_type: TokenType,
    /// For how many seconds.
    pub expires_in: Option<i64>,
    /// The token that gets the next one.
    pub refresh_token: Option<Secret>,
    /// The scope, if it is another than the one asked for.
    pub scope: Option<String>,
    /// What may be issued with the token, each with its `credential_identifiers`.
    pub details: Vec<CredentialDetail>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

impl TokenResponse {
    /// Reads the body of a response.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidResponse`], about the member: a token type that is not known (RFC 6749 §7.1), details without
    /// `credential_identifiers` (OpenID4VCI §6.2).
    pub fn parse(json: &[u8]) -> Result<Self> {
        let mut members = Members::parse(json, limits::MESSAGE_BYTES, RefusalCode::InvalidResponse)?;
        let token_type = match members.need_text("token_type")? {
            name if name.eq_ignore_ascii_case("bearer") => TokenType::Bearer,
            name if name.eq_ignore_ascii_case("dpop") => TokenType::Dpop,
            _ => return Err(members.refuse("token_type")),
        };
        let details = match members.take("authorization_details") {
            None => Vec::new(),
            Some(value) => CredentialDetail::read(value, members.code())?,
        };
        if details.iter().any(|detail| detail.identifiers.is_empty()) {
            return Err(members.refuse("credential_identifiers"));
        }
        Ok(Self {
            access_token: Secret::of(members.need_text("access_token")?),
            token_type,
            expires_in: members.seconds("expires_in")?,
            refresh_token: members.text("refresh_token")?.map(Secret::of),
            scope: members.text("scope")?,
            details,
            other: members.rest(),
        })
    }

    /// The body of the response.
    #[must_use]
    pub fn to_json(&self) -> String {
        let details = (!self.details.is_empty()).then(|| CredentialDetail::values(&self.details));
        Builder::default()
            .set("access_token", Some(self.access_token.expose().to_owned()))
            .set("token_type", Some(self.token_type.name()))
            .set("expires_in", self.expires_in.map(number))
            .set("refresh_token", self.refresh_token.as_ref().map(|token| token.expose().to_owned()))
            .set("scope", self.scope.clone())
            .set("authorization_details", details)
            .rest(&self.other)
            .json()
    }
}
