//! N-Quads and RDFC-1.0: the canonical form is its own canonical form, and work is bounded.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tamarack::rdf::{Dataset, HashAlgorithm, canonicalize, canonicalize_with_map};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(dataset) = Dataset::parse_nquads(text) else { return };
    assert_eq!(Dataset::parse_nquads(&dataset.to_nquads()).unwrap().len(), dataset.len());
    for hash in [HashAlgorithm::Sha256, HashAlgorithm::Sha384] {
        let Ok(canonical) = canonicalize_with_map(&dataset, hash) else { continue };
        assert!(canonical.lines().is_sorted());
        assert_eq!(canonical.lines().count(), dataset.len());
        let again = Dataset::parse_nquads(canonical.nquads()).expect("the canonical form is N-Quads");
        // Near the limit of work the order of the quads decides; below it nothing does.
        if let Ok(again) = canonicalize(&again, hash) {
            assert_eq!(again, canonical.nquads());
        }
    }
});
