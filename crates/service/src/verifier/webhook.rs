//! Webhooks: the relying party's program is told that an answer has come, and fetches it.
//!
//! Signed as Standard Webhooks has it: `webhook-id`, `webhook-timestamp` and `webhook-signature: v1,` with the base64 of
//! HMAC-SHA-256 over `id.timestamp.body`. The body names the request by its handle and says the outcome: nothing of it is
//! about the person.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tamarack_net::{Call, FetchError, Fetcher};

use super::Verifier;
use super::requests::Request;
use super::settings::now;
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
                let send = move || send(&verifier.inner.fetcher, &url, &id, &body, &secret);
                match tokio::task::spawn_blocking(send).await {
                    Ok(Err(error)) => tracing::warn!(code = error.code(), tried, "a webhook was not taken"),
                    Ok(Ok(())) | Err(_) => return,
                }
            }
        });
    }
}

/// Sends it once; any status of success will do.
fn send(fetcher: &Fetcher, url: &str, id: &str, body: &str, secret: &[u8]) -> Result<(), FetchError> {
    let time = now().unix();
    let (signature, time) = (sign(id, time, body, secret), time.to_string());
    let headers = [
        ("content-type", "application/json"),
        ("webhook-id", id),
        ("webhook-timestamp", &time),
        ("webhook-signature", &signature),
    ];
    let answer =
        fetcher.call(&Call { url, headers: &headers, body: Some(body.as_bytes()), limit: limits::BODY_BYTES })?;
    if (200..300).contains(&answer.status) { Ok(()) } else { Err(FetchError::Status(answer.status)) }
}

fn sign(id: &str, time: i64, body: &str, secret: &[u8]) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(format!("{id}.{time}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_standard_webhooks_does() {
        // The example of the specification's own libraries.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#, &secret);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
