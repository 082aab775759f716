//! The authorization response: what the wallet sends, and how the verifier reads it (OpenID4VP §8).

use tamarack::json::{self, Object, Value};

use super::dcql::Query;
use super::encryption::encrypt;
use super::message::{parse_json, write_form};
use super::request::{Request, ResponseMode};
use crate::{Refusal, RefusalCode, Result, limits};

/// A VP token: presentations under the ids of the credential queries that they answer (§8.1). Always an object of arrays.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct VpToken {
    entries: Vec<(String, Vec<Value<'static>>)>,
}

impl VpToken {
    /// One without presentations.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Adds a presentation: a JSON object, or a token as a text.
    pub fn push(&mut self, id: &str, presentation: Value<'static>) {
        match self.entries.iter_mut().find(|(known, _)| known == id) {
            Some((_, presentations)) => presentations.push(presentation),
            None => self.entries.push((id.to_owned(), vec![presentation])),
        }
    }

    /// The presentations under their ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Value<'static>])> {
        self.entries.iter().map(|(id, presentations)| (id.as_str(), presentations.as_slice()))
    }

    /// Reads a VP token and holds it against the form that the query wants.
    ///
    /// # Errors
    /// `invalid_request` (`vp_token`): no object, an entry that is no array or empty or was not asked for, a presentation
    /// that is neither text nor object, more than one where one was asked for; `credentials` if a required one is missing.
    pub fn read(value: &Value<'_>, query: &Query) -> Result<Self> {
        const WRONG: Refusal = Refusal::new(RefusalCode::InvalidRequest, "vp_token");
        let object = value.as_object().ok_or(WRONG)?;
        let mut token = Self::new();
        for (id, value) in object.iter() {
            let asked = query.credential(id).ok_or(WRONG)?;
            let most = if asked.multiple { limits::PRESENTATIONS } else { 1 };
            let items = value.as_array().filter(|items| !items.is_empty() && items.len() <= most).ok_or(WRONG)?;
            for item in items {
                if !matches!(item, Value::String(_) | Value::Object(_)) {
                    return Err(WRONG);
                }
                token.push(id, item.clone().into_owned());
            }
        }
        let ids: Vec<&str> = token.entries.iter().map(|(id, _)| id.as_str()).collect();
        query.check_set(&ids)?;
        Ok(token)
    }

    /// The JSON form.
    #[must_use]
    pub fn to_json(&self) -> Value<'static> {
        let entries = self.entries.iter().map(|(id, items)| (id.clone(), Value::Array(items.clone())));
        Value::Object(entries.collect())
    }
}

/// What a wallet answers.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Reply {
    /// The presentations, if any were asked for.
    pub vp_token: Option<VpToken>,
    /// The self-issued ID token, if one was asked for.
    pub id_token: Option<String>,
}

/// How a message is brought to the verifier.
#[derive(Clone, PartialEq, Debug)]
pub enum Delivery {
    /// By a POST of `application/x-www-form-urlencoded`.
    Post {
        /// The `response_uri`.
        uri: String,
        /// The body.
        body: String,
    },
    /// By sending the browser there.
    Redirect {
        /// The `redirect_uri` with its fragment.
        uri: String,
    },
    /// By the Digital Credentials API: its `data`.
    Data(Object<'static>),
}

/// Makes the message that answers a request.
///
/// # Errors
/// `server_error` (`vp_token`, `id_token`) for a reply that lacks what was asked for or has what was not; `invalid_request` (`client_metadata`) if it cannot be
/// encrypted.
pub fn deliver(request: &Request, reply: &Reply) -> Result<Delivery> {
    let failed = |name| Err(Refusal::new(RefusalCode::ServerError, name));
    if reply.vp_token.is_some() != request.response_type.wants_presentations() {
        return failed("vp_token");
    }
    if reply.id_token.is_some() != request.response_type.wants_id_token() {
        return failed("id_token");
    }
    let mut members = Object::new();
    match (&reply.vp_token, &request.exchange) {
        (Some(token), Some(definition)) => {
            // The nonce is the request's own, and as good a name as any.
            let (token, submission) = definition.answer(token, &request.nonce)?;
            members.insert("vp_token", token);
            members.insert("presentation_submission", submission.to_json());
        }
        (Some(token), None) => {
            members.insert("vp_token", token.to_json());
        }
        (None, _) => {}
    }
    if let Some(token) = &reply.id_token {
        members.insert("id_token", token.clone());
    }
    // A.2: `state` is not defined for the Digital Credentials API.
    if let (Some(state), false) = (&request.state, request.response_mode.is_dc_api()) {
        members.insert("state", state.clone());
    }
    if request.response_mode.is_encrypted() {
        let token = encrypt(json::to_string(&Value::Object(members)).as_bytes(), &request.metadata)?;
        members = [("response", token)].into_iter().collect();
    }
    bring(request, members)
}

/// Makes the message that says why a request is not answered. It says no more than the code: what a wallet holds, and
/// whether its owner refused, is nobody's business (§15.9).
///
/// # Errors
/// `server_error` (`response_uri`) for a request without an address.
pub fn deliver_error(request: &Request, code: RefusalCode) -> Result<Delivery> {
    let mut members = Object::new();
    members.insert("error", code.as_str());
    if let (Some(state), false) = (&request.state, request.response_mode.is_dc_api()) {
        members.insert("state", state.clone());
    }
    bring(request, members)
}

fn bring(request: &Request, members: Object<'static>) -> Result<Delivery> {
    let uri = || request.answer_to.clone().ok_or(Refusal::new(RefusalCode::ServerError, "response_uri"));
    let form = || super::message::write_members(&members);
    Ok(match request.response_mode {
        ResponseMode::DirectPost | ResponseMode::DirectPostJwt => Delivery::Post { uri: uri()?, body: form() },
        ResponseMode::Fragment => {
            let uri = uri()?;
            let base = uri.split_once('#').map_or(uri.as_str(), |(base, _)| base);
            Delivery::Redirect { uri: format!("{base}#{}", form()) }
        }
        ResponseMode::DcApi | ResponseMode::DcApiJwt => Delivery::Data(members),
    })
}

/// What the verifier answers to a POST (§8.2): where the browser is to go on, if anywhere.
#[must_use]
pub fn receipt(redirect_uri: Option<&str>) -> String {
    let members = redirect_uri.map(|uri| ("redirect_uri", Value::from(uri.to_owned())));
    json::to_string(&Value::Object(members.into_iter().collect()))
}

/// Reads what the verifier answered to a POST: where the browser is to go on (§8.2). An empty body says nothing of that; nor does
/// `null`, which some write for what is absent.
///
/// # Errors
/// `invalid_request` (`redirect_uri`) for what is no JSON object, or an address that no browser should be sent to.
pub fn read_receipt(body: &[u8]) -> Result<Option<String>> {
    const WRONG: Refusal = Refusal::new(RefusalCode::InvalidRequest, "redirect_uri");
    if body.trim_ascii().is_empty() {
        return Ok(None);
    }
    let value = json::parse_up_to(body, limits::REQUEST_BYTES).map_err(|fault| WRONG.because(fault))?;
    let object = value.as_object().ok_or(WRONG)?;
    if matches!(object.get("redirect_uri"), Some(Value::Null)) {
        return Ok(None);
    }
    let Some(uri) = super::message::text(object, "redirect_uri", limits::URL_BYTES)? else { return Ok(None) };
    if super::request::is_place_for_a_browser(uri) { Ok(Some(uri.to_owned())) } else { Err(WRONG) }
}

/// The `vp_token` of a response's members: an object, or its JSON text where the response came as a form.
pub(crate) fn vp_token_of(members: &Object<'_>) -> Result<Value<'static>> {
    match members.get("vp_token") {
        Some(Value::String(text)) => parse_json(text, "vp_token"),
        Some(value) => Ok(value.clone().into_owned()),
        None => Err(Refusal::new(RefusalCode::InvalidRequest, "vp_token")),
    }
}

/// What ties a posted response to its session, before anything of it is believed.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Address {
    /// The `state` of a plain response.
    pub state: Option<String>,
    /// The name of the key that an encrypted response is encrypted to.
    pub kid: Option<String>,
}

/// Reads what ties a posted response to its session.
///
/// # Errors
/// `invalid_request` (`parameters`).
pub fn address_of(body: &str) -> Result<Address> {
    if body.len() > limits::ANSWER_BYTES {
        return Err(Refusal::new(RefusalCode::InvalidRequest, "parameters"));
    }
    let members = super::message::parse_form(body)?;
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    Ok(Address { state: text("state").map(str::to_owned), kid: text("response").and_then(super::encryption::kid_of) })
}

/// The form of one parameter, for tests and tools that write responses by hand.
#[must_use]
pub fn form(members: &[(&str, &str)]) -> String {
    write_form(members.iter().copied())
}
