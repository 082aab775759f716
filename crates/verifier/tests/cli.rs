//! The program as its users meet it: both languages, exit codes, the shape of the JSON.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tamarack::Timestamp;
use tamarack::did::{DocumentBuilder, MethodForm, Relationship, did_key};
use tamarack::jose::{JwtForm, JwtOptions};
use tamarack::json;
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer as _};
use tamarack::proof::{SignOptions, Suite, sign};

/// A folder that goes away with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tamarack-verifier-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        std::fs::write(self.0.join(name), bytes).unwrap();
        self.path(name)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tamarack-verifier"));
    command.args(args).stdin(Stdio::null());
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "TAMARACK_PASSPHRASE"] {
        command.env_remove(name);
    }
    command
}

fn run(args: &[&str]) -> (i32, String, String) {
    read(&command(args).output().unwrap())
}

fn read(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn json_of(args: &[&str]) -> (i32, Value) {
    let (code, out, err) = run(args);
    assert_eq!(out.lines().count(), 1, "one line of JSON: {out} {err}");
    (code, serde_json::from_str(&out).unwrap())
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(KeyType::Ed25519, &[seed; 32]).unwrap()
}

fn issuer() -> String {
    did_key(key(1).public_key())
}

/// A small credential before it is signed.
fn unsigned(did: &str) -> json::Object<'static> {
    let text = format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"{did}",
            "validFrom":"2026-01-01T00:00:00Z","validUntil":"2026-12-31T00:00:00Z",
            "credentialSubject":{{"id":"did:example:subject","name":"Secret Name"}}}}"#
    );
    json::parse(text.as_bytes()).unwrap().as_object().unwrap().clone().into_owned()
}

/// A small signed credential of `did:key`.
fn credential() -> String {
    let did = issuer();
    signed(&did, &format!("{did}#{}", key(1).public_key().to_multikey()))
}

/// A small credential, signed with the first key under this name.
fn signed(did: &str, method: &str) -> String {
    let options = SignOptions {
        suite: Suite::EddsaJcs2022,
        verification_method: method.to_owned(),
        purpose: Relationship::AssertionMethod,
        created: Some(Timestamp::parse_stamp("2026-01-02T00:00:00Z").unwrap()),
        expires: None,
        challenge: None,
        domain: None,
        id: None,
        previous: Vec::new(),
        mandatory_pointers: Vec::new(),
    };
    let signed = sign(&unsigned(did), &options, &key(1), &Contexts::builtin()).unwrap();
    json::to_string(&json::Value::Object(signed))
}

/// The same credential as a JWT.
fn token() -> String {
    let did = issuer();
    let options = JwtOptions {
        form: JwtForm::V2,
        algorithm: SignatureAlgorithm::EdDsa,
        verification_method: format!("{did}#{}", key(1).public_key().to_multikey()),
        audience: None,
        nonce: None,
        purpose: Relationship::AssertionMethod,
    };
    tamarack::jose::sign(&unsigned(&did), &options, &key(1)).unwrap()
}

fn trust(did: &str) -> String {
    format!(
        r#"{{"version":1,"name":{{"en":"List","fr":"Liste"}},"issued":"2026-01-01T00:00:00Z","issuers":[
            {{"did":"{did}","name":{{"en":"Province","fr":"La Province"}},"types":["*"]}}]}}"#
    )
}

const AT: &str = "2026-06-01T12:00:00Z";

#[test]
fn accepts_a_credential_of_a_trusted_issuer() {
    let folder = Folder::new("accept");
    let (file, list) = (folder.write("c.json", credential()), folder.write("t.json", trust(&issuer())));
    let (code, verdict) = json_of(&["verify", "--json", "--offline", "--at", AT, "--trust", &list, &file]);
    assert_eq!((code, &verdict["outcome"]), (0, &Value::from("accept")), "{verdict}");
    assert_eq!(verdict["needs"], Value::Array(Vec::new()));
    for check in verdict["checks"].as_array().unwrap() {
        for member in ["id", "result", "code", "pointer"] {
            assert!(check.get(member).is_some(), "{member} in {check}");
        }
        for lang in ["en", "fr"] {
            assert!(!check["message"][lang].as_str().unwrap().is_empty(), "{check}");
        }
        assert!(["pass", "not_checked"].contains(&check["result"].as_str().unwrap()), "{check}");
    }
    for (lang, outcome, says) in [("en", "✓ ACCEPTED", "from Province ("), ("fr", "✓ ACCEPTÉ", "de La Province (")]
    {
        let (code, out, err) = run(&["verify", "--lang", lang, "--offline", "--at", AT, "--trust", &list, &file]);
        assert_eq!(code, 0);
        assert!(out.starts_with(outcome) && out.contains(says), "{out}");
        assert!(err.is_empty() && !out.contains('\u{1b}') && !out.contains("Secret Name"), "{out} {err}");
    }
}

#[test]
fn the_answer_is_not_buried() {
    let folder = Folder::new("short");
    let (file, list) = (folder.write("c.json", credential()), folder.write("t.json", trust(&issuer())));
    let verify = ["verify", "--offline", "--at", AT, "--trust", &list, &file];
    let (_, page, _) = run(&verify);
    assert!(page.contains("\n  Claims (names only): name\n") && !page.contains('→'), "{page}");
    assert!(!page.contains("without an id") && !page.contains("/credentialSubject"), "{page}");
    assert_eq!(page.matches("two such showings").count(), 1, "{page}");
    assert!(page.contains("Recipient") && !page.contains("Made for you"), "{page}");
    let (_, all, _) = run(&[&verify[..], &["--linkability"]].concat());
    assert!(all.contains("for certain") && all.contains('→') && all.len() > page.len(), "{all}");
    let (_, verdict) = json_of(&[&verify[..], &["--json"]].concat());
    assert!(verdict["proved"][0]["linkability"]["links"][0]["advice"]["fr"].is_string(), "{verdict}");
    let (_, french, _) = run(&[&verify[..], &["--lang", "fr"]].concat());
    assert!(
        french.contains("Renseignements (noms seulement)\u{a0}: name") && french.contains("Destinataire"),
        "{french}"
    );
}

#[test]
fn french_has_an_unbreakable_space_before_each_colon() {
    let folder = Folder::new("colons");
    let file = folder.write("c.json", credential());
    let (secret, bundle) = (folder.path("key.jwk"), folder.path("b.bundle"));
    let (_, signer, _) = run(&["key", "new", "--out", &secret]);
    let piece = folder.write("schema.json", "{}");
    let evidence = ["--evidence", "schema", "https://example.ca/s", &piece];
    let (code, _, err) = run(&[&["bundle", "create", "--key", &secret, "--out", &bundle][..], &evidence].concat());
    assert_eq!(code, 0, "{err}");
    let (_, shown, _) = run(&["bundle", "show", "--lang", "fr", "--bundle-signer", signer.trim(), &bundle]);
    assert!(shown.contains("Pièces contenues") && shown.contains("https://example.ca/s\u{a0}: il y a"), "{shown}");
    let (_, inspected, _) = run(&["inspect", "--lang", "fr", &file]);
    for page in [&shown, &inspected] {
        let bare = page.match_indices(": ").filter(|(at, _)| !page[..*at].ends_with('\u{a0}')).count();
        assert_eq!(bare, 0, "{page}");
    }
}

#[test]
fn limits_and_places_are_told_to_people() {
    let folder = Folder::new("limits");
    let large = vec![b' '; tamarack::limits::INPUT_BYTES + 1];
    let mut child = command(&["inspect", "--lang", "fr", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It stops reading behind the limit.
    let _ = child.stdin.take().unwrap().write_all(&large);
    let (code, _, err) = read(&child.wait_with_output().unwrap());
    assert!(code == 65 && err.contains("L’entrée standard dépasse 1 Mo"), "{err}");
    let deep = folder.write("deep.json", format!("{}1{}", "[".repeat(70), "]".repeat(70)));
    let (_, _, err) = run(&["inspect", "--lang", "fr", &deep]);
    assert!(err.contains("(profondeur > 64)"), "{err}");
    let (_, help, _) = run(&["completions", "--help", "--lang", "fr"]);
    assert!(help.contains("<(tamarack-verifier completions bash)"), "{help}");
}

#[test]
fn judges_a_jwt_like_any_other_credential() {
    let folder = Folder::new("jwt");
    let list = folder.write("t.json", trust(&issuer()));
    let file = folder.write("c.jwt", format!("{}\n", token()));
    let (code, verdict) = json_of(&["verify", "--json", "--offline", "--at", AT, "--trust", &list, &file]);
    assert_eq!((code, &verdict["outcome"]), (0, &Value::from("accept")), "{verdict}");
    let (code, out, err) = run(&["verify", "--offline", "--at", AT, "--trust", &list, &file]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.starts_with("✓ ACCEPTED") && out.contains("from Province (") && !out.contains("Secret Name"), "{out}");
    let (code, summary) = json_of(&["inspect", "--json", &file]);
    assert_eq!((code, &summary["format"], &summary["issuer"]), (0, &Value::from("JWT"), &Value::from(issuer())));

    let good = token();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    // Another first byte of the signature.
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let forged: String = signed.chars().chain(['.', first]).chain(signature.chars().skip(1)).collect();
    let (code, verdict) =
        json_of(&["verify", "--json", "--offline", "--at", AT, "--trust", &list, &folder.write("f.jwt", forged)]);
    assert_eq!((code, &verdict["outcome"]), (1, &Value::from("reject")), "{verdict}");
}

#[test]
fn without_a_trust_list_nothing_is_accepted() {
    let folder = Folder::new("untrusted");
    let file = folder.write("c.json", credential());
    let (code, verdict) = json_of(&["verify", "--json", "--offline", "--at", AT, &file]);
    assert_eq!((code, &verdict["outcome"]), (2, &Value::from("undetermined")), "{verdict}");
    let (code, out, err) = run(&["verify", "--insecure-trust-any-issuer", "--offline", "--at", AT, &file]);
    assert_eq!(code, 0, "{out}");
    assert!(err.contains("Any issuer"), "{err}");
    let list = folder.write("t.json", trust(&did_key(key(2).public_key())));
    let (code, verdict) = json_of(&["verify", "--json", "--offline", "--at", AT, "--trust", &list, &file]);
    assert_eq!((code, &verdict["outcome"]), (1, &Value::from("reject")), "{verdict}");
}

#[test]
fn rejects_and_says_why_in_the_language() {
    let folder = Folder::new("reject");
    let list = folder.write("t.json", trust(&issuer()));
    let tampered = folder.write("c.json", credential().replace("Secret Name", "Another Name"));
    for (lang, outcome, hint) in [("en", "✗ REJECTED", "✗ fail"), ("fr", "✗ REFUSÉ", "✗ échoué")] {
        let (code, out, _) = run(&["verify", "--lang", lang, "--offline", "--at", AT, "--trust", &list, &tampered]);
        assert_eq!(code, 1, "{out}");
        assert!(out.starts_with(outcome) && out.contains(hint), "{out}");
        assert!(out.contains("[proof.signature_invalid]") && !out.contains("Another Name"), "{out}");
    }
    let good = folder.write("g.json", credential());
    let late = ["verify", "--json", "--offline", "--at", "2027-06-01T12:00:00Z", "--trust", &list, &good];
    let (code, verdict) = json_of(&late);
    assert_eq!(code, 1);
    let expired = verdict["checks"].as_array().unwrap().iter().find(|check| check["result"] == "fail").unwrap();
    assert_eq!((&expired["id"], &expired["code"]), (&Value::from("validity"), &Value::from("validity.expired")));
}

#[test]
fn reads_standard_input() {
    let mut child = command(&["verify", "--json", "--offline", "--at", AT, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(credential().as_bytes()).unwrap();
    let (code, out, _) = read(&child.wait_with_output().unwrap());
    assert_eq!(code, 2);
    assert!(out.starts_with("{\"outcome\":\"undetermined\""), "{out}");
}

#[test]
fn what_is_no_credential_is_65_in_both_languages() {
    let folder = Folder::new("data");
    for (name, bytes) in [
        ("empty", &b""[..]),
        ("text", b"hello"),
        ("array", b"[]"),
        ("object", b"{\"a\":1}"),
        ("bytes", b"\xff\xfe"),
        ("cut", b"{\"a\":"),
    ] {
        let file = folder.write(name, bytes);
        let (code, out, err) = run(&["verify", "--offline", &file]);
        assert_eq!((code, out.as_str()), (65, ""), "{name}: {err}");
        assert!(err.starts_with("error:"), "{name}: {err}");
        let (code, error) = json_of(&["verify", "--json", "--offline", &file]);
        assert_eq!(code, 65);
        assert!(error["error"]["code"].is_string(), "{error}");
        for lang in ["en", "fr"] {
            assert!(!error["error"]["message"][lang].as_str().unwrap().is_empty(), "{error}");
        }
        let (code, _, err) = run(&["inspect", "--lang=fr", &file]);
        assert_eq!(code, 65, "{name}");
        assert!(err.starts_with("erreur\u{a0}:"), "{err}");
    }
    let large = folder.write("large", vec![b' '; tamarack::limits::INPUT_BYTES + 1]);
    assert_eq!(run(&["verify", &large]).0, 65);
}

#[test]
fn a_wrong_command_line_is_64() {
    let folder = Folder::new("usage");
    let file = folder.write("c.json", credential());
    for args in [
        &[][..],
        &["verifiy", &file],
        &["verify"],
        &["verify", &folder.path("missing.json")],
        &["verify", "--at", "yesterday", &file],
        &["verify", "--at", "2026-06-01T12:00:00", &file],
        &["verify", "--max-age", "1w", &file],
        &["verify", "--trust", "x", "--insecure-trust-any-issuer", &file],
        &["verify", "--bundle-signer", "did:key:z6Mk", &file],
        &["verify", "--evidence", "picture", "x", &file, &file],
        &["completions", "tcsh"],
        &["bundle"],
        &["did", "resolve"],
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, out.as_str()), (64, ""), "{args:?}: {err}");
        assert!(err.contains("error:") && err.contains("hint:"), "{args:?}: {err}");
        let output = command(args).env("LANG", "fr_CA.UTF-8").output().unwrap();
        let (code, _, err) = read(&output);
        assert_eq!(code, 64);
        assert!(err.contains("erreur\u{a0}:") && err.contains("conseil\u{a0}:"), "{args:?}: {err}");
        let (code, error) = json_of(&[args, &["--json"]].concat());
        assert_eq!(code, 64);
        assert!(error["error"]["message"]["fr"].is_string(), "{error}");
    }
}

#[test]
fn help_teaches_in_both_languages() {
    for (lang, words) in [
        ("en", ["Usage:", "Options:", "Examples:", "<FILE>", "Judge a credential"]),
        ("fr", ["Utilisation\u{a0}:", "Options\u{a0}:", "Exemples\u{a0}:", "<FICHIER>", "Juger un justificatif"]),
    ] {
        let (code, out, err) = run(&["verify", "--help", "--lang", lang]);
        assert_eq!((code, err.as_str()), (0, ""));
        for word in words {
            assert!(out.contains(word), "{word} in {out}");
        }
        if lang == "fr" {
            for english in ["Usage", "Print", "possible values", "default", "Arguments:"] {
                assert!(!out.contains(english), "{english} in {out}");
            }
        }
    }
    let (code, out, _) = run(&["--version"]);
    assert_eq!((code, out.trim()), (0, concat!("tamarack-verifier ", env!("CARGO_PKG_VERSION"))));
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, out, _) = run(&["completions", shell]);
        assert_eq!(code, 0);
        assert!(out.contains("insecure-trust-any-issuer"), "{shell}");
    }
}

#[test]
fn colour_only_where_it_is_wanted() {
    let folder = Folder::new("colour");
    let file = folder.write("c.json", credential());
    let args = ["verify", "--offline", "--at", AT, "--color", "always", &file];
    assert!(run(&args).1.contains("\u{1b}[1;33m?"));
    assert!(!run(&["verify", "--offline", "--at", AT, &file]).1.contains('\u{1b}'));
}

#[test]
fn inspect_shows_structure_and_no_values() {
    let folder = Folder::new("inspect");
    let file = folder.write("c.json", credential());
    let (code, summary) = json_of(&["inspect", "--json", &file]);
    assert_eq!((code, &summary["verified"], &summary["issuer"]), (0, &Value::Bool(false), &Value::from(issuer())));
    assert_eq!(summary["claims"], serde_json::json!(["name"]));
    assert_eq!(summary["proofs"][0]["type"], "eddsa-jcs-2022");
    let (_, out, _) = run(&["inspect", &file]);
    assert!(out.starts_with("? Nothing here was verified") && !out.contains("Secret Name"), "{out}");
    let hostile = credential().replace("did:example:subject", "did:example:\\u001b[31m\\u202e");
    let (code, out, _) = run(&["inspect", &folder.write("h.json", hostile)]);
    assert_eq!(code, 0);
    assert!(!out.contains('\u{1b}') && !out.contains('\u{202e}'), "{out}");
}

#[test]
fn resolves_computed_dids_and_says_what_is_unavailable() {
    let (code, out, _) = run(&["did", "resolve", &issuer()]);
    assert_eq!(code, 0);
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["id"], Value::from(issuer()));
    // Nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (code, error) = json_of(&["did", "resolve", "--json", &format!("did:web:localhost%3A{port}")]);
    assert_eq!((code, &error["error"]["code"]), (69, &Value::from("fetch.unreachable")), "{error}");
    for bad in ["not-a-did".to_owned(), format!("{}/^bar^/?query=`#key", issuer())] {
        assert_eq!(run(&["did", "resolve", &bad]).0, 65, "{bad}");
    }
}

#[test]
fn a_bundle_is_made_shown_and_used_offline() {
    let folder = Folder::new("bundle");
    let (file, list) = (folder.write("c.json", credential()), folder.write("t.json", trust(&issuer())));
    let (secret, bundle) = (folder.path("key.jwk"), folder.path("kiosk.bundle"));
    let (code, made, _) = run(&["key", "new", "--out", &secret]);
    let signer = made.trim();
    assert!(code == 0 && signer.starts_with("did:key:z6Mk"), "{made}");
    assert_eq!(run(&["key", "new", "--out", &secret]).0, 64, "a key is never overwritten");

    let piece = folder.write("schema.json", "{}");
    let evidence = ["--evidence", "schema", "https://example.ca/s", &piece];
    let create = ["bundle", "create", "--key", &secret, "--trust", &list, "--out", &bundle];
    let (code, _, err) = run(&[&create[..], &evidence, &[&file]].concat());
    assert_eq!(code, 0, "{err}");

    let (code, shown) = json_of(&["bundle", "show", "--json", "--bundle-signer", signer, &bundle]);
    assert_eq!((code, &shown["pieces"][0]["id"]), (0, &Value::from("https://example.ca/s")), "{shown}");
    assert_eq!(run(&["bundle", "show", "--bundle-signer", &issuer(), &bundle]).0, 65, "another signer");

    // The trust list inside counts only for whoever said whose bundle it must be.
    let (code, _, err) = run(&["verify", "--offline", "--bundle", &bundle, "--bundle-signer", signer, &file]);
    assert_eq!((code, err.as_str()), (0, ""));
    let (code, _, err) = run(&["verify", "--offline", "--bundle", &bundle, &file]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("warning:"), "{err}");
    let (code, _, _) = run(&["verify", "--offline", "--bundle", &bundle, "--trust", &list, &file]);
    assert_eq!(code, 0);

    let mut bytes = std::fs::read(&bundle).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
    let broken = folder.write("broken.bundle", bytes);
    assert_eq!(run(&["verify", "--offline", "--bundle", &broken, "--bundle-signer", signer, &file]).0, 65);
}

#[test]
fn the_did_documents_of_a_bundle_count_only_when_its_signer_is_named() {
    let folder = Folder::new("carrier");
    // The DID of a province, and a document with the key of whoever carries the bundle.
    let did = "did:web:id.example";
    let method = format!("{did}#key-1");
    let mut document = DocumentBuilder::new(did);
    document.add(&method, key(1).public_key(), MethodForm::Multikey, &[Relationship::AssertionMethod]);
    let document = json::to_string(&json::Value::Object(document.build().unwrap().to_json().clone()));
    let document = folder.write("did.json", document);
    let (file, list) = (folder.write("c.json", signed(did, &method)), folder.write("t.json", trust(did)));
    let (secret, bundle) = (folder.path("key.jwk"), folder.path("kiosk.bundle"));
    let (_, made, _) = run(&["key", "new", "--out", &secret]);
    let create = ["bundle", "create", "--offline", "--key", &secret, "--out", &bundle];
    let (code, _, err) = run(&[&create[..], &["--evidence", "did-document", did, &document]].concat());
    assert_eq!(code, 0, "{err}");

    let verify = ["verify", "--offline", "--trust", &list, "--bundle", &bundle];
    let (code, out, _) = run(&[&verify[..], &["--bundle-signer", made.trim(), &file]].concat());
    assert_eq!(code, 0, "{out}");
    for (lang, warning, says) in [
        ("en", "warning:", "its DID documents and its trust list are not used"),
        ("fr", "avertissement\u{a0}:", "ses documents DID et sa liste de confiance ne sont donc pas utilisés"),
    ] {
        let (code, out, err) = run(&[&verify[..], &["--lang", lang, &file]].concat());
        assert_eq!(code, 2, "{out}");
        assert!(err.contains(warning) && err.contains(says) && err.contains(made.trim()), "{err}");
    }
    let (_, verdict) = json_of(&[&verify[..], &["--json", &file]].concat());
    assert_eq!(verdict["needs"], serde_json::json!([{"kind": "did-document", "id": did}]), "{verdict}");
    // A document that the operator names is his own word.
    let own = ["--evidence", "did-document", did, &document];
    assert_eq!(run(&[&verify[..], &own, &[&file]].concat()).0, 0);
}

#[test]
fn the_header_of_a_bundle_does_not_steer_the_terminal() {
    let folder = Folder::new("header");
    for kid in ["did:key:z6Mk\\u001b]0;x\\u0007\\u202e", "did:web:id.example\\u001b[2J\\u2066"] {
        let header = format!(r#"{{"alg":"EdDSA","typ":"tamarack-bundle+jws","kid":"{kid}"}}"#);
        let bundle = format!("{}.e30.AAAA", tamarack::encoding::base64url_encode(header.as_bytes()));
        let bundle = folder.write("b.bundle", bundle);
        for lang in ["en", "fr"] {
            let (code, out, err) = run(&["bundle", "show", "--lang", lang, &bundle]);
            assert!([64, 65].contains(&code) && out.is_empty(), "{code} {out}");
            assert!(err.contains('\u{fffd}'), "the name is shown, cleaned: {err}");
            assert!(!err.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{2066}']), "{err:?}");
        }
    }
}

#[test]
fn a_bundle_is_whole_or_is_not_made() {
    let folder = Folder::new("whole");
    let secret = folder.path("key.jwk");
    run(&["key", "new", "--out", &secret]);
    let out = folder.path("b.bundle");
    let args = ["bundle", "create", "--key", &secret, "--out", &out, "--schema", "https://10.0.0.1/s", "--json"];
    let (code, error) = json_of(&args);
    assert_eq!((code, &error["error"]["code"]), (69, &Value::from("fetch.address")), "{error}");
    assert!(!Path::new(&out).exists());
}

#[test]
fn a_sealed_key_needs_its_passphrase() {
    let folder = Folder::new("sealed");
    let (sealed, out) = (folder.path("key.sealed"), folder.path("b.bundle"));
    let made = command(&["key", "new", "--seal", "--out", &sealed])
        .env("TAMARACK_PASSPHRASE", "four words are enough")
        .output();
    assert_eq!(read(&made.unwrap()).0, 0);
    let create = ["bundle", "create", "--key", &sealed, "--out", &out];
    let with = |passphrase: &str| read(&command(&create).env("TAMARACK_PASSPHRASE", passphrase).output().unwrap());
    assert_eq!(with("four words are wrong").0, 65);
    assert_eq!(with("").0, 64);
    assert_eq!(run(&create).0, 64, "nobody to ask");
    let passphrase = folder.write("p", "four words are enough\n");
    assert_eq!(run(&[&create[..], &["--passphrase-file", &passphrase]].concat()).0, 0);
}

#[test]
fn a_trust_list_in_plain_json_is_not_a_signed_one() {
    let folder = Folder::new("trust");
    let (file, list) = (folder.write("c.json", credential()), folder.write("t.json", trust(&issuer())));
    assert_eq!(run(&["verify", "--offline", "--trust", &list, "--trust-signer", &issuer(), &file]).0, 65);
    assert_eq!(run(&["verify", "--offline", "--trust", &file, &file]).0, 64, "a credential needs its signer named");
    let broken = folder.write("b.json", trust(&issuer()).replace("\"version\":1", "\"version\":2"));
    assert_eq!(run(&["verify", "--offline", "--trust", &broken, &file]).0, 65);
    for damaged in [String::new(), trust(&issuer()).split_at(40).0.to_owned(), format!("\u{feff}{}", trust(&issuer()))]
    {
        let damaged = folder.write("d.json", damaged);
        let (code, error) = json_of(&["verify", "--json", "--offline", "--trust", &damaged, &file]);
        assert_eq!((code, &error["error"]["code"]), (65, &Value::from("json.syntax")), "{error}");
    }
}

#[test]
fn what_was_scanned_is_put_together_and_read_as_the_credential() {
    use tamarack::qr;
    let folder = Folder::new("codes");
    let noise: String = (0..3_000_u64).map(|n| format!("{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    let credential = serde_json::json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
        "issuer": "did:web:id.ontario.example", "credentialSubject": {"name": noise},
    });
    let plain = folder.write("plain.json", credential.to_string());
    let mut codes = qr::write(credential.to_string().as_bytes(), qr::LARGEST).unwrap();
    assert!(codes.len() > 2);
    codes.reverse();
    let scanned = folder.write("codes.txt", format!("{}\r\n\r\n{}\n", codes[0], codes.join("\r\n")));
    let (code, of_codes, _) = run(&["inspect", &scanned]);
    let (_, of_plain, _) = run(&["inspect", &plain]);
    assert_eq!((code, &of_codes), (0, &of_plain));
    for (text, told) in [
        (codes[1..].join("\n"), format!("Still to be scanned: {}.", codes.len())),
        (format!("{}\nHC1:ABC", codes[0]), "Line 2 is not a QR code".to_owned()),
        (
            format!("{}\n{}", codes[0], qr::write(&noise.as_bytes()[..4_000], 970).unwrap()[0]),
            "line 2 belongs to another".to_owned(),
        ),
    ] {
        let (code, _, said) = run(&["verify", "--offline", &folder.write("bad.txt", text)]);
        assert!(code == 65 && said.contains(&told), "{told}: {said}");
    }
}

#[test]
fn another_version_of_a_did_document_is_not_made_up() {
    let key = SecretKey::generate(KeyType::Ed25519).unwrap();
    let did = did_key(key.public_key());
    assert_eq!(run(&["did", "resolve", &did]).0, 0);
    assert_eq!(run(&["did", "resolve", &format!("{did}?service=files#a")]).0, 0);
    for query in ["?versionId=1", "?a=b&versionTime=2021-05-10T17:00:00Z", "/path?versionId=2#key"] {
        let (code, out, said) = run(&["did", "resolve", &format!("{did}{query}")]);
        assert!(code == 65 && out.is_empty() && said.contains("FEATURE_NOT_SUPPORTED"), "{query}: {said}");
    }
}
