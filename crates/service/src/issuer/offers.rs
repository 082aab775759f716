//! Offers: a clerk or a program says which credential a person may fetch, and hands over a link.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
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
use crate::store::{AuditEvent, Database, ExchangeFile, NewExchange, NewTicket, StoreError};

/// The kind of the tickets of pre-authorized codes.
pub(super) const CODE: &str = "pre-authorized_code";
/// The kind of the exchanges with what is known of a person.
pub(super) const SUBJECT: &str = "subject";
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
    /// The transaction code, to be told to the person by another way.
    pub tx_code: Option<String>,
    /// Until when it is good.
    pub expires: Timestamp,
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
        let (id, subject) = (Secret::draw(random)?, Secret::draw(random)?);
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
                subject: subject.expose().to_owned(),
            },
        };
        let payload = serde_json::to_string(&record).map_err(|_| Fault::new(tamarack::Code::Internal))?;
        let mut known = Object::new();
        known.insert("claims", Value::Object(self.claims.clone()));
        let known = json::to_string(&Value::Object(known));
        let new = NewExchange {
            kind: SUBJECT,
            id: subject.expose(),
            state: "offered",
            payload: &known,
            created: now,
            // The code may be redeemed at the last moment, and the token be used at its last.
            expires: expires.plus_seconds(BOUND_SECONDS),
        };
        database.add_exchange(&new, self.files).await?;
        let family = record.code.to_text();
        let ticket =
            NewTicket { kind: CODE, secret: code.expose(), family: &family, payload: &payload, created: now, expires };
        database.put_ticket(&ticket).await?;
        let detail = serde_json::json!({"type": configuration, "txCode": self.with_tx_code}).to_string();
        let event = AuditEvent { at: now, actor: self.actor, action: "offer.make", object: &family, detail: &detail };
        database.audit(&event).await?;
        let offer = offer(self.issuer, configuration, code.expose(), self.with_tx_code);
        let reference = format!("{}/offers/{}", self.issuer, id.expose());
        Ok(OfferMade {
            link: OfferUri::Reference(reference).to_uri(SCHEME),
            link_by_value: OfferUri::Value(offer).to_uri(SCHEME),
            id: id.expose().to_owned(),
            tx_code,
            expires,
        })
    }
}

/// The code of an offer follows from its id, so that an offer can be fetched whose code nobody has kept.
fn code_of(id: &str) -> Secret {
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

/// `POST /offers`: `{"type", "claims", "txCode"?, "expiresIn"?, "files"?}` with an API key gives
/// `{"id", "link", "linkByValue", "txCode"?, "expires"}`.
pub(super) async fn create(
    State(service): State<IssuerService>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Problem> {
    authorize(&service, &headers)?;
    let value = json::parse_up_to(body.as_bytes(), OFFER_BYTES)
        .map_err(|_| Problem::bad_request("invalid_request").about("the JSON"))?;
    let wrong = |about: &str| Problem::bad_request("invalid_request").about(about);
    let name = value.get("type").and_then(Value::as_str).ok_or_else(|| wrong("type"))?;
    let claims = value.get("claims").and_then(Value::as_object).ok_or_else(|| wrong("claims"))?;
    let seconds = match value.get("expiresIn") {
        None => tamarack_openid4vc::limits::PRE_AUTHORIZED_SECONDS,
        Some(seconds) => {
            seconds.as_i64().filter(|seconds| (1..=2_592_000).contains(seconds)).ok_or_else(|| wrong("expiresIn"))?
        }
    };
    let with_tx_code = match value.get("txCode") {
        None => false,
        Some(wanted) => wanted.as_bool().ok_or_else(|| wrong("txCode"))?,
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
        actor: "api",
        issuer: service.base().url().as_str(),
    };
    let made = new.make(service.database(), now()).await.map_err(|error| match error {
        // The pointer names a claim of the type, or one that the caller made up: not to be repeated.
        OfferError::Claims(fault) => Problem::bad_request("invalid_claims").about(fault.code().as_str()),
        OfferError::Store(error) => down(error),
    })?;
    let mut answer = serde_json::json!({
        "id": made.id,
        "link": made.link,
        "linkByValue": made.link_by_value,
        "expires": made.expires.to_string(),
    });
    if let (Some(tx_code), Some(answer)) = (made.tx_code, answer.as_object_mut()) {
        answer.insert("txCode".to_owned(), tx_code.into());
    }
    Ok(json_answer(201, "application/json", answer.to_string()).into_response())
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
    let shown = bearer(headers).ok_or_else(Problem::unauthorized)?;
    // Every key is compared, so that the time does not tell which one nearly fits.
    let known = service.settings().api_keys.iter().fold(false, |found, key| same(key, shown) | found);
    if known { Ok(()) } else { Err(Problem::unauthorized()) }
}

/// A store that does not answer, for those who speak no OAuth.
pub(super) fn down(error: StoreError) -> Problem {
    tracing::error!(reason = %error, "the store failed");
    if error.is_passing() { Problem::unavailable() } else { Problem::internal() }
}
