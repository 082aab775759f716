//! A throw-away PostgreSQL server: its data in a temporary folder, reached by a socket in there alone, gone when dropped.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

/// How long the server may take to start.
const STARTING: Duration = Duration::from_secs(60);

/// A running server. Its one user is `tamarack`, who needs no password.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: tempfile::TempDir,
    owner: Option<(u32, u32)>,
    durable: bool,
    server: Child,
    databases: AtomicUsize,
}

/// The server that the tests of this process share, as long as one of them has it.
static SHARED: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());

impl Postgres {
    /// Starts a server with the newest programs of this machine; `None` if there are none.
    ///
    /// # Errors
    /// What the programs or the file system say; that there are none, if `TAMARACK_POSTGRES` is `required`.
    pub fn start() -> io::Result<Option<Self>> {
        Self::begin(true)
    }

    /// The server that the tests of this process share, each with databases of its own; `None` if this machine has no
    /// programs. It does not wait for the disk: a test that kills it starts its own.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn shared() -> io::Result<Option<Arc<Self>>> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = shared.upgrade() {
            return Ok(Some(server));
        }
        let server = Self::begin(false)?.map(Arc::new);
        *shared = server.as_ref().map_or_else(Weak::new, Arc::downgrade);
        Ok(server)
    }

    fn begin(durable: bool) -> io::Result<Option<Self>> {
        let Some(programs) = programs() else {
            if std::env::var("TAMARACK_POSTGRES").is_ok_and(|value| value == "required") {
                return Err(io::Error::other("PostgreSQL is required and not here"));
            }
            return Ok(None);
        };
        let folder = tempfile::Builder::new().prefix("pg").tempdir()?;
        // PostgreSQL refuses to run as root.
        let owner = if is_root(folder.path())? { Some(account()?) } else { None };
        let data = folder.path().join("data");
        std::fs::create_dir(&data)?;
        #[cfg(unix)]
        if let Some((user, group)) = owner {
            use std::os::unix::fs::{PermissionsExt as _, chown};
            chown(&data, Some(user), Some(group))?;
            chown(folder.path(), Some(user), Some(group))?;
            std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700))?;
        }
        let made = command(&programs.join("initdb"), owner)
            .args(["--username=tamarack", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"])
            .arg(&data)
            .stdout(Stdio::null())
            .output()?;
        if !made.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&made.stderr).into_owned()));
        }
        let server = serve(&programs, folder.path(), owner, durable)?;
        let mut started = Self { programs, folder, owner, durable, server, databases: AtomicUsize::new(0) };
        started.wait()?;
        Ok(Some(started))
    }

    /// Makes a database of its own for one test, and gives its address.
    ///
    /// # Errors
    /// What the programs say.
    pub fn database(&self, name: &str) -> io::Result<String> {
        let made = command(&self.programs.join("createdb"), self.owner)
            .args([OsStr::new("--username=tamarack"), OsStr::new("--host"), self.folder.path().as_os_str()])
            .arg(name)
            .output()?;
        if made.status.success() {
            Ok(format!("postgres://tamarack@localhost/{name}?host={}", self.folder.path().display()))
        } else {
            Err(io::Error::other(String::from_utf8_lossy(&made.stderr).into_owned()))
        }
    }

    /// Makes a database that no other test has, and gives its address.
    ///
    /// # Errors
    /// What the programs say.
    pub fn new_database(&self) -> io::Result<String> {
        self.database(&format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed)))
    }

    /// The number of its first process, from which the others come.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.server.id()
    }

    /// Kills the server as a power cut would, and starts it again.
    ///
    /// # Errors
    /// What the programs say.
    pub fn kill_and_restart(&mut self) -> io::Result<()> {
        self.kill()?;
        self.begin_again()
    }

    /// Kills the server as a power cut would.
    ///
    /// # Errors
    /// What the system says.
    pub fn kill(&mut self) -> io::Result<()> {
        self.server.kill()?;
        self.server.wait().map(|_| ())
    }

    /// Starts the server again that was killed.
    ///
    /// # Errors
    /// What the programs say.
    pub fn begin_again(&mut self) -> io::Result<()> {
        // The others of its processes notice, and hold the shared memory until they do.
        let begin = Instant::now();
        loop {
            self.server = serve(&self.programs, self.folder.path(), self.owner, self.durable)?;
            match self.wait() {
                Err(error) if begin.elapsed() > STARTING => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
                Ok(()) => return Ok(()),
            }
        }
    }

    fn wait(&mut self) -> io::Result<()> {
        let begin = Instant::now();
        loop {
            let asked = command(&self.programs.join("pg_isready"), self.owner)
                .arg("--quiet")
                .arg("--host")
                .arg(self.folder.path())
                .status()?;
            if asked.success() {
                return Ok(());
            }
            if self.server.try_wait()?.is_some() || begin.elapsed() > STARTING {
                return Err(io::Error::other("the server did not start"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn serve(programs: &Path, folder: &Path, owner: Option<(u32, u32)>, durable: bool) -> io::Result<Child> {
    // What was killed is to be back at once: from version 14, one call brings all its files to the disk, not one for each.
    let version =
        programs.parent().and_then(Path::file_name).and_then(OsStr::to_str).and_then(|name| name.parse().ok());
    let quick: &[&str] = match version {
        Some(14_u32..) => &["-c", "recovery_init_sync_method=syncfs"],
        _ => &[],
    };
    command(&programs.join("postgres"), owner)
        .args(quick)
        .args(["-c", if durable { "fsync=on" } else { "fsync=off" }])
        .arg("-D")
        .arg(folder.join("data"))
        .arg("-k")
        .arg(folder)
        .args(["-c", "listen_addresses=", "-c", "max_connections=400", "-c", "log_min_messages=panic"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

/// The programs of the newest version that is installed.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let version = |entry: &std::fs::DirEntry| entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
    let newest = versions.filter_map(Result::ok).max_by_key(version)?.path().join("bin");
    newest.join("initdb").is_file().then_some(newest)
}

#[cfg(unix)]
fn command(program: &Path, owner: Option<(u32, u32)>) -> Command {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new(program);
    command.env("LC_ALL", "C").current_dir("/");
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command
}

#[cfg(not(unix))]
fn command(program: &Path, _owner: Option<(u32, u32)>) -> Command {
    Command::new(program)
}

/// Whether this process is root, which is seen by whose the folders are that it makes.
#[cfg(unix)]
fn is_root(made: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(std::fs::metadata(made)?.uid() == 0)
}

#[cfg(not(unix))]
fn is_root(_made: &Path) -> io::Result<bool> {
    Ok(false)
}

/// The account `postgres`, or else `nobody`.
fn account() -> io::Result<(u32, u32)> {
    let accounts = std::fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        accounts.lines().find_map(|line| {
            let mut parts = line.split(':');
            let numbers = (parts.next() == Some(name)).then(|| (parts.nth(1), parts.next()))?;
            Some((numbers.0?.parse().ok()?, numbers.1?.parse().ok()?))
        })
    };
    find("postgres").or_else(|| find("nobody")).ok_or_else(|| io::Error::other("no account but root"))
}
