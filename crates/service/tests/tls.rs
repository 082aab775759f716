//! The server over TLS.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may stop at the first surprise")]

use axum::Router;
use axum::routing::get;
use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509, X509NameBuilder};
use tamarack_service::http::{Base, BaseUrl, Server, Settings, StartError, TlsFiles, frame};
use tokio::sync::oneshot;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// A certificate for `localhost`, and its key, in PEM.
fn certificate() -> (Vec<u8>, Vec<u8>) {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "localhost").unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
    let names = SubjectAlternativeName::new().dns("localhost").build(&builder.x509v3_context(None, None)).unwrap();
    builder.append_extension(names).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    (builder.build().to_pem().unwrap(), key.private_key_to_pem_pkcs8().unwrap())
}

#[test]
fn serves_over_tls_and_refuses_wrong_files() {
    let folder = std::env::temp_dir().join(format!("tamarack-service-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (chain, key) = certificate();
    let files = TlsFiles { certificates: folder.join("chain.pem"), key: folder.join("key.pem") };
    std::fs::write(&files.certificates, &chain).unwrap();
    std::fs::write(&files.key, &key).unwrap();
    let other = TlsFiles { key: folder.join("other.pem"), ..files.clone() };
    std::fs::write(&other.key, certificate().1).unwrap();

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let bind = |files: &TlsFiles| runtime.block_on(Server::bind("127.0.0.1:0", Some(files)));
    assert_eq!(bind(&other).err(), Some(StartError::CertificateKey));
    let none = TlsFiles { certificates: folder.join("none.pem"), ..files.clone() };
    assert_eq!(bind(&none).err(), Some(StartError::Certificate));

    let server = bind(&files).unwrap();
    let url = format!("https://localhost:{}", server.address().unwrap().port());
    let base = Base::new(Settings::new(BaseUrl::parse(&url).unwrap()));
    let routes = frame(Router::new().route("/", get(|| async { "hello" })), &base);
    let (stop, stopped) = oneshot::channel::<()>();
    let running = runtime.spawn(server.run(routes, async { drop(stopped.await) }));

    let root = Certificate::from_pem(&chain).unwrap();
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[root])).build();
    let agent: ureq::Agent = ureq::Agent::config_builder().tls_config(tls).build().into();
    let mut response = agent.get(&url).call().unwrap();
    assert_eq!(response.body_mut().read_to_string().unwrap(), "hello");
    assert!(response.headers().contains_key("strict-transport-security"));
    drop(stop);
    runtime.block_on(running).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}
