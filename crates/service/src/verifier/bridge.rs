//! The OpenID Connect bridge: to a relying party that speaks OpenID Connect, this server is a provider, and a wallet is the
//! way in which people sign in.
//!
//! ```text
//! /oidc/authorize ──► the pages of a request ── accepted ──► redirect_uri?code ──► /oidc/token ──► ID token, /oidc/userinfo
//! ```
//!
//! Code flow with PKCE (S256) alone; pairwise subjects; the claims that the ask maps. A code is used once, an access token
//! until it expires, and what each stands for is sealed to it: the database cannot read it.

mod keys;
mod pairwise;
mod provider;
mod token;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tamarack_openid4vc::oauth::Form;
use tamarack_openid4vc::oauth::error_response;
use tamarack_openid4vc::oauth::pkce::Challenge;
use tamarack_openid4vc::{Refusal, RefusalCode};

use super::Verifier;
use super::ask::{Ask, OidcClient};
use super::requests::{HandedOver, Request, unavailable};
use super::result::Outcomes;
use super::seal;
use super::settings::now;
use crate::http::{Problem, RandomId};
use crate::limits;
use crate::store::NewTicket;

pub(super) use keys::{IdTokenKey, RS256};
pub use pairwise::{PairwiseError, PairwiseSeals, PairwiseSecret};
pub(super) use provider::routes;

const CODE: &str = "oidc-code";
const ACCESS: &str = "oidc-access";

/// What a relying party asked for, kept beside the request that it began.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SignIn {
    client: String,
    redirect_uri: String,
    state: Option<String>,
    nonce: Option<String>,
    /// Of PKCE; `None` for a client that may leave it out and did.
    challenge: Option<Challenge>,
    /// Who must sign in: the `sub` of the `id_token_hint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
}

/// What a code or an access token stands for.
#[derive(Serialize, Deserialize)]
struct Granted {
    client: String,
    redirect_uri: String,
    nonce: Option<String>,
    /// Of PKCE; `None` for a client that may leave it out and did.
    challenge: Option<Challenge>,
    /// When the person showed it.
    auth_time: i64,
    /// [`Person`], sealed to the code or token.
    sealed: String,
}

/// What a relying party learns.
#[derive(Serialize, Deserialize)]
struct Person {
    sub: String,
    claims: Map<String, Value>,
}

impl Verifier {
    /// The ask and the client that a `client_id` names.
    fn oidc_client(&self, id: &str) -> Option<(&Ask, &OidcClient)> {
        self.inner.asks.values().find_map(|(ask, _)| {
            let clients = ask.oidc.as_ref().map(|oidc| oidc.clients.as_slice()).unwrap_or_default();
            clients.iter().find(|client| client.id == id).map(|client| (ask, client))
        })
    }

    /// Where the browser goes on when an answer to a sign-in was accepted; `None` if it was not, or has gone on already.
    pub(super) async fn signed_in(
        &self,
        request: Request,
        id: &RandomId,
    ) -> Result<(Request, Option<String>), Problem> {
        let accepted = request.kept.result.as_ref().is_some_and(|result| result.outcome == "accept");
        let Some(sign_in) = request.kept.sign_in.clone().filter(|_| accepted) else { return Ok((request, None)) };
        // Whoever gets what was proved, of several who ask at once, gets the one code.
        let HandedOver { request, result, .. } = self.hand_over(id, request).await?;
        let has_subject = result.id_token.as_ref().is_some_and(|signed_in| signed_in.subject.is_some());
        if !has_subject && result.presentations.iter().all(|shown| shown.proved.is_none()) {
            return Ok((request, None));
        }
        let ask = self.ask(&request.kept.ask)?;
        let person = self.person(&result, ask, self.sector(&sign_in))?;
        // OpenID Connect Core §3.1.2.1: "Otherwise […] MUST return an error, such as login_required".
        if sign_in.expected.as_ref().is_some_and(|expected| *expected != person.sub) {
            let refusal = Refusal::new(RefusalCode::LoginRequired, "id_token_hint");
            let issuer = self.inner.base.url().as_str();
            let url = error_response::redirect(&refusal, &sign_in.redirect_uri, sign_in.state.as_deref(), issuer);
            return Ok((request, Some(url)));
        }
        let code = RandomId::new().map_err(|_| Problem::internal())?;
        let granted = Granted {
            client: sign_in.client,
            redirect_uri: sign_in.redirect_uri.clone(),
            nonce: sign_in.nonce,
            challenge: sign_in.challenge,
            auth_time: result.judged,
            sealed: seal::seal(&person, &seal::public_key(&code)?)?,
        };
        self.keep(CODE, &code, request.handle(), &granted, limits::CODE_SECONDS).await?;
        let url = Form::default()
            .with("code", Some(code.as_str()))
            .with("state", sign_in.state)
            .with("iss", Some(self.inner.base.url().as_str()))
            .on_url(&sign_in.redirect_uri);
        Ok((request, Some(url)))
    }

    /// Where the browser goes on when a person did not show what was asked for.
    pub(super) fn not_signed_in(&self, request: &Request) -> Option<String> {
        let sign_in = request.kept.sign_in.as_ref()?;
        let refusal = Refusal::new(RefusalCode::AccessDenied, "credential");
        let issuer = self.inner.base.url().as_str();
        Some(error_response::redirect(&refusal, &sign_in.redirect_uri, sign_in.state.as_deref(), issuer))
    }

    async fn keep(
        &self,
        kind: &str,
        secret: &RandomId,
        family: &str,
        granted: &Granted,
        seconds: i64,
    ) -> Result<(), Problem> {
        let payload = serde_json::to_string(granted).map_err(|_| Problem::internal())?;
        let created = now();
        let expires = created.plus_seconds(seconds);
        let ticket = NewTicket { kind, secret: secret.as_str(), family, payload: &payload, created, expires };
        self.inner.database.put_ticket(&ticket).await.map_err(|error| unavailable(&error))
    }

    /// The claims that the ask maps, and the person's name for this relying party.
    fn person(&self, result: &Outcomes, ask: &Ask, sector: String) -> Result<Person, Problem> {
        let proved: Vec<_> = result.presentations.iter().filter_map(|shown| shown.proved.as_ref()).collect();
        let mut claims = Map::new();
        for (name, key) in ask.oidc.iter().flat_map(|oidc| &oidc.claims) {
            let is_it = |path: &Value| {
                let steps = path.as_array().map(Vec::as_slice).unwrap_or_default();
                steps.iter().rev().find_map(Value::as_str) == Some(key)
            };
            let values = proved.iter().flat_map(|proved| &proved.claims).find(|claim| is_it(&claim.path));
            let value = values.map(|claim| match claim.values.as_slice() {
                [only] => only.clone(),
                several => Value::Array(several.to_vec()),
            });
            claims.extend(value.map(|value| (name.clone(), value)));
        }
        let pseudonym = proved.iter().find_map(|proved| proved.pseudonym.as_deref()).filter(|_| ask.pseudonym);
        let named = ask.oidc.as_ref().and_then(|oidc| oidc.pseudonym_claim.clone());
        claims.extend(named.zip(pseudonym).map(|(name, pseudonym)| (name, Value::from(pseudonym))));
        // Whoever asks for an ID token or a pseudonym wants to know people by it.
        let signed_in = result.id_token.as_ref().and_then(|signed_in| signed_in.subject.as_deref()).or(pseudonym);
        let subject = signed_in.or_else(|| proved.iter().find_map(|proved| proved.subject.as_deref()));
        Ok(Person { sub: self.pairwise(subject, &sector)?, claims })
    }

    /// OpenID Connect Core §8.1: the sector that the client was registered with, else the host of its redirect URIs, which is
    /// one then.
    fn sector(&self, sign_in: &SignIn) -> String {
        let named = self.oidc_client(&sign_in.client).and_then(|(_, client)| client.sector.clone());
        let host = || url::Url::parse(&sign_in.redirect_uri).ok()?.host_str().map(str::to_owned);
        named.or_else(host).unwrap_or_default()
    }

    /// OpenID Connect Core §8.1: another name for each sector; the same again for the same person. A credential that names
    /// nobody gives another one each time.
    fn pairwise(&self, subject: Option<&str>, sector: &str) -> Result<String, Problem> {
        let Some(subject) = subject else {
            return RandomId::new().map(|id| id.as_str().to_owned()).map_err(|_| Problem::internal());
        };
        let secret = self.inner.pairwise.as_ref().ok_or_else(Problem::internal)?;
        secret.subject(sector, subject).ok_or_else(Problem::internal)
    }
}
