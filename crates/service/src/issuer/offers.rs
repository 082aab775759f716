//! Offers: a clerk or a program says which credential a person may fetch, and hands over a link.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tamarack::encoding::base64url_encode;
use tamarack::issue::{CredentialType, Issuance};
use tamarack::json::{self, Object, Value};
use tamarack::{Fault, Randomness, SystemRandomness, Timestamp};
use tamarack_openid4vc::limits::{BOUND_SECONDS, TX_CODE_TRIES};
use tamarack_openid4vc::oauth::grant::{Authorization, Granted, PreAuthorizedCode};
use tamarack_openid4vc::oauth::{Digest, Secret};
use tamarack_openid4vc::vci::CredentialOffer;
use tamarack_openid4vc::vci::offer::{InputMode, OfferUri, SCHEME, TxCode};

use super::answer::json as json_answer;
use super::service::{IssuerService, now};
use crate::http::{Problem, bearer, same};
use crate::limits::{FILE_NAME, OFFER_BYTES, OFFER_FILES};
use crate::store::issuing::Issuing;
use crate::store::{AuditEvent, Database, ExchangeFile, NewExchange, NewTicket, StoreError};

/// The kind of the tickets of pre-authorized codes.
pub(super) const CODE: &str = "pre-authorized_code";
/// The kind of the tickets of offers for which the person signs in.
pub(super) const ISSUER_STATE: &str = "issuer_state";
/// The kind of the exchanges with what is known of a person.
pub(super) const SUBJECT: &str = "subject";
/// The state of a [`SUBJECT`] before a wallet has applied.
pub(super) const OFFERED: &str = "offered";
/// Its state before, of somebody who signed in.
pub(super) const SIGNED_IN: &str = "signed in";
/// Its state while a clerk decides.
pub(super) const APPLIED: &str = "applied";
/// Its state when a clerk has decided.
pub(super) const DECIDED: &str = "decided";
/// Digits of a transaction code.
const TX_CODE_DIGITS: u32 = 6;

/// An offer to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewOffer<'o> {
    /// The type.
    pub credential_type: &'o CredentialType,
    /// The claims, an object of claim names.
    pub claims: &'o Object<'o>,
    /// Whether a transaction code is needed, which the person gets by another way.
    pub with_tx_code: bool,
    /// Files for the clerk who must approve it: a photo, a short video.
    pub files: &'o [ExchangeFile],
    /// For how many seconds it is good.
    pub seconds: i64,
    /// The language in which the person reads, `en` or `fr`, if it is known.
    pub language: Option<&'o str>,
    /// Who makes it.
    pub actor: &'o str,
    /// The Credential Issuer Identifier.
    pub issuer: &'o str,
}

/// An offer that was made.
pub struct OfferMade {
    /// Its id: a secret, which leads to the code.
    pub id: String,
    /// The link by reference: short enough for a small QR code.
    pub link: String,
    /// The link that holds the whole offer.
    pub link_by_value: String,
    /// The page for the person: the link, and a way in for files if the type needs approval. As secret as the link.
    pub page: String,
    /// The transaction code, to be told to the person by another way.
    pub tx_code: Option<String>,
    /// Until when it is good.
    pub expires: Timestamp,
    /// What the audit log calls it, and what ends with it: the digest of its code.
    pub family: String,
}

impl OfferMade {
    /// Ends it before anybody has followed it.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn withdraw(&self, database: &Database) -> Result<(), StoreError> {
        database.end_family(&self.family).await?;
        database.end_exchange(SUBJECT, &subject_of(&self.id)).await?;
        Ok(())
    }
}

impl core::fmt::Debug for OfferMade {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OfferMade").field("expires", &self.expires).finish_non_exhaustive()
    }
}

/// Why an offer was not made.
#[derive(Debug)]
#[non_exhaustive]
pub enum OfferError {
    /// The claims do not fit the type.
    Claims(Fault),
    /// The store.
    Store(StoreError),
}

impl From<Fault> for OfferError {
    fn from(fault: Fault) -> Self {
        Self::Claims(fault)
    }
}

impl From<StoreError> for OfferError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl NewOffer<'_> {
    /// Makes the offer. The store keeps the claims until the offer is over, and of the code its digest alone.
    ///
    /// # Errors
    /// [`OfferError::Claims`], [`OfferError::Store`].
    pub async fn make(&self, database: &Database, now: Timestamp) -> Result<OfferMade, OfferError> {
        // A first go finds bad claims before a person stands there with a link that leads nowhere.
        let issuance =
            Issuance { issuer: "did:web:issuer.invalid", subject: None, id: Some("urn:x"), now, status: &[] };
        self.credential_type.assemble(self.claims, &issuance)?;
        let random = &mut SystemRandomness;
        let id = Secret::draw(random)?;
        let subject = subject_of(id.expose());
        let code = code_of(id.expose());
        let tx_code = if self.with_tx_code { Some(draw_tx_code(random)?) } else { None };
        let expires = now.plus_seconds(self.seconds);
        let configuration = &self.credential_type.name;
        let record = PreAuthorizedCode {
            code: code.digest(),
            tx_code: tx_code.as_ref().map(|short| Digest::of_short(short, code.expose())),
            tries_left: TX_CODE_TRIES,
            used: false,
            expires,
            client_id: None,
            authorization: Authorization {
                granted: vec![Granted::configuration(configuration.clone())],
                subject: subject.clone(),
            },
        };
        let payload = serde_json::to_string(&record).map_err(|_| Fault::new(tamarack::Code::Internal))?;
        let claims = json::to_string(&Value::Object(self.claims.clone()));
        let claims = serde_json::from_str(&claims).map_err(|_| Fault::new(tamarack::Code::Internal))?;
        let known = Kept {
            claims: Some(claims),
            others: serde_json::Map::new(),
            language: self.language.map(str::to_owned),
            by: Some(self.actor.to_owned()),
            configuration: Some(configuration.clone()),
            with_tx_code: self.with_tx_code,
            until: Some(expires.unix()),
            application: None,
        };
        let known = serde_json::to_string(&known).map_err(|_| Fault::new(tamarack::Code::Internal))?;
        let new = NewExchange {
            kind: SUBJECT,
            id: &subject,
            state: OFFERED,
            payload: &known,
            created: now,
            // The code may be redeemed at the last moment, and the token be used at its last.
            expires: expires.plus_seconds(BOUND_SECONDS),
        };
        let family = record.code.to_text();
        let ticket =
            NewTicket { kind: CODE, secret: code.expose(), family: &family, payload: &payload, created: now, expires };
        let detail = serde_json::json!({"type": configuration, "txCode": self.with_tx_code}).to_string();
        let event = AuditEvent { at: now, actor: self.actor, action: "offer.make", object: &family, detail: &detail };
        let (tickets, events) = ([ticket], [event]);
        let issuing =
            Issuing { tickets: &tickets, events: &events, begin: Some(new), files: self.files, ..Issuing::default() };
        database.record_issued(&issuing).await?;
        let offer = offer(self.issuer, configuration, code.expose(), self.with_tx_code);
        let reference = format!("{}/offers/{}", self.issuer, id.expose());
        Ok(OfferMade {
            link: OfferUri::Reference(reference).to_uri(SCHEME),
            link_by_value: OfferUri::Value(offer).to_uri(SCHEME),
            page: format!("{}/apply/{}", self.issuer, id.expose()),
            id: id.expose().to_owned(),
            tx_code,
            expires,
            family,
        })
    }
}

/// What is known of the person whom an offer is for.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The claims, until they are decided on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claims: Option<serde_json::Value>,
    /// `en` or `fr`.
    #[serde(default)]
    pub(super) language: Option<String>,
    /// Who made the offer.
    #[serde(default)]
    pub(super) by: Option<String>,
    /// The credential configuration.
    #[serde(default)]
    pub(super) configuration: Option<String>,
    /// Whether a transaction code is needed.
    #[serde(default)]
    pub(super) with_tx_code: bool,
    /// Until when the link is good, in seconds.
    #[serde(default)]
    pub(super) until: Option<i64>,
    /// The id of the application that came of it.
    #[serde(default)]
    pub(super) application: Option<String>,
    /// What others put in.
    #[serde(flatten)]
    others: serde_json::Map<String, serde_json::Value>,
}

impl Kept {
    /// Reads it.
    pub(super) fn parse(payload: &str) -> Result<Self, StoreError> {
        serde_json::from_str(payload).map_err(|_| StoreError::Database("decode".to_owned()))
    }

    /// It without the claims.
    pub(super) fn without_claims(mut self) -> Self {
        self.claims = None;
        self.others.clear();
        self
    }
}

/// What leads from an offer's id to what is known of the person. Who reads the database does not come back.
pub(super) fn subject_of(id: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"tamarack subject v1");
    hash.update(id.as_bytes());
    base64url_encode(&hash.finalize())
}

/// An offer for which the person signs in, if the service lets them. It names nobody, so there is nothing to be told another
/// way; its state says which type was offered, and is good for one credential.
#[derive(Clone, Copy, Debug)]
pub struct SignInOffer<'o> {
    /// The type's name.
    pub configuration: &'o str,
    /// For how many seconds it is good.
    pub seconds: i64,
    /// Who makes it.
    pub actor: &'o str,
    /// The Credential Issuer Identifier.
    pub issuer: &'o str,
}

impl SignInOffer<'_> {
    /// Makes the offer, and gives its link and until when it is good.
    ///
    /// # Errors
    /// [`OfferError::Store`].
    pub async fn make(&self, database: &Database, now: Timestamp) -> Result<(String, Timestamp), OfferError> {
        let state = Secret::draw(&mut SystemRandomness)?;
        let expires = now.plus_seconds(self.seconds);
        let ticket = NewTicket {
            kind: ISSUER_STATE,
            secret: state.expose(),
            family: "",
            payload: self.configuration,
            created: now,
            expires,
        };
        database.put_ticket(&ticket).await?;
        let detail = serde_json::json!({"type": self.configuration, "signIn": true}).to_string();
        let object = state.digest().to_text();
        let event = AuditEvent { at: now, actor: self.actor, action: "offer.make", object: &object, detail: &detail };
        database.audit(&event).await?;
        let types = vec![self.configuration.to_owned()];
        let offer = CredentialOffer::authorization_code(self.issuer, types, Some(state.expose().to_owned()));
        Ok((OfferUri::Value(offer).to_uri(SCHEME), expires))
    }
}

/// The code of an offer follows from its id, so that an offer can be fetched whose code nobody has kept.
pub(super) fn code_of(id: &str) -> Secret {
    let mut hash = Sha256::new();
    hash.update(b"tamarack offer v1");
    hash.update(id.as_bytes());
    Secret::of(base64url_encode(&hash.finalize()))
}

fn offer(issuer: &str, configuration: &str, code: &str, with_tx_code: bool) -> CredentialOffer {
    let tx_code = with_tx_code.then(|| TxCode {
        input_mode: Some(InputMode::Numeric),
        length: Some(TX_CODE_DIGITS),
        ..TxCode::default()
    });
    CredentialOffer::pre_authorized(issuer, vec![configuration.to_owned()], code, tx_code)
}

/// Each code as likely as any other.
fn draw_tx_code(random: &mut dyn Randomness) -> Result<String, Fault> {
    const ALL: u32 = 10_u32.pow(TX_CODE_DIGITS);
    loop {
        let mut bytes = [0; 4];
        random.fill(&mut bytes)?;
        let number = u32::from_be_bytes(bytes);
        if number < u32::MAX / ALL * ALL {
            return Ok(format!("{:06}", number % ALL));
        }
    }
}

/// `GET /offers/{id}` (OpenID4VCI §4.1.3).
pub(super) async fn fetch(State(service): State<IssuerService>, Path(id): Path<String>) -> Result<Response, Problem> {
    let code = code_of(&id);
    let held = service.database().ticket(CODE, code.expose(), now()).await.map_err(down)?;
    let held = held.ok_or_else(Problem::not_found)?;
    let record: PreAuthorizedCode = serde_json::from_str(&held.payload).map_err(|_| Problem::internal())?;
    let granted = record.authorization.granted.first().ok_or_else(Problem::internal)?;
    let issuer = service.base().url().as_str();
    let offer = offer(issuer, &granted.configuration, code.expose(), record.tx_code.is_some());
    Ok(json_answer(200, "application/json", offer.to_json()))
}

/// `POST /offers`: `{"type", "claims", "txCode"?, "expiresIn"?, "language"?, "files"?}` with an API key gives
/// `{"id", "link", "linkByValue", "page", "txCode"?, "expires"}`; `{"type", "signIn": true, "expiresIn"?}`, for which the person
/// signs in, `{"linkByValue", "expires"}`.
pub(super) async fn create(
    State(service): State<IssuerService>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Problem> {
    authorize(&service, &headers)?;
    let value = json::parse_up_to(body.as_bytes(), OFFER_BYTES)
        .map_err(|_| Problem::bad_request("invalid_request").about("the JSON"))?;
    let wrong = |about: &str| Problem::bad_request("invalid_request").about(about);
    // A slip of the pen must not drop the code that protects the offer. The name may be anything: it is not repeated.
    let known = ["type", "claims", "txCode", "expiresIn", "language", "files", "signIn"];
    if value.as_object().is_none_or(|members| members.keys().any(|name| !known.contains(&name))) {
        return Err(wrong("a member that is not known"));
    }
    let name = value.get("type").and_then(Value::as_str).ok_or_else(|| wrong("type"))?;
    let seconds = match value.get("expiresIn") {
        None => tamarack_openid4vc::limits::PRE_AUTHORIZED_SECONDS,
        Some(seconds) => {
            seconds.as_i64().filter(|seconds| (1..=2_592_000).contains(seconds)).ok_or_else(|| wrong("expiresIn"))?
        }
    };
    if value.get("signIn").is_some_and(|wanted| wanted.as_bool() == Some(true)) {
        let citizens = service.settings().citizens.as_ref();
        let is_offered = citizens.is_some_and(|citizens| citizens.offering(name).is_some());
        if !is_offered || service.catalogue().offered(name).is_none() {
            return Err(wrong("type"));
        }
        if let Some(other) = ["claims", "txCode", "files"].into_iter().find(|other| value.get(other).is_some()) {
            return Err(wrong(other));
        }
        let issuer = service.base().url().as_str();
        let new = SignInOffer { configuration: name, seconds, actor: "api", issuer };
        let (link, expires) = new.make(service.database(), now()).await.map_err(failed)?;
        let answer = serde_json::json!({"linkByValue": link, "expires": expires.to_string()});
        return Ok(json_answer(201, "application/json", answer.to_string()).into_response());
    }
    let claims = value.get("claims").and_then(Value::as_object).ok_or_else(|| wrong("claims"))?;
    let with_tx_code = match value.get("txCode") {
        None => false,
        Some(wanted) => wanted.as_bool().ok_or_else(|| wrong("txCode"))?,
    };
    let language = match value.get("language") {
        None => None,
        Some(language) => {
            let known = language.as_str().filter(|language| ["en", "fr"].contains(language));
            Some(known.ok_or_else(|| wrong("language"))?)
        }
    };
    let files = files(value.get("files")).ok_or_else(|| wrong("files"))?;
    let catalogue = service.catalogue();
    let offered = catalogue.offered(name).ok_or_else(|| wrong("type"))?;
    let new = NewOffer {
        credential_type: &offered.credential_type,
        claims,
        with_tx_code,
        files: &files,
        seconds,
        language,
        actor: "api",
        issuer: service.base().url().as_str(),
    };
    let made = new.make(service.database(), now()).await.map_err(failed)?;
    let mut answer = serde_json::json!({
        "id": made.id,
        "link": made.link,
        "linkByValue": made.link_by_value,
        "page": made.page,
        "expires": made.expires.to_string(),
    });
    if let (Some(tx_code), Some(answer)) = (made.tx_code, answer.as_object_mut()) {
        answer.insert("txCode".to_owned(), tx_code.into());
    }
    Ok(json_answer(201, "application/json", answer.to_string()).into_response())
}

fn failed(error: OfferError) -> Problem {
    match error {
        // The pointer names a claim of the type, or one that the caller made up: not to be repeated.
        OfferError::Claims(fault) => Problem::bad_request("invalid_claims").about(fault.code().as_str()),
        OfferError::Store(error) => down(error),
    }
}

/// The files of an offer: `[{"name", "mediaType", "data"}]`, the data in base64.
fn files(value: Option<&Value<'_>>) -> Option<Vec<ExchangeFile>> {
    let Some(value) = value else { return Some(Vec::new()) };
    let Value::Array(items) = value else { return None };
    let text = |item: &Value<'_>, name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
    let read = |item: &Value<'_>| {
        let (name, media_type) = (text(item, "name")?, text(item, "mediaType")?);
        // The name becomes one of a file: no folders, nothing hidden.
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let is_type = |c: char| c.is_ascii_alphanumeric() || "-_.+/".contains(c);
        let fits = name.chars().all(is_name) && !name.starts_with('.') && media_type.chars().all(is_type);
        let fits = fits && [&name, &media_type].iter().all(|text| (1..=FILE_NAME).contains(&text.len()));
        let body = STANDARD.decode(text(item, "data")?).ok()?;
        fits.then_some(ExchangeFile { name, media_type, body })
    };
    let files: Vec<ExchangeFile> = items.iter().map(read).collect::<Option<_>>()?;
    let twice = |(at, file): (usize, &ExchangeFile)| files.iter().take(at).any(|other| other.name == file.name);
    (files.len() <= OFFER_FILES && !files.iter().enumerate().any(twice)).then_some(files)
}

/// Whether a program shows one of the API keys.
pub(super) fn authorize(service: &IssuerService, headers: &HeaderMap) -> Result<(), Problem> {
    let shown = bearer(headers).ok_or_else(|| Problem::unauthorized(headers))?;
    // Every key is compared, so that the time does not tell which one nearly fits.
    let known = service.settings().api_keys.iter().fold(false, |found, key| same(key, shown) | found);
    if known { Ok(()) } else { Err(Problem::unauthorized(headers)) }
}

/// A store that does not answer, for those who speak no OAuth.
pub(super) fn down(error: StoreError) -> Problem {
    tracing::error!(reason = %error, "the store failed");
    if error.is_passing() { Problem::unavailable() } else { Problem::internal() }
}
