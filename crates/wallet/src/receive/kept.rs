//! What is kept of a receiving between its steps.

use serde::{Deserialize, Serialize};
use tamarack::Timestamp;
use tamarack::messages::Lang;
use tamarack_openid4vc::oauth::metadata::ServerMetadata;
use tamarack_openid4vc::oauth::token::TokenType;
use tamarack_openid4vc::vci::metadata::IssuerMetadata;

use super::flow::Receiving;
use super::keep::Refused;
use crate::credentials::{Localized, read_record};
use crate::error::{Result, WalletCode};
use crate::fetch::Gathering;
use crate::hidden::Hidden;
use crate::limits;
use crate::store::{Kind, Store};

/// The prefix of the ids under which receivings are kept among what is pending.
pub(super) const PREFIX: &str = "receive:";
pub(super) const VERSION: u32 = 1;

/// Where a receiving stands. Each names what is to be sent next, so that it is sent again after the app was ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Stage {
    /// The authorization request is to be pushed.
    Push,
    /// The person is in the browser.
    Browser,
    /// A token is to be asked for.
    Token,
    /// A nonce for the key proofs is to be asked for.
    Nonce,
    /// A credential is to be asked for.
    Credential,
    /// The issuer has put the wallet off.
    Waiting,
    /// A deferred credential is to be asked for.
    Deferred,
    /// What came is being verified.
    Check,
    /// The issuer is to be told what became of it.
    Notify,
    /// Nothing is left to do.
    Over,
}

/// A receiving as it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) version: u32,
    pub(super) id: String,
    pub(super) begun: Timestamp,
    pub(super) stage: Stage,
    /// The issuer's metadata, as JSON.
    pub(super) issuer: String,
    pub(super) server: String,
    pub(super) title: Localized,
    pub(super) issuer_name: Localized,
    pub(super) configurations: Vec<String>,
    pub(super) copies: u32,
    pub(super) grant: Grant,
    pub(super) client: Option<Client>,
    pub(super) dpop: Dpop,
    pub(super) token: Option<Token>,
    /// What is still to be asked for.
    pub(super) queue: Vec<Wish>,
    /// The ids of the keys that were made for the wish that stands first.
    pub(super) keys: Vec<String>,
    /// The id of the secrets that were made for it.
    pub(super) secrets: Option<String>,
    pub(super) c_nonce: Option<String>,
    /// The key to which the response is encrypted, as a JWK.
    pub(super) response_key: Option<Hidden>,
    pub(super) transaction: Option<Transaction>,
    /// What came for the wish that stands first.
    pub(super) issued: Vec<Issued>,
    pub(super) notification: Option<Hidden>,
    pub(super) event: Option<tamarack_openid4vc::vci::notification::Event>,
    pub(super) gathering: Gathering,
    /// The ids of what was stored.
    pub(super) received: Vec<String>,
    pub(super) refused: Vec<Refused>,
    /// Whether the request that stands was answered with a nonce and was made once more.
    pub(super) again: bool,
    /// Whether another nonce was fetched for the wish that stands first, because the issuer said that the first was stale.
    #[serde(default)]
    pub(super) stale: bool,
    /// What the new credentials take the place of.
    pub(super) replaces: Vec<String>,
    /// The batch that the new copies belong to.
    pub(super) batch: Option<String>,
    /// The id of the right with which more is asked for, in a renewal.
    pub(super) renewal: Option<String>,
}

/// With what a token is asked for.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Grant {
    PreAuthorized {
        code: Hidden,
        tx_code: Option<Hidden>,
    },
    /// The browser has not come back yet.
    Browser {
        issuer_state: Option<String>,
        verifier: Option<Hidden>,
        state: Option<Hidden>,
        url: Option<String>,
    },
    Code {
        code: Hidden,
        verifier: Hidden,
    },
    Refresh {
        token: Hidden,
    },
}

/// The app as an OAuth client.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) redirect_uri: String,
}

/// The wallet's key for this one errand, and the servers' newest nonces.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Dpop {
    /// A JWK; none where the server does not know DPoP.
    pub(super) key: Option<Hidden>,
    pub(super) token_nonce: Option<String>,
    pub(super) resource_nonce: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Token {
    pub(super) access: Hidden,
    pub(super) kind: TokenType,
    pub(super) expires: Option<Timestamp>,
    pub(super) refresh: Option<Hidden>,
}

/// One credential to ask for.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Wish {
    pub(super) configuration: String,
    /// The dataset that the token response named.
    pub(super) identifier: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Transaction {
    pub(super) id: Hidden,
    pub(super) not_before: Timestamp,
}

/// A credential that came.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Issued {
    pub(super) text: String,
    /// Whether it was judged good.
    pub(super) good: bool,
}

impl Kept {
    pub(super) fn issuer(&self) -> Result<IssuerMetadata> {
        let value: serde_json::Value = serde_json::from_str(&self.issuer).map_err(|_| WalletCode::RecordDamaged)?;
        let name = value.get("credential_issuer").and_then(serde_json::Value::as_str).unwrap_or_default();
        Ok(IssuerMetadata::parse(self.issuer.as_bytes(), name)?)
    }

    pub(super) fn server(&self) -> Result<ServerMetadata> {
        let value: serde_json::Value = serde_json::from_str(&self.server).map_err(|_| WalletCode::RecordDamaged)?;
        let name = value.get("issuer").and_then(serde_json::Value::as_str).unwrap_or_default();
        Ok(ServerMetadata::parse(self.server.as_bytes(), name)?)
    }

    pub(super) fn record_id(&self) -> String {
        format!("{PREFIX}{}", self.id)
    }
}

/// A receiving that is under way, for a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PendingView {
    /// Its id, for [`Receiving::resume`].
    pub id: String,
    /// What is being received.
    pub title: String,
    /// From whom.
    pub issuer: String,
    /// When it began.
    pub begun: Timestamp,
    /// When the issuer wants to be asked again at the earliest, if it has put the wallet off.
    pub not_before: Option<Timestamp>,
    /// The URL that the person was sent to, if they are to sign in.
    pub browser: Option<String>,
}

/// The receivings that are under way.
///
/// # Errors
/// [`WalletCode::RecordDamaged`]; the store's.
pub fn pending(store: &dyn Store, lang: Lang) -> Result<Vec<PendingView>> {
    let mut views = Vec::new();
    for id in store.ids(Kind::Pending, Some(PREFIX), limits::PENDING)? {
        let Some(short) = id.strip_prefix(PREFIX) else { break };
        let Some(kept) = read_record::<Kept>(store, Kind::Pending, &id)? else { continue };
        let (issuer, title) = (kept.issuer_name.get(lang), kept.title.get(lang));
        views.push(PendingView {
            id: short.to_owned(),
            title: title.unwrap_or_default().to_owned(),
            issuer: issuer
                .map_or_else(|| kept.issuer().map(|one| one.credential_issuer), |name| Ok(name.to_owned()))?,
            begun: kept.begun,
            not_before: kept.transaction.as_ref().map(|transaction| transaction.not_before),
            browser: match kept.grant {
                Grant::Browser { url, .. } => url,
                _ => None,
            },
        });
    }
    Ok(views)
}

impl Receiving {
    /// Takes up what was kept under this id.
    ///
    /// # Errors
    /// [`WalletCode::RecordMissing`], [`WalletCode::RecordDamaged`]; the store's.
    pub fn resume(store: &dyn Store, id: &str) -> Result<Self> {
        let kept: Option<Kept> = read_record(store, Kind::Pending, &format!("{PREFIX}{id}"))?;
        match kept {
            Some(kept) if kept.version <= VERSION => Ok(Self::of(kept)),
            Some(_) => Err(WalletCode::RecordDamaged.into()),
            None => Err(WalletCode::RecordMissing.into()),
        }
    }
}
