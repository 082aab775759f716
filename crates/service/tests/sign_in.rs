//! Signing in at an OpenID Connect provider, with honest and hostile ones.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

#[path = "province/idp.rs"]
mod idp;

use axum::http::{HeaderMap, HeaderValue};
use idp::{Idp, Mischief, SECRET, person};
use serde_json::{Map, Value, json};
use tamarack::keys::{KeyType, PublicKey, SecretKey, Signer as _};
use tamarack_service::http::{BaseUrl, Cookies};
use tamarack_service::issuer::now;
use tamarack_service::sign_in::{Finished, Redirect, SignIn, SignInError, Wish, read_providers};
use tamarack_service::store::{Address, Database};
use tempfile::TempDir;

struct World {
    idp: Idp,
    sign_in: SignIn,
    database: Database,
    folder: TempDir,
}

const COOKIES: Cookies = Cookies::new(true);

fn base() -> BaseUrl {
    BaseUrl::parse("https://id.ontario.example").unwrap()
}

impl World {
    async fn new(more: &Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), SECRET).unwrap();
        let key = SecretKey::generate(KeyType::P256).unwrap();
        std::fs::write(folder.path().join("key"), key.expose_jwk().as_bytes()).unwrap();
        let idp = Idp::start().await;
        let address = Address::parse(folder.path().join("store.sqlite3").to_str().unwrap()).unwrap();
        let database = Database::open(&address, now()).await.unwrap();
        let mut world = Self { sign_in: Self::sign_in(&idp, &database, &folder, more), idp, database, folder };
        world.sign_in = Self::sign_in(&world.idp, &world.database, &world.folder, more);
        world
    }

    fn sign_in(idp: &Idp, database: &Database, folder: &TempDir, more: &Value) -> SignIn {
        let file = json!({"format": "tamarack-sign-in/1", "providers": [idp.settings("larch", more), idp.settings("spruce", more)]});
        let providers = read_providers(file.to_string().as_bytes(), folder.path()).unwrap();
        SignIn::new(database.clone(), &base(), "/sign-in", providers)
    }

    async fn begin(&self, browser: &HeaderMap) -> Redirect {
        let acr = ["urn:larch:2".to_owned(), "urn:larch:3".to_owned()];
        let wish = Wish { provider: Some("larch"), acr: &acr, max_age: Some(600), ..Wish::of("the rest") };
        self.sign_in.begin(&wish, browser, COOKIES, now()).await.unwrap()
    }

    /// To the provider and back, in one browser.
    async fn go(&self) -> Result<Finished, SignInError> {
        let redirect = self.begin(&HeaderMap::new()).await;
        let back = self.idp.visit(&redirect.location).await;
        self.end("larch", &back, &browser(&redirect)).await
    }

    async fn end(&self, provider: &str, back: &str, browser: &HeaderMap) -> Result<Finished, SignInError> {
        let (at, query) = back.split_once('?').unwrap();
        assert_eq!(at, "https://id.ontario.example/sign-in/larch/callback");
        self.sign_in.finish(provider, query, browser, COOKIES, now()).await
    }

    async fn refused(&self, mischief: Mischief) -> SignInError {
        self.idp.misbehave(mischief);
        let finished = self.go().await.unwrap();
        assert_eq!(finished.continuation, "the rest");
        finished.outcome.unwrap_err()
    }
}

/// The browser that got this redirect.
fn browser(redirect: &Redirect) -> HeaderMap {
    let line = redirect.cookie.clone().unwrap();
    let line = line.to_str().unwrap();
    assert!(line.starts_with("__Host-") && line.contains("HttpOnly") && line.contains("Secure"), "{line}");
    let mut headers = HeaderMap::new();
    headers.insert("cookie", HeaderValue::from_str(line.split(';').next().unwrap()).unwrap());
    headers
}

fn claims(all: Value) -> Mischief {
    Mischief { claims: all.as_object().unwrap().clone(), ..Mischief::default() }
}

fn secret() -> Value {
    json!({"clientSecretFile": "secret"})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_signs_in() {
    for more in [secret(), json!({"privateKeyFile": "key", "keyId": "k1"})] {
        let world = World::new(&more).await;
        let finished = world.go().await.unwrap();
        let person = finished.outcome.unwrap();
        assert_eq!(finished.continuation, "the rest");
        assert_eq!((person.issuer.as_str(), person.subject.as_str()), (world.idp.url(), "pairwise-resident-1"));
        assert_eq!(person.acr.as_deref(), Some("urn:larch:2"));
        assert!(person.auth_time.is_some());
        assert_eq!(person.claims.get("given_name").and_then(tamarack::json::Value::as_str), Some("Zoé"));
        assert!(!format!("{person:?}").contains("Zoé"));
        assert!(person.claims.get("email").is_none());
        // What the provider publishes is asked for once.
        world.go().await.unwrap().outcome.unwrap();
        assert_eq!(world.idp.discovered(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_signs_who_it_is_with_the_kind_of_key_that_the_provider_knows() {
    let elliptic = |kind| {
        let key = SecretKey::generate(kind).unwrap();
        (key.expose_jwk().as_bytes().to_vec(), key.public_key().clone())
    };
    let rsa = openssl::pkey::PKey::from_rsa(openssl::rsa::Rsa::generate(2_048).unwrap()).unwrap();
    let pem = String::from_utf8(rsa.public_key_to_pem().unwrap()).unwrap();
    let rsa = (rsa.private_key_to_pem_pkcs8().unwrap(), PublicKey::from_pem(&pem).unwrap());
    let only_pss = json!({"token_endpoint_auth_signing_alg_values_supported": ["PS256"]});
    let both = json!({"token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256", "PS256"]});
    for ((secret, public), alg, metadata) in [
        (elliptic(KeyType::P256), "ES256", json!({})),
        (elliptic(KeyType::P384), "ES384", json!({})),
        (elliptic(KeyType::Ed25519), "EdDSA", json!({})),
        (rsa.clone(), "RS256", both),
        (rsa.clone(), "PS256", only_pss),
    ] {
        let mut world = World::new(&json!({"clientSecretFile": "secret"})).await;
        std::fs::write(world.folder.path().join("key"), &secret).unwrap();
        let more = json!({"privateKeyFile": "key", "keyId": "k1"});
        world.sign_in = World::sign_in(&world.idp, &world.database, &world.folder, &more);
        let metadata = metadata.as_object().unwrap().clone();
        world.idp.misbehave(Mischief { metadata, ..Mischief::default() });
        world.idp.knows(public.clone(), alg, Some("k1"));
        let person = world.go().await.unwrap().outcome;
        assert!(person.is_ok(), "{alg}: {person:?}");
        // Without a name of its own, a key is known by its thumbprint.
        let unnamed = json!({"privateKeyFile": "key"});
        world.sign_in = World::sign_in(&world.idp, &world.database, &world.folder, &unnamed);
        world.idp.knows(public.clone(), alg, Some(&public.jwk_thumbprint()));
        assert!(world.go().await.unwrap().outcome.is_ok(), "{alg}");
        // Another's key is not ours.
        let other = SecretKey::generate(KeyType::P256).unwrap();
        world.idp.knows(other.public_key().clone(), alg, None);
        assert_eq!(world.go().await.unwrap().outcome.unwrap_err(), SignInError::Code, "{alg}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_request_says_what_is_wished() {
    let world = World::new(&secret()).await;
    let redirect = world.begin(&HeaderMap::new()).await;
    let url = url::Url::parse(&redirect.location).unwrap();
    let all: std::collections::HashMap<_, _> = url.query_pairs().collect();
    assert_eq!(all["acr_values"], "urn:larch:2 urn:larch:3");
    assert_eq!(all["max_age"], "600");
    assert_eq!(all["ui_locales"], "en-CA en");
    assert_eq!(all["code_challenge_method"], "S256");
    assert_eq!(all["scope"], "openid profile");
    assert!(all["state"].len() >= 43 && all["nonce"].len() >= 43);
    // The same browser keeps its cookie.
    let again = world.begin(&browser(&redirect)).await;
    assert_eq!(again.cookie, redirect.cookie);
    assert_ne!(again.location, redirect.location);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_state_is_good_once_and_in_one_browser() {
    let world = World::new(&secret()).await;
    let redirect = world.begin(&HeaderMap::new()).await;
    let back = world.idp.visit(&redirect.location).await;
    let other = world.begin(&HeaderMap::new()).await;
    for stranger in [HeaderMap::new(), browser(&other)] {
        assert_eq!(world.end("larch", &back, &stranger).await.unwrap_err(), SignInError::Browser);
    }
    // A stranger did not use it up.
    assert!(world.end("larch", &back, &browser(&redirect)).await.unwrap().outcome.is_ok());
    assert_eq!(world.end("larch", &back, &browser(&redirect)).await.unwrap_err(), SignInError::Over);
    for query in ["", "state=", "state=unknown&code=x", "code=x"] {
        let ended = world.sign_in.finish("larch", query, &browser(&redirect), COOKIES, now()).await;
        assert_eq!(ended.unwrap_err(), SignInError::Over, "{query}");
    }
    // Another service of the same store does not take it.
    let late = world.begin(&HeaderMap::new()).await;
    let back = world.idp.visit(&late.location).await;
    let file = json!({"format": "tamarack-sign-in/1", "providers": [world.idp.settings("larch", &secret())]});
    let providers = read_providers(file.to_string().as_bytes(), world.folder.path()).unwrap();
    let operators = SignIn::new(world.database.clone(), &base(), "/operator/sign-in", providers);
    let query = back.split_once('?').unwrap().1;
    let ended = operators.finish("larch", query, &browser(&late), COOKIES, now()).await;
    assert_eq!(ended.unwrap_err(), SignInError::Over);
    // Nor is it good for ever.
    let later = now().plus_seconds(601);
    let ended = world.sign_in.finish("larch", query, &browser(&late), COOKIES, later).await;
    assert_eq!(ended.unwrap_err(), SignInError::Over);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_that_come_back_one_goes_on() {
    let world = World::new(&secret()).await;
    let redirect = world.begin(&HeaderMap::new()).await;
    let back = world.idp.visit(&redirect.location).await;
    let browser = browser(&redirect);
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (sign_in, query, browser) =
            (world.sign_in.clone(), back.split_once('?').unwrap().1.to_owned(), browser.clone());
        all.spawn(async move { sign_in.finish("larch", &query, &browser, COOKIES, now()).await.is_ok() });
    }
    assert_eq!(all.join_all().await.into_iter().filter(|went_on| *went_on).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_token_that_does_not_hold_lets_nobody_in() {
    let world = World::new(&secret()).await;
    let now = now().unix();
    let long_ago = json!({"iat": now - 7_200, "exp": now - 3_600});
    for (what, mischief) in [
        ("another nonce", claims(json!({"nonce": "x"}))),
        ("no nonce", claims(json!({"nonce": null}))),
        ("another issuer", claims(json!({"iss": "https://evil.example"}))),
        ("another audience", claims(json!({"aud": "somebody"}))),
        ("a second audience", claims(json!({"aud": ["tamarack", "somebody"]}))),
        ("a second audience that is authorized", claims(json!({"aud": ["tamarack", "b"], "azp": "tamarack"}))),
        ("another authorized party", claims(json!({"azp": "somebody"}))),
        ("expired", claims(long_ago)),
        ("issued long ago", claims(json!({"iat": now - 7_200}))),
        ("issued tomorrow", claims(json!({"iat": now + 86_400, "exp": now + 90_000}))),
        ("no subject", claims(json!({"sub": null}))),
        ("another access token", claims(json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}))),
        ("unsigned", Mischief { unsigned: Some("none"), ..Mischief::default() }),
        ("a signature that is empty", Mischief { unsigned: Some("ES256"), ..Mischief::default() }),
        ("a secret as key", Mischief { unsigned: Some("HS256"), ..Mischief::default() }),
        ("another key", Mischief { other_key: true, ..Mischief::default() }),
        ("an unknown key", Mischief { kid: Some("two"), other_key: true, ..Mischief::default() }),
    ] {
        assert_eq!(world.refused(mischief).await, SignInError::Token, "{what}");
    }
    // An unknown key makes the provider's keys be fetched again, but not each time.
    assert!(world.idp.discovered() <= 2, "{}", world.idp.discovered());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_weak_and_too_long_ago() {
    let world = World::new(&secret()).await;
    for acr in [json!("urn:larch:1"), Value::Null, json!("urn:larch:22")] {
        assert_eq!(world.refused(claims(json!({"acr": acr}))).await, SignInError::Level);
    }
    let unmet = Mischief { error: Some("unmet_authentication_requirements"), ..Mischief::default() };
    assert_eq!(world.refused(unmet).await, SignInError::Level);
    for time in [Value::Null, json!(now().unix() - 3_600), json!(now().unix() + 3_600)] {
        assert_eq!(world.refused(claims(json!({"auth_time": time}))).await, SignInError::Stale);
    }
    world.idp.misbehave(claims(json!({"acr": "urn:larch:3"})));
    assert_eq!(world.go().await.unwrap().outcome.unwrap().acr.as_deref(), Some("urn:larch:3"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn providers_are_not_mixed_up() {
    let world = World::new(&secret()).await;
    // RFC 9207: another one's name, or none where one was promised.
    for iss in ["https://evil.example", ""] {
        let mischief = Mischief { iss: Some(iss.to_owned()), ..Mischief::default() };
        assert_eq!(world.refused(mischief).await, SignInError::MixedUp);
    }
    // RFC 9700 §4.4: at another one's callback.
    world.idp.misbehave(Mischief::default());
    let redirect = world.begin(&HeaderMap::new()).await;
    let back = world.idp.visit(&redirect.location).await;
    let finished = world.end("spruce", &back, &browser(&redirect)).await.unwrap();
    assert_eq!(finished.outcome.unwrap_err(), SignInError::MixedUp);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_provider_refuses_is_told() {
    let world = World::new(&secret()).await;
    for (error, told) in [
        ("access_denied", SignInError::Declined),
        ("login_required", SignInError::Declined),
        ("temporarily_unavailable", SignInError::Unavailable),
        ("server_error", SignInError::Failed),
        ("nonsense", SignInError::Failed),
    ] {
        assert_eq!(world.refused(Mischief { error: Some(error), ..Mischief::default() }).await, told, "{error}");
    }
    // A code that is not the provider's, and one that was used already.
    world.idp.misbehave(Mischief::default());
    let redirect = world.begin(&HeaderMap::new()).await;
    let back = world.idp.visit(&redirect.location).await;
    let other = back.replace("code=code-", "code=none-");
    assert_ne!(back, other);
    let finished = world.end("larch", &other, &browser(&redirect)).await.unwrap();
    assert_eq!(finished.outcome.unwrap_err(), SignInError::Code);
    // One code in two sign-ins: the verifier of PKCE is another's.
    let (one, two) = (world.begin(&HeaderMap::new()).await, world.begin(&HeaderMap::new()).await);
    let (one, back) = (world.idp.visit(&one.location).await, (world.idp.visit(&two.location).await, two));
    let code = |url: &str| url.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let injected = back.0.replace(&code(&back.0), &code(&one));
    let finished = world.end("larch", &injected, &browser(&back.1)).await.unwrap();
    assert_eq!(finished.outcome.unwrap_err(), SignInError::Code);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discovery_must_be_the_providers_own() {
    let other = |name: &str, value: &str| {
        let metadata: Map<String, Value> = [(name.to_owned(), value.into())].into_iter().collect();
        Mischief { metadata, ..Mischief::default() }
    };
    for (name, value) in [
        ("issuer", "https://evil.example"),
        ("token_endpoint", "http://10.0.0.1/token"),
        ("token_endpoint", "file:///etc/passwd"),
        ("authorization_endpoint", "http://evil.example/"),
        ("jwks_uri", "https://169.254.169.254/keys"),
    ] {
        let world = World::new(&secret()).await;
        world.idp.misbehave(other(name, value));
        let wish = Wish { provider: Some("larch"), ..Wish::of("") };
        let begun = world.sign_in.begin(&wish, &HeaderMap::new(), COOKIES, now()).await;
        assert_eq!(begun.unwrap_err(), SignInError::Unavailable, "{name} {value}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn userinfo_adds_what_the_token_does_not_say() {
    let world = World::new(&json!({"clientSecretFile": "secret", "userinfo": true})).await;
    let person_in = world.go().await.unwrap().outcome.unwrap();
    let text = |name: &str| person_in.claims.get(name).and_then(tamarack::json::Value::as_str);
    assert_eq!((text("email"), text("acr")), (Some("zoe@larch.example"), Some("urn:larch:2")));
    let mischief = Mischief { userinfo_sub: Some("somebody"), ..Mischief::default() };
    assert_eq!(world.refused(mischief).await, SignInError::Token);
    world.idp.misbehave(Mischief::default());
    world.idp.is(person("resident-2", "urn:larch:2"));
    assert_eq!(world.go().await.unwrap().outcome.unwrap().subject, "pairwise-resident-2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_name_only_the_only_provider() {
    let world = World::new(&secret()).await;
    let begun = world.sign_in.begin(&Wish::of(""), &HeaderMap::new(), COOKIES, now()).await;
    assert_eq!(begun.unwrap_err(), SignInError::Provider);
    assert_eq!(world.sign_in.providers().count(), 2);
    assert_eq!(world.sign_in.redirect_uri("larch"), "https://id.ontario.example/sign-in/larch/callback");
}
