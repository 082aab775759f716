//! Every page through Chromium and axe, in both languages, on a desk and at 320 pixels, by keyboard alone.
//!
//! Without Node, its packages (`cargo xtask test opponents` installs them) or Chromium this says that it saw nothing; with
//! `TAMARACK_OPPONENTS=required` that is a failure.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::phone::{Card, GOOD, Phone};
use crate::shop::Shop;

/// Pages that the script looks at: seven kinds, in two languages, at two widths.
const LOOKS: u64 = 8 * 4;

#[test]
fn no_page_keeps_anybody_out() {
    match looked_at() {
        Ok(found) => assert!(found.is_empty(), "{}", found.join("\n")),
        Err(why) if std::env::var_os("TAMARACK_OPPONENTS").is_some_and(|value| value == "required") => panic!("{why}"),
        Err(why) => eprintln!("pages unseen: {why}"),
    }
}

/// What is wrong with the pages; the error is why they cannot be seen here.
fn looked_at() -> Result<Vec<String>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit/opponents");
    if !folder.join("node_modules/axe-core").is_dir() {
        return Err("the packages are not installed (cargo xtask test opponents installs them)".to_owned());
    }
    let chromium = chromium().ok_or("no Chromium on this machine")?;
    let shop = Shop::open();
    let mut script = Command::new("node");
    script.arg("pages.mjs").args([shop.url.as_str(), "age"]).arg(chromium);
    script.args(std::env::var_os("TAMARACK_PICTURES"));
    let script = script.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut script = script.map_err(|error| format!("node: {error}"))?;
    let (mut answered, asked) = (script.stdin.take().unwrap(), BufReader::new(script.stdout.take().unwrap()));
    for line in asked.lines() {
        let said: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if let Some(found) = said["found"].as_array() {
            script.wait().unwrap();
            assert_eq!(said["seen"].as_u64(), Some(LOOKS));
            return Ok(found.iter().map(|one| one.as_str().unwrap().to_owned()).collect());
        }
        let wallet = said["wallet"].as_str().unwrap();
        match said["outcome"].as_str().unwrap() {
            "refused" => {
                let phone = Phone::with(&GOOD);
                assert_eq!(Phone::send(&Phone::refusal(&phone.open(wallet).unwrap())).status, 200);
            }
            outcome => {
                let card = match outcome {
                    "reject" => Card { issuer: 2, ..GOOD },
                    "undetermined" => Card { status: true, ..GOOD },
                    _ => GOOD,
                };
                Phone::with(&card).show(wallet);
            }
        }
        writeln!(answered, "answered").unwrap();
    }
    panic!("the script ended early: {:?}", script.wait());
}

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("TAMARACK_CHROMIUM").map(PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    named.into_iter().chain(usual).find(|path| path.exists())
}
