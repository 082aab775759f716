//! Citizens get credentials by themselves: from a wallet to the provider, back with a code, to a credential that says how
//! sure the province is. On SQLite and on PostgreSQL, over every source of claims, and with people who mean no good.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise"
)]

#[path = "citizens/accessible.rs"]
mod accessible;
#[path = "citizens/desk.rs"]
mod desk;
#[path = "province/idp.rs"]
mod idp;
#[path = "looking/mod.rs"]
mod looking;
#[path = "citizens/sources.rs"]
mod sources;
// Included, not linked: the testkit brings a second build of the core.
#[allow(dead_code, unreachable_pub, reason = "others kill the server")]
#[path = "../../testkit/src/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "others make offers")]
mod province;

use std::sync::{Arc, Mutex};

use desk::{Browser, CARD, Desk, WAITS, WALLET};
use idp::{Mischief, person};
use postgres::Postgres;
use province::{Answer, now};
use serde_json::{Value, json};
use tamarack::keys::{KeyType, SecretKey};
use tamarack_openid4vc::oauth::Form;
use tamarack_openid4vc::oauth::details::CredentialDetail;
use tamarack_openid4vc::vci::offer::OfferUri;
use tamarack_service::issuer::applications::{ApplicationState, Decision, Queued};
use tamarack_service::store::Address;
use tokio::task::JoinSet;

/// What every test of this program logs, at the level of `serve --verbose`.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    let log = Log::default();
    let kept = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(move || kept.clone());
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let address = Address::parse(folder.path().join("issuer.sqlite3").to_str().unwrap()).unwrap();
    all(&address).await;
    // Claims of the register are asked for and handed out, never kept.
    let stored: Vec<Vec<u8>> =
        std::fs::read_dir(folder.path()).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    for claim in ["Imaginary Crescent", "2002-04-21"] {
        let found = stored.iter().any(|bytes| bytes.windows(claim.len()).any(|part| part == claim.as_bytes()));
        assert!(!found, "{claim} is in the store");
    }
    // Nobody's name, number, subject, code or state is in the log.
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    // `start_log` lets our own lines through alone.
    let log: Vec<&str> = log.lines().filter(|line| line.contains("tamarack_")).collect();
    let log = log.join("\n");
    assert!(log.contains("nobody signed in") && log.contains("no claims"), "{log}");
    for canary in
        ["Bélanger", "0000-0001", "9999-9999", "pairwise", "Zoé", "the wallet's own state", "code-1", "Crescent"]
    {
        assert!(!log.contains(canary), "{canary} is in the log");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql() {
    let Some(server) = Postgres::start().unwrap() else {
        eprintln!("no PostgreSQL on this machine: not tried");
        return;
    };
    all(&Address::parse(&server.database("issuer").unwrap()).unwrap()).await;
    let waiting = Address::parse(&server.database("waiting").unwrap()).unwrap();
    a_clerk_sees_the_files_of_whoever_signed_in(&Desk::open(&waiting).await).await;
}

/// In a store of its own: what a clerk must decide on is kept until it is decided.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_with_a_clerk() {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::parse(folder.path().join("issuer.sqlite3").to_str().unwrap()).unwrap();
    a_clerk_sees_the_files_of_whoever_signed_in(&Desk::open(&address).await).await;
}

async fn all(address: &Address) {
    let desk = Desk::open(address).await;
    metadata_says_so(&desk).await;
    a_citizen_gets_a_card(&desk).await;
    by_details_and_with_two_types(&desk).await;
    a_code_is_good_once(&desk).await;
    codes_are_their_wallets_own(&desk).await;
    requests_that_are_not_granted(&desk).await;
    a_reference_is_good_once(&desk).await;
    too_weak_a_sign_in(&desk).await;
    a_wallet_that_nobody_vouches_for_needs_a_word(&desk).await;
    what_a_person_reads_is_in_both_languages(&desk).await;
    the_words_of_a_type_are_published(&desk).await;
    an_offer_for_whoever_signs_in(&desk).await;
}

async fn a_clerk_sees_the_files_of_whoever_signed_in(desk: &Desk) {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";
    let (province, database) = (&desk.province, desk.province.service.database());
    let asked = desk.ask(&[WAITS]);
    let mut browser = Browser::default();
    // Also a wallet that is vouched for does not get its code before the person had a place for files.
    let page = desk.walk(&mut browser, &asked).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("A person decides on your request"), "{}", page.text);
    let (question, files) = (page.attribute("action", "/confirm/"), page.attribute("href", "/apply/"));
    let csrf = page.attribute("value", "");
    let seen = browser.get(province, &files).await;
    assert!(seen.text.contains("Go on to your wallet") && seen.text.contains("type=\"file\""), "{}", seen.text);
    assert_eq!(seen.attribute("href", "/confirm/"), question);
    let sent = browser.upload(province, &files, "photo.png", PNG).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    assert_eq!(browser.upload(province, &files, "page.html", b"<script>").await.status, 422);
    // In another browser the address is good for the files and for nothing else.
    let mut other = Browser { language: "fr", ..Browser::default() };
    let there = other.get(province, &files).await;
    assert!(there.text.contains("photo.png") && there.text.contains("Votre session est ouverte"), "{}", there.text);
    assert_eq!(other.get(province, &question).await.status, 403);

    let done = browser.post(province, &question, &format!("csrf={csrf}&decision=yes")).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let back = Form::parse(done.header("location").split_once('?').unwrap().1).unwrap();
    let tokens = desk.redeem(&asked, back.get("code").unwrap()).await.json(200);
    assert!(browser.get(province, &files).await.text.contains("Go on in your wallet"));
    let token = tokens["access_token"].as_str().unwrap();
    let holder = SecretKey::generate(KeyType::P256).unwrap();
    let put_off = desk.credential(&asked, token, WAITS, &holder).await.json(202);
    let waiting = Queued::list(database, Some(ApplicationState::Waiting), 10, now()).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].application.language.as_deref(), Some("en"));
    let names = waiting[0].file_names(database).await.unwrap();
    assert_eq!(names.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["photo.png"]);
    // Until somebody has decided, more may come.
    assert_eq!(browser.upload(province, &files, "video.png", PNG).await.status, 303);
    assert!(browser.get(province, &files).await.text.contains("Your request is being examined"));
    let decision = Decision { approve: true, clerk: "amelie", category: None, reason: None, files_seconds: 60 };
    waiting[0].decide(database, &decision, now()).await.unwrap();
    let card = desk.deferred(&asked, token, &put_off["transaction_id"]).await.json(200);
    let card = &card["credentials"][0]["credential"];
    assert_eq!(card["credentialSubject"]["familyName"], "Bélanger-Tremblay");
    assert_eq!(card["evidence"][0]["levelOfAssurance"], "urn:larch:2");
    let after = browser.get(province, &files).await;
    assert!(after.text.contains("Your request is approved") && !after.text.contains("type=\"file\""), "{}", after.text);
    assert_eq!(browser.get(province, &question).await.status, 410);
}

async fn an_offer_for_whoever_signs_in(desk: &Desk) {
    let bearer = format!("Bearer {}", province::API_KEY);
    let make = async |body: Value| {
        desk.province.request("POST", "/offers", &[("authorization", &bearer)], &body.to_string()).await
    };
    let made = make(json!({"type": CARD, "signIn": true})).await.json(201);
    let OfferUri::Value(offer) = OfferUri::parse(made["linkByValue"].as_str().unwrap()).unwrap() else { panic!() };
    assert!(offer.grants.pre_authorized.is_none());
    let state = offer.grants.authorization_code.unwrap().issuer_state;
    assert!(state.is_some());
    for refused in [
        json!({"type": CARD, "signIn": true, "claims": {}}),
        json!({"type": "ontario-licence", "signIn": true}),
        json!({"type": CARD, "signIn": "yes"}),
    ] {
        assert_eq!(make(refused).await.json(400)["error"], "invalid_request");
    }
    // Another type than the offered one, or no offer of ours: the wallet is told.
    let mut other = desk.ask(&["ontario-resident"]);
    other.request.issuer_state = state.clone();
    let mut unknown = desk.ask(&[CARD]);
    unknown.request.issuer_state = Some("unknown".to_owned());
    for asked in [&other, &unknown] {
        let at = desk.push(asked).await;
        let answer = desk.province.get(&at).await;
        assert!(answer.header("location").starts_with("https://wallet.larch.example/back?error=invalid_request"));
    }
    let mut asked = desk.ask(&[CARD]);
    asked.request.issuer_state = state;
    let code = desk.code(&mut Browser::default(), &asked).await;
    assert_eq!(desk.redeem(&asked, &code).await.status, 200);
    // Once.
    let at = desk.push(&asked).await;
    let answer = desk.province.get(&at).await;
    assert!(answer.header("location").contains("error=invalid_request"));
}

async fn metadata_says_so(desk: &Desk) {
    let server = desk.province.get("/.well-known/oauth-authorization-server").await.json(200);
    let url = &desk.province.url;
    assert_eq!(server["authorization_endpoint"], format!("{url}/authorize"));
    assert_eq!(server["pushed_authorization_request_endpoint"], format!("{url}/par"));
    assert_eq!(server["require_pushed_authorization_requests"], true);
    assert_eq!(server["authorization_response_iss_parameter_supported"], true);
    assert_eq!(server["code_challenge_methods_supported"], json!(["S256"]));
    let grants = server["grant_types_supported"].as_array().unwrap();
    assert!(grants.contains(&json!("authorization_code")) && grants.contains(&json!("refresh_token")));
    // A service without citizens offers no such way.
    let closed = province::Province::open(&desk.province.address).await;
    let server = closed.get("/.well-known/oauth-authorization-server").await.json(200);
    assert!(server.get("authorization_endpoint").is_none());
    assert_eq!(closed.form("/par", "client_id=a").await.json(400)["error"], "unauthorized_client");
    assert_eq!(
        closed.form("/token", "grant_type=authorization_code&code=a").await.json(400)["error"],
        "unsupported_grant_type"
    );
}

async fn a_citizen_gets_a_card(desk: &Desk) {
    let holder = SecretKey::generate(KeyType::P256).unwrap();
    let mut browser = Browser::default();
    let asked = desk.ask(&[CARD]);
    let code = desk.code(&mut browser, &asked).await;
    let tokens = desk.redeem(&asked, &code).await.json(200);
    assert_eq!(tokens["token_type"], "DPoP");
    let card = desk.credential(&asked, tokens["access_token"].as_str().unwrap(), CARD, &holder).await;
    let card = card.json(200)["credentials"][0]["credential"].clone();
    assert_eq!(card["credentialSubject"]["familyName"], "Bélanger-Tremblay");
    let evidence = &card["evidence"][0];
    assert_eq!(evidence["levelOfAssurance"], "urn:larch:2");
    assert_eq!(evidence["identityProvider"], desk.idp.url());
    assert!(evidence["signedInAt"].as_str().unwrap().ends_with('Z'));
    desk.province.assert_accepted(card.to_string().as_bytes()).await;
    // Again with the refresh token, which is good once.
    let refreshed = desk.refresh(&asked, tokens["refresh_token"].as_str().unwrap()).await.json(200);
    let again = desk.credential(&asked, refreshed["access_token"].as_str().unwrap(), CARD, &holder).await;
    assert_eq!(again.status, 200, "{}", again.text);
    let twice = desk.refresh(&asked, tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(twice.json(400)["error"], "invalid_grant");
    let ended = desk.credential(&asked, refreshed["access_token"].as_str().unwrap(), CARD, &holder).await;
    assert_eq!(ended.json(401)["error"], "invalid_token");
}

async fn by_details_and_with_two_types(desk: &Desk) {
    let holder = SecretKey::generate(KeyType::P256).unwrap();
    let mut asked = desk.ask(&[]);
    asked.request.details = vec![CredentialDetail::of(CARD), CredentialDetail::of("ontario-resident")];
    let code = desk.code(&mut Browser::default(), &asked).await;
    let tokens = desk.redeem(&asked, &code).await.json(200);
    assert_eq!(tokens["authorization_details"].as_array().unwrap().len(), 2);
    let token = tokens["access_token"].as_str().unwrap();
    for of in [CARD, "ontario-resident"] {
        let wanted = desk.credential_by_identifier(&asked, token, of, &holder).await;
        let credential = wanted.json(200)["credentials"][0]["credential"].clone();
        assert_eq!(credential["evidence"][0]["levelOfAssurance"], "urn:larch:2", "{of}");
    }
}

async fn a_code_is_good_once(desk: &Desk) {
    for _ in 0..3 {
        let asked = desk.ask(&[CARD]);
        let code = desk.code(&mut Browser::default(), &asked).await;
        let mut all = JoinSet::new();
        for client in 0..64 {
            let (desk, asked, code) = (desk.at_process(client), asked.clone(), code.clone());
            all.spawn(async move { desk.redeem(&asked, &code).await });
        }
        let answers = all.join_all().await;
        let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(won.len(), 1);
        for lost in answers.iter().filter(|answer| answer.status != 200) {
            assert_eq!(lost.json(400)["error"], "invalid_grant");
        }
        // Who came second has what only the first should have: nobody knows which of them is the thief.
        let token = won[0].json(200)["access_token"].as_str().unwrap().to_owned();
        let ended = desk.credential(&asked, &token, CARD, &SecretKey::generate(KeyType::P256).unwrap()).await;
        assert_eq!(ended.json(401)["error"], "invalid_token");
    }
    // The same with a refresh token.
    let asked = desk.ask(&[CARD]);
    let code = desk.code(&mut Browser::default(), &asked).await;
    let tokens = desk.redeem(&asked, &code).await.json(200);
    let mut all = JoinSet::new();
    for client in 0..64 {
        let (desk, asked, tokens) = (desk.at_process(client), asked.clone(), tokens.clone());
        all.spawn(async move { desk.refresh(&asked, tokens["refresh_token"].as_str().unwrap()).await });
    }
    let answers = all.join_all().await;
    let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    for token in [&tokens, &won[0].json(200)] {
        let holder = SecretKey::generate(KeyType::P256).unwrap();
        let ended = desk.credential(&asked, token["access_token"].as_str().unwrap(), CARD, &holder).await;
        assert_eq!(ended.json(401)["error"], "invalid_token");
    }
    let next = won[0].json(200)["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(desk.refresh(&asked, &next).await.json(400)["error"], "invalid_grant");
    // A code that comes again ends what came of it.
    let asked = desk.ask(&[CARD]);
    let code = desk.code(&mut Browser::default(), &asked).await;
    let tokens = desk.redeem(&asked, &code).await.json(200);
    assert_eq!(desk.redeem(&asked, &code).await.json(400)["error"], "invalid_grant");
    let holder = SecretKey::generate(KeyType::P256).unwrap();
    let ended = desk.credential(&asked, tokens["access_token"].as_str().unwrap(), CARD, &holder).await;
    assert_eq!(ended.json(401)["error"], "invalid_token");
}

async fn codes_are_their_wallets_own(desk: &Desk) {
    let asked = desk.ask(&[CARD]);
    let code = desk.code(&mut Browser::default(), &asked).await;
    let form = |change: &str| {
        let verifier = asked.verifier.expose();
        let form = format!(
            "grant_type=authorization_code&code={code}&client_id={WALLET}&redirect_uri=https%3A%2F%2Fwallet.larch.example%2Fback&code_verifier={verifier}"
        );
        let (from, to) = change.split_once("=>").unwrap();
        assert!(form.contains(from), "{from}");
        form.replace(from, to)
    };
    let other = desk.ask(&[CARD]);
    let other_verifier = format!("{}=>{}", asked.verifier.expose(), other.verifier.expose());
    for (change, error) in [
        (other_verifier.as_str(), "invalid_grant"),
        ("code_verifier=>verifier", "invalid_request"),
        ("larch.example%2Fback=>larch.example%2Fback2", "invalid_grant"),
        ("client_id=larch-wallet=>client_id=app", "invalid_grant"),
    ] {
        assert_eq!(desk.post_form(&asked, "/token", &form(change)).await.json(400)["error"], error, "{change}");
    }
    // Pushed with a proof of one key, redeemed with none, and with another's.
    assert_eq!(desk.province.form("/token", &form("code=>code")).await.json(400)["error"], "invalid_grant");
    assert_eq!(desk.post_form(&other, "/token", &form("code=>code")).await.json(400)["error"], "invalid_grant");
    // None of it used the code up.
    assert_eq!(desk.redeem(&asked, &code).await.status, 200);
}

async fn requests_that_are_not_granted(desk: &Desk) {
    let asked = desk.ask(&[CARD]);
    let form = asked.request.to_form().encode();
    for (from, to, error) in [
        ("client_id=larch-wallet", "client_id=nobody", "invalid_client"),
        ("wallet.larch.example%2Fback", "wallet.larch.example%2Fback%2F", "invalid_request"),
        ("wallet.larch.example%2Fback", "evil.example%2Fback", "invalid_request"),
        ("code_challenge_method=S256", "code_challenge_method=plain", "invalid_request"),
        ("code_challenge_method=S256", "x=y", "invalid_request"),
        ("response_type=code", "response_type=token", "unsupported_response_type"),
        ("scope=ontario-card", "scope=nothing", "invalid_scope"),
        ("scope=ontario-card", "scope=ontario-licence", "invalid_scope"),
        ("scope=ontario-card", "scope=ontario-card+ontario-strong", "invalid_scope"),
        ("state=", "request_uri=x&state=", "invalid_request"),
        ("state=", "request=x.y.z&state=", "request_not_supported"),
    ] {
        assert!(form.contains(from), "{from} in {form}");
        let answer = desk.post_form(&asked, "/par", &form.replace(from, to)).await;
        let error_found: Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(error_found["error"], error, "{to}");
    }
    // Past PAR, by value.
    let at = format!("/authorize?{form}");
    let answer = desk.province.get(&at).await;
    assert_eq!(answer.json(400)["error"], "invalid_request");
}

async fn a_reference_is_good_once(desk: &Desk) {
    let asked = desk.ask(&[CARD]);
    let at = desk.push(&asked).await;
    let other_client = at.replace("client_id=larch-wallet", "client_id=app");
    assert_eq!(desk.province.get(&other_client).await.json(400)["error"], "invalid_request_uri");
    let at = desk.push(&asked).await;
    assert_eq!(desk.province.get(&at).await.status, 303);
    assert_eq!(desk.province.get(&at).await.json(400)["error"], "invalid_request_uri");
    for _ in 0..3 {
        let at = desk.push(&asked).await;
        let mut all = JoinSet::new();
        for client in 0..64 {
            let (desk, at) = (desk.at_process(client), at.clone());
            all.spawn(async move { desk.province.get(&at).await });
        }
        let answers = all.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1);
        for lost in answers.iter().filter(|answer| answer.status != 303) {
            assert_eq!(lost.json(400)["error"], "invalid_request_uri");
        }
    }
    let unknown = format!("/authorize?client_id={WALLET}&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Ax");
    assert_eq!(desk.province.get(&unknown).await.json(400)["error"], "invalid_request_uri");
}

async fn too_weak_a_sign_in(desk: &Desk) {
    desk.idp.is(person("0000-0001-037", "urn:larch:1"));
    let mut browser = Browser::default();
    let asked = desk.ask(&[CARD]);
    // A person reads why, and goes back to the wallet with the error.
    let page = desk.walk(&mut browser, &asked).await;
    assert_eq!(page.status, 403, "{}", page.text);
    assert!(page.text.contains("A stronger sign-in is needed") && page.text.contains("sign_in.level"));
    let to = page.text.split("href=\"https://wallet.larch.example/back?").nth(1).unwrap().split('"').next().unwrap();
    let back = Form::parse(&to.replace("&#38;", "&").replace("&amp;", "&")).unwrap();
    assert_eq!(back.get("error"), Some("access_denied"));
    assert_eq!(back.get("state"), asked.request.state.as_deref());
    assert_eq!(back.get("iss"), Some(desk.province.url.as_str()));
    // A program goes back at once.
    let mut program = Browser { program: true, ..Browser::default() };
    let answer = desk.walk(&mut program, &asked).await;
    assert!(answer.header("location").starts_with("https://wallet.larch.example/back?error=access_denied"));
    // So does whoever declines at the provider.
    desk.idp.misbehave(Mischief { error: Some("access_denied"), ..Mischief::default() });
    let page = desk.walk(&mut browser, &asked).await;
    assert!(page.text.contains("sign_in.declined"), "{}", page.text);
    desk.idp.misbehave(Mischief::default());
    desk.idp.is(person("0000-0001-037", "urn:larch:2"));
    // The callback of another browser leads nowhere, and to no wallet.
    let at = desk.push(&asked).await;
    let away = browser.get(&desk.province, &at).await;
    let back = desk.idp.visit(&away.header("location")).await;
    let stranger = Browser::default().get(&desk.province, back.strip_prefix(&desk.province.url).unwrap()).await;
    assert_eq!(stranger.status, 403);
    assert!(!stranger.text.contains("wallet.larch.example"));
}

async fn a_wallet_that_nobody_vouches_for_needs_a_word(desk: &Desk) {
    let mut asked = desk.ask(&[CARD]);
    asked.request.client_id = "app".to_owned();
    asked.request.redirect_uri = "example.larch.app:/back".to_owned();
    for (decision, member) in [("no", "error=access_denied"), ("yes", "code=")] {
        let mut browser = Browser::default();
        let page = desk.walk(&mut browser, &asked).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("Larch App will receive:") && page.text.contains("Ontario Photo Card"));
        assert!(page.header("content-security-policy").contains("form-action 'self' example.larch.app:;"));
        let field = |name: &str| {
            let from = format!("name=\"{name}\" value=\"");
            page.text.split(&from).nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        let path = page.text.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let form = format!("csrf={}&decision={decision}", field("csrf"));
        // Not from another site, not in another browser, and once.
        let forged = browser.post(&desk.province, &path, &format!("csrf=x&decision={decision}")).await;
        assert_eq!(forged.status, 403);
        let mut other = Browser::default();
        assert_eq!(other.get(&desk.province, &path).await.status, 403);
        let done = browser.post(&desk.province, &path, &form).await;
        assert_eq!(done.status, 303, "{}", done.text);
        let to = done.header("location");
        assert!(to.starts_with("example.larch.app:/back?") && to.contains(member), "{to}");
        assert_eq!(browser.post(&desk.province, &path, &form).await.status, 410);
    }
}

async fn what_a_person_reads_is_in_both_languages(desk: &Desk) {
    desk.idp.is(person("9999-9999-999", "urn:larch:2"));
    let asked = desk.ask(&[CARD]);
    let mut browser = Browser { language: "fr", ..Browser::default() };
    let page = desk.walk(&mut browser, &asked).await;
    assert_eq!(page.status, 403);
    assert!(
        page.text.contains("Personne ne correspond à votre authentification")
            && page.text.contains("Retour à Portefeuille Mélèze"),
        "{}",
        page.text
    );
    assert!(page.text.contains("lang=\"fr-CA\"") && page.text.contains("?lang=en"));
    assert!(page.text.len() < 50_000);
    desk.idp.is(person("0000-0001-037", "urn:larch:2"));
}

async fn the_words_of_a_type_are_published(desk: &Desk) {
    let context = desk.province.get("/contexts/resident/v1").await;
    assert!(context.json(200)["@context"]["OntarioResident"].is_string());
    assert_eq!(context.header("content-type"), "application/ld+json");
    assert!(context.header("cache-control").contains("max-age="));
    let etag = context.header("etag");
    let again = desk.province.request("GET", "/contexts/resident/v1", &[("if-none-match", &etag)], "").await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    let schema = desk.province.get("/schemas/resident/v1").await;
    assert_eq!(schema.json(200)["type"], "object");
    assert_eq!(schema.header("content-type"), "application/schema+json");
}
