//! Receipts that are given, withdrawn, and read by strangers.

use tamarack::SystemRandomness;
use tamarack::messages::Lang;

use super::*;
use crate::Localized;
use crate::history::{self, NamedClaim};
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
    assert_eq!((&purpose["retention_period"], &purpose["storage_locations"][0]), (&86_400.into(), &"Canada".into()));
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
