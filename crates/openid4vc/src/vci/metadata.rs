//! Credential Issuer metadata (OpenID4VCI §12.2), made by the issuer and read by the wallet.

use tamarack::json::{Object, Value};

use super::configuration::CredentialConfiguration;
pub use super::configuration::{CredentialMetadata, Format, KeyAttestationsRequired, ProofTypeSupport};
pub use super::display::{Display, Image};
use crate::members::{Builder, Members, number, strings};
use crate::{Refusal, RefusalCode, Result, limits, url};

/// The most values of one list.
const MOST: usize = 64;

/// `credential_request_encryption`: the keys to which a wallet encrypts its requests.
#[derive(Clone, PartialEq, Debug)]
pub struct RequestEncryption {
    /// The public keys (JWK), each with a `kid` of its own and an `alg`.
    pub keys: Vec<Value<'static>>,
    /// The content encryption algorithms.
    pub enc: Vec<String>,
    /// The compression algorithms; empty for none.
    pub zip: Vec<String>,
    /// Whether every request must be encrypted.
    pub required: bool,
}

/// `credential_response_encryption`: how the issuer encrypts its responses.
#[derive(Clone, PartialEq, Debug)]
pub struct ResponseEncryption {
    /// The key management algorithms.
    pub alg: Vec<String>,
    /// The content encryption algorithms.
    pub enc: Vec<String>,
    /// The compression algorithms; empty for none.
    pub zip: Vec<String>,
    /// Whether every response must be encrypted.
    pub required: bool,
}

/// What a Credential Issuer publishes about itself.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct IssuerMetadata {
    /// The Credential Issuer Identifier.
    pub credential_issuer: String,
    /// The authorization servers; empty if the issuer is its own.
    pub authorization_servers: Vec<String>,
    /// Where credentials are asked for.
    pub credential_endpoint: String,
    /// Where `c_nonce`s come from; absent if none is asked for.
    pub nonce_endpoint: Option<String>,
    /// Where deferred credentials are fetched.
    pub deferred_credential_endpoint: Option<String>,
    /// Where the wallet says what became of a credential.
    pub notification_endpoint: Option<String>,
    /// How requests are encrypted; absent if they cannot be.
    pub request_encryption: Option<RequestEncryption>,
    /// How responses are encrypted; absent if they cannot be.
    pub response_encryption: Option<ResponseEncryption>,
    /// How many proofs one request may have, at least 2; absent for one.
    pub batch_size: Option<u32>,
    /// The issuer's name and logo in each language.
    pub display: Vec<Display>,
    /// What can be issued, by identifier.
    pub configurations: Vec<(String, CredentialConfiguration)>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

impl IssuerMetadata {
    /// The metadata of an issuer that is its own authorization server, its endpoints at their usual places under the
    /// identifier. Nothing is offered yet.
    #[must_use]
    pub fn at(credential_issuer: &str) -> Self {
        let endpoint = |name: &str| format!("{}/{name}", credential_issuer.trim_end_matches('/'));
        Self {
            credential_issuer: credential_issuer.to_owned(),
            credential_endpoint: endpoint("credential"),
            nonce_endpoint: Some(endpoint("nonce")),
            deferred_credential_endpoint: Some(endpoint("deferred_credential")),
            notification_endpoint: Some(endpoint("notification")),
            ..Self::default()
        }
    }

    /// Where the metadata of an issuer is found (§12.2.2).
    ///
    /// # Errors
    /// [`RefusalCode::InvalidMetadata`] for a text that is no issuer's identifier.
    pub fn url_of(credential_issuer: &str) -> Result<String> {
        url::credential_issuer_metadata(credential_issuer).ok_or_else(|| refuse("credential_issuer"))
    }

    /// Reads metadata that was fetched for an issuer.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidMetadata`] about the member; about `credential_issuer` for another issuer's metadata
    /// (§12.2.4).
    pub fn parse(json: &[u8], credential_issuer: &str) -> Result<Self> {
        let members = Members::parse(json, limits::METADATA_BYTES, RefusalCode::InvalidMetadata)?;
        Self::read(members, credential_issuer)
    }

    pub(crate) fn read(mut members: Members, expected: &str) -> Result<Self> {
        let credential_issuer = members.need_text("credential_issuer")?;
        // §12.2.4: compared as strings, with no normalization.
        if credential_issuer != expected {
            return Err(refuse("credential_issuer"));
        }
        let configurations = members
            .object("credential_configurations_supported")?
            .ok_or_else(|| refuse("credential_configurations_supported"))?
            .rest();
        if configurations.len() > limits::CONFIGURATIONS {
            return Err(refuse("credential_configurations_supported"));
        }
        let configurations = configurations
            .into_iter()
            .map(|(name, value)| Ok((name.into_owned(), CredentialConfiguration::from_value(value)?)))
            .collect::<Result<_>>()?;
        let metadata = Self {
            credential_issuer,
            authorization_servers: members.texts("authorization_servers", MOST)?,
            credential_endpoint: members.need_text("credential_endpoint")?,
            nonce_endpoint: members.text("nonce_endpoint")?,
            deferred_credential_endpoint: members.text("deferred_credential_endpoint")?,
            notification_endpoint: members.text("notification_endpoint")?,
            request_encryption: members.object("credential_request_encryption")?.map(request_encryption).transpose()?,
            response_encryption: members
                .object("credential_response_encryption")?
                .map(response_encryption)
                .transpose()?,
            batch_size: batch_size(&mut members)?,
            display: Display::take(&mut members)?,
            configurations,
            other: members.rest(),
        };
        metadata.check_urls()?;
        Ok(metadata)
    }

    /// Whether an issuer may publish this: what the specification asks of issuers beyond what wallets must put up with.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidMetadata`], about the member.
    pub fn check(&self) -> Result<()> {
        self.check_urls()?;
        if self.configurations.iter().any(|(_, configuration)| !configuration.is_publishable()) {
            return Err(refuse("proof_types_supported"));
        }
        // §8.2: a key for the response travels in an encrypted request only.
        if self.response_encryption.is_some() && self.request_encryption.is_none() {
            return Err(refuse("credential_request_encryption"));
        }
        // One name, one configuration.
        let mut names: Vec<&str> = self.configurations.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair.first() == pair.last()) || self.configurations.is_empty() {
            return Err(refuse("credential_configurations_supported"));
        }
        Self::parse(self.to_json().as_bytes(), &self.credential_issuer).map(drop)
    }

    fn check_urls(&self) -> Result<()> {
        if !url::is_issuer(&self.credential_issuer) {
            return Err(refuse("credential_issuer"));
        }
        if !self.authorization_servers.iter().all(|server| url::is_issuer(server)) {
            return Err(refuse("authorization_servers"));
        }
        let endpoints = [
            ("credential_endpoint", Some(&self.credential_endpoint)),
            ("nonce_endpoint", self.nonce_endpoint.as_ref()),
            ("deferred_credential_endpoint", self.deferred_credential_endpoint.as_ref()),
            ("notification_endpoint", self.notification_endpoint.as_ref()),
        ];
        match endpoints.into_iter().find(|(_, at)| at.is_some_and(|at| !url::is_endpoint(at))) {
            Some((name, _)) => Err(refuse(name)),
            None => Ok(()),
        }
    }

    /// The configuration with this identifier.
    #[must_use]
    pub fn configuration(&self, id: &str) -> Option<&CredentialConfiguration> {
        self.configurations.iter().find(|(name, _)| name == id).map(|(_, configuration)| configuration)
    }

    /// The identifiers of the configurations that a scope value asks for (§5.1.2).
    pub fn of_scope<'m>(&'m self, scope: &'m str) -> impl Iterator<Item = &'m str> {
        self.configurations
            .iter()
            .filter(move |(_, configuration)| configuration.scope.as_deref() == Some(scope))
            .map(|(name, _)| name.as_str())
    }

    /// The authorization servers' identifiers: those that are named, or the issuer itself.
    #[must_use]
    pub fn servers(&self) -> Vec<&str> {
        if self.authorization_servers.is_empty() {
            vec![&self.credential_issuer]
        } else {
            self.authorization_servers.iter().map(String::as_str).collect()
        }
    }

    /// The metadata as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.build().json()
    }

    /// The metadata as a JSON value.
    #[must_use]
    pub fn to_value(&self) -> Value<'static> {
        self.build().value()
    }

    fn build(&self) -> Builder {
        let configurations: Object<'static> =
            self.configurations.iter().map(|(name, of)| (name.clone(), of.to_value())).collect();
        let batch =
            self.batch_size.map(|size| Builder::default().set("batch_size", Some(number(i64::from(size)))).value());
        Builder::default()
            .set("credential_issuer", Some(self.credential_issuer.clone()))
            .texts("authorization_servers", &self.authorization_servers)
            .set("credential_endpoint", Some(self.credential_endpoint.clone()))
            .set("nonce_endpoint", self.nonce_endpoint.clone())
            .set("deferred_credential_endpoint", self.deferred_credential_endpoint.clone())
            .set("notification_endpoint", self.notification_endpoint.clone())
            .set("credential_request_encryption", self.request_encryption.as_ref().map(request_value))
            .set("credential_response_encryption", self.response_encryption.as_ref().map(response_value))
            .set("batch_credential_issuance", batch)
            .array("display", Display::values(&self.display))
            .set("credential_configurations_supported", Some(configurations))
            .rest(&self.other)
    }
}

fn refuse(about: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidMetadata, about)
}

/// §12.2.4: 2 or greater.
fn batch_size(members: &mut Members) -> Result<Option<u32>> {
    let Some(mut batch) = members.object("batch_credential_issuance")? else { return Ok(None) };
    match batch.count("batch_size")?.map(u32::try_from) {
        Some(Ok(size)) if size >= 2 => Ok(Some(size)),
        _ => Err(refuse("batch_size")),
    }
}

fn request_encryption(mut members: Members) -> Result<RequestEncryption> {
    let mut jwks = members.object("jwks")?.ok_or_else(|| refuse("jwks"))?;
    let keys = jwks.array("keys", limits::JWKS_KEYS)?.ok_or_else(|| refuse("jwks"))?;
    // Each key has a `kid` of its own (§12.2.4).
    let kid = |key: &Value<'static>| key.get("kid").and_then(Value::as_str).map(str::to_owned);
    let named = keys.iter().map(kid).collect::<Option<Vec<_>>>().ok_or_else(|| refuse("kid"))?;
    if named.iter().enumerate().any(|(at, kid)| named.iter().take(at).any(|other| other == kid)) {
        return Err(refuse("kid"));
    }
    Ok(RequestEncryption {
        keys,
        enc: needed(&mut members, "enc_values_supported")?,
        zip: members.texts("zip_values_supported", MOST)?,
        required: members.flag("encryption_required")?.ok_or_else(|| refuse("encryption_required"))?,
    })
}

fn response_encryption(mut members: Members) -> Result<ResponseEncryption> {
    Ok(ResponseEncryption {
        alg: needed(&mut members, "alg_values_supported")?,
        enc: needed(&mut members, "enc_values_supported")?,
        zip: members.texts("zip_values_supported", MOST)?,
        required: members.flag("encryption_required")?.ok_or_else(|| refuse("encryption_required"))?,
    })
}

fn needed(members: &mut Members, name: &'static str) -> Result<Vec<String>> {
    let values = members.texts(name, MOST)?;
    if values.is_empty() { Err(refuse(name)) } else { Ok(values) }
}

fn request_value(encryption: &RequestEncryption) -> Value<'static> {
    Builder::default()
        .set("jwks", Some(Builder::default().array("keys", encryption.keys.clone()).value()))
        .set("enc_values_supported", Some(strings(&encryption.enc)))
        .texts("zip_values_supported", &encryption.zip)
        .set("encryption_required", Some(encryption.required))
        .value()
}

fn response_value(encryption: &ResponseEncryption) -> Value<'static> {
    Builder::default()
        .set("alg_values_supported", Some(strings(&encryption.alg)))
        .set("enc_values_supported", Some(strings(&encryption.enc)))
        .texts("zip_values_supported", &encryption.zip)
        .set("encryption_required", Some(encryption.required))
        .value()
}
