//! What contexts have to do with a proof.

use super::*;

#[test]
fn jcs_proofs_carry_their_contexts() {
    let key = key(KeyType::Ed25519);
    let document = signed(V2, Suite::EddsaJcs2022, &key);
    assert_eq!(document.get("proof").unwrap().get("@context"), document.get("@context"));

    let with_contexts = |change: fn(&mut Vec<Value<'static>>)| {
        let mut document = document.clone();
        match document.get_mut("@context").unwrap() {
            Value::Array(contexts) => change(contexts),
            _ => unreachable!(),
        }
        document
    };
    let longer = with_contexts(|contexts| contexts.push("https://w3id.org/security/data-integrity/v2".into()));
    assert_eq!(code(&longer), None);
    let shorter = with_contexts(|contexts| drop(contexts.pop()));
    assert_eq!(code(&shorter), Some(Code::ProofContext));
    let before = with_contexts(|contexts| contexts.insert(0, "https://w3id.org/security/data-integrity/v2".into()));
    assert_eq!(code(&before), Some(Code::ProofContext));

    // Proofs of before December 2024 have no @context of their own.
    let mut old = self::document(V2, &key);
    let mut proof = document.get("proof").unwrap().as_object().unwrap().clone();
    proof.remove("@context");
    proof.remove("proofValue");
    let mut data = crate::rdf::HashAlgorithm::Sha256.digest(canonical(&proof).as_bytes());
    data.extend(crate::rdf::HashAlgorithm::Sha256.digest(canonical(&old).as_bytes()));
    proof.insert("proofValue", multibase58_encode(&key.sign(SignatureAlgorithm::EdDsa, &data).unwrap()));
    old.insert("proof", proof);
    assert_eq!(code(&old), None);
}

fn canonical(object: &Object<'static>) -> String {
    crate::json::canonicalize(&Value::Object(object.clone()))
}

#[test]
fn contexts_are_added_only_where_terms_are_missing() {
    let (ed25519, p256) = (key(KeyType::Ed25519), key(KeyType::P256));
    let last = |document: &Object<'static>| document.get("@context").unwrap().items().last().cloned().unwrap();
    for (text, suite, key, added) in [
        (V1, Suite::Ed25519Signature2020, &ed25519, Some("https://w3id.org/security/suites/ed25519-2020/v1")),
        (V2, Suite::Ed25519Signature2020, &ed25519, Some("https://w3id.org/security/suites/ed25519-2020/v1")),
        (V1, Suite::EddsaRdfc2022, &ed25519, Some("https://w3id.org/security/data-integrity/v2")),
        (V1, Suite::EcdsaJcs2019, &p256, Some("https://w3id.org/security/data-integrity/v2")),
        (V2, Suite::EddsaRdfc2022, &ed25519, None),
        (V2, Suite::EcdsaJcs2019, &p256, None),
    ] {
        let before = last(&document(text, key));
        let after = last(&signed(text, suite, key));
        assert_eq!(after, added.map_or(before, Value::from), "{suite}");
    }
    let undefined = object(
        r#"{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"urn:a:b","credentialSubject":{"x":1}}"#,
    );
    for (suite, key) in schemes() {
        let fault = sign(&undefined, &options(suite, &key), &key, &Contexts::builtin()).unwrap_err();
        assert_eq!(
            (fault.code(), fault.pointer()),
            (Code::JsonldUndefinedTerm, Some("/credentialSubject/x")),
            "{suite}"
        );
    }
}

#[test]
fn a_context_cannot_give_a_proof_another_meaning() {
    let key = key(KeyType::Ed25519);
    let authentication =
        SignOptions { purpose: Relationship::Authentication, ..options(Suite::Ed25519Signature2020, &key) };
    let honest = sign(&document(V1, &key), &authentication, &key, &Contexts::builtin()).unwrap();
    assert_eq!(code(&honest), Some(Code::ProofPurpose));
    // The same quads, with the name of one purpose for the other.
    let mut forged = with_proof(&honest, |proof| {
        proof.insert("proofPurpose", "assertionMethod");
    });
    let swapped = r#"{"Ed25519Signature2020":{"@id":"https://w3id.org/security#Ed25519Signature2020","@context":{
        "verificationMethod":{"@id":"https://w3id.org/security#verificationMethod","@type":"@id"},
        "proofPurpose":{"@id":"https://w3id.org/security#proofPurpose","@type":"@vocab"},
        "assertionMethod":"https://w3id.org/security#authenticationMethod",
        "domain":"https://w3id.org/security#domain","challenge":"https://w3id.org/security#challenge",
        "expires":{"@id":"urn:x:expires"},
        "created":{"@id":"http://purl.org/dc/terms/created","@type":"http://www.w3.org/2001/XMLSchema#dateTime"}}}}"#;
    match forged.get_mut("@context").unwrap() {
        Value::Array(contexts) => *contexts.last_mut().unwrap() = parse(swapped.as_bytes()).unwrap().into_owned(),
        _ => unreachable!(),
    }
    let fault = outcomes(&forged, None).unwrap_err();
    assert_eq!((fault.code(), fault.pointer()), (Code::JsonldUndefinedTerm, Some("/proof/proofPurpose")));
}
