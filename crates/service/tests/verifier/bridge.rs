//! The OpenID Connect bridge, as a relying party that never heard of wallets sees it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tamarack::jose::Jws;
use tamarack::json;
use tamarack::keys::PublicKey;
use tamarack_openid4vc::oauth::Form;

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

/// The claims of an ID token whose signature is that of the published key.
fn opened(shop: &Shop, token: &str) -> Value {
    let keys = Page::of(agent().get(format!("{}/oidc/jwks", shop.url)).call().unwrap()).json();
    let key = PublicKey::from_jwk(&json::parse(keys["keys"][0].to_string().as_bytes()).unwrap()).unwrap();
    let jws = Jws::parse(token).unwrap();
    jws.verify(&key).unwrap();
    assert_eq!(jws.header().get("kid").and_then(|kid| kid.as_str()), keys["keys"][0]["kid"].as_str());
    serde_json::from_slice(jws.payload()).unwrap()
}

#[test]
fn a_relying_party_learns_what_the_ask_maps() {
    let shop = Shop::open();
    let about = Page::of(agent().get(format!("{}/.well-known/openid-configuration", shop.url)).call().unwrap()).json();
    assert_eq!(about["issuer"], json!(shop.url));
    assert_eq!(about["subject_types_supported"], json!(["pairwise"]));
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
    assert_eq!(userinfo(&shop, access).status, 401, "once");
    let stored = shop.stored();
    assert!(!stored.windows(CANARY.len()).any(|part| part == CANARY.as_bytes()));
}

#[test]
fn a_person_has_another_name_in_each_sector() {
    let shop = Shop::open();
    let subject = |changes: &[(&str, Option<&str>)], basic: Option<&str>, exchanged: &[(&str, Option<&str>)]| {
        let page = exchange(&shop, basic, exchanged, &code(&shop, &request(changes)));
        assert_eq!(page.status, 200, "{}", page.text);
        opened(&shop, page.json()["id_token"].as_str().unwrap())["sub"].as_str().unwrap().to_owned()
    };
    let first = subject(&[], None, &[]);
    assert_eq!(subject(&[], None, &[]), first, "the same again");
    let other = [("client_id", Some("app-2")), ("redirect_uri", Some("https://app.example/other"))];
    assert_eq!(subject(&other, None, &other), first, "the same host");
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
        ([("request", Some("ey.J.x"))], "invalid_request"),
        ([("prompt", Some("none"))], "access_denied"),
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
    assert_eq!(userinfo(&shop, "AAAAAAAAAAAAAAAAAAAAAA").status, 401);
    assert_eq!(userinfo(&shop, "x").status, 401);
}
