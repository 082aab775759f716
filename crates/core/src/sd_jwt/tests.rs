//! The whole way of an SD-JWT: issued, shown in parts, verified.

use super::*;
use crate::did::did_key;
use crate::json::{Object, Value, parse, to_string};
use crate::keys::{KeyType, SecretKey, Signer as _};
use crate::random::Randomness;
use crate::verify::{CheckId, CheckResult};
use crate::{Code, Evidence, Fault, Outcome, Policy, Timestamp, verify};

const NOW: Timestamp = Timestamp::from_unix(1_790_000_000);

/// Counts: for known answers.
struct Counting(u8);

impl Randomness for Counting {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
        for byte in bytes {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
        Ok(())
    }
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(KeyType::Ed25519, &[seed; 32]).unwrap()
}

fn payload() -> Object<'static> {
    let text = format!(
        r#"{{"iss":"{}","vct":"https://id.example/person","iat":1780000000,"exp":1890000000,"cnf":{{"jwk":{}}},
        "name":"Ada","ageOver18":true,"ageOver19":true,"address":{{"city":"Ottawa","street":"1 Elgin"}},
        "nationalities":["CA","FR"]}}"#,
        did_key(key(1).public_key()),
        to_string(&key(2).public_key().to_jwk())
    );
    match parse(text.as_bytes()).unwrap().into_owned() {
        Value::Object(object) => object,
        _ => unreachable!(),
    }
}

fn frame() -> Frame {
    ["/name", "/ageOver18", "/ageOver19", "/address", "/address/street", "/nationalities/0", "/nationalities/1"]
        .into_iter()
        .fold(Frame::new(), Frame::hide)
        .decoys("", 2)
        .decoys("/nationalities", 1)
}

fn issued() -> String {
    let did = did_key(key(1).public_key());
    let kid = format!("{did}#{}", did.strip_prefix("did:key:").unwrap());
    let options =
        IssueOptions { typ: Profile::SdJwtVc.typ(), kid: Some(&kid), hash: HashName::Sha256, certificates: None };
    issue(&payload(), &frame(), &options, &key(1), &mut Counting(0)).unwrap()
}

fn judge(text: &str, policy: &Policy) -> (Outcome, Vec<(CheckId, Code)>) {
    let verdict = verify(text.as_bytes(), policy, &Evidence::none(), NOW).unwrap();
    let found = verdict.checks().iter().filter(|check| check.result == CheckResult::Fail);
    (verdict.outcome(), found.map(|check| (check.id, check.code().unwrap())).collect())
}

fn anyone() -> Policy {
    Policy::insecure_trust_any_issuer()
}

fn asking() -> Policy {
    anyone().expect_challenge("n-1").expect_domain("https://shop.example")
}

fn binding<'k>(key: &'k SecretKey, nonce: &'k str) -> KeyBinding<'k> {
    KeyBinding { signer: key, audience: "https://shop.example", nonce, now: NOW.plus_seconds(-5), claims: None }
}

#[test]
fn the_same_randomness_gives_the_same_text() {
    assert_eq!(issued(), issued());
    assert_eq!(issued().matches('~').count(), 8);
}

#[test]
fn everything_comes_back() {
    let text = issued();
    let opened = SdJwt::parse(&text).unwrap().open(key(1).public_key()).unwrap();
    let sorted = |object: &Object<'_>| {
        let mut members: Vec<(String, Value<'static>)> =
            object.iter().map(|(k, v)| (k.to_owned(), v.clone().into_owned())).collect();
        members.sort_by(|a, b| a.0.cmp(&b.0));
        members
    };
    assert_eq!(sorted(&opened), sorted(&payload()));
    assert_eq!(judge(&text, &anyone()), (Outcome::Accept, vec![]));
}

#[test]
fn the_holder_shows_what_he_likes() {
    let text = issued();
    let all = disclosable(&text).unwrap();
    let pointers: Vec<&str> = all.iter().map(|claim| claim.pointer.as_str()).collect();
    assert_eq!(
        {
            let mut sorted = pointers.clone();
            sorted.sort_unstable();
            sorted
        },
        ["/address", "/address/street", "/ageOver18", "/ageOver19", "/name", "/nationalities/0", "/nationalities/1"]
    );
    let street = all.iter().find(|claim| claim.pointer == "/address/street").unwrap();
    assert_eq!((street.within.as_deref(), street.value.as_str()), (Some("/address"), Some("1 Elgin")));

    let shown = |reveal: &[&str]| {
        let text = present(&text, reveal, None).unwrap();
        let payload = SdJwt::parse(&text).unwrap().open(key(1).public_key()).unwrap();
        let mut payload = Value::Object(payload);
        for name in ["iss", "vct", "iat", "exp", "cnf"] {
            payload.as_object_mut().unwrap().remove(name).unwrap();
        }
        to_string(&payload)
    };
    assert_eq!(shown(&[]), r#"{"nationalities":[]}"#);
    assert_eq!(shown(&["/ageOver19"]), r#"{"nationalities":[],"ageOver19":true}"#);
    assert_eq!(shown(&["/nationalities/1"]), r#"{"nationalities":["FR"]}"#);
    assert_eq!(shown(&["/address/city"]), r#"{"nationalities":[],"address":{"city":"Ottawa"}}"#);
    assert_eq!(shown(&["/address"]), r#"{"nationalities":[],"address":{"city":"Ottawa","street":"1 Elgin"}}"#);
    assert_eq!(present(&text, &["/nme"], None).unwrap_err().pointer(), Some("/nme"));
    assert_eq!(present(&text, &[""], None).unwrap(), text);
}

#[test]
fn who_presents_proves_it() {
    let holder = key(2);
    let good = present(&issued(), &["/ageOver19"], Some(&binding(&holder, "n-1"))).unwrap();
    assert_eq!(judge(&good, &asking()), (Outcome::Accept, vec![]));
    // Made for somebody, but the verifier does not say who he is.
    assert_eq!(judge(&good, &anyone()).0, Outcome::Undetermined);
    let other = present(&issued(), &["/ageOver19"], Some(&binding(&holder, "n-2"))).unwrap();
    assert_eq!(judge(&other, &asking()).1, [(CheckId::Audience, Code::ProofChallenge)]);
    let bare = present(&issued(), &["/ageOver19"], None).unwrap();
    assert_eq!(judge(&bare, &asking()).1, [(CheckId::HolderBinding, Code::SdJwtKeyBindingMissing)]);
    assert_eq!(judge(&bare, &anyone()).0, Outcome::Accept);
    // The same signature over another selection.
    let (head, token) = good.rsplit_once('~').unwrap();
    let more = present(&issued(), &["/ageOver19", "/name"], None).unwrap();
    assert_eq!(judge(&format!("{more}{token}"), &asking()).1, [(CheckId::HolderBinding, Code::SdJwtHash)]);
    assert_eq!(judge(&format!("{more}{token}"), &anyone()).1, [(CheckId::HolderBinding, Code::SdJwtHash)]);
    assert_eq!(judge(&format!("{head}~"), &anyone()).0, Outcome::Accept);
    assert_eq!(present(&issued(), &[], Some(&binding(&key(3), "n-1"))).unwrap_err().code(), Code::HolderNotSubject);
    assert_eq!(present(&good, &[], None).unwrap_err().code(), Code::SdJwtMalformed);
    // Not for ever.
    let old = KeyBinding { now: NOW.plus_seconds(-601), ..binding(&holder, "n-1") };
    let old = present(&issued(), &[], Some(&old)).unwrap();
    assert_eq!(judge(&old, &asking()).1, [(CheckId::HolderBinding, Code::ProofExpired)]);
    assert_eq!(judge(&old, &asking().key_binding_seconds(700)).0, Outcome::Accept);
}

#[test]
fn no_frame_hides_what_must_be_seen_or_is_not_there() {
    let did = did_key(key(1).public_key());
    let code = |frame: Frame, typ: &str| {
        let options = IssueOptions { typ, kid: Some(&did), hash: HashName::Sha512, certificates: None };
        issue(&payload(), &frame, &options, &key(1), &mut Counting(0))
            .map(|_| ())
            .map_err(|fault| (fault.code(), fault.pointer().unwrap_or_default().to_owned()))
    };
    for pointer in ["/iss", "/cnf/jwk", "/vct", "/exp"] {
        let refused = Err((Code::SdJwtNeverDisclosable, pointer.to_owned()));
        assert_eq!(code(Frame::new().hide(pointer), "dc+sd-jwt"), refused);
        assert_eq!(code(Frame::new().hide(pointer), "example+sd-jwt"), Ok(()));
    }
    let missing = Err((Code::IssueClaim, "/nationalities/2".to_owned()));
    assert_eq!(code(frame().hide("/nationalities/2"), "dc+sd-jwt"), missing);
}

#[test]
fn the_json_serialization_is_the_same_credential() {
    let text = present(&issued(), &["/name"], Some(&binding(&key(2), "n-1"))).unwrap();
    let sd_jwt = SdJwt::parse(&text).unwrap();
    let parts: Vec<&str> = sd_jwt.jwt().split('.').collect();
    let header = format!(
        r#"{{"disclosures":["{}"],"kb_jwt":"{}"}}"#,
        sd_jwt.disclosures().join("\",\""),
        sd_jwt.key_binding().unwrap()
    );
    let flat = format!(
        r#"{{"payload":"{}","protected":"{}","signature":"{}","header":{header}}}"#,
        parts[1], parts[0], parts[2]
    );
    let general = format!(
        r#"{{"payload":"{}","signatures":[{{"protected":"{}","signature":"{}","header":{header}}},{{}}]}}"#,
        parts[1], parts[0], parts[2]
    );
    for json in [&flat, &general] {
        assert_eq!(SdJwt::compact_of_json(json.as_bytes()).unwrap(), text);
        assert_eq!(judge(json, &asking()), (Outcome::Accept, vec![]));
    }
    let second = general.replace("{}]", r#"{"header":{"disclosures":[]}}]"#);
    assert_eq!(SdJwt::compact_of_json(second.as_bytes()).unwrap_err().pointer(), Some("/signatures/1/header"));
}
