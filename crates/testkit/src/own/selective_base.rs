//! What a holder does with the base proofs of ecdsa-sd-2023 and bbs-2023: judges them, and derives from them.

use serde_json::{Value as Json, json};
use tamarack::keys::KeyType;
use tamarack::proof::Suite;

use super::actor::actor;
use super::cbor::Part;
use super::documents::{set, v2_of};
use super::selective::{AREA, DISCLOSURE, ENCODING, SIGNATURE, bbs, changed, ecdsa, refused};
use super::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    [bases(), choices()].concat()
}

/// Base proofs, judged by the holder who received them.
fn bases() -> Vec<Vector> {
    let mut vectors = Vec::new();
    for case in [ecdsa(), bbs()] {
        let (hmac, pointers) = if case.name == "ecdsa" { (2, 4) } else { (3, 4) };
        let held = |name: &str, about: &str, code: &str, document: &Json| {
            refused(&case, name, about, code, document).policy("asHolder", true)
        };
        vectors.extend([
            held(
                "base-hmac-key-short",
                "A key of labels of 31 bytes.",
                ENCODING,
                &changed(&case.base, |_, parts| {
                    let _ = parts[hmac].bytes().pop();
                }),
            ),
            held(
                "base-hmac-key-changed",
                "Another key of labels.",
                if hmac == 2 { SIGNATURE } else { DISCLOSURE },
                &changed(&case.base, |_, parts| parts[hmac].bytes()[0] ^= 1),
            ),
            held(
                "base-pointer-of-nothing",
                "A mandatory pointer that names nothing.",
                DISCLOSURE,
                &changed(&case.base, |_, parts| parts[pointers].items().push(Part::Text("/evidence".into()))),
            ),
            held(
                "base-pointer-missing",
                "A mandatory pointer is gone.",
                DISCLOSURE,
                &changed(&case.base, |_, parts| drop(parts[pointers].items().pop())),
            ),
            held(
                "base-claim-changed",
                "A claim was changed after signing.",
                SIGNATURE,
                &set(&case.base, "/credentialSubject/name", "Chloé Roy"),
            ),
        ]);
    }
    vectors
}

/// What can be chosen, and choices that show nothing.
fn choices() -> Vec<Vector> {
    let case = ecdsa();
    let derive = |name: &str, about: &str, document: &Json, pointers: &[&str]| {
        Vector::of("derive", AREA, name, about, json!({ "json": document })).with("reveal", json!(pointers))
    };
    let free = actor(KeyType::P256, 1).sign(Suite::EcdsaSd2023, &v2_of(&actor(KeyType::P256, 1).did));
    let plain = actor(KeyType::P256, 1).sign(Suite::EcdsaRdfc2019, &v2_of(&actor(KeyType::P256, 1).did));
    let missing = |name: &str, about: &str, pointer: &str| {
        derive(name, about, &case.base, &[pointer]).error_at("disclosure.pointer", pointer)
    };
    vec![
        derive("choose-name", "The name.", &case.base, &["/credentialSubject/name"]).gives(case.derived.clone()),
        missing("choose-missing", "A claim that is not there.", "/credentialSubject/age"),
        missing("choose-no-pointer", "A name, not a pointer.", "credentialSubject"),
        missing("choose-bad-escape", "An escape that RFC 6901 does not know.", "/credentialSubject/~2"),
        missing("choose-within-a-text", "A place within a text.", "/credentialSubject/name/0"),
        missing("choose-past-the-array", "An item past the end.", "/type/7"),
        missing("choose-leading-zero", "An index with a leading zero.", "/type/00"),
        missing("choose-the-proof", "The proof itself.", "/proof"),
        derive("choose-nothing", "Nothing is mandatory, and nothing is chosen.", &free, &[])
            .error("disclosure.nothing"),
        derive("derive-from-derived", "A derived proof is no base proof.", &case.derived, &["/credentialSubject/name"])
            .error_at("proof.value_encoding", "/proof/proofValue"),
        derive("derive-from-plain", "A proof without selective disclosure.", &plain, &["/credentialSubject/name"])
            .error_at("proof.missing", "/proof"),
        derive(
            "derive-from-another",
            "The base proof of a credential with fewer claims.",
            &set(&case.base, "/credentialSubject/mediaType", "text/plain"),
            &["/credentialSubject/name"],
        )
        .error_at("proof.disclosure", "/proof/proofValue"),
        derive(
            "derive-from-two",
            "Two base proofs: which one is not said.",
            &set(
                &case.base,
                "/proof",
                json!([
                    case.base["proof"],
                    set(&case.base, "/proof/id", "urn:uuid:4f0c9a5e-2f1b-4f7d-9a36-1c8a1f0e7d21")["proof"]
                ]),
            ),
            &["/credentialSubject/name"],
        )
        .error_at("proof.malformed", "/proof"),
    ]
}
