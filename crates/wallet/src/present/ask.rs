//! Reading a request: from a link, whichever way it carries the request, to one whose sender is who it says.

use std::sync::Arc;

use tamarack::did::did_of;
use tamarack::encoding::base64url_encode;
use tamarack::json::{Object, Value};
use tamarack::{Code, EvidenceKind, Fault, Need, Randomness};
use tamarack_openid4vc::vp::client_id::Trust as ClientTrust;
use tamarack_openid4vc::vp::encryption::DecryptionKey;
use tamarack_openid4vc::vp::metadata::wallet_metadata;
use tamarack_openid4vc::vp::request::{Expected, Invocation, Request, UriMethod, open, open_encrypted, read_unsigned};
use tamarack_openid4vc::{Refusal, RefusalCode, limits};

use super::view::{VerifierView, verifier_view};
use crate::error::{Result, WalletCode};
use crate::fetch::Gathering;
use crate::http::{HttpRequest, Reply, Step};
use crate::means::Means;

/// The media type of a request object (RFC 9101 §10.2).
const REQUEST_OBJECT: &str = "application/oauth-authz-req+jwt";
const FORM: &str = "application/x-www-form-urlencoded";
/// The endpoint under which a wallet without one of its own says what it can do.
const STATIC_ENDPOINT: &str = "openid4vp:";

/// Reading a request.
#[derive(Clone)]
pub struct Asking {
    invocation: Invocation,
    /// The request object, once it is here.
    object: Option<String>,
    wallet_nonce: Option<String>,
    /// The key that the request object may be encrypted to, made for this one request.
    key: Option<Arc<DecryptionKey>>,
    /// The DID whose document is being fetched.
    looking_up: Option<String>,
    gathering: Gathering,
}

/// A request whose sender was authenticated, as far as its identifier allows.
#[derive(Clone, Debug)]
pub struct Asked {
    pub(super) request: Request,
}

impl core::fmt::Debug for Asking {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Asking").finish_non_exhaustive()
    }
}

impl Asking {
    /// Reads the link of a request, of any scheme: with the request in it, or with where it lies (OpenID4VP §5).
    ///
    /// # Errors
    /// `invalid_request` with the parameter.
    pub fn new(link: &str) -> Result<Self> {
        let invocation = Invocation::parse(link.trim())?;
        let object = match &invocation {
            Invocation::Object { token, .. } => Some(token.clone()),
            _ => None,
        };
        Ok(Self {
            invocation,
            object,
            wallet_nonce: None,
            key: None,
            looking_up: None,
            gathering: Gathering::default(),
        })
    }

    /// Goes on, with the reply to what was sent last; `None` at the beginning.
    ///
    /// # Errors
    /// [`WalletCode::NetworkUnavailable`]; the protocol's refusals for a request that breaks a rule or is not by whom it says.
    pub fn step(
        &mut self,
        means: &Means<'_>,
        mut reply: Option<Reply>,
        rng: &mut dyn Randomness,
    ) -> Result<Step<Asked>> {
        if let (Invocation::Reference(_), None) = (&self.invocation, &self.object) {
            let Some(reply) = reply.take() else { return Ok(Step::Send(self.fetch(rng)?)) };
            let bytes = reply.response()?.good(limits::REQUEST_BYTES)?;
            let wrong = Refusal::new(RefusalCode::InvalidRequestObject, "request");
            self.object = Some(String::from_utf8(bytes).map_err(|_| wrong)?);
        }
        if let Some(did) = self.looking_up.clone() {
            let need = Need { kind: EvidenceKind::DidDocument, id: did };
            if let Some(request) = self.gathering.fetch(need, means.now(), reply.take())? {
                return Ok(Step::Send(request));
            }
        }
        match self.judge(means) {
            Ok(request) => Ok(Step::Done(Asked { request })),
            Err(refusal) => {
                // A DID that must be looked up is looked up once.
                let unknown = refusal.fault().filter(|fault| fault.code() == Code::DidNotResolved);
                let did = unknown.and_then(Fault::name).map(|name| did_of(name).to_owned());
                match (did, &self.looking_up) {
                    (Some(did), None) => {
                        let need = Need { kind: EvidenceKind::DidDocument, id: did.clone() };
                        self.looking_up = Some(did);
                        match self.gathering.fetch(need, means.now(), None)? {
                            Some(request) => Ok(Step::Send(request)),
                            None => Err(refusal.into()),
                        }
                    }
                    (Some(_), Some(_)) => Err(WalletCode::NetworkUnavailable.into()),
                    (None, _) => Err(refusal.into()),
                }
            }
        }
    }

    /// Fetches the request object. By POST, the wallet says what any of its kind can do, gives a nonce against replay, and a key to
    /// which the object may be encrypted (§5.10).
    fn fetch(&mut self, rng: &mut dyn Randomness) -> Result<HttpRequest> {
        let Invocation::Reference(reference) = &self.invocation else { return Err(WalletCode::Internal.into()) };
        match reference.method {
            UriMethod::Get => HttpRequest::get(&reference.uri, REQUEST_OBJECT, limits::REQUEST_BYTES),
            UriMethod::Post => {
                let mut drawn = [0_u8; 16];
                rng.fill(&mut drawn)?;
                let nonce = base64url_encode(&drawn);
                let key = DecryptionKey::generate(rng)?;
                let body = reference.post_body(Some(&metadata_with(&key)), Some(&nonce));
                self.key = Some(Arc::new(key));
                self.wallet_nonce = Some(nonce);
                let request = HttpRequest::post(&reference.uri, FORM, body, limits::REQUEST_BYTES)?;
                Ok(request.header("accept", REQUEST_OBJECT.to_owned()))
            }
        }
    }

    fn judge(&self, means: &Means<'_>) -> Result<Request, Refusal> {
        let evidence = self.gathering.evidence();
        let trust = ClientTrust {
            evidence: &evidence,
            anchors: &means.trust.anchors,
            attesters: &means.trust.attesters,
            registered: &means.trust.registered,
            now: means.now(),
        };
        let client_id = match &self.invocation {
            Invocation::Parameters(parameters) => return read_unsigned(parameters, &trust),
            Invocation::Object { client_id, .. } => client_id,
            Invocation::Reference(reference) => &reference.client_id,
        };
        let token = self.object.as_deref().unwrap_or_default().trim();
        let wallet_nonce = self.wallet_nonce.as_deref();
        let fetched_from = match &self.invocation {
            Invocation::Reference(reference) => Some(reference.uri.as_str()),
            Invocation::Parameters(_) | Invocation::Object { .. } => None,
        };
        let expected = Expected { client_id, wallet_nonce, issuer: None, fetched_from };
        match &self.key {
            // A JWE has five parts (RFC 7516 §3.1). Whoever does not encrypt signs all the same, and hides nothing from the wallet.
            Some(key) if token.split('.').count() == 5 => open_encrypted(token, key, &expected, &trust),
            _ => open(token, &expected, &trust),
        }
    }
}

/// What a wallet of this kind can do, with a key for one request object.
fn metadata_with(key: &DecryptionKey) -> Object<'static> {
    let texts = |texts: &[&'static str]| Value::Array(texts.iter().map(|text| Value::from(*text)).collect());
    let mut metadata = wallet_metadata(STATIC_ENDPOINT);
    let jwks = [("keys", Value::Array(vec![Value::Object(key.public_jwk())]))];
    metadata.insert("jwks", Value::Object(jwks.into_iter().collect()));
    metadata.insert("request_object_encryption_alg_values_supported", texts(&["ECDH-ES"]));
    metadata.insert("request_object_encryption_enc_values_supported", texts(&["A128GCM", "A256GCM"]));
    metadata
}

impl Asked {
    /// The client identifier of whoever asks; or its origin, over the Digital Credentials API.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.request.audience
    }

    /// The request as it was read, for an app that answers it in a way of its own.
    #[must_use]
    pub const fn request(&self) -> &Request {
        &self.request
    }

    /// Who asks, how it is called and who vouches for it, in the person's language.
    #[must_use]
    pub fn verifier(&self, means: &Means<'_>) -> VerifierView {
        verifier_view(&self.request, means)
    }

    /// Takes a request that the Digital Credentials API of the platform handed over, read and authenticated with
    /// `tamarack_openid4vc::vp::dc_api`.
    #[must_use]
    pub const fn of(request: Request) -> Self {
        Self { request }
    }
}
