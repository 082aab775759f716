//! Requests in the database, from their beginning to their end.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use tamarack::messages::Lang;
use tamarack::{SystemRandomness, Timestamp};
use tamarack_openid4vc::vp::request::{ResponseMode, ResponseType, UriMethod};
use tamarack_openid4vc::vp::session::{self, Session};

use super::Verifier;
use super::ask::{Ask, Bilingual, Filled};
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
/// An answer came and is being judged. It is the only one that ever will, unless the process that judges it dies.
pub(super) const JUDGING: &str = "judging";
/// The result is there.
pub(super) const DONE: &str = "done";

/// What is kept of a request.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) ask: String,
    /// The protocol's side, with its secrets; gone when the answer was judged.
    session: Option<String>,
    /// The same for the Digital Credentials API of a browser, once one has asked for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    digital: Option<String>,
    /// What the person agrees to by answering.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(super) agreement: Vec<Agreement>,
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

/// One thing that the person agrees to.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Agreement {
    /// The type of its transaction data.
    pub(super) kind: String,
    en: String,
    fr: String,
}

impl Agreement {
    pub(super) fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Fr => &self.fr,
        }
    }
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
    /// What it is about this time: the fields of each piece of transaction data.
    pub(super) fields: Vec<Map<String, Value>>,
}

/// A request as it was read.
pub(super) struct Request {
    exchange: Exchange,
    /// The state that it is in now.
    state: String,
    pub(super) kept: Kept,
}

/// The public name of a request, from its secret one.
pub(super) fn handle_of(id: &RandomId) -> String {
    let digest = Sha256::new_with_prefix("tamarack request handle\n").chain_update(id.as_str()).finalize();
    URL_SAFE_NO_PAD.encode(digest.get(..16).unwrap_or_default())
}

impl Request {
    pub(super) fn state(&self) -> &str {
        &self.state
    }

    pub(super) fn handle(&self) -> &str {
        &self.exchange.id
    }

    /// Whether an answer can still come, or be on its way.
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        matches!(self.state(), OPEN | OPENED) && now.unix() >= self.kept.answer_until
    }

    /// Whether an answer can still come.
    fn is_open(&self) -> bool {
        matches!(self.state(), OPEN | OPENED) && !self.is_expired(now())
    }

    /// The protocol's side, if an answer is still awaited.
    pub(super) fn session(&self) -> Result<Session, Problem> {
        let kept = self.kept.session.as_deref().filter(|_| self.is_open()).ok_or_else(Problem::gone)?;
        Session::from_kept(kept).map_err(Problem::from)
    }

    /// The same for the Digital Credentials API; `None` until a browser has asked for it.
    pub(super) fn digital(&self) -> Result<Option<Session>, Problem> {
        if !self.is_open() {
            return Err(Problem::gone());
        }
        self.kept.digital.as_deref().map(Session::from_kept).transpose().map_err(Problem::from)
    }

    pub(super) fn set_digital(&mut self, session: &Session) {
        self.kept.digital = Some(session.expose().to_string());
    }

    fn payload(&self) -> Result<String, Problem> {
        serde_json::to_string(&self.kept).map_err(|_| Problem::internal())
    }

    /// What a change does to its row.
    fn changed(&mut self, state: &str, at: Timestamp) {
        state.clone_into(&mut self.state);
        state.clone_into(&mut self.exchange.state);
        self.exchange.version += 1;
        self.exchange.changed = at;
    }

    /// Nothing can answer it any more.
    pub(super) fn close(&mut self) {
        (self.kept.session, self.kept.digital) = (None, None);
    }
}

impl Verifier {
    pub(super) fn ask(&self, name: &str) -> Result<&Ask, Problem> {
        self.inner.asks.get(name).map(|(ask, _)| ask).ok_or_else(Problem::not_found)
    }

    /// Begins a request. Gives its secret name.
    pub(super) async fn begin(&self, ask: &Ask, origin: Origin<'_>) -> Result<RandomId, Problem> {
        self.begin_session(ask, origin).await.map(|(id, _)| id)
    }

    /// Begins a request. Gives its secret name, and the protocol's side.
    pub(super) async fn begin_session(&self, ask: &Ask, origin: Origin<'_>) -> Result<(RandomId, Session), Problem> {
        let id = RandomId::new().map_err(|_| Problem::internal())?;
        let handle = handle_of(&id);
        let pieces = filled(ask, &origin.fields)?;
        let mut asked = self.protocol_ask(ask, pieces.iter().map(|piece| piece.encoded.clone()).collect());
        asked.response_mode = if ask.encrypted { ResponseMode::DirectPostJwt } else { ResponseMode::DirectPost };
        asked.answer_to = Some(self.inner.base.url().at(&format!("/w/{handle}/response")));
        let begun = now();
        let session = Session::begin(asked, begun, &mut SystemRandomness)?;
        let kept = Kept {
            ask: ask.name.clone(),
            session: Some(session.expose().to_string()),
            digital: None,
            agreement: pieces
                .into_iter()
                .map(|Filled { kind, text: Bilingual { en, fr }, .. }| Agreement { kind, en, fr })
                .collect(),
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
        Ok((id, session))
    }

    /// What wallets are asked, whichever way; mode and place are put in.
    pub(super) fn protocol_ask(&self, ask: &Ask, transaction_data: Vec<String>) -> session::Ask {
        let response_type = match (ask.query.is_some(), ask.id_token) {
            (true, true) => ResponseType::VpTokenIdToken,
            (false, true) => ResponseType::IdToken,
            (_, false) => ResponseType::VpToken,
        };
        // OpenID4VP 1.0 has no place of its own for why something is asked; a wallet that knows these words shows them.
        let names = [
            ("client_name", ask.verifier.en.clone()),
            ("client_name#fr", ask.verifier.fr.clone()),
            ("purpose", ask.purpose.en.clone()),
            ("purpose#fr", ask.purpose.fr.clone()),
        ];
        let mut client_metadata = ask.handling.metadata();
        for (name, text) in names {
            client_metadata.insert(name, text);
        }
        session::Ask {
            client_id: Some(self.inner.client.client_id.clone()),
            response_type,
            response_mode: ResponseMode::DirectPost,
            answer_to: None,
            query: ask.query.clone(),
            client_metadata,
            transaction_data,
            verifier_info: Vec::new(),
            origins: Vec::new(),
            wallet_issuer: None,
            seconds: ask.seconds,
        }
    }

    /// Reads a request by its public name.
    pub(super) async fn request(&self, handle: &str) -> Result<Request, Problem> {
        if RandomId::read(handle).is_none() {
            return Err(Problem::not_found());
        }
        let found = self.inner.database.exchange(KIND, handle, now()).await.map_err(|error| unavailable(&error))?;
        let exchange = found.ok_or_else(Problem::gone)?;
        let kept = serde_json::from_str(&exchange.payload).map_err(|_| Problem::internal())?;
        // Whoever was judging so long ago was killed meanwhile: the wallet may answer again. Should it be judging still,
        // then one of the two changes this row, and what the other found counts for nothing.
        let was_left = exchange.state == JUDGING && now().seconds_since(exchange.changed) >= limits::JUDGING_SECONDS;
        let state = if was_left { OPENED.to_owned() } else { exchange.state.clone() };
        Ok(Request { exchange, state, kept })
    }

    /// Reads a request by its secret name.
    pub(super) async fn request_by_id(&self, id: &str) -> Result<Request, Problem> {
        let id = RandomId::read(id).ok_or_else(Problem::not_found)?;
        self.request(&handle_of(&id)).await
    }

    /// Changes a request that is still as it was read. Gives whether this caller did; then it is as if it had been read again.
    pub(super) async fn change(&self, request: &mut Request, state: &str) -> Result<bool, Problem> {
        let (payload, at) = (request.payload()?, now());
        let changed = self.inner.database.change_exchange(KIND, &request.exchange, state, &payload, at).await;
        let changed = changed.map_err(|error| unavailable(&error))?;
        if changed {
            request.changed(state, at);
        }
        Ok(changed)
    }

    /// [`Self::change`], and the beginning of something else, both or neither.
    pub(super) async fn change_and_begin(
        &self,
        request: &mut Request,
        state: &str,
        begin: &NewExchange<'_>,
    ) -> Result<bool, Problem> {
        let (payload, at) = (request.payload()?, now());
        let database = &self.inner.database;
        let changed = database.change_exchange_and_begin(KIND, &request.exchange, state, &payload, begin, at).await;
        let changed = changed.map_err(|error| unavailable(&error))?;
        if changed {
            request.changed(state, at);
        }
        Ok(changed)
    }

    /// Takes the answer to a request: of several, one is taken. `None` if another was faster.
    pub(super) async fn take(&self, handle: &str, mut request: Request) -> Result<Option<Request>, Problem> {
        // A wallet that fetches the request once more at this very moment changes its state too.
        for _ in 0..4 {
            if !matches!(request.state(), OPEN | OPENED) {
                return Ok(None);
            }
            if self.change(&mut request, JUDGING).await? {
                return Ok(Some(request));
            }
            request = self.request(handle).await?;
        }
        Ok(None)
    }

    /// Gives out the result, and deletes what is about the person: of several who ask at once, one gets it.
    pub(super) async fn hand_over(&self, id: &RandomId, mut request: Request) -> Result<HandedOver, Problem> {
        let before = request.kept.handed_over;
        let result = request.kept.result.as_mut().ok_or_else(Problem::internal)?;
        let (whole, had) = result.hand_over(id)?;
        if !had {
            return Ok(HandedOver { request, result: whole, before });
        }
        request.kept.handed_over = true;
        if self.change(&mut request, DONE).await? {
            return Ok(HandedOver { request, result: whole, before });
        }
        // Another was faster, of which this reading knew nothing yet.
        let request = self.request(&request.exchange.id).await?;
        let result = request.kept.result.clone().ok_or_else(Problem::internal)?.without_person();
        Ok(HandedOver { before: request.kept.handed_over, request, result })
    }

    /// The address that opens the wallet.
    pub(super) fn wallet_url(&self, handle: &str, session: &Session, same_device: bool) -> Result<String, Problem> {
        let here = if same_device { "/here" } else { "" };
        let uri = self.inner.base.url().at(&format!("/w/{handle}{here}"));
        let wallet = match (&self.inner.wallet, session.ask().response_type) {
            (Some(wallet), _) => wallet,
            // SIOPv2 §15.1.2: wallets without credentials listen there.
            (None, ResponseType::IdToken) => "siopv2://",
            (None, _) => "openid4vp://",
        };
        Ok(session.url_by_reference(wallet, &uri, UriMethod::Post)?)
    }
}

/// A result on its way out.
pub(super) struct HandedOver {
    pub(super) request: Request,
    pub(super) result: Outcomes,
    /// Whether somebody got what is about the person before.
    pub(super) before: bool,
}

/// The transaction data of a request: of each piece of the ask, with its fields.
fn filled(ask: &Ask, fields: &[Map<String, Value>]) -> Result<Vec<Filled>, Problem> {
    let (none, wrong) = (Map::new(), || Problem::bad_request("invalid_request").about("transactionData"));
    if fields.len() > ask.transactions.len() {
        return Err(wrong());
    }
    let values = fields.iter().chain(std::iter::repeat(&none));
    ask.transactions.iter().zip(values).map(|(one, values)| one.fill(values).ok_or_else(wrong)).collect()
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
