//! Guarded fetching of the evidence that [`tamarack::verify()`] asks for: the only crate that goes out to the network.
//!
//! What is fetched is named by whoever wrote the credential, so every request is hostile until it is proven harmless:
//! HTTPS only (plain HTTP to this very machine alone), no addresses of private networks, few redirects and each of them
//! checked anew, a cap on bytes and on time, no cookies, no credentials, no proxy from the environment.

mod address;
mod cache;
mod call;
mod error;
mod fetcher;
mod gather;
mod guard;
mod identity;
mod resolver;

pub use cache::Cache;
pub use call::{Answer, Call};
pub use error::FetchError;
pub use fetcher::{FetchOptions, Fetched, Fetcher, authorities_from_pem};
pub use gather::{Missed, Round, When, need_url, verify_with_network};
pub use guard::Reach;
pub use identity::Identity;
