//! The pages between a wallet and a credential through Chromium and axe, in both languages, on a desk and at 320 pixels, by
//! keyboard alone.
//!
//! Without Node, its packages (`cargo xtask test opponents` installs them) or Chromium this says that it saw nothing; with
//! `TAMARACK_OPPONENTS=required` that is a failure.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tamarack_service::store::Address;

use crate::desk::{CARD, Desk};
use crate::idp::person;

/// Four pages, in two languages, at two widths.
const LOOKS: u64 = 4 * 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_keeps_anybody_out() {
    match looked_at().await {
        Ok(found) => assert!(found.is_empty(), "{}", found.join("\n")),
        Err(why) if std::env::var_os("TAMARACK_OPPONENTS").is_some_and(|value| value == "required") => panic!("{why}"),
        Err(why) => eprintln!("pages unseen: {why}"),
    }
}

/// What is wrong with the pages; the error is why they cannot be seen here.
async fn looked_at() -> Result<Vec<String>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit/opponents");
    if !folder.join("node_modules/axe-core").is_dir() {
        return Err("the packages are not installed (cargo xtask test opponents installs them)".to_owned());
    }
    let chromium = chromium().ok_or("no Chromium on this machine")?;
    let store = tempfile::tempdir().unwrap();
    let address = Address::parse(store.path().join("issuer.sqlite3").to_str().unwrap()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let table = json!({"table": {"file": "residents.csv", "key": "card_number", "is": "resident_number"}});
    let desk = Desk::at(&address, &url, &table).await;
    let routes = desk.province.routes();
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    let mut script = Command::new("node");
    script.arg("citizens.mjs").arg(chromium).args(std::env::var_os("TAMARACK_PICTURES"));
    let script = script.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut script = script.map_err(|error| format!("node: {error}"))?;
    let (mut answers, questions) = (script.stdin.take().unwrap(), BufReader::new(script.stdout.take().unwrap()));
    for line in questions.lines() {
        let said: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if let Some(found) = said["found"].as_array() {
            script.wait().unwrap();
            assert_eq!(said["seen"].as_u64(), Some(LOOKS));
            return Ok(found.iter().map(|one| one.as_str().unwrap().to_owned()).collect());
        }
        let (resident, level) = match said["page"].as_str().unwrap() {
            "level" => ("0000-0001-037", "urn:larch:1"),
            "nothing" => ("9999-9999-999", "urn:larch:2"),
            _ => ("0000-0001-037", "urn:larch:2"),
        };
        desk.idp.is(person(resident, level));
        let mut asked = desk.ask(&[CARD]);
        asked.request.client_id = "app".to_owned();
        asked.request.redirect_uri = "example.larch.app:/back".to_owned();
        let path = match said["page"].as_str().unwrap() {
            "over" => "/sign-in/larch/callback?state=unknown&code=x".to_owned(),
            _ => desk.push(&asked).await,
        };
        writeln!(answers, "{url}{path}").unwrap();
    }
    panic!("the script ended early: {:?}", script.wait());
}

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("TAMARACK_CHROMIUM").map(PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    named.into_iter().chain(usual).find(|path| path.exists())
}
