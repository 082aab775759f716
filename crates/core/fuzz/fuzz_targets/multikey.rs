//! Multikeys: one text for one key.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tamarack::keys::PublicKey;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(key) = PublicKey::from_multikey(text) {
        assert_eq!(key.to_multikey(), text);
    }
});
