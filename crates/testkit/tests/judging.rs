//! What the verdict is decided by beside signatures: trust, contexts, period, status and its age, presenter, audience.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use tamarack::did::Relationship;
use tamarack::json::{Object, Value, parse, to_string};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::{SignOptions, Suite};
use tamarack::status::{ListOptions, StatusKind, StatusList};
use tamarack::trust::TrustList;
use tamarack::{Code, Evidence, EvidenceKind, Outcome, Policy, Timestamp, Verdict, verify};
use tamarack_testkit::documents;

const NOW: Timestamp = Timestamp::from_unix(1_790_000_000);
const LIST: &str = "https://status.example/1";

struct Party {
    key: SecretKey,
    did: String,
    method: String,
}

fn party() -> Party {
    let key = SecretKey::generate(KeyType::Ed25519).unwrap();
    let multikey = key.public_key().to_multikey();
    Party { did: format!("did:key:{multikey}"), method: format!("did:key:{multikey}#{multikey}"), key }
}

impl Party {
    fn sign(
        &self,
        document: &Object<'static>,
        suite: Suite,
        purpose: Relationship,
        bound: Option<(&str, &str)>,
    ) -> Object<'static> {
        let options = SignOptions {
            suite,
            verification_method: self.method.clone(),
            purpose,
            created: Some(Timestamp::from_unix(1_780_000_000)),
            expires: None,
            challenge: bound.map(|(challenge, _)| challenge.to_owned()),
            domain: bound.map(|(_, domain)| domain.to_owned()),
            id: None,
            previous: Vec::new(),
            mandatory_pointers: Vec::new(),
        };
        tamarack::proof::sign(document, &options, &self.key, &Contexts::builtin()).unwrap()
    }

    fn credential(&self, change: impl FnOnce(&mut Object<'static>)) -> Object<'static> {
        let mut document = documents::wide(&self.did, 2);
        document.insert("id", "urn:uuid:6e0f4a1e-5a0c-4a2e-9d6b-0f0e7d1c2b3a");
        change(&mut document);
        self.sign(&document, Suite::EddsaRdfc2022, Relationship::AssertionMethod, None)
    }

    fn trusted(&self) -> Policy {
        let list = format!(
            r#"{{"version":1,"name":{{"en":"Test","fr":"Essai"}},"issued":"2026-01-01T00:00:00Z",
            "issuers":[{{"did":"{}","name":{{"en":"Test","fr":"Essai"}},"types":["*"]}}]}}"#,
            self.did
        );
        Policy::trusting(TrustList::parse(list.as_bytes()).unwrap())
    }

    fn present(&self, credential: &Object<'static>, bound: Option<(&str, &str)>) -> Object<'static> {
        let text = format!(
            r#"{{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiablePresentation"],"holder":"{}"}}"#,
            self.did
        );
        let mut presentation = documents::object(&text);
        presentation.insert("verifiableCredential", vec![Value::Object(credential.clone())]);
        self.sign(&presentation, Suite::EddsaRdfc2022, Relationship::Authentication, bound)
    }
}

fn judge(document: &Object<'static>, policy: &Policy, evidence: &Evidence) -> Verdict {
    verify(to_string(&Value::Object(document.clone())).as_bytes(), policy, evidence, NOW).unwrap()
}

#[track_caller]
fn expect(verdict: &Verdict, outcome: Outcome, code: Option<Code>) {
    assert_eq!(verdict.outcome(), outcome, "{:#?}", verdict.checks());
    if let Some(code) = code {
        assert!(verdict.checks().iter().any(|check| check.code() == Some(code)), "{code}: {:#?}", verdict.checks());
    }
    assert_eq!(verdict.claims().is_some(), outcome == Outcome::Accept);
}

#[test]
fn no_policy_no_acceptance() {
    let issuer = party();
    let card = issuer.credential(|_| {});
    let none = Evidence::none();
    expect(&judge(&card, &issuer.trusted(), &none), Outcome::Accept, None);
    expect(&judge(&card, &Policy::no_trust(), &none), Outcome::Undetermined, Some(Code::TrustNoPolicy));
    expect(&judge(&card, &party().trusted(), &none), Outcome::Reject, Some(Code::TrustIssuerUnknown));
    expect(&judge(&card, &Policy::insecure_trust_any_issuer(), &none), Outcome::Accept, Some(Code::TrustInsecure));
}

#[test]
fn contexts_of_the_presenters_choice_are_refused_and_not_asked_for() {
    let issuer = party();
    let mut card = issuer.credential(|_| {});
    let contexts = card.get_mut("@context").unwrap();
    let Value::Array(items) = contexts else { panic!("an array") };
    items.push("https://attacker.example/context".into());
    let verdict = judge(&card, &issuer.trusted(), &Evidence::none());
    expect(&verdict, Outcome::Reject, Some(Code::JsonldContextUntrusted));
    assert!(verdict.needs().is_empty(), "{:?}", verdict.needs());

    let inline = parse(br#"{"amount":"https://attacker.example/other"}"#).unwrap().into_owned();
    let mut card = issuer.credential(|_| {});
    let Some(Value::Array(items)) = card.get_mut("@context") else { panic!("an array") };
    items.push(inline);
    expect(&judge(&card, &issuer.trusted(), &Evidence::none()), Outcome::Reject, Some(Code::JsonldContextUntrusted));
}

#[test]
fn members_cannot_hide_under_another_name() {
    let issuer = party();
    let card = issuer.credential(|document| {
        document.insert("validUntil", "2026-02-01T00:00:00Z");
    });
    expect(&judge(&card, &issuer.trusted(), &Evidence::none()), Outcome::Reject, Some(Code::ValidityExpired));
    for name in ["https://www.w3.org/2018/credentials#validUntil", "cred:validUntil", "@included"] {
        let mut hidden = card.clone();
        let until = hidden.remove("validUntil").unwrap();
        hidden.insert(name, until);
        let verdict = judge(&hidden, &issuer.trusted(), &Evidence::none());
        assert_eq!(verdict.outcome(), Outcome::Reject, "{name}: {:#?}", verdict.checks());
    }
}

#[test]
fn the_presenter_is_the_subject_and_answers_this_verifier() {
    let (issuer, resident, thief) = (party(), party(), party());
    let did = resident.did.clone();
    let card = issuer.credential(|document| {
        let subject = document.get_mut("credentialSubject").unwrap().as_object_mut().unwrap();
        subject.insert("id", did);
    });
    let none = Evidence::none();
    let policy = || issuer.trusted().expect_challenge("n-0S6").expect_domain("shop.example");
    let good = Some(("n-0S6", "shop.example"));
    expect(&judge(&resident.present(&card, good), &policy(), &none), Outcome::Accept, None);
    expect(&judge(&thief.present(&card, good), &policy(), &none), Outcome::Reject, Some(Code::HolderNotSubject));
    let courier = policy().weaken_holder_may_differ();
    expect(&judge(&thief.present(&card, good), &courier, &none), Outcome::Accept, None);
    let replayed = resident.present(&card, Some(("n-old", "shop.example")));
    expect(&judge(&replayed, &policy(), &none), Outcome::Reject, Some(Code::ProofChallenge));
    let elsewhere = resident.present(&card, Some(("n-0S6", "other.example")));
    expect(&judge(&elsewhere, &policy(), &none), Outcome::Reject, Some(Code::ProofDomain));
    expect(&judge(&resident.present(&card, None), &policy(), &none), Outcome::Reject, Some(Code::ProofChallenge));
    expect(&judge(&card, &policy(), &none), Outcome::Reject, Some(Code::ProofChallenge));
    let unasked = judge(&resident.present(&card, good), &issuer.trusted(), &none);
    expect(&unasked, Outcome::Undetermined, Some(Code::ProofAudienceUnknown));
    let mut stolen = resident.present(&card, good);
    stolen.insert("holder", thief.did.clone());
    assert_eq!(judge(&stolen, &policy(), &none).outcome(), Outcome::Reject);
}

fn list(issuer: &Party, revoked: &[usize], until: i64) -> Object<'static> {
    let mut bits = StatusList::new(131_072, 1).unwrap();
    for index in revoked {
        bits.set(*index, 1).unwrap();
    }
    let options = ListOptions {
        kind: StatusKind::Bitstring,
        url: LIST,
        issuer: &issuer.did,
        purpose: "revocation",
        valid_from: NOW.plus_seconds(-500_000),
        valid_until: NOW.plus_seconds(until),
        messages: &[],
    };
    issuer.sign(&bits.to_credential(&options).unwrap(), Suite::EddsaRdfc2022, Relationship::AssertionMethod, None)
}

fn with(list: &Object<'static>, age: i64) -> Evidence {
    let mut evidence = Evidence::none();
    let text = to_string(&Value::Object(list.clone()));
    evidence.insert(EvidenceKind::StatusList, LIST, text.into_bytes(), NOW.plus_seconds(-age));
    evidence
}

#[test]
fn status_and_its_age() {
    let issuer = party();
    let card = issuer.credential(|document| {
        let entry = r#"{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"7","statusListCredential":"LIST"}"#;
        document.insert("credentialStatus", documents::object(&entry.replace("LIST", LIST)));
    });
    let policy = issuer.trusted();
    let verdict = judge(&card, &policy, &Evidence::none());
    expect(&verdict, Outcome::Undetermined, Some(Code::StatusListMissing));
    assert_eq!(verdict.needs().len(), 1);
    expect(&judge(&card, &policy, &with(&list(&issuer, &[8], 1_000), 10)), Outcome::Accept, None);
    expect(&judge(&card, &policy, &with(&list(&issuer, &[7], 1_000), 10)), Outcome::Reject, Some(Code::StatusRevoked));

    let stale = judge(&card, &policy, &with(&list(&issuer, &[], 1_000), 200_000));
    expect(&stale, Outcome::Undetermined, Some(Code::EvidenceTooOld));
    assert_eq!(stale.needs().len(), 1);
    // A list whose own time is over cannot accept, but still tells of a revocation.
    let over = judge(&card, &policy, &with(&list(&issuer, &[], -10), 10));
    expect(&over, Outcome::Undetermined, Some(Code::EvidenceTooOld));
    assert_eq!(over.needs().len(), 1);
    expect(&judge(&card, &policy, &with(&list(&issuer, &[7], -10), 10)), Outcome::Reject, Some(Code::StatusRevoked));
    // A stranger's list says nothing, either way.
    expect(
        &judge(&card, &policy, &with(&list(&party(), &[], 1_000), 10)),
        Outcome::Undetermined,
        Some(Code::StatusListUnverified),
    );
    let mut altered = list(&issuer, &[7], 1_000);
    let clean = list(&issuer, &[], 1_000);
    altered.insert("credentialSubject", clean.get("credentialSubject").unwrap().clone());
    expect(&judge(&card, &policy, &with(&altered, 10)), Outcome::Undetermined, Some(Code::StatusListUnverified));
}

#[test]
fn message_lists_are_accepted_under_a_trust_list() {
    let issuer = party();
    let table = r#"[{"status":"0x0","message":"fine"},{"status":"0x1","message":"photo is old"}]"#;
    let card = issuer.credential(|document| {
        let entry = format!(
            r#"{{"type":"BitstringStatusListEntry","statusPurpose":"message","statusListIndex":"7","statusSize":1,
            "statusMessage":{table},"statusListCredential":"{LIST}"}}"#
        );
        document.insert("credentialStatus", documents::object(&entry));
    });
    let mut bits = StatusList::new(131_072, 1).unwrap();
    bits.set(7, 1).unwrap();
    let options = ListOptions {
        kind: StatusKind::Bitstring,
        url: LIST,
        issuer: &issuer.did,
        purpose: "message",
        valid_from: NOW.plus_seconds(-10),
        valid_until: NOW.plus_seconds(1_000),
        messages: &[(0, "fine"), (1, "photo is old")],
    };
    let list =
        issuer.sign(&bits.to_credential(&options).unwrap(), Suite::EddsaRdfc2022, Relationship::AssertionMethod, None);
    let verdict = judge(&card, &issuer.trusted(), &with(&list, 10));
    expect(&verdict, Outcome::Accept, Some(Code::StatusMessage));
}

#[test]
fn bulk_answers_are_the_single_ones() {
    let issuer = party();
    let policy = issuer.trusted();
    let mut inputs: Vec<Vec<u8>> = Vec::new();
    for i in 0..200 {
        let card = issuer.credential(|document| {
            document.insert("id", format!("urn:uuid:6e0f4a1e-5a0c-4a2e-9d6b-{i:012x}"));
        });
        let mut text = to_string(&Value::Object(card)).into_bytes();
        match i % 17 {
            3 => text = String::from_utf8(text).unwrap().replace("entry 1", "entry 9").into_bytes(),
            5 => text.truncate(100),
            _ => {}
        }
        inputs.push(text);
    }
    let none = Evidence::none();
    let many = tamarack::verify::verify_many(&inputs, &policy, &none, NOW, std::num::NonZeroUsize::new(2).unwrap());
    assert_eq!(many.len(), inputs.len());
    for (i, (input, answer)) in inputs.iter().zip(many).enumerate() {
        assert_eq!(answer, verify(input, &policy, &none, NOW), "input {i}");
    }
}

/// What is read or judged once in bulk says the same to each input as when it is read for that input alone.
#[test]
fn bulk_answers_on_shared_lists_and_schemas_are_the_single_ones() {
    const SCHEMA: &str = "https://schema.example/entries.json";
    let (issuer, other) = (party(), party());
    let entry = |i: usize| {
        let entry = r#"{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListCredential":"LIST"}"#;
        let mut entry = documents::object(&entry.replace("LIST", LIST));
        entry.insert("statusListIndex", i.to_string());
        entry
    };
    let inputs: Vec<Vec<u8>> = (0..48)
        .map(|i| {
            let card = if i % 5 == 4 { &other } else { &issuer }.credential(|document| {
                document.insert("credentialStatus", entry(i % 9));
                if i % 2 == 0 {
                    let kind = if i % 8 == 6 { "JsonSchemaCredential" } else { "JsonSchema" };
                    let schema = format!(r#"{{"id":"{SCHEMA}","type":"{kind}"}}"#);
                    document.insert("credentialSchema", documents::object(&schema));
                }
                if i % 6 == 2 {
                    document.insert("name", "Une carte");
                }
            });
            let text = to_string(&Value::Object(card));
            if i % 7 == 3 { text.replace("entry 1", "entry 9") } else { text }.into_bytes()
        })
        .collect();

    let mut altered = list(&issuer, &[7], 1_000);
    let clean = list(&issuer, &[], 1_000);
    altered.insert("credentialSubject", clean.get("credentialSubject").unwrap().clone());
    let mut evidences = vec![Evidence::none()];
    for (list, age) in [
        (list(&issuer, &[3, 8], 1_000), 10),
        (list(&issuer, &[3], 1_000), 200_000),
        (list(&issuer, &[3], -10), 10),
        (list(&other, &[3], 1_000), 10),
        (altered, 10),
    ] {
        let mut evidence = with(&list, age);
        let schema = r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","required":["name"]}"#;
        evidence.insert(EvidenceKind::Schema, SCHEMA, schema.into(), NOW.plus_seconds(-10));
        evidences.push(evidence);
    }
    let mut codes = Vec::new();
    for evidence in &evidences {
        for policy in [issuer.trusted(), Policy::insecure_trust_any_issuer()] {
            let one = std::num::NonZeroUsize::MIN;
            let many = tamarack::verify::verify_many(&inputs, &policy, evidence, NOW, one);
            for (i, (input, answer)) in inputs.iter().zip(many).enumerate() {
                assert_eq!(answer, verify(input, &policy, evidence, NOW), "input {i}");
                let verdict = answer.unwrap();
                codes.push(format!("{:?}", verdict.outcome()));
                codes.extend(verdict.checks().iter().filter_map(|check| check.code()).map(|code| code.to_string()));
            }
        }
    }
    for code in [
        "Accept",
        "proof.signature_invalid",
        "schema.mismatch",
        "schema.missing",
        "status.list_missing",
        "status.list_unverified",
        "status.revoked",
        "evidence.too_old",
    ] {
        assert!(codes.iter().any(|found| found == code), "{code}: {codes:?}");
    }
}
