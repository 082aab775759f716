//! Documents signed, shown in part and tampered with.

use crate::did::{Documents, Relationship, did_key};
use crate::encoding::{base64_decode, base64_encode};
use crate::json::{Object, Value, parse, to_string};
use crate::jsonld::Contexts;
use crate::keys::{KeyType, SecretKey, Signer as _};
use crate::proof::{DeriveOptions, Expected, ProofOutcome, SignOptions, Strict, Suite, World, derive, sign, verify};
use crate::{Code, Evidence, Fault, SystemRandomness, Timestamp};

/// An issuer whose secret is this byte.
fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(KeyType::Bls12381G2, &[seed; 32]).unwrap()
}

fn object(text: &str) -> Object<'static> {
    match parse(text.as_bytes()).unwrap().into_owned() {
        Value::Object(object) => object,
        _ => panic!("{text}"),
    }
}

/// A credential whose subject has no id, nor have its children.
fn credential(issuer: &SecretKey) -> Object<'static> {
    object(&format!(
        r#"{{"@context":["https://www.w3.org/2018/credentials/v1",{{"@vocab":"https://v.example/","child":{{"@id":"https://v.example/child","@type":"@id"}}}}],
        "type":["VerifiableCredential","Family"],"issuer":"{}","issuanceDate":"2026-01-01T00:00:00Z","expirationDate":"2027-01-01T00:00:00Z",
        "credentialSubject":{{"name":"Ann","ageOver18":true,"count":3,"child":[{{"type":"Girl","name":"Bea","year":2015}},{{"type":"Boy","name":"Cy","year":2018}}]}}}}"#,
        did_key(issuer.public_key())
    ))
}

fn options(issuer: &SecretKey) -> SignOptions {
    let did = did_key(issuer.public_key());
    SignOptions {
        suite: Suite::BbsBlsSignature2020,
        verification_method: format!("{did}#{}", did.trim_start_matches("did:key:")),
        purpose: Relationship::AssertionMethod,
        created: Some(Timestamp::from_unix(1_767_300_000)),
        expires: None,
        challenge: None,
        domain: None,
        id: None,
        previous: Vec::new(),
        mandatory_pointers: Vec::new(),
    }
}

fn signed(issuer: &SecretKey) -> Object<'static> {
    sign(&credential(issuer), &options(issuer), issuer, &Contexts::builtin()).unwrap()
}

fn outcome(document: &Object<'_>) -> Result<ProofOutcome, Fault> {
    let mut world = World {
        evidence: &Evidence::none(),
        documents: &Documents::new(),
        contexts: Contexts::builtin(),
        now: Timestamp::from_unix(1_770_000_000),
        clock_skew_seconds: 0,
        as_holder: false,
        checker: &mut Strict,
    };
    let issuer = document.get("issuer").and_then(Value::as_str);
    let expected = Expected { purpose: Relationship::AssertionMethod, controller: issuer };
    verify(document, expected, &mut world).map(|mut outcomes| outcomes.remove(0))
}

fn finding(document: &Object<'_>) -> Result<(), Code> {
    outcome(document).and_then(|outcome| outcome.signature).map_err(|fault| fault.code())
}

fn shown(document: &Object<'_>, pointers: &[&str]) -> Result<Object<'static>, Fault> {
    let options = DeriveOptions { reveal: pointers.iter().map(|p| (*p).to_owned()).collect(), ..Default::default() };
    derive(document, &options, &Contexts::builtin(), &mut SystemRandomness)
}

fn framed(document: &Object<'_>, frame: &str) -> Result<Object<'static>, Fault> {
    let options = DeriveOptions { frame: Some(object(frame)), ..Default::default() };
    derive(document, &options, &Contexts::builtin(), &mut SystemRandomness)
}

const CONTEXT: &str = r#"["https://www.w3.org/2018/credentials/v1",{"@vocab":"https://v.example/","child":{"@id":"https://v.example/child","@type":"@id"}}]"#;

#[test]
fn what_is_signed_verifies_and_nothing_can_be_changed() {
    let issuer = key(1);
    let document = signed(&issuer);
    assert_eq!(finding(&document), Ok(()));
    assert!(to_string(document.get("@context").unwrap()).contains("bbs/v1"));
    // The same again: nothing is drawn at random.
    assert_eq!(document, signed(&issuer));
    let text = to_string(&Value::Object(document));
    for (from, to) in [("Ann", "Eve"), ("2027", "2037"), ("2015", "2005"), ("Girl", "Boy"), ("T20:40", "T20:41")] {
        let changed = object(&text.replace(from, to));
        assert_ne!(to_string(&Value::Object(changed.clone())), text);
        assert!(finding(&changed).is_err(), "{from}");
    }
    let other = signed(&key(2));
    let mut stolen = object(&text);
    stolen.insert("proof", other.get("proof").unwrap().clone());
    assert_eq!(finding(&stolen), Err(Code::ProofSignatureInvalid));
}

#[test]
fn pointers_show_nodes_without_an_id() {
    let issuer = key(1);
    let document = signed(&issuer);
    let part = shown(&document, &["/credentialSubject/child/1/name", "/credentialSubject/ageOver18"]).unwrap();
    assert_eq!(outcome(&part).unwrap().undisclosed, Vec::<&str>::new());
    assert_eq!(finding(&part), Ok(()));
    let subject = part.get("credentialSubject").unwrap();
    assert_eq!(subject.get("ageOver18"), Some(&Value::Bool(true)));
    assert!(subject.get("name").is_none());
    let child = subject.pointer("/child/0").unwrap();
    assert_eq!(child.get("name").and_then(Value::as_str), Some("Cy"));
    assert!(child.get("id").and_then(Value::as_str).unwrap().starts_with("urn:bnid:_:c14n"));
    let proof = part.get("proof").unwrap();
    assert_eq!(proof.get("type").and_then(Value::as_str), Some("BbsBlsSignatureProof2020"));
    // Two showings have no value of the proof in common but the options.
    let again = shown(&document, &["/credentialSubject/child/1/name", "/credentialSubject/ageOver18"]).unwrap();
    for member in ["nonce", "proofValue"] {
        assert_ne!(proof.get(member), again.get("proof").unwrap().get(member));
    }
    let text = to_string(&Value::Object(part));
    for (from, to) in [
        ("Cy", "Bea"),
        ("true", "false"),
        ("2027", "2037"),
        // Another of the signed nodes.
        ("urn:bnid:_:c14n0", "urn:bnid:_:c14n1"),
        ("assertionMethod", "authentication"),
        (r#""ageOver18":true"#, r#""ageOver18":true,"ageOver21":true"#),
    ] {
        assert!(text.contains(from));
        assert!(finding(&object(&text.replace(from, to))).is_err(), "{from}");
    }
}

#[test]
fn frames_show_what_they_ask_for() {
    let issuer = key(1);
    let document = signed(&issuer);
    let frame = |subject: &str| {
        format!(r#"{{"@context":{CONTEXT},"type":["VerifiableCredential","Family"],"credentialSubject":{subject}}}"#)
    };
    let whole =
        framed(&document, &format!(r#"{{"@context":{CONTEXT},"type":["VerifiableCredential","Family"]}}"#)).unwrap();
    assert_eq!(finding(&whole), Ok(()));
    assert_eq!(whole.get("credentialSubject").unwrap().get("count"), Some(&Value::Number(3.0)));
    let part =
        framed(&document, &frame(r#"{"@explicit":true,"child":{"@explicit":true,"name":{}},"height":{}}"#)).unwrap();
    assert_eq!(finding(&part), Ok(()));
    let subject = part.get("credentialSubject").unwrap();
    assert!(subject.get("name").is_none() && subject.get("height").is_none(), "{subject:?}");
    assert_eq!(subject.pointer("/child/0/name").and_then(Value::as_str), Some("Cy"));
    assert!(subject.pointer("/child/1/year").is_none());
    for (bad, code) in [
        (r#"{"@default":{}}"#, Code::JsonldInvalid),
        (r#"{"@embed":"@last"}"#, Code::JsonldFrame),
        (r#"{"id":"_:x"}"#, Code::JsonldFrame),
    ] {
        let found = framed(&document, &frame(bad)).map_err(|fault| fault.code());
        if code != Code::JsonldInvalid {
            assert_eq!(found.map(drop), Err(code), "{bad}");
        }
    }
    // Nobody signed a default: it is left out, or the whole showing is refused.
    for default in [r#"{"@default":"tall"}"#, r#"{"@default":"tall","@omitDefault":false}"#] {
        match framed(&document, &frame(&format!(r#"{{"@explicit":true,"height":{default}}}"#))) {
            Ok(shown) => assert!(!crate::json::to_string(&Value::Object(shown)).contains("tall")),
            Err(fault) => assert_eq!(fault.code(), Code::ProofDisclosure),
        }
    }
    let none = format!(r#"{{"@context":{CONTEXT},"type":"Stranger"}}"#);
    assert_eq!(framed(&document, &none).unwrap_err().code(), Code::JsonldFrame);
    let several = format!(r#"{{"@context":{CONTEXT},"year":{{}}}}"#);
    assert_eq!(framed(&document, &several).unwrap_err().code(), Code::JsonldFrame);
    let undefined = r#"{"@context":"https://www.w3.org/2018/credentials/v1","type":"VerifiableCredential","oops":{}}"#;
    assert_eq!(framed(&document, undefined).unwrap_err().code(), Code::JsonldUndefinedTerm);
}

#[test]
fn what_is_not_provable_is_not_derived() {
    let issuer = key(1);
    let document = signed(&issuer);
    assert_eq!(shown(&document, &[]).unwrap_err().code(), Code::DisclosureNothing);
    assert_eq!(shown(&document, &["/credentialSubject/height"]).unwrap_err().code(), Code::DisclosurePointer);
    let mut changed = document.clone();
    changed.insert("issuanceDate", "2025-01-01T00:00:00Z");
    assert_eq!(shown(&changed, &["/credentialSubject/name"]).unwrap_err().code(), Code::ProofSignatureInvalid);
    let part = shown(&document, &["/credentialSubject/name"]).unwrap();
    assert_eq!(shown(&part, &["/credentialSubject/name"]).unwrap_err().code(), Code::ProofMissing);
    let mut named = credential(&issuer);
    named.insert("id", "urn:bnid:_:c14n0");
    let refused = sign(&named, &options(&issuer), &issuer, &Contexts::builtin());
    assert_eq!(refused.unwrap_err().code(), Code::ProofDisclosure);
}

#[test]
fn what_a_verdict_needs_cannot_be_hidden_in_silence() {
    let issuer = key(1);
    let document = signed(&issuer);
    let frame = |members: &str| {
        framed(
            &document,
            &format!(r#"{{"@context":{CONTEXT},"type":["VerifiableCredential","Family"],"@explicit":true,{members}}}"#),
        )
        .unwrap()
    };
    let all = r#""issuer":{},"issuanceDate":{},"credentialSubject":{"@explicit":true,"name":{}}"#;
    let hidden = frame(all);
    assert_eq!(finding(&hidden), Ok(()));
    assert_eq!(outcome(&hidden).unwrap().undisclosed, ["expirationDate"]);
    let open = frame(&format!(r#"{all},"expirationDate":{{}}"#));
    assert!(outcome(&open).unwrap().undisclosed.is_empty());
}

/// The lines of the options are all shown: without that, whom a proof was for could be left out.
#[test]
fn no_option_of_the_proof_can_be_left_out() {
    let issuer = key(1);
    let mut options = options(&issuer);
    options.domain = Some("clerk.example".to_owned());
    let document = sign(&credential(&issuer), &options, &issuer, &Contexts::builtin()).unwrap();
    assert_eq!(finding(&document), Ok(()));
    let part = shown(&document, &["/credentialSubject/name"]).unwrap();
    let mut proof = part.get("proof").and_then(Value::as_object).unwrap().clone();
    assert!(proof.remove("domain").is_some());
    // The bitmap without the line of the domain, which is the third of the options'.
    let mut value = base64_decode(proof.get("proofValue").and_then(Value::as_str).unwrap()).unwrap();
    let count = usize::from(u16::from_be_bytes([value[0], value[1]]));
    value[1 + count.div_ceil(8)] &= !0b100;
    proof.insert("proofValue", base64_encode(&value));
    let mut forged = part;
    forged.insert("proof", proof);
    assert_eq!(finding(&forged), Err(Code::ProofDisclosure));
}
