//! `offer`: a link with which a person's wallet fetches a credential from the service.

use serde_json::json;
use tamarack::json::{self, Value};
use tamarack::limits::INPUT_BYTES;
use tamarack_cli::{Exit, Failure, read_input};
use tamarack_service::http::BaseUrl;
use tamarack_service::issuer::{NewOffer, OfferError, remembered_base_url};

use super::{Invocation, types};
use crate::store::StoreError;

pub(super) fn run(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, _) = job.store()?;
    let (credential_type, _) = types::load(&store, job.need("type"))?;
    let bytes = read_input(job.need("claims"), INPUT_BYTES)?;
    let Value::Object(claims) = json::parse(&bytes)? else {
        return Err(Failure::new(Exit::Data, "issue.claims_no_object"));
    };
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
    let new = NewOffer {
        credential_type: &credential_type,
        claims: &claims,
        with_tx_code: job.flag("tx-code"),
        files: &[],
        seconds: i64::from(job.number("minutes").unwrap_or(10)) * 60,
        actor: "cli",
        issuer: &issuer,
    };
    let made = store.run(new.make(store.database(), job.now)).map_err(|error| match error {
        OfferError::Claims(fault) => Failure::from(fault),
        OfferError::Store(error) => StoreError(error).into(),
        other => Failure::new(Exit::Internal, "serve.failed").with("reason", format!("{other:?}")),
    })?;
    let answer = json!({
        "link": made.link,
        "linkByValue": made.link_by_value,
        "txCode": made.tx_code,
        "expires": made.expires,
    });
    job.answer(&answer, &made.link)?;
    if let Some(code) = made.tx_code {
        job.terminal.say(&job.terminal.format("say-tx-code", &[("code", code.into())]));
    }
    Ok(Exit::Ok)
}
