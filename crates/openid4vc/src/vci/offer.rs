//! Credential offers (OpenID4VCI §4), by value and by reference.

use tamarack::json::{Object, Value};

use super::metadata::IssuerMetadata;
use crate::members::{Builder, Members};
use crate::oauth::form::Form;
use crate::oauth::token::PRE_AUTHORIZED;
use crate::{Refusal, RefusalCode, Result, limits, url};

/// The scheme with which any wallet is invoked (§12.1.1).
pub const SCHEME: &str = "openid-credential-offer://";

/// Which characters a `tx_code` has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum InputMode {
    /// Digits.
    #[default]
    Numeric,
    /// Any characters.
    Text,
}

/// What a person must type in: how the transaction code looks, not the code itself.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TxCode {
    /// Which characters it has; absent for digits.
    pub input_mode: Option<InputMode>,
    /// How many characters it has.
    pub length: Option<u32>,
    /// How the person gets it: at most 300 characters.
    pub description: Option<String>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

/// The grant `authorization_code` of an offer.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct AuthorizationCodeGrant {
    /// What the wallet hands on to the authorization endpoint. Anybody may have put it there.
    pub issuer_state: Option<String>,
    /// Which of several authorization servers.
    pub authorization_server: Option<String>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

/// The grant `urn:ietf:params:oauth:grant-type:pre-authorized_code` of an offer.
#[derive(Clone, PartialEq)]
pub struct PreAuthorizedGrant {
    /// The code: a secret.
    pub code: String,
    /// Whether a transaction code is needed, and how it looks.
    pub tx_code: Option<TxCode>,
    /// Which of several authorization servers.
    pub authorization_server: Option<String>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

/// The code is not shown.
impl core::fmt::Debug for PreAuthorizedGrant {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PreAuthorizedGrant")
            .field("tx_code", &self.tx_code)
            .field("authorization_server", &self.authorization_server)
            .finish_non_exhaustive()
    }
}

/// The grants that an offer names. None: the wallet looks into the server's metadata.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Grants {
    /// Through the authorization endpoint.
    pub authorization_code: Option<AuthorizationCodeGrant>,
    /// With a code that is authorized already.
    pub pre_authorized: Option<PreAuthorizedGrant>,
    /// Grants that are not known here.
    pub other: Object<'static>,
}

/// A credential offer (§4.1.1). Its origin is not known: a wallet checks everything as if it had started by itself (§13.5).
#[derive(Clone, PartialEq, Debug)]
pub struct CredentialOffer {
    /// The Credential Issuer Identifier.
    pub credential_issuer: String,
    /// What is offered: identifiers of the issuer's configurations, each once.
    pub configurations: Vec<String>,
    /// The grants.
    pub grants: Grants,
    /// Members that are not known here.
    pub other: Object<'static>,
}

/// What the parameter of an offer's URI holds.
#[derive(Clone, PartialEq, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one, and it is taken apart at once")]
pub enum OfferUri {
    /// The offer itself.
    Value(CredentialOffer),
    /// Where to fetch it: an `https` URL, to be fetched with GET as `application/json`.
    Reference(String),
}

impl OfferUri {
    /// Reads the URI with which a wallet was invoked: `openid-credential-offer://?…` or any other URI with one of the two
    /// parameters.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidOffer`] if there is not exactly one of the parameters, and as [`CredentialOffer::parse`].
    pub fn parse(uri: &str) -> Result<Self> {
        let (_, query) = uri.split_once('?').ok_or_else(|| refuse("the query"))?;
        let query = query.split('#').next().unwrap_or_default();
        let form = Form::parse(query).map_err(|refusal| refuse(refusal.about()))?;
        match (form.get("credential_offer"), form.get("credential_offer_uri")) {
            (Some(offer), None) => CredentialOffer::parse(offer.as_bytes()).map(Self::Value),
            (None, Some(at)) if url::is_endpoint(at) => Ok(Self::Reference(at.to_owned())),
            (None, Some(_)) => Err(refuse("credential_offer_uri")),
            _ => Err(refuse("credential_offer")),
        }
    }

    /// The URI that invokes a wallet at its credential offer endpoint: [`SCHEME`], or an `https` one that is known.
    #[must_use]
    pub fn to_uri(&self, endpoint: &str) -> String {
        let form = match self {
            Self::Value(offer) => Form::default().with("credential_offer", Some(offer.to_json())),
            Self::Reference(at) => Form::default().with("credential_offer_uri", Some(at.as_str())),
        };
        // A space as `+` is read by few; `%20` by all.
        let query = form.encode().replace('+', "%20");
        format!("{endpoint}{}{query}", if endpoint.contains('?') { "&" } else { "?" })
    }
}

impl CredentialOffer {
    /// An offer of configurations with a pre-authorized code.
    #[must_use]
    pub fn pre_authorized(issuer: &str, configurations: Vec<String>, code: &str, tx_code: Option<TxCode>) -> Self {
        let grant =
            PreAuthorizedGrant { code: code.to_owned(), tx_code, authorization_server: None, other: Object::new() };
        let grants = Grants { pre_authorized: Some(grant), ..Grants::default() };
        Self { credential_issuer: issuer.to_owned(), configurations, grants, other: Object::new() }
    }

    /// An offer of configurations through the authorization endpoint.
    #[must_use]
    pub fn authorization_code(issuer: &str, configurations: Vec<String>, issuer_state: Option<String>) -> Self {
        let grant = AuthorizationCodeGrant { issuer_state, ..AuthorizationCodeGrant::default() };
        let grants = Grants { authorization_code: Some(grant), ..Grants::default() };
        Self { credential_issuer: issuer.to_owned(), configurations, grants, other: Object::new() }
    }

    /// Reads an offer.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidOffer`], about the member.
    pub fn parse(json: &[u8]) -> Result<Self> {
        let mut members = Members::parse(json, limits::MESSAGE_BYTES, RefusalCode::InvalidOffer)?;
        let credential_issuer = members.need_text("credential_issuer")?;
        if !url::is_issuer(&credential_issuer) {
            return Err(refuse("credential_issuer"));
        }
        let configurations = members.texts("credential_configuration_ids", limits::CONFIGURATIONS)?;
        let twice = |(at, id): (usize, &String)| configurations.iter().take(at).any(|other| other == id);
        if configurations.is_empty() || configurations.iter().enumerate().any(twice) {
            return Err(refuse("credential_configuration_ids"));
        }
        let grants = members.object("grants")?.map(grants).transpose()?.unwrap_or_default();
        Ok(Self { credential_issuer, configurations, grants, other: members.rest() })
    }

    /// The offer as JSON text, to be sent as `application/json`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let grants = Builder::default()
            .set("authorization_code", self.grants.authorization_code.as_ref().map(code_value))
            .set(PRE_AUTHORIZED, self.grants.pre_authorized.as_ref().map(pre_authorized_value))
            .rest(&self.grants.other)
            .object();
        Builder::default()
            .set("credential_issuer", Some(self.credential_issuer.clone()))
            .texts("credential_configuration_ids", &self.configurations)
            .set("grants", (!grants.is_empty()).then_some(grants))
            .rest(&self.other)
            .json()
    }

    /// Whether the offer agrees with its issuer's metadata: the wallet's check before it goes on (§4.1.1, §12.2.4).
    ///
    /// # Errors
    /// [`RefusalCode::InvalidOffer`] for another issuer, an unknown configuration, or an authorization server that the
    /// metadata does not list.
    pub fn check(&self, metadata: &IssuerMetadata) -> Result<()> {
        if self.credential_issuer != metadata.credential_issuer {
            return Err(refuse("credential_issuer"));
        }
        if self.configurations.iter().any(|id| metadata.configuration(id).is_none()) {
            return Err(refuse("credential_configuration_ids"));
        }
        let code = self.grants.authorization_code.as_ref().and_then(|grant| grant.authorization_server.as_ref());
        let pre = self.grants.pre_authorized.as_ref().and_then(|grant| grant.authorization_server.as_ref());
        let listed = |server: &String| metadata.authorization_servers.contains(server);
        if [code, pre].into_iter().flatten().all(listed) { Ok(()) } else { Err(refuse("authorization_server")) }
    }
}

fn refuse(about: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidOffer, about)
}

fn grants(mut members: Members) -> Result<Grants> {
    let authorization_code = members.object("authorization_code")?.map(|mut grant| {
        Ok(AuthorizationCodeGrant {
            issuer_state: grant.text("issuer_state")?,
            authorization_server: grant.text("authorization_server")?,
            other: grant.rest(),
        })
    });
    let pre_authorized = members.object(PRE_AUTHORIZED)?.map(|mut grant| {
        Ok(PreAuthorizedGrant {
            code: grant.need_text("pre-authorized_code")?,
            tx_code: grant.object("tx_code")?.map(tx_code).transpose()?,
            authorization_server: grant.text("authorization_server")?,
            other: grant.rest(),
        })
    });
    Ok(Grants {
        authorization_code: authorization_code.transpose()?,
        pre_authorized: pre_authorized.transpose()?,
        other: members.rest(),
    })
}

fn tx_code(mut members: Members) -> Result<TxCode> {
    let input_mode = match members.text("input_mode")?.as_deref() {
        None => None,
        Some("numeric") => Some(InputMode::Numeric),
        Some("text") => Some(InputMode::Text),
        Some(_) => return Err(refuse("input_mode")),
    };
    let length = match members.count("length")? {
        None => None,
        Some(length) => {
            let most = u64::try_from(limits::TX_CODE_CHARACTERS).unwrap_or(u64::MAX);
            let length = Some(length).filter(|length| (1..=most).contains(length));
            Some(length.and_then(|length| u32::try_from(length).ok()).ok_or_else(|| refuse("length"))?)
        }
    };
    let description = members.text("description")?;
    if description.as_ref().is_some_and(|text| text.chars().count() > limits::TX_CODE_DESCRIPTION) {
        return Err(refuse("description"));
    }
    Ok(TxCode { input_mode, length, description, other: members.rest() })
}

fn code_value(grant: &AuthorizationCodeGrant) -> Value<'static> {
    Builder::default()
        .set("issuer_state", grant.issuer_state.clone())
        .set("authorization_server", grant.authorization_server.clone())
        .rest(&grant.other)
        .value()
}

fn pre_authorized_value(grant: &PreAuthorizedGrant) -> Value<'static> {
    let tx_code = grant.tx_code.as_ref().map(|tx_code| {
        let mode = tx_code.input_mode.map(|mode| match mode {
            InputMode::Numeric => "numeric",
            InputMode::Text => "text",
        });
        Builder::default()
            .set("input_mode", mode)
            .set("length", tx_code.length)
            .set("description", tx_code.description.clone())
            .rest(&tx_code.other)
            .value()
    });
    Builder::default()
        .set("pre-authorized_code", Some(grant.code.clone()))
        .set("tx_code", tx_code)
        .set("authorization_server", grant.authorization_server.clone())
        .rest(&grant.other)
        .value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_value_and_by_reference() {
        let code = TxCode { length: Some(6), description: Some("Voir la lettre".to_owned()), ..TxCode::default() };
        let offer =
            CredentialOffer::pre_authorized("https://i.example/a", vec!["card".to_owned()], "secret", Some(code));
        let uri = OfferUri::Value(offer.clone()).to_uri(SCHEME);
        assert!(uri.starts_with("openid-credential-offer://?credential_offer=") && !uri.contains('+'));
        assert_eq!(OfferUri::parse(&uri).unwrap(), OfferUri::Value(offer.clone()));
        assert!(!format!("{offer:?}").contains("secret"));
        let by_reference = OfferUri::Reference("https://i.example/offers/1".to_owned());
        assert_eq!(OfferUri::parse(&by_reference.to_uri("https://w.example/offer")).unwrap(), by_reference);
    }
}
