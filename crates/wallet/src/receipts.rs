//! Consent receipts: what a person agreed to, as a signed record in the terms of ISO/IEC TS 27560:2023, for "tell us once"
//! sharing and for whoever wants to know later. A consent can be withdrawn.
//!
//! A receipt is a compact JWS over the record. The person's key in it is pairwise: each controller meets another one, and the
//! receipts of two controllers say nothing of one person.

use serde::{Deserialize, Serialize};
use tamarack::jose::Jws;
use tamarack::json::Object;
use tamarack::messages::Lang;
use tamarack::{Evidence, Randomness, Timestamp, did};

use crate::credentials::{from_bytes, new_id, read_record, to_bytes};
use crate::error::{Result, WalletCode, WalletError};
use crate::history::{Entry, Event, NamedClaim, Party};
use crate::keys::{HolderKey, NewKey, pairwise_id};
use crate::limits;
use crate::store::{Change, Kind, Store};

/// The `typ` of a receipt.
const TYP: &str = "consent-receipt+jwt";
const SCHEMA: &str = "ISO/IEC TS 27560:2023";
const GIVEN: &str = "consent given";
const WITHDRAWN: &str = "consent withdrawn";

/// What a person agrees to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Who may use the information (the PII controller).
    pub controller: Party,
    /// The controller's web address.
    pub url: Option<String>,
    /// For what, in the words that the person read.
    pub purpose: String,
    /// The language of those words.
    pub lang: Lang,
    /// Which information: the kind of credential and the claim, and whether the person could have said no to it alone.
    pub claims: Vec<AgreedClaim>,
    /// The controller's privacy notice, a URL.
    pub privacy_notice: Option<String>,
    /// Where a consent is withdrawn, a URL.
    pub withdrawal_method: Option<String>,
    /// For how many seconds the controller keeps the information, if it said.
    pub retention_seconds: Option<i64>,
    /// The jurisdiction, such as `CA-ON`.
    pub jurisdiction: Option<String>,
    /// For how many seconds the consent stands: within them, the same information may be shared again without being asked for.
    /// `None` for this once.
    pub stands_seconds: Option<i64>,
}

/// A claim that a person agrees to share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgreedClaim {
    /// The kind of the credential.
    pub kind: String,
    /// The claim.
    pub claim: NamedClaim,
    /// Whether it was optional.
    pub optional: bool,
}

/// The record (TS 27560 §6): its parts as the specification names them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Record {
    /// The version of the structure.
    pub schema_version: String,
    /// The receipt's id.
    pub record_id: String,
    /// The person, to this controller: the `did:key` of the receipt's key.
    pub pii_principal_id: String,
    /// What is done with which information.
    pub pii_processing: Processing,
    /// Who takes part.
    pub party_identification: Vec<PartyIdentification>,
    /// What happened to the consent, in order.
    pub event: Vec<ConsentEvent>,
}

/// `pii_processing`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Processing {
    /// The privacy notice, a URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy_notice: Option<String>,
    /// The language of what the person read.
    pub language: String,
    /// The purposes; here one.
    pub purposes: Vec<Purpose>,
}

/// One of `purposes`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Purpose {
    /// The purpose.
    pub purpose: String,
    /// `consent`.
    pub lawful_basis: String,
    /// The information.
    pub pii_information: Vec<Information>,
    /// The controllers, by their `party_id`.
    pub pii_controllers: Vec<String>,
    /// How the information came.
    pub collection_method: Vec<String>,
    /// Seconds for which it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_period: Option<i64>,
    /// The jurisdiction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<String>,
    /// Where the consent is withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawal_method: Option<String>,
}

/// One of `pii_information`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Information {
    /// What it is, in the words that the person read.
    pub pii_type: String,
    /// Which claim: the kind of credential, `#`, and the JSON pointer.
    pub pii_attribute_id: String,
    /// Whether the person could have said no to it alone.
    pub pii_optional: bool,
}

/// One of `party_identification`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PartyIdentification {
    /// The party's identifier.
    pub party_id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_name: Option<String>,
    /// Its address on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_url: Option<String>,
    /// `PII controller`.
    pub party_role: String,
}

/// One of `event`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConsentEvent {
    /// When.
    pub event_time: String,
    /// Seconds for which the consent stands; 0 for this once, and for a withdrawal.
    pub validity_duration: i64,
    /// Who: the person.
    pub entity_id: String,
    /// `explicit`.
    pub event_type: String,
    /// `consent given` or `consent withdrawn`.
    pub event_state: String,
}

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

impl Terms {
    fn to_record(&self, id: String, principal: &str, now: Timestamp) -> Record {
        let controller = &self.controller;
        let name = |name: &crate::Localized| name.get(self.lang).map(str::to_owned);
        let information = self.claims.iter().map(|agreed| Information {
            pii_type: name(&agreed.claim.label).unwrap_or_else(|| agreed.claim.pointer.clone()),
            pii_attribute_id: attribute(&agreed.kind, &agreed.claim.pointer),
            pii_optional: agreed.optional,
        });
        let purpose = Purpose {
            purpose: self.purpose.clone(),
            lawful_basis: "consent".to_owned(),
            pii_information: information.collect(),
            pii_controllers: vec![controller.id.clone()],
            collection_method: vec!["presented by the PII principal from a wallet".to_owned()],
            retention_period: self.retention_seconds,
            jurisdiction: self.jurisdiction.clone(),
            withdrawal_method: self.withdrawal_method.clone(),
        };
        let language = match self.lang {
            Lang::En => "en-CA",
            Lang::Fr => "fr-CA",
        };
        Record {
            schema_version: SCHEMA.to_owned(),
            record_id: id,
            pii_principal_id: principal.to_owned(),
            pii_processing: Processing {
                privacy_notice: self.privacy_notice.clone(),
                language: language.to_owned(),
                purposes: vec![purpose],
            },
            party_identification: vec![PartyIdentification {
                party_id: controller.id.clone(),
                party_name: name(&controller.name),
                party_url: self.url.clone(),
                party_role: "PII controller".to_owned(),
            }],
            event: vec![ConsentEvent {
                event_time: now.to_string(),
                validity_duration: self.stands_seconds.unwrap_or_default().max(0),
                entity_id: principal.to_owned(),
                event_type: "explicit".to_owned(),
                event_state: GIVEN.to_owned(),
            }],
        }
    }
}

fn attribute(kind: &str, pointer: &str) -> String {
    format!("{kind}#{pointer}")
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

#[cfg(test)]
mod tests {
    use tamarack::SystemRandomness;

    use super::*;
    use crate::Localized;
    use crate::history;
    use crate::store::MemoryStore;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    fn terms(controller: &str) -> Terms {
        let name = Localized { en: Some("Service Ontario".to_owned()), fr: Some("ServiceOntario".to_owned()) };
        Terms {
            controller: Party { id: controller.to_owned(), name, trusted: true },
            url: Some("https://on.example".to_owned()),
            purpose: "Mettre votre adresse à jour partout à la fois".to_owned(),
            lang: Lang::Fr,
            claims: vec![AgreedClaim {
                kind: "AddressCard".to_owned(),
                claim: NamedClaim {
                    pointer: "/credentialSubject/address".to_owned(),
                    label: Localized { en: Some("Address".to_owned()), fr: Some("Adresse".to_owned()) },
                },
                optional: false,
            }],
            privacy_notice: Some("https://on.example/privacy".to_owned()),
            withdrawal_method: Some("https://on.example/withdraw".to_owned()),
            retention_seconds: Some(86_400),
            jurisdiction: Some("CA-ON".to_owned()),
            stands_seconds: Some(3_600),
        }
    }

    fn given(store: &dyn Store, terms: &Terms) -> Receipt {
        let (receipt, change) = give(store, terms, NOW, &mut SystemRandomness).unwrap();
        store.write(&[change]).unwrap();
        receipt
    }

    #[test]
    fn says_what_was_agreed_to_and_is_signed() {
        let store = MemoryStore::new();
        let receipt = given(&store, &terms("https://on.example"));
        assert_eq!(Receipt::verify(&receipt.text).unwrap(), receipt);
        assert_eq!(super::receipt(&store, receipt.id()).unwrap(), receipt);
        let value = serde_json::to_value(&receipt.record).unwrap();
        let purpose = &value["pii_processing"]["purposes"][0];
        assert_eq!(purpose["pii_information"][0]["pii_type"], "Adresse");
        assert_eq!(purpose["pii_controllers"][0], value["party_identification"][0]["party_id"]);
        assert_eq!(purpose["lawful_basis"], "consent");
        assert_eq!(value["event"][0]["event_state"], "consent given");
        assert_eq!(value["party_identification"][0]["party_name"], "ServiceOntario");
        assert_eq!(value["event"][0]["entity_id"], value["pii_principal_id"]);
    }

    #[test]
    fn stands_for_its_time_and_its_claims() {
        let store = MemoryStore::new();
        let receipt = given(&store, &terms("https://on.example"));
        given(&store, &Terms { stands_seconds: None, ..terms("https://on.example") });
        assert_eq!(list(&store).unwrap().len(), 2);
        let count = |controller: &str, after: i64| standing(&store, controller, NOW.plus_seconds(after)).unwrap().len();
        assert_eq!((count("https://on.example", 0), count("https://on.example", 3_600)), (1, 0));
        assert_eq!(count("https://other.example", 0), 0);
        assert!(receipt.covers("AddressCard", "/credentialSubject/address"));
        assert!(!receipt.covers("AddressCard", "/credentialSubject"));
        assert!(!receipt.covers("OtherCard", "/credentialSubject/address"));
    }

    #[test]
    fn is_withdrawn_once_and_for_good() {
        let store = MemoryStore::new();
        let receipt = given(&store, &terms("https://on.example"));
        let withdrawn = withdraw(&store, receipt.id(), NOW.plus_seconds(9), &mut SystemRandomness).unwrap();
        assert!(withdrawn.is_withdrawn() && withdrawn.stands_until().is_none());
        assert_eq!(Receipt::verify(&withdrawn.text).unwrap(), withdrawn);
        assert_eq!(withdrawn.record.event.len(), 2);
        assert_eq!(withdraw(&store, receipt.id(), NOW, &mut SystemRandomness).unwrap(), withdrawn);
        assert!(standing(&store, "https://on.example", NOW).unwrap().is_empty());
        let search = history::Search { event: Some(Event::ConsentWithdrawn), ..history::Search::default() };
        let entries = history::search(&store, &search, 9).unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].consent.as_deref(), Some(receipt.id()));
        delete(&store, receipt.id()).unwrap();
        let error = super::receipt(&store, receipt.id()).unwrap_err();
        assert_eq!(error.wallet_code(), Some(WalletCode::RecordMissing));
    }

    #[test]
    fn two_controllers_see_two_persons() {
        let store = MemoryStore::new();
        let principal = |controller: &str| given(&store, &terms(controller)).record.pii_principal_id;
        let one = principal("https://on.example");
        assert_eq!(principal("https://on.example"), one);
        assert_ne!(principal("https://qc.example"), one);
    }

    #[test]
    fn what_was_changed_is_none() {
        let store = MemoryStore::new();
        let receipt = given(&store, &terms("https://on.example"));
        let parts: Vec<&str> = receipt.text.split('.').collect();
        let payload = tamarack::encoding::base64url_decode(parts[1]).unwrap();
        let changed = String::from_utf8(payload).unwrap().replace("3600", "9600");
        let changed = tamarack::encoding::base64url_encode(changed.as_bytes());
        let other = given(&store, &terms("https://qc.example"));
        let others: Vec<&str> = other.text.split('.').collect();
        for bad in [
            format!("{}.{changed}.{}", parts[0], parts[2]),
            format!("{}.{}.{}", parts[0], others[1], parts[2]),
            format!("{}.{}.{}", others[0], parts[1], parts[2]),
            receipt.text.replace('.', ""),
            String::new(),
        ] {
            assert_eq!(Receipt::verify(&bad).unwrap_err().wallet_code(), Some(WalletCode::ReceiptInvalid));
        }
        // In the store, under another's id.
        let text = store.read(Kind::Receipt, other.id()).unwrap().unwrap();
        store.write(&[Change::put(Kind::Receipt, receipt.id(), text)]).unwrap();
        assert_eq!(super::receipt(&store, receipt.id()).unwrap_err().wallet_code(), Some(WalletCode::RecordDamaged));
        for bad in [
            Terms { purpose: String::new(), ..terms("https://on.example") },
            Terms { claims: Vec::new(), ..terms("https://on.example") },
            terms(""),
        ] {
            assert!(give(&store, &bad, NOW, &mut SystemRandomness).is_err());
        }
    }
}
