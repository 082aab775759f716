//! Compact tokens, of VCDM 1.1 and of VC-JOSE-COSE. So that the fuzzer gets past base64url, the text may also be two
//! JSON objects with a zero byte between them: header and payload.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tamarack::encoding::base64url_encode;
use tamarack::jose;

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.split(|&byte| byte == 0);
    let token = match (parts.next(), parts.next()) {
        (Some(header), Some(payload)) => {
            format!("{}.{}.{}", base64url_encode(header), base64url_encode(payload), base64url_encode(&[7; 64]))
        }
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => return,
        },
    };
    if let Ok(jwt) = jose::read(&token) {
        assert_eq!(jose::read(&token).map(|jwt| jwt.is_presentation), Ok(jwt.is_presentation));
    }
});
