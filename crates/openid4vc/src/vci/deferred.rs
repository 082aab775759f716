//! Deferred credential requests (OpenID4VCI §9), and the transactions that an issuer keeps.

use tamarack::json::Object;
use tamarack::{Randomness, Timestamp};

use super::credential::{CredentialResponse, ResponseKey};
use crate::members::{Builder, Members};
use crate::oauth::access::AccessToken;
use crate::oauth::secret::{Digest, Secret};
use crate::{Refusal, RefusalCode, Result, limits};

/// A deferred credential request.
#[derive(Clone, Debug)]
pub struct DeferredRequest {
    /// The transaction.
    pub transaction_id: Secret,
    /// To whom the response is encrypted, whatever the first request said.
    pub response_key: Option<ResponseKey>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

impl DeferredRequest {
    /// Reads the JSON of a request.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidCredentialRequest`], [`RefusalCode::InvalidEncryptionParameters`].
    pub fn parse(json: &[u8]) -> Result<Self> {
        let mut members = Members::parse(json, limits::MESSAGE_BYTES, RefusalCode::InvalidCredentialRequest)?;
        Ok(Self {
            transaction_id: Secret::of(members.need_text("transaction_id")?),
            response_key: ResponseKey::take(&mut members)?,
            other: members.rest(),
        })
    }

    /// The request as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        Builder::default()
            .set("transaction_id", Some(self.transaction_id.expose().to_owned()))
            .set("credential_response_encryption", self.response_key.as_ref().map(ResponseKey::to_value))
            .rest(&self.other)
            .json()
    }
}

/// What became of a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub enum Progress {
    /// Nothing yet.
    Pending,
    /// The credentials may be issued.
    Approved,
    /// They will not be.
    Refused,
    /// They were answered: the `transaction_id` is worth nothing more than that answer once more, should it have been lost on
    /// its way (§9.1 ends it when the wallet has obtained them).
    Delivered,
}

/// A transaction in the store. Its row goes from `Approved` to `Delivered` in one conditional statement.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Transaction {
    /// The `transaction_id`.
    pub id: Digest,
    /// The authorization from which it follows; another token of the same family may fetch it (after a refresh).
    pub family: Digest,
    /// The credential configuration.
    pub configuration: String,
    /// What became of it.
    pub progress: Progress,
    /// Until when it is kept.
    pub expires: Timestamp,
    /// After how many seconds the wallet may ask again.
    pub interval: i64,
}

impl Transaction {
    /// Opens a transaction and makes the answer to the credential request.
    ///
    /// # Errors
    /// [`RefusalCode::ServerError`] if there is no randomness.
    pub fn open(
        token: &AccessToken,
        configuration: &str,
        interval: i64,
        seconds: i64,
        now: Timestamp,
        rng: &mut dyn Randomness,
    ) -> Result<(CredentialResponse, Self)> {
        let id = Secret::draw(rng).map_err(Refusal::internal)?;
        let record = Self {
            id: id.digest(),
            family: token.family,
            configuration: configuration.to_owned(),
            progress: Progress::Pending,
            expires: now.plus_seconds(seconds),
            interval: interval.max(1),
        };
        Ok((CredentialResponse::deferred(id.expose().to_owned(), record.interval), record))
    }

    /// Whether a request is about this transaction and comes from whom it may.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidTransactionId`] for a transaction that is another one, expired, or another authorization's.
    pub fn check(&self, request: &DeferredRequest, token: &AccessToken, now: Timestamp) -> Result<()> {
        if request.transaction_id.digest() != self.id || token.family != self.family || self.expires <= now {
            return Err(unknown());
        }
        Ok(())
    }

    /// What to answer to a request: `None` means that the credentials are to be issued now and the row marked as delivered.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidTransactionId`] for a transaction that is unknown, expired, done or another authorization's;
    /// [`RefusalCode::CredentialRequestDenied`] if the credentials will not be issued (§9.3).
    pub fn answer(
        &self,
        request: &DeferredRequest,
        token: &AccessToken,
        now: Timestamp,
    ) -> Result<Option<CredentialResponse>> {
        self.check(request, token, now)?;
        match self.progress {
            Progress::Pending => {
                Ok(Some(CredentialResponse::deferred(request.transaction_id.expose().to_owned(), self.interval)))
            }
            Progress::Approved => Ok(None),
            Progress::Refused => Err(Refusal::new(RefusalCode::CredentialRequestDenied, "the issuer's decision")),
            Progress::Delivered => Err(unknown()),
        }
    }
}

/// The refusal for a `transaction_id` of which the store has no row.
#[must_use]
pub const fn unknown() -> Refusal {
    Refusal::new(RefusalCode::InvalidTransactionId, "transaction_id")
}
