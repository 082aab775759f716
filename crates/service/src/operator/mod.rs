//! The operator's page of an issuing service: offers, the queue of applications, issued credentials, the audit log, for the
//! operator's own people.
//!
//! They sign in through the operator's OpenID Connect provider. What each may do follows from a claim of the ID token, read
//! once when they sign in. Every route stands in one table ([`Operator::needs`]) with the roles that it needs; what stands in
//! no row is not there, and every form needs its token. Everything that changes a state is written to the audit log in the
//! same transaction, with who did it and why.

mod credentials;
mod door;
mod guard;
mod home;
mod log;
mod offers;
mod queue;
mod roles;
mod session;
mod settings;
mod tell;
mod types;

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use tamarack_net::{FetchOptions, Fetcher, Reach};

pub use credentials::REASONS as CHANGES;
pub use door::{Coming, Door, Knock, Vouched};
pub use queue::REFUSALS;
pub use roles::{Need, Role, Roles};
pub use settings::{CodeGateway, OperatorFile, OperatorSettings, RoleRules};

use crate::issuer::IssuerService;
use crate::sign_in::SignIn;

/// The operator's page. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Operator {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    service: IssuerService,
    settings: OperatorSettings,
    door: Arc<dyn Door>,
    fetcher: Fetcher,
}

/// A route: its path below the page's own, who may use it, and what it does.
struct Entry {
    method: Method,
    path: &'static str,
    need: Need,
    handler: MethodRouter<Operator>,
}

impl Operator {
    /// The page of a service. `door` is where its people sign in, `fetcher` what reaches the gateway for codes.
    #[must_use]
    pub fn new(service: IssuerService, settings: OperatorSettings, door: Arc<dyn Door>, fetcher: Fetcher) -> Self {
        Self { inner: Arc::new(Inner { service, settings, door, fetcher }) }
    }

    /// The page that a settings file describes. Its people sign in below a path of its own.
    #[must_use]
    pub fn open(service: IssuerService, file: OperatorFile) -> Self {
        let base = service.base().url();
        let door = SignIn::new(service.database().clone(), base, "/operator/sign-in", file.providers);
        let reach = if file.private_network { Reach::PrivateNetworks } else { Reach::default() };
        let fetcher = Fetcher::new(FetchOptions { reach, ..FetchOptions::default() });
        Self::new(service, file.settings, Arc::new(door), fetcher)
    }

    /// The routes, each behind its guard.
    pub fn routes(&self) -> Router {
        let mut routes = Router::new();
        for entry in entries() {
            let guard = from_fn_with_state((self.clone(), entry.need), guard::guard);
            routes = routes.route(&self.at(entry.path), entry.handler.layer(guard));
        }
        routes.with_state(self.clone())
    }

    /// Every route with who may use it: method, path, need.
    pub fn needs() -> Vec<(Method, String, Need)> {
        entries().into_iter().map(|entry| (entry.method, format!("/operator{}", entry.path), entry.need)).collect()
    }

    fn service(&self) -> &IssuerService {
        &self.inner.service
    }

    fn settings(&self) -> &OperatorSettings {
        &self.inner.settings
    }

    /// The path of a place below the page.
    fn at(&self, path: &str) -> String {
        format!("{}/operator{path}", self.service().base().url().path())
    }
}

fn entries() -> Vec<Entry> {
    use Need::{Anybody, SignedIn};
    const OFFERING: Need = Need::One(&[Role::Issuer]);
    const DECIDING: Need = Need::One(&[Role::Approver]);
    const LOOKING: Need = Need::One(&[Role::Issuer, Role::Auditor]);
    const CHECKING: Need = Need::One(&[Role::Auditor]);
    vec![
        read("/sign-in", Anybody, session::sign_in),
        read("/sign-in/{provider}", Anybody, session::go),
        read("/sign-in/{provider}/callback", Anybody, session::back),
        write("/sign-out", SignedIn, session::sign_out),
        read("", SignedIn, home::home),
        read("/types", SignedIn, types::list),
        read("/types/{name}", SignedIn, types::show),
        read("/offers", OFFERING, offers::choose),
        read("/offers/{name}", OFFERING, offers::form),
        write("/offers/{name}", OFFERING, offers::make),
        write("/offers/{name}/register", OFFERING, offers::look_up),
        read("/requests", DECIDING, queue::list),
        read("/requests/{id}", DECIDING, queue::show),
        read("/requests/{id}/files/{name}", DECIDING, queue::file),
        write("/requests/{id}/approve", DECIDING, queue::approve),
        write("/requests/{id}/refuse", DECIDING, queue::refuse),
        read("/credentials", LOOKING, credentials::list),
        write("/credentials", LOOKING, credentials::search),
        read("/credentials/{place}", LOOKING, credentials::show),
        read("/credentials/{place}/others", LOOKING, credentials::others),
        read("/credentials/{place}/{change}", OFFERING, credentials::confirm),
        write("/credentials/{place}/{change}", OFFERING, credentials::change),
        read("/log", CHECKING, log::list),
        read("/log/check", CHECKING, log::check),
        read("/log/export", CHECKING, log::export),
    ]
}

fn read<H: Handler<T, Operator>, T: 'static>(path: &'static str, need: Need, handler: H) -> Entry {
    Entry { method: Method::GET, path, need, handler: get(handler) }
}

fn write<H: Handler<T, Operator>, T: 'static>(path: &'static str, need: Need, handler: H) -> Entry {
    Entry { method: Method::POST, path, need, handler: post(handler) }
}
