//! A verifier that names itself by a certificate (OpenID4VP §5.9.3).

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;

use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::jose::Jws;
use tamarack::json::{Object, Value};
use tamarack::keys::{SecretKey, SignatureAlgorithm, Signer as _};
use tamarack_openid4vc::vp::client_id::Prefix;
use tamarack_service::http::BaseUrl;
use tamarack_service::signers::{SignerError, SigningKey};
use tamarack_service::verifier::{CertificateError, CertificateName, ClientKey};

use crate::browser::{Page, agent};
use crate::certificates::authority;
use crate::now;
use crate::phone::{GOOD, Phone};
use crate::shop::{Setup, Shop, key};

fn pem(header: &Object<'_>, further: &[Vec<u8>]) -> Vec<u8> {
    let leaf = header.get("x5c").and_then(Value::as_array).unwrap();
    let mut texts: Vec<String> = leaf.iter().map(|der| der.as_str().unwrap().to_owned()).collect();
    texts.extend(further.iter().map(|der| tamarack::encoding::base64_encode(der)));
    let one = |text: &String| {
        let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    };
    texts.iter().map(one).collect::<String>().into_bytes()
}

/// How many certificates go along with a request.
fn sent(begun: &serde_json::Value) -> usize {
    let page = Page::of(agent().get(begun["requestUri"].as_str().unwrap()).call().unwrap());
    let jws = Jws::parse(&page.text).unwrap();
    jws.header().get("x5c").and_then(Value::as_array).unwrap().len()
}

#[test]
fn a_wallet_knows_a_shop_by_its_certificate() {
    let (authority, other) = (authority("An authority"), authority("Another authority"));
    for (name, prefix) in [(CertificateName::SanDns, Prefix::X509SanDns), (CertificateName::Hash, Prefix::X509Hash)] {
        let (key, header) = authority.issue("localhost", (-1, 30));
        // The authority's own certificate in the file does not go along.
        let pem = pem(&header, &[authority.der()]);
        let client = move |base: &BaseUrl| ClientKey::of_certificate(base, key, &pem, name, now()).unwrap();
        let shop = Shop::set_up(Setup { host: "localhost", client: Box::new(client), ..Setup::default() });
        let begun = shop.begin("age");
        let (phone, url) = (Phone::with(&GOOD), begun["wallet"].as_str().unwrap());
        for anchors in [Vec::new(), vec![other.der()]] {
            let refused = phone.open_trusting(url, &anchors).unwrap().unwrap_err();
            assert_eq!(refused.about(), "x5c", "{name:?}");
        }
        let request = phone.open_trusting(url, &[authority.der()]).unwrap().unwrap();
        assert_eq!(sent(&begun), 1, "the leaf alone");
        let id = &request.client.as_ref().unwrap().id;
        assert_eq!(id.prefix(), prefix);
        assert_eq!(request.audience, id.as_str());
        assert_eq!(Phone::send(&phone.answer(&request)).status, 200);
        let result = shop.read(begun["id"].as_str().unwrap()).json();
        assert_eq!(result["result"]["outcome"], "accept", "{name:?}: {result}");
    }
}

/// A signer over HTTP that has this key.
fn signer(secret: SecretKey) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/sign", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let (mut line, mut length) = (String::new(), 0);
            while stream.read_line(&mut line).unwrap() > 2 {
                if let Some((_, value)) = line.to_ascii_lowercase().split_once("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            let message = base64url_decode(body["message"].as_str().unwrap()).unwrap();
            let signature = base64url_encode(&secret.sign(SignatureAlgorithm::Es256, &message).unwrap());
            let body = format!(r#"{{"signature":"{signature}"}}"#);
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.get_mut().write_all(format!("{head}{body}").as_bytes()).unwrap();
        }
    });
    url
}

#[test]
fn the_key_of_the_requests_may_be_elsewhere() {
    let multikey = key(9).public_key().to_multikey();
    let url = signer(key(9));
    let file = |multikey: &str| {
        let file = serde_json::json!({"place": {"http": {"url": url, "key": "k"}}, "publicKeyMultibase": multikey});
        SigningKey::of_file(file.to_string().as_bytes())
    };
    let other = key(10).public_key().to_multikey();
    assert_eq!(file(&other).unwrap_err(), SignerError::Signature, "it is tried out");
    let elsewhere = file(&multikey).unwrap();
    let client = move |base: &BaseUrl| ClientKey::of_did(base, elsewhere).unwrap();
    let passphrase = Some("larch needles fall");
    let shop = Shop::set_up(Setup { client: Box::new(client), passphrase, ..Setup::default() });
    let begun = shop.begin("age");
    Phone::with(&GOOD).show(begun["wallet"].as_str().unwrap());
    let read = shop.read(begun["id"].as_str().unwrap()).json();
    assert_eq!(read["result"]["outcome"], "accept", "{read}");
    // The ID tokens of the bridge are signed there too.
    assert!(!crate::bridge::subject_of(&shop).is_empty());
}

#[test]
fn a_certificate_that_cannot_name_the_shop_is_refused_at_the_start() {
    let authority = authority("An authority");
    let base = BaseUrl::parse("https://shop.example:8443/counter").unwrap();
    let named = |key: SecretKey, pem: &[u8], name| ClientKey::of_certificate(&base, key, pem, name, now()).map(drop);
    let (key, header) = authority.issue("shop.example", (-1, 30));
    assert_eq!(named(key, &pem(&header, &[]), CertificateName::SanDns), Ok(()));
    for name in [CertificateName::SanDns, CertificateName::Hash] {
        let (_, header) = authority.issue("shop.example", (-1, 30));
        let (another, _) = authority.issue("shop.example", (-1, 30));
        assert_eq!(named(another, &pem(&header, &[]), name), Err(CertificateError::Key), "another's key");
        let (key, _) = authority.issue("shop.example", (-1, 30));
        assert_eq!(named(key, b"no certificate", name), Err(CertificateError::None));
        for days in [(-30, -1), (1, 30)] {
            let (key, header) = authority.issue("shop.example", days);
            assert_eq!(named(key, &pem(&header, &[]), name), Err(CertificateError::Time), "{days:?}");
        }
        // One that vouches for itself.
        let own = crate::certificates::authority("shop.example");
        let alone = pem(&Object::from_iter([("x5c", Value::Array(Vec::new()))]), &[own.der()]);
        assert_eq!(named(own.secret(), &alone, name), Err(CertificateError::SelfSigned));
    }
    for host in ["www.shop.example", "*.example", "shop.example.org"] {
        let (key, header) = authority.issue(host, (-1, 30));
        let pem = pem(&header, &[]);
        assert_eq!(named(key, &pem, CertificateName::SanDns), Err(CertificateError::Host), "{host}");
    }
    // By its digest, a certificate may name another host: the digest is the name.
    let (key, header) = authority.issue("www.shop.example", (-1, 30));
    assert_eq!(named(key, &pem(&header, &[]), CertificateName::Hash), Ok(()));
}
