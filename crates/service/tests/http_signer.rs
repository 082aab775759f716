//! A signer over HTTP, honest and hostile.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer as _};
use tamarack_net::FetchError;
use tamarack_service::signers::{HttpPlace, Place, SignerError, SigningKey};

const TOKEN: &str = "token-canary-5521";

/// What a signer does with a request.
type Answering = Box<dyn Fn(&Asked, &mut TcpStream) + Send + Sync>;

/// A request as the signer sees it.
struct Asked {
    head: String,
    body: Value,
}

/// A server on this machine that answers with the text of a whole response.
fn serve(answer: impl Fn(&Asked, &mut TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/sign", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let answer = Arc::clone(&answer);
            std::thread::spawn(move || {
                let mut stream = stream.unwrap();
                let (mut head, mut byte) = (Vec::new(), [0]);
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                    head.push(byte[0]);
                }
                let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
                let length = head
                    .split("content-length: ")
                    .nth(1)
                    .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
                let mut body = vec![0; length];
                stream.read_exact(&mut body).unwrap();
                let body = serde_json::from_slice(&body).unwrap_or_default();
                answer(&Asked { head, body }, &mut stream);
            });
        }
    });
    url
}

fn respond(stream: &mut TcpStream, status: &str, body: &str) {
    let text = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    let _ = stream.write_all(text.as_bytes());
}

fn place(url: &str) -> HttpPlace {
    HttpPlace {
        url: url.to_owned(),
        key: "issuer-1".to_owned(),
        token_file: None,
        identity_files: None,
        authorities_file: None,
        private_network: false,
    }
}

fn of(kind: KeyType) -> (SignatureAlgorithm, &'static str) {
    match kind {
        KeyType::P256 => (SignatureAlgorithm::Es256, "ES256"),
        KeyType::P384 => (SignatureAlgorithm::Es384, "ES384"),
        _ => (SignatureAlgorithm::EdDsa, "EdDSA"),
    }
}

#[test]
fn an_honest_signer_signs_with_each_kind() {
    let folder = tempfile::tempdir().unwrap();
    let token_file = folder.path().join("token");
    std::fs::write(&token_file, format!("{TOKEN}\n")).unwrap();
    for kind in [KeyType::Ed25519, KeyType::P256, KeyType::P384] {
        let secret = SecretKey::generate(kind).unwrap();
        let public = secret.public_key().clone();
        let url = serve(move |asked, stream| {
            if !asked.head.contains(&format!("authorization: bearer {TOKEN}")) {
                return respond(stream, "401 Unauthorized", "{}");
            }
            let (algorithm, name) = of(kind);
            assert_eq!((&asked.body["key"], &asked.body["algorithm"]), (&json!("issuer-1"), &json!(name)));
            let message = base64url_decode(asked.body["message"].as_str().unwrap()).unwrap();
            let signature = base64url_encode(&secret.sign(algorithm, &message).unwrap());
            respond(stream, "200 OK", &json!({"signature": signature, "keyVersion": 3}).to_string());
        });
        let without = SigningKey::at(&Place::Http(place(&url)), public.clone()).unwrap();
        assert_eq!(without.try_out(), Err(SignerError::Refused(401)));
        let with = HttpPlace { token_file: Some(token_file.to_string_lossy().into_owned()), ..place(&url) };
        let signer = SigningKey::at(&Place::Http(with), public.clone()).unwrap();
        signer.try_out().unwrap();
        let signature = signer.sign(of(kind).0, b"message").unwrap();
        public.verify(of(kind).0, b"message", &signature).unwrap();
        assert!(signer.is_elsewhere() && !format!("{signer:?}").contains(TOKEN));
        // A token that cannot be read, or could break a header, is not sent.
        for bad in ["", "two words", "line\nline"] {
            std::fs::write(&token_file, bad).unwrap();
            assert_eq!(signer.try_out(), Err(SignerError::File), "{bad:?}");
        }
        std::fs::write(&token_file, TOKEN).unwrap();
    }
}

#[test]
fn hostile_answers_are_thrown_away() {
    let secret = SecretKey::generate(KeyType::P256).unwrap();
    let other = SecretKey::generate(KeyType::P256).unwrap();
    let public = secret.public_key().clone();
    let elsewhere = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&elsewhere);
    let trap = serve(move |_, stream| {
        count.fetch_add(1, Ordering::SeqCst);
        respond(stream, "200 OK", "{}");
    });
    let ask = |answer: Answering| {
        let signer = SigningKey::at(&Place::Http(place(&serve(answer))), public.clone()).unwrap();
        let fault = signer.sign(SignatureAlgorithm::Es256, b"message").unwrap_err();
        assert!(SignerError::code_in(&fault).is_some(), "{fault}");
        signer.try_out().unwrap_err()
    };
    let with = |body: String| -> Answering { Box::new(move |_, stream| respond(stream, "200 OK", &body)) };
    let signature = |bytes: &[u8]| json!({"signature": base64url_encode(bytes)}).to_string();
    // Of the right length and wrong: zeroes, another key's, another message's.
    assert_eq!(ask(with(signature(&[0; 64]))), SignerError::Signature);
    let wrong = other.sign(SignatureAlgorithm::Es256, b"message").unwrap();
    assert_eq!(ask(with(signature(&wrong))), SignerError::Signature);
    let wrong = secret.sign(SignatureAlgorithm::Es256, b"another message").unwrap();
    assert_eq!(ask(with(signature(&wrong))), SignerError::Signature);
    // Of another length, no base64url, no JSON, nothing.
    for body in [signature(&[1; 63]), signature(&[1; 72]), signature(&[]), r#"{"signature":"=="}"#.to_owned()] {
        assert_eq!(ask(with(body)), SignerError::Answer);
    }
    for body in ["", "null", "[]", "{}", r#"{"signature":7}"#, "<html>"] {
        assert_eq!(ask(with(body.to_owned())), SignerError::Answer, "{body}");
    }
    // Too long, whether it says so beforehand or not.
    assert_eq!(ask(with("x".repeat(5_000))), SignerError::Answer);
    assert_eq!(
        ask(Box::new(|_, stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
            while stream.write_all(&[b'x'; 1_024]).is_ok() {}
        })),
        SignerError::Answer
    );
    for (status, code) in [("403 Forbidden", 403), ("500 Internal Server Error", 500), ("204 No Content", 204)] {
        assert_eq!(ask(Box::new(move |_, stream| respond(stream, status, ""))), SignerError::Refused(code));
    }
    // A redirect is not followed: the message would go where nobody said.
    let location = format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {trap}\r\ncontent-length: 0\r\n\r\n");
    let redirect = move |_: &Asked, stream: &mut TcpStream| {
        let _ = stream.write_all(location.as_bytes());
    };
    assert_eq!(ask(Box::new(redirect)), SignerError::Refused(307));
    assert_eq!(elsewhere.load(Ordering::SeqCst), 0);
}

#[test]
fn a_slow_signer_does_not_hold_us_up() {
    let public = SecretKey::generate(KeyType::Ed25519).unwrap().public_key().clone();
    let url = serve(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n");
        while stream.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    let signer = SigningKey::at(&Place::Http(place(&url)), public).unwrap();
    let begin = Instant::now();
    assert_eq!(signer.try_out(), Err(SignerError::Network(FetchError::Timeout)));
    assert!(begin.elapsed() < Duration::from_secs(8), "{:?}", begin.elapsed());
}

#[test]
fn the_guard_stands_in_between() {
    let public = SecretKey::generate(KeyType::Ed25519).unwrap().public_key().clone();
    let at = |url: &str| {
        SigningKey::at(&Place::Http(place(url)), public.clone()).and_then(|signer| signer.try_out()).unwrap_err()
    };
    assert_eq!(at("http://kms.example/"), SignerError::Network(FetchError::NotHttps));
    assert_eq!(at("https://10.0.0.7/sign"), SignerError::Network(FetchError::Address));
    assert_eq!(at("https://user:secret@kms.example/"), SignerError::Network(FetchError::Credentials));
    assert_eq!(at("not a URL"), SignerError::Network(FetchError::Url));
    let bls = SecretKey::generate(KeyType::Bls12381G2).unwrap().public_key().clone();
    assert_eq!(SigningKey::at(&Place::Http(place("http://127.0.0.1:1/")), bls).map(drop), Err(SignerError::Kind));
    let missing = HttpPlace { authorities_file: Some("/nowhere".into()), ..place("http://127.0.0.1:1/") };
    assert_eq!(SigningKey::at(&Place::Http(missing), public.clone()).map(drop), Err(SignerError::File));
}
