use super::*;
use crate::did::{Documents, did_key};
use crate::encoding::{base64url_decode, base64url_encode};
use crate::json::{canonicalize, to_string};
use crate::keys::{KeyType, SecretKey, Signer as _};
use crate::proof::{Expected, Strict, World};
use crate::{Code, Evidence, EvidenceKind, Timestamp, jsonld};

const NOW: i64 = 1_750_000_000;
const V1: &str = r#"{"@context":["https://www.w3.org/2018/credentials/v1"],"id":"urn:uuid:1","type":["VerifiableCredential"],"issuer":"ISSUER",
  "issuanceDate":"2024-01-01T00:00:00Z","expirationDate":"2034-01-01T00:00:00Z","credentialSubject":{"id":"did:example:s","age":19}}"#;
const V2: &str = r#"{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":{"id":"ISSUER"},
  "validFrom":"2024-01-01T00:00:00Z","credentialSubject":{"id":"did:example:s"}}"#;
const VP1: &str =
    r#"{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiablePresentation"],"holder":"ISSUER"}"#;
const VP2: &str =
    r#"{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiablePresentation"],"holder":"ISSUER"}"#;

fn keys() -> [(SignatureAlgorithm, SecretKey); 3] {
    [
        (SignatureAlgorithm::EdDsa, SecretKey::from_bytes(KeyType::Ed25519, &[7; 32]).unwrap()),
        (SignatureAlgorithm::Es256, SecretKey::from_bytes(KeyType::P256, &[7; 32]).unwrap()),
        (SignatureAlgorithm::Es384, SecretKey::from_bytes(KeyType::P384, &[7; 48]).unwrap()),
    ]
}

fn ed25519() -> SecretKey {
    SecretKey::from_bytes(KeyType::Ed25519, &[7; 32]).unwrap()
}

fn did(key: &SecretKey) -> String {
    did_key(key.public_key())
}

fn document(text: &str, key: &SecretKey) -> Object<'static> {
    object(&text.replace("ISSUER", &did(key)))
}

fn object(text: &str) -> Object<'static> {
    parse(text.as_bytes()).unwrap().into_owned().as_object().unwrap().clone()
}

fn options(text: &str, algorithm: SignatureAlgorithm, key: &SecretKey) -> JwtOptions {
    let did = did(key);
    let is_presentation = text.contains("VerifiablePresentation");
    JwtOptions {
        form: if text.contains("2018/credentials/v1") { JwtForm::V1 } else { JwtForm::V2 },
        algorithm,
        verification_method: format!("{did}#{}", did.strip_prefix("did:key:").unwrap()),
        audience: is_presentation.then(|| "https://verifier.example".to_owned()),
        nonce: is_presentation.then(|| "n-1".to_owned()),
        purpose: if is_presentation { Relationship::Authentication } else { Relationship::AssertionMethod },
    }
}

fn judge(token: &str, controller: Option<&str>, evidence: &Evidence) -> Result<JwtOutcome, Fault> {
    let jwt = read(token)?;
    let purpose = if jwt.is_presentation { Relationship::Authentication } else { Relationship::AssertionMethod };
    let mut world = World {
        evidence,
        documents: &Documents::new(),
        contexts: jsonld::Contexts::builtin(),
        now: Timestamp::from_unix(NOW),
        clock_skew_seconds: 10,
        as_holder: false,
        checker: &mut Strict,
    };
    verify(token, &jwt, Expected { purpose, controller }, &mut world)
}

/// A token over any header and payload, signed well.
fn token(header: &str, payload: &str) -> String {
    let input = format!("{}.{}", base64url_encode(header.as_bytes()), base64url_encode(payload.as_bytes()));
    let signature = ed25519().sign(SignatureAlgorithm::EdDsa, input.as_bytes()).unwrap();
    format!("{input}.{}", base64url_encode(&signature))
}

fn kid_header() -> String {
    let did = did(&ed25519());
    format!(r#"{{"alg":"EdDSA","kid":"{did}#{}"}}"#, did.strip_prefix("did:key:").unwrap())
}

/// The first fault's code of a token with this header and payload, `ISSUER` being our key's DID.
fn code(header: &str, payload: &str) -> Option<Code> {
    let issuer = did(&ed25519());
    let token = token(header, &payload.replace("ISSUER", &issuer));
    match judge(&token, None, &Evidence::none()) {
        Err(fault) => Some(fault.code()),
        Ok(outcome) => outcome.signature.err().or(outcome.authority.err()).map(|fault| fault.code()),
    }
}

#[test]
fn what_is_signed_reads_back_and_verifies() {
    for (algorithm, key) in keys() {
        for text in [V1, V2, VP1, VP2] {
            let document = document(text, &key);
            let options = options(text, algorithm, &key);
            let token = sign(&document, &options, &key).unwrap();
            let jwt = read(&token).unwrap();
            assert_eq!((jwt.form, jwt.is_presentation), (options.form, options.audience.is_some()));
            if jwt.form == JwtForm::V1 || !jwt.is_presentation {
                assert_eq!(canonicalize(&Value::Object(jwt.document)), canonicalize(&Value::Object(document)));
            }
            let outcome = judge(&token, Some(&did(&key)), &Evidence::none()).unwrap();
            assert_eq!(outcome.signature, Ok(()), "{text}");
            assert_eq!(&outcome.authority.unwrap().key, key.public_key());
            assert_eq!(outcome.nonce, options.nonce);
            assert_eq!(outcome.audience, options.audience.into_iter().collect::<Vec<_>>());

            let foreign = judge(&token, Some("https://issuer.example"), &Evidence::none()).unwrap();
            assert_eq!(foreign.signature, Ok(()));
            assert_eq!(foreign.authority.unwrap_err().code(), Code::KeyNotController);
        }
    }
}

#[test]
fn no_bit_can_be_flipped_and_no_character_changed() {
    let key = ed25519();
    let token = sign(&document(V1, &key), &options(V1, SignatureAlgorithm::EdDsa, &key), &key).unwrap();
    for at in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(!judge(&changed, None, &Evidence::none()).is_ok_and(|outcome| outcome.signature.is_ok()), "{at}");
    }
    let (input, signature) = token.rsplit_once('.').unwrap();
    let signature = base64url_decode(signature).unwrap();
    for bit in 0..signature.len() * 8 {
        let mut flipped = signature.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let changed = format!("{input}.{}", base64url_encode(&flipped));
        let outcome = judge(&changed, None, &Evidence::none()).unwrap();
        assert_eq!(outcome.signature.unwrap_err().code(), Code::ProofSignatureInvalid, "{bit}");
    }
}

#[test]
fn only_strict_tokens_are_read() {
    let good = token(&kid_header(), &V2.replace("ISSUER", &did(&ed25519())));
    assert!(read(&good).is_ok());
    let (input, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = input.split_once('.').unwrap();
    for bad in [
        String::new(),
        input.to_owned(),
        format!("{good}."),
        format!("{good}.a"),
        format!("{header}..{signature}"),
        format!("{input}."),
        format!("{header}=.{payload}.{signature}"),
        format!("{header}.{payload}.{signature}="),
        format!("{header}.{payload}.{}/", signature.split_at(signature.len() - 1).0),
        format!(" {good}"),
        format!("{good}\n"),
        format!("{}.{payload}.{signature}", base64url_encode(b"[]")),
        format!("{header}.{}.{signature}", base64url_encode(b"\"text\"")),
    ] {
        assert_eq!(read(&bad).unwrap_err().code(), Code::JoseMalformed, "{bad}");
    }
    let twice = token(r#"{"alg":"EdDSA","alg":"none"}"#, "{}");
    assert_eq!(read(&twice).unwrap_err().code(), Code::JsonDuplicateKey);
    let long = "a".repeat(crate::limits::INPUT_BYTES + 1);
    assert_eq!(read(&long).unwrap_err().code(), Code::InputTooLarge);
}

#[test]
fn headers_obey_the_rules() {
    let v1 = r#"{"vc":DOC,"iss":"ISSUER"}"#.replace("DOC", V1);
    for (header, payload, expected) in [
        (r#"{"alg":"none"}"#, V2, Some(Code::JoseAlgorithm)),
        (r#"{"alg":"HS256"}"#, V2, Some(Code::JoseAlgorithm)),
        (r#"{"alg":"ES512"}"#, V2, Some(Code::JoseAlgorithm)),
        (r#"{"alg":"eddsa"}"#, V2, Some(Code::JoseAlgorithm)),
        (r#"{"alg":7}"#, V2, Some(Code::JoseMalformed)),
        (r#"{"typ":"JWT"}"#, V2, Some(Code::JoseMalformed)),
        (r#"{"alg":"EdDSA","crit":["exp"]}"#, V2, Some(Code::JoseCritical)),
        (r#"{"alg":"EdDSA","crit":[]}"#, V2, Some(Code::JoseCritical)),
        (r#"{"alg":"EdDSA","b64":false}"#, V2, Some(Code::JoseCritical)),
        (r#"{"alg":"EdDSA","kid":7}"#, V2, Some(Code::JoseMalformed)),
        // The key is found by kid alone.
        (r#"{"alg":"EdDSA","jwk":{"kty":"OKP"}}"#, V2, Some(Code::JoseClaim)),
        (r#"{"alg":"EdDSA","kid":"https://issuer.example/key"}"#, V2, Some(Code::DidSyntax)),
        (r#"{"alg":"ES256","kid":"KID"}"#, V2, Some(Code::KeyWrongSuite)),
        (r#"{"alg":"Ed25519","kid":"KID"}"#, V2, None),
        (r#"{"alg":"EdDSA","kid":"KID","typ":"vc+jwt","cty":"vc"}"#, V2, None),
        (r#"{"alg":"EdDSA","kid":"KID","typ":"application/VC+JWT"}"#, V2, None),
        (r#"{"alg":"EdDSA","kid":"KID","typ":"JWT"}"#, V2, Some(Code::JoseType)),
        (r#"{"alg":"EdDSA","kid":"KID","typ":"vp+jwt"}"#, V2, Some(Code::JoseType)),
        (r#"{"alg":"EdDSA","kid":"KID","cty":"vp"}"#, V2, Some(Code::JoseType)),
        (r#"{"alg":"EdDSA","kid":"KID","typ":"vc+jwt"}"#, VP2, Some(Code::JoseType)),
        (r#"{"alg":"EdDSA","kid":"KID","typ":"vp+jwt"}"#, VP2, None),
        (r#"{"alg":"EdDSA","kid":"KID","typ":"JWT"}"#, &v1, None),
        (r##"{"alg":"EdDSA","kid":"#FRAGMENT"}"##, &v1, None),
        (r#"{"alg":"EdDSA","kid":"KID","typ":"vc+jwt"}"#, &v1, Some(Code::JoseType)),
        (r#"{"alg":"EdDSA","kid":"KID","cty":"JWT"}"#, &v1, Some(Code::JoseType)),
        // VCDM 1.1 §6.3.1: the one key of the issuer needs no kid.
        (r#"{"alg":"EdDSA"}"#, &v1, None),
    ] {
        let did = did(&ed25519());
        let fragment = did.strip_prefix("did:key:").unwrap();
        let header = header.replace("KID", &format!("{did}#{fragment}")).replace("FRAGMENT", fragment);
        assert_eq!(code(&header, payload), expected, "{header}");
    }
}

#[test]
fn claims_and_document_say_the_same() {
    let vc = |claims: &str, from: &str, to: &str| format!("{{{claims}\"vc\":{}}}", V1.replace(from, to));
    let mapped = read(&token(
        &kid_header(),
        r#"{"iss":"did:example:i","jti":"urn:x:1","nbf":1700000000,"exp":1800000000.5,"sub":"did:example:s","vc":
           {"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential"],"issuer":{"name":"P"},"credentialSubject":{"age":19}}}"#,
    ))
    .unwrap();
    assert_eq!(
        to_string(&Value::Object(mapped.document)),
        concat!(
            r#"{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential"],"issuer":{"name":"P","id":"did:example:i"},"#,
            r#""credentialSubject":{"age":19,"id":"did:example:s"},"id":"urn:x:1","issuanceDate":"2023-11-14T22:13:20Z","expirationDate":"2027-01-15T08:00:00Z"}"#
        )
    );
    for (payload, expected) in [
        (vc(r#""iss":"ISSUER","#, "", ""), None),
        (vc("", "", ""), None),
        (
            vc(r#""iss":"ISSUER","jti":"urn:uuid:1","nbf":1704067200,"exp":2019686400,"sub":"did:example:s","#, "", ""),
            None,
        ),
        (vc(r#""nbf":1704067200.75,"#, "00:00:00Z\",\"exp", "00:00:00.5Z\",\"exp"), None),
        (vc(r#""iss":"did:example:other","#, "", ""), Some(Code::JoseClaimMismatch)),
        (vc(r#""jti":"urn:uuid:2","#, "", ""), Some(Code::JoseClaimMismatch)),
        (vc(r#""nbf":1704067201,"#, "", ""), Some(Code::JoseClaimMismatch)),
        (vc(r#""exp":2019686401,"#, "", ""), Some(Code::JoseClaimMismatch)),
        (vc(r#""sub":"did:example:t","#, "", ""), Some(Code::JoseClaimMismatch)),
        (
            vc(
                r#""sub":"did:example:s","#,
                "{\"id\":\"did:example:s\",\"age\":19}",
                "[{\"id\":\"did:example:s\"},{\"id\":\"did:example:t\"}]",
            ),
            Some(Code::JoseClaimMismatch),
        ),
        (vc(r#""iss":{"id":"ISSUER"},"#, "", ""), Some(Code::JoseClaim)),
        (vc(r#""nbf":"2024-01-01T00:00:00Z","#, "", ""), Some(Code::JoseClaim)),
        (vc(r#""exp":1e300,"#, "", ""), Some(Code::JoseClaim)),
        (vc(r#""iat":1750000011,"#, "", ""), Some(Code::ProofCreatedInFuture)),
        (vc(r#""vp":{},"#, "", ""), Some(Code::JoseClaim)),
        (r#"{"vc":"text"}"#.to_owned(), Some(Code::JoseClaim)),
        (format!("{{\"vc\":{V2}}}"), Some(Code::JoseClaim)),
        (V1.to_owned(), Some(Code::JoseClaim)),
        (r#"{"iss":"ISSUER","scope":"all"}"#.to_owned(), Some(Code::InputNotACredential)),
        (V2.replacen('{', r#"{"iss":"ISSUER","#, 1), None),
        (V2.replacen('{', r#"{"iss":"did:example:other","#, 1), Some(Code::JoseClaimMismatch)),
        (V2.replacen('{', r#"{"sub":"did:example:t","#, 1), Some(Code::JoseClaimMismatch)),
        (V2.replacen('{', r#"{"exp":1750000000,"#, 1), Some(Code::ProofExpired)),
        (V2.replacen('{', r#"{"nbf":1750000011,"#, 1), Some(Code::ProofCreatedInFuture)),
        (VP2.replacen('{', r#"{"aud":7,"#, 1), Some(Code::JoseClaim)),
        (VP2.replacen('{', r#"{"nonce":[],"#, 1), Some(Code::JoseClaim)),
        (format!("{{\"iss\":\"did:example:other\",\"vp\":{VP1}}}"), Some(Code::JoseClaimMismatch)),
        (format!("{{\"exp\":1749999999,\"vp\":{VP1}}}"), Some(Code::ProofExpired)),
    ] {
        assert_eq!(code(&kid_header(), &payload), expected, "{payload}");
    }
}

#[test]
fn what_cannot_be_read_is_not_signed() {
    let key = ed25519();
    let good = options(V1, SignatureAlgorithm::EdDsa, &key);
    let sign_code =
        |document: &Object<'_>, options: &JwtOptions| sign(document, options, &key).map_err(|fault| fault.code());
    let v1 = document(V1, &key);
    assert_eq!(sign_code(&v1, &JwtOptions { form: JwtForm::V2, ..good.clone() }), Err(Code::JoseClaim));
    assert_eq!(sign_code(&document(V2, &key), &good), Err(Code::JoseClaim));
    assert_eq!(
        sign_code(&v1, &JwtOptions { algorithm: SignatureAlgorithm::Rs256, ..good.clone() }),
        Err(Code::KeyWrongSuite)
    );
    assert_eq!(
        sign_code(&v1, &JwtOptions { algorithm: SignatureAlgorithm::Es256, ..good.clone() }),
        Err(Code::KeyWrongSuite)
    );
    let other = object(&V1.replace("ISSUER", "did:example:other"));
    assert_eq!(sign_code(&other, &good), Err(Code::KeyNotController));
    let mut undated = v1.clone();
    undated.insert("issuanceDate", "yesterday");
    assert_eq!(sign_code(&undated, &good), Err(Code::JoseClaim));
}

#[test]
fn one_of_several_keys_must_be_named() {
    let key = ed25519();
    let did = "did:web:issuer.example";
    let method = |id: &str| {
        format!(
            r#"{{"id":"{did}#{id}","type":"Multikey","controller":"{did}","publicKeyMultibase":"{}"}}"#,
            key.public_key().to_multikey()
        )
    };
    let evidence = |methods: &[&str]| {
        let listed: Vec<String> = methods.iter().map(|id| method(id)).collect();
        let text = format!(
            r#"{{"@context":["https://www.w3.org/ns/did/v1"],"id":"{did}","assertionMethod":[{}]}}"#,
            listed.join(",")
        );
        let mut evidence = Evidence::none();
        evidence.insert(EvidenceKind::DidDocument, did, text.into_bytes(), Timestamp::from_unix(NOW));
        evidence
    };
    let token = token(r#"{"alg":"EdDSA"}"#, &format!("{{\"vc\":{}}}", V1.replace("ISSUER", did)));
    let one = judge(&token, Some(did), &evidence(&["a"])).unwrap();
    assert_eq!((one.signature, one.verification_method), (Ok(()), format!("{did}#a")));
    let two = judge(&token, Some(did), &evidence(&["a", "b"])).unwrap();
    assert_eq!(two.signature.unwrap_err().code(), Code::JoseClaim);
    let none = judge(&token, Some(did), &Evidence::none()).unwrap();
    assert_eq!(none.authority.unwrap_err().code(), Code::DidNotResolved);
}
