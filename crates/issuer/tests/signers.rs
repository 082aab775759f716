//! An issuer whose keys are elsewhere: in a token behind PKCS#11, or with a signer over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    dead_code,
    reason = "a test may stop at the first surprise; not every helper is used by every test"
)]

mod common;
mod service;
#[cfg(feature = "pkcs11")]
#[allow(unreachable_pub, reason = "others need it too")]
#[path = "../../testkit/src/softhsm.rs"]
mod softhsm;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use common::{Issuer, example, people};
use serde_json::{Value, json};
use service::{Service, free_port, offer_of};
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer as _};

/// A signer on this machine with one P-256 key. Its address.
fn serve(secret: SecretKey) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/sign", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                head.push(byte[0]);
            }
            let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap();
            let mut body = vec![0; length.parse().unwrap()];
            stream.read_exact(&mut body).unwrap();
            let body: Value = serde_json::from_slice(&body).unwrap();
            let message = base64url_decode(body["message"].as_str().unwrap()).unwrap();
            let signature = base64url_encode(&secret.sign(SignatureAlgorithm::Es256, &message).unwrap());
            let (status, body) = match head.contains("authorization: bearer token-canary") {
                true => ("200 OK", json!({"signature": signature}).to_string()),
                false => ("401 Unauthorized", "{}".to_owned()),
            };
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

/// Every file of a store, as one heap of bytes.
fn stored(issuer: &Issuer) -> Vec<u8> {
    let files = std::fs::read_dir(issuer.path("store")).unwrap();
    files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

fn contains(heap: &[u8], text: &str) -> bool {
    heap.windows(text.len()).any(|part| part == text.as_bytes())
}

/// Issues one credential and a batch, and has both checked against the DID document.
fn issues(issuer: &Issuer, run: &dyn Fn(&[&str]) -> String, suite: &str) {
    let claims = example("claims/person.json");
    let card = run(&["issue", "--type", "ontario-person", "--claims", &claims, "--suite", suite]);
    let csv = issuer.text(&format!("{suite}.csv"));
    std::fs::write(&csv, people(6, 100)).unwrap();
    let out = issuer.text(&format!("{suite}.ndjson"));
    run(&["batch", "--type", "ontario-person", "--csv", &csv, "--out", &out, "--suite", suite]);
    let lines = std::fs::read_to_string(&out).unwrap();
    assert_eq!(lines.lines().count(), 6);
    let document = run(&["did"]);
    for credential in lines.lines().chain([card.trim()]) {
        assert_signed(credential, &document);
    }
}

/// A type whose credentials are secured so. Its name.
fn type_of(issuer: &Issuer, run: &dyn Fn(&[&str]) -> String, suite: &str) -> String {
    let name = format!("card-{suite}");
    let text = std::fs::read(example("types/person-2.0.json")).unwrap();
    let mut document: Value = serde_json::from_slice(&text).unwrap();
    document["name"] = json!(name);
    document["suite"] = json!(suite);
    let schema = document["schema"]["file"].as_str().unwrap();
    std::fs::copy(example(&format!("types/{schema}")), issuer.path(schema)).unwrap();
    let file = issuer.text(&format!("{name}.json"));
    std::fs::write(&file, document.to_string()).unwrap();
    run(&["type", "add", &file]);
    name
}

/// Serves, and has a wallet fetch a card that the key elsewhere signs.
fn serves(issuer: &Issuer, run: &dyn Fn(&[&str]) -> String, suite: &str, variables: &[(&str, &str)]) {
    let name = type_of(issuer, run, suite);
    let service = Service::start_with(issuer, free_port(), &[], variables);
    let holder = SecretKey::generate(KeyType::P256).unwrap();
    let (link, tx_code) = offer_of(issuer, &name);
    let token = service.token(&link, &tx_code);
    let answer = service.ask_for(&name, 200, &token, &holder);
    let card = &answer["credentials"][0]["credential"];
    assert_eq!(card["proof"]["cryptosuite"], suite);
    assert_signed(&card.to_string(), &run(&["did"]));
    // Status lists are signed there too, by whichever key signs them.
    let list = card["credentialStatus"][0]["statusListCredential"].as_str().unwrap();
    let path = list.strip_prefix("https://id.ontario.example").unwrap();
    assert_eq!(service.send("GET", path, &[], "").0, 200);
    let log = service.stop();
    assert!(!log.contains("ERROR"), "{log}");
}

fn assert_signed(credential: &str, document: &str) {
    use tamarack::{CheckId, CheckResult, Evidence, EvidenceKind, Policy, Timestamp, verify};
    let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap();
    let now = Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap());
    let mut evidence = Evidence::none();
    let did = "did:web:id.ontario.example";
    evidence.insert(EvidenceKind::DidDocument, did, document.as_bytes().to_vec(), now);
    let verdict = verify(credential.as_bytes(), &Policy::insecure_trust_any_issuer(), &evidence, now).unwrap();
    let check = verdict.checks().iter().find(|check| check.id == CheckId::Proof).unwrap();
    assert_eq!(check.result, CheckResult::Pass, "{verdict:?}");
}

#[test]
fn a_signer_over_http_signs_for_the_issuer() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    let secret = SecretKey::generate(KeyType::P256).unwrap();
    let public = tamarack::json::to_string(&secret.public_key().to_jwk());
    let other = SecretKey::generate(KeyType::P256).unwrap();
    for (name, text) in [
        ("public.jwk", public.as_str()),
        ("other", other.public_key().to_multikey().as_str()),
        ("token", "token-canary\n"),
    ] {
        std::fs::write(issuer.path(name), text).unwrap();
    }
    let url = serve(secret);
    let import = ["key", "import", "--signer", &url, "--signer-key", "issuer-1"];
    let (file, other, token) = (issuer.text("public.jwk"), issuer.text("other"), issuer.text("token"));
    let said = issuer.fails(69, &[&import[..], &[file.as_str()]].concat());
    assert!(said.contains("[signer.refused]") && said.contains("401"), "{said}");
    let with_token = [&import[..], &["--signer-token", token.as_str()]].concat();
    let said = issuer.fails(69, &[&with_token[..], &[other.as_str(), "--lang", "fr"]].concat());
    assert!(said.contains("[signer.signature]") && said.contains("n’est pas une signature de cette clé"), "{said}");
    issuer.ok(&[&with_token[..], &[file.as_str()]].concat());
    let said = issuer.fails(64, &[&with_token[..], &[file.as_str()]].concat());
    assert!(said.contains("[key.known]"), "{said}");
    issues(&issuer, &|args| issuer.ok(args), "ecdsa-rdfc-2019");
    serves(&issuer, &|args| issuer.ok(args), "ecdsa-rdfc-2019", &[]);
    a_wallet_may_ask_again_when_the_signer_is_back(&issuer);
    let heap = stored(&issuer);
    assert!(!contains(&heap, "token-canary") && !contains(&heap, &url), "the store tells where the key is");
    // A signer that is gone is named, and nothing is issued.
    std::fs::remove_file(issuer.path("token")).unwrap();
    let before = issuer.records().len();
    let claims = example("claims/person.json");
    let args = ["issue", "--type", "ontario-person", "--claims", &claims, "--suite", "ecdsa-rdfc-2019"];
    let said = issuer.fails(69, &args);
    assert!(said.contains("[signer.file]"), "{said}");
    assert_eq!(issuer.records().len(), before);
}

/// A signer that does not sign is no reason to lose a code or to record what nobody has.
fn a_wallet_may_ask_again_when_the_signer_is_back(issuer: &Issuer) {
    let name = "card-ecdsa-rdfc-2019";
    let service = Service::start(issuer, free_port(), &[]);
    let holder = SecretKey::generate(KeyType::P256).unwrap();
    let (link, tx_code) = offer_of(issuer, name);
    let token = service.token(&link, &tx_code);
    let before = issuer.records().len();
    std::fs::rename(issuer.path("token"), issuer.path("away")).unwrap();
    let refused = service.ask_for(name, 500, &token, &holder);
    assert_eq!(refused["error"], "server_error");
    assert_eq!(issuer.records().len(), before);
    std::fs::rename(issuer.path("away"), issuer.path("token")).unwrap();
    let answer = service.ask_for(name, 200, &token, &holder);
    assert_signed(&answer["credentials"][0]["credential"].to_string(), &issuer.ok(&["did"]));
    assert_eq!(issuer.records().len(), before + 1);
    let log = service.stop();
    assert!(log.contains("key.signer_failed") && !log.contains("token-canary"), "{log}");
}

#[cfg(not(feature = "pkcs11"))]
#[test]
fn without_the_feature_a_device_is_refused_by_name() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    let args = ["key", "import", "--pkcs11", "module=/x.so,token=t,label=l", "--pin-file", "pin"];
    let said = issuer.fails(64, &args);
    assert!(said.contains("[signer.not_built]") && said.contains("--features pkcs11"), "{said}");
}

#[cfg(feature = "pkcs11")]
#[test]
fn a_token_signs_for_the_issuer() {
    use openssl::ec::{EcGroup, EcKey};
    use openssl::nid::Nid;
    use openssl::pkey::PKey;
    use softhsm::{PIN, SoftHsm, TOKEN};

    let Some(device) = SoftHsm::start().unwrap() else {
        eprintln!("UNSEEN: keys in devices, for SoftHSM 2 is not on this machine (Debian: apt-get install softhsm2)");
        return;
    };
    let elliptic =
        |curve| PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(curve).unwrap()).unwrap()).unwrap();
    let keys = [
        ("ed25519", PKey::generate_ed25519().unwrap(), "eddsa-rdfc-2022"),
        ("p256", elliptic(Nid::X9_62_PRIME256V1), "ecdsa-rdfc-2019"),
        ("p384", elliptic(Nid::SECP384R1), "ecdsa-jcs-2019"),
    ];
    for (at, (label, key, suite)) in keys.into_iter().enumerate() {
        let issuer = Issuer::empty();
        let command = |args: &[&str]| {
            let mut command = issuer.command(args);
            command.env("SOFTHSM2_CONF", device.settings());
            command
        };
        let run = |args: &[&str]| {
            let output = command(args).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success() && !said.contains(PIN), "{args:?}: {said}");
            String::from_utf8(output.stdout).unwrap()
        };
        run(&["init", "--did", "did:web:id.ontario.example", "--no-key"]);
        run(&["type", "add", &example("types/person-2.0.json")]);
        device.import(label, &format!("0{at}"), &key.private_key_to_pem_pkcs8().unwrap()).unwrap();
        let place = format!("module={},token={},label={label}", device.module(), TOKEN.replace(',', "%2C"));
        let pin = device.pin_file().to_string_lossy().into_owned();
        std::fs::write(issuer.path("wrong"), "0000-pin").unwrap();
        let output = command(&["key", "import", "--pkcs11", &place, "--pin-file", &issuer.text("wrong")]).output();
        let said = String::from_utf8(output.unwrap().stderr).unwrap();
        assert!(said.contains("[signer.pin]") && !said.contains("0000-pin"), "{said}");
        run(&["key", "import", "--pkcs11", &place, "--pin-file", &pin]);
        assert!(run(&["key", "list"]).to_ascii_lowercase().replace('-', "").contains(label));
        issues(&issuer, &run, suite);
        serves(&issuer, &run, suite, &[("SOFTHSM2_CONF", device.settings().to_str().unwrap())]);
        let heap = stored(&issuer);
        for canary in [PIN, device.module(), pin.as_str()] {
            assert!(!contains(&heap, canary), "{canary} is in the store");
        }
    }
}
