//! The Digital Credentials API (OpenID4VP Appendix A): a page asks the browser, and the browser finds a wallet.
//!
//! ```text
//! GET …/digital ──► requests, signed and unsigned ──► navigator.credentials.get ──► POST …/digital ──► judged as any answer is
//! ```
//!
//! The two ways to answer are of one request: whichever comes first is taken, and ends the other. What ties an answer to the
//! page is its origin, which the browser vouches for and every presentation carries.

use serde_json::json;
use tamarack::SystemRandomness;
use tamarack::json::{self, Value};
use tamarack_openid4vc::vp::dc_api::{Protocol, Signature};
use tamarack_openid4vc::vp::request::ResponseMode;
use tamarack_openid4vc::vp::session::Session;

use super::Verifier;
use super::client::ClientKey;
use super::requests::Request;
use super::settings::now;
use crate::http::Problem;

impl Verifier {
    /// What a page gives to `navigator.credentials.get`: the same request with our signature and without. Its nonce and key are
    /// drawn when it is first asked for.
    pub(super) async fn digital_requests(&self, handle: &str) -> Result<serde_json::Value, Problem> {
        // A wallet that fetches the request at this very moment changes it too.
        for _ in 0..4 {
            let mut request = self.request(handle).await?;
            let session = match request.digital()? {
                Some(session) => session,
                None => {
                    let session = self.begin_digital(&request)?;
                    request.set_digital(&session);
                    let state = request.state().to_owned();
                    if !self.change(&mut request, &state).await? {
                        continue;
                    }
                    session
                }
            };
            let offers = self.with_key(move |client: &ClientKey| {
                let by = Signature { client_id: &client.client_id, header: &client.header, signer: &client.key };
                Ok::<_, tamarack_openid4vc::Refusal>([session.dc_api_request(&[by])?, session.dc_api_unsigned()?])
            });
            let offers = offers
                .await??
                .map(|(protocol, data)| json!({"protocol": protocol.as_str(), "data": Value::Object(data).to_serde()}));
            return Ok(json!({"requests": offers}));
        }
        Err(Problem::unavailable())
    }

    fn begin_digital(&self, request: &Request) -> Result<Session, Problem> {
        let ask =
            self.ask(&request.kept.ask).ok().filter(|ask| ask.is_for_browsers()).ok_or_else(Problem::not_found)?;
        // What the other way asks for; there it is decided when it begins.
        let mut asked = self.protocol_ask(ask, request.session()?.ask().transaction_data.clone());
        asked.response_mode = if ask.encrypted { ResponseMode::DcApiJwt } else { ResponseMode::DcApi };
        asked.origins = std::iter::once(self.inner.base.url().origin()).chain(ask.origins.iter().cloned()).collect();
        let begun = now();
        asked.seconds = request.kept.answer_until.saturating_sub(begun.unix()).max(1);
        Ok(Session::begin(asked, begun, &mut SystemRandomness)?)
    }

    /// Takes what the browser gave: `{"protocol", "data"}`, and where nobody else says it, the `origin` of the page. What is no
    /// answer to this request is refused and uses nothing up.
    pub(super) async fn digital_answer(
        &self,
        handle: &str,
        origin: Option<String>,
        body: &str,
    ) -> Result<Request, Problem> {
        let wrong = |about: &'static str| Problem::bad_request("invalid_request").about(about);
        let request = self.request(handle).await?;
        let session = request.digital()?.ok_or_else(Problem::gone)?;
        // The library's own reader: what is signed must be read as it was signed.
        let bytes = body.len();
        let body = json::parse(body.as_bytes()).map_err(|_| wrong("body"))?;
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let origin = match origin {
            Some(origin) => origin,
            None => text("origin").ok_or_else(|| wrong("origin"))?.to_owned(),
        };
        session.audience(Some(&origin))?;
        match text("protocol").and_then(Protocol::of) {
            Some(Protocol::Signed | Protocol::Unsigned) => {}
            _ => return Err(wrong("protocol")),
        }
        let data = body.get("data").and_then(Value::as_object).ok_or_else(|| wrong("data"))?;
        let received = session.receive_data(data, now())?;
        let taken = self.take(handle, request).await?.ok_or_else(Problem::gone)?;
        self.conclude(taken, session, received, Some(origin), bytes).await
    }
}
