//! The whole of `verify` with arbitrary evidence, and without security: every signature is taken to be good, so that the
//! fuzzer gets past it. The input is followed by evidence: a zero byte, a name, a zero byte, the piece, and so on.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tamarack::proof::{SignatureChecker, SignatureTask};
use tamarack::verify::testing::verify_with_checker;
use tamarack::{Evidence, EvidenceKind, Fault, Outcome, Policy, Timestamp, verify};

struct Gullible;

impl SignatureChecker for Gullible {
    fn check(&mut self, _task: SignatureTask<'_>) -> Result<(), Fault> {
        Ok(())
    }
}

const KINDS: [EvidenceKind; 7] = [
    EvidenceKind::DidDocument,
    EvidenceKind::StatusList,
    EvidenceKind::Context,
    EvidenceKind::Schema,
    EvidenceKind::Resource,
    EvidenceKind::IssuerMetadata,
    EvidenceKind::TypeMetadata,
];

fuzz_target!(|bytes: &[u8]| {
    let now = Timestamp::parse_stamp("2026-11-22T00:00:00Z").expect("a date");
    let mut parts = bytes.split(|&byte| byte == 0);
    let input = parts.next().unwrap_or_default();
    let mut evidence = Evidence::none();
    while let (Some(name), Some(piece)) = (parts.next(), parts.next()) {
        let Ok(name) = std::str::from_utf8(name) else { continue };
        for kind in KINDS {
            evidence.insert(kind, name, piece.to_vec(), now);
        }
    }
    let policy = Policy::insecure_trust_any_issuer();
    let gullible = verify_with_checker(input, &policy, &evidence, now, &mut Gullible);
    let again = verify_with_checker(input, &policy, &evidence, now, &mut Gullible);
    assert_eq!(format!("{gullible:?}"), format!("{again:?}"), "same input, same verdict");
    let strict = verify(input, &policy, &evidence, now);
    match (&gullible, &strict) {
        // Taking signatures for good can only make a verdict better.
        (Ok(gullible), Ok(strict)) => {
            assert!(strict.outcome() != Outcome::Accept || gullible.outcome() == Outcome::Accept);
            for verdict in [gullible, strict] {
                assert_eq!(verdict.claims().is_some(), verdict.outcome() == Outcome::Accept);
            }
        }
        (Err(_), Err(_)) => {}
        _ => panic!("whether an input can be judged must not depend on signatures"),
    }
    let nobody = verify(input, &Policy::no_trust(), &evidence, now);
    assert!(!nobody.is_ok_and(|verdict| verdict.outcome() == Outcome::Accept), "no policy, no acceptance");
});
