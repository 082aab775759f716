//! Where the operator's people sign in.

use std::fmt::Debug;
use std::pin::Pin;

use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value};
use tamarack::issue::Label;
use tamarack::json;
use tamarack::messages::Lang;

use crate::http::{Cookies, Problem};
use crate::issuer::now;
use crate::sign_in::{SignIn, Wish};

/// What is worked on.
pub type Coming<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;

/// Whom a provider vouches for.
#[derive(Clone)]
pub struct Vouched {
    /// The provider's issuer identifier.
    pub issuer: String,
    /// Who it is there.
    pub subject: String,
    /// The level of assurance.
    pub acr: Option<String>,
    /// The claims of the ID token.
    pub claims: Map<String, Value>,
    /// Where to go now, as the beginning said.
    pub next: String,
}

/// The claims are somebody's.
impl Debug for Vouched {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Vouched").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// What a sign-in is to reach.
#[derive(Clone, Copy, Debug)]
pub struct Knock<'k> {
    /// At which provider; `None` for the only one.
    pub provider: Option<&'k str>,
    /// The levels of assurance of which one must be reached; empty for any.
    pub acr: &'k [String],
    /// Where to go afterwards.
    pub next: &'k str,
    /// The person's language.
    pub lang: Lang,
}

/// A way to sign in at providers of which each comes back to `{page}/sign-in/{provider}/callback`. It takes care of state,
/// nonce and PKCE, and that the browser which comes back is the one which went.
pub trait Door: Send + Sync + Debug {
    /// The providers: their names in paths, and for people.
    fn providers(&self) -> Vec<(String, Label)>;

    /// Sends a browser to a provider.
    fn begin<'a>(&'a self, knock: Knock<'a>, headers: &'a HeaderMap, cookies: Cookies) -> Coming<'a, Response>;

    /// Says who has come back from a provider: each may do so once.
    fn finish<'a>(
        &'a self,
        provider: &'a str,
        query: &'a str,
        headers: &'a HeaderMap,
        cookies: Cookies,
    ) -> Coming<'a, Vouched>;
}

/// The door of real providers.
impl Door for SignIn {
    fn providers(&self) -> Vec<(String, Label)> {
        Self::providers(self).map(|provider| (provider.name.clone(), provider.title.clone())).collect()
    }

    fn begin<'a>(&'a self, knock: Knock<'a>, headers: &'a HeaderMap, cookies: Cookies) -> Coming<'a, Response> {
        Box::pin(async move {
            let wish = Wish {
                provider: knock.provider,
                acr: knock.acr,
                max_age: None,
                lang: knock.lang,
                continuation: knock.next,
            };
            Ok(Self::begin(self, &wish, headers, cookies, now()).await?.into_response())
        })
    }

    fn finish<'a>(
        &'a self,
        provider: &'a str,
        query: &'a str,
        headers: &'a HeaderMap,
        cookies: Cookies,
    ) -> Coming<'a, Vouched> {
        Box::pin(async move {
            let finished = Self::finish(self, provider, query, headers, cookies, now()).await?;
            let person = finished.outcome?;
            let claims = json::Value::Object(person.claims).to_serde();
            let Value::Object(claims) = claims else { return Err(Problem::internal()) };
            Ok(Vouched {
                issuer: person.issuer,
                subject: person.subject,
                acr: person.acr,
                claims,
                next: finished.continuation,
            })
        })
    }
}
