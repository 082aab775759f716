//! The two steps of a sign-in: away to the provider, and back.

use std::sync::Arc;

use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient};
use openidconnect::{
    AuthenticationContextClass, ClientId, CsrfToken, LanguageTag, Nonce, PkceCodeChallenge, RedirectUrl, Scope,
};
use serde::{Deserialize, Serialize};
use tamarack::json::Object;
use tamarack::messages::Lang;
use tamarack::{SystemRandomness, Timestamp};
use tamarack_openid4vc::oauth::{Form, Secret};

use super::settings::ProviderSettings;
use super::{Provider, SignInError, id_token};
use crate::http::{BaseUrl, Cookies, RandomId, same};
use crate::limits;
use crate::store::{Database, NewTicket};

/// The cookie that says which browser began.
const BROWSER: &str = "sign-in";

/// Signing in, for one kind of people (citizens, operators). Cheap to clone.
#[derive(Clone, Debug)]
pub struct SignIn {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    database: Database,
    /// The kind of the tickets: of one path, so that no other use of the same store takes them.
    kind: String,
    /// Where the callbacks are: `…/{provider}/callback` below it.
    below: String,
    providers: Vec<Arc<Provider>>,
}

/// What a sign-in is to reach.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'w> {
    /// At which provider; `None` for the only one there is.
    pub provider: Option<&'w str>,
    /// The levels of assurance that are enough; empty for any.
    pub acr: &'w [String],
    /// How many seconds ago the person may have signed in at the provider.
    pub max_age: Option<u32>,
    /// The language of the person.
    pub lang: Lang,
    /// What the caller must know afterwards. It stays in the store.
    pub continuation: &'w str,
}

impl<'w> Wish<'w> {
    /// A wish for any level, at the only provider, in English.
    #[must_use]
    pub const fn of(continuation: &'w str) -> Self {
        Self { provider: None, acr: &[], max_age: None, lang: Lang::En, continuation }
    }
}

/// Where the browser goes, and the cookie by which it is known when it comes back.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// The provider's page.
    pub location: String,
    /// The `Set-Cookie`.
    pub cookie: Option<HeaderValue>,
}

impl IntoResponse for Redirect {
    fn into_response(self) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        if let Ok(location) = HeaderValue::try_from(self.location) {
            response.headers_mut().insert(LOCATION, location);
        }
        response.headers_mut().extend(self.cookie.map(|cookie| (SET_COOKIE, cookie)));
        response
    }
}

/// Somebody who signed in.
#[derive(Clone, PartialEq)]
pub struct Person {
    /// The provider's name in the settings.
    pub provider: String,
    /// The provider: its issuer identifier.
    pub issuer: String,
    /// Whom it means; only together with the issuer it is anybody.
    pub subject: String,
    /// The level of assurance that was reached.
    pub acr: Option<String>,
    /// When the person proved who they are.
    pub auth_time: Option<Timestamp>,
    /// Every claim of the ID token, and those of the userinfo endpoint if the settings want them.
    pub claims: Object<'static>,
}

/// Nothing of a person is shown.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// A sign-in that came back to the browser that began it.
#[derive(Clone, Debug)]
pub struct Finished {
    /// What [`Wish::continuation`] said.
    pub continuation: String,
    /// Who it is, or why nobody is signed in.
    pub outcome: Result<Person, SignInError>,
}

/// A sign-in on its way, in the store under its state.
#[derive(Serialize, Deserialize)]
pub(super) struct Begun {
    provider: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    /// The digest of the browser's cookie.
    browser: String,
    pub(super) acr: Vec<String>,
    pub(super) max_age: Option<u32>,
    continuation: String,
}

impl SignIn {
    /// Signing in with callbacks below a path of the service, such as `/sign-in`: `{path}/{provider}/callback`. What began
    /// under one path ends under it.
    #[must_use]
    pub fn new(database: Database, base: &BaseUrl, path: &str, providers: Vec<ProviderSettings>) -> Self {
        let providers = providers.into_iter().map(|settings| Arc::new(Provider::new(settings))).collect();
        let inner = Inner { database, kind: format!("sign-in {path}"), below: base.at(path), providers };
        Self { inner: Arc::new(inner) }
    }

    /// The providers, in the order of the file: for a page that lets people choose.
    pub fn providers(&self) -> impl Iterator<Item = &ProviderSettings> {
        self.inner.providers.iter().map(|provider| provider.settings())
    }

    /// Where a provider must send people back to: what is registered there.
    #[must_use]
    pub fn redirect_uri(&self, provider: &str) -> String {
        format!("{}/{provider}/callback", self.inner.below)
    }

    /// The digest of the cookie by which a browser is known that began to sign in.
    pub(crate) fn browser(headers: &HeaderMap, cookies: Cookies) -> Option<String> {
        cookies.get(headers, BROWSER).and_then(RandomId::read).map(|browser| browser.digest())
    }

    fn provider(&self, name: Option<&str>) -> Result<&Arc<Provider>, SignInError> {
        match (name, self.inner.providers.as_slice()) {
            (None, [only]) => Ok(only),
            (None, _) => Err(SignInError::Provider),
            (Some(name), all) => {
                all.iter().find(|provider| provider.settings.name == name).ok_or(SignInError::Provider)
            }
        }
    }

    /// Begins: keeps state, nonce and verifier in the store for ten minutes, and says where to send the browser.
    ///
    /// # Errors
    /// [`SignInError::Provider`], [`SignInError::Unavailable`], [`SignInError::Store`].
    pub async fn begin(
        &self,
        wish: &Wish<'_>,
        headers: &HeaderMap,
        cookies: Cookies,
        now: Timestamp,
    ) -> Result<Redirect, SignInError> {
        let provider = self.provider(wish.provider)?;
        let settings = &provider.settings;
        let metadata = provider.metadata().await?;
        let known = cookies.get(headers, BROWSER).and_then(RandomId::read);
        let browser = known.map_or_else(RandomId::new, Ok).map_err(|_| SignInError::Store)?;
        let draw = || Secret::draw(&mut SystemRandomness).map_err(|_| SignInError::Store);
        let (state, nonce) = (draw()?, draw()?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let acr = if wish.acr.is_empty() { &settings.acr_values } else { wish.acr };
        let max_age = wish.max_age.or(settings.max_age);
        let begun = Begun {
            provider: settings.name.clone(),
            nonce: nonce.expose().to_owned(),
            verifier: verifier.secret().clone(),
            browser: browser.digest(),
            // What the settings ask for is a wish; what the caller asks for is a must.
            acr: wish.acr.to_vec(),
            max_age,
            continuation: wish.continuation.to_owned(),
        };
        let payload = serde_json::to_string(&begun).map_err(|_| SignInError::Store)?;
        let ticket = NewTicket {
            kind: &self.inner.kind,
            secret: state.expose(),
            family: "",
            payload: &payload,
            created: now,
            expires: now.plus_seconds(limits::SIGN_IN_SECONDS),
        };
        self.inner.database.put_ticket(&ticket).await?;
        let redirect = RedirectUrl::new(self.redirect_uri(&settings.name)).map_err(|_| SignInError::Provider)?;
        let client =
            CoreClient::from_provider_metadata((*metadata).clone(), ClientId::new(settings.client_id.clone()), None)
                .set_redirect_uri(redirect);
        let (state, nonce) = (CsrfToken::new(state.expose().to_owned()), Nonce::new(nonce.expose().to_owned()));
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client
            .authorize_url(flow, move || state, move || nonce)
            .set_pkce_challenge(challenge)
            .add_scopes(settings.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new));
        for acr in acr {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        if let Some(seconds) = max_age {
            request = request.set_max_age(std::time::Duration::from_secs(seconds.into()));
        }
        let locales = if wish.lang == Lang::Fr { ["fr-CA", "fr"] } else { ["en-CA", "en"] };
        for locale in locales {
            request = request.add_ui_locale(LanguageTag::new(locale.to_owned()));
        }
        let (url, _, _) = request.url();
        let seconds = u32::try_from(limits::SIGN_IN_SECONDS * 2).ok();
        Ok(Redirect { location: url.into(), cookie: cookies.set(BROWSER, browser.as_str(), seconds) })
    }

    /// Ends: takes what the provider's redirect brought to the callback of `provider`.
    ///
    /// The state is used up by the first who comes back with it in the browser that began, whatever came of it.
    ///
    /// # Errors
    /// [`SignInError::Over`], [`SignInError::Browser`], [`SignInError::Store`]: nothing is known of what was begun. All else
    /// is in [`Finished::outcome`].
    pub async fn finish(
        &self,
        provider: &str,
        query: &str,
        headers: &HeaderMap,
        cookies: Cookies,
        now: Timestamp,
    ) -> Result<Finished, SignInError> {
        let form = Form::parse(query).map_err(|_| SignInError::Over)?;
        let state = form.get("state").ok_or(SignInError::Over)?;
        let kind = self.inner.kind.as_str();
        let held = self.inner.database.ticket(kind, state, now).await?.ok_or(SignInError::Over)?;
        let begun: Begun = serde_json::from_str(&held.payload).map_err(|_| SignInError::Store)?;
        if !Self::browser(headers, cookies).is_some_and(|browser| same(&browser, &begun.browser)) {
            return Err(SignInError::Browser);
        }
        // Of several that come back with one state, one goes on.
        self.inner.database.take_ticket(kind, state, now).await?.fresh().ok_or(SignInError::Over)?;
        let outcome = self.outcome(provider, &form, &begun, now).await;
        if let Err(error) = &outcome {
            tracing::info!(provider = begun.provider.as_str(), code = error.code(), "nobody signed in");
        }
        Ok(Finished { continuation: begun.continuation, outcome })
    }

    async fn outcome(&self, named: &str, form: &Form, begun: &Begun, now: Timestamp) -> Result<Person, SignInError> {
        if named != begun.provider {
            return Err(SignInError::MixedUp);
        }
        let provider = self.provider(Some(&begun.provider))?;
        let metadata = provider.metadata().await?;
        // RFC 9207 §2.4.
        match form.get("iss") {
            Some(iss) if iss != provider.settings.issuer => return Err(SignInError::MixedUp),
            None if metadata.additional_metadata().authorization_response_iss_parameter_supported => {
                return Err(SignInError::MixedUp);
            }
            _ => {}
        }
        match (form.get("error"), form.get("code")) {
            (Some("access_denied" | "login_required" | "consent_required" | "interaction_required"), _) => {
                Err(SignInError::Declined)
            }
            // OpenID Connect Core Unmet Authentication Requirements 1.0.
            (Some("unmet_authentication_requirements"), _) => Err(SignInError::Level),
            (Some("temporarily_unavailable"), _) => Err(SignInError::Unavailable),
            (Some(_), _) | (None, None) => Err(SignInError::Failed),
            (None, Some(code)) => {
                let redirect_uri = self.redirect_uri(&begun.provider);
                id_token::person(provider, &metadata, begun, code, &redirect_uri, now).await
            }
        }
    }
}
