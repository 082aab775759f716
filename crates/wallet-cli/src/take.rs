//! `offers accept --wallet` and `offers resume`: from an offer to what is in the wallet.

use std::io::{BufRead as _, IsTerminal as _};
use std::time::{Duration, Instant};

use clap::ArgMatches;
use serde_json::json;
use tamarack::SystemRandomness;
use tamarack::messages::Lang;
use tamarack_cli::{Exit, Failure, Style, Terminal, confirm, printable};
use tamarack_wallet::receive::{
    Acceptance, BrowserApp, Event, Offered, Opening, Received, Receiving, Refused, pending,
};
use tamarack_wallet::{Step, WalletCode, credentials};

use crate::wallet::{Wallet, failed};
use crate::{now, text};

pub(crate) fn accept(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open_or_create(matches, terminal)?;
    let offered = open(&wallet, text(matches, "offer").unwrap_or_default())?;
    let preview = offered.preview(&wallet.means());
    for (at, line) in preview.spoken.lines().enumerate() {
        let line = printable(line);
        terminal.say(&if at == 0 { terminal.paint_talk(Style::Strong, &line) } else { line.into_owned() });
    }
    if !matches.get_flag("yes") && !confirm("offer-question", terminal)? {
        offered.decline(&wallet.means(), &mut SystemRandomness).map_err(failed)?;
        terminal.say(&terminal.text("consent-declined"));
        return Ok(Exit::Reject);
    }
    if preview.tx_code.is_some() && text(matches, "tx-code").is_none() {
        return Err(Failure::new(Exit::Usage, "offer.tx_code"));
    }
    let app = text(matches, "client-id").zip(text(matches, "redirect-uri"));
    let acceptance = Acceptance {
        tx_code: text(matches, "tx-code").map(str::to_owned),
        browser: app.map(|(id, uri)| BrowserApp { client_id: id.to_owned(), redirect_uri: uri.to_owned() }),
        ..Acceptance::default()
    };
    let receiving = offered.accept(&acceptance, &wallet.means(), &mut SystemRandomness);
    let receiving = receiving.map_err(|error| wallet.failure(error))?;
    run(&wallet, receiving, Event::Go, matches, terminal)
}

/// Goes on with what was begun: after the browser came back, or when the issuer may have decided.
pub(crate) fn resume(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let wallet = Wallet::open(matches, terminal)?;
    let begun = pending(wallet.store(), terminal.lang()).map_err(failed)?;
    let id = match (text(matches, "id"), begun.as_slice()) {
        (Some(id), _) => id.to_owned(),
        (None, [only]) => only.id.clone(),
        (None, []) => return Err(failed(WalletCode::RecordMissing.into())),
        (None, several) => {
            for one in several {
                terminal.line(&format!("{}\t{}\t{}", one.id, printable(&one.title), printable(&one.issuer)))?;
            }
            return Err(Failure::new(Exit::Usage, "offer.several"));
        }
    };
    let receiving = Receiving::resume(wallet.store(), &id).map_err(failed)?;
    let event = text(matches, "redirect").map_or(Event::Go, |url| Event::Returned(url.to_owned()));
    run(&wallet, receiving, event, matches, terminal)
}

fn open(wallet: &Wallet, link: &str) -> Result<Offered, Failure> {
    let mut opening = Opening::new(link).map_err(failed)?;
    let mut reply = None;
    loop {
        match opening.step(&wallet.means(), reply.take()).map_err(|error| wallet.failure(error))? {
            Step::Send(request) => reply = Some(wallet.send(&request)),
            Step::Done(offered) => return Ok(offered),
            Step::Browser(_) | Step::Later { .. } => return Err(failed(WalletCode::Internal.into())),
        }
    }
}

pub(crate) fn run(
    wallet: &Wallet,
    mut receiving: Receiving,
    first: Event,
    matches: &ArgMatches,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let wait = matches.get_one::<u32>("wait").copied().unwrap_or_default();
    let until = Instant::now() + Duration::from_secs(wait.into());
    let mut event = first;
    loop {
        let step = receiving.step(&wallet.means(), event, &mut SystemRandomness);
        match step.map_err(|error| wallet.failure(error))? {
            Step::Send(request) => event = Event::Reply(wallet.send(&request)),
            Step::Browser(url) => {
                terminal.say(&terminal.text("offer-browser"));
                terminal.line(&printable(&url))?;
                match redirect(terminal) {
                    Some(url) => event = Event::Returned(url),
                    // The wallet remembers; `offers resume` brings the answer.
                    None => return Ok(Exit::Ok),
                }
            }
            Step::Later { not_before } => {
                let seconds = not_before.seconds_since(now()).max(1);
                let pause = Duration::from_secs(u64::try_from(seconds).unwrap_or(1));
                if Instant::now() + pause > until {
                    return Err(Failure::new(Exit::Unavailable, "offer.pending"));
                }
                terminal.say(&terminal.text("offer-waiting"));
                std::thread::sleep(pause);
                event = Event::Go;
            }
            Step::Done(received) => return done(wallet, &received, terminal),
        }
    }
}

/// The URL with which the browser came back, if there is somebody to type it.
fn redirect(terminal: &Terminal) -> Option<String> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return None;
    }
    terminal.say(&terminal.text("offer-redirect"));
    let mut line = String::new();
    stdin.lock().read_line(&mut line).ok()?;
    Some(line.trim().to_owned()).filter(|line| !line.is_empty())
}

fn done(wallet: &Wallet, received: &Received, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut batches: Vec<String> = Vec::new();
    let mut ids: Vec<&String> = Vec::new();
    // The copy that stands for the others is the one that the list of credentials names.
    let mut all: Vec<&String> = received.credentials.iter().collect();
    all.sort_unstable();
    for id in all {
        let summary = credentials::summary(wallet.store(), id).map_err(failed)?;
        // The copies of one credential are one to the person.
        if summary.batch.as_ref().is_some_and(|batch| batches.contains(batch)) {
            continue;
        }
        batches.extend(summary.batch.clone());
        ids.push(id);
        let title = summary.title.get(terminal.lang()).unwrap_or(id);
        terminal.say(&terminal.format("offer-kept", &[("credential", title.into())]));
    }
    if terminal.json() {
        let refused: Vec<_> = received.refused.iter().map(refused_json).collect();
        terminal.json_line(&json!({"credentials": received.credentials, "refused": refused}))?;
    } else {
        ids.into_iter().try_for_each(|id| terminal.line(id))?;
    }
    match received.refused.first().and_then(|refused| refused.reasons.first()) {
        None => Ok(Exit::Ok),
        Some(reason) => {
            let code = tamarack::Code::ALL.iter().find(|code| code.as_str() == reason.code).map(|code| code.as_str());
            let code = code.unwrap_or("offer.unverified");
            let told = [reason.message(Lang::En), reason.message(Lang::Fr)];
            Err(Failure::told(Exit::Reject, code, None, told))
        }
    }
}

fn refused_json(refused: &Refused) -> serde_json::Value {
    let reasons = refused.reasons.iter().map(|reason| json!({"check": reason.check, "code": reason.code}));
    json!({"configuration": refused.configuration, "reasons": reasons.collect::<Vec<_>>()})
}
