//! Who an authorization is about, as the store keeps it: claims that a clerk or a program gave with an offer, or what is known
//! of somebody who signed in.

use serde::{Deserialize, Serialize};
use tamarack::Timestamp;
use tamarack::issue::{CredentialType, Issuance, Reached};
use tamarack::json::{self, Object, Value};
use tamarack::messages::Lang;
use tamarack_openid4vc::oauth::access::AccessToken;
use tamarack_openid4vc::{Refusal, RefusalCode};

use super::answer::store;
use super::credential::internal;
use super::offers::{DECIDED, SIGNED_IN, SUBJECT};
use super::service::IssuerService;
use super::source::{Source, SourceError};
use crate::sign_in::Person;
use crate::store::NewExchange;

/// The level of assurance that somebody reached.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Assured {
    /// The `acr`.
    pub acr: String,
    /// Who says so.
    pub issuer: String,
    /// When.
    pub auth_time: Option<Timestamp>,
}

impl Assured {
    fn of(person: &Person) -> Option<Self> {
        let acr = person.acr.clone()?;
        Some(Self { acr, issuer: person.issuer.clone(), auth_time: person.auth_time })
    }

    pub(super) fn reached(&self) -> Reached<'_> {
        Reached { acr: &self.acr, issuer: &self.issuer, auth_time: self.auth_time }
    }
}

/// Somebody who signed in: the level, and for each type the claims of the sign-in with which its source is asked.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Applicant {
    assured: Option<Assured>,
    /// The type and a JSON object.
    known: Vec<(String, String)>,
}

impl Applicant {
    pub(super) fn of(person: &Person) -> Self {
        Self { assured: Assured::of(person), known: Vec::new() }
    }

    /// Asks the source of a type for the claims, to see whether a credential can be made of them, and keeps with what it
    /// was asked.
    pub(super) async fn try_type(
        &mut self,
        of: &CredentialType,
        source: &Source,
        person: &Person,
        now: Timestamp,
    ) -> Result<(), SourceError> {
        let kept = source.needed(of, &person.claims)?;
        let claims = source.claims(of, &kept).await?;
        let issuance =
            Issuance { issuer: "did:web:issuer.invalid", subject: None, id: Some("urn:x"), now, status: &[] };
        of.assemble(&claims, &issuance).map_err(|fault| {
            tracing::warn!(
                of = of.name,
                code = fault.code().as_str(),
                "what a claims source says does not fit its type"
            );
            SourceError::Value
        })?;
        self.known.push((of.name.clone(), json::to_string(&Value::Object(kept))));
        Ok(())
    }

    /// Keeps it under an id until a moment. A clerk decides on the `waiting` type, if there is one; the person reads in a
    /// language.
    pub(super) async fn keep(
        &self,
        service: &IssuerService,
        (id, until): (&str, Timestamp),
        waiting: Option<&str>,
        lang: Lang,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let language = if lang == Lang::Fr { "fr" } else { "en" };
        let known = serde_json::json!({"applicant": self, "configuration": waiting, "language": language});
        let payload = serde_json::to_string(&known).map_err(|_| internal(tamarack::Code::Internal.into()))?;
        let new = NewExchange { kind: SUBJECT, id, state: SIGNED_IN, payload: &payload, created: now, expires: until };
        service.database().add_exchange(&new, &[]).await.map_err(store)
    }
}

/// What a credential of a type says of whoever a token is about.
pub(super) struct Known {
    pub(super) claims: Object<'static>,
    pub(super) assured: Option<Assured>,
}

/// Looks up whoever a token is about. Of somebody who signed in, the type's source is asked now.
pub(super) async fn known(
    service: &IssuerService,
    token: &AccessToken,
    of: &CredentialType,
    now: Timestamp,
) -> Result<Known, Refusal> {
    let denied = |about| Refusal::new(RefusalCode::CredentialRequestDenied, about);
    let held = service.database().exchange(SUBJECT, &token.authorization.subject, now).await.map_err(store)?;
    let held = held.filter(|held| held.state != DECIDED);
    let held = held.ok_or_else(|| denied("an authorization that is over"))?;
    let value = json::parse(held.payload.as_bytes()).map(Value::into_owned).map_err(internal)?;
    if let Some(claims) = value.get("claims").and_then(Value::as_object) {
        return Ok(Known { claims: claims.clone(), assured: None });
    }
    let broken = || internal(tamarack::Code::Internal.into());
    let applicant = value.get("applicant").ok_or_else(broken)?;
    let applicant: Applicant = serde_json::from_value(applicant.to_serde()).map_err(|_| broken())?;
    let (_, kept) = applicant.known.iter().find(|(name, _)| *name == of.name).ok_or_else(|| denied("the type"))?;
    let kept = json::parse(kept.as_bytes()).map_err(internal)?;
    let kept = kept.as_object().ok_or_else(broken)?;
    let offering = service.settings().citizens.as_ref().and_then(|citizens| citizens.offering(&of.name));
    let offering = offering.ok_or_else(|| denied("a type that is no more offered"))?;
    let claims = offering.source.claims(of, kept).await.map_err(|error| match error {
        SourceError::Unavailable => Refusal::new(RefusalCode::TemporarilyUnavailable, error.code()),
        error => denied(error.code()),
    })?;
    Ok(Known { claims, assured: applicant.assured })
}
