//! `history`: what happened with the wallet.

use clap::ArgMatches;
use serde_json::{Value, json};
use tamarack_cli::{Exit, Failure, Terminal, printable};
use tamarack_wallet::history::{Entry, Search, search};

use crate::text;
use crate::wallet::{Wallet, failed};

/// Entries that are listed at most.
const MOST: usize = 1_000;

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let wanted = Search { text: text(matches, "search"), ..Search::default() };
    let found = search(wallet.store(), &wanted, MOST).map_err(failed)?;
    if terminal.json() {
        let entries: Vec<Value> = found.iter().map(|entry| json!(entry)).collect();
        terminal.json_line(&json!({"entries": entries}))?;
        return Ok(Exit::Ok);
    }
    found.iter().try_for_each(|entry| terminal.line(&line(entry, terminal)))?;
    Ok(Exit::Ok)
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
