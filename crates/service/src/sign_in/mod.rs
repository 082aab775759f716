//! Signing in at an OpenID Connect provider: citizens at GCKey, Sign-In Canada or a province's own account, operators at
//! the one of their administration. Authorization code with PKCE (OpenID Connect Core §3.1, RFC 9700).
//!
//! ```text
//! begin  wish ──► state, nonce, verifier in the store; cookie and redirect for the browser
//! finish callback ──► state used up, browser compared ── code ──► ID token, verified ──► Person
//! ```
//!
//! Whoever uses it owns a path: `SignIn` for citizens and `SignIn` for operators share providers, and neither takes what
//! the other began. Below that path each provider has a callback of its own, so that an answer of one provider cannot be
//! passed off as another's (RFC 9700 §4.4.2), beside the `iss` of RFC 9207 for those who send it.
//!
//! ```text
//! let sign_in = SignIn::new(database, base.url(), "/sign-in", providers);   // callbacks: /sign-in/{provider}/callback
//! let redirect = sign_in.begin(&Wish { provider: Some("larch"), ..Wish::of("what I must know afterwards") }, …).await?;
//! let finished = sign_in.finish(provider, query, …).await?;                 // Finished { continuation, outcome }
//! ```

mod assertion;
mod client;
mod error;
mod id_token;
mod provider;
mod settings;
mod steps;

pub(crate) use client::GuardedClient;
pub use error::SignInError;
pub use provider::Provider;
pub use settings::{ClientProof, ProviderSettings, SettingsError, read_providers};
pub(crate) use settings::{read_file, read_secret, strict};
pub use steps::{Finished, Person, Redirect, SignIn, Wish};
