//! An issuer that is known by a certificate: its SD-JWT VCs, their status and its metadata.

use std::sync::Arc;

use serde_json::{Value, json};
use tamarack::encoding::{base64_encode, base64url_decode};
use tamarack::jose::Jws;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::trust::TrustList;
use tamarack::x509::Chain;
use tamarack::{Evidence, EvidenceKind, Outcome, Policy, Verdict, verify};
use tamarack_openid4vc::oauth::attesters::Attesters;
use tamarack_openid4vc::vci::signed_metadata;
use tamarack_service::store::issuing::NewKey;
use tamarack_service::store::{Address, Database};

use crate::certificates::authority;
use crate::province::{PASSPHRASE, Province, now};

const HOST: &str = "id.ontario.example";
const VCT: &str = "https://tamarack.example/ontario/types/driver/v1";

fn payload(token: &str) -> Value {
    serde_json::from_slice(&base64url_decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

fn judged(credential: &str, by: &[u8], url: &str, lists: &[(&str, &str)]) -> Verdict {
    let name = json!({"en": "Ontario", "fr": "Ontario"});
    let list = json!({"version": 1, "name": name, "issued": "2026-01-01T00:00:00Z", "issuers": [
        {"url": url, "name": name, "types": [VCT], "certificates": [base64_encode(by)]}]});
    let policy = Policy::trusting(TrustList::parse(list.to_string().as_bytes()).unwrap());
    let mut evidence = Evidence::none();
    for (url, text) in lists {
        evidence.insert(EvidenceKind::StatusList, *url, text.as_bytes().to_vec(), now());
    }
    verify(credential.as_bytes(), &policy, &evidence, now()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verifiers_know_the_issuer_by_its_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::parse(folder.path().join("issuer.sqlite3").to_str().unwrap()).unwrap();
    let before = Province::found(&address).await;
    let holder = SecretKey::generate(KeyType::P256).unwrap();
    // One that was issued by the DID, whose status will be in the same list.
    let by_did = before.issue("ontario-licence", &holder).await.as_str().unwrap().to_owned();

    let (root, stranger) = (authority("Authority"), authority("Stranger"));
    let (key, header) = root.issue(HOST, (-1, 30));
    let der = header.get("x5c").unwrap().items()[0].as_str().unwrap();
    let pem = format!("-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n");
    let chain = Arc::new(Chain::of_pem(pem.as_bytes()).unwrap());
    let (database, multikey) = (Database::open(&address, now()).await.unwrap(), key.public_key().to_multikey());
    let (method, sealed) = (format!("did:web:{HOST}#{multikey}"), key.seal(PASSPHRASE.as_bytes()).unwrap());
    let new =
        NewKey { method: &method, kind: key.public_key().key_type().name(), multikey: &multikey, sealed: &sealed };
    database.add_key(&new, now()).await.unwrap();
    let province = Province::open_with(&address, |settings| settings.certificates = Some(chain)).await;

    let issued = province.issue("ontario-licence", &holder).await;
    let credential = issued.as_str().unwrap();
    let jws = Jws::parse(credential.split('~').next().unwrap()).unwrap();
    assert_eq!(jws.header().get("alg").and_then(tamarack::json::Value::as_str), Some("ES256"));
    assert_eq!(jws.header().get("x5c").unwrap().items().len(), 1, "the leaf, and no anchor");
    assert_eq!(payload(credential)["iss"], province.url);
    let status = payload(credential)["status"]["status_list"]["uri"].as_str().unwrap().to_owned();
    let list = province.get(status.strip_prefix(&province.url).unwrap()).await;
    assert_eq!((list.status, payload(&list.text).get("iss")), (200, None));

    // Token Status List §8.4: of another time there is none.
    let path = status.strip_prefix(&province.url).unwrap();
    assert_eq!(province.get(&format!("{path}?time=1686925000")).await.status, 501);

    let lists = [(status.as_str(), list.text.as_str())];
    let good = judged(credential, &root.der(), &province.url, &lists);
    assert_eq!(good.outcome(), Outcome::Accept, "{:?}", good.checks());
    assert_eq!(good.claims().unwrap().credentials()[0].issuer, province.url);
    for (authority, url) in [(stranger.der(), province.url.as_str()), (root.der(), "https://other.example")] {
        assert_eq!(judged(credential, &authority, url, &lists).outcome(), Outcome::Reject);
    }
    // The same list speaks for what the DID issued before.
    assert_eq!(payload(&by_did)["status"]["status_list"]["uri"], status);
    province.assert_accepted(by_did.as_bytes()).await;
    // What is no SD-JWT VC stays the DID's.
    let card = province.issue("ontario-person", &SecretKey::generate(KeyType::Ed25519).unwrap()).await;
    assert_eq!(card["issuer"]["id"].as_str().or(card["issuer"].as_str()), Some("did:web:id.ontario.example"));

    let path = "/.well-known/openid-credential-issuer";
    let signed = province.request("GET", path, &[("accept", "application/jwt")], "").await.text;
    let read = |attesters: &Attesters| signed_metadata::read(&signed, &province.url, attesters, now());
    assert!(read(&Attesters::nobody().anchored(root.der())).is_ok());
    assert!(read(&Attesters::nobody().trusting(None, key.public_key().clone())).is_ok());
    assert!(read(&Attesters::nobody().anchored(stranger.der())).is_err());
}
