//! A signer over HTTP: a key management service behind a small JSON protocol.
//!
//! ```text
//! POST <url>                                    200
//! Authorization: Bearer <token>                 {"signature": "<base64url>"}
//! {"key": "<name>", "algorithm": "ES256", "message": "<base64url>"}
//! ```
//!
//! `algorithm` is `EdDSA` (Ed25519, 64 bytes), `ES256` or `ES384` (`r || s` of 64 or 96 bytes, RFC 7518 §3.4); `message` is
//! what is to be signed itself, not its digest. Any status but 200 is a refusal. Redirects are not followed. The request goes
//! through the guard of `tamarack-net`: HTTPS or this very machine, no private networks unless the place says so.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::keys::SignatureAlgorithm;
use tamarack_net::{Call, FetchError, FetchOptions, Fetcher, Identity, Reach, authorities_from_pem};
use zeroize::Zeroizing;

use super::{HttpPlace, Remote, SignerError};

/// How long a signature may take.
const TIME: Duration = Duration::from_secs(5);
/// Bytes of an answer.
const ANSWER_BYTES: usize = 4_096;
/// Bytes of a file with a token, certificates or a key.
const FILE_BYTES: u64 = 65_536;

pub(super) struct HttpSigner {
    place: HttpPlace,
    fetcher: Fetcher,
}

impl std::fmt::Debug for HttpSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpSigner").finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Request<'r> {
    key: &'r str,
    algorithm: &'static str,
    message: &'r str,
}

#[derive(Deserialize)]
struct Answer {
    signature: String,
}

impl HttpSigner {
    pub(super) fn new(place: HttpPlace) -> Result<Self, SignerError> {
        let mut options = FetchOptions { timeout: TIME, ..FetchOptions::default() };
        if place.private_network {
            options.reach = Reach::PrivateNetworks;
        }
        if let Some(file) = &place.authorities_file {
            options.authorities = authorities_from_pem(&read(file)?).ok_or(SignerError::File)?;
        }
        if let Some((certificates, key)) = &place.identity_files {
            let identity = Identity::from_pem(&read(certificates)?, &read(key)?);
            options.identity = Some(identity.ok_or(SignerError::File)?);
        }
        Ok(Self { place, fetcher: Fetcher::new(options) })
    }

    fn bearer(&self) -> Result<Option<Zeroizing<String>>, SignerError> {
        let Some(file) = &self.place.token_file else { return Ok(None) };
        let bytes = read(file)?;
        let token = std::str::from_utf8(&bytes).map_err(|_| SignerError::File)?.trim();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(SignerError::File);
        }
        // Room for all of it at once: a text that grows leaves copies behind.
        let mut header = Zeroizing::new(String::with_capacity("Bearer ".len() + token.len()));
        header.push_str("Bearer ");
        header.push_str(token);
        Ok(Some(header))
    }
}

impl Remote for HttpSigner {
    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let (algorithm, length) = match algorithm {
            SignatureAlgorithm::EdDsa => ("EdDSA", 64),
            SignatureAlgorithm::Es256 => ("ES256", 64),
            SignatureAlgorithm::Es384 => ("ES384", 96),
            _ => return Err(SignerError::Kind),
        };
        let message = base64url_encode(message);
        let body = serde_json::to_vec(&Request { key: &self.place.key, algorithm, message: &message });
        let body = body.map_err(|_| SignerError::Answer)?;
        let bearer = self.bearer()?;
        let mut headers = vec![("content-type", "application/json"), ("accept", "application/json")];
        headers.extend(bearer.as_ref().map(|bearer| ("authorization", bearer.as_str())));
        let call = Call { url: &self.place.url, headers: &headers, body: Some(&body), limit: ANSWER_BYTES };
        let answer = self.fetcher.call(&call).map_err(|error| match error {
            FetchError::TooLarge(_) => SignerError::Answer,
            error => SignerError::Network(error),
        })?;
        if answer.status != 200 {
            return Err(SignerError::Refused(answer.status));
        }
        let answer: Answer = serde_json::from_slice(&answer.body).map_err(|_| SignerError::Answer)?;
        let signature = base64url_decode(&answer.signature).map_err(|_| SignerError::Answer)?;
        if signature.len() == length { Ok(signature) } else { Err(SignerError::Answer) }
    }
}

/// A file that is not large.
fn read(path: &str) -> Result<Zeroizing<Vec<u8>>, SignerError> {
    super::file::read(path, FILE_BYTES).ok_or(SignerError::File)
}
