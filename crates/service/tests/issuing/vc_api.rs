//! The VC API (VCALM 1.0) of an issuer, with what its suites ask for.

use serde_json::{Value, json};
use tamarack::keys::{KeyType, SecretKey};
use tamarack::present::{Exposure, Held};
use tamarack_service::issuer::IssuerSettings;
use tamarack_service::store::Address;
use tamarack_service::store::issuing::Filter;

use crate::province::{API_KEY, Answer, Province};

/// A credential of the type as nobody has signed it yet.
async fn unsigned(province: &Province) -> Value {
    let holder = SecretKey::generate(KeyType::Ed25519).unwrap();
    let mut credential = province.issue("ontario-person", &holder).await;
    let members = credential.as_object_mut().unwrap();
    for member in ["proof", "id", "credentialStatus"] {
        members.remove(member);
    }
    credential
}

async fn issue(province: &Province, credential: &Value, options: Value) -> Answer {
    let body = json!({"credential": credential, "options": options}).to_string();
    province.post(API_KEY, "/credentials/issue", &body).await
}

pub(crate) async fn programs_issue_and_revoke(province: &Province) {
    what_is_asked_for_is_issued(province).await;
    malformed_requests_are_refused(province).await;
    tokens_come_in_envelopes(province).await;
    every_showing_has_what_is_asked_for(province).await;
    states_change(province).await;
}

async fn what_is_asked_for_is_issued(province: &Province) {
    let credential = unsigned(province).await;
    let body = json!({"credential": credential}).to_string();
    assert_eq!(province.post("nobody", "/credentials/issue", &body).await.status, 401);
    let issued = province.post(API_KEY, "/credentials/issue", &body).await.json(201);
    let card = &issued["verifiableCredential"];
    // VCALM, IssueCredentialOptions: no name that nobody asked for.
    assert!(card.get("id").is_none(), "{card}");
    province.assert_accepted(card.to_string().as_bytes()).await;
    let database = province.service.database();
    let (_, known) = database.credentials(&Filter::default(), None, 1).await.unwrap().remove(0);
    assert!(!card.to_string().contains(&known.id) && known.status.is_some());

    let mut named = credential.clone();
    named["id"] = "urn:uuid:7a3e5a3c-7b86-4a4f-9d4b-0f6f0a1c2d3e".into();
    let issued = issue(province, &named, json!({})).await.json(201);
    assert_eq!(issued["verifiableCredential"]["id"], named["id"]);
    assert_eq!(issue(province, &named, json!({})).await.status, 409);
    assert_eq!(issue(province, &named, json!({"credentialId": "another"})).await.status, 400);

    let reference = json!({"credentialId": "case 17"});
    let issued = issue(province, &credential, reference.clone()).await.json(201);
    assert!(issued["verifiableCredential"].get("id").is_none());
    assert_eq!(issue(province, &credential, reference).await.json(409)["error"], "conflict");
    let by = json!({"type": "BitstringStatusListEntry", "statusPurpose": "revocation"});
    let body = json!({"credentialId": "case 17", "credentialStatus": by, "status": true}).to_string();
    assert_eq!(province.post(API_KEY, "/credentials/status", &body).await.status, 200);
}

async fn malformed_requests_are_refused(province: &Province) {
    let credential = unsigned(province).await;
    let body = json!({"verifiableCredential": credential}).to_string();
    assert_eq!(province.post(API_KEY, "/credentials/issue", &body).await.json(400)["error"], "invalid_request");
    for name in ["@context", "type", "issuer", "credentialSubject"] {
        let mut without = credential.clone();
        without.as_object_mut().unwrap().remove(name);
        assert_eq!(issue(province, &without, json!({})).await.status, 400, "without {name}");
        for value in [json!(4), json!(null), json!(true), json!([]), json!([{"foo": true}])] {
            let mut wrong = credential.clone();
            wrong[name] = value.clone();
            assert_eq!(issue(province, &wrong, json!({})).await.status, 400, "{name}: {value}");
        }
    }
    for (name, value) in [
        ("credentialSubject", json!("did:example:1234")),
        ("issuer", json!("did:web:other.example")),
        ("proof", json!({"type": "DataIntegrityProof"})),
        ("credentialStatus", json!({"type": "BitstringStatusListEntry"})),
        ("id", json!("")),
    ] {
        let mut wrong = credential.clone();
        wrong[name] = value;
        assert_eq!(issue(province, &wrong, json!({})).await.status, 400, "{name}");
    }
    let unknown = issue(province, &credential, json!({"challenge": "x"})).await.json(400);
    assert_eq!(unknown["type"], "https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED");
    for options in [
        json!([]),
        json!({"credentialId": 1}),
        json!({"credentialId": ""}),
        json!({"mandatoryPointers": "/issuer"}),
        json!({"mandatoryPointers": [1]}),
        json!({"mandatoryPointers": ["/nothing"]}),
        json!({"type": "none"}),
    ] {
        assert_eq!(issue(province, &credential, options.clone()).await.status, 400, "{options}");
    }
}

async fn tokens_come_in_envelopes(province: &Province) {
    let mut credential = unsigned(province).await;
    let holder = credential["credentialSubject"]["id"].clone();
    let types = province.service.database().credential_type("ontario-licence").await.unwrap();
    let of: Value = serde_json::from_str(&types.document).unwrap();
    credential["type"] = of["types"].clone();
    credential["@context"] = of["contexts"].clone();
    // What its schema refuses is not issued.
    credential["credentialSubject"] = json!({"id": holder, "licenceClass": "G"});
    let refused = issue(province, &credential, json!({"type": "ontario-licence"})).await.json(400);
    assert_eq!(refused["error_description"], "schema.mismatch");
    credential["credentialSubject"] = json!({
        "id": holder, "type": "OntarioDriver", "givenName": "Zoé", "familyName": "Bélanger", "birthDate": "2002-04-21",
        "licenceNumber": "B0000-00001-08179", "licenceClass": "G", "expiryDate": "2029-04-21",
        "ageOver18": true, "ageOver19": true, "ageOver21": true,
        "address": {"streetAddress": "197 Imaginary Crescent", "addressLocality": "Larchville",
            "addressRegion": "ON", "postalCode": "K9Z 0A1"},
    });
    let issued = issue(province, &credential, json!({"type": "ontario-licence"})).await.json(201);
    let envelope = &issued["verifiableCredential"];
    assert_eq!(envelope["type"], "EnvelopedVerifiableCredential");
    assert_eq!(envelope["@context"], "https://www.w3.org/ns/credentials/v2");
    let token = envelope["id"].as_str().unwrap().strip_prefix("data:application/dc+sd-jwt,").unwrap();
    assert!(token.starts_with("ey") && token.ends_with('~'), "{token}");
}

/// No program stands above the clerk, nor above what the operator has credentials bound to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_clerk_must_approve_no_program_issues() {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::parse(folder.path().join("issuer.sqlite3").to_str().unwrap()).unwrap();
    let credential = unsigned(&Province::found(&address).await).await;
    type Set = fn(&mut IssuerSettings, Vec<String>);
    let ways: [Set; 3] = [
        |settings, names| settings.approval = names,
        |settings, names| settings.attested_keys = names,
        |settings, names| settings.secrets = names,
    ];
    for (other, status) in [("ontario-person", 403), ("ontario-licence", 201)] {
        for set in ways {
            let province = Province::open_with(&address, |settings| set(settings, vec![other.to_owned()])).await;
            assert_eq!(issue(&province, &credential, json!({})).await.status, status);
        }
    }
}

async fn every_showing_has_what_is_asked_for(province: &Province) {
    let (token, _) = province.token("ontario-age").await;
    let body = json!({"credential_configuration_id": "ontario-age"}).to_string();
    let made = province.ask(&token, &body).await.json(200);
    let mut credential = made["credentials"][0]["credential"].clone();
    let members = credential.as_object_mut().unwrap();
    members.remove("proof");
    let claim = credential["credentialSubject"].as_object().unwrap().keys().next_back().unwrap().clone();
    let pointer = format!("/credentialSubject/{claim}");
    let issued = issue(province, &credential, json!({"mandatoryPointers": [pointer]})).await.json(201);
    let card = issued["verifiableCredential"].to_string();
    let held = Held::parse(card.as_bytes()).unwrap();
    let shown = held.disclosable().iter().find(|part| part.pointer == pointer).map(|part| part.exposure);
    assert_eq!(shown, Some(Exposure::Mandatory));
    // What names nobody has no name.
    for (name, value) in
        [("id", json!("urn:uuid:7a3e5a3c-7b86-4a4f-9d4b-0f6f0a1c2d3f")), ("validFrom", json!("2026-11-22T10:11:12Z"))]
    {
        let mut wrong = credential.clone();
        wrong[name] = value;
        assert_eq!(
            issue(province, &wrong, json!({})).await.json(400)["error_description"],
            "issue.anonymous",
            "{name}"
        );
    }
}

async fn states_change(province: &Province) {
    let mut credential = unsigned(province).await;
    credential["id"] = "https://id.ontario.example/cards/17".into();
    let issued = issue(province, &credential, json!({})).await.json(201);
    let card = &issued["verifiableCredential"];
    let send = async |entry: Value, status: Value| {
        let body = json!({"credentialId": card["id"], "credentialStatus": entry, "status": status}).to_string();
        province.post(API_KEY, "/credentials/status", &body).await.status
    };
    let change = async |purpose: &str, status: bool| {
        send(json!({"type": "BitstringStatusListEntry", "statusPurpose": purpose}), json!(status)).await
    };
    assert_eq!(change("suspension", true).await, 200);
    assert_eq!(change("suspension", false).await, 200);
    assert_eq!(change("revocation", false).await, 400);
    // What a caller says of the place must be so.
    let mut entry = card["credentialStatus"][0].clone();
    entry["statusListIndex"] = "5".into();
    if card["credentialStatus"][0]["statusListIndex"] != "5" {
        assert_eq!(send(entry.clone(), json!(true)).await, 400);
    }
    entry = card["credentialStatus"][0].clone();
    entry["statusListCredential"] = "https://other.example/1".into();
    assert_eq!(send(entry, json!(true)).await, 400);
    for (entry, status) in [
        (json!({"statusPurpose": "suspension"}), json!(true)),
        (json!({"type": "BitstringStatusListEntry"}), json!(true)),
        (json!({"type": "BitstringStatusListEntry", "statusPurpose": "message"}), json!(true)),
        (json!({"type": "BitstringStatusListEntry", "statusPurpose": "suspension"}), json!(null)),
        (json!({"type": "BitstringStatusListEntry", "statusPurpose": "suspension"}), json!("yes")),
        (json!([]), json!(true)),
    ] {
        assert_eq!(send(entry.clone(), status.clone()).await, 400, "{entry} {status}");
    }
    let entry = json!({"type": "BitstringStatusListEntry", "statusPurpose": "revocation"});
    let nobody = json!({"credentialId": "urn:none", "credentialStatus": entry, "status": true}).to_string();
    assert_eq!(province.post(API_KEY, "/credentials/status", &nobody).await.status, 404);
    let more = json!({"credentialId": card["id"], "credentialStatus": entry, "status": true, "why": "x"}).to_string();
    assert_eq!(province.post(API_KEY, "/credentials/status", &more).await.status, 400);
    let revocation = card["credentialStatus"].as_array().unwrap();
    let revocation = revocation.iter().find(|entry| entry["statusPurpose"] == "revocation").unwrap();
    assert_eq!(send(revocation.clone(), json!(true)).await, 200);
    assert_eq!(change("suspension", true).await, 409);
    let url = revocation["statusListCredential"].as_str().unwrap();
    let path = url.strip_prefix("https://id.ontario.example").unwrap();
    let fresh = Province::open(&province.address).await;
    let list = fresh.get(path).await;
    fresh.assert_revoked(card.to_string().as_bytes(), url, &list.text).await;
}
