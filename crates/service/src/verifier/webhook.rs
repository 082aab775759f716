//! Webhooks: the relying party's program is told that an answer has come, and fetches it.
//!
//! The body names the request by its handle and says the outcome: nothing of it is about the person.

use std::time::Duration;

use super::Verifier;
use super::requests::Request;
use super::settings::now;
use crate::http::send_signed;
use crate::limits;

impl Verifier {
    /// Tells the ask's webhook, if it has one, and tries again for some minutes if nobody answers.
    pub(super) fn tell(&self, request: &Request) {
        let Some(secret) = self.inner.webhook_secret.clone() else { return };
        let Some(url) = self.inner.asks.get(&request.kept.ask).and_then(|(ask, _)| ask.webhook.clone()) else { return };
        let body = serde_json::json!({
            "type": "request.done",
            "ask": request.kept.ask,
            "handle": request.handle(),
            "outcome": request.kept.result.as_ref().map(|result| result.outcome.as_str()),
        });
        let (verifier, id, body) = (self.clone(), request.handle().to_owned(), body.to_string());
        tokio::spawn(async move {
            for tried in 0..limits::WEBHOOK_TRIES {
                if tried > 0 {
                    tokio::time::sleep(Duration::from_secs(1 << (2 * tried).min(8))).await;
                }
                let (verifier, url, id) = (verifier.clone(), url.clone(), id.clone());
                let (body, secret) = (body.clone(), secret.clone());
                let send = move || send_signed(&verifier.inner.fetcher, &url, &id, &body, &secret, now());
                match tokio::task::spawn_blocking(send).await {
                    Ok(Err(error)) => tracing::warn!(code = error.code(), tried, "a webhook was not taken"),
                    Ok(Ok(())) | Err(_) => return,
                }
            }
        });
    }
}
