//! Who asks: what the wallet does to know that a request is by the client that it names (OpenID4VP §5.9.3, §12).

use tamarack::did::{Relationship, did_of, verification_method};
use tamarack::encoding::base64url_decode;
use tamarack::jose::Jws;
use tamarack::json::{self, Object, Value};
use tamarack::keys::PublicKey;
use tamarack::x509::{Chain, SubjectName};
use tamarack::{Code, Evidence, Fault, Timestamp};
use url::Url;

use super::{ClientId, Prefix};
use crate::members::seconds as numeric;
use crate::url::is_endpoint;
use crate::{Refusal, RefusalCode, Result, limits};

/// Whom the wallet believes, and what it knows from outside.
#[derive(Clone, Copy, Debug)]
pub struct Trust<'t> {
    /// DID documents. A DID without one comes back as a refusal with the fault `did.not_resolved`, which names it.
    pub evidence: &'t Evidence,
    /// Trust anchors for certificates, in DER.
    pub anchors: &'t [Vec<u8>],
    /// Who may vouch for verifiers: the `iss` of verifier attestations, and their keys.
    pub attesters: &'t [(String, PublicKey)],
    /// The verifiers that the wallet knows beforehand.
    pub registered: &'t [Registered],
    /// Now.
    pub now: Timestamp,
}

/// A verifier that the wallet knows beforehand (§5.9.2).
#[derive(Clone, PartialEq, Debug)]
pub struct Registered {
    /// Its client identifier.
    pub client_id: String,
    /// Where its answers may go.
    pub redirect_uris: Vec<String>,
    /// The key that signs its requests; then they must be signed.
    pub key: Option<PublicKey>,
    /// Its metadata, in the place of `client_metadata`.
    pub metadata: Object<'static>,
}

/// A verifier whose identifier was checked, as far as its prefix allows.
#[derive(Clone, PartialEq, Debug)]
pub struct Client {
    /// Its identifier.
    pub id: ClientId,
    /// Whether it signed the request.
    pub is_signed: bool,
    /// Where its answers may go: exactly there, or anywhere at this host; nothing for anywhere.
    pub(crate) places: Places,
    /// The metadata that the wallet knew beforehand.
    pub(crate) metadata: Option<Object<'static>>,
    /// What its certificate calls it.
    pub certified_name: Option<SubjectName>,
}

/// Where answers may go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Places {
    /// Wherever the signed request says.
    Any,
    /// To one of these.
    Exactly(Vec<String>),
    /// To this host.
    Host(String),
}

impl Client {
    /// Whether an answer may go to this address.
    pub(crate) fn may_receive_at(&self, uri: &str) -> bool {
        match &self.places {
            Places::Any => true,
            Places::Exactly(uris) => uris.iter().any(|one| one == uri),
            Places::Host(host) => {
                let at = |uri: Url| uri.host_str().is_some_and(|one| one.eq_ignore_ascii_case(host));
                is_endpoint(uri) && Url::parse(uri).is_ok_and(at)
            }
        }
    }
}

/// Authenticates the client of an unsigned request.
///
/// # Errors
/// `invalid_request` (`client_id`): the prefix demands a signature, is not supported, or nobody knows the client.
pub(crate) fn authenticate_unsigned(id: ClientId, trust: &Trust<'_>) -> Result<Client> {
    match id.prefix() {
        Prefix::RedirectUri => {
            let places = Places::Exactly(vec![id.original().to_owned()]);
            Ok(Client { id, is_signed: false, places, metadata: None, certified_name: None })
        }
        Prefix::PreRegistered => match trust.registered.iter().find(|one| one.client_id == id.as_str()) {
            Some(one) if one.key.is_none() => Ok(registered(id, one, false)),
            _ => Err(wrong("client_id")),
        },
        _ => Err(wrong("client_id")),
    }
}

/// Authenticates the client of a signed request and checks the signature.
///
/// # Errors
/// `invalid_request_object` or `invalid_request` with what does not hold: `client_id`, `kid`, `x5c`, `jwt`, `signature`.
pub(crate) fn authenticate_signed(id: ClientId, jws: &Jws<'_>, trust: &Trust<'_>) -> Result<Client> {
    let header = jws.header();
    let mut certified_name = None;
    let (key, places, metadata) = match id.prefix() {
        // §5.9.3: "cannot be signed because there is no method for the Wallet to obtain a trusted key".
        Prefix::RedirectUri | Prefix::OpenidFederation => return Err(wrong("client_id")),
        Prefix::PreRegistered => {
            let one = trust.registered.iter().find(|one| one.client_id == id.as_str()).ok_or(wrong("client_id"))?;
            let key = one.key.clone().ok_or(wrong("client_id"))?;
            (key, Places::Exactly(one.redirect_uris.clone()), Some(one.metadata.clone()))
        }
        Prefix::DecentralizedIdentifier => (did_key(&id, header, trust)?, Places::Any, None),
        Prefix::X509SanDns => {
            let chain = trusted_chain(header, trust)?;
            if !chain.has_dns_name(id.original()) {
                return Err(wrong("client_id"));
            }
            (chain.key().map_err(unfounded)?, Places::Host(id.original().to_owned()), None)
        }
        Prefix::X509Hash => {
            let chain = trusted_chain(header, trust)?;
            certified_name = chain.name();
            if base64url_decode(id.original()).ok() != Some(chain.hash().map_err(unfounded)?) {
                return Err(wrong("client_id"));
            }
            (chain.key().map_err(unfounded)?, Places::Any, None)
        }
        Prefix::VerifierAttestation => {
            let (key, places) = attested(&id, header, trust)?;
            (key, places, None)
        }
    };
    jws.verify(&key).map_err(|fault| Refusal::new(RefusalCode::InvalidRequestObject, "signature").because(fault))?;
    Ok(Client { id, is_signed: true, places, metadata, certified_name })
}

fn registered(id: ClientId, one: &Registered, is_signed: bool) -> Client {
    let places = Places::Exactly(one.redirect_uris.clone());
    Client { id, is_signed, places, metadata: Some(one.metadata.clone()), certified_name: None }
}

/// The key of the DID that `kid` names.
fn did_key(id: &ClientId, header: &Object<'_>, trust: &Trust<'_>) -> Result<PublicKey> {
    let wrong = || Refusal::new(RefusalCode::InvalidRequestObject, "kid");
    let kid = header.get("kid").and_then(Value::as_str).ok_or_else(wrong)?;
    let url = if kid.starts_with('#') { format!("{}{kid}", id.original()) } else { kid.to_owned() };
    if did_of(&url) != id.original() || !url.contains('#') {
        return Err(wrong());
    }
    // The clause names the property `verificationMethod` alone, so any use of the key will do; a service that asks is
    // best described by the first.
    let mut first: Option<Fault> = None;
    for relationship in
        [Relationship::Authentication, Relationship::AssertionMethod, Relationship::CapabilityInvocation]
    {
        match verification_method(&url, relationship, trust.evidence) {
            Ok(method) => {
                let dead = [method.expires, method.revoked].into_iter().flatten().any(|end| end <= trust.now);
                return if dead { Err(wrong().because(Fault::new(Code::KeyRevoked))) } else { Ok(method.key) };
            }
            Err(fault) => first = first.or(Some(fault)),
        }
    }
    Err(first.map_or_else(wrong, |fault| wrong().because(fault)))
}

/// The chain of certificates of a request, from an anchor that the wallet trusts.
fn trusted_chain(header: &Object<'_>, trust: &Trust<'_>) -> Result<Chain> {
    let chain = Chain::of_header(header).map_err(unfounded)?;
    chain.verify(trust.anchors, trust.now).map_err(unfounded)?;
    Ok(chain)
}

/// The key that a verifier attestation confirms (§12).
fn attested(id: &ClientId, header: &Object<'_>, trust: &Trust<'_>) -> Result<(PublicKey, Places)> {
    let wrong = || Refusal::new(RefusalCode::InvalidRequestObject, "jwt");
    let because = |fault: Fault| wrong().because(fault);
    let token = header.get("jwt").and_then(Value::as_str).ok_or_else(wrong)?;
    let jws = Jws::parse(token).map_err(because)?;
    if jws.header().get("typ").and_then(Value::as_str) != Some("verifier-attestation+jwt") {
        return Err(wrong());
    }
    let value = json::parse(jws.payload()).map_err(because)?;
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let issuer = text("iss").ok_or_else(wrong)?;
    let keys: Vec<&PublicKey> = trust.attesters.iter().filter(|(name, _)| name == issuer).map(|(_, key)| key).collect();
    if !keys.iter().any(|key| jws.verify(key).is_ok()) {
        return Err(wrong());
    }
    // §12: `sub` is the client identifier; §5.9.3: without its prefix.
    if text("sub") != Some(id.original()) {
        return Err(Refusal::new(RefusalCode::InvalidRequest, "client_id"));
    }
    let seconds =
        |name: &str| value.get(name).map(|time| numeric(time).map(Timestamp::from_unix).ok_or_else(wrong)).transpose();
    let latest = trust.now.plus_seconds(limits::CLOCK_SKEW_SECONDS);
    let expires = seconds("exp")?.ok_or_else(wrong)?;
    let begins = [seconds("nbf")?, seconds("iat")?].into_iter().flatten();
    if expires <= trust.now || begins.into_iter().any(|begin| begin > latest) {
        return Err(wrong());
    }
    let jwk = value.get("cnf").and_then(|cnf| cnf.get("jwk")).ok_or_else(wrong)?;
    let key = PublicKey::from_jwk(jwk).map_err(because)?;
    let places = match value.get("redirect_uris") {
        None => Places::Any,
        Some(Value::Array(uris)) => Places::Exactly(uris.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        Some(_) => return Err(wrong()),
    };
    Ok((key, places))
}

fn unfounded(fault: Fault) -> Refusal {
    wrong("x5c").because(fault)
}

const fn wrong(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, name)
}
