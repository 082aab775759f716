//! Consent receipts: what a person agreed to, as a signed record in the terms of ISO/IEC TS 27560:2023, for "tell us once"
//! sharing and for whoever wants to know later. A consent can be withdrawn.
//!
//! A receipt is a compact JWS over the record. The person's key in it is pairwise: each controller meets another one, and the
//! receipts of two controllers say nothing of one person. Whoever has a receipt can verify it: the key stands in it (`did:key`).
//!
//! Members are called as the specification calls them (§6.3); of those that it wants in every record, `privacy_notice`,
//! `storage_locations`, `retention_period`, `jurisdiction`, `recipient_third_parties` and the controller's address are there only if the
//! controller told them: a wallet invents none.

mod record;
mod terms;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use tamarack::jose::Jws;
use tamarack::json::Object;
use tamarack::{Evidence, Randomness, Timestamp, did};

pub use self::record::{ConsentEvent, Information, PartyIdentification, Processing, Purpose, Record};
use self::record::{WITHDRAWN, attribute};
pub use self::terms::{AgreedClaim, Terms};
use crate::credentials::{from_bytes, new_id, read_record, to_bytes};
use crate::error::{Result, WalletCode, WalletError};
use crate::history::{Entry, Event, Party};
use crate::keys::{HolderKey, NewKey, pairwise_id};
use crate::limits;
use crate::store::{Change, Kind, Store};

/// The `typ` of a receipt.
const TYP: &str = "consent-receipt+jwt";

/// A receipt with its signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The record.
    pub record: Record,
    /// The compact JWS, to give to the controller or to keep elsewhere.
    pub text: String,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    receipt: String,
}

impl Receipt {
    /// Reads and verifies a receipt: the signature by the person's key that it names, and its form.
    ///
    /// # Errors
    /// [`WalletCode::ReceiptInvalid`].
    pub fn verify(text: &str) -> Result<Self> {
        let invalid = || WalletError::new(WalletCode::ReceiptInvalid);
        let jws = Jws::parse(text).map_err(|_| invalid())?;
        let header = |name: &str| jws.header().get(name).and_then(tamarack::json::Value::as_str);
        if header("typ") != Some(TYP) {
            return Err(invalid());
        }
        let record: Record = serde_json::from_slice(jws.payload()).map_err(|_| invalid())?;
        let kid = header("kid").filter(|kid| did::did_of(kid) == record.pii_principal_id).ok_or_else(invalid)?;
        let document = did::resolve(&record.pii_principal_id, &Evidence::none()).map_err(|_| invalid())?;
        let method = document.method(kid, did::Relationship::AssertionMethod).map_err(|_| invalid())?;
        jws.verify(&method.key).map_err(|_| invalid())?;
        if record.event.is_empty() || record.party_identification.is_empty() {
            return Err(invalid());
        }
        Ok(Self { record, text: text.to_owned() })
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.record.record_id
    }

    /// The controller's identifier.
    #[must_use]
    pub fn controller(&self) -> &str {
        self.record.party_identification.first().map(|party| party.party_id.as_str()).unwrap_or_default()
    }

    /// When the consent was given.
    #[must_use]
    pub fn given(&self) -> Option<Timestamp> {
        self.record.event.first().and_then(|event| Timestamp::parse_stamp(&event.event_time).ok())
    }

    /// Whether the person withdrew it.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.record.event.iter().any(|event| event.event_state == WITHDRAWN)
    }

    /// Until when the same information may be shared without being asked for again; `None` if not at all.
    #[must_use]
    pub fn stands_until(&self) -> Option<Timestamp> {
        let given = self.record.event.first().filter(|event| event.validity_duration > 0 && !self.is_withdrawn())?;
        Some(Timestamp::parse_stamp(&given.event_time).ok()?.plus_seconds(given.validity_duration))
    }

    /// Whether it is about this claim of this kind of credential.
    #[must_use]
    pub fn covers(&self, kind: &str, pointer: &str) -> bool {
        let wanted = attribute(kind, pointer);
        let mut purposes = self.record.pii_processing.purposes.iter();
        purposes.any(|purpose| purpose.pii_information.iter().any(|one| one.pii_attribute_id == wanted))
    }
}

/// Makes a receipt of what a person agreed to. It is kept when the change is written: with the showing that it is about.
///
/// # Errors
/// [`WalletCode::ReceiptInvalid`] for terms without a controller, a purpose or claims; the store's.
pub fn give(
    store: &dyn Store,
    terms: &Terms,
    now: Timestamp,
    randomness: &mut dyn Randomness,
) -> Result<(Receipt, Change)> {
    let missing = |about: &str| Err(WalletError::new(WalletCode::ReceiptInvalid).about(about));
    if terms.controller.id.is_empty() {
        return missing("controller");
    }
    if terms.purpose.is_empty() {
        return missing("purpose");
    }
    if terms.claims.is_empty() {
        return missing("claims");
    }
    let key = key_for(store, &terms.controller.id, now, randomness)?;
    let record = terms.to_record(new_id(randomness)?, &key.did_key(), now);
    signed(record, &key)
}

/// Every receipt, the newest first.
///
/// # Errors
/// [`WalletCode::RecordDamaged`]; the store's.
pub fn list(store: &dyn Store) -> Result<Vec<Receipt>> {
    let records = store.list(Kind::Receipt, None, limits::LISTED)?;
    let read = |(id, bytes): (String, Vec<u8>)| open(&id, &from_bytes::<Kept>(Kind::Receipt, &id, &bytes)?);
    let mut receipts = records.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    let given = |receipt: &Receipt| receipt.record.event.first().map(|event| event.event_time.clone());
    receipts.sort_by_key(|receipt| core::cmp::Reverse(given(receipt)));
    Ok(receipts)
}

/// One receipt.
///
/// # Errors
/// [`WalletCode::RecordMissing`], [`WalletCode::RecordDamaged`]; the store's.
pub fn receipt(store: &dyn Store, id: &str) -> Result<Receipt> {
    let kept: Option<Kept> = read_record(store, Kind::Receipt, id)?;
    open(id, &kept.ok_or_else(|| WalletError::new(WalletCode::RecordMissing).about("receipt"))?)
}

/// The receipts by which a controller may be given the same information now without asking again.
///
/// # Errors
/// As [`list`].
pub fn standing(store: &dyn Store, controller: &str, now: Timestamp) -> Result<Vec<Receipt>> {
    let mut receipts = list(store)?;
    receipts.retain(|receipt| {
        receipt.controller() == controller && receipt.stands_until().is_some_and(|until| until > now)
    });
    Ok(receipts)
}

/// Withdraws a consent: the record says so, signed, and the history as well. The receipt that comes back is for the
/// controller, to be sent to its `withdrawal_method`. Withdrawing twice changes nothing.
///
/// # Errors
/// As [`receipt`].
pub fn withdraw(store: &dyn Store, id: &str, now: Timestamp, randomness: &mut dyn Randomness) -> Result<Receipt> {
    let receipt = receipt(store, id)?;
    if receipt.is_withdrawn() {
        return Ok(receipt);
    }
    let key = key_for(store, receipt.controller(), now, randomness)?;
    let mut record = receipt.record;
    // A key that was lost and made anew is another principal's; the record goes on under the new one.
    record.pii_principal_id = key.did_key();
    record.event.push(ConsentEvent {
        event_time: now.to_string(),
        validity_duration: 0,
        entity_id: key.did_key(),
        event_type: "explicit".to_owned(),
        event_state: WITHDRAWN.to_owned(),
    });
    let mut entry = Entry::new(Event::ConsentWithdrawn, now);
    entry.consent = Some(id.to_owned());
    entry.party = record.party_identification.first().map(|party| {
        let name = crate::Localized { en: party.party_name.clone(), fr: None };
        Party { id: party.party_id.clone(), name, trusted: false }
    });
    let (receipt, change) = signed(record, &key)?;
    store.write(&[change, entry.change(randomness)?])?;
    Ok(receipt)
}

/// Deletes a receipt. The consent is not withdrawn by that: the controller has its own copy.
///
/// # Errors
/// The store's.
pub fn delete(store: &dyn Store, id: &str) -> Result<()> {
    store.write(&[Change::remove(Kind::Receipt, id)])
}

/// The key of receipts for one controller. It is made before the receipt is written; one that then goes unused is no harm.
fn key_for(
    store: &dyn Store,
    controller: &str,
    now: Timestamp,
    randomness: &mut dyn Randomness,
) -> Result<HolderKey<'static>> {
    let id = pairwise_id("receipt", controller);
    HolderKey::open_or_create(store, None, &id, NewKey::Ed25519, now, randomness)
}

fn signed(record: Record, key: &HolderKey<'_>) -> Result<(Receipt, Change)> {
    let mut header = Object::new();
    header.insert("typ", TYP);
    header.insert("kid", key.verification_method());
    let payload = to_bytes(&record)?;
    let text = Jws::sign(&header, &payload, key.algorithm(), key)?;
    let change = Change::put(Kind::Receipt, record.record_id.as_str(), to_bytes(&Kept { receipt: text.clone() })?);
    Ok((Receipt { record, text }, change))
}

fn open(id: &str, kept: &Kept) -> Result<Receipt> {
    let damaged = || WalletError::new(WalletCode::RecordDamaged).about(format!("receipt: {id}"));
    Receipt::verify(&kept.receipt).ok().filter(|receipt| receipt.id() == id).ok_or_else(damaged)
}
