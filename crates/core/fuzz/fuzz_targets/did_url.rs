//! DIDs and DID URLs, and the documents of the DIDs that contain their own.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tamarack::did::{Relationship, check_did, check_did_url, did_of, did_web_url, resolve, verification_method};
use tamarack::Evidence;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let evidence = Evidence::none();
    let did = did_of(text);
    if check_did_url(text).is_ok() {
        assert!(check_did(did).is_ok(), "the DID of a DID URL is a DID");
        let _ = verification_method(text, Relationship::AssertionMethod, &evidence);
    }
    if check_did(text).is_ok() {
        assert!(check_did_url(text).is_ok(), "a DID is a DID URL");
        assert_eq!(did, text);
        if let Ok(url) = did_web_url(text) {
            assert!(url.starts_with("https://"), "did:web is HTTPS: {url}");
        }
    }
    if let Ok(document) = resolve(text, &evidence) {
        for method in document.methods(Relationship::AssertionMethod) {
            let _ = method;
        }
    }
});
