//! The issuing service over HTTP, on SQLite and on PostgreSQL: a wallet goes from an offer to a credential, and whoever
//! does not keep to the protocol does not.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise"
)]

// Included, not linked: the testkit brings a second build of the core.
#[path = "issuing/below_a_path.rs"]
mod below_a_path;
#[allow(dead_code, reason = "others use the rest of it")]
#[path = "../../openid4vc/tests/common/certificates.rs"]
mod certificates;
#[path = "issuing/certified.rs"]
mod certified;
#[allow(dead_code, unreachable_pub, reason = "others kill the server")]
#[path = "../../testkit/src/postgres.rs"]
mod postgres;
mod province;
#[path = "issuing/refusals.rs"]
mod refusals;
#[path = "issuing/vc_api.rs"]
mod vc_api;

use postgres::Postgres;
use province::{Answer, Province, now};
use serde_json::{Value, json};
use tamarack::keys::{KeyType, SecretKey};
use tamarack_openid4vc::oauth::dpop::{self, DpopRequest};
use tamarack_openid4vc::vci::encryption::{DecryptionKey, decrypt, encrypt};
use tamarack_service::issuer::IssuerSettings;
use tamarack_service::issuer::applications::{ApplicationState, Decision, DecisionError, Queued};
use tamarack_service::store::Address;
use tamarack_service::store::issuing::Filter;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::parse(folder.path().join("issuer.sqlite3").to_str().unwrap()).unwrap();
    all(&address).await;
    let stored: Vec<Vec<u8>> =
        std::fs::read_dir(folder.path()).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    for secret in ["eyJhbGciOi", "\"pre-authorized_code\""] {
        let found = stored.iter().any(|bytes| bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
        assert!(!found, "{secret} is in the store");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql() {
    let Some(server) = Postgres::start().unwrap() else {
        eprintln!("no PostgreSQL on this machine: not tried");
        return;
    };
    all(&Address::parse(&server.database("issuer").unwrap()).unwrap()).await;
}

async fn all(address: &Address) {
    let province = Province::found(address).await;
    the_world_finds_what_it_needs(&province).await;
    a_wallet_gets_each_format(&province).await;
    one_of_64_gets_a_token(&province).await;
    a_transaction_code_cannot_be_guessed(&province).await;
    a_nonce_is_good_once(&province).await;
    refusals_have_their_codes(&province).await;
    what_is_revoked_is_in_the_list(&province).await;
    an_application_waits_for_a_clerk(&province).await;
    a_token_bound_to_a_key_is_refreshed_once(&province).await;
    a_proof_is_good_once_whatever_came_of_it(&province).await;
    vc_api::programs_issue_and_revoke(&province).await;
    an_encrypted_request_gets_an_encrypted_response(&province).await;
    pages_of_other_sites_reach_what_wallets_use(&province).await;
}

/// Fetch §3.2: a wallet that runs in a page.
async fn pages_of_other_sites_reach_what_wallets_use(province: &Province) {
    for (path, method) in [
        ("/token", "POST"),
        ("/par", "POST"),
        ("/nonce", "POST"),
        ("/credential", "POST"),
        ("/deferred_credential", "POST"),
        ("/notification", "POST"),
        ("/offers/none", "GET"),
        ("/jwks", "GET"),
        ("/.well-known/openid-credential-issuer", "GET"),
        ("/.well-known/oauth-authorization-server", "GET"),
        ("/.well-known/did.json", "GET"),
    ] {
        let asked = [("origin", "https://wallet.example"), ("access-control-request-method", method)];
        let allowed = province.request("OPTIONS", path, &asked, "").await;
        assert_eq!((allowed.status, allowed.header("access-control-allow-origin").as_str()), (204, "*"), "{path}");
        assert!(allowed.header("access-control-allow-methods").contains(method), "{path}");
        let named = allowed.header("access-control-allow-headers").to_ascii_lowercase();
        assert!(["authorization", "dpop", "content-type"].iter().all(|name| named.contains(name)), "{named}");
        // The answer can be read, an error with its challenge too, and it is JSON even if the page accepts others.
        let answer = province.request(method, path, &[("accept", "text/html")], "").await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        let exposed = answer.header("access-control-expose-headers");
        assert!(exposed.contains("DPoP-Nonce") && exposed.contains("WWW-Authenticate"), "{path}: {exposed}");
        assert!(!answer.text.contains("<html"), "{path}");
    }
    for path in ["/offers", "/credentials/issue", "/authorize", "/confirm/x", "/apply/x"] {
        let asked = [("origin", "https://wallet.example"), ("access-control-request-method", "POST")];
        for method in ["OPTIONS", "POST", "GET"] {
            let answer = province.request(method, path, &asked, "").await;
            assert_eq!(answer.header("access-control-allow-origin"), "", "{method} {path}");
        }
    }
}

async fn the_world_finds_what_it_needs(province: &Province) {
    let metadata = province.get("/.well-known/openid-credential-issuer").await.json(200);
    assert_eq!(metadata["credential_issuer"], province.url);
    let person = &metadata["credential_configurations_supported"]["ontario-person"];
    assert_eq!(person["format"], "ldp_vc");
    // Who issues, what it is and what it says: in both languages.
    let shown = |value: &Value| -> Vec<(String, String)> {
        let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
        value.as_array().unwrap().iter().map(|one| (text(one, "locale"), text(one, "name"))).collect()
    };
    let both = |en: &str, fr: &str| vec![("en-CA".to_owned(), en.to_owned()), ("fr-CA".to_owned(), fr.to_owned())];
    let ontario = both("Government of Ontario (example)", "Gouvernement de l’Ontario (exemple)");
    assert_eq!(shown(&metadata["display"]), ontario);
    let card = both("Ontario Photo Card", "Carte-photo de l’Ontario");
    assert_eq!(shown(&person["credential_metadata"]["display"]), card);
    assert!(person["credential_metadata"]["display"][1]["description"].is_string());
    let configurations = metadata["credential_configurations_supported"].as_object().unwrap();
    for (name, configuration) in configurations {
        let metadata = &configuration["credential_metadata"];
        assert_eq!(shown(&metadata["display"]).len(), 2, "{name}");
        assert!(metadata["claims"].is_array(), "{name}");
        for claim in metadata["claims"].as_array().into_iter().flatten() {
            assert_eq!(shown(&claim["display"]).len(), 2, "{name}: {claim}");
        }
    }
    let claims = person["credential_metadata"]["claims"].as_array().unwrap();
    let claim = |name: &str| claims.iter().find(|claim| claim["path"] == json!(["credentialSubject", name])).unwrap();
    // People are told of the ages as well, which no column of the register holds.
    assert_eq!(claim("ageOver19")["display"][1]["name"], "19 ans ou plus");
    let family = claim("familyName");
    assert_ne!(family["display"][0]["name"], family["display"][1]["name"]);
    let parsed =
        tamarack_openid4vc::vci::IssuerMetadata::parse(metadata.to_string().as_bytes(), &province.url).unwrap();
    assert_eq!(parsed.configurations.len(), 3);
    let server = province.get("/.well-known/oauth-authorization-server").await.json(200);
    assert_eq!(server["token_endpoint"], format!("{}/token", province.url));
    let did = province.get("/.well-known/did.json").await;
    assert_eq!(did.json(200)["id"], "did:web:id.ontario.example");
    assert_eq!(did.header("access-control-allow-origin"), "*");
    let again = province.request("GET", "/.well-known/did.json", &[("if-none-match", &did.header("etag"))], "").await;
    assert_eq!(again.status, 304);
    assert_eq!(province.get("/jwks").await.json(200)["keys"].as_array().unwrap().len(), 2);
    let schema = province.get("/types/ontario-person/schema").await.json(200);
    assert!(schema["$schema"].is_string(), "{schema}");
    assert_eq!(province.get("/types/nobody/schema").await.status, 404);
    assert_eq!(province.get("/nothing/here").await.status, 404);
}

async fn a_wallet_gets_each_format(province: &Province) {
    let holder = SecretKey::generate(KeyType::P256).unwrap();
    let card = province.issue("ontario-person", &holder).await;
    let did = tamarack::did::did_key(tamarack::keys::Signer::public_key(&holder));
    assert_eq!(card["credentialSubject"]["id"], did);
    assert_eq!(card["credentialSubject"]["familyName"], "Bélanger-Tremblay");
    province.assert_accepted(card.to_string().as_bytes()).await;
    let licence = province.issue("ontario-licence", &holder).await;
    province.assert_accepted_sd_jwt(licence.as_str().unwrap(), &holder).await;
    // What names nobody is bound to nobody.
    let (token, _) = province.token("ontario-age").await;
    let wanted = json!({"credential_configuration_id": "ontario-age"}).to_string();
    let answer = province.ask(&token, &wanted).await.json(200);
    let age = &answer["credentials"][0]["credential"];
    assert_eq!(age["proof"]["cryptosuite"], "bbs-2023");
    assert!(age["credentialSubject"].get("id").is_none());
}

async fn one_of_64_gets_a_token(province: &Province) {
    let other = Province::open(&province.address).await;
    for _ in 0..3 {
        let offer = province.offer("ontario-person", false).await;
        let mut all = JoinSet::new();
        for client in 0..64 {
            let at = if client % 2 == 0 { province.clone() } else { other.clone() };
            let form = Province::token_form(&offer.code, None);
            all.spawn(async move { at.form("/token", &form).await });
        }
        let answers = all.join_all().await;
        let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(won.len(), 1);
        for lost in answers.iter().filter(|answer| answer.status != 200) {
            assert_eq!(lost.json(400)["error"], "invalid_grant");
        }
        // The winner's token is good.
        let token = won[0].json(200)["access_token"].as_str().unwrap().to_owned();
        let holder = SecretKey::generate(KeyType::Ed25519).unwrap();
        let body = province.request_body("ontario-person", &[&holder]).await;
        assert_eq!(province.ask(&token, &body).await.status, 200);
    }
}

async fn a_transaction_code_cannot_be_guessed(province: &Province) {
    let offer = province.offer("ontario-person", true).await;
    let right = offer.tx_code.clone().unwrap();
    assert_eq!(right.len(), 6);
    let missing = province.form("/token", &Province::token_form(&offer.code, None)).await;
    assert_eq!(missing.json(400)["error"], "invalid_request");
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let mut all = JoinSet::new();
    for _ in 0..20 {
        let (province, form) = (province.clone(), Province::token_form(&offer.code, Some(wrong)));
        all.spawn(async move { province.form("/token", &form).await });
    }
    for answer in all.join_all().await {
        assert_eq!(answer.json(400)["error"], "invalid_grant");
    }
    // Too late for the right one too.
    let late = province.form("/token", &Province::token_form(&offer.code, Some(&right))).await;
    assert_eq!(late.json(400)["error"], "invalid_grant");
    let fresh = province.offer("ontario-person", true).await;
    for (code, status) in [(wrong, 400), (fresh.tx_code.as_deref().unwrap(), 200)] {
        if Some(code) == fresh.tx_code.as_deref() || code != fresh.tx_code.as_deref().unwrap() {
            let answer = province.form("/token", &Province::token_form(&fresh.code, Some(code))).await;
            assert_eq!(answer.status, status, "{}", answer.text);
        }
    }
}

async fn a_nonce_is_good_once(province: &Province) {
    let holders: Vec<SecretKey> = (0..2).map(|_| SecretKey::generate(KeyType::Ed25519).unwrap()).collect();
    let (token, _) = province.token("ontario-person").await;
    let body = province.request_body("ontario-person", &[&holders[0], &holders[1]]).await;
    let answer = province.ask(&token, &body).await.json(200);
    assert_eq!(answer["credentials"].as_array().unwrap().len(), 2);
    assert_eq!(province.ask(&token, &body).await.json(400)["error"], "invalid_nonce");
    // Of many that show one nonce at once, one gets a credential.
    let other = Province::open(&province.address).await;
    for _ in 0..3 {
        let body = province.request_body("ontario-person", &[&holders[0]]).await;
        let mut all = JoinSet::new();
        for client in 0..64 {
            let at = if client % 2 == 0 { province.clone() } else { other.clone() };
            let (token, body) = (token.clone(), body.clone());
            all.spawn(async move { at.ask(&token, &body).await });
        }
        let answers = all.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        for lost in answers.iter().filter(|answer| answer.status != 200) {
            assert_eq!(lost.json(400)["error"], "invalid_nonce");
        }
    }
}

async fn refusals_have_their_codes(province: &Province) {
    let holder = SecretKey::generate(KeyType::Ed25519).unwrap();
    let (token, _) = province.token("ontario-person").await;
    let body = province.request_body("ontario-person", &[&holder]).await;
    let other_type = province.request_body("ontario-licence", &[&holder]).await;
    let unknown = body.replace("ontario-person", "nothing");
    let no_proof = json!({"credential_configuration_id": "ontario-person"}).to_string();
    for (token, body, status, code) in [
        ("wrong", body.as_str(), 401, "invalid_token"),
        (token.as_str(), "{}", 400, "invalid_credential_request"),
        (&token, &unknown, 400, "unknown_credential_configuration"),
        (&token, &other_type, 403, "insufficient_scope"),
        (&token, &no_proof, 400, "invalid_proof"),
    ] {
        let answer = province.ask(token, body).await;
        assert_eq!((answer.status, answer.json(status)["error"].as_str()), (status, Some(code)), "{}", answer.text);
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let without = province.request("POST", "/credential", &[("content-type", "application/json")], &body).await;
    assert_eq!(without.status, 401);
    // RFC 6750 §3.1: no error where nothing was shown; and one where something was.
    let challenge = without.header("www-authenticate");
    assert!(challenge.starts_with("Bearer, DPoP ") && !challenge.contains("error"), "{challenge}");
    assert_eq!(without.text, "");
    let wrong = province.ask("wrong", &body).await;
    assert!(wrong.header("www-authenticate").starts_with("Bearer error=\"invalid_token\""));
    for (form, code) in [
        ("", "invalid_request"),
        ("grant_type=password", "unsupported_grant_type"),
        (
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code&pre-authorized_code=x",
            "invalid_grant",
        ),
    ] {
        assert_eq!(province.form("/token", form).await.json(400)["error"], code, "{form}");
    }
    let claims = json!({"type": "ontario-person", "claims": {"familyName": "Only"}}).to_string();
    let bearer = format!("Bearer {}", province::API_KEY);
    let slip = json!({"type": "ontario-person", "claims": province::claims("ontario-person"), "tx_code": true});
    let slip = slip.to_string();
    for (key, body, status, code) in [
        ("Bearer nobody", claims.as_str(), 401, "invalid_token"),
        (bearer.as_str(), claims.as_str(), 400, "invalid_claims"),
        // A slip must not drop the transaction code.
        (bearer.as_str(), slip.as_str(), 400, "invalid_request"),
        (bearer.as_str(), "{", 400, "invalid_request"),
    ] {
        let answer = province.request("POST", "/offers", &[("authorization", key)], body).await;
        assert_eq!(answer.json(status)["error"], code, "{}", answer.text);
        assert!(!answer.text.contains("Only"));
    }
}

async fn what_is_revoked_is_in_the_list(province: &Province) {
    use tamarack_service::store::issuing::Transition;
    let holder = SecretKey::generate(KeyType::Ed25519).unwrap();
    let card: Value = province.issue("ontario-person", &holder).await;
    province.assert_accepted(card.to_string().as_bytes()).await;
    let id = card["id"].as_str().unwrap();
    let database = province.service.database();
    database.change_state(id, Transition::Revoke, now()).await.unwrap();
    let url = card["credentialStatus"][0]["statusListCredential"].as_str().unwrap();
    let path = url.strip_prefix("https://id.ontario.example").unwrap();
    let fresh = Province::open(&province.address).await;
    let list = fresh.get(path).await;
    assert!(list.header("cache-control").contains("max-age=300"));
    fresh.assert_revoked(card.to_string().as_bytes(), url, &list.text).await;
    database.seal_audit().await.unwrap();
    let entries = database.audit_entries(0, 10_000).await.unwrap();
    assert!(entries.iter().any(|entry| entry.action == "credential.issue" && entry.object == id));
    tamarack_service::store::AuditEntry::check(&entries, 0, [0; 32]).unwrap();
    let log: String = entries.iter().map(|entry| format!("{entry:?}")).collect();
    assert!(!log.contains("Tremblay") && !log.contains("did:key"), "the log tells claims");
}

async fn an_application_waits_for_a_clerk(province: &Province) {
    let careful = |settings: &mut IssuerSettings| settings.approval = vec!["ontario-person".to_owned()];
    let service = Province::open_with(&province.address, careful).await;
    let database = service.service.database();
    let holder = SecretKey::generate(KeyType::Ed25519).unwrap();
    let apply = async || {
        let (token, _) = service.token("ontario-person").await;
        let body = service.request_body("ontario-person", &[&holder]).await;
        let put_off = service.ask(&token, &body).await.json(202);
        assert!(put_off["interval"].as_i64().unwrap() > 0);
        let again = json!({"transaction_id": put_off["transaction_id"]}).to_string();
        (token, again)
    };
    let waiting = async || Queued::list(database, Some(ApplicationState::Waiting), 10, now()).await.unwrap();

    let bearer = format!("Bearer {}", province::API_KEY);
    let offer = |name: &str| {
        let file = json!({"name": name, "mediaType": "image/png", "data": "iVBORw0KGgo="});
        json!({"type": "ontario-age", "claims": {"birthDate": "1990-01-01"}, "files": [file]}).to_string()
    };
    for (name, status) in [("photo.png", 201), ("../photo.png", 400), (".photo", 400), ("", 400)] {
        let answer = service.request("POST", "/offers", &[("authorization", &bearer)], &offer(name)).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text);
    }

    let (token, again) = apply().await;
    assert_eq!(service.post(&token, "/deferred_credential", &again).await.status, 202);
    let queue = waiting().await;
    assert_eq!(queue.len(), 1);
    assert!(!format!("{queue:?}").contains("Tremblay"));
    queue[0].decide(database, &decision(true, None), now()).await.unwrap();
    let twice = queue[0].decide(database, &decision(false, Some("no")), now()).await;
    assert!(matches!(twice, Err(DecisionError::Decided)), "{twice:?}");
    // Another process hands it over: of many that ask at once each gets the same, and so does who asks later, as answers are
    // lost on their way. It was issued once.
    let other = Province::open_with(&province.address, careful).await;
    let mut all = JoinSet::new();
    for client in 0..64 {
        let at = if client % 2 == 0 { service.clone() } else { other.clone() };
        let (token, again) = (token.clone(), again.clone());
        all.spawn(async move { at.post(&token, "/deferred_credential", &again).await });
    }
    let answers = all.join_all().await;
    let answer = answers[0].json(200);
    province.assert_accepted(answer["credentials"][0]["credential"].to_string().as_bytes()).await;
    for other in &answers {
        assert_eq!(other.json(200), answer);
    }
    assert_eq!(other.post(&token, "/deferred_credential", &again).await.json(200), answer);
    let id = answer["credentials"][0]["credential"]["id"].as_str().unwrap();
    let filter = Filter::default();
    let newest = database.credentials(&filter, None, 2).await.unwrap();
    let newest: Vec<String> = newest.into_iter().map(|(_, stored)| stored.id).collect();
    assert!(newest[0] == id && newest[1] != id, "{newest:?}");
    let kept = Queued::find(database, &queue[0].id, now()).await.unwrap();
    assert_eq!((kept.state, kept.application.claims.is_none()), (ApplicationState::Delivered, true));

    let accepted = json!({"notification_id": answer["notification_id"], "event": "credential_accepted"}).to_string();
    for _ in 0..2 {
        assert_eq!(service.post(&token, "/notification", &accepted).await.status, 204);
        // The wallet has it: the transaction is over.
        let over = service.post(&token, "/deferred_credential", &again).await;
        assert_eq!(over.json(400)["error"], "invalid_transaction_id");
    }
    let unknown = json!({"notification_id": "x", "event": "credential_accepted"}).to_string();
    let unknown = service.post(&token, "/notification", &unknown).await;
    assert_eq!(unknown.json(400)["error"], "invalid_notification_id");

    let (token, again) = apply().await;
    let queue = waiting().await;
    let without_reason = queue[0].decide(database, &decision(false, Some(" ")), now()).await;
    assert!(matches!(without_reason, Err(DecisionError::Reason)));
    queue[0].decide(database, &decision(false, Some("The photo is blurred.")), now()).await.unwrap();
    let refused = service.post(&token, "/deferred_credential", &again).await;
    assert_eq!(refused.json(400)["error"], "credential_request_denied");
    let (other_token, _) = service.token("ontario-person").await;
    let stolen = service.post(&other_token, "/deferred_credential", &again).await;
    assert_eq!(stolen.json(400)["error"], "invalid_transaction_id");
}

fn decision(approve: bool, reason: Option<&str>) -> Decision<'_> {
    Decision { approve, clerk: "amelie", category: None, reason, files_seconds: 60 }
}

async fn a_token_bound_to_a_key_is_refreshed_once(province: &Province) {
    let service = Province::open_with(&province.address, |settings| {
        settings.tokens.dpop_required = true;
        settings.tokens.refresh_seconds = Some(3_600);
    })
    .await;
    let key = SecretKey::generate(KeyType::P256).unwrap();
    let random = &mut tamarack::SystemRandomness;
    let mut proof = |path: &str, access_token: Option<&str>| {
        let url = format!("{}{path}", service.url);
        let request = DpopRequest { method: "POST", url: &url, access_token };
        dpop::make(request, None, now(), &key, random).unwrap()
    };
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let offer = service.offer("ontario-person", false).await;
    let redeem = Province::token_form(&offer.code, None);
    let unbound = service.form("/token", &redeem).await;
    assert_eq!(unbound.json(400)["error"], "invalid_dpop_proof");
    let first = proof("/token", None);
    let tokens = service.request("POST", "/token", &[form[0], ("dpop", &first)], &redeem).await.json(200);
    assert_eq!(tokens["token_type"], "DPoP");
    let refresh = format!("grant_type=refresh_token&refresh_token={}", tokens["refresh_token"].as_str().unwrap());
    let replayed = service.request("POST", "/token", &[form[0], ("dpop", &first)], &refresh).await;
    assert_eq!(replayed.json(400)["error"], "invalid_dpop_proof");
    let fresh = service.request("POST", "/token", &[form[0], ("dpop", &proof("/token", None))], &refresh).await;
    let token = fresh.json(200)["access_token"].as_str().unwrap().to_owned();
    let holder = SecretKey::generate(KeyType::Ed25519).unwrap();
    let body = service.request_body("ontario-person", &[&holder]).await;
    let scheme = format!("DPoP {token}");
    let ask = async |proof: &str| {
        let headers = [("content-type", "application/json"), ("authorization", scheme.as_str()), ("dpop", proof)];
        service.request("POST", "/credential", &headers, &body).await
    };
    assert_eq!(service.ask(&token, &body).await.json(401)["error"], "invalid_token");
    assert_eq!(ask(&proof("/credential", None)).await.json(401)["error"], "invalid_dpop_proof");
    assert_eq!(ask(&proof("/credential", Some(&token))).await.status, 200);
    // The old refresh token comes again: all that followed from the offer ends.
    let again = service.request("POST", "/token", &[form[0], ("dpop", &proof("/token", None))], &refresh).await;
    assert_eq!(again.json(400)["error"], "invalid_grant");
    assert_eq!(ask(&proof("/credential", Some(&token))).await.json(401)["error"], "invalid_token");
}

async fn a_proof_is_good_once_whatever_came_of_it(province: &Province) {
    let service = Province::open_with(&province.address, |settings| {
        settings.tokens.refresh_seconds = Some(3_600);
    })
    .await;
    let (key, holder) = (SecretKey::generate(KeyType::P256).unwrap(), SecretKey::generate(KeyType::P256).unwrap());
    let proof = |path: &str, access_token: Option<&str>| {
        let url = format!("{}{path}", service.url);
        let request = DpopRequest { method: "POST", url: &url, access_token };
        dpop::make(request, None, now(), &key, &mut tamarack::SystemRandomness).unwrap()
    };
    let token = async |proof: &str, form: &str| {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("dpop", proof)];
        service.request("POST", "/token", &headers, form).await
    };
    let offer = service.offer("ontario-person", true).await;
    let redeem = Province::token_form(&offer.code, offer.tx_code.as_deref());
    // Of a request that was refused.
    let used = proof("/token", None);
    assert_eq!(token(&used, &Province::token_form("unknown", None)).await.json(400)["error"], "invalid_grant");
    // Sent again, it uses up no try of the transaction code.
    let wrong = Province::token_form(&offer.code, Some("x"));
    for _ in 0..10 {
        assert_eq!(token(&used, &wrong).await.json(400)["error"], "invalid_dpop_proof");
    }
    assert_eq!(token(&used, &redeem).await.json(400)["error"], "invalid_dpop_proof");
    // Of one that was done: whoever sends it again ends nothing of what came of it.
    let used = proof("/token", None);
    let tokens = token(&used, &redeem).await.json(200);
    let refresh = format!("grant_type=refresh_token&refresh_token={}", tokens["refresh_token"].as_str().unwrap());
    let used = proof("/token", None);
    let tokens = token(&used, &refresh).await.json(200);
    for form in [&redeem, &refresh] {
        assert_eq!(token(&used, form).await.json(400)["error"], "invalid_dpop_proof");
    }
    let access = tokens["access_token"].as_str().unwrap();
    let authorization = format!("DPoP {access}");
    let ask = async |proof: &str, body: &str| {
        let headers = [("content-type", "application/json"), ("authorization", &authorization), ("dpop", proof)];
        service.request("POST", "/credential", &headers, body).await
    };
    let used = proof("/credential", Some(access));
    assert_eq!(ask(&used, "{}").await.json(400)["error"], "invalid_credential_request");
    let body = service.request_body("ontario-person", &[&holder]).await;
    assert_eq!(ask(&used, &body).await.json(401)["error"], "invalid_dpop_proof");
    // The nonce is still good; of many with one proof, one gets a credential.
    let used = proof("/credential", Some(access));
    let mut all = JoinSet::new();
    for _ in 0..16 {
        let (service, authorization, used) = (service.clone(), authorization.clone(), used.clone());
        let body = service.request_body("ontario-person", &[&holder]).await;
        all.spawn(async move {
            let headers =
                [("content-type", "application/json"), ("authorization", &authorization), ("dpop", used.as_str())];
            service.request("POST", "/credential", &headers, &body).await
        });
    }
    let answers = all.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for lost in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(lost.json(401)["error"], "invalid_dpop_proof");
    }
    assert_eq!(ask(&proof("/credential", Some(access)), &body).await.status, 200);
}

async fn an_encrypted_request_gets_an_encrypted_response(province: &Province) {
    let metadata = province.get("/.well-known/openid-credential-issuer").await.json(200).to_string();
    let metadata = tamarack_openid4vc::vci::IssuerMetadata::parse(metadata.as_bytes(), &province.url).unwrap();
    let issuers = &metadata.request_encryption.unwrap().keys[0];
    let wallets = SecretKey::generate(KeyType::P256).unwrap();
    let wallets = DecryptionKey::new("w", &wallets).unwrap();
    let key: Value = serde_json::from_str(&tamarack::json::to_string(&wallets.public_jwk())).unwrap();
    let holder = SecretKey::generate(KeyType::Ed25519).unwrap();
    let (token, _) = province.token("ontario-person").await;
    let mut body: Value = serde_json::from_str(&province.request_body("ontario-person", &[&holder]).await).unwrap();
    body["credential_response_encryption"] = json!({"jwk": key, "enc": "A256GCM"});
    let plain = province.ask(&token, &body.to_string()).await;
    assert_eq!(plain.json(400)["error"], "invalid_encryption_parameters");
    let sealed = encrypt(body.to_string().as_bytes(), issuers, "A128GCM").unwrap();
    let bearer = format!("Bearer {token}");
    let headers = [("content-type", "application/jwt"), ("authorization", bearer.as_str())];
    let answer = province.request("POST", "/credential", &headers, &sealed).await;
    assert_eq!((answer.status, answer.header("content-type").as_str()), (200, "application/jwt"), "{}", answer.text);
    let opened = decrypt(&answer.text, &[&wallets]).unwrap();
    let opened: Value = serde_json::from_slice(&opened).unwrap();
    province.assert_accepted(opened["credentials"][0]["credential"].to_string().as_bytes()).await;
}
