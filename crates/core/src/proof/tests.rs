mod contexts;
mod nodes;

use proptest::prelude::*;

use self::nodes::{Change, apply, collect};
use super::*;
use crate::did::did_key;
use crate::encoding::{multibase58_decode, multibase58_encode};
use crate::json::{Object, Value, parse, to_string};
use crate::keys::{KeyType, SecretKey, Signer as _};
use crate::{Code, EvidenceKind};

const NOW: i64 = 1_750_000_000;

const V1: &str = r#"{"@context":["https://www.w3.org/2018/credentials/v1",{"@vocab":"urn:x:"}],"id":"urn:uuid:1","type":["VerifiableCredential"],
  "issuer":"ISSUER","issuanceDate":"2024-01-01T00:00:00Z","credentialSubject":{"id":"did:example:s","age":19,"over":true,"names":["A","B"]}}"#;
const V2: &str = r#"{"@context":["https://www.w3.org/ns/credentials/v2",{"@vocab":"urn:x:"}],"type":["VerifiableCredential"],
  "issuer":{"id":"ISSUER","name":"Province"},"validFrom":"2024-01-01T00:00:00Z","credentialSubject":{"id":"did:example:s","age":19,"address":{"city":"Sudbury"}}}"#;
const PLAIN: &str = r#"{"myWebsite":"https://hello.world.example/","list":[1,2.5,null,{"b":false}]}"#;

/// Each suite with each kind of key that fits it.
fn schemes() -> impl Iterator<Item = (Suite, SecretKey)> {
    Suite::ALL.iter().flat_map(|suite| {
        [KeyType::Ed25519, KeyType::P256, KeyType::P384]
            .into_iter()
            .filter(|kind| suite.fits(*kind))
            .map(|kind| (*suite, key(kind)))
    })
}

fn key(kind: KeyType) -> SecretKey {
    SecretKey::from_bytes(kind, &vec![7; if kind == KeyType::P384 { 48 } else { 32 }]).unwrap()
}

fn did_of_key(key: &SecretKey) -> String {
    did_key(key.public_key())
}

fn method_of(key: &SecretKey) -> String {
    let did = did_of_key(key);
    format!("{did}#{}", did.strip_prefix("did:key:").unwrap())
}

fn document(text: &str, key: &SecretKey) -> Object<'static> {
    object(&text.replace("ISSUER", &did_of_key(key)))
}

fn object(text: &str) -> Object<'static> {
    parse(text.as_bytes()).unwrap().into_owned().as_object().unwrap().clone()
}

fn options(suite: Suite, key: &SecretKey) -> SignOptions {
    SignOptions {
        suite,
        verification_method: method_of(key),
        purpose: Relationship::AssertionMethod,
        created: Some(Timestamp::from_unix(NOW - 100)),
        expires: Some(Timestamp::from_unix(NOW + 100)),
        challenge: Some("c-1".to_owned()),
        domain: Some("verifier.example".to_owned()),
        id: Some("urn:uuid:7".to_owned()),
        previous: Vec::new(),
        mandatory_pointers: Vec::new(),
    }
}

fn signed(text: &str, suite: Suite, key: &SecretKey) -> Object<'static> {
    sign(&document(text, key), &options(suite, key), key, &Contexts::builtin()).unwrap()
}

fn outcomes(document: &Object<'_>, controller: Option<&str>) -> Result<Vec<ProofOutcome>, Fault> {
    outcomes_at(document, controller, NOW, &Evidence::none())
}

fn outcomes_at(
    document: &Object<'_>,
    controller: Option<&str>,
    now: i64,
    evidence: &Evidence,
) -> Result<Vec<ProofOutcome>, Fault> {
    let mut world = World {
        evidence,
        documents: &Documents::new(),
        contexts: Contexts::builtin(),
        now: Timestamp::from_unix(now),
        clock_skew_seconds: 10,
        // Base proofs of selective disclosure are among those that are tried.
        as_holder: true,
        checker: &mut Strict,
    };
    verify(document, Expected { purpose: Relationship::AssertionMethod, controller }, &mut world)
}

/// The code of the first fault in a document's proofs, the signatures first.
fn code(document: &Object<'_>) -> Option<Code> {
    match outcomes(document, None) {
        Err(fault) => Some(fault.code()),
        Ok(outcomes) => {
            let signatures = outcomes.iter().filter_map(|outcome| outcome.signature.as_ref().err());
            let authorities = outcomes.iter().filter_map(|outcome| outcome.authority.as_ref().err());
            signatures.chain(authorities).next().map(Fault::code)
        }
    }
}

fn with_proof(document: &Object<'static>, change: impl FnOnce(&mut Object<'static>)) -> Object<'static> {
    let mut document = document.clone();
    change(document.get_mut("proof").unwrap().as_object_mut().unwrap());
    document
}

#[test]
fn what_is_signed_verifies() {
    for (suite, key) in schemes() {
        for text in [V1, V2] {
            let document = signed(text, suite, &key);
            let [outcome] = outcomes(&document, Some(&did_of_key(&key))).unwrap().try_into().unwrap();
            assert_eq!(outcome.signature, Ok(()), "{suite}");
            assert_eq!(&outcome.authority.unwrap().key, key.public_key());
            assert_eq!((outcome.pointer.as_str(), outcome.suite.as_str()), ("/proof", suite.name()));
            assert_eq!(outcome.challenge.as_deref(), Some("c-1"));
            assert_eq!(outcome.domain, ["verifier.example"]);
            // The same again: the signature is deterministic, unless the suite makes keys of its own.
            assert_eq!(document == signed(text, suite, &key), !suite.is_selective());
        }
    }
    for suite in [Suite::EddsaJcs2022, Suite::EcdsaJcs2019] {
        let key = key(if suite == Suite::EddsaJcs2022 { KeyType::Ed25519 } else { KeyType::P256 });
        let document = signed(PLAIN, suite, &key);
        assert_eq!(code(&document), None);
        assert!(document.get("proof").unwrap().get("@context").is_none());
    }
}

#[test]
fn a_signature_is_judged_though_the_key_is_another_party_s() {
    let key = key(KeyType::Ed25519);
    let document = signed(V2, Suite::EddsaRdfc2022, &key);
    let [outcome] = outcomes(&document, Some("https://vc.example/issuers/5678")).unwrap().try_into().unwrap();
    assert_eq!(outcome.signature, Ok(()));
    assert_eq!(outcome.authority.unwrap_err().code(), Code::KeyNotController);
}

#[test]
fn no_node_can_be_dropped_doubled_retyped_or_renamed() {
    for (suite, key) in schemes() {
        for text in [V1, V2] {
            let whole = Value::Object(signed(text, suite, &key));
            let mut places = Vec::new();
            collect(&whole, String::new(), &mut places);
            assert!(places.len() > 25);
            for place in places {
                for change in [Change::Drop, Change::Double, Change::Retype, Change::Rename] {
                    let mut changed = whole.clone();
                    if apply(&mut changed, &place, change) {
                        let changed = changed.as_object().unwrap();
                        assert!(code(changed).is_some(), "{suite}: {change:?} at {place}: {}", to_string(&whole));
                    }
                }
            }
        }
    }
}

#[test]
fn no_bit_of_a_proof_value_can_be_flipped() {
    // Those of selective disclosure have tests of their own.
    for (suite, key) in schemes().filter(|(suite, _)| !suite.is_selective()) {
        let document = signed(V2, suite, &key);
        let value = document.get("proof").unwrap().get("proofValue").unwrap().as_str().unwrap().to_owned();
        let bytes = multibase58_decode(&value).unwrap();
        // Each bit of the ends, and one of each byte between: checks with P-384 take their time.
        for bit in (0..8).chain((8..bytes.len() * 8 - 8).step_by(9)).chain(bytes.len() * 8 - 8..bytes.len() * 8) {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let changed = with_proof(&document, |proof| {
                proof.insert("proofValue", multibase58_encode(&flipped));
            });
            assert_eq!(code(&changed), Some(Code::ProofSignatureInvalid), "{suite}, bit {bit}");
        }
        for bad in [
            String::new(),
            format!("u{value}"),
            value.strip_prefix('z').unwrap().to_owned(),
            format!("{value}1"),
            format!("z1{}", value.strip_prefix('z').unwrap()),
            "z".to_owned(),
            value.replace('z', "z0"),
        ] {
            let changed = with_proof(&document, |proof| {
                proof.insert("proofValue", bad.clone());
            });
            assert_eq!(code(&changed), Some(Code::ProofValueEncoding), "{bad}");
        }
    }
}

#[test]
fn malformed_proofs_are_refused() {
    let document = signed(V2, Suite::EddsaRdfc2022, &key(KeyType::Ed25519));
    for (member, value, expected) in [
        ("type", "[\"DataIntegrityProof\"]", Code::ProofMalformed),
        ("type", "\"NoSuchProof2030\"", Code::ProofSuiteUnsupported),
        ("type", "\"Ed25519Signature2020\"", Code::ProofMalformed),
        ("cryptosuite", "\"eddsa-2022\"", Code::ProofSuiteUnsupported),
        ("cryptosuite", "7", Code::ProofMalformed),
        ("cryptosuite", "\"ecdsa-rdfc-2019\"", Code::KeyWrongSuite),
        ("proofPurpose", "[\"assertionMethod\",\"authentication\"]", Code::ProofMalformed),
        ("proofPurpose", "[\"assertionMethod\"]", Code::ProofMalformed),
        ("proofPurpose", "\"authentication\"", Code::ProofPurpose),
        ("verificationMethod", "{\"id\":\"did:key:z6Mk\"}", Code::ProofMalformed),
        ("verificationMethod", "\"\"", Code::ProofMalformed),
        ("created", "\"2024-01-01\"", Code::ProofMalformed),
        ("created", "\"2024-01-01T00:00:00\"", Code::ProofMalformed),
        ("created", "\"2025-06-15T15:06:51Z\"", Code::ProofCreatedInFuture),
        ("expires", "\"2025-06-15T15:06:40Z\"", Code::ProofExpired),
        ("expires", "1", Code::ProofMalformed),
        ("challenge", "[\"a\"]", Code::ProofMalformed),
        ("domain", "[]", Code::ProofMalformed),
        ("domain", "[1]", Code::ProofMalformed),
        ("nonce", "{}", Code::ProofMalformed),
        ("id", "\"no url\"", Code::ProofMalformed),
        ("id", "[\"urn:a:b\"]", Code::ProofMalformed),
        ("previousProof", "\"urn:uuid:8\"", Code::ProofChainMissing),
        ("previousProof", "\"urn:uuid:7\"", Code::ProofChainCycle),
        ("previousProof", "[]", Code::ProofMalformed),
        ("proofValue", "null", Code::ProofMalformed),
        ("jws", "\"a..b\"", Code::ProofMalformed),
        ("signatureValue", "\"a\"", Code::ProofMalformed),
        ("@type", "\"https://w3id.org/security#DataIntegrityProof\"", Code::ProofMalformed),
        ("@context", "\"https://www.w3.org/2018/credentials/v1\"", Code::ProofContext),
        ("unknown", "1", Code::ProofSignatureInvalid),
    ] {
        let value = parse(value.as_bytes()).unwrap().into_owned();
        let changed = with_proof(&document, |proof| {
            proof.insert(member, value.clone());
        });
        assert_eq!(code(&changed), Some(expected), "{member} {value:?}");
    }
    for member in ["type", "cryptosuite", "proofPurpose", "verificationMethod", "proofValue"] {
        let changed = with_proof(&document, |proof| {
            proof.remove(member);
        });
        assert_eq!(code(&changed), Some(Code::ProofMalformed), "{member}");
    }
    for (value, expected) in [
        ("[]", Code::ProofMissing),
        ("null", Code::ProofMalformed),
        ("\"z\"", Code::ProofMalformed),
        ("[[]]", Code::ProofMalformed),
    ] {
        let mut changed = document.clone();
        changed.insert("proof", parse(value.as_bytes()).unwrap().into_owned());
        assert_eq!(code(&changed), Some(expected), "{value}");
    }
    let mut many = document.clone();
    many.insert("proof", vec![document.get("proof").unwrap().clone(); crate::limits::PROOFS + 1]);
    assert_eq!(code(&many), Some(Code::ProofMalformed));
    many.remove("proof");
    assert_eq!(code(&many), Some(Code::ProofMissing));
}

#[test]
fn a_chain_holds_link_by_link() {
    let key = key(KeyType::Ed25519);
    for suite in [Suite::Ed25519Signature2020, Suite::EddsaRdfc2022, Suite::EddsaJcs2022] {
        // Ed25519Signature2020 has no term for previousProof: it can only be the first link.
        let next = if suite == Suite::Ed25519Signature2020 { Suite::EddsaRdfc2022 } else { suite };
        let step = |document: &Object<'static>, suite, id: &str, previous: &[&str]| {
            let previous = previous.iter().map(|id| (*id).to_owned()).collect();
            let options = SignOptions { id: Some(id.to_owned()), previous, ..options(suite, &key) };
            sign(document, &options, &key, &Contexts::builtin())
        };
        let one = step(&document(V2, &key), suite, "urn:x:1", &[]).unwrap();
        let two = step(&one, next, "urn:x:2", &[]).unwrap();
        let three = step(&two, next, "urn:x:3", &["urn:x:1", "urn:x:2"]).unwrap();
        let four = step(&three, next, "urn:x:4", &["urn:x:3"]).unwrap();
        let judged = outcomes(&four, Some(&did_of_key(&key))).unwrap();
        assert!(judged.iter().all(|o| o.signature.is_ok() && o.authority.is_ok()), "{suite}: {judged:?}");
        assert_eq!(
            judged.iter().map(|o| o.pointer.as_str()).collect::<Vec<_>>(),
            ["/proof/0", "/proof/1", "/proof/2", "/proof/3"]
        );

        assert_eq!(step(&four, next, "urn:x:4", &[]).unwrap_err().code(), Code::ProofDuplicateId);
        assert_eq!(step(&four, next, "urn:x:5", &["urn:x:9"]).unwrap_err().code(), Code::ProofChainMissing);

        // Another proof in the place of the first: what stands on it falls, what does not stays.
        let mut changed = four.clone();
        let other = {
            let options = SignOptions { id: Some("urn:x:1".to_owned()), challenge: None, ..options(suite, &key) };
            sign(&document(V2, &key), &options, &key, &Contexts::builtin()).unwrap()
        };
        *proof_at(&mut changed, 0) = other.get("proof").unwrap().clone();
        let faults: Vec<bool> = outcomes(&changed, None).unwrap().iter().map(|o| o.signature.is_ok()).collect();
        assert_eq!(faults, [true, true, false, false], "{suite}");

        let mut doubled = four.clone();
        proof_at(&mut doubled, 1).as_object_mut().unwrap().insert("id", "urn:x:1");
        assert_eq!(code(&doubled), Some(Code::ProofDuplicateId));
        let mut cycle = four.clone();
        proof_at(&mut cycle, 1).as_object_mut().unwrap().insert("previousProof", "urn:x:4");
        assert_eq!(code(&cycle), Some(Code::ProofChainCycle));
        let mut missing = four.clone();
        match missing.get_mut("proof").unwrap() {
            Value::Array(proofs) => drop(proofs.remove(0)),
            _ => unreachable!(),
        }
        assert_eq!(code(&missing), Some(Code::ProofChainMissing));
    }
}

/// RFC 8785 writes every JSON value, and a signature over its text covers all of them: what RDF cannot hold is signed. What no
/// context gives a meaning is a slip all the same.
#[test]
fn jcs_signs_what_quads_cannot_hold() {
    for (suite, kind) in [(Suite::EddsaJcs2022, KeyType::Ed25519), (Suite::EcdsaJcs2019, KeyType::P384)] {
        let key = key(kind);
        let with = |claim: &str| document(&V2.replace("\"age\":19", claim), &key);
        for claim in [
            r#""age":null"#,
            r#""age":[]"#,
            r#""age":0.12345678901234567"#,
            r#""age":1.7976931348623157e308"#,
            r#""age":[19,19,"19","19"]"#,
            r#""age":[null,{"of":[]}]"#,
            r#""age":{"@value":"19"}"#,
            r#""age":{"@set":[19]}"#,
        ] {
            let signed = sign(&with(claim), &options(suite, &key), &key, &Contexts::builtin()).unwrap();
            assert_eq!(code(&signed), None, "{claim}");
            // What stands there is signed: neither may it go, nor become another value.
            for change in ["", "\"age\":false"] {
                let text = to_string(&Value::Object(signed.clone()));
                let from = to_string(&parse(format!("{{{claim}}}").as_bytes()).unwrap());
                let from = from.strip_prefix('{').and_then(|from| from.strip_suffix('}')).unwrap();
                let to =
                    if change.is_empty() { text.replace(&format!("{from},"), "") } else { text.replace(from, change) };
                assert_ne!(text, to, "{claim}");
                assert_eq!(code(&object(&to)), Some(Code::ProofSignatureInvalid), "{claim}");
            }
            let quads = options(if kind == KeyType::P384 { Suite::EcdsaRdfc2019 } else { Suite::EddsaRdfc2022 }, &key);
            assert!(sign(&with(claim), &quads, &key, &Contexts::builtin()).is_err(), "{claim}");
        }
        let text = V2.replace(r#"{"@vocab":"urn:x:"}"#, r#"{"address":"urn:x:a","city":"urn:x:c"}"#);
        let fault = sign(&document(&text, &key), &options(suite, &key), &key, &Contexts::builtin()).unwrap_err();
        assert_eq!((fault.code(), fault.name()), (Code::JsonldUndefinedTerm, Some("age")));
    }
}

#[test]
fn keys_end() {
    let key = key(KeyType::Ed25519);
    let (did, url) = ("did:web:issuer.example", "did:web:issuer.example#k");
    let document = self::document(V2, &key);
    let made = |created| {
        let options =
            SignOptions { created, verification_method: url.to_owned(), ..options(Suite::EddsaRdfc2022, &key) };
        sign(&document, &options, &key, &Contexts::builtin()).unwrap()
    };
    let judge = |member: &str, relationship: &str| {
        let text = format!(
            r#"{{"@context":["https://www.w3.org/ns/did/v1"],"id":"{did}","verificationMethod":[{{"id":"{url}","type":"Multikey","controller":"{did}",{member}"publicKeyMultibase":"{}"}}],"{relationship}":["{url}"]}}"#,
            key.public_key().to_multikey()
        );
        let mut evidence = Evidence::none();
        evidence.insert(EvidenceKind::DidDocument, did, text.into_bytes(), Timestamp::from_unix(NOW));
        let created = Some(Timestamp::from_unix(NOW - 100));
        let [outcome] = outcomes_at(&made(created), Some(did), NOW, &evidence).unwrap().try_into().unwrap();
        assert_eq!(outcome.signature, Ok(()), "{member}");
        outcome.authority.map(drop).map_err(|fault| fault.code())
    };
    let at = |seconds: i64| Timestamp::from_unix(NOW + seconds);
    assert_eq!(judge("", "assertionMethod"), Ok(()));
    assert_eq!(judge("", "authentication"), Err(Code::DidRelationship));
    assert_eq!(judge(&format!("\"expires\":\"{}\",", at(1)), "assertionMethod"), Ok(()));
    assert_eq!(judge(&format!("\"expires\":\"{}\",", at(0)), "assertionMethod"), Err(Code::KeyExpired));
    assert_eq!(judge(&format!("\"revoked\":\"{}\",", at(-1)), "assertionMethod"), Err(Code::KeyRevoked));

    let [missing] = outcomes_at(&made(None), Some(did), NOW, &Evidence::none()).unwrap().try_into().unwrap();
    assert_eq!(missing.signature.unwrap_err().code(), Code::DidNotResolved);
    assert_eq!(missing.authority.unwrap_err().code(), Code::DidNotResolved);
}

#[test]
fn a_graph_too_complex_ends_the_document_not_one_proof() {
    let key = key(KeyType::Ed25519);
    let mut document = signed(V2, Suite::EddsaRdfc2022, &key);
    let mut proof = document.get("proof").unwrap().clone();
    proof.as_object_mut().unwrap().remove("id");
    let proofs: Vec<Value<'static>> = (0..4)
        .map(|i| {
            let mut proof = proof.clone();
            proof.as_object_mut().unwrap().insert("challenge", i.to_string());
            proof
        })
        .collect();
    document.insert("proof", proofs);
    let ring: Vec<Value<'static>> = (0..300)
        .map(|i| Value::Object(object(&format!(r#"{{"id":"_:n{i}","urn:p":{{"id":"_:n{}"}}}}"#, (i + 1) % 300))))
        .collect();
    let subject = document.get_mut("credentialSubject").unwrap().as_object_mut().unwrap();
    subject.insert("nodes", ring);
    let text = to_string(&Value::Object(document)).replace("urn:p", "next");
    let document = object(&text);
    assert_eq!(outcomes(&document, None).unwrap_err().code(), Code::RdfTooComplex);

    // What was tried once is not tried again.
    let proofs = read::proofs(&document).unwrap();
    let mut secured = transform::Secured::new(&document, Contexts::builtin());
    let covered = secured.cover(Suite::EddsaRdfc2022, &proofs[0], &[]).unwrap();
    let mut tried = || {
        let begun = std::time::Instant::now();
        let fault = secured.hash_data(&covered, crate::rdf::HashAlgorithm::Sha256).unwrap_err();
        assert_eq!(fault.code(), Code::RdfTooComplex);
        begun.elapsed()
    };
    let first = tried();
    assert!((0..8).map(|_| tried()).min().unwrap() < first);
}

#[test]
fn a_key_missing_in_a_document_of_the_evidence_names_its_did() {
    let key = key(KeyType::Ed25519);
    let judged = |did: &str, fragment: &str, controller: Option<&str>, evidence: &Evidence| {
        let method = format!("{did}{fragment}");
        let options = SignOptions { verification_method: method, ..options(Suite::EddsaRdfc2022, &key) };
        let document = sign(&object(&V2.replace("ISSUER", did)), &options, &key, &Contexts::builtin()).unwrap();
        let [outcome] = outcomes_at(&document, controller, NOW, evidence).unwrap().try_into().unwrap();
        outcome.authority.unwrap_err()
    };
    let web = "did:web:a.example";
    let mut evidence = Evidence::none();
    let document = format!(r#"{{"id":"{web}"}}"#).into_bytes();
    evidence.insert(EvidenceKind::DidDocument, web, document, Timestamp::from_unix(NOW - 1_000));
    let fault = judged(web, "#key-2", Some(web), &evidence);
    assert_eq!((fault.code(), fault.name()), (Code::DidMethodNotFound, Some(web)));
    let fault = judged(web, "#key-2", Some("did:web:b.example"), &evidence);
    assert_eq!(fault.code(), Code::KeyNotController);
    let fault = judged(web, "#key-2", Some(web), &Evidence::none());
    assert_eq!(fault.code(), Code::DidNotResolved);
    for computed in [did_of_key(&key), crate::did::did_jwk(key.public_key())] {
        let fault = judged(&computed, "#other", Some(&computed), &evidence);
        assert_eq!(fault.code(), Code::DidMethodNotFound);
    }
}

#[cfg(not(feature = "long-tail"))]
#[test]
fn without_the_long_tail_its_suites_are_not_judged() {
    let document = signed(V1, Suite::Ed25519Signature2020, &key(KeyType::Ed25519));
    for name in [
        "Ed25519Signature2018",
        "JsonWebSignature2020",
        "EcdsaSecp256k1Signature2019",
        "EcdsaSecp256r1Signature2019",
        "RsaSignature2018",
    ] {
        let changed = with_proof(&document, |proof| {
            proof.insert("type", name);
            proof.remove("proofValue");
            proof.insert("jws", "e30..AAAA");
        });
        assert_eq!(code(&changed), Some(Code::ProofSuiteUnsupported), "{name}");
    }
}

fn proof_at<'d>(document: &'d mut Object<'static>, index: usize) -> &'d mut Value<'static> {
    match document.get_mut("proof").unwrap() {
        Value::Array(proofs) => &mut proofs[index],
        _ => unreachable!(),
    }
}

fn json() -> impl Strategy<Value = Value<'static>> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        (-1.0e15..1.0e15_f64).prop_map(Value::Number),
        any::<i32>().prop_map(|n| Value::Number(f64::from(n))),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,6}", inner, 1..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever can be signed verifies, under each suite; and not once a claim is another.
    #[test]
    fn sign_then_verify(claims in prop::collection::btree_map("[a-z]{1,6}", json(), 1..5), challenge in proptest::option::of(".{1,9}"), dated in any::<bool>()) {
        for (suite, key) in schemes() {
            let mut document = document(V2, &key);
            let claims: Object<'static> = claims.clone().into_iter().filter(|(key, _)| !["id", "type"].contains(&key.as_str())).collect();
            document.insert("credentialSubject", claims);
            let mut options = SignOptions { challenge: challenge.clone(), id: None, ..options(suite, &key) };
            if !dated {
                options.created = None;
                options.expires = None;
            }
            let Ok(signed) = sign(&document, &options, &key, &Contexts::builtin()) else { continue };
            let again = parse(to_string(&Value::Object(signed)).as_bytes()).unwrap().into_owned();
            let mut signed = again.as_object().unwrap().clone();
            prop_assert_eq!(code(&signed), None);
            signed.get_mut("credentialSubject").unwrap().as_object_mut().unwrap().insert("added", 1_u32);
            let expected = if suite.is_selective() { Code::ProofDisclosure } else { Code::ProofSignatureInvalid };
            prop_assert_eq!(code(&signed), Some(expected));
        }
    }
}
