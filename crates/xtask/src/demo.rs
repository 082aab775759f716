//! `cargo xtask demo`: the main job as a province, a resident and a store would see it; first on files, then over HTTP.

#![allow(clippy::indexing_slicing, reason = "a JSON value asked for a member that is not there gives null")]

mod consent;
mod consultation;
mod http;
mod lottery;
mod scene;
mod services;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use scene::{Scene, report, telling};

use crate::Failure;
use crate::serve::Server;
use crate::shell;

pub(crate) const HELP: &str = "cargo xtask demo [--lang en|fr] [--no-wait]
      Builds the three programs and plays the main job. On files: a province issues a photo card, a store verifies it;
      tampered, revoked, of an unknown issuer, without the status list, and offline. A resident shows a lottery clerk that
      she is old enough, and nothing else, and answers a town under a pseudonym. Over HTTP: both services on SQLite, and a
      wallet from offer to verdict, with its consent screen; their pages then stay up until Ctrl-C, unless standard
      output is no terminal or --no-wait is there.";

/// The language of the demo.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lang {
    En,
    Fr,
}

impl Lang {
    const fn of<'t>(self, en: &'t str, fr: &'t str) -> &'t str {
        match self {
            Self::En => en,
            Self::Fr => fr,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }
}

/// Builds the programs, plays the scenes and prints the tables.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let (mut lang, mut wait) = (Lang::En, std::io::IsTerminal::is_terminal(&std::io::stdout()));
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        match (*argument, left.as_slice().first().copied()) {
            ("--no-wait", _) => wait = false,
            ("--lang", Some(name @ ("en" | "fr"))) => {
                lang = if name == "fr" { Lang::Fr } else { Lang::En };
                left.next();
            }
            _ => return Err(Failure::Usage),
        }
    }
    demo(&shell::root(), lang, wait).map_err(Failure::Because)
}

fn demo(root: &Path, lang: Lang, wait: bool) -> Result<(), String> {
    println!(
        "{}\n",
        lang.of(
            "Tamarack demo: a province issues a photo card, a store verifies it.",
            "Démonstration de Tamarack : une province délivre une carte-photo, un magasin la vérifie."
        )
    );
    println!(
        "{}",
        lang.of(
            "1. Building the three programs (the first time takes a few minutes) …",
            "1. Compilation des trois programmes (quelques minutes la première fois)…"
        )
    );
    let packages = ["-p", "tamarack-issuer", "-p", "tamarack-verifier", "-p", "tamarack-wallet-cli"];
    shell::run(shell::cargo(&[&["build", "--quiet"], &packages[..]].concat()))?;
    let dir = std::env::temp_dir().join(format!("tamarack-demo-{}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(dir.join("public/.well-known")).map_err(|e| e.to_string())?;
    let demo = Demo { root, dir: &dir, lang };
    demo.files()?;
    let running = demo.services()?;
    let (en, fr) = (
        "The files are in {}: look at them, or delete the folder.",
        "Les fichiers sont dans {} : regardez-les, ou supprimez ce dossier.",
    );
    println!("\n{}", lang.of(en, fr).replace("{}", &dir.display().to_string()));
    if wait { running.wait(&demo) } else { Ok(()) }
}

struct Demo<'d> {
    root: &'d Path,
    dir: &'d Path,
    lang: Lang,
}

impl Demo<'_> {
    /// What can be done with files alone.
    fn files(&self) -> Result<(), String> {
        let server = Server::start(self.dir.join("public")).map_err(|e| e.to_string())?;
        let did = format!("did:web:localhost%3A{}", server.port());
        let base = format!("http://localhost:{}", server.port());

        self.say("2. The province creates its keys and its DID.", "2. La province crée ses clés et son DID.");
        self.issuer("province", &["init", "--did", &did, "--status-base", &format!("{base}/status")])?;
        let person = self.root.join("examples/types/person-2.0.json");
        self.issuer("province", &["type", "add", path(&person)?])?;
        let document = self.issuer("province", &["did"])?;
        self.write("public/.well-known/did.json", &document)?;

        self.say(
            "3. It issues photo cards to two residents, and publishes its status lists.",
            "3. Elle délivre une carte-photo à deux personnes et publie ses listes de statuts.",
        );
        let claims = self.root.join("examples/claims/person.json");
        let issue = ["issue", "--type", "ontario-person", "--claims", path(&claims)?];
        let card = self.issuer("province", &issue)?;
        let lost = self.issuer("province", &issue)?;
        self.write("card.json", &card)?;
        self.write("lost.json", &lost)?;
        let public = self.dir.join("public/status");
        self.issuer("province", &["status", "publish", "--out", path(&public)?])?;

        self.say(
            "4. A stranger issues a card that looks the same.",
            "4. Quelqu’un d’autre délivre une carte d’apparence identique.",
        );
        self.issuer("stranger", &["init", "--did", "did:key"])?;
        self.issuer("stranger", &["type", "add", path(&person)?])?;
        let forged = self.issuer("stranger", &issue)?;
        self.write("stranger.json", &forged)?;

        self.say(
            "5. The store writes down whom it trusts, and asks for an evidence bundle for its kiosk.",
            "5. Le magasin note à qui il fait confiance et demande un lot de preuves pour sa borne.",
        );
        self.write("trust.json", trust_list(&did).as_bytes())?;
        self.write("tampered.json", &older(&card)?)?;

        let mut scenes = vec![
            self.scene(("The resident shows the card", "La titulaire montre la carte"), "accept", "card.json", &[])?,
            self.scene(
                ("Somebody changed the age on it", "Quelqu’un y a changé l’âge"),
                "reject",
                "tampered.json",
                &[],
            )?,
            self.scene(
                ("A card by an unknown issuer", "Une carte d’un émetteur inconnu"),
                "reject",
                "stranger.json",
                &[],
            )?,
        ];
        let id = id_of(&lost)?;
        self.issuer("province", &["revoke", &id])?;
        self.issuer("province", &["status", "publish", "--out", path(&public)?])?;
        let revoked = ("A card that was reported lost and revoked", "Une carte déclarée perdue, puis révoquée");
        scenes.push(self.scene(revoked, "reject", "lost.json", &[])?);

        scenes.extend(self.lottery()?);
        scenes.extend(self.consultation()?);

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
        let unreachable =
            ("The province's status list cannot be reached", "La liste de statuts de la province est hors d’atteinte");
        scenes.push(self.scene(unreachable, "undetermined", "card.json", &[])?);
        drop(server);
        let scene = self.scene(
            ("The kiosk without a network, with its bundle", "La borne sans réseau, avec son lot de preuves"),
            "accept",
            "card.json",
            &["--offline", "--bundle", path(&bundle)?, "--bundle-signer", &kiosk],
        )?;
        scenes.push(scene);
        report(&scenes, self.lang)
    }

    /// Tells the next step.
    fn say(&self, en: &str, fr: &str) {
        println!("{}", self.lang.of(en, fr));
    }

    fn store(&self, who: &str) -> PathBuf {
        self.dir.join(who)
    }

    /// The issuer's program on a store.
    fn issuer_command(&self, who: &str, args: &[&str]) -> Command {
        let mut command = Command::new(self.program("tamarack-issuer"));
        command.arg("--store").arg(self.store(who)).args(args).env("TAMARACK_PASSPHRASE", "demo only");
        command.args(["--lang", self.lang.name()]).stdin(Stdio::null());
        command
    }

    fn issuer(&self, who: &str, args: &[&str]) -> Result<Vec<u8>, String> {
        good("tamarack-issuer", args, self.issuer_command(who, args))
    }

    fn verifier(&self, args: &[&str]) -> Result<Output, String> {
        let mut command = Command::new(self.program("tamarack-verifier"));
        command.args(args).args(["--lang", self.lang.name()]).stdin(Stdio::null());
        command.output().map_err(|e| e.to_string())
    }

    fn verifier_ok(&self, args: &[&str]) -> Result<Vec<u8>, String> {
        let mut command = Command::new(self.program("tamarack-verifier"));
        command.args(args).stdin(Stdio::null());
        good("tamarack-verifier", args, command)
    }

    fn program(&self, name: &str) -> PathBuf {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), PathBuf::from);
        target.join("debug").join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        fs::write(self.dir.join(name), bytes).map_err(|e| format!("{name}: {e}"))
    }

    /// Has the store verify a file, and reads the verdict.
    fn scene(
        &self,
        (en, fr): (&str, &str),
        expected: &'static str,
        file: &str,
        extra: &[&str],
    ) -> Result<Scene, String> {
        let title = self.lang.of(en, fr).to_owned();
        let (trust, file) = (self.dir.join("trust.json"), self.dir.join(file));
        let mut args = vec!["verify", "--json", "--trust", path(&trust)?];
        args.extend(extra);
        args.push(path(&file)?);
        let output = self.verifier(&args)?;
        let verdict: serde_json::Value = serde_json::from_slice(&output.stdout)
            .map_err(|e| format!("{title}: {e}: {}", String::from_utf8_lossy(&output.stderr)))?;
        let outcome = verdict["outcome"].as_str().unwrap_or("?").to_owned();
        let why = telling(&verdict["checks"], self.lang).unwrap_or_else(|| self.ages(&verdict));
        Ok(Scene { title, expected, outcome, why })
    }

    /// How old the evidence of an accepted verdict was.
    fn ages(&self, verdict: &serde_json::Value) -> String {
        let pieces = verdict["evidence"].as_array().cloned().unwrap_or_default();
        let oldest = pieces.iter().filter_map(|piece| piece["age_seconds"].as_i64()).max();
        match (oldest, self.lang) {
            (Some(age), Lang::En) => {
                format!("All checks passed; pieces of evidence: {}, none older than {} s.", pieces.len(), age.max(1))
            }
            (Some(age), Lang::Fr) => format!(
                "Toutes les vérifications ont réussi; éléments de preuve : {}, vieux de {} s au plus.",
                pieces.len(),
                age.max(1)
            ),
            (None, lang) => lang.of("All checks passed.", "Toutes les vérifications ont réussi.").to_owned(),
        }
    }
}

/// The output of a command that must succeed.
fn good(name: &str, args: &[&str], mut command: Command) -> Result<Vec<u8>, String> {
    let output = command.output().map_err(|e| e.to_string())?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(format!("{name} {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr)))
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
