//! A provider: what it publishes about itself, remembered for a while.

use std::sync::Arc;
use std::time::Instant;

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, IssuerUrl, ProviderMetadata};
use serde::{Deserialize, Serialize};
use tamarack_openid4vc::url::is_endpoint;
use tokio::sync::Mutex;

use super::SignInError;
use super::client::GuardedClient;
use super::settings::ProviderSettings;
use crate::limits;

/// What RFC 9207 adds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Additional {
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Additional {}

pub(super) type Metadata = ProviderMetadata<
    Additional,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// A provider at which people sign in.
#[derive(Debug)]
pub struct Provider {
    pub(super) settings: ProviderSettings,
    pub(super) client: GuardedClient,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    metadata: Option<(Arc<Metadata>, Instant)>,
    tried: Option<Instant>,
}

impl Provider {
    /// A provider. Nothing is fetched before somebody signs in.
    #[must_use]
    pub fn new(settings: ProviderSettings) -> Self {
        let client = GuardedClient::to(&settings.issuer, settings.private_network, settings.authorities.clone());
        Self { settings, client, known: Mutex::default() }
    }

    /// As the operator describes it.
    #[must_use]
    pub const fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    /// What the provider publishes, with its keys: out of memory while it is fresh. If it cannot be fetched anew, the old
    /// stays good for a day.
    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, SignInError> {
        self.metadata_newer_than(None).await
    }

    /// The same, but newer than what somebody found wanting, unless that is too new to ask again: keys change.
    pub(super) async fn metadata_after(&self, wanting: &Arc<Metadata>) -> Result<Arc<Metadata>, SignInError> {
        self.metadata_newer_than(Some(wanting)).await
    }

    async fn metadata_newer_than(&self, wanting: Option<&Arc<Metadata>>) -> Result<Arc<Metadata>, SignInError> {
        // One asks, the others wait for the answer.
        let mut known = self.known.lock().await;
        if let Some((metadata, at)) = &known.metadata {
            let is_wanting = wanting.is_some_and(|wanting| Arc::ptr_eq(wanting, metadata));
            if at.elapsed() < limits::DISCOVERY_FRESH && !is_wanting {
                return Ok(Arc::clone(metadata));
            }
            let asked_lately = known.tried.is_some_and(|tried| tried.elapsed() < limits::DISCOVERY_PAUSE);
            if asked_lately && at.elapsed() < limits::DISCOVERY_STALE {
                return Ok(Arc::clone(metadata));
            }
        }
        known.tried = Some(Instant::now());
        match self.discover().await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                known.metadata = Some((Arc::clone(&metadata), Instant::now()));
                Ok(metadata)
            }
            Err(error) => {
                let stale = known.metadata.as_ref().filter(|(_, at)| at.elapsed() < limits::DISCOVERY_STALE);
                stale.map(|(metadata, _)| Arc::clone(metadata)).ok_or(error)
            }
        }
    }

    async fn discover(&self) -> Result<Metadata, SignInError> {
        let name = self.settings.name.as_str();
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|_| SignInError::Unavailable)?;
        let metadata = Metadata::discover_async(issuer, &self.client).await.map_err(|error| {
            // The variants' own texts may quote the provider's answer.
            let reason = match error {
                openidconnect::DiscoveryError::Request(error) => error.to_string(),
                openidconnect::DiscoveryError::Response(status, ..) => format!("status {}", status.as_u16()),
                openidconnect::DiscoveryError::Validation(_) => "another issuer".to_owned(),
                _ => "not understood".to_owned(),
            };
            tracing::warn!(provider = name, reason, "a provider's discovery failed");
            SignInError::Unavailable
        })?;
        let token = metadata.token_endpoint().map(|url| url.as_str());
        let userinfo = metadata.userinfo_endpoint().map(|url| url.as_str());
        let here = |url: &str| is_endpoint(url);
        let sound = here(metadata.authorization_endpoint().as_str())
            && token.is_some_and(here)
            && userinfo.is_none_or(here)
            && here(metadata.jwks_uri().as_str());
        if sound && (!self.settings.userinfo || userinfo.is_some()) {
            return Ok(metadata);
        }
        tracing::warn!(provider = name, "a provider's discovery names no endpoints that can be used");
        Err(SignInError::Unavailable)
    }
}
