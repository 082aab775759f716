//! The applicant's page of an offer: the link for the wallet, a way in for files if a clerk must approve, and what became of
//! it. Its address is as secret as the offer's link.

use askama::Template;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::extract::{Path, Query, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tamarack::Timestamp;
use tamarack::messages::Lang;
use tamarack_openid4vc::oauth::Secret;
use tamarack_openid4vc::vci::offer::{OfferUri, SCHEME};
use tokio::sync::Semaphore;

use super::applications::{ApplicationState, Queued};
use super::authorize::CONFIRM;
use super::offers::{APPLIED, CODE, DECIDED, Kept, OFFERED, SIGNED_IN, SUBJECT, code_of, down, subject_of};
use super::service::{IssuerService, now};
use super::uploads::{ACCEPTED, UploadError, read_upload};
use crate::http::{Cookies, Csrf, Language, Problem};
use crate::limits::{FORM_BYTES, OFFER_FILES, UPLOAD_BYTES, UPLOAD_FILE_BYTES, UPLOADS};
use crate::pages::{Layout, Words, moment, page, qr_path, size};
use crate::store::{AuditEvent, Exchange, ExchangeFile, FileAdded, FileName};

/// Bytes of one form with files.
pub(super) const BODY_BYTES: usize = UPLOAD_FILE_BYTES + FORM_BYTES;

/// Files that this process takes in at this moment.
static TAKING: Semaphore = Semaphore::const_new(UPLOADS);

#[derive(Template)]
#[template(path = "applicant/offer.html")]
struct OfferPage {
    layout: Layout,
    intro: String,
    /// `asked`, `in-wallet`, `waiting`, `approved`, `refused`, or empty.
    state: &'static str,
    /// The path of the question whether to go on.
    question: String,
    since: String,
    reason: String,
    reason_language: String,
    link: String,
    qr: String,
    qr_width: usize,
    until: String,
    with_tx_code: bool,
    takes_files: bool,
    files: Vec<FileShown>,
    files_kept: String,
    limits: String,
    accepted: &'static str,
    sent: bool,
    error: String,
    csrf: String,
}

struct FileShown {
    name: String,
    size: String,
}

/// An offer as its applicant sees it.
struct Seen {
    id: String,
    known: Kept,
    exchange: Exchange,
    queued: Option<Queued>,
    files: Vec<FileName>,
    now: Timestamp,
}

#[derive(Deserialize)]
pub(super) struct ShowQuery {
    sent: Option<String>,
}

/// `GET /apply/{id}`.
pub(super) async fn show(
    State(service): State<IssuerService>,
    Path(id): Path<String>,
    Query(query): Query<ShowQuery>,
    Language(lang): Language,
    csrf: Csrf,
) -> Result<Response, Problem> {
    let seen = Seen::find(&service, id).await?;
    seen.page(&service, lang, &csrf, query.sent.is_some(), None).await
}

/// `POST /apply/{id}`: files.
pub(super) async fn send(
    State(service): State<IssuerService>,
    Path(id): Path<String>,
    Language(lang): Language,
    cookies: Cookies,
    headers: HeaderMap,
    csrf: Csrf,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let seen = Seen::find(&service, id).await?;
    if !seen.takes_files(&service) {
        return Err(Problem::gone());
    }
    let _place = TAKING.try_acquire().map_err(|_| Problem::unavailable())?;
    let form = form.map_err(|_| Problem::bad_request("invalid_request"))?;
    let files = match read(form, &headers, cookies).await {
        Ok(files) => files,
        Err(Unread::Form(problem)) => return Err(problem),
        Err(Unread::File(wrong)) => return seen.page(&service, lang, &csrf, false, Some(wrong)).await,
    };
    for file in files {
        match seen.keep(&service, &file).await? {
            FileAdded::Kept => {}
            FileAdded::TooMuch => return seen.page(&service, lang, &csrf, false, Some("apply-error-many")).await,
            FileAdded::Gone => return Err(Problem::gone()),
        }
    }
    let place = format!("{}/apply/{}?sent=1#files", service.base().url().path(), seen.id);
    let place = HeaderValue::from_str(&place).map_err(|_| Problem::internal())?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response())
}

/// Why a form was not read.
enum Unread {
    /// It is no form of ours.
    Form(Problem),
    /// What is wrong with a file, as the name of a text.
    File(&'static str),
}

/// The files of a form. Its token comes first, so that nobody's files are read who may not send any.
async fn read(mut form: Multipart, headers: &HeaderMap, cookies: Cookies) -> Result<Vec<ExchangeFile>, Unread> {
    let broken = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Unread::File("apply-error-size"),
        _ => Unread::Form(Problem::bad_request("invalid_request")),
    };
    let mut is_ours = false;
    let mut files: Vec<ExchangeFile> = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some("csrf") {
            let token = field.text().await.map_err(broken)?;
            Csrf::check(headers, cookies, &token).map_err(Unread::Form)?;
            is_ours = true;
            continue;
        }
        if !is_ours {
            return Err(Unread::Form(Problem::forbidden("forbidden.form")));
        }
        let Some(name) = field.file_name().map(str::to_owned) else { continue };
        let mut body = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            if body.len() + chunk.len() > UPLOAD_FILE_BYTES {
                return Err(Unread::File("apply-error-size"));
            }
            body.extend_from_slice(&chunk);
        }
        if body.is_empty() && name.is_empty() {
            // A field that was left empty.
            continue;
        }
        let file = read_upload(&name, body).map_err(|error| match error {
            UploadError::Type => Unread::File("apply-error-type"),
            UploadError::Size => Unread::File("apply-error-size"),
        })?;
        files.push(file);
        if files.len() > OFFER_FILES {
            return Err(Unread::File("apply-error-many"));
        }
    }
    if files.is_empty() { Err(Unread::File("apply-error-none")) } else { Ok(files) }
}

impl Seen {
    async fn find(service: &IssuerService, id: String) -> Result<Self, Problem> {
        let (database, now) = (service.database(), now());
        let subject = subject_of(&id);
        let exchange = database.exchange(SUBJECT, &subject, now).await.map_err(down)?.ok_or_else(Problem::gone)?;
        let known = Kept::parse(&exchange.payload).map_err(down)?;
        let queued = match &known.application {
            Some(application) => Queued::find(database, application, now).await.ok(),
            None => None,
        };
        let files = database.exchange_file_names(SUBJECT, &subject).await.map_err(down)?;
        Ok(Self { id, known, exchange, queued, files, now })
    }

    fn configuration(&self) -> &str {
        self.known.configuration.as_deref().unwrap_or_default()
    }

    /// Whether files may be sent: as long as nobody has decided.
    fn takes_files(&self, service: &IssuerService) -> bool {
        service.needs_approval(self.configuration()) && self.exchange.state != DECIDED
    }

    async fn keep(&self, service: &IssuerService, file: &ExchangeFile) -> Result<FileAdded, Problem> {
        let detail = serde_json::json!({"mediaType": file.media_type, "bytes": file.body.len()}).to_string();
        let offer = code_of(&self.id).digest().to_text();
        let object = self.known.application.as_deref().unwrap_or(&offer);
        let event = AuditEvent { at: now(), actor: "applicant", action: "application.file", object, detail: &detail };
        let to = (SUBJECT, self.exchange.id.as_str());
        let first = if self.exchange.state == SIGNED_IN { SIGNED_IN } else { OFFERED };
        let most = (OFFER_FILES, UPLOAD_BYTES);
        let database = service.database();
        database.add_exchange_file(to, [first, APPLIED], file, most, &event).await.map_err(down)
    }

    /// The link, if a wallet may still follow it.
    async fn link(&self, service: &IssuerService) -> Result<Option<String>, Problem> {
        let code: Secret = code_of(&self.id);
        let held = service.database().ticket(CODE, code.expose(), self.now).await.map_err(down)?;
        let reference = format!("{}/offers/{}", service.base().url().as_str(), self.id);
        Ok(held.map(|_| OfferUri::Reference(reference).to_uri(SCHEME)))
    }

    /// The question whether to go on, if the person who signed in has not answered it yet.
    async fn question(&self, service: &IssuerService) -> Result<String, Problem> {
        let waits = service.database().ticket(CONFIRM, &self.id, self.now).await.map_err(down)?.is_some();
        let path = || format!("{}/confirm/{}", service.base().url().path(), self.id);
        Ok(if waits { path() } else { String::new() })
    }

    async fn page(
        &self,
        service: &IssuerService,
        lang: Lang,
        csrf: &Csrf,
        sent: bool,
        error: Option<&'static str>,
    ) -> Result<Response, Problem> {
        let words = Words(lang);
        let catalogue = service.catalogue();
        let of = catalogue.credential_type(self.configuration()).ok_or_else(Problem::gone)?;
        let link = self.link(service).await?.unwrap_or_default();
        let (qr, qr_width) = match link.as_str() {
            "" => (String::new(), 0),
            link => qr_path(link).ok_or_else(Problem::internal)?,
        };
        let question = self.question(service).await?;
        let state = self.queued.as_ref().map(|queued| queued.state);
        let decided = self.queued.as_ref().map(|queued| &queued.application);
        let takes_files = self.takes_files(service);
        let (title, description) = match lang {
            Lang::En => (&of.display.title.en, &of.display.description.en),
            Lang::Fr => (&of.display.title.fr, &of.display.description.fr),
        };
        let base = service.base().url().path();
        let path = format!("{base}/apply/{}", self.id);
        let days = service.settings().file_seconds / 86_400;
        let mut layout = Layout::new(lang, title.as_str(), super::publish::issuer_name(of, lang), path).below(base);
        layout.is_issuer = true;
        let mut response = page(&OfferPage {
            layout,
            intro: description.clone(),
            state: match state {
                Some(ApplicationState::Waiting) => "waiting",
                Some(ApplicationState::Approved | ApplicationState::Delivered) => "approved",
                Some(ApplicationState::Refused) => "refused",
                None if !question.is_empty() => "asked",
                None if self.exchange.state == SIGNED_IN => "in-wallet",
                None => "",
            },
            question,
            since: self.queued.as_ref().map(|queued| moment(queued.created, lang)).unwrap_or_default(),
            reason: decided.and_then(|application| application.reason.clone()).unwrap_or_default(),
            reason_language: decided.and_then(|application| application.language.clone()).unwrap_or_default(),
            link,
            qr,
            qr_width,
            until: self.known.until.map(|until| moment(Timestamp::from_unix(until), lang)).unwrap_or_default(),
            with_tx_code: self.known.with_tx_code,
            takes_files,
            files: self
                .files
                .iter()
                .map(|file| FileShown { name: file.name.clone(), size: size(file.bytes, lang) })
                .collect(),
            files_kept: words.with("apply-files-kept", "days", days),
            limits: words.with("apply-files-limits", "megabytes", UPLOAD_FILE_BYTES >> 20),
            accepted: ACCEPTED,
            sent,
            error: error.map(|error| words.get(error)).unwrap_or_default(),
            csrf: csrf.token().to_owned(),
        });
        if error.is_some() {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        response.headers_mut().extend(csrf.cookie().map(|cookie| (SET_COOKIE, cookie.clone())));
        Ok(response)
    }
}
