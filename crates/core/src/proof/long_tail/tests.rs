use std::collections::HashMap;

use josekit::jwk::alg::rsa::RsaKeyPair;
use ssi::claims::data_integrity::{
    AnyDataIntegrity, AnySuite, CryptographicSuite as _, DataIntegrityDocument, ProofOptions,
};
use ssi::json_ld::IriBuf;
use ssi::verification_methods::{AnyMethod, SingleSecretSigner};

use super::*;
use crate::did::{Relationship, did_jwk};
use crate::proof::{ProofOutcome, Strict, verify};
use crate::{Evidence, Timestamp};

const V1: &str = r#"{"@context":["https://www.w3.org/2018/credentials/v1",{"@vocab":"urn:x:"}],"id":"urn:uuid:1","type":["VerifiableCredential"],
  "issuer":"ISSUER","issuanceDate":"2024-01-01T00:00:00Z","credentialSubject":{"id":"did:example:s","age":19,"over":true,"names":["A","B"],"address":{"city":"Sudbury"}}}"#;

fn object(text: &str) -> Object<'static> {
    parse(text.as_bytes()).unwrap().into_owned().as_object().unwrap().clone()
}

fn rsa() -> ssi::JWK {
    serde_json::from_str(
        &serde_json::to_string(RsaKeyPair::generate(2048).unwrap().to_jwk_private_key().as_ref()).unwrap(),
    )
    .unwrap()
}

/// A document signed by `ssi` under the suite.
fn issue(suite: LongTail, jwk: &ssi::JWK, text: &str) -> Object<'static> {
    let public = serde_json::to_string(&jwk.to_public()).unwrap();
    let mut public = object(&public);
    public.remove("alg");
    let key = PublicKey::from_jwk(&Value::Object(public)).unwrap();
    let did = did_jwk(&key);
    let url = format!("{did}#0");
    let method = suite.method(&url, &did, &key);
    // ssi's own reader of any method takes the first that has the members, whatever its type.
    let method: AnyMethod = match suite {
        LongTail::Ed25519Signature2018 => AnyMethod::Ed25519VerificationKey2018(serde_json::from_str(&method).unwrap()),
        LongTail::JsonWebSignature2020 => AnyMethod::JsonWebKey2020(serde_json::from_str(&method).unwrap()),
        LongTail::EcdsaSecp256k1Signature2019 => {
            AnyMethod::EcdsaSecp256k1VerificationKey2019(serde_json::from_str(&method).unwrap())
        }
        LongTail::EcdsaSecp256r1Signature2019 => {
            AnyMethod::EcdsaSecp256r1VerificationKey2019(serde_json::from_str(&method).unwrap())
        }
        LongTail::RsaSignature2018 => AnyMethod::RsaVerificationKey2018(serde_json::from_str(&method).unwrap()),
    };
    let url: IriBuf = url.parse().unwrap();
    let resolver = HashMap::from([(url.clone(), method)]);
    let claims: DataIntegrityDocument = serde_json::from_str(&text.replace("ISSUER", &did)).unwrap();
    let mut options = ProofOptions::from_method_and_options(url.into(), Default::default());
    let created: ssi::xsd::DateTime = "2024-03-01T00:00:00Z".parse().unwrap();
    options.created = Some(ssi::xsd::DateTimeStamp::from(created.earliest()).into());
    let name = match suite {
        LongTail::Ed25519Signature2018 => AnySuite::Ed25519Signature2018,
        LongTail::JsonWebSignature2020 => AnySuite::JsonWebSignature2020,
        LongTail::EcdsaSecp256k1Signature2019 => AnySuite::EcdsaSecp256k1Signature2019,
        LongTail::EcdsaSecp256r1Signature2019 => AnySuite::EcdsaSecp256r1Signature2019,
        LongTail::RsaSignature2018 => AnySuite::RsaSignature2018,
    };
    let signer = SingleSecretSigner::new(jwk.clone()).into_local();
    let signed: AnyDataIntegrity<DataIntegrityDocument> =
        pollster::block_on(name.sign(claims, resolver, signer, options)).unwrap();
    object(&serde_json::to_string(&signed).unwrap())
}

/// Each suite with each kind of key that fits it.
fn schemes() -> Vec<(LongTail, ssi::JWK)> {
    let ed25519 = ssi::JWK::generate_ed25519().unwrap();
    let (secp256k1, p256, rsa) = (ssi::JWK::generate_secp256k1(), ssi::JWK::generate_p256(), rsa());
    vec![
        (LongTail::Ed25519Signature2018, ed25519.clone()),
        (LongTail::JsonWebSignature2020, ed25519),
        (LongTail::JsonWebSignature2020, p256.clone()),
        (LongTail::JsonWebSignature2020, secp256k1.clone()),
        (LongTail::JsonWebSignature2020, rsa.clone()),
        (LongTail::EcdsaSecp256k1Signature2019, secp256k1),
        (LongTail::EcdsaSecp256r1Signature2019, p256),
        (LongTail::RsaSignature2018, rsa),
    ]
}

fn outcome(document: &Object<'_>) -> Result<ProofOutcome, Fault> {
    let evidence = Evidence::none();
    let mut world = World {
        evidence: &evidence,
        documents: &crate::did::Documents::new(),
        contexts: Contexts::builtin(),
        now: Timestamp::from_unix(1_750_000_000),
        clock_skew_seconds: 10,
        as_holder: false,
        checker: &mut Strict,
    };
    let controller = document.get("issuer").and_then(Value::as_str);
    let expected = Expected { purpose: Relationship::AssertionMethod, controller };
    let [outcome] = verify(document, expected, &mut world)?.try_into().unwrap();
    Ok(outcome)
}

fn code(document: &Object<'_>) -> Option<Code> {
    outcome(document).and_then(|outcome| outcome.signature).err().map(|fault| fault.code())
}

fn change(document: &Object<'static>, path: &[&str], change: impl FnOnce(&mut Object<'static>)) -> Object<'static> {
    let mut changed = document.clone();
    let place = path.iter().fold(&mut changed, |here, key| here.get_mut(key).unwrap().as_object_mut().unwrap());
    change(place);
    changed
}

#[test]
fn what_ssi_signs_verifies_and_nothing_else() {
    for (suite, jwk) in schemes() {
        let document = issue(suite, &jwk, V1);
        let outcome = outcome(&document).unwrap();
        assert_eq!(outcome.signature, Ok(()), "{suite:?}");
        assert!(outcome.authority.is_ok());
        assert_eq!(outcome.suite, suite.name());

        let subject = ["credentialSubject"];
        let altered = change(&document, &subject, |subject| drop(subject.insert("age", 20_u32)));
        assert_eq!(code(&altered), Some(Code::ProofSignatureInvalid), "{suite:?}");
        let dropped = change(&document, &subject, |subject| drop(subject.remove("over")));
        assert_eq!(code(&dropped), Some(Code::ProofSignatureInvalid));
        let dated = change(&document, &["proof"], |proof| drop(proof.insert("created", "2024-03-02T00:00:00Z")));
        assert_eq!(code(&dated), Some(Code::ProofSignatureInvalid));
        let added = change(&document, &["proof"], |proof| drop(proof.insert("challenge", "c")));
        assert_eq!(code(&added), Some(Code::ProofSignatureInvalid));
        let purpose = change(&document, &["proof"], |proof| drop(proof.insert("proofPurpose", "authentication")));
        assert_eq!(code(&purpose), Some(Code::ProofPurpose));
        // Another issuer's key.
        let other = change(&document, &[], |document| drop(document.insert("issuer", "did:example:other")));
        assert_eq!(code(&other), Some(Code::ProofSignatureInvalid));
        assert_eq!(super::tests::outcome(&other).unwrap().authority.unwrap_err().code(), Code::KeyNotController);
    }
}

#[test]
fn our_own_step_comes_first() {
    let (suite, jwk) = (LongTail::Ed25519Signature2018, ssi::JWK::generate_ed25519().unwrap());
    let strict = V1.replace(r#",{"@vocab":"urn:x:"}"#, "").replace(
        r#""age":19,"over":true,"names":["A","B"],"address":{"city":"Sudbury"}"#,
        r#""type":"VerifiableCredential""#,
    );
    let document = issue(suite, &jwk, &strict);
    assert_eq!(code(&document), None);
    let undefined = change(&document, &["credentialSubject"], |subject| drop(subject.insert("undefined", "x")));
    assert_eq!(code(&undefined), Some(Code::JsonldUndefinedTerm));
    let undefined = change(&document, &["proof"], |proof| drop(proof.insert("undefined", "x")));
    assert_eq!(code(&undefined), Some(Code::JsonldUndefinedTerm));
    // A context that makes the properties of the credential others.
    let context = r#"{"@vocab":"urn:x:","id":"@id","type":"@type","proof":"urn:x:proof"}"#;
    let renamed = change(&document, &[], |document| drop(document.insert("@context", object(context))));
    assert_eq!(code(&renamed), Some(Code::JsonldNotATerm));
}

#[test]
fn a_literal_in_a_list_is_never_taken_as_signed() {
    // ssi leaves it out of what it signs.
    let listed =
        V1.replace(r#""@vocab":"urn:x:""#, r#""@vocab":"urn:x:","names":{"@id":"urn:x:names","@container":"@list"}"#);
    let document = issue(LongTail::Ed25519Signature2018, &ssi::JWK::generate_ed25519().unwrap(), &listed);
    let fault = outcome(&document).unwrap().signature.unwrap_err();
    assert_eq!((fault.code(), fault.name()), (Code::ProofSuiteUnsupported, Some("canonical forms disagree")));
}

#[test]
fn a_proof_is_read_in_one_way() {
    let document = issue(LongTail::Ed25519Signature2018, &ssi::JWK::generate_ed25519().unwrap(), V1);
    let jws = document.get("proof").unwrap().get("jws").unwrap().as_str().unwrap().to_owned();
    let (_, signature) = jws.split_once("..").unwrap();
    let with = |jws: String| change(&document, &["proof"], |proof| drop(proof.insert("jws", jws)));
    let headed =
        |header: &str| code(&with(format!("{}..{signature}", crate::encoding::base64url_encode(header.as_bytes()))));
    // The header is signed as it stands: another order of its members is another text.
    assert_eq!(headed(r#"{"alg":"EdDSA","b64":false,"crit":["b64"]}"#), Some(Code::ProofSignatureInvalid));
    for header in [
        r#"{"alg":"EdDSA"}"#,
        r#"{"alg":"EdDSA","b64":true,"crit":["b64"]}"#,
        r#"{"alg":"EdDSA","b64":false}"#,
        r#"{"alg":"EdDSA","b64":false,"crit":["b64","exp"]}"#,
        r#"{"alg":"EdDSA","b64":false,"crit":"b64"}"#,
        r#"{"alg":"EdDSA","b64":false,"crit":["b64"],"jwk":{}}"#,
        "[]",
    ] {
        assert_eq!(headed(header), Some(Code::ProofValueEncoding), "{header}");
    }
    for algorithm in ["none", "HS256", "ES256", "ES256K", "PS256", "EdBlake2b", "eddsa"] {
        let header = format!(r#"{{"alg":"{algorithm}","b64":false,"crit":["b64"]}}"#);
        assert_eq!(headed(&header), Some(Code::KeyWrongSuite), "{algorithm}");
    }
    assert_eq!(code(&with(format!("{jws}="))), Some(Code::ProofValueEncoding));
    assert_eq!(code(&with(jws.replace("..", ".e30."))), Some(Code::ProofValueEncoding));
    let cut = jws.get(..jws.len() - 2).unwrap().to_owned();
    assert_eq!(code(&with(cut)), Some(Code::ProofSignatureInvalid));

    let proof = |key: &'static str, value: &'static str| {
        code(&change(&document, &["proof"], |proof| drop(proof.insert(key, value))))
    };
    assert_eq!(proof("proofValue", "z1"), Some(Code::ProofMalformed));
    assert_eq!(proof("signatureValue", "AAAA"), Some(Code::ProofMalformed));
    assert_eq!(proof("verificationMethod", ""), Some(Code::JsonldRelativeIri));
    let gone = change(&document, &["proof"], |proof| drop(proof.remove("verificationMethod")));
    assert!(code(&gone).is_some());
    let none = change(&document, &["proof"], |proof| drop(proof.remove("jws")));
    assert_eq!(code(&none), Some(Code::ProofMalformed));
}

#[test]
fn what_is_too_large_or_too_deep_for_ssi_is_not_handed_over() {
    let suite = LongTail::Ed25519Signature2018;
    let document = issue(suite, &ssi::JWK::generate_ed25519().unwrap(), V1);
    let names = |count: usize| {
        let names: Vec<Value<'static>> = (0..count).map(|number| Value::from(format!("name {number}"))).collect();
        change(&document, &["credentialSubject"], |subject| drop(subject.insert("names", Value::Array(names))))
    };
    let fault = outcome(&names(limits::LONG_TAIL_QUADS)).unwrap().signature.unwrap_err();
    assert_eq!(fault.code(), Code::ProofSuiteUnsupported);
    assert!(fault.name().unwrap().starts_with("LONG_TAIL_QUADS"));
    let nodes: Vec<String> = (0..=limits::LONG_TAIL_BLANK_NODES).map(|number| format!(r#"{{"n":{number}}}"#)).collect();
    let nodes = parse(format!("[{}]", nodes.join(",")).as_bytes()).unwrap().into_owned();
    let blank = change(&document, &["credentialSubject"], |subject| drop(subject.insert("names", nodes)));
    assert!(outcome(&blank).unwrap().signature.unwrap_err().name().unwrap().starts_with("LONG_TAIL_BLANK_NODES"));
    let long = "x".repeat(limits::LONG_TAIL_BYTES);
    let long = change(&document, &["credentialSubject"], |subject| drop(subject.insert("names", long)));
    assert!(outcome(&long).unwrap().signature.unwrap_err().name().unwrap().starts_with("LONG_TAIL_BYTES"));

    // As deep as our reader goes.
    let depth = limits::JSON_DEPTH - 4;
    let deep = format!(r#"{}"x"{}"#, r#"{"id":"urn:d","n":"#.repeat(depth), "}".repeat(depth));
    let deep = V1.replace(r#"{"city":"Sudbury"}"#, &deep);
    let deep = object(&deep);
    let subject = deep.get("credentialSubject").unwrap().clone();
    let deep = change(&document, &[], |document| drop(document.insert("credentialSubject", subject)));
    assert_eq!(code(&deep), Some(Code::ProofSignatureInvalid));
}
