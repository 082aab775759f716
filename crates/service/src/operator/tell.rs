//! A transaction code on its way to a person, by the operator's own gateway.

use serde_json::json;
use tamarack::Timestamp;

use super::Operator;
use super::settings::CodeGateway;
use crate::http::{RandomId, send_signed};
use crate::issuer::OfferMade;

/// Why a code was not sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct NotSent;

/// Sends a code to an address: a telephone number or a mail address, which the gateway understands. Nothing of it is kept,
/// and nothing of it stands in a log.
pub(super) async fn send_code(
    operator: &Operator,
    gateway: &CodeGateway,
    to: &str,
    made: &OfferMade,
    language: &str,
    now: Timestamp,
) -> Result<(), NotSent> {
    let body = json!({
        "type": "offer.tx_code",
        "to": to,
        "code": made.tx_code,
        "language": language,
        "expires": made.expires,
    });
    let (id, body) = (RandomId::new().map_err(|_| NotSent)?, body.to_string());
    let (operator, gateway) = (operator.clone(), gateway.clone());
    let send = move || send_signed(&operator.inner.fetcher, &gateway.url, id.as_str(), &body, &gateway.secret, now);
    match tokio::task::spawn_blocking(send).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            tracing::warn!(code = error.code(), "the gateway for codes took none");
            Err(NotSent)
        }
        Err(_) => Err(NotSent),
    }
}
