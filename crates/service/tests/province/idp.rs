//! A small OpenID Connect provider on this machine, honest until a test tells it otherwise.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Map, Value, json};
use tamarack::encoding::base64url_encode;
use tamarack::json::Object;
use tamarack::keys::{KeyType, PublicKey, SecretKey, SignatureAlgorithm, Signer as _};
use tamarack_openid4vc::oauth::Form;
use tamarack_openid4vc::oauth::pkce::Challenge;
use tamarack_service::issuer::now;

pub(crate) const CLIENT: &str = "tamarack";
pub(crate) const SECRET: &str = "a secret of the client & provider";

/// What the provider does wrong.
#[derive(Clone, Default)]
pub(crate) struct Mischief {
    /// Claims of the ID token to be put in, or (`null`) left out.
    pub(crate) claims: Map<String, Value>,
    /// The algorithm in its header, and no signature.
    pub(crate) unsigned: Option<&'static str>,
    /// Whether another key signs.
    pub(crate) other_key: bool,
    /// The key's id in the header.
    pub(crate) kid: Option<&'static str>,
    /// The `iss` of the redirect; empty for none.
    pub(crate) iss: Option<String>,
    /// The error with which the browser comes back.
    pub(crate) error: Option<&'static str>,
    /// Members of the discovery document.
    pub(crate) metadata: Map<String, Value>,
    /// The subject of the userinfo endpoint.
    pub(crate) userinfo_sub: Option<&'static str>,
}

struct Asked {
    form: Form,
    redirect_uri: String,
}

struct Inner {
    url: String,
    key: SecretKey,
    mischief: Mutex<Mischief>,
    /// Whoever signs in is this person.
    person: Mutex<Map<String, Value>>,
    asked: Mutex<HashMap<String, Asked>>,
    /// The client's key, its algorithm and its id, if it has registered one.
    client_key: Mutex<Option<(PublicKey, &'static str, Option<String>)>>,
    /// How often the discovery document was fetched.
    discovered: Mutex<usize>,
}

#[derive(Clone)]
pub(crate) struct Idp {
    inner: Arc<Inner>,
}

impl Idp {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inner = Inner {
            url: format!("http://{}", listener.local_addr().unwrap()),
            key: SecretKey::generate(KeyType::P256).unwrap(),
            mischief: Mutex::default(),
            person: Mutex::new(person("resident-1", "urn:larch:2")),
            asked: Mutex::default(),
            client_key: Mutex::default(),
            discovered: Mutex::default(),
        };
        let idp = Self { inner: Arc::new(inner) };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(idp.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        idp
    }

    pub(crate) fn url(&self) -> &str {
        &self.inner.url
    }

    #[allow(dead_code, reason = "for who counts")]
    pub(crate) fn discovered(&self) -> usize {
        *self.inner.discovered.lock().unwrap()
    }

    pub(crate) fn misbehave(&self, mischief: Mischief) {
        *self.inner.mischief.lock().unwrap() = mischief;
    }

    /// Registers the client's key.
    #[allow(dead_code, reason = "others have a secret")]
    pub(crate) fn knows(&self, key: PublicKey, alg: &'static str, kid: Option<&str>) {
        *self.inner.client_key.lock().unwrap() = Some((key, alg, kid.map(str::to_owned)));
    }

    pub(crate) fn is(&self, person: Map<String, Value>) {
        *self.inner.person.lock().unwrap() = person;
    }

    fn mischief(&self) -> Mischief {
        self.inner.mischief.lock().unwrap().clone()
    }

    /// The settings file that names this provider, with more members.
    pub(crate) fn settings(&self, name: &str, more: &Value) -> Value {
        let mut entry = json!({
            "name": name,
            "title": {"en": "Larch account", "fr": "Compte Mélèze"},
            "issuer": self.url(),
            "clientId": CLIENT,
            "scopes": ["profile"],
        });
        let entry_members = entry.as_object_mut().unwrap();
        entry_members.extend(more.as_object().unwrap().clone());
        entry
    }

    /// Goes to the provider's page as a browser does, and gives where it leads back to.
    pub(crate) async fn visit(&self, location: &str) -> String {
        let location = location.to_owned();
        tokio::task::spawn_blocking(move || {
            let agent: ureq::Agent =
                ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into();
            let answer = agent.get(&location).call().unwrap();
            assert_eq!(answer.status().as_u16(), 302, "{location}");
            answer.headers()["location"].to_str().unwrap().to_owned()
        })
        .await
        .unwrap()
    }
}

/// The claims of a person who signed in with a level.
pub(crate) fn person(resident: &str, acr: &str) -> Map<String, Value> {
    let claims = json!({
        "sub": format!("pairwise-{resident}"),
        "acr": acr,
        "auth_time": now().unix() - 5,
        "resident_number": resident,
        "given_name": "Zoé",
        "family_name": "Bélanger-Tremblay",
        "birthdate": "1988-02-29",
    });
    claims.as_object().unwrap().clone()
}

async fn discovery(State(idp): State<Idp>) -> Response {
    *idp.inner.discovered.lock().unwrap() += 1;
    let url = idp.url();
    let mut all = json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "userinfo_endpoint": format!("{url}/userinfo"),
        "jwks_uri": format!("{url}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256", "none"],
        "authorization_response_iss_parameter_supported": true,
    });
    all.as_object_mut().unwrap().extend(idp.mischief().metadata);
    axum::Json(all).into_response()
}

async fn keys(State(idp): State<Idp>) -> Response {
    let jwk = tamarack::json::to_string(&idp.inner.key.public_key().to_jwk());
    let mut jwk: Value = serde_json::from_str(&jwk).unwrap();
    jwk["kid"] = "one".into();
    jwk["use"] = "sig".into();
    axum::Json(json!({"keys": [jwk]})).into_response()
}

async fn authorize(State(idp): State<Idp>, RawQuery(query): RawQuery) -> Response {
    let form = Form::parse(&query.unwrap_or_default()).unwrap();
    assert_eq!(form.get("client_id"), Some(CLIENT));
    assert_eq!(form.get("response_type"), Some("code"));
    assert!(form.get("scope").unwrap().split(' ').any(|scope| scope == "openid"));
    Challenge::of_request(&form).unwrap();
    let redirect_uri = form.get("redirect_uri").unwrap().to_owned();
    let mischief = idp.mischief();
    let iss = mischief.iss.clone().unwrap_or_else(|| idp.url().to_owned());
    let code = format!("code-{}", idp.inner.asked.lock().unwrap().len());
    let back = Form::default()
        .with("state", form.get("state"))
        .with("iss", Some(iss).filter(|iss| !iss.is_empty()))
        .with("error", mischief.error)
        .with("code", mischief.error.is_none().then(|| code.clone()));
    let to = back.on_url(&redirect_uri);
    idp.inner.asked.lock().unwrap().insert(code, Asked { form, redirect_uri });
    (StatusCode::FOUND, [("location", to)]).into_response()
}

async fn token(State(idp): State<Idp>, headers: HeaderMap, body: String) -> Response {
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, axum::Json(json!({"error": error}))).into_response();
    let form = Form::parse(&body).unwrap();
    // RFC 6749 §2.3.1: both encoded as in a form.
    let encoded: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let basic = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("{CLIENT}:{encoded}"));
    let by_secret = headers.get("authorization").is_some_and(|value| *value == format!("Basic {basic}").as_str());
    let by_key = form.get("client_assertion").is_some_and(|text| {
        let jws = tamarack::jose::Jws::parse(text).unwrap();
        let claims: Value = serde_json::from_slice(jws.payload()).unwrap();
        // Whoever knows a client by its key checks the signature; the others only make sure that it says what it must.
        let registered = idp.inner.client_key.lock().unwrap();
        let holds = registered.as_ref().is_none_or(|(key, alg, kid)| {
            jws.verify(key).is_ok()
                && jws.header().get("alg").and_then(tamarack::json::Value::as_str) == Some(alg)
                && kid.as_ref().is_none_or(|kid| {
                    jws.header().get("kid").and_then(tamarack::json::Value::as_str) == Some(kid.as_str())
                })
        });
        holds && claims["aud"] == idp.url() && claims["sub"] == CLIENT && claims["exp"].as_i64() > Some(now().unix())
    });
    if !by_secret && !by_key {
        return refuse("invalid_client");
    }
    let Some(asked) = idp.inner.asked.lock().unwrap().remove(form.get("code").unwrap_or_default()) else {
        return refuse("invalid_grant");
    };
    let challenge = Challenge::of_request(&asked.form).unwrap();
    let fits = challenge.check(form.get("code_verifier").unwrap_or_default()).is_ok();
    if !fits || form.get("redirect_uri") != Some(&asked.redirect_uri) {
        return refuse("invalid_grant");
    }
    let mischief = idp.mischief();
    let mut claims = json!({
        "iss": idp.url(),
        "aud": CLIENT,
        "iat": now().unix(),
        "exp": now().unix() + 300,
        "nonce": asked.form.get("nonce"),
    });
    let claims = claims.as_object_mut().unwrap();
    claims.extend(idp.inner.person.lock().unwrap().clone());
    for (name, value) in &mischief.claims {
        match value {
            Value::Null => drop(claims.remove(name)),
            value => drop(claims.insert(name.clone(), value.clone())),
        }
    }
    let payload = serde_json::to_string(claims).unwrap();
    let id_token = match mischief.unsigned {
        Some(alg) => {
            let header = json!({"alg": alg, "typ": "JWT"}).to_string();
            format!("{}.{}.", base64url_encode(header.as_bytes()), base64url_encode(payload.as_bytes()))
        }
        None => {
            let other = SecretKey::generate(KeyType::P256).unwrap();
            let key = if mischief.other_key { &other } else { &idp.inner.key };
            let header: Object<'static> =
                [("typ", "JWT"), ("kid", mischief.kid.unwrap_or("one"))].into_iter().collect();
            tamarack::jose::Jws::sign(&header, payload.as_bytes(), SignatureAlgorithm::Es256, key).unwrap()
        }
    };
    axum::Json(json!({"access_token": "at", "token_type": "Bearer", "expires_in": 60, "id_token": id_token}))
        .into_response()
}

async fn userinfo(State(idp): State<Idp>, headers: HeaderMap) -> Response {
    assert_eq!(headers["authorization"], "Bearer at");
    let sub = idp.inner.person.lock().unwrap()["sub"].clone();
    let sub = idp.mischief().userinfo_sub.map_or(sub, Value::from);
    axum::Json(json!({"sub": sub, "email": "zoe@larch.example", "acr": "urn:larch:9"})).into_response()
}
