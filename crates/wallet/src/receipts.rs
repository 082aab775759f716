//! Consent receipts: what a person agreed to, as a signed record in the terms of ISO/IEC TS 27560:2023, for "tell us once"
//! sharing and for whoever wants to know later. A consent can be withdrawn.
//!
//! A receipt is a compact JWS over the record. The person's key in it is pairwise: each controller meets another one, and the
//! receipts of two controllers say nothing of one person. Whoever has a receipt can verify it: the key stands in it (`did:key`).
//!
//! Members are called as the specification calls them (§6.3); of those that it wants in every record, `privacy_notice`,
//! `storage_locations`, `retention_period`, `jurisdiction`, `recipient_third_parties` and the controller's address are there only if the
//! controller told them: a wallet invents none.

use serde::{Deserialize, Serialize};
use tamarack::jose::Jws;
use tamarack::json::Object;
use tamarack::messages::Lang;
use tamarack::{Evidence, Randomness, Timestamp, did};

use crate::credentials::{from_bytes, new_id, read_record, to_bytes};
use crate::error::{Result, WalletCode, WalletError};
use crate::history::{Entry, Event, NamedClaim, Party};
use crate::keys::{HolderKey, NewKey, pairwise_id};
use crate::store::{Change, Kind, Store};
use crate::{limits, texts};

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
    /// Whom to write to about it.
    pub contact: Option<String>,
    /// For what, in the words that the person read.
    pub purpose: String,
    /// The language of those words.
    pub lang: Lang,
    /// Which information: the kind of credential and the claim, and whether the person could have said no to it alone.
    pub claims: Vec<AgreedClaim>,
    /// How it was collected, in the language of the purpose: one sentence for each credential.
    pub collected: Vec<String>,
    /// The controller's privacy notice, a URL.
    pub privacy_notice: Option<String>,
    /// Where a consent is withdrawn, a URL; without one, the record says that the wallet is the place.
    pub withdrawal_method: Option<String>,
    /// For how many seconds the controller keeps the information, if it said.
    pub retention_seconds: Option<i64>,
    /// Where the controller keeps it, if it said.
    pub storage_locations: Vec<String>,
    /// Whom the controller tells, if it said.
    pub recipients: Vec<String>,
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
    /// The record's id.
    pub record_id: String,
    /// The receipt's id (§6.4): that of the record, of which it is a whole copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_id: Option<String>,
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
    /// Where it is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub storage_locations: Vec<String>,
    /// Seconds for which it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_period: Option<i64>,
    /// Whom the controllers tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipient_third_parties: Vec<String>,
    /// The jurisdiction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<String>,
    /// Where the consent is withdrawn: a URL, or how in words.
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
    /// Whom to write to there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_contact: Option<String>,
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
        // The person can always withdraw it here, and hand over the receipt that says so.
        let own_way = || texts::text(self.lang, "receipt-withdrawal");
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
            collection_method: self.collected.clone(),
            storage_locations: self.storage_locations.clone(),
            retention_period: self.retention_seconds,
            recipient_third_parties: self.recipients.clone(),
            jurisdiction: self.jurisdiction.clone(),
            withdrawal_method: Some(self.withdrawal_method.clone().unwrap_or_else(own_way)),
        };
        let language = match self.lang {
            Lang::En => "en-CA",
            Lang::Fr => "fr-CA",
        };
        Record {
            schema_version: SCHEMA.to_owned(),
            receipt_id: Some(id.clone()),
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
                party_contact: self.contact.clone(),
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
            contact: Some("privacy@on.example".to_owned()),
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
            collected: vec!["Montré à partir du portefeuille".to_owned()],
            privacy_notice: Some("https://on.example/privacy".to_owned()),
            withdrawal_method: Some("https://on.example/withdraw".to_owned()),
            retention_seconds: Some(86_400),
            storage_locations: vec!["Canada".to_owned()],
            recipients: vec!["Élections Ontario".to_owned()],
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
        assert_eq!((&value["receipt_id"], &purpose["jurisdiction"]), (&value["record_id"], &"CA-ON".into()));
        assert_eq!(
            (&purpose["retention_period"], &purpose["storage_locations"][0]),
            (&86_400.into(), &"Canada".into())
        );
        assert_eq!(purpose["recipient_third_parties"][0], "Élections Ontario");
        assert_eq!(purpose["withdrawal_method"], "https://on.example/withdraw");
        assert_eq!(value["party_identification"][0]["party_contact"], "privacy@on.example");
    }

    /// The names of the members and whether each must be there, as the W3C's guide to the specification lists them. What the
    /// controller did not tell is not there.
    #[test]
    fn its_members_are_those_of_the_specification() {
        let header = ["schema_version", "record_id", "receipt_id", "pii_principal_id"];
        let parts = ["pii_processing", "party_identification", "event"];
        let processing = ["privacy_notice", "language", "purposes"];
        let purpose = [
            "purpose",
            "lawful_basis",
            "pii_information",
            "pii_controllers",
            "collection_method",
            "storage_locations",
            "retention_period",
            "recipient_third_parties",
            "jurisdiction",
            "withdrawal_method",
        ];
        let information = ["pii_type", "pii_attribute_id", "pii_optional"];
        let party = ["party_id", "party_name", "party_url", "party_contact", "party_role"];
        let event = ["event_time", "validity_duration", "entity_id", "event_type", "event_state"];
        let names = |value: &serde_json::Value| -> std::collections::BTreeSet<String> {
            value.as_object().unwrap().keys().cloned().collect()
        };
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let store = MemoryStore::new();
        let value = serde_json::to_value(&given(&store, &terms("https://on.example")).record).unwrap();
        assert_eq!(names(&value), set(&[&header[..], &parts].concat()));
        assert_eq!(names(&value["pii_processing"]), set(&processing));
        let one = &value["pii_processing"]["purposes"][0];
        assert_eq!(names(one), set(&purpose));
        assert_eq!(names(&one["pii_information"][0]), set(&information));
        assert_eq!(names(&value["party_identification"][0]), set(&party));
        assert_eq!(names(&value["event"][0]), set(&event));
        let bare = Terms {
            url: None,
            contact: None,
            privacy_notice: None,
            withdrawal_method: None,
            retention_seconds: None,
            storage_locations: Vec::new(),
            recipients: Vec::new(),
            jurisdiction: None,
            ..terms("https://on.example")
        };
        let value = serde_json::to_value(&given(&store, &bare).record).unwrap();
        let one = &value["pii_processing"]["purposes"][0];
        let told = ["storage_locations", "retention_period", "recipient_third_parties", "jurisdiction"];
        assert!(told.iter().all(|name| one.get(name).is_none()), "{one}");
        // A person can withdraw a consent whatever the other side offers.
        assert!(one["withdrawal_method"].as_str().unwrap().contains("portefeuille"), "{one}");
    }

    /// Somebody who has the receipt and nothing of ours: RFC 7515 and the did:key method by hand, and OpenSSL.
    #[test]
    fn a_third_party_verifies_it_by_itself() {
        use openssl::pkey::{Id, PKey};
        use openssl::sign::Verifier;
        let store = MemoryStore::new();
        let given = given(&store, &terms("https://on.example"));
        let withdrawn = withdraw(&store, given.id(), NOW.plus_seconds(9), &mut SystemRandomness).unwrap();
        for receipt in [given, withdrawn] {
            let [header, payload, signature] = receipt.text.split('.').collect::<Vec<_>>().try_into().unwrap();
            let read = |part: &str| -> serde_json::Value {
                serde_json::from_slice(&tamarack::encoding::base64url_decode(part).unwrap()).unwrap()
            };
            assert_eq!((&read(header)["alg"], &read(header)["typ"]), (&"EdDSA".into(), &TYP.into()));
            let principal = read(payload)["pii_principal_id"].as_str().unwrap().to_owned();
            let kid = read(header)["kid"].as_str().unwrap().to_owned();
            assert!(kid.starts_with(&format!("{principal}#")));
            let bytes = base58(principal.strip_prefix("did:key:z").unwrap());
            assert_eq!(bytes[..2], [0xed, 0x01], "an Ed25519 key");
            let key = PKey::public_key_from_raw_bytes(&bytes[2..], Id::ED25519).unwrap();
            let signature = tamarack::encoding::base64url_decode(signature).unwrap();
            let good = |text: &str| {
                Verifier::new_without_digest(&key).unwrap().verify_oneshot(&signature, text.as_bytes()).unwrap()
            };
            assert!(good(&format!("{header}.{payload}")));
            assert!(!good(&format!("{header}.{payload}A")));
        }
    }

    fn base58(text: &str) -> Vec<u8> {
        const LETTERS: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        let mut bytes: Vec<u8> = Vec::new();
        for letter in text.chars() {
            let mut carry = LETTERS.find(letter).unwrap();
            for byte in bytes.iter_mut().rev() {
                carry += usize::from(*byte) * 58;
                *byte = (carry % 256) as u8;
                carry /= 256;
            }
            while carry > 0 {
                bytes.insert(0, (carry % 256) as u8);
                carry /= 256;
            }
        }
        bytes
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
