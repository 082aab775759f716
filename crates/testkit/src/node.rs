//! Other people's implementations, in JavaScript, run by Node: `crates/testkit/opponents`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Map, Value, json};
use tamarack::jsonld::{builtin_document, builtin_urls};

/// A running Node that answers requests, with the built-in contexts fed to it.
#[derive(Debug)]
pub struct Node {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Node {
    /// Starts it.
    ///
    /// # Errors
    /// Why it cannot be seen: no Node here, or its packages are not installed.
    pub fn start() -> Result<Self, String> {
        let folder = folder();
        if !folder.join("node_modules").is_dir() {
            return Err("their packages are not installed (cargo xtask test opponents installs them)".to_owned());
        }
        let mut child = Command::new("node")
            .arg("answer.mjs")
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("node: {error}"))?;
        let (requests, answers) = (child.stdin.take(), child.stdout.take());
        let answers = BufReader::new(answers.ok_or("node: no standard output")?);
        let mut node = Self { child, requests, answers };
        let documents: Map<String, Value> = builtin_urls()
            .filter_map(|url| Some((url.to_owned(), serde_json::from_str(builtin_document(url)?).ok()?)))
            .collect();
        node.ask(&json!({"do": "feed", "documents": documents}))?;
        Ok(node)
    }

    /// Asks for one thing; what is asked and answered is described in the folder's README.
    ///
    /// # Errors
    /// What the library says against it.
    pub fn ask(&mut self, request: &Value) -> Result<Value, String> {
        self.ask_serving(request, &mut |_| json!({"status": 404, "headers": {}, "body": ""}))
    }

    /// [`Self::ask`] for what needs a server meanwhile: `serve` gets `{url, method, headers, body}` of each request and gives
    /// `{status, headers, body}`.
    ///
    /// # Errors
    /// What the library says against it.
    pub fn ask_serving(&mut self, request: &Value, serve: &mut dyn FnMut(&Value) -> Value) -> Result<Value, String> {
        self.write(request)?;
        loop {
            let mut line = String::new();
            self.answers.read_line(&mut line).map_err(|error| format!("node: {error}"))?;
            let mut answer: Map<String, Value> =
                serde_json::from_str(&line).map_err(|error| format!("node: {error}"))?;
            if let Some(fetched) = answer.remove("fetch") {
                let served = serve(&fetched);
                self.write(&served)?;
                continue;
            }
            return match (answer.remove("ok"), answer.get("error").and_then(Value::as_str)) {
                (Some(ok), _) => Ok(ok),
                (None, why) => Err(why.unwrap_or("no answer").to_owned()),
            };
        }
    }

    fn write(&mut self, value: &Value) -> Result<(), String> {
        let requests = self.requests.as_mut().ok_or("node: stopped")?;
        writeln!(requests, "{value}").and_then(|()| requests.flush()).map_err(|error| format!("node: {error}"))
    }

    /// Whether the library verifies it: `request` without `do`.
    ///
    /// # Errors
    /// Why it does not.
    pub fn verify(&mut self, mut request: Value) -> Result<Value, String> {
        let object = request.as_object_mut().ok_or("not a request")?;
        object.insert("do".to_owned(), Value::from("verify"));
        let answer = self.ask(&request)?;
        match answer.get("verified") {
            Some(Value::Bool(true)) => Ok(answer),
            _ => Err(answer.get("error").map_or_else(|| "not verified".to_owned(), Value::to_string)),
        }
    }

    /// The median of `times` runs of a request, in microseconds.
    ///
    /// # Errors
    /// What the library says against it.
    pub fn time(&mut self, times: usize, request: &Value) -> Result<f64, String> {
        let answer = self.ask(&json!({"do": "time", "times": times, "request": request}))?;
        answer.as_f64().ok_or_else(|| "not a time".to_owned())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // The end of its input ends it.
        self.requests = None;
        let _ = self.child.wait();
    }
}

/// The folder of the scripts.
#[must_use]
pub fn folder() -> PathBuf {
    crate::repository().join("crates/testkit/opponents")
}
