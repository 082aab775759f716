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
mod service;

#[cfg(feature = "telemetry")]
use std::net::TcpListener;

use common::{Issuer, example};
use serde_json::{Value, json};
use service::{Service, free_port, offer};
use tamarack::keys::{KeyType, SecretKey};

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
    // If the answer was lost on the way, the same one is given again, and nothing is issued twice.
    assert_eq!(service.post(200, &token, "/deferred_credential", &again), answer);
    assert_eq!(issuer.records().len(), 1);
    assert_eq!(issuer.records()[0]["id"], card);
    assert_eq!(issuer.ok(&["requests", "list"]), "");
    assert!(issuer.ok(&["requests", "list", "--all"]).contains("delivered"));
    let accepted = json!({"notification_id": answer["notification_id"], "event": "credential_accepted"});
    let bearer = format!("Bearer {token}");
    let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
    assert_eq!(service.send("POST", "/notification", &headers, &accepted.to_string()).0, 204);
    // Now the wallet has it.
    assert_eq!(service.post(400, &token, "/deferred_credential", &again)["error"], "invalid_transaction_id");
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
