//! `credentials refresh` and `credentials renew`: how what is held stands, and more of it before it runs out.

use clap::ArgMatches;
use serde_json::json;
use tamarack::SystemRandomness;
use tamarack_cli::{Exit, Failure, Terminal, printable};
use tamarack_wallet::receive::{Event, Receiving, RenewalPlan, WhyDue, due};
use tamarack_wallet::status::{Refreshing, next_refresh, overview};
use tamarack_wallet::{Step, WalletCode};

use crate::wallet::{Wallet, failed};
use crate::{now, take, text};

/// `credentials refresh`: whole lists, in random order; then how each credential stands.
pub(crate) fn refresh(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let next = next_refresh(wallet.store()).map_err(failed)?;
    // A schedule that calls this often asks no more often than the wallet's own.
    if !matches.get_flag("if-due") || next.is_none_or(|next| next <= now()) {
        let mut refreshing = Refreshing::begin(&wallet.means(), &mut SystemRandomness).map_err(failed)?;
        let mut reply = None;
        let report = loop {
            let step = refreshing.step(&wallet.means(), reply.take(), &mut SystemRandomness);
            match step.map_err(|error| wallet.failure(error))? {
                Step::Send(request) => reply = Some(wallet.send(&request)),
                Step::Done(report) => break report,
                Step::Browser(_) | Step::Later { .. } => return Err(failed(WalletCode::Internal.into())),
            }
        };
        if report.unknown > 0 {
            terminal.say(&terminal.format("refresh-unknown", &[("count", report.unknown.into())]));
        }
    }
    let all = overview(wallet.store(), now()).map_err(failed)?;
    let next = next_refresh(wallet.store()).map_err(failed)?.map(|next| next.to_string());
    if terminal.json() {
        let items = all.iter().map(|(one, condition)| json!({"id": one.id, "condition": condition.as_str()}));
        terminal.json_line(&json!({"credentials": items.collect::<Vec<_>>(), "next": next}))?;
        return Ok(Exit::Ok);
    }
    for (one, condition) in &all {
        let title = one.title.get(terminal.lang()).unwrap_or(&one.id);
        terminal.line(&format!("{}\t{}\t{}", one.id, printable(title), condition.label(terminal.lang())))?;
    }
    Ok(Exit::Ok)
}

/// `credentials renew`: what runs out, or the one that is named.
pub(crate) fn renew(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let wanted: Vec<(String, WhyDue)> = match text(matches, "id") {
        Some(id) => vec![(id.to_owned(), WhyDue::Expiry)],
        None => {
            let found = due(wallet.store(), now(), RenewalPlan::default()).map_err(failed)?;
            found.into_iter().map(|one| (one.credential, one.why)).collect()
        }
    };
    if wanted.is_empty() {
        terminal.say(&terminal.text("renew-nothing"));
    }
    for (id, why) in wanted {
        let receiving = Receiving::renew(&id, why, &wallet.means(), &mut SystemRandomness).map_err(failed)?;
        match take::run(&wallet, receiving, Event::Go, matches, terminal)? {
            Exit::Ok => {}
            other => return Ok(other),
        }
    }
    Ok(Exit::Ok)
}
