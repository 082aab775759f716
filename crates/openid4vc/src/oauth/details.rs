//! Authorization details of type `openid_credential` (RFC 9396, OpenID4VCI §5.1.1, §6.2).

use tamarack::json::{Object, Value, parse_up_to, to_string};

use crate::members::{Builder, Members};
use crate::vci::claims::ClaimDescription;
use crate::{Refusal, RefusalCode, Result, limits};

/// The type.
pub const TYPE: &str = "openid_credential";

/// One authorization detail: of a request, or (with `identifiers`) of a token response.
#[derive(Clone, PartialEq, Debug)]
pub struct CredentialDetail {
    /// The credential configuration.
    pub configuration: String,
    /// The credential issuers that it is for; needed where an authorization server serves several.
    pub locations: Vec<String>,
    /// The claims that the wallet wants.
    pub claims: Vec<ClaimDescription>,
    /// The credential datasets that may be asked for; of token responses alone.
    pub identifiers: Vec<String>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

impl CredentialDetail {
    /// The detail that asks for a configuration.
    #[must_use]
    pub fn of(configuration: impl Into<String>) -> Self {
        Self {
            configuration: configuration.into(),
            locations: Vec::new(),
            claims: Vec::new(),
            identifiers: Vec::new(),
            other: Object::new(),
        }
    }

    /// Reads the parameter `authorization_details` of a request. Every entry must be of type `openid_credential`: no other
    /// type is known here (RFC 9396 §5).
    ///
    /// # Errors
    /// [`RefusalCode::InvalidAuthorizationDetails`].
    pub fn parse_request(json: &str) -> Result<Vec<Self>> {
        let code = RefusalCode::InvalidAuthorizationDetails;
        let value = parse_up_to(json.as_bytes(), limits::MESSAGE_BYTES);
        let value = value.map_err(|fault| Refusal::new(code, "authorization_details").because(fault))?.into_owned();
        Self::read(value, code)
    }

    /// Reads the member of a token response or the value of a request.
    pub(crate) fn read(value: Value<'static>, code: RefusalCode) -> Result<Vec<Self>> {
        let refuse = || Refusal::new(code, "authorization_details");
        let Value::Array(items) = value else { return Err(refuse()) };
        if items.is_empty() || items.len() > limits::DETAILS {
            return Err(refuse());
        }
        // A response may hold details of other types, which are for others to read.
        let request = code == RefusalCode::InvalidAuthorizationDetails;
        let ours = |item: &Value<'_>| item.get("type").and_then(Value::as_str) == Some(TYPE);
        items.into_iter().filter(|item| request || ours(item)).map(|item| Self::from_value(item, code)).collect()
    }

    fn from_value(value: Value<'static>, code: RefusalCode) -> Result<Self> {
        let mut members = Members::of(value, "authorization_details", code)?;
        if members.need_text("type")? != TYPE {
            return Err(members.refuse("type"));
        }
        Ok(Self {
            configuration: members.need_text("credential_configuration_id")?,
            locations: members.texts("locations", limits::DETAILS)?,
            claims: ClaimDescription::take(&mut members)?,
            identifiers: members.texts("credential_identifiers", limits::CONFIGURATIONS)?,
            other: members.rest(),
        })
    }

    fn to_value(&self) -> Value<'static> {
        Builder::default()
            .set("type", Some(TYPE))
            .set("credential_configuration_id", Some(self.configuration.clone()))
            .texts("locations", &self.locations)
            .array("claims", ClaimDescription::values(&self.claims))
            .texts("credential_identifiers", &self.identifiers)
            .rest(&self.other)
            .value()
    }

    /// The details as a JSON value.
    #[must_use]
    pub fn values(all: &[Self]) -> Value<'static> {
        Value::Array(all.iter().map(Self::to_value).collect())
    }

    /// The parameter of a request.
    #[must_use]
    pub fn to_json(all: &[Self]) -> String {
        to_string(&Self::values(all))
    }
}
