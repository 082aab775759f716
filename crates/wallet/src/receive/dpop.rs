//! Requests with a proof of the wallet's own key (DPoP, RFC 9449), where the server knows that.

use tamarack::json;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::{Randomness, Timestamp};
use tamarack_openid4vc::oauth::dpop::{DpopRequest, make};
use tamarack_openid4vc::oauth::metadata::ServerMetadata;

use super::kept::{Dpop, Kept};
use crate::error::{Result, WalletCode};
use crate::hidden::Hidden;
use crate::http::{HttpRequest, HttpResponse};

/// What a request shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Showing {
    /// Nothing yet: a token is asked for.
    Nothing,
    /// The access token.
    Token,
}

impl Dpop {
    /// A key for this errand, if the server knows DPoP: no two issuers can tell that it is the same wallet.
    pub(super) fn of(server: &ServerMetadata) -> Result<Self> {
        let known = server.dpop_algorithms.iter().any(|name| name == "ES256");
        let key = known.then(|| SecretKey::generate(KeyType::P256)).transpose()?;
        let key = key.map(|key| Hidden::of(key.expose_jwk().as_str()));
        Ok(Self { key, ..Self::default() })
    }

    fn secret_key(&self) -> Result<Option<SecretKey>> {
        let Some(key) = &self.key else { return Ok(None) };
        let jwk = json::parse(key.expose().as_bytes()).map_err(|_| WalletCode::RecordDamaged)?;
        Ok(Some(SecretKey::from_jwk(&jwk).map_err(|_| WalletCode::RecordDamaged)?))
    }

    /// The thumbprint of the key, to which a code is bound (RFC 9449 §10).
    pub(super) fn thumbprint(&self) -> Result<Option<String>> {
        Ok(self.secret_key()?.map(|key| key.public_key().jwk_thumbprint()))
    }
}

impl Kept {
    /// The request with its token and proof.
    pub(super) fn proved(
        &self,
        request: HttpRequest,
        showing: Showing,
        now: Timestamp,
        rng: &mut dyn Randomness,
    ) -> Result<HttpRequest> {
        let token = self.token.as_ref().filter(|_| showing == Showing::Token);
        let mut request = match token {
            Some(token) => {
                let value = format!("{} {}", token.kind.name(), token.access.expose());
                request.header("authorization", value)
            }
            None => request,
        };
        if let Some(key) = self.dpop.secret_key()? {
            let access_token = token.map(|token| token.access.expose());
            let about = DpopRequest { method: request.method.as_str(), url: &request.url, access_token };
            let nonce = match showing {
                Showing::Nothing => &self.dpop.token_nonce,
                Showing::Token => &self.dpop.resource_nonce,
            };
            let proof = make(about, nonce.as_deref(), now, &key, rng)?;
            request = request.header("dpop", proof);
        }
        Ok(request)
    }

    /// Keeps the server's newest nonce, and says whether the request is to be made once more with it (RFC 9449 §8, §9).
    pub(super) fn wants_nonce(&mut self, response: &HttpResponse, showing: Showing) -> bool {
        let nonce = response.header("dpop-nonce").map(str::to_owned);
        let came = nonce.is_some();
        if let Some(nonce) = nonce {
            let kept = match showing {
                Showing::Nothing => &mut self.dpop.token_nonce,
                Showing::Token => &mut self.dpop.resource_nonce,
            };
            *kept = Some(nonce);
        }
        let asked = matches!(response.status, 400 | 401) && asks_for_nonce(response);
        let again = asked && came && self.dpop.key.is_some() && !self.again;
        self.again = again;
        again
    }
}

/// `use_dpop_nonce`: of an authorization server in the body (§8), of a resource server in the challenge (§9).
fn asks_for_nonce(response: &HttpResponse) -> bool {
    const CODE: &str = "use_dpop_nonce";
    response.error_code().as_deref() == Some(CODE)
        || response.header("www-authenticate").is_some_and(|challenge| challenge.contains(CODE))
}
