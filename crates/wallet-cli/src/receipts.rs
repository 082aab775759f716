//! `receipts`: what the person consented to, and taking a consent back.

use clap::ArgMatches;
use serde_json::json;
use tamarack::SystemRandomness;
use tamarack_cli::{Exit, Failure, Terminal, confirm, printable};
use tamarack_wallet::receipts::{Receipt, list as all, receipt, withdraw as take_back};

use crate::wallet::{Wallet, failed};
use crate::{now, text};

/// `receipts list`: one line for each, the newest first.
pub(crate) fn list(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let found = all(wallet.store()).map_err(failed)?;
    if terminal.json() {
        let items = found.iter().map(|one| json!({"state": state(one), "record": one.record, "receipt": one.text}));
        terminal.json_line(&json!({"receipts": items.collect::<Vec<_>>()}))?;
        return Ok(Exit::Ok);
    }
    found.iter().try_for_each(|one| terminal.line(&line(one, terminal)))?;
    Ok(Exit::Ok)
}

/// `receipts show`: the signed record, to hand to whoever wants to know.
pub(crate) fn show(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let found = receipt(wallet.store(), text(matches, "id").unwrap_or_default()).map_err(failed)?;
    if terminal.json() {
        terminal.json_line(&json!({"state": state(&found), "record": found.record, "receipt": found.text}))?;
    } else {
        terminal.say(&line(&found, terminal));
        terminal.line(&found.text)?;
    }
    Ok(Exit::Ok)
}

/// `receipts withdraw`: from now on, the wallet asks again; the new receipt is for the one who has the old one.
pub(crate) fn withdraw(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let id = text(matches, "id").unwrap_or_default();
    let found = receipt(wallet.store(), id).map_err(failed)?;
    terminal.say(&line(&found, terminal));
    if !matches.get_flag("yes") && !confirm("receipt-question", terminal)? {
        return Ok(Exit::Reject);
    }
    let withdrawn = take_back(wallet.store(), id, now(), &mut SystemRandomness).map_err(failed)?;
    terminal.say(&terminal.text("receipt-withdrawn"));
    if terminal.json() {
        terminal.json_line(&json!({"record": withdrawn.record, "receipt": withdrawn.text}))?;
    } else {
        terminal.line(&withdrawn.text)?;
    }
    Ok(Exit::Ok)
}

fn state(receipt: &Receipt) -> &'static str {
    match receipt.stands_until() {
        _ if receipt.is_withdrawn() => "withdrawn",
        Some(until) if until > now() => "standing",
        Some(_) => "ended",
        None => "once",
    }
}

/// One line: the id, when, with whom, for what, which information, and whether it stands.
fn line(receipt: &Receipt, terminal: &Terminal) -> String {
    let record = &receipt.record;
    let party = record.party_identification.first();
    let party = party.map(|party| party.party_name.as_ref().unwrap_or(&party.party_id).as_str()).unwrap_or_default();
    let given = record.event.first().map(|event| event.event_time.as_str()).unwrap_or_default();
    let purposes = &record.pii_processing.purposes;
    let purpose: Vec<&str> = purposes.iter().map(|one| one.purpose.as_str()).collect();
    let what: Vec<&str> =
        purposes.iter().flat_map(|one| &one.pii_information).map(|one| one.pii_type.as_str()).collect();
    let state = match receipt.stands_until() {
        Some(until) if state(receipt) == "standing" => {
            let day: String = until.to_string().chars().take(10).collect();
            terminal.format("receipt-standing", &[("until", day.into())])
        }
        _ => terminal.text(&format!("receipt-{}", state(receipt))),
    };
    let parts = [receipt.id(), given, party, &purpose.join("; "), &what.join(", "), &state];
    parts.map(|part| printable(part).into_owned()).join("\t")
}
