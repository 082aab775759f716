//! Requests in the database, from their beginning to their end.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tamarack::{SystemRandomness, Timestamp};
use tamarack_openid4vc::vp::request::{ResponseMode, UriMethod};
use tamarack_openid4vc::vp::session::{self, Session};

use super::Verifier;
use super::ask::Ask;
use super::bridge::SignIn;
use super::result::Outcomes;
use super::seal;
use super::settings::now;
use crate::http::{Problem, RandomId};
use crate::limits;
use crate::store::{Exchange, NewExchange, StoreError};

const KIND: &str = "presentation";

/// The states of a request.
pub(super) const OPEN: &str = "open";
/// The wallet has fetched it.
pub(super) const OPENED: &str = "opened";
/// An answer came, the only one that ever will, and is being judged.
pub(super) const JUDGING: &str = "judging";
/// The result is there.
pub(super) const DONE: &str = "done";

/// What is kept of a request.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) ask: String,
    /// The protocol's side, with its secrets; gone when the answer has come.
    session: Option<String>,
    /// Until when an answer is taken.
    pub(super) answer_until: i64,
    /// The digest of the browser that the page belongs to.
    pub(super) browser: Option<String>,
    /// Where the browser goes on.
    pub(super) return_to: Option<String>,
    /// What a relying party asked for over OpenID Connect.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) sign_in: Option<SignIn>,
    /// Whether the wallet was opened on the device of the page, so that its browser is to come back.
    pub(super) same_device: bool,
    /// The digest of the code that the browser comes back with.
    pub(super) response_code: String,
    /// What a result is sealed to ([`super::seal`]).
    pub(super) seal_to: String,
    pub(super) result: Option<Outcomes>,
    /// Whether what is about the person was handed over, and so deleted.
    pub(super) handed_over: bool,
}

/// Where a request comes from.
#[derive(Default)]
pub(super) struct Origin<'o> {
    /// The browser that its page belongs to; `None` for the one that opens it first.
    pub(super) browser: Option<&'o RandomId>,
    /// Where the browser goes on.
    pub(super) return_to: Option<String>,
    /// What a relying party asked for over OpenID Connect.
    pub(super) sign_in: Option<SignIn>,
}

/// A request as it was read.
pub(super) struct Request {
    exchange: Exchange,
    pub(super) kept: Kept,
}

/// The public name of a request, from its secret one.
pub(super) fn handle_of(id: &RandomId) -> String {
    let digest = Sha256::new_with_prefix("tamarack request handle\n").chain_update(id.as_str()).finalize();
    URL_SAFE_NO_PAD.encode(digest.get(..16).unwrap_or_default())
}

impl Request {
    pub(super) fn state(&self) -> &str {
        &self.exchange.state
    }

    pub(super) fn handle(&self) -> &str {
        &self.exchange.id
    }

    /// Whether an answer can still come, or be on its way.
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        matches!(self.state(), OPEN | OPENED) && now.unix() >= self.kept.answer_until
    }

    /// The protocol's side, if an answer is still awaited.
    pub(super) fn session(&self) -> Result<Session, Problem> {
        let kept = self.kept.session.as_deref().filter(|_| !self.is_expired(now())).ok_or_else(Problem::gone)?;
        Session::from_kept(kept).map_err(Problem::from)
    }
}

impl Verifier {
    pub(super) fn ask(&self, name: &str) -> Result<&Ask, Problem> {
        self.inner.asks.get(name).map(|(ask, _)| ask).ok_or_else(Problem::not_found)
    }

    /// Begins a request. Gives its secret name.
    pub(super) async fn begin(&self, ask: &Ask, origin: Origin<'_>) -> Result<RandomId, Problem> {
        let id = RandomId::new().map_err(|_| Problem::internal())?;
        let handle = handle_of(&id);
        let response_uri = self.inner.base.url().at(&format!("/w/{handle}/response"));
        let mut asked = session::Ask::new(self.inner.client.client_id.clone(), response_uri, ask.query.clone());
        asked = asked.by(if ask.encrypted { ResponseMode::DirectPostJwt } else { ResponseMode::DirectPost });
        asked.seconds = ask.seconds;
        asked.client_metadata.insert("client_name", ask.verifier.en.clone());
        asked.client_metadata.insert("client_name#fr", ask.verifier.fr.clone());
        let begun = now();
        let session = Session::begin(asked, begun, &mut SystemRandomness)?;
        let kept = Kept {
            ask: ask.name.clone(),
            session: Some(session.expose().to_string()),
            answer_until: session.expires().unix(),
            browser: origin.browser.map(RandomId::digest),
            return_to: origin.return_to,
            sign_in: origin.sign_in,
            same_device: false,
            response_code: crate::http::secret_digest(session.response_code()),
            seal_to: seal::public_key(&id)?,
            result: None,
            handed_over: false,
        };
        let payload = serde_json::to_string(&kept).map_err(|_| Problem::internal())?;
        let new = NewExchange {
            kind: KIND,
            id: &handle,
            state: OPEN,
            payload: &payload,
            created: begun,
            expires: begun.plus_seconds(ask.seconds + limits::RESULT_SECONDS),
        };
        self.inner.database.add_exchange(&new, &[]).await.map_err(|error| unavailable(&error))?;
        tracing::info!(ask = ask.name, "request begun");
        Ok(id)
    }

    /// Reads a request by its public name.
    pub(super) async fn request(&self, handle: &str) -> Result<Request, Problem> {
        if RandomId::read(handle).is_none() {
            return Err(Problem::not_found());
        }
        let found = self.inner.database.exchange(KIND, handle, now()).await.map_err(|error| unavailable(&error))?;
        let exchange = found.ok_or_else(Problem::gone)?;
        let kept = serde_json::from_str(&exchange.payload).map_err(|_| Problem::internal())?;
        Ok(Request { exchange, kept })
    }

    /// Reads a request by its secret name.
    pub(super) async fn request_by_id(&self, id: &str) -> Result<Request, Problem> {
        let id = RandomId::read(id).ok_or_else(Problem::not_found)?;
        self.request(&handle_of(&id)).await
    }

    /// Changes a request that is still as it was read. Gives whether this caller did.
    pub(super) async fn change(&self, request: &Request, state: &str) -> Result<bool, Problem> {
        let payload = serde_json::to_string(&request.kept).map_err(|_| Problem::internal())?;
        let changed = self.inner.database.change_exchange(KIND, &request.exchange, state, &payload, now());
        changed.await.map_err(|error| unavailable(&error))
    }

    /// [`Self::change`], and the beginning of something else, both or neither.
    pub(super) async fn change_and_begin(
        &self,
        request: &Request,
        state: &str,
        begin: &NewExchange<'_>,
    ) -> Result<bool, Problem> {
        let payload = serde_json::to_string(&request.kept).map_err(|_| Problem::internal())?;
        let database = &self.inner.database;
        let changed = database.change_exchange_and_begin(KIND, &request.exchange, state, &payload, begin, now());
        changed.await.map_err(|error| unavailable(&error))
    }

    /// Takes the answer to a request: of several, one is taken, and the protocol's secrets go with it. `None` if another
    /// was faster.
    pub(super) async fn take(&self, handle: &str, mut request: Request) -> Result<Option<Request>, Problem> {
        // A wallet that fetches the request once more at this very moment changes its state too.
        for _ in 0..4 {
            if !matches!(request.state(), OPEN | OPENED) {
                return Ok(None);
            }
            request.kept.session = None;
            if self.change(&request, JUDGING).await? {
                return self.request(handle).await.map(Some);
            }
            request = self.request(handle).await?;
        }
        Ok(None)
    }

    /// Gives out the result, and deletes what is about the person: of several who ask at once, one gets it.
    pub(super) async fn hand_over(&self, id: &RandomId, mut request: Request) -> Result<(Request, Outcomes), Problem> {
        let result = request.kept.result.as_mut().ok_or_else(Problem::internal)?;
        let (whole, had) = result.hand_over(id)?;
        if !had {
            return Ok((request, whole));
        }
        request.kept.handed_over = true;
        if self.change(&request, DONE).await? {
            return Ok((request, whole));
        }
        let request = self.request(&request.exchange.id).await?;
        let left = request.kept.result.clone().ok_or_else(Problem::internal)?.without_person();
        Ok((request, left))
    }

    /// The address that opens the wallet.
    pub(super) fn wallet_url(&self, request: &Request, same_device: bool) -> Result<String, Problem> {
        let here = if same_device { "/here" } else { "" };
        let uri = self.inner.base.url().at(&format!("/w/{}{here}", request.handle()));
        let session = request.session()?;
        Ok(session.url_by_reference(&self.inner.wallet, &uri, UriMethod::Post)?)
    }
}

/// A database that does not answer. What it said is logged by its code alone.
pub(super) fn unavailable(error: &StoreError) -> Problem {
    tracing::error!(error = %error, "the database failed");
    Problem::unavailable()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_handle_does_not_tell_the_id() {
        let id = RandomId::new().unwrap();
        let handle = handle_of(&id);
        assert!(RandomId::read(&handle).is_some());
        assert_ne!(handle, id.as_str());
        assert_ne!(handle, handle_of(&RandomId::read(&handle).unwrap()));
    }
}
