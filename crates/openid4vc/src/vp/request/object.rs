//! Request objects (RFC 9101) and unsigned requests: who asks, and whether the message is his.

use tamarack::jose::Jws;
use tamarack::json::{self, Object, Value};
use tamarack::keys::{KeyType, SignatureAlgorithm, Signer};
use tamarack::{Code, Fault, Timestamp};

use super::Request;
use super::read::read;
use crate::members::seconds;
use crate::vp::client_id::{ClientId, Trust, authenticate_signed, authenticate_unsigned};
use crate::vp::encryption::DecryptionKey;
use crate::{Refusal, RefusalCode, Result, limits};

/// The audience of a request object whose maker does not know the wallet (OpenID4VP §5.8).
pub const STATIC_AUDIENCE: &str = "https://self-issued.me/v2";

/// The type of a request object (RFC 9101 §10.8).
const TYP: &str = "oauth-authz-req+jwt";

/// What the wallet knows of the request object that it opens.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// The client identifier that stood beside it.
    pub client_id: &'e ClientId,
    /// The nonce that the wallet posted when it fetched it.
    pub wallet_nonce: Option<&'e str>,
    /// The wallet's issuer identifier, if verifiers can have discovered it.
    pub issuer: Option<&'e str>,
    /// The `request_uri` that it was fetched from.
    pub fetched_from: Option<&'e str>,
}

/// Reads an unsigned request that came as parameters.
///
/// # Errors
/// `invalid_request` with the parameter, and the other codes of OpenID4VP §8.5.
pub fn read_unsigned(parameters: &Object<'_>, trust: &Trust<'_>) -> Result<Request> {
    let id = crate::vp::message::text(parameters, "client_id", limits::CLIENT_ID_BYTES)?;
    let id = client_id(parameters, id.ok_or(Refusal::new(RefusalCode::InvalidRequest, "client_id"))?)?;
    read(parameters, authenticate_unsigned(id, trust)?)
}

/// Opens a request object: checks its type, its signature by the client, and that it is for this wallet and this call.
/// Only what stands in it counts (§5.10.1).
///
/// # Errors
/// `invalid_request_object` (`request`, `typ`, `aud`, `exp`, `signature`, `kid`, `jwt`), `invalid_request` (`client_id`, `wallet_nonce`, and
/// the parameters), and the other codes of §8.5.
pub fn open(token: &str, expected: &Expected<'_>, trust: &Trust<'_>) -> Result<Request> {
    let jws = open_jws(token)?;
    let value = json::parse(jws.payload()).map_err(|fault| object("request").because(fault))?;
    let claims = value.as_object().ok_or(object("request"))?;
    let id = claims.get("client_id").and_then(Value::as_str).ok_or(invalid("client_id"))?;
    // §5.10.1: "MUST be identical, including the Client Identifier Prefix".
    if id != expected.client_id.as_str() {
        return Err(invalid("client_id"));
    }
    let client = authenticate_signed(client_id(claims, id)?, &jws, trust)?;
    check_audience(claims, expected)?;
    check_times(claims, trust.now)?;
    if expected.wallet_nonce.is_some() && claims.get("wallet_nonce").and_then(Value::as_str) != expected.wallet_nonce {
        return Err(invalid("wallet_nonce"));
    }
    // RFC 9101 §4: a request object holds neither.
    if claims.contains_key("request") || claims.contains_key("request_uri") {
        return Err(object("request"));
    }
    read(claims, client)
}

/// Opens a request object that is encrypted to a key that the wallet gave when it fetched it (§5.10). Whoever demands
/// encryption calls this and not [`open`].
///
/// # Errors
/// `invalid_request_object` (`request`) if it is not encrypted to this key; as [`open`].
pub fn open_encrypted(token: &str, key: &DecryptionKey, expected: &Expected<'_>, trust: &Trust<'_>) -> Result<Request> {
    let content = key.decrypt(token).map_err(|_| object("request"))?;
    open(std::str::from_utf8(&content).map_err(|_| object("request"))?, expected, trust)
}

/// The client identifier, understood as its dialect wants it: only those who do not speak OpenID4VP 1.0 may leave the prefix
/// out.
fn client_id(parameters: &Object<'_>, text: &str) -> Result<ClientId> {
    let of = |name: &str| parameters.get(name).and_then(Value::as_str);
    if parameters.contains_key("presentation_definition") {
        return match of("client_id_scheme") {
            Some(scheme) => ClientId::of_scheme(scheme, text),
            None => ClientId::parse(text),
        };
    }
    if of("response_type") == Some("id_token") {
        if text.starts_with("did:") {
            return ClientId::of_scheme("did", text);
        }
        // SIOPv2 §7.2.1.
        if of("redirect_uri").or(of("response_uri")) == Some(text) {
            return ClientId::of_scheme("redirect_uri", text);
        }
    }
    ClientId::parse(text)
}

/// Takes a request object apart and checks its type (§5: wallets must not process another).
pub(crate) fn open_jws(token: &str) -> Result<Jws<'_>> {
    if token.len() > limits::REQUEST_BYTES {
        return Err(object("request"));
    }
    let jws = Jws::parse(token).map_err(|fault| object("request").because(fault))?;
    match jws.header().get("typ").and_then(Value::as_str) {
        Some(TYP) => Ok(jws),
        _ => Err(object("typ")),
    }
}

/// §5.8: for whom it is. One that does not say is for anybody. Some verifiers name the `request_uri` there, which is nobody but
/// whoever fetched it.
pub(crate) fn check_audience(claims: &Object<'_>, expected: &Expected<'_>) -> Result<()> {
    let Some(audience) = claims.get("aud") else { return Ok(()) };
    let is_us = |one: &str| one == STATIC_AUDIENCE || [expected.issuer, expected.fetched_from].contains(&Some(one));
    let good = audience.items().iter().any(|one| one.as_str().is_some_and(is_us));
    if good { Ok(()) } else { Err(object("aud")) }
}

pub(crate) fn check_times(claims: &Object<'_>, now: Timestamp) -> Result<()> {
    let time = |name: &'static str| match claims.get(name) {
        None => Ok(None),
        Some(value) => seconds(value).map(|at| Some(Timestamp::from_unix(at))).ok_or(object(name)),
    };
    let latest = now.plus_seconds(limits::CLOCK_SKEW_SECONDS);
    if time("exp")?.is_some_and(|end| end <= now) {
        return Err(object("exp"));
    }
    for name in ["nbf", "iat"] {
        if time(name)?.is_some_and(|begin| begin > latest) {
            return Err(object(name));
        }
    }
    Ok(())
}

/// Signs parameters as a request object. `header` brings what the client identifier prefix wants: `kid`, `x5c` or `jwt`.
///
/// # Errors
/// `server_error` (`request`) if the key cannot sign.
pub fn sign(parameters: &Object<'_>, header: &Object<'_>, signer: &dyn Signer) -> Result<String> {
    let mut whole: Object<'static> = Object::new();
    whole.insert("typ", TYP);
    for (name, value) in header.iter().filter(|(name, _)| *name != "typ") {
        whole.insert(name.to_owned(), value.clone().into_owned());
    }
    let payload = json::to_string(&Value::Object(parameters.clone()));
    let signed = algorithm_of(signer).and_then(|algorithm| Jws::sign(&whole, payload.as_bytes(), algorithm, signer));
    signed.map_err(|fault| Refusal::new(RefusalCode::ServerError, "request").because(fault))
}

/// The algorithm that a signer's key signs JWTs with.
///
/// # Errors
/// [`Code::KeyWrongSuite`] for a key of a kind that signs none here.
pub fn algorithm_of(signer: &dyn Signer) -> Result<SignatureAlgorithm, Fault> {
    match signer.public_key().key_type() {
        KeyType::Ed25519 => Ok(SignatureAlgorithm::EdDsa),
        KeyType::P256 => Ok(SignatureAlgorithm::Es256),
        KeyType::P384 => Ok(SignatureAlgorithm::Es384),
        other => Err(Fault::new(Code::KeyWrongSuite).about(other.name())),
    }
}

const fn object(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidRequestObject, name)
}

const fn invalid(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, name)
}
