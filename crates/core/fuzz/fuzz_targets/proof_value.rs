//! Proof values of `ecdsa-sd-2023` and `bbs-2023` from the outside: no input may do more than be refused.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tamarack::did::{Relationship, did_key};
use tamarack::encoding::{multibase64url_decode, multibase64url_encode};
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::{DeriveOptions, SignOptions, Suite, derive, sign};
use tamarack::{Evidence, Outcome, Policy, SystemRandomness, Timestamp, verify};

const CREDENTIAL: &str = r#"{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],
    "issuer":"ISSUER","validFrom":"2026-01-01T00:00:00Z","credentialSubject":{"name":"A","description":"B"}}"#;

/// A base and a derived document of each suite, with the bytes of its proof value.
static GOOD: LazyLock<Vec<(Object<'static>, Vec<u8>)>> = LazyLock::new(|| {
    let mut good = Vec::new();
    for (kind, suite) in [(KeyType::P256, Suite::EcdsaSd2023), (KeyType::Bls12381G2, Suite::Bbs2023)] {
        let key = SecretKey::from_bytes(kind, &[1; 32]).expect("a number below the order");
        let did = did_key(key.public_key());
        let text = CREDENTIAL.replace("ISSUER", &did);
        let document = json::parse(text.as_bytes()).expect("JSON").into_owned();
        let options = SignOptions {
            suite,
            verification_method: format!("{did}#{}", key.public_key().to_multikey()),
            purpose: Relationship::AssertionMethod,
            created: None,
            expires: None,
            challenge: None,
            domain: None,
            id: None,
            previous: Vec::new(),
            mandatory_pointers: vec!["/issuer".to_owned()],
        };
        let contexts = Contexts::builtin();
        let base = sign(document.as_object().expect("an object"), &options, &key, &contexts).expect("signs");
        let options = DeriveOptions { reveal: vec!["/credentialSubject/name".to_owned()], ..DeriveOptions::default() };
        let derived = derive(&base, &options, &contexts, &mut SystemRandomness).expect("derives");
        for document in [base, derived] {
            let value = document.get("proof").and_then(|proof| proof.get("proofValue")).and_then(Value::as_str);
            let bytes = multibase64url_decode(value.expect("a value")).expect("base64url");
            good.push((document, bytes));
        }
    }
    good
});

fuzz_target!(|bytes: &[u8]| {
    let Some(([which, at], bytes)) = bytes.split_first_chunk::<2>() else { return };
    let (document, good) = &GOOD[usize::from(which & 3)];
    let mut value = bytes.to_vec();
    // In the upper half, the input is a change to something good.
    if *which >= 128 {
        value.clone_from(good);
        value.iter_mut().skip(usize::from(*at) * 4).zip(bytes).for_each(|(byte, change)| *byte ^= change);
    }
    let mut document = document.clone();
    if let Some(Value::Object(proof)) = document.get_mut("proof") {
        proof.insert("proofValue", multibase64url_encode(&value));
    }
    let options = DeriveOptions { reveal: vec!["/credentialSubject".to_owned()], ..DeriveOptions::default() };
    let _ = derive(&document, &options, &Contexts::builtin(), &mut SystemRandomness);
    let text = json::to_string(&Value::Object(document));
    let policy = Policy::insecure_trust_any_issuer();
    let now = Timestamp::from_unix(1_790_000_000);
    let accepted = verify(text.as_bytes(), &policy, &Evidence::none(), now)
        .is_ok_and(|verdict| verdict.outcome() == Outcome::Accept);
    let derived = which & 1 == 1;
    assert!(!accepted || derived, "a base proof is nobody's to show");
    // CBOR can say one thing in two ways: what is accepted may be written otherwise, but no longer than by the widths of
    // its numbers.
    assert!(!accepted || value.len() >= good.len(), "nobody has signed this");
});
