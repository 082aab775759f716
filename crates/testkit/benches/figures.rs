//! The figures of `docs/performance.md`: each beside the bare cryptography of the same run.
//!
//! Criterion measures; `cargo xtask bench` runs this, adds the figures of whole programs, and prints the table.

#![allow(clippy::expect_used, reason = "a benchmark may stop at the first surprise")]

#[path = "figures/javascript.rs"]
mod javascript;
#[path = "figures/selective.rs"]
mod selective;

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use tamarack::did::Relationship;
use tamarack::json::{Object, Value, to_string};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer};
use tamarack::proof::{SignOptions, Suite};
use tamarack::verify::verify_many;
use tamarack::{Evidence, Outcome, Policy, Timestamp, verify};
use tamarack_testkit::documents;

const NOW: Timestamp = Timestamp::from_unix(1_790_000_000);

struct Issuer {
    key: SecretKey,
    did: String,
    method: String,
}

impl Issuer {
    fn new() -> Self {
        let key = SecretKey::generate(KeyType::Ed25519).expect("randomness");
        let multikey = key.public_key().to_multikey();
        Self { key, did: format!("did:key:{multikey}"), method: format!("did:key:{multikey}#{multikey}") }
    }

    fn sign(&self, document: &Object<'static>, suite: Suite) -> Vec<u8> {
        let options = SignOptions {
            suite,
            verification_method: self.method.clone(),
            purpose: Relationship::AssertionMethod,
            created: Some(Timestamp::from_unix(1_780_000_000)),
            expires: None,
            challenge: None,
            domain: None,
            id: None,
            previous: Vec::new(),
            mandatory_pointers: Vec::new(),
        };
        let signed = tamarack::proof::sign(document, &options, &self.key, &Contexts::builtin()).expect("signs");
        to_string(&Value::Object(signed)).into_bytes()
    }
}

/// What nobody can go below: the key decoded, one strict check of a signature over two SHA-256 digests.
fn bare(group: &mut BenchmarkGroup<'_, WallTime>) {
    let issuer = Issuer::new();
    let message = [7_u8; 64];
    let signature = issuer.key.sign(SignatureAlgorithm::EdDsa, &message).expect("signs");
    let signature = Signature::from_slice(&signature).expect("64 bytes");
    let key: [u8; 32] = issuer.key.public_key().bytes().try_into().expect("32 bytes");
    group.bench_function("bare", |b| {
        b.iter(|| {
            let key = VerifyingKey::from_bytes(black_box(&key)).expect("a point");
            key.verify_strict(black_box(&message), &signature).expect("good");
        });
    });
    let _ = |k: &VerifyingKey| k.verify(&message, &signature);
}

fn single(c: &mut Criterion, name: &str, input: &[u8]) {
    let mut group = c.benchmark_group(name);
    bare(&mut group);
    verifies(&mut group, input, NOW);
    group.finish();
}

/// JSON text to verdict.
fn verifies(group: &mut BenchmarkGroup<'_, WallTime>, input: &[u8], now: Timestamp) {
    let (policy, evidence) = (Policy::insecure_trust_any_issuer(), Evidence::none());
    let verdict = verify(input, &policy, &evidence, now).expect("a credential");
    assert_eq!(verdict.outcome(), Outcome::Accept, "{verdict:?}");
    group.bench_function("ours", |b| b.iter(|| verify(black_box(input), &policy, &evidence, now)));
}

fn singles(c: &mut Criterion) {
    let issuer = Issuer::new();
    let old = issuer.sign(&documents::licence(&issuer.did, false), Suite::Ed25519Signature2020);
    let rdfc = issuer.sign(&documents::licence(&issuer.did, true), Suite::EddsaRdfc2022);
    let jcs = issuer.sign(&documents::licence(&issuer.did, true), Suite::EddsaJcs2022);
    single(c, "verify-ed25519-2020", &old);
    single(c, "verify-eddsa-rdfc-2022", &rdfc);
    single(c, "verify-eddsa-jcs-2022", &jcs);
    // How the time grows: three statements an item, one of them a blank node.
    let sizes =
        [("verify-18-quads", 6), ("verify-30-quads", 10), ("verify-300-quads", 100), ("verify-3000-quads", 1_000)];
    for (name, items) in sizes {
        single(c, name, &issuer.sign(&documents::wide(&issuer.did, items), Suite::EddsaRdfc2022));
    }
    opponent(c, &old);
}

/// The slowest of the poison graphs, from its text to the refusal.
fn poison(c: &mut Criterion) {
    let (policy, evidence) = (Policy::insecure_trust_any_issuer(), Evidence::none());
    let refuse = |text: &String| {
        let verdict = verify(text.as_bytes(), &policy, &evidence, NOW).expect("a credential");
        let complex = |check: &tamarack::Check| check.code() == Some(tamarack::Code::RdfTooComplex);
        assert!(verdict.checks().iter().any(complex), "{verdict:?}");
    };
    let timed = documents::poison().into_iter().map(|text| {
        let begin = Instant::now();
        refuse(&text);
        (begin.elapsed(), text)
    });
    let (_, slowest) = timed.max_by_key(|(took, _)| *took).expect("some");
    let mut group = c.benchmark_group("refuse-poison-graph");
    group.sample_size(10).bench_function("ours", |b| b.iter(|| refuse(&slowest)));
    group.finish();
}

/// An SD-JWT VC with fifteen disclosures, all of them shown.
fn sd_jwt_vc(c: &mut Criterion) {
    use tamarack::sd_jwt::{Frame, HashName, IssueOptions, issue};
    const CLAIMS: usize = 15;
    let issuer = Issuer::new();
    let mut payload: Object<'static> = Object::new();
    payload.insert("iss", issuer.did.clone());
    payload.insert("vct", "https://tamarack.example/ontario/types/person/v1");
    payload.insert("iat", 1_780_000_000_u32);
    payload.insert("exp", 1_890_000_000_u32);
    let names: Vec<String> = (0..CLAIMS).map(|number| format!("claim{number}")).collect();
    for name in &names {
        payload.insert(name.clone(), format!("the value of {name}"));
    }
    let frame = names.iter().fold(Frame::new(), |frame, name| frame.hide(format!("/{name}")));
    let options =
        IssueOptions { typ: "dc+sd-jwt", kid: Some(&issuer.method), hash: HashName::Sha256, certificates: None };
    let token = issue(&payload, &frame, &options, &issuer.key, &mut tamarack::SystemRandomness).expect("issues");
    assert_eq!(token.matches('~').count(), CLAIMS + 1);
    single(c, "sd-jwt-vc-verify", token.as_bytes());
}

/// The same bytes through the `ssi` crate, its contexts preloaded.
fn opponent(c: &mut Criterion, input: &[u8]) {
    use ssi::claims::VerificationParameters;
    use ssi::claims::vc::syntax::AnyJsonCredential;
    use ssi::dids::{AnyDidMethod, DIDResolver as _};
    use ssi::prelude::{AnyDataIntegrity, AnySuite};

    let parameters = VerificationParameters::from_resolver(AnyDidMethod::default().into_vm_resolver());
    let check = |input: &[u8]| {
        let credential: AnyDataIntegrity<AnyJsonCredential> = serde_json::from_slice(input).expect("JSON");
        pollster::block_on(credential.verify(&parameters))
    };
    let _ = AnySuite::Ed25519Signature2020;
    check(input).expect("judged").expect("ssi accepts the same bytes");
    let mut group = c.benchmark_group("ssi-ed25519-2020");
    bare(&mut group);
    group.sample_size(10);
    group.bench_function("ours", |b| b.iter(|| check(black_box(input))));
    group.finish();
}

/// Per credential and core.
fn many(c: &mut Criterion) {
    const COUNT: usize = 8_192;
    let issuer = Issuer::new();
    let inputs: Vec<Vec<u8>> = (0..COUNT)
        .map(|i| {
            let mut document = documents::licence(&issuer.did, false);
            document.insert("id", format!("urn:uuid:6e0f4a1e-5a0c-4a2e-9d6b-{i:012x}"));
            issuer.sign(&document, Suite::Ed25519Signature2020)
        })
        .collect();
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let (policy, evidence) = (Policy::insecure_trust_any_issuer(), Evidence::none());
    let mut group = c.benchmark_group("verify-many");
    bare(&mut group);
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    group.bench_function("ours", |b| {
        b.iter_custom(|rounds| {
            let mut total = Duration::ZERO;
            for _ in 0..rounds {
                let start = Instant::now();
                let answers = verify_many(&inputs, &policy, &evidence, NOW, threads);
                total += start.elapsed();
                assert!(answers.iter().all(|a| a.as_ref().is_ok_and(|v| v.outcome() == Outcome::Accept)));
            }
            total * u32::try_from(threads.get()).expect("few cores") / u32::try_from(COUNT).expect("few")
        });
    });
    group.finish();
}

/// Bare signing, the floor of `issue-batch`.
fn signing(c: &mut Criterion) {
    let issuer = Issuer::new();
    let message = [7_u8; 64];
    c.benchmark_group("sign").bench_function("bare", |b| {
        b.iter(|| issuer.key.sign(SignatureAlgorithm::EdDsa, black_box(&message)));
    });
}

criterion_group! {
    name = figures;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(4));
    targets = singles, poison, sd_jwt_vc, many, signing, selective::ecdsa_sd, selective::opponent, javascript::javascript
}
criterion_main!(figures);
