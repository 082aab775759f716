//! The person's yes: from an offer to a receiving of which nothing has been sent yet.

use tamarack::Randomness;
use tamarack_openid4vc::vci::wallet::{Route, pre_authorized_request};

use super::flow::Receiving;
use super::kept::{Client, Dpop, Grant, Kept, Stage, VERSION};
use super::offer::{Acceptance, Offered};
use crate::credentials::new_id;
use crate::error::{Result, WalletCode, WalletError};
use crate::fetch::Gathering;
use crate::hidden::Hidden;
use crate::means::Means;
use crate::words;

impl Offered {
    /// Takes the offer up, as the person said. Nothing has been sent when it returns: [`Receiving::step`] says what to send.
    ///
    /// # Errors
    /// [`WalletCode::OfferCode`] for a code that is missing or does not look as it should; `invalid_offer` about `tx_code` for one
    /// that was not asked for;
    /// [`WalletCode::OfferBrowser`] if the person has to sign in and the app did not say how it comes back;
    /// [`WalletCode::OfferUnusable`] for a configuration that is not offered, or that this wallet cannot keep.
    pub fn accept(&self, acceptance: &Acceptance, means: &Means<'_>, rng: &mut dyn Randomness) -> Result<Receiving> {
        let offered = &self.offer.configurations;
        let configurations = match acceptance.configurations.as_slice() {
            [] => offered.clone(),
            chosen => chosen.to_vec(),
        };
        for id in &configurations {
            let known = self.issuer.configuration(id).filter(|_| offered.contains(id));
            let known = known.ok_or_else(|| WalletError::new(WalletCode::OfferUnusable).about(id.as_str()))?;
            super::prove::check_can(known, means).map_err(|error| error.about(id.as_str()))?;
        }
        let (grant, stage) = self.grant(acceptance)?;
        let client = acceptance
            .browser
            .as_ref()
            .map(|app| Client { id: app.client_id.clone(), redirect_uri: app.redirect_uri.clone() });
        let first = configurations.first().and_then(|id| self.issuer.configuration(id));
        let display = first.and_then(|one| one.metadata.as_ref()).map(|metadata| metadata.display.as_slice());
        let kept = Kept {
            version: VERSION,
            id: new_id(rng)?,
            begun: means.now(),
            stage,
            issuer: self.issuer.to_json(),
            server: self.server.to_json(),
            title: words::bilingual(display.unwrap_or_default()),
            issuer_name: self.issuer_name(means),
            configurations,
            copies: acceptance.copies,
            grant,
            client,
            dpop: Dpop::of(&self.server)?,
            token: None,
            queue: Vec::new(),
            keys: Vec::new(),
            secrets: None,
            c_nonce: None,
            response_key: None,
            transaction: None,
            issued: Vec::new(),
            notification: None,
            event: None,
            gathering: Gathering::default(),
            received: Vec::new(),
            refused: Vec::new(),
            again: false,
            stale: false,
            replaces: Vec::new(),
            batch: None,
            renewal: None,
        };
        let receiving = Receiving { kept };
        receiving.save(means.store)?;
        Ok(receiving)
    }

    fn grant(&self, acceptance: &Acceptance) -> Result<(Grant, Stage)> {
        let pre = self.routes.iter().find_map(|route| match route {
            Route::PreAuthorized { code, tx_code } => Some((code, tx_code)),
            Route::AuthorizationCode { .. } => None,
        });
        if let Some((code, look)) = pre {
            // Checked before anything is sent: a wrong code counts as a try.
            let checked = pre_authorized_request(code.clone(), look.as_ref(), acceptance.tx_code.as_deref());
            match (checked, look) {
                (Ok(_), _) => {}
                (Err(_), Some(_)) => return Err(WalletCode::OfferCode.into()),
                (Err(refusal), None) => return Err(refusal.into()),
            }
            let tx_code = acceptance.tx_code.as_deref().map(Hidden::of);
            return Ok((Grant::PreAuthorized { code: code.into(), tx_code }, Stage::Token));
        }
        let issuer_state = self.routes.iter().find_map(|route| match route {
            Route::AuthorizationCode { issuer_state } => issuer_state.clone(),
            Route::PreAuthorized { .. } => None,
        });
        if acceptance.browser.is_none() {
            return Err(WalletCode::OfferBrowser.into());
        }
        Ok((Grant::Browser { issuer_state, verifier: None, state: None, url: None }, Stage::Push))
    }
}
