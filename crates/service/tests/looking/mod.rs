//! Pages looked at in Chromium and by axe, in both languages, on a desk and at 320 pixels, by keyboard alone: the scripts of
//! `testkit/opponents` look, a test has the server and says what is to be seen.
//!
//! Without Node, its packages (`cargo xtask test opponents` installs them) or Chromium a test says that it saw nothing; with
//! `TAMARACK_OPPONENTS=required` that is a failure. With `TAMARACK_PICTURES=folder` a picture of every page is left there.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// Languages times widths.
const TIMES: u64 = 4;

/// A script that looks at pages.
pub(crate) struct Look {
    script: Child,
    answers: ChildStdin,
    questions: Lines<BufReader<ChildStdout>>,
    end: Value,
}

impl Look {
    /// Starts it; the error is why pages cannot be seen here.
    pub(crate) fn start(script: &str, arguments: &[&str]) -> Result<Self, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit/opponents");
        if !folder.join("node_modules/axe-core").is_dir() {
            return Err("the packages are not installed (cargo xtask test opponents installs them)".to_owned());
        }
        let mut command = Command::new("node");
        command.arg(script).args(arguments).arg(chromium().ok_or("no Chromium on this machine")?);
        command.args(std::env::var_os("TAMARACK_PICTURES"));
        command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut script = command.spawn().map_err(|error| format!("node: {error}"))?;
        let (answers, questions) = (script.stdin.take().unwrap(), BufReader::new(script.stdout.take().unwrap()));
        Ok(Self { script, answers, questions: questions.lines(), end: Value::Null })
    }

    /// What the script needs next; nothing once it has seen all.
    pub(crate) fn question(&mut self) -> Option<Value> {
        let Some(line) = self.questions.next() else { panic!("the script ended early: {:?}", self.script.wait()) };
        let said: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if said["found"].is_array() {
            self.end = said;
            return None;
        }
        Some(said)
    }

    /// Answers a question.
    pub(crate) fn answer(&mut self, text: &str) {
        writeln!(self.answers, "{text}").unwrap();
    }

    /// Waits for the end: what is wrong with so many pages.
    pub(crate) fn found(mut self, pages: u64) -> Vec<String> {
        if self.end.is_null() {
            assert_eq!(self.question(), None);
        }
        self.script.wait().unwrap();
        assert_eq!(self.end["seen"].as_u64(), Some(pages * TIMES));
        self.end["found"].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
    }
}

/// Fails if anything is wrong, and if pages had to be seen and could not.
pub(crate) fn judge(found: Result<Vec<String>, String>) {
    match found {
        Ok(found) => assert!(found.is_empty(), "{}", found.join("\n")),
        Err(why) if std::env::var_os("TAMARACK_OPPONENTS").is_some_and(|value| value == "required") => panic!("{why}"),
        Err(why) => eprintln!("pages unseen: {why}"),
    }
}

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("TAMARACK_CHROMIUM").map(PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    named.into_iter().chain(usual).find(|path| path.exists())
}
