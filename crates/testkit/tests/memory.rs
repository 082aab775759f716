//! Deriving on a phone: the peak memory of a process that derives from a credential of 100 claims, from its text to the
//! text of what is shown, contexts compiled on the way.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests may stop at the first surprise")]

use std::fmt::Write as _;

use peak_alloc::PeakAlloc;
use tamarack::did::Relationship;
use tamarack::json::{self, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::{DeriveOptions, SignOptions, Suite, derive, sign};
use tamarack::{Evidence, Outcome, Policy, SystemRandomness, Timestamp, verify};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const CLAIMS: usize = 100;
/// Bytes.
const BUDGET: usize = 8_000_000;

/// A credential of 100 claims with a base proof.
fn credential() -> String {
    let key = SecretKey::generate(KeyType::Bls12381G2).unwrap();
    let multikey = key.public_key().to_multikey();
    let claims = (0..CLAIMS).fold(String::new(), |mut text, number| {
        write!(text, r#","claim{number}": "value {number}""#).unwrap();
        text
    });
    let text = format!(
        r#"{{"@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/undefined-terms/v2"],
             "type": ["VerifiableCredential"], "issuer": "did:key:{multikey}", "validFrom": "2026-11-01T00:00:00Z",
             "credentialSubject": {{"type": "Person"{claims}}}}}"#
    );
    let Value::Object(document) = json::parse(text.as_bytes()).unwrap().into_owned() else { panic!("an object") };
    let options = SignOptions {
        suite: Suite::Bbs2023,
        verification_method: format!("did:key:{multikey}#{multikey}"),
        purpose: Relationship::AssertionMethod,
        created: None,
        expires: None,
        challenge: None,
        domain: None,
        id: None,
        previous: Vec::new(),
        mandatory_pointers: ["/issuer", "/validFrom"].map(str::to_owned).to_vec(),
    };
    json::to_string(&Value::Object(sign(&document, &options, &key, &Contexts::builtin()).unwrap()))
}

/// What a wallet does.
fn show(credential: &str) -> String {
    let credential = json::parse(credential.as_bytes()).unwrap();
    let Value::Object(credential) = credential else { panic!("an object") };
    let reveal = [3, 50, 99].map(|number| format!("/credentialSubject/claim{number}")).to_vec();
    let options = DeriveOptions { reveal, ..DeriveOptions::default() };
    json::to_string(&Value::Object(derive(&credential, &options, &Contexts::builtin(), &mut SystemRandomness).unwrap()))
}

#[test]
fn deriving_from_100_claims_takes_less_than_8_mb() {
    let credential = credential();
    // The contexts that issuing compiled in this process count for the wallet as well.
    MEMORY.reset_peak_usage();
    let shown = show(&credential);
    let peak = MEMORY.peak_usage();
    eprintln!("deriving from {CLAIMS} claims: peak memory {:.2} MB", peak as f64 / 1e6);
    assert!(peak < BUDGET, "{peak} bytes");

    let now = Timestamp::from_unix(1_795_348_800);
    let verdict = verify(shown.as_bytes(), &Policy::insecure_trust_any_issuer(), &Evidence::none(), now).unwrap();
    assert_eq!(verdict.outcome(), Outcome::Accept, "{verdict:?}");

    // The same measure notices a wallet that takes more.
    let much = vec![1_u8; BUDGET];
    assert!(MEMORY.peak_usage() > BUDGET, "{}", much.len());
}
