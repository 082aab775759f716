//! The three programs of this repository as processes on this machine: a province's service, a shop's, a resident's wallet.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tamarack_testkit::repository;

/// The program of this name. `cargo test --workspace` has built it beside this test; whoever runs this test alone has it built
/// now if it is not there.
pub(crate) fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    let path = folder.join(name).with_extension(std::env::consts::EXE_EXTENSION);
    if !path.exists() {
        let package = if name == "tamarack-wallet" { "tamarack-wallet-cli" } else { name };
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(repository()).args(["build", "--quiet", "-p", package]);
        // What cargo set for this test would have it build anew what looks at the environment.
        let set = |name: &str| name.starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR";
        for (name, _) in std::env::vars().filter(|(name, _)| set(name)) {
            cargo.env_remove(name);
        }
        if folder.file_name().is_some_and(|name| name == "release") {
            cargo.arg("--release");
        }
        assert!(cargo.status().unwrap().success(), "{name} cannot be built");
    }
    path
}

/// What a program said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

fn run(mut command: Command) -> Said {
    let output = command.stdin(Stdio::null()).env("LC_ALL", "C").output().unwrap();
    // French puts spaces where no line may break.
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace('\u{a0}', " ");
    Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// A free port. Another process may take it in between; then the service says so.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into()
}

/// A server that is ended with its test.
struct Server(Child);

impl Server {
    fn start(mut command: Command, log: &Path, url: &str) -> Self {
        let log = std::fs::File::create(log).unwrap();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let server = Self(child);
        let begun = Instant::now();
        while agent().get(format!("{url}/readyz")).call().map(|answer| answer.status().as_u16()).ok() != Some(200) {
            assert!(begun.elapsed() < Duration::from_secs(60), "{url} does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A type of the examples, under another name or secured in another way.
pub(crate) struct TypeOf {
    pub(crate) file: &'static str,
    pub(crate) name: &'static str,
    pub(crate) suite: &'static str,
}

/// The photo card as the examples have it.
pub(crate) const CARD: TypeOf = TypeOf { file: "person-2.0.json", name: "ontario-person", suite: "eddsa-rdfc-2022" };

/// An offer as a person gets it.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) link: String,
    pub(crate) by_value: String,
    pub(crate) tx_code: Option<String>,
}

/// A province: `tamarack-issuer serve`, with a key of each kind.
pub(crate) struct Province {
    folder: tempfile::TempDir,
    pub(crate) url: String,
    pub(crate) did: String,
    server: Option<Server>,
}

impl Province {
    /// Opens with these types, some of which a clerk must approve.
    pub(crate) fn open(types: &[TypeOf], approved: &[&str]) -> Self {
        Self::open_with(types, approved, &[])
    }

    /// Opens with more options of `serve`.
    pub(crate) fn open_with(types: &[TypeOf], approved: &[&str], more: &[&str]) -> Self {
        let port = free_port();
        let url = format!("http://localhost:{port}");
        Self::start(port, &url, &format!("did:web:localhost%3A{port}"), types, |_| {}, approved, more)
    }

    /// Opens behind a proxy that ends TLS: the world knows the service by `origin`. Its keys are known by themselves.
    pub(crate) fn behind(origin: &str, types: &[TypeOf]) -> Self {
        Self::behind_with(origin, types, &[])
    }

    /// The same with more options of `serve`.
    pub(crate) fn behind_with(origin: &str, types: &[TypeOf], more: &[&str]) -> Self {
        Self::start(free_port(), origin, "did:key", types, |_| {}, &[], more)
    }

    /// Opens at a port behind a proxy, under a base URL and a DID; `change` makes its types otherwise.
    pub(crate) fn below(
        port: u16,
        (base, did): (&str, &str),
        types: &[TypeOf],
        change: impl Fn(&mut Value),
        more: &[&str],
    ) -> Self {
        Self::start(port, base, did, types, change, &[], more)
    }

    fn start(
        port: u16,
        base: &str,
        did: &str,
        types: &[TypeOf],
        change: impl Fn(&mut Value),
        approved: &[&str],
        more: &[&str],
    ) -> Self {
        let (folder, url) = (tempfile::tempdir().unwrap(), format!("http://localhost:{port}"));
        let mut province = Self { folder, url, did: did.to_owned(), server: None };
        province.ok(&["init", "--did", did, "--status-base", &format!("{base}/status")]);
        for kind in ["P-256", "BLS12-381-G2"] {
            province.ok(&["key", "new", "--kind", kind]);
        }
        for of in types {
            let file = province.add_type(of, &change);
            province.ok(&["type", "add", &file]);
        }
        let listen = format!("127.0.0.1:{port}");
        let mut args = vec!["serve", "--base-url", base, "--listen", &listen, "--rate", "100000"];
        args.extend(approved.iter().flat_map(|name| ["--approve", name]));
        args.extend(more);
        province.server = Some(Server::start(province.command(&args), &province.path("log"), &province.url));
        province
    }

    /// The file of a type, with its schema beside it.
    fn add_type(&self, of: &TypeOf, change: impl Fn(&mut Value)) -> String {
        let examples = repository().join("examples/types");
        let mut document: Value = serde_json::from_slice(&std::fs::read(examples.join(of.file)).unwrap()).unwrap();
        document["name"] = json!(of.name);
        document["suite"] = json!(of.suite);
        if let Some(schema) = document["schema"]["file"].as_str() {
            std::fs::copy(examples.join(schema), self.path(schema)).unwrap();
        }
        change(&mut document);
        let file = self.path(&format!("{}.json", of.name));
        std::fs::write(&file, document.to_string()).unwrap();
        file.to_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program("tamarack-issuer"));
        command.env("TAMARACK_PASSPHRASE", "larch needles fall").env("LC_ALL", "C");
        command.arg("--store").arg(self.path("store")).args(args);
        command
    }

    /// Runs a command that must succeed, and gives what it wrote.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let said = run(self.command(args));
        assert_eq!(said.code, 0, "{args:?}: {}", said.err);
        said.out
    }

    pub(crate) fn offer(&self, of: &str, claims: &str, tx_code: bool) -> Offer {
        let claims = repository().join("examples/claims").join(claims);
        let mut args = vec!["offer", "--json", "--type", of, "--claims", claims.to_str().unwrap()];
        args.extend(tx_code.then_some("--tx-code"));
        let made: Value = serde_json::from_str(&self.ok(&args)).unwrap();
        let text = |name: &str| made[name].as_str().map(str::to_owned);
        Offer { link: text("link").unwrap(), by_value: text("linkByValue").unwrap(), tx_code: text("txCode") }
    }

    /// A link for somebody who will sign in. It says it all.
    pub(crate) fn offer_to_sign_in(&self, of: &str) -> String {
        let made: Value = serde_json::from_str(&self.ok(&["offer", "--json", "--type", of, "--sign-in"])).unwrap();
        made["linkByValue"].as_str().unwrap().to_owned()
    }
}

/// Whom a shop trusts.
pub(crate) fn trust_list(province: &Province) -> Value {
    json!({
        "version": 1, "name": {"en": "A list", "fr": "Une liste"}, "issued": "2026-01-01T00:00:00Z",
        "issuers": [{"did": province.did, "name": {"en": "Ontario", "fr": "Ontario"}, "types": ["*"]}],
    })
}

/// An ask with this query.
pub(crate) fn ask(name: &str, dcql: &Value) -> Value {
    let text = |text: &str| json!({"en": text, "fr": text});
    json!({
        "format": "tamarack-ask/1", "name": name, "verifier": {"en": "Lakeside Store", "fr": "Magasin du lac"},
        "title": text("A title"), "purpose": text("A purpose"), "dcql": dcql, "retention": "nothing",
    })
}

/// What a shop's program gets when it begins a request.
pub(crate) struct Begun {
    pub(crate) id: String,
    /// The link behind the QR code.
    pub(crate) wallet: String,
}

/// A relying party: `tamarack-verifier serve`.
pub(crate) struct Shop {
    folder: tempfile::TempDir,
    pub(crate) url: String,
    token: String,
    _server: Server,
}

impl Shop {
    pub(crate) fn open(province: &Province, asks: &[Value]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(path("trust.json"), trust_list(province).to_string()).unwrap();
        let port = free_port();
        let url = format!("http://localhost:{port}");
        let mut command = Command::new(program("tamarack-verifier"));
        command.env("LC_ALL", "C").args(["serve", "--trust", &path("trust.json"), "--store", &path("store")]);
        command.args(["--base-url", &url, "--listen", &format!("127.0.0.1:{port}")]);
        for (number, ask) in asks.iter().enumerate() {
            let file = path(&format!("ask-{number}.json"));
            std::fs::write(&file, ask.to_string()).unwrap();
            command.args(["--ask", &file]);
        }
        let server = Server::start(command, &folder.path().join("log"), &url);
        let token = std::fs::read_to_string(folder.path().join("store/api-token")).unwrap().trim().to_owned();
        Self { folder, url, token, _server: server }
    }

    /// Begins a request, as the shop's own program does.
    pub(crate) fn begin(&self, ask: &str) -> Begun {
        let bearer = format!("Bearer {}", self.token);
        let request = agent().post(format!("{}/requests", self.url)).header("authorization", bearer);
        let body = json!({"ask": ask}).to_string();
        let mut answer = request.header("content-type", "application/json").send(body).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        assert_eq!(answer.status().as_u16(), 201, "{text}");
        let begun: Value = serde_json::from_str(&text).unwrap();
        let text = |name: &str| begun[name].as_str().unwrap().to_owned();
        Begun { id: text("id"), wallet: text("wallet") }
    }

    /// How a request stands, and what came of it.
    pub(crate) fn read(&self, begun: &Begun) -> Value {
        let request = agent().get(format!("{}/requests/{}", self.url, begun.id));
        let mut answer = request.header("authorization", format!("Bearer {}", self.token)).call().unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }

    /// What the server wrote on its standard error.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }
}

/// A resident: `tamarack-wallet`, with a key (`me.jwk`).
pub(crate) struct Wallet(tempfile::TempDir);

impl Wallet {
    pub(crate) fn new() -> Self {
        let wallet = Self(tempfile::tempdir().unwrap());
        let made = wallet.run(&["key", "new", "--out", "me.jwk"]);
        assert_eq!(made.code, 0, "{}", made.err);
        wallet
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program("tamarack-wallet"));
        command.args(args).current_dir(self.0.path());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        run(self.command(args))
    }

    /// Takes up an offer with the wallet's key, and keeps the credential under a name.
    pub(crate) fn accept(&self, offer: &Offer, name: &str) {
        let mut args = vec!["offers", "accept", &offer.link, "--holder-key", "me.jwk", "--yes", "--out", name];
        args.extend(offer.tx_code.iter().flat_map(|code| ["--tx-code", code.as_str()]));
        let said = self.run(&args);
        assert_eq!(said.code, 0, "{name}: {}", said.err);
    }

    /// Answers a request with a credential and the wallet's key. The person has agreed.
    pub(crate) fn answer(&self, url: &str, credential: &str) -> Said {
        self.run(&["requests", "answer", url, "--credential", credential, "--holder-key", "me.jwk", "--yes"])
    }

    /// Runs a command at a terminal, where the person types this line.
    #[cfg(target_os = "linux")]
    pub(crate) fn at_a_terminal(&self, args: &[&str], line: &str) -> Said {
        let quoted: Vec<String> = args.iter().map(|arg| format!("'{}'", arg.replace('\'', "'\\''"))).collect();
        let command = format!("'{}' {}", program("tamarack-wallet").display(), quoted.join(" "));
        let mut script = Command::new("script");
        script.args(["--quiet", "--return", "--echo", "never", "--command", &command, "/dev/null"]);
        script.current_dir(self.0.path()).env("LC_ALL", "C").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = script.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        writeln!(stdin, "{line}").unwrap();
        let mut shown = String::new();
        child.stdout.take().unwrap().read_to_string(&mut shown).unwrap();
        let code = child.wait().unwrap().code().unwrap();
        Said { code, out: String::new(), err: shown.replace('\u{a0}', " ") }
    }
}
