//! `migrate`: credentials of 2020, signed anew.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod common;

use common::{Issuer, example};
use serde_json::Value;

fn old(issuer: &Issuer) -> Value {
    let claims = example("claims/person.json");
    let args = ["issue", "--type", "ontario-person", "--claims", &claims, "--suite", "BbsBlsSignature2020"];
    let text = issuer.ok(&args);
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
