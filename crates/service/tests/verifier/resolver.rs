//! DID resolution over HTTP, as clients and suites of resolvers use it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use tamarack_service::verifier::Open;

use crate::browser::{Page, agent};
use crate::phone::issuer;
use crate::shop::{Shop, TOKEN};

const RESULT: &str = "application/did-resolution";

fn get(shop: &Shop, did: &str, token: bool, accept: Option<&str>) -> Page {
    let mut request = agent().get(format!("{}/1.0/identifiers/{did}", shop.url));
    if token {
        request = request.header("authorization", format!("Bearer {TOKEN}"));
    }
    if let Some(accept) = accept {
        request = request.header("accept", accept);
    }
    Page::of(request.call().unwrap())
}

/// A server of DID documents on this machine: the host's part of its `did:web`s.
fn documents() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("localhost%3A{}", listener.local_addr().unwrap().port());
    let own = host.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut text, mut chunk) = (stream.unwrap(), String::new(), [0; 4_096]);
            while !text.contains("\r\n\r\n") {
                let read = stream.read(&mut chunk).unwrap();
                text.push_str(std::str::from_utf8(&chunk[..read]).unwrap());
            }
            let path = text.split(' ').nth(1).unwrap();
            let name = path.trim_start_matches('/').split('/').next().unwrap();
            let document = |more: &str| format!(r#"{{"id":"did:web:{own}:{name}"{more}}}"#);
            let (status, body) = match name {
                "good" => ("200 OK", document(r#","@context":"https://www.w3.org/ns/did/v1""#)),
                "plain" => ("200 OK", document("")),
                "gone" => ("410 Gone", String::new()),
                "ended" => (
                    "200 OK",
                    format!(r#"{{"didDocument":{},"didDocumentMetadata":{{"deactivated":true}}}}"#, document("")),
                ),
                "another" => ("200 OK", r#"{"id":"did:web:another.example"}"#.to_owned()),
                "broken" => ("500 Internal Server Error", String::new()),
                _ => ("404 Not Found", String::new()),
            };
            let length = body.len();
            let head = "content-type: application/did+json\r\nconnection: close";
            let answer = format!("HTTP/1.1 {status}\r\n{head}\r\ncontent-length: {length}\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    host
}

#[test]
fn what_carries_its_document_is_resolved_for_everybody() {
    let shop = Shop::open();
    for did in [issuer(), issuer().replace(':', "%3A")] {
        let page = get(&shop, &did, false, Some(RESULT));
        let result = page.json();
        assert_eq!((page.status, page.headers["content-type"].as_str()), (200, RESULT), "{result}");
        assert_eq!(result["didDocument"]["id"], issuer());
        assert_eq!(result["didResolutionMetadata"]["contentType"], "application/did");
        assert_eq!(result["didDocumentMetadata"], serde_json::json!({}));
        // Any page may ask: nothing follows from who asks.
        assert_eq!(page.headers["access-control-allow-origin"], "*");
    }
    // For any other, the server goes out: that is for programs with a token.
    assert_eq!(get(&shop, "did:web:a.example", false, None).status, 401);
    let wrong = agent().get(format!("{}/1.0/identifiers/did:web:a.example", shop.url));
    let wrong = Page::of(wrong.header("authorization", "Bearer nonsense").call().unwrap());
    assert_eq!((wrong.status, wrong.headers["www-authenticate"].as_str()), (401, "Bearer error=\"invalid_token\""));
}

#[test]
fn each_error_has_the_status_of_the_table() {
    let shop = Shop::open();
    let host = documents();
    let web = |name: &str| format!("did:web:{host}:{name}");
    for (did, status, error) in [
        // DID Resolution §10.1.
        ("not-a-did".to_owned(), 400, "INVALID_DID"),
        ("did:example".to_owned(), 400, "INVALID_DID"),
        ("did:key:nonsense".to_owned(), 400, "INVALID_DID"),
        ("did:peer:2.EEEE".to_owned(), 400, "INVALID_DID"),
        ("did:peer:2.SeyJ0IjoiZG0i".to_owned(), 400, "INVALID_DID"),
        (format!("did:jwk:{}", "E".repeat(5_000)), 400, "INVALID_DID"),
        ("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK/path".to_owned(), 400, "INVALID_DID"),
        ("did:web:192.168.0.1".to_owned(), 400, "INVALID_DID"),
        (String::new(), 400, "INVALID_DID"),
        ("did:unsupported:123456789abcdefghi".to_owned(), 501, "METHOD_NOT_SUPPORTED"),
        (web("nothing"), 404, "NOT_FOUND"),
        (web("another"), 500, "INVALID_DID_DOCUMENT"),
        (web("broken"), 500, "INTERNAL_ERROR"),
        ("did:web:nobody.invalid".to_owned(), 500, "INTERNAL_ERROR"),
        (format!("{}?versionId=1", issuer()), 501, "FEATURE_NOT_SUPPORTED"),
        (format!("{}?versionTime=2026-01-01T00:00:00Z", issuer()), 501, "FEATURE_NOT_SUPPORTED"),
        (format!("{}?noCache=true", issuer()), 501, "FEATURE_NOT_SUPPORTED"),
        (format!("{}?noCache=perhaps", issuer()), 400, "INVALID_OPTIONS"),
        (format!("{}?noCache=false&noCache=false", issuer()), 400, "INVALID_OPTIONS"),
    ] {
        let page = get(&shop, &did, true, Some(RESULT));
        let result = page.json();
        let kind = format!("https://www.w3.org/ns/did#{error}");
        let found = result["didResolutionMetadata"]["error"]["type"].as_str();
        assert_eq!((page.status, found), (status, Some(kind.as_str())), "{did}: {result}");
        assert!(result["didDocument"].is_null() && result["didDocumentMetadata"] == serde_json::json!({}), "{did}");
        assert_eq!(page.headers["content-type"], RESULT);
    }
    assert_eq!(get(&shop, &format!("{}?noCache=false", issuer()), false, None).status, 200);
    // A deactivated DID is no error: 410, and the metadata say so.
    for name in ["gone", "ended"] {
        let page = get(&shop, &web(name), true, Some(RESULT));
        let result = page.json();
        assert_eq!(
            (page.status, &result["didDocumentMetadata"]["deactivated"]),
            (410, &true.into()),
            "{name}: {result}"
        );
        assert!(result["didDocument"].is_null() && result["didResolutionMetadata"].get("error").is_none());
    }
}

#[test]
fn accept_says_what_comes_back() {
    let shop = Shop::open();
    let host = documents();
    let before = r#"application/ld+json;profile="https://w3id.org/did-resolution""#;
    let good = format!("did:web:{host}:good");
    for (accept, kind, whole) in [
        (None, RESULT, true),
        (Some("*/*"), RESULT, true),
        (Some(before), before, true),
        (Some("application/did"), "application/did", false),
        (Some("application/did+json"), "application/did+json", false),
        (Some("application/did+ld+json"), "application/did+ld+json", false),
        (Some("application/did+json;q=0.4, application/did;q=0.8, text/html"), "application/did", false),
        (Some("text/html,application/xhtml+xml,*/*;q=0.8"), RESULT, true),
    ] {
        let page = get(&shop, &good, true, accept);
        let body = page.json();
        assert_eq!((page.status, page.headers["content-type"].as_str()), (200, kind), "{accept:?}: {body}");
        let document = if whole { &body["didDocument"] } else { &body };
        assert_eq!(document["id"], good.as_str(), "{accept:?}");
        assert_eq!(body.get("didResolutionMetadata").is_some(), whole, "{accept:?}");
    }
    // Nothing of that; and a document without a context is no JSON-LD.
    let plain = format!("did:web:{host}:plain");
    for (did, accept) in [
        (&good, "application/x-unsupported"),
        (&good, "application/json"),
        (&good, "application/ld+json"),
        (&good, "application/did;q=0"),
        (&plain, "application/did+ld+json"),
    ] {
        let page = get(&shop, did, true, Some(accept));
        let kind = page.json()["didResolutionMetadata"]["error"]["type"].clone();
        assert_eq!(
            (page.status, kind),
            (406, "https://www.w3.org/ns/did#REPRESENTATION_NOT_SUPPORTED".into()),
            "{accept}"
        );
    }
    assert_eq!(get(&shop, &plain, true, Some("application/did+json")).status, 200);
    // An error has no document that could stand alone.
    let missing = get(&shop, &format!("did:web:{host}:nothing"), true, Some("application/did"));
    assert_eq!((missing.status, missing.headers["content-type"].as_str()), (404, RESULT));
}

#[test]
fn the_operator_may_open_it_to_all_and_each_gets_so_much() {
    let shop = Shop::with("", |settings| settings.open = Open { resolver: true, vc_api: true });
    let did = format!("did:web:{}:good", documents());
    assert_eq!(get(&shop, &did, false, None).status, 200);
    let verify = || {
        let request = agent().post(format!("{}/credentials/verify", shop.url));
        Page::of(request.header("content-type", "application/json").send("{}").unwrap()).status
    };
    assert_eq!(verify(), 400, "it is judged");
    let statuses: Vec<u16> = (0..40).map(|_| verify()).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
    assert_eq!(get(&shop, &did, false, None).status, 429);
    // Who has a token is not one of them, and what fetches nothing costs nothing.
    assert_eq!(get(&shop, &did, true, None).status, 200);
    assert_eq!(get(&shop, &issuer(), false, None).status, 200);
}
