//! Documents and methods, from the outside.

use super::*;
use crate::json::{self, Value};
use crate::keys::{KeyType, SecretKey, Signer as _};

const DID: &str = "did:web:id.example";
const ED: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
const ED2: &str = "z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH";
const X: &str = "z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc";

fn evidence(did: &str, document: &str) -> Evidence {
    let mut evidence = Evidence::none();
    evidence.insert(EvidenceKind::DidDocument, did, document.as_bytes().to_vec(), Timestamp::from_unix(0));
    evidence
}

/// A document of `DID` with these members beside the id.
fn document(members: &str) -> Result<DidDocument, Fault> {
    resolve(DID, &evidence(DID, &format!(r#"{{"id":"{DID}",{members}}}"#)))
}

fn method(id: &str, rest: &str) -> String {
    format!(r##"{{"id":"{id}","controller":"{DID}",{rest}}}"##)
}

fn multikey(id: &str, key: &str) -> String {
    method(id, &format!(r#""type":"Multikey","publicKeyMultibase":"{key}""#))
}

#[test]
fn finds_a_key_under_its_relationship_only() {
    let doc = document(&format!(
        r##""verificationMethod":[{},{}],"assertionMethod":["#a","did:web:other.example#z"],"authentication":["{DID}#b",{}]"##,
        multikey("#a", ED),
        multikey("did:web:id.example#b", ED2),
        multikey("#c", ED2)
    ))
    .unwrap();
    let found = doc.method("did:web:id.example#a", Relationship::AssertionMethod).unwrap();
    assert_eq!((found.id.as_str(), found.controller.as_str()), ("did:web:id.example#a", DID));
    assert_eq!(found.key.to_multikey(), ED);
    assert_eq!(doc.method("#a", Relationship::AssertionMethod).unwrap(), found);
    doc.method("#b", Relationship::Authentication).unwrap();
    doc.method("#c", Relationship::Authentication).unwrap();
    let code = |id: &str, relationship| doc.method(id, relationship).unwrap_err().code();
    assert_eq!(code("#a", Relationship::Authentication), Code::DidRelationship);
    assert_eq!(code("#b", Relationship::AssertionMethod), Code::DidRelationship);
    assert_eq!(code("#c", Relationship::AssertionMethod), Code::DidRelationship);
    assert_eq!(code("#d", Relationship::AssertionMethod), Code::DidMethodNotFound);
    assert_eq!(code("#A", Relationship::AssertionMethod), Code::DidMethodNotFound);
    assert_eq!(code("did:web:id.example", Relationship::AssertionMethod), Code::DidMethodNotFound);
    assert_eq!(code("did:web:other.example#z", Relationship::AssertionMethod), Code::DidMethodNotFound);
    assert_eq!(code("a", Relationship::AssertionMethod), Code::DidSyntax);
    assert_eq!(doc.methods(Relationship::Authentication).count(), 2);
}

#[test]
fn a_method_embedded_in_one_relationship_is_not_for_another() {
    let doc =
        document(&format!(r##""authentication":[{}],"capabilityInvocation":["#a"]"##, multikey("#a", ED))).unwrap();
    doc.method("#a", Relationship::Authentication).unwrap();
    let code = doc.method("#a", Relationship::CapabilityInvocation).unwrap_err().code();
    assert_eq!(code, Code::DidRelationship);
}

#[test]
fn refuses_documents_of_another_did_and_malformed_ones() {
    let code = |text: &str| resolve(DID, &evidence(DID, text)).unwrap_err().code();
    assert_eq!(code(r#"{"id":"did:web:other.example"}"#), Code::DidDocumentWrongId);
    assert_eq!(code(r#"{"id":"did:web:id.example:"}"#), Code::DidDocumentInvalid);
    assert_eq!(code("{}"), Code::DidDocumentInvalid);
    assert_eq!(code("[]"), Code::DidDocumentInvalid);
    assert_eq!(code("null"), Code::DidDocumentInvalid);
    assert_eq!(code("{"), Code::JsonSyntax);
    assert_eq!(code(r#"{"id":"did:web:id.example","id":"did:web:id.example"}"#), Code::JsonDuplicateKey);
    assert_eq!(code(r#"{"didDocument":null,"didDocumentMetadata":{"deactivated":true}}"#), Code::DidDeactivated);
    assert_eq!(code(r#"{"didDocument":null,"didDocumentMetadata":{}}"#), Code::DidDocumentInvalid);
    assert_eq!(code(r#"{"id":"did:web:id.example","deactivated":true}"#), Code::DidDeactivated);
    assert_eq!(
        code(r#"{"didDocument":{"id":"did:web:x.example"},"didDocumentMetadata":{}}"#),
        Code::DidDocumentWrongId
    );
    let good = format!(r#"{{"didDocument":{{"id":"{DID}"}},"didDocumentMetadata":{{"deactivated":false}}}}"#);
    assert_eq!(resolve(DID, &evidence(DID, &good)).unwrap().id, DID);

    let bad = |members: &str| {
        let fault = document(members).unwrap_err();
        assert_eq!(fault.code(), Code::DidDocumentInvalid, "{members}");
        fault.pointer().unwrap_or_default().to_owned()
    };
    let (a, b) = (multikey("#a", ED), multikey("#a", ED2));
    assert_eq!(bad(&format!(r#""verificationMethod":[{a},{b}]"#)), "/verificationMethod/1/id");
    assert_eq!(bad(&format!(r#""verificationMethod":[{a}],"authentication":[{b}]"#)), "/authentication/0/id");
    assert_eq!(bad(&format!(r#""verificationMethod":{a}"#)), "/verificationMethod");
    assert_eq!(bad(r#""verificationMethod":["x"]"#), "/verificationMethod/0");
    assert_eq!(bad(r#""authentication":[1]"#), "/authentication/0");
    assert_eq!(bad(r#""authentication":["x"]"#), "/authentication/0");
    assert_eq!(bad(r#""authentication":"x""#), "/authentication");
    assert_eq!(bad(r#""controller":["did:web:"]"#), "/controller");
    assert_eq!(bad(&format!(r#""verificationMethod":[{}]"#, multikey("a", ED))), "/verificationMethod/0/id");
    assert_eq!(bad(r##""verificationMethod":[{"id":"#a","type":"Multikey"}]"##), "/verificationMethod/0/controller");
    assert_eq!(bad(r##""verificationMethod":[{"id":"#a","controller":"did:a:b"}]"##), "/verificationMethod/0/type");
    let dated = method("#a", r#""type":"Multikey","expires":"2030-01-01""#);
    assert_eq!(bad(&format!(r#""verificationMethod":[{dated}]"#)), "/verificationMethod/0/expires");
    let many: Vec<_> = (0..=crate::limits::VERIFICATION_METHODS).map(|i| multikey(&format!("#{i}"), ED)).collect();
    assert_eq!(bad(&format!(r#""verificationMethod":[{}]"#, many.join(","))), "/verificationMethod/256");
}

#[test]
fn reads_every_form_and_refuses_the_wrong_key_in_it() {
    let ask = |rest: &str| {
        let members = format!(r##""verificationMethod":[{}],"assertionMethod":["#k"]"##, method("#k", rest));
        document(&members).unwrap().method("#k", Relationship::AssertionMethod)
    };
    let jwk = json::to_string(&PublicKey::from_multikey(ED).unwrap().to_jwk());
    let pem = json::to_string(&PublicKey::from_multikey(ED).unwrap().to_pem().unwrap().into());
    let base58 = "B12NYF8RrR3h41TDCTJojY59usg3mbtbjnFs7Eud1Y6u";
    for good in [
        format!(r#""type":"Multikey","publicKeyMultibase":"{ED}""#),
        format!(r#""type":"Ed25519VerificationKey2020","publicKeyMultibase":"{ED}""#),
        format!(r#""type":"Ed25519VerificationKey2018","publicKeyBase58":"{base58}""#),
        format!(r#""type":"Ed25519VerificationKey2018","publicKeyJwk":{jwk}"#),
        format!(r#""type":"JsonWebKey","publicKeyJwk":{jwk}"#),
        format!(r#""type":"JsonWebKey2020","publicKeyJwk":{jwk}"#),
        format!(r#""type":"Ed25519VerificationKey2018","publicKeyPem":{pem}"#),
    ] {
        assert_eq!(ask(&good).unwrap().key.key_type(), KeyType::Ed25519, "{good}");
    }
    let private = jwk.replace(r#""kty""#, r#""d":"AA","kty""#);
    let for_encryption = jwk.replace(r#""kty""#, r#""use":"enc","kty""#);
    for (bad, code) in [
        (format!(r#""type":"Ed25519VerificationKey2020","publicKeyMultibase":"{X}""#), Code::KeyInvalid),
        (format!(r#""type":"Multikey","publicKeyMultibase":"{ED}","publicKeyJwk":{jwk}"#), Code::KeyInvalid),
        (format!(r#""type":"Multikey","publicKeyMultibase":"{ED}","secretKeyMultibase":"z""#), Code::KeyInvalid),
        (r#""type":"Multikey""#.to_owned(), Code::KeyInvalid),
        (r#""type":"Multikey","publicKeyMultibase":1"#.to_owned(), Code::KeyInvalid),
        (format!(r#""type":"Multikey","publicKeyBase58":"{base58}""#), Code::KeyUnsupported),
        (format!(r#""type":"Bls12381G1Key2020","publicKeyBase58":"{base58}""#), Code::KeyUnsupported),
        (format!(r#""type":"X25519KeyAgreementKey2019","publicKeyJwk":{jwk}"#), Code::KeyInvalid),
        (format!(r#""type":"JsonWebKey","publicKeyJwk":{private}"#), Code::KeyInvalid),
        (format!(r#""type":"JsonWebKey","publicKeyJwk":{for_encryption}"#), Code::KeyWrongSuite),
    ] {
        assert_eq!(ask(&bad).unwrap_err().code(), code, "{bad}");
    }
    let dated = ask(&format!(
        r#""type":"Multikey","publicKeyMultibase":"{ED}","expires":"2030-01-01T00:00:00Z","revoked":"2029-01-01T00:00:00Z""#
    ));
    let dated = dated.unwrap();
    assert_eq!(dated.expires, Some(Timestamp::parse_stamp("2030-01-01T00:00:00Z").unwrap()));
    assert_eq!(dated.revoked, Some(Timestamp::parse_stamp("2029-01-01T00:00:00Z").unwrap()));
}

#[test]
fn what_cannot_be_resolved_says_so() {
    let code = |did: &str| {
        let fault = resolve(did, &Evidence::none()).unwrap_err();
        (fault.code(), fault.name().map(str::to_owned))
    };
    assert_eq!(code(DID), (Code::DidNotResolved, Some(DID.into())));
    assert_eq!(code("did:webvh:q:a.example"), (Code::DidMethodUnsupported, Some("did:webvh:q:a.example".into())));
    assert_eq!(code("did:web:127.0.0.1").0, Code::DidSyntax);
    assert_eq!(code("did:web").0, Code::DidSyntax);
    assert_eq!(code("did:peer:1zQmZMygzYqNwU6Uhmewx5Xepf2VLp5S4HLSwwgf2aiKZuwa").0, Code::DidNotResolved);
    assert_eq!(code("did:peer:9z").0, Code::DidMethodUnsupported);
    // With evidence, any method will do.
    let did = "did:webvh:q:a.example";
    assert_eq!(resolve(did, &evidence(did, &format!(r#"{{"id":"{did}"}}"#))).unwrap().id, did);
}

#[test]
fn did_key_with_and_without_a_document_agree() {
    for key_type in [KeyType::Ed25519, KeyType::P256, KeyType::P384] {
        let key = SecretKey::generate(key_type).unwrap().public_key().clone();
        let did = did_key(&key);
        let document = resolve(&did, &Evidence::none()).unwrap();
        let multikey = key.to_multikey();
        let derived = key.to_x25519().map_or_else(|| "none".to_owned(), |key| key.to_multikey());
        for fragment in
            [format!("#{multikey}"), format!("#{derived}"), "#x".into(), "#".into(), String::new(), "/#x".into()]
        {
            for relationship in Relationship::ALL {
                let url = format!("{did}{fragment}");
                let quick = verification_method(&url, relationship, &Evidence::none());
                assert_eq!(quick, document.method(&url, relationship), "{url}");
            }
        }
        let found = verification_method(&format!("{did}#{multikey}"), Relationship::AssertionMethod, &Evidence::none());
        assert_eq!(found.unwrap().key, key);
    }
    let code =
        |did: &str| verification_method(did, Relationship::AssertionMethod, &Evidence::none()).unwrap_err().code();
    assert_eq!(code("did:key:#"), Code::DidSyntax);
    assert_eq!(code("did:key:x#x"), Code::DidSyntax);
    assert_eq!(code("did:key:z#z"), Code::KeyInvalid);
}

#[test]
fn did_jwk_takes_the_bytes_as_given() {
    let key = SecretKey::generate(KeyType::P256).unwrap().public_key().clone();
    let did = did_jwk(&key);
    let url = format!("{did}#0");
    assert_eq!(verification_method(&url, Relationship::AssertionMethod, &Evidence::none()).unwrap().key, key);
    // Another text of the same JWK is another DID.
    let spaced = json::to_string_pretty(&key.to_jwk());
    let other = format!("did:jwk:{}", crate::encoding::base64url_encode(spaced.as_bytes()));
    assert_ne!(other, did);
    let document = resolve(&other, &Evidence::none()).unwrap();
    assert_eq!(document.method("#0", Relationship::KeyAgreement).unwrap().key, key);
    let fault = verification_method("did:jwk:e30#0", Relationship::AssertionMethod, &Evidence::none()).unwrap_err();
    assert_eq!(fault.code(), Code::KeyInvalid);
    assert_eq!(resolve("did:jwk:e31", &Evidence::none()).unwrap_err().code(), Code::DidSyntax);
}

#[test]
fn did_peer_2_and_4_go_round() {
    let (ed, x) = (PublicKey::from_multikey(ED).unwrap(), PublicKey::from_multikey(X).unwrap());
    let did = did_peer_2(&[(Relationship::KeyAgreement, &x), (Relationship::AssertionMethod, &ed)], &[]);
    let method =
        verification_method(&format!("{did}#key-2"), Relationship::AssertionMethod, &Evidence::none()).unwrap();
    assert_eq!(method.key, ed);

    let input = format!(r##"{{"assertionMethod":[{{"id":"#a","type":"Multikey","publicKeyMultibase":"{ED}"}}]}}"##);
    let long = did_peer_4(json::parse(input.as_bytes()).unwrap().as_object().unwrap());
    let short = did_peer_4_short(&long).unwrap();
    assert_eq!(did_peer_4_short(short), None);
    let none = Evidence::none();
    let from_long = verification_method(&format!("{long}#a"), Relationship::AssertionMethod, &none).unwrap();
    assert_eq!((from_long.key, from_long.controller), (ed.clone(), long.clone()));
    let url = format!("{short}#a");
    assert_eq!(
        verification_method(&url, Relationship::AssertionMethod, &none).unwrap_err().code(),
        Code::DidNotResolved
    );
    // What the evidence says beside the long form does not count: the key comes from the long form.
    let shown = format!(r##"{{"id":"{short}","alsoKnownAs":["{long}"],"assertionMethod":[{}]}}"##, multikey("#a", ED2));
    let from_short = verification_method(&url, Relationship::AssertionMethod, &evidence(short, &shown)).unwrap();
    assert_eq!((from_short.key, from_short.controller.as_str()), (ed, short));
    let hidden = format!(r#"{{"id":"{short}"}}"#);
    let fault = verification_method(&url, Relationship::AssertionMethod, &evidence(short, &hidden)).unwrap_err();
    assert_eq!(fault.code(), Code::DidDocumentInvalid);
    let forged = long.replacen("zQm", "zQn", 1);
    assert_eq!(resolve(&forged, &none).unwrap_err().code(), Code::DidSyntax);
}

#[test]
fn builds_an_issuers_document_with_old_and_new_keys() {
    let key = || SecretKey::generate(KeyType::Ed25519).unwrap().public_key().clone();
    let (old, new) = (key(), key());
    let mut builder = DocumentBuilder::new(DID);
    let both = [Relationship::AssertionMethod, Relationship::Authentication];
    builder.add("#key-2", &new, MethodForm::Multikey, &both);
    builder.add("#key-2-2020", &new, MethodForm::Ed25519VerificationKey2020, &both);
    builder.add("#key-2-jwk", &new, MethodForm::JsonWebKey, &both);
    let expires = Timestamp::parse_stamp("2030-01-01T00:00:00Z").unwrap();
    builder.add_dated("#key-1", &old, MethodForm::Multikey, &[Relationship::AssertionMethod], Some(expires), None);
    let text = json::to_string(&Value::Object(builder.build().unwrap().to_json().clone()));
    let read = DidDocument::parse(text.as_bytes(), DID).unwrap();
    for id in ["#key-2", "#key-2-2020", "#key-2-jwk"] {
        assert_eq!(read.method(id, Relationship::Authentication).unwrap().key, new);
    }
    let found = read.method("#key-1", Relationship::AssertionMethod).unwrap();
    assert_eq!((found.key, found.expires), (old, Some(expires)));
    assert_eq!(read.method("#key-1", Relationship::Authentication).unwrap_err().code(), Code::DidRelationship);
}
