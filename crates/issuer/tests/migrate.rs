//! `migrate`: credentials of 2020, signed anew.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod common;

use common::{Issuer, example};
use serde_json::{Value, json};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::present::{Binding, Held, Holder, Selection, present};
use tamarack::verify::Outcome;
use tamarack::{Evidence, EvidenceKind, Policy, SystemRandomness, Timestamp, Verdict, verify};

const DID: &str = "did:web:id.ontario.example";
const AUDIENCE: &str = "https://lottery.example";
const NONCE: &str = "n-0S6_WzA2Mj";

fn old(issuer: &Issuer) -> Value {
    old_about(issuer, &[])
}

fn old_about(issuer: &Issuer, more: &[&str]) -> Value {
    let claims = example("claims/person.json");
    let args = ["issue", "--type", "ontario-person", "--claims", &claims, "--suite", "BbsBlsSignature2020"];
    let text = issuer.ok(&[&args[..], more].concat());
    std::fs::write(issuer.path("old.json"), &text).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_claims_and_the_status_stay() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    issuer.ok(&["key", "new", "--kind", "BLS12-381-G2"]);
    let before = old(&issuer);
    assert_eq!(before["proof"]["type"], "BbsBlsSignature2020");
    let file = issuer.text("old.json");
    let after: Value = serde_json::from_str(&issuer.ok(&["migrate", &file, "--suite", "eddsa-rdfc-2022"])).unwrap();
    assert_eq!(after["proof"]["cryptosuite"], "eddsa-rdfc-2022");
    for member in ["id", "issuer", "validFrom", "validUntil", "credentialSubject", "credentialStatus"] {
        assert_eq!(before[member], after[member], "{member}");
    }
    let records = issuer.records();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["migrations"][0]["suite"], "eddsa-rdfc-2022");
    assert_ne!(records[0]["migrations"][0]["digestBeforeSha256"], records[0]["digestSha256"]);
    // Once more, as an SD-JWT: the credential of 2020 still verifies.
    let token = issuer.ok(&["migrate", &file, "--suite", "vc+sd-jwt"]);
    assert!(token.starts_with("ey") && token.trim_end().ends_with('~'));
    assert_eq!(issuer.records()[0]["migrations"].as_array().unwrap().len(), 2);
}

fn now() -> Timestamp {
    let past = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_unix(i64::try_from(past.as_secs()).unwrap())
}

/// What the issuer has published: its DID document and its status lists.
fn published(issuer: &Issuer) -> Evidence {
    let mut evidence = Evidence::none();
    evidence.insert(EvidenceKind::DidDocument, DID, issuer.ok(&["did"]).into_bytes(), now());
    let folder = issuer.text("lists");
    for line in issuer.ok(&["status", "publish", "--out", &folder]).lines() {
        let (path, url) = line.split_once('\t').unwrap();
        evidence.insert(EvidenceKind::StatusList, url, std::fs::read(path).unwrap(), now());
    }
    evidence
}

fn judge(text: &str, policy: &Policy, evidence: &Evidence) -> Verdict {
    verify(text.trim().as_bytes(), policy, evidence, now()).unwrap()
}

fn has(verdict: &Verdict, code: &str) -> bool {
    verdict.checks().iter().any(|check| check.code().is_some_and(|found| found.as_str() == code))
}

fn accepted(text: &str, policy: &Policy, evidence: &Evidence) -> Value {
    let verdict = judge(text, policy, evidence);
    assert_eq!(verdict.outcome(), Outcome::Accept, "{:?}\n{text}", verdict.checks());
    serde_json::from_str(&tamarack::json::to_string(&verdict.claims().unwrap().document())).unwrap()
}

/// What a holder shows of it to a verifier: one claim, bound to the verifier's nonce.
fn shown(text: &str, pointer: &str, holder: Option<Holder<'_>>) -> String {
    let held = Held::parse(text.as_bytes()).unwrap();
    let pointers = [pointer.to_owned()];
    let selection = Selection { pointers: &pointers, frame: None };
    let binding =
        Binding { audience: Some(AUDIENCE), nonce: Some(NONCE), holder, created: Some(now()), ..Binding::default() };
    present(&held, &selection, &binding, &Contexts::builtin(), &mut SystemRandomness).unwrap()
}

#[test]
fn the_new_suites_say_the_same_and_can_be_shown() {
    let issuer = Issuer::new(DID);
    issuer.ok(&["key", "new", "--kind", "BLS12-381-G2"]);
    let key = SecretKey::from_bytes(KeyType::P256, &[7; 32]).unwrap();
    let subject = tamarack::did::did_key(key.public_key());
    let method = format!("{subject}#{}", key.public_key().to_multikey());
    let holder = Holder { signer: &key, verification_method: &method };
    let before = old_about(&issuer, &["--subject", &subject]);
    let (id, file) = (before["id"].as_str().unwrap().to_owned(), issuer.text("old.json"));

    let policy = Policy::insecure_trust_any_issuer();
    let asked = policy.clone().expect_challenge(NONCE).expect_domain(AUDIENCE);
    let bbs = issuer.ok(&["migrate", &file, "--suite", "bbs-2023"]);
    let token = issuer.ok(&["migrate", &file, "--suite", "dc+sd-jwt"]);
    let world = published(&issuer);

    // bbs-2023: the same members, word for word.
    let base: Value = serde_json::from_str(&bbs).unwrap();
    assert_eq!((&base["proof"]["cryptosuite"], base["proof"].get("created")), (&json!("bbs-2023"), None));
    let kept = accepted(&bbs, &policy.clone().as_holder(), &world);
    let members = [
        "id",
        "type",
        "issuer",
        "validFrom",
        "validUntil",
        "name",
        "credentialSubject",
        "credentialStatus",
        "credentialSchema",
    ];
    for member in members {
        assert!(!before[member].is_null(), "{member}");
        assert_eq!((&before[member], &before[member]), (&base[member], &kept[member]), "{member}");
    }
    let showing = shown(&bbs, "/credentialSubject/ageOver19", None);
    let seen = accepted(&showing, &asked, &world);
    assert_eq!(seen["credentialSubject"]["ageOver19"], json!(true));
    assert!(seen["credentialSubject"].get("birthDate").is_none() && !showing.contains("Tremblay"), "{showing}");

    // dc+sd-jwt: the same claims at the top, the same place in the token of the same list.
    let kept = accepted(&token, &policy, &world);
    let claims = before["credentialSubject"].as_object().unwrap();
    for (name, value) in claims.iter().filter(|(name, _)| !matches!(name.as_str(), "id" | "type")) {
        assert_eq!(&kept[name], value, "{name}");
    }
    let entry = &before["credentialStatus"].as_array().map_or(&before["credentialStatus"], |entries| &entries[0]);
    let list = entry["statusListCredential"].as_str().unwrap().rsplit_once('/').unwrap();
    let reference = &kept["status"]["status_list"];
    assert_eq!(reference["idx"].to_string(), entry["statusListIndex"].as_str().unwrap());
    let number = list.1.split('-').next().unwrap();
    assert_eq!(reference["uri"], format!("{}/{number}-token.jwt", list.0));
    let showing = shown(&token, "/ageOver19", Some(holder));
    let seen = accepted(&showing, &asked, &world);
    assert_eq!((&seen["ageOver19"], seen.get("birthDate")), (&json!(true), None));
    let bound = shown(&bbs, "/credentialSubject/ageOver19", Some(holder));
    accepted(&bound, &asked, &world);

    // One entry for all of them.
    issuer.ok(&["revoke", &id]);
    let world = published(&issuer);
    for (text, policy) in [(&bbs, &policy.clone().as_holder()), (&token, &policy), (&bound, &asked)] {
        let verdict = judge(text, policy, &world);
        assert_eq!(verdict.outcome(), Outcome::Reject);
        assert!(has(&verdict, "status.revoked"), "{:?}", verdict.checks());
    }
}

#[test]
fn what_is_not_good_is_not_signed_anew() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    issuer.ok(&["key", "new", "--kind", "BLS12-381-G2"]);
    let document = old(&issuer);
    let file = issuer.text("old.json");
    let migrate = ["migrate", file.as_str(), "--suite", "eddsa-rdfc-2022"];
    let damaged = document.to_string().replace("Tremblay", "Gagnon");
    assert_ne!(damaged, document.to_string());
    std::fs::write(issuer.path("old.json"), damaged).unwrap();
    assert!(issuer.fails(65, &migrate).contains("proof.signature_invalid"));
    // Another's, or one that this store never issued.
    std::fs::write(issuer.path("old.json"), document.to_string().replace("urn:uuid:", "urn:uuid:0")).unwrap();
    issuer.fails(64, &migrate);
    std::fs::write(issuer.path("old.json"), document.to_string()).unwrap();
    issuer.ok(&["suspend", document["id"].as_str().unwrap()]);
    issuer.fails(64, &migrate);
    issuer.ok(&["reinstate", document["id"].as_str().unwrap()]);
    issuer.ok(&migrate);
    issuer.ok(&["revoke", document["id"].as_str().unwrap()]);
    issuer.fails(64, &migrate);
    assert_eq!(issuer.records()[0]["migrations"].as_array().unwrap().len(), 1);
}
