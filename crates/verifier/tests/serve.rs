//! `tamarack-verifier serve` as a process: its files, its logs, its end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    dead_code,
    reason = "tests may stop at the first surprise; the wallet and the browser are those of the service's tests"
)]

#[path = "../../service/tests/verifier/browser.rs"]
mod browser;
#[path = "../../openid4vc/tests/common/certificates.rs"]
mod certificates;
#[path = "serve/openidconnect.rs"]
mod openidconnect;
#[path = "../../service/tests/verifier/phone.rs"]
mod phone;

use std::io::Read as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use browser::{Browser, Page, agent};
use phone::{CANARY, GOOD, Phone, issuer, now};
use tamarack::json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_tamarack-verifier");

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tamarack-serve-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        let trust = format!(
            r#"{{"version":1,"name":{{"en":"t","fr":"t"}},"issued":"2026-01-01T00:00:00Z","issuers":[{{
            "did":"{}","name":{{"en":"Ontario","fr":"Ontario"}},"types":["*"]}}]}}"#,
            issuer()
        );
        std::fs::write(path.join("trust.json"), trust).unwrap();
        Self(path)
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

fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/asks").join(name);
    path.to_str().unwrap().to_owned()
}

/// A free port. Another process may take it in between; then the test says so.
fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn serve(folder: &Folder, port: u16) -> Child {
    serve_with(folder, port, &[])
}

fn serve_with(folder: &Folder, port: u16, more: &[&str]) -> Child {
    serve_asks(folder, port, &[&example("age-19.json"), &example("counter.json")], more)
}

fn serve_asks(folder: &Folder, port: u16, asks: &[&str], more: &[&str]) -> Child {
    Command::new(PROGRAM)
        .args(["serve", "--log", "json", "--verbose", "--trust", &folder.path("trust.json")])
        .args(["--store", &folder.path("store")])
        .args(asks.iter().flat_map(|ask| ["--ask", ask]))
        .args(["--base-url", &format!("http://localhost:{port}"), "--listen", &format!("127.0.0.1:{port}")])
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn wait(url: &str) {
    let begun = Instant::now();
    while agent().get(format!("{url}/readyz")).call().map(|answer| answer.status().as_u16()).ok() != Some(200) {
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not start");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Ends it as a service manager does.
fn end(mut child: Child) -> (i32, String) {
    Command::new("kill").arg(child.id().to_string()).status().unwrap();
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    (child.wait().unwrap().code().unwrap(), log)
}

#[test]
#[cfg(unix)]
fn no_log_and_no_metric_tells_who_showed_what() {
    let folder = Folder::new("canary");
    // Both are held at once, so that they are not one and the same.
    let held = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let [port, inside] = held.each_ref().map(|one| one.local_addr().unwrap().port());
    drop(held);
    let (url, inside) = (format!("http://localhost:{port}"), format!("127.0.0.1:{inside}"));
    let server = serve_with(&folder, port, &["--metrics-listen", &inside]);
    wait(&url);
    let mut browser = Browser::new(&url);
    let path = browser.begin("counter");
    let link = browser.get(&path).attribute("href", "openid4vp:").replace("%2Fhere", "");
    let phone = Phone::with(&GOOD);
    let request = phone.open(&link).unwrap();
    assert_eq!(Phone::send(&phone.answer(&request)).status, 200);
    assert!(browser.get(&path).text.contains(CANARY));
    let token = std::fs::read_to_string(folder.0.join("store/api-token")).unwrap();
    let post = |body: &str| {
        let request = agent().post(format!("{url}/requests")).header("authorization", format!("Bearer {token}"));
        Page::of(request.header("content-type", "application/json").send(body).unwrap())
    };
    let begun = post(r#"{"ask":"age-19"}"#).json();
    assert_eq!(post(&format!(r#"{{"ask":"{CANARY}"}}"#)).status, 400);
    assert_eq!(browser.get(&format!("/{CANARY}?q={CANARY}")).status, 404);
    let metrics = Page::of(agent().get(format!("http://{inside}/metrics")).call().unwrap()).text;
    assert_eq!(Page::of(agent().get(format!("{url}/metrics")).call().unwrap()).status, 404);

    let (exit, log) = end(server);
    assert_eq!(exit, 0, "{log}");
    let lines: Vec<serde_json::Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let routes: Vec<&str> = lines.iter().filter_map(|line| line["route"].as_str()).collect();
    for route in ["/ask/{name}", "/r/{id}", "/w/{handle}", "/w/{handle}/response", "/requests", "none"] {
        assert!(routes.contains(&route), "{route} in {log}");
    }
    let id = path.trim_start_matches("/r/");
    let handle = link.split("%2Fw%2F").nth(1).unwrap().split('&').next().unwrap();
    let state = request.state.as_deref().unwrap();
    let (nonce, other) = (request.nonce.as_str(), begun["id"].as_str().unwrap());
    for canary in [CANARY, "Tremblay", "1987-06-05", id, handle, state, nonce, other, token.trim(), &issuer()] {
        assert!(!log.contains(canary), "{canary} in {log}");
        assert!(!metrics.contains(canary), "{canary} in {metrics}");
    }
    assert!(metrics.contains(r#"route="/r/{id}""#), "{metrics}");
}

#[test]
#[cfg(unix)]
fn the_folder_is_its_owners_alone_and_serves_again() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("folder");
    let port = port();
    let url = format!("http://localhost:{port}");
    let server = serve(&folder, port);
    wait(&url);
    let secrets =
        || ["api-token", "request-key.jwk"].map(|name| std::fs::read(folder.0.join("store").join(name)).unwrap());
    let before = secrets();
    for entry in std::fs::read_dir(folder.0.join("store")).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", entry.path());
    }
    let mut browser = Browser::new(&url);
    let path = browser.begin("age-19");
    assert_eq!(end(server).0, 0);
    let server = serve(&folder, port);
    wait(&url);
    assert_eq!(secrets(), before);
    assert!(browser.get(&path).text.contains("Waiting for your wallet."), "what was begun goes on");
    assert_eq!(end(server).0, 0);
}

fn refused(folder: &Folder, more: &[&str]) -> (i32, String) {
    let output: Output = Command::new(PROGRAM)
        .args(["--json", "serve", "--trust", &folder.path("trust.json"), "--store", &folder.path("store")])
        .args(more)
        .output()
        .unwrap();
    let said: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), said["error"]["code"].as_str().unwrap().to_owned())
}

/// The files of a key and its certificate for a host.
fn certified(folder: &Folder, authority: &certificates::Authority, host: &str) -> [String; 2] {
    let (key, header) = authority.issue(host, (-1, 30));
    let der = header.get("x5c").and_then(Value::as_array).unwrap()[0].as_str().unwrap().to_owned();
    let lines: Vec<&str> = der.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"));
    let paths = [folder.path(&format!("{host}.jwk")), folder.path(&format!("{host}.pem"))];
    std::fs::write(&paths[0], key.expose_jwk().as_bytes()).unwrap();
    std::fs::write(&paths[1], pem).unwrap();
    paths
}

#[test]
#[cfg(unix)]
fn a_certificate_names_the_server() {
    let folder = Folder::new("certificate");
    let authority = certificates::authority("An authority");
    let [key, chain] = certified(&folder, &authority, "localhost");
    for (more, prefix) in
        [(&[][..], "x509_hash%3A"), (&["--client-id", "x509_san_dns"][..], "x509_san_dns%3Alocalhost")]
    {
        let port = port();
        let url = format!("http://localhost:{port}");
        let server = serve_with(&folder, port, &[&["--key", &key, "--request-cert", &chain], more].concat());
        wait(&url);
        let mut browser = Browser::new(&url);
        let path = browser.begin("age-19");
        let link = browser.get(&path).attribute("href", "openid4vp:").replace("%2Fhere", "");
        assert!(link.contains(prefix), "{link}");
        let phone = Phone::with(&GOOD);
        let request = phone.open_trusting(&link, &[authority.der()]).unwrap().unwrap();
        assert_eq!(Phone::send(&phone.answer(&request)).status, 200);
        assert!(browser.get(&path).text.contains("Accepted"));
        assert_eq!(end(server).0, 0);
    }
    let [other_key, other_chain] = certified(&folder, &authority, "www.localhost");
    let age = example("age-19.json");
    let here = ["--ask", &age, "--base-url", "http://localhost:8099", "--listen", "127.0.0.1:0"];
    for (more, code) in [
        (vec!["--key", &key, "--request-cert", &age], "serve.request_certificate"),
        (vec!["--key", &other_key, "--request-cert", &chain], "serve.request_certificate_key"),
        (
            vec!["--key", &other_key, "--request-cert", &other_chain, "--client-id", "x509_san_dns"],
            "serve.request_certificate_host",
        ),
    ] {
        let more: Vec<&str> = here.into_iter().chain(more).collect();
        assert_eq!(refused(&folder, &more), (64, code.to_owned()), "{more:?}");
    }
    // In the reader's language, with the host.
    let said = Command::new(PROGRAM)
        .args(["--lang", "fr", "serve", "--trust", &folder.path("trust.json"), "--store", &folder.path("store")])
        .args(here)
        .args(["--key", &other_key, "--request-cert", &other_chain, "--client-id", "x509_san_dns"])
        .output()
        .unwrap();
    let said = String::from_utf8(said.stderr).unwrap();
    assert!(said.contains("ne nomme pas localhost parmi ses noms DNS"), "{said}");
}

#[test]
fn what_cannot_be_served_is_said_with_its_code() {
    let folder = Folder::new("refused");
    let age = example("age-19.json");
    let bad = folder.path("bad.json");
    std::fs::write(&bad, std::fs::read_to_string(&age).unwrap().replace("ageOver", "ageOvr")).unwrap();
    let short = folder.path("short");
    std::fs::write(&short, "guess-me").unwrap();
    let here = ["--base-url", "http://localhost:8099", "--listen", "127.0.0.1:0"];
    for (more, exit, code) in [
        (vec!["--ask", &age, "--base-url", "http://id.example"], 64, "serve.base_url"),
        (["--ask", &bad].into_iter().chain(here).collect(), 65, "ask.member_unknown"),
        (["--ask", &age, "--ask", &age].into_iter().chain(here).collect(), 65, "ask.name_twice"),
        (["--ask", &age, "--api-token", &short].into_iter().chain(here).collect(), 65, "serve.token_short"),
        (["--ask", &age, "--webhook-secret", &short].into_iter().chain(here).collect(), 65, "serve.secret_short"),
        (["--ask", &age, "--key-elsewhere", &short].into_iter().chain(here).collect(), 64, "signer.place"),
        (vec!["--ask", &age, "--base-url", "http://localhost:1", "--listen", "nowhere"], 64, "serve.listen"),
        (
            ["--ask", &age, "--tls-cert", &age, "--tls-key", &age].into_iter().chain(here).collect(),
            64,
            "serve.certificate",
        ),
    ] {
        assert_eq!(refused(&folder, &more), (exit, code.to_owned()), "{more:?}");
    }
}

#[test]
fn tables_are_made_and_kept_by_a_command() {
    let folder = Folder::new("migrate");
    let store = folder.path("store");
    let migrate = |more: &[&str]| -> Output {
        Command::new(PROGRAM).args(["migrate", "--store", &store]).args(more).env("LC_ALL", "C").output().unwrap()
    };
    let told: serde_json::Value = serde_json::from_slice(&migrate(&["--json"]).stdout).unwrap();
    let (from, to) = (told["tables"][0]["from"].as_i64().unwrap(), told["tables"][0]["to"].as_i64().unwrap());
    assert!(from == 0 && to > 0, "{told}");
    let said = String::from_utf8(migrate(&["--lang", "fr"]).stdout).unwrap();
    assert!(said.contains(&format!("déjà à la version {to}")), "{said}");
    let output = Command::new(PROGRAM).args(["migrate", "--database", "mysql://a/b"]).output().unwrap();
    assert_eq!(output.status.code(), Some(64), "{}", String::from_utf8_lossy(&output.stderr));
}
