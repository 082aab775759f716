//! The verifier's side of one request: a plain value that a store can keep between the request and its answer.
//!
//! Functions decide; the store makes single use atomic: it hands a session out for an answer once, and never again.

mod kept;

use tamarack::json::{Object, Value};
use tamarack::keys::Signer;
use tamarack::{Randomness, Timestamp};

use super::client_id::{ClientId, Prefix};
use super::dcql::Query;
use super::encryption::{DecryptionKey, encrypt_request, random_text};
use super::message::{parse_form, parse_json, text, write_form, write_members};
use super::metadata::{ClientMetadata, formats_supported};
use super::request::{ResponseMode, ResponseType, STATIC_AUDIENCE, UriMethod, sign};
use super::response::{VpToken, vp_token_of};
use crate::{Refusal, RefusalCode, Result, limits};

/// What a verifier wants to ask.
#[derive(Clone, PartialEq, Debug)]
pub struct Ask {
    /// Who asks; `None` for an unsigned request over the Digital Credentials API.
    pub client_id: Option<ClientId>,
    /// What to answer with.
    pub response_type: ResponseType,
    /// How.
    pub response_mode: ResponseMode,
    /// Where: `response_uri` or `redirect_uri`; `None` over the Digital Credentials API.
    pub answer_to: Option<String>,
    /// What is asked for; `None` for an ID token alone.
    pub query: Option<Query>,
    /// Further `client_metadata`, such as names and logos. Formats and keys are put in.
    pub client_metadata: Object<'static>,
    /// Transaction data, encoded ([`super::transaction_data::TransactionData::encode`]).
    pub transaction_data: Vec<String>,
    /// What others say of the verifier, as `verifier_info` has it.
    pub verifier_info: Vec<Value<'static>>,
    /// The origins of a request over the Digital Credentials API.
    pub origins: Vec<String>,
    /// The wallet's issuer identifier, if it was discovered.
    pub wallet_issuer: Option<String>,
    /// For how many seconds it stands open.
    pub seconds: i64,
}

impl Ask {
    /// A query whose answer is posted to an address, plain or encrypted: the usual way.
    #[must_use]
    pub fn new(client_id: ClientId, response_uri: impl Into<String>, query: Query) -> Self {
        Self {
            client_id: Some(client_id),
            response_type: ResponseType::VpToken,
            response_mode: ResponseMode::DirectPost,
            answer_to: Some(response_uri.into()),
            query: Some(query),
            client_metadata: Object::new(),
            transaction_data: Vec::new(),
            verifier_info: Vec::new(),
            origins: Vec::new(),
            wallet_issuer: None,
            seconds: limits::REQUEST_SECONDS,
        }
    }

    /// The same, to be answered in another way.
    #[must_use]
    pub const fn by(mut self, mode: ResponseMode) -> Self {
        self.response_mode = mode;
        self
    }
}

/// One request that was made, and what its answer is held against.
pub struct Session {
    ask: Ask,
    nonce: String,
    state: Option<String>,
    key: Option<DecryptionKey>,
    wallet_nonce: Option<String>,
    /// What the wallet said of itself when it fetched the request object.
    wallet: Option<ClientMetadata>,
    response_code: String,
    expires: Timestamp,
}

impl core::fmt::Debug for Session {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Session").field("ask", &self.ask).field("expires", &self.expires).finish_non_exhaustive()
    }
}

/// What a wallet sent, brought back to one form. Nothing of it is verified.
#[derive(Clone, PartialEq, Debug)]
pub enum Received {
    /// Presentations or an ID token.
    Answer {
        /// The presentations.
        vp_token: Option<VpToken>,
        /// The self-issued ID token.
        id_token: Option<String>,
    },
    /// The wallet's refusal: its error code, which is one of the protocol's or made of letters, digits and underscores.
    Refused {
        /// The `error`.
        error: String,
    },
}

impl Session {
    /// Begins: draws the nonce, the state, and the key of an encrypted answer.
    ///
    /// # Errors
    /// `invalid_request` with what does not go together: `client_id`, `response_mode`, `response_uri`, `redirect_uri`, `dcql_query`, `expected_origins`, `transaction_data`;
    /// `server_error` (`randomness`).
    pub fn begin(ask: Ask, now: Timestamp, rng: &mut dyn Randomness) -> Result<Self> {
        check_ask(&ask)?;
        let mode = ask.response_mode;
        Ok(Self {
            nonce: random_text(rng)?,
            state: if mode.is_dc_api() { None } else { Some(random_text(rng)?) },
            key: if mode.is_encrypted() { Some(DecryptionKey::generate(rng)?) } else { None },
            wallet_nonce: None,
            wallet: None,
            response_code: random_text(rng)?,
            expires: now.plus_seconds(ask.seconds.clamp(1, limits::REQUEST_SECONDS_MOST)),
            ask,
        })
    }

    /// What was asked.
    #[must_use]
    pub const fn ask(&self) -> &Ask {
        &self.ask
    }

    /// The nonce that presentations must carry.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The state that the answer must repeat; `None` over the Digital Credentials API.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The name of the key that the answer is encrypted to, if it is.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.key.as_ref().map(DecryptionKey::kid)
    }

    /// A secret that only whoever was sent on after the answer knows: it goes into the `redirect_uri` of
    /// [`super::response::receipt`], and the verifier's page gives the answer out to nobody without it (§14.3).
    #[must_use]
    pub fn response_code(&self) -> &str {
        &self.response_code
    }

    /// Until when an answer is taken.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// Whom presentations must be made for. Over the Digital Credentials API it is the origin at which the answer arrived,
    /// which must be one of those that the request was made for.
    ///
    /// # Errors
    /// `invalid_request` (`origin`).
    pub fn audience(&self, origin: Option<&str>) -> Result<String> {
        if self.ask.response_mode.is_dc_api() {
            let origin = origin.filter(|origin| self.ask.origins.iter().any(|one| one == origin));
            return origin.map(|origin| format!("origin:{origin}")).ok_or(wrong("origin"));
        }
        self.ask.client_id.as_ref().map(|id| id.as_str().to_owned()).ok_or(wrong("client_id"))
    }

    // --- the request

    /// The parameters of the request.
    #[must_use]
    pub fn parameters(&self) -> Object<'static> {
        let ask = &self.ask;
        let mut out = Object::new();
        if let Some(id) = &ask.client_id {
            out.insert("client_id", id.as_str().to_owned());
        }
        out.insert("response_type", ask.response_type.as_str());
        out.insert("response_mode", ask.response_mode.as_str());
        if let Some(uri) = &ask.answer_to {
            out.insert(if ask.response_mode.is_posted() { "response_uri" } else { "redirect_uri" }, uri.clone());
        }
        out.insert("nonce", self.nonce.clone());
        if let Some(state) = &self.state {
            out.insert("state", state.clone());
        }
        if ask.response_type.wants_id_token() {
            out.insert("scope", "openid");
            out.insert("id_token_type", "subject_signed_id_token");
        }
        if let Some(query) = &ask.query {
            out.insert("dcql_query", query.to_json());
        }
        if ask.client_id.as_ref().is_none_or(|id| id.prefix() != Prefix::PreRegistered) {
            out.insert("client_metadata", self.client_metadata());
        }
        let texts = |texts: &[String]| Value::Array(texts.iter().map(|text| Value::from(text.clone())).collect());
        if !ask.transaction_data.is_empty() {
            out.insert("transaction_data", texts(&ask.transaction_data));
        }
        if !ask.verifier_info.is_empty() {
            out.insert("verifier_info", Value::Array(ask.verifier_info.clone()));
        }
        // A.2: not for unsigned requests.
        if ask.response_mode.is_dc_api() && ask.client_id.is_some() {
            out.insert("expected_origins", texts(&ask.origins));
        }
        out
    }

    fn client_metadata(&self) -> Object<'static> {
        let mut metadata = self.ask.client_metadata.clone();
        if self.ask.query.is_some() {
            metadata.insert("vp_formats_supported", formats_supported());
        }
        if self.ask.response_type.wants_id_token() {
            let types = crate::siop::SUBJECT_SYNTAX_TYPES.iter().map(|name| Value::from(*name));
            metadata.insert("subject_syntax_types_supported", Value::Array(types.collect()));
        }
        if let Some(key) = &self.key {
            let keys = Value::Array(vec![Value::Object(key.public_jwk())]);
            let jwks: Object<'static> = [("keys", keys)].into_iter().collect();
            metadata.insert("jwks", jwks);
            let names = ["A256GCM", "A128GCM"].map(Value::from).to_vec();
            metadata.insert("encrypted_response_enc_values_supported", Value::Array(names));
        }
        metadata
    }

    /// The unsigned request as a URL of the wallet: `openid4vp://`, `siopv2://`, or its `authorization_endpoint`.
    ///
    /// # Errors
    /// `invalid_request` (`client_id`) if the client identifier demands a signature.
    pub fn unsigned_url(&self, endpoint: &str) -> Result<String> {
        match &self.ask.client_id {
            Some(id) if !id.prefix().is_signed() => Ok(with_query(endpoint, &write_members(&self.parameters()))),
            _ => Err(wrong("client_id")),
        }
    }

    /// The request object, signed, and encrypted to the wallet if it gave a key when it fetched it. `header` brings what the client identifier prefix wants: `kid`, `x5c` or `jwt`.
    ///
    /// # Errors
    /// `invalid_request` (`client_id`) for the prefix `redirect_uri`, whose requests cannot be signed; as [`sign`].
    pub fn request_object(&self, header: &Object<'_>, signer: &dyn Signer, now: Timestamp) -> Result<String> {
        match &self.ask.client_id {
            Some(id) if id.prefix() != Prefix::RedirectUri => {}
            _ => return Err(wrong("client_id")),
        }
        let mut claims = self.parameters();
        claims.insert("aud", self.ask.wallet_issuer.clone().unwrap_or_else(|| STATIC_AUDIENCE.to_owned()));
        for (name, time) in [("iat", now), ("exp", self.expires)] {
            let seconds = Value::Number(f64::from(u32::try_from(time.unix()).map_err(|_| wrong(name))?));
            claims.insert(name, seconds);
        }
        if let Some(nonce) = &self.wallet_nonce {
            claims.insert("wallet_nonce", nonce.clone());
        }
        let token = sign(&claims, header, signer)?;
        match &self.wallet {
            Some(wallet) if !wallet.keys.is_empty() => encrypt_request(&token, wallet),
            _ => Ok(token),
        }
    }

    /// The URL of the wallet with a request object in it.
    ///
    /// # Errors
    /// `invalid_request` (`client_id`) without a client identifier.
    pub fn url_by_value(&self, endpoint: &str, request_object: &str) -> Result<String> {
        let id = self.ask.client_id.as_ref().ok_or(wrong("client_id"))?;
        Ok(with_query(endpoint, &write_form([("client_id", id.as_str()), ("request", request_object)])))
    }

    /// The URL of the wallet with the address of the request object in it: short enough for a QR code.
    ///
    /// # Errors
    /// `invalid_request` (`client_id`) without a client identifier.
    pub fn url_by_reference(&self, endpoint: &str, request_uri: &str, method: UriMethod) -> Result<String> {
        let id = self.ask.client_id.as_ref().ok_or(wrong("client_id"))?;
        let mut members = vec![("client_id", id.as_str()), ("request_uri", request_uri)];
        if method == UriMethod::Post {
            members.push(("request_uri_method", "post"));
        }
        Ok(with_query(endpoint, &write_form(members)))
    }

    /// Takes the body of the POST that fetches the request object (§5.10): its `wallet_nonce` will stand in the
    /// object, which is encrypted to a key of `wallet_metadata` if there is one.
    ///
    /// # Errors
    /// `invalid_request`: `parameters`, `wallet_nonce`, `wallet_metadata`.
    pub fn fetched_by_post(&mut self, body: &str) -> Result<()> {
        if body.len() > limits::REQUEST_BYTES {
            return Err(wrong("parameters"));
        }
        let members = parse_form(body)?;
        // RFC 6749 §3.1: a parameter without a value is as one that was left out.
        let nonce = match members.get("wallet_nonce").and_then(Value::as_str) {
            Some("") => None,
            _ => text(&members, "wallet_nonce", limits::NONCE_BYTES)?,
        };
        if let Some(metadata) = text(&members, "wallet_metadata", limits::REQUEST_BYTES)? {
            let metadata = parse_json(metadata, "wallet_metadata")?;
            self.wallet = Some(ClientMetadata::of_wallet(&metadata).map_err(|_| wrong("wallet_metadata"))?);
        }
        self.wallet_nonce = nonce.map(str::to_owned);
        Ok(())
    }

    // --- the answer

    /// Reads an answer that was posted, or that stood in the fragment of `redirect_uri`: it must have come in time, in the
    /// way that was asked for, and to this session.
    ///
    /// # Errors
    /// `invalid_request`: `expired`, `parameters`, `response` (plain where it must be encrypted, and the other way round), `state`, what
    /// [`DecryptionKey::decrypt`] and [`VpToken::read`] say, `id_token`, `error`.
    pub fn receive(&self, form: &str, now: Timestamp) -> Result<Received> {
        if form.len() > limits::ANSWER_BYTES {
            return Err(wrong("parameters"));
        }
        if self.ask.response_mode.is_dc_api() {
            return Err(wrong("response_mode"));
        }
        self.read(parse_form(form)?, now)
    }

    /// Reads an answer of the Digital Credentials API: the `data` of the credential.
    ///
    /// # Errors
    /// As [`Self::receive`].
    pub fn receive_data(&self, data: &Object<'_>, now: Timestamp) -> Result<Received> {
        if !self.ask.response_mode.is_dc_api() {
            return Err(wrong("response_mode"));
        }
        self.read(data.clone().into_owned(), now)
    }

    fn read(&self, members: Object<'static>, now: Timestamp) -> Result<Received> {
        if now >= self.expires {
            return Err(wrong("expired"));
        }
        // §8.3.1: an error may come as it is, even where answers are encrypted.
        if members.contains_key("error") {
            self.check_state(&members)?;
            return read_error(&members);
        }
        let members = match (&self.key, text(&members, "response", limits::ANSWER_BYTES)?) {
            (Some(key), Some(token)) => {
                let content = key.decrypt(token)?;
                let value = tamarack::json::parse_up_to(&content, limits::ANSWER_BYTES);
                match value.map(Value::into_owned).map_err(|fault| wrong("response").because(fault))? {
                    Value::Object(members) => members,
                    _ => return Err(wrong("response")),
                }
            }
            // Plain where it must be encrypted, or encrypted where nobody asked for it.
            (Some(_), None) | (None, Some(_)) => return Err(wrong("response")),
            (None, None) => members,
        };
        self.check_state(&members)?;
        if members.contains_key("error") {
            return read_error(&members);
        }
        let vp_token = match &self.ask.query {
            Some(query) => Some(VpToken::read(&vp_token_of(&members)?, query)?),
            None if members.contains_key("vp_token") => return Err(wrong("vp_token")),
            None => None,
        };
        let id_token = text(&members, "id_token", limits::REQUEST_BYTES)?.map(str::to_owned);
        if id_token.is_some() != self.ask.response_type.wants_id_token() {
            return Err(wrong("id_token"));
        }
        Ok(Received::Answer { vp_token, id_token })
    }

    fn check_state(&self, members: &Object<'_>) -> Result<()> {
        let Some(state) = &self.state else { return Ok(()) };
        let given = members.get("state").and_then(Value::as_str).unwrap_or_default();
        let same = subtle::ConstantTimeEq::ct_eq(given.as_bytes(), state.as_bytes());
        if bool::from(same) { Ok(()) } else { Err(wrong("state")) }
    }
}

fn read_error(members: &Object<'_>) -> Result<Received> {
    let error = text(members, "error", limits::ID_BYTES)?.unwrap_or_default();
    // RFC 6749 §4.1.2.1 would have nearly every character; words and URLs are all that anybody uses.
    let is_code = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':' | b'/');
    if error.bytes().all(is_code) { Ok(Received::Refused { error: error.to_owned() }) } else { Err(wrong("error")) }
}

/// What does not go together is not asked.
fn check_ask(ask: &Ask) -> Result<()> {
    let mode = ask.response_mode;
    if ask.query.is_some() != ask.response_type.wants_presentations() {
        return Err(wrong("dcql_query"));
    }
    if !ask.transaction_data.is_empty() && ask.query.is_none() {
        return Err(wrong("transaction_data"));
    }
    if mode.is_dc_api() {
        if ask.answer_to.is_some() {
            return Err(wrong("redirect_uri"));
        }
        if ask.origins.is_empty()
            || ask.origins.len() > limits::ORIGINS
            || !ask.origins.iter().all(|origin| super::dc_api::is_origin(origin))
        {
            return Err(wrong("expected_origins"));
        }
        return match &ask.client_id {
            Some(id) if !id.prefix().is_signed() && id.prefix() != Prefix::PreRegistered => Err(wrong("client_id")),
            _ => Ok(()),
        };
    }
    let Some(id) = &ask.client_id else { return Err(wrong("client_id")) };
    let name = if mode.is_posted() { "response_uri" } else { "redirect_uri" };
    let uri = ask.answer_to.as_deref().ok_or(wrong(name))?;
    let is_url = uri.len() <= limits::URL_BYTES && url::Url::parse(uri).is_ok_and(|url| url.fragment().is_none());
    // §5.9.3: the client identifier is the address.
    let fits = id.prefix() != Prefix::RedirectUri || id.original() == uri;
    if is_url && fits { Ok(()) } else { Err(wrong(name)) }
}

fn with_query(endpoint: &str, query: &str) -> String {
    let joint = match endpoint.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{endpoint}{joint}{query}")
}

const fn wrong(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, name)
}
