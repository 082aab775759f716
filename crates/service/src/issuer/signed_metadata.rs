//! Signed metadata of the issuer (OpenID4VCI §12.2.3), for wallets that ask for it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use tamarack::issue::Securing;
use tamarack::json::Object;
use tamarack::sd_jwt::Profile;
use tamarack::{Code, Fault};
use tamarack_openid4vc::vci::signed_metadata::sign;

use super::service::{IssuerService, now};
use super::signing::signing;

/// For how many seconds signed metadata is good: a day.
const GOOD_SECONDS: i64 = 86_400;
/// How old it may be when it is sent.
const KEPT_FOR: Duration = Duration::from_secs(300);

/// The metadata as it was signed last.
#[derive(Debug, Default)]
pub(super) struct SignedMetadata(Mutex<Option<Kept>>);

#[derive(Debug)]
struct Kept {
    /// What it was made of.
    made_of: [u8; 32],
    at: Instant,
    text: Arc<str>,
}

impl SignedMetadata {
    /// Of now; `None` if no key of the issuer can sign a JWT.
    pub(super) async fn text(&self, service: &IssuerService) -> Result<Option<Arc<str>>, Fault> {
        let catalogue = service.catalogue();
        {
            let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(kept) = &*kept
                && kept.made_of == catalogue.made_of
                && kept.at.elapsed() < KEPT_FOR
            {
                return Ok(Some(Arc::clone(&kept.text)));
            }
        }
        let chain = service.settings().certificates.clone();
        let Some(key) = catalogue.keys.for_securing(Securing::SdJwt(Profile::SdJwtVc), chain.as_deref()).cloned()
        else {
            return Ok(None);
        };
        let (metadata, by) = (catalogue.metadata.clone(), Arc::clone(&key));
        let text = signing(&key.signer, move || {
            let mut header = Object::new();
            header.insert("kid", by.method.clone());
            if let Some(chain) = chain {
                header.insert("x5c", chain.to_value()?);
            }
            let now = now();
            sign(&metadata, header, now, Some(now.plus_seconds(GOOD_SECONDS)), &by.signer)
                .map_err(|refusal| refusal.fault().cloned().unwrap_or_else(|| Fault::new(Code::Internal)))
        });
        let text: Arc<str> = text.await?.into();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(Kept { made_of: catalogue.made_of, at: Instant::now(), text: Arc::clone(&text) });
        Ok(Some(text))
    }
}

/// Whether a wallet would rather have signed metadata: it names `application/jwt`, and `application/json` not before it.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let (mut signed, mut plain) = (0.0_f32, 0.0_f32);
    for item in lines.flat_map(|line| line.split(',')) {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        // RFC 9110 §12.4.2
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
        if name.eq_ignore_ascii_case("application/jwt") && plain < weight {
            signed = signed.max(weight);
        }
        if name.eq_ignore_ascii_case("application/json") {
            plain = plain.max(weight);
        }
    }
    signed > 0.0 && signed >= plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wallet_chooses_the_form() {
        for (accept, wanted) in [
            ("application/jwt", true),
            ("application/jwt, application/json;q=0.9", true),
            ("application/jwt, application/json", true),
            ("Application/JWT;q=0.5, */*;q=0.1", true),
            ("application/json, application/jwt", false),
            ("application/json, application/jwt;q=0.5", false),
            ("application/jwt;q=0", false),
            ("*/*", false),
            ("application/json", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, accept.parse().unwrap());
            assert_eq!(is_wanted(&headers), wanted, "{accept}");
        }
        assert!(!is_wanted(&HeaderMap::new()));
    }
}
