//! The figures of the wallet: ten thousand credentials in the encrypted store.

#![allow(clippy::expect_used, reason = "a benchmark may stop at the first surprise")]

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use tamarack::encoding::base64url_encode;
use tamarack::{Evidence, SystemRandomness, Timestamp};
use tamarack_openid4vc::vp::dcql::{Authorities, Query, World, match_held};
use tamarack_wallet::{
    DeviceError, DeviceKeys, Guard, SqlCipherStore, Store as _, StoredCredential, Summary, credentials, status,
};

const NOW: Timestamp = Timestamp::from_unix(1_790_000_000);
const CREDENTIALS: usize = 10_000;
/// Kinds of credentials among them: a request fits a hundredth.
const KINDS: usize = 1_000;

/// Hardware that wraps at no cost, so that the store alone is measured.
struct Hardware;

impl DeviceKeys for Hardware {
    fn create(&self, _: &str, _: Option<&[u8]>) -> Result<Vec<u8>, DeviceError> {
        Err(DeviceError::Failed)
    }
    fn sign(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, DeviceError> {
        Err(DeviceError::Failed)
    }
    fn delete(&self, _: &str) -> Result<(), DeviceError> {
        Err(DeviceError::Failed)
    }
    fn attest(&self, _: &str, _: &[u8]) -> Result<Option<Vec<u8>>, DeviceError> {
        Ok(None)
    }
    fn wrap_key(&self, key: &[u8]) -> Result<Vec<u8>, DeviceError> {
        Ok(key.to_vec())
    }
    fn unwrap_key(&self, wrapped: &[u8]) -> Result<Vec<u8>, DeviceError> {
        Ok(wrapped.to_vec())
    }
}

/// An SD-JWT VC, which nobody verifies here.
fn credential(kind: usize) -> String {
    let part = |text: &str| base64url_encode(text.as_bytes());
    let payload = format!(
        r#"{{"iss":"https://issuer{}.example","vct":"https://credentials.example/{kind}","sub":"{kind}","age_over_19":true,"cnf":{{"jwk":{{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}}}}}"#,
        kind % 40
    );
    format!("{}.{}.{}~", part(r#"{"alg":"ES256","typ":"dc+sd-jwt"}"#), part(&payload), part(&"s".repeat(64)))
}

fn fill(folder: &Path) {
    let store = SqlCipherStore::create(folder, Guard::Device(&Hardware), &mut SystemRandomness).expect("a store");
    let evidence = Evidence::none();
    let mut changes = Vec::new();
    for n in 0..CREDENTIALS {
        let id = credentials::new_id(&mut SystemRandomness).expect("an id");
        let stored = StoredCredential::new(credential(n % KINDS));
        let held = stored.held().expect("a credential");
        let mut summary = Summary::of(&id, &held, &evidence.contexts(), NOW);
        summary.title.en = Some(format!("Card {n}"));
        summary.title.fr = Some(format!("Carte {n}"));
        changes.extend(credentials::put(&stored, &summary).expect("changes"));
        changes.push(status::put(&id, status::State::Good, NOW).expect("a change"));
    }
    store.write(&changes).expect("written");
}

fn figures(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    fill(folder.path());
    let open = || SqlCipherStore::open(folder.path(), Guard::Device(&Hardware)).expect("opens");
    let mut group = criterion.benchmark_group("wallet-open");
    group.bench_function("ours", |bench| bench.iter(|| black_box(open())));
    group.finish();

    let store = open();
    let mut group = criterion.benchmark_group("wallet-list");
    group.bench_function("ours", |bench| bench.iter(|| black_box(status::overview(&store, NOW).expect("lists")).len()));
    group.finish();

    let query = r#"{"credentials":[{"id":"age","format":"dc+sd-jwt","meta":{"vct_values":["https://credentials.example/7"]},
        "claims":[{"path":["age_over_19"]}]}]}"#;
    let query = Query::parse(query.as_bytes()).expect("a query");
    let evidence = Evidence::none();
    let (contexts, authorities) = (evidence.contexts(), Authorities::none());
    let mut group = criterion.benchmark_group("wallet-match");
    group.bench_function("ours", |bench| {
        bench.iter(|| {
            let candidates = credentials::candidates(&store, &query).expect("candidates");
            let held: Vec<_> = candidates.into_iter().map(|(_, _, held)| held).collect();
            let matches = match_held(&query, &held, &World::new(&contexts, &authorities));
            assert!(matches.is_satisfiable());
            black_box(matches)
        });
    });
    group.finish();
}

criterion_group!(benches, figures);
criterion_main!(benches);
