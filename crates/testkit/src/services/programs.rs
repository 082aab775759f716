//! The programs, set up and run as an operator does it: by their commands, on a store of their own, as processes that can be
//! killed.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tamarack::keys::{KeyType, SecretKey};

use super::presenting::{ASK, CardIssuer, trust_list};
use super::{Done, Failed};
use crate::repository;

const API_KEY: &str = "the key of the program that makes offers";
const API_TOKEN: &str = "the-token-of-the-relying-partys-program";
/// How long a program may take until it works.
const STARTING: Duration = Duration::from_secs(60);

/// The folder of the built programs, and one for what they need.
pub(super) struct Place {
    pub(super) programs: PathBuf,
    pub(super) scratch: PathBuf,
}

/// Where a service keeps what it must not forget.
#[derive(Clone, Copy, Debug)]
pub(super) enum Store<'s> {
    /// Its own file.
    Sqlite,
    /// A database at this address.
    Postgres(&'s str),
}

/// The issuing service, in one process or several.
pub(super) struct Issuing {
    pub(super) url: String,
    pub(super) did: String,
    pub(super) api_key: &'static str,
    pub(super) claims: Value,
    pub(super) processes: Vec<Arc<Process>>,
    /// The command line up to the command.
    base: Base,
}

/// The relying party's service, in one process or several.
pub(super) struct Verifying {
    pub(super) url: String,
    pub(super) token: &'static str,
    pub(super) issuer: CardIssuer,
    pub(super) processes: Vec<Arc<Process>>,
    /// The SQLite file, if that is the store.
    pub(super) file: PathBuf,
}

/// How an issuing service is known to the world.
struct Known {
    url: String,
    did: String,
    status: String,
    with_schema: bool,
}

impl Issuing {
    pub(super) fn start(place: &Place, name: &str, store: Store<'_>, processes: usize) -> Done<Self> {
        let ports = free_ports(processes)?;
        let url = format!("http://127.0.0.1:{}", ports.first().copied().unwrap_or_default());
        let status = "https://id.ontario.example/status".to_owned();
        let known = Known { url, did: "did:web:id.ontario.example".to_owned(), status, with_schema: true };
        Self::start_as(place, name, store, &ports, known)
    }

    /// One process on SQLite, where verifiers on this machine find its DID document and its status lists.
    pub(super) fn start_to_be_found(place: &Place, name: &str) -> Done<Self> {
        let ports = free_ports(1)?;
        let port = ports.first().copied().unwrap_or_default();
        let url = format!("http://localhost:{port}");
        let (did, status) = (format!("did:web:localhost%3A{port}"), format!("{url}/status"));
        // The schema of the example is nowhere on this machine.
        Self::start_as(place, name, Store::Sqlite, &ports, Known { url, did, status, with_schema: false })
    }

    fn start_as(place: &Place, name: &str, store: Store<'_>, ports: &[u16], known: Known) -> Done<Self> {
        let Known { url, did, status, with_schema } = known;
        let folder = place.scratch.join(name);
        fs::create_dir_all(&folder)?;
        let mut base = Base { program: place.programs.join("tamarack-issuer"), args: Vec::new() };
        match store {
            Store::Sqlite => base.args.extend(["--store".to_owned(), text(&folder.join("store"))]),
            Store::Postgres(url) => base.args.extend(["--database".to_owned(), url.to_owned()]),
        }
        let example = |path: &str| repository().join("examples").join(path);
        base.ok(&["init", "--did", &did, "--status-base", &status])?;
        let mut of = text(&example("types/person-2.0.json"));
        if !with_schema {
            let mut document: Value = serde_json::from_slice(&fs::read(&of)?)?;
            document.as_object_mut().and_then(|members| members.remove("schema"));
            of = text(&folder.join("person.json"));
            fs::write(&of, document.to_string())?;
        }
        base.ok(&["type", "add", &of])?;
        let keys = folder.join("api-keys");
        fs::write(&keys, API_KEY)?;
        let run = |port: &u16| {
            let listen = format!("127.0.0.1:{port}");
            let args = ["serve", "--base-url", &url, "--listen", &listen, "--api-keys", &text(&keys), "--proxies", "1"];
            Process::start(base.with(&args), *port, &folder.join(format!("{port}.log")))
        };
        let processes = ports.iter().map(run).collect::<Done<_>>()?;
        let claims = serde_json::from_slice(&fs::read(example("claims/person.json"))?)?;
        Ok(Self { url, did, api_key: API_KEY, claims, processes, base })
    }

    /// Runs another command on the store.
    pub(super) fn command(&self, args: &[&str]) -> Done<String> {
        self.base.ok(args)
    }

    /// The SQLite file, if that is the store.
    pub(super) fn file(&self) -> PathBuf {
        Path::new(self.base.args.last().map_or("", String::as_str)).join("issuer.sqlite3")
    }
}

impl Verifying {
    pub(super) fn start(place: &Place, name: &str, store: Store<'_>, processes: usize) -> Done<Self> {
        let issuer = CardIssuer::new()?;
        let trusted = issuer.did();
        Self::start_trusting(place, name, store, processes, (issuer, &trusted))
    }

    /// With another issuer on its trust list than the one that makes cards beside it.
    pub(super) fn start_trusting(
        place: &Place,
        name: &str,
        store: Store<'_>,
        processes: usize,
        (issuer, trusted): (CardIssuer, &str),
    ) -> Done<Self> {
        let folder = place.scratch.join(name);
        fs::create_dir_all(&folder)?;
        let write = |name: &str, content: &str| -> Done<String> {
            fs::write(folder.join(name), content)?;
            Ok(text(&folder.join(name)))
        };
        let ask = write("ask.json", ASK)?;
        let trust = write("trust.json", &trust_list(trusted))?;
        let token = write("api-token", API_TOKEN)?;
        let key = write("key.jwk", &SecretKey::generate(KeyType::P256)?.expose_jwk())?;
        let database = folder.join("store");
        let base = Base { program: place.programs.join("tamarack-verifier"), args: Vec::new() };
        let ports = free_ports(processes)?;
        let url = format!("http://127.0.0.1:{}", ports.first().copied().unwrap_or_default());
        let run = |port: &u16| {
            let listen = format!("127.0.0.1:{port}");
            let (option, at) = match store {
                Store::Sqlite => ("--store", text(&database)),
                Store::Postgres(url) => ("--database", url.to_owned()),
            };
            let args = [
                &["serve", "--base-url", &url, "--listen", &listen, "--ask", &ask, "--trust", &trust][..],
                &["--api-token", &token, "--key", &key, "--proxies", "1", option, &at],
            ];
            Process::start(base.with(&args.concat()), *port, &folder.join(format!("{port}.log")))
        };
        let processes = ports.iter().map(run).collect::<Done<_>>()?;
        Ok(Self { url, token: API_TOKEN, issuer, processes, file: database.join("verifier.sqlite") })
    }
}

/// The ports of processes.
pub(super) fn ports(processes: &[Arc<Process>]) -> Vec<u16> {
    processes.iter().map(|process| process.port).collect()
}

struct Base {
    program: PathBuf,
    args: Vec<String>,
}

impl Base {
    /// The whole command line.
    fn with(&self, args: &[&str]) -> Vec<String> {
        let more = args.iter().map(|arg| (*arg).to_owned());
        [text(&self.program)].into_iter().chain(self.args.iter().cloned()).chain(more).collect()
    }

    /// Runs what must succeed, and gives what it says.
    fn ok(&self, args: &[&str]) -> Done<String> {
        let output = command(&self.with(args)).output()?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(Failed::wrong(format!("{}: {said}", args.join(" "))))
    }
}

fn command(words: &[String]) -> Command {
    let mut words = words.iter();
    let mut command = Command::new(words.next().map_or("", String::as_str));
    command.args(words).env("TAMARACK_PASSPHRASE", "larch needles fall").env("LC_ALL", "C").stdin(Stdio::null());
    command
}

/// A process of a service. It is killed when dropped.
pub(super) struct Process {
    words: Vec<String>,
    log: PathBuf,
    pub(super) port: u16,
    child: Mutex<Child>,
}

impl Process {
    pub(super) fn start(words: Vec<String>, port: u16, log: &Path) -> Done<Arc<Self>> {
        let child = Mutex::new(spawn(&words, log)?);
        let process = Arc::new(Self { words, log: log.to_owned(), port, child });
        process.wait_until_ready(STARTING)?;
        Ok(process)
    }

    /// Its number.
    pub(super) fn pid(&self) -> u32 {
        self.child.lock().unwrap_or_else(PoisonError::into_inner).id()
    }

    /// Kills it as a power cut would, and begins it again at once, as a supervisor does. Says whether it had died by itself.
    pub(super) fn kill_and_restart(&self) -> Done<bool> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let died = child.try_wait()?.is_some();
        child.kill()?;
        child.wait()?;
        *child = spawn(&self.words, &self.log)?;
        Ok(died)
    }

    /// Whether it runs.
    pub(super) fn lives(&self) -> bool {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.try_wait().is_ok_and(|ended| ended.is_none())
    }

    /// Whether it says that it can work.
    pub(super) fn is_ready(&self) -> bool {
        ready(self.port).unwrap_or(false)
    }

    /// Waits until it says so. Gives how long that took.
    pub(super) fn wait_until_ready(&self, longest: Duration) -> Done<Duration> {
        let begin = Instant::now();
        while !self.is_ready() {
            if begin.elapsed() > longest {
                let log = fs::read_to_string(&self.log).unwrap_or_default();
                let end: Vec<&str> = log.lines().rev().take(5).collect();
                return Err(Failed::wrong(format!("{}: not ready: {}", self.words.join(" "), end.join(" | "))));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(begin.elapsed())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn spawn(words: &[String], log: &Path) -> Done<Child> {
    let log: File = OpenOptions::new().create(true).append(true).open(log)?;
    Ok(command(words).stdout(Stdio::null()).stderr(log).spawn()?)
}

/// Asks `/readyz`, as a balancer's probe does: no answer in time is a no.
fn ready(port: u16) -> std::io::Result<bool> {
    let probe = Duration::from_secs(4);
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from(([127, 0, 0, 1], port)), probe)?;
    stream.set_read_timeout(Some(probe))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: id.example\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}

pub(super) fn free_ports(many: usize) -> Done<Vec<u16>> {
    let held: Vec<TcpListener> =
        (0..many).map(|_| TcpListener::bind(("127.0.0.1", 0))).collect::<std::io::Result<_>>()?;
    Ok(held.iter().map(|held| held.local_addr().map(|at| at.port())).collect::<std::io::Result<_>>()?)
}

pub(super) fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
