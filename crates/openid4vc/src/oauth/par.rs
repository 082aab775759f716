//! Pushed authorization requests (RFC 9126).

use tamarack::json::Object;
use tamarack::{Randomness, Timestamp};

use super::authorization::{AuthorizationRequest, Client, Rejection};
use super::form::Form;
use super::grant::Presenter;
use super::secret::{Digest, Secret};
use crate::members::{Builder, Members, number};
use crate::{Refusal, RefusalCode, Result, limits};

const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// A pushed request in the store. It is used once: marked as used in one conditional statement.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct PushedRequest {
    /// The `request_uri`.
    pub uri: Digest,
    /// Whether it was used.
    pub used: bool,
    /// Until when it is good.
    pub expires: Timestamp,
    /// Who pushed it.
    pub presenter: Presenter,
    /// The parameters, encoded.
    pub form: String,
}

/// The answer of the PAR endpoint: status 201.
#[derive(Clone, Debug)]
pub struct PushedResponse {
    /// With this the browser goes to the authorization endpoint.
    pub request_uri: String,
    /// For how many seconds.
    pub expires_in: i64,
    /// Members that are not known here.
    pub other: Object<'static>,
}

/// Takes a pushed request (RFC 9126 §2): the same checks as at the authorization endpoint, but every error is answered with
/// JSON. The presenter was checked by the request's headers.
///
/// # Errors
/// Those of [`AuthorizationRequest::read`]; [`RefusalCode::InvalidRequest`] for a `request_uri` among the parameters;
/// [`RefusalCode::InvalidClient`] if the presenter is another client; [`RefusalCode::InvalidDpopProof`] if `dpop_jkt` is
/// another key's than the DPoP proof's (RFC 9449 §10.1).
pub fn push(
    body: &str,
    client: &Client,
    presenter: &Presenter,
    server: &str,
    now: Timestamp,
    rng: &mut dyn Randomness,
) -> Result<(PushedResponse, PushedRequest)> {
    let form = Form::parse(body)?;
    if form.get("request_uri").is_some() {
        return Err(Refusal::new(RefusalCode::InvalidRequest, "request_uri"));
    }
    let request = AuthorizationRequest::read(&form, client, server).map_err(|rejection| rejection.refusal().clone())?;
    if presenter.client_id.as_ref().is_some_and(|id| *id != request.client_id) {
        return Err(Refusal::new(RefusalCode::InvalidClient, "client_id"));
    }
    if let (Some(named), Some(proved)) = (&request.dpop_jkt, &presenter.jkt)
        && named != proved
    {
        return Err(Refusal::new(RefusalCode::InvalidDpopProof, "dpop_jkt"));
    }
    let reference = Secret::draw(rng).map_err(Refusal::internal)?;
    let request_uri = format!("{PREFIX}{}", reference.expose());
    let record = PushedRequest {
        uri: Digest::of(&request_uri),
        used: false,
        expires: now.plus_seconds(limits::PUSHED_SECONDS),
        presenter: presenter.clone(),
        form: form.encode(),
    };
    let response = PushedResponse { request_uri, expires_in: limits::PUSHED_SECONDS, other: Object::new() };
    Ok((response, record))
}

impl PushedRequest {
    /// The request behind the parameters with which the browser came to the authorization endpoint (RFC 9126 §4). All other
    /// parameters there are ignored.
    ///
    /// # Errors
    /// [`Rejection::Show`] with [`RefusalCode::InvalidRequestUri`] for one that is unknown, used, expired or another client's.
    pub fn redeem(
        &self,
        front: &Form,
        client: &Client,
        server: &str,
        now: Timestamp,
    ) -> core::result::Result<AuthorizationRequest, Rejection> {
        let ours = front.get("request_uri").is_some_and(|uri| Digest::of(uri) == self.uri);
        if !ours || self.used || self.expires <= now {
            return Err(unknown());
        }
        let form = Form::parse(&self.form).map_err(Rejection::Show)?;
        if front.get("client_id") != form.get("client_id") {
            return Err(unknown());
        }
        AuthorizationRequest::read(&form, client, server)
    }
}

/// The rejection for a `request_uri` of which the store has no row.
#[must_use]
pub const fn unknown() -> Rejection {
    Rejection::Show(Refusal::new(RefusalCode::InvalidRequestUri, "request_uri"))
}

impl PushedResponse {
    /// Reads the body of an answer.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidResponse`].
    pub fn parse(json: &[u8]) -> Result<Self> {
        let mut members = Members::parse(json, limits::MESSAGE_BYTES, RefusalCode::InvalidResponse)?;
        let request_uri = members.need_text("request_uri")?;
        let expires_in = members.seconds("expires_in")?.filter(|seconds| *seconds > 0);
        let expires_in = expires_in.ok_or_else(|| members.refuse("expires_in"))?;
        Ok(Self { request_uri, expires_in, other: members.rest() })
    }

    /// The body of the answer.
    #[must_use]
    pub fn to_json(&self) -> String {
        Builder::default()
            .set("request_uri", Some(self.request_uri.clone()))
            .set("expires_in", Some(number(self.expires_in)))
            .rest(&self.other)
            .json()
    }
}
