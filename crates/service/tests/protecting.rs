//! What protects issuing beyond the main way: nonces in DPoP proofs, attested wallets and keys, signed metadata, and tokens
//! for those who wait long.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "a test may stop at the first surprise; not every helper is used by every test"
)]

mod province;

use province::{Answer, Province, now};
use serde_json::{Value, json};
use tamarack::SystemRandomness;
use tamarack::did::did_of;
use tamarack::keys::{KeyType, PublicKey, SecretKey, Signer as _};
use tamarack_openid4vc::oauth::attesters::Attesters;
use tamarack_openid4vc::oauth::client_attestation;
use tamarack_openid4vc::oauth::dpop::{self, DpopRequest};
use tamarack_openid4vc::vci::configuration::KeyAttestationsRequired;
use tamarack_openid4vc::vci::proofs::make_key_attestation;
use tamarack_openid4vc::vci::{IssuerMetadata, signed_metadata};
use tamarack_service::issuer::IssuerSettings;
use tamarack_service::issuer::applications::{ApplicationState, Decision, Queued};
use tamarack_service::store::Address;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn found(folder: &tempfile::TempDir) -> (Province, Address) {
    let address = Address::parse(folder.path().join("issuer.sqlite3").to_str().unwrap()).unwrap();
    (Province::found(&address).await, address)
}

fn proof(key: &SecretKey, url: &str, nonce: Option<&str>, access_token: Option<&str>) -> String {
    let request = DpopRequest { method: "POST", url, access_token };
    dpop::make(request, nonce, now(), key, &mut SystemRandomness).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dpop_proof_carries_a_nonce_of_any_replica() {
    let folder = tempfile::tempdir().unwrap();
    let (_, address) = found(&folder).await;
    let strict = |settings: &mut IssuerSettings| {
        settings.dpop_nonces = true;
        settings.tokens.dpop_required = true;
    };
    let here = Province::open_with(&address, strict).await;
    let there = Province::open_with(&address, strict).await;
    let key = SecretKey::generate(KeyType::P256).unwrap();
    let (token_url, credential_url) = (format!("{}/token", here.url), format!("{}/credential", here.url));
    let redeem = Province::token_form(&here.offer("ontario-person", false).await.code, None);
    let ask_token = async |at: &Province, nonce: Option<&str>| {
        at.request("POST", "/token", &[FORM, ("dpop", &proof(&key, &token_url, nonce, None))], &redeem).await
    };
    // Without a nonce, and with one that somebody made up: the code is still good afterwards.
    for nonce in [None, Some("made-up"), Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] {
        let refused = ask_token(&here, nonce).await;
        assert_eq!(refused.json(400)["error"], "use_dpop_nonce");
        assert!(!refused.header("dpop-nonce").is_empty());
    }
    let nonce = ask_token(&here, None).await.header("dpop-nonce");
    let tokens = ask_token(&there, Some(&nonce)).await;
    let next = tokens.header("dpop-nonce");
    assert!(!next.is_empty() && next != nonce);
    let token = tokens.json(200)["access_token"].as_str().unwrap().to_owned();

    let holder = SecretKey::generate(KeyType::Ed25519).unwrap();
    let body = here.request_body("ontario-person", &[&holder]).await;
    let scheme = format!("DPoP {token}");
    let ask = async |at: &Province, nonce: Option<&str>| {
        let proof = proof(&key, &credential_url, nonce, Some(&token));
        let headers =
            [("content-type", "application/json"), ("authorization", scheme.as_str()), ("dpop", proof.as_str())];
        at.request("POST", "/credential", &headers, &body).await
    };
    // RFC 9449 §9: the resource server asks in its challenge. A nonce of the token endpoint is none of its own.
    for nonce in [None, Some(next.as_str())] {
        let refused: Answer = ask(&there, nonce).await;
        assert_eq!(refused.json(401)["error"], "use_dpop_nonce");
        assert!(refused.header("www-authenticate").contains("DPoP error=\"use_dpop_nonce\""));
    }
    let nonce = ask(&there, None).await.header("dpop-nonce");
    let issued = ask(&here, Some(&nonce)).await;
    assert!(!issued.header("dpop-nonce").is_empty());
    here.assert_accepted(issued.json(200)["credentials"][0]["credential"].to_string().as_bytes()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_attested_wallets_with_a_fresh_challenge_get_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let (_, address) = found(&folder).await;
    let provider = SecretKey::generate(KeyType::P256).unwrap();
    let known = provider.public_key().clone();
    let service = Province::open_with(&address, |settings| {
        settings.attesters = Attesters::nobody().trusting(None, known);
        settings.attestation_required = true;
        settings.attestation_challenges = true;
    })
    .await;
    let metadata = service.get("/.well-known/oauth-authorization-server").await.json(200);
    assert_eq!(metadata["token_endpoint_auth_methods_supported"], json!(["attest_jwt_client_auth"]));
    assert_eq!(metadata["challenge_endpoint"], format!("{}/challenge", service.url));
    // OpenID4VCI §12.3: nobody gets anything anonymously here.
    assert_ne!(metadata["pre-authorized_grant_anonymous_access_supported"], json!(true));
    assert!(metadata["client_attestation_signing_alg_values_supported"].is_array());
    let instance = SecretKey::generate(KeyType::P256).unwrap();
    let attest = |by: &SecretKey| {
        client_attestation::make("wallet-1", "https://provider.example", instance.public_key(), now(), 3_600, by)
            .unwrap()
    };
    let redeem = Province::token_form(&service.offer("ontario-person", false).await.code, None);
    let ask = async |attestation: Option<&str>, challenge: Option<&str>, server: &str| {
        let random = &mut SystemRandomness;
        let pop = client_attestation::make_pop("wallet-1", server, challenge, now(), &instance, random).unwrap();
        let mut headers = vec![FORM];
        if let Some(attestation) = attestation {
            headers.extend([("oauth-client-attestation", attestation), ("oauth-client-attestation-pop", pop.as_str())]);
        }
        service.request("POST", "/token", &headers, &redeem).await
    };
    let good = attest(&provider);
    assert_eq!(ask(None, None, &service.url).await.json(401)["error"], "invalid_client");
    let refused = ask(Some(&good), None, &service.url).await;
    assert_eq!(refused.json(400)["error"], "use_attestation_challenge");
    let offered = refused.header("oauth-client-attestation-challenge");
    assert!(!offered.is_empty());
    let stranger = attest(&SecretKey::generate(KeyType::P256).unwrap());
    let challenge = async || {
        let answer = service.form("/challenge", "").await;
        answer.json(200)["attestation_challenge"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        ask(Some(&stranger), Some(&challenge().await), &service.url).await.json(401)["error"],
        "invalid_client_attestation"
    );
    assert_eq!(
        ask(Some(&good), Some(&challenge().await), "https://other.example").await.json(401)["error"],
        "invalid_client_attestation"
    );
    let c_nonce = service.form("/nonce", "").await.json(200)["c_nonce"].as_str().unwrap().to_owned();
    let other_purpose = ask(Some(&good), Some(&c_nonce), &service.url).await;
    assert_eq!(other_purpose.json(400)["error"], "use_attestation_challenge");
    assert_eq!(ask(Some(&good), Some(&offered), &service.url).await.json(200)["token_type"], "Bearer");
    // "Replay Attacks" of the draft: a proof of possession is good once, whatever came of it, and one that comes again is an error
    // of authentication.
    let challenge = challenge().await;
    let random = &mut SystemRandomness;
    let pop =
        client_attestation::make_pop("wallet-1", &service.url, Some(&challenge), now(), &instance, random).unwrap();
    let headers = [FORM, ("oauth-client-attestation", good.as_str()), ("oauth-client-attestation-pop", pop.as_str())];
    for (status, error) in
        [(400, "invalid_grant"), (401, "invalid_client_attestation"), (401, "invalid_client_attestation")]
    {
        assert_eq!(service.request("POST", "/token", &headers, &redeem).await.json(status)["error"], error);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_are_bound_to_attested_keys_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (_, address) = found(&folder).await;
    let store = SecretKey::generate(KeyType::P256).unwrap();
    let known = store.public_key().clone();
    let service = Province::open_with(&address, |settings| {
        settings.attesters = Attesters::nobody().trusting(None, known);
        settings.attested_keys = vec!["ontario-person".to_owned()];
    })
    .await;
    let metadata = service.get("/.well-known/openid-credential-issuer").await.json(200);
    let types = &metadata["credential_configurations_supported"]["ontario-person"]["proof_types_supported"];
    assert!(types["jwt"]["key_attestations_required"].is_object() && types["attestation"].is_object(), "{types}");
    assert!(types.get("di_vp").is_none());
    let holder = SecretKey::generate(KeyType::P256).unwrap();
    let (token, _) = service.token("ontario-person").await;
    let unattested = service.request_body("ontario-person", &[&holder]).await;
    assert_eq!(service.ask(&token, &unattested).await.json(400)["error"], "invalid_proof");
    let attested = async |by: &SecretKey| {
        let nonce = service.form("/nonce", "").await.json(200)["c_nonce"].as_str().unwrap().to_owned();
        let storage = KeyAttestationsRequired::default();
        let made = make_key_attestation(&[holder.public_key()], &storage, Some(&nonce), now(), None, by).unwrap();
        json!({"credential_configuration_id": "ontario-person", "proofs": {"attestation": [made]}}).to_string()
    };
    let stranger = SecretKey::generate(KeyType::P256).unwrap();
    assert_eq!(service.ask(&token, &attested(&stranger).await).await.json(400)["error"], "invalid_proof");
    let answer = service.ask(&token, &attested(&store).await).await.json(200);
    let did = tamarack::did::did_key(holder.public_key());
    assert_eq!(answer["credentials"][0]["credential"]["credentialSubject"]["id"], did);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metadata_is_signed_for_whoever_asks() {
    let folder = tempfile::tempdir().unwrap();
    let (service, _) = found(&folder).await;
    let path = "/.well-known/openid-credential-issuer";
    let plain = service.get(path).await;
    assert_eq!(plain.header("content-type"), "application/json");
    assert_eq!(plain.header("vary").to_ascii_lowercase(), "accept");
    let signed = service.request("GET", path, &[("accept", "application/jwt, application/json;q=0.5")], "").await;
    assert_eq!((signed.status, signed.header("content-type").as_str()), (200, "application/jwt"));
    let etag = signed.header("etag");
    let tagged = [("accept", "application/jwt"), ("if-none-match", etag.as_str())];
    assert_eq!(service.request("GET", path, &tagged, "").await.status, 304);
    let header = tamarack::encoding::base64url_decode(signed.text.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(header["typ"], "openidvci-issuer-metadata+jwt");
    // The wallet finds the key in the DID document of the issuer.
    let kid = header["kid"].as_str().unwrap();
    let document = service.get("/.well-known/did.json").await.json(200);
    assert_eq!(document["id"], did_of(kid));
    let methods = document["verificationMethod"].as_array().unwrap();
    let method = methods.iter().find(|method| method["id"] == kid).unwrap();
    let key = PublicKey::from_multikey(method["publicKeyMultibase"].as_str().unwrap()).unwrap();
    let trusted = Attesters::nobody().trusting(Some(kid), key);
    let read = signed_metadata::read(&signed.text, &service.url, &trusted, now()).unwrap();
    assert_eq!(read, IssuerMetadata::parse(plain.text.as_bytes(), &service.url).unwrap());
    for (issuer, trusted, at) in [
        ("https://other.example", &trusted, now()),
        (service.url.as_str(), &Attesters::nobody(), now()),
        (service.url.as_str(), &trusted, now().plus_seconds(2 * 86_400)),
    ] {
        assert!(signed_metadata::read(&signed.text, issuer, trusted, at).is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_longer_than_a_bearer_token_lives_gets_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let (_, address) = found(&folder).await;
    let careful = |settings: &mut IssuerSettings| {
        settings.approval = vec!["ontario-person".to_owned()];
        settings.tokens.bearer_seconds = 2;
    };
    let service = Province::open_with(&address, careful).await;
    // What is issued at once needs no refresh token without a key to bind it to.
    let (_, tokens) = service.token("ontario-licence").await;
    assert!(tokens.get("refresh_token").is_none(), "{tokens}");
    let (token, tokens) = service.token("ontario-person").await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let holder = SecretKey::generate(KeyType::Ed25519).unwrap();
    let body = service.request_body("ontario-person", &[&holder]).await;
    let put_off = service.ask(&token, &body).await.json(202);
    assert!(put_off.get("notification_id").is_none() && put_off.get("credentials").is_none());
    let again = json!({"transaction_id": put_off["transaction_id"]}).to_string();
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    let database = service.service.database();
    let queue = Queued::list(database, Some(ApplicationState::Waiting), 10, now()).await.unwrap();
    let approved = Decision { approve: true, clerk: "amelie", category: None, reason: None, files_seconds: 60 };
    queue[0].decide(database, &approved, now()).await.unwrap();
    assert_eq!(service.post(&token, "/deferred_credential", &again).await.json(401)["error"], "invalid_token");
    let next = service.form("/token", &format!("grant_type=refresh_token&refresh_token={refresh}")).await.json(200);
    assert_ne!(next["refresh_token"], refresh);
    let token = next["access_token"].as_str().unwrap();
    let answer = service.post(token, "/deferred_credential", &again).await.json(200);
    // OpenID4VCI §9.2: with the credentials there may be a notification_id.
    assert!(answer["notification_id"].is_string());
    service.assert_accepted(answer["credentials"][0]["credential"].to_string().as_bytes()).await;
    // A refresh token is good once; whoever shows it again ends what followed from it.
    let stolen = service.form("/token", &format!("grant_type=refresh_token&refresh_token={refresh}")).await;
    assert_eq!(stolen.json(400)["error"], "invalid_grant");
    let after = format!("grant_type=refresh_token&refresh_token={}", next["refresh_token"].as_str().unwrap());
    assert_eq!(service.form("/token", &after).await.json(400)["error"], "invalid_grant");
}
