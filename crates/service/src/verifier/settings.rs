//! What a verifier's server is made of, and its routes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use tamarack::Timestamp;
use tamarack::trust::TrustList;
use tamarack_net::Fetcher;
use tamarack_openid4vc::vp::dcql::Authorities;
use tokio::sync::Notify;

use super::ask::{Ask, AskError};
use super::at_hand::AtHand;
use super::bridge::PairwiseSecret;
use super::client::ClientKey;
use super::{api, bridge, pages, wallet};
use crate::http::{Base, Rate, RateLimiter, health, secret_digest};
use crate::limits;
use crate::store::Database;

/// How a verifier's server is set up.
#[derive(Debug)]
pub struct VerifierSettings {
    /// What may be asked.
    pub asks: Vec<Ask>,
    /// Whom to trust.
    pub trust: TrustList,
    /// Who asks.
    pub client: ClientKey,
    /// What fetches evidence.
    pub fetcher: Fetcher,
    /// The tokens of programs that may use the REST interface; without one it is closed.
    pub api_tokens: Vec<String>,
    /// What webhooks are signed with; without it none is sent.
    pub webhook_secret: Option<Vec<u8>>,
    /// What pairwise subjects are made with; needed if an ask has relying parties that speak OpenID Connect.
    pub pairwise: Option<PairwiseSecret>,
    /// What opens a wallet of one's own; `None` for `openid4vp://`, and for `siopv2://` where an ID token alone is asked for.
    pub wallet: Option<String>,
    /// What is open to all.
    pub open: Open,
}

/// What a verifier does for all who ask, and not for programs with a token alone. Of what makes it fetch something, each client
/// gets so much as [`limits::OPEN_FETCHES`].
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Open {
    /// The resolution of DIDs whose document must be fetched. Those whose document follows from the DID are resolved for all.
    pub resolver: bool,
    /// The VC API's verification of credentials and presentations.
    pub vc_api: bool,
}

/// A verifier's server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Verifier {
    pub(super) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) base: Base,
    pub(super) database: Database,
    pub(super) asks: BTreeMap<String, (Ask, Arc<TrustList>)>,
    pub(super) at_hand: AtHand,
    pub(super) trust: Arc<TrustList>,
    pub(super) client: ClientKey,
    pub(super) fetcher: Fetcher,
    pub(super) authorities: Authorities,
    pub(super) api_tokens: Vec<String>,
    pub(super) webhook_secret: Option<Vec<u8>>,
    pub(super) webhook_waits: Notify,
    pub(super) pairwise: Option<PairwiseSecret>,
    pub(super) wallet: Option<String>,
    pub(super) id_token_key: bridge::IdTokenKey,
    pub(super) open: Open,
    pub(super) open_fetches: RateLimiter,
}

impl Verifier {
    /// A server on a database.
    ///
    /// # Errors
    /// [`AskError`]: `ask.issuer`, `ask.name_twice`; `ask.value` for a client that wants ID tokens signed as no key here can.
    pub fn new(settings: VerifierSettings, base: Base, database: Database) -> Result<Self, AskError> {
        let mut asks = BTreeMap::new();
        for ask in settings.asks {
            let trust = Arc::new(ask.trust(&settings.trust)?);
            let name = ask.name.clone();
            if asks.insert(name.clone(), (ask, trust)).is_some() {
                return Err(AskError::new("ask.name_twice", "/name", name));
            }
        }
        let clients = asks.values().filter_map(|(ask, _)| ask.oidc.as_ref()).flat_map(|oidc| &oidc.clients);
        let mut names: Vec<&str> = clients.map(|client| client.id.as_str()).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair.first() == pair.last()) {
            return Err(AskError::new("ask.name_twice", "/oidc/clients", *twice.first().unwrap_or(&"")));
        }
        let inner = Inner {
            base,
            database,
            asks,
            trust: Arc::new(settings.trust),
            at_hand: AtHand::default(),
            client: settings.client,
            fetcher: settings.fetcher,
            authorities: Authorities::none(),
            // Digests alone: the tokens themselves are needed no more.
            api_tokens: settings.api_tokens.iter().map(|token| secret_digest(token)).collect(),
            webhook_secret: settings.webhook_secret,
            webhook_waits: Notify::new(),
            pairwise: settings.pairwise,
            wallet: settings.wallet,
            id_token_key: bridge::IdTokenKey::default(),
            open: settings.open,
            open_fetches: RateLimiter::new(Rate { per_minute: limits::OPEN_FETCHES.0, burst: limits::OPEN_FETCHES.1 }),
        };
        let verifier = Self { inner: Arc::new(inner) };
        let possible = [bridge::RS256, verifier.request_algorithm()];
        for (ask, _) in verifier.inner.asks.values() {
            let clients = ask.oidc.iter().flat_map(|oidc| &oidc.clients).enumerate();
            let wrong =
                clients.filter(|(_, client)| !possible.contains(&client.id_token_alg.as_str())).map(|(at, _)| at);
            if let Some(at) = wrong.min() {
                let pointer = format!("/oidc/clients/{at}/idTokenAlg");
                return Err(AskError::new("ask.value", pointer, possible.join(" ")));
            }
        }
        Ok(verifier)
    }

    /// All routes.
    pub fn routes(&self) -> Router {
        let database = self.inner.database.clone();
        let ready = move || -> std::pin::Pin<Box<dyn Future<Output = bool> + Send>> {
            let database = database.clone();
            Box::pin(async move { database.ping().await.is_ok() })
        };
        let inside = Router::new()
            .merge(pages::routes(self))
            .merge(wallet::routes(self))
            .merge(api::routes(self))
            .merge(bridge::routes(self));
        let path = self.inner.base.url().path();
        let all = match path {
            "" => inside,
            path => {
                // The same home with and without a slash at its end.
                let home = format!("{path}/");
                let moved = Redirect::permanent(path);
                Router::new().nest(path, inside).route(&home, get(move || async { moved }))
            }
        };
        all.merge(crate::pages::assets(path)).merge(health(Arc::new(ready)))
    }

    /// Deletes what has expired, once a minute, for as long as it is polled.
    pub async fn keep_clean(self) {
        let mut minute = tokio::time::interval(Duration::from_secs(60));
        loop {
            minute.tick().await;
            if let Err(error) = self.inner.database.forget_expired(now()).await {
                tracing::warn!(error = %error, "expired requests could not be deleted");
            }
        }
    }
}

/// The system's clock, in whole seconds.
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
