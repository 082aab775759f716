//! The keys under which every process of a store makes its nonces: a new one each hour, drawn an hour ahead.
//!
//! Nonces are good for five minutes. As each process has the keys of the hour before, of this one and of the next, it takes
//! what another has made, even if their clocks differ by minutes and one of them changes its key earlier.

use std::sync::{Arc, PoisonError, RwLock};

use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::{Code, Fault, SystemRandomness, Timestamp};
use tamarack_openid4vc::oauth::nonce::NonceKey;
use zeroize::Zeroizing;

use super::service::{ServiceError, now};
use crate::store::{Database, NewExchange, StoreError};

/// Seconds for which nonces are made with one key.
const PERIOD: i64 = 3_600;
/// The kind of the exchanges that hold the keys; each is forgotten when its nonces are long over.
const KIND: &str = "nonce-key";
/// Where versions before kept one key for ever.
const BEFORE: (&str, &str) = ("secret", "nonces");

#[derive(Debug)]
pub(super) struct Nonces(RwLock<(i64, Arc<NonceKey>)>);

impl Nonces {
    pub(super) async fn open(database: &Database) -> Result<Self, ServiceError> {
        let period = now().unix().div_euclid(PERIOD);
        database.end_exchange(BEFORE.0, BEFORE.1).await?;
        Ok(Self(RwLock::new((period, Arc::new(read(database, period).await?)))))
    }

    /// The key of now.
    pub(super) fn key(&self) -> Arc<NonceKey> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// Changes the key if its time is over.
    pub(super) async fn renew(&self, database: &Database) -> Result<(), ServiceError> {
        let period = now().unix().div_euclid(PERIOD);
        if self.0.read().unwrap_or_else(PoisonError::into_inner).0 == period {
            return Ok(());
        }
        let key = Arc::new(read(database, period).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = (period, key);
        Ok(())
    }
}

async fn read(database: &Database, period: i64) -> Result<NonceKey, ServiceError> {
    let mut key = NonceKey::from_bytes(of_period(database, period).await?);
    key = key.taking(of_period(database, period + 1).await?);
    if let Some(before) = known(database, period - 1).await? {
        key = key.taking(before);
    }
    Ok(key)
}

/// The key of a period: whoever comes first draws it.
async fn of_period(database: &Database, period: i64) -> Result<[u8; 32], ServiceError> {
    if let Some(known) = known(database, period).await? {
        return Ok(known);
    }
    let fresh = NonceKey::draw(&mut SystemRandomness)?;
    let text = Zeroizing::new(base64url_encode(fresh.expose()));
    let new = NewExchange {
        kind: KIND,
        id: &period.to_string(),
        state: "current",
        payload: &text,
        created: now(),
        expires: Timestamp::from_unix((period + 2) * PERIOD),
    };
    match database.add_exchange(&new, &[]).await {
        Ok(()) | Err(StoreError::Conflict(_)) => {}
        Err(error) => return Err(error.into()),
    }
    known(database, period).await?.ok_or_else(|| Fault::new(Code::Internal).into())
}

async fn known(database: &Database, period: i64) -> Result<Option<[u8; 32]>, ServiceError> {
    let Some(found) = database.exchange(KIND, &period.to_string(), now()).await? else { return Ok(None) };
    let bytes = base64url_decode(&found.payload).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(Some).ok_or_else(|| Fault::new(Code::Internal).into())
}
