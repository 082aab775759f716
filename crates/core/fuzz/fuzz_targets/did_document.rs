//! DID documents: whatever one says, its methods and relationships are read without a fault.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tamarack::did::{DidDocument, Relationship};

const DID: &str = "did:web:fuzz.example";

fuzz_target!(|bytes: &[u8]| {
    // A document is for the DID that it names, so that corpora of any DID are of use.
    let named = std::str::from_utf8(bytes).ok().and_then(|text| {
        let start = text.find("\"id\"").and_then(|at| text[at..].find("did:").map(|skip| at + skip))?;
        text[start..].split('"').next()
    });
    let Ok(document) = DidDocument::parse(bytes, named.unwrap_or(DID)) else { return };
    use Relationship::{AssertionMethod, Authentication, KeyAgreement};
    for relationship in [AssertionMethod, Authentication, KeyAgreement] {
        for method in document.methods(relationship) {
            let again = document.method(&method.id, relationship).expect("a method that is listed is found");
            assert_eq!(again.id, method.id);
        }
    }
});
