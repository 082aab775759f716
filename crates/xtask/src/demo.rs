//! `cargo xtask demo`: the main job on files and SQLite, as a province, a resident and a store would see it.

#![allow(clippy::indexing_slicing, reason = "a JSON value asked for a member that is not there gives null")]

mod lottery;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::serve::Server;

/// One scene: what happens, what the verifier should say, and what it said.
struct Scene {
    title: &'static str,
    expected: &'static str,
    outcome: String,
    why: String,
}

/// Builds the programs, plays the scenes and prints the table.
///
/// # Errors
/// What could not be built or run, and every scene that came out otherwise than it should.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    println!("Tamarack demo: a province issues a photo card, a store verifies it.\n");
    println!("1. Building the three programs (the first time takes a few minutes) …");
    let status = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["build", "--quiet", "-p", "tamarack-issuer", "-p", "tamarack-verifier", "-p", "tamarack-wallet-cli"])
        .status()
        .map_err(|e| e.to_string())?;
    if !status.success() {
        return Err("the programs could not be built".to_owned());
    }
    let dir = std::env::temp_dir().join(format!("tamarack-demo-{}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(dir.join("public/.well-known")).map_err(|e| e.to_string())?;
    let result = Demo { root, dir: &dir }.play();
    if result.is_ok() {
        println!("\nThe files are in {}: look at them, or delete the folder.", dir.display());
    }
    result
}

struct Demo<'d> {
    root: &'d Path,
    dir: &'d Path,
}

impl Demo<'_> {
    fn play(&self) -> Result<(), String> {
        let server = Server::start(self.dir.join("public")).map_err(|e| e.to_string())?;
        let did = format!("did:web:localhost%3A{}", server.port());
        let base = format!("http://localhost:{}", server.port());

        println!("2. The province creates its keys and its DID: {did}");
        self.issuer("province", &["init", "--did", &did, "--status-base", &format!("{base}/status")])?;
        let person = self.root.join("examples/types/person-2.0.json");
        self.issuer("province", &["type", "add", path(&person)?])?;
        let document = self.issuer("province", &["did"])?;
        self.write("public/.well-known/did.json", &document)?;

        println!("3. It issues photo cards to two residents, and publishes its status lists.");
        let claims = self.root.join("examples/claims/person.json");
        let issue = ["issue", "--type", "ontario-person", "--claims", path(&claims)?];
        let card = self.issuer("province", &issue)?;
        let lost = self.issuer("province", &issue)?;
        self.write("card.json", &card)?;
        self.write("lost.json", &lost)?;
        let public = self.dir.join("public/status");
        self.issuer("province", &["status", "publish", "--out", path(&public)?])?;

        println!("4. A stranger issues a card that looks the same.");
        self.issuer("stranger", &["init", "--did", "did:key"])?;
        self.issuer("stranger", &["type", "add", path(&person)?])?;
        let forged = self.issuer("stranger", &issue)?;
        self.write("stranger.json", &forged)?;

        println!("5. The store writes down whom it trusts, and asks for an evidence bundle for its kiosk.");
        self.write("trust.json", trust_list(&did).as_bytes())?;
        self.write("tampered.json", &older(&card)?)?;

        let mut scenes = vec![
            self.scene("The resident shows the card", "accept", "card.json", &[])?,
            self.scene("Somebody changed the age on it", "reject", "tampered.json", &[])?,
            self.scene("A card by an unknown issuer", "reject", "stranger.json", &[])?,
        ];
        let id = id_of(&lost)?;
        self.issuer("province", &["revoke", &id])?;
        self.issuer("province", &["status", "publish", "--out", path(&public)?])?;
        scenes.push(self.scene("A card that was reported lost and revoked", "reject", "lost.json", &[])?);

        scenes.extend(self.lottery()?);

        let kiosk = self.verifier_ok(&["key", "new", "--out", path(&self.dir.join("kiosk.jwk"))?])?;
        let kiosk = String::from_utf8_lossy(&kiosk).trim().to_owned();
        let bundle = self.dir.join("evidence.bundle");
        let (card_file, trust) = (self.dir.join("card.json"), self.dir.join("trust.json"));
        self.verifier_ok(&[
            "bundle",
            "create",
            "--key",
            path(&self.dir.join("kiosk.jwk"))?,
            "--trust",
            path(&trust)?,
            "--out",
            path(&bundle)?,
            path(&card_file)?,
        ])?;
        fs::remove_dir_all(&public).map_err(|e| e.to_string())?;
        scenes.push(self.scene("The province's status list cannot be reached", "undetermined", "card.json", &[])?);
        drop(server);
        let scene = self.scene(
            "The kiosk without a network, with its bundle",
            "accept",
            "card.json",
            &["--offline", "--bundle", path(&bundle)?, "--bundle-signer", &kiosk],
        )?;
        scenes.push(scene);
        report(&scenes)
    }

    fn store(&self, who: &str) -> PathBuf {
        self.dir.join(who)
    }

    fn issuer(&self, who: &str, args: &[&str]) -> Result<Vec<u8>, String> {
        let mut command = Command::new(self.program("tamarack-issuer"));
        command.arg("--store").arg(self.store(who)).args(args).env("TAMARACK_PASSPHRASE", "demo only");
        let output = command.stdin(Stdio::null()).output().map_err(|e| e.to_string())?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(format!("tamarack-issuer {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr)))
    }

    fn verifier(&self, args: &[&str]) -> Result<std::process::Output, String> {
        Command::new(self.program("tamarack-verifier"))
            .args(args)
            .stdin(Stdio::null())
            .output()
            .map_err(|e| e.to_string())
    }

    fn verifier_ok(&self, args: &[&str]) -> Result<Vec<u8>, String> {
        let output = self.verifier(args)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(format!("tamarack-verifier {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr)))
    }

    fn program(&self, name: &str) -> PathBuf {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), PathBuf::from);
        target.join("debug").join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        fs::write(self.dir.join(name), bytes).map_err(|e| format!("{name}: {e}"))
    }

    /// Has the store verify a file, and reads the verdict.
    fn scene(&self, title: &'static str, expected: &'static str, file: &str, extra: &[&str]) -> Result<Scene, String> {
        let (trust, file) = (self.dir.join("trust.json"), self.dir.join(file));
        let mut args = vec!["verify", "--json", "--trust", path(&trust)?];
        args.extend(extra);
        args.push(path(&file)?);
        let output = self.verifier(&args)?;
        let verdict: serde_json::Value = serde_json::from_slice(&output.stdout)
            .map_err(|e| format!("{title}: {e}: {}", String::from_utf8_lossy(&output.stderr)))?;
        let outcome = verdict["outcome"].as_str().unwrap_or("?").to_owned();
        let checks = verdict["checks"].as_array().cloned().unwrap_or_default();
        let telling = checks
            .iter()
            .find(|check| check["result"] == "fail")
            .or_else(|| checks.iter().find(|check| check["result"] == "undetermined"));
        let why = match telling {
            Some(check) => {
                format!("{}: {}", check["id"].as_str().unwrap_or("?"), check["message"]["en"].as_str().unwrap_or("?"))
            }
            None => ages(&verdict),
        };
        Ok(Scene { title, expected, outcome, why })
    }
}

/// How old the evidence of an accepted verdict was.
fn ages(verdict: &serde_json::Value) -> String {
    let pieces = verdict["evidence"].as_array().cloned().unwrap_or_default();
    let oldest = pieces.iter().filter_map(|piece| piece["age_seconds"].as_i64()).max();
    match oldest {
        Some(age) => format!("all checks passed; {} pieces of evidence, the oldest {age} s old", pieces.len()),
        None => "all checks passed".to_owned(),
    }
}

fn trust_list(did: &str) -> String {
    format!(
        r#"{{
  "version": 1,
  "issued": "2026-01-01T00:00:00Z",
  "name": {{ "en": "Store's trust list", "fr": "Liste de confiance du magasin" }},
  "issuers": [
    {{ "did": "{did}", "name": {{ "en": "Province of Ontario (demo)", "fr": "Province de l’Ontario (démo)" }}, "types": ["*"] }}
  ]
}}
"#
    )
}

/// The card with its age claims turned round.
fn older(card: &[u8]) -> Result<Vec<u8>, String> {
    let mut value: serde_json::Value = serde_json::from_slice(card).map_err(|e| e.to_string())?;
    let claim = value.pointer_mut("/credentialSubject/ageOver19").ok_or("the card has no ageOver19")?;
    *claim = serde_json::Value::Bool(!claim.as_bool().unwrap_or_default());
    serde_json::to_vec_pretty(&value).map_err(|e| e.to_string())
}

fn id_of(credential: &[u8]) -> Result<String, String> {
    let value: serde_json::Value = serde_json::from_slice(credential).map_err(|e| e.to_string())?;
    value["id"].as_str().map(str::to_owned).ok_or_else(|| "the credential has no id".to_owned())
}

fn path(path: &Path) -> Result<&str, String> {
    path.to_str().ok_or_else(|| format!("{}: not UTF-8", path.display()))
}

fn report(scenes: &[Scene]) -> Result<(), String> {
    println!("\n{:<48} {:<13} Why", "What happens", "Verdict");
    println!("{}", "─".repeat(118));
    let mut wrong = Vec::new();
    for scene in scenes {
        let mark = match scene.outcome.as_str() {
            "accept" => "✓",
            "reject" => "✗",
            _ => "?",
        };
        println!("{:<48} {mark} {:<12} {}", scene.title, scene.outcome, scene.why);
        if scene.outcome != scene.expected {
            wrong.push(format!("“{}” should have come out as {}", scene.title, scene.expected));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}
