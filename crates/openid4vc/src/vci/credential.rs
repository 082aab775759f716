//! Credential requests and responses (OpenID4VCI §8).

use tamarack::json::{Object, Value};

use super::claims::ClaimDescription;
use super::metadata::IssuerMetadata;
use super::proofs::COMMITMENT;
use crate::members::{Builder, Members, number};
use crate::oauth::access::AccessToken;
use crate::{Refusal, RefusalCode, Result, limits};

const CODE: RefusalCode = RefusalCode::InvalidCredentialRequest;

/// Which credential is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// A dataset that the token response named (`credential_identifier`).
    Identifier(String),
    /// A configuration (`credential_configuration_id`).
    Configuration(String),
}

/// The key proofs of a request: of one type, at least one (Appendix F).
#[derive(Clone, PartialEq, Debug)]
pub enum Proofs {
    /// `jwt`.
    Jwt(Vec<String>),
    /// `di_vp`.
    DiVp(Vec<Object<'static>>),
    /// `attestation`.
    Attestation(String),
    /// [`COMMITMENT`].
    Commitment(Vec<String>),
}

/// `credential_response_encryption` of a request: to whom the response is encrypted.
#[derive(Clone, PartialEq, Debug)]
pub struct ResponseKey {
    /// The public key (JWK) with its `alg`.
    pub jwk: Value<'static>,
    /// The content encryption algorithm.
    pub enc: String,
    /// The compression algorithm.
    pub zip: Option<String>,
}

/// A credential request.
#[derive(Clone, PartialEq, Debug)]
pub struct CredentialRequest {
    /// What is asked for.
    pub wanted: Wanted,
    /// The key proofs.
    pub proofs: Option<Proofs>,
    /// To whom the response is encrypted.
    pub response_key: Option<ResponseKey>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

impl CredentialRequest {
    /// A request for a credential without binding to a key.
    #[must_use]
    pub const fn new(wanted: Wanted) -> Self {
        Self { wanted, proofs: None, response_key: None, other: Object::new() }
    }

    /// Reads the JSON of a request (its body, or what was in the JWE).
    ///
    /// # Errors
    /// [`RefusalCode::InvalidCredentialRequest`] about the member, and if there is not exactly one of the two identifiers;
    /// [`RefusalCode::InvalidProof`] if there are two types of proofs, or one that is not known;
    /// [`RefusalCode::InvalidEncryptionParameters`].
    pub fn parse(json: &[u8]) -> Result<Self> {
        let mut members = Members::parse(json, limits::MESSAGE_BYTES, CODE)?;
        let wanted = match (members.text("credential_identifier")?, members.text("credential_configuration_id")?) {
            (Some(id), None) => Wanted::Identifier(id),
            (None, Some(id)) => Wanted::Configuration(id),
            (Some(_), Some(_)) => return Err(members.refuse("credential_identifier")),
            (None, None) => return Err(members.refuse("credential_configuration_id")),
        };
        Ok(Self {
            wanted,
            proofs: members.take("proofs").map(proofs).transpose()?,
            response_key: ResponseKey::take(&mut members)?,
            other: members.rest(),
        })
    }

    /// The request as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let builder = match &self.wanted {
            Wanted::Identifier(id) => Builder::default().set("credential_identifier", Some(id.clone())),
            Wanted::Configuration(id) => Builder::default().set("credential_configuration_id", Some(id.clone())),
        };
        builder
            .set("proofs", self.proofs.as_ref().map(proofs_value))
            .set("credential_response_encryption", self.response_key.as_ref().map(ResponseKey::to_value))
            .rest(&self.other)
            .json()
    }

    /// Which configuration is asked for, and which dataset, if the token allows it. The metadata tells what is known.
    ///
    /// # Errors
    /// [`RefusalCode::UnknownCredentialIdentifier`]; [`RefusalCode::UnknownCredentialConfiguration`];
    /// [`RefusalCode::InvalidCredentialRequest`] for a configuration of which the token names datasets (§8.2);
    /// [`RefusalCode::InsufficientScope`] for one that the token is not for (§8.3.1.1).
    pub fn resolve<'m>(&self, token: &AccessToken, metadata: &'m IssuerMetadata) -> Result<Selected<'m>> {
        let granted = &token.authorization.granted;
        let (found, identifier) = match &self.wanted {
            Wanted::Identifier(id) => {
                let found = granted.iter().find(|granted| granted.identifiers.contains(id));
                let found =
                    found.ok_or(Refusal::new(RefusalCode::UnknownCredentialIdentifier, "credential_identifier"))?;
                (found, Some(id.clone()))
            }
            Wanted::Configuration(id) => {
                let about = "credential_configuration_id";
                if metadata.configuration(id).is_none() {
                    return Err(Refusal::new(RefusalCode::UnknownCredentialConfiguration, about));
                }
                let found = granted.iter().find(|granted| granted.configuration == *id);
                let found = found.ok_or(Refusal::new(RefusalCode::InsufficientScope, about))?;
                if !found.identifiers.is_empty() {
                    return Err(Refusal::new(CODE, about));
                }
                (found, None)
            }
        };
        let (id, configuration) = metadata
            .configurations
            .iter()
            .find(|(id, _)| *id == found.configuration)
            .ok_or(Refusal::new(RefusalCode::UnknownCredentialConfiguration, "credential_configuration_id"))?;
        Ok(Selected { id, configuration, identifier, claims: found.claims.clone() })
    }
}

/// What a request asks for, found in the metadata and allowed by the token.
#[derive(Clone, PartialEq, Debug)]
pub struct Selected<'m> {
    /// The configuration's identifier.
    pub id: &'m str,
    /// The configuration.
    pub configuration: &'m super::CredentialConfiguration,
    /// The dataset, if the request named one.
    pub identifier: Option<String>,
    /// The claims that the wallet wants, if it said so when it was authorized.
    pub claims: Vec<ClaimDescription>,
}

impl ResponseKey {
    /// Reads the member `credential_response_encryption`, if there is one.
    pub(crate) fn take(members: &mut Members) -> Result<Option<Self>> {
        let code = RefusalCode::InvalidEncryptionParameters;
        let Some(value) = members.take("credential_response_encryption") else { return Ok(None) };
        let mut members = Members::of(value, "credential_response_encryption", code)?;
        let jwk = members.take("jwk").filter(|jwk| jwk.as_object().is_some());
        Ok(Some(Self {
            jwk: jwk.ok_or_else(|| members.refuse("jwk"))?,
            enc: members.need_text("enc")?,
            zip: members.text("zip")?,
        }))
    }

    pub(crate) fn to_value(&self) -> Value<'static> {
        Builder::default()
            .set("jwk", Some(self.jwk.clone()))
            .set("enc", Some(self.enc.clone()))
            .set("zip", self.zip.clone())
            .value()
    }
}

fn proofs(value: Value<'static>) -> Result<Proofs> {
    let refuse = |about| Refusal::new(RefusalCode::InvalidProof, about);
    let Value::Object(object) = value else { return Err(refuse("proofs")) };
    let mut entries = object.into_iter();
    let (Some((name, value)), None) = (entries.next(), entries.next()) else { return Err(refuse("proofs")) };
    let Value::Array(items) = value else { return Err(refuse("proofs")) };
    if items.is_empty() || items.len() > limits::PROOFS {
        return Err(refuse("proofs"));
    }
    let text = |item| match item {
        Value::String(text) => Ok(text.into_owned()),
        _ => Err(refuse("proofs")),
    };
    match &*name {
        "jwt" => Ok(Proofs::Jwt(items.into_iter().map(text).collect::<Result<_>>()?)),
        COMMITMENT => Ok(Proofs::Commitment(items.into_iter().map(text).collect::<Result<_>>()?)),
        "di_vp" => {
            let object = |item| match item {
                Value::Object(object) => Ok(object),
                _ => Err(refuse("proofs")),
            };
            Ok(Proofs::DiVp(items.into_iter().map(object).collect::<Result<_>>()?))
        }
        // Appendix F: exactly one.
        "attestation" if items.len() == 1 => {
            let attestation = items.into_iter().next().ok_or_else(|| refuse("proofs"))?;
            Ok(Proofs::Attestation(text(attestation)?))
        }
        _ => Err(refuse("proofs")),
    }
}

fn proofs_value(proofs: &Proofs) -> Value<'static> {
    let (name, items) = match proofs {
        Proofs::Jwt(all) => ("jwt", all.iter().map(|jwt| Value::from(jwt.clone())).collect()),
        Proofs::DiVp(all) => ("di_vp", all.iter().map(|vp| Value::Object(vp.clone())).collect()),
        Proofs::Commitment(all) => (COMMITMENT, all.iter().map(|jwt| Value::from(jwt.clone())).collect()),
        Proofs::Attestation(one) => ("attestation", vec![Value::from(one.clone())]),
    };
    Builder::default().array(name, items).value()
}

/// A credential response, or a deferred credential response (§8.3, §9.2). It must not be cached.
#[derive(Clone, PartialEq, Debug)]
pub enum CredentialResponse {
    /// The credentials: HTTP status 200.
    Issued {
        /// The credentials, one for each key at most: a string or an object, as the format says.
        credentials: Vec<Value<'static>>,
        /// With this the wallet says what became of them.
        notification_id: Option<String>,
        /// Members that are not known here.
        other: Object<'static>,
    },
    /// Not yet: HTTP status 202.
    Deferred {
        /// With this the wallet asks again: a secret.
        transaction_id: String,
        /// After how many seconds at the earliest.
        interval: i64,
        /// Members that are not known here.
        other: Object<'static>,
    },
}

impl CredentialResponse {
    /// A response with credentials.
    #[must_use]
    pub const fn issued(credentials: Vec<Value<'static>>, notification_id: Option<String>) -> Self {
        Self::Issued { credentials, notification_id, other: Object::new() }
    }

    /// A response that puts the wallet off.
    #[must_use]
    pub const fn deferred(transaction_id: String, interval: i64) -> Self {
        Self::Deferred { transaction_id, interval, other: Object::new() }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::Issued { .. } => 200,
            Self::Deferred { .. } => 202,
        }
    }

    /// Reads the JSON of a response (its body, or what was in the JWE).
    ///
    /// # Errors
    /// [`RefusalCode::InvalidResponse`] about the member, and for a response that is both kinds or neither.
    pub fn parse(json: &[u8]) -> Result<Self> {
        let mut members = Members::parse(json, limits::CREDENTIAL_RESPONSE_BYTES, RefusalCode::InvalidResponse)?;
        let credentials = members.array("credentials", limits::CREDENTIALS)?;
        let transaction_id = members.text("transaction_id")?;
        let interval = members.seconds("interval")?;
        let notification_id = members.text("notification_id")?;
        match (credentials, transaction_id, interval) {
            (Some(items), None, None) => {
                let credentials = items.into_iter().map(credential).collect::<Result<_>>()?;
                Ok(Self::Issued { credentials, notification_id, other: members.rest() })
            }
            (None, Some(transaction_id), Some(interval)) if interval > 0 && notification_id.is_none() => {
                Ok(Self::Deferred { transaction_id, interval, other: members.rest() })
            }
            (None, Some(_), _) => Err(members.refuse("interval")),
            _ => Err(members.refuse("credentials")),
        }
    }

    /// The response as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        match self {
            Self::Issued { credentials, notification_id, other } => {
                let item = |credential: &Value<'static>| {
                    Builder::default().set("credential", Some(credential.clone())).value()
                };
                Builder::default()
                    .array("credentials", credentials.iter().map(item).collect())
                    .set("notification_id", notification_id.clone())
                    .rest(other)
                    .json()
            }
            Self::Deferred { transaction_id, interval, other } => Builder::default()
                .set("transaction_id", Some(transaction_id.clone()))
                .set("interval", Some(number(*interval)))
                .rest(other)
                .json(),
        }
    }
}

fn credential(item: Value<'static>) -> Result<Value<'static>> {
    let mut members = Members::of(item, "credentials", RefusalCode::InvalidResponse)?;
    match members.take("credential") {
        Some(credential @ (Value::String(_) | Value::Object(_))) => Ok(credential),
        _ => Err(members.refuse("credential")),
    }
}
