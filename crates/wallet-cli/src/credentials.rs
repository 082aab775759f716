//! `credentials`: what is in the wallet, and showing it without a network.

use std::path::Path;

use clap::ArgMatches;
use serde_json::json;
use tamarack::{SystemRandomness, Timestamp};
use tamarack_cli::{Exit, Failure, Terminal, confirm, printable, write_private};
use tamarack_wallet::credentials::{Summary, summaries, summary};
use tamarack_wallet::delete_credential;
use tamarack_wallet::offline::qr;
use tamarack_wallet::present::OwnShowing;

use crate::wallet::{Wallet, failed};
use crate::{codes, now, text};

/// `credentials list`: one line for each.
pub(crate) fn list(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let all = one_of_each(summaries(wallet.store()).map_err(failed)?);
    let lang = terminal.lang();
    if terminal.json() {
        let items = all.iter().map(|(one, copies)| {
            json!({
                "id": one.id, "title": one.title, "issuer": one.issuer, "format": one.format, "types": one.kinds,
                "validUntil": one.valid_until.map(|at| Timestamp::from_unix(at).to_string()), "shown": one.shown,
                "copies": copies,
            })
        });
        terminal.json_line(&json!({"credentials": items.collect::<Vec<_>>()}))?;
        return Ok(Exit::Ok);
    }
    for (one, _) in &all {
        let kind = one.kinds.last().map(String::as_str).unwrap_or_default();
        let title = one.title.get(lang).unwrap_or(kind);
        let issuer = one.issuer_name.get(lang).unwrap_or(&one.issuer);
        let until = one.valid_until.map(|at| Timestamp::from_unix(at).to_string().chars().take(10).collect::<String>());
        let until = until.unwrap_or_else(|| "–".to_owned());
        terminal.line(&format!("{}\t{}\t{}\t{until}", one.id, printable(title), printable(issuer)))?;
    }
    Ok(Exit::Ok)
}

/// The copies of one credential are one to the person: the one that was shown least stands for all, with how many there are.
fn one_of_each(all: Vec<Summary>) -> Vec<(Summary, usize)> {
    let mut cards: Vec<(Summary, usize)> = Vec::new();
    for one in all {
        match cards.iter_mut().find(|(known, _)| one.batch.is_some() && known.batch == one.batch) {
            Some((known, copies)) => {
                *copies += 1;
                if one.shown < known.shown {
                    *known = one;
                }
            }
            None => cards.push((one, 1)),
        }
    }
    cards
}

/// `credentials delete`: with its copies and its keys. What is gone is gone.
pub(crate) fn delete(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let id = text(matches, "id").unwrap_or_default();
    let one = summary(wallet.store(), id).map_err(failed)?;
    let title = one.title.get(terminal.lang()).or_else(|| one.kinds.last().map(String::as_str)).unwrap_or(id);
    terminal.say(&terminal.format("credential-delete", &[("credential", printable(title).into_owned().into())]));
    if !matches.get_flag("yes") && !confirm("credential-question", terminal)? {
        terminal.say(&terminal.text("nothing-deleted"));
        return Ok(Exit::Reject);
    }
    let copies = delete_credential(id, &wallet.means(), &mut SystemRandomness).map_err(failed)?;
    if terminal.json() {
        terminal.json_line(&json!({"deleted": id, "copies": copies}))?;
    }
    Ok(Exit::Ok)
}

/// `credentials code`: a showing as the texts of QR codes, for a counter without a network.
pub(crate) fn code(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let pointers: Vec<String> = matches.get_many::<String>("reveal").into_iter().flatten().cloned().collect();
    let (audience, nonce) = (text(matches, "audience"), text(matches, "nonce"));
    let id = text(matches, "id").unwrap_or_default();
    let showing = OwnShowing::of(id, &pointers, audience, nonce, &wallet.means()).map_err(failed)?;
    let title = match audience {
        Some(audience) => terminal.format("consent-for", &[("audience", audience.into())]),
        None => terminal.text("consent-for-anybody"),
    };
    terminal.say(&title);
    for claim in &showing.view.claims {
        terminal.say(&format!("  {}", printable(&claim.label)));
    }
    terminal.say(&showing.view.linkability);
    if !matches.get_flag("yes") && !confirm("consent-question", terminal)? {
        terminal.say(&terminal.text("consent-declined"));
        return Ok(Exit::Reject);
    }
    let made = showing.agree(now()).present(&wallet.means(), &mut SystemRandomness).map_err(failed)?;
    let codes = qr::write(made.as_bytes(), qr::COMFORTABLE).map_err(failed)?;
    if let Some(path) = text(matches, "page") {
        write_private(Some(Path::new(path)), codes::page(&codes, terminal)?.as_bytes(), terminal)?;
    }
    if terminal.json() {
        terminal.json_line(&json!({"codes": codes}))?;
    } else {
        codes.iter().try_for_each(|code| terminal.line(code))?;
    }
    Ok(Exit::Ok)
}
