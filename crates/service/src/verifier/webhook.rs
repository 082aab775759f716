//! Webhooks: the relying party's program is told that an answer has come, and fetches it.
//!
//! The body names the request by its handle and says the outcome: nothing of it is about the person. It waits in the store
//! until it was taken, and is deleted then.

use serde::{Deserialize, Serialize};
use tamarack::Timestamp;
use tokio::task::JoinSet;

use super::Verifier;
use super::requests::Request;
use super::settings::now;
use crate::http::send_signed;
use crate::limits;
use crate::store::{Exchange, NewExchange, StoreError};

/// The kind of the exchanges that wait to be sent.
const KIND: &str = "webhook";

/// What waits: nothing of it is about the person.
#[derive(Serialize, Deserialize)]
struct Waiting {
    ask: String,
    outcome: Option<String>,
    /// How often it was sent in vain.
    tried: usize,
}

/// A webhook that is to be kept together with what it tells of.
pub(super) struct Hook {
    id: String,
    state: String,
    payload: String,
    created: Timestamp,
}

impl Hook {
    pub(super) fn exchange(&self) -> NewExchange<'_> {
        NewExchange {
            kind: KIND,
            id: &self.id,
            state: &self.state,
            payload: &self.payload,
            created: self.created,
            expires: self.created.plus_seconds(limits::WEBHOOK_SECONDS),
        }
    }
}

/// The state of a webhook that is to be sent at a time: in the order of the alphabet, the earlier is the first.
fn due(at: Timestamp) -> String {
    format!("due {:020}", at.unix().max(0))
}

impl Verifier {
    /// The webhook of a request that has its result, if its ask has one; none if too many wait already.
    pub(super) async fn hook(&self, request: &Request) -> Result<Option<Hook>, StoreError> {
        let has_webhook = self.inner.asks.get(&request.kept.ask).is_some_and(|(ask, _)| ask.webhook.is_some());
        if !has_webhook || self.inner.webhook_secret.is_none() {
            return Ok(None);
        }
        let created = now();
        if self.inner.database.count_all_exchanges(KIND, created).await? >= limits::WEBHOOKS {
            tracing::error!("too many webhooks wait: one was not kept");
            return Ok(None);
        }
        let outcome = request.kept.result.as_ref().map(|result| result.outcome.as_str().to_owned());
        let waiting = Waiting { ask: request.kept.ask.clone(), outcome, tried: 0 };
        let payload = serde_json::to_string(&waiting).map_err(|_| StoreError::Database("encode".to_owned()))?;
        Ok(Some(Hook { id: request.handle().to_owned(), state: due(created), payload, created }))
    }

    /// Has the webhooks sent that wait, now and as soon as one comes.
    pub(super) fn wake_webhooks(&self) {
        self.inner.webhook_waits.notify_one();
    }

    /// Sends webhooks for as long as it is polled: those that wait in the store, whichever process has put them there, also
    /// before it was killed. One that is not taken is tried again with growing pauses, and given up after the last.
    pub async fn deliver_webhooks(self) {
        loop {
            let waits = self.inner.webhook_waits.notified();
            match self.send_due().await {
                Ok(0) => {
                    let _ = tokio::time::timeout(limits::WEBHOOK_INTERVAL, waits).await;
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(error = %error, "webhooks could not be read");
                    tokio::time::sleep(limits::WEBHOOK_INTERVAL).await;
                }
            }
        }
    }

    /// Sends those whose time has come, some at once. Gives how many this process sent.
    async fn send_due(&self) -> Result<usize, StoreError> {
        let (at, most) = (now(), limits::WEBHOOKS_AT_ONCE);
        let found = self.inner.database.exchanges_up_to(KIND, &due(at), most, at).await?;
        let mut running = JoinSet::new();
        for exchange in found {
            running.spawn(self.clone().send_one(exchange));
        }
        let mut sent = 0;
        while let Some(done) = running.join_next().await {
            match done {
                Ok(Ok(true)) => sent += 1,
                Ok(Ok(false)) | Err(_) => {}
                Ok(Err(error)) => return Err(error),
            }
        }
        Ok(sent)
    }

    /// Sends one that is still as it was read. Gives whether this process did.
    async fn send_one(self, exchange: Exchange) -> Result<bool, StoreError> {
        let database = &self.inner.database;
        let id = exchange.id.clone();
        let waiting = serde_json::from_str::<Waiting>(&exchange.payload).ok();
        let url = waiting.as_ref().and_then(|waiting| self.inner.asks.get(&waiting.ask)?.0.webhook.clone());
        let (Some(mut waiting), Some(url), Some(secret)) = (waiting, url, self.inner.webhook_secret.clone()) else {
            // The ask or its webhook was taken out of the server's files since.
            return database.end_exchange(KIND, &id).await;
        };
        let body = serde_json::json!({
            "type": "request.done",
            "ask": waiting.ask,
            "handle": id,
            "outcome": waiting.outcome,
        })
        .to_string();
        // The next try is written down before this one: of several processes one sends, and a process that is killed
        // meanwhile loses nothing.
        let pause = limits::WEBHOOK_PAUSES.get(waiting.tried).copied();
        waiting.tried += 1;
        let payload = serde_json::to_string(&waiting).map_err(|_| StoreError::Database("encode".to_owned()))?;
        let next = due(now().plus_seconds(pause.unwrap_or(limits::WEBHOOK_SECONDS)));
        if !database.change_exchange(KIND, &exchange, &next, &payload, now()).await? {
            return Ok(false);
        }
        let (verifier, name) = (self.clone(), id.clone());
        let sent = tokio::task::spawn_blocking(move || {
            send_signed(&verifier.inner.fetcher, &url, &name, &body, &secret, now())
        })
        .await;
        match sent {
            Ok(Ok(())) => {
                database.end_exchange(KIND, &id).await?;
            }
            Ok(Err(error)) => {
                tracing::warn!(code = error.code(), tried = waiting.tried, "a webhook was not taken");
                if pause.is_none() {
                    database.end_exchange(KIND, &id).await?;
                }
            }
            Err(_) => {}
        }
        Ok(true)
    }
}
