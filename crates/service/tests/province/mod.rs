//! A province with three types, its service without a socket, and a wallet.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use serde_json::{Value, json};
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::trust::TrustList;
use tamarack::{Evidence, EvidenceKind, Outcome, Policy, Timestamp, verify};
use tamarack_openid4vc::vci::offer::OfferUri;
use tamarack_openid4vc::vci::proofs::{KeyName, make_jwt};
use tamarack_service::http::{Base, BaseUrl, Rate, Settings, frame};
pub(crate) use tamarack_service::issuer::now;
use tamarack_service::issuer::{IssuerService, IssuerSettings, routes};
use tamarack_service::pages::error_page_without_home;
use tamarack_service::store::issuing::{Issuer, NewKey};
use tamarack_service::store::{Address, Database};
use tower::ServiceExt as _;
use zeroize::Zeroizing;

pub(crate) const API_KEY: &str = "an API key that is long enough for this";
pub(crate) const PASSPHRASE: &str = "larch needles fall";
const URL: &str = "https://id.ontario.example";
const DID: &str = "did:web:id.ontario.example";

#[derive(Clone)]
pub(crate) struct Province {
    pub(crate) url: String,
    pub(crate) address: Address,
    pub(crate) service: IssuerService,
    routes: Router,
}

/// An answer of the service.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
    headers: HeaderMap,
}

impl Answer {
    /// The JSON of an answer with this status.
    pub(crate) fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        serde_json::from_str(&self.text).unwrap()
    }

    /// The lines that set cookies.
    #[allow(dead_code, reason = "programs keep no cookies")]
    pub(crate) fn cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect()
    }

    /// The value of the first attribute of this name that begins so, unescaped.
    #[allow(dead_code, reason = "not every test that shares this file looks at pages")]
    pub(crate) fn attribute(&self, name: &str, start: &str) -> String {
        let from = format!("{name}=\"{start}");
        let at = self.text.find(&from).unwrap_or_else(|| panic!("no {from} in {}", self.text));
        let value = self.text.split_at(at + name.len() + 2).1.split('"').next().unwrap();
        value.replace("&#38;", "&").replace("&amp;", "&")
    }

    pub(crate) fn header(&self, name: &str) -> String {
        let all = self.headers.get_all(name).iter().map(|value| value.to_str().unwrap());
        all.collect::<Vec<_>>().join(", ")
    }
}

/// An offer as a person gets it.
pub(crate) struct Offer {
    pub(crate) code: String,
    pub(crate) tx_code: Option<String>,
}

fn example(path: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    std::fs::read_to_string(folder.join(path)).unwrap()
}

/// The types, with their schemas put in: a card as JSON-LD, a licence as SD-JWT VC, and an age that names nobody.
pub(crate) fn types() -> Vec<(&'static str, String)> {
    let with_schema = |name: &str, kind: &str| {
        let schema = format!("\"document\": {}", example(&format!("types/{kind}.schema.json")));
        example(&format!("types/{name}")).replace(&format!("\"file\": \"{kind}.schema.json\""), &schema)
    };
    let licence = with_schema("driver-2.0.json", "driver")
        .replace("\"ontario-driver\"", "\"ontario-licence\"")
        .replace("\"suite\": \"eddsa-rdfc-2022\"", "\"suite\": \"dc+sd-jwt\"");
    vec![
        ("ontario-person", with_schema("person-2.0.json", "person")),
        ("ontario-licence", licence),
        ("ontario-age", example("types/age-2.0.json")),
    ]
}

pub(crate) fn claims(of: &str) -> Value {
    let file = match of {
        "ontario-licence" => "claims/driver.json",
        "ontario-age" => "claims/age.json",
        _ => "claims/person.json",
    };
    serde_json::from_str(&example(file)).unwrap()
}

impl Province {
    /// Makes the store, its keys and its types, and starts the service.
    pub(crate) async fn found(address: &Address) -> Self {
        let database = Database::open(address, now()).await.unwrap();
        let issuer = Issuer { did: DID.into(), status_base: Some(format!("{URL}/status")) };
        database.create_issuer(&issuer, now()).await.unwrap();
        for kind in [KeyType::Ed25519, KeyType::P256, KeyType::Bls12381G2] {
            let secret = SecretKey::generate(kind).unwrap();
            let multikey = secret.public_key().to_multikey();
            let method = format!("{DID}#{multikey}");
            let sealed = secret.seal(PASSPHRASE.as_bytes()).unwrap();
            let key = NewKey { method: &method, kind: kind.name(), multikey: &multikey, sealed: &sealed };
            database.add_key(&key, now()).await.unwrap();
        }
        for (name, document) in types() {
            database.add_type(name, &document, false, now()).await.unwrap();
        }
        database.close().await;
        Self::open(address).await
    }

    /// Another process of the same service.
    pub(crate) async fn open(address: &Address) -> Self {
        Self::open_with(address, |_| {}).await
    }

    /// Another process, set up in another way.
    pub(crate) async fn open_with(address: &Address, set: impl FnOnce(&mut IssuerSettings)) -> Self {
        Self::open_at(URL, address, set).await
    }

    /// The same under another address.
    pub(crate) async fn open_at(url: &str, address: &Address, set: impl FnOnce(&mut IssuerSettings)) -> Self {
        let database = Database::open(address, now()).await.unwrap();
        let mut settings = IssuerSettings::new(Zeroizing::new(PASSPHRASE.to_owned()));
        settings.api_keys = vec![Zeroizing::new(API_KEY.to_owned())];
        set(&mut settings);
        let rate = Rate { per_minute: 1_000_000, burst: 1_000_000 };
        let base = Settings { rate, ..Settings::new(BaseUrl::parse(url).unwrap()) };
        let base = Base::with_error_page(base, error_page_without_home);
        let service = IssuerService::start(database, base.clone(), settings).await.unwrap();
        let routes = frame(routes(&service), &base);
        Self { url: url.to_owned(), address: address.clone(), service, routes }
    }

    /// With more routes than the issuer's own.
    #[allow(dead_code, reason = "not every test that shares this file has more")]
    pub(crate) fn and(mut self, more: Router) -> Self {
        self.routes = frame(routes(&self.service).merge(more), self.service.base());
        self
    }

    /// All routes within their frame.
    #[allow(dead_code, reason = "not every test that shares this file listens")]
    pub(crate) fn routes(&self) -> Router {
        self.routes.clone()
    }

    pub(crate) async fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let answer = self.send(method, path, headers, body.as_bytes()).await;
        let text = String::from_utf8(answer.bytes.clone()).unwrap();
        Answer { text, ..answer }
    }

    /// A request whose answer need not be a text.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_vec())).unwrap();
        let response = self.routes.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 25).await.unwrap().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status.as_u16(), text, bytes, headers: parts.headers }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[], "").await
    }

    pub(crate) async fn form(&self, path: &str, form: &str) -> Answer {
        self.request("POST", path, &[("content-type", "application/x-www-form-urlencoded")], form).await
    }

    /// Asks for a credential with a token.
    pub(crate) async fn ask(&self, token: &str, body: &str) -> Answer {
        self.post(token, "/credential", body).await
    }

    /// Posts JSON with a token.
    pub(crate) async fn post(&self, token: &str, path: &str, body: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
        self.request("POST", path, &headers, body).await
    }

    /// Makes an offer by the API, and follows its link as a wallet does.
    pub(crate) async fn offer(&self, of: &str, with_tx_code: bool) -> Offer {
        let wanted = json!({"type": of, "claims": claims(of), "txCode": with_tx_code}).to_string();
        let bearer = format!("Bearer {API_KEY}");
        let made = self.request("POST", "/offers", &[("authorization", &bearer)], &wanted).await.json(201);
        let OfferUri::Reference(at) = OfferUri::parse(made["link"].as_str().unwrap()).unwrap() else {
            panic!("a value")
        };
        let fetched = self.get(at.strip_prefix(&self.url).unwrap()).await;
        assert_eq!(fetched.status, 200, "{}", fetched.text);
        let OfferUri::Value(offer) = OfferUri::parse(made["linkByValue"].as_str().unwrap()).unwrap() else {
            panic!("a reference")
        };
        assert_eq!(fetched.text, offer.to_json());
        let grant = offer.grants.pre_authorized.unwrap();
        assert_eq!(grant.tx_code.is_some(), with_tx_code);
        Offer { code: grant.code, tx_code: made["txCode"].as_str().map(str::to_owned) }
    }

    pub(crate) fn token_form(code: &str, tx_code: Option<&str>) -> String {
        let grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code";
        let tx_code = tx_code.map(|code| format!("&tx_code={code}")).unwrap_or_default();
        format!("{grant}&pre-authorized_code={code}{tx_code}")
    }

    /// A token for a type, and the whole answer.
    pub(crate) async fn token(&self, of: &str) -> (String, Value) {
        let offer = self.offer(of, false).await;
        let answer = self.form("/token", &Self::token_form(&offer.code, None)).await.json(200);
        (answer["access_token"].as_str().unwrap().to_owned(), answer)
    }

    /// A credential request with proofs of these keys, all with one fresh nonce.
    pub(crate) async fn request_body(&self, of: &str, holders: &[&SecretKey]) -> String {
        let nonce = self.form("/nonce", "").await.json(200)["c_nonce"].as_str().unwrap().to_owned();
        let proofs: Vec<String> = holders
            .iter()
            .map(|holder| make_jwt(&self.url, Some(&nonce), None, KeyName::Jwk, None, now(), *holder).unwrap())
            .collect();
        json!({"credential_configuration_id": of, "proofs": {"jwt": proofs}}).to_string()
    }

    /// A credential request of a client that has a name, by whichever member, with a proof of this key.
    #[allow(dead_code, reason = "offers know no clients")]
    pub(crate) async fn request_body_of(
        &self,
        client_id: Option<&str>,
        by: &str,
        of: &str,
        holder: &SecretKey,
    ) -> String {
        let nonce = self.form("/nonce", "").await.json(200)["c_nonce"].as_str().unwrap().to_owned();
        let proof = make_jwt(&self.url, Some(&nonce), client_id, KeyName::Jwk, None, now(), holder).unwrap();
        json!({by: of, "proofs": {"jwt": [proof]}}).to_string()
    }

    /// The whole way from an offer to a credential.
    pub(crate) async fn issue(&self, of: &str, holder: &SecretKey) -> Value {
        let (token, _) = self.token(of).await;
        let body = self.request_body(of, &[holder]).await;
        let answer = self.ask(&token, &body).await.json(200);
        answer["credentials"][0]["credential"].clone()
    }

    fn policy() -> Policy {
        let text = json!({
            "version": 1,
            "name": {"en": "A list", "fr": "Une liste"},
            "issued": "2026-01-01T00:00:00Z",
            "issuers": [{
                "did": DID,
                "name": {"en": "Ontario", "fr": "Ontario"},
                "types": ["OntarioPersonCredential", "OntarioDriverLicenceCredential",
                          "https://tamarack.example/ontario/types/driver/v1"],
            }],
        });
        Policy::trusting(TrustList::parse(text.to_string().as_bytes()).unwrap())
    }

    /// What a verifier fetches from the service, until it has all that it needs.
    async fn judge(&self, credential: &[u8], mut evidence: Evidence) -> (Outcome, String) {
        let at: Timestamp = now();
        for _ in 0..4 {
            let verdict = verify(credential, &Self::policy(), &evidence, at).unwrap();
            if verdict.needs().is_empty() {
                return (verdict.outcome(), format!("{verdict:?}"));
            }
            for need in verdict.needs() {
                let path = match need.kind {
                    EvidenceKind::DidDocument => "/.well-known/did.json".to_owned(),
                    EvidenceKind::Schema => "/types/ontario-person/schema".to_owned(),
                    _ => need.id.strip_prefix(URL).unwrap_or("/none").to_owned(),
                };
                let answer = self.get(&path).await;
                if answer.status == 200 {
                    evidence.insert(need.kind, need.id.as_str(), answer.text.into_bytes(), at);
                }
            }
        }
        let verdict = verify(credential, &Self::policy(), &evidence, at).unwrap();
        (verdict.outcome(), format!("{verdict:?}"))
    }

    pub(crate) async fn assert_accepted(&self, credential: &[u8]) {
        let (outcome, why) = self.judge(credential, Evidence::none()).await;
        assert_eq!(outcome, Outcome::Accept, "{why}");
    }

    pub(crate) async fn assert_accepted_sd_jwt(&self, text: &str, holder: &SecretKey) {
        let payload = text.split('.').nth(1).unwrap();
        let payload = tamarack::encoding::base64url_decode(payload).unwrap();
        let payload: Value = serde_json::from_slice(&payload).unwrap();
        let jwk = tamarack::json::to_string(&holder.public_key().to_jwk());
        assert_eq!(payload["cnf"]["jwk"], serde_json::from_str::<Value>(&jwk).unwrap());
        self.assert_accepted(text.as_bytes()).await;
    }

    pub(crate) async fn assert_revoked(&self, credential: &[u8], url: &str, list: &str) {
        let mut evidence = Evidence::none();
        evidence.insert(EvidenceKind::StatusList, url, list.as_bytes().to_vec(), now());
        let (outcome, why) = self.judge(credential, evidence).await;
        assert_eq!(outcome, Outcome::Reject, "{why}");
    }
}
