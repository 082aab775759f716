//! Whatever single claim a holder chooses of an Ontario card, what is derived is accepted.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use tamarack::issue::{SecureOptions, Securing, secure};
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::present::{Binding, Disclosable, Held, Selection, present};
use tamarack::verify::Outcome;
use tamarack::{Code, Evidence, Fault, Policy, SystemRandomness, Timestamp, verify};
use tamarack_testkit::cards::{self, Design};

const SUITES: [(&str, KeyType); 3] =
    [("ecdsa-sd-2023", KeyType::P256), ("bbs-2023", KeyType::Bls12381G2), ("BbsBlsSignature2020", KeyType::Bls12381G2)];

#[test]
fn of_the_ontario_cards() {
    for (suite, kind) in SUITES {
        for card in ["person", "driver", "health"] {
            // The suite of 2020 is of version 1.1: of a credential of 2.0 it leaves open what it does not show.
            for second in [false, true].into_iter().filter(|second| suite != "BbsBlsSignature2020" || !second) {
                for design in [Design::Named, Design::Anonymous] {
                    let key = SecretKey::from_bytes(kind, &[7; 32]).unwrap();
                    let mut document = cards::of(card, &did(&key), second, design).unwrap();
                    // Lists that nobody has here would leave the verdict open.
                    document.remove("credentialStatus");
                    document.remove("credentialSchema");
                    let about = format!("{card} {suite} second: {second} {design:?}");
                    let ids = each(suite, &key, document, &about);
                    assert_eq!(ids, usize::from(design == Design::Named), "{about}");
                }
            }
        }
    }
}

#[test]
fn of_a_card_whose_subject_has_no_type() {
    for (suite, kind) in SUITES {
        for subject in [
            r#"{"id":"did:example:zoe","name":"Zoé","alumniOf":{"id":"urn:x:school"}}"#,
            r#"{"id":"did:example:zoe","name":"Zoé"}"#,
            r#"{"name":"Zoé","alumniOf":{"name":"School"}}"#,
            r#"{"id":"did:example:zoe"}"#,
        ] {
            let key = SecretKey::from_bytes(kind, &[7; 32]).unwrap();
            let text = format!(
                r#"{{"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/undefined-terms/v2"],
                "type":["VerifiableCredential"],"issuer":"{}","credentialSubject":{subject}}}"#,
                did(&key)
            );
            let Value::Object(document) = json::parse(text.as_bytes()).unwrap().into_owned() else {
                panic!("an object")
            };
            let ids = each(suite, &key, document, &format!("{suite} {subject}"));
            assert_eq!(ids, usize::from(subject.contains("did:example")), "{suite} {subject}");
        }
    }
}

fn did(key: &SecretKey) -> String {
    format!("did:key:{}", key.public_key().to_multikey())
}

/// Shows each claim by itself. Gives how many of them were the subject's id.
fn each(suite: &str, key: &SecretKey, document: Object<'static>, about: &str) -> usize {
    let now = Timestamp::from_unix(cards::ISSUED.unix() + 86_400);
    let method = format!("{}#{}", did(key), key.public_key().to_multikey());
    let options =
        SecureOptions { verification_method: &method, created: Some(cards::ISSUED), ..SecureOptions::default() };
    let securing = Securing::parse(suite).unwrap();
    let text =
        secure(document, securing, &options, key, &Contexts::builtin()).unwrap_or_else(|f| panic!("{about}: {f}"));
    let held = Held::parse(text.as_bytes()).unwrap();
    let claims = held.disclosable();
    let of_subject = |claim: &&Disclosable| claim.pointer.starts_with("/credentialSubject");
    assert!(claims.iter().any(|claim| of_subject(&claim)), "{about}");
    for claim in &claims {
        let pointers = [claim.pointer.clone()];
        let selection = Selection { pointers: &pointers, frame: None };
        let shown: Result<String, Fault> =
            present(&held, &selection, &Binding::default(), &Contexts::builtin(), &mut SystemRandomness);
        let text = match shown {
            Ok(text) => text,
            // Nothing of the subject was chosen: no showing says nothing about anybody.
            Err(fault) if !of_subject(&claim) => {
                assert_eq!(fault.code(), Code::DisclosureNothing, "{about} {}", claim.pointer);
                continue;
            }
            Err(fault) => panic!("{about} {}: {fault}", claim.pointer),
        };
        let verdict = verify(text.as_bytes(), &Policy::insecure_trust_any_issuer(), &Evidence::none(), now).unwrap();
        assert_eq!(verdict.outcome(), Outcome::Accept, "{about} {}: {:?}\n{text}", claim.pointer, verdict.checks());
        let proved = verdict.proved();
        assert!(proved[0].claims.iter().any(|one| one.pointer == shown_at(claim)), "{about} {}", claim.pointer);
    }
    claims.iter().filter(|claim| claim.pointer == "/credentialSubject/id").count()
}

/// Where a claim stands when it is shown by itself: the first of its array.
fn shown_at(claim: &Disclosable) -> String {
    let steps = claim
        .pointer
        .split('/')
        .map(|step| if step.bytes().all(|b| b.is_ascii_digit()) && !step.is_empty() { "0" } else { step });
    steps.collect::<Vec<_>>().join("/")
}
