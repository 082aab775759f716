//! The built program as a service, and a wallet over HTTP.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tamarack::Timestamp;
use tamarack::keys::SecretKey;
use tamarack_openid4vc::vci::offer::OfferUri;
use tamarack_openid4vc::vci::proofs::{KeyName, make_jwt};

use crate::common::{Issuer, example};

/// A running service.
pub(crate) struct Service<'i> {
    issuer: &'i Issuer,
    pub(crate) url: String,
    child: Child,
}

impl<'i> Service<'i> {
    pub(crate) fn start(issuer: &'i Issuer, port: u16, more: &[&str]) -> Self {
        Self::start_with(issuer, port, more, &[])
    }

    pub(crate) fn start_with(issuer: &'i Issuer, port: u16, more: &[&str], variables: &[(&str, &str)]) -> Self {
        let url = format!("http://127.0.0.1:{port}");
        let address = format!("127.0.0.1:{port}");
        let args = [&["serve", "--base-url", &url, "--listen", &address][..], more].concat();
        let mut command = issuer.command(&args);
        command.envs(variables.iter().copied());
        let log = std::fs::OpenOptions::new().create(true).append(true).open(issuer.path("log")).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        // The first line says that it listens.
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), address, "{}", std::fs::read_to_string(issuer.path("log")).unwrap());
        Self { issuer, url, child }
    }

    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let url = format!("{}{path}", self.url);
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = agent.run(request.body(body.to_owned()).unwrap()).unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    pub(crate) fn json(&self, status: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Value {
        let (got, text) = self.send(method, path, headers, body);
        assert_eq!(got, status, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Follows a link as a wallet does, up to the token.
    pub(crate) fn token(&self, link: &str, tx_code: &str) -> String {
        let OfferUri::Reference(at) = OfferUri::parse(link).unwrap() else { panic!("an offer by value") };
        let offer = self.json(200, "GET", at.strip_prefix(&self.url).unwrap(), &[], "");
        let grant = &offer["grants"]["urn:ietf:params:oauth:grant-type:pre-authorized_code"];
        let form = format!(
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code&pre-authorized_code={}&tx_code={tx_code}",
            grant["pre-authorized_code"].as_str().unwrap()
        );
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let answer = self.json(200, "POST", "/token", &headers, &form);
        answer["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn post(&self, status: u16, token: &str, path: &str, body: &Value) -> Value {
        let bearer = format!("Bearer {token}");
        let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
        self.json(status, "POST", path, &headers, &body.to_string())
    }

    /// Asks for a card, bound to a key.
    pub(crate) fn ask(&self, status: u16, token: &str, holder: &SecretKey) -> Value {
        self.ask_for("ontario-person", status, token, holder)
    }

    /// Asks for a credential of a type, bound to a key.
    pub(crate) fn ask_for(&self, of: &str, status: u16, token: &str, holder: &SecretKey) -> Value {
        let nonce = self.json(200, "POST", "/nonce", &[], "")["c_nonce"].as_str().unwrap().to_owned();
        let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap();
        let now = Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap());
        let proof = make_jwt(&self.url, Some(&nonce), None, KeyName::Jwk, None, now, holder).unwrap();
        let body = json!({"credential_configuration_id": of, "proofs": {"jwt": [proof]}});
        self.post(status, token, "/credential", &body)
    }

    /// Ends it as an operator does, and gives what it has said.
    pub(crate) fn stop(mut self) -> String {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        std::fs::read_to_string(self.issuer.path("log")).unwrap()
    }
}

impl Drop for Service<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A link for a card, and its transaction code.
pub(crate) fn offer(issuer: &Issuer) -> (String, String) {
    offer_of(issuer, "ontario-person")
}

/// A link for a credential of a type, and its transaction code.
pub(crate) fn offer_of(issuer: &Issuer, of: &str) -> (String, String) {
    let claims = example("claims/person.json");
    let made = issuer.ok(&["offer", "--json", "--type", of, "--claims", &claims, "--tx-code"]);
    let made: Value = serde_json::from_str(&made).unwrap();
    (made["link"].as_str().unwrap().to_owned(), made["txCode"].as_str().unwrap().to_owned())
}
