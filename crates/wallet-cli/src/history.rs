//! `history`: what happened with the wallet.

use std::path::Path;

use clap::ArgMatches;
use serde_json::{Value, json};
use tamarack_cli::{Exit, Failure, Terminal, confirm, printable, write_private};
use tamarack_wallet::history::{Entry, Search, delete as erase, entry, export_json, page, search};

use crate::wallet::{Wallet, failed};
use crate::{now, text};

/// Entries that are listed at most.
const MOST: usize = 1_000;

/// `history`: one line for each entry, the newest first.
pub(crate) fn list(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let wanted = Search { text: text(matches, "search"), credential: text(matches, "credential"), ..Search::default() };
    let found = search(wallet.store(), &wanted, MOST).map_err(failed)?;
    if terminal.json() {
        let entries: Vec<Value> = found.iter().map(with_id).collect();
        terminal.json_line(&json!({"entries": entries}))?;
        return Ok(Exit::Ok);
    }
    found.iter().try_for_each(|entry| terminal.line(&line(entry, terminal)))?;
    Ok(Exit::Ok)
}

/// `history export`: all of it, as JSON or as a page to print.
pub(crate) fn export(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let made = match text(matches, "format") {
        Some("page") => page(wallet.store(), terminal.lang(), now()),
        _ => export_json(wallet.store(), now()),
    };
    let mut made = made.map_err(failed)?;
    made.push('\n');
    write_private(text(matches, "out").map(Path::new), made.as_bytes(), terminal)?;
    Ok(Exit::Ok)
}

/// `history delete`: entries, or all of them. It is the person's own.
pub(crate) fn delete(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let ids: Vec<String> = match matches.get_flag("all") {
        true => {
            search(wallet.store(), &Search::default(), usize::MAX).map_err(failed)?.into_iter().map(|e| e.id).collect()
        }
        false => matches.get_many::<String>("id").into_iter().flatten().cloned().collect(),
    };
    // An id that is none is a slip of the pen; nothing is deleted then.
    ids.iter().try_for_each(|id| entry(wallet.store(), id).map(drop)).map_err(failed)?;
    terminal.say(&terminal.format("history-delete", &[("count", ids.len().into())]));
    if !matches.get_flag("yes") && !confirm("history-question", terminal)? {
        terminal.say(&terminal.text("nothing-deleted"));
        return Ok(Exit::Reject);
    }
    erase(wallet.store(), &ids).map_err(failed)?;
    if terminal.json() {
        terminal.json_line(&json!({"deleted": ids.len()}))?;
    }
    Ok(Exit::Ok)
}

fn with_id(entry: &Entry) -> Value {
    let mut value = json!(entry);
    if let Some(members) = value.as_object_mut() {
        members.insert("id".to_owned(), entry.id.as_str().into());
    }
    value
}

/// One line: when, what, with whom, which claims.
fn line(entry: &Entry, terminal: &Terminal) -> String {
    let lang = terminal.lang();
    let party = entry.party.as_ref().map(|party| party.name.get(lang).unwrap_or(&party.id)).unwrap_or_default();
    let of = |one: &tamarack_wallet::history::Involved| {
        let claims = one.claims.iter().map(|claim| claim.label.get(lang).unwrap_or(&claim.pointer).to_owned());
        let claims: Vec<String> = claims.collect();
        let title = one.title.get(lang).unwrap_or(&one.kind).to_owned();
        if claims.is_empty() { title } else { format!("{title} ({})", claims.join(", ")) }
    };
    let what: Vec<String> = entry.credentials.iter().map(of).collect();
    let parts = [entry.time().to_string(), entry.event.label(lang), party.to_owned(), what.join("; ")];
    parts.iter().map(|part| printable(part).into_owned()).collect::<Vec<_>>().join("\t")
}
