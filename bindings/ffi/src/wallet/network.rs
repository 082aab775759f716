//! The wallet's requests, carried by the app's client.

use tamarack_wallet::http::{HttpRequest as Wanted, Reply, Step};

use super::flows::HttpReply;
use crate::error::TamarackError;
use crate::platform::{HttpClient, HttpHeader, HttpRequest, PlatformError};

/// Seconds after which a service is given up.
const SECONDS: u32 = 30;

/// A request of the wallet, for the app.
pub(super) fn request(wanted: &Wanted) -> HttpRequest {
    let header = |(name, value): &(String, String)| HttpHeader { name: name.clone(), value: value.clone() };
    HttpRequest {
        method: wanted.method.as_str().to_owned(),
        url: wanted.url.clone(),
        headers: wanted.headers.iter().map(header).collect(),
        body: (!wanted.body.is_empty()).then(|| wanted.body.clone()),
        max_bytes: u64::try_from(wanted.limit).unwrap_or(u64::MAX),
        timeout_seconds: SECONDS,
        may_leave_host: false,
    }
}

/// Sends a request of the wallet. Whatever keeps an answer from coming, the wallet hears that there is none; but a client that is
/// broken is a fault of the app, and no state of the network.
fn carry(client: &dyn HttpClient, wanted: &Wanted) -> Result<Reply, TamarackError> {
    match client.send(request(wanted)) {
        Ok(response) => Ok(HttpReply::Response { response }.into()),
        Err(broken @ PlatformError::Failed { .. }) => Err(broken.into()),
        Err(_) => Ok(Reply::Unreachable),
    }
}

/// What a flow comes to once nothing is left to send.
pub(super) enum End<T> {
    Browser(String),
    Later(tamarack::Timestamp),
    Done(T),
}

/// Takes a flow as far as it goes with the network alone.
pub(super) fn drive<T>(
    client: &dyn HttpClient,
    mut step: impl FnMut(Option<Reply>) -> Result<Step<T>, TamarackError>,
) -> Result<End<T>, TamarackError> {
    let mut reply = None;
    loop {
        match step(reply.take())? {
            Step::Send(request) => reply = Some(carry(client, &request)?),
            Step::Browser(url) => return Ok(End::Browser(url)),
            Step::Later { not_before } => return Ok(End::Later(not_before)),
            Step::Done(done) => return Ok(End::Done(done)),
        }
    }
}
