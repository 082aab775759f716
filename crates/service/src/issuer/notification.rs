//! Notifications (OpenID4VCI §11): the wallet says what became of its credentials.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use tamarack::{Code, SystemRandomness};
use tamarack_openid4vc::Refusal;
use tamarack_openid4vc::oauth::access::AccessToken;
use tamarack_openid4vc::oauth::nonce::NoncePurpose;
use tamarack_openid4vc::vci::notification::{Notifiable, Notification, unknown};

use super::answer::{Denied, store};
use super::credential::{access_token, internal};
use super::fresh::with_nonces;
use super::make::Made;
use super::repeat;
use super::service::{IssuerService, now};
use crate::store::AuditEvent;

/// The kind of the tickets.
pub(super) const KIND: &str = "notification_id";
/// For how many seconds a wallet may say what became of a credential: 30 days.
pub(super) const SECONDS: i64 = 30 * 86_400;

/// What a notification is about.
#[derive(Serialize, Deserialize)]
struct About {
    notifiable: Notifiable,
    credentials: Vec<String>,
    /// The transaction whose answer is given again until now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repeated: Option<String>,
}

/// A new `notification_id` for credentials, and the payload of its ticket; `repeated` is the transaction whose answer is given
/// again until then.
pub(super) fn ticket(
    token: &AccessToken,
    made: &[Made],
    repeated: Option<String>,
) -> Result<(String, String), Refusal> {
    let (id, notifiable) = Notifiable::issue(token, &mut SystemRandomness)?;
    let about = About { notifiable, credentials: made.iter().map(|made| made.id.clone()).collect(), repeated };
    let payload = serde_json::to_string(&about).map_err(|_| internal(Code::Internal.into()))?;
    Ok((id, payload))
}

/// `POST /notification`.
pub(super) async fn notify(State(service): State<IssuerService>, headers: HeaderMap, body: Bytes) -> Response {
    let taken = take(&service, &headers, &body).await.map_err(Denied::protected);
    let answer = taken.map(|()| StatusCode::NO_CONTENT.into_response());
    with_nonces(&service, NoncePurpose::DpopResource, answer)
}

async fn take(service: &IssuerService, headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let now = now();
    let (token, mut once) = access_token(service, headers, "/notification", now).await?;
    once.let_in(service).await?;
    let notification = Notification::parse(body)?;
    let held = service.database().ticket(KIND, &notification.notification_id, now).await.map_err(store)?;
    let held = held.ok_or_else(unknown)?;
    let about: About = serde_json::from_str(&held.payload).map_err(|_| internal(Code::Internal.into()))?;
    about.notifiable.check(&notification, &token)?;
    // The answer has arrived, whatever the wallet made of it.
    if let Some(transaction) = &about.repeated {
        repeat::end(service, transaction).await?;
    }
    // What the wallet describes in its own words is not written down.
    let detail = serde_json::json!({"event": notification.event.name()}).to_string();
    for id in &about.credentials {
        let event = AuditEvent { at: now, actor: "wallet", action: "credential.notify", object: id, detail: &detail };
        service.database().audit(&event).await.map_err(store)?;
    }
    Ok(())
}
