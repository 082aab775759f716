//! The sign-in with a browser: the pushed request, the URL to open, and what comes back.

use tamarack::Randomness;
use tamarack_openid4vc::oauth::authorization::{browser_url, read_response};
use tamarack_openid4vc::oauth::form::Form;
use tamarack_openid4vc::oauth::par::PushedResponse;
use tamarack_openid4vc::vci::wallet::authorization_request;
use tamarack_openid4vc::{Refusal, RefusalCode, limits};

use super::dpop::Showing;
use super::flow::{FORM, Go, Receiving};
use super::kept::{Client, Grant, Stage};
use crate::error::{Result, WalletCode, WalletError};
use crate::hidden::Hidden;
use crate::http::{HttpRequest, Reply, Step};
use crate::means::Means;

impl Receiving {
    pub(super) fn push(&mut self, means: &Means<'_>, reply: Option<Reply>, rng: &mut dyn Randomness) -> Result<Go> {
        let (issuer, server) = (self.kept.issuer()?, self.kept.server()?);
        let client = self.client()?;
        let Grant::Browser { issuer_state, .. } = &self.kept.grant else { return Err(WalletCode::FlowStep.into()) };
        let endpoint = server.pushed_authorization_request_endpoint.clone();
        if let (Some(reply), true) = (reply, endpoint.is_some()) {
            let response = reply.response()?;
            if self.kept.wants_nonce(&response, Showing::Nothing) {
                return Ok(Go::To(Stage::Push));
            }
            let pushed = PushedResponse::parse(&response.good(limits::MESSAGE_BYTES)?)?;
            let at = server.authorization_endpoint.clone();
            let at = at.ok_or(Refusal::new(RefusalCode::InvalidMetadata, "authorization_endpoint"))?;
            let form = Form::default().with("client_id", Some(client.id)).with("request_uri", Some(pushed.request_uri));
            return self.send_to_browser(form.on_url(&at));
        }
        let ids: Vec<&str> = self.kept.configurations.iter().map(String::as_str).collect();
        let mut started =
            authorization_request(&issuer, &server, &ids, &client.id, &client.redirect_uri, issuer_state.clone(), rng)?;
        started.request.dpop_jkt = self.kept.dpop.thumbprint()?;
        let state = started.request.state.as_deref().map(Hidden::of);
        let issuer_state = issuer_state.clone();
        let verifier = Some(Hidden::from(&started.verifier));
        self.kept.grant = Grant::Browser { issuer_state, verifier, state, url: None };
        match endpoint {
            Some(endpoint) => {
                let body = started.request.to_form().encode();
                let request = HttpRequest::post(&endpoint, FORM, body, limits::MESSAGE_BYTES)?;
                Ok(Go::Out(Step::Send(self.kept.proved(request, Showing::Nothing, means.now(), rng)?)))
            }
            None => self.send_to_browser(browser_url(&server, &started.request, None)?),
        }
    }

    fn send_to_browser(&mut self, to: String) -> Result<Go> {
        match &mut self.kept.grant {
            Grant::Browser { url, .. } => *url = Some(to),
            _ => return Err(WalletCode::FlowStep.into()),
        }
        Ok(Go::To(Stage::Browser))
    }

    pub(super) fn browser(&self) -> Result<Go> {
        match &self.kept.grant {
            Grant::Browser { url: Some(url), .. } => Ok(Go::Out(Step::Browser(url.clone()))),
            _ => Err(WalletCode::FlowStep.into()),
        }
    }

    pub(super) fn returned(&mut self, at: &str) -> Result<Stage> {
        let client = self.client()?;
        let Grant::Browser { verifier: Some(verifier), state, .. } = &self.kept.grant else {
            return Err(WalletCode::FlowStep.into());
        };
        let state = state.as_ref().map(Hidden::expose);
        let code = read_response(at, &client.redirect_uri, state, &self.kept.server()?)?;
        self.kept.grant = Grant::Code { code: Hidden::from(&code), verifier: verifier.clone() };
        Ok(Stage::Token)
    }

    fn client(&self) -> Result<Client> {
        self.kept.client.clone().ok_or_else(|| WalletCode::OfferBrowser.into())
    }
}

/// Whether what the browser brought was not the answer that was waited for.
pub(super) fn is_strange(error: &WalletError) -> bool {
    error.refusal().is_some_and(|refusal| refusal.code() == RefusalCode::InvalidResponse)
}
