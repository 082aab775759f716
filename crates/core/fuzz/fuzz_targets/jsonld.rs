//! JSON-LD to quads. The text may go on, after a zero byte, with a context document under the URL of [`EXTRA`].

#![no_main]

use libfuzzer_sys::fuzz_target;
use tamarack::json;
use tamarack::jsonld::{ContextSet, Contexts, Document, to_dataset};
use tamarack::rdf::{Dataset, HashAlgorithm, canonicalize};

const EXTRA: &str = "https://fuzz.example/context";

fuzz_target!(|bytes: &[u8]| {
    let (document, context) = match bytes.iter().position(|&byte| byte == 0) {
        Some(at) => (&bytes[..at], Some(&bytes[at + 1..])),
        None => (bytes, None),
    };
    let Ok(value) = json::parse(document) else { return };
    let Some(object) = value.as_object() else { return };
    let mut extra = ContextSet::default();
    if let Some(context) = context {
        extra.insert(EXTRA, context);
    }
    let document = Document { object, context: None, skip: &["proof"] };
    let Ok(dataset) = to_dataset(&document, &Contexts::with(&extra)) else { return };
    // Every term that was let through is well-formed.
    let text = dataset.to_nquads();
    let again = Dataset::parse_nquads(&text).expect("the quads of a document are N-Quads");
    if let Ok(canonical) = canonicalize(&dataset, HashAlgorithm::Sha256) {
        assert_eq!(canonicalize(&again, HashAlgorithm::Sha256).as_ref(), Ok(&canonical));
    }
});
