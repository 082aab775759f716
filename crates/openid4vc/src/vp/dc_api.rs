//! OpenID4VP over the Digital Credentials API (Appendix A): the request and response objects. The platform brings them, and
//! with them the origin of who asks, which is the audience of every presentation.

use tamarack::jose::Jws;
use tamarack::json::{self, Object, Value};
use tamarack::keys::Signer;

use super::client_id::{Client, ClientId, Trust, authenticate_signed};
use super::message::text;
use super::request::{Request, ResponseMode, check_times, open_jws, read_common, sign};
use super::session::Session;
use crate::{Refusal, RefusalCode, Result, limits};

/// The exchange protocols (A.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Protocol {
    /// `openid4vp-v1-unsigned`
    Unsigned,
    /// `openid4vp-v1-signed`
    Signed,
    /// `openid4vp-v1-multisigned`
    MultiSigned,
}

impl Protocol {
    /// The name that the platform knows it by.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unsigned => "openid4vp-v1-unsigned",
            Self::Signed => "openid4vp-v1-signed",
            Self::MultiSigned => "openid4vp-v1-multisigned",
        }
    }

    /// The protocol of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        [Self::Unsigned, Self::Signed, Self::MultiSigned].into_iter().find(|one| one.as_str() == name)
    }
}

/// The parameters of a multi-signed request that stand in the protected headers alone (A.3.2.2).
const OF_HEADERS: [&str; 2] = ["client_id", "verifier_info"];

// --- the wallet

/// Reads a request as the platform brings it, with the origin that the platform vouches for.
///
/// # Errors
/// `invalid_request` with the parameter (`request`, `client_id`, `expected_origins`, `response_mode`, …), `invalid_request_object`, and the other codes of §8.5.
pub fn read(protocol: Protocol, data: &Object<'_>, origin: &str, trust: &Trust<'_>) -> Result<Request> {
    match protocol {
        Protocol::Unsigned if data.contains_key("request") => Err(invalid("request")),
        // A.2: `client_id` and `expected_origins` are ignored.
        Protocol::Unsigned => read_parameters(data, None, origin),
        Protocol::Signed => {
            let token = text(data, "request", limits::REQUEST_BYTES)?.ok_or(invalid("request"))?;
            let jws = open_jws(token)?;
            let claims = claims_of(&jws)?;
            let client = authenticate(&claims, &jws, trust)?;
            read_signed(&claims, client, origin, trust)
        }
        Protocol::MultiSigned => {
            let envelope = data.get("request").and_then(Value::as_object).unwrap_or(data);
            read_multi_signed(envelope, origin, trust)
        }
    }
}

fn read_multi_signed(envelope: &Object<'_>, origin: &str, trust: &Trust<'_>) -> Result<Request> {
    let part = |object: &Object<'_>, name: &str| {
        let text = object.get(name).and_then(Value::as_str).filter(|text| !text.contains('.'));
        text.map(str::to_owned).ok_or(object_refusal("request"))
    };
    let payload = part(envelope, "payload")?;
    let signatures = envelope.get("signatures").and_then(Value::as_array).unwrap_or_default();
    if signatures.is_empty() || signatures.len() > limits::ORIGINS {
        return Err(object_refusal("request"));
    }
    let mut first_refusal = None;
    for signature in signatures {
        let one = || -> Result<Request> {
            let signature = signature.as_object().ok_or(object_refusal("request"))?;
            let token = format!("{}.{payload}.{}", part(signature, "protected")?, part(signature, "signature")?);
            let jws = open_jws(&token)?;
            let mut claims = claims_of(&jws)?;
            if OF_HEADERS.iter().any(|name| claims.contains_key(name)) {
                return Err(invalid("client_id"));
            }
            for name in OF_HEADERS {
                if let Some(value) = jws.header().get(name) {
                    claims.insert(name, value.clone());
                }
            }
            let client = authenticate(&claims, &jws, trust)?;
            read_signed(&claims, client, origin, trust)
        };
        // The wallet takes the first of the identifiers that it can trust.
        match one() {
            Ok(request) => return Ok(request),
            Err(refusal) => first_refusal = first_refusal.or(Some(refusal)),
        }
    }
    Err(first_refusal.unwrap_or(object_refusal("request")))
}

fn claims_of(jws: &Jws<'_>) -> Result<Object<'static>> {
    match json::parse(jws.payload()).map(Value::into_owned) {
        Ok(Value::Object(claims)) => Ok(claims),
        Ok(_) => Err(object_refusal("request")),
        Err(fault) => Err(object_refusal("request").because(fault)),
    }
}

/// A.2: `client_id` must be there in a signed request.
fn authenticate(claims: &Object<'_>, jws: &Jws<'_>, trust: &Trust<'_>) -> Result<Client> {
    let id = claims.get("client_id").and_then(Value::as_str).ok_or(invalid("client_id"))?;
    authenticate_signed(ClientId::parse(id)?, jws, trust)
}

fn read_signed(claims: &Object<'_>, client: Client, origin: &str, trust: &Trust<'_>) -> Result<Request> {
    check_times(claims, trust.now)?;
    if claims.contains_key("request") || claims.contains_key("request_uri") {
        return Err(object_refusal("request"));
    }
    let origins = claims.get("expected_origins").and_then(Value::as_array).unwrap_or_default();
    let is_usable = |origin: &Value<'_>| origin.as_str().is_some_and(is_origin);
    let is_ours = |one: &Value<'_>| one.as_str() == Some(origin);
    // A.2: compared as texts, to find a request that somebody else replays.
    if origins.len() > limits::ORIGINS || !origins.iter().all(is_usable) || !origins.iter().any(is_ours) {
        return Err(invalid("expected_origins"));
    }
    read_parameters(claims, Some(client), origin)
}

fn read_parameters(parameters: &Object<'_>, client: Option<Client>, origin: &str) -> Result<Request> {
    let mode = text(parameters, "response_mode", limits::ID_BYTES)?.and_then(ResponseMode::of);
    let mode = mode.filter(|mode| mode.is_dc_api()).ok_or(invalid("response_mode"))?;
    let known = client.as_ref().and_then(|client| client.metadata.clone());
    let mut request = read_common(parameters, mode, known, format!("origin:{origin}"))?;
    // A.2: `state` is not defined here.
    request.state = None;
    request.client = client;
    Ok(request)
}

/// A.2: what no origin may be; plain HTTP for the machine's own alone.
pub(crate) fn is_origin(origin: &str) -> bool {
    let is_local = |host: &str| {
        origin.strip_prefix(host).is_some_and(|rest| rest.is_empty() || (rest.starts_with(':') && !rest.contains('/')))
    };
    let local = ["http://localhost", "http://127.0.0.1", "http://[::1]"].into_iter().any(is_local);
    let native = origin.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty() && !matches!(scheme, "http" | "ftp" | "javascript" | "data" | "ws" | "wss" | "file")
    });
    origin.len() <= limits::URL_BYTES && (local || native)
}

// --- the verifier

/// One identifier of the verifier that signs a request.
#[derive(Clone, Copy)]
pub struct Signature<'s> {
    /// The client identifier.
    pub client_id: &'s ClientId,
    /// What its prefix wants in the header: `kid`, `x5c` or `jwt`.
    pub header: &'s Object<'s>,
    /// The key.
    pub signer: &'s dyn Signer,
}

impl core::fmt::Debug for Signature<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Signature").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl Session {
    /// The same request without a signature, for wallets that know no client identifier: to be offered beside the signed one,
    /// as an answer to either is bound to the origin (A.2).
    ///
    /// # Errors
    /// `invalid_request` (`response_mode`) for a session of another way.
    pub fn dc_api_unsigned(&self) -> Result<(Protocol, Object<'static>)> {
        if !self.ask().response_mode.is_dc_api() {
            return Err(invalid("response_mode"));
        }
        let mut parameters = self.parameters();
        for name in ["client_id", "expected_origins", "verifier_info"] {
            parameters.remove(name);
        }
        Ok((Protocol::Unsigned, parameters))
    }

    /// The request for the Digital Credentials API: which protocol, and its `data`. Unsigned without a signature, compact with
    /// one, in the JSON serialization with several.
    ///
    /// # Errors
    /// `invalid_request` (`response_mode`) for a session of another way, (`client_id`) if the one signature is of another client than was asked with; as
    /// [`sign`].
    pub fn dc_api_request(&self, signatures: &[Signature<'_>]) -> Result<(Protocol, Object<'static>)> {
        if !self.ask().response_mode.is_dc_api() {
            return Err(invalid("response_mode"));
        }
        let mut parameters = self.parameters();
        match signatures {
            [] if self.ask().client_id.is_none() => Ok((Protocol::Unsigned, parameters)),
            [] => Err(invalid("client_id")),
            [one] if self.ask().client_id.as_ref() == Some(one.client_id) => {
                let token = sign(&parameters, one.header, one.signer)?;
                Ok((Protocol::Signed, [("request", token)].into_iter().collect()))
            }
            [_] => Err(invalid("client_id")),
            several => {
                let info = parameters.remove("verifier_info");
                parameters.remove("client_id");
                if several.len() > limits::ORIGINS || !parameters.contains_key("expected_origins") {
                    return Err(invalid("expected_origins"));
                }
                let mut payload = None;
                let mut signatures = Vec::with_capacity(several.len());
                for one in several {
                    let mut header = one.header.clone().into_owned();
                    header.insert("client_id", one.client_id.as_str().to_owned());
                    if let Some(info) = &info {
                        header.insert("verifier_info", info.clone());
                    }
                    let token = sign(&parameters, &header, one.signer)?;
                    let mut parts = token.split('.').map(str::to_owned);
                    let mut next = || parts.next().ok_or(object_refusal("request"));
                    let (protected, body, signature) = (next()?, next()?, next()?);
                    payload.get_or_insert(body);
                    let members: Object<'static> =
                        [("protected", protected), ("signature", signature)].into_iter().collect();
                    signatures.push(Value::Object(members));
                }
                let mut envelope = Object::new();
                envelope.insert("payload", payload.unwrap_or_default());
                envelope.insert("signatures", Value::Array(signatures));
                Ok((Protocol::MultiSigned, [("request", Value::Object(envelope))].into_iter().collect()))
            }
        }
    }
}

const fn invalid(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, name)
}

const fn object_refusal(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidRequestObject, name)
}
