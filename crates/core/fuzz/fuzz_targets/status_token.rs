//! Token Status Lists: the list in JSON, and the token as evidence for a credential whose signature is taken for good.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tamarack::encoding::base64url_encode;
use tamarack::json::parse;
use tamarack::proof::{SignatureChecker, SignatureTask};
use tamarack::status::TokenList;
use tamarack::verify::testing::verify_with_checker;
use tamarack::{Evidence, EvidenceKind, Fault, Policy, Timestamp};

struct Gullible;

impl SignatureChecker for Gullible {
    fn check(&mut self, _task: SignatureTask<'_>) -> Result<(), Fault> {
        Ok(())
    }
}

const DID: &str = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
const URI: &str = "https://id.example/1";

fn token(header: &[u8], payload: &[u8]) -> String {
    format!("{}.{}.{}", base64url_encode(header), base64url_encode(payload), base64url_encode(&[7; 64]))
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(list) = parse(bytes).and_then(|value| TokenList::from_value(&value)) {
        assert_eq!(TokenList::from_value(&list.to_value()).as_ref(), Ok(&list));
        assert!(list.get(list.len()).is_err());
        assert!(list.get(list.len() - 1).is_ok());
    }
    let payload = format!(
        r#"{{"iss":"{DID}","vct":"urn:x:y","status":{{"status_list":{{"idx":{},"uri":"{URI}"}}}}}}"#,
        bytes.len()
    );
    let credential = token(br#"{"alg":"EdDSA","typ":"dc+sd-jwt"}"#, payload.as_bytes()) + "~";
    let now = Timestamp::parse_stamp("2026-11-22T00:00:00Z").expect("a date");
    let mut evidence = Evidence::none();
    let mut parts = bytes.splitn(2, |&byte| byte == 0);
    let list = match (parts.next(), parts.next()) {
        (Some(header), Some(payload)) => token(header, payload).into_bytes(),
        _ => token(br#"{"alg":"EdDSA","typ":"statuslist+jwt"}"#, bytes).into_bytes(),
    };
    evidence.insert(EvidenceKind::StatusList, URI, list, now);
    let policy = Policy::insecure_trust_any_issuer();
    let verdict = verify_with_checker(credential.as_bytes(), &policy, &evidence, now, &mut Gullible);
    assert!(verdict.is_ok(), "a bad list is no bad input");
});
