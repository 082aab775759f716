//! HTTPS as it is met in the world: a server with a certificate, good and bad.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod, SslVerifyMode, SslVersion};
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509NameBuilder};
use tamarack::json::{parse, to_string};
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::sd_jwt::{Frame, HashName, IssueOptions, Profile, issue};
use tamarack::verify::Outcome;
use tamarack::{Code, Evidence, EvidenceKind, Policy, SystemRandomness, Timestamp};
use tamarack_net::{
    Cache, Call, FetchError, FetchOptions, Fetcher, Identity as Ours, Round, When, authorities_from_pem,
    verify_with_network,
};

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

/// A certificate with its key.
struct Identity {
    certificate: X509,
    key: PKey<Private>,
}

/// What a certificate says.
#[derive(Clone, Copy)]
struct Says<'s> {
    name: &'s str,
    /// The host; an authority has none.
    host: Option<&'s str>,
    /// Seconds from now.
    until: i64,
}

fn certify(says: Says<'_>, by: Option<&Identity>) -> Identity {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", says.name).unwrap();
    let name = name.build();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64;
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(7).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(by.map_or(&name, |by| by.certificate.subject_name())).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.set_not_before(&Asn1Time::from_unix(now - 86_400).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_unix(now + says.until).unwrap()).unwrap();
    match says.host {
        None => {
            builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
            builder.append_extension(KeyUsage::new().critical().key_cert_sign().crl_sign().build().unwrap()).unwrap();
        }
        Some(host) => {
            let mut names = SubjectAlternativeName::new();
            names.dns(host);
            let names = names.build(&builder.x509v3_context(by.map(|by| &*by.certificate), None)).unwrap();
            builder.append_extension(names).unwrap();
            builder.append_extension(BasicConstraints::new().critical().build().unwrap()).unwrap();
            builder.append_extension(ExtendedKeyUsage::new().server_auth().build().unwrap()).unwrap();
        }
    }
    builder.sign(by.map_or(&key, |by| &by.key), MessageDigest::sha256()).unwrap();
    Identity { certificate: builder.build(), key }
}

fn authority(name: &str) -> Identity {
    certify(Says { name, host: None, until: 86_400 }, None)
}

/// A server with this certificate that answers every request with `{}`. Its port.
fn serve(identity: &Identity, newest: SslVersion) -> u16 {
    serve_pages(identity, newest, |_, _| Some("{}".to_owned()))
}

/// A server with this certificate whose pages are these, by its port and their paths; `None` is 404. Its port.
fn serve_pages(
    identity: &Identity,
    newest: SslVersion,
    page: impl Fn(u16, &str) -> Option<String> + Send + 'static,
) -> u16 {
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    acceptor.set_private_key(&identity.key).unwrap();
    acceptor.set_certificate(&identity.certificate).unwrap();
    acceptor.set_min_proto_version(None).unwrap();
    acceptor.set_max_proto_version(Some(newest)).unwrap();
    let acceptor = acceptor.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // A client that does not trust us goes away during the handshake.
            let Ok(mut stream) = acceptor.accept(stream.unwrap()) else { continue };
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                head.push(byte[0]);
            }
            let head = String::from_utf8(head).unwrap();
            let (status, body) = match page(port, head.split(' ').nth(1).unwrap_or_default()) {
                Some(body) => ("200 OK", body),
                None => ("404 Not Found", String::new()),
            };
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes());
            let _ = stream.shutdown();
        }
    });
    port
}

fn fetch(port: u16, authorities: Vec<Vec<u8>>) -> Result<Vec<u8>, FetchError> {
    let options =
        FetchOptions { timeout: Duration::from_secs(5), cache: Cache::none(), authorities, ..FetchOptions::default() };
    let url = format!("https://localhost:{port}/schema.json");
    Fetcher::new(options).fetch(&url, EvidenceKind::Schema, NOW).map(|fetched| fetched.bytes)
}

fn der(identity: &Identity) -> Vec<Vec<u8>> {
    authorities_from_pem(&identity.certificate.to_pem().unwrap()).unwrap()
}

#[test]
fn trusts_the_authorities_that_it_was_given_and_no_others() {
    let ours = authority("Test authority");
    let server = certify(Says { name: "server", host: Some("localhost"), until: 86_400 }, Some(&ours));
    let port = serve(&server, SslVersion::TLS1_3);
    assert_eq!(fetch(port, der(&ours)).unwrap(), b"{}");
    assert_eq!(fetch(port, der(&authority("Another authority"))), Err(FetchError::Tls));
    // The authorities of the public web do not know it.
    assert_eq!(fetch(port, Vec::new()), Err(FetchError::Tls));
}

#[test]
fn a_certificate_must_be_for_the_host_and_of_today() {
    let ours = authority("Test authority");
    for says in [
        Says { name: "another host", host: Some("id.ontario.example"), until: 86_400 },
        Says { name: "expired", host: Some("localhost"), until: -3_600 },
    ] {
        let port = serve(&certify(says, Some(&ours)), SslVersion::TLS1_3);
        assert_eq!(fetch(port, der(&ours)), Err(FetchError::Tls), "{}", says.name);
    }
    // Signed by itself.
    let alone = certify(Says { name: "alone", host: Some("localhost"), until: 86_400 }, None);
    assert_eq!(fetch(serve(&alone, SslVersion::TLS1_3), der(&ours)), Err(FetchError::Tls));
}

#[test]
fn old_versions_of_tls_are_refused() {
    let ours = authority("Test authority");
    let server = certify(Says { name: "server", host: Some("localhost"), until: 86_400 }, Some(&ours));
    assert_eq!(fetch(serve(&server, SslVersion::TLS1_2), der(&ours)).unwrap(), b"{}");
    assert_eq!(fetch(serve(&server, SslVersion::TLS1_1), der(&ours)), Err(FetchError::Tls));
}

/// What the servers of one test say: an issuer and a type at one host, and what is wrong with them.
#[derive(Clone, Copy)]
struct Pages {
    /// The seed of the key that the issuer publishes.
    key: u8,
    /// The name of the type that its metadata states.
    vct: &'static str,
    /// The claim that the type makes mandatory.
    mandatory: &'static str,
    /// Whether the type's metadata is there.
    has_type: bool,
}

fn published_key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(KeyType::Ed25519, &[seed; 32]).unwrap()
}

/// Starts the servers, and judges a credential of theirs from no evidence but what is fetched.
fn judged_online(pages: Pages) -> Round {
    let ours = authority("Test authority");
    let server = certify(Says { name: "server", host: Some("localhost"), until: 86_400 }, Some(&ours));
    let port = serve_pages(&server, SslVersion::TLS1_3, move |port, path| match path {
        "/.well-known/jwt-vc-issuer/tenant" => {
            let mut jwk = published_key(pages.key).public_key().to_jwk();
            jwk.as_object_mut().unwrap().insert("kid", "key-7");
            let jwk = to_string(&jwk);
            Some(format!(r#"{{"issuer":"https://localhost:{port}/tenant","jwks":{{"keys":[{jwk}]}}}}"#))
        }
        "/types/person" if pages.has_type => Some(format!(
            r#"{{"vct":"https://localhost:{port}{}","claims":[{{"path":["{}"],"mandatory":true}}]}}"#,
            pages.vct, pages.mandatory
        )),
        _ => None,
    });
    let text = format!(
        r#"{{"iss":"https://localhost:{port}/tenant","vct":"https://localhost:{port}/types/person","name":"Zoé"}}"#
    );
    let payload = parse(text.as_bytes()).unwrap();
    let options =
        IssueOptions { typ: Profile::SdJwtVc.typ(), kid: Some("key-7"), hash: HashName::Sha256, certificates: None };
    let payload = payload.as_object().unwrap();
    let token =
        issue(payload, &Frame::new().hide("/name"), &options, &published_key(7), &mut SystemRandomness).unwrap();
    let fetcher = Fetcher::new(FetchOptions {
        timeout: Duration::from_secs(5),
        cache: Cache::none(),
        authorities: der(&ours),
        ..FetchOptions::default()
    });
    let policy = Policy::insecure_trust_any_issuer().require_type_metadata();
    let mut evidence = Evidence::none();
    let round =
        verify_with_network(token.as_bytes(), &policy, &mut evidence, When::At(NOW), &|| NOW, &fetcher).unwrap();
    let asked = |kind, path: &str| evidence.get(kind, &format!("https://localhost:{port}{path}")).is_some();
    assert!(asked(EvidenceKind::IssuerMetadata, "/.well-known/jwt-vc-issuer/tenant"));
    assert_eq!(asked(EvidenceKind::TypeMetadata, "/types/person"), pages.has_type);
    round
}

/// draft-ietf-oauth-sd-jwt-vc §4 and §5.3: the keys of the issuer and the rules of the type come from the web.
#[test]
fn the_metadata_of_an_issuer_and_of_a_type_are_fetched() {
    let good = Pages { key: 7, vct: "/types/person", mandatory: "name", has_type: true };
    let round = judged_online(good);
    assert_eq!(round.verdict.outcome(), Outcome::Accept, "{:?}", round.verdict.checks());
    assert!(round.missed.is_empty() && round.verdict.evidence().len() == 2);
    for (pages, code) in [
        (Pages { key: 8, ..good }, Code::ProofSignatureInvalid),
        (Pages { vct: "/types/other", ..good }, Code::TypeMetadataInvalid),
        (Pages { mandatory: "birthDate", ..good }, Code::TypeMetadataMismatch),
    ] {
        let round = judged_online(pages);
        assert_eq!(round.verdict.outcome(), Outcome::Reject, "{code}");
        let found = |code| round.verdict.checks().iter().any(|check| check.code() == Some(code));
        assert!(found(code), "{code}: {:?}", round.verdict.checks());
    }
    let round = judged_online(Pages { has_type: false, ..good });
    assert_eq!(round.verdict.outcome(), Outcome::Undetermined, "{:?}", round.verdict.checks());
    let missed: Vec<(EvidenceKind, FetchError)> =
        round.missed.iter().map(|missed| (missed.need.kind, missed.error.clone())).collect();
    assert_eq!(missed, [(EvidenceKind::TypeMetadata, FetchError::Status(404))]);
}

#[test]
fn a_server_that_asks_who_we_are_is_told() {
    let (theirs, ours) = (authority("Theirs"), authority("Ours"));
    let server = certify(Says { name: "kms", host: Some("localhost"), until: 86_400 }, Some(&theirs));
    let client = certify(Says { name: "issuer", host: None, until: 86_400 }, Some(&ours));
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    acceptor.set_private_key(&server.key).unwrap();
    acceptor.set_certificate(&server.certificate).unwrap();
    acceptor.set_verify_callback(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT, {
        let expected = client.certificate.to_der().unwrap();
        move |_, context| context.current_cert().is_some_and(|shown| shown.to_der().unwrap() == expected)
    });
    acceptor.set_session_id_context(b"kms").unwrap();
    let acceptor = acceptor.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = acceptor.accept(stream.unwrap()) else { continue };
            // To the end: what is not read would break the connection before its answer has come.
            let (mut asked, mut byte) = (Vec::new(), [0]);
            while !asked.ends_with(b"\r\n\r\n{}") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                asked.push(byte[0]);
            }
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
            let _ = stream.shutdown();
        }
    });
    let ask = |identity: Option<Ours>| {
        let authorities = vec![theirs.certificate.to_der().unwrap()];
        let timeout = Duration::from_secs(5);
        let fetcher = Fetcher::new(FetchOptions { authorities, identity, timeout, ..FetchOptions::default() });
        let url = format!("https://localhost:{port}/");
        fetcher.call(&Call { url: &url, headers: &[], body: Some(b"{}"), limit: 100 }).map(|answer| answer.status)
    };
    let (chain, key) = (client.certificate.to_pem().unwrap(), client.key.private_key_to_pem_pkcs8().unwrap());
    assert_eq!(ask(Ours::from_pem(&chain, &key)), Ok(200));
    assert!(ask(None).is_err());
    let stranger = certify(Says { name: "stranger", host: None, until: 86_400 }, Some(&ours));
    let shown =
        Ours::from_pem(&stranger.certificate.to_pem().unwrap(), &stranger.key.private_key_to_pem_pkcs8().unwrap());
    assert!(ask(shown).is_err());
    let keys = [key.clone(), key.clone()].concat();
    assert!(Ours::from_pem(&chain, &keys).is_none() && Ours::from_pem(b"", &key).is_none());
    assert!(!format!("{:?}", Ours::from_pem(&chain, &key)).contains("PRIVATE"));
}
