//! The nonce endpoint (OpenID4VCI §7).

use tamarack::{Randomness, Timestamp};

use crate::members::{Builder, Members};
use crate::oauth::nonce::{NonceKey, NoncePurpose};
use crate::{Refusal, RefusalCode, Result, limits};

/// The body of the answer to a POST at the nonce endpoint, sent with `Cache-Control: no-store`.
///
/// # Errors
/// [`RefusalCode::ServerError`] if there is no randomness.
pub fn respond(key: &NonceKey, now: Timestamp, rng: &mut dyn Randomness) -> Result<String> {
    let nonce = key.make(NoncePurpose::Credential, now, rng).map_err(Refusal::internal)?;
    Ok(Builder::default().set("c_nonce", Some(nonce)).json())
}

/// Reads the `c_nonce` of an answer.
///
/// # Errors
/// [`RefusalCode::InvalidResponse`].
pub fn parse(json: &[u8]) -> Result<String> {
    Members::parse(json, limits::MESSAGE_BYTES, RefusalCode::InvalidResponse)?.need_text("c_nonce")
}
