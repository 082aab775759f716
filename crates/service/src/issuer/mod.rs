//! The issuing service: OpenID4VCI over HTTP, with what the world needs to check its credentials.
//!
//! ```text
//! offer (a clerk, a program, or a person who signs in) ── code ──► token ──► credential ◄── claims
//!                                                                    │            │
//!                                                                    └── store ───┘  one transaction each
//! ```
//!
//! The protocol's decisions are `tamarack_openid4vc`'s. Here they meet the store, the keys and HTTP.

mod answer;
mod applicant;
pub mod applications;
mod apply;
mod authorize;
mod authorize_pages;
mod catalogue;
mod citizens;
mod configuration;
mod credential;
mod deferred;
mod fresh;
mod keys;
mod make;
mod nonces;
mod notification;
mod offers;
mod once;
mod publish;
mod repeat;
mod service;
mod signed_metadata;
mod signing;
mod source;
mod status;
mod token;
mod uploads;
mod vc_api;

pub use applicant::Assured;
pub use catalogue::{Catalogue, OfferedType};
pub use citizens::Citizens;
pub use keys::{IssuerKey, KeyRing};
pub use offers::{NewOffer, OfferError, OfferMade, SignInOffer};
pub use service::{IssuerService, IssuerSettings, ServiceError, now, remembered_base_url, remembered_file_seconds};
pub use source::{Source, SourceError};
pub use status::{TokenSigner, sign_list, sign_token};
pub(crate) use uploads::{Shown as FileShown, kind_of as kind_of_file};
pub use uploads::{UploadError, read_upload};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::limits::{FORM_BYTES, OFFER_BYTES};

/// The routes of an issuer.
pub fn routes(service: &IssuerService) -> Router {
    let path = service.base().url().path().to_owned();
    let mut inside = Router::new()
        .route("/token", post(token::token))
        .route("/par", post(authorize::push))
        .route("/authorize", get(authorize::authorize))
        .route("/sign-in/{provider}/callback", get(authorize::callback))
        .route(
            "/confirm/{ticket}",
            get(authorize::confirm).post(authorize::decide).layer(DefaultBodyLimit::max(FORM_BYTES)),
        )
        .route("/stopped/{ticket}", get(authorize::stopped))
        .route("/nonce", post(credential::nonce))
        .route("/challenge", post(fresh::challenge))
        .route("/credential", post(credential::credential))
        .route("/deferred_credential", post(deferred::deferred))
        .route("/notification", post(notification::notify))
        .route("/credentials/issue", post(vc_api::issue))
        .route("/credentials/status", post(vc_api::status))
        .route("/offers", post(offers::create).layer(DefaultBodyLimit::max(OFFER_BYTES)))
        .route("/offers/{id}", get(offers::fetch))
        .route("/apply/{id}", get(apply::show).post(apply::send).layer(DefaultBodyLimit::max(apply::BODY_BYTES)))
        .route("/jwks", get(publish::jwks))
        .route("/types/{name}/schema", get(publish::schema))
        .route("/types/{name}/metadata", get(publish::type_metadata))
        .route("/{*path}", get(publish::by_path));
    // OpenID4VCI §12.2.2, RFC 8414 §3.1, SD-JWT VC §5: inserted between the host and the path.
    let mut outside = Router::new();
    for (name, handler) in [
        ("openid-credential-issuer", get(publish::issuer_metadata)),
        ("oauth-authorization-server", get(publish::server_metadata)),
        ("jwt-vc-issuer", get(publish::jwt_vc_issuer)),
    ] {
        let route = format!("/.well-known/{name}");
        if path.is_empty() {
            inside = inside.route(&route, handler);
        } else {
            outside = outside.route(&format!("{route}{path}"), handler);
        }
    }
    let all = if path.is_empty() { inside } else { outside.nest(&path, inside) };
    all.with_state(service.clone()).merge(crate::pages::assets(&path))
}
