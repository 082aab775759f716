//! Requests with a proof of the wallet's own key (DPoP, RFC 9449), where the server knows that.

use std::cell::RefCell;

use tamarack::SystemRandomness;
use tamarack::keys::{KeyType, SecretKey};
use tamarack_cli::Failure;
use tamarack_net::{Answer, Call, Fetcher};
use tamarack_openid4vc::oauth::dpop::{DpopRequest, make};
use tamarack_openid4vc::oauth::metadata::ServerMetadata;

use crate::network::{call, refused};
use crate::now;

/// Asks a server's endpoints, with proofs if the server knows DPoP.
pub(crate) struct Asker<'f> {
    fetcher: &'f Fetcher,
    /// Made for this one errand: no two issuers can tell that it is the same wallet.
    key: Option<SecretKey>,
    /// The newest nonce of the token endpoint, and of the others.
    nonces: RefCell<[Option<String>; 2]>,
}

/// Where the access token stands.
pub(crate) enum Token<'t> {
    /// It is asked for.
    Wanted,
    /// It is shown: the scheme with which it is, and itself.
    Shown(&'t str, &'t str),
}

impl<'f> Asker<'f> {
    pub(crate) fn new(fetcher: &'f Fetcher, server: &ServerMetadata) -> Result<Self, Failure> {
        let known = server.dpop_algorithms.iter().any(|name| name == "ES256");
        let key = if known { Some(SecretKey::generate(KeyType::P256)?) } else { None };
        Ok(Self { fetcher, key, nonces: RefCell::default() })
    }

    pub(crate) const fn uses_dpop(&self) -> bool {
        self.key.is_some()
    }

    /// Posts, and once more if the server wants a nonce in the proof (RFC 9449 §8, §9).
    pub(crate) fn post(
        &self,
        url: &str,
        content_type: &str,
        body: &str,
        token: &Token<'_>,
        limit: usize,
    ) -> Result<Answer, Failure> {
        let answer = self.once(url, content_type, body, token, limit)?;
        let wants_nonce = matches!(answer.status, 400 | 401) && asks_for_nonce(&answer);
        if wants_nonce && self.key.is_some() && answer.header("dpop-nonce").is_some() {
            return self.once(url, content_type, body, token, limit);
        }
        Ok(answer)
    }

    fn once(
        &self,
        url: &str,
        content_type: &str,
        body: &str,
        token: &Token<'_>,
        limit: usize,
    ) -> Result<Answer, Failure> {
        let (at, access_token) = match token {
            Token::Wanted => (0, None),
            Token::Shown(_, token) => (1, Some(*token)),
        };
        let proof = match &self.key {
            None => None,
            Some(key) => {
                let nonce = self.nonces.borrow().get(at).cloned().flatten();
                let request = DpopRequest { method: "POST", url, access_token };
                Some(make(request, nonce.as_deref(), now(), key, &mut SystemRandomness).map_err(refused)?)
            }
        };
        let shown = match token {
            Token::Wanted => None,
            Token::Shown(scheme, token) => Some(format!("{scheme} {token}")),
        };
        let mut headers = vec![("content-type", content_type), ("accept", "application/json")];
        headers.extend(shown.as_ref().map(|shown| ("authorization", shown.as_str())));
        headers.extend(proof.as_ref().map(|proof| ("dpop", proof.as_str())));
        let answer = call(self.fetcher, &Call { url, headers: &headers, body: Some(body.as_bytes()), limit })?;
        // §8.2: the newest one is good for the next request.
        if let (Some(nonce), Some(kept)) = (answer.header("dpop-nonce"), self.nonces.borrow_mut().get_mut(at)) {
            *kept = Some(nonce.to_owned());
        }
        Ok(answer)
    }
}

/// `use_dpop_nonce`: of an authorization server in the body (§8), of a resource server in the challenge (§9).
fn asks_for_nonce(answer: &Answer) -> bool {
    const CODE: &str = "use_dpop_nonce";
    let body = serde_json::from_slice::<serde_json::Value>(&answer.body).ok();
    let in_body = body.as_ref().and_then(|body| body.get("error")).and_then(serde_json::Value::as_str) == Some(CODE);
    in_body || answer.header("www-authenticate").is_some_and(|challenge| challenge.contains(CODE))
}
