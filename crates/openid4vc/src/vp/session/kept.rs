//! A session as a text that a store keeps. It holds secrets: the nonce, and the key of an encrypted answer.

use tamarack::Timestamp;
use tamarack::json::{self, Object, Value};
use zeroize::Zeroizing;

use super::{Ask, Session};
use crate::vp::client_id::ClientId;
use crate::vp::dcql::Query;
use crate::vp::encryption::DecryptionKey;
use crate::vp::metadata::ClientMetadata;
use crate::vp::request::{ResponseMode, ResponseType};
use crate::{Refusal, RefusalCode, Result, limits};

/// The form of the text. Another one is not read.
const VERSION: u32 = 1;

impl Session {
    /// The session as JSON text.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        let ask = &self.ask;
        let mut out = Object::new();
        out.insert("version", VERSION);
        let mut set = |name: &'static str, value: Option<String>| {
            if let Some(value) = value {
                out.insert(name, value);
            }
        };
        set("client_id", ask.client_id.as_ref().map(|id| id.as_str().to_owned()));
        set("response_type", Some(ask.response_type.as_str().to_owned()));
        set("response_mode", Some(ask.response_mode.as_str().to_owned()));
        set("answer_to", ask.answer_to.clone());
        set("wallet_issuer", ask.wallet_issuer.clone());
        set("nonce", Some(self.nonce.clone()));
        set("state", self.state.clone());
        set("key", self.key.as_ref().map(|key| key.expose_jwk().to_string()));
        set("wallet_nonce", self.wallet_nonce.clone());
        set("response_code", Some(self.response_code.clone()));
        // As texts, which hold every number of seconds.
        set("expires", Some(self.expires.unix().to_string()));
        set("seconds", Some(ask.seconds.to_string()));
        if let Some(query) = &ask.query {
            out.insert("dcql_query", query.to_json());
        }
        if let Some(wallet) = &self.wallet {
            out.insert("wallet", wallet.all.clone());
        }
        out.insert("client_metadata", ask.client_metadata.clone());
        let texts = |texts: &[String]| Value::Array(texts.iter().map(|text| Value::from(text.clone())).collect());
        out.insert("transaction_data", texts(&ask.transaction_data));
        out.insert("verifier_info", Value::Array(ask.verifier_info.clone()));
        out.insert("origins", texts(&ask.origins));
        Zeroizing::new(json::to_string(&Value::Object(out)))
    }

    /// Reads what [`Self::expose`] wrote.
    ///
    /// # Errors
    /// `server_error` (`session`).
    pub fn from_kept(kept: &str) -> Result<Self> {
        const WRONG: Refusal = Refusal::new(RefusalCode::ServerError, "session");
        let value = json::parse_up_to(kept.as_bytes(), limits::ANSWER_BYTES).map_err(|fault| WRONG.because(fault))?;
        let object = value.as_object().ok_or(WRONG)?;
        if object.get("version").and_then(Value::as_i64) != Some(i64::from(VERSION)) {
            return Err(WRONG);
        }
        let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
        let need = |name: &str| text(name).ok_or(WRONG);
        let number = |name: &str| need(name)?.parse::<i64>().map_err(|_| WRONG);
        let texts = |name: &str| -> Result<Vec<String>> {
            let items = object.get(name).and_then(Value::as_array).ok_or(WRONG)?;
            items.iter().map(|item| item.as_str().map(str::to_owned).ok_or(WRONG)).collect()
        };
        let types = [ResponseType::VpToken, ResponseType::VpTokenIdToken, ResponseType::IdToken];
        let response_type = need("response_type")?;
        let ask = Ask {
            client_id: text("client_id").map(|id| ClientId::parse(&id)).transpose()?,
            response_type: types.into_iter().find(|one| one.as_str() == response_type).ok_or(WRONG)?,
            response_mode: ResponseMode::of(&need("response_mode")?).ok_or(WRONG)?,
            answer_to: text("answer_to"),
            query: object.get("dcql_query").map(Query::read).transpose()?,
            client_metadata: object
                .get("client_metadata")
                .and_then(Value::as_object)
                .ok_or(WRONG)?
                .clone()
                .into_owned(),
            transaction_data: texts("transaction_data")?,
            verifier_info: object
                .get("verifier_info")
                .and_then(Value::as_array)
                .map(|items| items.iter().map(|item| item.clone().into_owned()).collect())
                .ok_or(WRONG)?,
            origins: texts("origins")?,
            wallet_issuer: text("wallet_issuer"),
            seconds: number("seconds")?,
        };
        Ok(Self {
            ask,
            nonce: need("nonce")?,
            state: text("state"),
            key: text("key").map(|jwk| DecryptionKey::from_jwk(&Zeroizing::new(jwk))).transpose()?,
            wallet_nonce: text("wallet_nonce"),
            wallet: object.get("wallet").map(ClientMetadata::of_wallet).transpose()?,
            response_code: need("response_code")?,
            expires: Timestamp::from_unix(number("expires")?),
        })
    }
}
