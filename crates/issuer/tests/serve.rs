//! The built program as a service: a wallet over HTTP, a clerk at the command line, and a process that is killed between.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test may stop at the first surprise"
)]

mod common;

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use common::{Issuer, example};
use serde_json::{Value, json};
use tamarack::Timestamp;
use tamarack::keys::{KeyType, SecretKey};
use tamarack_openid4vc::vci::offer::OfferUri;
use tamarack_openid4vc::vci::proofs::{KeyName, make_jwt};

/// A running service.
struct Service<'i> {
    issuer: &'i Issuer,
    url: String,
    child: Child,
}

impl<'i> Service<'i> {
    fn start(issuer: &'i Issuer, port: u16, more: &[&str]) -> Self {
        Self::start_with(issuer, port, more, &[])
    }

    fn start_with(issuer: &'i Issuer, port: u16, more: &[&str], variables: &[(&str, &str)]) -> Self {
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

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let url = format!("{}{path}", self.url);
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = agent.run(request.body(body.to_owned()).unwrap()).unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    fn json(&self, status: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Value {
        let (got, text) = self.send(method, path, headers, body);
        assert_eq!(got, status, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Follows a link as a wallet does, up to the token.
    fn token(&self, link: &str, tx_code: &str) -> String {
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

    fn post(&self, status: u16, token: &str, path: &str, body: &Value) -> Value {
        let bearer = format!("Bearer {token}");
        let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
        self.json(status, "POST", path, &headers, &body.to_string())
    }

    /// Asks for a card, bound to a key.
    fn ask(&self, status: u16, token: &str, holder: &SecretKey) -> Value {
        let nonce = self.json(200, "POST", "/nonce", &[], "")["c_nonce"].as_str().unwrap().to_owned();
        let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap();
        let now = Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap());
        let proof = make_jwt(&self.url, Some(&nonce), None, KeyName::Jwk, None, now, holder).unwrap();
        let body = json!({"credential_configuration_id": "ontario-person", "proofs": {"jwt": [proof]}});
        self.post(status, token, "/credential", &body)
    }

    /// Ends it as an operator does, and gives what it has said.
    fn stop(mut self) -> String {
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

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn offer(issuer: &Issuer) -> (String, String) {
    let claims = example("claims/person.json");
    let made = issuer.ok(&["offer", "--json", "--type", "ontario-person", "--claims", &claims, "--tx-code"]);
    let made: Value = serde_json::from_str(&made).unwrap();
    (made["link"].as_str().unwrap().to_owned(), made["txCode"].as_str().unwrap().to_owned())
}

#[test]
fn a_link_gives_a_card_and_the_log_tells_nothing_of_it() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    let claims = example("claims/person.json");
    let unknown = issuer.fails(64, &["offer", "--type", "ontario-person", "--claims", &claims]);
    assert!(unknown.contains("serve"), "{unknown}");
    let more = ["--verbose", "--log", "json", "--keep", "--metrics-listen", "127.0.0.1:0"];
    let service = Service::start(&issuer, free_port(), &more);
    // It says where before it says that it listens.
    let said = std::fs::read_to_string(issuer.path("log")).unwrap();
    let inside = said.split("Metrics: ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    assert_eq!(service.send("GET", "/readyz", &[], "").0, 200);
    let (link, tx_code) = offer(&issuer);
    let holder = SecretKey::generate(KeyType::Ed25519).unwrap();
    let token = service.token(&link, &tx_code);
    let answer = service.ask(200, &token, &holder);
    let card = &answer["credentials"][0]["credential"];
    let id = card["id"].as_str().unwrap();
    let kept: Value = serde_json::from_str(&issuer.ok(&["show", id])).unwrap();
    assert_eq!(&kept, card);
    issuer.ok(&["revoke", id]);
    assert_eq!(service.send("GET", "/metrics", &[], "").0, 404);
    let metrics = ureq::get(&inside).call().unwrap().body_mut().read_to_string().unwrap();
    assert!(metrics.contains("tamarack_credentials_issued_total 1"), "{metrics}");
    let log = service.stop();
    assert!(log.contains("\"route\":\"/credential\""), "{log}");
    let did = tamarack::did::did_key(tamarack::keys::Signer::public_key(&holder));
    let code = link.rsplit("%2F").next().unwrap();
    let nonce = answer["notification_id"].as_str().unwrap();
    for canary in ["Tremblay", token.as_str(), did.as_str(), code, nonce, "larch needles", id] {
        assert!(!log.contains(canary) && !metrics.contains(canary), "{canary} is in the log or in the metrics");
    }
    let checked = issuer.ok(&["audit", "check"]);
    assert_eq!(issuer.ok(&["audit", "check", "--until", checked.trim()]), checked);
    let entries = issuer.ok(&["audit", "export"]);
    for action in ["offer.make", "token.issue", "credential.issue", "credential.revoke"] {
        assert!(entries.contains(action), "{entries}");
    }
    assert!(!entries.contains("Tremblay") && !entries.contains(&did));
    let raw = rusqlite::Connection::open(issuer.path("store/issuer.sqlite3")).unwrap();
    raw.execute("UPDATE audit SET actor = 'nobody' WHERE place = 2", []).unwrap();
    assert!(issuer.fails(1, &["audit", "check"]).contains('2'));
}

#[test]
fn a_clerk_decides_and_nothing_is_lost_when_the_service_is_killed() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    let port = free_port();
    let careful = ["--approve", "ontario-person"];
    let service = Service::start(&issuer, port, &careful);
    let (link, tx_code) = offer(&issuer);
    let token = service.token(&link, &tx_code);
    let holder = SecretKey::generate(KeyType::P256).unwrap();
    let put_off = service.ask(202, &token, &holder);
    let again = json!({"transaction_id": put_off["transaction_id"]});
    assert_eq!(service.post(202, &token, "/deferred_credential", &again)["interval"], put_off["interval"]);
    // Killed, not stopped.
    drop(service);
    let listed = issuer.ok(&["requests", "list"]);
    let id = listed.split('\t').next().unwrap();
    let shown: Value = serde_json::from_str(&issuer.ok(&["requests", "show", id])).unwrap();
    assert_eq!(shown["claims"]["familyName"], "Bélanger-Tremblay");
    issuer.fails(64, &["requests", "refuse", id, "--reason", " "]);
    issuer.ok(&["requests", "approve", id, "--clerk", "amelie"]);
    issuer.fails(64, &["requests", "approve", id]);
    let service = Service::start(&issuer, port, &careful);
    let answer = service.post(200, &token, "/deferred_credential", &again);
    let card = answer["credentials"][0]["credential"]["id"].as_str().unwrap();
    assert_eq!(service.post(400, &token, "/deferred_credential", &again)["error"], "invalid_transaction_id");
    assert_eq!(issuer.records()[0]["id"], card);
    assert_eq!(issuer.ok(&["requests", "list"]), "");
    assert!(issuer.ok(&["requests", "list", "--all"]).contains("delivered"));
    let accepted = json!({"notification_id": answer["notification_id"], "event": "credential_accepted"});
    let bearer = format!("Bearer {token}");
    let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
    assert_eq!(service.send("POST", "/notification", &headers, &accepted.to_string()).0, 204);
}

#[test]
fn a_service_that_cannot_start_says_why() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    for (args, part) in [
        (&["serve", "--base-url", "http://id.ontario.example"][..], "--base-url"),
        (&["serve", "--base-url", "https://id.ontario.example", "--listen", "256.0.0.1:1"], "listen"),
        (&["serve", "--base-url", "https://id.ontario.example", "--api-keys", &example("README.md")], "README"),
    ] {
        let output = issuer.run(args);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(part), "{said}");
    }
    let mut wrong = issuer.command(&["serve", "--base-url", "https://id.ontario.example"]);
    let output = wrong.env("TAMARACK_PASSPHRASE", "wrong").output().unwrap();
    assert_eq!(output.status.code(), Some(65), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A collector of traces: all that came to it.
#[cfg(feature = "telemetry")]
fn collector() -> (String, std::sync::Arc<std::sync::Mutex<Vec<u8>>>) {
    use std::io::{Read as _, Write as _};
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let got = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = std::sync::Arc::clone(&got);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                head.push(byte[0]);
            }
            let text = String::from_utf8(head).unwrap().to_ascii_lowercase();
            assert!(text.starts_with("post /v1/traces "), "{text}");
            let length = text.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap();
            let mut body = vec![0; length.parse().unwrap()];
            stream.read_exact(&mut body).unwrap();
            kept.lock().unwrap().extend_from_slice(&body);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
        }
    });
    (url, got)
}

#[cfg(feature = "telemetry")]
#[test]
fn traces_tell_routes_and_nobody() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    issuer.ok(&["type", "list"]);
    let (url, got) = collector();
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str())];
    let service = Service::start_with(&issuer, free_port(), &["--proxies", "1", "--verbose"], &variables);
    let (link, tx_code) = offer(&issuer);
    let token = service.token(&link, &tx_code);
    let holder = SecretKey::generate(KeyType::Ed25519).unwrap();
    let answer = service.ask(200, &token, &holder);
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let parent = format!("00-{trace}-b7ad6b7169203331-01");
    let headers = [("traceparent", parent.as_str()), ("x-request-id", "request-4711")];
    assert_eq!(service.send("GET", "/types/ontario-person/schema?who=Tremblay", &headers, "").0, 200);
    service.stop();
    let got = got.lock().unwrap().clone();
    let has = |wanted: &[u8]| got.windows(wanted.len()).any(|part| part == wanted);
    for part in ["tamarack-issuer", "POST /credential", "/types/{name}/schema", "request-4711", "sign", "/offers/{id}"]
    {
        assert!(has(part.as_bytes()), "{part} is not in the traces");
    }
    let bytes: Vec<u8> = (0..16).map(|at| u8::from_str_radix(&trace[2 * at..2 * at + 2], 16).unwrap()).collect();
    assert!(has(&bytes), "the proxy's trace goes on");
    let did = tamarack::did::did_key(tamarack::keys::Signer::public_key(&holder));
    let id = answer["credentials"][0]["credential"]["id"].as_str().unwrap();
    let code = link.rsplit("%2F").next().unwrap();
    let nonce = answer["notification_id"].as_str().unwrap();
    for canary in ["Tremblay", token.as_str(), did.as_str(), code, nonce, "larch needles", id, "127.0.0.1:", &tx_code] {
        assert!(!has(canary.as_bytes()), "{canary} is in the traces");
    }
}
