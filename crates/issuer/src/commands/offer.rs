//! `offer`: a link with which a person's wallet fetches a credential from the service.

use serde_json::json;
use tamarack::json::{self, Value};
use tamarack::limits::INPUT_BYTES;
use tamarack_cli::{Exit, Failure, read_input};
use tamarack_service::http::BaseUrl;
use tamarack_service::issuer::{NewOffer, OfferError, SignInOffer, UploadError, read_upload, remembered_base_url};
use tamarack_service::limits::{OFFER_FILES, UPLOAD_BYTES, UPLOAD_FILE_BYTES};
use tamarack_service::store::ExchangeFile;

use super::{Invocation, types};
use crate::store::StoreError;

pub(super) fn run(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, _) = job.store()?;
    let (credential_type, _) = types::load(&store, job.need("type"))?;
    let issuer = match job.text("base-url") {
        Some(url) => {
            let url = BaseUrl::parse(url).map_err(|error| Failure::new(Exit::Usage, error.code()))?;
            url.as_str().to_owned()
        }
        None => {
            let known = store.wait(remembered_base_url(store.database()))?;
            known.ok_or_else(|| Failure::new(Exit::Usage, "offer.no_service"))?
        }
    };
    let seconds = i64::from(job.number("minutes").unwrap_or(10)) * 60;
    if job.flag("sign-in") {
        let new = SignInOffer { configuration: &credential_type.name, seconds, actor: "cli", issuer: &issuer };
        let (link, expires) = store.run(new.make(store.database(), job.now)).map_err(failed)?;
        job.answer(&json!({"linkByValue": link, "expires": expires}), &link)?;
        return Ok(Exit::Ok);
    }
    let bytes = read_input(job.need("claims"), INPUT_BYTES)?;
    let Value::Object(claims) = json::parse(&bytes)? else {
        return Err(Failure::new(Exit::Data, "issue.claims_no_object"));
    };
    let files = files(job)?;
    let new = NewOffer {
        credential_type: &credential_type,
        claims: &claims,
        with_tx_code: job.flag("tx-code"),
        files: &files,
        seconds,
        language: job.text("language"),
        actor: "cli",
        issuer: &issuer,
    };
    let made = store.run(new.make(store.database(), job.now)).map_err(failed)?;
    let answer = json!({
        "link": made.link,
        "linkByValue": made.link_by_value,
        "page": made.page,
        "txCode": made.tx_code,
        "expires": made.expires,
    });
    job.answer(&answer, &made.link)?;
    if let Some(code) = made.tx_code {
        job.terminal.say(&job.terminal.format("say-tx-code", &[("code", code.into())]));
    }
    Ok(Exit::Ok)
}

/// The files of `--file`: photos, short videos and PDF documents, told by what is in them.
fn files(job: &Invocation<'_>) -> Result<Vec<ExchangeFile>, Failure> {
    let mut files: Vec<ExchangeFile> = Vec::new();
    for path in job.texts("file") {
        let bytes = read_input(path, UPLOAD_FILE_BYTES)?;
        let wrong = |code| Failure::new(Exit::Data, code).with("file", path);
        let file = read_upload(path, bytes).map_err(|error| match error {
            UploadError::Type => wrong("offer.file_type"),
            _ => wrong("offer.file_size"),
        })?;
        if files.iter().any(|other| other.name == file.name) {
            return Err(wrong("offer.file_twice"));
        }
        files.push(file);
    }
    let bytes: usize = files.iter().map(|file| file.body.len()).sum();
    if files.len() > OFFER_FILES || bytes > UPLOAD_BYTES {
        return Err(Failure::new(Exit::Data, "offer.files").with("limit", OFFER_FILES));
    }
    Ok(files)
}

fn failed(error: OfferError) -> Failure {
    match error {
        OfferError::Claims(fault) => Failure::from(fault),
        OfferError::Store(error) => StoreError(error).into(),
        other => Failure::new(Exit::Internal, "serve.failed").with("reason", format!("{other:?}")),
    }
}
