//! Lists made, published and asked: what comes out, and what is refused.

use super::*;
use crate::credential::{Credential, Version, read_credential};
use crate::json::{Object, Value};
use crate::jsonld::{Contexts, Document, to_dataset};
use crate::{Code, Timestamp, limits};

const URL: &str = "https://ontario.example/status/3";
const NOW: Timestamp = Timestamp::from_unix(1_793_500_000);

fn entry(kind: StatusKind, index: usize) -> StatusEntry {
    StatusEntry {
        pointer: "/credentialStatus".into(),
        kind,
        purpose: "revocation".into(),
        list: URL.into(),
        index,
        size: 1,
        messages: Vec::new(),
    }
}

fn options(kind: StatusKind) -> ListOptions<'static> {
    ListOptions {
        kind,
        url: URL,
        issuer: "did:web:ontario.example",
        purpose: "revocation",
        valid_from: NOW.plus_seconds(-100),
        valid_until: NOW.plus_seconds(100),
        messages: &[],
    }
}

/// The list credential as the data model's reader would hand it over.
fn with_credential<T>(document: &Object<'_>, then: impl FnOnce(&Credential<'_>) -> T) -> T {
    let text = |key: &str| document.get(key).and_then(Value::as_str);
    let time = |key: &str| text(key).map(|t| Timestamp::parse_stamp(t).unwrap());
    let credential = Credential {
        version: Version::V2,
        document,
        id: text("id"),
        types: document.get("type").unwrap().items().iter().filter_map(Value::as_str).collect(),
        issuer: text("issuer").unwrap(),
        valid_from: time("validFrom").or(time("issuanceDate")),
        valid_until: time("validUntil").or(time("expirationDate")),
        subjects: document.get("credentialSubject").unwrap().items().iter().filter_map(Value::as_object).collect(),
        statuses: Vec::new(),
        schemas: Vec::new(),
        related: Vec::new(),
    };
    then(&credential)
}

fn code(entry: &StatusEntry, document: &Object<'_>) -> Result<(), Code> {
    with_credential(document, |list| look_up(entry, list, NOW).map_err(|fault| fault.code()))
}

fn subject_mut<'o>(document: &'o mut Object<'static>) -> &'o mut Object<'static> {
    document.get_mut("credentialSubject").unwrap().as_object_mut().unwrap()
}

#[test]
fn the_example_of_the_specification_is_empty() {
    // Bitstring Status List 1.0, example 3: a list of 131 072 entries, none of them set.
    let bare = "H4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA";
    let text = &format!("u{bare}");
    let list = StatusList::decode(text, StatusKind::Bitstring, 1).unwrap();
    assert_eq!(list.len(), limits::STATUS_MIN_ENTRIES);
    assert!(list.as_bytes().iter().all(|byte| *byte == 0));
    assert!(StatusList::decode(bare, StatusKind::Bitstring, 1).is_err());
    assert!(StatusList::decode(text, StatusKind::List2021, 1).is_err());
    assert!(StatusList::decode(bare, StatusKind::List2021, 1).is_ok());
}

#[test]
fn index_zero_is_the_left_most_bit() {
    let mut list = StatusList::new(limits::STATUS_MIN_ENTRIES, 1).unwrap();
    list.set(0, 1).unwrap();
    list.set(10, 1).unwrap();
    assert_eq!(list.as_bytes()[..2], [0b1000_0000, 0b0010_0000]);
    let mut pairs = StatusList::new(limits::STATUS_MIN_ENTRIES, 2).unwrap();
    pairs.set(1, 0b10).unwrap();
    pairs.set(3, 0b01).unwrap();
    assert_eq!(pairs.as_bytes()[0], 0b0010_0001);
    assert_eq!(pairs.set(0, 4).unwrap_err().code(), Code::StatusMessage);
    assert_eq!(pairs.get(limits::STATUS_MIN_ENTRIES).unwrap_err().code(), Code::StatusIndex);
}

#[test]
fn every_value_that_is_set_is_read_again_from_the_credential() {
    let size_and_last = [(1_u8, limits::STATUS_MIN_ENTRIES - 1), (2, 77), (4, 78), (8, 79)];
    for (size, index) in size_and_last {
        let mut list = StatusList::new(limits::STATUS_MIN_ENTRIES, size).unwrap();
        let most = u8::MAX >> (8 - size);
        list.set(index, most).unwrap();
        list.set(index - 1, most - most / 2).unwrap();
        list.set(index, most - 1).unwrap();
        list.set(index, most).unwrap();
        assert_eq!(list.get(index).unwrap(), most);
        assert_eq!(StatusList::from_bytes(list.as_bytes().to_vec(), size).unwrap(), list);
        let texts: Vec<String> = (0..=u32::from(most)).map(|v| format!("message {v}")).collect();
        let messages: Vec<(u8, &str)> = texts.iter().enumerate().map(|(v, t)| (v as u8, t.as_str())).collect();
        let mut options = options(StatusKind::Bitstring);
        options.purpose = "message";
        options.messages = &messages;
        let document = list.to_credential(&options).unwrap();
        let mut entry = entry(StatusKind::Bitstring, index);
        (entry.size, entry.purpose) = (size, "message".into());
        let status = with_credential(&document, |list| read(&entry, list, NOW)).unwrap();
        assert_eq!((status.value, status.message.unwrap()), (most, format!("message {most}")));
        assert_eq!(code(&entry, &document), Err(Code::StatusMessage));
        entry.index = index - 2;
        assert_eq!(code(&entry, &document), Ok(()));
        entry.size = if size == 1 { 2 } else { 1 };
        assert_eq!(code(&entry, &document), Err(Code::StatusListInvalid));
    }
}

#[test]
fn revoked_suspended_and_neither() {
    for kind in [StatusKind::Bitstring, StatusKind::List2021] {
        let mut list = StatusList::new(limits::STATUS_MIN_ENTRIES, 1).unwrap();
        list.set(94_567, 1).unwrap();
        let document = list.to_credential(&options(kind)).unwrap();
        assert_eq!(document, list.to_credential(&options(kind)).unwrap());
        assert_eq!(code(&entry(kind, 94_567), &document), Err(Code::StatusRevoked));
        assert_eq!(code(&entry(kind, 94_566), &document), Ok(()));
        assert_eq!(code(&entry(kind, 94_568), &document), Ok(()));
        assert_eq!(code(&entry(kind, limits::STATUS_MIN_ENTRIES), &document), Err(Code::StatusIndex));
        assert_eq!(code(&entry(kind, usize::MAX), &document), Err(Code::StatusIndex));

        let mut suspension = options(kind);
        suspension.purpose = "suspension";
        let document = list.to_credential(&suspension).unwrap();
        assert_eq!(code(&entry(kind, 94_566), &document), Err(Code::StatusPurpose));
        let mut suspended = entry(kind, 94_567);
        suspended.purpose = "suspension".into();
        assert_eq!(code(&suspended, &document), Err(Code::StatusSuspended));
    }
    let list = StatusList::new(limits::STATUS_MIN_ENTRIES, 1).unwrap();
    assert!(list.to_credential(&options(StatusKind::Revocation2020)).is_err());
}

#[test]
fn a_list_may_have_several_purposes_and_refresh_does_not_invalidate() {
    let mut list = StatusList::new(limits::STATUS_MIN_ENTRIES, 1).unwrap();
    list.set(5, 1).unwrap();
    let mut document = list.to_credential(&options(StatusKind::Bitstring)).unwrap();
    subject_mut(&mut document).insert("statusPurpose", vec![Value::from("refresh"), Value::from("ontario:lost")]);
    let mut refresh = entry(StatusKind::Bitstring, 5);
    refresh.purpose = "refresh".into();
    assert_eq!(code(&refresh, &document), Ok(()));
    refresh.purpose = "ontario:lost".into();
    assert_eq!(code(&refresh, &document), Err(Code::StatusMessage));
    assert_eq!(code(&entry(StatusKind::Bitstring, 5), &document), Err(Code::StatusPurpose));
    subject_mut(&mut document).insert("statusPurpose", vec![Value::from("revocation"), Value::Null]);
    assert_eq!(code(&entry(StatusKind::Bitstring, 5), &document), Err(Code::StatusListInvalid));
}

#[test]
fn revocation_list_2020_passes_only_in_both_bit_orders() {
    let document = |byte: u8| {
        let mut bits = vec![0_u8; limits::STATUS_MIN_ENTRIES / 8];
        bits[0] = byte;
        let list = StatusList::from_bytes(bits, 1).unwrap();
        let mut document = list.to_credential(&options(StatusKind::List2021)).unwrap();
        document.insert("type", vec![Value::from("VerifiableCredential"), "RevocationList2020Credential".into()]);
        subject_mut(&mut document).insert("type", "RevocationList2020");
        subject_mut(&mut document).remove("statusPurpose");
        document
    };
    let at = |index| entry(StatusKind::Revocation2020, index);
    assert_eq!(code(&at(1), &document(0b0100_0000)), Err(Code::StatusRevoked));
    assert_eq!(code(&at(1), &document(0b0000_0010)), Err(Code::StatusRevoked));
    assert_eq!(code(&at(1), &document(0b1011_1101)), Ok(()));
}

#[test]
fn refuses_lists_that_are_not_what_the_entry_names() {
    let list = StatusList::new(limits::STATUS_MIN_ENTRIES, 1).unwrap();
    let good = list.to_credential(&options(StatusKind::Bitstring)).unwrap();
    let of = |change: &dyn Fn(&mut Object<'static>)| {
        let mut document = good.clone();
        change(&mut document);
        code(&entry(StatusKind::Bitstring, 3), &document)
    };
    assert_eq!(of(&|_| {}), Ok(()));
    let invalid = Err(Code::StatusListInvalid);
    assert_eq!(of(&|d| drop(d.insert("id", "https://ontario.example/status/4"))), invalid);
    assert_eq!(of(&|d| drop(d.remove("id"))), Ok(()));
    assert_eq!(of(&|d| drop(d.insert("type", "VerifiableCredential"))), invalid);
    assert_eq!(of(&|d| drop(subject_mut(d).insert("type", "StatusList2021"))), invalid);
    assert_eq!(of(&|d| drop(subject_mut(d).remove("statusPurpose"))), invalid);
    assert_eq!(of(&|d| drop(subject_mut(d).remove("encodedList"))), invalid);
    assert_eq!(of(&|d| drop(subject_mut(d).insert("encodedList", 7_u32))), invalid);
    let two = |d: &mut Object<'static>| {
        let subject = d.get("credentialSubject").unwrap().clone();
        d.insert("credentialSubject", vec![subject.clone(), subject]);
    };
    assert_eq!(of(&two), invalid);
    let unverified = Err(Code::StatusListUnverified);
    assert_eq!(of(&|d| drop(d.insert("validUntil", NOW.plus_seconds(-1).to_string()))), unverified);
    assert_eq!(of(&|d| drop(d.insert("validFrom", NOW.plus_seconds(600).to_string()))), unverified);
    let with_bits = |bytes: &[u8]| {
        let text = crate::encoding::multibase64url_encode(&bits::deflate(bytes));
        of(&move |d| drop(subject_mut(d).insert("encodedList", text.clone())))
    };
    assert_eq!(with_bits(&[0; 16_384]), Ok(()));
    assert_eq!(with_bits(&[0; 16_383]), invalid);
    assert_eq!(with_bits(&vec![0; limits::STATUS_UNPACKED_BYTES + 1]), Err(Code::StatusBomb));
    let encoded = list.encode(StatusKind::Bitstring);
    let bare = encoded.strip_prefix('u').unwrap();
    for bad in [format!("{encoded}="), format!("{encoded} "), bare.to_owned(), format!("z{bare}")] {
        assert_eq!(of(&|d| drop(subject_mut(d).insert("encodedList", bad.clone()))), invalid, "{bad}");
    }
}

/// Every term is defined: nothing of a list credential would be left unsigned.
fn quads(document: &Object<'_>) -> usize {
    let document = Document { object: document, context: None, skip: &[] };
    to_dataset(&document, &Contexts::builtin()).map(|dataset| dataset.len()).unwrap()
}

#[test]
fn list_credentials_obey_the_data_model_and_define_every_term() {
    let list = StatusList::new(limits::STATUS_MIN_ENTRIES, 1).unwrap();
    let messages = [(0, "pending"), (1, "accepted")];
    let mut message_list = options(StatusKind::Bitstring);
    (message_list.purpose, message_list.messages) = ("message", &messages);
    let plain = [options(StatusKind::Bitstring), options(StatusKind::List2021)];
    for (options, least) in [(plain[0], 9), (plain[1], 9), (message_list, 16)] {
        let document = list.to_credential(&options).unwrap();
        read_credential(&document).unwrap();
        assert!(quads(&document) >= least, "{} quads", quads(&document));
    }
}

#[test]
fn an_entry_in_a_credential_defines_every_term() {
    let mut entry = entry(StatusKind::Bitstring, 94_567);
    entry.messages =
        vec![StatusMessage { value: 0, message: "a".into() }, StatusMessage { value: 1, message: "b".into() }];
    let text = r#"{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],
        "issuer":"did:web:ontario.example","credentialSubject":{"id":"did:example:1"}}"#;
    let mut document = crate::json::parse(text.as_bytes()).unwrap().into_owned().as_object().unwrap().clone();
    let before = quads(&document);
    document.insert("credentialStatus", entry.to_object().unwrap());
    assert_eq!(quads(&document), before + 5 + 2 + 4);
}

#[test]
fn a_time_to_live_is_in_milliseconds() {
    let list = StatusList::new(limits::STATUS_MIN_ENTRIES, 1).unwrap();
    let mut document = list.to_credential(&options(StatusKind::Bitstring)).unwrap();
    assert_eq!(with_credential(&document, time_to_live), Ok(None));
    subject_mut(&mut document).insert("ttl", 300_500_u32);
    assert_eq!(with_credential(&document, time_to_live), Ok(Some(300)));
    subject_mut(&mut document).insert("ttl", "300000");
    assert!(with_credential(&document, time_to_live).is_err());
}

#[test]
fn refuses_to_make_a_list_that_verifiers_refuse() {
    for (entries, size) in
        [(limits::STATUS_MIN_ENTRIES - 1, 1), (200_000, 3), (200_000, 0), (200_000, 16), (1 << 40, 1)]
    {
        assert_eq!(StatusList::new(entries, size).unwrap_err().code(), Code::StatusListInvalid);
    }
    let list = StatusList::new(limits::STATUS_MIN_ENTRIES, 2).unwrap();
    let messages = [(0, "pending"), (1, "accepted"), (2, "rejected")];
    let mut options = options(StatusKind::Bitstring);
    options.messages = &messages;
    assert!(list.to_credential(&options).is_err());
    let mut backwards = self::options(StatusKind::Bitstring);
    backwards.valid_until = NOW.plus_seconds(-200);
    assert!(StatusList::new(limits::STATUS_MIN_ENTRIES, 1).unwrap().to_credential(&backwards).is_err());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
    #[test]
    fn any_bits_come_back(ones in proptest::collection::vec(0_usize..131_072, 0..200)) {
        let mut list = StatusList::new(131_072, 1).unwrap();
        for index in &ones {
            list.set(*index, 1).unwrap();
        }
        let text = list.encode(StatusKind::List2021);
        let again = StatusList::decode(&text, StatusKind::List2021, 1).unwrap();
        for index in ones.iter().copied().chain([0, 1, 131_071]) {
            proptest::prop_assert_eq!(again.get(index).unwrap(), u8::from(ones.contains(&index)));
        }
        proptest::prop_assert_eq!(again, list);
    }
}
