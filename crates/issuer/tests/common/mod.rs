//! The built program in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) struct Issuer {
    folder: tempfile::TempDir,
}

impl Issuer {
    /// A store with one Ed25519 key and the photo card's type.
    pub(crate) fn new(did: &str) -> Self {
        let issuer = Self { folder: tempfile::tempdir().unwrap() };
        issuer.ok(&["init", "--did", did, "--status-base", "https://id.ontario.example/status"]);
        issuer.ok(&["type", "add", &example("types/person-2.0.json")]);
        issuer
    }

    /// A folder without a store.
    #[allow(dead_code, reason = "not every test that shares this file begins with nothing")]
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    #[allow(dead_code, reason = "not every test that shares this file names a file")]
    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tamarack-issuer"));
        command.env("TAMARACK_PASSPHRASE", "larch needles fall").env("LC_ALL", "C");
        command.arg("--store").arg(self.path("store")).args(args);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs what must succeed, and gives its stdout.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs what must end with this exit code, and gives its stderr.
    pub(crate) fn fails(&self, code: i32, args: &[&str]) -> String {
        let output = self.run(args);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {stderr}");
        stderr
    }

    /// Every record, as `list --json` gives them.
    pub(crate) fn records(&self) -> Vec<serde_json::Value> {
        serde_json::from_str(&self.ok(&["list", "--json"])).unwrap()
    }
}

pub(crate) fn example(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(path).to_str().unwrap().to_owned()
}

/// A CSV file of photo cards; every `bad`-th row has no family name.
#[allow(dead_code, reason = "not every test that shares this file issues a batch")]
pub(crate) fn people(rows: usize, bad: usize) -> String {
    let mut csv = String::from("given_name,family_name,birth_date,card_number,street,city,province,postal_code\n");
    for row in 1..=rows {
        let family = if row % bad == 0 { String::new() } else { format!("Mélèze-{row}") };
        let day = row % 28 + 1;
        csv.push_str(&format!(
            "Zoé,{family},19{:02}-06-{day:02},0000-{:04}-{:03},{row} Larch Street,Larchville,ON,K9Z 0A1\n",
            row % 90 + 10,
            row % 10_000,
            row % 1_000,
        ));
    }
    csv
}
