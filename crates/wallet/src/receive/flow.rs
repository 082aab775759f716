//! The receiving itself: from the person's yes to what is stored, one request at a time.

use tamarack::json::{Object, Value, to_string};
use tamarack::keys::{KeyType, SecretKey};
use tamarack::{Randomness, json};
use tamarack_openid4vc::oauth::token::{GrantRequest, TokenRequest, TokenResponse};
use tamarack_openid4vc::vci::credential::{CredentialRequest, CredentialResponse, ResponseKey, Wanted};
use tamarack_openid4vc::vci::deferred::DeferredRequest;
use tamarack_openid4vc::vci::encryption::{DecryptionKey, encrypt, read_response as read_encrypted};
use tamarack_openid4vc::vci::metadata::IssuerMetadata;
use tamarack_openid4vc::vci::nonce;
use tamarack_openid4vc::vci::notification::Notification;
use tamarack_openid4vc::vci::wallet::{check_credentials, check_token, wanted};
use tamarack_openid4vc::{Refusal, RefusalCode, limits};

use super::browser::is_strange;
use super::dpop::Showing;
use super::keep::{Received, note_refused};
use super::kept::{Grant, Issued, Kept, Stage, Token, Transaction, Wish};
use super::renew;
use crate::credentials::to_bytes;
use crate::error::{ErrorKind, Result, WalletCode, WalletError};
use crate::hidden::Hidden;
use crate::http::{HttpRequest, HttpResponse, Reply, Step};
use crate::means::Means;
use crate::store::{Change, Kind, Store};

pub(super) const FORM: &str = "application/x-www-form-urlencoded";
/// Seconds before its end at which an access token is renewed.
const TOKEN_MARGIN: i64 = 10;

/// What moves a receiving on.
#[derive(Clone, Debug)]
pub enum Event {
    /// The beginning; or going on after the app was ended, or after the time of a [`Step::Later`].
    Go,
    /// The reply to what was sent.
    Reply(Reply),
    /// The browser came back with this URL.
    Returned(String),
}

/// A credential on its way into the wallet. It is kept in the store after every step, under [`Self::id`].
#[derive(Clone)]
pub struct Receiving {
    pub(super) kept: Kept,
}

impl core::fmt::Debug for Receiving {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Receiving").field("stage", &self.kept.stage).finish_non_exhaustive()
    }
}

/// What a stage comes to: the next one, or a step for the caller.
pub(super) enum Go {
    To(Stage),
    Out(Step<Received>),
}

impl Receiving {
    pub(super) const fn of(kept: Kept) -> Self {
        Self { kept }
    }

    /// The id under which it is kept.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.kept.id
    }

    /// Goes on. What it returns is kept before it is returned, so that nothing is lost if the app ends now.
    ///
    /// # Errors
    /// [`WalletCode::NetworkUnavailable`]: going on later sends the same again. [`WalletCode::FlowStep`] for a reply to nothing.
    /// [`WalletCode::OfferCode`] for a code that the issuer does not know: the offer may be accepted again with another.
    /// Any other error ends the receiving: it is forgotten, with the keys that were made for it.
    pub fn step(&mut self, means: &Means<'_>, event: Event, rng: &mut dyn Randomness) -> Result<Step<Received>> {
        let mut before = self.kept.clone();
        let returned = matches!(event, Event::Returned(_));
        match self.advance(means, event, &mut before, rng) {
            Ok(step) => Ok(step),
            // Anybody can call the app with a link: one that does not belong here ends nothing. Nor does what stands in the way for a
            // moment (a proxy's page, a server that is being set up) end an application that waits for a clerk for weeks.
            Err(error)
                if lasts(&error)
                    && !(returned && is_strange(&error))
                    && !(before.transaction.is_some() && is_stray(&error)) =>
            {
                // An issuer that says no, and whatever ends what was waited for.
                let is_denied = error.kind() == ErrorKind::Denied && error.refusal().is_some();
                if is_denied || before.transaction.is_some() {
                    note_refused(&self.kept, Some(error.code().to_owned()), means, rng)?;
                }
                self.end(means)?;
                Err(error)
            }
            Err(error) => {
                let (keys, secrets) = (core::mem::take(&mut self.kept.keys), self.kept.secrets.take());
                self.kept = before;
                self.keep_made(keys, secrets, means)?;
                Err(error)
            }
        }
    }

    /// Keys and secrets that were made before the error are used the next time.
    fn keep_made(&mut self, keys: Vec<String>, secrets: Option<String>, means: &Means<'_>) -> Result<()> {
        let more_keys = keys.len() > self.kept.keys.len() && keys.starts_with(&self.kept.keys);
        let more_secrets = self.kept.secrets.is_none() && secrets.is_some();
        if more_keys {
            self.kept.keys = keys;
        }
        if more_secrets {
            self.kept.secrets = secrets;
        }
        if more_keys || more_secrets { self.save(means.store) } else { Ok(()) }
    }

    /// Gives it up: it is forgotten, with the keys that were made for it. What was stored stays.
    ///
    /// # Errors
    /// The store's.
    pub fn cancel(mut self, means: &Means<'_>) -> Result<()> {
        self.end(means)
    }

    /// `before` is what an error that passes leaves: the state before the event, or after what cannot be done twice.
    fn advance(
        &mut self,
        means: &Means<'_>,
        event: Event,
        before: &mut Kept,
        rng: &mut dyn Randomness,
    ) -> Result<Step<Received>> {
        let mut event = Some(event);
        loop {
            let reply = match event.take() {
                Some(Event::Returned(url)) => {
                    self.kept.stage = self.returned(&url)?;
                    None
                }
                Some(Event::Reply(reply)) => Some(reply),
                Some(Event::Go) | None => None,
            };
            let go = match self.kept.stage {
                Stage::Push => self.push(means, reply, rng)?,
                Stage::Browser => self.browser()?,
                Stage::Token => self.token(means, reply, rng)?,
                Stage::Nonce => self.nonce(means, reply)?,
                Stage::Credential => self.credential(means, reply, rng)?,
                Stage::Waiting => self.waiting(means),
                Stage::Deferred => self.deferred(means, reply, rng)?,
                Stage::Check => match self.check(means, reply, rng)? {
                    Some(request) => Go::Out(Step::Send(request)),
                    None => Go::To(self.kept.stage),
                },
                Stage::Notify => self.notify(means, reply, rng)?,
                Stage::Over => {
                    self.forget(means.store)?;
                    return Ok(Step::Done(Received {
                        credentials: core::mem::take(&mut self.kept.received),
                        refused: core::mem::take(&mut self.kept.refused),
                    }));
                }
            };
            match go {
                Go::To(stage) => {
                    let was = core::mem::replace(&mut self.kept.stage, stage);
                    // A code is good once: whatever follows, what it was spent for stays.
                    if was == Stage::Token && stage != Stage::Token {
                        self.save(means.store)?;
                        *before = self.kept.clone();
                    }
                }
                Go::Out(step) => {
                    self.save(means.store)?;
                    return Ok(step);
                }
            }
        }
    }

    // --- the token

    fn token(&mut self, means: &Means<'_>, reply: Option<Reply>, rng: &mut dyn Randomness) -> Result<Go> {
        let server = self.kept.server()?;
        if let Some(reply) = reply {
            let response = reply.response()?;
            if self.kept.wants_nonce(&response, Showing::Nothing) {
                return Ok(Go::To(Stage::Token));
            }
            // OpenID4VCI §6.3: the code that the person typed is wrong, or the offer's own is, or it is too late.
            let typed = matches!(self.kept.grant, Grant::PreAuthorized { tx_code: Some(_), .. });
            if typed && response.error_code().as_deref() == Some("invalid_grant") {
                return Err(WalletCode::OfferCode.into());
            }
            let token = TokenResponse::parse(&response.good(limits::MESSAGE_BYTES)?)?;
            check_token(&token, self.kept.dpop.key.is_some(), &server)?;
            let stage = self.keep_token(&token, means);
            // The token with which this one was asked for may be good no more.
            if self.kept.renewal.is_some() {
                let changes: Vec<Change> = renew::right(&mut self.kept, rng)?.into_iter().collect();
                means.store.write(&changes)?;
            }
            return Ok(Go::To(stage));
        }
        let endpoint = server.token_endpoint.ok_or(Refusal::new(RefusalCode::InvalidMetadata, "token_endpoint"))?;
        let mut request = TokenRequest::with(match &self.kept.grant {
            Grant::PreAuthorized { code, tx_code } => {
                GrantRequest::PreAuthorized { code: code.secret(), tx_code: tx_code.as_ref().map(Hidden::secret) }
            }
            Grant::Code { code, verifier } => GrantRequest::AuthorizationCode {
                code: code.secret(),
                redirect_uri: self.kept.client.as_ref().map(|client| client.redirect_uri.clone()),
                code_verifier: Some(verifier.secret()),
            },
            Grant::Refresh { token } => GrantRequest::Refresh { token: token.secret() },
            Grant::Browser { .. } => return Err(WalletCode::FlowStep.into()),
        });
        if !matches!(self.kept.grant, Grant::PreAuthorized { .. }) {
            request.client_id = self.kept.client.as_ref().map(|client| client.id.clone());
        }
        let request = HttpRequest::post(&endpoint, FORM, request.to_form(), limits::MESSAGE_BYTES)?;
        Ok(Go::Out(Step::Send(self.kept.proved(request, Showing::Nothing, means.now(), rng)?)))
    }

    fn keep_token(&mut self, token: &TokenResponse, means: &Means<'_>) -> Stage {
        let before = self.kept.token.take();
        let refresh = token.refresh_token.as_ref().map(Hidden::from);
        self.kept.token = Some(Token {
            access: Hidden::from(&token.access_token),
            kind: token.token_type,
            expires: token.expires_in.map(|seconds| means.now().plus_seconds(seconds)),
            // RFC 6749 §6: the old one stays good if no new one comes.
            refresh: refresh.or_else(|| before.and_then(|before| before.refresh)),
        });
        if self.kept.transaction.is_some() {
            return Stage::Deferred;
        }
        if self.kept.queue.is_empty() {
            let ids: Vec<&str> = self.kept.configurations.iter().map(String::as_str).collect();
            let wishes = wanted(token, &ids).into_iter().map(|(configuration, wanted)| Wish {
                configuration,
                identifier: match wanted {
                    Wanted::Identifier(id) => Some(id),
                    Wanted::Configuration(_) => None,
                },
            });
            self.kept.queue = wishes.filter(|wish| ids.contains(&wish.configuration.as_str())).collect();
        }
        self.kept.next_wish()
    }

    /// The refresh token, once the access token is nearly over: a clerk may take longer than it lives (OpenID4VCI §9, §13.10).
    fn must_refresh(&mut self, means: &Means<'_>) -> bool {
        let Some(token) = &self.kept.token else { return false };
        let over = token.expires.is_some_and(|end| end <= means.now().plus_seconds(TOKEN_MARGIN));
        match &token.refresh {
            Some(refresh) if over => {
                self.kept.grant = Grant::Refresh { token: refresh.clone() };
                true
            }
            _ => false,
        }
    }

    // --- the credential

    fn nonce(&mut self, means: &Means<'_>, reply: Option<Reply>) -> Result<Go> {
        let issuer = self.kept.issuer()?;
        let Some(endpoint) = &issuer.nonce_endpoint else {
            self.kept.c_nonce = None;
            return Ok(Go::To(Stage::Credential));
        };
        let Some(reply) = reply else {
            let request = HttpRequest::post(endpoint, FORM, String::new(), limits::MESSAGE_BYTES)?;
            return Ok(Go::Out(Step::Send(request)));
        };
        let response = reply.response()?;
        // OpenID4VCI §7.2: a nonce for DPoP may come along.
        self.kept.wants_nonce(&response, Showing::Token);
        self.kept.drop_attested_keys(&issuer, means)?;
        self.kept.c_nonce = Some(nonce::parse(&response.good(limits::MESSAGE_BYTES)?)?);
        Ok(Go::To(Stage::Credential))
    }

    fn credential(&mut self, means: &Means<'_>, reply: Option<Reply>, rng: &mut dyn Randomness) -> Result<Go> {
        let issuer = self.kept.issuer()?;
        if let Some(reply) = reply {
            let response = reply.response()?;
            if self.kept.wants_nonce(&response, Showing::Token) {
                return Ok(Go::To(Stage::Credential));
            }
            // The nonce went stale on the way: another one, once.
            let is_stale = response.error_code().as_deref() == Some("invalid_nonce");
            if is_stale && self.kept.c_nonce.take().is_some() && !core::mem::replace(&mut self.kept.stale, true) {
                return Ok(Go::To(Stage::Nonce));
            }
            return self.answered(&issuer, response, means);
        }
        let wish = self.kept.queue.first().cloned().ok_or(WalletCode::FlowStep)?;
        let configuration = issuer.configuration(&wish.configuration).ok_or(WalletCode::FlowStep)?;
        let proofs = self.kept.prove(&issuer, configuration, means, rng)?;
        let wanted = match wish.identifier {
            Some(id) => Wanted::Identifier(id),
            None => Wanted::Configuration(wish.configuration),
        };
        let response_key = self.response_key(&issuer)?;
        let request = CredentialRequest { wanted, proofs, response_key, other: Object::new() };
        let endpoint = issuer.credential_endpoint.clone();
        self.post(&issuer, &endpoint, request.to_json(), means, rng)
    }

    fn deferred(&mut self, means: &Means<'_>, reply: Option<Reply>, rng: &mut dyn Randomness) -> Result<Go> {
        let issuer = self.kept.issuer()?;
        if let Some(reply) = reply {
            let response = reply.response()?;
            if self.kept.wants_nonce(&response, Showing::Token) {
                return Ok(Go::To(Stage::Deferred));
            }
            return self.answered(&issuer, response, means);
        }
        let endpoint = issuer.deferred_credential_endpoint.clone();
        let endpoint = endpoint.ok_or(Refusal::new(RefusalCode::InvalidMetadata, "deferred_credential_endpoint"))?;
        let transaction_id = self.kept.transaction.as_ref().ok_or(WalletCode::FlowStep)?.id.secret();
        let response_key = self.response_key(&issuer)?;
        let request = DeferredRequest { transaction_id, response_key, other: Object::new() };
        self.post(&issuer, &endpoint, request.to_json(), means, rng)
    }

    fn waiting(&mut self, means: &Means<'_>) -> Go {
        let not_before = self.kept.transaction.as_ref().map(|transaction| transaction.not_before);
        match not_before.filter(|at| *at > means.now()) {
            Some(not_before) => Go::Out(Step::Later { not_before }),
            None if self.must_refresh(means) => Go::To(Stage::Token),
            None => Go::To(Stage::Deferred),
        }
    }

    /// A response with credentials, or one that puts the wallet off.
    fn answered(&mut self, issuer: &IssuerMetadata, response: HttpResponse, means: &Means<'_>) -> Result<Go> {
        let media_type = response.media_type();
        // What is encrypted is larger by a third and a header.
        let body = response.good(2 * limits::CREDENTIAL_RESPONSE_BYTES)?;
        let key = self.kept.response_key.take().map(|jwk| decryption_key(&jwk)).transpose()?;
        let response = match (media_type.as_str(), &key) {
            // §8.3: not yet, and nothing to hide.
            ("application/json", _) if issuer.response_encryption.as_ref().is_none_or(|e| !e.required) => {
                CredentialResponse::parse(&body)?
            }
            _ => read_encrypted(&media_type, &body, key.as_ref())?,
        };
        let wish = self.kept.queue.first().ok_or(WalletCode::FlowStep)?;
        let configuration = issuer.configuration(&wish.configuration).ok_or(WalletCode::FlowStep)?;
        check_credentials(&response, configuration, self.kept.keys.len())?;
        self.kept.stale = false;
        match response {
            CredentialResponse::Issued { credentials, notification_id, .. } => {
                let text = |credential: Value<'static>| match credential {
                    Value::String(text) => text.into_owned(),
                    other => to_string(&other),
                };
                self.kept.issued = credentials.into_iter().map(|one| Issued { text: text(one), good: false }).collect();
                self.kept.notification = notification_id.map(Hidden::of);
                self.kept.transaction = None;
                Ok(Go::To(Stage::Check))
            }
            CredentialResponse::Deferred { transaction_id, interval, .. } => {
                let not_before = means.now().plus_seconds(interval);
                self.kept.transaction = Some(Transaction { id: Hidden::of(transaction_id), not_before });
                Ok(Go::To(Stage::Waiting))
            }
        }
    }

    /// A key to which the response is encrypted, where the issuer can do that. It travels in an encrypted request alone (§8.2).
    fn response_key(&mut self, issuer: &IssuerMetadata) -> Result<Option<ResponseKey>> {
        self.kept.response_key = None;
        let (Some(response), Some(_)) = (&issuer.response_encryption, &issuer.request_encryption) else {
            return Ok(None);
        };
        let enc = ["A256GCM", "A128GCM"].into_iter().find(|enc| response.enc.iter().any(|known| known == enc));
        let (Some(enc), true) = (enc, response.alg.iter().any(|alg| alg == "ECDH-ES")) else { return Ok(None) };
        let key = SecretKey::generate(KeyType::P256)?;
        self.kept.response_key = Some(Hidden::of(key.expose_jwk().as_str()));
        let jwk = DecryptionKey::new(RESPONSE_KID, &key)?.public_jwk();
        Ok(Some(ResponseKey { jwk, enc: enc.to_owned(), zip: None }))
    }

    /// A request to one of the issuer's endpoints, with the token; encrypted where the issuer has a key for that.
    fn post(
        &self,
        issuer: &IssuerMetadata,
        url: &str,
        json: String,
        means: &Means<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<Go> {
        let limit = 2 * limits::CREDENTIAL_RESPONSE_BYTES;
        let usable = issuer.request_encryption.as_ref().filter(|one| one.required || self.kept.response_key.is_some());
        let request = match usable {
            None => HttpRequest::post(url, "application/json", json, limit)?,
            Some(encryption) => {
                let wrong = Refusal::new(RefusalCode::InvalidMetadata, "credential_request_encryption");
                let enc =
                    ["A256GCM", "A128GCM"].into_iter().find(|enc| encryption.enc.iter().any(|known| known == enc));
                let enc = enc.ok_or_else(|| wrong.clone())?;
                let sealed = encryption.keys.iter().find_map(|jwk| encrypt(json.as_bytes(), jwk, enc).ok());
                HttpRequest::post(url, "application/jwt", sealed.ok_or(wrong)?, limit)?
            }
        };
        let request = request.header("accept", "application/json, application/jwt".to_owned());
        Ok(Go::Out(Step::Send(self.kept.proved(request, Showing::Token, means.now(), rng)?)))
    }

    // --- the end

    /// Tells the issuer what became of it, once; whether it hears changes nothing.
    fn notify(&mut self, means: &Means<'_>, reply: Option<Reply>, rng: &mut dyn Randomness) -> Result<Go> {
        let issuer = self.kept.issuer()?;
        let again = match reply {
            None => true,
            Some(Reply::Response(response)) => self.kept.wants_nonce(&response, Showing::Token),
            Some(Reply::Unreachable) => false,
        };
        let (true, Some(id), Some(event), Some(endpoint)) =
            (again, &self.kept.notification, self.kept.event, &issuer.notification_endpoint)
        else {
            self.kept.queue = self.kept.queue.split_off(1.min(self.kept.queue.len()));
            (self.kept.notification, self.kept.event) = (None, None);
            return Ok(Go::To(self.kept.next_wish()));
        };
        let notification = Notification {
            notification_id: id.expose().to_owned(),
            event,
            event_description: None,
            other: Object::new(),
        };
        let request = HttpRequest::post(endpoint, "application/json", notification.to_json(), limits::MESSAGE_BYTES)?;
        Ok(Go::Out(Step::Send(self.kept.proved(request, Showing::Token, means.now(), rng)?)))
    }

    pub(super) fn saving(&self) -> Result<Change> {
        Ok(Change::put(Kind::Pending, self.kept.record_id(), to_bytes(&self.kept)?))
    }

    pub(super) fn save(&self, store: &dyn Store) -> Result<()> {
        store.write(&[self.saving()?])
    }

    fn forget(&self, store: &dyn Store) -> Result<()> {
        store.write(&[Change::remove(Kind::Pending, self.kept.record_id())])
    }

    fn end(&mut self, means: &Means<'_>) -> Result<()> {
        self.kept.stage = Stage::Over;
        self.forget(means.store)?;
        self.kept.drop_keys(means)
    }
}

impl Kept {
    /// The stage for the wish that stands first now.
    pub(super) fn next_wish(&self) -> Stage {
        if self.queue.is_empty() { Stage::Over } else { Stage::Nonce }
    }
}

/// The name of the key to which a response is encrypted; each is used once.
const RESPONSE_KID: &str = "1";

fn decryption_key(jwk: &Hidden) -> Result<DecryptionKey> {
    let jwk = json::parse(jwk.expose().as_bytes()).map_err(|_| WalletCode::RecordDamaged)?;
    let key = SecretKey::from_jwk(&jwk).map_err(|_| WalletCode::RecordDamaged)?;
    Ok(DecryptionKey::new(RESPONSE_KID, &key)?)
}

/// Whether an answer is none of the protocol's: no word of an issuer.
fn is_stray(error: &WalletError) -> bool {
    let malformed = error.refusal().is_some_and(|refusal| refusal.code() == RefusalCode::InvalidResponse);
    malformed || error.wallet_code() == Some(WalletCode::ServiceRefused)
}

/// Whether an error is there to stay: what was refused is refused again. A device that did not sign may sign the next time; what the
/// issuer gave meanwhile (a code is good once) is kept for that.
fn lasts(error: &WalletError) -> bool {
    let passes = matches!(error.kind(), ErrorKind::Offline | ErrorKind::Locked | ErrorKind::Storage);
    let own = matches!(
        error.wallet_code(),
        Some(
            WalletCode::FlowStep
                | WalletCode::DeviceDenied
                | WalletCode::DeviceUnavailable
                | WalletCode::DeviceFailed
                | WalletCode::DeviceMissing
        )
    );
    !passes && !own
}
