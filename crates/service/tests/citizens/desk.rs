//! A province whose citizens help themselves: a provider, wallets, browsers, and a register as a CSV file.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use tamarack::SystemRandomness;
use tamarack::keys::{KeyType, SecretKey};
use tamarack_openid4vc::oauth::authorization::{AuthorizationRequest, read_response};
use tamarack_openid4vc::oauth::dpop::{self, DpopRequest};
use tamarack_openid4vc::oauth::metadata::ServerMetadata;
use tamarack_openid4vc::oauth::{Form, Secret, pkce};
use tamarack_service::issuer::{Citizens, IssuerSettings};
use tamarack_service::sign_in::read_providers;
use tamarack_service::store::Address;
use tempfile::TempDir;

use crate::idp::{Idp, SECRET, person};
use crate::province::{Answer, Province, now};

pub(crate) const WALLET: &str = "larch-wallet";
pub(crate) const CARD: &str = "ontario-card";
/// A card that a clerk must approve.
pub(crate) const WAITS: &str = "ontario-waits";

const RESIDENT: &str = r#"{"format":"tamarack-credential-type/1","name":"ontario-resident","version":"2.0",
    "contexts":["https://www.w3.org/ns/credentials/v2","https://id.ontario.example/contexts/resident/v1"],
    "contextDocuments":[{"id":"https://id.ontario.example/contexts/resident/v1","document":{"@context":{
        "OntarioResident":"https://id.ontario.example/vocab#OntarioResident",
        "givenName":"https://schema.org/givenName","familyName":"https://schema.org/familyName",
        "birthDate":"https://schema.org/birthDate","resident":"https://id.ontario.example/vocab#resident"}}}],
    "types":["VerifiableCredential","OntarioResident"],
    "display":{"title":{"en":"Resident","fr":"Résidence"},"description":{"en":"R.","fr":"R."}},
    "schema":{"id":"https://id.ontario.example/schemas/resident/v1","document":{"type":"object"}},
    "claims":[
        {"name":"givenName","column":"given_name","pointer":"/credentialSubject/givenName","kind":"string","label":{"en":"G","fr":"P"}},
        {"name":"familyName","column":"family_name","pointer":"/credentialSubject/familyName","kind":"string","label":{"en":"F","fr":"N"}},
        {"name":"birthDate","column":"birth_date","pointer":"/credentialSubject/birthDate","kind":"date","required":false,"label":{"en":"B","fr":"N"}},
        {"name":"resident","pointer":"/credentialSubject/resident","kind":"boolean","required":false,"label":{"en":"R","fr":"R"}}],
    "validity":{"years":1},"suite":"eddsa-jcs-2022","assurance":{"acr":["urn:larch:2"]}}"#;

#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) province: Province,
    /// Another process of the same service.
    beside: Province,
    pub(crate) idp: Idp,
    _folder: Arc<TempDir>,
}

/// What a wallet asks for, with its key.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) request: AuthorizationRequest,
    pub(crate) verifier: Secret,
    key: Arc<SecretKey>,
}

/// A browser without scripts.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) language: &'static str,
    /// Whether it is none, but a program that reads no pages.
    pub(crate) program: bool,
}

impl Default for Browser {
    fn default() -> Self {
        Self { cookies: BTreeMap::new(), language: "en", program: false }
    }
}

impl Browser {
    pub(crate) async fn get(&mut self, province: &Province, path: &str) -> Answer {
        self.send(province, "GET", path, "").await
    }

    pub(crate) async fn post(&mut self, province: &Province, path: &str, form: &str) -> Answer {
        self.send(province, "POST", path, form).await
    }

    /// Sends a file by the form of an applicant's page.
    pub(crate) async fn upload(&mut self, province: &Province, path: &str, name: &str, bytes: &[u8]) -> Answer {
        let token = self.get(province, path).await.attribute("value", "");
        let mut body =
            format!("--limit\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n").into_bytes();
        let head = format!("--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--limit--\r\n");
        self.send_as(province, "POST", path, "multipart/form-data; boundary=limit", &body).await
    }

    async fn send(&mut self, province: &Province, method: &str, path: &str, body: &str) -> Answer {
        self.send_as(province, method, path, "application/x-www-form-urlencoded", body.as_bytes()).await
    }

    async fn send_as(&mut self, province: &Province, method: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
        let cookie = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let accept = if self.program { "application/json" } else { "text/html" };
        let headers = [
            ("accept", accept),
            ("accept-language", self.language),
            ("cookie", cookie.as_str()),
            ("content-type", kind),
        ];
        let answer = province.send(method, path, &headers, body).await;
        for line in answer.cookies() {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}

impl Desk {
    pub(crate) async fn open(address: &Address) -> Self {
        let source = json!({"table": {"file": "residents.csv", "key": "card_number", "is": "resident_number"}});
        Self::at(address, "https://id.ontario.example", &source).await
    }

    /// At another address, with another source for residents.
    pub(crate) async fn at(address: &Address, url: &str, source: &Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), SECRET).unwrap();
        let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
        std::fs::copy(examples.join("claims/person.csv"), folder.path().join("residents.csv")).unwrap();
        {
            let province = Province::found(address).await;
            let types = province.service.database().types().await.unwrap();
            let person = types.iter().find(|of| of.name == "ontario-person").unwrap();
            let card = |name: &str, levels: &str| {
                let named = person.document.replacen("\"ontario-person\"", &format!("\"{name}\""), 1);
                let assurance = format!("{{\"assurance\":{{\"acr\":{levels},\"maxAge\":900}},");
                let document = named.replacen('{', &assurance, 1);
                (name.to_owned(), document)
            };
            let more = [
                card(CARD, r#"["urn:larch:2","urn:larch:3"]"#),
                card("ontario-strong", r#"["urn:larch:4"]"#),
                card(WAITS, r#"["urn:larch:2"]"#),
                ("ontario-resident".to_owned(), RESIDENT.to_owned()),
            ];
            for (name, document) in more {
                province.service.database().add_type(&name, &document, false, now()).await.unwrap();
            }
        }
        let idp = Idp::start().await;
        idp.is(person("0000-0001-037", "urn:larch:2"));
        let providers = json!({"format": "tamarack-sign-in/1", "providers": [
            idp.settings("larch", &json!({"clientSecretFile": "secret"})),
        ]});
        let providers = read_providers(providers.to_string().as_bytes(), folder.path()).unwrap();
        let table = json!({"table": {"file": "residents.csv", "key": "card_number", "is": "resident_number"}});
        let citizens = json!({
            "format": "tamarack-citizens/1",
            "wallets": [
                {"clientId": WALLET, "title": {"en": "Larch Wallet", "fr": "Portefeuille Mélèze"},
                 "redirectUris": ["https://wallet.larch.example/back"]},
                {"clientId": "app", "title": {"en": "Larch App", "fr": "Appli Mélèze"},
                 "redirectUris": ["example.larch.app:/back", "https://wallet.larch.example/back"]},
            ],
            "types": [
                {"type": CARD, "provider": "larch", "source": table},
                {"type": "ontario-strong", "provider": "larch", "source": table},
                {"type": WAITS, "provider": "larch", "source": table},
                {"type": "ontario-resident", "provider": "larch", "source": source},
            ],
        });
        let citizens = Citizens::read(citizens.to_string().as_bytes(), folder.path()).unwrap();
        let citizens = Arc::new(citizens);
        let set = |settings: &mut IssuerSettings| {
            settings.providers.clone_from(&providers);
            settings.citizens = Some(Arc::clone(&citizens));
            settings.tokens.refresh_seconds = Some(3_600);
            settings.approval = vec![WAITS.to_owned()];
        };
        let (province, beside) =
            (Province::open_at(url, address, set).await, Province::open_at(url, address, set).await);
        Self { province, beside, idp, _folder: Arc::new(folder) }
    }

    /// The desk at one of its two processes, by turns.
    pub(crate) fn at_process(&self, number: usize) -> Self {
        let mut desk = self.clone();
        if number % 2 == 1 {
            std::mem::swap(&mut desk.province, &mut desk.beside);
        }
        desk
    }

    /// A request for types, by scope.
    pub(crate) fn ask(&self, scope: &[&str]) -> Asked {
        let random = &mut SystemRandomness;
        let (verifier, challenge) = pkce::make(random).unwrap();
        let request = AuthorizationRequest {
            client_id: WALLET.to_owned(),
            redirect_uri: "https://wallet.larch.example/back".to_owned(),
            state: Some("the wallet's own state".to_owned()),
            challenge,
            details: Vec::new(),
            scope: scope.iter().map(|name| (*name).to_owned()).collect(),
            issuer_state: None,
            resources: Vec::new(),
            dpop_jkt: None,
        };
        Asked { request, verifier, key: Arc::new(SecretKey::generate(KeyType::P256).unwrap()) }
    }

    fn proof(&self, asked: &Asked, path: &str, token: Option<&str>) -> String {
        let url = format!("{}{path}", self.province.url);
        let request = DpopRequest { method: "POST", url: &url, access_token: token };
        dpop::make(request, None, now(), asked.key.as_ref(), &mut SystemRandomness).unwrap()
    }

    /// Posts a form with a proof of the wallet's key.
    pub(crate) async fn post_form(&self, asked: &Asked, path: &str, form: &str) -> Answer {
        let proof = self.proof(asked, path, None);
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("dpop", proof.as_str())];
        self.province.request("POST", path, &headers, form).await
    }

    /// Pushes a request, and gives the path to which the browser goes.
    pub(crate) async fn push(&self, asked: &Asked) -> String {
        let pushed = self.post_form(asked, "/par", &asked.request.to_form().encode()).await.json(201);
        let form = Form::default()
            .with("client_id", Some(asked.request.client_id.as_str()))
            .with("request_uri", pushed["request_uri"].as_str());
        form.on_url("/authorize")
    }

    /// To the provider and back, and on to a page of ours if there is one.
    pub(crate) async fn walk(&self, browser: &mut Browser, asked: &Asked) -> Answer {
        let at = self.push(asked).await;
        let away = browser.get(&self.province, &at).await;
        assert_eq!(away.status, 303, "{}", away.text);
        let back = self.idp.visit(&away.header("location")).await;
        let back = back.strip_prefix(&self.province.url).unwrap();
        let answer = browser.get(&self.province, back).await;
        let location = answer.header("location");
        if location.starts_with('/') { browser.get(&self.province, &location).await } else { answer }
    }

    /// The whole way to a code, of a wallet that is vouched for.
    pub(crate) async fn code(&self, browser: &mut Browser, asked: &Asked) -> String {
        let answer = self.walk(browser, asked).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let server = ServerMetadata::at(&self.province.url);
        let state = asked.request.state.as_deref();
        let code = read_response(&answer.header("location"), &asked.request.redirect_uri, state, &server).unwrap();
        code.expose().to_owned()
    }

    pub(crate) async fn redeem(&self, asked: &Asked, code: &str) -> Answer {
        let form = Form::default()
            .with("grant_type", Some("authorization_code"))
            .with("code", Some(code))
            .with("client_id", Some(asked.request.client_id.as_str()))
            .with("redirect_uri", Some(asked.request.redirect_uri.as_str()))
            .with("code_verifier", Some(asked.verifier.expose()));
        self.post_form(asked, "/token", &form.encode()).await
    }

    pub(crate) async fn refresh(&self, asked: &Asked, token: &str) -> Answer {
        let form = format!("grant_type=refresh_token&refresh_token={token}&client_id={WALLET}");
        self.post_form(asked, "/token", &form).await
    }

    pub(crate) async fn credential(&self, asked: &Asked, token: &str, of: &str, holder: &SecretKey) -> Answer {
        self.credential_for(asked, token, "credential_configuration_id", of, holder).await
    }

    pub(crate) async fn credential_by_identifier(
        &self,
        asked: &Asked,
        token: &str,
        of: &str,
        holder: &SecretKey,
    ) -> Answer {
        self.credential_for(asked, token, "credential_identifier", of, holder).await
    }

    /// Asks for a credential that was put off.
    pub(crate) async fn deferred(&self, asked: &Asked, token: &str, transaction_id: &Value) -> Answer {
        let proof = self.proof(asked, "/deferred_credential", Some(token));
        let authorization = format!("DPoP {token}");
        let headers =
            [("content-type", "application/json"), ("authorization", authorization.as_str()), ("dpop", proof.as_str())];
        let body = json!({"transaction_id": transaction_id}).to_string();
        self.province.request("POST", "/deferred_credential", &headers, &body).await
    }

    async fn credential_for(&self, asked: &Asked, token: &str, by: &str, of: &str, holder: &SecretKey) -> Answer {
        let body = self.province.request_body_of(Some(&asked.request.client_id), by, of, holder).await;
        let proof = self.proof(asked, "/credential", Some(token));
        let authorization = format!("DPoP {token}");
        let headers =
            [("content-type", "application/json"), ("authorization", authorization.as_str()), ("dpop", proof.as_str())];
        self.province.request("POST", "/credential", &headers, &body).await
    }
}
