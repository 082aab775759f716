//! What the issuer offers at a moment, read from the store: types, keys, and the documents that follow from them.

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tamarack::did::did_web_url;
use tamarack::issue::CredentialType;
use tamarack::json::{Value, to_string, to_string_pretty};
use tamarack::messages::Lang;
use tamarack_openid4vc::oauth::client_attestation;
use tamarack_openid4vc::oauth::metadata::ServerMetadata;
use tamarack_openid4vc::oauth::token::PRE_AUTHORIZED;
use tamarack_openid4vc::vci::IssuerMetadata;
use tamarack_openid4vc::vci::display::Display;
use tamarack_openid4vc::vci::encryption::{self, DecryptionKey};
use tamarack_openid4vc::vci::metadata::{RequestEncryption, ResponseEncryption};
use url::Url;

use super::configuration::{configuration, type_metadata, with_attested_keys, with_secrets};
use super::keys::{IssuerKey, KeyRing};
use super::publish::issuer_name;
use super::service::{IssuerSettings, ServiceError};
use crate::http::BaseUrl;
use crate::store::Database;
use crate::store::issuing::{Issuer, KeyRecord, TypeRecord};

/// A type that can be issued, with the key that signs.
#[derive(Clone, Debug)]
pub struct OfferedType {
    /// The type. Its name is the identifier of its credential configuration.
    pub credential_type: Arc<CredentialType>,
    /// The key.
    pub key: Arc<IssuerKey>,
}

/// What the issuer offers.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// Whose service it is.
    pub issuer: Issuer,
    /// The types for which there is a key.
    pub types: Vec<OfferedType>,
    /// Every type, whether there is a key for it or not.
    pub all_types: Vec<Arc<CredentialType>>,
    /// The keys.
    pub keys: KeyRing,
    /// The issuer's metadata.
    pub metadata: IssuerMetadata,
    /// The authorization server's metadata.
    pub server: ServerMetadata,
    /// Documents by the path under which they are found.
    pub documents: HashMap<String, Published>,
    /// The path of the status lists, without a slash at its end.
    pub status_path: Option<String>,
    /// From what it was made: as long as this is the same, so is the rest.
    pub(super) made_of: [u8; 32],
}

/// A document that anybody may read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Published {
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub body: String,
}

impl Catalogue {
    /// Reads it from the store. Keys that were opened before are taken over.
    ///
    /// # Errors
    /// [`ServiceError::Store`]; [`ServiceError::Fault`] for a passphrase that is wrong or a type that is no more understood.
    pub(super) async fn read(
        database: &Database,
        base: &BaseUrl,
        settings: &IssuerSettings,
        encryption: &DecryptionKey,
        before: Option<&Self>,
    ) -> Result<Option<Self>, ServiceError> {
        let issuer = database.issuer().await?;
        let (types, records) = (database.types().await?, database.keys().await?);
        let made_of = digest(&types, &records);
        if before.is_some_and(|before| before.made_of == made_of) {
            return Ok(None);
        }
        let opened = before.map(|before| before.keys.clone()).unwrap_or_default();
        let passphrase = Arc::clone(&settings.passphrase);
        // To open a key takes a tenth of a second on purpose.
        let keys = tokio::task::spawn_blocking(move || KeyRing::open(&records, passphrase.as_bytes(), &opened)).await;
        let keys = keys.map_err(|_| ServiceError::Fault(tamarack::Code::Internal.into()))??;
        let parsed = types.iter().map(|record| CredentialType::parse(record.document.as_bytes()).map(Arc::new));
        let all_types = parsed.collect::<Result<Vec<_>, _>>()?;
        let mut made = Self::make(issuer, all_types, keys, base, settings, made_of)?;
        offer_encryption(&mut made.metadata, encryption);
        Ok(Some(made))
    }

    fn make(
        issuer: Issuer,
        all_types: Vec<Arc<CredentialType>>,
        keys: KeyRing,
        base: &BaseUrl,
        settings: &IssuerSettings,
        made_of: [u8; 32],
    ) -> Result<Self, ServiceError> {
        let types: Vec<OfferedType> = all_types
            .iter()
            .filter_map(|of| {
                let key = keys.for_securing(of.securing, settings.certificates.as_deref())?;
                Some(OfferedType { credential_type: Arc::clone(of), key: Arc::clone(key) })
            })
            .collect();
        let mut metadata = IssuerMetadata::at(base.as_str());
        metadata.display = issuer_display(&all_types);
        metadata.batch_size = (settings.batch_size > 1).then_some(settings.batch_size);
        metadata.configurations = types
            .iter()
            .map(|of| {
                let name = of.credential_type.name.clone();
                let made = configuration(&of.credential_type, of.key.kind());
                let made = match (settings.attested_keys.contains(&name), settings.secrets.contains(&name)) {
                    (true, _) => with_attested_keys(made),
                    (false, true) => with_secrets(made),
                    (false, false) => made,
                };
                (name, made)
            })
            .collect();
        let mut server = ServerMetadata::at(base.as_str());
        server.grant_types = vec![PRE_AUTHORIZED.to_owned()];
        match &settings.citizens {
            Some(citizens) => {
                server.require_pushed_authorization_requests = citizens.pushed_only;
                server.grant_types.push("authorization_code".to_owned());
                let is_offered = |name: &&str| types.iter().any(|of| of.credential_type.name == *name);
                server.scopes = citizens.types().filter(is_offered).map(str::to_owned).collect();
            }
            None => {
                server.authorization_endpoint = None;
                server.pushed_authorization_request_endpoint = None;
                server.response_types = vec!["none".to_owned()];
                server.code_challenge_methods = Vec::new();
            }
        }
        if settings.tokens.refresh_seconds.is_some() || !settings.approval.is_empty() {
            server.grant_types.push("refresh_token".to_owned());
        }
        authentication(&mut server, base, settings);
        server.pre_authorized_anonymous = settings.anonymous_allowed && !settings.attestation_required;
        server.jwks_uri = Some(base.at("/jwks"));
        let mut documents = HashMap::new();
        if let Some(document) = keys.document(&issuer)? {
            let text = to_string_pretty(&Value::Object(document.to_json().clone()));
            let published = Published { media_type: "application/did+json", body: text };
            if let Some(path) = did_web_url(&issuer.did).ok().and_then(|url| path_of(&url)) {
                documents.insert(path, published.clone());
            }
            documents.insert(format!("{}/did.json", base.path()), published);
        }
        for of in &all_types {
            publish_type(of, base, &mut documents);
        }
        let status_path = issuer.status_base.as_deref().and_then(path_of);
        Ok(Self { issuer, types, all_types, keys, metadata, server, documents, status_path, made_of })
    }

    /// The offered type of a configuration.
    #[must_use]
    pub fn offered(&self, configuration: &str) -> Option<&OfferedType> {
        self.types.iter().find(|of| of.credential_type.name == configuration)
    }

    /// A type.
    #[must_use]
    pub fn credential_type(&self, name: &str) -> Option<&Arc<CredentialType>> {
        self.all_types.iter().find(|of| of.name == name)
    }
}

/// The issuer's name for people in each language (OpenID4VCI §12.2.4): what the first type says that names it.
fn issuer_display(types: &[Arc<CredentialType>]) -> Vec<Display> {
    let named = |(lang, locale): (Lang, &str)| {
        let mut names = types.iter().map(|of| issuer_name(of, lang));
        names.find(|name| !name.is_empty()).map(|name| Display::named(name, locale))
    };
    [(Lang::En, "en-CA"), (Lang::Fr, "fr-CA")].into_iter().filter_map(named).collect()
}

/// How wallets say who they are.
fn authentication(server: &mut ServerMetadata, base: &BaseUrl, settings: &IssuerSettings) {
    let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    if !settings.attestation_required {
        server.token_endpoint_auth_methods.push("none".to_owned());
    }
    if !settings.attesters.is_nobody() {
        server.token_endpoint_auth_methods.push("attest_jwt_client_auth".to_owned());
        server.attestation_algorithms = texts(&client_attestation::ALGORITHMS);
        server.attestation_pop_algorithms = texts(&client_attestation::ALGORITHMS);
    }
    if settings.attestation_challenges {
        server.challenge_endpoint = Some(base.at("/challenge"));
    }
}

/// A wallet may encrypt its requests, and then ask for encrypted responses.
fn offer_encryption(metadata: &mut IssuerMetadata, key: &DecryptionKey) {
    let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    metadata.request_encryption = Some(RequestEncryption {
        keys: vec![key.public_jwk()],
        enc: texts(&encryption::ENC),
        zip: Vec::new(),
        required: false,
    });
    metadata.response_encryption = Some(ResponseEncryption {
        alg: texts(&encryption::ALG),
        enc: texts(&encryption::ENC),
        zip: Vec::new(),
        required: false,
    });
}

/// A type's schema, contexts and metadata at their own addresses, if those are ours.
fn publish_type(of: &CredentialType, base: &BaseUrl, documents: &mut HashMap<String, Published>) {
    let ours = |url: &str| Url::parse(url).is_ok_and(|url| url.origin().ascii_serialization() == base.origin());
    if let Some(schema) = of.schema.as_ref().filter(|schema| ours(&schema.id))
        && let Some(path) = path_of(&schema.id)
    {
        let body = to_string(&schema.document);
        documents.insert(path, Published { media_type: "application/schema+json", body });
    }
    for context in of.context_documents.iter().filter(|context| ours(&context.id)) {
        if let Some(path) = path_of(&context.id) {
            let body = to_string(&context.document);
            documents.insert(path, Published { media_type: "application/ld+json", body });
        }
    }
    if let (Some(vct), Some(metadata)) = (of.vct.as_deref().filter(|vct| ours(vct)), type_metadata(of))
        && let Some(path) = path_of(vct)
    {
        documents.insert(path, Published { media_type: "application/json", body: metadata.to_string() });
    }
}

fn path_of(url: &str) -> Option<String> {
    Url::parse(url).ok().map(|url| url.path().trim_end_matches('/').to_owned())
}

fn digest(types: &[TypeRecord], keys: &[KeyRecord]) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    for record in types {
        part(&record.name);
        part(&record.document);
    }
    for record in keys {
        part(&record.method);
        part(record.state.as_str());
    }
    hash.finalize().into()
}
