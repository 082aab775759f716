//! The figures of BBS: whole documents of 20 messages, each beside blst's bare arithmetic of the same run.
//!
//! The bare figure is the product of two pairings and the sum of 24 multiples (P1, Q1, 20 messages, D, and one for the other
//! equation) by Pippenger's algorithm, as blst computes them; for signing, the sum of 22 multiples and one multiplication.

#![allow(clippy::expect_used, reason = "a benchmark may stop at the first surprise")]

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};
use tamarack::did::Relationship;
use tamarack::json::{Object, Value, to_string};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::{DeriveOptions, SignOptions, Suite, derive, sign};
use tamarack::verify::verify_many;
use tamarack::{Evidence, Outcome, Policy, SystemRandomness, Timestamp, verify};
use tamarack_bls12_381::{Expander, G1, G1Affine, G2Affine, Scalar, SecretScalar, bare, hash_to_g1};
use tamarack_testkit::documents;

const NOW: Timestamp = Timestamp::from_unix(1_790_000_000);

struct Issuer {
    key: SecretKey,
    did: String,
    method: String,
}

impl Issuer {
    fn new() -> Self {
        let key = SecretKey::generate(KeyType::Bls12381G2).expect("randomness");
        let multikey = key.public_key().to_multikey();
        Self { key, did: format!("did:key:{multikey}"), method: format!("did:key:{multikey}#{multikey}") }
    }

    fn options(&self, suite: Suite) -> SignOptions {
        SignOptions {
            suite,
            verification_method: self.method.clone(),
            purpose: Relationship::AssertionMethod,
            created: (suite != Suite::Bbs2023).then_some(Timestamp::from_unix(1_780_000_000)),
            expires: None,
            challenge: None,
            domain: None,
            id: None,
            previous: Vec::new(),
            mandatory_pointers: if suite == Suite::Bbs2023 { vec!["/issuer".to_owned()] } else { Vec::new() },
        }
    }

    fn sign(&self, document: &Object<'static>, suite: Suite) -> Object<'static> {
        sign(document, &self.options(suite), &self.key, &Contexts::builtin()).expect("signs")
    }
}

fn claims(count: usize) -> String {
    (0..count).map(|i| format!(r#""claim{i:02}":"value of claim {i}""#)).collect::<Vec<_>>().join(",")
}

/// With `/issuer` mandatory (and the type with it), 20 statements are messages: the subject and 19 claims.
fn of_2023(issuer: &str) -> Object<'static> {
    documents::object(&format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/undefined-terms/v2"],
        "type":["VerifiableCredential"],"issuer":"{issuer}","credentialSubject":{{{}}}}}"#,
        claims(19)
    ))
}

/// Three messages of 20: the subject and two claims.
fn shown_of_2023() -> DeriveOptions {
    let reveal = ["/credentialSubject/claim03", "/credentialSubject/claim11"].map(str::to_owned).to_vec();
    DeriveOptions { reveal, ..DeriveOptions::default() }
}

/// The options' statements count as messages here, and are always shown.
fn of_2020(issuer: &str) -> Object<'static> {
    documents::object(&format!(
        r#"{{"@context":["https://www.w3.org/2018/credentials/v1","https://www.w3.org/ns/credentials/undefined-terms/v2",
        "https://w3id.org/security/bbs/v1"],"type":["VerifiableCredential"],"issuer":"{issuer}",
        "issuanceDate":"2026-01-01T00:00:00Z","credentialSubject":{{"id":"did:example:holder",{}}}}}"#,
        claims(12)
    ))
}

fn bytes(document: &Object<'static>) -> Vec<u8> {
    to_string(&Value::Object(document.clone())).into_bytes()
}

/// Elements and scalars for the bare figures.
fn material() -> (Vec<G1Affine>, Vec<Scalar>) {
    let points = (0..24_u8).map(|i| hash_to_g1(Expander::XmdSha256, &[i], b"bench").expect("a short tag")).collect();
    let mut scalar = Scalar::from(0x9e37_79b9_7f4a_7c15);
    let next = || {
        scalar = scalar * scalar + Scalar::one();
        scalar
    };
    (points, std::iter::repeat_with(next).take(24).collect())
}

fn bare_proof(group: &mut BenchmarkGroup<'_, WallTime>) {
    let (points, scalars) = material();
    let key = G2Affine::generator();
    let [first, second, ..] = points.as_slice() else { return };
    group.bench_function("bare", |b| {
        b.iter(|| {
            black_box(bare::pippenger(black_box(&points), &scalars));
            black_box(bare::pairing_product([first, second], [black_box(&key), &key]))
        });
    });
}

fn bare_signature(group: &mut BenchmarkGroup<'_, WallTime>) {
    let (points, scalars) = material();
    let (points, scalars) = (points.get(..22).expect("24"), scalars.get(..22).expect("24"));
    let factor = SecretScalar::new(*scalars.first().expect("22"));
    group.bench_function("bare", |b| {
        b.iter(|| {
            let sum: G1 = bare::pippenger(black_box(points), scalars);
            black_box(sum.multiply_secret(&factor))
        });
    });
}

fn accepts(input: &[u8]) {
    let verdict = verify(input, &Policy::insecure_trust_any_issuer(), &Evidence::none(), NOW).expect("a credential");
    assert_eq!(verdict.outcome(), Outcome::Accept, "{verdict:?}");
}

/// `verify` and `derive` of one suite, and `sign` of the newer one.
fn suite(c: &mut Criterion, name: &str, suite: Suite, unsigned: &Object<'static>, options: &DeriveOptions) {
    let issuer = Issuer::new();
    let mut unsigned = unsigned.clone();
    unsigned.insert("issuer", issuer.did.clone());
    let signed = issuer.sign(&unsigned, suite);
    let contexts = Contexts::builtin();
    let show = || derive(&signed, options, &contexts, &mut SystemRandomness).expect("derives");
    let shown = bytes(&show());
    accepts(&shown);

    let mut group = c.benchmark_group(format!("{name}-sign"));
    bare_signature(&mut group);
    group.bench_function("ours", |b| b.iter(|| issuer.sign(black_box(&unsigned), suite)));
    group.finish();
    let mut group = c.benchmark_group(format!("{name}-derive"));
    bare_proof(&mut group);
    group.bench_function("ours", |b| b.iter(show));
    group.finish();
    let mut group = c.benchmark_group(format!("{name}-verify"));
    bare_proof(&mut group);
    let (policy, evidence) = (Policy::insecure_trust_any_issuer(), Evidence::none());
    group.bench_function("ours", |b| b.iter(|| verify(black_box(&shown), &policy, &evidence, NOW)));
    group.finish();
}

fn singles(c: &mut Criterion) {
    suite(c, "bbs-2023", Suite::Bbs2023, &of_2023("did:example:issuer"), &shown_of_2023());
    let reveal = vec!["/credentialSubject/claim03".to_owned(), "/credentialSubject/claim11".to_owned()];
    let options = DeriveOptions { reveal, ..DeriveOptions::default() };
    suite(c, "bbs-2020", Suite::BbsBlsSignature2020, &of_2020("did:example:issuer"), &options);
}

/// Per proof and core, beside one alone.
fn many(c: &mut Criterion) {
    const COUNT: usize = 1_024;
    let issuer = Issuer::new();
    let signed = issuer.sign(&of_2023(&issuer.did), Suite::Bbs2023);
    let contexts = Contexts::builtin();
    let inputs: Vec<Vec<u8>> = (0..COUNT)
        .map(|_| bytes(&derive(&signed, &shown_of_2023(), &contexts, &mut SystemRandomness).expect("derives")))
        .collect();
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let (policy, evidence) = (Policy::insecure_trust_any_issuer(), Evidence::none());
    let mut group = c.benchmark_group("bbs-verify-many");
    let first = inputs.first().expect("many");
    group.bench_function("bare", |b| b.iter(|| verify(black_box(first), &policy, &evidence, NOW)));
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

criterion_group! {
    name = figures;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(4));
    targets = singles, many
}
criterion_main!(figures);
