//! Authorization server metadata (RFC 8414, with the additions of RFC 9126, RFC 9396, RFC 9449, RFC 9207, attestation-based
//! client authentication and OpenID4VCI §12.3).

use tamarack::json::Object;

use crate::members::{Builder, Members};
use crate::{Refusal, RefusalCode, Result, limits, url};

/// The most values of one list.
const MOST: usize = 256;

/// What an authorization server publishes about itself. Empty lists and absent flags are left out.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ServerMetadata {
    /// The issuer identifier.
    pub issuer: String,
    /// Where a person's browser goes.
    pub authorization_endpoint: Option<String>,
    /// Where tokens come from.
    pub token_endpoint: Option<String>,
    /// Where authorization requests are pushed (RFC 9126).
    pub pushed_authorization_request_endpoint: Option<String>,
    /// Whether they must be pushed.
    pub require_pushed_authorization_requests: bool,
    /// The grant types. If there is no such member: `authorization_code` and `implicit` (RFC 8414 §2).
    pub grant_types: Vec<String>,
    /// The response types.
    pub response_types: Vec<String>,
    /// The methods of PKCE.
    pub code_challenge_methods: Vec<String>,
    /// How clients prove who they are.
    pub token_endpoint_auth_methods: Vec<String>,
    /// The types of authorization details (RFC 9396).
    pub authorization_details_types: Vec<String>,
    /// Scopes.
    pub scopes: Vec<String>,
    /// The algorithms of DPoP proofs (RFC 9449).
    pub dpop_algorithms: Vec<String>,
    /// The algorithms of client attestations.
    pub attestation_algorithms: Vec<String>,
    /// The algorithms of their proofs of possession.
    pub attestation_pop_algorithms: Vec<String>,
    /// Where challenges for those come from.
    pub challenge_endpoint: Option<String>,
    /// Whether `iss` stands in authorization responses (RFC 9207).
    pub authorization_response_iss: bool,
    /// Whether a pre-authorized code is taken from a client that does not name itself (OpenID4VCI §12.3).
    pub pre_authorized_anonymous: bool,
    /// Where the server's keys are.
    pub jwks_uri: Option<String>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

impl ServerMetadata {
    /// The metadata of a server at an identifier with what this library supports: codes with PAR, PKCE, DPoP,
    /// pre-authorized codes and refresh. How clients prove who they are is left to say.
    #[must_use]
    pub fn at(issuer: &str) -> Self {
        let endpoint = |name: &str| Some(format!("{}/{name}", issuer.trim_end_matches('/')));
        let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: endpoint("authorize"),
            token_endpoint: endpoint("token"),
            pushed_authorization_request_endpoint: endpoint("par"),
            grant_types: texts(&["authorization_code", super::token::PRE_AUTHORIZED, "refresh_token"]),
            response_types: texts(&["code"]),
            code_challenge_methods: texts(&["S256"]),
            authorization_details_types: texts(&["openid_credential"]),
            dpop_algorithms: texts(&super::dpop::ALGORITHMS),
            authorization_response_iss: true,
            ..Self::default()
        }
    }

    /// Where the metadata of a server is found (RFC 8414 §3.1).
    ///
    /// # Errors
    /// [`RefusalCode::InvalidMetadata`] for a text that is no server's identifier.
    pub fn url_of(issuer: &str) -> Result<String> {
        url::authorization_server_metadata(issuer).ok_or_else(|| refuse("issuer"))
    }

    /// Reads metadata that was fetched for a server.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidMetadata`] about the member; about `issuer` for another server's metadata (RFC 8414 §3.3).
    pub fn parse(json: &[u8], expected: &str) -> Result<Self> {
        let mut members = Members::parse(json, limits::METADATA_BYTES, RefusalCode::InvalidMetadata)?;
        let issuer = members.need_text("issuer")?;
        if issuer != expected || !url::is_issuer(&issuer) {
            return Err(refuse("issuer"));
        }
        let mut endpoint = |name: &'static str| match members.text(name)? {
            Some(at) if !url::is_endpoint(&at) => Err(refuse(name)),
            at => Ok(at),
        };
        Ok(Self {
            issuer,
            authorization_endpoint: endpoint("authorization_endpoint")?,
            token_endpoint: endpoint("token_endpoint")?,
            pushed_authorization_request_endpoint: endpoint("pushed_authorization_request_endpoint")?,
            challenge_endpoint: endpoint("challenge_endpoint")?,
            jwks_uri: endpoint("jwks_uri")?,
            require_pushed_authorization_requests: members
                .flag("require_pushed_authorization_requests")?
                .unwrap_or_default(),
            grant_types: members.texts("grant_types_supported", MOST)?,
            response_types: members.texts("response_types_supported", MOST)?,
            code_challenge_methods: members.texts("code_challenge_methods_supported", MOST)?,
            token_endpoint_auth_methods: members.texts("token_endpoint_auth_methods_supported", MOST)?,
            authorization_details_types: members.texts("authorization_details_types_supported", MOST)?,
            scopes: members.texts("scopes_supported", MOST)?,
            dpop_algorithms: members.texts("dpop_signing_alg_values_supported", MOST)?,
            attestation_algorithms: members.texts("client_attestation_signing_alg_values_supported", MOST)?,
            attestation_pop_algorithms: members.texts("client_attestation_pop_signing_alg_values_supported", MOST)?,
            authorization_response_iss: members
                .flag("authorization_response_iss_parameter_supported")?
                .unwrap_or_default(),
            pre_authorized_anonymous: members
                .flag("pre-authorized_grant_anonymous_access_supported")?
                .unwrap_or_default(),
            other: members.rest(),
        })
    }

    /// Whether the server takes a grant type (RFC 8414 §2: codes, if it does not say).
    #[must_use]
    pub fn takes(&self, grant_type: &str) -> bool {
        if self.grant_types.is_empty() {
            grant_type == "authorization_code"
        } else {
            self.grant_types.iter().any(|name| name == grant_type)
        }
    }

    /// The metadata as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let flag = |set: bool| set.then_some(true);
        Builder::default()
            .set("issuer", Some(self.issuer.clone()))
            .set("authorization_endpoint", self.authorization_endpoint.clone())
            .set("token_endpoint", self.token_endpoint.clone())
            .set("pushed_authorization_request_endpoint", self.pushed_authorization_request_endpoint.clone())
            .set("require_pushed_authorization_requests", flag(self.require_pushed_authorization_requests))
            .texts("grant_types_supported", &self.grant_types)
            .texts("response_types_supported", &self.response_types)
            .texts("code_challenge_methods_supported", &self.code_challenge_methods)
            .texts("token_endpoint_auth_methods_supported", &self.token_endpoint_auth_methods)
            .texts("authorization_details_types_supported", &self.authorization_details_types)
            .texts("scopes_supported", &self.scopes)
            .texts("dpop_signing_alg_values_supported", &self.dpop_algorithms)
            .texts("client_attestation_signing_alg_values_supported", &self.attestation_algorithms)
            .texts("client_attestation_pop_signing_alg_values_supported", &self.attestation_pop_algorithms)
            .set("challenge_endpoint", self.challenge_endpoint.clone())
            .set("authorization_response_iss_parameter_supported", flag(self.authorization_response_iss))
            .set("pre-authorized_grant_anonymous_access_supported", flag(self.pre_authorized_anonymous))
            .set("jwks_uri", self.jwks_uri.clone())
            .rest(&self.other)
            .json()
    }
}

fn refuse(about: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidMetadata, about)
}
