//! A throw-away token of SoftHSM 2: a device behind PKCS#11 in software, its objects in a temporary folder.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where Debian and others have the library.
const MODULES: [&str; 6] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];
/// The label of the token.
pub const TOKEN: &str = "province, eh";
/// The user's PIN, which must stand nowhere but in its file.
pub const PIN: &str = "8341-pin-canary";

/// A token, with its user's PIN in a file.
#[derive(Debug)]
pub struct SoftHsm {
    folder: tempfile::TempDir,
    module: &'static str,
}

impl SoftHsm {
    /// Makes a token; `None` if SoftHSM 2 is not on this machine.
    ///
    /// # Errors
    /// What the program or the file system says; that SoftHSM 2 is not here, if `TAMARACK_SOFTHSM` is `required`.
    pub fn start() -> io::Result<Option<Self>> {
        let module = MODULES.into_iter().find(|path| Path::new(path).exists());
        let tool = Command::new("softhsm2-util").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        let (Some(module), true) = (module, tool.is_ok_and(|status| status.success())) else {
            if std::env::var("TAMARACK_SOFTHSM").is_ok_and(|value| value == "required") {
                return Err(io::Error::other("SoftHSM 2 is required and not here"));
            }
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        let tokens = folder.path().join("tokens");
        std::fs::create_dir(&tokens)?;
        let settings = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
        std::fs::write(folder.path().join("softhsm2.conf"), settings)?;
        std::fs::write(folder.path().join("pin"), format!("{PIN}\n"))?;
        let made = Self { folder, module };
        made.util(&["--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", "so-pin-5678"])?;
        Ok(Some(made))
    }

    /// The value of `SOFTHSM2_CONF` with which the library finds the token.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.folder.path().join("softhsm2.conf")
    }

    /// The file with the PIN.
    #[must_use]
    pub fn pin_file(&self) -> PathBuf {
        self.folder.path().join("pin")
    }

    /// The library.
    #[must_use]
    pub const fn module(&self) -> &'static str {
        self.module
    }

    /// Puts a key pair into the token, given as PKCS#8 in PEM.
    ///
    /// # Errors
    /// What the program says.
    pub fn import(&self, label: &str, id: &str, pem: &[u8]) -> io::Result<()> {
        let file = self.folder.path().join("key.pem");
        std::fs::write(&file, pem)?;
        let path = file.to_string_lossy().into_owned();
        self.util(&["--import", &path, "--token", TOKEN, "--label", label, "--id", id, "--pin", PIN])?;
        std::fs::remove_file(file)
    }

    fn util(&self, args: &[&str]) -> io::Result<()> {
        let output = Command::new("softhsm2-util").args(args).env("SOFTHSM2_CONF", self.settings()).output()?;
        if output.status.success() {
            return Ok(());
        }
        Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}
