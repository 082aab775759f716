//! The OpenID Connect bridge, as a relying party that never heard of wallets sees it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tamarack::jose::Jws;
use tamarack::json;
use tamarack::keys::{KeyType, PublicKey, SecretKey};
use tamarack_openid4vc::oauth::Form;
use tamarack_service::http::BaseUrl;
use tamarack_service::verifier::{Ask, ClientKey};

use crate::browser::{Browser, Page, agent};
use crate::phone::{CANARY, Card, GOOD, Phone, issuer, now};
use crate::shop::{LIBRARY_SECRET, Shop};

const VERIFIER: &str = "a-code-verifier-that-is-long-enough-for-the-rules-1";

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

/// An authentication request; a change to `None` leaves the parameter out.
fn request(changes: &[(&str, Option<&str>)]) -> String {
    let challenge = challenge();
    let usual = [
        ("client_id", "app"),
        ("redirect_uri", "https://app.example/back?x=1"),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("state", "s-1"),
        ("nonce", "n-1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let mut form = Form::default();
    for (name, value) in usual {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        form = form.with(name, change.map_or(Some(value), |(_, value)| *value));
    }
    for (name, value) in changes.iter().filter(|(name, _)| !usual.iter().any(|(known, _)| known == name)) {
        form = form.with(name, *value);
    }
    form.on_url("/oidc/authorize")
}

/// The parameters that a browser is sent on with.
fn sent_on(page: &Page) -> (String, Form) {
    assert_eq!(page.status, 303, "{}", page.text);
    let (place, query) = page.headers["location"].split_once('?').unwrap();
    (place.to_owned(), Form::parse(query).unwrap())
}

/// Signs in with a card, and gives where the browser ends up.
fn sign_in(browser: &mut Browser, request: &str, card: &Card) -> Page {
    let begun = browser.get(request);
    assert_eq!(begun.status, 303, "{}", begun.text);
    let path = begun.headers["location"].clone();
    let link = browser.get(&path).attribute("href", "openid4vp:").replace("%2Fhere", "");
    Phone::with(card).show(&link);
    browser.get(&path)
}

fn code(shop: &Shop, request: &str) -> String {
    let (_, form) = sent_on(&sign_in(&mut shop.browser(), request, &GOOD));
    form.get("code").unwrap().to_owned()
}

fn exchange(shop: &Shop, basic: Option<&str>, changes: &[(&str, Option<&str>)], code: &str) -> Page {
    let usual = [
        ("grant_type", "authorization_code"),
        ("client_id", "app"),
        ("code", code),
        ("redirect_uri", "https://app.example/back?x=1"),
        ("code_verifier", VERIFIER),
    ];
    let mut form = Form::default();
    for (name, value) in usual {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        form = form.with(name, change.map_or(Some(value), |(_, value)| *value));
    }
    for (name, value) in changes.iter().filter(|(name, _)| !usual.iter().any(|(known, _)| known == name)) {
        form = form.with(name, *value);
    }
    let mut request = agent().post(format!("{}/oidc/token", shop.url));
    if let Some(basic) = basic {
        request = request.header("authorization", format!("Basic {}", STANDARD.encode(basic)));
    }
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    Page::of(request.send(form.encode()).unwrap())
}

fn userinfo(shop: &Shop, token: &str) -> Page {
    let request = agent().get(format!("{}/oidc/userinfo", shop.url));
    Page::of(request.header("authorization", format!("Bearer {token}")).call().unwrap())
}

/// The claims of an ID token whose signature is that of the published key which it names.
fn opened(shop: &Shop, token: &str) -> Value {
    opened_as(shop, token, "RS256")
}

fn opened_as(shop: &Shop, token: &str, algorithm: &str) -> Value {
    let keys = Page::of(agent().get(format!("{}/oidc/jwks", shop.url)).call().unwrap()).json();
    let jws = Jws::parse(token).unwrap();
    let header = |name: &str| jws.header().get(name).and_then(|value| value.as_str()).unwrap();
    let named = |key: &&Value| key["kid"] == header("kid");
    let mut named = keys["keys"].as_array().unwrap().iter().filter(named);
    let (key, another) = (named.next().unwrap(), named.next());
    assert!(another.is_none(), "OpenID Connect Core §10.1: one key has this name");
    assert_eq!((header("alg"), key["alg"].as_str(), &key["use"]), (algorithm, Some(algorithm), &json!("sig")));
    assert!(keys["keys"].as_array().unwrap().iter().all(|key| key.get("d").is_none()), "{keys}");
    let key = PublicKey::from_jwk(&json::parse(key.to_string().as_bytes()).unwrap()).unwrap();
    jws.verify(&key).unwrap();
    serde_json::from_slice(jws.payload()).unwrap()
}

/// Signs in at one of the relying parties that ask for an ID token, and gives the claims that it gets.
pub(crate) fn sign_in_at(shop: &Shop, client: &str, phone: &Phone) -> Value {
    let redirect = format!("https://{client}.example/back");
    let changes = [("client_id", Some(client)), ("redirect_uri", Some(redirect.as_str()))];
    let mut browser = shop.browser();
    let path = browser.get(&request(&changes)).headers["location"].clone();
    let link = browser.get(&path).attribute("href", "siopv2:").replace("%2Fhere", "");
    phone.show(&link);
    let (_, form) = sent_on(&browser.get(&path));
    let tokens = exchange(shop, None, &changes, form.get("code").unwrap()).json();
    opened(shop, tokens["id_token"].as_str().unwrap())
}

/// The subject by which the client `app` knows the person of every phone.
pub(crate) fn subject_of(shop: &Shop) -> String {
    let tokens = exchange(shop, None, &[], &code(shop, &request(&[]))).json();
    opened(shop, tokens["id_token"].as_str().unwrap())["sub"].as_str().unwrap().to_owned()
}

#[test]
fn a_relying_party_learns_what_the_ask_maps() {
    let shop = Shop::open();
    let about = Page::of(agent().get(format!("{}/.well-known/openid-configuration", shop.url)).call().unwrap()).json();
    assert_eq!(about["issuer"], json!(shop.url));
    assert_eq!(about["subject_types_supported"], json!(["pairwise"]));
    // OpenID Connect Discovery §3: RS256 must be among them.
    assert_eq!(about["id_token_signing_alg_values_supported"], json!(["RS256", "ES256"]));
    assert_eq!(about["claims_supported"], json!(["adult", "given_name", "sub"]));

    let (place, form) = sent_on(&sign_in(&mut shop.browser(), &request(&[]), &GOOD));
    assert_eq!((place.as_str(), form.get("x")), ("https://app.example/back", Some("1")));
    assert_eq!((form.get("state"), form.get("iss")), (Some("s-1"), Some(shop.url.as_str())));
    let tokens = exchange(&shop, None, &[], form.get("code").unwrap());
    assert_eq!((tokens.status, tokens.headers["cache-control"].as_str()), (200, "no-store"), "{}", tokens.text);
    let tokens = tokens.json();
    let claims = opened(&shop, tokens["id_token"].as_str().unwrap());
    assert_eq!((&claims["iss"], &claims["aud"], &claims["nonce"]), (&json!(shop.url), &json!("app"), &json!("n-1")));
    assert_eq!((&claims["given_name"], &claims["adult"]), (&json!(CANARY), &json!(true)));
    assert!(claims["exp"].as_i64().unwrap() > now().unix() && claims["auth_time"].as_i64().unwrap() <= now().unix());
    // What was not asked for is not there, nor who issued it, nor the person's DID.
    assert_eq!(claims.as_object().unwrap().len(), 9, "{claims}");
    assert!(!claims.to_string().contains("did:") && !claims.to_string().contains(&issuer()));

    let access = tokens["access_token"].as_str().unwrap();
    let info = userinfo(&shop, access);
    assert_eq!(info.json(), json!({"sub": claims["sub"], "given_name": CANARY, "adult": true}));
    assert_eq!(userinfo(&shop, access).json(), info.json(), "RFC 6750: until it expires");
    let stored = shop.stored();
    assert!(!stored.windows(CANARY.len()).any(|part| part == CANARY.as_bytes()));
}

#[test]
fn whoever_is_hinted_at_must_sign_in() {
    let shop = Shop::open();
    let tokens = exchange(&shop, None, &[], &code(&shop, &request(&[]))).json();
    let hint = tokens["id_token"].as_str().unwrap();
    let hinted = request(&[("id_token_hint", Some(hint))]);
    // The same person, and another.
    let (_, form) = sent_on(&sign_in(&mut shop.browser(), &hinted, &GOOD));
    assert!(form.get("code").is_some());
    let (_, form) = sent_on(&sign_in(&mut shop.browser(), &hinted, &Card { holder: 8, ..GOOD }));
    assert_eq!((form.get("error"), form.get("state")), (Some("login_required"), Some("s-1")));
    assert!(form.get("code").is_none());
    // Without a hint, anybody may.
    let (_, form) = sent_on(&sign_in(&mut shop.browser(), &request(&[]), &Card { holder: 8, ..GOOD }));
    assert!(form.get("code").is_some());
    // What is no ID token of ours, for this client, hints at nobody.
    let other = [("client_id", Some("app-2")), ("redirect_uri", Some("https://app.example/other"))];
    let (head, _) = hint.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", "A".repeat(512));
    for wrong in [
        request(&[("id_token_hint", Some("abc"))]),
        request(&[("id_token_hint", Some(&forged))]),
        request(&[other[0], other[1], ("id_token_hint", Some(hint))]),
    ] {
        let (_, form) = sent_on(&shop.browser().get(&wrong));
        assert_eq!(
            (form.get("error"), form.get("error_description")),
            (Some("invalid_request"), Some("id_token_hint"))
        );
    }
}

#[test]
fn a_person_has_another_name_in_each_sector() {
    let shop = Shop::open();
    let subject = |changes: &[(&str, Option<&str>)], basic: Option<&str>, exchanged: &[(&str, Option<&str>)]| {
        let page = exchange(&shop, basic, exchanged, &code(&shop, &request(changes)));
        assert_eq!(page.status, 200, "{}", page.text);
        // OpenID Connect Registration §2: RS256, unless the client was registered with another algorithm.
        let of_client = changes.iter().any(|(_, value)| *value == Some("app-2"));
        let token = page.json()["id_token"].as_str().unwrap().to_owned();
        let claims = opened_as(&shop, &token, if of_client { "ES256" } else { "RS256" });
        claims["sub"].as_str().unwrap().to_owned()
    };
    let first = subject(&[], None, &[]);
    assert_eq!(subject(&[], None, &[]), first, "the same again");
    let other = [("client_id", Some("app-2")), ("redirect_uri", Some("https://app.example/other"))];
    assert_eq!(subject(&other, None, &other), first, "the same host");
    // Redirect URIs on two hosts, and one sector.
    for place in ["https://one.example/back", "https://two.example/back"] {
        let group = [("client_id", Some("group")), ("redirect_uri", Some(place))];
        assert_eq!(subject(&group, None, &group), first, "{place}");
    }
    let library = [("client_id", Some("library")), ("redirect_uri", Some("https://library.example/back"))];
    let encoded = Form::default().with("s", Some(LIBRARY_SECRET)).encode();
    let basic = format!("library:{}", encoded.trim_start_matches("s="));
    assert_ne!(subject(&library, Some(&basic), &library), first);
    let posted = [library[0], library[1], ("client_secret", Some(LIBRARY_SECRET))];
    assert_ne!(subject(&library, None, &posted), first);
}

#[test]
fn who_shows_nothing_good_is_sent_back_without_a_code() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    let page = sign_in(&mut browser, &request(&[]), &Card { issuer: 2, ..GOOD });
    assert!(page.text.contains("Not accepted"), "{}", page.text);
    let back = page.attribute("href", "https://app.example/back");
    assert!(back.starts_with("https://app.example/back?x=1&error=access_denied&"), "{back}");
    assert!(back.contains("state=s-1") && !back.contains("code="));
}

#[test]
fn a_code_is_given_and_taken_once() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    let begun = browser.get(&request(&[]));
    let path = begun.headers["location"].clone();
    let link = browser.get(&path).attribute("href", "openid4vp:").replace("%2Fhere", "");
    Phone::with(&GOOD).show(&link);
    let (_, form) = sent_on(&browser.get(&path));
    assert_eq!(browser.get(&path).status, 200, "no second code");
    let code = form.get("code").unwrap();
    let tokens = exchange(&shop, None, &[], code);
    assert_eq!(tokens.status, 200);
    let again = exchange(&shop, None, &[], code);
    assert_eq!((again.status, again.json()["error"].as_str()), (400, Some("invalid_grant")));
    // Whoever had it twice has nothing of it any more.
    assert_eq!(userinfo(&shop, tokens.json()["access_token"].as_str().unwrap()).status, 401);
}

#[test]
fn what_a_client_gets_wrong_has_its_error() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    // Nobody is sent to an address that is not the client's.
    for changes in [
        [("client_id", Some("nobody"))],
        [("client_id", None)],
        [("redirect_uri", None)],
        [("redirect_uri", Some("https://app.example/back"))],
        [("redirect_uri", Some("https://app.example/back?x=1&y"))],
        [("redirect_uri", Some("https://evil.example/"))],
    ] {
        assert_eq!(browser.get(&request(&changes)).status, 400, "{changes:?}");
    }
    for (changes, error) in [
        ([("response_type", Some("token"))], "unsupported_response_type"),
        ([("response_type", None)], "invalid_request"),
        ([("scope", Some("profile"))], "invalid_scope"),
        ([("code_challenge", None)], "invalid_request"),
        ([("code_challenge", Some("short"))], "invalid_request"),
        ([("code_challenge_method", Some("plain"))], "invalid_request"),
        ([("code_challenge_method", None)], "invalid_request"),
        ([("response_mode", Some("fragment"))], "invalid_request"),
        // OpenID Connect Core §3.1.2.6, §3.1.2.1.
        ([("request", Some("ey.J.x"))], "request_not_supported"),
        ([("request_uri", Some("https://app.example/request"))], "request_uri_not_supported"),
        ([("prompt", Some("none"))], "login_required"),
        ([("prompt", Some("none login"))], "invalid_request"),
    ] {
        let (place, form) = sent_on(&browser.get(&request(&changes)));
        assert_eq!((place.as_str(), form.get("error")), ("https://app.example/back", Some(error)), "{changes:?}");
        assert_eq!(form.get("state"), Some("s-1"));
    }
    let library = [("client_id", Some("library")), ("redirect_uri", Some("https://library.example/back"))];
    for (basic, changes, status, error) in [
        (None, vec![("code_verifier", Some("another-code-verifier-that-is-long-enough-for-it"))], 400, "invalid_grant"),
        (None, vec![("code_verifier", None)], 400, "invalid_request"),
        (None, vec![("redirect_uri", Some("https://app.example/other"))], 400, "invalid_grant"),
        (None, vec![("client_id", Some("app-2"))], 400, "invalid_grant"),
        (None, vec![("code", Some("AAAAAAAAAAAAAAAAAAAAAA"))], 400, "invalid_grant"),
        (None, vec![("code", Some("x"))], 400, "invalid_grant"),
        (None, vec![("grant_type", Some("password"))], 400, "unsupported_grant_type"),
        (None, vec![("client_id", Some("nobody"))], 401, "invalid_client"),
        (None, vec![("client_secret", Some("a public client has none"))], 401, "invalid_client"),
        (None, library.to_vec(), 401, "invalid_client"),
        (Some("library:wrong"), library.to_vec(), 401, "invalid_client"),
        (Some("library"), library.to_vec(), 401, "invalid_client"),
    ] {
        let page = exchange(&shop, basic, &changes, &code(&shop, &request(&[])));
        assert_eq!((page.status, page.json()["error"].as_str()), (status, Some(error)), "{changes:?}");
    }
    // Whoever tried a code without what belongs to it has used it up.
    let code = code(&shop, &request(&[]));
    let guessed = [("code_verifier", Some("another-code-verifier-that-is-long-enough-for-it"))];
    assert_eq!(exchange(&shop, None, &guessed, &code).status, 400);
    assert_eq!(exchange(&shop, None, &[], &code).json()["error"], "invalid_grant");
    assert_eq!(userinfo(&shop, "AAAAAAAAAAAAAAAAAAAAAA").status, 401);
    assert_eq!(userinfo(&shop, "x").status, 401);
}

#[test]
fn an_older_client_with_a_secret_may_leave_pkce_out() {
    // RFC 9700 §2.1.1.
    let shop = Shop::open();
    let old = [("client_id", Some("old")), ("redirect_uri", Some("https://old.example/back"))];
    let none = [("code_challenge", None), ("code_challenge_method", None)];
    let without = [old[0], old[1], none[0], none[1]];
    let secret = ("client_secret", Some(LIBRARY_SECRET));
    let back = |code_verifier| [old[0], old[1], secret, ("code_verifier", code_verifier)];
    let page = exchange(&shop, None, &back(None), &code(&shop, &request(&without)));
    assert_eq!(page.status, 200, "{}", page.text);
    // What PKCE began, PKCE ends; and what began without it cannot have been meant with it.
    for (begun, verifier, error) in [
        (&old[..], None, "invalid_request"),
        (&old[..], Some("another-code-verifier-that-is-long-enough-for-it"), "invalid_grant"),
        (&without[..], Some(VERIFIER), "invalid_grant"),
    ] {
        let page = exchange(&shop, None, &back(verifier), &code(&shop, &request(begun)));
        assert_eq!((page.status, page.json()["error"].as_str()), (400, Some(error)), "{verifier:?}");
    }
    // Without PKCE its nonce is what holds the answer to the question.
    for missing in [("nonce", None), ("code_challenge_method", Some("S256"))] {
        let all = [old[0], old[1], none[0], if missing.0 == "nonce" { none[1] } else { missing }, missing];
        let (place, form) = sent_on(&shop.browser().get(&request(&all)));
        assert_eq!(
            (place.as_str(), form.get("error")),
            ("https://old.example/back", Some("invalid_request")),
            "{missing:?}"
        );
    }
}

#[test]
fn the_authorization_endpoint_takes_forms() {
    // OpenID Connect Core §3.1.2.1: GET and POST.
    let shop = Shop::open();
    let mut browser = shop.browser();
    let whole = request(&[]);
    let form = Form::parse(whole.split_once('?').unwrap().1).unwrap();
    let names = ["client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge"];
    let mut members: Vec<(&str, &str)> = names.iter().map(|name| (*name, form.get(name).unwrap())).collect();
    members.push(("code_challenge_method", "S256"));
    let begun = browser.post("/oidc/authorize", &members);
    assert_eq!(begun.status, 303, "{}", begun.text);
    let path = begun.headers["location"].clone();
    let link = browser.get(&path).attribute("href", "openid4vp:").replace("%2Fhere", "");
    Phone::with(&GOOD).show(&link);
    let (_, back) = sent_on(&browser.get(&path));
    assert_eq!(exchange(&shop, None, &[], back.get("code").unwrap()).status, 200);
    members.push(("prompt", "none"));
    let (_, back) = sent_on(&browser.post("/oidc/authorize", &members));
    assert_eq!((back.get("error"), back.get("state")), (Some("login_required"), Some("s-1")));
}

#[test]
fn a_form_from_another_site_takes_no_request_from_another_tab() {
    let shop = Shop::open();
    let mut browser = shop.browser();
    let older = browser.get(&request(&[])).headers["location"].clone();
    assert_eq!(browser.get(&older).status, 200);
    let whole = request(&[]);
    let form = Form::parse(whole.split_once('?').unwrap().1).unwrap();
    let names = ["client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge"];
    let mut members: Vec<(&str, &str)> = names.iter().map(|name| (*name, form.get(name).unwrap())).collect();
    members.push(("code_challenge_method", "S256"));
    // The browser's cookies are Lax: they stay at home when another site posts, and come along when it is sent on.
    let posted = shop.browser().post("/oidc/authorize", &members);
    assert!(posted.status == 303 && !posted.headers.contains_key("set-cookie"), "{posted:?}");
    let newer = posted.headers["location"].clone();
    assert_eq!((browser.get(&newer).status, browser.get(&older).status), (200, 200));
    // From now on it is this browser's alone.
    assert_eq!(shop.browser().get(&newer).status, 403);
    let link = browser.get(&newer).attribute("href", "openid4vp:").replace("%2Fhere", "");
    Phone::with(&GOOD).show(&link);
    let (_, back) = sent_on(&browser.get(&newer));
    assert_eq!(exchange(&shop, None, &[], back.get("code").unwrap()).status, 200);
}

#[test]
fn of_many_who_bring_a_code_one_gets_tokens() {
    let shop = Shop::open();
    let replica = shop.replica();
    let code = code(&shop, &request(&[]));
    let pages: Vec<Page> = std::thread::scope(|scope| {
        let (shop, replica, code) = (&shop, &replica, code.as_str());
        let ask =
            |n: usize| scope.spawn(move || exchange(if n.is_multiple_of(2) { shop } else { replica }, None, &[], code));
        let all: Vec<_> = (0..64).map(ask).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let statuses: Vec<u16> = pages.iter().map(|page| page.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 400)), "{statuses:?}");
    // RFC 6749 §4.1.2: nobody knows which of them is the thief, so what the first got is ended.
    let won = pages.iter().find(|page| page.status == 200).unwrap().json();
    assert_eq!(userinfo(&shop, won["access_token"].as_str().unwrap()).status, 401);
}

#[test]
fn replicas_share_the_key_of_id_tokens_and_a_new_request_key_brings_a_new_one() {
    let shop = Shop::open();
    let keys = |shop: &Shop| {
        let page = Page::of(agent().get(format!("{}/oidc/jwks", shop.url)).call().unwrap());
        let keys = page.json()["keys"].as_array().unwrap().clone();
        keys.into_iter().filter(|key| key["kty"] == "RSA").collect::<Vec<_>>()
    };
    let first = keys(&shop);
    assert_eq!(first.len(), 1);
    assert_eq!(keys(&shop.replica()), first);
    // RFC 7518 §3.3: 2048 bits or more.
    assert!(URL_SAFE_NO_PAD.decode(first[0]["n"].as_str().unwrap()).unwrap().len() >= 256);
    let renewed = shop.replica_with(|settings| {
        let base = BaseUrl::parse("http://localhost:1").unwrap();
        let key = SecretKey::from_bytes(KeyType::P256, &[10; 32]).unwrap();
        settings.client = ClientKey::of_did(&base, key).unwrap();
    });
    let both = keys(&renewed);
    assert!(both.len() == 2 && both.contains(&first[0]), "what was signed before can still be checked");
}

#[test]
fn a_client_that_no_key_can_sign_for_or_whose_people_have_two_names_is_refused() {
    let ask = |client: &str| {
        let text = format!(
            r#"{{"format":"tamarack-ask/1","name":"a","verifier":{{"en":"a","fr":"a"}},"title":{{"en":"a","fr":"a"}},
            "purpose":{{"en":"a","fr":"a"}},"ageOver":19,"retention":"nothing","oidc":{{"clients":[{client}]}}}}"#
        );
        Ask::parse(text.as_bytes()).map_err(|error| (error.code, error.pointer))
    };
    let one = r#"{"id":"a","redirectUris":["https://a.example/x","https://a.example/y"]}"#;
    assert_eq!(ask(one).unwrap().oidc.unwrap().clients[0].id_token_alg, "RS256");
    // OpenID Connect Core §8.1: without a sector of its own, a client with several hosts has none.
    let several = r#"{"id":"a","redirectUris":["https://a.example/x","https://b.example/x"]MORE}"#;
    let missing = ("ask.member_missing", "/oidc/clients/0/sector".to_owned());
    assert_eq!(ask(&several.replace("MORE", "")).unwrap_err(), missing);
    assert!(ask(&several.replace("MORE", r#","sector":"a.example""#)).is_ok());
    for (more, at) in [
        (r#","sector":"https://a.example""#, "sector"),
        (r#","idTokenAlg":"HS256""#, "idTokenAlg"),
        (r#","withoutPkce":true"#, "withoutPkce"),
        (r#","withoutPkce":1"#, "withoutPkce"),
    ] {
        let wrong = ("ask.value", format!("/oidc/clients/0/{at}"));
        let client = several.replace("MORE", &format!(r#","sector":"a.example"{more}"#));
        let client = if at == "sector" { several.replace("MORE", more) } else { client };
        assert_eq!(ask(&client).unwrap_err(), wrong);
    }
}
