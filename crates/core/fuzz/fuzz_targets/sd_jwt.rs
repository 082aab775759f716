//! SD-JWTs: taken apart, resolved, shown in part. So that the fuzzer gets past base64url and the digests, the text may also be a
//! JSON payload followed by disclosures in JSON, a zero byte before each: their digests are put into the payload's `_sd`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tamarack::encoding::base64url_encode;
use tamarack::json::{Value, parse, to_string};
use tamarack::sd_jwt::{HashName, SdJwt, disclosable, present};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = SdJwt::compact_of_json(bytes) {
        assert!(SdJwt::parse(&text).is_ok(), "what was put together can be taken apart");
    }
    let mut parts = bytes.split(|&byte| byte == 0);
    let text = match (parts.next().map(parse), bytes.contains(&0)) {
        (Some(Ok(Value::Object(mut payload))), true) => {
            let disclosures: Vec<String> = parts.map(base64url_encode).collect();
            let digests = disclosures.iter().map(|text| Value::from(HashName::Sha256.digest(text)));
            payload.insert("_sd", digests.collect::<Vec<_>>());
            let payload = to_string(&Value::Object(payload));
            let header = base64url_encode(br#"{"alg":"EdDSA","typ":"dc+sd-jwt"}"#);
            let jwt = format!("{header}.{}.{}", base64url_encode(payload.as_bytes()), base64url_encode(&[7; 64]));
            disclosures.iter().fold(format!("{jwt}~"), |text, disclosure| format!("{text}{disclosure}~"))
        }
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => return,
        },
    };
    let Ok(claims) = disclosable(&text) else { return };
    let whole = SdJwt::parse(&text).and_then(|token| token.peek()).expect("it was read before");
    let whole = Value::Object(whole);
    for claim in &claims {
        assert_eq!(whole.pointer(&claim.pointer), Some(&claim.value));
        // Elements move up when those before them are hidden; members stay.
        let shown = present(&text, &[&claim.pointer], None).expect("what may be shown can be shown");
        assert!(SdJwt::parse(&shown).and_then(|token| token.peek()).is_ok());
    }
    assert_eq!(present(&text, &[""], None).as_deref(), Ok(text.as_str()));
    let none = present(&text, &[], None).expect("nothing can be shown");
    assert_eq!(disclosable(&none).map(|claims| claims.len()), Ok(0));
});
